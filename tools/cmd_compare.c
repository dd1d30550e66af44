// compare: each row against a benchmark as Fingertips does, and quantile groups as PHE cuts them.
#include "funnels.h"
#include "groups.h"
#include "neighbours.h"

#include <core/inside.h>
#include <rates/rates.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct settings {
    const char *table;
    ig_table_options reading;
    const char *value, *lower, *upper, *lower998, *upper998, *benchmark;
    int polarity, first;
    ig_texts by;
    int64_t quantiles;
    int funnel;
    const char *count, *population;
    double multiplier;
    int64_t neighbours;
    ig_texts features;
    const char *trace, *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"table", IG_OPTION_INPUT, AT(table), true, "table with one row for each area", NULL, 0, 0},
    {"value", IG_OPTION_COLUMN, AT(value), false, "column of values", NULL, 0, 0},
    {"lower", IG_OPTION_COLUMN, AT(lower), false, "column of lower 95% limits", NULL, 0, 0},
    {"upper", IG_OPTION_COLUMN, AT(upper), false, "column of upper 95% limits", NULL, 0, 0},
    {"lower998", IG_OPTION_COLUMN, AT(lower998), false,
     "column of lower 99.8% limits: best and worst", NULL, 0, 0},
    {"upper998", IG_OPTION_COLUMN, AT(upper998), false, "column of upper 99.8% limits", NULL, 0, 0},
    {"benchmark", IG_OPTION_TEXT, AT(benchmark), false,
     "a number, or the code of a row of the table", NULL, 0, 0},
    {"polarity", IG_OPTION_CHOICE, AT(polarity), false, "what is good: neither, more or less",
     "none|high|low", 0, 0},
    {"by", IG_OPTION_TEXTS, AT(by), false, "columns whose groups are each worked by themselves",
     NULL, 0, 0},
    {"quantiles", IG_OPTION_COUNT, AT(quantiles), false, "number of quantile groups", NULL, 2,
     1000},
    {"first", IG_OPTION_CHOICE, AT(first), false, "which values group 1 holds", "highest|lowest", 0,
     0},
    {"funnel", IG_OPTION_CHOICE, AT(funnel), false,
     "control limits about the benchmark, or about all rows together", "none|proportion|rate|ratio",
     0, 0},
    {"count", IG_OPTION_COLUMN, AT(count), false, "column of events, for --funnel", NULL, 0, 0},
    {"population", IG_OPTION_COLUMN, AT(population), false,
     "column of people, of expected events for a ratio, for --funnel", NULL, 0, 0},
    {"multiplier", IG_OPTION_NUMBER, AT(multiplier), false,
     "what funnel limits are given per; 100000 for a rate, else 1", NULL, 1e-9, 1e12},
    {"neighbours", IG_OPTION_COUNT, AT(neighbours), false,
     "list the nearest statistical neighbours of each row, this many", NULL, 1, 1000},
    {"features", IG_OPTION_TEXTS, AT(features), false,
     "columns in which neighbours are alike, each in standard deviations", NULL, 0, 0},
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
    struct settings *s = settings;
    s->reading = ig_table_defaults();
    s->multiplier = NAN;
}

struct inputs {
    ig_table *table;
    const double *count, *population;
    const double *value, *lower, *upper, *lower998, *upper998;
    double *nothing; ///< NaN for all rows, where a column is not given
};

