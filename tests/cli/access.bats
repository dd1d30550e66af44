# access: minutes of areas over a grid and from a matrix, and what is told of people left out.

setup() {
    cd "$BATS_TEST_TMPDIR"
    python3 - <<'P'
import json
areas = []
for code, west, south, east, north in [("E01000001", 0, 100, 200, 300), ("E01000002", 200, 0, 350, 300),
                                       ("E01000003", 0, 0, 200, 100)]:
    x, y = 430000, 380000
    ring = [[x + west, y + south], [x + west, y + north], [x + east, y + north], [x + east, y + south],
            [x + west, y + south]]
    areas.append({"type": "Feature", "properties": {"code": code},
                  "geometry": {"type": "Polygon", "coordinates": [ring]}})
json.dump({"type": "FeatureCollection", "name": "areas",
           "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
           "features": areas}, open("areas.geojson", "w"))
P
    head='ncols 4\nnrows 3\nxllcorner 430000\nyllcorner 380000\ncellsize 100\nNODATA_value -1\n'
    printf "$head"'1 2 3 4\n5 6 7 8\n9 -1 11 12\n' >minutes.asc
    printf "$head"'1 1 1 1\n1 -1 1 1\n1 1 1 1\n' >pace.asc
    printf 'code,people\nE01000001,30\nE01000002,90\nE01000003,40\n' >people.csv
}

json() { # file expression over d
    python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"
}

field() { # area column, of out.csv
    python3 -c 'import csv, sys
print(*[r[sys.argv[2]] for r in csv.DictReader(open("out.csv")) if r["area"] == sys.argv[1]])' "$1" "$2"
}

@test "people of a table stand evenly on passable cells" {
    "$ISOGAP" access --areas areas.geojson --population people.csv --travel minutes.asc --cost pace.asc \
        --crs EPSG:27700 --thresholds 2,7.5 -o out.csv --json >sum.json
    [ "$(head -1 out.csv)" = "area,people,people_reached,people_unreached,minutes_mean,minutes_median,within_2,within_7.5,status" ]
    [[ "$(field E01000001 minutes_mean)" = 2.666666* ]] # 1 2 5
    [ "$(field E01000001 minutes_median)" = 2 ]
    [[ "$(field E01000001 within_2)" = 66.66666* ]]
    [[ "$(field E01000002 minutes_mean)" = 7.33333* ]]
    [ "$(field E01000003 people_unreached)" = 20 ]
    [ "$(field E01000003 within_7.5)" = 0 ]
    [ "$(json sum.json '[d[k] for k in ("people", "people_reached", "people_unreached")]')" = "[160, 140, 20]" ]
    [ "$(json sum.json 'round(d["minutes_mean"] * 140)')" = 920 ]
    [ "$(json sum.json '"passable" in d["people_stand"]')" = True ]
    [ "$(json sum.json 'any("E01000003 (20 people)" in w for w in d["warnings"])')" = True ]
}

@test "with the minutes alone nodata is where people are not reached" {
    "$ISOGAP" access --areas areas.geojson --population people.csv --travel minutes.asc --crs EPSG:27700 \
        --thresholds 10 -o out.csv --quiet
    [ "$(field E01000003 people_reached)" = 20 ]
    [ "$(field E01000003 minutes_mean)" = 9 ]
    [ "$(field E01000003 within_10)" = 50 ]
    [ "$(field E01000001 minutes_mean)" = 3.5 ] # 1 2 5 6: what is passable is not known
}

@test "a raster of people counts by exact fraction, and without people cells count" {
    printf 'ncols 4\nnrows 3\nxllcorner 430000\nyllcorner 380000\ncellsize 100\nNODATA_value -1\n10 20 30 40\n0 0 0 0\n1 1 1 -1\n' >raster.asc
    "$ISOGAP" access --areas areas.geojson --population raster.asc --travel minutes.asc --crs EPSG:27700 -o out.csv --json >sum.json
    [ "$(field E01000002 people)" = 51 ]
    [ "$(json sum.json 'd["people"] + d["people_outside"]')" = 103 ]
    "$ISOGAP" access --areas areas.geojson --travel minutes.asc --cost pace.asc --crs EPSG:27700 -o out.csv --overwrite --quiet
    [ "$(field E01000001 people)" = 3 ]
    [ "$(field E01000002 people)" = 4.5 ]
}

