// assess: what a change of sites does to people, before and after, for an equity assessment.
#include "assessing.h"
#include "groups.h"
#include "search.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

#define AT(member) offsetof(struct assess_settings, member)
static const ig_option options[] = {
    {"before", IG_OPTION_INPUTS, AT(before), true,
     "sites as they are: files, or with --matrix also codes of its sites", NULL, 0, 0},
    {"after", IG_OPTION_INPUTS, AT(after), false,
     "sites as they would be; those of --before when left out with --close", NULL, 0, 0},
    {"close", IG_OPTION_TEXTS, AT(close), false, "codes of sites that are not there after", NULL, 0,
     0},
    {"before-where", IG_OPTION_TEXT, AT(before_where), false,
     "rows of --before to keep, COLUMN=VALUE,...; else those of --where", NULL, 0, 0},
    {"after-where", IG_OPTION_TEXT, AT(after_where), false,
     "rows of --after to keep, COLUMN=VALUE,...; else those of --where", NULL, 0, 0},
    {"areas", IG_OPTION_INPUTS, AT(areas), false,
     "boundaries: GeoPackage, Shapefile, GeoJSON, TopoJSON; may be left out with --matrix", NULL, 0,
     0},
    {"population", IG_OPTION_INPUTS, AT(population), false,
     "people: a table by area, a raster of people a cell, or points", NULL, 0, 0},
    {"demand", IG_OPTION_INPUTS, AT(demand), false,
     "people: a table by area, as --population, with the column of --deprivation", NULL, 0, 0},
    PEOPLE_OPTIONS(AT(people)),
    {"cost", IG_OPTION_INPUT, AT(cost), false, "cost grid on which the minutes are found", NULL, 0,
     0},
    {"cost-unit", IG_OPTION_CHOICE, AT(cost_unit), false, "unit of the cost grid",
     "s/m|min/m|s/cell|min/cell|km/h", 0, 0},
    {"cost-crs", IG_OPTION_TEXT, AT(cost_crs), false,
     "CRS of a cost grid that states none, as EPSG:27700", NULL, 0, 0},
    {"snap", IG_OPTION_NUMBER, AT(placing.snap), false,
     "metres that a site on a barrier may be moved", NULL, 0, 1e6},
    {"clip-sites", IG_OPTION_FLAG, AT(placing.clip), false,
     "leave out, count and list sites beyond the grid", NULL, 0, 0},
    {"matrix", IG_OPTION_INPUTS, AT(matrix), false,
     "table of area, site, minutes (or from_id, to_id, travel_time_p50), in place of --cost", NULL,
     0, 0},
    {"thresholds", IG_OPTION_NUMBERS, AT(thresholds), false,
     "minutes, rising: the share of people within each", NULL, 0, 0},
    {"deprivation", IG_OPTION_COLUMN, AT(division.deprivation), false,
     "column of national deciles, 1 = most deprived, of --groups, --demand or --areas", NULL, 0, 0},
    {"title", IG_OPTION_TEXT, AT(title), false, "title of the page", NULL, 0, 0},
    {"output", IG_OPTION_OUTPUT, AT(output), false,
     "folder for assess.html, assess.csv, assess.gpkg", NULL, 0, 0},
    {0},
};

static const struct option_group groups[] = {
    AREAS_GROUP(AT(area_reading)),
    {.options = ig_site_option_list,
     .offset = AT(site_reading),
     .prefix = "sites-",
     .bare = "name|easting|northing|longitude|latitude|postcode|postcodes|header|where|"
             "sheet|encoding|duplicates|allow-unplaced"},
    PEOPLE_TABLE_GROUP(AT(people.table), "population-"),
    PEOPLE_TABLE_GROUP(AT(people.table), "demand-"),
    DIVISION_GROUPS(AT(division)),
    {.options = ig_travel_option_list, .offset = AT(search)},
    {.options = ig_grid_option_list,
     .offset = AT(grid),
     .prefix = "cost-",
     .bare = "band|nodata|max-cells"},
    {0},
};

static void defaults(void *settings)
{
    struct assess_settings *s = settings;
    s->area_reading = ig_area_defaults();
    s->people = ig_population_defaults();
    s->grid = ig_grid_defaults();
    s->site_reading = ig_site_defaults();
    s->search = ig_travel_defaults();
    division_defaults(&s->division);
}

// ---- what goes together ------------------------------------------------------------------------

