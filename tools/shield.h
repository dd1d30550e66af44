/// Counts of a table of groups and totals under a policy of disclosure.
#ifndef ISOGAP_TOOLS_SHIELD_H
#define ISOGAP_TOOLS_SHIELD_H

#include "groups.h"

/// What may be shown of each count.
struct shield {
    ig_disclosure policy;
    size_t count;  ///< groups times figures of each
    double *shown; ///< the protected count, NaN where hidden or missing
    bool *hidden;
    size_t primary, secondary; ///< how many are hidden for themselves, and beside them
};

/// The policy of --disclosure; without it `hes` for a table that is --sensitive, else none.
ig_status shield_policy(ig_ctx *ctx, const char *disclosure, bool sensitive, ig_disclosure *policy);
/// @param each    figures of a group, in no sum with each other (ages of a life table)
/// @param totals  the groups hold totals, called "all"
/// @param raw     true counts: figure e of group g is raw[g * each + e]; NaN where missing
/// @return IG_EPOLICY for a count that cannot be kept through totals over three columns and more
ig_status shield_new(ig_ctx *ctx, const ig_disclosure *policy, const struct groups *groups,
                     size_t each, bool totals, const double *raw, struct shield **out);
void shield_free(struct shield *shield);

#endif
