// Land cover onto the surface: pace by class, water and other classes of speed 0 as barriers.
#include "cost_internal.h"

#include "../core/inside.h"

#include <math.h>
#include <string.h>

ig_status hole_add(struct site *site, const struct way *way)
{
    if (!ig_grow((void **)&site->holes, &site->holes_room, site->holes_count + 1,
                 sizeof *site->holes) ||
        !ig_grow((void **)&site->ring_start, &site->rings_room, site->rings_count + way->parts + 2,
                 sizeof *site->ring_start) ||
        !ig_grow((void **)&site->hx, &site->points_room, site->points + way->start[way->parts],
                 sizeof *site->hx) ||
        !ig_grow((void **)&site->hy, &site->y_room, site->points + way->start[way->parts],
                 sizeof *site->hy)) {
        return ig_fail(site->ctx, IG_EMEMORY, "no memory for barriers");
    }
    struct hole hole = {{INFINITY, INFINITY, -INFINITY, -INFINITY}, site->rings_count, way->parts};
    for (size_t p = 0; p < way->parts; p++) {
        site->ring_start[site->rings_count++] = site->points;
        for (size_t i = way->start[p]; i < way->start[p + 1]; i++) {
            hole.box[0] = fmin(hole.box[0], way->x[i]);
            hole.box[1] = fmin(hole.box[1], way->y[i]);
            hole.box[2] = fmax(hole.box[2], way->x[i]);
            hole.box[3] = fmax(hole.box[3], way->y[i]);
            site->hx[site->points] = way->x[i];
            site->hy[site->points++] = way->y[i];
        }
    }
    site->ring_start[site->rings_count] = site->points;
    site->holes[site->holes_count++] = hole;
    return IG_OK;
}

bool holes_hold(const struct site *site, double x, double y)
{
    for (size_t h = 0; h < site->holes_count; h++) {
        const struct hole *hole = &site->holes[h];
        if (x < hole->box[0] || y < hole->box[1] || x > hole->box[2] || y > hole->box[3]) continue;
        bool in = false; // odd number of crossings eastward
        for (size_t r = hole->first_ring; r < hole->first_ring + hole->rings; r++) {
            const size_t first = site->ring_start[r], end = site->ring_start[r + 1];
            for (size_t i = first; i + 1 < end; i++) {
                const double y0 = site->hy[i], y1 = site->hy[i + 1];
                if ((y0 > y) == (y1 > y)) continue;
                const double at =
                    site->hx[i] + (y - y0) / (y1 - y0) * (site->hx[i + 1] - site->hx[i]);
                if (x < at) in = !in;
            }
        }
        if (in) return true;
    }
    return false;
}

// One polygon as rings, lent.
static ig_rings rings_of(const struct way *way, const size_t area_start[2])
{
    return (ig_rings){1, area_start, way->start, way->x, way->y};
}

// Cells that the outline goes through: a barrier is burned wherever it touches.
struct outline {
    struct site *site;
    uint8_t mark;
};

static bool mark_cell(int64_t col, int64_t row, double length, void *user)
{
    (void)length;
    const struct outline *o = user;
    const ig_frame *f = &o->site->surface->frame;
    if (col >= 0 && row >= 0 && col < f->cols && row < f->rows) {
        o->site->marks[row * f->cols + col] |= o->mark;
    }
    return true;
}

static void mark_outline(struct site *site, const struct way *way, uint8_t mark)
{
    struct outline o = {site, mark};
    for (size_t p = 0; p < way->parts; p++) {
        for (size_t i = way->start[p]; i + 1 < way->start[p + 1]; i++) {
            ig_line_cells(&site->surface->frame, way->x[i], way->y[i], way->x[i + 1], way->y[i + 1],
                          mark_cell, &o);
        }
    }
}

static ig_status block(struct site *site, const struct way *way)
{
    ig_coverage *coverage = NULL;
    const size_t area_start[2] = {0, way->parts};
    const ig_rings rings = rings_of(way, area_start);
    ig_status status = ig_coverage_new(site->ctx, &site->surface->frame, &rings, &coverage);
    for (size_t k = 0; !status && k < coverage->start[1]; k++) {
        const ig_run *run = &coverage->runs[k];
        for (int64_t c = 0; c < run->cells; c++) {
            site->marks[run->row * site->surface->frame.cols + run->col + c] |= MARK_BLOCKED;
        }
    }
    ig_coverage_free(coverage);
    if (status) return status;
    mark_outline(site, way, MARK_BLOCKED);
    return hole_add(site, way);
}

