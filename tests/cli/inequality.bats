# inequality: the worked example of five groups, and what it says when a measure does not exist.

setup() {
    cd "$BATS_TEST_TMPDIR"
    printf 'g,y,p,se\none,30,2400,1.2\ntwo,26,2200,1.1\nthree,22,2000,1\nfour,19,1800,.9\nfive,15,1600,.9\n' >five.csv
}

figure() { # measure parameter column: from the CSV in $output
    python3 -c 'import csv, sys
rows = csv.DictReader(sys.argv[1].splitlines())
print(*[r[sys.argv[4]] for r in rows if r["measure"] == sys.argv[2] and r["parameter"] == sys.argv[3]])' \
        "$output" "$1" "$2" "$3"
}

@test "SII and RII have exact limits" {
    run "$ISOGAP" inequality --table five.csv --value y --population p --se se --type mean
    [ "$status" -eq 0 ]
    [[ "$(figure sii '' estimate)" = -18.38345* ]]
    [[ "$(figure sii '' lower)" = -21.74542* ]]
    [[ "$(figure sii '' upper)" = -15.02148* ]]
    [[ "$(figure rii '' lower)" = 0.36456* ]]
    [[ "$(figure rii '' upper)" = 0.50597* ]]
    [[ "$(figure atkinson 0.5 estimate)" = 0.01314* ]]
    [[ "$(figure paf '' estimate)" = -35.177* ]]
    [ -z "$(figure erreygers '' estimate)" ]
    [[ "$(figure erreygers '' reason)" == *"--bounds"* ]]
}

@test "the order of rows does not matter with --rank" {
    run "$ISOGAP" inequality --table five.csv --value y --population p --type mean --measures sii,ci
    first=$output
    { head -1 five.csv | sed 's/$/,r/'; sed 1d five.csv | awk '{print $0 "," NR}' | sort -r; } >ranked.csv
    run "$ISOGAP" inequality --table ranked.csv --value y --population p --type mean --measures sii,ci --rank r
    [ "$status" -eq 0 ]
    [ "$(cut -d, -f1-3 <<<"$output" | cut -c1-18)" = "$(cut -d, -f1-3 <<<"$first" | cut -c1-18)" ]
}

@test "groups without order have no slope, and say so" {
    run "$ISOGAP" inequality --table five.csv --value y --population p --type mean --unordered --group g --reference three
    [ "$status" -eq 0 ]
    [ -z "$(figure sii '' estimate)" ]
    [[ "$(figure sii '' reason)" == *"no order"* ]]
    [ "$(figure difference '' estimate)" = 15 ]
    # mean distance from 22: (8*2400 + 4*2200 + 0 + 3*1800 + 7*1600) / 10000
    [[ "$(figure mdr weighted estimate)" = 4.46* ]]
}

@test "a measure that is none is refused with the nearest" {
    run "$ISOGAP" inequality --table five.csv --value y --measures thiel
    [ "$status" -eq 2 ]
    [[ "$output" == *"theil"* ]]
}

@test "theil splits into what lies between and within larger groups" {
    printf 'ward,district,v,n\na,X,10,1\nb,X,20,1\nc,Y,30,2\nd,Y,40,2\n' >w.csv
    run "$ISOGAP" inequality --quiet --table w.csv --value v --population n --unordered --within district --measures theil
    [ "$status" -eq 0 ]
    python3 - "$output" <<'P'
import csv, math, sys
rows = list(csv.DictReader(sys.argv[1].splitlines()))
got = {r["parameter"]: float(r["estimate"]) for r in rows}
v, n, d = [10, 20, 30, 40], [1, 1, 2, 2], "XXYY"
mean = sum(a * b for a, b in zip(v, n)) / sum(n)
theil = lambda v, n, m: sum(b / sum(n) * a / m * math.log(a / m) for a, b in zip(v, n))
between = within = 0
for g in "XY":
    vs, ns = [a for a, k in zip(v, d) if k == g], [b for b, k in zip(n, d) if k == g]
    mg = sum(a * b for a, b in zip(vs, ns)) / sum(ns)
    share = mg * sum(ns) / (mean * sum(n))
    between += share * math.log(mg / mean)
    within += share * theil(vs, ns, mg)
assert abs(got["between"] - between) < 1e-14 and abs(got["within"] - within) < 1e-14
assert abs(got[""] - between - within) < 1e-14
P
}

