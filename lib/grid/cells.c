// Cells of a raster file: blocks read by several threads at once, each through a handle of its own,
// and settled in passing: nodata to NaN, scale and offset applied, rows turned.
#include "pack.h"
#include "raster_internal.h"
#include "tiff_tiles.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum {
    BYTES_A_TURN = 1 << 20, ///< blocks that a thread takes in one go
    CELLS_ALONE = 1 << 18,  ///< below this many further handles cost more than they save
    CELLS_OWN = 1 << 22     ///< larger blocks are GDAL's to unpack
};

/// What a band says about its values.
struct band_rule {
    GDALDataType type;
    bool has_nodata, masked;
    double nodata, scale, offset, also;
    int block_cols, block_rows;
};

static ig_status band_rule(ig_ctx *ctx, const ig_raster *raster, int number, struct band_rule *rule)
{
    GDALRasterBandH band = GDALGetRasterBand(raster->dataset, number);
    if (!band) return ig_fail(ctx, IG_EFORMAT, "%s has no band %d", raster->name, number);
    rule->type = GDALGetRasterDataType(band);
    if (GDALDataTypeIsComplex(rule->type))
        return ig_fail(ctx, IG_EFORMAT, "%s: band %d holds complex numbers", raster->name, number);
    int has = 0;
    rule->nodata = GDALGetRasterNoDataValue(band, &has);
    rule->has_nodata = has != 0;
    if (rule->type == GDT_Float32) rule->nodata = (float)rule->nodata;
    const int mask = GDALGetMaskFlags(band);
    rule->masked = mask == GMF_PER_DATASET;
    rule->scale = GDALGetRasterScale(band, &has);
    if (!has) rule->scale = 1.0;
    rule->offset = GDALGetRasterOffset(band, &has);
    if (!has) rule->offset = 0.0;
    if (!isfinite(rule->scale) || !isfinite(rule->offset) || rule->scale == 0.0)
        return ig_fail(ctx, IG_EFORMAT, "%s: band %d has scale %g and offset %g", raster->name,
                       number, rule->scale, rule->offset);
    rule->also = rule->type == GDT_Float32 ? (float)raster->also : raster->also;
    GDALGetBlockSize(band, &rule->block_cols, &rule->block_rows);
    return IG_OK;
}

// ---- settling ------------------------------------------------------------------------------------

/// Values as they stand in the file become cells.
static void settle(const struct band_rule *rule, const double *values, const GByte *mask,
                   int64_t count, float *cells, ig_band_notes *notes)
{
    const bool plain = rule->scale == 1.0 && rule->offset == 0.0;
    for (int64_t i = 0; i < count; i++) {
        const double v = values[i];
        const bool nodata =
            (rule->has_nodata && (v == rule->nodata || (isnan(v) && isnan(rule->nodata)))) ||
            v == rule->also || (mask && !mask[i]);
        if (nodata) {
            cells[i] = NAN;
        } else if (isnan(v)) {
            notes->nan++;
            cells[i] = NAN;
        } else {
            cells[i] = (float)(plain ? v : v * rule->scale + rule->offset);
            if (isinf(cells[i])) notes->infinite++;
        }
    }
}

/// The same for floats that stand for themselves, in a form that vectors like.
static void settle_floats(const struct band_rule *rule, const float *values, int count,
                          float *cells, ig_band_notes *notes)
{
    const float nodata = rule->has_nodata ? (float)rule->nodata : NAN, also = (float)rule->also;
    const bool nan_is_nodata = rule->has_nodata && isnan(rule->nodata);
    int nan = 0, infinite = 0;
    for (int i = 0; i < count; i++) {
        const float v = values[i];
        const bool none = v == nodata || v == also;
        nan += v != v;
        infinite += !none && fabsf(v) == INFINITY;
        cells[i] = none || v != v ? NAN : v;
    }
    if (!nan_is_nodata) notes->nan += nan;
    notes->infinite += infinite;
}

// ---- by blocks -----------------------------------------------------------------------------------

/// A part of a band on its way into cells, shared by the threads that read it.
struct reading {
    ig_ctx *ctx;
    const ig_raster *raster;
    int band;
    struct band_rule rule;
    int64_t col, cols;       ///< of the part
    int64_t row, rows;       ///< of the part, in rows of the file
    int64_t left, across;    ///< first block across, and how many
    int64_t top, down;       ///< first block down, and how many
    int64_t blocks, in_turn; ///< all, and those of one turn
    float *cells;
    int64_t stride;
    int file; ///< opened when its blocks are of a kind that we unpack ourselves; else -1
    ig_packing packing;
    atomic_llong next;
    pthread_mutex_t lock;
    ig_band_notes notes;
    int64_t failed; ///< least block that cannot be read; INT64_MAX for none
    ig_text words;
};

