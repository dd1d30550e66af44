// inequality: how unequal is one number between groups, by every measure in one go.
#include "denominators.h"
#include "groups.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

enum type { RATE, PROPORTION, MEAN };

struct settings {
    const char *table;
    ig_table_options reading;
    const char *value, *population, *se, *lower, *upper, *rank, *group, *reference;
    const char *within, *baseline;
    struct population_check check;
    int type, transform, polarity;
    ig_texts by, measures;
    bool unordered, skip_missing;
    ig_numbers epsilon, bounds, confidence;
    const char *output;
};

#define AT(member) offsetof(struct settings, member)
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
    struct settings *s = settings;
    s->reading = ig_table_defaults();
    s->epsilon = (ig_numbers){epsilon, 3};
}

// Everything about one set of groups.
struct study {
    const struct settings *s;
    ig_groups groups;
    size_t best, reference, first, last; ///< numbers of groups
    const size_t *parent;                ///< larger group of each, for the split of Theil's T
    size_t parents;
    double low, high; ///< bounds; NaN where not stated
    double level;
};

enum kind { ORDERED, ANY };
struct measure {
    const char *name;
    enum kind kind;
    ig_status (*work)(const struct study *study, double parameter, ig_estimate *out);
};

static ig_estimate missing(const char *reason)
{
    return (ig_estimate){NAN, NAN, NAN, NAN, NULL, reason};
}

static ig_status sii(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    if (t->s->transform == IG_TRANSFORM_NONE) return ig_sii(&t->groups, t->level, out);
    return ig_slope_transformed(&t->groups, (ig_transform)t->s->transform, t->level, out, NULL);
}

static ig_status rii(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    if (t->s->transform == IG_TRANSFORM_NONE) return ig_rii(&t->groups, t->level, out);
    return ig_slope_transformed(&t->groups, (ig_transform)t->s->transform, t->level, NULL, out);
}

static ig_status ci(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    ig_estimate other;
    return ig_concentration(&t->groups, t->level, out, &other);
}

static ig_status ci_absolute(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    ig_estimate other;
    return ig_concentration(&t->groups, t->level, &other, out);
}

static ig_status erreygers(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    if (isnan(t->low)) {
        *out = missing("the bounds are not stated (--bounds LO,HI)");
        return IG_OK;
    }
    return ig_erreygers(&t->groups, t->low, t->high, t->level, out);
}

static ig_status wagstaff(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    if (isnan(t->low)) {
        *out = missing("the bounds are not stated (--bounds LO,HI)");
        return IG_OK;
    }
    return ig_wagstaff(&t->groups, t->low, t->high, t->level, out);
}

static ig_status gini(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_gini_groups(&t->groups, t->level, out);
}

static ig_status theil(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_theil(&t->groups, t->level, out);
}

static ig_status mld(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_mld(&t->groups, t->level, out);
}

static ig_status atkinson(const struct study *t, double epsilon, ig_estimate *out)
{
    return ig_atkinson(&t->groups, epsilon, t->level, out);
}

static ig_status hoover(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_hoover(&t->groups, t->level, out);
}

static ig_status between(const struct study *t, bool ratio, ig_estimate *out)
{
    if (!t->s->unordered) {
        return ratio ? ig_ratio(&t->groups, t->level, out)
                     : ig_difference(&t->groups, t->level, out);
    }
    if (t->first == SIZE_MAX) {
        *out = missing("no group has a value");
        return IG_OK;
    }
    return ratio ? ig_ratio_between(&t->groups, t->first, t->last, t->level, out)
                 : ig_difference_between(&t->groups, t->first, t->last, t->level, out);
}

static ig_status difference(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    return between(t, false, out);
}

static ig_status ratio(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    return between(t, true, out);
}

static ig_status bgv(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_bgv(&t->groups, t->level, out);
}

static ig_status bgsd(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_bgsd(&t->groups, t->level, out);
}

static ig_status cov(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_cov(&t->groups, t->level, out);
}

static ig_status idis(const struct study *t, double weighted, ig_estimate *out)
{
    return ig_idis(&t->groups, weighted > 0.0, t->level, out);
}

// A proportion is a share of 1; 0 says that the value is none.
static double unit(const struct study *t)
{
    return t->s->type == PROPORTION ? 1.0 : 0.0;
}

