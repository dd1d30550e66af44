// What the rings of an area cover as drawn, by scanning between heights: a measure in which no part
// of the repair has a hand, so that a repair that loses land is seen (reliability G3).
#include "area_internal.h"
#include "rings.h"

#include <math.h>
#include <stdlib.h>

/// Beyond this many points the scan takes too long to be worth it.
enum { MOST = 4000 };

struct edge {
    double ax, ay, bx, by; ///< ay < by
    int turn;              ///< 1 when drawn upwards
    size_t ring;           ///< within the area
};

struct meeting {
    double x;
    const struct edge *edge;
};

static int by_number(const void *a, const void *b)
{
    const double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

static int by_x(const void *a, const void *b)
{
    const double p = ((const struct meeting *)a)->x, q = ((const struct meeting *)b)->x;
    return (p > q) - (p < q);
}

/// Height at which two edges cross within both.
static bool crossing(const struct edge *p, const struct edge *q, double *y)
{
    const double south = fmax(p->ay, q->ay), north = fmin(p->by, q->by);
    if (south >= north) return false;
    const double dp = (p->bx - p->ax) / (p->by - p->ay), dq = (q->bx - q->ax) / (q->by - q->ay);
    const double gap = (p->ax + dp * (south - p->ay)) - (q->ax + dq * (south - q->ay));
    if (dp == dq) return false;
    *y = south + gap / (dq - dp);
    return *y > south && *y < north;
}

static bool all_within(const ig_shapes *s, size_t in, size_t of)
{
    const size_t a = s->ring_start[in], b = s->ring_start[of], n = s->ring_start[of + 1] - b;
    for (size_t i = a; i + 1 < s->ring_start[in + 1]; i++) {
        const double mx = 0.5 * (s->x[i] + s->x[i + 1]), my = 0.5 * (s->y[i] + s->y[i + 1]);
        if (ig_ring_side(s->x + b, s->y + b, n, s->x[i], s->y[i]) < 0 ||
            ig_ring_side(s->x + b, s->y + b, n, mx, my) < 0)
            return false;
    }
    return true;
}

/// What is looked at of the shells of one area.
struct shell {
    size_t ring;
    double box[4], area;
};

static bool may_hold(const struct shell *outer, const struct shell *inner)
{
    return outer->area > inner->area * (1.0 + 1e-12) && inner->box[0] >= outer->box[0] &&
           inner->box[1] >= outer->box[1] && inner->box[2] <= outer->box[2] &&
           inner->box[3] <= outer->box[3];
}

/// Does a hole of the polygon hold the shell? Then it is an island, not a hole itself.
static bool in_a_hole(const ig_shapes *s, size_t shell, size_t polygon, size_t end)
{
    for (size_t h = polygon + 1; h < end && s->polygon[h] == s->polygon[polygon]; h++)
        if (all_within(s, shell, h)) return true;
    return false;
}

ig_status ig_polygon_depths(const ig_shapes *s, size_t area, unsigned char *depth)
{
    const size_t first = s->area_start[area], end = s->area_start[area + 1];
    size_t count = 0;
    struct shell *shells = ig_alloc(end - first + 1, sizeof *shells);
    if (!shells) return IG_EMEMORY;
    for (size_t r = first; r < end; r++) {
        if (!ig_shapes_is_shell(s, area, r)) continue;
        const size_t at = s->ring_start[r], n = s->ring_start[r + 1] - at;
        shells[count].ring = r;
        shells[count].area = fabs(ig_ring_area2(s->x + at, s->y + at, n));
        ig_ring_box(s->x + at, s->y + at, n, shells[count++].box);
    }
    for (size_t i = 0; i < count; i++) {
        depth[i] = 0;
        for (size_t j = 0; j < count && depth[i] < IG_DEPTHS - 1; j++)
            if (may_hold(&shells[j], &shells[i]) && all_within(s, shells[i].ring, shells[j].ring) &&
                !in_a_hole(s, shells[i].ring, shells[j].ring, end))
                depth[i]++;
    }
    ig_free(shells);
    return IG_OK;
}

/// Is the deepest polygon that covers a place one of land, not a hole?
static bool on_land(const int *covering)
{
    for (int d = IG_DEPTHS - 1; d >= 0; d--)
        if (covering[d]) return d % 2 == 0;
    return false;
}

/// Length covered on one height: polygons whose shell winds round it and no hole of theirs.
static double covered_length(const ig_shapes *s, size_t first, const struct meeting *list,
                             size_t count, int *winding, int *shells, int *holes, size_t rings,
                             const unsigned char *depth)
{
    for (size_t r = 0; r < rings; r++)
        winding[r] = shells[r] = holes[r] = 0;
    double length = 0.0;
    int covering[IG_DEPTHS] = {0};
    for (size_t i = 0; i < count; i++) {
        if (i && on_land(covering)) length += list[i].x - list[i - 1].x;
        const size_t ring = list[i].edge->ring;
        const size_t polygon = s->polygon[first + ring] - s->polygon[first];
        const bool shell = ring == 0 || s->polygon[first + ring] != s->polygon[first + ring - 1];
        const bool before = shells[polygon] > 0 && holes[polygon] == 0;
        const int was = winding[ring] != 0;
        winding[ring] += list[i].edge->turn;
        const int is = winding[ring] != 0;
        if (shell)
            shells[polygon] += is - was;
        else
            holes[polygon] += is - was;
        const bool after = shells[polygon] > 0 && holes[polygon] == 0;
        covering[depth[polygon]] += after - before;
    }
    return length;
}

static size_t edges_of(const ig_shapes *s, size_t area, struct edge *edges)
{
    size_t count = 0;
    const size_t first = s->area_start[area];
    for (size_t r = first; r < s->area_start[area + 1]; r++)
        for (size_t i = s->ring_start[r]; i + 1 < s->ring_start[r + 1]; i++) {
            const bool up = s->y[i] < s->y[i + 1];
            if (s->y[i] == s->y[i + 1]) continue;
            const size_t low = up ? i : i + 1, high = up ? i + 1 : i;
            edges[count++] =
                (struct edge){s->x[low], s->y[low], s->x[high], s->y[high], up ? 1 : -1, r - first};
        }
    return count;
}

static ig_status heights_of(const struct edge *edges, size_t count, double **heights, size_t *n)
{
    size_t room = 0;
    for (size_t i = 0; i < count; i++) {
        if (!ig_grow((void **)heights, &room, *n + 2, sizeof **heights)) return IG_EMEMORY;
        (*heights)[(*n)++] = edges[i].ay;
        (*heights)[(*n)++] = edges[i].by;
        for (size_t j = 0; j < i; j++) {
            double y;
            if (!crossing(&edges[i], &edges[j], &y)) continue;
            if (!ig_grow((void **)heights, &room, *n + 1, sizeof **heights)) return IG_EMEMORY;
            (*heights)[(*n)++] = y;
        }
    }
    if (*n) qsort(*heights, *n, sizeof **heights, by_number);
    return IG_OK;
}

bool ig_covered_as_drawn(const ig_shapes *s, size_t area, double *covered)
{
    const size_t first = s->area_start[area], rings = s->area_start[area + 1] - first;
    const size_t points = s->ring_start[first + rings] - s->ring_start[first];
    if (points > MOST) return false;
    struct edge *edges = ig_alloc(points + 1, sizeof *edges);
    struct meeting *list = ig_alloc(points + 1, sizeof *list);
    int *counts = ig_alloc(3 * rings + 1, sizeof *counts);
    double *heights = NULL, sum = 0.0;
    size_t n = 0;
    unsigned char *depth = ig_alloc(rings + 1, 1);
    bool done = edges && list && counts && depth && !ig_polygon_depths(s, area, depth);
    const size_t count = done ? edges_of(s, area, edges) : 0;
    done = done && heights_of(edges, count, &heights, &n) == IG_OK;
    for (size_t h = 0; done && h + 1 < n; h++) {
        const double south = heights[h], north = heights[h + 1], y = 0.5 * (south + north);
        if (!(north > south)) continue;
        size_t meetings = 0;
        for (size_t i = 0; i < count; i++) {
            const struct edge *e = &edges[i];
            if (e->ay >= y || e->by <= y) continue;
            list[meetings++] =
                (struct meeting){e->ax + (e->bx - e->ax) * ((y - e->ay) / (e->by - e->ay)), e};
        }
        qsort(list, meetings, sizeof *list, by_x);
        sum += (north - south) * covered_length(s, first, list, meetings, counts, counts + rings,
                                                counts + 2 * rings, rings, depth);
    }
    ig_free(edges);
    ig_free(list);
    ig_free(counts);
    ig_free(heights);
    ig_free(depth);
    *covered = sum;
    return done;
}