// ---- land cover ---------------------------------------------------------------------------------

struct land {
    struct site *site;
    const char *file_class; ///< class by the file's name, for layers without a class of their own
    float *share;           ///< greatest share of each cell that one polygon covers so far
    size_t unknown;
};

static ig_status cover(struct land *land, const struct way *way, double kmh, bool empty)
{
    struct site *site = land->site;
    ig_coverage *coverage = NULL;
    const size_t area_start[2] = {0, way->parts};
    const ig_rings rings = rings_of(way, area_start);
    const ig_status status = ig_coverage_new(site->ctx, &site->surface->frame, &rings, &coverage);
    if (status) return status;
    for (size_t k = 0; k < coverage->start[1]; k++) {
        const ig_run *run = &coverage->runs[k];
        for (int64_t c = 0; c < run->cells; c++) {
            const int64_t cell = run->row * site->surface->frame.cols + run->col + c;
            if (run->fraction < 0.5 || (float)run->fraction < land->share[cell]) continue;
            land->share[cell] = (float)run->fraction;
            if (!isnan(kmh)) site->surface->pace[cell] = (float)(3.6 / kmh);
            if (empty) site->marks[cell] |= MARK_EMPTY;
        }
    }
    ig_coverage_free(coverage);
    return IG_OK;
}

static ig_status take_land(const struct way *way, void *user)
{
    struct land *land = user;
    struct site *site = land->site;
    const ig_frame *f = &site->surface->frame;
    bool known = false;
    const char *class = way->class;
    double kmh = speeds_value(&site->speeds, "land", class, &known);
    if (!known && land->file_class) {
        class = land->file_class;
        kmh = speeds_value(&site->speeds, "land", class, &known);
    }
    site->report->landcover_in++;
    bool lived_known = false;
    const double lived = speeds_value(&site->residents, "land", class, &lived_known);
    const bool empty = lived_known && lived == 0.0;
    if (!known && !empty) {
        land->unknown++;
        return IG_OK;
    }
    double west = INFINITY, south = INFINITY, east = -INFINITY, north = -INFINITY;
    for (size_t i = 0; i < way->start[way->parts]; i++) {
        west = fmin(west, way->x[i]);
        east = fmax(east, way->x[i]);
        south = fmin(south, way->y[i]);
        north = fmax(north, way->y[i]);
    }
    if (east < f->west || north < f->north - f->dy * (double)f->rows || south > f->north ||
        west > f->west + f->dx * (double)f->cols) {
        return IG_OK;
    }
    if (known && kmh == 0.0) return block(site, way);
    return cover(land, way, known ? kmh : NAN, empty);
}

ig_status land_burn(struct site *site)
{
    const ig_texts *files = &site->options->landcover;
    if (files->count == 0) return IG_OK;
    struct land land = {.site = site};
    land.share = ig_alloc((size_t)ig_frame_cells(&site->surface->frame), sizeof *land.share);
    if (!land.share) return ig_fail(site->ctx, IG_EMEMORY, "no memory for land cover");
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < files->count; i++) {
        land.file_class = speeds_class_in(&site->speeds, "land", ig_base_name(files->values[i]));
        status = ways_read(site->ctx, files->values[i], WAYS_LAND, site->options->landcover_class,
                           take_land, &land);
    }
    if (!status && land.unknown) {
        ig_info(site->ctx, "land cover: %zu polygons of classes without a speed are open land",
                land.unknown);
    }
    ig_free(land.share);
    return status;
}

// ---- barriers -----------------------------------------------------------------------------------

static const int step_col[8] = {0, 1, 1, 1, 0, -1, -1, -1}; // N NE E SE S SW W NW
static const int step_row[8] = {-1, -1, 0, 1, 1, 1, 0, -1};

