// Motorways over and under other roads in one cell: nobody changes there, and the way along them and
// under them takes its time.
#include "made.h"

#include <math.h>
#include <travel/travel.h>

#define ROAD(tags, coords) "\"highway\":" tags "|LineString|" coords
#define PART (1.0 / 2048 + 1e-9) ///< links are kept by 1024ths of a second
#define LINK "\"motorway_link\",\"oneway\":\"yes\""

/// Roads at 60 km/h, a kilometre a minute; motorways and their slip roads are limited.
static ig_cost_options options_of(const char *const *roads)
{
    return made_options("rule,max_slope,0\nroad,*,60\nland,open,0.05\nkey,motorcar,\n"
                        "limited,motorway,1\nlimited,motorway_link,1\n",
                        roads);
}

static ig_surface *surface_of(const ig_cost_options *o, ig_cost_report *report,
                              struct made_words *words)
{
    ig_surface *s = NULL;
    assert_int_equal(made_surface(o, &s, report, words), IG_OK);
    assert_non_null(s);
    return s;
}

/// Seconds of the link between the cells of two points, NaN without.
static double link_of(const ig_surface *s, double x0, double y0, double x1, double y1)
{
    const int64_t from = made_cell(s, x0, y0), to = made_cell(s, x1, y1);
    double seconds = NAN;
    for (size_t i = 0; i < s->link_count; i++) {
        const ig_link *l = &s->links[i];
        if (i) assert_true(l->from > l[-1].from || (l->from == l[-1].from && l->to > l[-1].to));
        if (l->from == from && l->to == to) seconds = l->seconds;
    }
    return seconds;
}

static bool is_cut_off(const ig_surface *s, double x, double y)
{
    const int64_t cell = made_cell(s, x, y), cols = s->frame.cols;
    static const int dc[8] = {0, 1, 1, 1, 0, -1, -1, -1}, dr[8] = {-1, -1, 0, 1, 1, 1, 0, -1};
    for (int k = 0; k < 8; k++)
        if (!(s->barriers[cell] >> k & 1) ||
            !(s->barriers[cell + dr[k] * cols + dc[k]] >> (k + 4) % 8 & 1))
            return false;
    return true;
}

static void a_motorway_goes_past_a_road_over_it(void **state)
{
    (void)state;
    // Cells of 50 m from (400000, 300000). West to east from 400125, a road over it in the cell of
    // 401525; both ends of the motorway meet a road.
    for (int one_way = 0; one_way < 2; one_way++) {
        const char *const roads[] = {
            one_way ? ROAD("\"motorway\"", "[[400125,302025],[403125,302025]]")
                    : ROAD("\"motorway\",\"oneway\":\"no\"", "[[400125,302025],[403125,302025]]"),
            ROAD("\"residential\"", "[[401525,301025],[401525,303025]]"),
            ROAD("\"residential\"", "[[400125,302025],[400125,301025],[401525,301025],[403125,"
                                    "301025],[403125,302025]]"),
            NULL};
        made_square(4000);
        const ig_cost_options o = options_of(roads);
        ig_cost_report report;
        struct made_words words;
        ig_surface *s = surface_of(&o, &report, &words);
        assert_int_equal(s->link_count, one_way ? 1 : 2);
        assert_int_equal(report.links, s->link_count);
        assert_int_equal(report.cells_passed, 1);
        assert_non_null(strstr(words.text, "pass 1 cells of roads that they do not join"));
        // from the middle of the cell before to the middle of the cell behind: 100 m, 6 s
        assert_near(link_of(s, 401475, 302025, 401575, 302025), 6, PART);
        if (one_way) {
            assert_true(isnan(link_of(s, 401575, 302025, 401475, 302025)));
        } else {
            assert_near(link_of(s, 401575, 302025, 401475, 302025), 6, PART);
        }
        // along it 3 km; from the road over it round by the junction, 1 + 1.6 + 1 km and back 1.6
        assert_near(made_minutes(s, 400125, 302025, 403125, 302025), 3, .03);
        assert_near(made_minutes(s, 401525, 303025, 403125, 302025), 2 + 1.6 + 1, .05);
        // the cell stands for the road over it: its pace, and its sides
        assert_near(s->pace[made_cell(s, 401525, 302025)], .06, .001);
        assert_int_equal(s->barriers[made_cell(s, 401525, 302025)] & 0x11, 0);
        assert_int_equal(s->barriers[made_cell(s, 401525, 302025)] & 0x44, 0x44);
        ig_surface_free(s);
    }
}

