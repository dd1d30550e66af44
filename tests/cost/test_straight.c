// Minutes along roads by the travel engine itself, against lengths known beforehand: a straight
// road of any bearing, and a net of straight roads whose shortest ways a graph search finds.
#include "made.h"

#include <math.h>
#include <travel/travel.h>

#define ROAD(coords) "\"highway\":\"path\"|LineString|" coords

static const ig_neighbours all[] = {IG_NEIGHBOURS_8, IG_NEIGHBOURS_16, IG_NEIGHBOURS_32,
                                    IG_NEIGHBOURS_EXACT};
enum { NEIGHBOURHOODS = 4 };

/// Surface of roads.geojson, 50 km/h on roads and 3 off them.
static ig_surface *surface_of(double cell, int neighbours)
{
    const char *const files[] = {made_path("roads.geojson")};
    made_text("only.csv", "kind,class,value\nrule,max_slope,0\nroad,*,50\nland,open,3\n");
    ig_cost_options o = ig_cost_defaults();
    o.mode = made_path("only.csv");
    o.buffer = 0;
    o.cell = cell;
    o.neighbours = neighbours;
    o.roads = (ig_texts){files, 1};
    ig_surface *s = NULL;
    assert_int_equal(made_surface(&o, &s, NULL, NULL), IG_OK);
    return s;
}

static ig_grid *minutes_from(const ig_surface *s, int neighbours, double x, double y)
{
    ig_ctx *ctx = ig_ctx_new();
    ig_travel_options o = ig_travel_defaults();
    o.neighbours = all[neighbours];
    const ig_source source = {.cell = made_cell(s, x, y), .number = 1};
    ig_grid *minutes = NULL;
    assert_int_equal(ig_travel(ctx, s, &source, 1, &o, &minutes, NULL), IG_OK);
    ig_ctx_free(ctx);
    return minutes;
}

static void a_straight_road_takes_its_time_in_every_neighbourhood(void **state)
{
    (void)state;
    static const double bearings[] = {0, 3, 10, 15, 22.5, 26.565, 30, 37, 45, 67.5, 118};
    const double length = 7000, minutes = length / 50000 * 60;
    made_square(12000);
    for (size_t i = 0; i < 2 * sizeof bearings / sizeof *bearings; i++) {
        const double a = bearings[i / 2] * M_PI / 180, cell = i % 2 ? 100 : 50;
        // half of them off the lattice in another way
        const double x0 = 404013 + 17 * (double)(i % 5), y0 = 301487 + 23 * (double)(i % 7);
        const double x1 = x0 + length * cos(a), y1 = y0 + length * sin(a);
        char row[256];
        snprintf(row, sizeof row, ROAD("[[%.3f,%.3f],[%.3f,%.3f]]"), x0, y0, x1, y1);
        const char *const rows[] = {row, NULL};
        made_layer("roads.geojson", rows);
        for (int n = 0; n < NEIGHBOURHOODS; n++) {
            ig_surface *s = surface_of(cell, n);
            ig_grid *m = minutes_from(s, n, x0, y0);
            const double found = (double)m->cells[made_cell(s, x1, y1)];
            if (!(fabs(found / minutes - 1) <= .01))
                print_error("%g degrees, %g m, neighbourhood %d\n", bearings[i / 2], cell, n);
            assert_near(found, minutes, .01 * minutes);
            ig_grid_free(m);
            ig_surface_free(s);
        }
    }
}

/// A line that is there twice, as where extracts overlap, and two that part at a narrow angle: the
/// time along the first is that of the road alone, give or take two in a hundred.
static void a_road_beside_itself_takes_no_longer(void **state)
{
    (void)state;
    static const double angles[] = {0, 2, 5, 10, 20};
    const double length = 4000, minutes = length / 50000 * 60, x0 = 404013, y0 = 301487;
    made_square(12000);
    for (size_t i = 0; i < 3 * sizeof angles / sizeof *angles; i++) {
        const double a = (5.0 + 22.0 * (double)(i % 3)) * M_PI / 180;
        const double b = a + angles[i / 3] * M_PI / 180;
        const double x1 = x0 + length * cos(a), y1 = y0 + length * sin(a);
        char first[256], second[256];
        snprintf(first, sizeof first, ROAD("[[%.3f,%.3f],[%.3f,%.3f]]"), x0, y0, x1, y1);
        snprintf(second, sizeof second, ROAD("[[%.3f,%.3f],[%.3f,%.3f]]"), x0, y0,
                 x0 + length * cos(b), y0 + length * sin(b));
        const char *const rows[] = {first, second, NULL};
        made_layer("roads.geojson", rows);
        for (int n = 0; n < NEIGHBOURHOODS; n++) {
            ig_surface *s = surface_of(100, n);
            ig_grid *m = minutes_from(s, n, x0, y0);
            assert_near((double)m->cells[made_cell(s, x1, y1)], minutes, .02 * minutes);
            ig_grid_free(m);
            ig_surface_free(s);
        }
    }
}

