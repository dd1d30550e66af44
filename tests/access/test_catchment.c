// Floating catchments and the rational agent model: worked examples, published scenarios, laws.
#include "near.h"

#include <access/access.h>
#include <jansson.h>

static const size_t area[] = {0, 0, 1, 1, 2, 2}, site[] = {0, 1, 0, 1, 0, 1};
static const double minutes[] = {5, 25, 12, 8, 28, 18};
static const ig_trips trips = {6, 3, 2, area, site, minutes, NULL};
static const double people[] = {1000, 2000, 500}, supply[] = {4, 2};
static const ig_decay steps = {
    .kind = IG_DECAY_STEP, .steps = 3, .limit = {10, 20, 30}, .weight = {1, .68, .22}};
static const ig_decay none = {.kind = IG_DECAY_NONE};

static void the_worked_examples(void **state)
{
    (void)state;
    double a[3], r[2];
    ig_catchment_totals t;
    assert_int_equal(ig_floating_catchment(&trips, people, supply, &none, 20, false, a, r, &t),
                     IG_OK);
    const double fca2[] = {.00133333, .00213333, .0008},
                 fca_e[] = {.00179131, .00188246, .00088753};
    const double fca3[] = {.00240024, .00158863, .00084499};
    for (int i = 0; i < 3; i++)
        assert_near(a[i], fca2[i], 5e-9);
    assert_near(r[0], .00133333, 5e-9);
    assert_near(r[1], .0008, 1e-15);
    assert_near(t.supply_total, 6, 0);
    assert_near(t.demand_times_score, 6, 1e-12);
    assert_int_equal(ig_floating_catchment(&trips, people, supply, &steps, 30, false, a, NULL, &t),
                     IG_OK);
    for (int i = 0; i < 3; i++)
        assert_near(a[i], fca_e[i], 5e-9);
    assert_int_equal(ig_floating_catchment(&trips, people, supply, &steps, 30, true, a, NULL, &t),
                     IG_OK);
    for (int i = 0; i < 3; i++)
        assert_near(a[i], fca3[i], 5e-9);
    assert_near(t.demand_times_score, 6, 1e-12);
}

static void weights_by_distance(void **state)
{
    (void)state;
    assert_near(ig_decay_weight(&steps, 10), 1, 0); // up to and including
    assert_near(ig_decay_weight(&steps, 10.001), .68, 0);
    assert_near(ig_decay_weight(&steps, 30), .22, 0);
    assert_near(ig_decay_weight(&steps, 30.001), 0, 0);
    const ig_decay g = {.kind = IG_DECAY_GAUSSIAN, .parameter = 10};
    assert_near(ig_decay_weight(&g, 10), exp(-.5), 1e-15);
    const ig_decay p = {.kind = IG_DECAY_POWER, .parameter = 2, .least = 1};
    assert_near(ig_decay_weight(&p, 4), 1 / 16.0, 1e-15);
    assert_near(ig_decay_weight(&p, 0), 1, 0);
}

static void the_catchment_is_closed(void **state)
{
    (void)state;
    double a[3];
    assert_int_equal(ig_floating_catchment(&trips, people, supply, &none, 18, false, a, NULL, NULL),
                     IG_OK);
    assert_near(a[2], 2 / 2500.0, 1e-15); // t = 18 counts
    assert_int_equal(
        ig_floating_catchment(&trips, people, supply, &none, 17.9, false, a, NULL, NULL), IG_OK);
    assert_near(a[2], 0, 0);
}

static void who_reaches_nothing_is_counted(void **state)
{
    (void)state;
    double a[3], r[2];
    ig_catchment_totals t;
    assert_int_equal(ig_floating_catchment(&trips, people, supply, &none, 6, false, a, r, &t),
                     IG_OK);
    assert_near(a[0], 4 / 1000.0, 1e-15);
    assert_near(t.demand_unreached, 2500, 0);
    assert_near(t.supply_reached, 4, 0);
    assert_near(t.demand_times_score, 4, 1e-12);
    assert_true(isnan(r[1])); // nobody asks the second site
}

