// Roads against walls: a road crosses where its source marks a bridge, tunnel or ford, where a
// line of --bridges carries it, or where its source marks nothing at all.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- where bridges are ---------------------------------------------------------------------------

struct node {
    double x, y;
};

static int by_place(const void *a, const void *b)
{
    const struct node *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return p->y < q->y ? -1 : p->y > q->y;
}

/// Ends of all roads that their source marks, sorted.
static ig_status marked_ends(ig_ctx *ctx, const ig_roads *roads, struct node **ends, size_t *count)
{
    *count = 0;
    *ends = ig_alloc(2 * roads->count + 1, sizeof **ends);
    if (!*ends) return ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
    for (size_t i = 0; i < roads->count; i++) {
        const ig_road *road = &roads->list[i];
        if (!road->marked) continue;
        (*ends)[(*count)++] = (struct node){roads->x[road->first], roads->y[road->first]};
        (*ends)[(*count)++] = (struct node){roads->x[road->end - 1], roads->y[road->end - 1]};
    }
    if (*count) qsort(*ends, *count, sizeof **ends, by_place);
    return IG_OK;
}

static double distance_to(double px, double py, double x0, double y0, double x1, double y1)
{
    const double dx = x1 - x0, dy = y1 - y0, length2 = dx * dx + dy * dy;
    double t = length2 > 0.0 ? ((px - x0) * dx + (py - y0) * dy) / length2 : 0.0;
    t = fmin(1.0, fmax(0.0, t));
    return hypot(px - (x0 + t * dx), py - (y0 + t * dy));
}

static bool line_near(const ig_roads *lines, const ig_road *line, double x, double y, double within)
{
    for (size_t k = line->first; k + 1 < line->end; k++)
        if (distance_to(x, y, lines->x[k], lines->y[k], lines->x[k + 1], lines->y[k + 1]) <= within)
            return true;
    return false;
}

static bool bridge_near(const ig_roads *bridges, double x, double y, double within)
{
    if (!bridges || x < bridges->box[0] - within || x > bridges->box[2] + within ||
        y < bridges->box[1] - within || y > bridges->box[3] + within)
        return false;
    for (size_t i = 0; i < bridges->count; i++)
        if (line_near(bridges, &bridges->list[i], x, y, within)) return true;
    return false;
}

// ---- one road --------------------------------------------------------------------------------------

/// A place along a road where it meets a wall.
struct stop {
    double s; ///< metres from its beginning
    size_t wall;
};

struct cutting {
    ig_ctx *ctx;
    const ig_walls *walls;
    const ig_roads *bridges, *old;
    ig_roads *made;
    struct node *ends;
    size_t end_count;
    double reach; ///< metres: half a cell, 25 at least
    struct stop *stops;
    size_t stop_count, stop_room;
    ig_meeting *meetings;
    size_t meeting_room;
    double *along; ///< metres from the beginning, by point of the road
    size_t along_room;
    int64_t unmarked, cuts;
};

static int by_s(const void *a, const void *b)
{
    const struct stop *p = a, *q = b;
    if (p->s != q->s) return p->s < q->s ? -1 : 1;
    return p->wall < q->wall ? -1 : p->wall > q->wall;
}

static ig_status find_stops(struct cutting *c, const ig_road *road)
{
    const ig_roads *old = c->old;
    c->stop_count = 0;
    if (!ig_grow((void **)&c->along, &c->along_room, road->end - road->first, sizeof *c->along))
        return ig_fail(c->ctx, IG_EMEMORY, "no memory for the roads");
    c->along[0] = 0.0;
    for (size_t i = road->first; i + 1 < road->end; i++) {
        const double length = hypot(old->x[i + 1] - old->x[i], old->y[i + 1] - old->y[i]);
        const double from = c->along[i - road->first];
        size_t count;
        ig_status status = ig_walls_meet(c->ctx, c->walls, old->x[i], old->y[i], old->x[i + 1],
                                         old->y[i + 1], &c->meetings, &count, &c->meeting_room);
        if (status) return status;
        if (count &&
            !ig_grow((void **)&c->stops, &c->stop_room, c->stop_count + count, sizeof *c->stops))
            return ig_fail(c->ctx, IG_EMEMORY, "no memory for the roads");
        for (size_t k = 0; k < count; k++)
            c->stops[c->stop_count++] =
                (struct stop){from + c->meetings[k].t * length, c->meetings[k].wall};
        c->along[i - road->first + 1] = from + length;
    }
    if (c->stop_count > 1) qsort(c->stops, c->stop_count, sizeof *c->stops, by_s);
    return IG_OK;
}

