# report: pages of wards on a small cut of the made-up county.

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    cat >plan.yaml <<EOP
plan: GP access, a test
areas: {file: $GEODATA/sample/lsoa21.geojson, source: Nobody, date: 2021-03-21}
wards: {file: $GEODATA/sample/wards25.shp}
tables:
  - file: $GEODATA/sample/iod2025_file1.csv
    columns: {Index of Multiple Deprivation (IMD) Decile: imd_decile}
  - file: $GEODATA/sample/indicators_lsoa21.csv
    columns: {Adults who smoke (%): smokers}
population: {file: $GEODATA/sample/population21_lsoa21_age_sex.csv, column: Total}
sites: {file: $GEODATA/sample/clinics.csv}
travel: {mode: straight, cell: 400, thresholds: [10, 20, 30]}
deprivation: imd_decile
indicators:
  - {value: smokers, title: Adults who smoke, unit: "%", polarity: low, topic: health, benchmark: 12.5}
outputs: {geopackage: out.gpkg, reports: pages/}
EOP
}

refute() {
    if "$@"; then return 1; fi
}

@test "report makes two files a ward, an index and a manifest that is right" {
    "$ISOGAP" report --plan plan.yaml --all -o r --json >said
    python3 - <<'EOP'
import csv, hashlib, json, os
d = json.load(open("said"))
assert d["command"] == "report" and d["wards"] == 30, d
rows = list(csv.DictReader(open("r/manifest.csv")))
assert list(rows[0])[:3] == ["file", "bytes", "sha256"], rows[0]
assert {r["file"] for r in rows} | {"manifest.csv"} == set(os.listdir("r"))
for r in rows:
    data = open("r/" + r["file"], "rb").read()
    assert len(data) == int(r["bytes"]) and hashlib.sha256(data).hexdigest() == r["sha256"], r
names = {r["file"] for r in rows}
assert {"E05990001.html", "E05990001.pdf", "index.html", "method.html", "summary.html"} <= names
assert sum(n.startswith("E05") for n in names) == 60
for path in d["outputs"]:
    assert os.path.exists(path), path
EOP
}

@test "a page's figures are those of the tables" {
    "$ISOGAP" report --plan plan.yaml --ward E05990002 --format html -o r
    sed 's/, reports: pages\///; s/out.gpkg/out.gpkg, tables: t/' plan.yaml >run.yaml
    "$ISOGAP" run run.yaml
    python3 - <<'EOP'
import csv, re
row = next(r for r in csv.DictReader(open("t/access_ward.csv")) if r["area"] == "E05990002")
tiles = dict(re.findall(r'<dt>(.*?)</dt><dd class="value">(.*?)</dd>', open("r/E05990002.html").read()))
people = float(tiles["People"].replace(",", ""))
assert abs(people - float(row["people"])) <= .5, (people, row)
minutes = float(tiles["Mean minutes as the crow flies to the nearest site"].split()[0])
assert abs(minutes - float(row["minutes_mean"])) <= .05001, (minutes, row)
within = float(tiles["People within 20 minutes as the crow flies"].rstrip("%"))
assert abs(within - float(row["within_20"])) <= .05001, (within, row)
# rank: how many wards have a shorter mean
rows = list(csv.DictReader(open("t/access_ward.csv")))
rank = 1 + sum(float(r["minutes_mean"]) < float(row["minutes_mean"]) for r in rows)
note = re.search(r'Mean minutes as the crow flies to the nearest site</dt>.*?class="note">(.*?)<',
                 open("r/E05990002.html").read()).group(1)
assert f"{rank} of 30 in all" in note, (rank, note)
EOP
}

@test "a mean of an indicator is over the people of the areas" {
    "$ISOGAP" report --plan plan.yaml --ward E05990001 --format html -o r
    "$ISOGAP" run plan.yaml
    python3 - <<'EOP'
import re, sqlite3
db = sqlite3.connect("out.gpkg")
rows = db.execute("select people, smokers from lsoa where ward = 'E05990001' and smokers is not null")
rows = rows.fetchall()
mean = sum(p * v for p, v in rows) / sum(p for p, _ in rows)
cells = re.search(r"Adults who smoke \(%\)</th><td class=\"n\">(.*?)</td>", open("r/E05990001.html").read())
assert abs(float(cells.group(1)) - mean) <= .05001, (cells.group(1), mean)
EOP
}

