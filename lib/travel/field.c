// Fields: tiles with their store and seeds, searched whole or again and again in private.
#include "field_internal.h"

double ig_field_bytes(const struct model *model, int64_t rows)
{
    const double across = ceil((double)model->cols / TILE), down = ceil((double)model->rows / TILE);
    const double rim = 4.0 * model->reach * TILE * sizeof(int64_t);
    const double each = rim + sizeof(struct tile) + sizeof(struct waiting) + sizeof(int64_t);
    const double reached = fmin(ceil((double)rows / TILE) + 1.0, down);
    return across * (down * each + reached * TILE * TILE * sizeof(uint32_t)) +
           ig_offers_bytes(model, (int64_t)(across * down));
}

static bool make_field(struct field *f)
{
    f->cols = (f->model->cols + TILE - 1) / TILE;
    f->rows = (f->model->rows + TILE - 1) / TILE;
    f->count = f->cols * f->rows;
    ig_tile_plan(f->model, &f->plan);
    f->rim = 4 * (size_t)f->model->reach * TILE;
    size_t values;
    if (!ig_product((size_t)f->count, f->rim, &values)) return false;
    f->tiles = ig_alloc((size_t)f->count, sizeof *f->tiles);
    f->heap = ig_alloc((size_t)f->count, sizeof *f->heap);
    f->reached = ig_alloc((size_t)f->count, sizeof *f->reached);
    // touched only where tiles are reached: with a store, nearly everywhere
    f->rims =
        f->store ? ig_alloc_whole(values, sizeof *f->rims) : ig_alloc(values, sizeof *f->rims);
    if (!f->tiles || !f->heap || !f->reached || !f->rims || !ig_offers_make(f)) return false;
    for (int64_t t = 0; t < f->count; t++)
        f->tiles[t].seed = -1;
    f->has_lock = pthread_mutex_init(&f->lock, NULL) == 0;
    f->has_news = f->has_lock && pthread_cond_init(&f->news, NULL) == 0;
    return f->has_news;
}

ig_status ig_field_new(ig_ctx *ctx, const struct model *model, const struct travel_way *way,
                       uint32_t *store, struct field **out)
{
    *out = NULL;
    struct field *f = ig_alloc(1, sizeof *f);
    if (f) {
        f->ctx = ctx;
        f->model = model;
        f->store = store;
        f->always_wide = way && way->wide;
        f->kernels = ig_kernels_for(way ? way->kernel : KERNEL_BEST);
        if (!f->kernels) {
            ig_field_free(f);
            return ig_fail(ctx, IG_EINVAL, "this processor cannot run the kernel asked for");
        }
    }
    if (!f || !make_field(f)) {
        ig_field_free(f);
        return ig_fail(ctx, IG_EMEMORY, "no memory for the search over %lld cells",
                       (long long)model->cells);
    }
    *out = f;
    return IG_OK;
}

static void forget_tile(struct field *f, int64_t t)
{
    struct tile *tile = &f->tiles[t];
    if (f->offers) ig_offers_forget(f, t);
    if (!f->store && tile->cells) { // the next search may have it: spare ones form a list
        memcpy(tile->cells, &f->spare, sizeof f->spare);
        f->spare = tile->cells;
    }
    tile->cells = NULL;
    ig_free(tile->wide);
    tile->wide = NULL;
    tile->held = tile->again = tile->met = false;
    tile->state = TILE_IDLE;
    tile->callers = 0;
    tile->seed = -1;
    atomic_store_explicit(&tile->told, false, memory_order_relaxed);
}

uint32_t *ig_field_spare(struct field *f)
{
    uint32_t *spare = f->spare;
    if (spare) memcpy(&f->spare, spare, sizeof f->spare);
    return spare;
}

