// Least times by sweeps over active tiles (performance notes, section 1).
//
// The grid lies in square tiles. A tile is taken by one worker, brought to rest with the times its
// neighbours have published along their rims, and put back; a neighbour is woken when a rim cell
// could better one of its own. Tiles wait in a heap by the least time that woke them. A rim that is
// out of date does no harm: times only fall, and whoever lowers one wakes those it can serve. The
// least sum is one, so the bits do not depend on the number of workers.
#include "tile_internal.h"

#include <pthread.h>
#include <stdatomic.h>

enum tile_state { TILE_IDLE, TILE_WAITING, TILE_AT_WORK };

struct tile {
    double *time;  ///< TILE * TILE; NULL until the tile is first woken or seeded
    double key;    ///< least time that woke it
    int64_t place; ///< in the heap while it waits
    uint8_t state;
    bool again; ///< woken while at work
    bool fresh; ///< holds seeds not yet looked at
};

struct field {
    const struct model *model;
    struct window_plan plan;
    int64_t cols, rows, count; ///< of tiles
    struct tile *tiles;
    /// Rims as others may see them: for each tile `reach` rows in the north, then in the south,
    /// columns in the west, in the east, the outermost first.
    _Atomic double *rims;
    size_t rim; ///< values of one tile

    pthread_mutex_t lock;
    pthread_cond_t news;
    int64_t *heap, waiting;
    int at_work;
    int64_t touched;
    ig_status failure;
    ig_ctx *ctx;
};

// ---- the heap of waiting tiles; under the lock -----------------------------------------------

static void put_at(struct field *f, int64_t place, int64_t t)
{
    f->heap[place] = t;
    f->tiles[t].place = place;
}

static void rise(struct field *f, int64_t t)
{
    int64_t i = f->tiles[t].place;
    while (i > 0) {
        const int64_t parent = (i - 1) / 2;
        if (f->tiles[f->heap[parent]].key <= f->tiles[t].key) break;
        put_at(f, i, f->heap[parent]);
        i = parent;
    }
    put_at(f, i, t);
}

static int64_t take_least(struct field *f)
{
    const int64_t least = f->heap[0], last = f->heap[--f->waiting];
    int64_t i = 0;
    for (;;) {
        int64_t child = 2 * i + 1;
        if (child >= f->waiting) break;
        if (child + 1 < f->waiting &&
            f->tiles[f->heap[child + 1]].key < f->tiles[f->heap[child]].key)
            child++;
        if (f->tiles[last].key <= f->tiles[f->heap[child]].key) break;
        put_at(f, i, f->heap[child]);
        i = child;
    }
    if (f->waiting) put_at(f, i, last);
    return least;
}

static void wake(struct field *f, int64_t t, double key)
{
    struct tile *tile = &f->tiles[t];
    if (tile->state == TILE_AT_WORK) {
        if (!tile->again || key < tile->key) tile->key = key;
        tile->again = true;
        return;
    }
    if (tile->state == TILE_WAITING) {
        if (key >= tile->key) return;
        tile->key = key;
        rise(f, t);
        return;
    }
    tile->state = TILE_WAITING;
    tile->key = key;
    tile->place = f->waiting++;
    rise(f, t);
}

// ---- rims ---------------------------------------------------------------------------------------

enum side { SIDE_NORTH, SIDE_SOUTH, SIDE_WEST, SIDE_EAST };

static _Atomic double *rim_of(const struct field *f, int64_t t, enum side side, int depth)
{
    return f->rims + (size_t)t * f->rim +
           ((size_t)side * (size_t)f->model->reach + (size_t)depth) * TILE;
}

static double seen(const _Atomic double *value)
{
    return atomic_load_explicit(value, memory_order_relaxed);
}

/// A value of the tile at (col, row) of the field's tiles, INFINITY beyond the grid.
static double rim_value(const struct field *f, int64_t col, int64_t row, enum side side, int depth,
                        int i)
{
    if (col < 0 || row < 0 || col >= f->cols || row >= f->rows) return INFINITY;
    return seen(rim_of(f, row * f->cols + col, side, depth) + i);
}

static void load_halo(const struct field *f, int64_t col, int64_t row, struct window *w)
{
    const int reach = f->model->reach;
    for (int d = 0; d < reach; d++) {
        const int north = -1 - d, south = TILE + d;
        for (int i = 0; i < TILE; i++) {
            w->time[at(i, north)] = rim_value(f, col, row - 1, SIDE_SOUTH, d, i);
            w->time[at(i, south)] = rim_value(f, col, row + 1, SIDE_NORTH, d, i);
            w->time[at(north, i)] = rim_value(f, col - 1, row, SIDE_EAST, d, i);
            w->time[at(south, i)] = rim_value(f, col + 1, row, SIDE_WEST, d, i);
        }
        for (int e = 0; e < reach; e++) { // corners, from the rows of the tiles above and below
            const int west = -1 - e, east = TILE + e;
            w->time[at(west, north)] = rim_value(f, col - 1, row - 1, SIDE_SOUTH, d, TILE - 1 - e);
            w->time[at(east, north)] = rim_value(f, col + 1, row - 1, SIDE_SOUTH, d, e);
            w->time[at(west, south)] = rim_value(f, col - 1, row + 1, SIDE_NORTH, d, TILE - 1 - e);
            w->time[at(east, south)] = rim_value(f, col + 1, row + 1, SIDE_NORTH, d, e);
        }
    }
}

