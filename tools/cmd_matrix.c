// matrix: minutes of each area to each site by itself, whole or in shards that are merged.
#include "groups.h"
#include "search.h"

#include <core/inside.h>

#include <stdlib.h>
#include <string.h>

struct settings {
    struct search search;
    ig_texts areas, population;
    ig_area_options area_reading;
    ig_population_options people;
    const char *shard, *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {.name = "areas",
     .kind = IG_OPTION_INPUTS,
     .offset = AT(areas),
     .required = true,
     .help = "boundaries: GeoPackage, Shapefile, GeoJSON, TopoJSON"},
    {.name = "population",
     .kind = IG_OPTION_INPUTS,
     .offset = AT(population),
     .help = "people: a table by area, a raster of people a cell, or points"},
    PEOPLE_OPTIONS(AT(people)),
    {.name = "min-match",
     .kind = IG_OPTION_NUMBER,
     .offset = AT(people.min_match),
     .help = "least share of the areas that must have people in the table",
     .min = 0.0,
     .max = 1.0},
    {.name = "shard",
     .kind = IG_OPTION_TEXT,
     .offset = AT(shard),
     .help = "search a part of the sites only: I/N, the I-th of N; 'isogap matrix merge' puts the "
             "parts together"},
    {.name = "output",
     .kind = IG_OPTION_OUTPUT,
     .offset = AT(output),
     .help = "result: .csv .gpkg .xlsx .json"},
    {.name = NULL},
};

static const struct option_group groups[] = {
    SEARCH_GROUPS(AT(search)),
    AREAS_GROUP(AT(area_reading)),
    PEOPLE_TABLE_GROUP(AT(people.table), "population-"),
    {0},
};

static void defaults(void *settings)
{
    struct settings *s = settings;
    search_defaults(&s->search);
    s->area_reading = ig_area_defaults();
    s->people = ig_population_defaults();
}

