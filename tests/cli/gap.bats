# gap: groups of areas set against all, from the output of access.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    {
        echo 'area,people,people_reached,people_unreached,minutes_mean,minutes_median,within_10,within_20,status'
        echo 'E01000001,100,100,0,20,20,0,60,ok'
        echo 'E01000002,200,200,0,14,14,25,100,ok'
        echo 'E01000003,300,300,0,12,12,50,90,ok'
        echo 'E01000004,100,50,50,30,30,0,10,ok'
        echo 'E01000005,300,300,0,5,5,100,100,ok'
        echo 'E01000006,50,0,50,,,0,0,unreachable'
    } >access.csv
    {
        echo 'LSOA code,decile,ward,district,rank'
        echo 'E01000001,1,W1,D1,11'
        echo 'E01000002,2,W1,D1,12'
        echo 'E01000003,4,W2,D1,13'
        echo 'E01000004,4,W2,D1,14'
        echo 'E01000005,9,W3,D2,15'
        echo 'E01000006,10,,D2,16'
        echo 'E01000007,10,W9,D9,17'
    } >groups.csv
}

field() { # grouping group column, of gap.csv
    python3 -c 'import csv, sys
print(*[r[sys.argv[3]] for r in csv.DictReader(open("gap.csv")) if [r["grouping"], r["group"]] == sys.argv[1:3]])' "$@"
}

@test "groups, means, shares and gaps of the worked example" {
    "$ISOGAP" gap --access access.csv --groups groups.csv --deprivation decile --within district -o gap.csv --json >sum.json
    [ "$(head -1 gap.csv)" = "grouping,group,people,people_reached,people_unreached,minutes_mean,minutes_median,within_10,within_20,gap_all,gap_within" ]
    [ "$(cut -d, -f1 gap.csv | uniq | paste -sd' ')" = "grouping all decile quintile core20 ward district" ]
    [ "$(field core20 core20 minutes_mean)" = 16 ]
    [ "$(field core20 core20 minutes_median)" = 14 ]
    [[ "$(field core20 core20 gap_all)" = 4 ]]
    [[ "$(field core20 core20 gap_within)" = 0.76923* ]]
    [ "$(field core20 rest gap_within)" = "" ]
    [ "$(field decile 10 people_unreached)" = 50 ]
    [ "$(field decile 10 minutes_mean)" = "" ]
    [ "$(field all all people)" = 1050 ]
    python3 - <<'P'
import json
d = json.load(open("sum.json"))
m = {(x["measure"], x["grouping"]): x for x in d["measures"]}
assert set(m) == {("core20_gap", "core20")} | {(a, b) for a in
    ("sii", "rii", "ci", "ci_absolute", "difference", "ratio") for b in ("quintile", "decile")}
assert abs(m["core20_gap", "core20"]["estimate"] - (16 - 6600 / 650)) < 1e-12
assert m["difference", "quintile"]["estimate"] == 11
assert m["difference", "decile"]["lower"] is None and "one area" in m["difference", "decile"]["reason"]
assert "jackknife" in m["core20_gap", "core20"]["method"]
assert len(d["rows"]) == 1 + 5 + 3 + 2 + 3 + 2 and d["rows"][0]["gap_within"] is None
P
}

@test "a group may be called C or 1-7, and areas without a group are named" {
    paste -d, groups.csv <(printf 'band\nC\nC\n1-7\n1-7\n*\nlow\n\n') >banded.csv
    run --separate-stderr "$ISOGAP" gap --access access.csv --groups banded.csv --deprivation decile -o gap.csv
    [ "$status" -eq 0 ]
    [ "$(field band C people)" = 300 ]
    [ "$(field band 1-7 people)" = 400 ]
    [ "$(field band low people)" = 50 ]
    [ "$(grep -c '^band,' gap.csv)" = 3 ]
    [[ "$stderr" == *"band: 1 areas have no group"*"E01000005"* ]]
    [[ "$stderr" == *"ward: 1 areas have no group"*"E01000006"* ]]
}

