# compare and trend: Fingertips' words, from figures that can be checked by eye.

setup() {
    cd "$BATS_TEST_TMPDIR"
    printf 'code,v,l,u,ll,uu\nE92000001,10,9,11,8,12\nE05000001,14,11,17,10.5,18\nE05000002,12,10,14,9,15\nE05000003,6,5,8,4,11\nE05000004,*,,,,\n' >v.csv
}

column() {
    python3 -c 'import csv, sys
rows = csv.DictReader(sys.argv[1].splitlines())
print(*[r[sys.argv[2]] or "-" for r in rows])' "$output" "$1"
}

@test "an interval wholly above a benchmark is worse where low is good, touching it similar" {
    run "$ISOGAP" compare --table v.csv --value v --lower l --upper u --benchmark E92000001 --polarity low
    [ "$status" -eq 0 ]
    [ "$(column comparison | tr ' ' _)" = "not_compared_worse_similar_better_not_compared" ]
    run "$ISOGAP" compare --table v.csv --value v --lower l --upper u --lower998 ll --upper998 uu --benchmark 10 --polarity low
    [ "$(column comparison | tr ' ' _)" = "similar_worst_similar_better_not_compared" ]
}

@test "quantile groups need no benchmark, and ties go together" {
    printf 'v\n5\n9\n9\n1\n7\n3\n8\n' >q.csv
    run "$ISOGAP" compare --table q.csv --value v --quantiles 3 --first highest
    [ "$status" -eq 0 ]
    [ "$(column quantile)" = "2 1 1 3 2 3 1" ]
}

@test "a benchmark that no row has is refused" {
    run "$ISOGAP" compare --table v.csv --value v --lower l --upper u --benchmark E12000001 -o out.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"E12000001"* ]]
    [ ! -e out.csv ]
}

@test "five rising points in any order of rows are increasing" {
    printf 's,y,v,l,u\na,2023,25,23.5,26.5\na,2019,20,18.5,21.5\na,2020,21,19.5,22.5\na,2021,22.4,20.9,23.9\na,2022,23.1,21.6,24.6\nb,2020,1,0,2\n' >t.csv
    run "$ISOGAP" trend --table t.csv --series s --period y --value v --lower l --upper u --polarity low
    [ "$status" -eq 0 ]
    [ "$(column trend)" = "increasing cannot be calculated" ]
    [[ "$(column chi2)" = 24.99* ]]
    [ "$(column judgement)" = "getting worse -" ]
}

@test "a period that comes twice in a series is refused with both lines" {
    printf 's,y,v,l,u\na,2019,20,18,22\na,2019,21,19,23\n' >t.csv
    run "$ISOGAP" trend --table t.csv --series s --period y --value v --lower l --upper u
    [ "$status" -eq 3 ]
    [[ "$output" == *"2 and 3"* ]]
}

@test "funnel limits: where each row stands about all of them, a number, or 1" {
    printf 'code,n,p\nE05000001,80,100\nE05000002,50,100\nE05000003,50,60\nE05000004,*,50\nE05000005,1,2\n' >f.csv
    run "$ISOGAP" compare --table f.csv --funnel proportion --count n --population p
    [ "$status" -eq 0 ]
    # all together 181 of 262: .6908, limits of 100 people .6908 -+ 1.96 sqrt(.6908 .3092 / 100)
    [ "$(column funnel | tr ' ' _)" = "high_(95%)_low_(99.8%)_high_(95%)_not_compared_within" ]
    python3 -c "
p = 181 / 262
got = [float(x) for x in '$(column funnel_upper95)'.split()[:2]]
assert all(abs(g - (p + 1.959963984540054 * (p * (1 - p) / 100) ** .5)) < 1e-9 for g in got), got"
    printf 'o,e\n151,106.4429719\n8,6.239860227\n0,2\n' >r.csv
    run "$ISOGAP" compare --table r.csv --funnel ratio --count o --population e --json -o out.csv
    [ "$status" -eq 0 ]
    python3 -c 'import csv; assert [r["funnel"] for r in csv.DictReader(open("out.csv"))] == ["high (99.8%)", "within", "within"]'
    run "$ISOGAP" compare --table f.csv --funnel rate --count n --population p --benchmark 60000
    [ "$(column funnel | tr ' ' _)" = "high_(95%)_within_high_(95%)_not_compared_within" ]
    run "$ISOGAP" compare --table f.csv --funnel proportion
    [ "$status" -eq 2 ]
}

@test "nearest statistical neighbours by distance in standard deviations" {
    printf 'code,a,b\nE06000001,1,100\nE06000002,2,100\nE06000003,9,100\nE06000004,2,500\nE06000005,,100\n' >s.csv
    run "$ISOGAP" compare --table s.csv --neighbours 1 --features a,b
    [ "$status" -eq 0 ]
    [ "$(column neighbour)" = "E06000002 E06000001 E06000002 E06000002 -" ]
    python3 -c "
import statistics
s = statistics.stdev([1, 2, 9, 2])
assert abs(float('$(column distance)'.split()[0]) - 1 / s) < 1e-12"
    run "$ISOGAP" compare --table s.csv --neighbours 1
    [ "$status" -eq 2 ]
}

@test "what is worse and getting worse is listed" {
    printf 's,y,v,l,u\n' >t.csv
    for y in 1 2 3 4 5; do
        printf 'up,%s,%s,%s,%s\nflat,%s,50,49,51\nEngland,%s,10,9,11\n' $y $((20 + 3 * y)) $((19 + 3 * y)) $((21 + 3 * y)) $y $y >>t.csv
    done
    "$ISOGAP" trend --quiet --table t.csv --series s --period y --value v --lower l --upper u --polarity low --benchmark England --json -o out.csv >out.json
    python3 -c '
import csv, json
rows = {r["s"]: r for r in csv.DictReader(open("out.csv"))}
assert rows["up"]["red_red"] == "1" and rows["up"]["comparison"] == "worse", rows
assert rows["flat"]["red_red"] == "0" and rows["flat"]["comparison"] == "worse"
assert rows["England"]["comparison"] == "not compared"
assert json.load(open("out.json"))["red_red"] == ["up"]'
    run "$ISOGAP" trend --table t.csv --series s --period y --value v --lower l --upper u --benchmark Wales
    [ "$status" -eq 3 ]
}

@test "a sensitive table is compared by its rates, and its counts are neither carried nor compared" {
    cd "$BATS_TEST_TMPDIR"
    printf 'code,rate,lo,hi,deaths,people\nE01000001,10,8,12,3,300\nE01000002,20,15,25,40,2000\nE01000003,9,5,14,9,1000\n' >s.csv
    "$ISOGAP" compare --table s.csv --sensitive --value rate --lower lo --upper hi --benchmark 13 --polarity low -o o.csv --quiet
    [ "$(head -1 o.csv)" = "code,rate,lo,hi,comparison" ]
    for command in "compare --value deaths --quantiles 2" "classify --value deaths --method equal --classes 2" \
        "inequality --value deaths"; do
        run "$ISOGAP" $command --table s.csv --sensitive
        [ "$status" -eq 4 ]
        [[ "$output" == *"column deaths holds counts of 1 to 7"* ]]
    done
    "$ISOGAP" classify --table s.csv --value deaths --method equal --classes 2 --quiet >/dev/null
}
