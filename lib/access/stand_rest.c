// What areas leave of the cells of a grid of people: who lives in none of them, who in two, and the
// cells that are given away whole. Stripes of rows are looked over by all threads, and their sums
// put together from north to south.
#include "access_internal.h"

#include <stdatomic.h>
#include <string.h>

struct stripe_sums {
    double outside, twice;
    int64_t negative, first; ///< cells below 0 or infinite, and the first of them; -1: none
};

struct looking {
    ig_ctx *ctx;
    const ig_coverage *coverage;
    const ig_grid *people;
    struct rest *rest;
    struct stripe_sums *sums;
    size_t *start, *area; ///< areas with runs in a stripe, in order: area[start[i]] and on
    atomic_size_t next;
};

/// One thread's means.
struct bench {
    double *covered;
    float *values;
    size_t count, room;
};

static size_t stripe_of(int64_t row)
{
    return (size_t)(row / REST_ROWS);
}

/// Which areas lie in which stripes: counted (fill NULL) or written down.
static void visit_areas(struct looking *l, size_t *fill)
{
    for (size_t a = 0; a < l->coverage->areas; a++) {
        const ig_runs runs = l->coverage->area[a];
        if (runs.first == runs.end) continue;
        const size_t last = stripe_of(runs.end[-1].row);
        for (size_t i = stripe_of(runs.first->row); i <= last; i++) {
            if (fill)
                l->area[fill[i]++] = a;
            else
                l->start[i + 1]++;
        }
    }
}

static bool list_areas(struct looking *l, size_t stripes)
{
    size_t *fill = ig_alloc(stripes + 1, sizeof *fill);
    l->start = ig_alloc(stripes + 1, sizeof *l->start);
    if (fill && l->start) {
        visit_areas(l, NULL);
        for (size_t i = 0; i < stripes; i++) {
            fill[i] = l->start[i];
            l->start[i + 1] += l->start[i];
        }
        l->area = ig_alloc(l->start[stripes] + 1, sizeof *l->area);
        if (l->area) visit_areas(l, fill);
    }
    ig_free(fill);
    return l->area != NULL;
}

/// First run of an area at or south of a row.
static const ig_run *first_run(ig_runs runs, int64_t row)
{
    while (runs.first < runs.end) {
        const ig_run *middle = runs.first + (runs.end - runs.first) / 2;
        if (middle->row < row)
            runs.first = middle + 1;
        else
            runs.end = middle;
    }
    return runs.first;
}

/// Share of each cell of a stripe that all areas cover, added up in order of areas.
static void cover_stripe(const struct looking *l, size_t stripe, int64_t from, int64_t to,
                         double *covered)
{
    const int64_t cols = l->people->frame.cols;
    memset(covered, 0, (size_t)((to - from) * cols) * sizeof *covered);
    for (size_t k = l->start[stripe]; k < l->start[stripe + 1]; k++) {
        const ig_runs runs = l->coverage->area[l->area[k]];
        for (const ig_run *r = first_run(runs, from); r < runs.end && r->row < to; r++) {
            double *here = covered + (r->row - from) * cols + r->col;
            for (int64_t c = 0; c < r->cells; c++)
                here[c] += r->fraction;
        }
    }
}

/// Nothing to be said of these cells: one area covers each, or several to the last bit, and its
/// people are a number from 0 on. By the bits of both, so that a machine compares many at once.
static bool plain_cells(const float *people, const double *covered, int64_t count)
{
    const double whole = 1.0;
    uint64_t one, differ = 0;
    uint32_t odd = 0;
    memcpy(&one, &whole, sizeof one);
    for (int64_t i = 0; i < count; i++) {
        uint64_t share;
        uint32_t number;
        memcpy(&share, covered + i, sizeof share);
        memcpy(&number, people + i, sizeof number);
        differ |= share ^ one;
        odd |= number | (number + 0x00800000u); // the sign, or what follows the last finite number
    }
    return differ == 0 && odd >> 31 == 0;
}

static void look_at_people(float people, double covered, int64_t cell, struct stripe_sums *sums)
{
    if (people < 0.0f || isinf(people)) {
        if (sums->first < 0) sums->first = cell;
        sums->negative++;
    } else if (people > 0.0f && !(fabs(1.0 - covered) < 1e-5)) {
        const double left = 1.0 - covered;
        sums->outside += left > 0.0 ? (double)people * left : 0.0;
        sums->twice -= left > 0.0 ? 0.0 : (double)people * left;
    }
}

/// Up to 64 cells from `first` on, whose rests are put down where they are uneven.
static bool look_at_cells(const struct looking *l, struct bench *b, int64_t first, int64_t count,
                          const double *covered, struct stripe_sums *sums)
{
    enum { FEW = 8 };
    if (!ig_grow((void **)&b->values, &b->room, b->count + 64, sizeof *b->values)) return false;
    const float *people = l->people->cells + first;
    uint64_t uneven = 0;
    l->rest->before[first >> 6] = b->count;
    for (int64_t from = 0; from < count; from += FEW) {
        const int64_t to = from + FEW < count ? from + FEW : count;
        if (to - from == FEW && plain_cells(people + from, covered + from, FEW)) continue;
        for (int64_t i = from; i < to; i++) {
            const float rest = (float)(1.0 - covered[i]);
            const double all = 1.0 - (double)rest;
            if (all != 1.0 && fabs(all - 1.0) < 1e-5) {
                uneven |= UINT64_C(1) << i;
                b->values[b->count++] = rest;
            }
            look_at_people(people[i], covered[i], first + i, sums);
        }
    }
    l->rest->uneven[first >> 6] = uneven;
    return true;
}

