// access: minutes of each area weighted by its people, and the share within reach.
#include "access_trace.h"
#include "accessing.h"
#include "groups.h"
#include "search.h"
#include "tracing.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>
#include <strings.h>

#define AT(member) offsetof(struct access_settings, member)
static const ig_option options[] = {
    {"areas", IG_OPTION_INPUTS, AT(areas), false,
     "boundaries: GeoPackage, Shapefile, GeoJSON, TopoJSON; may be left out with --matrix", NULL, 0,
     0},
    {"population", IG_OPTION_INPUTS, AT(population), false,
     "people: a table by area, a raster of people a cell, or points", NULL, 0, 0},
    PEOPLE_OPTIONS(AT(people)),
    {"min-match", IG_OPTION_NUMBER, AT(people.min_match), false,
     "least share of the areas that must have people in the table", NULL, 0, 1},
    {"travel", IG_OPTION_INPUTS, AT(travel), false,
     "raster of minutes, as 'isogap travel' makes it; several as NAME=FILE, each a mode with "
     "columns "
     "of its own",
     NULL, 0, 0},
    {"cost", IG_OPTION_INPUT, AT(cost), false,
     "cost grid: with --sites the minutes are found on it; with --travel it says what is passable",
     NULL, 0, 0},
    {"cost-unit", IG_OPTION_CHOICE, AT(cost_unit), false, "unit of the cost grid",
     "s/m|min/m|s/cell|min/cell|km/h", 0, 0},
    {"cost-crs", IG_OPTION_TEXT, AT(cost_crs), false,
     "CRS of a cost grid that states none, as EPSG:27700", NULL, 0, 0},
    {"travel-crs", IG_OPTION_TEXT, AT(travel_crs), false,
     "CRS of a raster of minutes that states none", NULL, 0, 0},
    {"sites", IG_OPTION_INPUTS, AT(sites), false,
     "places of care; with --matrix those of its sites that are open", NULL, 0, 0},
    {"snap", IG_OPTION_NUMBER, AT(placing.snap), false,
     "metres that a site on a barrier may be moved", NULL, 0, 1e6},
    {"clip-sites", IG_OPTION_FLAG, AT(placing.clip), false,
     "leave out, count and list sites beyond the grid", NULL, 0, 0},
    {"matrix", IG_OPTION_INPUTS, AT(matrix), false,
     "table of area, site, minutes (or from_id, to_id, travel_time_p50)", NULL, 0, 0},
    {"thresholds", IG_OPTION_NUMBERS, AT(thresholds), false,
     "minutes, rising: the share of people within each", NULL, 0, 0},
    {"method", IG_OPTION_CHOICE, AT(method), false,
     "what score to give; all but nearest need --matrix, or --cost with --sites", IG_ACCESS_METHODS,
     0, 0},
    {"supply", IG_OPTION_COLUMN, AT(supply), false,
     "column of --sites: beds, doctors, places; 1 each if left out", NULL, 0, 0},
    {"decay", IG_OPTION_TEXT, AT(decay), false,
     "weight of distance: step:10=1,20=.68,30=.22 or gaussian:S or power:B", NULL, 0, 0},
    {"catchment", IG_OPTION_NUMBER, AT(catchment), false, "greatest minutes of a catchment", NULL,
     1e-9, 1e12},
    {"min-minutes", IG_OPTION_NUMBER, AT(min_minutes), false,
     "least minutes that the power of --decay takes", NULL, 1e-9, 1e12},
    {"tau", IG_OPTION_NUMBER, AT(tau), false,
     "raam: minutes of travel that weigh as much as average crowding", NULL, 1e-9, 1e12},
    TRACE_OPTION(AT(trace)),
    {"output", IG_OPTION_OUTPUT, AT(output), false,
     "result: .gpkg .geojson .shp with shapes, .csv .xlsx .json without", NULL, 0, 0},
    {0},
};

static const struct option_group groups[] = {
    AREAS_GROUP(AT(area_reading)),
    PEOPLE_TABLE_GROUP(AT(people.table), "population-"),
    {.options = ig_site_option_list,
     .offset = AT(site_reading),
     .prefix = "sites-",
     .bare = "name|easting|northing|longitude|latitude|postcode|postcodes|header|where|"
             "sheet|encoding|duplicates|allow-unplaced"},
    {.options = ig_travel_option_list, .offset = AT(search)},
    {.options = ig_grid_option_list,
     .offset = AT(grid),
     .prefix = "cost-",
     .bare = "band|nodata|max-cells"},
    {0},
};

static void defaults(void *settings)
{
    struct access_settings *s = settings;
    s->area_reading = ig_area_defaults();
    s->people = ig_population_defaults();
    s->grid = ig_grid_defaults();
    s->site_reading = ig_site_defaults();
    s->search = ig_travel_defaults();
    s->catchment = INFINITY;
    s->min_minutes = 1.0;
    s->tau = ig_score_defaults().tau;
}