static ig_status read_inputs(ig_ctx *ctx, struct settings *s, struct inputs *in)
{
    if (!s->benchmark && !s->quantiles && !s->funnel) {
        return command_fail(ctx, IG_EINVAL,
                            "give --benchmark with --lower and --upper, --quantiles, --funnel, or "
                            "--neighbours",
                            "nothing is asked for");
    }
    if (!s->value && (s->quantiles || s->lower || !s->funnel)) {
        return command_fail(ctx, IG_EINVAL, NULL, "--value is required");
    }
    if (s->funnel && (!s->count || !s->population)) {
        return command_fail(ctx, IG_EINVAL, NULL, "--funnel needs --count and --population");
    }
    if (s->benchmark && !s->funnel && (!s->lower || !s->upper)) {
        return command_fail(ctx, IG_EINVAL, NULL, "--benchmark needs --lower and --upper");
    }
    if (!s->lower998 != !s->upper998) {
        return command_fail(ctx, IG_EINVAL, NULL, "--lower998 and --upper998 go together");
    }
    double number;
    s->reading.keyless =
        !s->trace && !s->reading.key && (!s->benchmark || ig_text_number(s->benchmark, &number));
    ig_status status = ig_table_read(ctx, s->table, &s->reading, &in->table);
    if (status) return status;
    in->nothing = ig_alloc(ig_table_rows(in->table) + 1, sizeof *in->nothing);
    if (!in->nothing) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; i < ig_table_rows(in->table); i++)
        in->nothing[i] = NAN;
    in->lower = in->upper = in->lower998 = in->upper998 = in->nothing; // where none is given
    in->value = in->nothing;
    const struct {
        const char *name;
        ig_number_rule rule;
        const double **to;
    } columns[] = {{s->count, IG_NUMBERS_COUNT, &in->count},
                   {s->population, IG_NUMBERS_COUNT, &in->population},
                   {s->value, IG_NUMBERS_ANY, &in->value},
                   {s->lower, IG_NUMBERS_ANY, &in->lower},
                   {s->upper, IG_NUMBERS_ANY, &in->upper},
                   {s->lower998, IG_NUMBERS_ANY, &in->lower998},
                   {s->upper998, IG_NUMBERS_ANY, &in->upper998}};
    for (size_t c = 0; !status && c < sizeof columns / sizeof *columns; c++)
        status =
            column_numbers(ctx, in->table, columns[c].name, columns[c].rule, NULL, columns[c].to);
    if (!status) status = refuse_small_counts(ctx, in->table, s->value, in->value);
    for (size_t i = 0; !status && i < ig_table_rows(in->table); i++) {
        if (in->lower[i] > in->upper[i] || in->lower998[i] > in->upper998[i]) {
            status = command_fail(ctx, IG_EFORMAT, NULL,
                                  "%s: %s %lld: the lower limit is above the upper one",
                                  ig_base_name(s->table), ig_table_line_word(in->table),
                                  (long long)ig_table_line(in->table, i));
        }
    }
    return status;
}

// Row of the benchmark among the rows of a group; SIZE_MAX where it is a number or not among them.
static ig_status find_benchmark(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                                const size_t *rows, size_t n, double *value, size_t *row)
{
    *row = SIZE_MAX;
    if (ig_text_number(s->benchmark, value)) return IG_OK;
    bool trimmed, folded;
    char *code = ig_code_normalise(s->benchmark, &trimmed, &folded);
    if (!code) return ig_fail(ctx, IG_EMEMORY, "no memory");
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < n; i++) {
        if (strcmp(ig_table_code(in->table, rows[i]), code) != 0) continue;
        if (*row != SIZE_MAX) {
            status =
                command_fail(ctx, IG_EFORMAT, "choose the rows by --where, or group them by --by",
                             "%s: the benchmark %s comes twice, %s %lld and %lld",
                             ig_base_name(s->table), ig_show(code), ig_table_line_word(in->table),
                             (long long)ig_table_line(in->table, *row),
                             (long long)ig_table_line(in->table, rows[i]));
        }
        *row = rows[i];
    }
    if (!status && *row == SIZE_MAX) {
        status = command_fail(ctx, IG_EFORMAT, NULL, "%s: no row has the code %s of the benchmark",
                              ig_base_name(s->table), ig_show(code));
    }
    if (!status) *value = in->value[*row];
    ig_free(code);
    return status;
}

static ig_status quantile_groups(const struct settings *s, const struct inputs *in,
                                 const size_t *rows, size_t n, size_t benchmark, double *quantile)
{
    double *values = ig_alloc(n + 1, sizeof *values);
    int32_t *group = ig_alloc(n + 1, sizeof *group);
    ig_status status = values && group ? IG_OK : IG_EMEMORY;
    for (size_t i = 0; !status && i < n; i++) { // the benchmark is not one of the areas
        values[i] = rows[i] == benchmark ? NAN : in->value[rows[i]];
    }
    if (!status) {
        status = ig_quantile_groups(values, n, (size_t)s->quantiles, s->first == 0, group);
    }
    for (size_t i = 0; !status && i < n; i++) {
        quantile[rows[i]] = group[i] > 0 ? group[i] : NAN;
    }
    ig_free(values);
    ig_free(group);
    return status;
}

