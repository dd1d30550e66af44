/// Map: choropleths that open styled in QGIS, and pictures of them.
#ifndef ISOGAP_MAP_H
#define ISOGAP_MAP_H

#include "../area/area.h"
#include "../classify/classify.h"
#include "../core/core.h"
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
    const ig_colour *colours; ///< breaks->classes of them
    bool gaps;                ///< some values are missing: rule-based with a "No data" class
} ig_style;

/// QML of a polygon layer for QGIS 3.22 and later. aliases: pairs "column", "title", NULL-ended.
IG_API IG_MUST_CHECK ig_status ig_style_qml(ig_ctx *ctx, const ig_style *style,
                                            const char *const *aliases, char **qml);
/// SLD 1.1 of the same.
IG_API IG_MUST_CHECK ig_status ig_style_sld(ig_ctx *ctx, const ig_style *style, const char *layer,
                                            char **sld);
/// QML of isochrone bands (categories by `minutes`) and of sites.
IG_API IG_MUST_CHECK ig_status ig_isochrone_qml(ig_ctx *ctx, const double *minutes, size_t count,
                                                bool bands, char **qml);
IG_API IG_MUST_CHECK ig_status ig_site_qml(ig_ctx *ctx, const char *label_column, char **qml);
IG_API void ig_style_free(char *text);

/// What a picture shows beside the choropleth; pointers may be NULL.
typedef struct ig_picture {
    const ig_areas *areas;
    const double *values; ///< one an area
    const ig_style *style;
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

#ifdef __cplusplus
}
#endif
#endif