/// A crescent: out, round the bend and back ten metres beside. Cells hold both legs, so that one may
/// step from leg to leg: the seconds of the whole are made good up to 1.6 times, and no further.
static void a_road_that_comes_back_takes_not_much_longer(void **state)
{
    (void)state;
    const double length = 1300, minutes = length / 50000 * 60, x0 = 404013, y0 = 301487;
    made_square(12000);
    for (int i = 0; i < 4; i++) {
        const double a = (5.0 + 22.0 * i) * M_PI / 180, c = cos(a), s = sin(a);
        const double x1 = x0 + length * c, y1 = y0 + length * s;
        char row[256];
        snprintf(row, sizeof row, ROAD("[[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f]]"), x0, y0,
                 x1, y1, x1 - 10 * s, y1 + 10 * c, x0 - 10 * s, y0 + 10 * c);
        const char *const rows[] = {row, NULL};
        made_layer("roads.geojson", rows);
        for (int n = 0; n < NEIGHBOURHOODS; n++) {
            ig_surface *surface = surface_of(100, n);
            ig_grid *m = minutes_from(surface, n, x0, y0);
            const double bend = (double)m->cells[made_cell(surface, x1, y1)];
            assert_true(bend > .9 * minutes && bend < 1.6 * 1.1 * minutes);
            ig_grid_free(m);
            ig_surface_free(surface);
        }
    }
}

// ---- a net of roads -------------------------------------------------------------------------------

enum { LINES = 14, MOST = LINES * LINES };

struct net {
    double x[LINES][2], y[LINES][2];
    size_t nodes, on[LINES][MOST], count[LINES];
    double nx[MOST], ny[MOST], along[LINES][MOST];
    double metres[MOST];
};

static double roll(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*seed >> 11) / 9007199254740992.0;
}

static void put_on(struct net *net, size_t line, size_t node, double along)
{
    size_t at = net->count[line]++;
    for (; at > 0 && net->along[line][at - 1] > along; at--) {
        net->along[line][at] = net->along[line][at - 1];
        net->on[line][at] = net->on[line][at - 1];
    }
    net->along[line][at] = along;
    net->on[line][at] = node;
}

/// Lines across the square; where two cross is a node of both.
static void make_net(struct net *net, uint64_t seed)
{
    *net = (struct net){0};
    for (size_t i = 0; i < LINES; i++) {
        const double a = 2 * M_PI * roll(&seed), off = 3500 * (2 * roll(&seed) - 1);
        const double mx = 406000 - off * sin(a), my = 306000 + off * cos(a);
        for (int k = 0; k < 2; k++) {
            net->x[i][k] = mx + (k ? 4000 : -4000) * cos(a);
            net->y[i][k] = my + (k ? 4000 : -4000) * sin(a);
        }
    }
    for (size_t i = 0; i < LINES; i++) {
        for (size_t k = i + 1; k < LINES; k++) {
            const double ax = net->x[i][1] - net->x[i][0], ay = net->y[i][1] - net->y[i][0];
            const double bx = net->x[k][1] - net->x[k][0], by = net->y[k][1] - net->y[k][0];
            const double cx = net->x[k][0] - net->x[i][0], cy = net->y[k][0] - net->y[i][0];
            const double cross = ax * by - ay * bx;
            const double t = (cx * by - cy * bx) / cross, u = (cx * ay - cy * ax) / cross;
            if (!(t > 0 && t < 1 && u > 0 && u < 1)) continue;
            const size_t node = net->nodes++;
            // as the layer holds them, so that both lines share the point
            net->nx[node] = round((net->x[i][0] + t * ax) * 100) / 100;
            net->ny[node] = round((net->y[i][0] + t * ay) * 100) / 100;
            put_on(net, i, node, t);
            put_on(net, k, node, u);
        }
    }
}

