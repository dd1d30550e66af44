// What a change of sites does to people: who gains and who loses time, person by person.
#include "access_internal.h"

#include <math.h>

/// Times on a grid are singles; what is nearer to a minute than this is a minute.
static const double dust = 1e-4;
/// Minutes more or less from which on somebody wins or loses.
static const double notable = 1.0;

static ig_status change_new(size_t areas, ig_change **out)
{
    ig_change *change = ig_alloc(1, sizeof *change);
    if (!change) return IG_EMEMORY;
    change->areas = areas;
    change->rows = ig_alloc(areas ? areas : 1, sizeof *change->rows);
    if (!change->rows) {
        ig_free(change);
        return IG_EMEMORY;
    }
    *out = change;
    return IG_OK;
}

void ig_change_free(ig_change *change)
{
    if (!change) return;
    ig_free(change->rows);
    ig_free(change);
}

/// Sums of one area while its people are gone through.
struct tally {
    struct ig_sum both, moment, winners, losers, gained, lost;
};

/// People whose time changes by so many minutes; minus infinity: reached from now on, plus
/// infinity: no longer.
static void tally_add(struct tally *t, double minutes, double people)
{
    if (minutes == -INFINITY) {
        ig_sum_add(&t->gained, people);
        return;
    }
    if (minutes == INFINITY) {
        ig_sum_add(&t->lost, people);
        return;
    }
    ig_sum_add(&t->both, people);
    ig_sum_add(&t->moment, people * minutes);
    if (minutes > notable + dust) ig_sum_add(&t->losers, people);
    if (minutes < -notable - dust) ig_sum_add(&t->winners, people);
}

static void tally_into(const struct tally *t, ig_change_row *row)
{
    const double both = ig_sum_of(&t->both);
    row->minutes = both > 0.0 ? ig_sum_of(&t->moment) / both : NAN;
    row->winners = ig_sum_of(&t->winners);
    row->losers = ig_sum_of(&t->losers);
    row->newly_reached = ig_sum_of(&t->gained);
    row->newly_unreached = ig_sum_of(&t->lost);
}

static void total(ig_change *change)
{
    struct ig_sum winners = {0}, losers = {0}, gained = {0}, lost = {0};
    for (size_t a = 0; a < change->areas; a++) {
        const ig_change_row *row = &change->rows[a];
        ig_sum_add(&winners, row->winners);
        ig_sum_add(&losers, row->losers);
        ig_sum_add(&gained, row->newly_reached);
        ig_sum_add(&lost, row->newly_unreached);
    }
    change->winners = ig_sum_of(&winners);
    change->losers = ig_sum_of(&losers);
    change->newly_reached = ig_sum_of(&gained);
    change->newly_unreached = ig_sum_of(&lost);
}

// ---- on a grid --------------------------------------------------------------------------------

struct cells_task {
    const float *before, *after;
    float *change;
    int64_t cols;
};

static ig_status subtract_row(size_t row, void *arg)
{
    const struct cells_task *t = arg;
    for (int64_t c = 0; c < t->cols; c++) {
        const int64_t i = (int64_t)row * t->cols + c;
        const float b = t->before[i], a = t->after[i];
        t->change[i] = isnan(a) ? (isnan(b) ? NAN : INFINITY) : isnan(b) ? -INFINITY : a - b;
    }
    return IG_OK;
}

ig_status ig_access_change(ig_ctx *ctx, const ig_areas *areas, const ig_grid *before,
                           const ig_grid *after, const ig_surface *surface, const ig_people *people,
                           ig_cover *cover, ig_change **out)
{
    ig_access *access = NULL;
    ig_change *change = NULL;
    const size_t cells = (size_t)ig_frame_cells(&before->frame);
    if (!ig_frame_equal(&before->frame, &after->frame))
        return ig_fail(ctx, IG_EINVAL, "the times before and after do not lie on the same cells");
    float *minutes = ig_alloc(cells, sizeof *minutes);
    if (!minutes) return ig_fail(ctx, IG_EMEMORY, "no memory for the change of %zu cells", cells);
    struct cells_task task = {before->cells, after->cells, minutes, before->frame.cols};
    ig_status status = ig_parallel_for(ctx, (size_t)before->frame.rows, subtract_row, &task);
    if (!status) {
        ig_grid grid = *before;
        grid.cells = minutes;
        status = ig_access_quiet(ctx, areas, &grid, surface, people, cover, &access);
    }
    if (!status && change_new(access->areas, &change))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the change of %zu areas", access->areas);
    for (size_t a = 0; !status && a < access->areas; a++) {
        const struct stand *s = &access->stands->area[a];
        struct tally tally = {0};
        for (size_t i = 0; i < s->count; i++)
            tally_add(&tally, s->piece[i].minutes, s->piece[i].people);
        tally_into(&tally, &change->rows[a]);
    }
    ig_access_free(access);
    ig_free(minutes);
    if (status) return status;
    total(change);
    *out = change;
    return IG_OK;
}

// ---- from a matrix ----------------------------------------------------------------------------

ig_status ig_access_change_nearest(ig_ctx *ctx, const ig_access *before, const ig_access *after,
                                   ig_change **out)
{
    ig_change *change = NULL;
    if (before->areas != after->areas)
        return ig_fail(ctx, IG_EINVAL, "before and after have different areas");
    if (change_new(before->areas, &change))
        return ig_fail(ctx, IG_EMEMORY, "no memory for the change of %zu areas", before->areas);
    for (size_t a = 0; a < before->areas; a++) {
        const ig_access_row *b = &before->rows[a], *f = &after->rows[a];
        struct tally tally = {0};
        if (isnan(b->people)) {
            tally_into(&tally, &change->rows[a]);
            continue;
        }
        const double both = fmin(b->people_reached, f->people_reached);
        if (both > 0.0) tally_add(&tally, f->minutes_mean - b->minutes_mean, both);
        tally_add(&tally, -INFINITY, fmax(0.0, f->people_reached - both));
        tally_add(&tally, INFINITY, fmax(0.0, b->people_reached - both));
        tally_into(&tally, &change->rows[a]);
    }
    total(change);
    *out = change;
    return IG_OK;
}
