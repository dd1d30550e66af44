# join: every area once, every row accounted for, gaps with their reasons, whole or no output.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    python3 - <<'PY'
import json
squares = []
for i, code in enumerate(["E01000001", "E01000002", "E01000003"]):
    x = 430000 + 1000 * i
    ring = [[x, 380000], [x, 381000], [x + 1000, 381000], [x + 1000, 380000], [x, 380000]]
    squares.append({"type": "Feature", "properties": {"code": code, "name": f"Area {i}"},
                    "geometry": {"type": "Polygon", "coordinates": [ring]}})
json.dump({"type": "FeatureCollection", "name": "squares",
           "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
           "features": squares}, open("squares.geojson", "w"))
PY
    printf 'code,patients,share\nE01000003,"1,200",0.5\nE01000001,*,0.25\nE92000001,"9,999",1\n' >t.csv
}

json() { # expression over the document d
    python3 -c 'import json, sys; d = json.loads(sys.argv[1]); print(eval(sys.argv[2]))' "$output" "$1"
}

@test "the counts add up on both sides, and the lists are in the output" {
    run --separate-stderr "$ISOGAP" join --areas squares.geojson --table t.csv -o out.gpkg --json
    [ "$status" -eq 0 ]
    [ "$(json '[d[k] for k in ("areas_in", "matched", "areas_without_row", "rows_in", "rows_without_area", "rows_refused")]')" = "[3, 2, 1, 3, 1, 0]" ]
    [ "$(json 'd["markers"]')" = "{'*': 1}" ]
    [ "$(sqlite3 out.gpkg 'select code from isogap_unmatched_areas')" = E01000002 ]
    [ "$(sqlite3 out.gpkg 'select code, line from isogap_unmatched_rows')" = "E92000001|4" ]
    [ "$(sqlite3 out.gpkg 'select code, patients, patients_status, status from squares order by code')" = \
"E01000001||suppressed: *|matched
E01000002||no row|no row
E01000003|1200|ok|matched" ]
}

@test "coordinates and CRS stay as they came, unless --to-crs says otherwise" {
    "$ISOGAP" join --areas squares.geojson --table t.csv -o a.gpkg --quiet
    [ "$(sqlite3 a.gpkg "select srs_id from gpkg_contents where table_name='squares'")" = 27700 ]
    [ "$(sqlite3 a.gpkg "select min_x from gpkg_contents where table_name='squares'")" = 430000.0 ]
    "$ISOGAP" join --areas squares.geojson --table t.csv --to-crs EPSG:4326 -o b.gpkg --quiet
    [ "$(sqlite3 b.gpkg "select srs_id from gpkg_contents where table_name='squares'")" = 4326 ]
}

@test "columns are chosen and renamed, and rows filtered rows are counted" {
    run --separate-stderr "$ISOGAP" join --areas squares.geojson --table t.csv --columns share=part,patients --where share=0.5 --min-match 0.1 --json -o c.csv
    [ "$status" -eq 0 ]
    [ "$(json 'd["rows_in"], d["rows_filtered"]')" = "(1, 2)" ]
    [ "$(head -1 c.csv)" = "code,name,part,patients,status" ]
    [ "$(sed -n 4p c.csv)" = "E01000003,Area 2,0.5,1200,matched" ]
}

@test "options of reading belong to the table before them" {
    printf 'id;v\nE01000001;1,5\nE01000002;2\nE01000003;3\n' >comma.csv
    run --separate-stderr "$ISOGAP" join --areas squares.geojson --table t.csv --columns patients \
        --table comma.csv --decimal-comma --columns v=second --json -o two.csv
    [ "$status" -eq 0 ]
    [ "$(json '[t["matched"] for t in d["tables"]]')" = "[2, 3]" ]
    [ "$(head -1 two.csv)" = "code,name,patients,patients_status,second,status" ]
    [ "$(sed -n 2p two.csv)" = "E01000001,Area 0,,suppressed: *,1.5,matched" ]
}

@test "--strict refuses the output after a warning" {
    run "$ISOGAP" join --areas squares.geojson --table t.csv -o strict.gpkg --strict
    [ "$status" -ne 0 ]
    [ ! -e strict.gpkg ]
    [ -z "$(ls -A | grep isogap)" ]
}

@test "an existing output needs --overwrite, and an input is never the output" {
    "$ISOGAP" join --areas squares.geojson --table t.csv -o d.gpkg --quiet
    run "$ISOGAP" join --areas squares.geojson --table t.csv -o d.gpkg
    [ "$status" -eq 4 ]
    [[ "$output" == *"--overwrite"* ]]
    cp t.csv before.csv
    ln -s t.csv link.csv
    run "$ISOGAP" join --areas squares.geojson --table t.csv -o link.csv --overwrite
    [ "$status" -eq 4 ]
    cmp t.csv before.csv
}

@test "the same bytes for any thread count and locale" {
    LC_ALL=C "$ISOGAP" join --areas squares.geojson --table t.csv -o e1.gpkg --threads 1 --quiet
    LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo "$ISOGAP" join --areas squares.geojson --table t.csv -o e2.gpkg --threads 8 --quiet
    cmp e1.gpkg e2.gpkg
}

@test "made-up editions: 2011 codes on 2021 areas are told of, and nothing is lost" {
    run --separate-stderr "$ISOGAP" join --areas "$GEODATA/sample/lsoa21.geojson" --table "$GEODATA/sample/iod2019_file1.csv" -o f.gpkg --json
    [ "$status" -eq 0 ]
    [ "$(json 'd["areas_in"] == d["matched"] + d["areas_without_row"] and d["areas_without_row"] > 0')" = True ]
    [ "$(sqlite3 f.gpkg 'select count(*) from lsoa21')" = "$(json 'd["areas_in"]')" ]
}

@test "one table in six formats gives the same bytes" {
    command -v ogr2ogr >/dev/null || skip "no ogr2ogr"
    table="$GEODATA/sample/iod2025_file1.csv"
    cp "$table" t0.csv
    gzip -c t0.csv >t1.csv.gz
    ogr2ogr -f XLSX t2.xlsx t0.csv -oo AUTODETECT_TYPE=NO
    ogr2ogr -f ODS t3.ods t0.csv -oo AUTODETECT_TYPE=NO
    ogr2ogr -f GPKG t4.gpkg t0.csv -nlt NONE
    iconv -f UTF-8 -t UTF-16 t0.csv >t5.csv
    ogr2ogr -f GeoJSON t6.geojson t0.csv
    for file in t0.csv t1.csv.gz t2.xlsx t3.ods t4.gpkg t5.csv t6.geojson; do
        "$ISOGAP" join --areas "$GEODATA/sample/lsoa21.geojson" --table $file -o $file.out.csv --quiet
        cmp t0.csv.out.csv $file.out.csv
    done
}

@test "a workbook of several sheets wants --sheet, and a long table --where or --pivot" {
    command -v ogr2ogr >/dev/null || skip "no ogr2ogr"
    printf 'code,year,n\nE01000001,1,5\nE01000001,2,6\nE01000002,1,7\nE01000003,1,8\n' >long.csv
    ogr2ogr -f XLSX book.xlsx long.csv -nln first
    ogr2ogr -f XLSX -update book.xlsx long.csv -nln second
    run "$ISOGAP" join --areas squares.geojson --table book.xlsx -o g.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"'first', 'second'"* && "$output" == *"--sheet"* ]]
    run "$ISOGAP" join --areas squares.geojson --table book.xlsx --sheet second -o g.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"column year"* && "$output" == *"--pivot"* ]]
    "$ISOGAP" join --areas squares.geojson --table book.xlsx --sheet second --where year=1 --columns n -o g.csv
    [ "$(sed -n 2p g.csv)" = "E01000001,Area 0,5,matched" ]
    "$ISOGAP" join --areas squares.geojson --table long.csv --pivot year --columns n -o h.csv --quiet
    [ "$(head -1 h.csv)" = "code,name,1,2,2_status,status" ]
    [ "$(sed -n 2p h.csv)" = "E01000001,Area 0,5,6,ok,matched" ]
    run --separate-stderr "$ISOGAP" join --areas squares.geojson --table long.csv --duplicates sum --columns n --json -o i.csv
    [ "$(json '(d["rows_in"], d["rows_combined"])')" = "(3, 1)" ]
    [ "$(sed -n 2p i.csv)" = "E01000001,Area 0,11,matched" ]
}

