// gap: who waits longer than whom, by deprivation and by any other grouping of areas.
#include "search.h"

#include <core/inside.h>

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

struct settings {
    const char *access;
    ig_table_options reading;
    const char *deprivation;
    const char *groups;
    ig_table_options group_reading;
    const char *within;
    ig_numbers thresholds;
    double min_match;
    const char *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"access", IG_OPTION_INPUT, AT(access), true, "output of 'isogap access'", NULL, 0, 0},
    {"deprivation", IG_OPTION_COLUMN, AT(deprivation), true,
     "column of national deciles, 1 = most deprived, of --access or --groups", NULL, 0, 0},
    {"groups", IG_OPTION_INPUT, AT(groups), false,
     "table by area; each of its other columns of text is a grouping of its own", NULL, 0, 0},
    {"within", IG_OPTION_COLUMN, AT(within), false,
     "column of larger areas (district): each group is set against the one it lies in", NULL, 0, 0},
    {"thresholds", IG_OPTION_NUMBERS, AT(thresholds), false,
     "which of the columns within_T to use; all if left out", NULL, 0, 0},
    {"min-match", IG_OPTION_NUMBER, AT(min_match), false,
     "least share of the areas that must have a row in --groups", NULL, 0, 1},
    {"output", IG_OPTION_OUTPUT, AT(output), false, "result: .csv .xlsx .json .gpkg", NULL, 0, 0},
    {0},
};

static const struct option_group groups[] = {
    {.options = ig_table_option_list,
     .offset = AT(reading),
     .prefix = "access-",
     .drop = "header|header-row|pivot|decimal-comma|duplicates|proportion|max-rows|sensitive"},
    {.options = ig_table_option_list,
     .offset = AT(group_reading),
     .prefix = "groups-",
     .bare = "header|where|sheet",
     .drop = "pivot|proportion|max-rows|sensitive"},
    {0},
};

static void defaults(void *settings)
{
    struct settings *s = settings;
    s->reading = ig_table_defaults();
    s->group_reading = ig_table_defaults();
    s->min_match = ig_join_defaults().min_match;
}

/// Columns that the gap is made from; arrays of numbers are lent by the tables, the rest is owned.
struct columns {
    ig_table *access, *groups;
    size_t *row_of_area; ///< in groups; NULL without
    double *decile;
    double *thresholds;
    const double **within;
    const char **grouping;
    const char ***group;
    ig_gap_input input;
};

