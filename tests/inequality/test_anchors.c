// Published figures of PHEindicatormethods, WHO healthequal and PySAL inequality, read where they
// lie. Faults of those sources (see their READMEs) are stepped round, each where it is met.
#include "near.h"

#include <inequality/inequality.h>
#include <jansson.h>
#include <stdlib.h>

#define ANCHORS SHARED_DIR "/anchors/"

enum { FIELDS = 32, ROWS = 600, WIDE = 160 };

/// A small table of texts; quotes understood, no line breaks in fields.
static struct {
    size_t rows, columns;
    char cell[ROWS][FIELDS][WIDE];
} table;

static void split(char *line, size_t row)
{
    size_t column = 0, length = 0;
    bool quoted = false;
    line[strcspn(line, "\r\n")] = '\0';
    for (const char *p = line;; p++) {
        if (*p == '"') {
            quoted = !quoted;
        } else if (*p == '\0' || (*p == ',' && !quoted)) {
            table.cell[row][column][length] = '\0';
            assert_true(++column <= FIELDS);
            length = 0;
            if (*p == '\0') break;
        } else {
            assert_true(length + 1 < WIDE);
            table.cell[row][column][length++] = *p;
        }
    }
    if (row == 0) table.columns = column;
}

static void read_table(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        print_message("skipped: %s is not there\n", path);
        skip();
    }
    char line[4096];
    table.rows = 0;
    while (fgets(line, sizeof line, file)) {
        assert_true(table.rows < ROWS);
        split(line, table.rows++);
    }
    assert_int_equal(fclose(file), 0);
}

static const char *text(size_t row, const char *name)
{
    for (size_t c = 0; c < table.columns; c++)
        if (strcmp(table.cell[0][c], name) == 0) return table.cell[row][c];
    fail_msg("no column %s", name);
    return "";
}

static double number(size_t row, const char *name)
{
    const char *cell = text(row, name);
    char *end;
    const double v = strtod(cell, &end);
    return end == cell ? NAN : v;
}

// ---- PHEindicatormethods -----------------------------------------------------------------------

struct block {
    size_t first, count; ///< rows of one area of one test
    double y[20], p[20], se[20];
    int transform, kind;
    double multiplier;
};

static bool has(const char *words, const char *part)
{
    return strstr(words, part) != NULL;
}

/// Groups as the named test takes them: values, or shares of counts; errors as published.
static void fill(struct block *b)
{
    const char *test = text(b->first, "TestDescription");
    b->kind = (int)number(b->first, "ValueType");
    b->transform = has(test, "log transform")     ? IG_TRANSFORM_LOG
                   : has(test, "logit transform") ? IG_TRANSFORM_LOGIT
                                                  : IG_TRANSFORM_NONE;
    for (size_t i = 0; i < b->count; i++) {
        const size_t row = b->first + i;
        const double lower = number(row, "LowerCL"), upper = number(row, "UpperCL");
        b->p[i] = number(row, "Population");
        b->y[i] = number(row, "Value");
        b->se[i] = number(row, "StandardError");
        // their errors of rates are on the log scale, of proportions on the logit scale, always
        if (b->kind == 1) b->se[i] *= b->y[i];
        if (b->kind == 2) b->se[i] *= b->y[i] * (1 - b->y[i]);
        if (b->transform) b->se[i] = ig_transform_se((ig_transform)b->transform, lower, upper, .95);
    }
    b->multiplier = has(test, "x 100)")                ? 100
                    : has(test, "x -100)")             ? -100
                    : has(test, "negative multiplier") ? -1
                                                       : 1;
}

static size_t compared;

static void near_simulated(double ours, double theirs, double width)
{
    if (isnan(theirs)) return;
    assert_near(ours, theirs, .05 * width); // theirs are quantiles of simulated draws
    compared++;
}

