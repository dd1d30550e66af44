// The gap: rows and measures by hand, limits against a slow jackknife, laws.
#include "near.h"

#include <access/access.h>

static ig_ctx *ctx;

/// Six areas in five deciles; one has people whom nobody reaches, one reaches only half.
static const double people[] = {100, 200, 300, 100, 300, 50};
static const double reached[] = {100, 200, 300, 50, 300, 0};
static const double mean[] = {20, 14, 12, 30, 5, NAN};
static const double decile[] = {1, 2, 4, 4, 9, 10};
static const double within10[] = {0, 25, 50, 0, 100, 0}, within20[] = {60, 100, 90, 10, 100, 0};
static const double *const within[] = {within10, within20};
static const double threshold[] = {10, 20};
static const char *const ward[] = {"W1", "W1", "W2", "W2", "W3", NULL};
static const char *const district[] = {"D1", "D1", "D1", "D1", "D2", "D2"};
static const char *const *const columns[] = {ward, district};
static const char *const names[] = {"ward", "district"};

static ig_gap_input input(void)
{
    return (ig_gap_input){.areas = 6,
                          .people = people,
                          .people_reached = reached,
                          .minutes_mean = mean,
                          .thresholds = 2,
                          .threshold = threshold,
                          .within = within,
                          .decile = decile,
                          .groupings = 2,
                          .grouping = names,
                          .group = columns,
                          .within_grouping = "district"};
}

static size_t row_of(const ig_result *r, const char *grouping, const char *group)
{
    for (size_t i = 0; i < r->rows; i++)
        if (strcmp(ig_result_find(r, "grouping")->text[i], grouping) == 0 &&
            strcmp(ig_result_find(r, "group")->text[i], group) == 0)
            return i;
    fail_msg("no row %s %s", grouping, group);
    return 0;
}

static double cell(const ig_result *r, const char *grouping, const char *group, const char *column)
{
    return ig_result_find(r, column)->number[row_of(r, grouping, group)];
}

static size_t measure_row(const ig_result *m, const char *measure, const char *grouping)
{
    for (size_t i = 0; i < m->rows; i++)
        if (strcmp(ig_result_find(m, "measure")->text[i], measure) == 0 &&
            strcmp(ig_result_find(m, "grouping")->text[i], grouping) == 0)
            return i;
    fail_msg("no measure %s %s", measure, grouping);
    return 0;
}

static double measure(const ig_result *m, const char *name, const char *grouping,
                      const char *column)
{
    return ig_result_find(m, column)->number[measure_row(m, name, grouping)];
}

static const char *words(const ig_result *m, const char *name, const char *grouping,
                         const char *column)
{
    return ig_result_find(m, column)->text[measure_row(m, name, grouping)];
}

static void work(const ig_gap_input *in, ig_result **rows, ig_result **measures)
{
    ig_status status = ig_gap(ctx, in, rows, measures);
    if (status) fail_msg("%s", ig_ctx_message(ctx));
}

