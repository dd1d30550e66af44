# travel and isochrone: grids in, minutes and polygons out.

setup() {
    cd "$BATS_TEST_TMPDIR"
    # 100 m cells of 0.6 s/m: a straight step is a minute. A river with a bridge in the lower row.
    cat >cost.asc <<'A'
ncols 5
nrows 3
xllcorner 400000
yllcorner 100000
cellsize 100
NODATA_value -9999
0.6 0.6 -9999 0.6 0.6
0.6 0.6 -9999 0.6 0.6
0.6 0.6 0.6 0.6 0.6
A
    printf 'code,easting,northing\nB,400450,100250\nA,400050,100250\n' >sites.csv
}

# Values of a grid as text, one row a line.
values() {
    gdal_translate -q -of XYZ "$1" /vsistdout/ | awk '{ printf "%s%s", $3 == "nan" ? "-" : sprintf("%.2f", $3), NR % 5 ? " " : "\n" }'
}

@test "minutes to the nearest site, round the end of a river" {
    printf 'code,x,y\nA,400050,100250\n' >one.csv
    run "$ISOGAP" travel --cost cost.asc --sites one.csv --crs EPSG:27700 -o t.tif
    [ "$status" -eq 0 ]
    run values t.tif
    [ "${lines[0]}" = "0.00 1.00 - 5.24 5.66" ]
    [ "${lines[1]}" = "1.00 1.41 - 4.24 5.24" ]
    [ "${lines[2]}" = "2.00 2.41 2.83 3.83 4.83" ]
}

@test "the summary counts cells and sites" {
    printf 'code,easting,northing\nB,400450,100250\nA,400050,100250\nC,450000,100250\n' >three.csv
    "$ISOGAP" travel --cost cost.asc --sites three.csv --crs EPSG:27700 --clip-sites --max-minutes 1 -o t.tif --nearest n.tif --json >sum.json
    /usr/bin/python3 - <<'P'
import json
d = json.load(open("sum.json"))
assert d["command"] == "travel" and d["outputs"] == ["t.tif", "n.tif"], d
assert (d["cells"], d["cells_barrier"], d["cells_reached"]) == (15, 2, 6), d
assert (d["sites_in"], d["sites_placed"], d["sites_left_out"]) == (3, 2, ["C"]), d
P
    run values n.tif
    [ "${lines[0]}" = "2.00 2.00 - 1.00 1.00" ]
}

@test "equal times go to the site whose code sorts first" {
    "$ISOGAP" travel --cost cost.asc --sites sites.csv --crs EPSG:27700 -o t.tif --nearest n.tif
    run values n.tif
    [ "${lines[2]}" = "2.00 2.00 2.00 1.00 1.00" ]
}

@test "a site off the grid, on a barrier, and snapped" {
    printf 'code,easting,northing\nX,500000,100250\n' >off.csv
    run "$ISOGAP" travel --cost cost.asc --sites off.csv --crs EPSG:27700 -o t.tif
    [ "$status" -eq 3 ]
    [[ "$output" == *"X"*"outside"* ]]
    printf 'code,easting,northing\nX,400250,100260\n' >wet.csv
    run "$ISOGAP" travel --cost cost.asc --sites wet.csv --crs EPSG:27700 -o t.tif
    [ "$status" -eq 3 ]
    [[ "$output" == *"barrier"* ]]
    [ ! -e t.tif ]
    run "$ISOGAP" travel --cost cost.asc --sites wet.csv --crs EPSG:27700 --snap 120 -o t.tif
    [ "$status" -eq 0 ]
    [[ "$output" == *"X"*"moved 100 m"* ]]
}

@test "a code of sites that repeats, and people without a place, are told with the mend that is there" {
    printf 'code,easting,northing\nA,400050,100250\nA,400450,100050\n' >twice.csv
    run "$ISOGAP" travel --cost cost.asc --sites twice.csv --crs EPSG:27700 -o t.tif
    [ "$status" -eq 3 ]
    [[ "$output" == *"--duplicates first"* && "$output" != *"sum|mean"* ]]
    printf 'code,people\nE01000001,90\n' >people.csv
    run "$ISOGAP" isochrone --cost cost.asc --sites sites.csv --crs EPSG:27700 --minutes 5 --population people.csv -o i.csv
    [ "$status" -eq 3 ]
    [[ "$output" == *"--areas FILE"* ]]
}

