// The quick look at areas: those whose segments meet nowhere and whose rings nest are surely valid.
#include "area_internal.h"
#include "rings.h"

#include <string.h>

/// Beyond this many segments an area goes to GEOS straight away, whose index is better then.
enum { QUICK = 20000, CHUNK = 256 };

struct segment {
    double ax, ay, bx, by; ///< as drawn
    double west, east, south, north;
    size_t ring, place, last; ///< place within the ring, and number of its last segment
};

/// Rings go to and fro, so that the ends of segments come in long rising and falling runs: sorting
/// by insertion within short blocks, then merging, moves little. Ties stay in the order of drawing.
static void sort_by_west(struct segment **list, struct segment **other, size_t count)
{
    enum { BLOCK = 16 };
    for (size_t at = 0; at < count; at += BLOCK) {
        const size_t end = count - at < BLOCK ? count : at + BLOCK;
        for (size_t i = at + 1; i < end; i++) {
            struct segment *s = list[i];
            size_t k = i;
            for (; k > at && list[k - 1]->west > s->west; k--)
                list[k] = list[k - 1];
            list[k] = s;
        }
    }
    for (size_t width = BLOCK; width < count; width *= 2) {
        for (size_t at = 0; at < count; at += 2 * width) {
            const size_t middle = count - at < width ? count : at + width;
            const size_t end = count - at < 2 * width ? count : at + 2 * width;
            size_t i = at, j = middle;
            for (size_t k = at; k < end; k++) {
                const bool right = i == middle || (j < end && list[j]->west < list[i]->west);
                other[k] = right ? list[j++] : list[i++];
            }
        }
        memcpy(list, other, count * sizeof(struct segment *));
    }
}

/// Do two segments of an area meet other than where a ring goes on? True also when in doubt.
static bool meet(const struct segment *p, const struct segment *q)
{
    if (p->ring == q->ring) {
        const struct segment *one = p->place < q->place ? p : q, *two = one == p ? q : p;
        const bool wraps = one->place == 0 && two->place == two->last;
        if (two->place == one->place + 1 || wraps) {
            if (wraps && two->last > 1) {
                const struct segment *kept = one;
                one = two;
                two = kept;
            }
            if (ig_turn(one->ax, one->ay, one->bx, one->by, two->bx, two->by)) return false;
            return (one->bx - one->ax) * (two->bx - two->ax) +
                       (one->by - one->ay) * (two->by - two->ay) <=
                   0.0; // turns back on itself
        }
    }
    const int c = ig_turn(p->ax, p->ay, p->bx, p->by, q->ax, q->ay);
    const int d = ig_turn(p->ax, p->ay, p->bx, p->by, q->bx, q->by);
    if (c && c == d) return false;
    const int a = ig_turn(q->ax, q->ay, q->bx, q->by, p->ax, p->ay);
    const int b = ig_turn(q->ax, q->ay, q->bx, q->by, p->bx, p->by);
    return !(a && a == b);
}

/// Room for the segments of one area, and for putting them in order.
struct scratch {
    struct segment *list, **order, **other;
    size_t room, order_room, other_room;
};

static bool scratch_grow(struct scratch *s, size_t count)
{
    return ig_grow((void **)&s->list, &s->room, count, sizeof *s->list) &&
           ig_grow((void **)&s->order, &s->order_room, count, sizeof(struct segment *)) &&
           ig_grow((void **)&s->other, &s->other_room, count, sizeof(struct segment *));
}

static void scratch_free(struct scratch *s)
{
    ig_free(s->list);
    ig_free((void *)s->order);
    ig_free((void *)s->other);
}

