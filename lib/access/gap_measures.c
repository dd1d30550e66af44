// Measures of the gap. Minutes come from a model, not from a sample; the limits show how much the
// figures hang on single areas: delete-one-area jackknife (Quenouille 1956, Tukey 1958).
#include "access_internal.h"
#include "gap_internal.h"

#include <math.h>
#include <string.h>

enum { MOST_GROUPS = 10 };

/// Group means with the people reached as weights.
struct means {
    size_t count;
    double value[MOST_GROUPS], people[MOST_GROUPS];
};

static void means_of(const struct gap_sums *sums, size_t count, struct means *m)
{
    m->count = 0;
    for (size_t k = 0; k < count; k++) {
        const double mean = ig_gap_mean(&sums[k]);
        if (isnan(mean)) continue; // without anyone reached a group drops out
        m->value[m->count] = mean;
        m->people[m->count++] = sums[k].reached;
    }
}

static ig_groups groups_of(const struct means *m)
{
    return (ig_groups){.count = m->count, .value = m->value, .population = m->people};
}

static ig_status sii(const ig_groups *g, ig_estimate *out)
{
    return ig_sii(g, 0.95, out);
}

static ig_status rii(const ig_groups *g, ig_estimate *out)
{
    return ig_rii(g, 0.95, out);
}

static ig_status ci(const ig_groups *g, ig_estimate *out)
{
    return ig_concentration(g, 0.95, out, NULL);
}

static ig_status ci_absolute(const ig_groups *g, ig_estimate *out)
{
    return ig_concentration(g, 0.95, NULL, out);
}

static ig_status difference(const ig_groups *g, ig_estimate *out)
{
    return ig_difference(g, 0.95, out);
}

static ig_status ratio(const ig_groups *g, ig_estimate *out)
{
    return ig_ratio(g, 0.95, out);
}

struct measure {
    const char *name;
    ig_status (*of)(const ig_groups *g, ig_estimate *out);
    bool by_ends; ///< first group against last
    bool log;     ///< limits on the log scale
};

static const struct measure core20_gap = {"core20_gap", difference, true, false};
static const struct measure slopes[] = {
    {"sii", sii, false, false},
    {"rii", rii, false, true},
    {"ci", ci, false, false},
    {"ci_absolute", ci_absolute, false, false},
    {"difference", difference, true, false},
    {"ratio", ratio, true, true},
};
enum { SLOPES = sizeof slopes / sizeof *slopes };

static ig_status value_of(const struct measure *m, const struct gap_sums *sums, size_t count,
                          ig_estimate *out)
{
    struct means means;
    means_of(sums, count, &means);
    const ig_groups groups = groups_of(&means);
    return m->of(&groups, out);
}

/// An end group of one area would be gone with it, and the next take its place.
static bool single_end(const struct gap_sums *sums, size_t count)
{
    size_t first = 0, last = count;
    while (first < count && sums[first].areas_reached == 0)
        first++;
    while (last > first && sums[last - 1].areas_reached == 0)
        last--;
    return first == last || sums[first].areas_reached == 1 || sums[last - 1].areas_reached == 1;
}

/// Running mean and sum of squares (Welford 1962).
struct spread {
    double n, mean, squares;
};

static void take(struct spread *s, double x)
{
    s->n += 1.0;
    const double off = x - s->mean;
    s->mean += off / s->n;
    s->squares += off * (x - s->mean);
}

/// The two (or one) states of the areas that a measure is taken of, with the sums of their groups.
struct states {
    size_t count;
    const ig_gap_input *in[2];
    struct gap_sums *sums[2];
};

/// The measure itself, or after less before.
static ig_status value_over(const struct measure *m, const struct states *s, size_t groups,
                            double *value)
{
    ig_estimate e[2];
    for (size_t i = 0; i < s->count; i++) {
        const ig_status status = value_of(m, s->sums[i], groups, &e[i]);
        if (status) return status;
    }
    *value = s->count == 2 ? e[1].value - e[0].value : e[0].value;
    return IG_OK;
}

/// The measure without one of the areas; the sums are as before afterwards.
static ig_status value_without(const struct measure *m, const struct states *s,
                               const struct grouping *g, size_t area, double *value)
{
    struct gap_sums keep[2];
    const size_t k = g->of[area];
    for (size_t i = 0; i < s->count; i++) {
        keep[i] = s->sums[i][k];
        ig_gap_add(s->in[i], area, &s->sums[i][k], -1.0);
    }
    const ig_status status = value_over(m, s, g->count, value);
    for (size_t i = 0; i < s->count; i++)
        s->sums[i][k] = keep[i];
    return status;
}

