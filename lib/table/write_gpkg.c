// A table alone in a GeoPackage (attributes), by SQLite itself.
#include "sqlite_source.h"
#include "table_internal.h"

#include <math.h>

// OGC 12-128r15, annex C: the tables that every GeoPackage has.
static const char base_tables[] =
    "PRAGMA application_id = 1196444487;" // "GPKG"
    "PRAGMA user_version = 10200;"
    "PRAGMA journal_mode = DELETE;"
    "PRAGMA synchronous = FULL;"
    "BEGIN;"
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY "
    "KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT "
    "NOT NULL, description TEXT);"
    "INSERT INTO gpkg_spatial_ref_sys VALUES"
    " ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', "
    "'undefined Cartesian coordinate reference system'),"
    " ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', "
    "'undefined geographic coordinate reference system'),"
    " ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\","
    "SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],"
    "AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],"
    "UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AXIS[\"Latitude\",NORTH],"
    "AXIS[\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4326\"]]', "
    "'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');"
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, "
    "identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT "
    "(strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y "
    "DOUBLE, srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES "
    "gpkg_spatial_ref_sys(srs_id));";

static ig_status failed(ig_ctx *ctx, sqlite3 *db, const char *path)
{
    return ig_fail(ctx, IG_EWRITE, "%s cannot be written: %s", shown(path), sqlite3_errmsg(db));
}

/// Is the name taken by an earlier column or the row number, as SQLite compares names?
static bool name_is_taken(const ig_result *result, size_t column)
{
    const char *name = result->columns[column].name;
    if (sqlite3_stricmp(name, "fid") == 0) return true;
    for (size_t c = 0; c < column; c++) {
        if (sqlite3_stricmp(name, result->columns[c].name) == 0) return true;
    }
    return false;
}

static void column_name(ig_text *sql, const ig_result *result, size_t column)
{
    if (!name_is_taken(result, column)) {
        sqlite_quote(sql, result->columns[column].name);
        return;
    }
    ig_text name = {0};
    ig_text_format(&name, "%s_%zu", result->columns[column].name, column + 1);
    if (name.failed) sql->failed = true;
    if (!name.failed) sqlite_quote(sql, name.data);
    ig_text_free(&name);
}

static ig_status execute(ig_ctx *ctx, sqlite3 *db, const char *path, ig_text *sql)
{
    ig_status status = IG_OK;
    if (sql->failed) status = ig_fail(ctx, IG_EMEMORY, "no memory for %s", shown(path));
    if (!status && sqlite3_exec(db, sql->data, NULL, NULL, NULL) != SQLITE_OK) {
        status = failed(ctx, db, path);
    }
    ig_text_free(sql);
    return status;
}

static ig_status create(ig_ctx *ctx, sqlite3 *db, const char *path, const ig_result *result,
                        const char *name)
{
    static const char *const types[] = {
        [IG_COLUMN_TEXT] = "TEXT", [IG_COLUMN_REAL] = "DOUBLE", [IG_COLUMN_INTEGER] = "INTEGER"};
    ig_text sql = {0};
    ig_text_append(&sql, "CREATE TABLE ");
    sqlite_quote(&sql, name);
    ig_text_append(&sql, " (\"fid\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL");
    for (size_t c = 0; c < result->count; c++) {
        ig_text_append(&sql, ", ");
        column_name(&sql, result, c);
        ig_text_format(&sql, " %s", types[result->columns[c].kind]);
    }
    ig_text_append(&sql, ")");
    return execute(ctx, db, path, &sql);
}

static ig_status register_table(ig_ctx *ctx, sqlite3 *db, const char *path, const char *name)
{
    char date[32];
    ig_output_date(date);
    sqlite3_stmt *statement = NULL;
    const char *sql = "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
                      "VALUES (?1, 'attributes', ?1, ?2)";
    const bool done = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
                      sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
                      sqlite3_bind_text(statement, 2, date, -1, SQLITE_STATIC) == SQLITE_OK &&
                      sqlite3_step(statement) == SQLITE_DONE;
    const ig_status status = done ? IG_OK : failed(ctx, db, path);
    sqlite3_finalize(statement);
    return status;
}

