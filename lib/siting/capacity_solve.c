// The best set of sites with capacities: all sets where they are few, else integer programmes.
#include "siting_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Tries sets and keeps the first of the best.
struct holding {
    const struct instance *in;
    struct allocator *allocator;
    bool *is_open; ///< of the problem's sites
    double *times; ///< p-center: distinct, rising
    size_t time_count;
};

static bool keeps_to_threshold(const struct instance *in)
{
    return in->options.objective == IG_SITING_MCLP || in->options.objective == IG_SITING_LSCP;
}

static void mark(struct holding *h, const bool *open)
{
    const ig_siting_problem *p = h->in->problem;
    for (size_t j = 0; j < p->sites; j++)
        h->is_open[j] = p->existing && p->existing[j];
    for (size_t c = 0; c < h->in->m; c++)
        if (open[c]) h->is_open[h->in->candidate[c]] = true;
}

/// Least time within which no more are left unserved than must be.
static double least_limit(struct holding *h, double unserved)
{
    size_t low = 0, high = h->time_count - 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        allocator_run(h->allocator, h->is_open, h->times[middle], false);
        if (near_over(allocator_unserved(h->allocator), unserved))
            low = middle + 1;
        else
            high = middle;
    }
    return h->times[high];
}

static struct score worth(struct holding *h, const bool *open)
{
    const struct instance *in = h->in;
    struct score s = {0};
    mark(h, open);
    const bool threshold = keeps_to_threshold(in);
    allocator_run(h->allocator, h->is_open, threshold ? in->options.threshold : INFINITY,
                  in->options.objective == IG_SITING_P_MEDIAN);
    const double unserved = allocator_unserved(h->allocator);
    const double served = in->total - in->out - unserved;
    if (threshold) {
        s.value = -served;
        return s;
    }
    s.unreached = in->out + unserved;
    if (in->options.objective == IG_SITING_P_MEDIAN)
        s.value = served > 0.0 ? allocator_moment(h->allocator) / served : INFINITY;
    else
        s.value = served > 0.0 ? least_limit(h, unserved) : INFINITY;
    return s;
}

static ig_status try_sets(ig_ctx *ctx, struct holding *h, size_t k, struct found *f)
{
    const size_t m = h->in->m;
    size_t *pick = ig_alloc(k + 1, sizeof *pick);
    bool *open = ig_alloc(m + 1, sizeof *open);
    ig_status status = pick && open ? IG_OK : IG_EMEMORY;
    for (size_t c = 0; !status && c < k; c++)
        pick[c] = c;
    while (!status) {
        memset(open, 0, m * sizeof *open);
        for (size_t c = 0; c < k; c++)
            open[pick[c]] = true;
        const struct score s = worth(h, open);
        const int better = f->any ? score_compare(&s, &f->score) : -1;
        if (better == 0) f->optima += 1.0;
        if (better < 0) {
            f->any = true;
            f->score = s;
            f->optima = 1.0;
            memcpy(f->open, open, m * sizeof *open);
        }
        size_t c = k;
        while (c > 0 && pick[c - 1] == m - k + c - 1)
            c--;
        if (c == 0) break;
        pick[c - 1]++;
        for (size_t d = c; d < k; d++)
            pick[d] = pick[d - 1] + 1;
        if (ig_ctx_cancelled(ctx)) status = IG_ECANCELLED;
    }
    ig_free(pick);
    ig_free(open);
    return status;
}

// ---- integer programmes -------------------------------------------------------------------------

