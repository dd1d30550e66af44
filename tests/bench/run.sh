#!/bin/sh
# The benches of this folder that set isogap against peers: makes the grid that most of them share where it is
# not there yet, runs each script, which skips the programs that are not installed by name, and prints one
# table of seconds and ratios at the end.
#
# usage: run.sh ISOGAP [FOLDER]
# FOLDER (default: build/bench) holds cost.tif, dem.tif, pop.tif, zones.gpkg and src.txt. The
# generator is GENERATOR, or gen_grid.py beside the checkout; ROWS, COLS, SOURCES and ZONES set its
# size (default: England at 100 m). A peer gets PEER_SECONDS (1800) for each run; one that takes longer or runs
# out of memory stands in the table as such, with the seconds it got.
set -eu
isogap=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
root=$(realpath "$here/../..")
grid=${2:-$root/build/bench}
generator=${GENERATOR:-$root/../shared/bench/gen_grid.py}
if [ ! -f "$grid/zones.gpkg" ]; then
    [ -f "$generator" ] || { echo "skipped: no grid in $grid and no generator"; exit 77; }
    mkdir -p "$grid"
    /usr/bin/python3 "$generator" --rows "${ROWS:-7000}" --cols "${COLS:-6500}" \
        --sources "${SOURCES:-1500}" --zones "${ZONES:-33755}" --out "$grid"
fi
sed -n 's/^model name[^:]*: /machine: /p' /proc/cpuinfo | head -1
echo "processors: $(nproc)"
failed=0
TABLE=$(mktemp)
export TABLE
trap 'rm -f "$TABLE"' EXIT
for script in "$here"/*.sh; do
    name=$(basename "$script")
    case $name in
    # report takes a plan, siting its own instances: see the head of each.
    run.sh | table.sh | report.sh | siting.sh) continue ;;
    esac
    printf '\n== %s\n' "$name"
    code=0
    case $name in
    travel.sh) "$script" -b "$(dirname "$(dirname "$isogap")")" -d "$grid" || code=$? ;;
    join.sh | spatial.sh) "$script" "$isogap" || code=$? ;;
    choropleth.sh) sh "$script" "$isogap" "$grid/zones.gpkg" code || code=$? ;;
    *) "$script" "$isogap" "$grid" || code=$? ;;
    esac
    case $code in
    0 | 77) ;;
    *)
        echo "$name ended with $code"
        failed=1
        ;;
    esac
done
printf '\n== all in one: seconds, and how many times as long the peer takes\n'
awk -F'\t' '$4 + 0 != $4 { printf "%-42s %8.2f   %-32s %s\n", $1, $2, $3, $4; next }
    { printf "%-42s %8.2f   %-32s %9.2f %8.1f x\n", $1, $2, $3, $4, ($2 > 0) ? $4 / $2 : 0 }' "$TABLE"
exit $failed
