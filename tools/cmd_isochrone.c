// isochrone: the areas within so many minutes of sites, as polygons.
#include "search.h"

#include <core/inside.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct settings {
    struct search search;
    ig_numbers minutes;
    bool per_site;
    ig_isochrone_options tracing;
    const char *areas_path, *population_path;
    ig_area_options area_reading;
    ig_population_options population_reading;
    const char *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {.name = "minutes",
     .kind = IG_OPTION_NUMBERS,
     .offset = AT(minutes),
     .required = true,
     .help = "thresholds, such as 10,20,30"},
    {.name = "per-site",
     .kind = IG_OPTION_FLAG,
     .offset = AT(per_site),
     .help = "polygons for each site by itself"},
    {.name = "population",
     .kind = IG_OPTION_INPUT,
     .offset = AT(population_path),
     .help = "people: raster, points, or a table by area (with --areas)"},
    {.name = "population-column",
     .kind = IG_OPTION_COLUMN,
     .offset = AT(population_reading.column),
     .help = "column with the number of people"},
    {.name = "population-crs",
     .kind = IG_OPTION_TEXT,
     .offset = AT(population_reading.crs),
     .help = "CRS of people's places where the file states none"},
    {.name = "areas",
     .kind = IG_OPTION_INPUT,
     .offset = AT(areas_path),
     .help = "boundaries for people given by area"},
    {.name = "output",
     .kind = IG_OPTION_OUTPUT,
     .offset = AT(output),
     .help = "result: .gpkg .geojson .shp with the polygons, .csv .xlsx without"},
    {.name = NULL},
};

static const struct option_group groups[] = {
    SEARCH_GROUPS(AT(search)),
    {.options = ig_isochrone_option_list, .offset = AT(tracing)},
    {.options = ig_area_option_list, .offset = AT(area_reading), .prefix = "areas-"},
    {.options = ig_table_option_list,
     .offset = AT(population_reading.table),
     .prefix = "population-",
     .drop = "pivot|proportion"},
    {0},
};

static void defaults(void *settings)
{
    struct settings *s = settings;
    search_defaults(&s->search);
    s->tracing = ig_isochrone_defaults();
    s->area_reading = ig_area_defaults();
    s->population_reading = ig_population_defaults();
}

/// Everything on the way to the layer: rows and rings, a set of levels for each site or for all.
struct work {
    ig_ctx *ctx;
    const struct settings *s;
    double *levels;
    size_t count;
    ig_areas *areas;
    ig_population *population;
    ig_result *rows;
    size_t row;
    ig_isochrones **shapes; ///< one a site, or one for all
    size_t sets;
    ig_grid *minutes; ///< of the last search
};

