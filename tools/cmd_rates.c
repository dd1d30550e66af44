// rates: proportions, rates, standardised rates, life expectancy and means, with limits.
#include "rating.h"
#include "tracing.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

#define AT(member) offsetof(struct rating_settings, member)
static const ig_option options[] = {
    {"table", IG_OPTION_INPUT, AT(table), true, "table of counts and people", NULL, 0, 0},
    {"method", IG_OPTION_CHOICE, AT(method), true, "what to work out",
     "proportion|rate|dsr|isr|life-expectancy|mean", 0, 0},
    {"count", IG_OPTION_COLUMN, AT(count), false, "column of events or people counted", NULL, 0, 0},
    {"population", IG_OPTION_COLUMN, AT(population), false, "column of people", NULL, 0, 0},
    {"value", IG_OPTION_COLUMN, AT(value), false, "column of values (mean)", NULL, 0, 0},
    {"by", IG_OPTION_TEXTS, AT(by), false,
     "columns whose equal rows are added up first; without, each row by itself", NULL, 0, 0},
    {"totals", IG_OPTION_FLAG, AT(totals), false,
     "with --by: also the sums over each column and over all, called 'all'", NULL, 0, 0},
    {"disclosure", IG_OPTION_TEXT, AT(disclosure), false,
     "counts to hide before anything is made of them: none, threshold:N or hes; hes with "
     "--sensitive",
     NULL, 0, 0},
    {"age", IG_OPTION_COLUMN, AT(age), false,
     "column of age bands (dsr: 0-4 ... 90+; life-expectancy: 0, 1, 5 ... 90)", NULL, 0, 0},
    {"standard", IG_OPTION_TEXT, AT(standard), false,
     "esp2013, or a table of age bands and standard people (dsr)", NULL, 0, 0},
    {"repeats", IG_OPTION_TEXTS, AT(repeats), false,
     "columns of people with 1, 2, ... events each, in place of --count (dsr)", NULL, 0, 0},
    {"reference-count", IG_OPTION_COLUMN, AT(reference_count), false,
     "column of events in the reference (isr)", NULL, 0, 0},
    {"reference-population", IG_OPTION_COLUMN, AT(reference_population), false,
     "column of people in the reference (isr)", NULL, 0, 0},
    {"multiplier", IG_OPTION_NUMBER, AT(multiplier), false,
     "per how many; by default 1, for rate and dsr 100000", NULL, 1e-12, 1e12},
    {"confidence", IG_OPTION_NUMBERS, AT(confidence), false,
     "levels of the limits, such as .95,.998", NULL, 0, 0},
    POPULATION_CHECK_OPTIONS(AT(check)),
    TRACE_OPTION(AT(trace)),
    {"output", IG_OPTION_OUTPUT, AT(output), false, "result: .csv .xlsx .json .gpkg", NULL, 0, 0},
    {0},
};

static const struct option_group groups[] = {
    TABLE_READING_GROUP(AT(reading), ""),
    {0},
};

static void defaults(void *settings)
{
    struct rating_settings *s = settings;
    s->reading = ig_table_defaults();
    s->multiplier = NAN;
}
static ig_status add_numbers(ig_ctx *ctx, ig_result *result, const char *name,
                             const struct figure *figures, size_t offset)
{
    ig_column *column = NULL;
    const ig_status status = ig_result_add(result, name, IG_COLUMN_REAL, &column);
    if (status) return ig_fail(ctx, status, "column %s", name);
    for (size_t r = 0; r < result->rows; r++) {
        column->number[r] = *(const double *)((const char *)&figures[r] + offset);
    }
    return IG_OK;
}

static ig_status add_words(ig_ctx *ctx, ig_result *result, const struct figure *figures)
{
    ig_column *column = NULL;
    ig_status status = ig_result_add(result, "method", IG_COLUMN_TEXT, &column);
    for (size_t r = 0; !status && r < result->rows; r++) {
        status = ig_result_set_text(result, column, r, figures[r].rate[0].method);
    }
    if (!status) status = ig_result_add(result, "status", IG_COLUMN_TEXT, &column);
    for (size_t r = 0; !status && r < result->rows; r++) {
        status =
            ig_result_set_text(result, column, r, figures[r].status ? figures[r].status : "ok");
    }
    return status ? ig_fail(ctx, status, "no memory") : IG_OK;
}

