// Files, folders and zips of shapes, read as one set by whatever reader their content asks for.
#include "area_internal.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/// What to look for in folders and zips; parts of shapefiles come along with their .shp.
static const char *const suffixes[] = {".shp",  ".shx",     ".dbf",  ".prj",      ".cpg",
                                       ".gpkg", ".geojson", ".json", ".topojson", NULL};

static bool is_part(const char *path)
{
    static const char *const parts[] = {".shx", ".dbf", ".prj", ".cpg"};
    const size_t n = strlen(path);
    for (size_t i = 0; n > 4 && i < 4; i++)
        if (!strcasecmp(path + n - 4, parts[i])) return true;
    return false;
}

static ig_status refuse_kind(ig_ctx *ctx, const char *name, ig_kind kind)
{
    if (kind == IG_KIND_VRT) {
        ig_fail(ctx, IG_EPOLICY, "%s: a virtual file (VRT), which may read any other: not allowed",
                name);
        return ig_hint(ctx, "give the file that it points to");
    }
    if (kind == IG_KIND_EMPTY) return ig_fail(ctx, IG_EFORMAT, "%s: the file is empty", name);
    if (kind == IG_KIND_DBF) {
        ig_fail(ctx, IG_EFORMAT, "%s: a .dbf holds no shapes", name);
        return ig_hint(ctx, "give the .shp beside it");
    }
    ig_fail(ctx, IG_EFORMAT, "%s: %s, which holds no shapes that are read", name,
            ig_kind_text(kind));
    return ig_hint(ctx, "give a GeoPackage, shapefile, GeoJSON or TopoJSON");
}

static ig_status read_one(ig_ctx *ctx, ig_features *features, const char *path, const char *name,
                          const char *layer, const char *encoding)
{
    ig_kind kind;
    ig_status status = ig_kind_of(ctx, path, &kind);
    if (!status) status = ig_features_file(ctx, features, name);
    if (status) return status;
    switch (kind) {
    case IG_KIND_SHP:
        return ig_features_read_shapefile(ctx, features, path, name, encoding);
    case IG_KIND_SQLITE:
        return ig_features_read_geopackage(ctx, features, path, name, layer);
    case IG_KIND_GEOJSON:
    case IG_KIND_TOPOJSON:
    case IG_KIND_JSON:
        return ig_features_read_json(ctx, features, path, name, layer);
    default:
        return refuse_kind(ctx, name, kind);
    }
}

/// Which members are read: the parts of a shapefile come with their .shp, and where some shapefiles
/// hold what is wanted the others (the nodes among the links of OS Open Roads) are left alone.
static ig_status choose_members(ig_ctx *ctx, const ig_features *features,
                                const ig_unpacked *members, const char *source, bool *chosen)
{
    const size_t count = ig_unpacked_count(members);
    size_t fit = 0, others = 0;
    bool *other = ig_alloc(count + 1, sizeof *other);
    ig_status status = other ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for %zu files", count);
    for (size_t i = 0; i < count && !status; i++) {
        const char *path = ig_unpacked_path(members, i);
        ig_kind kind;
        bool fits = true;
        if (is_part(path)) continue;
        chosen[i] = true;
        status = ig_kind_of(ctx, path, &kind);
        if (!status && kind == IG_KIND_SHP)
            status = ig_features_shapefile_fits(ctx, features, path, &fits);
        fit += fits;
        others += other[i] = !fits;
    }
    for (size_t i = 0; i < count && fit; i++)
        if (other[i]) chosen[i] = false;
    if (!status && fit && others)
        ig_info(ctx, "%s: %zu shapefiles of another type of shapes are left alone, %zu are read",
                source, others, fit);
    ig_free(other);
    return status;
}

