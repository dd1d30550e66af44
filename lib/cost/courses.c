// Along the roads: which cells a stroke passes, one after the other, and when. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>

struct following {
    ig_ctx *ctx;
    const ig_roads *roads;
    const ig_density *density;
    const ig_frame *frame;
    const ig_junctions *nodes;
    ig_course course;
    ig_course_fn take;
    void *user;
    bool forth, back; ///< the road under way may be used as the stroke runs, and against it
    // the segment under way
    double clock, x, y, dx, dy, length, done, seconds_a_metre;
    bool broken; ///< the stroke came from beyond the frame
    bool failed;
};

static ig_stay *add_stay(struct following *f, int64_t col, int64_t row)
{
    ig_course *c = &f->course;
    if (!ig_grow((void **)&c->stays, &c->room, c->count + 1, sizeof *c->stays)) {
        f->failed = true;
        return NULL;
    }
    ig_stay *stay = &c->stays[c->count++];
    *stay = (ig_stay){.col = col, .row = row, .in = f->clock, .out = f->clock, .fast = INFINITY};
    if (c->count > 1) {
        stay->no_forth = stay[-1].no_forth + !f->forth;
        stay->no_back = stay[-1].no_back + !f->back;
    }
    return stay;
}

static bool take_cell(int64_t col, int64_t row, double length, void *user)
{
    struct following *f = user;
    ig_course *c = &f->course;
    ig_stay *stay = c->count ? &c->stays[c->count - 1] : NULL;
    const double t0 = f->length > 0.0 ? f->done / f->length : 0.0;
    const double x0 = f->x + t0 * f->dx, y0 = f->y + t0 * f->dy;
    if (!stay || stay->col != col || stay->row != row) {
        const int64_t dc = stay ? llabs(stay->col - col) : 0,
                      dr = stay ? llabs(stay->row - row) : 0;
        if (stay && dc == 1 && dr == 1) { // through a corner: a cell beside it joins the two
            stay = add_stay(f, col, stay->row);
            if (!stay) return false;
            for (int i = 0; i < 3; i++) {
                stay->x[i] = x0;
                stay->y[i] = y0;
            }
            stay->fast = f->seconds_a_metre;
        }
        stay = add_stay(f, col, row);
        if (!stay) return false;
        stay->begins = c->count == 1 && !f->broken;
        stay->x[0] = x0;
        stay->y[0] = y0;
    }
    f->done += length;
    f->clock += length * f->seconds_a_metre;
    stay->out = f->clock;
    stay->metres += length;
    stay->fast = fmin(stay->fast, f->seconds_a_metre);
    const double t1 = f->length > 0.0 ? f->done / f->length : 1.0;
    stay->x[2] = f->x + t1 * f->dx;
    stay->y[2] = f->y + t1 * f->dy;
    if (length >= stay->longest) {
        stay->longest = length;
        stay->x[1] = 0.5 * (x0 + stay->x[2]);
        stay->y[1] = 0.5 * (y0 + stay->y[2]);
    }
    return true;
}

/// Is a point of a road its end, or shared with another?
static bool is_node(const struct following *f, const ig_road *road, size_t point)
{
    return point == road->first || point + 1 == road->end ||
           f->nodes->shared[point / 8] >> point % 8 & 1;
}

