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
    const char *plot, *write_lp, *output;
};

struct siting_inputs {
    ig_reach *reach;
    ig_table *table; ///< of the demand once more, for its other columns
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
/// `price_of_equity` of the JSON, and the plot.
ig_status siting_price(ig_ctx *ctx, const struct site_settings *s, const struct siting_inputs *h,
                       const ig_siting_options *options, json_t *json);
/// `stability` of the JSON: runs, and how often each site is chosen.
ig_status siting_stability(ig_ctx *ctx, struct site_settings *s, const struct siting_inputs *h,
                           const ig_siting_options *options, json_t *json);
/// "p-median" ...
const char *siting_word(int objective);

#endif
