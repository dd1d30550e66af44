// Laws that hold for any numbers, and slow or simulated versions to compare with.
#include "near.h"

#include <inequality/inequality.h>

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static double uniform(uint32_t *seed)
{
    return ((double)next(seed) + .5) / 16777216.0;
}

enum { N = 12 };

struct made {
    double y[2 * N], p[2 * N], se[2 * N], rank[2 * N];
    ig_groups g;
};

static void make(struct made *m, uint32_t seed)
{
    for (size_t i = 0; i < N; i++) {
        m->y[i] = 1.0 + 40.0 * uniform(&seed);
        m->p[i] = 1.0 + (double)(next(&seed) % 500);
        m->se[i] = .2 + uniform(&seed);
        m->rank[i] = (double)(next(&seed) % 6); // ties
    }
    m->g = (ig_groups){.count = N, .value = m->y, .population = m->p, .se = m->se, .rank = m->rank};
}

typedef ig_status (*measure)(const ig_groups *, double, ig_estimate *);

static ig_status ci(const ig_groups *g, double c, ig_estimate *e)
{
    return ig_concentration(g, c, e, NULL);
}

static ig_status ci_absolute(const ig_groups *g, double c, ig_estimate *e)
{
    return ig_concentration(g, c, NULL, e);
}

static ig_status atkinson2(const ig_groups *g, double c, ig_estimate *e)
{
    return ig_atkinson(g, 2, c, e);
}

static ig_status atkinson1(const ig_groups *g, double c, ig_estimate *e)
{
    return ig_atkinson(g, 1, c, e);
}

static ig_status idisw(const ig_groups *g, double c, ig_estimate *e)
{
    return ig_idis(g, true, c, e);
}

static ig_status idisu(const ig_groups *g, double c, ig_estimate *e)
{
    return ig_idis(g, false, c, e);
}

static ig_status mdb(const ig_groups *g, double c, ig_estimate *e)
{
    return ig_mean_difference(g, ig_best_group(g, false), true, c, e);
}

static ig_status mdm(const ig_groups *g, double c, ig_estimate *e)
{
    return ig_mean_difference(g, SIZE_MAX, false, c, e);
}

static ig_status par(const ig_groups *g, double c, ig_estimate *e)
{
    return ig_par(g, ig_best_group(g, false), false, 0, c, e);
}

static ig_status paf(const ig_groups *g, double c, ig_estimate *e)
{
    return ig_paf(g, ig_best_group(g, false), false, 0, c, e);
}

static const struct {
    const char *name;
    measure of;
    int power;       ///< value scales with the y to this power
    bool delta;      ///< limits by the delta method
    double if_equal; ///< value when all groups are equal
} all[] = {
    {"sii", ig_sii, 1, true, 0},
    {"rii", ig_rii, 0, true, 1},
    {"ci", ci, 0, false, 0},
    {"ci_absolute", ci_absolute, 1, false, 0},
    {"gini", ig_gini_groups, 0, true, 0},
    {"theil", ig_theil, 0, true, 0},
    {"mld", ig_mld, 0, true, 0},
    {"atkinson 1", atkinson1, 0, true, 0},
    {"atkinson 2", atkinson2, 0, true, 0},
    {"hoover", ig_hoover, 0, true, 0},
    {"bgv", ig_bgv, 2, false, 0},
    {"bgsd", ig_bgsd, 1, true, 0},
    {"cov", ig_cov, 0, true, 0},
    {"idis weighted", idisw, 0, true, 0},
    {"idis", idisu, 0, true, 0},
    {"mdb", mdb, 1, true, 0},
    {"mdm", mdm, 1, true, 0},
    {"par", par, 1, true, 0},
    {"paf", paf, 0, true, 0},
};
enum { ALL = sizeof all / sizeof *all };

static double value_of(size_t m, const ig_groups *g)
{
    ig_estimate e;
    assert_int_equal(all[m].of(g, .95, &e), IG_OK);
    return e.value;
}

