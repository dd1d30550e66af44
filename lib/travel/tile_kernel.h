// One tile brought to rest, for values of type T in vectors of LANES: a template, included once
// for each width by the file of each processor kind, which sets T, LANES, NAMED(x), FAR, FITS and
// the like; what differs by width is undefined again at the end.
//
// Costs of all moves into the cells are laid out in arrays, barred ones as FAR; then the rows are
// swept down and up until none changes. A row takes from the rows above (or below) in vectors, and
// along itself by a scan in log(LANES) steps with weights worked out beforehand. Times are whole
// numbers and only fall, and the least sum is unique: neither the order of sweeps nor the state of
// the neighbours matters for the answer.

typedef T NAMED(vec) __attribute__((vector_size(LANES * sizeof(T)), may_alias));
typedef T NAMED(loose)
    __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T)), may_alias));
#define VEC NAMED(vec)

enum { NAMED(reals) = LANES * sizeof(T) / sizeof(double) };
typedef double NAMED(real) __attribute__((vector_size(LANES * sizeof(T)), may_alias));
typedef SIGNED NAMED(sign) __attribute__((vector_size(LANES * sizeof(T)), may_alias));
/// For roots: as many floats as there are lanes, and whole numbers of 32 bits.
typedef float NAMED(rough) __attribute__((vector_size(LANES * sizeof(float)), may_alias));
typedef int32_t NAMED(count) __attribute__((vector_size(LANES * sizeof(int32_t)), may_alias));
typedef SIGNED NAMED(part) __attribute__((vector_size(NAMED(reals) * sizeof(T)), may_alias));

#define HIGH ((T)1 << (8 * sizeof(T) - 1))

enum { NAMED(levels) = LANES == 16 ? 4 : LANES == 8 ? 3 : LANES == 4 ? 2 : 1 };
#define LEVELS NAMED(levels)

/// Costs, times and marks of a tile at work. Arrays lie behind it in one block.
typedef struct NAMED(window) {
    T *time;
    T *part[SCALES_MAX]; ///< quanta of a cell for each scale
    T *array[MOVES_MAX];
    T *turned[TURNED];          ///< exact: time, costs, steps with rows and columns changed
    const T *into[MOVES_MAX];   ///< cost of the move that ends in a cell
    int from_north, from_south; ///< moves that go south, that go north
    const T *north_cost[MOVES_MAX / 2], *south_cost[MOVES_MAX / 2];
    int north_from[MOVES_MAX / 2], south_from[MOVES_MAX / 2];
    bool mirrored; ///< costs are the same both ways
    bool sloped;   ///< heights count
    const struct ground *ground;
    /// A bit for each row that may take from those above it, from those below, along itself.
    uint64_t down, up, along;
    uint8_t fell[SPAN]; ///< rows that fell in this visit
    /// Rows whose cell costs, whose steps from the row above and whose scan weights are there, and
    /// those with barriers or shut sides. Rows at rest are never looked at.
    uint8_t has_part[SPAN], has_along[SPAN], has_steps[SPAN], has_scan[SPAN];
    uint8_t solid[SPAN], shut[SPAN];
    uint8_t unknown[SPAN]; ///< slope: rows with heights that are not known
    uint8_t wild[SPAN];    ///< slope: rows with heights for which vectors have no room:
    float level, tame;     ///< that are farther from one of the tile's than so many metres
    uint8_t pair[SPAN];    ///< a row and the one above: 0 not looked at, else PAIR_...
    T *scan;               ///< costs along the rows, as tile_along.h has them
    const T *half_north, *half_east, *half_slant; ///< quanta of a cell for half a step
    int asked;                                    ///< rows of the next tile that were asked for
    bool changed;
    uint64_t marks[2][MARKS][TILE + 2]; ///< exact: see tile_exact.h
    uint8_t walled[2][TILE + 2];        ///< exact: rows and columns with walls or shut sides
    bool stepped;                       ///< exact: steps are there, for sides are shut
    bool coarse;                        ///< a step does not fit T
    bool clamped;                       ///< a time did not fit above the base
} NAMED(window);
#define WIN NAMED(window)

static inline VEC NAMED(load)(const T *p)
{
    return *(const NAMED(loose) *)p;
}

static inline void NAMED(store)(T *p, VEC v)
{
    *(NAMED(loose) *)p = v;
}

static inline VEC NAMED(splat)(T x)
{
    return x - (VEC){0};
}

static inline NAMED(rough) NAMED(all_rough)(float x)
{
    return x - (NAMED(rough)){0};
}

static inline VEC NAMED(least)(VEC a, VEC b)
{
    return LEAST(a, b);
}

static inline VEC NAMED(plus)(VEC a, VEC b) // FAR is the most that a sum can be
{
    return NAMED(least)(a + b, NAMED(splat)(FAR));
}

// ---- the window ---------------------------------------------------------------------------------

enum { NAMED(room) = WINDOW + 2 * GUARD };