@test "text that a spreadsheet would run is text in what is written" {
    printf 'code,what\nE01000001,=1+1\nE01000002,"@SUM(A1)"\nE01000003,-2+3\n' >formula.csv
    "$ISOGAP" join --areas squares.geojson --table formula.csv -o j.csv
    [ "$(sed -n 2p j.csv)" = "E01000001,Area 0,'=1+1,matched" ]
    [ "$(sed -n 4p j.csv)" = "E01000003,Area 2,'-2+3,matched" ]
    "$ISOGAP" join --areas squares.geojson --table formula.csv -o j.xlsx
    python3 - <<'PY'
import re, zipfile
sheet = zipfile.ZipFile("j.xlsx").read("xl/worksheets/sheet1.xml").decode()
assert "<f>" not in sheet
assert re.search(r't="inlineStr"><is><t xml:space="preserve">=1\+1</t>', sheet)
PY
    "$ISOGAP" join --areas squares.geojson --table formula.csv -o j.gpkg
    [ "$(sqlite3 j.gpkg "select what from squares where code='E01000001'")" = "=1+1" ]
}

@test "what is written to standard output is the table alone" {
    run --separate-stderr "$ISOGAP" join --areas squares.geojson --table t.csv
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "code,name,patients,patients_status,share,status" ]
    [ "${#lines[@]}" -eq 4 ]
}

