/// What the two files of the gap share: groupings and their sums.
#ifndef ISOGAP_GAP_INTERNAL_H
#define ISOGAP_GAP_INTERNAL_H

#include "access.h"

/// One way of putting areas into groups.
struct grouping {
    const char *name; ///< lent
    size_t count;
    char **label;           ///< of each group
    size_t *of;             ///< group of each area; SIZE_MAX without one
    size_t *start, *member; ///< areas of group k, by time: member[start[k]] .. member[start[k+1]-1]
    /// People of group k in each area, where a group is a part of the people of all areas; NULL
    /// where it is all people of some areas.
    const double *const *people;
};

struct gap {
    struct grouping *grouping; ///< all, decile, quintile, core20, then columns, then `plus`
    size_t groupings, room;
    const struct grouping *within; ///< one of them, or NULL
};

/// Sums over the areas of a group.
struct gap_sums {
    double people, reached, moment; ///< moment: people reached times minutes
    int64_t areas, areas_reached;
};

/// All groupings of an input but for the order of their members (gap_groups.c).
ig_status ig_gap_groupings(const ig_gap_input *in, struct gap *gap);
void ig_gap_grouping_free(struct grouping *grouping);
/// Add an area to sums (sign 1) or take it away (-1).
void ig_gap_add(const ig_gap_input *in, size_t area, struct gap_sums *sums, double sign);
double ig_gap_mean(const struct gap_sums *sums);
ig_status ig_gap_sums(const ig_gap_input *in, const struct grouping *g, struct gap_sums **out);
/// Does any area lie in the group?
bool ig_gap_has_areas(const struct grouping *g, size_t group);
/// Check the input and put the areas into groups. `tell`: warn of areas that enter nothing.
ig_status ig_gap_open(ig_ctx *ctx, const ig_gap_input *in, bool tell, struct gap *gap);
void ig_gap_close(struct gap *gap);
/// The rows of an open gap.
ig_status ig_gap_rows(ig_ctx *ctx, const ig_gap_input *in, const struct gap *gap, bool tell,
                      ig_result **out);
/// Tell the trace of the input where a row comes from, if there is one.
ig_status ig_gap_trace_row(ig_ctx *ctx, const ig_gap_input *in, const struct grouping *g,
                           size_t group, const ig_result *rows, size_t row);
ig_status ig_gap_measures(const ig_gap_input *in, const struct gap *gap, ig_result **out);
/// Measures before and after and their change; the groupings of both are alike but for the order
/// of members.
ig_status ig_gap_measures_change(const ig_gap_input *before, const ig_gap_input *after,
                                 const struct gap *gap, const struct gap *gap_after,
                                 ig_result **out);

#endif
