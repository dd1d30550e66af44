// gap: who waits longer than whom, by deprivation and by any other grouping of areas.
#include "division.h"
#include "search.h"
#include "tracing.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>
#include <strings.h>

struct settings {
    const char *access;
    ig_table_options reading;
    struct division_options division;
    ig_numbers thresholds, speeds;
    const char *mode, *measures, *trace, *output;
    char suffix[80]; ///< of the columns of --mode: "_walk", or ""
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"access", IG_OPTION_INPUT, AT(access), true, "output of 'isogap access'", NULL, 0, 0},
    {"deprivation", IG_OPTION_COLUMN, AT(division.deprivation), true,
     "column of national deciles, 1 = most deprived, of --access or --groups", NULL, 0, 0},
    {"mode", IG_OPTION_TEXT, AT(mode), false,
     "way to travel where --access has columns of several: walk for minutes_mean_walk", NULL, 0, 0},
    {"thresholds", IG_OPTION_NUMBERS, AT(thresholds), false,
     "which of the columns within_T to use; all if left out", NULL, 0, 0},
    {"measures", IG_OPTION_OUTPUT, AT(measures), false,
     "table of the measures, at each of --speeds: .csv .xlsx .json .gpkg", NULL, 0, 0},
    {"speeds", IG_OPTION_NUMBERS, AT(speeds), false,
     "percent of the speeds at which --measures are worked out again, default 100,80,120", NULL, 0,
     0},
    TRACE_OPTION(AT(trace)),
    {"output", IG_OPTION_OUTPUT, AT(output), false, "result: .csv .xlsx .json .gpkg", NULL, 0, 0},
    {0},
};

static const struct option_group groups[] = {
    {.options = ig_table_option_list,
     .offset = AT(reading),
     .prefix = "access-",
     .drop = "header|header-row|pivot|decimal-comma|duplicates|proportion|max-rows|sensitive"},
    DIVISION_GROUPS(AT(division)),
    {0},
};

static void defaults(void *settings)
{
    struct settings *s = settings;
    s->reading = ig_table_defaults();
    division_defaults(&s->division);
}

/// Columns that the gap is made from; arrays of numbers are lent by the tables, the rest is owned.
struct columns {
    ig_table *access;
    double *thresholds;
    const double **within;
    struct division division;
    ig_gap_input input;
};

static void let_go(struct columns *c)
{
    division_close(&c->division);
    ig_free(c->within);
    ig_free(c->thresholds);
    ig_table_free(c->access);
}

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the gap");
}

// ---- the access --------------------------------------------------------------------------------

/// The column of areas, whatever their codes look like, unless another is named.
static ig_status read_access(ig_ctx *ctx, struct settings *s, struct columns *c)
{
    ig_status status;
    if (s->reading.key) {
        status = ig_table_read(ctx, s->access, &s->reading, &c->access);
    } else {
        ig_table *look = NULL;
        ig_table_options keyless = s->reading;
        keyless.keyless = true;
        status = ig_table_read(ctx, s->access, &keyless, &look);
        if (status) return status;
        if (ig_table_column(look, "area") != SIZE_MAX) s->reading.key = "area";
        ig_table_free(look);
        status = ig_table_read(ctx, s->access, &s->reading, &c->access);
    }
    return status ? status : ig_table_unique(ctx, c->access);
}

/// Modes of a table of several, by their columns of minutes.
static void hint_modes(ig_ctx *ctx, const ig_table *table)
{
    static const char column[] = "minutes_mean_";
    ig_text modes = {0};
    for (size_t k = 0; k < ig_table_columns(table); k++) {
        const char *name = ig_table_column_name(table, k);
        if (strncasecmp(name, column, sizeof column - 1) != 0) continue;
        ig_text_format(&modes, "%s--mode %s", modes.length ? " or " : "",
                       ig_show(name + sizeof column - 1));
    }
    if (modes.length && !modes.failed)
        ig_hint(ctx, "it holds several ways to travel: give %s", modes.data);
    else
        ig_hint(ctx, "--access takes the output of 'isogap access'");
    ig_text_free(&modes);
}

static ig_status number_column(ig_ctx *ctx, ig_table *table, const char *name, const char *suffix,
                               ig_number_rule rule, const double **out)
{
    char full[128];
    size_t column = 0;
    snprintf(full, sizeof full, "%s%s", name, suffix);
    ig_status status = ig_table_find(ctx, table, full, &column);
    if (status) {
        hint_modes(ctx, table);
        return status;
    }
    return ig_table_numbers(ctx, table, column, rule, out);
}

/// T of a column within_T and the suffix; false for another column.
static bool threshold_of(const char *name, const char *suffix, double *minutes)
{
    char number[40];
    const size_t length = strlen(name), end = strlen(suffix);
    if (strncasecmp(name, "within_", 7) != 0 || length < 7 + end) return false;
    if (length - 7 - end >= sizeof number || strcasecmp(name + length - end, suffix) != 0)
        return false;
    snprintf(number, sizeof number, "%.*s", (int)(length - 7 - end), name + 7);
    return ig_text_number(number, minutes);
}

