/// Rates: proportions, rates and life expectancy with limits; comparison and trend. Plain numbers.
///
/// Every function gives its value with limits at one confidence level; call twice for two levels.
/// A rate that does not exist is NaN with a reason, never 0.
#ifndef ISOGAP_RATES_H
#define ISOGAP_RATES_H

#include "../core/core.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A value with limits. NaN where undefined; then `reason` says why (static text).
typedef struct ig_rate {
    double value, lower, upper, se; ///< se NaN where the method has none
    const char *method;             ///< how the limits were made
    const char *reason;             ///< NULL when there is a value
} ig_rate;

/// Quantile of the chi-square distribution with df > 0 degrees of freedom, by bisection on the
/// regularised incomplete gamma function to 1e-13 relative. .95 and 1 give 3.841459.
IG_API double ig_chi_square_quantile(double p, double df);
/// Quantile of Student's t with df >= 1 degrees of freedom (Student 1908). .975 and 4 give 2.776445.
IG_API double ig_student_quantile(double p, double df);

/// Limits of a count: exact Poisson below 10, else Byar's approximation (Breslow and Day 1987).
/// 4 gives 1.089865 to 10.241589; 25 gives 16.174266 to 36.906451 (95%).
/// @param[out] method "Exact" or "Byars"; may be NULL
/// @return IG_EINVAL for a negative or non-finite count, or a level outside 0 to 1
IG_API IG_MUST_CHECK ig_status ig_poisson_limits(double count, double confidence, double *lower,
                                                 double *upper, const char **method);

/// Proportion with Wilson's limits (Wilson 1927), times multiplier. 12 of 80 gives .15
/// (.087940 to .244132).
/// @return IG_EINVAL for a negative number or count above population
IG_API IG_MUST_CHECK ig_status ig_proportion(double count, double population, double confidence,
                                             double multiplier, ig_rate *out);
/// Crude rate: count over population times multiplier. 25 of 18,000 gives 138.889 (89.857 to
/// 205.036) per 100,000.
IG_API IG_MUST_CHECK ig_status ig_crude_rate(double count, double population, double confidence,
                                             double multiplier, ig_rate *out);
/// Directly standardised rate with Dobson's limits (Dobson and others 1991). Fewer than 10 events
/// in all: "too few events". 6, 14, 40 of 4000, 5000, 2500 with 30000, 50000, 20000 gives 505.0
/// (384.686 to 650.847) per 100,000.
/// @param counts      events by age band; NaN counts as 0
/// @param populations people by age band, all above 0
/// @param standard    standard population by age band
/// @param variance    variance of each band's count; NULL: Poisson, the count itself
IG_API IG_MUST_CHECK ig_status ig_direct_rate(const double *counts, const double *populations,
                                              const double *standard, const double *variance,
                                              size_t bands, double confidence, double multiplier,
                                              ig_rate *out);
/// Indirectly standardised ratio, observed over expected (Breslow and Day 1987). 30 and 24.5 gives
/// 1.22449 (.82600 to 1.74810).
IG_API IG_MUST_CHECK ig_status ig_indirect_ratio(double observed, double expected,
                                                 double confidence, double multiplier,
                                                 ig_rate *out);
/// Mean with Student's limits (Student 1908); a single value has none. 4 6 8 gives 6 (1.031725 to
/// 10.968275).
IG_API IG_MUST_CHECK ig_status ig_mean(const double *values, size_t n, double confidence,
                                       ig_rate *out);

enum { IG_LIFE_BANDS = 20 }; ///< ages 0, 1-4, 5-9 ... 85-89, 90 and over

/// Life expectancy at the start of each of the 20 age bands: Chiang's second method with the
/// variance of Silcocks and others (2001). Nothing is given for 5,000 people or fewer, or for an
/// age whose 95% interval is wider than 20 years.
/// @return IG_EINVAL naming nothing: population <= 0, deaths < 0 or deaths > population in a band
IG_API IG_MUST_CHECK ig_status ig_life_expectancy(const double population[IG_LIFE_BANDS],
                                                  const double deaths[IG_LIFE_BANDS],
                                                  double confidence, ig_rate out[IG_LIFE_BANDS]);

/// Quantile groups as PHE cuts them: group of each value from 1, 0 where missing or where there
/// are fewer values than groups (PHEindicatormethods, phe_quantile). 5 9 9 1 7 3 8 into 3, first the
/// highest: 2 1 1 3 2 3 1.
IG_API IG_MUST_CHECK ig_status ig_quantile_groups(const double *values, size_t n, size_t groups,
                                                  bool first_is_highest, int32_t *group);

/// What is good: neither, more, less.
typedef enum ig_polarity { IG_POLARITY_NONE, IG_POLARITY_HIGH, IG_POLARITY_LOW } ig_polarity;

/// Fingertips' comparison of an interval with a benchmark: "better", "similar", "worse" ("higher",
/// "lower" without polarity), "best" and "worst" when the wider limits clear it too, "not compared"
/// when a number is missing (OHID, Fingertips). 8 to 12 against 13 with low good: "better"; against 12:
/// "similar". Static text.
/// @param lower998,upper998 NaN for one level only
IG_API const char *ig_compare(double lower, double upper, double lower998, double upper998,
                              double benchmark, ig_polarity polarity);

/// Funnel limits of a proportion: values between them have a Wilson interval that holds the baseline.
/// .80642448 and 2 people: .25885383 to 1 (95%).
/// @param baseline  from 0 to 1
IG_API IG_MUST_CHECK ig_status ig_funnel_proportion(double baseline, double population,
                                                    double confidence, double *lower,
                                                    double *upper);
