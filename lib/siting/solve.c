// From an objective to the method that answers it: all sets where they are few, else bounds.
#include "siting_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- medians with costs by objective --------------------------------------------------------------

/// Costs of an objective as a median: arrays are its own.
struct costs {
    struct median median;
    size_t *end;
    double *weight, *base;
};

static void costs_free(struct costs *c)
{
    ig_free(c->end);
    ig_free(c->weight);
    ig_free(c->base);
}

static ig_status costs_new(const struct instance *in, struct costs *c)
{
    *c = (struct costs){.end = ig_alloc(in->n + 1, sizeof *c->end)};
    c->weight = ig_alloc(in->n + 1, sizeof *c->weight);
    c->base = ig_alloc(in->n + 1, sizeof *c->base);
    if (!c->end || !c->weight || !c->base) {
        costs_free(c);
        return IG_EMEMORY;
    }
    c->median = (struct median){.n = in->n,
                                .m = in->m,
                                .k = in->k,
                                .start = in->start,
                                .end = c->end,
                                .site = in->site,
                                .minutes = in->minutes,
                                .weight = c->weight,
                                .base = c->base,
                                .enough = -INFINITY,
                                .hopeless = INFINITY,
                                .deadline = in->deadline};
    return IG_OK;
}

static bool whole_people(const struct instance *in)
{
    for (size_t i = 0; i < in->n; i++)
        if (in->people[i] != floor(in->people[i])) return false;
    return true;
}

/// Each person beyond `threshold` costs what `price` says of the group.
static void price_cover(const struct instance *in, double threshold, const double *price,
                        struct costs *c)
{
    for (size_t g = 0; g < SITING_GROUPS; g++)
        for (size_t i = in->group_start[g]; i < in->group_start[g + 1]; i++) {
            size_t end = in->start[i];
            while (end < in->start[i + 1] && in->minutes[end] <= threshold)
                end++;
            c->end[i] = end;
            c->weight[i] = 0.0;
            const bool covered = in->base[i] < INFINITY && in->base[i] <= threshold;
            c->base[i] = covered ? 0.0 : price[g] * in->people[i];
            if (c->base[i] == 0.0) c->end[i] = in->start[i];
        }
    c->median.whole = whole_people(in);
}

/// Each minute of a person costs what `price` says of the group, a person unreached `unreached`.
static void price_minutes(const struct instance *in, const double *price, double unreached,
                          struct costs *c)
{
    for (size_t g = 0; g < SITING_GROUPS; g++)
        for (size_t i = in->group_start[g]; i < in->group_start[g + 1]; i++) {
            const bool reached = in->base[i] < INFINITY;
            c->end[i] = in->start[i + 1];
            c->weight[i] = price[g] * in->people[i];
            c->base[i] = reached ? c->weight[i] * in->base[i] : unreached * in->people[i];
            if (reached && c->weight[i] == 0.0) c->end[i] = in->start[i];
        }
    c->median.whole = false;
}

static double longest(const struct instance *in)
{
    double most = 0.0;
    for (size_t i = 0; i < in->n; i++) {
        if (in->base[i] < INFINITY) most = fmax(most, in->base[i]);
        if (in->start[i + 1] > in->start[i]) most = fmax(most, in->minutes[in->start[i + 1] - 1]);
    }
    return most;
}

// ---- people whom nobody can help ------------------------------------------------------------------

/// Least people left unreached by k candidates, of those whom some site could reach.
struct reach {
    double least;
    bool proven;
};

static ig_status least_unreached(ig_ctx *ctx, const struct instance *in, const bool *hint,
                                 struct reach *out)
{
    static const double one[SITING_GROUPS] = {1, 1, 1, 1, 1, 1};
    struct costs c;
    struct median_answer a = {0};
    ig_status status = costs_new(in, &c);
    if (status) return status;
    price_cover(in, INFINITY, one, &c);
    c.median.enough = 0.0;
    status = median_solve(ctx, &c.median, hint, false, &a);
    if (!status) *out = (struct reach){a.cost, a.cost <= 0.0 || near_equal(a.bound, a.cost)};
    if (!status && c.median.whole) out->proven = out->proven || a.bound > a.cost - 1.0 + 1e-6;
    ig_free(a.open);
    costs_free(&c);
    return status;
}

