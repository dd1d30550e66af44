// access: minutes on grids or from a matrix, and the scores made of them.
#include "accessing.h"

#include "search.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

// ---- minutes on a grid -------------------------------------------------------------------------

// ---- ways to travel ----------------------------------------------------------------------------

/// A name goes into those of columns, as in a plan.
static bool is_plain(const char *name, size_t length)
{
    return length > 0 && length < sizeof((struct access_mode *)0)->name &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") >=
               length;
}

static void name_mode(struct access_mode *mode, const char *name, size_t length)
{
    memcpy(mode->name, name, length);
    mode->name[length] = '\0';
    snprintf(mode->suffix, sizeof mode->suffix, "_%s", mode->name);
}

/// NAME=FILE, or a file, which is called as it is without folder and suffix.
static ig_status take_mode(ig_ctx *ctx, const char *text, bool several, struct access_mode *mode)
{
    const char *equals = strchr(text, '=');
    mode->path = text;
    if (equals && is_plain(text, (size_t)(equals - text)) && access(text, F_OK)) {
        mode->path = equals + 1;
        name_mode(mode, text, (size_t)(equals - text));
        return IG_OK;
    }
    if (!several) return IG_OK;
    const char *slash = strrchr(text, '/'), *name = slash ? slash + 1 : text;
    const size_t length = strcspn(name, ".");
    if (!is_plain(name, length))
        return command_fail(ctx, IG_EINVAL, "write --travel walk=FILE --travel drive=FILE",
                            "--travel %s: each of several needs a name of letters and digits",
                            ig_show(text));
    name_mode(mode, name, length);
    return IG_OK;
}

ig_status access_modes(ig_ctx *ctx, const struct access_settings *s, struct access_holdings *h)
{
    h->modes = s->travel.count ? s->travel.count : 1;
    h->mode = ig_alloc(h->modes, sizeof *h->mode);
    if (!h->mode) return ig_fail(ctx, IG_EMEMORY, "no memory for the ways to travel");
    for (size_t m = 0; m < s->travel.count; m++) {
        const ig_status status = take_mode(ctx, s->travel.values[m], h->modes > 1, &h->mode[m]);
        if (status) return status;
        for (size_t k = 0; k < m; k++)
            if (!strcasecmp(h->mode[k].name, h->mode[m].name))
                return command_fail(ctx, IG_EINVAL, "write --travel walk=FILE --travel drive=FILE",
                                    "--travel: two ways to travel are called %s",
                                    ig_show(h->mode[m].name));
    }
    if (h->modes == 1) h->mode->suffix[0] = '\0';
    return IG_OK;
}

/// One column of people serves all modes: where cells are counted for want of people, it does so
/// on one lattice only.
static ig_status check_people(ig_ctx *ctx, const struct access_holdings *h)
{
    const ig_access *first = h->mode->access;
    for (size_t m = 1; m < h->modes; m++)
        for (size_t a = 0; a < first->areas; a++) {
            const double own = h->mode[m].access->rows[a].people, people = first->rows[a].people;
            if (isnan(own) && isnan(people)) continue;
            if (fabs(own - people) <= 1e-9 * people) continue;
            return command_fail(
                ctx, IG_EINVAL, "give --population, or the minutes of all modes on the same cells",
                "area %s has %g cells on the grid of %s and %g on that of %s: without people cells "
                "are counted",
                ig_show(ig_areas_code(h->areas, a)), people, h->mode->name, own, h->mode[m].name);
        }
    return IG_OK;
}

void access_let_go(struct access_holdings *h)
{
    for (size_t m = 0; h->mode && m < h->modes; m++)
        ig_access_free(h->mode[m].access);
    ig_free(h->mode);
    ig_cover_free(h->cover);
    ig_reach_free(h->reach);
    ig_placement_free(h->placement);
    ig_sites_free(h->sites);
    ig_grid_free(h->minutes);
    ig_surface_free(h->surface);
    ig_population_free(h->population);
    ig_areas_free(h->areas);
}

