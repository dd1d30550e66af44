# assess: before and after a change of sites.

setup() {
    cd "$BATS_TEST_TMPDIR"
    cat >m.csv <<'E'
area,site,minutes
E01000001,a,5
E01000001,b,25
E01000002,a,12
E01000002,b,8
E01000003,a,28
E01000003,b,18
E01000003,c,27
E01000004,b,10
E01000005,c,4
E01000005,b,9
E
    cat >d.csv <<'E'
area,people,imd,over75,ward
E01000001,1000,1,100,W1
E01000002,2000,5,50,W1
E01000003,500,9,0,W2
E01000004,100,2,10,W2
E01000005,400,7,40,W2
E
}

@test "matrix: figures of the worked example before and after" {
    "$ISOGAP" assess --matrix m.csv --before a,b --after a,c --demand d.csv --population-column people \
        --deprivation imd --thresholds 10,20 -o out --json >sum.json 2>/dev/null
    python3 - <<'P'
import json
d = json.load(open("sum.json"))
b, a = d["before"], d["after"]
assert (b["people"], b["people_reached"], b["people_unreached"]) == (4000, 4000, 0)
assert (a["people"], a["people_reached"], a["people_unreached"]) == (4000, 3900, 100)
# least times before 5 8 18 10 9, after 5 12 27 none 4
assert abs(b["minutes_mean"] - (5000 + 16000 + 9000 + 1000 + 3600) / 4000) < 1e-12
assert abs(a["minutes_mean"] - (5000 + 24000 + 13500 + 1600) / 3900) < 1e-12
assert (b["minutes_max"], a["minutes_max"]) == (18, 27)
assert abs(b["within_10"] - 87.5) < 1e-9 and abs(a["within_10"] - 35) < 1e-9
assert abs(b["core20_mean"] - 6000 / 1100) < 1e-12 and a["core20_mean"] == 5
assert abs(b["rest_mean"] - 28600 / 2900) < 1e-12
assert abs(b["core20_gap"] - (6000 / 1100 - 28600 / 2900)) < 1e-12
assert (b["worst_quintile_mean"], a["worst_quintile_mean"]) == (18, 27)
# +4 for 2,000, +9 for 500, -5 for 400; 100 lose their only site and are neither
assert (d["winners"], d["losers"]) == (400, 2500)
assert (d["newly_reached"], d["newly_unreached"]) == (0, 100)
assert (d["sites_kept"], d["sites_opened"], d["sites_closed"]) == (["A"], ["C"], ["B"])
rows = {(r["grouping"], r["group"]): r for r in d["rows"]}
q1 = rows["quintile", "1"]
assert (q1["people"], q1["people_unreached_before"], q1["people_unreached_after"]) == (1100, 0, 100)
assert (q1["losers"], q1["newly_unreached"]) == (0, 100)
q3 = rows["quintile", "3"]
assert (q3["minutes_mean_before"], q3["minutes_mean_after"], q3["change"]) == (8, 12, 4)
assert abs(rows["all", "all"]["change"] - (8000 + 4500 - 2000) / 3900) < 1e-12
m = {(x["measure"], x["grouping"]): x for x in d["measures"]}
gap = m["core20_gap", "core20"]
assert gap["estimate_before"] == b["core20_gap"] and gap["estimate_after"] == a["core20_gap"]
assert abs(gap["estimate_change"] - (a["core20_gap"] - b["core20_gap"])) < 1e-12
assert "jackknife" in m["ci", "quintile"]["method"]
assert b["sii"] == m["sii", "quintile"]["estimate_before"]
P
    [ "$(ls out | paste -sd' ')" = "assess.csv assess.html" ]
}