/// Shares of demand to sites, people within capacities; `price` of a person left unserved.
static ig_status allocation_model(const struct instance *in, double limit, bool minutes,
                                  double price, double site_cost, struct model *m)
{
    const ig_siting_problem *p = in->problem;
    size_t *column = ig_alloc(p->sites + 1, sizeof *column);
    if (!column) return IG_EMEMORY;
    for (size_t j = 0; j < in->m; j++)
        column[in->candidate[j]] = model_column(m, site_cost, 0.0, 1.0, true);
    m->sites = in->m;
    for (size_t j = 0; j < p->sites; j++)
        if (p->existing && p->existing[j])
            column[j] = model_column(m, 0.0, 1.0, 1.0, false);
        else if (p->candidate && !p->candidate[j])
            column[j] = SIZE_MAX;
    for (size_t j = 0; site_cost == 0.0 && j < in->m; j++)
        model_entry(m, j, 1.0);
    if (site_cost == 0.0) model_row(m, (double)in->k, (double)in->k);
    struct model *loads = ig_alloc(p->sites + 1, sizeof *loads); // entries by site wait here
    bool failed = loads == NULL;
    for (size_t i = 0; !failed && i < in->n; i++) {
        const size_t d = in->demand[i], first = m->columns;
        for (size_t e = p->start[d]; e < p->start[d + 1]; e++) {
            const size_t j = p->site[e];
            if (p->minutes[e] > limit || column[j] == SIZE_MAX) continue;
            const size_t share =
                model_column(m, minutes ? in->people[i] * p->minutes[e] : 0.0, 0.0, 1.0, false);
            model_entry(m, share, 1.0);
            model_entry(m, column[j], -1.0);
            model_row(m, -INFINITY, 0.0);
            model_entry(&loads[j], share, in->people[i]);
        }
        for (size_t c = first; c < m->columns; c++)
            model_entry(m, c, 1.0);
        model_entry(m, model_column(m, price * in->people[i], 0.0, 1.0, false), 1.0);
        model_row(m, 1.0, 1.0);
        failed = m->failed;
    }
    for (size_t j = 0; !failed && j < p->sites; j++) {
        for (size_t e = 0; e < loads[j].entries; e++)
            model_entry(m, (size_t)loads[j].column[e], loads[j].factor[e]);
        if (loads[j].entries && isfinite(p->capacity[j])) {
            model_entry(m, column[j], -p->capacity[j]);
            model_row(m, -INFINITY, 0.0);
        } else {
            m->entries = m->rows ? m->row_start[m->rows] : 0; // no limit, no row
        }
        failed = loads[j].failed || m->failed;
    }
    for (size_t j = 0; loads && j < p->sites; j++)
        model_free(&loads[j]);
    ig_free(loads);
    ig_free(column);
    return failed ? IG_EMEMORY : IG_OK;
}

/// @param[in,out] open  a start, then what was found
static ig_status solve_model(ig_ctx *ctx, const struct instance *in, double limit, bool minutes,
                             double price, double site_cost, bool *open, struct verdict *verdict)
{
    struct model m = {0};
    ig_status status = allocation_model(in, limit, minutes, price, site_cost, &m);
    double *x = ig_alloc(m.columns + 1, sizeof *x);
    if (!x) status = IG_EMEMORY;
    if (!status) status = model_solve(ctx, &m, in->deadline - siting_clock(), x, verdict);
    for (size_t j = 0; !status && verdict->found && j < in->m; j++)
        open[j] = x[j] > 0.5;
    ig_free(x);
    model_free(&m);
    return status;
}

static double longest_time(const struct instance *in)
{
    const ig_siting_problem *p = in->problem;
    double most = 0.0;
    for (size_t e = 0; e < p->start[p->demands]; e++)
        most = fmax(most, p->minutes[e]);
    return most;
}

static void first_sites(const struct instance *in, bool *open)
{
    for (size_t j = 0; j < in->m; j++)
        open[j] = j < in->k;
}

