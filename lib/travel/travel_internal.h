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
    PATH_MAX = 6,      ///< cells of the longest straight path of a move
    DISC = 16,         ///< radius in cells of the start disc of `exact`
    RING = 32,         ///< outer radius of the ring round it
    SLANT_SAMPLES = 8, ///< points along a triangle's side when slope bends the metric
    EIGHT = 8,         ///< straight and diagonal moves come first, as the bits of `barriers`
    NORTH = 0,         ///< moves 0, 2, 4, 6 are straight: N E S W
    EAST = 2,
    SOUTH = 4,
    WEST = 6,
    TILE_ROOM = 72,      ///< slow cells in a row that a tile's 32 bits should hold
    STEP_ROOM = 1 << 26, ///< quanta that the dearest step may take of the kernels' 2^27
    EXACT_SIDE = 1 << 30 ///< triangles whose sides are longer are left out: steps do there
};

/// A straight path over the lattice from (0, 0) to (dx, dy): the cells it crosses, the share of
/// its length in each, and how it leaves each (0 to 7, as the bits of `barriers`).
struct path {
    int dx, dy, cells;
    int8_t col[PATH_MAX], row[PATH_MAX]; ///< relative to the start
    double share[PATH_MAX];              ///< sums to 1
    int8_t hop[PATH_MAX];                ///< cells - 1 of them
};

/// A step to a next cell, by direction as the bits of ig_surface.barriers: N NE E SE S SW W NW; rows
/// grow southwards.
struct hop {
    int dx, dy;
};
static const struct hop ig_hops[EIGHT] = {
    {0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1},
};

/// A move of the neighbourhood.
struct move {
    struct path path;
    double length;          ///< as pace counts it: metres, or cells with per_cell
    double metres;          ///< on the ground, for the slope
    double scale[PATH_MAX]; ///< quanta for each unit of pace, by cell of the path
};

/// Shape of a right triangle of `exact`, whose short sides are the step to a straight neighbour
/// ("near") and from there to the diagonal neighbour beside it ("far").
struct wedge {
    float ratio; ///< near / far
    float rest;  ///< least square of (root / far side): there the zone ends
    float fine;  ///< a power of two: times along steps shorter than twice that are taken whole
};

/// A link as the search walks it: against its way with direction `to`.
struct passage {
    int64_t from, to;
    double cost; ///< quanta
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
    bool one_way;   ///< sides may be shut one way
    bool mirrored;  ///< a step costs the same both ways
    /// Whose bit shuts a side: that of the cell which the search leaves, that of the cell it enters.
    uint8_t leaving, entering;
    struct move move[MOVES_MAX];
    struct wedge wedge[2];   ///< exact: straight neighbour in north or south, in east or west
    double limit;            ///< quanta; a time above it is of no interest
    double typical;          ///< quanta to cross a cell of the middle pace
    double dearest;          ///< more than any cell or link can cost, quanta
    struct passage *passage; ///< in order of `from`; those between passable cells; NULL without
    size_t *passage_row;     ///< rows + 1: how many begin in rows before that one
    size_t passages;
};

/// A start: a cell with its time. Order is the place of its source by rank, from 0.
struct seed {
    int64_t cell;
    double time; ///< quanta
    int32_t order;
};

/// Sources by rank, and the seeds that start the search.
struct start {
    const ig_source **by_rank; ///< in order of `order` of the seeds
    struct seed *seeds;
    size_t count, room;
};
/// Check the sources and order them. `start` begins as {0}; free it in any case.
ig_status ig_start_make(ig_ctx *ctx, const struct model *model, const ig_source *sources,
                        size_t count, struct start *start);
void ig_start_free(struct start *start);

/// Beyond this many quanta for a cell whole numbers of 64 bits might run over.
#define IG_DEAREST 0x1p46

/// Check surface and options, fix quantum and moves. Messages name what is wrong.
/// @param as_large  count a small grid as coarsely as a large one (tests)
ig_status ig_model_begin(ig_ctx *ctx, const ig_surface *surface, const ig_travel_options *options,
                         bool as_large, struct model *model);
