// Strands of boundary followed to closed rings, each shell with its holes behind it.
//
// Every node has one way in and one way out, so that a walk needs no search. Where two ways touch
// (opposite corners of a square), each has a node of its own at the same place; a walk that meets
// both is parted there into rings that touch in that point alone.
#include "isochrone_internal.h"

#include <math.h>
#include <stdlib.h>

#define NO_RING SIZE_MAX

/// Rings closed in one walk: one shell and its holes, or holes alone.
struct walk {
    size_t band;
    uint32_t start;    ///< its first node
    size_t first_ring; ///< of ring[]
    size_t shell;      ///< ring, its own or that of a walk before it
};

struct ring {
    size_t start, count; ///< points
    double twice_area;
};

/// A node that may have a twin, in the walk under way.
struct touch {
    double x, y;
    size_t at;      ///< point
    size_t partner; ///< point; SIZE_MAX: none
};

struct walking {
    const ig_frame *frame;
    struct strand *strands;
    size_t bands, stride;

    double *x, *y; ///< of all nodes that were walked over
    size_t points, room;

    struct walk *walk;
    size_t walks, room_walks;
    struct ring *ring;
    size_t rings, room_rings;

    struct touch *touch;
    size_t touches, room_touches;
    double *spare; ///< for rings that are parted
    size_t room_spare;
};

void ig_traced_free(struct traced *outline)
{
    ig_free(outline->x);
    ig_free(outline->y);
    ig_free(outline->ring);
    *outline = (struct traced){0};
}

// ---- points on a straight line ------------------------------------------------------------------

size_t ig_ring_tidy(double *x, double *y, size_t count, double *twice_area)
{
    double twice = 0.0;
    size_t kept = 0;
    if (count) {
        const double first_x = x[0], first_y = y[0];
        double ax = x[count - 1], ay = y[count - 1];
        for (size_t i = 0; i < count; i++) {
            const double bx = x[i], by = y[i];
            const double cx = i + 1 < count ? x[i + 1] : first_x;
            const double cy = i + 1 < count ? y[i + 1] : first_y;
            const double ux = bx - ax, uy = by - ay, vx = cx - bx, vy = cy - by;
            ax = bx;
            ay = by;
            if (ux * vy == uy * vx && ux * vx + uy * vy >= 0.0) continue;
            x[kept] = bx;
            y[kept++] = by;
        }
    }
    // Measured from a point of the ring, where numbers are small.
    for (size_t i = 1; i + 1 < kept; i++)
        twice += (x[i] - x[0]) * (y[i + 1] - y[0]) - (x[i + 1] - x[0]) * (y[i] - y[0]);
    *twice_area = twice;
    return kept;
}

// ---- seams --------------------------------------------------------------------------------------

static struct strand *strand_of(const struct walking *w, size_t band)
{
    return &w->strands[band * w->stride];
}

/// Tell nodes on seams whose way goes on in the band below.
static ig_status join_seams(const struct walking *w)
{
    for (size_t b = 1; b < w->bands; b++) {
        const struct strand *above = strand_of(w, b - 1), *below = strand_of(w, b);
        if (above->seams != below->aliases) return IG_EBUG;
        for (size_t j = 0; j < below->aliases; j++)
            if (below->next[j] != DONE) above->next[above->seam[j]] = JUMP | (uint32_t)j;
    }
    return IG_OK;
}

// ---- walking ------------------------------------------------------------------------------------

static ig_status note_touch(struct walking *w, struct point p)
{
    if (!ig_grow((void **)&w->touch, &w->room_touches, w->touches + 1, sizeof *w->touch))
        return IG_EMEMORY;
    w->touch[w->touches++] = (struct touch){p.x, p.y, w->points, SIZE_MAX};
    return IG_OK;
}

/// Go once round from a node; its points are appended.
static ig_status go_round(struct walking *w, size_t band, uint32_t start)
{
    const uint32_t mark = DONE | (uint32_t)w->walks;
    struct strand *s = strand_of(w, band);
    size_t b = band;
    uint32_t node = start;
    w->touches = 0;
    do {
        const uint32_t next = s->next[node];
        if ((next & DONE) == DONE) return IG_EBUG; // the boundary does not close
        s->next[node] = mark;
        if (next & TWIN) {
            const ig_status status = note_touch(w, s->at[node]);
            if (status) return status;
        }
        w->x[w->points] = s->at[node].x;
        w->y[w->points++] = s->at[node].y;
        node = PLAIN(next);
        if (next & JUMP) {
            s = strand_of(w, ++b);
            node = PLAIN(s->next[node]);
        }
        while (node < s->aliases) {
            s = strand_of(w, --b);
            node = s->seam[node];
        }
    } while (node != start || b != band);
    return IG_OK;
}

