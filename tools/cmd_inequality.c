// inequality: how unequal is one number between groups, by every measure in one go.
#include "measuring.h"
#include "tracing.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

#define AT(member) offsetof(struct measuring_settings, member)
static const ig_option options[] = {
    {"table", IG_OPTION_INPUT, AT(table), true, "table with one row for each group", NULL, 0, 0},
    {"value", IG_OPTION_COLUMN, AT(value), true, "column of rates, shares or means", NULL, 0, 0},
    {"population", IG_OPTION_COLUMN, AT(population), false,
     "column of people in each group; alike if left out", NULL, 0, 0},
    {"se", IG_OPTION_COLUMN, AT(se), false,
     "column of standard errors, on the transformed scale where there is one", NULL, 0, 0},
    {"lower", IG_OPTION_COLUMN, AT(lower), false, "column of lower 95% limits, in place of --se",
     NULL, 0, 0},
    {"upper", IG_OPTION_COLUMN, AT(upper), false, "column of upper 95% limits", NULL, 0, 0},
    {"rank", IG_OPTION_COLUMN, AT(rank), false,
     "column to rank by, least = most deprived; without, the order of the rows", NULL, 0, 0},
    {"by", IG_OPTION_TEXTS, AT(by), false, "columns whose groups are each worked by themselves",
     NULL, 0, 0},
    {"type", IG_OPTION_CHOICE, AT(type), false, "what the value is", "rate|proportion|mean", 0, 0},
    {"transform", IG_OPTION_CHOICE, AT(transform), false, "scale on which SII and RII are fitted",
     "none|log|logit", 0, 0},
    {"measures", IG_OPTION_TEXTS, AT(measures), false, "all, or the measures wanted", NULL, 0, 0},
    {"unordered", IG_OPTION_FLAG, AT(unordered), false,
     "the groups have no order (ethnicity, region)", NULL, 0, 0},
    {"group", IG_OPTION_COLUMN, AT(group), false, "column of the groups' names", NULL, 0, 0},
    {"reference", IG_OPTION_TEXT, AT(reference), false,
     "reference group of unordered groups, by name", NULL, 0, 0},
    {"polarity", IG_OPTION_CHOICE, AT(polarity), false, "what is good: less or more", "low|high", 0,
     0},
    {"within", IG_OPTION_COLUMN, AT(within), false,
     "column of larger groups: theil is split into what lies between and within them", NULL, 0, 0},
    {"baseline", IG_OPTION_TEXT, AT(baseline), false,
     "value of the last --by column (a year) from which the change of each measure is given", NULL,
     0, 0},
    POPULATION_CHECK_OPTIONS(AT(check)),
    {"epsilon", IG_OPTION_NUMBERS, AT(epsilon), false, "aversion of Atkinson's index", NULL, 0, 0},
    {"bounds", IG_OPTION_NUMBERS, AT(bounds), false,
     "least and greatest possible value, for Erreygers and Wagstaff", NULL, 0, 0},
    {"skip-missing", IG_OPTION_FLAG, AT(skip_missing), false,
     "leave groups without a value out and rank the rest", NULL, 0, 0},
    {"confidence", IG_OPTION_NUMBERS, AT(confidence), false,
     "levels of the limits, such as .95,.998", NULL, 0, 0},
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
    static const double epsilon[] = {0.5, 1.0, 2.0};
    struct measuring_settings *s = settings;
    s->reading = ig_table_defaults();
    s->epsilon = (ig_numbers){epsilon, 3};
}

static const char *parameter_text(const struct line *line, char buffer[32])
{
    if (isnan(line->parameter)) return NULL;
    if (measure_in_pair(measures[line->measure].name)) {
        return line->parameter > 0.0 ? "weighted" : "unweighted";
    }
    if (strcmp(measures[line->measure].name, "theil") == 0) {
        return line->parameter > 0.0 ? "within" : "between";
    }
    return ig_number_text(line->parameter, buffer, 32);
}

