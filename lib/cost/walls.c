// What shuts the way: edges of polygons and lines, indexed by the cells they enter. A way from
// place to place is open where the straight line between them meets none; nothing slips through
// between cells, whatever their size. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ig_walls_free(ig_walls *walls)
{
    ig_free(walls->list);
    ig_free(walls->state);
    ig_free(walls->entry);
    ig_free(walls->row_start);
    ig_free(walls->level);
    ig_free(walls->level_start);
    *walls = (ig_walls){0};
}

ig_status ig_walls_add(ig_ctx *ctx, ig_walls *walls, double x0, double y0, double x1, double y1,
                       ig_wall_kind kind)
{
    if (!ig_grow((void **)&walls->list, &walls->room, walls->count + 1, sizeof *walls->list))
        return ig_fail(ctx, IG_EMEMORY, "no memory for the barriers");
    walls->list[walls->count++] = (ig_wall){x0, y0, x1, y1, (uint8_t)kind};
    return IG_OK;
}

// ---- polygons: which way their rings run ---------------------------------------------------------

static double ring_area2(const ig_rings *r, size_t first, size_t end)
{
    double sum = 0.0;
    for (size_t i = first; i + 1 < end; i++)
        sum += (r->x[i] - r->x[first]) * (r->y[i + 1] - r->y[first]) -
               (r->x[i + 1] - r->x[first]) * (r->y[i] - r->y[first]);
    return sum;
}

static bool in_ring(const ig_rings *r, size_t first, size_t end, double x, double y)
{
    bool inside = false;
    for (size_t i = first; i + 1 < end; i++) {
        if ((r->y[i] > y) == (r->y[i + 1] > y)) continue;
        if (x < r->x[i] + (y - r->y[i]) * (r->x[i + 1] - r->x[i]) / (r->y[i + 1] - r->y[i]))
            inside = !inside;
    }
    return inside;
}

/// How many larger rings of the polygon hold this one, by the middle of its first edges that are
/// on none of them: most of its corners decide.
static size_t ring_depth(const ig_rings *r, size_t from, size_t to, size_t ring, double own)
{
    const size_t first = r->ring_start[ring], end = r->ring_start[ring + 1];
    size_t depth = 0;
    for (size_t k = from; k < to; k++) {
        if (k == ring) continue;
        const size_t a = r->ring_start[k], b = r->ring_start[k + 1];
        const double other = fabs(ring_area2(r, a, b));
        if (other < own || (other == own && k > ring)) continue;
        size_t in = 0, looked = 0;
        const size_t step = (end - first) / 9 + 1;
        for (size_t i = first; i + 1 < end; i += step) {
            looked++;
            in += in_ring(r, a, b, .5 * (r->x[i] + r->x[i + 1]), .5 * (r->y[i] + r->y[i + 1]));
        }
        if (2 * in > looked) depth++;
    }
    return depth;
}

ig_status ig_walls_add_patches(ig_ctx *ctx, ig_walls *walls, const ig_rings *r)
{
    ig_status status = IG_OK;
    for (size_t a = 0; !status && a < r->areas; a++) {
        for (size_t k = r->area_start[a]; !status && k < r->area_start[a + 1]; k++) {
            const size_t first = r->ring_start[k], end = r->ring_start[k + 1];
            const double area2 = ring_area2(r, first, end);
            if (end < first + 4 || area2 == 0.0) continue;
            const size_t depth =
                ring_depth(r, r->area_start[a], r->area_start[a + 1], k, fabs(area2));
            const bool turn = (area2 > 0.0) == (depth % 2 == 1);
            for (size_t i = first; !status && i + 1 < end; i++) {
                const size_t p = turn ? i + 1 : i, q = turn ? i : i + 1;
                status =
                    ig_walls_add(ctx, walls, r->x[p], r->y[p], r->x[q], r->y[q], IG_WALL_POLYGON);
            }
        }
    }
    return status;
}

// ---- index ---------------------------------------------------------------------------------------

struct entering {
    ig_walls *walls;
    size_t wall;
    bool failed;
};

static bool enter_cell(int64_t col, int64_t row, double length, void *user)
{
    (void)length;
    struct entering *e = user;
    ig_walls *w = e->walls;
    if (!ig_grow((void **)&w->entry, &w->entry_room, w->entries + 1, sizeof *w->entry)) {
        e->failed = true;
        return false;
    }
    const int64_t cell = row * w->frame.cols + col;
    w->entry[w->entries++] = (struct ig_wall_entry){cell, e->wall};
    if (w->state[cell] < IG_CELL_LINE) w->state[cell] = IG_CELL_LINE;
    return true;
}

static int by_cell(const void *a, const void *b)
{
    const struct ig_wall_entry *p = a, *q = b;
    if (p->cell != q->cell) return p->cell < q->cell ? -1 : 1;
    return p->wall < q->wall ? -1 : p->wall > q->wall;
}

