// Least sum of the least cost over k chosen candidates: Lagrangian bound on the assignment
// (Cornuejols, Fisher and Nemhauser 1977) by subgradients, reduced costs that fix candidates, and
// branch and bound over what they leave.
#include "siting_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FREE = 0, OPEN = 1, SHUT = 2 };
enum { CHUNKS = 16, ROOT_ROUNDS = 1500, NODE_ROUNDS = 80, PATIENCE = 20 };

struct bounding {
    ig_ctx *ctx;
    const struct median *p;
    double *u, *best_u, *root_u; ///< n: what demand pays; each valid for any choice
    double *step;                ///< n: direction, part of the last one kept
    double *slack;               ///< n: 1 less the chosen candidates that demand would pay for
    double *rho, *best_rho;      ///< m: what a candidate would earn, 0 or less
    double *parts;               ///< CHUNKS * m
    size_t *order;               ///< m
    bool *chosen, *best;         ///< m
    bool *try;                   ///< m
    signed char *state;          ///< m
    size_t *trail;               ///< candidates fixed, in order
    size_t trail_length, opened, shut;
    double cost;     ///< of `best`
    double unproven; ///< least bound of what was left when time was up
    size_t nodes;
    bool stop;
    bool ties; ///< count the sets as good as the best
    double tie_cost, optima;
    size_t tie_nodes;
};

// ---- one evaluation of the bound ------------------------------------------------------------------

static size_t chunk_from(const struct bounding *b, size_t chunk)
{
    return b->p->n / CHUNKS * chunk + (chunk < b->p->n % CHUNKS ? chunk : b->p->n % CHUNKS);
}

static ig_status earn(size_t chunk, void *arg)
{
    struct bounding *b = arg;
    const struct median *p = b->p;
    double *restrict rho = b->parts + chunk * p->m;
    memset(rho, 0, p->m * sizeof *rho);
    for (size_t i = chunk_from(b, chunk); i < chunk_from(b, chunk + 1); i++) {
        const double u = b->u[i], w = p->weight[i];
        for (size_t e = p->start[i]; e < p->end[i]; e++) {
            const double cost = w * p->minutes[e];
            if (cost >= u) break;
            rho[p->site[e]] += cost - u;
        }
    }
    return IG_OK;
}

static ig_status pay(size_t chunk, void *arg)
{
    struct bounding *b = arg;
    const struct median *p = b->p;
    for (size_t i = chunk_from(b, chunk); i < chunk_from(b, chunk + 1); i++) {
        const double u = b->u[i], w = p->weight[i];
        double served = 0.0;
        for (size_t e = p->start[i]; e < p->end[i] && w * p->minutes[e] < u; e++)
            served += b->chosen[p->site[e]];
        b->slack[i] = 1.0 - served;
    }
    return IG_OK;
}

static ig_status in_chunks(struct bounding *b, ig_status (*task)(size_t chunk, void *arg))
{
    if (b->p->start[b->p->n] > 200000) return ig_parallel_for(b->ctx, CHUNKS, task, b);
    ig_status status = IG_OK;
    for (size_t c = 0; !status && c < CHUNKS; c++)
        status = task(c, b);
    return status;
}

struct ranked {
    double rho;
    size_t site;
};

static int by_rho(const void *a, const void *b)
{
    const struct ranked *p = a, *q = b;
    if (p->rho != q->rho) return p->rho < q->rho ? -1 : 1;
    return (p->site > q->site) - (p->site < q->site);
}

/// Open candidates, and of the free ones those that earn most: the bound. `order` then holds the
/// free ones, the best first.
static ig_status evaluate(struct bounding *b, double *bound, size_t *free_count)
{
    const struct median *p = b->p;
    ig_status status = in_chunks(b, earn);
    struct ranked *ranked = ig_alloc(p->m + 1, sizeof *ranked);
    if (!status && !ranked) status = IG_EMEMORY;
    double sum = 0.0;
    size_t count = 0;
    for (size_t i = 0; !status && i < p->n; i++)
        sum += b->u[i];
    for (size_t j = 0; !status && j < p->m; j++) {
        double rho = 0.0;
        for (size_t c = 0; c < CHUNKS; c++)
            rho += b->parts[c * p->m + j];
        b->rho[j] = rho;
        b->chosen[j] = b->state[j] == OPEN;
        if (b->chosen[j]) sum += rho;
        if (b->state[j] == FREE) ranked[count++] = (struct ranked){rho, j};
    }
    if (!status) qsort(ranked, count, sizeof *ranked, by_rho);
    for (size_t r = 0; !status && r < count; r++) {
        b->order[r] = ranked[r].site;
        if (r + b->opened >= p->k) continue;
        sum += ranked[r].rho;
        b->chosen[ranked[r].site] = true;
    }
    if (!status) status = in_chunks(b, pay);
    ig_free(ranked);
    *bound = sum;
    *free_count = count;
    return status;
}