@test "a threshold over the limit, out of order, or nought" {
    run "$ISOGAP" isochrone --cost cost.asc --sites sites.csv --crs EPSG:27700 --minutes 5,5 -o i.gpkg
    [ "$status" -eq 2 ]
    run "$ISOGAP" isochrone --cost cost.asc --sites sites.csv --crs EPSG:27700 --minutes 0 -o i.gpkg
    [ "$status" -eq 2 ]
    run "$ISOGAP" isochrone --cost cost.asc --sites sites.csv --crs EPSG:27700 --minutes 5 --max-minutes 3 -o i.gpkg
    [ "$status" -eq 2 ]
    [ ! -e i.gpkg ]
}

@test "isochrones are nested, valid and have the area of their cells" {
    "$ISOGAP" isochrone --cost cost.asc --sites sites.csv --crs EPSG:27700 --minutes 2,1 --edges -o i.gpkg --json >sum.json
    /usr/bin/python3 - <<'P'
import json
from osgeo import ogr
rows = json.load(open("sum.json"))["rows"]
assert [r["minutes"] for r in rows] == [1, 2] and rows[0]["site"] == "all", rows
assert [round(r["area_km2"], 9) for r in rows] == [.06, .1], rows
assert all(r["people"] is None for r in rows)
data = ogr.Open("i.gpkg")
layer = data.GetLayerByName("isochrones")
shapes = [f.GetGeometryRef().Clone() for f in layer]
assert all(s.IsValid() for s in shapes)
assert [round(s.GetArea()) for s in shapes] == [60000, 100000]
assert shapes[1].Contains(shapes[0])
P
}

@test "per site, with people of points, and as a table" {
    printf 'code,x,y,people\nP,400060,100240,5\nQ,400140,100150,7\nR,400460,100240,11\n' >people.csv
    run "$ISOGAP" isochrone --cost cost.asc --sites sites.csv --crs EPSG:27700 --minutes 1,3 --per-site --population people.csv -o i.csv
    [ "$status" -eq 0 ]
    run /usr/bin/python3 -c "
import csv
for r in csv.DictReader(open('i.csv')): print(r['site'], r['minutes'], round(float(r['people'])))"
    [ "${lines[0]}" = "B 1 11" ]
    [ "${lines[1]}" = "B 3 11" ]
    [ "${lines[2]}" = "A 1 5" ]
    [ "${lines[3]}" = "A 3 12" ]
}

@test "costs by the cell count as r.cost counts" {
    sed 's/0\.6/60/g' cost.asc >cell.asc
    "$ISOGAP" travel --cost cost.asc --sites sites.csv --crs EPSG:27700 -o a.tif
    "$ISOGAP" travel --cost cell.asc --cost-unit s/cell --sites sites.csv --crs EPSG:27700 -o b.tif
    "$ISOGAP" travel --cost cell.asc --cost-unit min/cell --sites sites.csv --crs EPSG:27700 -o c.tif
    [ "$(values a.tif)" = "$(values b.tif)" ]
    [ "$(values c.tif | head -1)" = "0.00 60.00 - 60.00 0.00" ]
}

@test "the same bytes for any number of threads" {
    for n in 1 2 8; do
        "$ISOGAP" travel --cost cost.asc --sites sites.csv --crs EPSG:27700 --threads $n -o t$n.tif
    done
    cmp t1.tif t2.tif
    cmp t1.tif t8.tif
}

