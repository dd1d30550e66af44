// Where a search starts: sources checked and ordered, and the first times of `exact`.
#include "travel_internal.h"

#include <stdatomic.h>
#include <stdlib.h>

// ---- sources ------------------------------------------------------------------------------------

static int compare_rank(const void *pa, const void *pb)
{
    const ig_source *a = *(const ig_source *const *)pa, *b = *(const ig_source *const *)pb;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static ig_status check_source(ig_ctx *ctx, const struct model *model, const ig_source *source)
{
    if (source->cell < 0 || source->cell >= model->cells) {
        ig_fail(ctx, IG_EINVAL, "site %d lies off the cost grid", source->number);
        return ig_hint(ctx, "take a larger grid, or leave such sites out (--clip-sites)");
    }
    if (!ig_passable(model->surface->pace[source->cell])) {
        ig_fail(ctx, IG_EINVAL, "site %d stands on a barrier: column %lld, row %lld",
                source->number, (long long)(source->cell % model->cols),
                (long long)(source->cell / model->cols));
        return ig_hint(ctx, "move it to the nearest passable cell with --snap METRES");
    }
    if (!(source->offset >= 0.0) || !isfinite(source->offset)) {
        return ig_fail(ctx, IG_EINVAL, "site %d starts at %g minutes: an offset is 0 or more",
                       source->number, source->offset);
    }
    return IG_OK;
}

static bool add_seed(struct start *start, struct seed seed)
{
    if (!ig_grow((void **)&start->seeds, &start->room, start->count + 1, sizeof seed)) return false;
    start->seeds[start->count++] = seed;
    return true;
}

// ---- straight lines -----------------------------------------------------------------------------

/// Pieces of a line are taken so many at a time: their number is filled up with empty ones.
enum { PIECES = 4 };

/// A straight line to the middle of another cell, and its parts in the cells that it crosses.
struct line {
    int dx, dy;
    size_t first, count; ///< pieces, the last ones empty
    bool corners;        ///< it goes through the corners of cells
};

struct lines {
    struct line *line;
    size_t count, room;
    size_t pieces, room_cell, room_scale, room_hop;
    int64_t *cell; ///< of a piece, from that of the source
    double *scale; ///< quanta for each unit of pace
    int8_t *hop;   ///< how the line leaves it, as the bits of `barriers`; -1: its end
};

static bool add_piece(struct lines *lines, int64_t cell, double scale, int8_t hop)
{
    const size_t i = lines->pieces, n = i + 1;
    if (!ig_grow((void **)&lines->cell, &lines->room_cell, n, sizeof *lines->cell) ||
        !ig_grow((void **)&lines->scale, &lines->room_scale, n, sizeof *lines->scale) ||
        !ig_grow((void **)&lines->hop, &lines->room_hop, n, sizeof *lines->hop))
        return false;
    lines->cell[i] = cell;
    lines->scale[i] = scale;
    lines->hop[i] = hop;
    lines->pieces = n;
    return true;
}

static bool add_line(const struct model *model, int dx, int dy, struct lines *lines)
{
    static const int8_t hops[3][3] = {{7, 0, 1}, {6, -1, 2}, {5, 4, 3}};
    const int across = abs(dx), down = abs(dy), east = dx < 0 ? -1 : 1, south = dy < 0 ? -1 : 1;
    const double length =
        hypot(dx * model->move[EAST].length, dy * model->move[SOUTH].length) / model->quantum;
    struct line line = {.dx = dx, .dy = dy, .first = lines->pieces};
    int64_t cell = 0;
    double from = 0.0;
    for (int i = 0, j = 0, hop = 0; hop >= 0;) {
        // Sides are crossed at (2i + 1) / (2 across) and (2j + 1) / (2 down) of the way.
        const int side = i < across ? (2 * i + 1) * (down ? down : 1) : INT32_MAX;
        const int top = j < down ? (2 * j + 1) * (across ? across : 1) : INT32_MAX;
        const bool ends = i == across && j == down;
        const int x = !ends && side <= top, y = !ends && top <= side;
        const double to = ends ? 1.0
                          : x  ? (2.0 * i + 1.0) / (2.0 * across)
                               : (2.0 * j + 1.0) / (2.0 * down);
        hop = hops[y * south + 1][x * east + 1];
        if (!add_piece(lines, cell, length * (to - from), (int8_t)hop)) return false;
        line.corners |= x && y;
        cell += y * south * model->cols + x * east;
        from = to;
        i += x;
        j += y;
    }
    while ((lines->pieces - line.first) % PIECES)
        if (!add_piece(lines, cell, 0.0, -1)) return false;
    line.count = lines->pieces - line.first;
    if (!ig_grow((void **)&lines->line, &lines->room, lines->count + 1, sizeof line)) return false;
    lines->line[lines->count++] = line;
    return true;
}

/// `exact` starts from a disc in which times are those of straight lines, and from a ring farther
/// out: near a source a wave front is too bent for triangles, whose error goes as its bend.
static bool make_lines(const struct model *model, struct lines *lines)
{
    enum { INSIDE = RING - 2 };
    for (int y = -RING; y <= RING; y++) {
        for (int x = -RING; x <= RING; x++) {
            const int square = x * x + y * y;
            if (!square || square > RING * RING) continue;
            if (square > DISC * DISC && square < INSIDE * INSIDE) continue;
            if (!add_line(model, x, y, lines)) return false;
        }
    }
    return true;
}

static bool is_open(const struct model *model, const struct lines *lines, const struct line *line,
                    int64_t source)
{
    for (size_t i = line->first; lines->hop[i] >= 0; i++) {
        const int64_t cell = source + lines->cell[i];
        if (!ig_hop_open(model, cell % model->cols, cell / model->cols, lines->hop[i]))
            return false;
    }
    return true;
}

/// The slowest pace on a line; NaN where there is no ground.
static float slowest_on(const float *pace, const int64_t *cell, size_t count)
{
    float slowest[PIECES] = {0.0F}, all[PIECES] = {0.0F};
    for (size_t i = 0; i < count; i += PIECES) {
        for (int k = 0; k < PIECES; k++) {
            const float here = pace[cell[i + (size_t)k]];
            slowest[k] = here > slowest[k] ? here : slowest[k];
            all[k] += here; // NaN if any is
        }
    }
    for (int k = 1; k < PIECES; k++) {
        slowest[0] = slowest[k] > slowest[0] ? slowest[k] : slowest[0];
        all[0] += all[k];
    }
    return isnan(all[0]) ? NAN : slowest[0];
}

/// Quanta along a line that stays on the grid, at the slowest pace on it; INFINITY when it is barred.
///
/// That is right on plain ground, for which lines are there, and never short: the pace of a road is
/// made for steps from cell to cell, which are longer than the road, so a line along it would be
/// too quick.
static double line_cost(const struct model *model, const struct lines *lines,
                        const struct line *line, int64_t source)
{
    const float slowest =
        slowest_on(model->surface->pace + source, lines->cell + line->first, line->count);
    if (!ig_passable(slowest)) return INFINITY;
    const double slow = (double)slowest, *scale = lines->scale + line->first;
    double sum[PIECES] = {0.0}; // of whole numbers, in any order
    for (size_t i = 0; i < line->count; i += PIECES)
        for (size_t k = 0; k < PIECES; k++)
            sum[k] += ig_whole(slow * scale[i + k]);
    const double cost = sum[0] + sum[1] + (sum[2] + sum[3]);
    if (!(cost < INFINITY)) return INFINITY;
    // Where corners may be cut, a way over passable cells is open but for shut sides.
    const bool cut = model->options.corners == IG_CORNERS_ALLOW;
    const bool look = (line->corners && !cut) || model->surface->barriers;
    return !look || is_open(model, lines, line, source) ? cost : INFINITY;
}

static bool add_lines(const struct model *model, const struct lines *lines, struct seed centre,
                      struct start *start)
{
    const int64_t col = centre.cell % model->cols, row = centre.cell / model->cols;
    if (!ig_grow((void **)&start->seeds, &start->room, start->count + lines->count,
                 sizeof *start->seeds))
        return false;
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->line[i];
        if (!ig_on_grid(model, col + line->dx, row + line->dy)) continue;
        const double time = centre.time + line_cost(model, lines, line, centre.cell);
        const int64_t cell = centre.cell + line->dy * model->cols + line->dx;
        if (time < INFINITY) start->seeds[start->count++] = (struct seed){cell, time, centre.order};
    }
    return true;
}