@test "pages stand alone: no script, no address to fetch, a policy, a language, alt texts" {
    "$ISOGAP" report --plan plan.yaml --ward E05990001 -o r
    page=r/E05990001.html
    grep -q '<html lang="en-GB">' "$page"
    grep -q "Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-" "$page"
    refute grep -qiE '<script|javascript:|<link|<img|<iframe| src=|@import|url\(http' "$page"
    python3 - "$page" <<'EOP'
import base64, hashlib, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
style = re.search("<style>(.*?)</style>", page, re.S).group(1)
sum = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
assert "style-src 'sha256-" + sum + "'" in page
assert " style=" not in page and not re.search(r"\son[a-z]+=", page)
ids = re.findall(r'\bid="(.*?)"', page)
assert len(ids) == len(set(ids)), [i for i in ids if ids.count(i) > 1]
for svg in re.findall("<svg.*?</svg>", page, re.S):
    assert 'role="img"' in svg and "<title" in svg and "<desc" in svg
for table in re.findall("<table.*?</table>", page, re.S):
    assert "<caption>" in table and 'scope="col"' in table and 'scope="row"' in table
EOP
    pdfinfo r/E05990001.pdf >info
    grep -q "Tagged: *yes" info
    grep -q "Title: .*Abbot" info
    qpdf --json r/E05990001.pdf | grep -q '"/Lang": "u:en-GB"'
    qpdf --json r/E05990001.pdf >json
    refute grep -q 'CreationDate' json
    pdfinfo -struct r/E05990001.pdf | grep -q "Figure"
    qpdf --check r/E05990001.pdf
}

@test "the same bytes for any threads, locale and time zone; what is right is kept" {
    wards=E05990001,E05990003,E05990004,E05990020
    "$ISOGAP" report --plan plan.yaml --ward $wards -o a --threads 1
    TZ=Asia/Tokyo LC_ALL=de_DE.UTF-8 "$ISOGAP" report --plan plan.yaml --ward $wards -o b --threads 4
    diff -r a b
    rm a/E05990003.pdf
    touch -d 2001-01-01 a/E05990004.html
    "$ISOGAP" report --plan plan.yaml --ward $wards -o a --json >said
    diff -r a b
    [ "$(stat -c %Y a/E05990004.html)" -eq "$(date -d 2001-01-01 +%s)" ]
    jq -e '.pages_kept == 8' said
}

@test "a page that somebody changed is not replaced without --overwrite" {
    "$ISOGAP" report --plan plan.yaml --ward E05990001 --format html -o r
    echo mine >>r/E05990001.html
    run "$ISOGAP" report --plan plan.yaml --ward E05990001 --format html -o r
    [ "$status" -eq 4 ]
    tail -1 r/E05990001.html | grep -q mine
    "$ISOGAP" report --plan plan.yaml --ward E05990001 --format html -o r --overwrite
    refute grep -q mine r/E05990001.html
}

@test "a ward that is not there is named, the others are made, exit 2" {
    run "$ISOGAP" report --plan plan.yaml --ward E05990001,E05999999 --format html -o r
    [ "$status" -eq 2 ]
    [[ "$output" == *"the plan has no ward E05999999"* ]]
    [ -e r/E05990001.html ]
    grep -q E05990001.html r/manifest.csv
    refute grep -q E05999999 r/manifest.csv
}

@test "names with markup, quotes, slashes are shown as they are and do nothing" {
    ogr2ogr -f GeoJSON -t_srs EPSG:4326 wards.geojson "$GEODATA/sample/wards25.shp"
    sed -i 's|^wards: .*|wards: {file: wards.geojson}|' plan.yaml
    cat >names.py <<'EOP'
NAMES = ["<script>alert(1)</script>", "\"]};</svg>&amp;", "../../etc/passwd", "مرحبا العالم", "a\u202eb",
         "X", "Very " * 60 + "Long", "O'Brien & Sons' <b>"]
EOP
    python3 - <<'EOP'
import json
from names import NAMES
d = json.load(open("wards.geojson"))
for f, name in zip(sorted(d["features"], key=lambda f: f["properties"]["WD25CD"]), NAMES):
    f["properties"]["WD25NM"] = name
json.dump(d, open("wards.geojson", "w"))
EOP
    "$ISOGAP" report --plan plan.yaml --ward "$(seq -s, -f E0599000%g 8)" -o r
    python3 - <<'EOP'
import glob, html, re, subprocess
from names import NAMES
for i, name in enumerate(NAMES, 1):
    page = open(f"r/E0599000{i}.html", encoding="utf-8").read()
    shown = html.unescape(re.search("<h1>(.*?)</h1>", page).group(1))
    assert shown.strip("\u2068\u2069") == name.replace("\u202e", "\ufffd"), (shown, name)
    subprocess.run(["qpdf", "--check", f"r/E0599000{i}.pdf"], check=True)
for path in glob.glob("r/*.html"):
    page = open(path, encoding="utf-8").read()
    assert "<script" not in page and "\u202e" not in page, path
EOP
    [ "$(ls . r | grep -c passwd)" -eq 0 ]
}