// PAR goes by the best group, or the least deprived of ordered ones.
static size_t par_reference(const struct study *t)
{
    return t->s->unordered ? t->best : t->last;
}

static ig_status par(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    const size_t reference = par_reference(t);
    if (reference == SIZE_MAX) {
        *out = missing("no group has a value");
        return IG_OK;
    }
    return ig_par(&t->groups, reference, t->s->polarity == 1, unit(t), t->level, out);
}

static ig_status paf(const struct study *t, double unused, ig_estimate *out)
{
    (void)unused;
    const size_t reference = par_reference(t);
    if (reference == SIZE_MAX) {
        *out = missing("no group has a value");
        return IG_OK;
    }
    return ig_paf(&t->groups, reference, t->s->polarity == 1, unit(t), t->level, out);
}

static ig_status mean_difference(const struct study *t, size_t reference, bool of_mean,
                                 double weighted, ig_estimate *out)
{
    if (!of_mean && reference == SIZE_MAX) {
        *out = missing("no group has a value");
        return IG_OK;
    }
    return ig_mean_difference(&t->groups, reference, weighted > 0.0, t->level, out);
}

static ig_status mdb(const struct study *t, double weighted, ig_estimate *out)
{
    return mean_difference(t, t->best, false, weighted, out);
}

static ig_status mdr(const struct study *t, double weighted, ig_estimate *out)
{
    return mean_difference(t, t->reference, false, weighted, out);
}

static ig_status mdm(const struct study *t, double weighted, ig_estimate *out)
{
    return mean_difference(t, SIZE_MAX, true, weighted, out);
}

static const struct measure measures[] = {
    {"sii", ORDERED, sii},
    {"rii", ORDERED, rii},
    {"ci", ORDERED, ci},
    {"ci_absolute", ORDERED, ci_absolute},
    {"erreygers", ORDERED, erreygers},
    {"wagstaff", ORDERED, wagstaff},
    {"gini", ANY, gini},
    {"theil", ANY, theil},
    {"mld", ANY, mld},
    {"atkinson", ANY, atkinson},
    {"hoover", ANY, hoover},
    {"difference", ANY, difference},
    {"ratio", ANY, ratio},
    {"bgv", ANY, bgv},
    {"bgsd", ANY, bgsd},
    {"cov", ANY, cov},
    {"idis", ANY, idis},
    {"par", ANY, par},
    {"paf", ANY, paf},
    {"mdb", ANY, mdb},
    {"mdr", ANY, mdr},
    {"mdm", ANY, mdm},
};
enum { MEASURES = sizeof measures / sizeof *measures };

static bool is_in_pair(const char *name)
{
    return strcmp(name, "idis") == 0 || strncmp(name, "md", 2) == 0;
}

// ---- reading ----------------------------------------------------------------------------------

struct inputs {
    ig_table *table;
    size_t group_column;
    size_t within_column;
    const double *value, *population, *rank;
    double *se; ///< owned; NULL without
};

static ig_status read_errors(ig_ctx *ctx, const struct settings *s, struct inputs *in)
{
    const size_t rows = ig_table_rows(in->table);
    const double *se = NULL, *lower = NULL, *upper = NULL;
    ig_status status = column_numbers(ctx, in->table, s->se, IG_NUMBERS_ANY, NULL, &se);
    if (!status) status = column_numbers(ctx, in->table, s->lower, IG_NUMBERS_ANY, NULL, &lower);
    if (!status) status = column_numbers(ctx, in->table, s->upper, IG_NUMBERS_ANY, NULL, &upper);
    if (status || (!se && !lower)) return status;
    in->se = ig_alloc(rows + 1, sizeof *in->se);
    if (!in->se) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; i < rows; i++) {
        in->se[i] =
            se ? se[i] : ig_transform_se((ig_transform)s->transform, lower[i], upper[i], 0.95);
        const bool crossed = lower && lower[i] > upper[i];
        if (in->se[i] < 0.0 || crossed) {
            return command_fail(
                ctx, IG_EFORMAT, NULL, "%s: %s %lld: %s", ig_base_name(s->table),
                ig_table_line_word(in->table), (long long)ig_table_line(in->table, i),
                crossed ? "the lower limit is above the upper one" : "a standard error below 0");
        }
    }
    return IG_OK;
}

