/// From a minutes grid to rings: squares between cell centres give directed pieces of boundary,
/// pieces are linked to rings, rings may be simplified together. Inside lies on the left, so that
/// shells run anticlockwise and holes clockwise (x east, y north).
#ifndef ISOGAP_ISOCHRONE_INTERNAL_H
#define ISOGAP_ISOCHRONE_INTERNAL_H

#include "../core/inside.h"
#include "travel.h"

#define NO_NODE UINT32_MAX

/// Points, each place once: found again by the bits of its coordinates.
struct nodes {
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

/// What ig_pieces_make is asked for.
struct contour {
    const ig_grid *minutes;
    const double *levels;
    size_t count;
    bool edges;
    bool shared; ///< pieces of all levels must meet in nodes where they run together
};
/// Boundary of the cells within level `k`, appended in order of rows and columns of squares.
/// Without `shared` the nodes are those of this level alone. Sets no message.
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
