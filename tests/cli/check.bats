# check: what a file is, what is wrong with it.

json() { # keys of the JSON document that check prints
    "$ISOGAP" check --json "$@" >"$BATS_TEST_TMPDIR/json"
}

@test "check names kind, driver, layers, columns and CRS of boundaries" {
    json "$GEODATA/sample/lsoa21.geojson"
    python3 - "$BATS_TEST_TMPDIR/json" <<'EOF'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["command"] == "check" and d["version"] and d["outputs"] == [] and d["warnings"] == [], d
assert (d["kind"], d["driver"]) == ("boundary", "GeoJSON"), d
layer, = d["layers"]
assert layer["features"] == 300 and layer["crs"] == "EPSG:27700", layer
assert "LSOA21CD" in layer["columns"], layer
assert d["problems"] == [], d
EOF
}

@test "check counts the gaps of a table as warnings, exit 0" {
    run "$ISOGAP" check --json "$GEODATA/sample/indicators_lsoa21.csv"
    [ "$status" -eq 0 ]
    echo "$output" | python3 -c '
import json, sys
d = json.load(sys.stdin)
assert (d["kind"], d["driver"]) == ("table", "CSV"), d
assert d["layers"][0]["features"] == 300, d
assert d["problems"], d
for p in d["problems"]:
    assert p["severity"] == "warning" and p["message"] and "hint" in p, p'
}

@test "check reads plans, and says what is wrong with one by its line" {
    run "$ISOGAP" check "$GEODATA/plan.yaml"
    [ "$status" -eq 0 ]
    [[ "$output" == *"plan, YAML"* ]]
    printf 'areas: {file: a.gpkg}\noutpts: {geopackage: b.gpkg}\n' >"$BATS_TEST_TMPDIR/p.yaml"
    run "$ISOGAP" check "$BATS_TEST_TMPDIR/p.yaml"
    [ "$status" -eq 3 ]
    [[ "$output" == *"line 2: unknown key outpts"* ]]
    [[ "$output" == *"did you mean outputs?"* ]]
}

@test "check finds its own outputs sound" {
    "$ISOGAP" join --areas "$GEODATA/sample/lsoa21.geojson" \
        --table "$GEODATA/sample/iod2025_file1.csv" -o "$BATS_TEST_TMPDIR/out.gpkg" 2>/dev/null
    run "$ISOGAP" check "$BATS_TEST_TMPDIR/out.gpkg"
    [ "$status" -eq 0 ]
    [[ "$output" == *"boundary, GPKG"* ]]
    [[ "$output" == *": 300, EPSG:27700"* ]]
}

@test "check exits 3 for what a command would refuse, with a hint, and for a missing file" {
    printf 'code,people\nE01000001,12\nE01000002,1e400\n' >"$BATS_TEST_TMPDIR/t.csv"
    run "$ISOGAP" check "$BATS_TEST_TMPDIR/t.csv"
    [ "$status" -eq 3 ]
    [[ "$output" == *"error: "*"1e400"* ]]
    : >"$BATS_TEST_TMPDIR/empty.csv"
    run "$ISOGAP" check "$BATS_TEST_TMPDIR/empty.csv"
    [ "$status" -eq 3 ]
    [[ "$output" == *"empty"* ]]
    run "$ISOGAP" check "$BATS_TEST_TMPDIR/nothing.csv"
    [ "$status" -eq 3 ]
}

@test "check looks at each bad boundary and raster of the corpus without a crash" {
    [ -d "$SHARED/badinputs" ] || skip "no corpus"
    for file in "$SHARED"/badinputs/{boundaries,rasters,tables,sites}/*; do
        run timeout 20 "$ISOGAP" check "$file"
        [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || { echo "$file: $status $output"; false; }
    done
}

@test "postcodes as Ordnance Survey issues them are known for what they are" {
    run "$ISOGAP" check "$GEODATA/sample/codepoint"
    [ "$status" -eq 0 ]
    [[ "$output" == *"postcodes, CSV"*": 614, EPSG:27700"* ]]
    printf 'XW1 1AA,10,a\n' >"$BATS_TEST_TMPDIR/no.csv"
    run "$ISOGAP" check "$BATS_TEST_TMPDIR/no.csv"
    [[ "$output" != *"postcodes"* ]]
}

@test "check warns of a table whose first row is data" {
    printf 'E01000001,12\nE01000002,13\n' >"$BATS_TEST_TMPDIR/t.csv"
    run "$ISOGAP" check "$BATS_TEST_TMPDIR/t.csv"
    [[ "$output" == *"called 'E01000001', which is a code itself"*"--header"* ]]
}