@test "bytes gone wrong in a packed grid are found, wherever they are" {
    # 40 by 40 costs in tiles of 16: one byte of a tile turned at a time.
    awk 'BEGIN { print "ncols 40\nnrows 40\nxllcorner 400000\nyllcorner 100000\ncellsize 100"
        for (r = 0; r < 40; r++) for (c = 0; c < 40; c++) printf "%.3f%s", 1 + (r * 7 + c * 13) % 50 / 50, c < 39 ? " " : "\n" }' >plain.asc
    gdal_translate -q -a_srs EPSG:27700 -co COMPRESS=DEFLATE -co TILED=YES -co BLOCKXSIZE=16 -co BLOCKYSIZE=16 plain.asc packed.tif
    printf 'code,x,y\nA,400050,100250\n' >one.csv
    "$ISOGAP" travel --cost packed.tif --sites one.csv --crs EPSG:27700 -o t.tif --quiet
    /usr/bin/python3 - <<'P'
import subprocess, os
from osgeo import gdal
file = gdal.Open("packed.tif")
band = file.GetRasterBand(1)
good = open("packed.tif", "rb").read()
for column, row in ((0, 0), (2, 1), (1, 2)):
    offset, size = (int(band.GetMetadataItem("BLOCK_%s_%d_%d" % (what, column, row), "TIFF")) for what in ("OFFSET", "SIZE"))
    for at in (offset + size // 2, offset + size - 1):
        bad = bytearray(good)
        bad[at] ^= 0x10
        open("bad.tif", "wb").write(bad)
        done = subprocess.run([os.environ["ISOGAP"], "travel", "--cost", "bad.tif", "--sites", "one.csv", "--crs", "EPSG:27700", "-o", "u.tif"], capture_output=True, text=True)
        assert done.returncode == 3, done
        assert "block column %d, block row %d" % (column, row) in done.stderr, done.stderr
        assert not os.path.exists("u.tif")
P
}

@test "a cost beyond all measure is taken for undeclared nodata, and said so" {
    sed 's/^0.6 0.6 0.6 0.6 0.6$/0.6 0.6 65535 0.6 0.6/' cost.asc >vast.asc
    run "$ISOGAP" travel --cost vast.asc --sites sites.csv --crs EPSG:27700 -o t.tif
    [ "$status" -eq 0 ]
    [[ "$output" == *"1 cells cost more than 10000"*"--nodata 65535"* ]]
    sed 's/^0.6 0.6 0.6 0.6 0.6$/0.6 0.6 3.4e38 0.6 0.6/' cost.asc >vast.asc
    for moves in 8 exact; do
        run "$ISOGAP" travel --cost vast.asc --sites sites.csv --crs EPSG:27700 --where code=A --neighbours $moves \
            --overwrite --json -o t.tif
        [ "$status" -eq 0 ]
        [[ "$output" == *"1 cells have infinite cost"* && "$output" == *'"cells_reached": 6'* ]] # nobody beyond it
        [[ "$(gdal_translate -q -of XYZ t.tif /vsistdout/)" != *inf* ]]
    done
}

@test "with --qml styles lie beside the minutes, in even bands up to the greatest" {
    "$ISOGAP" travel --cost cost.asc --sites sites.csv --crs EPSG:27700 --qml -o t.tif --json >out.json
    python3 - <<'P'
import json, xml.etree.ElementTree as x
assert json.load(open("out.json"))["outputs"] == ["t.tif", "t.qml", "t.sld"]
items = [i.attrib for i in x.fromstring(open("t.qml").read().split("\n", 1)[1]).iter("item")]
# No cell is further than 3 minutes from A or B: bands of one minute.
assert [i["value"] for i in items][:2] == ["1", "2"], items
assert items[0]["label"] == "0 to 1 minutes" and items[1]["label"] == "over 1 to 2 minutes", items
entries = [i.attrib for i in x.parse("t.sld").iter("{http://www.opengis.net/sld}ColorMapEntry")]
assert [(e["quantity"], e["label"], e["color"]) for e in entries] == [
    (i["value"], i["label"], i["color"]) for i in items], entries
P
    run "$ISOGAP" travel --cost cost.asc --sites sites.csv --crs EPSG:27700 --qml -o t.tif
    [ "$status" -eq 4 ]
    run "$ISOGAP" travel --cost cost.asc --sites sites.csv --crs EPSG:27700 -o u.tif
    [ ! -e u.qml ] && [ ! -e u.sld ]
}

