// Coverage fractions against a slow way of another kind: each cell clips the polygon for itself.
#include "near.h"

#include <grid/grid.h>
#include <stdlib.h>

enum { MOST = 4096 };

// ---- the slow way: Sutherland and Hodgman (1974), one cell and one ring at a time ----------------

struct loop {
    double x[MOST], y[MOST];
    int n;
};

/// Keep the part with side * (v - limit) >= 0 where v is x or y.
static void keep_side(struct loop *loop, bool upright, double limit, double side)
{
    static struct loop to;
    to.n = 0;
    for (int i = 0; i < loop->n; i++) {
        const int j = (i + 1) % loop->n;
        const double a = side * ((upright ? loop->x[i] : loop->y[i]) - limit);
        const double b = side * ((upright ? loop->x[j] : loop->y[j]) - limit);
        if (a >= 0) {
            to.x[to.n] = loop->x[i];
            to.y[to.n++] = loop->y[i];
        }
        if ((a > 0 && b < 0) || (a < 0 && b > 0)) {
            const double t = a / (a - b);
            to.x[to.n] = loop->x[i] + t * (loop->x[j] - loop->x[i]);
            to.y[to.n++] = loop->y[i] + t * (loop->y[j] - loop->y[i]);
        }
        assert_true(to.n < MOST - 2);
    }
    *loop = to;
}

/// Area of a ring within a box; signs of the ring's own direction.
static double area_within(const double *x, const double *y, int n, const double box[4])
{
    static struct loop loop;
    loop.n = n - 1;
    for (int i = 0; i < loop.n; i++) {
        loop.x[i] = x[i] - box[0];
        loop.y[i] = y[i] - box[1];
    }
    keep_side(&loop, true, 0, 1);
    keep_side(&loop, true, box[2] - box[0], -1);
    keep_side(&loop, false, 0, 1);
    keep_side(&loop, false, box[3] - box[1], -1);
    double sum = 0;
    for (int i = 0; i < loop.n; i++) {
        const int j = (i + 1) % loop.n;
        sum += loop.x[i] * loop.y[j] - loop.x[j] * loop.y[i];
    }
    return 0.5 * sum;
}

/// Area of a whole ring, from its first point.
static double area_of(const double *x, const double *y, int n)
{
    double sum = 0;
    for (int i = 0; i + 1 < n; i++)
        sum += (x[i] - x[0]) * (y[i + 1] - y[0]) - (x[i + 1] - x[0]) * (y[i] - y[0]);
    return fabs(0.5 * sum);
}

// ---- the comparison --------------------------------------------------------------------------------

/// Fractions of one area spread out over the frame.
static void spread(const ig_coverage *c, size_t area, const ig_frame *f, double *to)
{
    memset(to, 0, (size_t)ig_frame_cells(f) * sizeof *to);
    for (const ig_run *run = c->area[area].first; run < c->area[area].end; run++) {
        assert_true(run->fraction > 0 && run->fraction <= 1);
        assert_true(run->row >= 0 && run->row < f->rows);
        assert_true(run->col >= 0 && run->col + run->cells <= f->cols);
        for (int64_t i = 0; i < run->cells; i++) {
            assert_near(to[run->row * f->cols + run->col + i], 0, 0); // told once
            to[run->row * f->cols + run->col + i] = run->fraction;
        }
    }
}

/// Rings all of whose signs are known: shells +1, holes -1.
static void compare(const ig_frame *f, const ig_rings *rings, const int *signs)
{
    ig_ctx *ctx = ig_ctx_new();
    ig_coverage *c = NULL;
    assert_int_equal(ig_coverage_new(ctx, f, rings, &c), IG_OK);
    double *fast = calloc((size_t)ig_frame_cells(f), sizeof *fast);
    for (size_t a = 0; a < rings->areas; a++) {
        spread(c, a, f, fast);
        double covered = 0, whole = 0;
        for (int64_t i = 0; i < ig_frame_cells(f); i++) {
            const double west = f->west + (double)(i % f->cols) * f->dx;
            const double north = f->north - (double)(i / f->cols) * f->dy;
            const double box[4] = {west, north - f->dy, west + f->dx, north};
            double slow = 0;
            for (size_t r = rings->area_start[a]; r < rings->area_start[a + 1]; r++) {
                const size_t s = rings->ring_start[r];
                slow += signs[r] * fabs(area_within(rings->x + s, rings->y + s,
                                                    (int)(rings->ring_start[r + 1] - s), box));
            }
            assert_near(fast[i], slow / (f->dx * f->dy), 1e-9);
            covered += fast[i] * f->dx * f->dy;
        }
        for (size_t r = rings->area_start[a]; r < rings->area_start[a + 1]; r++) {
            const size_t s = rings->ring_start[r];
            whole +=
                signs[r] * area_of(rings->x + s, rings->y + s, (int)(rings->ring_start[r + 1] - s));
        }
        assert_near(covered + c->outside[a], whole, 1e-9 * fabs(whole) + 1e-6);
    }
    free(fast);
    ig_coverage_free(c);
    ig_ctx_free(ctx);
}

