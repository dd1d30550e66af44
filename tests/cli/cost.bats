# cost: sources named as QGIS names them.

@test "a layer of an OpenStreetMap file may be named as QGIS names it" {
    run "$ISOGAP" cost --mode walk --extent "$GEODATA/sample/lsoa21.geojson" --cell 200 --buffer 0 \
        --roads "$GEODATA/sample/roads.osm|layername=lines" \
        --landcover "$GEODATA/sample/roads.osm|layername=multipolygons" -o "$BATS_TEST_TMPDIR/c.tif"
    [ "$status" -eq 0 ]
    [ -s "$BATS_TEST_TMPDIR/c.tif" ]
}
