// Roads, land cover and barriers as they are published, through OGR with drivers by list.
#include "cost_internal.h"

#include "../core/inside.h"

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// What the OSM reader makes columns of.
static const char osm_config[] =
    "closed_ways_are_polygons=aeroway,amenity,boundary,building,craft,geological,historic,landuse,"
    "leisure,military,natural,office,place,shop,sport,tourism,water,highway=platform,"
    "public_transport=platform\n"
    "attribute_name_laundering=yes\n"
    "[points]\nosm_id=yes\nattributes=name\n"
    "[lines]\nosm_id=yes\nattributes=highway,maxspeed,access,oneway,bridge,tunnel,foot,bicycle,"
    "motor_vehicle,motorcar,waterway,natural,barrier\n"
    "[multipolygons]\nosm_id=yes\nattributes=natural,landuse,water,waterway,leisure,highway\n"
    "[multilinestrings]\nosm_id=yes\nattributes=name\n"
    "[other_relations]\nosm_id=yes\nattributes=name\n";

// Columns that hold a class, in the order in which they are looked for.
static const char *const road_columns[] = {
    "highway", "road_function", "function", "road_classification", "class", "fclass", "type", NULL};
static const char *const land_columns[] = {"class",      "landcover",   "fclass",
                                           "natural",    "landuse",     "type",
                                           "descriptio", "description", NULL};

struct reading {
    ig_ctx *ctx;
    enum way_kind kind;
    const char *class_column, *file;
    bool osm;
    way_fn fn;
    void *user;
    ig_crs_shift *shift;
    OGRLayerH shift_layer; ///< layer whose CRS `shift` is of
    size_t ways;
    // points of the way at hand
    double *x, *y;
    size_t points, x_room, y_room;
    size_t *start;
    size_t parts, start_room;
};

static const char *text_of(OGRFeatureH feature, const char *name)
{
    const int field = OGR_F_GetFieldIndex(feature, name);
    if (field < 0 || !OGR_F_IsFieldSetAndNotNull(feature, field)) return "";
    return OGR_F_GetFieldAsString(feature, field);
}

static bool is_yes(const char *text)
{
    return *text && strcasecmp(text, "no") != 0 && strcmp(text, "0") != 0 &&
           strcasecmp(text, "false") != 0 && strcasecmp(text, "f") != 0;
}

// maxspeed: "30 mph", "50", "signals"; NaN where it is no number.
static double limit_of(const char *text)
{
    char *end;
    const double number = strtod(text, &end);
    if (end == text || !(number > 0.0) || number > 400.0) return NAN;
    while (*end == ' ')
        end++;
    return strncasecmp(end, "mph", 3) == 0 ? number * 1.609344 : number;
}

static ig_status no_memory(const struct reading *r)
{
    return ig_fail(r->ctx, IG_EMEMORY, "no memory for the shapes of %s", r->file);
}

static ig_status add_part(struct reading *r, OGRGeometryH line)
{
    const int n = OGR_G_GetPointCount(line);
    if (n < 2) return IG_OK;
    if (!ig_grow((void **)&r->x, &r->x_room, r->points + (size_t)n, sizeof *r->x) ||
        !ig_grow((void **)&r->y, &r->y_room, r->points + (size_t)n, sizeof *r->y) ||
        !ig_grow((void **)&r->start, &r->start_room, r->parts + 2, sizeof *r->start)) {
        return no_memory(r);
    }
    for (int i = 0; i < n; i++) {
        r->x[r->points + (size_t)i] = OGR_G_GetX(line, i);
        r->y[r->points + (size_t)i] = OGR_G_GetY(line, i);
    }
    r->start[r->parts++] = r->points;
    r->points += (size_t)n;
    r->start[r->parts] = r->points;
    return IG_OK;
}

// All lines, or all rings, of a geometry of any depth.
static ig_status add_parts(struct reading *r, OGRGeometryH geometry)
{
    const OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(geometry));
    if (type == wkbLineString || type == wkbLinearRing) return add_part(r, geometry);
    ig_status status = IG_OK;
    for (int i = 0; !status && i < OGR_G_GetGeometryCount(geometry); i++) {
        status = add_parts(r, OGR_G_GetGeometryRef(geometry, i));
    }
    return status;
}

static ig_status use_crs(struct reading *r, OGRLayerH layer)
{
    if (r->shift_layer == layer) return IG_OK;
    ig_crs_free(r->shift);
    r->shift = NULL;
    OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(layer);
    const char *stated = ig_ctx_input_crs(r->ctx);
    char *wkt = NULL;
    if (srs && OSRExportToWkt(srs, &wkt) == OGRERR_NONE) stated = wkt;
    ig_status status;
    if (!stated) {
        ig_fail(r->ctx, IG_EFORMAT, "%s states no CRS (coordinate reference system)", r->file);
        status = ig_hint(r->ctx, "say which it is by --crs EPSG:N");
    } else {
        status = ig_crs_open(r->ctx, stated, r->file, &r->shift);
    }
    CPLFree(wkt);
    r->shift_layer = layer;
    return status;
}

