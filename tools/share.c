// What commands share: refusals, and results as JSON.
#include "framework.h"

#include <core/inside.h>

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool json_wanted;
static int exit_code;

void command_json_set(bool json)
{
    json_wanted = json;
}

bool command_json(void)
{
    return json_wanted;
}

void command_exit_code(int code)
{
    exit_code = code;
}

int command_exit_code_get(void)
{
    return exit_code;
}

ig_status command_fail(ig_ctx *ctx, ig_status status, const char *hint, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = NULL;
    const int length = vasprintf(&message, format, arguments);
    va_end(arguments);
    ig_fail(ctx, status, "%s", length < 0 ? "no memory for a message" : message);
    if (hint) ig_hint(ctx, "%s", hint);
    if (length >= 0) free(message);
    return status;
}

json_t *json_number(double value)
{
    if (!isfinite(value)) return json_null();
    if (value == floor(value) && fabs(value) < 0x1p53) return json_integer((json_int_t)value);
    return json_real(value);
}

static json_t *json_cell(const ig_column *column, size_t row)
{
    if (column->kind != IG_COLUMN_TEXT) return json_number(column->number[row]);
    return column->text[row] ? json_string(column->text[row]) : json_null();
}

json_t *json_rows(const ig_result *result)
{
    json_t *rows = json_array();
    for (size_t i = 0; rows && i < result->rows; i++) {
        json_t *row = json_object();
        for (size_t c = 0; row && c < result->count; c++) {
            const ig_column *column = &result->columns[c];
            json_object_set_new(row, column->name, json_cell(column, i));
        }
        json_array_append_new(rows, row);
    }
    return rows;
}

bool command_carries_shapes(const char *output)
{
    const char *dot = output ? strrchr(output, '.') : NULL;
    return dot &&
           (!strcasecmp(dot, ".gpkg") || !strcasecmp(dot, ".geojson") || !strcasecmp(dot, ".shp"));
}

ig_status command_output(json_t *json, const char *path)
{
    json_t *outputs = json_object_get(json, "outputs");
    if (!outputs || json_array_append_new(outputs, json_string(path))) return IG_EMEMORY;
    return IG_OK;
}

ig_status command_summary(ig_ctx *ctx, char *text, json_t *json)
{
    ig_status status = IG_OK;
    json_t *summary = json_loads(text, 0, NULL);
    if (!summary || json_object_update(json, summary)) {
        status = command_fail(ctx, IG_EMEMORY, NULL, "no memory for the summary of the run");
    }
    json_decref(summary);
    ig_study_free(text);
    return status;
}
