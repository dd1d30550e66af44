// map: a choropleth that opens styled in QGIS, and pictures of it.
#include "map_work.h"

#include <core/inside.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define AT(member) offsetof(struct map_settings, member)
static const ig_option options[] = {
    {"areas", IG_OPTION_INPUTS, AT(areas), true, "boundaries to map", NULL, 0, 0},
    {"value", IG_OPTION_TEXTS, AT(values), true, "columns to map, the first shown by default", NULL,
     0, 0},
    {"shared-classes", IG_OPTION_FLAG, AT(shared), false,
     "the same classes for all values, made from all of them together", NULL, 0, 0},
    {"output", IG_OPTION_OUTPUT, AT(output), false, "GeoPackage that opens styled in QGIS", NULL, 0,
     0},
    {"png", IG_OPTION_OUTPUT, AT(png), false, "picture of the first value, .png", NULL, 0, 0},
    {"svg", IG_OPTION_OUTPUT, AT(svg), false, "picture of the first value, .svg", NULL, 0, 0},
    {"project", IG_OPTION_OUTPUT, AT(project), false,
     "QGIS project that opens the GeoPackage, .qgz", NULL, 0, 0},
    {"classes-to", IG_OPTION_OUTPUT, AT(classes_to), false,
     "table of the classes of the first value, for --classes-from of other maps", NULL, 0, 0},
    {"title", IG_OPTION_TEXT, AT(title), false, "title of pictures and project", NULL, 0, 0},
    {"subtitle", IG_OPTION_TEXT, AT(subtitle), false, "line under the title", NULL, 0, 0},
    {"unit", IG_OPTION_TEXT, AT(unit), false, "unit of the values, as minutes or %", NULL, 0, 0},
    {"attribution", IG_OPTION_TEXT, AT(attribution), false,
     "line at the foot; the publisher's own for ONS codes", NULL, 0, 0},
    {"outlines", IG_OPTION_INPUTS, AT(outlines), false, "boundaries drawn as lines over the areas",
     NULL, 0, 0},
    {"outlines-label", IG_OPTION_TEXT, AT(outlines_label), false, "name of them in the legend",
     NULL, 0, 0},
    {"sites", IG_OPTION_INPUTS, AT(sites), false, "places drawn over the areas", NULL, 0, 0},
    {"sites-label", IG_OPTION_TEXT, AT(sites_label), false, "name of them in the legend", NULL, 0,
     0},
    {"sites-kind", IG_OPTION_COLUMN, AT(sites_kind), false,
     "column of the sites whose values get a symbol each in QGIS", NULL, 0, 0},
    {"width", IG_OPTION_COUNT, AT(width), false, "width of pictures, pixels", NULL, 100, 30000},
    {"height", IG_OPTION_COUNT, AT(height), false,
     "height of pictures, pixels; by the areas' shape when left out", NULL, 100, 30000},
    {"dpi", IG_OPTION_NUMBER, AT(dpi), false, "dots an inch: 96 for the screen, 300 for print",
     NULL, 30, 1200},
    {"min-match", IG_OPTION_NUMBER, AT(min_match), false,
     "least share of areas that must find their row", NULL, 0, 1},
    {0},
};
#undef AT

static const struct option_group groups[] = {
    {.options = ig_area_option_list,
     .offset = offsetof(struct map_settings, area),
     .prefix = "areas-",
     .bare = "dissolve"},
    {.options = table_input_optional,
     .offset = offsetof(struct map_settings, tables),
     .opener = "table",
     .element_size = sizeof(struct table_input),
     .element_defaults = table_input_defaults},
    {.options = ig_table_option_list,
     .offset = offsetof(struct map_settings, tables),
     .prefix = "table-",
     .bare = TABLE_INPUT_BARE,
     .opener = "table",
     .element_size = sizeof(struct table_input),
     .element_offset = offsetof(struct table_input, reading)},
    {.options = ig_site_option_list,
     .offset = offsetof(struct map_settings, site),
     .prefix = "sites-",
     .bare = "easting|northing|longitude|latitude|postcode|postcodes"},
    {.options = ig_map_option_list, .offset = offsetof(struct map_settings, map)},
    {0}};

