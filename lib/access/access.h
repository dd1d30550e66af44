/// Access: minutes by area weighted by people, the share within reach, and the gap between groups.
#ifndef ISOGAP_ACCESS_H
#define ISOGAP_ACCESS_H

#include "../area/area.h"
#include "../core/core.h"
#include "../grid/grid.h"
#include "../inequality/inequality.h"
#include "../table/table.h"
#include "../table/trace.h"
#include "../travel/travel.h"

#ifdef __cplusplus
extern "C" {
#endif

/// People and where they stand. Exactly one of by_area, grid, points is set; none at all counts
/// passable cells instead of people.
typedef struct ig_people {
    const double *by_area;       ///< people of each area (NaN: not known), spread over its cells
    const ig_grid *grid;         ///< people a cell, any frame in the work CRS; NaN is nobody
    const double *x, *y, *count; ///< points; count NULL: one each
    size_t points;
} ig_people;

/// One area's access. Counts are people (or cells where no people are given).
typedef struct ig_access_row {
    double people, people_reached, people_unreached; ///< NaN where people are not known
    double minutes_mean, minutes_median;             ///< over people reached; NaN without any
    double *within;     ///< percent of all people, one for each threshold; NaN without people
    double score;       ///< of a floating catchment; NaN without
    const char *status; ///< "ok", "unreachable", "no people", "no data", "not covered", "no shape",
                        ///< "no passable cell"; static text
} ig_access_row;

/// Access of all areas. Plain; owned, free with ig_access_free.
typedef struct ig_access {
    size_t areas, thresholds;
    double *threshold;
    ig_access_row *rows;
    double people, people_reached, people_unreached; ///< totals over areas whose people are known
    double minutes_mean;                             ///< over all people reached; NaN without any
    double minutes_max;                              ///< of anyone reached; NaN without any
    double people_outside;    ///< people of the grid or points who fall in no area
    char *spread;             ///< how people were placed, in words, for the record
    bool scored;              ///< rows have a score
    struct ig_stands *stands; ///< the areas' own distributions, for ig_access_merge; opaque
} ig_access;

/// Exact shares of cells that areas cover, kept from one grid of minutes to the next on the same
/// cells (several modes, before and after). Same results with it and without. Takes 16 bytes for each
/// run of cells, told as it is taken. For one thread at a time, and gone before the areas. Opaque.
typedef struct ig_cover ig_cover;
/// Empty. Yours, free with ig_cover_free.
IG_API IG_MUST_CHECK ig_status ig_cover_new(ig_ctx *ctx, ig_cover **out);
IG_API void ig_cover_free(ig_cover *cover);

/// Access of areas over a minutes grid.
///
/// A cell belongs to areas by the exact fraction of it that each covers. Mean and median are over
/// the people reached; the median is the least time by which half of them arrive; within_T counts
/// t <= T over all people. Reached and unreached people add up to the area's within 1e-9, which is
/// checked (IG_EBUG). Areas that the grid does not cover, areas without a passable cell and people
/// who reach nothing are warned of, with codes. People of a grid or points keep to their cell:
/// where it is coarser than the minutes, they stand on what is passable in it.
/// @param surface NULL when only the minutes are known: people then stand evenly on all cells of
///                the area; else on passable cells, by `residents` where it has them
/// @param people  NULL: each passable cell counts alike
/// @param cover   keeps shares of cells for further grids; NULL: not
/// @param thresholds minutes, above 0, rising
/// @param[out] out  yours, free with ig_access_free
/// @return IG_EFORMAT with both extents when the grid and the areas do not meet, IG_EINVAL naming
///         a threshold that is not above the one before it
IG_API IG_MUST_CHECK ig_status ig_access_new(ig_ctx *ctx, const ig_areas *areas,
                                             const ig_grid *minutes, const ig_surface *surface,
                                             const ig_people *people, ig_cover *cover,
                                             const double *thresholds, size_t count,
                                             ig_access **out);
/// The same in a fraction of the memory, for those who will not merge areas.
IG_API IG_MUST_CHECK ig_status ig_access_rows(ig_ctx *ctx, const ig_areas *areas,
                                              const ig_grid *minutes, const ig_surface *surface,
                                              const ig_people *people, ig_cover *cover,
                                              const double *thresholds, size_t count,
                                              ig_access **out);
IG_API void ig_access_free(ig_access *access);
/// Columns: area, people, people_reached, people_unreached, minutes_mean,
/// minutes_median, within_T ..., score (where there is one), status.
IG_API IG_MUST_CHECK ig_status ig_access_result(const ig_access *access, const ig_areas *areas,
                                                ig_result **out);
/// The same with codes from anywhere: one a row, lent.
IG_API IG_MUST_CHECK ig_status ig_access_result_codes(const ig_access *access,
                                                      const char *const *codes, ig_result **out);
/// Several ways to travel side by side: area and people of the first, then the other columns of each
/// with its suffix behind their names ("_walk"). All are of the same areas and people.
IG_API IG_MUST_CHECK ig_status ig_access_result_modes(const ig_access *const *access,
                                                      const char *const *suffix, size_t modes,
                                                      const char *const *codes, ig_result **out);
/// Larger areas from smaller ones: sums, means over people reached, medians over the small areas'
/// own distributions kept inside `access`. parent[a] is a number below `parents` or SIZE_MAX.
IG_API IG_MUST_CHECK ig_status ig_access_merge(ig_ctx *ctx, const ig_access *access,
                                               const size_t *parent, size_t parents,
                                               ig_access **out);
/// People within each polygon of an isochrone set: people of cells with t <= level. Gives no
/// warnings: ig_access_new of the same inputs does.
/// @param areas may be NULL with people in a grid or points
IG_API IG_MUST_CHECK ig_status ig_people_within(ig_ctx *ctx, const ig_areas *areas,
                                                const ig_grid *minutes, const ig_surface *surface,
                                                const ig_people *people, ig_cover *cover,
                                                const double *levels, size_t count, double *within);

// ---- many sites, each by itself -----------------------------------------------------------------

/// Where the people of areas stand on the cells of a surface: found once, for many sources. Opaque.
typedef struct ig_standing ig_standing;
/// As ig_access_new places them.
/// @param areas may be NULL with people in a grid or points
/// @param tell  warn of what the grid does not hold
IG_API IG_MUST_CHECK ig_status ig_standing_new(ig_ctx *ctx, const ig_areas *areas,
                                               const ig_surface *surface, const ig_people *people,
                                               bool tell, ig_standing **out);
IG_API void ig_standing_free(ig_standing *standing);

/// For each area its people (NaN: not known), those who arrive on a grid of minutes with the
/// standing's frame, and their mean minutes (NaN when nobody does).
IG_API void ig_standing_means(const ig_standing *standing, const ig_grid *minutes, double *people,
                              double *reached, double *mean);
/// People within each of rising minutes of a source. Any thread; sets no message.
IG_API IG_MUST_CHECK ig_status ig_standing_within(const ig_standing *standing,
                                                  const ig_reached *reached, const double *levels,
                                                  size_t count, double *within);

/// One area and one site that some of its people reach.
typedef struct ig_matrix_row {
    size_t area, site; ///< numbers of the area and of the source
    double minutes;    ///< mean over the people reached
    double people;     ///< reached; cells where no people are given
} ig_matrix_row;

/// Minutes of areas to sites, pairs that are reached only. Plain; owned, free with ig_matrix_free.
typedef struct ig_matrix {
    size_t count;
    ig_matrix_row *rows;                   ///< areas by code, in each the sites by rank
    size_t areas_reached, areas_unreached; ///< of the latter those with people only
    double people_outside;                 ///< people of a grid or points in no area
    const char *spread;                    ///< how people were placed, in words; static text
} ig_matrix;

/// Minutes of each area to each site by itself: for every pair what ig_access_new gives for that
/// site alone. Sites are searched several at a time, each within the limit only; memory follows the
/// pairs that are reached (56 bytes each) beside what ig_travel_each tells.
/// @param tell warn of areas that no source reaches (false for a part of the sites)
IG_API IG_MUST_CHECK ig_status ig_matrix_new(ig_ctx *ctx, const ig_areas *areas,
                                             const ig_surface *surface, const ig_people *people,
                                             const ig_source *sources, size_t count,
                                             const ig_travel_options *options, bool tell,
                                             ig_matrix **out);
IG_API void ig_matrix_free(ig_matrix *matrix);

// ---- access from a matrix of times, and floating catchments ------------------------------------

/// Times from areas to sites: trip k says that area[k] reaches site[k] in minutes[k]. A trip that
/// is not there is unreachable. None comes twice. Lent.
typedef struct ig_trips {
    size_t count, areas, sites;
    const size_t *area, *site;
    const double *minutes; ///< from home to service, 0 or more
    const double *people;  ///< people of the area who reach the site, or NULL: all
} ig_trips;

/// Access from a matrix: everyone of an area takes its least time. With trips->people the reached
/// are the most that any site of the area is reached by, never more than the area's people.
/// @param people  of each area, NaN: not known; NULL: one each
IG_API IG_MUST_CHECK ig_status ig_access_nearest(ig_ctx *ctx, const char *const *codes,
                                                 const ig_trips *trips, const double *people,
                                                 const double *thresholds, size_t count,
                                                 ig_access **out);

/// How a trip of t minutes weighs.
typedef enum ig_decay_kind {
    IG_DECAY_NONE,     ///< w = 1
    IG_DECAY_STEP,     ///< weight[k] up to and including limit[k]; nothing beyond the last
    IG_DECAY_GAUSSIAN, ///< exp(-t^2 / 2 s^2)
    IG_DECAY_POWER,    ///< max(t, least)^-b
} ig_decay_kind;
enum { IG_DECAY_STEPS = 64 };
/// A decay with its numbers, minutes all of them but the weights and the power.
typedef struct ig_decay {
    ig_decay_kind kind;
    size_t steps;
    double limit[IG_DECAY_STEPS], weight[IG_DECAY_STEPS]; ///< limits rising
    double parameter;                                     ///< s of the Gaussian, b of the power
    double least;                                         ///< least minutes that the power takes
} ig_decay;
/// "step:10=1,20=.68,30=.22", "gaussian:S" or "power:B". IG_EINVAL says what is wrong with it.
IG_API IG_MUST_CHECK ig_status ig_decay_parse(ig_ctx *ctx, const char *text, ig_decay *out);
/// Weight of t minutes.
IG_API double ig_decay_weight(const ig_decay *decay, double minutes);

/// What a floating catchment gives beside the scores.
typedef struct ig_catchment_totals {
    double supply_total;
    double supply_reached;     ///< of sites that some demand reaches
    double demand_times_score; ///< equals supply_reached (checked: IG_EBUG)
    double demand_unreached;   ///< people who reach no site
} ig_catchment_totals;

/// Two-step floating catchment areas: R_j = S_j / sum_i P_i w_ij, A_i = sum_j R_j w_ij. w = 1 up to
/// `catchment` is 2SFCA (Luo and Wang 2003), w by distance E2SFCA (Luo and Qi 2009) or, with a
/// power, the gravity model. With `share` w_ij is multiplied by G_ij = w_ij / sum_j w_ij, taken over
/// all reachable sites before the catchment cuts: 3SFCA (Wan et al. 2012).
/// @param catchment greatest minutes, INFINITY for none
/// @param[out] score of each area, yours to give; 0 where nothing is reached
/// @param[out] ratio R of each site, NaN where no demand reaches it; may be NULL
IG_API IG_MUST_CHECK ig_status ig_floating_catchment(const ig_trips *trips, const double *demand,
                                                     const double *supply, const ig_decay *decay,
                                                     double catchment, bool share, double *score,
                                                     double *ratio, ig_catchment_totals *totals);
/// Rational agent access model (Saxon and Snow 2020): each person takes the site of least
/// t/tau + load/(rho S), rho = demand that reaches a site / supply; moved until no one gains more
/// than 1e-9.
/// @param[out] score cost at equilibrium; NaN where no site is reached
/// @param[out] load  people at each site; may be NULL
/// @return IG_ELIMIT when it does not settle
IG_API IG_MUST_CHECK ig_status ig_raam(const ig_trips *trips, const double *demand,
                                       const double *supply, double tau, double catchment,
                                       double *score, double *load, ig_catchment_totals *totals);

/// How access is scored from a matrix. In the order of IG_ACCESS_METHODS.
typedef enum ig_access_method {
    IG_ACCESS_NEAREST,
    IG_ACCESS_2SFCA,
    IG_ACCESS_E2SFCA,
    IG_ACCESS_3SFCA,
    IG_ACCESS_GRAVITY,
    IG_ACCESS_RAAM,
} ig_access_method;
#define IG_ACCESS_METHODS "nearest|2sfca|e2sfca|3sfca|gravity|raam"

/// Start from ig_score_defaults().
typedef struct ig_score_options {
    ig_access_method method;
    const ig_decay *decay; ///< NULL: for e2sfca and 3sfca 1, .68, .22 up to 10, 20, 30 minutes
    double catchment;      ///< greatest minutes, INFINITY for none; 2sfca needs one
    double tau;            ///< of raam, minutes; default 60
} ig_score_options;
/// Nearest, without catchment, tau 60 minutes.
IG_API ig_score_options ig_score_defaults(void);

/// Put the score of a method into the rows of an access. Areas whose score no site enters have the
/// status "unreachable".
/// @param demand of each area, as people of ig_access_nearest
/// @return IG_EINVAL for options that the method lacks, IG_ELIMIT when raam does not settle
IG_API IG_MUST_CHECK ig_status ig_access_score(ig_ctx *ctx, ig_access *access,
                                               const ig_trips *trips, const double *demand,
                                               const double *supply,
                                               const ig_score_options *options,
                                               ig_catchment_totals *totals);

// ---- a change of sites ------------------------------------------------------------------------

/// What a change does to the people of one area.
typedef struct ig_change_row {
    double minutes;         ///< mean change over people reached before and after; NaN without any
    double winners, losers; ///< reached both times, their time falls or rises by over a minute
    double newly_reached, newly_unreached; ///< people reached after only, or before only
} ig_change_row;
/// People of all areas; free with ig_change_free.
typedef struct ig_change {
    size_t areas;
    ig_change_row *rows;
    double winners, losers, newly_reached, newly_unreached; ///< of all areas
} ig_change;

/// Times before and after on one grid, person by person: arguments as ig_access_new. Who is reached
/// only before or only after is neither winner nor loser but counted apart. A change within 0.0001
/// of a minute of one minute is one minute: grids hold singles.
IG_API IG_MUST_CHECK ig_status ig_access_change(ig_ctx *ctx, const ig_areas *areas,
                                                const ig_grid *before, const ig_grid *after,
                                                const ig_surface *surface, const ig_people *people,
                                                ig_cover *cover, ig_change **out);
/// The same for two accesses from a matrix, where all people of an area take one time.
IG_API IG_MUST_CHECK ig_status ig_access_change_nearest(ig_ctx *ctx, const ig_access *before,
                                                        const ig_access *after, ig_change **out);
IG_API void ig_change_free(ig_change *change);

// ---- gap --------------------------------------------------------------------------------------

/// For a trace: where the columns of an input came from. Lent.
typedef struct ig_gap_source {
    ig_trace *trace;
    const ig_table *table;    ///< cells of its columns people, people_reached ...; NULL: none
    const char *const *codes; ///< areas of this output in place of a table; NULL: none
    const char *suffix;       ///< after the names of its columns; may be NULL
} ig_gap_source;

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
    /// Groups that are a part of the people of each area (by sex, ethnicity ...): rows of the
    /// grouping `plus`. They travel as all people of their area do.
    size_t plus;
    const char *const *plus_name;
    const double *const *plus_people; ///< of each area, NaN: not known
    const ig_gap_source *source;      ///< NULL: nothing is traced
} ig_gap_input;