static double unreached_by(const struct instance *in, const bool *open)
{
    double people = 0.0;
    for (size_t i = 0; i < in->n; i++) {
        bool reached = in->base[i] < INFINITY;
        for (size_t e = in->start[i]; !reached && e < in->start[i + 1]; e++)
            reached = open[in->site[e]];
        if (!reached) people += in->people[i];
    }
    return people;
}

static double people_in(const struct instance *in, size_t group)
{
    double people = 0.0;
    for (size_t i = in->group_start[group]; i < in->group_start[group + 1]; i++)
        people += in->people[i];
    return people;
}

// ---- p-median and the mean of CORE20 ----------------------------------------------------------------

/// Least minutes times price after the least unreached: a price on being unreached that is raised
/// until the answer leaves no more unreached than must be. Any price gives a bound that holds.
/// @param[out] total bound of the priced minutes of the people reached
static ig_status solve_minutes(ig_ctx *ctx, const struct instance *in, const double *price,
                               const bool *hint, struct answer *out, double *total)
{
    struct costs c;
    struct median_answer a = {0};
    struct reach reach = {0.0, true};
    double greatest = 0.0, penalty;
    ig_status status = costs_new(in, &c);
    if (status) return status;
    for (size_t g = 0; g < SITING_GROUPS; g++)
        greatest = fmax(greatest, price[g]);
    penalty = 4.0 * greatest * (longest(in) + 1.0);
    for (int attempt = 0; !status && attempt < 4; attempt++, penalty *= 100.0) {
        price_minutes(in, price, penalty, &c);
        ig_free(a.open);
        a = (struct median_answer){0};
        status = median_solve(ctx, &c.median, hint, true, &a);
        if (status) break;
        const double left = unreached_by(in, a.open);
        if (left > 0.0 && attempt == 0) status = least_unreached(ctx, in, a.open, &reach);
        *total = a.bound - penalty * reach.least;
        out->proven = reach.proven && near_equal(left, reach.least) &&
                      a.cost - a.bound <= SITING_TIE * fmax(1.0, a.cost - penalty * left);
        if (!reach.proven || !near_equal(left, reach.least)) *total = NAN;
        if (near_equal(left, reach.least) || out_of_time(in)) break;
    }
    if (!status) {
        out->open = a.open;
        out->optima = a.counted && out->proven ? a.optima : NAN;
        out->least_codes = a.counted && out->proven;
        out->method = "vertex substitution, Lagrangian bound, branch and bound";
    }
    costs_free(&c);
    return status;
}

static ig_status solve_p_median(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    static const double one[SITING_GROUPS] = {1, 1, 1, 1, 1, 1};
    double total;
    ig_status status = solve_minutes(ctx, in, one, NULL, out, &total);
    if (status) return status;
    const double reached = in->total - in->out - unreached_by(in, out->open);
    out->bound = reached > 0.0 ? fmax(0.0, total) / reached : NAN;
    if (isnan(total)) out->bound = NAN;
    return IG_OK;
}

static ig_status solve_core20_mean(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    static const double core20[SITING_GROUPS] = {1, 0, 0, 0, 0, 0};
    double total;
    ig_status status = solve_minutes(ctx, in, core20, NULL, out, &total);
    if (status) return status;
    const double core = people_in(in, 0);
    out->bound = core > 0.0 && !isnan(total) ? fmax(0.0, total) / core : NAN;
    if (unreached_by(in, out->open) > 0.0) { // the people that the mean is over may differ
        out->proven = out->least_codes = false;
        out->optima = NAN;
    }
    return IG_OK;
}

// ---- cover ------------------------------------------------------------------------------------------

