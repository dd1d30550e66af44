/// What the files of the siting room share: the problem made small, sums over groups, scores.
#ifndef ISOGAP_SITING_INTERNAL_H
#define ISOGAP_SITING_INTERNAL_H

#include "../core/inside.h"
#include "siting.h"

/// Quintiles of deprivation 0 (most deprived: CORE20) to 4, and those of no decile.
enum { QUINTILES = 5, NO_QUINTILE = 5, SITING_GROUPS = 6 };

/// Two values are equal within this share of the greater.
#define SITING_TIE 1e-9

/// The problem as the solvers see it: demand with people whom some site can reach, sorted by group
/// and number; candidates in order of code; existing sites folded into `base`.
struct instance {
    const ig_siting_problem *problem;
    ig_siting_options options;
    size_t n, m, k;
    size_t *demand;    ///< n numbers of the problem's demand
    size_t *candidate; ///< m numbers of the problem's sites
    double *people;    ///< n
    size_t group_start[SITING_GROUPS + 1];
    double *base;   ///< n: minutes to the nearest existing site, INFINITY without
    size_t *start;  ///< n + 1
    uint32_t *site; ///< candidates nearer than base, by rising minutes, then code
    double *minutes;
    double total;    ///< people of all demand that takes part
    double out;      ///< people whom nothing reaches
    double deadline; ///< on the monotonic clock
};

ig_status instance_new(ig_ctx *ctx, const ig_siting_problem *problem,
                       const ig_siting_options *options, struct instance *in);
void instance_free(struct instance *in);
ig_status siting_no_memory(ig_ctx *ctx);
double siting_clock(void);
bool out_of_time(const struct instance *in);

// ---- score.c: what a set is worth ---------------------------------------------------------------

/// Sums over people by group; all scores but that of p-center come from these.
struct sums {
    double reached[SITING_GROUPS], moment[SITING_GROUPS], within[SITING_GROUPS];
    double greatest;
};

/// The less the better, the first part that differs decides.
struct score {
    double unreached; ///< people; 0 where the objective does not mind
    double value, second;
};

void sum_times(const struct instance *in, const double *minutes, struct sums *sums);
double sums_reached(const struct sums *s);
double sums_mean(const struct sums *s);
double sums_sii(const struct sums *s);
double sums_gap(const struct sums *s);
/// Beyond the cap on the mean, or undefined, a set is worth INFINITY.
struct score score_of(const struct instance *in, const struct sums *s, double mean_cap);
/// Less, equal, greater than 0, equal within SITING_TIE.
int score_compare(const struct score *a, const struct score *b);
bool near_equal(double a, double b);
bool near_over(double a, double b); ///< a > b by more than a tie
/// Minutes of each demand when these candidates are open (and the existing sites).
void times_of_set(const struct instance *in, const bool *open, double *minutes);
struct score score_of_set(const struct instance *in, const bool *open, double mean_cap,
                          double *minutes, struct sums *sums);

// ---- enumerate.c: all sets ------------------------------------------------------------------------

/// How many sets of k of m there are, INFINITY beyond 1e300.
double sets_of(size_t m, size_t k);
struct found {
    bool *open; ///< m
    struct score score;
    double optima;
    bool any;
};
/// Try all sets of k candidates; the first of the best in order of codes, and how many there are.
/// Sets with more people unreached than `unreached_cap` or over `mean_cap` do not count.
ig_status enumerate_sets(ig_ctx *ctx, const struct instance *in, size_t k, double unreached_cap,
                         double mean_cap, struct found *found);

// ---- median.c: least sum of the least cost, bounded -------------------------------------------------

/// Choose k of m candidates so that the sum over demand of min(base, least cost of a chosen
/// candidate) is least; the cost of entry e for demand i is weight[i] * minutes[e].
struct median {
    size_t n, m, k;
    const size_t *start, *end; ///< entries of demand i, by rising minutes, costs below base[i]
    const uint32_t *site;
    const double *minutes, *weight, *base;
    bool whole;      ///< costs are whole numbers: a bound within one is proof
    double enough;   ///< stop as soon as the cost is at most this; -INFINITY: never
    double hopeless; ///< stop as soon as the bound is above this; INFINITY: never
    double deadline;
    size_t most_nodes; ///< of the tree; 0: no limit but time
    size_t rounds;     ///< at the root; 0: as many as usual
};
struct median_answer {
    bool *open;
    double *price; ///< n: what demand paid at the root; a bound for any choice
    double cost, bound;
    double optima; ///< NaN where not counted
    bool counted;
};
/// @param prices to begin with, or NULL
ig_status median_solve(ig_ctx *ctx, const struct median *p, const bool *hint, const double *prices,
                       bool count_ties, struct median_answer *out);
