# convert: totals by hand on a small lookup, every change of the official kind, squares over squares,
# and all England against sums made with python's csv.

setup() {
    cd "$BATS_TEST_TMPDIR"
    # U: A. S: B to Y and Z, 1 to 3. M: C and D to W. X: E to V and W. Nobody knows F; G has no row.
    printf 'old,new,CHGIND,people\nE01000001,E01000011,U,10\nE01000002,E01000012,S,100\nE01000002,E01000013,S,300\nE01000003,E01000014,M,50\nE01000004,E01000014,M,70\nE01000005,E01000014,X,20\nE01000005,E01000015,X,60\n' >look.csv
    printf 'code,n,rate,pop,kind\nE01000001,7,2,70,a\nE01000002,100,5,400,b\nE01000003,30,10,300,c\nE01000004,20,20,100,d\nE01000005,8,40,80,c\n' >t.csv
}

# NAME of AREA in the CSV on standard output ("-" for an empty cell).
cell() {
    python3 -c 'import csv, sys
for r in csv.DictReader(l for l in sys.argv[1].splitlines() if not l.startswith("isogap")):
    if r["area"] == sys.argv[2]: print(r[sys.argv[3]] or "-")' "$output" "$1" "$2"
}
key() {
    python3 -c 'import json, sys
j = json.loads(sys.stdin.read())
for k in sys.argv[1].split("/"): j = j[int(k)] if isinstance(j, list) else j[k]
print(json.dumps(j))' "$1" <"${2:-out.json}"
}
convert() { run "$ISOGAP" convert --quiet --table t.csv --lookup look.csv --from old --to new "$@"; }

@test "counts are shared by weight, rates by their denominators, words by the heaviest" {
    convert --weights people --counts n --rates rate:pop --categories kind
    [ "$status" -eq 0 ]
    [ "$(echo "$output" | grep '^area')" = "area,n,rate,kind,weight,status" ]
    [ "$(cell E01000011 n)" = 7 ]
    [ "$(cell E01000012 n)" = 25 ]
    [ "$(cell E01000013 n)" = 75 ]
    [ "$(cell E01000014 n)" = 52 ] # 30 + 20 + 8 / 4
    [ "$(cell E01000015 n)" = 6 ]
    [ "$(cell E01000012 rate)" = 5 ] # copied to both parts
    # (10 * 300 + 20 * 100 + 40 * 20) / 420
    python3 -c "assert abs($(cell E01000014 rate) - 5800 / 420) < 1e-12"
    [ "$(cell E01000014 kind)" = c ] # 50 + 20 of c are as many as 70 of d: the first in the alphabet
    [ "$(cell E01000014 weight)" = 140 ]
    [ "$(cell E01000014 status)" = ok ]
}

@test "rates without a denominator are weighted by the pieces" {
    convert --weights people --rates rate
    [ "$status" -eq 0 ]
    # (10 * 50 + 20 * 70 + 40 * 20) / 140
    python3 -c "assert abs($(cell E01000014 rate) - 2700 / 140) < 1e-12"
}

@test "best fit gives each source whole, and both stand side by side with what differs" {
    convert --weights people --method best-fit --counts n
    [ "$(cell E01000013 n)" = 100 ]
    [ "$(cell E01000013 weight)" = 400 ]
    [ "$(cell E01000012 n)" = - ]
    [ "$(cell E01000012 status)" = "no data" ]
    [ "$(cell E01000015 n)" = 8 ]
    convert --weights people --method both --counts n
    [ "$(echo "$output" | grep '^area')" = "area,n_weights,n_best_fit,differs,weight,status" ]
    [ "$(cell E01000011 differs)" = 0 ]
    [ "$(cell E01000013 n_weights)" = 75 ]
    [ "$(cell E01000013 n_best_fit)" = 100 ]
    [ "$(cell E01000013 differs)" = 1 ]
    [ "$(cell E01000012 differs)" = 1 ]
}

