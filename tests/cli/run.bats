# run: a plan from inputs to outputs, on a small cut of the made-up county.

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    mkdir -p out
    cat >plan.yaml <<EOF
plan: GP access, a test
areas: {file: $GEODATA/sample/lsoa21.geojson}
wards: {file: $GEODATA/sample/wards25.shp}
tables:
  - file: $GEODATA/sample/iod2025_file1.csv
    columns: {Index of Multiple Deprivation (IMD) Decile: imd_decile}
population: {file: $GEODATA/sample/population21_lsoa21_age_sex.csv, column: Total}
sites: {file: $GEODATA/sample/clinics.csv}
travel: {mode: walk, cell: 200, roads: $GEODATA/sample/roads.osm, thresholds: [10, 20, 30]}
deprivation: imd_decile
maps:
  - {value: minutes_mean, method: quantile, classes: 5, palette: YlGnBu}
outputs: {geopackage: out/access.gpkg, tables: out/tables/, maps: out/maps/}
EOF
}

plan_with() { # sed script
    sed -i "$1" plan.yaml
}

@test "run makes what the plan names, and its numbers add up" {
    "$ISOGAP" run plan.yaml --json >said 2>told || { cat told; false; }
    python3 - <<'EOF'
import csv, json, os, sqlite3
d = json.load(open("said"))
table, = d["tables"]
assert table["areas_in"] == table["matched"] + table["areas_without_row"] == 300, table
assert table["rows_in"] == table["matched"] + table["rows_without_area"] + table["rows_refused"]
assert table["file"].endswith("iod2025_file1.csv")
assert d["areas"] == 300 and d["wards"] == 30, d
assert abs(d["people_reached"] + d["people_unreached"] - d["people"]) < 1e-6, d
assert d["sites_in"] == d["sites_placed"] + d["sites_not_placed"] + d["sites_left_out"] == 14, d
for path in d["outputs"]:
    assert os.path.exists(path), path
assert set(os.listdir("out")) == {"access.gpkg", "access.run.json", "access_minutes.tif",
                                  "access_cost.tif", "access.qgz", "access_minutes.qml",
                                  "access_minutes.sld", "tables", "maps"}, os.listdir("out")
assert os.listdir("out/maps") == ["minutes_mean.png"]

rows = list(csv.DictReader(open("out/tables/access_area.csv")))
columns = ["area", "people", "people_reached", "people_unreached", "minutes_mean",
           "minutes_median", "within_10", "within_20", "within_30"]
assert list(rows[0])[:9] == columns and "status" in rows[0], rows[0]
assert len(rows) == 300
assert abs(sum(float(r["people"]) for r in rows) - d["people"]) < 1e-6
wards = list(csv.DictReader(open("out/tables/access_ward.csv")))
assert len(wards) == 30
assert abs(sum(float(r["people"]) for r in wards) - d["people"]) < 1e-6
gap = list(csv.DictReader(open("out/tables/gap.csv")))
assert list(gap[0])[:2] == ["grouping", "group"] and "gap_all" in gap[0], gap[0]
assert {r["grouping"] for r in gap} >= {"all", "decile", "quintile", "core20", "ward"}
assert gap[0]["grouping"] == "all" and abs(float(gap[0]["minutes_mean"]) - d["minutes_mean"]) < 1e-9

db = sqlite3.connect("out/access.gpkg")
layers = {r[0] for r in db.execute("select table_name from gpkg_contents where data_type='features'")}
assert layers == {"lsoa", "ward", "isochrones", "sites"}, layers
def names(t): return [r[1] for r in db.execute(f"pragma table_info({t})")]
for layer in ("lsoa", "ward"):
    for column in columns + ["imd_decile"]:
        assert column in names(layer), (layer, column)
assert db.execute("select count(*) from lsoa").fetchone()[0] == 300
assert db.execute("select count(*) from ward").fetchone()[0] == 30
iso = db.execute("select site, minutes, area_km2, people from isochrones order by minutes").fetchall()
assert [r[:2] for r in iso] == [("all", 10.0), ("all", 20.0), ("all", 30.0)], iso
assert iso[0][2] < iso[1][2] < iso[2][2] and iso[0][3] < iso[1][3] < iso[2][3], iso
styles = db.execute("select f_table_name from layer_styles where useAsDefault = 1").fetchall()
assert sorted(s[0] for s in styles) == ["isochrones", "lsoa", "sites", "ward"], styles
record = json.load(open("out/access.run.json"))
inside, = db.execute("select value from isogap_run where key = 'record'").fetchone()
assert json.loads(inside) == record
assert all(len(i["sha256"]) == 64 for i in record["inputs"])
for key in ("isogap", "libraries", "options", "counts", "warnings", "crs", "steps"):
    assert key in record, key
assert db.execute("pragma integrity_check").fetchone()[0] == "ok"
EOF
}