static ig_status search(ig_ctx *ctx, struct access_settings *s, struct access_holdings *h)
{
    ig_status status =
        ig_sites_read(ctx, s->sites.values, s->sites.count, &s->site_reading, &h->sites);
    if (!status) status = ig_sites_place(ctx, h->sites, h->surface, &s->placing, &h->placement);
    if (status) return status;
    s->search.per_cell = s->cost_unit == 2 || s->cost_unit == 3;
    return ig_travel(ctx, h->surface, h->placement->sources, h->placement->count, &s->search,
                     &h->minutes, NULL);
}

static ig_status read_cost(ig_ctx *ctx, struct access_settings *s, struct access_holdings *h)
{
    s->grid.crs = s->cost_crs;
    s->grid.work = s->travel.count ? sizeof(float) : ig_travel_work(&s->search, false, NULL);
    return s->cost ? ig_surface_read(ctx, s->cost, s->cost_unit, &s->grid, &h->surface) : IG_OK;
}

static ig_status take_minutes(ig_ctx *ctx, struct access_settings *s, struct access_holdings *h,
                              const struct access_mode *mode)
{
    if (!mode->path) return search(ctx, s, h);
    if (h->modes > 1) ig_info(ctx, "%s: minutes of %s", mode->name, ig_show(mode->path));
    ig_grid_options reading = ig_grid_defaults();
    if (!s->cost) reading = s->grid;
    reading.crs = s->travel_crs;
    const ig_status status = ig_grid_read(ctx, &mode->path, 1, &reading, &h->minutes);
    if (status || !(h->minutes->limit > 0.0)) return status;
    return search_check_thresholds(ctx, &s->thresholds, h->minutes->limit);
}

/// How a score is to be made, by the options.
static ig_status take_score(ig_ctx *ctx, const struct access_settings *s, ig_decay *decay,
                            ig_score_options *score)
{
    *decay = (ig_decay){.kind = IG_DECAY_NONE};
    *score = ig_score_defaults();
    const ig_status status = s->decay ? ig_decay_parse(ctx, s->decay, decay) : IG_OK;
    decay->least = s->min_minutes;
    score->method = (ig_access_method)s->method;
    score->decay = s->decay ? decay : NULL;
    score->catchment = s->catchment;
    score->tau = s->tau;
    return status;
}

/// What each source supplies: a column of the sites, or 1.
static ig_status take_supply(ig_ctx *ctx, const struct access_settings *s,
                             const struct access_holdings *h, double *supply)
{
    const double *values = NULL;
    size_t column = 0;
    ig_table *table = (ig_table *)(uintptr_t)ig_sites_table(h->sites);
    ig_status status = s->supply ? ig_table_find(ctx, table, s->supply, &column) : IG_OK;
    if (!status && s->supply)
        status = ig_table_numbers(ctx, table, column, IG_NUMBERS_COUNT, &values);
    for (size_t k = 0; !status && k < h->placement->count; k++) {
        const size_t site = h->placement->site[k];
        supply[k] = values ? values[site] : 1.0;
        if (isnan(supply[k])) {
            ig_fail(ctx, IG_EFORMAT, "%s: %s %lld, site %s has no number of supply",
                    ig_show(ig_table_path(table)), ig_table_line_word(table),
                    (long long)ig_sites_line(h->sites, site), ig_sites_code(h->sites, site));
            status = ig_hint(ctx, "fill it in, or leave the site out with --where");
        }
    }
    return status;
}

