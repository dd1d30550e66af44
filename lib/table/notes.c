// Notes below a table: where the rows of a CSV end and lines such as "Source: ..." begin.
#include "table_internal.h"

#include <inttypes.h>
#include <string.h>

/// What a line is: nothing at all, one field, or a row of several.
enum line_kind { LINE_BLANK, LINE_NOTE, LINE_ROW };

static enum line_kind kind_of_line(const char *line, size_t length, char separator)
{
    bool quoted = false, any = false;
    for (size_t i = 0; i < length; i++) {
        if (line[i] == '"') quoted = !quoted;
        if (line[i] == separator && !quoted) return LINE_ROW;
        any = any || !strchr(" \t\r\"", line[i]);
    }
    if (quoted) return LINE_ROW; // a part of a field with a line break in it
    return any ? LINE_NOTE : LINE_BLANK;
}

/// Notes are lines of one field each at the very end, below a blank line: a row cut short, which
/// stands right below the others, is none.
size_t length_without_notes(ig_ctx *ctx, const char *path, const char *text, size_t length,
                            char separator)
{
    enum { MOST_NOTES = 64 };
    size_t end = length, first = 0, notes = 0;
    bool blank = false; // is the line below the one at hand blank?
    for (size_t lines = 0; separator && end > 0 && lines < 2 * MOST_NOTES; lines++) {
        const size_t stop = text[end - 1] == '\n' ? end - 1 : end;
        size_t start = stop;
        while (start > 0 && text[start - 1] != '\n')
            start--;
        const enum line_kind kind = kind_of_line(text + start, stop - start, separator);
        if (kind == LINE_ROW) {
            if (!notes || !blank) return length;
            char words[96];
            const size_t shown_length = strcspn(text + first, "\r\n");
            snprintf(words, sizeof words, "%.*s", (int)(shown_length < 80 ? shown_length : 80),
                     text + first);
            ig_warn_mild(ctx, "%s: the last %zu line%s taken as notes, below a blank one: %s",
                         shown(path), notes, notes == 1 ? " is" : "s are", ig_show(words));
            return end;
        }
        if (kind == LINE_NOTE) {
            notes++;
            first = start;
        }
        blank = kind == LINE_BLANK;
        end = start;
    }
    return length;
}