// ---- incumbents -----------------------------------------------------------------------------------

/// A bound above this leaves nothing to be gained.
static double cut_of(const struct bounding *b)
{
    if (b->ties) return b->tie_cost + SITING_TIE * fmax(1.0, fabs(b->tie_cost));
    if (b->p->whole) return b->cost - 1.0 + 1e-6;
    return b->cost - 0.5 * SITING_TIE * fmax(1.0, fabs(b->cost));
}

static int compare_sets(const bool *a, const bool *b, size_t m)
{
    for (size_t j = 0; j < m; j++)
        if (a[j] != b[j]) return a[j] ? -1 : 1;
    return 0;
}

static void offer(struct bounding *b, const bool *open, double cost)
{
    if (b->ties) {
        if (cost > cut_of(b)) return;
        b->optima += 1.0;
        if (compare_sets(open, b->best, b->p->m) < 0) memcpy(b->best, open, b->p->m * sizeof *open);
        return;
    }
    if (cost >= b->cost) return;
    b->cost = cost;
    memcpy(b->best, open, b->p->m * sizeof *open);
}

static ig_status improve_from(struct bounding *b, const bool *open)
{
    double cost;
    memcpy(b->try, open, b->p->m * sizeof *open);
    ig_status status = median_exchange(b->ctx, b->p, NULL, b->try, &cost);
    if (!status) offer(b, b->try, cost);
    return status;
}

// ---- subgradients ---------------------------------------------------------------------------------

static bool finished(const struct bounding *b, double bound)
{
    return bound > cut_of(b) || bound > b->p->hopeless || b->cost <= b->p->enough ||
           siting_clock() > b->p->deadline;
}

static void walk(struct bounding *b, double scale, double bound)
{
    const struct median *p = b->p;
    double square = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        double g = b->slack[i];
        if ((g < 0.0 && b->u[i] <= 0.0) || (g > 0.0 && b->u[i] >= p->base[i])) g = 0.0;
        b->step[i] = g + 0.5 * b->step[i];
        square += b->step[i] * b->step[i];
    }
    const double target = (b->ties ? b->tie_cost : b->cost) - bound;
    if (!(square > 0.0)) return;
    const double length = scale * fmax(target, 1e-9 * fmax(1.0, fabs(bound))) * 1.02 / square;
    for (size_t i = 0; i < p->n; i++)
        b->u[i] = fmin(p->base[i], fmax(0.0, b->u[i] + length * b->step[i]));
}

/// Raise the bound from where `u` stands. Leaves best_u, best_rho and the order of that bound.
static ig_status raise_bound(struct bounding *b, size_t rounds, double *bound)
{
    const struct median *p = b->p;
    double scale = rounds > NODE_ROUNDS ? 1.0 : 0.5, here;
    size_t idle = 0, count;
    ig_status status = IG_OK;
    *bound = -INFINITY;
    memset(b->step, 0, p->n * sizeof *b->step);
    for (size_t r = 0; !status && r < rounds && scale > 1e-4; r++) {
        status = evaluate(b, &here, &count);
        if (status) break;
        if (here > *bound + 1e-7 * fabs(*bound))
            idle = 0;
        else
            idle++;
        if (here > *bound) {
            *bound = here;
            memcpy(b->best_u, b->u, p->n * sizeof *b->u);
            memcpy(b->best_rho, b->rho, p->m * sizeof *b->rho);
        }
        if (!b->ties && (r % 10 == 0 || r < 3)) {
            const double cost = median_cost(p, b->chosen);
            const double before = b->cost;
            offer(b, b->chosen, cost);
            if (b->cost < before || (r % 200 == 50 && cost < 1.05 * before))
                status = improve_from(b, b->chosen);
        }
        if (status || finished(b, *bound)) break;
        if (idle >= PATIENCE) {
            scale *= 0.6;
            idle = 0;
            memcpy(b->u, b->best_u, p->n * sizeof *b->u);
            memset(b->step, 0, p->n * sizeof *b->step);
            continue;
        }
        walk(b, scale, here);
        status = ig_progress(b->ctx, 0.0, "siting");
    }
    memcpy(b->u, b->best_u, p->n * sizeof *b->u);
    return status;
}

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

