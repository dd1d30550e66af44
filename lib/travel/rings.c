// Pieces of boundary linked to simple rings, each shell followed by its holes.
//
// At a node where several pieces meet the walk turns as far left as it can: it stays with the
// inside it has on its left, so that areas that touch at a corner part there. A walk that comes
// back to one of its own nodes has closed a ring that touches the rest in that node alone.
#include "isochrone_internal.h"

#include <math.h>
#include <stdlib.h>

#define NO_PIECE SIZE_MAX
#define NO_RING ((size_t)UINT32_MAX) ///< there are fewer: nodes have 32 bits

struct link {
    const struct nodes *nodes;
    const struct pieces *pieces;
    uint32_t *first;   ///< by node: first piece that leaves it, + 1
    uint32_t *next;    ///< by piece: next that leaves the same node, + 1
    bool *used;        ///< by piece: linked, or cancelled by its opposite
    uint32_t *ring_of; ///< by piece
    uint32_t *place;   ///< by node: place in the walk under way, + 1

    size_t *walk; ///< pieces of the walk under way
    size_t steps, room_walk;

    struct ring *rings;
    size_t count, room_rings;
    size_t *steps_of; ///< pieces of the rings, ring by ring
    size_t used_steps, room_steps;
};

struct ring {
    size_t start, count; ///< in steps_of
    double twice_area;   ///< positive: a shell
    size_t walk;         ///< first ring of the walk it was closed in
    size_t shell;        ///< of a hole: its shell
    size_t least;        ///< piece that leaves its westernmost node, the northern of several
};

void ig_rings_free(struct rings *rings)
{
    ig_free(rings->node);
    ig_free(rings->start);
    *rings = (struct rings){0};
}

bool ig_rings_add(struct rings *rings, const uint32_t *node, size_t count)
{
    if (!ig_grow((void **)&rings->node, &rings->room_nodes, rings->nodes + count, sizeof *node) ||
        !ig_grow((void **)&rings->start, &rings->room_start, rings->count + 2,
                 sizeof *rings->start)) {
        return false;
    }
    for (size_t i = 0; i < count; i++)
        rings->node[rings->nodes + i] = node[i];
    rings->start[rings->count++] = rings->nodes;
    rings->nodes += count;
    rings->start[rings->count] = rings->nodes;
    return true;
}

// ---- walking ------------------------------------------------------------------------------------

/// A piece and its opposite (the common rim of two bands) bound nothing.
static void cancel_opposites(struct link *link)
{
    const struct piece *list = link->pieces->list;
    for (size_t i = 0; i < link->pieces->count; i++) {
        if (link->used[i]) continue;
        for (size_t j = link->first[list[i].to]; j; j = link->next[j - 1]) {
            if (link->used[j - 1] || list[j - 1].to != list[i].from) continue;
            link->used[i] = link->used[j - 1] = true;
            break;
        }
    }
}

/// Clockwise angle from the way back along piece `in` to piece `out`, as a number that grows with
/// it: 0 to 4.
static double turn(const struct link *link, size_t in, size_t out)
{
    const struct nodes *n = link->nodes;
    const struct piece *a = &link->pieces->list[in], *b = &link->pieces->list[out];
    const double bx = n->x[a->from] - n->x[a->to], by = n->y[a->from] - n->y[a->to];
    const double ox = n->x[b->to] - n->x[b->from], oy = n->y[b->to] - n->y[b->from];
    const double cross = ox * by - oy * bx; // positive: clockwise of the way back
    const double dot = bx * ox + by * oy;
    const double part = cross / (fabs(cross) + fabs(dot));
    if (cross >= 0.0) return dot >= 0.0 ? part : 2.0 - part;
    return dot < 0.0 ? 2.0 - part : 4.0 + part;
}

static size_t leftmost(const struct link *link, size_t in)
{
    size_t best = NO_PIECE;
    double least = INFINITY;
    const size_t only = link->first[link->pieces->list[in].to];
    if (only && !link->next[only - 1]) return link->used[only - 1] ? NO_PIECE : only - 1;
    for (size_t j = only; j; j = link->next[j - 1]) {
        if (link->used[j - 1]) continue;
        const double angle = turn(link, in, j - 1);
        if (angle >= least) continue;
        least = angle;
        best = j - 1;
    }
    return best;
}

