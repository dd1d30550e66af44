// Roads onto the grid with their true length, stroke by stroke (strokes.c); the cells of a stroke then take the pace at which the staircase of steps between
// their centres takes as long as the road itself. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- the cells of a stroke -------------------------------------------------------------------------

struct burning {
    ig_ctx *ctx;
    const ig_roads *roads;
    const ig_density *density;
    const ig_walls *walls;
    ig_surface *surface;
    ig_road_cells *cells;
    ig_visits *visits;
    size_t stroke;
    bool limited;     ///< the road under way may be joined only where its source says
    bool forth, back; ///< and may be used as the stroke runs, and against it
    ig_stay *stays;
    size_t count, room;
    size_t *thin; ///< stays that the steps of a traveller go through
    size_t thin_count, thin_room;
    double *pace;   ///< by thinned stay
    double *walked; ///< by stay: metres of the search's own steps
    int lattice;
    // by cell: least pace on the ground of its roads, and of roads as fast the mean factor by which
    // steps are made good, weighed by their metres
    float *fast, *weight, *factor;
    size_t pace_room, walked_room;
    // the segment under way
    double clock, x, y, dx, dy, length, done, seconds_a_metre;
    bool broken; ///< the stroke came from beyond the frame
    bool failed;
};

static ig_stay *add_stay(struct burning *b, int64_t col, int64_t row)
{
    if (!ig_grow((void **)&b->stays, &b->room, b->count + 1, sizeof *b->stays)) {
        b->failed = true;
        return NULL;
    }
    ig_stay *stay = &b->stays[b->count++];
    *stay = (ig_stay){.col = col, .row = row, .in = b->clock, .out = b->clock, .fast = INFINITY};
    if (b->count > 1) {
        stay->no_forth = stay[-1].no_forth + !b->forth;
        stay->no_back = stay[-1].no_back + !b->back;
    }
    return stay;
}

static ig_status finish_chain(struct burning *b);

static bool take_cell(int64_t col, int64_t row, double length, void *user)
{
    struct burning *b = user;
    ig_stay *stay = b->count ? &b->stays[b->count - 1] : NULL;
    const double t0 = b->length > 0.0 ? b->done / b->length : 0.0;
    const double x0 = b->x + t0 * b->dx, y0 = b->y + t0 * b->dy;
    if (!stay || stay->col != col || stay->row != row) {
        const int64_t dc = stay ? llabs(stay->col - col) : 0,
                      dr = stay ? llabs(stay->row - row) : 0;
        if (stay && dc == 1 && dr == 1) { // through a corner: a cell beside it joins the two
            stay = add_stay(b, col, stay->row);
            if (!stay) return false;
            for (int i = 0; i < 3; i++) {
                stay->x[i] = x0;
                stay->y[i] = y0;
            }
            stay->fast = b->seconds_a_metre;
            stay->open = !b->limited;
        }
        stay = add_stay(b, col, row);
        if (!stay) return false;
        stay->begins = b->count == 1 && !b->broken;
        stay->x[0] = x0;
        stay->y[0] = y0;
    }
    b->done += length;
    b->clock += length * b->seconds_a_metre;
    stay->out = b->clock;
    stay->open |= !b->limited;
    stay->metres += length;
    stay->fast = fmin(stay->fast, b->seconds_a_metre);
    const double t1 = b->length > 0.0 ? b->done / b->length : 1.0;
    stay->x[2] = b->x + t1 * b->dx;
    stay->y[2] = b->y + t1 * b->dy;
    if (length >= stay->longest) {
        stay->longest = length;
        stay->x[1] = 0.5 * (x0 + stay->x[2]);
        stay->y[1] = 0.5 * (y0 + stay->y[2]);
    }
    return true;
}

/// Roads that meet at a point meet in its cell, also where some of them only touch its rim.
static void take_corner(struct burning *b, double x, double y)
{
    int64_t col, row;
    const ig_stay *last = b->count ? &b->stays[b->count - 1] : NULL;
    if (!last || !ig_frame_cell(&b->surface->frame, x, y, &col, &row)) return;
    if (last->col == col && last->row == row) return;
    b->length = 0.0;
    b->x = x;
    b->y = y;
    take_cell(col, row, 0.0, b);
}