@test "points of people need no codes, and count in each of areas that overlap" {
    python3 - <<'P'
import json
d = json.load(open("areas.geojson"))
ring = [[430000, 380000], [430000, 380300], [430350, 380300], [430350, 380000], [430000, 380000]]
d["features"].append({"type": "Feature", "properties": {"code": "E01000004"},
                      "geometry": {"type": "Polygon", "coordinates": [ring]}})
json.dump(d, open("over.geojson", "w"))
P
    printf 'easting,northing,pop\n430050,380250,4\n430250,380250,6\n430250,380250,6\n440000,380000,5\n' >points.csv
    "$ISOGAP" access --areas over.geojson --population points.csv --travel minutes.asc --crs EPSG:27700 -o out.csv --quiet
    [ "$(field E01000001 people)" = 4 ]
    [ "$(field E01000002 people)" = 12 ]
    [ "$(field E01000004 people)" = 16 ] # as with a raster of people
    [ "$(field E01000004 minutes_mean)" = 2.5 ]
    printf 'id,easting,northing,pop\na,430050,380250,4\na,430250,380250,6\n' >twice.csv
    "$ISOGAP" access --areas areas.geojson --population twice.csv --travel minutes.asc --crs EPSG:27700 -o out.csv \
        --overwrite --quiet # codes tell no places of people apart
    [ "$(field E01000002 people)" = 6 ]
    run "$ISOGAP" access --areas areas.geojson --population twice.csv --population-key id --travel minutes.asc \
        --crs EPSG:27700 -o out.csv --overwrite
    [ "$status" = 3 ]
    printf 'easting,northing,pop\n430050,x,4\n' >bad.csv
    run "$ISOGAP" access --areas areas.geojson --population bad.csv --travel minutes.asc --crs EPSG:27700
    [ "$status" = 3 ]
    [[ "$output" == *"bad.csv: line 2, column northing: x is no coordinate"* ]]
}

@test "points are people too" {
    printf 'id,easting,northing,pop\na,430050,380250,4\nb,430250,380250,6\nc,440000,380000,5\n' >points.csv
    "$ISOGAP" access --areas areas.geojson --population points.csv --travel minutes.asc --crs EPSG:27700 -o out.csv --json >sum.json
    [ "$(field E01000001 minutes_mean)" = 1 ]
    [ "$(field E01000002 people)" = 6 ]
    [ "$(json sum.json 'd["people_outside"]')" = 5 ]
}

@test "points on the rim of the areas and of the grid are people of both" {
    # areas from 430000 to 430350 by 380000 to 380300, on a grid that ends with them in the south
    printf 'id,easting,northing,pop\ncorner,430350,380000,1\neast,430350,380150,2\nsouth,430250,380000,4\nnorth,430100,380300,8\nwest,430000,380050,16\nborder,430200,380200,32\nbeyond,430350.5,380150,64\n' >points.csv
    head='ncols 7\nnrows 6\nxllcorner 430000\nyllcorner 380000\ncellsize 50\n'
    { printf "$head"; for row in 1 2 3 4 5 6; do echo "1 2 3 4 5 6 $row"; done; } >fine.asc
    "$ISOGAP" access --areas areas.geojson --population points.csv --travel fine.asc --crs EPSG:27700 -o out.csv --json >sum.json
    [ "$(json sum.json '[d["people"], d["people_reached"], d["people_outside"]]')" = "[63, 63, 64]" ]
    [ "$(field E01000001 people)" = 8 ]
    [ "$(field E01000002 people)" = 39 ] # the border is of the area to its east
    [ "$(field E01000003 people)" = 16 ]
    [ "$(json sum.json 'round(d["minutes_mean"] * 63)')" = "$(( 6 + 2*4 + 4*6 + 8*3 + 16*1 + 32*5 ))" ]
}

