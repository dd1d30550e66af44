// Roads onto the grid with their true length, stroke by stroke (strokes.c, courses.c): the cells of a
// stroke take the pace at which the staircase of steps between their centres takes as long as the
// road itself. Where a cell stands for other roads (levels.c) the stroke is carried past it, for
// links.c to make ways of. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct burning {
    ig_ctx *ctx;
    const ig_walls *walls;
    const ig_levels *levels; ///< of roads apart; NULL for others
    ig_surface *surface;
    ig_road_cells *cells;
    ig_visits *visits;
    ig_past *past;
    size_t stroke;
    size_t stays_done, marks_done; ///< of roads apart, before this course
    uint8_t kind;                  ///< IG_ROAD_...
    ig_stay *stays;                ///< the chain under way: stays of a course, one after the other
    size_t count;
    size_t *thin; ///< stays that the steps of a traveller go through
    size_t thin_count, thin_room;
    double *pace;   ///< by thinned stay
    double *walked; ///< by stay: metres of the search's own steps
    size_t pace_room, walked_room;
    int lattice;
    // by cell: least pace on the ground of its roads, and of roads as fast the mean factor by which
    // steps are made good, weighed by their metres
    float *fast, *weight, *factor;
};

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

/// Pace of each thinned cell over a few cells to both sides: seconds of road over metres of steps. A
/// crescent whose legs share cells has few such metres, for one may step from leg to leg: as much is
/// made good as brings networks as a whole nearest the truth, and no more, or the way to its bend
/// would take several times too long.
static void pace_chain(struct burning *b)
{
    enum { REACH = 3 };
    ig_lattice_walk(&b->surface->frame, b->lattice, b->cells->joined, b->stays, b->count,
                    b->walked);
    for (size_t i = 0; i < b->thin_count; i++) {
        const size_t from = i < REACH ? 0 : i - REACH;
        const size_t to = i + REACH < b->thin_count ? i + REACH : b->thin_count - 1;
        const ig_stay *first = &b->stays[b->thin[from]], *last = &b->stays[b->thin[to]];
        const double metres = fmax(fabs(b->walked[b->thin[to]] - b->walked[b->thin[from]]),
                                   (last->along - first->along) / MOST_DETOUR);
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
    b->cells->is_road[cell] |= b->kind;
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

/// Give the cells of a chain their pace.
static ig_status burn_chain(struct burning *b, ig_stay *stays, size_t count)
{
    b->stays = stays;
    b->count = count;
    measure_chain(b);
    ig_status status = thin_chain(b);
    if (!status) pace_chain(b);
    for (size_t k = 0; !status && k < b->thin_count; k++) {
        status = burn_stay(b, b->thin[k], b->pace[k]);
        const size_t next = k + 1 < b->thin_count ? b->thin[k + 1] : b->count;
        for (size_t i = b->thin[k] + 1; !status && i < next; i++)
            status = burn_stay(b, i, 0.5 * (b->pace[k] + b->pace[k + 1]));
    }
    b->stroke++;
    return status;
}

// ---- past cells that stand for other roads -----------------------------------------------------------

/// Where the course is, on the way past: at a port, or at a place where roads apart meet.
struct stop {
    size_t node;
    double seconds;
    bool port;
};

static ig_status open_port(struct burning *b, const ig_stay *stay, size_t stroke, struct stop *stop)
{
    ig_past *p = b->past;
    if (!ig_grow((void **)&p->ports, &p->port_room, p->port_count + 1, sizeof *p->ports))
        return ig_fail(b->ctx, IG_EMEMORY, "no memory for the roads");
    *stop = (struct stop){p->places + p->port_count, time_at(stay), true};
    p->ports[p->port_count++] =
        (ig_port){.cell = stay->row * b->surface->frame.cols + stay->col, .stroke = stroke};
    return IG_OK;
}

static ig_status go_on(struct burning *b, struct stop *at, struct stop next, bool forth, bool back)
{
    ig_past *p = b->past;
    const struct stop last = *at;
    *at = next;
    if (last.node == SIZE_MAX || last.node == next.node || !(forth || back)) return IG_OK;
    if (!ig_grow((void **)&p->ways, &p->way_room, p->way_count + 1, sizeof *p->ways))
        return ig_fail(b->ctx, IG_EMEMORY, "no memory for the roads");
    p->ways[p->way_count++] =
        (ig_past_way){last.node, next.node, next.seconds - last.seconds, forth, back};
    return IG_OK;
}

/// Stays [first, end) of a course lie in cells of other roads: ways from the cell before them to the
/// cell behind, by the places between at which other roads apart meet this one.
static ig_status carry_past(struct burning *b, const ig_course *c, size_t first, size_t end,
                            size_t *mark)
{
    struct stop at = {.node = SIZE_MAX}, next;
    ig_status status = IG_OK;
    bool forth = true, back = true;
    if (first > 0) {
        forth = c->stays[first].no_forth == c->stays[first - 1].no_forth;
        back = c->stays[first].no_back == c->stays[first - 1].no_back;
        status = open_port(b, &c->stays[first - 1], b->stroke - 1, &at);
    }
    for (; *mark < c->mark_count && c->marks[*mark].stay < end; ++*mark) {
        const ig_mark *m = &c->marks[*mark];
        const size_t place = b->levels->place[b->marks_done + *mark];
        if (m->stay < first || place == SIZE_MAX || status) continue;
        next = (struct stop){place, m->seconds, false};
        status =
            at.port ? go_on(b, &at, next, forth, back) : go_on(b, &at, next, m->forth, m->back);
    }
    if (status || end >= c->count || at.node == SIZE_MAX) return status;
    const bool on = c->stays[end].no_forth == c->stays[end - 1].no_forth;
    const bool against = c->stays[end].no_back == c->stays[end - 1].no_back;
    status = open_port(b, &c->stays[end], b->stroke, &next);
    if (status) return status;
    return at.port ? go_on(b, &at, next, forth && on, back && against)
                   : go_on(b, &at, next, on, against);
}

static ig_status burn_course(ig_ctx *ctx, ig_course *c, void *user)
{
    struct burning *b = user;
    const uint8_t *past = b->levels ? b->levels->past + b->stays_done : NULL;
    ig_status status = IG_OK;
    size_t mark = 0;
    (void)ctx;
    b->kind = c->limited ? IG_ROAD_LIMITED : IG_ROAD_OPEN;
    if (!past) return burn_chain(b, c->stays, c->count);
    for (size_t first = 0, end; !status && first < c->count; first = end) {
        for (end = first + 1; end < c->count && past[end] == past[first];)
            end++;
        status = past[first] ? carry_past(b, c, first, end, &mark)
                             : burn_chain(b, c->stays + first, end - first);
    }
    b->stays_done += c->count;
    b->marks_done += c->mark_count;
    return status;
}

static bool any_apart(const ig_roads *roads)
{
    for (size_t i = 0; i < roads->count; i++)
        if (roads->list[i].apart && !isnan(roads->list[i].pace)) return true;
    return false;
}

ig_status ig_roads_burn(ig_ctx *ctx, const ig_roads *roads, const ig_density *density,
                        const ig_walls *walls, ig_surface *surface, ig_road_cells *road_cells,
                        ig_visits *visits, ig_past *past)
{
    const ig_frame *frame = &surface->frame;
    const size_t cells = (size_t)ig_frame_cells(frame);
    struct burning b = {.ctx = ctx, .walls = walls, .surface = surface};
    ig_levels levels = {0};
    ig_junctions nodes = {0};
    b.lattice = surface->lattice;
    b.cells = road_cells;
    b.visits = visits;
    b.past = past;
    b.fast = ig_alloc(cells, sizeof *b.fast);
    b.weight = ig_alloc(cells, sizeof *b.weight);
    b.factor = ig_alloc(cells, sizeof *b.factor);
    size_t *mate = ig_alloc(2 * roads->count + 1, sizeof *mate);
    ig_status status = mate && b.fast && b.weight && b.factor
                           ? IG_OK
                           : ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
    if (!status) status = ig_strokes_pair(ctx, roads, mate);
    if (!status)
        status = ig_courses_each(ctx, roads, mate, density, frame, false, &nodes, burn_course, &b);
    // Those apart last, when it is known where others pass.
    if (!status && any_apart(roads)) status = ig_junctions_find(ctx, roads, &nodes);
    if (!status && nodes.set)
        status = ig_levels_find(ctx, frame, roads, mate, density, &nodes, road_cells, &levels);
    if (!status && levels.stays) {
        b.levels = &levels;
        past->places = levels.places;
        past->cells = levels.cells;
        past->loose_ends = levels.loose_ends;
        past->joined = levels.joined;
        past->sets = nodes.sets;
        past->roads_off = nodes.roads_off;
        status = ig_courses_each(ctx, roads, mate, density, frame, true, &nodes, burn_course, &b);
    }
    for (size_t i = 0; !status && i < cells; i++) {
        if (b.weight[i] == 0.0f) continue;
        const float pace = b.fast[i] * b.factor[i] / b.weight[i];
        if (!(surface->pace[i] <= pace)) surface->pace[i] = pace;
    }
    ig_levels_free(&levels);
    ig_junctions_free(&nodes);
    ig_free(b.fast);
    ig_free(b.weight);
    ig_free(b.factor);
    ig_free(mate);
    ig_free(b.thin);
    ig_free(b.pace);
    ig_free(b.walked);
    return status;
}
