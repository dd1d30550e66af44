// Many sources, each by itself: costs worked out once, then short searches in windows of their own.
//
// A search keeps its cells in buckets by time (Dial 1969). A bucket is no wider than the cheapest
// step where that can be had, so that its cells are settled in any order; where it is wider (free
// cells, grids of very unequal costs) a heap puts them in order as it is opened. The least sum is
// unique, so the bits are those of every other engine.
#include "travel_internal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum {
    BUCKETS = 1 << 15, ///< the last one holds all that lies beyond
    ROWS_AT_ONCE = 64  ///< rows that a thread works costs out for
};

/// What all searches share.
struct costs {
    struct model *model;
    /// Quanta of half a straight and half a diagonal step, by cell; NULL where every step is worked
    /// out as it is met (slope, oblong cells, more neighbours).
    uint32_t *half;
    uint8_t *open;   ///< hops out of each cell, one bit each as in ig_surface.barriers
    int shift;       ///< a bucket is 2^shift quanta wide
    int64_t window;  ///< rows that a window has
    uint64_t limit;  ///< quanta
    double least;    ///< quanta of the cheapest straight step
    bool too_costly; ///< a half step does not fit
};

// ---- costs --------------------------------------------------------------------------------------

struct strip {
    double least;
    bool too_costly;
};

struct making {
    struct costs *costs;
    struct strip *strips;
};

/// Hops out of the cells of a row where no sides are shut: by what is passable round them.
static void open_row(const struct model *model, int64_t row, uint8_t *out)
{
    const int64_t cols = model->cols;
    const float *here = model->surface->pace + row * cols;
    const float *up = row ? here - cols : NULL, *down = row + 1 < model->rows ? here + cols : NULL;
    const ig_corners corners = model->options.corners;
    unsigned window[3] = {0}; // north, here, south: bit 2 west, bit 1 the column, bit 0 east
    for (int64_t c = -1; c < cols; c++) {
        const bool on = c + 1 < cols;
        window[0] = (window[0] << 1 | (on && up && ig_passable(up[c + 1]))) & 7;
        window[1] = (window[1] << 1 | (on && ig_passable(here[c + 1]))) & 7;
        window[2] = (window[2] << 1 | (on && down && ig_passable(down[c + 1]))) & 7;
        if (c < 0) continue;
        if (!(window[1] & 2)) {
            out[c] = 0;
            continue;
        }
        const unsigned n = window[0] >> 1 & 1, e = window[1] & 1, s = window[2] >> 1 & 1,
                       w = window[1] >> 2;
        unsigned ne = window[0] & 1, se = window[2] & 1, sw = window[2] >> 2, nw = window[0] >> 2;
        if (corners == IG_CORNERS_FORBID) {
            ne &= n | e;
            se &= s | e;
            sw &= s | w;
            nw &= n | w;
        } else if (corners == IG_CORNERS_STRICT) {
            ne &= n & e;
            se &= s & e;
            sw &= s & w;
            nw &= n & w;
        }
        out[c] = (uint8_t)(n | ne << 1 | e << 2 | se << 3 | s << 4 | sw << 5 | w << 6 | nw << 7);
    }
}

/// The same where sides may be shut, hop by hop.
static void open_row_slowly(const struct model *model, int64_t row, uint8_t *out)
{
    for (int64_t c = 0; c < model->cols; c++) {
        unsigned bits = 0;
        for (int k = 0; k < EIGHT; k++)
            bits |= (unsigned)(ig_on_grid(model, c + model->move[k].path.dx,
                                          row + model->move[k].path.dy) &&
                               ig_hop_open(model, c, row, k))
                    << k;
        out[c] = (uint8_t)bits;
    }
}