static void order_of_rows_does_not_matter(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed < 20; seed++) {
        struct made a, b;
        make(&a, seed);
        make(&b, seed);
        for (size_t i = 0; i < N; i++) {
            const size_t j = (5 * i + seed) % N;
            b.y[i] = a.y[j];
            b.p[i] = a.p[j];
            b.se[i] = a.se[j];
            b.rank[i] = a.rank[j];
        }
        for (size_t m = 0; m < ALL; m++)
            assert_near(value_of(m, &b.g), value_of(m, &a.g), 1e-11);
    }
}

static void measures_scale_as_they_must(void **state)
{
    (void)state;
    struct made a;
    make(&a, 5);
    for (size_t m = 0; m < ALL; m++) {
        const double before = value_of(m, &a.g);
        struct made b;
        make(&b, 5);
        for (size_t i = 0; i < N; i++) {
            b.y[i] *= 3.0;
            b.p[i] *= 7.0;
        }
        assert_near(value_of(m, &b.g), before * pow(3.0, all[m].power), 1e-9);
    }
}

static void a_group_cut_in_two_changes_nothing(void **state)
{
    (void)state;
    struct made a;
    make(&a, 8);
    for (size_t m = 0; m < ALL; m++) {
        if (strcmp(all[m].name, "idis") == 0 || strcmp(all[m].name, "mdm") == 0)
            continue; // counts groups, not people
        const double before = value_of(m, &a.g);
        struct made b;
        make(&b, 8);
        for (size_t i = 0; i < N; i++) { // ranks are kept, so the halves share one
            b.y[N + i] = b.y[i];
            b.se[N + i] = b.se[i];
            b.rank[N + i] = b.rank[i];
            b.p[N + i] = b.p[i] * .25;
            b.p[i] *= .75;
        }
        b.g.count = 2 * N;
        assert_near(value_of(m, &b.g), before, 1e-9);
    }
}

static void equal_values_have_no_inequality(void **state)
{
    (void)state;
    struct made a;
    make(&a, 2);
    for (size_t i = 0; i < N; i++)
        a.y[i] = 17.3;
    for (size_t m = 0; m < ALL; m++)
        assert_near(value_of(m, &a.g), all[m].if_equal, 1e-14);
}

static void limits_follow_from_the_slopes_of_the_measure(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed < 8; seed++) {
        struct made a;
        make(&a, seed);
        for (size_t i = 0; i < N; i++)
            a.se[i] *= .01; // rii's error is first order too
        for (size_t m = 0; m < ALL; m++) {
            if (!all[m].delta) continue;
            double var = 0.0;
            for (size_t i = 0; i < N; i++) { // central differences
                const double keep = a.y[i], h = 1e-5;
                a.y[i] = keep + h;
                const double up = value_of(m, &a.g);
                a.y[i] = keep - h;
                const double down = value_of(m, &a.g);
                a.y[i] = keep;
                var += pow((up - down) / (2 * h) * a.se[i], 2);
            }
            ig_estimate e;
            assert_int_equal(all[m].of(&a.g, .95, &e), IG_OK);
            assert_near(e.se, sqrt(var), 1e-5 * sqrt(var) + 1e-12);
        }
    }
}

static double normal(uint32_t *seed)
{
    return sqrt(-2 * log(uniform(seed))) * cos(2 * acos(-1.0) * uniform(seed));
}

static void error_of_the_variance_is_that_of_simulation(void **state)
{
    (void)state;
    struct made a;
    make(&a, 4);
    double centre[N], sum = 0.0, squares = 0.0;
    memcpy(centre, a.y, sizeof centre);
    ig_estimate e;
    assert_int_equal(ig_bgv(&a.g, .95, &e), IG_OK);
    const int draws = 20000;
    uint32_t seed = 99;
    for (int d = 0; d < draws; d++) {
        for (size_t i = 0; i < N; i++)
            a.y[i] = centre[i] + a.se[i] * normal(&seed);
        ig_estimate s;
        assert_int_equal(ig_bgv(&a.g, .95, &s), IG_OK);
        sum += s.value;
        squares += s.value * s.value;
    }
    const double sd = sqrt(squares / draws - sum / draws * (sum / draws));
    assert_near(e.se / sd, 1.0, .03);
}

