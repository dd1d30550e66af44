// Neighbours from points by distance, and what all weights share.
#include "spatial_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_pair(const void *a, const void *b)
{
    const struct pair *p = a, *q = b;
    if (p->a != q->a) return p->a < q->a ? -1 : 1;
    return p->b < q->b ? -1 : p->b > q->b;
}

ig_status ig_pairs_add(struct pairs *pairs, size_t a, size_t b)
{
    if (!ig_grow((void **)&pairs->list, &pairs->room, pairs->used + 1, sizeof *pairs->list)) {
        return IG_EMEMORY;
    }
    pairs->list[pairs->used++] = (struct pair){a, b};
    return IG_OK;
}

void ig_weights_free(ig_weights *weights)
{
    if (!weights) return;
    ig_free(weights->start);
    ig_free(weights->neighbour);
    ig_free(weights->weight);
    ig_free(weights);
}

ig_status ig_weights_from_pairs(struct pairs *pairs, size_t n, ig_weights **out)
{
    ig_weights *w = ig_alloc(1, sizeof *w);
    if (!w) return IG_EMEMORY;
    w->n = n;
    w->start = ig_alloc(n + 1, sizeof *w->start);
    w->neighbour = ig_alloc(pairs->used ? pairs->used : 1, sizeof *w->neighbour);
    w->weight = ig_alloc(pairs->used ? pairs->used : 1, sizeof *w->weight);
    if (!w->start || !w->neighbour || !w->weight) {
        ig_weights_free(w);
        return IG_EMEMORY;
    }
    if (pairs->used) qsort(pairs->list, pairs->used, sizeof *pairs->list, by_pair);
    size_t kept = 0;
    for (size_t i = 0; i < pairs->used; i++) {
        const struct pair p = pairs->list[i];
        if (i > 0 && by_pair(&pairs->list[i - 1], &p) == 0) continue;
        w->neighbour[kept] = p.b;
        w->weight[kept++] = 1.0;
        w->start[p.a + 1]++;
    }
    for (size_t i = 0; i < n; i++)
        w->start[i + 1] += w->start[i];
    *out = w;
    return IG_OK;
}

size_t ig_bucket_of(const struct buckets *b, double v, double low, size_t most)
{
    const double at = floor((v - low) / b->side);
    return at <= 0.0 ? 0 : at >= (double)(most - 1) ? most - 1 : (size_t)at;
}

ig_status ig_buckets_fill(struct buckets *b, double side)
{
    double east = -INFINITY, north = -INFINITY;
    b->west = b->south = INFINITY;
    size_t used = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (!isfinite(b->x[i]) || !isfinite(b->y[i])) continue;
        b->west = fmin(b->west, b->x[i]);
        b->south = fmin(b->south, b->y[i]);
        east = fmax(east, b->x[i]);
        north = fmax(north, b->y[i]);
        used++;
    }
    if (used == 0) {
        b->west = b->south = east = north = 0.0;
    }
    const double span = fmax(fmax(east - b->west, north - b->south), 1e-9);
    const double fair = span / sqrt((double)(used ? used : 1)); // about one point a bucket
    b->side = side > 0.0 ? fmax(side, fair) : fair;
    b->cols = (size_t)((east - b->west) / b->side) + 1;
    b->rows = (size_t)((north - b->south) / b->side) + 1;
    size_t cells;
    if (!ig_product(b->cols, b->rows, &cells)) return IG_ELIMIT;
    b->start = ig_alloc(cells + 2, sizeof *b->start);
    b->point = ig_alloc(used ? used : 1, sizeof *b->point);
    if (!b->start || !b->point) return IG_EMEMORY;
    for (int pass = 0; pass < 2; pass++) { // count, then place: start[c + 1] is the next free slot
        for (size_t i = 0; i < b->n; i++) {
            if (!isfinite(b->x[i]) || !isfinite(b->y[i])) continue;
            const size_t c = ig_bucket_of(b, b->y[i], b->south, b->rows) * b->cols +
                             ig_bucket_of(b, b->x[i], b->west, b->cols);
            if (pass == 0) {
                b->start[c + 2]++;
            } else {
                b->point[b->start[c + 1]++] = i;
            }
        }
        if (pass == 0) {
            for (size_t c = 0; c < cells; c++)
                b->start[c + 2] += b->start[c + 1];
        }
    }
    return IG_OK;
}

void ig_buckets_free(struct buckets *b)
{
    ig_free(b->start);
    ig_free(b->point);
}

