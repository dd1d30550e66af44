// The problem made small: demand that can be reached, candidates, existing sites folded in.
#include "siting_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

ig_siting_options ig_siting_defaults(void)
{
    return (ig_siting_options){.objective = IG_SITING_P_MEDIAN,
                               .threshold = NAN,
                               .mean_slack = 0.05,
                               .time_limit = 300.0,
                               .enumerate = 2e9};
}

double siting_clock(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return 0.0;
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool out_of_time(const struct instance *in)
{
    return siting_clock() >= in->deadline;
}

ig_status siting_no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for siting");
}

void instance_free(struct instance *in)
{
    ig_free(in->demand);
    ig_free(in->candidate);
    ig_free(in->people);
    ig_free(in->base);
    ig_free(in->start);
    ig_free(in->site);
    ig_free(in->minutes);
    memset(in, 0, sizeof *in);
}

// ---- what is wrong with a problem ---------------------------------------------------------------

static ig_status check_demand(ig_ctx *ctx, const ig_siting_problem *p)
{
    for (size_t i = 0; i < p->demands; i++) {
        if (p->people[i] < 0.0 || isinf(p->people[i]))
            return ig_fail(ctx, IG_EFORMAT, "demand %zu: %g people", i + 1, p->people[i]);
        const double d = p->decile ? p->decile[i] : NAN;
        if (!isnan(d) && !(d >= 1.0 && d <= 10.0 && d == floor(d)))
            return ig_fail(ctx, IG_EFORMAT, "demand %zu: decile %g is not a whole number 1 to 10",
                           i + 1, d);
        if (p->start[i] > p->start[i + 1])
            return ig_fail(ctx, IG_EINVAL, "demand %zu: its times end before they start", i + 1);
        for (size_t e = p->start[i]; e < p->start[i + 1]; e++) {
            if (p->site[e] >= p->sites)
                return ig_fail(ctx, IG_EINVAL, "demand %zu: there is no site %zu", i + 1,
                               p->site[e] + 1);
            if (!(p->minutes[e] >= 0.0) || isinf(p->minutes[e])) {
                ig_fail(ctx, IG_EFORMAT, "demand %zu, site %zu: %g minutes", i + 1, p->site[e] + 1,
                        p->minutes[e]);
                return ig_hint(ctx, "a pair that is out of reach has no row");
            }
        }
    }
    return IG_OK;
}

static bool needs_deciles(ig_siting_objective o)
{
    return o >= IG_SITING_WORST_QUINTILE;
}

static bool needs_threshold(ig_siting_objective o)
{
    return o == IG_SITING_MCLP || o == IG_SITING_LSCP || o == IG_SITING_CORE20_COVERAGE;
}

static ig_status check_options(ig_ctx *ctx, const ig_siting_problem *p, const ig_siting_options *o)
{
    if (needs_deciles(o->objective) && !p->decile) {
        ig_fail(ctx, IG_EINVAL, "this objective needs deciles of deprivation");
        return ig_hint(ctx, "name their column with --deprivation");
    }
    if (needs_threshold(o->objective) && !(o->threshold >= 0.0 && !isinf(o->threshold))) {
        ig_fail(ctx, IG_EINVAL, "this objective needs a threshold in minutes");
        return ig_hint(ctx, "give --threshold T");
    }
    if (!(o->mean_slack >= 0.0) || !(o->time_limit > 0.0))
        return ig_fail(ctx, IG_EINVAL, "the slack is 0 or more and the time limit above 0");
    if (p->capacity && o->objective > IG_SITING_LSCP) {
        ig_fail(ctx, IG_EINVAL,
                "with capacities nobody can be promised the nearest site, which "
                "the objectives of equity are about");
        return ig_hint(ctx, "capacities go with p-median, p-center, mclp and lscp");
    }
    for (size_t j = 0; p->capacity && j < p->sites; j++)
        if (!(p->capacity[j] >= 0.0))
            return ig_fail(ctx, IG_EFORMAT, "site %zu has a capacity of %g", j + 1, p->capacity[j]);
    return IG_OK;
}

// ---- making it small ----------------------------------------------------------------------------

static bool is_existing(const ig_siting_problem *p, size_t j)
{
    return p->existing && p->existing[j];
}

static ig_status take_candidates(ig_ctx *ctx, struct instance *in, uint32_t **number)
{
    const ig_siting_problem *p = in->problem;
    *number = ig_alloc(p->sites + 1, sizeof **number);
    in->candidate = ig_alloc(p->sites + 1, sizeof *in->candidate);
    if (!*number || !in->candidate) return siting_no_memory(ctx);
    for (size_t j = 0; j < p->sites; j++) {
        (*number)[j] = UINT32_MAX;
        if (is_existing(p, j) || (p->candidate && !p->candidate[j])) continue;
        (*number)[j] = (uint32_t)in->m;
        in->candidate[in->m++] = j;
    }
    return IG_OK;
}

static size_t group_of(const ig_siting_problem *p, size_t i)
{
    const double d = p->decile ? p->decile[i] : NAN;
    return isnan(d) ? NO_QUINTILE : ((size_t)d - 1) / 2;
}

