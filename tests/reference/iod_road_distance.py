#!/usr/bin/python3
"""Walking minutes on the Isle of Wight against the road distance to a GP of the IoD 2019.

usage: tests/reference/iod_road_distance.py [ISOGAP [SHARED]] [--keep FOLDER]
The plan of examples/isle-of-wight is run as it stands (practices active in 2022), and with the practices
that were open at the start of 2019 instead. Printed are Spearman's rho over the LSOAs and those that are
furthest off, each with what the data say about the reason: a practice that has closed since, or a
surgery that the index counted and epraccur.csv does not hold (no practice lies within the index's
road distance even as the crow flies; branch surgeries are not in that file). Exit 1 when rho without
the last is under 0.8; 77 when the published data or python3-gdal are not there.
"""
import argparse
import csv
import gzip
import math
import os
import shutil
import subprocess
import sys
import tempfile

try:
    from osgeo import gdal
except ImportError:
    print("skipped: python3-gdal is not installed")
    sys.exit(77)

gdal.UseExceptions()
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INDICATOR = "road_distance_to_a_gp_surgery_indicator_km"
STATUS, OPENED, CLOSED, SETTING = 12, 10, 11, 25
MADE_GOOD = 12.0  # minutes a kilometre at 5 km/h


def ranks(values):
    """Ranks from 1, equal values their mean."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    out = [0.0] * len(values)
    i = 0
    while i < len(order):
        j = i
        while j + 1 < len(order) and values[order[j + 1]] == values[order[i]]:
            j += 1
        for k in range(i, j + 1):
            out[order[k]] = 0.5 * (i + j) + 1
        i = j + 1
    return out


def spearman(a, b):
    a, b = ranks(a), ranks(b)
    n = len(a)
    ma, mb = sum(a) / n, sum(b) / n
    top = sum((x - ma) * (y - mb) for x, y in zip(a, b))
    return top / math.sqrt(sum((x - ma) ** 2 for x in a) * sum((y - mb) ** 2 for y in b))


def practices_of(path, day, out):
    """Rows of GP practices open on a day, marked as active so that the plan takes them."""
    added = []
    with open(path, encoding="latin-1", newline="") as file, \
            open(out, "w", encoding="utf-8", newline="") as to:
        writer = csv.writer(to, quoting=csv.QUOTE_ALL)
        for row in csv.reader(file):
            open_then = row[OPENED] <= day and (not row[CLOSED] or row[CLOSED] > day)
            if row[SETTING] == "4" and open_then:
                if row[STATUS] != "A":
                    added.append((row[0], row[1], row[CLOSED]))
                row[STATUS] = "A"
                writer.writerow(row)
    return added


def run_plan(isogap, shared, folder, sites):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(ROOT, "examples/isle-of-wight/plan.yaml"), encoding="utf-8") as file:
        plan = file.read().replace("../../../shared", os.path.abspath(shared))
    if sites:
        plan = plan.replace(os.path.join(os.path.abspath(shared), "data/nhs_sites/epraccur.csv"), sites)
    with open(os.path.join(folder, "plan.yaml"), "w", encoding="utf-8") as file:
        file.write(plan)
    if not os.path.exists(os.path.join(folder, "gp-access.gpkg")):
        subprocess.run([isogap, "run", os.path.join(folder, "plan.yaml"), "--overwrite", "--quiet"],
                       check=True, stderr=subprocess.DEVNULL)
    with open(os.path.join(folder, "tables/access_area_walk.csv"), encoding="utf-8") as file:
        minutes = {r["area"]: float(r["minutes_mean"]) for r in csv.DictReader(file)
                   if r["minutes_mean"]}
    data = gdal.OpenEx(os.path.join(folder, "gp-access.gpkg"), gdal.OF_VECTOR, ["GPKG"])
    sites = [(f.GetField("site"), f.GetField("name"), f.GetGeometryRef().GetX(),
              f.GetGeometryRef().GetY()) for f in data.GetLayerByName("sites")]
    shapes = {f.GetField(0): f.GetGeometryRef().Clone() for f in data.GetLayerByName("lsoa")}
    return minutes, sites, shapes


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("isogap", nargs="?", default=os.path.join(ROOT, "build/release/tools/isogap"))
    parser.add_argument("shared", nargs="?", default=os.path.join(ROOT, "../shared"))
    parser.add_argument("--keep", help="folder for the runs; those that are there are not made again")
    parser.add_argument("--show", type=int, default=10)
    options = parser.parse_args()
    data = os.path.join(options.shared, "data")
    indicators = os.path.join(data, "deprivation/imd2019_england_lsoa11_indicators.csv.gz")
    if not os.path.exists(indicators):
        print("skipped: %s is not there" % indicators)
        sys.exit(77)
    work = options.keep or tempfile.mkdtemp()
    os.makedirs(work, exist_ok=True)
    with gzip.open(indicators, "rt", encoding="utf-8-sig", newline="") as file:
        index = {r["lsoa11_code"]: float(r[INDICATOR]) for r in csv.DictReader(file) if r[INDICATOR]}

    then = os.path.join(work, "practices2019.csv")
    added = practices_of(os.path.join(data, "nhs_sites/epraccur.csv"), "20190101", then)
    now, now_sites, shapes = run_plan(options.isogap, options.shared,
                                      os.path.join(work, "isle-of-wight"), None)
    past, past_sites, _ = run_plan(options.isogap, options.shared,
                                   os.path.join(work, "isle-of-wight-2019"), then)
    codes = sorted(c for c in now if c in past and c in index)
    km = [index[c] for c in codes]
    rho = spearman([now[c] for c in codes], km), spearman([past[c] for c in codes], km)
    closed = {a[0]: a for a in added if a[0] in {s[0] for s in past_sites}}
    print(f"isle-of-wight: {len(codes)} LSOAs, walking minutes against km of the index")
    print(f"  practices active in 2022 ({len(now_sites)}): Spearman's rho {rho[0]:.3f}")
    print(f"  practices open in January 2019 ({len(past_sites)}): Spearman's rho {rho[1]:.3f}")
    for code in sorted(closed):
        print(f"    closed since: {code} {closed[code][1]} ({closed[code][2]})")

    found = sorted(codes, key=lambda c: -abs(math.log(past[c] / (MADE_GOOD * index[c] + 1))))
    print(f"  furthest off with the practices of 2019, of minutes expected at {MADE_GOOD:g} a km:")
    for c in found[:options.show]:
        near = min(shapes[c].Distance(point(s)) for s in past_sites) / 1000
        middle = min(shapes[c].Centroid().Distance(point(s)) for s in past_sites) / 1000
        if near > index[c]:
            reason = f"no practice within {near:.1f} km as the crow flies: a surgery not in epraccur.csv"
        elif middle > 1.3 * index[c]:
            reason = (f"{middle:.1f} km from its middle to the nearest practice as the crow flies: likely a "
                      "surgery not in epraccur.csv")
        elif past[c] < now[c] - 1:
            reason = "a practice has closed since"
        elif past[c] < MADE_GOOD * index[c]:
            reason = "the index takes roads from one point, people here walk from where they live"
        else:
            reason = "slopes, or paths that the roads of the source lack"
        print(f"    {c} {past[c]:6.1f} min (2022: {now[c]:6.1f}), index {index[c]:6.3f} km: {reason}")
    certain = [c for c in codes
               if min(shapes[c].Distance(point(s)) for s in past_sites) / 1000 > index[c]]
    rest = [c for c in codes if c not in certain]
    rho_rest = spearman([past[c] for c in rest], [index[c] for c in rest])
    print(f"  {len(certain)} LSOAs lie wholly further from every practice than the index says; without "
          f"them rho {rho_rest:.3f}")
    if not options.keep:
        shutil.rmtree(work)
    sys.exit(0 if rho_rest >= 0.8 else 1)


def point(site):
    from osgeo import ogr
    made = ogr.Geometry(ogr.wkbPoint)
    made.AddPoint_2D(site[2], site[3])
    return made


if __name__ == "__main__":
    main()
