/// What the files of the command map share.
#ifndef ISOGAP_TOOLS_MAP_WORK_H
#define ISOGAP_TOOLS_MAP_WORK_H

#include "joining.h"

struct map_settings {
    ig_texts areas, values, outlines, sites;
    const char *output, *png, *svg, *project, *classes_to;
    const char *title, *subtitle, *unit, *attribution, *outlines_label, *sites_label;
    const char *sites_kind;
    int64_t width, height;
    double dpi, min_match;
    bool shared;
    ig_area_options area;
    ig_site_options site;
    ig_map_options map;
    struct repeated tables;
};

/// What a run holds, freed in one place.
struct map_work {
    ig_areas *areas, *outlines;
    ig_sites *sites;
    ig_join_table *tables;
    size_t table_count;
    ig_join *join;
    ig_choropleth **maps;
    size_t map_count;
    const char **inputs; ///< NULL-ended
    ig_result *site_columns, *outline_columns;
    ig_site_kinds kinds;
    char outlines_layer[256];
};

ig_status map_no_memory(ig_ctx *ctx);
/// Name of the layer of sites: not that of the areas.
const char *map_sites_layer(const struct map_work *w);
/// The line at the foot; NULL: none.
const char *map_attribution(const struct map_settings *s, const struct map_work *w);
/// The project of all layers, with their styles.
ig_status map_write_project(ig_ctx *ctx, const struct map_settings *s, const struct map_work *w,
                            json_t *json);

#endif
