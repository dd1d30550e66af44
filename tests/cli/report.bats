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
page = re.sub("</?a\\b[^>]*>", "", open("r/E05990002.html").read())
tiles = dict(re.findall(r'<dt>(.*?)</dt><dd class="value">(.*?)</dd>', page))
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
                 page).group(1)
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
page = re.sub("</?a\\b[^>]*>", "", open("r/E05990001.html").read())
cells = re.search(r"Adults who smoke \(%\)</th><td class=\"n\">(.*?)</td>", page)
assert abs(float(cells.group(1)) - mean) <= .05001, (cells.group(1), mean)
EOP
}

# A table by ward with rows of the district and of England, limits and a series.
health_table() {
    {
        echo 'Area code,Obese children,lower,upper,Y1,Y2,Y3,Deaths,Population'
        for i in $(seq 1 30); do
            printf 'E059900%02d,%d,%d,%d,%d,%s,%d,%d,1000\n' "$i" "$((10 + i))" "$((8 + i))" \
                "$((12 + i))" "$((5 + i))" "$([ "$i" -eq 2 ] || echo "$((7 + i))")" "$((10 + i))" "$i"
        done
        echo 'E06990001,17.5,17,18,15,16,17.5,,'
        echo 'E92000001,20.5,20.4,20.6,18,19,20.5,12,1000'
    } >health.csv
    sed -i "s|columns: {Adults who smoke (%): smokers}|&\\n  - {file: health.csv, key: Area code}|" plan.yaml
    sed -i 's|^outputs:|  - {value: Obese children, unit: "%", polarity: low, topic: health, lower: lower, upper: upper, series: {"2021": Y1, "2022": Y2, "2023": Y3}}\n  - {title: Death rate, count: Deaths, population: Population, multiplier: 1000, polarity: low, topic: health}\n&|' plan.yaml
}

@test "indicators are held against the row of England, and the district's row stands for it" {
    health_table
    "$ISOGAP" report --plan plan.yaml --ward E05990002,E05990020,E05990010 --format html -o r
    python3 - <<'EOP'
import html, re
def table(ward):
    page = re.sub("</?a\\b[^>]*>", "", open(f"r/{ward}.html").read())
    part = re.search('id="compared".*?<table.*?</table>', page, re.S).group(0)
    rows = re.findall("<tr.*?</tr>", part, re.S)
    cells = [[html.unescape(c) for c in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)] for row in rows]
    return page, {c[0]: dict(zip(cells[0], c)) for c in cells}
page, two = table("E05990002")
assert "Compared with district, whole study and the nation" in page
obese = two["Obese children (%)"]
assert obese["Ward"] == "12.0" and obese["District"] == "17.5" and obese["The nation"] == "20.5", obese
assert obese["Against the nation"] == "better" and obese["Against district"] == "better", obese
death = two["Death rate"]
assert death["Ward"] == "2.0" and death["The nation"] == "12.0", death
assert two["Adults who smoke (%)"]["The nation"] == "12.5", two  # as the plan states it
page, twenty = table("E05990020")
assert twenty["Obese children (%)"]["Against the nation"] == "worse"  # limits 28 to 32
page, ten = table("E05990010")
assert ten["Obese children (%)"]["Against the nation"] == "similar"  # limits 18 to 22
assert "worse than England (20.5%)" in table("E05990020")[0]
# a series: a gap is a gap, first and last are told
page = table("E05990002")[0]
assert "Obese children: 7.0% in 2021, 12.0% in 2023" in page
assert "rose from 7.0% in 2021 to 12.0% in 2023" in page
# the trace: line of the ward, code of England
trace = re.search('id="trace".*?</table>', page, re.S).group(0)
assert re.search(r"Obese children</th><td class=\"n\">12.0%</td><td>health.csv</td>"
                 r"<td>Obese children</td><td>3</td>", trace), trace
assert re.search(r"Obese children, England</th><td class=\"n\">20.5%</td><td>health.csv</td>"
                 r"<td>Obese children</td><td>E92000001</td>", trace), trace