static void gini_is_the_mean_difference_over_pairs(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed < 30; seed++) {
        struct made a;
        make(&a, seed);
        a.y[3] = a.y[7]; // a tie
        a.y[5] = 0;
        double people = 0, mean = 0, sum = 0;
        for (size_t i = 0; i < N; i++)
            people += a.p[i];
        for (size_t i = 0; i < N; i++) {
            mean += a.p[i] / people * a.y[i];
            for (size_t j = 0; j < N; j++)
                sum += a.p[i] / people * a.p[j] / people * fabs(a.y[i] - a.y[j]);
        }
        double g;
        assert_int_equal(ig_gini(a.y, a.p, N, &g), IG_OK);
        assert_near(g, sum / (2 * mean), 1e-13);
        assert_true(g >= 0 && g < 1);
        ig_estimate e;
        assert_int_equal(ig_gini_groups(&a.g, .95, &e), IG_OK);
        assert_near(e.value, g, 1e-13);
    }
}

static void gini_of_bare_arrays(void **state)
{
    (void)state;
    const double spelled_out[] = {5, 5, 20}, short_form[] = {5, 20}, residents[] = {2, 1};
    const double bad[] = {3, -1}, gap[] = {5, NAN, 5, 20}, zeros[] = {0, 0};
    double a, b, g = 42.0;
    assert_int_equal(ig_gini(spelled_out, NULL, 3, &a), IG_OK);
    assert_int_equal(ig_gini(short_form, residents, 2, &b), IG_OK);
    assert_near(a, b, 1e-12);
    assert_int_equal(ig_gini(gap, NULL, 4, &b), IG_OK);
    assert_near(a, b, 1e-12);
    assert_int_equal(ig_gini(bad, NULL, 2, &g), IG_EINVAL);
    assert_int_equal(ig_gini(zeros, NULL, 2, &g), IG_EUNDEFINED);
    assert_int_equal(ig_gini(NULL, NULL, 2, &g), IG_EINVAL);
    assert_near(g, 42.0, 0.0);
}

static void equal_ranks_share_the_middle(void **state)
{
    (void)state;
    // four areas of one person; two share a rank: b = .125, .5, .5, .875 in either order
    const double v[] = {1, 2, 9, 4}, w[] = {1, 9, 2, 4}, rank[] = {1, 2, 2, 3};
    ig_estimate a, b;
    assert_int_equal(
        ig_concentration(&(ig_groups){.count = 4, .value = v, .rank = rank}, .95, &a, NULL), IG_OK);
    assert_int_equal(
        ig_concentration(&(ig_groups){.count = 4, .value = w, .rank = rank}, .95, &b, NULL), IG_OK);
    assert_near(a.value, b.value, 1e-15);
    assert_near(a.value, 2.0 / 16 * (1 * -.375 + 4 * .375), 1e-15);
}

static void groups_without_people_drop_out(void **state)
{
    (void)state;
    const double v[] = {30, 99, 26, 22, 19, 15}, p[] = {2400, 0, 2200, 2000, 1800, 1600};
    ig_estimate e;
    assert_int_equal(ig_sii(&(ig_groups){.count = 6, .value = v, .population = p}, .95, &e), IG_OK);
    assert_near(e.value, -18.383459, 5e-7);
    assert_true(isnan(e.lower));
    assert_non_null(e.reason);
}