void ig_field_free(struct field *f)
{
    if (!f) return;
    for (int64_t i = 0; i < f->reached_count; i++)
        forget_tile(f, f->reached[i]);
    for (uint32_t *spare; (spare = ig_field_spare(f)) != NULL;)
        ig_free(spare);
    for (int i = 0; i < f->worker_count; i++)
        ig_worker_free(f->workers[i]);
    ig_free(f->workers);
    ig_free(f->tiles);
    ig_free(f->heap);
    ig_free(f->reached);
    ig_free((void *)f->rims);
    ig_free(f->runs);
    ig_offers_free(f->offers);
    if (f->has_news) pthread_cond_destroy(&f->news);
    if (f->has_lock) pthread_mutex_destroy(&f->lock);
    ig_free(f);
}

// ---- seeds --------------------------------------------------------------------------------------

/// Cells of a row that lie in one tile.
struct stretch {
    int64_t tile, first, end;
};

static struct stretch stretch_of(const struct field *f, int64_t cell)
{
    const int64_t cols = f->model->cols, row = cell / cols, col = cell - row * cols;
    const int64_t start = cell - col % TILE, end = start + TILE, last = (row + 1) * cols;
    return (struct stretch){row / TILE * f->cols + col / TILE, start, end < last ? end : last};
}

/// Note which seeds each tile has, and wake those tiles. Seeds that come one after the other are
/// mostly of one tile.
static bool place_seeds(struct field *f, const struct seed *seeds, size_t count)
{
    const double limit = f->plan.limit == IG_FAR ? INFINITY : (double)f->plan.limit;
    f->seeds = seeds;
    f->run_count = 0;
    for (size_t i = 0; i < count;) {
        if (seeds[i].time > limit) {
            i++;
            continue;
        }
        struct stretch at = stretch_of(f, seeds[i].cell);
        const int64_t t = at.tile;
        struct run run = {.first = i, .next = f->tiles[t].seed};
        double least = INFINITY;
        for (; i < count && seeds[i].time <= limit; i++) {
            const int64_t cell = seeds[i].cell;
            if (cell < at.first || cell >= at.end) at = stretch_of(f, cell);
            if (at.tile != t) break;
            least = fmin(least, seeds[i].time);
        }
        run.count = i - run.first;
        if (!ig_grow((void **)&f->runs, &f->run_room, f->run_count + 1, sizeof run)) return false;
        f->tiles[t].seed = (int64_t)f->run_count;
        f->runs[f->run_count++] = run;
        ig_field_wake(f, t, (int64_t)least, 0);
    }
    return true;
}

// ---- searching ----------------------------------------------------------------------------------

static bool hire(struct field *f, int wanted)
{
    if (f->worker_count >= wanted) return true;
    struct worker **workers = ig_alloc((size_t)wanted, sizeof(struct worker *));
    if (!workers) return false;
    if (f->worker_count)
        memcpy(workers, f->workers, (size_t)f->worker_count * sizeof(struct worker *));
    ig_free(f->workers);
    f->workers = workers;
    while (f->worker_count < wanted) {
        workers[f->worker_count] = ig_worker_new(f);
        if (!workers[f->worker_count]) return false;
        f->worker_count++;
    }
    return true;
}

/// Cells crossed: as long a tile that has been visited waits before it is visited again. By then
/// others may have called too. Found by trial.
enum { PATIENCE = 4 };

static ig_status work(int worker, int workers, void *arg)
{
    (void)workers;
    return ig_field_work(arg, worker, worker == 0);
}

