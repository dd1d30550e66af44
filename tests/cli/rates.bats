# rates: figures worked by hand, gaps with their reasons, refusals.

setup() {
    cd "$BATS_TEST_TMPDIR"
    printf 'area,sex,cases,people\nA,f,12,80\nA,m,0,20\nB,f,*,50\nB,m,3,0\n' >counts.csv
}

column() { # name: that column of the CSV in $output, as one line
    python3 -c 'import csv, sys
rows = csv.DictReader(sys.argv[1].splitlines())
print(*[r[sys.argv[2]] for r in rows])' "$output" "$1"
}

@test "a proportion has Wilson's limits, one name each for a single level" {
    run "$ISOGAP" rates --table counts.csv --method proportion --count cases --population people --where area=A
    [ "$status" -eq 0 ]
    [ "$(column value)" = "0.15 0" ]
    [[ "$(column lower)" = 0.08794* ]]
    [[ "$(column upper)" = 0.24413*\ 0.16112* ]]
    [ "$(column status)" = "ok ok" ]
}

@test "a suppressed count and nobody at all are gaps with their reasons, not zeros" {
    run "$ISOGAP" rates --table counts.csv --method rate --count cases --population people --where area=B
    [ "$status" -eq 0 ]
    [ "$(column status)" = "suppressed undefined" ]
    [ -z "$(column value | tr -d ' ')" ]
}

@test "rows of a group are added up, and a gap makes the sum a gap" {
    run "$ISOGAP" rates --table counts.csv --method rate --count cases --population people --by area --multiplier 100
    [ "$status" -eq 0 ]
    [ "$(column area)" = "A B" ]
    [ "$(column count)" = "12 " ]
    [ "$(column status)" = "ok suppressed" ]
}

@test "totals add the sums over each column and over both" {
    printf 'a,b,x,n\nu,s,1,10\nu,t,2,10\nv,s,3,10\nv,t,4,10\n' >four.csv
    run "$ISOGAP" rates --table four.csv --method rate --count x --population n --by a,b --totals
    [ "$status" -eq 0 ]
    [ "$(column a)" = "u u v v all all u v all" ]
    [ "$(column b)" = "s t s t s t all all all" ]
    [ "$(column count)" = "1 2 3 4 4 6 3 7 10" ]
}

@test "two levels are named by their digits" {
    run "$ISOGAP" rates --table counts.csv --method proportion --count cases --population people --confidence .9,.998 --where area=A --json
    [ "$status" -eq 0 ]
    python3 -c 'import json, sys
row = json.loads(sys.argv[1])["rows"][0]
assert row["lower90"] < row["value"] < row["upper998"], row' "$(sed -n '/^{/,$p' <<<"$output")"
}

@test "a directly standardised rate finds its bands by label, not by order" {
    {
        echo 'band,x,n'
        for a in 90+ 85-89 80-84 75-79 70-74 65-69 60-64 55-59 50-54 45-49 40-44 35-39 30-34 25-29 \
            20-24 15-19 10-14 05-09 00-04; do
            echo "$a,2,1000"
        done
    } >bands.csv
    run "$ISOGAP" rates --table bands.csv --method dsr --count x --population n --age band
    [ "$status" -eq 0 ]
    # the rate is 2 per 1,000 in each band, so whatever the standard
    python3 -c 'import sys; assert abs(float(sys.argv[1]) - 200) < 1e-9' "$(column value)"
    run "$ISOGAP" rates --table bands.csv --method dsr --count x --population n --age band --where band=90+
    [ "$status" -eq 3 ]
    [[ "$output" == *"begins at 0 is missing"* ]]
}

@test "more cases than people are refused with their line" {
    printf 'x,n\n1,2\n5,4\n' >bad.csv
    run "$ISOGAP" rates --table bad.csv --method proportion --count x --population n -o out.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"line 3"* ]]
    [ ! -e out.csv ]
}

small_counts() {
    cat >small.csv <<'E'
ward,sex,deaths,people,rate,note
W1,F,2,100,20.5,a
W1,M,30,200,150.5,b
W2,F,50,300,166.5,c
W2,M,12,120,100.5,d
W3,F,0,80,0.5,e
W3,M,6,90,66.5,f
E
}

@test "disclosure: small counts go, with as few others as keep them unknown through the totals" {
    cd "$BATS_TEST_TMPDIR"
    small_counts
    "$ISOGAP" rates --table small.csv --method rate --count deaths --population people --by ward,sex \
        --totals --disclosure threshold:5 -o out.csv --json >sum.json
    python3 - <<'P'
import csv, json
rows = {(r["ward"], r["sex"]): r for r in csv.DictReader(open("out.csv"))}
hidden = {k for k, r in rows.items() if r["status"] == "suppressed"}
assert hidden == {("W1", "F"), ("W1", "M"), ("W2", "F"), ("W2", "M")}
for k in hidden:
    r = rows[k]
    assert r["count"] == r["value"] == r["lower"] == r["upper"] == r["se"] == "" and r["population"]
assert rows["W3", "F"]["count"] == "0" and rows["all", "all"]["count"] == "100"
assert {r["disclosure"] for r in rows.values()} == {"threshold:5"}
d = json.load(open("sum.json"))
assert d["disclosure"] == "threshold:5" and d["counts_hidden"] == 4 and d["counts_hidden_beside"] == 3
assert [r["count"] for r in d["rows"]][:2] == [None, None]
P
    # one column of groups: a single small count takes a second one with it
    "$ISOGAP" rates --table small.csv --method rate --count deaths --population people --by ward \
        --totals --disclosure threshold:7 -o one.csv --quiet
    [ "$(cut -d, -f1,2 one.csv | paste -sd' ')" = "ward,count W1, W2,62 W3, all,100" ]
}