// The class: of the named column, else of the first known one that has a text.
static const char *class_of(const struct reading *r, OGRFeatureH feature)
{
    if (r->class_column) return text_of(feature, r->class_column);
    const char *const *columns = r->kind == WAYS_ROADS ? road_columns : land_columns;
    for (size_t i = 0; columns[i]; i++) {
        const char *text = text_of(feature, columns[i]);
        // natural=water says less than what it is; landuse=reservoir more
        if (*text) return text;
    }
    return "";
}

static ig_status one_feature(struct reading *r, OGRLayerH layer, OGRFeatureH feature)
{
    OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
    if (!geometry || OGR_G_IsEmpty(geometry)) return IG_OK;
    const int dimension = OGR_G_GetDimension(geometry);
    const bool wanted = r->kind == WAYS_ROADS  ? dimension == 1
                        : r->kind == WAYS_LAND ? dimension == 2
                                               : dimension > 0;
    if (!wanted) return IG_OK;
    const char *class = class_of(r, feature);
    if (r->osm && !*class) return IG_OK; // not a road, not a land cover
    ig_status status = use_crs(r, layer);
    r->points = r->parts = 0;
    if (!status) status = add_parts(r, geometry);
    if (!status && r->points) status = ig_crs_apply(r->ctx, r->shift, r->x, r->y, r->points);
    if (status || r->parts == 0) return status;
    const char *structure = text_of(feature, "road_structure");
    const char *driving = text_of(feature, "motor_vehicle");
    const struct way way = {
        .class = class,
        .access = text_of(feature, "access"),
        .foot = text_of(feature, "foot"),
        .bicycle = text_of(feature, "bicycle"),
        .motor_vehicle = *driving ? driving : text_of(feature, "motorcar"),
        .maxspeed = limit_of(text_of(feature, "maxspeed")),
        .crosses = is_yes(text_of(feature, "bridge")) || is_yes(text_of(feature, "tunnel")) ||
                   strcasestr(structure, "tunnel") || strcasestr(structure, "bridge"),
        .oneway = is_yes(text_of(feature, "oneway")),
        .polygon = dimension == 2,
        .parts = r->parts,
        .start = r->start,
        .x = r->x,
        .y = r->y,
    };
    r->ways++;
    return r->fn(&way, r->user);
}

static ig_status check_column(struct reading *r, OGRLayerH layer)
{
    if (!r->class_column || r->osm) return IG_OK;
    OGRFeatureDefnH fields = OGR_L_GetLayerDefn(layer);
    if (OGR_FD_GetFieldIndex(fields, r->class_column) >= 0) return IG_OK;
    ig_text names = {0};
    for (int i = 0; i < OGR_FD_GetFieldCount(fields); i++) {
        ig_text_format(&names, "%s%s", i ? ", " : "",
                       ig_show(OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(fields, i))));
    }
    ig_fail(r->ctx, IG_EFORMAT, "%s has no column %s; it has %s", r->file, ig_show(r->class_column),
            names.data ? names.data : "none");
    ig_text_free(&names);
    return IG_EFORMAT;
}

static bool layer_is_wanted(const struct reading *r, OGRLayerH layer)
{
    if (!r->osm) return true;
    const char *name = OGR_L_GetName(layer);
    if (r->kind == WAYS_ROADS) return strcmp(name, "lines") == 0;
    if (r->kind == WAYS_LAND) return strcmp(name, "multipolygons") == 0;
    return strcmp(name, "lines") == 0 || strcmp(name, "multipolygons") == 0;
}

// Features of all layers as they come: the OSM reader gives them interleaved.
static ig_status all_features(struct reading *r, GDALDatasetH dataset, const char *only)
{
    OGRLayerH chosen = only ? GDALDatasetGetLayerByName(dataset, only) : NULL;
    if (only && !chosen) {
        return ig_fail(r->ctx, IG_EFORMAT, "%s has no layer %s", r->file, ig_show(only));
    }
    if (!r->osm && !only && GDALDatasetGetLayerCount(dataset) > 1) {
        chosen = GDALDatasetGetLayerByName(dataset, "road_link"); // OS Open Roads
        if (!chosen) {
            ig_text names = {0};
            for (int i = 0; i < GDALDatasetGetLayerCount(dataset); i++) {
                ig_text_format(&names, "%s%s", i ? ", " : "",
                               OGR_L_GetName(GDALDatasetGetLayer(dataset, i)));
            }
            ig_fail(r->ctx, IG_EFORMAT, "%s has several layers: %s", r->file,
                    names.data ? names.data : "");
            ig_text_free(&names);
            return ig_hint(r->ctx, "name one as FILE|layername=NAME");
        }
    }
    ig_status status = IG_OK;
    for (int i = 0; !status && i < GDALDatasetGetLayerCount(dataset); i++) {
        OGRLayerH layer = GDALDatasetGetLayer(dataset, i);
        if (!chosen || layer == chosen) status = check_column(r, layer);
    }
    GDALDatasetResetReading(dataset);
    OGRLayerH layer = NULL;
    OGRFeatureH feature;
    size_t seen = 0;
    while (!status &&
           (feature = GDALDatasetGetNextFeature(dataset, &layer, NULL, NULL, NULL)) != NULL) {
        if ((!chosen || layer == chosen) && layer_is_wanted(r, layer)) {
            status = one_feature(r, layer, feature);
        }
        OGR_F_Destroy(feature);
        if (!status && ++seen % 4096 == 0) status = ig_progress(r->ctx, 0.0, r->file);
    }
    return status;
}

