// Published expectations of PHEindicatormethods and Fingertips, read where they lie. Prints how
// many figures were compared.
#include "near.h"

#include <math.h>
#include <rates/rates.h>
#include <stdlib.h>
#include <table/table.h>

#define PHE SHARED_DIR "/anchors/phe_indicator_methods/"

static ig_ctx *ctx;
static size_t compared;

static ig_table *read_or_skip(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        print_message("skipped: %s is not there\n", path);
        skip();
    }
    fclose(file);
    ig_table_options options = ig_table_defaults();
    options.keyless = true;
    ig_table *table = NULL;
    if (ig_table_read(ctx, path, &options, &table)) fail_msg("%s", ig_ctx_message(ctx));
    return table;
}

static const char *text(const ig_table *table, size_t row, const char *name)
{
    size_t column;
    if (ig_table_find(ctx, table, name, &column)) fail_msg("%s", ig_ctx_message(ctx));
    return ig_table_text(table, row, column);
}

static double number(const ig_table *table, size_t row, const char *name)
{
    const char *cell = text(table, row, name);
    char *end;
    const double value = strtod(cell, &end);
    return end == cell ? NAN : value;
}

static void same(double actual, double expected, double relative)
{
    if (isnan(expected) && isnan(actual)) return;
    compared++;
    assert_near(actual, expected, relative * fmax(1e-300, fabs(expected)) + 1e-15);
}

static void counts_and_proportions(void **state)
{
    (void)state;
    ig_table *t = read_or_skip(PHE "byars_wilson.csv");
    for (size_t i = 0; i < ig_table_rows(t); i++) {
        const double x = number(t, i, "x"), n = number(t, i, "n");
        const double level = number(t, i, "confidence") / 100.0;
        if (isnan(n) && x < 10.0) continue; // Byar alone; ours is exact there
        double lower, upper;
        if (isnan(n)) {
            assert_int_equal(ig_poisson_limits(x, level, &lower, &upper, NULL), IG_OK);
        } else {
            ig_rate r;
            assert_int_equal(ig_proportion(x, n, level, 1.0, &r), IG_OK);
            lower = r.lower;
            upper = r.upper;
        }
        same(lower, number(t, i, "lowercl"), 1e-12);
        same(upper, number(t, i, "uppercl"), 1e-12);
    }
    ig_table_free(t);
}

static void both_levels(const char *path, bool proportion)
{
    ig_table *t = read_or_skip(path);
    for (size_t i = 0; i < ig_table_rows(t); i++) {
        const double x = number(t, i, "Numerator"), n = number(t, i, "Denominator");
        const double by = number(t, i, "multiplier");
        if (isnan(x) || isnan(n) || n <= 0.0 || x < 0.0 || (proportion && x > n)) continue;
        ig_rate r, wide;
        ig_status (*method)(double, double, double, double, ig_rate *) =
            proportion ? ig_proportion : ig_crude_rate;
        assert_int_equal(method(x, n, 0.95, by, &r), IG_OK);
        assert_int_equal(method(x, n, 0.998, by, &wide), IG_OK);
        same(r.value, number(t, i, "value"), 1e-12);
        same(r.lower, number(t, i, "lower95_0cl"), 1e-11);
        same(r.upper, number(t, i, "upper95_0cl"), 1e-11);
        same(wide.lower, number(t, i, "lower99_8cl"), 1e-11);
        same(wide.upper, number(t, i, "upper99_8cl"), 1e-11);
    }
    ig_table_free(t);
}

static void proportions_at_two_levels(void **state)
{
    (void)state;
    both_levels(PHE "proportion.csv", true);
}

static void rates_at_two_levels(void **state)
{
    (void)state;
    both_levels(PHE "rate.csv", false);
}

