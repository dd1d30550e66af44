/// Surfaces of a mode on plain ground, and roads of OpenStreetMap's tags.
#ifndef ISOGAP_TESTS_COST_PLAIN_H
#define ISOGAP_TESTS_COST_PLAIN_H

#include "made.h"

#define ROAD(tags, line) "\"highway\":" tags "|LineString|" line

static inline ig_cost_options options_of(const char *mode, double cell)
{
    ig_cost_options o = ig_cost_defaults();
    o.mode = mode;
    o.cell = cell;
    o.buffer = 0;
    return o;
}

static inline ig_surface *surface_of(const ig_cost_options *o, ig_cost_report *report,
                                     struct made_words *words)
{
    static struct made_words own;
    ig_surface *s = NULL;
    if (!words) words = &own;
    if (made_surface(o, &s, report, words) != IG_OK) print_error("%s\n", words->text);
    assert_non_null(s);
    return s;
}

#endif
