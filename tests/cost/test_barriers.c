// Rivers, walls and shut sides: where nobody slips through, and which roads cross.
#include "plain.h"

/// A river slantwise across the square, `width` metres wide, and these roads.
static void river_and_roads(double width, const char *const *roads)
{
    char row[512];
    snprintf(row, sizeof row,
             "\"class\":\"water\"|Polygon|[[[399000,299603],[402500,303103],[%.1f,303103],"
             "[%.1f,299603],[399000,299603]]]",
             402500 + width * 1.41421356, 399000 + width * 1.41421356);
    const char *const land[] = {row, NULL};
    made_square(2000);
    made_layer("river.geojson", land);
    if (roads) made_layer("roads.geojson", roads);
}

static ig_surface *river_surface(double cell, bool roads, const char *bridges,
                                 ig_cost_report *report, struct made_words *words)
{
    const char *const land[] = {made_path("river.geojson")}, *const road[] = {
                                                                 made_path("roads.geojson")};
    const char *const bridge[] = {bridges};
    ig_cost_options o = options_of("walk", cell);
    o.landcover = (ig_texts){land, 1};
    if (roads) o.roads = (ig_texts){road, 1};
    if (bridges) o.bridges = (ig_texts){bridge, 1};
    return surface_of(&o, report, words);
}

static void nobody_slips_through_a_river_of_any_width(void **state)
{
    (void)state;
    const double widths[] = {3, 10, 30, 70, 200}, cells[] = {25, 50, 100};
    for (int i = 0; i < 5; i++) {
        river_and_roads(widths[i], NULL);
        for (int k = 0; k < 3; k++) {
            ig_surface *s = river_surface(cells[k], false, NULL, NULL, NULL);
            assert_true(isinf(made_minutes(s, 400110, 301810, 401810, 300110)));
            assert_true(isfinite(made_minutes(s, 400110, 301810, 400610, 301810)));
            ig_surface_free(s);
        }
    }
}

static void a_marked_bridge_carries_its_road_and_no_other(void **state)
{
    (void)state;
    static const char *const roads[] = {
        ROAD("\"residential\"", "[[400510,301510],[400690,301330]]"),
        ROAD("\"residential\",\"bridge\":\"yes\"", "[[400690,301330],[400770,301250]]"),
        ROAD("\"residential\"", "[[400770,301250],[401510,300510]]"), NULL};
    static const char *const unmarked[] = {
        ROAD("\"residential\"",
             "[[400510,301510],[400690,301330],[400770,301250],[401510,300510]]"),
        ROAD("\"residential\",\"bridge\":\"yes\"", "[[400010,301900],[400110,301900]]"), NULL};
    const double widths[] = {8, 30, 60};
    for (int i = 0; i < 3; i++) {
        ig_cost_report report;
        river_and_roads(widths[i], roads);
        ig_surface *s = river_surface(50, true, NULL, &report, NULL);
        assert_true(report.crossings_known);
        assert_int_equal(report.bridges, 1);
        const double minutes = made_minutes(s, 400510, 301510, 401510, 300510);
        assert_near(minutes, hypot(1000, 1000) / 5000 * 60, .8);
        ig_surface_free(s);
        river_and_roads(widths[i], unmarked);
        s = river_surface(50, true, NULL, NULL, NULL);
        assert_true(isinf(made_minutes(s, 400510, 301510, 401510, 300510)));
        ig_surface_free(s);
    }
}

static void roads_of_a_source_without_marks_all_cross(void **state)
{
    (void)state;
    static const char *const roads[] = {
        ROAD("\"residential\"", "[[400510,301510],[401510,300510]]"), NULL};
    struct made_words words;
    ig_cost_report report;
    river_and_roads(60, roads);
    ig_surface *s = river_surface(50, true, NULL, &report, &words);
    assert_false(report.crossings_known);
    assert_non_null(strstr(words.text, "marks no bridges"));
    assert_near(made_minutes(s, 400510, 301510, 401510, 300510), 16.97, .4);
    // The road is a bridge: nobody climbs up to it from a boat, nor down from it on the river.
    assert_true(isinf(made_minutes(s, 400110, 300110 + 100, 400510, 301510)) ||
                made_minutes(s, 400110, 300210, 400510, 301510) > 16);
    ig_surface_free(s);
}

