// The kinds of files that a check can look into.
#include "check_internal.h"

#include "../table/sqlite_source.h"

#include <gdal.h>
#include <ogr_srs_api.h>
#include <string.h>

// ---- tables -------------------------------------------------------------------------------------

static const char *table_driver(ig_kind kind)
{
    switch (kind) {
    case IG_KIND_XLSX:
        return "XLSX";
    case IG_KIND_ODS:
        return "ODS";
    case IG_KIND_XLS:
        return "XLS";
    case IG_KIND_DBF:
        return "DBF";
    case IG_KIND_SQLITE:
        return "GPKG";
    case IG_KIND_PARQUET:
        return "Parquet";
    default:
        return "CSV";
    }
}

/// Gaps of a column of numbers, counted: they will not be taken as 0.
static void tell_gaps(struct checking *c, const ig_table *table, size_t column)
{
    int64_t gaps = 0;
    const char *marker = NULL;
    for (size_t row = 0; row < ig_table_rows(table); row++) {
        if (!ig_table_gap(table, row, column)) continue;
        if (!gaps++) marker = ig_table_marker(table, row, column);
    }
    if (!gaps) return;
    char text[320];
    snprintf(text, sizeof text, "column %s: %lld of %zu values are markers or blank (%s%s)",
             ig_show(ig_table_column_name(table, column)), (long long)gaps, ig_table_rows(table),
             marker && *marker ? "first: " : "first: blank", marker ? ig_show(marker) : "");
    check_problem(c, IG_WARNING, text, "they are taken as missing with their reason, never as 0");
}

/// Rows and columns, whatever the codes are. @return false when it cannot be read at all
static bool list_table(struct checking *c, const char *source, const char *name, const char *crs)
{
    ig_table_options options = ig_table_defaults();
    ig_table *table = NULL;
    options.keyless = true;
    const ig_status status = ig_table_read(c->ctx, source, &options, &table);
    if (status) {
        check_problem(c, IG_ERROR, ig_ctx_message(c->ctx), ig_ctx_hint(c->ctx));
        return false;
    }
    ig_check_layer *layer = check_layer(c, name, (int64_t)ig_table_rows(table), crs);
    for (size_t i = 0; i < ig_table_columns(table); i++) {
        check_column(c, layer, ig_table_column_name(table, i));
    }
    for (size_t i = 0; i < ig_table_columns(table); i++) {
        const double *values;
        const bool count = ig_is_count_name(ig_table_column_name(table, i));
        if (!ig_table_looks_numeric(table, i)) continue;
        const ig_status read =
            ig_table_numbers(c->ctx, table, i, count ? IG_NUMBERS_COUNT : IG_NUMBERS_ANY, &values);
        check_failure(c, read);
        if (!read) tell_gaps(c, table, i);
    }
    ig_table_free(table);
    return true;
}

/// Codes that come twice are no fault of a long table, so they are a warning here.
static void check_codes(struct checking *c, const char *source)
{
    ig_table *table = NULL;
    // Without a column of codes there is nothing to look at, and that is no failure.
    if (ig_table_read(c->ctx, source, NULL, &table)) {
        check_problem(c, IG_WARNING, ig_ctx_message(c->ctx), ig_ctx_hint(c->ctx));
        return;
    }
    if (ig_table_unique(c->ctx, table)) {
        check_problem(c, IG_WARNING, ig_ctx_message(c->ctx), ig_ctx_hint(c->ctx));
    }
    ig_table_free(table);
}

void check_table(struct checking *c)
{
    c->out->kind = "table";
    c->out->driver = table_driver(c->kind);
    if (strcmp(c->out->driver, "CSV") == 0 && check_postcodes(c)) return;
    if (list_table(c, c->source, ig_base_name(c->path), NULL)) check_codes(c, c->source);
}

// ---- shapes -------------------------------------------------------------------------------------

/// A failure of reading areas, but for the lack of codes: isochrones and the like have none.
static void areas_failure(struct checking *c, ig_status status)
{
    const char *hint = status ? ig_ctx_hint(c->ctx) : NULL;
    if (hint && strstr(hint, "--areas-key")) return;
    check_failure(c, status);
}

