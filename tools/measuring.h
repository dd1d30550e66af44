/// inequality's table read, its groups of rows, and a line for each measure of each of them.
#ifndef ISOGAP_TOOLS_MEASURING_H
#define ISOGAP_TOOLS_MEASURING_H

#include "denominators.h"
#include "groups.h"
#include "measures.h"

enum measured_type { RATE, PROPORTION, MEAN };

struct measuring_settings {
    const char *table;
    ig_table_options reading;
    const char *value, *population, *se, *lower, *upper, *rank, *group, *reference;
    const char *within, *baseline;
    struct population_check check;
    int type, transform, polarity;
    ig_texts by, measures;
    bool unordered, skip_missing;
    ig_numbers epsilon, bounds, confidence;
    const char *trace, *output;
};

/// Columns of the table, lent by it.
struct measuring_inputs {
    ig_table *table;
    size_t group_column;
    size_t within_column;
    const double *value, *population, *rank;
    double *se; ///< owned; NULL without
};

/// A measure of a group.
struct line {
    size_t group, measure;
    double parameter; ///< NaN without; 1 weighted, 0 unweighted; of theil 0 between, 1 within
    ig_estimate at[8];
    double change[3]; ///< from the baseline, with limits; NaN without
};

struct lines {
    struct line *list;
    size_t used, room;
};

ig_status measuring_read(ig_ctx *ctx, struct measuring_settings *s, struct measuring_inputs *in);
void measuring_free(struct measuring_inputs *in);
/// Add the lines of the measures wanted of one group.
ig_status measuring_group(ig_ctx *ctx, const struct measuring_settings *s,
                          const struct measuring_inputs *in, const struct groups *g, size_t group,
                          const bool *wanted, struct lines *lines);

#endif