/// One thread's means.
struct reader {
    GDALDatasetH dataset;
    GDALRasterBandH band;
    ig_gdal_watch *watch;
    void *raw;
    double *values;
    ig_packer *packer; ///< NULL: all blocks are GDAL's to unpack
    unsigned char *packed;
    ig_band_notes notes;
};

/// Is the block stored in the file? Where no nodata is declared the others are unknown, not zero.
static bool is_stored(const struct reading *r, GDALRasterBandH band, int64_t bx, int64_t by)
{
    return r->rule.has_nodata || ig_block_told(band, "BLOCK_OFFSET", (int)bx, (int)by) > 0;
}

/// A file whose blocks are floats packed as we pack them ourselves, least byte first: GDAL's way through its library
/// takes several times as long.
static int open_packed(const ig_raster *raster, const struct band_rule *rule, ig_packing *packing)
{
    const char *where = "IMAGE_STRUCTURE";
    const char *packed = GDALGetMetadataItem(raster->dataset, "COMPRESSION", where);
    const char *predictor = GDALGetMetadataItem(raster->dataset, "PREDICTOR", where);
    const char *order = GDALGetMetadataItem(raster->dataset, "INTERLEAVE", where);
    const int64_t cells = (int64_t)rule->block_cols * rule->block_rows;
    if (rule->type != GDT_Float32 || cells > CELLS_OWN || !packed || !predictor ||
        strcmp(predictor, "3") != 0 ||
        (ig_raster_bands(raster) > 1 && (!order || strcmp(order, "BAND") != 0)))
        return -1;
    if (strcmp(packed, "ZSTD") == 0)
        *packing = IG_PACK_ZSTD;
    else if (strcmp(packed, "DEFLATE") == 0)
        *packing = IG_PACK_DEFLATE;
    else
        return -1;
    const int file = open(raster->path, O_RDONLY | O_CLOEXEC);
    char order_of_bytes[2];
    if (file < 0 ||
        (ig_read_at(file, order_of_bytes, 2, 0) && memcmp(order_of_bytes, "II", 2) == 0))
        return file;
    close(file);
    return -1;
}

/// Bytes that a block of floats may take when packed, beyond which it is left to GDAL.
static size_t packed_room(const struct band_rule *rule)
{
    return (size_t)rule->block_cols * (size_t)rule->block_rows * 2 * sizeof(float);
}

/// False for any block that is not sound and whole: GDAL then says what it thinks of it.
static bool unpack_block(const struct reading *r, struct reader *reader, int64_t bx, int64_t by)
{
    const uint64_t offset = ig_block_told(reader->band, "BLOCK_OFFSET", (int)bx, (int)by),
                   size = ig_block_told(reader->band, "BLOCK_SIZE", (int)bx, (int)by);
    return offset && size && size <= packed_room(&r->rule) &&
           ig_read_at(r->file, reader->packed, (size_t)size, offset) &&
           ig_unpack_cells(reader->packer, reader->packed, (size_t)size, reader->raw);
}

static void settle_row(const struct reading *r, struct reader *reader, int64_t from, int count,
                       float *to)
{
    const struct band_rule *rule = &r->rule;
    const int bytes = GDALGetDataTypeSizeBytes(rule->type);
    if (rule->type == GDT_Float32 && rule->scale == 1.0 && rule->offset == 0.0) {
        settle_floats(rule, (const float *)reader->raw + from, count, to, &reader->notes);
        return;
    }
    GDALCopyWords64((const GByte *)reader->raw + from * bytes, rule->type, bytes, reader->values,
                    GDT_Float64, (int)sizeof(double), count);
    settle(rule, reader->values, NULL, count, to, &reader->notes);
}

static bool read_block(const struct reading *r, struct reader *reader, int64_t bx, int64_t by)
{
    const struct band_rule *rule = &r->rule;
    const bool stored = is_stored(r, reader->band, bx, by);
    if (stored && !(reader->packer && unpack_block(r, reader, bx, by)) &&
        (GDALReadBlock(reader->band, (int)bx, (int)by, reader->raw) != CE_None ||
         ig_gdal_watch_error(reader->watch)))
        return false;
    const int64_t x0 = bx * rule->block_cols, y0 = by * rule->block_rows;
    const int64_t x1 = x0 + rule->block_cols, y1 = y0 + rule->block_rows;
    const int64_t first = x0 > r->col ? x0 : r->col,
                  last = x1 < r->col + r->cols ? x1 : r->col + r->cols;
    const int64_t north = y0 > r->row ? y0 : r->row,
                  south = y1 < r->row + r->rows ? y1 : r->row + r->rows;
    const int width = (int)(last - first);
    for (int64_t y = north; y < south; y++) {
        const int64_t line = r->raster->south_up ? r->row + r->rows - 1 - y : y - r->row;
        float *to = r->cells + line * r->stride + first - r->col;
        if (stored) {
            settle_row(r, reader, (y - y0) * rule->block_cols + first - x0, width, to);
            continue;
        }
        for (int i = 0; i < width; i++)
            to[i] = NAN;
        reader->notes.missing += width;
    }
    return true;
}