static void slip_roads_leave_past_a_cell(void **state)
{
    (void)state;
    // A slip road leaves at 401530 in a cell that a road beside passes, and comes out of it to the
    // south west; in the next cells to the east the motorway is past the road too, up to 401750.
    static const char *const roads[] = {
        ROAD("\"motorway\"", "[[400125,302040],[401530,302040],[403125,302040]]"),
        ROAD(LINK, "[[401530,302040],[401530,301925],[401125,301525]]"),
        ROAD("\"residential\"",
             "[[401510,302140],[401510,302010],[401710,302010],[401690,302140]]"),
        ROAD("\"residential\"", "[[401125,301525],[400125,301525],[400125,302040]]"),
        ROAD("\"residential\"",
             "[[403125,302040],[403125,301325],[401125,301325],[401125,301525]]"),
        NULL};
    made_square(4000);
    const ig_cost_options o = options_of(roads);
    ig_cost_report report;
    ig_surface *s = surface_of(&o, &report, NULL);
    // in at 401475, out at 401775 along it and at 301975 by the slip road; nothing else
    assert_int_equal(s->link_count, 2);
    assert_near(link_of(s, 401475, 302040, 401775, 302040), 300 * .06, PART);
    assert_near(link_of(s, 401475, 302040, 401530, 301975), (55 + 65) * .06, PART);
    assert_int_equal(report.cells_passed, 5);
    // off by the slip road, and nobody gets on by it
    const double slip = 115 + hypot(405, 400);
    assert_near(made_minutes(s, 400125, 302040, 401125, 301525), 1.515, .03); // by the street
    assert_near(made_minutes(s, 400725, 302040, 401125, 301525), (805 + slip) / 1000, .04);
    assert_near(made_minutes(s, 401125, 301525, 403125, 302040), 2.915, .04);
    // the road beside is out of reach but for the land
    assert_true(made_minutes(s, 401510, 302140, 403125, 302040) > 60);
    ig_surface_free(s);
}

static void motorways_over_each_other_stay_apart(void **state)
{
    (void)state;
    // The longer one keeps the cell; with a point in common they are joined.
    for (int joined = 0; joined < 2; joined++) {
        const char *const roads[] = {
            joined ? ROAD("\"motorway\"", "[[400125,302025],[401525,302025],[403125,302025]]")
                   : ROAD("\"motorway\"", "[[400125,302025],[403125,302025]]"),
            joined ? ROAD("\"motorway\"", "[[401525,301025],[401525,302025],[401525,302925]]")
                   : ROAD("\"motorway\"", "[[401525,301025],[401525,302925]]"),
            NULL};
        made_square(4000);
        const ig_cost_options o = options_of(roads);
        ig_cost_report report;
        ig_surface *s = surface_of(&o, &report, NULL);
        assert_int_equal(report.cells_passed, joined ? 0 : 1);
        assert_int_equal(s->link_count, joined ? 0 : 1);
        if (!joined) assert_near(link_of(s, 401525, 301975, 401525, 302075), 6, PART);
        assert_near(made_minutes(s, 400125, 302025, 403125, 302025), 3, .03);
        assert_near(made_minutes(s, 401525, 301025, 401525, 302925), 1.9, .03);
        const double change = made_minutes(s, 400125, 302025, 401525, 302925);
        if (joined) assert_near(change, 2.3, .03);
        if (!joined) assert_true(change > 60);
        ig_surface_free(s);
    }
}

