// trend: the recent trend of each series over its last five points, as Fingertips shows it.
#include "groups.h"
#include "tracing.h"

#include <core/inside.h>
#include <rates/rates.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct settings {
    const char *table;
    ig_table_options reading;
    const char *series, *period, *value, *lower, *upper, *benchmark;
    ig_texts by;
    int polarity;
    const char *trace, *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"table", IG_OPTION_INPUT, AT(table), true, "table with one row for each series and period",
     NULL, 0, 0},
    {"series", IG_OPTION_COLUMN, AT(series), true, "column that names the series, such as the area",
     NULL, 0, 0},
    {"period", IG_OPTION_COLUMN, AT(period), true, "column of periods; points go in its order",
     NULL, 0, 0},
    {"value", IG_OPTION_COLUMN, AT(value), true, "column of values", NULL, 0, 0},
    {"lower", IG_OPTION_COLUMN, AT(lower), true, "column of lower 95% limits", NULL, 0, 0},
    {"upper", IG_OPTION_COLUMN, AT(upper), true, "column of upper 95% limits", NULL, 0, 0},
    {"polarity", IG_OPTION_CHOICE, AT(polarity), false, "what is good: neither, more or less",
     "none|high|low", 0, 0},
    {"benchmark", IG_OPTION_TEXT, AT(benchmark), false,
     "a number, or a series by name: the last point is compared with its value of that period, and "
     "what is worse and getting worse is listed",
     NULL, 0, 0},
    {"by", IG_OPTION_TEXTS, AT(by), false, "further columns that tell series apart", NULL, 0, 0},
    TRACE_OPTION(AT(trace)),
    {"output", IG_OPTION_OUTPUT, AT(output), false, "result: .csv .xlsx .json .gpkg", NULL, 0, 0},
    {0},
};

static const struct option_group option_groups[] = {
    TABLE_READING_GROUP(AT(reading), ""),
    {0},
};

static void defaults(void *settings)
{
    ((struct settings *)settings)->reading = ig_table_defaults();
}

struct inputs {
    ig_table *table;
    size_t period;
    const double *value, *lower, *upper;
};

// A point of a series with its period: by number where all periods are numbers, else by text.
struct point {
    double number;
    const char *text;
    size_t row;
};

static int by_period(const void *a, const void *b)
{
    const struct point *p = a, *q = b;
    if (!isnan(p->number) && !isnan(q->number) && p->number != q->number) {
        return p->number < q->number ? -1 : 1;
    }
    return strcmp(p->text, q->text);
}

static ig_status same_period(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                             const struct point *a, const struct point *b)
{
    return command_fail(ctx, IG_EFORMAT, "tell the series apart by --by, or choose rows by --where",
                        "%s: a series has period '%s' twice, %s %lld and %lld",
                        ig_base_name(s->table), ig_show(a->text), ig_table_line_word(in->table),
                        (long long)ig_table_line(in->table, a->row),
                        (long long)ig_table_line(in->table, b->row));
}

