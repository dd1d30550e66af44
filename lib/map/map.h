/// Map: choropleths that open styled in QGIS, and pictures of them.
#ifndef ISOGAP_MAP_H
#define ISOGAP_MAP_H

#include "../area/area.h"
#include "../classify/classify.h"
#include "../core/core.h"
#include "../core/option.h"
#include "../grid/grid.h"
#include "../table/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/// One choropleth: a column of values in classes with colours.
typedef struct ig_style {
    const char *column; ///< column of the layer
    const char *title;  ///< for legend and alias: "Minutes to the nearest clinic"
    const char *unit;   ///< "minutes", "%"; may be NULL
    const ig_breaks *breaks;
    ig_class_method method;
    const ig_colour *colours;  ///< breaks->classes of them
    bool gaps;                 ///< some values are missing: rule-based with a "No data" class
    const char *status;        ///< column that says why a value is missing; NULL: none
    int64_t suppressed;        ///< of the gaps, those whose status begins "suppressed"
    const char *lower, *upper; ///< columns of limits, to mark what may be `centre`; NULL: none
    double centre;             ///< with `lower` and `upper`: the value they are held against
    int64_t unclear;           ///< areas whose limits hold the centre
} ig_style;

/// QML of a polygon layer for QGIS 3.22 and later. This text and those below are yours, free with
/// ig_style_free.
/// @param aliases  pairs "column", "title", NULL-ended; may be NULL
IG_API IG_MUST_CHECK ig_status ig_style_qml(ig_ctx *ctx, const ig_style *style,
                                            const char *const *aliases, char **qml);
/// SLD 1.1 of the same.
IG_API IG_MUST_CHECK ig_status ig_style_sld(ig_ctx *ctx, const ig_style *style, const char *layer,
                                            char **sld);
/// QML of isochrone bands (categories by `minutes`) and of sites.
IG_API IG_MUST_CHECK ig_status ig_isochrone_qml(ig_ctx *ctx, const double *minutes, size_t count,
                                                bool bands, char **qml);
/// Isochrones of one mode of travel, for the style of a layer that holds several.
typedef struct ig_mode_minutes {
    const char *mode; ///< as in the column `mode`
    const double *minutes;
    size_t count;
    bool bands;
} ig_mode_minutes;
/// QML of isochrones with the columns `mode` and `minutes`: a group of rules for each mode, each in
/// a colour of its own. They cover each other, so the first is shown and the others can be switched
/// on in the layer tree.
IG_API IG_MUST_CHECK ig_status ig_isochrone_modes_qml(ig_ctx *ctx, const ig_mode_minutes *modes,
                                                      size_t count, char **qml);
/// QML of a raster of minutes: at most eight bands of even width up to `most`.
IG_API IG_MUST_CHECK ig_status ig_minutes_qml(ig_ctx *ctx, double most, char **qml);
/// The same as SLD 1.0.
IG_API IG_MUST_CHECK ig_status ig_minutes_sld(ig_ctx *ctx, double most, char **sld);
/// QML of boundaries drawn as lines only.
IG_API IG_MUST_CHECK ig_status ig_outline_qml(ig_ctx *ctx, char **qml);
/// QML of sites by kind: a shape and a colour for each value of `kind_column`, other values grey.
IG_API IG_MUST_CHECK ig_status ig_site_kinds_qml(ig_ctx *ctx, const char *label_column,
                                                 const char *kind_column, const char *const *kinds,
                                                 size_t count, char **qml);
/// Kinds of sites by one of their columns.
typedef struct ig_site_kinds {
    const char **of;    ///< one a site, lent by the sites; "" where there is none
    const char **names; ///< the different ones, rising
    size_t count;
} ig_site_kinds;
/// @return IG_EINVAL when there is no such column, IG_EFORMAT when it has too many values to tell
///         apart by symbols
IG_API IG_MUST_CHECK ig_status ig_site_kinds_new(ig_ctx *ctx, const ig_sites *sites,
                                                 const char *column, ig_site_kinds *out);
