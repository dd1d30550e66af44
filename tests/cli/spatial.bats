# spatial: six squares worked by hand, p that knows neither threads nor order, islands and gaps named.

setup() {
    cd "$BATS_TEST_TMPDIR"
}

# Squares of 1 km in rows of COLS, a value each ("-": none), in the order of ORDER (default as given).
squares() {
    python3 - "$@" <<'P'
import json, sys
name, cols, values = sys.argv[1], int(sys.argv[2]), sys.argv[3].split()
order = [int(i) for i in sys.argv[4].split()] if len(sys.argv) > 4 else range(len(values))
features = []
for i in order:
    x, y = 430000 + 1000 * (i % cols), 380000 - 1000 * (i // cols)
    features.append({"type": "Feature", "properties": {"code": "A%03d" % i, "v": None if values[i] == "-" else float(values[i])},
                     "geometry": {"type": "Polygon", "coordinates": [[[x, y], [x + 1000, y], [x + 1000, y + 1000], [x, y + 1000], [x, y]]]}})
json.dump({"type": "FeatureCollection", "name": name, "features": features,
           "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}}, open(name + ".geojson", "w"))
P
}
cell() { # COLUMN KEYCOLUMN KEY
    python3 -c 'import csv, sys
for r in csv.DictReader(l for l in sys.argv[1].splitlines() if not l.startswith("isogap")):
    if r[sys.argv[3]] == sys.argv[4]: print(r[sys.argv[2]] or "-")' "$output" "$@"
}
near() { python3 -c "assert abs($1 - ($2)) <= $3, ($1, $2)"; }
spatial() { run "$ISOGAP" spatial --quiet --areas g.geojson --areas-key code --value v "$@"; }

@test "Moran of six squares, rook and binary, by hand" {
    squares g 3 '1 2 3 2 4 6'
    spatial --weights rook --style B --statistic moran
    [ "$status" -eq 0 ]
    [[ "$(echo "$output" | grep ^statistic)" == "statistic,assumption,estimate,expected,variance,z,p,n"* ]]
    near "$(cell estimate assumption randomisation)" '6/14 * 10/16' 1e-12
    near "$(cell expected assumption normality)" -.2 1e-15
    [ "$(cell n assumption normality)" = 6 ]
    [ -z "$(cell p assumption permutation)" ]
    spatial --weights rook --style B --statistic geary --permutations 99
    near "$(cell estimate assumption permutation)" '5 * 48 / (2 * 14 * 16)' 1e-12
    spatial --weights distance:1000 --style B --statistic general-g
    # both ways: 2*(1*2 + 2*3 + 2*4 + 4*6 + 1*2 + 2*4 + 3*6) over 18^2 - 70
    near "$(cell estimate assumption randomisation)" '2 * 68 / 254' 1e-12
}

@test "Gi* of the last square by hand, and every column of a local statistic" {
    squares g 3 '1 2 3 2 4 6'
    spatial --weights rook --style B --statistic gi-star
    [ "$status" -eq 0 ]
    [[ "$(echo "$output" | grep ^area)" == "area,value,estimate,expected,variance,z,p,p_adjusted,quadrant"* ]]
    near "$(cell z area A005)" 1.825742 5e-7
    spatial --weights rook --statistic local-moran
    [ "$(cell quadrant area A005)" = HH ]
    [ "$(cell quadrant area A000)" = LL ]
}

@test "permutation p knows neither the threads nor the order of the file" {
    values=$(python3 -c 'print(*[(i * 37 % 101) + i // 10 for i in range(120)])')
    squares g 12 "$values"
    squares h 12 "$values" "$(python3 -c 'print(*[i * 77 % 120 for i in range(120)])')"
    for statistic in local-moran gi-star moran geary general-g; do
        for weights in queen knn:5; do
            "$ISOGAP" spatial --quiet --areas g.geojson --areas-key code --value v --weights $weights --statistic $statistic --permutations 199 --threads 1 -o a.csv --overwrite
            "$ISOGAP" spatial --quiet --areas g.geojson --areas-key code --value v --weights $weights --statistic $statistic --permutations 199 --threads 3 -o b.csv --overwrite
            "$ISOGAP" spatial --quiet --areas h.geojson --areas-key code --value v --weights $weights --statistic $statistic --permutations 199 -o c.csv --overwrite
            cmp a.csv b.csv
            [ "$(sort a.csv | sha256sum)" = "$(sort c.csv | sha256sum)" ]
        done
    done
}

@test "a planted cluster is found and random values are not one" {
    squares g 20 "$(python3 -c '
import random
random.seed(4)
print(*[random.gauss(0, 1) + (6 if r < 6 and c < 6 else 0) for r in range(20) for c in range(20)])')"
    spatial --weights queen --statistic local-moran --permutations 999
    python3 - "$output" <<'P'
import csv, sys
rows = list(csv.DictReader(l for l in sys.argv[1].splitlines() if not l.startswith("isogap")))
found = {int(r["area"][1:]) for r in rows if float(r["p_adjusted"]) < .05 and r["quadrant"] == "HH"}
core = {r * 20 + c for r in range(5) for c in range(5)}
assert core <= found, core - found
assert all(i // 20 < 7 and i % 20 < 7 for i in found), found
assert all(float(r["p"]) >= .001 for r in rows)
P
}

@test "islands and areas without a value are listed, and stay in the table" {
    squares g 30 '1 2 3 4 - 6 7 8 9'
    python3 - <<'P'
import json
g = json.load(open("g.geojson"))
for f in g["features"][8:]: f["geometry"]["coordinates"] = [[[x + 9000, y] for x, y in f["geometry"]["coordinates"][0]]]
json.dump(g, open("g.geojson", "w"))
P
    spatial --weights queen --statistic local-moran
    [ "$status" -eq 0 ]
    [ "$(cell status area A008)" = island ]
    [ "$(cell p area A008)" = - ]
    [ "$(cell value area A008)" = 9 ]
    [ "$(cell status area A004)" = "no data" ]
    "$ISOGAP" spatial --quiet --areas g.geojson --areas-key code --value v --weights queen --statistic gi --json -o out.gpkg >out.json
    python3 -c 'import json; j = json.load(open("out.json")); assert j["islands"] == ["A008"] and len(j["rows"]) == 9 and j["rows"][8]["p"] is None'
    ogrinfo -so out.gpkg g | grep -q 'Feature Count: 9'
}

@test "equal values are undefined, and weights that are none are refused" {
    squares g 3 '5 5 5 5 5 5'
    spatial --weights queen --statistic moran
    [ "$status" -eq 0 ]
    [ "$(cell estimate assumption randomisation)" = - ]
    [ "$(cell status assumption randomisation)" = "constant values" ]
    spatial --weights queen --statistic local-moran --permutations 9
    [ "$status" -eq 0 ]
    [ "$(cell status area A000)" = undefined ]
    for weights in quean distance:0 distance:x knn:2.5 knn:6 knn:-1; do
        spatial --weights $weights --statistic moran
        [ "$status" -eq 2 ]
    done
}

@test "Moran of the deprivation of the Isle of Wight, against sums of python" {
    [ -d "$SHARED/data" ] || skip "the shared data is not here"
    d=$SHARED/data
    run "$ISOGAP" spatial --quiet --areas "$d/boundaries/lsoa21/E06000046.geojson" --areas-key LSOA21CD \
        --table "$d/deprivation/imd2025_england_lsoa21.csv" --table-key lsoa21_code --value IMD_score --weights queen --statistic moran
    [ "$status" -eq 0 ]
    want=$(python3 - "$d" <<'P'
import csv, json, sys
d = sys.argv[1]
score = {r["lsoa21_code"]: float(r["IMD_score"]) for r in csv.DictReader(open(d + "/deprivation/imd2025_england_lsoa21.csv"))}
points = {}
for f in json.load(open(d + "/boundaries/lsoa21/E06000046.geojson"))["features"]:
    g = f["geometry"]
    for polygon in [g["coordinates"]] if g["type"] == "Polygon" else g["coordinates"]:
        for ring in polygon:
            for p in ring: points.setdefault(tuple(p), set()).add(f["properties"]["LSOA21CD"])
near = {}
for codes in points.values():
    for a in codes: near.setdefault(a, set()).update(codes - {a})
mean = sum(score[a] for a in near) / len(near)
z = {a: score[a] - mean for a in near}
rows = [a for a in near if near[a]]
print(len(near) / len(rows) * sum(z[a] * sum(z[b] for b in near[a]) / len(near[a]) for a in rows) / sum(v * v for v in z.values()))
P
)
    near "$(cell estimate assumption randomisation)" "$want" 1e-12
}
