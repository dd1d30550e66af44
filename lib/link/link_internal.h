/// Inside the link room only.
#ifndef ISOGAP_LINK_INTERNAL_H
#define ISOGAP_LINK_INTERNAL_H

#include "../core/inside.h"
#include "link.h"

// ---- editions of codes (vintage.c) ------------------------------------------------------------

/// Codes of one prefix that ended with an edition. The list ends with a NULL prefix.
struct ended_codes {
    const char *prefix;
    const uint16_t *number; ///< after the prefix, rising
    size_t count;
};
extern const struct ended_codes ended_codes[];

/// What a code alone says of its edition.
enum edition {
    EDITION_UNKNOWN, ///< no ONS code, or one that says nothing
    EDITION_BOTH,    ///< LSOA, MSOA that 2011 and 2021 share
    EDITION_2011,    ///< only in 2011
    EDITION_2021,    ///< only in 2021
};
enum edition code_edition(const char *code);

/// Codes that do not meet are of two editions? Appends a sentence to `hint` when they seem to be.
struct lone_codes {
    const char *const *codes;
    size_t count;
    const char *column; ///< name of their column, or NULL
};
void explain_editions(const struct lone_codes *areas, const struct lone_codes *rows, ig_text *hint);

// ---- matching (match.c) -----------------------------------------------------------------------

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

// ---- shares (carry.c) ---------------------------------------------------------------------------

/// Room for shares, all counts 0; NULL without memory.
ig_shares *shares_new(size_t sources, size_t targets, size_t pieces);

// ---- overlay (overlay.c) ------------------------------------------------------------------------

/// What an overlay may tell beside areas. Start from {.with_rings = ...}; free with
/// overlay_more_free, also after a failure.
struct overlay_more {
    bool with_rings;
    double *twice; ///< of each child, square metres that lie in more than one parent
    size_t pieces, rings, points;
    size_t *area_start, *ring_start; ///< rings of each piece, as ig_rings has them
    double *x, *y;
    size_t area_room, ring_room, x_room, y_room;
};
ig_status overlay_with(ig_ctx *ctx, const ig_areas *children, const ig_areas *parents,
                       struct overlay_more *more, ig_overlay **out);
void overlay_more_free(struct overlay_more *more);

/// Square metres that area `a` of one set shares with area `b` of another.
ig_status shared_size(ig_ctx *ctx, const ig_areas *one, size_t a, const ig_areas *other, size_t b,
                      double *area);

// ---- join_own.c -------------------------------------------------------------------------------

/// The name, or name_2, name_3 ... where a column has it. Yours; NULL: no memory.
char *join_free_name(ig_ctx *ctx, const ig_result *result, const char *file, const char *name);
/// The areas' own columns.
/// @param without  areas without row in an earlier join become true; NULL: nothing is joined now
ig_status join_own_columns(ig_ctx *ctx, const ig_areas *areas, ig_join *join, ig_trace *trace,
                           bool *without);

// ---- small counts (protect.c) -----------------------------------------------------------------

/// Put a column under the policy of its table; one that is no number of people or made of any (a
/// rank, a year) is let be.
/// @param column  `count` says that it holds whole numbers from 0; its row list goes to the join
ig_status guard_column(ig_ctx *ctx, ig_join *join, struct ig_guarded column, const char *title);
/// A column of whole numbers that counts people or events, as far as its name can tell: not a
/// rank, decile, year or code.
bool is_countlike_name(const char *name);

#endif
