# What every command shares: version, help, words for other programs, exit codes.

@test "--version prints the version" {
    run "$ISOGAP" --version
    [ "$status" -eq 0 ]
    [[ "$output" =~ ^isogap\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "--help lists every command" {
    run "$ISOGAP" --help
    [ "$status" -eq 0 ]
    for command in $("$ISOGAP" --json-usage | python3 -c \
        'import json, sys; print(*[c["name"] for c in json.load(sys.stdin)["commands"]])'); do
        [[ "$output" == *"  $command "* ]]
    done
}

@test "without a command it says how it is used, and exits 2" {
    run "$ISOGAP"
    [ "$status" -eq 2 ]
    [[ "$output" == *"Usage: isogap COMMAND"* ]]
}

@test "an unknown command is refused, with the nearest that there is" {
    run "$ISOGAP" halp
    [ "$status" -eq 2 ]
    [[ "$output" == *'there is no command "halp"'* ]]
    [[ "$output" == *"did you mean help?"* ]]
}

@test "messages are JSON with --log-format json" {
    run "$ISOGAP" nothing --log-format json
    [ "$status" -eq 2 ]
    echo "$output" | python3 -c \
        'import json, sys; m = json.loads(sys.stdin.readline()); assert m["level"] == "error", m'
}

@test "the usage as JSON says what files hold and which formats are written" {
    "$ISOGAP" --json-usage | python3 -c '
import json, sys
commands = {c["name"]: {o["name"]: o for o in c["options"]} for c in json.load(sys.stdin)["commands"]}
assert commands["travel"]["cost"]["holds"] == "raster", commands["travel"]["cost"]
assert commands["join"]["areas"]["holds"] == "areas"
assert commands["travel"]["output"]["formats"] == ["tif"]
assert commands["map"]["output"]["formats"] == ["gpkg"]
assert commands["join"]["output"]["formats"] == ["gpkg", "geojson", "shp", "csv", "xlsx", "json"]
for name, options in commands.items():
    for option in options.values():
        assert ("holds" in option) == (option["type"] in ("input", "inputs")), (name, option)
        assert ("formats" in option) == (option["type"] == "output"), (name, option)
'
}

@test "each command has help with an example, a manual page, and options without clashes" {
    "$ISOGAP" --json-usage | python3 -c '
import json, sys
usage = json.load(sys.stdin)
for command in usage["commands"]:
    assert command["example"].startswith("isogap " + command["name"]), command["name"]
    names = []
    for option in command["options"]:
        assert option["help"], (command["name"], option["name"])
        assert not option["help"].endswith("."), (command["name"], option["name"])
        names += [option["name"]] + option["aliases"]
    assert len(names) == len(set(names)), (command["name"], sorted(names))
    print(command["name"])
' >"$BATS_TEST_TMPDIR/names"
    while read -r command; do
        run "$ISOGAP" "$command" --help
        [ "$status" -eq 0 ]
        [[ "$output" == *"Example:"* ]]
        run "$ISOGAP" help "$command"
        [ "$status" -eq 0 ]
        "$ISOGAP" man "$command" >"$BATS_TEST_TMPDIR/page"
        head -n 1 "$BATS_TEST_TMPDIR/page" | grep -q "^\.TH ISOGAP-"
    done <"$BATS_TEST_TMPDIR/names"
}

@test "the completion scripts are sound" {
    "$ISOGAP" completion bash >"$BATS_TEST_TMPDIR/bash"
    bash -n "$BATS_TEST_TMPDIR/bash"
    run bash -c "source '$BATS_TEST_TMPDIR/bash'
        COMP_WORDS=(isogap compl); COMP_CWORD=1; _isogap; echo \"\${COMPREPLY[@]}\""
    [ "$output" = completion ]
    "$ISOGAP" completion zsh | head -n 1 | grep -q '^#compdef isogap'
    if command -v zsh >/dev/null; then
        "$ISOGAP" completion zsh >"$BATS_TEST_TMPDIR/zsh"
        zsh -n "$BATS_TEST_TMPDIR/zsh"
    fi
    run "$ISOGAP" completion fish
    [ "$status" -eq 2 ]
}

@test "a full disk behind standard output is told, exit 5" {
    [ -e /dev/full ] || skip "no /dev/full"
    run bash -c "'$ISOGAP' --json-usage >/dev/full"
    [ "$status" -eq 5 ]
    [[ "$output" == *"standard output could not be written"* ]]
}
