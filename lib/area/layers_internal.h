// What the three writers of layers share. Not for other rooms.
#ifndef ISOGAP_AREA_LAYERS_INTERNAL_H
#define ISOGAP_AREA_LAYERS_INTERNAL_H

#include "area_internal.h"

/// One layer on its way to a file: shapes with roles, points, or neither.
typedef struct ig_layer {
    const char *name;
    ig_shape shape;
    size_t rows;
    const ig_shapes *shapes; ///< IG_SHAPE_POLYGON
    const double *x, *y;     ///< IG_SHAPE_POINT
    const char *crs;         ///< "EPSG:N" or WKT; NULL without shapes
    bool as_came;            ///< coordinates as the source has them: written with all digits
    const ig_result *columns;
} ig_layer;

/// A format: begin made its state; each call may fail, finish reads back and commits.
typedef struct ig_layer_writer {
    ig_status (*layer)(void *state, const ig_layer *layer);
    ig_status (*style)(void *state, const char *layer, const char *style, const char *qml,
                       const char *sld, bool is_default); ///< NULL: the format holds none
    ig_status (*metadata)(void *state, const char *key, const char *value);
    ig_status (*finish)(void *state);
    void (*free)(void *state); ///< removes what is not finished
} ig_layer_writer;

ig_status ig_geopackage_begin(ig_ctx *ctx, const char *path, const char *const *inputs,
                              void **state, const ig_layer_writer **writer);
ig_status ig_geojson_begin(ig_ctx *ctx, const char *path, const char *const *inputs, void **state,
                           const ig_layer_writer **writer);
ig_status ig_shapefile_begin(ig_ctx *ctx, const char *path, const char *const *inputs, void **state,
                             const ig_layer_writer **writer);

struct sqlite3;
/// Fill the new R-tree `table` of SQLite with the boxes (west south east north) of rows 1 to `rows`;
/// a box whose west is greater than its east is left out. Gives a code of SQLite.
int ig_rtree_fill(struct sqlite3 *db, const char *table, double (*boxes)[4], size_t rows);

/// Well-known text (the older form, which all programs read) and name of a CRS. Both yours.
ig_status ig_crs_wkt(ig_ctx *ctx, const char *crs, bool esri, char **wkt, char **name, int *epsg);
/// Rings in any order with the part each has in its area (shells with their holes behind them).
ig_status ig_rings_nest(ig_ctx *ctx, const ig_rings *rings, ig_shapes *shapes);
/// Rings that are in order already: each shell anticlockwise, its holes clockwise behind it.
ig_status ig_rings_as_they_come(ig_ctx *ctx, const ig_rings *rings, ig_shapes *shapes);

#endif
