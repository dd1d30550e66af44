// Sensitivity: minutes by area under every combination of speeds, corner rules and cell sizes, and
// how far they spread.
#include "ensemble_internal.h"

#include <math.h>
#include <string.h>

static const char *const corner_names[] = {"forbid", "allow", "strict"};

// ---- what is asked for --------------------------------------------------------------------------

static ig_status refuse(ig_ctx *ctx, const char *word, const char *why)
{
    ig_fail(ctx, IG_EINVAL, "--ensemble %s: %s", ig_show(word), why);
    return ig_hint(ctx, "such as --ensemble speeds=0.8,1,1.2 corners=forbid,strict cells=50,100");
}

/// One value of a list; ends at a comma.
static bool next_value(const char **at, char *value, size_t room)
{
    const size_t length = strcspn(*at, ",");
    if (length == 0 || length >= room) return false;
    memcpy(value, *at, length);
    value[length] = '\0';
    *at += length + ((*at)[length] == ',');
    return true;
}

static ig_status take_numbers(ig_ctx *ctx, const char *word, const char *list, double *numbers,
                              size_t *count)
{
    char value[40];
    if (*count) return refuse(ctx, word, "it comes twice");
    for (const char *at = list; *at || !*count;) {
        double number;
        if (*count == IG_ENSEMBLE_MOST) return refuse(ctx, word, "too many values");
        if (!next_value(&at, value, sizeof value) || !ig_text_number(value, &number) ||
            !(number > 0.0))
            return refuse(ctx, word, "numbers above 0 are wanted");
        for (size_t i = 0; i < *count; i++)
            if (numbers[i] == number) return refuse(ctx, word, "a value comes twice");
        numbers[(*count)++] = number;
    }
    return IG_OK;
}

static ig_status take_corners(ig_ctx *ctx, const char *word, const char *list, ig_ensemble *e)
{
    char value[40];
    if (e->corner_count) return refuse(ctx, word, "it comes twice");
    for (const char *at = list; *at || !e->corner_count;) {
        int found = -1;
        if (next_value(&at, value, sizeof value))
            for (int i = 0; i < 3; i++)
                if (!strcmp(value, corner_names[i])) found = i;
        for (size_t i = 0; i < e->corner_count; i++)
            if ((int)e->corner[i] == found) return refuse(ctx, word, "a rule comes twice");
        if (found < 0) return refuse(ctx, word, "the rules are forbid, allow and strict");
        e->corner[e->corner_count++] = (ig_corners)found;
    }
    return IG_OK;
}

ig_status ig_ensemble_parse(ig_ctx *ctx, const char *const *words, size_t count, ig_ensemble *out)
{
    *out = (ig_ensemble){0};
    ig_status status = IG_OK;
    for (size_t w = 0; w < count && !status; w++) {
        if (!strncmp(words[w], "speeds=", 7))
            status = take_numbers(ctx, words[w], words[w] + 7, out->speed, &out->speed_count);
        else if (!strncmp(words[w], "cells=", 6))
            status = take_numbers(ctx, words[w], words[w] + 6, out->cell, &out->cell_count);
        else if (!strncmp(words[w], "corners=", 8))
            status = take_corners(ctx, words[w], words[w] + 8, out);
        else
            status = refuse(ctx, words[w], "it is none of speeds=, corners= and cells=");
    }
    return status;
}

// ---- members ------------------------------------------------------------------------------------

static ig_status run_member(struct running *r, const ig_surface *surface,
                            const ig_placement *placement, const ig_standing *standing,
                            double speed, ig_corners corners)
{
    ig_travel_options travel = *r->in->travel;
    travel.corners = corners;
    // Faster or slower alike: the minutes scale, and so does the limit.
    if (travel.limit < INFINITY) travel.limit *= speed;
    ig_grid *minutes = NULL;
    ig_status status =
        ig_travel(r->ctx, surface, placement->sources, placement->count, &travel, &minutes, NULL);
    if (status) return status;
    status = ig_common_take(r, minutes);
    const int64_t cells = ig_frame_cells(&minutes->frame);
    for (int64_t i = 0; speed != 1.0 && i < cells; i++)
        minutes->cells[i] = (float)((double)minutes->cells[i] / speed);
    double *own = r->minutes + r->done * r->areas;
    double *reached = ig_alloc(r->areas + 1, sizeof *reached);
    if (!status && !reached)
        status = ig_fail(r->ctx, IG_EMEMORY, "no memory for %zu areas", r->areas);
    if (status) {
        ig_free(reached);
        ig_grid_free(minutes);
        return status;
    }
    ig_standing_means(standing, minutes, r->people, reached, own);
    double left = 0.0;
    for (size_t a = 0; a < r->areas; a++)
        if (r->people[a] > 0.0) left += r->people[a] - reached[a];
    r->unreached[r->done] = left;
    r->mean[r->done] = ig_ensemble_mean(reached, own, r->areas);
    snprintf(r->name[r->done], sizeof *r->name, "speed%g_%s_cell%g", speed, corner_names[corners],
             surface->frame.dx);
    r->done++;
    ig_free(reached);
    ig_grid_free(minutes);
    return IG_OK;
}