@test "running twice gives the same bytes, from any folder and with any threads; work is not redone" {
    "$ISOGAP" run plan.yaml --quiet 2>/dev/null
    cp -r out first
    run "$ISOGAP" run plan.yaml
    [ "$status" -eq 4 ]
    [[ "$output" == *"--overwrite"* ]]
    diff -r out first
    run "$ISOGAP" run plan.yaml --overwrite --threads 1
    [ "$status" -eq 0 ]
    [[ "$output" == *"cost: nothing has changed"* ]]
    [[ "$output" == *"travel: nothing has changed"* ]]
    diff -r out first
    mkdir -p elsewhere/out
    cp plan.yaml elsewhere
    (cd / && LC_ALL=C.UTF-8 TZ=Asia/Tokyo "$ISOGAP" run "$BATS_TEST_TMPDIR/elsewhere/plan.yaml" \
        --threads 3 --quiet 2>/dev/null)
    diff -r elsewhere/out first
}

@test "a changed line redoes what it touches only" {
    "$ISOGAP" run plan.yaml --quiet 2>/dev/null
    plan_with 's/thresholds: .*}/thresholds: [10, 20, 40]}/'
    run "$ISOGAP" run plan.yaml --overwrite
    [[ "$output" == *"travel: nothing has changed"* ]]
    plan_with 's/mode: walk,/mode: walk, corners: strict,/'
    run "$ISOGAP" run plan.yaml --overwrite
    [[ "$output" == *"cost: nothing has changed"* ]]
    [[ "$output" != *"travel: nothing has changed"* ]]
    # roads are made for the steps of the search: other steps need another grid
    plan_with 's/corners: strict,/neighbours: 16,/'
    run "$ISOGAP" run plan.yaml --overwrite
    [[ "$output" != *"cost: nothing has changed"* ]]
}

@test "several modes stand side by side" {
    plan_with "s|^travel: .*|travel:\n  - {name: foot, mode: walk, cell: 200, roads: $GEODATA/sample/roads.osm}\n  - {name: car, mode: drive, cell: 200, roads: $GEODATA/sample/roads.osm, thresholds: [5, 10]}|"
    "$ISOGAP" run plan.yaml --json >said 2>told || { cat told; false; }
    [ "$(grep -c 'kept for further grids' told)" = 1 ] # shares of cells serve both modes
    python3 - <<'EOF'
import csv, json, os, sqlite3
d = json.load(open("said"))
assert [m["name"] for m in d["modes"]] == ["foot", "car"], d
for key in ("people_reached", "people_unreached", "minutes_mean"):
    assert d[key] == d["modes"][0][key], key
assert d["modes"][1]["minutes_mean"] < d["modes"][0]["minutes_mean"]
for name in ("access_area_foot", "access_area_car", "access_ward_car", "gap_foot", "gap_car"):
    assert os.path.exists(f"out/tables/{name}.csv"), name
assert os.path.exists("out/access_minutes_foot.tif")
assert sorted(os.listdir("out/maps")) == ["minutes_mean_car.png", "minutes_mean_foot.png"]
db = sqlite3.connect("out/access.gpkg")
names = [r[1] for r in db.execute("pragma table_info(lsoa)")]
for column in ("people", "minutes_mean_foot", "minutes_mean_car", "within_5_car", "within_30_foot"):
    assert column in names, (column, names)
modes = db.execute("select mode, count(*) from isochrones group by mode order by mode").fetchall()
assert modes == [("car", 2), ("foot", 3)], modes
EOF
}