static int by_value(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

static ig_status take_levels(struct work *w)
{
    const ig_numbers *minutes = &w->s->minutes;
    if (minutes->count == 0)
        return command_fail(w->ctx, IG_EINVAL, "give thresholds, such as --minutes 10,20,30",
                            "--minutes is empty");
    w->count = minutes->count;
    w->levels = ig_alloc(w->count, sizeof *w->levels);
    if (!w->levels) return ig_fail(w->ctx, IG_EMEMORY, "no memory for %zu thresholds", w->count);
    for (size_t i = 0; i < w->count; i++)
        w->levels[i] = minutes->values[i];
    qsort(w->levels, w->count, sizeof *w->levels, by_value);
    for (size_t i = 0; i < w->count; i++) {
        if (!(w->levels[i] > 0.0))
            return command_fail(w->ctx, IG_EINVAL, "give minutes above 0, such as 10,20,30",
                                "--minutes: nothing lies within %g minutes", w->levels[i]);
        if (i && w->levels[i] == w->levels[i - 1])
            return command_fail(w->ctx, IG_EINVAL, "give each threshold once",
                                "--minutes: %g comes twice", w->levels[i]);
    }
    if (w->levels[w->count - 1] > w->s->search.travel.limit)
        return command_fail(w->ctx, IG_EINVAL, "leave --max-minutes out, or raise it",
                            "--minutes %g lies beyond --max-minutes %g", w->levels[w->count - 1],
                            w->s->search.travel.limit);
    return IG_OK;
}

static ig_status read_people(struct work *w)
{
    const struct settings *s = w->s;
    ig_status status = IG_OK;
    if (s->areas_path && s->population_path)
        status = ig_areas_read(w->ctx, &s->areas_path, 1, &s->area_reading, &w->areas);
    if (!status && s->population_path)
        status = ig_population_read(w->ctx, &s->population_path, 1, w->areas,
                                    &s->population_reading, &w->population);
    if (status && s->population_path && !w->areas && !ig_ctx_hint(w->ctx))
        ig_hint(w->ctx, "people in a table by area need boundaries: --areas FILE");
    return status;
}

/// Columns of the layer: site, minutes, area_km2, people.
enum { SITE, MINUTES, AREA_KM2, PEOPLE, COLUMNS };

static ig_status begin_rows(struct work *w)
{
    static const char *const names[] = {"site", "minutes", "area_km2", "people"};
    const size_t sites = w->s->per_site ? w->s->search.placement->count : 1;
    w->shapes = ig_alloc(sites, sizeof(ig_isochrones *));
    ig_status status = w->shapes ? ig_result_new(sites * w->count, &w->rows) : IG_EMEMORY;
    for (int c = 0; c < COLUMNS && !status; c++) {
        ig_column *column;
        status =
            ig_result_add(w->rows, names[c], c == SITE ? IG_COLUMN_TEXT : IG_COLUMN_REAL, &column);
    }
    return status ? ig_fail(w->ctx, status, "no memory for isochrones of %zu sites", sites)
                  : status;
}

/// Rows of one set of levels.
static ig_status add_rows(struct work *w, const char *site, const ig_isochrones *shapes,
                          double *people)
{
    ig_status status = IG_OK;
    for (size_t k = w->count; w->s->tracing.bands && k-- > 1;)
        people[k] -= people[k - 1];
    for (size_t k = 0; k < w->count && !status; k++, w->row++) {
        ig_column *columns = w->rows->columns;
        status = ig_result_set_text(w->rows, &columns[SITE], w->row, site);
        columns[MINUTES].number[w->row] = w->levels[k];
        columns[AREA_KM2].number[w->row] = shapes->square_metres[k] / 1e6;
        columns[PEOPLE].number[w->row] = people[k];
    }
    return status;
}

/// All sites together, the nearest counting.
static ig_status add_all(struct work *w, const ig_travel_options *travel, double *people)
{
    const struct settings *s = w->s;
    const ig_placement *placement = s->search.placement;
    ig_status status = ig_travel(w->ctx, s->search.surface, placement->sources, placement->count,
                                 travel, &w->minutes, NULL);
    if (!status)
        status =
            ig_isochrones_trace(w->ctx, w->minutes, w->levels, w->count, &s->tracing, w->shapes);
    if (!status) w->sets = 1;
    if (!status && w->population)
        status = ig_people_within(w->ctx, w->areas, w->minutes, s->search.surface,
                                  ig_population_people(w->population), NULL, w->levels, w->count,
                                  people);
    return status ? status : add_rows(w, "all", w->shapes[0], people);
}

static ig_status add_each(struct work *w, const ig_travel_options *travel, double *people)
{
    const struct search *search = &w->s->search;
    const ig_placement *placement = search->placement;
    ig_standing *standing = NULL;
    ig_status status = IG_OK;
    if (w->population)
        status = ig_standing_new(w->ctx, w->areas, search->surface,
                                 ig_population_people(w->population), false, &standing);
    w->sets = placement->count; // those not yet traced are NULL
    if (!status)
        status = ig_isochrones_each(w->ctx, search->surface, placement->sources, placement->count,
                                    travel, w->levels, w->count, &w->s->tracing, standing,
                                    w->shapes, standing ? people : NULL);
    for (size_t i = 0; i < placement->count && !status; i++)
        status = add_rows(w, ig_sites_code(search->sites, placement->site[i]), w->shapes[i],
                          people + i * w->count);
    ig_standing_free(standing);
    return status;
}

static ig_status add_sets(struct work *w)
{
    const struct settings *s = w->s;
    // Beyond the last threshold a little is searched too: the outline lies between two times.
    ig_travel_options travel = s->search.travel;
    const double enough = 1.25 * w->levels[w->count - 1] + 10.0;
    if (travel.limit > enough) travel.limit = enough;
    double *people = ig_alloc(w->rows->rows, sizeof *people);
    if (!people) return ig_fail(w->ctx, IG_EMEMORY, "no memory for isochrones");
    for (size_t i = 0; i < w->rows->rows; i++)
        people[i] = NAN;
    const ig_status status =
        s->per_site ? add_each(w, &travel, people) : add_all(w, &travel, people);
    ig_free(people);
    return status;
}

// ---- writing ------------------------------------------------------------------------------------

/// The rings of all sets as those of one: owned arrays.
struct all_rings {
    size_t areas, *area_start, *ring_start;
    double *x, *y;
};

static bool join_rings(const struct work *w, struct all_rings *all)
{
    size_t rings = 0, points = 0;
    for (size_t i = 0; i < w->sets; i++) {
        const ig_isochrones *iso = w->shapes[i];
        rings += iso->area_start[iso->levels];
        points += iso->ring_start[iso->area_start[iso->levels]];
    }
    all->area_start = ig_alloc(w->sets * w->count + 1, sizeof(size_t));
    all->ring_start = ig_alloc(rings + 1, sizeof(size_t));
    all->x = ig_alloc(points + 1, sizeof(double));
    all->y = ig_alloc(points + 1, sizeof(double));
    if (!all->area_start || !all->ring_start || !all->x || !all->y) return false;
    rings = points = 0;
    for (size_t i = 0; i < w->sets; i++) {
        const ig_isochrones *iso = w->shapes[i];
        const size_t own_rings = iso->area_start[iso->levels], own = iso->ring_start[own_rings];
        for (size_t k = 0; k < iso->levels; k++)
            all->area_start[all->areas++] = rings + iso->area_start[k];
        for (size_t r = 0; r < own_rings; r++)
            all->ring_start[rings + r] = points + iso->ring_start[r];
        memcpy(all->x + points, iso->x, own * sizeof(double));
        memcpy(all->y + points, iso->y, own * sizeof(double));
        rings += own_rings;
        points += own;
    }
    all->area_start[all->areas] = rings;
    all->ring_start[rings] = points;
    return true;
}

static ig_status write_layer(struct work *w, const char *const *inputs, json_t *json)
{
    struct all_rings all = {0};
    ig_layers *layers = NULL;
    ig_status status = IG_OK;
    if (!join_rings(w, &all)) {
        status = ig_fail(w->ctx, IG_EMEMORY, "no memory to write isochrones");
        goto done;
    }
    const ig_rings rings = {all.areas, all.area_start, all.ring_start, all.x, all.y};
    status = ig_layers_begin(w->ctx, w->s->output, inputs, &layers);
    if (!status) status = ig_layers_polygons(layers, "isochrones", &rings, w->rows);
    const ig_mode_minutes mode = {"", w->levels, w->count, w->s->tracing.bands};
    if (!status) status = ig_map_isochrones(w->ctx, layers, "isochrones", &mode, 1);
    if (!status) {
        status = ig_layers_finish(layers);
        layers = NULL; // freed in any case
    }
    if (!status) status = command_output(json, w->s->output);
done:
    ig_layers_abort(layers);
    ig_free(all.area_start);
    ig_free(all.ring_start);
    ig_free(all.x);
    ig_free(all.y);
    return status;
}

static bool holds_shapes(const char *path)
{
    const char *dot = path ? strrchr(path, '.') : NULL;
    return dot && (!strcmp(dot, ".gpkg") || !strcmp(dot, ".geojson") || !strcmp(dot, ".shp"));
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    const char *const inputs[] = {s->search.cost, s->search.sites_path,
                                  s->population_path ? s->population_path : s->areas_path,
                                  s->population_path ? s->areas_path : NULL, NULL};
    const char *const outputs[] = {s->output};
    struct work w = {.ctx = ctx, .s = s};
    ig_status status = take_levels(&w);
    if (!status) status = search_check_outputs(ctx, outputs, 1, inputs);
    if (!s->per_site) s->search.reading.work = ig_travel_work(&s->search.travel, false, NULL);
    if (!status) status = search_open(ctx, &s->search);
    if (!status) status = read_people(&w);
    if (!status) status = begin_rows(&w);
    if (!status) status = add_sets(&w);
    if (status) goto done;
    status = holds_shapes(s->output)
                 ? write_layer(&w, inputs, json)
                 : command_write(ctx, w.rows, s->output, "isochrones", inputs, json);
    if (!status) status = search_summarise(ctx, &s->search, w.minutes, json);
    if (status) goto done;
    json_object_set_new(json, "rows", json_rows(w.rows));
done:
    for (size_t i = 0; w.shapes && i < w.sets; i++)
        ig_isochrones_free(w.shapes[i]);
    ig_free(w.shapes);
    ig_result_free(w.rows);
    ig_grid_free(w.minutes);
    ig_population_free(w.population);
    ig_areas_free(w.areas);
    ig_free(w.levels);
    search_close(&s->search);
    return status;
}

const struct command cmd_isochrone = {
    .name = "isochrone",
    .summary = "Draw the areas within so many minutes of sites",
    .about =
        "Polygons of all cells with a time of at most each threshold, to the nearest site or for "
        "each site by itself (--per-site). Outlines run between cell centres where the threshold "
        "is passed, and along cell edges beside barriers and at the rim of the grid; with --edges "
        "they follow cell edges throughout, so that the area is the number of cells times the "
        "cell's. Each polygon contains the one before it; with --bands they are rings that do not "
        "overlap. Holes and islands are kept, and all polygons are valid. Where two cells within "
        "touch at a corner, the outline joins them when the mean of the four times is within the "
        "threshold, and parts them otherwise.\n\n"
        "--population counts the people within: a raster of people, points, or a table by area "
        "with --areas. Searching is as in 'isogap travel'.",
    .example =
        "isogap isochrone --cost walk.tif --sites geodata/sample/clinics.csv --minutes 10,20,30 "
        "-o isochrones.gpkg",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
