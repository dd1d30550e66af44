/// What the writers of a GeoPackage share.
#ifndef ISOGAP_AREA_GEOPACKAGE_INTERNAL_H
#define ISOGAP_AREA_GEOPACKAGE_INTERNAL_H

#include "layers_internal.h"

#include <sqlite3.h>

struct table {
    char *name, *geometry; ///< geometry NULL for a table without shapes
    size_t rows;
};

struct package {
    ig_ctx *ctx;
    char *path;
    ig_output *output;
    sqlite3 *db;
    struct table *tables;
    size_t count, room;
    ig_text metadata;
    bool styles, begun;
    char date[32];
    unsigned char *blob; ///< of the feature under way
    size_t blob_room;
};

// ---- geopackage_sql.c: statements ----------------------------------------------------------------

ig_status gpkg_no_memory(struct package *p);
/// What SQLite says of the last call, as a failure to write.
ig_status gpkg_failed(struct package *p, const char *what);
ig_status gpkg_execute(struct package *p, const char *sql);
/// SQL with names in it (%w within double quotes) and texts (%Q), built by SQLite's own printf.
ig_status gpkg_execute_format(struct package *p, const char *format, ...);
/// Have a table counted when the file is read back.
ig_status gpkg_remember(struct package *p, const char *name, const char *geometry, size_t rows);

// ---- geopackage_shapes.c: blobs of shapes, their index -----------------------------------------

/// The area as a GeoPackage multipolygon in p->blob; size 0 for an area without rings.
bool gpkg_area_blob(struct package *p, const ig_shapes *s, size_t area, int srs, double box[4],
                    size_t *size);
bool gpkg_point_blob(struct package *p, double x, double y, int srs, double box[4], size_t *size);
/// The spatial index of the rows, and the extent of the layer.
ig_status gpkg_write_index(struct package *p, const ig_layer *layer, const char *geometry,
                           double (*boxes)[4], double all[4]);
/// The triggers that keep the R-tree true when others change the layer.
ig_status gpkg_create_triggers(struct package *p, const char *table, const char *geometry,
                               const char *fid);

// ---- geopackage_styles.c: styles and metadata ---------------------------------------------------

ig_status gpkg_add_style(void *state, const char *layer, const char *style, const char *qml,
                         const char *sld, bool is_default);
ig_status gpkg_add_metadata(void *state, const char *key, const char *value);
ig_status gpkg_write_metadata(struct package *p);

#endif