static int by_size(const void *a, const void *b)
{
    return by_rho(a, b);
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
    qsort(ranked, count, sizeof *ranked, by_size);
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
    const size_t most = b->ties ? b->tie_nodes : b->p->most_nodes;
    if (b->stop || siting_clock() > b->p->deadline || (most && b->nodes >= most) ||
        (!b->ties && b->cost <= b->p->enough))
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

// ---- the door -------------------------------------------------------------------------------------

static void bounding_free(struct bounding *b)
{
    double *const numbers[] = {b->u,     b->best_u, b->root_u,   b->step,
                               b->slack, b->rho,    b->best_rho, b->parts};
    for (size_t a = 0; a < sizeof numbers / sizeof *numbers; a++)
        ig_free(numbers[a]);
    ig_free(b->order);
    ig_free(b->chosen);
    ig_free(b->best);
    ig_free(b->try);
    ig_free(b->state);
    ig_free(b->trail);
}

static bool bounding_new(struct bounding *b)
{
    const struct median *p = b->p;
    size_t parts;
    if (!ig_product(CHUNKS, p->m + 1, &parts)) return false;
    double **const of_demand[] = {&b->u, &b->best_u, &b->root_u, &b->step, &b->slack};
    bool have = true;
    for (size_t a = 0; a < sizeof of_demand / sizeof *of_demand; a++)
        have = (*of_demand[a] = ig_alloc(p->n + 1, sizeof(double))) != NULL && have;
    b->rho = ig_alloc(p->m + 1, sizeof *b->rho);
    b->best_rho = ig_alloc(p->m + 1, sizeof *b->best_rho);
    b->parts = ig_alloc(parts, sizeof *b->parts);
    b->order = ig_alloc(p->m + 1, sizeof *b->order);
    b->chosen = ig_alloc(p->m + 1, sizeof *b->chosen);
    b->best = ig_alloc(p->m + 1, sizeof *b->best);
    b->try = ig_alloc(p->m + 1, sizeof *b->try);
    b->state = ig_alloc(p->m + 1, sizeof *b->state);
    b->trail = ig_alloc(p->m + 1, sizeof *b->trail);
    return have && b->rho && b->best_rho && b->parts && b->order && b->chosen && b->best &&
           b->try && b->state && b->trail;
}

/// Each demand begins between what the nearest and the next nearest of the first answer cost it.
static void first_prices(struct bounding *b)
{
    const struct median *p = b->p;
    for (size_t i = 0; i < p->n; i++) {
        double first = p->base[i], second = p->base[i];
        bool one = false;
        for (size_t e = p->start[i]; e < p->end[i]; e++) {
            if (!b->best[p->site[e]]) continue;
            if (one) {
                second = p->weight[i] * p->minutes[e];
                break;
            }
            one = true;
            first = p->weight[i] * p->minutes[e];
        }
        b->u[i] = fmin(p->base[i], 0.5 * (first + second));
    }
}

static ig_status count_ties(struct bounding *b, struct median_answer *out)
{
    b->ties = true;
    b->tie_cost = b->cost;
    b->tie_nodes = 4000;
    b->nodes = 0;
    b->stop = false;
    memcpy(b->u, b->root_u, b->p->n * sizeof *b->u);
    ig_status status = node(b, -INFINITY, NODE_ROUNDS);
    out->counted = !status && !b->stop;
    if (out->counted) out->optima = b->optima;
    return status;
}

ig_status median_solve(ig_ctx *ctx, const struct median *p, const bool *hint, bool ties,
                       struct median_answer *out)
{
    struct bounding b = {.ctx = ctx, .p = p, .cost = INFINITY, .unproven = INFINITY};
    *out = (struct median_answer){.optima = NAN};
    out->open = ig_alloc(p->m + 1, sizeof *out->open);
    ig_status status = out->open && bounding_new(&b) ? IG_OK : IG_EMEMORY;
    bool *start = ig_alloc(p->m + 1, sizeof *start);
    if (!start) status = IG_EMEMORY;
    if (!status && hint) memcpy(start, hint, p->m * sizeof *start);
    if (!status) status = median_greedy(p, start);
    if (!status) status = improve_from(&b, start);
    if (!status) first_prices(&b);
    if (!status) status = node(&b, -INFINITY, ROOT_ROUNDS);
    if (!status) {
        out->cost = b.cost;
        out->bound = fmin(b.cost, b.unproven);
        if (ties && !b.stop && b.unproven == INFINITY) status = count_ties(&b, out);
        memcpy(out->open, b.best, p->m * sizeof *out->open);
    }
    if (status) {
        ig_free(out->open);
        out->open = NULL;
    }
    ig_free(start);
    bounding_free(&b);
    return status;
}
