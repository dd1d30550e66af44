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