/// Free a model, also one that ig_model_begin refused.
void ig_model_free(struct model *model);

/// Warn of cells with a step that its slope makes dearer than IG_COST_END, which bars it. Heights
/// differ by at most so much from cell to cell.
ig_status ig_steep_tell(ig_ctx *ctx, const struct model *model, double rise_east,
                        double rise_south);

/// Bytes that a search takes for a link, about.
#define IG_LINK_BYTES 120.0
/// Look at the links of the surface. @param[out] longest  seconds of the longest, 0 without any
ig_status ig_links_check(ig_ctx *ctx, const struct model *model, double *longest);
/// The links as passages, once the quantum is known.
ig_status ig_passages_make(ig_ctx *ctx, struct model *model);
void ig_passages_free(struct model *model);
/// Passages out of a cell: from what is returned up to `*end`, which is the same when there are none.
const struct passage *ig_passages_out(const struct model *model, int64_t cell,
                                      const struct passage **end);
/// Those of `whole` that stay among the rows of `part` from cell `first` on, in its numbers; once
/// more into the same memory. False without memory.
bool ig_passages_cut(const struct model *whole, int64_t first, struct model *part);
/// Least quanta a row of cells that a passage takes within the limit; INFINITY: none leaves its row.
double ig_passages_least(const struct model *model);

/// Is this a model that tiles do not search?
bool ig_needs_heap(const struct model *model);
/// Quanta (INFINITY: never) to minutes as grids hold them; NaN beyond the limit.
void ig_times_to_minutes(const struct model *model, const double *time, int64_t cells,
                         float *minutes);

/// Seconds of a clock that does not jump, to tell how long a step took.
double ig_seconds_now(void);

static inline bool ig_passable(float pace)
{
    return pace < INFINITY; // false for NaN
}

/// Quanta that the search pays from the cell (col, row) along a move; INFINITY when barred. With
/// direction `to` the move is walked the other way: from its end, home, to its start, the site.
double ig_step(const struct model *model, int64_t col, int64_t row, const struct move *move);
/// Is the search's hop to the neighbour in direction 0 to 7 open? Not where one is off the grid.
bool ig_hop_open(const struct model *model, int64_t col, int64_t row, int direction);
/// What slope makes of a step of `flat` quanta over `metres` on the ground that rises by `rise` as
/// the search goes (it is walked the other way with direction `to`).
double ig_slope_cost(const struct model *model, double flat, double rise, double metres);
static inline bool ig_on_grid(const struct model *model, int64_t col, int64_t row)
{
    return col >= 0 && row >= 0 && col < model->cols && row < model->rows;
}

/// Where the exponent of a float begins.
#define IG_GRAIN_SHIFT 23

/// The last whole number of the grain, a power of two, in which a whole number lies.
static inline double ig_grain_end(double x, double grain)
{
    return floor(x / grain) * grain + (grain - 1.0);
}

/// Eikonal update in a right triangle (Tsitsiklis 1995): time `a` at the straight neighbour, `b` at
/// the diagonal one, whole numbers or INFINITY; `side` quanta along the far side, `step` from the
/// straight neighbour. The time of the best straight way from a point between them, in single
/// precision; the ways along the edges are steps, which are looked at beside it.
///
/// To the last bit it never falls when a or b rises, so that its fixpoint does not depend on order.
/// The root falls when the lead of b grows, but less than that does, for the zone ends a hair short
/// of the diagonal: by one at most, rounded, when the lead grows by one, as long as what is lost in
/// rounding is less than half the hair. So times and root are counted in grains, powers of two that
/// are just coarse enough for single precision to tell them apart, and each is taken at the end of
/// its grain: then a dearer cell, whose grains are coarser, brings nobody sooner. Triangles with so
/// long a far side that this no longer holds have nothing to better the step with. See make_wedges.
static inline double ig_triangle(const struct wedge *wedge, double a, double b, double side,
                                 double step)
{
    const double most = EXACT_SIDE;
    if (a == INFINITY || side >= most || step >= most) return INFINITY;
    const float size = (float)step > wedge->fine ? (float)step : wedge->fine;
    int32_t grains, fine;
    memcpy(&grains, &size, sizeof grains);
    memcpy(&fine, &wedge->fine, sizeof fine);
    const double grain = (double)(INT64_C(1) << ((grains - fine) >> IG_GRAIN_SHIFT));
    const double from = ig_grain_end(a, grain), lead = from - ig_grain_end(b, grain);
    const float ahead = lead > 0.0 ? (float)(lead < most ? lead : most) : 0.0F;
    const float far = (float)side, square = far * far;
    const float under = square - ahead * ahead, end = wedge->rest * square;
    const float root = wedge->ratio * sqrtf(under > end ? under : end);
    const double whole = root < (float)EXACT_SIDE ? (double)root : most;
    return from + ig_grain_end(floor(whole), grain);
}

