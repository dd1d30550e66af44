/// A table's denominators against a population table: a warning where they disagree.
#ifndef ISOGAP_TOOLS_DENOMINATORS_H
#define ISOGAP_TOOLS_DENOMINATORS_H

#include "command.h"

struct population_check {
    const char *file, *column; ///< column NULL: found by its name
};

// clang-format off
#define POPULATION_CHECK_OPTIONS(at)                                                               \
    {"check-population", IG_OPTION_INPUT, (at) + offsetof(struct population_check, file), false,   \
     "table of people by area: warn where a denominator differs from it by more than 1%", NULL, 0, \
     0},                                                                                           \
    {"check-population-column", IG_OPTION_COLUMN,                                                  \
     (at) + offsetof(struct population_check, column), false,                                      \
     "its column of people; found by itself where only one is called so", NULL, 0, 0}
// clang-format on

/// Rows are met by code, areas that come several times are left alone. Nothing without a file.
/// @param people  of each row of `table`, which must have been read with its key; NULL: an error
ig_status check_population(ig_ctx *ctx, const struct population_check *check, const ig_table *table,
                           const double *people);

#endif