@test "minutes are found on a cost grid, and the layer has the shapes" {
    printf 'ncols 4\nnrows 3\nxllcorner 430000\nyllcorner 380000\ncellsize 100\nNODATA_value -1\n6 6 6 6\n6 6 6 6\n6 6 6 6\n' >plain.asc
    printf 'id,easting,northing\nS1,430050,380050\n' >sites.csv
    "$ISOGAP" access --areas areas.geojson --population people.csv --cost plain.asc --sites sites.csv --crs EPSG:27700 \
        --thresholds 10,20 -o out.gpkg --json >sum.json
    [ "$(json sum.json '[d["sites_in"], d["sites_placed"], d["sites_left_out"]]')" = "[1, 1, []]" ]
    [ "$(sqlite3 out.gpkg "select minutes_mean from access where area = 'E01000003'")" = 5.0 ] # 0 and 10
    [ "$(sqlite3 out.gpkg "select count(*) from access where geom is not null")" = 3 ]
    run "$ISOGAP" access --areas areas.geojson --cost plain.asc --crs EPSG:27700
    [ "$status" -eq 2 ]
    [[ "$output" == *"--sites is required with --cost"* ]]
}

@test "thresholds rise from above 0" {
    run "$ISOGAP" access --areas areas.geojson --travel minutes.asc --crs EPSG:27700 --thresholds 0,10
    [ "$status" -eq 2 ]
    [[ "$output" == *"0 is not above 0"* ]]
    run "$ISOGAP" access --areas areas.geojson --travel minutes.asc --crs EPSG:27700 --thresholds 20,10
    [ "$status" -eq 2 ]
    [[ "$output" == *"10 does not follow 20"* ]]
}

@test "one source of minutes, no less and no more" {
    run "$ISOGAP" access --areas areas.geojson --population people.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"--travel F, or --cost F with --sites F, or --matrix F"* ]]
    printf 'area,site,minutes\nE01000001,S1,5\n' >m.csv
    run "$ISOGAP" access --matrix m.csv --travel minutes.asc --areas areas.geojson
    [ "$status" -eq 2 ]
    run "$ISOGAP" access --areas areas.geojson --travel minutes.asc --method 2sfca --catchment 20
    [ "$status" -eq 2 ]
    [[ "$output" == *"--matrix"* ]]
}

matrix() {
    printf 'area,site,minutes\nA,S1,5\nA,S2,25\nB,S1,12\nB,S2,8\nC,S1,28\nC,S2,18\n' >m.csv
    printf 'from_id,to_id,travel_time_p50\nC,S2,18\nC,S1,28\nB,S2,8\nB,S1,12\nA,S2,25\nA,S1,5\n' >r5r.csv
    printf 'town,people\nA,1000\nB,2000\nC,500\nD,70\n' >towns.csv
    printf 'code,beds\nS1,4\nS2,2\n' >sites.csv
}

@test "a matrix that is not the same both ways is read from home to the site" {
    printf 'town,people\nA,100\nB,200\n' >towns.csv
    printf 'code,beds\nS1,4\n' >sites.csv
    # there: A 10, B 20; back: A 40, B 50
    printf 'from_id,to_id,travel_time_p50\nA,S1,10\nS1,A,40\nB,S1,20\nS1,B,50\n' >both.csv
    run "$ISOGAP" access --matrix both.csv --population towns.csv --population-key town --thresholds 10,20 -o out.csv
    [ "$status" -eq 0 ]
    [[ "$output" == *"1 area of the matrix is not among the areas: S1"* ]]
    [ "$(field A minutes_mean)" = 10 ]
    [ "$(field B minutes_mean)" = 20 ]
    printf 'from_id,to_id,travel_time_p50\nS1,A,40\nS1,B,50\n' >back.csv
    run "$ISOGAP" access --matrix back.csv --population towns.csv --population-key town --thresholds 10 -o back_out.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"wrong way round: column to_id holds the areas and from_id the sites"* ]]
    run "$ISOGAP" access --matrix back.csv --sites sites.csv --thresholds 10 -o back_out.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"wrong way round: column to_id holds the areas and from_id the sites"* ]]
    [ ! -e back_out.csv ]
    # columns are known by name, wherever they stand
    printf 'travel_time_p50,to_id,from_id\n10,S1,A\n20,S1,B\n' >columns.csv
    "$ISOGAP" access --matrix columns.csv --population towns.csv --population-key town --thresholds 10,20 -o columns_out.csv --quiet
    cmp out.csv columns_out.csv
}