/// Does any site that is or may be open reach it?
static bool can_be_reached(const ig_siting_problem *p, const uint32_t *number, size_t i)
{
    for (size_t e = p->start[i]; e < p->start[i + 1]; e++)
        if (number[p->site[e]] != UINT32_MAX || is_existing(p, p->site[e])) return true;
    return false;
}

static ig_status take_demand(ig_ctx *ctx, struct instance *in, const uint32_t *number)
{
    const ig_siting_problem *p = in->problem;
    in->demand = ig_alloc(p->demands + 1, sizeof *in->demand);
    in->people = ig_alloc(p->demands + 1, sizeof *in->people);
    in->base = ig_alloc(p->demands + 1, sizeof *in->base);
    in->start = ig_alloc(p->demands + 2, sizeof *in->start);
    if (!in->demand || !in->people || !in->base || !in->start) return siting_no_memory(ctx);
    for (size_t g = 0; g < SITING_GROUPS; g++) {
        in->group_start[g] = in->n;
        for (size_t i = 0; i < p->demands; i++) {
            if (!(p->people[i] > 0.0) || group_of(p, i) != g) continue;
            in->total += p->people[i];
            if (!can_be_reached(p, number, i)) {
                in->out += p->people[i];
                continue;
            }
            in->people[in->n] = p->people[i];
            in->demand[in->n++] = i;
        }
    }
    in->group_start[SITING_GROUPS] = in->n;
    return IG_OK;
}

struct entry {
    double minutes;
    uint32_t site;
};

static int by_minutes(const void *a, const void *b)
{
    const struct entry *p = a, *q = b;
    if (p->minutes != q->minutes) return p->minutes < q->minutes ? -1 : 1;
    return (p->site > q->site) - (p->site < q->site);
}

/// Candidates of a demand that are nearer than what is open already, the nearest first.
static size_t list_entries(struct instance *in, const uint32_t *number, size_t i,
                           struct entry *entries)
{
    const ig_siting_problem *p = in->problem;
    const size_t d = in->demand[i];
    size_t count = 0;
    in->base[i] = INFINITY;
    for (size_t e = p->start[d]; e < p->start[d + 1]; e++)
        if (is_existing(p, p->site[e])) in->base[i] = fmin(in->base[i], p->minutes[e]);
    for (size_t e = p->start[d]; e < p->start[d + 1]; e++)
        if (number[p->site[e]] != UINT32_MAX && p->minutes[e] < in->base[i])
            entries[count++] = (struct entry){p->minutes[e], number[p->site[e]]};
    qsort(entries, count, sizeof *entries, by_minutes);
    return count;
}

static ig_status take_entries(ig_ctx *ctx, struct instance *in, const uint32_t *number)
{
    const ig_siting_problem *p = in->problem;
    size_t longest = 0, room = 0;
    for (size_t i = 0; i < in->n; i++) {
        const size_t d = in->demand[i], length = p->start[d + 1] - p->start[d];
        if (length > longest) longest = length;
        room += length;
    }
    ig_debug(ctx, "siting: %zu times of %zu demand and %zu candidates, %.0f MiB", room, in->n,
             in->m, (double)room * 12.0 / 1048576.0);
    struct entry *entries = ig_alloc(longest + 1, sizeof *entries);
    in->site = ig_alloc(room + 1, sizeof *in->site);
    in->minutes = ig_alloc(room + 1, sizeof *in->minutes);
    ig_status status = entries && in->site && in->minutes ? IG_OK : siting_no_memory(ctx);
    size_t at = 0;
    for (size_t i = 0; !status && i < in->n; i++) {
        const size_t count = list_entries(in, number, i, entries);
        for (size_t e = 0; e < count; e++) {
            in->site[at] = entries[e].site;
            in->minutes[at++] = entries[e].minutes;
        }
        in->start[i + 1] = at;
    }
    ig_free(entries);
    return status;
}

ig_status instance_new(ig_ctx *ctx, const ig_siting_problem *problem,
                       const ig_siting_options *options, struct instance *in)
{
    uint32_t *number = NULL;
    *in = (struct instance){.problem = problem,
                            .options = *options,
                            .k = options->open,
                            .deadline = siting_clock() + options->time_limit};
    if (problem->sites >= UINT32_MAX)
        return ig_fail(ctx, IG_ELIMIT, "%zu sites are too many", problem->sites);
    ig_status status = check_options(ctx, problem, options);
    if (!status) status = check_demand(ctx, problem);
    if (!status) status = take_candidates(ctx, in, &number);
    if (!status) status = take_demand(ctx, in, number);
    if (!status) status = take_entries(ctx, in, number);
    ig_free(number);
    if (!status && in->k > in->m && options->objective != IG_SITING_LSCP) {
        status = ig_fail(ctx, IG_EINVAL, "%zu sites are to be opened, there are %zu candidates",
                         in->k, in->m);
        ig_hint(ctx, "candidates are the sites of the matrix that are not open already");
    }
    if (!status && in->total <= 0.0) status = ig_fail(ctx, IG_EFORMAT, "no demand has people");
    if (status) instance_free(in);
    return status;
}
