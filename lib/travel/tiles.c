// Least times by sweeps over active tiles (Hazel et al., 2008, cut grids likewise, for disks).
//
// The grid lies in square tiles. A tile is taken by one worker, brought to rest with the times its
// neighbours have published along their rims, and put back; a neighbour is woken when one of its
// cells would gain. Tiles wait in a heap by the least time that woke them. A rim that is out of
// date does no harm: times only fall, and whoever lowers one wakes those it can serve. The least
// sum is one, so the bits do not depend on the number of workers.
#include "field_internal.h"

// ---- the heap of waiting tiles; under the lock -----------------------------------------------

static void put_at(struct field *f, int64_t place, struct waiting waiting)
{
    f->heap[place] = waiting;
    f->tiles[waiting.tile].place = place;
}

/// Tiles come by turns, each as long as a cell takes to cross, and within a turn in the order of the
/// grid: neighbours share pages of memory, and so small a change of order makes for no more visits.
static bool before(struct waiting a, struct waiting b)
{
    return a.turn != b.turn ? a.turn < b.turn : a.tile < b.tile;
}

static void rise(struct field *f, int64_t place, struct waiting waiting)
{
    while (place > 0) {
        const int64_t parent = (place - 1) / 2;
        if (!before(waiting, f->heap[parent])) break;
        put_at(f, place, f->heap[parent]);
        place = parent;
    }
    put_at(f, place, waiting);
}

static int64_t take_least(struct field *f)
{
    const int64_t least = f->heap[0].tile;
    const struct waiting last = f->heap[--f->waiting];
    int64_t i = 0;
    for (;;) {
        int64_t child = 2 * i + 1;
        if (child >= f->waiting) break;
        if (child + 1 < f->waiting && before(f->heap[child + 1], f->heap[child])) child++;
        if (!before(f->heap[child], last)) break;
        put_at(f, i, f->heap[child]);
        i = child;
    }
    if (f->waiting) put_at(f, i, last);
    return least;
}

void ig_field_wake(struct field *f, int64_t t, int64_t key, unsigned callers)
{
    struct tile *tile = &f->tiles[t];
    tile->callers |= (uint16_t)callers;
    if (tile->state == TILE_AT_WORK) {
        if (!tile->again || key < tile->key) tile->key = key;
        tile->again = true;
        return;
    }
    if (tile->state == TILE_NEXT) return; // soon enough
    if (tile->held) key += f->patience;
    const bool waits = tile->state == TILE_WAITING;
    if (waits && key >= tile->key) return;
    tile->state = TILE_WAITING;
    tile->key = key;
    rise(f, waits ? tile->place : f->waiting++, (struct waiting){key / f->turn, t});
}

// ---- rims ---------------------------------------------------------------------------------------

enum side { SIDE_NORTH, SIDE_SOUTH, SIDE_WEST, SIDE_EAST };

/// `n` values of a rim from place `from` on; IG_FAR beyond the grid and where nobody has been.
static void see(const struct field *f, int64_t col, int64_t row, enum side side, int depth,
                int from, int n, int64_t *out)
{
    const bool on = col >= 0 && row >= 0 && col < f->cols && row < f->rows;
    const int64_t t = row * f->cols + col;
    if (!on || !atomic_load_explicit(&f->tiles[t].told, memory_order_acquire)) {
        for (int i = 0; i < n; i++)
            out[i] = IG_FAR;
        return;
    }
    const _Atomic int64_t *rim = f->rims + (size_t)t * f->rim +
                                 ((size_t)side * (size_t)f->model->reach + (size_t)depth) * TILE;
    for (int i = 0; i < n; i++)
        out[i] = atomic_load_explicit(rim + from + i, memory_order_relaxed);
}

static void load_ring(const struct field *f, int64_t col, int64_t row, struct ring *ring)
{
    const int reach = f->model->reach;
    for (int d = 0; d < reach; d++) {
        for (int side = 0; side < 2; side++) {
            const int64_t r = side ? row + 1 : row - 1;
            const enum side facing = side ? SIDE_NORTH : SIDE_SOUTH;
            int64_t *line = ring->row[side][d];
            see(f, col - 1, r, facing, d, TILE - reach, reach, line + REACH_MAX - reach);
            see(f, col, r, facing, d, 0, TILE, line + REACH_MAX);
            see(f, col + 1, r, facing, d, 0, reach, line + REACH_MAX + TILE);
        }
        see(f, col - 1, row, SIDE_EAST, d, 0, TILE, ring->col[0][d]);
        see(f, col + 1, row, SIDE_WEST, d, 0, TILE, ring->col[1][d]);
    }
}

