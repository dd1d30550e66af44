// Measures of the pages: each by ward, district and whole, with ranks and spread.
#include "facts.h"

#include "../map/pen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the reports");
}

// ---- what values are held against ---------------------------------------------------------------

double measure_middle(const struct measure *measure)
{
    return isnan(measure->benchmark) ? measure->all : measure->benchmark;
}

const char *benchmark_label(const struct facts *facts, const struct measure *measure)
{
    return *measure->benchmark_name ? measure->benchmark_name
                                    : words_of(facts->words, "the_nation");
}

const char *benchmarks_label(const struct facts *facts)
{
    const char *name = NULL;
    for (size_t i = 0; i < facts->measures_count; i++) {
        const struct measure *m = &facts->measures[i];
        if (isnan(m->benchmark) || m->sum) continue;
        const char *own = benchmark_label(facts, m);
        if (name && strcmp(name, own)) return words_of(facts->words, "the_nation");
        name = own;
    }
    return name;
}

// ---- measures over places -----------------------------------------------------------------------

static double people_of_area(const struct facts *facts, size_t area)
{
    const ig_report_input *in = facts->in;
    if (in->modes_count) return in->modes[0].areas->rows[area].people;
    return in->people ? in->people[area] : 1;
}

/// Rows of access added up: means over people reached, shares over all people.
static double access_over(const struct measure *measure, const ig_access *access,
                          const size_t *rows, size_t count)
{
    double sum = 0, weight = 0;
    size_t t = 0;
    while (t < access->thresholds && access->threshold[t] != measure->threshold)
        t++;
    for (size_t i = 0; i < count; i++) {
        const ig_access_row *row = &access->rows[rows[i]];
        const bool within = !isnan(measure->threshold);
        const double value = within ? row->within[t] : row->minutes_mean;
        const double people = within ? row->people : row->people_reached;
        if (isnan(value) || !(people > 0)) continue;
        sum += people * value;
        weight += people;
    }
    return weight > 0 ? sum / weight : NAN;
}

/// An indicator over areas or wards: events over people at risk, a sum, or a mean over the people.
static double indicator_over(const struct facts *facts, const struct measure *measure,
                             const size_t *rows, size_t count, double *events, double *at_risk)
{
    const ig_report_indicator *ind = measure->indicator;
    const double *values = ind->areas ? ind->areas : ind->wards;
    double sum = 0, weight = 0;
    *events = *at_risk = NAN;
    for (size_t i = 0; i < count; i++) {
        const size_t r = rows[i];
        if (ind->count && ind->population) {
            if (isnan(ind->count[r]) || !(ind->population[r] > 0)) continue;
            sum += ind->count[r];
            weight += ind->population[r];
            continue;
        }
        const double people = ind->sum     ? 1
                              : ind->areas ? people_of_area(facts, r)
                                           : facts->ward_people[r];
        if (isnan(values[r]) || !(people > 0)) continue;
        sum += people * values[r];
        weight += people;
    }
    if (!(weight > 0)) return NAN;
    if (ind->count && ind->population) {
        *events = sum;
        *at_risk = weight;
        return ind->multiplier * sum / weight;
    }
    return ind->sum ? sum : sum / weight;
}

double measure_over(const struct facts *facts, const struct measure *measure, const size_t *areas,
                    size_t count)
{
    double events, at_risk;
    if (!measure->indicator)
        return access_over(measure, facts->in->modes[measure->mode].areas, areas, count);
    if (!measure->indicator->areas) return NAN;
    return indicator_over(facts, measure, areas, count, &events, &at_risk);
}

/// Limits of events over people: Wilson's for a proportion, Byar's for a rate.
static ig_status limits_of(double events, double at_risk, const ig_report_indicator *ind,
                           double *lower, double *upper)
{
    ig_rate rate = {.lower = NAN, .upper = NAN};
    if (isnan(events)) return IG_OK;
    const bool share = ind->multiplier == 100 || ind->multiplier == 1;
    const ig_status status = share && events <= at_risk
                                 ? ig_proportion(events, at_risk, 0.95, ind->multiplier, &rate)
                                 : ig_crude_rate(events, at_risk, 0.95, ind->multiplier, &rate);
    if (status) return status;
    *lower = rate.lower;
    *upper = rate.upper;
    return IG_OK;
}

