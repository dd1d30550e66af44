// Shares by shape: sources laid over targets, weighed by area or by the people in each piece.
#include "link_internal.h"

#include <math.h>
#include <string.h>

// A source without people is shared by area, with a weight too small to count in a mean.
static const double nobody = 1e-9;

struct shaping {
    ig_ctx *ctx;
    const ig_areas *sources, *targets;
    const ig_share_people *people;
    ig_overlay *overlay;
    struct overlay_more more;
    ig_shares *shares;
};

static ig_status no_memory(const struct shaping *h)
{
    return ig_fail(h->ctx, IG_EMEMORY, "no memory to share %zu areas out",
                   ig_areas_count(h->sources));
}

static ig_status take_pieces(struct shaping *h)
{
    const size_t sources = ig_areas_count(h->sources), targets = ig_areas_count(h->targets);
    ig_shares *s = h->shares = shares_new(sources, targets, h->overlay->count);
    if (!s) return no_memory(h);
    bool good = true;
    for (size_t i = 0; good && i < sources; i++)
        good = (s->source[i] = ig_text_copy(ig_areas_code(h->sources, i))) != NULL;
    for (size_t t = 0; good && t < targets; t++)
        good = (s->target[t] = ig_text_copy(ig_areas_code(h->targets, t))) != NULL;
    if (!good) return no_memory(h);
    s->count = h->overlay->count;
    memcpy(s->start, h->overlay->start, (sources + 1) * sizeof *s->start);
    for (size_t k = 0; k < s->count; k++) {
        s->piece[k] = h->overlay->pieces[k].parent;
        s->weight[k] = h->overlay->pieces[k].area;
    }
    for (size_t i = 0; i < sources; i++) {
        const size_t pieces = s->start[i + 1] - s->start[i];
        s->whole[i] = h->overlay->size[i];
        s->split[i] = pieces == 0 ? IG_SPLIT_NONE : pieces == 1 ? IG_SPLIT_WHOLE : IG_SPLIT_AREA;
    }
    return IG_OK;
}

// What lies inside to rounding lies inside.
static void close_sources(ig_shares *s)
{
    for (size_t i = 0; i < s->sources; i++) {
        struct ig_sum inside = {0};
        for (size_t k = s->start[i]; k < s->start[i + 1]; k++)
            ig_sum_add(&inside, s->weight[k]);
        const double sum = ig_sum_of(&inside);
        if (fabs(sum - s->whole[i]) <= 1e-9 * s->whole[i]) s->whole[i] = sum;
    }
}

// ---- people -------------------------------------------------------------------------------------

static double people_of_runs(const ig_grid *grid, const ig_coverage *coverage, size_t a)
{
    struct ig_sum sum = {0};
    for (const ig_run *run = coverage->area[a].first; run < coverage->area[a].end; run++) {
        for (int64_t c = run->col; c < run->col + run->cells; c++) {
            const double people = grid->cells[run->row * grid->frame.cols + c];
            if (people > 0.0) ig_sum_add(&sum, people * run->fraction);
        }
    }
    return ig_sum_of(&sum);
}

static ig_status people_of_grid(struct shaping *h, double *piece, double *whole)
{
    const ig_grid *grid = h->people->grid;
    static const size_t none[1] = {0};
    const ig_rings rings = {h->more.pieces, h->more.area_start ? h->more.area_start : none,
                            h->more.ring_start ? h->more.ring_start : none, h->more.x, h->more.y};
    ig_coverage *pieces = NULL, *sources = NULL;
    ig_status status = IG_OK;
    for (int64_t i = 0; !status && i < ig_frame_cells(&grid->frame); i++) {
        if (grid->cells[i] < 0.0f || isinf(grid->cells[i])) {
            status = ig_fail(h->ctx, IG_EFORMAT, "cell %lld of the population has %g people",
                             (long long)i + 1, (double)grid->cells[i]);
        }
    }
    if (!status) status = ig_coverage_new(h->ctx, &grid->frame, &rings, &pieces);
    if (!status) {
        status = ig_coverage_new(h->ctx, &grid->frame, ig_areas_rings(h->sources), &sources);
    }
    for (size_t k = 0; !status && k < h->more.pieces; k++)
        piece[k] = people_of_runs(grid, pieces, k);
    for (size_t i = 0; !status && i < h->shares->sources; i++)
        whole[i] = people_of_runs(grid, sources, i);
    ig_coverage_free(pieces);
    ig_coverage_free(sources);
    return status;
}

