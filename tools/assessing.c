// assess: the sites before and after, on a cost grid or with a matrix.
#include "assessing.h"

#include <math.h>
#include <string.h>

static void state_free(struct assess_state *s)
{
    ig_gap_columns_free(s->columns);
    ig_access_free(s->access);
    ig_reach_trips_free(&s->trips);
    ig_free(s->open);
    ig_grid_free(s->minutes);
    ig_placement_free(s->placement);
    ig_sites_free(s->sites);
}

void assess_let_go(struct assess_holdings *h)
{
    ig_free(h->site);
    ig_assessment_free(h->assessment);
    division_close(&h->division);
    ig_cover_free(h->cover);
    ig_change_free(h->change);
    state_free(&h->before);
    state_free(&h->after);
    ig_table_free(h->people);
    ig_free(h->people_row);
    ig_free(h->codes);
    ig_reach_free(h->reach);
    ig_surface_free(h->surface);
    ig_population_free(h->population);
    ig_areas_free(h->areas);
}

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the assessment");
}

// ---- --close -----------------------------------------------------------------------------------

/// Call `shut` for each code of --close until it fails; it says whether there is such a site.
static ig_status close_each(ig_ctx *ctx, const struct assess_settings *s,
                            bool (*shut)(void *of, const char *code), void *of)
{
    for (size_t i = 0; i < s->close.count; i++) {
        char *code = ig_code_normalise(s->close.values[i], NULL, NULL);
        if (!code) return no_memory(ctx);
        const bool there = shut(of, code);
        ig_free(code);
        if (!there)
            return command_fail(ctx, IG_EINVAL, "a site can be closed that --after has",
                                "--close: there is no site %s", ig_show(s->close.values[i]));
    }
    return IG_OK;
}

/// A placed site's sources go; what is left out of the grid is no source anyway.
static bool shut_source(void *of, const char *code)
{
    struct assess_state *s = of;
    size_t kept = 0;
    bool there = false;
    for (size_t i = 0; i < s->placement->count; i++) {
        if (strcmp(ig_sites_code(s->sites, s->placement->site[i]), code) == 0) {
            there = true;
            continue;
        }
        s->placement->sources[kept] = s->placement->sources[i];
        s->placement->moved[kept] = s->placement->moved[i];
        s->placement->site[kept++] = s->placement->site[i];
    }
    s->placement->count = kept;
    return there;
}

struct matrix_state {
    const ig_reach *reach;
    struct assess_state *state;
};

static bool shut_column(void *of, const char *code)
{
    const struct matrix_state *m = of;
    for (size_t j = 0; j < m->reach->sites; j++) {
        if (strcmp(m->reach->site_code[j], code) != 0 || !m->state->open[j]) continue;
        m->state->open[j] = false;
        return true;
    }
    return false;
}

// ---- on a grid ---------------------------------------------------------------------------------

static ig_status grid_state(ig_ctx *ctx, struct assess_settings *s, const struct assess_holdings *h,
                            const ig_texts *files, const char *where, bool after,
                            struct assess_state *state)
{
    ig_site_options reading = s->site_reading;
    if (where) reading.where = where;
    ig_status status = ig_sites_read(ctx, files->values, files->count, &reading, &state->sites);
    s->placing.areas = h->areas;
    if (!status)
        status = ig_sites_place(ctx, state->sites, h->surface, &s->placing, &state->placement);
    if (!status && after) status = close_each(ctx, s, shut_source, state);
    if (!status && state->placement->count == 0)
        status = command_fail(ctx, IG_EINVAL, "leave at least one site open", "no site is left %s",
                              after ? "after" : "before");
    if (!status)
        status = ig_travel(ctx, h->surface, state->placement->sources, state->placement->count,
                           &s->search, &state->minutes, NULL);
    const ig_people *people = h->population ? ig_population_people(h->population) : NULL;
    if (!status)
        status = ig_access_rows(ctx, h->areas, state->minutes, h->surface, people, h->cover,
                                s->thresholds.values, s->thresholds.count, &state->access);
    return status;
}

ig_status assess_over_grid(ig_ctx *ctx, struct assess_settings *s, struct assess_holdings *h)
{
    enum { SECONDS_A_CELL = 2, MINUTES_A_CELL = 3 };
    ig_status status = IG_OK;
    s->grid.crs = s->cost_crs;
    s->search.per_cell = s->cost_unit == SECONDS_A_CELL || s->cost_unit == MINUTES_A_CELL;
    if (s->population.count)
        status = ig_population_read(ctx, s->population.values, s->population.count, h->areas,
                                    &s->people, &h->population);
    s->grid.work = ig_travel_work(&s->search, false, NULL);
    if (!status) status = ig_surface_read(ctx, s->cost, s->cost_unit, &s->grid, &h->surface);
    if (!status) status = ig_cover_new(ctx, &h->cover);
    if (!status) status = grid_state(ctx, s, h, &s->before, s->before_where, false, &h->before);
    if (!status) status = grid_state(ctx, s, h, &s->after, s->after_where, true, &h->after);
    const ig_people *people = h->population ? ig_population_people(h->population) : NULL;
    if (!status)
        status = ig_access_change(ctx, h->areas, h->before.minutes, h->after.minutes, h->surface,
                                  people, h->cover, &h->change);
    return status;
}

// ---- with a matrix -----------------------------------------------------------------------------

static ig_status matrix_state(ig_ctx *ctx, struct assess_settings *s,
                              const struct assess_holdings *h, const char *what,
                              const ig_texts *list, const char *where, bool after,
                              struct assess_state *state)
{
    ig_site_options reading = s->site_reading;
    if (where) reading.where = where;
    state->open = ig_alloc(h->reach->sites + 1, sizeof *state->open);
    if (!state->open) return no_memory(ctx);
    struct matrix_state shutting = {h->reach, state};
    ig_status status = ig_reach_mark(ctx, h->reach, what, list, &reading, state->open);
    if (!status && after) status = close_each(ctx, s, shut_column, &shutting);
    if (!status) status = ig_reach_trips(ctx, h->reach, state->open, &state->trips);
    if (!status && !state->trips.count)
        status = command_fail(ctx, IG_EINVAL, "leave at least one site open that someone reaches",
                              "nobody reaches a site %s", after ? "after" : "before");
    if (!status)
        status = ig_access_nearest(ctx, h->codes, &state->trips, h->reach->people,
                                   s->thresholds.values, s->thresholds.count, &state->access);
    return status;
}

ig_status assess_over_matrix(ig_ctx *ctx, struct assess_settings *s, struct assess_holdings *h)
{
    const ig_reach_inputs in = {
        .areas = h->areas, .population = s->population, .people = &s->people, .matrix = s->matrix};
    ig_status status = ig_reach_read(ctx, &in, &h->reach);
    if (status) return status;
    h->codes = ig_alloc(h->reach->areas + 1, sizeof *h->codes);
    if (!h->codes) return no_memory(ctx);
    for (size_t a = 0; a < h->reach->areas; a++)
        h->codes[a] = h->reach->area_code[a];
    status = matrix_state(ctx, s, h, "--before", &s->before, s->before_where, false, &h->before);
    if (!status)
        status = matrix_state(ctx, s, h, "--after", &s->after, s->after_where, true, &h->after);
    if (!status)
        status = ig_access_change_nearest(ctx, h->before.access, h->after.access, &h->change);
    return status;
}
