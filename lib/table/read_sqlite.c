// Tables of a GeoPackage or plain SQLite file by SQLite itself, as a file from a stranger (S4).
#include "sqlite_source.h"
#include "table_internal.h"

#include <inttypes.h>

enum { MOST_LAYERS = 10000, MOST_BYTES = 64 << 20 };

// ---- which layer ----------------------------------------------------------------------------

struct layers {
    char **name;
    size_t count, room;
};

static void free_layers(struct layers *layers)
{
    for (size_t i = 0; i < layers->count; i++)
        ig_free(layers->name[i]);
    ig_free(layers->name);
}

/// Tables that hold somebody's rows: those that a GeoPackage lists, else all.
static ig_status list_layers(struct sqlite_source *file, struct layers *layers)
{
    enum sqlite_object contents;
    ig_status status = sqlite_source_find(file, "gpkg_contents", &contents);
    if (status) return status;
    const char *sql =
        contents == SQLITE_OBJECT_TABLE
            ? "SELECT c.table_name FROM gpkg_contents c WHERE c.data_type IN ('features', "
              "'attributes', 'aspatial') ORDER BY c.rowid"
            : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
              "'sqlite~_%' ESCAPE '~' ORDER BY rowid";
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(file->db, sql, -1, &statement, NULL) != SQLITE_OK) {
        return sqlite_source_failed(file, "the list of layers");
    }
    int code;
    while (!status && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        char *copy = name && layers->count < MOST_LAYERS ? ig_text_copy(name) : NULL;
        if (!copy || !ig_grow((void **)&layers->name, &layers->room, layers->count + 1,
                              sizeof *layers->name)) {
            ig_free(copy);
            status = ig_fail(file->ctx, IG_ELIMIT, "%s: too many layers", shown(file->name));
        } else {
            layers->name[layers->count++] = copy;
        }
    }
    if (!status && code != SQLITE_DONE) status = sqlite_source_failed(file, "the list of layers");
    sqlite3_finalize(statement);
    return status;
}

/// Our own records and QGIS's styles are no layers that anyone means without naming them.
static bool is_companion(const char *name)
{
    return strncmp(name, "isogap_", 7) == 0 || strcmp(name, "layer_styles") == 0 ||
           strncmp(name, "gpkg_", 5) == 0 || strcmp(name, "qgis_projects") == 0;
}

static ig_status choose_layer(struct sqlite_source *file, const struct layers *layers,
                              const char *wanted, const char **chosen)
{
    size_t count = 0;
    ig_text list = {0};
    ig_text_append(&list, "");
    for (size_t i = 0; i < layers->count; i++) {
        if (wanted && strcmp(layers->name[i], wanted) == 0) {
            *chosen = layers->name[i];
            ig_text_free(&list);
            return IG_OK;
        }
        if (!wanted && is_companion(layers->name[i])) continue;
        if (count++ == 0) *chosen = layers->name[i];
        ig_text_format(&list, "%s'%s'", count > 1 ? ", " : "", ig_show(layers->name[i]));
    }
    ig_status status = IG_OK;
    if (list.failed) {
        status = ig_fail(file->ctx, IG_EMEMORY, "no memory for the list of layers");
    } else if (wanted) {
        status = ig_fail(file->ctx, IG_EINVAL, "%s: no layer called '%s'; the layers are: %s",
                         shown(file->name), ig_show(wanted), list.data);
    } else if (count == 0) {
        status = ig_fail(file->ctx, IG_EFORMAT, "%s: no table in the file", shown(file->name));
    } else if (count > 1) {
        ig_fail(file->ctx, IG_EINVAL, "%s: %zu layers and none is named: %s", shown(file->name),
                count, list.data);
        status = ig_hint(file->ctx, "name the one that is meant as FILE|layername=NAME");
    }
    ig_text_free(&list);
    return status;
}