static void columns_are_those_of_the_contract(void **state)
{
    (void)state;
    static const char *const wanted[] = {
        "grouping",         "group",        "people",         "people_reached",
        "people_unreached", "minutes_mean", "minutes_median", "within_10",
        "within_20",        "gap_all",      "gap_within"};
    static const char *const measures_wanted[] = {"measure", "grouping", "estimate", "lower",
                                                  "upper",   "se",       "method",   "reason"};
    const ig_gap_input in = input();
    ig_result *rows, *measures;
    work(&in, &rows, &measures);
    assert_int_equal(rows->count, 11);
    for (size_t i = 0; i < 11; i++)
        assert_string_equal(rows->columns[i].name, wanted[i]);
    assert_int_equal(measures->count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_string_equal(measures->columns[i].name, measures_wanted[i]);
    // all, 5 deciles, 3 quintiles, core20 and rest, 3 wards, 2 districts
    assert_int_equal(rows->rows, 1 + 5 + 3 + 2 + 3 + 2);
    assert_int_equal(measures->rows, 1 + 6 + 6);
    ig_result_free(rows);
    ig_result_free(measures);
}

static void rows_by_hand(void **state)
{
    (void)state;
    const ig_gap_input in = input();
    ig_result *r, *measures;
    work(&in, &r, &measures);
    const double all = (2000 + 2800 + 3600 + 1500 + 1500) / 950.0; // 12
    assert_near(cell(r, "all", "all", "people"), 1050, 0);
    assert_near(cell(r, "all", "all", "people_reached"), 950, 0);
    assert_near(cell(r, "all", "all", "people_unreached"), 100, 0);
    assert_near(cell(r, "all", "all", "minutes_mean"), all, 1e-12);
    assert_near(cell(r, "all", "all", "minutes_median"), 12, 0); // 5: 300, 12: 600 of 950
    assert_near(cell(r, "all", "all", "within_10"), 100 * (50 + 150 + 300) / 1050.0, 1e-12);
    assert_near(cell(r, "all", "all", "gap_all"), 0, 1e-12);
    assert_near(cell(r, "core20", "core20", "minutes_mean"), 16, 1e-12);
    assert_near(cell(r, "core20", "core20", "minutes_median"), 14, 0);
    assert_near(cell(r, "core20", "core20", "gap_all"), 16 - all, 1e-12);
    assert_near(cell(r, "core20", "core20", "gap_within"), 16 - 9900 / 650.0, 1e-12);
    assert_near(cell(r, "core20", "rest", "within_20"), 100 * (270 + 10 + 300) / 750.0, 1e-12);
    assert_true(isnan(cell(r, "core20", "rest", "gap_within"))); // in two districts
    assert_near(cell(r, "quintile", "1", "people"), 300, 0);
    assert_near(cell(r, "quintile", "2", "minutes_mean"), 5100 / 350.0, 1e-12);
    assert_near(cell(r, "decile", "10", "people_unreached"), 50, 0);
    assert_true(isnan(cell(r, "decile", "10", "minutes_mean")));
    assert_near(cell(r, "decile", "10", "within_20"), 0, 0);
    assert_near(cell(r, "ward", "W2", "gap_within"), 5100 / 350.0 - 9900 / 650.0, 1e-12);
    assert_near(cell(r, "district", "D2", "gap_within"), 0, 0);
    assert_near(cell(r, "ward", "W3", "gap_within"), 0, 1e-12);
    ig_result_free(r);
    ig_result_free(measures);
}

static void measures_are_those_of_the_group_means(void **state)
{
    (void)state;
    const ig_gap_input in = input();
    ig_result *rows, *m;
    work(&in, &rows, &m);
    const double y[] = {16, 5100 / 350.0, 5}, n[] = {300, 350, 300}; // quintiles 1, 2, 5
    const ig_groups g = {.count = 3, .value = y, .population = n};
    ig_estimate e, absolute;
    assert_int_equal(ig_sii(&g, .95, &e), IG_OK);
    assert_near(measure(m, "sii", "quintile", "estimate"), e.value, 1e-12);
    assert_int_equal(ig_rii(&g, .95, &e), IG_OK);
    assert_near(measure(m, "rii", "quintile", "estimate"), e.value, 1e-12);
    assert_int_equal(ig_concentration(&g, .95, &e, &absolute), IG_OK);
    assert_near(measure(m, "ci", "quintile", "estimate"), e.value, 1e-12);
    assert_near(measure(m, "ci_absolute", "quintile", "estimate"), absolute.value, 1e-12);
    assert_near(measure(m, "difference", "quintile", "estimate"), 11, 1e-12);
    assert_near(measure(m, "ratio", "quintile", "estimate"), 3.2, 1e-12);
    assert_near(measure(m, "difference", "decile", "estimate"), 20 - 5, 1e-12); // 10 drops out
    assert_near(measure(m, "core20_gap", "core20", "estimate"), 16 - 6600 / 650.0, 1e-12);
    // one area alone at an end has no jackknife
    assert_true(isnan(measure(m, "difference", "decile", "lower")));
    assert_non_null(strstr(words(m, "difference", "decile", "reason"), "one area only"));
    assert_null(words(m, "core20_gap", "core20", "reason"));
    assert_non_null(strstr(words(m, "core20_gap", "core20", "method"), "jackknife over areas"));
    ig_result_free(rows);
    ig_result_free(m);
}

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

enum { N = 40 };

struct made {
    double people[N], reached[N], mean[N], decile[N];
    ig_gap_input in;
};

static void make(struct made *m, uint32_t seed)
{
    for (size_t i = 0; i < N; i++) {
        m->people[i] = 100 + (double)(next(&seed) % 2000);
        m->reached[i] = next(&seed) % 9 ? m->people[i] - (double)(next(&seed) % 50) : 0;
        m->mean[i] = m->reached[i] > 0 ? 2 + (double)(next(&seed) % 400) / 10 : NAN;
        m->decile[i] = (double)(1 + i % 10);
    }
    m->in = (ig_gap_input){.areas = N,
                           .people = m->people,
                           .people_reached = m->reached,
                           .minutes_mean = m->mean,
                           .decile = m->decile};
}

/// The same with area `out` gone.
static double without(const struct made *m, size_t out, const char *name, const char *grouping)
{
    struct made less = *m;
    for (size_t i = out; i + 1 < N; i++) {
        less.people[i] = m->people[i + 1];
        less.reached[i] = m->reached[i + 1];
        less.mean[i] = m->mean[i + 1];
        less.decile[i] = m->decile[i + 1];
    }
    less.in = (ig_gap_input){.areas = N - 1,
                             .people = less.people,
                             .people_reached = less.reached,
                             .minutes_mean = less.mean,
                             .decile = less.decile};
    ig_result *rows, *measures;
    work(&less.in, &rows, &measures);
    const double value = measure(measures, name, grouping, "estimate");
    ig_result_free(rows);
    ig_result_free(measures);
    return value;
}

static void limits_are_those_of_leaving_one_area_out(void **state)
{
    (void)state;
    static const struct {
        const char *name, *grouping;
        bool log;
    } cases[] = {{"sii", "quintile", false},        {"sii", "decile", false},
                 {"ci", "decile", false},           {"core20_gap", "core20", false},
                 {"difference", "quintile", false}, {"ratio", "quintile", true},
                 {"rii", "quintile", true}};
    struct made m;
    make(&m, 12);
    ig_result *rows, *measures;
    work(&m.in, &rows, &measures);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        double x[N], centre = 0, squares = 0;
        size_t n = 0;
        for (size_t i = 0; i < N; i++) {
            if (m.reached[i] == 0) continue;
            x[n] = without(&m, i, cases[c].name, cases[c].grouping);
            if (cases[c].log) x[n] = log(x[n]);
            centre += x[n++];
        }
        centre /= (double)n;
        for (size_t i = 0; i < n; i++)
            squares += (x[i] - centre) * (x[i] - centre);
        const double se = sqrt((double)(n - 1) / (double)n * squares);
        const double value = measure(measures, cases[c].name, cases[c].grouping, "estimate");
        const double lower =
            cases[c].log ? value * exp(-1.959963984540054 * se) : value - 1.959963984540054 * se;
        assert_near(measure(measures, cases[c].name, cases[c].grouping, "lower"), lower,
                    1e-9 * (1 + fabs(lower)));
    }
    ig_result_free(rows);
    ig_result_free(measures);
}