/// Part of a segment within the frame; false when none is.
static bool clip(const ig_frame *f, double *x0, double *y0, double *x1, double *y1, bool *head,
                 bool *tail)
{
    const double box[4] = {f->west, f->north - (double)f->rows * f->dy,
                           f->west + (double)f->cols * f->dx, f->north};
    const double dx = *x1 - *x0, dy = *y1 - *y0;
    const double p[4] = {-dx, dx, -dy, dy};
    const double q[4] = {*x0 - box[0], box[2] - *x0, *y0 - box[1], box[3] - *y0};
    double t0 = 0.0, t1 = 1.0;
    for (int i = 0; i < 4; i++) {
        if (p[i] == 0.0) {
            if (q[i] < 0.0) return false;
            continue;
        }
        const double t = q[i] / p[i];
        if (p[i] < 0.0) t0 = fmax(t0, t);
        if (p[i] > 0.0) t1 = fmin(t1, t);
    }
    if (!(t0 < t1)) return false;
    *head = t0 > 0.0;
    *tail = t1 < 1.0;
    const double ax = *x0, ay = *y0;
    *x0 = ax + t0 * dx;
    *y0 = ay + t0 * dy;
    if (t1 < 1.0) {
        *x1 = ax + t1 * dx;
        *y1 = ay + t1 * dy;
    }
    return true;
}

static ig_status take_segment(struct burning *b, double x0, double y0, double x1, double y1,
                              double pace)
{
    bool head = false, tail = false;
    ig_status status = IG_OK;
    if (x0 == x1 && y0 == y1) return IG_OK;
    if (!clip(&b->surface->frame, &x0, &y0, &x1, &y1, &head, &tail)) {
        status = finish_chain(b);
        b->broken = true;
        return status;
    }
    if (head) {
        status = finish_chain(b);
        b->broken = true;
    }
    b->x = x0;
    b->y = y0;
    b->dx = x1 - x0;
    b->dy = y1 - y0;
    b->length = hypot(b->dx, b->dy);
    b->done = 0.0;
    b->seconds_a_metre = pace;
    if (!status) ig_line_cells(&b->surface->frame, x0, y0, x1, y1, take_cell, b);
    if (!status && !tail && !b->failed) take_corner(b, x1, y1);
    if (b->failed) return ig_fail(b->ctx, IG_EMEMORY, "no memory for the roads");
    if (tail && !status) {
        status = finish_chain(b);
        b->broken = true;
    }
    return status;
}

// ---- pace ----------------------------------------------------------------------------------------

/// How much longer than a step the road under it may be.
static const double MOST_DETOUR = 1.6;

static double step_length(const ig_frame *f, const ig_stay *a, const ig_stay *b)
{
    return hypot((double)(b->col - a->col) * f->dx, (double)(b->row - a->row) * f->dy);
}

static int64_t cell_of(const struct burning *b, size_t stay)
{
    return b->stays[stay].row * b->surface->frame.cols + b->stays[stay].col;
}

/// Bits of both cells towards each other, and of those from which one may go over.
static void join_cells(struct burning *b, size_t i, size_t k)
{
    static const int8_t side[3][3] = {{7, 0, 1}, {6, -1, 2}, {5, 4, 3}};
    const ig_stay *p = &b->stays[i], *q = &b->stays[k];
    const int bit = side[q->row - p->row + 1][q->col - p->col + 1];
    if (bit < 0) return;
    const uint8_t there = (uint8_t)(1u << bit), here = (uint8_t)(1u << ((bit + 4) % 8));
    b->cells->joined[cell_of(b, i)] |= there;
    b->cells->joined[cell_of(b, k)] |= here;
    if (!b->cells->leads) return;
    if (p->no_forth == q->no_forth) b->cells->leads[cell_of(b, i)] |= there;
    if (p->no_back == q->no_back) b->cells->leads[cell_of(b, k)] |= here;
}

/// Does the stroke lead from one stay to a later one, as a step of the search sees it? Where it
/// clips a corner it does; where it comes back after a bend it does not.
static bool leads_on(const struct burning *b, size_t i, size_t k)
{
    const ig_stay *p = &b->stays[i], *q = &b->stays[k];
    if (llabs(p->col - q->col) > 1 || llabs(p->row - q->row) > 1) return false;
    if (k == i + 1) return true;
    return q->along - p->along <= MOST_DETOUR * step_length(&b->surface->frame, p, q);
}

static void measure_chain(struct burning *b)
{
    double metres = 0.0;
    for (size_t i = 0; i < b->count; i++) {
        ig_stay *stay = &b->stays[i];
        stay->along = metres + (stay->begins ? 0.0 : stay->ends ? 1.0 : 0.5) * stay->metres;
        metres += stay->metres;
    }
}

