// Outlines with fewer points, all rings of all levels at once (after Visvalingam and Whyatt 1993,
// with the emptiness test that keeps rings from crossing).
//
// A node goes when its two neighbours are the same in every ring that has it, when the outline has
// then moved by no more than the tolerance in all, and when no other node lies in the triangle
// that is cut off or added. So rings that ran together still do, none comes to touch or cross
// another, and levels stay nested.
#include "isochrone_internal.h"

#include <math.h>

/// A node. All of it lies together: nodes are looked at in order of height, here and there.
struct bend {
    double x, y;
    double moved_a, moved_b; ///< how far the outline has moved along the edges to its neighbours
    uint32_t a, b;           ///< neighbours of a node that can go
    uint32_t version;
    uint8_t degree; ///< distinct neighbours: 0 not used, 1, 2, 3 for more; 3 stays
    bool gone;
};

struct offer {
    double height;
    uint32_t node, version;
};

struct outline {
    struct bend *bend;
    size_t count;
    double tolerance;

    struct offer *heap;
    size_t offers, room_heap;

    // where nodes are: buckets of a size near that of a piece
    double west, south, bucket;
    uint32_t *bucket_first, *bucket_next; ///< node + 1
    size_t buckets;
};

// ---- neighbours ---------------------------------------------------------------------------------

static void meet(struct outline *o, uint32_t node, uint32_t other)
{
    struct bend *n = &o->bend[node];
    if ((n->degree >= 1 && n->a == other) || (n->degree >= 2 && n->b == other)) return;
    if (n->degree == 0)
        n->a = other;
    else if (n->degree == 1)
        n->b = other;
    if (n->degree < 3) n->degree++;
}

static void replace(struct outline *o, uint32_t node, uint32_t old, uint32_t new, double moved)
{
    struct bend *n = &o->bend[node];
    n->version++;
    if (n->degree != 2) return;
    if (n->a == old) {
        n->a = new;
        n->moved_a = moved;
    } else {
        n->b = new;
        n->moved_b = moved;
    }
}

/// Would an edge between a and b be a second one?
static bool are_beside(const struct outline *o, uint32_t a, uint32_t b)
{
    const struct bend *n = &o->bend[a], *m = &o->bend[b];
    if (n->degree == 2) return n->a == b || n->b == b;
    if (m->degree == 2) return m->a == a || m->b == a;
    return true; // both stay for good: the last node between them stays too
}

// ---- what lies where ----------------------------------------------------------------------------

/// Eight by eight buckets lie together.
static size_t bucket_of(const struct outline *o, int64_t col, int64_t row)
{
    uint64_t h =
        (uint64_t)(col >> 3) * 0x9e3779b97f4a7c15U ^ (uint64_t)(row >> 3) * 0xc2b2ae3d27d4eb4fU;
    h ^= h >> 31;
    return (((size_t)h << 6) & (o->buckets - 1)) | (size_t)(row & 7) << 3 | (size_t)(col & 7);
}

static int64_t bucket_col(const struct outline *o, double x)
{
    return (int64_t)floor((x - o->west) / o->bucket);
}

static int64_t bucket_row(const struct outline *o, double y)
{
    return (int64_t)floor((y - o->south) / o->bucket);
}

static bool fill_buckets(struct outline *o)
{
    double east = -INFINITY, north = -INFINITY;
    o->west = o->south = INFINITY;
    for (size_t i = 0; i < o->count; i++) {
        o->west = fmin(o->west, o->bend[i].x);
        o->south = fmin(o->south, o->bend[i].y);
        east = fmax(east, o->bend[i].x);
        north = fmax(north, o->bend[i].y);
    }
    const double span = fmax(east - o->west, north - o->south);
    o->bucket = fmax(span / 65536.0, fmax(o->tolerance, 1e-6));
    for (o->buckets = 64; o->buckets < o->count; o->buckets *= 2) {
    }
    o->bucket_first = ig_alloc_whole(o->buckets, sizeof *o->bucket_first);
    o->bucket_next = ig_alloc_whole(o->count + 1, sizeof *o->bucket_next);
    if (!o->bucket_first || !o->bucket_next) return false;
    for (size_t i = 0; i < o->count; i++) {
        const struct bend *n = &o->bend[i];
        if (!n->degree) continue;
        const size_t b = bucket_of(o, bucket_col(o, n->x), bucket_row(o, n->y));
        o->bucket_next[i] = o->bucket_first[b];
        o->bucket_first[b] = (uint32_t)i + 1;
    }
    return true;
}

static double cross(const struct bend *a, const struct bend *b, const struct bend *c)
{
    return (b->x - a->x) * (c->y - a->y) - (c->x - a->x) * (b->y - a->y);
}

static bool in_triangle(const struct bend *a, const struct bend *b, const struct bend *c,
                        const struct bend *p)
{
    const double u = cross(a, b, p), v = cross(b, c, p), w = cross(c, a, p);
    return (u >= 0.0 && v >= 0.0 && w >= 0.0) || (u <= 0.0 && v <= 0.0 && w <= 0.0);
}

