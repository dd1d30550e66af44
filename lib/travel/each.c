// Many sources, each by itself: searches over tiles of which each thread has its own, which touch
// and put back only what a source reaches within the limit.
//
// Minutes are handed on in a window of whole rows, as many as the cheapest cell allows to reach;
// what a source has reached there is cleared again, so that a search costs nothing beyond its own
// cells. The least sum is unique: the bits are those of a search over the whole grid.
#include "tile_internal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

// ---- what all searches share --------------------------------------------------------------------

struct each {
    ig_ctx *ctx;
    const struct model *model;
    bool heap;      ///< tiles do not do for this model
    int64_t window; ///< rows
    const ig_source *sources;
    const size_t *order; ///< in which they are searched: near ones one after the other
    size_t count;
    ig_reached_fn fn;
    void *user;
    atomic_size_t next, done;
};

enum { ROWS_AT_ONCE = 64 };

struct cheapest {
    const struct model *model;
    float *least; ///< by strip of rows
};

static ig_status look_at_strip(size_t i, void *arg)
{
    const struct cheapest *cheapest = arg;
    const struct model *model = cheapest->model;
    const int64_t first = (int64_t)i * ROWS_AT_ONCE * model->cols;
    const int64_t end = first + ROWS_AT_ONCE * model->cols;
    const float *pace = model->surface->pace;
    float least = INFINITY;
    for (int64_t c = first; c < end && c < model->cells; c++)
        least = pace[c] < least ? pace[c] : least; // NaN is a barrier
    cheapest->least[i] = least;
    return IG_OK;
}

