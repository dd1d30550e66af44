// Objectives over groups of people: swaps for a first answer, then what is left between it and a
// bound, by all sets or by integer programmes.
//
// An objective is a sum of group means with factors of its own, and the mean of all is held by a
// price: sum f_g m_g + mu (mean - cap) is nowhere above the objective of a set that keeps the cap,
// and it is a median once mu makes every price of a minute positive. So any factors and any mu
// bound the objective from below (Lagrangian and weak duality), a median's reduced costs say which
// candidates every better set has or lacks, and the same is done with the mean against its cap.
#include "siting_internal.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 60, WARM_ROUNDS = 400, MOST_MODEL_ENTRIES = 60000 };

static bool is_slope(ig_siting_objective o)
{
    return o == IG_SITING_LEAST_SII || o == IG_SITING_LEAST_GAP;
}

bool has_cap(const struct instance *in)
{
    const ig_siting_objective o = in->options.objective;
    return is_slope(o) || (in->options.slack_for_all &&
                           (o == IG_SITING_WORST_QUINTILE || o == IG_SITING_CORE20_MEAN));
}

/// Everything about one search.
struct search {
    ig_ctx *ctx;
    const struct instance *in;
    double people[SITING_GROUPS], all; ///< who can be reached
    double cap;                        ///< on the mean, INFINITY for none
    double *minutes;                   ///< scratch
    bool *open;                        ///< the best so far
    struct score score;
    double bound;
    double *price; ///< n: of the best bound, in the median of `factor` and `mu`
    double factor[SITING_GROUPS], mu;
    double *radius; ///< n: minutes that the last bound's demand paid for; a start for the next
    bool have_price, have_radius;
};

// ---- bounds -------------------------------------------------------------------------------------

/// Price of a minute by group; false when one is below 0.
static bool prices_of(const struct search *s, const double *factor, double mu, double *price)
{
    double most = 0.0, least = INFINITY;
    for (size_t g = 0; g < SITING_GROUPS; g++) {
        price[g] = s->people[g] > 0.0 ? factor[g] / s->people[g] + mu / s->all : 0.0;
        most = fmax(most, price[g]);
        if (s->people[g] > 0.0) least = fmin(least, price[g]);
    }
    if (least < -1e-12 * most) return false;
    for (size_t g = 0; g < SITING_GROUPS; g++)
        price[g] = fmax(0.0, price[g]);
    return most > 0.0;
}

static ig_status median_of(const struct search *s, const double *factor, double mu, struct costs *c)
{
    double price[SITING_GROUPS], most = 0.0;
    if (!prices_of(s, factor, mu, price)) return IG_EUNDEFINED;
    ig_status status = costs_new(s->in, c);
    if (status) return status;
    for (size_t g = 0; g < SITING_GROUPS; g++)
        most = fmax(most, price[g]);
    price_minutes(s->in, price, 4.0 * most * (longest(s->in) + 1.0), c);
    return IG_OK;
}

/// One bound: the root of a median. Its set is tried as an answer.
/// @param[out] open  of the bound's own best set; m
static ig_status bound_at(struct search *s, const double *factor, double mu, double *bound,
                          bool *open)
{
    struct costs c;
    struct median_answer a = {0};
    ig_status status = median_of(s, factor, mu, &c);
    *bound = -INFINITY;
    if (status) return status == IG_EUNDEFINED ? IG_OK : status;
    c.median.most_nodes = 1;
    c.median.rounds = s->have_radius ? WARM_ROUNDS : 0;
    for (size_t i = 0; i < s->in->n; i++)
        s->minutes[i] = c.weight[i] * s->radius[i];
    status =
        median_solve(s->ctx, &c.median, s->open, s->have_radius ? s->minutes : NULL, false, &a);
    if (!status) {
        struct sums sums;
        for (size_t i = 0; i < s->in->n; i++)
            s->radius[i] = c.weight[i] > 0.0 ? a.price[i] / c.weight[i] : s->radius[i];
        s->have_radius = true;
        *bound = a.bound - (s->cap < INFINITY ? mu * s->cap * (1.0 + SITING_TIE) : 0.0);
        memcpy(open, a.open, s->in->m * sizeof *open);
        const struct score score = score_of_set(s->in, a.open, s->cap, s->minutes, &sums);
        if (score_compare(&score, &s->score) < 0) {
            s->score = score;
            memcpy(s->open, a.open, s->in->m * sizeof *open);
        }
        if (*bound > s->bound) {
            s->bound = *bound;
            memcpy(s->factor, factor, sizeof s->factor);
            memcpy(s->price, a.price, s->in->n * sizeof *s->price);
            s->mu = mu;
            s->have_price = true;
        }
    }
    median_answer_free(&a);
    costs_free(&c);
    return status;
}

