// Integer programmes in rows: set cover, and closest assignment in the radius form (Garcia, Labbe
// and Marin 2011), in which nobody can be sent past an open site.
#include "siting_internal.h"

#include <math.h>
#include <string.h>

void model_free(struct model *m)
{
    ig_free(m->cost);
    ig_free(m->low);
    ig_free(m->high);
    ig_free(m->whole);
    ig_free(m->row_start);
    ig_free(m->column);
    ig_free(m->factor);
    ig_free(m->row_low);
    ig_free(m->row_high);
    memset(m, 0, sizeof *m);
}

static size_t room_after(size_t room, size_t used)
{
    return used + 1 > room ? (room + room / 2 > used + 16 ? room + room / 2 : used + 16) : room;
}

static bool resize(struct model *m, void **list, size_t count, size_t size)
{
    void *more = m->failed ? NULL : ig_resize(*list, count, size);
    if (more)
        *list = more;
    else
        m->failed = true;
    return !m->failed;
}

size_t model_column(struct model *m, double cost, double low, double high, bool whole)
{
    const size_t room = room_after(m->column_room, m->columns);
    if (room > m->column_room) {
        resize(m, (void **)&m->cost, room, sizeof *m->cost);
        resize(m, (void **)&m->low, room, sizeof *m->low);
        resize(m, (void **)&m->high, room, sizeof *m->high);
        resize(m, (void **)&m->whole, room, sizeof *m->whole);
        if (m->failed) return 0;
        m->column_room = room;
    }
    m->cost[m->columns] = cost;
    m->low[m->columns] = low;
    m->high[m->columns] = high;
    m->whole[m->columns] = whole;
    return m->columns++;
}

void model_entry(struct model *m, size_t column, double factor)
{
    const size_t room = room_after(m->entry_room, m->entries);
    if (room > m->entry_room) {
        resize(m, (void **)&m->column, room, sizeof *m->column);
        resize(m, (void **)&m->factor, room, sizeof *m->factor);
        if (m->failed) return;
        m->entry_room = room;
    }
    m->column[m->entries] = (int)column;
    m->factor[m->entries++] = factor;
}

void model_row(struct model *m, double low, double high)
{
    const size_t room = room_after(m->row_room, m->rows);
    if (room > m->row_room) {
        resize(m, (void **)&m->row_low, room, sizeof *m->row_low);
        resize(m, (void **)&m->row_high, room, sizeof *m->row_high);
        resize(m, (void **)&m->row_start, room + 1, sizeof *m->row_start);
        if (m->failed) return;
        m->row_room = room;
        m->row_start[0] = 0;
    }
    if (m->failed) return;
    m->row_low[m->rows] = low;
    m->row_high[m->rows] = high;
    m->row_start[++m->rows] = m->entries;
}

void add_candidates(const struct instance *in, struct model *m, double cost)
{
    for (size_t j = 0; j < in->m; j++)
        model_column(m, cost, 0.0, 1.0, true);
    m->sites = in->m;
}

// ---- set cover ------------------------------------------------------------------------------------

ig_status cover_fewest(ig_ctx *ctx, const struct instance *in, double threshold, bool *open,
                       double *bound, bool *proven)
{
    struct model m = {0};
    struct verdict verdict = {0};
    add_candidates(in, &m, 1.0);
    for (size_t i = 0; i < in->n; i++) {
        size_t end = in->start[i];
        if (in->base[i] <= threshold) continue;
        while (end < in->start[i + 1] && in->minutes[end] <= threshold)
            model_entry(&m, in->site[end++], 1.0);
        if (end > in->start[i]) model_row(&m, 1.0, INFINITY);
    }
    double *x = ig_alloc(m.columns + 1, sizeof *x);
    ig_status status = x && !m.failed ? IG_OK : IG_EMEMORY;
    if (!status && m.rows == 0)
        verdict = (struct verdict){.found = true, .proven = true};
    else if (!status)
        status = model_solve(ctx, &m, in->deadline - siting_clock(), x, &verdict);
    for (size_t j = 0; !status && j < in->m; j++)
        open[j] = verdict.found ? x[j] > 0.5 : true; // all cover what can be covered
    if (!status) {
        *bound = fmax(0.0, ceil(verdict.bound - 1e-6));
        *proven = verdict.found && verdict.proven;
    }
    ig_free(x);
    model_free(&m);
    return status;
}

// ---- closest assignment ---------------------------------------------------------------------------

/// Columns of one objective: mean minutes of the groups, and what is to be small.
struct equity {
    const struct instance *in;
    struct model *m;
    double penalty; ///< of a person left unreached; 0: everybody must be reached
    bool both;      ///< more minutes may be better: nobody may be sent past an open site
    double people[SITING_GROUPS];
    size_t mean[SITING_GROUPS]; ///< columns
    size_t greatest;            ///< p-center: column of the greatest minutes
    double *drop;               ///< scratch: minutes saved by the column of each entry
    size_t *column;             ///< scratch: of the radius of each entry of the present demand
};

