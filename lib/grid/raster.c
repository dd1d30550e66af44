// One raster file: GeoTIFF through GDAL with its driver named, ESRI ASCII by our own reader. Every
// odd thing of a foreign raster is settled here: rows turned, scale applied, nodata to NaN (T4).
#include "raster_internal.h"

#include <cpl_conv.h>
#include <cpl_minixml.h>
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void ig_raster_close(ig_raster *raster)
{
    if (!raster) return;
    if (raster->dataset) GDALClose(raster->dataset);
    ig_gdal_watch_end(raster->watch);
    ig_ascii_close(&raster->ascii);
    ig_free(raster->name);
    ig_free(raster->path);
    ig_free(raster);
}

const char *ig_raster_item(const ig_raster *raster, const char *key)
{
    return raster->dataset ? GDALGetMetadataItem(raster->dataset, key, NULL) : NULL;
}

const ig_frame *ig_raster_frame(const ig_raster *raster)
{
    return &raster->frame;
}

int ig_raster_bands(const ig_raster *raster)
{
    return raster->dataset ? GDALGetRasterCount(raster->dataset) : 1;
}

const char *ig_raster_description(const ig_raster *raster, int band)
{
    const char *text =
        raster->dataset ? GDALGetDescription(GDALGetRasterBand(raster->dataset, band)) : NULL;
    return text ? text : "";
}

ig_status ig_raster_choose(ig_ctx *ctx, const ig_raster *raster, const ig_grid_options *options,
                           int *band)
{
    const int bands = ig_raster_bands(raster);
    if (bands < 1) return ig_fail(ctx, IG_EFORMAT, "%s has no bands", raster->name);
    if (options->band > bands || options->band < 0) {
        ig_fail(ctx, IG_EINVAL, "%s: there is no band %lld, it has %d", raster->name,
                (long long)options->band, bands);
        return ig_hint(ctx, "name a band from 1 to %d by --band", bands);
    }
    if (options->band == 0 && bands > 1) {
        ig_text names = {0};
        for (int b = 1; b <= bands && b <= 8; b++)
            ig_text_format(&names, "%s%d %s", b > 1 ? ", " : "", b,
                           ig_show(ig_raster_description(raster, b)));
        ig_fail(ctx, IG_EFORMAT, "%s: the grid has %d bands and none is chosen (%s)", raster->name,
                bands, names.data ? names.data : "");
        ig_text_free(&names);
        return ig_hint(ctx, "name the band by --band N");
    }
    *band = options->band ? (int)options->band : 1;
    return IG_OK;
}

// ---- CRS -----------------------------------------------------------------------------------------

/// Text of the .prj that lies beside an ASCII grid, NULL without. Yours.
static char *prj_beside(ig_ctx *ctx, const char *path)
{
    static const char *const suffixes[] = {".prj", ".PRJ"};
    const char *base = ig_base_name(path), *dot = strrchr(base, '.');
    char *found = NULL;
    for (size_t i = 0; i < 2 && !found && dot; i++) {
        ig_text file = {0};
        ig_text_append_bytes(&file, path, (size_t)(dot - path));
        ig_text_append(&file, suffixes[i]);
        struct stat about;
        ig_bytes bytes = {0};
        if (!file.failed && stat(file.data, &about) == 0 &&
            ig_bytes_read(ctx, file.data, &bytes) == IG_OK) {
            found = ig_text_copy((const char *)bytes.data);
            ig_bytes_free(&bytes);
        }
        ig_text_free(&file);
    }
    return found;
}

