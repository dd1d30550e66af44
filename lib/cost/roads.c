// Roads onto the surface: pace by class, true to their length inside each cell; bridges; who lives by them.
#include "cost_internal.h"

#include "../core/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MARK_BRIDGE = 64 };

// A step of a road between two cells of which one is blocked or walled: kept until it is known
// whether the sources mark bridges at all.
struct passage {
    int64_t from, to;
    float from_pace, to_pace;
    bool allowed; ///< beside the water, or marked as bridge or tunnel
};

struct burner {
    struct site *site;
    struct passage *passages;
    size_t count, room;
    bool any_marked;
    size_t unmarked; ///< passages that only a bridge explains, without a mark
    double near;
    // the way at hand
    const struct way *way;
    double pace;
    bool marked;
    // the cell at hand, and the two before it
    int64_t cell, last, before_last;
    double enter_x, enter_y, at_x, at_y, length;
    double x0, y0, ux, uy, along; ///< segment: start, direction, how far along
    float last_pace, before_pace;
    bool wet, last_wet, before_wet;
    ig_status status;
};

// ---- pace of a road in a cell ------------------------------------------------------------------

// Lattice steps from where the road enters a cell to where it leaves are longer than the straight
// line (8 directions), and a winding road is longer than both: the pace in the cell is set so that
// the lattice pays for the road's own length.
static float cell_pace(const struct burner *b)
{
    const double dx = fabs(b->at_x - b->enter_x), dy = fabs(b->at_y - b->enter_y);
    const double lattice = fmax(dx, dy) + (sqrt(2.0) - 1.0) * fmin(dx, dy);
    double ratio = lattice > 0.0 ? b->length / lattice : 1.0;
    const double side = fmin(b->site->surface->frame.dx, b->site->surface->frame.dy);
    if (b->length < 0.02 * side) ratio = 1.0; // a corner just cut says nothing of direction
    ratio = fmax(0.92, fmin(2.0, ratio));
    return (float)(b->pace * ratio);
}

static bool touches_barrier(const struct site *site, int64_t cell)
{
    return (site->marks[cell] & MARK_BLOCKED) || (site->walls && site->walls[cell]);
}

static void keep_passage(struct burner *b, int64_t from, int64_t to, float from_pace, float to_pace,
                         bool wet)
{
    const struct site *site = b->site;
    if (from < 0 || to < 0 || from == to) return;
    if (!touches_barrier(site, from) && !touches_barrier(site, to)) return;
    const int64_t cols = site->surface->frame.cols;
    const int64_t dc = llabs(from % cols - to % cols), dr = llabs(from / cols - to / cols);
    if (dc > 1 || dr > 1) return;
    if (!ig_grow((void **)&b->passages, &b->room, b->count + 1, sizeof *b->passages)) {
        b->status = ig_fail(site->ctx, IG_EMEMORY, "no memory for the roads");
        return;
    }
    const bool bridge = b->marked || ((site->marks[from] | site->marks[to]) & MARK_BRIDGE);
    const bool walled = site->walls && (site->walls[from] || site->walls[to]);
    const bool needs = wet || walled;
    b->unmarked += needs && !bridge;
    b->passages[b->count++] = (struct passage){from, to, from_pace, to_pace, !needs || bridge};
}

static void close_cell(struct burner *b)
{
    struct site *site = b->site;
    if (b->cell < 0) return;
    const float pace = cell_pace(b);
    const bool blocked = site->marks[b->cell] & MARK_BLOCKED;
    if (!blocked) {
        float *now = &site->surface->pace[b->cell];
        if (!(site->marks[b->cell] & MARK_ROAD) || !(*now <= pace)) *now = pace;
        site->marks[b->cell] |= MARK_ROAD;
    }
    keep_passage(b, b->last, b->cell, b->last_pace, pace, b->last_wet || b->wet);
    keep_passage(b, b->before_last, b->cell, b->before_pace, pace,
                 b->before_wet || b->last_wet || b->wet);
    b->before_last = b->last;
    b->before_pace = b->last_pace;
    b->before_wet = b->last_wet;
    b->last = b->cell;
    b->last_pace = pace;
    b->last_wet = b->wet;
    b->cell = -1;
}

