#!/usr/bin/env bats
# Traces: each number of an output leads back to the cells that it was made of.

setup() {
    cd "$BATS_TEST_TMPDIR"
}

prove() {
    python3 "$BATS_TEST_DIRNAME/prove_trace.py" "$@"
}

@test "rates of rows: count, people, value and limits lead back to their cells" {
    printf 'code,deaths,people\nE01000001,12,340\nE01000002,4,"1,000"\nE01000003,*,900\n' >x.csv
    "$ISOGAP" rates --table x.csv --method rate --count deaths --population people --trace -o r.csv --quiet
    prove r.csv.trace.csv r.csv
    run "$ISOGAP" check r.csv --explain E01000001,value
    [ "$status" -eq 0 ]
    [[ "$output" == *"12 (x.csv line 2, column deaths) / 340 (line 2, column people) x 100000 = 3529.4117647058824"* ]]
    [[ "$output" == *"x.csv: still as it was"* ]]
    run "$ISOGAP" check r.csv --explain E01000003,value
    [[ "$output" == *"is missing"*"* (x.csv line 4"*"suppressed"* ]]
    run "$ISOGAP" check r.csv --explain E01000001,valu
    [ "$status" -eq 2 ]
    [[ "$output" == *"did you mean 'value'"* ]]
    echo "E01000004,1,2" >>x.csv
    run "$ISOGAP" check r.csv --explain E01000001,value
    [[ "$output" == *"x.csv: changed since"* ]]
}

@test "a trace goes into a GeoPackage as the table isogap_trace, which the validator passes" {
    printf 'code,deaths,people\nE01000001,12,340\n' >x.csv
    "$ISOGAP" rates --table x.csv --method rate --count deaths --population people --trace -o r.gpkg --quiet
    prove r.gpkg "r.gpkg|layername=rates"
    /usr/bin/python3 -m osgeo_utils.samples.validate_gpkg r.gpkg
    run "$ISOGAP" check r.gpkg --explain E01000001,count --json
    [[ "$output" == *'"words": "count of E01000001 (row 1): 12 (x.csv line 2, column deaths) = 12"'* ]]
}

@test "without an output a trace needs a file of its own" {
    printf 'code,deaths,people\nE01000001,12,340\n' >x.csv
    run "$ISOGAP" rates --table x.csv --method rate --count deaths --population people --trace
    [ "$status" -eq 2 ]
    [[ "$output" == *"--trace FILE"* ]]
    "$ISOGAP" rates --table x.csv --method rate --count deaths --population people --trace t.csv --quiet >out.csv
    prove t.csv out.csv
}

@test "sums over groups, ages of a standardised rate, ratios, life tables and means" {
    {
        echo "ward,sex,age,n,people,ref,refpeople,x"
        for w in A B; do for s in F M; do for a in 0-4 5-9 10-14; do
            echo "$w,$s,$a,$((RANDOM % 90 + 10)),$((RANDOM % 900 + 1000)),$((RANDOM % 90 + 10)),9000,$((RANDOM % 9))"
        done; done; done
    } >t.csv
    printf 'age,people\n0-4,5000\n5-9,5500\n10-14,5500\n' >std.csv
    "$ISOGAP" rates --table t.csv --method proportion --count n --population people --by ward,sex --totals --trace -o p.csv --quiet
    prove p.csv.trace.csv p.csv
    "$ISOGAP" rates --table t.csv --method dsr --count n --population people --by ward --age age --standard std.csv --trace -o d.csv --quiet
    prove d.csv.trace.csv d.csv
    "$ISOGAP" rates --table t.csv --method isr --count n --population people --reference-count ref \
        --reference-population refpeople --by ward --trace -o i.csv --quiet
    prove i.csv.trace.csv i.csv
    "$ISOGAP" rates --table t.csv --method mean --value x --by ward --trace m.csv -o m_out.csv --quiet
    run "$ISOGAP" check p.csv --explain A,F,value
    [[ "$output" == *"(t.csv line 2, column n) + "*") / ("* ]]
}

@test "a protected count is not quoted by its trace" {
    printf 'code,deaths,people\nE01000001,3,340\nE01000002,40,1000\nE01000003,50,900\n' >x.csv
    "$ISOGAP" rates --table x.csv --method rate --count deaths --population people --disclosure hes --trace -o r.csv --quiet
    grep -q "(not shown)" r.csv.trace.csv
    ! grep -q ",3," r.csv.trace.csv
    run "$ISOGAP" check r.csv --explain E01000001,count
    [[ "$output" == *"which is hidden"* ]]
}

@test "joined values lead back to the rows of their tables, also through bands, pivot and sums of duplicates" {
    d=$GEODATA/sample
    "$ISOGAP" join --areas "$d/lsoa21.geojson" --table "$d/iod2025_file1.csv" --trace -o j.gpkg --quiet
    prove j.gpkg
    /usr/bin/python3 -m osgeo_utils.samples.validate_gpkg j.gpkg
    code=$(sqlite3 j.gpkg "SELECT area FROM isogap_trace LIMIT 1")
    python3 - "$d/lsoa21.geojson" <<'P'
import json, random, sys
codes = [f["properties"] for f in json.load(open(sys.argv[1]))["features"]]
key = next(k for k, v in codes[0].items() if isinstance(v, str) and len(v) == 9)
with open("long.csv", "w") as f:
    print("code,sex,value", file=f)
    for p in codes:
        for sex in "FM":
            print(p[key], sex, random.randint(10, 99), sep=",", file=f)
with open("ages.csv", "w") as f:
    print("code", *range(12), "12+", sep=",", file=f)
    for p in codes:
        print(p[key], *(random.randint(10, 99) for _ in range(13)), sep=",", file=f)
P
    "$ISOGAP" join --areas "$d/lsoa21.geojson" --table long.csv --pivot sex --trace -o a.csv --quiet
    prove a.csv.trace.csv a.csv
    "$ISOGAP" join --areas "$d/lsoa21.geojson" --table long.csv --columns value --duplicates sum --trace -o b.csv --quiet
    prove b.csv.trace.csv b.csv
    "$ISOGAP" join --areas "$d/lsoa21.geojson" --table ages.csv --bands 0-4,5+ --columns '0-4,5+' --trace -o c.csv --quiet
    prove c.csv.trace.csv c.csv
}

@test "joined values of the published tables of the Isle of Wight" {
    d=$SHARED/data
    [ -d "$d" ] || skip "the shared data is not here"
    "$ISOGAP" join --areas "$d/boundaries/lsoa11/E06000046.geojson" \
        --table "$d/deprivation/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv" \
        --table "$d/population/population20_lsoa11_single_year.csv.gz" --bands 0-15,16-64,65+ \
        --columns total_population,0-15,16-64,65+ --trace -o j.gpkg --quiet
    prove j.gpkg
}