/// The CRS must be that of the work: a raster is not warped in passing.
static ig_status check_crs(ig_ctx *ctx, const ig_raster *raster, const char *stated,
                           const char *option)
{
    const char *crs = stated && *stated ? stated : option ? option : ig_ctx_input_crs(ctx);
    if (!crs) {
        ig_fail(ctx, IG_EFORMAT, "%s: its CRS (coordinate reference system) is not known",
                raster->name);
        return ig_hint(ctx, "say which it is by --crs EPSG:N");
    }
    ig_crs_shift *shift = NULL;
    ig_status status = ig_crs_open(ctx, crs, raster->name, &shift);
    if (status) return status;
    const ig_frame *f = &raster->frame;
    if (ig_crs_is_degrees(shift)) {
        ig_fail(ctx, IG_EFORMAT, "%s is in %s, degrees: a projected CRS in metres is needed (%s)",
                raster->name, ig_crs_from(shift), ig_ctx_work_crs(ctx));
        status = ig_hint(ctx, "warp it: gdalwarp -t_srs %s", ig_ctx_work_crs(ctx));
    } else if (!ig_crs_is_same(shift)) {
        ig_fail(ctx, IG_EFORMAT, "%s is in %s, and the work is done in %s", raster->name,
                ig_crs_from(shift), ig_ctx_work_crs(ctx));
        status = ig_hint(ctx, "warp it (gdalwarp -t_srs %s), or work in its CRS by --work-crs",
                         ig_ctx_work_crs(ctx));
    } else {
        status = ig_crs_check_extent(ctx, shift, raster->name, f->west,
                                     f->north - (double)f->rows * f->dy,
                                     f->west + (double)f->cols * f->dx, f->north);
    }
    ig_crs_free(shift);
    return status;
}

// ---- GeoTIFF -------------------------------------------------------------------------------------

static ig_status refuse_vrt(ig_ctx *ctx, const char *name)
{
    ig_fail(ctx, IG_EPOLICY,
            "%s is a VRT, not a GeoTIFF: a file that points to other files is not "
            "allowed",
            name);
    return ig_hint(ctx, "make a GeoTIFF of it (gdal_translate), or allow it by --allow-vrt");
}

/// Every source of a VRT must be a plain file under the VRT's folder, read without code (S1).
static ig_status check_vrt_node(ig_ctx *ctx, const char *name, const CPLXMLNode *node)
{
    for (; node; node = node->psNext) {
        const char *tag = node->eType == CXT_Element ? node->pszValue : "";
        if (strcmp(tag, "VRTDataset") == 0 && CPLGetXMLValue(node, "subClass", NULL))
            return ig_fail(ctx, IG_EPOLICY, "%s: a VRT of that kind is not allowed", name);
        if (strcmp(tag, "PixelFunctionType") == 0 || strcmp(tag, "PixelFunctionCode") == 0 ||
            (strcmp(tag, "VRTRasterBand") == 0 && CPLGetXMLValue(node, "subClass", NULL)))
            return ig_fail(ctx, IG_EPOLICY,
                           "%s: a VRT with pixel functions or raw bands is not "
                           "allowed",
                           name);
        if (strcmp(tag, "SourceFilename") == 0 || strcmp(tag, "SourceDataset") == 0) {
            const char *file = CPLGetXMLValue(node, NULL, "");
            const bool relative = strcmp(CPLGetXMLValue(node, "relativeToVRT", "0"), "1") == 0;
            if (!relative || *file == '/' || strstr(file, "..") || strchr(file, ':') ||
                strchr(file, '<'))
                return ig_fail(ctx, IG_EPOLICY,
                               "%s: source '%s' is not a file under the folder of the VRT", name,
                               ig_show(file));
            const size_t length = strlen(file);
            if (length > 4 && EQUAL(file + length - 4, ".vrt"))
                return ig_fail(ctx, IG_EPOLICY, "%s: a VRT of VRTs is not allowed", name);
        }
        const ig_status status = check_vrt_node(ctx, name, node->psChild);
        if (status) return status;
    }
    return IG_OK;
}

static ig_status check_vrt(ig_ctx *ctx, const char *path, const char *name)
{
    if (!ig_ctx_allow_vrt(ctx)) return refuse_vrt(ctx, name);
    CPLXMLNode *tree = CPLParseXMLFile(path);
    if (!tree) return ig_fail(ctx, IG_EFORMAT, "%s: the XML of the VRT is broken", name);
    const ig_status status = check_vrt_node(ctx, name, tree);
    CPLDestroyXMLNode(tree);
    return status;
}

