// What the files of this room share about areas. Not for other rooms.
#ifndef ISOGAP_AREA_INTERNAL_H
#define ISOGAP_AREA_INTERNAL_H

#include "../core/inside.h"
#include "area.h"
#include "features.h"

/// Polygons of many areas as flat arrays: ig_rings with the part each ring has in its area.
typedef struct ig_shapes {
    size_t areas, rings, points;
    size_t *area_start; ///< areas + 1
    size_t *ring_start; ///< rings + 1
    uint32_t *polygon;  ///< number of the polygon within its area; its first ring is the shell
    double *x, *y;
} ig_shapes;

void ig_shapes_free(ig_shapes *shapes);
ig_status ig_shapes_copy(ig_ctx *ctx, const ig_shapes *from, ig_shapes *to);
/// Areas without any rings.
ig_status ig_shapes_none(ig_ctx *ctx, size_t areas, ig_shapes *shapes);
/// Shells counter-clockwise, holes clockwise.
void ig_shapes_wind(ig_shapes *shapes);
bool ig_shapes_is_shell(const ig_shapes *shapes, size_t area, size_t ring);
/// Square units covered: shells less holes.
double ig_shapes_size(const ig_shapes *shapes, size_t area);

struct ig_areas {
    size_t count;
    char **codes, **names;
    char *path, *layer, *crs, *operation;
    const char *kind;
    ig_shapes work, source;
    bool has_source;
    ig_rings rings; ///< view of `work`
    double *size;
    double box[4];
    ig_table *table;
};

/// Sizes, box and the view of rings, from the shapes of the work CRS.
ig_status ig_areas_measure(ig_ctx *ctx, ig_areas *areas);
/// "lsoa", "ward" ... by the codes, or "areas".
const char *ig_areas_kind_of(const ig_areas *areas);

/// What is asked of the check of shapes.
typedef struct ig_repair {
    const char *const *codes;
    const char *file;         ///< the set of areas, for messages
    const char *const *files; ///< the file of each area where the set has several; NULL: `file`
    const bool *merge;        ///< areas made of several features, to be united; NULL: none
    const bool *noted;        ///< areas whose reader found a hole outside its shell; NULL: none
    double metre;             ///< units of the coordinates in a metre (1, or degrees)
    double limit;             ///< share of change that is an error, such as .01
    bool degrees;
} ig_repair;
/// Which areas are not surely valid, or to be united; `doubtful` has a place for each.
ig_status ig_shapes_look(ig_ctx *ctx, const ig_shapes *shapes, const ig_repair *repair,
                         bool *doubtful);
/// Mend invalid areas by the one stated method and tell each (G3).
ig_status ig_shapes_repair(ig_ctx *ctx, ig_shapes *shapes, const ig_repair *repair);
/// How deep each polygon of an area lies in others: 0 for the ordinary part, 1 for a part that
/// another holds (which is a hole: converters that miss a hole write it as a part), 2 for an island
/// in such a hole. `depth` has a place for each polygon of the area.
ig_status ig_polygon_depths(const ig_shapes *shapes, size_t area, unsigned char *depth);
enum { IG_DEPTHS = 8 };
/// Square units that an area's rings cover as drawn: where a shell winds and no hole of its polygon
/// does; parts that overlap once, parts within parts as holes. False when there are too many points
/// to scan.
bool ig_covered_as_drawn(const ig_shapes *shapes, size_t area, double *covered);
/// Warn of areas that overlap (G4), with area and pairs.
ig_status ig_shapes_overlaps(ig_ctx *ctx, const ig_shapes *shapes, const ig_repair *repair);

/// The code column and the name column of features. SIZE_MAX for no name.
/// @param prefix  of the options named in messages: "areas" for --areas-key
ig_status ig_features_key(ig_ctx *ctx, const ig_features *features, const char *wanted,
                          const char *prefix, size_t *key);
size_t ig_features_name_column(const ig_features *features, size_t key);
ig_status ig_features_find(ig_ctx *ctx, const ig_features *features, const char *name,
                           const char *prefix, const char *option, size_t *column);
/// Normalised codes of all features, with what was changed told (J4). Empty codes are an error.
ig_status ig_features_codes(ig_ctx *ctx, const ig_features *features, size_t key, char ***codes);
void ig_texts_free(char **texts, size_t count);
/// Order of rows by code, equal codes in file order. Yours.
ig_status ig_code_order(ig_ctx *ctx, char *const *codes, size_t count, size_t **order);
/// Attributes of all features as a table without key, kinds and lines kept.
ig_status ig_features_table(ig_ctx *ctx, const ig_features *features, ig_table **table);
/// Keep the features that pass "C=V,D=W".
ig_status ig_features_where(ig_ctx *ctx, ig_features *features, const char *where);
/// CRS that features have: what the file states, else the option, else the context's; lent, or NULL.
/// What a format merely implies (GeoJSON) gives way to the option.
const char *ig_features_stated_crs(ig_ctx *ctx, const ig_features *features, const char *option);
/// From that CRS to the work CRS, with the extent checked (G1).
ig_status ig_features_shift(ig_ctx *ctx, const ig_features *features, const char *crs,
                            const char *prefix, char *const *codes, ig_crs_shift **shift);

/// Places of postcodes, looked up in files as Ordnance Survey issues them.
typedef struct ig_postcode {
    char *code;  ///< without blanks, in capitals; "" when there is none
    double x, y; ///< EPSG:27700
    bool found, placed;
} ig_postcode;
/// Fill in what the files know. @param wanted  any order; may repeat
ig_status ig_postcodes_find(ig_ctx *ctx, const ig_texts *files, ig_postcode *wanted, size_t count);
/// "PO30 1AA", "po301aa" ... to "PO301AA"; yours.
char *ig_postcode_normalise(const char *raw);

#endif
