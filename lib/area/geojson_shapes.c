// Geometries of GeoJSON (RFC 7946), and of TopoJSON, whose rings are put together from arcs.
#include "geojson_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A position: two numbers or more. Empty arrays give false without a failure.
bool ig_geojson_position(struct source *source, double *x, double *y)
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
        return ig_geojson_keep(source,
                               ig_fail(source->ctx, IG_ELIMIT, "%s: a ring of more than %u points",
                                       source->name, IG_MAX_VERTICES));
    if (!ig_geojson_keep(source, ig_features_room(source->ctx, features, 1))) return false;
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
        if (!ig_geojson_position(source, &x, &y)) {
            if (!json->status) ig_json_fail(json, "a position without numbers");
            return false;
        }
        if (!begun &&
            !ig_geojson_keep(source, ig_features_ring(source->ctx, source->features, polygon)))
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
        if (!begun &&
            !ig_geojson_keep(source, ig_features_ring(source->ctx, source->features, polygon)))
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
    if (!ig_geojson_position(source, &x, &y)) return !source->json.status;
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

static bool members_of_collection(struct source *source, uint32_t *number)
{
    ig_json *json = &source->json;
    if (!ig_json_enter(json, '[')) return false;
    while (ig_json_element(json))
        if (!ig_geojson_geometry(source, number)) return false;
    return !json->status;
}

/// A geometry object; its type may stand after its coordinates.
bool ig_geojson_geometry(struct source *source, uint32_t *number)
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
void ig_geojson_settle(struct source *source)
{
    ig_features *features = source->features;
    ig_feature *item = &features->items[features->count - 1];
    if (features->points && item->rings > 1) item->type = "a multipoint of several points";
    if (item->type) {
        ig_features_forget(features);
        item->state = IG_FEATURE_WRONG;
    } else {
        item->state = item->rings ? IG_FEATURE_SOUND : IG_FEATURE_EMPTY;
    }
}