@test "an ensemble of speeds, rules and cells spreads the minutes by area" {
    cat >areas.geojson <<'A'
{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
"features": [
{"type": "Feature", "properties": {"code": "E01000001"}, "geometry": {"type": "Polygon", "coordinates": [[[400000,100000],[400200,100000],[400200,100300],[400000,100300],[400000,100000]]]}},
{"type": "Feature", "properties": {"code": "E01000002"}, "geometry": {"type": "Polygon", "coordinates": [[[400300,100000],[400500,100000],[400500,100300],[400300,100300],[400300,100000]]]}}
]}
A
    printf 'code,people\nE01000001,90\nE01000002,60\n' >people.csv
    printf 'code,easting,northing\nA,400050,100250\n' >one.csv
    common=(--cost cost.asc --sites one.csv --crs EPSG:27700)
    "$ISOGAP" travel "${common[@]}" --areas areas.geojson --population people.csv \
        --ensemble speeds=0.5,1 corners=forbid,strict cells=50,100 -o spread.csv --json >sum.json
    "$ISOGAP" access "${common[@]}" --areas areas.geojson --population people.csv -o access.csv
    "$ISOGAP" access "${common[@]}" --corners strict --areas areas.geojson --population people.csv -o strict.csv
    /usr/bin/python3 - <<'P'
import csv, json
rows = {r["area"]: r for r in csv.DictReader(open("spread.csv"))}
plain = {r["area"]: float(r["minutes_mean"]) for r in csv.DictReader(open("access.csv"))}
print("area,minutes", *("%s,%r" % item for item in plain.items()), sep="\n", file=open("reach.csv", "w"))
strict = {r["area"]: float(r["minutes_mean"]) for r in csv.DictReader(open("strict.csv"))}
for area, r in rows.items():
    assert abs(float(r["minutes_speed1_forbid_cell100"]) - plain[area]) < 1e-5, (r, plain)
    assert abs(float(r["minutes_speed1_strict_cell100"]) - strict[area]) < 1e-5, (r, strict)
    assert abs(float(r["minutes_speed0.5_forbid_cell100"]) - 2 * plain[area]) < 1e-5, r
    own = sorted(float(v) for k, v in r.items() if k.startswith("minutes_speed"))
    assert len(own) == 8, r
    assert (float(r["minutes_min"]), float(r["minutes_max"])) == (own[0], own[-1]), r
    assert abs(float(r["minutes_median"]) - (own[3] + own[4]) / 2) < 1e-12, r
    assert r["members_unreached"] == "0", r
    # everybody is reached by all: on the grid's own cells the people are the same
    for member in ("speed1_forbid_cell100", "speed0.5_strict_cell100"):
        assert r["minutes_common_" + member] == r["minutes_" + member], r
    assert (r["people_common"], r["people_left_out"]) == (r["people"], "0"), r
d = json.load(open("sum.json"))
assert len(d["members"]) == 8 and d["areas"] == 2, d
assert d["members"][0]["member"] == "speed0.5_forbid_cell50", d
assert all(m["people_unreached"] == 0 for m in d["members"]), d
P
    # A limit: the five cells beyond the bridge that are reached within 5.25 minutes at full speed
    # are 2r+1, 3r, 2r+2, 3r+1 (twice) minutes away, r = sqrt 2; at 0.9 of the speed only two are.
    run "$ISOGAP" travel "${common[@]}" --areas areas.geojson --population people.csv --ensemble speeds=0.9,1 cells=100,50 \
        --max-minutes 5.25 -o limited.csv
    [ "$status" -eq 0 ]
    [[ "$output" == *"30 people are reached by some members of the ensemble and left out by others"* ]] || {
        echo "$output"
        false
    }
    "$ISOGAP" travel "${common[@]}" --areas areas.geojson --population people.csv --ensemble speeds=0.9,1 \
        --max-minutes 5.25 -o limited.csv --overwrite --json >limited.json
    /usr/bin/python3 - <<'P'
import csv, json
from math import sqrt
near = lambda a, b: abs(float(a) - b) < 1e-6
r = sqrt(2)
row = {r["area"]: r for r in csv.DictReader(open("limited.csv"))}["E01000002"]
slow, fast = "speed0.9_forbid_cell100", "speed1_forbid_cell100"
assert near(row["minutes_" + fast], (13 * r + 5) / 5), row
assert near(row["minutes_" + slow], (5 * r + 1) / 2 / 0.9), row
assert float(row["minutes_" + slow]) < float(row["minutes_" + fast])  # looks quick, and is slow
assert near(row["people_common"], 20) and near(row["people_left_out"], 30), row
assert near(row["minutes_common_" + fast], (5 * r + 1) / 2), row
assert near(row["minutes_common_" + slow], (5 * r + 1) / 2 / 0.9), row
assert row["minutes_common_min"] == row["minutes_common_" + fast], row
assert row["minutes_common_max"] == row["minutes_common_" + slow], row
d = json.load(open("limited.json"))
assert (d["people_common"], d["people_left_out"]) == (110, 30), d
# with the other area: 90 people on cells 0, 1, 2, 1, r, 1 + r minutes away
for member, speed in zip(d["members"], (0.9, 1)):
    assert near(member["minutes_mean_common"], (15 * (5 + 2 * r) + 10 * (5 * r + 1)) / 110 / speed), member
P
    run "$ISOGAP" travel "${common[@]}" --areas areas.geojson --ensemble "speeds=0" -o x.csv
    [ "$status" -eq 2 ]
    run "$ISOGAP" travel "${common[@]}" --areas areas.geojson --ensemble cells=70 -o x.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"multiple"* ]]
    run "$ISOGAP" travel "${common[@]}" --ensemble speeds=1 -o x.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"--areas is required"* ]]
    run "$ISOGAP" travel "${common[@]}" stray -o x.tif
    [ "$status" -eq 2 ]
}

