// Moran, Geary, G, local Moran and Gi against hand-worked and published figures.
#include "near.h"

#include <spatial/spatial.h>

static ig_ctx *ctx;

// 2 rows of 3: 1 2 3 / 2 4 6, rook.
static ig_weights *small_grid(void)
{
    static size_t start[] = {0, 2, 5, 7, 9, 12, 14};
    static size_t neighbour[] = {1, 3, 0, 2, 4, 1, 5, 0, 4, 1, 3, 5, 2, 4};
    static double weight[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    static ig_weights w = {6, start, neighbour, weight};
    return &w;
}

static const double small_values[] = {1, 2, 3, 2, 4, 6};

// Six points of the published example, all pairs within 15 of each other.
static const double px[] = {10, 20, 40, 15, 30, 30}, py[] = {10, 10, 10, 20, 20, 30};
static const double y[] = {2, 3, 3.2, 5, 8, 7};

static void moran_of_six_cells_by_hand(void **state)
{
    (void)state;
    ig_global random, normal;
    assert_int_equal(ig_moran(small_values, small_grid(), &random, &normal), IG_OK);
    assert_near(random.estimate, 0.267857, 5e-7); // 6/14 * 10/16
    assert_near(random.expected, -0.2, 1e-15);
}

static void moran_variances_of_the_three_by_three_lattice(void **state)
{
    (void)state;
    double x[9], yy[9], value[9];
    for (int i = 0; i < 9; i++) {
        x[i] = i % 3;
        yy[i] = (double)(i / 3);
        value[i] = i + 1.0;
    }
    ig_weights *w = NULL;
    assert_int_equal(ig_weights_distance(x, yy, 9, 1.0, &w), IG_OK);
    assert_int_equal(w->start[9], 24); // 12 shared sides
    ig_global random, normal;
    assert_int_equal(ig_moran(value, w, &random, &normal), IG_OK);
    assert_near(random.variance, 0.0596875, 1e-7); // esda's tests
    assert_near(normal.variance, 0.053125, 1e-7);
    ig_weights_free(w);
}

static void general_g_and_gi_of_six_points(void **state)
{
    (void)state;
    ig_weights *w = NULL;
    assert_int_equal(ig_weights_distance(px, py, 6, 15.0, &w), IG_OK);
    ig_global g;
    assert_int_equal(ig_general_g(y, w, &g), IG_OK);
    assert_near(g.estimate, 0.55709779, 1e-8); // esda's tests
    assert_near(g.p / 2.0, 0.172936, 2e-6);    // printed there one-sided
    ig_local out[6];
    assert_int_equal(ig_local_statistics(ctx, IG_LOCAL_GI, y, w, NULL, 1, 0, out), IG_OK);
    assert_near(out[0].z, -1.0136729, 1e-6);
    assert_int_equal(ig_local_statistics(ctx, IG_LOCAL_GI_STAR, y, w, NULL, 1, 0, out), IG_OK);
    assert_near(out[0].z, -1.39727626, 1e-6);
    ig_weights_standardise(w);
    assert_int_equal(ig_local_statistics(ctx, IG_LOCAL_GI, y, w, NULL, 1, 0, out), IG_OK);
    // A standardised value does not know the scale of its weights. The published -0.62074534 puts
    // the sum of weights where their squares belong: with 2 neighbours of 5, sqrt(.375) of ours.
    assert_near(out[0].z, -1.0136729, 1e-6);
    assert_near(out[0].z * sqrt(0.375), -0.62074534, 1e-6);
    ig_weights_free(w);
}

static void gi_star_of_the_last_cell_by_hand(void **state)
{
    (void)state;
    ig_local out[6];
    assert_int_equal(
        ig_local_statistics(ctx, IG_LOCAL_GI_STAR, small_values, small_grid(), NULL, 1, 0, out),
        IG_OK);
    assert_near(out[5].z, 1.825742, 5e-7);
}

static void geary_of_six_cells_by_hand(void **state)
{
    (void)state;
    // sides: 1-2 1, 2-3 1, 1-2 1, 2-4 4, 3-6 9, 2-4 4, 4-6 4: sum 24, both ways 48
    ig_global random, normal;
    assert_int_equal(ig_geary(small_values, small_grid(), &random, &normal), IG_OK);
    assert_near(random.estimate, 5.0 * 48.0 / (2.0 * 14.0 * 16.0), 1e-14);
    assert_near(random.expected, 1.0, 0.0);
}

static void equal_values_are_undefined_not_zero(void **state)
{
    (void)state;
    const double flat[] = {.1, .1, .1, .1, .1, .1}; // six of them add up to a hair under .6
    ig_global random, normal;
    assert_int_equal(ig_moran(flat, small_grid(), &random, &normal), IG_OK);
    assert_true(isnan(random.estimate));
    assert_string_equal(random.reason, "constant values");
    ig_local out[6];
    assert_int_equal(ig_local_statistics(ctx, IG_LOCAL_MORAN, flat, small_grid(), NULL, 1, 9, out),
                     IG_EUNDEFINED);
}

static void gi_star_of_neighbours_of_all_is_undefined(void **state)
{
    (void)state;
    // a path of three: the middle one has everybody in its sum, so the sum is that of all
    const double east[] = {0, 1, 2}, north[] = {0, 0, 0}, values[] = {1.1, 2.3, 9.7};
    ig_weights *w = NULL;
    assert_int_equal(ig_weights_distance(east, north, 3, 1.5, &w), IG_OK);
    ig_weights_standardise(w);
    ig_local out[3];
    assert_int_equal(ig_local_statistics(ctx, IG_LOCAL_GI_STAR, values, w, NULL, 1, 0, out), IG_OK);
    assert_true(isfinite(out[0].estimate));
    assert_true(isnan(out[1].estimate));
    ig_weights_free(w);
}

static void gi_star_does_not_know_what_is_added_to_all(void **state)
{
    (void)state;
    double far[6];
    ig_local near_out[6], far_out[6];
    for (int i = 0; i < 6; i++)
        far[i] = small_values[i] + 0x1p40; // their squares would leave no digit of the spread
    assert_int_equal(ig_local_statistics(ctx, IG_LOCAL_GI_STAR, small_values, small_grid(), NULL, 1,
                                         0, near_out),
                     IG_OK);
    assert_int_equal(
        ig_local_statistics(ctx, IG_LOCAL_GI_STAR, far, small_grid(), NULL, 1, 0, far_out), IG_OK);
    for (int i = 0; i < 6; i++)
        assert_near(far_out[i].estimate, near_out[i].estimate, 1e-3);
}

static void local_moran_sums_to_the_global_one(void **state)
{
    (void)state;
    ig_local out[6];
    assert_int_equal(
        ig_local_statistics(ctx, IG_LOCAL_MORAN, small_values, small_grid(), NULL, 1, 0, out),
        IG_OK);
    double sum = 0.0;
    for (int i = 0; i < 6; i++)
        sum += out[i].estimate;
    assert_near(sum / 14.0, 0.2678571428571, 1e-12); // I = sum I_i / S0
    assert_string_equal(out[5].quadrant, "HH");
    assert_string_equal(out[0].quadrant, "LL");
}

static void permutations_do_not_know_threads_or_order(void **state)
{
    (void)state;
    enum { N = 200 };
    double x[N], yy[N], value[N];
    static char names[N][16];
    const char *codes[N];
    uint64_t s = 7;
    for (int i = 0; i < N; i++) {
        s = s * 6364136223846793005ULL + 1442695040888963407ULL;
        x[i] = (double)(s >> 44);
        s = s * 6364136223846793005ULL + 1442695040888963407ULL;
        yy[i] = (double)(s >> 44);
        value[i] = x[i] + (double)(s >> 50);
        snprintf(names[i], sizeof names[i], "A%d", i);
        codes[i] = names[i];
    }
    ig_weights *w = NULL;
    assert_int_equal(ig_weights_nearest(x, yy, N, 6, &w), IG_OK);
    ig_local one[N], many[N];
    ig_ctx_set_threads(ctx, 1);
    assert_int_equal(ig_local_statistics(ctx, IG_LOCAL_MORAN, value, w, codes, 42, 199, one),
                     IG_OK);
    ig_ctx_set_threads(ctx, 8);
    assert_int_equal(ig_local_statistics(ctx, IG_LOCAL_MORAN, value, w, codes, 42, 199, many),
                     IG_OK);
    for (int i = 0; i < N; i++) {
        assert_near(one[i].p, many[i].p, 0.0);
        assert_true(one[i].p >= 1.0 / 200.0 && one[i].p <= 1.0 && one[i].p_adjusted >= one[i].p);
    }
    ig_weights_free(w);
}

static void permuted_moran_is_close_to_randomisation(void **state)
{
    (void)state;
    ig_weights *w = NULL;
    double x[100], yy[100], value[100];
    for (int i = 0; i < 100; i++) {
        x[i] = i % 10;
        yy[i] = (double)(i / 10);
        value[i] = (double)((i * 37) % 101) + x[i];
    }
    assert_int_equal(ig_weights_distance(x, yy, 100, 1.0, &w), IG_OK);
    ig_global random, normal, dealt;
    assert_int_equal(ig_moran(value, w, &random, &normal), IG_OK);
    assert_int_equal(ig_global_permuted(ctx, IG_GLOBAL_MORAN, value, w, 3, 20000, &dealt), IG_OK);
    assert_near(dealt.estimate, random.estimate, 0.0);
    const double noise = sqrt(random.variance / 20000.0);
    assert_near(dealt.expected, random.expected, 5.0 * noise);
    assert_near(dealt.variance, random.variance, 0.05 * random.variance);
    assert_int_equal(ig_geary(value, w, &random, &normal), IG_OK);
    assert_int_equal(ig_global_permuted(ctx, IG_GLOBAL_GEARY, value, w, 3, 20000, &dealt), IG_OK);
    assert_near(dealt.expected, 1.0, 5.0 * sqrt(random.variance / 20000.0));
    assert_near(dealt.variance, random.variance, 0.05 * random.variance);
    assert_int_equal(ig_general_g(value, w, &random), IG_OK);
    assert_int_equal(ig_global_permuted(ctx, IG_GLOBAL_GENERAL_G, value, w, 3, 20000, &dealt),
                     IG_OK);
    assert_near(dealt.expected, random.expected, 5.0 * sqrt(random.variance / 20000.0));
    assert_near(dealt.variance, random.variance, 0.05 * random.variance);
    ig_weights_free(w);
}

static void many_neighbours_are_drawn_without_replacement(void **state)
{
    (void)state;
    // All others are neighbours: a draw without replacement is always the same sum, so p is 1.
    enum { N = 40 };
    double x[N], yy[N], value[N];
    for (int i = 0; i < N; i++) {
        x[i] = i;
        yy[i] = 0;
        value[i] = (double)(i * i % 17);
    }
    ig_weights *w = NULL;
    ig_local out[N];
    assert_int_equal(ig_weights_distance(x, yy, N, 100.0, &w), IG_OK);
    assert_int_equal(ig_local_statistics(ctx, IG_LOCAL_MORAN, value, w, NULL, 1, 99, out), IG_OK);
    for (int i = 0; i < N; i++)
        assert_near(out[i].p, 1.0, 0.0);
    ig_weights_free(w);
}

static void picked_weights_are_those_of_the_areas_picked(void **state)
{
    (void)state;
    const size_t picked[] = {4, 1, 0}; // of the grid: 4 beside 1, 1 beside 0
    ig_weights *w = NULL;
    assert_int_equal(ig_weights_pick(small_grid(), picked, 3, &w), IG_OK);
    assert_int_equal(w->start[1], 1);
    assert_int_equal(w->start[2], 3);
    assert_int_equal(w->start[3], 4);
    assert_int_equal(w->neighbour[0], 1);
    assert_int_equal(w->neighbour[1], 0);
    assert_int_equal(w->neighbour[2], 2);
    assert_int_equal(w->neighbour[3], 1);
    ig_weights_free(w);
}

static void benjamini_hochberg_by_hand(void **state)
{
    (void)state;
    const double p[] = {0.01, NAN, 0.04, 0.03, 0.5};
    double q[5];
    assert_int_equal(ig_adjust_p(p, 5, q), IG_OK);
    assert_near(q[0], 0.04, 1e-15);             // .01 * 4 / 1
    assert_near(q[3], 0.04 * 4.0 / 3.0, 1e-15); // min(.03 * 4 / 2, .04 * 4 / 3)
    assert_near(q[2], 0.04 * 4.0 / 3.0, 1e-15);
    assert_near(q[4], 0.5, 0.0);
    assert_true(isnan(q[1]));
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
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moran_of_six_cells_by_hand),
        cmocka_unit_test(moran_variances_of_the_three_by_three_lattice),
        cmocka_unit_test(general_g_and_gi_of_six_points),
        cmocka_unit_test(gi_star_of_the_last_cell_by_hand),
        cmocka_unit_test(geary_of_six_cells_by_hand),
        cmocka_unit_test(equal_values_are_undefined_not_zero),
        cmocka_unit_test(gi_star_of_neighbours_of_all_is_undefined),
        cmocka_unit_test(gi_star_does_not_know_what_is_added_to_all),
        cmocka_unit_test(local_moran_sums_to_the_global_one),
        cmocka_unit_test(permutations_do_not_know_threads_or_order),
        cmocka_unit_test(permuted_moran_is_close_to_randomisation),
        cmocka_unit_test(many_neighbours_are_drawn_without_replacement),
        cmocka_unit_test(picked_weights_are_those_of_the_areas_picked),
        cmocka_unit_test(benjamini_hochberg_by_hand),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
