// GeoJSON (RFC 7946, and its crs member of 2008) and TopoJSON, read by ourselves: no depth, link or
// broken arc goes further than this file.
#include "geojson_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

ig_status ig_geojson_no_memory(struct source *source)
{
    return source->json.status = ig_fail(source->ctx, IG_EMEMORY, "no memory for %s", source->name);
}

/// Keep a failure of another part as the reader's own, so that all loops stop.
bool ig_geojson_keep(struct source *source, ig_status status)
{
    if (status && !source->json.status) source->json.status = status;
    return !status;
}

// ---- attributes --------------------------------------------------------------------------------

static bool cell(struct source *source, const char *name, ig_column_kind kind, const char *text,
                 size_t length)
{
    size_t column;
    ig_features *features = source->features;
    if (text && length > IG_MAX_FIELD) {
        ig_json_fail(&source->json, "a text longer than 1 MiB");
        return false;
    }
    return ig_geojson_keep(source,
                           ig_features_column(source->ctx, features, name, kind, &column)) &&
           ig_geojson_keep(source,
                           ig_features_cell(source->ctx, features, column, kind, text, length));
}

/// The value that comes next as the cell of a column.
static bool value_cell(struct source *source, const char *name)
{
    ig_json *json = &source->json;
    char digits[40];
    double value;
    bool whole;
    const char c = ig_json_peek(json);
    const size_t start = json->at;
    if (c == '"')
        return ig_json_string(json, &source->text) &&
               cell(source, name, IG_COLUMN_TEXT, source->text.data, source->text.length);
    if (c == '{' || c == '[' || c == 't' || c == 'f' || c == 'n') {
        if (!ig_json_skip(json)) return false;
        if (c == 'n') return cell(source, name, IG_COLUMN_TEXT, NULL, 0);
        if (c == 't' || c == 'f')
            return cell(source, name, IG_COLUMN_INTEGER, c == 't' ? "1" : "0", 1);
        return cell(source, name, IG_COLUMN_TEXT, json->text + start, json->at - start);
    }
    if (!ig_json_number(json, &value, &whole)) return false;
    if (!isfinite(value) || (whole && fabs(value) >= 9007199254740992.0))
        return cell(source, name, IG_COLUMN_TEXT, json->text + start, json->at - start);
    if (whole) return cell(source, name, IG_COLUMN_INTEGER, json->text + start, json->at - start);
    const char *text = ig_number_text(value, digits, sizeof digits);
    return cell(source, name, IG_COLUMN_REAL, text, strlen(text));
}

bool ig_geojson_properties(struct source *source, bool *has_id)
{
    ig_json *json = &source->json;
    ig_text name = {0};
    if (ig_json_peek(json) == 'n') return ig_json_skip(json);
    if (ig_json_enter(json, '{'))
        while (ig_json_member(json, &name)) {
            if (!strcmp(name.data, "id")) *has_id = true;
            if (!value_cell(source, name.data)) break;
        }
    ig_text_free(&name);
    return !json->status;
}

/// The id of a feature is a column of its own where it is a text and the properties have none.
bool ig_geojson_id_cell(struct source *source, size_t at)
{
    ig_json *json = &source->json;
    const size_t after = json->at;
    json->at = at;
    const bool done = ig_json_peek(json) != '"' || value_cell(source, "id");
    json->at = after;
    return done;
}

// ---- features ----------------------------------------------------------------------------------

bool ig_geojson_new_feature(struct source *source)
{
    return ig_geojson_keep(source,
                           ig_features_add(source->ctx, source->features, ++source->line, NULL));
}

static bool feature(struct source *source)
{
    ig_json *json = &source->json;
    size_t id = 0;
    bool has_id = false, has_geometry = false;
    uint32_t number = 0;
    if (!ig_geojson_new_feature(source) || !ig_json_enter(json, '{')) return false;
    while (ig_json_member(json, &source->key)) {
        const char *key = source->key.data;
        bool done;
        if (!strcmp(key, "geometry")) {
            has_geometry = ig_json_peek(json) != 'n';
            done = ig_geojson_geometry(source, &number);
        } else if (!strcmp(key, "properties")) {
            done = ig_geojson_properties(source, &has_id);
        } else {
            if (!strcmp(key, "id")) id = json->at;
            done = ig_json_skip(json);
        }
        if (!done) return false;
    }
    if (json->status) return false;
    if (id && !has_id && !ig_geojson_id_cell(source, id)) return false;
    if (has_geometry) ig_geojson_settle(source);
    return true;
}