static ig_status one_series(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                            const size_t *rows, size_t n, ig_trend_result *out, size_t *last,
                            size_t *order)
{
    struct point *points = ig_alloc(n + 1, sizeof *points);
    double *values = ig_alloc(3 * n + 1, sizeof *values);
    if (!points || !values) {
        ig_free(points);
        ig_free(values);
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    bool all_numbers = true;
    for (size_t i = 0; i < n; i++) {
        const char *text = ig_table_text(in->table, rows[i], in->period);
        points[i] = (struct point){NAN, text, rows[i]};
        if (!ig_text_number(text, &points[i].number)) all_numbers = false;
    }
    for (size_t i = 0; i < n && !all_numbers; i++)
        points[i].number = NAN;
    if (n) qsort(points, n, sizeof *points, by_period);
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < n; i++) {
        if (i > 0 && by_period(&points[i - 1], &points[i]) == 0) {
            status = same_period(ctx, s, in, &points[i - 1], &points[i]);
        }
        values[i] = in->value[points[i].row];
        values[n + i] = in->lower[points[i].row];
        values[2 * n + i] = in->upper[points[i].row];
        if (!status && values[n + i] >= values[2 * n + i]) {
            status = command_fail(ctx, IG_EFORMAT, NULL,
                                  "%s: %s %lld: the limits leave no width for a weight",
                                  ig_base_name(s->table), ig_table_line_word(in->table),
                                  (long long)ig_table_line(in->table, points[i].row));
        }
    }
    *last = SIZE_MAX; // the latest point with a value
    for (size_t i = 0; i < n; i++) {
        if (!isnan(in->value[points[i].row])) *last = points[i].row;
        order[i] = points[i].row;
    }
    if (!status) {
        status = ig_trend(values, values + n, values + 2 * n, n, (ig_polarity)s->polarity, out);
    }
    ig_free(points);
    ig_free(values);
    return status;
}

// ---- worse and getting worse --------------------------------------------------------------------

// Value of the benchmark in the period of a row: a number, or that of the series named, where the
// columns of --by agree.
static double benchmark_at(const struct settings *s, const struct inputs *in,
                           const struct groups *g, size_t group, size_t row)
{
    double value;
    if (ig_text_number(s->benchmark, &value)) return value;
    const size_t last = g->columns - 1;
    const char *period = ig_table_text(in->table, row, in->period);
    for (size_t b = 0; b < g->count; b++) {
        bool same = b != group && strcmp(g->texts[b * g->columns + last], s->benchmark) == 0;
        for (size_t c = 0; c < last && same; c++)
            same = strcmp(g->texts[b * g->columns + c], g->texts[group * g->columns + c]) == 0;
        for (size_t k = g->start[b]; same && k < g->start[b + 1]; k++) {
            const size_t r = g->rows[k];
            if (strcmp(ig_table_text(in->table, r, in->period), period) == 0) return in->value[r];
        }
    }
    return NAN;
}

static bool is_red_red(const char *comparison, const ig_trend_result *trend)
{
    return strcmp(comparison, "worse") == 0 && strcmp(trend->judgement, "getting worse") == 0;
}

static const char *compare_last(const struct settings *s, const struct inputs *in,
                                const struct groups *g, size_t group, size_t row)
{
    if (row == SIZE_MAX) return "not compared";
    const double benchmark = benchmark_at(s, in, g, group, row);
    if (isnan(benchmark)) return "not compared";
    return ig_compare(in->lower[row], in->upper[row], NAN, NAN, benchmark,
                      (ig_polarity)s->polarity);
}

static ig_status add_comparison(const struct settings *s, const struct inputs *in,
                                const struct groups *g, const ig_trend_result *trends,
                                const size_t *last, ig_result *result, json_t *json)
{
    ig_column *column = NULL;
    json_t *list = json_array();
    ig_status status = ig_result_add(result, "comparison", IG_COLUMN_TEXT, &column);
    if (!status) status = ig_result_add(result, "red_red", IG_COLUMN_INTEGER, &column);
    for (size_t i = 0; !status && i < g->count; i++) {
        const char *words = compare_last(s, in, g, i, last[i]);
        const bool red = is_red_red(words, &trends[i]);
        result->columns[result->count - 1].number[i] = red;
        status = ig_result_set_text(result, &result->columns[result->count - 2], i, words);
        if (red) json_array_append_new(list, json_string(g->texts[(i + 1) * g->columns - 1]));
    }
    json_object_set_new(json, "red_red", list);
    return status;
}

static ig_status check_benchmark(ig_ctx *ctx, const struct settings *s, const struct groups *g)
{
    double number;
    if (!s->benchmark || ig_text_number(s->benchmark, &number)) return IG_OK;
    for (size_t i = 0; i < g->count; i++) {
        if (strcmp(g->texts[(i + 1) * g->columns - 1], s->benchmark) == 0) return IG_OK;
    }
    return command_fail(ctx, IG_EFORMAT, NULL, "%s: no series is called %s, the benchmark",
                        ig_base_name(s->table), ig_show(s->benchmark));
}

