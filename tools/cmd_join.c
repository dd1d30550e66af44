// join: tables as published meet boundaries; every area and every row is accounted for.
#include "groups.h"
#include "joining.h"
#include "tracing.h"

#include <core/inside.h>

#include <string.h>
#include <strings.h>

struct settings {
    ig_texts areas;
    ig_area_options area_reading;
    struct repeated tables;
    double min_match;
    const char *to_crs, *trace, *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"areas", IG_OPTION_INPUTS, AT(areas), true,
     "boundaries: GeoPackage, Shapefile, GeoJSON, TopoJSON", NULL, 0, 0},
    {"min-match", IG_OPTION_NUMBER, AT(min_match), false,
     "least share of the areas that must have a row", NULL, 0, 1},
    {"to-crs", IG_OPTION_TEXT, AT(to_crs), false,
     "CRS of the output, EPSG:N; without, coordinates stay as they came", NULL, 0, 0},
    TRACE_OPTION(AT(trace)),
    {"output", IG_OPTION_OUTPUT, AT(output), false,
     "result: .gpkg .geojson .shp with shapes, .csv .xlsx .json without", NULL, 0, 0},
    {0},
};

static const struct option_group groups[] = {
    AREAS_GROUP(AT(area_reading)),
    {.options = table_input_options,
     .offset = AT(tables),
     .opener = "table",
     .element_size = sizeof(struct table_input),
     .element_defaults = table_input_defaults},
    {.options = ig_table_option_list,
     .offset = AT(tables),
     .prefix = "table-",
     .bare = TABLE_INPUT_BARE,
     .opener = "table",
     .element_size = sizeof(struct table_input),
     .element_offset = offsetof(struct table_input, reading)},
    {0},
};

static void defaults(void *settings)
{
    struct settings *s = settings;
    s->area_reading = ig_area_defaults();
    s->min_match = ig_join_defaults().min_match;
}

static bool has_suffix(const char *path, const char *suffix)
{
    const size_t n = strlen(path), m = strlen(suffix);
    return n >= m && strcasecmp(path + n - m, suffix) == 0;
}

static ig_status write_shapes(ig_ctx *ctx, const struct settings *s, const ig_areas *areas,
                              const ig_join *join, struct tracing *tracing,
                              const char *const *inputs)
{
    ig_layers *layers = NULL;
    ig_status status = ig_layers_begin(ctx, s->output, inputs, &layers);
    if (status) return status;
    if (s->to_crs) status = ig_layers_crs(layers, s->to_crs);
    if (!status) {
        status = ig_layers_areas(layers, ig_areas_layer(areas), areas, !s->to_crs, join->columns);
    }
    if (!status && has_suffix(s->output, ".gpkg"))
        status = joining_layers(ctx, layers, "join", join, areas);
    if (!status) status = tracing_layer(ctx, tracing, layers);
    if (status) {
        ig_layers_abort(layers);
        return status;
    }
    return ig_layers_finish(layers);
}

// ---- run --------------------------------------------------------------------------------------

static ig_status check_output(ig_ctx *ctx, const struct settings *s, const char *const *inputs)
{
    if (s->to_crs && (!s->output || !command_carries_shapes(s->output))) {
        return command_fail(ctx, IG_EINVAL, NULL, "--to-crs goes with an output that holds shapes");
    }
    return s->output ? ig_output_check(ctx, s->output, inputs) : IG_OK;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    ig_areas *areas = NULL;
    ig_join *join = NULL;
    struct tracing tracing = {0};
    const size_t files = s->areas.count + s->tables.count;
    const char **inputs = ig_alloc(files + 1, sizeof *inputs);
    ig_join_table *tables = ig_alloc(s->tables.count + 1, sizeof *tables);
    ig_status status = inputs && tables ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory");
    if (status) goto done;
    for (size_t i = 0; i < s->areas.count; i++)
        inputs[i] = s->areas.values[i];
    for (size_t t = 0; t < s->tables.count; t++) {
        inputs[s->areas.count + t] = ((struct table_input *)s->tables.elements)[t].path;
    }
    status = check_output(ctx, s, inputs);
    if (!status) status = tracing_begin(ctx, s->trace, s->output, inputs, &tracing);
    for (size_t t = 0; t < s->tables.count; t++)
        ((struct table_input *)s->tables.elements)[t].reading.lineage = s->trace != NULL;
    s->area_reading.source_only = !s->to_crs; // no coordinate is moved that is not asked for
    if (!status) status = joining_read(ctx, &s->tables, tables);
    if (!status) {
        status = ig_areas_read(ctx, s->areas.values, s->areas.count, &s->area_reading, &areas);
    }
    const ig_join_options choice = {.min_match = s->min_match, .trace = tracing.trace};
    if (!status) {
        status = ig_join_new(ctx, areas, tables, s->tables.count, &choice, true, &join);
    }
    if (status) goto done;
    if (s->output && command_carries_shapes(s->output)) {
        status = tracing_file(ctx, &tracing, inputs, json);
        if (!status) status = write_shapes(ctx, s, areas, join, &tracing, inputs);
        if (!status) status = command_output(json, s->output);
    } else {
        status = tracing_write(ctx, &tracing, join->columns, s->output, ig_areas_layer(areas),
                               inputs, json);
    }
    if (!status) joining_counts(json, join);
done:
    tracing_free(&tracing);
    ig_join_free(join);
    ig_areas_free(areas);
    for (size_t t = 0; tables && t < s->tables.count; t++)
        ig_table_free(tables[t].table);
    ig_free(tables);
    ig_free(inputs);
    return status;
}

const struct command cmd_join = {
    .name = "join",
    .summary = "Join tables as published to boundaries, with every area and row accounted for",
    .about = "Each area is in the output once, with the values and a status; what did not match is "
             "listed by "
             "code in the tables isogap_unmatched_areas and isogap_unmatched_rows of a GeoPackage. "
             "Codes are "
             "text; a code that comes twice is an error; markers of suppressed and missing values "
             "become gaps "
             "with their reason in NAME_status. --columns, --where, --pivot, --sheet and the other "
             "options of "
             "reading belong to the --table before them.",
    .example =
        "isogap join --areas geodata/sample/lsoa21.geojson --table "
        "geodata/sample/iod2025_file1.csv "
        "--columns '\"Index of Multiple Deprivation (IMD) Decile\"=imd_decile' -o joined.gpkg",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