static int NAMED(arrays)(const struct tile_plan *plan)
{
    const int exact = plan->model->exact ? TURNED : 0;
    return 1 + plan->scales + plan->arrays + SCAN_ROOMS + exact;
}

static size_t NAMED(window_bytes)(const struct tile_plan *plan)
{
    return sizeof(WIN) + 64 + (size_t)NAMED(arrays)(plan) * NAMED(room) * sizeof(T);
}

static void NAMED(window_begin)(const struct tile_plan *plan, void *window)
{
    WIN *w = window;
    const struct model *model = plan->model;
    *w = (WIN){0};
    T *next = (T *)(((uintptr_t)(w + 1) + 63) / 64 * 64) + GUARD;
    const size_t room = NAMED(room);
    for (size_t i = 0; i < (size_t)NAMED(arrays)(plan) * room - GUARD; i++)
        next[i] = FAR;
    w->time = next;
    for (int i = 0; i < plan->scales; i++)
        w->part[i] = next += room;
    for (int i = 0; i < plan->arrays; i++)
        w->array[i] = next += room;
    for (int k = 0; k < model->moves; k++)
        w->into[k] = w->array[plan->array_of[k]] + plan->shift[k];
    w->mirrored = model->mirrored;
    w->sloped = model->slope != IG_SLOPE_NONE;
    w->scan = next += room;
    next += (SCAN_ROOMS - 1) * room;
    const double rise = fmin(8.0 * FITS, IG_COST_END) - 2.0 * FITS; // beside the flat cost
    w->tame = (float)fmin(0.49 * rise / ig_slope_of(model, 1.0).up, 1e30);
    w->half_north = w->part[plan->scale_of[NORTH][0]];
    w->half_east = w->part[plan->scale_of[EAST][0]];
    w->half_slant = w->part[plan->scale_of[NORTH + 1][0]];
    for (int i = 0; i < TURNED && model->exact; i++)
        w->turned[i] = next += room;
    for (int k = 0; k < model->moves; k++) {
        const struct path *path = &model->move[k].path;
        const int from = -path->dy * STRIDE - path->dx;
        if (path->dy > 0) {
            w->north_cost[w->from_north] = w->into[k];
            w->north_from[w->from_north++] = from;
        } else if (path->dy < 0) {
            w->south_cost[w->from_south] = w->into[k];
            w->south_from[w->from_south++] = from;
        }
    }
}

// Each needs those before it.
#include "tile_slope.h"

#include "tile_costs.h"

#include "tile_times.h"

#include "tile_along.h"

#include "tile_plain.h"

#include "tile_sweep.h"

#include "tile_exact.h"

#include "tile_offer.h"

static void NAMED(visit)(const struct tile_plan *plan, const struct ground *ground,
                         struct visit *visit, void *window)
{
    WIN *w = window;
    visit->changed = visit->too_wide = false;
    for (int i = 0; i < 9; i++)
        visit->call[i] = IG_FAR;
    const int64_t base = visit->base;
    w->changed = false;
    w->down = w->up = w->along = 0;
    memset(w->fell, 0, sizeof w->fell);
    NAMED(load_costs)(plan, ground, w);
    bool fits = !w->coarse && NAMED(load_times)(plan, visit, w);
    if (fits) {
        if (plan->model->exact)
            NAMED(settle_exact)(plan, visit, w);
        else
            NAMED(settle)(plan, visit, w);
        fits = !NAMED(overflows)(plan, visit, w);
    }
    visit->changed = w->changed;
    if (fits && w->changed && !plan->model->exact) NAMED(offer_all)(plan, w, visit);
    if (w->coarse) fits = false; // seen on the way
    if (fits && w->changed) NAMED(store_times)(plan, visit, !visit->held || base != visit->base, w);
    visit->too_wide = !fits;
    if (!fits || !w->changed) visit->base = base;
}

static void NAMED(minutes)(const struct model *model, const void *cells, int64_t base, int n,
                           float *out)
{
    const T *restrict time = cells;
    const double start = (double)base, quantum = model->quantum;
    const float limit = (float)model->options.limit;
    for (int i = 0; i < n; i++) {
        const double quanta = start + (double)(int64_t)time[i];
        const float value = (float)(quanta * quantum / 60.0);
        out[i] = time[i] < FAR && value <= limit ? value : NAN;
    }
}

static const struct kernel NAMED(kernel) = {
    NAMED(window_bytes), NAMED(window_begin), NAMED(visit), NAMED(offer_exact), NAMED(minutes),
};

// A width is done with: its words are free for the next.
#undef T
#undef SIGNED
#undef ROOT
#undef HALVES
#undef BITS
#undef FROM_FLOATS
#undef TO_REAL
#undef NARROWED
#undef WIDENED
#undef TO_ROUGH
#undef TO_COUNT
#undef BARRED
#undef LEAST_REAL
#undef LANES
#undef FAR
#undef FITS
#undef NAMED
#undef HIGH
#undef VEC
#undef REAL
#undef FACING
#undef FRONT
#undef TRIANGLE
#undef WIN
#undef LEVELS