static ig_status people_of_points(struct shaping *h, double *piece, double *whole)
{
    const ig_share_people *p = h->people;
    const ig_shares *s = h->shares;
    size_t *source = ig_alloc(p->points + 1, sizeof *source);
    size_t *target = ig_alloc(p->points + 1, sizeof *target);
    ig_status status = source && target ? IG_OK : no_memory(h);
    if (!status) status = ig_locate(h->ctx, h->sources, p->x, p->y, p->points, source);
    if (!status) status = ig_locate(h->ctx, h->targets, p->x, p->y, p->points, target);
    for (size_t i = 0; !status && i < p->points; i++) {
        const double people = p->count ? p->count[i] : 1.0;
        if (people < 0.0 || isinf(people)) {
            status = ig_fail(h->ctx, IG_EFORMAT, "point %zu of the population has %g people", i + 1,
                             people);
        }
        if (status || source[i] == SIZE_MAX || !(people > 0.0)) continue;
        whole[source[i]] += people;
        for (size_t k = s->start[source[i]]; k < s->start[source[i] + 1]; k++) {
            if (s->piece[k] == target[i]) piece[k] += people;
        }
    }
    ig_free(source);
    ig_free(target);
    return status;
}

// By people of whole sources: they stand evenly, so that shares are those of area.
static void people_of_areas(const struct shaping *h, double *piece, double *whole)
{
    const ig_shares *s = h->shares;
    for (size_t i = 0; i < s->sources; i++) {
        const double people = h->people->by_area[i];
        if (!(people > 0.0) || !(s->whole[i] > 0.0)) continue;
        whole[i] = people;
        for (size_t k = s->start[i]; k < s->start[i + 1]; k++)
            piece[k] = people * (s->weight[k] / s->whole[i]);
    }
}

static void put_people(struct shaping *h, const double *piece, const double *whole)
{
    ig_shares *s = h->shares;
    size_t empty = 0;
    ig_text names = {0};
    for (size_t i = 0; i < s->sources; i++) {
        const bool lived_in = whole[i] > 0.0;
        const double scale = s->whole[i] > 0.0 ? nobody / s->whole[i] : 0.0;
        if (!lived_in && s->whole[i] > 0.0 && s->start[i + 1] > s->start[i] &&
            ++empty <= IG_SHOWN) {
            ig_text_format(&names, "%s%s", empty > 1 ? ", " : "", ig_show(s->source[i]));
        }
        for (size_t k = s->start[i]; k < s->start[i + 1]; k++) {
            s->weight[k] = lived_in ? piece[k] : s->weight[k] * scale;
        }
        s->whole[i] = lived_in ? whole[i] : s->whole[i] * scale;
        if (lived_in && s->split[i] == IG_SPLIT_AREA && !h->people->by_area) {
            s->split[i] = IG_SPLIT_GIVEN;
        }
    }
    if (empty) {
        ig_warn(h->ctx,
                "%zu source areas have no people in the population and are shared by area: "
                "%s%s",
                empty, names.failed ? "" : names.data, empty > IG_SHOWN ? " ..." : "");
    }
    ig_text_free(&names);
}

static ig_status weigh_by_people(struct shaping *h)
{
    double *piece = ig_alloc(h->shares->count + 1, sizeof *piece);
    double *whole = ig_alloc(h->shares->sources + 1, sizeof *whole);
    ig_status status = piece && whole ? IG_OK : no_memory(h);
    if (!status && h->people->grid) {
        status = people_of_grid(h, piece, whole);
    } else if (!status && h->people->by_area) {
        people_of_areas(h, piece, whole);
    } else if (!status) {
        status = people_of_points(h, piece, whole);
    }
    if (!status) put_people(h, piece, whole);
    ig_free(piece);
    ig_free(whole);
    return status;
}

ig_status ig_shares_by_shape(ig_ctx *ctx, const ig_areas *sources, const ig_areas *targets,
                             const ig_share_people *people, double *twice, ig_shares **out)
{
    struct shaping h = {.ctx = ctx,
                        .sources = sources,
                        .targets = targets,
                        .people = people,
                        .more = {.with_rings = people && people->grid}};
    ig_status status = overlay_with(ctx, sources, targets, &h.more, &h.overlay);
    if (!status) status = take_pieces(&h);
    if (!status && people) status = weigh_by_people(&h);
    if (!status) close_sources(h.shares);
    for (size_t i = 0; !status && twice && i < h.shares->sources; i++) {
        twice[i] = h.overlay->size[i] > 0.0 ? h.more.twice[i] / h.overlay->size[i] : 0.0;
    }
    overlay_more_free(&h.more);
    ig_overlay_free(h.overlay);
    if (status) {
        ig_shares_free(h.shares);
    } else {
        *out = h.shares;
    }
    return status;
}