/// Read the polygons as a command would.
static void check_areas(struct checking *c, const char *source)
{
    ig_areas *areas = NULL;
    const ig_area_options options = ig_area_defaults();
    areas_failure(c, ig_areas_read(c->ctx, &source, 1, &options, &areas));
    ig_areas_free(areas);
}

static void crs_name(OGRSpatialReferenceH srs, char name[128])
{
    const char *authority = srs ? OSRGetAuthorityName(srs, NULL) : NULL;
    const char *code = srs ? OSRGetAuthorityCode(srs, NULL) : NULL;
    const char *words = srs ? OSRGetName(srs) : NULL;
    name[0] = '\0';
    if (authority && code) {
        snprintf(name, 128, "%s:%s", authority, code);
    } else if (words) {
        snprintf(name, 128, "%s", words);
    }
}

static const char *shape_word(OGRwkbGeometryType type)
{
    switch (wkbFlatten(type)) {
    case wkbPolygon:
    case wkbMultiPolygon:
    case wkbCurvePolygon:
    case wkbMultiSurface:
        return "boundary";
    case wkbLineString:
    case wkbMultiLineString:
        return "lines";
    case wkbPoint:
    case wkbMultiPoint:
        return "points";
    default:
        return "";
    }
}

/// Type of a layer that does not state one: that of its first feature with a shape.
static OGRwkbGeometryType layer_type(OGRLayerH layer)
{
    OGRwkbGeometryType type = OGR_L_GetGeomType(layer);
    OGR_L_ResetReading(layer);
    for (int i = 0; wkbFlatten(type) == wkbUnknown && i < 1000; i++) {
        OGRFeatureH feature = OGR_L_GetNextFeature(layer);
        if (!feature) break;
        OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
        if (geometry) type = OGR_G_GetGeometryType(geometry);
        OGR_F_Destroy(feature);
    }
    OGR_L_ResetReading(layer);
    return type;
}

static void list_ogr_layer(struct checking *c, OGRLayerH from, bool count)
{
    char crs[128];
    crs_name(OGR_L_GetSpatialRef(from), crs);
    ig_check_layer *layer = check_layer(
        c, OGR_L_GetName(from), count ? (int64_t)OGR_L_GetFeatureCount(from, TRUE) : -1, crs);
    OGRFeatureDefnH definition = OGR_L_GetLayerDefn(from);
    for (int i = 0; i < OGR_FD_GetFieldCount(definition); i++) {
        check_column(c, layer, OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(definition, i)));
    }
}

/// @return the word for the shapes of the first layer
static const char *list_ogr(struct checking *c, const char *path, const char *driver)
{
    const char *const drivers[] = {driver, NULL};
    const bool roads = !strcmp(driver, "OSM");
    const char *word = "";
    ig_gdal_watch *watch = ig_gdal_watch_begin(c->ctx);
    GDALDatasetH dataset = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, NULL, NULL);
    for (int i = 0; dataset && i < GDALDatasetGetLayerCount(dataset); i++) {
        OGRLayerH layer = GDALDatasetGetLayer(dataset, i);
        if (!*word && !roads) word = shape_word(layer_type(layer));
        list_ogr_layer(c, layer, !roads);
    }
    const char *error = watch ? ig_gdal_watch_error(watch) : NULL;
    if (error || !dataset) {
        check_problem(c, IG_ERROR, error ? error : "the file cannot be opened", NULL);
    }
    if (dataset) GDALClose(dataset);
    ig_gdal_watch_end(watch);
    return roads ? "roads" : word;
}

static const char *shape_driver(ig_kind kind)
{
    switch (kind) {
    case IG_KIND_SHP:
        return "ESRI Shapefile";
    case IG_KIND_TOPOJSON:
        return "TopoJSON";
    case IG_KIND_OSM_PBF:
    case IG_KIND_OSM_XML:
        return "OSM";
    default:
        return "GeoJSON";
    }
}

/// An archive or folder of shapes: what our reader makes of the whole of it.
static void check_packed_shapes(struct checking *c)
{
    ig_areas *areas = NULL;
    const ig_area_options options = ig_area_defaults();
    c->out->kind = "boundary";
    const ig_status status = ig_areas_read(c->ctx, &c->source, 1, &options, &areas);
    check_failure(c, status);
    if (status) return;
    ig_check_layer *layer = check_layer(c, ig_areas_layer(areas), (int64_t)ig_areas_count(areas),
                                        ig_areas_source_crs(areas));
    const ig_table *table = ig_areas_table(areas);
    for (size_t i = 0; table && i < ig_table_columns(table); i++) {
        check_column(c, layer, ig_table_column_name(table, i));
    }
    ig_areas_free(areas);
}

