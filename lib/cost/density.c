// How dense the junctions lie: it tells built-up places from the country, and how often one waits.
// Counted on squares of 500 m whose corners have round coordinates, so that the same place counts
// alike in every grid. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>

static const double side = 500.0, piece = 250.0;

void ig_density_free(ig_density *density)
{
    ig_free(density->urban);
    ig_free(density->delay);
    *density = (ig_density){0};
}

struct counting {
    ig_ctx *ctx;
    const ig_roads *roads;
    int64_t cols, rows;
    double west, south;
    size_t *start; ///< squares + 1, into points
    size_t *points;
    float *junctions, *passes, *metres; ///< by square
};

static int64_t square_at(const struct counting *c, double x, double y)
{
    const int64_t col = (int64_t)floor((x - c->west) / side);
    const int64_t row = (int64_t)floor((y - c->south) / side);
    return row * c->cols + col;
}

/// Points of the roads by square, each as 2 x its number, + 1 at an end.
static ig_status sort_points(struct counting *c)
{
    const ig_roads *roads = c->roads;
    const size_t squares = (size_t)(c->cols * c->rows);
    c->start = ig_alloc(squares + 2, sizeof *c->start);
    c->points = ig_alloc(roads->points + 1, sizeof *c->points);
    if (!c->start || !c->points)
        return ig_fail(c->ctx, IG_EMEMORY, "no memory for the junctions of the roads");
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < roads->count; i++) {
            const ig_road *road = &roads->list[i];
            if (isnan(road->pace)) continue;
            for (size_t k = road->first; k < road->end; k++) {
                const size_t at = (size_t)square_at(c, roads->x[k], roads->y[k]);
                if (round == 0) {
                    c->start[at + 2]++;
                } else {
                    c->points[c->start[at + 1]++] =
                        2 * k + (k == road->first || k + 1 == road->end);
                }
            }
        }
        for (size_t i = 0; round == 0 && i < squares; i++)
            c->start[i + 2] += c->start[i + 1];
    }
    return IG_OK;
}

struct node {
    double x, y;
    int arms;
};

static int by_place(const void *a, const void *b)
{
    const struct node *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return p->y < q->y ? -1 : p->y > q->y;
}

/// Points where three arms or more meet: an end is one arm, a point on the way two.
static ig_status count_junctions(struct counting *c)
{
    struct node *nodes = NULL;
    size_t room = 0;
    for (size_t s = 0; s < (size_t)(c->cols * c->rows); s++) {
        const size_t count = c->start[s + 1] - c->start[s];
        if (!count) continue;
        if (!ig_grow((void **)&nodes, &room, count, sizeof *nodes)) {
            ig_free(nodes);
            return ig_fail(c->ctx, IG_EMEMORY, "no memory for the junctions of the roads");
        }
        for (size_t i = 0; i < count; i++) {
            const size_t point = c->points[c->start[s] + i];
            nodes[i] =
                (struct node){c->roads->x[point / 2], c->roads->y[point / 2], point % 2 ? 1 : 2};
        }
        qsort(nodes, count, sizeof *nodes, by_place);
        for (size_t from = 0, to; from < count; from = to) {
            int arms = nodes[from].arms;
            for (to = from + 1; to < count && by_place(&nodes[from], &nodes[to]) == 0; to++)
                arms += nodes[to].arms;
            if (arms < 3) continue;
            c->junctions[s] += 1.0f;
            c->passes[s] += 0.5f * (float)arms;
        }
    }
    ig_free(nodes);
    return IG_OK;
}

static void count_metres(struct counting *c)
{
    const ig_roads *r = c->roads;
    for (size_t i = 0; i < r->count; i++) {
        const ig_road *road = &r->list[i];
        for (size_t k = road->first; !isnan(road->pace) && k + 1 < road->end; k++) {
            const double dx = r->x[k + 1] - r->x[k], dy = r->y[k + 1] - r->y[k];
            const double length = hypot(dx, dy), parts = fmax(1.0, ceil(length / piece));
            for (double p = 0.5; p < parts; p += 1.0)
                c->metres[square_at(c, r->x[k] + dx * p / parts, r->y[k] + dy * p / parts)] +=
                    (float)(length / parts);
        }
    }
}