static void defaults(void *settings)
{
    struct map_settings *s = settings;
    s->area = ig_area_defaults();
    s->site = ig_site_defaults();
    s->map = ig_map_defaults();
    s->min_match = ig_join_defaults().min_match;
}

static void free_work(struct map_work *w)
{
    for (size_t m = 0; w->maps && m < w->map_count; m++)
        ig_choropleth_free(w->maps[m]);
    ig_free(w->maps);
    ig_join_free(w->join);
    for (size_t t = 0; w->tables && t < w->table_count; t++)
        ig_table_free(w->tables[t].table);
    ig_free(w->tables);
    ig_site_kinds_free(&w->kinds);
    ig_result_free(w->site_columns);
    ig_result_free(w->outline_columns);
    ig_sites_free(w->sites);
    ig_areas_free(w->outlines);
    ig_areas_free(w->areas);
    ig_free(w->inputs);
}

static ig_status list_inputs(ig_ctx *ctx, const struct map_settings *s, struct map_work *w)
{
    const struct table_input *tables = s->tables.elements;
    const ig_texts *lists[] = {&s->areas, &s->outlines, &s->sites, &s->site.postcodes};
    size_t count = s->tables.count + 1, used = 0;
    for (size_t l = 0; l < 4; l++)
        count += lists[l]->count;
    w->inputs = ig_alloc(count + 1, sizeof *w->inputs);
    if (!w->inputs) return map_no_memory(ctx);
    for (size_t l = 0; l < 4; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            w->inputs[used++] = lists[l]->values[i];
    for (size_t t = 0; t < s->tables.count; t++)
        w->inputs[used++] = tables[t].path;
    if (s->map.classes_from) w->inputs[used++] = s->map.classes_from;
    return IG_OK;
}

static ig_status join_tables(ig_ctx *ctx, struct map_settings *s, struct map_work *w)
{
    w->table_count = s->tables.count;
    w->tables = ig_alloc(w->table_count + 1, sizeof *w->tables);
    if (!w->tables) return map_no_memory(ctx);
    ig_status status = joining_read(ctx, &s->tables, w->tables);
    const ig_join_options choices = {.min_match = s->min_match};
    if (!status)
        status = ig_join_new(ctx, w->areas, w->tables, w->table_count, &choices, true, &w->join);
    return status;
}

static ig_status read_inputs(ig_ctx *ctx, struct map_settings *s, struct map_work *w)
{
    ig_status status = ig_areas_read(ctx, s->areas.values, s->areas.count, &s->area, &w->areas);
    if (!status) status = join_tables(ctx, s, w);
    const ig_area_options plain = ig_area_defaults();
    if (!status && s->outlines.count)
        status = ig_areas_read(ctx, s->outlines.values, s->outlines.count, &plain, &w->outlines);
    if (!status && s->sites.count)
        status = ig_sites_read(ctx, s->sites.values, s->sites.count, &s->site, &w->sites);
    return status;
}

static ig_status make_maps(ig_ctx *ctx, const struct map_settings *s, struct map_work *w)
{
    w->map_count = s->values.count;
    w->maps = ig_alloc(w->map_count, sizeof *w->maps);
    if (!w->maps) return map_no_memory(ctx);
    ig_map_options choices = s->map;
    choices.unit = s->unit;
    ig_status status = IG_OK;
    if (s->shared)
        return ig_choropleths_shared(ctx, w->join->columns, s->values.values, w->map_count,
                                     &choices, w->maps);
    for (size_t m = 0; !status && m < w->map_count; m++) {
        status =
            ig_choropleth_new(ctx, w->join->columns, s->values.values[m], &choices, &w->maps[m]);
    }
    return status;
}

// ---- places and outlines as layers -----------------------------------------------------------

static ig_status describe_sites(ig_ctx *ctx, const struct map_settings *s, struct map_work *w)
{
    static const char *const names[] = {"site", "name", "kind"};
    if (!w->sites) return IG_OK;
    const size_t count = ig_sites_count(w->sites), columns = s->sites_kind ? 3 : 2;
    ig_column *column = NULL;
    ig_status status = IG_OK;
    if (s->sites_kind) status = ig_site_kinds_new(ctx, w->sites, s->sites_kind, &w->kinds);
    if (status) return status;
    status = ig_result_new(count, &w->site_columns);
    for (size_t c = 0; c < columns && !status; c++)
        status = ig_result_add(w->site_columns, names[c], IG_COLUMN_TEXT, &column);
    for (size_t i = 0; i < count && !status; i++) {
        const char *const texts[] = {ig_sites_code(w->sites, i), ig_sites_name(w->sites, i),
                                     s->sites_kind ? w->kinds.of[i] : NULL};
        for (size_t c = 0; c < columns && !status; c++)
            if (texts[c])
                status =
                    ig_result_set_text(w->site_columns, &w->site_columns->columns[c], i, texts[c]);
    }
    return status ? map_no_memory(ctx) : IG_OK;
}

static ig_status describe_outlines(ig_ctx *ctx, struct map_work *w)
{
    if (!w->outlines) return IG_OK;
    const char *layer = ig_areas_layer(w->outlines);
    const bool taken = !strcasecmp(layer, ig_areas_layer(w->areas)) || !strcasecmp(layer, "sites");
    snprintf(w->outlines_layer, sizeof w->outlines_layer, "%s%s", layer, taken ? "_outlines" : "");
    ig_column *column = NULL;
    ig_status status = ig_result_new(ig_areas_count(w->outlines), &w->outline_columns);
    if (!status) status = ig_result_add(w->outline_columns, "area", IG_COLUMN_TEXT, &column);
    if (!status) status = ig_result_add(w->outline_columns, "name", IG_COLUMN_TEXT, &column);
    for (size_t a = 0; a < ig_areas_count(w->outlines) && !status; a++) {
        const char *name = ig_areas_name(w->outlines, a);
        ig_column *columns = w->outline_columns->columns;
        status =
            ig_result_set_text(w->outline_columns, &columns[0], a, ig_areas_code(w->outlines, a));
        if (!status && name) status = ig_result_set_text(w->outline_columns, &columns[1], a, name);
    }
    return status ? map_no_memory(ctx) : IG_OK;
}

/// The layers over the areas, each with its style.
static ig_status add_overlays(ig_ctx *ctx, const struct map_settings *s, const struct map_work *w,
                              ig_layers *layers)
{
    ig_status status = IG_OK;
    if (w->outlines) {
        status = ig_layers_areas(layers, w->outlines_layer, w->outlines, false, w->outline_columns);
        if (!status) status = ig_map_outlines(ctx, layers, w->outlines_layer);
    }
    if (status || !w->sites) return status;
    const size_t count = ig_sites_count(w->sites);
    double *x = ig_alloc(count + 1, sizeof *x), *y = ig_alloc(count + 1, sizeof *y);
    for (size_t i = 0; x && y && i < count; i++) {
        x[i] = ig_sites_x(w->sites, i);
        y[i] = ig_sites_y(w->sites, i);
    }
    if (!x || !y) status = map_no_memory(ctx);
    if (!status)
        status = ig_layers_points(layers, map_sites_layer(w), count, x, y, w->site_columns);
    if (!status)
        status =
            ig_map_sites(ctx, layers, map_sites_layer(w), "name", s->sites_kind ? &w->kinds : NULL);
    ig_free(x);
    ig_free(y);
    return status;
}

static bool ends_with(const char *path, const char *suffix)
{
    const size_t n = strlen(path), m = strlen(suffix);
    return n >= m && strcasecmp(path + n - m, suffix) == 0;
}

static ig_status write_layers(ig_ctx *ctx, const struct map_settings *s, const struct map_work *w,
                              json_t *json)
{
    const char *name = ig_areas_layer(w->areas);
    const ig_style **styles = ig_alloc(w->map_count, sizeof *styles);
    if (!styles) return map_no_memory(ctx);
    for (size_t m = 0; m < w->map_count; m++)
        styles[m] = ig_choropleth_style(w->maps[m]);
    if (!ends_with(s->output, ".gpkg"))
        ig_info(ctx, "%s: only a GeoPackage keeps styles", ig_show(s->output));
    ig_layers *layers = NULL;
    ig_status status = ig_layers_begin(ctx, s->output, w->inputs, &layers);
    if (!status) status = ig_layers_areas(layers, name, w->areas, false, w->join->columns);
    if (!status) status = ig_map_styles(ctx, layers, name, styles, w->map_count, w->join->columns);
    if (!status && ends_with(s->output, ".gpkg")) status = add_overlays(ctx, s, w, layers);
    if (!status && w->table_count && ends_with(s->output, ".gpkg"))
        status = joining_layers(ctx, layers, "map", w->join, w->areas);
    if (!status) status = ig_layers_metadata(layers, "isogap_command", "map");
    if (!status) status = ig_layers_metadata(layers, "isogap_version", ig_version());
    if (!status && map_attribution(s, w))
        status = ig_layers_metadata(layers, "attribution", map_attribution(s, w));
    ig_free(styles);
    if (status) {
        ig_layers_abort(layers);
        return status;
    }
    status = ig_layers_finish(layers);
    return status ? status : command_output(json, s->output);
}

static ig_status write_picture(ig_ctx *ctx, const struct map_settings *s, const struct map_work *w,
                               const char *path, json_t *json)
{
    const ig_style *style = ig_choropleth_style(w->maps[0]);
    const ig_picture picture = {
        .areas = w->areas,
        .values = ig_choropleth_values(w->maps[0]),
        .marks = ig_choropleth_marks(w->maps[0]),
        .style = style,
        .outlines = w->outlines,
        .outlines_label = s->outlines_label,
        .sites = w->sites,
        .sites_label = s->sites_label,
        .title = s->title ? s->title : style->title,
        .subtitle = s->subtitle,
        .attribution = map_attribution(s, w),
        .width = (int)s->width,
        .height = (int)s->height,
        .dpi = s->dpi,
    };
    const ig_status status = ig_picture_write(ctx, &picture, path, w->inputs);
    return status ? status : command_output(json, path);
}

/// Refused before any work: what is there already, what is an input, a folder that is not.
static ig_status check_outputs(ig_ctx *ctx, const struct map_settings *s, const struct map_work *w)
{
    const char *const paths[] = {s->output, s->png, s->svg, s->project, s->classes_to};
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < sizeof paths / sizeof *paths; i++)
        if (paths[i]) status = ig_output_check(ctx, paths[i], w->inputs);
    return status;
}