static ig_status add_texts(ig_result *result, const struct lines *lines, const char *name)
{
    ig_column *column = NULL;
    ig_status status = ig_result_add(result, name, IG_COLUMN_TEXT, &column);
    for (size_t r = 0; !status && r < lines->used; r++) {
        const struct line *line = &lines->list[r];
        char buffer[32];
        const char *text = name[0] == 'p'                 ? parameter_text(line, buffer)
                           : strcmp(name, "measure") == 0 ? measures[line->measure].name
                           : strcmp(name, "method") == 0  ? line->at[0].method
                                                          : line->at[0].reason;
        if (text) status = ig_result_set_text(result, column, r, text);
    }
    return status;
}

static ig_status add_figures(ig_result *result, const struct lines *lines, const char *name,
                             size_t level, size_t offset)
{
    ig_column *column = NULL;
    const ig_status status = ig_result_add(result, name, IG_COLUMN_REAL, &column);
    for (size_t r = 0; !status && r < lines->used; r++) {
        column->number[r] = *(const double *)((const char *)&lines->list[r].at[level] + offset);
    }
    return status;
}

// ---- change from a baseline -------------------------------------------------------------------

// The group with the baseline in its last column and the same texts in the others.
static size_t baseline_of(const struct measuring_settings *s, const struct groups *g, size_t group)
{
    const size_t last = g->columns - 1;
    for (size_t b = 0; b < g->count; b++) {
        const char *const *here = g->texts + group * g->columns, *const *there =
                                                                     g->texts + b * g->columns;
        bool same = strcmp(there[last], s->baseline) == 0;
        for (size_t c = 0; c < last && same; c++)
            same = strcmp(here[c], there[c]) == 0;
        if (same) return b;
    }
    return SIZE_MAX;
}

static bool same_measure(const struct line *a, const struct line *b)
{
    return a->measure == b->measure &&
           (a->parameter == b->parameter || (isnan(a->parameter) && isnan(b->parameter)));
}

// Groups of two periods are two samples: their errors add up as squares.
static ig_status compare_with_baseline(ig_ctx *ctx, const struct measuring_settings *s,
                                       const struct groups *g, struct lines *lines)
{
    if (!s->baseline) return IG_OK;
    if (g->columns == 0) {
        return command_fail(ctx, IG_EINVAL, "name the column of years by --by",
                            "--baseline needs --by");
    }
    const double z = ig_normal_z(s->confidence.values[0]);
    bool any = false;
    for (size_t r = 0; r < lines->used; r++) {
        struct line *line = &lines->list[r];
        line->change[0] = line->change[1] = line->change[2] = NAN;
        const size_t b = baseline_of(s, g, line->group);
        any = any || b != SIZE_MAX;
        for (size_t q = 0; b != SIZE_MAX && b != line->group && q < lines->used; q++) {
            const struct line *base = &lines->list[q];
            if (base->group != b || !same_measure(base, line)) continue;
            line->change[0] = line->at[0].value - base->at[0].value;
            const double far = z * hypot(line->at[0].se, base->at[0].se);
            line->change[1] = line->change[0] - far;
            line->change[2] = line->change[0] + far;
        }
    }
    return any ? IG_OK
               : command_fail(ctx, IG_EFORMAT, NULL, "%s: no group has '%s' in column %s",
                              ig_base_name(s->table), ig_show(s->baseline),
                              ig_show(g->names[g->columns - 1]));
}

static ig_status add_changes(ig_result *result, const struct lines *lines)
{
    static const char *const names[] = {"change", "change_lower", "change_upper"};
    ig_status status = IG_OK;
    for (size_t c = 0; !status && c < 3; c++) {
        ig_column *column = NULL;
        status = ig_result_add(result, names[c], IG_COLUMN_REAL, &column);
        for (size_t r = 0; !status && r < lines->used; r++)
            column->number[r] = lines->list[r].change[c];
    }
    return status;
}

