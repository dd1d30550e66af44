// Gaps: one group against another, and all against a reference.
#include "inequality_internal.h"

#include <math.h>

static const char no_errors[] = "no standard errors, so no limits";

static ig_estimate difference(const ig_groups *g, size_t i, size_t j, double confidence)
{
    if (isnan(g->value[i]) || isnan(g->value[j])) return ig_missing("a group has no value");
    const double se = g->se ? hypot(g->se[i], g->se[j]) : NAN;
    return ig_with_limits(g->value[i] - g->value[j], se, confidence, "delta method, normal errors");
}

static ig_estimate ratio(const ig_groups *g, size_t i, size_t j, double confidence)
{
    const double top = g->value[i], bottom = g->value[j];
    if (isnan(top) || isnan(bottom)) return ig_missing("a group has no value");
    if (!(bottom > 0.0) || top < 0.0) return ig_missing("a ratio needs values above 0");
    ig_estimate out = {top / bottom, NAN, NAN, NAN, NULL, NULL};
    if (top == 0.0) {
        out.reason = "limits need values above 0";
        return out;
    }
    const double log_se = g->se ? hypot(g->se[i] / top, g->se[j] / bottom) : NAN;
    if (!isfinite(log_se)) {
        out.reason = no_errors;
        return out;
    }
    const double z = ig_normal_z(confidence);
    out.se = out.value * log_se;
    out.lower = out.value * exp(-z * log_se);
    out.upper = out.value * exp(z * log_se);
    out.method = "delta method on the log, normal errors";
    return out;
}

typedef ig_estimate (*pair_measure)(const ig_groups *g, size_t i, size_t j, double confidence);

static ig_status first_and_last(const ig_groups *groups, double confidence, pair_measure measure,
                                ig_estimate *out)
{
    struct entered e;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    if (e.why)
        *out = ig_missing(e.why);
    else if (e.count < 2)
        *out = ig_missing("fewer than 2 groups");
    else
        *out = measure(groups, e.group[0], e.group[e.count - 1], confidence);
    ig_entered_free(&e);
    return IG_OK;
}

ig_status ig_difference(const ig_groups *groups, double confidence, ig_estimate *out)
{
    return first_and_last(groups, confidence, difference, out);
}

ig_status ig_ratio(const ig_groups *groups, double confidence, ig_estimate *out)
{
    return first_and_last(groups, confidence, ratio, out);
}

static ig_status between(const ig_groups *groups, size_t i, size_t j, double confidence,
                         pair_measure measure, ig_estimate *out)
{
    struct entered e;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    ig_entered_free(&e);
    if (i >= groups->count || j >= groups->count) return IG_EINVAL;
    *out = measure(groups, i, j, confidence);
    return IG_OK;
}

ig_status ig_difference_between(const ig_groups *groups, size_t i, size_t j, double confidence,
                                ig_estimate *out)
{
    return between(groups, i, j, confidence, difference, out);
}

ig_status ig_ratio_between(const ig_groups *groups, size_t i, size_t j, double confidence,
                           ig_estimate *out)
{
    return between(groups, i, j, confidence, ratio, out);
}

size_t ig_best_group(const ig_groups *g, bool high_is_good)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < g->count; i++) {
        if (isnan(g->value[i]) || (g->population && !(g->population[i] > 0.0))) continue;
        if (best == SIZE_MAX ||
            (high_is_good ? g->value[i] > g->value[best] : g->value[i] < g->value[best]))
            best = i;
    }
    return best;
}

// ---- against a reference ----------------------------------------------------------------------

/// Place of a group among those entered; SIZE_MAX when it has no people.
static size_t place_of(const struct entered *e, size_t group)
{
    for (size_t i = 0; i < e->count; i++)
        if (e->group[i] == group) return i;
    return SIZE_MAX;
}

