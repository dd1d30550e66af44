// Labels: numbers and names as people read them, and as XML and expressions take them.
#include "map_internal.h"

#include <math.h>
#include <string.h>

double class_lower(const ig_breaks *breaks, size_t k)
{
    return k > 0 ? breaks->upper[k - 1] : breaks->lower[0];
}

static bool rounds_apart(const ig_breaks *breaks, double unit)
{
    double before = nearbyint(breaks->lower[0] / unit);
    for (size_t k = 0; k < breaks->classes; k++) {
        const double here = nearbyint(breaks->upper[k] / unit);
        const bool single = !(breaks->upper[k] > class_lower(breaks, k));
        if (here <= before && !single) return false;
        before = here;
    }
    return true;
}

/// Is the last of so many decimals 0 in every bound?
static bool ends_in_zero(const ig_breaks *breaks, int decimals)
{
    const double tenth = pow(10.0, decimals - 1);
    bool zero = fabs(remainder(nearbyint(breaks->lower[0] * tenth * 10.0), 10.0)) < 0.5;
    for (size_t k = 0; k < breaks->classes && zero; k++)
        zero = fabs(remainder(nearbyint(breaks->upper[k] * tenth * 10.0), 10.0)) < 0.5;
    return zero;
}

int label_decimals(const ig_breaks *breaks)
{
    if (!breaks->classes) return 0;
    const double low = breaks->lower[0], high = breaks->upper[breaks->classes - 1];
    bool whole = low == nearbyint(low);
    for (size_t k = 0; k < breaks->classes && whole; k++)
        whole = breaks->upper[k] == nearbyint(breaks->upper[k]);
    if (whole) return 0;
    // Three figures of the range, more where classes are closer together than that.
    const double range = high > low ? high - low : fabs(high);
    int decimals = range > 0.0 ? 2 - (int)floor(log10(range)) : 0;
    decimals = decimals < 0 ? 0 : decimals > 12 ? 12 : decimals;
    while (decimals < 12 && !rounds_apart(breaks, pow(10.0, -decimals)))
        decimals++;
    while (decimals > 0 && ends_in_zero(breaks, decimals))
        decimals--;
    return decimals;
}

const char *label_number(double value, int decimals, char *buffer, size_t room)
{
    char plain[400];
    snprintf(plain, sizeof plain, "%.*f", decimals, fabs(value));
    for (char *c = plain; *c; c++) // whatever the locale of the thread writes
        if (*c == ',') *c = '.';
    bool zero = true;
    for (const char *c = plain; *c && zero; c++)
        zero = *c == '0' || *c == '.';
    const size_t whole = strcspn(plain, "."), length = strlen(plain);
    size_t used = 0;
    if (value < 0.0 && !zero && room > 4) {
        memcpy(buffer, "\xe2\x88\x92", 3);
        used = 3;
    }
    for (size_t i = 0; i < length && used + 2 < room; i++) {
        buffer[used++] = plain[i];
        if (i + 1 < whole && (whole - i - 1) % 3 == 0) buffer[used++] = ',';
    }
    buffer[used] = 0;
    return buffer;
}

const char *label_class(const ig_breaks *breaks, size_t k, int decimals, char *buffer, size_t room)
{
    char low[40], high[40];
    const double lower = class_lower(breaks, k), upper = breaks->upper[k];
    label_number(lower, decimals, low, sizeof low);
    label_number(upper, decimals, high, sizeof high);
    if (lower >= upper) {
        snprintf(buffer, room, "%s", high);
    } else {
        snprintf(buffer, room, k ? "over %s to %s" : "%s to %s", low, high);
    }
    return buffer;
}

const char *label_class_unit(const ig_style *style, size_t k, int decimals, char *buffer,
                             size_t room)
{
    enum { UNIT_MOST = 40 };
    label_class(style->breaks, k, decimals, buffer, room);
    const char *unit = style->unit;
    const size_t used = strlen(buffer);
    if (!unit || !*unit || strlen(unit) > UNIT_MOST) return buffer;
    snprintf(buffer + used, room - used, "%s%s", strcmp(unit, "%") == 0 ? "" : " ", unit);
    return buffer;
}

const char *unclear_label(const ig_style *style, char *buffer, size_t room)
{
    char digits[32];
    snprintf(buffer, room, "Limits include %s",
             ig_number_text(style->centre, digits, sizeof digits));
    return buffer;
}

void append_title(ig_text *text, const ig_style *style)
{
    ig_text_append(text, style->title && *style->title ? style->title : style->column);
    if (style->unit && *style->unit && !strstr(style->title ? style->title : "", style->unit))
        ig_text_format(text, " (%s)", style->unit);
}

size_t xml_character(const char *raw)
{
    uint32_t point = 0;
    const size_t length = ig_utf8_character(raw, strnlen(raw, 4), &point);
    const bool control = point < 0x20 && point != '\t' && point != '\n' && point != '\r';
    return length && !control && point != 0xfffe && point != 0xffff ? length : 0;
}

void append_xml(ig_text *text, const char *raw)
{
    while (*raw) {
        const size_t length = xml_character(raw);
        switch (length == 1 ? *raw : 0) {
        case '&':
            ig_text_append(text, "&amp;");
            break;
        case '<':
            ig_text_append(text, "&lt;");
            break;
        case '>':
            ig_text_append(text, "&gt;");
            break;
        case '"':
            ig_text_append(text, "&quot;");
            break;
        case '\'':
            ig_text_append(text, "&#39;");
            break;
        case '\t':
        case '\n':
        case '\r':
            ig_text_format(text, "&#%d;", *raw);
            break;
        default:
            if (length) {
                ig_text_append_bytes(text, raw, length);
            } else {
                ig_text_append(text, "\xef\xbf\xbd");
            }
        }
        raw += length ? length : 1;
    }
}

void append_quoted(ig_text *text, const char *name)
{
    ig_text_append(text, "\"");
    for (const char *quote; (quote = strchr(name, '"')); name = quote + 1) {
        ig_text_append_bytes(text, name, (size_t)(quote - name));
        ig_text_append(text, "\"\"");
    }
    ig_text_append(text, name);
    ig_text_append(text, "\"");
}
