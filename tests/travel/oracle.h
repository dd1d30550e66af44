/// The slow, plain answer: Dijkstra with a binary heap over steps worked out one by one, straight
/// from the definition in methods. Shares nothing with the engine but the size of the quantum.
#ifndef ISOGAP_TESTS_ORACLE_H
#define ISOGAP_TESTS_ORACLE_H

#include <travel/travel.h>

/// Minutes and number of the nearest source of each cell, into arrays of the caller; -1 where
/// nobody arrives (number 0). Not for `exact`.
void oracle_travel(const ig_surface *surface, const ig_source *sources, size_t count,
                   const ig_travel_options *options, double quantum, float *minutes,
                   int32_t *nearest);

#endif