static ig_status solve_cover(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    const bool core20_first = in->options.objective == IG_SITING_CORE20_COVERAGE;
    const double first = core20_first ? (in->total + 1.0) * (whole_people(in) ? 1.0 : 1e3) : 0.0;
    const double price[SITING_GROUPS] = {1.0 + first, 1, 1, 1, 1, 1};
    struct costs c;
    struct median_answer a;
    ig_status status = costs_new(in, &c);
    if (status) return status;
    price_cover(in, in->options.threshold, price, &c);
    status = median_solve(ctx, &c.median, NULL, true, &a);
    if (!status) {
        double all = 0.0;
        for (size_t i = 0; i < in->n; i++)
            all += in->people[i];
        out->open = a.open;
        out->proven = c.median.whole ? a.bound > a.cost - 1.0 + 1e-6
                                     : a.cost - a.bound <= SITING_TIE * fmax(1.0, a.cost);
        out->optima = a.counted && out->proven ? a.optima : NAN;
        out->least_codes = a.counted && out->proven;
        out->bound = core20_first ? people_in(in, 0) - fmax(0.0, (a.bound - all) / (1.0 + first))
                                  : all - fmax(0.0, a.bound);
        if (c.median.whole) out->bound = floor(out->bound + 1e-6);
        out->method = "vertex substitution, Lagrangian bound, branch and bound";
    }
    costs_free(&c);
    return status;
}

// ---- lscp -------------------------------------------------------------------------------------------

static ig_status solve_fewest(ig_ctx *ctx, struct instance *in, struct answer *out)
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
    status = median_solve(ctx, &c.median, NULL, false, &a);
    *out = WITHIN_UNKNOWN;
    if (!status && a.cost <= most) {
        *out = WITHIN_YES;
        memcpy(open, a.open, in->m * sizeof *open);
    } else if (!status && a.bound > most) {
        *out = WITHIN_NO;
    }
    ig_free(a.open);
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

static ig_status solve_p_center(ig_ctx *ctx, const struct instance *in, struct answer *out)
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

// ---- equity -----------------------------------------------------------------------------------------

/// No set's worst mean is below the best of any weighted mean of the quintiles (weak duality).
static ig_status bound_worst_quintile(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    double lambda[QUINTILES], price[SITING_GROUPS] = {0}, people[QUINTILES];
    double *minutes = ig_alloc(in->n + 1, sizeof *minutes);
    ig_status status = minutes ? IG_OK : IG_EMEMORY;
    double best = 0.0;
    for (size_t g = 0; g < QUINTILES; g++) {
        people[g] = people_in(in, g);
        lambda[g] = people[g] > 0.0;
    }
    for (int round = 0; !status && round < 12 && !out_of_time(in); round++) {
        double sum = 0.0, mean = 0.0, total;
        struct sums sums;
        struct answer weighted = {.bound = NAN};
        for (size_t g = 0; g < QUINTILES; g++)
            sum += lambda[g];
        for (size_t g = 0; g < QUINTILES; g++)
            price[g] = people[g] > 0.0 ? lambda[g] / sum / people[g] * in->total : 0.0;
        status = solve_minutes(ctx, in, price, out->open, &weighted, &total);
        if (status) break;
        if (total / in->total > best) best = total / in->total;
        times_of_set(in, weighted.open, minutes);
        sum_times(in, minutes, &sums);
        for (size_t g = 0; g < QUINTILES; g++)
            if (people[g] > 0.0) mean += lambda[g] / sum * sums.moment[g] / people[g];
        for (size_t g = 0; g < QUINTILES; g++)
            if (people[g] > 0.0 && mean > 0.0)
                lambda[g] *= exp((sums.moment[g] / people[g] / mean - 1.0) / (1.0 + 0.3 * round));
        ig_free(weighted.open);
    }
    ig_free(minutes);
    out->bound = best;
    return status;
}

/// Sets of another objective than this one, by the same problem.
static ig_status solve_as(ig_ctx *ctx, const struct instance *in, ig_siting_objective objective,
                          struct answer *out)
{
    struct instance other = *in;
    other.options.objective = objective;
    *out = (struct answer){.bound = NAN, .optima = NAN};
    return objective == IG_SITING_CORE20_MEAN ? solve_core20_mean(ctx, &other, out)
                                              : solve_p_median(ctx, &other, out);
}

static double mean_of_set(const struct instance *in, const bool *open, double *minutes)
{
    struct sums sums;
    times_of_set(in, open, minutes);
    sum_times(in, minutes, &sums);
    return sums_mean(&sums);
}