static void check_block(struct block *b)
{
    const size_t row = b->first;
    const double sii = number(row, "sii"), rii = number(row, "rii");
    if (isnan(sii)) return;
    fill(b);
    const ig_groups g = {.count = b->count, .value = b->y, .population = b->p, .se = b->se};
    const char *test = text(row, "TestDescription"), *confidence = text(row, "Confidence");
    const double levels[2] = {has(test, "with 98%")           ? .98
                              : strcmp(confidence, "99") == 0 ? .99
                                                              : .95,
                              has(confidence, "99") ? .99 : .98};
    const char *names[2][4] = {
        {"sii_lowercl_1", "sii_uppercl_1", "rii_lowercl_1", "rii_uppercl_1"},
        {"sii_lowercl_2", "sii_uppercl_2", "rii_lowercl_2", "rii_uppercl_2"}};
    for (int level = 0; level < 2; level++) {
        ig_estimate s, r;
        if (b->transform) {
            assert_int_equal(
                ig_slope_transformed(&g, (ig_transform)b->transform, levels[level], &s, &r), IG_OK);
        } else {
            assert_int_equal(ig_sii(&g, levels[level], &s), IG_OK);
            assert_int_equal(ig_rii(&g, levels[level], &r), IG_OK);
        }
        const double m = b->multiplier;
        assert_near(m * s.value, sii, 1e-10 * (1 + fabs(sii)));
        if (!isnan(rii)) assert_near(m < 0 ? 1 / r.value : r.value, rii, 1e-10);
        compared++;
        const double width = fabs(m) * (s.upper - s.lower);
        near_simulated(m < 0 ? m * s.upper : m * s.lower, number(row, names[level][0]), width);
        near_simulated(m < 0 ? m * s.lower : m * s.upper, number(row, names[level][1]), width);
        const double r_width = r.upper - r.lower;
        if (m > 0) {
            near_simulated(r.lower, number(row, names[level][2]), r_width);
            near_simulated(r.upper, number(row, names[level][3]), r_width);
        }
    }
    const double intercept = number(row, "Intercept");
    double b0;
    if (!isnan(intercept) && !b->transform) {
        assert_int_equal(ig_slope_intercept(&g, &b0), IG_OK);
        assert_near(b0, intercept, 1e-9 * (1 + fabs(intercept)));
        compared++;
    }
}

static void slopes_of_phe_indicator_methods(void **state)
{
    (void)state;
    read_table(ANCHORS "phe_indicator_methods/sii.csv");
    compared = 0;
    for (size_t row = 1; row < table.rows;) {
        struct block b = {.first = row, .count = 1};
        while (row + b.count < table.rows && b.count < 20 &&
               strcmp(text(row + b.count, "TestDescription"), text(row, "TestDescription")) == 0 &&
               strcmp(text(row + b.count, "Area"), text(row, "Area")) == 0)
            b.count++;
        check_block(&b);
        row += b.count;
    }
    print_message("%zu figures of PHEindicatormethods compared\n", compared);
    assert_true(compared > 100);
}

// ---- healthequal -------------------------------------------------------------------------------

struct sample {
    double y[40], p[40], se[40];
    size_t reference;
    ig_groups g;
};

static void read_sample(const char *path, const char *y, const char *p, struct sample *s)
{
    read_table(path);
    *s = (struct sample){.reference = SIZE_MAX};
    for (size_t i = 1; i < table.rows; i++) {
        s->y[i - 1] = number(i, y);
        s->p[i - 1] = number(i, p);
        s->se[i - 1] = number(i, "se");
    }
    s->g = (ig_groups){.count = table.rows - 1, .value = s->y, .population = s->p, .se = s->se};
}