@test "slope, relative and concentration index are those of the formulas" {
    "$ISOGAP" assess --matrix m.csv --before a,b --after a,c --demand d.csv --population-column people \
        --deprivation imd --json >sum.json 2>/dev/null
    python3 - <<'P'
import json
d = json.load(open("sum.json"))
y, p = [6000 / 1100, 8, 9, 18], [1100, 2000, 400, 500]  # quintiles 1 3 4 5
P = sum(p); mean = sum(a * b for a, b in zip(y, p)) / P
rank, sofar = [], 0
for n in p:
    rank.append((sofar + n / 2) / P); sofar += n
cov = sum(n * (v - mean) * (r - .5) for n, v, r in zip(p, y, rank)) / P
var = sum(n * (r - .5) ** 2 for n, r in zip(p, rank)) / P
sii = cov / var
assert abs(d["before"]["sii"] - sii) < 1e-9
assert abs(d["before"]["ci"] - 2 * cov / mean) < 1e-9
b0 = mean - sii * .5
assert abs(d["before"]["rii"] - (b0 + sii) / b0) < 1e-9
P
}

@test "files of sites, --close, and codes give the same" {
    printf 'code,name\na,Abbey\nb,Beach\n' >before.csv
    printf 'code,name\na,Abbey\nc,Castle\n' >after.csv
    args=(--matrix m.csv --demand d.csv --population-column people --deprivation imd)
    "$ISOGAP" assess "${args[@]}" --before a,b --after a,c >codes.csv 2>/dev/null
    "$ISOGAP" assess "${args[@]}" --before before.csv --after after.csv >files.csv 2>/dev/null
    "$ISOGAP" assess "${args[@]}" --before a,b --after a,b,c --close b >close.csv 2>/dev/null
    cmp codes.csv files.csv
    cmp codes.csv close.csv
    "$ISOGAP" assess "${args[@]}" --before a,b --close b --json 2>/dev/null |
        python3 -c 'import json, sys; d = json.load(sys.stdin); assert d["sites_closed"] == ["B"] and d["sites_kept"] == ["A"]'
}

@test "parts of the people travel as all of their area do" {
    "$ISOGAP" assess --matrix m.csv --before a,b --after a,c --demand d.csv --population-column people \
        --plus-columns over75 --json 2>/dev/null | python3 -c '
import json, sys
d = json.load(sys.stdin)
r = [x for x in d["rows"] if x["grouping"] == "plus"][0]
assert r["group"] == "over75" and r["people"] == 200
assert abs(r["minutes_mean_before"] - (500 + 400 + 100 + 360) / 200) < 1e-12
assert r["people_unreached_after"] == 10 and r["newly_unreached"] == 10
assert (r["winners"], r["losers"]) == (40, 50)
assert d["before"]["core20_gap"] is None'
}

@test "what is wrong with the sites is said" {
    args=(--matrix m.csv --demand d.csv --population-column people)
    run "$ISOGAP" assess "${args[@]}" --before a,bb --after a
    [ "$status" -eq 2 ]
    [[ "$output" == *"--before bb: neither a site of the matrix nor a file"* ]]
    run "$ISOGAP" assess "${args[@]}" --before a
    [ "$status" -eq 2 ]
    [[ "$output" == *"--after is required"* ]]
    run "$ISOGAP" assess "${args[@]}" --before a --close b
    [ "$status" -eq 2 ]
    [[ "$output" == *"there is no site b"* ]]
    run "$ISOGAP" assess "${args[@]}" --before a --close a
    [ "$status" -eq 2 ]
    [[ "$output" == *"nobody reaches a site after"* ]]
    run "$ISOGAP" assess --before a --after b
    [ "$status" -eq 2 ]
    touch out
    run "$ISOGAP" assess "${args[@]}" --before a --after b -o out
    [ "$status" -eq 5 ]
}

county() { # more options
    "$ISOGAP" assess --areas "$GEODATA/sample/lsoa21.geojson" \
        --population "$GEODATA/sample/population21_lsoa21_age_sex.csv" --population-column Total \
        --cost cost.tif --before "$GEODATA/sample/clinics.csv" --close ZZ0001 \
        --groups "$GEODATA/sample/iod2025_file1.csv" \
        --deprivation 'Index of Multiple Deprivation (IMD) Decile' --thresholds 10,20 "$@"
}

