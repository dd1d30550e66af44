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

# A motorway of 3 km, joined at both ends to a road round by the south; a road over it at half its length.
@test "nobody changes where a road passes over a motorway" {
    cd "$BATS_TEST_TMPDIR"
    crs='"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::27700"}}'
    road() { echo "{\"type\":\"Feature\",\"properties\":{\"highway\":\"$1\",\"oneway\":\"no\"}," \
        "\"geometry\":{\"type\":\"LineString\",\"coordinates\":$2}}"; }
    echo "{\"type\":\"FeatureCollection\",$crs,\"features\":[" \
        "$(road motorway "[[400125,302025],[403125,302025]]")," \
        "$(road residential "[[401525,301025],[401525,303025]]")," \
        "$(road residential "[[400125,302025],[400125,301025],[401525,301025],[403125,301025],[403125,302025]]")]}" \
        >roads.geojson
    echo "{\"type\":\"FeatureCollection\",$crs,\"features\":[{\"type\":\"Feature\"," \
        '"properties":{"code":"E01000001"},"geometry":{"type":"Polygon","coordinates":[[[400000,300500],' \
        '[403500,300500],[403500,303500],[400000,303500],[400000,300500]]]}}]}' >areas.geojson
    printf 'kind,class,value\nrule,max_slope,0\nroad,*,60\nland,open,0.05\nkey,motorcar,\nlimited,motorway,1\n' >car.csv
    printf 'code,easting,northing\nS1,403125,302025\n' >sites.csv
    run "$ISOGAP" cost --mode car.csv --extent areas.geojson --buffer 0 --roads roads.geojson -o cost.tif --json
    [ "$status" -eq 0 ]
    [[ "$output" == *'"cells_passed": 1,'* || "$output" == *'"cells_passed":1,'* ]]
    [[ "$output" == *'"links": 2,'* || "$output" == *'"links":2,'* ]]
    # 100 m from middle to middle each way, 6 s: one entry for both ways
    gdalinfo cost.tif | grep -q "links_between_cells=packed 1 400000 303500 50 50 70 60 2 e"
    "$ISOGAP" travel --cost cost.tif --sites sites.csv --sites-key code -o minutes.tif --quiet
    # along the motorway 3 minutes; from the road's end 2 km south, 1.6 east and 1 north, not 1 and 1.6
    along=$(gdallocationinfo -valonly -geoloc minutes.tif 400125 302025)
    round=$(gdallocationinfo -valonly -geoloc minutes.tif 401525 303010)
    awk -v a="$along" -v r="$round" 'BEGIN { exit !(a > 2.95 && a < 3.05 && r > 4.5 && r < 4.7) }'
    # the same by the item as text, and in a file that gdal_translate made
    gdal_translate -q -mo "links_between_cells=401475 302025 401575 302025 6; 401575 302025 401475 302025 6" \
        cost.tif text.tif
    gdal_translate -q -of COG cost.tif cog.tif
    for other in text cog; do
        "$ISOGAP" travel --cost $other.tif --sites sites.csv --sites-key code -o $other-minutes.tif --quiet
        gdal_calc.py --quiet -A minutes.tif -B $other-minutes.tif --calc "absolute(A-B)" --outfile off.tif --overwrite
        gdalinfo -stats off.tif | grep -q "STATISTICS_MAXIMUM=\(0$\|0\.000\|[0-9.]*e-\)"
    done
}

@test "a misspelt rule, a flag that is none and a speed in another unit are named by line" {
    cd "$BATS_TEST_TMPDIR"
    try() { # rows of the table; the message
        printf 'kind,class,value,note\nroad,*,30,\nland,open,5,\n%s\n' "$1" >mine.csv
        run "$ISOGAP" cost --mode mine.csv --extent "$GEODATA/sample/lsoa21.geojson" --cell 500 --buffer 0 \
            --roads "$GEODATA/sample/roads.geojson" --road-class road_function --overwrite -o c.tif
        [ "$status" -eq 3 ]
        [[ "$output" == *"mine.csv: line 4: $2"* ]] || {
            echo "$output"
            false
        }
    }
    try 'rule,junction_dealy,9,' "rule 'junction_dealy' is not known"
    [[ "$output" == *"did you mean junction_delay?"* ]]
    try 'rule,oneway,2,' "rule oneway is 0 or 1, not 2"
    try 'road,a road,60000,metres an hour' "60000 km/h for a road is faster than anybody goes"
    for table in "$GEODATA"/speeds/{walk,cycle,drive,drive-peak,straight}.csv; do
        "$ISOGAP" cost --mode "$table" --extent "$GEODATA/sample/lsoa21.geojson" --cell 500 --buffer 0 --quiet \
            --roads "$GEODATA/sample/roads.geojson" --road-class road_function --overwrite -o c.tif
    done
}

@test "a grid that has lost its shut sides, or the names of its bands, is not read in silence" {
    command -v gdal_translate >/dev/null || skip "gdal_translate is not there"
    cd "$BATS_TEST_TMPDIR"
    "$ISOGAP" cost --mode drive --extent "$GEODATA/sample/lsoa21.geojson" --cell 200 --roads "$GEODATA/sample/roads.osm" \
        --quiet -o whole.tif
    gdal_translate -q -b 1 whole.tif first.tif
    run "$ISOGAP" travel --cost first.tif --sites "$GEODATA/sample/clinics.csv" --clip-sites --snap 500 -o m.tif
    [ "$status" -eq 0 ]
    [[ "$output" == *"tells of shut sides, but there is no band barriers"* ]]
    run "$ISOGAP" travel --cost whole.tif --sites "$GEODATA/sample/clinics.csv" --clip-sites --snap 500 --overwrite -o m.tif
    [[ "$output" != *"tells of shut sides"* ]]
    gdalbuildvrt -q mosaic.vrt whole.tif
    run "$ISOGAP" travel --cost mosaic.vrt --allow-vrt --sites "$GEODATA/sample/clinics.csv" --overwrite -o m.tif
    [ "$status" -eq 3 ]
    [[ "$output" == *"gdalbuildvrt drops"* ]]
}
