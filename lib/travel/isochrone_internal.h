/// From a minutes grid to rings: squares between cell centres give directed pieces of boundary,
/// pieces are linked to rings, rings may be simplified together. Inside lies on the left, so that
/// shells run anticlockwise and holes clockwise (x east, y north).
#ifndef ISOGAP_ISOCHRONE_INTERNAL_H
#define ISOGAP_ISOCHRONE_INTERNAL_H

#include "../core/inside.h"
#include "travel.h"

#include <string.h>

#define NO_NODE UINT32_MAX

/// Points, each place once: found again by the bits of its coordinates.
struct nodes {
    double side_x, side_y; ///< of a cell: neighbours are looked for near each other
    double *x, *y;
    size_t count, room, room_y;
    uint32_t *table; ///< node + 1, 0 empty; a power of two long
    size_t slots;
};

/// A straight piece of boundary inside one square between four cell centres.
struct piece {
    uint32_t from, to; ///< nodes
    int32_t row, col;  ///< the square
};

struct pieces {
    struct piece *list;
    size_t count, room;
};

/// Closed rings as nodes, the first not repeated; a shell is followed by its holes.
struct rings {
    uint32_t *node;
    size_t nodes, room_nodes;
    size_t *start; ///< rings + 1 when count > 0
    size_t count, room_start;
};

bool ig_nodes_find(struct nodes *nodes, double x, double y, uint32_t *node);
/// A node that is known to be new; not to be found again by its place.
bool ig_nodes_add(struct nodes *nodes, double x, double y, uint32_t *node);
void ig_nodes_free(struct nodes *nodes);
void ig_pieces_free(struct pieces *pieces);
void ig_rings_free(struct rings *rings);
bool ig_rings_add(struct rings *rings, const uint32_t *node, size_t count);

// ---- squares between four cell centres: the rule of the boundary ---------------------------------

/// What is to be traced.
struct contour {
    const ig_grid *minutes;
    const double *levels;
    size_t count;
    bool edges;
};

struct point {
    double x, y; ///< in the square: 0,0 at its north-west corner, 1,1 at its south-east
};

struct way {
    struct point at[6];
    int points;
};

/// Corners clockwise from north-west; side s lies between corners s and s + 1.
struct square {
    double time[4];
    bool known[4], in[4];
    int inside; ///< corners inside
    bool whole; ///< all four times are known
    bool edges;
    double level;
};

/// Share of the way from a centre to its eastern or southern neighbour at which `level` is passed.
double ig_crossing(double level, double first, double second);
/// The corners of the square whose south-eastern one is cell (row, col).
void ig_square_look(const struct contour *contour, int64_t row, int64_t col, double level,
                    struct square *q);
/// Ways of boundary through a square: none, one or two.
int ig_square_ways(const struct square *q, struct way way[2]);
/// A point of the square on the ground, metres.
static inline struct point ig_square_place(const struct contour *contour, int64_t row, int64_t col,
                                           struct point p)
{
    const ig_frame *frame = &contour->minutes->frame;
    return (struct point){frame->west + ((double)col - 0.5 + p.x) * frame->dx,
                          frame->north - ((double)row - 0.5 + p.y) * frame->dy};
}

// ---- where thresholds are passed ----------------------------------------------------------------

enum { MOST_LEVELS = 255 }; ///< that are looked for at once

/// Rows of squares one after the other, several levels at once.
struct passed {
    const ig_grid *minutes;
    float *level;
    size_t levels;
    uint8_t *up, *down; ///< by cell from one west of the grid: levels that it is not within
    uint8_t *active;    ///< by square: not 0 where its corners differ
    uint8_t *memory;
};
/// From row `row` of squares on, for levels [first, first + levels) of the contour.
ig_status ig_passed_begin(struct passed *passed, const struct contour *contour, size_t first,
                          size_t levels, int64_t row);
/// Rows are asked for one after the other.
void ig_passed_row(struct passed *passed, int64_t row);
void ig_passed_end(struct passed *passed);

/// The next square from `col` on where a threshold is passed; -1: none in this row.
static inline int64_t ig_passed_next(const struct passed *passed, int64_t col)
{
    uint64_t word, below = ~(uint64_t)0 << 8 * (col & 7);
    for (int64_t at = col & ~(int64_t)7; at <= passed->minutes->frame.cols; at += 8) {
        memcpy(&word, passed->active + at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        word &= below;
        if (word) return at + __builtin_ctzll(word) / 8;
        below = ~(uint64_t)0;
    }
    return -1;
}

// ---- levels by themselves -----------------------------------------------------------------------

/// What a node's `next` holds beside a node.
#define TWIN ((uint32_t)1 << 30) ///< another node may lie at the same place
#define JUMP ((uint32_t)1 << 31) ///< the way goes on in the band below
#define DONE (JUMP | TWIN)       ///< with the number of the walk that went over it
#define PLAIN(next) ((next) & ~DONE)

/// Boundary of one level within a band of rows of squares: nodes in order of squares, each leading
/// to the next of its ring. The first `aliases` stand for nodes on the seam with the band above.
struct strand {
    struct point *at;
    uint32_t *next;
    size_t count, room, room_next;
    uint32_t *seam; ///< nodes on the seam with the band below, from west to east
    size_t aliases, seams, room_seam;
};
/// Squares of rows [from, to), one strand for each of the levels [first, first + levels). IG_ELIMIT:
/// more nodes than can be numbered. Sets no message.
ig_status ig_band_march(const struct contour *contour, size_t first, size_t levels, int64_t from,
                        int64_t to, struct strand *strand);
void ig_strand_free(struct strand *strand);

/// Closed rings of one level, the last point not repeated: each shell, then its holes.
struct traced {
    double *x, *y;
    struct stretch {
        size_t start, count;
    } * ring;
    size_t points, rings;
    double twice_area;
};
/// Follow the strands of one level, `stride` apart, one a band from north to south. They are used
/// up. Sets no message; IG_EBUG when the boundary does not close or a hole lies in no polygon.
ig_status ig_strands_walk(const ig_frame *frame, struct strand *strands, size_t bands,
                          size_t stride, struct traced *outline);
void ig_traced_free(struct traced *outline);
/// Leave out points on a straight line, in place. @return points that are left
size_t ig_ring_tidy(double *x, double *y, size_t count, double *twice_area);

// ---- levels with nodes in common ----------------------------------------------------------------

/// Boundary of the cells within level `k`, appended in order of rows and columns of squares, with
/// nodes wherever boundaries of other levels that run along it bend. Sets no message.
ig_status ig_pieces_make(const struct contour *contour, size_t k, struct nodes *nodes,
                         struct pieces *pieces);
/// Link pieces to simple rings, shells with their holes. Pieces must be in order of squares. Sets no
/// message; IG_EBUG when the boundary does not close or a hole lies in no polygon.
ig_status ig_pieces_link(const struct nodes *nodes, const struct pieces *pieces,
                         struct rings *rings);
/// Take nodes out of all rings at once where the outline moves by no more than `tolerance` metres
/// and no ring comes to touch another that it did not touch before.
ig_status ig_rings_simplify(ig_ctx *ctx, const struct nodes *nodes, struct rings *rings,
                            size_t levels, double tolerance);

#endif
