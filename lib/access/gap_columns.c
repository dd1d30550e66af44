// An access as the columns that a gap is made from.
#include "access_internal.h"

#include <math.h>

void ig_gap_columns_free(ig_gap_columns *columns)
{
    if (!columns) return;
    ig_free(columns->numbers);
    ig_free(columns->within);
    ig_free(columns);
}

ig_status ig_gap_columns_new(ig_ctx *ctx, const ig_access *access, ig_gap_input *input,
                             ig_gap_columns **out)
{
    const size_t areas = access->areas, thresholds = access->thresholds;
    size_t numbers;
    ig_gap_columns *c = ig_alloc(1, sizeof *c);
    if (c && ig_product(areas, thresholds + 3, &numbers)) {
        c->numbers = ig_alloc(numbers + 1, sizeof *c->numbers);
        c->within = ig_alloc(thresholds + 1, sizeof *c->within);
    }
    if (!c || !c->numbers || !c->within) {
        ig_gap_columns_free(c);
        return ig_fail(ctx, IG_EMEMORY, "no memory for the columns of %zu areas", areas);
    }
    double *people = c->numbers, *reached = people + areas, *mean = reached + areas;
    for (size_t a = 0; a < areas; a++) {
        const ig_access_row *row = &access->rows[a];
        people[a] = row->people;
        reached[a] = row->people_reached;
        mean[a] = row->minutes_mean;
        for (size_t t = 0; t < thresholds; t++)
            mean[(t + 1) * areas + a] = row->within[t];
    }
    for (size_t t = 0; t < thresholds; t++)
        c->within[t] = mean + (t + 1) * areas;
    input->areas = areas;
    input->people = people;
    input->people_reached = reached;
    input->minutes_mean = mean;
    input->thresholds = thresholds;
    input->threshold = access->threshold;
    input->within = c->within;
    *out = c;
    return IG_OK;
}