static const ig_frame grid = {
    .cols = 7, .rows = 5, .west = 430000, .north = 100500, .dx = 100, .dy = 100};

static void one_ring(const double *x, const double *y, size_t n)
{
    const size_t area_start[] = {0, 1}, ring_start[] = {0, n};
    const int signs[] = {1};
    const ig_rings rings = {1, area_start, ring_start, x, y};
    compare(&grid, &rings, signs);
}

static void a_quarter_of_a_cell_is_a_quarter(void **state)
{
    (void)state;
    const double x[] = {430050, 430150, 430150, 430050, 430050};
    const double y[] = {100350, 100350, 100450, 100450, 100350};
    const size_t area_start[] = {0, 1}, ring_start[] = {0, 5};
    const ig_rings rings = {1, area_start, ring_start, x, y};
    ig_ctx *ctx = ig_ctx_new();
    ig_coverage *c = NULL;
    assert_int_equal(ig_coverage_new(ctx, &grid, &rings, &c), IG_OK);
    double fast[35];
    spread(c, 0, &grid, fast);
    assert_near(fast[0], .25, 1e-12);
    assert_near(fast[1], .25, 1e-12);
    assert_near(fast[7], .25, 1e-12);
    assert_near(fast[8], .25, 1e-12);
    assert_near(c->outside[0], 0, 0);
    ig_coverage_free(c);
    ig_ctx_free(ctx);
    one_ring(x, y, 5);
}

static void the_way_round_does_not_matter(void **state)
{
    (void)state;
    const double x[] = {430010, 430420, 430333, 430010}, y[] = {100020, 100133, 100477, 100020};
    const double bx[] = {430010, 430333, 430420, 430010}, by[] = {100020, 100477, 100133, 100020};
    one_ring(x, y, 4);
    one_ring(bx, by, 4);
}

static void edges_on_cell_lines_leave_no_dust(void **state)
{
    (void)state;
    const double x[] = {430100, 430400, 430400, 430100, 430100};
    const double y[] = {100100, 100100, 100400, 100400, 100100};
    const size_t area_start[] = {0, 1}, ring_start[] = {0, 5};
    const ig_rings rings = {1, area_start, ring_start, x, y};
    ig_ctx *ctx = ig_ctx_new();
    ig_coverage *c = NULL;
    assert_int_equal(ig_coverage_new(ctx, &grid, &rings, &c), IG_OK);
    assert_int_equal(c->runs, 3); // three rows, one run each, of whole cells
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(c->area[0].first[k].cells, 3);
        assert_true(c->area[0].first[k].fraction == 1.0);
    }
    ig_coverage_free(c);
    ig_ctx_free(ctx);
}

static void what_lies_off_the_frame_is_told(void **state)
{
    (void)state;
    // Over each edge of the frame in turn, and round all of it.
    const double dx[] = {-400, 400, 0, 0}, dy[] = {0, 0, 300, -300};
    for (int i = 0; i < 4; i++) {
        double x[] = {430110, 430620, 430533, 430110}, y[] = {100020, 100133, 100477, 100020};
        for (int k = 0; k < 4; k++) {
            x[k] += dx[i];
            y[k] += dy[i];
        }
        one_ring(x, y, 4);
    }
    const double x[] = {429000, 432000, 432000, 429000, 429000};
    const double y[] = {99000, 99000, 102000, 102000, 99000};
    one_ring(x, y, 5);
    const double fx[] = {500000, 500100, 500100, 500000}, fy[] = {99000, 99000, 99500, 99000};
    one_ring(fx, fy, 4);
}