static ig_status read_inputs(ig_ctx *ctx, struct settings *s, struct inputs *in)
{
    if (!s->lower != !s->upper) {
        return command_fail(ctx, IG_EINVAL, NULL, "--lower and --upper go together");
    }
    if (s->se && s->lower) {
        return command_fail(ctx, IG_EINVAL, NULL, "give --se, or --lower and --upper, not both");
    }
    if (s->reference && !s->group) {
        return command_fail(ctx, IG_EINVAL, NULL, "--reference needs --group, the column of names");
    }
    if (s->bounds.count != 0 &&
        (s->bounds.count != 2 || !(s->bounds.values[0] < s->bounds.values[1]))) {
        return command_fail(ctx, IG_EINVAL, NULL,
                            "--bounds takes the least and the greatest value");
    }
    for (size_t i = 0; i < s->epsilon.count; i++) {
        if (!(s->epsilon.values[i] >= 0.0)) {
            return command_fail(ctx, IG_EINVAL, NULL, "--epsilon must be 0 or more");
        }
    }
    s->reading.keyless = !s->check.file;
    in->group_column = SIZE_MAX;
    ig_status status = ig_table_read(ctx, s->table, &s->reading, &in->table);
    if (!status)
        status = column_numbers(ctx, in->table, s->value, IG_NUMBERS_ANY, NULL, &in->value);
    if (!status) {
        status =
            column_numbers(ctx, in->table, s->population, IG_NUMBERS_COUNT, NULL, &in->population);
    }
    if (!status) status = column_numbers(ctx, in->table, s->rank, IG_NUMBERS_ANY, NULL, &in->rank);
    if (!status && s->group) status = ig_table_find(ctx, in->table, s->group, &in->group_column);
    if (!status && s->within) {
        status = ig_table_find(ctx, in->table, s->within, &in->within_column);
    }
    if (!status) status = check_population(ctx, &s->check, in->table, in->population);
    return status ? status : read_errors(ctx, s, in);
}

static ig_status wanted_measures(ig_ctx *ctx, const struct settings *s, bool wanted[MEASURES])
{
    const char *names[MEASURES];
    for (size_t m = 0; m < MEASURES; m++) {
        names[m] = measures[m].name;
        wanted[m] = s->measures.count == 0;
    }
    for (size_t i = 0; i < s->measures.count; i++) {
        const char *name = s->measures.values[i];
        bool found = strcmp(name, "all") == 0;
        for (size_t m = 0; m < MEASURES; m++) {
            if (found && strcmp(name, "all") == 0) wanted[m] = true;
            if (strcmp(name, names[m]) == 0) found = wanted[m] = true;
        }
        if (!found) {
            const char *near = ig_nearest_name(name, names, MEASURES);
            return command_fail(ctx, IG_EINVAL, near ? near : "isogap inequality --help lists them",
                                "--measures: '%s' is no measure", ig_show(name));
        }
    }
    return IG_OK;
}

// ---- one set of groups ------------------------------------------------------------------------

// Values, people and errors of the rows of a group, as arrays of their own.
struct slice {
    double *value, *population, *se, *rank;
};

static void free_slice(struct slice *slice)
{
    ig_free(slice->value);
    ig_free(slice->population);
    ig_free(slice->se);
    ig_free(slice->rank);
}

static double *pick(const double *from, const size_t *rows, size_t n, bool zero_for_gap)
{
    double *to = ig_alloc(n + 1, sizeof *to);
    for (size_t i = 0; to && i < n; i++) {
        to[i] = zero_for_gap && isnan(from[rows[i]]) ? 0.0 : from[rows[i]];
    }
    return to;
}

static bool fill_slice(const struct inputs *in, const size_t *rows, size_t n, struct slice *slice)
{
    slice->value = pick(in->value, rows, n, false);
    if (in->population) slice->population = pick(in->population, rows, n, true);
    if (in->se) slice->se = pick(in->se, rows, n, false);
    if (in->rank) slice->rank = pick(in->rank, rows, n, false);
    return slice->value && (!in->population || slice->population) && (!in->se || slice->se) &&
           (!in->rank || slice->rank);
}

