// A cost grid and sites on it, for the commands that search.
#include "search.h"

#include <core/inside.h>

#include <stdlib.h>

#include <math.h>
#include <stdatomic.h>

#define AT(member) offsetof(struct search, member)
const ig_option search_options[] = {
    {.name = "cost",
     .kind = IG_OPTION_INPUT,
     .offset = AT(cost),
     .required = true,
     .help = "cost grid: GeoTIFF or ESRI ASCII with the band pace, or one band"},
    {.name = "cost-unit",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(cost_unit),
     .help = "unit of the cost grid",
     .choices = "s/m|min/m|s/cell|min/cell|km/h"},
    {.name = "cost-crs",
     .kind = IG_OPTION_TEXT,
     .offset = AT(cost_crs),
     .help = "CRS of a cost grid that states none, as EPSG:27700"},
    {.name = "sites",
     .kind = IG_OPTION_INPUT,
     .offset = AT(sites_path),
     .required = true,
     .help = "places of care: points, or a table with coordinates or postcodes"},
    {.name = "snap",
     .kind = IG_OPTION_NUMBER,
     .offset = AT(placing.snap),
     .help = "metres that a site on a barrier may be moved to passable ground",
     .min = 0.0,
     .max = 1e6},
    {.name = "clip-sites",
     .kind = IG_OPTION_FLAG,
     .offset = AT(placing.clip),
     .help = "leave out, count and list sites beyond the grid"},
    {.name = NULL},
};

void search_defaults(struct search *search)
{
    *search = (struct search){
        .reading = ig_grid_defaults(),
        .site_reading = ig_site_defaults(),
        .travel = ig_travel_defaults(),
    };
}

/// Roads are made good for one neighbourhood: with another, minutes along them come out wrong.
static void check_lattice(ig_ctx *ctx, const struct search *search)
{
    static const int lattices[] = {8, 16, 32, 1};
    static const char *const names[] = {"8", "16", "32", "exact"};
    const int made = search->surface->lattice, wanted = lattices[search->travel.neighbours];
    if (!made || made == wanted) return;
    const char *as = made == 1 ? "exact" : made == 8 ? "8" : made == 16 ? "16" : "32";
    ig_warn(ctx,
            "%s: roads are made for --neighbours %s; with %s minutes along them are up to 8 %% %s "
            "(isogap cost --neighbours %s makes a grid for it)",
            ig_show(search->cost), as, names[search->travel.neighbours],
            wanted == 8 || (made != 8 && wanted == 1) ? "too many" : "too few",
            names[search->travel.neighbours]);
}

ig_status search_open(ig_ctx *ctx, struct search *search)
{
    enum { SECONDS_A_CELL = 2, MINUTES_A_CELL = 3 };
    search->reading.crs = search->cost_crs;
    search->travel.per_cell =
        search->cost_unit == SECONDS_A_CELL || search->cost_unit == MINUTES_A_CELL;
    ig_status status =
        ig_surface_read(ctx, search->cost, search->cost_unit, &search->reading, &search->surface);
    if (status) return status;
    check_lattice(ctx, search);
    status = ig_sites_read(ctx, &search->sites_path, 1, &search->site_reading, &search->sites);
    if (status) return status;
    return ig_sites_place(ctx, search->sites, search->surface, &search->placing,
                          &search->placement);
}

void search_close(struct search *search)
{
    ig_placement_free(search->placement);
    ig_sites_free(search->sites);
    ig_surface_free(search->surface);
}

ig_status search_check_thresholds(ig_ctx *ctx, const ig_numbers *thresholds, double limit)
{
    const double *t = thresholds->values;
    const size_t count = thresholds->count;
    for (size_t k = 0; k < count; k++)
        if (!(t[k] > (k ? t[k - 1] : 0.0)))
            return command_fail(ctx, IG_EINVAL, "give minutes above 0 that rise, as 10,20,30",
                                k ? "--thresholds: %g does not follow %g"
                                  : "--thresholds: %g is not above %g",
                                t[k], k ? t[k - 1] : 0.0);
    if (count && t[count - 1] > limit)
        return command_fail(ctx, IG_EINVAL,
                            "nobody beyond it is counted: leave --max-minutes out, or raise it",
                            "--thresholds %g lies beyond --max-minutes %g", t[count - 1], limit);
    return IG_OK;
}

