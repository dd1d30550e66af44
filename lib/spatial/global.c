// Moran's I, Geary's c and the general G, with expectation and variance (Cliff and Ord 1981; Getis
// and Ord 1992).
#include "spatial.h"

#include "../core/inside.h"

#include <math.h>

// Sums over the weights: S0 all, S1 and S2 as Cliff and Ord name them.
struct sums {
    double s0, s1, s2;
};

// Weight from i to j, by search in the rising row of i.
static double weight_of(const ig_weights *w, size_t i, size_t j)
{
    size_t low = w->start[i], high = w->start[i + 1];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (w->neighbour[middle] < j) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < w->start[i + 1] && w->neighbour[low] == j ? w->weight[low] : 0.0;
}

static ig_status weight_sums(const ig_weights *w, struct sums *sums)
{
    double *in = ig_alloc(w->n, sizeof *in); // column sums
    if (!in) return IG_EMEMORY;
    *sums = (struct sums){0};
    for (size_t i = 0; i < w->n; i++) {
        for (size_t k = w->start[i]; k < w->start[i + 1]; k++) {
            const double there = w->weight[k], back = weight_of(w, w->neighbour[k], i);
            sums->s0 += there;
            // Each unordered pair adds (w_ij + w_ji)^2 once; a one-way pair is met once only.
            const double both = (there + back) * (there + back);
            sums->s1 += back != 0.0 ? 0.5 * both : both;
            in[w->neighbour[k]] += there;
        }
    }
    for (size_t i = 0; i < w->n; i++) {
        double out = 0.0;
        for (size_t k = w->start[i]; k < w->start[i + 1]; k++)
            out += w->weight[k];
        sums->s2 += (out + in[i]) * (out + in[i]);
    }
    ig_free(in);
    return IG_OK;
}

static ig_global finished(double estimate, double expected, double variance)
{
    ig_global g = {estimate, expected, variance, NAN, NAN, NULL};
    if (variance > 0.0) {
        g.z = (estimate - expected) / sqrt(variance);
        g.p = erfc(fabs(g.z) / sqrt(2.0));
    } else {
        g.reason = "no variance";
    }
    return g;
}

static ig_global nothing(const char *reason)
{
    return (ig_global){NAN, NAN, NAN, NAN, NAN, reason};
}

// Mean, and sums of second and fourth powers about it.
struct spread {
    double mean, m2, m4;
};

// False for values that are not finite.
static bool moments(const double *values, size_t n, struct spread *m)
{
    double above = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i])) return false;
        above += values[i] - values[0]; // equal values: exactly 0
    }
    *m = (struct spread){.mean = values[0] + above / (double)n};
    for (size_t i = 0; i < n; i++) {
        const double z = values[i] - m->mean;
        m->m2 += z * z;
        m->m4 += z * z * z * z;
    }
    return true;
}

static const char *cannot(const ig_weights *w, double m2, const struct sums *s)
{
    if (w->n < 4) return "fewer than 4 areas";
    if (!(m2 > 0.0)) return "constant values";
    if (!(s->s0 > 0.0)) return "no neighbours";
    return NULL;
}

// What Moran and Geary begin with; `reason` is set where neither has a value.
static ig_status prepare(const double *values, const ig_weights *w, struct spread *m,
                         struct sums *s, const char **reason)
{
    if (!moments(values, w->n, m)) return IG_EINVAL;
    const ig_status status = weight_sums(w, s);
    if (!status) *reason = cannot(w, m->m2, s);
    return status;
}

ig_status ig_moran(const double *values, const ig_weights *w, ig_global *randomisation,
                   ig_global *normality)
{
    if (!values || !w || !randomisation || !normality || w->n == 0) return IG_EINVAL;
    struct spread m;
    struct sums s;
    const char *reason;
    const ig_status status = prepare(values, w, &m, &s, &reason);
    if (status) return status;
    if (reason) {
        *randomisation = *normality = nothing(reason);
        return IG_OK;
    }
    const double mean = m.mean, m2 = m.m2, m4 = m.m4;
    double cross = 0.0;
    for (size_t i = 0; i < w->n; i++) {
        double lag = 0.0;
        for (size_t k = w->start[i]; k < w->start[i + 1]; k++) {
            lag += w->weight[k] * (values[w->neighbour[k]] - mean);
        }
        cross += (values[i] - mean) * lag;
    }
    const double n = (double)w->n, s02 = s.s0 * s.s0;
    const double estimate = n / s.s0 * cross / m2, expected = -1.0 / (n - 1.0);
    const double normal =
        (n * n * s.s1 - n * s.s2 + 3.0 * s02) / ((n * n - 1.0) * s02) - expected * expected;
    const double k = n * m4 / (m2 * m2);
    const double random = (n * ((n * n - 3.0 * n + 3.0) * s.s1 - n * s.s2 + 3.0 * s02) -
                           k * ((n * n - n) * s.s1 - 2.0 * n * s.s2 + 6.0 * s02)) /
                              ((n - 1.0) * (n - 2.0) * (n - 3.0) * s02) -
                          expected * expected;
    *randomisation = finished(estimate, expected, random);
    *normality = finished(estimate, expected, normal);
    return IG_OK;
}

