// inequality's rows and groups, and what each measure makes of them.
#include "measuring.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

// ---- reading ----------------------------------------------------------------------------------

static ig_status read_errors(ig_ctx *ctx, const struct measuring_settings *s,
                             struct measuring_inputs *in)
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

ig_status measuring_read(ig_ctx *ctx, struct measuring_settings *s, struct measuring_inputs *in)
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
    s->reading.lineage = s->trace != NULL;
    in->group_column = SIZE_MAX;
    ig_status status = ig_table_read(ctx, s->table, &s->reading, &in->table);
    if (!status)
        status = column_numbers(ctx, in->table, s->value, IG_NUMBERS_ANY, NULL, &in->value);
    if (!status) status = refuse_small_counts(ctx, in->table, s->value, in->value);
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

static bool fill_slice(const struct measuring_inputs *in, const size_t *rows, size_t n,
                       struct slice *slice)
{
    slice->value = pick(in->value, rows, n, false);
    if (in->population) slice->population = pick(in->population, rows, n, true);
    if (in->se) slice->se = pick(in->se, rows, n, false);
    if (in->rank) slice->rank = pick(in->rank, rows, n, false);
    return slice->value && (!in->population || slice->population) && (!in->se || slice->se) &&
           (!in->rank || slice->rank);
}

// Least and greatest value, least and most deprived, best and reference groups.
static ig_status find_groups(ig_ctx *ctx, const struct measuring_settings *s,
                             const struct measuring_inputs *in, const size_t *rows,
                             struct measured *t)
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

static ig_status add_line(ig_ctx *ctx, struct lines *lines, const struct measuring_settings *s,
                          struct measured *t, size_t group, size_t m, double parameter)
{
    if (!ig_grow((void **)&lines->list, &lines->room, lines->used + 1, sizeof *lines->list)) {
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    struct line *line = &lines->list[lines->used++];
    *line = (struct line){.group = group, .measure = m, .parameter = parameter};
    for (size_t l = 0; l < s->confidence.count; l++) {
        t->level = s->confidence.values[l];
        if (s->unordered && measures[m].ordered) {
            line->at[l] = measure_missing("the groups have no order");
            continue;
        }
        const ig_status status =
            measures[m].work(t, isnan(parameter) ? 0.0 : parameter, &line->at[l]);
        if (status) return ig_fail(ctx, status, "%s cannot be worked out", measures[m].name);
    }
    return IG_OK;
}

// Larger groups by their texts, numbered in order of first appearance.
static ig_status read_parents(ig_ctx *ctx, const struct measuring_inputs *in, const size_t *rows,
                              size_t n, size_t **out, size_t *count)
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
static ig_status add_split(ig_ctx *ctx, struct lines *lines, const struct measuring_settings *s,
                           const struct measured *t, size_t group, size_t m)
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
            line->at[l] = measure_missing(isnan(parts[part]) ? whole.reason : NULL);
            line->at[l].value = parts[part];
        }
    }
    return IG_OK;
}

ig_status measuring_group(ig_ctx *ctx, const struct measuring_settings *s,
                          const struct measuring_inputs *in, const struct groups *g, size_t group,
                          const bool *wanted, struct lines *lines)
{
    const size_t *rows = g->rows + g->start[group], n = g->start[group + 1] - g->start[group];
    struct slice slice = {0};
    size_t *parent = NULL;
    ig_status status = IG_OK;
    if (!fill_slice(in, rows, n, &slice)) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
        goto done;
    }
    struct measured t = {.transform = (ig_transform)s->transform,
                         .unordered = s->unordered,
                         .proportion = s->type == PROPORTION,
                         .more_is_better = s->polarity == 1,
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
        } else if (measure_in_pair(measures[m].name)) {
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

void measuring_free(struct measuring_inputs *in)
{
    ig_free(in->se);
    ig_table_free(in->table);
}
