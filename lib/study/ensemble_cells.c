// Cost grids on other cells for an ensemble, and their minutes brought back to the cells that came.
#include "ensemble_internal.h"

#include <math.h>
#include <string.h>

/// How many cells of the grid make one of the wanted size (several > 0), or one makes (split > 0).
static ig_status ratio_of(ig_ctx *ctx, const ig_frame *frame, double cell, int64_t *several,
                          int64_t *split)
{
    const double up = cell / frame->dx, down = frame->dx / cell;
    *several = *split = 1;
    if (frame->dx == frame->dy && up >= 1.0 && fabs(up - rint(up)) < 1e-9 && up < 1e6) {
        *several = (int64_t)rint(up);
        return IG_OK;
    }
    if (frame->dx == frame->dy && down > 1.0 && fabs(down - rint(down)) < 1e-9 && down < 1e3) {
        *split = (int64_t)rint(down);
        return IG_OK;
    }
    ig_fail(ctx, IG_EINVAL, "--ensemble cells=%g: the cost grid has cells of %g by %g m", cell,
            frame->dx, frame->dy);
    return ig_hint(ctx, "cells are a whole multiple or part of the cost grid's");
}

/// Mean of the known values of a block of cells, NaN where fewer than half are known.
static float block_mean(const ig_surface *from, const float *layer, int64_t col, int64_t row,
                        int64_t n)
{
    double sum = 0.0;
    int64_t known = 0, all = 0;
    for (int64_t r = row; r < row + n && r < from->frame.rows; r++)
        for (int64_t c = col; c < col + n && c < from->frame.cols; c++, all++) {
            const float value = layer[r * from->frame.cols + c];
            if (!(value < INFINITY)) continue;
            sum += (double)value;
            known++;
        }
    return 2 * known >= all && known ? (float)(sum / (double)known) : NAN;
}

static void fill_layer(const ig_surface *from, const float *layer, const ig_frame *to,
                       int64_t several, int64_t split, float *out)
{
    for (int64_t row = 0; row < to->rows; row++)
        for (int64_t col = 0; col < to->cols; col++)
            out[row * to->cols + col] =
                several > 1 ? block_mean(from, layer, col * several, row * several, several)
                            : layer[row / split * from->frame.cols + col / split];
}

/// Heights on smaller cells run on between the middles of the larger ones: copied they would make
/// steps, steep between cells and level within.
static ig_status slope_through(ig_ctx *ctx, const ig_surface *from, const ig_frame *to, float *out)
{
    const ig_grid heights = {.frame = from->frame, .cells = from->elevation};
    ig_grid *made = NULL;
    const ig_status status = ig_grid_resample(ctx, &heights, to, true, &made);
    if (!status) memcpy(out, made->cells, (size_t)ig_frame_cells(to) * sizeof *out);
    ig_grid_free(made);
    return status;
}

/// Where a step from a small cell leads: to its own cell of the grid (0) or one beside it.
static int cells_over(int64_t at, int step, int64_t split)
{
    const int64_t within = at % split + step;
    return within < 0 ? -1 : within >= split;
}

/// Sides of smaller cells are shut where they lie on a shut side of the cell that they are part of.
static void split_barriers(const ig_surface *from, const ig_frame *to, int64_t split, uint8_t *out)
{
    static const int east[8] = {0, 1, 1, 1, 0, -1, -1, -1}, south[8] = {-1, -1, 0, 1, 1, 1, 0, -1};
    static const int side[3][3] = {{7, 0, 1}, {6, -1, 2}, {5, 4, 3}}; // by south and east, from -1
    for (int64_t row = 0; row < to->rows; row++)
        for (int64_t col = 0; col < to->cols; col++) {
            const unsigned shut = from->barriers[row / split * from->frame.cols + col / split];
            unsigned bits = 0;
            for (int d = 0; d < 8 && shut; d++) {
                const int over =
                    side[cells_over(row, south[d], split) + 1][cells_over(col, east[d], split) + 1];
                if (over >= 0 && (shut >> over & 1)) bits |= 1U << d;
            }
            out[row * to->cols + col] = (uint8_t)bits;
        }
}

