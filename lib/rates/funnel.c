// Funnel limits: how far a value may lie from its baseline by chance alone (Spiegelhalter 2005).
#include "rates.h"

#include "rates_internal.h"

#include <math.h>

ig_status ig_funnel_proportion(double baseline, double population, double confidence, double *lower,
                               double *upper)
{
    const double tail = 0.5 * (1.0 - confidence);
    if (!(baseline >= 0.0 && baseline <= 1.0) || !(population > 0.0) || !(tail > 0.0) ||
        !(tail < 0.5)) {
        return IG_EINVAL;
    }
    const double z2 = ig_chi_square_quantile(confidence, 1.0);
    const double far = sqrt(z2 * baseline * (1.0 - baseline) / population);
    *lower = fmax(0.0, baseline - far);
    *upper = fmin(1.0, baseline + far);
    return IG_OK;
}

// The count whose own lower (upper) limit is the expected one. Limits rise with the count.
static ig_status count_that_touches(double expected, double confidence, bool by_lower,
                                    double *count)
{
    double low = 0.0, high = 4.0 * expected + 100.0;
    ig_status status = IG_OK;
    for (int i = 0; !status && i < 200 && high - low > 1e-14 * high; i++) {
        const double middle = 0.5 * (low + high);
        double lower, upper;
        status = ig_poisson_limits(middle, confidence, &lower, &upper, NULL);
        if ((by_lower ? lower : upper) < expected) {
            low = middle;
        } else {
            high = middle;
        }
    }
    *count = 0.5 * (low + high);
    return status;
}

ig_status ig_funnel_count(double expected, double confidence, double *lower, double *upper)
{
    if (!(expected > 0.0) || !isfinite(expected)) return IG_EINVAL;
    double at_zero, unused;
    ig_status status = ig_poisson_limits(0.0, confidence, &unused, &at_zero, NULL);
    if (status) return status;
    *lower = 0.0; // even no event at all is no surprise
    if (at_zero < expected) status = count_that_touches(expected, confidence, false, lower);
    if (!status) status = count_that_touches(expected, confidence, true, upper);
    return status;
}
