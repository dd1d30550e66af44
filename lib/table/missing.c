// Markers of gaps: why a cell of a published table holds no number.
#include "table_internal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char suppressed[] = "suppressed", no_data[] = "no data", few[] = "too few events",
                  undefined[] = "undefined";

/// Markers and their reasons. Letters are compared without regard to case. Sources: Government
/// Analysis Function, symbols in tables ([c] confidential, [x] not available, [z] not applicable,
/// [low], [u] low reliability, [w], [k]); Department for Education (c, x, z, low, k, u, :, ~);
/// NHS Digital (*, **, .., s); Eurostat (:, u); spreadsheets (#N/A, #DIV/0!).
static const struct {
    const char *text, *reason;
} markers[] = {
    {"*", suppressed},
    {"**", suppressed},
    {"***", suppressed},
    {"c", suppressed},
    {"[c]", suppressed},
    {"(c)", suppressed},
    {"s", suppressed},
    {"[s]", suppressed},
    {"(s)", suppressed},
    {"suppressed", suppressed},
    {"supp", suppressed},
    {"[suppressed]", suppressed},
    {"confidential", suppressed},
    {"disclosive", suppressed},
    {"redacted", suppressed},
    {"withheld", suppressed},
    {"low", suppressed},
    {"[low]", suppressed},
    {"~", suppressed},
    {"k", suppressed},
    {"[k]", suppressed},
    {"u", few},
    {"[u]", few},
    {"too few events", few},
    {"too small to report", few},
    {"x", no_data},
    {"[x]", no_data},
    {"[w]", no_data},
    {"-", no_data},
    {"--", no_data},
    {"---", no_data},
    {"\xE2\x80\x93", no_data}, // en dash
    {"\xE2\x80\x94", no_data}, // em dash
    {"\xE2\x88\x92", no_data}, // minus sign
    {".", no_data},
    {"..", no_data},
    {"...", no_data},
    {"\xE2\x80\xA6", no_data}, // ellipsis
    {":", no_data},
    {"n/a", no_data},
    {"na", no_data},
    {"n.a.", no_data},
    {"n.a", no_data},
    {"[n/a]", no_data},
    {"#n/a", no_data},
    {"null", no_data},
    {"?", no_data},
    {"missing", no_data},
    {"not available", no_data},
    {"not known", no_data},
    {"unknown", no_data},
    {"no data", no_data},
    {"nodata", no_data},
    {"not collected", no_data},
    {"z", undefined},
    {"[z]", undefined},
    {"not applicable", undefined},
    {"not calculated", undefined},
    {"cannot be calculated", undefined},
    {"undefined", undefined},
    {"#div/0!", undefined},
    {"unreachable", "unreachable"},
};

static bool same(const char *text, const char *marker)
{
    for (; *text && *marker; text++, marker++) {
        if (tolower((unsigned char)*text) != *marker) return false;
    }
    return *text == *marker;
}

static const char *skip_blanks(const char *text)
{
    for (size_t width; (width = blank_at(text, strlen(text))) > 0;)
        text += width;
    return text;
}

/// A whole or decimal number without sign, with or without per cent sign; past it, or NULL.
static const char *skip_number(const char *text)
{
    const size_t digits = strspn(text, "0123456789,");
    if (digits == 0 || text[0] == ',') return NULL;
    text += digits;
    if (*text == '.') {
        text++;
        text += strspn(text, "0123456789");
    }
    text = skip_blanks(text);
    return *text == '%' ? text + 1 : text;
}

static const char *skip_words(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = 0;
        while (words[i][n] && tolower((unsigned char)text[n]) == words[i][n])
            n++;
        if (words[i][n] == '\0') return text + n;
    }
    return NULL;
}

/// "<5", "less than 5", "1-7", "1 to 7", ">95%": a number hidden in a range.
static bool is_range(const char *text)
{
    static const char *const bounds[] = {
        "<=",         "<",     ">=",        ">",    "\xE2\x89\xA4", "\xE2\x89\xA5", "less than",
        "fewer than", "under", "more than", "over", "at most",      "up to"};
    static const char *const links[] = {"-", "\xE2\x80\x93", "\xE2\x80\x94", "to "};
    const char *at = skip_words(text, bounds, sizeof bounds / sizeof *bounds);
    if (at) {
        at = skip_number(skip_blanks(at));
        return at && *skip_blanks(at) == '\0';
    }
    at = skip_number(text);
    if (!at) return false;
    at = skip_words(skip_blanks(at), links, sizeof links / sizeof *links);
    if (!at) return false;
    at = skip_number(skip_blanks(at));
    return at && *skip_blanks(at) == '\0';
}

const char *ig_marker_reason(const char *text)
{
    if (!text) return no_data;
    size_t length = strlen(text);
    const char *begin = text;
    trim_ends(&begin, &length);
    if (length == 0) return no_data;
    char copy[32];
    if (length >= sizeof copy) return NULL;
    memcpy(copy, begin, length);
    copy[length] = '\0';
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
        if (same(copy, markers[i].text)) return markers[i].reason;
    }
    return is_range(copy) ? suppressed : NULL;
}

bool ig_is_count_name(const char *name)
{
    static const char *const words[] = {
        "people",    "persons", "person",     "population",   "patients",    "patient",
        "count",     "counts",  "number",     "numbers",      "residents",   "households",
        "household", "deaths",  "births",     "cases",        "events",      "admissions",
        "children",  "adults",  "males",      "females",      "denominator", "numerator",
        "claimants", "total",   "registered", "appointments", "visits",      "users",
        "pop",
    };
    static const char *const not_counts[] = {
        "rate",       "ratio",  "per",   "percent", "percentage", "share",
        "%",          "change", "score", "index",   "difference", "mean",
        "proportion", "growth", "net",   "rank",    "decile",     "density"};
    bool counted = false;
    const char *c = name;
    while (*c) {
        size_t length = 0;
        while (isalnum((unsigned char)c[length]) || c[length] == '%')
            length++;
        for (size_t i = 0; length && i < sizeof not_counts / sizeof *not_counts; i++) {
            if (strlen(not_counts[i]) == length && strncasecmp(c, not_counts[i], length) == 0) {
                return false;
            }
        }
        for (size_t i = 0; length && i < sizeof words / sizeof *words; i++) {
            counted =
                counted || (strlen(words[i]) == length && strncasecmp(c, words[i], length) == 0);
        }
        c += length ? length : 1;
    }
    return counted;
}