static void note_failed(struct reading *r, const struct reader *reader, int64_t block)
{
    pthread_mutex_lock(&r->lock);
    if (block < r->failed) {
        const char *error = ig_gdal_watch_error(reader->watch);
        r->failed = block;
        ig_text_free(&r->words);
        r->words = (ig_text){0};
        ig_text_append(&r->words, error ? ig_show(error) : "damaged or truncated");
    }
    pthread_mutex_unlock(&r->lock);
    atomic_store(&r->next, r->blocks);
}

static ig_status read_turns(struct reading *r, struct reader *reader, bool progress)
{
    for (;;) {
        const int64_t first = atomic_fetch_add(&r->next, r->in_turn);
        if (first >= r->blocks) return IG_OK;
        const int64_t last = first + r->in_turn < r->blocks ? first + r->in_turn : r->blocks;
        for (int64_t b = first; b < last; b++) {
            if (read_block(r, reader, r->left + b % r->across, r->top + b / r->across)) continue;
            note_failed(r, reader, b);
            return IG_EFORMAT;
        }
        if (progress) {
            const ig_status status =
                ig_progress(r->ctx, (double)last / (double)r->blocks, "reading the grid");
            if (status) return status;
        } else if (ig_ctx_cancelled(r->ctx)) {
            return IG_ECANCELLED;
        }
    }
}

static ig_status read_blocks(int worker, int workers, void *arg)
{
    (void)workers;
    struct reading *r = arg;
    const struct band_rule *rule = &r->rule;
    const size_t size = (size_t)GDALGetDataTypeSizeBytes(rule->type);
    size_t block = 0;
    struct reader reader = {.watch = ig_gdal_watch_begin(r->ctx)};
    ig_status status = IG_EMEMORY;
    if (ig_product((size_t)rule->block_cols, (size_t)rule->block_rows, &block))
        reader.raw = ig_alloc(block, size);
    reader.values = ig_alloc((size_t)rule->block_cols, sizeof *reader.values);
    if (!reader.watch || !reader.raw || !reader.values) goto done;
    if (r->file >= 0) {
        reader.packer = ig_packer_new(r->packing, rule->block_cols, rule->block_rows);
        reader.packed = ig_alloc(packed_room(rule), 1);
        if (!reader.packer || !reader.packed) goto done;
    }
    reader.dataset = worker ? ig_raster_handle(r->raster) : r->raster->dataset;
    reader.band = reader.dataset ? GDALGetRasterBand(reader.dataset, r->band) : NULL;
    status = IG_OK; // a thread without a handle leaves its share to the others
    if (reader.band) status = read_turns(r, &reader, worker == 0);
    pthread_mutex_lock(&r->lock);
    r->notes.nan += reader.notes.nan;
    r->notes.infinite += reader.notes.infinite;
    r->notes.missing += reader.notes.missing;
    pthread_mutex_unlock(&r->lock);
done:
    if (worker && reader.dataset) GDALClose(reader.dataset);
    ig_gdal_watch_end(reader.watch);
    ig_packer_free(reader.packer);
    ig_free(reader.packed);
    ig_free(reader.raw);
    ig_free(reader.values);
    return status;
}

/// Name the first rows that cannot be read.
static ig_status cannot_read(ig_ctx *ctx, const ig_raster *raster, int64_t row, int64_t rows,
                             const char *words)
{
    ig_fail(ctx, IG_EFORMAT, "%s: cannot read rows %lld to %lld (block row, from 0): %s",
            raster->name, (long long)row, (long long)(row + rows - 1),
            words ? words : "damaged or truncated");
    return ig_hint(ctx, "the file is truncated or damaged; get it again");
}

