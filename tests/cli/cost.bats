# cost: sources named as QGIS names them.

@test "a layer of an OpenStreetMap file may be named as QGIS names it" {
    run "$ISOGAP" cost --mode walk --extent "$GEODATA/sample/lsoa21.geojson" --cell 200 --buffer 0 \
        --roads "$GEODATA/sample/roads.osm|layername=lines" \
        --landcover "$GEODATA/sample/roads.osm|layername=multipolygons" -o "$BATS_TEST_TMPDIR/c.tif"
    [ "$status" -eq 0 ]
    [ -s "$BATS_TEST_TMPDIR/c.tif" ]
}

@test "travel warns when the roads were made for another neighbourhood" {
    run_cost() { "$ISOGAP" cost --mode drive --extent "$GEODATA/sample/lsoa21.geojson" --cell 200 \
        --roads "$GEODATA/sample/roads.geojson" --road-class road_function --overwrite "$@"; }
    run_cost -o "$BATS_TEST_TMPDIR/eight.tif"
    run_cost --neighbours exact -o "$BATS_TEST_TMPDIR/exact.tif"
    run "$ISOGAP" travel --cost "$BATS_TEST_TMPDIR/eight.tif" --sites "$GEODATA/sample/clinics.csv" \
        --clip-sites --snap 500 --neighbours exact -o "$BATS_TEST_TMPDIR/m.tif"
    [ "$status" -eq 0 ]
    [[ "$output" == *"roads are made for --neighbours 8"* ]]
    run "$ISOGAP" travel --cost "$BATS_TEST_TMPDIR/exact.tif" --sites "$GEODATA/sample/clinics.csv" \
        --clip-sites --snap 500 --neighbours exact --overwrite -o "$BATS_TEST_TMPDIR/m.tif"
    [ "$status" -eq 0 ]
    [[ "$output" != *"roads are made for"* ]]
}
