// An intake from inside: rows under way, and rows held back until it is clear which is the header.
#ifndef ISOGAP_TABLE_INTAKE_INTERNAL_H
#define ISOGAP_TABLE_INTAKE_INTERNAL_H

#include "table_internal.h"

#include <inttypes.h>

/// The most rows that stand above the data.
enum { MOST_TITLES = 32 };

/// A cell, its blanks trimmed, in the text of its row.
struct cell {
    size_t at, length;
    bool typed; ///< the file holds it as a number
    bool cut;   ///< it had blanks or invisible characters at its ends
};

struct row {
    char *text;
    size_t used, room;
    struct cell *cell;
    size_t cells, cell_room, filled;
    int64_t line;
};

struct intake {
    ig_ctx *ctx;
    const ig_table_options *options;
    ig_table *table;
    struct filter *filter;
    bool has_header; ///< column names are known
    bool loose;      ///< rows may be short, and have notes to their right (spreadsheets)
    int64_t most_rows;

    struct row row; ///< under way
    const char **passing;

    struct row held[MOST_TITLES]; ///< rows before the data: titles, labels of groups, the header
    size_t helds;
    size_t titles; ///< how many of them, from the first, hold one cell
    int64_t header_line;

    size_t seen;         ///< data rows, filtered ones too
    size_t short_by;     ///< every data row so far lacks this many fields at its end
    int64_t first_short; ///< line of the first
    size_t first_found;  ///< its fields
    size_t extra;        ///< rows with cells right of the header
    int64_t first_extra; ///< line of the first
};

static inline const char *cell_text(const struct row *row, size_t i)
{
    return row->text + row->cell[i].at;
}

ig_status intake_no_memory(struct intake *intake);
/// Names of the columns: what is to be known before rows can be stored.
ig_status intake_set_columns(struct intake *intake, const char *const *names, size_t count);
/// A row of data, filtered and stored.
ig_status intake_take_row(struct intake *intake, const struct row *row);
void intake_row_free(struct row *row);

// ---- intake_header.c
/// A row as the header, whatever it holds.
ig_status intake_take_header(struct intake *intake, const struct row *row);
/// The row under way comes before the header is known, and no line was named for it.
ig_status intake_before_header(struct intake *intake);
/// The rows held back are the header and its first data after all; titles stay titles where a header
/// follows them.
ig_status intake_release_held(struct intake *intake);

#endif
