// Text: growing, codes, and users' texts made safe to show.
#include "inside.h"

#include <stdarg.h>
#include <string.h>

// ---- growing text ---------------------------------------------------------------------------

static bool make_room(ig_text *text, size_t more)
{
    if (text->failed) return false;
    if (more > SIZE_MAX - text->length - 1 ||
        !ig_grow((void **)&text->data, &text->room, text->length + more + 1, 1)) {
        text->failed = true;
        return false;
    }
    return true;
}

void ig_text_append_bytes(ig_text *text, const char *more, size_t length)
{
    if (!make_room(text, length)) return;
    if (length) memcpy(text->data + text->length, more, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void ig_text_append(ig_text *text, const char *more)
{
    ig_text_append_bytes(text, more, strlen(more));
}

void ig_text_format(ig_text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        text->failed = true;
    } else if (make_room(text, (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void ig_text_free(ig_text *text)
{
    ig_free(text->data);
    *text = (ig_text){0};
}

// ---- showing --------------------------------------------------------------------------------

static bool is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF ||
           c == 0x061C || (c >= 0xE0000 && c <= 0xE007F);
}

const char *ig_show(const char *text)
{
    enum { BUFFERS = 8, MOST = 80, ROOM = MOST * 16 + 8 };
    static _Thread_local char buffers[BUFFERS][ROOM];
    static _Thread_local unsigned turn;
    char *buffer = buffers[turn++ % BUFFERS];
    size_t used = 0, shown = 0;
    const char *at = text ? text : "";
    for (; *at && shown < MOST; shown++) {
        uint32_t point = 0;
        size_t length = ig_utf8_character(at, strnlen(at, 4), &point);
        if (length && !is_hidden(point)) {
            memcpy(buffer + used, at, length);
            used += length;
        } else {
            if (length == 0) length = 1;
            for (size_t i = 0; i < length; i++) {
                used +=
                    (size_t)snprintf(buffer + used, ROOM - used, "\\x%02x", (unsigned char)at[i]);
            }
        }
        at += length;
    }
    strcpy(buffer + used, *at ? "..." : "");
    return buffer;
}

// ---- names ----------------------------------------------------------------------------------

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

// Edit distance with neighbouring letters swapped counting one; SIZE_MAX when the names are long.
static size_t distance(const char *a, const char *b)
{
    enum { MOST = 127 };
    const size_t n = strlen(a), m = strlen(b);
    if (n > MOST || m > MOST) return SIZE_MAX;
    size_t rows[3][MOST + 1];
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = rows[i % 3], *last = rows[(i + 2) % 3], *older = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = last[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
            if (last[j] + 1 < best) best = last[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]) && older[j - 2] + 1 < best) {
                best = older[j - 2] + 1;
            }
            now[j] = best;
        }
    }
    return rows[n % 3][m];
}

static bool holds(const char *name, const char *part)
{
    const size_t length = strlen(part);
    for (; *name; name++) {
        size_t i = 0;
        while (i < length && lower(name[i]) == lower(part[i]))
            i++;
        if (i == length) return true;
    }
    return false;
}

const char *ig_nearest_name(const char *wanted, const char *const *names, size_t count)
{
    if (!wanted || !*wanted) return NULL;
    const char *best = NULL, *holder = NULL;
    size_t least = (strlen(wanted) + 2) / 3 + 1, holders = 0; // a third of the letters may be wrong
    for (size_t i = 0; i < count; i++) {
        const size_t d = distance(wanted, names[i]);
        if (d < least) {
            least = d;
            best = names[i];
        }
        if (strlen(wanted) >= 3 && holds(names[i], wanted)) {
            holder = names[i];
            holders++;
        }
    }
    return best ? best : holders == 1 ? holder : NULL;
}

// ---- codes ----------------------------------------------------------------------------------

// Length of a blank or invisible character at text: ASCII blanks, no-break space (C2 A0),
// zero-width spaces and joiners (E2 80 8B to 8D), word joiner (E2 81 A0), narrow no-break space
// (E2 80 AF), figure space (E2 80 87), byte order mark (EF BB BF).
static size_t blank_length(const char *text)
{
    const unsigned char *t = (const unsigned char *)text;
    if (t[0] == ' ' || (t[0] >= '\t' && t[0] <= '\r')) return 1;
    if (t[0] == 0xC2 && t[1] == 0xA0) return 2;
    if (t[0] == 0xE2 && t[1] == 0x80 &&
        ((t[2] >= 0x8B && t[2] <= 0x8D) || t[2] == 0xAF || t[2] == 0x87))
        return 3;
    if (t[0] == 0xE2 && t[1] == 0x81 && t[2] == 0xA0) return 3;
    if (t[0] == 0xEF && t[1] == 0xBB && t[2] == 0xBF) return 3;
    return 0;
}

char *ig_code_normalise(const char *raw, bool *trimmed, bool *folded)
{
    bool blanks = false, small_letters = false;
    if (!raw) raw = "";
    size_t length;
    while ((length = blank_length(raw)) > 0) {
        raw += length;
        blanks = true;
    }
    size_t end = 0; // end of what is not blank
    for (size_t i = 0; raw[i];) {
        const size_t blank = blank_length(raw + i);
        i += blank ? blank : 1;
        if (!blank) end = i;
    }
    if (raw[end]) blanks = true;
    char *code = ig_alloc(end + 1, 1);
    if (!code) return NULL;
    for (size_t i = 0; i < end; i++) {
        const bool small = raw[i] >= 'a' && raw[i] <= 'z';
        code[i] = small ? (char)(raw[i] - 'a' + 'A') : raw[i];
        small_letters |= small;
    }
    if (trimmed) *trimmed = blanks;
    if (folded) *folded = small_letters;
    return code;
}

bool ig_is_ons_code(const char *code)
{
    if (!code || code[0] < 'A' || code[0] > 'Z') return false;
    return strspn(code + 1, "0123456789") == 8 && code[9] == '\0';
}

const char *ig_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}
