// Quantiles of chi-square, Student's t and the normal, by inverting the incomplete functions.
#include "rates_internal.h"

#include <float.h>
#include <math.h>

// Lower regularised incomplete gamma: series below a + 1, continued fraction above (Press and
// others, Numerical Recipes, section 6.2, give both forms).
static double gamma_lower(double a, double x)
{
    if (x <= 0.0) return 0.0;
    const double front = exp(a * log(x) - x - lgamma(a));
    if (x < a + 1.0) {
        double term = 1.0 / a, sum = term;
        for (int i = 1; i < 10000 && fabs(term) > fabs(sum) * DBL_EPSILON; i++) {
            term *= x / (a + i);
            sum += term;
        }
        return front * sum;
    }
    double b = x + 1.0 - a, c = 1.0 / DBL_MIN, d = 1.0 / b, h = d;
    for (int i = 1; i < 10000; i++) {
        const double an = -(double)i * (i - a);
        b += 2.0;
        d = an * d + b;
        if (fabs(d) < DBL_MIN) d = DBL_MIN;
        c = b + an / c;
        if (fabs(c) < DBL_MIN) c = DBL_MIN;
        d = 1.0 / d;
        const double step = d * c;
        h *= step;
        if (fabs(step - 1.0) <= DBL_EPSILON) break;
    }
    return 1.0 - front * h;
}

static double beta_fraction(double a, double b, double x)
{
    double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
    if (fabs(d) < DBL_MIN) d = DBL_MIN;
    d = 1.0 / d;
    double h = d;
    for (int m = 1; m < 10000; m++) {
        double an = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 + an * d;
        if (fabs(d) < DBL_MIN) d = DBL_MIN;
        c = 1.0 + an / c;
        if (fabs(c) < DBL_MIN) c = DBL_MIN;
        d = 1.0 / d;
        h *= d * c;
        an = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 + an * d;
        if (fabs(d) < DBL_MIN) d = DBL_MIN;
        c = 1.0 + an / c;
        if (fabs(c) < DBL_MIN) c = DBL_MIN;
        d = 1.0 / d;
        const double step = d * c;
        h *= step;
        if (fabs(step - 1.0) <= DBL_EPSILON) break;
    }
    return h;
}

// Regularised incomplete beta I_x(a, b).
static double beta_lower(double a, double b, double x)
{
    if (x <= 0.0) return 0.0;
    if (x >= 1.0) return 1.0;
    const double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1.0) / (a + b + 2.0)) return front * beta_fraction(a, b, x) / a;
    return 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

static double student_cumulative(double t, double df)
{
    const double tail = 0.5 * beta_lower(0.5 * df, 0.5, df / (df + t * t));
    return t >= 0.0 ? 1.0 - tail : tail;
}

// Least x in [low, high] with f(x, arg) >= p, for a rising f.
static double invert(double (*f)(double x, double arg), double arg, double p, double low,
                     double high)
{
    for (int i = 0; i < 400; i++) {
        const double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high) break;
        if (f(middle, arg) < p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return 0.5 * (low + high);
}

static double chi_square_cumulative(double x, double df)
{
    return gamma_lower(0.5 * df, 0.5 * x);
}

static double normal_cumulative(double x, double unused)
{
    (void)unused;
    return 0.5 * erfc(-x / sqrt(2.0));
}

double ig_chi_square_quantile(double p, double df)
{
    if (!(p >= 0.0 && p < 1.0) || !(df > 0.0)) return NAN;
    if (p == 0.0) return 0.0;
    double high = df + 10.0;
    while (chi_square_cumulative(high, df) < p && high < 1e15)
        high *= 2.0;
    return invert(chi_square_cumulative, df, p, 0.0, high);
}

double ig_student_quantile(double p, double df)
{
    if (!(p > 0.0 && p < 1.0) || !(df >= 1.0)) return NAN;
    if (p < 0.5) return -ig_student_quantile(1.0 - p, df);
    double high = 2.0;
    while (student_cumulative(high, df) < p && high < 1e15)
        high *= 2.0;
    return invert(student_cumulative, df, p, 0.0, high);
}

double ig_rates_z(double confidence)
{
    // On the upper half, where 1 - p keeps its digits by the symmetry of the lower tail.
    return -invert(normal_cumulative, 0.0, 0.5 * (1.0 - confidence), -40.0, 0.0);
}
