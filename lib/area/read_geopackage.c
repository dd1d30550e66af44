// GeoPackage by SQLite itself, as a file from a stranger: tables only, never an index, columns by
// list.
#include "features.h"

#include "../table/sqlite_source.h"

#include <string.h>

enum { MOST_BYTES = 256 << 20 };

struct layer {
    char *table, *geometry, *crs;
    bool fits; ///< its declared type may hold what is wanted
};

static void free_layer(struct layer *layer)
{
    ig_free(layer->table);
    ig_free(layer->geometry);
    ig_free(layer->crs);
    *layer = (struct layer){0};
}

static char *column_copy(sqlite3_stmt *query, int column)
{
    const char *text = (const char *)sqlite3_column_text(query, column);
    return ig_text_copy(text ? text : "");
}

static bool type_fits(const char *type, const ig_features *features)
{
    static const char *const polygon[] = {"POLYGON", "MULTIPOLYGON", "CURVEPOLYGON", "MULTISURFACE",
                                          "SURFACE"};
    static const char *const point[] = {"POINT", "MULTIPOINT"};
    static const char *const line[] = {"LINESTRING",    "MULTILINESTRING", "CIRCULARSTRING",
                                       "COMPOUNDCURVE", "MULTICURVE",      "CURVE"};
    const bool points = features->points;
    const bool polygons = !points && (!features->lines || features->also);
    if (!type || !sqlite3_stricmp(type, "GEOMETRY") || !sqlite3_stricmp(type, "GEOMETRYCOLLECTION"))
        return true;
    for (size_t i = 0; features->lines && i < sizeof line / sizeof *line; i++)
        if (!sqlite3_stricmp(type, line[i])) return true;
    for (size_t i = 0; polygons && i < sizeof polygon / sizeof *polygon; i++)
        if (!sqlite3_stricmp(type, polygon[i])) return true;
    for (size_t i = 0; points && i < sizeof point / sizeof *point; i++)
        if (!sqlite3_stricmp(type, point[i])) return true;
    return false;
}

/// CRS of a layer as "EPSG:N" or WKT; NULL for the undefined ones (0 and -1).
static char *crs_of(sqlite3_stmt *query)
{
    const sqlite3_int64 id = sqlite3_column_int64(query, 3);
    const char *organisation = (const char *)sqlite3_column_text(query, 4);
    if (id == 0 || id == -1 || !organisation) return NULL;
    if (!sqlite3_stricmp(organisation, "EPSG")) {
        ig_text text = {0};
        ig_text_format(&text, "EPSG:%lld", (long long)sqlite3_column_int64(query, 5));
        return text.failed ? NULL : text.data;
    }
    const char *definition = (const char *)sqlite3_column_text(query, 6);
    return definition && sqlite3_stricmp(definition, "undefined") ? ig_text_copy(definition) : NULL;
}

static ig_status list_layers(struct sqlite_source *source, const ig_features *features,
                             struct layer **layers, size_t *count)
{
    static const char sql[] =
        "SELECT c.table_name, g.column_name, g.geometry_type_name, g.srs_id, s.organization, "
        "s.organization_coordsys_id, s.definition FROM gpkg_contents c JOIN gpkg_geometry_columns "
        "g ON g.table_name = c.table_name LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id "
        "WHERE c.data_type = 'features' ORDER BY c.rowid";
    static const char *const needed[] = {"gpkg_contents", "gpkg_geometry_columns",
                                         "gpkg_spatial_ref_sys"};
    *layers = NULL;
    *count = 0;
    for (size_t i = 0; i < 3; i++) {
        enum sqlite_object object;
        ig_status status = sqlite_source_find(source, needed[i], &object);
        if (status) return status;
        if (object != SQLITE_OBJECT_TABLE)
            return ig_fail(source->ctx, IG_EFORMAT,
                           "%s: an SQLite file without the table %s: not a GeoPackage with layers",
                           source->name, needed[i]);
    }
    sqlite3_stmt *query = NULL;
    ig_status status = IG_OK;
    size_t room = 0;
    int step = SQLITE_ERROR;
    if (sqlite3_prepare_v2(source->db, sql, -1, &query, NULL) != SQLITE_OK) {
        status = sqlite_source_failed(source, "the list of layers");
        goto done;
    }
    while ((step = sqlite3_step(query)) == SQLITE_ROW && *count < IG_MAX_COLUMNS) {
        if (!ig_grow((void **)layers, &room, *count + 1, sizeof **layers)) {
            status = ig_fail(source->ctx, IG_EMEMORY, "no memory for %s", source->name);
            goto done;
        }
        struct layer *layer = &(*layers)[(*count)++];
        *layer = (struct layer){
            .table = column_copy(query, 0),
            .geometry = column_copy(query, 1),
            .crs = crs_of(query),
            .fits = type_fits((const char *)sqlite3_column_text(query, 2), features)};
        if (!layer->table || !layer->geometry) {
            status = ig_fail(source->ctx, IG_EMEMORY, "no memory for %s", source->name);
            goto done;
        }
    }
    if (step != SQLITE_DONE && step != SQLITE_ROW)
        status = sqlite_source_failed(source, "the list of layers");
done:
    sqlite3_finalize(query);
    return status;
}

