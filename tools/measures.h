/// The measures of inequality by name, and what they are worked out from.
#ifndef ISOGAP_TOOLS_MEASURES_H
#define ISOGAP_TOOLS_MEASURES_H

#include "command.h"

/// One set of groups with the choices that measures depend on.
struct measured {
    ig_groups groups;
    size_t best, reference, first, last; ///< numbers of groups; SIZE_MAX for none
    const size_t *parent;                ///< larger group of each, for the split of Theil's T
    size_t parents;
    double low, high; ///< bounds; NaN where not stated
    double level;     ///< confidence
    ig_transform transform;
    bool unordered, proportion, more_is_better;
};

struct measure {
    const char *name;
    bool ordered; ///< has no meaning where the groups have no order
    ig_status (*work)(const struct measured *m, double parameter, ig_estimate *out);
};
enum { MEASURES = 22 };
extern const struct measure measures[MEASURES];

/// Does it come in two rows, weighted and unweighted?
bool measure_in_pair(const char *name);
/// No estimate, with the reason; NULL: nothing is said.
ig_estimate measure_missing(const char *reason);
/// Which of the measures are meant: "all", none, or names.
ig_status measures_wanted(ig_ctx *ctx, const ig_texts *names, bool wanted[MEASURES]);

#endif
