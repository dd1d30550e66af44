#!/usr/bin/python3
"""Made-up motorways that roads pass over and under, on the grid and on the network.

A motorway of 60 km with a road over it every kilometre and local roads between. It is joined every ten
kilometres, in turn by a road that meets both carriageways and by slip roads of 300 m from a road over it. A road
runs beside it for five kilometres, 30 m off; one passes under it at an acute angle; a second motorway passes over
it without a junction, a third with four slip roads that pass over both. The network's minutes (Dijkstra's method
over the lines themselves) are the truth.

usage: tests/reference/motorway.py [ISOGAP] [--cells 50,100] [--bearing 20]
Exit 1 when the grid is over 3 % off the network on average; 77 without python3-gdal.
"""
import argparse
import heapq
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile

try:
    import numpy
    from osgeo import gdal
except ImportError:
    print("skipped: python3-gdal is not installed")
    sys.exit(77)

gdal.UseExceptions()
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SPEED = {"motorway": 100.0, "motorway_link": 60.0, "secondary": 50.0, "tertiary": 40.0}
TABLE = "kind,class,value\nrule,max_slope,0\nkey,motorcar,\nroad,*,40\nland,open,0.5\n" \
        "limited,motorway,1\nlimited,motorway_link,1\n" \
        + "".join("road,%s,%g\n" % item for item in SPEED.items())
APART = 30.0  # carriageways
HALF = APART / 2
KM = 60
LOCAL = [-6000.0, -4000.0, -2500.0, -1200.0, 1200.0, 2500.0, 4000.0, 6000.0]
SECOND, THIRD = 20500.0, 50500.0  # motorways across the first, without and with slip roads between
SLIPS = [15000.0, 35000.0, 55000.0]


def lines():
    """Class, points (along and across the motorway, metres): shared points are junctions."""
    crossings = [1000.0 * k for k in range(KM + 1)]
    flat = {1000.0 * k for k in range(5, KM, 10)} - set(SLIPS)
    ramps = [[(THIRD - 500, -HALF), (THIRD - 200, 100.0), (THIRD - HALF, 500.0)],
             [(THIRD + HALF, 700.0), (THIRD - 300, 150.0), (THIRD - 700, HALF)],
             [(THIRD - HALF, -600.0), (THIRD - 250, -150.0), (THIRD - 600, HALF)],
             [(THIRD + 500, HALF), (THIRD + 200, -100.0), (THIRD + HALF, -500.0)]]
    for x in SLIPS:  # off and on, by traffic that keeps left
        ramps += [[(x - 300, -HALF), (x - 100, -50.0), (x, -60.0)], [(x, -60.0), (x + 100, -50.0), (x + 300, -HALF)],
                  [(x + 300, HALF), (x + 100, 50.0), (x, 60.0)], [(x, 60.0), (x - 100, 50.0), (x - 300, HALF)]]
    ends = {p for ramp in ramps for p in (ramp[0], ramp[-1])}
    for points in ramps:
        yield "motorway_link", points
    for side in (-1, 1):
        points = sorted({(x, side * HALF) for x in flat | {0.0, 1000.0 * KM}} | {p for p in ends if p[1] == side * HALF})
        yield "motorway", points[::-side]
        for middle in (SECOND, THIRD):
            x = middle + side * HALF
            points = sorted({(x, y) for y in (-6000.0, -4000.0, 4000.0, 6000.0)} | {p for p in ends if p[0] == x},
                            key=lambda p: p[1])
            yield "motorway", points[::-side]
    for x in crossings:
        over = [-HALF, HALF] if x in flat else [-60.0, 60.0] if x in SLIPS else []
        beside = [-HALF - 30] if 28000 <= x <= 33000 else []
        acute = {41000.0: [-400.0], 42000.0: [0.0], 43000.0: [400.0]}.get(x, [])
        yield "secondary" if over else "tertiary", [(x, y) for y in sorted(LOCAL + over + beside + acute)]
    yield "tertiary", [(x, -HALF - 30) for x in crossings if 28000 <= x <= 33000]
    yield "tertiary", [(41000.0, -400.0), (42000.0, 0.0), (43000.0, 400.0)]
    for y in LOCAL:
        joined = [m + s * HALF for m in (SECOND, THIRD) for s in (-1, 1)] if abs(y) in (4000.0, 6000.0) else []
        yield "secondary" if abs(y) == 4000.0 else "tertiary", [(x, y) for x in sorted(crossings + joined)]


