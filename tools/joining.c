// Tables joined to areas: what join and map share.
#include "joining.h"

#include <core/inside.h>

#define AT(member) offsetof(struct table_input, member)
static const char table_help[] =
    "table to join: CSV, XLSX, ODS, DBF, GeoPackage, GeoJSON; may be given again";
static const char columns_help[] =
    "columns to take from the table before, a,b=newname; without, all";
const ig_option table_input_options[] = {
    {"table", IG_OPTION_INPUT, AT(path), true, table_help, NULL, 0, 0},
    {"columns", IG_OPTION_TEXT, AT(columns), false, columns_help, NULL, 0, 0},
    {0},
};
const ig_option table_input_optional[] = {
    {"table", IG_OPTION_INPUT, AT(path), false, table_help, NULL, 0, 0},
    {"columns", IG_OPTION_TEXT, AT(columns), false, columns_help, NULL, 0, 0},
    {0},
};

void table_input_defaults(void *element)
{
    ((struct table_input *)element)->reading = ig_table_defaults();
}

ig_status joining_read(ig_ctx *ctx, struct repeated *list, ig_join_table *tables)
{
    struct table_input *inputs = list->elements;
    ig_status status = IG_OK;
    for (size_t t = 0; !status && t < list->count; t++) {
        if (inputs[t].reading.pivot) { // what is named is what is spread
            inputs[t].reading.pivot_columns = inputs[t].columns;
            inputs[t].columns = NULL;
        }
        tables[t].columns = inputs[t].columns;
        status = ig_table_read(ctx, inputs[t].path, &inputs[t].reading, &tables[t].table);
    }
    return status;
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
static ig_status run_table(const char *command, const ig_join *join, const ig_areas *areas,
                           ig_result **out)
{
    enum { EACH = 10, HEAD = 4 };
    ig_column *column = NULL;
    ig_status status = ig_result_new(HEAD + EACH * join->tables, out);
    if (!status) status = ig_result_add(*out, "file", IG_COLUMN_TEXT, &column);
    if (!status) status = ig_result_add(*out, "item", IG_COLUMN_TEXT, &column);
    if (!status) status = ig_result_add(*out, "value", IG_COLUMN_TEXT, &column);
    size_t r = 0;
    const char *boundaries = ig_base_name(ig_areas_path(areas));
    if (!status) status = add_item(*out, r++, NULL, "command", command);
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
        if (!status) status = add_count(*out, r++, file, "rows_combined", c->rows_combined);
        if (!status) status = add_count(*out, r++, file, "counts_hidden", c->counts_hidden);
        if (!status) {
            status = markers.failed
                         ? IG_EMEMORY
                         : add_item(*out, r++, file, "markers", markers.data ? markers.data : "");
        }
        ig_text_free(&markers);
    }
    return status;
}

ig_status joining_layers(ig_ctx *ctx, ig_layers *layers, const char *command, const ig_join *join,
                         const ig_areas *areas)
{
    ig_result *lone_areas = NULL, *lone_rows = NULL, *record = NULL;
    ig_status status = unmatched_areas(join, areas, &lone_areas);
    if (!status) status = unmatched_rows(join, &lone_rows);
    if (!status) status = run_table(command, join, areas, &record);
    if (status) ig_fail(ctx, status, "no memory");
    if (!status) status = ig_layers_table(layers, "isogap_unmatched_areas", lone_areas);
    if (!status) status = ig_layers_table(layers, "isogap_unmatched_rows", lone_rows);
    if (!status) status = ig_layers_table(layers, "isogap_run", record);
    ig_result_free(lone_areas);
    ig_result_free(lone_rows);
    ig_result_free(record);
    return status;
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
    json_object_set_new(to, "rows_combined", json_integer(c->rows_combined));
    json_object_set_new(to, "counts_hidden", json_integer(c->counts_hidden));
    json_t *markers = json_object();
    for (size_t m = 0; m < c->markers; m++) {
        json_object_set_new(markers, c->marker[m], json_integer(c->marker_count[m]));
    }
    json_object_set_new(to, "markers", markers);
}

void joining_counts(json_t *json, const ig_join *join)
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
