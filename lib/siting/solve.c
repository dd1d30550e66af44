// From an objective to the method that answers it: all sets where they are few, else bounds.
#include "siting_internal.h"

#include <math.h>

// ---- few sets: all of them --------------------------------------------------------------------------

static ig_status solve_all(ig_ctx *ctx, struct instance *in, struct answer *out)
{
    struct found found;
    double unreached_cap = INFINITY, mean_cap = INFINITY;
    ig_status status = IG_OK;
    if (has_cap(in)) {
        const ig_siting_objective o = in->options.objective;
        in->options.objective = IG_SITING_P_MEDIAN;
        status = enumerate_sets(ctx, in, in->k, INFINITY, INFINITY, &found);
        in->options.objective = o;
        if (status) return status;
        unreached_cap = found.score.unreached;
        mean_cap = found.score.value * (1.0 + in->options.mean_slack);
        ig_free(found.open);
    }
    status = enumerate_sets(ctx, in, in->k, unreached_cap, mean_cap, &found);
    if (status) return status;
    if (!found.any) {
        ig_free(found.open);
        return ig_fail(ctx, IG_EUNDEFINED, "the objective has no value for any set of sites");
    }
    *out = (struct answer){.open = found.open,
                           .bound = NAN,
                           .optima = found.optima,
                           .proven = true,
                           .least_codes = true,
                           .method = "all sets tried"};
    return IG_OK;
}

static ig_status choose_method(ig_ctx *ctx, struct instance *in, struct answer *out)
{
    const ig_siting_objective o = in->options.objective;
    const double work = sets_of(in->m, in->k) * (double)in->n * (has_cap(in) ? 2.0 : 1.0);
    *out = (struct answer){.bound = NAN, .optima = NAN};
    if (in->problem->capacity) return solve_capacity(ctx, in, out);
    if (o == IG_SITING_LSCP) return solve_fewest(ctx, in, out);
    if (work <= in->options.enumerate && (double)in->n * (double)in->m < 1e8)
        return solve_all(ctx, in, out);
    switch (o) {
    case IG_SITING_P_MEDIAN:
        return solve_p_median(ctx, in, out);
    case IG_SITING_P_CENTER:
        return solve_p_center(ctx, in, out);
    case IG_SITING_MCLP:
    case IG_SITING_CORE20_COVERAGE:
        return solve_cover(ctx, in, out);
    case IG_SITING_CORE20_MEAN:
        return has_cap(in) ? solve_equity(ctx, in, out) : solve_core20_mean(ctx, in, out);
    default:
        return solve_equity(ctx, in, out);
    }
}
// ---- the door --------------------------------------------------------------------------------------

ig_status ig_siting_solve(ig_ctx *ctx, const ig_siting_problem *problem,
                          const ig_siting_options *options, ig_siting **out)
{
    struct instance in;
    struct answer answer = {0};
    ig_status status = instance_new(ctx, problem, options, &in);
    if (status) return status;
    status = choose_method(ctx, &in, &answer);
    if (status == IG_EMEMORY) siting_no_memory(ctx);
    if (!status) status = state(ctx, &in, &answer, out);
    ig_free(answer.open);
    instance_free(&in);
    return status;
}

ig_status ig_siting_evaluate(ig_ctx *ctx, const ig_siting_problem *problem,
                             const ig_siting_options *options, const bool *open, ig_siting **out)
{
    struct instance in;
    ig_siting_options plain = *options;
    plain.open = 0;
    ig_status status = instance_new(ctx, problem, &plain, &in);
    if (status) return status;
    struct answer answer = {.bound = NAN, .optima = NAN, .method = "as given"};
    answer.open = ig_alloc(in.m + 1, sizeof *answer.open);
    if (!answer.open) status = siting_no_memory(ctx);
    for (size_t c = 0; !status && c < in.m; c++)
        answer.open[c] = open[in.candidate[c]];
    if (!status) status = state(ctx, &in, &answer, out);
    ig_free(answer.open);
    instance_free(&in);
    return status;
}
