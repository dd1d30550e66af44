// Bytes to UTF-8: byte order marks, UTF-16, named encodings, and CP1252 as the last resort.
#include "table_internal.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

static long long line_of(const unsigned char *text, size_t at)
{
    long long line = 1;
    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return line;
}

/// Names that people write, as iconv knows them.
static const char *iconv_name(const char *name)
{
    static const char *const names[][2] = {
        {"latin1", "ISO-8859-1"},     {"latin-1", "ISO-8859-1"},
        {"ansi", "CP1252"},           {"windows-1252", "CP1252"},
        {"cp-1252", "CP1252"},        {"1252", "CP1252"},
        {"ansi 1252", "CP1252"},      {"utf8", "UTF-8"},
        {"utf16", "UTF-16"},          {"65001", "UTF-8"},
        {"iso8859-1", "ISO-8859-1"},  {"8859_1", "ISO-8859-1"},
        {"iso 8859-1", "ISO-8859-1"}, {"oem", "CP850"},
        {"88591", "ISO-8859-1"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(name, names[i][0]) == 0) return names[i][1];
    }
    return name;
}

/// All bytes through iconv. On failure *bad is where it stopped, or SIZE_MAX for an unknown name
/// and SIZE_MAX - 1 for want of memory.
static char *convert(const char *encoding, const char *text, size_t length, size_t *converted,
                     size_t *bad)
{
    const iconv_t cd = iconv_open("UTF-8", iconv_name(encoding));
    *bad = SIZE_MAX;
    if (cd == (iconv_t)-1) return NULL;
    size_t room = length + length / 8 + 16, used = 0;
    char *out = ig_alloc(room, 1), *in = (char *)text; // iconv does not write to its input
    size_t left = length;
    *bad = SIZE_MAX - 1;
    while (out && left > 0) {
        char *at = out + used;
        size_t free_room = room - used - 1;
        const size_t done = iconv(cd, &in, &left, &at, &free_room);
        used = (size_t)(at - out);
        if (done != (size_t)-1) continue;
        if (errno != E2BIG) {
            *bad = length - left;
            ig_free(out);
            out = NULL;
            break;
        }
        char *more = ig_resize(out, room * 2, 1);
        if (!more) {
            ig_free(out);
            out = NULL;
            break;
        }
        out = more;
        room *= 2;
    }
    iconv_close(cd);
    if (!out) return NULL;
    out[used] = '\0';
    *converted = used;
    return out;
}

char *ig_text_decode(const char *encoding, const char *text, size_t length)
{
    size_t converted, bad;
    return convert(encoding, text, length, &converted, &bad);
}

ig_status decode_bytes(ig_ctx *ctx, const char *what, const char *encoding, ig_bytes *bytes)
{
    size_t converted = 0, bad = 0;
    char *text = convert(encoding, (const char *)bytes->data, bytes->length, &converted, &bad);
    if (text) {
        ig_free(bytes->data);
        bytes->data = (unsigned char *)text;
        bytes->length = converted;
        return IG_OK;
    }
    if (bad == SIZE_MAX) {
        ig_fail(ctx, IG_EINVAL, "--encoding: no encoding is called '%s'", ig_show(encoding));
        return ig_hint(ctx, "common ones are UTF-8, CP1252, ISO-8859-1, CP850, UTF-16");
    }
    if (bad == SIZE_MAX - 1) return ig_fail(ctx, IG_EMEMORY, "no memory for %s", shown(what));
    return ig_fail(ctx, IG_EFORMAT, "%s: line %lld: the byte 0x%02X does not fit the encoding %s",
                   shown(what), line_of(bytes->data, bad), bytes->data[bad], ig_show(encoding));
}

static void drop_front(ig_bytes *bytes, size_t count)
{
    memmove(bytes->data, bytes->data + count, bytes->length - count + 1); // the NUL too
    bytes->length -= count;
}

