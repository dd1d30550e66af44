#!/usr/bin/python3
"""Minutes on the grid against minutes on the network: the same roads, the same speeds, two ways.

The network is searched here by Dijkstra's method over the lines themselves, with nothing of isogap:
OpenStreetMap through GDAL, speeds from geodata/speeds, slopes from the Terrain 50 tiles. What is
compared are areas: the people-weighted mean of the minutes to the nearest site, people standing where
the band `residents` of the cost grid has them (half a cell beside a road counts as on it; further off
they walk to it over open land), against `minutes_mean` of isogap's own table. A site is entered from every
road within half a cell's diagonal of it, else from the nearest: which street its door is on is not known.

usage: tests/reference/network.py [ISOGAP [SHARED]] [--cell 100] [--both-ways] [--no-slope] [--keep FOLDER]
Exit 1 when the median over areas is 8 % off on foot or 12 % by car; 77 when the published data or
python3-gdal are not there.
"""
import argparse
import csv
import heapq
import math
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

try:
    import numpy
    from osgeo import gdal, ogr, osr
except ImportError:
    print("skipped: python3-gdal is not installed")
    sys.exit(77)

gdal.UseExceptions()
gdal.SetConfigOption("CPL_LOG", os.devnull)
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SPEEDS = os.path.join(ROOT, "geodata", "speeds")
TAGS = ["highway", "maxspeed", "access", "oneway", "foot", "vehicle", "motor_vehicle", "motorcar",
        "motorroad", "junction", "bridge", "tunnel"]


# ---- speeds ---------------------------------------------------------------------------------------

def fold(name):
    """Class names as the tables compare them: lower case, signs and blanks as one underscore."""
    out, gap = "", False
    for c in name.lower():
        if c.isalnum() or c == "*":
            out += ("_" if gap and out else "") + c
            gap = False
        else:
            gap = True
    return out


