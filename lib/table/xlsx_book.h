// The book of an XLSX: its parts, its list of sheets, shared texts and which styles are dates.
#ifndef ISOGAP_TABLE_XLSX_BOOK_H
#define ISOGAP_TABLE_XLSX_BOOK_H

#include "package.h"

/// Growing list of texts in one arena.
struct texts {
    char *arena;
    size_t used, room;
    size_t *at;
    size_t count, at_room;
};

/// An open workbook.
struct book {
    ig_ctx *ctx;
    const char *name;
    const ig_table_options *options;
    struct package *package;
    ig_status status;

    char *workbook; ///< part of the workbook
    char *folder;   ///< its folder with a slash, "xl/"
    char *strings;  ///< part of the shared strings, or NULL
    char *styles;   ///< part of the styles, or NULL
    bool from_1904;
    struct sheet *sheet;
    char **link; ///< relationship id of each sheet
    size_t sheets, sheet_room;

    struct texts shared;
    bool *is_date; ///< by cell style
    size_t styles_count, style_room;
};

/// Open the package of a book whose ctx, name and options are set, and read all but its sheets. The
/// book is to be closed after a failure too.
ig_status book_open(struct book *book, const char *path);
void book_close(struct book *book);
void book_out_of_memory(struct book *book);
/// _x000D_ back to the character it stands for, in place (ECMA-376, ST_Xstring).
void book_unescape(ig_text *text);

#endif
