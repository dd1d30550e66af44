/// What travel and isochrone share: a cost grid, sites placed on it, and how to move.
#ifndef ISOGAP_TOOLS_SEARCH_H
#define ISOGAP_TOOLS_SEARCH_H

#include "command.h"

struct search {
    const char *cost, *cost_crs;
    int cost_unit; ///< as ig_surface_read
    ig_grid_options reading;
    const char *sites_path;
    ig_site_options site_reading;
    ig_place_options placing;
    ig_travel_options travel;

    // what search_open finds
    ig_surface *surface;
    ig_sites *sites;
    ig_placement *placement;
};

extern const ig_option search_options[]; ///< cost, cost-unit, cost-crs, sites, snap, clip-sites

/// Groups of a command whose settings hold a struct search at `base`; more may follow.
// clang-format off
#define SEARCH_GROUPS(base)                                                                        \
    {.options = search_options, .offset = (base)},                                                 \
    {.options = ig_grid_option_list,                                                               \
     .offset = (base) + offsetof(struct search, reading),                                          \
     .prefix = "cost-",                                                                            \
     .bare = "band|nodata|max-cells"},                                                             \
    {.options = ig_site_option_list,                                                               \
     .offset = (base) + offsetof(struct search, site_reading),                                     \
     .prefix = "sites-",                                                                           \
     .bare = "name|easting|northing|longitude|latitude|postcode|postcodes|header|where|sheet|"     \
             "encoding|duplicates|allow-unplaced"},                                                \
    {.options = ig_travel_option_list, .offset = (base) + offsetof(struct search, travel)}
// clang-format on

void search_defaults(struct search *search);
/// Read the grid and the sites and place them. search_close() in any case.
ig_status search_open(ig_ctx *ctx, struct search *search);
void search_close(struct search *search);
/// Find out before the work starts whether an output can be written (folder, --overwrite, lock).
/// Any of the paths may be NULL. `inputs` as in ig_output_begin.
ig_status search_check_outputs(ig_ctx *ctx, const char *const *outputs, size_t count,
                               const char *const *inputs);
/// Thresholds rise from above 0 and end within the minutes that are searched (INFINITY: all), for
/// beyond them nobody is counted.
ig_status search_check_thresholds(ig_ctx *ctx, const ig_numbers *thresholds, double limit);
/// Cells, barriers and sites into the JSON. Without minutes (NULL) no reached cells are counted.
ig_status search_summarise(ig_ctx *ctx, const struct search *search, const ig_grid *minutes,
                           json_t *json);
/// Sites alone.
void search_summarise_sites(const ig_sites *sites, const ig_placement *placement, json_t *json);

/// The rows of a matrix as trips, sorted by area and site. Free with ig_reach_trips_free.
ig_status search_trips(ig_ctx *ctx, ig_matrix *matrix, size_t areas, size_t sites, ig_trips *trips);

#endif
