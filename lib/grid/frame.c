// The plain types of grids: size and place, cells in memory. Knows no file and no library.
#include "grid_internal.h"

#include <math.h>
#include <string.h>

int64_t ig_frame_cells(const ig_frame *frame)
{
    if (!frame || frame->cols <= 0 || frame->rows <= 0) return -1;
    if (frame->cols > INT64_MAX / frame->rows) return -1;
    return frame->cols * frame->rows;
}

bool ig_frame_equal(const ig_frame *a, const ig_frame *b)
{
    // Corners that differ by a hair of a cell are one lattice: files round them in many ways.
    const double near = 1e-6;
    return a->cols == b->cols && a->rows == b->rows && fabs(a->dx - b->dx) <= near * a->dx &&
           fabs(a->dy - b->dy) <= near * a->dy && fabs(a->west - b->west) <= 1e-3 * a->dx &&
           fabs(a->north - b->north) <= 1e-3 * a->dy;
}

double ig_frame_side(const ig_frame *frame)
{
    return 0.5 * (frame->dx + frame->dy);
}

/// Number along one side, from its length in cells; a hair beyond either end is on it.
static bool number_along(double offset, int64_t count, int64_t *number)
{
    const double hair = 1e-6, last = (double)(count - 1), at = floor(offset);
    if (!(offset >= -hair && offset <= (double)count + hair)) return false;
    *number = (int64_t)(at < 0.0 ? 0.0 : at > last ? last : at);
    return true;
}

bool ig_frame_cell(const ig_frame *frame, double x, double y, int64_t *col, int64_t *row)
{
    return number_along((x - frame->west) / frame->dx, frame->cols, col) &&
           number_along((frame->north - y) / frame->dy, frame->rows, row);
}

/// Number of cells of a frame that can be allocated, or a failure that says why not.
static ig_status cells_of(ig_ctx *ctx, const ig_frame *frame, size_t *cells)
{
    const int64_t count = ig_frame_cells(frame);
    if (count < 0 || (uint64_t)count > SIZE_MAX / sizeof(float))
        return ig_fail(ctx, IG_ELIMIT, "a grid of %lld by %lld cells is beyond any memory",
                       (long long)frame->cols, (long long)frame->rows);
    if (!(frame->dx > 0.0 && frame->dy > 0.0) || !isfinite(frame->dx + frame->dy) ||
        !isfinite(frame->west + frame->north))
        return ig_fail(ctx, IG_EINVAL,
                       "a grid needs a finite corner and cells with positive sides");
    const uint64_t limit = ig_ctx_memory(ctx);
    if (limit && !ig_ctx_spills(ctx) && (uint64_t)count * sizeof(float) > limit)
        return ig_fail(ctx, IG_ELIMIT, "a grid of %lld cells needs %.0f MB, the limit is %.0f MB",
                       (long long)count, (double)count * sizeof(float) / 1e6, (double)limit / 1e6);
    *cells = (size_t)count;
    return IG_OK;
}

ig_status ig_layer_blank(ig_ctx *ctx, const ig_frame *frame, float **layer)
{
    size_t cells = 0;
    ig_status status = cells_of(ctx, frame, &cells);
    if (status) return status;
    void *made = NULL;
    status = ig_bulk_alloc(ctx, cells, sizeof **layer, &made);
    *layer = made;
    return status;
}

/// Cells that a thread clears in one go.
enum { CLEARED = 1 << 18 };

struct clearing {
    float *layer;
    int64_t cells;
};

static ig_status clear_part(size_t part, void *arg)
{
    const struct clearing *c = arg;
    const int64_t from = (int64_t)part * CLEARED;
    const int64_t end = from + CLEARED < c->cells ? from + CLEARED : c->cells;
    for (int64_t i = from; i < end; i++)
        c->layer[i] = NAN;
    return IG_OK;
}

ig_status ig_layer_new(ig_ctx *ctx, const ig_frame *frame, float **layer)
{
    const ig_status status = ig_layer_blank(ctx, frame, layer);
    if (status) return status;
    // Memory comes as it is first touched: by all threads, which is most of the time that it takes.
    struct clearing all = {*layer, ig_frame_cells(frame)};
    const size_t parts = (size_t)((all.cells + CLEARED - 1) / CLEARED);
    const ig_status cleared = ig_parallel_for(ctx, parts, clear_part, &all);
    if (cleared) ig_bulk_free(ctx, *layer);
    return cleared;
}

static ig_status make_grid(ig_ctx *ctx, const ig_frame *frame,
                           ig_status (*layer)(ig_ctx *, const ig_frame *, float **), ig_grid **out)
{
    ig_grid *grid = ig_alloc(1, sizeof *grid);
    if (!grid) return ig_fail(ctx, IG_EMEMORY, "no memory for a grid");
    grid->frame = *frame;
    grid->lent = ig_ctx_spills(ctx);
    ig_status status = layer(ctx, frame, &grid->cells);
    if (status) {
        ig_free(grid);
        return status;
    }
    *out = grid;
    return IG_OK;
}

ig_status ig_grid_new(ig_ctx *ctx, const ig_frame *frame, ig_grid **out)
{
    return make_grid(ctx, frame, ig_layer_new, out);
}

ig_status ig_grid_blank(ig_ctx *ctx, const ig_frame *frame, ig_grid **out)
{
    return make_grid(ctx, frame, ig_layer_blank, out);
}

void ig_grid_free(ig_grid *grid)
{
    if (!grid) return;
    if (!grid->lent) ig_free(grid->cells);
    ig_free(grid);
}

ig_status ig_surface_new(ig_ctx *ctx, const ig_frame *frame, ig_surface **out)
{
    ig_surface *surface = ig_alloc(1, sizeof *surface);
    if (!surface) return ig_fail(ctx, IG_EMEMORY, "no memory for a cost surface");
    surface->frame = *frame;
    surface->lent = ig_ctx_spills(ctx);
    ig_status status = ig_layer_new(ctx, frame, &surface->pace);
    if (status) {
        ig_free(surface);
        return status;
    }
    *out = surface;
    return IG_OK;
}

void ig_surface_free(ig_surface *surface)
{
    if (!surface) return;
    if (!surface->lent) {
        ig_free(surface->pace);
        ig_free(surface->elevation);
        ig_free(surface->barriers);
        ig_free(surface->residents);
    }
    ig_free(surface->links);
    ig_free(surface);
}
