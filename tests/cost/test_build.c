// Cost surfaces of small countries, travelled by a slow search.
#include "plain.h"

/// A mode in which nobody leaves the roads.
static const char *roads_only(void)
{
    made_text("only.csv", "kind,class,value\nrule,max_slope,0\nkey,foot,\nkey,access,\nroad,*,5\n"
                          "road,motorway,0\nland,open,0.05\nland,water,0\n");
    static char path[256];
    snprintf(path, sizeof path, "%s", made_path("only.csv"));
    return path;
}

// ---- ground --------------------------------------------------------------------------------------

static void open_land_has_its_own_pace(void **state)
{
    (void)state;
    made_square(1000);
    ig_cost_options o = options_of("walk", 50);
    ig_cost_report report;
    ig_surface *s = surface_of(&o, &report, NULL);
    assert_int_equal(s->frame.cols, 20);
    assert_int_equal(report.cells, 400);
    assert_near(s->pace[0], 3.6 / 2, 1e-6);
    assert_null(s->barriers);
    assert_null(s->residents);
    ig_surface_free(s);
}

static void land_cover_has_its_class(void **state)
{
    (void)state;
    made_square(1000);
    static const char *const land[] = {"\"class\":\"Woodland\"|Polygon|[[[400000,300000],[400500,"
                                       "300000],[400500,301000],[400000,301000],[400000,300000]]]",
                                       "\"class\":\"heath\"|Polygon|[[[400100,300100],[400200,"
                                       "300100],[400200,300200],[400100,300200],[400100,300100]]]",
                                       "\"class\":\"lava\"|Polygon|[[[400800,300800],[400900,"
                                       "300800],[400900,300900],[400800,300900],[400800,300800]]]",
                                       NULL};
    made_layer("land.geojson", land);
    ig_cost_options o = options_of("walk", 50);
    const char *const files[] = {made_path("land.geojson")};
    o.landcover = (ig_texts){files, 1};
    struct made_words words;
    ig_surface *s = surface_of(&o, NULL, &words);
    assert_near(s->pace[made_cell(s, 400425, 300525)], 3.6 / 2, 1e-6);
    assert_near(s->pace[made_cell(s, 400125, 300125)], 3.6 / 2.5, 1e-6); // the smaller lies on top
    assert_near(s->pace[made_cell(s, 400825, 300825)], 3.6 / 2, 1e-6);
    assert_non_null(strstr(words.text, "lava"));
    ig_surface_free(s);
}

static void the_name_of_a_file_tells_its_class(void **state)
{
    (void)state;
    made_square(1000);
    static const char *const land[] = {"\"id\":\"7\"|Polygon|[[[400000,300000],[400500,300000],["
                                       "400500,301000],[400000,301000],[400000,300000]]]",
                                       NULL};
    made_layer("SU_TidalWater.geojson", land);
    made_layer("unknown.geojson", land);
    ig_cost_options o = options_of("walk", 50);
    const char *files[] = {made_path("SU_TidalWater.geojson")};
    o.landcover = (ig_texts){files, 1};
    ig_surface *s = surface_of(&o, NULL, NULL);
    assert_true(isnan(s->pace[made_cell(s, 400425, 300525)]));
    assert_false(isnan(s->pace[made_cell(s, 400525, 300525)]));
    ig_surface_free(s);
    files[0] = made_path("unknown.geojson");
    struct made_words words;
    s = NULL;
    assert_int_equal(made_surface(&o, &s, NULL, &words), IG_EFORMAT);
    assert_non_null(strstr(words.text, "--landcover-class"));
}

// ---- roads ---------------------------------------------------------------------------------------

