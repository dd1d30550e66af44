#!/usr/bin/python3
"""Minutes of isogap against GRASS r.cost and r.walk, cell by cell.

usage: tests/reference/grass.py [ISOGAP [SHARED]]
Four made-up grids, and the Isle of Wight's cost grid where the folder of real inputs is there.
With --corners allow the two count the same steps (GRASS knows no corner rule), so every cell must
agree to 5e-7 relative, on grids of more than a million cells to 2e-6, and the same cells must be
out of reach. Exit 77: GRASS is not installed.
"""
import math
import os
import shutil
import subprocess
import sys
import tempfile

SMALL, LARGE = 5e-7, 2e-6  # what two roundings to float32 and isogap's count of time may make
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ISOGAP = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build/release/tools/isogap")
SHARED = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "../shared")

if not shutil.which("grass"):
    print("skipped: GRASS (grass-core) is not installed")
    sys.exit(77)
try:
    import numpy as np
    from osgeo import gdal, osr
except ImportError:
    print("skipped: python3-gdal is not installed")
    sys.exit(77)
gdal.UseExceptions()


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit("failed: %s\n%s" % (" ".join(command), done.stdout))
    return done.stdout


class Grid:
    """A cost grid, with or without elevation, and its sources."""

    def __init__(self, name, folder, cell, cost, sources, elevation=None, west=400000.0,
                 south=100000.0):
        self.name, self.cell, self.cost, self.elevation = name, cell, cost, elevation
        self.folder = os.path.join(folder, name)
        os.mkdir(self.folder)
        rows = cost.shape[0]
        self.transform = (west, cell, 0, south + rows * cell, 0, -cell)
        self.points = [(west + (c + .5) * cell, south + (rows - r - .5) * cell)
                       for r, c in sources]
        with open(self.path("sites.csv"), "w") as file:
            file.write("code,easting,northing\n")
            for number, (x, y) in enumerate(self.points):
                file.write("S%03d,%.3f,%.3f\n" % (number, x, y))

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, **bands):
        """A GeoTIFF of the bands, each with its description."""
        first = next(iter(bands.values()))
        file = gdal.GetDriverByName("GTiff").Create(self.path(name), first.shape[1],
                                                   first.shape[0], len(bands), gdal.GDT_Float32)
        frame = osr.SpatialReference()
        frame.ImportFromEPSG(27700)
        file.SetProjection(frame.ExportToWkt())
        file.SetGeoTransform(self.transform)
        for number, (description, cells) in enumerate(bands.items(), 1):
            band = file.GetRasterBand(number)
            band.SetDescription(description)
            band.SetNoDataValue(math.nan)
            band.WriteArray(cells)
        file = None
        return self.path(name)


def read(path, band=1):
    file = gdal.Open(path)
    band = file.GetRasterBand(band)
    cells = band.ReadAsArray().astype(float)
    if band.GetNoDataValue() is not None:
        cells[cells == band.GetNoDataValue()] = math.nan
    return cells


def grass(grid, module, maps, *flags):
    """Seconds by a module of GRASS over rasters {option: path}."""
    mapset = grid.path("grass")
    if not os.path.isdir(mapset):
        run("grass", "-e", "-c", next(iter(maps.values())), mapset)
    steps = ["set -e"]
    for option, path in maps.items():
        steps.append("r.in.gdal -o --o --q input=%s output=%s" % (path, option))
    steps.append("g.region raster=%s" % next(iter(maps)))
    with open(grid.path("points.txt"), "w") as file:
        file.writelines("%.3f|%.3f\n" % point for point in grid.points)
    steps.append("v.in.ascii --o --q input=%s output=points separator=pipe"
                 % grid.path("points.txt"))
    options = " ".join("%s=%s" % (option, option) for option in maps)
    steps.append("%s -n %s %s output=seconds start_points=points memory=500 --o --q"
                 % (module, " ".join(flags), options))
    steps.append("r.out.gdal -cf --o --q input=seconds output=%s type=Float64"
                 % grid.path("grass.tif"))
    run("grass", os.path.join(mapset, "PERMANENT"), "--exec", "sh", "-c", "\n".join(steps))
    return read(grid.path("grass.tif"))


def ours(grid, cost, *options, direction="from"):
    run(ISOGAP, "travel", "--cost", cost, "--sites", grid.path("sites.csv"), "--crs", "EPSG:27700",
        "--corners", "allow", "--direction", direction, "--quiet", "--overwrite", *options,
        "-o", grid.path("minutes.tif"))
    return read(grid.path("minutes.tif")) * 60


worst_of_all = 0.0  # as a share of the bound


def compare(grid, what, mine, theirs):
    global worst_of_all
    reached = ~np.isnan(theirs)
    if (np.isnan(mine) == reached).any():
        print("%-8s %-26s reached by one and not by the other: %d of %d cells"
              % (grid.name, what, (np.isnan(mine) == reached).sum(), mine.size))
        worst_of_all = math.inf
        return
    apart = np.abs(mine - theirs)[reached] / np.maximum(theirs[reached], 1e-9)
    apart[theirs[reached] == 0] = mine[reached][theirs[reached] == 0]
    worst = float(apart.max())
    worst_of_all = max(worst_of_all, worst / (SMALL if mine.size <= 1 << 20 else LARGE))
    print("%-8s %-26s cells %8d  reached %8d  worst relative difference %.2g"
          % (grid.name, what, mine.size, reached.sum(), worst))


def plain(grid):
    """r.cost, 8 and 16 neighbours, costs by cell."""
    cost = grid.write("cost.tif", pace=grid.cost)
    for neighbours, flags in (("8", ()), ("16", ("-k",))):
        compare(grid, "r.cost %s" % " ".join(flags),
                ours(grid, cost, "--cost-unit", "s/cell", "--neighbours", neighbours),
                grass(grid, "r.cost", {"input": cost}, *flags))