/// Best time at a cell from its neighbours (`exact`), and by whom. Slow and plain.
double ig_exact_update(const struct model *model, const double *time, int64_t col, int64_t row);

/// A bit for each of the eight neighbours: does it explain the time of a cell (`exact`)?
uint32_t ig_exact_servers(const struct model *model, const double *time, int64_t col, int64_t row);

// ---- slope --------------------------------------------------------------------------------------

/// Costs from here on are no cost that anybody pays: the step is barred.
#define IG_COST_END 0x1p52

/// The nearest whole number, ties to even, of 0 <= x below IG_COST_END, and about x beyond: rint
/// without a library call, for vectors.
static inline double ig_whole(double x)
{
    return (x + 0x1p52) - 0x1p52;
}

/// cosh r = sum of r^2k / (2k)! and sinh r = r times the sum of r^2k / (2k + 1)!, the last first: for
/// |r| <= ln 2 / 2 to 1e-14.
enum { GROWTH_TERMS = 6 };
static const double ig_cosh_series[GROWTH_TERMS] = {1.0 / 3628800.0, 1.0 / 40320.0, 1.0 / 720.0,
                                                    1.0 / 24.0,      0.5,           1.0};
static const double ig_sinh_series[GROWTH_TERMS] = {1.0 / 39916800.0, 1.0 / 362880.0, 1.0 / 5040.0,
                                                    1.0 / 120.0,      1.0 / 6.0,      1.0};

/// exp(-.35)
#define IG_TOBLER_PAST_EASE 0.70468808971871343

/// Tobler's factors up a slope and down it.
struct tilt {
    double up, down;
};

/// What slope does to a step, in the form that vectors like.
struct slope {
    ig_slope kind;
    double sign;     ///< -1 when the search walks backwards
    double up, down; ///< Langmuir: quanta for a metre
    double steep;    ///< Langmuir: a fall of more metres than that is slow
    double growth;   ///< Tobler: 3.5 / length of the step
    double ease;     ///< Tobler: a fall of so many metres is the fastest
};

static inline struct slope ig_slope_of(const struct model *model, double metres)
{
    return (struct slope){
        .kind = model->slope,
        .sign = model->options.direction == IG_TO_SITE ? -1.0 : 1.0,
        .up = 6.0 / model->quantum,
        .down = 1.9998 / model->quantum,
        .steep = 0.2125 * metres,
        .growth = 3.5 / metres,
        .ease = 0.05 * metres,
    };
}

/// Tobler (1993): speed 6 exp(-3.5 |s + .05|) km/h, so flat speed over it is
/// exp(3.5 (|s + .05| - .05)): exp(3.5 s) up a slope s and, down it, exp(-3.5 s) as long as it is at
/// most .05, then exp(3.5 s - .35). The same bits on every processor: no library function, no fused
/// multiply-add. exp(x) = 2^n (cosh r + sinh r), x = n ln 2 + r; n = 0 where exp(-x) is asked for.
static inline struct tilt ig_tobler_tilt(const struct slope *slope, double height)
{
    const double growth = height * slope->growth, x = growth < 700.0 ? growth : 700.0;
    const double n = (x * 1.4426950408889634 + 0x1.8p52) - 0x1.8p52;
    const double r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
    const double square = r * r;
    double even = ig_cosh_series[0], odd = ig_sinh_series[0];
    for (int i = 1; i < GROWTH_TERMS; i++) {
        even = even * square + ig_cosh_series[i];
        odd = odd * square + ig_sinh_series[i];
    }
    odd *= r;
    // 2^n: n + 1023 stands in the lowest bits of the sum with 2^52, to be moved to the exponent
    const double shifted = n + (1023.0 + 0x1p52);
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits <<= 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    const double up = (even + odd) * power;
    return (struct tilt){up, height > slope->ease ? up * IG_TOBLER_PAST_EASE : even - odd};
}

