// Opening an SQLite file from a stranger, and saying what is wrong with it (S4).
#include "sqlite_source.h"

#include "table_internal.h"

#include <sys/stat.h>

/// Instructions of SQLite's machine between two looks at the cancel flag, and those that any file
/// may take, beside so many for each of its bytes: beyond that a query has no end in sight.
enum { STEPS = 20000, FREE_STEPS = 200000000, STEPS_A_BYTE = 16 };

static int keep_going(void *user)
{
    struct sqlite_source *source = user;
    source->steps += STEPS;
    source->endless = source->steps > FREE_STEPS + source->size * STEPS_A_BYTE;
    return source->endless || ig_ctx_cancelled(source->ctx);
}

void sqlite_source_begin(struct sqlite_source *source)
{
    source->steps = 0;
}

ig_status sqlite_source_failed(struct sqlite_source *source, const char *what)
{
    ig_ctx *ctx = source->ctx;
    const char *name = shown(source->name), *said = sqlite3_errmsg(source->db);
    if (ig_ctx_cancelled(ctx)) return ig_fail(ctx, IG_ECANCELLED, "cancelled");
    if (source->endless) {
        return ig_fail(ctx, IG_ELIMIT, "%s: %s takes too many steps; a limit was met", name, what);
    }
    switch (sqlite3_errcode(source->db) & 0xff) {
    case SQLITE_NOMEM:
        return ig_fail(ctx, IG_EMEMORY, "%s: no memory for %s", name, what);
    case SQLITE_TOOBIG:
        return ig_fail(ctx, IG_ELIMIT, "%s: %s: a field is over the limit of %d MiB (computed?)",
                       name, what, source->most_bytes >> 20);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return ig_fail(ctx, IG_EIO, "%s: cannot be read: %s", name, said);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        ig_fail(ctx, IG_EFORMAT, "%s: the file is damaged (corrupt or truncated): %s", name, said);
        return ig_hint(ctx, "fetch the file again; sqlite3's .recover may save what is left");
    default:
        return ig_fail(ctx, IG_EFORMAT, "%s: %s: %s", name, what, said);
    }
}

/// Changes that lie in a journal beside the file would be missed by a read-only look at it.
static ig_status refuse_journal(ig_ctx *ctx, const char *path, const char *name)
{
    static const char *const suffixes[] = {"-wal", "-journal"};
    for (size_t i = 0; i < 2; i++) {
        ig_text beside = {0};
        ig_text_format(&beside, "%s%s", path, suffixes[i]);
        struct stat about;
        const bool failed = beside.failed;
        const bool there = !failed && stat(beside.data, &about) == 0 && about.st_size > 0;
        ig_text_free(&beside);
        if (failed) return ig_fail(ctx, IG_EMEMORY, "no memory for a path");
        if (!there) continue;
        ig_fail(ctx, IG_EFORMAT,
                "%s is open in another program, or was left unfinished: %s%s holds changes that "
                "are not in it",
                shown(name), ig_base_name(path), suffixes[i]);
        return ig_hint(ctx, "close it there (QGIS, for instance) and try again, or copy it with "
                            "'sqlite3 FILE \"VACUUM INTO ...\"'");
    }
    return IG_OK;
}

int sqlite_source_connect(const char *path, sqlite3 **db)
{
    *db = NULL;
    ig_text uri = {0};
    ig_text_append(&uri, "file:");
    for (const char *c = path; *c; c++) {
        if (strchr("?#%", *c)) {
            ig_text_format(&uri, "%%%02X", (unsigned)(unsigned char)*c);
        } else {
            ig_text_append_bytes(&uri, c, 1);
        }
    }
    ig_text_append(&uri, "?mode=ro&immutable=1");
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    const int code = uri.failed ? SQLITE_NOMEM : sqlite3_open_v2(uri.data, db, flags, NULL);
    ig_text_free(&uri);
    if (code != SQLITE_OK) return code;
    sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    return SQLITE_OK;
}

