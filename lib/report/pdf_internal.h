/// The layout of a PDF page, shared by its writers of blocks. Private.
#ifndef ISOGAP_REPORT_PDF_INTERNAL_H
#define ISOGAP_REPORT_PDF_INTERNAL_H

#include "writers.h"

enum { WIDE = 595, HIGH = 842, EDGE = 48, FOOT = 40 };

static const ig_colour pdf_ink = {31, 35, 40}, pdf_blue = {11, 79, 138};

struct layout {
    ig_ctx *ctx;
    const struct doc *doc;
    const struct paths *paths;
    pen *p;
    double y;
    size_t page, pages; ///< pages 0: a first turn that only counts
    const char **alt;   ///< of figures in order
    bool *row_heads;    ///< of TH in order
    size_t figures, figures_room, heads, heads_room;
    bool failed;
    struct say *say;
};

double pdf_inner(void);
/// Lower edge of what a page holds.
double pdf_bottom(void);
void pdf_next_page(struct layout *l);
bool pdf_fits(const struct layout *l, double height);
/// A new page where so much does not fit on this one.
void pdf_need(struct layout *l, double height);
bool pdf_wrap(struct layout *l, const char *text, pen_font font, double width, pen_lines *lines);
/// Lines of one element, a page at a time: no tag stays open over a page.
void pdf_flow(struct layout *l, const char *tag, const char *text, pen_font font, double x,
              double width, ig_colour colour);
/// Begin a link to where doc links lead; false where it leads nowhere in a PDF.
bool pdf_link(struct layout *l, const char *link);
void pdf_table(struct layout *l, const struct doc_block *block);
/// Height that must be free for a table to begin here.
double pdf_table_room(struct layout *l, const struct doc_block *block);

#endif