/// Each square with the eight round it.
static void spread(const struct counting *c, const ig_speeds *speeds, ig_density *density)
{
    const double from = ig_rule(speeds, "urban_from", INFINITY);
    const double seconds = ig_rule(speeds, "junction_delay", 0.0);
    for (int64_t row = 0; row < c->rows; row++) {
        for (int64_t col = 0; col < c->cols; col++) {
            double junctions = 0.0, passes = 0.0, metres = 0.0;
            for (int64_t r = row > 0 ? row - 1 : 0; r <= row + 1 && r < c->rows; r++) {
                for (int64_t k = col > 0 ? col - 1 : 0; k <= col + 1 && k < c->cols; k++) {
                    junctions += (double)c->junctions[r * c->cols + k];
                    passes += (double)c->passes[r * c->cols + k];
                    metres += (double)c->metres[r * c->cols + k];
                }
            }
            const int64_t at = row * c->cols + col;
            density->urban[at] = junctions / (9.0 * side * side / 1e6) >= from;
            density->delay[at] = metres > 0.0 ? (float)(seconds * passes / metres) : 0.0f;
        }
    }
}

ig_status ig_density_make(ig_ctx *ctx, const ig_roads *roads, const ig_speeds *speeds,
                          ig_density *density)
{
    *density = (ig_density){0};
    const bool wanted = isfinite(ig_rule(speeds, "urban_from", INFINITY)) ||
                        ig_rule(speeds, "junction_delay", 0.0) > 0.0;
    if (!wanted || !roads->count) return IG_OK;
    struct counting c = {.ctx = ctx, .roads = roads};
    c.west = floor(roads->box[0] / side) * side;
    c.south = floor(roads->box[1] / side) * side;
    const double cols = floor((roads->box[2] - c.west) / side) + 1.0;
    const double rows = floor((roads->box[3] - c.south) / side) + 1.0;
    if (!(cols * rows < 1e9))
        return ig_fail(ctx, IG_ELIMIT, "the roads spread over %.0f by %.0f km: too far",
                       cols * side / 1e3, rows * side / 1e3);
    c.cols = (int64_t)cols;
    c.rows = (int64_t)rows;
    const size_t squares = (size_t)(c.cols * c.rows);
    c.junctions = ig_alloc(squares, sizeof *c.junctions);
    c.passes = ig_alloc(squares, sizeof *c.passes);
    c.metres = ig_alloc(squares, sizeof *c.metres);
    *density = (ig_density){.west = c.west, .south = c.south, .cols = c.cols, .rows = c.rows};
    density->urban = ig_alloc(squares, 1);
    density->delay = ig_alloc(squares, sizeof *density->delay);
    const bool have = c.junctions && c.passes && c.metres && density->urban && density->delay;
    ig_status status = have ? sort_points(&c)
                            : ig_fail(ctx, IG_EMEMORY, "no memory for the junctions of the roads");
    if (!status) status = count_junctions(&c);
    if (!status) count_metres(&c);
    if (!status) spread(&c, speeds, density);
    ig_free(c.start);
    ig_free(c.points);
    ig_free(c.junctions);
    ig_free(c.passes);
    ig_free(c.metres);
    if (status) ig_density_free(density);
    return status;
}

double ig_density_pace(const ig_density *density, const ig_road *road, double x, double y)
{
    if (!density || !density->urban) return (double)road->pace;
    const int64_t col = (int64_t)floor((x - density->west) / side);
    const int64_t row = (int64_t)floor((y - density->south) / side);
    if (col < 0 || row < 0 || col >= density->cols || row >= density->rows)
        return (double)road->pace;
    const int64_t at = row * density->cols + col;
    const float pace = density->urban[at] ? road->urban_pace : road->pace;
    return (double)pace + (double)density->delay[at];
}
