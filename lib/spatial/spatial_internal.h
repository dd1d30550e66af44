/// Inside the spatial room only: random numbers that know neither threads nor order, pairs, buckets.
#ifndef ISOGAP_SPATIAL_INTERNAL_H
#define ISOGAP_SPATIAL_INTERNAL_H

#include "../core/inside.h"
#include "spatial.h"

/// SplitMix64 (Steele and others 2014): one stream for each area or permutation.
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

/// Whole number below n < 2^32: the high half of a product (Lemire 2019); the bias, n / 2^32, is
/// left.
static inline size_t random_below(uint64_t *state, size_t n)
{
    return (size_t)(((next_random(state) >> 32) * (uint64_t)n) >> 32);
}

/// Directed pairs of neighbours as they are found, in any order and more than once.
struct pair {
    size_t a, b;
};
struct pairs {
    struct pair *list;
    size_t used, room;
};
ig_status ig_pairs_add(struct pairs *pairs, size_t a, size_t b);
/// Sorted, each pair once, all weights 1.
ig_status ig_weights_from_pairs(struct pairs *pairs, size_t n, ig_weights **out);

/// Points in square buckets, so that near ones are found without looking at all.
struct buckets {
    const double *x, *y;
    size_t n, cols, rows;
    double west, south, side;
    size_t *start, *point; ///< points of bucket c: point[start[c]] .. point[start[c + 1] - 1]
};
/// @param side  least side of a bucket; 0 for about one point in each
ig_status ig_buckets_fill(struct buckets *b, double side);
/// Column (or row) of a coordinate, the outermost for what lies outside.
size_t ig_bucket_of(const struct buckets *b, double v, double low, size_t most);
void ig_buckets_free(struct buckets *b);

#endif
