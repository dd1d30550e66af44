// Who serves a cell: the order of a source is passed on along the steps that explain the times,
// and the least wins, so that equal times go to the source whose code sorts first.
//
// Which neighbours explain a cell's time is worked out once, for all cells side by side. Then orders
// go from cell to cell within a tile and from tile to tile, all tiles that have news at once: they
// only fall, and the least that comes by any way is one, so it does not matter who is first.
#include "tile_internal.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { SIDE = 64, ROWS_A_TURN = IG_EXPLAIN_ROWS, BITS = 8 };

/// A passage that explains the time of the cell where it ends.
struct bearer {
    int64_t tile, from, to; ///< tile of the end
};

struct serving {
    ig_ctx *ctx;
    const struct model *model;
    const struct tile_plan *plan;
    const double *time;
    _Atomic int32_t *order;
    void *servers; ///< by cell a bit for each move: who stands at its other end explains the time
    int width;     ///< bytes of a cell's bits: 1, 2 or 4
    int moves;
    int64_t offset[MOVES_MAX];                   ///< from a cell to who stands there
    int64_t across[MOVES_MAX], along[MOVES_MAX]; ///< the same in columns and rows
    int64_t cols, rows;                          ///< of tiles
    atomic_uchar *news;                          ///< by tile: has to look again
    int64_t *active, count;                      ///< tiles of this round
    bool first_round;                            ///< its tiles are those with sources
    struct bearer *bearer;                       ///< by tile
    size_t bearers;
};

// ---- who explains a time ------------------------------------------------------------------------

static uint32_t bits_of(const struct serving *s, int64_t cell)
{
    if (s->width == 1) return ((const uint8_t *)s->servers)[cell];
    if (s->width == 2) return ((const uint16_t *)s->servers)[cell];
    return ((const uint32_t *)s->servers)[cell];
}

static ig_status explain_rows(size_t i, void *arg)
{
    const struct serving *s = arg;
    const int64_t first = (int64_t)i * ROWS_A_TURN;
    const int64_t last =
        first + ROWS_A_TURN < s->model->rows ? first + ROWS_A_TURN : s->model->rows;
    for (int64_t cell = first * s->model->cols; cell < last * s->model->cols; cell++)
        atomic_store_explicit(&s->order[cell], IG_NOBODY, memory_order_relaxed);
    if (!ig_explain_rows(s->plan, s->time, first, (int)(last - first), s->width, s->servers))
        return IG_EMEMORY;
    return ig_progress(s->ctx, (double)last / (double)s->model->rows, "nearest site");
}

static int by_tile(const void *pa, const void *pb)
{
    const struct bearer *a = pa, *b = pb;
    if (a->tile != b->tile) return a->tile < b->tile ? -1 : 1;
    if (a->to != b->to) return a->to < b->to ? -1 : 1;
    return (a->from > b->from) - (a->from < b->from);
}

/// Passages that explain a time, where the model has any. False without memory.
static bool explain_passages(struct serving *s)
{
    const struct model *model = s->model;
    if (!model->passages) return true;
    s->bearer = ig_alloc(model->passages, sizeof *s->bearer);
    if (!s->bearer) return false;
    for (size_t i = 0; i < model->passages; i++) {
        const struct passage *passage = &model->passage[i];
        const double time = s->time[passage->from];
        if (time == INFINITY || time + passage->cost != s->time[passage->to]) continue;
        const int64_t col = passage->to % model->cols, row = passage->to / model->cols;
        s->bearer[s->bearers++] =
            (struct bearer){row / SIDE * s->cols + col / SIDE, passage->from, passage->to};
    }
    qsort(s->bearer, s->bearers, sizeof *s->bearer, by_tile);
    return true;
}

// ---- passing on ---------------------------------------------------------------------------------

/// Cells of a tile, and those of them whose orders have fallen and are not passed on yet.
struct part {
    int64_t left, top, right, bottom; ///< last excluded
    uint16_t waiting[SIDE * SIDE];    ///< as row * SIDE + column in the tile
    int count;
    uint8_t waits[SIDE * SIDE];
};

