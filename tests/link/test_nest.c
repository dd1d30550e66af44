// Which larger area a smaller one belongs to, by shared area.
#include "help_areas.h"

#include "link/link.h"

static void children_go_where_most_of_their_area_lies(void **state)
{
    struct help *help = *state;
    static const char *const big[] = {"B2", "B1"};
    static const double wards[][3] = {{431000, 380000, 1000}, {430000, 380000, 1000}};
    static const char *const small[] = {"C1", "C2", "C3", "C4", "C5"};
    static const double lsoas[][3] = {
        {430100, 380100, 200}, // all in B1
        {430800, 380100, 400}, // half and half: the first code
        {430900, 380600, 400}, // a quarter in B1
        {431900, 380900, 200}, // a quarter in B2, the rest nowhere
        {450000, 380000, 100}, // nowhere
    };
    ig_areas *parents = help_squares(help, "w.gpkg", "code", big, wards, 2);
    ig_areas *children = help_squares(help, "l.gpkg", "code", small, lsoas, 5);
    size_t parent[5];
    double share[5];
    assert_int_equal(ig_nest_by_area(help->ctx, children, parents, parent, share), IG_OK);
    assert_int_equal(parent[0], 1);
    assert_near(share[0], 1, 1e-12);
    assert_int_equal(parent[1], 1);
    assert_near(share[1], .5, 1e-12);
    assert_int_equal(parent[2], 0);
    assert_near(share[2], .75, 1e-12);
    assert_int_equal(parent[3], 0);
    assert_near(share[3], .25, 1e-12);
    assert_true(parent[4] == SIZE_MAX);
    assert_near(share[4], 0, 0);
    assert_int_equal(ig_nest_by_area(help->ctx, children, parents, parent, NULL), IG_OK);
    ig_areas_free(parents);
    ig_areas_free(children);
}

static void pieces_add_up_to_their_area(void **state)
{
    struct help *help = *state;
    static const char *const big[] = {"A", "B", "C"};
    static const double wards[][3] = {
        {430000, 380000, 1000}, {431000, 380000, 1000}, {430000, 381000, 1000}};
    static const char *const small[] = {"S", "T"};
    static const double lsoas[][3] = {{430700, 380700, 600}, {430000, 380000, 500}};
    ig_areas *parents = help_squares(help, "w.gpkg", "code", big, wards, 3);
    ig_areas *children = help_squares(help, "l.gpkg", "code", small, lsoas, 2);
    ig_overlay *overlay = NULL;
    assert_int_equal(ig_overlay_new(help->ctx, children, parents, &overlay), IG_OK);
    assert_int_equal(overlay->children, 2);
    assert_int_equal(overlay->start[1], 3);
    assert_int_equal(overlay->start[2], 4);
    static const double areas[] = {300 * 300, 300 * 300, 300 * 300, 500 * 500};
    static const size_t in[] = {0, 1, 2, 0};
    for (size_t p = 0; p < 4; p++) {
        assert_int_equal(overlay->pieces[p].parent, in[p]);
        assert_near(overlay->pieces[p].area, areas[p], 1e-6);
    }
    assert_near(overlay->outside[0], 300 * 300, 1e-6);
    assert_near(overlay->outside[1], 0, 1e-6);
    ig_overlay_free(overlay);
    ig_overlay_free(NULL);
    ig_areas_free(parents);
    ig_areas_free(children);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        help_test(children_go_where_most_of_their_area_lies),
        help_test(pieces_add_up_to_their_area),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