static ig_status index_cells(ig_ctx *ctx, ig_walls *walls)
{
    struct entering e = {walls, 0, false};
    const ig_frame *f = &walls->frame;
    for (; e.wall < walls->count && !e.failed; e.wall++) {
        const ig_wall *w = &walls->list[e.wall];
        ig_line_cells(f, w->x0, w->y0, w->x1, w->y1, enter_cell, &e);
        // Along a cell line a wall lies in the cells of both its sides.
        const double col = (w->x0 - f->west) / f->dx, row = (f->north - w->y0) / f->dy;
        if (w->x0 == w->x1 && col == floor(col))
            ig_line_cells(f, w->x0 - .25 * f->dx, w->y0, w->x1 - .25 * f->dx, w->y1, enter_cell,
                          &e);
        if (w->y0 == w->y1 && row == floor(row))
            ig_line_cells(f, w->x0, w->y0 + .25 * f->dy, w->x1, w->y1 + .25 * f->dy, enter_cell,
                          &e);
    }
    walls->row_start = ig_alloc((size_t)f->rows + 1, sizeof *walls->row_start);
    if (e.failed || !walls->row_start)
        return ig_fail(ctx, IG_EMEMORY, "no memory for the barriers on the grid");
    if (walls->entries) qsort(walls->entry, walls->entries, sizeof *walls->entry, by_cell);
    size_t at = 0;
    for (int64_t row = 0; row <= f->rows; row++) {
        while (at < walls->entries && walls->entry[at].cell < row * f->cols)
            at++;
        walls->row_start[row] = at;
    }
    return IG_OK;
}

static int by_x(const void *a, const void *b)
{
    const struct ig_wall_level *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return p->step - q->step;
}

/// Rows whose centre line an edge crosses (half open): [*from, *to).
static void rows_crossed(const ig_frame *f, const ig_wall *w, int64_t *from, int64_t *to)
{
    const double high = fmax(w->y0, w->y1), low = fmin(w->y0, w->y1);
    // Centre of row r is north - (r + .5) dy; it counts where low <= centre < high.
    double a = floor((f->north - high) / f->dy - 0.5) + 1.0,
           b = floor((f->north - low) / f->dy - 0.5) + 1.0;
    if (a < 0.0) a = 0.0;
    if (b > (double)f->rows) b = (double)f->rows;
    *from = (int64_t)a;
    *to = b < a ? (int64_t)a : (int64_t)b;
}

/// Crossings of every row's centre line with the polygons, so that it can be told what holds the
/// centre of a cell.
static ig_status index_levels(ig_ctx *ctx, ig_walls *walls)
{
    const ig_frame *f = &walls->frame;
    int64_t from, to;
    size_t *start = ig_alloc((size_t)f->rows + 2, sizeof *start);
    walls->level_start = start;
    if (!start) return ig_fail(ctx, IG_EMEMORY, "no memory for the barriers on the grid");
    for (size_t i = 0; i < walls->count; i++) {
        if (walls->list[i].kind != IG_WALL_POLYGON) continue;
        rows_crossed(f, &walls->list[i], &from, &to);
        for (int64_t row = from; row < to; row++)
            start[row + 2]++;
    }
    for (int64_t row = 0; row < f->rows; row++)
        start[row + 2] += start[row + 1];
    const size_t total = start[f->rows + 1];
    walls->level = ig_alloc(total ? total : 1, sizeof *walls->level);
    if (!walls->level) return ig_fail(ctx, IG_EMEMORY, "no memory for the barriers on the grid");
    for (size_t i = 0; i < walls->count; i++) {
        const ig_wall *w = &walls->list[i];
        if (w->kind != IG_WALL_POLYGON) continue;
        rows_crossed(f, w, &from, &to);
        for (int64_t row = from; row < to; row++) {
            const double y = f->north - ((double)row + 0.5) * f->dy;
            const double x = w->x0 + (y - w->y0) * (w->x1 - w->x0) / (w->y1 - w->y0);
            // Inside lies to the left: going down, the inside is to the east.
            walls->level[start[row + 1]++] = (struct ig_wall_level){x, w->y1 < w->y0 ? 1 : -1};
        }
    }
    for (int64_t row = 0; row < f->rows; row++)
        qsort(walls->level + start[row], start[row + 1] - start[row], sizeof *walls->level, by_x);
    return IG_OK;
}

