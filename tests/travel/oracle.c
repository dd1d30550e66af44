// Dijkstra with a binary heap, each step from its definition.
#include "oracle.h"

#include <math.h>
#include <stdlib.h>

struct node {
    double time;
    int32_t rank, number;
    int64_t cell;
};

struct world {
    const ig_surface *s;
    const ig_travel_options *o;
    double quantum;
    struct node *heap;
    size_t count, room;
};

static bool less(const struct node *a, const struct node *b)
{
    if (a->time != b->time) return a->time < b->time;
    return a->rank < b->rank;
}

static void put(struct world *w, struct node node)
{
    if (w->count == w->room) {
        w->room = w->room ? 2 * w->room : 1024;
        w->heap = realloc(w->heap, w->room * sizeof *w->heap);
        if (!w->heap) abort();
    }
    size_t i = w->count++;
    w->heap[i] = node;
    while (i && less(&w->heap[i], &w->heap[(i - 1) / 2])) {
        const struct node t = w->heap[i];
        w->heap[i] = w->heap[(i - 1) / 2];
        w->heap[(i - 1) / 2] = t;
        i = (i - 1) / 2;
    }
}

static struct node take(struct world *w)
{
    const struct node top = w->heap[0];
    w->heap[0] = w->heap[--w->count];
    for (size_t i = 0;;) {
        size_t m = i, l = 2 * i + 1, r = l + 1;
        if (l < w->count && less(&w->heap[l], &w->heap[m])) m = l;
        if (r < w->count && less(&w->heap[r], &w->heap[m])) m = r;
        if (m == i) break;
        const struct node t = w->heap[i];
        w->heap[i] = w->heap[m];
        w->heap[m] = t;
        i = m;
    }
    return top;
}

static bool free_cell(const struct world *w, int64_t x, int64_t y)
{
    const ig_frame *f = &w->s->frame;
    if (x < 0 || y < 0 || x >= f->cols || y >= f->rows) return false;
    const float p = w->s->pace[y * f->cols + x];
    return !isnan(p) && !isinf(p);
}

static bool shut(const struct world *w, int64_t x, int64_t y, int side)
{
    return w->s->barriers && (w->s->barriers[y * w->s->frame.cols + x] & (1 << side));
}

static int side_of(int dx, int dy)
{
    static const int sides[3][3] = {{7, 0, 1}, {6, -1, 2}, {5, 4, 3}};
    return sides[dy + 1][dx + 1];
}

/// Is the side between two neighbours shut to who goes that way? The search may go against them.
static bool shut_between(const struct world *w, int64_t x, int64_t y, int dx, int dy)
{
    const bool first = shut(w, x, y, side_of(dx, dy));
    const bool second = shut(w, x + dx, y + dy, side_of(-dx, -dy));
    if (!w->s->one_way) return first || second;
    return w->o->direction == IG_FROM_SITE ? first : second;
}

static bool hop(const struct world *w, int64_t x, int64_t y, int dx, int dy)
{
    if (!free_cell(w, x, y) || !free_cell(w, x + dx, y + dy)) return false;
    if (shut_between(w, x, y, dx, dy)) return false;
    if (dx == 0 || dy == 0 || w->o->corners == IG_CORNERS_ALLOW) return true;
    const bool first_x = hop(w, x, y, dx, 0) && hop(w, x + dx, y, 0, dy);
    const bool first_y = hop(w, x, y, 0, dy) && hop(w, x, y + dy, dx, 0);
    return w->o->corners == IG_CORNERS_FORBID ? first_x || first_y : first_x && first_y;
}

/// Where a way of two or three cells crosses sides, for dx <= dy, both positive.
static const struct shape {
    int dx, dy, cells;
    int at[6][2];
    double when[7];
} shapes[] = {
    {0, 1, 2, {{0, 0}, {0, 1}}, {0, .5, 1}},
    {1, 1, 2, {{0, 0}, {1, 1}}, {0, .5, 1}},
    {1, 2, 4, {{0, 0}, {0, 1}, {1, 1}, {1, 2}}, {0, .25, .5, .75, 1}},
    {1, 3, 4, {{0, 0}, {0, 1}, {1, 2}, {1, 3}}, {0, 1. / 6, 3. / 6, 5. / 6, 1}},
    {2,
     3,
     6,
     {{0, 0}, {0, 1}, {1, 1}, {1, 2}, {2, 2}, {2, 3}},
     {0, 1. / 6, 1. / 4, 3. / 6, 3. / 4, 5. / 6, 1}},
};

