/// Area: boundaries and sites, in metres of the work CRS; and the writer of layers.
#ifndef ISOGAP_AREA_H
#define ISOGAP_AREA_H

#include "../core/core.h"
#include "../core/option.h"
#include "../grid/grid.h"
#include "../table/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Boundaries, read-only after reading, in order of code. Opaque.
typedef struct ig_areas ig_areas;

/// How to read boundaries. Start from ig_area_defaults(); texts are lent by the caller.
typedef struct ig_area_options {
    const char *key;  ///< code column; NULL: found by itself (one letter and eight digits)
    const char *name; ///< name column; NULL: found by itself (…NM, name), may be absent
    const char *crs;  ///< "EPSG:N" for a file that states none
    bool dissolve;    ///< several features of one code become one area
    bool keep_source; ///< keep coordinates and CRS as they came too (join)
    /// Keep these alone, which spares the move to the work CRS: rings, sizes, centroids and box are
    /// then empty (join without --to-crs).
    bool source_only;
    const char *encoding; ///< of a shapefile's attributes; NULL: by its .cpg or language id
    const char *where;    ///< "C=V,D=W": features to keep, by equal text
    double max_change;    ///< share of its area that a repair may change, default .01
    const char *prefix;   ///< of the options named in messages; NULL: "areas" (--areas-key ...)
} ig_area_options;
/// No names, no CRS, max_change .01.
IG_API ig_area_options ig_area_defaults(void);
extern IG_API const ig_option ig_area_option_list[]; ///< key, name, crs, dissolve, max-change

/// Shapefile, GeoPackage, GeoJSON, TopoJSON; files, folders and zips of like files read as one.
/// Checks G1 to G3, G5, J2; invalid areas are repaired to all that their rings enclose, and told;
/// NULL and empty geometries stay as areas without rings. Overlaps are warned of with their pairs:
/// those 5 m wide on average, or 1 m wide with more than half a percent of the smaller area.
/// @param options  NULL for the defaults
/// @param[out] out  yours, free with ig_areas_free
/// @return IG_EFORMAT for a column that is not there, codes that are missing or come twice, an
///         unknown CRS, an extent that cannot be in it, a repair beyond max_change
IG_API IG_MUST_CHECK ig_status ig_areas_read(ig_ctx *ctx, const char *const *paths, size_t count,
                                             const ig_area_options *options, ig_areas **out);
/// Larger areas made of small ones, as a lookup says: LSOAs to the wards that it names.
///
/// Shapes are united, so that no border inside is left. The new areas stand in order of their code;
/// their table has the lookup's columns, empty where the rows of one area differ. An area whose
/// row is SIZE_MAX, or has no code there, goes to none.
/// @param row     row of the lookup for each area
/// @param column  column of the lookup with the code of the larger area
/// @param[out] out  yours; free with ig_areas_free
IG_API IG_MUST_CHECK ig_status ig_areas_unite(ig_ctx *ctx, const ig_areas *areas,
                                              const ig_table *lookup, const size_t *row,
                                              size_t column, ig_areas **out);
IG_API void ig_areas_free(ig_areas *areas);
IG_API size_t ig_areas_count(const ig_areas *areas);
IG_API const char *ig_areas_code(const ig_areas *areas, size_t i); ///< normalised
IG_API const char *ig_areas_name(const ig_areas *areas, size_t i); ///< "" when there is none
/// First of the files, as it was named. Lent.
IG_API const char *ig_areas_path(const ig_areas *areas);
IG_API const char *
ig_areas_layer(const ig_areas *areas); ///< layer name; for files without: base name
/// "lsoa", "msoa", "ward", "district", "oa" by the codes, or "areas".
IG_API const char *ig_areas_kind(const ig_areas *areas);
IG_API const ig_rings *ig_areas_rings(const ig_areas *areas); ///< work CRS, metres
IG_API double ig_areas_size(const ig_areas *areas,
                            size_t i); ///< m2 in the work CRS; 0 without rings
/// Centroid (of the rings); false without rings.
IG_API bool ig_areas_centroid(const ig_areas *areas, size_t i, double *x, double *y);
IG_API void ig_areas_box(const ig_areas *areas, double box[4]); ///< west south east north
/// The file's own columns, row i for area i; the code column is its key.
IG_API const ig_table *ig_areas_table(const ig_areas *areas);
/// The same, for taking columns as numbers.
IG_API ig_table *ig_areas_values(ig_areas *areas);
IG_API const char *ig_areas_source_crs(const ig_areas *areas);    ///< "EPSG:4326"
IG_API const char *ig_areas_crs_operation(const ig_areas *areas); ///< for the record

