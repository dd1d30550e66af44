// The cells that walls touch: which road a cell stands for, and which of its eight sides are shut.
// A cell has one place: a point of its road, else its centre. A side is open where a road leads
// over it, or where the straight line between the places of both cells meets no wall; so every
// way over the grid is a way on the ground that passes no wall. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct place {
    int64_t cell;
    double x, y;
    bool wet; ///< lies inside a polygon: only roads lead away
};

struct pair {
    int64_t low, high;
};

struct sides {
    ig_ctx *ctx;
    const ig_walls *walls;
    ig_visits *visits;
    const ig_road_cells *cells;
    ig_surface *surface;
    struct place *places; ///< of touched cells with roads, by cell
    size_t place_count, place_room;
    struct pair *open; ///< cells that a road joins, sorted
    size_t open_count, open_room;
    int64_t one_way;
};

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the sides of the cells");
}

// ---- which road a cell stands for ------------------------------------------------------------------

static int by_cell(const void *a, const void *b)
{
    const ig_visit *p = a, *q = b;
    if (p->cell != q->cell) return p->cell < q->cell ? -1 : 1;
    if (p->stroke != q->stroke) return p->stroke < q->stroke ? -1 : 1;
    for (int k = 0; k < 2; k++)
        if (p->before[k] != q->before[k]) return p->before[k] < q->before[k] ? -1 : 1;
    return p->after[0] < q->after[0] ? -1 : p->after[0] > q->after[0];
}

/// Can one get from one road to the other within the cell, past no wall?
static bool are_joined(const ig_walls *walls, const ig_visit *a, const ig_visit *b)
{
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            if (!ig_walls_between(walls, a->x[i], a->y[i], b->x[k], b->y[k], false)) return true;
    return false;
}

static size_t root_of(size_t *parent, size_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

/// Visits of one cell fall into groups that walls keep apart; the group of the fastest road is
/// what the cell stands for, of equals the first.
static ig_status choose_group(struct sides *s, ig_visit *visits, size_t count)
{
    size_t *parent = ig_alloc(count, sizeof *parent);
    if (!parent) return no_memory(s->ctx);
    for (size_t i = 0; i < count; i++)
        parent[i] = i;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            if (root_of(parent, i) != root_of(parent, k) &&
                are_joined(s->walls, &visits[i], &visits[k]))
                parent[root_of(parent, k)] = root_of(parent, i);
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (visits[i].pace < visits[best].pace) best = i;
    for (size_t i = 0; i < count; i++)
        visits[i].dropped = root_of(parent, i) != root_of(parent, best);
    ig_free(parent);
    return IG_OK;
}

/// A point of the roads that the cell stands for, dry if there is one, nearest the centre.
static struct place choose_place(const struct sides *s, const ig_visit *visits, size_t count)
{
    const ig_frame *f = &s->surface->frame;
    const int64_t cell = visits[0].cell;
    const double cx = f->west + ((double)(cell % f->cols) + 0.5) * f->dx;
    const double cy = f->north - ((double)(cell / f->cols) + 0.5) * f->dy;
    struct place place = {cell, visits[0].x[1], visits[0].y[1], true};
    double nearest = INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (visits[i].dropped) continue;
        for (int k = 0; k < 3; k++) {
            const double d = hypot(visits[i].x[k] - cx, visits[i].y[k] - cy);
            const bool wet = ig_walls_inside(s->walls, visits[i].x[k], visits[i].y[k]);
            // The middle of a stay is surely in the cell; its ends lie on its rim.
            const double rank = d + (k == 1 ? 0.0 : f->dx + f->dy) + (wet ? 1e9 : 0.0);
            if (rank >= nearest) continue;
            nearest = rank;
            place.x = visits[i].x[k];
            place.y = visits[i].y[k];
            place.wet = wet;
        }
    }
    return place;
}

/// Pace of the roads that the cell stands for, as where no wall touches: the fastest's, of equals
/// the mean factor.
static float blend(const ig_visit *visits, size_t count)
{
    float fast = INFINITY;
    double weight = 0.0, factor = 0.0;
    for (size_t i = 0; i < count; i++)
        if (!visits[i].dropped) fast = fminf(fast, visits[i].fast);
    for (size_t i = 0; i < count; i++) {
        if (visits[i].dropped || visits[i].fast > 1.05f * fast) continue;
        weight += visits[i].metres + 1.0;
        factor += (visits[i].metres + 1.0) * visits[i].pace / visits[i].fast;
    }
    return (float)(fast * factor / weight);
}

