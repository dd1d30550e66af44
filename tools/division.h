/// How gap and assess divide areas and people: deciles of deprivation, groupings by columns of
/// tables, and groups that are a part of the people of each area.
#ifndef ISOGAP_TOOLS_DIVISION_H
#define ISOGAP_TOOLS_DIVISION_H

#include "command.h"

struct division_options {
    const char *deprivation;
    ig_texts groups;
    ig_table_options group_reading;
    const char *within;
    ig_texts plus;
    ig_table_options plus_reading;
    const char *plus_columns;
    double min_match;
};
/// --groups, --within, --plus, --plus-columns, --min-match; the command lists --deprivation itself.
extern const ig_option division_option_list[];

/// Groups of a command whose settings hold a struct division_options at `base`.
// clang-format off
#define DIVISION_GROUPS(base)                                                                      \
    {.options = division_option_list, .offset = (base)},                                           \
    {.options = ig_table_option_list,                                                              \
     .offset = (base) + offsetof(struct division_options, group_reading),                          \
     .prefix = "groups-",                                                                          \
     .bare = "header|where|sheet",                                                                 \
     .drop = "pivot|proportion|max-rows|sensitive"},                                               \
    {.options = ig_table_option_list,                                                              \
     .offset = (base) + offsetof(struct division_options, plus_reading),                           \
     .prefix = "plus-",                                                                            \
     .drop = "proportion|max-rows|sensitive"}
// clang-format on

/// A table that columns are looked for in.
struct division_source {
    ig_table *table;
    bool owned;
    size_t *row; ///< of each area, SIZE_MAX without one; NULL: row a is area a
};

/// What division_open finds; texts and names are lent by the tables.
struct division {
    struct division_source *source; ///< tables of --groups, then those of the command
    size_t sources, group_tables, areas;
    struct division_source *plus_source;
    size_t plus_sources;
    double *decile;
    const char **grouping;
    const char ***group;
    size_t groupings;
    const char *within;
    char **plus_name;
    double **plus_people;
    size_t plus;
};

void division_defaults(struct division_options *options);
/// Read the tables and find the columns. division_close() in any case.
/// @param codes  of the areas, normalised
/// @param what   what the areas are called in messages: a file's name
/// @param more   tables of the command that may hold columns too, after those of --groups; lent
ig_status division_open(ig_ctx *ctx, const struct division_options *options,
                        const char *const *codes, size_t areas, const char *what,
                        const struct division_source *more, size_t more_count,
                        struct division *division);
void division_close(struct division *division);
/// Deciles, groupings and parts into the input of ig_gap.
void division_fill(const struct division *division, ig_gap_input *input);

#endif
