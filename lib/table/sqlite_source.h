// SQLite files from strangers (GeoPackage among them), opened as SQLite advises: read-only, defensive,
// checked before use. The one place where one is opened to be read. Not installed.
#ifndef ISOGAP_TABLE_SQLITE_SOURCE_H
#define ISOGAP_TABLE_SQLITE_SOURCE_H

#include "../core/inside.h"

#include <sqlite3.h>

/// An open file. Plain: readers put queries to `db` themselves.
struct sqlite_source {
    ig_ctx *ctx;
    sqlite3 *db;
    const char *name; ///< of the file, for messages; the caller's
    int most_bytes;   ///< of one value or row
    uint64_t size;    ///< of the file, bytes
    uint64_t steps;   ///< of SQLite's machine since sqlite_source_begin
    bool endless;     ///< a query took more steps than a file of this size can need
};

/// What stands under a name in the schema. A view or virtual table runs a stranger's query.
enum sqlite_object { SQLITE_OBJECT_NONE, SQLITE_OBJECT_TABLE, SQLITE_OBJECT_OTHER };

/// Open without locks, journals or side files, and defensive. SQLite's own code; *db is yours to close,
/// after a failure too (NULL then when there was no memory).
int sqlite_source_connect(const char *path, sqlite3 **db);
/// The same with limits and a look at each page (quick_check). Changes that lie in a journal beside
/// the file are IG_EFORMAT: a read-only look would miss them. Close the source after a failure too.
ig_status sqlite_source_open(ig_ctx *ctx, const char *path, const char *name, int most_bytes,
                             struct sqlite_source *source);
void sqlite_source_close(struct sqlite_source *source);
/// A long query comes: count its steps from 0.
void sqlite_source_begin(struct sqlite_source *source);
/// What SQLite said of the last call, as a failure of ours. @param what  was read: "the columns"
ig_status sqlite_source_failed(struct sqlite_source *source, const char *what);
/// Names are the same in either case of letters, as SQLite has it.
ig_status sqlite_source_find(struct sqlite_source *source, const char *name,
                             enum sqlite_object *object);
/// Append an SQL name within double quotes, those in it doubled (S6). Writers use it too.
void sqlite_quote(ig_text *sql, const char *name);

#endif
