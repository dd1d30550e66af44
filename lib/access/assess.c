// Before and after a change of sites: the gap of each group twice, its change, winners and losers.
#include "access_internal.h"
#include "gap_internal.h"

#include <math.h>
#include <string.h>

void ig_assessment_free(ig_assessment *assessment)
{
    if (!assessment) return;
    ig_result_free(assessment->rows);
    ig_result_free(assessment->measures);
    ig_free(assessment);
}

// ---- rows -------------------------------------------------------------------------------------

static ig_status copy_text(ig_result *to, const ig_column *from)
{
    ig_column *column;
    ig_status status = ig_result_add(to, from->name, IG_COLUMN_TEXT, &column);
    for (size_t r = 0; !status && r < to->rows; r++)
        status = ig_result_set_text(to, column, r, from->text[r]);
    return status;
}

static ig_status copy_number(ig_result *to, const ig_column *from, const char *suffix)
{
    char name[96];
    ig_column *column;
    snprintf(name, sizeof name, "%s%s", from->name, suffix);
    const ig_status status = ig_result_add(to, name, IG_COLUMN_REAL, &column);
    if (!status && to->rows) memcpy(column->number, from->number, to->rows * sizeof *from->number);
    return status;
}

/// Columns of both states side by side.
static ig_status put_beside(const ig_result *before, const ig_result *after, ig_result **out)
{
    ig_result *rows = NULL;
    ig_status status = ig_result_new(before->rows, &rows);
    for (size_t c = 0; !status && c < before->count; c++) {
        const ig_column *column = &before->columns[c];
        if (column->kind == IG_COLUMN_TEXT) {
            status = copy_text(rows, column);
            continue;
        }
        if (strcmp(column->name, "people") == 0) status = copy_number(rows, column, "");
        if (!status) status = copy_number(rows, column, "_before");
        if (!status) status = copy_number(rows, &after->columns[c], "_after");
    }
    if (status)
        ig_result_free(rows);
    else
        *out = rows;
    return status;
}

enum { CHANGE, WINNERS, LOSERS, REACHED, UNREACHED, CHANGES };

/// What the change does to the people of a group. Those of a part of the people gain and lose as
/// all people of their area do.
static void change_of(const ig_gap_input *in, const ig_gap_input *after, const struct grouping *g,
                      size_t group, const ig_change *change, double out[CHANGES])
{
    struct ig_sum sum[CHANGES] = {{0}}, both = {0};
    for (size_t i = g->start[group]; i < g->start[group + 1]; i++) {
        const size_t a = g->member[i];
        const ig_change_row *row = &change->rows[a];
        const double all = in->people[a];
        const double part = g->people ? (all > 0.0 ? g->people[group][a] / all : NAN) : 1.0;
        if (isnan(all) || isnan(part)) continue;
        ig_sum_add(&sum[WINNERS], part * row->winners);
        ig_sum_add(&sum[LOSERS], part * row->losers);
        ig_sum_add(&sum[REACHED], part * row->newly_reached);
        ig_sum_add(&sum[UNREACHED], part * row->newly_unreached);
        const double here = part * fmax(0.0, after->people_reached[a] - row->newly_reached);
        if (isnan(row->minutes) || !(here > 0.0)) continue;
        ig_sum_add(&both, here);
        ig_sum_add(&sum[CHANGE], here * row->minutes);
    }
    for (size_t k = 0; k < CHANGES; k++)
        out[k] = ig_sum_of(&sum[k]);
    out[CHANGE] = ig_sum_of(&both) > 0.0 ? out[CHANGE] / ig_sum_of(&both) : NAN;
}

static ig_status add_changes(const ig_gap_input *before, const ig_gap_input *after,
                             const struct gap *gap, const ig_change *change, ig_result *rows)
{
    static const char *const names[CHANGES] = {"change", "winners", "losers", "newly_reached",
                                               "newly_unreached"};
    ig_column *column;
    size_t row = 0;
    const size_t first = rows->count;
    for (size_t k = 0; k < CHANGES; k++) {
        const ig_status status = ig_result_add(rows, names[k], IG_COLUMN_REAL, &column);
        if (status) return status;
    }
    for (size_t g = 0; g < gap->groupings; g++)
        for (size_t k = 0; k < gap->grouping[g].count; k++) {
            double values[CHANGES];
            if (!ig_gap_has_areas(&gap->grouping[g], k)) continue;
            change_of(before, after, &gap->grouping[g], k, change, values);
            for (size_t i = 0; i < CHANGES; i++)
                rows->columns[first + i].number[row] = values[i];
            row++;
        }
    return IG_OK;
}