// ---- what goes together ------------------------------------------------------------------------

static ig_status check_sources(ig_ctx *ctx, const struct access_settings *s)
{
    static const char sources[] = "give --travel F, or --cost F with --sites F, or --matrix F";
    const bool matrix = s->matrix.count > 0;
    if (matrix && (s->travel.count || s->cost))
        return command_fail(ctx, IG_EINVAL, sources,
                            "--matrix does not go with --travel or --cost");
    if (!matrix && !s->travel.count && !s->cost)
        return command_fail(ctx, IG_EINVAL, sources, "nothing says how long people travel");
    if (s->travel.count && s->sites.count)
        return command_fail(ctx, IG_EINVAL,
                            "leave out one of them: --travel has the minutes already",
                            "--sites does not go with --travel");
    if (s->cost && !s->travel.count && !s->sites.count)
        return command_fail(ctx, IG_EINVAL, sources, "--sites is required with --cost");
    if (!matrix && !s->areas.count)
        return command_fail(ctx, IG_EINVAL, "give boundaries", "--areas is required");
    return IG_OK;
}

static ig_status check(ig_ctx *ctx, const struct access_settings *s)
{
    ig_status status = check_sources(ctx, s);
    if (status) return status;
    if (s->method != IG_ACCESS_NEAREST && s->travel.count)
        return command_fail(ctx, IG_EINVAL,
                            "give --cost with --sites, or --matrix with a row for each area and "
                            "site that it reaches",
                            "all methods but nearest need the minutes to each site");
    if (s->supply && s->method == IG_ACCESS_NEAREST)
        return command_fail(ctx, IG_EINVAL, "add --method 2sfca or another, or leave it out",
                            "--supply is for scores, --method nearest has none");
    if (s->supply && !s->sites.count)
        return command_fail(ctx, IG_EINVAL, NULL, "--sites is required with --supply");
    // before long work
    return search_check_thresholds(ctx, &s->thresholds,
                                   s->travel.count ? INFINITY : s->search.limit);
}

// ---- outputs -----------------------------------------------------------------------------------

