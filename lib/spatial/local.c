// Local Moran, Gi and Gi*, with conditional permutation seeded by area (Anselin 1995; Ord and Getis
// 1995).
#include "spatial_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed_of(uint64_t seed, const char *code, size_t number)
{
    uint64_t hash = 14695981039346656037ULL ^ seed; // FNV-1a
    if (!code) {
        for (int i = 0; i < 8; i++)
            hash = (hash ^ (number >> (8 * i) & 255)) * 1099511628211ULL;
    } else {
        for (; *code; code++)
            hash = (hash ^ (unsigned char)*code) * 1099511628211ULL;
    }
    return hash;
}

struct job {
    ig_local_statistic statistic;
    const double *z;
    const ig_weights *w;
    const char *const *codes;
    uint64_t seed;
    size_t permutations;
    double mean, m2; ///< mean, sum z^2 / n
    ig_local *out;
};

// Areas drawn so far: a short list is looked through, a long one marked by the number of its draw.
struct drawn {
    size_t *list;
    uint32_t *mark; ///< n long; NULL for a short list
    uint32_t turn;
};

enum { SHORT = 24 };

static bool was_drawn(const struct drawn *drawn, size_t count, size_t j)
{
    if (drawn->mark) return drawn->mark[j] == drawn->turn;
    for (size_t b = 0; b < count; b++) {
        if (drawn->list[b] == j) return true;
    }
    return false;
}

// Sum of weights times values drawn from all areas but i, without replacement.
static double draw_lag(const struct job *job, size_t i, uint64_t *state, struct drawn *drawn)
{
    const ig_weights *w = job->w;
    const size_t first = w->start[i], k = w->start[i + 1] - first;
    double lag = 0.0;
    drawn->turn++;
    for (size_t a = 0; a < k; a++) {
        size_t j;
        do {
            j = random_below(state, w->n - 1);
            j += j >= i;
        } while (was_drawn(drawn, a, j));
        if (drawn->mark) {
            drawn->mark[j] = drawn->turn;
        } else {
            drawn->list[a] = j;
        }
        lag += w->weight[first + a] * job->z[j];
    }
    return lag;
}

static double permutation_p(const struct job *job, size_t i, double lag, struct drawn *drawn)
{
    const ig_weights *w = job->w;
    double weights = 0.0;
    for (size_t k = w->start[i]; k < w->start[i + 1]; k++)
        weights += w->weight[k];
    // Values about their mean sum to 0: what the others hold is minus the area's own.
    const double middle = weights * -job->z[i] / ((double)w->n - 1.0);
    const double far = fabs(lag - middle) * (1.0 - 1e-12);
    uint64_t state = seed_of(job->seed, job->codes ? job->codes[i] : NULL, i);
    size_t extreme = 0;
    for (size_t p = 0; p < job->permutations; p++) {
        extreme += fabs(draw_lag(job, i, &state, drawn) - middle) >= far;
    }
    return (1.0 + (double)extreme) / (1.0 + (double)job->permutations);
}

static void local_moran(const struct job *job, size_t i, double lag, ig_local *out)
{
    const ig_weights *w = job->w;
    const double n = (double)w->n, zi = job->z[i];
    double w1 = 0.0, w2 = 0.0;
    for (size_t k = w->start[i]; k < w->start[i + 1]; k++) {
        w1 += w->weight[k];
        w2 += w->weight[k] * w->weight[k];
    }
    out->estimate = zi / job->m2 * lag;
    // Given the area's own value (conditional randomisation; Sokal and others 1998).
    const double mean = -zi / (n - 1.0);
    const double square = (n * job->m2 - zi * zi) / (n - 1.0) - mean * mean;
    const double spread = square * (w2 - (w1 * w1 - w2) / (n - 2.0));
    out->expected = zi / job->m2 * w1 * mean;
    out->variance = zi / job->m2 * (zi / job->m2) * spread;
    out->quadrant = zi > 0.0 ? (lag > 0.0 ? "HH" : "HL") : (lag > 0.0 ? "LH" : "LL");
}

static void local_g(const struct job *job, size_t i, ig_local *out)
{
    const ig_weights *w = job->w;
    const bool star = job->statistic == IG_LOCAL_GI_STAR;
    double w1 = 0.0, w2 = 0.0, lag = 0.0, most = 0.0;
    for (size_t k = w->start[i]; k < w->start[i + 1]; k++) {
        w1 += w->weight[k];
        w2 += w->weight[k] * w->weight[k];
        lag += w->weight[k] * job->z[w->neighbour[k]];
        most = fmax(most, w->weight[k]);
    }
    // Values about their mean: the statistic is the same, and great values lose no digits.
    double n = (double)w->n, sum = 0.0, squares = n * job->m2;
    if (star) { // the area is its own neighbour, with the weight of the others
        const double own = most > 0.0 ? most : 1.0;
        const double scale = fabs(w1 - 1.0) < 1e-9 && w->start[i + 1] > w->start[i]
                                 ? 1.0 / (1.0 + own) // a standardised row stays one
                                 : 1.0;
        w1 = (w1 + own) * scale;
        w2 = (w2 + own * own) * scale * scale;
        lag = (lag + own * job->z[i]) * scale;
    } else {
        n -= 1.0;
        sum -= job->z[i];
        squares -= job->z[i] * job->z[i];
    }
    const double mean = sum / n, s2 = squares / n - mean * mean;
    const double uneven = n * w2 - w1 * w1; // 0 where everybody is a neighbour, of equal weight
    out->expected = 0.0;
    out->variance = 1.0;
    out->estimate = s2 > 1e-14 * job->m2 && uneven > 1e-12 * n * w2
                        ? (lag - mean * w1) / sqrt(s2 * uneven / (n - 1.0))
                        : NAN;
    out->quadrant = "";
}

