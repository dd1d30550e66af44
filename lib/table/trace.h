/// Trace: where each number of an output comes from, to the line and column of its file, and the
/// arithmetic between, as a table that a person or a program can follow back.
#ifndef ISOGAP_TRACE_H
#define ISOGAP_TRACE_H

#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Numbers of an output and the operands that each was made of. Opaque. What fails for want of
/// memory is told by ig_trace_result, so that the calls between need no looking at.
///
/// A formula is words with operands in braces: "{count} / {population} x 100000". Outside square
/// brackets an operand stands for the sum of all that have its name; what stands in brackets is
/// added up term by term, as "[{weight} x {rate} x {people}] / {people}". "{values,}" lists them. The
/// formula of a word in place of a number begins with "is ".
typedef struct ig_trace ig_trace;

/// Without numbers yet. Yours, free with ig_trace_free.
IG_API IG_MUST_CHECK ig_status ig_trace_new(ig_ctx *ctx, ig_trace **out);
IG_API void ig_trace_free(ig_trace *trace);
/// From now on no text of a file is quoted: counts are protected (D4). Sensitive tables are never
/// quoted.
IG_API void ig_trace_hide(ig_trace *trace);
/// Layer or table of the output that the next numbers stand in; "" at first. Copied.
IG_API void ig_trace_layer(ig_trace *trace, const char *layer);

/// The trace is of several layers whose rows go by area: rows are not numbered. Names of files are
/// written without this folder (with its slash), so that they do not depend on where it lies. Lent.
IG_API void ig_trace_of_layers(ig_trace *trace, const char *folder);

/// A number of the output; its operands follow.
/// @param area     key of its row; ig_trace_key makes one of several texts
/// @param row      number of the row in the output, from 1; 0 where rows have none
/// @param value    NaN where it is missing; the formula then says why
IG_API void ig_trace_number(ig_trace *trace, const char *area, size_t row, const char *column,
                            double value, const char *formula);
/// Another number of the same row, made of the same operands.
IG_API void ig_trace_again(ig_trace *trace, const char *column, double value, const char *formula);
/// The number just begun has the operands of the one before it.
IG_API void ig_trace_same(ig_trace *trace);
/// The operands that follow are of the next term of a sum.
IG_API void ig_trace_term(ig_trace *trace);
/// A cell of a table, which must stay until the result is written. A cell that was put together
/// (bands, pivot, duplicates) is followed to those of the file where the table has kept them.
/// @param weight NaN for none
IG_API void ig_trace_cell(ig_trace *trace, const char *operand, double weight,
                          const ig_table *table, size_t row, size_t column);
/// The same for a cell whose text is not quoted.
IG_API void ig_trace_cell_unquoted(ig_trace *trace, const char *operand, const ig_table *table,
                                   size_t row, size_t column);
/// Another number of this output.
/// @param of_area NULL: of the same row
IG_API void ig_trace_output(ig_trace *trace, const char *operand, double weight,
                            const char *of_area, const char *column, double value);
/// A file as a whole (a raster, a road network), or with `file` NULL what an option says.
/// @param column which part of the file, or the name of the option; may be NULL
IG_API void ig_trace_given(ig_trace *trace, const char *operand, const char *file,
                           const char *column, const char *text);

/// Texts as one key, quoted as lists of options are: `E01000001,"Female, 16+"`. Yours.
IG_API char *ig_trace_key(const char *const *texts, size_t count);

/// A row for each operand of each number, in order: `layer, area, output_row, output_column, value,
/// formula, term, operand, weight, file, sha256, line, column, text, of_area`. Texts are lent by the
/// trace and its tables, which must outlive it.
/// @param[out] out  yours, free with ig_result_free
IG_API IG_MUST_CHECK ig_status ig_trace_result(ig_ctx *ctx, ig_trace *trace, ig_result **out);

/// The table that holds a trace inside a GeoPackage.
#define IG_TRACE_TABLE "isogap_trace"

/// One number explained.
typedef struct ig_explained {
    char *layer, *area, *column, *formula;
    char *words;  ///< "value of E01000001 = 12 (a.csv line 5, column deaths) / 340 (...) ..."
    double value; ///< NaN: missing
    size_t operands;
} ig_explained;
/// The numbers asked for, in order of the trace, and what is to be said of its files.
typedef struct ig_explanation {
    size_t count;
    ig_explained *number;
    size_t notes;
    char **note; ///< of each file: is it still as it was
} ig_explanation;

/// Read the trace of an output (its table isogap_trace, FILE.trace.csv beside it, or a trace
/// itself) and put the arithmetic of one number in words. Files that are still there are held
/// against their SHA-256.
/// @param output the output, or FILE|layername=NAME
/// @param trace  file of the trace; NULL: found by itself
/// @param what   "AREA,COLUMN"; an area of several parts has all of them before the column
/// @param[out] out  yours, free with ig_explanation_free
/// @return IG_EINVAL where there is no trace, or no such area or column in it (the nearest is named)
IG_API IG_MUST_CHECK ig_status ig_trace_explain(ig_ctx *ctx, const char *output, const char *trace,
                                                const char *what, ig_explanation **out);
IG_API void ig_explanation_free(ig_explanation *explanation);

#ifdef __cplusplus
}
#endif
#endif