static void write_net(const struct net *net)
{
    static char rows[LINES][4096];
    const char *list[LINES + 1] = {NULL};
    for (size_t i = 0; i < LINES; i++) {
        size_t at = (size_t)snprintf(rows[i], sizeof rows[i], ROAD("[[%.2f,%.2f]"), net->x[i][0],
                                     net->y[i][0]);
        for (size_t k = 0; k < net->count[i]; k++)
            at += (size_t)snprintf(rows[i] + at, sizeof rows[i] - at, ",[%.2f,%.2f]",
                                   net->nx[net->on[i][k]], net->ny[net->on[i][k]]);
        snprintf(rows[i] + at, sizeof rows[i] - at, ",[%.2f,%.2f]]", net->x[i][1], net->y[i][1]);
        list[i] = rows[i];
    }
    made_layer("roads.geojson", list);
}

/// Shortest ways over the lines from node 0, by relaxing every piece until nothing changes.
static void search_net(struct net *net)
{
    for (size_t i = 0; i < net->nodes; i++)
        net->metres[i] = i ? INFINITY : 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < LINES; i++) {
            for (size_t k = 0; k + 1 < net->count[i]; k++) {
                const size_t a = net->on[i][k], b = net->on[i][k + 1];
                const double d = hypot(net->nx[a] - net->nx[b], net->ny[a] - net->ny[b]);
                if (net->metres[a] + d < net->metres[b] - 1e-9) {
                    net->metres[b] = net->metres[a] + d;
                    changed = true;
                }
                if (net->metres[b] + d < net->metres[a] - 1e-9) {
                    net->metres[a] = net->metres[b] + d;
                    changed = true;
                }
            }
        }
    }
}

static double mean_error(const struct net *net, double cell, int neighbours, double *bias)
{
    ig_surface *s = surface_of(cell, neighbours);
    ig_grid *m = minutes_from(s, neighbours, net->nx[0], net->ny[0]);
    double sum = 0, count = 0;
    *bias = 0;
    for (size_t i = 1; i < net->nodes; i++) {
        if (!(net->metres[i] > 1500 && net->metres[i] < INFINITY)) continue;
        const double found = (double)m->cells[made_cell(s, net->nx[i], net->ny[i])];
        sum += fabs(found / (net->metres[i] / 50000 * 60) - 1);
        *bias += found / (net->metres[i] / 50000 * 60) - 1;
        count++;
    }
    assert_true(count > 10);
    *bias /= count;
    ig_grid_free(m);
    ig_surface_free(s);
    return sum / count;
}

static void a_net_of_roads_takes_its_time_and_so_it_does_refined(void **state)
{
    (void)state;
    static const int kinds[] = {0, 3};
    static const double cells[] = {100, 50, 20};
    double sum[2][3] = {{0}}, bias[2][3] = {{0}};
    made_square(12000);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct net net;
        make_net(&net, seed * 7919);
        search_net(&net);
        write_net(&net);
        for (int n = 0; n < 2; n++) {
            for (int c = 0; c < 3; c++) {
                double b;
                sum[n][c] += mean_error(&net, cells[c], kinds[n], &b) / 3;
                bias[n][c] += b / 3;
            }
        }
    }
    for (int n = 0; n < 2; n++) {
        for (int c = 0; c < 3; c++) {
            print_message("%s, cells of %g m: mean error %.2f %%, bias %+.2f %%\n",
                          n ? "exact" : "8 neighbours", cells[c], 100 * sum[n][c],
                          100 * bias[n][c]);
            assert_true(sum[n][c] < .015);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_straight_road_takes_its_time_in_every_neighbourhood),
        cmocka_unit_test(a_road_beside_itself_takes_no_longer),
        cmocka_unit_test(a_road_that_comes_back_takes_not_much_longer),
        cmocka_unit_test(a_net_of_roads_takes_its_time_and_so_it_does_refined),
    };
    return cmocka_run_group_tests_name("straight", tests, made_setup, made_teardown);
}