static ig_status frame_of(ig_ctx *ctx, ig_raster *raster)
{
    double t[6];
    if (GDALGetGeoTransform(raster->dataset, t) != CE_None) {
        ig_fail(ctx, IG_EFORMAT,
                "%s has no georeference (geotransform): where it lies is not known", raster->name);
        return ig_hint(ctx, "give it one: gdal_translate -a_ullr W N E S -a_srs EPSG:27700");
    }
    for (int i = 0; i < 6; i++)
        if (!isfinite(t[i]))
            return ig_fail(ctx, IG_EFORMAT, "%s: its geotransform is not finite", raster->name);
    const double cell = fmax(fabs(t[1]), fabs(t[5]));
    if (fabs(t[2]) > 1e-9 * cell || fabs(t[4]) > 1e-9 * cell || t[1] <= 0.0 || t[5] == 0.0) {
        ig_fail(ctx, IG_EFORMAT, "%s is rotated or skewed: a north-up grid is needed",
                raster->name);
        return ig_hint(ctx, "warp it: gdalwarp -t_srs %s", ig_ctx_work_crs(ctx));
    }
    ig_frame *f = &raster->frame;
    f->cols = GDALGetRasterXSize(raster->dataset);
    f->rows = GDALGetRasterYSize(raster->dataset);
    f->dx = t[1];
    f->dy = fabs(t[5]);
    f->west = t[0];
    raster->south_up = t[5] > 0.0;
    f->north = raster->south_up ? t[3] + (double)f->rows * f->dy : t[3];
    return IG_OK;
}

/// A band's blocks against the size of the file: what would expand out of all proportion (S5).
static ig_status check_expansion(ig_ctx *ctx, const ig_raster *raster, const char *path,
                                 int64_t max_cells)
{
    struct stat about;
    const int64_t cells = ig_frame_cells(&raster->frame);
    if (max_cells != ig_grid_defaults().max_cells || stat(path, &about) != 0 || cells < 0)
        return IG_OK;
    const double whole = (double)cells * sizeof(float), file = (double)about.st_size;
    int bx, by;
    GDALRasterBandH band = GDALGetRasterBand(raster->dataset, 1);
    if (!band || whole <= 64.0 * 1048576.0) return IG_OK;
    GDALGetBlockSize(band, &bx, &by);
    int64_t stored = 0;
    const int64_t across = (raster->frame.cols + bx - 1) / bx,
                  down = (raster->frame.rows + by - 1) / by;
    if (whole > file * 100.0) { // only then is it worth to count the blocks that are there
        for (int64_t i = 0; i < across * down; i++) {
            char item[64];
            snprintf(item, sizeof item, "BLOCK_OFFSET_%d_%d", (int)(i % across), (int)(i / across));
            if (GDALGetMetadataItem(band, item, "TIFF")) stored++;
        }
    }
    const double expands = (double)stored * bx * by * sizeof(float);
    if ((expands > 64.0 * 1048576.0 && expands > file * 100.0) ||
        (whole > 1073741824.0 && whole > file * 10000.0)) {
        ig_fail(ctx, IG_ELIMIT,
                "%s: %lld cells from %lld bytes expand beyond the limit of 100 to 1 (too large)",
                raster->name, (long long)cells, (long long)about.st_size);
        return ig_hint(ctx, "if the file can be trusted, raise it by --max-cells %lld",
                       (long long)cells);
    }
    return IG_OK;
}

ig_status ig_cells_check(ig_ctx *ctx, const ig_frame *frame, const char *name, int64_t max_cells)
{
    const int64_t cells = ig_frame_cells(frame);
    if (cells > 0 && cells <= max_cells) return IG_OK;
    ig_fail(ctx, IG_ELIMIT, "%s: %lld by %lld is %.0f cells, too many: the limit is %lld", name,
            (long long)frame->cols, (long long)frame->rows,
            (double)frame->cols * (double)frame->rows, (long long)max_cells);
    return ig_hint(ctx, "cut it to the study area, or raise the limit by --max-cells N");
}

