/// --trace: where each number of an output comes from, written beside it or into it.
#ifndef ISOGAP_TOOLS_TRACING_H
#define ISOGAP_TOOLS_TRACING_H

#include "command.h"

// clang-format off
#define TRACE_OPTION(at)                                                                           \
    {"trace", IG_OPTION_OUTPUT, (at), false,                                                       \
     "also write the file, line and column that each number comes from; without FILE the table "   \
     "isogap_trace of a GeoPackage, else OUTPUT.trace.csv: .csv .gpkg .xlsx .json", "auto", 0, 0}
// clang-format on

/// A trace under way, and where it goes. Start from {0}; free with tracing_free.
struct tracing {
    ig_trace *trace; ///< NULL where none is asked for
    char *file;      ///< NULL: into the output, a GeoPackage
};

/// Before work: where the trace goes, and whether it can be written.
/// @param where  of --trace; NULL: nothing is traced
/// @return IG_EINVAL without a file for it
ig_status tracing_begin(ig_ctx *ctx, const char *where, const char *output,
                        const char *const *inputs, struct tracing *out);
void tracing_free(struct tracing *tracing);
/// As command_write, with the trace inside or beside.
ig_status tracing_write(ig_ctx *ctx, struct tracing *tracing, const ig_result *result,
                        const char *output, const char *name, const char *const *inputs,
                        json_t *json);
/// For an output of layers: the trace as a table of it, before it is finished.
ig_status tracing_layer(ig_ctx *ctx, struct tracing *tracing, ig_layers *layers);
/// The same after: the trace as a file, where it has one.
ig_status tracing_file(ig_ctx *ctx, struct tracing *tracing, const char *const *inputs,
                       json_t *json);

/// Numbers of a row that were carried through from the table under their own names.
/// @param result  what has them; columns of other names are left alone
void tracing_carried(ig_trace *trace, const ig_result *result, const ig_table *table,
                     const char *area, size_t row_out, size_t row);
/// The code of a row, or "row N" of the output. @param room of `buffer` at least 40
const char *tracing_row(const ig_table *table, size_t row, size_t row_out, char *buffer);

#endif