static bool feature_list(struct source *source, size_t at)
{
    ig_json *json = &source->json;
    json->at = at;
    if (!ig_json_enter(json, '[')) return false;
    while (ig_json_element(json)) {
        if ((source->line & 255) == 0 && ig_ctx_cancelled(source->ctx))
            return ig_geojson_keep(source, ig_fail(source->ctx, IG_ECANCELLED, "cancelled"));
        if (!feature(source)) return false;
    }
    return !json->status;
}

// ---- CRS ---------------------------------------------------------------------------------------

static ig_status bad_crs(struct source *source, const char *said)
{
    ig_fail(source->ctx, IG_EFORMAT, "%s: the crs member does not name a CRS that is known: %s",
            source->name, ig_show(said));
    return ig_hint(source->ctx, "a crs is named as {\"type\":\"name\",\"properties\":{\"name\":"
                                "\"urn:ogc:def:crs:EPSG::27700\"}}");
}

/// "urn:ogc:def:crs:EPSG::27700" and its kin as "EPSG:27700"; CRS84 as EPSG:4326.
static ig_status crs_by_name(struct source *source, const char *name)
{
    static const char *const prefixes[] = {
        "EPSG:", "urn:ogc:def:crs:EPSG:", "urn:x-ogc:def:crs:EPSG:",
        "http://www.opengis.net/def/crs/EPSG/"};
    if (strstr(name, "CRS84"))
        return ig_features_crs(source->ctx, source->features, "EPSG:4326", false);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (strncasecmp(name, prefixes[i], strlen(prefixes[i]))) continue;
        const char *last = name + strlen(prefixes[i]);
        for (const char *c = last; *c; c++)
            if (*c == ':' || *c == '/') last = c + 1;
        if (!*last || strspn(last, "0123456789") != strlen(last) || strlen(last) > 6) break;
        char text[16];
        snprintf(text, sizeof text, "EPSG:%s", last);
        return ig_features_crs(source->ctx, source->features, text, false);
    }
    return bad_crs(source, name);
}

/// The crs member of 2008. A link is refused before anyone could follow it.
static ig_status crs_member(struct source *source, size_t at)
{
    ig_json *json = &source->json;
    ig_text type = {0}, name = {0};
    ig_status status = IG_OK;
    json->at = at;
    if (ig_json_peek(json) == 'n')
        return ig_features_crs(source->ctx, source->features, NULL, false);
    if (ig_json_peek(json) != '{') return bad_crs(source, "not an object");
    ig_json_enter(json, '{');
    while (ig_json_member(json, &source->key)) {
        const char c = ig_json_peek(json);
        if (!strcmp(source->key.data, "type") && c == '"') {
            ig_json_string(json, &type);
        } else if (!strcmp(source->key.data, "properties") && c == '{') {
            ig_json_enter(json, '{');
            while (ig_json_member(json, &source->key)) {
                if (!strcmp(source->key.data, "name") && ig_json_peek(json) == '"')
                    ig_json_string(json, &name);
                else if (!strcmp(source->key.data, "code") && ig_json_peek(json) != '"') {
                    double code = 0.0;
                    ig_json_number(json, &code, NULL);
                    ig_text_format(&name, "EPSG:%.0f", code);
                } else
                    ig_json_skip(json);
            }
        } else {
            ig_json_skip(json);
        }
    }
    if (json->status) {
        status = json->status;
    } else if (type.data && (!strcasecmp(type.data, "link") || !strcasecmp(type.data, "url"))) {
        ig_fail(source->ctx, IG_EPOLICY,
                "%s: its crs member is a link to another place (network), which is not followed",
                source->name);
        status = ig_hint(source->ctx, "remove the crs member for longitude and latitude, or name "
                                      "the CRS as urn:ogc:def:crs:EPSG::N");
    } else {
        status = name.data ? crs_by_name(source, name.data) : bad_crs(source, "no name");
    }
    ig_text_free(&type);
    ig_text_free(&name);
    return status;
}