static ig_status add_text(ig_result *result, const char *name, const ig_trend_result *trends)
{
    ig_column *column = NULL;
    ig_status status = ig_result_add(result, name, IG_COLUMN_TEXT, &column);
    for (size_t r = 0; !status && r < result->rows; r++) {
        const char *text = strcmp(name, "trend") == 0       ? trends[r].trend
                           : strcmp(name, "judgement") == 0 ? trends[r].judgement
                           : trends[r].reason               ? trends[r].reason
                                                            : "ok";
        if (*text) status = ig_result_set_text(result, column, r, text);
    }
    return status;
}

static ig_status make_result(ig_ctx *ctx, const struct groups *g, const ig_trend_result *trends,
                             ig_result **out)
{
    ig_result *result = NULL;
    size_t *group_of_row = ig_alloc(g->count + 1, sizeof *group_of_row);
    ig_status status = group_of_row ? ig_result_new(g->count, &result) : IG_EMEMORY;
    for (size_t r = 0; !status && r < g->count; r++)
        group_of_row[r] = r;
    if (!status) status = groups_add_columns(ctx, g, result, group_of_row);
    ig_column *column = NULL;
    if (!status) status = ig_result_add(result, "points", IG_COLUMN_INTEGER, &column);
    for (size_t r = 0; !status && r < g->count; r++)
        column->number[r] = (double)trends[r].points;
    if (!status) status = ig_result_add(result, "slope", IG_COLUMN_REAL, &column);
    for (size_t r = 0; !status && r < g->count; r++)
        column->number[r] = trends[r].slope;
    if (!status) status = ig_result_add(result, "chi2", IG_COLUMN_REAL, &column);
    for (size_t r = 0; !status && r < g->count; r++)
        column->number[r] = trends[r].chi2;
    if (!status) status = add_text(result, "trend", trends);
    if (!status) status = add_text(result, "judgement", trends);
    if (!status) status = add_text(result, "status", trends);
    ig_free(group_of_row);
    if (status) {
        ig_result_free(result);
        return ig_fail(ctx, status, "the result cannot be made");
    }
    *out = result;
    return IG_OK;
}

// The cells of the last five points that have all three numbers.
static void trace_points(const struct settings *s, const struct inputs *in, const size_t *order,
                         size_t n, ig_trace *trace)
{
    const size_t columns[] = {ig_table_column(in->table, s->value),
                              ig_table_column(in->table, s->lower),
                              ig_table_column(in->table, s->upper)};
    static const char *const names[] = {"value", "lower", "upper"};
    size_t from = n;
    for (size_t used = 0; from > 0 && used < 5; from--) {
        const size_t r = order[from - 1];
        used += !isnan(in->value[r]) && !isnan(in->lower[r]) && !isnan(in->upper[r]);
    }
    for (size_t i = from; i < n; i++) {
        const size_t r = order[i];
        if (isnan(in->value[r]) || isnan(in->lower[r]) || isnan(in->upper[r])) continue;
        ig_trace_term(trace);
        for (size_t c = 0; c < 3; c++)
            if (columns[c] != SIZE_MAX)
                ig_trace_cell(trace, names[c], NAN, in->table, r, columns[c]);
    }
}

