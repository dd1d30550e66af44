#!/bin/sh
# People-weighted means by area with exact coverage fractions (isogap access over a grid of minutes),
# against rasterio's approximate way (cells by their centre) and exactextract where its program is on
# the path. Means of a sample of areas are set against an independent slow version (each cell cut by
# the area with GEOS), all of them against exactextract's where it is there, and the areas that rasterio
# gets wrong by more than 1 % are counted.
#
# usage: zonal.sh ISOGAP FOLDER
# FOLDER: cost.tif (seconds a cell), pop.tif, zones.gpkg with the key `code`, src.txt (row col x y).
set -eu
isogap=$1
grid=$2
. "$(dirname "$0")/table.sh"
[ -x /usr/bin/time ] || { echo "skipped: /usr/bin/time is not there"; exit 77; }
failed=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
awk 'BEGIN { print "code,easting,northing" } { printf "S%05d,%s,%s\n", NR, $3, $4 }' \
    "$grid/src.txt" >"$folder/sites.csv"
"$isogap" travel --cost "$grid/cost.tif" --cost-unit s/cell --sites "$folder/sites.csv" \
    -o "$folder/minutes.tif" >/dev/null 2>&1
/usr/bin/time -f '%e %M' -o "$folder/time" "$isogap" access --travel "$folder/minutes.tif" \
    --areas "$grid/zones.gpkg" --areas-key code --population "$grid/pop.tif" -o "$folder/own.csv" \
    >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
read -r own peak <"$folder/time"
echo "isogap access: $own s with reading, checking and writing, $((peak / 1024)) MiB"
cat >"$folder/peer.py" <<'P'
import json
import sys
import time
import numpy
import rasterio
import rasterio.features
from osgeo import ogr
folder, grid = sys.argv[1:]
start = time.perf_counter()
with rasterio.open(folder + "/minutes.tif") as f:
    minutes, transform = f.read(1), f.transform
with rasterio.open(grid + "/pop.tif") as f:
    people = f.read(1)
source = ogr.Open(grid + "/zones.gpkg")
layer = source.GetLayer(0)
codes, shapes = [], []
for feature in layer:
    codes.append(feature["code"])
    shapes.append((json.loads(feature.GetGeometryRef().ExportToJson()), len(codes)))
zone = rasterio.features.rasterize(shapes, out_shape=minutes.shape, transform=transform, dtype="int32")
good = (people > 0) & ~numpy.isnan(minutes)
weight = numpy.bincount(zone[good], people[good], len(codes) + 1)
moment = numpy.bincount(zone[good], people[good] * minutes[good].astype(float), len(codes) + 1)
with numpy.errstate(invalid="ignore", divide="ignore"):
    mean = moment / weight
print("%.3f" % (time.perf_counter() - start))
with open(folder + "/rasterio.csv", "w") as out:
    for i, code in enumerate(codes):
        print(code, mean[i + 1], sep=",", file=out)
P
if timeout -k 10 "$PEER_SECONDS" /usr/bin/python3 "$folder/peer.py" "$folder" "$grid" >"$folder/peer.time" 2>"$folder/peer.err"; then
    awk -v own="$own" '{ printf "rasterio, cells by centre: %s s: %.1f x isogap\n", $1, $1 / own }' "$folder/peer.time"
    row "exact means by area, whole" "$own" "rasterio, by cell centre" "$(cat "$folder/peer.time")"
    awk -F, 'NR == FNR { if (FNR > 1 && $5 != "") own[$1] = $5; next }
        $1 in own { n++; d = ($2 - own[$1]) / own[$1]; if (d < 0) d = -d; if ($2 == "nan" || d > .01) off++ }
        END { printf "areas whose mean rasterio gets wrong by more than 1 %% or loses: %d of %d\n", off, n }' \
        "$folder/own.csv" "$folder/rasterio.csv"
else
    echo "skipped by name: rasterio (needs rasterio, numpy and GDAL for Python)"
