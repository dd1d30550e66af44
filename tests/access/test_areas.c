// Access of areas whose people come from a table, on grids small enough to work by hand.
#include "ground.h"

#include <stdlib.h>

#define NO NAN

static ig_ctx *ctx;

/// 4 by 3 cells of 100 m; one row of text a row of cells.
static const ig_frame frame = {4, 3, 1000, 2300, 100, 100};
static float minutes[] = {1, 2,  3,  4, //
                          5, 6,  7,  8, //
                          9, NO, 11, 12};
static float pace[] = {1, 1,  1, 1, //
                       1, NO, 1, 1, //
                       1, 1,  1, 1};

static ig_access *access_of(struct drawing *d, const struct ground *g, const ig_people *people,
                            const double *thresholds, size_t count)
{
    ig_access *access = NULL;
    ig_status status =
        ig_access_over(ctx, &d->shapes, g, people, NULL, thresholds, count, true, true, &access);
    if (status) fail_msg("%s", ig_ctx_message(ctx));
    return access;
}

static void people_stand_evenly_on_passable_cells(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 1000, 2100, 1200, 2300); // cells 1 2 5 and the barrier
    draw_box(&d, "E2", 1200, 2000, 1350, 2300); // 3 7 11 whole, 4 8 12 by half
    const double people[] = {30, 90}, t[] = {2, 7.5};
    const struct ground g = {&frame, minutes, pace, NULL};
    ig_access *a = access_of(&d, &g, &(ig_people){.by_area = people}, t, 2);
    assert_near(a->rows[0].people, 30, 0);
    assert_near(a->rows[0].people_reached, 30, 0);
    assert_near(a->rows[0].people_unreached, 0, 0);
    assert_near(a->rows[0].minutes_mean, 8 / 3.0, 1e-12);
    assert_near(a->rows[0].minutes_median, 2, 0);
    assert_near(a->rows[0].within[0], 200 / 3.0, 1e-12); // t <= 2
    assert_near(a->rows[0].within[1], 100, 0);
    assert_string_equal(a->rows[0].status, "ok");
    // 20 people on each of 3, 7, 11; 10 on each of 4, 8, 12
    assert_near(a->rows[1].minutes_mean, (60 + 140 + 220 + 40 + 80 + 120) / 90.0, 1e-12);
    assert_near(a->rows[1].minutes_median, 7, 0); // 3: 20, 4: 30, 7: 50 of 90
    assert_near(a->rows[1].within[1], 100 * 50 / 90.0, 1e-12);
    assert_near(a->people, 120, 0);
    assert_near(a->minutes_mean, (80 + 660) / 120.0, 1e-12);
    assert_string_equal(a->spread, "people of an area stand evenly on its passable cells");
    ig_access_free(a);
}

static void without_a_cost_grid_nodata_is_unreached(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 1000, 2000, 1200, 2100); // 9 and nodata
    const double people[] = {30}, t[] = {9};
    const struct ground g = {&frame, minutes, NULL, NULL};
    ig_access *a = access_of(&d, &g, &(ig_people){.by_area = people}, t, 1);
    assert_near(a->rows[0].people_reached, 15, 0);
    assert_near(a->rows[0].people_unreached, 15, 0);
    assert_near(a->rows[0].minutes_mean, 9, 0);
    assert_near(a->rows[0].within[0], 50, 0); // of all people, unreached counted in
    assert_true(warned(ctx, "unreached", "E1 (15 people)"));
    ig_access_free(a);
}

static void residents_say_how_many_a_cell_holds(void **state)
{
    (void)state;
    float residents[12] = {3, 1, 0, 0, 0, 100};
    struct drawing d = {0};
    draw_box(&d, "E1", 1000, 2100, 1200, 2300);
    draw_box(&d, "E2", 1300, 2000, 1400, 2300); // nobody may live there: evenly then
    const double people[] = {40, 9};
    const struct ground g = {&frame, minutes, pace, residents};
    ig_access *a = access_of(&d, &g, &(ig_people){.by_area = people}, NULL, 0);
    assert_near(a->rows[0].minutes_mean, (30 * 1 + 10 * 2) / 40.0, 1e-12);
    assert_near(a->rows[1].minutes_mean, 8, 1e-12);
    assert_non_null(strstr(a->spread, "residents"));
    ig_access_free(a);
}

