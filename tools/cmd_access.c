// access: minutes of each area weighted by its people, and the share within reach.
#include "access_trace.h"
#include "groups.h"
#include "search.h"
#include "tracing.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>
#include <strings.h>

struct settings {
    ig_texts areas;
    ig_area_options area_reading;
    ig_texts population;
    ig_population_options people;
    const char *travel, *cost, *travel_crs, *cost_crs;
    int cost_unit;
    ig_grid_options grid;
    ig_texts sites;
    ig_site_options site_reading;
    ig_place_options placing;
    ig_travel_options search;
    ig_texts matrix;
    ig_numbers thresholds;
    int method;
    const char *supply, *decay;
    double catchment, min_minutes, tau;
    const char *trace, *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"areas", IG_OPTION_INPUTS, AT(areas), false,
     "boundaries: GeoPackage, Shapefile, GeoJSON, TopoJSON; may be left out with --matrix", NULL, 0,
     0},
    {"population", IG_OPTION_INPUTS, AT(population), false,
     "people: a table by area, a raster of people a cell, or points", NULL, 0, 0},
    {"population-column", IG_OPTION_COLUMN, AT(people.column), false,
     "column of people; found by itself where only one is called population, people or pop", NULL,
     0, 0},
    {"population-crs", IG_OPTION_TEXT, AT(people.crs), false,
     "CRS of a population file that states none, EPSG:N", NULL, 0, 0},
    {"population-band", IG_OPTION_COUNT, AT(people.band), false, "band of a population raster",
     NULL, 1, 65535},
    {"population-nodata", IG_OPTION_TEXT, AT(people.nodata), false,
     "value of a population raster that means nobody is known", NULL, 0, 0},
    {"min-match", IG_OPTION_NUMBER, AT(people.min_match), false,
     "least share of the areas that must have people in the table", NULL, 0, 1},
    {"travel", IG_OPTION_INPUT, AT(travel), false, "raster of minutes, as 'isogap travel' makes it",
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
    struct settings *s = settings;
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

static ig_status check_sources(ig_ctx *ctx, const struct settings *s)
{
    static const char sources[] = "give --travel F, or --cost F with --sites F, or --matrix F";
    const bool matrix = s->matrix.count > 0;
    if (matrix && (s->travel || s->cost))
        return command_fail(ctx, IG_EINVAL, sources,
                            "--matrix does not go with --travel or --cost");
    if (!matrix && !s->travel && !s->cost)
        return command_fail(ctx, IG_EINVAL, sources, "nothing says how long people travel");
    if (s->travel && s->sites.count)
        return command_fail(ctx, IG_EINVAL,
                            "leave out one of them: --travel has the minutes already",
                            "--sites does not go with --travel");
    if (s->cost && !s->travel && !s->sites.count)
        return command_fail(ctx, IG_EINVAL, sources, "--sites is required with --cost");
    if (!matrix && !s->areas.count)
        return command_fail(ctx, IG_EINVAL, "give boundaries", "--areas is required");
    return IG_OK;
}

static ig_status check(ig_ctx *ctx, const struct settings *s)
{
    ig_status status = check_sources(ctx, s);
    if (status) return status;
    if (s->method != IG_ACCESS_NEAREST && s->travel)
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
    return search_check_thresholds(ctx, &s->thresholds, s->travel ? INFINITY : s->search.limit);
}

// ---- minutes on a grid -------------------------------------------------------------------------

/// What a run holds; all of it freed at the end.
struct holdings {
    ig_areas *areas;
    ig_population *population;
    ig_surface *surface;
    ig_grid *minutes;
    ig_sites *sites;
    ig_placement *placement;
    ig_reach *reach;
    ig_access *access;
};

static void let_go(struct holdings *h)
{
    ig_access_free(h->access);
    ig_reach_free(h->reach);
    ig_placement_free(h->placement);
    ig_sites_free(h->sites);
    ig_grid_free(h->minutes);
    ig_surface_free(h->surface);
    ig_population_free(h->population);
    ig_areas_free(h->areas);
}

static ig_status search(ig_ctx *ctx, struct settings *s, struct holdings *h)
{
    ig_status status =
        ig_sites_read(ctx, s->sites.values, s->sites.count, &s->site_reading, &h->sites);
    if (!status) status = ig_sites_place(ctx, h->sites, h->surface, &s->placing, &h->placement);
    if (status) return status;
    s->search.per_cell = s->cost_unit == 2 || s->cost_unit == 3;
    return ig_travel(ctx, h->surface, h->placement->sources, h->placement->count, &s->search,
                     &h->minutes, NULL);
}

static ig_status take_minutes(ig_ctx *ctx, struct settings *s, struct holdings *h)
{
    ig_status status = IG_OK;
    s->grid.crs = s->cost_crs;
    s->grid.work = s->travel ? sizeof(float) : ig_travel_work(&s->search, false, NULL);
    if (s->cost) status = ig_surface_read(ctx, s->cost, s->cost_unit, &s->grid, &h->surface);
    if (status) return status;
    if (!s->travel) return search(ctx, s, h);
    ig_grid_options options_of_minutes = ig_grid_defaults();
    if (!s->cost) options_of_minutes = s->grid;
    options_of_minutes.crs = s->travel_crs;
    status = ig_grid_read(ctx, &s->travel, 1, &options_of_minutes, &h->minutes);
    if (status || !(h->minutes->limit > 0.0)) return status;
    return search_check_thresholds(ctx, &s->thresholds, h->minutes->limit);
}

static ig_status read_areas(ig_ctx *ctx, struct settings *s, struct holdings *h)
{
    if (!s->areas.count) return IG_OK;
    return ig_areas_read(ctx, s->areas.values, s->areas.count, &s->area_reading, &h->areas);
}

/// How a score is to be made, by the options.
static ig_status take_score(ig_ctx *ctx, const struct settings *s, ig_decay *decay,
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
static ig_status take_supply(ig_ctx *ctx, const struct settings *s, const struct holdings *h,
                             double *supply)
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
static ig_status score_grid(ig_ctx *ctx, const struct settings *s, struct holdings *h,
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
        demand[a] = h->access->rows[a].people;
    if (!status) status = ig_access_score(ctx, h->access, &trips, demand, supply, &score, totals);
    ig_reach_trips_free(&trips);
    ig_matrix_free(matrix);
    ig_free(demand);
    ig_free(supply);
    return status;
}

static ig_status over_grid(ig_ctx *ctx, struct settings *s, struct holdings *h,
                           ig_catchment_totals *totals)
{
    ig_status status = IG_OK;
    if (s->population.count)
        status = ig_population_read(ctx, s->population.values, s->population.count, h->areas,
                                    &s->people, &h->population);
    if (!status) status = take_minutes(ctx, s, h);
    const ig_people *people = h->population ? ig_population_people(h->population) : NULL;
    if (!status)
        status = ig_access_rows(ctx, h->areas, h->minutes, h->surface, people, NULL,
                                s->thresholds.values, s->thresholds.count, &h->access);
    if (!status && s->method != IG_ACCESS_NEAREST) status = score_grid(ctx, s, h, totals);
    return status;
}

// ---- minutes in a matrix -----------------------------------------------------------------------

static ig_status over_matrix(ig_ctx *ctx, struct settings *s, struct holdings *h,
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
                               s->thresholds.values, s->thresholds.count, &h->access);
    if (status) return status;
    return ig_access_score(ctx, h->access, &m->trips, m->people, m->supply, &score, totals);
}

// ---- outputs -----------------------------------------------------------------------------------

/// All input paths, so that none of them is written over.
static const char **list_inputs(const struct settings *s)
{
    const ig_texts *lists[] = {&s->areas, &s->population, &s->sites, &s->matrix,
                               &s->site_reading.postcodes};
    size_t count = 3;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        count += lists[i]->count;
    const char **inputs = ig_alloc(count, sizeof *inputs);
    size_t n = 0;
    for (size_t i = 0; inputs && i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            inputs[n++] = lists[i]->values[k];
    if (inputs && s->travel) inputs[n++] = s->travel;
    if (inputs && s->cost) inputs[n++] = s->cost;
    return inputs;
}

static ig_status write_layer(ig_ctx *ctx, const struct settings *s, const struct holdings *h,
                             const ig_result *result, struct tracing *tracing,
                             const char *const *inputs)
{
    ig_layers *layers = NULL;
    ig_status status = ig_layers_begin(ctx, s->output, inputs, &layers);
    if (status) return status;
    status = ig_layers_areas(layers, "access", h->areas, false, result);
    if (!status) status = tracing_layer(ctx, tracing, layers);
    if (!status) status = ig_layers_metadata(layers, "ISOGAP_PEOPLE", h->access->spread);
    if (status) {
        ig_layers_abort(layers);
        return status;
    }
    return ig_layers_finish(layers);
}

static ig_status write_result(ig_ctx *ctx, const struct settings *s, const struct holdings *h,
                              struct tracing *tracing, const char *const *inputs, json_t *json)
{
    const struct access_sources sources = {.population = s->population,
                                           .matrix = s->matrix,
                                           .sites = s->sites,
                                           .people = &s->people,
                                           .travel = s->travel,
                                           .cost = s->cost};
    struct access_traced keep = {0};
    ig_result *result = NULL;
    ig_status status =
        h->reach
            ? ig_access_result_codes(h->access, (const char *const *)h->reach->area_code, &result)
            : ig_access_result(h->access, h->areas, &result);
    if (status) return ig_fail(ctx, status, "no memory for the result");
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

static void summarise(const struct settings *s, const struct holdings *h,
                      const ig_catchment_totals *totals, json_t *json)
{
    const ig_access *a = h->access;
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
    if (!h->placement) return;
    const size_t unplaced = ig_sites_unplaced_count(h->sites);
    json_t *left_out = json_array();
    for (size_t i = 0; i < h->placement->left_out; i++)
        json_array_append_new(left_out,
                              json_string(ig_sites_code(h->sites, h->placement->left_out_site[i])));
    for (size_t i = 0; i < unplaced; i++)
        json_array_append_new(left_out, json_string(ig_sites_unplaced_code(h->sites, i)));
    json_object_set_new(json, "sites_in",
                        json_integer((json_int_t)(ig_sites_count(h->sites) + unplaced)));
    json_object_set_new(json, "sites_placed", json_integer((json_int_t)h->placement->count));
    json_object_set_new(json, "sites_left_out", left_out);
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    struct holdings h = {0};
    ig_catchment_totals totals = {0};
    struct tracing tracing = {0};
    const char **inputs = list_inputs(s);
    if (!inputs) return ig_fail(ctx, IG_EMEMORY, "no memory for the names of inputs");
    ig_status status = check(ctx, s);
    if (!status) status = search_check_outputs(ctx, &s->output, 1, inputs);
    if (!status) status = tracing_begin(ctx, s->trace, s->output, inputs, &tracing);
    if (!status) status = read_areas(ctx, s, &h);
    if (!status)
        status =
            s->matrix.count ? over_matrix(ctx, s, &h, &totals) : over_grid(ctx, s, &h, &totals);
    if (!status) ig_info(ctx, "%s", h.access->spread);
    if (!status) status = write_result(ctx, s, &h, &tracing, inputs, json);
    if (!status && s->method != IG_ACCESS_NEAREST && s->method != IG_ACCESS_RAAM)
        ig_info(ctx, "supply %.10g, of it %.10g in reach; people times score: %.10g",
                totals.supply_total, totals.supply_reached, totals.demand_times_score);
    if (!status) summarise(s, &h, &totals, json);
    tracing_free(&tracing);
    let_go(&h);
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
        "With --matrix everyone of an area takes its least time; scores of floating catchments "
        "(2sfca, e2sfca, 3sfca, gravity) and of rational agents (raam) share the supply of the "
        "sites among the people who reach them. With --cost and --sites they go by the mean "
        "minutes of each area to each site, as 'isogap matrix' finds them.",
    .example = "isogap access --areas geodata/sample/lsoa21.geojson "
               "--population geodata/sample/population21_lsoa21_age_sex.csv "
               "--population-column Total --cost cost.tif --sites geodata/sample/clinics.csv "
               "--thresholds 10,20,30 -o access.gpkg",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
