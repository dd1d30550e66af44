// Access over plain shapes: coverage, people placed, and what a planner must be told.
#include "access_internal.h"

#include <math.h>
#include <string.h>

static bool has_shape(const ig_rings *rings, size_t a)
{
    return rings->area_start[a + 1] > rings->area_start[a];
}

/// Widen the box by an area; true where it then meets the frame.
static bool reaches(const ig_rings *rings, size_t area, const ig_frame *frame, double box[4])
{
    for (size_t r = rings->area_start[area]; r < rings->area_start[area + 1]; r++)
        for (size_t i = rings->ring_start[r]; i < rings->ring_start[r + 1]; i++) {
            box[0] = fmin(box[0], rings->x[i]);
            box[1] = fmin(box[1], rings->y[i]);
            box[2] = fmax(box[2], rings->x[i]);
            box[3] = fmax(box[3], rings->y[i]);
        }
    return box[0] < frame->west + (double)frame->cols * frame->dx && box[2] > frame->west &&
           box[1] < frame->north && box[3] > frame->north - (double)frame->rows * frame->dy;
}

/// Areas and a grid that do not meet are two inputs of different places (both extents shown).
static ig_status check_meeting(ig_ctx *ctx, const ig_rings *rings, const ig_frame *frame,
                               const char *grid)
{
    double b[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t a = 0; a < rings->areas; a++)
        if (reaches(rings, a, frame, b)) return IG_OK;
    if (!(b[0] <= b[2])) return ig_fail(ctx, IG_EFORMAT, "no area has a shape");
    ig_fail(ctx, IG_EFORMAT,
            "the %s and the areas do not overlap: the %s reaches from %.0f to %.0f east and %.0f "
            "to %.0f north, the extent of the areas is %.0f to %.0f east and %.0f to %.0f north",
            grid, grid, frame->west, frame->west + (double)frame->cols * frame->dx,
            frame->north - (double)frame->rows * frame->dy, frame->north, b[0], b[2], b[1], b[3]);
    return ig_hint(ctx, "are both of the same place and in the same CRS (%s)?",
                   ig_ctx_work_crs(ctx));
}

/// Statuses of areas that the grid does not hold, and words about them.
static void tell_cover(ig_ctx *ctx, const struct shapes *shapes, const ig_coverage *coverage,
                       bool tell, struct ig_stands *stands)
{
    ig_text none = {0}, part = {0}, shapeless = {0};
    size_t nones = 0, parts = 0, shapelesses = 0;
    for (size_t a = 0; a < shapes->rings->areas; a++) {
        const double size = coverage->inside[a] + coverage->outside[a];
        if (!has_shape(shapes->rings, a)) {
            stands->area[a].status = "no shape";
            ig_list_add(&shapeless, &shapelesses, shapes->codes[a], stands->area[a].all, "people");
        } else if (coverage->area[a].first == coverage->area[a].end) {
            stands->area[a].status = "not covered";
            ig_list_add(&none, &nones, shapes->codes[a], stands->area[a].all, "people");
        } else if (coverage->outside[a] > 1e-6 * size) {
            ig_list_add(&part, &parts, shapes->codes[a],
                        floor(1000.0 * (1.0 - coverage->outside[a] / size)) / 10.0, "%");
        }
    }
    if (!tell) goto done;
    if (shapelesses)
        ig_warn(ctx, "%zu area%s without a shape, whose people are unreached: %s", shapelesses,
                shapelesses == 1 ? "" : "s", shapeless.data ? shapeless.data : "");
    if (nones)
        ig_warn(ctx, "the grid does not cover %zu area%s, whose people are unreached: %s", nones,
                nones == 1 ? "" : "s", none.data ? none.data : "");
    if (parts)
        ig_warn(ctx, "the grid covers %zu area%s only in part (share covered): %s", parts,
                parts == 1 ? "" : "s", part.data ? part.data : "");
done:
    ig_text_free(&shapeless);
    ig_text_free(&none);
    ig_text_free(&part);
}

void ig_tell_people(ig_ctx *ctx, const char *const *codes, const ig_access *access, bool people)
{
    ig_text barred = {0}, unreached = {0}, unknown = {0};
    size_t barreds = 0, unreacheds = 0, unknowns = 0;
    double sum = 0.0;
    const char *unit = people ? "people" : "cells";
    for (size_t a = 0; a < access->areas; a++) {
        const ig_access_row *row = &access->rows[a];
        if (isnan(row->people)) {
            unknowns++;
            ig_text_format(&unknown, "%s%s", unknowns > 1 ? ", " : "",
                           unknowns <= IG_SHOWN ? codes[a] : "");
        } else if (strcmp(row->status, "no passable cell") == 0 && row->people > 0.0) {
            ig_list_add(&barred, &barreds, codes[a], row->people, unit);
        }
        if (row->people_unreached > 1e-6 * row->people) {
            sum += row->people_unreached;
            ig_list_add(&unreached, &unreacheds, codes[a], row->people_unreached, unit);
        }
    }
    if (unknowns)
        ig_warn(ctx, "%zu area%s without a number of people, in no total%s%s", unknowns,
                unknowns == 1 ? "" : "s", unknowns <= IG_SHOWN ? ": " : "",
                unknowns <= IG_SHOWN && unknown.data ? unknown.data : "");
    if (barreds)
        ig_warn(ctx, "%zu area%s with people but no passable cell: %s", barreds,
                barreds == 1 ? "" : "s", barred.data ? barred.data : "");
    if (unreacheds)
        ig_warn(ctx, "%zu area%s with unreached %s, %.6g in all: %s", unreacheds,
                unreacheds == 1 ? "" : "s", people ? "people" : "cells", sum,
                unreached.data ? unreached.data : "");
    ig_text_free(&barred);
    ig_text_free(&unreached);
    ig_text_free(&unknown);
}

