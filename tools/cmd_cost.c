// cost: roads, land, terrain and walls become seconds a metre on a grid.
#include "command.h"

#include <core/inside.h>

struct settings {
    ig_texts extent;
    ig_area_options area_reading;
    ig_cost_options cost;
    const char *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"extent", IG_OPTION_INPUTS, AT(extent), true,
     "areas whose box, with the buffer, the grid covers", NULL, 0, 0},
    {"output", IG_OPTION_OUTPUT, AT(output), true, "cost grid: .tif with bands by name", NULL, 0,
     0},
    {0},
};

static const struct option_group groups[] = {
    {.options = ig_cost_option_list, .offset = AT(cost)},
    {.options = ig_area_option_list,
     .offset = AT(area_reading),
     .prefix = "extent-",
     .bare = "dissolve",
     .drop = "max-change"},
    {0},
};

static void defaults(void *settings)
{
    struct settings *s = settings;
    s->cost = ig_cost_defaults();
    s->cost.mode = NULL;
    s->area_reading = ig_area_defaults();
}

// All inputs, NULL-ended, so that none of them can be the output.
static const char **all_inputs(const struct settings *s)
{
    const ig_texts lists[] = {s->extent,   s->cost.roads,    s->cost.landcover,
                              s->cost.dem, s->cost.barriers, s->cost.bridges};
    size_t count = 3;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        count += lists[i].count;
    const char **inputs = ig_alloc(count, sizeof *inputs);
    size_t used = 0;
    for (size_t i = 0; inputs && i < sizeof lists / sizeof *lists; i++) {
        for (size_t k = 0; k < lists[i].count; k++)
            inputs[used++] = lists[i].values[k];
    }
    if (inputs) inputs[used++] = s->cost.mode;
    if (inputs && s->cost.residents_table) inputs[used] = s->cost.residents_table;
    return inputs;
}

static void put_report(json_t *json, const ig_cost_report *r, const ig_surface *surface)
{
    json_object_set_new(json, "cols", json_integer(surface->frame.cols));
    json_object_set_new(json, "rows", json_integer(surface->frame.rows));
    json_object_set_new(json, "cells", json_integer(r->cells));
    json_object_set_new(json, "cells_barrier", json_integer(r->cells_barrier));
    json_object_set_new(json, "cells_road", json_integer(r->cells_road));
    json_object_set_new(json, "roads_in", json_integer(r->roads_in));
    json_object_set_new(json, "roads_burned", json_integer(r->roads_burned));
    json_object_set_new(json, "roads_left_out", json_integer(r->roads_left_out));
    json_object_set_new(json, "roads_unknown_class", json_integer(r->roads_unknown_class));
    json_object_set_new(json, "bridges", json_integer(r->bridges));
    json_object_set_new(json, "barriers_in", json_integer(r->barriers_in));
    json_object_set_new(json, "landcover_in", json_integer(r->landcover_in));
    json_object_set_new(json, "crossings_known", json_boolean(r->crossings_known));
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    ig_areas *areas = NULL;
    ig_surface *surface = NULL;
    ig_cost_report report;
    const char **inputs = all_inputs(s);
    ig_status status =
        inputs ? ig_output_check(ctx, s->output, inputs) : ig_fail(ctx, IG_EMEMORY, "no memory");
    if (!status) {
        status = ig_areas_read(ctx, s->extent.values, s->extent.count, &s->area_reading, &areas);
    }
    if (!status) status = ig_cost_build(ctx, areas, &s->cost, &surface, &report);
    char mode[300], version[64];
    snprintf(mode, sizeof mode, "MODE=%.280s", ig_base_name(s->cost.mode));
    snprintf(version, sizeof version, "ISOGAP_VERSION=%s", ig_version());
    const char *const metadata[] = {mode, version, NULL};
    if (!status) status = ig_surface_write(ctx, surface, s->output, metadata, inputs);
    if (!status) {
        put_report(json, &report, surface);
        status = command_output(json, s->output);
    }
    ig_surface_free(surface);
    ig_areas_free(areas);
    ig_free(inputs);
    return status;
}

const struct command cmd_cost = {
    .name = "cost",
    .summary = "Make a cost grid from roads, land cover, terrain and barriers",
    .about = "Each cell holds the pace of the fastest road through it, true to the road's length "
             "inside the "
             "cell, else that of its land cover or of open ground; water, sea and barriers cannot "
             "be passed, "
             "except by roads on bridges or in tunnels. Where the terrain is given, ground outside "
             "all areas "
             "that is flat at 0 or below, or has no tile, is sea. Speeds are tables that may be "
             "replaced: "
             "geodata/speeds.",
    .example = "isogap cost --mode walk --extent geodata/sample/lsoa21.geojson --cell 50 "
               "--roads geodata/sample/roads.osm --landcover geodata/sample/landcover.geojson "
               "--dem geodata/sample/terrain50 -o walk.tif",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