@test "smaller cells of an ensemble keep shut sides and even slopes" {
    /usr/bin/python3 - <<'P'
import numpy as np
from osgeo import gdal, osr
gdal.UseExceptions()
rng = np.random.RandomState(7)
n, split = 12, 2
OVER = {(-1, 0): 1, (-1, 1): 2, (0, 1): 4, (1, 1): 8, (1, 0): 16, (1, -1): 32, (0, -1): 64, (-1, -1): 128}
pace = rng.choice([.5, 1, 2], size=(n, n))
shut = rng.choice([0, 0, 1, 4, 20, 2, 255], size=(n, n))
shut[:, 8] |= 4 | 2 | 8  # a wall, but for a gate
shut[5, 8] = 0
def write(name, cell, layers, item=None):
    ds = gdal.GetDriverByName("GTiff").Create(name, layers[0][1].shape[1], layers[0][1].shape[0], len(layers), gdal.GDT_Float32)
    ds.SetGeoTransform((400000, cell, 0, 101200, 0, -cell))
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(27700)
    ds.SetProjection(srs.ExportToWkt())
    if item:
        ds.SetMetadataItem(*item)
    for i, (what, values) in enumerate(layers):
        ds.GetRasterBand(i + 1).WriteArray(values)
        ds.GetRasterBand(i + 1).SetDescription(what)
fine = np.zeros((n * split, n * split), int)
for r in range(n * split):
    for c in range(n * split):
        for (dr, dc), bit in OVER.items():
            step = ((r + dr) // split - r // split, (c + dc) // split - c // split)
            if step != (0, 0) and shut[r // split, c // split] & OVER[step]:
                fine[r, c] |= bit
large = np.kron(pace, np.ones((split, split)))
for way in ("both", "leaving"):
    item = ("sides_shut_to", "leaving") if way == "leaving" else None
    write("walls_%s.tif" % way, 100, [("pace", pace), ("barriers", shut)], item)
    write("small_%s.tif" % way, 50, [("pace", large), ("barriers", fine)], item)
for name, cell, heights in (("slope", 100, 10.0 * np.arange(n)), ("even", 50, 5.0 * np.arange(2 * n) - 2.5)):
    slope = np.add.outer(np.zeros(heights.size), heights)  # 1 in 10
    write(name + ".tif", cell, [("pace", np.ones(slope.shape)), ("elevation", slope)])
P
    cat >whole.geojson <<'A'
{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
"features": [{"type": "Feature", "properties": {"code": "E01000001"}, "geometry": {"type": "Polygon", "coordinates": [[[400000,100000],[401200,100000],[401200,101200],[400000,101200],[400000,100000]]]}},
{"type": "Feature", "properties": {"code": "E01000002"}, "geometry": {"type": "Polygon", "coordinates": [[[400700,100500],[400800,100500],[400800,100600],[400700,100600],[400700,100500]]]}}]}
A
    printf 'code,easting,northing\nA,400125,100575\n' >one.csv
    for way in both leaving; do
        "$ISOGAP" travel --cost walls_$way.tif --sites one.csv --areas whole.geojson --ensemble cells=100,50 -o spread.csv \
            --overwrite --quiet
        "$ISOGAP" travel --cost small_$way.tif --sites one.csv -o small.tif --overwrite --quiet
        /usr/bin/python3 - <<'P'
import csv
import numpy as np
from osgeo import gdal
small = gdal.Open("small.tif")
t = small.ReadAsArray().astype(float)
row = next(csv.DictReader(open("spread.csv")))
ok = np.isfinite(t)
assert abs(float(row["minutes_speed1_forbid_cell50"]) - t[ok].mean()) < 1e-5, (row, t[ok].mean())
P
    done
    run "$ISOGAP" travel --cost walls_both.tif --sites one.csv --areas whole.geojson --ensemble cells=200 -o x.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"cannot be carried to larger cells"* ]]
    [[ "$output" != *"the search takes"* ]] # told before any work
    "$ISOGAP" travel --cost slope.tif --walk tobler --sites one.csv --areas whole.geojson --ensemble cells=100,50 -o spread.csv \
        --overwrite --quiet
    "$ISOGAP" travel --cost even.tif --walk tobler --sites one.csv -o small.tif --overwrite --quiet
    /usr/bin/python3 - <<'P'
import csv
from osgeo import gdal
small = gdal.Open("small.tif")
t = small.ReadAsArray()[12:14, 14:16].astype(float)
row = list(csv.DictReader(open("spread.csv")))[1]
assert abs(float(row["minutes_speed1_forbid_cell50"]) - t.mean()) < 1e-5, (row, t)
P
}

