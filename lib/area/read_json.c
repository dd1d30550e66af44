// GeoJSON (RFC 7946, and its crs member of 2008) and TopoJSON, read by ourselves: no depth, link or
// broken arc goes further than this file.
#include "../core/json_pull.h"
#include "features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/// Where the members of the top level lie; 0 for those that are missing.
struct map {
    size_t features, crs, objects, arcs, transform;
    bool topology, single, has_features, has_objects;
};

struct arcs {
    size_t *start; ///< count + 1
    double *x, *y;
    size_t count, used, start_room, x_room, y_room;
    double scale[2], shift[2];
    bool quantised;
};

struct source {
    ig_ctx *ctx;
    const char *name;
    ig_features *features;
    ig_json json;
    ig_text key, text;
    struct arcs arcs;
    int64_t line; ///< features so far
};

static ig_status no_memory(struct source *source)
{
    return source->json.status = ig_fail(source->ctx, IG_EMEMORY, "no memory for %s", source->name);
}

/// Keep a failure of another part as the reader's own, so that all loops stop.
static bool keep(struct source *source, ig_status status)
{
    if (status && !source->json.status) source->json.status = status;
    return !status;
}

// ---- coordinates -------------------------------------------------------------------------------

/// A position: two numbers or more. Empty arrays give false without a failure.
static bool position(struct source *source, double *x, double *y)
{
    ig_json *json = &source->json;
    if (!ig_json_enter(json, '[')) return false;
    if (!ig_json_element(json)) return false;
    if (!ig_json_number(json, x, NULL)) return false;
    if (!ig_json_element(json)) {
        ig_json_fail(json, "a position with one number");
        return false;
    }
    if (!ig_json_number(json, y, NULL)) return false;
    while (ig_json_element(json))
        if (!ig_json_skip(json)) return false;
    return !json->status;
}

static bool add_point(struct source *source, double x, double y)
{
    ig_features *features = source->features;
    if (features->rings && !features->points &&
        features->used - features->ring_start[features->rings - 1] >= IG_MAX_VERTICES)
        return keep(source, ig_fail(source->ctx, IG_ELIMIT, "%s: a ring of more than %u points",
                                    source->name, IG_MAX_VERTICES));
    if (!keep(source, ig_features_room(source->ctx, features, 1))) return false;
    features->x[features->used] = x;
    features->y[features->used++] = y;
    return true;
}

static bool plain_ring(struct source *source, uint32_t polygon)
{
    ig_json *json = &source->json;
    if (!ig_json_enter(json, '[')) return false;
    bool begun = false;
    while (ig_json_element(json)) {
        double x, y;
        if (!position(source, &x, &y)) {
            if (!json->status) ig_json_fail(json, "a position without numbers");
            return false;
        }
        if (!begun && !keep(source, ig_features_ring(source->ctx, source->features, polygon)))
            return false;
        begun = true;
        if (!add_point(source, x, y)) return false;
    }
    if (begun) ig_features_ring_end(source->features);
    return !json->status;
}

/// The points of one arc, forwards or backwards, after those there are.
static bool add_arc(struct source *source, long number, bool first)
{
    const struct arcs *arcs = &source->arcs;
    ig_features *features = source->features;
    const bool back = number < 0;
    const size_t arc = (size_t)(back ? ~number : number);
    char what[96];
    if (arc >= arcs->count) {
        snprintf(what, sizeof what, "arc %ld of a ring, where there are %zu arcs", number,
                 arcs->count);
        ig_json_fail(&source->json, what);
        return false;
    }
    const size_t start = arcs->start[arc], end = arcs->start[arc + 1];
    for (size_t i = start; i < end; i++) {
        const size_t at = back ? end - 1 - (i - start) : i;
        const double x = arcs->x[at], y = arcs->y[at];
        if (features->used > features->ring_start[features->rings - 1]) {
            const double last_x = features->x[features->used - 1];
            const double last_y = features->y[features->used - 1];
            if (last_x == x && last_y == y) continue;
            if (i == start && !first) {
                snprintf(what, sizeof what, "arc %ld does not begin where the arc before it ends",
                         number);
                ig_json_fail(&source->json, what);
                return false;
            }
        }
        if (!add_point(source, x, y)) return false;
    }
    return true;
}