@test "the project opens every layer, and maps that share classes share them with the wards" {
    plan_with "s|^travel: .*|travel:\n  - {name: foot, mode: walk, cell: 200, roads: $GEODATA/sample/roads.osm}\n  - {name: car, mode: drive, cell: 200, roads: $GEODATA/sample/roads.osm, thresholds: [5, 10]}|"
    plan_with 's|{value: minutes_mean,.*}|{value: minutes_mean, method: equal, classes: 4, shared-classes: true}|'
    plan_with 's|clinics.csv}|clinics.csv, kind: gps}|'
    "$ISOGAP" run plan.yaml --json >said 2>told || { cat told; false; }
    python3 - <<'EOF'
import json, re, sqlite3, zipfile
import xml.etree.ElementTree as tree
assert any(o.endswith("out/access.qgz") for o in json.load(open("said"))["outputs"])
root = tree.fromstring(zipfile.ZipFile("out/access.qgz").read("access.qgs").decode().split("\n", 1)[1])
sources = [m.findtext("datasource") for m in root.iter("maplayer")]
assert sources == ["./access.gpkg|layername=sites", "./access.gpkg|layername=ward",
                   "./access.gpkg|layername=isochrones|subset=\"mode\" = 'foot'",
                   "./access.gpkg|layername=isochrones|subset=\"mode\" = 'car'"] + \
    2 * ["./access.gpkg|layername=lsoa"] + 2 * ["./access.gpkg|layername=ward"] + \
    ["./access_minutes_foot.tif", "./access_minutes_car.tif"], sources
groups = [g.get("name") for g in root.iter("layer-tree-group") if g.get("name")]
assert groups == ["Isochrones", "By area", "By ward", "Minutes by cell"], groups
shown = [n.get("name") for n in root.iter("layer-tree-layer") if n.get("checked") == "Qt::Checked"]
assert len(shown) == 3, shown
db = sqlite3.connect("out/access.gpkg")
uppers = [re.findall(' upper="(.*?)"', q) for q, in
          db.execute("select styleQML from layer_styles where f_table_name in ('lsoa', 'ward') "
                     "and styleQML like '%graduatedSymbol%'")]
assert len(uppers) == 4 and all(u == uppers[0] for u in uppers), uppers
assert [r[1] for r in db.execute("pragma table_info(sites)")][2:5] == ["site", "name", "kind"]
EOF
}

@test "wards by a lookup alone are made of their areas" {
    plan_with "s|^wards: .*|wards: {lookup: $GEODATA/sample/lsoa21_ward25_lookup.csv, from: LSOA21CD, to: WD25CD}|"
    "$ISOGAP" run plan.yaml --json >said 2>told || { cat told; false; }
    python3 - <<'EOF'
import json, sqlite3
d = json.load(open("said"))
assert d["wards"] == 30, d
db = sqlite3.connect("out/access.gpkg")
kind, = db.execute("select data_type from gpkg_contents where table_name = 'ward'").fetchone()
assert kind == "features", kind
assert all(name for name, in db.execute("select name from ward"))
EOF
    measure() { # what SQL says of the shapes
        ogrinfo -q -dialect SQLite -sql "select $1 as m from $2" out/access.gpkg | sed -n 's/.* m .*= //p'
    }
    [ "$(measure 'min(st_isvalid(geom))' ward)" = 1 ]
    # the same ground, and no border inside is left
    awk -v w="$(measure 'sum(st_area(geom))' ward)" -v a="$(measure 'sum(st_area(geom))' lsoa)" \
        'BEGIN { exit !(a > 0 && (w - a) ^ 2 < (1e-9 * a) ^ 2) }'
    awk -v w="$(measure 'sum(st_perimeter(geom))' ward)" \
        -v a="$(measure 'sum(st_perimeter(geom))' lsoa)" 'BEGIN { exit !(w > 0 && w < .8 * a) }'
}

