// Outlines with fewer points, all rings of all levels at once (after Visvalingam and Whyatt 1993,
// with the emptiness test that keeps rings from crossing).
//
// A node goes when its two neighbours are the same in every ring that has it, when the outline has
// then moved by no more than the tolerance in all, and when no other node lies in the triangle
// that is cut off or added. So rings that ran together still do, none comes to touch or cross
// another, and levels stay nested.
#include "isochrone_internal.h"

#include <math.h>

struct pair {
    uint32_t a, b;
};

struct offer {
    double height;
    uint32_t node, version;
};

struct outline {
    const struct nodes *nodes;
    double tolerance;
    struct pair *beside; ///< neighbours of a node that can go
    struct moved {
        double a, b;
    } * moved;       ///< how far the outline has moved along the edges to them
    uint8_t *degree; ///< distinct neighbours: 0 not used, 1, 2, 3 for more; 3 stays
    bool *gone;
    uint32_t *version;

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
    struct pair *beside = &o->beside[node];
    if (o->degree[node] >= 1 && beside->a == other) return;
    if (o->degree[node] >= 2 && beside->b == other) return;
    if (o->degree[node] == 0)
        beside->a = other;
    else if (o->degree[node] == 1)
        beside->b = other;
    if (o->degree[node] < 3) o->degree[node]++;
}

static void replace(struct outline *o, uint32_t node, uint32_t old, uint32_t new, double moved)
{
    if (o->degree[node] != 2) return;
    struct pair *beside = &o->beside[node];
    if (beside->a == old) {
        beside->a = new;
        o->moved[node].a = moved;
    } else {
        beside->b = new;
        o->moved[node].b = moved;
    }
}

/// Would an edge between a and b be a second one?
static bool are_beside(const struct outline *o, uint32_t a, uint32_t b)
{
    if (o->degree[a] == 2) return o->beside[a].a == b || o->beside[a].b == b;
    if (o->degree[b] == 2) return o->beside[b].a == a || o->beside[b].b == a;
    return true; // both stay for good: the last node between them stays too
}

// ---- what lies where ----------------------------------------------------------------------------

static size_t bucket_of(const struct outline *o, int64_t col, int64_t row)
{
    uint64_t h = (uint64_t)col * 0x9e3779b97f4a7c15U ^ (uint64_t)row * 0xc2b2ae3d27d4eb4fU;
    h ^= h >> 31;
    return (size_t)h & (o->buckets - 1);
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
    const struct nodes *n = o->nodes;
    double east = -INFINITY, north = -INFINITY;
    o->west = o->south = INFINITY;
    for (size_t i = 0; i < n->count; i++) {
        o->west = fmin(o->west, n->x[i]);
        o->south = fmin(o->south, n->y[i]);
        east = fmax(east, n->x[i]);
        north = fmax(north, n->y[i]);
    }
    const double span = fmax(east - o->west, north - o->south);
    o->bucket = fmax(span / 65536.0, fmax(o->tolerance, 1e-6));
    for (o->buckets = 64; o->buckets < n->count; o->buckets *= 2) {
    }
    o->bucket_first = ig_alloc(o->buckets, sizeof *o->bucket_first);
    o->bucket_next = ig_alloc(n->count + 1, sizeof *o->bucket_next);
    if (!o->bucket_first || !o->bucket_next) return false;
    for (size_t i = 0; i < n->count; i++) {
        if (!o->degree[i]) continue;
        const size_t b = bucket_of(o, bucket_col(o, n->x[i]), bucket_row(o, n->y[i]));
        o->bucket_next[i] = o->bucket_first[b];
        o->bucket_first[b] = (uint32_t)i + 1;
    }
    return true;
}

static double cross(const struct nodes *n, uint32_t a, uint32_t b, uint32_t c)
{
    return (n->x[b] - n->x[a]) * (n->y[c] - n->y[a]) - (n->x[c] - n->x[a]) * (n->y[b] - n->y[a]);
}

static bool in_triangle(const struct nodes *n, uint32_t a, uint32_t b, uint32_t c, uint32_t p)
{
    const double u = cross(n, a, b, p), v = cross(n, b, c, p), w = cross(n, c, a, p);
    return (u >= 0.0 && v >= 0.0 && w >= 0.0) || (u <= 0.0 && v <= 0.0 && w <= 0.0);
}