IG_API void ig_site_kinds_free(ig_site_kinds *kinds);
/// QML of sites with one mark for all, labelled by a column (NULL: not).
IG_API IG_MUST_CHECK ig_status ig_site_qml(ig_ctx *ctx, const char *label_column, char **qml);
IG_API void ig_style_free(char *text);

// ---- choropleths ------------------------------------------------------------------------------

/// How a column becomes classes with colours. Start from ig_map_defaults().
typedef struct ig_map_options {
    int method;               ///< ig_class_method; -1: quantile, or manual where breaks are given
    int64_t classes;          ///< default 5
    const char *palette;      ///< default "YlGnBu"
    bool reverse;             ///< dark is low
    ig_numbers breaks;        ///< upper bounds for the manual method
    const char *title;        ///< of the values; NULL: the column's title or name
    const char *unit;         ///< "minutes", "%"; NULL: none
    const char *classes_from; ///< table whose column `upper` bounds the classes; NULL: none
    double centre; ///< classes alike on both sides of it, with a two-sided palette; NAN: none
    const char *lower, *upper; ///< columns of limits: areas whose limits hold the centre are dotted
} ig_map_options;
/// As named above.
IG_API ig_map_options ig_map_defaults(void);
/// method, classes, palette, reverse, breaks, classes-from, centre, lower, upper.
extern IG_API const ig_option ig_map_option_list[];

/// A column in classes, with what its style refers to.
typedef struct ig_choropleth ig_choropleth;
/// @param columns  one row an area; lent, must outlive the choropleth
/// @param[out] out  yours, free with ig_choropleth_free
/// @return IG_EINVAL when there is no such column, IG_EFORMAT when it holds text or no number
IG_API IG_MUST_CHECK ig_status ig_choropleth_new(ig_ctx *ctx, const ig_result *columns,
                                                 const char *column, const ig_map_options *options,
                                                 ig_choropleth **out);
/// The same with classes made from `values`, `count` of them, so that several columns, layers or
/// years share them.
IG_API IG_MUST_CHECK ig_status ig_choropleth_among(ig_ctx *ctx, const ig_result *columns,
                                                   const char *column, const double *values,
                                                   size_t count, const ig_map_options *options,
                                                   ig_choropleth **out);
/// Several columns in the classes of all their values together, so that one colour means one thing
/// on each map. `out` gets `count` choropleths.
IG_API IG_MUST_CHECK ig_status ig_choropleths_shared(ig_ctx *ctx, const ig_result *columns,
                                                     const char *const *names, size_t count,
                                                     const ig_map_options *options,
                                                     ig_choropleth **out);
/// class, lower, upper, count, colour of a choropleth, a row a class: what classes_from takes.
IG_API IG_MUST_CHECK ig_status ig_choropleth_classes(ig_ctx *ctx, const ig_choropleth *choropleth,
                                                     ig_result **out);
IG_API void ig_choropleth_free(ig_choropleth *choropleth);
/// Lent.
IG_API const ig_style *ig_choropleth_style(const ig_choropleth *choropleth);
IG_API const double *ig_choropleth_values(const ig_choropleth *choropleth); ///< one a row
/// What is to be seen beside a colour: why there is none, or that it may be chance.
typedef enum ig_mark { IG_MARK_NONE, IG_MARK_SUPPRESSED, IG_MARK_UNCLEAR } ig_mark;
IG_API const unsigned char *ig_choropleth_marks(const ig_choropleth *choropleth); ///< ig_mark a row

/// Styles of one layer of a GeoPackage in the making, the first being the default. A style with
/// gaps is stored by rules with a hatched class, and as a graduated one beside it. Titles of
/// `columns` become aliases. Other kinds of files hold no styles: nothing is done.
IG_API IG_MUST_CHECK ig_status ig_map_styles(ig_ctx *ctx, ig_layers *layers, const char *layer,
                                             const ig_style *const *styles, size_t count,
                                             const ig_result *columns);

/// Style of a layer of isochrones with the column `minutes`, and `mode` where there are several:
/// a style for each mode, the first being the default.
IG_API IG_MUST_CHECK ig_status ig_map_isochrones(ig_ctx *ctx, ig_layers *layers, const char *layer,
                                                 const ig_mode_minutes *modes, size_t count);
