// GeoJSON (RFC 7946): one layer, a feature a line, read back before it counts as written.
#include "../core/json_pull.h"
#include "layers_internal.h"
#include "rings.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct collection {
    ig_ctx *ctx;
    char *path;
    ig_output *output;
    FILE *file;
    ig_text text; ///< what waits to be written
    ig_text metadata;
    size_t rows;
    bool written;
};

static ig_status no_memory(struct collection *c)
{
    return ig_fail(c->ctx, IG_EMEMORY, "no memory to write %s", c->path ? c->path : "the output");
}

static ig_status flush(struct collection *c, size_t above)
{
    if (c->text.failed) return no_memory(c);
    if (c->text.length <= above) return IG_OK;
    errno = 0;
    if (fwrite(c->text.data, 1, c->text.length, c->file) != c->text.length)
        return ig_fail(c->ctx, IG_EWRITE, "%s: cannot write: %s", c->path, strerror(errno));
    c->text.length = 0;
    return IG_OK;
}

static void append_string(ig_text *text, const char *raw)
{
    ig_text_append(text, "\"");
    for (const char *c = raw; *c; c++) {
        const unsigned char u = (unsigned char)*c;
        if (u == '"' || u == '\\')
            ig_text_format(text, "\\%c", u);
        else if (u < 0x20 || u == 0x7f)
            ig_text_format(text, "\\u%04x", (unsigned)u);
        else
            ig_text_append_bytes(text, c, 1);
    }
    ig_text_append(text, "\"");
}

/// Seven decimals of a degree are a centimetre; coordinates as they came keep all their digits.
static void append_position(ig_text *text, double x, double y, double round_to)
{
    char digits[40];
    if (round_to > 0.0) {
        x = nearbyint(x * round_to) / round_to;
        y = nearbyint(y * round_to) / round_to;
    }
    ig_text_append(text, "[");
    ig_text_append(text, ig_number_text(x, digits, sizeof digits));
    ig_text_append(text, ",");
    ig_text_append(text, ig_number_text(y, digits, sizeof digits));
    ig_text_append(text, "]");
}

/// Shells counter-clockwise, holes clockwise, as RFC 7946 wants them.
static void append_ring(ig_text *text, const ig_shapes *s, size_t ring, bool shell, double round_to)
{
    const size_t start = s->ring_start[ring], n = s->ring_start[ring + 1] - start;
    const bool left = ig_ring_area2(s->x + start, s->y + start, n) > 0.0;
    ig_text_append(text, "[");
    for (size_t i = 0; i < n; i++) {
        const size_t at = left == shell ? start + i : start + n - 1 - i;
        if (i) ig_text_append(text, ",");
        append_position(text, s->x[at], s->y[at], round_to);
    }
    ig_text_append(text, "]");
}

static void append_area(ig_text *text, const ig_shapes *s, size_t area, double round_to)
{
    const size_t first = s->area_start[area], end = s->area_start[area + 1];
    if (first == end) {
        ig_text_append(text, "null");
        return;
    }
    const bool many = s->polygon[end - 1] != s->polygon[first];
    ig_text_append(text, many ? "{\"type\":\"MultiPolygon\",\"coordinates\":[["
                              : "{\"type\":\"Polygon\",\"coordinates\":[");
    for (size_t r = first; r < end; r++) {
        const bool shell = ig_shapes_is_shell(s, area, r);
        if (r > first) ig_text_append(text, shell ? "],[" : ",");
        append_ring(text, s, r, shell, round_to);
    }
    ig_text_append(text, many ? "]]}" : "]}");
}

static void append_point(ig_text *text, double x, double y, double round_to)
{
    if (!isfinite(x) || !isfinite(y)) {
        ig_text_append(text, "null");
        return;
    }
    ig_text_append(text, "{\"type\":\"Point\",\"coordinates\":");
    append_position(text, x, y, round_to);
    ig_text_append(text, "}");
}

static void append_properties(ig_text *text, const ig_result *columns, size_t row)
{
    char digits[40];
    ig_text_append(text, "{");
    for (size_t i = 0; columns && i < columns->count; i++) {
        const ig_column *column = &columns->columns[i];
        if (i) ig_text_append(text, ",");
        append_string(text, column->name);
        ig_text_append(text, ":");
        if (column->kind == IG_COLUMN_TEXT) {
            if (column->text && column->text[row])
                append_string(text, column->text[row]);
            else
                ig_text_append(text, "null");
        } else {
            const char *number = ig_number_text(column->number[row], digits, sizeof digits);
            ig_text_append(text, *number ? number : "null");
        }
    }
    ig_text_append(text, "}");
}

static ig_status append_head(struct collection *c, const ig_layer *layer)
{
    ig_text_append(&c->text, "{\"type\":\"FeatureCollection\",\"name\":");
    append_string(&c->text, layer->name);
    if (strcmp(layer->crs, "EPSG:4326")) {
        if (strncmp(layer->crs, "EPSG:", 5))
            return ig_fail(c->ctx, IG_EINVAL,
                           "%s: GeoJSON cannot state the CRS of the source, which has no code",
                           c->path);
        ig_text_format(&c->text,
                       ",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
                       "\"urn:ogc:def:crs:EPSG::%s\"}}",
                       layer->crs + 5);
    }
    ig_text_append(&c->text, ",\"features\":[\n");
    return IG_OK;
}

