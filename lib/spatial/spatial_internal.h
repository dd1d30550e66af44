/// Inside the spatial room only: random numbers that know neither threads nor order.
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

#endif