static void a_straight_road_of_any_bearing_takes_its_time(void **state)
{
    (void)state;
    made_square(9000);
    const double bearings[] = {0, 5, 10, 15, 22.5, 26.565, 30, 37, 45, 63, 80, 90};
    const double cells[] = {50, 100};
    ig_cost_options o = options_of(roads_only(), 50);
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof bearings / sizeof *bearings; i++) {
            const double a = bearings[i] * 0.017453292519943295, length = 7000;
            const double x0 = 400613, y0 = 300487;
            const double x1 = x0 + length * cos(a), y1 = y0 + length * sin(a);
            char row[256];
            snprintf(row, sizeof row, ROAD("\"path\"", "[[%.3f,%.3f],[%.3f,%.3f]]"), x0, y0, x1,
                     y1);
            const char *const rows[] = {row, NULL};
            made_layer("roads.geojson", rows);
            const char *const files[] = {made_path("roads.geojson")};
            o.roads = (ig_texts){files, 1};
            o.cell = cells[k];
            ig_surface *s = surface_of(&o, NULL, NULL);
            const double minutes = made_minutes(s, x0, y0, x1, y1);
            if (fabs(minutes - 84) > .84)
                print_error("%g degrees at %g m\n", bearings[i], cells[k]);
            assert_near(minutes, length / 1000 / 5 * 60, .01 * 84);
            ig_surface_free(s);
        }
    }
}

static void links_that_end_at_junctions_take_no_longer(void **state)
{
    (void)state;
    // The same line in pieces of 37 m, and a winding one.
    made_square(9000);
    char *rows[200] = {NULL};
    size_t n = 0;
    for (; n < 150; n++) {
        rows[n] = malloc(160);
        snprintf(rows[n], 160, ROAD("\"path\"", "[[%.3f,%.3f],[%.3f,%.3f]]"),
                 400613 + 33.5 * (double)n, 300487 + 15.7 * (double)n,
                 400613 + 33.5 * (double)(n + 1), 300487 + 15.7 * (double)(n + 1));
    }
    made_layer("roads.geojson", (const char *const *)rows);
    const char *const files[] = {made_path("roads.geojson")};
    ig_cost_options o = options_of(roads_only(), 50);
    o.roads = (ig_texts){files, 1};
    ig_surface *s = surface_of(&o, NULL, NULL);
    const double length = 150 * hypot(33.5, 15.7);
    assert_near(made_minutes(s, 400613, 300487, 400613 + 33.5 * 150, 300487 + 15.7 * 150),
                length / 5000 * 60, .015 * length / 5000 * 60);
    ig_surface_free(s);
    for (size_t i = 0; i < n; i++)
        free(rows[i]);

    char wave[8192];
    size_t at = (size_t)snprintf(wave, sizeof wave, "\"highway\":\"path\"|LineString|[");
    double x = 400613, y = 303007, whole = 0;
    for (int i = 0; i <= 160; i++) {
        const double nx = 400613 + 40 * i, ny = 303007 + 90 * sin(i * .25) + 12 * (i % 2);
        if (i) whole += hypot(nx - x, ny - y);
        x = nx;
        y = ny;
        at += (size_t)snprintf(wave + at, sizeof wave - at, "%s[%.2f,%.2f]", i ? "," : "", nx, ny);
    }
    snprintf(wave + at, sizeof wave - at, "]");
    const char *const winding[] = {wave, NULL};
    made_layer("roads.geojson", winding);
    s = surface_of(&o, NULL, NULL);
    assert_near(made_minutes(s, 400613, 303010, x, y), whole / 5000 * 60, .03 * whole / 5000 * 60);
    ig_surface_free(s);
}

static void walkers_do_not_take_the_motorway(void **state)
{
    (void)state;
    made_square(2000);
    static const char *const rows[] = {ROAD("\"motorway\"", "[[400025,300525],[401975,300525]]"),
                                       ROAD("\"residential\"", "[[400025,301525],[401975,301525]]"),
                                       NULL};
    made_layer("roads.geojson", rows);
    const char *const files[] = {made_path("roads.geojson")};
    ig_cost_report report;
    ig_cost_options o = options_of("walk", 50);
    o.roads = (ig_texts){files, 1};
    ig_surface *s = surface_of(&o, &report, NULL);
    assert_near(s->pace[made_cell(s, 401025, 300525)], 3.6 / 2, 1e-6);
    assert_near(s->pace[made_cell(s, 401025, 301525)], .72, 1e-4);
    assert_int_equal(report.roads_in, 2);
    assert_int_equal(report.roads_left_out, 1);
    ig_surface_free(s);
    o.mode = "drive";
    s = surface_of(&o, &report, NULL);
    assert_near(s->pace[made_cell(s, 401025, 300525)], 3.6 / 96, 1e-4);
    assert_int_equal(report.roads_burned, 2);
    assert_near(s->pace[made_cell(s, 400025, 300025)], .72, 1e-6); // land is crossed on foot
    ig_surface_free(s);
}

