/// Pages from facts: one of a ward, of a district, of the whole, index and method. Private.
#ifndef ISOGAP_REPORT_PAGES_H
#define ISOGAP_REPORT_PAGES_H

#include "figures.h"

/// A page with what its figures are drawn from.
struct page {
    struct doc doc;
    struct say say;
    const struct facts *facts;
    struct ward_map *maps; ///< one a mode
    struct spine spine;
    size_t *measures; ///< of the spine
    struct series *series;
    double **series_value;
    size_t series_count;
    char *title; ///< of the file
};
void page_free(struct page *page);

bool ward_page(const struct facts *facts, size_t ward, struct page *out);
/// @param district  number, or SIZE_MAX for the whole
bool place_page(const struct facts *facts, size_t district, struct page *out);
bool index_page(const struct facts *facts, struct page *out);
/// A ward of the index, in its order there.
struct index_entry {
    char letter;
    const char *name, *code;
    size_t ward;
};
/// The box to find a ward or district by name, by any word of it, by district or by code (find.c).
/// @param entries  in order of name
void page_find(struct page *page, const struct index_entry *entries, size_t count);
/// Kinds of an entry, or of a district: what the box narrows the lists to.
enum { KINDS_ROOM = 80 };
const char *kinds_of_entry(const struct page *page, const struct index_entry *entries, size_t count,
                           size_t at, char kinds[KINDS_ROOM]);
const char *kinds_of_district(const struct page *page, size_t district, char kinds[KINDS_ROOM]);
bool method_page(const struct facts *facts, struct page *out);

// ---- what pages share (page.c) ------------------------------------------------------------------

void page_begin(struct page *page, const struct facts *facts, const char *title);
void page_method(struct page *page);
/// Files that went in. @param each  every file; else many of one folder in one row
void page_sources(struct page *page, bool each);
/// "12.3" of people to areas of a set of deciles: mean minutes of a mode over the people reached.
double minutes_of_decile(const struct facts *facts, size_t mode, const size_t *areas, size_t count,
                         bool most_deprived);
/// People of the areas in the most deprived fifth; NaN where no decile is known.
double people_of_decile(const struct facts *facts, const size_t *areas, size_t count,
                        size_t *which);

/// Tables of the areas of a ward (ward_areas.c).
void page_areas(struct page *page, size_t ward);
/// File, column, rows and arithmetic of each number of a ward's page (trace.c).
void page_trace(struct page *page, size_t ward);
/// Name of the row that a measure has in that table; with `link`, a link to it.
const char *trace_id(const struct facts *facts, const struct measure *m, bool link, char id[48]);

/// What stands out in a ward, the strongest first (findings.c).
void page_findings(struct page *page, size_t ward);

#endif