static ig_status by_model(ig_ctx *ctx, struct holding *h, struct answer *out)
{
    const struct instance *in = h->in;
    const bool median = in->options.objective == IG_SITING_P_MEDIAN;
    const double price = median ? 4.0 * (longest_time(in) + 1.0) : 1.0;
    const double people = in->total - in->out;
    struct verdict verdict;
    first_sites(in, out->open);
    ig_status status = solve_model(ctx, in, median ? INFINITY : in->options.threshold, median,
                                   price, 0.0, out->open, &verdict);
    if (status) return status;
    const struct score s = worth(h, out->open);
    out->method = "allocation within capacities by CBC";
    if (median) {
        const double unserved = s.unreached - in->out;
        if (unserved <= SITING_TIE * people) { // else the price may hide that fewer could be left
            out->bound = fmax(0.0, verdict.bound) / people;
            out->proven = verdict.proven && s.value - out->bound <= 1e-6 * fmax(1.0, s.value);
        }
    } else {
        out->bound = people - fmax(0.0, verdict.bound);
        out->proven = verdict.proven && out->bound + s.value <= 1e-6 * fmax(1.0, people);
    }
    return IG_OK;
}

static ig_status center_by_model(ig_ctx *ctx, struct holding *h, struct answer *out)
{
    const struct instance *in = h->in;
    struct verdict verdict;
    bool *open = ig_alloc(in->m + 1, sizeof *open), sure;
    if (!open) return IG_EMEMORY;
    first_sites(in, out->open);
    ig_status status = solve_model(ctx, in, INFINITY, false, 1.0, 0.0, out->open, &verdict);
    const double least = in->out + fmax(0.0, verdict.cost);
    size_t low = 0, high = h->time_count - 1;
    sure = verdict.proven;
    while (!status && verdict.found && low < high && !out_of_time(in)) {
        const size_t middle = low + (high - low) / 2;
        memcpy(open, out->open, in->m * sizeof *open);
        status = solve_model(ctx, in, h->times[middle], false, 1.0, 0.0, open, &verdict);
        if (!verdict.found || !verdict.proven) sure = false;
        if (verdict.found && !near_over(in->out + verdict.cost, least + 1e-6)) {
            high = middle;
            memcpy(out->open, open, in->m * sizeof *open);
        } else {
            low = middle + 1;
            if (sure) out->bound = h->times[low];
        }
    }
    out->proven = sure && low >= high;
    out->method = "bisection over the times, allocation within capacities by CBC";
    ig_free(open);
    return status;
}

// ---- the fewest ---------------------------------------------------------------------------------

/// Fewer and fewer sites that serve as many within the threshold as all do.
static ig_status fewest(ig_ctx *ctx, struct holding *h, struct instance *in, struct answer *out)
{
    for (size_t j = 0; j < in->m; j++)
        out->open[j] = true;
    const double most = -worth(h, out->open).value;
    for (in->k = 0; in->k <= in->m; in->k++) {
        const double work = sets_of(in->m, in->k) * (double)in->n * 100.0;
        if (work > in->options.enumerate) break;
        struct found f = {.open = out->open};
        ig_status status = try_sets(ctx, h, in->k, &f);
        if (status) return status;
        if (near_over(most, -f.score.value)) continue;
        out->proven = out->least_codes = true;
        out->optima = f.optima;
        out->method = "all sets tried";
        return IG_OK;
    }
    struct verdict verdict;
    const double price = (double)in->m + 1.0; // of a person: no site is worth leaving one
    for (size_t j = 0; j < in->m; j++)
        out->open[j] = true;
    ig_status status =
        solve_model(ctx, in, in->options.threshold, false, price, 1.0, out->open, &verdict);
    const double left = fmax(0.0, in->total - in->out - most);
    if (!status) out->bound = fmax((double)in->k, ceil(verdict.bound - price * left - 1e-6));
    in->k = 0;
    for (size_t j = 0; j < in->m; j++)
        in->k += out->open[j];
    if (!status && near_over(most, -worth(h, out->open).value + 1e-6))
        return ig_fail(ctx, IG_ELIMIT, "no answer within the time limit");
    out->proven = verdict.proven && near_equal(out->bound, (double)in->k);
    out->method = "allocation within capacities by CBC";
    return status;
}

// ---- the door -----------------------------------------------------------------------------------

