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

// ---- levels with nodes in common -------------------------------------------------------

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

struct linking {
    const struct nodes *nodes;
    struct pieces *pieces;
    struct rings *rings;
    struct traced *outlines;
};

static ig_status link_level(size_t k, void *arg)
{
    const struct linking *l = arg;
    const ig_status status = ig_pieces_link(l->nodes, &l->pieces[k], &l->rings[k]);
    ig_pieces_free(&l->pieces[k]);
    return status;
}

/// Nodes are numbered level by level; the rings of each are then linked by themselves.
static ig_status trace_shared(ig_ctx *ctx, const struct contour *contour, bool bands,
                              struct nodes *nodes, struct rings *rings)
{
    const size_t count = contour->count;
    struct pieces *pieces = ig_alloc(count, sizeof *pieces);
    struct linking linking = {.nodes = nodes, .pieces = pieces, .rings = rings};
    ig_status status = pieces ? IG_OK : IG_EMEMORY;
    for (size_t k = 0; k < count && !status; k++)
        status = ig_pieces_make(contour, k, nodes, &pieces[k]);
    for (size_t k = count; bands && !status && --k > 0;) // the inner level is still its own
        if (!add_reversed(&pieces[k], &pieces[k - 1])) status = IG_EMEMORY;
    if (!status) status = ig_parallel_for(ctx, count, link_level, &linking);
    for (size_t k = 0; pieces && k < count; k++)
        ig_pieces_free(&pieces[k]);
    ig_free(pieces);
    return status;
}

/// Rings of nodes as rings of points.
static ig_status place_rings(const struct nodes *nodes, const struct rings *rings,
                             struct traced *outline)
{
    outline->x = ig_alloc(rings->nodes + 1, sizeof *outline->x);
    outline->y = ig_alloc(rings->nodes + 1, sizeof *outline->y);
    outline->ring = ig_alloc(rings->count + 1, sizeof *outline->ring);
    if (!outline->x || !outline->y || !outline->ring) return IG_EMEMORY;
    for (size_t r = 0; r < rings->count; r++) {
        const size_t from = rings->start[r], to = rings->start[r + 1];
        for (size_t i = from; i < to; i++) {
            outline->x[i] = nodes->x[rings->node[i]];
            outline->y[i] = nodes->y[rings->node[i]];
        }
        double twice;
        const size_t kept = ig_ring_tidy(outline->x + from, outline->y + from, to - from, &twice);
        outline->ring[outline->rings++] = (struct stretch){from, kept};
        outline->points += kept;
        outline->twice_area += twice;
    }
    return IG_OK;
}

static ig_status place_level(size_t k, void *arg)
{
    const struct linking *l = arg;
    return place_rings(l->nodes, &l->rings[k], &l->outlines[k]);
}

static ig_status outline_shared(ig_ctx *ctx, const struct contour *contour,
                                const ig_isochrone_options *options, struct traced *outlines)
{
    const ig_frame *frame = &contour->minutes->frame;
    struct nodes nodes = {.side_x = frame->dx, .side_y = frame->dy};
    struct rings *rings = ig_alloc(contour->count, sizeof *rings);
    ig_status status =
        rings ? trace_shared(ctx, contour, options->bands, &nodes, rings) : IG_EMEMORY;
    if (!status && options->simplify > 0.0)
        status = ig_rings_simplify(ctx, &nodes, rings, contour->count, options->simplify);
    struct linking linking = {.nodes = &nodes, .rings = rings, .outlines = outlines};
    if (!status) status = ig_parallel_for(ctx, contour->count, place_level, &linking);
    for (size_t k = 0; k < contour->count && rings; k++)
        ig_rings_free(&rings[k]);
    ig_free(rings);
    ig_nodes_free(&nodes);
    return status;
}

// ---- each level by itself -----------------------------------------------------------------------

enum { BAND_ROWS = 128 }; ///< rows of squares that one thread takes at a time

struct apart {
    const struct contour *contour;
    size_t first, levels; ///< those under way
    size_t bands;
    struct strand *strands; ///< by band and level
    struct traced *outlines;
};

static ig_status march(size_t band, void *arg)
{
    const struct apart *apart = arg;
    const int64_t rows = apart->contour->minutes->frame.rows + 1; // of squares
    const int64_t from = (int64_t)band * BAND_ROWS;
    const int64_t to = from + BAND_ROWS < rows ? from + BAND_ROWS : rows;
    return ig_band_march(apart->contour, apart->first, apart->levels, from, to,
                         apart->strands + band * apart->levels);
}

static ig_status walk(size_t k, void *arg)
{
    const struct apart *apart = arg;
    const ig_status status =
        ig_strands_walk(&apart->contour->minutes->frame, apart->strands + k, apart->bands,
                        apart->levels, &apart->outlines[apart->first + k]);
    for (size_t b = 0; b < apart->bands; b++)
        ig_strand_free(&apart->strands[b * apart->levels + k]);
    return status;
}