ig_status ig_geary(const double *values, const ig_weights *w, ig_global *randomisation,
                   ig_global *normality)
{
    if (!values || !w || !randomisation || !normality || w->n == 0) return IG_EINVAL;
    struct spread m;
    struct sums s;
    const char *reason;
    const ig_status status = prepare(values, w, &m, &s, &reason);
    if (status) return status;
    if (reason) {
        *randomisation = *normality = nothing(reason);
        return IG_OK;
    }
    const double m2 = m.m2, m4 = m.m4;
    double squares = 0.0;
    for (size_t i = 0; i < w->n; i++) {
        for (size_t k = w->start[i]; k < w->start[i + 1]; k++) {
            const double d = values[i] - values[w->neighbour[k]];
            squares += w->weight[k] * d * d;
        }
    }
    const double n = (double)w->n, s02 = s.s0 * s.s0;
    const double estimate = (n - 1.0) * squares / (2.0 * s.s0 * m2);
    const double normal = ((2.0 * s.s1 + s.s2) * (n - 1.0) - 4.0 * s02) / (2.0 * (n + 1.0) * s02);
    const double k = n * m4 / (m2 * m2);
    const double random =
        ((n - 1.0) * s.s1 * (n * n - 3.0 * n + 3.0 - (n - 1.0) * k) -
         0.25 * (n - 1.0) * s.s2 * (n * n + 3.0 * n - 6.0 - (n * n - n + 2.0) * k) +
         s02 * (n * n - 3.0 - (n - 1.0) * (n - 1.0) * k)) /
        (n * (n - 2.0) * (n - 3.0) * s02);
    *randomisation = finished(estimate, 1.0, random);
    *normality = finished(estimate, 1.0, normal);
    return IG_OK;
}

ig_status ig_general_g(const double *values, const ig_weights *w, ig_global *out)
{
    if (!values || !w || !out || w->n == 0) return IG_EINVAL;
    double y1 = 0.0, y2 = 0.0, y3 = 0.0, y4 = 0.0, cross = 0.0;
    for (size_t i = 0; i < w->n; i++) {
        if (!isfinite(values[i])) return IG_EINVAL;
        if (values[i] < 0.0) {
            *out = nothing("negative values");
            return IG_OK;
        }
        const double y = values[i];
        y1 += y;
        y2 += y * y;
        y3 += y * y * y;
        y4 += y * y * y * y;
        for (size_t k = w->start[i]; k < w->start[i + 1]; k++) {
            cross += w->weight[k] * y * values[w->neighbour[k]];
        }
    }
    struct sums s;
    const ig_status status = weight_sums(w, &s);
    if (status) return status;
    const double n = (double)w->n, pairs = y1 * y1 - y2, s02 = s.s0 * s.s0;
    if (w->n < 4 || !(pairs > 0.0) || !(s.s0 > 0.0)) {
        *out = nothing(w->n < 4     ? "fewer than 4 areas"
                       : s.s0 > 0.0 ? "no values"
                                    : "no neighbours");
        return IG_OK;
    }
    const double b0 = (n * n - 3.0 * n + 3.0) * s.s1 - n * s.s2 + 3.0 * s02;
    const double b1 = -((n * n - n) * s.s1 - 2.0 * n * s.s2 + 6.0 * s02);
    const double b2 = -(2.0 * n * s.s1 - (n + 3.0) * s.s2 + 6.0 * s02);
    const double b3 = 4.0 * (n - 1.0) * s.s1 - 2.0 * (n + 1.0) * s.s2 + 8.0 * s02;
    const double b4 = s.s1 - s.s2 + s02;
    const double expected = s.s0 / (n * (n - 1.0));
    const double square =
        (b0 * y2 * y2 + b1 * y4 + b2 * y1 * y1 * y2 + b3 * y1 * y3 + b4 * y1 * y1 * y1 * y1) /
        (pairs * pairs * n * (n - 1.0) * (n - 2.0) * (n - 3.0));
    *out = finished(cross / pairs, expected, square - expected * expected);
    return IG_OK;
}