static void a_road_past_a_junction_does_not_join_it(void **state)
{
    (void)state;
    // The slip road ends on the street in the cell through which the motorway passes too.
    static const char *const roads[] = {
        ROAD("\"motorway\"", "[[400125,302040],[401125,302040],[403125,302040]]"),
        ROAD(LINK, "[[401125,302040],[401325,302340],[401525,302010]]"),
        ROAD("\"residential\"", "[[401525,301025],[401525,302010],[401525,302045]]"), NULL};
    made_square(4000);
    const ig_cost_options o = options_of(roads);
    ig_cost_report report;
    ig_surface *s = surface_of(&o, &report, NULL);
    assert_int_equal(report.cells_passed, 1);
    const double slip = hypot(200, 300) + hypot(200, 330);
    assert_near(made_minutes(s, 400125, 302040, 401525, 302010), (1000 + slip) / 1000, .05);
    assert_near(made_minutes(s, 400125, 302040, 403125, 302040), 3, .03);
    // from the street nobody gets on
    assert_true(made_minutes(s, 401525, 301025, 403125, 302040) > 60);
    ig_surface_free(s);
}

static void the_shorter_of_two_ways_past_counts(void **state)
{
    (void)state;
    // Past one cell of a street by the motorway and, in a bow, by its slip road.
    static const char *const roads[] = {
        ROAD("\"motorway\"", "[[400125,302025],[401475,302025],[401575,302025],[403125,302025]]"),
        ROAD(LINK,
             "[[401475,302025],[401520,302045],[401520,302005],[401530,302045],[401575,302025]]"),
        ROAD("\"residential\"", "[[401525,301025],[401525,303025]]"), NULL};
    made_square(4000);
    const ig_cost_options o = options_of(roads);
    ig_surface *s = surface_of(&o, NULL, NULL);
    assert_int_equal(s->link_count, 1);
    assert_near(link_of(s, 401475, 302025, 401575, 302025), 6, PART);
    ig_surface_free(s);
}

static void ends_that_meet_nothing_are_told(void **state)
{
    (void)state;
    // The motorway ends a metre short of the street.
    static const char *const roads[] = {
        ROAD("\"motorway\",\"oneway\":\"no\"", "[[400125,302025],[401524,302025]]"),
        ROAD("\"residential\"", "[[401525,301025],[401525,303025]]"),
        ROAD("\"residential\"", "[[400125,302025],[400125,301025]]"), NULL};
    made_square(4000);
    const ig_cost_options o = options_of(roads);
    ig_cost_report report;
    struct made_words words;
    ig_surface *s = surface_of(&o, &report, &words);
    assert_int_equal(s->link_count, 0);
    assert_non_null(strstr(words.text, "1 ends of motorways"));
    assert_false(is_cut_off(s, 401475, 302025));
    assert_int_equal(s->barriers[made_cell(s, 401475, 302025)], 0xbf);
    ig_surface_free(s);
}

static void a_road_beside_for_kilometres_is_no_way_on(void **state)
{
    (void)state;
    // Both carriageways and the street share each cell; slip roads at both ends and in the middle.
    static const char *const roads[] = {
        ROAD("\"motorway\"", "[[400125,302010],[402025,302010],[403925,302010]]"),
        ROAD("\"motorway\"", "[[403925,302020],[402025,302020],[400125,302020]]"),
        ROAD("\"residential\"",
             "[[400125,302010],[400125,302020],[400125,302045],[403825,302045]]"),
        ROAD("\"residential\"", "[[403925,302010],[403925,302020],[403925,302225]]"),
        ROAD(LINK, "[[402025,302010],[402225,301825]]"),
        ROAD("\"residential\"", "[[402225,301825],[402225,301525]]"),
        NULL};
    made_square(4000);
    const ig_cost_options o = options_of(roads);
    ig_cost_report report;
    ig_surface *s = surface_of(&o, &report, NULL);
    assert_near(made_minutes(s, 400125, 302025, 403925, 302020), 3.8, .04);
    assert_near(made_minutes(s, 403925, 302020, 400125, 302020), 3.8, .04);
    const double off = 1900 + hypot(200, 185);
    assert_near(made_minutes(s, 400125, 302025, 402225, 301825), off / 1000, .05);
    assert_true(made_minutes(s, 403825, 302045, 402225, 301825) > (3700 + off) / 1000 - .05);
    assert_true(made_minutes(s, 402225, 301825, 403925, 302020) > 60);
    ig_surface_free(s);
}