static double mean_of_set(const struct instance *in, const bool *open, double *minutes)
{
    struct sums sums;
    times_of_set(in, open, minutes);
    sum_times(in, minutes, &sums);
    return sums_mean(&sums);
}

/// The best mu for these factors: the bound is concave in it, and rises where the mean of its own
/// set is above the cap.
static ig_status bound_by_mean(struct search *s, const double *factor, double least_mu)
{
    bool *open = ig_alloc(s->in->m + 1, sizeof *open);
    double low = least_mu, high = INFINITY, bound;
    ig_status status = open ? bound_at(s, factor, low, &bound, open) : IG_EMEMORY;
    for (int round = 0; !status && s->cap < INFINITY && round < ROUNDS / 5; round++) {
        const double mu = high < INFINITY ? 0.5 * (low + high) : fmax(2.0 * low, 0.1);
        if (out_of_time(s->in) || mu > 1e4) break;
        if (round == 0 && !(mean_of_set(s->in, open, s->minutes) > s->cap)) break;
        status = bound_at(s, factor, mu, &bound, open);
        if (!status && mean_of_set(s->in, open, s->minutes) > s->cap)
            low = mu;
        else
            high = mu;
    }
    ig_free(open);
    return status;
}

/// The nearest weights that are not below 0 and add up to 1, of groups with people.
static void to_simplex(const struct search *s, double *weight)
{
    double low = -INFINITY, high = -INFINITY;
    for (size_t g = 0; g < QUINTILES; g++)
        if (s->people[g] > 0.0) high = fmax(high, weight[g]);
    low = high - 1.0;
    for (int step = 0; step < 60; step++) { // what is taken off each
        const double middle = 0.5 * (low + high);
        double sum = 0.0;
        for (size_t g = 0; g < QUINTILES; g++)
            if (s->people[g] > 0.0) sum += fmax(0.0, weight[g] - middle);
        if (sum > 1.0)
            low = middle;
        else
            high = middle;
    }
    double sum = 0.0;
    for (size_t g = 0; g < QUINTILES; g++)
        sum += weight[g] = s->people[g] > 0.0 ? fmax(0.0, weight[g] - low) : 0.0;
    for (size_t g = 0; g < QUINTILES; g++)
        weight[g] /= sum;
}

/// Where the bound rises: towards quintiles that fare worse in its own set, and a mean above the
/// cap. @return the square of its length
static double slope_of_bound(const struct search *s, const bool *open, double *up, double *up_mu)
{
    struct sums sums;
    double middle = 0.0, groups = 0.0, square;
    times_of_set(s->in, open, s->minutes);
    sum_times(s->in, s->minutes, &sums);
    for (size_t g = 0; g < QUINTILES; g++) {
        up[g] = s->people[g] > 0.0 ? sums.moment[g] / s->people[g] : 0.0;
        middle += up[g];
        groups += s->people[g] > 0.0;
    }
    *up_mu = s->cap < INFINITY ? sums_mean(&sums) - s->cap : 0.0;
    square = *up_mu * *up_mu;
    for (size_t g = 0; g < QUINTILES; g++) {
        up[g] -= s->people[g] > 0.0 ? middle / groups : 0.0;
        square += up[g] * up[g];
    }
    return square;
}

/// Weights of the quintiles whose mean no set's worst quintile is below, by subgradients.
static ig_status bound_worst(struct search *s)
{
    double factor[SITING_GROUPS] = {0}, up[QUINTILES], mu = 0.0, up_mu, scale = 1.0;
    bool *open = ig_alloc(s->in->m + 1, sizeof *open);
    ig_status status = open ? IG_OK : IG_EMEMORY;
    to_simplex(s, factor);
    for (int round = 0; !status && round < ROUNDS && scale > 0.01; round++) {
        double bound;
        const double before = s->bound;
        status = bound_at(s, factor, mu, &bound, open);
        const double open_gap = s->score.value - bound;
        if (status || out_of_time(s->in) || open_gap <= SITING_TIE * s->score.value) break;
        const double square = slope_of_bound(s, open, up, &up_mu);
        if (!(square > 0.0)) break; // all alike: no better weights
        if (s->bound <= before) scale *= 0.7;
        for (size_t g = 0; g < QUINTILES; g++)
            factor[g] += scale * open_gap / square * up[g];
        to_simplex(s, factor);
        mu = fmax(0.0, mu + scale * open_gap / square * up_mu);
    }
    ig_free(open);
    return status;
}