static ig_status all_thresholds(ig_ctx *ctx, const char *suffix, struct columns *c)
{
    const size_t count = ig_table_columns(c->access);
    c->thresholds = ig_alloc(count + 1, sizeof *c->thresholds);
    c->within = ig_alloc(count + 1, sizeof *c->within);
    if (!c->thresholds || !c->within) return no_memory(ctx);
    size_t n = 0;
    for (size_t k = 0; k < count; k++) {
        double minutes;
        if (!threshold_of(ig_table_column_name(c->access, k), suffix, &minutes)) continue;
        ig_status status = ig_table_numbers(ctx, c->access, k, IG_NUMBERS_ANY, &c->within[n]);
        if (status) return status;
        c->thresholds[n++] = minutes;
    }
    c->input.thresholds = n;
    return IG_OK;
}

/// Of all thresholds of the access those that are asked for, in that order.
static ig_status take_thresholds(ig_ctx *ctx, const struct settings *s, struct columns *c)
{
    ig_status status = all_thresholds(ctx, s->suffix, c);
    const size_t have = c->input.thresholds, count = s->thresholds.count;
    if (status || count == 0) return status;
    double *minutes = ig_alloc(count, sizeof *minutes);
    const double **within = ig_alloc(count, sizeof *within);
    if (!minutes || !within) status = no_memory(ctx);
    for (size_t i = 0; !status && i < count; i++) {
        size_t k = 0;
        while (k < have && c->thresholds[k] != s->thresholds.values[i])
            k++;
        if (!(s->thresholds.values[i] > (i ? s->thresholds.values[i - 1] : 0.0)))
            status = command_fail(ctx, IG_EINVAL, "thresholds rise from above 0",
                                  "--thresholds: %g", s->thresholds.values[i]);
        else if (k == have)
            status = command_fail(ctx, IG_EINVAL, "run 'isogap access' with that threshold",
                                  "%s has no column within_%g%s", ig_show(s->access),
                                  s->thresholds.values[i], s->suffix);
        else {
            minutes[i] = c->thresholds[k];
            within[i] = c->within[k];
        }
    }
    if (status) {
        ig_free(minutes);
        ig_free(within);
        return status;
    }
    ig_free(c->thresholds);
    ig_free(c->within);
    c->thresholds = minutes;
    c->within = within;
    c->input.thresholds = count;
    return IG_OK;
}

static ig_status refuse_row(ig_ctx *ctx, const ig_table *table, size_t row, const char *what,
                            double value)
{
    return ig_fail(ctx, IG_EFORMAT, "%s: %s %lld: area %s has %s (%g)",
                   ig_show(ig_table_path(table)), ig_table_line_word(table),
                   (long long)ig_table_line(table, row), ig_show(ig_table_code(table, row)), what,
                   value);
}

static ig_status check_access(ig_ctx *ctx, const struct columns *c)
{
    const ig_gap_input *in = &c->input;
    for (size_t a = 0; a < in->areas; a++) {
        const double people = in->people[a], reached = in->people_reached[a];
        if (isnan(people) || isnan(reached)) continue;
        if (reached > people * (1.0 + 1e-9))
            return refuse_row(ctx, c->access, a, "more people reached than there are", reached);
        if (reached > 0.0 && isnan(in->minutes_mean[a]))
            return refuse_row(ctx, c->access, a, "people reached but no minutes_mean", reached);
        if (in->minutes_mean[a] < 0.0)
            return refuse_row(ctx, c->access, a, "negative minutes", in->minutes_mean[a]);
        for (size_t k = 0; k < in->thresholds; k++)
            if (people > 0.0 && !(c->within[k][a] >= 0.0 && c->within[k][a] <= 100.0 + 1e-9))
                return refuse_row(ctx, c->access, a, "a share within a threshold beyond 0 to 100",
                                  c->within[k][a]);
    }
    return IG_OK;
}

static ig_status take_access(ig_ctx *ctx, struct settings *s, struct columns *c)
{
    ig_gap_input *in = &c->input;
    if (s->mode && (!*s->mode || strlen(s->mode) + 2 > sizeof s->suffix))
        return command_fail(ctx, IG_EINVAL, "such as --mode walk", "--mode %s is no name",
                            ig_show(s->mode));
    if (s->mode) snprintf(s->suffix, sizeof s->suffix, "_%s", s->mode);
    ig_status status = read_access(ctx, s, c);
    if (!status)
        status = number_column(ctx, c->access, "people", "", IG_NUMBERS_COUNT, &in->people);
    if (!status)
        status = number_column(ctx, c->access, "people_reached", s->suffix, IG_NUMBERS_COUNT,
                               &in->people_reached);
    if (!status)
        status = number_column(ctx, c->access, "minutes_mean", s->suffix, IG_NUMBERS_ANY,
                               &in->minutes_mean);
    if (!status) status = take_thresholds(ctx, s, c);
    if (status) return status;
    in->areas = ig_table_rows(c->access);
    in->threshold = c->thresholds;
    in->within = c->within;
    return check_access(ctx, c);
}

// ---- groups ------------------------------------------------------------------------------------