/// Funnel limits of a count (events, or observed against expected): counts between them have a
/// Poisson interval (exact below 10, else Byar) that holds the expected number. 5.571644585
/// expected: 1 at the lower side (95%).
IG_API IG_MUST_CHECK ig_status ig_funnel_count(double expected, double confidence, double *lower,
                                               double *upper);

/// A recent trend: slope a period, and the chi-square with one degree of freedom that it passes by.
typedef struct ig_trend_result {
    double slope, chi2;
    const char *trend;     ///< "increasing", "decreasing", "no change", "cannot be calculated"
    const char *judgement; ///< "getting better", "getting worse", or ""
    const char *reason;    ///< why it cannot be calculated; NULL
    size_t points;         ///< used: the last five with limits
} ig_trend_result;
/// Fingertips' recent trend over the last five points with limits (95%), in order of period.
/// 20 21 22.4 23.1 25, each 1.5 either way: slope 1.21, chi-square 24.998, increasing.
/// @param values,lower,upper  n of each; points that lack one are passed over
/// @return IG_EINVAL for limits that are not apart, or a value or limit that is infinite
IG_API IG_MUST_CHECK ig_status ig_trend(const double *values, const double *lower,
                                        const double *upper, size_t n, ig_polarity polarity,
                                        ig_trend_result *out);

// ---- disclosure -------------------------------------------------------------------------------

/// Which counts are hidden before anything is made of them.
typedef enum ig_disclosure_kind {
    IG_DISCLOSE_ALL,       ///< `none`: nothing is hidden
    IG_DISCLOSE_THRESHOLD, ///< `threshold:N`: 1 to N are hidden
    IG_DISCLOSE_HES, ///< `hes`: 1 to 7 are hidden, other counts rounded to 5 (NHS Digital 2018)
} ig_disclosure_kind;
/// A policy of disclosure.
typedef struct ig_disclosure {
    ig_disclosure_kind kind;
    double threshold; ///< greatest count that is hidden; 0 for none
} ig_disclosure;

/// "none", "threshold:N" or "hes". IG_EINVAL says what is wrong with it.
IG_API IG_MUST_CHECK ig_status ig_disclosure_parse(ig_ctx *ctx, const char *text,
                                                   ig_disclosure *out);
/// The same back as text, for the stamp on outputs. @param buffer of at least 48
IG_API const char *ig_disclosure_text(const ig_disclosure *policy, char *buffer, size_t room);
/// Is this count hidden for itself? NaN is not.
IG_API bool ig_disclosure_hides(const ig_disclosure *policy, double count);
/// What is shown of a count that is not hidden: rounded where the policy rounds.
IG_API double ig_disclosure_shown(const ig_disclosure *policy, double count);

/// A count that stands in no sum.
#define IG_NO_SUM SIZE_MAX
/// Counts and the sums between them: what goes into a node equals what goes out of it. Count i goes
/// from node from[i] to node to[i]; both IG_NO_SUM where it stands in no sum. A table of rows and
/// columns with its totals is such a net: a row's total goes from a source to the row's node, each
/// cell from its row to its column, a column's total from the column to a sink, and the total of
/// all from the sink back to the source. Larger areas made of smaller ones are nodes before those
/// of the rows. All lent.
typedef struct ig_sums {
    size_t counts, nodes;
    const double *count;     ///< true counts; NaN where not known to us either
    const size_t *from, *to; ///< nodes
} ig_sums;

/// Hide what the policy hides, then further counts above 0, the smallest first, until every hidden
/// count, total or cell, could be more or less than it is by at least the policy's threshold in
/// all, given every count that is shown and that a hidden count is at least 1. The interval is
/// exact for whole counts: it is found by flows in the net.
///
/// Rounding is left out of account: what is safe beside exact counts is safe beside rounded ones.
/// @param[out] hidden  one a count
IG_API IG_MUST_CHECK ig_status ig_disclosure_protect(const ig_disclosure *policy,
                                                     const ig_sums *sums, bool *hidden);
/// In place of a level: the sum over all of them.
#define IG_ALL SIZE_MAX
/// Counts of a table of several margins with its totals: level of count i in margin k is
/// level[i * margins + k], or IG_ALL. A cell that is not there is 0, as everybody can tell. Lent.
typedef struct ig_margins {
    size_t counts, margins; ///< at most 6 margins
    const double *count;    ///< NaN where not known to us either
    const size_t *level;
} ig_margins;
/// As ig_disclosure_protect for any number of margins: each hidden count stands in a box of hidden
/// counts, round which so much could be moved that no total changes (Repsilber 1994; Giessing and
/// Repsilber 2002, the hypercube method). 3 5 / 7 9 twice over, threshold 4: the 3 has all eight
/// corners hidden and stays unknown from 1 to at least 5.
///
/// What is hidden is enough, not always least.
/// @param[out] lone  with IG_EUNDEFINED the count that no box can keep; else IG_NO_SUM
/// @return IG_EUNDEFINED where the table is too bare to keep a count; IG_EINVAL for two counts of
///         the same levels, a negative one, too many margins
IG_API IG_MUST_CHECK ig_status ig_disclosure_protect_margins(const ig_disclosure *policy,
                                                             const ig_margins *margins,
                                                             bool *hidden, size_t *lone);
/// How far a hidden count can be told: the least and greatest value that it may have, as above;
/// INFINITY where there is no greatest.
IG_API IG_MUST_CHECK ig_status ig_disclosure_interval(const ig_sums *sums, const bool *hidden,
                                                      size_t count, double *least,
                                                      double *greatest);

#ifdef __cplusplus
}
#endif
#endif
