# site: each objective by hand on a small matrix, what is told of bad inputs, and what stands beside.

# Four areas on a line at 0 10 20 30 minutes, sites S1 at 0, S2 at 10, S3 at 30; F is out of reach.
setup() {
    cd "$BATS_TEST_TMPDIR"
    cat >matrix.csv <<'C'
area,site,minutes
A,S1,0
A,S2,10
A,S3,30
B,S1,10
B,S2,0
B,S3,20
C,S1,20
C,S2,10
C,S3,10
D,S1,30
D,S2,20
D,S3,0
C
    printf 'area,population,decile\nA,100,1\nB,100,3\nC,100,5\nD,50,9\nF,7,2\n' >demand.csv
}

site() {
    "$ISOGAP" site --matrix matrix.csv --demand demand.csv --deprivation decile "$@"
}

ask() { # keys from o.json by jq
    jq -c "$1" o.json
}

@test "p-median: the least mean over those reached, proven, with how many are as good" {
    site --open 1 --objective p-median --json --quiet >o.json
    [ "$(ask '[.objective,.optimal,.gap,.optima,.sites,.opened,.unreached_people]')" = '["p-median",true,0,1,["S2"],["S2"],7]' ]
    [ "$(ask '(.value * 350 | round)')" = 3000 ] # 1000 + 0 + 1000 + 1000
    [ "$(ask '.bound == .value')" = true ]
    [ "$(ask '.warnings | length')" = 1 ]
    [[ "$(ask '.warnings[0]')" == *"1 area with 7 people can reach no site of the matrix: F"* ]]
    [ "$(ask '[.groups[] | select(.grouping == "core20") | .group]')" = '["core20","rest"]' ]
    [ "$(ask '[.groups[] | select(.grouping == "quintile") | .minutes_mean]')" = '[10,0,10,20]' ]
    [ "$(ask '.measures[0].measure')" = '"core20_gap"' ]
}

@test "existing sites stay open and are listed with the new ones, in order of code" {
    site --existing S3 --open 1 --objective p-median --json --quiet >o.json
    [ "$(ask '[.sites,.opened]')" = '[["S1","S3"],["S1"]]' ] # 0 + 1000 + 1000 against S2: 1000 + 0 + 1000
    [ "$(ask '.optima')" = 2 ]
}

@test "cover, centre and fewest by hand" {
    site --open 1 --objective mclp --threshold 10 --json --quiet >o.json
    [ "$(ask '[.value,.sites]')" = '[300,["S2"]]' ]
    site --open 2 --objective p-center --json --quiet >o.json
    [ "$(ask '[.value,.sites,.optima]')" = '[10,["S1","S3"],2]' ]
    site --objective lscp --threshold 10 --json --quiet >o.json
    [ "$(ask '[.value,.sites,.uncoverable]')" = '[2,["S1","S3"],["F"]]' ]
    site --open 1 --objective core20-coverage --threshold 0 --json --quiet >o.json
    [ "$(ask '[.value,.value_all,.sites]')" = '[100,100,["S1"]]' ]
}

@test "equity: the worst quintile, CORE20, and the gap within the slack" {
    site --open 1 --objective core20-mean --json --quiet >o.json
    [ "$(ask '[.value,.sites]')" = '[0,["S1"]]' ]
    site --open 1 --objective worst-quintile --json --quiet >o.json
    [ "$(ask '[.value,.sites]')" = '[20,["S2"]]' ]
    site --open 1 --objective least-gap --mean-slack 0 --json --quiet >o.json
    [ "$(ask '.sites')" = '["S2"]' ]
    site --open 1 --objective least-sii --mean-slack 9 --json --quiet >o.json
    [ "$(ask '.optimal')" = true ]
}

@test "closing keeps the best, and says what closed" {
    site --close 1 --objective p-median --json --quiet >o.json
    [ "$(ask '[.sites,.closed,.optima]')" = '[["S1","S2"],["S3"],3]' ]
    site --existing S2,S3 --close 1 --objective p-median --json --quiet >o.json
    [ "$(ask '[.sites,.closed]')" = '[["S2"],["S3"]]' ]
}

@test "capacities hold, and people below them is refused" {
    site --open 2 --objective p-median --capacity 200 --json --quiet >o.json
    [ "$(ask '[.sites,.unreached_people]')" = '[["S1","S3"],7]' ]
    printf 'code,beds\nS1,10\nS2,500\nS3,500\n' >sites.csv
    site --open 1 --objective p-median --candidates sites.csv --capacity beds --json --quiet >o.json
    [ "$(ask '.sites')" = '["S2"]' ]
    run site --open 1 --objective p-median --capacity 100
    [ "$status" -eq 2 ]
    [[ "$output" == *"capacities are below demand: 350 people, and room for 100"* ]]
    run site --open 1 --objective least-gap --capacity 100
    [ "$status" -eq 2 ]
    [[ "$output" == *"capacities go with p-median"* ]]
}

@test "the groups go to a file, and to standard output without one" {
    site --open 1 --objective p-median --threshold 10 -o groups.csv --quiet
    [ "$(head -1 groups.csv)" = "grouping,group,people,people_reached,people_unreached,minutes_mean,minutes_median,within_10,gap_all,gap_within" ]
    site --open 1 --objective p-median --quiet | grep -q '^core20,core20,107,100,7,10,'
}

