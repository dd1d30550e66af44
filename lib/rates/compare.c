// Quantile groups as PHE cuts them, comparison with a benchmark and recent trend as Fingertips.
#include "rates_internal.h"

#include "../core/inside.h"

#include <math.h>
#include <stdlib.h>

struct ranked {
    double value;
    size_t at;
};

static int by_value(const void *a, const void *b)
{
    const struct ranked *p = a, *q = b;
    if (p->value != q->value) return p->value < q->value ? -1 : 1;
    return p->at < q->at ? -1 : p->at > q->at;
}

ig_status ig_quantile_groups(const double *values, size_t n, size_t groups, bool first_is_highest,
                             int32_t *group)
{
    if ((n && (!values || !group)) || groups == 0 || groups > INT32_MAX) return IG_EINVAL;
    for (size_t i = 0; i < n; i++) {
        group[i] = 0;
        if (isinf(values[i])) return IG_EINVAL;
    }
    if (n == 0) return IG_OK;
    struct ranked *sorted = ig_alloc(n, sizeof *sorted);
    if (!sorted) return IG_EMEMORY;
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i])) continue;
        sorted[used++] = (struct ranked){first_is_highest ? -values[i] : values[i], i};
    }
    if (used >= groups) {
        qsort(sorted, used, sizeof *sorted, by_value);
        size_t rank = 1; // competition rank: ties get the least
        for (size_t i = 0; i < used; i++) {
            if (i > 0 && sorted[i].value != sorted[i - 1].value) rank = i + 1;
            // floor(k + 1 - ceil(k (m + 1 - r) / m)) in whole numbers, at least 1
            const uint64_t product = (uint64_t)groups * (used + 1 - rank);
            const uint64_t up = (product + used - 1) / used;
            const uint64_t q = up >= groups + 1 ? 1 : groups + 1 - up;
            group[sorted[i].at] = (int32_t)(q < 1 ? 1 : q);
        }
    }
    ig_free(sorted);
    return IG_OK;
}

const char *ig_compare(double lower, double upper, double lower998, double upper998,
                       double benchmark, ig_polarity polarity)
{
    if (isnan(lower) || isnan(upper) || isnan(benchmark)) return "not compared";
    const int side = lower > benchmark ? 1 : upper < benchmark ? -1 : 0;
    if (side == 0) return "similar";
    if (polarity == IG_POLARITY_NONE) return side > 0 ? "higher" : "lower";
    const bool good = (side > 0) == (polarity == IG_POLARITY_HIGH);
    const bool clear = side > 0 ? lower998 > benchmark : upper998 < benchmark; // false for NaN
    if (good) return clear ? "best" : "better";
    return clear ? "worst" : "worse";
}

// Weighted least squares on t = 1 .. n, leaving out point `skip` (n: none). Returns the slope.
static double slope_without(const double *value, const double *weight, size_t n, size_t skip,
                            double *chi2)
{
    double w = 0.0, t1 = 0.0, t2 = 0.0, y1 = 0.0, ty = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (i == skip) continue;
        const double t = (double)i + 1.0;
        w += weight[i];
        t1 += weight[i] * t;
        t2 += weight[i] * t * t;
        y1 += weight[i] * value[i];
        ty += weight[i] * t * value[i];
    }
    const double d = w * t2 - t1 * t1;
    const double b = (w * ty - t1 * y1) / d;
    if (chi2) *chi2 = b * b * d / w;
    return b;
}

static const char *judge(const char *trend, ig_polarity polarity)
{
    if (polarity == IG_POLARITY_NONE) return "";
    if (trend[0] != 'i' && trend[0] != 'd') return "";
    return (trend[0] == 'i') == (polarity == IG_POLARITY_HIGH) ? "getting better" : "getting worse";
}

ig_status ig_trend(const double *values, const double *lower, const double *upper, size_t n,
                   ig_polarity polarity, ig_trend_result *out)
{
    enum { POINTS = 5 };
    static const double limit = 9.54953570608324; // chi-square, one degree of freedom, 99.8%
    if (!out || (n && (!values || !lower || !upper))) return IG_EINVAL;
    double value[POINTS], weight[POINTS];
    size_t used = 0;
    for (size_t i = n; i > 0 && used < POINTS; i--) {
        if (isnan(values[i - 1]) || isnan(lower[i - 1]) || isnan(upper[i - 1])) continue;
        const double width = upper[i - 1] - lower[i - 1];
        if (!isfinite(values[i - 1]) || !(width > 0.0) || !isfinite(width)) return IG_EINVAL;
        used++;
        value[POINTS - used] = values[i - 1];
        weight[POINTS - used] = (3.92 / width) * (3.92 / width);
    }
    *out = (ig_trend_result){NAN, NAN, "cannot be calculated", "", "fewer than 5 points", used};
    if (used < POINTS) return IG_OK;
    double chi2;
    const double slope = slope_without(value, weight, POINTS, POINTS, &chi2);
    bool steady = true;
    for (size_t skip = 0; skip < POINTS; skip++) {
        const double b = slope_without(value, weight, POINTS, skip, NULL);
        if ((b >= 0.0) != (slope >= 0.0)) steady = false; // a slope of 0 counts as positive
    }
    const char *trend =
        chi2 > limit && steady ? slope >= 0.0 ? "increasing" : "decreasing" : "no change";
    *out = (ig_trend_result){slope, chi2, trend, judge(trend, polarity), NULL, used};
    return IG_OK;
}