/// Rows of a window round a source: as far as the cheapest cells and links could carry within the
/// limit.
static ig_status window_rows(ig_ctx *ctx, const struct model *model, int64_t *rows)
{
    const size_t strips = (size_t)((model->rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE);
    struct cheapest cheapest = {model, ig_alloc(strips, sizeof *cheapest.least)};
    if (!cheapest.least)
        return ig_fail(ctx, IG_EMEMORY, "no memory for %lld cells", (long long)model->cells);
    const ig_status status = ig_parallel_for(ctx, strips, look_at_strip, &cheapest);
    float pace = INFINITY;
    for (size_t i = 0; i < strips; i++)
        if (cheapest.least[i] < pace) pace = cheapest.least[i];
    ig_free(cheapest.least);
    double step = 2.0 * rint((double)pace * model->move[NORTH].scale[0]); // never more than a step
    const double across = model->move[EAST].length, down = model->move[NORTH].length;
    if (across < down) step *= across / down;
    if (model->slope == IG_SLOPE_TOBLER) step *= 0.83;
    if (model->slope == IG_SLOPE_LANGMUIR) step = 0.0;
    step = fmin(step, ig_passages_least(model));
    const double far = step > 0.0 ? ceil(1.01 * model->limit / step) + 2.0 + REACH_MAX : INFINITY;
    *rows = 2.0 * far + 1.0 < (double)model->rows ? 2 * (int64_t)far + 1 : model->rows;
    return status;
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

/// Every source is looked at before the work begins.
static ig_status check_sources(ig_ctx *ctx, const struct model *model, const ig_source *sources,
                               size_t count)
{
    struct start start = {0};
    struct model *plain = ig_alloc(1, sizeof *plain);
    if (!plain) return ig_fail(ctx, IG_EMEMORY, "no memory for the search");
    *plain = *model;      // and its passages, lent
    plain->exact = false; // no discs
    const ig_status status = ig_start_make(ctx, plain, sources, count, &start);
    ig_start_free(&start);
    ig_free(plain);
    return status;
}

// ---- a thread's own -----------------------------------------------------------------------------

struct search {
    const struct each *each;
    struct field *field;
    struct model *part; ///< by the heap: the rows of the window as a grid
    double *time;
    int64_t first, room; ///< first cell of the window, and how many
    float *minutes;      ///< NaN but where the source at hand arrives
    ig_span *span;
    size_t spans, span_room;
};

static void search_free(struct search *s)
{
    ig_field_free(s->field);
    ig_model_free(s->part);
    ig_free(s->time);
    ig_free(s->minutes);
    ig_free(s->span);
}

static ig_status search_new(const struct each *each, struct search *s)
{
    *s = (struct search){.each = each};
    s->room = each->window * each->model->cols;
    s->minutes = ig_alloc((size_t)s->room, sizeof *s->minutes);
    if (!s->minutes) return IG_EMEMORY;
    for (int64_t i = 0; i < s->room; i++)
        s->minutes[i] = NAN;
    if (!each->heap) return ig_field_new(each->ctx, each->model, NULL, NULL, &s->field);
    s->part = ig_alloc(1, sizeof *s->part);
    s->time = ig_alloc((size_t)s->room, sizeof *s->time);
    return s->part && s->time ? IG_OK : IG_EMEMORY;
}

/// Window round a source: as many rows as always, moved to lie on the grid.
static void place_window(struct search *s, int64_t cell)
{
    const struct model *model = s->each->model;
    const int64_t window = s->each->window;
    int64_t row = cell / model->cols - window / 2;
    if (row > model->rows - window) row = model->rows - window;
    s->first = row > 0 ? row * model->cols : 0;
}

/// Note what of a row's piece is reached, without the ends that are not.
static bool keep_span(struct search *s, int64_t cell, int64_t cells)
{
    const float *minutes = s->minutes + (cell - s->first);
    int64_t from = 0, to = cells;
    while (from < to && isnan(minutes[from]))
        from++;
    while (to > from && isnan(minutes[to - 1]))
        to--;
    if (from == to) return true;
    if (!ig_grow((void **)&s->span, &s->span_room, s->spans + 1, sizeof *s->span)) return false;
    s->span[s->spans++] = (ig_span){cell + from, to - from};
    return true;
}

static ig_status search_tiles(struct search *s, const struct start *start)
{
    const struct model *model = s->each->model;
    const int64_t first = s->first / model->cols, end = first + s->each->window;
    const ig_status status = ig_field_search(s->field, start->seeds, start->count, INFINITY, true);
    for (size_t i = 0; !status && i < ig_field_reached(s->field); i++) {
        const struct tile_box box = ig_field_box(s->field, i);
        for (int64_t r = box.row < first ? first : box.row; r < box.row + box.rows && r < end;
             r++) {
            const int64_t cell = r * model->cols + box.col;
            ig_field_row(s->field, i, (int)(r - box.row), s->minutes + (cell - s->first));
            if (!keep_span(s, cell, box.cols)) return IG_EMEMORY;
        }
    }
    return status;
}

/// By the heap, on the rows of the window.
static ig_status search_part(struct search *s, struct start *start)
{
    const struct model *model = s->each->model;
    ig_surface surface = *model->surface;
    surface.pace += s->first;
    if (surface.elevation) surface.elevation += s->first;
    if (surface.barriers) surface.barriers += s->first;
    struct model *part = s->part;
    struct passage *passage = part->passage; // its own
    size_t *passage_row = part->passage_row;
    *part = *model;
    part->passage = passage;
    part->passage_row = passage_row;
    part->surface = &surface;
    part->rows = surface.frame.rows = s->each->window;
    part->cells = s->room;
    if (!ig_passages_cut(model, s->first, part)) return IG_EMEMORY;
    size_t seeds = 0; // those of a disc beyond the window lie beyond the limit
    for (size_t k = 0; k < start->count; k++) {
        struct seed seed = start->seeds[k];
        seed.cell -= s->first;
        if (seed.cell >= 0 && seed.cell < s->room) start->seeds[seeds++] = seed;
    }
    const ig_status status = ig_search_heap(s->each->ctx, part, start->seeds, seeds, s->time, NULL);
    if (status) return status;
    ig_times_to_minutes(model, s->time, s->room, s->minutes);
    for (int64_t cell = 0; cell < s->room; cell += model->cols)
        if (!keep_span(s, s->first + cell, model->cols)) return IG_EMEMORY;
    return IG_OK;
}

static void forget(struct search *s)
{
    for (size_t i = 0; i < s->spans; i++)
        for (int64_t c = 0; c < s->span[i].cells; c++)
            s->minutes[s->span[i].cell - s->first + c] = NAN;
    s->spans = 0;
}

static ig_status search_source(struct search *s, size_t source, int worker)
{
    const struct each *each = s->each;
    struct start start = {0};
    place_window(s, each->sources[source].cell);
    ig_status status = ig_start_make(each->ctx, each->model, &each->sources[source], 1, &start);
    if (!status) status = each->heap ? search_part(s, &start) : search_tiles(s, &start);
    ig_start_free(&start);
    const ig_reached reached = {s->first, s->first + s->room, s->minutes, s->spans, s->span};
    if (!status) status = each->fn(source, worker, &reached, each->user);
    forget(s);
    return status;
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
    ig_status status = search_new(each, &s);
    while (!status) {
        const size_t next = atomic_fetch_add(&each->next, 1);
        if (next >= each->count) break;
        status = search_source(&s, each->order[next], worker);
        if (!status) status = tell_progress(each, worker);
    }
    if (status) atomic_store(&each->next, each->count); // the others need not go on
    search_free(&s);
    return status;
}

// ---- all searches -------------------------------------------------------------------------------

static ig_status tell_memory(ig_ctx *ctx, const struct each *each)
{
    const double window = (double)each->window * (double)each->model->cols;
    const double own = each->heap ? 12.0 * window : ig_field_bytes(each->model, each->window);
    const double bytes = (double)ig_ctx_threads(ctx) * (4.0 * window + own);
    ig_info(ctx, "searching site by site takes %.0f MiB beside the cost grid: windows of %lld rows",
            ceil(bytes / 1048576.0), (long long)each->window);
    if (ig_ctx_memory(ctx) && bytes > (double)ig_ctx_memory(ctx)) {
        ig_fail(ctx, IG_ELIMIT, "searching site by site takes %.0f MiB, more than --memory allows",
                ceil(bytes / 1048576.0));
        return ig_hint(ctx, "give --max-minutes, fewer --threads, or more memory");
    }
    return IG_OK;
}

double ig_seconds_now(void)
{
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC, &now) ? 0.0
                                                : (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

ig_status ig_travel_each(ig_ctx *ctx, const ig_surface *surface, const ig_source *sources,
                         size_t count, const ig_travel_options *options, ig_reached_fn fn,
                         void *user)
{
    if (!surface || !surface->pace || !fn || (!sources && count))
        return ig_fail(ctx, IG_EINVAL, "travel needs a cost grid, sites and a place for minutes");
    const ig_travel_options defaults = ig_travel_defaults();
    struct model *model = ig_alloc(1, sizeof *model);
    size_t *order = ig_alloc(count + 1, sizeof *order);
    const double began = ig_seconds_now();
    ig_status status =
        model && order ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for %zu sites", count);
    if (!status) status = ig_model_begin(ctx, surface, options ? options : &defaults, false, model);
    if (!status) status = check_sources(ctx, model, sources, count);
    struct each each = {.ctx = ctx,
                        .model = model,
                        .sources = sources,
                        .order = order,
                        .count = count,
                        .fn = fn,
                        .user = user};
    if (!status) status = window_rows(ctx, model, &each.window);
    if (!status) {
        each.heap = ig_needs_heap(model);
        status = tell_memory(ctx, &each);
    }
    if (!status && !order_by_place(model, sources, count, order))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu sites", count);
    if (!status) status = ig_parallel_workers(ctx, work, &each);
    if (status == IG_EMEMORY)
        ig_fail(ctx, IG_EMEMORY, "no memory for searches in windows of %lld rows",
                (long long)each.window);
    if (!status) ig_info(ctx, "%zu sites in %.2f s", count, ig_seconds_now() - began);
    ig_free(order);
    ig_model_free(model);
    return status;
}
