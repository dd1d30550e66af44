#!/usr/bin/python3
"""The national join from TopoJSON as downloaded, from a shapefile and from a GeoPackage of it.

usage: tests/reference/national_join.py [ISOGAP [SHARED]]
IoD 2019 File 1 is joined to the LSOA 2011 boundaries (a zip of TopoJSON, no South West), then to
the same boundaries turned by ogr2ogr's library into the two other formats. Counts, values and
shapes by code must be equal, and nothing may be unaccounted for. Exit 77: the inputs or
python3-gdal are not there.
"""
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ISOGAP = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build/release/tools/isogap")
SHARED = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "../shared")
AREAS = os.path.join(SHARED, "data/boundaries/lsoa11/uk-geojson_lsoa11_topojson_by_lad_ex_sw.zip")
TABLE = os.path.join(SHARED,
                     "data/deprivation/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv")
COLUMNS = ('"Index of Multiple Deprivation (IMD) Rank"=imd_rank,'
           '"Index of Multiple Deprivation (IMD) Decile"=imd_decile')
COUNTS = ("areas_in", "matched", "areas_without_row", "rows_in", "rows_without_area",
          "rows_refused")

for needed in (AREAS, TABLE):
    if not os.path.exists(needed):
        print("skipped: %s is not there" % needed)
        sys.exit(77)
try:
    from osgeo import gdal, ogr
except ImportError:
    print("skipped: python3-gdal is not installed")
    sys.exit(77)
gdal.UseExceptions()


def turned(folder):
    """The boundaries in one GeoPackage and one shapefile, made by GDAL alone."""
    package, shapes = os.path.join(folder, "lsoa11.gpkg"), os.path.join(folder, "lsoa11.shp")
    raw = os.path.join(folder, "raw")
    with zipfile.ZipFile(AREAS) as archive:
        archive.extractall(raw)
    files = sorted(os.path.join(here, name) for here, _, names in os.walk(raw)
                   for name in names if name.endswith(".json"))
    merged = gdal.GetDriverByName("GPKG").Create(package, 0, 0, 0, gdal.GDT_Unknown)
    for path in files:
        gdal.VectorTranslate(merged, path, layerName="lsoa", accessMode="append",
                             dstSRS="EPSG:4326", srcSRS="EPSG:4326",
                             geometryType="MULTIPOLYGON")
    merged = None
    gdal.VectorTranslate(shapes, package, format="ESRI Shapefile", layerCreationOptions=[
        "ENCODING=UTF-8"])
    return package, shapes


def joined(areas, folder, name):
    out = os.path.join(folder, name + ".gpkg")
    done = subprocess.run([ISOGAP, "join", "--areas", areas, "--table", TABLE, "--columns", COLUMNS,
                           "--json", "--quiet", "-o", out], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True)
    counts = json.loads(done.stdout)
    rows = {}
    file = ogr.Open(out)  # lives as long as its layer is read
    layer = file.GetLayer(0)
    fields = [layer.GetLayerDefn().GetFieldDefn(i).GetName()
              for i in range(layer.GetLayerDefn().GetFieldCount())]
    key = next(f for f in fields if f.upper().startswith("LSOA11CD"))
    for feature in layer:
        code = feature[key]
        if code in rows:
            sys.exit("%s: %s comes twice" % (name, code))
        shape = feature.GetGeometryRef()
        rows[code] = (feature["imd_rank"], feature["imd_decile"], feature["status"],
                      round(shape.GetArea(), 12), shape.GetEnvelope())
    unmatched = sorted(row[0] for row in table_rows(out, "isogap_unmatched_rows"))
    print("%-11s %s" % (name, "  ".join("%s %d" % (c, counts[c]) for c in COUNTS)))
    return {c: counts[c] for c in COUNTS}, rows, unmatched


def table_rows(path, name):
    file = ogr.Open(path)
    return [(f["code"],) for f in file.GetLayerByName(name)]


def main():
    folder = tempfile.mkdtemp()
    wrong = 0
    try:
        package, shapes = turned(folder)
        counts, rows, unmatched = joined(AREAS, folder, "topojson")
        if counts["areas_in"] != counts["matched"] + counts["areas_without_row"]:
            wrong += 1
        if counts["rows_in"] != (counts["matched"] + counts["rows_without_area"]
                                 + counts["rows_refused"]):
            wrong += 1
        if len(rows) != counts["areas_in"] or len(unmatched) != counts["rows_without_area"]:
            wrong += 1
        # The values, by another reader of the published file.
        with open(TABLE, encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                code = row["LSOA code (2011)"]
                published = int(row["Index of Multiple Deprivation (IMD) Rank"].replace(",", ""))
                if code in rows and rows[code][0] != published:
                    wrong += 1
                if (code in rows) == (code in unmatched):
                    wrong += 1
        for name, path in (("geopackage", package), ("shapefile", shapes)):
            theirs = joined(path, folder, name)
            apart = [c for c in rows if rows[c] != theirs[1].get(c)]
            if theirs[0] != counts or theirs[2] != unmatched or apart \
                    or len(theirs[1]) != len(rows):
                print("%s differs from topojson: %d areas, as %s" % (name, len(apart), apart[:3]))
                for code in apart[:3]:
                    print(code, rows[code], theirs[1].get(code))
                wrong += 1
    finally:
        shutil.rmtree(folder)
    print("wrong: %d" % wrong)
    sys.exit(wrong > 0)


main()
