// Boundaries of several levels in one pass over a band of rows of squares. Squares whose corners
// lie on the same side of every level are passed over eight at a time; those with four known
// times, and all along cell edges, have their ways in a table; the rest ask the rule of squares.
#include "isochrone_internal.h"

#include <math.h>

// ---- where thresholds are passed ----------------------------------------------------------------

enum { BLOCK = 2048 }; ///< cells looked at for all levels while they are in the first cache

/// Levels that each cell of a row is not within; off the grid and unknown: none.
static void look_along(const struct passed *p, int64_t row, uint8_t *class)
{
    const ig_frame *frame = &p->minutes->frame;
    const uint8_t outside = (uint8_t)p->levels;
    if (row < 0 || row >= frame->rows) {
        memset(class, outside, (size_t)frame->cols + 2);
        return;
    }
    const float *restrict cells = p->minutes->cells + row * frame->cols;
    class[0] = class[frame->cols + 1] = outside;
    for (int64_t start = 0; start < frame->cols; start += BLOCK) {
        const int64_t end = start + BLOCK < frame->cols ? start + BLOCK : frame->cols;
        uint8_t *restrict to = class + 1;
        memset(to + start, outside, (size_t)(end - start));
        for (size_t k = 0; k < p->levels; k++) {
            const float level = p->level[k];
            for (int64_t c = start; c < end; c++)
                to[c] = (uint8_t)(to[c] - (cells[c] <= level));
        }
    }
}

ig_status ig_passed_begin(struct passed *passed, const struct contour *contour, size_t first,
                          size_t levels, int64_t row)
{
    const size_t width = ((size_t)contour->minutes->frame.cols + 2 + 15) / 8 * 8;
    *passed = (struct passed){.minutes = contour->minutes, .levels = levels};
    passed->level = ig_alloc(levels, sizeof *passed->level);
    passed->memory = ig_alloc(3, width);
    if (!passed->level || !passed->memory) return IG_EMEMORY;
    for (size_t k = 0; k < levels; k++)
        passed->level[k] = (float)contour->levels[first + k];
    passed->up = passed->memory;
    passed->down = passed->memory + width;
    passed->active = passed->memory + 2 * width;
    look_along(passed, row - 1, passed->down);
    return IG_OK;
}

void ig_passed_row(struct passed *passed, int64_t row)
{
    uint8_t *const before = passed->up;
    passed->up = passed->down;
    passed->down = before;
    look_along(passed, row, passed->down);
    const uint8_t *restrict up = passed->up, *restrict down = passed->down;
    uint8_t *restrict active = passed->active;
    for (int64_t c = 0; c <= passed->minutes->frame.cols; c++)
        active[c] = (uint8_t)((up[c] ^ up[c + 1]) | (down[c] ^ down[c + 1]) | (up[c] ^ down[c]));
}

void ig_passed_end(struct passed *passed)
{
    ig_free(passed->level);
    ig_free(passed->memory);
}

// ---- nodes --------------------------------------------------------------------------------------

enum { ONE_SQUARE = 8 }; ///< nodes that a square makes at most

void ig_strand_free(struct strand *strand)
{
    ig_free(strand->at);
    ig_free(strand->next);
    ig_free(strand->seam);
    *strand = (struct strand){0};
}

static ig_status make_room(struct strand *s, size_t more)
{
    const size_t needed = s->count + more;
    if (needed >= TWIN) return IG_ELIMIT;
    if (!ig_grow((void **)&s->at, &s->room, needed, sizeof *s->at) ||
        !ig_grow((void **)&s->next, &s->room_next, needed, sizeof *s->next))
        return IG_EMEMORY;
    return IG_OK;
}

static uint32_t add_node(struct strand *s, double x, double y)
{
    s->at[s->count] = (struct point){x, y};
    s->next[s->count] = DONE;
    return (uint32_t)s->count++;
}

static ig_status add_to_seam(struct strand *s, uint32_t node)
{
    if (!ig_grow((void **)&s->seam, &s->room_seam, s->seams + 1, sizeof *s->seam))
        return IG_EMEMORY;
    s->seam[s->seams++] = node;
    return IG_OK;
}

// ---- squares ------------------------------------------------------------------------------------