static void lines_of_bridges_carry_roads(void **state)
{
    (void)state;
    static const char *const roads[] = {
        ROAD("\"residential\"", "[[400510,301510],[401510,300510]]"),
        ROAD("\"residential\"", "[[400110,301110],[401110,300110]]"), NULL};
    static const char *const bridge[] = {
        "\"name\":\"New\"|LineString|[[400692,301330],[400772,301250]]", NULL};
    river_and_roads(60, roads);
    made_layer("bridges.geojson", bridge);
    ig_surface *s = river_surface(50, true, made_path("bridges.geojson"), NULL, NULL);
    assert_near(made_minutes(s, 400510, 301510, 401510, 300510), 16.97, .4);
    assert_true(made_minutes(s, 400110, 301110, 401110, 300110) > 25); // has to go round
    ig_surface_free(s);
    // A bridge that no road uses is a way for walkers.
    river_and_roads(60, NULL);
    s = river_surface(50, false, made_path("bridges.geojson"), NULL, NULL);
    assert_true(isfinite(made_minutes(s, 400510, 301510, 401510, 300510)));
    ig_surface_free(s);
}

static void banks_of_a_narrow_river_stay_apart(void **state)
{
    (void)state;
    // Roads along both banks, 12 m from the water: both pass most cells of the river.
    static const char *const roads[] = {
        ROAD("\"residential\"", "[[400010,300640],[401300,301930]]"),
        ROAD("\"residential\"", "[[400040,300600],[401340,301900]]"),
        ROAD("\"residential\",\"bridge\":\"yes\"", "[[400010,301900],[400110,301900]]"), NULL};
    river_and_roads(14, roads);
    const double cells[] = {25, 50, 100};
    for (int k = 0; k < 3; k++) {
        ig_surface *s = river_surface(cells[k], true, NULL, NULL, NULL);
        assert_true(isinf(made_minutes(s, 400110, 301810, 401810, 300110)));
        ig_surface_free(s);
    }
}

static void roads_along_the_shore_go_on(void **state)
{
    (void)state;
    // A lake with a road 10 m from its shore, and one that is drawn a little into the water.
    static const char *const lake[] = {"\"class\":\"lake\"|Polygon|[[[400500,300500],[401500,"
                                       "300500],[401500,301500],[400500,301500],[400500,300500]]]",
                                       NULL};
    static const char *const roads[] = {
        ROAD("\"residential\"", "[[400110,301510],[401910,301510]]"),
        ROAD("\"residential\"", "[[400110,300490],[400900,300490],[400910,300503],[400940,300503],["
                                "400950,300490],[401910,300490]]"),
        ROAD("\"residential\",\"bridge\":\"yes\"", "[[400010,301900],[400110,301900]]"), NULL};
    made_square(2000);
    made_layer("river.geojson", lake);
    made_layer("roads.geojson", roads);
    ig_surface *s = river_surface(50, true, NULL, NULL, NULL);
    assert_near(made_minutes(s, 400110, 301510, 401910, 301510), 21.6, .3);
    assert_near(made_minutes(s, 400110, 300490, 401910, 300490), 21.6, .6);
    assert_true(isnan(s->pace[made_cell(s, 401000, 301000)]));
    ig_surface_free(s);
}

static void a_line_is_a_barrier_for_land_and_roads(void **state)
{
    (void)state;
    made_square(2000);
    static const char *const wall[] = {
        "\"a\":1|LineString|[[399000,299517],[400317,300600],[400900,301477],[403000,302600]]",
        NULL};
    static const char *const roads[] = {
        ROAD("\"residential\"", "[[400110,301310],[401110,300310]]"),
        ROAD("\"residential\",\"tunnel\":\"yes\"", "[[400110,301910],[400160,301910]]"), NULL};
    static const char *const tunnel[] = {
        ROAD("\"residential\",\"tunnel\":\"yes\"", "[[400110,301310],[401110,300310]]"), NULL};
    made_layer("wall.geojson", wall);
    const char *const walls[] = {made_path("wall.geojson")}, *const road[] = {
                                                                 made_path("roads.geojson")};
    const double cells[] = {25, 50, 100};
    for (int k = 0; k < 3; k++) {
        made_layer("roads.geojson", roads);
        ig_cost_options o = options_of("walk", cells[k]);
        ig_cost_report report;
        o.barriers = (ig_texts){walls, 1};
        ig_surface *s = surface_of(&o, &report, NULL);
        assert_int_equal(report.barriers_in, 1);
        assert_int_equal(report.cells_barrier, 0); // lines shut sides, not cells
        assert_non_null(s->barriers);
        assert_true(isinf(made_minutes(s, 400110, 301810, 401810, 300110)));
        ig_surface_free(s);
        o.roads = (ig_texts){road, 1};
        s = surface_of(&o, &report, NULL);
        assert_true(isinf(made_minutes(s, 400110, 301810, 401810, 300110)));
        ig_surface_free(s);
        made_layer("roads.geojson", tunnel);
        s = surface_of(&o, &report, NULL);
        assert_near(made_minutes(s, 400110, 301310, 401110, 300310), 16.97, .5);
        ig_surface_free(s);
    }
}