/// Point of the road s metres from its beginning.
static void point_at(const struct cutting *c, const ig_road *road, double s, double *x, double *y)
{
    const size_t points = road->end - road->first;
    size_t low = 0, high = points - 1;
    while (low + 1 < high) {
        const size_t middle = low + (high - low) / 2;
        if (c->along[middle] <= s) {
            low = middle;
        } else {
            high = middle;
        }
    }
    const double length = c->along[low + 1] - c->along[low];
    const double t = length > 0.0 ? fmin(1.0, fmax(0.0, (s - c->along[low]) / length)) : 0.0;
    const double *px = c->old->x + road->first + low, *py = c->old->y + road->first + low;
    *x = t >= 1.0 ? px[1] : px[0] + t * (px[1] - px[0]);
    *y = t >= 1.0 ? py[1] : py[0] + t * (py[1] - py[0]);
}

/// Is the end of the road (s = 0 or its length) the end of a marked one too?
static bool ends_at_mark(const struct cutting *c, const ig_road *road, bool last)
{
    const size_t at = last ? road->end - 1 : road->first;
    const struct node node = {c->old->x[at], c->old->y[at]};
    return c->end_count && bsearch(&node, c->ends, c->end_count, sizeof node, by_place);
}

/// Do two places on walls lie so near along the wall that to go round is no detour? Roads drawn
/// a little into the water along its shore do that.
static bool is_graze(const struct cutting *c, size_t a, double ax, double ay, size_t b, double bx,
                     double by)
{
    const bool turned = a > b;
    const size_t first = turned ? b : a, last = turned ? a : b;
    const double most = 4.0 * c->reach;
    double x = turned ? bx : ax, y = turned ? by : ay, length = 0.0;
    for (size_t i = first; i < last; i++) { // to the corner with the next wall
        const ig_wall *w = &c->walls->list[i], *next = w + 1;
        const bool onward = w->x1 == next->x0 && w->y1 == next->y0;
        const bool backward = w->x0 == next->x1 && w->y0 == next->y1;
        if (w->kind != next->kind || (!onward && !backward)) return false;
        const double cx = onward ? w->x1 : w->x0, cy = onward ? w->y1 : w->y0;
        length += hypot(cx - x, cy - y);
        x = cx;
        y = cy;
        if (length > most) return false;
    }
    return length + hypot((turned ? ax : bx) - x, (turned ? ay : by) - y) <= most;
}

/// May the road go on from stop a to stop b, between which it lies inside a polygon? SIZE_MAX
/// stands for the road's own end.
static bool is_carried(const struct cutting *c, const ig_road *road, size_t a, size_t b,
                       double from, double to)
{
    double x, y;
    if (a == SIZE_MAX && to - from <= 4.0 * c->reach && ends_at_mark(c, road, false)) return true;
    if (b == SIZE_MAX && to - from <= 4.0 * c->reach && ends_at_mark(c, road, true)) return true;
    point_at(c, road, 0.5 * (from + to), &x, &y);
    if (bridge_near(c->bridges, x, y, c->reach)) return true;
    if (a == SIZE_MAX || b == SIZE_MAX || to - from > 4.0 * c->reach) return false;
    double x0, y0, x1, y1;
    point_at(c, road, from, &x0, &y0);
    point_at(c, road, to, &x1, &y1);
    return is_graze(c, c->stops[a].wall, x0, y0, c->stops[b].wall, x1, y1);
}

