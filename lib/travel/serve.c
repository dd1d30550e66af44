// Who serves a cell: the order of a source is passed on along the steps that explain the times,
// and the least wins, so that equal times go to the source whose code sorts first.
//
// Which neighbours explain a cell's time is worked out once, for all cells side by side. Then orders
// go from tile to tile, all tiles that have news at once: they only fall, and the least that comes
// by any way is one, so it does not matter who is first.
#include "travel_internal.h"

#include <stdatomic.h>

enum { SIDE = 64, ROWS_A_TURN = 16, BITS = 8 };

struct serving {
    ig_ctx *ctx;
    const struct model *model;
    const double *time;
    _Atomic int32_t *order;
    void *servers; ///< by cell a bit for each move: who stands at its other end explains the time
    int width;     ///< bytes of a cell's bits: 1, 2 or 4
    int moves;
    int64_t offset[MOVES_MAX]; ///< from a cell to who stands there
    int64_t cols, rows;        ///< of tiles
    atomic_uchar *news;        ///< by tile: has to look again
    int64_t *active, count;    ///< tiles of this round
};

// ---- who explains a time ------------------------------------------------------------------------

static uint32_t servers_of(const struct serving *s, int64_t col, int64_t row)
{
    const struct model *model = s->model;
    const int64_t cell = row * model->cols + col;
    const double here = s->time[cell];
    if (here == INFINITY) return 0;
    if (model->exact) return ig_exact_servers(model, s->time, col, row);
    uint32_t bits = 0;
    for (int k = 0; k < model->moves; k++) {
        const struct move *move = &model->move[k];
        const int64_t c = col - move->path.dx, r = row - move->path.dy;
        if (!ig_on_grid(model, c, r)) continue;
        const double from = s->time[r * model->cols + c];
        if (!(from <= here)) continue;
        if (from + ig_step(model, c, r, move) == here) bits |= UINT32_C(1) << k;
    }
    return bits;
}

static void keep_bits(const struct serving *s, int64_t cell, uint32_t bits)
{
    if (s->width == 1) ((uint8_t *)s->servers)[cell] = (uint8_t)bits;
    if (s->width == 2) ((uint16_t *)s->servers)[cell] = (uint16_t)bits;
    if (s->width == 4) ((uint32_t *)s->servers)[cell] = bits;
}

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
    for (int64_t row = first; row < last; row++) {
        for (int64_t col = 0; col < s->model->cols; col++) {
            const int64_t cell = row * s->model->cols + col;
            keep_bits(s, cell, servers_of(s, col, row));
            atomic_store_explicit(&s->order[cell], IG_NOBODY, memory_order_relaxed);
        }
    }
    return ig_progress(s->ctx, (double)last / (double)s->model->rows, "nearest site");
}

// ---- passing on ---------------------------------------------------------------------------------

/// The least order among a cell's servers; true when that is less than its own was.
static bool take_least(const struct serving *s, int64_t cell)
{
    uint32_t bits = bits_of(s, cell);
    const int32_t before = atomic_load_explicit(&s->order[cell], memory_order_relaxed);
    int32_t least = before;
    while (bits) {
        const int k = __builtin_ctz(bits);
        const int32_t there =
            atomic_load_explicit(&s->order[cell + s->offset[k]], memory_order_relaxed);
        least = there < least ? there : least;
        bits &= bits - 1;
    }
    if (least == before) return false;
    atomic_store_explicit(&s->order[cell], least, memory_order_relaxed); // this tile's own cell
    return true;
}

/// Cells of a tile.
struct part {
    int64_t left, top, right, bottom; ///< last excluded
};