@test "people of a raster stand in its cells, and decide about wards" {
    python3 - <<'EOF'
import json, os
box = [1e9, 1e9, -1e9, -1e9]
def walk(c):
    if isinstance(c[0], (int, float)):
        box[:] = [min(box[0], c[0]), min(box[1], c[1]), max(box[2], c[0]), max(box[3], c[1])]
    else:
        for x in c: walk(x)
for f in json.load(open(os.environ["GEODATA"] + "/sample/lsoa21.geojson"))["features"]:
    walk(f["geometry"]["coordinates"])
west, south = int(box[0] // 500 * 500), int(box[1] // 500 * 500)
cols, rows = int(-(-(box[2] - west) // 500)), int(-(-(box[3] - south) // 500))
with open("people.asc", "w") as out:
    out.write(f"ncols {cols}\nnrows {rows}\nxllcorner {west}\nyllcorner {south}\ncellsize 500\n")
    for _ in range(rows):
        out.write(" ".join(["8"] * cols) + "\n")
EOF
    plan_with 's|^population: .*|population: {file: people.asc, crs: "EPSG:27700"}|'
    "$ISOGAP" run plan.yaml --json >said 2>told || { cat told; false; }
    python3 - <<'EOF'
import csv, json
d = json.load(open("said"))
rows = list(csv.DictReader(open("out/tables/access_area.csv")))
people = sum(float(r["people"]) for r in rows)
assert abs(people - d["people"]) < 1e-6 * people
# 8 people in each 25 hectares of 281 square kilometres
assert 8500 < people < 9500, people
assert d["wards"] == 30, d
EOF
}

@test "groups are a table by area, and the gap is taken within one of them too" {
    python3 - <<'EOF'
import csv, os
source = os.environ["GEODATA"] + "/sample/lsoa21_ward25_lookup.csv"
with open("groups.csv", "w") as out:
    out.write("LSOA21CD,coast,note\n")
    for i, row in enumerate(csv.DictReader(open(source, encoding="utf-8-sig"))):
        out.write(f"{row['LSOA21CD']},{'coast' if i % 3 else 'inland'},{i}\n")
EOF
    plan_with 's|^deprivation: .*|deprivation: imd_decile\ngroups: {file: groups.csv}\nwithin: coast|'
    "$ISOGAP" run plan.yaml --quiet 2>told || { cat told; false; }
    python3 - <<'EOF'
import csv
gap = list(csv.DictReader(open("out/tables/gap.csv")))
groups = {r["group"]: r for r in gap if r["grouping"] == "coast"}
assert set(groups) == {"coast", "inland"}, groups
assert not any(r["grouping"] == "note" for r in gap)  # numbers are no grouping
whole = float(gap[0]["minutes_mean"])
for r in groups.values():
    assert abs(float(r["gap_all"]) - (float(r["minutes_mean"]) - whole)) < 1e-9, r
EOF
}

@test "a mode may bring its cost grid ready made" {
    "$ISOGAP" cost --mode walk --extent "$GEODATA/sample/lsoa21.geojson" --cell 200 \
        --roads "$GEODATA/sample/roads.osm" -o cost.tif --quiet 2>/dev/null
    plan_with 's|^travel: .*|travel: {cost: cost.tif, thresholds: [10, 20, 30]}|'
    "$ISOGAP" run plan.yaml --json >said 2>told || { cat told; false; }
    [ -e out/access_minutes.tif ]
    [ ! -e out/access_cost.tif ]
    run "$ISOGAP" run plan.yaml --overwrite
    [[ "$output" == *"travel: nothing has changed"* ]]
}

@test "a plan without travel joins and maps" {
    plan_with '/^sites:/d; /^travel:/d; /^deprivation:/d; s/minutes_mean/imd_decile/'
    "$ISOGAP" run plan.yaml --json >said 2>told || { cat told; false; }
    python3 -c '
import json, os
d = json.load(open("said"))
assert d["areas"] == 300 and "people_reached" not in d, d
assert os.path.exists("out/maps/imd_decile.png") and os.path.exists("out/tables/areas.csv")'
}

@test "wrong plans are refused with their line before any work, exit 2" {
    plan_with 's/^deprivation/deprivaton/'
    run "$ISOGAP" run plan.yaml
    [ "$status" -eq 2 ]
    [[ "$output" == *"line 10: unknown key deprivaton"* ]]
    [[ "$output" == *"did you mean deprivation?"* ]]
    [ -z "$(ls out)" ]
}

@test "a map of a column that is not there is refused before the search, with its line" {
    plan_with 's/value: minutes_mean/value: minuts/'
    run "$ISOGAP" run plan.yaml
    [ "$status" -eq 2 ]
    [[ "$output" == *"line 12: maps: there is no column minuts"* ]]
    [ -z "$(ls out)" ]
}

@test "an output that is an input is refused, exit 4; a folder that is not there, exit 5" {
    cp "$GEODATA/sample/lsoa21.geojson" areas.geojson
    cp areas.geojson out/x.gpkg
    ln out/x.gpkg link.geojson
    plan_with 's|^areas: .*|areas: {file: link.geojson}|; s|out/access.gpkg|out/x.gpkg|'
    run "$ISOGAP" run plan.yaml --overwrite
    [ "$status" -eq 4 ]
    [[ "$output" == *"same file"* ]]
    cmp out/x.gpkg areas.geojson
    plan_with 's|out/x.gpkg|no/such/folder/x.gpkg|'
    run "$ISOGAP" run plan.yaml
    [ "$status" -eq 5 ]
    [[ "$output" == *"no/such/folder"* ]]
    [ ! -e no ]
}

@test "a run that fails leaves nothing behind" {
    plan_with 's/column: Total/column: Totals/'
    run "$ISOGAP" run plan.yaml
    [ "$status" -ne 0 ]
    [ -z "$(ls -A out)" ]
}

@test "a plan that names reports gets them" {
    plan_with 's|maps: out/maps/|maps: out/maps/, reports: out/reports/|'
    "$ISOGAP" run plan.yaml --json >said
    [ -e out/reports/index.html ]
    [ "$(ls out/reports/E*.html | wc -l)" -ge 30 ]
    [ "$(ls out/reports/E*.pdf | wc -l)" -eq "$(ls out/reports/E*.html | wc -l)" ]
    jq -e '.outputs | any(endswith("out/reports/manifest.csv"))' said
}

@test "a stopped run says so by its exit code and leaves nothing behind" {
    plan_with 's/cell: 200/cell: 10/'
    "$ISOGAP" run plan.yaml 2>/dev/null &
    sleep 2
    kill -TERM $! 2>/dev/null || skip "it was done before it could be stopped"
    status=0
    wait $! || status=$?
    [ "$status" -eq 143 ]
    [ -z "$(ls -A out)" ]
}

@test "small counts of a table under a policy are kept through areas, wards, tables, record and trace" {
    python3 - "$GEODATA/sample/lsoa21.geojson" <<'P'
import json, random, sys
random.seed(3)
codes = sorted(v for f in json.load(open(sys.argv[1]))["features"] for k, v in f["properties"].items()
               if k == "LSOA21CD")
with open("deaths.csv", "w") as f:
    print("LSOA21CD,Drug deaths,Deaths per 1000", file=f)
    for c in codes:
        n = random.choice([0, 0, 1, 2, 3, 5, 8, 11, 15, 22])
        print(c, n, n / 1.5, sep=",", file=f)
P
    plan_with 's/^population: /disclosure: none\n&/'
    plan_with 's|^tables:|tables:\n  - {file: deaths.csv, disclosure: "threshold:5"}|'
    plan_with 's|tables: out/tables/|tables: out/tables/, trace: true, reports: out/reports/|'
    plan_with 's|^maps:|maps:\n  - {value: Drug deaths, method: quantile, classes: 4, palette: Reds}|'
    "$ISOGAP" run plan.yaml --json >said 2>told || { cat told; false; }
    /usr/bin/python3 - <<'P'
import csv, json, os, sqlite3
raw = {r["LSOA21CD"]: int(r["Drug deaths"]) for r in csv.DictReader(open("deaths.csv"))}
d = json.load(open("said"))
table = next(t for t in d["tables"] if t["file"].endswith("deaths.csv"))
assert table["disclosure"] == "threshold:5" and table["counts_hidden"] > 20, table
db = sqlite3.connect("out/access.gpkg")
db.row_factory = sqlite3.Row
areas = {r["area"]: r for r in db.execute("SELECT * FROM lsoa")}
wards = {r["area"]: r for r in db.execute("SELECT * FROM ward")}
assert len(areas) == len(raw) == 300
parent, total = {}, {w: 0 for w in wards}
for a, r in areas.items():
    parent[a] = r["ward"]
    total[r["ward"]] += raw[a]
    hidden = r["Drug deaths"] is None
    assert hidden or r["Drug deaths"] == raw[a]
    assert hidden or not 1 <= raw[a] <= 5, a
    assert not (hidden and raw[a] == 0), a
    assert hidden == (r["Drug deaths_status"] == "suppressed: *")
    assert (r["Deaths per 1000"] is None) == hidden  # of people that are known it gives the count away
for w, r in wards.items():
    assert r["Drug deaths"] in (None, total[w]), w
    assert r["Drug deaths"] is not None or total[w] > 0
    assert not (r["Drug deaths"] is not None and 1 <= total[w] <= 5)
    # the attack: hidden areas of a ward whose sum is shown are at least 1 each; a lone one, or
    # several whose sum leaves no room of 5, would be told
    lone = [a for a in parent if parent[a] == w and areas[a]["Drug deaths"] is None]
    if r["Drug deaths"] is None or not lone:
        continue
    rest = sum(raw[a] for a in lone)
    for a in lone:
        assert len(lone) > 1 and rest - (len(lone) - 1) - 1 >= 5, (w, lone, rest)
# wards that are hidden, against the sum of all
hidden = [w for w in wards if wards[w]["Drug deaths"] is None]
assert len(hidden) != 1
# nowhere else does a hidden number stand
for name in ("isogap_trace",):
    for t in db.execute(f"SELECT * FROM {name}"):
        if t["output_column"] in ("Drug deaths", "Deaths per 1000"):
            if t["file"]:
                assert t["text"] == "(not shown)", dict(t)
            shown = areas.get(t["area"]) or wards.get(t["area"])
            assert t["value"] == shown[t["output_column"]], dict(t)
            if t["of_area"]:
                assert t["text"] in ("", None, "(not shown)") or areas[t["of_area"]]["Drug deaths"] is not None, dict(t)
text = open("told").read() + json.dumps(d) + open("out/access.run.json").read()
assert "Drug deaths" not in text or "value" not in text.split("Drug deaths")[1][:40]
P
    /usr/bin/python3 -m osgeo_utils.samples.validate_gpkg out/access.gpkg
}

@test "a policy that is none is refused with its line" {
    plan_with 's/^population: /disclosure: threshold\n&/'
    run "$ISOGAP" run plan.yaml
    [ "$status" -eq 2 ]
    [[ "$output" == *"line 7: disclosure: no policy is called threshold"* ]]
}

@test "a count that is not known in one area is not known of its ward" {
    python3 - "$GEODATA/sample/lsoa21.geojson" <<'P'
import json, sys
codes = sorted(v for f in json.load(open(sys.argv[1]))["features"] for k, v in f["properties"].items() if k == "LSOA21CD")
with open("births.csv", "w") as f:
    print("LSOA21CD,Births", file=f)
    for i, c in enumerate(codes):
        print(c, "*" if i == 0 else 10 + i % 7, sep=",", file=f)
P
    plan_with 's|^tables:|tables:\n  - {file: births.csv}|'
    "$ISOGAP" run plan.yaml --quiet
    python3 - <<'P'
import sqlite3
db = sqlite3.connect("out/access.gpkg")
ward, = db.execute("SELECT ward FROM lsoa WHERE Births IS NULL").fetchone()
assert db.execute("SELECT area FROM ward WHERE Births IS NULL").fetchall() == [(ward,)]
P
}

@test "a plan whose thresholds lie beyond its max-minutes is refused with its line" {
    cat >plan.yaml <<P
plan: p
areas: {file: $GEODATA/sample/lsoa21.geojson}
sites: {file: $GEODATA/sample/clinics.csv}
travel:
  mode: straight
  max-minutes: 20
  thresholds: [10, 30]
outputs: {geopackage: o.gpkg}
P
    run "$ISOGAP" run plan.yaml
    [ "$status" -eq 2 ] || [ "$status" -eq 3 ]
    [[ "$output" == *"line 7"*"30 lies beyond max-minutes 20"* ]]
    [ ! -e o.gpkg ]
}