/// Layers must be tables: a view runs a stranger's query.
static ig_status check_is_table(struct sqlite_source *file, const char *layer)
{
    enum sqlite_object object;
    const ig_status status = sqlite_source_find(file, layer, &object);
    if (status || object == SQLITE_OBJECT_TABLE) return status;
    if (object == SQLITE_OBJECT_NONE) {
        return ig_fail(file->ctx, IG_EFORMAT, "%s: layer '%s' is listed and not there",
                       shown(file->name), ig_show(layer));
    }
    ig_fail(file->ctx, IG_EPOLICY, "%s: layer '%s' is a view (a stored query), not a table",
            shown(file->name), ig_show(layer));
    return ig_hint(file->ctx, "save it as a layer of its own first");
}

// ---- columns --------------------------------------------------------------------------------

struct fields {
    char **name;
    int *kind;
    size_t count, room, kind_room;
};

static void free_fields(struct fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        ig_free(fields->name[i]);
    ig_free(fields->name);
    ig_free(fields->kind);
}

static int declared_kind(const char *type)
{
    if (sqlite3_strlike("%INT%", type, 0) == 0 || sqlite3_strlike("BOOL%", type, 0) == 0) {
        return IG_COLUMN_INTEGER;
    }
    if (sqlite3_strlike("%REAL%", type, 0) == 0 || sqlite3_strlike("%DOUB%", type, 0) == 0 ||
        sqlite3_strlike("%FLOA%", type, 0) == 0) {
        return IG_COLUMN_REAL;
    }
    if (sqlite3_strlike("TEXT%", type, 0) == 0 || sqlite3_strlike("%CHAR%", type, 0) == 0) {
        return IG_COLUMN_TEXT;
    }
    return IG_KIND_UNSTATED;
}

static bool is_shape_type(const char *type)
{
    static const char *const types[] = {"GEOMETRY%", "%POINT",   "%LINESTRING",      "%POLYGON",
                                        "%CURVE%",   "%SURFACE", "GEOM%COLLECTION%", "BLOB%",
                                        "TIN",       "TRIANGLE"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (sqlite3_strlike(types[i], type, 0) == 0) return true;
    }
    return false;
}

/// Columns with values of their own: not shapes, not the row number, not computed ones.
static ig_status list_fields(struct sqlite_source *file, const char *layer, struct fields *fields)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(file->db, "SELECT name, type, pk, hidden FROM pragma_table_xinfo(?1)",
                           -1, &statement, NULL) != SQLITE_OK) {
        return sqlite_source_failed(file, "the list of columns");
    }
    sqlite3_bind_text(statement, 1, layer, -1, SQLITE_STATIC);
    ig_status status = IG_OK;
    int code;
    while (!status && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        const char *type = (const char *)sqlite3_column_text(statement, 1);
        const bool key = sqlite3_column_int(statement, 2) > 0;
        if (!name || sqlite3_column_int(statement, 3) > 0) continue;
        if (!type) type = "";
        if (is_shape_type(type) || (key && sqlite3_stricmp(type, "INTEGER") == 0)) continue;
        char *copy = ig_text_copy(name);
        if (!copy ||
            !ig_grow((void **)&fields->name, &fields->room, fields->count + 1,
                     sizeof *fields->name) ||
            !ig_grow((void **)&fields->kind, &fields->kind_room, fields->count + 1,
                     sizeof *fields->kind)) {
            ig_free(copy);
            status = ig_fail(file->ctx, IG_EMEMORY, "no memory for columns");
            break;
        }
        fields->kind[fields->count] = declared_kind(type);
        fields->name[fields->count++] = copy;
    }
    if (!status && code != SQLITE_DONE) status = sqlite_source_failed(file, "the list of columns");
    sqlite3_finalize(statement);
    if (!status && fields->count == 0) {
        status = ig_fail(file->ctx, IG_EFORMAT, "%s: layer '%s' has no columns of values",
                         shown(file->name), ig_show(layer));
    }
    return status;
}

// ---- rows -----------------------------------------------------------------------------------

