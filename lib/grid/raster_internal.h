/// One raster file: what its opening (raster.c) and the reading of its cells (cells.c) share.
#ifndef ISOGAP_GRID_RASTER_INTERNAL_H
#define ISOGAP_GRID_RASTER_INTERNAL_H

#include "grid_internal.h"

#include <gdal.h>

struct ig_raster {
    char *name; ///< for messages
    char *path;
    ig_frame frame;
    ig_ascii ascii; ///< text.data set for ASCII
    GDALDatasetH dataset;
    bool vrt, south_up;
    double also; ///< --nodata; NaN for none
    ig_gdal_watch *watch;
};

/// A further handle of the file, for a thread of its own; NULL when GDAL cannot open it.
GDALDatasetH ig_raster_handle(const struct ig_raster *raster);
/// A number that GDAL tells of a block ("BLOCK_OFFSET", "BLOCK_SIZE"); 0 where it is not stored.
uint64_t ig_block_told(GDALRasterBandH band, const char *what, int col, int row);

#endif