static void without_people_cells_count_alike(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 1000, 2100, 1150, 2300); // 1 5 whole, 2 by half, half a barrier
    const struct ground g = {&frame, minutes, pace, NULL};
    ig_access *a = access_of(&d, &g, NULL, NULL, 0);
    assert_near(a->rows[0].people, 2.5, 1e-12);
    assert_near(a->rows[0].minutes_mean, (1 + 5 + .5 * 2) / 2.5, 1e-12);
    ig_access_free(a);
}

static void an_area_without_passable_cell_is_told(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E7", 1110, 2110, 1190, 2190);
    draw_box(&d, "E8", 1000, 2000, 1100, 2100);
    const double people[] = {12, 5}, t[] = {10};
    const struct ground g = {&frame, minutes, pace, NULL};
    ig_access *a = access_of(&d, &g, &(ig_people){.by_area = people}, t, 1);
    assert_near(a->rows[0].people_unreached, 12, 0);
    assert_true(isnan(a->rows[0].minutes_mean) && isnan(a->rows[0].minutes_median));
    assert_near(a->rows[0].within[0], 0, 0);
    assert_string_equal(a->rows[0].status, "no passable cell");
    assert_true(warned(ctx, "no passable cell", "E7 (12 people)"));
    assert_true(warned(ctx, "unreached", "E7 (12 people)"));
    assert_near(a->people, 17, 0);
    assert_near(a->people_reached, 5, 0);
    assert_near(a->minutes_mean, 9, 0);
    ig_access_free(a);
}

static void areas_off_the_grid_are_listed(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 900, 2200, 1100, 2300);  // half of it on the grid
    draw_box(&d, "E2", 2000, 2200, 2100, 2300); // none
    draw_box(&d, "E3", 1200, 2200, 1300, 2300);
    const double people[] = {12, 5, 2};
    const struct ground g = {&frame, minutes, pace, NULL};
    ig_access *a = access_of(&d, &g, &(ig_people){.by_area = people}, NULL, 0);
    assert_true(warned(ctx, "in part", "E1 (50 %)"));
    assert_true(warned(ctx, "does not cover", "E2 (5 people)"));
    assert_string_equal(a->rows[0].status, "ok");
    assert_near(a->rows[0].minutes_mean, 1, 0);
    assert_string_equal(a->rows[1].status, "not covered");
    assert_true(isnan(a->rows[1].minutes_mean));
    assert_near(a->rows[1].people_unreached, 5, 0);
    assert_near(a->people, 19, 0);
    ig_access_free(a);
}

static void places_that_do_not_meet_are_an_error(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 5000, 2200, 5100, 2300);
    const struct ground g = {&frame, minutes, pace, NULL};
    ig_access *a = NULL;
    assert_int_equal(ig_access_over(ctx, &d.shapes, &g, NULL, NULL, NULL, 0, true, true, &a),
                     IG_EFORMAT);
    assert_null(a);
    assert_non_null(strstr(ig_ctx_message(ctx), "1000 to 1400"));
    assert_non_null(strstr(ig_ctx_message(ctx), "5000 to 5100"));
}

static void unknown_people_are_in_no_total(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 1000, 2200, 1100, 2300);
    draw_box(&d, "E2", 1100, 2200, 1200, 2300);
    draw_box(&d, "E3", 1200, 2200, 1300, 2300);
    const double people[] = {NAN, 5, 0}, t[] = {10};
    const struct ground g = {&frame, minutes, pace, NULL};
    ig_access *a = access_of(&d, &g, &(ig_people){.by_area = people}, t, 1);
    assert_true(isnan(a->rows[0].people) && isnan(a->rows[0].people_unreached));
    assert_true(isnan(a->rows[0].within[0]) && isnan(a->rows[0].minutes_mean));
    assert_string_equal(a->rows[0].status, "no data");
    assert_true(warned(ctx, "without a number of people", "E1"));
    assert_string_equal(a->rows[2].status, "no people");
    assert_near(a->rows[2].people, 0, 0);
    assert_true(isnan(a->rows[2].within[0]));
    assert_near(a->people, 5, 0);
    const double negative[] = {1, -5, 1};
    ig_access *none = NULL;
    assert_int_equal(ig_access_over(ctx, &d.shapes, &g, &(ig_people){.by_area = negative}, NULL, t,
                                    1, true, true, &none),
                     IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "E2 has -5 people"));
    ig_access_free(a);
}

