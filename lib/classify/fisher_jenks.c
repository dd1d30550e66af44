// Natural breaks in O(k n log n): the cost of a class is Monge, so the best start of the last class
// moves one way and each layer of the dynamic programme divides and conquers (Fisher 1958, On
// grouping for maximum homogeneity; Aggarwal et al. 1987 for the monotone search).
#include "classify_internal.h"

#include <math.h>

/// Sums up to each distinct value, counted from near the middle so that squares stay small.
struct sums {
    long double *weight, *value, *square; ///< kinds + 1
};

/// Sum of squares about the mean of values i .. j-1.
static long double cost(const struct sums *s, size_t i, size_t j)
{
    const long double w = s->weight[j] - s->weight[i], v = s->value[j] - s->value[i];
    const long double c = (s->square[j] - s->square[i]) - v * v / w;
    return c > 0.0L ? c : 0.0L;
}

struct layer {
    const struct sums *sums;
    const long double *before; ///< least cost of the first j values in one class less
    long double *least;
    size_t *start; ///< where the last class of the first j values begins
};

/// Ends low..high, whose best starts lie in from..to. Depth log2(kinds).
static void solve(const struct layer *layer, size_t low, size_t high, size_t from, size_t to)
{
    if (low > high) return;
    const size_t middle = low + (high - low) / 2;
    const size_t last = to < middle - 1 ? to : middle - 1;
    size_t best = from;
    long double least = INFINITY;
    for (size_t i = from; i <= last; i++) {
        const long double c = layer->before[i] + cost(layer->sums, i, middle);
        if (c < least) { // of equals the first
            least = c;
            best = i;
        }
    }
    layer->least[middle] = least;
    layer->start[middle] = best;
    if (middle > low) solve(layer, low, middle - 1, from, best);
    solve(layer, middle + 1, high, best, to);
}

static void fill_sums(const double *distinct, const int64_t *times, size_t kinds,
                      const struct sums *s)
{
    const long double about = distinct[kinds / 2];
    for (size_t i = 0; i < kinds; i++) {
        const long double w = (long double)times[i], d = distinct[i] - about;
        s->weight[i + 1] = s->weight[i] + w;
        s->value[i + 1] = s->value[i] + w * d;
        s->square[i + 1] = s->square[i] + w * d * d;
    }
}

ig_status ig_fisher_jenks(const double *distinct, const int64_t *times, size_t kinds,
                          size_t classes, size_t *last)
{
    if (kinds == 0 || classes == 0 || classes > kinds) return IG_EINVAL;
    size_t width = kinds + 1, cells;
    if (!ig_product(width, classes, &cells)) return IG_EMEMORY;

    ig_status status = IG_EMEMORY;
    struct sums sums = {ig_alloc(width, sizeof *sums.weight), ig_alloc(width, sizeof *sums.value),
                        ig_alloc(width, sizeof *sums.square)};
    long double *least = ig_alloc(width, sizeof *least), *before = ig_alloc(width, sizeof *before);
    size_t *start = ig_alloc(cells, sizeof *start);
    if (!sums.weight || !sums.value || !sums.square || !least || !before || !start) goto done;

    fill_sums(distinct, times, kinds, &sums);
    for (size_t j = 1; j <= kinds; j++)
        least[j] = cost(&sums, 0, j);
    for (size_t k = 2; k <= classes; k++) {
        long double *swap = before;
        before = least;
        least = swap;
        const struct layer layer = {&sums, before, least, start + (k - 1) * width};
        solve(&layer, k, kinds, k - 1, kinds - 1);
    }
    for (size_t k = classes, end = kinds; k >= 1; k--) {
        last[k - 1] = end - 1;
        end = k > 1 ? start[(k - 1) * width + end] : 0;
    }
    status = IG_OK;
done:
    ig_free(sums.weight);
    ig_free(sums.value);
    ig_free(sums.square);
    ig_free(least);
    ig_free(before);
    ig_free(start);
    return status;
}
