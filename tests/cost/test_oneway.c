// One-way roads: there and back differ, by car and cycle, as the source says.
#include "made.h"

#include <travel/travel.h>

#define ROAD(tags, coords) tags "|LineString|" coords

/// Against the clock: 2 km a side.
#define RING "[[401010,301010],[403010,301010],[403010,303010],[401010,303010],[401010,301010]]"

/// Only roads can be used, at 5 km/h, by who has this key.
static ig_cost_options options_of(const char *key, const char *more, const char *const *roads)
{
    char rows[512];
    snprintf(rows, sizeof rows,
             "rule,max_slope,0\nroad,*,5\nroad,a,5\nroad,motorway,5\nland,open,0.001\nkey,%s,\n%s",
             key, more);
    return made_options(rows, roads);
}

/// Minutes over a quarter of the ring to the east side, and from there to the south side.
static void check_ring(const char *key, const char *more, const char *tags, double there,
                       double back)
{
    char row[512];
    snprintf(row, sizeof row, ROAD("%s", RING), tags);
    const char *const roads[] = {row, NULL};
    made_square(4000);
    const ig_cost_options o = options_of(key, more, roads);
    ig_cost_report report;
    ig_surface *s = NULL;
    assert_int_equal(made_surface(&o, &s, &report, NULL), IG_OK);
    assert_near(made_minutes(s, 402010, 301010, 403010, 302010), there, .8);
    assert_near(made_minutes(s, 403010, 302010, 402010, 301010), back, .8);
    const bool one_way = there != back;
    assert_int_equal(s->one_way, one_way);
    assert_int_equal(report.roads_one_way, one_way);
    assert_int_equal(report.sides_one_way > 0, one_way);
    assert_int_equal(report.cells_trapped, 0);
    ig_surface_free(s);
}

static void a_ring_goes_round_one_way(void **state)
{
    (void)state;
    const double quarter = 2000 / 5000. * 60, rest = 6000 / 5000. * 60;
    check_ring("motorcar", "", "\"highway\":\"primary\",\"oneway\":\"yes\"", quarter, rest);
    check_ring("motorcar", "", "\"highway\":\"primary\",\"oneway\":\"-1\"", rest, quarter);
    check_ring("motorcar", "", "\"highway\":\"primary\",\"oneway\":\"no\"", quarter, quarter);
    check_ring("foot", "", "\"highway\":\"primary\",\"oneway\":\"yes\"", quarter, quarter);
    check_ring("foot", "rule,oneway,1\n", "\"highway\":\"primary\",\"oneway\":\"yes\"", quarter,
               rest);
    check_ring("motorcar", "rule,oneway,0\n", "\"highway\":\"primary\",\"oneway\":\"yes\"", quarter,
               quarter);
}

static void roundabouts_and_motorways_are_one_way_unless_told_otherwise(void **state)
{
    (void)state;
    const double quarter = 2000 / 5000. * 60, rest = 6000 / 5000. * 60;
    check_ring("motorcar", "", "\"highway\":\"primary\",\"junction\":\"roundabout\"", quarter,
               rest);
    check_ring("motorcar", "",
               "\"highway\":\"primary\",\"junction\":\"roundabout\",\"oneway\":\"no\"", quarter,
               quarter);
    check_ring("motorcar", "", "\"highway\":\"motorway\"", quarter, rest);
    // a line that joins two carriageways, as in OS Open Roads: its class implies nothing
    check_ring("motorcar", "", "\"road_function\":\"motorway\"", quarter, quarter);
}

static void cycles_ride_against_the_traffic_where_they_may(void **state)
{
    (void)state;
    const double quarter = 2000 / 5000. * 60, rest = 6000 / 5000. * 60;
#define STREET "\"highway\":\"primary\",\"oneway\":\"yes\","
    check_ring("bicycle", "", STREET "\"surface\":\"\"", quarter, rest);
    check_ring("bicycle", "", STREET "\"oneway:bicycle\":\"no\"", quarter, quarter);
    check_ring("motorcar", "", STREET "\"oneway:bicycle\":\"no\"", quarter, rest);
    check_ring("bicycle", "", STREET "\"cycleway\":\"opposite_lane\"", quarter, quarter);
    check_ring("bicycle", "", STREET "\"cycleway:left:oneway\":\"-1\"", quarter, quarter);
    check_ring("motorcar", "", STREET "\"cycleway\":\"opposite\"", quarter, rest);
}

