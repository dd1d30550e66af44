/// Link: tables meet areas by code; nothing vanishes (J1 to J6).
#ifndef ISOGAP_LINK_H
#define ISOGAP_LINK_H

#include "../area/area.h"
#include "../core/core.h"
#include "../rates/rates.h"
#include "../table/table.h"
#include "../table/trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/// One table of a join.
typedef struct ig_join_table {
    ig_table *table;      ///< lent; its numbers are parsed as needed
    const char *columns;  ///< "a,b=newname"; NULL: all but the key
    ig_disclosure policy; ///< of its counts
    bool policy_named;    ///< else a sensitive table gets `hes`
} ig_join_table;

/// Start from ig_join_defaults().
typedef struct ig_join_options {
    double min_match;   ///< least share of areas matched, default .5
    bool protect_later; ///< the caller calls ig_join_protect, once it knows the larger areas
    ig_trace *trace; ///< told where each number comes from; NULL: none. The tables must outlive it
} ig_join_options;
/// Half of the areas at least, protected at once, no trace.
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

/// A column of a table under a policy of disclosure.
typedef struct ig_guarded {
    size_t table, column, status; ///< numbers of the table, and of columns of the result
    bool count;                   ///< people or events; else a number that is made of some
    ig_disclosure policy;
    double *totals;         ///< of counts, by larger area: the protected sum, NaN where hidden
    const ig_table *source; ///< lent, with the row of each area
    size_t source_column, *row;
} ig_guarded;

/// What a join gives: the areas' own columns, then values, <name>_status where a value column has
/// gaps, then `status` (`matched`, `no row`; with several tables `no row` where any has none).
typedef struct ig_join {
    ig_result *columns; ///< a row each area, in order
    size_t own;         ///< how many of the columns are the areas' own
    size_t tables;
    ig_join_count *counts;
    ig_guarded *guarded; ///< columns under a policy
    size_t guarded_count, guarded_room;
} ig_join;

/// Tables joined to areas by code; gaps and leftovers are told and listed.
/// @param count     0 gives the areas' own columns alone, without `status`
/// @param with_own  include the areas' own columns
/// @param[out] out  yours, free with ig_join_free
/// @return IG_EFORMAT for codes that come twice, too few matches, a column that is not there or
///         holds what it must not; IG_EBUG when the counts do not add up
IG_API IG_MUST_CHECK ig_status ig_join_new(ig_ctx *ctx, const ig_areas *areas,
                                           const ig_join_table *tables, size_t count,
                                           const ig_join_options *options, bool with_own,
                                           ig_join **out);
IG_API void ig_join_free(ig_join *join);
/// Hide small counts of the columns under a policy, and with them further ones, so that neither the
/// counts of the areas nor the sums of the larger areas give one away (ig_disclosure_protect); in
/// the same rows, the other numbers of that table. ig_join_new does so itself unless it is told that
/// it is done later.
/// @param parent   larger area of each, SIZE_MAX for none; NULL: no sums are shown
/// @param trace    told where the numbers come from; NULL: none
IG_API IG_MUST_CHECK ig_status ig_join_protect(ig_ctx *ctx, ig_join *join, const ig_areas *areas,
                                               const size_t *parent, size_t parents,
                                               ig_trace *trace);

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

/// @param[out] out  yours, free with ig_overlay_free
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

/// The area that holds each point, SIZE_MAX for none. A point on a border, or in several areas,
/// belongs to the first of them by code.
IG_API IG_MUST_CHECK ig_status ig_locate(ig_ctx *ctx, const ig_areas *areas, const double *x,
                                         const double *y, size_t points, size_t *area);

// ---- from one geography to another --------------------------------------------------------------

/// How the pieces of a source got their weights.
typedef enum ig_split {
    IG_SPLIT_NONE,  ///< no piece at all: the source is not in the lookup, or outside every target
    IG_SPLIT_WHOLE, ///< one piece, nothing to share out
    IG_SPLIT_GIVEN, ///< weights of the lookup, or people
    IG_SPLIT_AREA,  ///< by area
    IG_SPLIT_EQUAL, ///< equal parts, since nothing better was at hand
} ig_split;

/// Sources in pieces, each of which lies in one target: pieces of source i are start[i] ..
/// start[i+1]-1, by number of the target. A piece gets weight / whole of what is counted in its
/// source; where a source's weights add up to less than `whole`, the rest lies in no target.
typedef struct ig_shares {
    size_t sources, targets, count;
    char **source, **target; ///< codes
    size_t *start;           ///< sources + 1
    size_t *piece;           ///< target of each piece
    double *weight;          ///< of each piece, 0 or more
    double *whole;           ///< of each source; 0: nothing is known of its shares
    char *change;            ///< of each source by the lookup: U, S, M, X; 0 where it does not say
    ig_split *split;         ///< of each source
} ig_shares;
IG_API void ig_shares_free(ig_shares *shares);

