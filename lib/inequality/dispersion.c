// Measures that know no order of groups: how far the values lie apart, weighted by people.
#include "inequality_internal.h"

#include <math.h>
#include <stdlib.h>

/// A measure over entered groups: its value, and its derivatives in e->d.
typedef double (*dispersion)(struct entered *e, double parameter, const char **why);

static ig_status measure(const ig_groups *groups, double parameter, double confidence,
                         dispersion value_of, ig_estimate *out)
{
    struct entered e;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    const char *why = e.why;
    const double value = why ? NAN : value_of(&e, parameter, &why);
    *out = why ? ig_missing(why) : ig_by_delta(&e, value, confidence);
    ig_entered_free(&e);
    return IG_OK;
}

static const char *not_positive(const struct entered *e, bool zeros)
{
    for (size_t i = 0; i < e->count; i++) {
        if (e->y[i] < 0.0) return "undefined with negative values";
        if (e->y[i] == 0.0 && !zeros) return "undefined with a value of 0";
    }
    return e->mean > 0.0 ? NULL : "the mean is 0";
}

// ---- Theil, mean log deviation, Atkinson -------------------------------------------------------

static double theil(struct entered *e, double parameter, const char **why)
{
    (void)parameter;
    if ((*why = not_positive(e, true))) return NAN;
    double t = 0.0;
    for (size_t i = 0; i < e->count; i++) {
        const double r = e->y[i] / e->mean;
        if (r > 0.0) t += e->a[i] * r * log(r);
    }
    for (size_t i = 0; i < e->count; i++) // a zero has no slope: no limits then
        e->d[i] = e->a[i] * (log(e->y[i] / e->mean) - t) / e->mean;
    return t;
}

static double mld(struct entered *e, double parameter, const char **why)
{
    (void)parameter;
    if ((*why = not_positive(e, false))) return NAN;
    double m = 0.0;
    for (size_t i = 0; i < e->count; i++) {
        m += e->a[i] * log(e->mean / e->y[i]);
        e->d[i] = e->a[i] * (1.0 / e->mean - 1.0 / e->y[i]);
    }
    return m;
}

static double atkinson(struct entered *e, double epsilon, const char **why)
{
    if (!(epsilon >= 0.0)) *why = "epsilon must be 0 or more";
    if (!*why) *why = not_positive(e, epsilon < 1.0);
    if (*why) return NAN;
    double sum = 0.0; // over the mean, so that great powers stay in range
    for (size_t i = 0; i < e->count; i++) {
        const double r = e->y[i] / e->mean;
        sum += e->a[i] * (epsilon == 1.0 ? log(r) : pow(r, 1.0 - epsilon));
    }
    const double equal = epsilon == 1.0 ? exp(sum) : pow(sum, 1.0 / (1.0 - epsilon));
    for (size_t i = 0; i < e->count; i++) {
        const double r = e->y[i] / e->mean;
        e->d[i] = e->a[i] * (equal - pow(r, -epsilon) * pow(equal, epsilon)) / e->mean;
    }
    return 1.0 - equal;
}

ig_status ig_theil(const ig_groups *groups, double confidence, ig_estimate *out)
{
    return measure(groups, 0.0, confidence, theil, out);
}

ig_status ig_mld(const ig_groups *groups, double confidence, ig_estimate *out)
{
    return measure(groups, 0.0, confidence, mld, out);
}

ig_status ig_atkinson(const ig_groups *groups, double epsilon, double confidence, ig_estimate *out)
{
    return measure(groups, epsilon, confidence, atkinson, out);
}