EOP
    # a benchmark by code or name; a code that has no value is refused with its line
    sed -i 's|topic: health, lower|topic: health, benchmark: E06990001, benchmark-name: Merrow Vale, lower|' plan.yaml
    "$ISOGAP" report --plan plan.yaml --ward E05990010 --format html -o named
    grep -q 'better than Merrow Vale\|worse than Merrow Vale\|Obese children, Merrow Vale' named/E05990010.html
    sed -i 's|benchmark: E06990001|benchmark: E12000002|' plan.yaml
    run "$ISOGAP" report --plan plan.yaml --ward E05990010 --format html -o no
    [ "$status" -eq 2 ]
    [[ "$output" == *"line"*"E12000002"* ]]
}

@test "each mode has its map, and links of the PDF lead to pages and to the trace" {
    sed -i 's|^travel:.*|travel:\n  - {name: near, mode: straight, cell: 400, thresholds: [10]}\n  - {name: far, mode: straight, cell: 400, thresholds: [20, 30]}|' plan.yaml
    "$ISOGAP" report --plan plan.yaml --ward E05990001 -o r
    [ "$(grep -c '<figure>' r/E05990001.html)" -eq 3 ]
    qpdf --qdf --object-streams=disable r/E05990001.pdf plain.pdf
    grep -aq '/URI (index.html)' plain.pdf
    grep -aq '/URI (E0699' plain.pdf
    grep -aq '/Subtype /Link' plain.pdf
    grep -aq '/Title (Key figures)' plain.pdf
    pdfinfo -struct r/E05990001.pdf | grep -q Link
    qpdf --check r/E05990001.pdf
    pdfinfo -dests r/E05990001.pdf | grep -q trace-people
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

@test "a ward whose file cannot be is named, the others are made, exit 5" {
    mkdir -p r/E05990001.pdf
    run "$ISOGAP" report --plan plan.yaml --ward E05990001,E05990002 -o r
    [ "$status" -eq 5 ]
    [[ "$output" == *"E05990001"*"is a folder"* ]]
    [ -e r/E05990002.pdf ] && [ -e r/index.html ]
    refute grep -q E05990001.pdf r/manifest.csv
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

@test "a plan without deprivation is reported on too" {
    sed -i '/^deprivation:/d' plan.yaml
    "$ISOGAP" report --plan plan.yaml --ward E05990001 --format html -o r
    refute grep -q "most deprived" r/E05990001.html
}

@test "the index has a box to find wards and districts, and style that leaves the choice alone" {
    "$ISOGAP" report --plan plan.yaml --all --format html -o r
    python3 - <<'EOP'
import re
page = open("r/index.html", encoding="utf-8").read()
box = re.search(r'role="search">(.*?)</div>', page, re.S).group(1)
assert re.search(r'<label for="find">.+</label>\s*<select id="find"', box) and 'id="find-hint"' in box
options = re.findall(r'<option class="(.*?)">(.*?)</option>', box)
items = re.findall(r'<li class="(.*?)"><a href="(.*?)">(.*?)</a>', page)
wards = [i for i in items if i[1].startswith("E05")]
assert len(wards) == 30 and len({i[0] for i in wards}) == 30
# every ward can be found by its name and by its code, and each choice means one ward or one district
for kinds, link, text in wards:
    code = link[:-5]
    own = [o for o in options if set(o[0].split()) <= set(kinds.split()) and not o[0].startswith("x")]
    assert any(o[1] == text for o in own) and any(o[1].startswith(code) for o in own), (code, own)
    assert sum(set(own[0][0].split()) <= set(i[0].split()) for i in items) == 1
# the rules know each kind
style = re.search("<style>(.*?)</style>", page, re.S).group(1)
for kind in {k for i in items for k in i[0].split()}:
    assert f".find:has(.{kind}:checked)~.found>.{kind}{{--{kind[0]}: }}" in style, kind
EOP
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

@test "a translation of every text leaves no English word on any page" {
    mkdir t
    python3 - <<'EOP'
import os, re
own = open(os.path.join(os.environ["GEODATA"], "../lib/report/template/words.txt"), encoding="utf-8").read()
texts = dict(re.findall(r"^([a-z_]+) = (.*)$", own, re.M))
with open("t/words.txt", "w", encoding="utf-8") as out:
    for key, text in texts.items():
        out.write(f"{key} = {'cy' if key == 'language' else '«' + text + '»'}\n")
EOP
    "$ISOGAP" report --plan plan.yaml --ward E05990001,E05990002 --format html -o r --template t
    python3 - <<'EOP'
import glob, html, re
# what is left are names, columns, files and units of the inputs, and what the run warned of
given = "and adults who smoke test nobody merrow vale clinic made with isogap licence license open government source " \
        "contains data crown copyright database right office for national statistics plan".split()
for path in glob.glob("r/*.html"):
    page = open(path, encoding="utf-8").read()
    assert '<html lang="cy">' in page, path
    body = re.sub("<style>.*?</style>", "", page.split("<main>")[1], flags=re.S)
    body = re.sub('<h2 id="warnings">.*', "", body, flags=re.S)
    body = re.sub("</?(a|tspan)\\b[^>]*>", " ", body)
    body = re.sub("<(title|desc|text|tspan)[^>]*>", "<x>", body)
    body = re.sub(' aria-label="(.*?)"| label="(.*?)"', r"><x>\1\2</x", body)
    text = " ".join(html.unescape(re.sub("<[^>]*>", "\n", body)).split())
    while (fewer := re.sub("«[^«»]*»", " ", text)) != text:
        text = fewer
    left = {w for w in re.findall(r"(?<![\w./])[a-z]{3,}(?![\w./])", text)} - set(given)
    assert not left - {"people", "within", "benchmark"}, (path, left)
EOP
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

@test "a folder to hand over is made again without asking, unless somebody changed it" {
    "$ISOGAP" report --plan plan.yaml --ward E05990001 --site hand
    grep -q '^data/out.gpkg,' hand/manifest.csv
    grep -q '^data/out.qgz,' hand/manifest.csv
    grep -q '^tables/access_ward.csv,' hand/manifest.csv
    cp -r hand first
    rm hand/pages/E05990001.pdf hand/tables/gap.csv
    "$ISOGAP" report --plan plan.yaml --ward E05990001 --site hand
    diff -r hand first
    # another ward joins, the rest stays
    "$ISOGAP" report --plan plan.yaml --ward E05990001,E05990002 --site hand --json >said
    [ -e hand/pages/E05990002.html ]
    jq -e '.pages_kept >= 2' said
    echo mine >>hand/tables/gap.csv
    run "$ISOGAP" report --plan plan.yaml --ward E05990001 --site hand
    [ "$status" -eq 4 ]
    [[ "$output" == *"--overwrite"* ]]
    grep -q mine hand/tables/gap.csv
}

@test "a folder to hand over goes on without asking wherever the run before was killed" {
    "$ISOGAP" report --plan plan.yaml --ward E05990001 --site hand
    mv hand whole
    killed=0
    for wait in tables/access_area.csv data/out.gpkg data/out.run.json pages/E05990001.html; do
        rm -rf hand
        "$ISOGAP" report --plan plan.yaml --ward E05990001 --site hand --quiet &
        pid=$!
        while kill -0 "$pid" 2>/dev/null && [ ! -e "hand/$wait" ]; do sleep 0.005; done
        kill -9 "$pid" 2>/dev/null || true
        status=0
        wait "$pid" || status=$?
        [ "$status" -eq 0 ] || [ "$status" -eq 137 ] # it may have ended just before
        [ "$status" -eq 0 ] || killed=$((killed + 1))
        "$ISOGAP" report --plan plan.yaml --ward E05990001 --site hand
        find hand -name '.*' ! -name . -delete
        diff -r hand whole
    done
    [ "$killed" -gt 0 ]
}

@test "a run that fails before its pages leaves no folder to hand over" {
    sed -i 's/^indicators:/maps: [nothing]\nindicators:/; s/value: smokers/value: smoker/' plan.yaml
    run "$ISOGAP" report --plan plan.yaml --ward E05990001 --site hand
    [ "$status" -ne 0 ]
    [ ! -e hand ]
    mkdir small
    mount -t tmpfs -o size=300k none small 2>/dev/null || skip "cannot mount a small disk here"
    sed -i '/^maps: /d; s/value: smoker,/value: smokers,/' plan.yaml
    run "$ISOGAP" report --plan plan.yaml --ward E05990001 --site small/hand
    code=$status
    find small -mindepth 1 >left
    umount small
    [ "$code" -eq 5 ]
    [ ! -s left ]
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
