#!/bin/sh
# Isochrone polygons at four levels from a grid of minutes, against gdal_contour's lines (and its
# polygons with POLYGONS=1, which takes minutes) on the same minutes: the outlines alone, and the whole
# command with reading costs, searching and writing. Areas are checked against the number of cells
# within each level, every polygon by GEOS, and a sample of its parts against the polygon of the next
# level, which must contain them.
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
    /usr/bin/time -f '%e' -o "$folder/time" gdal_contour -q -fl 15 30 45 60 \
        "$folder/minutes.tif" "$folder/lines.gpkg"
    awk -v own="$own" -v all="$all" '{
        if (own > 0) printf "gdal_contour, lines: %s s: %.1f x the outlines, ", $1, $1 / own
        printf "%.1f x the whole command\n", $1 / all }' "$folder/time"
    row "outlines of four levels" "$own" "gdal_contour, lines, whole" "$(cat "$folder/time")"
    row "outlines, costs to GeoPackage" "$all" "gdal_contour, lines, whole" "$(cat "$folder/time")"
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
/usr/bin/python3 - "$folder" <<'P'
import sys
import numpy
from osgeo import gdal, ogr
folder = sys.argv[1]
raster = gdal.Open(folder + "/minutes.tif")
minutes = raster.ReadAsArray()
cell = abs(raster.GetGeoTransform()[1] * raster.GetGeoTransform()[5])
bad = 0
for name, most in (("edges", 1e-9), ("smooth", 1e-3)):
    source = ogr.Open(folder + "/%s.gpkg" % name)
    inner, valid, nested = [], True, True
    for feature in source.GetLayer(0):
        level, shape = feature["minutes"], feature.GetGeometryRef()
        cells = numpy.count_nonzero(minutes <= numpy.float32(level)) * cell / 1e6
        off = feature["area_km2"] / cells - 1
        valid = valid and shape.IsValid()
        outer = shape.CreatePreparedGeometry()
        nested = nested and all(outer.Contains(part) for part in inner)
        bad += abs(off) > most
        print("%s, %g minutes: area %.6g km2, cells %.6g km2, %+.4f%%: %s" % (
            name, level, feature["area_km2"], cells, 100 * off,
            "agree" if abs(off) < most else "DIFFER"))
        parts = shape.GetGeometryCount()
        step = max(1, parts // 500)
        inner = [shape.GetGeometryRef(i).Clone() for i in range(0, parts, step)]
        inner = [part for part in inner if part.GetGeometryRef(0).GetPointCount() < 2000]
    print("%s: polygons are %svalid, parts lie %swithin those of the next level" % (
        name, "" if valid else "NOT ", "" if nested else "NOT "))
    bad += not valid or not nested
sys.exit(bad > 0)
P