@test "deprivation may be a column of the access itself, thresholds may be chosen" {
    paste -d, access.csv <(printf 'imd\n1\n2\n4\n4\n9\n10\n') >both.csv
    "$ISOGAP" gap --access both.csv --deprivation imd --thresholds 20 -o gap.csv --quiet
    [ "$(head -1 gap.csv)" = "grouping,group,people,people_reached,people_unreached,minutes_mean,minutes_median,within_20,gap_all,gap_within" ]
    run "$ISOGAP" gap --access both.csv --deprivation imd --thresholds 15
    [ "$status" -eq 2 ]
    [[ "$output" == *"no column within_15"* ]]
}

@test "a rank is no decile, and the line is named" {
    run "$ISOGAP" gap --access access.csv --groups groups.csv --deprivation rank -o gap.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"line 2, column rank: 11 is no decile"* ]]
    [ ! -e gap.csv ]
    run "$ISOGAP" gap --access access.csv --groups groups.csv --deprivation imd
    [ "$status" -eq 2 ]
    [[ "$output" == *"has a column imd"* ]]
}

@test "a geopackage of access is read as well as its table" {
    "$ISOGAP" gap --access access.csv --groups groups.csv --deprivation decile -o gap.csv --quiet
    python3 - <<'P'
import csv
rows = list(csv.reader(open("access.csv")))
csv.writer(open("turned.csv", "w"), lineterminator="\n").writerows([rows[0]] + rows[:0:-1])
P
    "$ISOGAP" gap --access turned.csv --groups groups.csv --deprivation decile -o turned_gap.csv --quiet
    cmp gap.csv turned_gap.csv
}

@test "what is no access is refused" {
    run "$ISOGAP" gap --access groups.csv --deprivation decile
    [ "$status" -eq 2 ] || [ "$status" -eq 3 ]
    [[ "$output" == *"isogap access"* ]]
    sed -i 's/^E01000002,200,200/E01000002,200,250/' access.csv
    run "$ISOGAP" gap --access access.csv --groups groups.csv --deprivation decile
    [ "$status" -eq 3 ]
    [[ "$output" == *"line 3: area E01000002 has more people reached"* ]]
}

@test "measures as a table, at other speeds too; counts of people as groups" {
    printf 'code,F,M\nE01000001,40,60\nE01000002,50,150\nE01000003,300,0\nE01000004,10,90\nE01000005,0,300\nE01000006,25,25\n' >sex.csv
    "$ISOGAP" gap --access access.csv --groups groups.csv --deprivation decile --plus sex.csv \
        --plus-columns 'F=women,M=everyone,F=everyone' --measures m.csv -o gap.csv --json >sum.json
    python3 - <<'P'
import csv, json
d = json.load(open("sum.json"))
m = {(r["speed"], r["measure"], r["grouping"]): r for r in csv.DictReader(open("m.csv"))}
assert {k[0] for k in m} == {"100", "80", "120"} and len(m) == 3 * len(d["measures"])
f = lambda s, n, c="estimate": float(m[s, n, "quintile"][c])
assert abs(f("80", "sii") - f("100", "sii") / .8) < 1e-9
assert abs(f("120", "sii") - f("100", "sii") / 1.2) < 1e-9
assert abs(f("80", "ci") - f("100", "ci")) < 1e-12
assert abs(f("80", "ci", "lower") - f("100", "ci", "lower")) < 1e-9
for x in d["measures"]:
    if x["estimate"] is not None:
        assert float(m["100", x["measure"], x["grouping"]]["estimate"]) == x["estimate"]
assert len(d["sensitivity"]) == len(m)
plus = {r["group"]: r for r in d["rows"] if r["grouping"] == "plus"}
w = plus["women"]
assert (w["people"], w["people_reached"]) == (425, 395)   # half of the 10, none of the 25
mean = (40 * 20 + 50 * 14 + 300 * 12 + 5 * 30 + 0 * 5) / 395
assert abs(w["minutes_mean"] - mean) < 1e-12
everyone, all = plus["everyone"], d["rows"][0]
for k in ("people", "people_reached", "minutes_mean", "minutes_median", "within_10", "within_20"):
    assert abs(everyone[k] - all[k]) < 1e-9, k
P
    run "$ISOGAP" gap --access access.csv --groups groups.csv --deprivation decile --plus sex.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"--plus-columns"* ]]
}
