/// Study: finding things: codes in sorted order, areas by point.
#ifndef ISOGAP_STUDY_CODES_INTERNAL_H
#define ISOGAP_STUDY_CODES_INTERNAL_H

#include "../area/area.h"
#include "../core/inside.h"

struct code_entry {
    const char *code; ///< lent
    size_t number;
};

/// Sorted by code, then by number.
struct code_index {
    struct code_entry *entries;
    size_t count;
};

/// @param code  gives the code of number i; NULL and "" are left out
ig_status code_index_new(ig_ctx *ctx, size_t count, const char *(*code)(const void *of, size_t i),
                         const void *of, struct code_index *out);
void code_index_free(struct code_index *index);
/// Place of the first entry with that code, or where it would stand.
size_t code_index_first(const struct code_index *index, const char *code);
/// First number with that code; SIZE_MAX when there is none.
size_t code_index_find(const struct code_index *index, const char *code);
/// How often the code comes.
size_t code_index_count(const struct code_index *index, const char *code);
/// Codes of areas and of the rows of a table, for code_index_new.
const char *code_of_area(const void *areas, size_t i);
const char *code_of_row(const void *table, size_t i);

/// Number of the area that a point lies in; SIZE_MAX for none.
size_t area_at_point(const ig_areas *areas, double x, double y);

#endif
