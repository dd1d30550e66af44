// The frame of a ward's map: metres become pixels, and rings are cut to it, so that a page holds no
// more than it shows.
#include "ward_map_internal.h"

#include <math.h>

double map_width(void)
{
    return FIGURE_WIDTH - 2.0;
}

double map_x(const struct ward_map *map, double x)
{
    return 1 + (x - map->box.west) * map->scale;
}

double map_y(const struct ward_map *map, double y)
{
    return 1 + (map->box.north - y) * map->scale;
}

void cut_free(struct cut *cut)
{
    ig_free(cut->a.x);
    ig_free(cut->a.y);
    ig_free(cut->b.x);
    ig_free(cut->b.y);
}

static void put(struct cut *cut, struct ring *ring, double x, double y)
{
    if (ring->count == ring->room) {
        const size_t room = ring->room ? 2 * ring->room : 256;
        double *xs = ig_resize(ring->x, room, sizeof *xs);
        if (xs) ring->x = xs;
        double *ys = xs ? ig_resize(ring->y, room, sizeof *ys) : NULL;
        if (ys) ring->y = ys;
        if (!xs || !ys) {
            cut->failed = true;
            return;
        }
        ring->room = room;
    }
    ring->x[ring->count] = x;
    ring->y[ring->count++] = y;
}

/// How far inside one side of the frame; side 0 west, 1 east, 2 north, 3 south; pixels.
static double depth(int side, double x, double y)
{
    const double rim = 4;
    return side == 0   ? x + rim
           : side == 1 ? FIGURE_WIDTH + rim - x
           : side == 2 ? y + rim
                       : FRAME + 2 + rim - y;
}

/// One side of Sutherland and Hodgman's cutting (1974).
static void cut_side(struct cut *cut, int side)
{
    struct ring *from = &cut->a, *to = &cut->b;
    to->count = 0;
    for (size_t i = 0; i < from->count; i++) {
        const size_t k = i ? i - 1 : from->count - 1;
        const double here = depth(side, from->x[i], from->y[i]);
        const double before = depth(side, from->x[k], from->y[k]);
        if ((here >= 0) != (before >= 0)) {
            const double t = before / (before - here);
            put(cut, to, from->x[k] + t * (from->x[i] - from->x[k]),
                from->y[k] + t * (from->y[i] - from->y[k]));
        }
        if (here >= 0) put(cut, to, from->x[i], from->y[i]);
    }
    const struct ring kept = *from;
    *from = *to;
    *to = kept;
}

/// A ring in pixels with points half a pixel apart at least, cut to the frame.
static void take_ring(struct cut *cut, const struct ward_map *map, const ig_rings *rings, size_t r)
{
    cut->a.count = 0;
    double px = INFINITY, py = INFINITY;
    for (size_t k = rings->ring_start[r]; k + 1 < rings->ring_start[r + 1]; k++) {
        const double x = map_x(map, rings->x[k]), y = map_y(map, rings->y[k]);
        if (fabs(x - px) < 0.5 && fabs(y - py) < 0.5) continue;
        put(cut, &cut->a, x, y);
        px = x;
        py = y;
    }
    for (int side = 0; side < 4; side++)
        cut_side(cut, side);
}

void cut_trace(pen *p, struct cut *cut, const struct ward_map *map, const ig_rings *rings,
               size_t ring)
{
    take_ring(cut, map, rings, ring);
    if (cut->a.count < 3) return;
    pen_move(p, cut->a.x[0], cut->a.y[0]);
    for (size_t i = 1; i < cut->a.count; i++)
        pen_line(p, cut->a.x[i], cut->a.y[i]);
    pen_close(p);
}