static ig_status add_layer(void *state, const ig_layer *layer)
{
    struct collection *c = state;
    if (layer->shape == IG_SHAPE_NONE) return IG_OK;
    if (c->written) {
        ig_fail(c->ctx, IG_EINVAL, "%s: a GeoJSON file holds one layer", c->path);
        return ig_hint(c->ctx, "name the output .gpkg for several");
    }
    c->written = true;
    c->rows = layer->rows;
    const double round_to = layer->as_came ? 0.0 : !strcmp(layer->crs, "EPSG:4326") ? 1e7 : 1e3;
    ig_status status = append_head(c, layer);
    for (size_t row = 0; row < layer->rows && !status; row++) {
        if ((row & 255) == 0 && ig_ctx_cancelled(c->ctx))
            return ig_fail(c->ctx, IG_ECANCELLED, "cancelled");
        ig_text_append(&c->text, row ? ",\n{\"type\":\"Feature\",\"properties\":"
                                     : "{\"type\":\"Feature\",\"properties\":");
        append_properties(&c->text, layer->columns, row);
        ig_text_append(&c->text, ",\"geometry\":");
        if (layer->shape == IG_SHAPE_POLYGON)
            append_area(&c->text, layer->shapes, row, round_to);
        else
            append_point(&c->text, layer->x[row], layer->y[row], round_to);
        ig_text_append(&c->text, "}");
        status = flush(c, 1 << 20);
    }
    return status;
}

static ig_status add_metadata(void *state, const char *key, const char *value)
{
    struct collection *c = state;
    ig_text_append(&c->metadata, c->metadata.length ? "," : "");
    append_string(&c->metadata, key);
    ig_text_append(&c->metadata, ":");
    append_string(&c->metadata, value);
    return c->metadata.failed ? no_memory(c) : IG_OK;
}

/// Read the file as a stranger would and count its features.
static ig_status read_back(struct collection *c)
{
    ig_bytes bytes = {0};
    ig_json json;
    ig_text key = {0};
    size_t rows = 0;
    ig_status status = ig_output_read_back(c->ctx, c->output, &bytes);
    if (status) return status;
    status = ig_json_open(c->ctx, c->path, (const char *)bytes.data, bytes.length, &json);
    if (!status && ig_json_enter(&json, '{'))
        while (ig_json_member(&json, &key)) {
            if (strcmp(key.data, "features")) {
                ig_json_skip(&json);
                continue;
            }
            ig_json_enter(&json, '[');
            while (ig_json_element(&json)) {
                ig_json_skip(&json);
                rows++;
            }
        }
    if (!status) ig_json_end(&json);
    if (!status && json.status == IG_EMEMORY)
        status = json.status;
    else if (!status && (json.status || rows != c->rows))
        status = ig_fail(c->ctx, IG_EWRITE, "%s: reads back with %zu of %zu features", c->path,
                         rows, c->rows);
    ig_json_close(&json);
    ig_text_free(&key);
    ig_bytes_free(&bytes);
    return status;
}

static ig_status finish(void *state)
{
    struct collection *c = state;
    if (!c->written) return ig_fail(c->ctx, IG_EINVAL, "%s: no layer to write", c->path);
    ig_text_append(&c->text, "\n]");
    if (c->metadata.length) {
        ig_text_append(&c->text, ",\"metadata\":{");
        ig_text_append(&c->text, c->metadata.data);
        ig_text_append(&c->text, "}");
    }
    ig_text_append(&c->text, "}\n");
    ig_status status = flush(c, 0);
    FILE *file = c->file;
    c->file = NULL;
    if (fclose(file) && !status)
        status = ig_fail(c->ctx, IG_EWRITE, "%s: cannot write: %s", c->path, strerror(errno));
    if (!status) status = read_back(c);
    if (status) return status;
    ig_output *output = c->output;
    c->output = NULL;
    return ig_output_commit(c->ctx, output);
}

static void free_collection(void *state)
{
    struct collection *c = state;
    if (!c) return;
    if (c->file) fclose(c->file);
    ig_output_abort(c->output);
    ig_text_free(&c->text);
    ig_text_free(&c->metadata);
    ig_free(c->path);
    ig_free(c);
}

ig_status ig_geojson_begin(ig_ctx *ctx, const char *path, const char *const *inputs, void **state,
                           const ig_layer_writer **writer)
{
    static const ig_layer_writer geojson = {add_layer, NULL, add_metadata, finish, free_collection};
    struct collection *c = ig_alloc(1, sizeof *c);
    if (!c) return ig_fail(ctx, IG_EMEMORY, "no memory to write %s", path);
    c->ctx = ctx;
    c->path = ig_text_copy(path);
    ig_status status = IG_OK;
    if (!c->path) status = ig_fail(ctx, IG_EMEMORY, "no memory to write %s", path);
    if (!status) status = ig_output_begin(ctx, path, inputs, &c->output);
    if (!status) {
        c->file = fopen(ig_output_path(c->output), "wb");
        if (!c->file)
            status = ig_fail(ctx, IG_EWRITE, "%s: cannot write: %s", path, strerror(errno));
    }
    if (status) {
        free_collection(c);
        return status;
    }
    *state = c;
    *writer = &geojson;
    return IG_OK;
}