/// Does any side of a row, or of its neighbours, stand shut?
static bool any_shut(const struct model *model, int64_t row)
{
    const uint8_t *barriers = model->surface->barriers;
    if (!barriers) return false;
    const int64_t first = row ? row - 1 : 0, last = row + 1 < model->rows ? row + 1 : row;
    for (int64_t i = first * model->cols; i < (last + 1) * model->cols; i++)
        if (barriers[i]) return true;
    return false;
}

static ig_status make_strip(size_t i, void *arg)
{
    const struct making *making = arg;
    struct costs *costs = making->costs;
    const struct model *model = costs->model;
    struct strip *strip = &making->strips[i];
    const int64_t first = (int64_t)i * ROWS_AT_ONCE;
    const int64_t end = first + ROWS_AT_ONCE < model->rows ? first + ROWS_AT_ONCE : model->rows;
    const double straight = model->move[0].scale[0], diagonal = model->move[1].scale[0];
    strip->least = INFINITY;
    for (int64_t c = first * model->cols; c < end * model->cols; c++) {
        const float pace = model->surface->pace[c];
        if (!ig_passable(pace)) continue;
        const double a = rint((double)pace * straight), b = rint((double)pace * diagonal);
        if (a < strip->least) strip->least = a;
        if (b > (double)UINT32_MAX) strip->too_costly = true;
        if (!costs->half || strip->too_costly) continue;
        costs->half[2 * c] = (uint32_t)a;
        costs->half[2 * c + 1] = (uint32_t)b;
    }
    for (int64_t row = first; costs->open && row < end; row++) {
        uint8_t *out = costs->open + row * model->cols;
        if (any_shut(model, row))
            open_row_slowly(model, row, out);
        else
            open_row(model, row, out);
    }
    return IG_OK;
}

/// Rows of a window round a source: as far as the cheapest cells could carry within the limit.
static int64_t rows_of_window(const struct costs *costs)
{
    const struct model *model = costs->model;
    double step = 2.0 * costs->least; // never more than a step north costs
    const double across = model->move[2].length, down = model->move[0].length;
    if (across < down) step *= across / down;
    if (model->slope == IG_SLOPE_TOBLER) step *= 0.83;
    if (model->slope == IG_SLOPE_LANGMUIR) step = 0.0;
    const double far = step > 0.0 ? ceil(1.01 * model->limit / step) + 2.0 + REACH_MAX : INFINITY;
    return 2.0 * far + 1.0 < (double)model->rows ? 2 * (int64_t)far + 1 : model->rows;
}

static int bucket_shift(const struct costs *costs)
{
    const double least = 2.0 * costs->least;
    int shift = least >= 1.0 && least < INFINITY ? (int)floor(log2(least)) : 0;
    // Few free or nearly free cells must not make millions of buckets.
    while (costs->limit < (1ULL << 52) && costs->limit >> shift >= BUCKETS - 1)
        shift++;
    return shift;
}

