// Features as the readers of this room hand them over: cells, rings and points as they came.
#ifndef ISOGAP_AREA_FEATURES_H
#define ISOGAP_AREA_FEATURES_H

#include "../core/inside.h"
#include "area.h"

/// What became of a feature's geometry.
typedef enum ig_feature_state {
    IG_FEATURE_SOUND, ///< has the wanted type; nothing said about validity
    IG_FEATURE_NULL,  ///< no geometry at all
    IG_FEATURE_EMPTY, ///< a geometry without points
    IG_FEATURE_WRONG, ///< another type; `type` names it
} ig_feature_state;

typedef struct ig_feature {
    int64_t line;     ///< feature id, record or place in the file
    size_t file;      ///< which of the files
    size_t ring;      ///< first ring (or first point, for points)
    size_t rings;     ///< how many
    const char *type; ///< what it is when it is not what was wanted; static text
    ig_feature_state state;
    bool is_line; ///< its rings are lines, open or closed
    bool note;    ///< a hole lay outside every shell or the like (the reader says so later)
} ig_feature;

enum { IG_NO_CELL = 0 }; ///< offset of a missing cell in the pool

typedef struct ig_cells {
    char *name;
    ig_column_kind kind;
    bool any;      ///< a value was seen, so `kind` may only widen from here
    size_t *cells; ///< offset in the pool for each feature, IG_NO_CELL for missing
    size_t room;
} ig_cells;

/// Everything of one or several like files, in file order. Plain; growing by the functions below.
typedef struct ig_features {
    bool points; ///< points are wanted, not polygons
    bool lines;  ///< lines are wanted, not polygons
    bool also;   ///< with `lines`: polygons as well
    ig_feature *items;
    size_t count, item_room;
    // rings: ring r has points ring_start[r] .. ring_start[r + 1] - 1; polygon[r] is the number of
    // its polygon within the feature, whose first ring is the shell
    size_t *ring_start;
    uint32_t *polygon;
    size_t rings, ring_room, polygon_room;
    double *x, *y;
    size_t used, x_room, y_room;
    ig_cells *columns;
    size_t column_count, column_room;
    ig_text pool; ///< cells, each ended by NUL; offset 0 is not used
    char **files; ///< names for messages
    size_t file_count, file_room;
    char *crs;        ///< as the files state it: "EPSG:N" or WKT; NULL when none does
    char *layer;      ///< layer name, or base name of the first file
    const char *word; ///< "feature" or "record"
    /// Called before a feature is added to `batch` of them, which are then forgotten; only the
    /// columns, files and CRS stay. NULL: all are kept. Not before the CRS is stated.
    ig_status (*take)(ig_ctx *ctx, struct ig_features *features, void *user);
    void *user;
    size_t batch, before; ///< features of the batches that were taken
    bool crs_stated;      ///< `crs` is as the file has it, NULL if it has none
    bool assumed_crs;     ///< longitude and latitude by the format's rule, not by a statement
} ig_features;

void ig_features_free(ig_features *features);
/// Forget the features, but not the columns, files and CRS.
void ig_features_clear(ig_features *features);
/// A new file of the set; features added from now on belong to it.
ig_status ig_features_file(ig_ctx *ctx, ig_features *features, const char *name);
/// A new feature at the end, without rings yet.
ig_status ig_features_add(ig_ctx *ctx, ig_features *features, int64_t line, ig_feature **feature);
/// Begin a ring of the last feature; points follow by ig_features_point.
ig_status ig_features_ring(ig_ctx *ctx, ig_features *features, uint32_t polygon);
/// Take back the rings or the point of the last feature, which is not of the type wanted.
void ig_features_forget(ig_features *features);
/// Room for `more` points at the end, to be filled by the caller, who raises `used` and
/// ring_start[rings] himself.
ig_status ig_features_room(ig_ctx *ctx, ig_features *features, size_t more);
/// Points of the last ring are complete: note where it ends.
void ig_features_ring_end(ig_features *features);
/// Number of the column of this name, made when it is new.
ig_status ig_features_column(ig_ctx *ctx, ig_features *features, const char *name,
                             ig_column_kind kind, size_t *column);
/// Cell of the last feature. Bytes need no NUL at the end; NULL text leaves it missing.
ig_status ig_features_cell(ig_ctx *ctx, ig_features *features, size_t column, ig_column_kind kind,
                           const char *text, size_t length);
/// Text of a cell or NULL when it is missing. Lent.
const char *ig_features_text(const ig_features *features, size_t row, size_t column);
/// "boundaries.gpkg", or "folder/file" when there are several: for messages about a feature.
const char *ig_features_name(const ig_features *features, size_t row);
/// Keep only the features wanted; their rings stay where they are.
ig_status ig_features_keep(ig_ctx *ctx, ig_features *features, const bool *keep);
/// State the CRS of the file under way; files of one set must agree.
ig_status ig_features_crs(ig_ctx *ctx, ig_features *features, const char *crs, bool assumed);

/// Rings or points of well-known binary (ISO, EWKB, any byte order; curves are made straight by
/// OGR) for the last feature. Sets its state; a broken geometry is an IG_EFORMAT.
ig_status ig_features_wkb(ig_ctx *ctx, ig_features *features, const unsigned char *wkb,
                          size_t length);

/// Read one plain file (unpacked already) of a kind that holds shapes, adding to `features`.
/// @param name  for messages
/// @param layer  layer wanted, or NULL
ig_status ig_features_read_shapefile(ig_ctx *ctx, ig_features *features, const char *path,
                                     const char *name, const char *encoding);
/// Does the header of a .shp promise what is wanted, or nothing at all?
ig_status ig_features_shapefile_fits(ig_ctx *ctx, const ig_features *features, const char *path,
                                     bool *fits);
ig_status ig_features_read_geopackage(ig_ctx *ctx, ig_features *features, const char *path,
                                      const char *name, const char *layer);
ig_status ig_features_read_json(ig_ctx *ctx, ig_features *features, const char *path,
                                const char *name, const char *layer);
/// Read files, folders and zips of like files as one set.
ig_status ig_features_read(ig_ctx *ctx, const char *const *paths, size_t count,
                           const char *encoding, ig_features *features);

/// Limits of S5.
#define IG_MAX_COLUMNS 2000
#define IG_MAX_FIELD (1u << 20)
#define IG_MAX_VERTICES 10000000u
#define IG_MAX_FEATURES 20000000u

#endif
