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
};

struct gap {
    struct grouping *grouping; ///< all, decile, quintile, core20, then columns
    size_t groupings;
    const struct grouping *within; ///< one of them, or NULL
};

/// Sums over the areas of a group.
struct gap_sums {
    double people, reached, moment; ///< moment: people reached times minutes
    int64_t areas, areas_reached;
};

/// Add an area to sums (sign 1) or take it away (-1).
void ig_gap_add(const ig_gap_input *in, size_t area, struct gap_sums *sums, double sign);
double ig_gap_mean(const struct gap_sums *sums);
ig_status ig_gap_sums(const ig_gap_input *in, const struct grouping *g, struct gap_sums **out);
ig_status ig_gap_measures(const ig_gap_input *in, const struct gap *gap, ig_result **out);

#endif
