// The inside of a table: one arena of texts, and offsets of the cells row by row.
#ifndef ISOGAP_TABLE_INTERNAL_H
#define ISOGAP_TABLE_INTERNAL_H

#include "../core/inside.h"
#include "build.h"
#include "table.h"

#include <string.h>

/// Budgets of strangers' tables (S5).
enum { MOST_COLUMNS = 2000, MOST_FIELD_BYTES = 1 << 20 };

/// What is known of one column beside its cells.
struct column {
    char *name;
    int kind;         ///< ig_column_kind as the file states it, or IG_KIND_UNSTATED
    bool share;       ///< declared by `proportion`
    size_t trimmed;   ///< cells that lost blanks or invisible characters at their ends
    size_t typed;     ///< cells that a spreadsheet holds as a number
    int64_t typed_at; ///< line of the first of them
    size_t broken; ///< of these, the ones whose digits cannot be a code (not whole, 2^53 or more)
    int64_t broken_at;
    char *broken_text;
    // made by ig_table_numbers
    double *number;      ///< NULL before
    unsigned char *gap;  ///< reason of each gap, an index; 0: a number
    ig_number_rule rule; ///< the strictest that was applied
};

/// Cells of a table that was made of another: those that each of them came from, row by row.
struct lineage {
    ig_table *before; ///< owned
    size_t *start, start_room, cells;
    struct origin_cell {
        size_t row, column;
    } * cell;
    size_t count, room;
};

struct ig_table {
    char *path;
    const char *line_word;
    bool short_names; ///< DBF: a name keeps ten characters
    bool spreadsheet; ///< its cells have types that people did not always mean
    char separator;   ///< of the file: ',' ';' '\t' '|', or 0
    bool decimal_comma;
    bool sensitive; ///< values are not quoted in messages

    size_t columns;
    struct column *column;

    size_t rows, row_room;
    size_t filtered, refused, combined;
    char *arena;
    size_t used, room;
    uint64_t *row_start; ///< arena offset where the texts of a row begin
    uint32_t *cell;      ///< rows * columns offsets from there
    size_t cell_room;
    int64_t *line;
    uint32_t *source; ///< which of several files a row came from; NULL for one file
    char **source_name;
    size_t sources;

    size_t key; ///< SIZE_MAX: none
    bool key_named, keyless;
    uint64_t *code; ///< arena offset of the normalised code; NULL without key
    size_t codes_trimmed, codes_folded;
    char *key_note;          ///< warning about the code cells, told when the key is put to use
    char *none;              ///< why `where` left no row, when it did
    struct lineage *lineage; ///< NULL: the cells are those of the file
};

/// A path for messages: its end where it is too long to be shown whole. One of 4 buffers in turn.
const char *shown(const char *path);

// ---- table.c
ig_status table_new(ig_ctx *ctx, const char *path, const char *line_word, ig_table **out);
/// Columns by name; the texts are copied. Only once.
ig_status table_set_columns(ig_ctx *ctx, ig_table *table, const char *const *names, size_t count);
/// Texts into the arena: length bytes and a NUL; the offset is given back in *at.
ig_status table_append_text(ig_ctx *ctx, ig_table *table, const char *text, size_t length,
                            uint64_t *at);
/// Room for one more row; the caller fills row_start, cell and line at number `rows`.
ig_status table_grow_row(ig_ctx *ctx, ig_table *table);
/// Keep the rows with keep[row]; numbers and codes made before are dropped with the others.
void table_keep_rows(ig_table *table, const bool *keep);
/// "line 5", or "b.csv line 5" when several files make the table. One of 4 buffers in turn.
const char *table_place(const ig_table *table, size_t row);
/// What a table made of another keeps of how the file was written and read.
void table_keep_traits(const ig_table *from, ig_table *to);
/// Forget what was worked out from the cells.
void table_forget_numbers(ig_table *table);

// ---- lineage.c: where cells come from, when it is asked for; without lineage nothing happens
/// The table is made of another, cell by cell, which it keeps (in any case of failure too).
ig_status lineage_begin(ig_ctx *ctx, ig_table *made, ig_table *before);
/// The cell under way comes from this one too.
ig_status lineage_add(ig_ctx *ctx, ig_table *made, size_t row, size_t column);
ig_status lineage_next(ig_ctx *ctx, ig_table *made);
void lineage_free(struct lineage *lineage);
/// A table of its own with the same cells.
ig_status table_copy(ig_ctx *ctx, const ig_table *from, ig_table **out);

// ---- trim.c
/// Length of the blank or invisible character that text begins with (J4), or 0.
size_t blank_at(const char *text, size_t length);
/// Ends of a text without blanks and invisible characters; true when something was cut.
bool trim_ends(const char **text, size_t *length);

