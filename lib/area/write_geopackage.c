// GeoPackage 1.2 by SQLite itself, in one transaction: tables of the standard (OGC 12-128r15, annex C)
// in the spelling of GDAL, read back before the file gets its name.
#include "../table/sqlite_source.h"
#include "geopackage_internal.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

// The file is a temporary one until it is whole, so SQLite keeps no journal and does not wait for the
// disk: what is written is read back, flushed and only then put under its name.
static const char schema[] =
    "PRAGMA application_id=1196444487;PRAGMA user_version=10200;"
    "PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF;PRAGMA cache_size=-16384;"
    "PRAGMA trusted_schema=OFF;BEGIN;"
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL,srs_id INTEGER NOT NULL PRIMARY "
    "KEY,organization TEXT NOT NULL,organization_coordsys_id INTEGER NOT NULL,definition  TEXT NOT "
    "NULL,description TEXT);"
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY,data_type TEXT NOT "
    "NULL,identifier TEXT UNIQUE,description TEXT DEFAULT '',last_change DATETIME NOT NULL DEFAULT "
    "(strftime('%Y-%m-%dT%H:%M:%fZ','now')),min_x DOUBLE, min_y DOUBLE,max_x DOUBLE, max_y "
    "DOUBLE,srs_id INTEGER,CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES "
    "gpkg_spatial_ref_sys(srs_id));"
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL,column_name TEXT NOT "
    "NULL,geometry_type_name TEXT NOT NULL,srs_id INTEGER NOT NULL,z TINYINT NOT NULL,m TINYINT "
    "NOT NULL,CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),CONSTRAINT "
    "uk_gc_table_name UNIQUE (table_name),CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES "
    "gpkg_contents(table_name),CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES "
    "gpkg_spatial_ref_sys (srs_id));"
    "CREATE TABLE gpkg_extensions (table_name TEXT,column_name TEXT,extension_name TEXT NOT "
    "NULL,definition TEXT NOT NULL,scope TEXT NOT NULL,CONSTRAINT ge_tce UNIQUE (table_name, "
    "column_name, extension_name));"
    "INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian "
    "SRS',-1,'NONE',-1,'undefined','undefined Cartesian coordinate reference system'),('Undefined "
    "geographic SRS',0,'NONE',0,'undefined','undefined geographic coordinate reference system');";

/// The row of a CRS in gpkg_spatial_ref_sys, made when it is new.
static ig_status srs_row(struct package *p, const char *crs, int *id)
{
    char *wkt = NULL, *name = NULL;
    int epsg;
    ig_status status = ig_crs_wkt(p->ctx, crs, false, &wkt, &name, &epsg);
    if (status) return status;
    *id = epsg ? epsg : 100000;
    status =
        gpkg_execute_format(p,
                            "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES "
                            "(%Q,%d,%Q,%d,%Q,%Q)",
                            name, *id, epsg ? "EPSG" : "NONE", *id, wkt,
                            epsg == 4326 ? "longitude/latitude coordinates in decimal degrees on "
                                           "the WGS 84 spheroid"
                                         : NULL);
    ig_free(wkt);
    ig_free(name);
    return status;
}

static void free_package(void *state)
{
    struct package *p = state;
    if (!p) return;
    sqlite3_close_v2(p->db);
    ig_output_abort(p->output);
    for (size_t i = 0; i < p->count; i++) {
        ig_free(p->tables[i].name);
        ig_free(p->tables[i].geometry);
    }
    ig_free(p->tables);
    ig_text_free(&p->metadata);
    ig_free(p->blob);
    ig_free(p->path);
    ig_free(p);
}

// ---- tables -------------------------------------------------------------------------------------

static bool taken(const ig_result *columns, const char *name)
{
    for (size_t i = 0; columns && i < columns->count; i++)
        if (!sqlite3_stricmp(columns->columns[i].name, name)) return true;
    return false;
}

/// A name for a column of our own that none of the given ones has: "fid", "fid_2" ...
static void free_name(const ig_result *columns, const char *wanted, char *name, size_t room)
{
    snprintf(name, room, "%s", wanted);
    for (int i = 2; taken(columns, name); i++)
        snprintf(name, room, "%s_%d", wanted, i);
}

/// SQLite takes names that differ in case alone for one: the second gets a number.
static void column_name(const ig_result *columns, size_t i, ig_text *name)
{
    size_t before = 0;
    for (size_t j = 0; j < i; j++)
        before += !sqlite3_stricmp(columns->columns[j].name, columns->columns[i].name);
    name->length = 0;
    ig_text_append(name, columns->columns[i].name);
    if (before) ig_text_format(name, "_%zu", before + 1);
}

