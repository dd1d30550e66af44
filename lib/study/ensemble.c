// Sensitivity: minutes by area under every combination of speeds, corner rules and cell sizes, and
// how far they spread.
#include "../core/inside.h"
#include "study.h"

#include <math.h>
#include <stdlib.h>
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

// ---- other cells --------------------------------------------------------------------------------

/// How many cells of the grid make one of the wanted size (several > 0), or one makes (split > 0).
static ig_status ratio_of(ig_ctx *ctx, const ig_frame *frame, double cell, int64_t *several,
                          int64_t *split)
{
    const double up = cell / frame->dx, down = frame->dx / cell;
    *several = *split = 1;
    if (frame->dx == frame->dy && up >= 1.0 && fabs(up - rint(up)) < 1e-9 && up < 1e6) {
        *several = (int64_t)rint(up);
        return IG_OK;
    }
    if (frame->dx == frame->dy && down > 1.0 && fabs(down - rint(down)) < 1e-9 && down < 1e3) {
        *split = (int64_t)rint(down);
        return IG_OK;
    }
    ig_fail(ctx, IG_EINVAL, "--ensemble cells=%g: the cost grid has cells of %g by %g m", cell,
            frame->dx, frame->dy);
    return ig_hint(ctx, "cells are a whole multiple or part of the cost grid's");
}

/// Mean of the known values of a block of cells, NaN where fewer than half are known.
static float block_mean(const ig_surface *from, const float *layer, int64_t col, int64_t row,
                        int64_t n)
{
    double sum = 0.0;
    int64_t known = 0, all = 0;
    for (int64_t r = row; r < row + n && r < from->frame.rows; r++)
        for (int64_t c = col; c < col + n && c < from->frame.cols; c++, all++) {
            const float value = layer[r * from->frame.cols + c];
            if (!(value < INFINITY)) continue;
            sum += (double)value;
            known++;
        }
    return 2 * known >= all && known ? (float)(sum / (double)known) : NAN;
}

static void fill_layer(const ig_surface *from, const float *layer, const ig_frame *to,
                       int64_t several, int64_t split, float *out)
{
    for (int64_t row = 0; row < to->rows; row++)
        for (int64_t col = 0; col < to->cols; col++)
            out[row * to->cols + col] =
                several > 1 ? block_mean(from, layer, col * several, row * several, several)
                            : layer[row / split * from->frame.cols + col / split];
}

/// The surface on other cells: larger ones take the mean pace of theirs and are passable where half
/// of these are; smaller ones take that of the cell they lie in. Shut sides stand in the way.
static ig_status on_cells(ig_ctx *ctx, const ig_surface *from, double cell, ig_surface **out)
{
    int64_t several, split;
    ig_status status = ratio_of(ctx, &from->frame, cell, &several, &split);
    if (status) return status;
    if (from->barriers && several * split != 1) {
        ig_fail(ctx, IG_EINVAL,
                "--ensemble cells=%g: the cost grid shuts sides of cells (band "
                "'barriers'), which cannot be carried to other cells",
                cell);
        return ig_hint(ctx, "build a grid for each cell size with 'isogap cost --cell'");
    }
    if (from->link_count && several * split != 1) {
        ig_fail(ctx, IG_EINVAL,
                "--ensemble cells=%g: the cost grid has links between its cells, which cannot be "
                "carried to other cells",
                cell);
        return ig_hint(ctx, "build a grid for each cell size with 'isogap cost --cell'");
    }
    ig_frame frame = from->frame;
    frame.cols = (frame.cols * split + several - 1) / several;
    frame.rows = (frame.rows * split + several - 1) / several;
    frame.dx = frame.dy = cell;
    const int64_t cells = ig_frame_cells(&frame);
    if (cells < 1 || cells > ig_grid_defaults().max_cells)
        return ig_fail(ctx, IG_ELIMIT, "--ensemble cells=%g: %.0f cells are too many", cell,
                       (double)frame.cols * (double)frame.rows);
    ig_surface *to = NULL;
    status = ig_surface_new(ctx, &frame, &to);
    if (status) return status;
    fill_layer(from, from->pace, &frame, several, split, to->pace);
    if (from->elevation) to->elevation = ig_alloc((size_t)cells, sizeof(float));
    if (from->residents) to->residents = ig_alloc((size_t)cells, sizeof(float));
    if ((from->elevation && !to->elevation) || (from->residents && !to->residents)) {
        ig_surface_free(to);
        return ig_fail(ctx, IG_EMEMORY, "no memory for %lld cells", (long long)cells);
    }
    if (to->elevation) fill_layer(from, from->elevation, &frame, several, split, to->elevation);
    if (to->residents) fill_layer(from, from->residents, &frame, several, split, to->residents);
    if (from->barriers) { // the same cells
        to->barriers = ig_alloc((size_t)cells, 1);
        if (!to->barriers) {
            ig_surface_free(to);
            return ig_fail(ctx, IG_EMEMORY, "no memory for %lld cells", (long long)cells);
        }
        memcpy(to->barriers, from->barriers, (size_t)cells);
        to->one_way = from->one_way;
    }
    if (from->link_count) {
        to->links = ig_alloc(from->link_count, sizeof *to->links);
        if (!to->links) {
            ig_surface_free(to);
            return ig_fail(ctx, IG_EMEMORY, "no memory for %zu links", from->link_count);
        }
        memcpy(to->links, from->links, from->link_count * sizeof *to->links);
        to->link_count = from->link_count;
    }
    for (int64_t i = 0; to->residents && i < cells; i++)
        if (isnan(to->residents[i])) to->residents[i] = 0.0F;
    *out = to;
    return IG_OK;
}

