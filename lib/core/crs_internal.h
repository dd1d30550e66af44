// A change of coordinates from inside: the operation and where its two ends are of use.
#ifndef ISOGAP_CORE_CRS_INTERNAL_H
#define ISOGAP_CORE_CRS_INTERNAL_H

#include "inside.h"

#include <proj.h>

struct ig_crs_shift {
    PJ_CONTEXT *context;
    PJ *operation; ///< NULL when both are the same
    char *from, *to, *words;
    bool degrees;
    double area[4]; ///< area of use of the source: west south east north, degrees
    double box[4];  ///< the same in the source's own units; NaN when not known
    double use[4];  ///< area of use of the target in degrees; NaN when not known
    double goal[4]; ///< the same in the target's own units, for a source in metres
};

/// One point by the operation, which must not be NULL. False, x and y as they were, for a point that
/// has no place in the target.
bool crs_move(const ig_crs_shift *shift, double *x, double *y);

#endif