static void name_layers(ig_text *text, const struct layer *layers, size_t count)
{
    for (size_t i = 0; i < count && i < IG_SHOWN; i++)
        ig_text_format(text, "%s%s", i ? ", " : "", ig_show(layers[i].table));
    if (count > IG_SHOWN) ig_text_format(text, " and %zu more", count - IG_SHOWN);
}

/// The layer wanted, or the only one that can hold what is wanted.
static ig_status choose_layer(struct sqlite_source *source, const struct layer *layers,
                              size_t count, const char *wanted, const ig_features *features,
                              size_t *choice)
{
    ig_ctx *ctx = source->ctx;
    ig_text names = {0};
    name_layers(&names, layers, count);
    size_t fitting = 0;
    ig_status status = IG_OK;
    for (size_t i = 0; i < count; i++) {
        if (wanted && !strcmp(layers[i].table, wanted)) {
            *choice = i;
            goto done;
        }
        if (!layers[i].fits) continue;
        if (!wanted) *choice = i;
        fitting++;
    }
    if (count == 0) {
        status = ig_fail(ctx, IG_EFORMAT, "%s: holds no layer with shapes", source->name);
    } else if (wanted) {
        ig_fail(ctx, IG_EFORMAT, "%s: has no layer %s; it has: %s", source->name, ig_show(wanted),
                names.failed ? "" : names.data);
        status = ig_hint(ctx, "choose one as FILE|layername=NAME");
    } else if (fitting != 1) {
        ig_fail(ctx, IG_EFORMAT, "%s: has %zu layers%s and none is chosen: %s", source->name, count,
                fitting            ? ""
                : features->points ? " (none of points)"
                : features->lines  ? " (none of lines)"
                                   : " (none of polygons)",
                names.failed ? "" : names.data);
        status = ig_hint(ctx, "choose one layer as '%s|layername=NAME'", source->name);
    }
done:
    ig_text_free(&names);
    return status;
}

static ig_status no_room(struct sqlite_source *source)
{
    return ig_fail(source->ctx, IG_EMEMORY, "no memory for %s", source->name);
}

static bool starts(const char *text, const char *with)
{
    return text && !sqlite3_strnicmp(text, with, (int)strlen(with));
}

/// The declared types of GeoPackage, table 1.
static ig_column_kind declared_kind(const char *type)
{
    if (starts(type, "BOOLEAN") || starts(type, "TINYINT") || starts(type, "SMALLINT") ||
        starts(type, "MEDIUMINT") || starts(type, "INT"))
        return IG_COLUMN_INTEGER;
    if (starts(type, "FLOAT") || starts(type, "DOUBLE") || starts(type, "REAL"))
        return IG_COLUMN_REAL;
    return IG_COLUMN_TEXT;
}

struct plan {
    size_t *columns; ///< column of the features for each value after id and geometry
    size_t count, room;
    bool rowid; ///< the integer primary key stands for the feature
};

