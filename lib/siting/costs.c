// Objectives that are medians once minutes, people and being unreached have a price: the mean of all
// or of CORE20, and cover.
#include "siting_internal.h"

#include <math.h>
#include <string.h>

// ---- medians with costs by objective --------------------------------------------------------------

void costs_free(struct costs *c)
{
    ig_free(c->end);
    ig_free(c->weight);
    ig_free(c->base);
}

ig_status costs_new(const struct instance *in, struct costs *c)
{
    *c = (struct costs){.end = ig_alloc(in->n + 1, sizeof *c->end)};
    c->weight = ig_alloc(in->n + 1, sizeof *c->weight);
    c->base = ig_alloc(in->n + 1, sizeof *c->base);
    if (!c->end || !c->weight || !c->base) {
        costs_free(c);
        return IG_EMEMORY;
    }
    c->median = (struct median){.n = in->n,
                                .m = in->m,
                                .k = in->k,
                                .start = in->start,
                                .end = c->end,
                                .site = in->site,
                                .minutes = in->minutes,
                                .weight = c->weight,
                                .base = c->base,
                                .enough = -INFINITY,
                                .hopeless = INFINITY,
                                .deadline = in->deadline};
    return IG_OK;
}

bool whole_people(const struct instance *in)
{
    for (size_t i = 0; i < in->n; i++)
        if (in->people[i] != floor(in->people[i])) return false;
    return true;
}

/// Each person beyond `threshold` costs what `price` says of the group.
void price_cover(const struct instance *in, double threshold, const double *price, struct costs *c)
{
    for (size_t g = 0; g < SITING_GROUPS; g++)
        for (size_t i = in->group_start[g]; i < in->group_start[g + 1]; i++) {
            size_t end = in->start[i];
            while (end < in->start[i + 1] && in->minutes[end] <= threshold)
                end++;
            c->end[i] = end;
            c->weight[i] = 0.0;
            const bool covered = in->base[i] < INFINITY && in->base[i] <= threshold;
            c->base[i] = covered ? 0.0 : price[g] * in->people[i];
            if (c->base[i] == 0.0) c->end[i] = in->start[i];
        }
    c->median.whole = whole_people(in);
}

/// Each minute of a person costs what `price` says of the group, a person unreached `unreached`.
void price_minutes(const struct instance *in, const double *price, double unreached,
                   struct costs *c)
{
    for (size_t g = 0; g < SITING_GROUPS; g++)
        for (size_t i = in->group_start[g]; i < in->group_start[g + 1]; i++) {
            const bool reached = in->base[i] < INFINITY;
            c->end[i] = in->start[i + 1];
            c->weight[i] = price[g] * in->people[i];
            c->base[i] = reached ? c->weight[i] * in->base[i] : unreached * in->people[i];
            if (reached && c->weight[i] == 0.0) c->end[i] = in->start[i];
        }
    c->median.whole = false;
}

double longest(const struct instance *in)
{
    double most = 0.0;
    for (size_t i = 0; i < in->n; i++) {
        if (in->base[i] < INFINITY) most = fmax(most, in->base[i]);
        if (in->start[i + 1] > in->start[i]) most = fmax(most, in->minutes[in->start[i + 1] - 1]);
    }
    return most;
}

// ---- people whom nobody can help ------------------------------------------------------------------

ig_status least_unreached(ig_ctx *ctx, const struct instance *in, const bool *hint,
                          struct reach *out)
{
    static const double one[SITING_GROUPS] = {1, 1, 1, 1, 1, 1};
    struct costs c;
    struct median_answer a = {0};
    ig_status status = costs_new(in, &c);
    if (status) return status;
    price_cover(in, INFINITY, one, &c);
    c.median.enough = 0.0;
    status = median_solve(ctx, &c.median, hint, NULL, false, &a);
    if (!status) *out = (struct reach){a.cost, a.cost <= 0.0 || near_equal(a.bound, a.cost)};
    if (!status && c.median.whole) out->proven = out->proven || a.bound > a.cost - 1.0 + 1e-6;
    median_answer_free(&a);
    costs_free(&c);
    return status;
}

double unreached_by(const struct instance *in, const bool *open)
{
    double people = 0.0;
    for (size_t i = 0; i < in->n; i++) {
        bool reached = in->base[i] < INFINITY;
        for (size_t e = in->start[i]; !reached && e < in->start[i + 1]; e++)
            reached = open[in->site[e]];
        if (!reached) people += in->people[i];
    }
    return people;
}