/// One column for each distinct time: is an open site within it? Rows that make it so.
/// @return how many distinct times there are; q->column and q->drop hold their columns and steps
static size_t add_radii(struct equity *q, size_t i)
{
    const struct instance *in = q->in;
    struct model *m = q->m;
    const size_t from = in->start[i], to = in->start[i + 1];
    size_t count = 0;
    for (size_t e = from; e < to; count++) {
        size_t next = e;
        while (next < to && in->minutes[next] == in->minutes[e])
            next++;
        const bool last = next == to, must = last && in->base[i] == INFINITY && q->penalty == 0.0;
        const size_t z = model_column(m, 0.0, must ? 1.0 : 0.0, 1.0, false);
        for (size_t j = e; q->both && j < next; j++) { // within it when a site there is open
            model_entry(m, z, 1.0);
            model_entry(m, in->site[j], -1.0);
            model_row(m, 0.0, INFINITY);
        }
        model_entry(m, z, 1.0);
        for (size_t j = e; j < next; j++)
            model_entry(m, in->site[j], -1.0);
        if (count) model_entry(m, q->column[count - 1], -1.0);
        model_row(m, -INFINITY, 0.0); // and only then, or within a shorter time
        if (count && q->both) {
            model_entry(m, z, 1.0);
            model_entry(m, q->column[count - 1], -1.0);
            model_row(m, 0.0, INFINITY);
        }
        q->column[count] = z;
        q->drop[count] = last ? (in->base[i] < INFINITY ? in->base[i] - in->minutes[e] : 0.0)
                              : in->minutes[next] - in->minutes[e];
        e = next;
    }
    return count;
}

double worst_time(const struct instance *in, size_t i)
{
    return in->base[i] < INFINITY ? in->base[i] : in->minutes[in->start[i + 1] - 1];
}

/// The mean of a group as a column: the worst mean less what open sites save.
static void add_means(struct equity *q)
{
    const struct instance *in = q->in;
    struct model *m = q->m;
    const bool center = in->options.objective == IG_SITING_P_CENTER;
    for (size_t g = 0; g < SITING_GROUPS; g++)
        q->mean[g] = model_column(m, 0.0, -INFINITY, INFINITY, false);
    if (center) q->greatest = model_column(m, 0.0, 0.0, INFINITY, false);
    // rows of a group hold all its demand: the entries wait in a model of their own
    struct model sums[SITING_GROUPS];
    memset(sums, 0, sizeof sums);
    double worst[SITING_GROUPS] = {0};
    for (size_t g = 0; g < SITING_GROUPS; g++)
        for (size_t i = in->group_start[g]; i < in->group_start[g + 1]; i++) {
            const size_t count = add_radii(q, i);
            q->people[g] += in->people[i];
            worst[g] += in->people[i] * worst_time(in, i);
            for (size_t r = 0; r < count; r++)
                if (q->drop[r] != 0.0)
                    model_entry(&sums[g], q->column[r], in->people[i] * q->drop[r]);
            if (count && q->penalty > 0.0 && in->base[i] == INFINITY) {
                if (!m->failed) m->cost[q->column[count - 1]] -= q->penalty * in->people[i];
                model_column(m, q->penalty * in->people[i], 1.0, 1.0, false);
            }
            if (!center) continue;
            model_entry(m, q->greatest, 1.0);
            for (size_t r = 0; r < count; r++)
                if (q->drop[r] != 0.0) model_entry(m, q->column[r], q->drop[r]);
            model_row(m, worst_time(in, i), INFINITY);
        }
    for (size_t g = 0; g < SITING_GROUPS; g++) {
        const double p = q->people[g] > 0.0 ? q->people[g] : 1.0;
        for (size_t e = 0; e < sums[g].entries; e++)
            model_entry(m, (size_t)sums[g].column[e], sums[g].factor[e] / p);
        model_entry(m, q->mean[g], 1.0);
        model_row(m, worst[g] / p, worst[g] / p);
        m->failed = m->failed || sums[g].failed;
        model_free(&sums[g]);
    }
}

/// A column not below an expression of the means, nor below its opposite.
static void add_size_of(struct equity *q, const double *factor)
{
    const size_t size = model_column(q->m, 1.0, 0.0, INFINITY, false);
    for (int sign = -1; sign <= 1; sign += 2) {
        model_entry(q->m, size, 1.0);
        for (size_t g = 0; g < QUINTILES; g++)
            if (factor[g] != 0.0) model_entry(q->m, q->mean[g], sign * factor[g]);
        model_row(q->m, 0.0, INFINITY);
    }
}

