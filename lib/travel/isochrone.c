// Isochrones: the polygons within which a place is reached in time.
#include "isochrone_internal.h"
#include "travel_internal.h"

#include <math.h>

ig_isochrone_options ig_isochrone_defaults(void)
{
    return (ig_isochrone_options){.edges = false};
}

#define AT(member) offsetof(ig_isochrone_options, member)
const ig_option ig_isochrone_option_list[] = {
    {.name = "edges",
     .kind = IG_OPTION_FLAG,
     .offset = AT(edges),
     .help = "follow the edges of cells: area is the number of cells times the cell's"},
    {.name = "bands",
     .kind = IG_OPTION_FLAG,
     .offset = AT(bands),
     .help = "rings that do not overlap instead of areas within one another"},
    {.name = "simplify",
     .kind = IG_OPTION_NUMBER,
     .offset = AT(simplify),
     .help = "metres that outlines may move to be drawn with fewer points",
     .min = 0.0,
     .max = 1e6},
    {.name = NULL},
};

void ig_isochrones_free(ig_isochrones *isochrones)
{
    if (!isochrones) return;
    ig_free(isochrones->minutes);
    ig_free(isochrones->square_metres);
    ig_free(isochrones->area_start);
    ig_free(isochrones->ring_start);
    ig_free(isochrones->x);
    ig_free(isochrones->y);
    ig_free(isochrones);
}

ig_rings ig_isochrones_rings(const ig_isochrones *isochrones)
{
    return (ig_rings){
        .areas = isochrones->levels,
        .area_start = isochrones->area_start,
        .ring_start = isochrones->ring_start,
        .x = isochrones->x,
        .y = isochrones->y,
    };
}

static ig_status check(ig_ctx *ctx, const ig_grid *minutes, const double *levels, size_t count,
                       const ig_isochrone_options *options)
{
    if (!minutes || ig_frame_cells(&minutes->frame) <= 0 || !levels || count == 0)
        return ig_fail(ctx, IG_EINVAL, "isochrones need a grid of minutes and thresholds");
    for (size_t k = 0; k < count; k++) {
        if (!isfinite(levels[k]) || levels[k] < 0.0) {
            return ig_fail(ctx, IG_EINVAL, "a threshold of %g minutes is no time", levels[k]);
        }
        if (k && !((float)levels[k] > (float)levels[k - 1])) {
            ig_fail(ctx, IG_EINVAL, "thresholds must rise: %g does not come before %g",
                    levels[k - 1], levels[k]);
            return ig_hint(ctx, "give each once, the least first: --minutes 10,20,30");
        }
    }
    if (minutes->frame.cols >= INT32_MAX || minutes->frame.rows >= INT32_MAX)
        return ig_fail(ctx, IG_ELIMIT, "isochrones of a grid of %lld by %lld cells cannot be drawn",
                       (long long)minutes->frame.cols, (long long)minutes->frame.rows);
    if (!(options->simplify >= 0.0) || !isfinite(options->simplify))
        return ig_fail(ctx, IG_EINVAL, "outlines cannot move by %g metres", options->simplify);
    return IG_OK;
}

// ---- from pieces to rings, level by level -------------------------------------------------------

/// The inner level's boundary the other way round, merged in order of squares.
static bool add_reversed(struct pieces *pieces, const struct pieces *inner)
{
    struct pieces both = {0};
    const size_t count = pieces->count + inner->count;
    if (!ig_grow((void **)&both.list, &both.room, count + 1, sizeof *both.list)) return false;
    for (size_t i = 0, j = 0; both.count < count;) {
        const struct piece *a = i < pieces->count ? &pieces->list[i] : NULL;
        const struct piece *b = j < inner->count ? &inner->list[j] : NULL;
        const bool take_inner =
            !a || (b && (b->row < a->row || (b->row == a->row && b->col < a->col)));
        if (take_inner) {
            both.list[both.count++] = (struct piece){b->to, b->from, b->row, b->col};
            j++;
        } else {
            both.list[both.count++] = *a;
            i++;
        }
    }
    ig_pieces_free(pieces);
    *pieces = both;
    return true;
}

/// All levels one after the other, with nodes in common.
static ig_status trace_shared(const struct contour *contour, bool bands, struct nodes *nodes,
                              struct rings *rings)
{
    struct pieces inner = {0}, pieces = {0};
    ig_status status = IG_OK;
    for (size_t k = 0; k < contour->count && !status; k++) {
        ig_pieces_free(&pieces);
        status = ig_pieces_make(contour, k, nodes, &pieces);
        if (status) break;
        struct pieces own = {0};
        if (bands && k + 1 < contour->count) {
            if (!ig_grow((void **)&own.list, &own.room, pieces.count + 1, sizeof *own.list)) {
                status = IG_EMEMORY;
                break;
            }
            for (size_t i = 0; i < pieces.count; i++)
                own.list[own.count++] = pieces.list[i];
        }
        if (bands && k && !add_reversed(&pieces, &inner)) status = IG_EMEMORY;
        if (!status) status = ig_pieces_link(nodes, &pieces, &rings[k]);
        ig_pieces_free(&inner);
        inner = own;
    }
    ig_pieces_free(&inner);
    ig_pieces_free(&pieces);
    return status;
}

/// Each level by itself, on any thread.
struct apart {
    const struct contour *contour;
    struct nodes *nodes;
    struct rings *rings;
};

static ig_status trace_level(size_t k, void *arg)
{
    const struct apart *apart = arg;
    struct pieces pieces = {0};
    ig_status status = ig_pieces_make(apart->contour, k, &apart->nodes[k], &pieces);
    if (!status) status = ig_pieces_link(&apart->nodes[k], &pieces, &apart->rings[k]);
    ig_pieces_free(&pieces);
    return status;
}

