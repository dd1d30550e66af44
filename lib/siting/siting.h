/// Siting: where the next services go, how sure that is, and what equity costs. Plain arrays in.
///
/// Demand has people and times to sites; a pair that is not there is out of reach, never far away.
/// Everyone goes to the nearest open site. Every answer has a proven bound; `optimal` is said only
/// of what is proven.
#ifndef ISOGAP_SITING_H
#define ISOGAP_SITING_H

#include "../core/core.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What is sought. All but mclp, lscp and core20-coverage leave as few people out of reach as can
/// be, and only then look at their own value.
typedef enum ig_siting_objective {
    IG_SITING_P_MEDIAN,        ///< least mean minutes of the people reached (Hakimi 1964)
    IG_SITING_P_CENTER,        ///< least greatest minutes of anybody
    IG_SITING_MCLP,            ///< most people within the threshold (Church and ReVelle 1974)
    IG_SITING_LSCP,            ///< fewest sites that cover all who can be (Toregas et al. 1971)
    IG_SITING_WORST_QUINTILE,  ///< least mean minutes of the worst off deprivation quintile
    IG_SITING_CORE20_MEAN,     ///< least mean minutes of CORE20 (deciles 1 and 2)
    IG_SITING_CORE20_COVERAGE, ///< most people of CORE20 within the threshold, then of all
    IG_SITING_LEAST_SII, ///< least slope index over quintiles, either sign, near the best mean
    IG_SITING_LEAST_GAP, ///< least gap between CORE20 and the rest, either sign, likewise
} ig_siting_objective;
#define IG_SITING_OBJECTIVES                                                                       \
    "p-median|p-center|mclp|lscp|worst-quintile|core20-mean|core20-coverage|least-sii|least-gap"

/// Demand, sites and minutes between them; all lent. Times of demand i are those from start[i] up
/// to start[i + 1], each with its site, none twice. Sites are in order of code: ties between sets
/// go to the one whose codes sort first.
typedef struct ig_siting_problem {
    size_t demands, sites;
    const double *people;   ///< of each demand, 0 or more; NaN or 0: takes no part
    const double *decile;   ///< 1 (most deprived) to 10, national; NaN where not known; may be NULL
    const size_t *start;    ///< demands + 1
    const size_t *site;     ///< start[demands] numbers below sites
    const double *minutes;  ///< beside them, 0 or more
    const bool *existing;   ///< sites that are open whatever happens; NULL: none
    const bool *candidate;  ///< sites that may be opened; NULL: all that are not open
    const double *capacity; ///< most people of each site, INFINITY for no limit; NULL: none
} ig_siting_problem;

/// What is sought and how long. Start from ig_siting_defaults().
typedef struct ig_siting_options {
    ig_siting_objective objective;
    size_t open;       ///< how many candidates to open; lscp finds it
    double threshold;  ///< minutes, for mclp, lscp and core20-coverage; t <= threshold counts
    double mean_slack; ///< share by which the mean may be over the best, least-sii and least-gap;
                       ///< with `slack_for_all` of every objective that has a mean. Default .05
    bool slack_for_all;
    double time_limit; ///< seconds, at most so many are spent before the bound is told; default 300
    double enumerate;  ///< largest number of sets times demands that are all tried; default 2e9
} ig_siting_options;
/// p-median with nothing to open, and the defaults named above.
IG_API ig_siting_options ig_siting_defaults(void);

/// An answer. Arrays belong to it.
typedef struct ig_siting {
    size_t count, opened_count;
    size_t *site;       ///< all that are open, in order of code
    size_t *opened;     ///< those that were not before
    double value;       ///< minutes, people or sites as the objective has it; NaN when undefined
    double value_all;   ///< core20-coverage: people within the threshold, CORE20 or not; else NaN
    double bound;       ///< no set can be better; NaN where none is known
    double gap;         ///< |value - bound| over the greater of both, 0 to 1; NaN without a bound
    bool optimal;       ///< proven
    double optima;      ///< sets as good as this one, itself included; NaN where not counted
    bool least_codes;   ///< of all the best the one whose codes sort first
    const char *method; ///< how it was found, in words
    double people, unreached, mean; ///< of all demand with people; minutes over those reached
    double out_of_reach;            ///< people whom no site can reach, whatever is opened
    size_t *nearest; ///< site of each demand, SIZE_MAX where none; where capacities divide a
                     ///< demand, the one that serves most of it
    double *minutes; ///< of each demand, NaN where unreached; capacities: mean of those served
    double *reached; ///< people of each demand who are served
    double *within;  ///< of them those within the threshold; 0 without one
    double *load;    ///< people at each site
    size_t uncoverable_count;
    size_t *uncoverable; ///< lscp: demand that no site covers
} ig_siting;