static void order_and_scale(void **state)
{
    (void)state;
    struct made a, b;
    make(&a, 31);
    make(&b, 31);
    for (size_t i = 0; i < N; i++) {
        const size_t j = N - 1 - i;
        b.people[i] = 3 * a.people[j];
        b.reached[i] = 3 * a.reached[j];
        b.mean[i] = 2 * a.mean[j];
        b.decile[i] = a.decile[j];
    }
    ig_result *ra, *ma, *rb, *mb;
    work(&a.in, &ra, &ma);
    work(&b.in, &rb, &mb);
    for (size_t i = 0; i < ra->rows; i++) {
        const char *grouping = ra->columns[0].text[i], *group = ra->columns[1].text[i];
        assert_near(cell(rb, grouping, group, "people_reached"),
                    3 * cell(ra, grouping, group, "people_reached"), 1e-6);
        assert_near(cell(rb, grouping, group, "minutes_median"),
                    2 * cell(ra, grouping, group, "minutes_median"), 1e-9);
    }
    assert_near(measure(mb, "sii", "decile", "se"), 2 * measure(ma, "sii", "decile", "se"), 1e-9);
    assert_near(measure(mb, "ci", "decile", "upper"), measure(ma, "ci", "decile", "upper"), 1e-12);
    ig_result_free(ra);
    ig_result_free(rb);
    ig_result_free(ma);
    ig_result_free(mb);
}