static ig_status fill_ward(ig_ctx *ctx, const struct facts *facts, struct measure *m, size_t w)
{
    const ig_report_indicator *ind = m->indicator;
    double events = NAN, at_risk = NAN;
    if (!ind) {
        const ig_access *access = facts->in->modes[m->mode].wards;
        m->ward[w] = access_over(m, access, &w, 1);
        return IG_OK;
    }
    if (ind->wards) {
        m->ward[w] = ind->wards[w];
        if (ind->lower) m->lower[w] = ind->lower[w];
        if (ind->upper) m->upper[w] = ind->upper[w];
        if (ind->count && ind->population && !ind->lower)
            m->ward[w] = indicator_over(facts, m, &w, 1, &events, &at_risk);
    } else {
        m->ward[w] = indicator_over(facts, m, facts->ward_areas[w], facts->ward_areas_count[w],
                                    &events, &at_risk);
    }
    if (limits_of(events, at_risk, ind, &m->lower[w], &m->upper[w]))
        return ig_fail(ctx, IG_EFORMAT, "%s: more events than people, or fewer than none, in %s",
                       ig_show(ind->column), ig_show(facts->in->ward_code[w]));
    return IG_OK;
}

/// Over all wards of a list; indicators by area go through the areas of those wards.
static ig_status over_wards(ig_ctx *ctx, const struct facts *facts, const struct measure *m,
                            const size_t *wards, size_t count, double *value)
{
    double events, at_risk;
    if (!m->indicator) {
        *value = access_over(m, facts->in->modes[m->mode].wards, wards, count);
        return IG_OK;
    }
    if (!m->indicator->areas) {
        *value = indicator_over(facts, m, wards, count, &events, &at_risk);
        return IG_OK;
    }
    size_t all = 0, used = 0;
    for (size_t i = 0; i < count; i++)
        all += facts->ward_areas_count[wards[i]];
    size_t *areas = ig_alloc(all + 1, sizeof *areas);
    if (!areas) return no_memory(ctx);
    for (size_t i = 0; i < count; i++)
        for (size_t a = 0; a < facts->ward_areas_count[wards[i]]; a++)
            areas[used++] = facts->ward_areas[wards[i]][a];
    *value = indicator_over(facts, m, areas, used, &events, &at_risk);
    ig_free(areas);
    return IG_OK;
}

// ---- ranks and spread ---------------------------------------------------------------------------