void median_answer_free(struct median_answer *answer);

// exchange.c
/// Greedy addition, then swaps of one for one while they gain.
ig_status median_greedy(const struct median *p, bool *open);
ig_status median_exchange(ig_ctx *ctx, const struct median *p, const signed char *fixed, bool *open,
                          double *cost);
double median_cost(const struct median *p, const bool *open);
/// Swaps that better the score of the instance itself, whatever the objective.
ig_status score_exchange(ig_ctx *ctx, const struct instance *in, double mean_cap, bool *open,
                         struct score *score);

// ---- model.c, cbc.c: integer programmes -------------------------------------------------------------

/// A mixed integer programme in rows. Columns from 0; names are made when it is written.
struct model {
    size_t columns, rows, entries;
    size_t column_room, row_room, entry_room;
    double *cost, *low, *high; ///< of columns
    bool *whole;
    size_t *row_start; ///< rows + 1 once a row is ended
    int *column;
    double *factor;
    double *row_low, *row_high;
    bool failed;  ///< memory could not be had; later calls do nothing
    size_t sites; ///< the first so many columns are candidates
};
void model_free(struct model *model);
size_t model_column(struct model *model, double cost, double low, double high, bool whole);
void model_entry(struct model *model, size_t column, double factor);
void model_row(struct model *model, double low,
               double high); ///< ends the row of the entries before

/// What CBC said of a model.
struct verdict {
    bool found, proven, infeasible;
    double cost, bound;
};
/// @param x columns long; a start on the way in when `start` is set, the solution on the way out
ig_status model_solve(ig_ctx *ctx, const struct model *model, double seconds, double *x,
                      struct verdict *out);

// ---- radius.c: a median made small ----------------------------------------------------------------

enum { CANDIDATE_FREE = 0, CANDIDATE_OPEN = 1, CANDIDATE_SHUT = 2 };

/// A candidate and what it would earn: the less the better.
struct ranked {
    double rho;
    size_t site;
};
int by_rho(const void *a, const void *b);

/// What every set whose cost is at most a cut has in common.
struct reduction {
    signed char *state; ///< m
    double *limit;      ///< n: no demand costs more than this
    size_t opened, shut;
};
void reduction_free(struct reduction *reduction);
/// @param u prices of the demand, which give the bound
ig_status median_reduce(const struct median *p, const double *u, double cut, struct reduction *out);
/// Pairs that are left of it.
size_t reduction_entries(const struct median *p, const struct reduction *reduction);
/// What is left, by CBC. @param scale of the costs
ig_status median_by_model(ig_ctx *ctx, const struct median *p, const struct reduction *reduction,
                          double scale, bool *open, struct verdict *verdict);

/// Fewest candidates that cover every demand i within `threshold` (which the existing do not).
ig_status cover_fewest(ig_ctx *ctx, const struct instance *in, double threshold, bool *open,
                       double *bound, bool *proven);
/// One column for each candidate, at this cost.
void add_candidates(const struct instance *in, struct model *model, double cost);
/// Minutes of demand with nothing open but what is open already.
double worst_time(const struct instance *in, size_t i);
/// least-sii, least-gap: what is to be near 0 as a sum of group means. False where undefined.
/// @param people, factor SITING_GROUPS each
bool equity_factors(const struct instance *in, const double *people, double *factor);
/// The instance's objective with closest assignment.
/// @param penalty of a person left unreached; 0: everybody must be reached
ig_status equity_build(const struct instance *in, double mean_cap, double penalty,
                       struct model *model);
/// The instance's objective with closest assignment, everybody who can be reached being reached.
ig_status equity_model(ig_ctx *ctx, const struct instance *in, double mean_cap, bool *open,
                       double *bound, bool *proven, bool *found);

