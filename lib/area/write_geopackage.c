// GeoPackage 1.2 by SQLite itself: one transaction with a journal, an R-tree for each layer, styles
// as QGIS keeps them, metadata as GDAL keeps it. Tables and triggers are those of the standard (OGC
// 12-128r15, annex C) in the spelling of GDAL.
#include "layers_internal.h"

#include <math.h>
#include <sqlite3.h>
#include <string.h>

struct table {
    char *name, *geometry; ///< geometry NULL for a table without shapes
    size_t rows;
};

struct package {
    ig_ctx *ctx;
    char *path;
    ig_output *output;
    sqlite3 *db;
    struct table *tables;
    size_t count, room;
    ig_text metadata;
    bool styles;
    char date[32];
    unsigned char *blob; ///< of the feature under way
    size_t blob_room;
};

static ig_status no_memory(struct package *p)
{
    return ig_fail(p->ctx, IG_EMEMORY, "no memory to write %s", p->path ? p->path : "the output");
}

static ig_status failed(struct package *p, const char *what)
{
    if (sqlite3_errcode(p->db) == SQLITE_NOMEM) return no_memory(p);
    return ig_fail(p->ctx, IG_EWRITE, "%s: %s: %s", p->path, what, sqlite3_errmsg(p->db));
}

static ig_status execute(struct package *p, const char *sql)
{
    if (sqlite3_exec(p->db, sql, NULL, NULL, NULL) != SQLITE_OK) return failed(p, "cannot write");
    return IG_OK;
}

/// SQL with names in it (%w within double quotes) and texts (%Q), built by SQLite's own printf.
static ig_status execute_format(struct package *p, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    char *sql = sqlite3_vmprintf(format, list);
    va_end(list);
    if (!sql) return no_memory(p);
    const ig_status status = execute(p, sql);
    sqlite3_free(sql);
    return status;
}

static const char schema[] =
    "PRAGMA application_id=1196444487;PRAGMA user_version=10200;"
    "PRAGMA journal_mode=DELETE;PRAGMA synchronous=FULL;PRAGMA cache_size=-65536;"
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
    status = execute_format(p,
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

static void quote(ig_text *sql, const char *name)
{
    ig_text_append(sql, "\"");
    for (const char *c = name; *c; c++)
        ig_text_append_bytes(sql, *c == '"' ? "\"\"" : c, 1 + (*c == '"'));
    ig_text_append(sql, "\"");
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
    quote(&sql, layer->name);
    ig_text_append(&sql, " (");
    quote(&sql, fid);
    ig_text_append(&sql, " INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL");
    if (geometry) {
        ig_text_append(&sql, ", ");
        quote(&sql, geometry);
        ig_text_append(&sql, layer->shape == IG_SHAPE_POINT ? " POINT" : " MULTIPOLYGON");
    }
    for (size_t i = 0; layer->columns && i < layer->columns->count; i++) {
        column_name(layer->columns, i, &name);
        ig_text_append(&sql, ", ");
        quote(&sql, name.data ? name.data : "");
        ig_text_append(&sql, " ");
        ig_text_append(&sql, types[layer->columns->columns[i].kind]);
    }
    ig_text_append(&sql, ")");
    const ig_status status = sql.failed || name.failed ? no_memory(p) : execute(p, sql.data);
    ig_text_free(&sql);
    ig_text_free(&name);
    return status;
}

static ig_status enter_contents(struct package *p, const ig_layer *layer, const char *geometry,
                                int srs, const double box[4])
{
    ig_status status;
    if (!geometry)
        return execute_format(p,
                              "INSERT INTO gpkg_contents VALUES "
                              "(%Q,'attributes',%Q,'',%Q,NULL,NULL,NULL,NULL,0)",
                              layer->name, layer->name, p->date);
    char digits[4][40];
    for (int i = 0; i < 4; i++)
        if (!*ig_number_text(box[i], digits[i], sizeof digits[i]))
            snprintf(digits[i], sizeof digits[i], "NULL");
    status = execute_format(p,
                            "INSERT INTO gpkg_contents VALUES "
                            "(%Q,'features',%Q,'',%Q,%s,%s,%s,%s,%d)",
                            layer->name, layer->name, p->date, digits[0], digits[1], digits[2],
                            digits[3], srs);
    if (!status)
        status = execute_format(p, "INSERT INTO gpkg_geometry_columns VALUES (%Q,%Q,%Q,%d,0,0)",
                                layer->name, geometry,
                                layer->shape == IG_SHAPE_POINT ? "POINT" : "MULTIPOLYGON", srs);
    return status;
}

// ---- geometry -----------------------------------------------------------------------------------

static unsigned char *put_u32(unsigned char *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        *to++ = (unsigned char)(value >> 8 * i);
    return to;
}

static unsigned char *put_double(unsigned char *to, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++)
        *to++ = (unsigned char)(bits >> 8 * i);
    return to;
}