/// Close the ring made by the last steps of the walk, from step `from` on.
static bool close_ring(struct link *link, size_t from, size_t walk)
{
    const size_t count = link->steps - from;
    if (!ig_grow((void **)&link->rings, &link->room_rings, link->count + 1, sizeof *link->rings) ||
        !ig_grow((void **)&link->steps_of, &link->room_steps, link->used_steps + count,
                 sizeof *link->steps_of)) {
        return false;
    }
    struct ring ring = {.start = link->used_steps, .count = count, .walk = walk, .shell = NO_RING};
    const struct nodes *n = link->nodes;
    const struct piece *list = link->pieces->list;
    ring.least = link->walk[from];
    const uint32_t origin = list[ring.least].from;
    for (size_t i = from; i < link->steps; i++) {
        const size_t step = link->walk[i];
        const uint32_t a = list[step].from, b = list[step].to;
        ring.twice_area += (n->x[a] - n->x[origin]) * (n->y[b] - n->y[origin]) -
                           (n->x[b] - n->x[origin]) * (n->y[a] - n->y[origin]);
        const uint32_t west = list[ring.least].from;
        if (n->x[a] < n->x[west] || (n->x[a] == n->x[west] && n->y[a] > n->y[west]))
            ring.least = step;
        link->steps_of[link->used_steps++] = step;
        link->ring_of[step] = (uint32_t)link->count;
        link->place[a] = 0;
    }
    link->rings[link->count++] = ring;
    link->steps = from;
    return true;
}

static ig_status walk_from(struct link *link, size_t start)
{
    const struct piece *list = link->pieces->list;
    const size_t walk = link->count;
    link->steps = 0;
    for (size_t piece = start; piece != NO_PIECE;) {
        if (!ig_grow((void **)&link->walk, &link->room_walk, link->steps + 1, sizeof *link->walk))
            return IG_EMEMORY;
        link->used[piece] = true;
        link->place[list[piece].from] = (uint32_t)link->steps + 1;
        link->walk[link->steps++] = piece;
        const uint32_t to = list[piece].to;
        if (link->place[to] && !close_ring(link, link->place[to] - 1, walk)) return IG_EMEMORY;
        if (link->steps == 0) return IG_OK;
        piece = leftmost(link, piece);
    }
    return IG_EBUG; // the boundary does not close
}

// ---- holes and their shells ---------------------------------------------------------------------

/// A walk round holes alone: they lie in one shell. Its westernmost node has inside to the west.
struct hole {
    size_t first, end; ///< rings of the walk
    size_t ring;       ///< the one with the westernmost node
    double x, y;
};