static ig_status make_result(ig_ctx *ctx, const struct measuring_settings *s,
                             const struct groups *g, const struct lines *lines, ig_result **out)
{
    ig_result *result = NULL;
    size_t *group_of_row = ig_alloc(lines->used + 1, sizeof *group_of_row);
    ig_status status = group_of_row ? ig_result_new(lines->used, &result) : IG_EMEMORY;
    for (size_t r = 0; !status && r < lines->used; r++)
        group_of_row[r] = lines->list[r].group;
    if (!status) status = groups_add_columns(ctx, g, result, group_of_row);
    if (!status) status = add_texts(result, lines, "measure");
    if (!status) status = add_texts(result, lines, "parameter");
    if (!status) status = add_figures(result, lines, "estimate", 0, offsetof(ig_estimate, value));
    for (size_t l = 0; !status && l < s->confidence.count; l++) {
        char name[24];
        limit_name("lower", &s->confidence, l, name);
        status = add_figures(result, lines, name, l, offsetof(ig_estimate, lower));
        limit_name("upper", &s->confidence, l, name);
        if (!status) status = add_figures(result, lines, name, l, offsetof(ig_estimate, upper));
    }
    if (!status) status = add_figures(result, lines, "se", 0, offsetof(ig_estimate, se));
    if (!status) status = add_texts(result, lines, "method");
    if (!status) status = add_texts(result, lines, "reason");
    if (!status && s->baseline) status = add_changes(result, lines);
    ig_free(group_of_row);
    if (status) {
        ig_result_free(result);
        return ig_fail(ctx, status, "the result cannot be made");
    }
    *out = result;
    return IG_OK;
}

static void tell_direction(const struct measuring_settings *s, json_t *json)
{
    const char *direction = s->unordered ? "none: the groups have no order"
                            : s->rank    ? "from least to greatest rank, least = most deprived"
                                         : "in order of the rows, first = most deprived";
    json_object_set_new(json, "rank", json_string(direction));
    json_object_set_new(
        json, "group",
        json_string(s->polarity == 1 ? "more is better: a positive SII favours the least deprived"
                                     : "less is better: a negative SII is to the harm of the most "
                                       "deprived"));
}

// ---- trace --------------------------------------------------------------------------------------

// The cells of all rows of a group.
static void trace_cells(const struct measuring_settings *s, const struct measuring_inputs *in,
                        const struct groups *g, size_t group, ig_trace *trace)
{
    const char *const columns[] = {s->value, s->population, s->se, s->lower, s->upper, s->rank};
    static const char *const names[] = {"value", "people", "error", "lower", "upper", "rank"};
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        const size_t column = columns[c] ? ig_table_column(in->table, columns[c]) : SIZE_MAX;
        for (size_t k = g->start[group]; column != SIZE_MAX && k < g->start[group + 1]; k++)
            ig_trace_cell(trace, names[c], NAN, in->table, g->rows[k], column);
    }
}

static void trace_limits(const struct measuring_settings *s, const struct line *line,
                         ig_trace *trace, const char *area, size_t row)
{
    const ig_numbers *levels = &s->confidence;
    const char *method = line->at[0].method ? line->at[0].method : "";
    char name[24], formula[160];
    for (size_t l = 0; l < levels->count; l++) {
        for (int upper = 0; upper < 2; upper++) {
            limit_name(upper ? "upper" : "lower", levels, l, name);
            snprintf(formula, sizeof formula, "%s limit (%g%%%s%.80s) of {estimate}",
                     upper ? "upper" : "lower", 100.0 * levels->values[l], *method ? ", " : "",
                     method);
            ig_trace_number(trace, area, row, name, upper ? line->at[l].upper : line->at[l].lower,
                            formula);
            ig_trace_output(trace, "estimate", NAN, NULL, "estimate", line->at[l].value);
        }
    }
    ig_trace_number(trace, area, row, "se", line->at[0].se, "standard error of {estimate}");
    ig_trace_output(trace, "estimate", NAN, NULL, "estimate", line->at[0].value);
}