static ig_status check(ig_ctx *ctx, struct assess_settings *s)
{
    static const char sources[] = "give --cost F with --areas F and --population F, or --matrix F "
                                  "with --demand F";
    if (!s->after.count && !s->close.count)
        return command_fail(ctx, IG_EINVAL, "give the sites after, or --close CODE,...",
                            "--after is required");
    if (!s->after.count) s->after = s->before;
    if (s->matrix.count && s->cost)
        return command_fail(ctx, IG_EINVAL, sources, "--matrix does not go with --cost");
    if (!s->matrix.count && !s->cost)
        return command_fail(ctx, IG_EINVAL, sources, "nothing says how long people travel");
    if (s->cost && !s->areas.count)
        return command_fail(ctx, IG_EINVAL, "give boundaries", "--areas is required with --cost");
    if (s->demand.count && s->population.count)
        return command_fail(ctx, IG_EINVAL, "both name the people: leave out one",
                            "--demand does not go with --population");
    if (s->demand.count) s->population = s->demand;
    const ig_status status = search_check_thresholds(ctx, &s->thresholds, s->search.limit);
    if (status) return status;
    s->people.min_match = s->division.min_match;
    return IG_OK;
}

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the assessment");
}

// ---- groups ------------------------------------------------------------------------------------

static ig_status list_codes(ig_ctx *ctx, struct assess_holdings *h)
{
    const size_t areas = ig_areas_count(h->areas);
    h->codes = ig_alloc(areas + 1, sizeof *h->codes);
    if (!h->codes) return no_memory(ctx);
    for (size_t a = 0; a < areas; a++)
        h->codes[a] = ig_areas_code(h->areas, a);
    return IG_OK;
}

/// The table of people once more, for its columns of deprivation and groups.
static ig_status read_people(ig_ctx *ctx, const struct assess_settings *s,
                             struct assess_holdings *h)
{
    const size_t areas = h->before.access->areas;
    const bool table = h->population ? strcmp(ig_population_form(h->population), "by area") == 0
                                     : s->population.count > 0;
    if (!table) return IG_OK;
    h->people_row = ig_alloc(areas + 1, sizeof *h->people_row);
    if (!h->people_row) return no_memory(ctx);
    ig_status status = ig_table_read_many(ctx, s->population.values, s->population.count,
                                          &s->people.table, &h->people);
    if (!status) status = ig_link_key(ctx, h->codes, areas, NULL, h->people);
    if (!status)
        status = ig_link_rows(ctx, h->codes, areas, "the areas", h->people, 0.0, h->people_row);
    return status;
}

static ig_status take_groups(ig_ctx *ctx, const struct assess_settings *s,
                             struct assess_holdings *h)
{
    struct division_source own[2];
    size_t count = 0;
    ig_status status = h->codes ? IG_OK : list_codes(ctx, h);
    const bool asked = s->division.deprivation || s->division.within || s->division.plus_columns;
    if (!status && asked) status = read_people(ctx, s, h);
    if (status) return status;
    if (h->people)
        own[count++] = (struct division_source){.table = h->people, .row = h->people_row};
    if (h->areas)
        own[count++] = (struct division_source){
            .table = (ig_table *)(uintptr_t)ig_areas_table(h->areas), .row = NULL};
    status = division_open(ctx, &s->division, h->codes, h->before.access->areas,
                           h->areas ? ig_areas_path(h->areas) : "the areas of the matrix", own,
                           count, &h->division);
    return status;
}

static ig_status work(ig_ctx *ctx, struct assess_holdings *h)
{
    struct assess_state *states[] = {&h->before, &h->after};
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < 2; i++) {
        division_fill(&h->division, &states[i]->input);
        status = ig_gap_columns_new(ctx, states[i]->access, &states[i]->input, &states[i]->columns);
    }
    if (!status)
        status = ig_assess(ctx, &h->before.input, &h->after.input, h->change, &h->assessment);
    return status;
}

// ---- sites before and after --------------------------------------------------------------------

static int by_site(const void *a, const void *b)
{
    return strcmp(((const ig_assess_site *)a)->code, ((const ig_assess_site *)b)->code);
}

static size_t find_placed(const struct assess_state *s, const char *code)
{
    for (size_t i = 0; i < s->placement->count; i++)
        if (strcmp(ig_sites_code(s->sites, s->placement->site[i]), code) == 0) return i;
    return SIZE_MAX;
}

static ig_assess_site site_of(const struct assess_state *s, size_t placed, ig_assess_fate fate)
{
    const size_t i = s->placement->site[placed];
    return (ig_assess_site){ig_sites_code(s->sites, i), ig_sites_name(s->sites, i),
                            ig_sites_x(s->sites, i), ig_sites_y(s->sites, i), fate};
}

/// A site that stands more than this many metres from where it stood has moved.
static const double same_place = 1.0;

