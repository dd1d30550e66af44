// Members of an ensemble compared over the same people: those whom all of them reach.
#include "ensemble_internal.h"

#include <math.h>

/// Where a member stands among the speeds, rules and sizes of cells.
struct place {
    size_t speed, field;
};

static struct place place_of(const struct running *r, size_t member)
{
    const ig_ensemble *e = r->in->ensemble;
    const size_t corner = member % e->corner_count, rest = member / e->corner_count;
    return (struct place){rest % e->speed_count, rest / e->speed_count * e->corner_count + corner};
}

/// Number of the least speed (sign 1) or of the greatest (sign -1).
static size_t speed_at_end(const ig_ensemble *e, double sign)
{
    size_t found = 0;
    for (size_t s = 1; s < e->speed_count; s++)
        if (sign * e->speed[s] < sign * e->speed[found]) found = s;
    return found;
}

/// Minutes kept for each rule on each size of cells.
static size_t fields_of(const ig_ensemble *e)
{
    return (e->corner_count ? e->corner_count : 1) * (e->cell_count ? e->cell_count : 1);
}

double ig_ensemble_work(const ig_ensemble *ensemble)
{
    // and a byte for cells that somebody reaches, a layer for what is met with the people
    return (double)(sizeof(float) * (fields_of(ensemble) + 1) + 1);
}

ig_status ig_common_new(struct running *r)
{
    struct common *c = &r->common;
    const ig_ensemble *e = r->in->ensemble;
    const size_t cells = (size_t)ig_frame_cells(&r->in->surface->frame);
    c->frame = &r->in->surface->frame;
    c->fields = fields_of(e);
    c->field = ig_alloc(c->fields, sizeof *c->field);
    c->people = ig_alloc(r->areas + 1, sizeof *c->people);
    c->left_out = ig_alloc(r->areas + 1, sizeof *c->left_out);
    c->minutes = ig_alloc(r->areas * r->members + 1, sizeof *c->minutes);
    c->mean = ig_alloc(r->members, sizeof *c->mean);
    c->some = ig_alloc(cells, sizeof *c->some);
    if (!c->field || !c->people || !c->left_out || !c->minutes || !c->mean || !c->some)
        return ig_fail(r->ctx, IG_EMEMORY, "no memory for %zu members", r->members);
    ig_info(r->ctx,
            "minutes of %zu cells under %zu combinations of rules and cells are kept: %.0f MiB",
            cells, c->fields, ceil((double)cells * ig_ensemble_work(e) / 1048576.0));
    ig_status status = IG_OK;
    for (size_t f = 0; f < c->fields && !status; f++) {
        void *field = NULL;
        status = ig_bulk_alloc(r->ctx, cells, sizeof(float), &field);
        c->field[f] = field;
    }
    return status ? status
                  : ig_standing_new(r->ctx, r->in->areas, r->in->surface, r->in->people, true,
                                    &c->standing);
}

void ig_common_free(struct running *r)
{
    struct common *c = &r->common;
    for (size_t f = 0; c->field && f < c->fields; f++)
        ig_bulk_free(r->ctx, c->field[f]);
    ig_standing_free(c->standing);
    ig_free(c->field);
    ig_free(c->some);
    ig_free(c->people);
    ig_free(c->left_out);
    ig_free(c->minutes);
    ig_free(c->mean);
}

ig_status ig_common_take(struct running *r, const ig_grid *minutes)
{
    // Speeds scale the minutes and the limit alike: the slowest reaches least, the fastest most.
    struct common *c = &r->common;
    const ig_ensemble *e = r->in->ensemble;
    const struct place place = place_of(r, r->done);
    const int64_t cells = ig_frame_cells(c->frame);
    if (place.speed == speed_at_end(e, 1.0))
        ig_ensemble_bring_back(minutes, c->frame, c->field[place.field]);
    if (place.speed != speed_at_end(e, -1.0)) return IG_OK;
    void *reached = NULL;
    const ig_status status = ig_bulk_alloc(r->ctx, (size_t)cells, sizeof(float), &reached);
    if (status) return status;
    const float *there = reached;
    ig_ensemble_bring_back(minutes, c->frame, reached);
    for (int64_t i = 0; i < cells; i++)
        c->some[i] |= !isnan(there[i]);
    ig_bulk_free(r->ctx, reached);
    return IG_OK;
}

double ig_ensemble_mean(const double *people, const double *minutes, size_t areas)
{
    double sum = 0.0, moment = 0.0;
    for (size_t a = 0; a < areas; a++) {
        if (!(people[a] > 0.0) || isnan(minutes[a])) continue;
        sum += people[a];
        moment += people[a] * minutes[a];
    }
    return sum > 0.0 ? moment / sum : NAN;
}

static bool reached_by_all(const struct common *c, int64_t cell)
{
    for (size_t f = 0; f < c->fields; f++)
        if (isnan(c->field[f][cell])) return false;
    return true;
}

ig_status ig_common_settle(struct running *r)
{
    struct common *c = &r->common;
    const int64_t cells = ig_frame_cells(c->frame);
    ig_grid *grid = NULL;
    double *all = ig_alloc(r->areas + 1, sizeof *all);
    if (!all) return ig_fail(r->ctx, IG_EMEMORY, "no memory for %zu areas", r->areas);
    const ig_status status = ig_grid_new(r->ctx, c->frame, &grid);
    if (status) {
        ig_free(all);
        return status;
    }
    for (int64_t i = 0; i < cells; i++)
        grid->cells[i] = c->some[i] ? 0.0F : NAN;
    ig_standing_means(c->standing, grid, all, c->left_out, c->minutes);
    for (int64_t i = 0; i < cells; i++) // from here on: cells that all reach
        c->some[i] = reached_by_all(c, i);
    for (size_t m = 0; m < r->members; m++) {
        const struct place place = place_of(r, m);
        const double speed = r->in->ensemble->speed[place.speed];
        double *own = c->minutes + m * r->areas;
        for (int64_t i = 0; i < cells; i++)
            grid->cells[i] = c->some[i] ? (float)((double)c->field[place.field][i] / speed) : NAN;
        ig_standing_means(c->standing, grid, all, c->people, own);
        c->mean[m] = ig_ensemble_mean(c->people, own, r->areas);
    }
    for (size_t a = 0; a < r->areas; a++) {
        if (isnan(all[a])) {
            c->people[a] = c->left_out[a] = NAN;
            continue;
        }
        c->left_out[a] -= c->people[a];
        c->people_sum += c->people[a];
        c->left_out_sum += c->left_out[a];
    }
    ig_grid_free(grid);
    ig_free(all);
    return IG_OK;
}
