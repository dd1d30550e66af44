/// The two writers of a page. Private.
#ifndef ISOGAP_REPORT_WRITERS_H
#define ISOGAP_REPORT_WRITERS_H

#include "doc.h"
#include "words.h"

/// Where the pages that a page leads to lie: "" beside it, "pages/" below, "../" above.
struct paths {
    const char *places; ///< to pages of places
    const char *top;    ///< to index and method
    const char *ending; ///< of pages of places: ".html", ".pdf" where they have no other form
};
/// Name of a place's file from its code, without ending: the code itself where it is plain, else
/// what is plain of it and a sum that tells it from others.
enum { STEM_ROOM = 96 };
const char *page_stem(const char *code, char stem[STEM_ROOM]);

/// One self-contained HTML page: no script, nothing fetched, a policy that says so.
/// @param ruler  fonts of this thread
/// @param digest what the page was made from, kept in it
ig_status html_write(ig_ctx *ctx, const struct doc *doc, const struct words *words,
                     const struct paths *paths, const pen *ruler, const char *digest, ig_text *out);
/// One tagged PDF, A4, with title, language and words for its figures; the same bytes each time.
/// Its links lead to the other PDFs, to the index and to places in itself.
ig_status pdf_write(ig_ctx *ctx, const struct doc *doc, const struct words *words,
                    const struct paths *paths, const pen *ruler, ig_text *out);
/// What Cairo cannot say of a PDF: the language, words for each figure in order, the scope of each
/// header cell in order; takes the dates away.
/// @param row_heads  for each TH in order: does it head a row?
ig_status pdf_finish(ig_ctx *ctx, const ig_text *drawn, const char *language,
                     const char *const *alt, size_t figures, const bool *row_heads, size_t heads,
                     ig_text *out);

#endif
