// A finished GeoTIFF as a cloud-optimised one: the parts that a reader over the network wants first
// stand first, and overviews stand in it.
#include "tiff_tiles.h"

#include <cpl_string.h>
#include <gdal.h>
#include <math.h>

static char **cog_options(ig_ctx *ctx, ig_packing packing, bool nearest)
{
    char text[16], **options = NULL;
    snprintf(text, sizeof text, "%d", ig_ctx_threads(ctx));
    options = CSLSetNameValue(options, "NUM_THREADS", text);
    snprintf(text, sizeof text, "%d", IG_TIFF_TILE);
    options = CSLSetNameValue(options, "BLOCKSIZE", text);
    options = CSLSetNameValue(options, "COMPRESS", packing == IG_PACK_ZSTD ? "ZSTD" : "DEFLATE");
    options = CSLSetNameValue(options, "LEVEL", "1");
    options = CSLSetNameValue(options, "PREDICTOR", "FLOATING_POINT");
    options = CSLSetNameValue(options, "BIGTIFF", "IF_SAFER");
    options = CSLSetNameValue(options, "SPARSE_OK", "TRUE");
    options = CSLSetNameValue(options, "OVERVIEWS", "IGNORE_EXISTING");
    return CSLSetNameValue(options, "OVERVIEW_RESAMPLING", nearest ? "NEAREST" : "AVERAGE");
}

/// Every cell of the copy against those that were to be written (O1).
static bool holds_cells(ig_ctx *ctx, GDALDatasetH dataset, const ig_frame *f,
                        const struct ig_band_out *bands, int count)
{
    enum { SIDE = IG_TIFF_TILE };
    float *wanted = ig_alloc((size_t)SIDE * SIDE, sizeof *wanted),
          *back = ig_alloc((size_t)SIDE * SIDE, sizeof *back);
    const int64_t across = (f->cols + SIDE - 1) / SIDE, down = (f->rows + SIDE - 1) / SIDE;
    bool same = wanted && back;
    for (int64_t t = 0; same && t < across * down * count; t++) {
        const int64_t in_band = t % (across * down);
        const int64_t col = in_band % across * SIDE, row = in_band / across * SIDE;
        const int cols = (int)(f->cols - col < SIDE ? f->cols - col : SIDE),
                  rows = (int)(f->rows - row < SIDE ? f->rows - row : SIDE);
        ig_tile_cells(f, &bands[t / (across * down)], col, row, wanted);
        same = !ig_ctx_cancelled(ctx) &&
               GDALRasterIO(GDALGetRasterBand(dataset, (int)(t / (across * down)) + 1), GF_Read,
                            (int)col, (int)row, cols, rows, back, cols, rows, GDT_Float32, 0,
                            (GSpacing)SIDE * (GSpacing)sizeof *back) == CE_None;
        for (int r = 0; same && r < rows; r++)
            for (int c = 0; same && c < cols; c++) {
                const float a = wanted[r * SIDE + c], b = back[r * SIDE + c];
                same = a == b || (isnan(a) && isnan(b));
            }
    }
    ig_free(wanted);
    ig_free(back);
    return same;
}

static ig_status read_back(ig_ctx *ctx, const char *path, const char *shown, const ig_frame *f,
                           const struct ig_band_out *bands, int count)
{
    static const char *const drivers[] = {"GTiff", NULL};
    ig_gdal_watch *watch = ig_gdal_watch_begin(ctx);
    GDALDatasetH dataset =
        watch ? GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, NULL, NULL) : NULL;
    bool same = dataset && GDALGetRasterCount(dataset) == count &&
                GDALGetRasterXSize(dataset) == f->cols && GDALGetRasterYSize(dataset) == f->rows &&
                holds_cells(ctx, dataset, f, bands, count);
    if (dataset) GDALClose(dataset);
    if (!watch || ig_gdal_watch_error(watch)) same = false;
    ig_gdal_watch_end(watch);
    if (same) return IG_OK;
    if (ig_ctx_cancelled(ctx)) return ig_fail(ctx, IG_ECANCELLED, "stopped");
    return ig_fail(ctx, IG_EWRITE, "%s did not read back as it was written; is the disk full?",
                   ig_show(shown));
}

ig_status ig_cog_copy(ig_ctx *ctx, const char *from, const char *to, const char *shown,
                      const ig_frame *frame, const struct ig_band_out *bands, int count,
                      ig_packing packing)
{
    static const char *const drivers[] = {"GTiff", NULL};
    GDALDriverH driver = GDALGetDriverByName("COG");
    if (!driver) {
        ig_fail(ctx, IG_EINVAL, "this GDAL cannot write cloud-optimised GeoTIFFs");
        return ig_hint(ctx, "leave --cog out");
    }
    ig_gdal_watch *watch = ig_gdal_watch_begin(ctx);
    if (!watch) return ig_fail(ctx, IG_EMEMORY, "no memory");
    GDALDatasetH plain = GDALOpenEx(from, GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, NULL, NULL);
    bool nearest = false; // a mean of site numbers or of shut sides would mean nothing
    for (int b = 0; b < count; b++)
        nearest = nearest || bands[b].bytes || bands[b].numbers;
    char **options = cog_options(ctx, packing, nearest);
    GDALDatasetH cog = plain ? GDALCreateCopy(driver, to, plain, TRUE, options, NULL, NULL) : NULL;
    CSLDestroy(options);
    ig_status status = cog ? IG_OK : IG_EWRITE;
    if (cog) GDALClose(cog);
    if (plain) GDALClose(plain);
    const char *error = ig_gdal_watch_error(watch);
    if (error || status)
        status = ig_fail(ctx, IG_EWRITE, "cannot write %s: %s", ig_show(shown),
                         error ? ig_show(error) : "the driver gave up");
    ig_gdal_watch_end(watch);
    return status ? status : read_back(ctx, to, shown, frame, bands, count);
}
