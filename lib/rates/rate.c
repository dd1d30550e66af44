// Proportions, rates and ratios with limits: Wilson, exact Poisson, Byar, Dobson, Student.
#include "rates_internal.h"

#include <math.h>

static bool level_is_bad(double confidence)
{
    return !(confidence > 0.0 && confidence < 1.0);
}

ig_rate ig_rate_missing(const char *reason)
{
    return (ig_rate){NAN, NAN, NAN, NAN, NULL, reason};
}

static void byar(double count, double z, double *lower, double *upper)
{
    const double up = count + 1.0;
    const double l = 1.0 - 1.0 / (9.0 * count) - z / (3.0 * sqrt(count));
    const double u = 1.0 - 1.0 / (9.0 * up) + z / (3.0 * sqrt(up));
    *lower = count * l * l * l;
    *upper = up * u * u * u;
}

ig_status ig_poisson_limits(double count, double confidence, double *lower, double *upper,
                            const char **method)
{
    if (!lower || !upper || !isfinite(count) || count < 0.0 || level_is_bad(confidence)) {
        return IG_EINVAL;
    }
    if (count < 10.0) {
        const double tail = 0.5 * (1.0 - confidence);
        *lower = count > 0.0 ? 0.5 * ig_chi_square_quantile(tail, 2.0 * count) : 0.0;
        *upper = 0.5 * ig_chi_square_quantile(1.0 - tail, 2.0 * count + 2.0);
        if (method) *method = "Exact";
    } else {
        byar(count, ig_rates_z(confidence), lower, upper);
        if (method) *method = "Byars";
    }
    return IG_OK;
}

ig_status ig_proportion(double count, double population, double confidence, double multiplier,
                        ig_rate *out)
{
    if (!out || level_is_bad(confidence) || !isfinite(multiplier)) return IG_EINVAL;
    if (isnan(count) || isnan(population)) {
        *out = ig_rate_missing("no data");
        return IG_OK;
    }
    if (!isfinite(count) || !isfinite(population) || count < 0.0 || population < 0.0 ||
        count > population) {
        return IG_EINVAL;
    }
    if (population == 0.0) {
        *out = ig_rate_missing("undefined");
        return IG_OK;
    }
    const double z = ig_rates_z(confidence), p = count / population;
    const double middle = 2.0 * count + z * z, scale = 2.0 * (population + z * z);
    const double arm = z * sqrt(z * z + 4.0 * count * (1.0 - p));
    const double lower = count == 0.0 ? 0.0 : fmax(0.0, (middle - arm) / scale);
    const double upper = count == population ? 1.0 : fmin(1.0, (middle + arm) / scale);
    *out = (ig_rate){p * multiplier,     lower * multiplier,
                     upper * multiplier, sqrt(p * (1.0 - p) / population) * multiplier,
                     "Wilson",           NULL};
    return IG_OK;
}

// A count with Poisson limits over a denominator.
static ig_status poisson_over(double count, double below, double confidence, double multiplier,
                              ig_rate *out)
{
    if (!out || level_is_bad(confidence) || !isfinite(multiplier)) return IG_EINVAL;
    if (isnan(count) || isnan(below)) {
        *out = ig_rate_missing("no data");
        return IG_OK;
    }
    if (!isfinite(below) || below < 0.0) return IG_EINVAL;
    double lower, upper;
    const char *method;
    const ig_status status = ig_poisson_limits(count, confidence, &lower, &upper, &method);
    if (status) return status;
    if (below == 0.0) {
        *out = ig_rate_missing("undefined");
        return IG_OK;
    }
    const double scale = multiplier / below;
    *out =
        (ig_rate){count * scale, lower * scale, upper * scale, sqrt(count) * scale, method, NULL};
    return IG_OK;
}

ig_status ig_crude_rate(double count, double population, double confidence, double multiplier,
                        ig_rate *out)
{
    return poisson_over(count, population, confidence, multiplier, out);
}

ig_status ig_indirect_ratio(double observed, double expected, double confidence, double multiplier,
                            ig_rate *out)
{
    return poisson_over(observed, expected, confidence, multiplier, out);
}

ig_status ig_direct_rate(const double *counts, const double *populations, const double *standard,
                         const double *variance, size_t bands, double confidence, double multiplier,
                         ig_rate *out)
{
    if (!counts || !populations || !standard || !out || bands == 0 || level_is_bad(confidence)) {
        return IG_EINVAL;
    }
    double events = 0.0, weights = 0.0, rate = 0.0, spread = 0.0;
    for (size_t i = 0; i < bands; i++) {
        const double x = isnan(counts[i]) ? 0.0 : counts[i];
        const double n = populations[i], w = standard[i];
        if (!isfinite(x) || x < 0.0 || !isfinite(n) || n <= 0.0 || !isfinite(w) || w < 0.0) {
            return IG_EINVAL;
        }
        const double v = variance ? variance[i] : x;
        if (!isfinite(v) || v < 0.0) return IG_EINVAL;
        events += x;
        weights += w;
        rate += w * x / n;
        spread += w * w * v / (n * n);
    }
    if (weights <= 0.0) return IG_EINVAL;
    if (events < 10.0) {
        *out = ig_rate_missing("too few events");
        return IG_OK;
    }
    rate /= weights;
    spread /= weights * weights;
    double lower, upper;
    byar(events, ig_rates_z(confidence), &lower, &upper);
    const double scale = sqrt(spread / events);
    *out = (ig_rate){rate * multiplier,
                     (rate + scale * (lower - events)) * multiplier,
                     (rate + scale * (upper - events)) * multiplier,
                     sqrt(spread) * multiplier,
                     "Dobson",
                     NULL};
    return IG_OK;
}

ig_status ig_mean(const double *values, size_t n, double confidence, ig_rate *out)
{
    if (!out || (n && !values) || level_is_bad(confidence)) return IG_EINVAL;
    double sum = 0.0, squares = 0.0;
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i])) continue;
        sum += values[i];
        used++;
    }
    if (used == 0) {
        *out = ig_rate_missing("no data");
        return IG_OK;
    }
    const double mean = sum / (double)used;
    *out = (ig_rate){mean, NAN, NAN, NAN, NULL, NULL};
    if (used == 1) return IG_OK;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(values[i])) squares += (values[i] - mean) * (values[i] - mean);
    }
    const double df = (double)used - 1.0;
    const double se = sqrt(squares / df / (double)used);
    const double arm = ig_student_quantile(0.5 * (1.0 + confidence), df) * se;
    *out = (ig_rate){mean, mean - arm, mean + arm, se, "Student's t-distribution", NULL};
    return IG_OK;
}