@test "OpenTripPlanner's durations are seconds, and the fastest of several ways counts" {
    printf 'town,people\nA,100\nB,200\nC,300\n' >towns.csv
    printf 'fromPlace,toPlace,duration,route_option\nA,S1,900,1\nA,S1,600,2\nB,S1,1234,1\nC,S1,,1\n' >otp.csv
    run "$ISOGAP" access --matrix otp.csv --population towns.csv --population-key town --thresholds 10,20 -o out.csv
    [ "$status" -eq 0 ]
    [[ "$output" == *"durations are seconds"* ]]
    [ "$(field A minutes_mean)" = 10 ]
    [ "$(field B minutes_mean)" = 20.566666666666666 ]
    [ "$(field C status)" = unreachable ]
    sed 's/1234/2147483647/' otp.csv >mark.csv
    run "$ISOGAP" access --matrix mark.csv --population towns.csv --population-key town --thresholds 10,20 -o mark_out.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"2147483647 seconds, on 1 row, looks like a mark for what is out of reach"* ]]
}

@test "the nearest of a matrix, whose areas are the rows of the population" {
    matrix
    "$ISOGAP" access --matrix m.csv --population towns.csv --population-key town --thresholds 8,20 -o out.csv --json >sum.json
    [ "$(field A minutes_mean)" = 5 ]
    [ "$(field B within_8)" = 100 ]
    [ "$(field C within_8)" = 0 ]
    [ "$(field D status)" = unreachable ]
    [ "$(json sum.json '[d["people"], d["people_unreached"]]')" = "[3570, 70]" ]
    "$ISOGAP" access --matrix r5r.csv --population towns.csv --population-key town --thresholds 8,20 -o two.csv --quiet
    cmp out.csv two.csv
}

@test "scores of the worked examples" {
    matrix
    with="--population towns.csv --population-key town --sites sites.csv --supply beds --overwrite"
    "$ISOGAP" access --matrix m.csv $with --method 2sfca --catchment 20 -o out.csv --json >sum.json
    [[ "$(field A score)" = 0.00133333* ]]
    [[ "$(field B score)" = 0.00213333* ]]
    [ "$(field D score) $(field D status)" = "0 unreachable" ]
    [ "$(json sum.json '[round(d[k], 9) for k in ("supply_total", "supply_reached", "demand_times_score")]')" = "[6, 6, 6.0]" ] ||
        [ "$(json sum.json '[round(d[k], 9) for k in ("supply_total", "supply_reached", "demand_times_score")]')" = "[6, 6, 6]" ]
    "$ISOGAP" access --matrix m.csv $with --method e2sfca -o out.csv --quiet
    [[ "$(field A score)" = 0.0017913* ]]
    "$ISOGAP" access --matrix m.csv $with --method 3sfca --decay step:10=1,20=.68,30=.22 -o out.csv --quiet
    [[ "$(field A score)" = 0.002400* ]]
    "$ISOGAP" access --matrix m.csv $with --method raam -o out.csv --quiet
    [ -n "$(field A score)" ] && [ -z "$(field D score)" ]
    run "$ISOGAP" access --matrix m.csv $with --method 2sfca
    [ "$status" -eq 2 ]
    [[ "$output" == *"--catchment"* ]]
}

@test "a matrix with a pair twice or a negative time is refused by line" {
    matrix
    printf 'B,S2,9\n' >>m.csv
    run "$ISOGAP" access --matrix m.csv --population towns.csv --population-key town -o out.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"area B and site S2"*"line 5 and 8"* ]]
    [ ! -e out.csv ]
    printf 'area,site,minutes\nA,S1,-5\n' >m.csv
    run "$ISOGAP" access --matrix m.csv -o out.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"line 2: -5 minutes"* ]]
}

@test "the same bytes for any number of threads" {
    for n in 1 2 8; do
        "$ISOGAP" access --areas areas.geojson --population people.csv --travel minutes.asc --crs EPSG:27700 \
            --thresholds 10 --threads $n -o $n.gpkg --quiet
    done
    cmp 1.gpkg 2.gpkg
    cmp 1.gpkg 8.gpkg
}

@test "scores over a cost grid are those of the matrix that isogap matrix writes" {
    awk 'BEGIN { print "ncols 40\nnrows 40\nxllcorner 400000\nyllcorner 100000\ncellsize 100"
        for (r = 0; r < 40; r++) for (c = 0; c < 40; c++) printf "%.2f%s", .6 + (r * 7 + c * 13) % 9 / 10, c < 39 ? " " : "\n" }' >ground.asc
    printf 'code,x,y,beds\nB,400950,101050,3\nA,403050,103150,2\nC,403550,100450,4\n' >places.csv
    python3 - <<'P'