static void publish(const struct field *f, int64_t t, const struct visit *visit)
{
    const int reach = f->model->reach;
    _Atomic int64_t *rim = f->rims + (size_t)t * f->rim;
    for (int side = SIDE_NORTH; side <= SIDE_EAST; side++)
        for (int d = 0; d < reach; d++, rim += TILE)
            for (int i = 0; i < TILE; i++)
                atomic_store_explicit(rim + i, visit->rim[side][d][i], memory_order_relaxed);
    atomic_store_explicit(&f->tiles[t].told, true, memory_order_release);
}

// ---- a visit ------------------------------------------------------------------------------------

static bool give_room(const struct field *f, int64_t t)
{
    struct tile *tile = &f->tiles[t];
    if (tile->cells) return true;
    if (f->store) { // bands of TILE rows, tile after tile in each
        const int height = ig_tile_height(f, t);
        tile->cells = f->store + t / f->cols * TILE * f->model->cols + t % f->cols * TILE * height;
        return true;
    }
    tile->cells = ig_alloc((size_t)TILE * TILE, sizeof *tile->cells);
    return tile->cells != NULL;
}

/// From now on in 64 bits; `raw` times are taken over.
static bool widen(const struct field *f, int64_t t)
{
    struct tile *tile = &f->tiles[t];
    const size_t n = (size_t)ig_tile_width(f, t) * (size_t)ig_tile_height(f, t);
    tile->wide = ig_alloc(n, sizeof *tile->wide);
    if (!tile->wide) return false;
    for (size_t i = 0; i < n && tile->held; i++)
        tile->wide[i] = tile->cells[i] < 0x7fffffffU ? tile->cells[i] + (uint64_t)tile->base
                                                     : (uint64_t)1 << 62;
    tile->base = 0;
    return true;
}

static bool wide_window(const struct field *f, struct worker *worker)
{
    if (worker->wide) return true;
    worker->wide = ig_alloc(f->kernels->wide.window_bytes(&f->plan), 1);
    if (worker->wide) f->kernels->wide.window_begin(&f->plan, worker->wide);
    return worker->wide != NULL;
}

/// Keep the least tile that waits for a worker, as long as there is one for each of the others: what
/// it asks for ahead would else be another's to work on. Under the lock.
static void keep_next(struct field *f, struct worker *worker)
{
    if (f->worker_count == 1 || f->waiting < f->worker_count) return;
    worker->next = take_least(f);
    f->tiles[worker->next].state = TILE_NEXT;
}

/// A tile that was kept waits as before. Under the lock.
static void let_go(struct field *f, struct worker *worker)
{
    const int64_t t = worker->next;
    if (t < 0) return;
    worker->next = -1;
    f->tiles[t].state = TILE_WAITING;
    rise(f, f->waiting++, (struct waiting){f->tiles[t].key / f->turn, t});
}

/// Where the tile that is likely to come next lies, so that a visit may ask for it. Under the lock.
static struct ahead look_ahead(const struct field *f, const struct worker *worker)
{
    if (worker->next < 0 && !f->waiting) return (struct ahead){0};
    const int64_t t = worker->next < 0 ? f->heap[0].tile : worker->next, pitch = f->model->cols;
    const struct tile *tile = &f->tiles[t];
    const ig_surface *surface = f->model->surface;
    const bool slope = f->model->slope != IG_SLOPE_NONE;
    const uintptr_t place = (uintptr_t)(t / f->cols * TILE * pitch + t % f->cols * TILE - 1);
    struct ahead ahead = {
        .pace = (uintptr_t)surface->pace + place * sizeof(float),
        .elevation = slope ? (uintptr_t)surface->elevation + place * sizeof(float) : 0,
        .pitch = (size_t)pitch * sizeof(float),
        .cells = tile->held ? (uintptr_t)tile->cells : 0,
        .width = (size_t)ig_tile_width(f, t) * sizeof *tile->cells,
        .rows = ig_tile_height(f, t),
    };
    const int64_t of[5] = {t, t - f->cols, t + f->cols, t - 1, t + 1};
    static const enum side facing[5] = {SIDE_NORTH, SIDE_SOUTH, SIDE_NORTH, SIDE_EAST, SIDE_WEST};
    for (int i = 0; i < 5; i++)
        ahead.rims[i] = (uintptr_t)f->rims + ((size_t)of[i] * f->rim +
                                              (size_t)facing[i] * (size_t)f->model->reach * TILE) *
                                                 sizeof *f->rims;
    return ahead;
}

