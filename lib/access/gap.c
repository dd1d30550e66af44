// The gap: minutes of groups of areas set against all, and measures of it with jackknife limits.
#include "access_internal.h"
#include "gap_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- sums -------------------------------------------------------------------------------------

static bool known(const ig_gap_input *in, size_t a)
{
    return !isnan(in->people[a]) && !isnan(in->people_reached[a]);
}

/// So many people of an area, of whom so many are reached.
static void add_people(const ig_gap_input *in, size_t a, double people, double reached,
                       struct gap_sums *s, double sign)
{
    s->areas += sign > 0.0 ? 1 : -1;
    s->people += sign * people;
    if (!(reached > 0.0)) return;
    s->areas_reached += sign > 0.0 ? 1 : -1;
    s->reached += sign * reached;
    s->moment += sign * reached * in->minutes_mean[a];
}

void ig_gap_add(const ig_gap_input *in, size_t a, struct gap_sums *s, double sign)
{
    if (known(in, a)) add_people(in, a, in->people[a], in->people_reached[a], s, sign);
}

/// People of a group who live in an area; NaN where that is not known.
static double people_in(const ig_gap_input *in, const struct grouping *g, size_t group, size_t a)
{
    if (!known(in, a)) return NAN;
    return g->people ? g->people[group][a] : in->people[a];
}

/// Of those people, how many are reached: the same share as of all people of the area.
static double reached_in(const ig_gap_input *in, const struct grouping *g, size_t group, size_t a)
{
    const double people = people_in(in, g, group, a);
    if (!g->people) return isnan(people) ? NAN : in->people_reached[a];
    return in->people[a] > 0.0 ? people * fmin(1.0, in->people_reached[a] / in->people[a]) : NAN;
}

double ig_gap_mean(const struct gap_sums *s)
{
    return s->areas_reached > 0 && s->reached > 0.0 ? s->moment / s->reached : NAN;
}

ig_status ig_gap_sums(const ig_gap_input *in, const struct grouping *g, struct gap_sums **out)
{
    struct gap_sums *sums = ig_alloc(g->count ? g->count : 1, sizeof *sums);
    if (!sums) return IG_EMEMORY;
    for (size_t k = 0; k < g->count; k++)
        for (size_t i = g->start[k]; i < g->start[k + 1]; i++) {
            const size_t a = g->member[i];
            const double people = people_in(in, g, k, a);
            if (!isnan(people)) add_people(in, a, people, reached_in(in, g, k, a), &sums[k], 1.0);
        }
    *out = sums;
    return IG_OK;
}

/// Areas of each group in a given order of all areas.
static ig_status list_members(struct grouping *g, const size_t *order, size_t areas)
{
    size_t members = areas;
    if (g->people && !ig_product(areas, g->count, &members)) return IG_EMEMORY;
    g->start = ig_alloc(g->count + 2, sizeof *g->start);
    g->member = ig_alloc(members ? members : 1, sizeof *g->member);
    if (!g->start || !g->member) return IG_EMEMORY;
    if (g->people) { // every area is in every group
        for (size_t k = 0; k < g->count; k++) {
            g->start[k + 1] = (k + 1) * areas;
            if (areas) memcpy(g->member + k * areas, order, areas * sizeof *order);
        }
        return IG_OK;
    }
    size_t *end = g->start + 1; // where the next area of a group goes; its end when all are in
    for (size_t a = 0; a < areas; a++)
        if (g->of[a] != SIZE_MAX) end[g->of[a] + 1]++;
    for (size_t k = 0; k < g->count; k++)
        end[k + 1] += end[k];
    for (size_t i = 0; i < areas; i++)
        if (g->of[order[i]] != SIZE_MAX) g->member[end[g->of[order[i]]]++] = order[i];
    return IG_OK;
}

/// Least minutes_mean of an area by which half of the group's reached people live.
static double group_median(const ig_gap_input *in, const struct grouping *g, size_t group,
                           double reached)
{
    double cumulative = 0.0;
    for (size_t i = g->start[group]; i < g->start[group + 1]; i++) {
        const size_t a = g->member[i];
        const double here = reached_in(in, g, group, a);
        if (!(here > 0.0)) continue;
        cumulative += here;
        if (cumulative >= 0.5 * reached * (1.0 - 1e-12)) return in->minutes_mean[a];
    }
    return NAN;
}

