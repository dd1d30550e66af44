// Where people stand: those of a table by area over the area's cells.
#include "access_internal.h"

#include <math.h>
#include <string.h>

ig_status ig_stands_new(size_t areas, struct ig_stands **out)
{
    struct ig_stands *stands = ig_alloc(1, sizeof *stands);
    if (!stands) return IG_EMEMORY;
    stands->areas = areas;
    stands->area = ig_alloc(areas ? areas : 1, sizeof *stands->area);
    if (!stands->area) {
        ig_free(stands);
        return IG_EMEMORY;
    }
    *out = stands;
    return IG_OK;
}

void ig_stands_free(struct ig_stands *stands)
{
    if (!stands) return;
    for (size_t a = 0; a < stands->areas; a++) {
        ig_free(stands->area[a].piece);
        ig_free(stands->area[a].spot);
    }
    ig_free(stands->area);
    ig_free(stands);
}

ig_status ig_stand_add(struct stand *stand, double minutes, double people)
{
    if (!(people > 0.0)) return IG_OK;
    if (isnan(minutes)) {
        stand->unreached += people;
        return IG_OK;
    }
    if (!ig_grow((void **)&stand->piece, &stand->room, stand->count + 1, sizeof *stand->piece))
        return IG_EMEMORY;
    stand->piece[stand->count++] = (struct piece){minutes, people};
    return IG_OK;
}

ig_status ig_stand_put(struct stand *stand, const struct ground *ground, int64_t cell,
                       double people)
{
    if (ground->minutes) return ig_stand_add(stand, ground->minutes[cell], people);
    if (!(people > 0.0)) return IG_OK;
    struct spot *last = stand->spots ? &stand->spot[stand->spots - 1] : NULL;
    if (last && last->cell + last->cells == cell && last->people == people) {
        last->cells++;
        return IG_OK;
    }
    if (!ig_grow((void **)&stand->spot, &stand->spot_room, stand->spots + 1, sizeof *stand->spot))
        return IG_EMEMORY;
    stand->spot[stand->spots++] = (struct spot){cell, 1, people};
    return IG_OK;
}

ig_status ig_stand_row(const struct ig_stands *stands, size_t area)
{
    return stands->settle ? ig_stand_settle(stands->settle, &stands->area[area], area) : IG_OK;
}

ig_status ig_stands_said(ig_ctx *ctx, ig_status status)
{
    if (status == IG_EBUG)
        ig_fail(ctx, status, "people of an area do not add up after they were placed");
    if (status == IG_EMEMORY) ig_fail(ctx, status, "no memory to place the people of areas");
    return status;
}

ig_status ig_stand_reserve(struct stand *stand, size_t pieces)
{
    if (pieces <= stand->room) return IG_OK;
    struct piece *more = ig_resize(stand->piece, pieces, sizeof *more);
    if (!more) return IG_EMEMORY;
    stand->piece = more;
    stand->room = pieces;
    return IG_OK;
}

// ---- a table by area --------------------------------------------------------------------------

/// How much of an area's people a cell may hold.
enum rule { BY_RESIDENTS, ON_PASSABLE, ON_ALL };

static double share(const struct ground *g, enum rule rule, int64_t cell, double fraction)
{
    if (rule == ON_ALL) return fraction;
    if (!ground_passable(g, cell)) return 0.0;
    if (rule == ON_PASSABLE) return fraction;
    return g->residents[cell] > 0.0f ? fraction * (double)g->residents[cell] : 0.0;
}

static double total_share(const ig_runs *runs, const struct ground *g, enum rule rule)
{
    struct ig_sum total = {0};
    for (const ig_run *r = runs->first; r < runs->end; r++)
        for (int64_t i = 0; i < r->cells; i++)
            ig_sum_add(&total, share(g, rule, r->row * g->frame->cols + r->col + i, r->fraction));
    return ig_sum_of(&total);
}

struct table_task {
    const ig_coverage *coverage;
    const struct ground *ground;
    const double *by_area;
    struct ig_stands *stands;
};

/// Residents decide where they are known; where all cells of an area bar them, its passable cells.
static enum rule rule_for(const ig_runs *runs, const struct table_task *t, double *total)
{
    const struct ground *g = t->ground;
    enum rule rule = !g->pace ? ON_ALL : g->residents && t->by_area ? BY_RESIDENTS : ON_PASSABLE;
    *total = total_share(runs, g, rule);
    if (rule == BY_RESIDENTS && !(*total > 0.0)) {
        rule = ON_PASSABLE;
        *total = total_share(runs, g, rule);
    }
    return rule;
}

static ig_status spread_area(const struct table_task *t, size_t a, struct stand *stand)
{
    const ig_runs runs = t->coverage->area[a];
    double total;
    const enum rule rule = rule_for(&runs, t, &total);
    const double people = t->by_area ? t->by_area[a] : total;
    stand->all = people;
    if (runs.first == runs.end) {
        stand->status = "not covered";
        stand->unreached = people > 0.0 ? people : 0.0;
        return IG_OK;
    }
    if (!(total > 0.0)) {
        stand->status = "no passable cell";
        stand->unreached = people > 0.0 ? people : 0.0;
        return IG_OK;
    }
    if (!(people > 0.0)) return IG_OK;
    const double scale = people / total;
    if (t->ground->minutes && ig_stand_reserve(stand, cells_of(&runs))) return IG_EMEMORY;
    for (const ig_run *r = runs.first; r < runs.end; r++)
        for (int64_t i = 0; i < r->cells; i++) {
            const int64_t cell = r->row * t->ground->frame->cols + r->col + i;
            const double w = share(t->ground, rule, cell, r->fraction);
            ig_status status = ig_stand_put(stand, t->ground, cell, w * scale);
            if (status) return status;
        }
    return IG_OK;
}

static ig_status place_area(size_t i, void *arg)
{
    const struct table_task *t = arg;
    const size_t a = t->coverage->order[i];
    const ig_status status = spread_area(t, a, &t->stands->area[a]);
    return status ? status : ig_stand_row(t->stands, a);
}

ig_status ig_place_by_area(ig_ctx *ctx, const ig_coverage *coverage, const struct ground *ground,
                           const double *by_area, struct ig_stands *stands)
{
    struct table_task task = {coverage, ground, by_area, stands};
    return ig_stands_said(ctx, ig_parallel_for(ctx, coverage->areas, place_area, &task));
}