static void break_chain(struct burner *b)
{
    close_cell(b);
    b->last = b->before_last = -1;
    b->last_wet = b->before_wet = false;
}

static bool visit(int64_t col, int64_t row, double length, void *user)
{
    struct burner *b = user;
    const ig_frame *f = &b->site->surface->frame;
    const double ex = b->x0 + b->ux * b->along, ey = b->y0 + b->uy * b->along;
    b->along += length;
    const double ax = b->x0 + b->ux * b->along, ay = b->y0 + b->uy * b->along;
    if (col < 0 || row < 0 || col >= f->cols || row >= f->rows) {
        break_chain(b);
        return b->status == IG_OK;
    }
    const int64_t cell = row * f->cols + col;
    if (cell != b->cell) {
        close_cell(b);
        b->cell = cell;
        b->enter_x = ex;
        b->enter_y = ey;
        b->length = 0.0;
        b->wet = false;
    }
    b->length += length;
    b->at_x = ax;
    b->at_y = ay;
    if (!b->wet && (b->site->marks[cell] & MARK_BLOCKED)) {
        const int samples = 1 + (int)fmin(64.0, length / 5.0);
        for (int s = 0; s < samples && !b->wet; s++) {
            const double t = ((double)s + 0.5) / samples;
            b->wet = holes_hold(b->site, ex + t * (ax - ex), ey + t * (ay - ey));
        }
    }
    return b->status == IG_OK;
}

// ---- which roads, how fast -----------------------------------------------------------------------

static bool says_no(const char *tag)
{
    return strcasecmp(tag, "no") == 0 || strcasecmp(tag, "private") == 0;
}

static bool is_shut(const struct burner *b, const struct way *way)
{
    const char *mode = b->site->speeds.name;
    const char *own = strcmp(mode, "walk") == 0    ? way->foot
                      : strcmp(mode, "cycle") == 0 ? way->bicycle
                      : strcmp(mode, "drive") == 0 ? way->motor_vehicle
                                                   : "";
    return says_no(*own ? own : way->access);
}

// ---- who lives by the road -----------------------------------------------------------------------

static void mark_lived(struct burner *b, double x0, double y0, double x1, double y1)
{
    struct site *site = b->site;
    const ig_frame *f = &site->surface->frame;
    const double near = b->near, dx = x1 - x0, dy = y1 - y0, square = dx * dx + dy * dy;
    const double west = fmin(x0, x1) - near, east = fmax(x0, x1) + near;
    const double south = fmin(y0, y1) - near, north = fmax(y0, y1) + near;
    const double width = f->dx * (double)f->cols, height = f->dy * (double)f->rows;
    if (east < f->west || west > f->west + width || north < f->north - height || south > f->north) {
        return;
    }
    const int64_t c0 = (int64_t)fmax(0.0, floor((west - f->west) / f->dx));
    const int64_t c1 = (int64_t)fmin((double)f->cols - 1.0, floor((east - f->west) / f->dx));
    const int64_t r0 = (int64_t)fmax(0.0, floor((f->north - north) / f->dy));
    const int64_t r1 = (int64_t)fmin((double)f->rows - 1.0, floor((f->north - south) / f->dy));
    for (int64_t row = r0; row <= r1; row++) {
        for (int64_t col = c0; col <= c1; col++) {
            const double x = f->west + ((double)col + 0.5) * f->dx - x0;
            const double y = f->north - ((double)row + 0.5) * f->dy - y0;
            const double t = square > 0.0 ? fmax(0.0, fmin(1.0, (x * dx + y * dy) / square)) : 0.0;
            if (hypot(x - t * dx, y - t * dy) <= near) {
                site->marks[row * f->cols + col] |= MARK_LIVED;
            }
        }
    }
}