/// Roads that meet at a point meet in its cell, also where some of them only touch its rim.
static void take_point(struct following *f, double x, double y, bool node)
{
    ig_course *c = &f->course;
    int64_t col, row;
    if (!ig_frame_cell(f->frame, x, y, &col, &row)) return;
    const ig_stay *last = c->count ? &c->stays[c->count - 1] : NULL;
    if (!last || last->col != col || last->row != row) {
        f->length = 0.0;
        f->x = x;
        f->y = y;
        if (!take_cell(col, row, 0.0, f)) return;
    }
    if (!node) return;
    if (!ig_grow((void **)&c->marks, &c->mark_room, c->mark_count + 1, sizeof *c->marks)) {
        f->failed = true;
        return;
    }
    c->marks[c->mark_count++] = (ig_mark){.stay = c->count - 1,
                                          .seconds = f->clock,
                                          .x = x,
                                          .y = y,
                                          .forth = f->forth,
                                          .back = f->back};
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

/// The stays so far are a whole: give them away and begin anew.
static ig_status finish(struct following *f)
{
    ig_status status = IG_OK;
    if (f->failed) return ig_fail(f->ctx, IG_EMEMORY, "no memory for the roads");
    if (f->course.count) status = f->take(f->ctx, &f->course, f->user);
    f->course.count = f->course.mark_count = 0;
    f->clock = 0.0;
    f->broken = false;
    return status;
}

/// Beyond the frame's edge the stroke is another.
static ig_status break_off(struct following *f)
{
    const ig_status status = finish(f);
    f->broken = true;
    return status;
}

/// @param node of the segment's end
static ig_status take_segment(struct following *f, double x0, double y0, double x1, double y1,
                              bool node)
{
    bool head = false, tail = false;
    ig_status status = IG_OK;
    if (x0 == x1 && y0 == y1) return IG_OK;
    if (!clip(f->frame, &x0, &y0, &x1, &y1, &head, &tail)) return break_off(f);
    if (head) status = break_off(f);
    f->x = x0;
    f->y = y0;
    f->dx = x1 - x0;
    f->dy = y1 - y0;
    f->length = hypot(f->dx, f->dy);
    f->done = 0.0;
    if (!status) ig_line_cells(f->frame, x0, y0, x1, y1, take_cell, f);
    if (!status && !tail && !f->failed) take_point(f, x1, y1, node);
    return tail && !status ? break_off(f) : status;
}

/// One road of the stroke, forwards or backwards.
static ig_status take_road(struct following *f, const ig_road *road, bool back)
{
    const double *x = f->roads->x, *y = f->roads->y;
    ig_status status = IG_OK;
    f->course.limited = road->limited;
    f->course.set = f->nodes->set ? f->nodes->set[road - f->roads->list] : 0;
    f->forth = road->way != (back ? IG_WAY_FORTH : IG_WAY_BACK);
    f->back = road->way != (back ? IG_WAY_BACK : IG_WAY_FORTH);
    for (size_t i = road->first; !status && i + 1 < road->end; i++) {
        const size_t p = back ? road->end - 1 - (i - road->first) : i, q = back ? p - 1 : p + 1;
        f->seconds_a_metre =
            ig_density_pace(f->density, road, 0.5 * (x[p] + x[q]), 0.5 * (y[p] + y[q]));
        const bool apart = f->course.apart;
        if (i == road->first) take_point(f, x[p], y[p], apart);
        status = take_segment(f, x[p], y[p], x[q], y[q], apart && is_node(f, road, q));
    }
    return status;
}

/// Follow the pairs from one end on.
static ig_status take_stroke(struct following *f, const size_t *mate, bool *taken, size_t end)
{
    ig_status status = IG_OK;
    f->broken = false;
    while (!status && end != SIZE_MAX && !taken[end / 2]) {
        taken[end / 2] = true;
        status = take_road(f, &f->roads->list[end / 2], end % 2 == 1);
        end = mate[end ^ 1];
    }
    if (f->course.count) f->course.stays[f->course.count - 1].ends = true;
    return status ? status : finish(f);
}

ig_status ig_courses_each(ig_ctx *ctx, const ig_roads *roads, const size_t *mate,
                          const ig_density *density, const ig_frame *frame, bool apart,
                          const ig_junctions *nodes, ig_course_fn take, void *user)
{
    struct following f = {.ctx = ctx, .roads = roads, .density = density, .frame = frame};
    f.take = take;
    f.user = user;
    f.course.apart = apart;
    f.nodes = nodes;
    bool *taken = ig_alloc(roads->count + 1, sizeof *taken);
    ig_status status = taken ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
    for (size_t i = 0; !status && i < roads->count; i++)
        taken[i] = isnan(roads->list[i].pace) || roads->list[i].apart != apart;
    // Strokes with ends first, then those that close on themselves.
    for (int round = 0; round < 2; round++) {
        for (size_t end = 0; !status && end < 2 * roads->count; end++) {
            if (taken[end / 2] || (round == 0 && mate[end] != SIZE_MAX)) continue;
            status = take_stroke(&f, mate, taken, end);
            if (!status && end % 4096 == 0)
                status = ig_progress(ctx, (double)end / (2.0 * (double)roads->count + 1.0),
                                     "burning the roads");
        }
    }
    ig_free(taken);
    ig_free(f.course.stays);
    ig_free(f.course.marks);
    return status;
}