static unsigned char *put_head(unsigned char *to, int srs, const double *box)
{
    *to++ = 'G';
    *to++ = 'P';
    *to++ = 0;
    *to++ = box ? 3 : 1; // little-endian, with an envelope of x and y
    to = put_u32(to, (uint32_t)srs);
    if (!box) return to;
    to = put_double(to, box[0]);
    to = put_double(to, box[2]);
    to = put_double(to, box[1]);
    return put_double(to, box[3]);
}

static bool blob_room(struct package *p, size_t size)
{
    return ig_grow((void **)&p->blob, &p->blob_room, size, 1);
}

static void box_of_area(const ig_shapes *s, size_t area, double box[4])
{
    box[0] = box[1] = INFINITY;
    box[2] = box[3] = -INFINITY;
    const size_t end = s->ring_start[s->area_start[area + 1]];
    for (size_t i = s->ring_start[s->area_start[area]]; i < end; i++) {
        if (s->x[i] < box[0]) box[0] = s->x[i];
        if (s->y[i] < box[1]) box[1] = s->y[i];
        if (s->x[i] > box[2]) box[2] = s->x[i];
        if (s->y[i] > box[3]) box[3] = s->y[i];
    }
}

static unsigned char *put_polygon(unsigned char *to, const ig_shapes *s, size_t first, size_t last)
{
    *to++ = 1;
    to = put_u32(to, 3);
    to = put_u32(to, (uint32_t)(last - first));
    for (size_t r = first; r < last; r++) {
        const size_t start = s->ring_start[r], end = s->ring_start[r + 1];
        to = put_u32(to, (uint32_t)(end - start));
        for (size_t i = start; i < end; i++) {
            to = put_double(to, s->x[i]);
            to = put_double(to, s->y[i]);
        }
    }
    return to;
}

/// The area as a GeoPackage multipolygon in p->blob; size 0 for an area without rings.
static bool area_blob(struct package *p, const ig_shapes *s, size_t area, int srs, double box[4],
                      size_t *size)
{
    const size_t first = s->area_start[area], end = s->area_start[area + 1];
    const size_t points = s->ring_start[end] - s->ring_start[first];
    *size = 0;
    if (first == end) return true;
    if (!blob_room(p, 64 + 16 * points + 16 * (end - first))) return false;
    box_of_area(s, area, box);
    unsigned char *to = put_head(p->blob, srs, box);
    *to++ = 1;
    to = put_u32(to, 6);
    unsigned char *const count_at = to;
    to += 4;
    uint32_t count = 0;
    for (size_t r = first; r < end; count++) {
        size_t last = r + 1;
        while (last < end && s->polygon[last] == s->polygon[r])
            last++;
        to = put_polygon(to, s, r, last);
        r = last;
    }
    put_u32(count_at, count);
    *size = (size_t)(to - p->blob);
    return true;
}

