// cost: roads, land, terrain and barriers as seconds a metre on a grid.
#include "command.h"

#include <core/inside.h>

#include <string.h>
#include <strings.h>

struct settings {
    ig_texts extent;
    ig_area_options extent_reading;
    ig_cost_options cost;
    const char *output;
    bool cog;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {.name = "extent",
     .kind = IG_OPTION_INPUTS,
     .offset = AT(extent),
     .required = true,
     .help = "areas that the grid covers, with the buffer round them"},
    {.name = "output",
     .kind = IG_OPTION_OUTPUT,
     .offset = AT(output),
     .required = true,
     .help = "GeoTIFF cost grid"},
    {.name = "cog",
     .kind = IG_OPTION_FLAG,
     .offset = AT(cog),
     .help = "write a cloud-optimised GeoTIFF, with overviews: the mean of the cells that can be "
             "passed, or the nearest cell where there are barriers"},
    {.name = NULL},
};

static const struct option_group groups[] = {
    {.options = ig_cost_option_list, .offset = AT(cost)},
    {.options = ig_area_option_list,
     .offset = AT(extent_reading),
     .prefix = "extent-",
     .bare = "dissolve"},
    {0},
};

static void defaults(void *settings)
{
    struct settings *s = settings;
    s->extent_reading = ig_area_defaults();
    s->cost = ig_cost_defaults();
}