static int by_number(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/// Rank of each ward among `wards`: 1 + how many are better (higher where nothing is better).
static size_t rank_among(const struct measure *m, const size_t *wards, size_t count, size_t *rank)
{
    const double sign = m->polarity == IG_POLARITY_LOW ? 1 : -1;
    size_t ranked = 0;
    for (size_t i = 0; i < count; i++) {
        const double value = m->ward[wards[i]];
        size_t better = 0;
        if (isnan(value)) continue;
        for (size_t k = 0; k < count; k++)
            better += sign * m->ward[wards[k]] < sign * value;
        rank[wards[i]] = better + 1;
        ranked++;
    }
    return ranked;
}

static double quantile(const double *sorted, size_t n, double p)
{
    const double at = p * (double)(n - 1);
    const size_t k = (size_t)at;
    return k + 1 < n ? sorted[k] + (at - (double)k) * (sorted[k + 1] - sorted[k]) : sorted[n - 1];
}

static ig_status fill_spread(ig_ctx *ctx, const struct facts *facts, struct measure *m)
{
    const size_t wards = facts->in->wards;
    double *sorted = ig_alloc(wards + 1, sizeof *sorted);
    size_t n = 0;
    if (!sorted) return no_memory(ctx);
    for (size_t w = 0; w < wards; w++)
        if (!isnan(m->ward[w])) sorted[n++] = m->ward[w];
    m->least = m->most = m->quarter = m->three_quarters = m->mean = m->sd = NAN;
    if (n) {
        double sum = 0, square = 0;
        qsort(sorted, n, sizeof *sorted, by_number);
        m->least = sorted[0];
        m->most = sorted[n - 1];
        m->quarter = quantile(sorted, n, 0.25);
        m->three_quarters = quantile(sorted, n, 0.75);
        for (size_t i = 0; i < n; i++)
            sum += sorted[i];
        m->mean = sum / (double)n;
        for (size_t i = 0; i < n; i++)
            square += (sorted[i] - m->mean) * (sorted[i] - m->mean);
        m->sd = n > 1 ? sqrt(square / (double)(n - 1)) : 0;
    }
    ig_free(sorted);
    return IG_OK;
}

static ig_status fill_measure(ig_ctx *ctx, struct facts *facts, struct measure *m,
                              const size_t *everyone)
{
    const size_t wards = facts->in->wards;
    m->ward = ig_alloc(wards + 1, sizeof *m->ward);
    m->lower = ig_alloc(wards + 1, sizeof *m->lower);
    m->upper = ig_alloc(wards + 1, sizeof *m->upper);
    m->rank = ig_alloc(wards + 1, sizeof *m->rank);
    m->district_rank = ig_alloc(wards + 1, sizeof *m->district_rank);
    m->district = ig_alloc(facts->districts_count + 1, sizeof *m->district);
    m->district_stated = ig_alloc(facts->districts_count + 1, sizeof *m->district_stated);
    m->district_ranked = ig_alloc(facts->districts_count + 1, sizeof *m->district_ranked);
    if (!m->ward || !m->lower || !m->upper || !m->rank || !m->district_rank || !m->district ||
        !m->district_stated || !m->district_ranked) {
        return no_memory(ctx);
    }
    ig_status status = IG_OK;
    for (size_t w = 0; w < wards && !status; w++) {
        m->lower[w] = m->upper[w] = NAN;
        status = fill_ward(ctx, facts, m, w);
    }
    if (!status) status = over_wards(ctx, facts, m, everyone, wards, &m->all);
    if (!status) m->ranked = rank_among(m, everyone, wards, m->rank);
    for (size_t d = 0; d < facts->districts_count && !status; d++) {
        const struct district *district = &facts->districts[d];
        status = over_wards(ctx, facts, m, district->wards, district->count, &m->district[d]);
        const double *stated = m->indicator ? m->indicator->district : NULL;
        for (size_t i = 0; stated && i < district->count && !m->district_stated[d]; i++) {
            if (isnan(stated[district->wards[i]])) continue;
            m->district[d] = stated[district->wards[i]];
            m->district_stated[d] = true;
        }
        m->district_ranked[d] = rank_among(m, district->wards, district->count, m->district_rank);
    }
    return status ? status : fill_spread(ctx, facts, m);
}

// ---- the list of measures -----------------------------------------------------------------------

/// Enough decimals for the range of the values, and no more: 3 figures of it.
static int decimals_for(const double *values, size_t n, const char *unit)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i])) most = fmax(most, fabs(values[i]));
    if (!strcmp(unit, "%")) return 1;
    return most >= 1000 ? 0 : most >= 10 ? 1 : most >= 1 ? 2 : 3;
}

static ig_status add_access(ig_ctx *ctx, struct facts *facts, struct say *s, size_t mode,
                            double threshold)
{
    struct measure *m = &facts->measures[facts->measures_count++];
    const char *how = mode_words(facts, mode);
    char minutes[32];
    const bool within = !isnan(threshold);
    ig_number_text(threshold, minutes, sizeof minutes);
    *m = (struct measure){.topic = ABOUT_ACCESS,
                          .polarity = within ? IG_POLARITY_HIGH : IG_POLARITY_LOW,
                          .decimals = 1,
                          .counted = true,
                          .benchmark = NAN,
                          .mode = mode,
                          .threshold = threshold};
    ig_text column = {0};
    const char *suffix = facts->in->modes[mode].suffix;
    ig_text_format(&column, "%s%s%s", within ? "within_" : "minutes_mean", within ? minutes : "",
                   suffix);
    m->column = column.data;
    ig_text file = {0};
    ig_text_format(&file, "access_ward%s.csv", suffix);
    m->file = file.data;
    m->title = ig_text_copy(within ? say(s, "measure_within", minutes, how, NULL)
                                   : say(s, "measure_minutes", how, NULL));
    m->unit = ig_text_copy(within ? "%" : words_of(facts->words, "unit_minutes"));
    m->how =
        ig_text_copy(within ? say(s, "how_within", minutes, NULL) : say(s, "how_minutes", NULL));
    m->benchmark_name = ig_text_copy("");
    const bool whole =
        m->title && m->unit && m->how && m->benchmark_name && !column.failed && !file.failed;
    return whole ? IG_OK : no_memory(ctx);
}