/// What a step takes; an unknown rise (NaN) is level.
static inline double ig_tobler_cost(const struct slope *slope, double flat, double rise)
{
    const double known = rise == rise ? slope->sign * rise : 0.0;
    const struct tilt tilt = ig_tobler_tilt(slope, fabs(known));
    const double cost = rise == rise ? ig_whole(flat * (known >= 0.0 ? tilt.up : tilt.down)) : flat;
    return cost < IG_COST_END ? cost : INFINITY;
}

/// Aitken (1977), Langmuir (1984), as r.walk counts them. An unknown rise (NaN) is level.
static inline double ig_langmuir_cost(const struct slope *slope, double flat, double rise)
{
    const double known = rise == rise ? slope->sign * rise : 0.0, height = fabs(known);
    const double climb = ig_whole(height * slope->up), fall = ig_whole(height * slope->down);
    const double gentle = flat > fall ? flat - fall : 0.0;
    const double down = height > slope->steep ? flat + fall : gentle;
    const double cost = known >= 0.0 ? flat + climb : down;
    return cost < IG_COST_END ? cost : INFINITY;
}

// ---- engines: least times of all cells, INFINITY where nobody arrives -------------------------

/// Order of a cell that nobody serves.
#define IG_NOBODY INT32_MAX

/// Plain heap. `order` (may be NULL; left alone by `exact`) gets the least order of a source among
/// those with the least time.
ig_status ig_search_heap(ig_ctx *ctx, const struct model *model, const struct seed *seeds,
                         size_t count, double *time, int32_t *order);
/// Queue of buckets, for grids of corridors. `time` holds times of the way before, INFINITY for
/// none; the search starts from the seeds and, where cells may still fall, from those round them:
/// `open`.
ig_status ig_search_buckets(ig_ctx *ctx, const struct model *model, const struct seed *seeds,
                            size_t count, const int64_t *open, size_t open_count, double *time);
/// How a search goes about its work. The answer is the same whatever is chosen: tests force each.
enum engine_choice { ENGINE_BEST, ENGINE_HEAP, ENGINE_TILES, ENGINE_BUCKETS };
enum kernel_choice { KERNEL_BEST, KERNEL_PLAIN, KERNEL_AVX2, KERNEL_AVX512 };
struct travel_way {
    enum engine_choice engine;
    enum kernel_choice kernel;
    bool wide;     ///< 64 bits from the start
    bool as_large; ///< time a small grid no finer than a large one
};

/// ig_travel by a way of its own (NULL: the best).
ig_status ig_travel_by(ig_ctx *ctx, const ig_surface *surface, const ig_source *sources,
                       size_t count, const ig_travel_options *options, const struct travel_way *way,
                       ig_grid **minutes, int32_t **nearest);

/// Sweeps over active tiles, on all threads of the context, and where they lose a queue of buckets
/// (unless `way` asks for tiles). The grid's own memory holds the times while the search runs, and minutes at the end. `time`, which may be NULL, gets
/// the quanta.
ig_status ig_search_tiles(ig_ctx *ctx, const struct model *model, const struct travel_way *way,
                          const struct seed *seeds, size_t count, ig_grid *minutes, double *time);
/// Who serves each cell, from finished times: the least order along the steps that explain a time.
ig_status ig_serve(ig_ctx *ctx, const struct model *model, const struct seed *seeds, size_t count,
                   const double *time, int32_t *order);

#endif
