/// What the files of the median share: the state of its bound and its tree.
#ifndef ISOGAP_SITING_MEDIAN_INTERNAL_H
#define ISOGAP_SITING_MEDIAN_INTERNAL_H

#include "siting_internal.h"

enum { FREE = CANDIDATE_FREE, OPEN = CANDIDATE_OPEN, SHUT = CANDIDATE_SHUT };
enum { CHUNKS = 16, ROOT_ROUNDS = 1500, NODE_ROUNDS = 80, PATIENCE = 20 };

struct bounding {
    ig_ctx *ctx;
    const struct median *p;
    double *u, *best_u, *root_u; ///< n: what demand pays; each valid for any choice
    double *step;                ///< n: direction, part of the last one kept
    double *slack;               ///< n: 1 less the chosen candidates that demand would pay for
    double *rho, *best_rho;      ///< m: what a candidate would earn, 0 or less
    double *parts;               ///< CHUNKS * m
    size_t *order;               ///< m
    bool *chosen, *best;         ///< m
    bool *try;                   ///< m
    signed char *state;          ///< m
    size_t *trail;               ///< candidates fixed, in order
    size_t trail_length, opened, shut;
    double cost;     ///< of `best`
    double unproven; ///< least bound of what was left when time was up
    size_t nodes, most_nodes;
    bool stop;
    bool ties; ///< count the sets as good as the best
    double tie_cost, optima;
};

/// A bound above this leaves nothing to be gained.
double cut_of(const struct bounding *b);
/// Take a set if it is better, or count it.
void offer(struct bounding *b, const bool *open, double cost);
/// Raise the bound from where `u` stands. Leaves best_u, best_rho and the order of that bound.
ig_status raise_bound(struct bounding *b, size_t rounds, double *bound);

// ---- tree.c -------------------------------------------------------------------------------------

/// A few nodes of the tree; then what is left by a programme, or by the rest of the tree.
ig_status search_tree(struct bounding *b);
/// The sets as good as the best, where few nodes tell.
ig_status count_ties(struct bounding *b, struct median_answer *out);

#endif