static ig_status add_indicator(ig_ctx *ctx, struct facts *facts, const ig_report_indicator *ind)
{
    static const enum topic topics[] = {ABOUT_NEED, ABOUT_HEALTH, ABOUT_OTHER};
    struct measure *m = &facts->measures[facts->measures_count++];
    const char *how = ind->wards && !(ind->count && !ind->lower) ? "how_ward"
                      : ind->count && ind->population            ? "how_events"
                      : ind->sum                                 ? "how_sum"
                                                                 : "how_mean";
    *m = (struct measure){.topic = topics[ind->topic],
                          .polarity = ind->polarity,
                          .sum = ind->sum,
                          .benchmark = ind->benchmark,
                          .area = ind->areas,
                          .area_status = ind->area_status,
                          .indicator = ind,
                          .threshold = NAN};
    m->title = shown_text(ind->title);
    m->unit = shown_text(ind->unit ? ind->unit : "");
    m->file = shown_text(ind->file);
    m->column = shown_text(ind->column);
    m->how = ig_text_copy(words_of(facts->words, how));
    m->benchmark_name = shown_text(ind->benchmark_name ? ind->benchmark_name : "");
    if (!m->title || !m->unit || !m->file || !m->column || !m->how || !m->benchmark_name)
        return no_memory(ctx);
    m->decimals =
        ind->sum ? 0
                 : decimals_for(ind->areas ? ind->areas : ind->wards,
                                ind->areas ? ig_areas_count(facts->in->areas) : facts->in->wards,
                                m->unit);
    return IG_OK;
}

static ig_status list_measures(ig_ctx *ctx, struct facts *facts)
{
    const ig_report_input *in = facts->in;
    size_t most = in->indicators_count;
    for (size_t k = 0; k < in->modes_count; k++)
        most += 1 + in->modes[k].areas->thresholds;
    facts->measures = ig_alloc(most + 1, sizeof *facts->measures);
    if (!facts->measures) return no_memory(ctx);
    struct say s = {.words = facts->words};
    ig_status status = IG_OK;
    for (size_t k = 0; k < in->modes_count && !status; k++) {
        status = add_access(ctx, facts, &s, k, NAN);
        for (size_t t = 0; t < in->modes[k].areas->thresholds && !status; t++)
            status = add_access(ctx, facts, &s, k, in->modes[k].areas->threshold[t]);
    }
    for (size_t i = 0; i < in->indicators_count && !status; i++)
        status = add_indicator(ctx, facts, &in->indicators[i]);
    if (!status && s.failed) status = no_memory(ctx);
    say_free(&s);
    return status;
}

ig_status measures_new(ig_ctx *ctx, struct facts *facts)
{
    const size_t wards = facts->in->wards;
    size_t *everyone = ig_alloc(wards + 1, sizeof *everyone);
    ig_status status = everyone ? list_measures(ctx, facts) : no_memory(ctx);
    for (size_t w = 0; everyone && w < wards; w++)
        everyone[w] = w;
    for (size_t m = 0; m < facts->measures_count && !status; m++)
        status = fill_measure(ctx, facts, &facts->measures[m], everyone);
    ig_free(everyone);
    return status;
}

static void measure_free(struct measure *m)
{
    ig_free(m->title);
    ig_free(m->unit);
    ig_free(m->file);
    ig_free(m->column);
    ig_free(m->how);
    ig_free(m->benchmark_name);
    ig_free(m->ward);
    ig_free(m->lower);
    ig_free(m->upper);
    ig_free(m->rank);
    ig_free(m->district_rank);
    ig_free(m->district);
    ig_free(m->district_stated);
    ig_free(m->district_ranked);
}

void measures_free(struct facts *facts)
{
    for (size_t m = 0; m < facts->measures_count; m++)
        measure_free(&facts->measures[m]);
    ig_free(facts->measures);
}
