// Which cells a segment touches, and how much of it lies in each (Amanatides and Woo, 1987, "A
// fast voxel traversal algorithm"). Plain arithmetic.
#include "grid.h"

#include <math.h>

/// Part of [t0, t1] for which a + t*d lies within [lo, hi]; false when none does.
static bool clip(double a, double d, double lo, double hi, double *t0, double *t1)
{
    if (d == 0.0) return a >= lo && a <= hi;
    double enter = (lo - a) / d, leave = (hi - a) / d;
    if (enter > leave) {
        const double swap = enter;
        enter = leave;
        leave = swap;
    }
    if (enter > *t0) *t0 = enter;
    if (leave < *t1) *t1 = leave;
    return *t0 <= *t1;
}

/// First cell line beyond position p in direction d, as a parameter of the segment.
static double next_line(double a, double d, int64_t cell)
{
    if (d == 0.0) return INFINITY;
    return ((double)(d > 0.0 ? cell + 1 : cell) - a) / d;
}

static int64_t cell_at(double position, double d, int64_t cells)
{
    double cell = floor(position);
    // A segment that starts on a line and runs backwards begins in the cell before it.
    if (d < 0.0 && cell == position) cell -= 1.0;
    if (cell < 0.0) cell = 0.0;
    if (cell > (double)(cells - 1)) cell = (double)(cells - 1);
    return (int64_t)cell;
}

void ig_line_cells(const ig_frame *frame, double x0, double y0, double x1, double y1, ig_cell_fn fn,
                   void *user)
{
    // In units of cells, rows downwards.
    const double ax = (x0 - frame->west) / frame->dx, ay = (frame->north - y0) / frame->dy;
    const double bx = (x1 - frame->west) / frame->dx, by = (frame->north - y1) / frame->dy;
    const double dx = bx - ax, dy = by - ay;
    if (!isfinite(ax + ay + bx + by)) return;
    const double length = hypot(x1 - x0, y1 - y0);
    double t = 0.0, end = 1.0;
    if (!clip(ax, dx, 0.0, (double)frame->cols, &t, &end) ||
        !clip(ay, dy, 0.0, (double)frame->rows, &t, &end))
        return;
    // A segment that runs along the east or south edge belongs to cells beyond the frame.
    if ((dx == 0.0 && ax >= (double)frame->cols) || (dy == 0.0 && ay >= (double)frame->rows))
        return;
    int64_t col = cell_at(ax + t * dx, dx, frame->cols);
    int64_t row = cell_at(ay + t * dy, dy, frame->rows);
    for (;;) {
        const double tx = next_line(ax, dx, col), ty = next_line(ay, dy, row);
        double leave = tx < ty ? tx : ty;
        const bool last = !(leave < end);
        if (last) leave = end;
        if (!fn(col, row, leave > t ? (leave - t) * length : 0.0, user) || last) return;
        if (leave > t) t = leave;
        // Through a corner both change at once: the two cells beside it are not entered.
        if (tx <= ty) col += dx > 0.0 ? 1 : -1;
        if (ty <= tx) row += dy > 0.0 ? 1 : -1;
        if (col < 0 || row < 0 || col >= frame->cols || row >= frame->rows) return;
    }
}