static ig_status settle_cells(struct sides *s)
{
    ig_visits *v = s->visits;
    ig_status status = IG_OK;
    if (v->count) qsort(v->list, v->count, sizeof *v->list, by_cell);
    for (size_t from = 0, to; !status && from < v->count; from = to) {
        for (to = from + 1; to < v->count && v->list[to].cell == v->list[from].cell;)
            to++;
        status = choose_group(s, v->list + from, to - from);
        s->surface->pace[v->list[from].cell] = blend(v->list + from, to - from);
        if (!status &&
            !ig_grow((void **)&s->places, &s->place_room, s->place_count + 1, sizeof *s->places))
            status = no_memory(s->ctx);
        if (!status) s->places[s->place_count++] = choose_place(s, v->list + from, to - from);
    }
    return status;
}

/// Cells without a road: what a large polygon touches is shut, as are cells whose centre a small
/// one holds.
static void shut_cells(struct sides *s)
{
    const ig_frame *f = &s->surface->frame;
    for (int64_t row = 0; row < f->rows; row++) {
        for (int64_t col = 0; col < f->cols; col++) {
            const int64_t cell = row * f->cols + col;
            const uint8_t state = s->walls->state[cell];
            if (state == IG_CELL_FREE || s->cells->is_road[cell]) continue;
            if (state >= IG_CELL_TOUCHED ||
                ig_walls_inside(s->walls, f->west + ((double)col + 0.5) * f->dx,
                                f->north - ((double)row + 0.5) * f->dy))
                s->surface->pace[cell] = NAN;
        }
    }
}

// ---- sides that roads open ---------------------------------------------------------------------------

static int by_pair(const void *a, const void *b)
{
    const struct pair *p = a, *q = b;
    if (p->low != q->low) return p->low < q->low ? -1 : 1;
    return p->high < q->high ? -1 : p->high > q->high;
}

static int compare_cells(const void *key, const void *visit)
{
    const int64_t cell = *(const int64_t *)key;
    const ig_visit *v = visit;
    return cell < v->cell ? -1 : cell > v->cell;
}

/// Does the stroke arrive at `cell` from `from` (hops cells on) in a visit that counts?
static bool arrives(const struct sides *s, int64_t cell, int64_t from, size_t stroke, int hops)
{
    if (s->walls->state[cell] == IG_CELL_FREE) return true;
    const ig_visits *v = s->visits;
    const ig_visit *at = bsearch(&cell, v->list, v->count, sizeof *v->list, compare_cells);
    if (!at) return false;
    while (at > v->list && at[-1].cell == cell)
        at--;
    for (; at < v->list + v->count && at->cell == cell; at++)
        if (!at->dropped && at->stroke == stroke &&
            (at->before[hops - 1] == from || at->after[hops - 1] == from))
            return true;
    return false;
}

static bool are_neighbours(const ig_frame *f, int64_t a, int64_t b)
{
    return llabs(a % f->cols - b % f->cols) <= 1 && llabs(a / f->cols - b / f->cols) <= 1;
}

static ig_status open_roads(struct sides *s)
{
    const ig_visits *v = s->visits;
    const ig_frame *f = &s->surface->frame;
    for (size_t i = 0; i < v->count; i++) {
        const ig_visit *visit = &v->list[i];
        if (visit->dropped) continue;
        const int64_t others[4] = {visit->before[0], visit->after[0], visit->before[1],
                                   visit->after[1]};
        for (int k = 0; k < 4; k++) {
            const int64_t other = others[k];
            if (other < 0 || other == visit->cell || !are_neighbours(f, visit->cell, other) ||
                !arrives(s, other, visit->cell, visit->stroke, k < 2 ? 1 : 2))
                continue;
            if (!ig_grow((void **)&s->open, &s->open_room, s->open_count + 1, sizeof *s->open))
                return no_memory(s->ctx);
            s->open[s->open_count++] = (struct pair){visit->cell < other ? visit->cell : other,
                                                     visit->cell < other ? other : visit->cell};
        }
    }
    if (s->open_count) qsort(s->open, s->open_count, sizeof *s->open, by_pair);
    return IG_OK;
}

static bool road_joins(const struct sides *s, int64_t a, int64_t b)
{
    const struct pair key = {a < b ? a : b, a < b ? b : a};
    return s->open_count && bsearch(&key, s->open, s->open_count, sizeof key, by_pair);
}

// ---- all sides -----------------------------------------------------------------------------------------

static int compare_place(const void *key, const void *place)
{
    const int64_t cell = *(const int64_t *)key;
    const struct place *p = place;
    return cell < p->cell ? -1 : cell > p->cell;
}

static struct place place_of(const struct sides *s, int64_t cell)
{
    const ig_frame *f = &s->surface->frame;
    if (s->walls->state[cell] != IG_CELL_FREE && s->cells->is_road[cell] && s->place_count) {
        const struct place *p =
            bsearch(&cell, s->places, s->place_count, sizeof *s->places, compare_place);
        if (p) return *p;
    }
    return (struct place){cell, f->west + ((double)(cell % f->cols) + 0.5) * f->dx,
                          f->north - ((double)(cell / f->cols) + 0.5) * f->dy, false};
}

