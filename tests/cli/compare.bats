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