const char *ig_spread_words(const struct ground *ground, const ig_people *people)
{
    if (!people || (!people->by_area && !people->grid && !people->x))
        return ground->pace ? "no people given: each passable cell counts alike"
                            : "no people given: each cell counts alike, passable or not";
    if (people->grid) return "people as in the population grid, by exact share of cells";
    if (people->x) return "people at their points";
    if (!ground->pace)
        return "people of an area stand evenly on all its cells; those on nodata are unreached";
    return ground->residents
               ? "people of an area stand on its passable cells in proportion to `residents`"
               : "people of an area stand evenly on its passable cells";
}

static ig_status check_by_area(ig_ctx *ctx, const struct shapes *shapes, const double *by_area)
{
    for (size_t a = 0; a < shapes->rings->areas; a++)
        if (by_area[a] < 0.0 || isinf(by_area[a]))
            return ig_fail(ctx, IG_EFORMAT, "area %s has %g people", ig_show(shapes->codes[a]),
                           by_area[a]);
    return IG_OK;
}

static ig_status place(ig_ctx *ctx, const struct shapes *shapes, const ig_coverage *coverage,
                       const struct ground *ground, const ig_people *people, ig_cover *cover,
                       bool tell, struct ig_stands *stands, double *outside)
{
    *outside = 0.0;
    if (people && people->x) {
        const ig_status status =
            ig_place_points(ctx, shapes->rings, ground, people, stands, outside);
        return status || !stands->settle ? status : ig_stands_settle(ctx, stands);
    }
    if (!people || !people->grid) {
        const double *by_area = people ? people->by_area : NULL;
        ig_status status = by_area ? check_by_area(ctx, shapes, by_area) : IG_OK;
        return status ? status : ig_place_by_area(ctx, coverage, ground, by_area, stands);
    }
    if (ig_frame_equal(&people->grid->frame, ground->frame))
        return ig_place_grid(ctx, coverage, coverage, ground, people->grid, shapes->codes, tell,
                             stands, outside);
    const ig_coverage *on_people = NULL;
    ig_coverage *own = NULL;
    ig_status status = check_meeting(ctx, shapes->rings, &people->grid->frame, "population grid");
    if (!status)
        status = ig_cover_of(ctx, cover, &people->grid->frame, shapes->rings, &on_people, &own);
    if (!status)
        status = ig_place_grid(ctx, on_people, coverage, ground, people->grid, shapes->codes, tell,
                               stands, outside);
    ig_coverage_free(own);
    return status;
}

ig_status ig_stands_over(ig_ctx *ctx, const struct shapes *shapes, const struct ground *ground,
                         const ig_people *people, ig_cover *cover, bool tell,
                         const struct settle *settle, struct ig_stands **out, double *outside)
{
    struct ig_stands *stands = NULL;
    const ig_coverage *coverage = NULL;
    ig_coverage *own = NULL;
    ig_status status = check_meeting(ctx, shapes->rings, ground->frame, "grid");
    if (status) return status;
    if (ig_stands_new(shapes->rings->areas, &stands))
        return ig_fail(ctx, IG_EMEMORY, "no memory for %zu areas", shapes->rings->areas);
    stands->settle = settle;
    status = ig_cover_of(ctx, cover, ground->frame, shapes->rings, &coverage, &own);
    if (!status)
        status = place(ctx, shapes, coverage, ground, people, cover, tell, stands, outside);
    if (!status) tell_cover(ctx, shapes, coverage, tell, stands);
    ig_coverage_free(own);
    if (status) {
        ig_stands_free(stands);
        return status;
    }
    *out = stands;
    return IG_OK;
}

ig_status ig_access_over(ig_ctx *ctx, const struct shapes *shapes, const struct ground *ground,
                         const ig_people *people, ig_cover *cover, const double *thresholds,
                         size_t count, bool tell, bool keep, ig_access **out)
{
    struct ig_stands *stands = NULL;
    ig_access *access = NULL;
    double outside = 0.0;
    ig_status status = ig_check_thresholds(ctx, thresholds, count);
    if (status) return status;
    if (ig_access_alloc(shapes->rings->areas, thresholds, count, &access))
        return ig_fail(ctx, IG_EMEMORY, "no memory for access of areas");
    const struct settle settle = {access, keep};
    status = ig_stands_over(ctx, shapes, ground, people, cover, tell, &settle, &stands, &outside);
    if (!status) status = ig_access_finish(ctx, access, stands, shapes->codes);
    if (status) goto done;
    access->people_outside = outside;
    access->spread = ig_text_copy(ig_spread_words(ground, people));
    if (!access->spread) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for access of areas");
        goto done;
    }
    if (tell && outside > 0.0) ig_info(ctx, "%.6g people stand outside all areas", outside);
    if (tell) ig_tell_people(ctx, shapes->codes, access, people != NULL);
    *out = access;
    access = NULL;
done:
    ig_access_free(access);
    return status;
}