static bool is_slope(ig_siting_objective o)
{
    return o == IG_SITING_LEAST_SII || o == IG_SITING_LEAST_GAP;
}

static bool has_cap(const struct instance *in)
{
    const ig_siting_objective o = in->options.objective;
    return is_slope(o) || (in->options.slack_for_all &&
                           (o == IG_SITING_WORST_QUINTILE || o == IG_SITING_CORE20_MEAN));
}

enum { MOST_MODEL_ENTRIES = 60000 };

/// Swaps from the best mean; then an integer programme where it is not too large.
static ig_status solve_equity(ig_ctx *ctx, const struct instance *in, struct answer *out)
{
    struct answer mean;
    struct score score;
    double *minutes = ig_alloc(in->n + 1, sizeof *minutes);
    ig_status status = minutes ? solve_as(ctx, in, IG_SITING_P_MEDIAN, &mean) : IG_EMEMORY;
    if (status) {
        ig_free(minutes);
        return status;
    }
    const double best = mean_of_set(in, mean.open, minutes);
    const double cap = has_cap(in) ? best * (1.0 + in->options.mean_slack) : INFINITY;
    out->open = mean.open;
    out->method = "vertex substitution";
    status = score_exchange(ctx, in, cap, out->open, &score);
    if (!status && in->options.objective == IG_SITING_WORST_QUINTILE)
        status = bound_worst_quintile(ctx, in, out);
    else if (!status && is_slope(in->options.objective))
        out->bound = 0.0;
    if (!status && in->start[in->n] <= MOST_MODEL_ENTRIES && !out_of_time(in) &&
        !(unreached_by(in, out->open) > 0.0)) {
        bool proven = false, found = false, *open = ig_alloc(in->m + 1, sizeof *open);
        double bound = NAN;
        struct score by_model;
        if (open) memcpy(open, out->open, in->m * sizeof *open);
        status = open ? equity_model(ctx, in, cap, open, &bound, &proven, &found) : IG_EMEMORY;
        if (!status && found) {
            struct sums sums;
            by_model = score_of_set(in, open, cap, minutes, &sums);
            if (score_compare(&by_model, &score) < 0) {
                memcpy(out->open, open, in->m * sizeof *open);
                score = by_model;
            }
            out->method = "vertex substitution, closest assignment by CBC";
            if (!isnan(bound) && !(bound < out->bound)) out->bound = fmin(bound, score.value);
            out->proven =
                proven && mean.proven && score.value - bound <= 1e-6 * fmax(1.0, score.value);
        }
        ig_free(open);
    }
    ig_free(minutes);
    return status;
}

// ---- few sets: all of them --------------------------------------------------------------------------

static ig_status solve_all(ig_ctx *ctx, struct instance *in, struct answer *out)
{
    struct found found;
    double unreached_cap = INFINITY, mean_cap = INFINITY;
    ig_status status = IG_OK;
    if (has_cap(in)) {
        const ig_siting_objective o = in->options.objective;
        in->options.objective = IG_SITING_P_MEDIAN;
        status = enumerate_sets(ctx, in, in->k, INFINITY, INFINITY, &found);
        in->options.objective = o;
        if (status) return status;
        unreached_cap = found.score.unreached;
        mean_cap = found.score.value * (1.0 + in->options.mean_slack);
        ig_free(found.open);
    }
    status = enumerate_sets(ctx, in, in->k, unreached_cap, mean_cap, &found);
    if (status) return status;
    if (!found.any) {
        ig_free(found.open);
        return ig_fail(ctx, IG_EUNDEFINED, "the objective has no value for any set of sites");
    }
    *out = (struct answer){.open = found.open,
                           .bound = NAN,
                           .optima = found.optima,
                           .proven = true,
                           .least_codes = true,
                           .method = "all sets tried"};
    return IG_OK;
}