static ig_status add_results(ig_ctx *ctx, const struct rating_settings *s, ig_result *result,
                             const struct figure *figures)
{
    ig_status status = IG_OK;
    if (s->method != MEAN) {
        status = add_numbers(ctx, result, "count", figures, offsetof(struct figure, count));
        if (!status) {
            status = add_numbers(ctx, result, "population", figures,
                                 offsetof(struct figure, population));
        }
    }
    if (!status && s->method == ISR) {
        status = add_numbers(ctx, result, "expected", figures, offsetof(struct figure, expected));
    }
    const size_t at = offsetof(struct figure, rate);
    if (!status) status = add_numbers(ctx, result, "value", figures, at + offsetof(ig_rate, value));
    for (size_t l = 0; !status && l < s->confidence.count; l++) {
        char name[24];
        limit_name("lower", &s->confidence, l, name);
        status = add_numbers(ctx, result, name, figures,
                             at + l * sizeof(ig_rate) + offsetof(ig_rate, lower));
        if (status) break;
        limit_name("upper", &s->confidence, l, name);
        status = add_numbers(ctx, result, name, figures,
                             at + l * sizeof(ig_rate) + offsetof(ig_rate, upper));
    }
    if (!status) status = add_numbers(ctx, result, "se", figures, at + offsetof(ig_rate, se));
    return status ? status : add_words(ctx, result, figures);
}

// Columns of the input that are carried through; those that the result holds itself are not.
static ig_status carry_columns(ig_ctx *ctx, const struct rating_inputs *in, const struct groups *g,
                               ig_result *result)
{
    static const char *const own[] = {"count",   "population", "expected", "value",  "lower",
                                      "upper",   "se",         "method",   "status", "lower95",
                                      "upper95", "lower998",   "upper998"};
    for (size_t c = 0; c < ig_table_columns(in->table); c++) {
        const char *name = ig_table_column_name(in->table, c);
        bool ours = false;
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
            ours |= strcmp(own[i], name) == 0;
        if (ours && (c == in->count_column || c == in->population_column)) continue;
        // beside a hidden count no number is carried that it could be worked out from
        if (in->shield && c != in->population_column && ig_table_looks_numeric(in->table, c)) {
            ig_info(ctx, "column %s is left out: a number could give a hidden count away",
                    ig_show(name));
            continue;
        }
        char renamed[300];
        snprintf(renamed, sizeof renamed, "%.280s%s", name, ours ? "_input" : "");
        // One row a group here: group r is row g->rows[r].
        const ig_status status = carry_column(result, in->table, c, renamed, g->rows);
        if (status) return ig_fail(ctx, status, "cannot carry column %s through", ig_show(name));
    }
    return IG_OK;
}

static ig_status make_result(ig_ctx *ctx, const struct rating_settings *s,
                             const struct rating_inputs *in, const struct groups *g, bool by_row,
                             const struct figure *figures, ig_result **out)
{
    const size_t each = rating_each(s), rows = g->count * each;
    size_t *group_of_row = ig_alloc(rows + 1, sizeof *group_of_row);
    if (!group_of_row) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t r = 0; r < rows; r++)
        group_of_row[r] = r / each;
    ig_result *result = NULL;
    ig_status status = ig_result_new(rows, &result);
    if (!status && by_row) status = carry_columns(ctx, in, g, result);
    if (!status && !by_row) status = groups_add_columns(ctx, g, result, group_of_row);
    if (!status && s->method == LIFE) {
        ig_column *age = NULL;
        status = ig_result_add(result, ig_table_column_name(in->table, in->age_column),
                               IG_COLUMN_INTEGER, &age);
        for (size_t r = 0; !status && r < rows; r++) {
            const size_t band = r % IG_LIFE_BANDS;
            age->number[r] = band < 2 ? (double)band : 5.0 * ((double)band - 1.0);
        }
    }
    if (!status) status = add_results(ctx, s, result, figures);
    ig_free(group_of_row);
    if (status) {
        ig_result_free(result);
    } else {
        *out = result;
    }
    return status;
}
static ig_status shield_figures(ig_ctx *ctx, const struct rating_settings *s,
                                const ig_disclosure *policy, const struct groups *g, size_t each,
                                const struct figure *figures, struct shield **out)
{
    double *raw = ig_alloc(g->count * each + 1, sizeof *raw);
    if (!raw) return ig_fail(ctx, IG_EMEMORY, "no memory to protect the counts");
    for (size_t k = 0; k < g->count * each; k++)
        raw[k] = figures[k].count;
    const ig_status status = shield_new(ctx, policy, g, each, s->totals, raw, out);
    ig_free(raw);
    return status;
}

