// The fewest sites that cover all, and the least greatest time: bisection over the times.
#include "siting_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- lscp -------------------------------------------------------------------------------------------

ig_status solve_fewest(ig_ctx *ctx, struct instance *in, struct answer *out)
{
    out->open = ig_alloc(in->m + 1, sizeof *out->open);
    if (!out->open) return IG_EMEMORY;
    ig_status status =
        cover_fewest(ctx, in, in->options.threshold, out->open, &out->bound, &out->proven);
    if (status) return status;
    out->method = "set cover by CBC";
    in->k = 0;
    for (size_t j = 0; j < in->m; j++)
        in->k += out->open[j];
    if (!out->proven || sets_of(in->m, in->k) * (double)in->n > in->options.enumerate) return IG_OK;
    struct found found;
    status = enumerate_sets(ctx, in, in->k, INFINITY, INFINITY, &found);
    if (status) return status;
    memcpy(out->open, found.open, in->m * sizeof *found.open);
    out->optima = found.optima;
    out->least_codes = true;
    ig_free(found.open);
    return IG_OK;
}

// ---- p-center ---------------------------------------------------------------------------------------

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double *distinct_times(const struct instance *in, bool all, size_t *count)
{
    const ig_siting_problem *p = in->problem;
    const size_t entries = in->start[in->n], room = all ? p->start[p->demands] : entries;
    double *times = ig_alloc(room + in->n + 1, sizeof *times);
    if (!times) return NULL;
    size_t n = 0, kept = 0;
    for (size_t e = 0; !all && e < entries; e++)
        times[n++] = in->minutes[e];
    for (size_t e = 0; all && e < room; e++)
        times[n++] = p->minutes[e];
    for (size_t i = 0; i < in->n; i++)
        if (in->base[i] < INFINITY) times[n++] = in->base[i];
    qsort(times, n, sizeof *times, by_value);
    for (size_t t = 0; t < n; t++)
        if (t == 0 || times[t] != times[kept - 1]) times[kept++] = times[t];
    *count = kept;
    return times;
}

enum within { WITHIN_YES, WITHIN_NO, WITHIN_UNKNOWN };

/// Can k candidates serve all but `unreached` people within `threshold`?
static ig_status serve_within(ig_ctx *ctx, const struct instance *in, double threshold,
                              double unreached, bool *open, enum within *out)
{
    static const double one[SITING_GROUPS] = {1, 1, 1, 1, 1, 1};
    struct costs c;
    struct median_answer a = {0};
    const double most = unreached + SITING_TIE * fmax(1.0, unreached);
    ig_status status = costs_new(in, &c);
    if (status) return status;
    price_cover(in, threshold, one, &c);
    c.median.enough = c.median.hopeless = most;
    c.median.most_nodes = 2000;
    status = median_solve(ctx, &c.median, NULL, NULL, false, &a);
    *out = WITHIN_UNKNOWN;
    if (!status && a.cost <= most) {
        *out = WITHIN_YES;
        memcpy(open, a.open, in->m * sizeof *open);
    } else if (!status && a.bound > most) {
        *out = WITHIN_NO;
    }
    median_answer_free(&a);
    costs_free(&c);
    if (status || *out != WITHIN_UNKNOWN || unreached > 0.0 || out_of_time(in)) return status;
    bool *cover = ig_alloc(in->m + 1, sizeof *cover), proven = false;
    double bound = 0.0, used = 0.0;
    if (!cover) return IG_EMEMORY;
    status = cover_fewest(ctx, in, threshold, cover, &bound, &proven);
    for (size_t j = 0; !status && j < in->m; j++)
        used += cover[j];
    if (!status && used <= (double)in->k && proven) {
        *out = WITHIN_YES;
        memcpy(open, cover, in->m * sizeof *open);
    } else if (!status && bound > (double)in->k + 1e-6) {
        *out = WITHIN_NO;
    }
    ig_free(cover);
    return status;
}

/// Candidates that are not needed are opened in order of code until there are k.
static void fill_up(const struct instance *in, bool *open)
{
    size_t have = 0;
    for (size_t j = 0; j < in->m; j++)
        have += open[j];
    for (size_t j = 0; j < in->m && have < in->k; j++) {
        have += !open[j];
        open[j] = true;
    }
}

ig_status solve_p_center(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    struct reach reach;
    size_t count = 0, low = 0, high;
    double *times = distinct_times(in, false, &count);
    out->open = ig_alloc(in->m + 1, sizeof *out->open);
    if (!times || !out->open || count == 0) {
        ig_free(times);
        return IG_EMEMORY;
    }
    ig_status status = least_unreached(ctx, in, NULL, &reach);
    enum within within = WITHIN_NO;
    bool sure = reach.proven, closed = true;
    high = count - 1; // everybody who is reached is within the longest time
    if (!status) status = serve_within(ctx, in, times[high], reach.least, out->open, &within);
    while (!status && low < high && !out_of_time(in)) {
        const size_t middle = low + (high - low) / 2;
        status = serve_within(ctx, in, times[middle], reach.least, out->open, &within);
        if (within == WITHIN_YES) {
            high = middle;
        } else {
            if (within == WITHIN_UNKNOWN) closed = false; // what is below is not proven either
            if (closed) out->bound = times[middle + 1];
            low = middle + 1;
        }
    }
    if (isnan(out->bound)) out->bound = times[0];
    out->proven = sure && closed && low >= high;
    if (out->proven) out->bound = times[high];
    if (!sure) out->bound = NAN;
    if (!status) fill_up(in, out->open);
    out->method = "bisection over the times with set cover";
    ig_free(times);
    return status;
}