static int by_west(const void *pa, const void *pb)
{
    const struct hole *a = pa, *b = pb;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

/// First piece of the list at or after square (row, col).
static size_t first_at(const struct pieces *pieces, int64_t row, int64_t col)
{
    size_t low = 0, high = pieces->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct piece *p = &pieces->list[middle];
        if (p->row < row || (p->row == row && p->col < col))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// The ring next to the west of a hole's westernmost node, along a line a hair south of it.
static size_t ring_to_the_west(const struct link *link, const struct ring *hole)
{
    const struct nodes *n = link->nodes;
    const struct piece *list = link->pieces->list;
    const struct piece *leaves = &list[hole->least];
    // The piece that enters the node is the one before it in the ring.
    size_t i = hole->start;
    while (link->steps_of[i] != hole->least)
        i++;
    const size_t before = i > hole->start ? i - 1 : hole->start + hole->count - 1;
    const struct piece *enters = &list[link->steps_of[before]];
    const int64_t row = leaves->row > enters->row ? leaves->row : enters->row;
    const double x = n->x[leaves->from], y = n->y[leaves->from];
    const int64_t col = leaves->row == row ? leaves->col : enters->col;

    size_t nearest = NO_RING;
    double nearest_x = -INFINITY;
    int64_t found_col = col;
    for (size_t end = first_at(link->pieces, row, col + 1); end-- > 0;) {
        const struct piece *p = &list[end];
        if (p->row != row || (nearest != NO_RING && p->col < found_col)) break;
        if (link->ring_of[end] == NO_RING) continue; // cancelled
        const double ya = n->y[p->from], yb = n->y[p->to];
        if ((ya >= y) == (yb >= y)) continue;
        const double xa = n->x[p->from], xb = n->x[p->to];
        const double cross = xa + (y - ya) / (yb - ya) * (xb - xa);
        if (!(cross < x) || !(cross > nearest_x)) continue;
        nearest_x = cross;
        nearest = link->ring_of[end];
        found_col = p->col;
    }
    return nearest;
}

/// Holes closed in the walk of a shell are its own; other walks are kept for later.
static void sort_walk(struct link *link, size_t first, size_t end, struct hole *hole, size_t *holes)
{
    size_t shell = NO_RING;
    struct hole own = {.first = first, .end = end, .ring = first, .x = INFINITY};
    for (size_t r = first; r < end; r++) {
        if (link->rings[r].twice_area > 0.0) shell = r;
        const uint32_t west = link->pieces->list[link->rings[r].least].from;
        const double x = link->nodes->x[west], y = link->nodes->y[west];
        if (x > own.x || (x == own.x && y <= own.y)) continue;
        own.ring = r;
        own.x = x;
        own.y = y;
    }
    for (size_t r = first; r < end; r++)
        if (r != shell) link->rings[r].shell = shell;
    if (shell == NO_RING) hole[(*holes)++] = own;
}

static ig_status find_shells(struct link *link)
{
    size_t holes = 0;
    struct hole *hole = ig_alloc(link->count + 1, sizeof *hole);
    if (!hole) return IG_EMEMORY;
    for (size_t first = 0, end = 0; first < link->count; first = end) {
        while (end < link->count && link->rings[end].walk == first)
            end++;
        sort_walk(link, first, end, hole, &holes);
    }
    qsort(hole, holes, sizeof *hole, by_west);
    ig_status status = IG_OK;
    for (size_t i = 0; i < holes && !status; i++) {
        const size_t west = ring_to_the_west(link, &link->rings[hole[i].ring]);
        size_t shell = west;
        if (west != NO_RING && link->rings[west].twice_area <= 0.0) shell = link->rings[west].shell;
        if (shell == NO_RING) status = IG_EBUG; // a hole in no polygon
        for (size_t r = hole[i].first; r < hole[i].end; r++)
            link->rings[r].shell = shell;
    }
    ig_free(hole);
    return status;
}

static bool put_ring(const struct link *link, const struct ring *ring, uint32_t *scratch,
                     struct rings *rings)
{
    for (size_t i = 0; i < ring->count; i++)
        scratch[i] = link->pieces->list[link->steps_of[ring->start + i]].from;
    return ig_rings_add(rings, scratch, ring->count);
}

/// Shells in order of their first piece, each with its holes behind it.
static bool put_rings(const struct link *link, struct rings *rings)
{
    size_t longest = 1;
    for (size_t r = 0; r < link->count; r++)
        if (link->rings[r].count > longest) longest = link->rings[r].count;
    uint32_t *scratch = ig_alloc(longest, sizeof *scratch);
    size_t *first = ig_alloc(link->count + 1, sizeof *first); // of a shell: its last hole + 1
    size_t *next = ig_alloc(link->count + 1, sizeof *next);
    bool good = scratch && first && next;
    for (size_t r = link->count; good && r-- > 0;) {
        const size_t shell = link->rings[r].shell;
        if (shell == NO_RING) continue;
        next[r] = first[shell];
        first[shell] = r + 1;
    }
    for (size_t r = 0; good && r < link->count; r++) {
        if (link->rings[r].shell != NO_RING) continue;
        good = put_ring(link, &link->rings[r], scratch, rings);
        for (size_t h = first[r]; good && h; h = next[h - 1])
            good = put_ring(link, &link->rings[h - 1], scratch, rings);
    }
    ig_free(scratch);
    ig_free(first);
    ig_free(next);
    return good;
}

static bool prepare(struct link *link)
{
    const size_t pieces = link->pieces->count, nodes = link->nodes->count;
    if (pieces >= UINT32_MAX) return false;
    link->first = ig_alloc(nodes + 1, sizeof *link->first);
    link->place = ig_alloc(nodes + 1, sizeof *link->place);
    link->next = ig_alloc(pieces + 1, sizeof *link->next);
    link->used = ig_alloc(pieces + 1, sizeof *link->used);
    link->ring_of = ig_alloc(pieces + 1, sizeof *link->ring_of);
    if (!link->first || !link->place || !link->next || !link->used || !link->ring_of) return false;
    for (size_t i = pieces; i-- > 0;) {
        const uint32_t from = link->pieces->list[i].from;
        link->next[i] = link->first[from];
        link->first[from] = (uint32_t)i + 1;
        link->ring_of[i] = (uint32_t)NO_RING;
    }
    return true;
}

ig_status ig_pieces_link(const struct nodes *nodes, const struct pieces *pieces,
                         struct rings *rings)
{
    struct link link = {.nodes = nodes, .pieces = pieces};
    ig_status status = IG_OK;
    if (!prepare(&link)) {
        status = IG_EMEMORY;
        goto done;
    }
    cancel_opposites(&link);
    for (size_t i = 0; i < pieces->count && !status; i++)
        if (!link.used[i]) status = walk_from(&link, i);
    if (!status) status = find_shells(&link);
    if (!status && !put_rings(&link, rings)) status = IG_EMEMORY;
done:
    ig_free(link.first);
    ig_free(link.place);
    ig_free(link.next);
    ig_free(link.used);
    ig_free(link.ring_of);
    ig_free(link.walk);
    ig_free(link.rings);
    ig_free(link.steps_of);
    return status;
}
