"""One isochrone polygon of a GeoPackage against the minutes that it was drawn from: its area, summed
ring by ring from the stored bytes, against the cells within the level and against what its row says;
its validity by GEOS; and at four points of every cell that the level before lies within it.

usage: isochrone_check.py MINUTES.tif NAME FILE.gpkg LEVEL [LEVEL BEFORE]
"""
import math
import struct
import sys

import numpy
from osgeo import gdal, ogr

MOST = {"edges": 1e-9, "smooth": 1e-3}


def rings(wkb):
    """Points of each ring of a polygon or multipolygon, little-endian, one ring at a time."""
    kind, count = struct.unpack_from("<II", wkb, 1)
    at = 9
    for _ in range(count if kind == 6 else 1):
        polygon = at if kind == 6 else 0
        number, = struct.unpack_from("<I", wkb, polygon + 5)
        at = polygon + 9
        for _ in range(number):
            points, = struct.unpack_from("<I", wkb, at)
            yield numpy.frombuffer(wkb, "<f8", 2 * points, at + 4).reshape(-1, 2)
            at += 4 + 16 * points


def signed_area(points):
    x, y = (points - points[0]).T
    return 0.5 * float(numpy.dot(x[:-1], y[1:]) - numpy.dot(x[1:], y[:-1]))


def feature_of(layer, level):
    layer.SetAttributeFilter("minutes = %g" % level)
    layer.ResetReading()
    return layer.GetNextFeature()


def points_in(raster, layer, level):
    west, dx, _, north, _, dy = raster.GetGeoTransform()
    points = gdal.GetDriverByName("MEM").Create("", 2 * raster.RasterXSize, 2 * raster.RasterYSize)
    points.SetGeoTransform((west, dx / 2, 0, north, 0, dy / 2))
    points.SetProjection(raster.GetProjection())
    layer.SetAttributeFilter("minutes = %g" % level)
    gdal.RasterizeLayer(points, [1], layer, burn_values=[1])
    return points.ReadAsArray()


def main(path, name, file, level, before=None):
    level = float(level)
    raster = gdal.Open(path)
    _, dx, _, _, _, dy = raster.GetGeoTransform()
    band, cells = raster.GetRasterBand(1), 0
    for row in range(0, raster.RasterYSize, 256):
        strip = band.ReadAsArray(0, row, raster.RasterXSize, min(256, raster.RasterYSize - row))
        cells += numpy.count_nonzero(strip <= numpy.float32(level))
    square = cells * abs(dx * dy)
    source = ogr.Open(file)
    layer = source.GetLayer(0)
    feature = feature_of(layer, level)
    stated = feature["area_km2"] * 1e6
    shape = feature.GetGeometryRef()
    wkb = bytes(shape.ExportToWkb(ogr.wkbNDR))
    area = math.fsum(signed_area(points) for points in rings(wkb))
    valid = shape.IsValid()
    stray = 0
    if before:
        inner = points_in(raster, layer, float(before))
        inner &= ~points_in(raster, layer, level)
        stray = numpy.count_nonzero(inner)
    off = abs(area) / square - 1
    good = abs(off) <= MOST[name] and abs(abs(area) / stated - 1) < 1e-9 and valid and not stray
    print("%s, %g minutes: area %.9g km2, cells %.9g km2, %+.5f%%; %svalid; %s: %s" % (
        name, level, abs(area) / 1e6, square / 1e6, 100 * off, "" if valid else "NOT ",
        "%d points of the level before lie outside" % stray if before else "the innermost",
        "agree" if good else "DIFFER"), flush=True)
    return not good


sys.exit(main(*sys.argv[1:]))
