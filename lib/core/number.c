// Numbers as text and back, whatever the locale.
#include "inside.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// A point for the decimal sign that the locale of the thread wrote, of one byte or more.
static void with_point(char *text)
{
    const size_t before = strspn(text, "+-0123456789");
    const size_t sign = strcspn(text + before, "0123456789e");
    if (sign == 0) return;
    text[before] = '.';
    memmove(text + before + 1, text + before + sign, strlen(text + before + sign) + 1);
}

// ---- by whole numbers -------------------------------------------------------------------------

__extension__ typedef unsigned __int128 wide;

enum { MOST_DIGITS = 17, MOST_TENS = 20 };

static wide power_of_ten(int exponent)
{
    wide power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

/// `digits` with a point before the last `after` of them; zeros at the end of the part are left out.
static void put_digits(uint64_t digits, int after, bool minus, char *buffer)
{
    char reversed[MOST_DIGITS + MOST_TENS];
    int count = 0, skipped = 0;
    for (; digits > 0 || count <= after; digits /= 10)
        reversed[count++] = (char)('0' + digits % 10);
    while (skipped < after && reversed[skipped] == '0')
        skipped++;
    if (minus) *buffer++ = '-';
    while (count > skipped) {
        if (count == after) *buffer++ = '.';
        *buffer++ = reversed[--count];
    }
    *buffer = '\0';
}

/// Most numbers of tables: from 1e-4 to 1e15 a double times a power of ten is a whole number over a
/// power of two, and both fit 128 bits, so that the digits and the question whether they read back
/// are exact. The same text as the C library's %.15g, %.16g or %.17g.
/// @return false for the others, which are left alone
static bool put_exactly(double value, char *buffer)
{
    static const double tens[] = {1e-4, 1e-3, 1e-2, 1e-1, 1e0,  1e1,  1e2,  1e3,  1e4, 1e5,
                                  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14};
    const double size = fabs(value);
    if (!(size >= 1e-4 && size < 1e15)) return false;
    int exponent, leading = (int)(sizeof tens / sizeof *tens) - 1;
    while (size < tens[leading])
        leading--;
    const uint64_t whole = (uint64_t)ldexp(frexp(size, &exponent), DBL_MANT_DIG);
    const int halvings = DBL_MANT_DIG - exponent; // size = whole / 2^halvings
    if (halvings <= 0) return false;
    // Below a power of two doubles lie twice as close.
    const bool close_below = whole == UINT64_C(1) << (DBL_MANT_DIG - 1);
    for (int digits = 15; digits <= MOST_DIGITS; digits++) {
        const int after = digits - 1 - (leading - 4);
        const wide scale = power_of_ten(after), product = whole * scale;
        const wide rest = product & (((wide)1 << halvings) - 1), half = (wide)1 << (halvings - 1);
        wide number = product >> halvings;
        const bool up = rest > half || (rest == half && (number & 1));
        number += up;
        const wide off = up ? ((wide)1 << halvings) - rest : rest;
        const wide doubled = off * (close_below && !up ? 4 : 2);
        if (digits < MOST_DIGITS && (doubled > scale || (doubled == scale && whole & 1))) continue;
        put_digits((uint64_t)number, after, value < 0.0, buffer);
        return true;
    }
    return false;
}

const char *ig_number_text(double value, char *buffer, size_t room)
{
    if (room == 0) return "";
    buffer[0] = '\0';
    if (!isfinite(value)) return buffer;
    if (value == 0.0) value = 0.0;                      // -0 is written as 0
    if (value == rint(value) && fabs(value) < 0x1p53) { // whole numbers in full
        if (room >= 32)
            put_digits((uint64_t)fabs(value), 0, value < 0.0, buffer);
        else
            snprintf(buffer, room, "%lld", (long long)value);
        return buffer;
    }
    if (room >= 32 && put_exactly(value, buffer)) return buffer;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buffer, room, "%.*g", digits, value);
        with_point(buffer);
        double back;
        if (ig_text_number(buffer, &back) && back == value) break;
    }
    return buffer;
}

// ---- reading ----------------------------------------------------------------------------------

// [+-]digits[.digits][e[+-]digits], with a digit before or after the point.
static bool has_number_form(const char *text)
{
    if (*text == '+' || *text == '-') text++;
    const size_t whole = strspn(text, "0123456789");
    text += whole;
    size_t part = 0;
    if (*text == '.') {
        part = strspn(++text, "0123456789");
        text += part;
    }
    if (whole + part == 0) return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        if (*text == '+' || *text == '-') text++;
        const size_t exponent = strspn(text, "0123456789");
        if (exponent == 0) return false;
        text += exponent;
    }
    return *text == '\0';
}

// Up to 15 digits and a power of ten that a double holds are one exact division (Clinger, 1990,
// How to read floating point numbers accurately): most cells of most tables.
static bool read_short(const char *text, double *value)
{
    static const double tens[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const bool minus = *text == '-';
    if (*text == '-' || *text == '+') text++;
    uint64_t digits = 0;
    int count = 0, after = 0;
    bool point = false;
    for (; *text; text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        if (*text < '0' || *text > '9' || ++count > 15) return false;
        digits = digits * 10 + (uint64_t)(*text - '0');
        after += point;
    }
    const double number = (double)digits / tens[after];
    *value = minus ? -number : number;
    return true;
}

bool ig_text_number(const char *text, double *value)
{
    if (!text || !has_number_form(text)) return false;
    if (read_short(text, value)) return true;
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0); // glibc lends its own: no memory taken
    if (!c) return false;
    const double number = strtod_l(text, NULL, c);
    freelocale(c);
    if (!isfinite(number)) return false;
    *value = number;
    return true;
}