/// Least mu with which no group's minutes have a price below 0.
static double least_mu(const struct search *s, const double *factor)
{
    double mu = 0.0;
    for (size_t g = 0; g < SITING_GROUPS; g++)
        if (s->people[g] > 0.0) mu = fmax(mu, -factor[g] * s->all / s->people[g]);
    return mu * (1.0 + 1e-12);
}

/// A slope or a gap may be small from either side: a set below the bound of one is above 0 there.
static ig_status bound_slope(struct search *s)
{
    double factor[SITING_GROUPS] = {0};
    ig_status status = IG_OK;
    s->bound = 0.0;
    if (!equity_factors(s->in, s->people, factor)) return IG_OK;
    for (int sign = 0; !status && sign < 2 && !out_of_time(s->in); sign++) {
        status = bound_by_mean(s, factor, least_mu(s, factor));
        for (size_t g = 0; g < SITING_GROUPS; g++)
            factor[g] = -factor[g];
    }
    return status;
}

static ig_status raise(struct search *s)
{
    static const double core20[SITING_GROUPS] = {1, 0, 0, 0, 0, 0};
    if (is_slope(s->in->options.objective)) return bound_slope(s);
    s->bound = 0.0;
    if (s->in->options.objective == IG_SITING_WORST_QUINTILE) return bound_worst(s);
    return s->people[0] > 0.0 ? bound_by_mean(s, core20, 0.0) : IG_OK;
}

// ---- what is left -------------------------------------------------------------------------------

/// All sets of what is left, where they are few: proof, ties and all.
static ig_status try_all(struct search *s, const struct instance *small, struct answer *out,
                         bool *done)
{
    struct found found;
    const double work = sets_of(small->m, small->k) * (double)small->n;
    *done = work <= s->in->options.enumerate && (double)small->n * (double)small->m < 1e8;
    if (!*done) return IG_OK;
    ig_status status = enumerate_sets(s->ctx, small, small->k, s->score.unreached, s->cap, &found);
    if (status) return status;
    if (found.any) {
        widen(small, found.open, s->in, s->open);
        s->score = found.score;
        out->optima = found.optima;
        out->least_codes = true;
    }
    out->proven = found.any;
    out->method = "all sets that a Lagrangian bound leaves";
    ig_free(found.open);
    return IG_OK;
}

static ig_status try_model(struct search *s, const struct instance *small, struct answer *out)
{
    if (small->start[small->n] > MOST_MODEL_ENTRIES || out_of_time(s->in)) return IG_OK;
    bool proven = false, found = false;
    bool *open = ig_alloc(small->m + 1, sizeof *open), *wide = ig_alloc(s->in->m + 1, sizeof *wide);
    double bound = NAN;
    ig_status status = open && wide ? IG_OK : IG_EMEMORY;
    if (!status) status = equity_model(s->ctx, small, s->cap, open, &bound, &proven, &found);
    if (!status && found) {
        struct sums sums;
        widen(small, open, s->in, wide);
        const struct score score = score_of_set(s->in, wide, s->cap, s->minutes, &sums);
        if (score_compare(&score, &s->score) < 0) {
            memcpy(s->open, wide, s->in->m * sizeof *wide);
            s->score = score;
        }
        out->method = "vertex substitution, closest assignment by CBC";
        if (!isnan(bound)) s->bound = fmax(s->bound, fmin(bound, s->score.value));
        out->proven = proven && s->score.value - bound <= 1e-6 * fmax(1.0, s->score.value);
    }
    ig_free(open);
    ig_free(wide);
    return status;
}

