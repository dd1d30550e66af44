/// What the files of inequality share.
#ifndef ISOGAP_INEQUALITY_INTERNAL_H
#define ISOGAP_INEQUALITY_INTERNAL_H

#include "../core/inside.h"
#include "inequality.h"

/// Groups that enter a measure, in order: those with people, by rank where there is one.
struct entered {
    size_t count;
    size_t *group;  ///< number of each among those given
    double *y, *se; ///< values; errors, all NaN when any is missing
    double *a;      ///< share of people
    double *b;      ///< midpoint rank, 0 to 1
    double *d;      ///< room for the derivatives of a measure
    double people, mean;
    bool errors;     ///< every group has a standard error
    const char *why; ///< the measure is missing; NULL when it is not
};

/// @return IG_EINVAL for negative people or errors, a bad confidence; fill `why` otherwise
ig_status ig_enter(const ig_groups *groups, double confidence, struct entered *e);
void ig_entered_free(struct entered *e);

/// Mean of the entered values, weighted by people.
double ig_mean_of(const struct entered *e);

ig_estimate ig_missing(const char *reason);
/// value +- z se; method and reason set by whether se is finite.
ig_estimate ig_with_limits(double value, double se, double confidence, const char *method);
/// Error of a measure with derivatives d: sqrt(sum d^2 se^2); NaN without errors.
double ig_delta_se(const struct entered *e);
/// value with limits by the delta method from the derivatives in e->d.
ig_estimate ig_by_delta(const struct entered *e, double value, double confidence);

#endif