double people_in(const struct instance *in, size_t group)
{
    double people = 0.0;
    for (size_t i = in->group_start[group]; i < in->group_start[group + 1]; i++)
        people += in->people[i];
    return people;
}

// ---- p-median and the mean of CORE20 ----------------------------------------------------------------

ig_status solve_minutes(ig_ctx *ctx, const struct instance *in, const double *price,
                        const bool *hint, struct answer *out, double *total)
{
    struct costs c;
    struct median_answer a = {0};
    struct reach reach = {0.0, true};
    double greatest = 0.0, penalty;
    ig_status status = costs_new(in, &c);
    if (status) return status;
    for (size_t g = 0; g < SITING_GROUPS; g++)
        greatest = fmax(greatest, price[g]);
    penalty = 4.0 * greatest * (longest(in) + 1.0);
    for (int attempt = 0; !status && attempt < 4; attempt++, penalty *= 100.0) {
        price_minutes(in, price, penalty, &c);
        median_answer_free(&a);
        status = median_solve(ctx, &c.median, hint, NULL, true, &a);
        if (status) break;
        const double left = unreached_by(in, a.open);
        if (left > 0.0 && attempt == 0) status = least_unreached(ctx, in, a.open, &reach);
        *total = a.bound - penalty * reach.least;
        out->proven = reach.proven && near_equal(left, reach.least) &&
                      a.cost - a.bound <= SITING_TIE * fmax(1.0, a.cost - penalty * left);
        if (!reach.proven || !near_equal(left, reach.least)) *total = NAN;
        if (near_equal(left, reach.least) || out_of_time(in)) break;
    }
    if (!status) {
        out->open = a.open;
        a.open = NULL;
        out->optima = a.counted && out->proven ? a.optima : NAN;
        out->least_codes = a.counted && out->proven;
        out->method = "vertex substitution, Lagrangian bound, branch and bound";
    }
    median_answer_free(&a);
    costs_free(&c);
    return status;
}

ig_status solve_p_median(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    static const double one[SITING_GROUPS] = {1, 1, 1, 1, 1, 1};
    double total;
    ig_status status = solve_minutes(ctx, in, one, NULL, out, &total);
    if (status) return status;
    const double reached = in->total - in->out - unreached_by(in, out->open);
    out->bound = reached > 0.0 ? fmax(0.0, total) / reached : NAN;
    if (isnan(total)) out->bound = NAN;
    return IG_OK;
}

ig_status solve_core20_mean(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    static const double core20[SITING_GROUPS] = {1, 0, 0, 0, 0, 0};
    double total;
    ig_status status = solve_minutes(ctx, in, core20, NULL, out, &total);
    if (status) return status;
    const double core = people_in(in, 0);
    out->bound = core > 0.0 && !isnan(total) ? fmax(0.0, total) / core : NAN;
    if (unreached_by(in, out->open) > 0.0) { // the people that the mean is over may differ
        out->proven = out->least_codes = false;
        out->optima = NAN;
    }
    return IG_OK;
}

// ---- cover ------------------------------------------------------------------------------------------

ig_status solve_cover(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    const bool core20_first = in->options.objective == IG_SITING_CORE20_COVERAGE;
    const double first = core20_first ? (in->total + 1.0) * (whole_people(in) ? 1.0 : 1e3) : 0.0;
    const double price[SITING_GROUPS] = {1.0 + first, 1, 1, 1, 1, 1};
    struct costs c;
    struct median_answer a;
    ig_status status = costs_new(in, &c);
    if (status) return status;
    price_cover(in, in->options.threshold, price, &c);
    status = median_solve(ctx, &c.median, NULL, NULL, true, &a);
    if (!status) {
        double all = 0.0;
        for (size_t i = 0; i < in->n; i++)
            all += in->people[i];
        out->open = a.open;
        a.open = NULL;
        out->proven = c.median.whole ? a.bound > a.cost - 1.0 + 1e-6
                                     : a.cost - a.bound <= SITING_TIE * fmax(1.0, a.cost);
        out->optima = a.counted && out->proven ? a.optima : NAN;
        out->least_codes = a.counted && out->proven;
        out->bound = core20_first ? people_in(in, 0) - fmax(0.0, (a.bound - all) / (1.0 + first))
                                  : all - fmax(0.0, a.bound);
        if (c.median.whole) out->bound = floor(out->bound + 1e-6);
        out->method = "vertex substitution, Lagrangian bound, branch and bound";
    }
    median_answer_free(&a);
    costs_free(&c);
    return status;
}
