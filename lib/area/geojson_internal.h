// What the reading of GeoJSON and TopoJSON shares: the text under way, its features, its arcs.
#ifndef ISOGAP_AREA_GEOJSON_INTERNAL_H
#define ISOGAP_AREA_GEOJSON_INTERNAL_H

#include "../core/json_pull.h"
#include "features.h"

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

// ---- read_json.c
ig_status ig_geojson_no_memory(struct source *source);
/// Keep a failure of another part as the reader's own, so that all loops stop.
bool ig_geojson_keep(struct source *source, ig_status status);
bool ig_geojson_new_feature(struct source *source);
bool ig_geojson_properties(struct source *source, bool *has_id);
bool ig_geojson_id_cell(struct source *source, size_t at);

// ---- geojson_shapes.c
/// A position: two numbers or more. Empty arrays give false without a failure.
bool ig_geojson_position(struct source *source, double *x, double *y);
/// A geometry into the feature under way, whose polygons are numbered on.
bool ig_geojson_geometry(struct source *source, uint32_t *number);
/// Say what became of the feature under way, once its geometry has been read.
void ig_geojson_settle(struct source *source);

// ---- read_topojson.c
bool ig_geojson_topology(struct source *source, const struct map *map, const char *layer);

#endif