/// The shortest steps along the stroke: a traveller cuts corners. The road's time is spread over
/// these steps, and every pair of cells that it leads over is joined.
static ig_status thin_chain(struct burning *b)
{
    const ig_frame *f = &b->surface->frame;
    if (!ig_grow((void **)&b->thin, &b->thin_room, b->count, sizeof *b->thin) ||
        !ig_grow((void **)&b->pace, &b->pace_room, b->count, sizeof *b->pace) ||
        !ig_grow((void **)&b->walked, &b->walked_room, b->count, sizeof *b->walked))
        return ig_fail(b->ctx, IG_EMEMORY, "no memory for the roads");
    double *metres = b->pace; // until the paces are known: least steps from the beginning
    metres[0] = 0.0;
    b->stays[0].from = 0;
    for (size_t k = 1; k < b->count; k++) {
        metres[k] = INFINITY;
        for (size_t i = k > IG_STAYS_AHEAD ? k - IG_STAYS_AHEAD : 0; i < k; i++) {
            if (!leads_on(b, i, k)) continue;
            join_cells(b, i, k);
            const double way = metres[i] + step_length(f, &b->stays[i], &b->stays[k]);
            if (way >= metres[k]) continue;
            metres[k] = way;
            b->stays[k].from = i;
        }
    }
    b->thin_count = 1;
    for (size_t k = b->count - 1; k > 0; k = b->stays[k].from)
        b->thin_count++;
    size_t at = b->thin_count, k = b->count - 1;
    while (at > 0) {
        b->thin[--at] = k;
        k = b->stays[k].from;
    }
    return IG_OK;
}

/// When the stroke is at a cell: in the middle of its stay, or at its end where the road ends.
static double time_at(const ig_stay *stay)
{
    if (stay->begins) return stay->in;
    if (stay->ends) return stay->out;
    return 0.5 * (stay->in + stay->out);
}

/// Pace of each thinned cell over a few cells to both sides: seconds of road over metres of steps.
static void pace_chain(struct burning *b)
{
    enum { REACH = 3 };
    ig_lattice_walk(&b->surface->frame, b->lattice, b->cells->joined, b->stays, b->count,
                    b->walked);
    for (size_t i = 0; i < b->thin_count; i++) {
        const size_t from = i < REACH ? 0 : i - REACH;
        const size_t to = i + REACH < b->thin_count ? i + REACH : b->thin_count - 1;
        const double metres = fabs(b->walked[b->thin[to]] - b->walked[b->thin[from]]);
        const double seconds = time_at(&b->stays[b->thin[to]]) - time_at(&b->stays[b->thin[from]]);
        const double least = 0.7 * b->stays[b->thin[i]].fast;
        b->pace[i] = metres > 0.0 ? fmax(seconds / metres, least) : b->stays[b->thin[i]].fast;
    }
}

/// Several roads of a cell: the fastest counts, and of equals the mean, since the least of many
/// factors would be too small.
static void blend(struct burning *b, int64_t cell, const ig_stay *stay, double pace)
{
    const float fast = (float)stay->fast, weight = (float)(stay->metres + 1.0);
    const float factor = (float)(pace / stay->fast);
    const bool first = b->weight[cell] == 0.0f;
    if (first || fast < 0.95f * b->fast[cell]) {
        b->fast[cell] = fast;
        b->weight[cell] = weight;
        b->factor[cell] = weight * factor;
    } else if (fast <= 1.05f * b->fast[cell]) {
        b->fast[cell] = fminf(b->fast[cell], fast);
        b->weight[cell] += weight;
        b->factor[cell] += weight * factor;
    }
}

static ig_status burn_stay(struct burning *b, size_t i, double pace)
{
    const int64_t cell = cell_of(b, i);
    b->cells->is_road[cell] |= b->stays[i].open ? IG_ROAD_OPEN : IG_ROAD_LIMITED;
    if (!b->walls || b->walls->state[cell] == IG_CELL_FREE) {
        blend(b, cell, &b->stays[i], pace);
        return IG_OK;
    }
    ig_visits *v = b->visits;
    if (!ig_grow((void **)&v->list, &v->room, v->count + 1, sizeof *v->list))
        return ig_fail(b->ctx, IG_EMEMORY, "no memory for the roads");
    ig_visit *visit = &v->list[v->count++];
    *visit = (ig_visit){.cell = cell,
                        .stroke = b->stroke,
                        .fast = (float)b->stays[i].fast,
                        .metres = (float)b->stays[i].metres,
                        .pace = (float)pace};
    for (size_t k = 0; k < 2; k++) {
        visit->before[k] = i > k ? cell_of(b, i - k - 1) : -1;
        visit->after[k] = i + k + 1 < b->count ? cell_of(b, i + k + 1) : -1;
    }
    memcpy(visit->x, b->stays[i].x, sizeof visit->x);
    memcpy(visit->y, b->stays[i].y, sizeof visit->y);
    return IG_OK;
}