static void wait(struct part *tile, int64_t col, int64_t row)
{
    const int64_t at = (row - tile->top) * SIDE + (col - tile->left);
    if (tile->waits[at]) return;
    tile->waits[at] = 1;
    tile->waiting[tile->count++] = (uint16_t)at;
}

/// The least order among a cell's servers, where that is less than its own was.
static void take_least(const struct serving *s, struct part *tile, int64_t col, int64_t row)
{
    const int64_t cell = row * s->model->cols + col;
    const int32_t before = atomic_load_explicit(&s->order[cell], memory_order_relaxed);
    int32_t least = before;
    for (uint32_t bits = bits_of(s, cell); bits; bits &= bits - 1) {
        const int32_t there = atomic_load_explicit(&s->order[cell + s->offset[__builtin_ctz(bits)]],
                                                   memory_order_relaxed);
        least = there < least ? there : least;
    }
    if (least == before) return;
    atomic_store_explicit(&s->order[cell], least, memory_order_relaxed); // this tile's own cell
    wait(tile, col, row);
}

/// What came from other tiles: only cells near the sides can have it.
static void take_from_sides(const struct serving *s, struct part *tile)
{
    const int64_t reach = s->model->reach;
    for (int64_t row = tile->top; row < tile->bottom; row++) {
        const bool whole = row < tile->top + reach || row >= tile->bottom - reach;
        for (int64_t col = tile->left; col < tile->right; col++) {
            if (!whole && col == tile->left + reach && tile->right - reach > col)
                col = tile->right - reach;
            take_least(s, tile, col, row);
        }
    }
}

/// All cells of the tile that know who serves them, sources among them.
static void take_known(const struct serving *s, struct part *tile)
{
    for (int64_t row = tile->top; row < tile->bottom; row++)
        for (int64_t col = tile->left; col < tile->right; col++)
            if (atomic_load_explicit(&s->order[row * s->model->cols + col], memory_order_relaxed) !=
                IG_NOBODY)
                wait(tile, col, row);
}

/// A cell's order to those that it serves: to their tile to look at where that is another.
static void serve_others(const struct serving *s, struct part *tile, int64_t col, int64_t row)
{
    const int64_t cell = row * s->model->cols + col;
    const int32_t order = atomic_load_explicit(&s->order[cell], memory_order_relaxed);
    for (int k = 0; k < s->moves; k++) {
        const int64_t c = col - s->across[k], r = row - s->along[k];
        if (!ig_on_grid(s->model, c, r)) continue;
        const int64_t to = cell - s->offset[k];
        if (!(bits_of(s, to) >> k & 1) ||
            atomic_load_explicit(&s->order[to], memory_order_relaxed) <= order)
            continue;
        if (c < tile->left || c >= tile->right || r < tile->top || r >= tile->bottom) {
            atomic_store_explicit(&s->news[r / SIDE * s->cols + c / SIDE], 1, memory_order_relaxed);
            continue;
        }
        atomic_store_explicit(&s->order[to], order, memory_order_relaxed);
        wait(tile, c, r);
    }
}

static bool bears(const struct serving *s, const struct bearer *bearer)
{
    return atomic_load_explicit(&s->order[bearer->from], memory_order_relaxed) <
           atomic_load_explicit(&s->order[bearer->to], memory_order_relaxed);
}

/// What came by passages.
static void take_from_passages(const struct serving *s, struct part *tile, int64_t t)
{
    size_t first = 0, end = s->bearers;
    while (first < end) {
        const size_t middle = first + (end - first) / 2;
        if (s->bearer[middle].tile < t)
            first = middle + 1;
        else
            end = middle;
    }
    for (; first < s->bearers && s->bearer[first].tile == t; first++) {
        const struct bearer *bearer = &s->bearer[first];
        if (!bears(s, bearer)) continue;
        const int32_t order = atomic_load_explicit(&s->order[bearer->from], memory_order_relaxed);
        atomic_store_explicit(&s->order[bearer->to], order, memory_order_relaxed);
        wait(tile, bearer->to % s->model->cols, bearer->to / s->model->cols);
    }
}

