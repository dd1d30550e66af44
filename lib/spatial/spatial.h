/// Spatial: who is whose neighbour, and whether like lies beside like. Plain arrays.
#ifndef ISOGAP_SPATIAL_H
#define ISOGAP_SPATIAL_H

#include "../core/core.h"
#include "../grid/grid.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Neighbours of n areas in rows: those of i are neighbour[start[i]] .. neighbour[start[i+1]-1],
/// rising, never i itself; weight beside each. Owned, free with ig_weights_free.
typedef struct ig_weights {
    size_t n;
    size_t *start;
    size_t *neighbour;
    double *weight;
} ig_weights;

/// Queen: areas whose borders share a point. Rook: areas that share a piece of border of more than
/// `least` metres.
///
/// Corners at most `snap` metres apart are one, and a corner that near to another area's border
/// lies on it: sets drawn by hand, or carried through degrees and back, rarely agree to the last
/// bit, and a side may have a corner that its neighbour's has not.
/// @param[out] out  binary weights, yours, free with ig_weights_free
/// @param snap  metres, 0 for corners that agree exactly; .01 is fit for boundaries of England
IG_API IG_MUST_CHECK ig_status ig_weights_queen(const ig_rings *areas, double snap,
                                                ig_weights **out);
IG_API IG_MUST_CHECK ig_status ig_weights_rook(const ig_rings *areas, double snap, double least,
                                               ig_weights **out);
/// All pairs at most `metres` apart; of (0,0) (3,4) (9,0) within 5 the first two. NaN coordinates
/// have no neighbours.
IG_API IG_MUST_CHECK ig_status ig_weights_distance(const double *x, const double *y, size_t n,
                                                   double metres, ig_weights **out);
/// The k nearest of each; equal distances go to the lower number. IG_EINVAL for k >= n.
IG_API IG_MUST_CHECK ig_status ig_weights_nearest(const double *x, const double *y, size_t n,
                                                  size_t k, ig_weights **out);
/// The weights among some of the areas, in the order given: for areas with a value, in order of
/// code. Neighbours that are not among them are left out.
/// @param areas  their numbers, none twice
IG_API IG_MUST_CHECK ig_status ig_weights_pick(const ig_weights *weights, const size_t *areas,
                                               size_t count, ig_weights **out);
/// Divide each row by its sum (style W). Rows without neighbours stay empty.
IG_API void ig_weights_standardise(ig_weights *weights);
IG_API void ig_weights_free(ig_weights *weights);

/// A global statistic with its expectation and variance.
typedef struct ig_global {
    double estimate, expected, variance, z, p; ///< p two-sided; NaN where undefined
    const char *reason;                        ///< "constant values" ...; NULL
} ig_global;

/// Moran's I under randomisation and normality (Cliff and Ord 1981). 1 2 3 / 2 4 6 on a grid of
/// 2 x 3, rook, binary: .267857. Values must be finite: leave out missing areas first.
IG_API IG_MUST_CHECK ig_status ig_moran(const double *values, const ig_weights *weights,
                                        ig_global *randomisation, ig_global *normality);
/// Geary's c under randomisation and normality (Cliff and Ord 1981). The same grid: 5 x 48 / (2 x 14 x
/// 16) = .535714.
IG_API IG_MUST_CHECK ig_status ig_geary(const double *values, const ig_weights *weights,
                                        ig_global *randomisation, ig_global *normality);
/// Getis and Ord's general G (1992), values not negative, under randomisation. Six points at (10,10)
/// (20,10) (40,10) (15,20) (30,20) (30,30) with 2 3 3.2 5 8 7, pairs within 15: .557098.
IG_API IG_MUST_CHECK ig_status ig_general_g(const double *values, const ig_weights *weights,
                                            ig_global *out);

/// Which global statistic.
typedef enum ig_global_statistic {
    IG_GLOBAL_MORAN,
    IG_GLOBAL_GEARY,
    IG_GLOBAL_GENERAL_G
} ig_global_statistic;

/// A global statistic against values dealt out anew: expected and variance are those of the draws,
/// p = (1 + draws at least as far from their mean as the observed) / (1 + draws). Each draw has its
/// own random numbers by `seed`: threads do not matter, the order of the areas does.
IG_API IG_MUST_CHECK ig_status ig_global_permuted(ig_ctx *ctx, ig_global_statistic statistic,
                                                  const double *values, const ig_weights *weights,
                                                  uint64_t seed, size_t permutations,
                                                  ig_global *out);

/// One area's local statistic. NaN for an island.
typedef struct ig_local {
    double estimate, expected, variance, z;
    double p;             ///< permutation, or normal without permutations
    double p_adjusted;    ///< Benjamini and Hochberg (1995) over all areas that have p
    const char *quadrant; ///< HH LL HL LH for local Moran; "" otherwise
} ig_local;

/// Which local statistic.
typedef enum ig_local_statistic {
    IG_LOCAL_MORAN,
    IG_LOCAL_GI,
    IG_LOCAL_GI_STAR
} ig_local_statistic;

/// Local Moran (Anselin 1995), Gi and Gi* (Ord and Getis 1995), in one pass over the areas. 1 2 3 / 2 4
/// 6 on a grid of 2 x 3, rook, binary: Gi* of the last cell 1.825742.
///
/// Conditional permutation: an area keeps its value, its neighbours' are drawn from the others
/// without replacement; p = (1 + draws at least as far from their mean as the observed) / (1 +
/// draws). The random numbers of an area are seeded by `seed` and its code, so that threads and
/// order do not matter.
/// @param codes  seeds of the areas; NULL: their numbers
/// @param[out] out  n results of the caller
IG_API IG_MUST_CHECK ig_status ig_local_statistics(ig_ctx *ctx, ig_local_statistic statistic,
                                                   const double *values, const ig_weights *weights,
                                                   const char *const *codes, uint64_t seed,
                                                   size_t permutations, ig_local *out);
/// Adjusted p of Benjamini and Hochberg (1995); NaN stays NaN and is not counted.
IG_API IG_MUST_CHECK ig_status ig_adjust_p(const double *p, size_t n, double *adjusted);

#ifdef __cplusplus
}
#endif
#endif