/// How a lookup is read. Texts are lent.
typedef struct ig_lookup_options {
    const char *from, *to; ///< columns of source and target codes
    const char *weights;   ///< column of weights; NULL: none
    const char *change;    ///< column of U, S, M, X; NULL: one called change..., chg... with these
    ig_texts split_by;     ///< where a source that splits has no weights, in order: "area", "equal"
    const ig_areas *source_areas, *target_areas; ///< for "area"; may be NULL
    double min_match;                            ///< least share of the codes in the lookup
} ig_lookup_options;

/// Shares by a lookup with one row for each piece. Sources are those of the lookup and of `codes`,
/// targets those of the lookup, both in order of code.
/// By area a source that splits gives each target what that target measures, where no other source
/// has a part in it, else what the shapes of the two share.
/// @param codes  those that will be carried, normalised: only they need weights where they split
/// @return IG_EINVAL for a source that splits without weights; IG_EFORMAT for a pair that comes
///         twice with weights, a weight that is no number, too few codes in the lookup
IG_API IG_MUST_CHECK ig_status ig_shares_by_lookup(ig_ctx *ctx, ig_table *lookup,
                                                   const ig_lookup_options *options,
                                                   const char *const *codes, size_t count,
                                                   ig_shares **out);

/// People to share by: one of the three.
typedef struct ig_share_people {
    const double *by_area;       ///< of each source, standing evenly on it
    const ig_grid *grid;         ///< people a cell, standing evenly on it
    const double *x, *y, *count; ///< points; count NULL: one each
    size_t points;
} ig_share_people;

/// Shares by shape: exact overlay of the sources with the targets, both in their own order. By
/// area without people. A source that has no people at all is shared by area, and told.
/// @param people      NULL: by area
/// @param[out] twice  share of each source that lies in more than one target, sources long; may be
///                    NULL
IG_API IG_MUST_CHECK ig_status ig_shares_by_shape(ig_ctx *ctx, const ig_areas *sources,
                                                  const ig_areas *targets,
                                                  const ig_share_people *people, double *twice,
                                                  ig_shares **out);

/// The same with each source given whole to the target that has most of it, ties to the first
/// code; a source with more outside every target than in any stays outside.
IG_API IG_MUST_CHECK ig_status ig_shares_best_fit(ig_ctx *ctx, const ig_shares *shares,
                                                  ig_shares **out);

/// What became of a column of counts.
typedef struct ig_carried {
    double before; ///< sum over the sources that have a value
    double after;  ///< sum over the targets that have one
    double lost;   ///< what reached no target with a value: before = after + lost, to 1e-12
    size_t sources_without_value;
} ig_carried;

/// Counts of sources on targets: count_t = sum of count_s weight / whole, sums compensated. A
/// target with a piece of a source without value (NaN) has none, and neither has one without
/// sources: missing is not zero.
/// Sources 100 (split 1:3) and 50 (whole in the second): 25 and 125.
/// @param[out] out    targets long, NaN where missing
/// @param[out] cause  source that makes a target missing, SIZE_MAX for none; may be NULL
/// @return IG_EBUG when before is not after + lost
IG_API IG_MUST_CHECK ig_status ig_carry_counts(ig_ctx *ctx, const ig_shares *shares,
                                               const double *values, double *out, size_t *cause,
                                               ig_carried *carried);
/// Rates on targets, weighted by their denominators shared out like a count, or without these by
/// the pieces' weights. Pieces without weight do not count. NaN as in ig_carry_counts, and where
/// the weights of a target add up to nothing.
IG_API IG_MUST_CHECK ig_status ig_carry_rates(ig_ctx *ctx, const ig_shares *shares,
                                              const double *rates, const double *denominators,
                                              double *out, size_t *cause);
/// Categories on targets: the one that holds most weight, ties to the first text by byte.
/// @param texts        of each source; NULL where missing
/// @param[out] out     lent from `texts`; NULL where no piece has one
/// @param[out] share   of the target's weight that it holds, pieces without category counted in
IG_API IG_MUST_CHECK ig_status ig_carry_categories(ig_ctx *ctx, const ig_shares *shares,
                                                   const char *const *texts, const char **out,
                                                   double *share, size_t *cause);
/// Sum of the weights that came to each target; 0 without sources.
IG_API IG_MUST_CHECK ig_status ig_carry_weights(const ig_shares *shares, const bool *has_row,
                                                double *out);

#ifdef __cplusplus
}
#endif
#endif
