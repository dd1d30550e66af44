// Outlines with fewer points, all rings of all levels at once (after Visvalingam and Whyatt 1993,
// with the emptiness test that keeps rings from crossing).
//
// A node goes when its two neighbours are the same in every ring that has it, when the outline has
// then moved by no more than the tolerance in all, and when no other node lies in the triangle
// that is cut off or added. So rings that ran together still do, none comes to touch or cross
// another, and levels stay nested.
//
// Stripes of rows are worked through by themselves, each by one thread: a node goes there when it and
// its neighbours lie in the stripe, for then so does all that its going has to do with. Nodes beside
// another stripe wait until all are done. Stripes follow from the outlines alone, not from threads.
#include "isochrone_internal.h"

#include <math.h>

/// A node. All of it lies together: nodes are looked at in order of height, here and there.
struct bend {
    double x, y;
    double moved_a, moved_b; ///< how far the outline has moved along the edges to its neighbours
    uint32_t a, b;           ///< neighbours of a node that can go
    uint32_t version;
    uint16_t stripe;
    uint8_t degree; ///< distinct neighbours: 0 not used, 1, 2, 3 for more; 3 stays
    uint8_t gone : 1;
    uint8_t waits : 1; ///< until all stripes are done
};

struct offer {
    double height;
    uint32_t node, version;
};

/// Nodes that may go, the least height first.
struct queue {
    struct offer *heap;
    size_t count, room;
    bool everywhere; ///< else within one stripe
};

struct outline {
    struct bend *bend;
    size_t count;
    double tolerance;