static void shut_sides_are_shut_from_both_sides(void **state)
{
    (void)state;
    static const int dc[8] = {0, 1, 1, 1, 0, -1, -1, -1}, dr[8] = {-1, -1, 0, 1, 1, 1, 0, -1};
    made_square(2000);
    static const char *const wall[] = {
        "\"a\":1|LineString|[[399000,299517],[400317,300600],[403000,302600]]", NULL};
    made_layer("wall.geojson", wall);
    const char *const walls[] = {made_path("wall.geojson")};
    ig_cost_options o = options_of("walk", 50);
    o.barriers = (ig_texts){walls, 1};
    ig_surface *s = surface_of(&o, NULL, NULL);
    assert_non_null(s->barriers);
    const ig_frame *f = &s->frame;
    int64_t shut = 0;
    for (int64_t i = 0; i < ig_frame_cells(f); i++) {
        for (int k = 0; k < 8; k++) {
            if (!(s->barriers[i] >> k & 1)) continue;
            const int64_t c = i % f->cols + dc[k], r = i / f->cols + dr[k];
            assert_true(c >= 0 && r >= 0 && c < f->cols && r < f->rows);
            assert_true(s->barriers[r * f->cols + c] >> ((k + 4) % 8) & 1);
            shut++;
        }
    }
    assert_true(shut > 0);
    ig_surface_free(s);
}

static void a_diagonal_road_through_corners_is_whole(void **state)
{
    (void)state;
    // On a causeway through a lake, exactly through the corners of cells.
    static const char *const lake[] = {"\"class\":\"lake\"|Polygon|[[[400300,300300],[401700,"
                                       "300300],[401700,301700],[400300,301700],[400300,300300]]]",
                                       NULL};
    static const char *const roads[] = {
        ROAD("\"residential\",\"bridge\":\"yes\"", "[[400100,300100],[401900,301900]]"), NULL};
    made_square(2000);
    made_layer("river.geojson", lake);
    made_layer("roads.geojson", roads);
    ig_surface *s = river_surface(50, true, NULL, NULL, NULL);
    // from centre to centre of the cells 2475 m
    assert_near(made_minutes(s, 400110, 300110, 401890, 301890), 29.7, .4);
    ig_surface_free(s);
}

static void threads_make_no_difference(void **state)
{
    (void)state;
    static const char *const roads[] = {
        ROAD("\"residential\",\"bridge\":\"yes\"", "[[400010,301900],[400110,301900]]"),

        ROAD("\"residential\"", "[[400510,301510],[401510,300510]]"), NULL};
    river_and_roads(60, roads);
    ig_surface *s[2];
    for (int i = 0; i < 2; i++)
        s[i] = river_surface(50, true, NULL, NULL, NULL);
    const size_t cells = (size_t)ig_frame_cells(&s[0]->frame);
    assert_memory_equal(s[0]->pace, s[1]->pace, cells * sizeof(float));
    assert_non_null(s[0]->barriers);
    assert_memory_equal(s[0]->barriers, s[1]->barriers, cells);
    ig_surface_free(s[0]);
    ig_surface_free(s[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_slips_through_a_river_of_any_width),
        cmocka_unit_test(a_marked_bridge_carries_its_road_and_no_other),
        cmocka_unit_test(roads_of_a_source_without_marks_all_cross),
        cmocka_unit_test(lines_of_bridges_carry_roads),
        cmocka_unit_test(banks_of_a_narrow_river_stay_apart),
        cmocka_unit_test(roads_along_the_shore_go_on),
        cmocka_unit_test(a_line_is_a_barrier_for_land_and_roads),
        cmocka_unit_test(shut_sides_are_shut_from_both_sides),
        cmocka_unit_test(a_diagonal_road_through_corners_is_whole),
        cmocka_unit_test(threads_make_no_difference),
    };
    return cmocka_run_group_tests_name("build", tests, made_setup, made_teardown);
}