def network(roads):
    """Arcs that arrive at a node: (from, seconds)."""
    back = {}
    for name, points in roads:
        for a, b in zip(points, points[1:]):
            seconds = math.dist(a, b) * 3.6 / SPEED[name]
            back.setdefault(b, []).append((a, seconds))
            back.setdefault(a, [])
            if not name.startswith("motorway"):
                back[a].append((b, seconds))
    return back


def search(back, site):
    time, heap = {site: 0.0}, [(0.0, site)]
    while heap:
        seconds, node = heapq.heappop(heap)
        if seconds > time[node]:
            continue
        for other, more in back[node]:
            if seconds + more < time.get(other, math.inf):
                time[other] = seconds + more
                heapq.heappush(heap, (seconds + more, other))
    return time


def layer(path, features):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"type": "FeatureCollection",
                   "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
                   "features": [{"type": "Feature", "properties": p,
                                 "geometry": {"type": t, "coordinates": c}} for p, t, c in features]}, file)


def figures(ours, truth):
    off = numpy.array([o / t - 1.0 for o, t in zip(ours, truth)])
    short = numpy.array([t - o for o, t in zip(ours, truth)])
    return ("mean |difference| %.2f %%, median %+.2f %%, mean %+.2f %%; worst %+.1f %% and %+.1f %% (%.1f min too short)"
            % (100 * abs(off).mean(), 100 * numpy.median(off), 100 * off.mean(), 100 * off.min(), 100 * off.max(),
               short.max()), abs(off).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("isogap", nargs="?", default=os.path.join(ROOT, "build/release/tools/isogap"))
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--cells", default="50,100")
    parser.add_argument("--bearing", type=float, default=20.0)
    parser.add_argument("--places", type=int, default=40, help="sites, searched one by one")
    options = parser.parse_args()
    turn = math.radians(options.bearing)

    def place(p):
        return (420000.3 + p[0] * math.cos(turn) - p[1] * math.sin(turn),
                310000.7 + p[0] * math.sin(turn) + p[1] * math.cos(turn))

    roads = list(lines())
    true = network(roads)
    nodes = sorted({p for name, points in roads if not name.startswith("motorway") for p in points
                    if abs(p[1]) > 1000.0})
    dice = random.Random(1)
    sites = dice.sample(nodes, options.places)
    work = tempfile.mkdtemp()
    layer(work + "/roads.geojson", [({"highway": name, "oneway": "yes" if name.startswith("motorway") else "no"}, "LineString", [place(p) for p in points])
                                    for name, points in roads])
    xs, ys = zip(*(place(p) for p in nodes))
    box = [(min(xs), min(ys)), (max(xs), min(ys)), (max(xs), max(ys)), (min(xs), max(ys)), (min(xs), min(ys))]
    layer(work + "/areas.geojson", [({"code": "E01000001"}, "Polygon", [box])])
    with open(work + "/speeds.csv", "w", encoding="utf-8") as file:
        file.write(TABLE)
    failed = False
    for cell in options.cells.split(","):
        cost = f"{work}/cost{cell}.tif"
        told = subprocess.run([options.isogap, "cost", "--mode", work + "/speeds.csv", "--extent",
                               work + "/areas.geojson", "--buffer", "1000", "--cell", cell, "--roads",
                               work + "/roads.geojson", "-o", cost, "--overwrite", "--progress", "none"],
                              check=True, capture_output=True, text=True).stderr
        print("\n".join("  " + line for line in told.splitlines() if "motorway" in line))
        ours, truth = [], []
        for site in sites:
            with open(work + "/site.csv", "w", encoding="utf-8") as file:
                file.write("code,easting,northing\nS1,%.3f,%.3f\n" % place(site))
            subprocess.run([options.isogap, "travel", "--cost", cost, "--sites", work + "/site.csv",
                            "--sites-key", "code", "-o", work + "/minutes.tif", "--overwrite", "--quiet"],
                           check=True, stderr=subprocess.DEVNULL)
            data = gdal.Open(work + "/minutes.tif")
            grid, t = data.ReadAsArray(), data.GetGeoTransform()
            seconds = search(true, site)
            for node in dice.sample(nodes, 60):
                if seconds[node] < 600:
                    continue
                x, y = place(node)
                ours.append(float(grid[int((t[3] - y) / t[1]), int((x - t[0]) / t[1])]))
                truth.append(seconds[node] / 60)
        text, mean = figures(ours, truth)
        print(f"cells of {cell} m, {len(ours)} ways of 10 minutes and more: {text}")
        failed |= not mean < 0.03
    shutil.rmtree(work)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