static ig_status add_ring(struct walking *w, size_t start, size_t count)
{
    if (!ig_grow((void **)&w->ring, &w->room_rings, w->rings + 1, sizeof *w->ring))
        return IG_EMEMORY;
    struct ring *ring = &w->ring[w->rings++];
    ring->start = start;
    ring->count = ig_ring_tidy(w->x + start, w->y + start, count, &ring->twice_area);
    w->points = start + ring->count;
    return IG_OK;
}

static int by_place(const void *pa, const void *pb)
{
    const struct touch *a = pa, *b = pb;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    if (a->y != b->y) return a->y < b->y ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

static int by_point(const void *pa, const void *pb)
{
    const struct touch *a = pa, *b = pb;
    return (a->at > b->at) - (a->at < b->at);
}

/// Which points of the walk lie at one place? @return whether any do
static bool find_partners(struct walking *w)
{
    bool any = false;
    qsort(w->touch, w->touches, sizeof *w->touch, by_place);
    for (size_t i = 0; i + 1 < w->touches; i++) {
        struct touch *a = &w->touch[i], *b = &w->touch[i + 1];
        if (a->x != b->x || a->y != b->y) continue;
        b->partner = a->at; // the later knows the earlier
        any = true;
    }
    qsort(w->touch, w->touches, sizeof *w->touch, by_point);
    return any;
}

/// Part the points from `start` on where the walk met a place again: what lies between is a ring.
static ig_status part_walk(struct walking *w, size_t start)
{
    const size_t count = w->points - start;
    if (!ig_grow((void **)&w->spare, &w->room_spare, 4 * count, sizeof *w->spare))
        return IG_EMEMORY;
    double *x = w->spare, *y = x + count;                 // the walk
    double *left_x = y + count, *left_y = left_x + count; // what is not in a ring yet
    size_t *from = ig_alloc(count, sizeof *from);         // by point left: its place in the walk
    if (!from) return IG_EMEMORY;
    memcpy(x, w->x + start, count * sizeof *x);
    memcpy(y, w->y + start, count * sizeof *y);
    w->points = start;
    size_t left = 0, next = 0;
    ig_status status = IG_OK;
    for (size_t i = 0; i <= count && !status; i++) {
        size_t back = i < count ? SIZE_MAX : start; // the point at which a ring closes
        if (next < w->touches && w->touch[next].at == start + i) back = w->touch[next++].partner;
        if (back != SIZE_MAX) {
            size_t first = left;
            while (first > 0 && from[first - 1] >= back - start)
                first--;
            memcpy(w->x + w->points, left_x + first, (left - first) * sizeof *x);
            memcpy(w->y + w->points, left_y + first, (left - first) * sizeof *y);
            status = add_ring(w, w->points, left - first);
            left = first;
        }
        if (i == count) break;
        left_x[left] = x[i];
        left_y[left] = y[i];
        from[left++] = i;
    }
    ig_free(from);
    return status;
}

static ig_status walk_from(struct walking *w, size_t band, uint32_t start)
{
    if (w->walks + 1 >= TWIN) return IG_ELIMIT;
    if (!ig_grow((void **)&w->walk, &w->room_walks, w->walks + 1, sizeof *w->walk))
        return IG_EMEMORY;
    const size_t points = w->points;
    w->walk[w->walks] = (struct walk){band, start, w->rings, NO_RING};
    ig_status status = go_round(w, band, start);
    if (!status) {
        const bool parts = w->touches > 1 && find_partners(w);
        status = parts ? part_walk(w, points) : add_ring(w, points, w->points - points);
    }
    w->walks++;
    return status;
}

static ig_status walk_all(struct walking *w)
{
    ig_status status = IG_OK;
    for (size_t b = 0; b < w->bands; b++) {
        const struct strand *s = strand_of(w, b);
        for (size_t i = s->aliases; i < s->count && !status; i++)
            if ((s->next[i] & DONE) != DONE) status = walk_from(w, b, (uint32_t)i);
    }
    return status;
}

// ---- holes and their shells ---------------------------------------------------------------------

/// The walk next to the west of one round holes alone. The walk begins in the first square of its
/// first row, which it leaves by the southern and the eastern side; along the line of centres to
/// the west all is inside up to the ring in question. That ring began no later.
static size_t walk_to_the_west(const struct walking *w, const struct walk *walk)
{
    const struct strand *s = strand_of(w, walk->band);
    const ig_frame *f = w->frame;
    const double y = s->at[walk->start].y;
    // The line of centres at or below the first node.
    int64_t row = (int64_t)floor((f->north - y) / f->dy - 0.5);
    double line;
    do
        line = f->north - ((double)row++ + 0.5) * f->dy;
    while (line > y);
    size_t node = walk->start;
    while (node < s->count && s->at[node].y != line)
        node++;
    if (node == s->count) return NO_RING;
    while (node > s->aliases && (s->at[node - 1].y != line))
        node--;
    if (node == s->aliases) return NO_RING;
    return PLAIN(s->next[node - 1]);
}

static ig_status find_shells(struct walking *w)
{
    for (size_t i = 0; i < w->walks; i++) {
        struct walk *walk = &w->walk[i];
        const size_t end = i + 1 < w->walks ? w->walk[i + 1].first_ring : w->rings;
        for (size_t r = walk->first_ring; r < end; r++)
            if (w->ring[r].twice_area > 0.0) walk->shell = r;
        if (walk->shell != NO_RING) continue;
        const size_t west = walk_to_the_west(w, walk);
        if (west >= i) return IG_EBUG; // a hole in no polygon
        walk->shell = w->walk[west].shell;
    }
    return IG_OK;
}

/// Shells in order of their walks, each with its holes behind it.
static ig_status put_rings(struct walking *w, struct traced *outline)
{
    size_t *first = ig_alloc(w->rings + 1, sizeof *first); // of a shell: its first hole + 1
    size_t *next = ig_alloc(w->rings + 1, sizeof *next);
    outline->ring = ig_alloc(w->rings + 1, sizeof *outline->ring);
    ig_status status = first && next && outline->ring ? IG_OK : IG_EMEMORY;
    for (size_t i = w->walks, end = w->rings; i-- > 0 && !status; end = w->walk[i].first_ring)
        for (size_t r = end; r-- > w->walk[i].first_ring;) {
            if (r == w->walk[i].shell) continue;
            next[r] = first[w->walk[i].shell];
            first[w->walk[i].shell] = r + 1;
        }
    for (size_t i = 0; i < w->walks && !status; i++) {
        const size_t shell = w->walk[i].shell;
        if (shell < w->walk[i].first_ring) continue; // that of another walk
        for (size_t r = shell + 1; r; r = r == shell + 1 ? first[shell] : next[r - 1]) {
            const struct ring *ring = &w->ring[r - 1];
            outline->ring[outline->rings++] = (struct stretch){ring->start, ring->count};
            outline->points += ring->count;
            outline->twice_area += ring->twice_area;
        }
    }
    ig_free(first);
    ig_free(next);
    return status;
}

ig_status ig_strands_walk(const ig_frame *frame, struct strand *strands, size_t bands,
                          size_t stride, struct traced *outline)
{
    struct walking w = {.frame = frame, .strands = strands, .bands = bands, .stride = stride};
    for (size_t b = 0; b < bands; b++)
        w.room += strand_of(&w, b)->count - strand_of(&w, b)->aliases;
    w.x = ig_alloc(w.room + 1, sizeof *w.x);
    w.y = ig_alloc(w.room + 1, sizeof *w.y);
    ig_status status = w.x && w.y ? join_seams(&w) : IG_EMEMORY;
    if (!status) status = walk_all(&w);
    if (!status) status = find_shells(&w);
    if (!status) status = put_rings(&w, outline);
    outline->x = w.x;
    outline->y = w.y;
    ig_free(w.walk);
    ig_free(w.ring);
    ig_free(w.touch);
    ig_free(w.spare);
    return status;
}