static void directly_standardised_rates(void **state)
{
    (void)state;
    static const double esp2013[] = {5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000,
                                     7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000};
    enum { BANDS = 19 };
    ig_table *in = read_or_skip(PHE "dsr_isr_testdata_multiarea.csv");
    ig_table *want = read_or_skip(PHE "dsr_isr_testresults_DSR.csv");
    for (size_t w = 0; w < ig_table_rows(want); w++) {
        double counts[BANDS], people[BANDS];
        size_t bands = 0;
        for (size_t i = 0; i < ig_table_rows(in) && bands < BANDS; i++) {
            if (strcmp(text(in, i, "area"), text(want, w, "area")) != 0) continue;
            counts[bands] = number(in, i, "count");
            people[bands++] = number(in, i, "pop");
        }
        const char *statistic = text(want, w, "statistic");
        if (bands != BANDS || strncmp(statistic, "dsr per ", 8) != 0) continue;
        const double by = strtod(statistic + 8, NULL);
        ig_rate r, wide;
        assert_int_equal(ig_direct_rate(counts, people, esp2013, NULL, BANDS, 0.95, by, &r), IG_OK);
        assert_int_equal(ig_direct_rate(counts, people, esp2013, NULL, BANDS, 0.998, by, &wide),
                         IG_OK);
        same(r.value, number(want, w, "value"), 1e-9);
        same(r.lower, number(want, w, "lower95_0cl"), 1e-9);
        same(r.upper, number(want, w, "upper95_0cl"), 1e-9);
        same(wide.lower, number(want, w, "lower99_8cl"), 1e-9);
        same(wide.upper, number(want, w, "upper99_8cl"), 1e-9);
    }
    ig_table_free(want);
    ig_table_free(in);
}

static void rates_of_events_that_come_several_to_a_person(void **state)
{
    (void)state;
    static const double esp2013[] = {5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000,
                                     7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000};
    enum { BANDS = 19 };
    ig_table *in = read_or_skip(PHE "dsr_isr_testdata_nonindepe.csv");
    ig_table *want = read_or_skip(PHE "dsr_isr_testresults_DSR.csv");
    size_t areas = 0;
    for (size_t w = 0; w < ig_table_rows(want); w++) {
        double counts[BANDS], people[BANDS], variance[BANDS];
        size_t bands = 0;
        if (!strstr(text(want, w, "method"), "non-independent")) continue;
        for (size_t i = 0; i < ig_table_rows(in) && bands < BANDS; i++) {
            if (strcmp(text(in, i, "area"), text(want, w, "area")) != 0) continue;
            counts[bands] = number(in, i, "count");
            people[bands] = number(in, i, "pop");
            variance[bands] = 0.0;
            for (int f = 1; f <= 4; f++) {
                static const char *const people_with[] = {"f1", "f2", "f3", "f4"};
                const double with = number(in, i, people_with[f - 1]);
                if (!isnan(with)) variance[bands] += f * f * with;
            }
            bands++;
        }
        assert_int_equal(bands, BANDS);
        ig_rate r, wide;
        const char *per = strstr(text(want, w, "statistic"), "per ");
        const double by = per ? strtod(per + 4, NULL) : 100000.0;
        assert_int_equal(ig_direct_rate(counts, people, esp2013, variance, BANDS, 0.95, by, &r),
                         IG_OK);
        assert_int_equal(ig_direct_rate(counts, people, esp2013, variance, BANDS, 0.998, by, &wide),
                         IG_OK);
        same(r.value, number(want, w, "value"), 1e-9);
        same(r.lower, number(want, w, "lower95_0cl"), 1e-9);
        same(r.upper, number(want, w, "upper95_0cl"), 1e-9);
        same(wide.lower, number(want, w, "lower99_8cl"), 1e-9);
        same(wide.upper, number(want, w, "upper99_8cl"), 1e-9);
        areas++;
    }
    assert_true(areas >= 4);
    ig_table_free(want);
    ig_table_free(in);
}

static void indirectly_standardised_rates_and_ratios(void **state)
{
    (void)state;
    ig_table *in = read_or_skip(PHE "dsr_isr_testdata_multiarea_isr.csv");
    ig_table *want = read_or_skip(PHE "dsr_isr_testresults_ISR.csv");
    double expected = 0.0;
    for (size_t i = 0; i < ig_table_rows(in); i++) {
        if (strcmp(text(in, i, "area"), "testdata_big") != 0) continue;
        expected += number(in, i, "pop") * number(in, i, "refcount") / number(in, i, "refpop");
    }
    for (size_t w = 0; w < ig_table_rows(want); w++) {
        const char *ratio = strstr(text(want, w, "statistic"), "ratio x ");
        const double by = ratio ? strtod(ratio + 8, NULL) : number(want, w, "ref_rate");
        const double observed = number(want, w, "observed");
        const bool own = strncmp(text(want, w, "area"), "testdata", 8) == 0;
        if (own) same(expected, number(want, w, "expected"), 1e-12);
        ig_rate r, wide;
        // of the other areas the expected events alone are printed
        const double events = own ? expected : number(want, w, "expected");
        assert_int_equal(ig_indirect_ratio(observed, events, 0.95, by, &r), IG_OK);
        assert_int_equal(ig_indirect_ratio(observed, events, 0.998, by, &wide), IG_OK);
        const double ours[] = {r.value, r.lower, r.upper, wide.lower, wide.upper};
        static const char *const names[] = {"value", "lower95_0cl", "upper95_0cl", "lower99_8cl",
                                            "upper99_8cl"};
        for (size_t k = 0; k < 5; k++) { // some rows have one level only
            if (!isnan(number(want, w, names[k]))) same(ours[k], number(want, w, names[k]), 1e-9);
        }
    }
    ig_table_free(want);
    ig_table_free(in);
}

