#!/bin/sh
# The benches of this folder that share one grid: makes the grid where it is not there yet, then runs each
# script, which sets isogap against the programs that are installed and skips the others by name.
#
# usage: run.sh ISOGAP [FOLDER]
# FOLDER (default: build/bench) holds cost.tif, dem.tif, pop.tif, zones.gpkg and src.txt. The
# generator is GENERATOR, or gen_grid.py beside the checkout; ROWS, COLS, SOURCES and ZONES set its
# size (default: England at 100 m).
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
for script in "$here"/*.sh; do
    name=$(basename "$script")
    case $name in
    # join, report, siting, spatial and travel make inputs of their own: see the head of each.
    run.sh | join.sh | report.sh | siting.sh | spatial.sh | travel.sh) continue ;;
    esac
    printf '\n== %s\n' "$name"
    code=0
    case $name in
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
exit $failed
