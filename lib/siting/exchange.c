// First answers: greedy addition, then vertex substitution (Teitz and Bart 1968) with the gains of
// all swaps found in one pass over the nearest two (Whitaker 1983; Resende and Werneck 2004).
#include "siting_internal.h"

#include <math.h>
#include <string.h>

double median_cost(const struct median *p, const bool *open)
{
    double sum = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        double cost = p->base[i];
        for (size_t e = p->start[i]; e < p->end[i]; e++)
            if (open[p->site[e]]) {
                cost = p->weight[i] * p->minutes[e];
                break;
            }
        sum += cost;
    }
    return sum;
}

ig_status median_greedy(const struct median *p, bool *open)
{
    double *now = ig_alloc(p->n + 1, sizeof *now), *gain = ig_alloc(p->m + 1, sizeof *gain);
    ig_status status = now && gain ? IG_OK : IG_EMEMORY;
    size_t chosen = 0;
    for (size_t j = 0; j < p->m; j++)
        chosen += open[j];
    for (; !status && chosen < p->k; chosen++) {
        memset(gain, 0, p->m * sizeof *gain);
        for (size_t i = 0; i < p->n; i++) {
            now[i] = p->base[i];
            for (size_t e = p->start[i]; e < p->end[i]; e++)
                if (open[p->site[e]]) {
                    now[i] = p->weight[i] * p->minutes[e];
                    break;
                }
            for (size_t e = p->start[i]; e < p->end[i]; e++) {
                const double cost = p->weight[i] * p->minutes[e];
                if (cost >= now[i]) break;
                gain[p->site[e]] += now[i] - cost;
            }
        }
        size_t best = SIZE_MAX;
        for (size_t j = 0; j < p->m; j++)
            if (!open[j] && (best == SIZE_MAX || gain[j] > gain[best])) best = j;
        if (best == SIZE_MAX) break;
        open[best] = true;
    }
    ig_free(now);
    ig_free(gain);
    return status;
}

// ---- swaps of a median --------------------------------------------------------------------------

/// Gain of each swap: gain[j] - loss[slot of r] + extra[j][slot of r].
struct swaps {
    const struct median *p;
    size_t *slot_site; ///< k open candidates
    uint32_t *slot;    ///< of each candidate that is open
    double *gain, *loss, *extra;
    double cost;
};

static void swaps_free(struct swaps *s)
{
    ig_free(s->slot_site);
    ig_free(s->slot);
    ig_free(s->gain);
    ig_free(s->loss);
    ig_free(s->extra);
}

/// What demand i says of all swaps.
static void weigh_demand(struct swaps *s, const bool *open, size_t i)
{
    const struct median *p = s->p;
    double first = p->base[i], second = p->base[i];
    size_t own = SIZE_MAX;
    for (size_t e = p->start[i]; e < p->end[i]; e++) {
        if (!open[p->site[e]]) continue;
        const double cost = p->weight[i] * p->minutes[e];
        if (own == SIZE_MAX) {
            own = s->slot[p->site[e]];
            first = cost;
        } else {
            second = cost;
            break;
        }
    }
    s->cost += first;
    if (own != SIZE_MAX) s->loss[own] += second - first;
    for (size_t e = p->start[i]; e < p->end[i]; e++) {
        const double cost = p->weight[i] * p->minutes[e];
        const size_t j = p->site[e];
        if (cost >= second) break;
        if (open[j]) continue;
        if (cost < first) s->gain[j] += first - cost;
        if (own != SIZE_MAX) s->extra[j * p->k + own] += second - fmax(cost, first);
    }
}

static void weigh(struct swaps *s, const bool *open)
{
    const struct median *p = s->p;
    size_t slots = 0;
    memset(s->gain, 0, p->m * sizeof *s->gain);
    memset(s->loss, 0, p->k * sizeof *s->loss);
    memset(s->extra, 0, p->m * p->k * sizeof *s->extra);
    s->cost = 0.0;
    for (size_t j = 0; j < p->m; j++)
        if (open[j]) {
            s->slot[j] = (uint32_t)slots;
            s->slot_site[slots++] = j;
        }
    for (size_t i = 0; i < p->n; i++)
        weigh_demand(s, open, i);
}

