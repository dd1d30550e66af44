/// Inside the rates room only.
#ifndef ISOGAP_RATES_INTERNAL_H
#define ISOGAP_RATES_INTERNAL_H

#include "rates.h"

/// z of a two-sided level: .95 gives 1.959963985.
double ig_rates_z(double confidence);
/// An undefined value with its reason.
ig_rate ig_rate_missing(const char *reason);

#endif
