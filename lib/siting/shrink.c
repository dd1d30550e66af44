// A problem made smaller by what all sets under a cut have in common.
#include "siting_internal.h"

#include <math.h>

void smaller_free(struct smaller *t)
{
    ig_free(t->existing);
    ig_free(t->candidate);
    ig_free(t->start);
    ig_free(t->site);
    ig_free(t->minutes);
}

static ig_status smaller_new(const struct instance *in, const struct median *p,
                             const struct reduction *r, struct smaller *t)
{
    const ig_siting_problem *from = in->problem;
    const size_t pairs = from->start[from->demands];
    *t = (struct smaller){.problem = *from, .open = in->k - r->opened};
    t->existing = ig_alloc(from->sites + 1, sizeof *t->existing);
    t->candidate = ig_alloc(from->sites + 1, sizeof *t->candidate);
    t->start = ig_alloc(from->demands + 1, sizeof *t->start);
    t->site = ig_alloc(pairs + 1, sizeof *t->site);
    t->minutes = ig_alloc(pairs + 1, sizeof *t->minutes);
    double *limit = ig_alloc(from->demands + 1, sizeof *limit);
    if (!t->existing || !t->candidate || !t->start || !t->site || !t->minutes || !limit) {
        ig_free(limit);
        return IG_EMEMORY;
    }
    for (size_t j = 0; j < from->sites; j++)
        t->existing[j] = from->existing && from->existing[j];
    for (size_t c = 0; c < in->m; c++) {
        t->existing[in->candidate[c]] = r->state[c] == CANDIDATE_OPEN;
        t->candidate[in->candidate[c]] = r->state[c] == CANDIDATE_FREE;
    }
    for (size_t i = 0; i < in->n; i++) // minutes; a price of 0 sets none
        limit[in->demand[i]] = p->weight[i] > 0.0 ? r->limit[i] / p->weight[i] : INFINITY;
    size_t at = 0;
    for (size_t d = 0; d < from->demands; d++) {
        t->start[d] = at;
        for (size_t e = from->start[d]; e < from->start[d + 1]; e++) {
            const size_t j = from->site[e];
            if (!t->existing[j] && (!t->candidate[j] || from->minutes[e] > limit[d])) continue;
            t->site[at] = j;
            t->minutes[at++] = from->minutes[e];
        }
    }
    t->start[from->demands] = at;
    t->problem.existing = t->existing;
    t->problem.candidate = t->candidate;
    t->problem.start = t->start;
    t->problem.site = t->site;
    t->problem.minutes = t->minutes;
    ig_free(limit);
    return IG_OK;
}

ig_status shrink(ig_ctx *ctx, const struct instance *from, const struct median *p, const double *u,
                 double cut, struct smaller *t, struct instance *to, bool *done)
{
    struct reduction r;
    ig_status status = median_reduce(p, u, cut, &r);
    *done = false;
    if (status) return status;
    if (r.opened <= from->k && from->k <= from->m - r.shut) {
        status = smaller_new(from, p, &r, t);
        ig_siting_options options = from->options;
        options.open = t->open;
        if (!status) status = instance_new(ctx, &t->problem, &options, to);
        if (!status) {
            to->deadline = from->deadline;
            *done = true;
        }
    }
    reduction_free(&r);
    return status;
}

void widen(const struct instance *small, const bool *open, const struct instance *in, bool *out)
{
    const bool *existing = small->problem->existing;
    for (size_t c = 0, s = 0; c < in->m; c++) {
        const size_t j = in->candidate[c];
        while (s < small->m && small->candidate[s] < j)
            s++;
        out[c] = existing[j] || (s < small->m && small->candidate[s] == j && open[s]);
    }
}