static ig_status create_table(struct package *p, const ig_layer *layer, const char *fid,
                              const char *geometry)
{
    static const char *const types[] = {
        [IG_COLUMN_TEXT] = "TEXT", [IG_COLUMN_REAL] = "REAL", [IG_COLUMN_INTEGER] = "INTEGER"};
    ig_text sql = {0}, name = {0};
    ig_text_append(&sql, "CREATE TABLE ");
    sqlite_quote(&sql, layer->name);
    ig_text_append(&sql, " (");
    sqlite_quote(&sql, fid);
    ig_text_append(&sql, " INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL");
    if (geometry) {
        ig_text_append(&sql, ", ");
        sqlite_quote(&sql, geometry);
        ig_text_append(&sql, layer->shape == IG_SHAPE_POINT ? " POINT" : " MULTIPOLYGON");
    }
    for (size_t i = 0; layer->columns && i < layer->columns->count; i++) {
        column_name(layer->columns, i, &name);
        ig_text_append(&sql, ", ");
        sqlite_quote(&sql, name.data ? name.data : "");
        ig_text_append(&sql, " ");
        ig_text_append(&sql, types[layer->columns->columns[i].kind]);
    }
    ig_text_append(&sql, ")");
    const ig_status status =
        sql.failed || name.failed ? gpkg_no_memory(p) : gpkg_execute(p, sql.data);
    ig_text_free(&sql);
    ig_text_free(&name);
    return status;
}

static ig_status enter_contents(struct package *p, const ig_layer *layer, const char *geometry,
                                int srs, const double box[4])
{
    ig_status status;
    if (!geometry)
        return gpkg_execute_format(p,
                                   "INSERT INTO gpkg_contents VALUES "
                                   "(%Q,'attributes',%Q,'',%Q,NULL,NULL,NULL,NULL,0)",
                                   layer->name, layer->name, p->date);
    char digits[4][40];
    for (int i = 0; i < 4; i++)
        if (!*ig_number_text(box[i], digits[i], sizeof digits[i]))
            snprintf(digits[i], sizeof digits[i], "NULL");
    status = gpkg_execute_format(p,
                                 "INSERT INTO gpkg_contents VALUES "
                                 "(%Q,'features',%Q,'',%Q,%s,%s,%s,%s,%d)",
                                 layer->name, layer->name, p->date, digits[0], digits[1], digits[2],
                                 digits[3], srs);
    if (!status)
        status = gpkg_execute_format(
            p, "INSERT INTO gpkg_geometry_columns VALUES (%Q,%Q,%Q,%d,0,0)", layer->name, geometry,
            layer->shape == IG_SHAPE_POINT ? "POINT" : "MULTIPOLYGON", srs);
    return status;
}

// ---- rows ---------------------------------------------------------------------------------------

static int bind_cell(sqlite3_stmt *insert, int at, const ig_column *column, size_t row)
{
    if (column->kind == IG_COLUMN_TEXT) {
        const char *text = column->text ? column->text[row] : NULL;
        return text ? sqlite3_bind_text(insert, at, text, -1, SQLITE_STATIC)
                    : sqlite3_bind_null(insert, at);
    }
    const double value = column->number[row];
    if (!isfinite(value)) return sqlite3_bind_null(insert, at);
    if (column->kind == IG_COLUMN_INTEGER && value == floor(value) && fabs(value) < 9.1e15)
        return sqlite3_bind_int64(insert, at, (sqlite3_int64)value);
    return sqlite3_bind_double(insert, at, value);
}

static ig_status prepare(struct package *p, const ig_layer *layer, const char *geometry,
                         sqlite3_stmt **insert)
{
    ig_text sql = {0};
    const size_t columns = layer->columns ? layer->columns->count : 0;
    ig_text_append(&sql, "INSERT INTO ");
    sqlite_quote(&sql, layer->name);
    ig_text_append(&sql, geometry ? " VALUES (?1,?2" : " VALUES (?1");
    for (size_t i = 0; i < columns; i++)
        ig_text_append(&sql, ",?");
    ig_text_append(&sql, ")");
    ig_status status = IG_OK;
    if (sql.failed)
        status = gpkg_no_memory(p);
    else if (sqlite3_prepare_v2(p->db, sql.data, -1, insert, NULL) != SQLITE_OK)
        status = gpkg_failed(p, "cannot write rows");
    ig_text_free(&sql);
    return status;
}