/// Scores need the minutes to every site by itself: the matrix that 'isogap matrix' would write,
/// with no regard to the catchment, which is for the mean minutes of whole areas.
static ig_status score_grid(ig_ctx *ctx, const struct access_settings *s, struct access_holdings *h,
                            ig_catchment_totals *totals)
{
    const ig_people *people = h->population ? ig_population_people(h->population) : NULL;
    const size_t areas = ig_areas_count(h->areas);
    ig_decay decay;
    ig_score_options score;
    ig_matrix *matrix = NULL;
    ig_trips trips = {0};
    double *demand = ig_alloc(areas + 1, sizeof *demand);
    double *supply = ig_alloc(h->placement->count + 1, sizeof *supply);
    ig_status status = demand && supply
                           ? take_score(ctx, s, &decay, &score)
                           : ig_fail(ctx, IG_EMEMORY, "no memory for %zu areas", areas);
    if (!status) status = take_supply(ctx, s, h, supply);
    if (!status)
        status = ig_matrix_new(ctx, h->areas, h->surface, people, h->placement->sources,
                               h->placement->count, &s->search, false, &matrix);
    if (!status) status = search_trips(ctx, matrix, areas, h->placement->count, &trips);
    for (size_t a = 0; !status && a < areas; a++)
        demand[a] = h->mode->access->rows[a].people;
    if (!status)
        status = ig_access_score(ctx, h->mode->access, &trips, demand, supply, &score, totals);
    ig_reach_trips_free(&trips);
    ig_matrix_free(matrix);
    ig_free(demand);
    ig_free(supply);
    return status;
}

ig_status access_over_grids(ig_ctx *ctx, struct access_settings *s, struct access_holdings *h,
                            ig_catchment_totals *totals)
{
    ig_status status = IG_OK;
    if (s->population.count)
        status = ig_population_read(ctx, s->population.values, s->population.count, h->areas,
                                    &s->people, &h->population);
    if (!status) status = read_cost(ctx, s, h);
    if (!status && h->modes > 1) status = ig_cover_new(ctx, &h->cover);
    const ig_people *people = h->population ? ig_population_people(h->population) : NULL;
    for (size_t m = 0; m < h->modes && !status; m++) {
        ig_grid_free(h->minutes);
        h->minutes = NULL;
        status = take_minutes(ctx, s, h, &h->mode[m]);
        if (!status)
            status = ig_access_rows(ctx, h->areas, h->minutes, h->surface, people, h->cover,
                                    s->thresholds.values, s->thresholds.count, &h->mode[m].access);
    }
    if (!status) status = check_people(ctx, h);
    if (!status && s->method != IG_ACCESS_NEAREST) status = score_grid(ctx, s, h, totals);
    return status;
}

// ---- minutes in a matrix -----------------------------------------------------------------------

ig_status access_over_matrix(ig_ctx *ctx, struct access_settings *s, struct access_holdings *h,
                             ig_catchment_totals *totals)
{
    const ig_reach_inputs in = {.areas = h->areas,
                                .population = s->population,
                                .people = &s->people,
                                .matrix = s->matrix,
                                .sites = s->sites,
                                .site_reading = &s->site_reading,
                                .supply = s->supply};
    ig_decay decay;
    ig_score_options score;
    ig_status status = take_score(ctx, s, &decay, &score);
    if (!status) status = ig_reach_read(ctx, &in, &h->reach);
    if (status) return status;
    const ig_reach *m = h->reach;
    status = ig_access_nearest(ctx, (const char *const *)m->area_code, &m->trips, m->people,
                               s->thresholds.values, s->thresholds.count, &h->mode->access);
    if (status) return status;
    return ig_access_score(ctx, h->mode->access, &m->trips, m->people, m->supply, &score, totals);
}

// ---- all modes ---------------------------------------------------------------------------------

ig_status access_result(ig_ctx *ctx, const struct access_holdings *h, ig_result **out)
{
    const size_t areas = h->mode->access->areas;
    const char **codes = ig_alloc(areas + 1, sizeof *codes);
    const ig_access **access = ig_alloc(h->modes, sizeof *access);
    const char **suffix = ig_alloc(h->modes, sizeof *suffix);
    ig_status status = codes && access && suffix ? IG_OK : IG_EMEMORY;
    for (size_t a = 0; !status && a < areas; a++)
        codes[a] = h->reach ? h->reach->area_code[a] : ig_areas_code(h->areas, a);
    for (size_t m = 0; !status && m < h->modes; m++) {
        access[m] = h->mode[m].access;
        suffix[m] = h->mode[m].suffix;
    }
    if (!status) status = ig_access_result_modes(access, suffix, h->modes, codes, out);
    if (status == IG_EMEMORY) ig_fail(ctx, status, "no memory for the result");
    ig_free(codes);
    ig_free(access);
    ig_free(suffix);
    return status;
}