@test "change since a baseline, with limits of two samples" {
    printf 'year,v,n,se\n' >y.csv
    for y in 2018 2023; do
        for k in 1 2 3 4 5; do echo "$y,$((30 - 3 * k * (y - 2017) / 2)),100,1" >>y.csv; done
    done
    run "$ISOGAP" inequality --quiet --table y.csv --value v --population n --se se --by year --measures sii,difference --baseline 2018
    [ "$status" -eq 0 ]
    python3 - "$output" <<'P'
import csv, math, sys
rows = list(csv.DictReader(sys.argv[1].splitlines()))
a, b = [[r for r in rows if r["year"] == y] for y in ("2018", "2023")]
for old, new in zip(a, b):
    change = float(new["estimate"]) - float(old["estimate"])
    far = 1.959963984540054 * math.hypot(float(new["se"]), float(old["se"]))
    assert old["change"] == "" and abs(float(new["change"]) - change) < 1e-12
    assert abs(float(new["change_upper"]) - change - far) < 1e-9
P
    run "$ISOGAP" inequality --table y.csv --value v --by year --baseline 1999
    [ "$status" -eq 3 ]
}

@test "denominators that the population table does not have are warned of" {
    printf 'code,v,n\nE06000001,10,1000\nE06000002,20,2000\nE06000003,30,3000\n' >d.csv
    printf 'code,population\nE06000001,1005\nE06000002,2500\nE06000003,3000\n' >p.csv
    run "$ISOGAP" inequality --table d.csv --value v --population n --measures sii --check-population p.csv
    [ "$status" -eq 0 ]
    [[ "$output" == *"1 of 3 denominators differ"*"E06000002 2000 against 2500"* ]]
    run "$ISOGAP" rates --table d.csv --method rate --count v --population n --check-population p.csv
    [ "$status" -eq 0 ]
    [[ "$output" == *"1 of 3 denominators differ"* ]]
    run "$ISOGAP" rates --table d.csv --method rate --count v --population n --check-population p.csv --sensitive
    [ "$status" -eq 0 ]
    [[ "$output" == *"1 of 3 denominators differ"*": E06000002"* ]]
    [[ "$output" != *"against"* ]]
}

@test "slope of the income score of all England by decile, against least squares in python" {
    d=$SHARED/data
    [ -d "$d" ] || skip "the shared data is not here"
    "$GEODATA/../examples/deprivation/slope.sh" "$ISOGAP" "$d/population/population20_lsoa11_single_year.csv.gz" \
        "$d/lookups/lookup_lsoa11_lsoa21_ltla22.csv" "$d/deprivation/imd2025_england_lsoa21.csv" . >said.txt 2>&1
    python3 - <<'P'
import csv
rows = [(int(r["decile"]), float(r["score"]), float(r["people"])) for r in csv.DictReader(open("areas.csv"))]
got = {(r["measure"], r["parameter"]): float(r["estimate"]) for r in csv.DictReader(open("inequality.csv"))}
assert len(rows) == 33755
everybody = sum(n for _, _, n in rows)
assert abs(everybody - 56550138) < 1e-3  # mid-2020 population of England
share = [sum(n for d, _, n in rows if d == k) / everybody for k in range(1, 11)]
rank = [sum(share[:k]) + share[k] / 2 for k in range(10)]
mean = sum(y * n for _, y, n in rows) / everybody
sxy = sum(n * (rank[d - 1] - .5) * (y - mean) for d, y, n in rows)
sxx = sum(n * (rank[d - 1] - .5) ** 2 for d, _, n in rows)
slope = sxy / sxx
assert abs(got["sii", ""] - slope) < 1e-9, (got["sii", ""], slope)
assert abs(got["rii", ""] - (mean + slope / 2) / (mean - slope / 2)) < 1e-8
assert abs(got["ci", ""] - 2 * sxy / everybody / mean) < 1e-9
assert abs(got["theil", ""] - got["theil", "between"] - got["theil", "within"]) < 1e-12
print(slope)
P
}
