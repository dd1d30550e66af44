// Frames, and the cells that a segment enters.
#include "near.h"

#include <grid/grid.h>
#include <stdlib.h>

static const ig_frame ten = {
    .cols = 10, .rows = 10, .west = 0, .north = 1000, .dx = 100, .dy = 100};

struct trail {
    int64_t cells[64];
    double lengths[64];
    int count;
};

static bool note(int64_t col, int64_t row, double length, void *user)
{
    struct trail *trail = user;
    trail->cells[trail->count] = row * 100 + col;
    trail->lengths[trail->count++] = length;
    return trail->count < 64;
}

static struct trail walk(double x0, double y0, double x1, double y1)
{
    struct trail trail = {.count = 0};
    ig_line_cells(&ten, x0, y0, x1, y1, note, &trail);
    return trail;
}

static double sum(const struct trail *trail)
{
    double total = 0.0;
    for (int i = 0; i < trail->count; i++)
        total += trail->lengths[i];
    return total;
}

static void the_west_and_north_edges_belong_to_a_cell(void **state)
{
    (void)state;
    int64_t col, row;
    assert_true(ig_frame_cell(&ten, 0, 1000, &col, &row));
    assert_int_equal(col, 0);
    assert_int_equal(row, 0);
    assert_true(ig_frame_cell(&ten, 100, 900, &col, &row));
    assert_int_equal(col, 1);
    assert_int_equal(row, 1);
    assert_false(ig_frame_cell(&ten, NAN, 500, &col, &row));
}

static void the_rim_of_the_grid_belongs_to_it_on_all_sides(void **state)
{
    (void)state;
    const int64_t last_col = ten.cols - 1, last_row = ten.rows - 1;
    const struct {
        double x, y;
        int64_t col, row;
    } on[] = {
        {1000, 500, last_col, 5},        {500, 0, 5, last_row},    {1000, 0, last_col, last_row},
        {1000, 1000, last_col, 0},       {0, 0, 0, last_row},      {-1e-6, 500, 0, 5},
        {1000 + 1e-6, 500, last_col, 5}, {500, 1000 + 1e-6, 5, 0}, {500, -1e-6, 5, last_row}};
    for (size_t i = 0; i < sizeof on / sizeof *on; i++) {
        int64_t col = -1, row = -1;
        assert_true(ig_frame_cell(&ten, on[i].x, on[i].y, &col, &row));
        assert_int_equal(col, on[i].col);
        assert_int_equal(row, on[i].row);
    }
    int64_t col, row;
    assert_false(ig_frame_cell(&ten, 1000.001, 500, &col, &row));
    assert_false(ig_frame_cell(&ten, -0.001, 500, &col, &row));
    assert_false(ig_frame_cell(&ten, 500, -0.001, &col, &row));
    assert_false(ig_frame_cell(&ten, 500, 1000.001, &col, &row));
    assert_false(ig_frame_cell(&ten, INFINITY, 500, &col, &row));
}

static void too_many_cells_do_not_wrap(void **state)
{
    (void)state;
    const ig_frame huge = {.cols = INT64_C(1) << 40, .rows = INT64_C(1) << 30, .dx = 1, .dy = 1};
    assert_int_equal(ig_frame_cells(&huge), -1);
    const ig_frame large = {.cols = 60000, .rows = 60000, .dx = 1, .dy = 1};
    assert_true(ig_frame_cells(&large) == INT64_C(3600000000));
}

static void a_level_line_crosses_a_row(void **state)
{
    (void)state;
    const struct trail t = walk(50, 950, 350, 950);
    assert_int_equal(t.count, 4);
    assert_near(t.lengths[0], 50, 1e-9);
    assert_near(t.lengths[1], 100, 1e-9);
    assert_near(t.lengths[3], 50, 1e-9);
    assert_int_equal(t.cells[3], 3);
}

static void a_line_through_corners_goes_from_cell_to_diagonal_cell(void **state)
{
    (void)state;
    const struct trail t = walk(0, 1000, 300, 700);
    assert_int_equal(t.count, 3);
    assert_int_equal(t.cells[2], 202);
    const struct trail back = walk(300, 700, 0, 1000);
    assert_int_equal(back.count, 3);
    assert_int_equal(back.cells[0], 202);
}

static void a_line_along_a_cell_line_belongs_to_the_south_and_east(void **state)
{
    (void)state;
    const struct trail level = walk(0, 900, 150, 900);
    assert_int_equal(level.cells[0], 100);
    const struct trail upright = walk(200, 1000, 200, 850);
    assert_int_equal(upright.cells[0], 2);
}

static void what_lies_off_the_frame_is_cut_off(void **state)
{
    (void)state;
    const struct trail t = walk(-150, 550, 1150, 550);
    assert_int_equal(t.count, 10);
    assert_near(sum(&t), 1000, 1e-9);
    assert_int_equal(walk(-50, 100, -10, 900).count, 0);
    assert_int_equal(walk(1000, 100, 1000, 900).count, 0);
    assert_int_equal(walk(NAN, 100, 10, 900).count, 0);
}

static void cells_follow_each_other_and_lengths_add_up(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int n = 0; n < 2000; n++) {
        double p[4];
        for (int i = 0; i < 4; i++) {
            seed = seed * 1664525u + 1013904223u;
            p[i] = (double)(seed >> 8) / (double)(1u << 24) * 1000.0;
        }
        const struct trail t = walk(p[0], p[1], p[2], p[3]);
        assert_near(sum(&t), hypot(p[2] - p[0], p[3] - p[1]), 1e-6);
        int64_t col, row;
        assert_true(ig_frame_cell(&ten, p[0], p[1], &col, &row));
        assert_int_equal(t.cells[0], row * 100 + col);
        for (int i = 1; i < t.count; i++) {
            const int64_t dc = llabs(t.cells[i] % 100 - t.cells[i - 1] % 100);
            const int64_t dr = llabs(t.cells[i] / 100 - t.cells[i - 1] / 100);
            assert_int_equal(dc + dr, 1); // no corner is met by chance
        }
    }
}

static void a_point_lies_in_its_cell(void **state)
{
    (void)state;
    const struct trail t = walk(250, 250, 250, 250);
    assert_int_equal(t.count, 1);
    assert_int_equal(t.cells[0], 702);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_west_and_north_edges_belong_to_a_cell),
        cmocka_unit_test(the_rim_of_the_grid_belongs_to_it_on_all_sides),
        cmocka_unit_test(too_many_cells_do_not_wrap),
        cmocka_unit_test(a_level_line_crosses_a_row),
        cmocka_unit_test(a_line_through_corners_goes_from_cell_to_diagonal_cell),
        cmocka_unit_test(a_line_along_a_cell_line_belongs_to_the_south_and_east),
        cmocka_unit_test(what_lies_off_the_frame_is_cut_off),
        cmocka_unit_test(cells_follow_each_other_and_lengths_add_up),
        cmocka_unit_test(a_point_lies_in_its_cell),
    };
    return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
