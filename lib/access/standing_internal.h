/// People kept by cell, and what a source makes of them.
#ifndef ISOGAP_ACCESS_STANDING_INTERNAL_H
#define ISOGAP_ACCESS_STANDING_INTERNAL_H

#include "access_internal.h"

struct ig_standing {
    ig_frame frame;
    struct ig_stands *stands;
    double outside;    ///< people in no area
    const char *words; ///< how they were placed; static text
    /// Areas with people on the cells of each block of 64 cells in a row.
    size_t blocks;
    size_t *block_start; ///< blocks + 1
    uint32_t *block_area;
};

ig_status ig_standing_over(ig_ctx *ctx, const struct shapes *shapes, const ig_surface *surface,
                           const ig_people *people, bool tell, ig_standing **out);

/// A worker's own: the areas near what a source reaches.
struct met {
    uint8_t *seen, *block_seen;
    uint32_t *area; ///< in no order that matters
    size_t count;
};
bool ig_met_new(const ig_standing *standing, struct met *met);
void ig_met_free(struct met *met);
void ig_standing_meet(const ig_standing *standing, const ig_reached *reached, struct met *met);

/// ig_matrix_new on plain shapes.
ig_status ig_matrix_over(ig_ctx *ctx, const struct shapes *shapes, const ig_surface *surface,
                         const ig_people *people, const ig_source *sources, size_t count,
                         const ig_travel_options *options, bool tell, ig_matrix **out);

/// Those of an area who arrive, and their mean minutes (NaN when nobody does).
struct arrival {
    double people, minutes;
};
struct arrival ig_arrival_of(const struct stand *stand, const ig_reached *reached);
/// Add the people of an area within each of the rising levels.
void ig_people_by_level(const struct stand *stand, const ig_reached *reached, const double *levels,
                        size_t count, double *within);

#endif