static bool bind_cell(sqlite3_stmt *statement, int place, const ig_column *column, size_t row)
{
    if (column->kind == IG_COLUMN_TEXT) {
        return (column->text[row]
                    ? sqlite3_bind_text(statement, place, column->text[row], -1, SQLITE_STATIC)
                    : sqlite3_bind_null(statement, place)) == SQLITE_OK;
    }
    const double value = column->number[row];
    if (!isfinite(value)) return sqlite3_bind_null(statement, place) == SQLITE_OK;
    if (column->kind == IG_COLUMN_INTEGER && fabs(value) < 9e15 && value == floor(value)) {
        return sqlite3_bind_int64(statement, place, (sqlite3_int64)value) == SQLITE_OK;
    }
    return sqlite3_bind_double(statement, place, value) == SQLITE_OK;
}

static ig_status insert(ig_ctx *ctx, sqlite3 *db, const char *path, const ig_result *result,
                        const char *name)
{
    ig_text sql = {0};
    ig_text_append(&sql, "INSERT INTO ");
    sqlite_quote(&sql, name);
    ig_text_append(&sql, " VALUES (NULL");
    for (size_t c = 0; c < result->count; c++)
        ig_text_append(&sql, ", ?");
    ig_text_append(&sql, ")");
    sqlite3_stmt *statement = NULL;
    ig_status status = IG_OK;
    if (sql.failed) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %s", shown(path));
    } else if (sqlite3_prepare_v2(db, sql.data, -1, &statement, NULL) != SQLITE_OK) {
        status = failed(ctx, db, path);
    }
    for (size_t r = 0; !status && r < result->rows; r++) {
        bool done = true;
        for (size_t c = 0; done && c < result->count; c++) {
            done = bind_cell(statement, (int)c + 1, &result->columns[c], r);
        }
        done = done && sqlite3_step(statement) == SQLITE_DONE;
        if (!done) status = failed(ctx, db, path);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    ig_text_free(&sql);
    return status;
}

/// First column of the first row of a query as text is what is expected?
static bool answers(sqlite3 *db, const char *sql, const char *expected)
{
    sqlite3_stmt *statement = NULL;
    const bool same = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
                      sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0) &&
                      strcmp((const char *)sqlite3_column_text(statement, 0), expected) == 0;
    sqlite3_finalize(statement);
    return same;
}

static ig_status read_back(ig_ctx *ctx, const ig_result *result, const char *path, const char *name)
{
    sqlite3 *db = NULL;
    char rows[32];
    snprintf(rows, sizeof rows, "%zu", result->rows);
    ig_text sql = {0};
    ig_text_append(&sql, "SELECT count(*) FROM ");
    sqlite_quote(&sql, name);
    const bool good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                      !sql.failed && answers(db, "PRAGMA integrity_check", "ok") &&
                      answers(db, sql.data, rows);
    ig_text_free(&sql);
    sqlite3_close(db);
    if (good) return IG_OK;
    return ig_fail(ctx, IG_EWRITE, "%s could not be read back", shown(path));
}

static const char *table_name(const char *name)
{
    return name && *name ? name : "table";
}

static ig_status write_one(ig_ctx *ctx, sqlite3 *db, const ig_result *result, const char *path,
                           const char *name)
{
    ig_status status = create(ctx, db, path, result, name);
    if (!status) status = register_table(ctx, db, path, name);
    return status ? status : insert(ctx, db, path, result, name);
}

ig_status write_gpkg_tables(ig_ctx *ctx, const ig_result *const *results, const char *const *names,
                            size_t count, const char *path)
{
    sqlite3 *db = NULL;
    ig_status status = IG_OK;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK ||
        sqlite3_exec(db, base_tables, NULL, NULL, NULL) != SQLITE_OK) {
        status = failed(ctx, db, path);
        sqlite3_close(db);
        return status;
    }
    for (size_t i = 0; !status && i < count; i++)
        status = write_one(ctx, db, results[i], path, table_name(names[i]));
    if (!status && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        status = failed(ctx, db, path);
    }
    if (sqlite3_close(db) != SQLITE_OK && !status) {
        status = ig_fail(ctx, IG_EWRITE, "%s cannot be closed", shown(path));
    }
    for (size_t i = 0; !status && i < count; i++)
        status = read_back(ctx, results[i], path, table_name(names[i]));
    return status;
}
