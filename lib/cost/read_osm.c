// OpenStreetMap files through GDAL's OSM driver, with the tags that matter here as fields of their
// own; and the choice of reader for any source of lines or polygons.
#include "cost_internal.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// ---- the driver's own settings -------------------------------------------------------------------

static const char *const line_tags =
    "highway,maxspeed,access,oneway,bridge,tunnel,foot,bicycle,junction,vehicle,motor_vehicle,"
    "motorcar,motorroad,ford,natural,waterway,railway,barrier,oneway:bicycle,oneway:vehicle,"
    "oneway:motor_vehicle,oneway:motorcar,cycleway,cycleway:left,cycleway:right,cycleway:both,"
    "cycleway:left:oneway,cycleway:right:oneway";
static const char *const land_tags = "natural,water,waterway,landuse,wetland,leisure";

/// Settings for the driver in memory: ours, not those of whoever installed GDAL.
static ig_status write_settings(ig_ctx *ctx, const char *file)
{
    ig_text text = {0};
    ig_text_append(&text, "closed_ways_are_polygons=landuse,leisure,natural,water,wetland,"
                          "waterway=riverbank,waterway=dock\nattribute_name_laundering=no\n");
    static const char *const layers[] = {"points", "lines", "multipolygons", "multilinestrings",
                                         "other_relations"};
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        const char *tags = i == 1 ? line_tags : i == 2 ? land_tags : "";
        ig_text_format(&text,
                       "[%s]\nosm_id=yes\nosm_version=no\nosm_timestamp=no\nosm_uid=no\n"
                       "osm_user=no\nosm_changeset=no\nother_tags=no\nattributes=%s\n",
                       layers[i], tags);
    }
    ig_status status = text.failed ? ig_fail(ctx, IG_EMEMORY, "no memory") : IG_OK;
    VSILFILE *to = status ? NULL : VSIFOpenL(file, "wb");
    if (!status && (!to || VSIFWriteL(text.data, 1, text.length, to) != text.length))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the settings of the OSM driver");
    if (to) VSIFCloseL(to);
    ig_text_free(&text);
    return status;
}

// ---- one feature -----------------------------------------------------------------------------

static const char *tag(OGRFeatureH feature, const char *name)
{
    const int field = OGR_F_GetFieldIndex(feature, name);
    if (field < 0 || !OGR_F_IsFieldSetAndNotNull(feature, field)) return "";
    return OGR_F_GetFieldAsString(feature, field);
}

static bool is_one_of(const char *value, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(value, *list) == 0) return true;
    return false;
}

/// Is the line or polygon of the part of OSM that is asked for?
static bool is_wanted(OGRFeatureH feature, ig_osm_part part, bool polygon)
{
    static const char *const water[] = {"river", "canal", "riverbank", "dock", NULL};
    static const char *const rail[] = {"rail", "light_rail", NULL};
    static const char *const natural[] = {"cliff", "coastline", NULL};
    static const char *const built[] = {
        "wall", "fence", "retaining_wall", "city_wall", "guard_rail", "cable_barrier", NULL};
    switch (part) {
    case IG_OSM_ROADS:
        return *tag(feature, "highway") || strcmp(tag(feature, "natural"), "coastline") == 0;
    case IG_OSM_BRIDGES:
        return *tag(feature, "bridge") && strcmp(tag(feature, "bridge"), "no") != 0;
    case IG_OSM_LAND:
        return polygon && strcmp(tag(feature, "natural"), "coastline") != 0;
    case IG_OSM_BARRIERS:
        if (polygon)
            return strcmp(tag(feature, "natural"), "water") == 0 ||
                   is_one_of(tag(feature, "waterway"), water) ||
                   strcmp(tag(feature, "landuse"), "reservoir") == 0;
        return is_one_of(tag(feature, "waterway"), water) ||
               is_one_of(tag(feature, "railway"), rail) ||
               is_one_of(tag(feature, "natural"), natural) ||
               is_one_of(tag(feature, "barrier"), built);
    }
    return false;
}

static ig_status take_shape(ig_ctx *ctx, ig_features *features, OGRFeatureH feature)
{
    OGRGeometryH shape = OGR_F_GetGeometryRef(feature);
    const size_t size = shape ? OGR_G_WkbSizeEx(shape) : 0;
    if (size == 0) return IG_OK;
    unsigned char *wkb = ig_alloc(size, 1);
    if (!wkb) return ig_fail(ctx, IG_EMEMORY, "no memory for the features");
    ig_status status = OGR_G_ExportToIsoWkb(shape, wkbNDR, wkb) == OGRERR_NONE
                           ? ig_features_wkb(ctx, features, wkb, size)
                           : IG_OK;
    ig_free(wkb);
    return status;
}

