/// One tile in a worker's hands: its cells with a halo round them, what steps cost in it, and the
/// sweeps that bring its times to rest.
#ifndef ISOGAP_TRAVEL_TILE_INTERNAL_H
#define ISOGAP_TRAVEL_TILE_INTERNAL_H

#include "travel_internal.h"

enum {
    TILE = 64,              ///< cells along a side
    HALO = REACH_MAX + 1,   ///< cells round it: as far as moves reach, and their neighbours
    SPAN = TILE + 2 * HALO, ///< rows of the window
    STRIDE = 80,            ///< columns of the window, a whole number of vectors
    WINDOW = SPAN * STRIDE,
    SCALES_MAX = 24 ///< different shares of a cell in the moves of a neighbourhood
};

/// Place in the window of cell (col, row) of the tile; -HALO .. TILE + HALO - 1.
static inline int at(int col, int row)
{
    return (row + HALO) * STRIDE + col + HALO;
}

/// A worker's window and its cost arrays. Big: from the heap, one a worker.
struct window {
    float pace[WINDOW];
    float elevation[WINDOW];
    uint8_t barriers[WINDOW];
    uint8_t passable[WINDOW];        ///< 0 or 255
    uint8_t open[EIGHT][WINDOW];     ///< hop out of a cell in each direction: 0 or 255
    double part[SCALES_MAX][WINDOW]; ///< quanta of a cell for each scale
    double time[WINDOW];
    double cost[MOVES_MAX][TILE * TILE]; ///< of the move that ends in a cell; INFINITY when barred
    uint8_t down[SPAN], up[SPAN];        ///< rows that changed since a sweep that way took note
    bool changed;
};

/// What of the model the window needs, worked out once.
struct window_plan {
    const struct model *model;
    int scales;
    double scale[SCALES_MAX];
    int scale_of[MOVES_MAX][PATH_MAX]; ///< by move and cell of its path
};

void ig_window_plan(const struct model *model, struct window_plan *plan);
/// Read paces, heights and shut sides round the tile whose first cell is (col, row); what lies off
/// the grid is a barrier. Then work out `open` and `cost`.
void ig_window_load(const struct window_plan *plan, int64_t col, int64_t row, struct window *w);
/// Sweep until nothing changes. `w->time` is set, halo included; with `fresh` all rows are looked
/// at, else only what the halo betters. Sets `changed`.
void ig_window_settle(const struct window_plan *plan, bool fresh, struct window *w);
/// Less or equal to what the move from one cell of the window to another can cost.
double ig_window_least(const struct window_plan *plan, const struct window *w, int move, int from,
                       int to);

#endif