void check_shapes(struct checking *c)
{
    ig_kind outside;
    c->out->driver = shape_driver(c->kind);
    c->out->kind = !strcmp(c->out->driver, "OSM") ? "roads" : "boundary";
    if (ig_kind_of(c->ctx, c->path, &outside) || outside != c->kind) {
        check_packed_shapes(c);
        return;
    }
    // polygons are read by our own readers first: they guard what the library does not
    if (strcmp(c->out->driver, "OSM")) {
        ig_areas *areas = NULL;
        const ig_area_options options = ig_area_defaults();
        const ig_status status = ig_areas_read(c->ctx, &c->source, 1, &options, &areas);
        ig_areas_free(areas);
        if (status == IG_ELIMIT || status == IG_EPOLICY || status == IG_EIO) {
            check_failure(c, status);
            return;
        }
        const size_t before = c->out->problems;
        const char *word = list_ogr(c, c->path, c->out->driver);
        if (*word) c->out->kind = word;
        if (status && (!*word || !strcmp(word, "boundary"))) {
            if (c->out->problems == before || status != IG_EINVAL) check_areas(c, c->source);
        }
        return;
    }
    list_ogr(c, c->path, c->out->driver);
}

// ---- GeoPackage ---------------------------------------------------------------------------------

static int give_up(void *steps)
{
    return ++*(int *)steps > 2000;
}

static sqlite3 *open_file(const char *path, int *steps)
{
    sqlite3 *db = NULL;
    if (sqlite_source_connect(path, &db) != SQLITE_OK) {
        sqlite3_close(db);
        return NULL;
    }
    sqlite3_progress_handler(db, 100000, give_up, steps);
    return db;
}