static void what_is_missing_says_why(void **state)
{
    (void)state;
    const double v[] = {3, NAN, 1, 2}, neg[] = {3, -1, 1, 2}, zero[] = {0, 0, 0}, p[] = {0, 0, 0};
    const double rising[] = {-9, 1, 11};
    const ig_groups gap = {.count = 4, .value = v};
    ig_estimate e;
    for (size_t m = 0; m < ALL; m++) {
        assert_int_equal(all[m].of(&gap, .95, &e), IG_OK);
        assert_true(isnan(e.value) && isnan(e.lower) && isnan(e.se));
        assert_string_equal(e.reason, "a group has no value");
        assert_int_equal(all[m].of(&(ig_groups){.count = 3, .value = v, .population = p}, .95, &e),
                         IG_OK);
        assert_non_null(e.reason);
        assert_true(isnan(e.value));
    }
    ig_groups rest = gap;
    rest.skip_missing = true;
    assert_int_equal(ig_sii(&rest, .95, &e), IG_OK);
    assert_near(e.value, -1.5, 1e-12); // ranks 1/6, 1/2, 5/6; values 3 1 2
    assert_int_equal(ig_sii(&(ig_groups){.count = 2, .value = v + 2}, .95, &e), IG_OK);
    assert_string_equal(e.reason, "fewer than 3 groups");
    assert_int_equal(ig_rii(&(ig_groups){.count = 3, .value = rising}, .95, &e), IG_OK);
    assert_string_equal(e.reason, "the intercept is not above 0");
    assert_int_equal(ci(&(ig_groups){.count = 3, .value = zero}, .95, &e), IG_OK);
    assert_string_equal(e.reason, "the mean is 0");
    assert_int_equal(ig_theil(&(ig_groups){.count = 4, .value = neg}, .95, &e), IG_OK);
    assert_string_equal(e.reason, "undefined with negative values");
    assert_int_equal(ig_mld(&(ig_groups){.count = 3, .value = zero}, .95, &e), IG_OK);
    assert_string_equal(e.reason, "undefined with a value of 0");
    assert_int_equal(ig_ratio(&(ig_groups){.count = 3, .value = zero}, .95, &e), IG_OK);
    assert_true(isnan(e.value));
}

static void no_bounded_interval_when_the_intercept_may_be_0(void **state)
{
    (void)state;
    const double v[] = {1, 2, 3}, wide[] = {5, 5, 5};
    ig_estimate e;
    assert_int_equal(ig_rii(&(ig_groups){.count = 3, .value = v, .se = wide}, .95, &e), IG_OK);
    assert_true(e.value > 0 && isnan(e.lower) && isnan(e.upper));
    assert_non_null(strstr(e.reason, "no bounded interval"));
}

static void wrong_use_leaves_the_result_alone(void **state)
{
    (void)state;
    const double v[] = {1, 2, 3}, bad[] = {1, -1, 1}, nan[] = {1, NAN, 1};
    ig_estimate e = {.value = 42};
    assert_int_equal(ig_sii(&(ig_groups){.count = 3, .value = v, .population = bad}, .95, &e),
                     IG_EINVAL);
    assert_int_equal(ig_sii(&(ig_groups){.count = 3, .value = v, .population = nan}, .95, &e),
                     IG_EINVAL);
    assert_int_equal(ig_sii(&(ig_groups){.count = 3, .value = v, .se = bad}, .95, &e), IG_EINVAL);
    assert_int_equal(ig_sii(&(ig_groups){.count = 3, .value = v}, 95, &e), IG_EINVAL);
    assert_int_equal(ig_sii(&(ig_groups){.count = 3}, .95, &e), IG_EINVAL);
    assert_int_equal(ig_difference_between(&(ig_groups){.count = 3, .value = v}, 0, 3, .95, &e),
                     IG_EINVAL);
    assert_near(e.value, 42, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_of_rows_does_not_matter),
        cmocka_unit_test(measures_scale_as_they_must),
        cmocka_unit_test(a_group_cut_in_two_changes_nothing),
        cmocka_unit_test(equal_values_have_no_inequality),
        cmocka_unit_test(limits_follow_from_the_slopes_of_the_measure),
        cmocka_unit_test(error_of_the_variance_is_that_of_simulation),
        cmocka_unit_test(gini_is_the_mean_difference_over_pairs),
        cmocka_unit_test(gini_of_bare_arrays),
        cmocka_unit_test(equal_ranks_share_the_middle),
        cmocka_unit_test(groups_without_people_drop_out),
        cmocka_unit_test(what_is_missing_says_why),
        cmocka_unit_test(no_bounded_interval_when_the_intercept_may_be_0),
        cmocka_unit_test(wrong_use_leaves_the_result_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