static double best_swap(const struct swaps *s, const bool *open, const signed char *fixed,
                        size_t *in, size_t *out)
{
    const struct median *p = s->p;
    double best = 0.0;
    for (size_t j = 0; j < p->m; j++) {
        if (open[j] || (fixed && fixed[j])) continue;
        for (size_t r = 0; r < p->k; r++) {
            if (fixed && fixed[s->slot_site[r]]) continue;
            const double gain = s->gain[j] - s->loss[r] + s->extra[j * p->k + r];
            if (gain <= best) continue;
            best = gain;
            *in = j;
            *out = s->slot_site[r];
        }
    }
    return best;
}

/// @param open  exactly k candidates are
ig_status median_exchange(ig_ctx *ctx, const struct median *p, const signed char *fixed, bool *open,
                          double *cost)
{
    size_t cells;
    *cost = median_cost(p, open);
    if (p->k == 0 || p->m <= p->k || !ig_product(p->m, p->k, &cells)) return IG_OK;
    if (cells > (size_t)1 << 28) return IG_OK; // 2 GiB of swaps: the bound must do without
    struct swaps s = {.p = p};
    s.slot_site = ig_alloc(p->k + 1, sizeof *s.slot_site);
    s.slot = ig_alloc(p->m + 1, sizeof *s.slot);
    s.gain = ig_alloc(p->m + 1, sizeof *s.gain);
    s.loss = ig_alloc(p->k + 1, sizeof *s.loss);
    s.extra = ig_alloc(cells + 1, sizeof *s.extra);
    ig_status status = IG_OK;
    if (!s.slot_site || !s.slot || !s.gain || !s.loss || !s.extra) status = IG_EMEMORY;
    while (!status) {
        size_t in = 0, out = 0;
        weigh(&s, open);
        *cost = s.cost;
        const double gain = best_swap(&s, open, fixed, &in, &out);
        if (!(gain > 1e-12 * fmax(1.0, fabs(s.cost))) || siting_clock() > p->deadline) break;
        open[in] = true;
        open[out] = false;
        if (ig_ctx_cancelled(ctx)) status = IG_ECANCELLED;
    }
    swaps_free(&s);
    return status;
}

// ---- swaps of any score ---------------------------------------------------------------------------

/// Candidates' own lists, and the nearest two of each demand.
struct columns {
    size_t *start, *demand;
    double *minutes;
    double *first, *second;
    uint32_t *own;
    unsigned char *group;
};

static void columns_free(struct columns *c)
{
    ig_free(c->start);
    ig_free(c->demand);
    ig_free(c->minutes);
    ig_free(c->first);
    ig_free(c->second);
    ig_free(c->own);
    ig_free(c->group);
}

static ig_status columns_new(const struct instance *in, struct columns *c)
{
    const size_t entries = in->start[in->n];
    *c = (struct columns){.start = ig_alloc(in->m + 2, sizeof *c->start)};
    c->demand = ig_alloc(entries + 1, sizeof *c->demand);
    c->minutes = ig_alloc(entries + 1, sizeof *c->minutes);
    c->first = ig_alloc(in->n + 1, sizeof *c->first);
    c->second = ig_alloc(in->n + 1, sizeof *c->second);
    c->own = ig_alloc(in->n + 1, sizeof *c->own);
    c->group = ig_alloc(in->n + 1, sizeof *c->group);
    if (!c->start || !c->demand || !c->minutes || !c->first || !c->second || !c->own || !c->group) {
        columns_free(c);
        return IG_EMEMORY;
    }
    for (size_t g = 0; g < SITING_GROUPS; g++)
        for (size_t i = in->group_start[g]; i < in->group_start[g + 1]; i++)
            c->group[i] = (unsigned char)g;
    size_t *next = c->start + 1; // ends when all are in
    for (size_t e = 0; e < entries; e++)
        next[in->site[e] + 1]++;
    for (size_t j = 1; j <= in->m; j++)
        next[j] += next[j - 1];
    for (size_t i = 0; i < in->n; i++)
        for (size_t e = in->start[i]; e < in->start[i + 1]; e++) {
            const size_t at = next[in->site[e]]++;
            c->demand[at] = i;
            c->minutes[at] = in->minutes[e];
        }
    return IG_OK;
}