// Where a count or share stands against limits at 95% and 99.8%, in upstream's words.
static const char *standing(double at, const double limit[4])
{
    return at > limit[3]   ? "High (0.001)"
           : at > limit[1] ? "High (0.025)"
           : at < limit[2] ? "Low (0.001)"
           : at < limit[0] ? "Low (0.025)"
                           : "Not significant";
}

static void count_funnel(double expected, double limit[4])
{
    assert_int_equal(ig_funnel_count(expected, 0.95, &limit[0], &limit[1]), IG_OK);
    assert_int_equal(ig_funnel_count(expected, 0.998, &limit[2], &limit[3]), IG_OK);
}

static void funnels_of_proportions(void **state)
{
    (void)state;
    ig_table *in = read_or_skip(PHE "funnel_prop_inputs.csv");
    ig_table *want = read_or_skip(PHE "funnel_prop_outputs.csv");
    double counts = 0.0, people = 0.0, limit[4];
    for (size_t i = 0; i < ig_table_rows(in); i++) {
        counts += number(in, i, "numerator");
        people += number(in, i, "denominator");
    }
    const double baseline = counts / people;
    for (size_t w = 0; w < ig_table_rows(want); w++) {
        const double n = number(want, w, "Population");
        same(100.0 * baseline, number(want, w, "Baseline"), 1e-7);
        assert_int_equal(ig_funnel_proportion(baseline, n, 0.95, &limit[0], &limit[1]), IG_OK);
        assert_int_equal(ig_funnel_proportion(baseline, n, 0.998, &limit[2], &limit[3]), IG_OK);
        same(100.0 * limit[0], number(want, w, "Lower2s0025limit"), 1e-6); // printed to 6 places
        same(100.0 * limit[1], number(want, w, "Upper2s0025limit"), 1e-6);
        same(100.0 * limit[2], number(want, w, "Lower3s0001limit"), 1e-6);
        same(100.0 * limit[3], number(want, w, "Upper3s0001limit"), 1e-6);
    }
    for (size_t i = 0; i < ig_table_rows(in); i++) {
        const double n = number(in, i, "denominator");
        assert_int_equal(ig_funnel_proportion(baseline, n, 0.95, &limit[0], &limit[1]), IG_OK);
        assert_int_equal(ig_funnel_proportion(baseline, n, 0.998, &limit[2], &limit[3]), IG_OK);
        assert_string_equal(standing(number(in, i, "numerator") / n, limit),
                            text(in, i, "significance"));
        compared++;
    }
    ig_table_free(want);
    ig_table_free(in);
}

static void funnels_of_ratios(void **state)
{
    (void)state;
    static const char *const columns[] = {"lower_2s_exp_events", "upper_2s_exp_events",
                                          "lower_3s_exp_events", "upper_3s_exp_events"};
    ig_table *in = read_or_skip(PHE "funnel_ratio_inputs.csv");
    ig_table *want = read_or_skip(PHE "funnel_ratio_outputs.csv");
    double limit[4];
    for (size_t w = 0; w < ig_table_rows(want); w++) {
        // Expected events at which so many observed ones touch the limit.
        const double observed = number(want, w, "Observed_events");
        for (size_t c = 0; c < 4; c++) {
            const double expected = number(want, w, columns[c]);
            count_funnel(expected, limit);
            // exact limits upstream; ours are Byar's from 10 events on
            same(limit[c], observed, observed > 8.5 ? 2e-2 : 1e-5);
            // The exact ones by themselves: upstream searches for them, and stops short of 1e-9.
            static const double tails[] = {0.975, 0.025, 0.999, 0.001};
            const double df = c % 2 ? 2.0 * observed : 2.0 * observed + 2.0;
            assert_near(ig_chi_square_quantile(tails[c], df) / 2.0, expected,
                        5e-6 + 4e-7 * expected);
            compared++;
        }
    }
    for (size_t i = 0; i < ig_table_rows(in); i++) {
        count_funnel(number(in, i, "expected"), limit);
        assert_string_equal(standing(number(in, i, "obs"), limit), text(in, i, "significance"));
        compared++;
    }
    ig_table_free(want);
    ig_table_free(in);
}