/// All input paths, so that none of them is written over.
static const char **list_inputs(const struct settings *s)
{
    const ig_texts *lists[] = {&s->areas, &s->population, &s->search.site_reading.postcodes};
    size_t count = 3;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        count += lists[i]->count;
    const char **inputs = ig_alloc(count, sizeof *inputs);
    size_t n = 0;
    for (size_t i = 0; inputs && i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            inputs[n++] = lists[i]->values[k];
    if (inputs) {
        inputs[n++] = s->search.cost;
        inputs[n++] = s->search.sites_path;
    }
    return inputs;
}

static void summarise(const struct settings *s, size_t areas, const ig_matrix *matrix,
                      const ig_shard *shard, json_t *json)
{
    json_object_set_new(json, "areas", json_integer((json_int_t)areas));
    json_object_set_new(json, "areas_reached", json_integer((json_int_t)matrix->areas_reached));
    json_object_set_new(json, "areas_unreached", json_integer((json_int_t)matrix->areas_unreached));
    json_object_set_new(json, "pairs", json_integer((json_int_t)matrix->count));
    json_object_set_new(json, "people_outside", json_number(matrix->people_outside));
    json_object_set_new(json, "people_stand", json_string(matrix->spread));
    if (s->shard) {
        json_object_set_new(json, "shard", json_integer(shard->number));
        json_object_set_new(json, "shards", json_integer(shard->of));
    }
    search_summarise_sites(s->search.sites, s->search.placement, json);
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    ig_areas *areas = NULL;
    ig_population *population = NULL;
    ig_matrix *matrix = NULL;
    ig_result *result = NULL;
    ig_shard shard;
    const char **inputs = list_inputs(s);
    if (!inputs) return ig_fail(ctx, IG_EMEMORY, "no memory for the names of inputs");
    ig_status status = ig_shard_parse(ctx, s->shard, &shard);
    if (!status) status = search_check_outputs(ctx, &s->output, 1, inputs);
    if (!status)
        status = ig_areas_read(ctx, s->areas.values, s->areas.count, &s->area_reading, &areas);
    if (!status && s->population.count)
        status = ig_population_read(ctx, s->population.values, s->population.count, areas,
                                    &s->people, &population);
    if (!status) status = search_open(ctx, &s->search);
    if (!status) {
        const ig_matrix_origin origin = {
            .areas = areas,
            .surface = s->search.surface,
            .people = population ? ig_population_people(population) : NULL,
            .sites = s->search.sites,
            .placement = s->search.placement,
            .options = &s->search.travel,
        };
        status = ig_matrix_run(ctx, &origin, s->shard ? &shard : NULL, &matrix, &result);
    }
    if (!status) ig_info(ctx, "%s", matrix->spread);
    if (!status) status = command_write(ctx, result, s->output, "matrix", inputs, json);
    if (!status) summarise(s, ig_areas_count(areas), matrix, &shard, json);
    ig_result_free(result);
    ig_matrix_free(matrix);
    ig_population_free(population);
    ig_areas_free(areas);
    search_close(&s->search);
    ig_free(inputs);
    return status;
}

// ---- merge --------------------------------------------------------------------------------------

struct merging {
    ig_texts parts;
    const char *output;
};

static const ig_option merge_options[] = {
    {.name = "output",
     .kind = IG_OPTION_OUTPUT,
     .offset = offsetof(struct merging, output),
     .help = "the whole matrix: .csv .gpkg .xlsx .json"},
    {.name = NULL},
};

static ig_status merge(ig_ctx *ctx, void *settings, json_t *json)
{
    const struct merging *m = settings;
    ig_result *result = NULL;
    ig_status status = search_check_outputs(ctx, &m->output, 1, m->parts.values);
    if (!status) status = ig_matrix_merge(ctx, m->parts.values, m->parts.count, &result);
    if (!status) status = command_write(ctx, result, m->output, "matrix", m->parts.values, json);
    if (!status) {
        json_object_set_new(json, "parts", json_integer((json_int_t)m->parts.count));
        json_object_set_new(json, "pairs", json_integer((json_int_t)result->rows));
    }
    ig_result_free(result);
    return status;
}

static const struct command cmd_matrix_merge = {
    .name = "matrix merge",
    .summary = "Put the parts of a matrix together",
    .about = "The outputs of 'isogap matrix --shard 1/N' to 'N/N', in any order, become the matrix "
             "that one run without --shard gives, byte for byte. A part that comes twice or is "
             "missing, a file that is no part, and parts of runs with other inputs or options are "
             "refused.",
    .example = "isogap matrix merge part1.csv part2.csv -o matrix.csv",
    .options = merge_options,
    .positional = "PART...",
    .positional_offset = offsetof(struct merging, parts),
    .settings_size = sizeof(struct merging),
    .run = merge,
};

const struct command cmd_matrix = {
    .name = "matrix",
    .summary = "Work out minutes from each area to each site",
    .about =
        "For every site by itself the minutes over the cost grid, as 'isogap travel' finds them, "
        "and for each area the mean over its people who arrive, as 'isogap access' finds it with "
        "that site alone. Columns are area, site, minutes, people_reached; a row stands only where "
        "someone is reached, sorted by area and then site. Without --population each passable cell "
        "counts alike. Sites are searched several at a time, each within --max-minutes only.\n\n"
        "--shard I/N searches every N-th site by code, for runs on several machines; 'isogap "
        "matrix merge PART... -o FILE' puts the N parts together to the same bytes as one run. "
        "The last column of a part, which is empty, says in its name which part of which run it "
        "is.",
    .example =
        "isogap matrix --cost cost.tif --sites geodata/sample/clinics.csv "
        "--areas geodata/sample/lsoa21.geojson "
        "--population geodata/sample/population21_lsoa21_age_sex.csv --population-column Total "
        "--max-minutes 60 -o matrix.csv",
    .options = options,
    .groups = groups,
    .verb = &cmd_matrix_merge,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
