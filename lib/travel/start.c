// Where a search starts: sources checked and ordered, and the first times of `exact`.
#include "travel_internal.h"

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

/// The part of a straight line in one cell.
struct piece {
    int64_t cell; ///< from that of the source
    double scale; ///< quanta for each unit of pace
    int8_t hop;   ///< how the line leaves it, as the bits of `barriers`; -1: its end
};

/// A straight line to the middle of another cell.
struct line {
    int dx, dy;
    size_t first, count; ///< pieces
    bool corners;        ///< it goes through the corners of cells
};

struct lines {
    struct line *line;
    size_t count, room;
    struct piece *piece;
    size_t pieces, room_pieces;
};

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
        if (!ig_grow((void **)&lines->piece, &lines->room_pieces, lines->pieces + 1,
                     sizeof *lines->piece))
            return false;
        lines->piece[lines->pieces++] = (struct piece){cell, length * (to - from), (int8_t)hop};
        line.corners |= x && y;
        line.count++;
        cell += y * south * model->cols + x * east;
        from = to;
        i += x;
        j += y;
    }
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

static bool is_open(const struct model *model, const struct piece *piece, size_t count,
                    int64_t source)
{
    for (size_t i = 0; i + 1 < count; i++) {
        const int64_t cell = source + piece[i].cell;
        if (!ig_hop_open(model, cell % model->cols, cell / model->cols, piece[i].hop)) return false;
    }
    return true;
}

/// Quanta along a line that stays on the grid, at the slowest pace on it; INFINITY when it is barred.
///
/// That is right on plain ground, for which lines are there, and never short: the pace of a road is
/// made for steps from cell to cell, which are longer than the road, so a line along it would be
/// too quick.
static double line_cost(const struct model *model, const struct lines *lines,
                        const struct line *line, int64_t source)
{
    const float *pace = model->surface->pace + source;
    const struct piece *piece = lines->piece + line->first;
    float slowest = 0.0F;
    for (size_t i = 0; i < line->count; i++) {
        const float here = pace[piece[i].cell];
        if (isnan(here)) return INFINITY; // no ground
        slowest = here > slowest ? here : slowest;
    }
    const double slow = (double)slowest;
    double sum = 0.0, other = 0.0; // of whole numbers, in any order
    for (size_t i = 0; i + 1 < line->count; i += 2) {
        sum += ig_whole(slow * piece[i].scale);
        other += ig_whole(slow * piece[i + 1].scale);
    }
    if (line->count % 2) sum += ig_whole(slow * piece[line->count - 1].scale);
    sum += other;
    if (!(sum < INFINITY)) return INFINITY;
    // Where corners may be cut, a way over passable cells is open but for shut sides.
    const bool cut = model->options.corners == IG_CORNERS_ALLOW;
    const bool look = (line->corners && !cut) || model->surface->barriers;
    return !look || is_open(model, piece, line->count, source) ? sum : INFINITY;
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

/// The seeds of some sources, by several workers, each with a list of its own.
struct sowing {
    const struct model *model;
    const struct lines *lines;
    const struct start *start; ///< the sources
    size_t sources;
    struct start *own; ///< by worker
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
    const struct sowing *sowing = arg;
    for (size_t i = (size_t)worker; i < sowing->sources; i += (size_t)workers)
        if (!sow(sowing, i, &sowing->own[worker])) return IG_EMEMORY;
    return IG_OK;
}

static ig_status sow_together(ig_ctx *ctx, struct sowing *sowing, struct start *start)
{
    const size_t workers = (size_t)ig_ctx_threads(ctx);
    sowing->own = ig_alloc(workers, sizeof *sowing->own);
    if (!sowing->own) return IG_EMEMORY;
    ig_status status = ig_parallel_workers(ctx, sow_share, sowing);
    size_t count = 0;
    for (size_t i = 0; i < workers; i++)
        count += sowing->own[i].count;
    if (!status && !ig_grow((void **)&start->seeds, &start->room, count, sizeof *start->seeds))
        status = IG_EMEMORY;
    for (size_t i = 0; i < workers; i++) {
        const struct start *own = &sowing->own[i];
        if (!status && own->count)
            memcpy(start->seeds + start->count, own->seeds, own->count * sizeof *own->seeds);
        start->count += status ? 0 : own->count;
        ig_free(own->seeds);
    }
    ig_free(sowing->own);
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
    ig_free(lines.piece);
    return status;
}

void ig_start_free(struct start *start)
{
    ig_free(start->by_rank);
    ig_free(start->seeds);
    *start = (struct start){0};
}