static void let_go(struct columns *c)
{
    for (size_t g = 0; c->group && g < c->input.groupings; g++)
        ig_free(c->group[g]);
    ig_free(c->group);
    ig_free(c->grouping);
    ig_free(c->within);
    ig_free(c->thresholds);
    ig_free(c->decile);
    ig_free(c->row_of_area);
    ig_table_free(c->groups);
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

static ig_status number_column(ig_ctx *ctx, ig_table *table, const char *name, ig_number_rule rule,
                               const double **out)
{
    size_t column = 0;
    ig_status status = ig_table_find(ctx, table, name, &column);
    if (status) {
        ig_hint(ctx, "--access takes the output of 'isogap access'");
        return status;
    }
    return ig_table_numbers(ctx, table, column, rule, out);
}

/// T of a column within_T; false for another column.
static bool threshold_of(const char *name, double *minutes)
{
    return strncasecmp(name, "within_", 7) == 0 && ig_text_number(name + 7, minutes);
}

static ig_status all_thresholds(ig_ctx *ctx, struct columns *c)
{
    const size_t count = ig_table_columns(c->access);
    c->thresholds = ig_alloc(count + 1, sizeof *c->thresholds);
    c->within = ig_alloc(count + 1, sizeof *c->within);
    if (!c->thresholds || !c->within) return no_memory(ctx);
    size_t n = 0;
    for (size_t k = 0; k < count; k++) {
        double minutes;
        if (!threshold_of(ig_table_column_name(c->access, k), &minutes)) continue;
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
    ig_status status = all_thresholds(ctx, c);
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
                                  "%s has no column within_%g", ig_show(s->access),
                                  s->thresholds.values[i]);
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
    ig_status status = read_access(ctx, s, c);
    if (!status) status = number_column(ctx, c->access, "people", IG_NUMBERS_COUNT, &in->people);
    if (!status)
        status =
            number_column(ctx, c->access, "people_reached", IG_NUMBERS_COUNT, &in->people_reached);
    if (!status)
        status = number_column(ctx, c->access, "minutes_mean", IG_NUMBERS_ANY, &in->minutes_mean);
    if (!status) status = take_thresholds(ctx, s, c);
    if (status) return status;
    in->areas = ig_table_rows(c->access);
    in->threshold = c->thresholds;
    in->within = c->within;
    return check_access(ctx, c);
}

// ---- groups ------------------------------------------------------------------------------------

static ig_status read_groups(ig_ctx *ctx, const struct settings *s, struct columns *c)
{
    if (!s->groups) return IG_OK;
    const size_t areas = ig_table_rows(c->access);
    ig_status status = ig_table_read(ctx, s->groups, &s->group_reading, &c->groups);
    if (!status) status = ig_table_unique(ctx, c->groups);
    if (status) return status;
    const char **codes = ig_alloc(areas + 1, sizeof *codes);
    c->row_of_area = ig_alloc(areas + 1, sizeof *c->row_of_area);
    if (!codes || !c->row_of_area) status = no_memory(ctx);
    for (size_t a = 0; !status && a < areas; a++)
        codes[a] = ig_table_code(c->access, a);
    if (!status)
        status =
            ig_link_rows(ctx, codes, areas, s->access, c->groups, s->min_match, c->row_of_area);
    ig_free(codes);
    return status;
}

/// Row of an area in the table that a column is of; SIZE_MAX for none.
static size_t row_in(const struct columns *c, const ig_table *table, size_t area)
{
    return table == c->groups ? c->row_of_area[area] : area;
}

/// A column of the groups, else of the access.
static ig_status find_either(ig_ctx *ctx, const struct settings *s, struct columns *c,
                             const char *name, ig_table **table, size_t *column)
{
    if (c->groups && ig_table_column(c->groups, name) != SIZE_MAX) {
        *table = c->groups;
        return ig_table_find(ctx, c->groups, name, column);
    }
    *table = c->access;
    if (!c->groups || ig_table_column(c->access, name) != SIZE_MAX || name[0] == '#')
        return ig_table_find(ctx, c->access, name, column);
    return command_fail(ctx, IG_EINVAL, "name a column of one of them",
                        "neither %s nor %s has a column %s", ig_show(s->access), ig_show(s->groups),
                        ig_show(name));
}

static ig_status take_deciles(ig_ctx *ctx, const struct settings *s, struct columns *c,
                              const ig_table **table, size_t *column)
{
    ig_table *of = NULL;
    const double *values = NULL;
    ig_status status = find_either(ctx, s, c, s->deprivation, &of, column);
    if (!status) status = ig_table_numbers(ctx, of, *column, IG_NUMBERS_ANY, &values);
    if (status) return status;
    c->decile = ig_alloc(c->input.areas + 1, sizeof *c->decile);
    if (!c->decile) return no_memory(ctx);
    for (size_t a = 0; a < c->input.areas; a++) {
        const size_t row = row_in(c, of, a);
        const double d = row == SIZE_MAX ? NAN : values[row];
        if (!isnan(d) && !(d >= 1.0 && d <= 10.0 && d == floor(d))) {
            ig_fail(ctx, IG_EFORMAT, "%s: %s %lld, column %s: %g is no decile",
                    ig_show(ig_table_path(of)), ig_table_line_word(of),
                    (long long)ig_table_line(of, row), ig_show(s->deprivation), d);
            return ig_hint(ctx,
                           "deciles are whole numbers from 1, the most deprived, to 10; a rank "
                           "or a score is none");
        }
        c->decile[a] = d;
    }
    c->input.decile = c->decile;
    *table = of;
    return IG_OK;
}

/// A group's name holds a letter or digit: blanks and markers as "*" and ".." name none. Markers of
/// letters and ranges do ("C" and "1-7" may well be groups), since no number is meant here.
static bool names_group(const char *text)
{
    for (; *text; text++)
        if (isalnum((unsigned char)*text) || (unsigned char)*text >= 0x80) return true;
    return false;
}

/// Areas that a grouping leaves out are told by code.
static void tell_left_out(ig_ctx *ctx, const struct columns *c, const char *name,
                          const char *const *group)
{
    ig_text codes = {0};
    size_t out = 0;
    for (size_t a = 0; a < c->input.areas; a++) {
        if (group[a]) continue;
        if (out++ < IG_SHOWN)
            ig_text_format(&codes, "%s%s", codes.length ? ", " : "", ig_table_code(c->access, a));
    }
    if (out)
        ig_warn(ctx, "%s: %zu areas have no group and are in none of its rows: %s%s", ig_show(name),
                out, codes.data ? codes.data : "", out > IG_SHOWN ? " ..." : "");
    ig_text_free(&codes);
}

static ig_status add_grouping(ig_ctx *ctx, struct columns *c, const ig_table *table, size_t column)
{
    const size_t g = c->input.groupings;
    c->group[g] = ig_alloc(c->input.areas + 1, sizeof **c->group);
    if (!c->group[g]) return no_memory(ctx);
    c->input.groupings++;
    c->grouping[g] = ig_table_column_name(table, column);
    for (size_t a = 0; a < c->input.areas; a++) {
        const size_t row = row_in(c, table, a);
        const char *text = row == SIZE_MAX ? "" : ig_table_text(table, row, column);
        c->group[g][a] = names_group(text) ? text : NULL;
    }
    tell_left_out(ctx, c, c->grouping[g], c->group[g]);
    return IG_OK;
}

/// Each column of text of the groups, and that of --within wherever it is.
static ig_status take_groupings(ig_ctx *ctx, const struct settings *s, struct columns *c,
                                const ig_table *deciles_in, size_t decile_column)
{
    const size_t most = (c->groups ? ig_table_columns(c->groups) : 0) + 1;
    ig_table *within_in = NULL;
    size_t within_column = SIZE_MAX;
    ig_status status = IG_OK;
    c->grouping = ig_alloc(most, sizeof *c->grouping);
    c->group = ig_alloc(most, sizeof *c->group);
    if (!c->grouping || !c->group) return no_memory(ctx);
    if (s->within) status = find_either(ctx, s, c, s->within, &within_in, &within_column);
    for (size_t k = 0; !status && c->groups && k < ig_table_columns(c->groups); k++) {
        const bool within = within_in == c->groups && within_column == k;
        if (k == ig_table_key_column(c->groups)) continue;
        if (deciles_in == c->groups && k == decile_column) continue;
        if (!within && ig_table_looks_numeric(c->groups, k)) continue;
        status = add_grouping(ctx, c, c->groups, k);
    }
    if (!status && within_in && within_in != c->groups)
        status = add_grouping(ctx, c, within_in, within_column);
    if (status) return status;
    c->input.grouping = c->grouping;
    c->input.group = (const char *const *const *)c->group;
    if (within_in) c->input.within_grouping = ig_table_column_name(within_in, within_column);
    return IG_OK;
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

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    struct columns c = {0};
    const ig_table *deciles_in = NULL;
    size_t decile_column = 0;
    ig_result *rows = NULL, *measures = NULL;
    const char *const inputs[] = {s->access, s->groups, NULL};
    ig_status status = search_check_outputs(ctx, &s->output, 1, inputs);
    if (!status) status = take_access(ctx, s, &c);
    if (!status) status = read_groups(ctx, s, &c);
    if (!status) status = take_deciles(ctx, s, &c, &deciles_in, &decile_column);
    if (!status) status = take_groupings(ctx, s, &c, deciles_in, decile_column);
    if (!status) status = ig_gap(ctx, &c.input, &rows, &measures);
    if (!status) status = command_write(ctx, rows, s->output, "gap", inputs, json);
    if (!status) {
        tell_measures(ctx, measures);
        json_object_set_new(json, "rows", json_rows(rows));
        json_object_set_new(json, "measures", json_rows(measures));
    }
    ig_result_free(rows);
    ig_result_free(measures);
    let_go(&c);
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
        "figure hangs on single areas.",
    .example = "isogap gap --access access.gpkg --groups geodata/sample/iod2025_file1.csv "
               "--deprivation 'Index of Multiple Deprivation (IMD) Decile' "
               "--within 'Local Authority District name (2024)' -o gap.csv --json",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
