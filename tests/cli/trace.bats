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

@test "converted counts and rates lead back to the sources and to the rows of the lookup" {
    d=$GEODATA/sample
    "$ISOGAP" convert --table "$d/indicators_lsoa11.csv" --lookup "$d/lsoa11_lsoa21_lookup.csv" --from LSOA11CD \
        --to LSOA21CD --weights people21 --counts 'Births,Benefit claimants' --trace -o c.csv --quiet
    prove c.csv.trace.csv c.csv
    printf 'code,n,rate,words\nA,100,5,x\nB,50,8,y\nC,*,3,y\n' >t.csv
    printf 'old,new,people\nA,P,10\nA,Q,30\nB,Q,7\nC,R,1\n' >l.csv
    "$ISOGAP" convert --table t.csv --table-key code --lookup l.csv --from old --to new --weights people --counts n \
        --rates rate:n --categories words --method both --trace -o b.gpkg --quiet
    prove b.gpkg "b.gpkg|layername=convert"
    /usr/bin/python3 -m osgeo_utils.samples.validate_gpkg b.gpkg
    run "$ISOGAP" check b.gpkg --explain Q,n_weights
    [[ "$output" == *"(0.75 x 100 (t.csv line 2, column n) + 1 x 50 (line 3)) = 125"* ]]
    run "$ISOGAP" check b.gpkg --explain R,n_weights
    [[ "$output" == *"is missing"*"suppressed"* ]]
    run "$ISOGAP" check b.gpkg --explain Q,words_weights
    [[ "$output" == *"is x, which has most weight"* ]]
}