/// Neighbours that a tile has to wake, by direction (row offset + 1) * 3 + column offset + 1.
struct calls {
    double key[9];
};

/// A rim cell has a new time: whom can it serve beyond the tile?
static void call_from(const struct field *f, const struct window *w, int col, int row,
                      struct calls *calls)
{
    const struct model *model = f->model;
    const int here = at(col, row);
    for (int k = 0; k < model->moves; k++) {
        const int c = col + model->move[k].path.dx, r = row + model->move[k].path.dy;
        const int across = (c >= TILE) - (c < 0), down = (r >= TILE) - (r < 0);
        if (!across && !down) continue;
        const int there = at(c, r);
        if (!(w->time[here] < w->time[there])) continue;
        const double least = w->time[here] + ig_window_least(&f->plan, w, k, here, there);
        double *key = &calls->key[(down + 1) * 3 + across + 1];
        if (least < w->time[there] && least < *key) *key = least;
    }
}

static void publish(const struct field *f, int64_t t, const struct window *w, struct calls *calls)
{
    const int reach = f->model->reach;
    uint8_t told[TILE][TILE] = {{0}};
    for (int side = SIDE_NORTH; side <= SIDE_EAST; side++) {
        for (int d = 0; d < reach; d++) {
            _Atomic double *rim = rim_of(f, t, side, d);
            const int line = side == SIDE_NORTH || side == SIDE_WEST ? d : TILE - 1 - d;
            const bool is_row = side == SIDE_NORTH || side == SIDE_SOUTH;
            for (int i = 0; i < TILE; i++) {
                const int col = is_row ? i : line, row = is_row ? line : i;
                const double time = w->time[at(col, row)];
                if (!(time < seen(rim + i))) continue;
                atomic_store_explicit(rim + i, time, memory_order_relaxed);
                if (!told[row][col]) call_from(f, w, col, row, calls);
                told[row][col] = 1;
            }
        }
    }
}

// ---- work ---------------------------------------------------------------------------------------

static bool give_room(struct tile *tile)
{
    if (tile->time) return true;
    tile->time = ig_alloc((size_t)TILE * TILE, sizeof *tile->time);
    if (!tile->time) return false;
    for (int i = 0; i < TILE * TILE; i++)
        tile->time[i] = INFINITY;
    return true;
}

static ig_status work_on(const struct field *f, int64_t t, struct window *w, struct calls *calls)
{
    struct tile *tile = &f->tiles[t];
    const int64_t col = t % f->cols, row = t / f->cols;
    if (!give_room(tile)) return IG_EMEMORY;
    ig_window_load(&f->plan, col * TILE, row * TILE, w);
    load_halo(f, col, row, w);
    for (int r = 0; r < TILE; r++)
        memcpy(&w->time[at(0, r)], &tile->time[r * TILE], TILE * sizeof *tile->time);
    ig_window_settle(&f->plan, tile->fresh, w);
    tile->fresh = false;
    if (!w->changed) return IG_OK;
    for (int r = 0; r < TILE; r++)
        memcpy(&tile->time[r * TILE], &w->time[at(0, r)], TILE * sizeof *tile->time);
    publish(f, t, w, calls);
    return IG_OK;
}

/// Put a tile back and wake its neighbours. Under the lock.
static void hand_back(struct field *f, int64_t t, const struct calls *calls)
{
    const int64_t col = t % f->cols, row = t / f->cols;
    for (int i = 0; i < 9; i++) {
        const int64_t c = col + i % 3 - 1, r = row + i / 3 - 1;
        if (calls->key[i] == INFINITY || calls->key[i] > f->model->limit) continue;
        if (c >= 0 && r >= 0 && c < f->cols && r < f->rows) wake(f, r * f->cols + c, calls->key[i]);
    }
    struct tile *tile = &f->tiles[t];
    tile->state = TILE_IDLE;
    if (tile->again) {
        tile->again = false;
        wake(f, t, tile->key);
    }
    f->at_work--;
    pthread_cond_broadcast(&f->news);
}

