// Statements to the GeoPackage under way, and what SQLite says of them.
#include "geopackage_internal.h"

#include <stdarg.h>

ig_status gpkg_no_memory(struct package *p)
{
    return ig_fail(p->ctx, IG_EMEMORY, "no memory to write %s", p->path ? p->path : "the output");
}

ig_status gpkg_failed(struct package *p, const char *what)
{
    if (sqlite3_errcode(p->db) == SQLITE_NOMEM) return gpkg_no_memory(p);
    return ig_fail(p->ctx, IG_EWRITE, "%s: %s: %s", p->path, what, sqlite3_errmsg(p->db));
}

ig_status gpkg_execute(struct package *p, const char *sql)
{
    if (sqlite3_exec(p->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return gpkg_failed(p, "cannot write");
    return IG_OK;
}

ig_status gpkg_execute_format(struct package *p, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    char *sql = sqlite3_vmprintf(format, list);
    va_end(list);
    if (!sql) return gpkg_no_memory(p);
    const ig_status status = gpkg_execute(p, sql);
    sqlite3_free(sql);
    return status;
}

ig_status gpkg_remember(struct package *p, const char *name, const char *geometry, size_t rows)
{
    if (!ig_grow((void **)&p->tables, &p->room, p->count + 1, sizeof *p->tables))
        return gpkg_no_memory(p);
    struct table *table = &p->tables[p->count];
    *table = (struct table){.name = ig_text_copy(name), .rows = rows};
    p->count++;
    if (geometry) table->geometry = ig_text_copy(geometry);
    return table->name && (!geometry || table->geometry) ? IG_OK : gpkg_no_memory(p);
}