static void funnels_of_crude_rates(void **state)
{
    (void)state;
    ig_table *in = read_or_skip(PHE "funnel_rate_dsr_inputs.csv");
    double counts = 0.0, people = 0.0, limit[4];
    for (size_t i = 0; i < ig_table_rows(in); i++) {
        counts += number(in, i, "count");
        people += number(in, i, "pop");
    }
    for (size_t i = 0; i < ig_table_rows(in); i++) {
        count_funnel(counts / people * number(in, i, "pop"), limit);
        const char *want = text(in, i, "crude_per_100000_with_0");
        if (strncmp(want, "Not app", 7) == 0) continue;
        assert_string_equal(standing(number(in, i, "count"), limit), want);
        compared++;
    }
    ig_table_free(in);
}

static void means_with_students_limits(void **state)
{
    (void)state;
    ig_table *in = read_or_skip(PHE "mean_input.csv");
    ig_table *want = read_or_skip(PHE "mean_expected.csv");
    double values[64];
    for (size_t w = 0; w < ig_table_rows(want); w++) {
        const char *area = text(want, w, "area");
        const bool all = strcmp(area, "No grouping") == 0;
        size_t n = 0;
        for (size_t i = 0; i < ig_table_rows(in) && n < 64; i++) {
            if (all || strcmp(text(in, i, "area"), area) == 0)
                values[n++] = number(in, i, "values");
        }
        ig_rate r, wide;
        assert_int_equal(ig_mean(values, n, 0.95, &r), IG_OK);
        assert_int_equal(ig_mean(values, n, 0.998, &wide), IG_OK);
        same(r.value, number(want, w, "value"), 1e-9);
        same(r.lower, number(want, w, "lower95_0cl"), 1e-9);
        same(r.upper, number(want, w, "upper95_0cl"), 1e-9);
        same(wide.lower, number(want, w, "lower99_8cl"), 1e-9);
        same(wide.upper, number(want, w, "upper99_8cl"), 1e-9);
    }
    ig_table_free(want);
    ig_table_free(in);
}

static void life_expectancy_of_one_area(void **state)
{
    (void)state;
    ig_table *t = read_or_skip(PHE "life_expectancy.csv");
    double people[IG_LIFE_BANDS], deaths[IG_LIFE_BANDS];
    assert_int_equal(ig_table_rows(t), IG_LIFE_BANDS);
    for (size_t i = 0; i < IG_LIFE_BANDS; i++) {
        people[i] = number(t, i, "pops");
        deaths[i] = number(t, i, "deaths");
    }
    ig_rate out[IG_LIFE_BANDS];
    assert_int_equal(ig_life_expectancy(people, deaths, 0.95, out), IG_OK);
    for (size_t i = 0; i < IG_LIFE_BANDS; i++) {
        same(out[i].value, number(t, i, "ex"), 1e-9);
        same(out[i].lower, number(t, i, "lower95"), 1e-6); // upstream rounds z to 1.96
        same(out[i].upper, number(t, i, "upper95"), 1e-6);
    }
    ig_table_free(t);
}

// Same group of a row's quantiles as another row's, by the file's own word for the grouping.
static bool same_set(const ig_table *t, size_t a, size_t b)
{
    static const char *const by_all[] = {"QuantileNm", "GroupSet"};
    if (strcmp(text(t, b, "Test"), "BadPolarity") == 0) return false;
    for (size_t i = 0; i < 2; i++) {
        if (strcmp(text(t, a, by_all[i]), text(t, b, by_all[i])) != 0) return false;
    }
    const char *set = text(t, a, "GroupSet");
    if (strcmp(set, "None") == 0) return true;
    if (strcmp(text(t, a, "IndSexRef"), text(t, b, "IndSexRef")) != 0) return false;
    return strcmp(set, "IndSex") == 0 ||
           strcmp(text(t, a, "ParentCode"), text(t, b, "ParentCode")) == 0;
}

