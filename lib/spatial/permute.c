// Global statistics against values dealt out anew over the areas, and weights for some areas only.
#include "spatial_internal.h"

#include <math.h>
#include <string.h>

enum { EACH = 16 }; // permutations of one task

struct dealing {
    ig_global_statistic statistic;
    const double *values; ///< of Moran about their mean
    const ig_weights *w;
    uint64_t seed;
    size_t permutations;
    double scale;    ///< of a numerator to the statistic
    double *results; ///< permutations long
};

// What changes when values change places; all else in a statistic stays.
static double numerator(ig_global_statistic statistic, const double *y, const ig_weights *w)
{
    double sum = 0.0;
    for (size_t i = 0; i < w->n; i++) {
        double lag = 0.0;
        if (statistic == IG_GLOBAL_GEARY) {
            for (size_t k = w->start[i]; k < w->start[i + 1]; k++) {
                const double d = y[i] - y[w->neighbour[k]];
                lag += w->weight[k] * d * d;
            }
            sum += lag;
        } else {
            for (size_t k = w->start[i]; k < w->start[i + 1]; k++)
                lag += w->weight[k] * y[w->neighbour[k]];
            sum += y[i] * lag;
        }
    }
    return sum;
}

static ig_status deal_some(size_t task, void *arg)
{
    const struct dealing *d = arg;
    const size_t n = d->w->n;
    double *y = ig_alloc(n, sizeof *y);
    if (!y) return IG_EMEMORY;
    const size_t first = task * EACH;
    for (size_t p = first; p < first + EACH && p < d->permutations; p++) {
        uint64_t start = d->seed ^ ((p + 1) * 0xD1342543DE82EF95ULL);
        uint64_t state = next_random(&start); // a stream for each permutation
        memcpy(y, d->values, n * sizeof *y);
        for (size_t i = n - 1; i > 0; i--) { // Fisher and Yates
            const size_t j = random_below(&state, i + 1);
            const double other = y[j];
            y[j] = y[i];
            y[i] = other;
        }
        d->results[p] = d->scale * numerator(d->statistic, y, d->w);
    }
    ig_free(y);
    return IG_OK;
}

// What turns a numerator into its statistic.
static double scale_of(ig_global_statistic statistic, const double *values, const ig_weights *w)
{
    const double n = (double)w->n;
    double s0 = 0.0, sum = 0.0, squares = 0.0, m2 = 0.0;
    for (size_t k = 0; k < w->start[w->n]; k++)
        s0 += w->weight[k];
    for (size_t i = 0; i < w->n; i++) {
        sum += values[i];
        squares += values[i] * values[i];
    }
    for (size_t i = 0; i < w->n; i++)
        m2 += (values[i] - sum / n) * (values[i] - sum / n);
    switch (statistic) {
    case IG_GLOBAL_MORAN:
        return n / (s0 * m2);
    case IG_GLOBAL_GEARY:
        return (n - 1.0) / (2.0 * s0 * m2);
    default:
        return 1.0 / (sum * sum - squares);
    }
}

static ig_global compare(const double *results, size_t count, double estimate)
{
    struct ig_sum sum = {0}, squares = {0};
    for (size_t p = 0; p < count; p++)
        ig_sum_add(&sum, results[p]);
    const double mean = ig_sum_of(&sum) / (double)count;
    const double far = fabs(estimate - mean) * (1.0 - 1e-12);
    size_t extreme = 0;
    for (size_t p = 0; p < count; p++) {
        ig_sum_add(&squares, (results[p] - mean) * (results[p] - mean));
        extreme += fabs(results[p] - mean) >= far;
    }
    ig_global g = {.estimate = estimate, .expected = mean, .variance = NAN, .z = NAN};
    if (count > 1) g.variance = ig_sum_of(&squares) / ((double)count - 1.0);
    if (g.variance > 0.0) g.z = (estimate - mean) / sqrt(g.variance);
    g.p = (1.0 + (double)extreme) / (1.0 + (double)count);
    return g;
}

ig_status ig_global_permuted(ig_ctx *ctx, ig_global_statistic statistic, const double *values,
                             const ig_weights *weights, uint64_t seed, size_t permutations,
                             ig_global *out)
{
    ig_global known, other;
    const ig_status found = statistic == IG_GLOBAL_MORAN ? ig_moran(values, weights, &known, &other)
                            : statistic == IG_GLOBAL_GEARY
                                ? ig_geary(values, weights, &known, &other)
                                : ig_general_g(values, weights, &known);
    if (found || permutations == 0) return found ? found : IG_EINVAL;
    if (isnan(known.estimate)) {
        *out = known;
        return IG_OK;
    }
    const size_t n = weights->n;
    double *y = ig_alloc(n, sizeof *y);
    double *results = ig_alloc(permutations, sizeof *results);
    ig_status status = y && results ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory to permute");
    double mean = 0.0;
    for (size_t i = 0; !status && i < n; i++)
        mean += values[i] / (double)n;
    for (size_t i = 0; !status && i < n; i++) // Geary knows no mean; G wants the values themselves
        y[i] = statistic == IG_GLOBAL_GENERAL_G ? values[i] : values[i] - mean;
    if (!status) {
        struct dealing d = {.statistic = statistic,
                            .values = y,
                            .w = weights,
                            .seed = seed,
                            .permutations = permutations,
                            .scale = scale_of(statistic, values, weights),
                            .results = results};
        status = ig_parallel_for(ctx, (permutations + EACH - 1) / EACH, deal_some, &d);
        if (status == IG_EMEMORY) ig_fail(ctx, status, "no memory to permute");
        if (!status) *out = compare(results, permutations, known.estimate);
    }
    ig_free(y);
    ig_free(results);
    return status;
}

ig_status ig_weights_pick(const ig_weights *weights, const size_t *areas, size_t count,
                          ig_weights **out)
{
    size_t *place = ig_alloc(weights->n + 1, sizeof *place); // 1 more than the new number
    ig_weights *w = ig_alloc(1, sizeof *w);
    if (w) {
        w->start = ig_alloc(count + 1, sizeof *w->start);
        w->neighbour = ig_alloc(weights->start[weights->n] + 1, sizeof *w->neighbour);
        w->weight = ig_alloc(weights->start[weights->n] + 1, sizeof *w->weight);
    }
    if (!place || !w || !w->start || !w->neighbour || !w->weight) {
        ig_free(place);
        ig_weights_free(w);
        return IG_EMEMORY;
    }
    w->n = count;
    for (size_t i = 0; i < count; i++)
        place[areas[i]] = i + 1;
    for (size_t i = 0; i < count; i++) {
        const size_t first = w->start[i];
        size_t used = first;
        for (size_t k = weights->start[areas[i]]; k < weights->start[areas[i] + 1]; k++) {
            const size_t j = place[weights->neighbour[k]];
            if (j == 0) continue;
            size_t at = used++; // rows are short: put each where it belongs
            for (; at > first && w->neighbour[at - 1] > j - 1; at--) {
                w->neighbour[at] = w->neighbour[at - 1];
                w->weight[at] = w->weight[at - 1];
            }
            w->neighbour[at] = j - 1;
            w->weight[at] = weights->weight[k];
        }
        w->start[i + 1] = used;
    }
    ig_free(place);
    *out = w;
    return IG_OK;
}