static bool arc_ring(struct source *source, uint32_t polygon)
{
    ig_json *json = &source->json;
    if (!ig_json_enter(json, '[')) return false;
    bool begun = false;
    while (ig_json_element(json)) {
        double number;
        bool whole;
        if (!ig_json_number(json, &number, &whole)) return false;
        if (!whole || fabs(number) > 2e9) {
            ig_json_fail(json, "the number of an arc is not whole");
            return false;
        }
        if (!begun && !keep(source, ig_features_ring(source->ctx, source->features, polygon)))
            return false;
        if (!add_arc(source, (long)number, !begun)) return false;
        begun = true;
    }
    if (begun) ig_features_ring_end(source->features);
    return !json->status;
}

static bool polygon(struct source *source, uint32_t *number)
{
    ig_json *json = &source->json;
    const size_t rings = source->features->rings;
    if (!ig_json_enter(json, '[')) return false;
    while (ig_json_element(json)) {
        const bool done =
            source->arcs.start ? arc_ring(source, *number) : plain_ring(source, *number);
        if (!done) return false;
    }
    *number += source->features->rings > rings;
    return !json->status;
}

static bool multipolygon(struct source *source, uint32_t *number)
{
    ig_json *json = &source->json;
    if (!ig_json_enter(json, '[')) return false;
    while (ig_json_element(json))
        if (!polygon(source, number)) return false;
    return !json->status;
}

static bool line(struct source *source, uint32_t *number)
{
    ig_features *features = source->features;
    features->items[features->count - 1].is_line = true;
    const uint32_t part = (*number)++;
    return source->arcs.start ? arc_ring(source, part) : plain_ring(source, part);
}

static bool multiline(struct source *source, uint32_t *number)
{
    ig_json *json = &source->json;
    if (!ig_json_enter(json, '[')) return false;
    while (ig_json_element(json))
        if (!line(source, number)) return false;
    return !json->status;
}

static bool point(struct source *source)
{
    double x, y;
    if (!position(source, &x, &y)) return !source->json.status;
    const struct arcs *arcs = &source->arcs;
    if (arcs->quantised) {
        x = x * arcs->scale[0] + arcs->shift[0];
        y = y * arcs->scale[1] + arcs->shift[1];
    }
    if (!add_point(source, x, y)) return false;
    source->features->items[source->features->count - 1].rings++;
    return true;
}

static bool multipoint(struct source *source)
{
    ig_json *json = &source->json;
    if (!ig_json_enter(json, '[')) return false;
    while (ig_json_element(json))
        if (!point(source)) return false;
    return !json->status;
}