static ig_status take_value(struct sqlite_source *file, struct intake *intake,
                            sqlite3_stmt *statement, int column, const char *field, int64_t row)
{
    char number[40];
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        snprintf(number, sizeof number, "%lld", sqlite3_column_int64(statement, column));
        return intake_cell(intake, number, strlen(number), true);
    case SQLITE_FLOAT:
        ig_number_text(sqlite3_column_double(statement, column), number, sizeof number);
        return intake_cell(intake, number, strlen(number), true);
    case SQLITE_TEXT: {
        const char *text = (const char *)sqlite3_column_text(statement, column);
        const size_t length = (size_t)sqlite3_column_bytes(statement, column);
        if (!text) return ig_fail(file->ctx, IG_EMEMORY, "no memory for a text");
        if (memchr(text, '\0', length) || !ig_text_is_utf8(text, length)) {
            return ig_fail(file->ctx, IG_EFORMAT,
                           "%s: feature %" PRId64 ", field %s: '%s' is not valid UTF-8 or holds a "
                           "NUL",
                           shown(file->name), row, ig_show(field), ig_show(text));
        }
        return intake_cell(intake, text, length, false);
    }
    default:
        return intake_cell(intake, "", 0, false);
    }
}

/// Rows in order of their number; a table without one in the order it is stored in.
static ig_status read_rows(struct sqlite_source *file, const char *layer,
                           const struct fields *fields, struct intake *intake)
{
    sqlite3_stmt *statement = NULL;
    bool numbered = true;
    for (int attempt = 0; attempt < 2 && !statement; attempt++) {
        ig_text sql = {0};
        numbered = attempt == 0;
        ig_text_append(&sql, numbered ? "SELECT rowid" : "SELECT 0");
        for (size_t f = 0; f < fields->count; f++) {
            ig_text_append(&sql, ", ");
            sqlite_quote(&sql, fields->name[f]);
        }
        ig_text_append(&sql, " FROM ");
        sqlite_quote(&sql, layer);
        if (numbered) ig_text_append(&sql, " ORDER BY rowid");
        const bool whole = !sql.failed;
        if (whole) sqlite3_prepare_v2(file->db, sql.data, -1, &statement, NULL);
        ig_text_free(&sql);
        if (!whole) return ig_fail(file->ctx, IG_EMEMORY, "no memory for a query");
    }
    if (!statement) return sqlite_source_failed(file, "the rows");
    ig_status status = IG_OK;
    int64_t rows = 0;
    int code;
    sqlite_source_begin(file);
    while (!status && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        rows++;
        const int64_t row = numbered ? sqlite3_column_int64(statement, 0) : rows;
        for (size_t f = 0; !status && f < fields->count; f++) {
            status = take_value(file, intake, statement, (int)f + 1, fields->name[f], row);
        }
        if (!status) status = intake_row(intake, row);
    }
    if (!status && code != SQLITE_DONE) status = sqlite_source_failed(file, "the rows");
    sqlite3_finalize(statement);
    return status;
}

ig_status read_sqlite(ig_ctx *ctx, const char *path, const char *name,
                      const ig_table_options *options, const char *layer, ig_table **out)
{
    struct sqlite_source file;
    struct layers layers = {0};
    struct fields fields = {0};
    struct intake *intake = NULL;
    const char *chosen = NULL;
    ig_status status = sqlite_source_open(ctx, path, name, MOST_BYTES, &file);
    if (!status) status = list_layers(&file, &layers);
    if (!status) status = choose_layer(&file, &layers, layer, &chosen);
    if (!status) status = check_is_table(&file, chosen);
    if (!status) status = list_fields(&file, chosen, &fields);
    if (!status) {
        status = intake_new(ctx, name, "feature", options, (const char *const *)fields.name,
                            fields.count, &intake);
    }
    for (size_t f = 0; !status && f < fields.count; f++) {
        ig_table_build_kind(intake_table(intake), f, fields.kind[f]);
    }
    if (!status) status = read_rows(&file, chosen, &fields, intake);
    sqlite_source_close(&file);
    free_layers(&layers);
    free_fields(&fields);
    if (status) {
        intake_free(intake);
        return status;
    }
    return intake_finish(intake, out);
}
