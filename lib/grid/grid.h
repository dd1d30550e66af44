/// Grid: rasters in metres. The types are plain; reading and writing go through GDAL.
#ifndef ISOGAP_GRID_H
#define ISOGAP_GRID_H

#include "../core/core.h"
#include "../core/option.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Size and place of a north-up raster. Row 0 is the northernmost; cell (col, row) is number
/// row * cols + col and covers [west + col*dx, +dx] x [north - (row+1)*dy, +dy].
typedef struct ig_frame {
    int64_t cols, rows;
    double west, north; ///< outer corner of the top-left cell, metres
    double dx, dy;      ///< sides of a cell, metres, both positive; they may differ
} ig_frame;

/// One layer of numbers. NaN where unknown.
typedef struct ig_grid {
    ig_frame frame;
    float *cells; ///< cols * rows; owned
    bool lent;    ///< cells lie in a file of the context, not freed with the grid
    double limit; ///< of minutes: cells beyond it were left out, as the file says; 0: none stated
} ig_grid;

/// A way from one cell to another past what lies between them: a motorway over or under the road
/// that its cells stand for. One way only; a way both ways is two of them. It takes its seconds
/// whatever the slope, the corners and the unit of the costs; one with an end on a barrier is never
/// taken.
typedef struct ig_link {
    int64_t from, to; ///< numbers of two cells, not the same, as one travels
    double seconds;   ///< from the middle of one to the middle of the other, above 0
} ig_link;
/// Seconds that a link takes at most: four months.
#define IG_LINK_LONGEST 1e7
/// Links that a file may hold.
#define IG_LINKS_MOST 20000000
/// Put links in the order that a surface wants, of each pair of cells the quickest.
/// @return how many are left, at the beginning of the array
IG_API size_t ig_links_settle(ig_link *links, size_t count);

/// A cost surface: bands of one frame. `pace` always, the others may be NULL.
typedef struct ig_surface {
    ig_frame frame;
    float *pace;      ///< seconds a metre; NaN is a barrier
    float *elevation; ///< metres
    /// Which of the 8 sides are shut: bit 0 north, then clockwise NE E SE S SW W NW.
    uint8_t *barriers;
    bool one_way;     ///< a shut side is shut to who leaves the cell by it; else to both, by either
    float *residents; ///< relative share of an area's people that a cell may hold, 0 or more
    bool lent;        ///< layers lie in a file of the context, not freed with the surface
    int lattice;    ///< neighbourhood that roads are made good for: 8, 16, 32, 1 exact, 0 not known
    ig_link *links; ///< in order of `from`, then `to`, no pair twice; NULL when there are none
    size_t link_count;
} ig_surface;

IG_API int64_t ig_frame_cells(const ig_frame *frame); ///< -1 when it does not fit 63 bits
/// To the last bit.
IG_API bool ig_frame_equal(const ig_frame *a, const ig_frame *b);
/// Mean side of a cell in metres: what one cell means where costs count cells (s/cell, min/cell).
IG_API double ig_frame_side(const ig_frame *frame);
/// Cell of a point; false when off the grid. West and north edges belong to the cell, and the rim of
/// the grid to the cells along it, on all four sides: a millionth of a cell beyond it is still rim,
/// for coordinates are rounded.
IG_API bool ig_frame_cell(const ig_frame *frame, double x, double y, int64_t *col, int64_t *row);

IG_API ig_status ig_grid_new(ig_ctx *ctx, const ig_frame *frame, ig_grid **out); ///< all NaN
/// NULL is allowed.
IG_API void ig_grid_free(ig_grid *grid);
/// A surface whose pace is NaN everywhere, without other bands. Yours, free with ig_surface_free.
IG_API ig_status ig_surface_new(ig_ctx *ctx, const ig_frame *frame, ig_surface **out);
IG_API void ig_surface_free(ig_surface *surface);

/// How to read a raster. Start from ig_grid_defaults(); texts are lent by the caller.
typedef struct ig_grid_options {
    int64_t band;       ///< from 1; 0: the only one (several and none named is an error)
    const char *nodata; ///< value to take as nodata beside the declared one; NULL: none
    const char *crs;    ///< "EPSG:N" for a file that states none; NULL: the context's
    int64_t max_cells;  ///< default 2^31
    /// What the caller will do with a cost surface, so that --memory is known to do or not before
    /// anything is allocated: bytes a cell beside the layers, and those of them that must stay in
    /// memory when layers lie on disk.
    double work, held;
    const char *beside; ///< output in whose folder layers may lie when memory does not do; or NULL
    const double *within; ///< west, south, east, north: only this part is wanted; NULL: all
} ig_grid_options;
/// The only band, 2^31 cells at most, nothing else stated.
IG_API ig_grid_options ig_grid_defaults(void);
extern IG_API const ig_option ig_grid_option_list[]; ///< band, nodata, max-cells

/// Read GeoTIFF or ESRI ASCII (also .gz, .zip), or several tiles, folders and zips of tiles as one
/// mosaic (tiles must share cell size and lattice; gaps between them are NaN). T4: rotated is
/// refused, south-up turned, scale and offset applied. The CRS must be the work CRS. With `within`
/// the grid is cut to the cells that meet the box, and tiles beyond it are not read; tiles that all
/// lie beyond it are IG_EFORMAT.
IG_API IG_MUST_CHECK ig_status ig_grid_read(ig_ctx *ctx, const char *const *paths, size_t count,
                                            const ig_grid_options *options, ig_grid **out);