ig_status ig_weights_distance(const double *x, const double *y, size_t n, double metres,
                              ig_weights **out)
{
    if (!x || !y || !out || !(metres > 0.0) || !isfinite(metres)) return IG_EINVAL;
    struct buckets b = {.x = x, .y = y, .n = n};
    struct pairs pairs = {0};
    ig_status status = ig_buckets_fill(&b, metres);
    for (size_t i = 0; !status && i < n; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) continue;
        const size_t c0 = ig_bucket_of(&b, x[i] - metres, b.west, b.cols);
        const size_t c1 = ig_bucket_of(&b, x[i] + metres, b.west, b.cols);
        const size_t r0 = ig_bucket_of(&b, y[i] - metres, b.south, b.rows);
        const size_t r1 = ig_bucket_of(&b, y[i] + metres, b.south, b.rows);
        for (size_t r = r0; !status && r <= r1; r++) {
            for (size_t k = b.start[r * b.cols + c0]; !status && k < b.start[r * b.cols + c1 + 1];
                 k++) {
                const size_t j = b.point[k];
                if (j == i || hypot(x[j] - x[i], y[j] - y[i]) > metres) continue;
                status = ig_pairs_add(&pairs, i, j);
            }
        }
    }
    if (!status) status = ig_weights_from_pairs(&pairs, n, out);
    ig_free(pairs.list);
    ig_buckets_free(&b);
    return status;
}

struct near {
    double distance;
    size_t point;
};

static bool nearer(struct near a, struct near b)
{
    return a.distance != b.distance ? a.distance < b.distance : a.point < b.point;
}

// Put a candidate into the sorted list of the k nearest.
static void keep_near(struct near *list, size_t *used, size_t k, struct near candidate)
{
    if (*used == k && !nearer(candidate, list[k - 1])) return;
    size_t at = *used < k ? (*used)++ : k - 1;
    for (; at > 0 && nearer(candidate, list[at - 1]); at--)
        list[at] = list[at - 1];
    list[at] = candidate;
}

static void find_nearest(const struct buckets *b, size_t i, size_t k, struct near *list,
                         size_t *used)
{
    const int64_t row = (int64_t)ig_bucket_of(b, b->y[i], b->south, b->rows);
    const int64_t col = (int64_t)ig_bucket_of(b, b->x[i], b->west, b->cols);
    const int64_t rows = (int64_t)b->rows, cols = (int64_t)b->cols;
    *used = 0;
    for (int64_t ring = 0; ring < rows + cols; ring++) {
        // Whatever lies in a further ring is at least ring - 1 bucket sides away.
        if (*used == k && list[k - 1].distance < (double)(ring - 1) * b->side) return;
        for (int64_t r = row - ring; r <= row + ring; r++) {
            if (r < 0 || r >= rows) continue;
            const bool whole = r == row - ring || r == row + ring;
            for (int64_t c = col - ring; c <= col + ring; c += whole || ring == 0 ? 1 : 2 * ring) {
                if (c < 0 || c >= cols) continue;
                const size_t cell = (size_t)(r * cols + c);
                for (size_t p = b->start[cell]; p < b->start[cell + 1]; p++) {
                    const size_t j = b->point[p];
                    if (j == i) continue;
                    const double d = hypot(b->x[j] - b->x[i], b->y[j] - b->y[i]);
                    keep_near(list, used, k, (struct near){d, j});
                }
            }
        }
    }
}

ig_status ig_weights_nearest(const double *x, const double *y, size_t n, size_t k, ig_weights **out)
{
    if (!x || !y || !out || k == 0 || k >= n) return IG_EINVAL;
    struct buckets b = {.x = x, .y = y, .n = n};
    struct pairs pairs = {0};
    struct near *list = ig_alloc(k, sizeof *list);
    ig_status status = list ? ig_buckets_fill(&b, 0.0) : IG_EMEMORY;
    for (size_t i = 0; !status && i < n; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) continue;
        size_t used;
        find_nearest(&b, i, k, list, &used);
        for (size_t j = 0; !status && j < used; j++)
            status = ig_pairs_add(&pairs, i, list[j].point);
    }
    if (!status) status = ig_weights_from_pairs(&pairs, n, out);
    ig_free(list);
    ig_free(pairs.list);
    ig_buckets_free(&b);
    return status;
}

void ig_weights_standardise(ig_weights *weights)
{
    if (!weights) return;
    for (size_t i = 0; i < weights->n; i++) {
        double sum = 0.0;
        for (size_t k = weights->start[i]; k < weights->start[i + 1]; k++)
            sum += weights->weight[k];
        if (sum <= 0.0) continue;
        for (size_t k = weights->start[i]; k < weights->start[i + 1]; k++)
            weights->weight[k] /= sum;
    }
}