static void holes_and_islands_in_holes(void **state)
{
    (void)state;
    // Shell, hole in it, island in the hole, and another part; the hole touches the shell.
    const double x[] = {430000, 430500, 430500, 430000, 430000, 430000, 430420, 430400, 430000,
                        430130, 430222, 430210, 430130, 430555, 430690, 430610, 430555};
    const double y[] = {100000, 100000, 100500, 100500, 100000, 100250, 100080, 100410, 100250,
                        100240, 100220, 100290, 100240, 100111, 100222, 100444, 100111};
    const size_t area_start[] = {0, 4}, ring_start[] = {0, 5, 9, 13, 17};
    const int signs[] = {1, -1, 1, 1};
    const ig_rings rings = {1, area_start, ring_start, x, y};
    compare(&grid, &rings, signs);
    // In another order: islands and holes before their shells.
    const double bx[] = {430130, 430222, 430210, 430130, 430000, 430420, 430400,
                         430000, 430000, 430500, 430500, 430000, 430000};
    const double by[] = {100240, 100220, 100290, 100240, 100250, 100080, 100410,
                         100250, 100000, 100000, 100500, 100500, 100000};
    const size_t b_area[] = {0, 3}, b_ring[] = {0, 4, 8, 13};
    const int b_signs[] = {1, -1, 1};
    const ig_rings turned = {1, b_area, b_ring, bx, by};
    compare(&grid, &turned, b_signs);
}

static double random_unit(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / (double)(1u << 24);
}

static void stars_of_many_corners(void **state)
{
    (void)state;
    unsigned seed = 11;
    for (int round = 0; round < 60; round++) {
        double x[40], y[40];
        const int n = 3 + (int)(random_unit(&seed) * 34);
        const double cx = 430000 + 700 * random_unit(&seed), cy = 100000 + 500 * random_unit(&seed);
        for (int i = 0; i < n; i++) {
            const double angle = 6.283185307179586 * (i + .8 * random_unit(&seed)) / n;
            const double radius = 3 + 400 * random_unit(&seed);
            x[i] = cx + radius * cos(angle);
            y[i] = cy + radius * sin(angle);
        }
        x[n] = x[0];
        y[n] = y[0];
        one_ring(x, y, (size_t)n + 1);
    }
}

static void oblong_cells_and_tiny_areas(void **state)
{
    (void)state;
    const ig_frame oblong = {
        .cols = 9, .rows = 11, .west = 5.5, .north = 300.25, .dx = 40, .dy = 25};
    const size_t area_start[] = {0, 1, 2}, ring_start[] = {0, 4, 8};
    const double x[] = {17, 333, 250, 17, 100.001, 100.002, 100.002, 100.001};
    const double y[] = {51, 99, 266, 51, 100.001, 100.001, 100.002, 100.001};
    const int signs[] = {1, 1};
    const ig_rings two = {2, area_start, ring_start, x, y};
    compare(&oblong, &two, signs);
}

static void areas_that_share_borders_fill_the_frame(void **state)
{
    (void)state;
    // Two areas with one wavy border between them: fractions add to one everywhere.
    enum { N = 30 };
    double x[2 * (N + 3)], y[2 * (N + 3)];
    unsigned seed = 5;
    double wave[N];
    for (int i = 0; i < N; i++)
        wave[i] = 430100 + 500 * random_unit(&seed);
    size_t at = 0;
    for (int side = 0; side < 2; side++) {
        const size_t first = at;
        for (int i = 0; i < N; i++, at++) {
            x[at] = wave[i];
            y[at] = 100000 + 500.0 * i / (N - 1);
        }
        for (int i = 0; i < 2; i++, at++) {
            x[at] = side ? 430700 : 430000;
            y[at] = i ? 100000 : 100500;
        }
        x[at] = x[first];
        y[at++] = y[first];
    }
    const size_t area_start[] = {0, 1, 2}, ring_start[] = {0, N + 3, 2 * (N + 3)};
    const ig_rings rings = {2, area_start, ring_start, x, y};
    double sums[35] = {0}, own[35];
    ig_coverage *c[2] = {NULL, NULL};
    for (int threads = 1; threads <= 2; threads++) {
        ig_ctx *ctx = ig_ctx_new();
        ig_ctx_set_threads(ctx, threads);
        assert_int_equal(ig_coverage_new(ctx, &grid, &rings, &c[threads - 1]), IG_OK);
        ig_ctx_free(ctx);
    }
    for (size_t a = 0; a < 2; a++) {
        spread(c[0], a, &grid, own);
        for (int i = 0; i < 35; i++)
            sums[i] += own[i];
    }
    for (int i = 0; i < 35; i++)
        assert_near(sums[i], 1, 1e-11);
    assert_int_equal(c[0]->runs, c[1]->runs);
    for (size_t a = 0; a < 2; a++) {
        const ig_runs one = c[0]->area[a], two = c[1]->area[a];
        assert_int_equal(one.end - one.first, two.end - two.first);
        assert_memory_equal(one.first, two.first,
                            (size_t)(one.end - one.first) * sizeof *one.first);
    }
    ig_coverage_free(c[0]);
    ig_coverage_free(c[1]);
}