/// Does a node other than its corners lie in the closed triangle?
static bool occupied(const struct outline *o, uint32_t a, uint32_t b, uint32_t c)
{
    enum { LOOKS = 4096 }; // a triangle over more buckets than this is left alone
    const struct nodes *n = o->nodes;
    const int64_t west = bucket_col(o, fmin(n->x[a], fmin(n->x[b], n->x[c])));
    const int64_t east = bucket_col(o, fmax(n->x[a], fmax(n->x[b], n->x[c])));
    const int64_t south = bucket_row(o, fmin(n->y[a], fmin(n->y[b], n->y[c])));
    const int64_t north = bucket_row(o, fmax(n->y[a], fmax(n->y[b], n->y[c])));
    if ((east - west + 1) * (north - south + 1) > LOOKS) return true;
    for (int64_t row = south; row <= north; row++) {
        for (int64_t col = west; col <= east; col++) {
            const size_t bucket = bucket_of(o, col, row);
            for (uint32_t i = o->bucket_first[bucket]; i; i = o->bucket_next[i - 1]) {
                const uint32_t p = i - 1;
                if (p == a || p == b || p == c || o->gone[p]) continue;
                if (in_triangle(n, a, b, c, p)) return true;
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
static double height_of(const struct outline *o, uint32_t node)
{
    const struct nodes *n = o->nodes;
    const uint32_t a = o->beside[node].a, b = o->beside[node].b;
    const double ux = n->x[b] - n->x[a], uy = n->y[b] - n->y[a];
    const double vx = n->x[node] - n->x[a], vy = n->y[node] - n->y[a];
    const double length = ux * ux + uy * uy;
    double along = length > 0.0 ? (ux * vx + uy * vy) / length : 0.0;
    along = along < 0.0 ? 0.0 : along > 1.0 ? 1.0 : along;
    return hypot(vx - along * ux, vy - along * uy);
}

static bool offer_node(struct outline *o, uint32_t node)
{
    if (o->degree[node] != 2 || o->gone[node]) return true;
    const double height = height_of(o, node);
    if (height > o->tolerance) return true;
    return push(o, (struct offer){height, node, o->version[node]});
}

static bool take_out(struct outline *o, const struct offer *offer)
{
    const uint32_t node = offer->node, a = o->beside[node].a, b = o->beside[node].b;
    const double moved = offer->height + fmax(o->moved[node].a, o->moved[node].b);
    if (moved > o->tolerance || are_beside(o, a, b) || occupied(o, a, node, b)) return true;
    o->gone[node] = true;
    replace(o, a, node, b, moved);
    replace(o, b, node, a, moved);
    o->version[a]++;
    o->version[b]++;
    return offer_node(o, a) && offer_node(o, b);
}

static void drop_gone(const struct outline *o, struct rings *rings)
{
    size_t kept = 0;
    for (size_t r = 0; r < rings->count; r++) {
        const size_t from = rings->start[r], to = rings->start[r + 1];
        rings->start[r] = kept;
        for (size_t i = from; i < to; i++)
            if (!o->gone[rings->node[i]]) rings->node[kept++] = rings->node[i];
    }
    if (rings->count) rings->start[rings->count] = kept;
    rings->nodes = kept;
}

static bool begin(struct outline *o, const struct rings *rings, size_t levels)
{
    const size_t count = o->nodes->count + 1;
    o->beside = ig_alloc(count, sizeof *o->beside);
    o->moved = ig_alloc(count, sizeof *o->moved);
    o->degree = ig_alloc(count, sizeof *o->degree);
    o->gone = ig_alloc(count, sizeof *o->gone);
    o->version = ig_alloc(count, sizeof *o->version);
    if (!o->beside || !o->moved || !o->degree || !o->gone || !o->version) return false;
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
    struct outline o = {.nodes = nodes, .tolerance = tolerance};
    ig_status status = IG_OK;
    bool good = begin(&o, rings, levels);
    for (size_t i = 0; good && i < nodes->count; i++)
        good = offer_node(&o, (uint32_t)i);
    while (good && o.offers) {
        const struct offer offer = pop(&o);
        if (!o.gone[offer.node] && offer.version == o.version[offer.node])
            good = take_out(&o, &offer);
    }
    if (good)
        for (size_t k = 0; k < levels; k++)
            drop_gone(&o, &rings[k]);
    else
        status = ig_fail(ctx, IG_EMEMORY, "no memory to simplify isochrones");
    ig_free(o.beside);
    ig_free(o.moved);
    ig_free(o.degree);
    ig_free(o.gone);
    ig_free(o.version);
    ig_free(o.heap);
    ig_free(o.bucket_first);
    ig_free(o.bucket_next);
    return status;
}