static void tags_say_who_may_use_a_road(void **state)
{
    (void)state;
    made_square(2000);
    static const char *const rows[] = {
        ROAD("\"service\",\"access\":\"private\"", "[[400025,300125],[401975,300125]]"),
        ROAD("\"service\",\"access\":\"private\",\"foot\":\"yes\"",
             "[[400025,300325],[401975,300325]]"),
        ROAD("\"path\",\"foot\":\"no\"", "[[400025,300525],[401975,300525]]"),
        ROAD("\"service\",\"access\":\"no\"", "[[400025,300725],[401975,300725]]"),
        ROAD("\"service\",\"access\":\"permissive\"", "[[400025,300925],[401975,300925]]"),
        ROAD("\"primary\",\"motor_vehicle\":\"private\"", "[[400025,301125],[401975,301125]]"),
        NULL};
    made_layer("roads.geojson", rows);
    const char *const files[] = {made_path("roads.geojson")};
    ig_cost_report report;
    ig_cost_options o = options_of("walk", 50);
    o.roads = (ig_texts){files, 1};
    ig_surface *s = surface_of(&o, &report, NULL);
    const double y[] = {300125, 300325, 300525, 300725, 300925, 301125};
    const bool open[] = {false, true, false, false, true, true};
    for (int i = 0; i < 6; i++)
        assert_near(s->pace[made_cell(s, 401025, y[i])], open[i] ? .72 : 1.8, 1e-4);
    ig_surface_free(s);
    o.mode = "drive";
    s = surface_of(&o, &report, NULL);
    assert_near(s->pace[made_cell(s, 401025, 301125)], .72, 1e-6);
    assert_near(s->pace[made_cell(s, 401025, 300925)], 3.6 / 15, 1e-3);
    ig_surface_free(s);
}

static void a_posted_maximum_counts_for_cars(void **state)
{
    (void)state;
    made_square(2000);
    static const char *const rows[] = {
        ROAD("\"primary\",\"maxspeed\":\"60 mph\"", "[[400025,300125],[401975,300125]]"),
        ROAD("\"primary\",\"maxspeed\":\"30\"", "[[400025,300325],[401975,300325]]"),
        ROAD("\"residential\",\"maxspeed\":\"40 mph\"", "[[400025,300525],[401975,300525]]"), NULL};
    made_layer("roads.geojson", rows);
    const char *const files[] = {made_path("roads.geojson")};
    ig_cost_options o = options_of("drive", 50);
    o.roads = (ig_texts){files, 1};
    ig_surface *s = surface_of(&o, NULL, NULL);
    assert_near(s->pace[made_cell(s, 401025, 300125)], 3.6 / (.8 * 60 * 1.609344), 1e-4);
    assert_near(s->pace[made_cell(s, 401025, 300325)], 3.6 / 24, 1e-3);
    assert_near(s->pace[made_cell(s, 401025, 300525)], 3.6 / 34, 1e-3); // not raised
    ig_surface_free(s);
}

static void any_line_layer_has_its_class_column(void **state)
{
    (void)state;
    made_square(2000);
    static const char *const rows[] = {
        "\"road_function\":\"A Road\"|LineString|[[400025,300125],[401975,300125]]",
        "\"road_function\":\"Guess\"|LineString|[[400025,300525],[401975,300525]]", NULL};
    static const char *const odd[] = {
        "\"sort\":\"A Road\"|LineString|[[400025,300125],[401975,300125]]", NULL};
    made_layer("roads.geojson", rows);
    made_layer("odd.geojson", odd);
    const char *files[] = {made_path("roads.geojson")};
    ig_cost_options o = options_of("drive", 50);
    o.roads = (ig_texts){files, 1};
    ig_cost_report report;
    struct made_words words;
    ig_surface *s = surface_of(&o, &report, &words);
    assert_near(s->pace[made_cell(s, 401025, 300125)], 3.6 / 62, 1e-4);
    assert_int_equal(report.roads_unknown_class, 1);
    assert_non_null(strstr(words.text, "Guess"));
    ig_surface_free(s);
    files[0] = made_path("odd.geojson");
    s = NULL;
    assert_int_equal(made_surface(&o, &s, NULL, &words), IG_EFORMAT);
    assert_non_null(strstr(words.text, "--road-class"));
    o.road_class = "SORT";
    s = surface_of(&o, NULL, NULL);
    assert_near(s->pace[made_cell(s, 401025, 300125)], 3.6 / 62, 1e-4);
    ig_surface_free(s);
    o.road_class = "nothing";
    s = NULL;
    assert_int_equal(made_surface(&o, &s, NULL, &words), IG_EINVAL);
    assert_non_null(strstr(words.text, "sort"));
}