@test "a site on the rim of the grid is on the grid, on all four sides" {
    # the corners and sides of the rectangle of the cost grid: 400000 to 400500, 100000 to 100300
    for site in "400500,100250 4 0" "400450,100000 4 2" "400500,100000 4 2" "400000,100000 0 2" \
        "400500,100300 4 0" "400000,100300 0 0"; do
        set -- $site
        printf 'code,easting,northing\nA,%s\n' "$1" >rim.csv
        "$ISOGAP" travel --cost cost.asc --sites rim.csv --crs EPSG:27700 -o rim.tif --overwrite --quiet
        [ "$(gdallocationinfo -valonly rim.tif "$2" "$3")" = 0 ]
    done
    printf 'code,easting,northing\nA,400500.1,100250\n' >beyond.csv
    run "$ISOGAP" travel --cost cost.asc --sites beyond.csv --crs EPSG:27700 -o beyond.tif
    [ "$status" -eq 3 ]
    [[ "$output" == *"A"*"outside"* ]]
    "$ISOGAP" isochrone --cost cost.asc --sites rim.csv --crs EPSG:27700 --minutes 1 --edges -o rim.gpkg
    [ "$(sqlite3 rim.gpkg 'select area_km2 from isochrones')" = 0.03 ] # its cell and the two beside it
}