@test "a split without weights asks for the option, and equal parts are counted" {
    convert --counts n -o out.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"E01000002"*"--weights"* ]]
    [ ! -e out.csv ]
    "$ISOGAP" convert --quiet --table t.csv --lookup look.csv --from old --to new --counts n --split-by equal -o out.csv --json >out.json
    [ "$(key total_before/n)" = 165 ]
    [ "$(key total_after/n)" = 165 ]
    [ "$(key lost/n)" = 0 ]
    [ "$(key irregular)" = '["E01000005"]' ]
    [ "$(key split_equally)" = '["E01000002", "E01000005"]' ]
}

@test "a gap in one source is a gap in the target, and what it took with it is named" {
    sed -i 's/E01000003,30/E01000003,*/' t.csv
    convert --weights people --counts n
    [ "$(cell E01000014 n)" = - ]
    [ "$(cell E01000014 status)" = suppressed ]
    "$ISOGAP" convert --quiet --table t.csv --lookup look.csv --from old --to new --counts n --weights people -o out.csv --json >out.json 2>err.txt
    [ "$(key total_before/n)" = 135 ]
    [ "$(key total_after/n)" = 113 ]
    [ "$(key lost/n)" = 22 ]
    grep -q 'lost' err.txt
}

@test "a source without row and one without target are named, a target without source is no zero" {
    sed -i '/E01000001/d' t.csv
    printf 'E01000009,1000,1,1,z\n' >>t.csv
    run "$ISOGAP" convert --table t.csv --lookup look.csv --from old --to new --weights people --counts n
    [ "$status" -eq 0 ]
    [[ "$output" == *"E01000009"* ]]
    [ "$(cell E01000011 n)" = - ]
    [ "$(cell E01000011 status)" = "no data" ]
    "$ISOGAP" convert --quiet --table t.csv --lookup look.csv --from old --to new --counts n --weights people -o out.csv --json >out.json
    [ "$(key lost/n)" = 1000 ]
    [ "$(key lost_areas/0/area)" = '"E01000009"' ]
}

@test "repeated codes, negative counts and weights, and codes of another kind are refused" {
    cp t.csv t0.csv
    echo 'e01000001 ,1,1,1,a' >>t.csv
    convert --weights people --counts n
    [ "$status" -eq 3 ]
    [[ "$output" == *"duplicate"* ]]
    sed 's/E01000001,7/E01000001,-7/' t0.csv >t.csv
    convert --weights people --counts n
    [ "$status" -eq 3 ]
    cp t0.csv t.csv
    sed -i.bak 's/U,10/U,-10/' look.csv
    convert --weights people --counts n
    [ "$status" -eq 3 ]
    mv look.csv.bak look.csv
    echo 'E01000002,E01000012,S,100' >>look.csv
    convert --weights people --counts n
    [ "$status" -eq 3 ]
    [[ "$output" == *"comes twice"* ]]
    run "$ISOGAP" convert --table t.csv --lookup look.csv --from new --to old --counts n
    [ "$status" -eq 3 ]
}

