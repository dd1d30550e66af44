// Where people of an area may stand: along the roads that people live on, hardly elsewhere, and
// not on barriers, water and land that nobody lives on. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>

static double distance2(double px, double py, double x0, double y0, double x1, double y1)
{
    const double dx = x1 - x0, dy = y1 - y0, length2 = dx * dx + dy * dy;
    double t = length2 > 0.0 ? ((px - x0) * dx + (py - y0) * dy) / length2 : 0.0;
    t = fmin(1.0, fmax(0.0, t));
    const double ex = px - (x0 + t * dx), ey = py - (y0 + t * dy);
    return ex * ex + ey * ey;
}

/// Cells whose centre lies within `near` metres of a piece of road.
static void mark_near(const ig_frame *f, double x0, double y0, double x1, double y1, double near,
                      float share, float *residents)
{
    const double west = fmin(x0, x1) - near, east = fmax(x0, x1) + near;
    const double south = fmin(y0, y1) - near, north = fmax(y0, y1) + near;
    const int64_t c0 = (int64_t)fmax(0.0, floor((west - f->west) / f->dx));
    const int64_t r0 = (int64_t)fmax(0.0, floor((f->north - north) / f->dy));
    const double c1 = fmin((double)f->cols, ceil((east - f->west) / f->dx));
    const double r1 = fmin((double)f->rows, ceil((f->north - south) / f->dy));
    for (int64_t row = r0; (double)row < r1; row++) {
        for (int64_t col = c0; (double)col < c1; col++) {
            const double x = f->west + ((double)col + 0.5) * f->dx;
            const double y = f->north - ((double)row + 0.5) * f->dy;
            if (distance2(x, y, x0, y0, x1, y1) <= near * near)
                residents[row * f->cols + col] = share;
        }
    }
}

ig_status ig_residents_make(ig_ctx *ctx, const ig_roads *roads, const ig_speeds *residents,
                            const ig_speeds *speeds, const uint16_t *land_class, const uint8_t *sea,
                            const ig_walls *walls, ig_surface *surface)
{
    const ig_frame *f = &surface->frame;
    const int64_t cells = ig_frame_cells(f);
    const double near = ig_rule(residents, "near", 100.0);
    const float share = (float)ig_rule(residents, "share_near", 1.0);
    const float elsewhere = (float)ig_rule(residents, "share_elsewhere", 0.05);
    surface->residents = ig_alloc((size_t)cells, sizeof *surface->residents);
    if (!surface->residents) return ig_fail(ctx, IG_EMEMORY, "no memory for the residents");
    bool any = false;
    for (size_t i = 0; i < roads->count && !any; i++)
        any = roads->list[i].lived_on;
    for (int64_t i = 0; i < cells; i++)
        surface->residents[i] = any ? elsewhere : share;
    for (size_t i = 0; i < roads->count; i++) {
        const ig_road *road = &roads->list[i];
        for (size_t k = road->first; road->lived_on && k + 1 < road->end; k++)
            mark_near(f, roads->x[k], roads->y[k], roads->x[k + 1], roads->y[k + 1], near, share,
                      surface->residents);
    }
    bool *uninhabited = ig_alloc(speeds->land.count + 1, sizeof *uninhabited);
    if (!uninhabited) return ig_fail(ctx, IG_EMEMORY, "no memory for the residents");
    for (size_t k = 0; k < speeds->land.count; k++)
        uninhabited[k + 1] =
            ig_class_value_of(&residents->land, speeds->land.rows[k].name, NULL) == 0.0;
    for (int64_t i = 0; i < cells; i++) {
        bool nobody = isnan(surface->pace[i]) || (sea && sea[i]) ||
                      (land_class && uninhabited[land_class[i]]);
        if (!nobody && walls->state && walls->state[i] == IG_CELL_FULL) nobody = true;
        if (!nobody && walls->state && walls->state[i] == IG_CELL_TOUCHED)
            nobody = ig_walls_inside(walls, f->west + ((double)(i % f->cols) + 0.5) * f->dx,
                                     f->north - ((double)(i / f->cols) + 0.5) * f->dy);
        if (nobody) surface->residents[i] = 0.0f;
    }
    ig_free(uninhabited);
    return IG_OK;
}