static void areas_without_rings_cover_nothing(void **state)
{
    (void)state;
    const size_t area_start[] = {0, 0, 1}, ring_start[] = {0, 3};
    const double x[] = {430000, 430100, 430000}, y[] = {100000, 100000, 100000};
    const ig_rings rings = {2, area_start, ring_start, x, y}; // the second has no inside
    ig_ctx *ctx = ig_ctx_new();
    ig_coverage *c = NULL;
    assert_int_equal(ig_coverage_new(ctx, &grid, &rings, &c), IG_OK);
    assert_int_equal(c->runs, 0);
    ig_coverage_free(c);
    ig_ctx_free(ctx);
}

static void rows_longer_than_a_run_are_told_in_several(void **state)
{
    (void)state;
    const ig_frame long_row = {200000, 1, 0, 100, 100, 100};
    const size_t area_start[] = {0, 1}, ring_start[] = {0, 5};
    const double x[] = {50, 19999950, 19999950, 50, 50}, y[] = {0, 0, 100, 100, 0};
    const ig_rings rings = {1, area_start, ring_start, x, y};
    ig_ctx *ctx = ig_ctx_new();
    ig_coverage *c = NULL;
    assert_int_equal(ig_coverage_new(ctx, &long_row, &rings, &c), IG_OK);
    int64_t next = 0;
    for (const ig_run *run = c->area[0].first; run < c->area[0].end; run++) {
        assert_int_equal(run->col, next);
        assert_near(run->fraction, next == 0 || next == 199999 ? .5 : 1, 1e-12);
        next += run->cells;
    }
    assert_int_equal(next, 200000);
    assert_near(c->inside[0], 199999e4, 1e-3);
    ig_coverage_free(c);

    const ig_frame too_long = {(INT64_C(1) << 24) + 1, 1, 0, 100, 100, 100};
    c = NULL;
    assert_int_equal(ig_coverage_new(ctx, &too_long, &rings, &c), IG_EINVAL);
    assert_null(c);
    assert_non_null(strstr(ig_ctx_message(ctx), "16777217 by 1"));
    ig_ctx_free(ctx);
}

static void each_area_stands_once_in_the_order_of_work(void **state)
{
    (void)state;
    enum { AREAS = 50 };
    size_t area_start[AREAS + 1] = {0}, ring_start[AREAS + 1] = {0};
    double x[4 * AREAS], y[4 * AREAS];
    size_t rings = 0;
    for (size_t a = 0; a < AREAS; a++) {
        if (a % 7 != 3) {                                            // the others have no shape
            const double west = 429900 + (double)(a * 37 % 60) * 15; // some lie off the frame
            const double corners[] = {west, west + 30, west + 15, west};
            for (int i = 0; i < 4; i++) {
                x[4 * rings + (size_t)i] = corners[i];
                y[4 * rings + (size_t)i] = 100000 + (double)(a * 11 % 50) * 15 + (i == 1 ? 20 : 0);
            }
            rings++;
            ring_start[rings] = 4 * rings;
        }
        area_start[a + 1] = rings;
    }
    const ig_rings all = {AREAS, area_start, ring_start, x, y};
    bool seen[AREAS] = {false};
    ig_ctx *ctx = ig_ctx_new();
    ig_coverage *c = NULL;
    assert_int_equal(ig_coverage_new(ctx, &grid, &all, &c), IG_OK);
    for (size_t i = 0; i < AREAS; i++) {
        assert_true(c->order[i] < AREAS && !seen[c->order[i]]);
        seen[c->order[i]] = true;
    }
    ig_coverage_free(c);
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quarter_of_a_cell_is_a_quarter),
        cmocka_unit_test(the_way_round_does_not_matter),
        cmocka_unit_test(edges_on_cell_lines_leave_no_dust),
        cmocka_unit_test(what_lies_off_the_frame_is_told),
        cmocka_unit_test(holes_and_islands_in_holes),
        cmocka_unit_test(stars_of_many_corners),
        cmocka_unit_test(oblong_cells_and_tiny_areas),
        cmocka_unit_test(areas_that_share_borders_fill_the_frame),
        cmocka_unit_test(areas_without_rings_cover_nothing),
        cmocka_unit_test(rows_longer_than_a_run_are_told_in_several),
        cmocka_unit_test(each_area_stands_once_in_the_order_of_work),
    };
    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
