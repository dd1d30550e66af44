// mapclassify's published classes of California employment density, read where they lie.
#include "near.h"

#include <classify/classify.h>
#include <jansson.h>
#include <stdlib.h>

#define FOLDER SHARED_DIR "/anchors/mapclassify_calemp/"

static double values[64];
static size_t n;
static json_t *expected;

static int load(void **state)
{
    (void)state;
    FILE *file = fopen(FOLDER "values.csv", "r");
    if (!file) return 0;
    char line[256];
    assert_non_null(fgets(line, sizeof line, file));
    while (n < 64 && fgets(line, sizeof line, file))
        values[n++] = atof(strrchr(line, ',') + 1);
    assert_int_equal(fclose(file), 0);
    expected = json_load_file(FOLDER "expected.json", 0, NULL);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    json_decref(expected);
    return 0;
}

static void check(const ig_breaks *b, const json_t *want, double tolerance)
{
    const json_t *bins = json_object_get(want, "bins"), *counts = json_object_get(want, "counts");
    assert_int_equal(b->classes, json_array_size(bins));
    for (size_t k = 0; k < b->classes; k++) {
        assert_near(b->upper[k], json_number_value(json_array_get(bins, k)), tolerance);
        assert_int_equal(b->count[k], json_integer_value(json_array_get(counts, k)));
    }
}

static void published(const char *key, ig_class_method method, double tolerance)
{
    if (!expected) {
        print_message("skipped: %s is not there\n", FOLDER);
        skip();
    }
    ig_breaks *b = NULL;
    assert_int_equal(ig_classify(values, n, method, 5, NULL, 0, &b), IG_OK);
    check(b, json_object_get(expected, key), tolerance);
    ig_breaks_free(b);
}

static void equal_interval(void **state)
{
    (void)state;
    published("equal_interval", IG_CLASS_EQUAL, 1e-9);
}

static void quantiles(void **state)
{
    (void)state;
    published("quantiles", IG_CLASS_QUANTILE, 1e-9);
}

static void standard_deviations(void **state)
{
    (void)state;
    published("std_mean", IG_CLASS_SD, 1e-8);
}

static void fisher_jenks(void **state)
{
    (void)state;
    published("fisher_jenks", IG_CLASS_FISHER_JENKS, 0.0);
}

static void pretty(void **state)
{
    (void)state;
    published("pretty_breaks", IG_CLASS_PRETTY, 0.0);
}

static void user_defined(void **state)
{
    (void)state;
    if (!expected) skip();
    const json_t *list = json_object_get(expected, "user_defined");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *want = json_array_get(list, i), *in = json_object_get(want, "bins_in");
        double limits[8];
        for (size_t k = 0; k < json_array_size(in); k++)
            limits[k] = json_number_value(json_array_get(in, k));
        ig_breaks *b = NULL;
        assert_int_equal(
            ig_classify(values, n, IG_CLASS_MANUAL, 0, limits, json_array_size(in), &b), IG_OK);
        check(b, want, 0.0);
        ig_breaks_free(b);
    }
}

static void finding_the_class_of_new_values(void **state)
{
    (void)state;
    if (!expected) skip();
    const json_t *find = json_object_get(expected, "fisher_jenks_find_bin");
    const json_t *in = json_object_get(find, "values");
    const size_t ks[] = {5, 9};
    for (size_t i = 0; i < 2; i++) {
        const json_t *want = json_object_get(find, ks[i] == 5 ? "k5" : "k9");
        ig_breaks *b = NULL;
        assert_int_equal(ig_classify(values, n, IG_CLASS_FISHER_JENKS, ks[i], NULL, 0, &b), IG_OK);
        for (size_t v = 0; v < json_array_size(in); v++)
            assert_int_equal(ig_breaks_class(b, json_number_value(json_array_get(in, v))),
                             json_integer_value(json_array_get(want, v)));
        ig_breaks_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_interval),
        cmocka_unit_test(quantiles),
        cmocka_unit_test(standard_deviations),
        cmocka_unit_test(fisher_jenks),
        cmocka_unit_test(pretty),
        cmocka_unit_test(user_defined),
        cmocka_unit_test(finding_the_class_of_new_values),
    };
    const int failed = cmocka_run_group_tests(tests, load, unload);
    print_message("%zu published figures compared\n", figures_compared);
    return failed;
}