// ---- funnel -----------------------------------------------------------------------------------

// About the benchmark; without one about all rows that have both numbers, ratios about 1.
static ig_status funnel_of_group(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                                 const size_t *rows, size_t n, struct funnel_row *out)
{
    const double usual = s->funnel == FUNNEL_RATE ? 100000.0 : 1.0;
    const double scale = isnan(s->multiplier) ? usual : s->multiplier;
    double baseline = 1.0, number;
    size_t at = SIZE_MAX;
    if (s->benchmark && ig_text_number(s->benchmark, &number)) {
        baseline = number / scale;
    } else if (s->benchmark) {
        double unused;
        const ig_status status = find_benchmark(ctx, s, in, rows, n, &unused, &at);
        if (status) return status;
        baseline = in->count[at] / in->population[at];
    } else if (s->funnel != FUNNEL_RATIO) {
        struct ig_sum counts = {0}, people = {0};
        for (size_t k = 0; k < n; k++) {
            if (isnan(in->count[rows[k]]) || isnan(in->population[rows[k]])) continue;
            ig_sum_add(&counts, in->count[rows[k]]);
            ig_sum_add(&people, in->population[rows[k]]);
        }
        baseline = ig_sum_of(&counts) / ig_sum_of(&people);
    }
    ig_status status = IG_OK;
    for (size_t k = 0; !status && k < n; k++) {
        status = funnel_of_row(ctx, in->table, rows[k], (enum funnel)s->funnel, in->count[rows[k]],
                               in->population[rows[k]], baseline, scale, &out[rows[k]]);
        if (!status && rows[k] == at) out[rows[k]].where = "not compared";
    }
    return status;
}

static ig_status add_funnel(ig_result *result, const struct funnel_row *funnel)
{
    static const struct {
        const char *name;
        size_t offset;
    } limits[] = {{"funnel_lower95", offsetof(struct funnel_row, lower95)},
                  {"funnel_upper95", offsetof(struct funnel_row, upper95)},
                  {"funnel_lower998", offsetof(struct funnel_row, lower998)},
                  {"funnel_upper998", offsetof(struct funnel_row, upper998)}};
    ig_column *column = NULL;
    ig_status status = IG_OK;
    for (size_t l = 0; !status && l < 4; l++) {
        status = ig_result_add(result, limits[l].name, IG_COLUMN_REAL, &column);
        for (size_t r = 0; !status && r < result->rows; r++)
            column->number[r] = *(const double *)((const char *)&funnel[r] + limits[l].offset);
    }
    if (!status) status = ig_result_add(result, "funnel", IG_COLUMN_TEXT, &column);
    for (size_t r = 0; !status && r < result->rows; r++)
        status = ig_result_set_text(result, column, r, funnel[r].where);
    return status;
}

static ig_status work(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                      const struct groups *g, const char **comparison, double *quantile,
                      struct funnel_row *funnel)
{
    ig_status status = IG_OK;
    const bool compared = s->benchmark && s->lower;
    for (size_t i = 0; !status && i < g->count; i++) {
        const size_t *rows = g->rows + g->start[i], n = g->start[i + 1] - g->start[i];
        double benchmark = NAN;
        size_t at = SIZE_MAX;
        if (compared) status = find_benchmark(ctx, s, in, rows, n, &benchmark, &at);
        for (size_t k = 0; !status && compared && k < n; k++) {
            const size_t r = rows[k];
            const bool known = r != at && !isnan(in->value[r]);
            comparison[r] = known ? ig_compare(in->lower[r], in->upper[r], in->lower998[r],
                                               in->upper998[r], benchmark, (ig_polarity)s->polarity)
                                  : "not compared";
        }
        if (!status && s->quantiles) {
            status = quantile_groups(s, in, rows, n, at, quantile);
            if (status) ig_fail(ctx, status, "quantile groups cannot be made");
        }
        if (!status && s->funnel) status = funnel_of_group(ctx, s, in, rows, n, funnel);
    }
    return status;
}

// The value and its limits, which are what a sensitive table is compared by.
static bool is_compared(const struct settings *s, const char *column)
{
    const char *const names[] = {s->value, s->lower, s->upper, s->lower998, s->upper998};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i] && strcmp(names[i], column) == 0) return true;
    return false;
}

