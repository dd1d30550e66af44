// A grid seen through another frame: nearest cell or bilinear between centres. Plain arithmetic.
#include "../core/inside.h"
#include "grid.h"

#include <math.h>

/// Value at a point from the four cells round it; unknown cells drop out and the weights of the
/// others grow, so that a coast keeps its heights. NaN when the cell under the point is unknown.
static float bilinear(const ig_grid *grid, double x, double y)
{
    const ig_frame *f = &grid->frame;
    int64_t col, row;
    if (!ig_frame_cell(f, x, y, &col, &row)) return NAN;
    if (isnan(grid->cells[row * f->cols + col])) return NAN;
    const double u = (x - f->west) / f->dx - 0.5, v = (f->north - y) / f->dy - 0.5;
    const double c0 = floor(u), r0 = floor(v);
    double sum = 0.0, weight = 0.0;
    for (int k = 0; k < 4; k++) {
        const double c = c0 + (k & 1), r = r0 + (k >> 1);
        if (c < 0.0 || r < 0.0 || c >= (double)f->cols || r >= (double)f->rows) continue;
        const double w = (1.0 - fabs(u - c)) * (1.0 - fabs(v - r));
        const float value = grid->cells[(int64_t)r * f->cols + (int64_t)c];
        if (isnan(value) || w <= 0.0) continue;
        sum += w * value;
        weight += w;
    }
    return weight > 0.0 ? (float)(sum / weight) : NAN;
}

static float nearest(const ig_grid *grid, double x, double y)
{
    int64_t col, row;
    if (!ig_frame_cell(&grid->frame, x, y, &col, &row)) return NAN;
    return grid->cells[row * grid->frame.cols + col];
}

struct resampling {
    const ig_grid *grid;
    ig_grid *made;
    bool bilinear;
};

static ig_status resample_row(size_t row, void *arg)
{
    const struct resampling *r = arg;
    const ig_frame *f = &r->made->frame;
    const double y = f->north - ((double)row + 0.5) * f->dy;
    float *cells = r->made->cells + (int64_t)row * f->cols;
    for (int64_t col = 0; col < f->cols; col++) {
        const double x = f->west + ((double)col + 0.5) * f->dx;
        cells[col] = r->bilinear ? bilinear(r->grid, x, y) : nearest(r->grid, x, y);
    }
    return IG_OK;
}

ig_status ig_grid_resample(ig_ctx *ctx, const ig_grid *grid, const ig_frame *frame,
                           bool is_bilinear, ig_grid **out)
{
    struct resampling r = {grid, NULL, is_bilinear};
    ig_status status = ig_grid_new(ctx, frame, &r.made);
    if (!status) status = ig_parallel_for(ctx, (size_t)frame->rows, resample_row, &r);
    if (!status) {
        *out = r.made;
        r.made = NULL;
    }
    ig_grid_free(r.made);
    return status;
}