@test "small counts of a sensitive table are hidden" {
    printf 'code,patients\nE01000001,3\nE01000002,0\nE01000003,13\n' >small.csv
    "$ISOGAP" join --areas squares.geojson --table small.csv --sensitive -o k.csv --quiet
    [ "$(cut -d, -f3- k.csv | paste -sd' ')" = "patients,patients_status,status ,suppressed: *,matched 0,ok,matched 15,ok,matched" ]
}

@test "an invalid area is named with the member of the zip that holds it" {
    python3 - <<'PY'
import json, zipfile
d = json.load(open("squares.geojson"))
first, second = dict(d), dict(d)
first["features"] = d["features"][:2]
second["features"] = d["features"][2:]
# A spike out and back along the top: the ring touches itself.
ring = second["features"][0]["geometry"]["coordinates"][0]
x = ring[0][0]
ring[1:2] = [[x, 381000], [x + 500, 381000], [x + 500, 381300], [x + 500, 381000]]
with zipfile.ZipFile("set.zip", "w") as z:
    z.writestr("west.geojson", json.dumps(first))
    z.writestr("east.geojson", json.dumps(second))
PY
    run --separate-stderr "$ISOGAP" join --areas set.zip --table t.csv -o out.csv
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"set.zip/east.geojson: area E01000003 is invalid"* ]]
    [[ "$stderr" != *"west.geojson: area"* ]]
}

@test "a table without a header does not lose its first row" {
    tail -n +2 t.csv >bare.csv
    run --separate-stderr "$ISOGAP" join --areas squares.geojson --table bare.csv -o out.gpkg
    [ "$status" -eq 3 ]
    [[ "$stderr" == *"called 'E01000003', which is a code itself"*"--header"* ]]
    [ ! -e out.gpkg ]
    "$ISOGAP" join --areas squares.geojson --table bare.csv --header code,patients,share -o out.csv --quiet
    [ "$(grep -c matched out.csv)" = 2 ]
}
