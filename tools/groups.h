/// Rows of a table gathered by the texts of some of its columns, in order of first appearance.
#ifndef ISOGAP_TOOLS_GROUPS_H
#define ISOGAP_TOOLS_GROUPS_H

#include "command.h"

struct groups {
    size_t columns;       ///< how many columns the rows are gathered by
    const char **names;   ///< their names, lent by the table
    size_t count;         ///< groups
    size_t *start, *rows; ///< rows of group g: rows[start[g]] .. rows[start[g + 1] - 1]
    const char **texts;   ///< count * columns, lent by the table (or the word "all")
};

/// @param by      columns by name; none: one group of all rows
/// @param totals  add the sums over each column and over several together, with "all" in place
ig_status groups_new(ig_ctx *ctx, const ig_table *table, const ig_texts *by, bool totals,
                     struct groups **out);
/// Each row by itself, without columns.
ig_status groups_of_rows(ig_ctx *ctx, const ig_table *table, struct groups **out);
void groups_free(struct groups *groups);
/// Add the columns of the groups to a result whose row r belongs to group of_row(r).
ig_status groups_add_columns(ig_ctx *ctx, const struct groups *groups, ig_result *result,
                             const size_t *group_of_row);
/// A group in words for messages: "area E01000001, sex Female", or its first line.
const char *group_words(const struct groups *groups, const ig_table *table, size_t g, char *buffer,
                        size_t room);

/// The --table of a command that works on its rows: an element of the command's groups. `dropped`
/// names options of reading beside those that make no sense without areas.
#define TABLE_READING_GROUP(at, dropped)                                                           \
    {                                                                                              \
        .options = ig_table_option_list, .offset = (at), .prefix = "table-",                       \
        .bare = "header|header-row|sheet|where|encoding|decimal-comma|bands|sensitive",            \
        .drop = dropped "pivot|duplicates|proportion"                                              \
    }

/// Boundaries read by --areas: an element of the command's groups.
#define AREAS_GROUP(at)                                                                            \
    {                                                                                              \
        .options = ig_area_option_list, .offset = (at), .prefix = "areas-", .bare = "dissolve"     \
    }
// clang-format off
/// People of --population, whose ig_population_options stand at `at`: elements of a list of options.
#define PEOPLE_OPTIONS(at)                                                                         \
    {"population-column", IG_OPTION_COLUMN, (at) + offsetof(ig_population_options, column), false, \
     "column of people; found by itself where only one is called population, people or pop", NULL, \
     0, 0},                                                                                        \
    {"population-crs", IG_OPTION_TEXT, (at) + offsetof(ig_population_options, crs), false,         \
     "CRS of a population file that states none, EPSG:N", NULL, 0, 0},                             \
    {"population-band", IG_OPTION_COUNT, (at) + offsetof(ig_population_options, band), false,      \
     "band of a population raster", NULL, 1, 65535},                                               \
    {"population-nodata", IG_OPTION_TEXT, (at) + offsetof(ig_population_options, nodata), false,   \
     "value of a population raster that means nobody is known", NULL, 0, 0}
// clang-format on
/// How a table of people is read, whose options begin with `name`, such as "population-".
#define PEOPLE_TABLE_GROUP(at, name)                                                               \
    {                                                                                              \
        .options = ig_table_option_list, .offset = (at), .prefix = name,                           \
        .drop = "pivot|proportion|max-rows"                                                        \
    }

/// A column by name as numbers; both outputs are left alone without a name. `column` may be NULL.
ig_status column_numbers(ig_ctx *ctx, ig_table *table, const char *name, ig_number_rule rule,
                         size_t *column, const double **values);
/// A sensitive table's counts of 1 to 7 are not to be shown, compared or cut into classes one by one.
/// @return IG_EPOLICY where the column holds such counts, by its name and its numbers
ig_status refuse_small_counts(ig_ctx *ctx, const ig_table *table, const char *name,
                              const double *values);
/// Carry a column through as text: row r of the result has that of row rows[r] of the table, or of
/// row r without `rows`. IG_EINVAL, without words, where the result has the name already.
ig_status carry_column(ig_result *result, const ig_table *table, size_t column, const char *name,
                       const size_t *rows);

/// Names of limit columns for confidence levels: "lower" alone, or "lower95", "lower998".
void limit_name(const char *side, const ig_numbers *levels, size_t level, char name[24]);
/// Levels between 0 and 1, none twice; .95 where none is given.
ig_status check_levels(ig_ctx *ctx, ig_numbers *levels);

#endif