// ---- notes.c
/// Length of a CSV without the notes below its table, which are told of.
size_t length_without_notes(ig_ctx *ctx, const char *path, const char *text, size_t length,
                            char separator);

// ---- key.c
ig_status table_choose_key(ig_ctx *ctx, ig_table *table, const ig_table_options *options);

// ---- where.c, pivot.c, combine.c
struct filter;
ig_status filter_new(ig_ctx *ctx, const char *where, struct filter **out);
/// Find the columns of the filter among the names.
ig_status filter_bind(ig_ctx *ctx, struct filter *filter, const ig_table *table);
/// Does the row pass? Cells are the trimmed texts of all columns.
bool filter_passes(struct filter *filter, const char *const *cells);
/// Nothing passed: which condition never held. New text, or NULL without memory.
char *filter_explain(const struct filter *filter);
void filter_free(struct filter *filter);

ig_status table_pivot(ig_ctx *ctx, ig_table **table, const ig_table_options *options);
/// group[row] = number of the row's text (of its code for column SIZE_MAX), counted in order of
/// first appearance; first[number] = its first row. Both have a place for each row.
ig_status table_number_texts(ig_ctx *ctx, const ig_table *table, size_t column, size_t *group,
                             size_t *first, size_t *groups);
/// bands.c: single years of age added up to new columns, "0-15,16-64,65+" or a width.
ig_status table_bands(ig_ctx *ctx, ig_table **table, const char *list, bool lineage);
ig_status table_combine(ig_ctx *ctx, ig_table *table, int duplicates, bool lineage);

// ---- cell_number.c
/// Is the text anything that is meant as a number, well formed or not?
bool text_is_numeric(const char *text);

// ---- intake.c: rows of text from a reader become a table
struct intake;
/// @param fixed  names known by the format (DBF, GeoPackage, JSON): there is no header row
ig_status intake_new(ig_ctx *ctx, const char *path, const char *line_word,
                     const ig_table_options *options, const char *const *fixed, size_t count,
                     struct intake **out);
/// A cell of the row under way. typed: the file holds it as a number.
ig_status intake_cell(struct intake *intake, const char *text, size_t length, bool typed);
/// End of the row that began on this line. Blank rows are passed over.
ig_status intake_row(struct intake *intake, int64_t line);
/// All rows were given. Frees the intake in any case.
ig_status intake_finish(struct intake *intake, ig_table **out);
void intake_free(struct intake *intake);
ig_table *intake_table(struct intake *intake);
/// Rows of a spreadsheet may be shorter than the header, and have notes to its right.
void intake_loose(struct intake *intake);

/// Bytes that a part of a workbook may expand to, whatever its ratio.
static inline uint64_t unpacked_limit(const ig_table_options *options)
{
    return (uint64_t)(options->max_unpacked > 0 ? options->max_unpacked : 64) << 20;
}

// ---- the readers
ig_status read_csv(ig_ctx *ctx, const char *path, const ig_bytes *bytes,
                   const ig_table_options *options, ig_table **out);
ig_status read_xlsx(ig_ctx *ctx, const char *path, const char *name,
                    const ig_table_options *options, const char *sheet, ig_table **out);
ig_status read_ods(ig_ctx *ctx, const char *path, const char *name, const ig_table_options *options,
                   const char *sheet, ig_table **out);
ig_status read_dbf(ig_ctx *ctx, const char *path, const char *name, const ig_table_options *options,
                   ig_table **out);
ig_status read_sqlite(ig_ctx *ctx, const char *path, const char *name,
                      const ig_table_options *options, const char *layer, ig_table **out);
ig_status read_json(ig_ctx *ctx, const char *name, const ig_bytes *bytes,
                    const ig_table_options *options, ig_table **out);

// ---- the writers: to a temporary file, read back by themselves
ig_status write_xlsx(ig_ctx *ctx, const ig_result *result, const char *path, const char *name);
ig_status write_gpkg_tables(ig_ctx *ctx, const ig_result *const *results, const char *const *names,
                            size_t count, const char *path);

// ---- encoding.c
/// Bytes in a named encoding, in place, to UTF-8. IG_EFORMAT names the line of the first byte that
/// does not fit.
ig_status decode_bytes(ig_ctx *ctx, const char *what, const char *encoding, ig_bytes *bytes);
/// UTF-8 assured: byte order marks, UTF-16, `encoding`, and CP1252 with a warning.
ig_status decode_text(ig_ctx *ctx, const char *what, const char *encoding, ig_bytes *bytes);

#endif