/// Does a node other than its corners lie in the closed triangle?
static bool occupied(const struct outline *o, const struct bend *a, const struct bend *b,
                     const struct bend *c)
{
    enum { LOOKS = 4096 }; // a triangle over more buckets than this is left alone
    const double x0 = fmin(a->x, fmin(b->x, c->x)), x1 = fmax(a->x, fmax(b->x, c->x));
    const double y0 = fmin(a->y, fmin(b->y, c->y)), y1 = fmax(a->y, fmax(b->y, c->y));
    const int64_t west = bucket_col(o, x0), east = bucket_col(o, x1);
    const int64_t south = bucket_row(o, y0), north = bucket_row(o, y1);
    if ((east - west + 1) * (north - south + 1) > LOOKS) return true;
    for (int64_t row = south; row <= north; row++) {
        for (int64_t col = west; col <= east; col++) {
            const size_t bucket = bucket_of(o, col, row);
            for (uint32_t i = o->bucket_first[bucket]; i; i = o->bucket_next[i - 1]) {
                const struct bend *p = &o->bend[i - 1];
                // Buckets share places, and a flat triangle has all of its line inside.
                if (p->x < x0 || p->x > x1 || p->y < y0 || p->y > y1) continue;
                if (p == a || p == b || p == c || p->gone) continue;
                if (in_triangle(a, b, c, p)) return true;
            }
        }
    }
    return false;
}

// ---- the least first ----------------------------------------------------------------------------

static bool before(const struct offer *a, const struct offer *b)
{
    if (a->height != b->height) return a->height < b->height;
    return a->node < b->node;
}

static bool push(struct outline *o, struct offer offer)
{
    if (!ig_grow((void **)&o->heap, &o->room_heap, o->offers + 1, sizeof offer)) return false;
    size_t i = o->offers++;
    for (; i > 0 && before(&offer, &o->heap[(i - 1) / 2]); i = (i - 1) / 2)
        o->heap[i] = o->heap[(i - 1) / 2];
    o->heap[i] = offer;
    return true;
}

static struct offer pop(struct outline *o)
{
    const struct offer top = o->heap[0], last = o->heap[--o->offers];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= o->offers) break;
        if (child + 1 < o->offers && before(&o->heap[child + 1], &o->heap[child])) child++;
        if (!before(&o->heap[child], &last)) break;
        o->heap[i] = o->heap[child];
        i = child;
    }
    if (o->offers) o->heap[i] = last;
    return top;
}

/// Distance of a node from the line between its neighbours; far enough off when it lies beyond
/// their ends.
static double height_of(const struct outline *o, const struct bend *n)
{
    const struct bend *a = &o->bend[n->a], *b = &o->bend[n->b];
    const double ux = b->x - a->x, uy = b->y - a->y, vx = n->x - a->x, vy = n->y - a->y;
    const double length = ux * ux + uy * uy;
    double along = length > 0.0 ? (ux * vx + uy * vy) / length : 0.0;
    along = along < 0.0 ? 0.0 : along > 1.0 ? 1.0 : along;
    return hypot(vx - along * ux, vy - along * uy);
}

static bool offer_node(struct outline *o, uint32_t node)
{
    const struct bend *n = &o->bend[node];
    if (n->degree != 2 || n->gone) return true;
    const double height = height_of(o, n);
    if (height > o->tolerance) return true;
    return push(o, (struct offer){height, node, n->version});
}

static bool take_out(struct outline *o, const struct offer *offer)
{
    struct bend *n = &o->bend[offer->node];
    const uint32_t a = n->a, b = n->b;
    const double moved = offer->height + fmax(n->moved_a, n->moved_b);
    if (moved > o->tolerance || are_beside(o, a, b) || occupied(o, &o->bend[a], n, &o->bend[b]))
        return true;
    n->gone = true;
    replace(o, a, offer->node, b, moved);
    replace(o, b, offer->node, a, moved);
    return offer_node(o, a) && offer_node(o, b);
}

static void drop_gone(const struct outline *o, struct rings *rings)
{
    size_t kept = 0;
    for (size_t r = 0; r < rings->count; r++) {
        const size_t from = rings->start[r], to = rings->start[r + 1];
        rings->start[r] = kept;
        for (size_t i = from; i < to; i++)
            if (!o->bend[rings->node[i]].gone) rings->node[kept++] = rings->node[i];
    }
    if (rings->count) rings->start[rings->count] = kept;
    rings->nodes = kept;
}

static bool begin(struct outline *o, const struct nodes *nodes, const struct rings *rings,
                  size_t levels)
{
    o->count = nodes->count;
    o->bend = ig_alloc_whole(o->count + 1, sizeof *o->bend);
    if (!o->bend) return false;
    for (size_t i = 0; i < o->count; i++) {
        o->bend[i].x = nodes->x[i];
        o->bend[i].y = nodes->y[i];
    }
    for (size_t k = 0; k < levels; k++) {
        for (size_t r = 0; r < rings[k].count; r++) {
            const size_t from = rings[k].start[r], to = rings[k].start[r + 1];
            for (size_t i = from; i < to; i++) {
                const uint32_t a = rings[k].node[i], b = rings[k].node[i + 1 < to ? i + 1 : from];
                meet(o, a, b);
                meet(o, b, a);
            }
        }
    }
    return fill_buckets(o);
}

ig_status ig_rings_simplify(ig_ctx *ctx, const struct nodes *nodes, struct rings *rings,
                            size_t levels, double tolerance)
{
    struct outline o = {.tolerance = tolerance};
    ig_status status = IG_OK;
    bool good = begin(&o, nodes, rings, levels);
    for (size_t i = 0; good && i < o.count; i++)
        good = offer_node(&o, (uint32_t)i);
    while (good && o.offers) {
        const struct offer offer = pop(&o);
        if (!o.bend[offer.node].gone && offer.version == o.bend[offer.node].version)
            good = take_out(&o, &offer);
    }
    if (good)
        for (size_t k = 0; k < levels; k++)
            drop_gone(&o, &rings[k]);
    else
        status = ig_fail(ctx, IG_EMEMORY, "no memory to simplify isochrones");
    ig_free(o.bend);
    ig_free(o.heap);
    ig_free(o.bucket_first);
    ig_free(o.bucket_next);
    return status;
}