ig_status ig_ensemble_check_cells(ig_ctx *ctx, const ig_surface *from, double cell)
{
    int64_t several, split;
    const ig_status status = ratio_of(ctx, &from->frame, cell, &several, &split);
    if (status) return status;
    if (from->barriers && several > 1) {
        ig_fail(ctx, IG_EINVAL,
                "--ensemble cells=%g: the cost grid shuts sides of cells (band "
                "'barriers'), which cannot be carried to larger cells",
                cell);
        return ig_hint(ctx, "build a grid for each cell size with 'isogap cost --cell'");
    }
    if (from->link_count && several * split != 1) {
        ig_fail(ctx, IG_EINVAL,
                "--ensemble cells=%g: the cost grid has links between its cells, which cannot be "
                "carried to other cells",
                cell);
        return ig_hint(ctx, "build a grid for each cell size with 'isogap cost --cell'");
    }
    return IG_OK;
}

ig_status ig_ensemble_cells(ig_ctx *ctx, const ig_surface *from, double cell, ig_surface **out)
{
    int64_t several, split;
    ig_status status = ig_ensemble_check_cells(ctx, from, cell);
    if (!status) status = ratio_of(ctx, &from->frame, cell, &several, &split);
    if (status) return status;
    ig_frame frame = from->frame;
    frame.cols = (frame.cols * split + several - 1) / several;
    frame.rows = (frame.rows * split + several - 1) / several;
    frame.dx = frame.dy = cell;
    const int64_t cells = ig_frame_cells(&frame);
    if (cells < 1 || cells > ig_grid_defaults().max_cells)
        return ig_fail(ctx, IG_ELIMIT, "--ensemble cells=%g: %.0f cells are too many", cell,
                       (double)frame.cols * (double)frame.rows);
    ig_surface *to = NULL;
    status = ig_surface_new(ctx, &frame, &to);
    if (status) return status;
    fill_layer(from, from->pace, &frame, several, split, to->pace);
    if (from->elevation) to->elevation = ig_alloc((size_t)cells, sizeof(float));
    if (from->residents) to->residents = ig_alloc((size_t)cells, sizeof(float));
    if ((from->elevation && !to->elevation) || (from->residents && !to->residents)) {
        ig_surface_free(to);
        return ig_fail(ctx, IG_EMEMORY, "no memory for %lld cells", (long long)cells);
    }
    if (to->elevation && split > 1) {
        status = slope_through(ctx, from, &frame, to->elevation);
        if (status) {
            ig_surface_free(to);
            return status;
        }
    } else if (to->elevation) {
        fill_layer(from, from->elevation, &frame, several, split, to->elevation);
    }
    if (to->residents) fill_layer(from, from->residents, &frame, several, split, to->residents);
    if (from->barriers) {
        to->barriers = ig_alloc((size_t)cells, 1);
        if (!to->barriers) {
            ig_surface_free(to);
            return ig_fail(ctx, IG_EMEMORY, "no memory for %lld cells", (long long)cells);
        }
        split_barriers(from, &frame, split, to->barriers);
        to->one_way = from->one_way;
    }
    if (from->link_count) {
        to->links = ig_alloc(from->link_count, sizeof *to->links);
        if (!to->links) {
            ig_surface_free(to);
            return ig_fail(ctx, IG_EMEMORY, "no memory for %zu links", from->link_count);
        }
        memcpy(to->links, from->links, from->link_count * sizeof *to->links);
        to->link_count = from->link_count;
    }
    for (int64_t i = 0; to->residents && i < cells; i++)
        if (isnan(to->residents[i])) to->residents[i] = 0.0F;
    *out = to;
    return IG_OK;
}

/// Mean of a block of small cells, NaN where one of them is not reached.
static float whole_mean(const ig_grid *minutes, int64_t col, int64_t row, int64_t n)
{
    double sum = 0.0;
    for (int64_t r = row; r < row + n; r++)
        for (int64_t c = col; c < col + n; c++)
            sum += (double)minutes->cells[r * minutes->frame.cols + c];
    return (float)(sum / (double)(n * n));
}

void ig_ensemble_bring_back(const ig_grid *minutes, const ig_frame *to, float *out)
{
    const ig_frame *from = &minutes->frame;
    const int64_t several = (int64_t)rint(from->dx / to->dx),
                  split = (int64_t)rint(to->dx / from->dx);
    for (int64_t row = 0; row < to->rows; row++)
        for (int64_t col = 0; col < to->cols; col++)
            out[row * to->cols + col] =
                split > 1 ? whole_mean(minutes, col * split, row * split, split)
                          : minutes->cells[row / several * from->cols + col / several];
}