    size_t stripes;
    size_t *stripe_start; ///< in `stripe_node`, stripes + 1
    uint32_t *stripe_node;

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

static bool fill_buckets(struct outline *o, double *highest)
{
    double east = -INFINITY, north = -INFINITY;
    o->west = o->south = INFINITY;
    for (size_t i = 0; i < o->count; i++) {
        o->west = fmin(o->west, o->bend[i].x);
        o->south = fmin(o->south, o->bend[i].y);
        east = fmax(east, o->bend[i].x);
        north = fmax(north, o->bend[i].y);
    }
    *highest = north;
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

static bool push(struct queue *q, struct offer offer)
{
    if (!ig_grow((void **)&q->heap, &q->room, q->count + 1, sizeof offer)) return false;
    size_t i = q->count++;
    for (; i > 0 && before(&offer, &q->heap[(i - 1) / 2]); i = (i - 1) / 2)
        q->heap[i] = q->heap[(i - 1) / 2];
    q->heap[i] = offer;
    return true;
}

static struct offer pop(struct queue *q)
{
    const struct offer top = q->heap[0], last = q->heap[--q->count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= q->count) break;
        if (child + 1 < q->count && before(&q->heap[child + 1], &q->heap[child])) child++;
        if (!before(&q->heap[child], &last)) break;
        q->heap[i] = q->heap[child];
        i = child;
    }
    if (q->count) q->heap[i] = last;
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

static bool offer_node(struct outline *o, struct queue *q, uint32_t node)
{
    struct bend *n = &o->bend[node];
    if (n->degree != 2 || n->gone) return true;
    if (!q->everywhere &&
        (o->bend[n->a].stripe != n->stripe || o->bend[n->b].stripe != n->stripe)) {
        n->waits = 1;
        return true;
    }
    const double height = height_of(o, n);
    if (height > o->tolerance) return true;
    return push(q, (struct offer){height, node, n->version});
}

static bool take_out(struct outline *o, struct queue *q, const struct offer *offer)
{
    struct bend *n = &o->bend[offer->node];
    const uint32_t a = n->a, b = n->b;
    const double moved = offer->height + fmax(n->moved_a, n->moved_b);
    if (moved > o->tolerance || are_beside(o, a, b) || occupied(o, &o->bend[a], n, &o->bend[b]))
        return true;
    n->gone = 1;
    replace(o, a, offer->node, b, moved);
    replace(o, b, offer->node, a, moved);
    return offer_node(o, q, a) && offer_node(o, q, b);
}

static bool work_off(struct outline *o, struct queue *q)
{
    while (q->count) {
        const struct offer offer = pop(q);
        const struct bend *n = &o->bend[offer.node];
        if (!n->gone && offer.version == n->version && !take_out(o, q, &offer)) return false;
    }
    return true;
}

// ---- stripes ------------------------------------------------------------------------------------

/// Nodes of one stripe after the other. A stripe holds whole rows of cells; whatever lies between
/// two heights of a stripe is of that stripe.
static bool sort_stripes(struct outline *o, double north, double side)
{
    enum { STRIPE_ROWS = 128, MOST_STRIPES = 60000 };
    const double span = fmax(north - o->south, 0.0);
    const double high = fmax(STRIPE_ROWS * side, span / (MOST_STRIPES - 1));
    o->stripes = (size_t)(span / high) + 2;
    o->stripe_start = ig_alloc(o->stripes + 2, sizeof *o->stripe_start);
    o->stripe_node = ig_alloc_whole(o->count + 1, sizeof *o->stripe_node);
    if (!o->stripe_start || !o->stripe_node) return false;
    size_t *start = o->stripe_start + 2; // moved on while nodes are put down
    for (size_t i = 0; i < o->count; i++) {
        o->bend[i].stripe = (uint16_t)((north - o->bend[i].y) / high);
        start[(size_t)o->bend[i].stripe]++;
    }
    for (size_t s = 1; s < o->stripes; s++)
        start[s] += start[s - 1];
    start--;
    for (size_t i = 0; i < o->count; i++)
        o->stripe_node[start[o->bend[i].stripe]++] = (uint32_t)i;
    return true;
}

static ig_status simplify_stripe(size_t stripe, void *arg)
{
    struct outline *o = arg;
    struct queue q = {.everywhere = false};
    bool good = true;
    for (size_t i = o->stripe_start[stripe]; good && i < o->stripe_start[stripe + 1]; i++)
        good = offer_node(o, &q, o->stripe_node[i]);
    good = good && work_off(o, &q);
    ig_free(q.heap);
    return good ? IG_OK : IG_EMEMORY;
}

static ig_status simplify_between(struct outline *o)
{
    struct queue q = {.everywhere = true};
    bool good = true;
    for (size_t i = 0; good && i < o->count; i++)
        if (o->bend[i].waits) good = offer_node(o, &q, (uint32_t)i);
    good = good && work_off(o, &q);
    ig_free(q.heap);
    return good ? IG_OK : IG_EMEMORY;
}

struct dropping {
    const struct outline *outline;
    struct rings *rings;
};

static ig_status drop_gone(size_t level, void *arg)
{
    const struct dropping *d = arg;
    const struct outline *o = d->outline;
    struct rings *rings = &d->rings[level];
    size_t kept = 0;
    for (size_t r = 0; r < rings->count; r++) {
        const size_t from = rings->start[r], to = rings->start[r + 1];
        rings->start[r] = kept;
        for (size_t i = from; i < to; i++)
            if (!o->bend[rings->node[i]].gone) rings->node[kept++] = rings->node[i];
    }
    if (rings->count) rings->start[rings->count] = kept;
    rings->nodes = kept;
    return IG_OK;
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
    double north;
    return fill_buckets(o, &north) && sort_stripes(o, north, nodes->side_y);
}

ig_status ig_rings_simplify(ig_ctx *ctx, const struct nodes *nodes, struct rings *rings,
                            size_t levels, double tolerance)
{
    struct outline o = {.tolerance = tolerance};
    if (nodes->count == 0) return IG_OK;
    ig_status status = begin(&o, nodes, rings, levels) ? IG_OK : IG_EMEMORY;
    if (!status) status = ig_parallel_for(ctx, o.stripes, simplify_stripe, &o);
    if (!status) status = simplify_between(&o);
    struct dropping dropping = {&o, rings};
    if (!status) status = ig_parallel_for(ctx, levels, drop_gone, &dropping);
    if (status == IG_EMEMORY) ig_fail(ctx, status, "no memory to simplify isochrones");
    ig_free(o.bend);
    ig_free(o.bucket_first);
    ig_free(o.bucket_next);
    ig_free(o.stripe_start);
    ig_free(o.stripe_node);
    return status;
}