static void find_nearest_two(const struct instance *in, const bool *open, struct columns *c)
{
    for (size_t i = 0; i < in->n; i++) {
        c->first[i] = c->second[i] = in->base[i];
        c->own[i] = UINT32_MAX;
        for (size_t e = in->start[i]; e < in->start[i + 1]; e++) {
            if (!open[in->site[e]]) continue;
            if (c->own[i] != UINT32_MAX) {
                c->second[i] = in->minutes[e];
                break;
            }
            c->own[i] = in->site[e];
            c->first[i] = in->minutes[e];
        }
    }
}

static void move_demand(const struct instance *in, const struct columns *c, size_t i, double from,
                        double to, struct sums *s)
{
    const size_t g = c->group[i];
    const double p = in->people[i], threshold = in->options.threshold;
    if (from < INFINITY) {
        s->reached[g] -= p;
        s->moment[g] -= p * from;
        if (from <= threshold) s->within[g] -= p;
    }
    if (to < INFINITY) {
        s->reached[g] += p;
        s->moment[g] += p * to;
        if (to <= threshold) s->within[g] += p;
    }
}

/// Sums with candidate r shut, and candidate j (SIZE_MAX: none) open.
static void swap_sums(const struct instance *in, const struct columns *c, size_t r, size_t j,
                      struct sums *s)
{
    if (j == SIZE_MAX) {
        for (size_t i = 0; i < in->n; i++)
            if (c->own[i] == r) move_demand(in, c, i, c->first[i], c->second[i], s);
        return;
    }
    for (size_t e = c->start[j]; e < c->start[j + 1]; e++) {
        const size_t i = c->demand[e];
        const double now = c->own[i] == r ? c->second[i] : c->first[i];
        if (c->minutes[e] < now) move_demand(in, c, i, now, c->minutes[e], s);
    }
}

ig_status score_exchange(ig_ctx *ctx, const struct instance *in, double mean_cap, bool *open,
                         struct score *score)
{
    struct columns c;
    struct sums sums;
    double *minutes = ig_alloc(in->n + 1, sizeof *minutes);
    ig_status status = minutes ? columns_new(in, &c) : IG_EMEMORY;
    bool moved = true;
    if (status) {
        ig_free(minutes);
        return status;
    }
    *score = score_of_set(in, open, mean_cap, minutes, &sums);
    while (!status && moved && !out_of_time(in)) {
        moved = false;
        find_nearest_two(in, open, &c);
        for (size_t r = 0; !moved && r < in->m && !out_of_time(in); r++) {
            if (!open[r]) continue;
            struct sums shut = sums;
            swap_sums(in, &c, r, SIZE_MAX, &shut);
            size_t best = SIZE_MAX;
            struct score best_score = *score;
            for (size_t j = 0; j < in->m; j++) {
                if (open[j]) continue;
                struct sums after = shut;
                swap_sums(in, &c, r, j, &after);
                const struct score s = score_of(in, &after, mean_cap);
                if (score_compare(&s, &best_score) >= 0) continue;
                best = j;
                best_score = s;
            }
            if (best == SIZE_MAX) continue;
            open[r] = false;
            open[best] = true;
            moved = true;
            *score = score_of_set(in, open, mean_cap, minutes, &sums);
        }
        if (ig_ctx_cancelled(ctx)) status = IG_ECANCELLED;
    }
    columns_free(&c);
    ig_free(minutes);
    return status;
}
