// travel: minutes from each cell of a cost grid to the nearest site, or from it.
#include "groups.h"
#include "search.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>
#include <strings.h>

struct settings {
    struct search search;
    const char *nearest, *output, *ensemble;
    ig_texts more; ///< further words of the ensemble
    ig_texts areas, population;
    ig_area_options area_reading;
    ig_population_options people;
    bool qml, cog;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {.name = "nearest",
     .kind = IG_OPTION_OUTPUT,
     .offset = AT(nearest),
     .help = "GeoTIFF of the site that serves each cell: its number in the file, from 1"},
    {.name = "ensemble",
     .kind = IG_OPTION_TEXT,
     .offset = AT(ensemble),
     .help = "minutes by area (--areas) under every combination of speeds=0.8,1,1.2 "
             "corners=forbid,strict cells=50,100"},
    {.name = "areas",
     .kind = IG_OPTION_INPUTS,
     .offset = AT(areas),
     .help = "boundaries, for --ensemble"},
    {.name = "population",
     .kind = IG_OPTION_INPUTS,
     .offset = AT(population),
     .help = "people, for --ensemble: a table by area, a raster of people a cell, or points"},
    {.name = "population-column",
     .kind = IG_OPTION_COLUMN,
     .offset = AT(people.column),
     .help = "column of people; found by itself where only one is called population, people or "
             "pop"},
    {.name = "population-crs",
     .kind = IG_OPTION_TEXT,
     .offset = AT(people.crs),
     .help = "CRS of a population file that states none, EPSG:N"},
    {.name = "output",
     .kind = IG_OPTION_OUTPUT,
     .offset = AT(output),
     .required = true,
     .help = "GeoTIFF of minutes; unreached cells are nodata. With --ensemble a table, or a layer "
             "of the areas"},
    {.name = "qml",
     .kind = IG_OPTION_FLAG,
     .offset = AT(qml),
     .help = "write styles beside the minutes: .qml, with which QGIS opens them, and .sld"},
    {.name = "cog",
     .kind = IG_OPTION_FLAG,
     .offset = AT(cog),
     .help =
         "write cloud-optimised GeoTIFFs, with overviews: the mean of the cells reached, or the "
         "nearest site number"},
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

static ig_status check_suffix(ig_ctx *ctx, const char *path)
{
    const char *dot = path ? strrchr(path, '.') : NULL;
    if (!path || (dot && (!strcasecmp(dot, ".tif") || !strcasecmp(dot, ".tiff")))) return IG_OK;
    return command_fail(ctx, IG_EINVAL, "name it FILE.tif", "%s: grids are written as GeoTIFF",
                        ig_show(path));
}

static ig_status write_minutes(ig_ctx *ctx, const struct settings *s, const ig_grid *minutes,
                               const char *const *inputs)
{
    const ig_travel_options *travel = &s->search.travel;
    char direction[32], neighbours[32], corners[32], slope[32], limit[64] = "max_minutes=";
    static const char *const names[][4] = {{"to", "from"},
                                           {"8", "16", "32", "exact"},
                                           {"forbid", "allow", "strict"},
                                           {"default", "tobler", "langmuir", "none"}};
    snprintf(direction, sizeof direction, "direction=%s", names[0][travel->direction]);
    snprintf(neighbours, sizeof neighbours, "neighbours=%s", names[1][travel->neighbours]);
    snprintf(corners, sizeof corners, "corners=%s", names[2][travel->corners]);
    snprintf(slope, sizeof slope, "walk=%s", names[3][travel->slope]);
    if (travel->limit < INFINITY)
        ig_number_text(travel->limit, limit + strlen(limit), sizeof limit - strlen(limit));
    const char *const metadata[] = {"unit=minutes",
                                    direction,
                                    neighbours,
                                    corners,
                                    slope,
                                    travel->limit < INFINITY ? limit : NULL,
                                    NULL};
    return ig_grid_write(ctx, minutes, s->output, "minutes", metadata, inputs);
}

/// Forms of the style beside the minutes: "minutes.qml" for "minutes.tif" is what QGIS looks for.
enum { QML, SLD, FORMS };

static ig_status style_paths(ig_ctx *ctx, const struct settings *s, ig_text paths[FORMS])
{
    static const char *const suffixes[FORMS] = {".qml", ".sld"};
    const char *dot = strrchr(s->output, '.');
    for (int f = 0; f < FORMS && s->qml; f++) {
        ig_text_append_bytes(&paths[f], s->output, (size_t)(dot - s->output));
        ig_text_append(&paths[f], suffixes[f]);
        if (paths[f].failed) return ig_fail(ctx, IG_EMEMORY, "no memory for a name");
    }
    return IG_OK;
}

static ig_status write_styles(ig_ctx *ctx, const ig_grid *minutes, const ig_text paths[FORMS],
                              json_t *json)
{
    const int64_t cells = ig_frame_cells(&minutes->frame);
    double most = 0.0;
    for (int64_t i = 0; i < cells; i++)
        if (minutes->cells[i] > most) most = minutes->cells[i];
    ig_status status = IG_OK;
    for (int f = 0; f < FORMS && !status; f++) {
        char *style = NULL;
        status = (f == QML ? ig_minutes_qml : ig_minutes_sld)(ctx, most, &style);
        if (!status) status = ig_output_bytes(ctx, paths[f].data, style, strlen(style));
        ig_style_free(style);
        if (!status) status = command_output(json, paths[f].data);
    }
    return status;
}

// ---- --ensemble ---------------------------------------------------------------------------------

/// Words of --ensemble, at blanks, and those that stand behind it.
static ig_status parse_ensemble(ig_ctx *ctx, const struct settings *s, ig_ensemble *ensemble)
{
    enum { MOST = 16 };
    const char *words[MOST];
    size_t count = 0;
    char *text = ig_text_copy(s->ensemble), *state = NULL;
    if (!text) return ig_fail(ctx, IG_EMEMORY, "no memory for the ensemble");
    for (char *word = strtok_r(text, " ", &state); word && count < MOST;
         word = strtok_r(NULL, " ", &state))
        words[count++] = word;
    for (size_t i = 0; i < s->more.count && count < MOST; i++)
        words[count++] = s->more.values[i];
    const ig_status status = ig_ensemble_parse(ctx, words, count, ensemble);
    ig_free(text);
    return status;
}

static ig_status write_spread(ig_ctx *ctx, const struct settings *s, const ig_areas *areas,
                              const ig_result *rows, const char *const *inputs, json_t *json)
{
    static const char *const suffixes[] = {".gpkg", ".geojson", ".shp"};
    const char *dot = strrchr(s->output, '.');
    bool shapes = false;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        shapes = shapes || (dot && !strcasecmp(dot, suffixes[i]));
    if (!shapes) return command_write(ctx, rows, s->output, "ensemble", inputs, json);
    ig_layers *layers = NULL;
    ig_status status = ig_layers_begin(ctx, s->output, inputs, &layers);
    if (status) return status;
    status = ig_layers_areas(layers, "ensemble", areas, false, rows);
    if (status) {
        ig_layers_abort(layers);
        return status;
    }
    status = ig_layers_finish(layers);
    return status ? status : command_output(json, s->output);
}

/// Sum of the known numbers of a column.
static double column_sum(const ig_result *rows, const char *name)
{
    const ig_column *column = ig_result_find(rows, name);
    double sum = 0.0;
    for (size_t r = 0; column && r < rows->rows; r++)
        if (!isnan(column->number[r])) sum += column->number[r];
    return sum;
}

static ig_status run_ensemble(ig_ctx *ctx, struct settings *s, json_t *json)
{
    const char *const inputs[] = {s->search.cost, s->search.sites_path,
                                  s->areas.count ? s->areas.values[0] : NULL,
                                  s->population.count ? s->population.values[0] : NULL, NULL};
    ig_ensemble ensemble;
    ig_areas *areas = NULL;
    ig_population *population = NULL;
    ig_result *rows = NULL, *members = NULL;
    ig_status status = parse_ensemble(ctx, s, &ensemble);
    if (!status && !s->areas.count)
        status = command_fail(ctx, IG_EINVAL, "give boundaries: the spread is told by area",
                              "--areas is required with --ensemble");
    if (!status && (s->nearest || s->qml || s->cog))
        status = command_fail(ctx, IG_EINVAL, "leave one of them out",
                              "--nearest, --qml and --cog do not go with --ensemble");
    if (!status) status = search_check_outputs(ctx, &s->output, 1, inputs);
    if (!status)
        status = ig_areas_read(ctx, s->areas.values, s->areas.count, &s->area_reading, &areas);
    if (!status && s->population.count)
        status = ig_population_read(ctx, s->population.values, s->population.count, areas,
                                    &s->people, &population);
    if (!status) {
        s->search.reading.work =
            ig_travel_work(&s->search.travel, false, NULL) + ig_ensemble_work(&ensemble);
        status = search_open(ctx, &s->search);
    }
    if (!status) {
        const ig_ensemble_inputs in = {
            .ensemble = &ensemble,
            .areas = areas,
            .people = population ? ig_population_people(population) : NULL,
            .surface = s->search.surface,
            .sites = s->search.sites,
            .placing = &s->search.placing,
            .travel = &s->search.travel,
        };
        status = ig_ensemble_run(ctx, &in, &rows, &members);
    }
    if (!status) status = write_spread(ctx, s, areas, rows, inputs, json);
    if (!status) {
        json_object_set_new(json, "areas", json_integer((json_int_t)rows->rows));
        json_object_set_new(json, "people_common", json_number(column_sum(rows, "people_common")));
        json_object_set_new(json, "people_left_out",
                            json_number(column_sum(rows, "people_left_out")));
        json_object_set_new(json, "members", json_rows(members));
        search_summarise_sites(s->search.sites, s->search.placement, json);
    }
    ig_result_free(rows);
    ig_result_free(members);
    ig_population_free(population);
    ig_areas_free(areas);
    search_close(&s->search);
    return status;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    ig_ctx_set_cog(ctx, s->cog);
    if (s->ensemble) return run_ensemble(ctx, s, json);
    if (s->more.count)
        return command_fail(ctx, IG_EINVAL, "inputs are given by option, the result by -o FILE",
                            "travel takes no bare argument \"%s\"", ig_show(s->more.values[0]));
    if (s->areas.count || s->population.count)
        return command_fail(ctx, IG_EINVAL, "'isogap access' makes minutes by area",
                            "--areas and --population are for --ensemble");
    const char *const inputs[] = {s->search.cost, s->search.sites_path, NULL};
    ig_text styles[FORMS] = {{0}};
    ig_grid *minutes = NULL;
    int32_t *nearest = NULL;
    double mean = 0.0, worst = 0.0;
    ig_status status = check_suffix(ctx, s->output);
    if (!status) status = check_suffix(ctx, s->nearest);
    if (!status && s->nearest && !strcmp(s->nearest, s->output))
        status = command_fail(ctx, IG_EINVAL, NULL, "--nearest and --output are one file");
    if (!status) status = style_paths(ctx, s, styles);
    const char *const outputs[] = {s->output, s->nearest, styles[QML].data, styles[SLD].data};
    if (!status) status = search_check_outputs(ctx, outputs, 2 + FORMS, inputs);
    s->search.reading.work =
        ig_travel_work(&s->search.travel, s->nearest != NULL, &s->search.reading.held);
    s->search.reading.beside = s->output;
    if (!status) status = search_open(ctx, &s->search);
    if (status) goto done;
    const ig_placement *placement = s->search.placement;
    status = ig_travel(ctx, s->search.surface, placement->sources, placement->count,
                       &s->search.travel, &minutes, s->nearest ? &nearest : NULL);
    if (status) goto done;
    ig_travel_lattice_error(s->search.travel.neighbours, &mean, &worst);
    if (!isnan(mean)) {
        ig_info(
            ctx,
            "steps between cells overstate straight lines by %.2g %% on average, %.2g %% at most",
            mean, worst);
    }
    if (nearest)
        status = ig_numbers_write(ctx, &minutes->frame, nearest, s->nearest, "nearest", inputs);
    if (!status) status = write_minutes(ctx, s, minutes, inputs);
    if (!status) status = command_output(json, s->output);
    if (!status && nearest) status = command_output(json, s->nearest);
    if (!status && s->qml) status = write_styles(ctx, minutes, styles, json);
    if (!status) status = search_summarise(ctx, &s->search, minutes, json);
done:
    for (int f = 0; f < FORMS; f++)
        ig_text_free(&styles[f]);
    ig_bulk_free(ctx, nearest);
    ig_grid_free(minutes);
    search_close(&s->search);
    return status;
}

const struct command cmd_travel = {
    .name = "travel",
    .summary = "Work out minutes to the nearest site, cell by cell",
    .about =
        "The time of a cell is the least sum of steps to any site (or from it, --direction from); "
        "a step between two cells costs the mean of their costs times its length. Costs are "
        "seconds a metre unless --cost-unit says otherwise; nodata is a barrier. Cells that no "
        "site can be reached from are nodata, and so are those over --max-minutes. Equal times go "
        "to the site whose code sorts first.\n\n"
        "Slope needs the band elevation. tobler, the default with it, divides the pace by "
        "Tobler's speed for the slope; langmuir adds 6 s for each metre up, takes off 1.9998 s for "
        "each metre down on gentle slopes and adds them on steep ones, as GRASS r.walk does.\n\n"
        "A diagonal step past a barrier needs one open side (--corners forbid), none (allow, as "
        "GRASS), or both (strict). Sites off the grid or on barriers are errors unless "
        "--clip-sites or --snap covers them.\n\n"
        "Grids that are larger than --memory lie in a scratch file in the folder of the output "
        "while "
        "the search lasts; the result is the same to the last bit.\n\n"
        "--ensemble tells how much the minutes by area depend on what is assumed: every "
        "combination of speeds (factors), corner rules and cell sizes is a member, and -o takes a "
        "table with people, minutes_min, minutes_median, minutes_max over the members, the number "
        "of members in which nobody arrives, and a column for each: means over the people whom "
        "that "
        "member reaches. With --max-minutes a slower member reaches fewer, and may look quick; the "
        "columns minutes_common_... are over people_common, those whom every member reaches, so "
        "that a slower member never looks quicker, and people_left_out are reached by some "
        "members but not by all. Cells of another size than the "
        "grid's, a whole multiple or part of it, take the mean pace of its cells (smaller ones of "
        "a "
        "grid that shuts sides keep these; larger ones cannot); sites may move by two such cells "
        "to "
        "passable ground.",
    .example = "isogap travel --cost walk.tif --sites geodata/sample/clinics.csv -o minutes.tif\n"
               "isogap travel --cost walk.tif --sites geodata/sample/clinics.csv --max-minutes 30 "
               "--nearest nearest.tif -o minutes.tif --json\n"
               "isogap travel --cost walk.tif --sites geodata/sample/clinics.csv "
               "--areas geodata/sample/lsoa21.geojson "
               "--population geodata/sample/population21_lsoa21_age_sex.csv --population-column "
               "Total --ensemble 'speeds=0.8,1,1.2 corners=forbid,strict' -o spread.csv",
    .options = options,
    .groups = groups,
    .positional = "[ENSEMBLE...]",
    .positional_offset = AT(more),
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