def walked(grid, directions=("from", "to")):
    """r.walk, 8 and 16 neighbours, up and down; a walk to the site is a walk over the turned land.

    r.walk adds friction x length to .72 s a metre; isogap's pace holds both.
    """
    friction = grid.write("friction.tif", friction=grid.cost)
    cost = grid.write("walk.tif", pace=(.72 + grid.cost.astype(float)).astype(np.float32),
                      elevation=grid.elevation)
    for direction in directions:
        land = grid.elevation if direction == "from" else -grid.elevation
        dem = grid.write("dem.tif", dem=land)
        for neighbours, flags in (("8", ()), ("16", ("-k",))):
            compare(grid, "r.walk %s %s" % (direction, " ".join(flags)),
                    ours(grid, cost, "--walk", "langmuir", "--neighbours", neighbours,
                         direction=direction),
                    grass(grid, "r.walk", {"elevation": dem, "friction": friction}, *flags))


def moor(folder, chance):
    """Costs over four orders of magnitude, a sixth of the cells barred."""
    cost = np.exp(chance.uniform(math.log(.5), math.log(5000), (160, 210)))
    cost[chance.random(cost.shape) < .16] = math.nan
    sources = [(r, c) for r, c in ((5, 7), (80, 100), (150, 200), (20, 190), (149, 3))]
    for r, c in sources:
        cost[r, c] = 60
    return Grid("moor", folder, 100, cost.astype(np.float32), sources)


def river(folder, chance):
    """A river one cell wide at every bearing, two bridges, and a maze of walls."""
    rows, cols = 180, 240
    cost = np.full((rows, cols), 18.0) * chance.uniform(.8, 1.25, (rows, cols))
    for c in range(cols):
        r = int(rows * (.5 + .3 * math.sin(c / 23)))
        cost[max(0, r - 1):r + 1, c] = math.nan
    for bridge in (60, 170):
        cost[:, bridge] = np.where(np.isnan(cost[:, bridge]), 9, cost[:, bridge])
    for wall in range(10, rows // 3, 6):
        cost[wall, 4 if wall % 12 else 0:cols if wall % 12 else cols - 4] = math.nan
    sources = [(rows - 5, 12), (2, cols - 2)]
    for r, c in sources:
        cost[r, c] = 18
    return Grid("river", folder, 25, cost.astype(np.float32), sources)


def hills(folder, chance, name, rows, cols, number):
    """Rough hills with slopes up to some forty degrees, and friction beside them."""
    y, x = np.mgrid[0:rows, 0:cols]
    elevation = 150 * np.sin(x / 17) * np.cos(y / 13) + 60 * np.sin((x + 2 * y) / 5)
    elevation += chance.uniform(-4, 4, elevation.shape)
    friction = chance.uniform(0, 1.5, elevation.shape)
    friction[chance.random(friction.shape) < .08] = math.nan
    sources = [(rows * (2 * n + 1) // (2 * number), cols * (n * 7 % number) // number + 1)
               for n in range(number)]
    for r, c in sources:
        friction[r, c] = .2
    return Grid(name, folder, 50, friction.astype(np.float32), sources,
                elevation.astype(np.float32))


def isle_of_wight(folder):
    """The walking grid of examples/isle-of-wight: pace and terrain; its barriers left aside."""
    data = os.path.join(SHARED, "data")
    if not os.path.isdir(data):
        print("skipped: Isle of Wight (%s is not there)" % data)
        return None
    land = os.path.join(data, "landcover")
    made = os.path.join(folder, "isle.tif")
    run(ISOGAP, "cost", "--mode", "walk", "--cell", "50", "--buffer", "1000", "--quiet",
        "--extent", os.path.join(data, "boundaries/lsoa11/E06000046.geojson"),
        "--roads", os.path.join(data, "roads/iow_os_opendata_renumbered.osm.pbf"),
        "--landcover", "%s,%s" % (os.path.join(land, "iow_TidalWater4326.shp"),
                                  os.path.join(land, "iow_Woodland4326.shp")),
        "--dem", os.path.join(data, "dem/os_terrain50"), "-o", made)
    file = gdal.Open(made)
    bands = {file.GetRasterBand(n).GetDescription(): n for n in range(1, file.RasterCount + 1)}
    pace, elevation = read(made, bands["pace"]), read(made, bands["elevation"])
    pace[np.isnan(elevation)] = math.nan
    frame = file.GetGeoTransform()
    chance = np.random.default_rng(7)
    passable = np.argwhere(~np.isnan(pace))
    sources = [tuple(passable[i]) for i in sorted(chance.choice(len(passable), 12, replace=False))]
    return Grid("isle", folder, frame[1], pace.astype(np.float32), sources,
                np.nan_to_num(elevation).astype(np.float32), frame[0],
                frame[3] + file.RasterYSize * frame[5])


def main():
    folder = tempfile.mkdtemp()
    try:
        chance = np.random.default_rng(20)
        plain(moor(folder, chance))
        plain(river(folder, chance))
        walked(hills(folder, chance, "hills", 150, 190, 3))
        walked(hills(folder, chance, "fells", 1030, 1040, 40), ("from",))
        isle = isle_of_wight(folder)
        if isle:
            plain(isle)
            walked(isle)
    finally:
        shutil.rmtree(folder)
    print("bounds %.0e and, above a million cells, %.0e; the worst is %.2g of its bound"
          % (SMALL, LARGE, worst_of_all))
    sys.exit(worst_of_all > 1)


main()
