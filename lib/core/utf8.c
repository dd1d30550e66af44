// UTF-8: is it, how long is a character, and a code point written out (Unicode 15, table 3-7).
#include "inside.h"

#include <string.h>

size_t ig_utf8_character(const char *text, size_t length, uint32_t *point)
{
    const unsigned char *t = (const unsigned char *)text;
    if (length == 0) return 0;
    *point = t[0];
    if (t[0] < 0x80) return 1;
    if (t[0] < 0xC2 || t[0] > 0xF4 || length < 2) return 0;
    const unsigned char low = t[0] == 0xE0 ? 0xA0 : t[0] == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = t[0] == 0xED ? 0x9F : t[0] == 0xF4 ? 0x8F : 0xBF;
    if (t[1] < low || t[1] > high) return 0;
    const size_t width = t[0] < 0xE0 ? 2 : t[0] < 0xF0 ? 3 : 4;
    if (length < width) return 0;
    uint32_t code = t[0] & (0xFFU >> (width + 1));
    for (size_t i = 1; i < width; i++) {
        if ((t[i] & 0xC0) != 0x80) return 0;
        code = code << 6 | (t[i] & 0x3FU);
    }
    *point = code;
    return width;
}

size_t ig_utf8_length(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        uint64_t eight;
        if (length - at >= sizeof eight) { // most text is ASCII
            memcpy(&eight, text + at, sizeof eight);
            if ((eight & 0x8080808080808080u) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        uint32_t point;
        const size_t width = ig_utf8_character(text + at, length - at, &point);
        if (width == 0) return at;
        at += width;
    }
    return length;
}

bool ig_text_is_utf8(const char *text, size_t length)
{
    return ig_utf8_length(text, length) == length;
}

void ig_text_append_point(ig_text *text, uint32_t point)
{
    char bytes[4];
    const size_t width = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = width - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (point & 0x3F));
        point >>= 6;
    }
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    bytes[0] = (char)(lead[width] | point);
    ig_text_append_bytes(text, bytes, width);
}