@test "values laid over shapes lead back to the columns of the areas" {
    d=$GEODATA/sample
    "$ISOGAP" join --areas "$d/lsoa21.geojson" --table "$d/indicators_lsoa21.csv" -o j.gpkg --quiet
    name=$("$ISOGAP" check "$d/indicators_lsoa21.csv" --json | python3 -c "
import json, sys
print(json.load(sys.stdin)['layers'][0]['columns'][-1])")
    ward=$d/wards25.shp
    "$ISOGAP" convert --source-areas "j.gpkg|layername=$(sqlite3 j.gpkg "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")" \
        --target-areas "$ward" --rates "$name" --trace -o w.gpkg --quiet
    prove w.gpkg
}

@test "comparisons, quantiles, funnels and neighbours lead back to their cells" {
    {
        echo "code,value,lower,upper,n,people"
        for i in 1 2 3 4 5 6 7 8; do echo "E0100000$i,$((i * 3)),$((i * 3 - 2)),$((i * 3 + 2)),$((i * 5)),1000"; done
    } >c.csv
    "$ISOGAP" compare --table c.csv --value value --lower lower --upper upper --benchmark E01000004 --polarity low \
        --quantiles 4 --funnel rate --count n --population people --trace -o o.csv --quiet
    prove o.csv.trace.csv o.csv
    run "$ISOGAP" check o.csv --explain E01000001,comparison
    [[ "$output" == *"is better: 1 (c.csv line 2, column lower) to 5 (line 2, column upper) against 12 (line 5, column value)"* ]]
    "$ISOGAP" compare --table c.csv --neighbours 2 --features value,n --trace t.csv -o n.csv --quiet
    prove t.csv n.csv --words
}

@test "trends and measures of inequality lead back to their cells" {
    { echo "area,year,v,lo,hi"
      for y in 2015 2016 2017 2018 2019 2020; do echo "A,$y,$((y - 2000)),$((y - 2002)),$((y - 1998))"; done; } >t.csv
    "$ISOGAP" trend --table t.csv --series area --period year --value v --lower lo --upper hi --trace -o o.csv --quiet
    prove o.csv.trace.csv o.csv --words
    [ "$(grep -c '^,A,1,slope' o.csv.trace.csv)" -eq 15 ]
    ! grep -q ',2,v,' o.csv.trace.csv # the sixth point from the end has no part in it
    printf 'decile,v,n,se\n1,30,2400,1.2\n2,26,2200,1.1\n3,22,2000,1\n4,19,1800,.9\n5,15,1600,.9\n' >i.csv
    "$ISOGAP" inequality --table i.csv --value v --population n --se se --trace -o q.csv --quiet
    prove q.csv.trace.csv q.csv --words
    run "$ISOGAP" check q.csv --explain sii,estimate
    [[ "$output" == *"sii of (30 (i.csv line 2, column v), 26 (line 3)"*"= -18.38345864661654"* ]]
}

@test "access leads back to the people of each area and to the rows of a matrix, gap to access" {
    printf 'area,site,minutes\nE01000001,S1,5\nE01000001,S2,9\nE01000002,S1,20\nE01000003,S2,12\n' >m.csv
    printf 'code,0-15,16+\nE01000001,30,70\nE01000002,60,140\nE01000003,10,90\n' >p.csv
    printf 'code,people\nE01000001,100\nE01000002,200\nE01000003,100\n' >people.csv
    "$ISOGAP" access --population people.csv --matrix m.csv --thresholds 10,20 --trace -o a.csv --quiet
    prove a.csv.trace.csv a.csv
    run "$ISOGAP" check a.csv --explain E01000001,minutes_mean
    [[ "$output" == *"least of (5 (m.csv line 2, column minutes), 9 (line 3)) = 5"* ]]
    printf 'code,decile\nE01000001,1\nE01000002,2\nE01000003,9\n' >d.csv
    "$ISOGAP" gap --access a.csv --groups d.csv --deprivation decile --trace -o g.csv --quiet
    prove g.csv.trace.csv g.csv
    run "$ISOGAP" check g.csv --explain core20,core20,minutes_mean
    [[ "$output" == *"(100 (a.csv line 2, column people_reached) x 5 (line 2, column minutes_mean) + 200 (line 3, column people_reached) x 20 (line 3, column minutes_mean)) / (100 "*"= 15"* ]]
    "$ISOGAP" gap --access a.csv --groups d.csv --deprivation decile --trace -o g.gpkg --quiet
    /usr/bin/python3 -m osgeo_utils.samples.validate_gpkg g.gpkg
}

@test "a run leads its areas, wards and groups back to the files of the plan" {
    s=$GEODATA/sample
    ln -s "$s" data
    mkdir out
    cat >plan.yaml <<EOF
plan: trace
areas: {file: data/lsoa21.geojson}
wards: {file: data/wards25.shp}
tables:
  - file: data/iod2025_file1.csv
    columns: {Index of Multiple Deprivation (IMD) Decile: imd_decile}
population: {file: data/population21_lsoa21_age_sex.csv, column: Total}
sites: {file: data/clinics.csv}
travel: {mode: walk, cell: 200, roads: data/roads.osm, thresholds: [10, 20, 30]}
deprivation: imd_decile
outputs: {geopackage: out/access.gpkg, tables: out/tables/, trace: true}
EOF
    "$ISOGAP" run plan.yaml --quiet
    /usr/bin/python3 -m osgeo_utils.samples.validate_gpkg out/access.gpkg
    prove out/access.gpkg
    prove out/tables/trace.csv
    python3 - <<'P'
import csv, sqlite3
db = sqlite3.connect("out/access.gpkg")
db.row_factory = sqlite3.Row
traced = {(r["layer"], r["area"], r["output_column"]): r["value"] for r in db.execute("SELECT * FROM isogap_trace")}
text = {"fid", "geom", "area", "status", "join_status", "name", "ward"}
for layer in ("lsoa", "ward"):
    for row in db.execute(f"SELECT * FROM {layer}"):
        for column in row.keys():
            if column in text or column.endswith("_status") or isinstance(row[column], str):
                continue
            assert traced.get((layer, row["area"], column), "none") == row[column], (layer, row["area"], column)
for row in csv.DictReader(open("out/tables/gap.csv")):
    for column in list(row)[2:]:
        key = ("gap", row["grouping"] + "," + row["group"], column)
        if column == "gap_within" and not row[column]:
            continue
        assert key in traced, key
        assert (traced[key] is None and row[column] == "") or abs(traced[key] - float(row[column])) < 1e-12
print(len(traced), "numbers")
P
    run "$ISOGAP" check out/access.gpkg --explain "$(sqlite3 out/access.gpkg 'SELECT area FROM ward LIMIT 1'),people"
    [[ "$output" == *"(people of E"*" + "*" = "* ]]
    # the same bytes wherever the plan lies
    mkdir elsewhere && cp plan.yaml elsewhere && ln -s "$s" elsewhere/data && mkdir elsewhere/out
    "$ISOGAP" run "$PWD/elsewhere/plan.yaml" --quiet
    cmp out/tables/trace.csv elsewhere/out/tables/trace.csv
}
