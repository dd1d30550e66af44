/// Small made-up instances, and a slow search through all sets that shares nothing with the library.
#ifndef ISOGAP_TESTS_SITING_MADE_H
#define ISOGAP_TESTS_SITING_MADE_H

#include <siting/siting.h>

enum { MOST_DEMAND = 24, MOST_SITES = 9 };

struct made {
    size_t demands, sites;
    double time[MOST_DEMAND][MOST_SITES]; ///< -1: out of reach
    double people[MOST_DEMAND], decile[MOST_DEMAND];
    bool existing[MOST_SITES], candidate[MOST_SITES];
    double capacity[MOST_SITES];
    size_t open;
    double threshold;
    // the same in the library's form
    size_t start[MOST_DEMAND + 1], site[MOST_DEMAND * MOST_SITES];
    double minutes[MOST_DEMAND * MOST_SITES];
    ig_siting_problem problem;
};

/// Instance of a number; the same one each time. Whole minutes (many ties) in every other one.
void make(unsigned number, struct made *m);

/// Best by trying every set: its sites by bit, what it is worth, how many are as good.
struct best {
    bool any;
    unsigned open;
    double unreached, value, second, optima;
};
struct best search_all(const struct made *m, ig_siting_objective objective, double slack);

/// The same with capacities, for p-median, p-center, mclp and lscp: flows on an explicit graph.
struct best search_all_held(const struct made *m, ig_siting_objective objective);

#endif