// Least and greatest value, least and most deprived, best and reference groups.
static ig_status find_groups(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                             const size_t *rows, struct study *t)
{
    const ig_groups *g = &t->groups;
    t->best = ig_best_group(g, s->polarity == 1);
    t->first = t->last = SIZE_MAX;
    for (size_t i = 0; i < g->count; i++) {
        if (isnan(g->value[i]) || (g->population && !(g->population[i] > 0.0))) continue;
        if (s->unordered) { // first: greatest, last: least
            if (t->first == SIZE_MAX || g->value[i] > g->value[t->first]) t->first = i;
            if (t->last == SIZE_MAX || g->value[i] < g->value[t->last]) t->last = i;
        } else {
            if (t->first == SIZE_MAX || (g->rank && g->rank[i] < g->rank[t->first])) t->first = i;
            if (t->last == SIZE_MAX || !g->rank || g->rank[i] >= g->rank[t->last]) t->last = i;
        }
    }
    t->reference = s->unordered ? t->best : t->last;
    if (!s->reference) return IG_OK;
    for (size_t i = 0; i < g->count; i++) {
        if (strcmp(ig_table_text(in->table, rows[i], in->group_column), s->reference) == 0) {
            t->reference = i;
            return IG_OK;
        }
    }
    return command_fail(ctx, IG_EFORMAT, NULL, "%s: no row has '%s' in column %s",
                        ig_base_name(s->table), ig_show(s->reference), ig_show(s->group));
}

// ---- rows of the result -----------------------------------------------------------------------

struct line {
    size_t group, measure;
    double parameter; ///< NaN without; 1 weighted, 0 unweighted; of theil 0 between, 1 within
    ig_estimate at[8];
    double change[3]; ///< from the baseline, with limits; NaN without
};

struct lines {
    struct line *list;
    size_t used, room;
};