static void roads_apart_are_open_to_land_and_joined_by_points(void **state)
{
    (void)state;
    // A dual carriageway 30 m apart with a lane over it; its ends meet a road, as in the first test.
    for (int apart = 0; apart < 2; apart++) {
        static const char *const roads[] = {
            ROAD("\"trunk\",\"oneway\":\"yes\"", "[[400125,302010],[403125,302010]]"),
            ROAD("\"trunk\",\"oneway\":\"yes\"", "[[403125,302040],[400125,302040]]"),
            ROAD("\"residential\"", "[[401525,301025],[401525,303025]]"),
            ROAD("\"residential\"", "[[400125,302040],[400125,302010],[400125,301025],[401525,"
                                    "301025],[403125,301025],[403125,302010],[403125,302040]]"),
            NULL};
        char rows[256];
        snprintf(rows, sizeof rows,
                 "rule,max_slope,0\nroad,*,60\nland,open,0.05\nkey,motorcar,\n%s",
                 apart ? "apart,trunk,1\n" : "");
        made_square(4000);
        const ig_cost_options o = made_options(rows, roads);
        ig_cost_report report;
        ig_surface *s = surface_of(&o, &report, NULL);
        assert_int_equal(report.links > 0, apart);
        // from the lane's end on at once, or round by the junction
        assert_near(made_minutes(s, 401525, 303025, 403125, 302010), apart ? 4.6 : 2.6, .06);
        assert_near(made_minutes(s, 400125, 302010, 403125, 302010), 3, .03);
        assert_near(made_minutes(s, 403125, 302010, 400125, 302010), 3, .05);
        // half way along it nobody turns
        if (apart) assert_true(made_minutes(s, 401025, 302010, 400125, 302010) > 4.9);
        // land beside it is open, the lane is not
        const int64_t cell = made_cell(s, 402025, 302010);
        assert_int_equal(s->barriers ? s->barriers[cell] & 0x11 : 0, 0);
        ig_surface_free(s);
    }
}

static void roads_without_a_point_in_common(void **state)
{
    (void)state;
    // All roads apart. A lane crosses a street without a point in common. Where the lane meets the street
    // nowhere else they are joined in their cell; where it leads round to the street by points nobody
    // changes there; and a lane that stops a metre short of the street is not cut off.
    static const char *const lanes[] = {
        "[[401525,301025],[401525,303025]]",
        "[[401525,303025],[401525,301025],[403125,301025],[403125,302025]]",
        "[[401525,302026],[401525,303025]]"};
    for (int k = 0; k < 3; k++) {
        char lane[256];
        snprintf(lane, sizeof lane, ROAD("\"residential\"", "%s"), lanes[k]);
        const char *const roads[] = {ROAD("\"tertiary\"", "[[400125,302025],[403125,302025]]"),
                                     lane, NULL};
        made_square(4000);
        const ig_cost_options o = made_options(
            "rule,max_slope,0\nroad,*,60\nland,open,0.05\nkey,motorcar,\napart,*,1\n", roads);
        ig_cost_report report;
        struct made_words words;
        ig_surface *s = NULL;
        assert_int_equal(made_surface(&o, &s, &report, &words), IG_OK);
        assert_int_equal(report.road_networks, k == 1 ? 1 : 2);
        assert_int_equal(report.roads_off_network, k == 1 ? 0 : 1);
        assert_int_equal(report.cells_joined, k == 1 ? 0 : 1);
        assert_int_equal(report.links, k == 1 ? 2 : 0);
        assert_true((strstr(words.text, "1 of 2 roads share points with the others nowhere") !=
                     NULL) == (k != 1));
        assert_near(made_minutes(s, 401525, 303025, 403125, 302025), k == 1 ? 4.6 : 2.6, .06);
        assert_near(made_minutes(s, 400125, 302025, 403125, 302025), 3, .03);
        ig_surface_free(s);
    }
}