ig_status ig_field_search(struct field *f, const struct seed *seeds, size_t count, double limit,
                          bool alone)
{
    for (int64_t i = 0; i < f->reached_count; i++)
        forget_tile(f, f->reached[i]);
    for (int64_t i = 0; i < f->waiting; i++) // left by a search that failed
        forget_tile(f, f->heap[i].tile);
    f->reached_count = f->waiting = f->visits = 0;
    f->gave_up = false;
    f->at_work = 0;
    f->failure = IG_OK;
    const double least = limit < f->model->limit ? limit : f->model->limit;
    f->plan.limit = least < 0x1p62 ? (int64_t)least : IG_FAR;
    const double turn = alone ? 1.0 : f->model->typical;
    f->turn = turn > 1.0 && turn < 0x1p50 ? (int64_t)turn : 1;
    f->patience = alone ? 0 : PATIENCE * f->turn;
    if (!hire(f, alone ? 1 : ig_ctx_threads(f->ctx)) || !place_seeds(f, seeds, count)) {
        return ig_fail(f->ctx, IG_EMEMORY, "no memory for the search over %lld cells",
                       (long long)f->model->cells);
    }
    ig_status status = alone ? ig_field_work(f, 0, false) : ig_parallel_workers(f->ctx, work, f);
    if (status == IG_EMEMORY)
        status = ig_fail(f->ctx, IG_EMEMORY, "no memory for the search over %lld cells",
                         (long long)f->model->cells);
    return status;
}

// ---- what was found -----------------------------------------------------------------------------

size_t ig_field_reached(const struct field *f)
{
    return (size_t)f->reached_count;
}

static void row_minutes(const struct field *f, int64_t t, int row, float *out)
{
    const struct tile *tile = &f->tiles[t];
    const int width = ig_tile_width(f, t);
    if (!tile->held) {
        for (int c = 0; c < width; c++)
            out[c] = NAN;
    } else if (tile->wide) {
        f->kernels->wide.minutes(f->model, tile->wide + row * width, 0, width, out);
    } else {
        f->kernels->narrow.minutes(f->model, tile->cells + row * width, tile->base, width, out);
    }
}

struct tile_box ig_field_box(const struct field *f, size_t i)
{
    const int64_t t = f->reached[i];
    return (struct tile_box){t % f->cols * TILE, t / f->cols * TILE, ig_tile_width(f, t),
                             ig_tile_height(f, t)};
}

void ig_field_row(const struct field *f, size_t i, int row, float *minutes)
{
    row_minutes(f, f->reached[i], row, minutes);
}

/// One band of the store from tiles to rows of minutes, through a copy.
struct finish {
    const struct field *field;
    ig_grid *minutes;
    double *time; ///< quanta; may be NULL
    atomic_llong next;
};

static void row_times(const struct field *f, int64_t t, int row, double *out)
{
    const struct tile *tile = &f->tiles[t];
    const int width = ig_tile_width(f, t);
    for (int c = 0; c < width; c++) {
        const int64_t time = ig_tile_time(tile, row * width + c);
        out[c] = time == IG_FAR ? INFINITY : (double)time;
        if (out[c] > f->model->limit) out[c] = INFINITY;
    }
}

static void finish_band(const struct finish *finish, int64_t band, float *copy)
{
    const struct field *f = finish->field;
    const int64_t cols = f->model->cols, first = band * f->cols;
    const int height = ig_tile_height(f, first);
    for (int64_t t = first; t < first + f->cols; t++) {
        for (int r = 0; r < height; r++) {
            const int64_t place = r * cols + (t - first) * TILE;
            row_minutes(f, t, r, copy + place);
            if (finish->time) row_times(f, t, r, finish->time + band * TILE * cols + place);
        }
    }
    memcpy(finish->minutes->cells + band * TILE * cols, copy,
           (size_t)(cols * height) * sizeof *copy);
}

static ig_status finish_bands(int worker, int workers, void *arg)
{
    (void)worker;
    (void)workers;
    struct finish *finish = arg;
    float *copy = ig_alloc((size_t)finish->field->model->cols, TILE * sizeof *copy);
    if (!copy) return IG_EMEMORY;
    bool stopped = false;
    for (int64_t band;
         !stopped && (band = atomic_fetch_add(&finish->next, 1)) < finish->field->rows;) {
        finish_band(finish, band, copy);
        stopped = ig_ctx_cancelled(finish->field->ctx);
    }
    ig_free(copy);
    return stopped ? IG_ECANCELLED : IG_OK;
}