/// One row; `box` gets its extent, and stays empty where there is no shape.
static ig_status insert_row(struct package *p, const ig_layer *layer, sqlite3_stmt *insert,
                            size_t row, int srs, double box[4])
{
    size_t size = 0;
    bool done = true;
    if (layer->shape == IG_SHAPE_POLYGON)
        done = gpkg_area_blob(p, layer->shapes, row, srs, box, &size);
    else if (layer->shape == IG_SHAPE_POINT)
        done = gpkg_point_blob(p, layer->x[row], layer->y[row], srs, box, &size);
    if (!done) return gpkg_no_memory(p);
    if (!size) box[0] = INFINITY, box[2] = -INFINITY;
    int code = sqlite3_bind_int64(insert, 1, (sqlite3_int64)row + 1), at = 2;
    if (layer->shape != IG_SHAPE_NONE && !code) {
        code = size ? sqlite3_bind_blob64(insert, at, p->blob, size, SQLITE_STATIC)
                    : sqlite3_bind_null(insert, at);
        at++;
    }
    for (size_t i = 0; layer->columns && i < layer->columns->count && !code; i++)
        code = bind_cell(insert, at++, &layer->columns->columns[i], row);
    if (code || sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK)
        return gpkg_failed(p, "cannot write a row");
    return IG_OK;
}

static ig_status insert_rows(struct package *p, const ig_layer *layer, const char *geometry,
                             int srs, double (*boxes)[4])
{
    sqlite3_stmt *insert = NULL;
    ig_status status = prepare(p, layer, geometry, &insert);
    for (size_t row = 0; row < layer->rows && !status; row++) {
        if ((row & 1023) == 0 && ig_ctx_cancelled(p->ctx))
            status = ig_fail(p->ctx, IG_ECANCELLED, "cancelled");
        if (!status) status = insert_row(p, layer, insert, row, srs, boxes[row]);
    }
    sqlite3_finalize(insert);
    return status;
}

static ig_status check_name(struct package *p, const char *name)
{
    if (!*name) return ig_fail(p->ctx, IG_EINVAL, "%s: a layer without a name", p->path);
    if (!sqlite3_strnicmp(name, "gpkg_", 5) || !sqlite3_strnicmp(name, "sqlite_", 7) ||
        !sqlite3_strnicmp(name, "rtree_", 6)) {
        ig_fail(p->ctx, IG_EINVAL, "%s: %s is a name that GeoPackage keeps for itself", p->path,
                ig_show(name));
        return ig_hint(p->ctx, "give the layer another name in its file, as ogr2ogr -nln does");
    }
    for (size_t i = 0; i < p->count; i++)
        if (!sqlite3_stricmp(name, p->tables[i].name))
            return ig_fail(p->ctx, IG_EINVAL, "%s: two layers are called %s", p->path,
                           ig_show(name));
    return IG_OK;
}

/// Pages fit the shapes: of 4 KiB as is usual, or of 16 KiB where many points come, so that a shape
/// of some hundred points lies on one page and not in a chain of them.
static ig_status begin_file(struct package *p, const ig_layer *layer)
{
    enum { MANY_POINTS = 500000 };
    const ig_shapes *s = layer && layer->shape == IG_SHAPE_POLYGON ? layer->shapes : NULL;
    int srs;
    if (p->begun) return IG_OK;
    p->begun = true;
    const size_t points = s && layer->rows ? s->ring_start[s->area_start[layer->rows]] : 0;
    ig_status status =
        gpkg_execute(p, points > MANY_POINTS ? "PRAGMA page_size=16384" : "PRAGMA page_size=4096");
    if (!status) status = gpkg_execute(p, schema);
    return status ? status : srs_row(p, "EPSG:4326", &srs);
}

static ig_status add_layer(void *state, const ig_layer *layer)
{
    struct package *p = state;
    char fid[32], geom[32];
    free_name(layer->columns, "fid", fid, sizeof fid);
    free_name(layer->columns, "geom", geom, sizeof geom);
    const char *geometry = layer->shape == IG_SHAPE_NONE ? NULL : geom;
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    int srs = 0;
    ig_status status = begin_file(p, layer);
    if (!status) status = check_name(p, layer->name);
    if (!status && geometry) status = srs_row(p, layer->crs, &srs);
    if (!status) status = create_table(p, layer, fid, geometry);
    double(*boxes)[4] = ig_alloc(layer->rows + 1, sizeof *boxes);
    if (!status && !boxes) status = gpkg_no_memory(p);
    if (!status) status = insert_rows(p, layer, geometry, srs, boxes);
    if (!status && geometry) status = gpkg_write_index(p, layer, geometry, boxes, box);
    ig_free(boxes);
    if (!status) status = enter_contents(p, layer, geometry, srs, box);
    if (!status && geometry)
        status = gpkg_execute_format(
            p,
            "INSERT INTO gpkg_extensions VALUES (%Q,%Q,'gpkg_rtree_index',"
            "'http://www.geopackage.org/spec120/#extension_rtree','write-only')",
            layer->name, geometry);
    if (!status && geometry) status = gpkg_create_triggers(p, layer->name, geometry, fid);
    if (!status) status = gpkg_remember(p, layer->name, geometry, layer->rows);
    return status;
}

