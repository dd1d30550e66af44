/// What the files of the command site share: its settings and what they are read into.
#ifndef ISOGAP_TOOLS_SITING_H
#define ISOGAP_TOOLS_SITING_H

#include "division.h"
#include "search.h"

#include <core/inside.h>

struct site_settings {
    ig_texts matrix, demand;
    ig_population_options people;
    struct division_options division;
    ig_texts existing, candidates;
    ig_site_options site_reading;
    int64_t open, close; ///< -1: not given
    int objective;
    double threshold, mean_slack, time_limit;
    const char *capacity;
    bool price, stability;
    ig_texts stability_matrix;
    ig_texts sites, areas; ///< places and shapes, for a GeoPackage
    ig_area_options area_reading;
    const char *plot, *frontier, *write_lp, *output;
};

struct siting_inputs {
    ig_areas *areas; ///< of --areas: those alone have demand; else the rows of the demand
    ig_reach *reach;
    ig_table *table; ///< of the demand once more, for its other columns
    size_t *row;     ///< of each area in it, with --areas
    struct division division;
    double *people; ///< of each area whom some site reaches
    double beyond;  ///< people of areas with sites whom none of them reaches
    size_t *start;
    bool *existing, *candidate;
    double *capacity;
    size_t open;
    ig_text lonely;
    ig_siting_problem problem;
};

/// Rows and measures as the command gap has them.
ig_status siting_groups(ig_ctx *ctx, const struct site_settings *s, const struct siting_inputs *h,
                        const ig_siting *a, ig_result **rows, ig_result **measures);
/// Read the matrix and the demand, and mark the sites. siting_inputs_free in any case.
ig_status siting_inputs_take(ig_ctx *ctx, struct site_settings *s, const ig_texts *matrix,
                             struct siting_inputs *h);
void siting_inputs_free(struct siting_inputs *h);
/// `price_of_equity` of the JSON, and the plot. @param[out] frontier  yours, NULL without points
ig_status siting_price(ig_ctx *ctx, const struct site_settings *s, const struct siting_inputs *h,
                       const ig_siting_options *options, json_t *json, ig_result **frontier);
/// `stability` of the JSON: runs, and how often each site is chosen.
ig_status siting_stability(ig_ctx *ctx, struct site_settings *s, const struct siting_inputs *h,
                           const ig_siting_options *options, json_t *json);
/// Codes as they are shown.
json_t *siting_codes(const struct siting_inputs *h, const size_t *list, size_t count);

/// What is written beside the answer; lent.
struct siting_tables {
    const ig_result *groups, *measures;
    const ig_result *frontier; ///< or NULL
};
/// The frontier as a table: a row for each slack.
ig_status siting_frontier(const struct site_settings *s, const struct siting_inputs *h,
                          const ig_siting_price *price, ig_result **out);
/// The output and the frontier; a GeoPackage has the tables and, where --sites and --areas say where
/// they lie, sites and areas as layers.
ig_status siting_write(ig_ctx *ctx, struct site_settings *s, const struct siting_inputs *h,
                       const ig_siting *a, const struct siting_tables *tables,
                       const char *const *inputs, json_t *json);
/// "p-median" ...
const char *siting_word(int objective);

#endif