static ig_status add_piece(struct cutting *c, const ig_road *road, double from, double to)
{
    const size_t points = road->end - road->first;
    double x, y;
    if (!(to > from)) return IG_OK;
    if (!ig_grow((void **)&c->made->list, &c->made->room, c->made->count + 1,
                 sizeof *c->made->list))
        return ig_fail(c->ctx, IG_EMEMORY, "no memory for the roads");
    ig_road piece = *road;
    piece.first = c->made->points;
    point_at(c, road, from, &x, &y);
    ig_status status = ig_road_point(c->ctx, c->made, x, y);
    for (size_t i = 0; !status && i < points; i++)
        if (c->along[i] > from && c->along[i] < to)
            status = ig_road_point(c->ctx, c->made, c->old->x[road->first + i],
                                   c->old->y[road->first + i]);
    point_at(c, road, to, &x, &y);
    if (!status) status = ig_road_point(c->ctx, c->made, x, y);
    piece.end = c->made->points;
    c->made->list[c->made->count++] = piece;
    return status;
}

/// Does a line wall at this stop cut the road? Two stops that follow each other closely along one
/// wall undo each other.
static bool line_cuts(const struct cutting *c, const ig_road *road, size_t i)
{
    const struct stop *stop = &c->stops[i];
    double x, y;
    if (c->walls->list[stop->wall].kind != IG_WALL_LINE) return false;
    const double whole = c->along[road->end - road->first - 1];
    if (stop->s <= c->reach && ends_at_mark(c, road, false)) return false;
    if (whole - stop->s <= c->reach && ends_at_mark(c, road, true)) return false;
    point_at(c, road, stop->s, &x, &y);
    return !bridge_near(c->bridges, x, y, c->reach);
}

/// Walk along the stops: dry stretches are kept, joined over what carries them.
static ig_status cut_road(struct cutting *c, const ig_road *road)
{
    // Pieces stop a hand short of the wall, so that there is no doubt on which side they end.
    const double whole = c->along[road->end - road->first - 1], gap = 0.05;
    double begun = 0.0, from = 0.0; // of the piece, of the stretch
    size_t before = SIZE_MAX;
    bool open = true; // a piece is under way
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i <= c->stop_count; i++) {
        const bool last = i == c->stop_count;
        const double to = last ? whole : c->stops[i].s;
        double x, y;
        if (to > from) {
            point_at(c, road, 0.5 * (from + to), &x, &y);
            const bool wet = ig_walls_inside(c->walls, x, y) &&
                             !is_carried(c, road, before, last ? SIZE_MAX : i, from, to);
            if (wet && open) {
                status = add_piece(c, road, begun, from - gap);
                open = false;
                c->cuts++;
            } else if (!wet && !open) {
                begun = from + gap;
                open = true;
            }
        }
        if (!last && open && !status && line_cuts(c, road, i)) {
            status = add_piece(c, road, begun, to - gap);
            begun = to + gap;
            c->cuts++;
        }
        from = to;
        before = i;
    }
    if (!status && open) status = add_piece(c, road, begun, whole);
    return status;
}

static bool any_touched(const ig_walls *walls, const ig_roads *roads, const ig_road *road)
{
    int64_t col, row;
    for (size_t i = road->first; i < road->end; i++)
        if (ig_frame_cell(&walls->frame, roads->x[i], roads->y[i], &col, &row) &&
            walls->state[row * walls->frame.cols + col] != IG_CELL_FREE)
            return true;
    return false;
}

static ig_status keep_road(struct cutting *c, const ig_road *road)
{
    return add_piece(c, road, 0.0, c->along[road->end - road->first - 1]);
}