static ig_status take_tags(ig_ctx *ctx, ig_features *features, OGRFeatureH feature)
{
    const int fields = OGR_F_GetFieldCount(feature);
    ig_status status = IG_OK;
    for (int i = 0; !status && i < fields; i++) {
        if (!OGR_F_IsFieldSetAndNotNull(feature, i)) continue;
        const char *name = OGR_Fld_GetNameRef(OGR_F_GetFieldDefnRef(feature, i));
        const char *text = OGR_F_GetFieldAsString(feature, i);
        size_t column;
        if (!*text || strncmp(name, "osm_", 4) == 0) continue;
        status = ig_features_column(ctx, features, name, IG_COLUMN_TEXT, &column);
        if (!status)
            status = ig_features_cell(ctx, features, column, IG_COLUMN_TEXT, text, strlen(text));
    }
    return status;
}

// ---- the whole file --------------------------------------------------------------------------

static ig_status read_features(ig_ctx *ctx, GDALDatasetH dataset, ig_osm_part part,
                               ig_features *features, int64_t *seen)
{
    ig_status status = IG_OK;
    GDALDatasetResetReading(dataset);
    while (!status) {
        OGRLayerH layer = NULL;
        double done = 0.0;
        OGRFeatureH feature = GDALDatasetGetNextFeature(dataset, &layer, &done, NULL, NULL);
        if (!feature) break;
        const char *name = OGR_L_GetName(layer);
        const bool line = strcmp(name, "lines") == 0;
        const bool polygon = strcmp(name, "multipolygons") == 0;
        const bool type =
            (line && features->lines) || (polygon && (!features->lines || features->also));
        if (line || polygon) ++*seen;
        if (type && is_wanted(feature, part, polygon)) {
            status = ig_features_add(ctx, features,
                                     (int64_t)strtoll(tag(feature, "osm_id"), NULL, 10), NULL);
            if (!status) status = take_shape(ctx, features, feature);
            if (!status) status = take_tags(ctx, features, feature);
        }
        OGR_F_Destroy(feature);
        if (!status) status = ig_progress(ctx, done, "reading OpenStreetMap");
    }
    return status;
}

static ig_status refuse_empty(ig_ctx *ctx, const char *name)
{
    ig_fail(ctx, IG_EFORMAT,
            "%s: the ways of this OpenStreetMap file cannot be read: its ids are negative or not "
            "sorted, or it was cut without the nodes of its ways",
            ig_show(name));
    return ig_hint(ctx, "give it sorted, positive ids: osmium sort IN -o S.osm.pbf && osmium "
                        "renumber S.osm.pbf -o OUT.osm.pbf");
}

ig_status ig_osm_read(ig_ctx *ctx, const char *path, const char *name, ig_osm_part part,
                      ig_features *features)
{
    static const char *const drivers[] = {"OSM", NULL};
    char settings[96], option[128];
    snprintf(settings, sizeof settings, "/vsimem/isogap-osm-%p.ini", (void *)features);
    snprintf(option, sizeof option, "CONFIG_FILE=%s", settings);
    const char *const options[] = {option, "MAX_TMPFILE_SIZE=400", NULL};
    features->word = "way";
    ig_status status = ig_features_file(ctx, features, name);
    if (!status) status = ig_features_crs(ctx, features, "EPSG:4326", true);
    if (!status) status = write_settings(ctx, settings);
    if (status) return status;
    // What does not fit in memory goes to a file that the driver unlinks at once.
    const char *folder = getenv("TMPDIR");
    CPLSetThreadLocalConfigOption("CPL_TMPDIR", folder && *folder == '/' ? folder : "/tmp");
    ig_gdal_watch *watch = ig_gdal_watch_begin(ctx);
    GDALDatasetH dataset =
        watch ? GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, options, NULL) : NULL;
    int64_t seen = 0;
    if (!watch) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
    } else if (!dataset) {
        const char *error = ig_gdal_watch_error(watch);
        status = ig_fail(ctx, IG_EFORMAT, "%s cannot be read as OpenStreetMap: %s", ig_show(name),
                         error ? ig_show(error) : "not that format");
    } else {
        status = read_features(ctx, dataset, part, features, &seen);
    }
    if (dataset) GDALClose(dataset);
    const char *error = ig_gdal_watch_error(watch);
    if (!status && error && strstr(error, "Non increasing")) {
        status = refuse_empty(ctx, name);
    } else if (!status && error) {
        ig_fail(ctx, IG_EFORMAT, "%s: %s", ig_show(name), ig_show(error));
        status = ig_hint(ctx, "the file is damaged or truncated; get it again");
    }
    ig_gdal_watch_end(watch);
    CPLSetThreadLocalConfigOption("CPL_TMPDIR", NULL);
    VSIUnlink(settings);
    if (!status && seen == 0) status = refuse_empty(ctx, name);
    return status;
}

