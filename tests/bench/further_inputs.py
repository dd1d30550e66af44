"""Further inputs of a bench's folder, made from cost.tif, dem.tif and src.xy: src.tif (1 at sources) and
terra_cost.tif (seconds a metre, 0 at sources) for SAGA and terra; walk.tif, the pace and elevation with which
isogap walks as r.walk does, whose .72 s a metre come on top of the friction."""
import sys

import numpy as np
from osgeo import gdal

folder = sys.argv[1]
grid = gdal.Open(folder + "/cost.tif")
cost = grid.ReadAsArray()
west, dx, _, north, _, dy = grid.GetGeoTransform()
cost[~(cost > 0)] = np.nan
source = np.zeros(cost.shape, np.uint8)
for line in open(folder + "/src.xy"):
    x, y = map(float, line.split("|"))
    source[int((y - north) / dy), int((x - west) / dx)] = 1
pace = np.where(source == 1, 0, np.where(np.isnan(cost), -9999, cost / np.float32(dx))).astype(np.float32)


def write(name, kind, missing, **bands):
    out = gdal.GetDriverByName("GTiff").Create(
        folder + "/" + name, grid.RasterXSize, grid.RasterYSize, len(bands), kind)
    out.SetGeoTransform(grid.GetGeoTransform())
    out.SetProjection(grid.GetProjection())
    for number, (title, cells) in enumerate(bands.items(), 1):
        out.GetRasterBand(number).SetDescription(title)
        out.GetRasterBand(number).SetNoDataValue(missing)
        out.GetRasterBand(number).WriteArray(cells)
    out.FlushCache()


write("src.tif", gdal.GDT_Byte, 0, source=source)
write("terra_cost.tif", gdal.GDT_Float32, -9999, pace=pace)
walk = np.where(np.isnan(cost), -9999, np.float32(.72) + cost / np.float32(dx)).astype(np.float32)
write("walk.tif", gdal.GDT_Float32, -9999, pace=walk,
      elevation=gdal.Open(folder + "/dem.tif").ReadAsArray().astype(np.float32))