/// All files that are read, ended by NULL, so that none of them is written over. Yours, ig_free.
static const char **input_list(const struct settings *s)
{
    const ig_texts *lists[] = {&s->extent,   &s->cost.roads,    &s->cost.landcover,
                               &s->cost.dem, &s->cost.barriers, &s->cost.bridges};
    size_t count = 3;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        count += lists[i]->count;
    const char **all = ig_alloc(count, sizeof *all);
    size_t at = 0;
    for (size_t i = 0; all && i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            all[at++] = lists[i]->values[k];
    if (all) all[at++] = s->cost.mode;
    if (all && s->cost.residents_table) all[at] = s->cost.residents_table;
    return all;
}

static ig_status check(ig_ctx *ctx, const struct settings *s, const char *const *inputs)
{
    const char *dot = strrchr(s->output, '.');
    if (!dot || (strcasecmp(dot, ".tif") != 0 && strcasecmp(dot, ".tiff") != 0))
        return command_fail(ctx, IG_EINVAL, "name it FILE.tif",
                            "%s: a cost grid is written as GeoTIFF", ig_show(s->output));
    if (s->cost.road_class && !s->cost.roads.count)
        return command_fail(ctx, IG_EINVAL, "add --roads FILE", "--road-class needs --roads");
    if (s->cost.landcover_class && !s->cost.landcover.count)
        return command_fail(ctx, IG_EINVAL, "add --landcover FILE",
                            "--landcover-class needs --landcover");
    return ig_output_check(ctx, s->output, inputs);
}

static ig_status write_surface(ig_ctx *ctx, const struct settings *s, const ig_surface *surface,
                               const char *const *inputs)
{
    char mode[256];
    snprintf(mode, sizeof mode, "mode=%s", ig_base_name(s->cost.mode));
    // Lengths of roads are made good for this neighbourhood of the search.
    static const char *const lattices[] = {"lattice=8", "lattice=16", "lattice=32",
                                           "lattice=exact"};
    const char *const metadata[] = {"unit=s/m", mode, lattices[s->cost.neighbours], NULL};
    ig_ctx_set_cog(ctx, s->cog);
    return ig_surface_write(ctx, surface, s->output, metadata, inputs);
}

static void summarise(const struct settings *s, const ig_surface *surface, const ig_cost_report *r,
                      json_t *json)
{
    const struct {
        const char *key;
        int64_t value;
    } counts[] = {{"cols", surface->frame.cols},
                  {"rows", surface->frame.rows},
                  {"cells", r->cells},
                  {"cells_barrier", r->cells_barrier},
                  {"cells_road", r->cells_road},
                  {"cells_sea", r->cells_sea},
                  {"roads_in", r->roads_in},
                  {"roads_burned", r->roads_burned},
                  {"roads_left_out", r->roads_left_out},
                  {"roads_unknown_class", r->roads_unknown_class},
                  {"roads_one_way", r->roads_one_way},
                  {"sides_one_way", r->sides_one_way},
                  {"cells_trapped", r->cells_trapped},
                  {"bridges", r->bridges},
                  {"tunnels", r->tunnels},
                  {"gaps_closed", r->gaps_closed},
                  {"cells_passed", r->cells_passed},
                  {"cells_joined", r->cells_joined},
                  {"road_networks", r->road_networks},
                  {"roads_off_network", r->roads_off_network},
                  {"links", r->links},
                  {"barriers_in", r->barriers_in},
                  {"landcover_in", r->landcover_in}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_object_set_new(json, counts[i].key, json_integer(counts[i].value));
    json_object_set_new(json, "crossings_known", json_boolean(r->crossings_known));
    json_object_set_new(json, "mode", json_string(s->cost.mode));
    json_object_set_new(json, "cell", json_number(surface->frame.dx));
    json_t *bands = json_array();
    json_array_append_new(bands, json_string("pace"));
    if (surface->elevation) json_array_append_new(bands, json_string("elevation"));
    if (surface->barriers) json_array_append_new(bands, json_string("barriers"));
    if (surface->residents) json_array_append_new(bands, json_string("residents"));
    json_object_set_new(json, "bands", bands);
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    ig_areas *extent = NULL;
    ig_surface *surface = NULL;
    ig_cost_report report = {0};
    const char **inputs = input_list(s);
    ig_status status =
        inputs ? check(ctx, s, inputs) : ig_fail(ctx, IG_EMEMORY, "no memory for the options");
    if (!status)
        status = ig_areas_read(ctx, s->extent.values, s->extent.count, &s->extent_reading, &extent);
    if (!status) status = ig_cost_build(ctx, extent, &s->cost, &surface, &report);
    if (!status) {
        ig_info(
            ctx,
            "%lld cells: %lld of roads, %lld barriers; %lld of %lld roads burned, %lld bridges, "
            "%lld tunnels",
            (long long)report.cells, (long long)report.cells_road, (long long)report.cells_barrier,
            (long long)report.roads_burned, (long long)report.roads_in, (long long)report.bridges,
            (long long)report.tunnels);
        status = write_surface(ctx, s, surface, inputs);
    }
    if (!status) status = command_output(json, s->output);
    if (!status) summarise(s, surface, &report, json);
    ig_areas_free(extent);
    ig_surface_free(surface);
    ig_free(inputs);
    return status;
}

const struct command cmd_cost = {
    .name = "cost",
    .summary = "Make a cost grid from roads, land cover, terrain and barriers",
    .about =
        "The grid holds seconds a metre in the band pace. A cell that roads pass has the pace of "
        "the fastest, made good for length: steps between the centres of cells along a road take "
        "as long as the road on the ground, by the steps that --neighbours names; travel warns "
        "when "
        "it is asked for others. Other cells have the pace of their land cover, or of "
        "open land. Speeds are those of --mode: walk, cycle, drive, straight, or a table of your "
        "own like "
        "those in geodata/speeds. Where cars drive, land is crossed on foot. Between two cells "
        "with "
        "roads the way is open where a road leads over: streets back to back are not joined, as "
        "long as the roads join them elsewhere. Motorways (kind limited of the table) are joined "
        "only where the source joins a road to them. A cell stands for roads that share a point in "
        "it, or that may be joined anywhere; a motorway over, under or beside them is carried past "
        "the cell by links, as a motorway over another is, and nobody changes there. Against the "
        "network, car journeys along made-up motorways that other roads pass each kilometre are "
        "right to 1 % on average with cells of 50 and 100 m (tests/reference/motorway.py). Roads "
        "of "
        "kind apart of the table (trunk roads of OpenStreetMap) are carried so too, with land open "
        "beside them; all others over each other in one cell are joined there. With the row "
        "apart,*,1 every road is joined only where its line shares a point with another: against "
        "the network minutes are nearer then, by car and on foot, where the source joins roads as "
        "OpenStreetMap and OS Open Roads do. A road that shares points with the others nowhere is "
        "still joined to those in its cells, and how many there are is told (--json has "
        "road_networks, roads_off_network and cells_joined).\n\n"
        "Drivers and cyclists keep one-way roads: a side that only one-way roads lead over is shut "
        "to those who would leave the cell by it the other way; the grid then has the item "
        "sides_shut_to=leaving, and without it a side shut by either cell is shut both ways. "
        "Links, one-way ways from a cell to another past those between, stand in the item "
        "links_between_cells, packed: 'packed 1', west and north of the grid, width and height of "
        "a cell, columns, rows, number of links, and the links in DEFLATE and base64. As text, for "
        "each x and y of the middles of both cells and its seconds, parted by semicolons, they are "
        "read too. A file cut along its cells (gdal_translate -srcwin) keeps those within it; "
        "one on other cells is refused. Walkers "
        "go both ways. Direction is read from oneway (roundabouts and motorways of OpenStreetMap "
        "are one-way unless told otherwise; oneway:bicycle, cycleway=opposite and lanes against "
        "the "
        "traffic open a road to cycles) or directionality; OS Open Roads has none. Vehicles "
        "are kept off oneway=reversible and slowed to .4 on oneway=alternating: rules of the speed "
        "table. Other "
        "carriageways "
        "that share cells are open both ways there, and one can turn round in them.\n\n"
        "Water and other land of speed 0, and --barriers, cannot be crossed: cells that a polygon "
        "touches and no road passes are nodata, and the band barriers tells which of a cell's "
        "eight sides are shut, so that nothing slips through between cells (bits N 1, NE 2, E 4, "
        "SE 8, S 16, SW 32, W 64, NW 128). A road crosses a barrier where its source marks a "
        "bridge, tunnel or ford, or where a line of --bridges runs along it; where a source marks "
        "none and --bridges is not given every road crosses, and a warning says so. Sides steeper "
        "than --max-slope are shut off the roads.\n\n"
        "With --dem the band elevation holds heights, for slopes. Outside all areas, level ground "
        "at or below 0 m of a square kilometre or more is sea, and only roads lead over it. Where "
        "tiles "
        "are missing, the ground round the gap decides: sea beside sea, else level land, with a "
        "warning that names the squares. Coastlines in an OpenStreetMap file of roads stop walkers "
        "off "
        "the roads.\n\n"
        "--residents adds where people may live: 1 within 100 m of a road that people live on, "
        "0.05 elsewhere, 0 on barriers, water and uninhabited land.",
    .example =
        "isogap cost --mode walk --extent geodata/sample/lsoa21.geojson --cell 100 "
        "--roads geodata/sample/roads.osm --landcover geodata/sample/landcover.geojson "
        "--dem geodata/sample/terrain50 -o walk.tif\n"
        "isogap cost --mode drive --extent geodata/sample/lsoa21.geojson --cell 100 "
        "--roads geodata/sample/roads.geojson --road-class road_function "
        "--landcover geodata/sample/landcover.geojson --bridges geodata/sample/bridges.geojson "
        "-o drive.tif",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
