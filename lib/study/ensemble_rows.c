// Tables of an ensemble: areas with their spread, and members.
#include "ensemble_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

/// Least, median and greatest of an area's minutes, into the columns from `first`; how many members
/// there are in which somebody arrives.
static size_t spread(const struct running *r, const double *minutes, size_t area, double *values,
                     ig_column *columns, size_t first)
{
    size_t known = 0;
    for (size_t m = 0; m < r->members; m++) {
        const double own = minutes[m * r->areas + area];
        if (!isnan(own)) values[known++] = own;
    }
    if (!known) return 0;
    qsort(values, known, sizeof *values, by_value);
    columns[first].number[area] = values[0];
    columns[first + 1].number[area] =
        known & 1 ? values[known / 2] : 0.5 * (values[known / 2 - 1] + values[known / 2]);
    columns[first + 2].number[area] = values[known - 1];
    return known;
}

static ig_status add_columns(const struct running *r, ig_result *result, const char *const *names,
                             size_t count, const char *before)
{
    ig_column *column;
    ig_status status = IG_OK;
    for (size_t c = 0; c < count && !status; c++)
        status = ig_result_add(result, names[c], IG_COLUMN_REAL, &column);
    for (size_t m = 0; m < r->members && !status; m++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s", before, r->name[m]);
        status = ig_result_add(result, name, IG_COLUMN_REAL, &column);
    }
    return status;
}

ig_status ig_ensemble_area_rows(const struct running *r, ig_result **out)
{
    static const char *const names[] = {"people", "minutes_min", "minutes_median", "minutes_max",
                                        "members_unreached"};
    static const char *const common_names[] = {"people_common", "people_left_out",
                                               "minutes_common_min", "minutes_common_median",
                                               "minutes_common_max"};
    enum { PEOPLE = 1, LEAST, UNREACHED = 5, FIRST, SHARED = 5 };
    const struct common *common = &r->common;
    const size_t after = FIRST + r->members, first_common = after + SHARED;
    ig_result *result = NULL;
    ig_column *column;
    double *values = ig_alloc(r->members + 1, sizeof *values);
    ig_status status = values ? ig_result_new(r->areas, &result) : IG_EMEMORY;
    if (!status) status = ig_result_add(result, "area", IG_COLUMN_TEXT, &column);
    if (!status) status = add_columns(r, result, names, FIRST - PEOPLE, "minutes_");
    if (!status) status = add_columns(r, result, common_names, SHARED, "minutes_common_");
    for (size_t a = 0; a < r->areas && !status; a++) {
        ig_column *columns = result->columns;
        status = ig_result_set_text(result, &columns[0], a, ig_areas_code(r->in->areas, a));
        for (size_t m = 0; m < r->members; m++) {
            columns[FIRST + m].number[a] = r->minutes[m * r->areas + a];
            columns[first_common + m].number[a] = common->minutes[m * r->areas + a];
        }
        columns[PEOPLE].number[a] = r->people[a];
        columns[UNREACHED].number[a] =
            (double)(r->members - spread(r, r->minutes, a, values, columns, LEAST));
        columns[after].number[a] = common->people[a];
        columns[after + 1].number[a] = common->left_out[a];
        spread(r, common->minutes, a, values, columns, after + 2);
    }
    ig_free(values);
    if (status) {
        ig_result_free(result);
        return status;
    }
    *out = result;
    return IG_OK;
}

ig_status ig_ensemble_member_rows(const struct running *r, ig_result **out)
{
    const struct {
        const char *name;
        const double *values;
    } numbers[] = {{"minutes_mean", r->mean},
                   {"people_unreached", r->unreached},
                   {"minutes_mean_common", r->common.mean}};
    ig_result *result = NULL;
    ig_column *column = NULL;
    ig_status status = ig_result_new(r->members, &result);
    if (!status) status = ig_result_add(result, "member", IG_COLUMN_TEXT, &column);
    for (size_t m = 0; m < r->members && !status; m++)
        status = ig_result_set_text(result, column, m, r->name[m]);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers && !status; k++) {
        status = ig_result_add(result, numbers[k].name, IG_COLUMN_REAL, &column);
        if (!status) memcpy(column->number, numbers[k].values, r->members * sizeof(double));
    }
    if (status) {
        ig_result_free(result);
        return status;
    }
    *out = result;
    return IG_OK;
}