static void concentration_of_healthequal(void **state)
{
    (void)state;
    struct sample s;
    ig_estimate c, a, e;
    read_sample(ANCHORS "healthequal/ordered5.csv", "est", "pop", &s);
    assert_int_equal(ig_concentration(&s.g, .95, &c, &a), IG_OK);
    assert_near(a.value, 7.3284202, 1e-6);
    assert_near(a.se, .29368517, 1e-6);
    assert_near(c.value, .17776859, 1e-7);
    assert_near(c.se, .0071240491, 1e-7);
    assert_near(c.lower, .16380545, 1e-6); // theirs are with z = 1.96
    assert_near(c.upper, .19173172, 1e-6);
    read_sample(ANCHORS "healthequal/OrderedSample.csv", "estimate", "population", &s);
    assert_int_equal(ig_concentration(&s.g, .95, &c, &a), IG_OK);
    assert_near(a.value, 4.30051970376827, 1e-9);
    assert_near(a.se, 1.28403085691187, 1e-9);
    assert_near(c.upper, .0744259855656408, 1e-9);
    assert_int_equal(ig_erreygers(&s.g, 0, 100, .95, &e), IG_OK);
    assert_near(e.value, .172020788150731, 1e-9);
    assert_near(e.se, .0513612342764748, 1e-9);
    assert_int_equal(ig_wagstaff(&s.g, 0, 100, .95, &e), IG_OK);
    assert_near(e.value, .558715581835438, 1e-9);
    assert_near(e.se, .166818918812429, 1e-9);
    assert_int_equal(ig_sii(&s.g, .95, &e), IG_OK);
    assert_near(e.value, 26.8834695772472, 1e-9);
    assert_int_equal(ig_rii(&s.g, .95, &e), IG_OK);
    assert_near(e.value, 1.34397652018052, 1e-9);
    // theirs is last less first: wealth quintiles, best coverage last
    assert_int_equal(ig_difference_between(&s.g, 4, 0, .95, &e), IG_OK);
    assert_near(e.value, 23.6187515258789, 1e-9);
    assert_near(e.lower, 20.4530400430321, 1e-9);
    assert_int_equal(ig_ratio_between(&s.g, 4, 0, .95, &e), IG_OK);
    assert_near(e.value, 1.31239544375442, 1e-9);
    assert_near(e.lower, 1.25879053393379, 1e-9);
    assert_near(e.upper, 1.36828308948656, 1e-9);
}

static void attributable_risk_of_healthequal(void **state)
{
    (void)state;
    struct sample s;
    ig_estimate e;
    read_sample(ANCHORS "healthequal/ordered5.csv", "est", "pop", &s);
    assert_int_equal(ig_par(&s.g, 4, true, 100, .95, &e), IG_OK);
    assert_near(e.value, 18.775509, 2e-6);
    assert_near(e.se, 4.4066348, 1e-5);
    assert_near(e.lower, 10.138505, 2e-4); // theirs are with z = 1.96
    assert_near(e.upper, 27.412513, 2e-4);
    assert_int_equal(ig_paf(&s.g, 4, true, 100, .95, &e), IG_OK);
    assert_near(e.value, 45.544548, 1e-5);
    assert_near(e.se, 10.689361, 1e-5); // theirs, .10689361, is on another scale than the estimate
    read_sample(ANCHORS "healthequal/NonorderedSample.csv", "estimate", "population", &s);
    assert_int_equal(ig_best_group(&s.g, true), 1);
    assert_int_equal(ig_par(&s.g, 1, true, 100, .95, &e), IG_OK);
    assert_near(e.value, 8.40331348383435, 1e-9);
    assert_near(e.se, .301322507880416, 1e-6);
}