static bool misses_frame(const struct burner *b, const struct way *way)
{
    const ig_frame *f = &b->site->surface->frame;
    double west = INFINITY, south = INFINITY, east = -INFINITY, north = -INFINITY;
    for (size_t i = 0; i < way->start[way->parts]; i++) {
        west = fmin(west, way->x[i]);
        east = fmax(east, way->x[i]);
        south = fmin(south, way->y[i]);
        north = fmax(north, way->y[i]);
    }
    return east + b->near < f->west || west - b->near > f->west + f->dx * (double)f->cols ||
           north + b->near < f->north - f->dy * (double)f->rows || south - b->near > f->north;
}

static ig_status take_road(const struct way *way, void *user)
{
    struct burner *b = user;
    struct site *site = b->site;
    site->report->roads_in++;
    b->any_marked |= way->crosses;
    if (misses_frame(b, way)) return IG_OK;
    bool known = false;
    double kmh = speeds_value(&site->speeds, "road", way->class, &known);
    if (site->options->residents &&
        speeds_value(&site->residents, "road", way->class, NULL) > 0.0) {
        for (size_t p = 0; p < way->parts; p++) {
            for (size_t i = way->start[p]; i + 1 < way->start[p + 1]; i++) {
                mark_lived(b, way->x[i], way->y[i], way->x[i + 1], way->y[i + 1]);
            }
        }
    }
    // Classes without a row of their own are of the table's "*", and are counted.
    if (!known) site->report->roads_unknown_class++;
    if (strcmp(site->speeds.name, "drive") == 0 && way->maxspeed < kmh) kmh = way->maxspeed;
    if (isnan(kmh) || kmh <= 0.0 || is_shut(b, way)) {
        site->report->roads_left_out++;
        return IG_OK;
    }
    site->report->roads_burned++;
    site->report->bridges += way->crosses;
    b->way = way;
    b->pace = 3.6 / kmh;
    b->marked = way->crosses;
    for (size_t p = 0; !b->status && p < way->parts; p++) {
        b->cell = b->last = b->before_last = -1;
        for (size_t i = way->start[p]; !b->status && i + 1 < way->start[p + 1]; i++) {
            const double dx = way->x[i + 1] - way->x[i], dy = way->y[i + 1] - way->y[i];
            const double length = hypot(dx, dy);
            if (!(length > 0.0)) continue;
            b->x0 = way->x[i];
            b->y0 = way->y[i];
            b->ux = dx / length;
            b->uy = dy / length;
            b->along = 0.0;
            ig_line_cells(&site->surface->frame, way->x[i], way->y[i], way->x[i + 1], way->y[i + 1],
                          visit, b);
        }
        close_cell(b);
    }
    return b->status;
}

// ---- bridges of their own file -------------------------------------------------------------------

static bool mark_bridge(int64_t col, int64_t row, double length, void *user)
{
    (void)length;
    struct site *site = user;
    const ig_frame *f = &site->surface->frame;
    for (int64_t r = row - 1; r <= row + 1; r++) { // a bridge may be drawn beside its road
        for (int64_t c = col - 1; c <= col + 1; c++) {
            if (c >= 0 && r >= 0 && c < f->cols && r < f->rows) {
                site->marks[r * f->cols + c] |= MARK_BRIDGE;
            }
        }
    }
    return true;
}

static ig_status take_bridge(const struct way *way, void *user)
{
    struct site *site = user;
    site->report->bridges++;
    for (size_t p = 0; p < way->parts; p++) {
        for (size_t i = way->start[p]; i + 1 < way->start[p + 1]; i++) {
            ig_line_cells(&site->surface->frame, way->x[i], way->y[i], way->x[i + 1], way->y[i + 1],
                          mark_bridge, site);
        }
    }
    return IG_OK;
}

// ---- after all roads are known -------------------------------------------------------------------

static int side_of(const ig_frame *f, int64_t from, int64_t to)
{
    static const int side[3][3] = {{7, 0, 1}, {6, -1, 2}, {5, 4, 3}};
    const int64_t dc = to % f->cols - from % f->cols, dr = to / f->cols - from / f->cols;
    return side[dr + 1][dc + 1];
}

