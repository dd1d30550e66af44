/// Inequality: how unequal is one number between groups or places? Plain arrays in, figures out.
#ifndef ISOGAP_INEQUALITY_H
#define ISOGAP_INEQUALITY_H

#include "../core/core.h"

#ifdef __cplusplus
extern "C" {
#endif

/// An estimate with its limits. NaN where undefined; `reason` then says why (static text, else NULL).
typedef struct ig_estimate {
    double value, lower, upper, se;
    const char *method; ///< how the limits were made, in words; NULL without limits
    const char *reason;
} ig_estimate;

/// Ordered groups, from most to least deprived.
typedef struct ig_groups {
    size_t count;
    const double *value;      ///< rate, mean or share of each group
    const double *population; ///< 0 drops the group out
    const double *se;         ///< standard errors, or NULL
    const double *rank;       ///< equal ranks share the middle of their joint interval; NULL: order
} ig_groups;

/// z of a two-sided level, .95 gives 1.959963985.
IG_API double ig_normal_z(double confidence);

/// Slope index of inequality by weighted least squares on the midpoint rank (Low and Low 2004).
IG_API ig_status ig_sii(const ig_groups *groups, double confidence, ig_estimate *out);
/// Relative index (b0 + SII)/b0, limits by Fieller.
IG_API ig_status ig_rii(const ig_groups *groups, double confidence, ig_estimate *out);
/// Concentration index, and its absolute form (mean times the index).
IG_API ig_status ig_concentration(const ig_groups *groups, double confidence, ig_estimate *relative,
                                  ig_estimate *absolute);
/// First less last, first over last, with delta-method limits.
IG_API ig_status ig_difference(const ig_groups *groups, double confidence, ig_estimate *out);
IG_API ig_status ig_ratio(const ig_groups *groups, double confidence, ig_estimate *out);
/// Gini, NaN weights count 1 when weight is NULL (see methods, section 2).
IG_API ig_status ig_gini(const double *value, const double *weight, size_t n, double *gini);

#ifdef __cplusplus
}
#endif
#endif
