// Sites onto a grid: neither moved nor lost in silence (T3).
#include "../core/inside.h"
#include "codes_internal.h"
#include "study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct placing {
    ig_ctx *ctx;
    const ig_sites *sites;
    const ig_surface *surface;
    const ig_place_options *options;
    ig_placement *out;
};

void ig_placement_free(ig_placement *placement)
{
    if (!placement) return;
    ig_free(placement->sources);
    ig_free(placement->site);
    ig_free(placement->moved);
    ig_free(placement->left_out_site);
    ig_free(placement);
}

static void extent_text(const ig_frame *frame, char *text, size_t room)
{
    const double east = frame->west + (double)frame->cols * frame->dx;
    const double south = frame->north - (double)frame->rows * frame->dy;
    snprintf(text, room, "%.0f %.0f to %.0f %.0f", frame->west, south, east, frame->north);
}

static const char *file_of(const ig_sites *sites)
{
    const ig_table *table = ig_sites_table(sites);
    return table ? ig_table_path(table) : "sites";
}

/// What the coordinates of a site off the grid look like, as a hint.
static void hint_off_grid(const struct placing *p, size_t i)
{
    const double x = ig_sites_x(p->sites, i), y = ig_sites_y(p->sites, i);
    int64_t col, row;
    if (ig_frame_cell(&p->surface->frame, y, x, &col, &row)) {
        ig_hint(p->ctx, "x and y look swapped: the other way round the site lies on the grid");
    } else if (fabs(x) <= 180 && fabs(y) <= 90) {
        ig_hint(p->ctx, "the coordinates look like degrees: name the columns by --longitude and "
                        "--latitude, or their CRS by --sites-crs EPSG:4326");
    } else {
        ig_hint(p->ctx, "make the grid larger, leave the site out, or give --clip-sites to leave "
                        "out all sites beyond the grid");
    }
}

static ig_status off_grid(struct placing *p, size_t i)
{
    if (p->options->clip) {
        p->out->left_out_site[p->out->left_out++] = i;
        return IG_OK;
    }
    char extent[128];
    extent_text(&p->surface->frame, extent, sizeof extent);
    ig_fail(p->ctx, IG_EFORMAT,
            "%s: site %s (%s %lld) lies outside the grid: %.10g %.10g is off the extent %s",
            ig_show(file_of(p->sites)), ig_show(ig_sites_code(p->sites, i)),
            ig_table_line_word(ig_sites_table(p->sites)), (long long)ig_sites_line(p->sites, i),
            ig_sites_x(p->sites, i), ig_sites_y(p->sites, i), extent);
    hint_off_grid(p, i);
    return IG_EFORMAT;
}

/// Nearest passable cell whose centre lies within `snap` metres. False when there is none.
static bool nearest_passable(const ig_surface *surface, double x, double y, double snap,
                             int64_t *cell, double *distance)
{
    const ig_frame *frame = &surface->frame;
    const double left = floor((x - snap - frame->west) / frame->dx);
    const double right = floor((x + snap - frame->west) / frame->dx);
    const double top = floor((frame->north - y - snap) / frame->dy);
    const double bottom = floor((frame->north - y + snap) / frame->dy);
    const int64_t first_col = left > 0 ? (int64_t)left : 0;
    const int64_t last_col = right < (double)frame->cols - 1 ? (int64_t)right : frame->cols - 1;
    const int64_t first_row = top > 0 ? (int64_t)top : 0;
    const int64_t last_row = bottom < (double)frame->rows - 1 ? (int64_t)bottom : frame->rows - 1;
    bool found = false;
    *distance = snap;
    for (int64_t row = first_row; row <= last_row; row++) {
        const double dy = frame->north - ((double)row + 0.5) * frame->dy - y;
        for (int64_t col = first_col; col <= last_col; col++) {
            if (isnan(surface->pace[row * frame->cols + col])) continue;
            const double dx = frame->west + ((double)col + 0.5) * frame->dx - x;
            const double here = hypot(dx, dy);
            if (here > *distance || (found && here >= *distance)) continue;
            *distance = here;
            *cell = row * frame->cols + col;
            found = true;
        }
    }
    return found;
}

static void add_source(struct placing *p, size_t i, int64_t cell, double moved)
{
    ig_placement *out = p->out;
    out->sources[out->count] = (ig_source){.cell = cell, .number = (int32_t)(i + 1)};
    out->site[out->count] = i;
    out->moved[out->count++] = moved;
}

static bool in_any_area(const struct placing *p, size_t i)
{
    return area_at_point(p->options->areas, ig_sites_x(p->sites, i), ig_sites_y(p->sites, i)) !=
           SIZE_MAX;
}

