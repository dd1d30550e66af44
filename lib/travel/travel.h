/// Travel: least time over a cost surface, nearest site, isochrones. Plain arithmetic: this room
/// knows no file.
#ifndef ISOGAP_TRAVEL_H
#define ISOGAP_TRAVEL_H

#include "../core/core.h"
#include "../core/option.h"
#include "../grid/grid.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ig_neighbours {
    IG_NEIGHBOURS_8,
    IG_NEIGHBOURS_16,
    IG_NEIGHBOURS_32,
    IG_NEIGHBOURS_EXACT
} ig_neighbours;
typedef enum ig_corners { IG_CORNERS_FORBID, IG_CORNERS_ALLOW, IG_CORNERS_STRICT } ig_corners;
typedef enum ig_slope {
    IG_SLOPE_DEFAULT,
    IG_SLOPE_TOBLER,
    IG_SLOPE_LANGMUIR,
    IG_SLOPE_NONE
} ig_slope;
typedef enum ig_direction { IG_TO_SITE, IG_FROM_SITE } ig_direction;

typedef struct ig_travel_options {
    ig_direction direction;   ///< to: from home to the site
    ig_neighbours neighbours; ///< 8, 16, 32 or exact
    ig_corners corners;
    ig_slope slope; ///< default: tobler when the surface has elevation, else none
    double limit;   ///< minutes; INFINITY for none; cells over it are NaN (t <= limit stays)
    /// Costs were by cell (s/cell, min/cell): steps count 1, sqrt 2, sqrt 5 as in GRASS r.cost, for
    /// which 1 is the width of a cell.
    bool per_cell;
} ig_travel_options;
IG_API ig_travel_options ig_travel_defaults(void);
/// direction, neighbours, corners, walk, max-minutes
extern IG_API const ig_option ig_travel_option_list[];

/// A place to start from.
typedef struct ig_source {
    int64_t cell;   ///< number of the cell
    double offset;  ///< minutes added at the start, 0 or more
    int32_t number; ///< what `nearest` holds (order of the file, from 1)
    int32_t rank;   ///< order by code: equal times go to the least rank
} ig_source;

/// Least minutes from each cell to its nearest source (or from it).
///
/// The answer is the least sum over the lattice, the same bits for any thread count.
/// @param[out] minutes  new grid, NaN where nobody can arrive
/// @param[out] nearest  new array, one int32 a cell, 0 where unreached; NULL to do without;
///                      free with ig_travel_free
/// @return IG_EINVAL naming the first source off the grid or on a barrier
IG_API IG_MUST_CHECK ig_status ig_travel(ig_ctx *ctx, const ig_surface *surface,
                                         const ig_source *sources, size_t count,
                                         const ig_travel_options *options, ig_grid **minutes,
                                         int32_t **nearest);
IG_API void ig_travel_free(int32_t *nearest);
/// Bytes a cell that ig_travel takes beside the surface.
/// @param held  those of them that are always in memory; NULL when nobody asks
IG_API double ig_travel_work(const ig_travel_options *options, bool nearest, double *held);

/// Cells in a row, of which the first and the last are reached.
typedef struct ig_span {
    int64_t cell, cells; ///< number of the first, and how many
} ig_span;
/// What one source reaches: a window of whole rows of the grid. Lent.
typedef struct ig_reached {
    int64_t first, end;   ///< numbers of the grid's cells in the window: first <= c < end
    const float *minutes; ///< of cell c: minutes[c - first]; NaN where nobody arrives in time
    size_t spans;
    const ig_span *span; ///< that hold all cells reached, none twice, in no order that matters
} ig_reached;
/// Called once for each source, from several threads and in any order; `worker` is below the
/// context's number of threads. A failure ends the work; words are the caller's of ig_travel_each.
typedef ig_status (*ig_reached_fn)(size_t source, int worker, const ig_reached *reached,
                                   void *user);
/// Minutes from (or to) each of many sources by itself: the same bits as ig_travel of that source
/// alone. A search looks at what lies within the limit only, and several run at a time.
///
/// Memory, told at info level: for each thread 8 bytes a cell of the rows that the limit allows to
/// reach, and half a byte a cell of the grid (more with 16 and 32 neighbours).
/// @return as ig_travel
IG_API IG_MUST_CHECK ig_status ig_travel_each(ig_ctx *ctx, const ig_surface *surface,
                                              const ig_source *sources, size_t count,
                                              const ig_travel_options *options, ig_reached_fn fn,
                                              void *user);

/// t <= limit as every part of the project counts it: both as the float32 that grids hold.
IG_API bool ig_minutes_within(float minutes, double limit);

/// Error of distance on uniform ground for a neighbourhood, percent, as measured: mean and worst
/// from 10 to 120 cells off the source (that of `exact` is none nearer, and falls further off).
IG_API void ig_travel_lattice_error(ig_neighbours neighbours, double *mean, double *worst);

// ---- isochrones -------------------------------------------------------------------------------

/// Polygons of one minutes grid: for threshold k the rings of area k. Owned arrays.
typedef struct ig_isochrones {
    size_t levels;
    double *minutes;       ///< levels
    double *square_metres; ///< area of each polygon
    size_t *area_start;    ///< levels + 1
    size_t *ring_start;
    double *x, *y;
} ig_isochrones;

typedef struct ig_isochrone_options {
    bool edges;      ///< follow the cell edges: area = cells x cell area
    bool bands;      ///< rings that do not overlap instead of nested polygons
    double simplify; ///< metres; 0: none; keeps nesting
} ig_isochrone_options;
IG_API ig_isochrone_options ig_isochrone_defaults(void);
extern IG_API const ig_option ig_isochrone_option_list[]; ///< edges, bands, simplify
/// Valid, nested polygons with holes of all cells with t <= minutes[k]. Levels rise strictly.
IG_API IG_MUST_CHECK ig_status ig_isochrones_trace(ig_ctx *ctx, const ig_grid *minutes,
                                                   const double *levels, size_t count,
                                                   const ig_isochrone_options *options,
                                                   ig_isochrones **out);
IG_API void ig_isochrones_free(ig_isochrones *isochrones);
/// Lent view for writers: each shell anticlockwise, its holes clockwise behind it.
IG_API ig_rings ig_isochrones_rings(const ig_isochrones *isochrones);

#ifdef __cplusplus
}
#endif
#endif
