/// Funnel limits of a row of a table, and where the row stands among them.
#ifndef ISOGAP_TOOLS_FUNNELS_H
#define ISOGAP_TOOLS_FUNNELS_H

#include "command.h"

enum funnel { FUNNEL_NONE, FUNNEL_PROPORTION, FUNNEL_RATE, FUNNEL_RATIO };

/// Limits at 95% and 99.8%, and where the row stands.
struct funnel_row {
    double lower95, upper95, lower998, upper998;
    const char *where; ///< "low (99.8%)", "low (95%)", "within", "high ..."
};

/// @param baseline  proportion, rate or ratio of one
/// @param scale     what the limits are given per
/// @return IG_EFORMAT for a count above the people of a proportion
ig_status funnel_of_row(ig_ctx *ctx, const ig_table *table, size_t row, enum funnel funnel,
                        double count, double population, double baseline, double scale,
                        struct funnel_row *out);

#endif
