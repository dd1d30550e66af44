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

static ig_status jackknife(const ig_gap_input *in, const struct grouping *g, struct gap_sums *sums,
                           const struct measure *m, ig_estimate *e)
{
    struct spread spread = {0};
    e->lower = e->upper = e->se = NAN;
    e->method = NULL;
    if (isnan(e->value)) return IG_OK;
    e->reason = "an end group has one area only, so no jackknife limits";
    if (m->by_ends && single_end(sums, g->count)) return IG_OK;
    e->reason = "undefined without one of the areas, so no jackknife limits";
    for (size_t a = 0; a < in->areas; a++) {
        if (g->of[a] == SIZE_MAX || !(in->people_reached[a] > 0.0)) continue;
        struct gap_sums *group = &sums[g->of[a]];
        const struct gap_sums keep = *group;
        ig_estimate without;
        ig_gap_add(in, a, group, -1.0);
        ig_status status = value_of(m, sums, g->count, &without);
        *group = keep;
        if (status) return status;
        const double x = m->log ? log(without.value) : without.value;
        if (!isfinite(x)) return IG_OK;
        take(&spread, x);
    }
    if (spread.n < 2.0) return IG_OK;
    const double se = sqrt((spread.n - 1.0) / spread.n * spread.squares);
    const double z = ig_normal_z(0.95);
    e->reason = NULL;
    e->se = m->log ? e->value * se : se;
    e->lower = m->log ? e->value * exp(-z * se) : e->value - z * se;
    e->upper = m->log ? e->value * exp(z * se) : e->value + z * se;
    e->method = m->log ? "95% limits by jackknife over areas, on the log"
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

static ig_status measure_into(const ig_gap_input *in, const struct grouping *g,
                              const struct measure *m, ig_result *result, size_t row)
{
    ig_estimate e;
    struct gap_sums *sums = NULL;
    ig_status status = ig_gap_sums(in, g, &sums);
    if (status) return status;
    if (m == &core20_gap && (!sums[0].areas_reached || !sums[1].areas_reached)) {
        e = no_gap(sums);
    } else {
        status = value_of(m, sums, g->count, &e);
        if (!status) status = jackknife(in, g, sums, m, &e);
    }
    if (!status) status = write_row(result, row, m->name, g->name, &e);
    ig_free(sums);
    return status;
}

ig_status ig_gap_measures(const ig_gap_input *in, const struct gap *gap, ig_result **out)
{
    ig_result *result = NULL;
    const struct grouping *decile = NULL, *quintile = NULL, *core20 = NULL;
    if (in->decile) {
        decile = &gap->grouping[1];
        quintile = &gap->grouping[2];
        core20 = &gap->grouping[3];
    }
    size_t row = 0;
    ig_status status = columns_new(in->decile ? 1 + 2 * SLOPES : 0, &result);
    if (!status && core20) status = measure_into(in, core20, &core20_gap, result, row++);
    for (size_t i = 0; !status && core20 && i < SLOPES; i++)
        status = measure_into(in, quintile, &slopes[i], result, row++);
    for (size_t i = 0; !status && core20 && i < SLOPES; i++)
        status = measure_into(in, decile, &slopes[i], result, row++);
    if (status)
        ig_result_free(result);
    else
        *out = result;
    return status;
}
