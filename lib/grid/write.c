// Grids to GeoTIFF: tiled, lightly compressed, NaN as nodata; read back before it is put in place.
// GDAL writes the directory with place, CRS and metadata, we the tiles (tiff_tiles.c).
#include "tiff_tiles.h"

#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <string.h>
#include <unistd.h>

/// ZSTD where this GDAL can read it again, else DEFLATE.
static ig_packing choose_packing(GDALDriverH driver)
{
    const char *known = GDALGetMetadataItem(driver, GDAL_DMD_CREATIONOPTIONLIST, NULL);
    return known && strstr(known, "ZSTD") ? IG_PACK_ZSTD : IG_PACK_DEFLATE;
}

static char **creation_options(ig_packing packing)
{
    char tile[16], **options = NULL;
    snprintf(tile, sizeof tile, "%d", IG_TIFF_TILE);
    options = CSLSetNameValue(options, "COMPRESS", packing == IG_PACK_ZSTD ? "ZSTD" : "DEFLATE");
    options = CSLSetNameValue(options, "PREDICTOR", "3");
    options = CSLSetNameValue(options, "TILED", "YES");
    options = CSLSetNameValue(options, "BLOCKXSIZE", tile);
    options = CSLSetNameValue(options, "BLOCKYSIZE", tile);
    options = CSLSetNameValue(options, "INTERLEAVE", "BAND");
    options = CSLSetNameValue(options, "ENDIANNESS", "LITTLE");
    options = CSLSetNameValue(options, "BIGTIFF", "IF_SAFER");
    options = CSLSetNameValue(options, "SPARSE_OK", "TRUE");
    return options;
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

/// The item that is more than a remark, and may be long.
static bool holds_links(GDALDatasetH dataset, const char *const *metadata)
{
    bool sound = true;
    for (size_t i = 0; sound && metadata && metadata[i]; i++) {
        static const char key[] = IG_LINKS_KEY "=";
        if (strncmp(metadata[i], key, sizeof key - 1) != 0) continue;
        const char *back = GDALGetMetadataItem(dataset, IG_LINKS_KEY, NULL);
        sound = back && strcmp(back, metadata[i] + sizeof key - 1) == 0;
    }
    return sound;
}

/// Open again as a reader would (O1): size, bands, links, and every tile that we wrote where it
/// says.
static ig_status open_again(ig_ctx *ctx, const char *path, const char *shown, const ig_frame *f,
                            int count, const char *const *metadata)
{
    static const char *const drivers[] = {"GTiff", NULL};
    ig_gdal_watch *watch = ig_gdal_watch_begin(ctx);
    GDALDatasetH dataset =
        watch ? GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, NULL, NULL) : NULL;
    bool sound = dataset && GDALGetRasterCount(dataset) == count &&
                 GDALGetRasterXSize(dataset) == f->cols && GDALGetRasterYSize(dataset) == f->rows &&
                 holds_links(dataset, metadata);
    float *cells = ig_alloc((size_t)IG_TIFF_TILE * IG_TIFF_TILE, sizeof *cells);
    for (int b = 1; sound && cells && b <= count; b++) // the last tile of each
        sound = GDALReadBlock(GDALGetRasterBand(dataset, b), (int)((f->cols - 1) / IG_TIFF_TILE),
                              (int)((f->rows - 1) / IG_TIFF_TILE), cells) == CE_None;
    if (dataset) GDALClose(dataset);
    if (!cells || ig_gdal_watch_error(watch)) sound = false;
    ig_gdal_watch_end(watch);
    ig_free(cells);
    if (sound) return IG_OK;
    return ig_fail(ctx, IG_EWRITE, "%s did not read back as it was written; is the disk full?",
                   ig_show(shown));
}

static ig_status write_directory(ig_ctx *ctx, const char *path, const char *shown,
                                 const ig_frame *f, const struct ig_band_out *bands, int count,
                                 const char *const *metadata, ig_packing *packing)
{
    GDALDriverH driver = GDALGetDriverByName("GTiff");
    if (!driver) return ig_fail(ctx, IG_EBUG, "the GeoTIFF driver is not registered");
    ig_gdal_watch *watch = ig_gdal_watch_begin(ctx);
    if (!watch) return ig_fail(ctx, IG_EMEMORY, "no memory");
    *packing = choose_packing(driver);
    char **options = creation_options(*packing);
    GDALDatasetH dataset =
        GDALCreate(driver, path, (int)f->cols, (int)f->rows, count, GDT_Float32, options);
    CSLDestroy(options);
    ig_status status = dataset ? IG_OK : IG_EWRITE;
    if (!status) status = describe(ctx, dataset, f, bands, count, metadata);
    if (dataset) GDALClose(dataset);
    if (ig_gdal_watch_error(watch)) status = IG_EWRITE;
    if (status == IG_EWRITE) status = fail_write(ctx, shown, watch);
    ig_gdal_watch_end(watch);
    return status;
}

/// The whole of the file under a temporary name.
static ig_status write_file(ig_ctx *ctx, const char *path, const char *shown, const ig_frame *frame,
                            const struct ig_band_out *bands, int count, const char *const *metadata,
                            ig_packing *packing)
{
    ig_status status = write_directory(ctx, path, shown, frame, bands, count, metadata, packing);
    if (!status) status = ig_tiff_tiles_write(ctx, path, shown, frame, bands, count, *packing);
    return status ? status : open_again(ctx, path, shown, frame, count, metadata);
}

/// By way of a plain file beside it, which is gone when the work is done, however it ends.
static ig_status write_cog(ig_ctx *ctx, const char *path, const char *shown, const ig_frame *frame,
                           const struct ig_band_out *bands, int count, const char *const *metadata)
{
    ig_text beside = {0};
    ig_text_format(&beside, "%s%s", path, IG_OUTPUT_WORK);
    if (beside.failed) {
        ig_text_free(&beside);
        return ig_fail(ctx, IG_EMEMORY, "no memory for a name");
    }
    ig_packing packing = IG_PACK_DEFLATE;
    ig_status status = write_file(ctx, beside.data, shown, frame, bands, count, metadata, &packing);
    if (!status) status = ig_cog_copy(ctx, beside.data, path, shown, frame, bands, count, packing);
    unlink(beside.data);
    ig_text_free(&beside);
    return status;
}

ig_status ig_bands_write(ig_ctx *ctx, const ig_frame *frame, const struct ig_band_out *bands,
                         int count, const char *path, const char *const *metadata,
                         const char *const *inputs)
{
    if (ig_frame_cells(frame) < 1 || frame->cols > INT32_MAX || frame->rows > INT32_MAX)
        return ig_fail(ctx, IG_ELIMIT, "a GeoTIFF of %lld by %lld cells cannot be made",
                       (long long)frame->cols, (long long)frame->rows);
    ig_output *output = NULL;
    ig_packing packing = IG_PACK_DEFLATE;
    ig_status status = ig_output_begin(ctx, path, inputs, &output);
    if (status) return status;
    const char *temporary = ig_output_path(output);
    status = ig_ctx_cog(ctx)
                 ? write_cog(ctx, temporary, path, frame, bands, count, metadata)
                 : write_file(ctx, temporary, path, frame, bands, count, metadata, &packing);
    if (!status) return ig_output_commit(ctx, output);
    ig_output_abort(output);
    return status;
}
