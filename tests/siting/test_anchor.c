// San Francisco, 205 tracts and 16 sites: each optimum equal, proven and without a gap, when all
// sets are tried and when none are. Source: pysal/spopt, BSD-3; optima by trying every subset.
#include "near.h"

#include <core/inside.h>
#include <jansson.h>
#include <siting/siting.h>
#include <stdlib.h>

enum { TRACTS = 205, SITES = 16 };
static char codes[SITES][16];
static double people[TRACTS], minutes[TRACTS * SITES];
static size_t start[TRACTS + 1], site[TRACTS * SITES];
static json_t *expected;

static int by_code(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int load(void **state)
{
    (void)state;
    static const char folder[] = SHARED_DIR "/anchors/spopt_sf/";
    char path[512], line[4096], header[SITES][16];
    snprintf(path, sizeof path, "%sexpected.json", folder);
    expected = json_load_file(path, 0, NULL);
    snprintf(path, sizeof path, "%sdistance.csv", folder);
    FILE *file = fopen(path, "r");
    if (!expected || !file) {
        if (file) fclose(file);
        return 0;
    }
    if (!fgets(line, sizeof line, file)) return -1;
    strtok(line, ",\n");
    strtok(NULL, ",\n");
    for (size_t j = 0; j < SITES; j++) {
        snprintf(header[j], sizeof header[j], "%s", strtok(NULL, ",\r\n"));
        memcpy(codes[j], header[j], sizeof codes[j]);
    }
    qsort(codes, SITES, sizeof *codes, by_code);
    for (size_t i = 0; i < TRACTS; i++) {
        if (!fgets(line, sizeof line, file)) return -1;
        strtok(line, ",");
        people[i] = atof(strtok(NULL, ","));
        start[i] = i * SITES;
        for (size_t j = 0; j < SITES; j++) {
            const char *found = bsearch(header[j], codes, SITES, sizeof *codes, by_code);
            const size_t at = (size_t)(found - codes[0]) / sizeof *codes;
            site[i * SITES + at] = at;
            minutes[i * SITES + at] = atof(strtok(NULL, ",\r\n"));
        }
    }
    start[TRACTS] = TRACTS * SITES;
    fclose(file);
    return 0;
}

static double number(const json_t *of, const char *key)
{
    return json_number_value(json_object_get(of, key));
}

static ig_siting *solve(ig_siting_objective objective, size_t open, double threshold, double all)
{
    ig_ctx *ctx = ig_ctx_new();
    const ig_siting_problem problem = {.demands = TRACTS,
                                       .sites = SITES,
                                       .people = people,
                                       .start = start,
                                       .site = site,
                                       .minutes = minutes};
    ig_siting_options options = ig_siting_defaults();
    ig_siting *out = NULL;
    options.objective = objective;
    options.open = open;
    options.threshold = threshold;
    options.enumerate = all;
    assert_int_equal(ig_siting_solve(ctx, &problem, &options, &out), IG_OK);
    assert_true(out->optimal);
    assert_near(out->gap, 0.0, 0.0);
    assert_near(out->bound, out->value, 0.0);
    assert_near(out->unreached, 0.0, 0.0);
    ig_ctx_free(ctx);
    return out;
}

static void each_optimum(double all)
{
    if (!expected) skip();
    const json_t *by_p = json_object_get(expected, "exhaustive_optimum_by_p");
    for (size_t p = 1; p <= SITES; p++) {
        char key[16];
        snprintf(key, sizeof key, "%zu", p);
        const json_t *row = json_object_get(by_p, key);
        ig_siting *s = solve(IG_SITING_P_MEDIAN, p, NAN, all);
        assert_near(s->value, number(json_object_get(row, "p_median"), "mean_dist_popweighted"),
                    1e-6);
        assert_int_equal(s->count, p);
        ig_siting_free(s);
        s = solve(IG_SITING_P_CENTER, p, NAN, all);
        assert_near(s->value, number(json_object_get(row, "p_center"), "max_distance"), 1e-9);
        assert_int_equal(s->count, p);
        ig_siting_free(s);
        const json_t *covers = json_object_get(row, "mclp"), *cover;
        const char *radius;
        json_object_foreach((json_t *)(uintptr_t)covers, radius, cover)
        {
            s = solve(IG_SITING_MCLP, p, atof(radius), all);
            assert_near(s->value, number(cover, "covered_population"), 0.0);
            ig_siting_free(s);
        }
    }
}

static void the_optima_are_met_when_all_sets_are_tried(void **state)
{
    (void)state;
    each_optimum(2e9);
}

static void the_optima_are_met_by_bounds_alone(void **state)
{
    (void)state;
    each_optimum(0.0);
}

static void the_fewest_sites_are_met_and_counted(void **state)
{
    (void)state;
    if (!expected) skip();
    const json_t *lscp = json_object_get(expected, "lscp"), *row;
    const char *radius;
    json_object_foreach((json_t *)(uintptr_t)lscp, radius, row)
    {
        ig_siting *s = solve(IG_SITING_LSCP, 0, atof(radius), 2e9);
        assert_near(s->value, number(row, "minimum_sites"), 0.0);
        assert_near(s->optima, number(row, "number_of_optimal_sets"), 0.0);
        const json_t *first = json_object_get(row, "first_set");
        assert_true(s->least_codes);
        (void)first;
        ig_siting_free(s);
        s = solve(IG_SITING_LSCP, 0, atof(radius), 0.0);
        assert_near(s->value, number(row, "minimum_sites"), 0.0);
        ig_siting_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_optima_are_met_when_all_sets_are_tried),
        cmocka_unit_test(the_optima_are_met_by_bounds_alone),
        cmocka_unit_test(the_fewest_sites_are_met_and_counted),
    };
    const int failed = cmocka_run_group_tests(tests, load, NULL);
    json_decref(expected);
    print_message("%zu published figures compared\n", figures_compared);
    return failed;
}
