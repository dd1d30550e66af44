// All sets of k candidates in order of codes: the first of the best, and how many are as good.
#include "siting_internal.h"

#include <math.h>
#include <string.h>

double sets_of(size_t m, size_t k)
{
    double sets = 1.0;
    if (k > m) return 0.0;
    if (k > m - k) k = m - k;
    for (size_t i = 1; i <= k && sets < 1e300; i++)
        sets = sets * (double)(m - k + i) / (double)i;
    return sets;
}

struct trial {
    const struct instance *in;
    size_t k;
    double unreached_cap, mean_cap;
    const double *dense; ///< m columns of n minutes
    struct found *found; ///< one for each first candidate
};

/// Sets that begin with one candidate.
struct branch {
    const struct trial *t;
    struct found *found;
    size_t *chosen;
    double *minutes; ///< k + 1 rows of n: with the first so many chosen
};

static void judge(struct branch *b, const double *minutes)
{
    const struct instance *in = b->t->in;
    struct sums sums;
    sum_times(in, minutes, &sums);
    const struct score score = score_of(in, &sums, b->t->mean_cap);
    struct found *f = b->found;
    if (near_over(score.unreached, b->t->unreached_cap)) return;
    if (score.value == INFINITY && b->t->mean_cap < INFINITY) return;
    const int better = f->any ? score_compare(&score, &f->score) : -1;
    if (better > 0) return;
    f->optima = better < 0 ? 1.0 : f->optima + 1.0;
    if (better == 0) return;
    f->any = true;
    f->score = score;
    memset(f->open, 0, in->m * sizeof *f->open);
    for (size_t c = 0; c < b->t->k; c++)
        f->open[b->chosen[c]] = true;
}

static void add_candidate(const struct branch *b, size_t depth, size_t j)
{
    const size_t n = b->t->in->n;
    const double *before = b->minutes + depth * n, *column = b->t->dense + j * n;
    double *after = b->minutes + (depth + 1) * n;
    for (size_t i = 0; i < n; i++)
        after[i] = before[i] < column[i] ? before[i] : column[i];
}

static void descend(struct branch *b, size_t depth, size_t from)
{
    const struct instance *in = b->t->in;
    if (depth == b->t->k) {
        judge(b, b->minutes + depth * in->n);
        return;
    }
    for (size_t j = from; j + (b->t->k - depth) <= in->m; j++) {
        b->chosen[depth] = j;
        add_candidate(b, depth, j);
        descend(b, depth + 1, j + 1);
    }
}

static ig_status try_branch(size_t first, void *arg)
{
    struct trial *t = arg;
    const struct instance *in = t->in;
    struct branch b = {.t = t, .found = &t->found[first]};
    b.chosen = ig_alloc(t->k + 1, sizeof *b.chosen);
    b.minutes = ig_alloc((t->k + 1) * (in->n + 1), sizeof *b.minutes);
    b.found->open = ig_alloc(in->m + 1, sizeof *b.found->open);
    const bool have = b.chosen && b.minutes && b.found->open;
    if (have) {
        memcpy(b.minutes, in->base, in->n * sizeof *b.minutes);
        if (t->k > 0) {
            b.chosen[0] = first;
            add_candidate(&b, 0, first);
            descend(&b, 1, first + 1);
        } else {
            judge(&b, b.minutes);
        }
    }
    ig_free(b.chosen);
    ig_free(b.minutes);
    return have ? IG_OK : IG_EMEMORY;
}

/// The branches in order, as if they were one.
static void gather(const struct instance *in, const struct found *branches, size_t count,
                   struct found *found)
{
    for (size_t b = 0; b < count; b++) {
        if (!branches[b].any) continue;
        const int better = found->any ? score_compare(&branches[b].score, &found->score) : -1;
        if (better > 0) continue;
        if (better == 0) {
            found->optima += branches[b].optima;
            continue;
        }
        found->any = true;
        found->score = branches[b].score;
        found->optima = branches[b].optima;
        memcpy(found->open, branches[b].open, in->m * sizeof *found->open);
    }
}

static double *dense_times(const struct instance *in)
{
    size_t cells;
    if (!ig_product(in->n + 1, in->m + 1, &cells)) return NULL;
    double *dense = ig_alloc(cells, sizeof *dense);
    if (!dense) return NULL;
    for (size_t c = 0; c < cells; c++)
        dense[c] = INFINITY;
    for (size_t i = 0; i < in->n; i++)
        for (size_t e = in->start[i]; e < in->start[i + 1]; e++)
            dense[in->site[e] * in->n + i] = in->minutes[e];
    return dense;
}

ig_status enumerate_sets(ig_ctx *ctx, const struct instance *in, size_t k, double unreached_cap,
                         double mean_cap, struct found *found)
{
    const size_t branches = k == 0 ? 1 : in->m - k + 1;
    struct trial t = {.in = in, .k = k, .unreached_cap = unreached_cap, .mean_cap = mean_cap};
    double *dense = dense_times(in);
    t.dense = dense;
    t.found = ig_alloc(branches + 1, sizeof *t.found);
    *found = (struct found){.open = ig_alloc(in->m + 1, sizeof *found->open)};
    ig_status status = t.found && dense && found->open ? IG_OK : IG_EMEMORY;
    if (!status) status = ig_parallel_for(ctx, branches, try_branch, &t);
    if (!status) gather(in, t.found, branches, found);
    for (size_t b = 0; t.found && b < branches; b++)
        ig_free(t.found[b].open);
    ig_free(t.found);
    ig_free(dense);
    if (status) {
        ig_free(found->open);
        found->open = NULL;
    }
    return status == IG_EMEMORY ? siting_no_memory(ctx) : status;
}
