// join: tables as published meet boundaries; every area and every row is accounted for.
#include "command.h"

#include <core/inside.h>

#include <string.h>
#include <strings.h>

/// One --table with the options after it.
struct table_input {
    const char *path, *columns;
    ig_table_options reading;
};

struct settings {
    ig_texts areas;
    ig_area_options area_reading;
    struct repeated tables;
    double min_match;
    const char *to_crs, *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"areas", IG_OPTION_INPUTS, AT(areas), true,
     "boundaries: GeoPackage, Shapefile, GeoJSON, TopoJSON", NULL, 0, 0},
    {"min-match", IG_OPTION_NUMBER, AT(min_match), false,
     "least share of the areas that must have a row", NULL, 0, 1},
    {"to-crs", IG_OPTION_TEXT, AT(to_crs), false,
     "CRS of the output, EPSG:N; without, coordinates stay as they came", NULL, 0, 0},
    {"output", IG_OPTION_OUTPUT, AT(output), false,
     "result: .gpkg .geojson .shp with shapes, .csv .xlsx .json without", NULL, 0, 0},
    {0},
};

static const ig_option table_options[] = {
    {"table", IG_OPTION_INPUT, offsetof(struct table_input, path), true,
     "table to join: CSV, XLSX, ODS, DBF, GeoPackage, GeoJSON; may be given again", NULL, 0, 0},
    {"columns", IG_OPTION_TEXT, offsetof(struct table_input, columns), false,
     "columns to take from the table before, a,b=newname; without, all", NULL, 0, 0},
    {0},
};

static void table_defaults(void *element)
{
    ((struct table_input *)element)->reading = ig_table_defaults();
}

