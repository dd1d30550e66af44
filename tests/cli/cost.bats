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

# GeoPackage, shapefile, a folder of tiles and its zip, each with nodes beside the links.
@test "roads give the same grid from a GeoPackage, a shapefile and zipped tiles" {
    command -v ogr2ogr >/dev/null || skip "ogr2ogr is not there"
    command -v zip >/dev/null || skip "zip is not there"
    cd "$BATS_TEST_TMPDIR"
    roads="$GEODATA/sample/roads.geojson"
    echo '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},' \
        '"geometry":{"type":"Point","coordinates":[0,51]}}]}' >nodes.geojson
    ogr2ogr -q roads.gpkg "$roads" -nln road_link
    half=$(($(grep -c '"type":"Feature"' "$roads") / 2))
    mkdir tiles
    for tile in "SZ <=" "TA >"; do
        name=${tile% *}
        ogr2ogr -q "tiles/${name}_RoadLink.shp" roads.gpkg road_link -where "fid ${tile#* } $half" 2>/dev/null
        ogr2ogr -q "tiles/${name}_RoadNode.shp" nodes.geojson 2>/dev/null
    done
    ogr2ogr -q roads.shp roads.gpkg road_link 2>/dev/null
    zip -q -r links.zip tiles
    made=""
    for source in roads.gpkg roads.shp tiles links.zip; do
        "$ISOGAP" cost --mode drive --extent "$GEODATA/sample/lsoa21.geojson" --cell 200 \
            --roads "$source" --quiet --overwrite -o cost.tif
        sum=$(sha256sum <cost.tif)
        [ "${made:=$sum}" = "$sum" ]
    done
}