static ig_status add_line(ig_ctx *ctx, struct lines *lines, const struct settings *s,
                          struct study *t, size_t group, size_t m, double parameter)
{
    if (!ig_grow((void **)&lines->list, &lines->room, lines->used + 1, sizeof *lines->list)) {
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    struct line *line = &lines->list[lines->used++];
    *line = (struct line){.group = group, .measure = m, .parameter = parameter};
    for (size_t l = 0; l < s->confidence.count; l++) {
        t->level = s->confidence.values[l];
        if (s->unordered && measures[m].kind == ORDERED) {
            line->at[l] = missing("the groups have no order");
            continue;
        }
        const ig_status status =
            measures[m].work(t, isnan(parameter) ? 0.0 : parameter, &line->at[l]);
        if (status) return ig_fail(ctx, status, "%s cannot be worked out", measures[m].name);
    }
    return IG_OK;
}

// Larger groups by their texts, numbered in order of first appearance.
static ig_status read_parents(ig_ctx *ctx, const struct inputs *in, const size_t *rows, size_t n,
                              size_t **out, size_t *count)
{
    size_t *parent = ig_alloc(n + 1, sizeof *parent);
    const char **names = ig_alloc(n + 1, sizeof *names);
    *count = 0;
    for (size_t i = 0; parent && names && i < n; i++) {
        const char *name = ig_table_text(in->table, rows[i], in->within_column);
        size_t k = 0;
        while (k < *count && strcmp(names[k], name) != 0)
            k++;
        if (k == *count) names[(*count)++] = name;
        parent[i] = k;
    }
    const bool good = parent && names;
    ig_free(names);
    if (!good) {
        ig_free(parent);
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    *out = parent;
    return IG_OK;
}

// Theil's T between the larger groups and within them, two rows that add up to the one before.
static ig_status add_split(ig_ctx *ctx, struct lines *lines, const struct settings *s,
                           const struct study *t, size_t group, size_t m)
{
    double parts[2] = {NAN, NAN};
    const ig_estimate whole = lines->list[lines->used - 1].at[0];
    ig_status status = IG_OK;
    if (!isnan(whole.value)) {
        status = ig_theil_split(&t->groups, t->parent, t->parents, &parts[0], &parts[1]);
        if (status) return ig_fail(ctx, status, "theil cannot be split");
    }
    for (int part = 0; part < 2; part++) {
        if (!ig_grow((void **)&lines->list, &lines->room, lines->used + 1, sizeof *lines->list)) {
            return ig_fail(ctx, IG_EMEMORY, "no memory");
        }
        struct line *line = &lines->list[lines->used++];
        *line = (struct line){.group = group, .measure = m, .parameter = part};
        for (size_t l = 0; l < s->confidence.count; l++) {
            line->at[l] = missing(isnan(parts[part]) ? whole.reason : NULL);
            line->at[l].value = parts[part];
        }
    }
    return IG_OK;
}

static ig_status measure_group(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                               const struct groups *g, size_t group, const bool *wanted,
                               struct lines *lines)
{
    const size_t *rows = g->rows + g->start[group], n = g->start[group + 1] - g->start[group];
    struct slice slice = {0};
    size_t *parent = NULL;
    ig_status status = IG_OK;
    if (!fill_slice(in, rows, n, &slice)) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
        goto done;
    }
    struct study t = {.s = s,
                      .groups = {.count = n,
                                 .value = slice.value,
                                 .population = slice.population,
                                 .se = slice.se,
                                 .rank = slice.rank,
                                 .skip_missing = s->skip_missing || s->unordered},
                      .low = NAN,
                      .high = NAN};
    if (s->bounds.count == 2) {
        t.low = s->bounds.values[0];
        t.high = s->bounds.values[1];
    } else if (s->type == PROPORTION) {
        t.low = 0.0;
        t.high = 1.0;
    }
    status = find_groups(ctx, s, in, rows, &t);
    if (!status && s->within) status = read_parents(ctx, in, rows, n, &parent, &t.parents);
    t.parent = parent;
    for (size_t m = 0; !status && m < MEASURES; m++) {
        if (!wanted[m]) continue;
        if (strcmp(measures[m].name, "atkinson") == 0) {
            for (size_t e = 0; !status && e < s->epsilon.count; e++) {
                status = add_line(ctx, lines, s, &t, group, m, s->epsilon.values[e]);
            }
        } else if (is_in_pair(measures[m].name)) {
            status = add_line(ctx, lines, s, &t, group, m, 1.0);
            if (!status) status = add_line(ctx, lines, s, &t, group, m, 0.0);
        } else {
            status = add_line(ctx, lines, s, &t, group, m, NAN);
        }
        if (!status && s->within && strcmp(measures[m].name, "theil") == 0) {
            status = add_split(ctx, lines, s, &t, group, m);
        }
    }
done:
    ig_free(parent);
    free_slice(&slice);
    return status;
}

static const char *parameter_text(const struct line *line, char buffer[32])
{
    if (isnan(line->parameter)) return NULL;
    if (is_in_pair(measures[line->measure].name)) {
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
static size_t baseline_of(const struct settings *s, const struct groups *g, size_t group)
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
static ig_status compare_with_baseline(ig_ctx *ctx, const struct settings *s,
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

static ig_status make_result(ig_ctx *ctx, const struct settings *s, const struct groups *g,
                             const struct lines *lines, ig_result **out)
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

static void tell_direction(const struct settings *s, json_t *json)
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

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    struct inputs in = {0};
    struct groups *g = NULL;
    struct lines lines = {0};
    ig_result *result = NULL;
    bool wanted[MEASURES];
    ig_status status = check_levels(ctx, &s->confidence);
    if (!status && s->confidence.count > 8) {
        status = command_fail(ctx, IG_EINVAL, NULL, "--confidence takes at most 8 levels");
    }
    if (!status) status = wanted_measures(ctx, s, wanted);
    if (!status) status = read_inputs(ctx, s, &in);
    if (!status) status = groups_new(ctx, in.table, &s->by, false, &g);
    for (size_t i = 0; !status && i < g->count; i++) {
        status = measure_group(ctx, s, &in, g, i, wanted, &lines);
    }
    if (!status) status = compare_with_baseline(ctx, s, g, &lines);
    if (!status) status = make_result(ctx, s, g, &lines, &result);
    const char *const inputs[] = {s->table, s->check.file, NULL};
    if (!status) status = command_write(ctx, result, s->output, "inequality", inputs, json);
    if (!status) {
        json_object_set_new(json, "rows", json_rows(result));
        tell_direction(s, json);
    }
    ig_result_free(result);
    ig_free(lines.list);
    groups_free(g);
    ig_free(in.se);
    ig_table_free(in.table);
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
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
