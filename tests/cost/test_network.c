// Roads as a network: what is joined, what lies side by side, and gaps in the source.
#include "made.h"

#define ROAD(tags, coords) "\"highway\":" tags "|LineString|" coords

/// Only roads can be used, at 5 km/h; `more` rows of the speed table.
static ig_cost_options options_of(const char *more, const char *const *roads)
{
    char rows[512];
    snprintf(rows, sizeof rows, "rule,max_slope,0\nroad,*,5\nland,open,0.05\n%s", more);
    return made_options(rows, roads);
}

static ig_surface *surface_of(const ig_cost_options *o, ig_cost_report *report,
                              struct made_words *words)
{
    ig_surface *s = NULL;
    struct made_words own;
    if (!words) words = &own;
    if (made_surface(o, &s, report, words) != IG_OK) print_error("%s\n", words->text);
    assert_non_null(s);
    return s;
}

static void streets_back_to_back_are_not_joined(void **state)
{
    (void)state;
    // 55 m apart, in neighbouring cells; joined in the east, 3 km on.
    static const char *const roads[] = {
        ROAD("\"path\"", "[[400110,302020],[403110,302020],[403110,301965],[400110,301965]]"),
        NULL};
    made_square(4000);
    const ig_cost_options o = options_of("", roads);
    ig_surface *s = surface_of(&o, NULL, NULL);
    assert_near(made_minutes(s, 400110, 302020, 400110, 301965), 6055 / 5000. * 60, 1.5);
    // the land beside is open to the road
    assert_false(s->barriers[made_cell(s, 401510, 302070)] >> 4 & 1);
    assert_true(s->barriers[made_cell(s, 401510, 302020)] >> 4 & 1);
    ig_surface_free(s);
}

static void roads_that_nothing_joins_stay_open(void **state)
{
    (void)state;
    // The source does not say how one gets from one to the other: across.
    static const char *const roads[] = {ROAD("\"path\"", "[[400110,302020],[403110,302020]]"),
                                        ROAD("\"path\"", "[[400110,301965],[403110,301965]]"),
                                        NULL};
    made_square(4000);
    const ig_cost_options o = options_of("", roads);
    ig_surface *s = surface_of(&o, NULL, NULL);
    assert_near(made_minutes(s, 401510, 302020, 401510, 301965), 50 / 5000. * 60, .05);
    ig_surface_free(s);
}

static void dead_ends_that_face_each_other_are_one_road(void **state)
{
    (void)state;
    static const char *const roads[] = {ROAD("\"path\"", "[[400110,302020],[401490,302020]]"),
                                        ROAD("\"path\"", "[[401512,302020],[403110,302020]]"),
                                        // a close that looks another way, and one too far off
                                        ROAD("\"path\"", "[[401490,302320],[401490,302420]]"),
                                        ROAD("\"path\"", "[[401545,302410],[401645,302410]]"),
                                        ROAD("\"path\"", "[[401700,302410],[401800,302410]]"),
                                        NULL};
    made_square(4000);
    ig_cost_report report;
    struct made_words words;
    ig_cost_options o = options_of("rule,gap,30\n", roads);
    o.cell = 10;
    o.max_cells = 1000000;
    ig_surface *s = surface_of(&o, &report, &words);
    assert_int_equal(report.gaps_closed, 1);
    assert_non_null(strstr(words.text, "1 gaps of up to 30 m"));
    const float pace = s->pace[made_cell(s, 401501, 302020)];
    assert_near(pace, .72, .01);
    ig_surface_free(s);
    o = options_of("", roads); // without the rule nothing is closed
    o.cell = 10;
    s = surface_of(&o, &report, NULL);
    assert_int_equal(report.gaps_closed, 0);
    assert_true(s->pace[made_cell(s, 401501, 302020)] > 10);
    ig_surface_free(s);
}