static bool point_blob(struct package *p, double x, double y, int srs, double box[4], size_t *size)
{
    *size = 0;
    if (!isfinite(x) || !isfinite(y)) return true;
    if (!blob_room(p, 32)) return false;
    unsigned char *to = put_head(p->blob, srs, NULL);
    *to++ = 1;
    to = put_u32(to, 1);
    to = put_double(to, x);
    to = put_double(to, y);
    *size = (size_t)(to - p->blob);
    box[0] = box[2] = x;
    box[1] = box[3] = y;
    return true;
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
    quote(&sql, layer->name);
    ig_text_append(&sql, geometry ? " VALUES (?1,?2" : " VALUES (?1");
    for (size_t i = 0; i < columns; i++)
        ig_text_append(&sql, ",?");
    ig_text_append(&sql, ")");
    ig_status status = IG_OK;
    if (sql.failed)
        status = no_memory(p);
    else if (sqlite3_prepare_v2(p->db, sql.data, -1, insert, NULL) != SQLITE_OK)
        status = failed(p, "cannot write rows");
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
        done = area_blob(p, layer->shapes, row, srs, box, &size);
    else if (layer->shape == IG_SHAPE_POINT)
        done = point_blob(p, layer->x[row], layer->y[row], srs, box, &size);
    if (!done) return no_memory(p);
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
        return failed(p, "cannot write a row");
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

/// The spatial index of the rows, and the extent of the layer.
static ig_status write_index(struct package *p, const ig_layer *layer, const char *geometry,
                             double (*boxes)[4], double all[4])
{
    for (size_t row = 0; row < layer->rows; row++) {
        if (!(boxes[row][0] <= boxes[row][2])) continue;
        for (int i = 0; i < 2; i++) {
            all[i] = fmin(all[i], boxes[row][i]);
            all[i + 2] = fmax(all[i + 2], boxes[row][i + 2]);
        }
    }
    ig_status status = execute_format(p,
                                      "CREATE VIRTUAL TABLE \"rtree_%w_%w\" USING rtree(id, minx, "
                                      "maxx, miny, maxy)",
                                      layer->name, geometry);
    char *name = status ? NULL : sqlite3_mprintf("rtree_%s_%s", layer->name, geometry);
    if (!status && !name) status = no_memory(p);
    if (!status) {
        const int code = ig_rtree_fill(p->db, name, boxes, layer->rows);
        if (code)
            status = code == SQLITE_NOMEM ? no_memory(p) : failed(p, "cannot write the index");
    }
    sqlite3_free(name);
    return status;
}

/// The triggers that keep the R-tree true when others change the layer.
static ig_status create_triggers(struct package *p, const char *table, const char *geometry,
                                 const char *fid)
{
    static const char *const forms[] = {
        "CREATE TRIGGER \"rtree_%w_%w_insert\" AFTER INSERT ON \"%w\" WHEN (new.\"%w\" NOT NULL "
        "AND "
        "NOT ST_IsEmpty(NEW.\"%w\")) BEGIN INSERT OR REPLACE INTO \"rtree_%w_%w\" VALUES "
        "(NEW.\"%w\",ST_MinX(NEW.\"%w\"), ST_MaxX(NEW.\"%w\"),ST_MinY(NEW.\"%w\"), "
        "ST_MaxY(NEW.\"%w\")); END",
        "CREATE TRIGGER \"rtree_%w_%w_update1\" AFTER UPDATE OF \"%w\" ON \"%w\" WHEN OLD.\"%w\" = "
        "NEW.\"%w\" AND (NEW.\"%w\" NOTNULL AND NOT ST_IsEmpty(NEW.\"%w\")) BEGIN INSERT OR "
        "REPLACE "
        "INTO \"rtree_%w_%w\" VALUES (NEW.\"%w\",ST_MinX(NEW.\"%w\"), "
        "ST_MaxX(NEW.\"%w\"),ST_MinY(NEW.\"%w\"), ST_MaxY(NEW.\"%w\")); END",
        "CREATE TRIGGER \"rtree_%w_%w_update2\" AFTER UPDATE OF \"%w\" ON \"%w\" WHEN OLD.\"%w\" = "
        "NEW.\"%w\" AND (NEW.\"%w\" ISNULL OR ST_IsEmpty(NEW.\"%w\")) BEGIN DELETE FROM "
        "\"rtree_%w_%w\" WHERE id = OLD.\"%w\"; END",
        "CREATE TRIGGER \"rtree_%w_%w_update3\" AFTER UPDATE ON \"%w\" WHEN OLD.\"%w\" != "
        "NEW.\"%w\" AND (NEW.\"%w\" NOTNULL AND NOT ST_IsEmpty(NEW.\"%w\")) BEGIN DELETE FROM "
        "\"rtree_%w_%w\" WHERE id = OLD.\"%w\"; INSERT OR REPLACE INTO \"rtree_%w_%w\" VALUES "
        "(NEW.\"%w\",ST_MinX(NEW.\"%w\"), ST_MaxX(NEW.\"%w\"),ST_MinY(NEW.\"%w\"), "
        "ST_MaxY(NEW.\"%w\")); END",
        "CREATE TRIGGER \"rtree_%w_%w_update4\" AFTER UPDATE ON \"%w\" WHEN OLD.\"%w\" != "
        "NEW.\"%w\" AND (NEW.\"%w\" ISNULL OR ST_IsEmpty(NEW.\"%w\")) BEGIN DELETE FROM "
        "\"rtree_%w_%w\" WHERE id IN (OLD.\"%w\", NEW.\"%w\"); END",
        "CREATE TRIGGER \"rtree_%w_%w_delete\" AFTER DELETE ON \"%w\" WHEN old.\"%w\" NOT NULL "
        "BEGIN "
        "DELETE FROM \"rtree_%w_%w\" WHERE id = OLD.\"%w\"; END"};
    const char *const t = table, *const g = geometry, *const f = fid;
    ig_status status = execute_format(p, forms[0], t, g, t, g, g, t, g, f, g, g, g, g);
    if (!status) status = execute_format(p, forms[1], t, g, g, t, f, f, g, g, t, g, f, g, g, g, g);
    if (!status) status = execute_format(p, forms[2], t, g, g, t, f, f, g, g, t, g, f);
    if (!status)
        status = execute_format(p, forms[3], t, g, t, f, f, g, g, t, g, f, t, g, f, g, g, g, g);
    if (!status) status = execute_format(p, forms[4], t, g, t, f, f, g, g, t, g, f, f);
    if (!status) status = execute_format(p, forms[5], t, g, t, g, t, g, f);
    return status;
}

static ig_status remember(struct package *p, const char *name, const char *geometry, size_t rows)
{
    if (!ig_grow((void **)&p->tables, &p->room, p->count + 1, sizeof *p->tables))
        return no_memory(p);
    struct table *table = &p->tables[p->count];
    *table = (struct table){.name = ig_text_copy(name), .rows = rows};
    p->count++;
    if (geometry) table->geometry = ig_text_copy(geometry);
    return table->name && (!geometry || table->geometry) ? IG_OK : no_memory(p);
}

static ig_status check_name(struct package *p, const char *name)
{
    if (!*name) return ig_fail(p->ctx, IG_EINVAL, "%s: a layer without a name", p->path);
    if (!sqlite3_strnicmp(name, "gpkg_", 5) || !sqlite3_strnicmp(name, "sqlite_", 7) ||
        !sqlite3_strnicmp(name, "rtree_", 6))
        return ig_fail(p->ctx, IG_EINVAL, "%s: %s is a name that GeoPackage keeps for itself",
                       p->path, ig_show(name));
    for (size_t i = 0; i < p->count; i++)
        if (!sqlite3_stricmp(name, p->tables[i].name))
            return ig_fail(p->ctx, IG_EINVAL, "%s: two layers are called %s", p->path,
                           ig_show(name));
    return IG_OK;
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
    ig_status status = check_name(p, layer->name);
    if (!status && geometry) status = srs_row(p, layer->crs, &srs);
    if (!status) status = create_table(p, layer, fid, geometry);
    double(*boxes)[4] = ig_alloc(layer->rows + 1, sizeof *boxes);
    if (!status && !boxes) status = no_memory(p);
    if (!status) status = insert_rows(p, layer, geometry, srs, boxes);
    if (!status && geometry) status = write_index(p, layer, geometry, boxes, box);
    ig_free(boxes);
    if (!status) status = enter_contents(p, layer, geometry, srs, box);
    if (!status && geometry)
        status =
            execute_format(p,
                           "INSERT INTO gpkg_extensions VALUES (%Q,%Q,'gpkg_rtree_index',"
                           "'http://www.geopackage.org/spec120/#extension_rtree','write-only')",
                           layer->name, geometry);
    if (!status && geometry) status = create_triggers(p, layer->name, geometry, fid);
    if (!status) status = remember(p, layer->name, geometry, layer->rows);
    return status;
}

// ---- styles and metadata ------------------------------------------------------------------------

static ig_status create_styles(struct package *p)
{
    ig_status status = execute(
        p,
        "CREATE TABLE \"layer_styles\" (\"id\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
        "\"f_table_catalog\" TEXT(256), \"f_table_schema\" TEXT(256), \"f_table_name\" TEXT(256), "
        "\"f_geometry_column\" TEXT(256), \"styleName\" TEXT(30), \"styleQML\" TEXT, \"styleSLD\" "
        "TEXT, \"useAsDefault\" BOOLEAN, \"description\" TEXT, \"owner\" TEXT(30), \"ui\" "
        "TEXT(30), \"update_time\" DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))");
    if (!status)
        status = execute_format(p,
                                "INSERT INTO gpkg_contents VALUES "
                                "('layer_styles','attributes','layer_styles','',%Q,NULL,NULL,NULL,"
                                "NULL,0)",
                                p->date);
    if (!status) status = remember(p, "layer_styles", NULL, 0);
    p->styles = !status;
    return status;
}

/// At most so many characters of a UTF-8 text.
static void first_characters(const char *text, size_t most, char *out, size_t room)
{
    size_t at = 0, count = 0;
    while (text[at]) {
        if (((unsigned char)text[at] & 0xc0) != 0x80 && count++ == most) break;
        at++;
    }
    if (at >= room) at = room - 1;
    memcpy(out, text, at);
    out[at] = 0;
}

static ig_status add_style(void *state, const char *layer, const char *style, const char *qml,
                           const char *sld, bool is_default)
{
    struct package *p = state;
    char name[128];
    const char *geometry = NULL;
    ig_status status = IG_OK;
    for (size_t i = 0; i < p->count; i++)
        if (!strcmp(p->tables[i].name, layer)) geometry = p->tables[i].geometry;
    if (!geometry)
        return ig_fail(p->ctx, IG_EINVAL, "%s: a style for the layer %s, which has no shapes here",
                       p->path, ig_show(layer));
    if (!p->styles) status = create_styles(p);
    if (status) return status;
    first_characters(style, 30, name, sizeof name);
    if (is_default)
        status = execute_format(p, "UPDATE layer_styles SET useAsDefault=0 WHERE f_table_name=%Q",
                                layer);
    if (!status)
        status = execute_format(p,
                                "INSERT INTO layer_styles (f_table_catalog,f_table_schema,"
                                "f_table_name,f_geometry_column,styleName,styleQML,styleSLD,"
                                "useAsDefault,description,owner,update_time) VALUES "
                                "('','',%Q,%Q,%Q,%Q,%Q,%d,%Q,'',%Q)",
                                layer, geometry, name, qml ? qml : "", sld ? sld : "",
                                is_default ? 1 : 0, style, p->date);
    for (size_t i = 0; i < p->count && !status; i++)
        p->tables[i].rows += !strcmp(p->tables[i].name, "layer_styles");
    return status;
}

static void append_xml(ig_text *text, const char *raw)
{
    for (const char *c = raw; *c; c++) {
        const char *entity = *c == '&'   ? "&amp;"
                             : *c == '<' ? "&lt;"
                             : *c == '>' ? "&gt;"
                             : *c == '"' ? "&quot;"
                                         : NULL;
        if (entity)
            ig_text_append(text, entity);
        else if ((unsigned char)*c >= 0x20 || *c == '\n' || *c == '\t')
            ig_text_append_bytes(text, c, 1);
    }
}

static ig_status add_metadata(void *state, const char *key, const char *value)
{
    struct package *p = state;
    ig_text_append(&p->metadata, "    <MDI key=\"");
    append_xml(&p->metadata, key);
    ig_text_append(&p->metadata, "\">");
    append_xml(&p->metadata, value);
    ig_text_append(&p->metadata, "</MDI>\n");
    return p->metadata.failed ? no_memory(p) : IG_OK;
}

static ig_status write_metadata(struct package *p)
{
    if (!p->metadata.length) return IG_OK;
    ig_status status = execute(
        p, "CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT "
           "NULL,md_scope TEXT NOT NULL DEFAULT 'dataset',md_standard_uri TEXT NOT NULL,mime_type "
           "TEXT NOT NULL DEFAULT 'text/xml',metadata TEXT NOT NULL DEFAULT '');"
           "CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL,table_name "
           "TEXT,column_name TEXT,row_id_value INTEGER,timestamp DATETIME NOT NULL DEFAULT "
           "(strftime('%Y-%m-%dT%H:%M:%fZ','now')),md_file_id INTEGER NOT NULL,md_parent_id "
           "INTEGER,CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES "
           "gpkg_metadata(id),CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES "
           "gpkg_metadata(id));"
           "INSERT INTO gpkg_extensions VALUES ('gpkg_metadata',NULL,'gpkg_metadata',"
           "'http://www.geopackage.org/spec120/#extension_metadata','read-write'),"
           "('gpkg_metadata_reference',NULL,'gpkg_metadata',"
           "'http://www.geopackage.org/spec120/#extension_metadata','read-write')");
    if (!status)
        status = execute_format(p,
                                "INSERT INTO gpkg_metadata VALUES "
                                "(1,'dataset','http://gdal.org','text/xml',%Q)",
                                "");
    ig_text whole = {0};
    ig_text_append(&whole, "<GDALMultiDomainMetadata>\n  <Metadata>\n");
    ig_text_append(&whole, p->metadata.data);
    ig_text_append(&whole, "  </Metadata>\n</GDALMultiDomainMetadata>\n");
    if (!status && whole.failed) status = no_memory(p);
    if (!status) status = execute_format(p, "UPDATE gpkg_metadata SET metadata=%Q", whole.data);
    if (!status)
        status = execute_format(p,
                                "INSERT INTO gpkg_metadata_reference VALUES "
                                "('geopackage',NULL,NULL,NULL,%Q,1,NULL)",
                                p->date);
    ig_text_free(&whole);
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
        status = failed(p, "reading back");
    else
        snprintf(answer, room, "%s", (const char *)sqlite3_column_text(query, 0));
    sqlite3_finalize(query);
    return status;
}

/// Open what was written as a reader would: whole, and with as many rows as were given.
static ig_status read_back(struct package *p)
{
    char answer[256];
    if (sqlite3_open_v2(ig_output_path(p->output), &p->db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        return failed(p, "reading back");
    ig_status status = ask(p, "PRAGMA integrity_check(1)", answer, sizeof answer);
    if (!status && strcmp(answer, "ok"))
        status = ig_fail(p->ctx, IG_EWRITE, "%s: what was written is not whole: %s", p->path,
                         ig_show(answer));
    for (size_t i = 0; i < p->count && !status; i++) {
        char *sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\" NOT INDEXED", p->tables[i].name);
        status = sql ? ask(p, sql, answer, sizeof answer) : no_memory(p);
        sqlite3_free(sql);
        char wanted[32];
        snprintf(wanted, sizeof wanted, "%zu", p->tables[i].rows);
        if (!status && strcmp(answer, wanted))
            status = ig_fail(p->ctx, IG_EWRITE, "%s: layer %s reads back with %s of %s rows",
                             p->path, ig_show(p->tables[i].name), answer, wanted);
    }
    if (sqlite3_close(p->db) != SQLITE_OK && !status) status = failed(p, "reading back");
    p->db = NULL;
    return status;
}

static ig_status finish(void *state)
{
    struct package *p = state;
    ig_status status = write_metadata(p);
    if (!status) status = execute(p, "COMMIT");
    if (!status && sqlite3_close(p->db) != SQLITE_OK) status = failed(p, "closing");
    if (status) return status;
    p->db = NULL;
    status = read_back(p);
    if (status) return status;
    ig_output *output = p->output;
    p->output = NULL;
    return ig_output_commit(p->ctx, output);
}

ig_status ig_geopackage_begin(ig_ctx *ctx, const char *path, const char *const *inputs,
                              void **state, const ig_layer_writer **writer)
{
    static const ig_layer_writer geopackage = {add_layer, add_style, add_metadata, finish,
                                               free_package};
    struct package *p = ig_alloc(1, sizeof *p);
    if (!p) return ig_fail(ctx, IG_EMEMORY, "no memory to write %s", path);
    p->ctx = ctx;
    ig_output_date(p->date);
    p->path = ig_text_copy(path);
    ig_status status = IG_OK;
    if (!p->path) status = ig_fail(ctx, IG_EMEMORY, "no memory to write %s", path);
    int srs;
    if (!status) status = ig_output_begin(ctx, path, inputs, &p->output);
    if (!status && sqlite3_open_v2(ig_output_path(p->output), &p->db, SQLITE_OPEN_READWRITE,
                                   NULL) != SQLITE_OK)
        status = p->db ? failed(p, "cannot write") : no_memory(p);
    if (!status) status = execute(p, schema);
    if (!status) status = srs_row(p, "EPSG:4326", &srs);
    if (status) {
        free_package(p);
        return status;
    }
    *state = p;
    *writer = &geopackage;
    return IG_OK;
}