static ig_status read_members(ig_ctx *ctx, ig_features *features, const char *path,
                              const char *layer, const char *encoding)
{
    ig_unpacked *members = NULL;
    ig_status status = ig_unpack(ctx, path, suffixes, &members);
    const size_t count = status ? 0 : ig_unpacked_count(members);
    size_t read = 0;
    bool *chosen = ig_alloc(count + 1, sizeof *chosen);
    if (!status && !chosen) status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu files", count);
    if (!status) status = choose_members(ctx, features, members, path, chosen);
    for (size_t i = 0; i < count && !status; i++) {
        if (!chosen[i]) continue;
        status = ig_progress(ctx, (double)i / (double)count, "reading shapes");
        if (!status)
            status = read_one(ctx, features, ig_unpacked_path(members, i),
                              ig_unpacked_name(members, i), layer, encoding);
        read++;
    }
    if (!status && read == 0) {
        ig_fail(ctx, IG_EFORMAT, "%s: no file with shapes in it", path);
        status = ig_hint(ctx, "looked for .gpkg, .shp, .geojson, .json and .topojson");
    }
    ig_free(chosen);
    ig_unpacked_free(members);
    return status;
}

/// Layer name for files that have none: the base name without its suffix.
static ig_status name_layer(ig_ctx *ctx, ig_features *features, const char *path, bool again)
{
    if (features->layer && !again) return IG_OK;
    ig_free(features->layer);
    features->layer = ig_text_copy(ig_base_name(path));
    if (!features->layer) return ig_fail(ctx, IG_EMEMORY, "no memory for %s", path);
    char *point = strrchr(features->layer, '.');
    const bool packed = point && !strcasecmp(point, ".gz");
    if (point && point > features->layer) *point = 0;
    if (packed && (point = strrchr(features->layer, '.')) && point > features->layer) *point = 0;
    return IG_OK;
}

static ig_status read_source(ig_ctx *ctx, const char *source, const char *encoding,
                             ig_features *features)
{
    char *path = NULL, *layer = NULL;
    ig_kind kind = IG_KIND_UNKNOWN;
    ig_status status = ig_split_layer(ctx, source, &path, &layer);
    if (!status) status = ig_kind_of(ctx, path, &kind);
    const size_t before = features->file_count;
    if (!status) {
        if (kind == IG_KIND_FOLDER || kind == IG_KIND_ZIP || kind == IG_KIND_GZIP)
            status = read_members(ctx, features, path, layer, encoding);
        else
            status = read_one(ctx, features, path, path, layer, encoding);
    }
    if (!status) status = name_layer(ctx, features, path, features->file_count > before + 1);
    ig_free(path);
    ig_free(layer);
    return status;
}

ig_status ig_features_read(ig_ctx *ctx, const char *const *paths, size_t count,
                           const char *encoding, ig_features *features)
{
    if (count == 0) return ig_fail(ctx, IG_EINVAL, "no file of shapes was named");
    ig_status status = IG_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = read_source(ctx, paths[i], encoding, features);
    if (!status && features->count == 0)
        status = ig_fail(ctx, IG_EFORMAT, "%s: no features (0 rows): the layer is empty",
                         features->files[0]);
    return status;
}

/// The extent is impossible. Name the first feature that lies off, unless all of them do.
static ig_status tell_outsider(ig_ctx *ctx, const ig_features *features, const ig_crs_shift *shift,
                               char *const *codes, double (*boxes)[4], const double all[4])
{
    size_t bad = 0, first = 0, sound = 0;
    for (size_t i = 0; i < features->count; i++) {
        const double *box = boxes[i];
        if (!(box[0] <= box[2])) continue;
        sound++;
        if (!ig_crs_check_extent(ctx, shift, "", box[0], box[1], box[2], box[3])) continue;
        if (bad++ == 0) first = i;
    }
    ig_text what = {0};
    const double *box = all;
    ig_text_append(&what, features->files[0]);
    if (bad && bad < sound) {
        ig_text_format(&what, ": %s %lld (%s)", features->word,
                       (long long)features->items[first].line, ig_show(codes[first]));
        box = boxes[first];
    }
    const ig_status status =
        ig_crs_check_extent(ctx, shift, what.data ? what.data : "", box[0], box[1], box[2], box[3]);
    ig_text_free(&what);
    return status;
}

