// Grids to GeoTIFF: tiled, lightly compressed, NaN as nodata; read back before it is put in place.
// The same cells give the same bytes, whatever the number of threads.
#include "grid_internal.h"

#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <string.h>

enum { TILE = 512 };

/// ZSTD where this GDAL has it: the fastest that still packs; else DEFLATE, else LZW.
static void choose_compression(GDALDriverH driver, char ***options)
{
    const char *known = GDALGetMetadataItem(driver, GDAL_DMD_CREATIONOPTIONLIST, NULL);
    if (known && strstr(known, "ZSTD")) {
        *options = CSLSetNameValue(*options, "COMPRESS", "ZSTD");
        *options = CSLSetNameValue(*options, "ZSTD_LEVEL", "1");
    } else if (known && strstr(known, "DEFLATE")) {
        *options = CSLSetNameValue(*options, "COMPRESS", "DEFLATE");
        *options = CSLSetNameValue(*options, "ZLEVEL", "1");
    } else {
        *options = CSLSetNameValue(*options, "COMPRESS", "LZW");
    }
    *options = CSLSetNameValue(*options, "PREDICTOR", "3");
}

static char **creation_options(ig_ctx *ctx, GDALDriverH driver)
{
    char threads[16], tile[16];
    snprintf(threads, sizeof threads, "%d", ig_ctx_threads(ctx));
    snprintf(tile, sizeof tile, "%d", TILE);
    char **options = NULL;
    choose_compression(driver, &options);
    options = CSLSetNameValue(options, "TILED", "YES");
    options = CSLSetNameValue(options, "BLOCKXSIZE", tile);
    options = CSLSetNameValue(options, "BLOCKYSIZE", tile);
    options = CSLSetNameValue(options, "INTERLEAVE", "BAND");
    options = CSLSetNameValue(options, "BIGTIFF", "IF_SAFER");
    options = CSLSetNameValue(options, "SPARSE_OK", "TRUE");
    options = CSLSetNameValue(options, "NUM_THREADS", threads);
    return options;
}

/// Rows of a band as floats with one kind of NaN, so that bytes do not depend on where it came from.
static void copy_rows(const struct ig_band_out *band, int64_t from, int64_t count, float *to)
{
    for (int64_t i = 0; i < count; i++) {
        const float value = band->bytes ? (float)band->bytes[from + i] : band->cells[from + i];
        to[i] = isnan(value) ? NAN : value;
    }
}

static ig_status fail_write(ig_ctx *ctx, const char *path, const ig_gdal_watch *watch)
{
    const char *error = ig_gdal_watch_error(watch);
    return ig_fail(ctx, IG_EWRITE, "cannot write %s: %s", ig_show(path),
                   error ? ig_show(error) : "the GeoTIFF driver gave up");
}

static ig_status describe(ig_ctx *ctx, GDALDatasetH dataset, const ig_frame *f,
                          const struct ig_band_out *bands, int count, const char *const *metadata)
{
    double t[6] = {f->west, f->dx, 0.0, f->north, 0.0, -f->dy};
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    bool sound = crs && OSRSetFromUserInput(crs, ig_ctx_work_crs(ctx)) == OGRERR_NONE &&
                 GDALSetSpatialRef(dataset, crs) == CE_None &&
                 GDALSetGeoTransform(dataset, t) == CE_None;
    OSRDestroySpatialReference(crs);
    for (int b = 0; sound && b < count; b++) {
        GDALRasterBandH band = GDALGetRasterBand(dataset, b + 1);
        GDALSetDescription(band, bands[b].description);
        sound = GDALSetRasterNoDataValue(band, (double)NAN) == CE_None;
    }
    for (size_t i = 0; sound && metadata && metadata[i]; i++) {
        char *key = NULL;
        const char *value = CPLParseNameValue(metadata[i], &key);
        sound = key && value && GDALSetMetadataItem(dataset, key, value, NULL) == CE_None;
        CPLFree(key);
    }
    return sound ? IG_OK : IG_EWRITE;
}

static ig_status write_cells(ig_ctx *ctx, GDALDatasetH dataset, const ig_frame *f,
                             const struct ig_band_out *bands, int count, float *rows)
{
    for (int b = 0; b < count; b++) {
        GDALRasterBandH band = GDALGetRasterBand(dataset, b + 1);
        for (int64_t row = 0; row < f->rows; row += TILE) {
            const int64_t take = f->rows - row < TILE ? f->rows - row : TILE;
            copy_rows(&bands[b], row * f->cols, take * f->cols, rows);
            if (GDALRasterIO(band, GF_Write, 0, (int)row, (int)f->cols, (int)take, rows,
                             (int)f->cols, (int)take, GDT_Float32, 0, 0) != CE_None)
                return IG_EWRITE;
            const ig_status status =
                ig_progress(ctx, ((double)b + (double)(row + take) / (double)f->rows) / count,
                            "writing the grid");
            if (status) return status;
        }
    }
    return IG_OK;
}