static void thresholds_must_rise_from_above_0(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 1000, 2200, 1100, 2300);
    const struct ground g = {&frame, minutes, pace, NULL};
    ig_access *a = NULL;
    const struct {
        double t[2];
        const char *words;
    } cases[] = {{{0, 10}, "threshold 0"},
                 {{-5, 10}, "threshold -5"},
                 {{20, 10}, "10 follows 20"},
                 {{10, 10}, "10 follows 10"},
                 {{10, NAN}, "not above 0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(
            ig_access_over(ctx, &d.shapes, &g, NULL, NULL, cases[i].t, 2, true, true, &a),
            IG_EINVAL);
        assert_non_null(strstr(ig_ctx_message(ctx), cases[i].words));
    }
    assert_null(a);
}

static void wards_keep_the_distribution_of_their_areas(void **state)
{
    (void)state;
    struct drawing small = {0}, large = {0};
    draw_box(&small, "E1", 1000, 2200, 1400, 2300); // 1 2 3 4, 8 people
    draw_box(&small, "E2", 1000, 2100, 1400, 2200); // 5 7 8, 6 people
    draw_box(&small, "E3", 1000, 2000, 1400, 2100);
    draw_box(&large, "W1", 1000, 2100, 1400, 2300);
    const double people[] = {8, 6, NAN}, both[] = {14}, t[] = {4, 7};
    const size_t parent[] = {0, 0, SIZE_MAX};
    const struct ground g = {&frame, minutes, pace, NULL};
    ig_access *a = access_of(&small, &g, &(ig_people){.by_area = people}, t, 2);
    ig_access *merged = NULL, *whole = access_of(&large, &g, &(ig_people){.by_area = both}, t, 2);
    assert_int_equal(ig_access_merge(ctx, a, parent, 2, &merged), IG_OK);
    assert_near(merged->rows[0].people, 14, 0);
    assert_near(merged->rows[0].minutes_mean, whole->rows[0].minutes_mean, 1e-12);
    assert_near(merged->rows[0].minutes_median, 4, 0); // not the median of 2 and 7
    assert_near(merged->rows[0].within[0], 100 * 8 / 14.0, 1e-12);
    assert_near(merged->rows[0].within[1], 100 * 12 / 14.0, 1e-12);
    assert_true(isnan(merged->rows[1].people)); // no area is in it
    assert_string_equal(merged->rows[1].status, "no data");
    assert_near(merged->people, a->people, 0);
    ig_access_free(a);
    ig_access_free(merged);
    ig_access_free(whole);
}

static void columns_are_those_of_the_contract(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 1000, 2200, 1100, 2300);
    draw_box(&d, "E2", 1110, 2110, 1190, 2190);
    const double people[] = {7, 3}, t[] = {10, 22.5};
    const struct ground g = {&frame, minutes, pace, NULL};
    ig_access *a = access_of(&d, &g, &(ig_people){.by_area = people}, t, 2);
    ig_result *r = NULL;
    assert_int_equal(ig_access_result_codes(a, d.codes, &r), IG_OK);
    static const char *const names[] = {
        "area",         "people",         "people_reached", "people_unreached",
        "minutes_mean", "minutes_median", "within_10",      "within_22.5",
        "status"};
    assert_int_equal(r->count, 9);
    for (size_t i = 0; i < 9; i++)
        assert_string_equal(r->columns[i].name, names[i]);
    assert_string_equal(r->columns[0].text[1], "E2");
    assert_near(r->columns[1].number[0], 7, 0);
    assert_true(isnan(r->columns[4].number[1]));
    assert_near(r->columns[6].number[0], 100, 0);
    assert_string_equal(r->columns[8].text[1], "no passable cell");
    ig_result_free(r);
    ig_access_free(a);
}

