// Strokes: roads that go straight on into each other at junctions. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>

/// An end of a road: road * 2 for its beginning, + 1 for its end.
struct end {
    double x, y;
    size_t number;
};

/// Ends at one node at most: more are a fault of the source, and stay as they are.
enum { MOST_ENDS = 64 };

/// A road that turns by more, radians, passes the cells that it came by again: a line that is there
/// twice, or two that part at a narrow angle. Taken as one, each would be thought a way round the
/// other's cells.
#define SHARPEST (0.75 * M_PI)

static int by_place(const void *a, const void *b)
{
    const struct end *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    if (p->y != q->y) return p->y < q->y ? -1 : 1;
    return p->number < q->number ? -1 : p->number > q->number;
}

/// Direction of the first piece of road that has a length, seen from an end.
static double heading_of(const ig_roads *roads, const ig_road *road, bool last)
{
    const size_t points = road->end - road->first;
    for (size_t i = 1; i < points; i++) {
        const size_t a = last ? road->end - 1 : road->first,
                     b = last ? road->end - 1 - i : road->first + i;
        if (roads->x[a] != roads->x[b] || roads->y[a] != roads->y[b])
            return atan2(roads->y[b] - roads->y[a], roads->x[b] - roads->x[a]);
    }
    return 0.0;
}

static const ig_road *road_of(const ig_roads *roads, const struct end *end)
{
    return &roads->list[end->number / 2];
}

/// Roads of one kind are burned together.
static bool are_alike(const ig_road *a, const ig_road *b)
{
    return a->limited == b->limited && a->apart == b->apart;
}

/// How far from straight on it is from one heading into another, radians.
static double bend(double a, double b)
{
    double turn = fabs(a - b);
    if (turn > M_PI) turn = 2.0 * M_PI - turn;
    return M_PI - turn;
}

/// At one node: pair the ends that go straightest into each other. Two that are alike, alone, pair
/// round any bend that does not lead back beside the way that was come by.
static void pair_node(const ig_roads *roads, const struct end *ends, size_t count, size_t *mate)
{
    double heading[MOST_ENDS] = {0}; // in which the road leaves the end
    for (size_t i = 0; i < count; i++)
        heading[i] = heading_of(roads, road_of(roads, &ends[i]), ends[i].number % 2);
    for (;;) {
        double best = count == 2 ? SHARPEST : 0.5 * M_PI;
        size_t a = SIZE_MAX, b = SIZE_MAX;
        for (size_t i = 0; i < count; i++) {
            if (mate[ends[i].number] != SIZE_MAX) continue;
            for (size_t k = i + 1; k < count; k++) {
                if (mate[ends[k].number] != SIZE_MAX || ends[i].number / 2 == ends[k].number / 2 ||
                    !are_alike(road_of(roads, &ends[i]), road_of(roads, &ends[k])))
                    continue;
                const double angle = bend(heading[i], heading[k]);
                if (angle < best) {
                    best = angle;
                    a = i;
                    b = k;
                }
            }
        }
        if (a == SIZE_MAX) return;
        mate[ends[a].number] = ends[b].number;
        mate[ends[b].number] = ends[a].number;
    }
}

ig_status ig_strokes_pair(ig_ctx *ctx, const ig_roads *roads, size_t *mate)
{
    struct end *ends = ig_alloc(2 * roads->count + 1, sizeof *ends);
    if (!ends) return ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
    size_t count = 0;
    for (size_t i = 0; i < roads->count; i++) {
        const ig_road *road = &roads->list[i];
        mate[2 * i] = mate[2 * i + 1] = SIZE_MAX;
        if (isnan(road->pace)) continue;
        for (size_t last = 0; last < 2; last++) {
            const size_t at = last ? road->end - 1 : road->first;
            ends[count++] = (struct end){roads->x[at], roads->y[at], 2 * i + last};
        }
    }
    if (count) qsort(ends, count, sizeof *ends, by_place);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && ends[to].x == ends[from].x && ends[to].y == ends[from].y;)
            to++;
        if (to - from > 1 && to - from < MOST_ENDS) pair_node(roads, ends + from, to - from, mate);
    }
    ig_free(ends);
    return IG_OK;
}
