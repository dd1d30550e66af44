// Small counts of tables that are not meant for publication (D1, preset hes).
#include "link_internal.h"

#include <math.h>
#include <string.h>
#include <strings.h>

void protect_counts(double *values, bool *hidden, size_t count)
{
    // NHS Digital, disclosure control for Hospital Episode Statistics (2018)
    for (size_t i = 0; i < count; i++) {
        hidden[i] = values[i] >= 1.0 && values[i] <= 7.0;
        if (hidden[i]) {
            values[i] = NAN;
        } else if (values[i] > 7.0) {
            values[i] = 5.0 * floor((values[i] + 2.5) / 5.0);
        }
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
