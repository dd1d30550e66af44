/// Link: tables meet areas by code; nothing vanishes (J1 to J6).
#ifndef ISOGAP_LINK_H
#define ISOGAP_LINK_H

#include "../area/area.h"
#include "../core/core.h"
#include "../table/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/// One table of a join.
typedef struct ig_join_table {
    ig_table *table;     ///< lent; its numbers are parsed as needed
    const char *columns; ///< "a,b=newname"; NULL: all but the key
    bool sensitive;
} ig_join_table;

typedef struct ig_join_options {
    double min_match; ///< least share of areas matched, default .5
} ig_join_options;
IG_API ig_join_options ig_join_defaults(void);

/// Counts and lists of one table joined to the areas. Sums are checked: areas_in = matched +
/// areas_without_row, rows_in = matched + rows_without_area + rows_refused.
typedef struct ig_join_count {
    char *file;
    int64_t areas_in, matched, areas_without_row;
    int64_t rows_in, rows_without_area, rows_refused, rows_filtered;
    size_t markers; ///< how many different markers
    char **marker;  ///< the marker as it stands
    int64_t *marker_count;
    size_t *unmatched_area; ///< area numbers, areas_without_row long
    char **unmatched_code;  ///< codes of rows without area, rows_without_area long
    int64_t *unmatched_line;
} ig_join_count;

/// What a join gives: the areas' own columns, then values, <name>_status where a value column has
/// gaps, then `status` (`matched`, `no row`; with several tables the worst).
typedef struct ig_join {
    ig_result *columns; ///< a row each area, in order
    size_t tables;
    ig_join_count *counts;
} ig_join;

/// @param with_own include the areas' own columns
IG_API IG_MUST_CHECK ig_status ig_join_new(ig_ctx *ctx, const ig_areas *areas,
                                           const ig_join_table *tables, size_t count,
                                           const ig_join_options *options, bool with_own,
                                           ig_join **out);
IG_API void ig_join_free(ig_join *join);

/// Which area (by number) each row of a table belongs to, with the same care and messages, for
/// people, deprivation and groups; SIZE_MAX where a row has no area. `rows` has one entry an area.
IG_API IG_MUST_CHECK ig_status ig_link_rows(ig_ctx *ctx, const char *const *codes, size_t count,
                                            const char *what, const ig_table *table,
                                            double min_match, size_t *row_of_area);

/// Edition of a set of codes: "LSOA 2011", "LSOA 2021", "ward 2025", or NULL when not known.
IG_API const char *ig_vintage(const char *const *codes, size_t count);

/// Nesting by lookup or by greatest shared people or area: parent number of each child, SIZE_MAX
/// without one. `share` (may be NULL) receives the share of the child in that parent.
IG_API IG_MUST_CHECK ig_status ig_nest_by_area(ig_ctx *ctx, const ig_areas *children,
                                               const ig_areas *parents, size_t *parent,
                                               double *share);

#ifdef __cplusplus
}
#endif
#endif