/// Cells that polygons cover: those of an area of a cell or more shut what they touch.
static ig_status mark_cells(ig_ctx *ctx, ig_walls *walls, const ig_rings *rings)
{
    const ig_frame *f = &walls->frame;
    const double cell = f->dx * f->dy;
    ig_coverage *coverage = NULL;
    ig_status status = ig_coverage_new(ctx, f, rings, &coverage);
    for (size_t a = 0; !status && a < rings->areas; a++) {
        double size = 0.0;
        for (size_t k = rings->area_start[a]; k < rings->area_start[a + 1]; k++)
            size =
                fmax(size, fabs(ring_area2(rings, rings->ring_start[k], rings->ring_start[k + 1])));
        const bool large = 0.5 * size >= cell;
        for (const ig_run *run = coverage->area[a].first; run < coverage->area[a].end; run++) {
            const uint8_t state = run->fraction >= 1.0 ? IG_CELL_FULL
                                  : large              ? IG_CELL_TOUCHED
                                                       : IG_CELL_LINE;
            for (int64_t i = 0; i < run->cells; i++) {
                uint8_t *at = &walls->state[run->row * f->cols + run->col + i];
                if (*at < state) *at = state;
            }
        }
    }
    ig_coverage_free(coverage);
    return status;
}

ig_status ig_walls_index(ig_ctx *ctx, ig_walls *walls, const ig_frame *frame, const ig_rings *rings)
{
    walls->frame = *frame;
    walls->state = ig_alloc((size_t)ig_frame_cells(frame), 1);
    if (!walls->state) return ig_fail(ctx, IG_EMEMORY, "no memory for the barriers on the grid");
    ig_status status = index_cells(ctx, walls);
    if (!status) status = index_levels(ctx, walls);
    if (!status && rings && rings->areas) status = mark_cells(ctx, walls, rings);
    return status;
}

void ig_walls_of_cell(const ig_walls *walls, int64_t cell, size_t *first, size_t *end)
{
    const int64_t row = cell / walls->frame.cols;
    size_t low = walls->row_start[row], high = walls->row_start[row + 1];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (walls->entry[middle].cell < cell) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *first = low;
    while (low < walls->row_start[row + 1] && walls->entry[low].cell == cell)
        low++;
    *end = low;
}

// ---- geometry ------------------------------------------------------------------------------------

/// Twice the area of the triangle a, b, c: positive when c lies to the left of a to b. Zero when
/// it is smaller than rounding can tell.
static double turn(double ax, double ay, double bx, double by, double cx, double cy)
{
    const double p = (bx - ax) * (cy - ay), q = (by - ay) * (cx - ax);
    const double area = p - q;
    return fabs(area) <= 1e-12 * (fabs(p) + fabs(q)) ? 0.0 : area;
}

static bool overlap(double a0, double a1, double b0, double b1)
{
    return fmin(a0, a1) <= fmax(b0, b1) && fmin(b0, b1) <= fmax(a0, a1);
}

/// Do two segments meet? Touching counts. @param[out] t where on the first; may be NULL
static bool meet(double ax, double ay, double bx, double by, const ig_wall *w, double *t)
{
    if (!overlap(ax, bx, w->x0, w->x1) || !overlap(ay, by, w->y0, w->y1)) return false;
    const double a = turn(w->x0, w->y0, w->x1, w->y1, ax, ay);
    const double b = turn(w->x0, w->y0, w->x1, w->y1, bx, by);
    const double c = turn(ax, ay, bx, by, w->x0, w->y0);
    const double d = turn(ax, ay, bx, by, w->x1, w->y1);
    if ((a > 0.0 && b > 0.0) || (a < 0.0 && b < 0.0)) return false;
    if ((c > 0.0 && d > 0.0) || (c < 0.0 && d < 0.0)) return false;
    if (!t) return true;
    if (a != b) {
        *t = a / (a - b);
    } else { // along each other: where the wall begins
        const double length2 = (bx - ax) * (bx - ax) + (by - ay) * (by - ay);
        *t = length2 > 0.0 ? ((w->x0 - ax) * (bx - ax) + (w->y0 - ay) * (by - ay)) / length2 : 0.0;
    }
    *t = fmin(1.0, fmax(0.0, *t));
    return true;
}

/// How many polygons hold the centre of a cell.
static int64_t centre_count(const ig_walls *walls, int64_t row, double x)
{
    int64_t count = 0;
    for (size_t i = walls->level_start[row]; i < walls->level_start[row + 1]; i++) {
        if (walls->level[i].x > x) break;
        count += walls->level[i].step;
    }
    return count;
}

