// GeoPackage by SQLite itself, as SQLite advises for files from strangers: read-only, defensive,
// checked before use, tables only, never an index, columns by list.
#include "features.h"

#include "../table/build.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/// Instructions of SQLite's machine between two looks at the clock and the cancel flag.
enum { STEPS = 20000 };

struct source {
    ig_ctx *ctx;
    sqlite3 *db;
    const char *name; ///< of the file, for messages
    struct timespec start;
    double seconds; ///< a step longer than this is stopped
    double size;    ///< of the file, bytes
    bool stopped;
};

static int keep_going(void *user)
{
    struct source *source = user;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const double spent = (double)(now.tv_sec - source->start.tv_sec) +
                         1e-9 * (double)(now.tv_nsec - source->start.tv_nsec);
    source->stopped = spent > source->seconds;
    return source->stopped || ig_ctx_cancelled(source->ctx);
}

static void set_clock(struct source *source, double seconds)
{
    clock_gettime(CLOCK_MONOTONIC, &source->start);
    source->seconds = seconds;
    source->stopped = false;
}

/// What SQLite said, as a failure of ours.
static ig_status sqlite_failed(struct source *source, const char *what)
{
    ig_ctx *ctx = source->ctx;
    const int code = sqlite3_errcode(source->db);
    if (ig_ctx_cancelled(ctx)) return ig_fail(ctx, IG_ECANCELLED, "cancelled");
    if (source->stopped)
        return ig_fail(ctx, IG_ELIMIT, "%s: %s takes too long: over the limit of %g s",
                       source->name, what, source->seconds);
    if ((code & 0xff) == SQLITE_NOMEM)
        return ig_fail(ctx, IG_EMEMORY, "%s: no memory for %s", source->name, what);
    if ((code & 0xff) == SQLITE_TOOBIG)
        return ig_fail(ctx, IG_ELIMIT, "%s: %s: a field is over the limit of 256 MiB (computed?)",
                       source->name, what);
    if ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN)
        return ig_fail(ctx, IG_EIO, "%s: cannot be read: %s", source->name,
                       sqlite3_errmsg(source->db));
    if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB) {
        ig_fail(ctx, IG_EFORMAT, "%s: the file is damaged (corrupt or truncated): %s", source->name,
                sqlite3_errmsg(source->db));
        return ig_hint(ctx, "fetch the file again; sqlite3's .recover may save what is left");
    }
    return ig_fail(ctx, IG_EFORMAT, "%s: %s: %s", source->name, what, sqlite3_errmsg(source->db));
}

/// Changes that lie in a journal beside the file would be missed by a read-only look at it.
static ig_status refuse_journal(ig_ctx *ctx, const char *path, const char *name)
{
    static const char *const suffixes[] = {"-wal", "-journal"};
    ig_status status = IG_OK;
    for (size_t i = 0; i < 2 && !status; i++) {
        ig_text beside = {0};
        ig_text_append(&beside, path);
        ig_text_append(&beside, suffixes[i]);
        struct stat info;
        if (beside.failed)
            status = ig_fail(ctx, IG_EMEMORY, "no memory");
        else if (stat(beside.data, &info) == 0 && info.st_size > 0) {
            ig_fail(ctx, IG_EFORMAT, "%s: unfinished changes lie beside it in %s%s", name,
                    ig_base_name(path), suffixes[i]);
            status = ig_hint(ctx, "close the program that has it open (QGIS?), or copy it with "
                                  "'sqlite3 FILE \"VACUUM INTO ...\"'");
        }
        ig_text_free(&beside);
    }
    return status;
}

/// Path as a URI that SQLite opens without locks, journals or side files.
static bool file_uri(const char *path, ig_text *uri)
{
    ig_text_append(uri, "file:");
    for (const char *c = path; *c; c++) {
        if (strchr("?#%", *c))
            ig_text_format(uri, "%%%02X", (unsigned)(unsigned char)*c);
        else
            ig_text_append_bytes(uri, c, 1);
    }
    ig_text_append(uri, "?mode=ro&immutable=1");
    return !uri->failed;
}

static ig_status check_whole(struct source *source)
{
    sqlite3_stmt *query = NULL;
    set_clock(source, 10.0 + source->size / 50e6);
    ig_status status = IG_OK;
    if (sqlite3_prepare_v2(source->db, "PRAGMA quick_check(1)", -1, &query, NULL) != SQLITE_OK ||
        sqlite3_step(query) != SQLITE_ROW) {
        status = sqlite_failed(source, "the check of the file");
    } else {
        const char *said = (const char *)sqlite3_column_text(query, 0);
        if (!said || strcmp(said, "ok")) {
            ig_fail(source->ctx, IG_EFORMAT, "%s: the file is damaged (corrupt): %s", source->name,
                    ig_show(said ? said : ""));
            status = ig_hint(source->ctx, "fetch the file again; areas may be lost in it");
        }
    }
    sqlite3_finalize(query);
    return status;
}

static ig_status open_source(ig_ctx *ctx, const char *path, const char *name, struct source *source)
{
    *source = (struct source){.ctx = ctx, .name = name};
    ig_status status = refuse_journal(ctx, path, name);
    if (status) return status;
    ig_text uri = {0};
    if (!file_uri(path, &uri)) {
        ig_text_free(&uri);
        return ig_fail(ctx, IG_EMEMORY, "no memory to open %s", name);
    }
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    const int opened = sqlite3_open_v2(uri.data, &source->db, flags, NULL);
    ig_text_free(&uri);
    if (opened != SQLITE_OK) {
        if (source->db) return sqlite_failed(source, "opening");
        return ig_fail(ctx, IG_EMEMORY, "no memory to open %s", name);
    }
    struct stat info;
    if (stat(path, &info) == 0) source->size = (double)info.st_size;
    sqlite3 *db = source->db;
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 256 << 20);
    sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
    sqlite3_limit(db, SQLITE_LIMIT_COLUMN, IG_MAX_COLUMNS + 8);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_progress_handler(db, STEPS, keep_going, source);
    set_clock(source, 10.0);
    if (sqlite3_exec(db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA query_only=ON",
                     NULL, NULL, NULL) != SQLITE_OK)
        return sqlite_failed(source, "opening");
    return check_whole(source);
}