static const char *type_name(const char *type)
{
    static const char *const names[][2] = {{"Point", "a point"},
                                           {"MultiPoint", "a multipoint"},
                                           {"LineString", "a line"},
                                           {"MultiLineString", "a multiline"},
                                           {"Polygon", "a polygon"},
                                           {"MultiPolygon", "a polygon"},
                                           {"GeometryCollection", "a collection"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(type, names[i][0])) return names[i][1];
    return NULL;
}

/// What is wanted of a geometry whose coordinates (or arcs) come next.
static bool coordinates(struct source *source, const char *type, uint32_t *number)
{
    const ig_features *features = source->features;
    if (features->lines) {
        if (!strcmp(type, "LineString")) return line(source, number);
        if (!strcmp(type, "MultiLineString")) return multiline(source, number);
    }
    if (features->points) {
        if (!strcmp(type, "Point")) return point(source);
        if (!strcmp(type, "MultiPoint")) return multipoint(source);
    } else if (!features->lines || features->also) {
        if (!strcmp(type, "Polygon")) return polygon(source, number);
        if (!strcmp(type, "MultiPolygon")) return multipolygon(source, number);
    }
    source->features->items[source->features->count - 1].type = type_name(type);
    return ig_json_skip(&source->json);
}

static bool geometry(struct source *source, uint32_t *number);

static bool members_of_collection(struct source *source, uint32_t *number)
{
    ig_json *json = &source->json;
    if (!ig_json_enter(json, '[')) return false;
    while (ig_json_element(json))
        if (!geometry(source, number)) return false;
    return !json->status;
}

/// A geometry object; its type may stand after its coordinates.
static bool geometry(struct source *source, uint32_t *number)
{
    ig_json *json = &source->json;
    ig_text type = {0};
    size_t later = 0, after;
    if (ig_json_peek(json) == 'n') return ig_json_skip(json);
    if (!ig_json_enter(json, '{')) return false;
    while (ig_json_member(json, &source->key)) {
        const char *key = source->key.data;
        bool done;
        if (!strcmp(key, "type")) {
            done = ig_json_string(json, &type);
        } else if (!strcmp(key, "coordinates") || !strcmp(key, "geometries") ||
                   (source->arcs.start && !strcmp(key, "arcs"))) {
            const bool known = type.data && strcmp(type.data, "GeometryCollection");
            if (!known) later = json->at;
            done = known ? coordinates(source, type.data, number) : ig_json_skip(json);
        } else {
            done = ig_json_skip(json);
        }
        if (!done) break;
    }
    if (json->status) goto done;
    if (!type.data || !type_name(type.data)) {
        ig_json_fail(json, "a geometry without a known type");
        goto done;
    }
    if (later) {
        after = json->at;
        json->at = later;
        if (!strcmp(type.data, "GeometryCollection"))
            members_of_collection(source, number);
        else
            coordinates(source, type.data, number);
        json->at = after;
    }
done:
    ig_text_free(&type);
    return !json->status;
}

/// Say what became of the feature under way, once its geometry has been read.
static void settle(struct source *source)
{
    ig_features *features = source->features;
    ig_feature *item = &features->items[features->count - 1];
    if (features->points && item->rings > 1) item->type = "a multipoint of several points";
    if (item->type) {
        if (features->points) {
            features->used = item->ring;
        } else if (item->rings) {
            features->used = features->ring_start[item->ring];
            features->rings = item->ring;
            features->ring_start[features->rings] = features->used;
        }
        item->rings = 0;
        item->state = IG_FEATURE_WRONG;
    } else {
        item->state = item->rings ? IG_FEATURE_SOUND : IG_FEATURE_EMPTY;
    }
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
    return keep(source, ig_features_column(source->ctx, features, name, kind, &column)) &&
           keep(source, ig_features_cell(source->ctx, features, column, kind, text, length));
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

static bool properties(struct source *source, bool *has_id)
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
static bool id_cell(struct source *source, size_t at)
{
    ig_json *json = &source->json;
    const size_t after = json->at;
    json->at = at;
    const bool done = ig_json_peek(json) != '"' || value_cell(source, "id");
    json->at = after;
    return done;
}

// ---- features ----------------------------------------------------------------------------------

static bool new_feature(struct source *source)
{
    return keep(source, ig_features_add(source->ctx, source->features, ++source->line, NULL));
}

static bool feature(struct source *source)
{
    ig_json *json = &source->json;
    size_t id = 0;
    bool has_id = false, has_geometry = false;
    uint32_t number = 0;
    if (!new_feature(source) || !ig_json_enter(json, '{')) return false;
    while (ig_json_member(json, &source->key)) {
        const char *key = source->key.data;
        bool done;
        if (!strcmp(key, "geometry")) {
            has_geometry = ig_json_peek(json) != 'n';
            done = geometry(source, &number);
        } else if (!strcmp(key, "properties")) {
            done = properties(source, &has_id);
        } else {
            if (!strcmp(key, "id")) id = json->at;
            done = ig_json_skip(json);
        }
        if (!done) return false;
    }
    if (json->status) return false;
    if (id && !has_id && !id_cell(source, id)) return false;
    if (has_geometry) settle(source);
    return true;
}

static bool feature_list(struct source *source, size_t at)
{
    ig_json *json = &source->json;
    json->at = at;
    if (!ig_json_enter(json, '[')) return false;
    while (ig_json_element(json)) {
        if ((source->line & 255) == 0 && ig_ctx_cancelled(source->ctx))
            return keep(source, ig_fail(source->ctx, IG_ECANCELLED, "cancelled"));
        if (!feature(source)) return false;
    }
    return !json->status;
}

/// A TopoJSON geometry is a feature: properties and id lie beside its arcs.
static bool topology_feature(struct source *source)
{
    ig_json *json = &source->json;
    size_t id = 0, props = 0;
    bool has_id = false, null_type = false;
    const size_t start = json->at;
    if (!new_feature(source)) return false;
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
        if (!geometry(source, &number)) return false;
        settle(source);
    }
    json->at = props;
    if (props && !properties(source, &has_id)) return false;
    json->at = after;
    return !id || has_id || id_cell(source, id);
}

// ---- topology ----------------------------------------------------------------------------------

static bool pair(struct source *source, double values[2])
{
    return position(source, &values[0], &values[1]);
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
        if (!position(source, &x, &y)) {
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
            no_memory(source);
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
        no_memory(source);
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
            no_memory(source);
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
        if (!source->features->layer) no_memory(source);
    }
    ig_text_free(&names);
    ig_text_free(&only);
    return !json->status;
}

static bool topology(struct source *source, const struct map *map, const char *layer)
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
            if (!source->features->layer) no_memory(source);
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
        topology(source, &map, layer);
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