/// Minutes over a quarter of the ring, NaN where the ring is closed.
static double quarter_of(const char *key, const char *more, const char *tags)
{
    char row[512];
    snprintf(row, sizeof row, ROAD("%s", RING), tags);
    // a road of its own in a corner: some road is open
    const char *const roads[] = {
        row, ROAD("\"highway\":\"primary\",\"oneway\":\"no\"", "[[400110,300110],[400210,300110]]"),
        NULL};
    made_square(4000);
    const ig_cost_options o = options_of(key, more, roads);
    ig_surface *s = NULL;
    assert_int_equal(made_surface(&o, &s, NULL, NULL), IG_OK);
    assert_false(s->one_way);
    const double there = made_minutes(s, 402010, 301010, 403010, 302010);
    const double back = made_minutes(s, 403010, 302010, 402010, 301010);
    if (!isnan(there)) assert_near(there, back, 1e-3);
    ig_surface_free(s);
    return there;
}

static void roads_that_change_direction(void **state)
{
    (void)state;
    const double quarter = 2000 / 5000. * 60;
#define REVERSIBLE "\"highway\":\"primary\",\"oneway\":\"reversible\""
#define ALTERNATING "\"highway\":\"primary\",\"oneway\":\"alternating\""
    // nobody knows which way is open: closed, and off the road it is slow
    assert_true(quarter_of("motorcar", "", REVERSIBLE) > 100 * quarter);
    assert_near(quarter_of("motorcar", "rule,reversible,1\n", REVERSIBLE), quarter, .8);
    assert_near(quarter_of("motorcar", "rule,reversible,.5\n", REVERSIBLE), 2 * quarter, 1.6);
    assert_near(quarter_of("motorcar", "", ALTERNATING), quarter / .4, 2);
    assert_near(quarter_of("motorcar", "rule,alternating,1\n", ALTERNATING), quarter, .8);
    // who goes both ways anyway is not held up, nor cycles that are let through
    assert_near(quarter_of("foot", "", REVERSIBLE), quarter, .8);
    assert_near(quarter_of("foot", "", ALTERNATING), quarter, .8);
    assert_near(quarter_of("motorcar", "rule,oneway,0\n", REVERSIBLE), quarter, .8);
    assert_near(quarter_of("bicycle", "", REVERSIBLE ",\"oneway:bicycle\":\"no\""), quarter, .8);
    assert_true(quarter_of("bicycle", "", REVERSIBLE) > 100 * quarter);
}

static void other_sources_have_words_of_their_own(void **state)
{
    (void)state;
    const double quarter = 2000 / 5000. * 60, rest = 6000 / 5000. * 60;
    check_ring("motorcar", "", "\"class\":\"a\",\"directionality\":\"In Direction\"", quarter,
               rest);
    check_ring("motorcar", "", "\"class\":\"a\",\"directionality\":\"inOppositeDirection\"", rest,
               quarter);
    check_ring("motorcar", "", "\"class\":\"a\",\"directionality\":\"bothDirections\"", quarter,
               quarter);
    check_ring("motorcar", "", "\"fclass\":\"a\",\"oneway\":\"F\"", quarter, rest);
    check_ring("motorcar", "", "\"fclass\":\"a\",\"oneway\":\"T\"", rest, quarter);
    check_ring("motorcar", "", "\"fclass\":\"a\",\"oneway\":\"B\"", quarter, quarter);
}

static void the_search_goes_to_the_site_or_from_it(void **state)
{
    (void)state;
    static const char *const roads[] = {ROAD("\"highway\":\"primary\",\"oneway\":\"yes\"", RING),
                                        NULL};
    made_square(4000);
    const ig_cost_options o = options_of("motorcar", "", roads);
    ig_surface *s = NULL;
    assert_int_equal(made_surface(&o, &s, NULL, NULL), IG_OK);
    const int64_t home = made_cell(s, 402010, 301010);
    const ig_source site = {.cell = made_cell(s, 403010, 302010), .number = 1};
    for (int from = 0; from < 2; from++) {
        for (int exact = 0; exact < 2; exact++) {
            ig_ctx *ctx = ig_ctx_new();
            ig_travel_options travel = ig_travel_defaults();
            ig_grid *minutes = NULL;
            travel.direction = from ? IG_FROM_SITE : IG_TO_SITE;
            if (exact) travel.neighbours = IG_NEIGHBOURS_EXACT;
            assert_int_equal(ig_travel(ctx, s, &site, 1, &travel, &minutes, NULL), IG_OK);
            assert_near(minutes->cells[home], (from ? 6000 : 2000) / 5000. * 60, .8);
            ig_grid_free(minutes);
            ig_ctx_free(ctx);
        }
    }
    ig_surface_free(s);
}

