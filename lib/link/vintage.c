// Editions of codes: which year's areas are these? By the column's name, else by the codes.
#include "link.h"

#include "link_internal.h"

#include "../core/inside.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Facts of the published code sets. LSOAs: the 2011 set of England ends at E01033768 and that of
// Wales at W01001958; higher codes were made for 2021 (lookup of LSOA 2011 to 2021, ONS). Wards:
// E05011093 was the last of December 2017, E05015926 the last of May 2024.
enum { LAST_E01_2011 = 33768, LAST_E01_2021 = 35762, LAST_W01_2011 = 1958, LAST_W01_2021 = 2040 };

bool ig_code_is_lsoa21(const char *code)
{
    if (!ig_is_ons_code(code)) return false;
    const long number = strtol(code + 3, NULL, 10);
    if (strncmp(code, "E01", 3) == 0) return number > LAST_E01_2011 && number <= LAST_E01_2021;
    return strncmp(code, "W01", 3) == 0 && number > LAST_W01_2011 && number <= LAST_W01_2021;
}

bool ig_code_is_lsoa(const char *code)
{
    return ig_is_ons_code(code) && (strncmp(code, "E01", 3) == 0 || strncmp(code, "W01", 3) == 0);
}

// What a column's name says: "LSOA11CD", "lsoa21_code", "WD25CD", "LSOA code (2011)".
static bool named_edition(const char *column, const char **level, int *year)
{
    static const struct {
        const char *start, *level;
    } levels[] = {
        {"LSOA", "LSOA"},      {"MSOA", "MSOA"},      {"OA", "OA"},
        {"WARD", "wards"},     {"WD", "wards"},       {"LAD", "districts"},
        {"LTLA", "districts"}, {"UTLA", "districts"}, {"RGN", "regions"},
    };
    if (!column) return false;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        const size_t length = strlen(levels[i].start);
        if (strncasecmp(column, levels[i].start, length) != 0) continue;
        const char *rest = column + length;
        const char *digits = rest + strcspn(rest, "0123456789");
        const size_t count = strspn(digits, "0123456789");
        const long number = count == 2 || count == 4 ? strtol(digits, NULL, 10) : -1;
        if (number < 0 || (count == 4 && (number < 2001 || number > 2099))) return false;
        *level = levels[i].level;
        *year = (int)(count == 2 ? 2000 + number : number);
        return true;
    }
    return false;
}

const char *ig_vintage(const char *column, const char *const *codes, size_t count)
{
    enum { BUFFERS = 8, ROOM = 48 };
    static _Thread_local char buffers[BUFFERS][ROOM];
    static _Thread_local unsigned turn;
    const char *level = NULL;
    int year = 0;
    size_t lsoa = 0, newer = 0, wards = 0, wards18 = 0, wards25 = 0;
    for (size_t i = 0; i < count; i++) {
        if (ig_code_is_lsoa(codes[i])) {
            lsoa++;
            newer += ig_code_is_lsoa21(codes[i]);
        } else if (codes[i] && ig_is_ons_code(codes[i]) && strncmp(codes[i], "E05", 3) == 0) {
            const long number = strtol(codes[i] + 3, NULL, 10);
            wards++;
            wards18 += number > 11093;
            wards25 += number > 15926;
        }
    }
    if (newer) return "LSOA 2021"; // codes say more than a name
    if (named_edition(column, &level, &year)) {
        char *buffer = buffers[turn++ % BUFFERS];
        snprintf(buffer, ROOM, "%s %d", level, year);
        return buffer;
    }
    if (lsoa > 1000) return "LSOA 2011"; // a large set without one code of 2021
    if (wards25) return "wards 2025 or later";
    if (wards18) return "wards of 2018 or later";
    return wards ? "wards up to 2017" : NULL;
}