ig_status ig_theil_split(const ig_groups *groups, const size_t *parent, size_t parents,
                         double *between, double *within)
{
    struct entered e;
    ig_status status = ig_enter(groups, 0.95, &e);
    if (status) return status;
    double *people = ig_alloc(parents ? parents : 1, sizeof *people);
    double *total = ig_alloc(parents ? parents : 1, sizeof *total);
    const char *why = e.why ? e.why : not_positive(&e, true);
    if (!people || !total) {
        status = IG_EMEMORY;
        goto done;
    }
    if (why) {
        status = IG_EUNDEFINED;
        goto done;
    }
    for (size_t i = 0; i < e.count; i++) {
        const size_t p = parent[e.group[i]];
        if (p >= parents) {
            status = IG_EINVAL;
            goto done;
        }
        people[p] += e.a[i];
        total[p] += e.a[i] * e.y[i];
    }
    double outer = 0.0, inner = 0.0;
    for (size_t p = 0; p < parents; p++)
        if (total[p] > 0.0) outer += total[p] / e.mean * log(total[p] / people[p] / e.mean);
    for (size_t i = 0; i < e.count; i++) {
        const size_t p = parent[e.group[i]];
        if (e.y[i] > 0.0) inner += e.a[i] * e.y[i] / e.mean * log(e.y[i] * people[p] / total[p]);
    }
    *between = outer;
    *within = inner;
done:
    ig_free(people);
    ig_free(total);
    ig_entered_free(&e);
    return status;
}

// ---- Gini, Hoover, index of disparity ----------------------------------------------------------

struct pair {
    double value, weight;
    size_t index;
};

static int by_value(const void *a, const void *b)
{
    const struct pair *p = a, *q = b;
    if (p->value != q->value) return p->value < q->value ? -1 : 1;
    return (p->index > q->index) - (p->index < q->index);
}

/// sum over i of 2 w (y/mean) (rank - .5) with the values in order; weights sum to 1. The slope of
/// each value goes to `slope` where wanted.
static double gini_sorted(const struct pair *pairs, size_t n, double mean, double *slope)
{
    double before = 0.0, index = 0.0;
    for (size_t i = 0; i < n;) { // equal values share the middle of their joint interval
        size_t j = i;
        double joint = 0.0;
        while (j < n && pairs[j].value == pairs[i].value)
            joint += pairs[j++].weight;
        const double rank = before + 0.5 * joint - 0.5;
        for (size_t k = i; k < j; k++) {
            index += 2.0 * pairs[k].weight * (pairs[k].value - mean) * rank / mean;
            if (slope) slope[pairs[k].index] = 2.0 * pairs[k].weight * rank / mean;
        }
        before += joint;
        i = j;
    }
    return index;
}

ig_status ig_gini_groups(const ig_groups *groups, double confidence, ig_estimate *out)
{
    struct entered e;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    struct pair *pairs = NULL;
    const char *why = e.why ? e.why : not_positive(&e, true);
    if (why) {
        *out = ig_missing(why);
        goto done;
    }
    pairs = ig_alloc(e.count, sizeof *pairs);
    if (!pairs) {
        status = IG_EMEMORY;
        goto done;
    }
    for (size_t i = 0; i < e.count; i++)
        pairs[i] = (struct pair){e.y[i], e.a[i], i};
    qsort(pairs, e.count, sizeof *pairs, by_value);
    const double index = gini_sorted(pairs, e.count, e.mean, e.d);
    for (size_t i = 0; i < e.count; i++)
        e.d[i] -= index * e.a[i] / e.mean;
    *out = ig_by_delta(&e, index, confidence);
done:
    ig_free(pairs);
    ig_entered_free(&e);
    return status;
}

ig_status ig_gini(const double *value, const double *weight, size_t n, double *out)
{
    if (!value || !out || n == 0) return IG_EINVAL;
    struct pair *pairs = ig_alloc(n, sizeof *pairs);
    if (!pairs) return IG_EMEMORY;

    ig_status status = IG_EINVAL;
    size_t count = 0;
    double total = 0.0, mean = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double w = weight ? weight[i] : 1.0;
        if (isnan(value[i]) || isnan(w)) continue;
        if (value[i] < 0.0 || w < 0.0 || isinf(value[i]) || isinf(w)) goto done;
        pairs[count] = (struct pair){value[i], w, count};
        count++;
        total += w;
    }
    if (!(total > 0.0)) goto done;
    for (size_t i = 0; i < count; i++) {
        pairs[i].weight /= total;
        mean += pairs[i].weight * pairs[i].value;
    }
    status = IG_EUNDEFINED;
    if (!(mean > 0.0)) goto done;
    qsort(pairs, count, sizeof *pairs, by_value);
    *out = fmax(0.0, gini_sorted(pairs, count, mean, NULL));
    status = IG_OK;
