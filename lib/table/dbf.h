// A DBF record by record, for the readers of tables and of shapefiles. Not installed.
#ifndef ISOGAP_TABLE_DBF_H
#define ISOGAP_TABLE_DBF_H

#include "table.h"

#include <stdbool.h>

typedef struct ig_dbf ig_dbf;

/// Open; the header is measured against the file first.
/// @param name      for messages
/// @param encoding  of its texts; NULL: as the .cpg beside it or its language id say
ig_status ig_dbf_open(ig_ctx *ctx, const char *path, const char *name, const char *encoding,
                      ig_dbf **out);
void ig_dbf_close(ig_dbf *dbf);
size_t ig_dbf_records(const ig_dbf *dbf);
size_t ig_dbf_fields(const ig_dbf *dbf);

typedef struct ig_dbf_field {
    char *name;          ///< UTF-8
    char type;           ///< letter of the file: C, N, F, D, L ...
    int width, decimals; ///< characters
    bool number;
    int kind; ///< ig_column_kind, or IG_KIND_UNSTATED
} ig_dbf_field;
const ig_dbf_field *ig_dbf_field_at(const ig_dbf *dbf, size_t field);

/// Is record `record` (from 0) marked as deleted?
bool ig_dbf_deleted(const ig_dbf *dbf, size_t record);
/// A cell as UTF-8, as it stands or with the blanks at its ends trimmed; a gap is "". Lent until the
/// next call.
ig_status ig_dbf_text(ig_dbf *dbf, size_t record, size_t field, const char **text);
ig_status ig_dbf_trimmed(ig_dbf *dbf, size_t record, size_t field, const char **text);
/// Whether every byte asked for could be read: Shapelib takes a read error for an empty cell.
ig_status ig_dbf_finish(ig_dbf *dbf);

#endif
