// Neighbours from polygons and points, against pairs counted by hand and a slow search.
#include "near.h"

#include <spatial/spatial.h>
#include <stdlib.h>

// Four unit squares: 0 1 / 2 3, each drawn clockwise from its own corner.
static const double sx[] = {0, 0, 1, 1, 0, 1, 1, 2, 2, 1, 0, 0, 1, 1, 0, 1, 1, 2, 2, 1};
static const double sy[] = {1, 2, 2, 1, 1, 1, 2, 2, 1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0};
static const size_t ring_start[] = {0, 5, 10, 15, 20}, area_start[] = {0, 1, 2, 3, 4};
static const ig_rings squares = {4, area_start, ring_start, sx, sy};

static void squares_touch_at_corners_and_share_sides(void **state)
{
    (void)state;
    ig_weights *queen = NULL, *rook = NULL;
    assert_int_equal(ig_weights_queen(&squares, 0.0, &queen), IG_OK);
    assert_int_equal(queen->start[4], 12); // everybody touches everybody at the middle
    assert_int_equal(ig_weights_rook(&squares, 0.0, 0.0, &rook), IG_OK);
    const size_t expected[] = {1, 2, 0, 3, 0, 3, 1, 2};
    assert_int_equal(rook->start[4], 8);
    assert_memory_equal(rook->neighbour, expected, sizeof expected);
    ig_weights_free(queen);
    ig_weights_free(rook);
    assert_int_equal(ig_weights_rook(&squares, 0.0, 1.0, &rook),
                     IG_OK); // sides are not over 1 long
    assert_int_equal(rook->start[4], 0);
    ig_weights_standardise(rook);
    ig_weights_free(rook);
}

// One square of two beside two of one: the long side has no corner where the short ones meet, and
// the upper small square was drawn a hair to the east.
static const double tx[] = {0, 0, 2, 2, 0, 2, 2, 3, 3, 2, 2.004, 2.004, 3, 3, 2.004};
static const double ty[] = {0, 2, 2, 0, 0, 0, 1, 1, 0, 0, 1, 2, 2, 1, 1};
static const size_t three_rings[] = {0, 5, 10, 15}, three_areas[] = {0, 1, 2, 3};
static const ig_rings beside = {3, three_areas, three_rings, tx, ty};

static void corners_beside_a_border_lie_on_it(void **state)
{
    (void)state;
    ig_weights *w = NULL;
    assert_int_equal(ig_weights_rook(&beside, 0.01, 0.0, &w), IG_OK);
    assert_int_equal(w->start[3], 6); // each has both others
    ig_weights_free(w);
    assert_int_equal(ig_weights_rook(&beside, 0.0, 0.0, &w), IG_OK);
    assert_int_equal(w->start[1], 1);               // to the letter, the third stands 4 mm apart
    assert_int_equal(w->start[3] - w->start[2], 1); // and has a piece of top with the second alone
    ig_weights_free(w);
    assert_int_equal(ig_weights_queen(&beside, 0.0, &w), IG_OK);
    assert_int_equal(w->start[1], 1);
    ig_weights_free(w);
    assert_int_equal(ig_weights_queen(&beside, 0.01, &w), IG_OK);
    assert_int_equal(w->start[3], 6);
    ig_weights_free(w);
    assert_int_equal(ig_weights_queen(&beside, -1.0, &w), IG_EINVAL);
}

static void buckets_find_what_looking_at_all_finds(void **state)
{
    (void)state;
    enum { N = 300, K = 7 };
    double x[N], y[N];
    srand(3);
    for (int i = 0; i < N; i++) {
        x[i] = rand() % 1000;
        y[i] = rand() % 37; // a long thin country, with ties
    }
    ig_weights *near = NULL, *band = NULL;
    assert_int_equal(ig_weights_nearest(x, y, N, K, &near), IG_OK);
    assert_int_equal(ig_weights_distance(x, y, N, 25.0, &band), IG_OK);
    for (size_t i = 0; i < N; i++) {
        size_t within = 0;
        double furthest = 0.0;
        assert_int_equal(near->start[i + 1] - near->start[i], K);
        for (size_t k = near->start[i]; k < near->start[i + 1]; k++) {
            const size_t j = near->neighbour[k];
            furthest = fmax(furthest, hypot(x[j] - x[i], y[j] - y[i]));
        }
        size_t nearer = 0;
        for (size_t j = 0; j < N; j++) {
            const double d = hypot(x[j] - x[i], y[j] - y[i]);
            within += j != i && d <= 25.0;
            nearer += j != i && d < furthest;
        }
        assert_true(nearer < K); // nobody left out is nearer than the furthest kept
        assert_int_equal(band->start[i + 1] - band->start[i], within);
    }
    ig_weights_free(near);
    ig_weights_free(band);
}

static void points_without_place_have_no_neighbours(void **state)
{
    (void)state;
    const double x[] = {0, NAN, 1}, y[] = {0, 0, 0};
    ig_weights *w = NULL;
    assert_int_equal(ig_weights_distance(x, y, 3, 1.0, &w), IG_OK);
    assert_int_equal(w->start[3], 2);
    assert_int_equal(w->start[2] - w->start[1], 0);
    ig_weights_free(w);
    assert_int_equal(ig_weights_nearest(x, y, 3, 3, &w), IG_EINVAL);
    assert_int_equal(ig_weights_distance(x, y, 3, 0.0, &w), IG_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(squares_touch_at_corners_and_share_sides),
        cmocka_unit_test(corners_beside_a_border_lie_on_it),
        cmocka_unit_test(buckets_find_what_looking_at_all_finds),
        cmocka_unit_test(points_without_place_have_no_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
