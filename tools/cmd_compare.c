// compare: each row against a benchmark as Fingertips does, and quantile groups as PHE cuts them.
#include "groups.h"

#include <core/inside.h>
#include <rates/rates.h>

#include <math.h>
#include <string.h>

struct settings {
    const char *table;
    ig_table_options reading;
    const char *value, *lower, *upper, *lower998, *upper998, *benchmark;
    int polarity, first;
    ig_texts by;
    int64_t quantiles;
    const char *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"table", IG_OPTION_INPUT, AT(table), true, "table with one row for each area", NULL, 0, 0},
    {"value", IG_OPTION_COLUMN, AT(value), true, "column of values", NULL, 0, 0},
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
    const double *value, *lower, *upper, *lower998, *upper998;
    double *nothing; ///< NaN for all rows, where a column is not given
};

static ig_status read_inputs(ig_ctx *ctx, struct settings *s, struct inputs *in)
{
    if (!s->benchmark && !s->quantiles) {
        return command_fail(ctx, IG_EINVAL,
                            "give --benchmark with --lower and --upper, or --quantiles",
                            "nothing is asked for");
    }
    if (s->benchmark && (!s->lower || !s->upper)) {
        return command_fail(ctx, IG_EINVAL, NULL, "--benchmark needs --lower and --upper");
    }
    if (!s->lower998 != !s->upper998) {
        return command_fail(ctx, IG_EINVAL, NULL, "--lower998 and --upper998 go together");
    }
    double number;
    s->reading.keyless =
        !s->reading.key && (!s->benchmark || ig_text_number(s->benchmark, &number));
    ig_status status = ig_table_read(ctx, s->table, &s->reading, &in->table);
    if (status) return status;
    in->nothing = ig_alloc(ig_table_rows(in->table) + 1, sizeof *in->nothing);
    if (!in->nothing) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; i < ig_table_rows(in->table); i++)
        in->nothing[i] = NAN;
    in->lower = in->upper = in->lower998 = in->upper998 = in->nothing; // where none is given
    status = column_numbers(ctx, in->table, s->value, IG_NUMBERS_ANY, NULL, &in->value);
    if (!status)
        status = column_numbers(ctx, in->table, s->lower, IG_NUMBERS_ANY, NULL, &in->lower);
    if (!status)
        status = column_numbers(ctx, in->table, s->upper, IG_NUMBERS_ANY, NULL, &in->upper);
    if (!status)
        status = column_numbers(ctx, in->table, s->lower998, IG_NUMBERS_ANY, NULL, &in->lower998);
    if (!status)
        status = column_numbers(ctx, in->table, s->upper998, IG_NUMBERS_ANY, NULL, &in->upper998);
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

static ig_status work(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                      const struct groups *g, const char **comparison, double *quantile)
{
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < g->count; i++) {
        const size_t *rows = g->rows + g->start[i], n = g->start[i + 1] - g->start[i];
        double benchmark = NAN;
        size_t at = SIZE_MAX;
        if (s->benchmark) status = find_benchmark(ctx, s, in, rows, n, &benchmark, &at);
        for (size_t k = 0; !status && s->benchmark && k < n; k++) {
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
    }
    return status;
}

static ig_status make_result(ig_ctx *ctx, const struct settings *s, const ig_table *table,
                             const char **comparison, const double *quantile, ig_result **out)
{
    ig_result *result = NULL;
    ig_status status = ig_result_new(ig_table_rows(table), &result);
    ig_column *column = NULL;
    for (size_t c = 0; !status && c < ig_table_columns(table); c++) {
        status = carry_column(result, table, c, ig_table_column_name(table, c), NULL);
    }
    if (!status && s->benchmark) {
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
    if (status) {
        ig_result_free(result);
        return status == IG_EINVAL
                   ? command_fail(ctx, IG_EFORMAT, "rename it in the file",
                                  "%s: it has a column called comparison or quantile already",
                                  ig_base_name(s->table))
                   : ig_fail(ctx, status, "no memory");
    }
    *out = result;
    return IG_OK;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    struct inputs in = {0};
    struct groups *g = NULL;
    const char **comparison = NULL;
    double *quantile = NULL;
    ig_result *result = NULL;
    ig_status status = read_inputs(ctx, s, &in);
    if (!status) status = groups_new(ctx, in.table, &s->by, false, &g);
    if (status) goto done;
    comparison = ig_alloc(ig_table_rows(in.table) + 1, sizeof *comparison);
    quantile = ig_alloc(ig_table_rows(in.table) + 1, sizeof *quantile);
    status = comparison && quantile ? work(ctx, s, &in, g, comparison, quantile)
                                    : ig_fail(ctx, IG_EMEMORY, "no memory");
    if (!status) status = make_result(ctx, s, in.table, comparison, quantile, &result);
    const char *const inputs[] = {s->table, NULL};
    if (!status) status = command_write(ctx, result, s->output, "compare", inputs, json);
    if (!status) json_object_set_new(json, "rows", json_rows(result));
done:
    ig_result_free(result);
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
    .about = "An interval that lies wholly above the benchmark is higher, wholly below lower, else "
             "similar (touching is similar); with a polarity better or worse; with 99.8% limits "
             "that clear it too, best or worst. A row is not compared with itself. Quantile groups "
             "are cut as Public Health England cuts them, ties together.",
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
