// Groups on their way into a measure: who enters, in which order, with which rank.
#include "inequality_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double ig_normal_z(double confidence)
{
    if (!(confidence > 0.0 && confidence < 1.0)) return NAN;
    // erfc(z / sqrt 2) = 1 - confidence, by halving and then Newton steps
    const double tail = 1.0 - confidence, root2 = sqrt(2.0);
    double low = 0.0, high = 40.0;
    for (int i = 0; i < 30; i++) {
        const double middle = 0.5 * (low + high);
        if (erfc(middle / root2) > tail)
            low = middle;
        else
            high = middle;
    }
    double z = 0.5 * (low + high);
    const double root_2_over_pi = sqrt(2.0 / acos(-1.0));
    for (int i = 0; i < 4; i++)
        z += (erfc(z / root2) - tail) / (root_2_over_pi * exp(-0.5 * z * z));
    return z;
}

ig_estimate ig_missing(const char *reason)
{
    return (ig_estimate){NAN, NAN, NAN, NAN, NULL, reason};
}

ig_estimate ig_with_limits(double value, double se, double confidence, const char *method)
{
    ig_estimate e = {value, NAN, NAN, NAN, NULL, NULL};
    if (!isfinite(value)) return ig_missing("undefined for these values");
    if (!isfinite(se)) {
        e.reason = "no standard errors, so no limits";
        return e;
    }
    const double z = ig_normal_z(confidence);
    e.se = se;
    e.lower = value - z * se;
    e.upper = value + z * se;
    e.method = method;
    return e;
}

double ig_delta_se(const struct entered *e)
{
    if (!e->errors) return NAN;
    double sum = 0.0;
    for (size_t i = 0; i < e->count; i++)
        sum += e->d[i] * e->d[i] * e->se[i] * e->se[i];
    return sqrt(sum);
}

ig_estimate ig_by_delta(const struct entered *e, double value, double confidence)
{
    const double se = ig_delta_se(e);
    ig_estimate out = ig_with_limits(value, se, confidence, "delta method, normal errors");
    if (e->errors && !isfinite(se)) out.reason = "no limits: the measure has an edge here";
    return out;
}

// ---- ranks ------------------------------------------------------------------------------------

struct place {
    double rank;
    size_t group;
};

static int by_rank(const void *a, const void *b)
{
    const struct place *p = a, *q = b;
    if (p->rank != q->rank) return p->rank < q->rank ? -1 : 1;
    return (p->group > q->group) - (p->group < q->group);
}

/// Midpoint ranks: people before a group and half of its own; equal ranks share the middle.
static void set_ranks(struct entered *e, const double *rank)
{
    double before = 0.0;
    for (size_t i = 0; i < e->count;) {
        size_t j = i;
        double joint = 0.0;
        while (j < e->count && (j == i || (rank && rank[e->group[j]] == rank[e->group[i]])))
            joint += e->a[j++];
        for (size_t k = i; k < j; k++)
            e->b[k] = before + 0.5 * joint;
        before += joint;
        i = j;
    }
}

static ig_status check(const ig_groups *g, double confidence)
{
    if (!g || !g->value || isnan(ig_normal_z(confidence))) return IG_EINVAL;
    for (size_t i = 0; i < g->count; i++) {
        const double p = g->population ? g->population[i] : 1.0;
        if (!(p >= 0.0) || isinf(p)) return IG_EINVAL;
        if (g->se && g->se[i] < 0.0) return IG_EINVAL;
        if (isinf(g->value[i])) return IG_EINVAL;
    }
    return IG_OK;
}

static ig_status room(struct entered *e, size_t count)
{
    const size_t n = count ? count : 1;
    e->group = ig_alloc(n, sizeof *e->group);
    e->y = ig_alloc(n, sizeof *e->y);
    e->se = ig_alloc(n, sizeof *e->se);
    e->a = ig_alloc(n, sizeof *e->a);
    e->b = ig_alloc(n, sizeof *e->b);
    e->d = ig_alloc(n, sizeof *e->d);
    return e->group && e->y && e->se && e->a && e->b && e->d ? IG_OK : IG_EMEMORY;
}

double ig_mean_of(const struct entered *e)
{
    double above = 0.0; // above the first: equal values give their value to the last bit
    for (size_t i = 0; i < e->count; i++)
        above += e->a[i] * (e->y[i] - e->y[0]);
    return e->count ? e->y[0] + above : NAN;
}

static size_t choose(const ig_groups *g, struct place *places, const char **why)
{
    size_t count = 0;
    for (size_t i = 0; i < g->count; i++) {
        if (g->population && g->population[i] == 0.0) continue;
        if (isnan(g->value[i]) || (g->rank && isnan(g->rank[i]))) {
            if (!g->skip_missing)
                *why = isnan(g->value[i]) ? "a group has no value" : "a group has no rank";
            continue;
        }
        places[count++] = (struct place){g->rank ? g->rank[i] : (double)i, i};
    }
    if (count == 0 && !*why) *why = "no group has people";
    return count;
}

ig_status ig_enter(const ig_groups *g, double confidence, struct entered *e)
{
    memset(e, 0, sizeof *e);
    ig_status status = check(g, confidence);
    if (status) return status;
    struct place *places = ig_alloc(g->count ? g->count : 1, sizeof *places);
    status = places ? room(e, g->count) : IG_EMEMORY;
    if (status) goto done;

    e->count = choose(g, places, &e->why);
    qsort(places, e->count, sizeof *places, by_rank);
    e->errors = g->se != NULL;
    for (size_t i = 0; i < e->count; i++) {
        const size_t group = places[i].group;
        e->group[i] = group;
        e->y[i] = g->value[group];
        e->a[i] = g->population ? g->population[group] : 1.0;
        e->se[i] = g->se ? g->se[group] : NAN;
        if (!isfinite(e->se[i])) e->errors = false;
        e->people += e->a[i];
    }
    for (size_t i = 0; i < e->count; i++)
        e->a[i] /= e->people;
    e->mean = ig_mean_of(e);
    set_ranks(e, g->rank);
done:
    ig_free(places);
    if (status) ig_entered_free(e);
    return status;
}

void ig_entered_free(struct entered *e)
{
    ig_free(e->group);
    ig_free(e->y);
    ig_free(e->se);
    ig_free(e->a);
    ig_free(e->b);
    ig_free(e->d);
    memset(e, 0, sizeof *e);
}