/// Find the best set of sites.
///
/// All sets are tried where they are few. Beyond that: for p-median, mclp, core20-mean and
/// core20-coverage vertex substitution (Teitz and Bart 1968; Whitaker 1983; Resende and Werneck
/// 2004) and branch and bound on a Lagrangian bound (Cornuejols, Fisher and Nemhauser 1977;
/// Galvao and ReVelle 1996); for p-center bisection over the times with set cover; for the others
/// integer programmes with closest assignment (Garcia, Labbe and Marin 2011), by CBC.
///
/// With capacities people of one demand may be divided, and go where the least are left unserved
/// and then the sum of minutes (mclp, lscp: nobody beyond the threshold) is least: nearest
/// assignment does not hold, so only p-median, p-center, mclp and lscp take them.
/// @param[out] out  yours, free with ig_siting_free
/// @return IG_EINVAL for more sites to open than candidates and for an objective without what it
///         needs, IG_EFORMAT for numbers that cannot be
IG_API IG_MUST_CHECK ig_status ig_siting_solve(ig_ctx *ctx, const ig_siting_problem *problem,
                                               const ig_siting_options *options, ig_siting **out);
/// What a given set of open sites is worth for the objective: nothing is sought, `bound` is NaN.
/// @param open one for each site
IG_API IG_MUST_CHECK ig_status ig_siting_evaluate(ig_ctx *ctx, const ig_siting_problem *problem,
                                                  const ig_siting_options *options,
                                                  const bool *open, ig_siting **out);
IG_API void ig_siting_free(ig_siting *siting);

// ---- the price of equity ------------------------------------------------------------------------

/// What an answer is for people, by deprivation.
typedef struct ig_siting_figures {
    double mean;                        ///< minutes over those reached
    double sii, core20_gap;             ///< minutes, signed; NaN where undefined
    double worst_quintile, quintile[5]; ///< mean minutes
    double within;                      ///< people within the threshold
} ig_siting_figures;
/// Work out an answer's figures for people; `out` is the caller's.
IG_API void ig_siting_figures_of(const ig_siting_problem *problem, const ig_siting *siting,
                                 ig_siting_figures *out);

enum { IG_SITING_POINTS = 7 };
/// Best answer of an equity objective among sets whose mean is within a slack of the best.
typedef struct ig_siting_point {
    double slack;
    ig_siting *answer;
    ig_siting_figures figures;
} ig_siting_point;

/// The efficient and the equitable answer side by side. Quintiles from the most deprived; the last
/// place is for demand without a decile.
typedef struct ig_siting_price {
    ig_siting_objective efficiency, equity;
    ig_siting *efficient, *equitable;
    ig_siting_figures efficient_figures, equitable_figures;
    double people[6];             ///< of each quintile
    double winners[6], losers[6]; ///< from efficient to equitable, by more than a minute
    size_t points;                ///< of the frontier by rising slack; none for cover
    ig_siting_point point[IG_SITING_POINTS];
} ig_siting_price;
/// Efficient is p-median (mclp beside core20-coverage); equitable the objective itself, or
/// least-sii beside p-median. The frontier holds the best of the equity objective with the mean
/// within 0, 1, 2, 5, 10, 20 and 50% of the best. The time limit is for all of it.
/// @return IG_EINVAL for p-center and lscp, which have no counterpart
IG_API IG_MUST_CHECK ig_status ig_siting_price_new(ig_ctx *ctx, const ig_siting_problem *problem,
                                                   const ig_siting_options *options,
                                                   ig_siting_price **out);
IG_API void ig_siting_price_free(ig_siting_price *price);

// ---- for other solvers --------------------------------------------------------------------------

/// The problem as an integer programme in CPLEX's LP format, for another solver. Demand that is
/// left unreached costs more than any time; with the objectives of equity that price stands in for
/// means over those reached.
/// @param codes    of the sites, for the comments
/// @param mean_cap greatest mean minutes, INFINITY for none
/// @param[out] text yours, free with ig_siting_lp_free
IG_API IG_MUST_CHECK ig_status ig_siting_lp(ig_ctx *ctx, const ig_siting_problem *problem,
                                            const ig_siting_options *options,
                                            const char *const *codes, double mean_cap, char **text);
IG_API void ig_siting_lp_free(char *text);

#ifdef __cplusplus
}
#endif
#endif
