/// What rates works with: its options, the columns they name, and the figures made of them.
#ifndef ISOGAP_TOOLS_RATING_H
#define ISOGAP_TOOLS_RATING_H

#include "denominators.h"
#include "shield.h"

enum rating_method { PROPORTION, RATE, DSR, ISR, LIFE, MEAN };

struct rating_settings {
    const char *table;
    ig_table_options reading;
    int method;
    const char *count, *population, *value, *age, *standard;
    const char *reference_count, *reference_population;
    ig_texts by, repeats;
    double multiplier;
    ig_numbers confidence;
    bool totals;
    const char *disclosure;
    struct population_check check;
    const char *trace, *output;
};

// What the rows give: columns as numbers, NULL where the method has no use for them.
struct rating_inputs {
    ig_table *table;
    size_t count_column, population_column;
    const double *count, *population, *value, *reference_count, *reference_population;
    const double *repeats[16];
    size_t repeats_count, age_column;
    int32_t *age; ///< start of each row's band
    double standard[128];
    bool in_standard[128];
    const struct shield *shield; ///< NULL while the true counts are being found
};

// One figure of the output before it is put into columns.
struct figure {
    double count, population, expected;
    ig_rate rate[8]; ///< one a level
    const char *status;
};

/// Read the table and find the columns that the method needs; IG_EINVAL for one that is not named.
ig_status rating_read(ig_ctx *ctx, struct rating_settings *s, struct rating_inputs *in);
void rating_free(struct rating_inputs *in);
/// Figures of a group: one, or one for each starting age.
size_t rating_each(const struct rating_settings *s);
/// All figures: from the true counts, or from the protected ones where there is a shield.
/// @param figures  rating_each() for each group
ig_status rating_work(ig_ctx *ctx, const struct rating_settings *s, const struct rating_inputs *in,
                      const struct groups *g, double multiplier, struct figure *figures);
/// Where each figure comes from. @param by_row  each row of the table is a group of
/// its own, whose columns `result` carries through
ig_status rating_trace(ig_ctx *ctx, const struct rating_settings *s, const struct rating_inputs *in,
                       const struct groups *g, bool by_row, double multiplier,
                       const struct figure *figures, const ig_result *result, ig_trace *trace);

#endif
