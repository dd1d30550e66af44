/// Inequality: how unequal is one number between groups or places? Plain arrays in, figures out.
///
/// Groups run from most to least deprived, so for a harm (minutes, deaths) a negative slope means
/// that the deprived are worse off. Definitions and worked examples: docs of each function; every
/// measure uses the rows that entered it and says so when it has no value.
#ifndef ISOGAP_INEQUALITY_H
#define ISOGAP_INEQUALITY_H

#include "../core/core.h"

#ifdef __cplusplus
extern "C" {
#endif

/// An estimate with its limits. NaN where undefined; `reason` then says why (static text, else NULL).
/// Limits alone may be missing too, with their reason: no standard errors, for one.
typedef struct ig_estimate {
    double value, lower, upper, se;
    const char *method; ///< how the limits were made, in words; NULL without limits
    const char *reason;
} ig_estimate;

/// Groups, or areas: values with people. In ordered measures from most to least deprived.
typedef struct ig_groups {
    size_t count;
    const double *value;      ///< rate, mean or share of each group; NaN: missing
    const double *population; ///< people, 0 or more; 0 drops the group out; NULL: equal
    const double *se;         ///< standard errors, or NULL
    const double *rank; ///< least = most deprived; equal ranks share the middle of their joint
                        ///< interval; NULL: in the order given, no two equal
    bool skip_missing;  ///< leave groups without a value out and rank the rest; else a missing
                        ///< value makes the measure missing
} ig_groups;

/// z of a two-sided level, .95 gives 1.959963985; NaN unless 0 < confidence < 1.
IG_API double ig_normal_z(double confidence);

// All functions below return IG_EINVAL for negative people or standard errors or a confidence
// outside 0 to 1 and leave `out` alone; a measure that these numbers do not have is IG_OK with NaN
// and a reason.

//
// Examples are worked on five groups from most to least deprived: values 30 26 22 19 15, people 2400
// 2200 2000 1800 1600, standard errors 1.2 1.1 1 .9 .9; limits at 95%. Their midpoint ranks are .12
// .35 .56 .75 .92, their mean 23.14.

// ---- ordered groups ---------------------------------------------------------------------------

/// Slope index of inequality: slope of weighted least squares on the midpoint rank (Low and Low
/// 2004). Linear in the values, so the limits are exact for normal errors. Under 3 groups: missing.
/// The example gives -18.383459 (-21.745429 to -15.021488), error 1.715323.
IG_API ig_status ig_sii(const ig_groups *groups, double confidence, ig_estimate *out);
/// Relative index (b0 + SII)/b0, b0 the intercept; limits by Fieller (1954). The example gives
/// .431411 (.364563 to .505978).
IG_API ig_status ig_rii(const ig_groups *groups, double confidence, ig_estimate *out);
/// Intercept b0 of the same line: the value at the most deprived end (Low and Low 2004). The example
/// gives 32.331729.
IG_API ig_status ig_slope_intercept(const ig_groups *groups, double *intercept);

/// Scale on which the line is fitted.
typedef enum ig_transform { IG_TRANSFORM_NONE, IG_TRANSFORM_LOG, IG_TRANSFORM_LOGIT } ig_transform;
/// Standard error on the transformed scale from limits: (f(U) - f(L)) / 2z; NaN when undefined, as
/// PHEindicatormethods has it. Limits 8 and 12 at 95%, log: (2.484907 - 2.079442) / 3.919928 =
/// .103437.
IG_API double ig_transform_se(ig_transform transform, double lower, double upper,
                              double confidence);
/// SII and RII of a line fitted to log (rates) or logit (proportions from 0 to 1) values and taken
/// back: SII = f'(b0 + s) - f'(b0), RII = f'(b0 + s)/f'(b0). Limits of s on the fitted scale, turned
/// about the fitted value at rank .5 and taken back. groups->se are on the transformed scale.
/// Either out-parameter may be NULL. As PHEindicatormethods fits them; the example gives by log
/// -19.204902 and .436601, as percent by logit -18.685291 and .440161.
IG_API ig_status ig_slope_transformed(const ig_groups *groups, ig_transform transform,
                                      double confidence, ig_estimate *sii, ig_estimate *rii);

/// Concentration index 2 cov(y, rank)/mean, and its absolute form (mean times the index). Standard
/// errors by the convenient regression (Kakwani, Wagstaff and van Doorslaer 1997), weighted by
/// people, n - 2 degrees of freedom. The example gives -.126793 and -2.934.
IG_API ig_status ig_concentration(const ig_groups *groups, double confidence, ig_estimate *relative,
                                  ig_estimate *absolute);
/// Concentration of a value bounded in [low, high]: Erreygers (2009) 4 absolute/(high - low), and
/// Wagstaff (2005) index/(1 - mean) after rescaling to 0..1. Missing when a value lies outside. The
/// example within 0 to 100 gives -.117360 and -.164967.
IG_API ig_status ig_erreygers(const ig_groups *groups, double low, double high, double confidence,
                              ig_estimate *out);
IG_API ig_status ig_wagstaff(const ig_groups *groups, double low, double high, double confidence,
                             ig_estimate *out);

/// First less last, first over last (by rank where it is given), with delta-method limits as WHO's
/// Handbook on health inequality monitoring (2013) has them. The example gives 15 (12.060054 to
/// 17.939946), error sqrt(1.2^2 + .9^2) = 1.5, and 2 (1.736397 to 2.303621).
IG_API ig_status ig_difference(const ig_groups *groups, double confidence, ig_estimate *out);
IG_API ig_status ig_ratio(const ig_groups *groups, double confidence, ig_estimate *out);

// ---- groups in no order -----------------------------------------------------------------------

/// Value of group i less (over) that of group j, limits as of ig_difference: of the first and second
/// group 4 and 1.153846.
IG_API ig_status ig_difference_between(const ig_groups *groups, size_t i, size_t j,
                                       double confidence, ig_estimate *out);
IG_API ig_status ig_ratio_between(const ig_groups *groups, size_t i, size_t j, double confidence,
                                  ig_estimate *out);
/// Number of the best group with people: least value, or greatest when high is good; SIZE_MAX. In
/// the example 4, or 0.
IG_API size_t ig_best_group(const ig_groups *groups, bool high_is_good);

/// Population attributable risk, y_reference - mean, and fraction in percent of the mean; 0 when
/// the reference is worse than the mean. With `unit` above 0 values are shares of `unit` (1 or 100)
/// in samples as large as the population, and the limits binomial (Walter 1978); with 0 limits by
/// the delta method from `se`. The example with the last group as reference gives 15 - 23.14 = -8.14
/// and -35.177182%.
IG_API ig_status ig_par(const ig_groups *groups, size_t reference, bool high_is_good, double unit,
                        double confidence, ig_estimate *out);
IG_API ig_status ig_paf(const ig_groups *groups, size_t reference, bool high_is_good, double unit,
                        double confidence, ig_estimate *out);

/// Between-group variance sum a (y - mean)^2 with the exact error for normal values, its root, and
/// the coefficient of variation in percent (WHO 2013). The example gives 27.0404, 5.200038 and
/// 22.472076.
IG_API ig_status ig_bgv(const ig_groups *groups, double confidence, ig_estimate *out);
IG_API ig_status ig_bgsd(const ig_groups *groups, double confidence, ig_estimate *out);
IG_API ig_status ig_cov(const ig_groups *groups, double confidence, ig_estimate *out);

/// Gini over groups (1912): mean difference of two people over twice the mean, .126793 in the example.
/// Negative values: missing. The second form is for bare arrays: NaN values and
/// weights are left out, weight NULL counts 1 each; IG_EINVAL for negative numbers, IG_EUNDEFINED
/// for mean 0.
IG_API ig_status ig_gini_groups(const ig_groups *groups, double confidence, ig_estimate *out);
IG_API ig_status ig_gini(const double *value, const double *weight, size_t n, double *gini);
/// Theil T sum a (y/mean) ln(y/mean), a zero counts 0; mean log deviation, missing with a zero.
/// Not multiplied by anything. Negative values: missing. Theil (1967). The example gives .025889 and
/// .026999.
IG_API ig_status ig_theil(const ig_groups *groups, double confidence, ig_estimate *out);
IG_API ig_status ig_mld(const ig_groups *groups, double confidence, ig_estimate *out);
/// Theil T split by larger groups: parent[g] below parents. Between and within add up to T
/// (Shorrocks 1980). The example with the first two and the last three together: .019388 and .006501.
IG_API ig_status ig_theil_split(const ig_groups *groups, const size_t *parent, size_t parents,
                                double *between, double *within);
/// Atkinson (1970) with aversion epsilon, 0 or more. The example gives .013147 at .5, .026637 at 1
/// and .054223 at 2.
IG_API ig_status ig_atkinson(const ig_groups *groups, double epsilon, double confidence,
                             ig_estimate *out);
/// Hoover (1936): half the mean distance from the mean over the mean; the share to move to be equal.
/// The example gives .098341.
IG_API ig_status ig_hoover(const ig_groups *groups, double confidence, ig_estimate *out);
/// Index of disparity, percent: mean distance from the mean over the mean, weighted by people or
/// each group alike (Pearcy and Keppel 2002, from the mean as WHO 2013 has it). The example gives
/// 19.668107 and 20.
IG_API ig_status ig_idis(const ig_groups *groups, bool weighted, double confidence,
                         ig_estimate *out);
/// Mean distance from the value of group `reference` (best or other; SIZE_MAX: from the mean), WHO
/// 2013. The example gives 8.14 from the last group, weighted, and 7.4 with each group alike; from the
/// mean 4.5512 and 4.628.
IG_API ig_status ig_mean_difference(const ig_groups *groups, size_t reference, bool weighted,
                                    double confidence, ig_estimate *out);

#ifdef __cplusplus
}
#endif
#endif
