/// What the files of classify share.
#ifndef ISOGAP_CLASSIFY_INTERNAL_H
#define ISOGAP_CLASSIFY_INTERNAL_H

#include "../core/inside.h"
#include "classify.h"

/// Exact natural breaks: classes with the least sum of squares about their means.
/// @param distinct   kinds different values, rising
/// @param times      how often each comes
/// @param classes    1 to kinds
/// @param[out] last  number of the greatest member of each class
ig_status ig_fisher_jenks(const double *distinct, const int64_t *times, size_t kinds,
                          size_t classes, size_t *last);

/// A colour in CIE L*a*b* (D65).
struct lab {
    double l, a, b;
};
/// Linear light of a channel, 0 to 1.
double linear_light(uint8_t channel);
struct lab lab_of(double red, double green, double blue);

#endif
