// A topology: its transform, its arcs, and the object whose geometries are the features.
#include "geojson_internal.h"

#include <string.h>

/// A TopoJSON geometry is a feature: properties and id lie beside its arcs.
static bool topology_feature(struct source *source)
{
    ig_json *json = &source->json;
    size_t id = 0, props = 0;
    bool has_id = false, null_type = false;
    const size_t start = json->at;
    if (!ig_geojson_new_feature(source)) return false;
    if (ig_json_peek(json) == 'n') return ig_json_skip(json);
    if (!ig_json_enter(json, '{')) return false;
    while (ig_json_member(json, &source->key)) {
        const char *key = source->key.data;
        if (!strcmp(key, "id")) id = json->at;
        if (!strcmp(key, "properties")) props = json->at;
        if (!strcmp(key, "type")) null_type = ig_json_peek(json) == 'n';
        if (!ig_json_skip(json)) return false;
    }
    if (json->status) return false;
    const size_t after = json->at;
    uint32_t number = 0;
    json->at = start;
    if (!null_type) {
        if (!ig_geojson_geometry(source, &number)) return false;
        ig_geojson_settle(source);
    }
    json->at = props;
    if (props && !ig_geojson_properties(source, &has_id)) return false;
    json->at = after;
    return !id || has_id || ig_geojson_id_cell(source, id);
}

static bool pair(struct source *source, double values[2])
{
    return ig_geojson_position(source, &values[0], &values[1]);
}

static bool transform(struct source *source, size_t at)
{
    ig_json *json = &source->json;
    bool scale = false, shift = false;
    json->at = at;
    if (!ig_json_enter(json, '{')) return false;
    while (ig_json_member(json, &source->key)) {
        bool done;
        if (!strcmp(source->key.data, "scale"))
            done = scale = pair(source, source->arcs.scale);
        else if (!strcmp(source->key.data, "translate"))
            done = shift = pair(source, source->arcs.shift);
        else
            done = ig_json_skip(json);
        if (!done) break;
    }
    if (!json->status && !(scale && shift))
        ig_json_fail(json, "a transform without scale and translate");
    source->arcs.quantised = true;
    return !json->status;
}

static bool arc(struct source *source)
{
    ig_json *json = &source->json;
    struct arcs *arcs = &source->arcs;
    double sum_x = 0.0, sum_y = 0.0;
    if (!ig_json_enter(json, '[')) return false;
    while (ig_json_element(json)) {
        double x, y;
        if (!ig_geojson_position(source, &x, &y)) {
            if (!json->status) ig_json_fail(json, "a position without numbers");
            return false;
        }
        if (arcs->quantised) { // whole steps from the point before, so sums are exact
            sum_x += x;
            sum_y += y;
            x = sum_x * arcs->scale[0] + arcs->shift[0];
            y = sum_y * arcs->scale[1] + arcs->shift[1];
        }
        if (!ig_grow((void **)&arcs->x, &arcs->x_room, arcs->used + 1, sizeof *arcs->x) ||
            !ig_grow((void **)&arcs->y, &arcs->y_room, arcs->used + 1, sizeof *arcs->y)) {
            ig_geojson_no_memory(source);
            return false;
        }
        arcs->x[arcs->used] = x;
        arcs->y[arcs->used++] = y;
    }
    return !json->status;
}

static bool all_arcs(struct source *source, size_t at)
{
    ig_json *json = &source->json;
    struct arcs *arcs = &source->arcs;
    if (!ig_grow((void **)&arcs->start, &arcs->start_room, 1, sizeof *arcs->start)) {
        ig_geojson_no_memory(source);
        return false;
    }
    arcs->start[0] = 0;
    if (!at) return true; // a topology of points
    json->at = at;
    if (!ig_json_enter(json, '[')) return false;
    while (ig_json_element(json)) {
        if (!arc(source)) return false;
        if (!ig_grow((void **)&arcs->start, &arcs->start_room, ++arcs->count + 1,
                     sizeof *arcs->start)) {
            ig_geojson_no_memory(source);
            return false;
        }
        arcs->start[arcs->count] = arcs->used;
    }
    return !json->status;
}

/// Place of the object wanted, or of the only one.
static bool choose_object(struct source *source, size_t objects, const char *wanted, size_t *at)
{
    ig_json *json = &source->json;
    ig_text names = {0}, only = {0};
    size_t count = 0;
    bool found = false;
    json->at = objects;
    if (ig_json_enter(json, '{'))
        while (ig_json_member(json, &source->key)) {
            if (count++ < IG_SHOWN)
                ig_text_format(&names, "%s%s", count > 1 ? ", " : "", ig_show(source->key.data));
            if (wanted ? !strcmp(source->key.data, wanted) : count == 1) {
                found = true;
                *at = json->at;
                ig_text_append(&only, source->key.data);
            }
            if (!ig_json_skip(json)) break;
        }
    if (json->status) {
    } else if (wanted && !found) {
        json->status = ig_fail(source->ctx, IG_EFORMAT, "%s: has no layer %s; it has: %s",
                               source->name, ig_show(wanted), names.data ? names.data : "none");
        ig_hint(source->ctx, "choose one as FILE|layername=NAME");
    } else if (!wanted && count != 1) {
        json->status = ig_fail(source->ctx, IG_EFORMAT, "%s: has %zu layers and none is chosen: %s",
                               source->name, count, names.data ? names.data : "none");
        ig_hint(source->ctx, "choose one layer as '%s|layername=NAME'", source->name);
    } else if (!source->features->layer) {
        source->features->layer = ig_text_copy(only.data);
        if (!source->features->layer) ig_geojson_no_memory(source);
    }
    ig_text_free(&names);
    ig_text_free(&only);
    return !json->status;
}

bool ig_geojson_topology(struct source *source, const struct map *map, const char *layer)
{
    ig_json *json = &source->json;
    size_t object = 0, list = 0;
    if (!map->has_objects) {
        ig_json_fail(json, "a Topology without objects");
        return false;
    }
    if (map->transform && !transform(source, map->transform)) return false;
    if (!all_arcs(source, map->arcs)) return false;
    if (!choose_object(source, map->objects, layer, &object)) return false;
    json->at = object;
    bool collection = false;
    if (!ig_json_enter(json, '{')) return false;
    while (ig_json_member(json, &source->key)) {
        const bool type = !strcmp(source->key.data, "type") && ig_json_peek(json) == '"';
        if (!strcmp(source->key.data, "geometries")) list = json->at;
        if (type ? !ig_json_string(json, &source->text) : !ig_json_skip(json)) return false;
        if (type) collection = !strcmp(source->text.data, "GeometryCollection");
    }
    if (json->status) return false;
    if (!collection) {
        json->at = object;
        return topology_feature(source);
    }
    if (!list) {
        ig_json_fail(json, "a GeometryCollection without geometries");
        return false;
    }
    json->at = list;
    if (!ig_json_enter(json, '[')) return false;
    while (ig_json_element(json))
        if (!topology_feature(source)) return false;
    return !json->status;
}
