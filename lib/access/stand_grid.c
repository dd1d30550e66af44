// Where the people of a grid stand: each cell's with the areas that cover it, by exact fraction.
#include "access_internal.h"

#include <math.h>
#include <string.h>

struct grid_task {
    const ig_coverage *on_people, *on_ground;
    const struct ground *ground;
    const ig_grid *people;
    const struct rest *rest;
    struct ig_stands *stands;
};

/// Fractions of one area on the ground's frame, in its window.
struct window {
    int64_t west, north, cols, rows;
    double *fraction;
};

static ig_status window_of(const ig_runs *runs, struct window *w)
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
static double people_of(const struct grid_task *t, int64_t row, int64_t cell, double fraction)
{
    const double people = (double)t->people->cells[cell];
    return people *
           (rest_uneven(t->rest, cell) ? fraction / rest_covered(t->rest, row, cell) : fraction);
}

/// Rows of an area lie far apart in memory: ask for those that come next.
static void fetch_ahead(const struct grid_task *t, const ig_run *run, const ig_run *end)
{
    enum { AHEAD = 8, LINE = 16, MOST = 8 * LINE }; // runs; cells
    if (end - run <= AHEAD) return;
    run += AHEAD;
    const int64_t first = run->row * t->people->frame.cols + run->col;
    const int64_t cells = run->cells < MOST ? run->cells : MOST;
    const bool minutes = t->ground->minutes && t->on_people == t->on_ground;
    __builtin_prefetch(t->rest->uneven + first / 64);
    for (int64_t i = 0; i < cells; i += LINE) {
        __builtin_prefetch(t->people->cells + first + i);
        if (minutes) __builtin_prefetch(t->ground->minutes + first + i);
    }
}

/// People of a run whose cells are the ground's own, at known minutes; there is room for them.
/// @param even  no cell of it is uneven
static inline void place_cells(const struct grid_task *t, const ig_run *run, bool even,
                               struct stand *stand)
{
    const int64_t row = run->row, cells = run->cells;
    const int64_t first = row * t->people->frame.cols + run->col;
    const float *people = t->people->cells + first, *minutes = t->ground->minutes + first;
    const double fraction = run->fraction;
    struct piece *piece = stand->piece + stand->count;
    double all = stand->all, unreached = stand->unreached; // not in memory from cell to cell
    for (int64_t i = 0; i < cells; i++) {
        if (!(people[i] > 0.0f)) continue;
        const double here =
            even ? (double)people[i] * fraction : people_of(t, row, first + i, fraction);
        all += here;
        if (isnan(minutes[i]))
            unreached += here;
        else if (here > 0.0)
            *piece++ = (struct piece){minutes[i], here};
    }
    stand->count = (size_t)(piece - stand->piece);
    stand->all = all;
    stand->unreached = unreached;
}

static void place_run(const struct grid_task *t, const ig_run *run, struct stand *stand)
{
    const int64_t first = run->row * t->people->frame.cols + run->col;
    if (rest_uneven_among(t->rest, first, run->cells))
        place_cells(t, run, false, stand);
    else
        place_cells(t, run, true, stand);
}

static ig_status place_on_own(const struct grid_task *t, ig_runs runs, struct stand *stand)
{
    const bool known = t->ground->minutes;
    ig_status status = known ? ig_stand_reserve(stand, cells_of(&runs)) : IG_OK;
    for (const ig_run *r = runs.first; !status && r < runs.end; r++) {
        fetch_ahead(t, r, runs.end);
        if (known) place_run(t, r, stand);
        for (int64_t i = 0; !status && !known && i < r->cells; i++) {
            const int64_t cell = r->row * t->people->frame.cols + r->col + i;
            if (!(t->people->cells[cell] > 0.0f)) continue;
            const double people = people_of(t, r->row, cell, r->fraction);
            stand->all += people;
            status = ig_stand_put(stand, t->ground, cell, people);
        }
    }
    return status;
}

static ig_status place_across(const struct grid_task *t, ig_runs runs, ig_runs here,
                              struct stand *stand)
{
    struct window window = {0};
    ig_status status = window_of(&here, &window);
    for (const ig_run *r = runs.first; !status && r < runs.end; r++)
        for (int64_t i = 0; !status && i < r->cells; i++) {
            const int64_t cell = r->row * t->people->frame.cols + r->col + i;
            if (!(t->people->cells[cell] > 0.0f)) continue;
            const double people = people_of(t, r->row, cell, r->fraction);
            stand->all += people;
            status = place_cell(t, &window, r->col + i, r->row, r->fraction, people, stand);
        }
    ig_free(window.fraction);
    return status;
}

static ig_status place_grid_area(size_t i, void *arg)
{
    const struct grid_task *t = arg;
    const size_t a = t->on_ground->order[i];
    struct stand *stand = &t->stands->area[a];
    const ig_runs runs = t->on_people->area[a], here = t->on_ground->area[a];
    const ig_status status = ig_frame_equal(&t->people->frame, t->ground->frame)
                                 ? place_on_own(t, runs, stand)
                                 : place_across(t, runs, here, stand);
    if (here.first == here.end) stand->status = "not covered";
    return status ? status : ig_stand_row(t->stands, a);
}

ig_status ig_place_grid(ig_ctx *ctx, const ig_coverage *on_people, const ig_coverage *on_ground,
                        const struct ground *ground, const ig_grid *people,
                        const char *const *codes, bool tell, struct ig_stands *stands,
                        double *outside)
{
    struct rest rest;
    ig_status status = ig_rest_new(ctx, on_people, people, tell, &rest, outside);
    struct grid_task task = {on_people, on_ground, ground, people, &rest, stands};
    if (!status) status = ig_parallel_for(ctx, on_people->areas, place_grid_area, &task);
    ig_stands_said(ctx, status);
    ig_rest_free(&rest);
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