static ig_status make_result(ig_ctx *ctx, const struct settings *s, const ig_table *table,
                             const char **comparison, const double *quantile,
                             const struct funnel_row *funnel, ig_result **out)
{
    ig_result *result = NULL;
    ig_status status = ig_result_new(ig_table_rows(table), &result);
    ig_column *column = NULL;
    for (size_t c = 0; !status && c < ig_table_columns(table); c++) {
        const char *name = ig_table_column_name(table, c);
        if (ig_table_sensitive(table) && ig_table_looks_numeric(table, c) &&
            !is_compared(s, name)) {
            ig_info(ctx, "column %s is left out: a number could give a hidden count away",
                    ig_show(name));
            continue;
        }
        status = carry_column(result, table, c, name, NULL);
        if (status == IG_EINVAL) {
            ig_result_free(result);
            return command_fail(ctx, IG_EFORMAT, "rename one of them in the file",
                                "%s: two columns are called '%s' (duplicate)",
                                ig_base_name(s->table), ig_show(name));
        }
    }
    if (!status && s->benchmark && s->lower) {
        status = ig_result_add(result, "comparison", IG_COLUMN_TEXT, &column);
        for (size_t r = 0; !status && r < result->rows; r++) {
            status = ig_result_set_text(result, column, r, comparison[r]);
        }
    }
    if (!status && s->quantiles) {
        status = ig_result_add(result, "quantile", IG_COLUMN_INTEGER, &column);
        for (size_t r = 0; !status && r < result->rows; r++)
            column->number[r] = quantile[r];
    }
    if (!status && s->funnel) status = add_funnel(result, funnel);
    if (status) {
        ig_result_free(result);
        return status == IG_EINVAL
                   ? command_fail(
                         ctx, IG_EFORMAT, "rename it in the file",
                         "%s: it has a column called comparison, quantile or funnel already",
                         ig_base_name(s->table))
                   : ig_fail(ctx, status, "no memory");
    }
    *out = result;
    return IG_OK;
}

// ---- trace --------------------------------------------------------------------------------------

static void cell(const struct inputs *in, ig_trace *trace, const char *operand, size_t row,
                 const char *name)
{
    const size_t column = name ? ig_table_column(in->table, name) : SIZE_MAX;
    if (column != SIZE_MAX) ig_trace_cell(trace, operand, NAN, in->table, row, column);
}

// What a row is held against: a number, or the cell of the row that has the code.
static void benchmark_cell(const struct settings *s, const struct inputs *in, ig_trace *trace,
                           const char *column)
{
    double number;
    if (ig_text_number(s->benchmark, &number)) {
        ig_trace_given(trace, "benchmark", NULL, "benchmark", s->benchmark);
        return;
    }
    for (size_t r = 0; r < ig_table_rows(in->table); r++)
        if (!strcasecmp(ig_table_code(in->table, r), s->benchmark))
            cell(in, trace, "benchmark", r, column);
}

static void trace_comparison(const struct settings *s, const struct inputs *in, size_t r,
                             const char *area, const char *comparison, ig_trace *trace)
{
    char formula[96];
    snprintf(formula, sizeof formula, "is %.30s: {lower} to {upper} against {benchmark,}",
             comparison);
    ig_trace_number(trace, area, r + 1, "comparison", NAN, formula);
    cell(in, trace, "lower", r, s->lower);
    cell(in, trace, "upper", r, s->upper);
    cell(in, trace, "lower", r, s->lower998);
    cell(in, trace, "upper", r, s->upper998);
    benchmark_cell(s, in, trace, s->value);
}

static void trace_funnel(const struct settings *s, const struct inputs *in, size_t r,
                         const char *area, const struct funnel_row *f, ig_trace *trace)
{
    ig_trace_number(trace, area, r + 1, "funnel_lower95", f->lower95,
                    "lower control limit (95%) for {population} about the benchmark");
    cell(in, trace, "count", r, s->count);
    cell(in, trace, "population", r, s->population);
    if (s->benchmark) benchmark_cell(s, in, trace, s->count);
    ig_trace_again(trace, "funnel_upper95", f->upper95,
                   "upper control limit (95%) for {population} about the benchmark");
    ig_trace_again(trace, "funnel_lower998", f->lower998,
                   "lower control limit (99.8%) for {population} about the benchmark");
    ig_trace_again(trace, "funnel_upper998", f->upper998,
                   "upper control limit (99.8%) for {population} about the benchmark");
}

