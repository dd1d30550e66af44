// Small counts of tables that are not meant for publication (D1, preset hes).
#include "../rates/rates.h"
#include "link_internal.h"

#include <math.h>
#include <string.h>
#include <strings.h>

void protect_counts(double *values, bool *hidden, size_t count)
{
    const ig_disclosure hes = {IG_DISCLOSE_HES, 7.0};
    for (size_t i = 0; i < count; i++) {
        hidden[i] = ig_disclosure_hides(&hes, values[i]);
        values[i] = hidden[i] ? NAN : ig_disclosure_shown(&hes, values[i]);
    }
}

bool is_countlike_name(const char *name)
{
    static const char *const others[] = {"rank",    "decile",   "quintile", "quartile", "year",
                                         "code",    "month",    "score",    "index",    "rate",
                                         "easting", "northing", "id",       "line",     "percent"};
    for (const char *c = name; *c; c++) {
        if (c > name && ((c[-1] >= 'a' && c[-1] <= 'z') || (c[-1] >= 'A' && c[-1] <= 'Z')))
            continue;
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            const size_t length = strlen(others[i]);
            const char after = strncasecmp(c, others[i], length) == 0 ? c[length] : 'x';
            if (!((after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z'))) return false;
        }
    }
    return true;
}
