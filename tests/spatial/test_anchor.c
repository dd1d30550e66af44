// Published figures of esda, read where they lie.
#include "near.h"

#include <jansson.h>
#include <spatial/spatial.h>

#define FILE_OF_ESDA SHARED_DIR "/anchors/esda_points/expected.json"

static ig_ctx *ctx;
static json_t *expected;
static double x[9], y[9], value[9];
static size_t points;

static double wanted(const char *key)
{
    return json_number_value(json_object_get(expected, key));
}

static int load(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    expected = json_load_file(FILE_OF_ESDA, 0, NULL);
    const json_t *list = json_object_get(expected, "points");
    points = json_array_size(list);
    for (size_t i = 0; i < points && i < 9; i++) {
        const json_t *point = json_array_get(list, i);
        x[i] = json_number_value(json_array_get(point, 0));
        y[i] = json_number_value(json_array_get(point, 1));
        value[i] = json_number_value(json_array_get(json_object_get(expected, "y"), i));
    }
    return ctx ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    json_decref(expected);
    ig_ctx_free(ctx);
    return 0;
}

static void skip_without_file(void)
{
    if (expected) return;
    print_message("skipped: %s is not there\n", FILE_OF_ESDA);
    skip();
}

static double first_z(ig_local_statistic kind, const ig_weights *w)
{
    ig_local out[9];
    assert_int_equal(ig_local_statistics(ctx, kind, value, w, NULL, 1, 0, out), IG_OK);
    return out[0].z;
}

static void general_g_and_gi_of_the_points(void **state)
{
    (void)state;
    skip_without_file();
    const double near = wanted("rtol");
    const json_t *g = json_object_get(expected, "general_G");
    ig_weights *w = NULL;
    ig_global all;
    assert_int_equal(ig_weights_distance(x, y, points, 15.0, &w), IG_OK);
    assert_int_equal(ig_general_g(value, w, &all), IG_OK);
    assert_near(all.estimate, json_number_value(json_object_get(g, "G")), near);
    assert_near(all.p / 2.0, json_number_value(json_object_get(g, "p_norm")), near); // one-sided
    assert_near(first_z(IG_LOCAL_GI, w), wanted("Gi_binary_z_first"), near);
    assert_near(first_z(IG_LOCAL_GI_STAR, w), wanted("Gi_star_binary_z_first"), near);
    // Upstream puts the sum of standardised weights where that of their squares belongs, so that its
    // values change with the scale of the weights. The first point has 2 neighbours of 5, with itself
    // 3 of 6: ours are its values but for these factors.
    assert_near(first_z(IG_LOCAL_GI, w) * sqrt(0.375), wanted("Gi_row_standardised_z_first"), near);
    assert_near(first_z(IG_LOCAL_GI_STAR, w) * sqrt(0.2),
                wanted("Gi_star_row_standardised_z_first"), near);
    ig_weights_free(w);
}

static void moran_variances_of_the_lattice(void **state)
{
    (void)state;
    skip_without_file();
    const json_t *want = json_object_get(expected, "moran_lattice_3x3_rook_binary_y_1_to_9");
    double column[9], row[9], rising[9];
    for (int i = 0; i < 9; i++) {
        column[i] = i % 3;
        row[i] = (double)(i / 3);
        rising[i] = i + 1.0;
    }
    ig_weights *w = NULL;
    ig_global random, normal;
    assert_int_equal(ig_weights_distance(column, row, 9, 1.0, &w), IG_OK);
    assert_int_equal(ig_moran(rising, w, &random, &normal), IG_OK);
    assert_near(random.variance, json_number_value(json_object_get(want, "VI_rand")), 1e-7);
    assert_near(normal.variance, json_number_value(json_object_get(want, "VI_norm")), 1e-7);
    ig_weights_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(general_g_and_gi_of_the_points),
        cmocka_unit_test(moran_variances_of_the_lattice),
    };
    const int failed = cmocka_run_group_tests(tests, load, unload);
    print_message("%zu published figures compared\n", figures_compared);
    return failed;
}