/// All speeds and rules on one size of cells.
static ig_status run_cells(struct running *r, const ig_surface *surface, bool given)
{
    const ig_ensemble_inputs *in = r->in;
    const ig_ensemble *e = in->ensemble;
    ig_place_options placing = *in->placing;
    // On other cells a site may stand on one that is mostly barrier.
    const double near = 2.0 * surface->frame.dx;
    if (!given && placing.snap < near) placing.snap = near;
    ig_placement *placement = NULL;
    ig_standing *own = NULL;
    ig_status status = ig_sites_place(r->ctx, in->sites, surface, &placing, &placement);
    if (!status && !given)
        status = ig_standing_new(r->ctx, in->areas, surface, in->people, false, &own);
    const ig_standing *standing = given ? r->common.standing : own;
    for (size_t s = 0; s < e->speed_count && !status; s++)
        for (size_t c = 0; c < e->corner_count && !status; c++)
            status = run_member(r, surface, placement, standing, e->speed[s], e->corner[c]);
    ig_standing_free(own);
    ig_placement_free(placement);
    return status;
}

/// Means are over the people reached: a slower member may leave the far ones out and look quick.
static void tell_unlike(const struct running *r)
{
    const struct common *c = &r->common;
    if (c->left_out_sum < 0.5) return;
    ig_warn(
        r->ctx,
        "%.6g people are reached by some members of the ensemble and left out by others: minutes "
        "of a member are over the people that it reaches, so that a slower one may look "
        "quicker; compare members by minutes_common_..., over the %.6g people whom all reach",
        c->left_out_sum, c->people_sum);
}

ig_status ig_ensemble_run(ig_ctx *ctx, const ig_ensemble_inputs *inputs, ig_result **areas,
                          ig_result **members)
{
    ig_ensemble e = *inputs->ensemble;
    if (!e.speed_count) e.speed[e.speed_count++] = 1.0;
    if (!e.corner_count) e.corner[e.corner_count++] = inputs->travel->corners;
    if (!e.cell_count) e.cell[e.cell_count++] = inputs->surface->frame.dx;
    ig_ensemble_inputs in = *inputs;
    in.ensemble = &e;
    struct running r = {.ctx = ctx,
                        .in = &in,
                        .areas = ig_areas_count(inputs->areas),
                        .members = e.speed_count * e.corner_count * e.cell_count};
    r.people = ig_alloc(r.areas + 1, sizeof *r.people);
    r.minutes = ig_alloc(r.areas * r.members + 1, sizeof *r.minutes);
    r.unreached = ig_alloc(r.members, sizeof *r.unreached);
    r.mean = ig_alloc(r.members, sizeof *r.mean);
    r.name = ig_alloc(r.members, sizeof *r.name);
    ig_status status = IG_OK;
    for (size_t c = 0; c < e.cell_count && !status; c++) // before any search
        if (e.cell[c] != inputs->surface->frame.dx)
            status = ig_ensemble_check_cells(ctx, inputs->surface, e.cell[c]);
    if (!status && (!r.people || !r.minutes || !r.unreached || !r.mean || !r.name))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu members", r.members);
    if (!status) status = ig_common_new(&r);
    for (size_t c = 0; c < e.cell_count && !status; c++) {
        ig_surface *other = NULL;
        const bool given = e.cell[c] == inputs->surface->frame.dx;
        if (!given) status = ig_ensemble_cells(ctx, inputs->surface, e.cell[c], &other);
        if (!status) status = run_cells(&r, given ? inputs->surface : other, given);
        ig_surface_free(other);
    }
    if (!status) status = ig_common_settle(&r);
    if (!status) tell_unlike(&r);
    ig_result *rows = NULL;
    if (!status) {
        status = ig_ensemble_area_rows(&r, &rows);
        if (!status) status = ig_ensemble_member_rows(&r, members);
        if (status) ig_fail(ctx, status, "no memory for %zu members", r.members);
    }
    if (status) {
        ig_result_free(rows);
    } else {
        *areas = rows;
    }
    ig_common_free(&r);
    ig_free(r.people);
    ig_free(r.minutes);
    ig_free(r.unreached);
    ig_free(r.mean);
    ig_free(r.name);
    return status;
}
