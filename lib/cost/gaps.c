// Roads that a source cuts where they pass a railway or the sheet's edge: two dead ends that face
// each other straight on over a few metres are one road. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>

/// A dead end, and the direction in which its road would go on.
struct dead_end {
    double x, y, ahead_x, ahead_y;
    size_t road;
    float pace;
    uint8_t way; ///< IG_WAY_FORTH: the road leads out of here alone, as IG_WAY_BACK in
};

static int by_place(const void *a, const void *b)
{
    const struct dead_end *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    if (p->y != q->y) return p->y < q->y ? -1 : 1;
    return p->road < q->road ? -1 : p->road > q->road;
}

static struct dead_end end_of(const ig_roads *roads, size_t number, bool last)
{
    const ig_road *road = &roads->list[number];
    const size_t at = last ? road->end - 1 : road->first;
    struct dead_end end = {
        .x = roads->x[at], .y = roads->y[at], .road = number, .pace = road->pace};
    if (road->way != IG_WAY_BOTH)
        end.way = (road->way == IG_WAY_FORTH) == last ? IG_WAY_FORTH : IG_WAY_BACK;
    for (size_t i = 1; i < road->end - road->first; i++) {
        const size_t k = last ? at - i : at + i;
        const double dx = end.x - roads->x[k], dy = end.y - roads->y[k], length = hypot(dx, dy);
        if (!(length > 0.0)) continue;
        end.ahead_x = dx / length;
        end.ahead_y = dy / length;
        break;
    }
    return end;
}

/// Ends at which no other road of this mode ends, by place.
static ig_status find_dead_ends(ig_ctx *ctx, const ig_roads *roads, struct dead_end **ends,
                                size_t *count)
{
    *ends = ig_alloc(2 * roads->count + 1, sizeof **ends);
    if (!*ends) return ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
    size_t all = 0;
    for (size_t i = 0; i < roads->count; i++) {
        if (isnan(roads->list[i].pace)) continue;
        (*ends)[all++] = end_of(roads, i, false);
        (*ends)[all++] = end_of(roads, i, true);
    }
    if (all) qsort(*ends, all, sizeof **ends, by_place);
    *count = 0;
    for (size_t from = 0, to; from < all; from = to) {
        for (to = from + 1;
             to < all && (*ends)[to].x == (*ends)[from].x && (*ends)[to].y == (*ends)[from].y;)
            to++;
        if (to == from + 1) (*ends)[(*count)++] = (*ends)[from];
    }
    return IG_OK;
}

/// Do two dead ends lie on one straight road, three degrees of bend at most? Not where both lead out
/// or both in.
static bool face(const struct dead_end *a, const struct dead_end *b)
{
    if (a->way != IG_WAY_BOTH && a->way == b->way) return false;
    const double straight = 0.99863; // cos 3 degrees
    const double dx = b->x - a->x, dy = b->y - a->y, gap = hypot(dx, dy);
    return a->ahead_x * dx + a->ahead_y * dy >= straight * gap &&
           -(b->ahead_x * dx + b->ahead_y * dy) >= straight * gap;
}

static ig_status close_gap(ig_ctx *ctx, ig_roads *roads, const struct dead_end *a,
                           const struct dead_end *b)
{
    if (!ig_grow((void **)&roads->list, &roads->room, roads->count + 1, sizeof *roads->list))
        return ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
    ig_road road = roads->list[a->pace >= b->pace ? a->road : b->road];
    road.marked = false;
    road.way = a->way; // what leads out of one leads into the other
    if (b->way != IG_WAY_BOTH) road.way = b->way == IG_WAY_BACK ? IG_WAY_FORTH : IG_WAY_BACK;
    road.first = roads->points;
    ig_status status = ig_road_point(ctx, roads, a->x, a->y);
    if (!status) status = ig_road_point(ctx, roads, b->x, b->y);
    road.end = roads->points;
    if (!status) roads->list[roads->count++] = road;
    return status;
}

ig_status ig_roads_close_gaps(ig_ctx *ctx, ig_roads *roads, double metres, int64_t *closed)
{
    struct dead_end *ends = NULL;
    size_t count = 0;
    *closed = 0;
    if (!(metres > 0.0)) return IG_OK;
    ig_status status = find_dead_ends(ctx, roads, &ends, &count);
    for (size_t i = 0; !status && i < count; i++) {
        for (size_t k = i + 1; !status && k < count && ends[k].x - ends[i].x <= metres; k++) {
            if (ends[k].road == ends[i].road || fabs(ends[k].y - ends[i].y) > metres ||
                hypot(ends[k].x - ends[i].x, ends[k].y - ends[i].y) > metres ||
                !face(&ends[i], &ends[k]))
                continue;
            status = close_gap(ctx, roads, &ends[i], &ends[k]);
            ++*closed;
        }
    }
    ig_free(ends);
    return status;
}
