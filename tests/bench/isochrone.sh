#!/bin/sh
# Isochrone polygons at four levels from a grid of minutes, against gdal_contour's lines (and its
# polygons with POLYGONS=1, which takes minutes) on the same minutes: the outlines alone, and the whole
# command with reading costs, searching and writing. Areas are checked against the number of cells
# within each level, every polygon by GEOS (half a minute each, two at a time), and levels against each
# other at four points of every cell: what lies in one must lie in the next. LEVELS="45 60" and
# NAMES=edges check some of them alone.
#
# usage: isochrone.sh ISOGAP FOLDER
# FOLDER: cost.tif (seconds a cell), src.txt (row col x y).
set -eu
isogap=$1
grid=$2
. "$(dirname "$0")/table.sh"
[ -x /usr/bin/time ] || { echo "skipped: /usr/bin/time is not there"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
awk 'BEGIN { print "code,easting,northing" } { printf "S%05d,%s,%s\n", NR, $3, $4 }' \
    "$grid/src.txt" >"$folder/sites.csv"
search="--cost $grid/cost.tif --cost-unit s/cell --sites $folder/sites.csv"

isochrones() { # name, options: seconds of the outlines alone, from the message; of all in NAME.time
    name=$1
    shift
    # shellcheck disable=SC2086
    /usr/bin/time -f '%e' -o "$folder/$name.time" "$isogap" isochrone $search --minutes 15,30,45,60 "$@" -o "$folder/$name.gpkg" \
        >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
    sed -n 's/.*outlines in \([0-9.]*\) s.*/\1/p' "$folder/said"
}
own=$(isochrones smooth)
edges=$(isochrones edges --edges)
all=$(tail -1 "$folder/smooth.time")
echo "isogap: outlines of 4 levels $own s, along cell edges $edges s; whole command $all s"
# shellcheck disable=SC2086
"$isogap" travel $search -o "$folder/minutes.tif" >/dev/null 2>&1
if command -v gdal_contour >/dev/null; then
    limited "$folder/time" gdal_contour -q -fl 15 30 45 60 "$folder/minutes.tif" \
        "$folder/lines.gpkg" && ended=$limited_took || echo "gdal_contour, lines: $ended"
    awk -v own="$own" -v all="$all" -v took="$ended" 'BEGIN {
        if (took + 0 != took) exit
        if (own > 0) printf "gdal_contour, lines: %s s: %.1f x the outlines, ", took, took / own
        printf "%.1f x the whole command\n", took / all }'
    row "outlines of four levels" "$own" "gdal_contour, lines, whole" "$ended"
    row "outlines, costs to GeoPackage" "$all" "gdal_contour, lines, whole" "$ended"
    if [ "${POLYGONS:-}" ]; then
        /usr/bin/time -f '%e' -o "$folder/time" gdal_contour -q -p -fl 15 30 45 60 \
            "$folder/minutes.tif" "$folder/areas.gpkg"
        awk -v own="$own" '{ printf "gdal_contour, polygons: %s s: %.1f x isogap\n", $1, $1 / own }' "$folder/time"
    fi
else
    echo "skipped by name: gdal_contour (not installed)"
fi
/usr/bin/python3 -c 'import numpy; from osgeo import ogr' 2>/dev/null || {
    echo "skipped by name: checks of areas (need numpy and GDAL for Python)"
    exit 0
}
# shellcheck disable=SC2086
for name in ${NAMES:-edges smooth}; do
    before=
    for level in 15 30 45 60; do
        case " ${LEVELS:-15 30 45 60} " in
        *" $level "*) echo "$folder/minutes.tif $name $folder/$name.gpkg $level${before:+ $before}" ;;
        esac
        before=$level
    done
done | xargs -P 2 -L 1 /usr/bin/python3 "$(dirname "$0")/isochrone_check.py"