static ig_status choose_method(ig_ctx *ctx, struct instance *in, struct answer *out)
{
    const ig_siting_objective o = in->options.objective;
    const double work = sets_of(in->m, in->k) * (double)in->n * (has_cap(in) ? 2.0 : 1.0);
    *out = (struct answer){.bound = NAN, .optima = NAN};
    if (in->problem->capacity) return solve_capacity(ctx, in, out);
    if (o == IG_SITING_LSCP) return solve_fewest(ctx, in, out);
    if (work <= in->options.enumerate && (double)in->n * (double)in->m < 1e8)
        return solve_all(ctx, in, out);
    switch (o) {
    case IG_SITING_P_MEDIAN:
        return solve_p_median(ctx, in, out);
    case IG_SITING_P_CENTER:
        return solve_p_center(ctx, in, out);
    case IG_SITING_MCLP:
    case IG_SITING_CORE20_COVERAGE:
        return solve_cover(ctx, in, out);
    case IG_SITING_CORE20_MEAN:
        return has_cap(in) ? solve_equity(ctx, in, out) : solve_core20_mean(ctx, in, out);
    default:
        return solve_equity(ctx, in, out);
    }
}

// ---- the answer in the problem's own numbers ----------------------------------------------------------

void ig_siting_free(ig_siting *s)
{
    if (!s) return;
    ig_free(s->site);
    ig_free(s->opened);
    ig_free(s->nearest);
    ig_free(s->minutes);
    ig_free(s->reached);
    ig_free(s->within);
    ig_free(s->load);
    ig_free(s->uncoverable);
    ig_free(s);
}

static ig_siting *siting_new(const ig_siting_problem *p)
{
    ig_siting *s = ig_alloc(1, sizeof *s);
    if (!s) return NULL;
    s->site = ig_alloc(p->sites + 1, sizeof *s->site);
    s->opened = ig_alloc(p->sites + 1, sizeof *s->opened);
    s->nearest = ig_alloc(p->demands + 1, sizeof *s->nearest);
    s->minutes = ig_alloc(p->demands + 1, sizeof *s->minutes);
    s->reached = ig_alloc(p->demands + 1, sizeof *s->reached);
    s->within = ig_alloc(p->demands + 1, sizeof *s->within);
    s->load = ig_alloc(p->sites + 1, sizeof *s->load);
    s->uncoverable = ig_alloc(p->demands + 1, sizeof *s->uncoverable);
    if (s->site && s->opened && s->nearest && s->minutes && s->reached && s->within && s->load &&
        s->uncoverable)
        return s;
    ig_siting_free(s);
    return NULL;
}

static void list_sites(const struct instance *in, const bool *open, ig_siting *s)
{
    const ig_siting_problem *p = in->problem;
    for (size_t j = 0, c = 0; j < p->sites; j++) {
        const bool candidate = c < in->m && in->candidate[c] == j;
        const bool opened = candidate && open[c];
        c += candidate;
        if (opened) s->opened[s->opened_count++] = j;
        if (opened || (p->existing && p->existing[j])) s->site[s->count++] = j;
    }
}

/// Everyone to the nearest open site; equal times to the site whose code sorts first.
static void assign(const struct instance *in, ig_siting *s, bool *is_open)
{
    const ig_siting_problem *p = in->problem;
    for (size_t c = 0; c < s->count; c++)
        is_open[s->site[c]] = true;
    for (size_t i = 0; i < p->demands; i++) {
        s->nearest[i] = SIZE_MAX;
        s->minutes[i] = NAN;
        for (size_t e = p->start[i]; e < p->start[i + 1]; e++) {
            const size_t j = p->site[e];
            if (!is_open[j] || (s->nearest[i] != SIZE_MAX &&
                                (p->minutes[e] > s->minutes[i] ||
                                 (p->minutes[e] == s->minutes[i] && j > s->nearest[i]))))
                continue;
            s->nearest[i] = j;
            s->minutes[i] = p->minutes[e];
        }
        const double people = p->people[i] > 0.0 ? p->people[i] : 0.0;
        s->reached[i] = s->nearest[i] == SIZE_MAX ? 0.0 : people;
        if (s->minutes[i] <= in->options.threshold) s->within[i] = people;
        if (s->nearest[i] != SIZE_MAX) s->load[s->nearest[i]] += people;
    }
}