/// Carriageways 15 m apart share their cells; 60 m apart each has its own.
static void dual_carriageways_are_open_both_ways(void **state)
{
    (void)state;
    for (int apart = 15; apart <= 60; apart += 45) {
        char rows[3][256];
        const char *roads[4] = {rows[0], rows[1], rows[2], NULL};
        const int south = 302005, north = south + apart;
        snprintf(rows[0], sizeof rows[0],
                 ROAD("\"highway\":\"trunk\",\"oneway\":\"yes\"", "[[400510,%d],[403510,%d]]"),
                 south, south);
        snprintf(rows[1], sizeof rows[1],
                 ROAD("\"highway\":\"trunk\",\"oneway\":\"yes\"", "[[403510,%d],[400510,%d]]"),
                 north, north);
        snprintf(rows[2], sizeof rows[2],
                 ROAD("\"highway\":\"trunk\"",
                      "[[400510,%d],[400510,%d],[400210,%d],[400210,302305],[403810,302305],"
                      "[403810,%d],[403510,%d],[403510,%d]]"),
                 north, south, south, south, south, north);
        made_square(4000);
        const ig_cost_options o = options_of("motorcar", "", roads);
        ig_surface *s = NULL;
        assert_int_equal(made_surface(&o, &s, NULL, NULL), IG_OK);
        const double along = 3000 / 5000. * 60, over = apart / 5000. * 60;
        assert_near(made_minutes(s, 400510, south, 403510, south), along, .8);
        assert_near(made_minutes(s, 403510, north, 400510, north), along, .8);
        assert_near(made_minutes(s, 403510, south, 400510, south), along + 2 * over, 1.5);
        assert_int_equal(s->one_way, apart > 50);
        ig_surface_free(s);
    }
}

static void one_way_roads_cut_off_at_the_edge_are_told(void **state)
{
    (void)state;
    // A motorway from the east edge to the west edge, reached by a slip road in the middle.
    static const char *const roads[] = {
        ROAD("\"highway\":\"motorway\"", "[[405010,302010],[402010,302010],[395010,302010]]"),
        ROAD("\"highway\":\"primary\"", "[[402010,302010],[402010,301010]]"), NULL};
    made_square(4000);
    const ig_cost_options o = options_of("motorcar", "limited,motorway,1\n", roads);
    ig_cost_report report;
    struct made_words words;
    ig_surface *s = NULL;
    assert_int_equal(made_surface(&o, &s, &report, &words), IG_OK);
    // from the junction's cell 40 cells west, and 39 east, are the carriageway's own
    assert_near(report.cells_trapped, 79, 1.1);
    assert_non_null(strstr(words.text, "can be entered and not left"));
    ig_surface_free(s);
}

static void the_file_says_what_a_shut_side_means(void **state)
{
    (void)state;
    static const char *const roads[] = {ROAD("\"highway\":\"primary\",\"oneway\":\"yes\"", RING),
                                        NULL};
    made_square(4000);
    for (int one_way = 0; one_way < 2; one_way++) {
        const ig_cost_options o = options_of("motorcar", one_way ? "" : "rule,oneway,0\n", roads);
        ig_surface *s = NULL, *back = NULL;
        assert_int_equal(made_surface(&o, &s, NULL, NULL), IG_OK);
        const size_t cells = (size_t)ig_frame_cells(&s->frame);
        // Nothing is one-way: both cells of a shut side say so.
        const int64_t cols = s->frame.cols;
        for (size_t i = 0; s->barriers && !one_way && i < cells; i++) {
            if (s->barriers[i] >> 2 & 1) assert_true(s->barriers[i + 1] >> 6 & 1);
            if (s->barriers[i] >> 6 & 1) assert_true(s->barriers[i - 1] >> 2 & 1);
            if (s->barriers[i] >> 3 & 1) assert_true(s->barriers[i + (size_t)cols + 1] >> 7 & 1);
            if (s->barriers[i] >> 7 & 1) assert_true(s->barriers[i - (size_t)cols - 1] >> 3 & 1);
        }
        ig_ctx *ctx = ig_ctx_new();
        ig_ctx_set_overwrite(ctx, true);
        const char *path = made_path("cost.tif");
        assert_int_equal(ig_surface_write(ctx, s, path, NULL, NULL), IG_OK);
        assert_int_equal(ig_surface_read(ctx, path, 0, NULL, &back), IG_OK);
        assert_int_equal(back->one_way, one_way);
        if (one_way) assert_memory_equal(back->barriers, s->barriers, cells);
        ig_surface_free(back);
        ig_surface_free(s);
        ig_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_goes_round_one_way),
        cmocka_unit_test(roundabouts_and_motorways_are_one_way_unless_told_otherwise),
        cmocka_unit_test(cycles_ride_against_the_traffic_where_they_may),
        cmocka_unit_test(roads_that_change_direction),
        cmocka_unit_test(other_sources_have_words_of_their_own),
        cmocka_unit_test(the_search_goes_to_the_site_or_from_it),
        cmocka_unit_test(dual_carriageways_are_open_both_ways),
        cmocka_unit_test(one_way_roads_cut_off_at_the_edge_are_told),
        cmocka_unit_test(the_file_says_what_a_shut_side_means),
    };
    return cmocka_run_group_tests_name("oneway", tests, made_setup, made_teardown);
}