@test "a template replaces texts, and says what it does not know" {
    mkdir t
    printf 'h_map = Y map\nlanguage = cy\n' >t/words.txt
    "$ISOGAP" report --plan plan.yaml --ward E05990001 -o r --template t
    grep -q '<html lang="cy">' r/E05990001.html
    grep -q '>Y map</h2>' r/E05990001.html
    printf 'h_mop = x\n' >t/words.txt
    run "$ISOGAP" report --plan plan.yaml --ward E05990001 -o r2 --template t
    [ "$status" -eq 2 ]
    [[ "$output" == *"line 1"*"h_mop"*"did you mean h_map"* ]]
    printf 'h_map = {0}\n' >t/words.txt
    run "$ISOGAP" report --plan plan.yaml --ward E05990001 -o r2 --template t
    [ "$status" -eq 2 ]
    rm t/words.txt
    echo '<p>none</p>' >t/page.html
    run "$ISOGAP" report --plan plan.yaml --ward E05990001 -o r2 --template t
    [ "$status" -eq 2 ]
    [[ "$output" == *"{{body}}"* ]]
}

@test "a site has all to hand over, and its links lead somewhere" {
    "$ISOGAP" report --plan plan.yaml --ward E05990001,E05990002 --site hand --json >said
    [ -e hand/index.html ] && [ -e hand/method.html ] && [ -e hand/data/out.gpkg ]
    [ -e hand/tables/access_ward.csv ] && [ -e hand/pages/E05990001.pdf ]
    python3 - <<'EOP'
import glob, html, os, re
for page in glob.glob("hand/**/*.html", recursive=True):
    text = open(page, encoding="utf-8").read()
    ids = set(re.findall(r'\bid="(.*?)"', text))
    for link in map(html.unescape, re.findall('href="(.*?)"', text)):
        if link.startswith("#"):
            assert link[1:] in ids, (page, link)
        else:
            assert os.path.exists(os.path.join(os.path.dirname(page), link)), (page, link)
EOP
}

@test "options and plans that cannot be are refused" {
    run "$ISOGAP" report --plan plan.yaml -o r
    [ "$status" -eq 2 ]
    run "$ISOGAP" report --plan plan.yaml --all --format docx -o r
    [ "$status" -eq 2 ]
    sed -i 's/value: smokers/value: smoker/' plan.yaml
    run "$ISOGAP" report --plan plan.yaml --all -o r
    [ "$status" -eq 2 ]
    [[ "$output" == *"line 14"*"no column of numbers smoker"* ]]
    sed -i '/^wards:/d' plan.yaml
    run "$ISOGAP" report --plan plan.yaml --all -o r
    [ "$status" -eq 2 ]
}

@test "without fonts there is a message and no page" {
    mkdir empty
    cat >fonts.conf <<EOP
<?xml version="1.0"?><fontconfig><dir>$PWD/empty</dir><cachedir>$PWD/cache</cachedir></fontconfig>
EOP
    FONTCONFIG_FILE=$PWD/fonts.conf run "$ISOGAP" report --plan plan.yaml --all -o r
    [ "$status" -eq 3 ]
    [[ "$output" == *"no fonts"* ]]
    [ -z "$(ls -A r)" ]
}

@test "a full disk leaves whole pages or none" {
    mkdir -p full
    mount -t tmpfs -o size=600k none full 2>/dev/null || skip "cannot mount a small disk here"
    run "$ISOGAP" report --plan plan.yaml --all --format html -o full/r
    code=$status
    for page in full/r/*.html; do
        [ ! -e "$page" ] || tail -1 "$page" | grep -q '</html>'
    done
    ls -A full/r | grep -v '^manifest.csv$' | grep -vc '\.html$' >other || true
    umount full
    [ "$code" -eq 5 ]
    [ "$(cat other)" -eq 0 ]
}
