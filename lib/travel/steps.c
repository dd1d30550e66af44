// Steps of the lattice and their cost in whole quanta: corner rules, shut sides, slope by Langmuir
// (r.walk's coefficients; Aitken 1977, Langmuir 1984) and Tobler (1993), the triangles of `exact`.
#include "travel_internal.h"

// ---- what is open -------------------------------------------------------------------------------

static bool passable_at(const struct model *model, int64_t col, int64_t row)
{
    return ig_on_grid(model, col, row) &&
           ig_passable(model->surface->pace[row * model->cols + col]);
}

/// No shut side between two neighbours; says nothing of corners.
static bool side_open(const struct model *model, int64_t col, int64_t row, int direction)
{
    const uint8_t *barriers = model->surface->barriers;
    if (!barriers) return true;
    const int64_t here = row * model->cols + col;
    const int64_t there = here + ig_hops[direction].dy * model->cols + ig_hops[direction].dx;
    return !(barriers[here] >> direction & model->leaving) &&
           !(barriers[there] >> ((direction + 4) & 7) & model->entering);
}

/// One of the two ways round a corner: a straight hop and then another.
static bool way_round(const struct model *model, int64_t col, int64_t row, int first, int second)
{
    const int64_t c = col + ig_hops[first].dx, r = row + ig_hops[first].dy;
    return passable_at(model, c, r) && side_open(model, col, row, first) &&
           side_open(model, c, r, second);
}

bool ig_hop_open(const struct model *model, int64_t col, int64_t row, int direction)
{
    if (!passable_at(model, col, row)) return false;
    if (!passable_at(model, col + ig_hops[direction].dx, row + ig_hops[direction].dy)) {
        return false;
    }
    if (!side_open(model, col, row, direction)) return false;
    if (!(direction & 1) || model->options.corners == IG_CORNERS_ALLOW) return true;
    const int left = direction - 1, right = (direction + 1) & 7;
    const bool one = way_round(model, col, row, left, right);
    if (one && model->options.corners == IG_CORNERS_FORBID) return true;
    if (!one && model->options.corners == IG_CORNERS_STRICT) return false;
    return way_round(model, col, row, right, left);
}

// ---- what a step costs --------------------------------------------------------------------------

double ig_slope_cost(const struct model *model, double flat, double rise, double metres)
{
    const struct slope slope = ig_slope_of(model, metres);
    if (slope.kind == IG_SLOPE_NONE) return flat;
    return slope.kind == IG_SLOPE_TOBLER ? ig_tobler_cost(&slope, flat, rise)
                                         : ig_langmuir_cost(&slope, flat, rise);
}

/// Quanta along the straight path from a cell, no slope; INFINITY when it is barred.
static double path_cost(const struct model *model, int64_t col, int64_t row,
                        const struct path *path, const double *scale)
{
    if (!ig_on_grid(model, col, row) || !ig_on_grid(model, col + path->dx, row + path->dy))
        return INFINITY;
    double sum = 0.0;
    for (int i = 0; i < path->cells; i++) {
        const int64_t c = col + path->col[i], r = row + path->row[i];
        const float pace = model->surface->pace[r * model->cols + c];
        if (!ig_passable(pace)) return INFINITY;
        if (i + 1 < path->cells && !ig_hop_open(model, c, r, path->hop[i])) return INFINITY;
        const double quanta = (double)pace * scale[i];
        sum += quanta < 0x1p51 ? ig_whole(quanta) : rint(quanta);
    }
    return sum;
}

double ig_step(const struct model *model, int64_t col, int64_t row, const struct move *move)
{
    const double flat = path_cost(model, col, row, &move->path, move->scale);
    if (model->slope == IG_SLOPE_NONE || flat == INFINITY) return flat;
    const float *elevation = model->surface->elevation;
    const int64_t here = row * model->cols + col;
    const int64_t there = here + move->path.dy * model->cols + move->path.dx;
    const double rise = (double)elevation[there] - (double)elevation[here];
    return ig_slope_cost(model, flat, rise, move->metres);
}

// ---- exact --------------------------------------------------------------------------------------

/// The sides of the triangle at a cell between its neighbours in a straight direction and in the
/// diagonal one beside it.
struct triangle {
    double a, b;      ///< times
    double pace;      ///< the slower of the two ways
    double near, far; ///< lengths as pace counts them: to a, from a to b
    double ground[2]; ///< the same on the ground, metres
    double rise[2];   ///< from a and from b up to here
};