static ig_status take_groups(ig_ctx *ctx, const struct settings *s, struct columns *c)
{
    const size_t areas = c->input.areas;
    const struct division_source own = {.table = c->access};
    const char **codes = ig_alloc(areas + 1, sizeof *codes);
    if (!codes) return no_memory(ctx);
    for (size_t a = 0; a < areas; a++)
        codes[a] = ig_table_code(c->access, a);
    const ig_status status =
        division_open(ctx, &s->division, codes, areas, s->access, &own, 1, &c->division);
    division_fill(&c->division, &c->input);
    ig_free(codes);
    return status;
}

// ---- out ---------------------------------------------------------------------------------------

/// A line for people for each measure: the JSON holds them for programs.
static void tell_measures(ig_ctx *ctx, const ig_result *m)
{
    for (size_t i = 0; i < m->rows; i++) {
        const char *measure = m->columns[0].text[i], *grouping = m->columns[1].text[i];
        const double *value = &m->columns[2].number[i];
        if (isnan(*value))
            ig_info(ctx, "%s by %s: none, %s", measure, grouping, m->columns[7].text[i]);
        else if (isnan(m->columns[3].number[i]))
            ig_info(ctx, "%s by %s: %.4g (%s)", measure, grouping, *value, m->columns[7].text[i]);
        else
            ig_info(ctx, "%s by %s: %.4g (%.4g to %.4g, %s)", measure, grouping, *value,
                    m->columns[3].number[i], m->columns[4].number[i], m->columns[6].text[i]);
    }
}

/// All input paths, so that none of them is written over.
static const char **list_inputs(const struct settings *s)
{
    const struct division_options *d = &s->division;
    size_t n = 0;
    const char **inputs = ig_alloc(d->groups.count + d->plus.count + 2, sizeof *inputs);
    if (!inputs) return NULL;
    inputs[n++] = s->access;
    for (size_t i = 0; i < d->groups.count; i++)
        inputs[n++] = d->groups.values[i];
    for (size_t i = 0; i < d->plus.count; i++)
        inputs[n++] = d->plus.values[i];
    return inputs;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    struct columns c = {0};
    static const double usual[] = {100, 80, 120};
    ig_result *rows = NULL, *measures = NULL, *speeds = NULL;
    struct tracing tracing = {0};
    ig_gap_source source = {0};
    s->reading.lineage = s->trace != NULL;
    if (!s->speeds.count) s->speeds = (ig_numbers){usual, 3};
    const char **inputs = list_inputs(s);
    if (!inputs) return no_memory(ctx);
    const char *const outputs[] = {s->output, s->measures};
    ig_status status = search_check_outputs(ctx, outputs, 2, inputs);
    if (!status) status = tracing_begin(ctx, s->trace, s->output, inputs, &tracing);
    if (!status) status = take_access(ctx, s, &c);
    if (!status) status = take_groups(ctx, s, &c);
    source = (ig_gap_source){.trace = tracing.trace, .table = c.access, .suffix = s->suffix};
    c.input.source = tracing.trace ? &source : NULL;
    if (!status) status = ig_gap(ctx, &c.input, &rows, &measures);
    if (!status) status = tracing_write(ctx, &tracing, rows, s->output, "gap", inputs, json);
    c.input.source = NULL;
    if (!status)
        status = ig_gap_at_speeds(ctx, &c.input, s->speeds.values, s->speeds.count, &speeds);
    if (!status && s->measures)
        status = command_write(ctx, speeds, s->measures, "gap_measures", inputs, json);
    if (!status) {
        json_object_set_new(json, "sensitivity", json_rows(speeds));
        tell_measures(ctx, measures);
        json_object_set_new(json, "rows", json_rows(rows));
        json_object_set_new(json, "measures", json_rows(measures));
    }
    tracing_free(&tracing);
    ig_result_free(rows);
    ig_result_free(measures);
    ig_result_free(speeds);
    let_go(&c);
    ig_free(inputs);
    return status;
}

const struct command cmd_gap = {
    .name = "gap",
    .summary = "Set the minutes of groups of areas against all and against each other",
    .about =
        "Groups are all areas, national deciles and quintiles of deprivation, CORE20 (deciles 1 "
        "and "
        "2) and the rest, and each column of text of --groups. Means are over people reached, "
        "medians the least mean time of an area by which half of them live, shares of all people. "
        "'gap_all' is the mean less that of all, 'gap_within' less that of the larger area.\n\n"
        "Measures: the CORE20 gap, slope and relative index of inequality, concentration index, "
        "difference and ratio of the ends, over quintiles and deciles, weighted by the people "
        "reached. A negative slope says that the deprived travel longer. Travel times are worked "
        "out, not sampled: the limits are those of a jackknife over areas, and show how much a "
        "figure hangs on single areas. --measures writes them as a table, again with all speeds at "
        "80 "
        "and 120 percent: every time is then changed alike, and who is reached stays as it is.",
    .example = "isogap gap --access access.gpkg --groups geodata/sample/iod2025_file1.csv "
               "--deprivation 'Index of Multiple Deprivation (IMD) Decile' "
               "--within 'Local Authority District name (2024)' -o gap.csv --json",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