static double turn(double ax, double ay, double bx, double by, double cx, double cy)
{
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

// Do two segments meet, their ends included?
static bool meet(const double a[4], const double b[4])
{
    if (fmax(a[0], a[2]) < fmin(b[0], b[2]) || fmax(b[0], b[2]) < fmin(a[0], a[2]) ||
        fmax(a[1], a[3]) < fmin(b[1], b[3]) || fmax(b[1], b[3]) < fmin(a[1], a[3])) {
        return false;
    }
    const double p = turn(a[0], a[1], a[2], a[3], b[0], b[1]);
    const double q = turn(a[0], a[1], a[2], a[3], b[2], b[3]);
    const double r = turn(b[0], b[1], b[2], b[3], a[0], a[1]);
    const double s = turn(b[0], b[1], b[2], b[3], a[2], a[3]);
    return ((p <= 0.0 && q >= 0.0) || (p >= 0.0 && q <= 0.0)) &&
           ((r <= 0.0 && s >= 0.0) || (r >= 0.0 && s <= 0.0));
}

// Shut every step between cell centres that the wall crosses, from both sides. A step is shut by
// where it goes, so no gap between two shut sides can be slipped through.
static void shut_steps(struct site *site, const double wall[4])
{
    const ig_frame *f = &site->surface->frame;
    const int64_t c0 = (int64_t)floor((fmin(wall[0], wall[2]) - f->west) / f->dx) - 1;
    const int64_t c1 = (int64_t)floor((fmax(wall[0], wall[2]) - f->west) / f->dx) + 1;
    const int64_t r0 = (int64_t)floor((f->north - fmax(wall[1], wall[3])) / f->dy) - 1;
    const int64_t r1 = (int64_t)floor((f->north - fmin(wall[1], wall[3])) / f->dy) + 1;
    for (int64_t row = r0 < 0 ? 0 : r0; row <= r1 && row < f->rows; row++) {
        for (int64_t col = c0 < 0 ? 0 : c0; col <= c1 && col < f->cols; col++) {
            const double x = f->west + ((double)col + 0.5) * f->dx;
            const double y = f->north - ((double)row + 0.5) * f->dy;
            for (int k = 2; k < 6; k++) { // E SE S SW: each pair of cells once
                const int64_t nc = col + step_col[k], nr = row + step_row[k];
                if (nc < 0 || nr < 0 || nc >= f->cols || nr >= f->rows) continue;
                const double step[4] = {x, y, x + step_col[k] * f->dx, y - step_row[k] * f->dy};
                if (!meet(step, wall)) continue;
                site->walls[row * f->cols + col] |= (uint8_t)(1U << k);
                site->walls[nr * f->cols + nc] |= (uint8_t)(1U << ((k + 4) % 8));
            }
        }
    }
}

static ig_status take_wall(const struct way *way, void *user)
{
    struct site *site = user;
    site->report->barriers_in++;
    if (way->polygon) return block(site, way);
    if (!site->walls) {
        site->walls = ig_alloc((size_t)ig_frame_cells(&site->surface->frame), 1);
        if (!site->walls) return ig_fail(site->ctx, IG_EMEMORY, "no memory for barriers");
    }
    const ig_frame *f = &site->surface->frame;
    const double length =
        fmin(f->dx, f->dy) * 16.0; // long segments in pieces: their boxes are small
    for (size_t p = 0; p < way->parts; p++) {
        for (size_t i = way->start[p]; i + 1 < way->start[p + 1]; i++) {
            const double x0 = way->x[i], y0 = way->y[i];
            const double dx = way->x[i + 1] - x0, dy = way->y[i + 1] - y0;
            const double pieces = fmin(1e6, fmax(1.0, ceil(hypot(dx, dy) / length)));
            for (double k = 0.0; k < pieces; k += 1.0) {
                const double a = k / pieces, b = (k + 1.0) / pieces;
                const double wall[4] = {x0 + a * dx, y0 + a * dy, x0 + b * dx, y0 + b * dy};
                shut_steps(site, wall);
            }
        }
    }
    return IG_OK;
}

ig_status walls_burn(struct site *site)
{
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < site->options->barriers.count; i++) {
        status = ways_read(site->ctx, site->options->barriers.values[i], WAYS_WALLS, NULL,
                           take_wall, site);
    }
    return status;
}
