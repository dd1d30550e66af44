/// Study: a check under way.
#ifndef ISOGAP_STUDY_CHECK_INTERNAL_H
#define ISOGAP_STUDY_CHECK_INTERNAL_H

#include "../core/inside.h"
#include "study.h"

struct checking {
    ig_ctx *outer; ///< of the caller
    ig_ctx *ctx;   ///< our own: its warnings become problems
    const char *source;
    char *path, *layer; ///< the source taken apart
    ig_kind kind;
    ig_check *out;
    size_t layer_room, problem_room;
    bool failed; ///< memory
};

/// A new layer, without columns yet; NULL: no memory.
ig_check_layer *check_layer(struct checking *c, const char *name, int64_t features,
                            const char *crs);
void check_column(struct checking *c, ig_check_layer *layer, const char *name);
void check_problem(struct checking *c, ig_level severity, const char *message, const char *hint);
/// The last failure of our own context as a problem. What an option can mend is a warning.
void check_failure(struct checking *c, ig_status status);

/// Tables: rows, columns, codes, numbers.
/// Code-Point Open is no table by area; false when the input is something else.
bool check_postcodes(struct checking *c);
void check_table(struct checking *c);
/// Layers of a GeoPackage by its own list.
void check_geopackage(struct checking *c);
/// Shapefiles, GeoJSON, TopoJSON, OpenStreetMap.
void check_shapes(struct checking *c);
void check_raster(struct checking *c);

#endif