/// What stands under a name in the schema.
enum object { NOTHING, TABLE, OTHER };

static ig_status find_object(struct source *source, const char *name, enum object *object)
{
    sqlite3_stmt *query = NULL;
    ig_status status = IG_OK;
    *object = NOTHING;
    if (sqlite3_prepare_v2(
            source->db,
            "SELECT type='table' AND sql NOT LIKE 'create virtual%' FROM "
            "sqlite_master WHERE type IN ('table','view') AND name=?1 COLLATE NOCASE",
            -1, &query, NULL) != SQLITE_OK ||
        sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC) != SQLITE_OK) {
        status = sqlite_failed(source, "the list of tables");
    } else {
        const int step = sqlite3_step(query);
        if (step == SQLITE_ROW) *object = sqlite3_column_int(query, 0) ? TABLE : OTHER;
        if (step != SQLITE_ROW && step != SQLITE_DONE)
            status = sqlite_failed(source, "the list of tables");
    }
    sqlite3_finalize(query);
    return status;
}

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

static ig_status list_layers(struct source *source, const ig_features *features,
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
        enum object object;
        ig_status status = find_object(source, needed[i], &object);
        if (status) return status;
        if (object != TABLE)
            return ig_fail(source->ctx, IG_EFORMAT,
                           "%s: an SQLite file without the table %s: not a GeoPackage with layers",
                           source->name, needed[i]);
    }
    sqlite3_stmt *query = NULL;
    ig_status status = IG_OK;
    size_t room = 0;
    int step = SQLITE_ERROR;
    if (sqlite3_prepare_v2(source->db, sql, -1, &query, NULL) != SQLITE_OK) {
        status = sqlite_failed(source, "the list of layers");
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
        status = sqlite_failed(source, "the list of layers");
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
static ig_status choose_layer(struct source *source, const struct layer *layers, size_t count,
                              const char *wanted, const ig_features *features, size_t *choice)
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

static ig_status no_room(struct source *source)
{
    return ig_fail(source->ctx, IG_EMEMORY, "no memory for %s", source->name);
}

static void quote_name(ig_text *sql, const char *name)
{
    ig_text_append(sql, "\"");
    for (const char *c = name; *c; c++) {
        ig_text_append_bytes(sql, c, 1);
        if (*c == '"') ig_text_append(sql, "\"");
    }
    ig_text_append(sql, "\"");
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
static ig_status plan_columns(struct source *source, ig_features *features,
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
        status = sqlite_failed(source, "the columns");
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
        quote_name(&list, name);
    }
    if (step != SQLITE_DONE) {
        status = sqlite_failed(source, "the columns");
        goto done;
    }
    if (!geometry) {
        status = ig_fail(ctx, IG_EFORMAT, "%s: layer %s has no geometry column %s", source->name,
                         ig_show(layer->table), ig_show(layer->geometry));
        goto done;
    }
    ig_text_append(sql, "SELECT ");
    if (key)
        quote_name(sql, key);
    else
        ig_text_append(sql, "NULL");
    ig_text_append(sql, ", ");
    quote_name(sql, layer->geometry);
    if (list.data) ig_text_append(sql, list.data);
    ig_text_append(sql, " FROM main.");
    quote_name(sql, layer->table);
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
static ig_status read_blob(struct source *source, ig_features *features, sqlite3_stmt *query)
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

static ig_status bad_text(struct source *source, const ig_feature *item, const char *column,
                          const char *what)
{
    return ig_fail(source->ctx, IG_EFORMAT, "%s: feature %lld, column %s: %s", source->name,
                   (long long)item->line, ig_show(column), what);
}

static ig_status read_cell(struct source *source, ig_features *features, sqlite3_stmt *query, int i,
                           size_t column)
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

static ig_status read_rows(struct source *source, ig_features *features, const struct plan *plan,
                           const char *sql)
{
    sqlite3_stmt *query = NULL;
    ig_status status = IG_OK;
    int step = SQLITE_ERROR;
    int64_t row = 0;
    set_clock(source, 3600.0);
    if (sqlite3_prepare_v2(source->db, sql, -1, &query, NULL) != SQLITE_OK) {
        status = sqlite_failed(source, "the layer");
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
    if (step != SQLITE_DONE) status = sqlite_failed(source, "the layer");
done:
    sqlite3_finalize(query);
    return status;
}

static ig_status read_layer(struct source *source, ig_features *features, const struct layer *layer)
{
    enum object object;
    ig_status status = find_object(source, layer->table, &object);
    if (status) return status;
    if (object == NOTHING) {
        ig_fail(source->ctx, IG_EFORMAT, "%s: layer %s is listed but its table is missing",
                source->name, ig_show(layer->table));
        return ig_hint(source->ctx, "the file is damaged; fetch it again");
    }
    if (object == OTHER) {
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
    struct source source = {0};
    struct layer *layers = NULL;
    size_t count = 0, choice = 0;
    ig_status status = open_source(ctx, path, name, &source);
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
    sqlite3_close_v2(source.db);
    return status;
}
