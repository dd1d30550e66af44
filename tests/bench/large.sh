#!/bin/sh
# Grids of hundreds of millions of cells: the grid of FOLDER laid out TIMES by TIMES, mirrored at every
# seam so that roads and rivers go on, searched from all its sites within a limit of minutes. Prints
# seconds and the peak of memory, and sets the minutes of a part against a search of a cut round it,
# from whose edges nothing comes within the limit: the bits must be equal.
#
# usage: [MEMORY=8G] large.sh ISOGAP FOLDER [TIMES]
# FOLDER: cost.tif (seconds a cell), src.txt (row col x y). TIMES 2 (default) makes 182 million cells of
# England at 100 m, 4 makes 728 million; the disk must hold twice as many times 4 bytes.
set -eu
isogap=$1
grid=$2
times=${3:-2}
[ -x /usr/bin/time ] || { echo "skipped: /usr/bin/time is not there"; exit 77; }
/usr/bin/python3 -c 'import numpy; from osgeo import gdal' 2>/dev/null ||
    { echo "skipped by name: needs numpy and GDAL for Python"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
/usr/bin/python3 - "$grid" "$folder" "$times" <<'P'
import sys
import numpy
from osgeo import gdal
gdal.UseExceptions()
grid, folder, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
source = gdal.Open(grid + "/cost.tif")
band = source.GetRasterBand(1)
rows, cols = source.RasterYSize, source.RasterXSize
west, dx, _, north, _, dy = source.GetGeoTransform()
dx, dy = dx / times, dy / times  # the same land, finer: what lies beyond a country is not looked for
def make(name, left, top, width, height):
    out = gdal.GetDriverByName("GTiff").Create(folder + "/" + name, width, height, 1,
        gdal.GDT_Float32, ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "BIGTIFF=IF_SAFER"])
    out.SetGeoTransform((west + left * dx, dx, 0, north + top * dy, 0, dy))
    out.SetProjection(source.GetProjection())
    out.GetRasterBand(1).SetNoDataValue(band.GetNoDataValue())
    return out
def put(out, left, top, width, height):
    for y in range(top, top + height, 512):
        count = min(512, top + height - y)
        lines = []
        for r in range(y, y + count):
            at = r % rows if r // rows % 2 == 0 else rows - 1 - r % rows
            lines.append(at)
        first, last = min(lines), max(lines)
        part = band.ReadAsArray(0, first, cols, last - first + 1)[numpy.array(lines) - first]
        wide = numpy.hstack([part if k % 2 == 0 else part[:, ::-1] for k in range(times)])
        out.GetRasterBand(1).WriteArray(wide[:, left:left + width], 0, y - top)
out = make("cost.tif", 0, 0, cols * times, rows * times)
put(out, 0, 0, cols * times, rows * times)
out = None
side = min(3 * min(rows, cols) // 4, min(rows, cols) * times)
cut = (cols * times // 2 - side // 2, rows * times // 2 - side // 2, side, side)
out = make("cut.tif", *cut)
put(out, *cut)
out = None
every, inside = open(folder + "/sites.csv", "w"), open(folder + "/inside.csv", "w")
for f in every, inside:
    print("code,easting,northing", file=f)
n = 0
places = [tuple(map(int, line.split()[:2])) for line in open(grid + "/src.txt")]
for down in range(times):
    for across in range(times):
        for r, c in places:
            r, c = (rows - 1 - r if down % 2 else r) + down * rows, (cols - 1 - c if across % 2 else c) + across * cols
            line = "S%06d,%r,%r" % (n, west + (c + .5) * dx, north + (r + .5) * dy)
            n += 1
            print(line, file=every)
            if cut[0] <= c < cut[0] + side and cut[1] <= r < cut[1] + side:
                print(line, file=inside)
print("%d by %d cells, %d sites" % (cols * times, rows * times, n))
open(folder + "/cut", "w").write(" ".join(map(str, cut)))
P
search() { # name, cost, sites, options
    name=$1
    /usr/bin/time -f '%e %M' -o "$folder/time" "$isogap" travel --cost "$folder/$2" --cost-unit s/cell \
        --sites "$folder/$3" --max-minutes 60 -o "$folder/$name.tif" ${4:+--memory "$4"} \
        >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
    awk -v name="$name" '{ printf "%s: %s s GeoTIFF to GeoTIFF, peak %.2f GiB\n", name, $1, $2 / 1048576 }' "$folder/time"
}
search whole cost.tif sites.csv "${MEMORY:-}"
rm "$folder/cost.tif"
search part cut.tif inside.csv
/usr/bin/python3 - "$folder" <<'P'
import sys
import numpy
from osgeo import gdal
folder = sys.argv[1]
left, top, side, _ = map(int, open(folder + "/cut").read().split())
reach = 1200  # cells: 60 minutes at 3 seconds a cell, less than any road takes
inner = side - 2 * reach
whole = gdal.Open(folder + "/whole.tif").ReadAsArray(left + reach, top + reach, inner, inner)
part = gdal.Open(folder + "/part.tif").ReadAsArray(reach, reach, inner, inner)
same = numpy.array_equal(whole.view("i4"), part.view("i4"))
print("%d cells of the cut, %d of them reached: %s" % (
    whole.size, numpy.count_nonzero(~numpy.isnan(whole)), "equal bits" if same else "DIFFER"))
sys.exit(not same)
P
