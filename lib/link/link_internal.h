/// Inside the link room only.
#ifndef ISOGAP_LINK_INTERNAL_H
#define ISOGAP_LINK_INTERNAL_H

#include "link.h"

bool ig_code_is_lsoa(const char *code);
/// A code that the LSOA set of 2021 has and that of 2011 has not.
bool ig_code_is_lsoa21(const char *code);

/// Areas as a match sees them: codes and where they come from. Lent.
struct matched_areas {
    const char *const *codes;
    size_t count;
    const char *column, *what;
};

/// Who met whom.
struct match {
    size_t *row_of_area; ///< SIZE_MAX without row
    size_t *area_of_row; ///< SIZE_MAX without area
    size_t matched;
};

/// Match by code with all that J2 to J6 want said. Free with match_free, also after a failure.
ig_status match_codes(ig_ctx *ctx, const struct matched_areas *areas, const ig_table *table,
                      double min_match, struct match *match);
void match_free(struct match *match);

#endif
