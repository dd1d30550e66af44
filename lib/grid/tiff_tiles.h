/// The cells of a GeoTIFF, written and read back beside GDAL, which makes all the rest of the file.
#ifndef ISOGAP_GRID_TIFF_TILES_H
#define ISOGAP_GRID_TIFF_TILES_H

#include "grid_internal.h"
#include "pack.h"

enum { IG_TIFF_TILE = 512 };

/// Cells of the tile that begins at (col, row), IG_TIFF_TILE squared, with one kind of NaN, so that
/// bytes do not depend on where it came from; NaN beyond the grid. False when there is no value.
bool ig_tile_cells(const ig_frame *frame, const struct ig_band_out *band, int64_t col, int64_t row,
                   float *cells);
/// All of `size` bytes from `at` on; false with errno set, EBADMSG when the file ends before.
bool ig_read_at(int file, void *bytes, size_t size, uint64_t at);
/// Fill the tiles of a file that has a directory, little-endian, bands apart, floats, predictor 3,
/// and no tile yet; tiles without a value stay out. Every tile is read back and compared.
/// @param shown  name for messages
ig_status ig_tiff_tiles_write(ig_ctx *ctx, const char *path, const char *shown,
                              const ig_frame *frame, const struct ig_band_out *bands, int count,
                              ig_packing packing);

/// Copy the file at `from` to `to` as a cloud-optimised GeoTIFF with overviews: the mean of cells with
/// values, or the nearest where a band holds numbers of things. Every cell is read back and compared.
ig_status ig_cog_copy(ig_ctx *ctx, const char *from, const char *to, const char *shown,
                      const ig_frame *frame, const struct ig_band_out *bands, int count,
                      ig_packing packing);

#endif