/// All input paths, so that none of them is written over.
static const char **list_inputs(const struct access_settings *s, const struct access_holdings *h)
{
    const ig_texts *lists[] = {&s->areas, &s->population, &s->sites, &s->matrix,
                               &s->site_reading.postcodes};
    size_t count = h->modes + 2;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        count += lists[i]->count;
    const char **inputs = ig_alloc(count, sizeof *inputs);
    size_t n = 0;
    for (size_t i = 0; inputs && i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            inputs[n++] = lists[i]->values[k];
    for (size_t m = 0; inputs && m < h->modes; m++)
        if (h->mode[m].path) inputs[n++] = h->mode[m].path;
    if (inputs && s->cost) inputs[n++] = s->cost;
    return inputs;
}

static ig_status write_layer(ig_ctx *ctx, const struct access_settings *s,
                             const struct access_holdings *h, const ig_result *result,
                             struct tracing *tracing, const char *const *inputs)
{
    ig_layers *layers = NULL;
    ig_status status = ig_layers_begin(ctx, s->output, inputs, &layers);
    if (status) return status;
    status = ig_layers_areas(layers, "access", h->areas, false, result);
    if (!status) status = tracing_layer(ctx, tracing, layers);
    if (!status) status = ig_layers_metadata(layers, "ISOGAP_PEOPLE", h->mode->access->spread);
    if (status) {
        ig_layers_abort(layers);
        return status;
    }
    return ig_layers_finish(layers);
}

static ig_status write_result(ig_ctx *ctx, const struct access_settings *s,
                              const struct access_holdings *h, struct tracing *tracing,
                              const char *const *inputs, json_t *json)
{
    const struct access_sources sources = {.population = s->population,
                                           .matrix = s->matrix,
                                           .sites = s->sites,
                                           .people = &s->people,
                                           .cost = s->cost,
                                           .mode = h->mode,
                                           .modes = h->modes};
    struct access_traced keep = {0};
    ig_result *result = NULL;
    ig_status status = access_result(ctx, h, &result);
    if (status) return status;
    if (tracing->trace) status = access_trace(ctx, &sources, result, &keep, tracing->trace);
    if (!status && h->areas && command_carries_shapes(s->output)) {
        status = tracing_file(ctx, tracing, inputs, json);
        if (!status) status = write_layer(ctx, s, h, result, tracing, inputs);
        if (!status) status = command_output(json, s->output);
    } else if (!status) {
        status = tracing_write(ctx, tracing, result, s->output, "access", inputs, json);
    }
    access_traced_free(&keep);
    ig_result_free(result);
    return status;
}

static void summarise_modes(const struct access_holdings *h, json_t *json)
{
    json_t *modes = json_array();
    for (size_t m = 0; m < h->modes; m++) {
        const ig_access *a = h->mode[m].access;
        json_t *mode = json_object();
        json_object_set_new(mode, "name", json_string(h->mode[m].name));
        json_object_set_new(mode, "people_reached", json_number(a->people_reached));
        json_object_set_new(mode, "people_unreached", json_number(a->people_unreached));
        json_object_set_new(mode, "minutes_mean", json_number(a->minutes_mean));
        json_array_append_new(modes, mode);
    }
    json_object_set_new(json, "modes", modes);
}

static void summarise(const struct access_settings *s, const struct access_holdings *h,
                      const ig_catchment_totals *totals, json_t *json)
{
    const ig_access *a = h->mode->access;
    json_object_set_new(json, "areas", json_integer((json_int_t)a->areas));
    json_object_set_new(json, "people", json_number(a->people));
    json_object_set_new(json, "people_reached", json_number(a->people_reached));
    json_object_set_new(json, "people_unreached", json_number(a->people_unreached));
    json_object_set_new(json, "people_outside", json_number(a->people_outside));
    json_object_set_new(json, "minutes_mean", json_number(a->minutes_mean));
    json_object_set_new(json, "people_stand", json_string(a->spread));
    const bool scored = s->method != IG_ACCESS_NEAREST;
    json_object_set_new(json, "supply_total", json_number(scored ? totals->supply_total : NAN));
    json_object_set_new(json, "supply_reached", json_number(scored ? totals->supply_reached : NAN));
    json_object_set_new(json, "demand_times_score",
                        json_number(scored ? totals->demand_times_score : NAN));
    if (h->mode->name[0]) summarise_modes(h, json);
    if (h->placement) search_summarise_sites(h->sites, h->placement, json);
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct access_settings *s = settings;
    struct access_holdings h = {0};
    ig_catchment_totals totals = {0};
    struct tracing tracing = {0};
    const char **inputs = NULL;
    ig_status status = check(ctx, s);
    if (!status) status = access_modes(ctx, s, &h);
    if (!status && !(inputs = list_inputs(s, &h)))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the names of inputs");
    if (!status) status = search_check_outputs(ctx, &s->output, 1, inputs);
    if (!status) status = tracing_begin(ctx, s->trace, s->output, inputs, &tracing);
    if (!status && s->areas.count)
        status = ig_areas_read(ctx, s->areas.values, s->areas.count, &s->area_reading, &h.areas);
    if (!status)
        status = s->matrix.count ? access_over_matrix(ctx, s, &h, &totals)
                                 : access_over_grids(ctx, s, &h, &totals);
    if (!status) ig_info(ctx, "%s", h.mode->access->spread);
    if (!status) status = write_result(ctx, s, &h, &tracing, inputs, json);
    if (!status && s->method != IG_ACCESS_NEAREST && s->method != IG_ACCESS_RAAM)
        ig_info(ctx, "supply %.10g, of it %.10g in reach; people times score: %.10g",
                totals.supply_total, totals.supply_reached, totals.demand_times_score);
    if (!status) summarise(s, &h, &totals, json);
    tracing_free(&tracing);
    access_let_go(&h);
    ig_free(inputs);
    return status;
}

const struct command cmd_access = {
    .name = "access",
    .summary = "Work out minutes and shares within reach for each area",
    .about =
        "Minutes are weighted by people: a cell belongs to areas by the exact fraction that each "
        "covers. People come from a raster or points where there are some; people of a table by "
        "area stand on its passable cells, evenly or in proportion to the band 'residents' of the "
        "cost grid; with --travel alone evenly on all its cells, those on nodata being unreached. "
        "Mean and median are over the people reached, 'within_T' counts t <= T and is a percentage "
        "of all people, unreached counted in.\n\n"
        "With several grids of minutes, --travel walk=walk.tif --travel drive=drive.tif (a file "
        "without a name is called as it is without folder and suffix), every area comes once, with "
        "people and then the other columns for each: minutes_mean_walk, minutes_mean_drive ... The "
        "figures are those of separate runs; shares of cells are found once for grids on the same "
        "cells. In the JSON they stand under modes, those of the first at the top too.\n\n"
        "With --matrix everyone of an area takes its least time; scores of floating catchments "
        "(2sfca, e2sfca, 3sfca, gravity) and of rational agents (raam) share the supply of the "
        "sites among the people who reach them. With --cost and --sites they go by the mean "
        "minutes of each area to each site, as 'isogap matrix' finds them.",
    .example = "isogap access --areas geodata/sample/lsoa21.geojson "
               "--population geodata/sample/population21_lsoa21_age_sex.csv "
               "--population-column Total --cost cost.tif --sites geodata/sample/clinics.csv "
               "--thresholds 10,20,30 -o access.gpkg\n"
               "isogap access --areas geodata/sample/lsoa21.geojson "
               "--population geodata/sample/population21_lsoa21_age_sex.csv "
               "--population-column Total --travel walk=walk.tif --travel drive=drive.tif "
               "-o access.csv",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct access_settings),
    .defaults = defaults,
    .run = run,
};