/// The seeds of all sources, by several workers: each sows one source in a place of its own and
/// then puts what came up to the rest.
struct sowing {
    const struct model *model;
    const struct lines *lines;
    struct start *start; ///< the sources; room for all seeds
    size_t sources;
    atomic_size_t count; ///< of seeds
};

static bool sow(const struct sowing *sowing, size_t source, struct start *own)
{
    const struct seed seed = {
        .cell = sowing->start->by_rank[source]->cell,
        .time = rint(sowing->start->by_rank[source]->offset * 60.0 / sowing->model->quantum),
        .order = (int32_t)source,
    };
    return add_seed(own, seed) && add_lines(sowing->model, sowing->lines, seed, own);
}

static ig_status sow_share(int worker, int workers, void *arg)
{
    struct sowing *sowing = arg;
    struct start own = {0};
    ig_status status = IG_OK;
    for (size_t i = (size_t)worker; i < sowing->sources && !status; i += (size_t)workers) {
        own.count = 0;
        if (!sow(sowing, i, &own)) status = IG_EMEMORY;
        const size_t first = atomic_fetch_add(&sowing->count, status ? 0 : own.count);
        if (!status) memcpy(sowing->start->seeds + first, own.seeds, own.count * sizeof *own.seeds);
    }
    ig_free(own.seeds);
    return status;
}

