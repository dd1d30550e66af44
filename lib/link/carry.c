// Counts, rates and categories of sources carried to targets, with sums that add up.
#include "link_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory to carry values to other areas");
}

void ig_shares_free(ig_shares *shares)
{
    if (!shares) return;
    for (size_t i = 0; shares->source && i < shares->sources; i++)
        ig_free(shares->source[i]);
    for (size_t i = 0; shares->target && i < shares->targets; i++)
        ig_free(shares->target[i]);
    ig_free(shares->source);
    ig_free(shares->target);
    ig_free(shares->start);
    ig_free(shares->piece);
    ig_free(shares->weight);
    ig_free(shares->whole);
    ig_free(shares->change);
    ig_free(shares->split);
    ig_free(shares);
}

ig_shares *shares_new(size_t sources, size_t targets, size_t pieces)
{
    ig_shares *s = ig_alloc(1, sizeof *s);
    if (!s) return NULL;
    s->sources = sources;
    s->targets = targets;
    s->source = ig_alloc(sources + 1, sizeof *s->source);
    s->target = ig_alloc(targets + 1, sizeof *s->target);
    s->start = ig_alloc(sources + 1, sizeof *s->start);
    s->piece = ig_alloc(pieces + 1, sizeof *s->piece);
    s->weight = ig_alloc(pieces + 1, sizeof *s->weight);
    s->whole = ig_alloc(sources + 1, sizeof *s->whole);
    s->change = ig_alloc(sources + 1, sizeof *s->change);
    s->split = ig_alloc(sources + 1, sizeof *s->split);
    if (!s->source || !s->target || !s->start || !s->piece || !s->weight || !s->whole ||
        !s->change || !s->split) {
        ig_shares_free(s);
        return NULL;
    }
    return s;
}

// ---- counts -------------------------------------------------------------------------------------

// A source without value takes it from every target that it has a part in; so does one with a
// value whose shares are not known.
static void find_causes(const ig_shares *s, const double *values, size_t *cause)
{
    for (size_t i = 0; i < s->sources; i++) {
        const bool unknown = isnan(values[i]) || (values[i] != 0.0 && s->whole[i] <= 0.0);
        if (!unknown) continue;
        for (size_t k = s->start[i]; k < s->start[i + 1]; k++) {
            const bool counts = s->weight[k] > 0.0 || s->whole[i] <= 0.0;
            if (counts && cause[s->piece[k]] == SIZE_MAX) cause[s->piece[k]] = i;
        }
    }
}

static double piece_of(const ig_shares *s, size_t i, size_t k, double value)
{
    return s->weight[k] == s->whole[i] ? value : value * (s->weight[k] / s->whole[i]);
}

// Share of a source that lies in no target; what rounding leaves is none.
static double outside_share(const ig_shares *s, size_t i)
{
    if (s->whole[i] <= 0.0) return 1.0;
    struct ig_sum inside = {0};
    for (size_t k = s->start[i]; k < s->start[i + 1]; k++)
        ig_sum_add(&inside, s->weight[k]);
    const double share = 1.0 - ig_sum_of(&inside) / s->whole[i];
    return fabs(share) < 1e-12 ? 0.0 : share;
}

static ig_status check_sums(ig_ctx *ctx, const ig_shares *s, const double *values,
                            const ig_carried *c)
{
    struct ig_sum size = {0};
    for (size_t i = 0; i < s->sources; i++) {
        if (!isnan(values[i])) ig_sum_add(&size, fabs(values[i]));
    }
    const double error = fabs(c->before - (c->after + c->lost));
    if (error <= 1e-12 * ig_sum_of(&size)) return IG_OK;
    return ig_fail(ctx, IG_EBUG, "a sum of %.17g became %.17g with %.17g lost", c->before, c->after,
                   c->lost);
}

