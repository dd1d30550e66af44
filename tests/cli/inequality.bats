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
