#!/bin/sh
# Isochrone polygons at four levels from a grid of minutes, against gdal_contour's lines (and its
# polygons with POLYGONS=1, which takes minutes) on the same minutes. Areas are checked against the
# number of cells within each level.
#
# usage: isochrone.sh ISOGAP FOLDER
# FOLDER: cost.tif (seconds a cell), src.txt (row col x y).
set -eu
isogap=$1
grid=$2
[ -x /usr/bin/time ] || { echo "skipped: /usr/bin/time is not there"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
awk 'BEGIN { print "code,easting,northing" } { printf "S%05d,%s,%s\n", NR, $3, $4 }' \
    "$grid/src.txt" >"$folder/sites.csv"
search="--cost $grid/cost.tif --cost-unit s/cell --sites $folder/sites.csv"

isochrones() { # name, options: seconds of the outlines alone, from the message
    name=$1
    shift
    # shellcheck disable=SC2086
    "$isogap" isochrone $search --minutes 15,30,45,60 "$@" -o "$folder/$name.gpkg" \
        >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
    sed -n 's/.*outlines in \([0-9.]*\) s.*/\1/p' "$folder/said"
}
own=$(isochrones smooth)
edges=$(isochrones edges --edges)
echo "isogap: outlines of 4 levels $own s, along cell edges $edges s"
# shellcheck disable=SC2086
"$isogap" travel $search -o "$folder/minutes.tif" >/dev/null 2>&1
if command -v gdal_contour >/dev/null; then
    /usr/bin/time -f '%e' -o "$folder/time" gdal_contour -q -fl 15 30 45 60 \
        "$folder/minutes.tif" "$folder/lines.gpkg"
    awk -v own="$own" '{ printf "gdal_contour, lines: %s s: %.1f x isogap\n", $1, $1 / own }' "$folder/time"
    if [ "${POLYGONS:-}" ]; then
        /usr/bin/time -f '%e' -o "$folder/time" gdal_contour -q -p -fl 15 30 45 60 \
            "$folder/minutes.tif" "$folder/areas.gpkg"
        awk -v own="$own" '{ printf "gdal_contour, polygons: %s s: %.1f x isogap\n", $1, $1 / own }' "$folder/time"
    fi
else
    echo "skipped by name: gdal_contour (not installed)"
fi
/usr/bin/python3 - "$folder" <<'P' || echo "skipped by name: check of areas (needs numpy and GDAL for Python)"
import sys
import numpy
from osgeo import gdal, ogr
folder = sys.argv[1]
raster = gdal.Open(folder + "/minutes.tif")
minutes = raster.ReadAsArray()
cell = abs(raster.GetGeoTransform()[1] * raster.GetGeoTransform()[5])
for name, most in (("edges", 1e-9), ("smooth", 1e-3)):
    source = ogr.Open(folder + "/%s.gpkg" % name)
    for feature in source.GetLayer(0):
        level = feature["minutes"]
        cells = numpy.count_nonzero(minutes <= numpy.float32(level)) * cell / 1e6
        off = feature["area_km2"] / cells - 1
        print("%s, %g minutes: area %.6g km2, cells %.6g km2, %+.4f%%: %s" % (
            name, level, feature["area_km2"], cells, 100 * off, "agree" if abs(off) < most else "DIFFER"))
P
