// Numbers of the pages: each measure by ward, district and whole, with ranks and spread.
#include "facts.h"

#include "../map/pen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the reports");
}

// ---- numbers as words ---------------------------------------------------------------------------

static char *next_buffer(void)
{
    static _Thread_local char buffers[16][96];
    static _Thread_local unsigned next;
    return buffers[next++ % 16];
}

const char *number_text(const struct facts *facts, const struct measure *measure, double value)
{
    char *buffer = next_buffer();
    if (isnan(value)) return words_of(facts->words, "no_data");
    return label_number(value, measure->decimals, buffer, 96);
}

const char *value_text(const struct facts *facts, const struct measure *measure, double value)
{
    char *buffer = next_buffer(), number[64];
    if (isnan(value)) return words_of(facts->words, "no_data");
    label_number(value, measure->decimals, number, sizeof number);
    const bool close = !strcmp(measure->unit, "%");
    snprintf(buffer, 96, "%s%s%.24s", number, *measure->unit && !close ? " " : "", measure->unit);
    return buffer;
}

const char *count_text(const struct facts *facts, double value)
{
    char *buffer = next_buffer();
    if (isnan(value)) return words_of(facts->words, "no_data");
    return label_number(nearbyint(value), 0, buffer, 96);
}

bool is_few(double people)
{
    return people > 0 && people < 5;
}

const char *few_text(const struct facts *facts, double people)
{
    return is_few(people) ? words_of(facts->words, "fewer_than_5") : count_text(facts, people);
}

const char *ward_label(const struct facts *facts, size_t ward)
{
    return *facts->ward_name[ward] ? facts->ward_name[ward] : facts->in->ward_code[ward];
}

const char *area_label(const struct facts *facts, size_t area)
{
    return *facts->area_name[area] ? facts->area_name[area] : ig_areas_code(facts->in->areas, area);
}

const char *mode_words(const struct facts *facts, size_t mode)
{
    const ig_report_mode *m = &facts->in->modes[mode];
    if (m->straight) return words_of(facts->words, isnan(m->speed) ? "mode_open" : "mode_straight");
    if (!strcmp(m->kind, "walk")) return words_of(facts->words, "mode_walk");
    if (!strcmp(m->kind, "cycle")) return words_of(facts->words, "mode_cycle");
    if (!strcmp(m->kind, "drive")) return words_of(facts->words, "mode_drive");
    return *m->name ? m->name : words_of(facts->words, "mode_other");
}