// ---- members ------------------------------------------------------------------------------------

struct running {
    ig_ctx *ctx;
    const ig_ensemble_inputs *in;
    size_t areas, members, done;
    double *people;    ///< of each area
    double *minutes;   ///< member by member
    double *unreached; ///< people, of each member
    double *mean;      ///< minutes of each member
    char (*name)[48];
};

static ig_status run_member(struct running *r, const ig_surface *surface,
                            const ig_placement *placement, const ig_standing *standing,
                            double speed, ig_corners corners)
{
    ig_travel_options travel = *r->in->travel;
    travel.corners = corners;
    // Faster or slower alike: the minutes scale, and so does the limit.
    if (travel.limit < INFINITY) travel.limit *= speed;
    ig_grid *minutes = NULL;
    const ig_status status =
        ig_travel(r->ctx, surface, placement->sources, placement->count, &travel, &minutes, NULL);
    if (status) return status;
    const int64_t cells = ig_frame_cells(&minutes->frame);
    for (int64_t i = 0; speed != 1.0 && i < cells; i++)
        minutes->cells[i] = (float)((double)minutes->cells[i] / speed);
    double *own = r->minutes + r->done * r->areas;
    double *reached = ig_alloc(r->areas + 1, sizeof *reached);
    if (!reached) {
        ig_grid_free(minutes);
        return ig_fail(r->ctx, IG_EMEMORY, "no memory for %zu areas", r->areas);
    }
    ig_standing_means(standing, minutes, r->people, reached, own);
    double people = 0.0, moment = 0.0, left = 0.0;
    for (size_t a = 0; a < r->areas; a++) {
        if (!(r->people[a] > 0.0)) continue;
        left += r->people[a] - reached[a];
        if (!(reached[a] > 0.0)) continue;
        people += reached[a];
        moment += reached[a] * own[a];
    }
    r->unreached[r->done] = left;
    r->mean[r->done] = people > 0.0 ? moment / people : NAN;
    snprintf(r->name[r->done], sizeof *r->name, "minutes_speed%g_%s_cell%g", speed,
             corner_names[corners], surface->frame.dx);
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
    ig_standing *standing = NULL;
    ig_status status = ig_sites_place(r->ctx, in->sites, surface, &placing, &placement);
    if (!status)
        status = ig_standing_new(r->ctx, in->areas, surface, in->people, r->done == 0, &standing);
    for (size_t s = 0; s < e->speed_count && !status; s++)
        for (size_t c = 0; c < e->corner_count && !status; c++)
            status = run_member(r, surface, placement, standing, e->speed[s], e->corner[c]);
    ig_standing_free(standing);
    ig_placement_free(placement);
    return status;
}

// ---- the spread ---------------------------------------------------------------------------------