// ---- shrink.c ------------------------------------------------------------------------------------

/// The problem with what all sets under a cut have in common taken as settled.
struct smaller {
    ig_siting_problem problem;
    bool *existing, *candidate;
    size_t *start, *site;
    double *minutes;
    size_t open;
};
void smaller_free(struct smaller *t);
/// Make `from` smaller by the prices `u` of a median, for sets that cost at most `cut` there. The
/// instance in `*to` lives on `t`, that of `from` if nothing was gained.
ig_status shrink(ig_ctx *ctx, const struct instance *from, const struct median *p, const double *u,
                 double cut, struct smaller *t, struct instance *to, bool *done);
/// Candidates of the smaller instance that are open, as candidates of the whole one.
void widen(const struct instance *small, const bool *open, const struct instance *in, bool *out);

// ---- costs.c: objectives as medians -------------------------------------------------------------

/// Costs of an objective as a median: arrays are its own.
struct costs {
    struct median median;
    size_t *end;
    double *weight, *base;
};
ig_status costs_new(const struct instance *in, struct costs *c);
void costs_free(struct costs *c);
/// Each person beyond `threshold` costs what `price` says of the group.
void price_cover(const struct instance *in, double threshold, const double *price, struct costs *c);
/// Each minute of a person costs what `price` says of the group, a person unreached `unreached`.
void price_minutes(const struct instance *in, const double *price, double unreached,
                   struct costs *c);
bool whole_people(const struct instance *in);
double longest(const struct instance *in); ///< time that anybody may have
double people_in(const struct instance *in, size_t group);
double unreached_by(const struct instance *in, const bool *open);

/// Least people left unreached by k candidates, of those whom some site could reach.
struct reach {
    double least;
    bool proven;
};
ig_status least_unreached(ig_ctx *ctx, const struct instance *in, const bool *hint,
                          struct reach *out);

// ---- answers: a file for each kind of objective --------------------------------------------------

/// What a method found: a set, and what nothing can be better than.
struct answer {
    bool *open; ///< m candidates; owned
    double bound, optima;
    bool proven, least_codes;
    const char *method;
};

/// Least minutes times price after the least unreached: a price on being unreached that is raised
/// until the answer leaves no more unreached than must be. Any price gives a bound that holds.
/// @param[out] total bound of the priced minutes of the people reached
ig_status solve_minutes(ig_ctx *ctx, const struct instance *in, const double *price,
                        const bool *hint, struct answer *out, double *total);
ig_status solve_p_median(ig_ctx *ctx, const struct instance *in, struct answer *out);
ig_status solve_core20_mean(ig_ctx *ctx, const struct instance *in, struct answer *out);
ig_status solve_cover(ig_ctx *ctx, const struct instance *in, struct answer *out);
ig_status solve_fewest(ig_ctx *ctx, struct instance *in, struct answer *out);
ig_status solve_p_center(ig_ctx *ctx, const struct instance *in, struct answer *out);
ig_status solve_equity(ig_ctx *ctx, const struct instance *in, struct answer *out);
bool has_cap(const struct instance *in); ///< must the mean be near the best?

/// All times that the greatest could be, rising, each once; yours.
/// @param all  also those of sites that are open already, to whoever they run
double *distinct_times(const struct instance *in, bool all, size_t *count);

/// Who goes where when sites hold so many.
struct allocator;
struct allocator *allocator_new(const struct instance *in);
void allocator_free(struct allocator *allocator);
/// @param is_open of the problem's sites
/// @param minutes count; else only who is served
void allocator_run(struct allocator *allocator, const bool *is_open, double limit, bool minutes);
double allocator_unserved(const struct allocator *allocator);
double allocator_moment(const struct allocator *allocator);
void allocator_state(const struct allocator *allocator, ig_siting *siting);

ig_status solve_capacity(ig_ctx *ctx, struct instance *in, struct answer *out);
/// Allocation, value and people of a set into an answer that lists its sites already.
ig_status state_capacity(ig_ctx *ctx, const struct instance *in, const bool *open, ig_siting *s);

// answer.c
/// A set as the door gives it out: sites, people, value, bound.
ig_status state(ig_ctx *ctx, const struct instance *in, const struct answer *a, ig_siting **out);

#endif