static bool look_at_stripe(const struct looking *l, struct bench *b, size_t stripe)
{
    const int64_t cols = l->people->frame.cols, rows = l->people->frame.rows;
    const int64_t from = (int64_t)stripe * REST_ROWS;
    const int64_t to = from + REST_ROWS < rows ? from + REST_ROWS : rows;
    struct stripe_sums sums = {.first = -1};
    cover_stripe(l, stripe, from, to, b->covered);
    b->count = 0;
    for (int64_t c = from * cols; c < to * cols; c += 64) { // stripes begin at whole words
        const int64_t left = to * cols - c;
        if (!look_at_cells(l, b, c, left < 64 ? left : 64, b->covered + (c - from * cols), &sums))
            return false;
    }
    l->sums[stripe] = sums;
    float *kept = ig_alloc(b->count + 1, sizeof *kept);
    l->rest->values[stripe] = kept;
    if (kept && b->count) memcpy(kept, b->values, b->count * sizeof *kept);
    return kept != NULL;
}

static ig_status look_at_stripes(int worker, int workers, void *arg)
{
    (void)worker;
    (void)workers;
    struct looking *l = arg;
    struct bench bench = {
        .covered = ig_alloc((size_t)l->people->frame.cols, REST_ROWS * sizeof *bench.covered)};
    ig_status status = bench.covered ? IG_OK : IG_EMEMORY;
    while (!status) {
        const size_t stripe = atomic_fetch_add(&l->next, 1);
        if (stripe >= l->rest->stripes) break;
        if (ig_ctx_cancelled(l->ctx))
            status = IG_ECANCELLED;
        else if (!look_at_stripe(l, &bench, stripe))
            status = IG_EMEMORY;
    }
    ig_free(bench.covered);
    ig_free(bench.values);
    return status;
}

static ig_status check_people(ig_ctx *ctx, const ig_grid *people, const struct stripe_sums *all)
{
    if (!all->negative) return IG_OK;
    ig_fail(ctx, IG_EFORMAT,
            "the population grid has %lld cells that are negative or infinite, the first %g at row "
            "%lld, column %lld (from 0)",
            (long long)all->negative, (double)people->cells[all->first],
            (long long)(all->first / people->frame.cols),
            (long long)(all->first % people->frame.cols));
    return ig_hint(ctx, "name the value that means nodata with --nodata, or mend the grid");
}

static ig_status sum_up(ig_ctx *ctx, const struct looking *l, bool tell, double *outside)
{
    struct stripe_sums all = {.first = -1};
    for (size_t i = 0; i < l->rest->stripes; i++) {
        all.outside += l->sums[i].outside;
        all.twice += l->sums[i].twice;
        all.negative += l->sums[i].negative;
        if (all.first < 0) all.first = l->sums[i].first;
    }
    *outside = all.outside;
    const ig_status status = check_people(ctx, l->people, &all);
    if (!status && all.twice > 0.0 && tell)
        ig_warn(ctx, "areas overlap: %g people of the population grid are counted in two areas",
                all.twice);
    return status;
}

ig_status ig_rest_new(ig_ctx *ctx, const ig_coverage *coverage, const ig_grid *people, bool tell,
                      struct rest *rest, double *outside)
{
    const size_t stripes = stripe_of(people->frame.rows - 1) + 1;
    const size_t words = (size_t)ig_frame_cells(&people->frame) / 64 + 1;
    *rest = (struct rest){
        .uneven = ig_alloc(words, sizeof *rest->uneven),
        .before = ig_alloc(words, sizeof *rest->before),
        .values = ig_alloc(stripes, sizeof *rest->values),
        .stripes = stripes,
    };
    struct looking l = {.ctx = ctx, .coverage = coverage, .people = people, .rest = rest};
    l.sums = ig_alloc(stripes, sizeof *l.sums);
    const bool room = rest->uneven && rest->before && rest->values && l.sums;
    ig_status status = room && list_areas(&l, stripes) ? IG_OK : IG_EMEMORY;
    if (!status) status = ig_parallel_workers(ctx, look_at_stripes, &l);
    if (!status) status = sum_up(ctx, &l, tell, outside);
    ig_free(l.sums);
    ig_free(l.start);
    ig_free(l.area);
    return status;
}

void ig_rest_free(struct rest *rest)
{
    for (size_t i = 0; rest->values && i < rest->stripes; i++)
        ig_free(rest->values[i]);
    ig_free(rest->values);
    ig_free(rest->uneven);
    ig_free(rest->before);
}