static ig_status costs_make(ig_ctx *ctx, struct model *model, struct costs *costs)
{
    *costs = (struct costs){.model = model};
    const bool square = model->move[0].length == model->move[2].length;
    const bool plain =
        square && !model->exact && model->moves == EIGHT && model->slope == IG_SLOPE_NONE;
    const size_t strips = (size_t)((model->rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE);
    struct making making = {costs, ig_alloc(strips, sizeof *making.strips)};
    if (plain) {
        costs->half = ig_alloc(2 * (size_t)model->cells, sizeof *costs->half);
        costs->open = ig_alloc((size_t)model->cells, 1);
    }
    if (!making.strips || (plain && (!costs->half || !costs->open))) {
        ig_free(making.strips);
        return ig_fail(ctx, IG_EMEMORY, "no memory for the steps of %lld cells",
                       (long long)model->cells);
    }
    const ig_status status = ig_parallel_for(ctx, strips, make_strip, &making);
    costs->least = INFINITY;
    for (size_t i = 0; i < strips && !status; i++) {
        if (making.strips[i].least < costs->least) costs->least = making.strips[i].least;
        costs->too_costly = costs->too_costly || making.strips[i].too_costly;
    }
    ig_free(making.strips);
    if (costs->too_costly) {
        ig_free(costs->half);
        costs->half = NULL;
    }
    costs->limit = model->limit < 0x1p61 ? (uint64_t)model->limit : 1ULL << 61;
    costs->shift = bucket_shift(costs);
    costs->window = rows_of_window(costs);
    return status;
}

// ---- one search ---------------------------------------------------------------------------------

/// A cell that waits in a bucket. Links are places in the pool + 1; 0 ends a list.
struct waiting {
    uint32_t cell, next;
};

/// A cell in the heap of the bucket that is open.
struct due {
    uint64_t time;
    uint32_t cell;
};

/// A worker's own. `state` of a cell is 0 before it is met, then 2 (t + 1), odd once it is done.
struct search {
    const struct costs *costs;
    int64_t first; ///< number of the window's first cell
    size_t room;   ///< cells of the window
    uint64_t *state;
    float *minutes;
    uint32_t *met;
    size_t met_count, met_room;
    struct waiting *pool;
    size_t pool_count, pool_room;
    uint32_t spare; ///< list of places in the pool that can be used again
    uint32_t *bucket;
    size_t last;   ///< bucket that was used since the search began
    uint64_t base; ///< time at which bucket 0 begins
    int shift;
    size_t open; ///< the wide bucket whose cells lie in the heap; BUCKETS for none
    struct due *heap;
    size_t heap_count, heap_room;
    bool memory; ///< could not be had
};

static size_t bucket_of(const struct search *s, uint64_t time)
{
    const uint64_t bucket = (time - s->base) >> s->shift;
    return bucket < BUCKETS - 1 ? (size_t)bucket : BUCKETS - 1;
}

static void heap_push(struct search *s, struct due due)
{
    if (!ig_grow((void **)&s->heap, &s->heap_room, s->heap_count + 1, sizeof due)) {
        s->memory = true;
        return;
    }
    size_t i = s->heap_count++;
    for (; i > 0 && due.time < s->heap[(i - 1) / 2].time; i = (i - 1) / 2)
        s->heap[i] = s->heap[(i - 1) / 2];
    s->heap[i] = due;
}

static struct due heap_pop(struct search *s)
{
    const struct due top = s->heap[0], last = s->heap[--s->heap_count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= s->heap_count) break;
        if (child + 1 < s->heap_count && s->heap[child + 1].time < s->heap[child].time) child++;
        if (!(s->heap[child].time < last.time)) break;
        s->heap[i] = s->heap[child];
        i = child;
    }
    if (s->heap_count) s->heap[i] = last;
    return top;
}

static void wait_in(struct search *s, uint32_t cell, uint64_t time)
{
    const size_t bucket = bucket_of(s, time);
    if (bucket == s->open) {
        heap_push(s, (struct due){time, cell});
        return;
    }
    uint32_t place = s->spare;
    if (place) {
        s->spare = s->pool[place - 1].next;
    } else {
        if (!ig_grow((void **)&s->pool, &s->pool_room, s->pool_count + 1, sizeof *s->pool)) {
            s->memory = true;
            return;
        }
        place = (uint32_t)++s->pool_count;
    }
    if (bucket > s->last) s->last = bucket;
    uint32_t *head = &s->bucket[bucket];
    s->pool[place - 1] = (struct waiting){cell, *head};
    *head = place;
}

static void meet(struct search *s, uint32_t cell, uint64_t time)
{
    if (s->state[cell] == 0) {
        if (!ig_grow((void **)&s->met, &s->met_room, s->met_count + 1, sizeof *s->met)) {
            s->memory = true;
            return;
        }
        s->met[s->met_count++] = cell;
    }
    s->state[cell] = 2 * time + 2;
    wait_in(s, cell, time);
}

/// Is a time better than what a cell has? An unmet cell's state less one is the greatest number.
static inline bool better(const struct search *s, uint32_t cell, uint64_t time)
{
    return 2 * time + 3 <= s->state[cell] - 1;
}