static ig_status trace_lines(ig_ctx *ctx, const struct measuring_settings *s,
                             const struct measuring_inputs *in, const struct groups *g,
                             const struct lines *lines, ig_trace *trace)
{
    for (size_t r = 0; r < lines->used; r++) {
        const struct line *line = &lines->list[r];
        const char *parts[10] = {NULL};
        char buffer[32];
        ig_text formula = {0};
        size_t count = 0;
        for (size_t c = 0; c < g->columns; c++)
            parts[count++] = g->texts[line->group * g->columns + c];
        parts[count++] = measures[line->measure].name;
        const char *parameter = parameter_text(line, buffer);
        if (parameter) parts[count++] = parameter;
        char *area = ig_trace_key(parts, count);
        ig_text_format(&formula, "%s%s%s of {value,}%s%s%s", measures[line->measure].name,
                       parameter ? " " : "", parameter ? parameter : "",
                       s->population ? " with people {people,}" : "",
                       s->se ? ", errors {error,}" : "", line->at[0].reason ? ", " : "");
        if (line->at[0].reason) ig_text_append(&formula, line->at[0].reason);
        if (area && !formula.failed) {
            ig_trace_number(trace, area, r + 1, "estimate", line->at[0].value, formula.data);
            trace_cells(s, in, g, line->group, trace);
            trace_limits(s, line, trace, area, r + 1);
        }
        const bool good = area && !formula.failed;
        ig_text_free(&formula);
        ig_free(area);
        if (!good) return ig_fail(ctx, IG_EMEMORY, "no memory for the trace");
    }
    return IG_OK;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct measuring_settings *s = settings;
    struct measuring_inputs in = {0};
    struct groups *g = NULL;
    struct lines lines = {0};
    ig_result *result = NULL;
    bool wanted[MEASURES];
    struct tracing tracing = {0};
    const char *const inputs[] = {s->table, s->check.file, NULL};
    ig_status status = check_levels(ctx, &s->confidence);
    if (!status) status = tracing_begin(ctx, s->trace, s->output, inputs, &tracing);
    if (!status && s->confidence.count > 8) {
        status = command_fail(ctx, IG_EINVAL, NULL, "--confidence takes at most 8 levels");
    }
    if (!status) status = measures_wanted(ctx, &s->measures, wanted);
    if (!status) status = measuring_read(ctx, s, &in);
    if (!status) status = groups_new(ctx, in.table, &s->by, false, &g);
    for (size_t i = 0; !status && i < g->count; i++) {
        status = measuring_group(ctx, s, &in, g, i, wanted, &lines);
    }
    if (!status) status = compare_with_baseline(ctx, s, g, &lines);
    if (!status) status = make_result(ctx, s, g, &lines, &result);
    if (!status && tracing.trace) status = trace_lines(ctx, s, &in, g, &lines, tracing.trace);
    if (!status)
        status = tracing_write(ctx, &tracing, result, s->output, "inequality", inputs, json);
    if (!status) {
        json_object_set_new(json, "rows", json_rows(result));
        tell_direction(s, json);
    }
    tracing_free(&tracing);
    ig_result_free(result);
    ig_free(lines.list);
    groups_free(g);
    measuring_free(&in);
    return status;
}

const struct command cmd_inequality = {
    .name = "inequality",
    .summary = "Measure how unequal a number is between groups, by every measure at once",
    .about =
        "Rows are groups from most to least deprived unless --rank or --unordered says "
        "otherwise. SII "
        "and RII carry exact limits (normal, Fieller) made from standard errors or 95% "
        "limits; nothing "
        "is simulated. A measure that the numbers do not have is missing, with the reason. "
        "Theil and "
        "MLD are not multiplied; COV, the index of disparity and PAF are percent. --within splits "
        "theil; --baseline gives the change of each measure since a year; --check-population "
        "warns of denominators that a population table does not have.",
    .example =
        "isogap inequality --table deciles.csv --value minutes_mean --population people --se se",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct measuring_settings),
    .defaults = defaults,
    .run = run,
};
