// What the search for overlaps and the matching of borders share.
#ifndef ISOGAP_AREA_OVERLAP_INTERNAL_H
#define ISOGAP_AREA_OVERLAP_INTERNAL_H

#include "area_internal.h"

/// Which areas lie where: boxes in the cells of a lattice.
struct lattice {
    double west, south, side_x, side_y;
    size_t cols, rows;
    size_t *start;   ///< cols * rows + 1
    uint32_t *areas; ///< areas of each cell, ascending
};

struct pair {
    uint32_t a, b; ///< a < b
};

struct pairs {
    struct pair *list;
    size_t count, room;
};

struct search {
    ig_ctx *ctx;
    const ig_shapes *s;
    const ig_repair *repair;
    double (*boxes)[4];
    struct lattice lattice;
    unsigned char *unshared; ///< by point: the segment that begins here has no partner
    bool whole;              ///< all segments count, not only those without partner
    const uint32_t *todo;    ///< areas to look at; NULL: all
    size_t todo_count;
    struct pairs *found; ///< one list a task, so that threads do not meet
};
/// Append a pair, the lesser number first. False without memory.
bool ig_overlap_add(struct pairs *pairs, size_t a, size_t b);
/// Match each segment with the same one of another area (overlap_borders.c): those without a partner
/// are marked in search->unshared, areas that lie on one side of a stretch go into `all`.
ig_status ig_overlap_match(struct search *search, struct pairs *all);

#endif