static ig_status write_classes(ig_ctx *ctx, const struct map_settings *s, const struct map_work *w,
                               json_t *json)
{
    ig_result *classes = NULL;
    ig_status status = ig_choropleth_classes(ctx, w->maps[0], &classes);
    if (!status) status = ig_result_write(ctx, classes, s->classes_to, "classes", w->inputs);
    ig_result_free(classes);
    return status ? status : command_output(json, s->classes_to);
}

static ig_status write_outputs(ig_ctx *ctx, const struct map_settings *s, const struct map_work *w,
                               json_t *json)
{
    ig_status status = IG_OK;
    if (s->output) status = write_layers(ctx, s, w, json);
    if (!status && s->png) status = write_picture(ctx, s, w, s->png, json);
    if (!status && s->svg) status = write_picture(ctx, s, w, s->svg, json);
    if (!status && s->project) status = map_write_project(ctx, s, w, json);
    if (!status && s->classes_to) status = write_classes(ctx, s, w, json);
    return status;
}

static void put_map(json_t *list, const ig_choropleth *map)
{
    static const char *const methods[] = {"quantile", "equal",     "fisher-jenks", "sd",
                                          "pretty",   "head-tail", "manual"};
    const ig_style *style = ig_choropleth_style(map);
    json_t *bounds = json_array(), *counts = json_array(), *colours = json_array();
    for (size_t k = 0; k < style->breaks->classes; k++) {
        char colour[8];
        const ig_colour c = style->colours[k];
        snprintf(colour, sizeof colour, "#%02x%02x%02x", c.r, c.g, c.b);
        json_array_append_new(bounds, json_number(style->breaks->upper[k]));
        json_array_append_new(counts, json_integer(style->breaks->count[k]));
        json_array_append_new(colours, json_string(colour));
    }
    json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:I}", "value", style->column,
                                          "method", methods[style->method], "upper_bounds", bounds,
                                          "counts", counts, "colours", colours, "missing",
                                          (json_int_t)style->breaks->missing));
    json_t *last = json_array_get(list, json_array_size(list) - 1);
    json_object_set_new(last, "suppressed", json_integer(style->suppressed));
    if (style->lower) json_object_set_new(last, "unclear", json_integer(style->unclear));
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct map_settings *s = settings;
    if (!s->output && !s->png && !s->svg && !s->classes_to)
        return command_fail(ctx, IG_EINVAL, "give -o FILE.gpkg, --png FILE or --svg FILE",
                            "there is nothing to write");
    if (s->project && !s->output)
        return command_fail(ctx, IG_EINVAL, "give -o FILE.gpkg as well",
                            "a project needs the GeoPackage that it opens");
    struct map_work w = {0};
    ig_status status = list_inputs(ctx, s, &w);
    if (!status) status = check_outputs(ctx, s, &w);
    if (!status) status = read_inputs(ctx, s, &w);
    if (!status) status = make_maps(ctx, s, &w);
    if (!status) status = describe_sites(ctx, s, &w);
    if (!status) status = describe_outlines(ctx, &w);
    if (!status) status = write_outputs(ctx, s, &w, json);
    if (!status) {
        json_t *maps = json_array();
        for (size_t m = 0; m < w.map_count; m++)
            put_map(maps, w.maps[m]);
        json_object_set_new(json, "layer", json_string(ig_areas_layer(w.areas)));
        json_object_set_new(json, "areas", json_integer((json_int_t)ig_areas_count(w.areas)));
        json_object_set_new(json, "maps", maps);
        if (w.table_count) joining_counts(json, w.join);
    }
    free_work(&w);
    return status;
}