@test "bad inputs are told in clear words" {
    run site --open 9 --objective p-median
    [ "$status" -eq 2 ]
    [[ "$output" == *"--open 9: there are only 3 candidates"* ]]
    run site --open 1 --objective p-median --existing S9
    [ "$status" -eq 2 ]
    [[ "$output" == *"S9"*"neither a site of the matrix nor a file"* ]]
    run site --open 1 --objective p-median --existing S1,S1
    [ "$status" -eq 2 ]
    [[ "$output" == *"S1 comes more than once"* ]]
    run site --open 1 --objective mclp
    [ "$status" -eq 2 ]
    [[ "$output" == *"--threshold is required"* ]]
    cp matrix.csv twice.csv && echo 'A,S1,3' >>twice.csv
    run "$ISOGAP" site --matrix twice.csv --demand demand.csv --demand-key area --open 1 --objective p-median
    [ "$status" -eq 3 ]
    [[ "$output" == *"area A and site S1 come more than once, on line 2 and 14"* ]]
    sed '1s/.*/site,area,minutes/' matrix.csv >round.csv
    run "$ISOGAP" site --matrix round.csv --demand demand.csv --demand-key area --open 1 --objective p-median
    [ "$status" -eq 3 ]
    [[ "$output" == *"wrong way round: column site holds the areas"* ]]
    cp matrix.csv marks.csv && printf 'F,S1,9999\nF,S2,9999\n' >>marks.csv
    run "$ISOGAP" site --matrix marks.csv --demand demand.csv --demand-key area --open 1 --objective p-median
    [ "$status" -eq 3 ]
    [[ "$output" == *"9999 minutes, on 2 rows"* ]]
    cp demand.csv score.csv && sed -i 's/A,100,1/A,100,17.2/' score.csv
    run "$ISOGAP" site --matrix matrix.csv --demand score.csv --demand-key area --deprivation decile --open 1 --objective least-gap
    [ "$status" -eq 3 ]
}

@test "the programme is written for another solver" {
    site --open 1 --objective p-median --write-lp m.lp --json --quiet >o.json
    grep -q '^\\ open_2: S2' m.lp
    if command -v cbc >/dev/null; then
        cbc m.lp solve solution m.txt >/dev/null
        grep -q 'open_2 *1 ' m.txt
    fi
}

@test "the price of equity sets both answers side by side, with a frontier and its picture" {
    site --open 1 --objective least-gap --mean-slack 9 --price-of-equity --plot f.png --stability \
        --json --quiet >o.json
    [ "$(ask '.price_of_equity.efficient | [.objective,.sites]')" = '["p-median",["S2"]]' ]
    [ "$(ask '.price_of_equity.equitable.objective')" = '"least-gap"' ]
    [ "$(ask '.price_of_equity.frontier[0].sites')" = '["S2"]' ]
    [ "$(ask '[.price_of_equity.frontier[].value] as $v | $v == ($v | sort | reverse)')" = true ]
    [ "$(ask '.price_of_equity | (.winners + .losers) <= 350')" = true ]
    [ "$(head -c 4 f.png | tail -c 3)" = PNG ]
    [ "$(ask '[.stability.runs[].name]')" = '["as given","80% of the speed","120% of the speed"]' ]
    [ "$(ask '.stability.sites[0].of')" = 3 ]
    site --open 1 --objective p-median --stability-matrix same=matrix.csv --json --quiet >o.json
    [ "$(ask '.stability.sites')" = '[{"site":"S2","times":4,"of":4}]' ]
    run site --objective lscp --threshold 10 --price-of-equity
    [ "$status" -eq 2 ]
}

@test "a GeoPackage has the tables, sites where they lie and areas with their shapes" {
    printf 'code,name,easting,northing\nS1,One,1000,1000\nS2,Two,1010,1000\nS3,Three,1030,1000\n' >places.csv
    python3 - <<'P'
import json
def box(code, x):
    ring = [[x, 0], [x + 9, 0], [x + 9, 9], [x, 9], [x, 0]]
    return {"type": "Feature", "properties": {"area": code},
            "geometry": {"type": "Polygon", "coordinates": [[[a / 1e4, 50 + b / 1e4] for a, b in ring]]}}
json.dump({"type": "FeatureCollection", "features": [box(c, 10 * i) for i, c in enumerate("ABCD")]},
          open("areas.geojson", "w"))
P
    site --open 1 --existing S3 --objective least-gap --mean-slack 9 --price-of-equity --threshold 10 \
        --frontier frontier.csv --areas areas.geojson --areas-key area --demand-key area \
        --sites places.csv -o o.gpkg --json --quiet >o.json
    [ "$(ask '.outputs | length')" = 2 ]
    [ "$(ask '.unreached_people')" = 0 ] # F is not among the areas
    [ "$(head -1 frontier.csv)" = "mean_slack,value,bound,minutes_mean,sii,core20_gap,core20_mean,worst_quintile_mean,unreached_people,people_within,optimal,sites" ]
    [ "$(wc -l <frontier.csv)" -eq 8 ]
    [ "$(ask '.price_of_equity.frontier | length')" = 7 ]
    ogrinfo -q o.gpkg >layers
    grep -q 'areas (Multi Polygon)' layers
    grep -q 'sites (Point)' layers
    grep -q 'frontier' layers
    ogr2ogr -f CSV sites.csv o.gpkg sites
    grep -q '^S3,Three,existing' sites.csv
    [ "$(grep -c ',opened,' sites.csv)" = 1 ]
    ogr2ogr -f CSV shapes.csv o.gpkg areas
    [ "$(head -1 shapes.csv)" = "area,people,people_reached,minutes,people_within,decile,site" ]
    [ "$(grep -c '^D,50,50,0,50,9,S3' shapes.csv)" = 1 ]
}

@test "what has no picture of a frontier says so before the work" {
    run site --open 1 --objective mclp --threshold 10 --price-of-equity --frontier f.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"there is no frontier of minutes with this objective"* ]]
    run site --open 1 --objective p-median --frontier f.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"--frontier shows what --price-of-equity finds"* ]]
    run site --open 1 --objective p-median --sites matrix.csv -o o.csv
    [ "$status" -eq 2 ]
}