# Squares in EPSG:27700: S1 and S2 side by side, 1 km; T1 holds S1 and a quarter of S2, T2 half of S2.
squares() {
    python3 - <<'P'
import json
def layer(name, crs, boxes):
    json.dump({"type": "FeatureCollection", "name": name,
               "crs": {"type": "name", "properties": {"name": crs}},
               "features": [{"type": "Feature", "properties": dict(p, code=c),
                             "geometry": {"type": "Polygon", "coordinates": [[
                                 [x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]]}}
                            for c, (x0, y0, x1, y1), p in boxes]}, open(name + ".geojson", "w"))
crs = "urn:ogc:def:crs:EPSG::27700"
layer("s", crs, [("S1", (430000, 380000, 431000, 381000), {"n": 100, "r": 10}),
                 ("S2", (431000, 380000, 432000, 381000), {"n": 40, "r": 50})])
layer("t", crs, [("T1", (430000, 380000, 431250, 381000), {}),
                 ("T2", (431250, 380000, 431750, 381000), {}),
                 ("T3", (450000, 380000, 450100, 380100), {})])
layer("o", crs, [("T1", (430000, 380000, 431000, 381000), {}),
                 ("T2", (430500, 380000, 432000, 381000), {})])
P
    printf 'code,x,y,people\na,430500,380500,9\nb,431100,380500,3\nc,431500,380500,1\nd,431900,380500,4\n' >points.csv
}

@test "by shape counts go by area, and what lies outside every target is lost by name" {
    squares
    run "$ISOGAP" convert --quiet --source-areas s.geojson --source-areas-key code --target-areas t.geojson --target-areas-key code --counts n --rates r
    [ "$status" -eq 0 ]
    python3 -c "assert abs($(cell T1 n) - 110) < 1e-9 and abs($(cell T2 n) - 20) < 1e-9"
    python3 -c "assert abs($(cell T1 r) - (10 + 50 * .25) / 1.25) < 1e-9"
    [ "$(cell T3 n)" = - ]
    [ "$(cell T3 status)" = "no data" ]
    "$ISOGAP" convert --quiet --source-areas s.geojson --source-areas-key code --target-areas t.geojson --target-areas-key code --counts n -o out.gpkg --json >out.json
    python3 -c "assert abs($(key lost/n) - 10) < 1e-9 and $(key total_before/n) == 140"
    [ "$(key lost_areas/0/area)" = '"S2"' ]
    ogrinfo -so out.gpkg t | grep -q 'Polygon'
    run "$ISOGAP" convert --quiet --source-areas s.geojson --source-areas-key code --target-areas t.geojson --target-areas-key code --counts n --method best-fit
    [ "$(cell T1 n)" = 100 ]
    [ "$(cell T2 n)" = 40 ]
}

@test "by shape with people in points the pieces weigh what their people do" {
    squares
    run "$ISOGAP" convert --quiet --crs EPSG:27700 --source-areas s.geojson --source-areas-key code --target-areas t.geojson --target-areas-key code --counts n --rates r --population points.csv
    [ "$status" -eq 0 ]
    [ "$(cell T1 n)" = 115 ] # 100 + 40 * 3 / 8
    [ "$(cell T2 n)" = 5 ]
    [ "$(cell T1 weight)" = 12 ]
    [ "$(cell T1 r)" = 20 ] # (10 * 9 + 50 * 3) / 12
}

@test "what lies in two targets counts in both, and is said to" {
    squares
    "$ISOGAP" convert --source-areas s.geojson --source-areas-key code --target-areas o.geojson --target-areas-key code --counts n -o out.csv --json >out.json 2>err.txt
    python3 -c "assert abs($(key counted_twice/n) - 50) < 1e-9 and abs($(key lost/n)) < 1e-9"
    python3 -c "assert abs($(key total_after/n) - 190) < 1e-9"
    grep -q 'lie over each other' err.txt
}

@test "a raster of people shares by the people of each piece" {
    squares
    # 250 m cells: 4 people in each of the 4 west columns, 1, 2, 3, 6 in the others
    printf 'ncols 8\nnrows 4\nxllcorner 430000\nyllcorner 380000\ncellsize 250\n' >p.asc
    for _ in 1 2 3 4; do echo '4 4 4 4 1 2 3 6' >>p.asc; done
    run "$ISOGAP" convert --quiet --crs EPSG:27700 --source-areas s.geojson --source-areas-key code --target-areas t.geojson --target-areas-key code --counts n --population p.asc
    [ "$status" -eq 0 ]
    python3 -c "assert abs($(cell T1 n) - (100 + 40 / 12)) < 1e-9 and abs($(cell T2 n) - 40 * 5 / 12) < 1e-9"
}

@test "population denominators of all England to LSOA 2021: every person arrives" {
    [ -d "$SHARED/data" ] || skip "the shared data is not here"
    d=$SHARED/data
    "$ISOGAP" convert --quiet --table "$d/deprivation/File_6_-_IoD2019_Population_Denominators.csv" \
        --lookup "$d/lookups/lookup_lsoa11_lsoa21_ltla22.csv" --from lsoa11_code --to lsoa21_code \
        --counts '"Total population: mid 2015 (excluding prisoners)"=people' --split-by equal \
        -o england.csv --json >out.json
    python3 - "$d" <<'P'
import csv, json, sys
d = sys.argv[1]
people = {r["LSOA code (2011)"]: int(r["Total population: mid 2015 (excluding prisoners)"].replace(",", ""))
          for r in csv.DictReader(open(d + "/deprivation/File_6_-_IoD2019_Population_Denominators.csv", encoding="utf-8-sig"))}
pairs = {(r["lsoa11_code"], r["lsoa21_code"]): r["change_code"]
         for r in csv.DictReader(open(d + "/lookups/lookup_lsoa11_lsoa21_ltla22.csv"))}
parts = {}
for old, new in pairs: parts.setdefault(old, []).append(new)
want = {}
for old, new in pairs:
    if old in people: want[new] = want.get(new, 0) + people[old] / len(parts[old])
got = {r["area"]: float(r["people"]) for r in csv.DictReader(open("england.csv"))}
j = json.load(open("out.json"))
assert len(got) == 33755 and set(got) == set(want)
assert max(abs(got[a] - want[a]) for a in got) < 1e-9
assert j["total_before"]["people"] == j["total_after"]["people"] == sum(people.values()) == 54728204
assert j["lost"]["people"] == 0 and not j["lost_areas"]
assert j["irregular"] == sorted({o for (o, n), c in pairs.items() if c == "X"})
print(len(got), "areas compared")
P
}

@test "land area shares out the splits where both shapes are there, equal parts the rest" {
    [ -d "$SHARED/data" ] || skip "the shared data is not here"
    d=$SHARED/data
    # Rutland: three LSOAs split in two; their pieces are whole LSOAs of 2021.
    "$ISOGAP" convert --quiet --table "$d/population/population20_lsoa11_single_year.csv.gz" --table-key lsoa11_code \
        --lookup "$d/lookups/lookup_lsoa11_lsoa21_ltla22.csv" --from lsoa11_code --to lsoa21_code \
        --counts total_population --split-by area,equal --target-areas "$d/boundaries/lsoa21/E06000017.geojson" \
        -o out.csv --json >out.json
    [ "$(key lost/total_population)" = 0 ]
    python3 - "$d" <<'P'
import csv, json, subprocess, sys
d = sys.argv[1]
area = {}
text = subprocess.run(["ogrinfo", "-q", "-dialect", "SQLite", "-sql",
    "select LSOA21CD, ST_Area(ST_Transform(geometry, 27700)) as a from \"E06000017\"",
    d + "/boundaries/lsoa21/E06000017.geojson"], capture_output=True, text=True).stdout
code = None
for line in text.splitlines():
    if " (String) = " in line: code = line.split(" = ")[1]
    if " (Real) = " in line: area[code] = float(line.split(" = ")[1])
pairs = [(r["lsoa11_code"], r["lsoa21_code"]) for r in csv.DictReader(open(d + "/lookups/lookup_lsoa11_lsoa21_ltla22.csv"))
         if r["change_code"] == "S" and r["lsoa21_code"] in area]
import gzip
people = {r["lsoa11_code"]: float(r["total_population"]) for r in csv.DictReader(gzip.open(d + "/population/population20_lsoa11_single_year.csv.gz", "rt"))}
whole = {}
for o, n in pairs: whole[o] = whole.get(o, 0) + area[n]
got = {r["area"]: float(r["total_population"]) for r in csv.DictReader(open("out.csv"))}
j = json.load(open("out.json"))
assert pairs and sorted(whole) == j["split_by_area"]
for o, n in pairs: assert abs(got[n] - people[o] * area[n] / whole[o]) < 1e-3, (o, n)
print(len(pairs), "pieces compared")
P
}