/// The cells so far are a whole: give them their pace and begin anew.
static ig_status finish_chain(struct burning *b)
{
    ig_status status = IG_OK;
    if (b->count) {
        measure_chain(b);
        status = thin_chain(b);
        if (!status) pace_chain(b);
        for (size_t k = 0; !status && k < b->thin_count; k++) {
            status = burn_stay(b, b->thin[k], b->pace[k]);
            const size_t next = k + 1 < b->thin_count ? b->thin[k + 1] : b->count;
            for (size_t i = b->thin[k] + 1; !status && i < next; i++)
                status = burn_stay(b, i, 0.5 * (b->pace[k] + b->pace[k + 1]));
        }
        b->stroke++;
    }
    b->count = 0;
    b->clock = 0.0;
    b->broken = false;
    return status;
}

/// One road of the stroke, forwards or backwards.
static ig_status take_road(struct burning *b, const ig_road *road, bool back)
{
    ig_status status = IG_OK;
    b->limited = road->limited;
    b->forth = road->way != (back ? IG_WAY_FORTH : IG_WAY_BACK);
    b->back = road->way != (back ? IG_WAY_BACK : IG_WAY_FORTH);
    for (size_t i = road->first; !status && i + 1 < road->end; i++) {
        const size_t p = back ? road->end - 1 - (i - road->first) : i, q = back ? p - 1 : p + 1;
        const double *x = b->roads->x, *y = b->roads->y;
        const double pace =
            ig_density_pace(b->density, road, 0.5 * (x[p] + x[q]), 0.5 * (y[p] + y[q]));
        status = take_segment(b, x[p], y[p], x[q], y[q], pace);
    }
    return status;
}

/// Follow the pairs from one end on.
static ig_status take_stroke(struct burning *b, const size_t *mate, bool *taken, size_t end)
{
    ig_status status = IG_OK;
    b->broken = false;
    while (!status && end != SIZE_MAX && !taken[end / 2]) {
        taken[end / 2] = true;
        status = take_road(b, &b->roads->list[end / 2], end % 2 == 1);
        end = mate[end ^ 1];
    }
    if (b->count) b->stays[b->count - 1].ends = true;
    return status ? status : finish_chain(b);
}

ig_status ig_roads_burn(ig_ctx *ctx, const ig_roads *roads, const ig_density *density,
                        const ig_walls *walls, ig_surface *surface, ig_road_cells *road_cells,
                        ig_visits *visits)
{
    struct burning b = {.ctx = ctx, .roads = roads, .walls = walls, .surface = surface};
    b.lattice = surface->lattice;
    b.density = density;
    b.cells = road_cells;
    b.visits = visits;
    const size_t cells = (size_t)ig_frame_cells(&surface->frame);
    b.fast = ig_alloc(cells, sizeof *b.fast);
    b.weight = ig_alloc(cells, sizeof *b.weight);
    b.factor = ig_alloc(cells, sizeof *b.factor);
    size_t *mate = ig_alloc(2 * roads->count + 1, sizeof *mate);
    bool *taken = ig_alloc(roads->count + 1, sizeof *taken);
    ig_status status = mate && taken && b.fast && b.weight && b.factor
                           ? IG_OK
                           : ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
    if (!status) status = ig_strokes_pair(ctx, roads, mate);
    for (size_t i = 0; !status && i < roads->count; i++)
        if (isnan(roads->list[i].pace)) taken[i] = true;
    // Strokes with ends first, then those that close on themselves.
    for (int round = 0; round < 2; round++) {
        for (size_t end = 0; !status && end < 2 * roads->count; end++) {
            if (taken[end / 2] || (round == 0 && mate[end] != SIZE_MAX)) continue;
            status = take_stroke(&b, mate, taken, end);
            if (!status && end % 4096 == 0)
                status = ig_progress(ctx, (double)end / (2.0 * (double)roads->count + 1.0),
                                     "burning the roads");
        }
    }
    for (size_t i = 0; !status && i < cells; i++) {
        if (b.weight[i] == 0.0f) continue;
        const float pace = b.fast[i] * b.factor[i] / b.weight[i];
        if (!(surface->pace[i] <= pace)) surface->pace[i] = pace;
    }
    ig_free(b.fast);
    ig_free(b.weight);
    ig_free(b.factor);
    ig_free(mate);
    ig_free(taken);
    ig_free(b.stays);
    ig_free(b.thin);
    ig_free(b.pace);
    ig_free(b.walked);
    return status;
}