/// Error of ln(reference/mean) when both are shares counted in samples (Walter 1978): that of the
/// reference, that of the mean, less twice what they have in common.
static double binomial_log_se(const struct entered *e, size_t place, double unit)
{
    const double p = e->y[place] / unit, m = e->mean / unit;
    const double n = e->a[place] * e->people;
    if (!(p > 0.0 && p <= 1.0 && m > 0.0 && m <= 1.0)) return NAN;
    const double var =
        (1.0 - p) / (n * p) + (1.0 - m) / (e->people * m) - 2.0 * (1.0 - p) / (e->people * m);
    return sqrt(fmax(0.0, var));
}

/// PAR, or PAF as a percentage of the mean.
static ig_estimate attributable(struct entered *e, size_t place, bool high_is_good, double unit,
                                double confidence, bool fraction)
{
    const double risk = e->y[place] - e->mean;
    if (fraction && !(e->mean > 0.0)) return ig_missing("the mean is not above 0");
    if (high_is_good ? risk < 0.0 : risk > 0.0) {
        ig_estimate zero = {0.0, NAN,  NAN,
                            NAN, NULL, "0: the reference is worse than the mean; no limits"};
        return zero;
    }
    const double scale = fraction ? 100.0 / e->mean : 1.0;
    if (unit > 0.0) {
        const double se = e->y[place] * binomial_log_se(e, place, unit) * scale;
        return ig_with_limits(risk * scale, se, confidence,
                              "binomial (Walter 1978), normal limits");
    }
    for (size_t i = 0; i < e->count; i++) {
        e->d[i] = (i == place ? 1.0 : 0.0) - e->a[i];
        if (fraction) // of 100 y_ref / mean
            e->d[i] =
                100.0 * ((i == place ? 1.0 : 0.0) - e->y[place] * e->a[i] / e->mean) / e->mean;
    }
    return ig_by_delta(e, risk * scale, confidence);
}

static ig_status risk(const ig_groups *groups, size_t reference, bool high_is_good, double unit,
                      double confidence, bool fraction, ig_estimate *out)
{
    struct entered e;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    const size_t place = place_of(&e, reference);
    if (e.why)
        *out = ig_missing(e.why);
    else if (place == SIZE_MAX)
        *out = ig_missing("the reference group has no people");
    else
        *out = attributable(&e, place, high_is_good, unit, confidence, fraction);
    ig_entered_free(&e);
    return IG_OK;
}

ig_status ig_par(const ig_groups *groups, size_t reference, bool high_is_good, double unit,
                 double confidence, ig_estimate *out)
{
    return risk(groups, reference, high_is_good, unit, confidence, false, out);
}

ig_status ig_paf(const ig_groups *groups, size_t reference, bool high_is_good, double unit,
                 double confidence, ig_estimate *out)
{
    return risk(groups, reference, high_is_good, unit, confidence, true, out);
}

/// Sign with 0 for equal: the slope of a distance.
static double side(double x)
{
    return (double)((x > 0.0) - (x < 0.0));
}

ig_status ig_mean_difference(const ig_groups *groups, size_t reference, bool weighted,
                             double confidence, ig_estimate *out)
{
    struct entered e;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    const size_t place = reference == SIZE_MAX ? SIZE_MAX : place_of(&e, reference);
    if (e.why || (reference != SIZE_MAX && place == SIZE_MAX)) {
        *out = ig_missing(e.why ? e.why : "the reference group has no people");
        ig_entered_free(&e);
        return IG_OK;
    }
    const double from = place == SIZE_MAX ? e.mean : e.y[place];
    double sum = 0.0, lean = 0.0;
    for (size_t i = 0; i < e.count; i++) {
        const double w = weighted ? e.a[i] : 1.0 / (double)e.count;
        sum += w * fabs(e.y[i] - from);
        e.d[i] = w * side(e.y[i] - from);
        lean += e.d[i];
    }
    for (size_t i = 0; i < e.count; i++) // what moves with the point that distances are taken from
        e.d[i] -= lean * (place == SIZE_MAX ? e.a[i] : i == place ? 1.0 : 0.0);
    *out = ig_by_delta(&e, sum, confidence);
    ig_entered_free(&e);
    return IG_OK;
}