const struct command cmd_map = {
    .name = "map",
    .summary = "Make a choropleth that opens styled in QGIS, and pictures of it",
    .about =
        "Puts a column into classes, gives them colours and writes a GeoPackage whose layer loads "
        "with that style by itself. The layer has the name of the areas' layer and holds the "
        "areas' own columns and those of the tables joined with --table, as join does. Areas "
        "without a value are hatched and counted, never left out.\n\n"
        "Several columns after --value give several styles of one layer; the first is shown. With "
        "--shared-classes they have the same classes, so that a colour means the same on each map; "
        "--classes-to keeps them in a table, which --classes-from takes for other layers, years "
        "and "
        "places (that of classify too); the last class then reaches as far as the values do. "
        "--centre V makes classes that lie alike on both sides of V (0, or the value of England) "
        "in a two-sided palette; with --lower and --upper, areas whose limits hold V are dotted. "
        "Values that were suppressed are hatched another way than those that are not known.\n\n"
        "--outlines and --sites become layers of the GeoPackage too; --sites-kind gives each kind "
        "of site its symbol. --project writes a QGIS project with all of them in its layer tree "
        "and a print layout: title, map, legend, scale bar, north and attribution.\n\n"
        "--png and --svg draw the first column with legend, counts, scale bar and attribution.",
    .example = "isogap map --areas geodata/sample/lsoa21.geojson --table "
               "geodata/sample/iod2025_file1.csv --columns '\"Index of Multiple Deprivation (IMD) "
               "Decile\"=decile' --value decile --method equal --reverse --png decile.png -o "
               "decile.gpkg",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct map_settings),
    .defaults = defaults,
    .run = run,
};
