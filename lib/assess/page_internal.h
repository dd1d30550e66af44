/// What the files of the page share: its words, numbers and tables.
#ifndef ISOGAP_ASSESS_PAGE_INTERNAL_H
#define ISOGAP_ASSESS_PAGE_INTERNAL_H

#include "assess_internal.h"

/// The page in the making.
struct page {
    ig_text html;
    const ig_assess_paper *p;
    const ig_result *rows;
};

/// A number as people read it: one of eight buffers in turn; "none" where there is none.
struct numbers {
    char text[8][32];
    unsigned next;
};

/// HTML as it is.
void page_raw(struct page *g, const char *html);
/// Words, escaped.
void page_text(struct page *g, const char *words);
/// A number as people read it; "none" where there is none.
const char *page_show(struct numbers *n, double value, int decimals);
const char *page_people(struct numbers *n, double value);
/// With its sign, as a change is.
const char *page_change(struct numbers *n, double value, int decimals);
/// One cell of a row.
void page_cell(struct page *g, const char *words);
/// @param words  how many of the columns hold words, which stand to the left
void page_table_begin(struct page *g, const char *caption, size_t words, const char *const *heads);
/// A row and its head.
void page_row_begin(struct page *g, const char *head);
void page_table_end(struct page *g);
/// The frame of what the evidence does not say.
void page_gaps_begin(struct page *g, const char *stage);
void page_gaps_end(struct page *g);
/// A figure of everybody.
double page_figure(const struct page *g, const char *column);
/// Sites of one fate.
size_t page_with_fate(const struct page *g, ig_assess_fate fate);
/// Words with numbers between <p> and </p>, or <li> and </li>: everything is escaped.
void page_say(struct page *g, const char *tag, const char *format, ...) IG_PRINTF(3, 4);

/// The stage "assess" (page_assess.c).
ig_status page_assess(ig_ctx *ctx, struct page *g, const struct change_scale *scale);

#endif