static void unordered_measures_of_healthequal(void **state)
{
    (void)state;
    struct sample s;
    ig_estimate e;
    read_sample(ANCHORS "healthequal/nonordered25.csv", "est", "pop", &s);
    for (size_t i = 1; i < table.rows; i++)
        if (number(i, "reference") == 1) s.reference = i - 1;
    assert_int_equal(ig_bgv(&s.g, .95, &e), IG_OK);
    assert_near(e.value, 46.198326, 1e-6);
    assert_near(e.se, 17.134647, 3e-6);
    assert_int_equal(ig_bgsd(&s.g, .95, &e), IG_OK);
    assert_near(e.value, 6.7969351, 1e-6);
    assert_int_equal(ig_theil(&s.g, .95, &e), IG_OK);
    assert_near(1000 * e.value, 5.0359201, 1e-4); // theirs is multiplied, its error is not
    assert_near(e.se, .0014201, 5e-8);
    assert_int_equal(ig_mld(&s.g, .95, &e), IG_OK);
    assert_near(1000 * e.value, 5.0524006, 1e-4);
    assert_near(e.se, .0014242, 5e-8);
    const struct {
        size_t from;
        double unweighted, weighted;
    } distances[] = {{ig_best_group(&s.g, true), 16.360001, 16.293156},
                     {SIZE_MAX, 5.891726, 5.8348689},
                     {s.reference, 7.2399998, 7.2228465}};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(ig_mean_difference(&s.g, distances[i].from, false, .95, &e), IG_OK);
        assert_near(e.value, distances[i].unweighted, 2e-6);
        assert_int_equal(ig_mean_difference(&s.g, distances[i].from, true, .95, &e), IG_OK);
        assert_near(e.value, distances[i].weighted, 2e-6);
    }
    assert_int_equal(ig_idis(&s.g, false, .95, &e), IG_OK);
    assert_near(e.value, 8.7018175, 1e-6);
    assert_int_equal(ig_idis(&s.g, true, .95, &e), IG_OK);
    assert_near(e.value, 8.6178417, 1e-6);
    read_sample(ANCHORS "healthequal/NonorderedSample.csv", "estimate", "population", &s);
    assert_int_equal(ig_bgv(&s.g, .95, &e), IG_OK);
    assert_near(e.se, 9.56019571574467, 1e-8);
    assert_int_equal(ig_cov(&s.g, .95, &e), IG_OK);
    assert_near(e.value, 7.75215830163605, 1e-8);
    assert_int_equal(ig_theil(&s.g, .95, &e), IG_OK);
    assert_near(e.se, .000623932971464855, 1e-12);
    assert_int_equal(ig_mld(&s.g, .95, &e), IG_OK);
    assert_near(e.se, .000707336815747341, 1e-12);
    assert_int_equal(ig_idis(&s.g, true, .95, &e), IG_OK);
    assert_near(e.value, 5.81474197152704, 1e-9);
}

// ---- PySAL -------------------------------------------------------------------------------------

static void measures_of_pysal(void **state)
{
    (void)state;
    json_t *all = json_load_file(ANCHORS "pysal_inequality/expected.json", 0, NULL);
    if (!all) {
        print_message("skipped: %s is not there\n", ANCHORS "pysal_inequality");
        skip();
    }
    const double tens[] = {10, 20, 30, 40, 50}, pay[] = {1000, 2000, 1500, 3000, 2500};
    const json_t *want = json_object_get(all, "atkinson");
    const ig_groups g = {.count = 5, .value = tens};
    ig_estimate e;
    assert_int_equal(ig_atkinson(&g, .5, .95, &e), IG_OK);
    assert_near(e.value, json_number_value(json_object_get(want, "eps_0.5")), 1e-5);
    assert_near(30 * (1 - e.value), json_number_value(json_object_get(want, "ede_0.5")), 1e-5);
    assert_int_equal(ig_atkinson(&g, 1, .95, &e), IG_OK);
    assert_near(e.value, json_number_value(json_object_get(want, "eps_1")), 1e-5);
    assert_near(30 * (1 - e.value), json_number_value(json_object_get(want, "ede_1")), 1e-5);
    assert_int_equal(ig_atkinson(&g, 0, .95, &e), IG_OK);
    assert_near(e.value, 0, 1e-15);
    want = json_object_get(all, "schutz"); // the greatest distance from the Lorenz curve
    assert_int_equal(ig_hoover(&(ig_groups){.count = 5, .value = pay}, .95, &e), IG_OK);
    assert_near(e.value, json_number_value(json_object_get(want, "max_lorenz_distance")), 1e-12);
    json_decref(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_of_phe_indicator_methods),
        cmocka_unit_test(concentration_of_healthequal),
        cmocka_unit_test(attributable_risk_of_healthequal),
        cmocka_unit_test(unordered_measures_of_healthequal),
        cmocka_unit_test(measures_of_pysal),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    print_message("%zu published figures compared\n", figures_compared);
    return failed;
}