// ---- the end ------------------------------------------------------------------------------------

/// One value of a query on the finished file.
static ig_status ask(struct package *p, const char *sql, char *answer, size_t room)
{
    sqlite3_stmt *query = NULL;
    ig_status status = IG_OK;
    if (sqlite3_prepare_v2(p->db, sql, -1, &query, NULL) != SQLITE_OK ||
        sqlite3_step(query) != SQLITE_ROW)
        status = gpkg_failed(p, "reading back");
    else
        snprintf(answer, room, "%s", (const char *)sqlite3_column_text(query, 0));
    sqlite3_finalize(query);
    return status;
}

/// Open what was written as a reader would: whole, and with as many rows as were given.
static ig_status read_back(struct package *p)
{
    char answer[256];
    if (sqlite3_open_v2(ig_output_path(p->output), &p->db,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return gpkg_failed(p, "reading back");
    ig_status status = ask(p, "PRAGMA integrity_check(1)", answer, sizeof answer);
    if (!status && strcmp(answer, "ok"))
        status = ig_fail(p->ctx, IG_EWRITE, "%s: what was written is not whole: %s", p->path,
                         ig_show(answer));
    for (size_t i = 0; i < p->count && !status; i++) {
        char *sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\" NOT INDEXED", p->tables[i].name);
        status = sql ? ask(p, sql, answer, sizeof answer) : gpkg_no_memory(p);
        sqlite3_free(sql);
        char wanted[32];
        snprintf(wanted, sizeof wanted, "%zu", p->tables[i].rows);
        if (!status && strcmp(answer, wanted))
            status = ig_fail(p->ctx, IG_EWRITE, "%s: layer %s reads back with %s of %s rows",
                             p->path, ig_show(p->tables[i].name), answer, wanted);
    }
    if (sqlite3_close(p->db) != SQLITE_OK && !status) status = gpkg_failed(p, "reading back");
    p->db = NULL;
    return status;
}

/// Let the disk begin while the file is read back; whether it did is seen when it is flushed.
static void flush_early(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return;
    (void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    (void)close(fd);
}

static ig_status finish(void *state)
{
    struct package *p = state;
    ig_status status = begin_file(p, NULL);
    if (!status) status = gpkg_write_metadata(p);
    if (!status) status = gpkg_execute(p, "COMMIT");
    if (!status && sqlite3_close(p->db) != SQLITE_OK) status = gpkg_failed(p, "closing");
    if (status) return status;
    p->db = NULL;
    flush_early(ig_output_path(p->output));
    status = read_back(p);
    if (status) return status;
    ig_output *output = p->output;
    p->output = NULL;
    return ig_output_commit(p->ctx, output);
}

ig_status ig_geopackage_begin(ig_ctx *ctx, const char *path, const char *const *inputs,
                              void **state, const ig_layer_writer **writer)
{
    static const ig_layer_writer geopackage = {add_layer, gpkg_add_style, gpkg_add_metadata, finish,
                                               free_package};
    struct package *p = ig_alloc(1, sizeof *p);
    if (!p) return ig_fail(ctx, IG_EMEMORY, "no memory to write %s", path);
    p->ctx = ctx;
    ig_output_date(p->date);
    p->path = ig_text_copy(path);
    ig_status status = IG_OK;
    if (!p->path) status = ig_fail(ctx, IG_EMEMORY, "no memory to write %s", path);
    if (!status) status = ig_output_begin(ctx, path, inputs, &p->output);
    if (!status && sqlite3_open_v2(ig_output_path(p->output), &p->db,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        status = p->db ? gpkg_failed(p, "cannot write") : gpkg_no_memory(p);
    if (status) {
        free_package(p);
        return status;
    }
    *state = p;
    *writer = &geopackage;
    return IG_OK;
}