static bool enters(const struct states *s, const struct grouping *g, size_t area)
{
    bool reached = false;
    for (size_t i = 0; i < s->count; i++)
        reached = reached || s->in[i]->people_reached[area] > 0.0;
    return reached && g->of[area] != SIZE_MAX;
}

/// Limits of e->value, which is there, on its own scale or the log's.
static ig_status jackknife(const struct states *s, const struct grouping *g,
                           const struct measure *m, bool log_scale, ig_estimate *e)
{
    struct spread spread = {0};
    e->lower = e->upper = e->se = NAN;
    e->method = NULL;
    if (isnan(e->value)) return IG_OK;
    e->reason = "an end group has one area only, so no jackknife limits";
    for (size_t i = 0; i < s->count; i++)
        if (m->by_ends && single_end(s->sums[i], g->count)) return IG_OK;
    e->reason = "undefined without one of the areas, so no jackknife limits";
    for (size_t a = 0; a < s->in[0]->areas; a++) {
        double without = NAN;
        if (!enters(s, g, a)) continue;
        const ig_status status = value_without(m, s, g, a, &without);
        if (status) return status;
        const double x = log_scale ? log(without) : without;
        if (!isfinite(x)) return IG_OK;
        take(&spread, x);
    }
    if (spread.n < 2.0) return IG_OK;
    const double se = sqrt((spread.n - 1.0) / spread.n * spread.squares);
    const double z = ig_normal_z(0.95);
    e->reason = NULL;
    e->se = log_scale ? e->value * se : se;
    e->lower = log_scale ? e->value * exp(-z * se) : e->value - z * se;
    e->upper = log_scale ? e->value * exp(z * se) : e->value + z * se;
    e->method = log_scale ? "95% limits by jackknife over areas, on the log"
                          : "95% limits by jackknife over areas";
    return IG_OK;
}

enum { MEASURE, GROUPING, ESTIMATE, LOWER, UPPER, SE, METHOD, REASON, COLUMNS };

static ig_status columns_new(size_t rows, ig_result **out)
{
    static const char *const names[COLUMNS] = {"measure", "grouping", "estimate", "lower",
                                               "upper",   "se",       "method",   "reason"};
    ig_column *column;
    ig_status status = ig_result_new(rows, out);
    for (size_t i = 0; !status && i < COLUMNS; i++)
        status = ig_result_add(*out, names[i],
                               i >= ESTIMATE && i <= SE ? IG_COLUMN_REAL : IG_COLUMN_TEXT, &column);
    return status;
}

static ig_status write_row(ig_result *result, size_t row, const char *measure, const char *grouping,
                           const ig_estimate *e)
{
    ig_column *c = result->columns;
    ig_status status = ig_result_set_text(result, &c[MEASURE], row, measure);
    if (!status) status = ig_result_set_text(result, &c[GROUPING], row, grouping);
    if (!status && e->method) status = ig_result_set_text(result, &c[METHOD], row, e->method);
    if (!status && e->reason) status = ig_result_set_text(result, &c[REASON], row, e->reason);
    c[ESTIMATE].number[row] = e->value;
    c[LOWER].number[row] = e->lower;
    c[UPPER].number[row] = e->upper;
    c[SE].number[row] = e->se;
    return status;
}

/// Both of CORE20 and the rest must be there: a gap to nobody is none.
static ig_estimate no_gap(const struct gap_sums *sums)
{
    return (ig_estimate){
        NAN,
        NAN,
        NAN,
        NAN,
        NULL,
        sums[0].areas_reached ? "nobody of the rest is reached" : "nobody of CORE20 is reached"};
}

/// A measure of one state, with limits.
static ig_status measure_one(const struct states *s, const struct grouping *g,
                             const struct measure *m, ig_estimate *e)
{
    const struct gap_sums *sums = s->sums[0];
    if (m == &core20_gap && (!sums[0].areas_reached || !sums[1].areas_reached)) {
        *e = no_gap(sums);
        return IG_OK;
    }
    const ig_status status = value_of(m, sums, g->count, e);
    return status ? status : jackknife(s, g, m, m->log, e);
}

/// The measures that a gap has, in order: what is measured, over which grouping.
struct plan_row {
    const struct measure *measure;
    const struct grouping *grouping;
};

static size_t plan_of(const ig_gap_input *in, const struct gap *gap, struct plan_row *plan)
{
    size_t n = 0;
    if (!in->decile) return 0;
    plan[n++] = (struct plan_row){&core20_gap, &gap->grouping[3]};
    for (size_t g = 2; g >= 1; g--) // quintiles, then deciles
        for (size_t i = 0; i < SLOPES; i++)
            plan[n++] = (struct plan_row){&slopes[i], &gap->grouping[g]};
    return n;
}
enum { MOST_ROWS = 1 + 2 * SLOPES };