/// What of the seen rims fell from one look to the next: who called, and the least time.
static void note_late(const struct ring *before, const struct ring *now, struct visit *visit)
{
    visit->late = 0;
    visit->late_key = IG_FAR;
    for (int side = 0; side < 2; side++) {
        for (int i = REACH_MAX - 1; i <= TILE + REACH_MAX; i++) {
            const int64_t time = now->row[side][0][i];
            if (time == before->row[side][0][i]) continue;
            visit->late |= side ? CALLERS_SOUTH : CALLERS_NORTH;
            if (time < visit->late_key) visit->late_key = time;
        }
        for (int i = 0; i < TILE; i++) {
            const int64_t time = now->col[side][0][i];
            if (time == before->col[side][0][i]) continue;
            visit->late |= side ? CALLERS_EAST : CALLERS_WEST;
            if (time < visit->late_key) visit->late_key = time;
        }
    }
}

/// A triangle has corners in two tiles: when both fall at the same time, neither visit knows of the
/// other's. So who is to be woken is asked when the times have been published and the rims are seen
/// anew. The lock between puts the two in order: of two workers at least one sees what both did.
static void offer_anew(struct field *f, int64_t t, struct worker *worker)
{
    struct visit *visit = &worker->visit;
    const struct kernels *kernels = f->kernels;
    pthread_mutex_lock(&f->lock);
    pthread_mutex_unlock(&f->lock);
    load_ring(f, t % f->cols, t / f->cols, &worker->fresh);
    note_late(&visit->ring, &worker->fresh, visit);
    if (f->tiles[t].wide)
        kernels->wide.offer(&f->plan, &worker->fresh, visit, worker->wide);
    else
        kernels->narrow.offer(&f->plan, &worker->fresh, visit, worker->narrow);
    // Times below the base are not to be had in the window: all look for themselves.
    for (int i = 0; i < 9 && visit->late_key < visit->base; i++)
        visit->call[i] = visit->late_key;
}

struct seed *ig_visit_seeds(struct worker *worker, size_t more)
{
    struct visit *visit = &worker->visit;
    if (!ig_grow((void **)&worker->seeds, &worker->seed_room, visit->seed_count + more,
                 sizeof *worker->seeds))
        return NULL;
    visit->seeds = worker->seeds;
    return worker->seeds + visit->seed_count;
}

/// The seeds of a tile to those of its visit. False without memory.
static bool take_seeds(const struct field *f, struct tile *tile, struct worker *worker)
{
    struct visit *visit = &worker->visit;
    for (visit->seed_count = 0; tile->seed >= 0;) {
        const struct run *run = &f->runs[tile->seed];
        struct seed *seeds = ig_visit_seeds(worker, run->count);
        if (!seeds) return false;
        memcpy(seeds, f->seeds + run->first, run->count * sizeof *seeds);
        visit->seed_count += run->count;
        tile->seed = run->next;
    }
    return true;
}

static ig_status visit_tile(struct field *f, int64_t t, struct worker *worker)
{
    struct tile *tile = &f->tiles[t];
    struct visit *visit = &worker->visit;
    const int64_t col = t % f->cols, row = t / f->cols;
    if (!give_room(f, t)) return IG_EMEMORY;
    ig_ground_load(&f->plan, col * TILE, row * TILE, &worker->ground);
    visit->col = col * TILE;
    visit->row = row * TILE;
    visit->width = ig_tile_width(f, t);
    visit->height = ig_tile_height(f, t);
    visit->stride = visit->width;
    visit->held = tile->held;
    visit->base = tile->base;
    visit->late = 0;
    if (!take_seeds(f, tile, worker)) return IG_EMEMORY;
    if (f->offers && !ig_offers_take(f, t, worker)) return IG_EMEMORY;
    if (f->offers && !f->model->exact) ig_inner_links(f, t, visit);
    load_ring(f, col, row, &visit->ring);
    visit->too_wide = f->always_wide;
    if (!tile->wide && !visit->too_wide) {
        visit->cells = tile->cells;
        f->kernels->narrow.visit(&f->plan, &worker->ground, visit, worker->narrow);
    }
    if (!tile->wide && visit->too_wide && !widen(f, t)) return IG_EMEMORY;
    if (tile->wide) {
        if (!wide_window(f, worker)) return IG_EMEMORY;
        visit->cells = tile->wide;
        visit->base = 0;
        f->kernels->wide.visit(&f->plan, &worker->ground, visit, worker->wide);
    }
    tile->base = visit->base;
    if (!visit->changed) return IG_OK;
    tile->held = true;
    publish(f, t, visit);
    if (f->offers) ig_offers_leave(f, t);
    if (f->model->exact) offer_anew(f, t, worker);
    return IG_OK;
}

