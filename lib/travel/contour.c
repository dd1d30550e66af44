// Boundary pieces of "t <= T": marching squares over cell centres (Lorensen and Cline 1987 in the
// plane), cell edges along gaps and the rim of the grid.
//
// A square has a cell centre at each corner. Between two known times the boundary crosses where
// their straight line does; beside an unknown one it runs along the cell's edge, so that an area
// neither leaks over a barrier nor loses the cell's half. A square with two opposite corners
// inside (a saddle) is joined when the mean of its known times is within T, else parted. Each of
// these rules grows with T, so that areas of rising levels nest by construction.
#include "isochrone_internal.h"

#include <math.h>
#include <string.h>

/// Crossings keep this far from the centres: no point is met by two sides of a square.
#define LEAST_SHARE (1.0 / 64.0)

static const struct point corners[4] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
static const struct point middle = {0.5, 0.5};

static struct point between(struct point a, struct point b, double share)
{
    return (struct point){a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
}

double ig_crossing(double level, double first, double second)
{
    const double share = (level - first) / (second - first);
    if (!(share >= LEAST_SHARE)) return LEAST_SHARE;
    return share > 1.0 - LEAST_SHARE ? 1.0 - LEAST_SHARE : share;
}

/// Share of the way from corner `from`, inside, to corner `to`, outside.
static double crossing(const struct square *q, int from, int to)
{
    if (q->edges || !q->known[to]) return 0.5;
    // Worked out in one direction whichever end is inside: neighbours find the same bits.
    const bool forward = corners[from].x < corners[to].x || corners[from].y < corners[to].y;
    const int a = forward ? from : to, b = forward ? to : from;
    const double share = ig_crossing(q->level, q->time[a], q->time[b]);
    return forward ? share : 1.0 - share;
}

static struct point port(const struct square *q, int from, int to)
{
    const double share = crossing(q, from, to);
    // Sides are parallel to the axes: measure along the one coordinate that changes, from its low
    // end, so that both squares of a side write down the same number.
    struct point p = corners[from];
    if (corners[from].x != corners[to].x)
        p.x = corners[from].x < corners[to].x ? share : 1.0 - share;
    else
        p.y = corners[from].y < corners[to].y ? share : 1.0 - share;
    return p;
}

static void add(struct way *way, struct point p)
{
    way->at[way->points++] = p;
}

/// Round the run of inside corners first .. last (clockwise), from the side before it to the side
/// after it.
static struct way round_run(const struct square *q, int first, int last)
{
    const int before = (first + 3) & 3, after = (last + 1) & 3;
    const bool gap_before = !q->known[before], gap_after = !q->known[after];
    struct way way = {.points = 0};
    const struct point from = port(q, first, before), to = port(q, last, after);
    add(&way, from);
    if (q->edges || (gap_before && gap_after)) {
        add(&way, middle);
    } else if (gap_before || gap_after) {
        const int known_end = gap_before ? last : first, beyond = gap_before ? after : before;
        const double share = crossing(q, known_end, beyond);
        const struct point on_edge =
            between(middle,
                    (struct point){middle.x + corners[beyond].x - corners[known_end].x,
                                   middle.y + corners[beyond].y - corners[known_end].y},
                    share - 0.5);
        const bool alone = first == last;
        const bool gap_opposite = alone && !q->known[(first + 2) & 3];
        const bool slides = alone ? share < 0.5 || gap_opposite : share > 0.5;
        if (alone) {
            add(&way, slides ? on_edge : middle);
        } else if (slides) {
            add(&way, gap_before ? middle : on_edge);
            add(&way, gap_before ? on_edge : middle);
        } else {
            add(&way, middle);
        }
    }
    add(&way, to);
    return way;
}

static bool joined(const struct square *q)
{
    double sum = 0.0;
    int known = 0;
    for (int i = 0; i < 4; i++) {
        if (!q->known[i]) continue;
        sum += q->time[i];
        known++;
    }
    return known > 2 && !q->edges && sum / known <= q->level;
}

int ig_square_ways(const struct square *q, struct way way[2])
{
    if (q->inside == 0 || q->inside == 4) return 0;
    if (q->inside == 2 && q->in[0] == q->in[2]) {
        const int in = q->in[0] ? 0 : 1;
        const bool one = joined(q);
        for (int i = 0; i < 2; i++) {
            // joined: round what is left out, the corners before and after an inside one
            const int corner = (in + 2 * i) & 3, out = (corner + 1) & 3;
            way[i] =
                one ? round_run(q, (out + 1) & 3, (out + 3) & 3) : round_run(q, corner, corner);
        }
        return 2;
    }
    int first = 0;
    while (!q->in[first] || q->in[(first + 3) & 3])
        first++;
    way[0] = round_run(q, first, (first + q->inside - 1) & 3);
    return 1;
}

void ig_square_look(const struct contour *contour, int64_t row, int64_t col, double level,
                    struct square *q)
{
    const ig_frame *frame = &contour->minutes->frame;
    static const int64_t down[4] = {-1, -1, 0, 0}, right[4] = {-1, 0, 0, -1};
    q->inside = 0;
    q->whole = true;
    q->edges = contour->edges;
    q->level = level;
    for (int i = 0; i < 4; i++) {
        const int64_t r = row + down[i], c = col + right[i];
        const bool on = r >= 0 && c >= 0 && r < frame->rows && c < frame->cols;
        const float time = on ? contour->minutes->cells[r * frame->cols + c] : NAN;
        q->time[i] = (double)time;
        q->known[i] = !isnan(time);
        q->in[i] = q->known[i] && ig_minutes_within(time, level);
        q->inside += q->in[i];
        q->whole = q->whole && q->known[i];
    }
}

// ---- pieces -------------------------------------------------------------------------------------

struct making {
    const struct contour *contour;
    size_t level;
    struct nodes *nodes;
    struct pieces *pieces;
};

static bool node_of(const struct making *m, int64_t row, int64_t col, struct point p,
                    uint32_t *node)
{
    const struct point at = ig_square_place(m->contour, row, col, p);
    return ig_nodes_find(m->nodes, at.x, at.y, node);
}

static bool add_piece(const struct making *m, int64_t row, int64_t col, struct point a,
                      struct point b)
{
    struct pieces *pieces = m->pieces;
    struct piece piece = {.row = (int32_t)row, .col = (int32_t)col};
    if (!ig_grow((void **)&pieces->list, &pieces->room, pieces->count + 1, sizeof piece) ||
        !node_of(m, row, col, a, &piece.from) || !node_of(m, row, col, b, &piece.to)) {
        return false;
    }
    if (piece.from != piece.to) pieces->list[pieces->count++] = piece;
    return true;
}

/// Is p strictly between a and b on a line along a cell's edge?
static bool lies_between(struct point a, struct point b, struct point p)
{
    if (a.x == 0.5 && b.x == 0.5 && p.x == 0.5)
        return (a.y < p.y && p.y < b.y) || (b.y < p.y && p.y < a.y);
    if (a.y == 0.5 && b.y == 0.5 && p.y == 0.5)
        return (a.x < p.x && p.x < b.x) || (b.x < p.x && p.x < a.x);
    return false;
}

/// Add the piece from a to b, broken where the ways of other levels bend on the same cell edge.
static bool add_broken(const struct making *m, int64_t row, int64_t col, struct point a,
                       struct point b)
{
    const struct contour *contour = m->contour;
    struct point from = a;
    for (;;) {
        // The break next to `from`, of all levels.
        struct point next = b;
        for (size_t k = 0; k < contour->count; k++) {
            if (k == m->level) continue;
            struct square q;
            struct way way[2];
            ig_square_look(contour, row, col, contour->levels[k], &q);
            const int ways = ig_square_ways(&q, way);
            for (int w = 0; w < ways; w++)
                for (int i = 0; i < way[w].points; i++)
                    if (lies_between(from, next, way[w].at[i])) next = way[w].at[i];
        }
        if (!add_piece(m, row, col, from, next)) return false;
        if (next.x == b.x && next.y == b.y) return true;
        from = next;
    }
}

static bool add_square(const struct making *m, int64_t row, int64_t col)
{
    struct square q;
    ig_square_look(m->contour, row, col, m->contour->levels[m->level], &q);
    struct way way[2];
    const int ways = ig_square_ways(&q, way);
    const bool breaks = !q.whole && !q.edges;
    for (int w = 0; w < ways; w++) {
        for (int i = 0; i + 1 < way[w].points; i++) {
            const struct point a = way[w].at[i], b = way[w].at[i + 1];
            if (!(breaks ? add_broken(m, row, col, a, b) : add_piece(m, row, col, a, b)))
                return false;
        }
    }
    return true;
}

ig_status ig_pieces_make(const struct contour *contour, size_t k, struct nodes *nodes,
                         struct pieces *pieces)
{
    const ig_frame *frame = &contour->minutes->frame;
    const struct making m = {contour, k, nodes, pieces};
    struct passed passed;
    ig_status status = ig_passed_begin(&passed, contour, k, 1, 0);
    for (int64_t row = 0; !status && row <= frame->rows; row++) {
        ig_passed_row(&passed, row);
        for (int64_t col = -1; !status && (col = ig_passed_next(&passed, col + 1)) >= 0;)
            if (!add_square(&m, row, col)) status = IG_EMEMORY;
    }
    ig_passed_end(&passed);
    return status;
}

// ---- nodes --------------------------------------------------------------------------------------

static uint64_t mix(uint64_t a, uint64_t b)
{
    a = (a ^ (a >> 29)) * 0xbf58476d1ce4e5b9U;
    b = (b ^ (b >> 31)) * 0x94d049bb133111ebU;
    a ^= b;
    return a ^ (a >> 32);
}

/// Where a node is looked for first. Squares come along rows: those of 16 in a row share 64 places,
/// so that most of them are at hand.
static size_t slot_of(const struct nodes *nodes, double x, double y)
{
    enum { SHARED = 64, COLS = 16 };
    const uint64_t a = (uint64_t)(int64_t)floor(x / nodes->side_x * (SHARED / COLS));
    const uint64_t b = (uint64_t)(int64_t)floor(y / nodes->side_y);
    const size_t block = (size_t)mix(a / SHARED, b) & (nodes->slots / SHARED - 1);
    return block * SHARED + (size_t)(a % SHARED);
}

static bool make_room(struct nodes *nodes)
{
    if (nodes->slots && nodes->count < nodes->slots / 2) return true;
    const size_t slots = nodes->slots ? 2 * nodes->slots : 4096;
    uint32_t *table = ig_alloc_whole(slots, sizeof *table);
    if (!table) return false;
    nodes->slots = slots;
    for (size_t i = 0; i < nodes->count; i++) {
        size_t slot = slot_of(nodes, nodes->x[i], nodes->y[i]);
        while (table[slot])
            slot = (slot + 1) & (slots - 1);
        table[slot] = (uint32_t)i + 1;
    }
    ig_free(nodes->table);
    nodes->table = table;
    return true;
}

bool ig_nodes_find(struct nodes *nodes, double x, double y, uint32_t *node)
{
    if (!make_room(nodes)) return false;
    x += 0.0; // minus nought and nought are one place
    y += 0.0;
    size_t slot = slot_of(nodes, x, y);
    for (; nodes->table[slot]; slot = (slot + 1) & (nodes->slots - 1)) {
        const uint32_t i = nodes->table[slot] - 1;
        if (nodes->x[i] != x || nodes->y[i] != y) continue;
        *node = i;
        return true;
    }
    if (!ig_nodes_add(nodes, x, y, node)) return false;
    nodes->table[slot] = *node + 1;
    return true;
}

bool ig_nodes_add(struct nodes *nodes, double x, double y, uint32_t *node)
{
    if (nodes->count >= NO_NODE - 1 ||
        !ig_grow((void **)&nodes->x, &nodes->room, nodes->count + 1, sizeof x) ||
        !ig_grow((void **)&nodes->y, &nodes->room_y, nodes->count + 1, sizeof y)) {
        return false;
    }
    nodes->x[nodes->count] = x;
    nodes->y[nodes->count] = y;
    *node = (uint32_t)nodes->count++;
    return true;
}

void ig_nodes_free(struct nodes *nodes)
{
    ig_free(nodes->x);
    ig_free(nodes->y);
    ig_free(nodes->table);
    *nodes = (struct nodes){0};
}

void ig_pieces_free(struct pieces *pieces)
{
    ig_free(pieces->list);
    *pieces = (struct pieces){0};
}