ig_status ig_carry_counts(ig_ctx *ctx, const ig_shares *s, const double *values, double *out,
                          size_t *cause, ig_carried *carried)
{
    struct ig_sum *sum = ig_alloc(s->targets + 1, sizeof *sum);
    bool *reached = ig_alloc(s->targets + 1, sizeof *reached);
    size_t *causes = ig_alloc(s->targets + 1, sizeof *causes);
    struct ig_sum before = {0}, after = {0}, lost = {0};
    ig_status status = sum && reached && causes ? IG_OK : no_memory(ctx);
    *carried = (ig_carried){0};
    if (status) goto done;
    for (size_t t = 0; t < s->targets; t++)
        causes[t] = SIZE_MAX;
    find_causes(s, values, causes);
    for (size_t i = 0; i < s->sources; i++) {
        if (isnan(values[i])) {
            carried->sources_without_value++;
            continue;
        }
        ig_sum_add(&before, values[i]);
        ig_sum_add(&lost, values[i] * outside_share(s, i));
        for (size_t k = s->start[i]; s->whole[i] > 0.0 && k < s->start[i + 1]; k++) {
            const size_t t = s->piece[k];
            const double value = piece_of(s, i, k, values[i]);
            if (causes[t] != SIZE_MAX) { // a part of a sum that is not known
                ig_sum_add(&lost, value);
                continue;
            }
            ig_sum_add(&sum[t], value);
            reached[t] = true;
        }
    }
    for (size_t t = 0; t < s->targets; t++) {
        out[t] = reached[t] && causes[t] == SIZE_MAX ? ig_sum_of(&sum[t]) : NAN;
        if (!isnan(out[t])) ig_sum_add(&after, out[t]);
        if (cause) cause[t] = causes[t];
    }
    carried->before = ig_sum_of(&before);
    carried->after = ig_sum_of(&after);
    carried->lost = ig_sum_of(&lost);
    status = check_sums(ctx, s, values, carried);
done:
    ig_free(sum);
    ig_free(reached);
    ig_free(causes);
    return status;
}

// ---- rates --------------------------------------------------------------------------------------

// Weight of a piece in the mean of its target; NaN where the denominator of its source is missing.
static double mean_weight(const ig_shares *s, size_t i, size_t k, const double *denominators)
{
    if (s->whole[i] <= 0.0) return 0.0;
    return denominators ? piece_of(s, i, k, denominators[i]) : s->weight[k];
}

ig_status ig_carry_rates(ig_ctx *ctx, const ig_shares *s, const double *rates,
                         const double *denominators, double *out, size_t *cause)
{
    struct ig_sum *sum = ig_alloc(s->targets + 1, sizeof *sum);
    struct ig_sum *all = ig_alloc(s->targets + 1, sizeof *all);
    size_t *causes = ig_alloc(s->targets + 1, sizeof *causes);
    // What all pieces agree on is kept to the bit: unchanged areas, and rates that are copied.
    double *same = ig_alloc(s->targets + 1, sizeof *same);
    bool *differ = ig_alloc(s->targets + 1, sizeof *differ);
    const ig_status status = sum && all && causes && same && differ ? IG_OK : no_memory(ctx);
    for (size_t t = 0; !status && t < s->targets; t++) {
        causes[t] = SIZE_MAX;
        same[t] = NAN;
    }
    for (size_t i = 0; !status && i < s->sources; i++) {
        for (size_t k = s->start[i]; k < s->start[i + 1]; k++) {
            const size_t t = s->piece[k];
            const double weight = mean_weight(s, i, k, denominators);
            if (weight == 0.0) continue;
            if (isnan(weight) || isnan(rates[i])) {
                if (causes[t] == SIZE_MAX) causes[t] = i;
                continue;
            }
            ig_sum_add(&sum[t], weight * rates[i]);
            ig_sum_add(&all[t], weight);
            if (isnan(same[t])) same[t] = rates[i];
            differ[t] = differ[t] || rates[i] != same[t];
        }
    }
    for (size_t t = 0; !status && t < s->targets; t++) {
        const double weight = ig_sum_of(&all[t]);
        out[t] = causes[t] != SIZE_MAX || !(weight > 0.0) ? NAN
                 : differ[t]                              ? ig_sum_of(&sum[t]) / weight
                                                          : same[t];
        if (cause) cause[t] = causes[t];
    }
    ig_free(sum);
    ig_free(all);
    ig_free(causes);
    ig_free(same);
    ig_free(differ);
    return status;
}

// ---- categories ---------------------------------------------------------------------------------

struct vote {
    size_t target, source;
    const char *text; ///< NULL: the source has none
    double weight;
};

static int by_target_and_text(const void *a, const void *b)
{
    const struct vote *p = a, *q = b;
    if (p->target != q->target) return p->target < q->target ? -1 : 1;
    const int way = strcmp(p->text ? p->text : "", q->text ? q->text : "");
    if (way) return way;
    return p->source < q->source ? -1 : p->source > q->source;
}