static void compare_placed(struct assess_holdings *h)
{
    for (size_t i = 0; i < h->before.placement->count; i++) {
        ig_assess_site site = site_of(&h->before, i, IG_SITE_CLOSED);
        const size_t j = find_placed(&h->after, site.code);
        if (j != SIZE_MAX) {
            const ig_assess_site now = site_of(&h->after, j, IG_SITE_KEPT);
            const bool moved = hypot(now.x - site.x, now.y - site.y) > same_place;
            site = now;
            if (moved) site.fate = IG_SITE_MOVED;
        }
        h->site[h->sites++] = site;
    }
    for (size_t j = 0; j < h->after.placement->count; j++) {
        const ig_assess_site site = site_of(&h->after, j, IG_SITE_OPENED);
        if (find_placed(&h->before, site.code) == SIZE_MAX) h->site[h->sites++] = site;
    }
}

static ig_status compare_sites(ig_ctx *ctx, struct assess_holdings *h)
{
    const size_t most =
        h->reach ? h->reach->sites : h->before.placement->count + h->after.placement->count;
    h->site = ig_alloc(most + 1, sizeof *h->site);
    if (!h->site) return no_memory(ctx);
    if (!h->reach) compare_placed(h);
    for (size_t j = 0; h->reach && j < h->reach->sites; j++) {
        const bool b = h->before.open[j], a = h->after.open[j];
        if (!b && !a) continue;
        h->site[h->sites++] = (ig_assess_site){h->reach->site_code[j], "", NAN, NAN,
                                               b && a ? IG_SITE_KEPT
                                               : b    ? IG_SITE_CLOSED
                                                      : IG_SITE_OPENED};
    }
    if (h->sites) qsort(h->site, h->sites, sizeof *h->site, by_site);
    return IG_OK;
}

// ---- JSON --------------------------------------------------------------------------------------

static void put_estimate(json_t *to, const char *name, const ig_estimate *e)
{
    char key[32];
    json_object_set_new(to, name, json_number(e->value));
    snprintf(key, sizeof key, "%s_lower", name);
    json_object_set_new(to, key, json_number(e->lower));
    snprintf(key, sizeof key, "%s_upper", name);
    json_object_set_new(to, key, json_number(e->upper));
}

static json_t *state_json(const struct assess_state *state, const ig_assess_state *figures,
                          const ig_result *rows, const char *suffix)
{
    const ig_access *a = state->access;
    json_t *to = json_object();
    json_object_set_new(to, "people", json_number(a->people));
    json_object_set_new(to, "people_reached", json_number(a->people_reached));
    json_object_set_new(to, "people_unreached", json_number(a->people_unreached));
    json_object_set_new(to, "minutes_mean", json_number(a->minutes_mean));
    json_object_set_new(to, "minutes_max", json_number(a->minutes_max));
    for (size_t t = 0; t < a->thresholds; t++) {
        char number[32], name[96], key[64];
        ig_number_text(a->threshold[t], number, sizeof number);
        snprintf(key, sizeof key, "within_%s", number);
        snprintf(name, sizeof name, "%s%s", key, suffix);
        json_object_set_new(to, key, json_number(ig_result_find(rows, name)->number[0]));
    }
    json_object_set_new(to, "core20_mean", json_number(figures->core20_mean));
    json_object_set_new(to, "rest_mean", json_number(figures->rest_mean));
    json_object_set_new(to, "core20_gap", json_number(figures->core20_gap));
    json_object_set_new(to, "worst_quintile_mean", json_number(figures->worst_quintile_mean));
    put_estimate(to, "sii", &figures->sii);
    put_estimate(to, "rii", &figures->rii);
    put_estimate(to, "ci", &figures->ci);
    return to;
}

static json_t *sites_with(const struct assess_holdings *h, ig_assess_fate fate)
{
    json_t *list = json_array();
    for (size_t i = 0; i < h->sites; i++)
        if (h->site[i].fate == fate) json_array_append_new(list, json_string(h->site[i].code));
    return list;
}

static void summarise(const struct assess_holdings *h, json_t *json)
{
    const ig_assessment *a = h->assessment;
    json_object_set_new(json, "areas", json_integer((json_int_t)h->before.access->areas));
    json_object_set_new(json, "before", state_json(&h->before, &a->before, a->rows, "_before"));
    json_object_set_new(json, "after", state_json(&h->after, &a->after, a->rows, "_after"));
    json_object_set_new(json, "winners", json_number(h->change->winners));
    json_object_set_new(json, "losers", json_number(h->change->losers));
    json_object_set_new(json, "newly_reached", json_number(h->change->newly_reached));
    json_object_set_new(json, "newly_unreached", json_number(h->change->newly_unreached));
    json_object_set_new(json, "sites_kept", sites_with(h, IG_SITE_KEPT));
    json_object_set_new(json, "sites_opened", sites_with(h, IG_SITE_OPENED));
    json_object_set_new(json, "sites_closed", sites_with(h, IG_SITE_CLOSED));
    json_object_set_new(json, "sites_moved", sites_with(h, IG_SITE_MOVED));
    json_object_set_new(json, "people_stand", json_string(h->before.access->spread));
    json_object_set_new(json, "rows", json_rows(a->rows));
    json_object_set_new(json, "measures", json_rows(a->measures));
}