static void trace_rows(const struct settings *s, const struct inputs *in,
                       const char *const *comparison, const double *quantile,
                       const struct funnel_row *funnel, const ig_result *result, ig_trace *trace)
{
    for (size_t r = 0; r < result->rows; r++) {
        char buffer[40], formula[96];
        const char *area = tracing_row(in->table, r, r + 1, buffer);
        tracing_carried(trace, result, in->table, area, r + 1, r);
        if (s->benchmark && s->lower) trace_comparison(s, in, r, area, comparison[r], trace);
        if (s->quantiles) {
            snprintf(formula, sizeof formula, "group of {value} among %lld, the first the %s",
                     (long long)s->quantiles, s->first ? "lowest" : "highest");
            ig_trace_number(trace, area, r + 1, "quantile", quantile[r], formula);
            cell(in, trace, "value", r, s->value);
        }
        if (s->funnel) trace_funnel(s, in, r, area, &funnel[r], trace);
    }
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    struct inputs in = {0};
    struct groups *g = NULL;
    const char **comparison = NULL;
    double *quantile = NULL;
    struct funnel_row *funnel = NULL;
    ig_result *result = NULL;
    struct tracing tracing = {0};
    const char *const inputs[] = {s->table, NULL};
    ig_status status = tracing_begin(ctx, s->trace, s->output, inputs, &tracing);
    s->reading.lineage = s->trace != NULL;
    if (!status && s->neighbours) {
        const struct neighbour_settings alike = {s->table, s->output, &s->reading, &s->features,
                                                 s->neighbours};
        status = neighbours_find(ctx, &alike, &tracing, json);
        goto done;
    }
    if (!status) status = read_inputs(ctx, s, &in);
    if (!status) status = groups_new(ctx, in.table, &s->by, false, &g);
    if (status) goto done;
    comparison = ig_alloc(ig_table_rows(in.table) + 1, sizeof *comparison);
    quantile = ig_alloc(ig_table_rows(in.table) + 1, sizeof *quantile);
    funnel = ig_alloc(ig_table_rows(in.table) + 1, sizeof *funnel);
    status = comparison && quantile && funnel ? work(ctx, s, &in, g, comparison, quantile, funnel)
                                              : ig_fail(ctx, IG_EMEMORY, "no memory");
    if (!status) status = make_result(ctx, s, in.table, comparison, quantile, funnel, &result);
    if (!status && tracing.trace)
        trace_rows(s, &in, comparison, quantile, funnel, result, tracing.trace);
    if (!status) status = tracing_write(ctx, &tracing, result, s->output, "compare", inputs, json);
    if (!status) json_object_set_new(json, "rows", json_rows(result));
done:
    tracing_free(&tracing);
    ig_result_free(result);
    ig_free(funnel);
    ig_free(quantile);
    ig_free(comparison);
    groups_free(g);
    ig_free(in.nothing);
    ig_table_free(in.table);
    return status;
}

const struct command cmd_compare = {
    .name = "compare",
    .summary = "Compare areas with a benchmark, and cut them into quantile groups",
    .about =
        "An interval that lies wholly above the benchmark is higher, wholly below lower, else "
        "similar (touching is similar); with a polarity better or worse; with 99.8% limits "
        "that clear it too, best or worst. A row is not compared with itself. Quantile groups "
        "are cut as Public Health England cuts them, ties together.\n\n"
        "--funnel gives control limits at 95% and 99.8% about the benchmark, or about all rows "
        "together (a ratio: about 1), and says where each row stands; its interval holds the "
        "baseline exactly when it lies within. --neighbours lists for each row those most like "
        "it in the --features, by the distance in standard deviations.",
    .example = "isogap compare --table geodata/sample/fingertips_wards.csv --where "
               "'Sex=Persons,Time period=2019 - 21' "
               "--value Value --lower 'Lower CI 95.0 limit' --upper 'Upper CI 95.0 limit' "
               "--benchmark E92000001 --table-key 'Area Code' --polarity low -o compared.csv",
    .options = options,
    .groups = option_groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