const char *compare_ward(const struct measure *measure, size_t ward, double benchmark)
{
    // Worked out for everybody, such a figure has no limits: what is nearer than one minute, or one
    // in a hundred people, counts as alike.
    const double value = measure->ward[ward], alike = 1;
    double lower = measure->lower[ward], upper = measure->upper[ward];
    if (measure->sum || isnan(value) || isnan(benchmark)) return "not_compared";
    if (measure->counted) {
        lower = value - alike;
        upper = value + alike;
    }
    const char *word = ig_compare(lower, upper, NAN, NAN, benchmark, measure->polarity);
    return strcmp(word, "not compared") ? word : "not_compared";
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
    m->district_ranked = ig_alloc(facts->districts_count + 1, sizeof *m->district_ranked);
    if (!m->ward || !m->lower || !m->upper || !m->rank || !m->district_rank || !m->district ||
        !m->district_ranked) {
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

// ---- places -------------------------------------------------------------------------------------

struct coded {
    const char *code;
    size_t number;
};

static int by_code(const void *a, const void *b)
{
    const struct coded *x = a, *y = b;
    const int order = strcmp(x->code, y->code);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

/// Areas of each ward in order of their codes.
static ig_status nest(ig_ctx *ctx, struct facts *facts)
{
    const ig_report_input *in = facts->in;
    const size_t areas = ig_areas_count(in->areas);
    struct coded *order = ig_alloc(areas + 1, sizeof *order);
    facts->ward_areas = ig_alloc(in->wards + 1, sizeof *facts->ward_areas);
    facts->ward_areas_count = ig_alloc(in->wards + 1, sizeof *facts->ward_areas_count);
    facts->ward_people = ig_alloc(in->wards + 1, sizeof *facts->ward_people);
    ig_status status = order && facts->ward_areas && facts->ward_areas_count && facts->ward_people
                           ? IG_OK
                           : no_memory(ctx);
    for (size_t a = 0; a < areas && !status; a++) {
        order[a] = (struct coded){ig_areas_code(in->areas, a), a};
        if (in->parent[a] != SIZE_MAX) facts->ward_areas_count[in->parent[a]]++;
    }
    for (size_t w = 0; w < in->wards && !status; w++) {
        facts->ward_areas[w] = ig_alloc(facts->ward_areas_count[w] + 1, sizeof(size_t));
        facts->ward_areas_count[w] = 0;
        facts->ward_people[w] = NAN;
        if (!facts->ward_areas[w]) status = no_memory(ctx);
    }
    if (!status && areas) qsort(order, areas, sizeof *order, by_code);
    for (size_t i = 0; i < areas && !status; i++) {
        const size_t a = order[i].number, w = in->parent[a];
        const double people = in->modes_count ? in->modes[0].areas->rows[a].people
                              : in->people    ? in->people[a]
                                              : NAN;
        if (w == SIZE_MAX) continue;
        facts->ward_areas[w][facts->ward_areas_count[w]++] = a;
        if (isnan(people)) continue;
        facts->ward_people[w] = (isnan(facts->ward_people[w]) ? 0 : facts->ward_people[w]) + people;
        facts->people += people;
    }
    ig_free(order);
    return status;
}

static ig_status list_districts(ig_ctx *ctx, struct facts *facts)
{
    const ig_report_input *in = facts->in;
    struct coded *order = ig_alloc(in->wards + 1, sizeof *order);
    facts->district_of = ig_alloc(in->wards + 1, sizeof *facts->district_of);
    facts->districts = ig_alloc(in->wards + 1, sizeof *facts->districts);
    ig_status status = order && facts->district_of && facts->districts ? IG_OK : no_memory(ctx);
    size_t n = 0;
    for (size_t w = 0; w < in->wards && !status; w++) {
        facts->district_of[w] = SIZE_MAX;
        if (in->district_code && in->district_code[w] && *in->district_code[w])
            order[n++] = (struct coded){in->district_code[w], w};
    }
    if (n) qsort(order, n, sizeof *order, by_code);
    for (size_t i = 0; i < n && !status; i++) {
        struct district *d =
            &facts->districts[facts->districts_count ? facts->districts_count - 1 : 0];
        if (!facts->districts_count || strcmp(d->code, order[i].code)) {
            const char *name = in->district_name ? in->district_name[order[i].number] : NULL;
            d = &facts->districts[facts->districts_count++];
            *d = (struct district){.code = order[i].code,
                                   .name = shown_text(name && *name ? name : order[i].code),
                                   .wards = ig_alloc(n + 1, sizeof(size_t))};
            if (!d->name || !d->wards) {
                status = no_memory(ctx);
                break;
            }
        }
        const size_t w = order[i].number;
        d->wards[d->count++] = w;
        if (!isnan(facts->ward_people[w])) d->people += facts->ward_people[w];
        facts->district_of[w] = facts->districts_count - 1;
    }
    ig_free(order);
    return status;
}

static ig_status show_names(ig_ctx *ctx, struct facts *facts)
{
    const ig_report_input *in = facts->in;
    const size_t areas = ig_areas_count(in->areas),
                 sites = in->sites ? ig_sites_count(in->sites) : 0;
    facts->ward_name = ig_alloc(in->wards + 1, sizeof(char *));
    facts->area_name = ig_alloc(areas + 1, sizeof(char *));
    facts->site_name = ig_alloc(sites + 1, sizeof(char *));
    facts->title = shown_text(in->title ? in->title : words_of(facts->words, "untitled"));
    facts->attribution = shown_text(in->attribution);
    if (!facts->ward_name || !facts->area_name || !facts->site_name || !facts->title ||
        !facts->attribution) {
        return no_memory(ctx);
    }
    for (size_t w = 0; w < in->wards; w++)
        if (!(facts->ward_name[w] = shown_text(in->ward_name[w]))) return no_memory(ctx);
    for (size_t a = 0; a < areas; a++)
        if (!(facts->area_name[a] = shown_text(ig_areas_name(in->areas, a)))) return no_memory(ctx);
    for (size_t i = 0; i < sites; i++) {
        const char *name = ig_sites_name(in->sites, i);
        facts->site_name[i] = shown_text(name && *name ? name : ig_sites_code(in->sites, i));
        if (!facts->site_name[i]) return no_memory(ctx);
    }
    return IG_OK;
}

/// Boxes, so that a map of one ward looks at what lies near it alone.
static ig_status find_boxes(ig_ctx *ctx, const ig_rings *rings, bool by_ring, struct box **out)
{
    const size_t all_rings = rings->areas ? rings->area_start[rings->areas] : 0;
    const size_t count = by_ring ? all_rings : rings->areas;
    *out = ig_alloc(count + 1, sizeof **out);
    if (!*out) return no_memory(ctx);
    for (size_t i = 0; i < count; i++) {
        struct box *box = &(*out)[i];
        const size_t first = by_ring ? i : rings->area_start[i];
        const size_t last = by_ring ? i + 1 : rings->area_start[i + 1];
        *box = (struct box){INFINITY, INFINITY, -INFINITY, -INFINITY};
        for (size_t k = rings->ring_start[first]; first < last && k < rings->ring_start[last];
             k++) {
            box->west = fmin(box->west, rings->x[k]);
            box->east = fmax(box->east, rings->x[k]);
            box->south = fmin(box->south, rings->y[k]);
            box->north = fmax(box->north, rings->y[k]);
        }
    }
    return IG_OK;
}

ig_status facts_new(ig_ctx *ctx, const ig_report_input *input, const struct words *words,
                    struct facts *out)
{
    *out = (struct facts){.in = input, .words = words};
    size_t *everyone = ig_alloc(input->wards + 1, sizeof *everyone);
    ig_status status = everyone ? show_names(ctx, out) : no_memory(ctx);
    if (!status) status = nest(ctx, out);
    if (!status) status = list_districts(ctx, out);
    if (!status) status = list_measures(ctx, out);
    if (!status) {
        out->ward_page = ig_alloc(input->wards + 1, sizeof(bool));
        out->district_page = ig_alloc(out->districts_count + 1, sizeof(bool));
        if (!out->ward_page || !out->district_page) status = no_memory(ctx);
    }
    if (!status) status = find_boxes(ctx, ig_areas_rings(input->areas), false, &out->area_box);
    if (!status && input->ward_shapes)
        status = find_boxes(ctx, ig_areas_rings(input->ward_shapes), false, &out->ward_box);
    if (!status && input->modes_count)
        status = find_boxes(ctx, &input->modes[0].isochrones, true, &out->ring_box);
    for (size_t w = 0; everyone && w < input->wards; w++)
        everyone[w] = w;
    for (size_t m = 0; m < out->measures_count && !status; m++)
        status = fill_measure(ctx, out, &out->measures[m], everyone);
    ig_free(everyone);
    if (status) facts_free(out);
    return status;
}

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; texts && i < count; i++)
        ig_free(texts[i]);
    ig_free(texts);
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
    ig_free(m->district_ranked);
}

void facts_free(struct facts *facts)
{
    const ig_report_input *in = facts->in;
    for (size_t m = 0; m < facts->measures_count; m++)
        measure_free(&facts->measures[m]);
    ig_free(facts->measures);
    for (size_t d = 0; d < facts->districts_count; d++) {
        ig_free(facts->districts[d].name);
        ig_free(facts->districts[d].wards);
    }
    ig_free(facts->districts);
    for (size_t w = 0; in && facts->ward_areas && w < in->wards; w++)
        ig_free(facts->ward_areas[w]);
    ig_free(facts->ward_areas);
    ig_free(facts->ward_areas_count);
    if (in) {
        free_texts(facts->ward_name, in->wards);
        free_texts(facts->area_name, ig_areas_count(in->areas));
        free_texts(facts->site_name, in->sites ? ig_sites_count(in->sites) : 0);
    }
    ig_free(facts->title);
    ig_free(facts->attribution);
    ig_free(facts->district_of);
    ig_free(facts->ward_people);
    ig_free(facts->ward_page);
    ig_free(facts->district_page);
    ig_free(facts->area_box);
    ig_free(facts->ward_box);
    ig_free(facts->ring_box);
    *facts = (struct facts){0};
}
