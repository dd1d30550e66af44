// Isochrones of each site by itself: a search in a window, its outlines, the people within.
#include "../core/inside.h"
#include "study.h"

#include <string.h>

struct drawing {
    const ig_surface *surface;
    const double *levels;
    size_t count;
    const ig_isochrone_options *options;
    const ig_standing *standing;
    ig_isochrones **shapes;
    double *people;
    ig_ctx **own; ///< a context for each worker: words of failures are its own
};

/// The cells that are reached as a grid of their own, no larger than they need.
static ig_status cut_out(ig_ctx *ctx, const ig_frame *frame, const ig_reached *reached,
                         ig_grid **out)
{
    int64_t west = INT64_MAX, east = -1, north = INT64_MAX, south = -1;
    for (size_t i = 0; i < reached->spans; i++) {
        const ig_span *span = &reached->span[i];
        const int64_t row = span->cell / frame->cols, col = span->cell - row * frame->cols;
        if (col < west) west = col;
        if (col + span->cells - 1 > east) east = col + span->cells - 1;
        if (row < north) north = row;
        if (row > south) south = row;
    }
    if (!reached->spans) west = east = north = south = 0; // not even the source: one unknown cell
    const ig_frame cut = {
        .cols = east - west + 1,
        .rows = south - north + 1,
        .west = frame->west + (double)west * frame->dx,
        .north = frame->north - (double)north * frame->dy,
        .dx = frame->dx,
        .dy = frame->dy,
    };
    const ig_status status = ig_grid_new(ctx, &cut, out);
    if (status) return status;
    for (int64_t row = north; reached->spans && row <= south; row++)
        memcpy((*out)->cells + (row - north) * cut.cols,
               reached->minutes + (row * frame->cols + west - reached->first),
               (size_t)cut.cols * sizeof *(*out)->cells);
    return IG_OK;
}

static ig_status draw_site(size_t source, int worker, const ig_reached *reached, void *user)
{
    const struct drawing *d = user;
    if (!d->own[worker]) {
        d->own[worker] = ig_ctx_new();
        if (!d->own[worker]) return IG_EMEMORY;
        ig_ctx_set_threads(d->own[worker], 1);
    }
    ig_ctx *ctx = d->own[worker];
    ig_grid *minutes = NULL;
    ig_status status = cut_out(ctx, &d->surface->frame, reached, &minutes);
    if (!status)
        status =
            ig_isochrones_trace(ctx, minutes, d->levels, d->count, d->options, &d->shapes[source]);
    if (!status && d->standing)
        status = ig_standing_within(d->standing, reached, d->levels, d->count,
                                    d->people + source * d->count);
    ig_grid_free(minutes);
    return status;
}

ig_status ig_isochrones_each(ig_ctx *ctx, const ig_surface *surface, const ig_source *sources,
                             size_t count, const ig_travel_options *travel, const double *levels,
                             size_t level_count, const ig_isochrone_options *options,
                             const ig_standing *standing, ig_isochrones **shapes, double *people)
{
    const size_t workers = (size_t)ig_ctx_threads(ctx);
    struct drawing d = {.surface = surface,
                        .levels = levels,
                        .count = level_count,
                        .options = options,
                        .standing = people ? standing : NULL,
                        .shapes = shapes,
                        .people = people,
                        .own = ig_alloc(workers, sizeof(ig_ctx *))};
    if (!d.own) return ig_fail(ctx, IG_EMEMORY, "no memory for isochrones of %zu sites", count);
    ig_status status = ig_travel_each(ctx, surface, sources, count, travel, draw_site, &d);
    for (size_t w = 0; w < workers; w++) {
        if (status && d.own[w] && status != IG_ECANCELLED && status != IG_EMEMORY)
            ig_fail(ctx, status, "%s", ig_ctx_message(d.own[w]));
        ig_ctx_free(d.own[w]);
    }
    ig_free(d.own);
    return status;
}