/// Percent of all people of a group within a threshold.
static double group_within(const ig_gap_input *in, const struct grouping *g, size_t group,
                           size_t threshold, double people)
{
    double sum = 0.0;
    for (size_t i = g->start[group]; i < g->start[group + 1]; i++) {
        const size_t a = g->member[i];
        const double here = people_in(in, g, group, a);
        if (here > 0.0 && in->people[a] > 0.0) sum += here * in->within[threshold][a];
    }
    return people > 0.0 ? sum / people : NAN;
}

/// The one group of the within-grouping that all areas of a group lie in; SIZE_MAX otherwise.
static size_t parent_of(const struct grouping *g, size_t group, const struct grouping *within)
{
    size_t parent = SIZE_MAX;
    for (size_t i = g->start[group]; i < g->start[group + 1]; i++) {
        const size_t here = within->of[g->member[i]];
        if (here == SIZE_MAX || (parent != SIZE_MAX && here != parent)) return SIZE_MAX;
        parent = here;
    }
    return parent;
}

// ---- rows -------------------------------------------------------------------------------------

enum { GROUPING, GROUP, PEOPLE, REACHED, UNREACHED, MEAN, MEDIAN, FIRST_WITHIN };

static ig_status columns_new(const ig_gap_input *in, size_t rows, ig_result **out)
{
    static const char *const names[] = {
        "grouping",         "group",        "people",        "people_reached",
        "people_unreached", "minutes_mean", "minutes_median"};
    ig_column *column;
    ig_result *result = NULL;
    ig_status status = ig_result_new(rows, &result);
    for (size_t i = 0; !status && i < FIRST_WITHIN; i++)
        status =
            ig_result_add(result, names[i], i <= GROUP ? IG_COLUMN_TEXT : IG_COLUMN_REAL, &column);
    for (size_t k = 0; !status && k < in->thresholds; k++) {
        char name[64], number[32];
        ig_number_text(in->threshold[k], number, sizeof number);
        snprintf(name, sizeof name, "within_%s", number);
        status = ig_result_add(result, name, IG_COLUMN_REAL, &column);
    }
    if (!status) status = ig_result_add(result, "gap_all", IG_COLUMN_REAL, &column);
    if (!status) status = ig_result_add(result, "gap_within", IG_COLUMN_REAL, &column);
    if (status)
        ig_result_free(result);
    else
        *out = result;
    return status;
}

struct row_job {
    const ig_gap_input *in;
    const struct gap *gap;
    const struct gap_sums *within_sums; ///< of gap->within; NULL without
    double mean_all;
};

static ig_status fill_row(const struct row_job *job, const struct grouping *g, size_t group,
                          const struct gap_sums *sums, ig_result *rows, size_t row)
{
    ig_column *c = rows->columns;
    ig_status status = ig_result_set_text(rows, &c[GROUPING], row, g->name);
    if (!status) status = ig_result_set_text(rows, &c[GROUP], row, g->label[group]);
    if (status) return status;
    const struct gap_sums *s = &sums[group];
    const double mean = ig_gap_mean(s);
    c[PEOPLE].number[row] = s->people;
    c[REACHED].number[row] = s->reached;
    c[UNREACHED].number[row] = fmax(0.0, s->people - s->reached);
    c[MEAN].number[row] = mean;
    c[MEDIAN].number[row] = group_median(job->in, g, group, s->reached);
    size_t at = FIRST_WITHIN;
    for (size_t k = 0; k < job->in->thresholds; k++)
        c[at++].number[row] = group_within(job->in, g, group, k, s->people);
    c[at++].number[row] = mean - job->mean_all;
    if (!job->gap->within) return IG_OK;
    const size_t parent = parent_of(g, group, job->gap->within);
    if (parent != SIZE_MAX) c[at].number[row] = mean - ig_gap_mean(&job->within_sums[parent]);
    return IG_OK;
}

/// An area without a decile is a gap in the data; one outside a group by name may just be outside.
static void tell_rest(ig_ctx *ctx, const struct grouping *g, const struct gap_sums *rest)
{
    if (strcmp(g->name, "decile") == 0)
        ig_warn(ctx, "%lld area%s with %.6g people without a decile, in no group of deprivation",
                (long long)rest->areas, rest->areas == 1 ? "" : "s", rest->people);
    else if (strcmp(g->name, "quintile") != 0 && strcmp(g->name, "core20") != 0)
        ig_info(ctx, "%lld area%s with %.6g people in no group of %s", (long long)rest->areas,
                rest->areas == 1 ? "" : "s", rest->people, ig_show(g->name));
}

