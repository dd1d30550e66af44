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
    int64_t rows_combined; ///< rows of the file that went into others before (sum, mean, pivot)
    int64_t counts_hidden; ///< small counts of a sensitive table that are not shown
    size_t markers;        ///< how many different markers among the values that were joined
    char **marker;         ///< the marker as it stands, "" for a blank
    int64_t *marker_count;
    size_t *unmatched_area; ///< area numbers, areas_without_row long
    char **unmatched_code;  ///< codes of rows without area, rows_without_area long
    int64_t *unmatched_line;
} ig_join_count;

/// What a join gives: the areas' own columns, then values, <name>_status where a value column has
/// gaps, then `status` (`matched`, `no row`; with several tables `no row` where any has none).
typedef struct ig_join {
    ig_result *columns; ///< a row each area, in order
    size_t own;         ///< how many of the columns are the areas' own
    size_t tables;
    ig_join_count *counts;
} ig_join;

/// @param count     0 gives the areas' own columns alone, without `status`
/// @param with_own  include the areas' own columns
/// @return IG_EFORMAT for codes that come twice, too few matches, a column that is not there or
///         holds what it must not; IG_EBUG when the counts do not add up
IG_API IG_MUST_CHECK ig_status ig_join_new(ig_ctx *ctx, const ig_areas *areas,
                                           const ig_join_table *tables, size_t count,
                                           const ig_join_options *options, bool with_own,
                                           ig_join **out);
IG_API void ig_join_free(ig_join *join);

/// Where nobody named the key of a table, change it for the column of codes that meets most areas
/// (a table may have LSOA, ward and district, or 2011 and 2021). Joins do so by themselves.
/// @param codes   normalised codes of the areas
/// @param column  name of the areas' own code column, tried as well; may be NULL
IG_API IG_MUST_CHECK ig_status ig_link_key(ig_ctx *ctx, const char *const *codes, size_t count,
                                           const char *column, ig_table *table);

/// The row of a table for each area, with the same care and messages, for people, deprivation and
/// groups; SIZE_MAX for an area without row.
/// @param codes   normalised codes of the areas
/// @param what    what the areas are called in messages: a file's name
IG_API IG_MUST_CHECK ig_status ig_link_rows(ig_ctx *ctx, const char *const *codes, size_t count,
                                            const char *what, const ig_table *table,
                                            double min_match, size_t *row_of_area);

/// Edition of a set of codes, such as "LSOA 2021" or "wards 2025": by the name of their column
/// (LSOA11CD, WD25CD, "LSOA code (2011)"), else by codes that one edition alone has; NULL when
/// neither tells. Static text or one of 8 buffers of this thread in turn.
IG_API const char *ig_vintage(const char *column, const char *const *codes, size_t count);

/// What a smaller area shares with a larger one.
typedef struct ig_piece {
    size_t parent;
    double area; ///< square metres, above 0
} ig_piece;

/// Smaller areas laid over larger ones, exactly: child i has the pieces start[i] .. start[i+1]-1,
/// by number of the parent.
typedef struct ig_overlay {
    size_t children, count;
    size_t *start; ///< children + 1
    ig_piece *pieces;
    double *size;    ///< of each child, square metres
    double *outside; ///< of each child, what lies in no parent
} ig_overlay;

/// @return IG_EFORMAT naming the two areas that cannot be laid over each other
IG_API IG_MUST_CHECK ig_status ig_overlay_new(ig_ctx *ctx, const ig_areas *children,
                                              const ig_areas *parents, ig_overlay **out);
IG_API void ig_overlay_free(ig_overlay *overlay);

/// Nesting by greatest shared area: parent of each child, SIZE_MAX without one; ties go to the
/// first code.
/// @param[out] share  share of the child's area in that parent, may be NULL
IG_API IG_MUST_CHECK ig_status ig_nest_by_area(ig_ctx *ctx, const ig_areas *children,
                                               const ig_areas *parents, size_t *parent,
                                               double *share);

#ifdef __cplusplus
}
#endif
#endif