// ---- from rings to the result -------------------------------------------------------------------

/// Does the outline bend at node i of a ring? Points on a straight line are left out.
static bool bends(const struct nodes *nodes, const uint32_t *ring, size_t count, size_t i)
{
    const uint32_t a = ring[i ? i - 1 : count - 1], b = ring[i],
                   c = ring[i + 1 < count ? i + 1 : 0];
    const double ux = nodes->x[b] - nodes->x[a], uy = nodes->y[b] - nodes->y[a];
    const double vx = nodes->x[c] - nodes->x[b], vy = nodes->y[c] - nodes->y[b];
    return ux * vy != uy * vx || ux * vx + uy * vy < 0.0;
}

struct filling {
    const ig_grid *minutes;
    const struct nodes *nodes; ///< of the level under way
    ig_isochrones *out;
    size_t rings, points;
};

static void fill_ring(struct filling *f, const uint32_t *ring, size_t count, double *area)
{
    ig_isochrones *out = f->out;
    const size_t start = f->points;
    out->ring_start[f->rings++] = start;
    for (size_t i = 0; i < count; i++) {
        if (!bends(f->nodes, ring, count, i)) continue;
        out->x[f->points] = f->nodes->x[ring[i]];
        out->y[f->points++] = f->nodes->y[ring[i]];
    }
    out->x[f->points] = out->x[start];
    out->y[f->points++] = out->y[start];
    // Measured from the grid's corner, where numbers are small.
    const double west = f->minutes->frame.west, north = f->minutes->frame.north;
    double twice = 0.0;
    for (size_t i = start; i + 1 < f->points; i++) {
        twice += (out->x[i] - west) * (out->y[i + 1] - north) -
                 (out->x[i + 1] - west) * (out->y[i] - north);
    }
    *area += 0.5 * twice;
}

static ig_status fill(ig_ctx *ctx, const ig_grid *minutes, const double *levels, size_t count,
                      const struct nodes *nodes, bool shared, const struct rings *rings,
                      ig_isochrones **result)
{
    size_t all_rings = 0, all_points = 0;
    for (size_t k = 0; k < count; k++) {
        all_rings += rings[k].count;
        all_points += rings[k].nodes + rings[k].count;
    }
    ig_isochrones *out = ig_alloc(1, sizeof *out);
    if (!out) return ig_fail(ctx, IG_EMEMORY, "no memory for isochrones");
    out->levels = count;
    out->minutes = ig_alloc(count, sizeof *out->minutes);
    out->square_metres = ig_alloc(count, sizeof *out->square_metres);
    out->area_start = ig_alloc(count + 1, sizeof *out->area_start);
    out->ring_start = ig_alloc(all_rings + 1, sizeof *out->ring_start);
    out->x = ig_alloc(all_points + 1, sizeof *out->x);
    out->y = ig_alloc(all_points + 1, sizeof *out->y);
    if (!out->minutes || !out->square_metres || !out->area_start || !out->ring_start || !out->x ||
        !out->y) {
        ig_isochrones_free(out);
        return ig_fail(ctx, IG_EMEMORY, "no memory for isochrones of %zu points", all_points);
    }
    struct filling f = {minutes, nodes, out, 0, 0};
    for (size_t k = 0; k < count; k++) {
        out->minutes[k] = levels[k];
        out->area_start[k] = f.rings;
        f.nodes = &nodes[shared ? 0 : k];
        for (size_t r = 0; r < rings[k].count; r++) {
            const size_t start = rings[k].start[r];
            fill_ring(&f, rings[k].node + start, rings[k].start[r + 1] - start,
                      &out->square_metres[k]);
        }
    }
    out->area_start[count] = f.rings;
    out->ring_start[f.rings] = f.points;
    *result = out;
    return IG_OK;
}

ig_status ig_isochrones_trace(ig_ctx *ctx, const ig_grid *minutes, const double *levels,
                              size_t count, const ig_isochrone_options *options,
                              ig_isochrones **out)
{
    const ig_isochrone_options defaults = ig_isochrone_defaults();
    if (!options) options = &defaults;
    ig_status status = check(ctx, minutes, levels, count, options);
    if (status) return status;
    const bool shared = options->bands || options->simplify > 0.0;
    struct nodes *nodes = ig_alloc(count, sizeof *nodes); // of each level; shared: the first
    struct rings *rings = ig_alloc(count, sizeof *rings);
    const struct contour contour = {
        .minutes = minutes,
        .levels = levels,
        .count = count,
        .edges = options->edges,
        .shared = shared,
    };
    struct apart apart = {&contour, nodes, rings};
    if (!nodes || !rings) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for isochrones");
        goto done;
    }
    const double began = ig_seconds_now();
    status = ig_progress(ctx, 0.0, "isochrones");
    if (status) goto done;
    status = shared ? trace_shared(&contour, options->bands, nodes, rings)
                    : ig_parallel_for(ctx, count, trace_level, &apart);
    if (status == IG_EMEMORY) ig_fail(ctx, status, "no memory for isochrones");
    if (status == IG_EBUG) ig_fail(ctx, status, "the boundary of an isochrone does not close");
    if (!status && options->simplify > 0.0)
        status = ig_rings_simplify(ctx, nodes, rings, count, options->simplify);
    if (!status) status = fill(ctx, minutes, levels, count, nodes, shared, rings, out);
    if (!status)
        ig_info(ctx, "%zu points of outlines in %.2f s",
                (*out)->ring_start[(*out)->area_start[count]], ig_seconds_now() - began);
done:
    for (size_t k = 0; k < count; k++) {
        if (rings) ig_rings_free(&rings[k]);
        if (nodes) ig_nodes_free(&nodes[k]);
    }
    ig_free(rings);
    ig_free(nodes);
    return status;
}
