/// Nearest statistical neighbours: rows alike in several features, by standardised distance.
#ifndef ISOGAP_TOOLS_NEIGHBOURS_H
#define ISOGAP_TOOLS_NEIGHBOURS_H

#include "tracing.h"

struct neighbour_settings {
    const char *table, *output;
    const ig_table_options *reading;
    const ig_texts *features; ///< columns, each taken in standard deviations
    int64_t neighbours;       ///< of each row
};

/// Find them and write a row for each.
/// @return IG_EINVAL without features or with too few rows; IG_EFORMAT for a feature that is the
///         same everywhere
ig_status neighbours_find(ig_ctx *ctx, const struct neighbour_settings *s, struct tracing *tracing,
                          json_t *json);

#endif