ig_status search_check_outputs(ig_ctx *ctx, const char *const *outputs, size_t count,
                               const char *const *inputs)
{
    for (size_t i = 0; i < count; i++) {
        if (!outputs[i]) continue;
        ig_output *output = NULL;
        const ig_status status = ig_output_begin(ctx, outputs[i], inputs, &output);
        if (status) return status;
        ig_output_abort(output);
    }
    return IG_OK;
}

/// Cells counted in slices.
struct counting {
    const float *pace, *minutes;
    int64_t cells;
    atomic_llong barriers, reached;
};

enum { SLICE = 1 << 18 };

static ig_status count_slice(size_t i, void *arg)
{
    struct counting *c = arg;
    const int64_t first = (int64_t)i * SLICE,
                  last = first + SLICE < c->cells ? first + SLICE : c->cells;
    int barriers = 0, reached = 0;
    for (int64_t k = first; k < last; k++)
        barriers += !(c->pace[k] < INFINITY);
    for (int64_t k = first; k < last && c->minutes; k++)
        reached += c->minutes[k] == c->minutes[k];
    atomic_fetch_add(&c->barriers, barriers);
    atomic_fetch_add(&c->reached, reached);
    return IG_OK;
}

ig_status search_summarise(ig_ctx *ctx, const struct search *search, const ig_grid *minutes,
                           json_t *json)
{
    const int64_t cells = ig_frame_cells(&search->surface->frame);
    struct counting c = {
        .pace = search->surface->pace, .minutes = minutes ? minutes->cells : NULL, .cells = cells};
    const ig_status status =
        ig_parallel_for(ctx, (size_t)((cells + SLICE - 1) / SLICE), count_slice, &c);
    if (status) return status;
    const int64_t barriers = atomic_load(&c.barriers), reached = atomic_load(&c.reached);
    json_object_set_new(json, "cells", json_integer(cells));
    if (minutes) json_object_set_new(json, "cells_reached", json_integer(reached));
    json_object_set_new(json, "cells_barrier", json_integer(barriers));
    search_summarise_sites(search->sites, search->placement, json);
    return IG_OK;
}

void search_summarise_sites(const ig_sites *sites, const ig_placement *placement, json_t *json)
{
    const size_t unplaced = ig_sites_unplaced_count(sites);
    json_object_set_new(json, "sites_in",
                        json_integer((json_int_t)(ig_sites_count(sites) + unplaced)));
    json_object_set_new(json, "sites_placed", json_integer((json_int_t)placement->count));
    json_t *left_out = json_array();
    for (size_t i = 0; i < placement->left_out; i++)
        json_array_append_new(left_out,
                              json_string(ig_sites_code(sites, placement->left_out_site[i])));
    for (size_t i = 0; i < unplaced; i++)
        json_array_append_new(left_out, json_string(ig_sites_unplaced_code(sites, i)));
    json_object_set_new(json, "sites_left_out", left_out);
}

// ---- trips ------------------------------------------------------------------------------------

static int by_area_and_site(const void *a, const void *b)
{
    const ig_matrix_row *x = a, *y = b;
    if (x->area != y->area) return x->area < y->area ? -1 : 1;
    return x->site < y->site ? -1 : x->site > y->site;
}

ig_status search_trips(ig_ctx *ctx, ig_matrix *matrix, size_t areas, size_t sites, ig_trips *trips)
{
    const size_t n = matrix->count;
    size_t *area = ig_alloc(n + 1, sizeof *area), *site = ig_alloc(n + 1, sizeof *site);
    double *minutes = ig_alloc(n + 1, sizeof *minutes), *people = ig_alloc(n + 1, sizeof *people);
    *trips = (ig_trips){.count = n,
                        .areas = areas,
                        .sites = sites,
                        .area = area,
                        .site = site,
                        .minutes = minutes,
                        .people = people};
    if (!area || !site || !minutes || !people)
        return ig_fail(ctx, IG_EMEMORY, "no memory for %zu trips", n);
    if (n) qsort(matrix->rows, n, sizeof *matrix->rows, by_area_and_site);
    for (size_t i = 0; i < n; i++) {
        area[i] = matrix->rows[i].area;
        site[i] = matrix->rows[i].site;
        minutes[i] = matrix->rows[i].minutes;
        people[i] = matrix->rows[i].people;
    }
    return IG_OK;
}
