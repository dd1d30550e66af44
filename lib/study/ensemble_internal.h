/// Ensemble: what its members leave behind, and the cells and people that they share.
#ifndef ISOGAP_STUDY_ENSEMBLE_INTERNAL_H
#define ISOGAP_STUDY_ENSEMBLE_INTERNAL_H

#include "../core/inside.h"
#include "study.h"

/// The surface on other cells: larger ones take the mean pace of theirs and are passable where half
/// of these are, but cannot be made where sides are shut; smaller ones take that of the cell they
/// lie in with its shut sides, and heights between those of its neighbours.
ig_status ig_ensemble_cells(ig_ctx *ctx, const ig_surface *from, double cell, ig_surface **out);
/// Can it be had on cells of this size? Else why not.
ig_status ig_ensemble_check_cells(ig_ctx *ctx, const ig_surface *from, double cell);
/// Minutes on such cells brought back to those they were made from: of the larger cell that holds
/// one, the mean of the smaller ones in it, NaN where one of these is not reached.
void ig_ensemble_bring_back(const ig_grid *minutes, const ig_frame *to, float *out);

/// The people whom every member reaches: they stand on the cells of the grid that was given.
struct common {
    const ig_frame *frame;
    ig_standing *standing;
    size_t fields; ///< one for each rule on each size of cells
    float **field; ///< minutes at speed 1 as far as the slowest member goes; in bulk memory
    uint8_t *some; ///< cells that a member reaches
    double *people, *left_out; ///< by area: whom all reach, and whom some reach but not all
    double *minutes;           ///< over the people whom all reach, by area, member by member
    double *mean;              ///< minutes of each member over all of them
    double people_sum, left_out_sum;
};

struct running {
    ig_ctx *ctx;
    const ig_ensemble_inputs *in;
    size_t areas, members, done;
    double *people;    ///< of each area
    double *minutes;   ///< member by member
    double *unreached; ///< people, of each member
    double *mean;      ///< minutes of each member
    char (*name)[48];
    struct common common;
};

ig_status ig_common_new(struct running *r);
void ig_common_free(struct running *r);
/// Keep what the member about to be done has found, at speed 1.
ig_status ig_common_take(struct running *r, const ig_grid *minutes);
/// Once all members are done: the statistics.
ig_status ig_common_settle(struct running *r);

/// Minutes of all people reached, or NaN: sums in order of the areas.
double ig_ensemble_mean(const double *people, const double *minutes, size_t areas);

ig_status ig_ensemble_area_rows(const struct running *r, ig_result **out);
ig_status ig_ensemble_member_rows(const struct running *r, ig_result **out);

#endif