static void a_motorway_is_joined_at_its_junctions_only(void **state)
{
    (void)state;
    // A motorway west to east with one slip road at 402510; a road beside it all the way; a bridge
    // over it in the west, which meets no point of it.
    static const char *const roads[] = {
        ROAD("\"motorway\"", "[[400110,302020],[402510,302020],[403890,302020]]"),
        ROAD("\"motorway_link\"", "[[402510,302020],[402510,301820]]"),
        ROAD("\"residential\"", "[[400110,301965],[403890,301965]]"),
        ROAD("\"residential\"", "[[400110,301820],[402510,301820],[403890,301820]]"),
        ROAD("\"residential\"", "[[400110,301965],[400110,301820]]"),
        ROAD("\"residential\",\"bridge\":\"yes\"", "[[401110,301500],[401110,302500]]"),
        NULL};
    made_square(4000);
    ig_cost_report report;
    struct made_words words;
    ig_cost_options o = options_of("road,motorway,100\nroad,motorway_link,50\n"
                                   "limited,motorway,1\nlimited,motorway_link,1\n",
                                   roads);
    ig_surface *s = surface_of(&o, &report, &words);
    // from the fields north of it nobody gets on, and nobody from the road beside it
    assert_int_equal(s->barriers[made_cell(s, 403510, 302020)] & 0xbb, 0xbb);
    // along it one goes, and at the junction the slip road leads on to the street
    assert_int_equal(s->barriers[made_cell(s, 403510, 302020)] & 0x44, 0);
    const double street = 1380 / 5000. * 60, link = 200 / 50000. * 60, fast = 1380 / 100000. * 60;
    assert_near(made_minutes(s, 403890, 301820, 403890, 302020), street + link + fast, .7);
    // the bridge shares a cell with it, and so does the road beside it with the slip road: past
    // each both ways
    assert_int_equal(report.cells_passed, 2);
    assert_int_equal(report.links, 4);
    assert_non_null(strstr(words.text, "pass 2 cells of roads that they do not join"));
    ig_surface_free(s);
}

static void towns_are_slower_and_wait_at_junctions(void **state)
{
    (void)state;
    // A street of junctions every 100 m in the west, one road without any in the east.
    static char rows[40][128];
    const char *roads[42] = {NULL};
    size_t n = 0;
    for (; n < 20; n++) {
        snprintf(rows[n], sizeof rows[n], ROAD("\"primary\"", "[[%zu,301020],[%zu,301020]]"),
                 400110 + 100 * n, 400210 + 100 * n);
        snprintf(rows[20 + n], sizeof rows[n], ROAD("\"primary\"", "[[%zu,301020],[%zu,301220]]"),
                 400110 + 100 * n, 400110 + 100 * n);
        roads[n] = rows[n];
        roads[20 + n] = rows[20 + n];
    }
    roads[40] = ROAD("\"primary\"", "[[406110,301020],[409110,301020]]");
    made_square(10000);
    const ig_cost_options o = options_of("road,primary,60\nurban,primary,30\n"
                                         "rule,urban_from,5\nrule,junction_delay,4\n",
                                         roads);
    ig_surface *s = surface_of(&o, NULL, NULL);
    assert_near(s->pace[made_cell(s, 407520, 301020)], .06, .002);
    // On the 3 x 3 squares round 401120, 301020: 15 side roads of 200 m and 1500 m of street, and
    // 15 junctions of three arms: 22.5 passages on 4500 m, 4 s each, on 30 km/h.
    assert_near(s->pace[made_cell(s, 401160, 301020)], .12 + 4 * 22.5 / 4500, .004);
    ig_surface_free(s);
}

static void peaks_are_slower_than_the_day_between(void **state)
{
    (void)state;
    static const char *const roads[] = {ROAD("\"primary\"", "[[400110,302020],[403110,302020]]"),
                                        NULL};
    made_square(4000);
    ig_cost_options o = options_of("", roads);
    o.mode = "drive";
    ig_surface *s = surface_of(&o, NULL, NULL);
    const float day = s->pace[made_cell(s, 401510, 302020)];
    ig_surface_free(s);
    o.mode = "drive-peak";
    s = surface_of(&o, NULL, NULL);
    assert_true(s->pace[made_cell(s, 401510, 302020)] > 1.05F * day);
    ig_surface_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streets_back_to_back_are_not_joined),
        cmocka_unit_test(roads_that_nothing_joins_stay_open),
        cmocka_unit_test(dead_ends_that_face_each_other_are_one_road),
        cmocka_unit_test(a_motorway_is_joined_at_its_junctions_only),
        cmocka_unit_test(towns_are_slower_and_wait_at_junctions),
        cmocka_unit_test(peaks_are_slower_than_the_day_between),
    };
    return cmocka_run_group_tests_name("network", tests, made_setup, made_teardown);
}