class Speeds:
    def __init__(self, mode):
        self.kinds, self.keys = {}, []
        with open(os.path.join(SPEEDS, mode + ".csv"), encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                if not row or row[0].startswith("#") or row[0] == "kind":
                    continue
                if row[0] == "key":
                    self.keys.append(row[1])
                else:
                    self.kinds.setdefault(row[0], {})[fold(row[1])] = float(row[2])

    def of(self, kind, name, otherwise=math.nan):
        table = self.kinds.get(kind, {})
        return table.get(fold(name), table.get("*", otherwise))

    def rule(self, name, otherwise=0.0):
        return self.kinds.get("rule", {}).get(name, otherwise)


CLOSED = {"no", "private", "agricultural", "forestry", "delivery", "military", "emergency",
          "use_sidepath"}
WORDS = {"gb:nsl_single": 60, "gb:nsl_dual": 70, "gb:nsl_restricted": 30, "gb:motorway": 70,
         "gb:urban": 30, "gb:rural": 60, "national": 60}


def posted(text):
    """km/h of a posted maximum, or None."""
    text = text.strip().lower()
    if text in WORDS:
        return WORDS[text] * 1.609344
    digits = text
    while digits and not digits.replace(".", "", 1).isdigit():
        digits = digits[:-1]
    if not digits or float(digits) <= 0:
        return None
    return float(digits) * (1.609344 if "mph" in text else 1.0)


def road_kmh(tags, speeds, mode, urban=False):
    """Speed of a way, 0 when it is not used."""
    kmh = speeds.of("road", tags["highway"])
    if urban and kmh > 0:
        town = speeds.of("urban", tags["highway"])
        kmh = town if town > 0 else kmh
    for key in speeds.keys:
        if tags.get(key):
            if tags[key].lower() in CLOSED:
                return 0.0
            break
    if mode == "walk" and tags.get("motorroad", "no") not in ("", "no"):
        return 0.0
    share = speeds.rule("posted_share")
    limit = posted(tags["maxspeed"]) if share > 0 and tags.get("maxspeed") else None
    if limit and kmh > 0:
        limit *= share
        if limit < kmh or kmh >= speeds.rule("posted_raises_from", math.inf):
            kmh = limit
    return kmh if kmh > 0 else 0.0


# ---- sources --------------------------------------------------------------------------------------

def british():
    grid, degrees = osr.SpatialReference(), osr.SpatialReference()
    grid.ImportFromEPSG(27700)
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return osr.CoordinateTransformation(degrees, grid)


def read_ways(path):
    """Ways with a highway tag: tags and points in metres; shared points are the same numbers."""
    settings = "/vsimem/network.ini"
    text = "closed_ways_are_polygons=landuse\nattribute_name_laundering=no\n[lines]\nosm_id=yes\n" \
           "other_tags=no\nattributes=" + ",".join(TAGS) + "\n"
    gdal.FileFromMemBuffer(settings, text.encode())
    data = gdal.OpenEx(path, gdal.OF_VECTOR, ["OSM"], ["CONFIG_FILE=" + settings])
    shift, ways = british(), []
    layer = data.GetLayerByName("lines")
    for feature in layer:
        tags = {t: feature.GetField(t) or "" for t in TAGS}
        if not tags["highway"]:
            continue
        degrees = feature.GetGeometryRef().GetPoints()
        metres = shift.TransformPoints(degrees)
        ways.append((tags, [(round(p[0], 7), round(p[1], 7)) for p in degrees],
                     [(p[0], p[1]) for p in metres]))
    return ways


class Terrain:
    """Heights between the centres of the 50 m cells of Terrain 50, tiles as issued."""

    def __init__(self, folder, box):
        size = 50.0
        self.west, self.north = math.floor(box[0] / size) * size - size, math.ceil(box[3] / size) * size + size
        cols = int((box[2] - self.west) / size) + 2
        rows = int((self.north - box[1]) / size) + 2
        self.cells = numpy.full((rows, cols), numpy.nan, numpy.float32)
        for name in sorted(os.listdir(folder)):
            if not name.lower().endswith(".zip"):
                continue
            with zipfile.ZipFile(os.path.join(folder, name)) as zipped:
                member = next(m for m in zipped.namelist() if m.lower().endswith(".asc"))
                with zipped.open(member) as file:
                    head = {}
                    for _ in range(5):
                        key, value = file.readline().split()
                        head[key.decode().lower()] = float(value)
                    x0, y0 = head["xllcorner"], head["yllcorner"]
                    side = head["nrows"] * size
                    if x0 > box[2] or x0 + side < box[0] or y0 > box[3] or y0 + side < box[1]:
                        continue
                    tile = numpy.array([line.split() for line in file.read().split(b"\n") if line],
                                       numpy.float32)
            top = int(round((self.north - (y0 + side)) / size))
            left = int(round((x0 - self.west) / size))
            for r in range(tile.shape[0]):
                if not 0 <= r + top < rows:
                    continue
                a, b = max(0, -left), min(tile.shape[1], cols - left)
                if a < b:
                    self.cells[r + top, left + a:left + b] = tile[r, a:b]

    def at(self, x, y):
        c, r = (x - self.west) / 50.0 - 0.5, (self.north - y) / 50.0 - 0.5
        i, j = int(c), int(r)
        if not (0 <= i < self.cells.shape[1] - 1 and 0 <= j < self.cells.shape[0] - 1):
            return math.nan
        u, v = c - i, r - j
        four = self.cells[j:j + 2, i:i + 2]
        return float((four[0, 0] * (1 - u) + four[0, 1] * u) * (1 - v)
                     + (four[1, 0] * (1 - u) + four[1, 1] * u) * v)


def meets(points, box):
    return any(box[0] <= p[0] <= box[2] and box[1] <= p[1] <= box[3] for p in points)


# ---- the network ----------------------------------------------------------------------------------

def tobler(slope):
    """Time on a slope over time on the level, walking uphill where it is positive."""
    return math.exp(3.5 * (abs(slope + 0.05) - 0.05))


class Density:
    """Junctions and metres of road by squares of 500 m: where it is built up, how often one waits."""

    def __init__(self, ways, speeds):
        self.limit = speeds.rule("urban_from", math.inf)
        self.seconds = speeds.rule("junction_delay", 0.0)
        self.squares, arms, places = {}, {}, {}
        for keys, points in ways:
            for k, (key, point) in enumerate(zip(keys, points)):
                arms[key] = arms.get(key, 0) + (1 if k in (0, len(keys) - 1) else 2)
                places[key] = point
            for p, q in zip(points, points[1:]):
                length = math.hypot(q[0] - p[0], q[1] - p[1])
                parts = max(1, math.ceil(length / 250.0))
                for k in range(parts):
                    t = (k + 0.5) / parts
                    self.at(p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1]))[2] += length / parts
        for key, count in arms.items():
            if count >= 3:
                square = self.at(*places[key])
                square[0] += 1
                square[1] += 0.5 * count

    def at(self, x, y):
        return self.squares.setdefault((int(x // 500), int(y // 500)), [0.0, 0.0, 0.0])

    def round(self, x, y):
        """Is it built up, and seconds a metre of waiting."""
        c, r = int(x // 500), int(y // 500)
        near = [self.squares.get((c + i, r + k), (0, 0, 0)) for i in (-1, 0, 1) for k in (-1, 0, 1)]
        metres = sum(n[2] for n in near)
        return (sum(n[0] for n in near) / 2.25 >= self.limit,
                self.seconds * sum(n[1] for n in near) / metres if metres else 0.0)


class Network:
    """Nodes are points of the ways; an arc has a head, and seconds to walk it towards the node."""

    def __init__(self, ways, speeds, mode, box, terrain=None, oneway=True):
        self.number, self.x, self.y = {}, [], []
        self.back = []     # arcs that arrive at a node: (from, seconds)
        self.pieces = []   # a, b, seconds a to b, seconds b to a (inf: shut)
        self.size = 250.0
        self.near = {}
        self.roads = 0
        self.density = Density([(keys, points) for tags, keys, points in ways
                                if road_kmh(tags, speeds, mode) and meets(points, box)], speeds)
        for tags, keys, points in ways:
            kmh = road_kmh(tags, speeds, mode)
            if not kmh or not meets(points, box):
                continue
            town = road_kmh(tags, speeds, mode, True)
            self.roads += 1
            forth = back = True
            if oneway and speeds.rule("oneway"):
                told = tags["oneway"]
                forth, back = told != "-1", told not in ("yes", "1", "true")
                if not told and (tags["junction"] == "roundabout" or tags["highway"] == "motorway"):
                    back = False
            for k in range(len(keys) - 1):
                urban, delay = self.density.round(0.5 * (points[k][0] + points[k + 1][0]),
                                                  0.5 * (points[k][1] + points[k + 1][1]))
                pace = 3.6 / (town if urban else kmh) + delay
                self.add(keys[k], points[k], keys[k + 1], points[k + 1], pace, terrain, forth, back)

    def node(self, key, point):
        if key not in self.number:
            self.number[key] = len(self.x)
            self.x.append(point[0])
            self.y.append(point[1])
            self.back.append([])
        return self.number[key]

    def add(self, key_a, p, key_b, q, pace, terrain, forth, back):
        a, b = self.node(key_a, p), self.node(key_b, q)
        length = math.hypot(q[0] - p[0], q[1] - p[1])
        up = down = length * pace
        if terrain and length > 0:
            parts = max(1, round(length / 50.0))
            heights = [terrain.at(p[0] + (q[0] - p[0]) * k / parts, p[1] + (q[1] - p[1]) * k / parts)
                       for k in range(parts + 1)]
            if not any(map(math.isnan, heights)):
                step = length / parts
                # pieces shorter than the terrain's cells say little: take 50 m round the middle
                if length < 50.0:
                    mx, my = 0.5 * (p[0] + q[0]), 0.5 * (p[1] + q[1])
                    ux, uy = (q[0] - p[0]) / length * 25.0, (q[1] - p[1]) / length * 25.0
                    heights = [terrain.at(mx - ux, my - uy), terrain.at(mx + ux, my + uy)]
                    step = 50.0
                if not any(map(math.isnan, heights)):
                    n = len(heights) - 1
                    up = sum(tobler((heights[k + 1] - heights[k]) / step) for k in range(n)) / n * length * pace
                    down = sum(tobler((heights[k] - heights[k + 1]) / step) for k in range(n)) / n * length * pace
        if not forth:
            up = math.inf
        if not back:
            down = math.inf
        if forth:
            self.back[b].append((a, up))
        if back:
            self.back[a].append((b, down))
        number = len(self.pieces)
        self.pieces.append((a, b, up, down))
        parts = int(length / self.size) + 1
        for k in range(parts + 1):
            square = (int((p[0] + (q[0] - p[0]) * k / parts) // self.size),
                      int((p[1] + (q[1] - p[1]) * k / parts) // self.size))
            found = self.near.setdefault(square, [])
            if not found or found[-1] != number:
                found.append(number)

    def join_cells(self, cell, pace_of_ground=None):
        """Join what the grid joins beyond the lines: ways that share a cell, at a cell's pace on the road;
        with a pace of the ground also ways up to four cells apart, over it."""
        cells = {}
        for a, b, up, down in list(self.pieces):
            length = math.hypot(self.x[b] - self.x[a], self.y[b] - self.y[a])
            if not length:
                continue
            pace = min(up, down) / length
            parts = max(1, int(length / (0.5 * cell)))
            before = a
            for k in range(1, parts + 1):
                node = b
                if k < parts:
                    t = k / parts
                    node = len(self.x)
                    self.x.append(self.x[a] + t * (self.x[b] - self.x[a]))
                    self.y.append(self.y[a] + t * (self.y[b] - self.y[a]))
                    self.back.append([])
                if parts > 1:
                    if up < math.inf:
                        self.back[node].append((before, up / parts))
                    if down < math.inf:
                        self.back[before].append((node, down / parts))
                before = node
                place = (int(self.x[node] // cell), int(self.y[node] // cell))
                cells.setdefault(place, {}).setdefault(node, pace)

        def link(i, j, pace):
            seconds = math.hypot(self.x[i] - self.x[j], self.y[i] - self.y[j]) * pace
            self.back[j].append((i, seconds))
            self.back[i].append((j, seconds))

        for (c, r), nodes in cells.items():
            found = sorted(nodes)
            for k, i in enumerate(found):
                for j in found[k + 1:]:
                    link(i, j, 0.5 * (nodes[i] + nodes[j]))
            if pace_of_ground is None:
                continue
            for dc, dr in ((x, y) for x in range(0, 5) for y in range(-4, 5) if (x, y) > (0, 0)):
                others = cells.get((c + dc, r + dr))
                if others:
                    link(found[0], min(others), pace_of_ground)

    def heal(self, pace_of):
        """Join dead ends that face each other over a gap: the OS cuts a road at each railway bridge."""
        beside = {}
        for a, b, _, _ in self.pieces:
            beside.setdefault(a, []).append(b)
            beside.setdefault(b, []).append(a)
        ends = [i for i in sorted(beside) if len(beside[i]) == 1]
        joined = 0

        def straight(i, x, y):
            j = beside[i][0]
            turn = (math.atan2(self.y[i] - self.y[j], self.x[i] - self.x[j])
                    - math.atan2(y - self.y[i], x - self.x[i]))
            return abs(math.remainder(turn, 2 * math.pi)) <= math.radians(3)

        for k, i in enumerate(ends):
            for j in ends[k + 1:]:
                gap = math.hypot(self.x[i] - self.x[j], self.y[i] - self.y[j])
                if (0 < gap <= 30.0 and straight(i, self.x[j], self.y[j])
                        and straight(j, self.x[i], self.y[i])):
                    seconds = gap * pace_of
                    self.back[j].append((i, seconds))
                    self.back[i].append((j, seconds))
                    joined += 1
        return joined

    def snap(self, x, y):
        """Nearest piece of road: piece, share of the way along it, metres to it."""
        best = (math.inf, None, 0.0)
        c, r = int(x // self.size), int(y // self.size)
        for reach in range(0, 40):
            for i in range(c - reach, c + reach + 1):
                for j in range(r - reach, r + reach + 1):
                    if max(abs(i - c), abs(j - r)) != reach:
                        continue
                    for number in self.near.get((i, j), ()):
                        d, t = self.distance(number, x, y)
                        if d < best[0]:
                            best = (d, number, t)
            if best[0] <= (reach - 0.5) * self.size:
                break
        return best

    def doors(self, x, y, reach):
        """Pieces of road at which a place may be entered: all within reach, else the nearest."""
        found = {}
        c, r = int(x // self.size), int(y // self.size)
        for i in (c - 1, c, c + 1):
            for j in (r - 1, r, r + 1):
                for number in self.near.get((i, j), ()):
                    found[number] = self.distance(number, x, y)
        near = [(d, number, t) for number, (d, t) in sorted(found.items()) if d <= reach]
        return near or [self.snap(x, y)]

    def distance(self, number, x, y):
        """Metres to a piece of road, and the share of the way along it."""
        a, b = self.pieces[number][:2]
        dx, dy = self.x[b] - self.x[a], self.y[b] - self.y[a]
        length2 = dx * dx + dy * dy
        t = ((x - self.x[a]) * dx + (y - self.y[a]) * dy) / length2 if length2 else 0.0
        t = min(1.0, max(0.0, t))
        return math.hypot(x - self.x[a] - t * dx, y - self.y[a] - t * dy), t

    def search(self, sites, pace, half):
        """Seconds from every node to its nearest site, which lies off the road at open land's pace."""
        self.time = [math.inf] * len(self.x)
        self.starts = {}
        heap = []
        doors = [door for x, y in sites for door in self.doors(x, y, half * math.sqrt(2))]
        for d, number, t in doors:
            a, b, up, down = self.pieces[number]
            off = max(0.0, d - half) * pace
            self.starts.setdefault(number, []).append((t, off))
            for node, seconds in ((a, up * t), (b, down * (1 - t))):
                if off + seconds < self.time[node]:
                    self.time[node] = off + seconds
                    heapq.heappush(heap, (off + seconds, node))
        while heap:
            seconds, node = heapq.heappop(heap)
            if seconds > self.time[node]:
                continue
            for other, more in self.back[node]:
                if seconds + more < self.time[other]:
                    self.time[other] = seconds + more
                    heapq.heappush(heap, (seconds + more, other))
        # people start on roads that lead to a site, as a route planner has it
        for square, numbers in self.near.items():
            self.near[square] = [k for k in numbers if math.isfinite(
                min(self.time[self.pieces[k][0]], self.time[self.pieces[k][1]]))]

    def minutes_by_any_door(self, x, y, pace, half):
        return min(self.minutes(x, y, pace, half, door)
                   for door in self.doors(x, y, half * math.sqrt(2)))

    def minutes(self, x, y, pace, half, door=None):
        d, number, t = door or self.snap(x, y)
        if number is None:
            return math.inf
        a, b, up, down = self.pieces[number]
        best = min(self.time[a] + down * t if t else self.time[a],
                   self.time[b] + up * (1 - t) if t < 1 else self.time[b])
        for s, off in self.starts.get(number, ()):
            best = min(best, off + (up * (s - t) if s > t else down * (t - s) if s < t else 0.0))
        return (best + max(0.0, d - half) * pace) / 60.0


# ---- areas ----------------------------------------------------------------------------------------

def rasters(path, name):
    data = gdal.Open(path)
    for k in range(1, data.RasterCount + 1):
        band = data.GetRasterBand(k)
        if data.RasterCount == 1 or band.GetDescription() == name:
            cells = band.ReadAsArray().astype(numpy.float64)
            if band.GetNoDataValue() is not None and not math.isnan(band.GetNoDataValue()):
                cells[cells == band.GetNoDataValue()] = numpy.nan
            return cells, data.GetGeoTransform()
    raise SystemExit(path + ": no band " + name)


def area_cells(layer, number, shape, transform):
    """Number of the area that holds each cell's centre, from 0; -1 for none."""
    target = gdal.GetDriverByName("MEM").Create("", shape[1], shape[0], 1, gdal.GDT_Int32)
    target.SetGeoTransform(transform)
    target.SetProjection(layer.GetSpatialRef().ExportToWkt())
    target.GetRasterBand(1).Fill(-1)
    memory = ogr.GetDriverByName("Memory").CreateDataSource("")
    numbered = memory.CreateLayer("a", layer.GetSpatialRef(), ogr.wkbMultiPolygon)
    numbered.CreateField(ogr.FieldDefn("n", ogr.OFTInteger))
    layer.ResetReading()
    for feature in layer:
        made = ogr.Feature(numbered.GetLayerDefn())
        made.SetGeometry(feature.GetGeometryRef())
        made.SetField("n", number[feature.GetField(0)])
        numbered.CreateFeature(made)
    gdal.RasterizeLayer(target, [1], numbered, options=["ATTRIBUTE=n"])
    return target.GetRasterBand(1).ReadAsArray()


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return {row["area"]: row for row in csv.DictReader(file)}


def median(values):
    values = sorted(values)
    n = len(values)
    return 0.5 * (values[(n - 1) // 2] + values[n // 2]) if n else math.nan


def share(values, part):
    """The size that so large a part of the values does not exceed."""
    sizes = sorted(abs(v) for v in values)
    return sizes[min(len(sizes) - 1, int(part * len(sizes)))] if sizes else math.nan


KINDS = (("door", "homes are entered from any road of their cell, not the nearest alone"),
         ("cell", "ways that share a cell are joined there"),
         ("ground", "ways up to 200 m apart are joined over open ground"),
         ("near", "less than a minute, which is a few cells, and nothing of the above"))


def explain(make, sites, pace, half, cells, wanted):
    """Minutes of some areas when the network is loosened step by step towards what a grid knows."""
    means = []
    for step in range(3):
        network = make()
        if step:
            network.join_cells(2 * half, pace if step == 2 else None)
        network.search(sites, pace, half)
        sums = {}
        for area, x, y, w in cells:
            if area not in wanted:
                continue
            m = network.minutes_by_any_door(x, y, pace, half)
            if math.isfinite(m):
                total = sums.setdefault(area, [0.0, 0.0])
                total[0] += w * m
                total[1] += w
        means.append({area: s / w for area, (s, w) in sums.items()})
    return means


def kind_of(ours, net, loosened):
    """The first step that takes away more than half of a difference; else near, where that is small."""
    for (name, _), there in zip(KINDS, loosened):
        if abs(ours - there) < 0.5 * abs(ours - net):
            return name
    return "near" if abs(ours - net) < 1.0 else "other"


def compare(folder, place, mode, roads, dem, options):
    name, speeds = "gp-access", Speeds(mode)
    residents, transform = rasters(f"{folder}/{name}_cost_{mode}.tif", "residents")
    minutes, _ = rasters(f"{folder}/{name}_minutes_{mode}.tif", "minutes")
    rows, cols = residents.shape
    cell = transform[1]
    box = (transform[0], transform[3] - rows * cell, transform[0] + cols * cell, transform[3])
    data = gdal.OpenEx(f"{folder}/{name}.gpkg", gdal.OF_VECTOR, ["GPKG"])
    sites = [(f.GetGeometryRef().GetX(), f.GetGeometryRef().GetY())
             for f in data.GetLayerByName("sites")
             if f.GetGeometryRef() and f.GetField("status_" + mode) != "left out"]
    access = table(f"{folder}/tables/access_area_{mode}.csv")
    codes = sorted(access)
    of_cell = area_cells(data.GetLayerByName("lsoa"), {c: i for i, c in enumerate(codes)},
                         residents.shape, transform)
    terrain = Terrain(dem, box) if mode == "walk" and not options.no_slope else None
    healed = 0

    def make():
        nonlocal healed
        made = Network(roads, speeds, mode, box, terrain, not options.both_ways)
        healed = made.heal(3.6 / speeds.of("road", "residential"))
        return made

    network = make()
    pace, half = 3.6 / speeds.of("land", "open"), 0.5 * cell
    network.search(sites, pace, half)
    weight = numpy.zeros(len(codes))
    sums = numpy.zeros(len(codes))
    lost = numpy.zeros(len(codes))
    grid = numpy.zeros(len(codes))
    cells, homes, unreached = [], [], 0
    for r, c in zip(*numpy.nonzero((of_cell >= 0) & (residents > 0))):
        x, y = transform[0] + (c + 0.5) * cell, transform[3] - (r + 0.5) * cell
        area, w = of_cell[r, c], residents[r, c]
        homes.append((codes[area], x, y, w))
        m = network.minutes(x, y, pace, half)
        unreached += math.isfinite(m) and math.isnan(minutes[r, c])
        if not math.isfinite(m) or math.isnan(minutes[r, c]):
            lost[area] += w
            continue
        weight[area] += w
        sums[area] += w * m
        grid[area] += w * minutes[r, c]
        if w > 0.5 and m > 0:
            cells.append((minutes[r, c] - m) / m)
    found = []
    for i, code in enumerate(codes):
        if weight[i] <= 0 or not access[code]["minutes_mean"]:
            print(f"{code}: not compared ({access[code]['status']})")
            continue
        net, ours = sums[i] / weight[i], float(access[code]["minutes_mean"])
        found.append((ours / net - 1.0, code, ours, net, grid[i] / weight[i]))
    off = [abs(f[0]) for f in found]
    print(f"{place} {mode}: {network.roads} ways, {len(network.x)} nodes, {healed} gaps joined, {len(sites)} sites, "
          f"{len(found)} areas, {len(cells)} cells with people"
          + (", one-way streets open both ways" if options.both_ways else ""))
    print(f"  areas: median |difference| {100 * median(off):.2f} %, mean {100 * sum(off) / len(off):.2f} %, "
          f"signed median {100 * median(f[0] for f in found):+.2f} %, "
          f"within 10 %: {sum(o <= .1 for o in off)} of {len(off)}, the worst {100 * max(off):.1f} %")
    print(f"  cells: median |difference| {100 * median(abs(v) for v in cells):.2f} %, "
          f"signed median {100 * median(cells):+.2f} %, 95 of 100 within "
          f"{100 * share(cells, .95):.1f} %, 99 within {100 * share(cells, .99):.1f} %, "
          f"{unreached} reached on the network alone")
    found.sort(key=lambda f: -abs(f[0]))
    shown = found[:options.show]
    steps = explain(make, sites, pace, half, homes, {f[1] for f in shown}) if shown else ()
    kinds = {}
    for difference, code, ours, net, same in shown:
        loosened = [means[code] for means in steps]
        kind = kind_of(ours, net, loosened)
        kinds[kind] = kinds.get(kind, 0) + 1
        print(f"    {code} {100 * difference:+6.1f} %  isogap {ours:7.2f} min, network {net:7.2f} min, "
              f"grid over the same cells {same:7.2f}; " + ", ".join(
                  f"{name} {there:.2f}" for (name, _), there in zip(KINDS, loosened)) + f": {kind}")
    for name, text in KINDS:
        if name in kinds:
            print(f"    {kinds[name]} of {len(shown)} by {name}: {text}")
    return median(off)


EXAMPLES = (("isle-of-wight", "iow_os_opendata_renumbered.osm.pbf"), ("rutland", "rutland-latest.osm.pbf"))
LIMITS = {"walk": 8.0, "drive": 12.0}  # percent, median over areas


def run_example(isogap, shared, name, work, cell):
    """The example's plan as it stands, but for where the data are and where the outputs go."""
    folder = os.path.join(work, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(ROOT, "examples", name, "plan.yaml"), encoding="utf-8") as file:
        plan = file.read().replace("../../../shared", os.path.abspath(shared))
        plan = plan.replace("cell: 50\n", "cell: %g\n" % cell)
    with open(os.path.join(folder, "plan.yaml"), "w", encoding="utf-8") as file:
        file.write(plan)
    subprocess.run([isogap, "run", os.path.join(folder, "plan.yaml"), "--overwrite", "--quiet"],
                   check=True, stderr=subprocess.DEVNULL)
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("isogap", nargs="?", default=os.path.join(ROOT, "build/release/tools/isogap"))
    parser.add_argument("shared", nargs="?", default=os.path.join(ROOT, "../shared"))
    parser.add_argument("--keep", help="folder for the runs; those that are there are not made again")
    parser.add_argument("--cell", type=float, default=50.0, help="side of the grid's cells in metres")
    parser.add_argument("--modes", default="walk,drive")
    parser.add_argument("--both-ways", action="store_true", help="open one-way streets of the network both ways")
    parser.add_argument("--no-slope", action="store_true", help="level ground in the network")
    parser.add_argument("--show", type=int, default=6, help="areas named, the furthest off first")
    options = parser.parse_args()
    data = os.path.join(options.shared, "data")
    if not os.path.isdir(data):
        print("skipped: %s is not there" % data)
        sys.exit(77)
    work = options.keep or tempfile.mkdtemp()
    failed = False
    for name, roads in EXAMPLES:
        folder = os.path.join(work, name)
        if not os.path.exists(os.path.join(folder, "gp-access.gpkg")):
            folder = run_example(options.isogap, options.shared, name, work, options.cell)
        ways = read_ways(os.path.join(data, "roads", roads))
        for mode in options.modes.split(","):
            off = compare(folder, name, mode, ways, os.path.join(data, "dem/os_terrain50"), options)
            failed |= not 100 * off < LIMITS[mode]
    if not options.keep:
        shutil.rmtree(work)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