/// Wait for a tile to work on; -1 when there is nothing more to do. Under the lock.
static int64_t next_tile(struct field *f)
{
    while (!f->waiting && f->at_work && !f->failure)
        pthread_cond_wait(&f->news, &f->lock);
    if (!f->waiting || f->failure) return -1;
    const int64_t t = take_least(f);
    f->tiles[t].state = TILE_AT_WORK;
    f->at_work++;
    if (!f->tiles[t].time) f->touched++;
    return t;
}

static ig_status tell_progress(struct field *f, int worker)
{
    if (worker) return ig_ctx_cancelled(f->ctx) ? IG_ECANCELLED : IG_OK;
    return ig_progress(f->ctx, (double)f->touched / (double)f->count, "travel time");
}

static ig_status work(int worker, int workers, void *arg)
{
    (void)workers;
    struct field *f = arg;
    struct window *w = ig_alloc(1, sizeof *w);
    ig_status status = w ? IG_OK : IG_EMEMORY;
    pthread_mutex_lock(&f->lock);
    while (!status) {
        const int64_t t = next_tile(f);
        if (t < 0) break;
        status = tell_progress(f, worker);
        pthread_mutex_unlock(&f->lock);
        struct calls calls;
        for (int i = 0; i < 9; i++)
            calls.key[i] = INFINITY;
        if (!status) status = work_on(f, t, w, &calls);
        pthread_mutex_lock(&f->lock);
        hand_back(f, t, &calls);
    }
    if (status && !f->failure) f->failure = status;
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->lock);
    ig_free(w);
    return status;
}

// ---- the field ----------------------------------------------------------------------------------

static bool seed_field(struct field *f, const struct seed *seeds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const int64_t col = seeds[i].cell % f->model->cols, row = seeds[i].cell / f->model->cols;
        if (!(seeds[i].time <= f->model->limit)) continue;
        const int64_t t = row / TILE * f->cols + col / TILE;
        struct tile *tile = &f->tiles[t];
        if (!tile->time) f->touched++;
        if (!give_room(tile)) return false;
        double *time = &tile->time[row % TILE * TILE + col % TILE];
        if (!(seeds[i].time < *time)) continue;
        *time = seeds[i].time;
        tile->fresh = true;
        wake(f, t, seeds[i].time);
    }
    return true;
}

static bool make_field(struct field *f)
{
    f->cols = (f->model->cols + TILE - 1) / TILE;
    f->rows = (f->model->rows + TILE - 1) / TILE;
    f->count = f->cols * f->rows;
    f->rim = 4 * (size_t)f->model->reach * TILE;
    f->tiles = ig_alloc((size_t)f->count, sizeof *f->tiles);
    f->heap = ig_alloc((size_t)f->count, sizeof *f->heap);
    size_t values;
    if (!ig_product((size_t)f->count, f->rim, &values)) return false;
    f->rims = ig_alloc(values, sizeof *f->rims);
    if (!f->tiles || !f->heap || !f->rims) return false;
    for (size_t i = 0; i < values; i++)
        atomic_init(&f->rims[i], INFINITY);
    ig_window_plan(f->model, &f->plan);
    return true;
}

static void copy_out(const struct field *f, double *time)
{
    const struct model *model = f->model;
    for (int64_t row = 0; row < model->rows; row++) {
        for (int64_t col = 0; col < model->cols; col += TILE) {
            const struct tile *tile = &f->tiles[row / TILE * f->cols + col / TILE];
            const int64_t width = model->cols - col < TILE ? model->cols - col : TILE;
            double *out = &time[row * model->cols + col];
            for (int64_t c = 0; c < width; c++) {
                const double t = tile->time ? tile->time[row % TILE * TILE + c] : INFINITY;
                out[c] = t <= model->limit ? t : INFINITY;
            }
        }
    }
}

ig_status ig_search_tiles(ig_ctx *ctx, const struct model *model, const struct seed *seeds,
                          size_t count, double *time)
{
    struct field f = {.model = model, .ctx = ctx};
    ig_status status = IG_OK;
    if (pthread_mutex_init(&f.lock, NULL)) return ig_fail(ctx, IG_EMEMORY, "no memory for a lock");
    if (pthread_cond_init(&f.news, NULL)) {
        pthread_mutex_destroy(&f.lock);
        return ig_fail(ctx, IG_EMEMORY, "no memory for a lock");
    }
    if (!make_field(&f) || !seed_field(&f, seeds, count)) status = IG_EMEMORY;
    if (!status) status = ig_parallel_workers(ctx, work, &f);
    if (status == IG_EMEMORY)
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the search over %lld cells",
                         (long long)model->cells);
    if (!status) copy_out(&f, time);
    for (int64_t t = 0; f.tiles && t < f.count; t++)
        ig_free(f.tiles[t].time);
    ig_free(f.tiles);
    ig_free(f.heap);
    ig_free((void *)f.rims);
    pthread_cond_destroy(&f.news);
    pthread_mutex_destroy(&f.lock);
    return status;
}
