# matrix: minutes from areas to each site; shards and how they are merged.

setup() {
    cd "$BATS_TEST_TMPDIR"
    # 100 m cells of 0.6 s/m: a straight step is a minute. A river with a bridge in the lower row.
    cat >cost.asc <<'A'
ncols 5
nrows 3
xllcorner 400000
yllcorner 100000
cellsize 100
NODATA_value -9999
0.6 0.6 -9999 0.6 0.6
0.6 0.6 -9999 0.6 0.6
0.6 0.6 0.6 0.6 0.6
A
    printf 'code,easting,northing\nB,400450,100250\nA,400050,100250\n' >sites.csv
    cat >areas.geojson <<'A'
{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
"features": [
{"type": "Feature", "properties": {"code": "E01000002"}, "geometry": {"type": "Polygon", "coordinates": [[[400300,100000],[400500,100000],[400500,100300],[400300,100300],[400300,100000]]]}},
{"type": "Feature", "properties": {"code": "E01000001"}, "geometry": {"type": "Polygon", "coordinates": [[[400000,100000],[400150,100000],[400150,100300],[400000,100300],[400000,100000]]]}}
]}
A
    printf 'code,people\nE01000001,90\nE01000002,60\n' >people.csv
    matrix=(matrix --cost cost.asc --sites sites.csv --areas areas.geojson --population people.csv
        --crs EPSG:27700)
}

@test "a row for each area and site that reaches someone, sorted by area then site" {
    "$ISOGAP" "${matrix[@]}" -o m.csv
    /usr/bin/python3 - <<'P'
import csv
rows = list(csv.DictReader(open("m.csv")))
assert list(rows[0]) == ["area", "site", "minutes", "people_reached"], rows
assert [(r["area"], r["site"]) for r in rows] == [
    ("E01000001", "A"), ("E01000001", "B"), ("E01000002", "A"), ("E01000002", "B")], rows
# E01000001: cells of the first column whole (20 people each), of the second by half (10 each)
mean = (20 * (0 + 1 + 2) + 10 * (1 + 2 ** .5 + 1 + 2 ** .5)) / 90
assert abs(float(rows[0]["minutes"]) - mean) < 1e-5, rows[0]
assert float(rows[0]["people_reached"]) == 90
P
}

@test "a limit leaves pairs out and says who is reached" {
    run "$ISOGAP" "${matrix[@]}" --max-minutes 1 -o m.csv
    [ "$status" -eq 0 ]
    [ "$(wc -l <m.csv)" -eq 3 ]
    [[ "$(sed -n 2p m.csv)" == "E01000001,A,"*",50" ]]
}

@test "one site: what access says" {
    head -2 sites.csv >one.csv
    "$ISOGAP" matrix --cost cost.asc --sites one.csv --areas areas.geojson --population people.csv --crs EPSG:27700 -o m.csv
    "$ISOGAP" access --cost cost.asc --sites one.csv --areas areas.geojson --population people.csv --crs EPSG:27700 -o a.csv
    /usr/bin/python3 - <<'P'
import csv
m = {r["area"]: r for r in csv.DictReader(open("m.csv"))}
for r in csv.DictReader(open("a.csv")):
    assert abs(float(m[r["area"]]["minutes"]) - float(r["minutes_mean"])) < 1e-12 * float(r["minutes_mean"])
    assert m[r["area"]]["people_reached"] == r["people_reached"]
P
}

@test "shards merged give the bytes of one run, in CSV and GeoPackage" {
    for i in $(seq 1 40); do
        printf 'S%s,%s,%s\n' "$i" $((400050 + 100 * (i % 2))) $((100050 + 100 * (i % 3)))
    done | sed '1i code,easting,northing' >sites.csv
    "$ISOGAP" "${matrix[@]}" -o whole.csv
    "$ISOGAP" "${matrix[@]}" -o whole.gpkg
    for n in 1 4 16 64; do
        parts=()
        for i in $(seq "$n" -1 1); do
            "$ISOGAP" "${matrix[@]}" --shard "$i/$n" -o "part$n-$i.csv"
            parts+=("part$n-$i.csv")
        done
        "$ISOGAP" matrix merge "${parts[@]}" -o "merged$n.csv"
        cmp whole.csv "merged$n.csv"
        "$ISOGAP" matrix merge "${parts[@]}" -o "merged$n.gpkg"
        cmp whole.gpkg "merged$n.gpkg"
    done
    "$ISOGAP" "${matrix[@]}" --shard 1/2 -o a.gpkg
    "$ISOGAP" "${matrix[@]}" --shard 2/2 -o b.gpkg
    "$ISOGAP" matrix merge a.gpkg b.gpkg -o c.csv
    cmp whole.csv c.csv
}

@test "merge refuses what does not belong together" {
    for i in 1 2 3; do "$ISOGAP" "${matrix[@]}" --shard $i/3 -o $i.csv; done
    run "$ISOGAP" matrix merge 1.csv 3.csv -o m.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"missing: 2/3"* ]]
    run "$ISOGAP" matrix merge 1.csv 2.csv 3.csv 2.csv -o m.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"shard 2/3 comes twice"* ]]
    "$ISOGAP" "${matrix[@]}" --max-minutes 9 --shard 3/3 -o other.csv
    run "$ISOGAP" matrix merge 1.csv 2.csv other.csv -o m.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"different runs"* ]]
    "$ISOGAP" "${matrix[@]}" -o whole.csv
    run "$ISOGAP" matrix merge whole.csv -o m.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"no part of a matrix"* ]]
    run "$ISOGAP" matrix merge -o m.csv
    [ "$status" -eq 2 ]
    [ ! -e m.csv ]
    run "$ISOGAP" "${matrix[@]}" --shard 4/3 -o m.csv
    [ "$status" -eq 2 ]
}

@test "sites off the grid and on barriers as in travel" {
    printf 'code,easting,northing\nB,400450,100250\nX,500000,100250\n' >sites.csv
    run "$ISOGAP" "${matrix[@]}" -o m.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"X"*"outside"* ]]
    "$ISOGAP" "${matrix[@]}" --clip-sites --json -o m.csv >sum.json
    /usr/bin/python3 - <<'P'
import json
d = json.load(open("sum.json"))
assert d["command"] == "matrix" and d["outputs"] == ["m.csv"], d
assert (d["sites_in"], d["sites_placed"], d["sites_left_out"]) == (2, 1, ["X"]), d
assert (d["areas"], d["areas_reached"], d["pairs"]) == (2, 2, 2), d
P
}

@test "access reads the matrix as it is" {
    "$ISOGAP" "${matrix[@]}" -o m.csv
    "$ISOGAP" access --matrix m.csv --population people.csv --thresholds 2 -o a.csv
    [[ "$(sed -n 2p a.csv)" == "E01000001,90,90,0,"* ]]
}

@test "the same bytes for any number of threads" {
    for t in 1 2 7; do "$ISOGAP" "${matrix[@]}" --threads $t -o t$t.csv; done
    cmp t1.csv t2.csv
    cmp t1.csv t7.csv
}