// @param order  rows of each group in order of period, laid out as those of the groups
static ig_status trace_series(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                              const struct groups *g, const ig_trend_result *trends,
                              const size_t *order, ig_trace *trace)
{
    for (size_t i = 0; i < g->count; i++) {
        char *area = ig_trace_key(g->texts + i * g->columns, g->columns);
        if (!area) return ig_fail(ctx, IG_EMEMORY, "no memory for the trace");
        ig_trace_number(trace, area, i + 1, "slope", trends[i].slope,
                        "slope a period of least squares over {value,}, weighted by the limits "
                        "{lower,} and {upper,}");
        trace_points(s, in, order + g->start[i], g->start[i + 1] - g->start[i], trace);
        ig_trace_again(
            trace, "chi2", trends[i].chi2,
            "slope squared over its variance, from {value,} with the limits {lower,} and "
            "{upper,}");
        ig_trace_again(trace, "points", (double)trends[i].points,
                       "number of points with limits: {value,}");
        ig_free(area);
    }
    return IG_OK;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    struct inputs in = {0};
    struct groups *g = NULL;
    ig_trend_result *trends = NULL;
    size_t *last = NULL, *order = NULL;
    ig_result *result = NULL;
    struct tracing tracing = {0};
    const char *const inputs[] = {s->table, NULL};
    const char *names[8] = {NULL};
    ig_texts by = {names, 0};
    if (s->by.count > 5) {
        return command_fail(ctx, IG_EINVAL, NULL, "--by takes at most 5 columns");
    }
    for (size_t i = 0; i < s->by.count; i++)
        names[by.count++] = s->by.values[i];
    names[by.count++] = s->series;
    s->reading.keyless = true;
    s->reading.lineage = s->trace != NULL;
    ig_status status = tracing_begin(ctx, s->trace, s->output, inputs, &tracing);
    if (!status) status = ig_table_read(ctx, s->table, &s->reading, &in.table);
    if (!status) status = ig_table_find(ctx, in.table, s->period, &in.period);
    if (!status) status = column_numbers(ctx, in.table, s->value, IG_NUMBERS_ANY, NULL, &in.value);
    if (!status) status = refuse_small_counts(ctx, in.table, s->value, in.value);
    if (!status) status = column_numbers(ctx, in.table, s->lower, IG_NUMBERS_ANY, NULL, &in.lower);
    if (!status) status = column_numbers(ctx, in.table, s->upper, IG_NUMBERS_ANY, NULL, &in.upper);
    if (!status) status = groups_new(ctx, in.table, &by, false, &g);
    if (!status) status = check_benchmark(ctx, s, g);
    if (status) goto done;
    trends = ig_alloc(g->count + 1, sizeof *trends);
    last = ig_alloc(g->count + 1, sizeof *last);
    order = ig_alloc(ig_table_rows(in.table) + 1, sizeof *order);
    if (!trends || !last || !order) status = ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; !status && i < g->count; i++) {
        status = one_series(ctx, s, &in, g->rows + g->start[i], g->start[i + 1] - g->start[i],
                            &trends[i], &last[i], order + g->start[i]);
    }
    if (!status) status = make_result(ctx, g, trends, &result);
    if (!status && s->benchmark) {
        status = add_comparison(s, &in, g, trends, last, result, json);
        if (status) ig_fail(ctx, status, "the result cannot be made");
    }
    if (!status && tracing.trace)
        status = trace_series(ctx, s, &in, g, trends, order, tracing.trace);
    if (!status) status = tracing_write(ctx, &tracing, result, s->output, "trend", inputs, json);
    if (!status) json_object_set_new(json, "rows", json_rows(result));
done:
    ig_result_free(result);
    tracing_free(&tracing);
    ig_free(order);
    ig_free(last);
    ig_free(trends);
    groups_free(g);
    ig_table_free(in.table);
    return status;
}

const struct command cmd_trend = {
    .name = "trend",
    .summary = "Say whether each series has been rising or falling of late",
    .about = "Weighted least squares over the last five points with limits, as Fingertips' recent "
             "trend: "
             "a trend only when the chi-square passes 99.8% and the slope keeps its sign with each "
             "point left out in turn. Fewer than five points: cannot be calculated.",
    .example =
        "isogap trend --table rates.csv --series area --period year --value value --lower lower "
        "--upper upper --polarity low",
    .options = options,
    .groups = option_groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
