// compare --neighbours: the rows most like each row.
#include "neighbours.h"

#include "groups.h"

#include <core/inside.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A row beside another.
struct beside {
    double distance;
    size_t row;
    const char *code;
};

static int by_distance(const void *a, const void *b)
{
    const struct beside *p = a, *q = b;
    if (p->distance != q->distance) return p->distance < q->distance ? -1 : 1;
    return strcmp(p->code, q->code);
}

// Features of all rows in standard deviations; rows with a gap have no neighbours and are none.
static ig_status standardise(ig_ctx *ctx, const struct neighbour_settings *s, ig_table *table,
                             double **out)
{
    const size_t rows = ig_table_rows(table), features = s->features->count;
    double *z = ig_alloc(rows * features + 1, sizeof *z);
    ig_status status = z ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t f = 0; !status && f < features; f++) {
        const double *values = NULL;
        status = column_numbers(ctx, table, s->features->values[f], IG_NUMBERS_ANY, NULL, &values);
        struct ig_sum sum = {0}, squares = {0};
        double n = 0.0;
        for (size_t r = 0; !status && r < rows; r++) {
            if (isnan(values[r])) continue;
            ig_sum_add(&sum, values[r]);
            n += 1.0;
        }
        const double mean = ig_sum_of(&sum) / n;
        for (size_t r = 0; !status && r < rows; r++) {
            if (!isnan(values[r])) ig_sum_add(&squares, (values[r] - mean) * (values[r] - mean));
        }
        const double deviation = sqrt(ig_sum_of(&squares) / (n - 1.0));
        if (!status && !(deviation > 0.0)) {
            status = command_fail(ctx, IG_EFORMAT, "leave it out of --features",
                                  "%s: column %s is the same everywhere", ig_base_name(s->table),
                                  ig_show(s->features->values[f]));
        }
        for (size_t r = 0; !status && r < rows; r++)
            z[r * features + f] = (values[r] - mean) / deviation;
    }
    if (status) {
        ig_free(z);
        return status;
    }
    *out = z;
    return IG_OK;
}

static ig_status add_neighbours(const struct neighbour_settings *s, const ig_table *table,
                                const double *z, struct beside *list, ig_result *result,
                                size_t each)
{
    const size_t rows = ig_table_rows(table), features = s->features->count;
    static const char *const names[] = {"area", "rank", "neighbour", "distance"};
    ig_column *column = NULL;
    ig_status status = IG_OK;
    for (size_t c = 0; !status && c < 4; c++) {
        status = ig_result_add(result, names[c],
                               c % 2 == 0 ? IG_COLUMN_TEXT
                               : c == 1   ? IG_COLUMN_INTEGER
                                          : IG_COLUMN_REAL,
                               &column);
    }
    for (size_t r = 0, at = 0; !status && r < rows; r++) {
        size_t n = 0;
        for (size_t o = 0; o < rows; o++) {
            double sum = 0.0;
            for (size_t f = 0; f < features; f++) {
                const double d = z[r * features + f] - z[o * features + f];
                sum += d * d;
            }
            if (o != r && !isnan(sum)) {
                list[n++] = (struct beside){sqrt(sum), o, ig_table_code(table, o)};
            }
        }
        if (n) qsort(list, n, sizeof *list, by_distance);
        for (size_t k = 0; !status && k < each; k++, at++) {
            status = ig_result_set_text(result, &result->columns[0], at, ig_table_code(table, r));
            result->columns[1].number[at] = (double)k + 1.0;
            if (status || k >= n) continue;
            status = ig_result_set_text(result, &result->columns[2], at, list[k].code);
            result->columns[3].number[at] = list[k].distance;
        }
    }
    return status;
}

/// The features of both rows behind each distance.
static ig_status trace_distances(ig_ctx *ctx, const struct neighbour_settings *s,
                                 const ig_table *table, const ig_result *result, ig_trace *trace)
{
    const size_t each = (size_t)s->neighbours;
    for (size_t at = 0; at < result->rows; at++) {
        const char *code = result->columns[2].text[at];
        const char *const parts[] = {result->columns[0].text[at], code ? code : ""};
        char *area = ig_trace_key(parts, 2);
        if (!area) return ig_fail(ctx, IG_EMEMORY, "no memory for the trace");
        ig_trace_number(trace, area, at + 1, "distance", result->columns[3].number[at],
                        "distance in standard deviations between {features,} and {neighbour,}");
        ig_free(area);
        for (size_t r = 0; code && r < ig_table_rows(table); r++) {
            const bool itself = r == at / each;
            if (!itself && strcmp(ig_table_code(table, r), code) != 0) continue;
            for (size_t f = 0; f < s->features->count; f++)
                ig_trace_cell(trace, itself ? "features" : "neighbour", NAN, table, r,
                              ig_table_column(table, s->features->values[f]));
        }
    }
    return IG_OK;
}

ig_status neighbours_find(ig_ctx *ctx, const struct neighbour_settings *s, struct tracing *tracing,
                          json_t *json)
{
    if (s->features->count == 0) {
        return command_fail(ctx, IG_EINVAL, "name the columns in which neighbours are alike",
                            "--neighbours needs --features");
    }
    ig_table *table = NULL;
    double *z = NULL;
    struct beside *list = NULL;
    ig_result *result = NULL;
    ig_status status = ig_table_read(ctx, s->table, s->reading, &table);
    if (!status && ig_table_key_column(table) == SIZE_MAX) {
        status = command_fail(ctx, IG_EFORMAT, "name it by --table-key", "%s: no column of codes",
                              ig_base_name(s->table));
    }
    if (!status) status = ig_table_unique(ctx, table);
    const size_t rows = status ? 0 : ig_table_rows(table);
    if (!status && (size_t)s->neighbours >= rows) {
        status = command_fail(ctx, IG_EINVAL, NULL, "--neighbours %lld: there are %zu rows",
                              (long long)s->neighbours, rows);
    }
    if (!status) status = standardise(ctx, s, table, &z);
    if (status) goto done;
    list = ig_alloc(rows + 1, sizeof *list);
    status = list ? ig_result_new(rows * (size_t)s->neighbours, &result) : IG_EMEMORY;
    if (!status) status = add_neighbours(s, table, z, list, result, (size_t)s->neighbours);
    if (status) {
        ig_fail(ctx, status, "no memory for the neighbours of %zu rows", rows);
        goto done;
    }
    const char *const inputs[] = {s->table, NULL};
    if (tracing->trace) status = trace_distances(ctx, s, table, result, tracing->trace);
    if (!status)
        status = tracing_write(ctx, tracing, result, s->output, "neighbours", inputs, json);
    if (!status) json_object_set_new(json, "rows", json_rows(result));
done:
    ig_result_free(result);
    ig_free(list);
    ig_free(z);
    ig_table_free(table);
    return status;
}