/// Style of a layer of sites. kinds: of their column `kind`; NULL: one mark for all.
IG_API IG_MUST_CHECK ig_status ig_map_sites(ig_ctx *ctx, ig_layers *layers, const char *layer,
                                            const char *label_column, const ig_site_kinds *kinds);
/// Style of boundaries drawn as lines only.
IG_API IG_MUST_CHECK ig_status ig_map_outlines(ig_ctx *ctx, ig_layers *layers, const char *layer);

/// The line that the publisher asks for under boundaries with codes of the Office for National
/// Statistics; one that says so for the made-up county; NULL for other codes. Static.
IG_API const char *ig_map_attribution(const ig_areas *areas);

/// A layer of a project: a table of the GeoPackage, with its style.
typedef struct ig_project_layer {
    const char *layer;  ///< name in the GeoPackage
    const char *title;  ///< in the layer tree; NULL: the name
    const char *qml;    ///< as stored in layer_styles
    bool points;        ///< points, not polygons
    const char *group;  ///< in the layer tree: layers of one group stand together; NULL: none
    bool hidden;        ///< not shown until switched on
    const char *where;  ///< rows shown, as an expression of SQL: "mode" = 'walk'; NULL: all
    const char *raster; ///< a raster file drawn in place of a layer of the GeoPackage; NULL: none
} ig_project_layer;
/// A project beside its layers: what the view and the print layout need.
typedef struct ig_project {
    const char *title, *attribution; ///< may be NULL
    const char *geopackage;
    const ig_project_layer *layers; ///< the first on top
    size_t count;
    double box[4]; ///< west south east north of the first view, work CRS
} ig_project;
/// A QGIS project (.qgz) that opens a GeoPackage with its layers styled: the first on top. The
/// file is named from the project's folder, so that both can be moved together. A project does not
/// look into layer_styles, so it carries the styles itself.
/// @param box  west south east north of the first view, work CRS
IG_API IG_MUST_CHECK ig_status ig_project_write(ig_ctx *ctx, const char *path, const char *title,
                                                const char *geopackage,
                                                const ig_project_layer *layers, size_t count,
                                                const double box[4], const char *const *inputs);

/// The same with groups, and a print layout of title, map, legend, scale bar, north, attribution.
/// Layers of a group shut each other out, and each is a map theme together with those of no group.
IG_API IG_MUST_CHECK ig_status ig_project_save(ig_ctx *ctx, const char *path,
                                               const ig_project *project,
                                               const char *const *inputs);

// ---- pictures ---------------------------------------------------------------------------------

/// What a picture shows beside the choropleth; pointers may be NULL.
typedef struct ig_picture {
    const ig_areas *areas;
    const double *values; ///< one an area
    const ig_style *style;
    const unsigned char *marks;      ///< ig_mark, one an area
    const ig_areas *outlines;        ///< wards drawn as lines over it
    const ig_rings *isochrones;      ///< lines
    const double *isochrone_minutes; ///< one an isochrone, for the legend
    const ig_sites *sites;
    const char *outlines_label, *sites_label; ///< for the legend: "Wards", "GP practices"
    const char *title, *subtitle, *attribution;
    int width, height; ///< pixels; 0: 1600 wide, height by the areas' shape
    double dpi;        ///< default 96 for the screen, 300 for print
} ig_picture;
/// PNG or SVG by the suffix, through Cairo and Pango: legend with counts, scale bar, north,
/// attribution, hatched gaps. Whole or absent, equal bytes each time.
IG_API IG_MUST_CHECK ig_status ig_picture_write(ig_ctx *ctx, const ig_picture *picture,
                                                const char *path, const char *const *inputs);

/// A frontier between two figures, its points joined in order.
typedef struct ig_frontier {
    size_t count;
    const double *x, *y;
    const char *const *label;
    const char *title, *x_title, *y_title;
} ig_frontier;
/// PNG or SVG by the suffix, 900 x 620. IG_EUNDEFINED without points or with one that has no value.
IG_API IG_MUST_CHECK ig_status ig_frontier_write(ig_ctx *ctx, const ig_frontier *frontier,
                                                 const char *path, const char *const *inputs);

#ifdef __cplusplus
}
#endif
#endif