static void decays_as_options_have_them(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_decay d;
    assert_int_equal(ig_decay_parse(ctx, "step:10=1,20=.68,30=.22", &d), IG_OK);
    assert_int_equal(d.kind, IG_DECAY_STEP);
    assert_int_equal(d.steps, 3);
    assert_near(d.limit[1], 20, 0);
    assert_near(d.weight[2], .22, 0);
    assert_int_equal(ig_decay_parse(ctx, "gaussian:12.5", &d), IG_OK);
    assert_near(d.parameter, 12.5, 0);
    assert_int_equal(ig_decay_parse(ctx, "power:1.5", &d), IG_OK);
    assert_near(d.least, 1, 0);
    static const char *const bad[] = {
        "",          "step:",    "step:10", "step:10=1,5=.5", "step:10=x",       "gaussian:0",
        "gaussian:", "power:-1", "exp:3",   "step:10=1,,",    "step:10=1,20=-1", "power:1,2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(ig_decay_parse(ctx, bad[i], &d), IG_EINVAL);
        assert_non_null(strstr(ig_ctx_message(ctx), "--decay"));
    }
    ig_ctx_free(ctx);
}

static void scores_stand_in_the_rows(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const char *const codes[] = {"A", "B", "C", "D"};
    const double n[] = {1000, 2000, 500, 70};
    ig_trips four = trips;
    four.areas = 4; // D has no trip
    ig_access *a = NULL;
    ig_catchment_totals t;
    assert_int_equal(ig_access_nearest(ctx, codes, &four, n, NULL, 0, &a), IG_OK);
    ig_score_options o = ig_score_defaults();
    o.method = IG_ACCESS_2SFCA;
    assert_int_equal(ig_access_score(ctx, a, &four, n, supply, &o, &t), IG_EINVAL); // no catchment
    o.catchment = 20;
    assert_int_equal(ig_access_score(ctx, a, &four, n, supply, &o, &t), IG_OK);
    assert_true(a->scored);
    assert_near(a->rows[1].score, .00213333, 5e-9);
    assert_near(a->rows[3].score, 0, 0);
    assert_string_equal(a->rows[3].status, "unreachable");
    assert_string_equal(a->rows[2].status, "ok");
    assert_near(t.supply_total, 6, 0);
    o = ig_score_defaults();
    o.method = IG_ACCESS_3SFCA;
    assert_int_equal(ig_access_score(ctx, a, &four, n, supply, &o, &t), IG_OK);
    assert_near(a->rows[0].score, .00240024, 5e-9);
    o.method = IG_ACCESS_GRAVITY;
    assert_int_equal(ig_access_score(ctx, a, &four, n, supply, &o, &t), IG_EINVAL); // no decay
    o.method = IG_ACCESS_RAAM;
    assert_int_equal(ig_access_score(ctx, a, &four, n, supply, &o, &t), IG_OK);
    assert_true(a->rows[0].score > 0 && isnan(a->rows[3].score));
    ig_access_free(a);
    ig_ctx_free(ctx);
}

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void published_scenarios_of_three_tracts(void **state)
{
    (void)state;
    json_t *all = json_load_file(SHARED_DIR "/anchors/access_hospital/expected.json", 0, NULL);
    if (!all) {
        print_message("skipped: anchors/access_hospital is not there\n");
        skip();
    }
    static const char *const names[] = {"1", "2", "3"};
    double demand[3], doctors[3];
    for (size_t i = 0; i < 3; i++) {
        const json_t *tract = json_object_get(json_object_get(all, "tracts"), names[i]);
        demand[i] = number(tract, "population");
        doctors[i] = number(tract, "doctors");
    }
    const json_t *scenarios = json_object_get(all, "scenarios");
    const ig_decay power = {.kind = IG_DECAY_POWER, .parameter = 1, .least = 1};
    assert_int_equal(json_array_size(scenarios), 4);
    for (size_t s = 0; s < 4; s++) {
        const json_t *scenario = json_array_get(scenarios, s);
        size_t from[9], to[9], count = 0;
        double cost[9], fca2[3], fca3[3];
        for (size_t i = 0; i < 3; i++)
            for (size_t j = 0; j < 3; j++) {
                char key[8];
                snprintf(key, sizeof key, "%zu->%zu", i + 1, j + 1);
                from[count] = i;
                to[count] = j;
                cost[count++] = number(json_object_get(scenario, "cost_origin_dest"), key);
            }
        const ig_trips t = {9, 3, 3, from, to, cost, NULL};
        const double most = number(all, "max_cost");
        assert_int_equal(
            ig_floating_catchment(&t, demand, doctors, &power, most, false, fca2, NULL, NULL),
            IG_OK);
        assert_int_equal(
            ig_floating_catchment(&t, demand, doctors, &power, most, true, fca3, NULL, NULL),
            IG_OK);
        for (size_t i = 0; i < 3; i++) {
            assert_near(fca2[i], number(json_object_get(scenario, "fca2"), names[i]), 1e-12);
            assert_near(fca3[i], number(json_object_get(scenario, "fca3"), names[i]), 1e-12);
        }
    }
    json_decref(all);
}

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

