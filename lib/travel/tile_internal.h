/// Tiles: the square pieces in which a grid is searched, and the kernels that bring one to rest.
///
/// A tile's times are held as whole quanta above a base of its own, in 32 bits ("narrow"); one
/// whose times lie too far apart for that is taken on in 64 bits ("wide"). Both are exact whole
/// numbers, so the width has no part in the answer. A kernel is compiled once for each processor
/// kind and width from tile_kernel.h.
#ifndef ISOGAP_TRAVEL_TILE_INTERNAL_H
#define ISOGAP_TRAVEL_TILE_INTERNAL_H

#include "travel_internal.h"

enum {
    TILE = 64,                   ///< cells along a side
    PAD = 16,                    ///< columns beside the tile in a window: one vector
    STRIDE = TILE + 2 * PAD,     ///< columns of a window
    SPAN = TILE + 2 * REACH_MAX, ///< rows of a window
    WINDOW = SPAN * STRIDE,
    TURNED = 7,      ///< arrays that the exact neighbourhood keeps turned on their side
    MARKS = 4,       ///< kinds of marks that it keeps for each way of lying
    GUARD = 16,      ///< values before and after an array that a shifted read may touch
    SCAN_MOST = 256, ///< costs along a row (tile_along.h)
    SCAN_ROOMS = (TILE * SCAN_MOST - 1) / (WINDOW + 2 * GUARD) + 1, ///< arrays that they take
    SCALES_MAX = 24 ///< different shares of a cell in the moves of a neighbourhood
};

/// Vectors of costs of a stretch of a row (tile_along.h): steps east into the four cells of each
/// lane, steps west; from the lane 1, 2, 4, 8 before to a lane's last cell, then from that behind to
/// its first.
enum { STEPS_EAST = 0, STEPS_WEST = 4, LEAPS_EAST = 8 };

enum { PAIR_PLAIN = 1, PAIR_NOT_PLAIN = 2 };

/// A time that nobody has reached, in whole quanta.
#define IG_FAR INT64_MAX

/// Of a move and its opposite, the one that leads: south, or east along a row.
static inline bool ig_leads(const struct path *path)
{
    return path->dy > 0 || (path->dy == 0 && path->dx > 0);
}

/// Place in a window of cell (col, row) of the tile.
static inline int at(int col, int row)
{
    return (row + REACH_MAX) * STRIDE + col + PAD;
}

/// What of the model the kernels need, worked out once.
struct tile_plan {
    const struct model *model;
    int scales;
    double scale[SCALES_MAX];
    int scale_of[MOVES_MAX][PATH_MAX]; ///< by move and cell of its path
    /// Cost arrays: without slope a move and its opposite share one, read at a shifted place.
    int arrays, array_of[MOVES_MAX], shift[MOVES_MAX];
    /// The moves whose costs on the flat are worked out; the others have them from their opposites.
    bool owner[MOVES_MAX];
    int opposite[MOVES_MAX];
    int64_t limit;  ///< quanta; IG_FAR for none
    bool plain;     ///< steps to the next cells only, the same both ways
    int64_t within; ///< bits of a time that its tile's base has not: by them grains are told apart
};

/// Cells of the surface under a tile and round it. Inside the grid the layers are read where they
/// lie; at its edges from a copy with NaN beyond.
struct ground {
    const float *pace;       ///< the layer or the copy
    const uint8_t *barriers; ///< NULL: no side is shut
    const float *elevation;  ///< NULL without slope
    int64_t first, pitch;    ///< place of cell (-PAD, 0) and step from row to row
    float pace_copy[WINDOW], elevation_copy[WINDOW];
    uint8_t barriers_copy[WINDOW];
};

/// A row from column -PAD on.
static inline const float *ig_pace_row(const struct ground *ground, int row)
{
    return ground->pace + (ground->first + row * ground->pitch);
}

static inline const float *ig_elevation_row(const struct ground *ground, int row)
{
    return ground->elevation + (ground->first + row * ground->pitch);
}

static inline const uint8_t *ig_barriers_row(const struct ground *ground, int row)
{
    return ground->barriers + (ground->first + row * ground->pitch);
}

static inline bool ig_shut_row(const struct ground *ground, int row, int reach)
{
    const uint8_t *barriers = ig_barriers_row(ground, row) + PAD - reach;
    unsigned shut = 0;
    for (int i = 0; i < TILE + 2 * reach; i++)
        shut |= barriers[i];
    return shut != 0;
}

/// Which neighbours woke a tile: bit (row + 1) * 3 + column + 1, counted from the tile.
enum {
    CALLERS_NORTH = 0007, ///< north-west, north, north-east
    CALLERS_SOUTH = 0700,
    CALLERS_WEST = 1 << 3,
    CALLERS_EAST = 1 << 5
};

/// Times that the neighbours have published, in quanta. Depth 0 is next to the tile.
struct ring {
    int64_t row[2][REACH_MAX][TILE + 2 * REACH_MAX]; ///< north, south; from column -REACH_MAX on
    int64_t col[2][REACH_MAX][TILE];                 ///< west, east
};

/// The tile that is likely to come next. What a visit would wait for most is its paces, times and
/// rims, which lie in memory far apart: they are asked for while the tile before is swept.
struct ahead {
    uintptr_t pace, elevation, cells; ///< first row, layers from column -1; 0: none
    uintptr_t rims[5];                ///< its own and those that face it
    size_t pitch, width;              ///< bytes from row to row of layers; of a row of the tile
    int rows;
};

