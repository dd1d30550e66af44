// The two-sided scale of change, and figures looked up in the rows.
#include "assess_internal.h"

#include <math.h>
#include <string.h>

/// Bounds beyond one minute for changes of at most so many minutes.
static const struct bounds {
    double most, middle, outer;
} bounds[] = {{5, 2, 3},    {10, 3, 5},    {20, 5, 10},        {40, 5, 20},
              {80, 10, 30}, {160, 15, 60}, {INFINITY, 30, 120}};

static const struct bounds *bounds_for(double most)
{
    const struct bounds *b = bounds;
    while (most > b->most)
        b++;
    return b;
}

ig_status change_scale_new(ig_ctx *ctx, const ig_change *change, struct change_scale *out)
{
    enum { CLASSES = 7 };
    *out = (struct change_scale){0};
    double *values = ig_alloc(change->areas + 1, sizeof *values), most = 0.0;
    out->colours = ig_alloc(CLASSES + 1, sizeof *out->colours);
    if (!values || !out->colours) {
        ig_free(values);
        return ig_fail(ctx, IG_EMEMORY, "no memory for the classes of change");
    }
    for (size_t a = 0; a < change->areas; a++) {
        values[a] = change->rows[a].minutes;
        if (!isnan(values[a])) most = fmax(most, fabs(values[a]));
    }
    const struct bounds *b = bounds_for(most);
    const double cap = fmax(ceil(most), b->outer + 1.0);
    const double upper[CLASSES] = {-b->outer, -b->middle, -1, 1, b->middle, b->outer, cap};
    ig_status status =
        ig_classify(values, change->areas, IG_CLASS_MANUAL, CLASSES, upper, CLASSES, &out->breaks);
    if (status == IG_EUNDEFINED) status = IG_OK; // nobody is reached both times: no classes
    if (!status && out->breaks) {
        out->breaks->lower[0] = -cap; // as far below as above, whatever the least change is
        status = ig_palette(ctx, "PuOr", out->breaks->classes, true, out->colours);
    }
    if (status) ig_fail(ctx, status, "no classes of change: %s", ig_status_text(status));
    out->style = (ig_style){.column = "minutes_change",
                            .title = "Change in minutes to the nearest site",
                            .unit = "minutes",
                            .breaks = out->breaks,
                            .method = IG_CLASS_MANUAL,
                            .colours = out->colours,
                            .gaps = out->breaks && out->breaks->missing > 0};
    ig_free(values);
    return status;
}

void change_scale_free(struct change_scale *scale)
{
    ig_breaks_free(scale->breaks);
    ig_free(scale->colours);
}

double row_value(const ig_result *rows, const char *grouping, const char *group, const char *column)
{
    const ig_column *values = ig_result_find(rows, column);
    for (size_t r = 0; values && r < rows->rows; r++)
        if (strcmp(rows->columns[0].text[r], grouping) == 0 &&
            strcmp(rows->columns[1].text[r], group) == 0)
            return values->number[r];
    return NAN;
}

const char *fate_word(ig_assess_fate fate)
{
    static const char *const words[] = {"kept", "closed", "opened", "moved"};
    return words[fate];
}