static int by_value(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

static ig_status area_rows(const struct running *r, ig_result **out)
{
    static const char *const names[] = {"people", "minutes_min", "minutes_median", "minutes_max",
                                        "members_unreached"};
    enum { PEOPLE = 1, LEAST, MEDIAN, MOST, UNREACHED, FIRST };
    ig_result *result = NULL;
    ig_column *column;
    double *values = ig_alloc(r->members + 1, sizeof *values);
    ig_status status = values ? ig_result_new(r->areas, &result) : IG_EMEMORY;
    if (!status) status = ig_result_add(result, "area", IG_COLUMN_TEXT, &column);
    for (size_t c = 0; c < sizeof names / sizeof *names && !status; c++)
        status = ig_result_add(result, names[c], IG_COLUMN_REAL, &column);
    for (size_t m = 0; m < r->members && !status; m++)
        status = ig_result_add(result, r->name[m], IG_COLUMN_REAL, &column);
    for (size_t a = 0; a < r->areas && !status; a++) {
        ig_column *columns = result->columns;
        size_t known = 0;
        status = ig_result_set_text(result, &columns[0], a, ig_areas_code(r->in->areas, a));
        for (size_t m = 0; m < r->members; m++) {
            const double minutes = r->minutes[m * r->areas + a];
            columns[FIRST + m].number[a] = minutes;
            if (!isnan(minutes)) values[known++] = minutes;
        }
        columns[PEOPLE].number[a] = r->people[a];
        columns[UNREACHED].number[a] = (double)(r->members - known);
        if (!known) continue;
        qsort(values, known, sizeof *values, by_value);
        columns[LEAST].number[a] = values[0];
        columns[MOST].number[a] = values[known - 1];
        columns[MEDIAN].number[a] =
            known & 1 ? values[known / 2] : 0.5 * (values[known / 2 - 1] + values[known / 2]);
    }
    ig_free(values);
    if (status) {
        ig_result_free(result);
        return status;
    }
    *out = result;
    return IG_OK;
}

static ig_status member_rows(const struct running *r, ig_result **out)
{
    ig_result *result = NULL;
    ig_column *name = NULL, *mean = NULL, *left = NULL;
    ig_status status = ig_result_new(r->members, &result);
    if (!status) status = ig_result_add(result, "member", IG_COLUMN_TEXT, &name);
    if (!status) status = ig_result_add(result, "minutes_mean", IG_COLUMN_REAL, &mean);
    if (!status) status = ig_result_add(result, "people_unreached", IG_COLUMN_REAL, &left);
    for (size_t m = 0; m < r->members && !status; m++) {
        ig_column *columns = result->columns;
        status = ig_result_set_text(result, &columns[0], m, r->name[m] + strlen("minutes_"));
        columns[1].number[m] = r->mean[m];
        columns[2].number[m] = r->unreached[m];
    }
    if (status) {
        ig_result_free(result);
        return status;
    }
    *out = result;
    return IG_OK;
}

/// Means are over the people reached: a slower member may leave the far ones out and look quick.
static void tell_unlike(const struct running *r)
{
    double least = INFINITY, most = 0.0;
    for (size_t m = 0; m < r->members; m++) {
        least = fmin(least, r->unreached[m]);
        most = fmax(most, r->unreached[m]);
    }
    if (most - least < 0.5) return;
    ig_warn(
        r->ctx,
        "members of the ensemble leave %g to %g people unreached: a mean is over the people that "
        "its member reaches, so that a slower one may look quicker than it is; compare without "
        "--max-minutes",
        least, most);
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
    if (!r.people || !r.minutes || !r.unreached || !r.mean || !r.name)
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu members", r.members);
    for (size_t c = 0; c < e.cell_count && !status; c++) {
        ig_surface *other = NULL;
        const bool given = e.cell[c] == inputs->surface->frame.dx;
        if (!given) status = on_cells(ctx, inputs->surface, e.cell[c], &other);
        if (!status) status = run_cells(&r, given ? inputs->surface : other, given);
        ig_surface_free(other);
    }
    if (!status) tell_unlike(&r);
    ig_result *rows = NULL;
    if (!status) {
        status = area_rows(&r, &rows);
        if (!status) status = member_rows(&r, members);
        if (status) ig_fail(ctx, status, "no memory for %zu members", r.members);
    }
    if (status) {
        ig_result_free(rows);
    } else {
        *areas = rows;
    }
    ig_free(r.people);
    ig_free(r.minutes);
    ig_free(r.unreached);
    ig_free(r.mean);
    ig_free(r.name);
    return status;
}
