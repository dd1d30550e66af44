/// The cells of a GeoTIFF, written and read back beside GDAL, which makes all the rest of the file.
#ifndef ISOGAP_GRID_TIFF_TILES_H
#define ISOGAP_GRID_TIFF_TILES_H

#include "grid_internal.h"
#include "pack.h"

enum { IG_TIFF_TILE = 512 };

/// Fill the tiles of a file that has a directory, little-endian, bands apart, floats, predictor 3,
/// and no tile yet; tiles without a value stay out. Every tile is read back and compared.
/// @param shown  name for messages
ig_status ig_tiff_tiles_write(ig_ctx *ctx, const char *path, const char *shown,
                              const ig_frame *frame, const struct ig_band_out *bands, int count,
                              ig_packing packing);

#endif