import json
squares = []
for i in range(9):
    x, y = 400000 + 1300 * (i % 3), 100000 + 1300 * (i // 3)
    squares.append({"type": "Feature", "properties": {"code": "E0100000%d" % (9 - i)}, "geometry": {"type": "Polygon",
        "coordinates": [[[x, y], [x, y + 1300], [x + 1300, y + 1300], [x + 1300, y], [x, y]]]}})
json.dump({"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
           "features": squares}, open("nine.geojson", "w"))
P
    printf 'code,people\n' >nine.csv
    for i in 1 2 3 4 5 6 7 8 9; do echo "E0100000$i,$((i * 100))"; done >>nine.csv
    people="--areas nine.geojson --population nine.csv --population-column people"
    grid="--cost ground.asc --sites places.csv --crs EPSG:27700"
    # shellcheck disable=SC2086 # lists of options
    "$ISOGAP" matrix $grid $people -o m.csv --quiet
    for method in "2sfca --catchment 25" e2sfca 3sfca "gravity --decay power:1.5" raam; do
        # shellcheck disable=SC2086
        "$ISOGAP" access $grid $people --method $method --supply beds -o one.csv --overwrite --quiet
        # shellcheck disable=SC2086
        "$ISOGAP" access --matrix m.csv --sites places.csv --crs EPSG:27700 $people --method $method --supply beds -o two.csv --overwrite --quiet
        python3 - <<'P'
import csv
one, two = ([(r["area"], float(r["score"])) for r in csv.DictReader(open(f))] for f in ("one.csv", "two.csv"))
assert len(one) == 9 and len(set(s for _, s in one)) > 3
assert [a for a, _ in one] == [a for a, _ in two]
assert all(abs(a - b) <= 1e-9 * abs(b) for (_, a), (_, b) in zip(one, two)), (one, two)
P
    done
    run "$ISOGAP" access --travel ground.asc $people --method e2sfca
    [ "$status" -eq 2 ]
    [[ "$output" == *"need the minutes to each site"* ]]
}

@test "thresholds beyond the minutes that were searched are refused" {
    printf 'code,easting,northing\nA,430050,380050\n' >site.csv
    grid=(--cost pace.asc --sites site.csv --crs EPSG:27700)
    access=("$ISOGAP" access --areas areas.geojson --population people.csv)
    run "${access[@]}" "${grid[@]}" --max-minutes 3 --thresholds 2,4 -o out.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"4 lies beyond --max-minutes 3"* ]]
    [ ! -e out.csv ]
    "${access[@]}" "${grid[@]}" --max-minutes 4 --thresholds 2,4 -o out.csv
    # The raster remembers its limit.
    "$ISOGAP" travel "${grid[@]}" --max-minutes 3 -o limited.tif
    run "${access[@]}" --travel limited.tif --thresholds 2,4 --overwrite -o out.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"4 lies beyond --max-minutes 3"* ]]
    "${access[@]}" --travel limited.tif --thresholds 2,3 --overwrite -o out.csv
    "$ISOGAP" travel "${grid[@]}" -o all.tif
    "${access[@]}" --travel all.tif --thresholds 2,400 --overwrite -o out.csv
}