// ---- any source ------------------------------------------------------------------------------

/// OSM files of a source: itself, or the members of an archive.
static ig_status read_osm_source(ig_ctx *ctx, const char *path, ig_osm_part part,
                                 ig_features *features, bool *is_osm)
{
    static const char *const suffixes[] = {".pbf", ".osm", NULL};
    ig_kind kind;
    ig_status status = ig_kind_of(ctx, path, &kind);
    *is_osm = kind == IG_KIND_OSM_PBF || kind == IG_KIND_OSM_XML;
    if (status) return status;
    if (*is_osm) return ig_osm_read(ctx, path, path, part, features);
    if (kind != IG_KIND_GZIP && kind != IG_KIND_ZIP) return IG_OK;
    ig_unpacked *unpacked = NULL;
    if (ig_unpack(ctx, path, suffixes, &unpacked) != IG_OK) return IG_OK; // the others will say
    for (size_t i = 0; !status && i < ig_unpacked_count(unpacked); i++) {
        status = ig_kind_of(ctx, ig_unpacked_path(unpacked, i), &kind);
        if (status || (kind != IG_KIND_OSM_PBF && kind != IG_KIND_OSM_XML)) continue;
        *is_osm = true;
        status = ig_osm_read(ctx, ig_unpacked_path(unpacked, i), ig_unpacked_name(unpacked, i),
                             part, features);
    }
    ig_unpacked_free(unpacked);
    return status;
}

/// Box of the source's coordinates; a coordinate that is no number is named.
static ig_status box_of(ig_ctx *ctx, const ig_features *features, double box[4])
{
    box[0] = box[1] = INFINITY;
    box[2] = box[3] = -INFINITY;
    for (size_t row = 0; row < features->count; row++) {
        const ig_feature *item = &features->items[row];
        if (!item->rings || features->points) continue;
        for (size_t i = features->ring_start[item->ring];
             i < features->ring_start[item->ring + item->rings]; i++) {
            if (!isfinite(features->x[i]) || !isfinite(features->y[i]))
                return ig_fail(ctx, IG_EFORMAT, "%s: %s %lld has a coordinate that is not finite",
                               ig_features_name(features, row), features->word,
                               (long long)item->line);
            box[0] = fmin(box[0], features->x[i]);
            box[1] = fmin(box[1], features->y[i]);
            box[2] = fmax(box[2], features->x[i]);
            box[3] = fmax(box[3], features->y[i]);
        }
    }
    return IG_OK;
}

/// Longitude and latitude far from the study area have no place in the work CRS: leave them out.
static ig_status drop_far(ig_ctx *ctx, ig_features *features, const double *box)
{
    ig_crs_shift *back = NULL;
    double w = INFINITY, s = INFINITY, e = -INFINITY, n = -INFINITY;
    ig_status status = ig_crs_open_to(ctx, "EPSG:4326", &back);
    for (int i = 0; !status && i < 25; i++) {
        double x = box[0] + (box[2] - box[0]) * (i % 5) / 4.0;
        double y = box[1] + (box[3] - box[1]) * (i / 5) / 4.0;
        status = ig_crs_apply(ctx, back, &x, &y, 1);
        w = fmin(w, x);
        e = fmax(e, x);
        s = fmin(s, y);
        n = fmax(n, y);
    }
    ig_crs_free(back);
    const double mx = .01 + .02 * (e - w), my = .01 + .02 * (n - s);
    for (size_t row = 0; !status && row < features->count; row++) {
        ig_feature *item = &features->items[row];
        bool meets = false;
        if (!item->rings) continue;
        double fw = INFINITY, fs = INFINITY, fe = -INFINITY, fn = -INFINITY;
        for (size_t i = features->ring_start[item->ring];
             i < features->ring_start[item->ring + item->rings]; i++) {
            fw = fmin(fw, features->x[i]);
            fe = fmax(fe, features->x[i]);
            fs = fmin(fs, features->y[i]);
            fn = fmax(fn, features->y[i]);
        }
        meets = fw <= e + mx && fe >= w - mx && fs <= n + my && fn >= s - my;
        if (!meets) item->rings = 0;
    }
    return status;
}