/// A cost grid: bands known by description (pace, elevation, barriers, residents); one band is the
/// pace. Costs are checked (T1): negative is an error with count, value and place of the first;
/// NaN and infinite cells are barriers, counted; zeros are counted and warned of.
/// @param unit 0 s/m, 1 min/m, 2 s/cell, 3 min/cell, 4 km/h. The pace comes back in s/m; costs by
///             cell are divided by ig_frame_side(), which ig_travel_options.per_cell multiplies back
/// Links (item links_between_cells) with an end off the grid are left out, told at info level; ends
/// that are no middles of cells, as after resampling, are IG_EFORMAT.
IG_API IG_MUST_CHECK ig_status ig_surface_read(ig_ctx *ctx, const char *path, int unit,
                                               const ig_grid_options *options, ig_surface **out);
/// One band, Float32, NaN as nodata, tiled, lightly compressed, threaded; description and metadata
/// items ("KEY=VALUE", NULL-ended, may be NULL) stored. Read back before it is put in place.
IG_API IG_MUST_CHECK ig_status ig_grid_write(ig_ctx *ctx, const ig_grid *grid, const char *path,
                                             const char *description, const char *const *metadata,
                                             const char *const *inputs);
/// Whole numbers of a frame's cells likewise, 0 as nodata; exact up to 2^24.
IG_API IG_MUST_CHECK ig_status ig_numbers_write(ig_ctx *ctx, const ig_frame *frame,
                                                const int32_t *numbers, const char *path,
                                                const char *description, const char *const *inputs);
/// A cost grid, which ig_surface_read reads again. Links stand in the item links_between_cells by
/// the middles of their cells, so that a file cut along its cells keeps those within it.
IG_API IG_MUST_CHECK ig_status ig_surface_write(ig_ctx *ctx, const ig_surface *surface,
                                                const char *path, const char *const *metadata,
                                                const char *const *inputs);
/// Another frame: nearest or bilinear (elevation) values of `grid` at the cell centres of `frame`.
IG_API IG_MUST_CHECK ig_status ig_grid_resample(ig_ctx *ctx, const ig_grid *grid,
                                                const ig_frame *frame, bool bilinear,
                                                ig_grid **out);

// ---- vectors onto a grid (grid/coverage.c, grid/line.c: plain arithmetic) ---------------------

/// Rings of many areas as flat arrays, lent. Area a has rings area_start[a] .. area_start[a+1]-1,
/// ring r has points ring_start[r] .. ring_start[r+1]-1, first point repeated as last. Shells and
/// holes follow each other in any order: an area is what an odd number of its rings enclose.
typedef struct ig_rings {
    size_t areas;
    const size_t *area_start; ///< areas + 1
    const size_t *ring_start; ///< rings + 1
    const double *x, *y;
} ig_rings;

/// A piece of a row of cells that belongs to an area. There are many: two words each.
typedef struct ig_run {
    uint64_t row : 24, col : 24; ///< first cell
    uint64_t cells : 16;         ///< how many cells in a row
    double fraction;             ///< share of each cell that the area covers, 0 < f <= 1
} ig_run;
enum { IG_RUN_LINES = 1 << 24, IG_RUN_CELLS = (1 << 16) - 1 }; ///< most rows or columns; most cells

/// Runs of an area, one after the other: by row from north to south, then by column.
typedef struct ig_runs {
    const ig_run *first, *end; ///< the same when there are none
} ig_runs;

/// Exact coverage fractions of areas on a frame, in rows, kept for further rasters.
typedef struct ig_coverage {
    size_t areas, runs; ///< how many areas, and how many runs they have in all
    ig_runs *area;
    double *inside, *outside; ///< square metres of each area that lie on the frame, and off it
    size_t *order;            ///< areas so that neighbours follow each other: for work cell by cell
    ig_run **held;            ///< what the runs lie in, as the threads made it
    size_t helds;
} ig_coverage;

/// Coverage by signed area along edges and a running sum along rows: no clipping, exact to
/// rounding. Which rings add and which take away is told by how deep they lie in each other, whatever
/// way they run. Threads by area. A frame of more than IG_RUN_LINES rows or columns is an IG_EINVAL.
IG_API IG_MUST_CHECK ig_status ig_coverage_new(ig_ctx *ctx, const ig_frame *frame,
                                               const ig_rings *rings, ig_coverage **out);
IG_API void ig_coverage_free(ig_coverage *coverage);

/// Each cell that a segment enters, with the length of the segment inside it, in order. A segment
/// through a corner goes from cell to diagonal cell; one along a cell line belongs to the cell
/// south or east of it. Ends in metres; what lies off the frame is passed over.
/// @param fn  gives false to stop; `length` in metres
typedef bool (*ig_cell_fn)(int64_t col, int64_t row, double length, void *user);
IG_API void ig_line_cells(const ig_frame *frame, double x0, double y0, double x1, double y1,
                          ig_cell_fn fn, void *user);

#ifdef __cplusplus
}
#endif
#endif