static void areas_without_decile_are_told(void **state)
{
    (void)state;
    struct made m;
    make(&m, 8);
    m.decile[3] = NAN;
    ig_result *rows, *measures;
    work(&m.in, &rows, &measures);
    double sum = 0;
    for (size_t i = 0; i < rows->rows; i++)
        if (strcmp(rows->columns[0].text[i], "decile") == 0) sum += rows->columns[2].number[i];
    assert_near(sum + m.people[3], cell(rows, "all", "all", "people"), 1e-6);
    assert_int_equal(ig_ctx_warnings(ctx), 1);
    assert_non_null(strstr(ig_ctx_warning(ctx, 0), "1 area with"));
    ig_result_free(rows);
    ig_result_free(measures);
}

static void nobody_of_core20_is_no_gap(void **state)
{
    (void)state;
    struct made m;
    make(&m, 9);
    for (size_t i = 0; i < N; i++)
        m.decile[i] = 3 + (double)(i % 2);
    ig_result *rows, *measures;
    work(&m.in, &rows, &measures);
    assert_true(isnan(measure(measures, "core20_gap", "core20", "estimate")));
    assert_non_null(strstr(words(measures, "core20_gap", "core20", "reason"), "CORE20"));
    assert_string_equal(words(measures, "sii", "decile", "reason"), "fewer than 3 groups");
    assert_false(isnan(measure(measures, "ratio", "decile", "lower")));
    ig_result_free(rows);
    ig_result_free(measures);
}

static void without_deciles_there_are_rows_alone(void **state)
{
    (void)state;
    ig_gap_input in = input();
    in.decile = NULL;
    ig_result *rows, *measures;
    work(&in, &rows, &measures);
    assert_int_equal(rows->rows, 1 + 3 + 2);
    assert_int_equal(measures->rows, 0);
    ig_result_free(rows);
    ig_result_free(measures);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    ig_result *rows = NULL, *measures = NULL;
    ig_gap_input in = input();
    const double bad_decile[] = {1, 2, 4, 11, 9, 10}, half[] = {1, 2, 2.5, 1, 9, 10};
    const double more[] = {100, 200, 301, 50, 300, 0}, gone[] = {20, NAN, 12, 30, 5, NAN};
    in.decile = bad_decile;
    assert_int_equal(ig_gap(ctx, &in, &rows, &measures), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "decile 11"));
    in.decile = half;
    assert_int_equal(ig_gap(ctx, &in, &rows, &measures), IG_EFORMAT);
    in = input();
    in.people_reached = more;
    assert_int_equal(ig_gap(ctx, &in, &rows, &measures), IG_EFORMAT);
    in = input();
    in.minutes_mean = gone;
    assert_int_equal(ig_gap(ctx, &in, &rows, &measures), IG_EFORMAT);
    in = input();
    in.within_grouping = "county";
    assert_int_equal(ig_gap(ctx, &in, &rows, &measures), IG_EINVAL);
    assert_null(rows);
}

static int begin(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    return ctx ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    ig_ctx_free(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(columns_are_those_of_the_contract, begin, end),
        cmocka_unit_test_setup_teardown(rows_by_hand, begin, end),
        cmocka_unit_test_setup_teardown(measures_are_those_of_the_group_means, begin, end),
        cmocka_unit_test_setup_teardown(limits_are_those_of_leaving_one_area_out, begin, end),
        cmocka_unit_test_setup_teardown(order_and_scale, begin, end),
        cmocka_unit_test_setup_teardown(areas_without_decile_are_told, begin, end),
        cmocka_unit_test_setup_teardown(nobody_of_core20_is_no_gap, begin, end),
        cmocka_unit_test_setup_teardown(without_deciles_there_are_rows_alone, begin, end),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
