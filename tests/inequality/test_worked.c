// The worked example: five groups, each figure also worked by hand on paper.
#include "near.h"

#include <inequality/inequality.h>

static const double y[] = {30, 26, 22, 19, 15}, people[] = {2400, 2200, 2000, 1800, 1600};
static const double se[] = {1.2, 1.1, 1, .9, .9};
static const ig_groups five = {.count = 5, .value = y, .population = people, .se = se};

static void z_of_the_usual_levels(void **state)
{
    (void)state;
    assert_near(ig_normal_z(.90), 1.644853627, 5e-10);
    assert_near(ig_normal_z(.95), 1.959963985, 5e-10);
    assert_near(ig_normal_z(.98), 2.326347874, 5e-10);
    assert_near(ig_normal_z(.99), 2.575829304, 5e-10);
    assert_near(ig_normal_z(.998), 3.090232306, 5e-10);
    assert_true(isnan(ig_normal_z(0)) && isnan(ig_normal_z(1)) && isnan(ig_normal_z(NAN)));
}

static void slope_and_relative_index(void **state)
{
    (void)state;
    ig_estimate e;
    double b0;
    assert_int_equal(ig_sii(&five, .95, &e), IG_OK);
    assert_near(e.value, -18.383459, 5e-7);
    assert_near(e.se, 1.715323, 5e-7);
    assert_near(e.lower, -21.745429, 5e-7);
    assert_near(e.upper, -15.021488, 5e-7);
    assert_null(e.reason);
    assert_int_equal(ig_slope_intercept(&five, &b0), IG_OK);
    assert_near(b0, 32.331729, 5e-7);
    assert_int_equal(ig_rii(&five, .95, &e), IG_OK);
    assert_near(e.value, .431411, 5e-7);
    assert_near(e.lower, .364563, 5e-7);
    assert_near(e.upper, .505978, 5e-7);
    assert_non_null(strstr(e.method, "Fieller"));
}

static void slopes_on_another_scale(void **state)
{
    (void)state;
    ig_estimate sii, rii;
    assert_int_equal(ig_slope_transformed(&five, IG_TRANSFORM_LOG, .95, &sii, &rii), IG_OK);
    assert_near(sii.value, -19.204902, 5e-7);
    assert_near(rii.value, .436601, 5e-7);
    double shares[5];
    for (int i = 0; i < 5; i++)
        shares[i] = y[i] / 100.0;
    const ig_groups g = {.count = 5, .value = shares, .population = people};
    assert_int_equal(ig_slope_transformed(&g, IG_TRANSFORM_LOGIT, .95, &sii, &rii), IG_OK);
    assert_near(100 * sii.value, -18.685291, 5e-7);
    assert_near(rii.value, .440161, 5e-7);
    assert_true(isnan(sii.lower));
    assert_non_null(sii.reason);
}

static void transforms_need_values_they_can_take(void **state)
{
    (void)state;
    const double zero[] = {3, 2, 0}, one[] = {1, .5, .2};
    ig_estimate sii;
    assert_int_equal(ig_slope_transformed(&(ig_groups){.count = 3, .value = zero}, IG_TRANSFORM_LOG,
                                          .95, &sii, NULL),
                     IG_OK);
    assert_true(isnan(sii.value));
    assert_non_null(strstr(sii.reason, "log"));
    assert_int_equal(ig_slope_transformed(&(ig_groups){.count = 3, .value = one},
                                          IG_TRANSFORM_LOGIT, .95, &sii, NULL),
                     IG_OK);
    assert_non_null(strstr(sii.reason, "logit"));
}

static void concentration(void **state)
{
    (void)state;
    ig_estimate c, a, e;
    assert_int_equal(ig_concentration(&five, .95, &c, &a), IG_OK);
    assert_near(c.value, -.126793, 5e-7);
    assert_near(a.value, -2.934, 5e-7);
    assert_int_equal(ig_erreygers(&five, 0, 100, .95, &e), IG_OK);
    ig_estimate relative, absolute;
    assert_int_equal(ig_concentration(&five, .95, &relative, &absolute), IG_OK);
    assert_near(e.se, 4.0 / 100.0 * absolute.se, 1e-15); // the same index, another scale
    assert_near(e.value, -.117360, 5e-7);
    assert_int_equal(ig_wagstaff(&five, 0, 100, .95, &e), IG_OK);
    assert_near(e.value, -.164967, 5e-7);
    assert_int_equal(ig_erreygers(&five, 0, 20, .95, &e), IG_OK);
    assert_true(isnan(e.value));
    assert_non_null(strstr(e.reason, "outside"));
}