/// First what the cap on the mean leaves, then what the objective's own bound leaves of that.
static ig_status settle(struct search *s, const double *mean_price, bool mean_proven,
                        struct answer *out)
{
    static const double everybody[SITING_GROUPS] = {1, 1, 1, 1, 1, 1};
    struct smaller first = {0}, second = {0};
    struct instance by_mean = {0}, by_bound = {0};
    struct costs c = {0};
    bool smaller = false, again = false, done = false;
    const struct instance *left = s->in;
    ig_status status = costs_new(s->in, &c);
    if (!status && s->cap < INFINITY) {
        price_minutes(s->in, everybody, 4.0 * (longest(s->in) + 1.0), &c);
        status = shrink(s->ctx, s->in, &c.median, mean_price, s->cap * s->all * (1.0 + SITING_TIE),
                        &first, &by_mean, &smaller);
        if (smaller) left = &by_mean;
    }
    costs_free(&c);
    if (!status && s->have_price && !smaller && s->bound > 0.0 && isfinite(s->score.value)) {
        status = median_of(s, s->factor, s->mu, &c);
        const double cut = s->score.value * (1.0 + 2.0 * SITING_TIE) + 2.0 * SITING_TIE +
                           (s->cap < INFINITY ? s->mu * s->cap * (1.0 + SITING_TIE) : 0.0);
        if (!status)
            status = shrink(s->ctx, s->in, &c.median, s->price, cut, &second, &by_bound, &again);
        if (again) left = &by_bound;
        costs_free(&c);
    }
    if (!status)
        ig_debug(s->ctx, "siting: %zu of %zu candidates and %zu of %zu times are left", left->m,
                 s->in->m, left->start[left->n], s->in->start[s->in->n]);
    if (!status) status = try_all(s, left, out, &done);
    if (!status && !done) status = try_model(s, left, out);
    out->proven = out->proven && mean_proven;
    if (!out->proven) {
        out->least_codes = false;
        out->optima = NAN;
    }
    if (smaller) instance_free(&by_mean);
    if (again) instance_free(&by_bound);
    smaller_free(&first);
    smaller_free(&second);
    return status;
}

// ---- the door -----------------------------------------------------------------------------------

/// The best mean, its proof, and its prices.
static ig_status best_mean(ig_ctx *ctx, const struct instance *in, struct answer *mean,
                           struct median_answer *prices)
{
    static const double everybody[SITING_GROUPS] = {1, 1, 1, 1, 1, 1};
    struct instance plain = *in;
    struct costs c;
    plain.options.objective = IG_SITING_P_MEDIAN;
    plain.deadline = fmin(in->deadline, siting_clock() + 0.4 * in->options.time_limit);
    *mean = (struct answer){.bound = NAN, .optima = NAN};
    ig_status status = solve_p_median(ctx, &plain, mean);
    if (!status) status = costs_new(in, &c);
    if (status) return status;
    price_minutes(in, everybody, 4.0 * (longest(in) + 1.0), &c);
    c.median.most_nodes = 1;
    status = median_solve(ctx, &c.median, mean->open, NULL, false, prices);
    costs_free(&c);
    return status;
}

ig_status solve_equity(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    struct answer mean = {0};
    struct median_answer prices = {0};
    struct search s = {.ctx = ctx, .in = in, .all = 0.0};
    s.minutes = ig_alloc(in->n + 1, sizeof *s.minutes);
    s.price = ig_alloc(in->n + 1, sizeof *s.price);
    s.radius = ig_alloc(in->n + 1, sizeof *s.radius);
    for (size_t g = 0; g < SITING_GROUPS; g++)
        s.all += s.people[g] = people_in(in, g);
    ig_status status =
        s.minutes && s.price && s.radius ? best_mean(ctx, in, &mean, &prices) : IG_EMEMORY;
    if (!status) {
        const double best = mean_of_set(in, mean.open, s.minutes);
        s.cap = has_cap(in) ? best * (1.0 + in->options.mean_slack) : INFINITY;
        s.open = mean.open;
        mean.open = NULL;
        out->method = "vertex substitution, Lagrangian bound";
        status = score_exchange(ctx, in, s.cap, s.open, &s.score);
    }
    // people left unreached change whom the means are over: then only a plain bound holds
    const bool all_reached = !status && !(unreached_by(in, s.open) > 0.0);
    if (!status && all_reached) {
        struct instance hurried = *in; // half of what is left is for the bound
        hurried.deadline = 0.5 * (siting_clock() + in->deadline);
        s.in = &hurried;
        status = raise(&s);
        s.in = in;
        if (!status) status = score_exchange(ctx, in, s.cap, s.open, &s.score);
        if (!status && !out_of_time(in))
            status = settle(&s, prices.price, mean.proven || s.cap == INFINITY, out);
    }
    if (!status) out->bound = fmin(fmax(0.0, s.bound), s.score.value);
    if (status) {
        ig_free(s.open);
        s.open = NULL;
    }
    out->open = s.open;
    ig_free(mean.open);
    ig_free(s.minutes);
    ig_free(s.price);
    ig_free(s.radius);
    median_answer_free(&prices);
    return status;
}