@test "disclosure: hes rounds to five, and is what a sensitive table gets" {
    cd "$BATS_TEST_TMPDIR"
    small_counts
    "$ISOGAP" rates --table small.csv --method proportion --count deaths --population people \
        --disclosure hes -o hes.csv --quiet
    python3 - <<'P'
import csv
rows = list(csv.DictReader(open("hes.csv")))
assert [r["count"] for r in rows] == ["", "30", "50", "10", "0", ""]
assert [r["status"] for r in rows] == ["suppressed", "ok", "ok", "ok", "ok", "suppressed"]
assert float(rows[3]["value"]) == 10 / 120
assert "rate" not in rows[0] and "deaths" not in rows[0] and rows[0]["note"] == "a"
P
    "$ISOGAP" rates --table small.csv --method proportion --count deaths --population people \
        --table-sensitive -o sensitive.csv --quiet
    cmp hes.csv sensitive.csv
    "$ISOGAP" rates --table small.csv --method proportion --count deaths --population people \
        --table-sensitive --disclosure none -o none.csv --quiet
    [ "$(head -2 none.csv | tail -1 | cut -d, -f3)" = 2 ]
    head -1 none.csv | grep -qv disclosure
}

@test "disclosure: standardised rates and life tables are made from what is shown" {
    cd "$BATS_TEST_TMPDIR"
    python3 - <<'P'
bands = ["0-4"] + ["%d-%d" % (a, a + 4) for a in range(5, 90, 5)] + ["90+"]
with open("ages.csv", "w") as f:
    f.write("area,age,deaths,people\n")
    for area, k in (("A", 0), ("B", 2)):
        for i, b in enumerate(bands):
            f.write("%s,%s,%d,1000\n" % (area, b, k if i != 3 else (3 if area == "A" else k)))
P
    "$ISOGAP" rates --table ages.csv --method dsr --count deaths --population people --age age \
        --by area --disclosure threshold:4 -o dsr.csv --quiet
    [ "$(cut -d, -f1,2 dsr.csv | paste -sd' ')" = "area,count A, B,38" ]
    "$ISOGAP" rates --table ages.csv --method dsr --count deaths --population people --age age \
        --by area --disclosure hes -o hes.csv --quiet
    python3 - <<'P'
import csv
b = list(csv.DictReader(open("hes.csv")))[1]
assert b["count"] == "40" and abs(float(b["value"]) - 200 * 40 / 38) < 1e-9
P
}

@test "disclosure: what cannot be kept is refused" {
    cd "$BATS_TEST_TMPDIR"
    small_counts
    run "$ISOGAP" rates --table small.csv --method rate --count deaths --population people --disclosure threshold
    [ "$status" -eq 2 ]
    [[ "$output" == *"no policy is called that"* ]]
    printf 'all,F,1,10,1,x\n' >>small.csv
    run "$ISOGAP" rates --table small.csv --method rate --count deaths --population people --by ward --totals
    [ "$status" -eq 3 ]
    [[ "$output" == *"line 8, column ward: 'all' is the name of the totals"* ]]
}


@test "disclosure: totals over three columns keep hidden counts through every margin" {
    cd "$BATS_TEST_TMPDIR"
    python3 - <<'P'
import random
random.seed(11)
with open("three.csv", "w") as f:
    print("area,sex,age,n,people", file=f)
    for a in "PQRST":
        for s in "FM":
            for g in ("0-15", "16-64", "65+"):
                print(a, s, g, random.randint(0, 30), 1000, sep=",", file=f)
P
    "$ISOGAP" rates --table three.csv --method rate --count n --population people --by area,sex,age --totals \
        --disclosure threshold:5 -o out.csv --json >sum.json
    /usr/bin/python3 -c 'import scipy' 2>/dev/null || skip "scipy is not here"
    /usr/bin/python3 - <<'P'
import csv
import numpy
from scipy.optimize import linprog
raw = {}
for r in csv.DictReader(open("three.csv")):
    raw[r["area"], r["sex"], r["age"]] = int(r["n"])
shown = {(r["area"], r["sex"], r["age"]): r["count"] for r in csv.DictReader(open("out.csv"))}
inner = list(raw)
def total(cell):
    return sum(n for k, n in raw.items() if all(c in ("all", x) for c, x in zip(cell, k)))
assert len(shown) == 6 * 3 * 4
rows, right, hidden = [], [], []
for cell, text in shown.items():
    line = [float(all(c in ("all", x) for c, x in zip(cell, k))) for k in inner]
    if text == "":
        hidden.append((cell, line))
        assert total(cell) > 0
    else:
        assert float(text) == total(cell) and not 1 <= total(cell) <= 5
        rows.append(line)
        right.append(float(text))
assert hidden
for cell, line in hidden:  # a hidden count is at least 1
    low, high = (linprog(numpy.array(line) * way, A_eq=rows, b_eq=right,
                         A_ub=[[-x for x in l] for _, l in hidden], b_ub=[-1] * len(hidden)) for way in (1, -1))
    greatest = numpy.inf if high.status == 3 else -high.fun
    assert low.status == 0 and greatest - low.fun >= 5 - 1e-6, (cell, low.fun, greatest)
print(len(hidden), "hidden counts, none known closer than 5")
P
}