static void roads_carried_past_are_of_one_network(void **state)
{
    (void)state;
    // Streets back to back, of which one is past a lane each 500 m, so that its cells hang together
    // by links alone.
    static const char *const roads[] = {
        ROAD("\"trunk\"", "[[400110,302020],[403610,302020],[403610,301965]]"),
        ROAD("\"residential\"", "[[403610,301965],[400110,301965]]"),
        ROAD("\"path\"", "[[400525,302015],[400525,302525]]"),
        ROAD("\"path\"", "[[401025,302015],[401025,302525]]"),
        ROAD("\"path\"", "[[401525,302015],[401525,302525]]"),
        ROAD("\"path\"", "[[402025,302015],[402025,302525]]"),
        ROAD("\"path\"", "[[402525,302015],[402525,302525]]"),
        ROAD("\"path\"", "[[403025,302015],[403025,302525]]"),
        ROAD("\"path\"",
             "[[400525,302525],[401025,302525],[401525,302525],[402025,302525],[402525,"
             "302525],[403025,302525],[403910,302525],[403910,301965],[403610,301965]]"),
        NULL};
    made_square(4000);
    const ig_cost_options o = made_options(
        "rule,max_slope,0\nroad,*,60\nland,open,0.05\nkey,motorcar,\napart,trunk,1\n", roads);
    ig_surface *s = surface_of(&o, NULL, NULL);
    assert_int_equal(s->link_count, 12);
    assert_true(s->barriers[made_cell(s, 401275, 302020)] >> 4 & 1);
    assert_near(made_minutes(s, 400110, 302020, 400110, 301965), 7.055, .1);
    ig_surface_free(s);
}

/// Minutes from one point to another by the engine itself.
static double minutes_between(const ig_surface *s, ig_neighbours neighbours, const double *from,
                              const double *to)
{
    ig_ctx *ctx = ig_ctx_new();
    ig_travel_options o = ig_travel_defaults();
    ig_grid *minutes = NULL;
    const ig_source site = {.cell = made_cell(s, to[0], to[1]), .number = 1};
    o.neighbours = neighbours;
    assert_int_equal(ig_travel(ctx, s, &site, 1, &o, &minutes, NULL), IG_OK);
    const double found = (double)minutes->cells[made_cell(s, from[0], from[1])];
    ig_grid_free(minutes);
    ig_ctx_free(ctx);
    return found;
}

