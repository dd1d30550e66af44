/// Access: minutes by area weighted by people, the share within reach, and the gap between groups.
#ifndef ISOGAP_ACCESS_H
#define ISOGAP_ACCESS_H

#include "../area/area.h"
#include "../core/core.h"
#include "../grid/grid.h"
#include "../inequality/inequality.h"
#include "../table/table.h"
#include "../travel/travel.h"

#ifdef __cplusplus
extern "C" {
#endif

/// People and where they stand. Exactly one of by_area, grid, points is set.
typedef struct ig_people {
    const double *by_area;       ///< people of each area (NaN: not known), spread over its cells
    const ig_grid *grid;         ///< people a cell, any frame in the work CRS
    const double *x, *y, *count; ///< points
    size_t points;
} ig_people;

/// One area's access. Counts are people (or cells where no people are given).
typedef struct ig_access_row {
    double people, people_reached, people_unreached;
    double minutes_mean, minutes_median; ///< over people reached; NaN without any
    double *within;     ///< percent of all people, one for each threshold; NaN without people
    const char *status; ///< "ok", "unreachable", "no people", "not covered" ... static text
} ig_access_row;

typedef struct ig_access {
    size_t areas, thresholds;
    double *threshold;
    ig_access_row *rows;
    double people, people_reached, people_unreached, minutes_mean; ///< totals
    double people_outside; ///< people of the grid or points who fall in no area
    char *spread;          ///< how people were placed, in words, for the record
} ig_access;

/// Access of areas over a minutes grid.
/// @param surface NULL when only the minutes are known: people then stand evenly on all cells of
///                the area; else on passable cells, by `residents` where it has them
IG_API IG_MUST_CHECK ig_status ig_access_new(ig_ctx *ctx, const ig_areas *areas,
                                             const ig_grid *minutes, const ig_surface *surface,
                                             const ig_people *people, const double *thresholds,
                                             size_t count, ig_access **out);
IG_API void ig_access_free(ig_access *access);
/// Columns of product.md: area, people, ... within_T, status.
IG_API IG_MUST_CHECK ig_status ig_access_result(const ig_access *access, const ig_areas *areas,
                                                ig_result **out);
/// Larger areas from smaller ones: sums, means over people reached, medians over the small areas'
/// own distributions kept inside `access`. parent[a] is a number below `parents` or SIZE_MAX.
IG_API IG_MUST_CHECK ig_status ig_access_merge(ig_ctx *ctx, const ig_access *access,
                                               const size_t *parent, size_t parents,
                                               ig_access **out);
/// People within each polygon of an isochrone set: cells with t <= level.
IG_API IG_MUST_CHECK ig_status ig_people_within(ig_ctx *ctx, const ig_areas *areas,
                                                const ig_grid *minutes, const ig_surface *surface,
                                                const ig_people *people, const double *levels,
                                                size_t count, double *within);

// ---- gap --------------------------------------------------------------------------------------

/// Columns that the gap is made from, a row each area: lent.
typedef struct ig_gap_input {
    size_t areas;
    const double *people, *people_reached, *minutes_mean; ///< NaN where unreachable
    size_t thresholds;
    const double *threshold;     ///< minutes
    const double *const *within; ///< percent of all people, thresholds arrays of areas values
    const double *decile;        ///< 1 = most deprived, national; NaN where none; may be NULL
    size_t groupings;
    const char *const *grouping;     ///< names
    const char *const *const *group; ///< text of each area in each grouping, NULL where none
    const char *within_grouping;     ///< name of the grouping for gap_within, or NULL
} ig_gap_input;

/// Rows of the gap (product.md, `gap`) and measures (`measure, grouping, estimate, lower, upper,
/// se, method, reason`). Both yours.
IG_API IG_MUST_CHECK ig_status ig_gap(ig_ctx *ctx, const ig_gap_input *input, ig_result **rows,
                                      ig_result **measures);

#ifdef __cplusplus
}
#endif
#endif
