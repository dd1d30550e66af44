// The measures of the gap again with all speeds changed alike: how much they hang on the speeds.
#include "access_internal.h"
#include "gap_internal.h"

#include <math.h>
#include <string.h>

/// Copy the rows of one table of measures behind those of the others.
static ig_status copy_rows(ig_result *to, size_t first, const ig_result *from, double speed)
{
    ig_status status = IG_OK;
    for (size_t r = 0; r < from->rows; r++)
        to->columns[0].number[first + r] = speed;
    for (size_t c = 0; !status && c < from->count; c++) {
        const ig_column *column = &from->columns[c];
        for (size_t r = 0; !status && r < from->rows; r++) {
            if (column->kind != IG_COLUMN_TEXT)
                to->columns[c + 1].number[first + r] = column->number[r];
            else
                status = ig_result_set_text(to, &to->columns[c + 1], first + r, column->text[r]);
        }
    }
    return status;
}

static ig_status columns_like(const ig_result *like, size_t rows, ig_result **out)
{
    ig_column *column;
    ig_status status = ig_result_new(rows, out);
    if (!status) status = ig_result_add(*out, "speed", IG_COLUMN_REAL, &column);
    for (size_t c = 0; !status && c < like->count; c++)
        status = ig_result_add(*out, like->columns[c].name, like->columns[c].kind, &column);
    return status;
}

/// Measures of minutes that are all so many times as long.
static ig_status measures_of(ig_ctx *ctx, const ig_gap_input *in, double times, ig_result **out)
{
    struct gap gap;
    ig_gap_input slower = *in;
    double *minutes = ig_alloc(in->areas + 1, sizeof *minutes);
    if (!minutes) return IG_EMEMORY;
    for (size_t a = 0; a < in->areas; a++)
        minutes[a] = in->minutes_mean[a] * times;
    slower.minutes_mean = minutes;
    ig_status status = ig_gap_open(ctx, &slower, false, &gap);
    if (!status) status = ig_gap_measures(&slower, &gap, out);
    ig_gap_close(&gap);
    ig_free(minutes);
    return status;
}

ig_status ig_gap_at_speeds(ig_ctx *ctx, const ig_gap_input *in, const double *percent, size_t count,
                           ig_result **out)
{
    ig_result *result = NULL;
    ig_status status = IG_OK;
    for (size_t s = 0; s < count; s++)
        if (!(percent[s] > 0.0) || isinf(percent[s]))
            return ig_fail(ctx, IG_EINVAL, "a speed of %g percent", percent[s]);
    for (size_t s = 0; !status && s < count; s++) {
        ig_result *one = NULL;
        status = measures_of(ctx, in, 100.0 / percent[s], &one);
        if (!status && !result) status = columns_like(one, one->rows * count, &result);
        if (!status) status = copy_rows(result, s * one->rows, one, percent[s]);
        ig_result_free(one);
    }
    if (status) {
        if (status == IG_EMEMORY) ig_fail(ctx, status, "no memory for the measures of the gap");
        ig_result_free(result);
        return status;
    }
    *out = result;
    return IG_OK;
}