static void a_motorway_under_many_roads_takes_its_time(void **state)
{
    (void)state;
    // 8 km, carriageways 30 m apart, a road over both every 500 m; each end meets a road.
    static const double bearings[] = {0, 10, 22.5, 30, 45};
    static const ig_neighbours all[] = {IG_NEIGHBOURS_8, IG_NEIGHBOURS_16, IG_NEIGHBOURS_32,
                                        IG_NEIGHBOURS_EXACT};
    static char rows[20][200];
    const char *roads[21] = {NULL};
    for (size_t i = 0; i < 2 * sizeof bearings / sizeof *bearings; i++) {
        const double a = bearings[i / 2] * M_PI / 180, c = cos(a), d = sin(a);
        double x[2][2], y[2][2]; // carriageway, end
        for (int way = 0; way < 2; way++) {
            for (int end = 0; end < 2; end++) {
                x[way][end] = 401017.3 + 8000 * end * c - 30 * way * d;
                y[way][end] = 301023.7 + 8000 * end * d + 30 * way * c;
            }
        }
        for (int way = 0; way < 2; way++) {
            snprintf(rows[way], sizeof rows[way], ROAD("\"motorway\"", "[[%.3f,%.3f],[%.3f,%.3f]]"),
                     x[way][way], y[way][way], x[way][!way], y[way][!way]);
            snprintf(rows[2 + way], sizeof rows[way],
                     ROAD("\"residential\"", "[[%.3f,%.3f],[%.3f,%.3f]]"), x[0][way], y[0][way],
                     x[1][way], y[1][way]);
        }
        for (int k = 1; k < 16; k++) {
            const double px = 401017.3 + 500 * k * c, py = 301023.7 + 500 * k * d;
            snprintf(rows[3 + k], sizeof rows[k],
                     ROAD("\"residential\"", "[[%.3f,%.3f],[%.3f,%.3f]]"), px + 120 * d,
                     py - 120 * c, px - 150 * d, py + 150 * c);
        }
        for (int k = 0; k < 19; k++)
            roads[k] = rows[k];
        made_square(10000);
        ig_cost_options o = options_of(roads);
        o.cell = i % 2 ? 100 : 50;
        for (int n = 0; n < 4; n++) {
            o.neighbours = n;
            ig_surface *s = surface_of(&o, NULL, NULL);
            for (int way = 0; way < 2; way++) {
                const double from[2] = {x[way][way], y[way][way]},
                             to[2] = {x[way][!way], y[way][!way]};
                const double found = minutes_between(s, all[n], from, to);
                if (!(fabs(found / 8 - 1) <= .01))
                    print_error("%g degrees, %g m, neighbourhood %d: %.4f\n", bearings[i / 2],
                                o.cell, n, found);
                assert_near(found, 8, .08);
            }
            ig_surface_free(s);
        }
    }
}

static void threads_make_no_difference(void **state)
{
    (void)state;
    static char rows[60][160];
    const char *roads[64] = {ROAD("\"motorway\"", "[[400125,301025],[403925,302910]]"),
                             ROAD("\"motorway\"", "[[403925,302940],[400125,301055]]"), NULL};
    for (int i = 0; i < 30; i++) {
        snprintf(rows[i], sizeof rows[i], ROAD("\"residential\"", "[[%d,300525],[%d,303525]]"),
                 400225 + 120 * i, 400225 + 111 * i);
        roads[2 + i] = rows[i];
    }
    made_square(4000);
    const ig_cost_options o = options_of(roads);
    ig_surface *one = surface_of(&o, NULL, NULL), *other = surface_of(&o, NULL, NULL);
    assert_true(one->link_count > 30);
    assert_int_equal(one->link_count, other->link_count);
    for (size_t i = 0; i < one->link_count; i++) {
        assert_int_equal(one->links[i].from, other->links[i].from);
        assert_int_equal(one->links[i].to, other->links[i].to);
        assert_true(one->links[i].seconds == other->links[i].seconds);
    }
    ig_surface_free(one);
    ig_surface_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_motorway_goes_past_a_road_over_it),
        cmocka_unit_test(slip_roads_leave_past_a_cell),
        cmocka_unit_test(motorways_over_each_other_stay_apart),
        cmocka_unit_test(a_road_past_a_junction_does_not_join_it),
        cmocka_unit_test(the_shorter_of_two_ways_past_counts),
        cmocka_unit_test(ends_that_meet_nothing_are_told),
        cmocka_unit_test(a_road_beside_for_kilometres_is_no_way_on),
        cmocka_unit_test(roads_apart_are_open_to_land_and_joined_by_points),
        cmocka_unit_test(roads_without_a_point_in_common),
        cmocka_unit_test(roads_carried_past_are_of_one_network),
        cmocka_unit_test(a_motorway_under_many_roads_takes_its_time),
        cmocka_unit_test(threads_make_no_difference),
    };
    return cmocka_run_group_tests_name("levels", tests, made_setup, made_teardown);
}