// ---- terrain and sea -------------------------------------------------------------------------------

static void terrain(double (*height)(double x, double y))
{
    FILE *file = fopen(made_path("dem.asc"), "wb");
    fprintf(file, "ncols 100\nnrows 100\nxllcorner 398500\nyllcorner 298500\ncellsize 50\n");
    for (int r = 0; r < 100; r++)
        for (int c = 0; c < 100; c++)
            fprintf(file, "%.1f%s", height(398525 + 50.0 * c, 303475 - 50.0 * r),
                    c == 99 ? "\n" : " ");
    fclose(file);
    made_text("dem.prj", "PROJCS[\"British_National_Grid\",GEOGCS[\"GCS_OSGB_1936\",DATUM["
                         "\"D_OSGB_1936\",SPHEROID[\"Airy_1830\",6377563.396,299.3249646]],PRIMEM["
                         "\"Greenwich\",0],UNIT[\"Degree\",0.017453292519943295]],PROJECTION["
                         "\"Transverse_Mercator\"],PARAMETER[\"False_Easting\",400000],PARAMETER["
                         "\"False_Northing\",-100000],PARAMETER[\"Central_Meridian\",-2],PARAMETER["
                         "\"Scale_Factor\",0.999601272],PARAMETER[\"Latitude_Of_Origin\",49],UNIT["
                         "\"Meter\",1]]");
}

static double island(double x, double y)
{
    // A strait between the square and more land in the east; the sea is -0.8.
    (void)y;
    return x < 402000 || x > 402600 ? 10 + (x - 398500) / 100 : -.8;
}

static double scar(double x, double y)
{
    (void)y;
    return x < 401000 ? 10 : 90;
}

static void the_sea_of_the_terrain_is_no_way(void **state)
{
    (void)state;
    made_square(2000);
    terrain(island);
    ig_cost_options o = options_of("walk", 50);
    const char *const dem[] = {made_path("dem.asc")};
    o.dem = (ig_texts){dem, 1};
    o.buffer = 1000;
    ig_cost_report report;
    ig_surface *s = surface_of(&o, &report, NULL);
    assert_true(report.cells_sea > 500);
    assert_true(isnan(s->pace[made_cell(s, 402310, 301010)]));
    assert_false(isnan(s->pace[made_cell(s, 402810, 301010)]));
    assert_true(isinf(made_minutes(s, 401010, 301010, 402810, 301010)));
    assert_near(s->elevation[made_cell(s, 400525, 300525)], 30.25, .3);
    ig_surface_free(s);
}

static void cliffs_are_gone_round_by_road(void **state)
{
    (void)state;
    made_square(2000);
    terrain(scar);
    static const char *const roads[] = {ROAD("\"path\"", "[[400525,300125],[401475,300125]]"),
                                        NULL};
    made_layer("roads.geojson", roads);
    ig_cost_options o = options_of("walk", 50);
    const char *const dem[] = {made_path("dem.asc")}, *const road[] = {made_path("roads.geojson")};
    o.dem = (ig_texts){dem, 1};
    ig_surface *s = surface_of(&o, NULL, NULL);
    assert_true(isinf(made_minutes(s, 400525, 301525, 401475, 301525)));
    ig_surface_free(s);
    o.roads = (ig_texts){road, 1};
    s = surface_of(&o, NULL, NULL);
    assert_true(made_minutes(s, 400525, 301525, 401475, 301525) > 50);
    ig_surface_free(s);
    o.max_slope = 0;
    s = surface_of(&o, NULL, NULL);
    assert_near(made_minutes(s, 400525, 301525, 401475, 301525), 28.5, .1);
    ig_surface_free(s);
}

