// Objectives over groups of people: a first answer by swaps, a bound, and integer programmes.
#include "siting_internal.h"

#include <math.h>
#include <string.h>

// ---- equity -----------------------------------------------------------------------------------------

/// No set's worst mean is below the best of any weighted mean of the quintiles (weak duality).
static ig_status bound_worst_quintile(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    double lambda[QUINTILES], price[SITING_GROUPS] = {0}, people[QUINTILES];
    double *minutes = ig_alloc(in->n + 1, sizeof *minutes);
    ig_status status = minutes ? IG_OK : IG_EMEMORY;
    double best = 0.0;
    for (size_t g = 0; g < QUINTILES; g++) {
        people[g] = people_in(in, g);
        lambda[g] = people[g] > 0.0;
    }
    for (int round = 0; !status && round < 12 && !out_of_time(in); round++) {
        double sum = 0.0, mean = 0.0, total;
        struct sums sums;
        struct answer weighted = {.bound = NAN};
        for (size_t g = 0; g < QUINTILES; g++)
            sum += lambda[g];
        for (size_t g = 0; g < QUINTILES; g++)
            price[g] = people[g] > 0.0 ? lambda[g] / sum / people[g] * in->total : 0.0;
        status = solve_minutes(ctx, in, price, out->open, &weighted, &total);
        if (status) break;
        if (total / in->total > best) best = total / in->total;
        times_of_set(in, weighted.open, minutes);
        sum_times(in, minutes, &sums);
        for (size_t g = 0; g < QUINTILES; g++)
            if (people[g] > 0.0) mean += lambda[g] / sum * sums.moment[g] / people[g];
        for (size_t g = 0; g < QUINTILES; g++)
            if (people[g] > 0.0 && mean > 0.0)
                lambda[g] *= exp((sums.moment[g] / people[g] / mean - 1.0) / (1.0 + 0.3 * round));
        ig_free(weighted.open);
    }
    ig_free(minutes);
    out->bound = best;
    return status;
}

/// Sets of another objective than this one, by the same problem.
static ig_status solve_as(ig_ctx *ctx, const struct instance *in, ig_siting_objective objective,
                          struct answer *out)
{
    struct instance other = *in;
    other.options.objective = objective;
    *out = (struct answer){.bound = NAN, .optima = NAN};
    return objective == IG_SITING_CORE20_MEAN ? solve_core20_mean(ctx, &other, out)
                                              : solve_p_median(ctx, &other, out);
}

static double mean_of_set(const struct instance *in, const bool *open, double *minutes)
{
    struct sums sums;
    times_of_set(in, open, minutes);
    sum_times(in, minutes, &sums);
    return sums_mean(&sums);
}

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

enum { MOST_MODEL_ENTRIES = 60000 };

/// Swaps from the best mean; then an integer programme where it is not too large.
ig_status solve_equity(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    struct answer mean;
    struct score score;
    double *minutes = ig_alloc(in->n + 1, sizeof *minutes);
    ig_status status = minutes ? solve_as(ctx, in, IG_SITING_P_MEDIAN, &mean) : IG_EMEMORY;
    if (status) {
        ig_free(minutes);
        return status;
    }
    const double best = mean_of_set(in, mean.open, minutes);
    const double cap = has_cap(in) ? best * (1.0 + in->options.mean_slack) : INFINITY;
    out->open = mean.open;
    out->method = "vertex substitution";
    status = score_exchange(ctx, in, cap, out->open, &score);
    if (!status && in->options.objective == IG_SITING_WORST_QUINTILE)
        status = bound_worst_quintile(ctx, in, out);
    else if (!status && is_slope(in->options.objective))
        out->bound = 0.0;
    if (!status && in->start[in->n] <= MOST_MODEL_ENTRIES && !out_of_time(in) &&
        !(unreached_by(in, out->open) > 0.0)) {
        bool proven = false, found = false, *open = ig_alloc(in->m + 1, sizeof *open);
        double bound = NAN;
        struct score by_model;
        if (open) memcpy(open, out->open, in->m * sizeof *open);
        status = open ? equity_model(ctx, in, cap, open, &bound, &proven, &found) : IG_EMEMORY;
        if (!status && found) {
            struct sums sums;
            by_model = score_of_set(in, open, cap, minutes, &sums);
            if (score_compare(&by_model, &score) < 0) {
                memcpy(out->open, open, in->m * sizeof *open);
                score = by_model;
            }
            out->method = "vertex substitution, closest assignment by CBC";
            if (!isnan(bound) && !(bound < out->bound)) out->bound = fmin(bound, score.value);
            out->proven =
                proven && mean.proven && score.value - bound <= 1e-6 * fmax(1.0, score.value);
        }
        ig_free(open);
    }
    ig_free(minutes);
    return status;
}