enum { N = 30, M = 7 };

struct town {
    size_t area[N * M], site[N * M];
    double minutes[N * M], people[N], supply[M];
    ig_trips trips;
};

static void build(struct town *t, uint32_t seed)
{
    size_t count = 0;
    for (size_t i = 0; i < N; i++) {
        t->people[i] = (double)(next(&seed) % 900);
        for (size_t j = 0; j < M; j++) {
            if (next(&seed) % 3 == 0 || i == 11) continue; // area 11 reaches nothing
            t->area[count] = i;
            t->site[count] = j;
            t->minutes[count++] = (double)(next(&seed) % 600) / 10;
        }
    }
    for (size_t j = 0; j < M; j++)
        t->supply[j] = (double)(1 + next(&seed) % 9);
    t->trips = (ig_trips){count, N, M, t->area, t->site, t->minutes, NULL};
}

static void supply_is_neither_made_nor_lost(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed < 40; seed++) {
        struct town t;
        build(&t, seed);
        const ig_decay decays[] = {none,
                                   steps,
                                   {.kind = IG_DECAY_GAUSSIAN, .parameter = 12},
                                   {.kind = IG_DECAY_POWER, .parameter = 1.5, .least = 1}};
        for (size_t d = 0; d < 4; d++)
            for (int share = 0; share < 2; share++) {
                double a[N];
                ig_catchment_totals sums;
                assert_int_equal(ig_floating_catchment(&t.trips, t.people, t.supply, &decays[d], 30,
                                                       share, a, NULL, &sums),
                                 IG_OK);
                double product = 0;
                for (size_t i = 0; i < N; i++)
                    product += a[i] * t.people[i];
                assert_near(product, sums.supply_reached, 1e-9 * sums.supply_total);
                assert_true(sums.demand_unreached >= t.people[11]);
            }
    }
}

/// Loads by successive averages: everybody to the site that is cheapest now, ever smaller steps.
static void slow_loads(const struct town *t, double rho, double *load)
{
    for (size_t j = 0; j < M; j++)
        load[j] = 0;
    for (int step = 0; step < 20000; step++) {
        double all[M] = {0};
        size_t best[N];
        double cost[N];
        for (size_t i = 0; i < N; i++)
            cost[i] = INFINITY;
        for (size_t k = 0; k < t->trips.count; k++) {
            const size_t i = t->area[k], j = t->site[k];
            const double c = t->minutes[k] / 60 + load[j] / (rho * t->supply[j]);
            if (c < cost[i]) {
                cost[i] = c;
                best[i] = j;
            }
        }
        for (size_t i = 0; i < N; i++)
            if (cost[i] < INFINITY) all[best[i]] += t->people[i];
        for (size_t j = 0; j < M; j++)
            load[j] += (all[j] - load[j]) / (step + 1);
    }
}

static void rational_agents_have_no_better_choice(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed < 12; seed++) {
        struct town t;
        double score[N], load[M], slow[M];
        ig_catchment_totals sums;
        build(&t, seed);
        assert_int_equal(ig_raam(&t.trips, t.people, t.supply, 60, INFINITY, score, load, &sums),
                         IG_OK);
        double asked = 0, loads = 0, supplied = 0;
        for (size_t i = 0; i < N; i++)
            if (i != 11) asked += t.people[i];
        for (size_t j = 0; j < M; j++) {
            loads += load[j];
            supplied += t.supply[j];
        }
        assert_near(loads, asked, 1e-9 * asked); // nobody lost
        assert_true(isnan(score[11]));
        assert_near(sums.demand_unreached, t.people[11], 0);
        slow_loads(&t, asked / supplied, slow);
        for (size_t j = 0; j < M; j++)
            assert_near(load[j], slow[j], 2e-3 * asked);
        for (size_t i = 0; i < N; i++) {
            double best = INFINITY;
            for (size_t k = 0; k < t.trips.count; k++) {
                const double crowd = load[t.site[k]] / (asked / supplied * t.supply[t.site[k]]);
                if (t.area[k] == i) best = fmin(best, t.minutes[k] / 60 + crowd);
            }
            if (i != 11) assert_near(score[i], best, 1e-8);
        }
    }
}

