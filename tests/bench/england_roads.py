#!/usr/bin/python3
"""A made-up road layer of England's size, and the cost grid made from it: time and peak memory.

usage: tests/bench/england_roads.py [ISOGAP] [--links 3500000] [--cell 100] [--shapefile] [--keep FOLDER]
The layer is a GeoPackage like OS Open Roads: links that end at nodes, in towns dense and elsewhere
sparse, motorway to local road. It is the same for the same number of links. With --shapefile it is
read from a shapefile that ogr2ogr makes of it as well, and the two grids are compared.
"""
import argparse
import math
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WKT = """PROJCS["OSGB36 / British National Grid",AUTHORITY["EPSG","27700"]]"""
POINTS = 8  # of a link


def functions(i, j):
    """Road function of the lattice lines: every 64th a motorway, 16th an A road, 4th a B road."""
    if i % 64 == 0:
        return "Motorway"
    return "A Road" if i % 16 == 0 else "B Road" if i % 4 == 0 else "Local Road" if j % 2 else "Minor Road"


def line_blob(points):
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    flat = [v for p in points for v in p]
    return (b"GP\x00\x03" + struct.pack("<i4d", 27700, min(xs), max(xs), min(ys), max(ys))
            + struct.pack("<BII%dd" % len(flat), 1, 2, len(points), *flat))


def links(count):
    """Right- and upward links of a lattice of nodes with jitter; towns pull nodes together."""
    side = int(math.ceil(math.sqrt(count / 2)))
    step = 560000.0 / side
    dice = random.Random(27700)
    jitter = [dice.uniform(-.3, .3) for _ in range(4096)]

    def node(i, j):
        x, y = i * step, j * step
        pull = 0.35 * 15000 / (2 * math.pi)
        x += pull * math.sin(2 * math.pi * x / 15000) + step * jitter[(i * 31 + j * 17) % 4096]
        y += pull * math.sin(2 * math.pi * y / 15000) + step * jitter[(i * 13 + j * 57) % 4096]
        return 90000 + x, 20000 + y

    made = 0
    for i in range(side):
        for j in range(side):
            a = node(i, j)
            for k, b in ((0, node(i + 1, j)), (1, node(i, j + 1))):
                if made == count:
                    return
                made += 1
                dx, dy = b[0] - a[0], b[1] - a[1]
                points = [(a[0] + dx * t / (POINTS - 1) - dy * .06 * math.sin(t),
                           a[1] + dy * t / (POINTS - 1) + dx * .06 * math.sin(t))
                          for t in range(POINTS - 1)] + [b]
                points[0] = a
                name = functions(j, i) if k == 0 else functions(i, j)
                yield made, line_blob(points), name


def make_layer(path, count):
    db = sqlite3.connect(path)
    db.executescript("""
PRAGMA application_id = 1196444487; PRAGMA user_version = 10300; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL);
CREATE TABLE road_link (fid INTEGER PRIMARY KEY, geom BLOB, id TEXT, fictitious BOOLEAN, road_classification TEXT, road_function TEXT, form_of_way TEXT, name_1 TEXT, road_structure TEXT, length INTEGER, start_node TEXT, end_node TEXT);
""")
    db.execute("INSERT INTO gpkg_spatial_ref_sys VALUES('OSGB36 / British National Grid',27700,'EPSG',27700,?,NULL)", (WKT,))
    db.execute("INSERT INTO gpkg_contents VALUES('road_link','features','road_link','','2026-01-01T00:00:00Z',90000,20000,650000,580000,27700)")
    db.execute("INSERT INTO gpkg_geometry_columns VALUES('road_link','geom','LINESTRING',27700,0,0)")
    db.executemany("INSERT INTO road_link VALUES(?,?,?,0,?,?,'Single Carriageway',?,NULL,?,?,?)",
                   ((n, blob, "L%036d" % n, name, name, "Road %d" % (n % 9999), 200, "N%032d" % n,
                     "N%032d" % (n + 1)) for n, blob, name in links(count)))
    db.commit()
    db.close()


def burn(options, layer, areas, grid):
    """Run isogap, print time and peak memory, give the bytes of the grid."""
    begun = time.time()
    run = subprocess.Popen([options.isogap, "cost", "--mode", options.mode, "--extent", areas, "--buffer", "0",
                            "--cell", options.cell, "--roads", layer, "--overwrite", "--progress", "none",
                            "-o", grid])
    _, status, usage = os.wait4(run.pid, 0)
    if status:
        sys.exit("isogap failed")
    seconds, peak = time.time() - begun, usage.ru_maxrss / 1024
    cells = (560000 / float(options.cell)) ** 2
    print("%s: %d links, %.1f M points, layer of %.0f MB; cells of %s m (%.1f M): %.0f s, peak %.0f MB "
          "(%.0f bytes a cell, or %.0f a link)"
          % (os.path.basename(layer), options.links, options.links * POINTS / 1e6,
             os.path.getsize(layer) / 1e6, options.cell, cells / 1e6, seconds, peak,
             peak * 1048576 / cells, peak * 1048576 / options.links))
    with open(grid, "rb") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("isogap", nargs="?", default=os.path.join(ROOT, "build/release/tools/isogap"))
    parser.add_argument("--links", type=int, default=3500000)
    parser.add_argument("--cell", default="100")
    parser.add_argument("--mode", default="drive")
    parser.add_argument("--shapefile", action="store_true", help="read it from a shapefile as well")
    parser.add_argument("--keep", help="folder for the layer; one that is there is not made again")
    options = parser.parse_args()
    folder = options.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    layer, areas = os.path.join(folder, "roads.gpkg"), os.path.join(folder, "areas.geojson")
    if not os.path.exists(layer):
        make_layer(layer + ".part", options.links)
        os.rename(layer + ".part", layer)
    with open(areas, "w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":'
                   '"urn:ogc:def:crs:EPSG::27700"}},"features":[{"type":"Feature","properties":'
                   '{"code":"E01000001"},"geometry":{"type":"Polygon","coordinates":[[[90000,20000],'
                   '[650000,20000],[650000,580000],[90000,580000],[90000,20000]]]}}]}')
    grids = [burn(options, layer, areas, os.path.join(folder, "cost.tif"))]
    if options.shapefile:
        shapes = os.path.join(folder, "roads.shp")
        subprocess.run(["ogr2ogr", "-q", "-lco", "RESIZE=YES", shapes, layer, "road_link"], check=True,
                       stderr=subprocess.DEVNULL)
        grids.append(burn(options, shapes, areas, os.path.join(folder, "cost_shp.tif")))
        print("the two grids are", "equal" if grids[0] == grids[1] else "NOT EQUAL")
    if not options.keep:
        shutil.rmtree(folder)
    sys.exit(0)


if __name__ == "__main__":
    main()