static ig_status to_metres(ig_ctx *ctx, ig_features *features, bool is_osm, const double *box)
{
    const char *crs = features->crs ? features->crs : ig_ctx_input_crs(ctx);
    if (features->assumed_crs && !is_osm && ig_ctx_input_crs(ctx)) crs = ig_ctx_input_crs(ctx);
    if (!crs) {
        ig_fail(ctx, IG_EFORMAT, "%s: its CRS (coordinate reference system) is not known",
                features->files[0]);
        return ig_hint(ctx, "say which it is by --crs EPSG:N");
    }
    ig_crs_shift *shift = NULL;
    double all[4];
    ig_status status = box_of(ctx, features, all);
    if (!status) status = ig_crs_open(ctx, crs, features->files[0], &shift);
    if (!status && is_osm) {
        status = drop_far(ctx, features, box);
    } else if (!status && all[0] <= all[2]) {
        status =
            ig_crs_check_extent(ctx, shift, features->files[0], all[0], all[1], all[2], all[3]);
    }
    for (size_t row = 0; !status && row < features->count; row++) {
        const ig_feature *item = &features->items[row];
        if (!item->rings) continue;
        const size_t first = features->ring_start[item->ring];
        const size_t end = features->ring_start[item->ring + item->rings];
        status = ig_crs_apply(ctx, shift, features->x + first, features->y + first, end - first);
    }
    ig_crs_free(shift);
    return status;
}

size_t ig_features_find_column(const ig_features *features, const char *name)
{
    enum { SHORT = 10 }; // what a DBF keeps of a longer name
    for (size_t i = 0; i < features->column_count; i++)
        if (strcasecmp(features->columns[i].name, name) == 0) return i;
    const bool cut = features->word && strcmp(features->word, "record") == 0;
    for (size_t i = 0; cut && strlen(name) > SHORT && i < features->column_count; i++)
        if (strlen(features->columns[i].name) == SHORT &&
            strncasecmp(features->columns[i].name, name, SHORT) == 0)
            return i;
    return SIZE_MAX;
}

/// Features of the wrong type are an error: nobody can say what was meant by them.
static ig_status check_types(ig_ctx *ctx, const ig_features *features)
{
    for (size_t row = 0; row < features->count; row++) {
        const ig_feature *item = &features->items[row];
        if (item->state != IG_FEATURE_WRONG) continue;
        return ig_fail(ctx, IG_EFORMAT, "%s: %s %lld is %s, and %s are wanted",
                       ig_features_name(features, row), features->word, (long long)item->line,
                       item->type ? item->type : "of another type",
                       features->also    ? "lines or polygons"
                       : features->lines ? "lines"
                                         : "polygons");
    }
    return IG_OK;
}

struct batches {
    const double *box;
    bool is_osm;
    ig_batch_fn take;
    void *user;
};

static ig_status take_batch(ig_ctx *ctx, ig_features *features, void *user)
{
    const struct batches *b = user;
    ig_status status = check_types(ctx, features);
    if (!status) status = to_metres(ctx, features, b->is_osm, b->box);
    return status ? status : b->take(ctx, features, b->is_osm, b->user);
}

static ig_status read_any(ig_ctx *ctx, const char *source, ig_osm_part part, ig_features *features,
                          bool *is_osm)
{
    char *path = NULL, *layer = NULL;
    *is_osm = false;
    ig_status status = ig_split_layer(ctx, source, &path, &layer);
    // A layer of an OSM file (|layername=multipolygons) says no more than the part wanted does.
    if (!status) status = read_osm_source(ctx, path, part, features, is_osm);
    if (!status && !*is_osm) status = ig_features_read(ctx, &source, 1, NULL, features);
    ig_free(path);
    ig_free(layer);
    return status;
}

ig_status ig_source_each(ig_ctx *ctx, const char *source, ig_osm_part part, const double *box,
                         ig_batch_fn take, void *user)
{
    enum { BATCH = 100000 };
    struct batches b = {box, false, take, user};
    ig_features f = {.lines = true, .take = take_batch, .user = &b, .batch = BATCH};
    ig_status status = read_any(ctx, source, part, &f, &b.is_osm);
    if (!status) status = take_batch(ctx, &f, &b); // the last
    ig_features_free(&f);
    return status;
}

ig_status ig_source_read(ig_ctx *ctx, const char *source, ig_osm_part part, const double *box,
                         ig_features *features, bool *is_osm)
{
    ig_status status = read_any(ctx, source, part, features, is_osm);
    if (!status) status = check_types(ctx, features);
    if (!status) status = to_metres(ctx, features, *is_osm, box);
    return status;
}