static int falling(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/// Could any k sites hold everybody?
static ig_status check_room(ig_ctx *ctx, const struct instance *in)
{
    const ig_siting_problem *p = in->problem;
    double room = 0.0, *each = ig_alloc(in->m + 1, sizeof *each);
    if (!each) return IG_EMEMORY;
    for (size_t j = 0; j < p->sites; j++)
        if (p->existing && p->existing[j]) room += p->capacity[j];
    for (size_t j = 0; j < in->m; j++)
        each[j] = p->capacity[in->candidate[j]];
    qsort(each, in->m, sizeof *each, falling);
    for (size_t j = 0; j < in->k && j < in->m; j++)
        room += each[j];
    ig_free(each);
    if (in->options.objective == IG_SITING_MCLP || in->options.objective == IG_SITING_LSCP ||
        !near_over(in->total - in->out, room))
        return IG_OK;
    ig_fail(ctx, IG_EINVAL, "capacities are below demand: %.10g people, and room for %.10g at most",
            in->total - in->out, room);
    return ig_hint(ctx, "open more sites or raise the capacities; mclp serves as many as it can");
}

ig_status solve_capacity(ig_ctx *ctx, struct instance *in, struct answer *out)
{
    struct holding h = {.in = in, .allocator = allocator_new(in)};
    h.is_open = ig_alloc(in->problem->sites + 1, sizeof *h.is_open);
    h.times = distinct_times(in, true, &h.time_count);
    out->open = ig_alloc(in->m + 1, sizeof *out->open);
    ig_status status = h.allocator && h.is_open && h.times && out->open ? IG_OK : IG_EMEMORY;
    if (!status) status = check_room(ctx, in);
    const double work =
        sets_of(in->m, in->k) * (double)in->n * 100.0 * (double)(in->k + 1) * (double)(in->k + 1);
    if (!status && in->options.objective == IG_SITING_LSCP) {
        status = fewest(ctx, &h, in, out);
    } else if (!status && work <= in->options.enumerate) {
        struct found f = {.open = out->open};
        status = try_sets(ctx, &h, in->k, &f);
        out->optima = f.optima;
        out->proven = out->least_codes = true;
        out->method = "all sets tried";
    } else if (!status && in->options.objective == IG_SITING_P_CENTER && h.time_count) {
        status = center_by_model(ctx, &h, out);
    } else if (!status) {
        status = by_model(ctx, &h, out);
    }
    allocator_free(h.allocator);
    ig_free(h.is_open);
    ig_free(h.times);
    return status;
}

ig_status state_capacity(ig_ctx *ctx, const struct instance *in, const bool *open, ig_siting *s)
{
    struct holding h = {.in = in, .allocator = allocator_new(in)};
    h.is_open = ig_alloc(in->problem->sites + 1, sizeof *h.is_open);
    h.times = distinct_times(in, true, &h.time_count);
    if (!h.allocator || !h.is_open || !h.times) {
        allocator_free(h.allocator);
        ig_free(h.is_open);
        ig_free(h.times);
        return siting_no_memory(ctx);
    }
    const ig_siting_objective o = in->options.objective;
    const struct score score = worth(&h, open);
    mark(&h, open);
    const double limit = keeps_to_threshold(in)    ? in->options.threshold
                         : o == IG_SITING_P_CENTER ? score.value
                                                   : INFINITY;
    allocator_run(h.allocator, h.is_open, limit, true);
    allocator_state(h.allocator, s);
    const double served = in->total - in->out - allocator_unserved(h.allocator);
    s->value = o == IG_SITING_LSCP   ? (double)s->opened_count
               : o == IG_SITING_MCLP ? -score.value
               : isinf(score.value)  ? NAN
                                     : score.value;
    s->people = in->total;
    s->out_of_reach = in->out;
    s->unreached = fmax(0.0, in->total - served);
    s->mean = served > 0.0 ? allocator_moment(h.allocator) / served : NAN;
    s->value_all = NAN;
    allocator_free(h.allocator);
    ig_free(h.is_open);
    ig_free(h.times);
    return IG_OK;
}