/// People of all groups of a grouping and of the areas in none of them are all people (V3).
static ig_status check_sums(ig_ctx *ctx, const ig_gap_input *in, const struct grouping *g,
                            const struct gap_sums *sums, const struct gap_sums *all, bool tell)
{
    struct gap_sums rest = {0};
    double people = 0.0, reached = 0.0;
    for (size_t a = 0; a < in->areas; a++)
        if (g->of[a] == SIZE_MAX) ig_gap_add(in, a, &rest, 1.0);
    for (size_t k = 0; k < g->count; k++) {
        people += sums[k].people;
        reached += sums[k].reached;
    }
    if (rest.areas && tell) tell_rest(ctx, g, &rest);
    if (fabs(people + rest.people - all->people) > 1e-9 * all->people ||
        fabs(reached + rest.reached - all->reached) > 1e-9 * all->people)
        return ig_fail(ctx, IG_EBUG, "people of the groups of %s do not add up", g->name);
    return IG_OK;
}

/// A part of an area's people cannot be more than all of them; and what is not known is told.
static void tell_parts(ig_ctx *ctx, const ig_gap_input *in, const struct grouping *g)
{
    for (size_t k = 0; k < g->count; k++) {
        size_t above = 0, missing = 0;
        for (size_t a = 0; a < in->areas; a++) {
            if (!known(in, a)) continue;
            missing += isnan(g->people[k][a]);
            above += g->people[k][a] > in->people[a] * (1.0 + 1e-9);
        }
        if (missing)
            ig_warn(ctx, "group %s: %zu area%s without a number of its people enter nothing",
                    ig_show(g->label[k]), missing, missing == 1 ? "" : "s");
        if (above)
            ig_warn(ctx, "group %s: in %zu area%s it has more people than there are people",
                    ig_show(g->label[k]), above, above == 1 ? "" : "s");
    }
}

bool ig_gap_has_areas(const struct grouping *g, size_t group)
{
    return g->start[group + 1] > g->start[group];
}

static ig_status fill_rows(ig_ctx *ctx, struct row_job *job, bool tell, ig_result **out)
{
    const ig_gap_input *in = job->in;
    size_t rows = 0, row = 0;
    for (size_t i = 0; i < job->gap->groupings; i++)
        for (size_t k = 0; k < job->gap->grouping[i].count; k++)
            if (ig_gap_has_areas(&job->gap->grouping[i], k)) rows++;
    ig_result *result = NULL;
    struct gap_sums *all = NULL;
    ig_status status = columns_new(in, rows, &result);
    if (!status) status = ig_gap_sums(in, &job->gap->grouping[0], &all);
    if (!status) job->mean_all = ig_gap_mean(all);
    for (size_t i = 0; !status && i < job->gap->groupings; i++) {
        const struct grouping *g = &job->gap->grouping[i];
        struct gap_sums *sums = NULL;
        status = ig_gap_sums(in, g, &sums);
        if (!status && !g->people) status = check_sums(ctx, in, g, sums, all, tell);
        if (!status && g->people && tell) tell_parts(ctx, in, g);
        for (size_t k = 0; !status && k < g->count; k++) {
            if (!ig_gap_has_areas(g, k)) continue;
            status = fill_row(job, g, k, sums, result, row);
            if (!status) status = ig_gap_trace_row(ctx, in, g, k, result, row++);
        }
        ig_free(sums);
    }
    ig_free(all);
    if (status)
        ig_result_free(result);
    else
        *out = result;
    return status;
}

struct timed {
    double minutes, reached, people;
    size_t area;
};

static int by_time(const void *a, const void *b)
{
    const struct timed *p = a, *q = b;
    if (p->minutes != q->minutes) return p->minutes < q->minutes ? -1 : 1;
    if (p->reached != q->reached) return p->reached < q->reached ? -1 : 1;
    if (p->people != q->people) return p->people < q->people ? -1 : 1;
    return (p->area > q->area) - (p->area < q->area);
}

static double or_last(double x)
{
    return isnan(x) ? INFINITY : x;
}