/// The crs of the objects of a topology, where some programs put it.
static size_t object_crs(struct source *source, size_t objects)
{
    ig_json *json = &source->json;
    size_t crs = 0;
    json->at = objects;
    ig_json_enter(json, '{');
    while (ig_json_member(json, &source->key)) {
        if (ig_json_peek(json) != '{') {
            ig_json_skip(json);
            continue;
        }
        ig_json_enter(json, '{');
        while (ig_json_member(json, &source->key)) {
            if (!strcmp(source->key.data, "crs")) crs = json->at;
            ig_json_skip(json);
        }
    }
    return crs;
}

// ---- the whole file ----------------------------------------------------------------------------

/// One pass over the whole text: it is sound, not too deep, and its members are known.
static bool survey(struct source *source, struct map *map)
{
    ig_json *json = &source->json;
    if (!ig_json_enter(json, '{')) return false;
    while (ig_json_member(json, &source->key)) {
        const char *key = source->key.data;
        const char c = ig_json_peek(json);
        const size_t at = json->at;
        if (!strcmp(key, "type") && c == '"') {
            if (!ig_json_string(json, &source->text)) break;
            map->topology = !strcmp(source->text.data, "Topology");
            map->single = !strcmp(source->text.data, "Feature");
            continue;
        }
        if (!strcmp(key, "features")) map->features = at;
        if (!strcmp(key, "crs")) map->crs = at;
        if (!strcmp(key, "objects")) map->objects = at;
        if (!strcmp(key, "arcs")) map->arcs = at;
        if (!strcmp(key, "transform")) map->transform = at;
        if (!strcmp(key, "name") && c == '"' && !source->features->layer) {
            if (!ig_json_string(json, &source->text)) break;
            if (!source->text.length) continue;
            source->features->layer = ig_text_copy(source->text.data);
            if (!source->features->layer) ig_geojson_no_memory(source);
            continue;
        }
        if (!ig_json_skip(json)) break;
    }
    map->has_features = map->features > 0;
    map->has_objects = map->objects > 0;
    return ig_json_end(json);
}

static bool bare(struct source *source, bool single)
{
    ig_json *json = &source->json;
    json->at = 0;
    if (json->length >= 3 && !memcmp(json->text, "\xef\xbb\xbf", 3)) json->at = 3;
    if (single) return feature(source);
    ig_json_fail(json, "neither a FeatureCollection nor a Topology");
    return false;
}

static ig_status read_all(struct source *source, const char *layer)
{
    ig_json *json = &source->json;
    struct map map = {0};
    ig_status status;
    if (!survey(source, &map)) return json->status;
    size_t crs = map.crs;
    if (!crs && map.topology && map.has_objects) crs = object_crs(source, map.objects);
    if (json->status) return json->status;
    status = crs ? crs_member(source, crs)
                 : ig_features_crs(source->ctx, source->features, "EPSG:4326", true);
    if (status) return status;
    if (map.topology)
        ig_geojson_topology(source, &map, layer);
    else if (map.has_features)
        feature_list(source, map.features);
    else
        bare(source, map.single);
    return json->status;
}

ig_status ig_features_read_json(ig_ctx *ctx, ig_features *features, const char *path,
                                const char *name, const char *layer)
{
    struct source source = {.ctx = ctx, .name = name, .features = features};
    ig_bytes bytes = {0};
    features->word = "feature";
    ig_status status = ig_bytes_read(ctx, path, &bytes);
    if (status) return status;
    status = ig_json_open(ctx, name, (const char *)bytes.data, bytes.length, &source.json);
    if (!status) status = read_all(&source, layer);
    ig_json_close(&source.json);
    ig_text_free(&source.key);
    ig_text_free(&source.text);
    ig_free(source.arcs.start);
    ig_free(source.arcs.x);
    ig_free(source.arcs.y);
    ig_bytes_free(&bytes);
    return status;
}