static ig_status take_road(struct cutting *c, const ig_road *road)
{
    ig_status status = find_stops(c, road);
    if (status) return status;
    const bool free_road = isnan(road->pace) || road->marked ||
                           (!c->stop_count && !any_touched(c->walls, c->old, road));
    if (free_road) return keep_road(c, road);
    if (!c->old->crossings_known[road->source]) {
        c->unmarked += c->stop_count > 0;
        return keep_road(c, road);
    }
    return cut_road(c, road);
}

// ---- all roads -------------------------------------------------------------------------------------

/// Lines of --bridges that no road uses are ways of their own.
static ig_status add_bridges(struct cutting *c, double kmh)
{
    const ig_roads *b = c->bridges;
    ig_status status = IG_OK;
    int64_t own = 0;
    for (size_t i = 0; !status && i < b->count; i++) {
        const ig_road *line = &b->list[i];
        const size_t middle = line->first + (line->end - line->first) / 2;
        const double x = 0.5 * (b->x[middle] + b->x[middle - 1]);
        const double y = 0.5 * (b->y[middle] + b->y[middle - 1]);
        bool used = false;
        for (size_t k = 0; k < c->old->count && !used; k++)
            used = line_near(c->old, &c->old->list[k], x, y, c->reach);
        if (used || !(kmh > 0.0)) continue;
        own++;
        ig_road road = {.first = c->made->points, .pace = (float)(3.6 / kmh), .marked = true};
        for (size_t k = line->first; !status && k < line->end; k++)
            status = ig_road_point(c->ctx, c->made, b->x[k], b->y[k]);
        road.end = c->made->points;
        if (!status && !ig_grow((void **)&c->made->list, &c->made->room, c->made->count + 1,
                                sizeof *c->made->list))
            status = ig_fail(c->ctx, IG_EMEMORY, "no memory for the roads");
        if (!status) c->made->list[c->made->count++] = road;
    }
    if (!status && own)
        ig_info(c->ctx, "%lld lines of --bridges lie beside every road and are ways of %g km/h",
                (long long)own, kmh);
    return status;
}

static void tell(const struct cutting *c)
{
    if (c->unmarked)
        ig_warn(c->ctx,
                "%lld roads meet barriers and their source marks no bridges or tunnels: each "
                "of them crosses",
                (long long)c->unmarked);
    if (c->cuts)
        ig_info(c->ctx, "roads end at barriers %lld times where no bridge or tunnel is marked",
                (long long)c->cuts);
}

ig_status ig_roads_cut(ig_ctx *ctx, ig_roads *roads, const ig_walls *walls, const ig_roads *bridges,
                       const ig_speeds *speeds)
{
    ig_roads made = {0};
    struct cutting c = {.ctx = ctx, .walls = walls, .old = roads, .made = &made};
    c.bridges = bridges && bridges->count ? bridges : NULL;
    c.reach = fmax(25.0, 0.5 * ig_frame_side(&walls->frame));
    ig_status status = marked_ends(ctx, roads, &c.ends, &c.end_count);
    // With lines of bridges given, a source that marks none crosses at those alone.
    bool *known = roads->crossings_known;
    for (size_t i = 0; c.bridges && i < roads->sources; i++)
        known[i] = true;
    for (size_t i = 0; !status && i < roads->count; i++)
        status = take_road(&c, &roads->list[i]);
    if (!status && c.bridges) status = add_bridges(&c, ig_rule(speeds, "bridge", 0.0));
    if (!status) {
        tell(&c);
        ig_free(roads->list);
        ig_free(roads->x);
        ig_free(roads->y);
        roads->list = made.list;
        roads->count = made.count;
        roads->room = made.room;
        roads->x = made.x;
        roads->y = made.y;
        roads->points = made.points;
        roads->x_room = made.x_room;
        roads->y_room = made.y_room;
        made = (ig_roads){0};
    }
    ig_roads_free(&made);
    ig_free(c.ends);
    ig_free(c.stops);
    ig_free(c.meetings);
    ig_free(c.along);
    return status;
}