static void count_votes(const struct vote *votes, size_t n, const char **out, double *share,
                        size_t *cause)
{
    double most = 0.0;
    struct ig_sum all = {0};
    *out = NULL;
    *cause = SIZE_MAX;
    for (size_t v = 0; v < n;) {
        struct ig_sum sum = {0};
        size_t end = v;
        for (; end < n && !votes[v].text == !votes[end].text &&
               (!votes[v].text || strcmp(votes[v].text, votes[end].text) == 0);
             end++) {
            ig_sum_add(&sum, votes[end].weight);
            ig_sum_add(&all, votes[end].weight);
        }
        const double weight = ig_sum_of(&sum);
        if (!votes[v].text) {
            *cause = votes[v].source;
        } else if (weight > most * (1.0 + 1e-12)) { // rounding breaks no tie
            most = weight;
            *out = votes[v].text;
        }
        v = end;
    }
    const double total = ig_sum_of(&all);
    *share = *out && total > 0.0 ? most / total : NAN;
    if (*out) *cause = SIZE_MAX;
}

ig_status ig_carry_categories(ig_ctx *ctx, const ig_shares *s, const char *const *texts,
                              const char **out, double *share, size_t *cause)
{
    struct vote *votes = ig_alloc(s->count + 1, sizeof *votes);
    if (!votes) return no_memory(ctx);
    for (size_t i = 0; i < s->sources; i++) {
        for (size_t k = s->start[i]; k < s->start[i + 1]; k++) {
            const double weight = s->whole[i] > 0.0 ? s->weight[k] : 0.0;
            votes[k] = (struct vote){s->piece[k], i, texts[i], weight};
        }
    }
    if (s->count) qsort(votes, s->count, sizeof *votes, by_target_and_text);
    for (size_t t = 0, v = 0; t < s->targets; t++) {
        const size_t first = v;
        while (v < s->count && votes[v].target == t)
            v++;
        size_t why;
        count_votes(votes + first, v - first, &out[t], &share[t], &why);
        if (cause) cause[t] = why;
    }
    ig_free(votes);
    return IG_OK;
}

// ---- whole sources, and weights -----------------------------------------------------------------

static size_t best_piece(const ig_shares *s, size_t i)
{
    const double least_gain = 1e-9 * s->whole[i]; // rounding is no reason
    size_t best = SIZE_MAX;
    struct ig_sum inside = {0};
    for (size_t k = s->start[i]; k < s->start[i + 1]; k++) {
        ig_sum_add(&inside, s->weight[k]);
        if (!(s->weight[k] > 0.0)) continue;
        const double gain = best == SIZE_MAX ? INFINITY : s->weight[k] - s->weight[best];
        const bool tie = fabs(gain) <= least_gain &&
                         strcmp(s->target[s->piece[k]], s->target[s->piece[best]]) < 0;
        if (gain > least_gain || tie) best = k;
    }
    const double outside = s->whole[i] - ig_sum_of(&inside);
    return best != SIZE_MAX && outside > s->weight[best] + least_gain ? SIZE_MAX : best;
}

ig_status ig_shares_best_fit(ig_ctx *ctx, const ig_shares *shares, ig_shares **out)
{
    ig_shares *s = shares_new(shares->sources, shares->targets, shares->sources);
    bool good = s != NULL;
    for (size_t i = 0; good && i < s->sources; i++)
        good = (s->source[i] = ig_text_copy(shares->source[i])) != NULL;
    for (size_t t = 0; good && t < s->targets; t++)
        good = (s->target[t] = ig_text_copy(shares->target[t])) != NULL;
    if (!good) {
        ig_shares_free(s);
        return no_memory(ctx);
    }
    for (size_t i = 0; i < s->sources; i++) {
        const size_t best = best_piece(shares, i);
        s->whole[i] = shares->whole[i];
        s->change[i] = shares->change[i];
        s->split[i] = best == SIZE_MAX ? IG_SPLIT_NONE : IG_SPLIT_WHOLE;
        if (best != SIZE_MAX) {
            s->piece[s->count] = shares->piece[best];
            s->weight[s->count++] = shares->whole[i];
        }
        s->start[i + 1] = s->count;
    }
    *out = s;
    return IG_OK;
}

ig_status ig_carry_weights(const ig_shares *s, const bool *has_row, double *out)
{
    struct ig_sum *sum = ig_alloc(s->targets + 1, sizeof *sum);
    if (!sum) return IG_EMEMORY;
    for (size_t i = 0; i < s->sources; i++) {
        for (size_t k = s->start[i]; has_row[i] && k < s->start[i + 1]; k++)
            ig_sum_add(&sum[s->piece[k]], s->weight[k]);
    }
    for (size_t t = 0; t < s->targets; t++)
        out[t] = ig_sum_of(&sum[t]);
    ig_free(sum);
    return IG_OK;
}