/// Open again and compare every cell (O1): a driver's silence is no promise.
static ig_status read_back(ig_ctx *ctx, const char *path, const char *shown, const ig_frame *f,
                           const struct ig_band_out *bands, int count, float *rows, float *back)
{
    static const char *const drivers[] = {"GTiff", NULL};
    ig_gdal_watch *watch = ig_gdal_watch_begin(ctx);
    // Threads for one band only: with several, GDAL 3.6 raises an error of its own making in each
    // (ExtraSamples of a block that has one band).
    char threads[32];
    snprintf(threads, sizeof threads, "NUM_THREADS=%d", count == 1 ? ig_ctx_threads(ctx) : 1);
    const char *const with[] = {threads, NULL};
    GDALDatasetH dataset =
        watch ? GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, with, NULL) : NULL;
    bool same = dataset && GDALGetRasterCount(dataset) == count &&
                GDALGetRasterXSize(dataset) == f->cols && GDALGetRasterYSize(dataset) == f->rows;
    for (int b = 0; same && b < count; b++) {
        GDALRasterBandH band = GDALGetRasterBand(dataset, b + 1);
        for (int64_t row = 0; same && row < f->rows; row += TILE) {
            const int64_t take = f->rows - row < TILE ? f->rows - row : TILE;
            copy_rows(&bands[b], row * f->cols, take * f->cols, rows);
            same = GDALRasterIO(band, GF_Read, 0, (int)row, (int)f->cols, (int)take, back,
                                (int)f->cols, (int)take, GDT_Float32, 0, 0) == CE_None;
            for (int64_t i = 0; same && i < take * f->cols; i++)
                same = rows[i] == back[i] || (isnan(rows[i]) && isnan(back[i]));
        }
    }
    if (dataset) GDALClose(dataset);
    if (ig_gdal_watch_error(watch)) same = false;
    ig_gdal_watch_end(watch);
    if (same) return IG_OK;
    return ig_fail(ctx, IG_EWRITE, "%s did not read back as it was written; is the disk full?",
                   ig_show(shown));
}

static ig_status write_file(ig_ctx *ctx, const char *path, const char *shown, const ig_frame *f,
                            const struct ig_band_out *bands, int count, const char *const *metadata,
                            float *rows)
{
    GDALDriverH driver = GDALGetDriverByName("GTiff");
    if (!driver) return ig_fail(ctx, IG_EBUG, "the GeoTIFF driver is not registered");
    ig_gdal_watch *watch = ig_gdal_watch_begin(ctx);
    if (!watch) return ig_fail(ctx, IG_EMEMORY, "no memory");
    char **options = creation_options(ctx, driver);
    GDALDatasetH dataset =
        GDALCreate(driver, path, (int)f->cols, (int)f->rows, count, GDT_Float32, options);
    CSLDestroy(options);
    ig_status status = dataset ? IG_OK : IG_EWRITE;
    if (!status) status = describe(ctx, dataset, f, bands, count, metadata);
    if (!status) status = write_cells(ctx, dataset, f, bands, count, rows);
    if (dataset) {
        GDALFlushCache(dataset);
        GDALClose(dataset);
    }
    if (ig_gdal_watch_error(watch) && status != IG_ECANCELLED) status = IG_EWRITE;
    if (status == IG_EWRITE) status = fail_write(ctx, shown, watch);
    ig_gdal_watch_end(watch);
    return status;
}

ig_status ig_bands_write(ig_ctx *ctx, const ig_frame *frame, const struct ig_band_out *bands,
                         int count, const char *path, const char *const *metadata,
                         const char *const *inputs)
{
    if (ig_frame_cells(frame) < 1 || frame->cols > INT32_MAX || frame->rows > INT32_MAX)
        return ig_fail(ctx, IG_ELIMIT, "a GeoTIFF of %lld by %lld cells cannot be made",
                       (long long)frame->cols, (long long)frame->rows);
    const size_t strip = (size_t)frame->cols * (size_t)(frame->rows < TILE ? frame->rows : TILE);
    ig_output *output = NULL;
    float *rows = ig_alloc(strip, sizeof *rows), *back = ig_alloc(strip, sizeof *back);
    ig_status status = rows && back
                           ? ig_output_begin(ctx, path, inputs, &output)
                           : ig_fail(ctx, IG_EMEMORY, "no memory to write %s", ig_show(path));
    if (!status)
        status = write_file(ctx, ig_output_path(output), path, frame, bands, count, metadata, rows);
    if (!status)
        status = read_back(ctx, ig_output_path(output), path, frame, bands, count, rows, back);
    ig_free(rows);
    ig_free(back);
    if (!output) return status;
    if (!status) return ig_output_commit(ctx, output);
    ig_output_abort(output);
    return status;
}