/// The slope as weights of the means: c of Low and Low's line.
static void slope_factors(const double *people, double *c)
{
    double total = 0.0, before = 0.0, middle = 0.0, sxx = 0.0, rank[QUINTILES];
    for (size_t g = 0; g < QUINTILES; g++)
        total += people[g];
    for (size_t g = 0; g < QUINTILES; g++) {
        rank[g] = before + 0.5 * people[g] / total;
        before += people[g] / total;
        middle += people[g] / total * rank[g];
    }
    for (size_t g = 0; g < QUINTILES; g++)
        sxx += people[g] / total * (rank[g] - middle) * (rank[g] - middle);
    for (size_t g = 0; g < QUINTILES; g++)
        c[g] = people[g] / total * (rank[g] - middle) / sxx;
}

bool equity_factors(const struct instance *in, const double *people, double *factor)
{
    double rest = 0.0;
    size_t groups = 0;
    for (size_t g = 0; g < QUINTILES; g++) {
        groups += people[g] > 0.0;
        if (g) rest += people[g];
    }
    factor[NO_QUINTILE] = 0.0;
    if (in->options.objective == IG_SITING_LEAST_SII) {
        if (groups < 3) return false;
        slope_factors(people, factor);
        return true;
    }
    factor[0] = 1.0;
    for (size_t g = 1; g < QUINTILES; g++)
        factor[g] = rest > 0.0 ? -people[g] / rest : 0.0;
    return people[0] > 0.0 && rest > 0.0;
}

static void add_objective(struct equity *q)
{
    const ig_siting_objective o = q->in->options.objective;
    struct model *m = q->m;
    double factor[SITING_GROUPS] = {0}, total = 0.0;
    for (size_t g = 0; g < SITING_GROUPS; g++)
        total += q->people[g];
    if (m->failed) return;
    if (o == IG_SITING_P_MEDIAN) {
        for (size_t g = 0; g < SITING_GROUPS; g++)
            m->cost[q->mean[g]] = q->people[g] / total;
    } else if (o == IG_SITING_P_CENTER) {
        m->cost[q->greatest] = 1.0;
    } else if (o == IG_SITING_CORE20_MEAN) {
        m->cost[q->mean[0]] = 1.0;
    } else if (o == IG_SITING_WORST_QUINTILE) {
        const size_t worst = model_column(m, 1.0, 0.0, INFINITY, false);
        for (size_t g = 0; g < QUINTILES; g++) {
            if (!(q->people[g] > 0.0)) continue;
            model_entry(m, worst, 1.0);
            model_entry(m, q->mean[g], -1.0);
            model_row(m, 0.0, INFINITY);
        }
    } else if (equity_factors(q->in, q->people, factor)) {
        add_size_of(q, factor);
    }
}

static void add_mean_cap(struct equity *q, double cap)
{
    double total = 0.0;
    for (size_t g = 0; g < SITING_GROUPS; g++) {
        total += q->people[g];
        if (q->people[g] > 0.0) model_entry(q->m, q->mean[g], q->people[g]);
    }
    model_row(q->m, -INFINITY, cap * (1.0 + SITING_TIE) * total);
}

ig_status equity_build(const struct instance *in, double cap, double penalty, struct model *m)
{
    const ig_siting_objective o = in->options.objective;
    struct equity q = {.in = in, .m = m, .penalty = penalty};
    q.both = o == IG_SITING_LEAST_SII || o == IG_SITING_LEAST_GAP;
    size_t widest = 0;
    for (size_t i = 0; i < in->n; i++)
        if (in->start[i + 1] - in->start[i] > widest) widest = in->start[i + 1] - in->start[i];
    q.drop = ig_alloc(widest + 1, sizeof *q.drop);
    q.column = ig_alloc(widest + 1, sizeof *q.column);
    if (q.drop && q.column) {
        add_candidates(in, m, 0.0);
        for (size_t j = 0; j < in->m; j++)
            model_entry(m, j, 1.0);
        model_row(m, (double)in->k, (double)in->k);
        add_means(&q);
        add_objective(&q);
        if (cap < INFINITY) add_mean_cap(&q, cap);
    }
    const bool failed = !q.drop || !q.column || m->failed;
    ig_free(q.drop);
    ig_free(q.column);
    return failed ? IG_EMEMORY : IG_OK;
}

ig_status equity_model(ig_ctx *ctx, const struct instance *in, double mean_cap, bool *open,
                       double *bound, bool *proven, bool *found)
{
    struct model m = {0};
    struct verdict verdict = {0};
    ig_status status = equity_build(in, mean_cap, 0.0, &m);
    double *x = ig_alloc(m.columns + 1, sizeof *x);
    if (!x) status = IG_EMEMORY;
    for (size_t j = 0; !status && j < in->m; j++)
        x[j] = open[j];
    if (!status) status = model_solve(ctx, &m, in->deadline - siting_clock(), x, &verdict);
    *found = !status && verdict.found;
    *proven = verdict.proven;
    *bound = verdict.bound;
    size_t count = 0;
    for (size_t j = 0; *found && j < in->m; j++)
        count += open[j] = x[j] > 0.5;
    if (count != in->k) *found = false;
    ig_free(x);
    model_free(&m);
    return status;
}