bool ig_walls_inside(const ig_walls *walls, double x, double y)
{
    const ig_frame *f = &walls->frame;
    int64_t col, row;
    if (!ig_frame_cell(f, x, y, &col, &row)) return false;
    const int64_t cell = row * f->cols + col;
    if (walls->state[cell] == IG_CELL_FREE) return false;
    const double cx = f->west + ((double)col + 0.5) * f->dx;
    const double cy = f->north - ((double)row + 0.5) * f->dy;
    int64_t count = centre_count(walls, row, cx);
    size_t first, end;
    ig_walls_of_cell(walls, cell, &first, &end);
    for (size_t i = first; i < end; i++) {
        if (i > first && walls->entry[i].wall == walls->entry[i - 1].wall) continue;
        const ig_wall *w = &walls->list[walls->entry[i].wall];
        if (w->kind != IG_WALL_POLYGON) continue;
        // Half open at the wall's ends, so that a corner between two walls counts once.
        const bool a = turn(cx, cy, x, y, w->x0, w->y0) > 0.0;
        const bool b = turn(cx, cy, x, y, w->x1, w->y1) > 0.0;
        if (a == b) continue;
        const bool from = turn(w->x0, w->y0, w->x1, w->y1, cx, cy) > 0.0;
        const bool to = turn(w->x0, w->y0, w->x1, w->y1, x, y) > 0.0;
        if (from != to) count += to ? 1 : -1;
    }
    return count > 0;
}

struct crossing {
    const ig_walls *walls;
    double x0, y0, x1, y1;
    bool coast, met;
};

static bool cross_cell(int64_t col, int64_t row, double length, void *user)
{
    (void)length;
    struct crossing *c = user;
    const int64_t cell = row * c->walls->frame.cols + col;
    if (c->walls->state[cell] == IG_CELL_FREE) return true;
    size_t first, end;
    ig_walls_of_cell(c->walls, cell, &first, &end);
    for (size_t i = first; i < end && !c->met; i++) {
        const ig_wall *w = &c->walls->list[c->walls->entry[i].wall];
        if (w->kind == IG_WALL_COAST && !c->coast) continue;
        c->met = meet(c->x0, c->y0, c->x1, c->y1, w, NULL);
    }
    return !c->met;
}

bool ig_walls_between(const ig_walls *walls, double x0, double y0, double x1, double y1, bool coast)
{
    struct crossing c = {walls, x0, y0, x1, y1, coast, false};
    const ig_frame *f = &walls->frame;
    ig_line_cells(f, x0, y0, x1, y1, cross_cell, &c);
    // Through a corner a line enters two cells of four, and a wall may end at the corner in the
    // other two.
    for (int side = -1; side <= 1 && !c.met; side += 2) {
        const double nx = side * 1e-3 * f->dx, ny = side * 1e-3 * f->dy;
        const bool falls = (x1 - x0) * (y1 - y0) < 0.0;
        ig_line_cells(f, x0 + nx, y0 + (falls ? ny : -ny), x1 + nx, y1 + (falls ? ny : -ny),
                      cross_cell, &c);
    }
    return c.met;
}

static bool meet_cell(int64_t col, int64_t row, double length, void *user);

struct gathering {
    const ig_walls *walls;
    double x0, y0, x1, y1;
    ig_meeting **list;
    size_t *count, *room;
    bool failed;
};

static bool meet_cell(int64_t col, int64_t row, double length, void *user)
{
    (void)length;
    struct gathering *g = user;
    const int64_t cell = row * g->walls->frame.cols + col;
    if (g->walls->state[cell] == IG_CELL_FREE) return true;
    size_t first, end;
    ig_walls_of_cell(g->walls, cell, &first, &end);
    for (size_t i = first; i < end; i++) {
        const size_t wall = g->walls->entry[i].wall;
        double t;
        if (g->walls->list[wall].kind == IG_WALL_COAST) continue;
        if (!meet(g->x0, g->y0, g->x1, g->y1, &g->walls->list[wall], &t)) continue;
        if (!ig_grow((void **)g->list, g->room, *g->count + 1, sizeof **g->list)) {
            g->failed = true;
            return false;
        }
        (*g->list)[(*g->count)++] = (ig_meeting){t, wall};
    }
    return true;
}

static int by_t(const void *a, const void *b)
{
    const ig_meeting *p = a, *q = b;
    if (p->t != q->t) return p->t < q->t ? -1 : 1;
    return p->wall < q->wall ? -1 : p->wall > q->wall;
}

ig_status ig_walls_meet(ig_ctx *ctx, const ig_walls *walls, double x0, double y0, double x1,
                        double y1, ig_meeting **meetings, size_t *count, size_t *room)
{
    struct gathering g = {walls, x0, y0, x1, y1, meetings, count, room, false};
    *count = 0;
    ig_line_cells(&walls->frame, x0, y0, x1, y1, meet_cell, &g);
    if (g.failed) return ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
    if (*count > 1) {
        qsort(*meetings, *count, sizeof **meetings, by_t);
        size_t kept = 1; // a wall that lies in several cells was met in each
        for (size_t i = 1; i < *count; i++)
            if ((*meetings)[i].wall != (*meetings)[kept - 1].wall ||
                (*meetings)[i].t != (*meetings)[kept - 1].t)
                (*meetings)[kept++] = (*meetings)[i];
        *count = kept;
    }
    return IG_OK;
}
