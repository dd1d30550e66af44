"""scikit-image's MCP_Geometric on DIR/cost.tif from DIR/src.xy; prints the seconds of its solve."""
import sys
import time

import numpy as np
from osgeo import gdal
from skimage.graph import MCP_Geometric

folder = sys.argv[1]
grid = gdal.Open(folder + "/cost.tif")
cost = grid.ReadAsArray().astype(np.float64)
cost[~(cost > 0)] = -1
west, dx, _, north, _, dy = grid.GetGeoTransform()
starts = []
for line in open(folder + "/src.xy"):
    x, y = map(float, line.split("|"))
    starts.append((int((y - north) / dy), int((x - west) / dx)))
begin = time.time()
MCP_Geometric(cost, fully_connected=True).find_costs(starts)
print("solve %.2f s" % (time.time() - begin))
