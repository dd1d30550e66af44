/// What the files that read matrices share.
#ifndef ISOGAP_STUDY_REACH_INTERNAL_H
#define ISOGAP_STUDY_REACH_INTERNAL_H

#include "../core/inside.h"
#include "study.h"

/// Codes met so far, sorted, each once. Owned.
struct code_set {
    char **codes;
    size_t count, room;
};

struct reaching {
    ig_ctx *ctx;
    const ig_reach_inputs *in;
    ig_reach *out;
    ig_table *matrix, *population, *places;
    size_t area_column, site_column;
    const double *minutes, *reached;
    struct code_set sites;
    size_t rows_without_site;
    struct code_set lone; ///< areas of the matrix that are not among ours
    bool itineraries;     ///< as OpenTripPlanner has them: seconds, several ways for a pair
};

/// "no memory for the matrix"
ig_status reach_no_memory(const struct reaching *reaching);
/// Place of a code in the set, or where it would be put.
size_t code_set_place(const struct code_set *set, const char *code, bool *found);
/// Put a code in, which is then the set's, or free it when it is there.
ig_status code_set_adopt(struct code_set *set, char *code);
void code_set_free(struct code_set *set);
/// Codes of a column of the matrix.
ig_status reach_collect(const struct reaching *reaching, size_t column, struct code_set *set);
/// The matrix with its columns of areas, sites, minutes and people.
ig_status reach_read_matrix(struct reaching *reaching);
/// The failure of a matrix whose areas stand where the sites should.
ig_status reach_refuse_turned(const struct reaching *reaching);
/// The sites of a matrix, or those of a file with what they supply.
ig_status reach_take_sites(struct reaching *reaching);

#endif