static void two_sites_share_by_hand(void **state)
{
    (void)state;
    // 100 people 0 and 12 minutes from two sites of 1: rho 50, x/50 = .2 + (100 - x)/50, x = 55
    const size_t from[] = {0, 0}, to[] = {0, 1};
    const double t[] = {0, 12}, p[] = {100}, s[] = {1, 1};
    double score[1], load[2];
    assert_int_equal(
        ig_raam(&(ig_trips){2, 1, 2, from, to, t, NULL}, p, s, 60, INFINITY, score, load, NULL),
        IG_OK);
    assert_near(load[0], 55, 1e-6);
    assert_near(load[1], 45, 1e-6);
    assert_near(score[0], 1.1, 1e-8);
}

static void wrong_use_is_refused(void **state)
{
    (void)state;
    double a[3];
    const double bad[] = {1, -2, 3}, short_of[] = {4, NAN};
    const ig_decay no_steps = {.kind = IG_DECAY_STEP};
    const ig_decay tied = {.kind = IG_DECAY_STEP, .steps = 2, .limit = {10, 10}, .weight = {1, 1}};
    assert_int_equal(ig_floating_catchment(&trips, bad, supply, &none, 20, false, a, NULL, NULL),
                     IG_EINVAL);
    assert_int_equal(
        ig_floating_catchment(&trips, people, short_of, &none, 20, false, a, NULL, NULL),
        IG_EINVAL);
    assert_int_equal(
        ig_floating_catchment(&trips, people, supply, &no_steps, 20, false, a, NULL, NULL),
        IG_EINVAL);
    assert_int_equal(ig_floating_catchment(&trips, people, supply, &tied, 20, false, a, NULL, NULL),
                     IG_EINVAL);
    assert_int_equal(ig_floating_catchment(&trips, people, supply, &none, 0, false, a, NULL, NULL),
                     IG_EINVAL);
    assert_int_equal(ig_raam(&trips, people, supply, 0, 30, a, NULL, NULL), IG_EINVAL);
}

static void the_nearest_of_a_matrix(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const double n[] = {1000, 2000, 500, 70}, t[] = {5, 10, 18};
    const char *const codes[] = {"A", "B", "C", "D"};
    ig_trips four = trips;
    four.areas = 4; // D has no trip
    ig_access *a = NULL;
    assert_int_equal(ig_access_nearest(ctx, codes, &four, n, t, 3, &a), IG_OK);
    assert_near(a->rows[0].minutes_mean, 5, 0);
    assert_near(a->rows[1].minutes_median, 8, 0);
    assert_near(a->rows[2].minutes_mean, 18, 0);
    assert_near(a->rows[0].within[0], 100, 0);
    assert_near(a->rows[1].within[0], 0, 0);
    assert_near(a->rows[1].within[1], 100, 0);
    assert_string_equal(a->rows[3].status, "unreachable");
    assert_near(a->people_unreached, 70, 0);
    assert_near(a->minutes_mean, (5000 + 16000 + 9000) / 3500.0, 1e-12);
    ig_access_free(a);
    const double some[] = {900, 1000, 5000, 100, 500, 400};
    four.people = some;
    assert_int_equal(ig_access_nearest(ctx, codes, &four, n, t, 3, &a), IG_OK);
    assert_near(a->rows[0].people_reached, 1000, 0);
    assert_near(a->rows[1].people_reached, 2000, 0);
    assert_near(a->rows[0].people_unreached, 0, 0);
    ig_access_free(a);
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_examples),
        cmocka_unit_test(weights_by_distance),
        cmocka_unit_test(decays_as_options_have_them),
        cmocka_unit_test(scores_stand_in_the_rows),
        cmocka_unit_test(the_catchment_is_closed),
        cmocka_unit_test(who_reaches_nothing_is_counted),
        cmocka_unit_test(published_scenarios_of_three_tracts),
        cmocka_unit_test(supply_is_neither_made_nor_lost),
        cmocka_unit_test(rational_agents_have_no_better_choice),
        cmocka_unit_test(two_sites_share_by_hand),
        cmocka_unit_test(wrong_use_is_refused),
        cmocka_unit_test(the_nearest_of_a_matrix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
