// A median made small by its Lagrangian bound and solved as an integer programme of radii
// (Cornuejols, Nemhauser and Wolsey 1990; Elloumi 2010): one column for each distinct cost of a
// demand, 1 when no open candidate is within it.
//
// A candidate goes in or out when the other choice would raise the bound above the cut, and a
// demand is not served at a cost C where L(u) + C - u is above it: taking the demand's price out of
// the bound lowers it by no more than u.
#include "siting_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int by_rho(const void *a, const void *b)
{
    const struct ranked *p = a, *q = b;
    if (p->rho != q->rho) return p->rho < q->rho ? -1 : 1;
    return (p->site > q->site) - (p->site < q->site);
}

void reduction_free(struct reduction *r)
{
    ig_free(r->state);
    ig_free(r->limit);
    memset(r, 0, sizeof *r);
}

/// What each candidate would earn at these prices, the best first, and the bound.
static double earnings(const struct median *p, const double *u, struct ranked *out)
{
    double bound = 0.0;
    for (size_t j = 0; j < p->m; j++)
        out[j] = (struct ranked){0.0, j};
    for (size_t i = 0; i < p->n; i++) {
        bound += u[i];
        for (size_t e = p->start[i]; e < p->end[i]; e++) {
            const double cost = p->weight[i] * p->minutes[e];
            if (cost >= u[i]) break;
            out[p->site[e]].rho += cost - u[i];
        }
    }
    qsort(out, p->m, sizeof *out, by_rho);
    for (size_t c = 0; c < p->k && c < p->m; c++)
        bound += out[c].rho;
    return bound;
}

ig_status median_reduce(const struct median *p, const double *u, double cut, struct reduction *r)
{
    struct ranked *earn = ig_alloc(p->m + 1, sizeof *earn);
    *r = (struct reduction){.state = ig_alloc(p->m + 1, sizeof *r->state)};
    r->limit = ig_alloc(p->n + 1, sizeof *r->limit);
    if (!earn || !r->state || !r->limit) {
        ig_free(earn);
        reduction_free(r);
        return IG_EMEMORY;
    }
    const double bound = earnings(p, u, earn), over = cut + 1e-9 * fmax(1.0, fabs(cut));
    const double last = p->k > 0 && p->k <= p->m ? earn[p->k - 1].rho : 0.0;
    const double next = p->k < p->m ? earn[p->k].rho : INFINITY;
    for (size_t c = 0; c < p->m; c++) {
        if (c < p->k && bound + next - earn[c].rho > over) {
            r->state[earn[c].site] = CANDIDATE_OPEN;
            r->opened++;
        } else if (c >= p->k && p->k > 0 && bound + earn[c].rho - last > over) {
            r->state[earn[c].site] = CANDIDATE_SHUT;
            r->shut++;
        }
    }
    for (size_t i = 0; i < p->n; i++)
        r->limit[i] = fmax(u[i], over - bound + u[i]);
    ig_free(earn);
    return IG_OK;
}

// ---- the programme ------------------------------------------------------------------------------

/// What is left of a demand's list: entries up to `end`, then `after` if none of them is open;
/// `must`: one of them is.
struct stretch {
    size_t end;
    double after;
    bool must;
};

static struct stretch stretch_of(const struct median *p, const struct reduction *r, size_t i)
{
    struct stretch s = {p->start[i], p->base[i], p->base[i] > r->limit[i]};
    for (; s.end < p->end[i]; s.end++) {
        const double cost = p->weight[i] * p->minutes[s.end];
        if (cost > r->limit[i]) break;
        if (r->state[p->site[s.end]] != CANDIDATE_OPEN) continue;
        s.after = cost;
        s.must = false;
        break;
    }
    return s;
}

size_t reduction_entries(const struct median *p, const struct reduction *r)
{
    size_t count = 0;
    for (size_t i = 0; i < p->n; i++) {
        const size_t end = stretch_of(p, r, i).end;
        for (size_t e = p->start[i]; e < end; e++)
            count += r->state[p->site[e]] != CANDIDATE_SHUT;
    }
    return count;
}

/// Rows of one demand; what it costs at least is added to `*fixed`.
static void add_demand(const struct median *p, const struct reduction *r, size_t i, double scale,
                       struct model *m, double *fixed)
{
    const struct stretch s = stretch_of(p, r, i);
    size_t e = p->start[i], before = SIZE_MAX; // column of the radius before
    while (e < s.end && r->state[p->site[e]] == CANDIDATE_SHUT)
        e++;
    *fixed += (e < s.end ? p->weight[i] * p->minutes[e] : s.after) * scale;
    while (e < s.end) {
        size_t next = e;
        const double cost = p->weight[i] * p->minutes[e];
        const size_t row = m->entries;
        for (; next < s.end && p->minutes[next] == p->minutes[e]; next++)
            if (r->state[p->site[next]] == CANDIDATE_FREE) model_entry(m, p->site[next], 1.0);
        while (next < s.end && r->state[p->site[next]] == CANDIDATE_SHUT)
            next++;
        if (m->failed || m->entries == row) return;
        const bool last = next >= s.end;
        const double after = last ? s.after : p->weight[i] * p->minutes[next];
        size_t column = SIZE_MAX;
        if (!last || !s.must) {
            column = model_column(m, (after - cost) * scale, 0.0, 1.0, false);
            model_entry(m, column, 1.0);
        }
        if (before != SIZE_MAX) model_entry(m, before, -1.0);
        model_row(m, before == SIZE_MAX ? 1.0 : 0.0, INFINITY);
        before = column;
        e = next;
    }
}

ig_status median_by_model(ig_ctx *ctx, const struct median *p, const struct reduction *r,
                          double scale, bool *open, struct verdict *verdict)
{
    struct model m = {.sites = p->m};
    double fixed = 0.0;
    for (size_t j = 0; j < p->m; j++)
        model_column(&m, 0.0, r->state[j] == CANDIDATE_OPEN ? 1.0 : 0.0,
                     r->state[j] == CANDIDATE_SHUT ? 0.0 : 1.0, true);
    for (size_t j = 0; j < p->m; j++)
        model_entry(&m, j, 1.0);
    model_row(&m, (double)p->k, (double)p->k);
    for (size_t i = 0; i < p->n; i++)
        add_demand(p, r, i, scale, &m, &fixed);
    double *x = ig_alloc(m.columns + 1, sizeof *x);
    ig_status status = x && !m.failed ? IG_OK : IG_EMEMORY;
    if (!status) status = model_solve(ctx, &m, p->deadline - siting_clock(), x, verdict);
    verdict->bound = (verdict->bound + fixed) / scale;
    verdict->cost = (verdict->cost + fixed) / scale;
    size_t count = 0;
    for (size_t j = 0; !status && verdict->found && j < p->m; j++)
        count += open[j] = x[j] > 0.5;
    if (count != p->k) verdict->found = verdict->proven = false;
    ig_free(x);
    model_free(&m);
    return status;
}
