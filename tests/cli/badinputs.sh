#!/bin/bash
# Each case of the bad-input corpus through the command that reads such a file: outcome, words,
# and what holds for every case: no crash, 20 s, 512 MiB, inputs untouched, nothing left after an
# error. badinputs.sh CORPUS ISOGAP LIMITS [ID...]; exit 77 when the corpus is not there.
set -u
corpus=$1 isogap=$(realpath "$2") limits=$(realpath "$3")
shift 3
[ -f "$corpus/manifest.tsv" ] || {
    echo "skipped: no corpus at $corpus"
    exit 77
}
corpus=$(cd "$corpus" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
memory=${BADINPUTS_MIB:-512}
failed=0 passed=0

fingerprint() { (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum); }
before=$(fingerprint "$corpus")

# Plans for the config cases, the fault kept in the form of a plan.
make_plan() {
    mkdir -p "$work/config"
    [ -d "$work/good" ] || cp -r "$corpus/good" "$work/good"
    chmod -R u+w "$work/good"
    local output="geopackage: out/out.gpkg" more=""
    case $1 in
    C01) output="geopackage: ../good/areas.gpkg" ;;
    C02) more="value_feild: patients" ;;
    C03) more="travel: {mode: walk, roads: roads.pbf, thresholds: [30, 15, 15, -5]}" ;;
    C04) output='geopackage: out/out.gpkg, report_name: "../../{name}.html"' ;;
    C05) output="geopackage: no/such/folder/out.gpkg" ;;
    esac
    mkdir -p "$work/config/out"
    cat >"$work/config/plan.yaml" <<EOF
plan: a plan with a fault
areas: {file: ../good/areas.gpkg, key: code}
tables:
  - {file: ../good/table.csv, key: code, columns: [patients]}
outputs: {$output}
$more
EOF
}

run_limited() { "$limits" 20 "$memory" "$isogap" "$@" >"$work/said" 2>"$work/told"; }

run_case() {
    local id=$1 file=$corpus/$2 kind=$3 partner=$corpus/$4 out=$work/out
    case $kind in
    table)
        run_limited join --areas "$partner" --areas-key code --table "$file" --table-key code \
            -o "$out/out.gpkg"
        ;;
    boundary)
        local key=code
        case $id in B20) key=LSOA11CODE_LONG ;; esac
        run_limited join --areas "$file" --areas-key $key --table "$partner" --table-key code \
            -o "$out/out.gpkg"
        ;;
    raster)
        case $4 in
        *areas*)
            run_limited access --areas "$partner" --travel "$file" --thresholds 10,20,30 \
                -o "$out/out.csv"
            ;;
        *) run_limited travel --cost "$file" --sites "$partner" -o "$out/out.tif" ;;
        esac
        ;;
    sites)
        case $id in
        S03)
            run_limited access --areas "$corpus/good/areas.gpkg" --cost "$partner" --sites "$file" \
                --population "$corpus/good/table.csv" --population-column population \
                --thresholds 10,20,30 -o "$out/out.csv"
            ;;
        *) run_limited travel --cost "$partner" --sites "$file" -o "$out/out.tif" ;;
        esac
        ;;
    config)
        make_plan "$id"
        run_limited run "$work/config/plan.yaml"
        ;;
    *) echo "limits: unknown kind $kind" >"$work/told" ;;
    esac
}

# The words that say what is wrong with how a case ended; empty when all is right.
judge() {
    local id=$1 expect=$2 mention=$3 outcome end
    end=$(tail -n 1 "$work/told")
    case $end in
    "limits: exit 0") if grep -q "warning:" "$work/told"; then outcome=warn; else outcome=ok; fi ;;
    "limits: exit "[23456]) outcome=error ;;
    *)
        echo "${end:-no end}"
        return
        ;;
    esac
    grep -qE "AddressSanitizer|runtime error:|LeakSanitizer" "$work/told" && echo "sanitizer report"
    case "|$expect|" in *"|$outcome|"*) ;; *) echo "$outcome instead of $expect" ;; esac
    if [ $outcome != ok ]; then
        local rest=$mention pattern
        while [ -n "$rest" ]; do
            pattern=${rest%%;;*}
            [ "$pattern" = "$rest" ] && rest= || rest=${rest#*;;}
            sed '$d' "$work/told" | cat "$work/said" - | grep -qiE -- "$pattern" ||
                echo "no word of /$pattern/"
        done
    fi
    local left
    left=$(find "$work/out" "$work/config" -mindepth 1 ! -name plan.yaml ! -name out 2>/dev/null)
    [ $outcome = error ] && [ -n "$left" ] && echo "left after an error: $left"
    [ $outcome != error ] && [ -z "$left" ] && echo "no output"
    [ -e /tmp/isogap_python_ran ] && echo "python ran"
}

while IFS=$'\037' read -r id file kind partner wrong expect mention expected; do
    [ "$id" = id ] && continue
    [ $# -gt 0 ] && case " $* " in *" $id "*) ;; *) continue ;; esac
    rm -rf "$work/out" "$work/config" "$work/good"
    mkdir -p "$work/out"
    cd "$work/out" || exit 1
    run_case "$id" "$file" "$kind" "$partner"
    if [ "$kind" = config ]; then
        [ "$(fingerprint "$work/good")" = "$(fingerprint "$corpus/good")" ] ||
            echo "limits: input changed" >>"$work/told"
    fi
    wrongs=$(judge "$id" "$expect" "$mention")
    if [ -z "$wrongs" ]; then
        passed=$((passed + 1))
        echo "ok $id"
    else
        failed=$((failed + 1))
        echo "not ok $id ($wrong): $(echo "$wrongs" | paste -sd ';')"
        sed '$d' "$work/told" | head -n 6 | sed 's/^/    /'
    fi
done < <(tr '\t' '\037' <"$corpus/manifest.tsv")

cd /
[ "$before" = "$(fingerprint "$corpus")" ] || {
    echo "not ok: an input was changed or a file left beside it"
    failed=$((failed + 1))
}
echo "$passed right, $failed wrong"
[ $failed = 0 ]