static bool is_open(const struct sides *s, int64_t a, int64_t b)
{
    if (road_joins(s, a, b)) return true;
    const struct place p = place_of(s, a), q = place_of(s, b);
    return !p.wet && !q.wet && !ig_walls_between(s->walls, p.x, p.y, q.x, q.y, true);
}

/// Shut a side to those who leave `cell` by it, to those who leave `other`, or both.
static ig_status shut(struct sides *s, int64_t cell, int64_t other, int side, bool out, bool in)
{
    if (!s->surface->barriers) {
        s->surface->barriers = ig_alloc((size_t)ig_frame_cells(&s->surface->frame), 1);
        if (!s->surface->barriers) return no_memory(s->ctx);
    }
    if (out) s->surface->barriers[cell] |= (uint8_t)(1u << side);
    if (in) s->surface->barriers[other] |= (uint8_t)(1u << ((side + 4) % 8));
    return IG_OK;
}

/// A side that roads lead over is shut to the way on which none of them does.
static ig_status shut_against(struct sides *s, int64_t cell, int64_t other, int side)
{
    const ig_road_cells *c = s->cells;
    if (!c->leads || !(c->joined[cell] >> side & 1)) return IG_OK;
    const bool out = !(c->leads[cell] >> side & 1), in = !(c->leads[other] >> (side + 4) % 8 & 1);
    if (out == in) return IG_OK;
    s->one_way++;
    return shut(s, cell, other, side, out, in);
}

static bool is_cliff(const struct sides *s, int64_t cell, int64_t other, int side, double max_slope)
{
    const ig_surface *surface = s->surface;
    if (!surface->elevation || !(max_slope > 0.0) ||
        (s->cells->is_road[cell] && s->cells->is_road[other]))
        return false;
    const double run =
        hypot(ig_side_col[side] * surface->frame.dx, ig_side_row[side] * surface->frame.dy);
    const double rise = fabs((double)surface->elevation[other] - (double)surface->elevation[cell]);
    return rise > max_slope * run; // false where a height is not known
}

/// Do roads pass on both sides of a border that none of them crosses? Only where they hang together
/// elsewhere, so that the way round is known, or where one may be joined at junctions alone.
static bool is_verge(const struct sides *s, int64_t cell, int64_t other, int side)
{
    const ig_road_cells *c = s->cells;
    if (c->joined[cell] >> side & 1) return false;
    if (c->is_road[cell] == IG_ROAD_LIMITED || c->is_road[other] == IG_ROAD_LIMITED) return true;
    return c->network[cell] && c->network[cell] == c->network[other];
}

static ig_status shut_sides(struct sides *s, double max_slope)
{
    const ig_frame *f = &s->surface->frame;
    const float *pace = s->surface->pace;
    int64_t cliffs = 0;
    ig_status status = IG_OK;
    for (int64_t row = 0; !status && row < f->rows; row++) {
        for (int64_t col = 0; !status && col < f->cols; col++) {
            const int64_t cell = row * f->cols + col;
            if (isnan(pace[cell])) continue;
            for (int side = 2; side <= 5 && !status; side++) { // each pair once: E SE S SW
                const int64_t c = col + ig_side_col[side], r = row + ig_side_row[side];
                if (c < 0 || c >= f->cols || r >= f->rows) continue;
                const int64_t other = r * f->cols + c;
                if (isnan(pace[other])) continue;
                const bool touched = s->walls->state && (s->walls->state[cell] != IG_CELL_FREE ||
                                                         s->walls->state[other] != IG_CELL_FREE);
                const bool cliff = is_cliff(s, cell, other, side, max_slope);
                cliffs += cliff;
                const bool barred = cliff || is_verge(s, cell, other, side) ||
                                    (touched && !is_open(s, cell, other));
                status = barred ? shut(s, cell, other, side, true, true)
                                : shut_against(s, cell, other, side);
            }
        }
        if (!status) status = ig_progress(s->ctx, (double)row / (double)f->rows, "shutting sides");
    }
    if (!status && cliffs)
        ig_info(s->ctx, "%lld sides of cells are steeper than %g and shut off the roads",
                (long long)cliffs, max_slope);
    return status;
}

ig_status ig_sides_shut(ig_ctx *ctx, const ig_walls *walls, ig_visits *visits,
                        const ig_road_cells *cells, double max_slope, ig_surface *surface,
                        int64_t *one_way)
{
    struct sides s = {.ctx = ctx, .walls = walls, .visits = visits, .cells = cells};
    s.surface = surface;
    ig_status status = IG_OK;
    if (walls->state) {
        status = settle_cells(&s);
        if (!status) shut_cells(&s);
        if (!status) status = open_roads(&s);
    }
    if (!status) status = shut_sides(&s, max_slope);
    surface->one_way = s.one_way > 0;
    *one_way = s.one_way;
    ig_free(s.places);
    ig_free(s.open);
    return status;
}
