/// What the files of the command access share: its settings, and what a run holds.
#ifndef ISOGAP_TOOLS_ACCESSING_H
#define ISOGAP_TOOLS_ACCESSING_H

#include "command.h"

#include <core/inside.h>

struct access_settings {
    ig_texts areas;
    ig_area_options area_reading;
    ig_texts population;
    ig_population_options people;
    ig_texts travel; ///< FILE or NAME=FILE
    const char *cost, *travel_crs, *cost_crs;
    int cost_unit;
    ig_grid_options grid;
    ig_texts sites;
    ig_site_options site_reading;
    ig_place_options placing;
    ig_travel_options search;
    ig_texts matrix;
    ig_numbers thresholds;
    int method;
    const char *supply, *decay;
    double catchment, min_minutes, tau;
    const char *trace, *output;
};

/// A way to travel: one grid of minutes, or whatever else the minutes come from.
struct access_mode {
    const char *path; ///< of --travel, NULL: the minutes come from elsewhere
    char name[64];    ///< "" where only one grid is given, without a name
    char suffix[68];  ///< of its columns: "" for one mode, "_walk" for one of several
    ig_access *access;
};

/// What a run holds; all of it freed at the end.
struct access_holdings {
    ig_areas *areas;
    ig_population *population;
    ig_surface *surface;
    ig_grid *minutes;
    ig_cover *cover; ///< shares of cells, for several grids
    ig_sites *sites;
    ig_placement *placement;
    ig_reach *reach;
    struct access_mode *mode;
    size_t modes; ///< at least one
};

/// The grids of --travel and their names.
ig_status access_modes(ig_ctx *ctx, const struct access_settings *s, struct access_holdings *h);
/// Access on each grid of minutes, or on those found on the cost grid.
ig_status access_over_grids(ig_ctx *ctx, struct access_settings *s, struct access_holdings *h,
                            ig_catchment_totals *totals);
/// The same from a matrix.
ig_status access_over_matrix(ig_ctx *ctx, struct access_settings *s, struct access_holdings *h,
                             ig_catchment_totals *totals);
/// The table: columns of all modes.
ig_status access_result(ig_ctx *ctx, const struct access_holdings *h, ig_result **out);
void access_let_go(struct access_holdings *h);

#endif