/// Inlined by force: GCC takes a function that only asks for memory for one without effect.
static inline __attribute__((always_inline)) void ig_ask(uintptr_t from, size_t bytes)
{
    enum { LINE = 64 };
    for (uintptr_t line = from / LINE * LINE; line < from + bytes; line += LINE)
        __builtin_prefetch((const void *)line);
}

/// One row's share; to be called for each row of a tile.
static inline __attribute__((always_inline)) void ig_ask_ahead(const struct ahead *ahead, int row)
{
    enum { SHARE = 8 }; // rows from which the rims are asked for
    if (row >= ahead->rows) return;
    const size_t layer = ahead->width + 2 * sizeof(float); // the next columns on
    ig_ask(ahead->pace + (size_t)row * ahead->pitch, layer);
    if (ahead->elevation) ig_ask(ahead->elevation + (size_t)row * ahead->pitch, layer);
    if (ahead->cells) ig_ask(ahead->cells + (size_t)row * ahead->width, ahead->width);
    const size_t side = TILE * sizeof(int64_t), share = side / SHARE;
    for (int i = 0; i < 5 && row < SHARE; i++)
        ig_ask(ahead->rims[i] + (size_t)row * (i ? share : 4 * share), i ? share : 4 * share);
}

/// A link within a tile.
struct inner_link {
    int64_t cost; ///< quanta
    uint8_t from_col, from_row, to_col, to_row;
};

/// One visit of a tile.
struct visit {
    int64_t col, row;  ///< first cell on the grid
    int width, height; ///< cells on the grid
    void *cells;       ///< uint32_t or uint64_t above the base, rows of `stride`
    int64_t stride;
    int64_t base;
    bool held; ///< cells hold times of a visit before
    const struct seed *seeds;
    size_t seed_count;
    const struct inner_link *links; ///< `exact` leaves them to offers
    size_t link_count;
    unsigned callers;
    struct ring ring;
    struct ahead ahead;

    bool changed;                    ///< something fell
    bool too_wide;                   ///< 32 bits do not do; cells are as they were
    unsigned late;                   ///< callers whose rims fell in the meantime (`exact`)
    int64_t late_key;                ///< the least time there
    int64_t call[9];                 ///< least time offered to each neighbour, IG_FAR: none
    int64_t rim[4][REACH_MAX][TILE]; ///< north, south, west, east as others may see them
};

struct kernel {
    size_t (*window_bytes)(const struct tile_plan *plan);
    void (*window_begin)(const struct tile_plan *plan, void *window);
    void (*visit)(const struct tile_plan *plan, const struct ground *ground, struct visit *visit,
                  void *window);
    /// `exact`, after a visit that changed something: fills visit->call by the neighbours' rims as
    /// they are seen now.
    void (*offer)(const struct tile_plan *plan, const struct ring *ring, struct visit *visit,
                  void *window);
    /// n values of one row to minutes; NaN when beyond the limit of the options.
    void (*minutes)(const struct model *model, const void *cells, int64_t base, int n, float *out);
};

/// The kernels of one kind of processor.
struct kernels {
    const char *name;
    struct kernel narrow, wide;
};

extern const struct kernels ig_kernels_plain;
#if defined(__x86_64__) && defined(__GNUC__)
#define IG_KERNELS_X86 1
extern const struct kernels ig_kernels_avx2, ig_kernels_avx512;
#endif
/// The best that this processor runs; `way` may force one (NULL when it cannot run here).
const struct kernels *ig_kernels_for(enum kernel_choice choice);

void ig_tile_plan(const struct model *model, struct tile_plan *plan);
/// Rows that are explained in one go.
#define IG_EXPLAIN_ROWS 16
/// At most so many rows: a bit for each move from which a cell has its time, `width` bytes a cell
/// (1, 2, 4) in `servers`. False without memory.
bool ig_explain_rows(const struct tile_plan *plan, const double *time, int64_t row, int rows,
                     int width, void *servers);
/// Read paces, heights and shut sides round the tile whose first cell is (col, row).
void ig_ground_load(const struct tile_plan *plan, int64_t col, int64_t row, struct ground *ground);

// ---- private searches --------------------------------------------------------------------------

/// A search that may be run again and again: it touches only the tiles that it reaches, and
/// starting anew costs no more than those did. For one thread; several may share the model.
struct field;

/// `store` (may be NULL) lends cells * 4 bytes for the times, rows of tiles one after the other;
/// without it tiles are allocated as they are reached.
ig_status ig_field_new(ig_ctx *ctx, const struct model *model, const struct travel_way *way,
                       uint32_t *store, struct field **out);
void ig_field_free(struct field *field);
/// Search from the seeds up to `limit` quanta (INFINITY: the model's) on the threads of the
/// context; `alone`: on this one. What a search before has left is forgotten.
ig_status ig_field_search(struct field *field, const struct seed *seeds, size_t count, double limit,
                          bool alone);
/// Tiles reached by the last search.
size_t ig_field_reached(const struct field *field);
/// A tile that was reached: its first cell and size.
struct tile_box {
    int64_t col, row;
    int cols, rows;
};
struct tile_box ig_field_box(const struct field *field, size_t i);
/// Minutes of the cells of one of its rows; NaN where nobody arrives within the limit.
void ig_field_row(const struct field *field, size_t i, int row, float *minutes);
/// Bytes that a field without a store takes for one thread, at most, where a search reaches no more
/// than `rows` rows of the grid.
double ig_field_bytes(const struct model *model, int64_t rows);

#endif