// The policy in force, on the table and in the JSON.
static ig_status stamp(ig_ctx *ctx, const ig_disclosure *policy, const struct shield *shield,
                       ig_result *result, json_t *json)
{
    char room[48];
    ig_column *column = NULL;
    const char *text = ig_disclosure_text(policy, room, sizeof room);
    json_object_set_new(json, "disclosure", json_string(text));
    if (!shield) return IG_OK;
    json_object_set_new(json, "counts_hidden",
                        json_integer((json_int_t)(shield->primary + shield->secondary)));
    json_object_set_new(json, "counts_hidden_beside", json_integer((json_int_t)shield->secondary));
    ig_info(ctx,
            "disclosure %s: %zu counts are hidden, %zu more beside them so that no sum gives "
            "them away",
            text, shield->primary, shield->secondary);
    ig_status status = ig_result_add(result, "disclosure", IG_COLUMN_TEXT, &column);
    for (size_t r = 0; !status && r < result->rows; r++)
        status = ig_result_set_text(result, column, r, text);
    return status ? ig_fail(ctx, status, "cannot add the column disclosure") : IG_OK;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct rating_settings *s = settings;
    struct rating_inputs in = {0};
    struct groups *g = NULL;
    struct figure *figures = NULL;
    struct shield *shield = NULL;
    ig_disclosure policy = {IG_DISCLOSE_ALL, 0.0};
    ig_result *result = NULL;
    struct tracing tracing = {0};
    const char *const inputs[] = {s->table, s->check.file, NULL};
    ig_status status = check_levels(ctx, &s->confidence);
    if (!status) status = tracing_begin(ctx, s->trace, s->output, inputs, &tracing);
    if (!status) status = shield_policy(ctx, s->disclosure, s->reading.sensitive, &policy);
    if (!status && s->confidence.count > 8) {
        status = command_fail(ctx, IG_EINVAL, NULL, "--confidence takes at most 8 levels");
    }
    if (!status) status = rating_read(ctx, s, &in);
    if (status) goto done;
    // A standardised rate, a life table and a mean are of many rows: without --by, of all.
    const bool by_row =
        s->by.count == 0 && (s->method == PROPORTION || s->method == RATE || s->method == ISR);
    status = by_row ? groups_of_rows(ctx, in.table, &g)
                    : groups_new(ctx, in.table, &s->by, s->totals, &g);
    if (status) goto done;
    const size_t each = rating_each(s);
    figures = ig_alloc(g->count * each + 1, sizeof *figures);
    if (!figures) status = ig_fail(ctx, IG_EMEMORY, "no memory");
    const double usual = s->method == RATE || s->method == DSR ? 100000.0 : 1.0;
    const double multiplier = isnan(s->multiplier) ? usual : s->multiplier;
    if (!status) status = rating_work(ctx, s, &in, g, multiplier, figures);
    if (!status && policy.kind != IG_DISCLOSE_ALL) {
        status = shield_figures(ctx, s, &policy, g, each, figures, &shield);
        in.shield = shield;
        if (!status) status = rating_work(ctx, s, &in, g, multiplier, figures);
    }
    if (!status) status = make_result(ctx, s, &in, g, by_row, figures, &result);
    if (!status) status = stamp(ctx, &policy, shield, result, json);
    if (!status && tracing.trace)
        status = rating_trace(ctx, s, &in, g, by_row, multiplier, figures, result, tracing.trace);
    if (!status) status = tracing_write(ctx, &tracing, result, s->output, "rates", inputs, json);
    if (!status) json_object_set_new(json, "rows", json_rows(result));
done:
    tracing_free(&tracing);
    ig_result_free(result);
    ig_free(figures);
    shield_free(shield);
    groups_free(g);
    rating_free(&in);
    return status;
}

const struct command cmd_rates = {
    .name = "rates",
    .summary = "Work out proportions, rates, standardised rates and life expectancy with limits",
    .about =
        "Proportions have Wilson's limits; counts and crude rates exact Poisson limits below 10, "
        "else Byar's; directly standardised rates Dobson's; indirectly standardised ratios those "
        "of the count; life expectancy is Chiang's second method with the variance of Silcocks; "
        "means have Student's limits. A gap is never 0: a sum over a gap is a gap, with the "
        "reason in 'status'.\n\n"
        "--disclosure threshold:N hides counts of 1 to N, hes those of 1 to 7 and rounds the "
        "others to 5; rates and limits are made from what is shown. With --totals further counts "
        "are hidden, the smallest first, until no hidden count can be worked out from the sums to "
        "within N.",
    .example = "isogap rates --table geodata/sample/fingertips_wards.csv --method proportion "
               "--count Count "
               "--population Denominator --multiplier 100 -o smokers.csv",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct rating_settings),
    .defaults = defaults,
    .run = run,
};