static double step(const struct world *w, int64_t x, int64_t y, int dx, int dy)
{
    const ig_frame *f = &w->s->frame;
    const int ax = abs(dx), ay = abs(dy), sx = dx < 0 ? -1 : 1, sy = dy < 0 ? -1 : 1;
    const bool turned = ax > ay;
    const struct shape *shape = NULL;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (shapes[i].dx == (turned ? ay : ax) && shapes[i].dy == (turned ? ax : ay))
            shape = &shapes[i];
    if (!shape) abort();
    const double metres = hypot(dx * f->dx, dy * f->dy);
    const double length = w->o->per_cell ? metres * (.5 * (f->dx + f->dy) / f->dx) : metres;
    double sum = 0;
    int64_t px = x, py = y;
    for (int i = 0; i < shape->cells; i++) {
        const int64_t cx = x + sx * shape->at[i][turned], cy = y + sy * shape->at[i][!turned];
        if (!free_cell(w, cx, cy)) return -1;
        if (i && !hop(w, px, py, (int)(cx - px), (int)(cy - py))) return -1;
        const double share = shape->when[i + 1] - shape->when[i];
        sum += rint((double)w->s->pace[cy * f->cols + cx] * (length * share / w->quantum));
        px = cx;
        py = cy;
    }
    ig_slope slope = w->o->slope;
    if (slope == IG_SLOPE_DEFAULT) slope = w->s->elevation ? IG_SLOPE_TOBLER : IG_SLOPE_NONE;
    if (slope == IG_SLOPE_NONE) return sum;
    const double here = w->s->elevation[y * f->cols + x];
    const double there = w->s->elevation[(y + dy) * f->cols + x + dx];
    if (isnan(here) || isnan(there)) return sum;
    // as it is walked: away from the site, or home to site
    const double up = w->o->direction == IG_FROM_SITE ? there - here : here - there;
    if (slope == IG_SLOPE_TOBLER) {
        const double flat = 6 * exp(-3.5 * .05), sloping = 6 * exp(-3.5 * fabs(up / metres + .05));
        return rint(sum * (flat / sloping));
    }
    if (up >= 0) return sum + rint(6 * up / w->quantum);
    const double fall = rint(1.9998 * -up / w->quantum);
    if (up < -.2125 * metres) return sum + fall;
    return sum - fall < 0 ? 0 : sum - fall;
}

/// A step to a cell that is not done with.
static void arrive(struct world *w, const struct node *from, int64_t to, double cost, double *best,
                   int32_t *rank)
{
    const double t = from->time + cost;
    if (t > best[to] || (t == best[to] && from->rank >= rank[to])) return;
    best[to] = t;
    rank[to] = from->rank;
    put(w, (struct node){t, from->rank, from->number, to});
}

void oracle_travel(const ig_surface *surface, const ig_source *sources, size_t count,
                   const ig_travel_options *options, double quantum, float *minutes,
                   int32_t *nearest)
{
    const int64_t cols = surface->frame.cols;
    const size_t cells = (size_t)(cols * surface->frame.rows);
    const int reach[] = {1, 2, 3}, r = reach[options->neighbours];
    struct world w = {.s = surface, .o = options, .quantum = quantum};
    for (size_t i = 0; i < cells; i++) {
        minutes[i] = -1;
        if (nearest) nearest[i] = 0;
    }
    bool *done = calloc(cells, sizeof *done);
    double *best = malloc(cells * sizeof *best);
    int32_t *rank = malloc(cells * sizeof *rank);
    if (!done || !best || !rank) abort();
    for (size_t i = 0; i < cells; i++) {
        best[i] = INFINITY;
        rank[i] = INT32_MAX;
    }
    for (size_t i = 0; i < count; i++) {
        const double t = rint(sources[i].offset * 60 / quantum);
        put(&w, (struct node){t, sources[i].rank, sources[i].number, sources[i].cell});
    }
    while (w.count) {
        const struct node n = take(&w);
        if (done[n.cell]) continue;
        done[n.cell] = true;
        const float m = (float)(n.time * quantum / 60);
        if (m > (float)options->limit) continue;
        minutes[n.cell] = m;
        if (nearest) nearest[n.cell] = n.number;
        const int64_t x = n.cell % cols, y = n.cell / cols;
        for (int dy = -r; dy <= r; dy++) {
            for (int dx = -r; dx <= r; dx++) {
                const int ax = abs(dx), ay = abs(dy),
                          gcd = ax == ay       ? ax
                                : ax * ay == 0 ? ax + ay
                                               : 1;
                if (gcd != 1 || x + dx < 0 || y + dy < 0 || x + dx >= cols ||
                    y + dy >= surface->frame.rows) {
                    continue;
                }
                const double cost = step(&w, x, y, dx, dy);
                const int64_t to = (y + dy) * cols + x + dx;
                if (cost < 0 || done[to]) continue;
                arrive(&w, &n, to, cost, best, rank);
            }
        }
        for (size_t i = 0; i < surface->link_count; i++) {
            const ig_link *link = &surface->links[i];
            const bool along = options->direction == IG_FROM_SITE;
            const int64_t start = along ? link->from : link->to, to = along ? link->to : link->from;
            if (start != n.cell || done[to] || !free_cell(&w, to % cols, to / cols)) continue;
            arrive(&w, &n, to, rint(link->seconds / quantum), best, rank);
        }
    }
    free(done);
    free(best);
    free(rank);
    free(w.heap);
}
