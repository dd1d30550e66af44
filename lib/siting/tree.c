// What a median's bound leaves: reduced costs that fix candidates, branch and bound over the others,
// and an integer programme where the tree would be large.
#include "median_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_NODES = 40, MOST_MODEL_PAIRS = 400000 };

// ---- the tree -------------------------------------------------------------------------------------

static void set_state(struct bounding *b, size_t j, signed char state)
{
    b->state[j] = state;
    b->trail[b->trail_length++] = j;
    if (state == OPEN)
        b->opened++;
    else
        b->shut++;
}

static void take_back(struct bounding *b, size_t to)
{
    while (b->trail_length > to) {
        const size_t j = b->trail[--b->trail_length];
        if (b->state[j] == OPEN)
            b->opened--;
        else
            b->shut--;
        b->state[j] = FREE;
    }
}

/// Candidates without which, or with which, the bound is above the cut.
static ig_status fix_by_cost(struct bounding *b, double bound)
{
    const struct median *p = b->p;
    const size_t left = p->k - b->opened;
    struct ranked *ranked = ig_alloc(p->m + 1, sizeof *ranked);
    if (!ranked) return IG_EMEMORY;
    size_t count = 0;
    for (size_t j = 0; j < p->m; j++)
        if (b->state[j] == FREE) ranked[count++] = (struct ranked){b->best_rho[j], j};
    qsort(ranked, count, sizeof *ranked, by_rho);
    const double cut = cut_of(b), margin = 1e-9 * fmax(1.0, fabs(cut));
    const double last = left > 0 && left <= count ? ranked[left - 1].rho : 0.0;
    const double next = left < count ? ranked[left].rho : INFINITY;
    for (size_t r = 0; r < count; r++) {
        if (r < left && bound + next - ranked[r].rho > cut + margin)
            set_state(b, ranked[r].site, OPEN);
        if (r >= left && left > 0 && bound + ranked[r].rho - last > cut + margin)
            set_state(b, ranked[r].site, SHUT);
    }
    ig_free(ranked);
    return IG_OK;
}

/// All that is free is needed, or nothing more is: one set is left.
static bool one_set_left(const struct bounding *b)
{
    const size_t undecided = b->p->m - b->opened - b->shut;
    return b->opened >= b->p->k || b->opened + undecided <= b->p->k;
}

static void offer_last(struct bounding *b)
{
    const struct median *p = b->p;
    const size_t undecided = p->m - b->opened - b->shut;
    if (b->opened > p->k || b->opened + undecided < p->k) return; // no set at all
    const bool all = b->opened + undecided == p->k;
    for (size_t j = 0; j < p->m; j++)
        b->try[j] = b->state[j] == OPEN || (all && b->state[j] == FREE);
    offer(b, b->try, median_cost(p, b->try));
}

/// The free candidate that earns most.
static size_t branch_site(const struct bounding *b)
{
    size_t best = SIZE_MAX;
    for (size_t j = 0; j < b->p->m; j++)
        if (b->state[j] == FREE && (best == SIZE_MAX || b->best_rho[j] < b->best_rho[best]))
            best = j;
    return best;
}

static bool give_up(struct bounding *b)
{
    if (b->stop || siting_clock() > b->p->deadline ||
        (b->most_nodes && b->nodes >= b->most_nodes) || (!b->ties && b->cost <= b->p->enough))
        b->stop = true;
    return b->stop;
}

static ig_status node(struct bounding *b, double inherited, size_t rounds)
{
    const size_t mark = b->trail_length;
    double own, bound;
    ig_status status = IG_OK;
    if (give_up(b)) {
        b->unproven = fmin(b->unproven, inherited);
        return IG_OK;
    }
    b->nodes++;
    if (one_set_left(b)) {
        offer_last(b);
        return IG_OK;
    }
    status = raise_bound(b, rounds, &own);
    if (rounds > NODE_ROUNDS) memcpy(b->root_u, b->u, b->p->n * sizeof *b->u);
    bound = fmax(own, inherited);
    if (status || bound > cut_of(b)) goto done;
    if (bound > b->p->hopeless) {
        b->unproven = fmin(b->unproven, bound);
        goto done;
    }
    status = fix_by_cost(b, own); // the prices belong to this bound, not to an inherited one
    if (status) goto done;
    if (one_set_left(b)) {
        offer_last(b);
        goto done;
    }
    const size_t j = branch_site(b), inner = b->trail_length;
    set_state(b, j, OPEN);
    status = node(b, bound, NODE_ROUNDS);
    take_back(b, inner);
    if (status) goto done;
    set_state(b, j, SHUT);
    memcpy(b->u, b->root_u, b->p->n * sizeof *b->u);
    status = node(b, bound, NODE_ROUNDS);
done:
    take_back(b, mark);
    return status;
}

/// Nodes of a tree that only counts: the search for an answer shall not wait long for it.
static size_t tie_nodes(const struct median *p)
{
    const double work = (double)NODE_ROUNDS * (20.0 * (double)p->n + CHUNKS * (double)p->m);
    return (size_t)fmin(4000.0, fmax(50.0, 1e9 / work));
}

ig_status count_ties(struct bounding *b, struct median_answer *out)
{
    b->ties = true;
    b->tie_cost = b->cost;
    b->most_nodes = tie_nodes(b->p);
    b->nodes = 0;
    b->stop = false;
    memcpy(b->u, b->root_u, b->p->n * sizeof *b->u);
    ig_status status = node(b, -INFINITY, NODE_ROUNDS);
    out->counted = !status && !b->stop;
    if (out->counted) out->optima = b->optima;
    return status;
}

/// What the bound leaves open as an integer programme, where it is small enough.
/// @param[out] tried  otherwise the tree has to go on
static ig_status settle(struct bounding *b, bool *tried)
{
    const struct median *p = b->p;
    struct reduction r;
    struct verdict verdict;
    *tried = false;
    ig_status status = median_reduce(p, b->root_u, b->cost, &r); // the best so far stays in it
    if (status) return status;
    if (r.opened + (p->m - r.opened - r.shut) >= p->k &&
        reduction_entries(p, &r) <= MOST_MODEL_PAIRS) {
        *tried = true;
        const double scale = 1e6 / fmax(1e-6, b->cost);
        status = median_by_model(b->ctx, p, &r, scale, b->try, &verdict);
        if (!status && verdict.found) offer(b, b->try, median_cost(p, b->try));
        if (!status && !verdict.infeasible) b->unproven = fmax(b->unproven, verdict.bound);
        if (!status && verdict.proven && b->cost <= verdict.cost + 1e-6 * fmax(1.0, fabs(b->cost)))
            b->unproven = INFINITY;
    }
    reduction_free(&r);
    return status;
}

ig_status search_tree(struct bounding *b)
{
    const struct median *p = b->p;
    const bool may_settle = !p->most_nodes;
    bool tried = false;
    b->most_nodes = may_settle ? FIRST_NODES : p->most_nodes;
    ig_status status = node(b, -INFINITY, p->rounds ? p->rounds : ROOT_ROUNDS);
    const bool open = b->stop && siting_clock() < p->deadline && b->cost > p->enough;
    if (!status && b->cost <= 0.0) b->unproven = INFINITY; // no cost is below 0
    if (status || !open || !may_settle || b->cost <= 0.0) return status;
    status = settle(b, &tried);
    if (status || tried) return status;
    b->most_nodes = 0;
    b->stop = false;
    b->unproven = INFINITY;
    memcpy(b->u, b->root_u, p->n * sizeof *b->u);
    return node(b, -INFINITY, NODE_ROUNDS);
}
