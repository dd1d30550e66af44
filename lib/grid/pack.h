/// Packing of one block of cells as TIFF readers know it: bytes parted by weight and differenced
/// along rows (predictor 3), then ZSTD or DEFLATE.
#ifndef ISOGAP_GRID_PACK_H
#define ISOGAP_GRID_PACK_H

#include "../core/inside.h"

typedef enum ig_packing { IG_PACK_ZSTD, IG_PACK_DEFLATE } ig_packing;

/// One thread's means to pack and unpack blocks of `cols` by `rows` cells.
typedef struct ig_packer ig_packer;
ig_packer *ig_packer_new(ig_packing packing, int cols, int rows); ///< NULL without memory
void ig_packer_free(ig_packer *packer);
/// `cells` packed. Lent until the next call.
/// @return bytes; 0 when it cannot be done
size_t ig_pack(ig_packer *packer, const float *cells, const unsigned char **packed);
/// Do packed bytes hold exactly these cells?
bool ig_pack_holds(ig_packer *packer, const unsigned char *packed, size_t size, const float *cells);
/// Packed bytes, which may be anything, to cells; false when they are damaged.
bool ig_unpack_cells(ig_packer *packer, const unsigned char *packed, size_t size, float *cells);

#endif
