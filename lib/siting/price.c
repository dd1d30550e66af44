// What equity costs: the efficient and the equitable answer, and the frontier between them.
#include "siting_internal.h"

#include <math.h>

static bool is_cover(ig_siting_objective o)
{
    return o == IG_SITING_MCLP || o == IG_SITING_CORE20_COVERAGE;
}

static size_t quintile_of(const ig_siting_problem *p, size_t i)
{
    const double d = p->decile ? p->decile[i] : NAN;
    return isnan(d) ? NO_QUINTILE : ((size_t)d - 1) / 2;
}

void ig_siting_figures_of(const ig_siting_problem *p, const ig_siting *s, ig_siting_figures *out)
{
    struct sums sums = {.greatest = 0.0};
    double within = 0.0;
    for (size_t i = 0; i < p->demands; i++) {
        const size_t g = quintile_of(p, i);
        within += s->within[i];
        if (!(s->reached[i] > 0.0)) continue;
        sums.reached[g] += s->reached[i];
        sums.moment[g] += s->reached[i] * s->minutes[i];
    }
    out->worst_quintile = NAN;
    for (size_t g = 0; g < QUINTILES; g++) {
        out->quintile[g] = sums.reached[g] > 0.0 ? sums.moment[g] / sums.reached[g] : NAN;
        if (!isnan(out->quintile[g]) && !(out->quintile[g] <= out->worst_quintile))
            out->worst_quintile = out->quintile[g];
    }
    out->mean = sums_mean(&sums);
    out->sii = sums_sii(&sums);
    out->core20_gap = sums_gap(&sums);
    out->within = within;
}

/// People whose time falls or rises by more than a minute, or who are reached now, or no more.
static void count_changes(const ig_siting_problem *p, ig_siting_price *price)
{
    const ig_siting *from = price->efficient, *to = price->equitable;
    for (size_t i = 0; i < p->demands; i++) {
        const size_t g = quintile_of(p, i);
        if (!(p->people[i] > 0.0)) continue;
        const double before = isnan(from->minutes[i]) ? INFINITY : from->minutes[i];
        const double after = isnan(to->minutes[i]) ? INFINITY : to->minutes[i];
        price->people[g] += p->people[i];
        if (before == after) continue;
        if (after < before - 1.0) price->winners[g] += p->people[i];
        if (after > before + 1.0) price->losers[g] += p->people[i];
    }
}

static ig_status add_point(ig_ctx *ctx, const ig_siting_problem *problem,
                           const ig_siting_options *options, double slack, ig_siting_price *price)
{
    ig_siting_options here = *options;
    here.objective = price->equity;
    here.mean_slack = slack;
    here.slack_for_all = true;
    ig_siting_point *point = &price->point[price->points];
    ig_status status = ig_siting_solve(ctx, problem, &here, &point->answer);
    if (status) return status;
    point->slack = slack;
    ig_siting_figures_of(problem, point->answer, &point->figures);
    price->points++;
    return IG_OK;
}

void ig_siting_price_free(ig_siting_price *price)
{
    if (!price) return;
    ig_siting_free(price->efficient);
    ig_siting_free(price->equitable);
    for (size_t i = 0; i < price->points; i++)
        ig_siting_free(price->point[i].answer);
    ig_free(price);
}

ig_status ig_siting_price_new(ig_ctx *ctx, const ig_siting_problem *problem,
                              const ig_siting_options *options, ig_siting_price **out)
{
    static const double slacks[IG_SITING_POINTS] = {0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5};
    const ig_siting_objective asked = options->objective;
    if (asked == IG_SITING_P_CENTER || asked == IG_SITING_LSCP)
        return ig_fail(ctx, IG_EINVAL, "this objective has no price of equity");
    ig_siting_price *price = ig_alloc(1, sizeof *price);
    if (!price) return siting_no_memory(ctx);
    ig_siting_options o = *options;
    o.time_limit = options->time_limit / (is_cover(asked) ? 2.0 : IG_SITING_POINTS + 2.0);
    price->efficiency = is_cover(asked) ? IG_SITING_MCLP : IG_SITING_P_MEDIAN;
    price->equity = is_cover(asked)               ? IG_SITING_CORE20_COVERAGE
                    : asked == IG_SITING_P_MEDIAN ? IG_SITING_LEAST_SII
                                                  : asked;
    o.objective = price->efficiency;
    ig_status status = ig_siting_solve(ctx, problem, &o, &price->efficient);
    o.objective = price->equity;
    if (!status) status = ig_siting_solve(ctx, problem, &o, &price->equitable);
    if (!status) {
        ig_siting_figures_of(problem, price->efficient, &price->efficient_figures);
        ig_siting_figures_of(problem, price->equitable, &price->equitable_figures);
        count_changes(problem, price);
    }
    for (size_t i = 0; !status && !is_cover(asked) && i < IG_SITING_POINTS; i++)
        status = add_point(ctx, problem, &o, slacks[i], price);
    if (status) {
        ig_siting_price_free(price);
        return status;
    }
    *out = price;
    return IG_OK;
}