@test "several grids of minutes: each area once, the figures of separate runs" {
    head='ncols 4\nnrows 3\nxllcorner 430000\nyllcorner 380000\ncellsize 100\nNODATA_value -1\n'
    printf "$head"'10 20 30 40\n-1 60 70 80\n90 -1 110 120\n' >walk.asc
    printf 'ncols 7\nnrows 6\nxllcorner 430000\nyllcorner 380000\ncellsize 50\nNODATA_value -1\n' >ferry.asc
    for row in 1 2 3 4 5 6; do echo "1 $row 3 2 5 4 -1"; done >>ferry.asc
    printf 'ncols 4\nnrows 3\nxllcorner 430000\nyllcorner 380000\ncellsize 100\nNODATA_value -1\n10 20 30 40\n0 0 0 0\n1 1 1 -1\n' >raster.asc
    access=("$ISOGAP" access --areas areas.geojson --crs EPSG:27700 --thresholds 2,7.5 --quiet)
    for people in people.csv raster.asc; do
        # a grid is called as its file is, unless it is given a name; the ferry's lies on other cells
        "${access[@]}" --population "$people" --travel drive=minutes.asc --travel walk.asc --travel sea_1=ferry.asc \
            --overwrite -o all.csv --json --trace >all.json
        "${access[@]}" --population "$people" --travel minutes.asc --overwrite -o drive.csv --json >drive.json
        "${access[@]}" --population "$people" --travel walk=walk.asc --overwrite -o walk.csv --json >walk.json
        "${access[@]}" --population "$people" --travel ferry.asc --overwrite -o sea_1.csv --json >sea_1.json
        /usr/bin/python3 - <<'P'
import csv, json
lines = [l.rstrip("\r\n").split(",") for l in open("all.csv")]
own = {m: [l.rstrip("\r\n").split(",") for l in open(m + ".csv")] for m in ("drive", "walk", "sea_1")}
for i, line in enumerate(lines):
    want = own["drive"][i][:2]
    for mode, rows in own.items():  # text by text
        want += [c + "_" + mode if i == 0 else c for c in rows[i][2:]]
    assert line == want, (line, want)
assert len(lines) == 4 and "minutes_mean_walk" in lines[0] and "within_7.5_sea_1" in lines[0], lines[0]
d = json.load(open("all.json"))
assert [m["name"] for m in d["modes"]] == ["drive", "walk", "sea_1"], d
for m in d["modes"]:
    alone = json.load(open(m["name"] + ".json"))
    for key in ("people_reached", "people_unreached", "minutes_mean"):
        assert m[key] == alone[key], (m, alone)
    assert alone.get("modes") is None or m["name"] == "walk"
assert d["minutes_mean"] == d["modes"][0]["minutes_mean"] and d["people"] == alone["people"], d
assert d["modes"][0]["minutes_mean"] != d["modes"][1]["minutes_mean"]
P
    done
    for n in 1 3; do
        "${access[@]}" --population people.csv --travel drive=minutes.asc,walk.asc --cost pace.asc --threads $n -o $n.gpkg
    done
    cmp 1.gpkg 3.gpkg
    [ "$(sqlite3 1.gpkg 'select count(*) from access where minutes_mean_walk > minutes_mean_drive')" = 3 ]
}

@test "the gap of one of several ways to travel, and names that will not do" {
    printf "ncols 4\nnrows 3\nxllcorner 430000\nyllcorner 380000\ncellsize 100\nNODATA_value -1\n9 8 7 6\n5 4 3 2\n1 -1 1 1\n" >bus.asc
    printf 'area,decile\nE01000001,1\nE01000002,9\nE01000003,5\n' >imd.csv
    access=("$ISOGAP" access --areas areas.geojson --crs EPSG:27700 --thresholds 2,7.5 --quiet --population people.csv)
    "${access[@]}" --travel drive=minutes.asc --travel bus.asc -o all.csv
    "${access[@]}" --travel bus.asc -o bus.csv
    "$ISOGAP" gap --access all.csv --mode bus --groups imd.csv --deprivation decile -o a.csv --quiet
    "$ISOGAP" gap --access bus.csv --groups imd.csv --deprivation decile -o b.csv --quiet
    cmp a.csv b.csv
    run "$ISOGAP" gap --access all.csv --groups imd.csv --deprivation decile -o c.csv
    [ "$status" -ne 0 ]
    [[ "$output" == *"--mode drive or --mode bus"* ]]
    run "${access[@]}" --travel a=minutes.asc --travel a=bus.asc -o x.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"two ways to travel are called a"* ]]
    cp bus.asc 'the bus.asc'
    run "${access[@]}" --travel minutes.asc --travel 'the bus.asc' -o x.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"walk=FILE"* ]]
    # a file whose own name looks like a named one
    cp bus.asc 'a=b.asc'
    "${access[@]}" --travel 'a=b.asc' --overwrite -o x.csv
    cmp x.csv bus.csv
    # cells are counted for want of people: on one lattice only
    printf 'ncols 7\nnrows 6\nxllcorner 430000\nyllcorner 380000\ncellsize 50\n' >fine.asc
    for row in 1 2 3 4 5 6; do echo "1 $row 3 2 5 4 1"; done >>fine.asc
    run "$ISOGAP" access --areas areas.geojson --crs EPSG:27700 --travel bus.asc --travel fine.asc -o y.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"give --population"* ]]
    run "${access[@]}" --travel a=bus.asc --travel b=bus.asc -o bus.asc --overwrite
    [ "$status" -eq 4 ]
}