static ig_status on_barrier(struct placing *p, size_t i)
{
    const char *code = ig_sites_code(p->sites, i);
    int64_t cell = 0;
    double moved = 0;
    if (nearest_passable(p->surface, ig_sites_x(p->sites, i), ig_sites_y(p->sites, i),
                         p->options->snap, &cell, &moved)) {
        ig_warn(p->ctx, "%s: site %s stands on a barrier and was moved %.0f m to passable ground",
                ig_show(file_of(p->sites)), ig_show(code), moved);
        add_source(p, i, cell, moved);
        return IG_OK;
    }
    if (p->options->clip && p->options->areas && !in_any_area(p, i)) {
        p->out->left_out_site[p->out->left_out++] = i;
        return IG_OK;
    }
    ig_fail(p->ctx, IG_EFORMAT, "%s: site %s (%s %lld) stands on a barrier (nodata, impassable)%s",
            ig_show(file_of(p->sites)), ig_show(code), ig_table_line_word(ig_sites_table(p->sites)),
            (long long)ig_sites_line(p->sites, i),
            p->options->snap > 0 ? "; no passable cell is near enough" : "");
    return ig_hint(p->ctx, "snap it to the nearest passable cell by --snap METRES%s",
                   p->options->snap > 0 ? ", with more of them" : "");
}

static ig_status place_one(struct placing *p, size_t i)
{
    int64_t col, row;
    const ig_frame *frame = &p->surface->frame;
    if (!ig_frame_cell(frame, ig_sites_x(p->sites, i), ig_sites_y(p->sites, i), &col, &row)) {
        return off_grid(p, i);
    }
    const int64_t cell = row * frame->cols + col;
    if (isnan(p->surface->pace[cell])) return on_barrier(p, i);
    add_source(p, i, cell, 0);
    return IG_OK;
}

struct ranked {
    const char *code;
    size_t source;
};

static int by_code(const void *a, const void *b)
{
    const struct ranked *left = a, *right = b;
    const int order = strcmp(left->code, right->code);
    if (order) return order;
    return left->source < right->source ? -1 : left->source > right->source;
}

/// Equal times go to the site whose code sorts first.
static ig_status rank_sources(struct placing *p)
{
    ig_placement *out = p->out;
    struct ranked *order = ig_alloc(out->count + 1, sizeof *order);
    if (!order) return ig_fail(p->ctx, IG_EMEMORY, "no memory for the sites");
    for (size_t s = 0; s < out->count; s++) {
        order[s] = (struct ranked){ig_sites_code(p->sites, out->site[s]), s};
    }
    qsort(order, out->count, sizeof *order, by_code);
    for (size_t s = 0; s < out->count; s++)
        out->sources[order[s].source].rank = (int32_t)s;
    ig_free(order);
    return IG_OK;
}

/// Say which sites were left out, the first of them by code.
static void tell_left_out(const struct placing *p)
{
    const ig_placement *out = p->out;
    if (!out->left_out) return;
    ig_text codes = {0};
    for (size_t i = 0; i < out->left_out && i < IG_SHOWN; i++) {
        ig_text_format(&codes, "%s%s", i ? ", " : "",
                       ig_show(ig_sites_code(p->sites, out->left_out_site[i])));
    }
    ig_warn_mild(p->ctx, "%s: %zu site%s beyond the grid left out: %s%s",
                 ig_show(file_of(p->sites)), out->left_out, out->left_out == 1 ? "" : "s",
                 codes.data ? codes.data : "", out->left_out > IG_SHOWN ? " ..." : "");
    ig_text_free(&codes);
}

static ig_status no_site_left(const struct placing *p)
{
    char extent[128];
    extent_text(&p->surface->frame, extent, sizeof extent);
    ig_fail(p->ctx, IG_EFORMAT, "%s: no sites lie on the grid, whose extent is %s",
            ig_show(file_of(p->sites)), extent);
    return ig_hint(p->ctx, "check that sites and areas are of one region and CRS");
}

ig_status ig_sites_place(ig_ctx *ctx, const ig_sites *sites, const ig_surface *surface,
                         const ig_place_options *options, ig_placement **out)
{
    *out = NULL;
    const size_t count = ig_sites_count(sites);
    ig_placement *placement = ig_alloc(1, sizeof *placement);
    if (!placement) return ig_fail(ctx, IG_EMEMORY, "no memory for the sites");
    struct placing p = {
        .ctx = ctx, .sites = sites, .surface = surface, .options = options, .out = placement};
    placement->sources = ig_alloc(count + 1, sizeof *placement->sources);
    placement->site = ig_alloc(count + 1, sizeof *placement->site);
    placement->moved = ig_alloc(count + 1, sizeof *placement->moved);
    placement->left_out_site = ig_alloc(count + 1, sizeof *placement->left_out_site);
    ig_status status = IG_OK;
    if (!placement->sources || !placement->site || !placement->moved || !placement->left_out_site) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu sites", count);
    } else if (count > INT32_MAX) {
        status = ig_fail(ctx, IG_ELIMIT, "%zu sites are too many", count);
    }
    for (size_t i = 0; i < count && !status; i++)
        status = place_one(&p, i);
    if (!status && !placement->count) status = no_site_left(&p);
    if (!status) status = rank_sources(&p);
    if (status) {
        ig_placement_free(placement);
        return status;
    }
    tell_left_out(&p);
    *out = placement;
    return IG_OK;
}