static inline void offer(struct search *s, const uint32_t *half, uint32_t cell, int64_t step,
                         uint64_t time)
{
    const uint32_t to = (uint32_t)((int64_t)cell + step);
    const uint64_t arrives = time + half[2 * to];
    if (arrives <= s->costs->limit && better(s, to, arrives)) meet(s, to, arrives);
}

/// Straight and diagonal steps by the costs that were worked out.
static void expand_plain(struct search *s, uint32_t cell, uint64_t time)
{
    const struct costs *costs = s->costs;
    const int64_t cols = costs->model->cols;
    const uint32_t *half = costs->half + 2 * s->first;
    const unsigned open = costs->open[s->first + cell];
    const uint64_t straight = time + half[2 * (size_t)cell];
    const uint64_t diagonal = time + half[2 * (size_t)cell + 1];
    if (open & 1) offer(s, half, cell, -cols, straight);
    if (open & 4) offer(s, half, cell, 1, straight);
    if (open & 16) offer(s, half, cell, cols, straight);
    if (open & 64) offer(s, half, cell, -1, straight);
    if (open & 2) offer(s, half + 1, cell, 1 - cols, diagonal);
    if (open & 8) offer(s, half + 1, cell, cols + 1, diagonal);
    if (open & 32) offer(s, half + 1, cell, cols - 1, diagonal);
    if (open & 128) offer(s, half + 1, cell, -cols - 1, diagonal);
}

/// Any neighbourhood, with slope.
static void expand(struct search *s, uint32_t cell, uint64_t time)
{
    const struct model *model = s->costs->model;
    const int64_t here = s->first + cell, col = here % model->cols, row = here / model->cols;
    for (int k = 0; k < model->moves; k++) {
        const struct move *move = &model->move[k];
        const int64_t c = col + move->path.dx, r = row + move->path.dy;
        if (!ig_on_grid(model, c, r)) continue;
        const double arrives = (double)time + ig_step(model, col, row, move);
        if (!(arrives <= (double)s->costs->limit)) continue;
        const uint32_t to = (uint32_t)(r * model->cols + c - s->first);
        if (better(s, to, (uint64_t)arrives)) meet(s, to, (uint64_t)arrives);
    }
}

static void settle(struct search *s, uint32_t cell)
{
    const uint64_t state = s->state[cell];
    if (state & 1) return; // done with this time, or with a better one
    s->state[cell] = state | 1;
    const uint64_t time = state / 2 - 1;
    if (s->costs->half)
        expand_plain(s, cell, time);
    else
        expand(s, cell, time);
}

static uint32_t take_first(struct search *s, size_t b)
{
    const uint32_t place = s->bucket[b];
    struct waiting *waiting = &s->pool[place - 1];
    s->bucket[b] = waiting->next;
    waiting->next = s->spare;
    s->spare = place;
    return waiting->cell;
}

/// Empty a bucket; a wide one also of what falls into it on the way.
static void empty_bucket(struct search *s, size_t b)
{
    const bool wide = ldexp(1.0, s->shift) > 2.0 * s->costs->least;
    while (!wide && s->bucket[b] && !s->memory)
        settle(s, take_first(s, b));
    if (!wide || !s->bucket[b]) return;
    s->open = b;
    while (s->bucket[b] && !s->memory) {
        const uint32_t cell = take_first(s, b);
        if (!(s->state[cell] & 1)) heap_push(s, (struct due){s->state[cell] / 2 - 1, cell});
    }
    while (s->heap_count && !s->memory)
        settle(s, heap_pop(s).cell);
    s->open = BUCKETS;
}