struct marching {
    const struct contour *contour;
    size_t first, levels;
    struct strand *strand;
    uint32_t *bottom; ///< by level and column: node on the southern side of the square above
    uint32_t *right;  ///< by level: node on the eastern side of the square before
    int64_t row;
    const float *north, *south; ///< the two rows of cells; NULL off the grid
    bool on_seam;               ///< southern sides are those of the band
};

enum side { NORTH, EAST, SOUTH, WEST };

/// The square under way, for one level.
struct here {
    struct strand *strand;
    double level;
    int64_t col;
    int in;           ///< corners inside: bit 0 north-west, then clockwise
    uint32_t node[4]; ///< by side
};

static uint32_t add_at(const struct marching *m, const struct here *h, double x, double y)
{
    const struct point p = ig_square_place(m->contour, m->row, h->col, (struct point){x, y});
    return add_node(h->strand, p.x, p.y);
}

/// Nodes on the two sides that no square before has met.
static void cross_sides(const struct marching *m, struct here *h)
{
    const bool edges = m->contour->edges;
    const int64_t c = h->col;
    double share = 0.5;
    if ((h->in >> 2 ^ h->in >> 3) & 1) {
        if (!edges) share = ig_crossing(h->level, (double)m->south[c - 1], (double)m->south[c]);
        h->node[SOUTH] = add_at(m, h, share, 1.0);
    }
    if ((h->in >> 1 ^ h->in >> 2) & 1) {
        if (!edges) share = ig_crossing(h->level, (double)m->north[c], (double)m->south[c]);
        h->node[EAST] = add_at(m, h, 1.0, share);
    }
}

/// One way from side to side; along cell edges it turns in the square's middle.
static void lead(const struct marching *m, const struct here *h, int from, int to, uint32_t twin)
{
    uint32_t *next = h->strand->next;
    if (!m->contour->edges || from == (to ^ 2)) {
        next[h->node[from]] = h->node[to];
        return;
    }
    const uint32_t middle = add_at(m, h, 0.5, 0.5);
    next[h->node[from]] = middle;
    next[middle] = h->node[to] | twin;
}

/// Is the mean of a saddle's four times within the level?
static bool joined(const struct marching *m, const struct here *h)
{
    if (m->contour->edges) return false;
    const float *north = m->north + h->col, *south = m->south + h->col;
    return ((double)north[-1] + (double)north[0] + (double)south[0] + (double)south[-1]) / 4.0 <=
           h->level;
}

/// A square of four known times, or any along cell edges.
static void add_plain(const struct marching *m, struct here *h)
{
    // By the corners inside, what is inside on the left; a saddle's first way as it parts.
    static const uint8_t from[16] = {0,     WEST,  NORTH, WEST,  EAST, WEST, NORTH, WEST,
                                     SOUTH, SOUTH, NORTH, SOUTH, EAST, EAST, NORTH, 0};
    static const uint8_t to[16] = {0,    NORTH, EAST, EAST, SOUTH, NORTH, SOUTH, SOUTH,
                                   WEST, NORTH, EAST, EAST, WEST,  NORTH, WEST,  0};
    cross_sides(m, h);
    const int a = from[h->in], b = to[h->in];
    if (h->in != 5 && h->in != 10) {
        lead(m, h, a, b, 0);
        return;
    }
    const int across = joined(m, h) ? 2 : 0;
    lead(m, h, a, b ^ across, TWIN);
    lead(m, h, a ^ 2, b ^ across ^ 2, TWIN);
}

/// Any square, by the rule of squares.
static void add_ruled(const struct marching *m, struct here *h)
{
    struct square q;
    struct way way[2];
    ig_square_look(m->contour, m->row, h->col, h->level, &q);
    const int ways = ig_square_ways(&q, way);
    for (int w = 0; w < ways; w++) {
        uint32_t before = 0, twin = 0; // the node before, and whether it may have one
        for (int i = 0; i < way[w].points; i++) {
            const struct point p = way[w].at[i];
            const bool within = p.x > 0.0 && p.x < 1.0 && p.y > 0.0 && p.y < 1.0;
            uint32_t node;
            if (p.y == 0.0 || p.x == 0.0)
                node = h->node[p.y == 0.0 ? NORTH : WEST];
            else
                node = add_at(m, h, p.x, p.y);
            if (p.y == 1.0) h->node[SOUTH] = node;
            if (p.x == 1.0) h->node[EAST] = node;
            if (i) h->strand->next[before] = node | twin;
            before = node;
            twin = within && ways == 2 ? TWIN : 0;
        }
    }
}

