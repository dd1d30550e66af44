// Concentration index: twice the covariance of value and rank over the mean.
#include "inequality_internal.h"

#include <math.h>

static const char regression[] =
    "convenient regression (Kakwani, Wagstaff and van Doorslaer 1997), normal limits";

/// Absolute index, sum 2 a (y - mean)(b - .5), and its error: of the slope when 2 var(rank) y is
/// regressed on rank, weighted by people; NaN under 3 rows.
static double absolute_index(const struct entered *e, double *se)
{
    double index = 0.0, var = 0.0;
    for (size_t i = 0; i < e->count; i++) {
        index += 2.0 * e->a[i] * (e->y[i] - e->mean) * (e->b[i] - 0.5);
        var += e->a[i] * (e->b[i] - 0.5) * (e->b[i] - 0.5);
    }
    *se = NAN;
    if (e->count < 3 || !(var > 0.0)) return index;
    double squares = 0.0;
    for (size_t i = 0; i < e->count; i++) {
        const double left = 2.0 * var * (e->y[i] - e->mean) - index * (e->b[i] - 0.5);
        squares += e->a[i] * left * left;
    }
    *se = sqrt(squares / (double)(e->count - 2) / var);
    return index;
}

static ig_estimate scaled(double value, double se, double factor, double confidence)
{
    ig_estimate out = ig_with_limits(value * factor, se * fabs(factor), confidence, regression);
    if (isnan(se)) out.reason = "fewer than 3 rows, so no limits";
    return out;
}

ig_status ig_concentration(const ig_groups *groups, double confidence, ig_estimate *relative,
                           ig_estimate *absolute)
{
    struct entered e;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    const char *why = e.why ? e.why : e.count < 2 ? "one row only" : NULL;
    if (why) {
        if (relative) *relative = ig_missing(why);
        if (absolute) *absolute = ig_missing(why);
    } else {
        double se;
        const double index = absolute_index(&e, &se);
        if (absolute) *absolute = scaled(index, se, 1.0, confidence);
        if (relative)
            *relative = e.mean == 0.0 ? ig_missing("the mean is 0")
                                      : scaled(index, se, 1.0 / e.mean, confidence);
    }
    ig_entered_free(&e);
    return IG_OK;
}

static const char *outside(const struct entered *e, double low, double high)
{
    if (e->why) return e->why;
    if (e->count < 2) return "one row only";
    if (!(low < high) || !isfinite(low) || !isfinite(high)) return "needs bounds, low below high";
    for (size_t i = 0; i < e->count; i++)
        if (e->y[i] < low || e->y[i] > high) return "a value lies outside the bounds";
    return NULL;
}

ig_status ig_erreygers(const ig_groups *groups, double low, double high, double confidence,
                       ig_estimate *out)
{
    struct entered e;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    const char *why = outside(&e, low, high);
    if (why) {
        *out = ig_missing(why);
    } else {
        double se;
        const double index = absolute_index(&e, &se); // before its se is used
        *out = scaled(index, se, 4.0 / (high - low), confidence);
    }
    ig_entered_free(&e);
    return IG_OK;
}

ig_status ig_wagstaff(const ig_groups *groups, double low, double high, double confidence,
                      ig_estimate *out)
{
    struct entered e;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    const char *why = outside(&e, low, high);
    if (!why && !(e.mean > low && e.mean < high)) why = "the mean lies on a bound";
    if (why) {
        *out = ig_missing(why);
    } else {
        double se;
        const double index = absolute_index(&e, &se);
        const double factor = (high - low) / ((e.mean - low) * (high - e.mean));
        *out = scaled(index, se, factor, confidence);
    }
    ig_entered_free(&e);
    return IG_OK;
}