// Blocked cells that a road opened: the ground beside may be stepped on only where no water lies
// between. Then the roads' own steps are opened again.
static ig_status shut_shores(struct site *site)
{
    const ig_frame *f = &site->surface->frame;
    for (int64_t row = 0; row < f->rows; row++) {
        for (int64_t col = 0; col < f->cols; col++) {
            const int64_t cell = row * f->cols + col;
            if (!(site->marks[cell] & MARK_BLOCKED) || isnan(site->surface->pace[cell])) continue;
            if (!site->walls) {
                site->walls = ig_alloc((size_t)ig_frame_cells(f), 1);
                if (!site->walls) return ig_fail(site->ctx, IG_EMEMORY, "no memory for barriers");
            }
            for (int64_t r = row - 1; r <= row + 1; r++) {
                for (int64_t c = col - 1; c <= col + 1; c++) {
                    if ((r == row && c == col) || c < 0 || r < 0 || c >= f->cols || r >= f->rows) {
                        continue;
                    }
                    const int64_t other = r * f->cols + c;
                    if (isnan(site->surface->pace[other])) continue;
                    const double x = f->west + ((double)col + 0.5) * f->dx;
                    const double y = f->north - ((double)row + 0.5) * f->dy;
                    bool wet = false;
                    for (int s = 0; s <= 12 && !wet; s++) {
                        wet = holes_hold(site, x + (double)(c - col) * f->dx * s / 12.0,
                                         y - (double)(r - row) * f->dy * s / 12.0);
                    }
                    if (!wet) continue;
                    const int k = side_of(f, cell, other);
                    site->walls[cell] |= (uint8_t)(1U << k);
                    site->walls[other] |= (uint8_t)(1U << ((k + 4) % 8));
                }
            }
        }
    }
    return IG_OK;
}

static void open_cell(struct site *site, int64_t cell, float pace)
{
    if (!(site->marks[cell] & MARK_BLOCKED)) return; // burned already
    float *now = &site->surface->pace[cell];
    if (isnan(*now) || pace < *now) *now = pace;
    site->marks[cell] |= MARK_ROAD;
}

static ig_status open_passages(struct burner *b)
{
    struct site *site = b->site;
    const bool all = !b->any_marked && site->options->bridges.count == 0;
    if (b->unmarked && all) {
        ig_warn(
            site->ctx,
            "the roads mark no bridge or tunnel at all: every road is taken to cross the barriers "
            "it meets (%zu places); name the bridges by --bridges where that is wrong",
            b->unmarked);
    }
    site->report->crossings_known = !all;
    for (size_t i = 0; i < b->count; i++) {
        const struct passage *p = &b->passages[i];
        if (!p->allowed && !all) continue;
        open_cell(site, p->from, p->from_pace);
        open_cell(site, p->to, p->to_pace);
    }
    const ig_status status = shut_shores(site);
    for (size_t i = 0; !status && site->walls && i < b->count; i++) {
        const struct passage *p = &b->passages[i];
        if (!p->allowed && !all) continue;
        const int k = side_of(&site->surface->frame, p->from, p->to);
        if (k < 0) continue;
        site->walls[p->from] &= (uint8_t) ~(1U << k);
        site->walls[p->to] &= (uint8_t) ~(1U << ((k + 4) % 8));
    }
    return status;
}

ig_status roads_burn(struct site *site)
{
    const ig_cost_options *options = site->options;
    struct burner b = {.site = site, .near = 0.0};
    if (options->residents) {
        const double near = speeds_value(&site->residents, "near", "metres", NULL);
        b.near = isnan(near) ? 100.0 : near;
    }
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < options->bridges.count; i++) {
        status =
            ways_read(site->ctx, options->bridges.values[i], WAYS_WALLS, NULL, take_bridge, site);
    }
    for (size_t i = 0; !status && i < options->roads.count; i++) {
        status = ways_read(site->ctx, options->roads.values[i], WAYS_ROADS, options->road_class,
                           take_road, &b);
    }
    if (!status) status = open_passages(&b);
    ig_free(b.passages);
    return status;
}