/// Demand that neither open sites nor candidates have within the threshold.
static void list_uncoverable(const struct instance *in, ig_siting *s)
{
    const ig_siting_problem *p = in->problem;
    for (size_t i = 0; i < p->demands; i++) {
        bool coverable = false;
        if (!(p->people[i] > 0.0)) continue;
        for (size_t e = p->start[i]; !coverable && e < p->start[i + 1]; e++)
            coverable = p->minutes[e] <= in->options.threshold &&
                        ((p->existing && p->existing[p->site[e]]) || !p->candidate ||
                         p->candidate[p->site[e]]);
        if (!coverable) s->uncoverable[s->uncoverable_count++] = i;
    }
}

static void state_value(const struct instance *in, const bool *open, double *minutes, ig_siting *s)
{
    struct sums sums;
    const struct score score = score_of_set(in, open, INFINITY, minutes, &sums);
    s->people = in->total;
    s->unreached = fmax(0.0, in->total - sums_reached(&sums));
    s->out_of_reach = in->out;
    s->mean = sums_mean(&sums);
    s->value_all = NAN;
    switch (in->options.objective) {
    case IG_SITING_LSCP:
        s->value = (double)s->opened_count;
        break;
    case IG_SITING_CORE20_COVERAGE:
        s->value_all = -score.second; // fall through
    case IG_SITING_MCLP:
        s->value = -score.value;
        break;
    default:
        s->value = isinf(score.value) ? NAN : score.value;
    }
}

static void state_bound(const struct answer *a, ig_siting *s)
{
    s->optimal = a->proven;
    s->optima = a->optima;
    s->least_codes = a->least_codes;
    s->method = a->method;
    s->bound = a->proven ? s->value : a->bound;
    const double most = fmax(fabs(s->value), fabs(s->bound));
    s->gap = a->proven                            ? 0.0
             : isnan(s->bound) || isnan(s->value) ? NAN
             : most > 0.0                         ? fabs(s->value - s->bound) / most
                                                  : 0.0;
}

static ig_status state(ig_ctx *ctx, const struct instance *in, const struct answer *a,
                       ig_siting **out)
{
    const ig_siting_problem *p = in->problem;
    bool *is_open = ig_alloc(p->sites + 1, sizeof *is_open);
    double *minutes = ig_alloc(in->n + 1, sizeof *minutes);
    ig_siting *s = siting_new(p);
    ig_status status = is_open && minutes && s ? IG_OK : siting_no_memory(ctx);
    if (!status) {
        list_sites(in, a->open, s);
        if (in->options.objective == IG_SITING_LSCP) list_uncoverable(in, s);
        if (p->capacity) {
            status = state_capacity(ctx, in, a->open, s);
        } else {
            assign(in, s, is_open);
            state_value(in, a->open, minutes, s);
        }
    }
    if (!status) {
        state_bound(a, s);
        *out = s;
        s = NULL;
    }
    ig_siting_free(s);
    ig_free(is_open);
    ig_free(minutes);
    return status;
}

ig_status ig_siting_solve(ig_ctx *ctx, const ig_siting_problem *problem,
                          const ig_siting_options *options, ig_siting **out)
{
    struct instance in;
    struct answer answer = {0};
    ig_status status = instance_new(ctx, problem, options, &in);
    if (status) return status;
    status = choose_method(ctx, &in, &answer);
    if (status == IG_EMEMORY) siting_no_memory(ctx);
    if (!status) status = state(ctx, &in, &answer, out);
    ig_free(answer.open);
    instance_free(&in);
    return status;
}

ig_status ig_siting_evaluate(ig_ctx *ctx, const ig_siting_problem *problem,
                             const ig_siting_options *options, const bool *open, ig_siting **out)
{
    struct instance in;
    ig_siting_options plain = *options;
    plain.open = 0;
    ig_status status = instance_new(ctx, problem, &plain, &in);
    if (status) return status;
    struct answer answer = {.bound = NAN, .optima = NAN, .method = "as given"};
    answer.open = ig_alloc(in.m + 1, sizeof *answer.open);
    if (!answer.open) status = siting_no_memory(ctx);
    for (size_t c = 0; !status && c < in.m; c++)
        answer.open[c] = open[in.candidate[c]];
    if (!status) status = state(ctx, &in, &answer, out);
    ig_free(answer.open);
    instance_free(&in);
    return status;
}
