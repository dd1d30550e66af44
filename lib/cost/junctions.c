// Where the source joins roads: points that lie on more than one line, or on one twice, and the sets of
// roads that hang together by them. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A point that may be shared.
struct spot {
    double x, y;
    size_t point, road;
};

void ig_junctions_free(ig_junctions *nodes)
{
    ig_free(nodes->shared);
    ig_free(nodes->set);
    *nodes = (ig_junctions){0};
}

/// Mixed bits of both coordinates; 0 and -0 are one place.
static uint64_t mix(double x, double y)
{
    uint64_t a, b;
    x += 0.0;
    y += 0.0;
    memcpy(&a, &x, sizeof a);
    memcpy(&b, &y, sizeof b);
    uint64_t h = a * 0x9E3779B97F4A7C15u ^ (b << 31 | b >> 33);
    h = (h ^ h >> 29) * 0xBF58476D1CE4E5B9u;
    return h ^ h >> 32;
}

static int by_place(const void *a, const void *b)
{
    const struct spot *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    if (p->y != q->y) return p->y < q->y ? -1 : 1;
    return p->point < q->point ? -1 : p->point > q->point;
}

/// Points that fall on one of few bits together with another: all that are shared, and some more.
static bool find_spots(const ig_roads *roads, struct spot **spots, size_t *count)
{
    size_t bits = 1024, room = 0;
    while (bits < 8 * roads->points && bits < (size_t)1 << 40)
        bits *= 2;
    uint8_t *once = ig_alloc(bits / 8, 1), *again = ig_alloc(bits / 8, 1);
    bool whole = once && again;
    for (int pass = 0; pass < 2 && whole; pass++) {
        for (size_t i = 0; i < roads->count && whole; i++) {
            const ig_road *road = &roads->list[i];
            for (size_t k = road->first; !isnan(road->pace) && k < road->end && whole; k++) {
                const uint64_t bit = mix(roads->x[k], roads->y[k]) & (bits - 1);
                const uint8_t mask = (uint8_t)(1u << bit % 8);
                if (pass == 0) {
                    again[bit / 8] |= once[bit / 8] & mask;
                    once[bit / 8] |= mask;
                } else if (again[bit / 8] & mask) {
                    whole = ig_grow((void **)spots, &room, *count + 1, sizeof **spots);
                    if (whole) (*spots)[(*count)++] = (struct spot){roads->x[k], roads->y[k], k, i};
                }
            }
        }
    }
    ig_free(once);
    ig_free(again);
    return whole;
}

static size_t root_of(uint32_t *set, size_t i)
{
    while (set[i] != i) {
        set[i] = set[set[i]];
        i = set[i];
    }
    return i;
}

static void unite(uint32_t *set, size_t a, size_t b)
{
    a = root_of(set, a);
    b = root_of(set, b);
    set[a < b ? b : a] = (uint32_t)(a < b ? a : b);
}

/// Roads by set; the largest of the sets tells how many lie outside of it.
static bool count_sets(const ig_roads *roads, ig_junctions *nodes)
{
    uint32_t *size = ig_alloc(roads->count + 1, sizeof *size);
    if (!size) return false;
    uint32_t largest = 0;
    int64_t used = 0;
    for (size_t i = 0; i < roads->count; i++) {
        if (isnan(roads->list[i].pace)) continue;
        const size_t root = root_of(nodes->set, i);
        nodes->set[i] = (uint32_t)root;
        used++;
        nodes->sets += size[root]++ == 0;
        if (size[root] > largest) largest = size[root];
    }
    nodes->roads = used;
    nodes->roads_off = used - largest;
    ig_free(size);
    return true;
}

ig_status ig_junctions_find(ig_ctx *ctx, const ig_roads *roads, ig_junctions *nodes)
{
    struct spot *spots = NULL;
    size_t count = 0;
    if (roads->count >= UINT32_MAX)
        return ig_fail(ctx, IG_ELIMIT, "%zu roads are too many", roads->count);
    nodes->shared = ig_alloc(roads->points / 8 + 1, 1);
    nodes->set = ig_alloc(roads->count + 1, sizeof *nodes->set);
    bool whole = nodes->shared && nodes->set && find_spots(roads, &spots, &count);
    for (size_t i = 0; whole && i < roads->count; i++)
        nodes->set[i] = (uint32_t)i;
    if (count) qsort(spots, count, sizeof *spots, by_place);
    for (size_t i = 1; whole && i < count; i++) {
        const struct spot *a = &spots[i - 1], *b = &spots[i];
        if (a->x != b->x || a->y != b->y) continue;
        nodes->shared[a->point / 8] |= (uint8_t)(1u << a->point % 8);
        nodes->shared[b->point / 8] |= (uint8_t)(1u << b->point % 8);
        unite(nodes->set, a->road, b->road);
    }
    ig_free(spots);
    if (whole) whole = count_sets(roads, nodes);
    return whole ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
}