// ---- against an independent slow version ------------------------------------------------------

struct slow {
    double reached, unreached, mean, within;
};

/// Every cell of the grid cut by the area, one by one.
static struct slow slow_row(const struct drawing *d, size_t a, const ig_frame *f, const float *m,
                            const float *p, double people, double threshold)
{
    struct slow s = {0};
    double weight = 0, reached = 0, moment = 0, near = 0;
    for (int64_t row = 0; row < f->rows; row++)
        for (int64_t col = 0; col < f->cols; col++) {
            const double west = f->west + (double)col * f->dx;
            const double north = f->north - (double)row * f->dy;
            const int64_t c = row * f->cols + col;
            if (isnan(p[c])) continue;
            const double w = common_size(&d->rings, a, west, north - f->dy, west + f->dx, north);
            weight += w;
            if (isnan(m[c])) continue;
            reached += w;
            moment += w * (double)m[c];
            if ((double)m[c] <= threshold) near += w;
        }
    s.reached = people * reached / weight;
    s.unreached = people - s.reached;
    s.mean = moment / reached;
    s.within = 100 * near / weight;
    return s;
}

enum { COLS = 23, ROWS = 17 };

static void random_ground(uint32_t *seed, float *m, float *p)
{
    for (size_t c = 0; c < COLS * ROWS; c++) {
        p[c] = next(seed) % 5 ? 1.0f : (float)NAN;
        m[c] = isnan(p[c]) || next(seed) % 7 == 0 ? (float)NAN : (float)(60 * uniform(seed));
    }
}

static void random_triangles(uint32_t *seed, struct drawing *d, size_t count, const ig_frame *f)
{
    for (size_t a = 0; a < count; a++) {
        double xy[6];
        for (size_t i = 0; i < 3; i++) {
            xy[2 * i] = f->west + uniform(seed) * (double)f->cols * f->dx;
            xy[2 * i + 1] = f->north - uniform(seed) * (double)f->rows * f->dy;
        }
        char code[32];
        snprintf(code, sizeof code, "E%03zu", a);
        draw(d, code, 3, xy);
    }
}

static void as_a_slow_count_of_every_cell(void **state)
{
    (void)state;
    uint32_t seed = 5;
    for (int round = 0; round < 20; round++) {
        struct drawing d = {0};
        float m[COLS * ROWS], p[COLS * ROWS];
        const ig_frame f = {COLS, ROWS, -40 + 7.3 * round, 900, 50, round % 2 ? 50 : 31};
        double people[20], t[] = {20};
        random_ground(&seed, m, p);
        random_triangles(&seed, &d, 20, &f);
        for (size_t a = 0; a < 20; a++)
            people[a] = 1 + (double)(next(&seed) % 3000);
        const struct ground g = {&f, m, p, NULL};
        ig_access *a = access_of(&d, &g, &(ig_people){.by_area = people}, t, 1);
        double all = 0;
        for (size_t i = 0; i < 20; i++) {
            const struct slow s = slow_row(&d, i, &f, m, p, people[i], t[0]);
            const ig_access_row *row = &a->rows[i];
            assert_near(row->people_reached + row->people_unreached, people[i], 1e-9 * people[i]);
            all += people[i];
            if (isnan(s.mean)) continue; // a sliver on barriers
            assert_near(row->people_reached, s.reached, 1e-9 * people[i]);
            assert_near(row->people_unreached, s.unreached, 1e-9 * people[i]);
            assert_near(row->minutes_mean, s.mean, 1e-8);
            assert_near(row->within[0], s.within, 1e-8);
        }
        assert_near(a->people, all, 1e-9 * all);
        assert_near(a->people_reached + a->people_unreached, all, 1e-9 * all);
        ig_access_free(a);
    }
}