/// Share out what lies beyond the buckets, wider from now on. False when there is nothing.
static bool go_beyond(struct search *s)
{
    uint32_t place = s->bucket[BUCKETS - 1];
    if (!place) return false;
    uint64_t least = UINT64_MAX;
    for (uint32_t p = place; p; p = s->pool[p - 1].next) {
        const uint64_t time = s->state[s->pool[p - 1].cell] / 2 - 1;
        if (time < least) least = time;
    }
    s->base = least;
    s->shift++;
    s->bucket[BUCKETS - 1] = 0;
    s->last = BUCKETS - 2;
    while (place) {
        struct waiting *waiting = &s->pool[place - 1];
        const uint32_t next = waiting->next;
        uint32_t *head = &s->bucket[bucket_of(s, s->state[waiting->cell] / 2 - 1)];
        waiting->next = *head;
        *head = place;
        place = next;
    }
    return true;
}

static void run_search(struct search *s, const struct seed *seeds, size_t count)
{
    s->base = 0;
    s->shift = s->costs->shift;
    s->met_count = s->pool_count = s->heap_count = 0;
    s->spare = 0;
    s->last = 0;
    s->open = BUCKETS;
    for (size_t i = 0; i < count; i++) {
        const uint32_t cell = (uint32_t)(seeds[i].cell - s->first);
        const uint64_t time = (uint64_t)seeds[i].time;
        if (time <= s->costs->limit && better(s, cell, time)) meet(s, cell, time);
    }
    do {
        for (size_t b = 0; b <= s->last && b < BUCKETS - 1 && !s->memory; b++)
            empty_bucket(s, b);
    } while (!s->memory && go_beyond(s));
}

/// Times to minutes, as ig_travel's grid holds them; cells beyond the limit are none of ours.
static struct ig_reached minutes_of(struct search *s)
{
    const struct model *model = s->costs->model;
    size_t kept = 0;
    for (size_t i = 0; i < s->met_count; i++) {
        const uint32_t cell = s->met[i];
        const double time = (double)(s->state[cell] / 2 - 1);
        const float minutes = (float)(time * model->quantum / 60.0);
        s->state[cell] = 0;
        if (model->options.limit < INFINITY && !ig_minutes_within(minutes, model->options.limit))
            continue;
        s->minutes[cell] = minutes;
        s->met[kept++] = cell;
    }
    return (ig_reached){s->first, s->first + (int64_t)s->room, s->minutes, kept, s->met};
}

static void forget(struct search *s, const ig_reached *reached)
{
    for (size_t i = 0; i < reached->cells; i++)
        s->minutes[reached->cell[i]] = NAN;
}

/// Window round a source: as many rows as always, moved to lie on the grid.
static void place_window(struct search *s, int64_t cell)
{
    const struct model *model = s->costs->model;
    int64_t row = cell / model->cols - s->costs->window / 2;
    if (row > model->rows - s->costs->window) row = model->rows - s->costs->window;
    s->first = row > 0 ? row * model->cols : 0;
}

// ---- all searches -------------------------------------------------------------------------------

struct each {
    ig_ctx *ctx;
    const struct costs *costs;
    const ig_source *sources;
    const size_t *order; ///< in which they are searched: near ones one after the other
    size_t count;
    ig_reached_fn fn;
    void *user;
    atomic_size_t next, done;
};

static bool search_new(const struct costs *costs, struct search *s)
{
    *s = (struct search){.costs = costs};
    s->room = (size_t)(costs->window * costs->model->cols);
    s->state = ig_alloc(s->room, sizeof *s->state);
    s->minutes = ig_alloc(s->room, sizeof *s->minutes);
    s->bucket = ig_alloc(BUCKETS, sizeof *s->bucket);
    for (size_t i = 0; s->minutes && i < s->room; i++)
        s->minutes[i] = NAN;
    return s->state && s->minutes && s->bucket;
}

static void search_free(struct search *s)
{
    ig_free(s->state);
    ig_free(s->minutes);
    ig_free(s->met);
    ig_free(s->pool);
    ig_free(s->bucket);
    ig_free(s->heap);
}