/// Memory behind the columns of an access.
typedef struct ig_gap_columns {
    double *numbers;
    const double **within;
} ig_gap_columns;
/// Put people, reached, means and shares of an access into an input, whose other fields are left
/// alone. @param[out] out what they are lent by, free with ig_gap_columns_free
IG_API IG_MUST_CHECK ig_status ig_gap_columns_new(ig_ctx *ctx, const ig_access *access,
                                                  ig_gap_input *input, ig_gap_columns **out);
IG_API void ig_gap_columns_free(ig_gap_columns *columns);

/// Rows of the gap (grouping, group, people ... gap_all, gap_within) and measures (`measure,
/// grouping, estimate, lower, upper, se, method, reason`). Both yours.
///
/// Means are over people reached; medians the least minutes_mean of an area by which half of the
/// reached people live; shares of all people. Travel times are worked out, not sampled: the limits
/// of the measures are those of a jackknife over areas, and say so.
IG_API IG_MUST_CHECK ig_status ig_gap(ig_ctx *ctx, const ig_gap_input *input, ig_result **rows,
                                      ig_result **measures);

/// The measures again with all speeds at so many percent of what they were, every time changed
/// alike: a column `speed`, then those of the measures, speed by speed. Who is reached is as before,
/// so this is for times that no limit has cut.
/// @param percent count of them, at least one, each above 0
IG_API IG_MUST_CHECK ig_status ig_gap_at_speeds(ig_ctx *ctx, const ig_gap_input *input,
                                                const double *percent, size_t count,
                                                ig_result **out);

// ---- before and after ---------------------------------------------------------------------------

/// Figures of one state of the sites, as the JSON of `assess` names them; NaN where there is none.
typedef struct ig_assess_state {
    double core20_mean, rest_mean, core20_gap, worst_quintile_mean;
    ig_estimate sii, rii, ci; ///< over quintiles of deprivation
} ig_assess_state;

/// A change of sites worked out; free with ig_assessment_free.
typedef struct ig_assessment {
    ig_result *rows; ///< columns of ig_gap with _before and _after, then change, winners, losers
    ig_result *measures; ///< of ig_gap before and after, and their change
    ig_assess_state before, after;
} ig_assessment;

/// The gap before and after a change of sites, group by group, and who wins and loses.
///
/// Both inputs are of the same areas, deciles and groups. Limits, of the change too, are those of a
/// jackknife over areas in which an area leaves both states at once.
/// @param change  of the same areas
IG_API IG_MUST_CHECK ig_status ig_assess(ig_ctx *ctx, const ig_gap_input *before,
                                         const ig_gap_input *after, const ig_change *change,
                                         ig_assessment **out);
IG_API void ig_assessment_free(ig_assessment *assessment);

#ifdef __cplusplus
}
#endif
#endif