static ig_status sow_together(ig_ctx *ctx, struct sowing *sowing, struct start *start)
{
    size_t most;
    if (!ig_product(sowing->sources, sowing->lines->count + 1, &most) ||
        (start->seeds = ig_alloc_whole(most, sizeof *start->seeds)) == NULL)
        return IG_EMEMORY;
    start->room = most;
    const ig_status status = ig_parallel_workers(ctx, sow_share, sowing);
    start->count = atomic_load(&sowing->count);
    return status;
}

ig_status ig_start_make(ig_ctx *ctx, const struct model *model, const ig_source *sources,
                        size_t count, struct start *start)
{
    enum { MANY = 16 }; // sources whose lines are worth several threads
    struct lines lines = {0};
    struct sowing sowing = {.model = model, .lines = &lines, .start = start, .sources = count};
    ig_status status = IG_OK;
    start->by_rank = ig_alloc(count, sizeof *start->by_rank);
    if (!start->by_rank) goto memory;
    for (size_t i = 0; i < count; i++) {
        status = check_source(ctx, model, &sources[i]);
        if (status) goto done;
        start->by_rank[i] = &sources[i];
    }
    qsort(start->by_rank, count, sizeof *start->by_rank, compare_rank);
    const bool lined = model->exact && model->slope == IG_SLOPE_NONE && count;
    if (lined && !make_lines(model, &lines)) goto memory;
    if (lined && count >= MANY) {
        status = sow_together(ctx, &sowing, start);
        if (status == IG_EMEMORY) goto memory;
        goto done;
    }
    for (size_t i = 0; i < count; i++)
        if (!sow(&sowing, i, start)) goto memory;
    goto done;
memory:
    status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu sites", count);
done:
    ig_free(lines.line);
    ig_free(lines.cell);
    ig_free(lines.scale);
    ig_free(lines.hop);
    return status;
}

void ig_start_free(struct start *start)
{
    ig_free(start->by_rank);
    ig_free(start->seeds);
    *start = (struct start){0};
}