static ig_status tell_progress(struct each *each, int worker)
{
    const size_t done = atomic_fetch_add(&each->done, 1);
    if (worker) return ig_ctx_cancelled(each->ctx) ? IG_ECANCELLED : IG_OK;
    return ig_progress(each->ctx, (double)done / (double)each->count, "travel time by site");
}

static ig_status work(int worker, int workers, void *arg)
{
    (void)workers;
    struct each *each = arg;
    struct search s;
    ig_status status = search_new(each->costs, &s) ? IG_OK : IG_EMEMORY;
    while (!status) {
        const size_t next = atomic_fetch_add(&each->next, 1);
        if (next >= each->count) break;
        const size_t i = each->order[next];
        const ig_source *source = &each->sources[i];
        place_window(&s, source->cell);
        const struct seed seed = {
            .cell = source->cell,
            .time = rint(source->offset * 60.0 / each->costs->model->quantum),
        };
        run_search(&s, &seed, 1);
        if (s.memory) {
            status = IG_EMEMORY;
            break;
        }
        const ig_reached reached = minutes_of(&s);
        status = each->fn(i, worker, &reached, each->user);
        forget(&s, &reached);
        if (!status) status = tell_progress(each, worker);
    }
    search_free(&s);
    return status;
}

/// `exact` has no steps from cell to cell: one source after the other by the heap, on the rows of
/// the window.
static ig_status each_exact(struct each *each)
{
    const struct costs *costs = each->costs;
    ig_status status = IG_OK;
    struct search s;
    struct model *part = ig_alloc(1, sizeof *part);
    double *time = NULL;
    const bool room = search_new(costs, &s);
    if (room) time = ig_alloc(s.room, sizeof *time);
    if (!part || !time || !ig_grow((void **)&s.met, &s.met_room, s.room, sizeof *s.met))
        status = IG_EMEMORY;
    for (size_t i = 0; i < each->count && !status; i++) {
        struct start start = {0};
        status = ig_start_make(each->ctx, costs->model, &each->sources[i], 1, &start);
        place_window(&s, each->sources[i].cell);
        ig_surface surface = *costs->model->surface;
        surface.pace += s.first;
        if (surface.elevation) surface.elevation += s.first;
        if (surface.barriers) surface.barriers += s.first;
        *part = *costs->model;
        part->surface = &surface;
        part->rows = surface.frame.rows = costs->window;
        part->cells = (int64_t)s.room;
        for (size_t k = 0; k < start.count; k++)
            start.seeds[k].cell -= s.first;
        if (!status) status = ig_search_heap(each->ctx, part, start.seeds, start.count, time, NULL);
        ig_start_free(&start);
        if (status) break;
        s.met_count = 0;
        for (size_t c = 0; c < s.room; c++) {
            if (!(time[c] < INFINITY)) continue;
            s.state[c] = 2 * (uint64_t)time[c] + 2;
            s.met[s.met_count++] = (uint32_t)c;
        }
        const ig_reached reached = minutes_of(&s);
        status = each->fn(i, 0, &reached, each->user);
        forget(&s, &reached);
        if (!status) status = tell_progress(each, 0);
    }
    ig_free(part);
    ig_free(time);
    search_free(&s);
    return status;
}

static ig_status tell_memory(ig_ctx *ctx, const struct costs *costs)
{
    const double window = (double)costs->window * (double)costs->model->cols;
    const double bytes = (costs->half ? 9.0 : 0.0) * (double)costs->model->cells +
                         (double)ig_ctx_threads(ctx) * (costs->model->exact ? 24.0 : 12.0) * window;
    ig_info(ctx, "searching site by site takes %.0f MiB beside the cost grid: windows of %lld rows",
            ceil(bytes / 1048576.0), (long long)costs->window);
    if (window > (double)UINT32_MAX)
        return ig_fail(ctx, IG_ELIMIT, "a window of %.0f cells is too large to search site by site",
                       window);
    if (ig_ctx_memory(ctx) && bytes > (double)ig_ctx_memory(ctx)) {
        ig_fail(ctx, IG_ELIMIT, "searching site by site takes %.0f MiB, more than --memory allows",
                ceil(bytes / 1048576.0));
        return ig_hint(ctx, "give --max-minutes, fewer --threads, or more memory");
    }
    return IG_OK;
}