/// The coordinates of one feature; for points `ring` is the first point.
static void span(const ig_features *features, size_t i, size_t *start, size_t *end)
{
    const ig_feature *item = &features->items[i];
    *start = features->points ? item->ring : features->rings ? features->ring_start[item->ring] : 0;
    *end = features->points ? item->ring + item->rings
           : item->rings    ? features->ring_start[item->ring + item->rings]
                            : *start;
}

/// Boxes of all features; a coordinate that is no number, or beyond any map, is named.
static ig_status boxes_of(ig_ctx *ctx, const ig_features *features, char *const *codes,
                          double (*boxes)[4], double all[4])
{
    all[0] = all[1] = INFINITY;
    all[2] = all[3] = -INFINITY;
    for (size_t i = 0; i < features->count; i++) {
        size_t start, end;
        span(features, i, &start, &end);
        double *box = boxes[i];
        box[0] = box[1] = INFINITY;
        box[2] = box[3] = -INFINITY;
        for (size_t p = start; p < end; p++) {
            const double x = features->x[p], y = features->y[p];
            if (!(fabs(x) < 1e9 && fabs(y) < 1e9)) {
                ig_fail(ctx, IG_EFORMAT, "%s: %s %lld (%s): coordinate (%g, %g) is %s",
                        ig_features_name(features, i), features->word,
                        (long long)features->items[i].line, ig_show(codes[i]), x, y,
                        isfinite(x) && isfinite(y) ? "out of range: outside any map"
                                                   : "not a finite number: invalid");
                return ig_hint(ctx, "mend or remove that feature in the source");
            }
            box[0] = x < box[0] ? x : box[0];
            box[1] = y < box[1] ? y : box[1];
            box[2] = x > box[2] ? x : box[2];
            box[3] = y > box[3] ? y : box[3];
        }
        for (int k = 0; k < 2; k++) {
            all[k] = box[k] < all[k] ? box[k] : all[k];
            all[k + 2] = box[k + 2] > all[k + 2] ? box[k + 2] : all[k + 2];
        }
    }
    return IG_OK;
}

static ig_status unknown_crs(ig_ctx *ctx, const ig_features *features, const char *prefix)
{
    const bool record = !strcmp(features->word, "record");
    ig_fail(ctx, IG_EFORMAT, "%s: its CRS (coordinate reference system) is unknown%s",
            features->files[0], record ? ": there is no .prj beside it" : "");
    return ig_hint(ctx, "state it with --%s-crs EPSG:N (EPSG:27700 for the British National Grid)",
                   prefix);
}

/// Is some coordinate no longitude or latitude?
static bool beyond_degrees(const ig_features *features)
{
    for (size_t i = 0; i < features->used; i++)
        if (fabs(features->x[i]) > 360.0 || fabs(features->y[i]) > 90.0) return true;
    return false;
}

const char *ig_features_stated_crs(ig_ctx *ctx, const ig_features *features, const char *option)
{
    const char *stated = ig_ctx_input_crs(ctx);
    if (option && (!features->crs || features->assumed_crs)) return option;
    // a CRS stated for all inputs leaves a GeoJSON file alone as long as it can be what it should be
    if (stated && features->assumed_crs && beyond_degrees(features)) return stated;
    return features->crs ? features->crs : stated;
}

ig_status ig_features_shift(ig_ctx *ctx, const ig_features *features, const char *crs,
                            const char *prefix, char *const *codes, ig_crs_shift **shift)
{
    if (!crs) return unknown_crs(ctx, features, prefix);
    double(*boxes)[4] = ig_alloc(features->count + 1, sizeof *boxes), all[4];
    if (!boxes) return ig_fail(ctx, IG_EMEMORY, "no memory for %zu features", features->count);
    ig_crs_shift *opened = NULL;
    ig_status status = boxes_of(ctx, features, codes, boxes, all);
    if (!status) status = ig_crs_open(ctx, crs, features->files[0], &opened);
    if (!status && all[0] <= all[2]) {
        status =
            ig_crs_check_extent(ctx, opened, features->files[0], all[0], all[1], all[2], all[3]);
        if (status) status = tell_outsider(ctx, features, opened, codes, boxes, all);
    }
    ig_free(boxes);
    if (status)
        ig_crs_free(opened);
    else
        *shift = opened;
    return status;
}