fi
/usr/bin/python3 - "$folder" "$grid" <<'P' || { echo "the slow version does not agree"; failed=1; }
import csv
import sys
import numpy
from osgeo import gdal, ogr
folder, grid = sys.argv[1:]
own = {row["area"]: row for row in csv.DictReader(open(folder + "/own.csv"))}
raster, weights = gdal.Open(folder + "/minutes.tif"), gdal.Open(grid + "/pop.tif")
west, dx, _, north, _, dy = raster.GetGeoTransform()
unknown = weights.GetRasterBand(1).GetNoDataValue()
source = ogr.Open(grid + "/zones.gpkg")
layer = source.GetLayer(0)
count, worst, looked = layer.GetFeatureCount(), 0.0, 0
for i, feature in enumerate(layer):
    if i % max(1, count // 60) != 0:
        continue
    zone = feature.GetGeometryRef()
    x0, x1, y0, y1 = zone.GetEnvelope()
    c0, c1 = max(0, int((x0 - west) // dx)), min(raster.RasterXSize - 1, int((x1 - west) // dx))
    r0, r1 = max(0, int((y1 - north) // dy)), min(raster.RasterYSize - 1, int((y0 - north) // dy))
    if c1 < c0 or r1 < r0:
        continue
    box = (c0, r0, c1 - c0 + 1, r1 - r0 + 1)
    minutes, people = raster.ReadAsArray(*box).astype(float), weights.ReadAsArray(*box).astype(float)
    reached = moment = 0.0
    for r, c in numpy.argwhere((people > 0) & (people != unknown) & ~numpy.isnan(minutes)):
        x, y = west + (c0 + c) * dx, north + (r0 + r) * dy
        cell = ogr.Geometry(ogr.wkbLinearRing)
        for px, py in ((x, y), (x + dx, y), (x + dx, y + dy), (x, y + dy), (x, y)):
            cell.AddPoint_2D(px, py)
        square = ogr.Geometry(ogr.wkbPolygon)
        square.AddGeometry(cell)
        share = zone.Intersection(square).GetArea() / abs(dx * dy)
        reached += share * people[r, c]
        moment += share * people[r, c] * minutes[r, c]
    row = own[feature["code"]]
    if reached <= 0:
        continue
    looked += 1
    worst = max(worst, abs(moment / reached / float(row["minutes_mean"]) - 1),
                abs(reached / float(row["people_reached"]) - 1))
good = looked > 0 and worst < 1e-7
print("cells cut one by one with GEOS: means and people of %d areas, greatest relative difference "
      "%.2g: %s" % (looked, worst, "agree" if good else "DIFFER"))
sys.exit(not good)
P
if ! command -v exactextract >/dev/null; then
    echo "skipped by name: exactextract (not on the path)"
elif limited "$folder/time" exactextract -r "minutes:$folder/minutes.tif" -r "people:$grid/pop.tif" \
    -p "$grid/zones.gpkg" -f code -s "weighted_mean(minutes,people)" -o "$folder/exact.csv" >/dev/null; then
    awk -v own="$own" '{ printf "exactextract: %s s: %.1f x isogap\n", $1, $1 / own }' "$folder/time"
    row "exact means by area, whole" "$own" "exactextract" "$limited_took"
    awk -F, 'NR == FNR { if (FNR > 1 && $5 != "") own[$1] = $5; next }
        $1 in own && $2 + 0 == $2 { n++; d = ($2 - own[$1]) / own[$1]; if (d < 0) d = -d; if (d > worst) worst = d }
        END { printf "greatest relative difference over %d areas: %.2g: %s\n", n, worst, worst < 1e-6 ? "agree" : "DIFFER" }' \
        "$folder/own.csv" "$folder/exact.csv"
else
    echo "exactextract $ended"
    row "exact means by area, whole" "$own" "exactextract" "$ended"
fi
exit $failed