// ---- figures ----------------------------------------------------------------------------------

static double mean_in(const ig_result *rows, const char *grouping, const char *group)
{
    const ig_column *mean = ig_result_find(rows, "minutes_mean");
    for (size_t r = 0; r < rows->rows; r++)
        if (strcmp(rows->columns[0].text[r], grouping) == 0 &&
            strcmp(rows->columns[1].text[r], group) == 0)
            return mean->number[r];
    return NAN;
}

static double worst_quintile(const ig_result *rows)
{
    const ig_column *mean = ig_result_find(rows, "minutes_mean");
    double worst = NAN;
    for (size_t r = 0; r < rows->rows; r++)
        if (strcmp(rows->columns[0].text[r], "quintile") == 0) worst = fmax(worst, mean->number[r]);
    return worst;
}

static void estimate_in(const ig_result *measures, const char *measure, const char *state,
                        ig_estimate *e)
{
    static const char *const parts[] = {"estimate", "lower", "upper", "se"};
    double value[4] = {NAN, NAN, NAN, NAN};
    for (size_t r = 0; r < measures->rows; r++) {
        if (strcmp(measures->columns[0].text[r], measure) != 0 ||
            strcmp(measures->columns[1].text[r], "quintile") != 0)
            continue;
        for (size_t p = 0; p < 4; p++) {
            char name[32];
            snprintf(name, sizeof name, "%s_%s", parts[p], state);
            value[p] = ig_result_find(measures, name)->number[r];
        }
    }
    *e = (ig_estimate){value[0], value[1], value[2], value[3], NULL, NULL};
}

static void figures(const ig_result *rows, const ig_result *measures, const char *state,
                    ig_assess_state *s)
{
    s->core20_mean = mean_in(rows, "core20", "core20");
    s->rest_mean = mean_in(rows, "core20", "rest");
    s->core20_gap = s->core20_mean - s->rest_mean;
    s->worst_quintile_mean = worst_quintile(rows);
    estimate_in(measures, "sii", state, &s->sii);
    estimate_in(measures, "rii", state, &s->rii);
    estimate_in(measures, "ci", state, &s->ci);
}

// ---- the door ---------------------------------------------------------------------------------

ig_status ig_assess(ig_ctx *ctx, const ig_gap_input *before, const ig_gap_input *after,
                    const ig_change *change, ig_assessment **out)
{
    struct gap gap[2] = {{0}, {0}};
    ig_result *rows[2] = {NULL, NULL};
    if (before->areas != after->areas || before->areas != change->areas)
        return ig_fail(ctx, IG_EINVAL, "before, after and change have different areas");
    ig_assessment *a = ig_alloc(1, sizeof *a);
    ig_status status = a ? IG_OK : IG_EMEMORY;
    if (!status) status = ig_gap_open(ctx, before, true, &gap[0]);
    if (!status) status = ig_gap_open(ctx, after, false, &gap[1]);
    if (!status) status = ig_gap_rows(ctx, before, &gap[0], true, &rows[0]);
    if (!status) status = ig_gap_rows(ctx, after, &gap[1], false, &rows[1]);
    if (!status) status = put_beside(rows[0], rows[1], &a->rows);
    if (!status) status = add_changes(before, after, &gap[0], change, a->rows);
    if (!status) status = ig_gap_measures_change(before, after, &gap[0], &gap[1], &a->measures);
    if (!status) {
        figures(rows[0], a->measures, "before", &a->before);
        figures(rows[1], a->measures, "after", &a->after);
        *out = a;
        a = NULL;
    }
    if (status == IG_EMEMORY) ig_fail(ctx, status, "no memory for %zu areas", before->areas);
    for (size_t i = 0; i < 2; i++) {
        ig_gap_close(&gap[i]);
        ig_result_free(rows[i]);
    }
    ig_assessment_free(a);
    return status;
}
