// Editions of codes: which year's areas are these? By the column's name, else by the codes.
#include "link_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Facts of the published code sets. ONS gives a new code where a boundary changes, and numbers rise
// with time. Sources: lookups LSOA and MSOA 2011 to 2021 (ONS); ward lists of December 2011, 2014
// (as in the child measurement programme), December 2017 and May 2024 (ONS best-fit lookups).
static const struct {
    const char *prefix;
    long last_2011, last_2021;
} created[] = {
    {"E01", 33768, 35762}, {"W01", 1958, 2040}, {"E02", 6934, 7116}, {"W02", 423, 428}, {0}};

static const struct {
    long last;
    const char *after;
} wards[] = {{8936, "wards of 2012 or later"},
             {9437, "wards of 2015 or later"},
             {11093, "wards of 2018 or later"},
             {15926, "wards of 2025 or later"}};

/// Districts that began in April of a year (Local Government Changes for England).
static const struct {
    const char *code;
    int year;
} districts[] = {{"E06000058", 2019}, {"E06000059", 2019}, {"E07000244", 2019},
                 {"E07000245", 2019}, {"E07000246", 2019}, {"E06000060", 2020},
                 {"E06000061", 2021}, {"E06000062", 2021}, {"E06000063", 2023},
                 {"E06000064", 2023}, {"E06000065", 2023}, {"E06000066", 2023}};

static long number_after_prefix(const char *code)
{
    return strtol(code + 3, NULL, 10);
}