static const struct option_group groups[] = {
    {.options = ig_area_option_list,
     .offset = AT(area_reading),
     .prefix = "areas-",
     .bare = "dissolve"},
    {.options = table_options,
     .offset = AT(tables),
     .opener = "table",
     .element_size = sizeof(struct table_input),
     .element_defaults = table_defaults},
    {.options = ig_table_option_list,
     .offset = AT(tables),
     .prefix = "table-",
     .bare = "header|header-row|sheet|where|pivot|encoding|decimal-comma|duplicates|proportion|"
             "sensitive|"
             "max-rows",
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

static bool carries_shapes(const char *path)
{
    return has_suffix(path, ".gpkg") || has_suffix(path, ".geojson") || has_suffix(path, ".shp");
}

// ---- the lists and the run as tables ----------------------------------------------------------

static ig_status unmatched_areas(const ig_join *join, const ig_areas *areas, ig_result **out)
{
    size_t rows = 0;
    for (size_t t = 0; t < join->tables; t++)
        rows += (size_t)join->counts[t].areas_without_row;
    ig_column *column = NULL;
    ig_status status = ig_result_new(rows, out);
    if (!status) status = ig_result_add(*out, "code", IG_COLUMN_TEXT, &column);
    for (size_t t = 0, r = 0; !status && t < join->tables; t++) {
        const ig_join_count *count = &join->counts[t];
        for (int64_t i = 0; !status && i < count->areas_without_row; i++, r++) {
            status =
                ig_result_set_text(*out, column, r, ig_areas_code(areas, count->unmatched_area[i]));
        }
    }
    if (!status) status = ig_result_add(*out, "file", IG_COLUMN_TEXT, &column);
    for (size_t t = 0, r = 0; !status && t < join->tables; t++) {
        const ig_join_count *count = &join->counts[t];
        for (int64_t i = 0; !status && i < count->areas_without_row; i++, r++) {
            status = ig_result_set_text(*out, column, r, ig_base_name(count->file));
        }
    }
    return status;
}

static ig_status unmatched_rows(const ig_join *join, ig_result **out)
{
    size_t rows = 0;
    for (size_t t = 0; t < join->tables; t++)
        rows += (size_t)join->counts[t].rows_without_area;
    ig_status status = ig_result_new(rows, out);
    static const char *const names[] = {"code", "line", "file"};
    for (size_t c = 0; !status && c < 3; c++) {
        ig_column *column = NULL;
        status =
            ig_result_add(*out, names[c], c == 1 ? IG_COLUMN_INTEGER : IG_COLUMN_TEXT, &column);
        for (size_t t = 0, r = 0; !status && t < join->tables; t++) {
            const ig_join_count *count = &join->counts[t];
            for (int64_t i = 0; !status && i < count->rows_without_area; i++, r++) {
                if (c == 1) {
                    column->number[r] = (double)count->unmatched_line[i];
                } else {
                    status = ig_result_set_text(*out, column, r,
                                                c == 0 ? count->unmatched_code[i]
                                                       : ig_base_name(count->file));
                }
            }
        }
    }
    return status;
}

static ig_status add_item(ig_result *run, size_t row, const char *file, const char *item,
                          const char *value)
{
    ig_status status = ig_result_set_text(run, &run->columns[0], row, file);
    if (!status) status = ig_result_set_text(run, &run->columns[1], row, item);
    return status ? status : ig_result_set_text(run, &run->columns[2], row, value);
}

static ig_status add_count(ig_result *run, size_t row, const char *file, const char *item,
                           int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return add_item(run, row, file, item, text);
}

// The record of the join: file, item, value.
static ig_status run_table(const ig_join *join, const ig_areas *areas, ig_result **out)
{
    enum { EACH = 8, HEAD = 4 };
    ig_column *column = NULL;
    ig_status status = ig_result_new(HEAD + EACH * join->tables, out);
    if (!status) status = ig_result_add(*out, "file", IG_COLUMN_TEXT, &column);
    if (!status) status = ig_result_add(*out, "item", IG_COLUMN_TEXT, &column);
    if (!status) status = ig_result_add(*out, "value", IG_COLUMN_TEXT, &column);
    size_t r = 0;
    const char *boundaries = ig_base_name(ig_areas_path(areas));
    if (!status) status = add_item(*out, r++, NULL, "command", "join");
    if (!status) status = add_item(*out, r++, NULL, "version", ig_version());
    if (!status) status = add_item(*out, r++, boundaries, "crs", ig_areas_source_crs(areas));
    if (!status) {
        status = add_item(*out, r++, boundaries, "crs_operation", ig_areas_crs_operation(areas));
    }
    for (size_t t = 0; !status && t < join->tables; t++) {
        const ig_join_count *c = &join->counts[t];
        const char *file = ig_base_name(c->file);
        ig_text markers = {0};
        for (size_t m = 0; m < c->markers; m++) {
            ig_text_format(&markers, "%s%s %lld", m ? ", " : "",
                           *c->marker[m] ? c->marker[m] : "(blank)", (long long)c->marker_count[m]);
        }
        status = add_count(*out, r++, file, "areas_in", c->areas_in);
        if (!status) status = add_count(*out, r++, file, "matched", c->matched);
        if (!status) status = add_count(*out, r++, file, "areas_without_row", c->areas_without_row);
        if (!status) status = add_count(*out, r++, file, "rows_in", c->rows_in);
        if (!status) status = add_count(*out, r++, file, "rows_without_area", c->rows_without_area);
        if (!status) status = add_count(*out, r++, file, "rows_refused", c->rows_refused);
        if (!status) status = add_count(*out, r++, file, "rows_filtered", c->rows_filtered);
        if (!status) {
            status = markers.failed
                         ? IG_EMEMORY
                         : add_item(*out, r++, file, "markers", markers.data ? markers.data : "");
        }
        ig_text_free(&markers);
    }
    return status;
}

static ig_status write_shapes(ig_ctx *ctx, const struct settings *s, const ig_areas *areas,
                              const ig_join *join, const char *const *inputs)
{
    ig_layers *layers = NULL;
    ig_result *lone_areas = NULL, *lone_rows = NULL, *record = NULL;
    ig_status status = ig_layers_begin(ctx, s->output, inputs, &layers);
    if (status) return status;
    if (s->to_crs) status = ig_layers_crs(layers, s->to_crs);
    if (!status) {
        status = ig_layers_areas(layers, ig_areas_layer(areas), areas, !s->to_crs, join->columns);
    }
    if (!status && has_suffix(s->output, ".gpkg")) {
        status = unmatched_areas(join, areas, &lone_areas);
        if (!status) status = unmatched_rows(join, &lone_rows);
        if (!status) status = run_table(join, areas, &record);
        if (status) ig_fail(ctx, status, "no memory");
        if (!status) status = ig_layers_table(layers, "isogap_unmatched_areas", lone_areas);
        if (!status) status = ig_layers_table(layers, "isogap_unmatched_rows", lone_rows);
        if (!status) status = ig_layers_table(layers, "isogap_run", record);
    }
    ig_result_free(lone_areas);
    ig_result_free(lone_rows);
    ig_result_free(record);
    if (status) {
        ig_layers_abort(layers);
        return status;
    }
    return ig_layers_finish(layers);
}

// ---- JSON -------------------------------------------------------------------------------------

static void put_count(json_t *to, const ig_join_count *c)
{
    json_object_set_new(to, "areas_in", json_integer(c->areas_in));
    json_object_set_new(to, "matched", json_integer(c->matched));
    json_object_set_new(to, "areas_without_row", json_integer(c->areas_without_row));
    json_object_set_new(to, "rows_in", json_integer(c->rows_in));
    json_object_set_new(to, "rows_without_area", json_integer(c->rows_without_area));
    json_object_set_new(to, "rows_refused", json_integer(c->rows_refused));
    json_object_set_new(to, "rows_filtered", json_integer(c->rows_filtered));
    json_t *markers = json_object();
    for (size_t m = 0; m < c->markers; m++) {
        json_object_set_new(markers, c->marker[m], json_integer(c->marker_count[m]));
    }
    json_object_set_new(to, "markers", markers);
}

static void put_counts(json_t *json, const ig_join *join)
{
    if (join->tables == 1) {
        put_count(json, &join->counts[0]);
        return;
    }
    json_t *tables = json_array();
    for (size_t t = 0; t < join->tables; t++) {
        json_t *one = json_object();
        json_object_set_new(one, "file", json_string(join->counts[t].file));
        put_count(one, &join->counts[t]);
        json_array_append_new(tables, one);
    }
    json_object_set_new(json, "tables", tables);
}

// ---- run --------------------------------------------------------------------------------------

static ig_status read_tables(ig_ctx *ctx, const struct settings *s, ig_join_table *tables)
{
    struct table_input *inputs = s->tables.elements;
    ig_status status = IG_OK;
    for (size_t t = 0; !status && t < s->tables.count; t++) {
        if (inputs[t].reading.pivot) { // what is named is what is spread
            inputs[t].reading.pivot_columns = inputs[t].columns;
            inputs[t].columns = NULL;
        }
        tables[t].columns = inputs[t].columns;
        status = ig_table_read(ctx, inputs[t].path, &inputs[t].reading, &tables[t].table);
    }
    return status;
}

static ig_status check_output(ig_ctx *ctx, const struct settings *s, const char *const *inputs)
{
    if (s->to_crs && (!s->output || !carries_shapes(s->output))) {
        return command_fail(ctx, IG_EINVAL, NULL, "--to-crs goes with an output that holds shapes");
    }
    return s->output ? ig_output_check(ctx, s->output, inputs) : IG_OK;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    ig_areas *areas = NULL;
    ig_join *join = NULL;
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
    s->area_reading.keep_source = true;
    if (!status) status = read_tables(ctx, s, tables);
    if (!status) {
        status = ig_areas_read(ctx, s->areas.values, s->areas.count, &s->area_reading, &areas);
    }
    const ig_join_options choice = {.min_match = s->min_match};
    if (!status) {
        status = ig_join_new(ctx, areas, tables, s->tables.count, &choice, true, &join);
    }
    if (status) goto done;
    if (s->output && carries_shapes(s->output)) {
        status = write_shapes(ctx, s, areas, join, inputs);
        if (!status) status = command_output(json, s->output);
    } else {
        status = command_write(ctx, join->columns, s->output, ig_areas_layer(areas), inputs, json);
    }
    if (!status) put_counts(json, join);
done:
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
