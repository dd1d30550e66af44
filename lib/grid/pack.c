// Blocks packed and unpacked by ourselves, many at a time: the way through the TIFF library spends
// more on parting bytes than ZSTD on all the rest.
#include "pack.h"

#include <string.h>
#include <zlib.h>
#include <zstd.h>

/// A step faster than level 1 at three hundredths of the size.
enum { ZSTD_STEP = -3, DEFLATE_STEP = 1 };

struct ig_packer {
    ig_packing packing;
    size_t cols, rows, bytes;
    unsigned char *planes, *line, *packed;
    size_t room;
    ZSTD_CCtx *packs;
    ZSTD_DCtx *unpacks;
};

void ig_packer_free(ig_packer *p)
{
    if (!p) return;
    ZSTD_freeCCtx(p->packs);
    ZSTD_freeDCtx(p->unpacks);
    ig_free(p->planes);
    ig_free(p->line);
    ig_free(p->packed);
    ig_free(p);
}

ig_packer *ig_packer_new(ig_packing packing, int cols, int rows)
{
    ig_packer *p = ig_alloc(1, sizeof *p);
    if (!p) return NULL;
    p->packing = packing;
    p->cols = (size_t)cols;
    p->rows = (size_t)rows;
    p->bytes = p->cols * p->rows * sizeof(float);
    p->room = packing == IG_PACK_ZSTD ? ZSTD_compressBound(p->bytes) : compressBound(p->bytes);
    p->planes = ig_alloc(p->bytes, 1);
    p->line = ig_alloc(p->cols, sizeof(float));
    p->packed = ig_alloc(p->room, 1);
    p->packs = ZSTD_createCCtx();
    p->unpacks = ZSTD_createDCtx();
    if (p->planes && p->line && p->packed && p->packs && p->unpacks) return p;
    ig_packer_free(p);
    return NULL;
}

/// A row's bytes parted, those of most weight first, each less the one before.
static void part_row(const float *cells, size_t cols, unsigned char *line, unsigned char *out)
{
    const unsigned char *bytes = (const unsigned char *)cells;
    unsigned char *first = line, *second = line + cols, *third = second + cols,
                  *fourth = third + cols;
    for (size_t i = 0; i < cols; i++) {
        uint32_t bits;
        memcpy(&bits, bytes + 4 * i, sizeof bits);
        first[i] = (unsigned char)(bits >> 24);
        second[i] = (unsigned char)(bits >> 16);
        third[i] = (unsigned char)(bits >> 8);
        fourth[i] = (unsigned char)bits;
    }
    out[0] = line[0];
    for (size_t i = 1; i < 4 * cols; i++)
        out[i] = (unsigned char)(line[i] - line[i - 1]);
}

static void join_row(unsigned char *in, size_t cols, float *cells)
{
    unsigned char sum = 0;
    for (size_t i = 0; i < 4 * cols; i++)
        in[i] = sum = (unsigned char)(sum + in[i]);
    const unsigned char *second = in + cols, *third = second + cols, *fourth = third + cols;
    for (size_t i = 0; i < cols; i++) {
        const uint32_t bits = (uint32_t)in[i] << 24 | (uint32_t)second[i] << 16 |
                              (uint32_t)third[i] << 8 | (uint32_t)fourth[i];
        memcpy(&cells[i], &bits, sizeof bits);
    }
}

size_t ig_pack(ig_packer *p, const float *cells, const unsigned char **packed)
{
    for (size_t r = 0; r < p->rows; r++)
        part_row(cells + r * p->cols, p->cols, p->line, p->planes + 4 * r * p->cols);
    *packed = p->packed;
    if (p->packing == IG_PACK_ZSTD) {
        const size_t size =
            ZSTD_compressCCtx(p->packs, p->packed, p->room, p->planes, p->bytes, ZSTD_STEP);
        return ZSTD_isError(size) ? 0 : size;
    }
    uLongf size = (uLongf)p->room;
    return compress2(p->packed, &size, p->planes, (uLong)p->bytes, DEFLATE_STEP) == Z_OK ? size : 0;
}

static bool unpack_planes(ig_packer *p, const unsigned char *packed, size_t size)
{
    if (p->packing == IG_PACK_ZSTD)
        return ZSTD_decompressDCtx(p->unpacks, p->planes, p->bytes, packed, size) == p->bytes;
    uLongf got = (uLongf)p->bytes;
    return uncompress(p->planes, &got, packed, (uLong)size) == Z_OK && got == p->bytes;
}

bool ig_pack_holds(ig_packer *p, const unsigned char *packed, size_t size, const float *cells)
{
    if (!unpack_planes(p, packed, size)) return false;
    for (size_t r = 0; r < p->rows; r++) {
        part_row(cells + r * p->cols, p->cols, p->line, p->packed);
        if (memcmp(p->packed, p->planes + 4 * r * p->cols, 4 * p->cols) != 0) return false;
    }
    return true;
}

bool ig_unpack_cells(ig_packer *p, const unsigned char *packed, size_t size, float *cells)
{
    if (!unpack_planes(p, packed, size)) return false;
    for (size_t r = 0; r < p->rows; r++)
        join_row(p->planes + 4 * r * p->cols, p->cols, cells + r * p->cols);
    return true;
}