static const char *text_of(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

/// One layer as a source of its own, for the readers.
static char *layer_source(const char *path, const char *name)
{
    ig_text text = {0};
    ig_text_format(&text, "%s|layername=%s", path, name);
    if (text.failed) ig_text_free(&text);
    return text.data;
}

/// Our own lists (isogap_run, isogap_unmatched_rows ...): columns and rows, which may be none.
static void list_own_table(struct checking *c, sqlite3 *db, const char *name)
{
    sqlite3_stmt *statement = NULL;
    ig_check_layer *layer = check_layer(c, name, -1, NULL);
    char *count = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", name);
    char *columns = sqlite3_mprintf("SELECT name FROM pragma_table_info(%Q)", name);
    if (layer && count && sqlite3_prepare_v2(db, count, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        layer->features = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    statement = NULL;
    if (columns && sqlite3_prepare_v2(db, columns, -1, &statement, NULL) == SQLITE_OK) {
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const char *column = text_of(statement, 0);
            if (strcmp(column, "fid")) check_column(c, layer, column);
        }
    }
    sqlite3_finalize(statement);
    sqlite3_free(count);
    sqlite3_free(columns);
}

static void check_gpkg_layer(struct checking *c, sqlite3 *db, const char *name, const char *type,
                             const char *geometry, const char *crs)
{
    char *source = layer_source(c->path, name);
    if (!source) {
        c->failed = true;
    } else if (!strncmp(name, "isogap_", 7) && !strcmp(type, "attributes")) {
        list_own_table(c, db, name);
    } else if (!strcmp(type, "tiles") || strstr(type, "coverage")) {
        check_layer(c, name, -1, crs);
    } else if (list_table(c, source, name, crs) && strstr(geometry, "POLYGON")) {
        check_areas(c, source);
    }
    ig_free(source);
}

static const char *kind_of_geometry(const char *geometry)
{
    if (strstr(geometry, "POLYGON") || strstr(geometry, "SURFACE")) return "boundary";
    if (strstr(geometry, "LINE") || strstr(geometry, "CURVE")) return "lines";
    return strstr(geometry, "POINT") ? "points" : "table";
}

static void list_gpkg(struct checking *c, sqlite3 *db, sqlite3_stmt *statement)
{
    int step;
    bool first = true;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        char crs[96] = "";
        const char *name = text_of(statement, 0), *type = text_of(statement, 1);
        const char *geometry = text_of(statement, 2);
        if (c->layer && strcmp(c->layer, name)) continue;
        if (!strcmp(name, "layer_styles")) continue; // styles are no layer for people
        if (*text_of(statement, 3)) {
            snprintf(crs, sizeof crs, "%s:%s", text_of(statement, 3), text_of(statement, 4));
        }
        if (first) c->out->kind = kind_of_geometry(geometry);
        first = false;
        check_gpkg_layer(c, db, name, type, geometry, crs);
    }
    if (step != SQLITE_DONE) check_problem(c, IG_ERROR, "the list of layers cannot be read", NULL);
    if (first) check_problem(c, IG_ERROR, "the GeoPackage holds no layer", NULL);
}

void check_geopackage(struct checking *c)
{
    static const char query[] =
        "SELECT c.table_name, c.data_type, upper(g.geometry_type_name), s.organization, "
        "s.organization_coordsys_id FROM gpkg_contents c "
        "LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name "
        "LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id ORDER BY c.rowid";
    int steps = 0;
    c->out->kind = "table";
    c->out->driver = "GPKG";
    sqlite3 *db = open_file(c->path, &steps);
    sqlite3_stmt *statement = NULL;
    if (db && sqlite3_prepare_v2(db, query, -1, &statement, NULL) == SQLITE_OK) {
        list_gpkg(c, db, statement);
    } else {
        char text[320];
        snprintf(text, sizeof text, "%s: no GeoPackage, or a damaged one: %s",
                 ig_show(ig_base_name(c->path)), db ? sqlite3_errmsg(db) : "it cannot be opened");
        check_problem(c, IG_ERROR, text, "make the file again, or take another copy of it");
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

// ---- rasters ------------------------------------------------------------------------------------

/// Bands with their names; @return true when the first is the pace of a cost grid
static bool list_bands(struct checking *c)
{
    const char *const drivers[] = {c->out->driver, NULL};
    bool cost = false;
    char crs[128], name[64];
    ig_gdal_watch *watch = ig_gdal_watch_begin(c->ctx);
    GDALDatasetH dataset =
        GDALOpenEx(c->path, GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, NULL, NULL);
    if (dataset) crs_name(GDALGetSpatialRef(dataset), crs);
    for (int i = 1; dataset && i <= GDALGetRasterCount(dataset) && i <= 64; i++) {
        const char *said = GDALGetDescription(GDALGetRasterBand(dataset, i));
        snprintf(name, sizeof name, "band %d", i);
        cost = cost || (i == 1 && said && !strcmp(said, "pace"));
        check_layer(c, said && *said ? said : name,
                    (int64_t)GDALGetRasterXSize(dataset) * GDALGetRasterYSize(dataset), crs);
    }
    if (dataset) GDALClose(dataset);
    ig_gdal_watch_end(watch);
    return cost;
}

void check_raster(struct checking *c)
{
    ig_kind outside;
    c->out->kind = "raster";
    c->out->driver = c->kind == IG_KIND_AAIGRID ? "AAIGrid"
                     : c->kind == IG_KIND_VRT   ? "VRT"
                                                : "GTiff";
    const bool plain =
        c->kind != IG_KIND_VRT && !ig_kind_of(c->ctx, c->path, &outside) && outside == c->kind;
    const bool cost = plain && list_bands(c);
    ig_grid_options options = ig_grid_defaults();
    ig_surface *surface = NULL;
    ig_grid *grid = NULL;
    if (cost) {
        c->out->kind = "cost";
        check_failure(c, ig_surface_read(c->ctx, c->source, 0, &options, &surface));
    } else {
        options.band = c->out->layers > 1 ? 1 : 0;
        check_failure(c, ig_grid_read(c->ctx, &c->source, 1, &options, &grid));
    }
    if (grid && !plain) {
        check_layer(c, ig_base_name(c->path), ig_frame_cells(&grid->frame),
                    ig_ctx_work_crs(c->ctx));
    }
    ig_surface_free(surface);
    ig_grid_free(grid);
}