static void all_982_quantile_groups(void **state)
{
    (void)state;
    ig_table *t = read_or_skip(PHE "quantiles.csv");
    const size_t rows = ig_table_rows(t);
    double *values = calloc(rows, sizeof *values);
    int32_t *group = calloc(rows, sizeof *group);
    assert_true(values && group);
    size_t checked = 0;
    for (size_t i = 0; i < rows; i++) {
        if (strcmp(text(t, i, "Test"), "BadPolarity") == 0) continue;
        size_t n = 0, own = 0;
        for (size_t j = 0; j < rows; j++) {
            if (!same_set(t, i, j)) continue;
            if (j == i) own = n;
            values[n++] = number(t, j, "Value");
        }
        const char *name = text(t, i, "QuantileNm"), *polarity = text(t, i, "Polarity");
        const size_t k = *name == 'D' ? 10 : *name == 'S' ? 7 : 4;
        const bool highest = strcmp(text(t, i, "GroupSet"), "None") == 0 ||
                             strcmp(polarity, "RAG - Low is good") == 0 ||
                             strcmp(polarity, "True") == 0;
        assert_int_equal(ig_quantile_groups(values, n, k, highest, group), IG_OK);
        const double expected = number(t, i, "QuantileInGrp");
        assert_int_equal(group[own], isnan(expected) ? 0 : (int)expected);
        checked++;
    }
    assert_int_equal(checked, 982);
    compared += checked;
    free(group);
    free(values);
    ig_table_free(t);
}

static void recent_trends(void **state)
{
    (void)state;
    static const struct {
        const char *series, *trend, *judgement;
        ig_polarity polarity;
    } want[] = {
        {"DiabetesPrevelance", "increasing", "", IG_POLARITY_NONE},
        {"YorkshireMmrCoverage", "decreasing", "getting worse", IG_POLARITY_HIGH},
        {"DiabeticEyeDisease", "increasing", "getting worse", IG_POLARITY_LOW},
        {"Under75CancerMortality", "decreasing", "getting better", IG_POLARITY_LOW},
    };
    ig_table *t = read_or_skip(SHARED_DIR "/anchors/fingertips_trend/points.csv");
    for (size_t s = 0; s < sizeof want / sizeof *want; s++) {
        double y[5], lower[5], upper[5];
        size_t n = 0;
        for (size_t i = ig_table_rows(t); i > 0 && n < 5; i--) { // newest first in the file
            if (strcmp(text(t, i - 1, "series"), want[s].series) != 0) continue;
            y[n] = number(t, i - 1, "value");
            lower[n] = number(t, i - 1, "lower95");
            upper[n++] = number(t, i - 1, "upper95");
        }
        ig_trend_result r;
        assert_int_equal(ig_trend(y, lower, upper, n, want[s].polarity, &r), IG_OK);
        assert_string_equal(r.trend, want[s].trend);
        assert_string_equal(r.judgement, want[s].judgement);
        compared += 2;
    }
    const double y[] = {24.67, 24.6, 28, 30.2, 30.6}, l[] = {23.16, 23.15, 26.44, 28.63, 28.98};
    const double u[] = {26.25, 26.19, 29.64, 31.9, 32.25};
    ig_trend_result r;
    assert_int_equal(ig_trend(y, l, u, 5, IG_POLARITY_NONE, &r), IG_OK);
    assert_near(r.chi2, 46.77, 0.005);
    compared++;
    ig_table_free(t);
}

static int setup(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    return ctx ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ig_ctx_free(ctx);
    print_message("%zu published figures compared\n", compared);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_and_proportions),
        cmocka_unit_test(proportions_at_two_levels),
        cmocka_unit_test(rates_at_two_levels),
        cmocka_unit_test(directly_standardised_rates),
        cmocka_unit_test(rates_of_events_that_come_several_to_a_person),
        cmocka_unit_test(indirectly_standardised_rates_and_ratios),
        cmocka_unit_test(funnels_of_proportions),
        cmocka_unit_test(funnels_of_ratios),
        cmocka_unit_test(funnels_of_crude_rates),
        cmocka_unit_test(means_with_students_limits),
        cmocka_unit_test(life_expectancy_of_one_area),
        cmocka_unit_test(all_982_quantile_groups),
        cmocka_unit_test(recent_trends),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