/// SELECT id, geometry, column... by list. Generated columns and blobs are not asked for.
static ig_status plan_columns(struct sqlite_source *source, ig_features *features,
                              const struct layer *layer, struct plan *plan, ig_text *sql)
{
    ig_ctx *ctx = source->ctx;
    sqlite3_stmt *query = NULL;
    ig_text list = {0};
    char *key = NULL;
    bool geometry = false;
    int step = SQLITE_ERROR;
    ig_status status = IG_OK;
    if (sqlite3_prepare_v2(source->db, "SELECT name, type, pk, hidden FROM pragma_table_xinfo(?1)",
                           -1, &query, NULL) != SQLITE_OK ||
        sqlite3_bind_text(query, 1, layer->table, -1, SQLITE_STATIC) != SQLITE_OK) {
        status = sqlite_source_failed(source, "the columns");
        goto done;
    }
    while ((step = sqlite3_step(query)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(query, 0);
        const char *type = (const char *)sqlite3_column_text(query, 1);
        if (!name) name = "";
        if (!sqlite3_stricmp(name, layer->geometry)) {
            geometry = true;
            continue;
        }
        if (sqlite3_column_int(query, 3)) {
            ig_warn(ctx, "%s: the computed column %s is left out", source->name, ig_show(name));
            continue;
        }
        if (sqlite3_column_int(query, 2) == 1 && !key && starts(type, "INTEGER")) {
            key = ig_text_copy(name);
            if (!key) status = no_room(source);
            if (status) goto done;
            continue;
        }
        if (starts(type, "BLOB")) continue;
        size_t column;
        status = ig_features_column(ctx, features, name, declared_kind(type), &column);
        if (status) goto done;
        if (!ig_grow((void **)&plan->columns, &plan->room, plan->count + 1,
                     sizeof *plan->columns)) {
            status = no_room(source);
            goto done;
        }
        plan->columns[plan->count++] = column;
        ig_text_append(&list, ", ");
        sqlite_quote(&list, name);
    }
    if (step != SQLITE_DONE) {
        status = sqlite_source_failed(source, "the columns");
        goto done;
    }
    if (!geometry) {
        status = ig_fail(ctx, IG_EFORMAT, "%s: layer %s has no geometry column %s", source->name,
                         ig_show(layer->table), ig_show(layer->geometry));
        goto done;
    }
    ig_text_append(sql, "SELECT ");
    if (key)
        sqlite_quote(sql, key);
    else
        ig_text_append(sql, "NULL");
    ig_text_append(sql, ", ");
    sqlite_quote(sql, layer->geometry);
    if (list.data) ig_text_append(sql, list.data);
    ig_text_append(sql, " FROM main.");
    sqlite_quote(sql, layer->table);
    ig_text_append(sql, " NOT INDEXED");
    plan->rowid = key != NULL;
    if (sql->failed || list.failed) status = no_room(source);
done:
    ig_free(key);
    ig_text_free(&list);
    sqlite3_finalize(query);
    return status;
}

/// GeoPackageBinary: a header of 8 bytes, an envelope, then well-known binary.
static ig_status read_blob(struct sqlite_source *source, ig_features *features, sqlite3_stmt *query)
{
    static const size_t envelope[] = {0, 32, 48, 48, 64};
    ig_feature *item = &features->items[features->count - 1];
    if (sqlite3_column_type(query, 1) == SQLITE_NULL) return IG_OK;
    const unsigned char *blob = sqlite3_column_blob(query, 1);
    const size_t size = (size_t)sqlite3_column_bytes(query, 1);
    const size_t form = blob && size >= 8 ? blob[3] >> 1 & 7 : 5;
    if (form > 4 || blob[0] != 'G' || blob[1] != 'P' || size < 8 + envelope[form]) {
        ig_fail(source->ctx, IG_EFORMAT, "%s: the geometry of feature %lld is damaged",
                source->name, (long long)item->line);
        return ig_hint(source->ctx, "it is not a GeoPackage geometry; fetch the file again");
    }
    if (blob[3] & 0x20)
        return ig_fail(source->ctx, IG_EFORMAT,
                       "%s: feature %lld has an extended geometry type, which is not read",
                       source->name, (long long)item->line);
    if (blob[3] & 0x10) {
        item->state = IG_FEATURE_EMPTY;
        return IG_OK;
    }
    const size_t head = 8 + envelope[form];
    return ig_features_wkb(source->ctx, features, blob + head, size - head);
}

static ig_status bad_text(struct sqlite_source *source, const ig_feature *item, const char *column,
                          const char *what)
{
    return ig_fail(source->ctx, IG_EFORMAT, "%s: feature %lld, column %s: %s", source->name,
                   (long long)item->line, ig_show(column), what);
}

static ig_status read_cell(struct sqlite_source *source, ig_features *features, sqlite3_stmt *query,
                           int i, size_t column)
{
    ig_ctx *ctx = source->ctx;
    char digits[40];
    switch (sqlite3_column_type(query, i)) {
    case SQLITE_INTEGER: {
        const int n =
            snprintf(digits, sizeof digits, "%lld", (long long)sqlite3_column_int64(query, i));
        return ig_features_cell(ctx, features, column, IG_COLUMN_INTEGER, digits, (size_t)n);
    }
    case SQLITE_FLOAT: {
        const char *text = ig_number_text(sqlite3_column_double(query, i), digits, sizeof digits);
        return ig_features_cell(ctx, features, column, IG_COLUMN_REAL, text, strlen(text));
    }
    case SQLITE_TEXT: {
        const ig_feature *item = &features->items[features->count - 1];
        const char *text = (const char *)sqlite3_column_text(query, i);
        const size_t length = (size_t)sqlite3_column_bytes(query, i);
        if (!text) return no_room(source);
        if (length > IG_MAX_FIELD)
            return bad_text(source, item, features->columns[column].name, "longer than 1 MiB");
        if (memchr(text, 0, length))
            return bad_text(source, item, features->columns[column].name, "holds a NUL byte");
        if (!ig_text_is_utf8(text, length))
            return bad_text(source, item, features->columns[column].name,
                            "is not UTF-8, as texts of a GeoPackage must be");
        return ig_features_cell(ctx, features, column, IG_COLUMN_TEXT, text, length);
    }
    default:
        return IG_OK;
    }
}

static ig_status read_rows(struct sqlite_source *source, ig_features *features,
                           const struct plan *plan, const char *sql)
{
    sqlite3_stmt *query = NULL;
    ig_status status = IG_OK;
    int step = SQLITE_ERROR;
    int64_t row = 0;
    sqlite_source_begin(source);
    if (sqlite3_prepare_v2(source->db, sql, -1, &query, NULL) != SQLITE_OK) {
        status = sqlite_source_failed(source, "the layer");
        goto done;
    }
    while ((step = sqlite3_step(query)) == SQLITE_ROW) {
        row++;
        const int64_t id = plan->rowid ? sqlite3_column_int64(query, 0) : row;
        status = ig_features_add(source->ctx, features, id, NULL);
        if (!status) status = read_blob(source, features, query);
        for (size_t i = 0; !status && i < plan->count; i++)
            status = read_cell(source, features, query, (int)i + 2, plan->columns[i]);
        if (status) goto done;
    }
    if (step != SQLITE_DONE) status = sqlite_source_failed(source, "the layer");
done:
    sqlite3_finalize(query);
    return status;
}

static ig_status read_layer(struct sqlite_source *source, ig_features *features,
                            const struct layer *layer)
{
    enum sqlite_object object;
    ig_status status = sqlite_source_find(source, layer->table, &object);
    if (status) return status;
    if (object == SQLITE_OBJECT_NONE) {
        ig_fail(source->ctx, IG_EFORMAT, "%s: layer %s is listed but its table is missing",
                source->name, ig_show(layer->table));
        return ig_hint(source->ctx, "the file is damaged; fetch it again");
    }
    if (object == SQLITE_OBJECT_OTHER) {
        ig_fail(source->ctx, IG_EPOLICY, "%s: layer %s is a view, not a table", source->name,
                ig_show(layer->table));
        return ig_hint(source->ctx, "a view can run any query; save the layer as a table first");
    }
    struct plan plan = {0};
    ig_text sql = {0};
    status = plan_columns(source, features, layer, &plan, &sql);
    if (!status) status = read_rows(source, features, &plan, sql.data);
    ig_free(plan.columns);
    ig_text_free(&sql);
    return status;
}

ig_status ig_features_read_geopackage(ig_ctx *ctx, ig_features *features, const char *path,
                                      const char *name, const char *layer)
{
    struct sqlite_source source;
    struct layer *layers = NULL;
    size_t count = 0, choice = 0;
    ig_status status = sqlite_source_open(ctx, path, name, MOST_BYTES, &source);
    features->word = "feature";
    if (!status) status = list_layers(&source, features, &layers, &count);
    if (!status) status = choose_layer(&source, layers, count, layer, features, &choice);
    if (!status) status = ig_features_crs(ctx, features, layers[choice].crs, false);
    if (!status && !features->layer) {
        features->layer = ig_text_copy(layers[choice].table);
        if (!features->layer) status = no_room(&source);
    }
    if (!status) status = read_layer(&source, features, &layers[choice]);
    for (size_t i = 0; i < count; i++)
        free_layer(&layers[i]);
    ig_free(layers);
    sqlite_source_close(&source);
    return status;
}