/// Are all four times of a square known?
static bool whole(const struct marching *m, int64_t col)
{
    if (!m->north || !m->south || col == 0 || col == m->contour->minutes->frame.cols) return false;
    return !isnan(m->north[col - 1] + m->north[col] + m->south[col - 1] + m->south[col]);
}

static ig_status add_square(const struct marching *m, const struct passed *passed, int64_t col)
{
    const int64_t width = m->contour->minutes->frame.cols + 1;
    const uint8_t *up = passed->up + col, *down = passed->down + col;
    const int corner[4] = {up[0], up[1], down[1], down[0]}; // levels it is not within
    int least = corner[0], most = corner[0];
    for (int i = 1; i < 4; i++) {
        least = corner[i] < least ? corner[i] : least;
        most = corner[i] > most ? corner[i] : most;
    }
    const bool plain = m->contour->edges || whole(m, col);
    ig_status status = IG_OK;
    for (int k = least; k < most && !status; k++) {
        uint32_t *bottom = m->bottom + k * width + col;
        struct here h = {.strand = &m->strand[k],
                         .level = m->contour->levels[m->first + (size_t)k],
                         .col = col,
                         .node = {[NORTH] = *bottom, [WEST] = m->right[k]}};
        status = make_room(h.strand, ONE_SQUARE);
        if (status) break;
        for (int i = 0; i < 4; i++)
            h.in |= (corner[i] <= k) << i;
        if (plain)
            add_plain(m, &h);
        else
            add_ruled(m, &h);
        *bottom = h.node[SOUTH];
        m->right[k] = h.node[EAST];
        if (m->on_seam && ((h.in >> 2 ^ h.in >> 3) & 1))
            status = add_to_seam(h.strand, h.node[SOUTH]);
    }
    return status;
}

/// Stand-ins for the nodes on the seam with the band above, as that band makes them.
static ig_status add_aliases(const struct marching *m, const struct passed *passed)
{
    const int64_t cols = m->contour->minutes->frame.cols;
    ig_status status = IG_OK;
    for (int64_t col = 0; col <= cols && !status; col++) {
        const int west = passed->down[col], east = passed->down[col + 1];
        for (int k = west < east ? west : east; k < (west < east ? east : west) && !status; k++) {
            struct strand *s = &m->strand[k];
            status = make_room(s, 1);
            if (!status) m->bottom[k * (cols + 1) + col] = add_node(s, NAN, NAN);
            s->aliases = s->count;
        }
    }
    return status;
}

ig_status ig_band_march(const struct contour *contour, size_t first, size_t levels, int64_t from,
                        int64_t to, struct strand *strand)
{
    const ig_grid *minutes = contour->minutes;
    const int64_t rows = minutes->frame.rows, cols = minutes->frame.cols;
    struct marching m = {
        .contour = contour,
        .first = first,
        .levels = levels,
        .strand = strand,
        .bottom = ig_alloc(levels, ((size_t)cols + 1) * sizeof *m.bottom),
        .right = ig_alloc(levels, sizeof *m.right),
    };
    struct passed passed;
    ig_status status = ig_passed_begin(&passed, contour, first, levels, from);
    if (!status && (!m.bottom || !m.right)) status = IG_EMEMORY;
    if (!status) status = add_aliases(&m, &passed);
    for (m.row = from; m.row < to && !status; m.row++) {
        ig_passed_row(&passed, m.row);
        m.north = m.row > 0 ? minutes->cells + (m.row - 1) * cols : NULL;
        m.south = m.row < rows ? minutes->cells + m.row * cols : NULL;
        m.on_seam = m.row == to - 1;
        for (int64_t c = -1; !status && (c = ig_passed_next(&passed, c + 1)) >= 0;)
            status = add_square(&m, &passed, c);
    }
    ig_passed_end(&passed);
    ig_free(m.bottom);
    ig_free(m.right);
    return status;
}
