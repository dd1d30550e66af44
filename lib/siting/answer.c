// The answer in the problem's own numbers: who goes where, what it is worth, how sure that is.
#include "siting_internal.h"

#include <math.h>
#include <string.h>

// ---- the answer in the problem's own numbers ----------------------------------------------------------

void ig_siting_free(ig_siting *s)
{
    if (!s) return;
    ig_free(s->site);
    ig_free(s->opened);
    ig_free(s->nearest);
    ig_free(s->minutes);
    ig_free(s->reached);
    ig_free(s->within);
    ig_free(s->load);
    ig_free(s->uncoverable);
    ig_free(s);
}

static ig_siting *siting_new(const ig_siting_problem *p)
{
    ig_siting *s = ig_alloc(1, sizeof *s);
    if (!s) return NULL;
    s->site = ig_alloc(p->sites + 1, sizeof *s->site);
    s->opened = ig_alloc(p->sites + 1, sizeof *s->opened);
    s->nearest = ig_alloc(p->demands + 1, sizeof *s->nearest);
    s->minutes = ig_alloc(p->demands + 1, sizeof *s->minutes);
    s->reached = ig_alloc(p->demands + 1, sizeof *s->reached);
    s->within = ig_alloc(p->demands + 1, sizeof *s->within);
    s->load = ig_alloc(p->sites + 1, sizeof *s->load);
    s->uncoverable = ig_alloc(p->demands + 1, sizeof *s->uncoverable);
    if (s->site && s->opened && s->nearest && s->minutes && s->reached && s->within && s->load &&
        s->uncoverable)
        return s;
    ig_siting_free(s);
    return NULL;
}

static void list_sites(const struct instance *in, const bool *open, ig_siting *s)
{
    const ig_siting_problem *p = in->problem;
    for (size_t j = 0, c = 0; j < p->sites; j++) {
        const bool candidate = c < in->m && in->candidate[c] == j;
        const bool opened = candidate && open[c];
        c += candidate;
        if (opened) s->opened[s->opened_count++] = j;
        if (opened || (p->existing && p->existing[j])) s->site[s->count++] = j;
    }
}

/// Everyone to the nearest open site; equal times to the site whose code sorts first.
static void assign(const struct instance *in, ig_siting *s, bool *is_open)
{
    const ig_siting_problem *p = in->problem;
    for (size_t c = 0; c < s->count; c++)
        is_open[s->site[c]] = true;
    for (size_t i = 0; i < p->demands; i++) {
        s->nearest[i] = SIZE_MAX;
        s->minutes[i] = NAN;
        for (size_t e = p->start[i]; e < p->start[i + 1]; e++) {
            const size_t j = p->site[e];
            if (!is_open[j] || (s->nearest[i] != SIZE_MAX &&
                                (p->minutes[e] > s->minutes[i] ||
                                 (p->minutes[e] == s->minutes[i] && j > s->nearest[i]))))
                continue;
            s->nearest[i] = j;
            s->minutes[i] = p->minutes[e];
        }
        const double people = p->people[i] > 0.0 ? p->people[i] : 0.0;
        s->reached[i] = s->nearest[i] == SIZE_MAX ? 0.0 : people;
        if (s->minutes[i] <= in->options.threshold) s->within[i] = people;
        if (s->nearest[i] != SIZE_MAX) s->load[s->nearest[i]] += people;
    }
}

/// Demand that neither open sites nor candidates have within the threshold.
static void list_uncoverable(const struct instance *in, ig_siting *s)
{
    const ig_siting_problem *p = in->problem;
    for (size_t i = 0; i < p->demands; i++) {
        bool coverable = false;
        if (!(p->people[i] > 0.0)) continue;
        for (size_t e = p->start[i]; !coverable && e < p->start[i + 1]; e++)
            coverable = p->minutes[e] <= in->options.threshold &&
                        ((p->existing && p->existing[p->site[e]]) || !p->candidate ||
                         p->candidate[p->site[e]]);
        if (!coverable) s->uncoverable[s->uncoverable_count++] = i;
    }
}

static void state_value(const struct instance *in, const bool *open, double *minutes, ig_siting *s)
{
    struct sums sums;
    const struct score score = score_of_set(in, open, INFINITY, minutes, &sums);
    s->people = in->total;
    s->unreached = fmax(0.0, in->total - sums_reached(&sums));
    s->out_of_reach = in->out;
    s->mean = sums_mean(&sums);
    s->value_all = NAN;
    switch (in->options.objective) {
    case IG_SITING_LSCP:
        s->value = (double)s->opened_count;
        break;
    case IG_SITING_CORE20_COVERAGE:
        s->value_all = -score.second; // fall through
    case IG_SITING_MCLP:
        s->value = -score.value;
        break;
    default:
        s->value = isinf(score.value) ? NAN : score.value;
    }
}

static void state_bound(const struct answer *a, ig_siting *s)
{
    s->optimal = a->proven;
    s->optima = a->optima;
    s->least_codes = a->least_codes;
    s->method = a->method;
    s->bound = a->proven ? s->value : a->bound;
    const double most = fmax(fabs(s->value), fabs(s->bound));
    s->gap = a->proven                            ? 0.0
             : isnan(s->bound) || isnan(s->value) ? NAN
             : most > 0.0                         ? fabs(s->value - s->bound) / most
                                                  : 0.0;
}

ig_status state(ig_ctx *ctx, const struct instance *in, const struct answer *a, ig_siting **out)
{
    const ig_siting_problem *p = in->problem;
    bool *is_open = ig_alloc(p->sites + 1, sizeof *is_open);
    double *minutes = ig_alloc(in->n + 1, sizeof *minutes);
    ig_siting *s = siting_new(p);
    ig_status status = is_open && minutes && s ? IG_OK : siting_no_memory(ctx);
    if (!status) {
        list_sites(in, a->open, s);
        if (in->options.objective == IG_SITING_LSCP) list_uncoverable(in, s);
        if (p->capacity) {
            status = state_capacity(ctx, in, a->open, s);
        } else {
            assign(in, s, is_open);
            state_value(in, a->open, minutes, s);
        }
    }
    if (!status) {
        state_bound(a, s);
        *out = s;
        s = NULL;
    }
    ig_siting_free(s);
    ig_free(is_open);
    ig_free(minutes);
    return status;
}