static void order_and_threads_do_not_change_a_bit(void **state)
{
    (void)state;
    uint32_t seed = 77;
    struct drawing d = {0}, turned = {0};
    float m[COLS * ROWS], p[COLS * ROWS];
    const ig_frame f = {COLS, ROWS, 0, 900, 50, 50};
    double people[20], back[20];
    random_ground(&seed, m, p);
    random_triangles(&seed, &d, 20, &f);
    for (size_t a = 0; a < 20; a++) {
        const size_t b = 19 - a;
        const double xy[] = {d.x[4 * b],     d.y[4 * b],     d.x[4 * b + 1],
                             d.y[4 * b + 1], d.x[4 * b + 2], d.y[4 * b + 2]};
        draw(&turned, d.code[b], 3, xy);
        people[a] = uniform(&seed) * 999;
    }
    for (size_t a = 0; a < 20; a++)
        back[a] = people[19 - a];
    const struct ground g = {&f, m, p, NULL};
    ig_ctx_set_threads(ctx, 1);
    ig_access *one = access_of(&d, &g, &(ig_people){.by_area = people}, NULL, 0);
    ig_ctx_set_threads(ctx, 8);
    ig_access *other = access_of(&turned, &g, &(ig_people){.by_area = back}, NULL, 0);
    assert_true(one->people == other->people && one->minutes_mean == other->minutes_mean);
    for (size_t a = 0; a < 20; a++) {
        assert_memory_equal(&one->rows[a].people, &other->rows[19 - a].people, 3 * sizeof(double));
        assert_memory_equal(&one->rows[a].minutes_mean, &other->rows[19 - a].minutes_mean,
                            2 * sizeof(double));
    }
    ig_access_free(one);
    ig_access_free(other);
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

static void pieces_come_in_order_of_minutes_then_people(void **state)
{
    (void)state;
    uint64_t dice = 7;
    for (int round = 0; round < 200; round++) {
        const size_t count = (size_t)(round * round / 20);
        struct piece *list = calloc(count + 1, sizeof *list);
        double before = 0.0, after = 0.0;
        for (size_t i = 0; i < count; i++) {
            dice = dice * 6364136223846793005U + 1442695040888963407U;
            const float time = (float)(dice >> 40) / (float)(round % 3 ? 1e4 : 1e6) - 300.0f;
            list[i].minutes = round % 5 == 0   ? (double)time / 3.0 // no float32
                              : round % 5 == 1 ? (double)(int)time
                                               : (double)time;
            list[i].people = (double)(dice >> 60);
            before += list[i].people;
        }
        assert_true(ig_pieces_sort(list, count));
        for (size_t i = 0; i < count; i++) {
            after += list[i].people;
            if (i == 0) continue;
            assert_true(list[i - 1].minutes <= list[i].minutes);
            if (list[i - 1].minutes == list[i].minutes)
                assert_true(list[i - 1].people <= list[i].people);
        }
        assert_near(after, before, 0.0);
        free(list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_come_in_order_of_minutes_then_people),
        cmocka_unit_test_setup_teardown(people_stand_evenly_on_passable_cells, begin, end),
        cmocka_unit_test_setup_teardown(without_a_cost_grid_nodata_is_unreached, begin, end),
        cmocka_unit_test_setup_teardown(residents_say_how_many_a_cell_holds, begin, end),
        cmocka_unit_test_setup_teardown(without_people_cells_count_alike, begin, end),
        cmocka_unit_test_setup_teardown(an_area_without_passable_cell_is_told, begin, end),
        cmocka_unit_test_setup_teardown(areas_off_the_grid_are_listed, begin, end),
        cmocka_unit_test_setup_teardown(places_that_do_not_meet_are_an_error, begin, end),
        cmocka_unit_test_setup_teardown(unknown_people_are_in_no_total, begin, end),
        cmocka_unit_test_setup_teardown(thresholds_must_rise_from_above_0, begin, end),
        cmocka_unit_test_setup_teardown(wards_keep_the_distribution_of_their_areas, begin, end),
        cmocka_unit_test_setup_teardown(columns_are_those_of_the_contract, begin, end),
        cmocka_unit_test_setup_teardown(as_a_slow_count_of_every_cell, begin, end),
        cmocka_unit_test_setup_teardown(order_and_threads_do_not_change_a_bit, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
