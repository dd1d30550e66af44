/// Table: published tables read as they are downloaded, with each gap and its reason kept.
///
/// Codes are text (J3), normalising is small and told (J4), missing is not zero (V1), one number
/// form for a column (V2). Cells stay text until somebody asks for a column as numbers.
#ifndef ISOGAP_TABLE_H
#define ISOGAP_TABLE_H

#include "../core/core.h"
#include "../core/option.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A table, read-only after reading. Opaque: columns and their gaps must agree.
typedef struct ig_table ig_table;

/// How to read a table. Start from ig_table_defaults(); all texts are lent by the caller.
typedef struct ig_table_options {
    const char *key;           ///< code column by name or "#6"; NULL: found by itself
    bool keyless;              ///< no code column is wanted (rates, compare ...)
    bool may_be_empty;         ///< a header without rows is a table too
    const char *header;        ///< "a,b,c" for a file without a header row
    int64_t header_row;        ///< line of the header, from 1; 0: the first (or found by itself)
    const char *sheet;         ///< XLSX, ODS; also layer of a GeoPackage
    const char *where;         ///< "C=V,D=W": rows to keep, by equal text; quotes as in columns
    const char *pivot;         ///< column whose values become columns
    const char *pivot_columns; ///< "a,b=newname": columns to spread by pivot; NULL: all
    const char *encoding;      ///< NULL: UTF-8, else CP1252 with a word about it
    bool decimal_comma;        ///< 100,0 is a hundred
    int duplicates;            ///< 0 error (when keys meet), 1 sum, 2 mean, 3 first
    const char *proportion;    ///< "a,b": columns of shares 0 to 1; others are warned of with line
    const char *bands;         ///< "0-15,65+" or "5": single years of age added up; NULL: none
    int64_t max_rows;          ///< default 20 million
    bool sensitive;            ///< messages do not quote values
    int64_t max_unpacked;      ///< MiB a part of a workbook may expand to beyond 1:100; default 64
    bool lineage; ///< keep the cells that bands, pivot and duplicates were made of, for tracing
} ig_table_options;

/// All of the above at its default; `key` and the like NULL.
IG_API ig_table_options ig_table_defaults(void);
/// What can be set of ig_table_options, by names without prefix: "key", "header-row" ... A command
/// puts its own prefix before them.
extern IG_API const ig_option ig_table_option_list[];

/// Read CSV (any separator), XLSX, ODS, DBF, GeoPackage, GeoJSON, also gzipped or zipped; the kind
/// is seen from the content. `path` may be FILE|layername=NAME.
/// @param options NULL for the defaults
/// @param[out] table yours, free with ig_table_free
IG_API IG_MUST_CHECK ig_status ig_table_read(ig_ctx *ctx, const char *path,
                                             const ig_table_options *options, ig_table **table);
/// Several like files, a folder or a zip of them, read as one table; header texts must agree.
IG_API IG_MUST_CHECK ig_status ig_table_read_many(ig_ctx *ctx, const char *const *paths,
                                                  size_t count, const ig_table_options *options,
                                                  ig_table **table);
IG_API void ig_table_free(ig_table *table);

/// As it was named. Lent.
IG_API const char *ig_table_path(const ig_table *table);
IG_API size_t ig_table_rows(const ig_table *table);     ///< rows kept by `where`
IG_API size_t ig_table_filtered(const ig_table *table); ///< rows left out by `where`
IG_API size_t ig_table_refused(const ig_table *table);  ///< rows left out by duplicates = first
IG_API size_t ig_table_combined(const ig_table *table); ///< rows that went into others (sum, pivot)
IG_API size_t ig_table_columns(const ig_table *table);
/// Lent.
IG_API const char *ig_table_column_name(const ig_table *table, size_t column);
/// Column by name (exact, else ASCII case folded when that is one column) or "#6" (from 1).
/// The failure lists the columns there are and the nearest name.
IG_API IG_MUST_CHECK ig_status ig_table_find(ig_ctx *ctx, const ig_table *table, const char *name,
                                             size_t *column);
/// Like ig_table_find without a failure; SIZE_MAX when there is none.
IG_API size_t ig_table_column(const ig_table *table, const char *name);
/// The code column's number; SIZE_MAX for a keyless table.
IG_API size_t ig_table_key_column(const ig_table *table);
/// Normalised code of a row (J4). Lent. NULL for a keyless table; "" for an empty code.
IG_API const char *ig_table_code(const ig_table *table, size_t row);
/// Cell as it stands in the file, blanks trimmed; "" for an empty cell. Lent.
IG_API const char *ig_table_text(const ig_table *table, size_t row, size_t column);
/// Line of the row in its file (CSV), row of the sheet, record (DBF), feature id (GeoPackage).
IG_API int64_t ig_table_line(const ig_table *table, size_t row);
/// What to call that number: "line", "row", "record", "feature".
IG_API const char *ig_table_line_word(const ig_table *table);
/// A cell of the file that a cell of the table was made of. Lent.
typedef struct ig_table_origin {
    const char *file; ///< as it was named; "a.zip/b.csv" for one of several in an archive
    const char *path; ///< a file that can be opened: the archive itself
    int64_t line;
    const char *column, *text;
} ig_table_origin;
/// How many cells of the file made a cell, and the i-th of them. Of a table read without `lineage`
/// a cell that bands, pivot or duplicates made counts as one, on the first of its lines.
IG_API size_t ig_table_origins(const ig_table *table, size_t row, size_t column);
IG_API ig_table_origin ig_table_origin_at(const ig_table *table, size_t row, size_t column,
                                          size_t i);