static void gaps_between_the_ends(void **state)
{
    (void)state;
    ig_estimate e;
    assert_int_equal(ig_difference(&five, .95, &e), IG_OK);
    assert_near(e.value, 15, 0);
    assert_near(e.se, 1.5, 1e-12); // sqrt(1.2^2 + .9^2)
    assert_int_equal(ig_ratio(&five, .95, &e), IG_OK);
    assert_near(e.value, 2, 0);
    const double log_se = sqrt(.04 * .04 + .06 * .06);
    assert_near(e.lower, 2 * exp(-1.959963984540054 * log_se), 1e-12);
    assert_near(e.upper, 2 * exp(1.959963984540054 * log_se), 1e-12);
    assert_int_equal(ig_difference_between(&five, 1, 2, .95, &e), IG_OK);
    assert_near(e.value, 4, 0);
}

static void population_attributable_risk(void **state)
{
    (void)state;
    ig_estimate e;
    assert_int_equal(ig_best_group(&five, false), 4);
    assert_int_equal(ig_par(&five, 4, false, 0, .95, &e), IG_OK);
    assert_near(e.value, -8.14, 1e-12);
    assert_int_equal(ig_paf(&five, 4, false, 0, .95, &e), IG_OK);
    assert_near(e.value, -35.177, 5e-4);
    assert_int_equal(ig_par(&five, 0, false, 0, .95, &e), IG_OK); // the worst as reference
    assert_near(e.value, 0, 0);
    assert_non_null(e.reason);
}

static double value(ig_status (*measure)(const ig_groups *, double, ig_estimate *))
{
    ig_estimate e;
    assert_int_equal(measure(&five, .95, &e), IG_OK);
    assert_null(e.reason);
    assert_true(e.lower < e.value && e.value < e.upper);
    return e.value;
}

static void measures_without_order(void **state)
{
    (void)state;
    ig_estimate e;
    double g;
    assert_near(value(ig_gini_groups), .126793, 5e-7);
    assert_int_equal(ig_gini(y, people, 5, &g), IG_OK);
    assert_near(g, .126793, 5e-7);
    assert_near(value(ig_theil), .025889, 5e-7);
    assert_near(value(ig_mld), .026999, 5e-7);
    const double epsilon[] = {.5, 1, 2}, expected[] = {.013147, .026637, .054223};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ig_atkinson(&five, epsilon[i], .95, &e), IG_OK);
        assert_near(e.value, expected[i], 5e-7);
    }
    assert_near(value(ig_hoover), .098341, 5e-7);
    assert_near(value(ig_bgv), 27.0404, 1e-9);
    assert_near(value(ig_bgsd), sqrt(27.0404), 1e-9);
    assert_near(value(ig_cov), 100 * sqrt(27.0404) / 23.14, 1e-9);
    assert_int_equal(ig_idis(&five, true, .95, &e), IG_OK);
    assert_near(e.value, 200 * .098341, 1e-4);
    assert_int_equal(ig_idis(&five, false, .95, &e), IG_OK);
    assert_near(e.value, 100 * (6.86 + 2.86 + 1.14 + 4.14 + 8.14) / 5 / 23.14, 1e-9);
    assert_int_equal(ig_mean_difference(&five, 4, true, .95, &e), IG_OK);
    assert_near(e.value, 8.14, 1e-12); // the best is the last: mean less best
    assert_int_equal(ig_mean_difference(&five, 4, false, .95, &e), IG_OK);
    assert_near(e.value, (15 + 11 + 7 + 4) / 5.0, 1e-12);
    assert_int_equal(ig_mean_difference(&five, SIZE_MAX, false, .95, &e), IG_OK);
    assert_near(e.value, (6.86 + 2.86 + 1.14 + 4.14 + 8.14) / 5, 1e-12);
}

static void theil_splits_exactly(void **state)
{
    (void)state;
    const double v[] = {0, 0, 0, 10, 10, 10}; // PySAL inequality, tests
    const size_t parent[] = {0, 0, 0, 1, 1, 1}, halves[] = {0, 0, 1, 1, 1};
    double between, within;
    const ig_groups g = {.count = 6, .value = v};
    ig_estimate t;
    assert_int_equal(ig_theil(&g, .95, &t), IG_OK);
    assert_near(t.value, log(2.0), 1e-15);
    assert_int_equal(ig_theil_split(&g, parent, 2, &between, &within), IG_OK);
    assert_near(between, log(2.0), 1e-15);
    assert_near(within, 0, 0);
    assert_int_equal(ig_theil(&five, .95, &t), IG_OK);
    assert_int_equal(ig_theil_split(&five, halves, 2, &between, &within), IG_OK);
    assert_near(between + within, t.value, 1e-15);
    assert_true(between > 0 && within > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(z_of_the_usual_levels),
        cmocka_unit_test(slope_and_relative_index),
        cmocka_unit_test(slopes_on_another_scale),
        cmocka_unit_test(transforms_need_values_they_can_take),
        cmocka_unit_test(concentration),
        cmocka_unit_test(gaps_between_the_ends),
        cmocka_unit_test(population_attributable_risk),
        cmocka_unit_test(measures_without_order),
        cmocka_unit_test(theil_splits_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