// ---- residents -------------------------------------------------------------------------------------

static void people_live_by_roads_and_not_in_water(void **state)
{
    (void)state;
    made_square(2000);
    static const char *const land[] = {"\"class\":\"water\"|Polygon|[[[400000,300000],[401000,"
                                       "300000],[401000,301000],[400000,301000],[400000,300000]]]",
                                       "\"class\":\"wood\"|Polygon|[[[401000,301000],[402000,"
                                       "301000],[402000,302000],[401000,302000],[401000,301000]]]",
                                       NULL};
    static const char *const roads[] = {
        ROAD("\"residential\"", "[[400025,301225],[401975,301225]]"),
        ROAD("\"motorway\"", "[[400025,301725],[400975,301725]]"), NULL};
    made_layer("river.geojson", land);
    made_layer("roads.geojson", roads);
    const char *const covers[] = {made_path("river.geojson")}, *const road[] = {
                                                                   made_path("roads.geojson")};
    ig_cost_options o = options_of("walk", 50);
    o.landcover = (ig_texts){covers, 1};
    o.roads = (ig_texts){road, 1};
    o.residents = true;
    ig_surface *s = surface_of(&o, NULL, NULL);
    assert_near(s->residents[made_cell(s, 400525, 300525)], 0, 0); // water
    assert_near(s->residents[made_cell(s, 400525, 301225)], 1, 0);
    assert_near(s->residents[made_cell(s, 400525, 301325)], 1, 0);      // 100 m off
    assert_near(s->residents[made_cell(s, 400525, 301375)], .05, 1e-7); // 150 m off
    assert_near(s->residents[made_cell(s, 400525, 301725)], .05,
                1e-7);                                             // nobody lives on a motorway
    assert_near(s->residents[made_cell(s, 401525, 301525)], 0, 0); // wood
    assert_near(s->residents[made_cell(s, 401525, 300525)], .05, 1e-7);
    ig_surface_free(s);
}

// ---- refusals --------------------------------------------------------------------------------------

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    struct made_words words;
    ig_surface *s = NULL;
    made_square(1000);
    ig_cost_options o = options_of("walk", 0);
    assert_int_equal(made_surface(&o, &s, NULL, &words), IG_EINVAL);
    o = options_of("walk", .001);
    o.buffer = 5000;
    assert_int_equal(made_surface(&o, &s, NULL, &words), IG_ELIMIT);
    assert_non_null(strstr(words.text, "2147483648"));
    static const char *const far[] = {ROAD("\"path\"", "[[500000,200000],[500100,200000]]"), NULL};
    made_layer("roads.geojson", far);
    const char *const road[] = {made_path("roads.geojson")};
    o = options_of("walk", 50);
    o.roads = (ig_texts){road, 1};
    assert_int_equal(made_surface(&o, &s, NULL, &words), IG_EFORMAT);
    assert_non_null(strstr(words.text, "no road lies in the extent"));
    static const char *const point[] = {"\"highway\":\"path\"|Point|[400100,300100]", NULL};
    made_layer("roads.geojson", point);
    assert_int_equal(made_surface(&o, &s, NULL, &words), IG_EFORMAT);
    assert_non_null(strstr(words.text, "a point"));
    assert_null(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_land_has_its_own_pace),
        cmocka_unit_test(land_cover_has_its_class),
        cmocka_unit_test(the_name_of_a_file_tells_its_class),
        cmocka_unit_test(a_straight_road_of_any_bearing_takes_its_time),
        cmocka_unit_test(links_that_end_at_junctions_take_no_longer),
        cmocka_unit_test(walkers_do_not_take_the_motorway),
        cmocka_unit_test(tags_say_who_may_use_a_road),
        cmocka_unit_test(a_posted_maximum_counts_for_cars),
        cmocka_unit_test(any_line_layer_has_its_class_column),
        cmocka_unit_test(the_sea_of_the_terrain_is_no_way),
        cmocka_unit_test(cliffs_are_gone_round_by_road),
        cmocka_unit_test(people_live_by_roads_and_not_in_water),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests_name("build", tests, made_setup, made_teardown);
}