/// Small counts in it are not meant for publication (option `sensitive`).
IG_API bool ig_table_sensitive(const ig_table *table);
/// The column of names beside one of codes: LAD25NM beside LAD25CD. SIZE_MAX without one.
IG_API size_t ig_table_name_beside(const ig_table *table, size_t code);
/// What the file says a column holds (an ig_column_kind), or -1 where it does not say (CSV).
IG_API int ig_table_kind(const ig_table *table, size_t column);
/// IG_EFORMAT when a code comes twice (J2): names the code, its lines, and the column and option
/// that would make rows unique. A table without key passes.
IG_API IG_MUST_CHECK ig_status ig_table_unique(ig_ctx *ctx, const ig_table *table);
/// True when every cell that is neither empty nor a marker is a number of one form.
IG_API bool ig_table_is_numeric(const ig_table *table, size_t column);

/// True when the column is meant as numbers: more cells are numbers (well formed or not) than other
/// text, and none has a leading zero as codes have. What ig_table_numbers says of it is another
/// matter.
IG_API bool ig_table_looks_numeric(const ig_table *table, size_t column);
/// True when the name is one of counts of people or events ("patients", "Total population ...").
IG_API bool ig_is_count_name(const char *name);

/// How numbers of a column are to be taken.
typedef enum ig_number_rule {
    IG_NUMBERS_ANY,   ///< any finite number
    IG_NUMBERS_COUNT, ///< people, events: never negative; -999 and the like are errors
} ig_number_rule;
/// A column as numbers (V1, V2). Markers are gaps, NaN in `values`; text that is neither number
/// nor marker is an IG_EFORMAT with line and column. Lent by the table, rows long.
IG_API IG_MUST_CHECK ig_status ig_table_numbers(ig_ctx *ctx, ig_table *table, size_t column,
                                                ig_number_rule rule, const double **values);
/// Why the cell has no number: "suppressed", "no data" ...; NULL when it has one.
/// Valid after ig_table_numbers for that column. Static text.
IG_API const char *ig_table_gap(const ig_table *table, size_t row, size_t column);
/// The marker as it stands in the file ("*", "[c]", "" for blank).
IG_API const char *ig_table_marker(const ig_table *table, size_t row, size_t column);
/// A text taken as a marker of a gap: its reason, or NULL when it is none.
IG_API const char *ig_marker_reason(const char *text);

/// A list of names as options have them: `a,b=newname`, `C=V,D=W`, `c:pop`. Owned.
typedef struct ig_pairs {
    size_t count;
    char **name;
    char **value; ///< NULL where the item has none
} ig_pairs;
/// Take a list apart. A name or value with a comma or `middle` in it stands in double quotes, a
/// quote inside doubled; blanks round items do not count.
/// @param what    the option, for messages: "--columns"
/// @param middle  what stands between name and value: '=' or ':'; 0: names only
/// @return IG_EINVAL for an empty item or a quote that is not closed
IG_API IG_MUST_CHECK ig_status ig_pairs_parse(ig_ctx *ctx, const char *what, const char *text,
                                              char middle, ig_pairs *out);
IG_API void ig_pairs_free(ig_pairs *pairs);

// ---- results: what commands write ------------------------------------------------------------

/// What a column holds.
typedef enum ig_column_kind { IG_COLUMN_TEXT, IG_COLUMN_REAL, IG_COLUMN_INTEGER } ig_column_kind;

/// A column of a result; its arrays have a place for each row.
typedef struct ig_column {
    char *name;
    char *title; ///< long name for aliases and page headings; NULL: none
    ig_column_kind kind;
    double *number; ///< REAL and INTEGER: rows values, NaN where missing (integers to 2^53)
    char **text;    ///< TEXT: rows texts, NULL where missing
    bool lent;      ///< the texts are another's and are not freed
} ig_column;

/// Columns of one length, to be written as CSV, XLSX, JSON rows or the attributes of a layer.
/// Plain; owned texts and arrays come from ig_alloc and go with ig_result_free.
typedef struct ig_result {
    size_t rows, count, room;
    ig_column *columns;
} ig_result;

/// A result without columns. Yours, free with ig_result_free.
IG_API ig_status ig_result_new(size_t rows, ig_result **out);
IG_API void ig_result_free(ig_result *result);
/// New column of missing values at the end; the pointer is lent until the next add.
/// @return IG_EINVAL when the name is taken or empty; no message is set
IG_API ig_status ig_result_add(ig_result *result, const char *name, ig_column_kind kind,
                               ig_column **column);
/// Set a cell of a column of texts; the text is copied, NULL makes it missing. Sets no message.
IG_API ig_status ig_result_set_text(ig_result *result, ig_column *column, size_t row,
                                    const char *text);
/// Column by its exact name, lent until the next add; NULL when there is none.
IG_API const ig_column *ig_result_find(const ig_result *result, const char *name);
/// Write as the suffix of `path` says: .csv, .xlsx, .json (rows), .gpkg (attributes, table
/// `name`). Whole or not at all; formula texts made safe (S6). inputs as in ig_output_begin.
IG_API IG_MUST_CHECK ig_status ig_result_write(ig_ctx *ctx, const ig_result *result,
                                               const char *path, const char *name,
                                               const char *const *inputs);
/// Several tables under their names in one .gpkg; other forms take one.
IG_API IG_MUST_CHECK ig_status ig_result_write_all(ig_ctx *ctx, const ig_result *const *results,
                                                   const char *const *names, size_t count,
                                                   const char *path, const char *const *inputs);
/// CSV to a stream already open (standard output). `stream` is a FILE *.
IG_API IG_MUST_CHECK ig_status ig_result_print(ig_ctx *ctx, const ig_result *result, void *stream);

#ifdef __cplusplus
}
#endif
#endif
