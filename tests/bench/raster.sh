#!/bin/sh
# A grid of minutes out to a GeoTIFF and in again, against GDAL's own ways of writing the same cells
# and against one copy of them in memory.
#
# usage: raster.sh ISOGAP FOLDER
# FOLDER: cost.tif (seconds a cell), src.txt (row col x y).
set -eu
isogap=$1
grid=$2
[ -x /usr/bin/time ] || { echo "skipped: /usr/bin/time is not there"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
awk 'BEGIN { print "code,easting,northing" } { printf "S%05d,%s,%s\n", NR, $3, $4 }' \
    "$grid/src.txt" >"$folder/sites.csv"
run() { # options: whole seconds, GeoTIFF to GeoTIFF
    /usr/bin/time -f '%e' -o "$folder/time" "$isogap" travel --cost "$grid/cost.tif" \
        --cost-unit s/cell --sites "$folder/sites.csv" "$@" -o "$folder/minutes.tif" --overwrite \
        >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
    printf 'isogap travel %s: %s s GeoTIFF to GeoTIFF, %s bytes\n' "$*" "$(cat "$folder/time")" \
        "$(stat -c %s "$folder/minutes.tif")"
}
run
/usr/bin/python3 - "$folder" <<'P' || echo "skipped by name: GDAL's ways (needs numpy and GDAL for Python)"
import os
import sys
import time
import numpy
from osgeo import gdal
gdal.UseExceptions()
path = sys.argv[1] + "/minutes.tif"
cells = gdal.Open(path).ReadAsArray()
best = lambda f, n=3: min(f() for _ in range(n))
def timed(f):
    start = time.perf_counter()
    f()
    return time.perf_counter() - start
copy = best(lambda: timed(lambda: cells.copy()), 5)
print("copy of the cells in memory: %.3f s, %d bytes" % (copy, cells.nbytes))
print("reading: %.2f s with threads" % best(lambda: timed(
    lambda: gdal.OpenEx(path, gdal.OF_RASTER, open_options=["NUM_THREADS=ALL_CPUS"]).ReadAsArray())))
ways = (("plain", []), ("LZW", ["COMPRESS=LZW", "PREDICTOR=3"]),
        ("ZSTD 1", ["COMPRESS=ZSTD", "ZSTD_LEVEL=1", "PREDICTOR=3"]),
        ("ZSTD 1, no predictor", ["COMPRESS=ZSTD", "ZSTD_LEVEL=1"]),
        ("DEFLATE 1", ["COMPRESS=DEFLATE", "ZLEVEL=1", "PREDICTOR=3"]),
        ("LERC", ["COMPRESS=LERC", "MAX_Z_ERROR=0"]),
        ("LERC_ZSTD", ["COMPRESS=LERC_ZSTD", "MAX_Z_ERROR=0", "ZSTD_LEVEL=1"]))
known = gdal.GetDriverByName("GTiff").GetMetadataItem("DMD_CREATIONOPTIONLIST")
for name, options in ways:
    if options and "<Value>%s</Value>" % options[0].split("=")[1] not in known:
        print("skipped by name: %s (not in this GDAL)" % name)
        continue
    out = sys.argv[1] + "/way.tif"
    def write():
        d = gdal.GetDriverByName("GTiff").Create(out, cells.shape[1], cells.shape[0], 1, gdal.GDT_Float32,
            ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "NUM_THREADS=ALL_CPUS"] + options)
        d.GetRasterBand(1).WriteArray(cells)
        d = None
    seconds = best(lambda: timed(write), 2)
    back = best(lambda: timed(
        lambda: gdal.OpenEx(out, gdal.OF_RASTER, open_options=["NUM_THREADS=ALL_CPUS"]).ReadAsArray()), 2)
    print("%-21s write %.2f s (%.0f copies), read %.2f s, %d bytes" % (
        name, seconds, seconds / copy, back, os.path.getsize(out)))
P