@test "grid: who loses when a clinic of the made-up county closes" {
    "$ISOGAP" cost --mode walk --cell 100 --extent "$GEODATA/sample/lsoa21.geojson" -o cost.tif --quiet
    county -o out --json >sum.json 2>/dev/null
    [ "$(ls out | paste -sd' ')" = "assess.csv assess.gpkg assess.html" ]
    # the same as access twice
    "$ISOGAP" access --areas "$GEODATA/sample/lsoa21.geojson" \
        --population "$GEODATA/sample/population21_lsoa21_age_sex.csv" --population-column Total \
        --cost cost.tif --sites "$GEODATA/sample/clinics.csv" --thresholds 10,20 -o before.csv --json \
        >before.json 2>/dev/null
    grep -v ZZ0001 "$GEODATA/sample/clinics.csv" >fewer.csv
    "$ISOGAP" access --areas "$GEODATA/sample/lsoa21.geojson" \
        --population "$GEODATA/sample/population21_lsoa21_age_sex.csv" --population-column Total \
        --cost cost.tif --sites fewer.csv --thresholds 10,20 -o after.csv --json >after.json 2>/dev/null
    python3 - <<'P'
import csv, json, sqlite3
d, b, a = (json.load(open(n)) for n in ("sum.json", "before.json", "after.json"))
assert d["before"]["minutes_mean"] == b["minutes_mean"]
assert d["after"]["minutes_mean"] == a["minutes_mean"]
assert d["winners"] == 0 and d["losers"] > 0 and d["sites_closed"] == ["ZZ0001"]
before = {r["area"]: r for r in csv.DictReader(open("before.csv"))}
after = {r["area"]: r for r in csv.DictReader(open("after.csv"))}
base = sqlite3.connect("out/assess.gpkg")
lost = 0
for area, change, losers, people in base.execute(
        "select area, minutes_change, losers, people from assess"):
    want = float(after[area]["minutes_mean"]) - float(before[area]["minutes_mean"])
    assert abs(change - want) < 1e-4, (area, change, want)
    assert 0 <= losers <= people * (1 + 1e-12) and (losers == 0 or change > 0)
    lost += losers
assert abs(lost - d["losers"]) < 1e-6
style, default = base.execute("select styleQML, useAsDefault from layer_styles "
                              "where f_table_name = 'assess'").fetchone()
assert default == 1 and 'attr="minutes_change"' in style
assert base.execute("select change from sites where site = 'ZZ0001'").fetchone() == ("closed",)
rows = base.execute("select count(*) from assess_rows").fetchone()[0]
assert rows == len(d["rows"])
P
    "$ISOGAP" assess --version >/dev/null
    county -o again --threads 1 --quiet
    for f in assess.csv assess.gpkg assess.html; do cmp "out/$f" "again/$f"; done
}

@test "the page holds together: no script, no address to load, all text escaped" {
    printf 'code,name\na,"<script>alert(1)</script> & Sons"\nb,B\n' >before.csv
    "$ISOGAP" assess --matrix m.csv --before before.csv --after a --demand d.csv --population-column people \
        --deprivation imd --title 'A <b>bold</b> "title"' -o out --quiet
    python3 - <<'P'
from html.parser import HTMLParser
import re
text = open("out/assess.html", encoding="utf-8").read()
assert "<script" not in text and "http-equiv=\"Content-Security-Policy\"" in text
assert "default-src 'none'" in text and "A &lt;b&gt;bold" in text
class P(HTMLParser):
    void = {"meta", "br", "link", "img"}
    def __init__(self): super().__init__(); self.open = []; self.heads = []
    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        assert not any(k.startswith("on") for k in a), a
        for k in ("src", "href"):
            if k in a: assert a[k].startswith("#"), a[k]
        if tag not in self.void: self.open.append(tag)
        if re.fullmatch("h[1-6]", tag): self.heads.append(int(tag[1]))
    def handle_startendtag(self, tag, attrs): pass
    def handle_endtag(self, tag): assert self.open.pop() == tag, tag
p = P(); p.feed(text)
assert not p.open
assert all(b - a <= 1 for a, b in zip(p.heads, p.heads[1:]))
for stage in ("1. Prepare", "2. Assess", "3. Refine and apply", "4. Review"): assert stage in text
assert text.count("Gaps in the evidence") == 4
P
}
