/// Making tables from rows that another reader has (attributes of boundaries), for the rooms that
/// stand on this one. Not installed.
#ifndef ISOGAP_TABLE_BUILD_H
#define ISOGAP_TABLE_BUILD_H

#include "table.h"

/// The kind of a column whose file does not say (CSV): see ig_table_kind.
enum { IG_KIND_UNSTATED = -1 };

/// New table without rows. Texts are copied.
/// @param path       for messages, and what ig_table_path gives back
/// @param line_word  "line", "row", "record", "feature"; static
ig_status ig_table_build(ig_ctx *ctx, const char *path, const char *line_word,
                         const char *const *names, size_t columns, ig_table **out);
/// Add a row; texts (one a column, NULL for a gap) are copied and their blanks trimmed.
ig_status ig_table_build_row(ig_ctx *ctx, ig_table *table, const char *const *texts, int64_t line);
/// What the file says a column is (ig_column_kind).
void ig_table_build_kind(ig_table *table, size_t column, int kind);
/// Names of the file keep ten characters only (DBF), which a message about a name should say.
void ig_table_build_short_names(ig_table *table);
/// Choose the code column and normalise its codes (J4); SIZE_MAX takes it away.
ig_status ig_table_build_key(ig_ctx *ctx, ig_table *table, size_t column);
/// Columns that could be the key, best first, at most `room` of them; how many there are.
size_t ig_table_key_candidates(const ig_table *table, size_t *columns, size_t room);
/// The key was named by option, so it is not to be changed for a better one.
bool ig_table_key_named(const ig_table *table);
/// Which rows pass "C=V,D=W"? keep has a place for each row.
ig_status ig_table_where(ig_ctx *ctx, const ig_table *table, const char *where, bool *keep);
/// Take the other rows out.
void ig_table_build_keep(ig_table *table, const bool *keep);

/// "line 5", or "b.csv line 5" where several files make the table. One of 4 buffers in turn.
const char *ig_table_place(const ig_table *table, size_t row);
/// How many codes were changed by trimming and by folding case, to be told once (J4).
void ig_table_code_changes(const ig_table *table, size_t *trimmed, size_t *folded);
/// Warning about code cells that a spreadsheet holds as numbers or has damaged, or NULL.
const char *ig_table_key_note(const ig_table *table);

/// Text in a named encoding ("CP1252", "ISO-8859-1", "CP437" ...) as UTF-8, yours; NULL when a
/// byte does not fit or the name is not known.
char *ig_text_decode(const char *encoding, const char *text, size_t length);

#endif