/// UTF-16 or UTF-32 by a byte order mark or, without one, by NUL bytes in every second
/// place of the first line; NULL for other text.
static const char *wide_encoding(const ig_bytes *bytes, size_t *mark)
{
    const unsigned char *d = bytes->data;
    *mark = 4;
    if (bytes->length >= 4 && memcmp(d, "\xFF\xFE\0\0", 4) == 0) return "UTF-32LE";
    if (bytes->length >= 4 && memcmp(d, "\0\0\xFE\xFF", 4) == 0) return "UTF-32BE";
    *mark = 2;
    if (bytes->length >= 2 && d[0] == 0xFF && d[1] == 0xFE) return "UTF-16LE";
    if (bytes->length >= 2 && d[0] == 0xFE && d[1] == 0xFF) return "UTF-16BE";
    *mark = 0;
    const size_t look = bytes->length < 64 ? bytes->length / 2 * 2 : 64;
    size_t even = 0, odd = 0;
    for (size_t i = 0; i < look; i += 2) {
        even += d[i] == 0;
        odd += d[i + 1] == 0;
    }
    if (look >= 8 && odd == look / 2 && even == 0) return "UTF-16LE";
    if (look >= 8 && even == look / 2 && odd == 0) return "UTF-16BE";
    return NULL;
}

ig_status decode_text(ig_ctx *ctx, const char *what, const char *encoding, ig_bytes *bytes)
{
    static const unsigned char utf8_mark[] = {0xEF, 0xBB, 0xBF};
    if (bytes->length >= 3 && memcmp(bytes->data, utf8_mark, 3) == 0) {
        drop_front(bytes, 3);
        if (encoding && strcasecmp(iconv_name(encoding), "UTF-8") != 0) {
            ig_warn(ctx, "%s: begins with a UTF-8 byte order mark, so it is not read as %s",
                    shown(what), ig_show(encoding));
        }
        encoding = "UTF-8";
    } else {
        size_t mark = 0;
        const char *wide = wide_encoding(bytes, &mark);
        if (wide) {
            drop_front(bytes, mark);
            ig_info(ctx, "%s: read as %s", shown(what), wide);
            return decode_bytes(ctx, what, wide, bytes);
        }
    }
    if (encoding && strcasecmp(iconv_name(encoding), "UTF-8") != 0) {
        return decode_bytes(ctx, what, encoding, bytes);
    }

    const size_t good = ig_utf8_length((const char *)bytes->data, bytes->length);
    if (good == bytes->length) return IG_OK;
    const long long line = line_of(bytes->data, good);
    const unsigned char byte = bytes->data[good];
    if (encoding) {
        ig_fail(ctx, IG_EFORMAT, "%s: line %lld: the byte 0x%02X is not valid UTF-8", shown(what),
                line, byte);
        return ig_hint(ctx, "name the encoding of the file with --encoding, for instance "
                            "--encoding CP1252");
    }
    size_t converted = 0, bad = 0;
    char *text = convert("CP1252", (const char *)bytes->data, bytes->length, &converted, &bad);
    if (!text) {
        if (bad >= SIZE_MAX - 1) return ig_fail(ctx, IG_EMEMORY, "no memory for %s", shown(what));
        ig_fail(ctx, IG_EFORMAT,
                "%s: line %lld: the byte 0x%02X is neither UTF-8 nor CP1252 (the encoding is "
                "unknown)",
                shown(what), line_of(bytes->data, bad), bytes->data[bad]);
        return ig_hint(ctx, "name the encoding of the file with --encoding");
    }
    ig_warn(ctx,
            "%s: line %lld: the byte 0x%02X is not UTF-8, so the file is read as CP1252 (Windows "
            "Western); another encoding can be named with --encoding",
            shown(what), line, byte);
    ig_free(bytes->data);
    bytes->data = (unsigned char *)text;
    bytes->length = converted;
    return IG_OK;
}