struct spot {
    int64_t band, col;
    size_t source;
};

static int by_place(const void *pa, const void *pb)
{
    const struct spot *a = pa, *b = pb;
    if (a->band != b->band) return a->band < b->band ? -1 : 1;
    if (a->col != b->col) return a->col < b->col ? -1 : 1;
    return (a->source > b->source) - (a->source < b->source);
}

/// Bands of rows from north to south, in each from west to east: what one search has read the next
/// one finds in the cache.
static bool order_by_place(const struct model *model, const ig_source *sources, size_t count,
                           size_t *order)
{
    enum { BAND = 256 };
    struct spot *spots = ig_alloc(count + 1, sizeof *spots);
    if (!spots) return false;
    for (size_t i = 0; i < count; i++)
        spots[i] =
            (struct spot){sources[i].cell / model->cols / BAND, sources[i].cell % model->cols, i};
    qsort(spots, count, sizeof *spots, by_place);
    for (size_t i = 0; i < count; i++)
        order[i] = spots[i].source;
    ig_free(spots);
    return true;
}

double ig_seconds_now(void)
{
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC, &now) ? 0.0
                                                : (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/// Every source is looked at before the work begins.
static ig_status check_sources(ig_ctx *ctx, const struct model *model, const ig_source *sources,
                               size_t count)
{
    struct start start = {0};
    struct model *plain = ig_alloc(1, sizeof *plain);
    if (!plain) return ig_fail(ctx, IG_EMEMORY, "no memory for the search");
    *plain = *model;
    plain->exact = false; // no discs
    const ig_status status = ig_start_make(ctx, plain, sources, count, &start);
    ig_start_free(&start);
    ig_free(plain);
    return status;
}

ig_status ig_travel_each(ig_ctx *ctx, const ig_surface *surface, const ig_source *sources,
                         size_t count, const ig_travel_options *options, ig_reached_fn fn,
                         void *user)
{
    if (!surface || !surface->pace || !fn || (!sources && count))
        return ig_fail(ctx, IG_EINVAL, "travel needs a cost grid, sites and a place for minutes");
    const ig_travel_options defaults = ig_travel_defaults();
    struct costs costs = {0};
    struct model *model = ig_alloc(1, sizeof *model);
    if (!model) return ig_fail(ctx, IG_EMEMORY, "no memory for the search");
    const double began = ig_seconds_now();
    ig_status status = ig_model_begin(ctx, surface, options ? options : &defaults, model);
    if (!status) status = check_sources(ctx, model, sources, count);
    if (!status) status = costs_make(ctx, model, &costs);
    if (!status) status = tell_memory(ctx, &costs);
    size_t *order = ig_alloc(count + 1, sizeof *order);
    if (!status && (!order || !order_by_place(model, sources, count, order)))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu sites", count);
    if (!status) {
        struct each each = {.ctx = ctx,
                            .costs = &costs,
                            .sources = sources,
                            .order = order,
                            .count = count,
                            .fn = fn,
                            .user = user};
        status = model->exact ? each_exact(&each) : ig_parallel_workers(ctx, work, &each);
        if (status == IG_EMEMORY)
            ig_fail(ctx, IG_EMEMORY, "no memory for searches in windows of %lld rows",
                    (long long)costs.window);
    }
    if (!status) ig_info(ctx, "%zu sites in %.2f s", count, ig_seconds_now() - began);
    ig_free(order);
    ig_free(costs.half);
    ig_free(costs.open);
    ig_free(model);
    return status;
}