ig_status ig_gap_measures(const ig_gap_input *in, const struct gap *gap, ig_result **out)
{
    ig_result *result = NULL;
    struct plan_row plan[MOST_ROWS];
    const size_t rows = plan_of(in, gap, plan);
    ig_status status = columns_new(rows, &result);
    for (size_t r = 0; !status && r < rows; r++) {
        ig_estimate e;
        struct states one = {.count = 1, .in = {in}};
        status = ig_gap_sums(in, plan[r].grouping, &one.sums[0]);
        if (!status) status = measure_one(&one, plan[r].grouping, plan[r].measure, &e);
        if (!status)
            status = write_row(result, r, plan[r].measure->name, plan[r].grouping->name, &e);
        ig_free(one.sums[0]);
    }
    if (status)
        ig_result_free(result);
    else
        *out = result;
    return status;
}

// ---- before and after -------------------------------------------------------------------------

static ig_status change_columns(size_t rows, ig_result **out)
{
    static const char *const states[] = {"before", "after", "change"};
    static const char *const parts[] = {"estimate", "lower", "upper", "se"};
    ig_column *column;
    ig_status status = ig_result_new(rows, out);
    if (!status) status = ig_result_add(*out, "measure", IG_COLUMN_TEXT, &column);
    if (!status) status = ig_result_add(*out, "grouping", IG_COLUMN_TEXT, &column);
    for (size_t i = 0; !status && i < 12; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s_%s", parts[i % 4], states[i / 4]);
        status = ig_result_add(*out, name, IG_COLUMN_REAL, &column);
    }
    if (!status) status = ig_result_add(*out, "method", IG_COLUMN_TEXT, &column);
    if (!status) status = ig_result_add(*out, "reason", IG_COLUMN_TEXT, &column);
    return status;
}

static ig_status change_row(ig_result *result, size_t row, const struct plan_row *what,
                            const ig_estimate e[3])
{
    ig_column *c = result->columns;
    const char *method = NULL, *reason = NULL;
    ig_status status = ig_result_set_text(result, &c[0], row, what->measure->name);
    if (!status) status = ig_result_set_text(result, &c[1], row, what->grouping->name);
    for (size_t i = 0; i < 3; i++) {
        c[2 + 4 * i].number[row] = e[i].value;
        c[3 + 4 * i].number[row] = e[i].lower;
        c[4 + 4 * i].number[row] = e[i].upper;
        c[5 + 4 * i].number[row] = e[i].se;
        if (!method) method = e[i].method;
        if (!reason) reason = e[i].reason;
    }
    if (!status && method) status = ig_result_set_text(result, &c[14], row, method);
    if (!status && reason) status = ig_result_set_text(result, &c[15], row, reason);
    return status;
}

static ig_status measure_change(struct states *both, const struct plan_row *what, ig_estimate e[3])
{
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < 2; i++) {
        const struct states one = {.count = 1, .in = {both->in[i]}, .sums = {both->sums[i]}};
        status = measure_one(&one, what->grouping, what->measure, &e[i]);
    }
    if (status) return status;
    e[2] = (ig_estimate){e[1].value - e[0].value, NAN, NAN, NAN, NULL, NULL};
    if (isnan(e[2].value)) return IG_OK; // the reason stands with the one that is missing
    return jackknife(both, what->grouping, what->measure, false, &e[2]);
}

ig_status ig_gap_measures_change(const ig_gap_input *before, const ig_gap_input *after,
                                 const struct gap *gap, const struct gap *gap_after,
                                 ig_result **out)
{
    ig_result *result = NULL;
    struct plan_row plan[MOST_ROWS], plan_after[MOST_ROWS];
    const size_t rows = plan_of(before, gap, plan);
    plan_of(after, gap_after, plan_after);
    ig_status status = change_columns(rows, &result);
    for (size_t r = 0; !status && r < rows; r++) {
        ig_estimate e[3];
        struct states both = {.count = 2, .in = {before, after}};
        status = ig_gap_sums(before, plan[r].grouping, &both.sums[0]);
        if (!status) status = ig_gap_sums(after, plan_after[r].grouping, &both.sums[1]);
        if (!status) status = measure_change(&both, &plan[r], e);
        if (!status) status = change_row(result, r, &plan[r], e);
        ig_free(both.sums[0]);
        ig_free(both.sums[1]);
    }
    if (status)
        ig_result_free(result);
    else
        *out = result;
    return status;
}