GDALDatasetH ig_raster_handle(const struct ig_raster *raster)
{
    static const char *const tiff[] = {"GTiff", NULL}, *const virtual[] = {"VRT", "GTiff", NULL};
    return GDALOpenEx(raster->path, GDAL_OF_RASTER | GDAL_OF_READONLY, raster->vrt ? virtual : tiff,
                      NULL, NULL);
}

static ig_status open_gdal(ig_ctx *ctx, ig_raster *raster, const char *path, bool vrt,
                           const ig_grid_options *options)
{
    raster->vrt = vrt;
    raster->watch = ig_gdal_watch_begin(ctx);
    if (!raster->watch) return ig_fail(ctx, IG_EMEMORY, "no memory");
    raster->dataset = ig_raster_handle(raster);
    const char *error = ig_gdal_watch_error(raster->watch);
    if (!raster->dataset || error) {
        ig_fail(ctx, IG_EFORMAT, "%s cannot be read as a GeoTIFF: %s", raster->name,
                error ? ig_show(error) : "not a GeoTIFF");
        return ig_hint(ctx, "get the file again if it may be truncated or damaged");
    }
    ig_status status = ig_raster_bands(raster) > 0
                           ? frame_of(ctx, raster)
                           : ig_fail(ctx, IG_EFORMAT, "%s has no bands", raster->name);
    if (!status) status = ig_cells_check(ctx, &raster->frame, raster->name, options->max_cells);
    if (!status && !vrt) status = check_expansion(ctx, raster, path, options->max_cells);
    if (!status)
        status = check_crs(ctx, raster, GDALGetProjectionRef(raster->dataset), options->crs);
    if (!status && !vrt) status = ig_tiff_blocks_check(ctx, path, raster->name, raster->dataset);
    return status;
}

static ig_status open_ascii(ig_ctx *ctx, ig_raster *raster, const char *path,
                            const ig_grid_options *options)
{
    ig_status status = ig_ascii_open(ctx, path, raster->name, &raster->ascii);
    if (status) return status;
    raster->frame = raster->ascii.frame;
    status = ig_cells_check(ctx, &raster->frame, raster->name, options->max_cells);
    if (status) return status;
    char *prj = prj_beside(ctx, path);
    status = check_crs(ctx, raster, prj, options->crs);
    ig_free(prj);
    return status;
}

ig_status ig_raster_open(ig_ctx *ctx, const char *path, const char *name,
                         const ig_grid_options *options, ig_raster **out)
{
    ig_kind kind;
    ig_status status = ig_kind_of(ctx, path, &kind);
    if (status) return status;
    ig_raster *raster = ig_alloc(1, sizeof *raster);
    if (!raster) return ig_fail(ctx, IG_EMEMORY, "no memory");
    raster->also = NAN;
    raster->name = ig_text_copy(ig_show(name));
    raster->path = ig_text_copy(path);
    if (!raster->name || !raster->path) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
    } else if (options->nodata && !ig_text_number(options->nodata, &raster->also)) {
        status = ig_fail(ctx, IG_EINVAL, "--nodata '%s' is not a number", ig_show(options->nodata));
    } else if (kind == IG_KIND_VRT) {
        status = check_vrt(ctx, path, raster->name);
        if (!status) status = open_gdal(ctx, raster, path, true, options);
    } else if (kind == IG_KIND_GTIFF) {
        status = open_gdal(ctx, raster, path, false, options);
    } else if (kind == IG_KIND_AAIGRID) {
        status = open_ascii(ctx, raster, path, options);
    } else if (kind == IG_KIND_EMPTY) {
        status = ig_fail(ctx, IG_EFORMAT, "%s is empty", raster->name);
    } else {
        ig_fail(ctx, IG_EFORMAT, "%s is %s: a raster is a GeoTIFF or an ESRI ASCII grid",
                raster->name, ig_kind_text(kind));
        status = ig_hint(ctx, "turn it into a GeoTIFF: gdal_translate IN OUT.tif");
    }
    if (status) {
        ig_raster_close(raster);
    } else {
        *out = raster;
    }
    return status;
}
