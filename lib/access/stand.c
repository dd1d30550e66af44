// Where people stand: of a table by area over the area's cells, of a grid by the exact fraction of
// each cell that an area covers.
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

ig_status ig_stand_reserve(struct stand *stand, size_t pieces)
{
    if (pieces <= stand->room) return IG_OK;
    struct piece *more = ig_resize(stand->piece, pieces, sizeof *more);
    if (!more) return IG_EMEMORY;
    stand->piece = more;
    stand->room = pieces;
    return IG_OK;
}

/// Runs of an area, one after the other.
struct runs {
    const ig_run *first, *end;
};

static struct runs runs_of(const ig_coverage *coverage, size_t area)
{
    return (struct runs){coverage->runs + coverage->start[area],
                         coverage->runs + coverage->start[area + 1]};
}

static size_t cells_of(const struct runs *runs)
{
    size_t cells = 0;
    for (const ig_run *r = runs->first; r < runs->end; r++)
        cells += (size_t)r->cells;
    return cells;
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

static double total_share(const struct runs *runs, const struct ground *g, enum rule rule)
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
static enum rule rule_for(const struct runs *runs, const struct table_task *t, double *total)
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

static ig_status place_area(size_t a, void *arg)
{
    const struct table_task *t = arg;
    struct stand *stand = &t->stands->area[a];
    const struct runs runs = runs_of(t->coverage, a);
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

ig_status ig_place_by_area(ig_ctx *ctx, const ig_coverage *coverage, const struct ground *ground,
                           const double *by_area, struct ig_stands *stands)
{
    struct table_task task = {coverage, ground, by_area, stands};
    return ig_parallel_for(ctx, coverage->areas, place_area, &task);
}

// ---- a grid of people -------------------------------------------------------------------------

struct grid_task {
    const ig_coverage *on_people, *on_ground;
    const struct ground *ground;
    const ig_grid *people;
    const double *covered; ///< how much of each cell of people all areas together cover
    struct ig_stands *stands;
};

/// Fractions of one area on the ground's frame, in its window.
struct window {
    int64_t west, north, cols, rows;
    double *fraction;
};

static ig_status window_of(const struct runs *runs, struct window *w)
{
    *w = (struct window){0};
    if (runs->first == runs->end) return IG_OK;
    int64_t west = INT64_MAX, east = 0, north = INT64_MAX, south = 0;
    for (const ig_run *r = runs->first; r < runs->end; r++) {
        if (r->col < west) west = r->col;
        if (r->col + r->cells > east) east = r->col + r->cells;
        if (r->row < north) north = r->row;
        if (r->row + 1 > south) south = r->row + 1;
    }
    size_t cells;
    if (!ig_product((size_t)(east - west), (size_t)(south - north), &cells)) return IG_EMEMORY;
    *w = (struct window){west, north, east - west, south - north, ig_alloc(cells, sizeof(double))};
    if (!w->fraction) return IG_EMEMORY;
    for (const ig_run *r = runs->first; r < runs->end; r++)
        for (int64_t i = 0; i < r->cells; i++)
            w->fraction[(r->row - north) * w->cols + r->col + i - west] = r->fraction;
    return IG_OK;
}

static double fraction_at(const struct window *w, int64_t col, int64_t row)
{
    if (col < w->west || col >= w->west + w->cols || row < w->north || row >= w->north + w->rows)
        return 0.0;
    return w->fraction[(row - w->north) * w->cols + col - w->west];
}

/// Cells first .. end-1 of one axis that a stretch of it touches, and how much of it each holds.
struct stretch {
    int64_t first, end;
    double low, high, step; ///< along the axis, from the first cell's edge
};

/// @param offset of the stretch from the frame's edge, in metres
static struct stretch stretch_of(double offset, double length, double step, int64_t cells)
{
    const double dust = 1e-9 * length;
    int64_t first = (int64_t)floor((offset + dust) / step);
    int64_t end = (int64_t)ceil((offset + length - dust) / step);
    if (first < 0) first = 0;
    if (end > cells) end = cells;
    return (struct stretch){first, end, offset, offset + length, step};
}

static double held(const struct stretch *s, int64_t cell)
{
    const double low = fmax(s->low, (double)cell * s->step);
    const double high = fmin(s->high, (double)(cell + 1) * s->step);
    return high > low ? high - low : 0.0;
}

/// One cell of people and the ground's cells in it.
struct overlap {
    const struct ground *ground;
    const struct window *window;
    struct stretch x, y;
    bool sliver; ///< less of the area than the ground's fractions can tell: take the cell as it is
};

/// Square metres of a ground cell that lie in the cell of people and in the area.
static double common(const struct overlap *o, int64_t col, int64_t row)
{
    const double size = held(&o->x, col) * held(&o->y, row);
    return o->sliver ? size : size * fraction_at(o->window, col, row);
}

struct common_sums {
    double inside, passable, on_grid;
};

static struct common_sums sum_up(const struct overlap *o)
{
    struct common_sums s = {0};
    for (int64_t r = o->y.first; r < o->y.end; r++)
        for (int64_t c = o->x.first; c < o->x.end; c++) {
            const double in = common(o, c, r);
            const int64_t cell = r * o->ground->frame->cols + c;
            s.on_grid += held(&o->x, c) * held(&o->y, r);
            s.inside += in;
            if (ground_passable(o->ground, cell)) s.passable += in;
        }
    return s;
}

/// People of one cell who live in one area, over the ground's cells in it: where it is passable as
/// far as that is known; what lies off the ground's frame is unreached.
static ig_status place_cell(const struct grid_task *t, const struct window *w, int64_t col,
                            int64_t row, double fraction, double people, struct stand *stand)
{
    const ig_frame *from = &t->people->frame, *to = t->ground->frame;
    const double west = from->west + (double)col * from->dx - to->west;
    const double north = to->north - (from->north - (double)row * from->dy);
    struct overlap o = {t->ground, w, stretch_of(west, from->dx, to->dx, to->cols),
                        stretch_of(north, from->dy, to->dy, to->rows), false};
    struct common_sums s = sum_up(&o);
    if (!(s.inside > 0.0)) {
        o.sliver = true;
        s = sum_up(&o);
    }
    if (!(s.passable > 0.0)) return ig_stand_add(stand, NAN, people); // off the grid, or barriers
    const double off = fmax(0.0, from->dx * from->dy - s.on_grid) * fraction;
    const double on_share = off > 1e-9 * s.inside ? s.inside / (s.inside + off) : 1.0;
    ig_status status = ig_stand_add(stand, NAN, people * (1.0 - on_share));
    for (int64_t r = o.y.first; !status && r < o.y.end; r++)
        for (int64_t c = o.x.first; !status && c < o.x.end; c++) {
            const int64_t cell = r * to->cols + c;
            if (!ground_passable(t->ground, cell)) continue;
            const double share = common(&o, c, r) / s.passable;
            status = ig_stand_put(stand, t->ground, cell, people * on_share * share);
        }
    return status;
}

/// Cells that areas cover to the last sliver give all their people away, whatever the last bits of
/// the fractions add up to.
static double people_of(const struct grid_task *t, int64_t cell, double fraction)
{
    const double all = t->covered[cell], people = (double)t->people->cells[cell];
    return people * (fabs(all - 1.0) < 1e-5 ? fraction / all : fraction);
}

static ig_status place_grid_area(size_t a, void *arg)
{
    const struct grid_task *t = arg;
    struct stand *stand = &t->stands->area[a];
    const struct runs runs = runs_of(t->on_people, a), here = runs_of(t->on_ground, a);
    const bool same = ig_frame_equal(&t->people->frame, t->ground->frame);
    struct window window = {0};
    ig_status status = same ? IG_OK : window_of(&here, &window);
    for (const ig_run *r = runs.first; !status && r < runs.end; r++)
        for (int64_t i = 0; !status && i < r->cells; i++) {
            const int64_t cell = r->row * t->people->frame.cols + r->col + i;
            if (!(t->people->cells[cell] > 0.0f)) continue;
            const double people = people_of(t, cell, r->fraction);
            stand->all += people;
            if (same)
                status = ig_stand_put(stand, t->ground, cell, people);
            else
                status = place_cell(t, &window, r->col + i, r->row, r->fraction, people, stand);
        }
    if (here.first == here.end) stand->status = "not covered";
    ig_free(window.fraction);
    return status;
}

/// Share of each cell that all areas together cover, in order of areas.
static void add_up(const ig_coverage *coverage, const ig_frame *frame, double *covered)
{
    for (size_t a = 0; a < coverage->areas; a++) {
        const struct runs runs = runs_of(coverage, a);
        for (const ig_run *r = runs.first; r < runs.end; r++)
            for (int64_t i = 0; i < r->cells; i++)
                covered[r->row * frame->cols + r->col + i] += r->fraction;
    }
}

static ig_status check_people(ig_ctx *ctx, const ig_grid *people)
{
    const int64_t cells = ig_frame_cells(&people->frame);
    int64_t negative = 0, first = -1;
    for (int64_t i = 0; i < cells; i++)
        if (people->cells[i] < 0.0f || isinf(people->cells[i])) {
            if (first < 0) first = i;
            negative++;
        }
    if (first < 0) return IG_OK;
    ig_fail(ctx, IG_EFORMAT,
            "the population grid has %lld cells that are negative or infinite, the first %g at row "
            "%lld, column %lld (from 0)",
            (long long)negative, (double)people->cells[first],
            (long long)(first / people->frame.cols), (long long)(first % people->frame.cols));
    return ig_hint(ctx, "name the value that means nodata with --nodata, or mend the grid");
}

/// People in no area; and those counted twice, which is a warning with where it comes from.
static double left_over(ig_ctx *ctx, const ig_grid *people, const double *covered, bool tell)
{
    const int64_t cells = ig_frame_cells(&people->frame);
    double outside = 0.0, twice = 0.0;
    for (int64_t i = 0; i < cells; i++) {
        const double p = (double)people->cells[i], rest = 1.0 - covered[i];
        if (!(p > 0.0) || fabs(rest) < 1e-5) continue;
        if (rest > 0.0)
            outside += p * rest;
        else
            twice -= p * rest;
    }
    if (twice > 0.0 && tell)
        ig_warn(ctx, "areas overlap: %g people of the population grid are counted in two areas",
                twice);
    return outside;
}

ig_status ig_place_grid(ig_ctx *ctx, const ig_coverage *on_people, const ig_coverage *on_ground,
                        const struct ground *ground, const ig_grid *people,
                        const char *const *codes, bool tell, struct ig_stands *stands,
                        double *outside)
{
    ig_status status = check_people(ctx, people);
    if (status) return status;
    const int64_t cells = ig_frame_cells(&people->frame);
    double *covered = ig_alloc((size_t)cells, sizeof *covered);
    if (!covered) return ig_fail(ctx, IG_EMEMORY, "no memory for %lld cells", (long long)cells);

    add_up(on_people, &people->frame, covered);
    *outside = left_over(ctx, people, covered, tell);
    struct grid_task task = {on_people, on_ground, ground, people, covered, stands};
    status = ig_parallel_for(ctx, on_people->areas, place_grid_area, &task);
    ig_free(covered);
    if (status || !tell) return status;

    ig_text list = {0};
    size_t partly = 0;
    for (size_t a = 0; a < on_people->areas; a++)
        if (on_people->outside[a] > 1.0)
            ig_list_add(&list, &partly, codes[a], on_people->outside[a], "m2 outside");
    if (partly)
        ig_warn(ctx, "the population grid does not cover %zu area%s or only in part: %s", partly,
                partly == 1 ? "" : "s", list.data ? list.data : "");
    ig_text_free(&list);
    return IG_OK;
}