/// After a round: tiles to which passages have news. Nobody is at work.
static void tell_by_passages(const struct serving *s)
{
    for (size_t i = 0; i < s->bearers; i++)
        if (bears(s, &s->bearer[i]))
            atomic_store_explicit(&s->news[s->bearer[i].tile], 1, memory_order_relaxed);
}

static ig_status pass_on(size_t i, void *arg)
{
    const struct serving *s = arg;
    const int64_t t = s->active[i], left = t % s->cols * SIDE, top = t / s->cols * SIDE;
    struct part tile = {
        .left = left,
        .top = top,
        .right = left + SIDE < s->model->cols ? left + SIDE : s->model->cols,
        .bottom = top + SIDE < s->model->rows ? top + SIDE : s->model->rows,
    };
    if (s->first_round)
        take_known(s, &tile);
    else
        take_from_sides(s, &tile);
    take_from_passages(s, &tile, t);
    while (tile.count) {
        const int at = tile.waiting[--tile.count];
        tile.waits[at] = 0;
        serve_others(s, &tile, left + at % SIDE, top + at / SIDE);
    }
    return IG_OK;
}

static int64_t next_round(struct serving *s)
{
    s->count = 0;
    for (int64_t t = 0; t < s->cols * s->rows; t++)
        if (atomic_exchange_explicit(&s->news[t], 0, memory_order_relaxed))
            s->active[s->count++] = t;
    return s->count;
}

static void start_from(struct serving *s, const struct seed *seeds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct seed *seed = &seeds[i];
        if (s->time[seed->cell] != seed->time) continue;
        if (atomic_load_explicit(&s->order[seed->cell], memory_order_relaxed) <= seed->order)
            continue;
        atomic_store_explicit(&s->order[seed->cell], seed->order, memory_order_relaxed);
        const int64_t col = seed->cell % s->model->cols, row = seed->cell / s->model->cols;
        atomic_store_explicit(&s->news[row / SIDE * s->cols + col / SIDE], 1, memory_order_relaxed);
    }
}

ig_status ig_serve(ig_ctx *ctx, const struct model *model, const struct seed *seeds, size_t count,
                   const double *time, int32_t *order)
{
    struct serving s = {.ctx = ctx, .model = model, .time = time};
    struct tile_plan plan;
    ig_tile_plan(model, &plan);
    s.plan = &plan;
    s.order = (_Atomic int32_t *)order;
    s.moves = model->exact ? EIGHT : model->moves;
    s.width = s.moves / BITS;
    for (int k = 0; k < s.moves; k++) {
        const struct path *path = &model->move[k].path;
        const int way = model->exact ? 1 : -1;
        s.across[k] = way * path->dx;
        s.along[k] = way * path->dy;
        s.offset[k] = s.along[k] * model->cols + s.across[k];
    }
    s.cols = (model->cols + SIDE - 1) / SIDE;
    s.rows = (model->rows + SIDE - 1) / SIDE;
    const size_t tiles = (size_t)(s.cols * s.rows);
    ig_status status = ig_bulk_alloc(ctx, (size_t)model->cells, (size_t)s.width, &s.servers);
    if (status) return status;
    s.news = ig_alloc(tiles, sizeof *s.news);
    s.active = ig_alloc(tiles, sizeof *s.active);
    if (!s.news || !s.active || !explain_passages(&s)) status = IG_EMEMORY;
    const size_t turns = (size_t)((model->rows + ROWS_A_TURN - 1) / ROWS_A_TURN);
    if (!status) status = ig_parallel_for(ctx, turns, explain_rows, &s);
    if (status == IG_EMEMORY)
        status = ig_fail(ctx, IG_EMEMORY, "no memory to tell who serves %lld cells",
                         (long long)model->cells);
    if (!status) start_from(&s, seeds, count);
    for (s.first_round = true; !status && next_round(&s); s.first_round = false) {
        status = ig_parallel_for(ctx, (size_t)s.count, pass_on, &s);
        tell_by_passages(&s);
    }
    ig_free(s.bearer);
    ig_free((void *)s.news);
    ig_free(s.active);
    ig_bulk_free(ctx, s.servers);
    return status;
}
