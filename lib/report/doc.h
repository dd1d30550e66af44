/// A page as its writers see it: headings, texts, lists, tables, figures in order. Private.
#ifndef ISOGAP_REPORT_DOC_H
#define ISOGAP_REPORT_DOC_H

#include "../map/pen.h"

typedef enum doc_kind {
    DOC_HEADING,
    DOC_TEXT,
    DOC_LIST,
    DOC_TABLE,
    DOC_FIGURE,
    DOC_TILES,
    DOC_FIND
} doc_kind;

/// One cell of a table, item of a list, or part of a tile.
struct doc_cell {
    char *text, *link; ///< link: "#id", "page:CODE" or an address; NULL without
    char *id;          ///< where links lead to; NULL without
    char *kind;        ///< class of an item or an option in HTML; NULL without
    bool right;        ///< a number
    bool head;         ///< heads its row
    bool mark;         ///< a row that stands out
};

/// Draw a figure at its own size.
typedef void (*doc_draw)(pen *p, const void *of);

struct doc_block {
    doc_kind kind;
    int level;          ///< of a heading, from 1
    char *id;           ///< of a heading or a table; NULL: none
    char *text;         ///< heading, text; caption of a table or figure
    bool small, folded; ///< quiet text, list in a row; a table folded away until it is opened
    bool found;         ///< a list that a finder above it narrows
    size_t columns, count, room;
    struct doc_cell *cells; ///< tables: the first `columns` are the heads of columns
    doc_draw draw;
    const void *of;
    int width, height;
    char *alt; ///< what the figure shows, how to find, in words
};

/// A page in the making. After a failed append `failed` is set and the page is not written.
struct doc {
    const char *language, *title, *running; ///< lent; running: at the head of each PDF page
    const char *page_of, *contents;         ///< "Page {0} of {1}", "On this page"; lent
    ig_text style;                          ///< more style of this page alone, in HTML
    struct doc_block *blocks;
    size_t count, room;
    bool failed;
};

void doc_free(struct doc *doc);
void doc_heading(struct doc *doc, int level, const char *id, const char *text);
void doc_text(struct doc *doc, const char *text);
void doc_small(struct doc *doc, const char *text);
void doc_list(struct doc *doc);
/// Short items, beside each other in HTML.
void doc_row_list(struct doc *doc);
void doc_item(struct doc *doc, const char *text, const char *link);
/// A list that the finder above it narrows to the items of the kind that is chosen.
void doc_found_list(struct doc *doc);
/// Give the last item or option its kinds: names of classes with blanks between them.
void doc_kinds(struct doc *doc, const char *kinds);
/// A box to choose a place from, by its first letters. HTML only; its first option is all of them.
/// @param label  what is chosen; @param all  words of the first option; @param hint  how to use it
void doc_find(struct doc *doc, const char *label, const char *all, const char *hint);
/// The options from here on stand under a heading of their own.
void doc_option_group(struct doc *doc, const char *text);
void doc_option(struct doc *doc, const char *text, const char *kinds);
/// Begin a table; doc_head names each column, then cells follow row by row.
void doc_table(struct doc *doc, const char *id, const char *caption, bool folded);
void doc_head(struct doc *doc, const char *text, bool right);
void doc_row(struct doc *doc, const char *head, const char *link);
void doc_cell(struct doc *doc, const char *text);
/// Name the last cell as a place that links lead to. Once for a cell.
void doc_id(struct doc *doc, const char *id);
/// Let the row under way stand out.
void doc_mark(struct doc *doc);
/// Key figures: words, value, a word more.
void doc_tiles(struct doc *doc);
/// @param link  where the label leads; NULL: nowhere
void doc_tile(struct doc *doc, const char *label, const char *link, const char *value,
              const char *note);
void doc_figure(struct doc *doc, doc_draw draw, const void *of, int width, int height,
                const char *caption, const char *alt);

#endif