static ig_status one_area(size_t i, void *arg)
{
    const struct job *job = arg;
    const ig_weights *w = job->w;
    ig_local *out = &job->out[i];
    *out = (ig_local){NAN, NAN, NAN, NAN, NAN, NAN, ""};
    const size_t k = w->start[i + 1] - w->start[i];
    if (k == 0 || k > w->n - 1) return IG_OK;
    double lag = 0.0;
    for (size_t a = w->start[i]; a < w->start[i + 1]; a++) {
        lag += w->weight[a] * job->z[w->neighbour[a]];
    }
    if (job->statistic == IG_LOCAL_MORAN) {
        local_moran(job, i, lag, out);
        if (out->variance > 0.0) out->z = (out->estimate - out->expected) / sqrt(out->variance);
    } else {
        local_g(job, i, out);
        out->z = out->estimate;
    }
    if (job->permutations == 0) {
        if (!isnan(out->z)) out->p = erfc(fabs(out->z) / sqrt(2.0));
        return IG_OK;
    }
    struct drawn drawn = {.list = ig_alloc(SHORT, sizeof *drawn.list)};
    if (k > SHORT) drawn.mark = ig_alloc(w->n, sizeof *drawn.mark);
    const bool good = drawn.list && (k <= SHORT || drawn.mark);
    if (good) out->p = permutation_p(job, i, lag, &drawn);
    ig_free(drawn.list);
    ig_free(drawn.mark);
    return good ? IG_OK : IG_EMEMORY;
}

struct ordered {
    double p;
    size_t at;
};

static int by_p(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;
    if (x->p != y->p) return x->p < y->p ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

ig_status ig_adjust_p(const double *p, size_t n, double *adjusted)
{
    if (n && (!p || !adjusted)) return IG_EINVAL;
    struct ordered *list = ig_alloc(n ? n : 1, sizeof *list);
    if (!list) return IG_EMEMORY;
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        adjusted[i] = NAN;
        if (!isnan(p[i])) list[used++] = (struct ordered){p[i], i};
    }
    if (used) qsort(list, used, sizeof *list, by_p);
    double least = 1.0;
    for (size_t i = used; i > 0; i--) {
        least = fmin(least, list[i - 1].p * (double)used / (double)i);
        adjusted[list[i - 1].at] = least;
    }
    ig_free(list);
    return IG_OK;
}

ig_status ig_local_statistics(ig_ctx *ctx, ig_local_statistic statistic, const double *values,
                              const ig_weights *weights, const char *const *codes, uint64_t seed,
                              size_t permutations, ig_local *out)
{
    if (!values || !weights || !out || weights->n < 3) {
        return ig_fail(ctx, IG_EINVAL, "local statistics need 3 areas or more");
    }
    const size_t n = weights->n;
    double *z = ig_alloc(n, sizeof *z), *p = ig_alloc(n, sizeof *p);
    double *adjusted = ig_alloc(n, sizeof *adjusted);
    ig_status status = z && p && adjusted ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory");
    struct job job = {.statistic = statistic,
                      .z = z,
                      .w = weights,
                      .codes = codes,
                      .seed = seed,
                      .permutations = permutations,
                      .out = out};
    double above = 0.0;
    for (size_t i = 0; !status && i < n; i++) {
        if (!isfinite(values[i])) status = ig_fail(ctx, IG_EINVAL, "area %zu has no value", i + 1);
        above += values[i] - values[0]; // equal values: exactly 0
    }
    if (status) goto done;
    job.mean = values[0] + above / (double)n;
    for (size_t i = 0; i < n; i++) {
        z[i] = values[i] - job.mean;
        job.m2 += z[i] * z[i] / (double)n;
    }
    if (!(job.m2 > 0.0)) {
        status = ig_fail(ctx, IG_EUNDEFINED, "all values are equal: nothing can be said of places");
        goto done;
    }
    status = ig_parallel_for(ctx, n, one_area, &job);
    for (size_t i = 0; !status && i < n; i++)
        p[i] = out[i].p;
    if (!status) status = ig_adjust_p(p, n, adjusted);
    for (size_t i = 0; !status && i < n; i++)
        out[i].p_adjusted = adjusted[i];
done:
    ig_free(adjusted);
    ig_free(p);
    ig_free(z);
    return status;
}
