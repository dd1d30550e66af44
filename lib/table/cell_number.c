// One cell's text as a number: sign, groups of three, decimal mark, per cent (V1, V2).
#include "cell_number.h"

#include <strings.h>

/// Length of a group separator at text, and which it is.
static size_t group_at(const char *text, bool decimal_comma, enum grouping *which)
{
    const unsigned char *t = (const unsigned char *)text;
    if (t[0] == (decimal_comma ? '.' : ',')) {
        *which = decimal_comma ? GROUP_POINT : GROUP_COMMA;
        return 1;
    }
    if (t[0] == '\'') {
        *which = GROUP_APOSTROPHE;
        return 1;
    }
    *which = GROUP_SPACE;
    if (t[0] == ' ') return 1;
    if (t[0] == 0xC2 && t[1] == 0xA0) return 2; // no-break space
    if (t[0] != 0xE2 || t[1] != 0x80) return 0;
    if (t[2] == 0xAF || t[2] == 0x89) return 3; // narrow no-break space, thin space
    if (t[2] == 0x99) {                         // right quotation mark
        *which = GROUP_APOSTROPHE;
        return 3;
    }
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Sign; past it.
static const char *skip_sign(const char *text, char *number, size_t *used)
{
    if (*text == '+') return text + 1;
    if (*text == '-') {
        number[(*used)++] = '-';
        return text + 1;
    }
    if (strncmp(text, "\xE2\x88\x92", 3) == 0) { // minus sign
        number[(*used)++] = '-';
        return text + 3;
    }
    return text;
}

enum { LONGEST_NUMBER = 400 };

/// Digits before the point, groups taken out. False when the groups are not of three.
static bool take_whole(const char **text, bool decimal_comma, char *number, size_t *used,
                       struct cell_reading *reading)
{
    const char *at = *text;
    size_t group = 0, digits = 0;
    const char first = *at;
    for (;;) {
        if (is_digit(*at)) {
            if (*used >= LONGEST_NUMBER) return false;
            number[(*used)++] = *at++;
            group++;
            digits++;
            continue;
        }
        enum grouping which;
        const size_t width = group_at(at, decimal_comma, &which);
        if (width == 0 || !is_digit(at[width])) break;
        if (reading->grouping == GROUP_NONE ? group == 0 || group > 3 || first == '0'
                                            : group != 3 || which != reading->grouping) {
            return false;
        }
        reading->grouping = which;
        group = 0;
        at += width;
    }
    if (reading->grouping != GROUP_NONE && group != 3) return false;
    reading->long_whole = reading->grouping == GROUP_NONE && digits > 3;
    reading->leading_zero = digits > 1 && first == '0';
    *text = at;
    return true;
}

/// Point, fraction and exponent.
static const char *take_rest(const char *at, bool decimal_comma, char *number, size_t *used)
{
    if (*at == (decimal_comma ? ',' : '.')) {
        number[(*used)++] = '.';
        for (at++; is_digit(*at); at++) {
            if (*used >= LONGEST_NUMBER) return NULL;
            number[(*used)++] = *at;
        }
    }
    if ((*at == 'e' || *at == 'E') &&
        (is_digit(at[1]) || ((at[1] == '+' || at[1] == '-') && is_digit(at[2])))) {
        number[(*used)++] = 'e';
        at++;
        if (*at == '+' || *at == '-') number[(*used)++] = *at++;
        for (; is_digit(*at); at++) {
            if (*used >= LONGEST_NUMBER) return NULL;
            number[(*used)++] = *at;
        }
    }
    return at;
}

/// Up to 15 digits, no exponent: exact by one division of exact doubles (Clinger 1990).
static bool quick_number(const char *text, double *value)
{
    static const double tens[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const bool minus = *text == '-';
    if (minus) text++;
    uint64_t digits = 0;
    size_t count = 0, after = 0;
    bool point = false;
    for (; *text; text++) {
        if (*text == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(*text) || ++count > 15) return false;
        digits = digits * 10 + (uint64_t)(*text - '0');
        after += point;
    }
    if (count == 0) return false;
    const double number = (double)digits / tens[after];
    *value = minus && number != 0.0 ? -number : number;
    return true;
}

static bool is_not_finite(const char *text)
{
    static const char *const words[] = {"nan", "inf", "infinity", "1.#inf", "1.#ind", "-nan(ind)"};
    if (*text == '+' || *text == '-') text++;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(text, words[i]) == 0) return true;
    }
    return false;
}

/// 100,5 or 1.234,5 or 0,25 with nothing else: what a decimal comma looks like.
static bool looks_decimal_comma(const char *text)
{
    if (*text == '+' || *text == '-') text++;
    const size_t whole = strspn(text, "0123456789. ");
    if (text[whole] != ',') return false;
    text += whole + 1;
    const size_t part = strspn(text, "0123456789");
    text += part;
    while (*text == ' ')
        text++;
    if (*text == '%') text++;
    return whole + part > 0 && part > 0 && *text == '\0';
}

static struct cell_reading read_form(const char *text, bool decimal_comma)
{
    struct cell_reading reading = {.kind = CELL_TEXT};
    char number[LONGEST_NUMBER + 16];
    size_t used = 0;
    const char *at = skip_sign(text, number, &used);
    if (!is_digit(*at) && !((*at == '.' || *at == ',') && is_digit(at[1]))) {
        if (is_not_finite(text)) reading.kind = CELL_NOT_FINITE;
        return reading;
    }
    const bool whole = take_whole(&at, decimal_comma, number, &used, &reading);
    if (whole) at = take_rest(at, decimal_comma, number, &used);
    if (whole && at) {
        for (size_t width; (width = blank_at(at, strlen(at))) > 0;)
            at += width;
        reading.percent = *at == '%';
        if (reading.percent) at++;
    }
    if (!whole || !at || *at) {
        if (!decimal_comma && looks_decimal_comma(text)) reading.kind = CELL_DECIMAL_COMMA;
        double value;
        if (decimal_comma && ig_text_number(text, &value)) reading.kind = CELL_POINT;
        if (strspn(text, "0123456789") > LONGEST_NUMBER) reading.kind = CELL_RANGE;
        return reading;
    }
    number[used] = '\0';
    const bool finite =
        quick_number(number, &reading.value) || ig_text_number(number, &reading.value);
    reading.kind = finite ? CELL_NUMBER : CELL_RANGE;
    return reading;
}

struct cell_reading cell_read(const char *text, bool decimal_comma, const char **reason)
{
    *reason = NULL;
    struct cell_reading reading = {.kind = CELL_GAP};
    if (*text) {
        reading = read_form(text, decimal_comma);
        if (reading.kind == CELL_NUMBER) return reading;
    }
    if (reading.kind != CELL_NOT_FINITE) *reason = ig_marker_reason(text);
    if (*reason) reading.kind = CELL_GAP;
    return reading;
}

bool cell_is_meant_as_number(enum cell_kind kind)
{
    return kind != CELL_GAP && kind != CELL_TEXT;
}

bool text_is_numeric(const char *text)
{
    const char *reason;
    return cell_is_meant_as_number(cell_read(text, false, &reason).kind);
}