done:
    ig_free(pairs);
    return status;
}

/// factor * sum w |y - mean| / mean; weighted by people when parameter is 1, else each alike.
static double mean_distance(struct entered *e, double factor, bool weighted, const char **why)
{
    if (!(e->mean > 0.0)) {
        *why = "the mean is not above 0";
        return NAN;
    }
    double sum = 0.0, lean = 0.0;
    for (size_t i = 0; i < e->count; i++) {
        const double w = weighted ? e->a[i] : 1.0 / (double)e->count, off = e->y[i] - e->mean;
        sum += w * fabs(off);
        e->d[i] = w * (double)((off > 0.0) - (off < 0.0));
        lean += e->d[i];
    }
    for (size_t i = 0; i < e->count; i++)
        e->d[i] = factor * (e->d[i] - lean * e->a[i] - sum / e->mean * e->a[i]) / e->mean;
    return factor * sum / e->mean;
}

static double hoover(struct entered *e, double parameter, const char **why)
{
    (void)parameter;
    return mean_distance(e, 0.5, true, why);
}

static double idis(struct entered *e, double weighted, const char **why)
{
    return mean_distance(e, 100.0, weighted > 0.0, why);
}

ig_status ig_hoover(const ig_groups *groups, double confidence, ig_estimate *out)
{
    return measure(groups, 0.0, confidence, hoover, out);
}

ig_status ig_idis(const ig_groups *groups, bool weighted, double confidence, ig_estimate *out)
{
    return measure(groups, weighted ? 1.0 : 0.0, confidence, idis, out);
}

// ---- variance between groups -------------------------------------------------------------------

static double variance(const struct entered *e)
{
    double v = 0.0;
    for (size_t i = 0; i < e->count; i++)
        v += e->a[i] * (e->y[i] - e->mean) * (e->y[i] - e->mean);
    return v;
}

/// Exact for independent normal values: v = y'Ay with A = diag(a) - aa', so var(v) =
/// 4 m'ASAm + 2 tr(ASAS), S = diag(se^2).
static double variance_se(const struct entered *e)
{
    if (!e->errors) return NAN;
    double linear = 0.0, own = 0.0, all = 0.0;
    for (size_t i = 0; i < e->count; i++) {
        const double s2 = e->se[i] * e->se[i], a = e->a[i], off = e->y[i] - e->mean;
        linear += 4.0 * a * a * off * off * s2;
        own += (a * a * (1.0 - a) * (1.0 - a) - a * a * a * a) * s2 * s2;
        all += a * a * s2;
    }
    return sqrt(linear + 2.0 * (own + all * all));
}

ig_status ig_bgv(const ig_groups *groups, double confidence, ig_estimate *out)
{
    struct entered e;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    *out = e.why ? ig_missing(e.why)
                 : ig_with_limits(variance(&e), variance_se(&e), confidence,
                                  "normal limits, error exact for normal values");
    ig_entered_free(&e);
    return IG_OK;
}

/// Root of the variance, over the mean in percent when parameter is 1.
static double deviation(struct entered *e, double relative, const char **why)
{
    const double sd = sqrt(variance(e));
    if (relative > 0.0 && !(e->mean > 0.0)) {
        *why = "the mean is not above 0";
        return NAN;
    }
    for (size_t i = 0; i < e->count; i++) {
        e->d[i] = sd > 0.0 ? e->a[i] * (e->y[i] - e->mean) / sd : NAN; // no slope where all equal
        if (relative > 0.0) e->d[i] = 100.0 * (e->d[i] - sd * e->a[i] / e->mean) / e->mean;
    }
    return relative > 0.0 ? 100.0 * sd / e->mean : sd;
}

ig_status ig_bgsd(const ig_groups *groups, double confidence, ig_estimate *out)
{
    return measure(groups, 0.0, confidence, deviation, out);
}

ig_status ig_cov(const ig_groups *groups, double confidence, ig_estimate *out)
{
    return measure(groups, 1.0, confidence, deviation, out);
}