static ig_status read_file(struct reading *r, const char *path, const char *layer)
{
    static const char *const drivers[] = {"OSM",      "GPKG",           "GeoJSON",
                                          "TopoJSON", "ESRI Shapefile", NULL};
    static const char config[] = "/vsimem/isogap/osmconf.ini";
    ig_kind kind;
    ig_status status = ig_kind_of(r->ctx, path, &kind);
    if (status) return status;
    if (kind == IG_KIND_VRT) {
        return ig_fail(r->ctx, IG_EPOLICY, "%s is a VRT, a file that points to others: not allowed",
                       r->file);
    }
    r->osm = kind == IG_KIND_OSM_PBF || kind == IG_KIND_OSM_XML;
    char **options = NULL;
    if (r->osm) {
        VSILFILE *file = VSIFileFromMemBuffer(config, (GByte *)(uintptr_t)osm_config,
                                              sizeof osm_config - 1, FALSE);
        if (!file || VSIFCloseL(file) != 0) return no_memory(r);
        options = CSLSetNameValue(options, "CONFIG_FILE", config);
    }
    ig_gdal_watch *watch = ig_gdal_watch_begin(r->ctx);
    GDALDatasetH dataset = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers,
                                      (const char *const *)options, NULL);
    CSLDestroy(options);
    if (!dataset) {
        const char *why = ig_gdal_watch_error(watch);
        status = ig_fail(r->ctx, IG_EFORMAT, "%s cannot be opened as roads or land: %s", r->file,
                         why ? ig_show(why) : ig_kind_text(kind));
    } else {
        r->shift_layer = NULL;
        const size_t before = r->ways;
        status = all_features(r, dataset, layer);
        const char *why = ig_gdal_watch_error(watch);
        if (!status && why) {
            status = ig_fail(r->ctx, IG_EFORMAT, "%s could not be read whole: %s", r->file,
                             ig_show(why));
        }
        if (!status && r->osm && r->kind == WAYS_ROADS && r->ways == before) {
            ig_fail(r->ctx, IG_EFORMAT, "%s gives no ways", r->file);
            status = ig_hint(r->ctx, "ids below 0 are not read: renumber the file first, with "
                                     "'osmium sort' and 'osmium renumber'");
        }
        GDALClose(dataset);
    }
    ig_gdal_watch_end(watch);
    if (r->osm) VSIUnlink(config);
    return status;
}

static bool is_companion(const char *path)
{
    static const char *const suffixes[] = {".dbf", ".shx", ".prj", ".cpg",
                                           ".qix", ".sbn", ".sbx", NULL};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && suffixes[i]; i++) {
        if (strcasecmp(dot, suffixes[i]) == 0) return true;
    }
    return false;
}

ig_status ways_read(ig_ctx *ctx, const char *source, enum way_kind kind, const char *class_column,
                    way_fn fn, void *user)
{
    static const char *const suffixes[] = {".pbf", ".osm", ".gpkg", ".geojson", ".json", ".shp",
                                           ".dbf", ".shx", ".prj",  ".cpg",     NULL};
    char *path = NULL, *layer = NULL;
    ig_unpacked *files = NULL;
    struct reading r = {
        .ctx = ctx, .kind = kind, .class_column = class_column, .fn = fn, .user = user};
    ig_status status = ig_split_layer(ctx, source, &path, &layer);
    if (!status) status = ig_unpack(ctx, path, suffixes, &files);
    for (size_t i = 0; !status && i < ig_unpacked_count(files); i++) {
        r.file = ig_base_name(ig_unpacked_name(files, i));
        if (ig_unpacked_count(files) > 1 && is_companion(r.file)) continue;
        status = read_file(&r, ig_unpacked_path(files, i), layer);
    }
    ig_crs_free(r.shift);
    ig_free(r.x);
    ig_free(r.y);
    ig_free(r.start);
    ig_unpacked_free(files);
    ig_free(path);
    ig_free(layer);
    return status;
}