static bool has_ended(const char *code)
{
    for (const struct ended_codes *set = ended_codes; set->prefix; set++) {
        if (strncmp(code, set->prefix, 3) != 0) continue;
        const long number = number_after_prefix(code);
        size_t low = 0, high = set->count;
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (set->number[middle] < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < set->count && set->number[low] == number;
    }
    return false;
}

enum edition code_edition(const char *code)
{
    if (!ig_is_ons_code(code)) return EDITION_UNKNOWN;
    for (size_t i = 0; created[i].prefix; i++) {
        if (strncmp(code, created[i].prefix, 3) != 0) continue;
        const long number = number_after_prefix(code);
        if (number > created[i].last_2021) return EDITION_UNKNOWN;
        if (number > created[i].last_2011) return EDITION_2021;
        return has_ended(code) ? EDITION_2011 : EDITION_BOTH;
    }
    return EDITION_UNKNOWN;
}

// What a column's name says: "LSOA11CD", "lsoa21_code", "WD25CD", "LSOA code (2011)".
static bool named_edition(const char *column, const char **level, int *year)
{
    static const struct {
        const char *start, *level;
    } levels[] = {
        {"LSOA", "LSOA"},      {"MSOA", "MSOA"},      {"OA", "OA"},
        {"WARD", "wards"},     {"WD", "wards"},       {"LAD", "districts"},
        {"LTLA", "districts"}, {"UTLA", "districts"}, {"CTYUA", "counties and unitary districts"},
        {"RGN", "regions"},    {"SICBL", "SICBL"},    {"ICB", "ICB"},
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

static const char *small_area_edition(const char *const *codes, size_t count)
{
    size_t only_2011 = 0, only_2021 = 0;
    bool middle = false;
    for (size_t i = 0; i < count; i++) {
        const enum edition edition = code_edition(codes[i]);
        only_2011 += edition == EDITION_2011;
        only_2021 += edition == EDITION_2021;
        middle = middle || (edition > EDITION_BOTH && codes[i][2] == '2');
    }
    if (only_2021 && !only_2011) return middle ? "MSOA 2021" : "LSOA 2021";
    if (only_2011 && !only_2021) return middle ? "MSOA 2011" : "LSOA 2011";
    return NULL;
}

static const char *ward_edition(const char *const *codes, size_t count)
{
    long greatest = 0;
    for (size_t i = 0; i < count; i++) {
        if (!ig_is_ons_code(codes[i]) || strncmp(codes[i], "E05", 3) != 0) continue;
        const long number = number_after_prefix(codes[i]);
        if (number > greatest && number < 900000) greatest = number;
    }
    const char *edition = NULL;
    for (size_t i = 0; i < sizeof wards / sizeof *wards; i++) {
        if (greatest > wards[i].last) edition = wards[i].after;
    }
    return edition;
}

static int district_year(const char *const *codes, size_t count)
{
    int year = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t d = 0; codes[i] && d < sizeof districts / sizeof *districts; d++) {
            if (strcmp(codes[i], districts[d].code) == 0 && districts[d].year > year) {
                year = districts[d].year;
            }
        }
    }
    return year;
}

const char *ig_vintage(const char *column, const char *const *codes, size_t count)
{
    enum { BUFFERS = 8, ROOM = 48 };
    static _Thread_local char buffers[BUFFERS][ROOM];
    static _Thread_local unsigned turn;
    const char *small = small_area_edition(codes, count); // codes say more than a name
    if (small) return small;
    const char *level = NULL;
    int year = 0;
    char *buffer = buffers[turn++ % BUFFERS];
    if (named_edition(column, &level, &year)) {
        snprintf(buffer, ROOM, "%s %d", level, year);
        return buffer;
    }
    const char *ward = ward_edition(codes, count);
    if (ward) return ward;
    year = district_year(codes, count);
    if (!year) return NULL;
    snprintf(buffer, ROOM, "districts of April %d or later", year);
    return buffer;
}

// ---- why codes do not meet --------------------------------------------------------------------

static size_t count_editions(const struct lone_codes *lone, enum edition wanted)
{
    size_t count = 0;
    for (size_t i = 0; i < lone->count; i++)
        count += code_edition(lone->codes[i]) == wanted;
    return count;
}

/// 2011 on one side, 2021 on the other. A code that both share but that has no partner counts for
/// the side that has not the other edition's own.
static bool explain_census(const struct lone_codes *areas, const struct lone_codes *rows,
                           ig_text *hint)
{
    const size_t new_rows = count_editions(rows, EDITION_2021);
    const size_t new_areas = count_editions(areas, EDITION_2021);
    const size_t old_rows =
        count_editions(rows, EDITION_2011) + (new_areas ? count_editions(rows, EDITION_BOTH) : 0);
    const size_t old_areas =
        count_editions(areas, EDITION_2011) + (new_rows ? count_editions(areas, EDITION_BOTH) : 0);
    const bool newer_table =
        new_rows && old_areas && new_rows >= count_editions(rows, EDITION_2011);
    const bool newer_areas = new_areas && old_rows && !newer_table;
    if (!newer_table && !newer_areas) return false;
    const char *kind = "LSOA";
    const struct lone_codes *newer = newer_table ? rows : areas;
    for (size_t i = 0; i < newer->count; i++) {
        if (code_edition(newer->codes[i]) == EDITION_2021 && newer->codes[i][2] == '2') {
            kind = "MSOA";
        }
    }
    ig_text_format(
        hint,
        "%sthe editions seem to differ: %zu code%s of the %s without partner exist%s only in "
        "%s 2021, the %s are of 2011; carry the table over with 'isogap convert "
        "--lookup', or use boundaries of its edition",
        hint->length ? "; " : "", newer_table ? new_rows : new_areas,
        (newer_table ? new_rows : new_areas) == 1 ? "" : "s", newer_table ? "table" : "areas",
        (newer_table ? new_rows : new_areas) == 1 ? "s" : "", kind,
        newer_table ? "areas" : "rows of the table");
    return true;
}

/// The greatest code of a prefix, or NULL.
static const char *greatest_of(const struct lone_codes *lone, const char *prefix)
{
    const char *greatest = NULL;
    for (size_t i = 0; i < lone->count; i++) {
        if (!ig_is_ons_code(lone->codes[i]) || strncmp(lone->codes[i], prefix, 3) != 0) continue;
        if (!greatest || strcmp(lone->codes[i], greatest) > 0) greatest = lone->codes[i];
    }
    return greatest;
}

/// Codes of one kind without partner on both sides: the side with the higher numbers is the newer.
static bool explain_numbers(const struct lone_codes *areas, const struct lone_codes *rows,
                            ig_text *hint)
{
    static const struct {
        const char *prefix, *what;
    } kinds[] = {{"E05", "wards"},     {"W05", "wards"},     {"E06", "districts"},
                 {"E07", "districts"}, {"E08", "districts"}, {"E00", "output areas"},
                 {"E38", "SICBLs"},    {"E54", "ICBs"},      {"E10", "counties"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *ours = greatest_of(areas, kinds[i].prefix);
        const char *theirs = greatest_of(rows, kinds[i].prefix);
        if (!ours || !theirs) continue;
        const bool newer = strcmp(theirs, ours) > 0;
        ig_text_format(hint,
                       "%sthe editions of %s differ: the table is of a %s year (its %s against %s "
                       "of the areas; codes change with the boundaries and rise with time); carry "
                       "the table over with 'isogap convert --lookup', or use boundaries of its "
                       "year",
                       hint->length ? "; " : "", kinds[i].what, newer ? "later" : "earlier", theirs,
                       ours);
        return true;
    }
    return false;
}

void explain_editions(const struct lone_codes *areas, const struct lone_codes *rows, ig_text *hint)
{
    const char *ours_level = NULL, *theirs_level = NULL;
    int ours_year = 0, theirs_year = 0;
    if (explain_census(areas, rows, hint)) return;
    if (named_edition(areas->column, &ours_level, &ours_year) &&
        named_edition(rows->column, &theirs_level, &theirs_year) &&
        (strcmp(ours_level, theirs_level) != 0 || ours_year != theirs_year)) {
        ig_text_format(hint,
                       "%sthe column of the table (%s) says %s %d, that of the areas (%s) %s %d; "
                       "carry the table over with 'isogap convert --lookup', or use boundaries of "
                       "its edition",
                       hint->length ? "; " : "", ig_show(rows->column), theirs_level, theirs_year,
                       ig_show(areas->column), ours_level, ours_year);
        return;
    }
    explain_numbers(areas, rows, hint);
}
