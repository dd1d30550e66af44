/// What the files of the command assess share: its settings, and the states of the sites.
#ifndef ISOGAP_TOOLS_ASSESSING_H
#define ISOGAP_TOOLS_ASSESSING_H

#include "division.h"

#include <core/inside.h>

struct assess_settings {
    ig_texts before, after, close;
    const char *before_where, *after_where;
    ig_texts areas;
    ig_area_options area_reading;
    ig_texts population, demand;
    ig_population_options people;
    const char *cost, *cost_crs;
    int cost_unit;
    ig_grid_options grid;
    ig_site_options site_reading;
    ig_place_options placing;
    ig_travel_options search;
    ig_texts matrix;
    ig_numbers thresholds;
    struct division_options division;
    const char *title, *output;
};

/// One state of the sites.
struct assess_state {
    ig_sites *sites;         ///< on a grid
    ig_placement *placement; ///< on a grid, closed ones gone
    ig_grid *minutes;
    bool *open; ///< with a matrix: one a site of it
    ig_trips trips;
    ig_access *access;
    ig_gap_columns *columns;
    ig_gap_input input;
};

struct assess_holdings {
    ig_areas *areas;
    ig_population *population;
    ig_surface *surface;
    ig_reach *reach;
    const char **codes; ///< of the areas
    ig_table *people;   ///< table of people, for its other columns
    size_t *people_row;
    struct assess_state before, after;
    ig_cover *cover; ///< shares of cells, for before, after and the change
    ig_change *change;
    struct division division;
    ig_assessment *assessment;
    ig_assess_site *site;
    size_t sites;
};

/// Minutes, access and change on a cost grid, before and after.
ig_status assess_over_grid(ig_ctx *ctx, struct assess_settings *s, struct assess_holdings *h);
/// The same with a matrix.
ig_status assess_over_matrix(ig_ctx *ctx, struct assess_settings *s, struct assess_holdings *h);
void assess_let_go(struct assess_holdings *h);

#endif
