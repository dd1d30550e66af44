// Least sum of the least cost over k chosen candidates: Lagrangian bound on the assignment
// (Cornuejols, Fisher and Nemhauser 1977) by subgradients.
#include "median_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

double cut_of(const struct bounding *b)
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

void offer(struct bounding *b, const bool *open, double cost)
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

ig_status raise_bound(struct bounding *b, size_t rounds, double *bound)
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

void median_answer_free(struct median_answer *answer)
{
    ig_free(answer->open);
    ig_free(answer->price);
    memset(answer, 0, sizeof *answer);
}

ig_status median_solve(ig_ctx *ctx, const struct median *p, const bool *hint, const double *prices,
                       bool ties, struct median_answer *out)
{
    struct bounding b = {.ctx = ctx, .p = p, .cost = INFINITY, .unproven = INFINITY};
    *out = (struct median_answer){.optima = NAN};
    out->open = ig_alloc(p->m + 1, sizeof *out->open);
    out->price = ig_alloc(p->n + 1, sizeof *out->price);
    ig_status status = out->open && out->price && bounding_new(&b) ? IG_OK : IG_EMEMORY;
    bool *start = ig_alloc(p->m + 1, sizeof *start);
    if (!start) status = IG_EMEMORY;
    if (!status && hint) memcpy(start, hint, p->m * sizeof *start);
    if (!status) status = median_greedy(p, start);
    if (!status && hint) offer(&b, start, median_cost(p, start));
    if (!status) status = improve_from(&b, start);
    if (!status) first_prices(&b);
    for (size_t i = 0; !status && prices && i < p->n; i++)
        b.u[i] = fmin(p->base[i], prices[i]);
    if (!status) memcpy(b.root_u, b.u, p->n * sizeof *b.u);
    if (!status) status = search_tree(&b);
    if (!status) {
        out->cost = b.cost;
        out->bound = fmin(b.cost, b.unproven);
        if (ties && b.unproven == INFINITY) status = count_ties(&b, out);
        memcpy(out->open, b.best, p->m * sizeof *out->open);
        memcpy(out->price, b.root_u, p->n * sizeof *out->price);
    }
    if (status) median_answer_free(out);
    ig_free(start);
    bounding_free(&b);
    return status;
}