struct worker *ig_worker_new(const struct field *f)
{
    struct worker *worker = ig_alloc(1, sizeof *worker);
    if (!worker) return NULL;
    worker->next = -1;
    worker->narrow = ig_alloc(f->kernels->narrow.window_bytes(&f->plan), 1);
    if (!worker->narrow) {
        ig_free(worker);
        return NULL;
    }
    f->kernels->narrow.window_begin(&f->plan, worker->narrow);
    return worker;
}

void ig_worker_free(struct worker *worker)
{
    if (!worker) return;
    ig_free(worker->narrow);
    ig_free(worker->wide);
    ig_free(worker->seeds);
    ig_free(worker);
}

// ---- work ---------------------------------------------------------------------------------------

/// Put a tile back and wake its neighbours. Under the lock.
static void hand_back(struct field *f, int64_t t, const struct visit *visit)
{
    const int64_t col = t % f->cols, row = t / f->cols;
    for (int i = 0; i < 9 && visit->changed; i++) {
        if (i == 4) continue; // the tile itself
        const int64_t c = col + i % 3 - 1, r = row + i / 3 - 1;
        if (visit->call[i] == IG_FAR || visit->call[i] > f->plan.limit) continue;
        if (c >= 0 && r >= 0 && c < f->cols && r < f->rows)
            ig_field_wake(f, r * f->cols + c, visit->call[i], 1U << (8 - i));
    }
    if (f->offers) ig_offers_tell(f, t);
    struct tile *tile = &f->tiles[t];
    tile->state = TILE_IDLE;
    if (tile->again) {
        tile->again = false;
        ig_field_wake(f, t, tile->key, 0);
    }
    if (visit->changed && visit->late && visit->late_key <= f->plan.limit)
        ig_field_wake(f, t, visit->late_key, visit->late);
    f->at_work--;
    pthread_cond_broadcast(&f->news);
}

/// Where tiles lose, in long corridors, they are visited for a few cells at a time, and so again and
/// again; on open ground each is visited three or four times, in noise of a thousandfold range ten.
static bool tiles_lose(const struct field *f)
{
    enum { VISITS = 16, FIRST = 256 };
    return f->may_give_up && f->visits > VISITS * f->reached_count + FIRST;
}

/// Wait for a tile to work on; -1 when there is nothing more to do. Under the lock.
static int64_t next_tile(struct field *f, struct worker *worker)
{
    while (worker->next < 0 && !f->waiting && f->at_work && !f->failure)
        pthread_cond_wait(&f->news, &f->lock);
    if (tiles_lose(f)) f->gave_up = true;
    if (f->failure || f->gave_up) let_go(f, worker);
    if ((worker->next < 0 && !f->waiting) || f->failure || f->gave_up) return -1;
    const int64_t t = worker->next < 0 ? take_least(f) : worker->next;
    worker->next = -1;
    f->tiles[t].state = TILE_AT_WORK;
    f->at_work++;
    f->visits++;
    if (!f->tiles[t].met) f->reached[f->reached_count++] = t;
    f->tiles[t].met = true;
    if (!f->store && !f->tiles[t].cells) f->tiles[t].cells = ig_field_spare(f);
    return t;
}

static ig_status tell_progress(const struct field *f, int64_t reached, bool progress)
{
    if (!progress) return ig_ctx_cancelled(f->ctx) ? IG_ECANCELLED : IG_OK;
    return ig_progress(f->ctx, (double)reached / (double)f->count, "travel time");
}

/// The lock is held for less than a microsecond, a small part of a visit: to wait for it awake is
/// far cheaper than to be put to sleep and woken.
static void lock_soon(struct field *f)
{
    enum { TRIES = 200 };
    for (int i = 0; i < TRIES; i++)
        if (pthread_mutex_trylock(&f->lock) == 0) return;
    pthread_mutex_lock(&f->lock);
}

ig_status ig_field_work(struct field *f, int number, bool progress)
{
    struct worker *worker = f->workers[number];
    ig_status status = IG_OK;
    pthread_mutex_lock(&f->lock);
    while (!status) {
        const int64_t t = next_tile(f, worker);
        if (t < 0) break;
        worker->visit.callers = f->tiles[t].callers;
        f->tiles[t].callers = 0;
        keep_next(f, worker);
        worker->visit.ahead = look_ahead(f, worker);
        const int64_t reached = f->reached_count;
        pthread_mutex_unlock(&f->lock);
        status = tell_progress(f, reached, progress);
        worker->visit.changed = false;
        if (!status) status = visit_tile(f, t, worker);
        lock_soon(f);
        hand_back(f, t, &worker->visit);
    }
    let_go(f, worker);
    if (status && !f->failure) f->failure = status;
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->lock);
    return status;
}
