// --trace: the trace of a command's numbers to its place.
#include "tracing.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>
#include <strings.h>

static bool is_package(const char *path)
{
    const size_t length = path ? strlen(path) : 0;
    return length > 5 && strcasecmp(path + length - 5, ".gpkg") == 0;
}

ig_status tracing_begin(ig_ctx *ctx, const char *where, const char *output,
                        const char *const *inputs, struct tracing *out)
{
    if (!where) return IG_OK;
    const bool beside = strcmp(where, "auto") == 0;
    if (beside && !output)
        return command_fail(ctx, IG_EINVAL, "name a file, --trace FILE, or the output by -o",
                            "--trace has no output to go with");
    const bool inside = is_package(output) && (beside || strcmp(where, output) == 0);
    ig_text file = {0};
    ig_text_format(&file, "%s%s", beside ? output : where, beside ? ".trace.csv" : "");
    if (!inside) out->file = file.data;
    if (file.failed || inside) ig_text_free(&file);
    ig_status status = file.failed ? ig_fail(ctx, IG_EMEMORY, "no memory for the trace") : IG_OK;
    if (!status && out->file) status = ig_output_check(ctx, out->file, inputs);
    if (!status && out->file && output && strcmp(out->file, output) == 0)
        status = command_fail(ctx, IG_EINVAL, "give it a name of its own",
                              "--trace: %s is the output", ig_show(output));
    return status ? status : ig_trace_new(ctx, &out->trace);
}

void tracing_free(struct tracing *tracing)
{
    ig_trace_free(tracing->trace);
    ig_free(tracing->file);
}

ig_status tracing_file(ig_ctx *ctx, struct tracing *tracing, const char *const *inputs,
                       json_t *json)
{
    ig_result *rows = NULL;
    if (!tracing->trace || !tracing->file) return IG_OK;
    ig_status status = ig_trace_result(ctx, tracing->trace, &rows);
    if (!status) status = command_write(ctx, rows, tracing->file, IG_TRACE_TABLE, inputs, json);
    ig_result_free(rows);
    return status;
}

ig_status tracing_layer(ig_ctx *ctx, struct tracing *tracing, ig_layers *layers)
{
    ig_result *rows = NULL;
    if (!tracing->trace || tracing->file) return IG_OK;
    ig_status status = ig_trace_result(ctx, tracing->trace, &rows);
    if (!status) status = ig_layers_table(layers, IG_TRACE_TABLE, rows);
    ig_result_free(rows);
    return status;
}

ig_status tracing_write(ig_ctx *ctx, struct tracing *tracing, const ig_result *result,
                        const char *output, const char *name, const char *const *inputs,
                        json_t *json)
{
    if (!tracing->trace || tracing->file) {
        const ig_status status = tracing_file(ctx, tracing, inputs, json);
        return status ? status : command_write(ctx, result, output, name, inputs, json);
    }
    ig_result *rows = NULL;
    ig_status status = ig_trace_result(ctx, tracing->trace, &rows);
    const ig_result *const tables[] = {result, rows};
    const char *const names[] = {name, IG_TRACE_TABLE};
    if (!status) status = ig_result_write_all(ctx, tables, names, 2, output, inputs);
    ig_result_free(rows);
    return status ? status : command_output(json, output);
}

void tracing_carried(ig_trace *trace, const ig_result *result, const ig_table *table,
                     const char *area, size_t row_out, size_t row)
{
    for (size_t c = 0; c < ig_table_columns(table); c++) {
        const char *name = ig_table_column_name(table, c);
        const ig_column *column = ig_result_find(result, name);
        double value;
        if (!column || column->kind != IG_COLUMN_TEXT || !column->text[row_out - 1] ||
            strcmp(column->text[row_out - 1], ig_table_text(table, row, c)) != 0 ||
            !ig_text_number(column->text[row_out - 1], &value))
            continue;
        ig_trace_number(trace, area, row_out, name, value, "{value}");
        ig_trace_cell(trace, "value", NAN, table, row, c);
    }
}

const char *tracing_row(const ig_table *table, size_t row, size_t row_out, char *buffer)
{
    const char *code = ig_table_code(table, row);
    if (code && *code) return code;
    snprintf(buffer, 40, "row %zu", row_out);
    return buffer;
}
