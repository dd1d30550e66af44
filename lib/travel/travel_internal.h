/// What the files of this room share: steps of the lattice, their cost, and the engines.
///
/// Times are counted in whole quanta: a quantum is a power of two of a second, fixed by the cost
/// surface alone (ig_model_begin), and the cost of a step is rounded to it once. Sums of whole
/// numbers below 2^53 are exact in a double, so a time does not depend on the order in which the
/// steps of a path are added: equal times are equal bits, symmetric grids give symmetric times,
/// and every engine, tile and thread finds the same least sum.
#ifndef ISOGAP_TRAVEL_INTERNAL_H
#define ISOGAP_TRAVEL_INTERNAL_H

#include "../core/inside.h"
#include "travel.h"

#include <math.h>
#include <string.h>

enum {
    MOVES_MAX = 32,
    REACH_MAX = 3,
    PATH_MAX = 26,       ///< cells of the longest straight path (start discs of `exact`)
    DISC = 12,           ///< radius in cells of the start disc of `exact`
    SLANT_SAMPLES = 8,   ///< points along a triangle's side when slope bends the metric
    EIGHT = 8,           ///< straight and diagonal moves come first, as the bits of `barriers`
    NORTH = 0,           ///< moves 0, 2, 4, 6 are straight: N E S W
    EXACT_SIDE = 1 << 25 ///< twice the square of a side below this is exact in a double
};

/// A straight path over the lattice from (0, 0) to (dx, dy): the cells it crosses, the share of
/// its length in each, and how it leaves each (0 to 7, as the bits of `barriers`).
struct path {
    int dx, dy, cells;
    int8_t col[PATH_MAX], row[PATH_MAX]; ///< relative to the start
    double share[PATH_MAX];              ///< sums to 1
    int8_t hop[PATH_MAX];                ///< cells - 1 of them
};

/// A move of the neighbourhood.
struct move {
    struct path path;
    double length;          ///< as pace counts it: metres, or cells with per_cell
    double metres;          ///< on the ground, for the slope
    double scale[PATH_MAX]; ///< quanta for each unit of pace, by cell of the path
};

/// The problem in the form that every engine reads.
struct model {
    const ig_surface *surface;
    ig_travel_options options;
    int64_t cols, rows, cells;
    double quantum; ///< seconds
    int moves;      ///< 8, 16 or 32; exact: 8
    int reach;      ///< cells that a move spans: 1, 2, 3
    bool exact;
    ig_slope slope; ///< never default; none without elevation
    struct move move[MOVES_MAX];
    double limit; ///< quanta; a time above it is of no interest
};

/// A start: a cell with its time. Order is the place of its source by rank, from 0.
struct seed {
    int64_t cell;
    double time; ///< quanta
    int32_t order;
};

/// Check surface and options, fix quantum and moves. Messages name what is wrong.
ig_status ig_model_begin(ig_ctx *ctx, const ig_surface *surface, const ig_travel_options *options,
                         struct model *model);
void ig_path_make(int dx, int dy, struct path *path);

static inline bool ig_passable(float pace)
{
    return pace < INFINITY; // false for NaN
}

/// Quanta that the search pays from the cell (col, row) along a move; INFINITY when barred. With
/// direction `to` the move is walked the other way: from its end, home, to its start, the site.
double ig_step(const struct model *model, int64_t col, int64_t row, const struct move *move);
/// Is the hop to the neighbour in direction 0 to 7 open? Both cells must be on the grid.
bool ig_hop_open(const struct model *model, int64_t col, int64_t row, int direction);
/// Quanta along the straight path from a cell, no slope; INFINITY when it is barred.
double ig_path_cost(const struct model *model, int64_t col, int64_t row, const struct path *path,
                    const double *scale);
/// What slope makes of a step of `flat` quanta over `metres` on the ground that rises by `rise` as
/// the search goes (it is walked the other way with direction `to`).
double ig_slope_cost(const struct model *model, double flat, double rise, double metres);
static inline bool ig_on_grid(const struct model *model, int64_t col, int64_t row)
{
    return col >= 0 && row >= 0 && col < model->cols && row < model->rows;
}

/// Eikonal update in a right triangle: time `a` at the straight neighbour, `b` at the diagonal
/// neighbour beside it, `side` quanta from here to a; all whole numbers. The time of the best
/// straight way from a point between a and b. Never falls when a or b rises, to the last bit, so
/// that its fixpoint does not depend on order.
static inline double ig_triangle(double a, double b, double side)
{
    const double ahead = a - b;
    if (!(ahead > 0.0)) return a + side;
    if (2.0 * ahead * ahead >= side * side) return b + floor(sqrt(2.0 * side * side));
    return a + floor(sqrt(side * side - ahead * ahead));
}

/// Best time at a cell from its neighbours (`exact`), and by whom. Slow and plain.
double ig_exact_update(const struct model *model, const double *time, int64_t col, int64_t row);

/// Least order among the neighbours that explain the time of a cell (`exact`).
int32_t ig_exact_order(const struct model *model, const double *time, const int32_t *order,
                       int64_t col, int64_t row);

/// exp(x) with the same bits on every processor: no library function, no fused multiply-add.
double ig_slope_exp(double x);

// ---- engines: least times of all cells, INFINITY where nobody arrives -------------------------

/// Order of a cell that nobody serves.
#define IG_NOBODY INT32_MAX

/// Plain heap. `order` (may be NULL; left alone by `exact`) gets the least order of a source among
/// those with the least time.
ig_status ig_search_heap(ig_ctx *ctx, const struct model *model, const struct seed *seeds,
                         size_t count, double *time, int32_t *order);
/// Sweeps over active tiles, on all threads of the context. Not for `exact`.
ig_status ig_search_tiles(ig_ctx *ctx, const struct model *model, const struct seed *seeds,
                          size_t count, double *time);
/// Who serves each cell, from finished times: the least order along the steps that explain a time.
ig_status ig_serve(ig_ctx *ctx, const struct model *model, const struct seed *seeds, size_t count,
                   const double *time, int32_t *order);

#endif
