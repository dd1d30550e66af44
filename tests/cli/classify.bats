# classify: limits, counts and goodness of fit of one column.

setup() {
    cd "$BATS_TEST_TMPDIR"
    printf 'code,v\na,4\nb,5\nc,9\nd,10\ne,11\nf,25\ng,27\nh,*\n' >seven.csv
}

@test "the worked example of natural breaks" {
    run "$ISOGAP" classify --table seven.csv --value v --method fisher-jenks --classes 3
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "class,lower,upper,count" ]
    [ "${lines[1]}" = "1,4,5,2" ]
    [ "${lines[2]}" = "2,5,11,3" ]
    [ "${lines[3]}" = "3,11,27,2" ]
}

@test "the summary has the keys that it must have" {
    "$ISOGAP" classify --table seven.csv --value v --method fisher-jenks --classes 3 --json 2>/dev/null >sum.json
    python3 - <<'P'
import json
d = json.load(open("sum.json"))
assert d["command"] == "classify"
assert d["upper_bounds"] == [5, 11, 27] and d["counts"] == [2, 3, 2]
assert d["within_ss"] == 4.5 and abs(d["gvf"] - .991245) < 5e-7 and d["missing"] == 1
assert d["rows"][2] == {"class": 3, "lower": 11, "upper": 27, "count": 2}
P
}

@test "manual limits are upper limits, and nothing is dropped" {
    run "$ISOGAP" classify --table seven.csv --value v --method manual --breaks 5,10
    [ "$status" -eq 0 ]
    [ "${lines[3]}" = "3,10,27,3" ]
    run "$ISOGAP" classify --table seven.csv --value v --method manual
    [ "$status" -eq 2 ]
    [[ "$output" == *"--breaks is required"* ]]
    run "$ISOGAP" classify --table seven.csv --value v --method manual --breaks 10,5
    [ "$status" -eq 2 ]
    [[ "$output" == *"5 follows 10"* ]]
    run "$ISOGAP" classify --table seven.csv --value v --breaks 10
    [ "$status" -eq 2 ]
}

@test "a column of gaps is an error, equal values are one class" {
    printf 'code,v,w\na,*,2\nb,c,2\n' >gaps.csv
    run "$ISOGAP" classify --table gaps.csv --value v
    [ "$status" -eq 3 ]
    [[ "$output" == *"column v holds no number"* ]]
    run "$ISOGAP" classify --table gaps.csv --value w
    [ "$status" -eq 0 ]
    [[ "$output" == *"1,2,2,2"* ]]
    [[ "$output" == *"all values are equal"* ]]
}

@test "the same file for any order of rows" {
    "$ISOGAP" classify --table seven.csv --value v --method quantile --classes 3 -o one.csv --quiet
    { head -1 seven.csv; tail -n +2 seven.csv | sort -r; } >turned.csv
    "$ISOGAP" classify --table turned.csv --value v --method quantile --classes 3 -o two.csv --quiet
    cmp one.csv two.csv
}
