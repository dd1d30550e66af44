// Blanks and invisible characters round a cell: what J4 takes off codes, and we off every cell.
#include "table_internal.h"

#include <string.h>

size_t blank_at(const char *text, size_t length)
{
    const unsigned char *t = (const unsigned char *)text;
    if (length == 0) return 0;
    if (t[0] == ' ' || (t[0] >= '\t' && t[0] <= '\r')) return 1;
    if (length >= 2 && t[0] == 0xC2 && t[1] == 0xA0) return 2; // no-break space
    if (length < 3) return 0;
    if (t[0] == 0xEF && t[1] == 0xBB && t[2] == 0xBF) return 3; // byte order mark
    if (t[0] != 0xE2) return 0;
    if (t[1] == 0x80 && t[2] >= 0x80 && t[2] <= 0x8F) return 3; // U+2000..200F: spaces, zero-width
    if (t[1] == 0x80 && t[2] == 0xAF) return 3;                 // narrow no-break space
    if (t[1] == 0x81 && t[2] == 0xA0) return 3;                 // word joiner
    return 0;
}

/// Length of the blank or invisible character that text ends with, or 0.
static size_t blank_before(const char *text, size_t length)
{
    for (size_t width = 1; width <= 3 && width <= length; width++) {
        if (blank_at(text + length - width, width) == width) return width;
    }
    return 0;
}

bool trim_ends(const char **text, size_t *length)
{
    const size_t before = *length;
    for (size_t width; (width = blank_at(*text, *length)) > 0;) {
        *text += width;
        *length -= width;
    }
    for (size_t width; (width = blank_before(*text, *length)) > 0;)
        *length -= width;
    return *length != before;
}