// ---- the way out --------------------------------------------------------------------------------

static bool add_open(int64_t **open, size_t *count, size_t *room, int64_t cell)
{
    if (!ig_grow((void **)open, room, *count + 1, sizeof **open)) return false;
    (*open)[(*count)++] = cell;
    return true;
}

/// Reached cells round a waiting tile, near enough to serve it. Every tile is at rest but for what
/// its neighbours told since, so that all that is left to do starts there.
static bool open_round(const struct field *f, int64_t t, const double *time, int64_t **open,
                       size_t *count, size_t *room)
{
    const struct model *model = f->model;
    const int reach = model->reach, width = ig_tile_width(f, t), height = ig_tile_height(f, t);
    const int64_t col = t % f->cols * TILE, row = t / f->cols * TILE;
    for (int r = -reach; r < height + reach; r++) {
        const bool inside = r >= 0 && r < height;
        for (int c = -reach; c < width + reach; c += inside && c == -1 ? width + 1 : 1) {
            if (!ig_on_grid(model, col + c, row + r)) continue;
            const int64_t cell = (row + r) * model->cols + col + c;
            if (time[cell] < INFINITY && !add_open(open, count, room, cell)) return false;
        }
    }
    return true;
}

/// From the times of the tiles on, by the queue of buckets.
static ig_status go_on(struct field *f, const struct seed *seeds, size_t count, double *time)
{
    int64_t *open = NULL;
    size_t open_count = 0, room = 0;
    ig_status status = IG_OK;
    for (int64_t i = 0; i < f->waiting && !status; i++)
        if (!open_round(f, f->heap[i].tile, time, &open, &open_count, &room)) status = IG_EMEMORY;
    for (size_t i = 0; i < f->model->passages && !status; i++) // they may not have been told
        if (time[f->model->passage[i].from] < INFINITY &&
            !add_open(&open, &open_count, &room, f->model->passage[i].from))
            status = IG_EMEMORY;
    if (!status) status = ig_search_buckets(f->ctx, f->model, seeds, count, open, open_count, time);
    ig_free(open);
    return status;
}

ig_status ig_search_tiles(ig_ctx *ctx, const struct model *model, const struct travel_way *way,
                          const struct seed *seeds, size_t count, ig_grid *minutes, double *time)
{
    struct field *f = NULL;
    double *own = NULL;
    ig_status status = ig_field_new(ctx, model, way, (uint32_t *)(void *)minutes->cells, &f);
    if (!status) {
        f->may_give_up = way->engine != ENGINE_TILES;
        status = ig_field_search(f, seeds, count, INFINITY, false);
    }
    if (!status) {
        ig_debug(ctx, "search: %lld visits of %lld tiles, %s%s", (long long)f->visits,
                 (long long)f->reached_count, f->kernels->name,
                 f->gave_up ? ", on by a queue of buckets" : "");
    }
    const bool on = !status && f->gave_up;
    void *made = NULL;
    if (on)
        ig_info(ctx,
                "long corridors: the search goes on by a queue, %.0f MiB more, and 16 bytes for "
                "each cell in it",
                ceil(time ? 0.0 : (double)model->cells * sizeof *time / 1048576.0));
    if (on && !time) status = ig_bulk_alloc(ctx, (size_t)model->cells, sizeof *time, &made);
    if (made) own = time = made;
    struct finish finish = {.field = f, .minutes = minutes, .time = time};
    if (!status) status = ig_parallel_workers(ctx, finish_bands, &finish);
    if (!status && on) status = go_on(f, seeds, count, time);
    if (!status && on) ig_times_to_minutes(model, time, model->cells, minutes->cells);
    if (status == IG_EMEMORY)
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the minutes of %lld cells",
                         (long long)model->cells);
    ig_field_free(f);
    ig_bulk_free(ctx, own);
    return status;
}