// ---- out ---------------------------------------------------------------------------------------

/// All input paths, so that none of them is written over.
static const char **list_inputs(const struct assess_settings *s)
{
    const ig_texts *lists[] = {&s->before,          &s->after,         &s->areas,
                               &s->population,      &s->demand,        &s->matrix,
                               &s->division.groups, &s->division.plus, &s->site_reading.postcodes};
    size_t count = 2, n = 0;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        count += lists[i]->count;
    const char **inputs = ig_alloc(count, sizeof *inputs);
    if (!inputs) return NULL;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            inputs[n++] = lists[i]->values[k];
    if (s->cost) inputs[n++] = s->cost;
    return inputs;
}

static ig_status write_folder(ig_ctx *ctx, const struct assess_settings *s,
                              const struct assess_holdings *h, const char *const *inputs,
                              json_t *json)
{
    const ig_assess_paper paper = {
        .title = s->title,
        .assessment = h->assessment,
        .before = h->before.access,
        .after = h->after.access,
        .change = h->change,
        .codes = h->codes,
        .areas = h->areas,
        .decile = h->division.decile,
        .site = h->site,
        .sites = h->sites,
        .inputs = inputs,
        .matrix = h->reach != NULL,
        .plus = h->division.plus,
        .groupings = h->division.grouping,
        .groupings_count = h->division.groupings,
    };
    if (!s->output) {
        return command_write(ctx, h->assessment->rows, NULL, "assess", inputs, json);
    }
    ig_assess_files files;
    ig_status status = ig_assess_write(ctx, &paper, s->output, inputs, &files);
    for (size_t i = 0; !status && i < files.count; i++)
        status = command_output(json, files.path[i]);
    ig_assess_files_free(&files);
    return status;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct assess_settings *s = settings;
    struct assess_holdings h = {0};
    ig_status status = check(ctx, s);
    if (status) return status;
    const char **inputs = list_inputs(s);
    if (!inputs) return no_memory(ctx);
    if (s->output) status = ig_assess_check(ctx, s->output, s->areas.count > 0, inputs);
    if (!status && s->areas.count)
        status = ig_areas_read(ctx, s->areas.values, s->areas.count, &s->area_reading, &h.areas);
    if (!status)
        status = s->matrix.count ? assess_over_matrix(ctx, s, &h) : assess_over_grid(ctx, s, &h);
    if (!status) status = take_groups(ctx, s, &h);
    if (!status) status = work(ctx, &h);
    if (!status) status = compare_sites(ctx, &h);
    if (!status) status = write_folder(ctx, s, &h, inputs, json);
    if (!status) summarise(&h, json);
    assess_let_go(&h);
    ig_free(inputs);
    return status;
}

const struct command cmd_assess = {
    .name = "assess",
    .summary = "Set access before a change of sites against access after it",
    .about =
        "Works out the minutes of everybody to the nearest site twice, before and after sites "
        "open, "
        "close or move, and says for all, for each decile and quintile of deprivation, for CORE20 "
        "and the rest and for each group what changes. Winners and losers are people whose time "
        "falls or rises by more than one minute, person by person where people have places; those "
        "who are reached after only, or before only, have no such difference and are counted "
        "apart, as newly reached and newly unreached. SII, RII and concentration index are over "
        "quintiles; their limits are those of a jackknife over areas, since travel times are "
        "worked out and not sampled.\n\n"
        "The folder of -o takes a page with the evidence in the four stages of a health equity "
        "assessment (prepare, assess, refine and apply, review), each gap in the evidence named; "
        "the table of groups; and, with --areas, a GeoPackage with the change of each area on a "
        "scale with its middle at no change.",
    .example = "isogap assess --areas geodata/sample/lsoa21.geojson --population "
               "geodata/sample/population21_lsoa21_age_sex.csv --population-column Total --cost "
               "cost.tif --before geodata/sample/clinics.csv --close C02 --groups "
               "geodata/sample/iod2025_file1.csv --deprivation 'Index of Multiple Deprivation "
               "(IMD) Decile' --thresholds 10,20,30 -o assessment",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct assess_settings),
    .defaults = defaults,
    .run = run,
};