static void set_limits(sqlite3 *db, int most_bytes)
{
    const int limits[][2] = {
        {SQLITE_LIMIT_LENGTH, most_bytes},       {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
        {SQLITE_LIMIT_COLUMN, MOST_COLUMNS + 8}, {SQLITE_LIMIT_EXPR_DEPTH, 100},
        {SQLITE_LIMIT_VDBE_OP, 1000000},         {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},         {SQLITE_LIMIT_WORKER_THREADS, 0},
        {SQLITE_LIMIT_COMPOUND_SELECT, 10}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(db, limits[i][0], limits[i][1]);
}

static ig_status check_whole(struct sqlite_source *source)
{
    sqlite3_stmt *query = NULL;
    ig_status status = IG_OK;
    sqlite_source_begin(source);
    if (sqlite3_prepare_v2(source->db, "PRAGMA quick_check(1)", -1, &query, NULL) != SQLITE_OK ||
        sqlite3_step(query) != SQLITE_ROW) {
        status = sqlite_source_failed(source, "the check of the file");
    } else {
        const char *said = (const char *)sqlite3_column_text(query, 0);
        if (!said || strcmp(said, "ok")) {
            ig_fail(source->ctx, IG_EFORMAT, "%s: the file is damaged (corrupt): %s",
                    shown(source->name), ig_show(said ? said : ""));
            status = ig_hint(source->ctx, "fetch the file again; rows may be lost in it");
        }
    }
    sqlite3_finalize(query);
    return status;
}

ig_status sqlite_source_open(ig_ctx *ctx, const char *path, const char *name, int most_bytes,
                             struct sqlite_source *source)
{
    *source = (struct sqlite_source){.ctx = ctx, .name = name, .most_bytes = most_bytes};
    const ig_status status = refuse_journal(ctx, path, name);
    if (status) return status;
    if (sqlite_source_connect(path, &source->db) != SQLITE_OK) {
        if (source->db) return sqlite_source_failed(source, "opening");
        return ig_fail(ctx, IG_EMEMORY, "no memory to open %s", shown(name));
    }
    struct stat about;
    source->size = stat(path, &about) == 0 && about.st_size > 0 ? (uint64_t)about.st_size : 0;
    set_limits(source->db, most_bytes);
    sqlite3_progress_handler(source->db, STEPS, keep_going, source);
    if (sqlite3_exec(source->db,
                     "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA query_only=ON", NULL,
                     NULL, NULL) != SQLITE_OK) {
        return sqlite_source_failed(source, "opening");
    }
    return check_whole(source);
}

void sqlite_source_close(struct sqlite_source *source)
{
    sqlite3_close_v2(source->db);
    source->db = NULL;
}

ig_status sqlite_source_find(struct sqlite_source *source, const char *name,
                             enum sqlite_object *object)
{
    sqlite3_stmt *query = NULL;
    ig_status status = IG_OK;
    *object = SQLITE_OBJECT_NONE;
    int step = SQLITE_ERROR;
    if (sqlite3_prepare_v2(
            source->db,
            "SELECT type='table' AND sql NOT LIKE 'create virtual%' FROM "
            "sqlite_master WHERE type IN ('table','view') AND name=?1 COLLATE NOCASE",
            -1, &query, NULL) == SQLITE_OK &&
        sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC) == SQLITE_OK) {
        step = sqlite3_step(query);
    }
    if (step == SQLITE_ROW) {
        *object = sqlite3_column_int(query, 0) ? SQLITE_OBJECT_TABLE : SQLITE_OBJECT_OTHER;
    } else if (step != SQLITE_DONE) {
        status = sqlite_source_failed(source, "the list of tables");
    }
    sqlite3_finalize(query);
    return status;
}

void sqlite_quote(ig_text *sql, const char *name)
{
    ig_text_append(sql, "\"");
    for (const char *c = name; *c; c++) {
        ig_text_append_bytes(sql, c, 1);
        if (*c == '"') ig_text_append(sql, "\"");
    }
    ig_text_append(sql, "\"");
}