/// Areas by time, so that medians come out and sums do not depend on the order of the file.
static ig_status list_by_time(const ig_gap_input *in, struct gap *gap)
{
    struct timed *times = ig_alloc(in->areas ? in->areas : 1, sizeof *times);
    size_t *order = ig_alloc(in->areas ? in->areas : 1, sizeof *order);
    ig_status status = times && order ? IG_OK : IG_EMEMORY;
    for (size_t a = 0; !status && a < in->areas; a++)
        times[a] = (struct timed){or_last(in->minutes_mean[a]), or_last(in->people_reached[a]),
                                  or_last(in->people[a]), a};
    if (!status) qsort(times, in->areas, sizeof *times, by_time);
    for (size_t i = 0; !status && i < in->areas; i++)
        order[i] = times[i].area;
    for (size_t g = 0; !status && g < gap->groupings; g++)
        status = list_members(&gap->grouping[g], order, in->areas);
    ig_free(times);
    ig_free(order);
    return status;
}

// ---- the door ---------------------------------------------------------------------------------

static ig_status check(ig_ctx *ctx, const ig_gap_input *in, bool tell)
{
    size_t unknown = 0;
    bool named = in->within_grouping == NULL;
    for (size_t a = 0; a < in->areas; a++) {
        if (!known(in, a)) {
            unknown++;
            continue;
        }
        if (in->people[a] < 0.0 || in->people_reached[a] < 0.0 ||
            in->people_reached[a] > in->people[a] * (1.0 + 1e-9))
            return ig_fail(ctx, IG_EFORMAT, "row %zu: %g people, of them %g reached", a + 1,
                           in->people[a], in->people_reached[a]);
        if (in->people_reached[a] > 0.0 && isnan(in->minutes_mean[a]))
            return ig_fail(ctx, IG_EFORMAT, "row %zu: people are reached, but in no minutes",
                           a + 1);
        const double d = in->decile ? in->decile[a] : NAN;
        if (!isnan(d) && (d < 1.0 || d > 10.0 || d != floor(d)))
            return ig_fail(ctx, IG_EFORMAT, "row %zu: decile %g is not a whole number 1 to 10",
                           a + 1, d);
    }
    for (size_t c = 0; c < in->groupings; c++)
        if (in->within_grouping && strcmp(in->grouping[c], in->within_grouping) == 0) named = true;
    if (!named)
        return ig_fail(ctx, IG_EINVAL, "there is no grouping %s", ig_show(in->within_grouping));
    if (unknown == in->areas) return ig_fail(ctx, IG_EFORMAT, "no area has a number of people");
    if (unknown && tell)
        ig_warn(ctx, "%zu of %zu areas have no number of people and enter nothing", unknown,
                in->areas);
    return IG_OK;
}

ig_status ig_gap_open(ig_ctx *ctx, const ig_gap_input *in, bool tell, struct gap *gap)
{
    *gap = (struct gap){0};
    ig_status status = check(ctx, in, tell);
    if (status) return status;
    gap->grouping = ig_alloc(in->groupings + 5, sizeof *gap->grouping);
    gap->room = gap->grouping ? in->groupings + 5 : 0;
    status = gap->grouping ? ig_gap_groupings(in, gap) : IG_EMEMORY;
    if (!status) status = list_by_time(in, gap);
    if (status) ig_fail(ctx, status, "no memory for the gap of %zu areas", in->areas);
    return status;
}

void ig_gap_close(struct gap *gap)
{
    for (size_t i = 0; i < gap->room; i++)
        ig_gap_grouping_free(&gap->grouping[i]);
    ig_free(gap->grouping);
    *gap = (struct gap){0};
}

ig_status ig_gap_rows(ig_ctx *ctx, const ig_gap_input *in, const struct gap *gap, bool tell,
                      ig_result **out)
{
    struct gap_sums *within_sums = NULL;
    ig_status status = gap->within ? ig_gap_sums(in, gap->within, &within_sums) : IG_OK;
    struct row_job job = {in, gap, within_sums, NAN};
    if (!status) status = fill_rows(ctx, &job, tell, out);
    ig_free(within_sums);
    if (status == IG_EMEMORY) ig_fail(ctx, status, "no memory for the gap of %zu areas", in->areas);
    return status;
}

ig_status ig_gap(ig_ctx *ctx, const ig_gap_input *in, ig_result **rows, ig_result **measures)
{
    struct gap gap;
    ig_result *row_result = NULL, *measure_result = NULL;
    ig_status status = ig_gap_open(ctx, in, true, &gap);
    if (!status) status = ig_gap_rows(ctx, in, &gap, true, &row_result);
    if (!status && ig_gap_measures(in, &gap, &measure_result))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the gap of %zu areas", in->areas);
    ig_gap_close(&gap);
    if (status) {
        ig_result_free(row_result);
        return status;
    }
    *rows = row_result;
    *measures = measure_result;
    return IG_OK;
}