/// Segments of an area, in `order` from west to east. SIZE_MAX when a ring is too short.
static size_t collect(const ig_shapes *s, size_t area, struct scratch *scratch)
{
    struct segment *list = scratch->list;
    size_t count = 0;
    for (size_t r = s->area_start[area]; r < s->area_start[area + 1]; r++) {
        const size_t start = s->ring_start[r], end = s->ring_start[r + 1], first = count;
        for (size_t i = start; i + 1 < end; i++) {
            const double ax = s->x[i], ay = s->y[i], bx = s->x[i + 1], by = s->y[i + 1];
            if (ax == bx && ay == by) continue; // a point given twice is no fault
            list[count] = (struct segment){.ax = ax,
                                           .ay = ay,
                                           .bx = bx,
                                           .by = by,
                                           .west = ax < bx ? ax : bx,
                                           .east = ax < bx ? bx : ax,
                                           .south = ay < by ? ay : by,
                                           .north = ay < by ? by : ay,
                                           .ring = r,
                                           .place = count - first};
            scratch->order[count] = &list[count];
            count++;
        }
        if (count - first < 3) return SIZE_MAX;
        for (size_t i = first; i < count; i++)
            list[i].last = count - first - 1;
    }
    sort_by_west(scratch->order, scratch->other, count);
    return count;
}

static bool any_meet(struct segment *const *order, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct segment *p = order[i];
        for (size_t j = i + 1; j < count && order[j]->west <= p->east; j++) {
            const struct segment *q = order[j];
            if (q->south <= p->north && q->north >= p->south && meet(p, q)) return true;
        }
    }
    return false;
}

static int first_point_in(const ig_shapes *s, size_t ring, size_t of)
{
    const size_t p = s->ring_start[ring], q = s->ring_start[of];
    return ig_ring_side(s->x + q, s->y + q, s->ring_start[of + 1] - q, s->x[p], s->y[p]);
}

/// Rings that do not meet: each hole in its shell, no ring in another that should not hold it.
static bool well_nested(const ig_shapes *s, size_t area)
{
    const size_t first = s->area_start[area], end = s->area_start[area + 1];
    size_t shell = first;
    for (size_t r = first + 1; r < end; r++) {
        if (ig_shapes_is_shell(s, area, r)) shell = r;
        for (size_t q = first; q < r; q++) {
            const bool in = first_point_in(s, r, q) >= 0, round = first_point_in(s, q, r) >= 0;
            if (r != shell && q == shell) {
                if (!in) return false; // hole outside its shell
            } else if (in || round) {
                return false; // may still be right (an island in a hole): GEOS will say
            }
        }
    }
    return true;
}

static bool surely_valid(const ig_shapes *s, size_t area, struct scratch *scratch)
{
    const size_t rings = s->area_start[area + 1] - s->area_start[area];
    if (rings == 0) return true;
    if (rings > 64) return false;
    const size_t count = collect(s, area, scratch);
    return count != SIZE_MAX && !any_meet(scratch->order, count) &&
           (rings == 1 || well_nested(s, area));
}

struct look {
    const ig_shapes *shapes;
    const ig_repair *repair;
    bool *doubtful;
};

static ig_status look_at_chunk(size_t chunk, void *arg)
{
    struct look *look = arg;
    const ig_shapes *s = look->shapes;
    struct scratch scratch = {0};
    ig_status status = IG_OK;
    for (size_t a = chunk * CHUNK; a < (chunk + 1) * CHUNK && a < s->areas && !status; a++) {
        const size_t points = s->ring_start[s->area_start[a + 1]] - s->ring_start[s->area_start[a]];
        look->doubtful[a] = points > QUICK || (look->repair->merge && look->repair->merge[a]);
        if (look->doubtful[a]) continue;
        if (!scratch_grow(&scratch, points + 1))
            status = IG_EMEMORY;
        else
            look->doubtful[a] = !surely_valid(s, a, &scratch);
    }
    scratch_free(&scratch);
    return status;
}

ig_status ig_shapes_look(ig_ctx *ctx, const ig_shapes *shapes, const ig_repair *repair,
                         bool *doubtful)
{
    struct look look = {shapes, repair, doubtful};
    return ig_parallel_for(ctx, (shapes->areas + CHUNK - 1) / CHUNK, look_at_chunk, &look);
}