static ig_status read_tiff(struct reading *r, ig_band_notes *notes)
{
    const struct band_rule *rule = &r->rule;
    const int64_t bytes =
        (int64_t)rule->block_cols * rule->block_rows * GDALGetDataTypeSizeBytes(rule->type);
    r->left = r->col / rule->block_cols;
    r->across = (r->col + r->cols - 1) / rule->block_cols - r->left + 1;
    r->top = r->row / rule->block_rows;
    r->down = (r->row + r->rows - 1) / rule->block_rows - r->top + 1;
    r->blocks = r->across * r->down;
    r->in_turn = bytes < BYTES_A_TURN ? BYTES_A_TURN / (bytes + 1) + 1 : 1;
    r->failed = INT64_MAX;
    r->file = open_packed(r->raster, rule, &r->packing);
    pthread_mutex_init(&r->lock, NULL); // cannot fail on Linux
    ig_status status = r->cols * r->rows < CELLS_ALONE
                           ? read_blocks(0, 1, r)
                           : ig_parallel_workers(r->ctx, read_blocks, r);
    pthread_mutex_destroy(&r->lock);
    if (r->file >= 0) close(r->file);
    if (r->failed != INT64_MAX) {
        const int64_t row = (r->top + r->failed / r->across) * rule->block_rows;
        const int64_t left = r->raster->frame.rows - row;
        status = cannot_read(r->ctx, r->raster, row,
                             left < rule->block_rows ? left : rule->block_rows, r->words.data);
    } else if (status == IG_EMEMORY) {
        status = ig_fail(r->ctx, IG_EMEMORY, "no memory to read %s", r->raster->name);
    }
    ig_text_free(&r->words);
    notes->nan += r->notes.nan;
    notes->infinite += r->notes.infinite;
    notes->missing += r->notes.missing;
    return status;
}

// ---- by rows, for what has a mask or points to other files -----------------------------------------

static ig_status read_rows(struct reading *r, ig_band_notes *notes)
{
    const struct band_rule *rule = &r->rule;
    GDALRasterBandH band = GDALGetRasterBand(r->raster->dataset, r->band);
    int64_t step = BYTES_A_TURN / r->cols + 1; // whole rows of blocks where they fit
    if (step > rule->block_rows) step -= step % rule->block_rows;
    if (step > r->rows) step = r->rows;
    double *values = ig_alloc((size_t)(step * r->cols), sizeof *values);
    GByte *mask = rule->masked ? ig_alloc((size_t)(step * r->cols), 1) : NULL;
    ig_status status = IG_OK;
    if (!values || (rule->masked && !mask))
        status = ig_fail(r->ctx, IG_EMEMORY, "no memory to read %s", r->raster->name);
    const int64_t end = r->row + r->rows;
    for (int64_t at = r->row; !status && at < end;) {
        int64_t take = step - at % (step >= rule->block_rows ? rule->block_rows : 1);
        if (take > end - at) take = end - at;
        CPLErr failed = GDALRasterIO(band, GF_Read, (int)r->col, (int)at, (int)r->cols, (int)take,
                                     values, (int)r->cols, (int)take, GDT_Float64, 0, 0);
        if (failed == CE_None && mask)
            failed =
                GDALRasterIO(GDALGetMaskBand(band), GF_Read, (int)r->col, (int)at, (int)r->cols,
                             (int)take, mask, (int)r->cols, (int)take, GDT_Byte, 0, 0);
        const char *error = ig_gdal_watch_error(r->raster->watch);
        if (failed != CE_None || error) {
            status = cannot_read(r->ctx, r->raster, at, take, error ? ig_show(error) : NULL);
            break;
        }
        for (int64_t y = at; y < at + take; y++) {
            const int64_t line = r->raster->south_up ? end - 1 - y : y - r->row;
            const int64_t from = (y - at) * r->cols;
            settle(rule, values + from, mask ? mask + from : NULL, r->cols,
                   r->cells + line * r->stride, notes);
        }
        at += take;
        status = ig_progress(r->ctx, (double)(at - r->row) / (double)r->rows, "reading the grid");
    }
    ig_free(values);
    ig_free(mask);
    return status;
}

ig_status ig_raster_read(ig_ctx *ctx, ig_raster *raster, int band, int64_t col, int64_t row,
                         int64_t cols, int64_t rows, float *cells, int64_t stride,
                         ig_band_notes *notes)
{
    const ig_frame *f = &raster->frame;
    if (raster->dataset) {
        struct reading r = {.ctx = ctx,
                            .raster = raster,
                            .band = band,
                            .col = col,
                            .cols = cols,
                            .row = raster->south_up ? f->rows - row - rows : row,
                            .rows = rows,
                            .cells = cells,
                            .stride = stride};
        const ig_status status = band_rule(ctx, raster, band, &r.rule);
        if (status) return status;
        return raster->vrt || r.rule.masked ? read_rows(&r, notes) : read_tiff(&r, notes);
    }
    float *all = ig_alloc((size_t)ig_frame_cells(f), sizeof *all);
    if (!all) return ig_fail(ctx, IG_EMEMORY, "no memory to read %s", raster->name);
    const ig_status status =
        ig_ascii_read(ctx, &raster->ascii, raster->name, raster->also, all, notes);
    for (int64_t r = 0; !status && r < rows; r++)
        memcpy(cells + r * stride, all + (row + r) * f->cols + col, (size_t)cols * sizeof *cells);
    ig_free(all);
    return status;
}