/// Places of care, or any points with a code. Read-only after reading; order of the file.
typedef struct ig_sites ig_sites;
/// How to read sites: names of columns (NULL: found by themselves) and of the file's form, as for
/// tables. Start from ig_site_defaults(); texts are lent by the caller.
typedef struct ig_site_options {
    const char *key, *name;
    const char *easting, *northing, *longitude, *latitude;
    const char *postcode;
    ig_texts postcodes; ///< Code-Point Open as issued: CSV files, folders or the zip
    const char *header, *where, *sheet, *encoding;
    /// Of the coordinates where the file states none. Easting and northing, x and y are in the work
    /// CRS without it (degrees in them are refused), longitude and latitude in EPSG:4326.
    const char *crs;
    int duplicates; ///< 0: a code that comes twice is an error, 3: the first row of it is taken
    bool allow_unplaced; ///< rows without coordinates are left out, counted and listed
    bool codeless; ///< places of people: where no column of codes is named or found, none is needed
} ig_site_options;
/// No names; codes must be unique and every row placed.
IG_API ig_site_options ig_site_defaults(void);
extern IG_API const ig_option ig_site_option_list[];
/// Points of a layer (GeoPackage, GeoJSON, shapefile), or rows of a table (CSV, XLSX ...) placed by
/// easting and northing, longitude and latitude, or postcode; the columns are found by their usual
/// names. A row without coordinates is an IG_EFORMAT that names line and field, unless postcode
/// files are given or `allow_unplaced`; rows whose postcode has no place are listed as unplaced,
/// with a warning. Codes are found by name (code, id ...) and must be unique (J2). Without codes
/// (`codeless`) the place in the file stands for one: "line 5".
/// @param options  NULL for the defaults
/// @param[out] out  yours, free with ig_sites_free
IG_API IG_MUST_CHECK ig_status ig_sites_read(ig_ctx *ctx, const char *const *paths, size_t count,
                                             const ig_site_options *options, ig_sites **out);
IG_API void ig_sites_free(ig_sites *sites);
IG_API size_t ig_sites_count(const ig_sites *sites);
/// Normalised. Lent.
IG_API const char *ig_sites_code(const ig_sites *sites, size_t i);
/// "" when there is none. Lent.
IG_API const char *ig_sites_name(const ig_sites *sites, size_t i);
/// Line, row or feature of the file that it came from.
IG_API int64_t ig_sites_line(const ig_sites *sites, size_t i);
/// Metres east, and north, in the work CRS.
IG_API double ig_sites_x(const ig_sites *sites, size_t i);
IG_API double ig_sites_y(const ig_sites *sites, size_t i);
/// The file's own columns, row i for site i. Lent.
IG_API const ig_table *ig_sites_table(const ig_sites *sites);
/// Rows whose postcode is not in the files: listed, never dropped in silence.
IG_API size_t ig_sites_unplaced_count(const ig_sites *sites);
/// Lent; the reason is static text.
IG_API const char *ig_sites_unplaced_code(const ig_sites *sites, size_t i);
IG_API const char *ig_sites_unplaced_reason(const ig_sites *sites, size_t i);

// ---- writing layers ---------------------------------------------------------------------------

/// A vector file in the making; suffix says which: .gpkg, .geojson, .shp. Whole or absent.
typedef struct ig_layers ig_layers;
/// What the rows of a layer are drawn as.
typedef enum ig_shape { IG_SHAPE_NONE, IG_SHAPE_POINT, IG_SHAPE_POLYGON } ig_shape;

/// @param inputs  files that the output may not be, NULL-ended; may be NULL
/// @param[out] out  yours: ends with ig_layers_finish or ig_layers_abort
/// @return IG_EINVAL for another suffix, IG_EPOLICY for a file that is there or is an input
IG_API IG_MUST_CHECK ig_status ig_layers_begin(ig_ctx *ctx, const char *path,
                                               const char *const *inputs, ig_layers **out);
/// CRS of the shapes written from now on, "EPSG:N" (--to-crs). Without it: the work CRS, and
/// longitude and latitude in .geojson (RFC 7946).
IG_API IG_MUST_CHECK ig_status ig_layers_crs(ig_layers *layers, const char *crs);
/// A layer of areas with these attributes (one row each area, in order). With `source` the
/// coordinates and CRS as they came (areas read with keep_source). Layer and column names are
/// kept as given; identifier and description may be NULL.
IG_API IG_MUST_CHECK ig_status ig_layers_areas(ig_layers *layers, const char *name,
                                               const ig_areas *areas, bool source,
                                               const ig_result *columns);
/// Polygons from flat rings (isochrones), work CRS: shells and holes are told by how they lie.
IG_API IG_MUST_CHECK ig_status ig_layers_rings(ig_layers *layers, const char *name,
                                               const ig_rings *rings, const ig_result *columns);
/// The same for rings that are polygons in order already, which spares the search for shells: each
/// shell anticlockwise, its holes clockwise behind it (ig_isochrones_rings).
IG_API IG_MUST_CHECK ig_status ig_layers_polygons(ig_layers *layers, const char *name,
                                                  const ig_rings *rings, const ig_result *columns);
/// Points, metres in the work CRS; NaN coordinates are rows without a shape.
IG_API IG_MUST_CHECK ig_status ig_layers_points(ig_layers *layers, const char *name, size_t count,
                                                const double *x, const double *y,
                                                const ig_result *columns);
/// A table without shapes (isogap_run, isogap_unmatched_areas ...). Formats of one layer (.geojson,
/// .shp) leave tables and styles out; a second layer with shapes is an IG_EINVAL there.
IG_API IG_MUST_CHECK ig_status ig_layers_table(ig_layers *layers, const char *name,
                                               const ig_result *columns);
/// A style row in layer_styles (GeoPackage) for a layer written before; one default a layer.
IG_API IG_MUST_CHECK ig_status ig_layers_style(ig_layers *layers, const char *layer,
                                               const char *style, const char *qml, const char *sld,
                                               bool is_default);
/// Metadata item of the data set (provenance, attribution).
IG_API IG_MUST_CHECK ig_status ig_layers_metadata(ig_layers *layers, const char *key,
                                                  const char *value);
/// Flush, close, reopen, count, integrity_check, commit. Frees in any case.
IG_API IG_MUST_CHECK ig_status ig_layers_finish(ig_layers *layers);
/// Nothing is left of the file. NULL is allowed.
IG_API void ig_layers_abort(ig_layers *layers);

#ifdef __cplusplus
}
#endif
#endif