/// Points along the far side, their times in a line between a and b: for oblong cells and slope.
static double sampled_triangle(const struct model *model, const struct triangle *t)
{
    if (t->a == INFINITY || t->b == INFINITY) return INFINITY;
    double best = INFINITY;
    for (int i = 1; i < SLANT_SAMPLES; i++) {
        const double u = (double)i / SLANT_SAMPLES;
        const double start = floor(((SLANT_SAMPLES - i) * t->a + i * t->b) / (double)SLANT_SAMPLES);
        const double length = sqrt(t->near * t->near + u * u * t->far * t->far);
        const double ground =
            sqrt(t->ground[0] * t->ground[0] + u * u * t->ground[1] * t->ground[1]);
        const double flat = rint(t->pace * length / model->quantum);
        const double rise = (1.0 - u) * t->rise[0] + u * t->rise[1];
        const double time = start + ig_slope_cost(model, flat, rise, ground);
        if (time < best) best = time;
    }
    return best;
}

static double rise_from(const struct model *model, int64_t there, int64_t here)
{
    if (model->slope == IG_SLOPE_NONE) return 0.0;
    return (double)model->surface->elevation[here] - (double)model->surface->elevation[there];
}

static double triangle_time(const struct model *model, int64_t here, int64_t a, int64_t b,
                            int straight, const double *time)
{
    const float *pace = model->surface->pace;
    const bool upright = straight == 0 || straight == 4;
    const struct move *along = &model->move[straight], *beside = &model->move[upright ? 2 : 0];
    const double slower = pace[a] > pace[b] ? (double)pace[a] : (double)pace[b];
    const struct triangle t = {
        .a = time[a],
        .b = time[b],
        .pace = 0.5 * ((double)pace[here] + slower),
        .near = along->length,
        .far = beside->length,
        .ground = {along->metres, beside->metres},
        .rise = {rise_from(model, a, here), rise_from(model, b, here)},
    };
    if (model->slope == IG_SLOPE_NONE) {
        const double half = beside->scale[0];
        const double side = rint((double)pace[here] * half) + rint(slower * half);
        const double near = along->scale[0];
        const double step = rint((double)pace[here] * near) + rint((double)pace[a] * near);
        return ig_triangle(&model->wedge[!upright], t.a, t.b, side, step);
    }
    return sampled_triangle(model, &t);
}

/// Called with each way into a cell: its time, and the neighbours it comes from (b is -1 for a
/// step from a alone).
typedef void (*way_fn)(double time, int64_t a, int64_t b, void *user);

static void exact_ways(const struct model *model, const double *time, int64_t col, int64_t row,
                       way_fn fn, void *user)
{
    const int64_t here = row * model->cols + col;
    if (!ig_passable(model->surface->pace[here])) return;
    int64_t cell[EIGHT];
    bool open[EIGHT];
    for (int k = 0; k < EIGHT; k++) {
        cell[k] = here + ig_hops[k].dy * model->cols + ig_hops[k].dx;
        const int64_t c = col + ig_hops[k].dx, r = row + ig_hops[k].dy;
        open[k] = ig_hop_open(model, c, r, (k + 4) & 7);
        if (!open[k] || time[cell[k]] == INFINITY) continue;
        fn(time[cell[k]] + ig_step(model, c, r, &model->move[(k + 4) & 7]), cell[k], -1, user);
    }
    for (int k = 0; k < EIGHT; k += 2) {
        if (!open[k]) continue;
        for (int turn = 1; turn < EIGHT; turn += 6) {
            const int b = (k + turn) & 7;
            if (!open[b]) continue;
            fn(triangle_time(model, here, cell[k], cell[b], k, time), cell[k], cell[b], user);
        }
    }
}

static void keep_least(double time, int64_t a, int64_t b, void *user)
{
    (void)a;
    (void)b;
    double *best = user;
    if (time < *best) *best = time;
}

double ig_exact_update(const struct model *model, const double *time, int64_t col, int64_t row)
{
    double best = INFINITY;
    exact_ways(model, time, col, row, keep_least, &best);
    return best;
}

struct servers {
    double time;
    int64_t here, cols;
    uint32_t bits;
};

static uint32_t bit_of(const struct servers *servers, int64_t cell)
{
    for (int k = 0; k < EIGHT; k++)
        if (servers->here + ig_hops[k].dy * servers->cols + ig_hops[k].dx == cell)
            return UINT32_C(1) << k;
    return 0;
}

static void keep_servers(double time, int64_t a, int64_t b, void *user)
{
    struct servers *servers = user;
    if (time != servers->time) return;
    servers->bits |= bit_of(servers, a);
    if (b >= 0) servers->bits |= bit_of(servers, b);
}

uint32_t ig_exact_servers(const struct model *model, const double *time, int64_t col, int64_t row)
{
    struct servers servers = {.here = row * model->cols + col, .cols = model->cols};
    servers.time = time[servers.here];
    exact_ways(model, time, col, row, keep_servers, &servers);
    return servers.bits;
}
