// Blocks of a GeoTIFF packed by DEFLATE against the checksums that they carry: the library that
// reads them stops at the last cell and never looks, so bytes that went wrong pass for cells.
#include "raster_internal.h"
#include "tiff_tiles.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/// One stored block. What became of it is written by the task that looked.
struct block {
    uint64_t offset, size;
    int band, col, row;
    bool damaged;
};

struct looking {
    int file;
    struct block *blocks;
};

/// Unpack a block to nowhere: only whether its data and its checksum agree is of interest.
static bool is_sound(const unsigned char *packed, size_t size, unsigned char *scratch, size_t room)
{
    z_stream stream = {.next_in = (unsigned char *)packed, .avail_in = (uInt)size};
    if (inflateInit(&stream) != Z_OK) return false;
    int code;
    do {
        stream.next_out = scratch;
        stream.avail_out = (uInt)room;
        code = inflate(&stream, Z_NO_FLUSH);
    } while (code == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0));
    inflateEnd(&stream);
    return code == Z_STREAM_END;
}

static ig_status look(size_t i, void *arg)
{
    const struct looking *l = arg;
    struct block *b = &l->blocks[i];
    const size_t room = 1 << 16;
    unsigned char *packed = ig_alloc((size_t)b->size, 1), *scratch = ig_alloc(room, 1);
    ig_status status = packed && scratch ? IG_OK : IG_EMEMORY;
    if (!status)
        b->damaged = !ig_read_at(l->file, packed, (size_t)b->size, b->offset) ||
                     !is_sound(packed, (size_t)b->size, scratch, room);
    ig_free(packed);
    ig_free(scratch);
    return status;
}

uint64_t ig_block_told(GDALRasterBandH band, const char *what, int col, int row)
{
    char item[64];
    snprintf(item, sizeof item, "%s_%d_%d", what, col, row);
    const char *text = GDALGetMetadataItem(band, item, "TIFF");
    return text ? strtoull(text, NULL, 10) : 0;
}

/// Where the blocks of all bands lie; interleaved bands share theirs.
static size_t list_blocks(GDALDatasetH dataset, int bands, int across, int down,
                          struct block *blocks)
{
    size_t count = 0;
    for (int b = 1; b <= bands; b++) {
        GDALRasterBandH band = GDALGetRasterBand(dataset, b);
        for (int row = 0; row < down; row++) {
            for (int col = 0; col < across; col++) {
                const uint64_t offset = ig_block_told(band, "BLOCK_OFFSET", col, row),
                               size = ig_block_told(band, "BLOCK_SIZE", col, row);
                if (offset == 0 || size == 0 || size > UINT32_MAX) continue;
                blocks[count++] = (struct block){offset, size, b, col, row, false};
            }
        }
    }
    return count;
}

static ig_status tell_damage(ig_ctx *ctx, const char *name, const struct block *blocks,
                             size_t count)
{
    const struct block *first = NULL;
    size_t damaged = 0;
    for (size_t i = 0; i < count; i++) {
        if (!blocks[i].damaged) continue;
        if (!first) first = &blocks[i];
        damaged++;
    }
    if (!first) return IG_OK;
    ig_fail(
        ctx, IG_EFORMAT,
        "%s: %zu of its blocks cannot be unpacked or do not agree with their checksums; the "
        "first is that in block column %d, block row %d (from 0) of band %d: the file is corrupt",
        name, damaged, first->col, first->row, first->band);
    return ig_hint(ctx, "get the file again");
}

ig_status ig_tiff_blocks_check(ig_ctx *ctx, const char *path, const char *name, void *dataset)
{
    const char *packing = GDALGetMetadataItem(dataset, "COMPRESSION", "IMAGE_STRUCTURE");
    const char *order = GDALGetMetadataItem(dataset, "INTERLEAVE", "IMAGE_STRUCTURE");
    GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    if (!packing || strcmp(packing, "DEFLATE") != 0 || !band) return IG_OK;
    const int bands = order && strcmp(order, "PIXEL") == 0 ? 1 : GDALGetRasterCount(dataset);
    int width, height;
    GDALGetBlockSize(band, &width, &height);
    if (width < 1 || height < 1) return IG_OK;
    const int across = (int)(((int64_t)GDALGetRasterXSize(dataset) + width - 1) / width),
              down = (int)(((int64_t)GDALGetRasterYSize(dataset) + height - 1) / height);
    size_t most;
    if (__builtin_mul_overflow((size_t)across * (size_t)down, (size_t)bands, &most))
        return ig_fail(ctx, IG_ELIMIT, "%s: too many blocks", name);
    struct looking l = {.file = -1, .blocks = ig_alloc(most + 1, sizeof *l.blocks)};
    ig_status status = IG_OK;
    if (!l.blocks) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the list of %zu blocks", most);
        goto done;
    }
    const size_t count = list_blocks(dataset, bands, across, down, l.blocks);
    l.file = open(path, O_RDONLY | O_CLOEXEC);
    if (l.file < 0) {
        status = ig_fail(ctx, IG_EIO, "%s cannot be opened", name);
        goto done;
    }
    status = ig_parallel_for(ctx, count, look, &l);
    if (!status) status = tell_damage(ctx, name, l.blocks, count);
done:
    if (l.file >= 0) close(l.file);
    ig_free(l.blocks);
    return status;
}
