// Which rings of an area add to it and which take away: how deep they lie in each other, whatever way
// they run.
#include "grid_internal.h"

#include <math.h>

static double ring_area2(const double *x, const double *y, size_t start, size_t end)
{
    double sum = 0.0;
    for (size_t i = start; i + 1 < end; i++)
        sum +=
            (x[i] - x[start]) * (y[i + 1] - y[start]) - (x[i + 1] - x[start]) * (y[i] - y[start]);
    return sum;
}

/// Is the point inside the ring (odd rule)?
static bool in_ring(const ig_rings *r, const struct ig_ring *ring, double px, double py)
{
    bool inside = false;
    for (size_t i = ring->start; i + 1 < ring->end; i++) {
        const double x0 = r->x[i], y0 = r->y[i], x1 = r->x[i + 1], y1 = r->y[i + 1];
        if ((y0 > py) == (y1 > py)) continue;
        if (px < x0 + (py - y0) * (x1 - x0) / (y1 - y0)) inside = !inside;
    }
    return inside;
}

/// A point inside the ring: on a level between two of its corners, the middle of the first stretch
/// between crossings.
static bool point_inside(const ig_rings *r, struct ig_ring *ring)
{
    for (size_t k = ring->start; k + 1 < ring->end; k++) {
        if (r->y[k] == r->y[k + 1]) continue;
        const double level = r->y[k] + 0.5 * (r->y[k + 1] - r->y[k]);
        double first = INFINITY, second = INFINITY;
        for (size_t i = ring->start; i + 1 < ring->end; i++) {
            const double x0 = r->x[i], y0 = r->y[i], x1 = r->x[i + 1], y1 = r->y[i + 1];
            if ((y0 > level) == (y1 > level)) continue;
            const double x = x0 + (level - y0) * (x1 - x0) / (y1 - y0);
            if (x < first) {
                second = first;
                first = x;
            } else if (x < second) {
                second = x;
            }
        }
        if (!(second > first) || !isfinite(second)) continue;
        ring->in_x = first + 0.5 * (second - first);
        ring->in_y = level;
        if (ring->in_x > first && ring->in_x < second) return true;
    }
    return false;
}

void ig_ring_measure(const ig_rings *r, bool alone, struct ig_ring *ring)
{
    ring->box[0] = ring->box[1] = INFINITY;
    ring->box[2] = ring->box[3] = -INFINITY;
    for (size_t i = ring->start; i < ring->end; i++) {
        const double x = r->x[i], y = r->y[i];
        ring->box[0] = x < ring->box[0] ? x : ring->box[0];
        ring->box[1] = y < ring->box[1] ? y : ring->box[1];
        ring->box[2] = x > ring->box[2] ? x : ring->box[2];
        ring->box[3] = y > ring->box[3] ? y : ring->box[3];
    }
    ring->area2 = ring_area2(r->x, r->y, ring->start, ring->end);
    ring->sound =
        ring->end > ring->start + 3 && ring->area2 != 0.0 && (alone || point_inside(r, ring));
}

size_t ig_ring_depth(const ig_rings *r, const struct ig_ring *rings, size_t count, size_t which)
{
    const struct ig_ring *in = &rings[which];
    size_t depth = 0;
    for (size_t i = 0; i < count; i++) {
        const struct ig_ring *of = &rings[i];
        if (i == which || !of->sound) continue;
        const double a = fabs(of->area2), b = fabs(in->area2);
        if (a < b || (a == b && i > which)) continue;
        if (in->in_x < of->box[0] || in->in_x > of->box[2] || in->in_y < of->box[1] ||
            in->in_y > of->box[3])
            continue;
        if (in_ring(r, of, in->in_x, in->in_y)) depth++;
    }
    return depth;
}