static ig_status outline_apart(ig_ctx *ctx, const struct contour *contour, struct traced *outlines)
{
    struct apart apart = {.contour = contour, .outlines = outlines};
    apart.bands = (size_t)(contour->minutes->frame.rows / BAND_ROWS) + 1;
    apart.levels = contour->count < MOST_LEVELS ? contour->count : MOST_LEVELS;
    apart.strands = ig_alloc(apart.bands, apart.levels * sizeof *apart.strands);
    ig_status status = apart.strands ? IG_OK : IG_EMEMORY;
    while (!status && apart.first < contour->count) {
        if (contour->count - apart.first < apart.levels)
            apart.levels = contour->count - apart.first;
        status = ig_parallel_for(ctx, apart.bands, march, &apart);
        if (!status) status = ig_parallel_for(ctx, apart.levels, walk, &apart);
        apart.first += apart.levels;
    }
    for (size_t i = 0; apart.strands && i < apart.bands * apart.levels; i++)
        ig_strand_free(&apart.strands[i]);
    ig_free(apart.strands);
    return status;
}

// ---- the result ---------------------------------------------------------------------------------

struct filling {
    const struct traced *outlines;
    const size_t *first_point; ///< of each level
    ig_isochrones *out;
};

/// Points of a level, each ring closed by its first.
static ig_status fill_level(size_t k, void *arg)
{
    const struct filling *f = arg;
    const struct traced *outline = &f->outlines[k];
    size_t point = f->first_point[k], ring = f->out->area_start[k];
    for (size_t r = 0; r < outline->rings; r++) {
        const struct stretch *own = &outline->ring[r];
        f->out->ring_start[ring++] = point;
        memcpy(f->out->x + point, outline->x + own->start, own->count * sizeof *outline->x);
        memcpy(f->out->y + point, outline->y + own->start, own->count * sizeof *outline->y);
        point += own->count;
        f->out->x[point] = outline->x[own->start];
        f->out->y[point++] = outline->y[own->start];
    }
    return IG_OK;
}

static ig_status fill(ig_ctx *ctx, const struct contour *contour, const struct traced *outlines,
                      ig_isochrones **result)
{
    const size_t count = contour->count;
    size_t rings = 0, points = 0;
    ig_isochrones *out = ig_alloc(1, sizeof *out);
    size_t *first_point = ig_alloc(count, sizeof *first_point);
    ig_status status = out && first_point ? IG_OK : IG_EMEMORY;
    if (status) goto done;
    out->levels = count;
    out->minutes = ig_alloc(count, sizeof *out->minutes);
    out->square_metres = ig_alloc(count, sizeof *out->square_metres);
    out->area_start = ig_alloc(count + 1, sizeof *out->area_start);
    for (size_t k = 0; k < count && out->area_start; k++) {
        out->area_start[k] = rings;
        first_point[k] = points;
        rings += outlines[k].rings;
        points += outlines[k].points + outlines[k].rings;
    }
    out->ring_start = ig_alloc(rings + 1, sizeof *out->ring_start);
    out->x = ig_alloc(points + 1, sizeof *out->x);
    out->y = ig_alloc(points + 1, sizeof *out->y);
    if (!out->minutes || !out->square_metres || !out->area_start || !out->ring_start || !out->x ||
        !out->y) {
        status = IG_EMEMORY;
        goto done;
    }
    for (size_t k = 0; k < count; k++) {
        out->minutes[k] = contour->levels[k];
        out->square_metres[k] = 0.5 * outlines[k].twice_area;
    }
    out->area_start[count] = rings;
    out->ring_start[rings] = points;
    struct filling filling = {outlines, first_point, out};
    status = ig_parallel_for(ctx, count, fill_level, &filling);
    if (!status) {
        *result = out;
        out = NULL;
    }
done:
    ig_free(first_point);
    ig_isochrones_free(out);
    return status;
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
    const struct contour contour = {minutes, levels, count, options->edges};
    struct traced *outlines = ig_alloc(count, sizeof *outlines);
    const double began = ig_seconds_now();
    status = outlines ? ig_progress(ctx, 0.0, "isochrones") : IG_EMEMORY;
    if (!status)
        status = shared ? outline_shared(ctx, &contour, options, outlines)
                        : outline_apart(ctx, &contour, outlines);
    if (!status) status = fill(ctx, &contour, outlines, out);
    if (status == IG_EMEMORY) ig_fail(ctx, status, "no memory for isochrones");
    if (status == IG_ELIMIT) ig_fail(ctx, status, "outlines of too many points to be numbered");
    if (status == IG_EBUG) ig_fail(ctx, status, "the boundary of an isochrone does not close");
    if (!status)
        ig_info(ctx, "%zu points of outlines in %.2f s",
                (*out)->ring_start[(*out)->area_start[count]], ig_seconds_now() - began);
    for (size_t k = 0; k < count && outlines; k++)
        ig_traced_free(&outlines[k]);
    ig_free(outlines);
    return status;
}