@test "steps too steep to be counted are told, with their cells" {
    /usr/bin/python3 - <<'P'
import numpy
from osgeo import gdal, osr
gdal.UseExceptions()
reference = osr.SpatialReference()
reference.ImportFromEPSG(27700)
for name, odd in (("wrong", -9999.0), ("right", numpy.nan), ("steep", 90.0)):
    raster = gdal.GetDriverByName("GTiff").Create(name + ".tif", 7, 6, 2, gdal.GDT_Float32)
    raster.SetGeoTransform((400000, 100, 0, 100600, 0, -100))
    raster.SetProjection(reference.ExportToWkt())
    height = numpy.full((6, 7), 20.0)
    height[2, 3] = odd
    for i, (band, cells) in enumerate((("pace", numpy.full((6, 7), 0.72)), ("elevation", height))):
        raster.GetRasterBand(i + 1).SetDescription(band)
        raster.GetRasterBand(i + 1).WriteArray(cells)
    raster = None
P
    printf 'code,easting,northing\nA,400050,100050\n' >one.csv
    run "$ISOGAP" travel --cost wrong.tif --sites one.csv -o t.tif
    [ "$status" -eq 0 ]
    # the cell and the eight round it; the first of them in rows lies to the north west
    [[ "$output" == *"9 cells have steps so steep"*"barred, first from column 2, row 1, 20 m high, to -9999 m beside it"* ]] || {
        echo "$output"
        false
    }
    run "$ISOGAP" travel --cost wrong.tif --sites one.csv -o u.tif --strict
    [ "$status" -ne 0 ]
    [ ! -e u.tif ]
    for name in right steep; do
        run "$ISOGAP" travel --cost $name.tif --sites one.csv -o $name-t.tif
        [ "$status" -eq 0 ]
        [[ "$output" != *"so steep"* ]]
    done
}

@test "memory is told before the work; too little of it is an error that names what is needed" {
    run "$ISOGAP" travel --cost cost.asc --sites sites.csv --crs EPSG:27700 --threads 2 -o t.tif
    [ "$status" -eq 0 ]
    [[ "$output" == *"memory for the work: 81 MiB"* ]]
    for command in "travel -o u.tif" "isochrone --minutes 2 -o u.gpkg"; do
        run "$ISOGAP" ${command%% *} ${command#* } --cost cost.asc --sites sites.csv \
            --crs EPSG:27700 --threads 2 --memory 20M
        [ "$status" -eq 6 ]
        [[ "$output" == *"more than the 20 MiB of --memory"* ]]
        [[ "$output" == *"give --memory 81M or more"* ]]
    done
    [ ! -e u.tif ] && [ ! -e u.gpkg ]
}

@test "--cog: cloud-optimised with overviews, the cells as in the plain file, the same bytes for any threads" {
    awk 'BEGIN { print "ncols 700\nnrows 600\nxllcorner 400000\nyllcorner 100000\ncellsize 50"
        for (r = 0; r < 600; r++) { for (c = 0; c < 700; c++) printf "%s ", (r * c) % 97 ? 1 + (r + c) % 3 : -9999; print "" } }' |
        sed '5a NODATA_value -9999' >wide.asc
    printf 'code,x,y\nA,410025,110025\n' >one.csv
    run "$ISOGAP" travel --cost wide.asc --sites one.csv --crs EPSG:27700 -o plain.tif
    [ "$status" -eq 0 ]
    for threads in 1 4; do
        run "$ISOGAP" travel --cost wide.asc --sites one.csv --crs EPSG:27700 --cog \
            --threads "$threads" --nearest "n$threads.tif" -o "c$threads.tif"
        [ "$status" -eq 0 ]
    done
    cmp c1.tif c4.tif
    cmp n1.tif n4.tif
    [ "$(gdalinfo -checksum c1.tif | grep Checksum)" = "$(gdalinfo -checksum plain.tif | grep Checksum)" ]
    gdalinfo c1.tif | grep -q 'Overviews: 350x300'
    gdalinfo c1.tif | grep -q 'LAYOUT=COG'
    [ -z "$(find . -name '.isogap*')" ]
    python3=/usr/bin/python3
    "$python3" -c 'import osgeo_utils.samples.validate_cloud_optimized_geotiff' 2>/dev/null ||
        skip "osgeo_utils (python3-gdal) is not there to validate"
    "$python3" -m osgeo_utils.samples.validate_cloud_optimized_geotiff c1.tif
    "$python3" -m osgeo_utils.samples.validate_cloud_optimized_geotiff n1.tif
}