/// Look at the cells of a tile from its first to its last, or back. True when something fell;
/// `hull` grows to hold what did.
static bool sweep(const struct serving *s, const struct part *tile, bool back, struct part *hull)
{
    bool fell = false;
    const int64_t width = tile->right - tile->left, height = tile->bottom - tile->top;
    for (int64_t i = 0; i < height; i++) {
        const int64_t row = back ? tile->bottom - 1 - i : tile->top + i;
        for (int64_t k = 0; k < width; k++) {
            const int64_t col = back ? tile->right - 1 - k : tile->left + k;
            if (!take_least(s, row * s->model->cols + col)) continue;
            fell = true;
            if (col < hull->left) hull->left = col;
            if (col >= hull->right) hull->right = col + 1;
            if (row < hull->top) hull->top = row;
            if (row >= hull->bottom) hull->bottom = row + 1;
        }
    }
    return fell;
}

/// Tiles that see a cell of the hull have to look again, but for this one.
static void tell(const struct serving *s, int64_t tile, const struct part *hull)
{
    const int reach = s->model->reach;
    const int64_t left = hull->left - reach, top = hull->top - reach;
    for (int64_t r = (top < 0 ? 0 : top) / SIDE; r <= (hull->bottom - 1 + reach) / SIDE; r++)
        for (int64_t c = (left < 0 ? 0 : left) / SIDE; c <= (hull->right - 1 + reach) / SIDE; c++)
            if (r < s->rows && c < s->cols && r * s->cols + c != tile)
                atomic_store_explicit(&s->news[r * s->cols + c], 1, memory_order_relaxed);
}

static ig_status pass_on(size_t i, void *arg)
{
    const struct serving *s = arg;
    const int64_t t = s->active[i];
    const int64_t left = t % s->cols * SIDE, top = t / s->cols * SIDE;
    const struct part tile = {
        .left = left,
        .top = top,
        .right = left + SIDE < s->model->cols ? left + SIDE : s->model->cols,
        .bottom = top + SIDE < s->model->rows ? top + SIDE : s->model->rows,
    };
    struct part hull = {.left = INT64_MAX, .top = INT64_MAX};
    bool any = false; // a sweep without news is the last: nothing fell anywhere in it
    for (bool back = false; sweep(s, &tile, back, &hull); back = !back)
        any = true;
    if (any) tell(s, t, &hull);
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
        const struct part cell = {col, row, col + 1, row + 1};
        tell(s, -1, &cell);
    }
}

ig_status ig_serve(ig_ctx *ctx, const struct model *model, const struct seed *seeds, size_t count,
                   const double *time, int32_t *order)
{
    struct serving s = {.ctx = ctx, .model = model, .time = time};
    s.order = (_Atomic int32_t *)order;
    s.moves = model->exact ? EIGHT : model->moves;
    s.width = s.moves / BITS;
    for (int k = 0; k < s.moves; k++) {
        const struct path *path = &model->move[k].path;
        s.offset[k] = (path->dy * model->cols + path->dx) * (model->exact ? 1 : -1);
    }
    s.cols = (model->cols + SIDE - 1) / SIDE;
    s.rows = (model->rows + SIDE - 1) / SIDE;
    const size_t tiles = (size_t)(s.cols * s.rows);
    ig_status status = ig_bulk_alloc(ctx, (size_t)model->cells, (size_t)s.width, &s.servers);
    if (status) return status;
    s.news = ig_alloc(tiles, sizeof *s.news);
    s.active = ig_alloc(tiles, sizeof *s.active);
    if (!s.news || !s.active)
        status = ig_fail(ctx, IG_EMEMORY, "no memory to tell who serves %lld cells",
                         (long long)model->cells);
    const size_t turns = (size_t)((model->rows + ROWS_A_TURN - 1) / ROWS_A_TURN);
    if (!status) status = ig_parallel_for(ctx, turns, explain_rows, &s);
    if (!status) start_from(&s, seeds, count);
    while (!status && next_round(&s))
        status = ig_parallel_for(ctx, (size_t)s.count, pass_on, &s);
    ig_free((void *)s.news);
    ig_free(s.active);
    ig_bulk_free(ctx, s.servers);
    return status;
}
