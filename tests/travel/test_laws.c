// Laws that travel times obey whatever the ground, on random grids.
#include "near.h"

#include <core/inside.h>
#include <stdlib.h>
#include <travel/travel.h>

enum { COLS = 23, ROWS = 19, CELLS = COLS * ROWS };

/// Grids for each law; ISOGAP_LAW_ROUNDS asks for more.
static uint64_t rounds = 120;

/// Of rounding to whole quanta, relative; and a little of float32 minutes.
static const double rounding = 2e-5;

/// Between triangles a way there is not quite the way back, nor a way by a third place never a hair
/// shorter: on four thousand grids of the roughest ground by up to .094 and .027.
static const double slant = 0.15, detour = 0.05;

static const ig_neighbours lattices[] = {IG_NEIGHBOURS_8, IG_NEIGHBOURS_16, IG_NEIGHBOURS_32,
                                         IG_NEIGHBOURS_EXACT};

static uint64_t state_of_chance;

/// xorshift64* (Vigna, 2016), 0 to 1.
static double chance(void)
{
    state_of_chance ^= state_of_chance >> 12;
    state_of_chance ^= state_of_chance << 25;
    state_of_chance ^= state_of_chance >> 27;
    return (double)((state_of_chance * 2685821657736338717ULL) >> 11) / 9007199254740992.0;
}

/// Paces from .5 to 5 s/m, one cell in seven barred.
static ig_surface *ground(ig_ctx *ctx, uint64_t seed)
{
    const ig_frame frame = {COLS, ROWS, 0.0, 100.0 * ROWS, 100.0, 100.0};
    ig_surface *surface = NULL;
    assert_int_equal(ig_surface_new(ctx, &frame, &surface), IG_OK);
    state_of_chance = seed * 0x9E3779B97F4A7C15ULL + 1;
    for (int i = 0; i < CELLS; i++)
        surface->pace[i] = chance() < 1.0 / 7.0 ? NAN : (float)(.5 * pow(10.0, chance()));
    return surface;
}

static int64_t open_cell(const ig_surface *surface)
{
    int64_t cell;
    do
        cell = (int64_t)(chance() * CELLS);
    while (isnan(surface->pace[cell]));
    return cell;
}

/// Minutes from the cells; yours.
static ig_grid *minutes(ig_ctx *ctx, const ig_surface *surface, ig_neighbours neighbours,
                        const int64_t *cells, size_t count)
{
    ig_travel_options options = ig_travel_defaults();
    ig_source sources[4];
    ig_grid *out = NULL;
    options.neighbours = neighbours;
    for (size_t i = 0; i < count; i++)
        sources[i] = (ig_source){.cell = cells[i], .number = (int32_t)i + 1, .rank = (int32_t)i};
    assert_int_equal(ig_travel(ctx, surface, sources, count, &options, &out, NULL), IG_OK);
    return out;
}

/// a <= b wherever b is known, and a is known there.
static void assert_not_above(const ig_grid *a, const ig_grid *b, const char *law)
{
    for (int i = 0; i < CELLS; i++) {
        if (isnan(b->cells[i])) continue;
        if (!(a->cells[i] <= b->cells[i] * (1.0 + rounding) + 1e-6))
            fail_msg("%s: cell %d: %.9g, %.9g", law, i, a->cells[i], b->cells[i]);
    }
}

static void free_all(ig_grid *a, ig_grid *b, ig_surface *s, ig_surface *t)
{
    ig_grid_free(a);
    ig_grid_free(b);
    ig_surface_free(s);
    ig_surface_free(t);
}

static void a_dearer_cell_brings_nobody_sooner(void **unused)
{
    ig_ctx *ctx = *unused;
    for (uint64_t round = 1; round <= rounds; round++) {
        ig_surface *before = ground(ctx, round), *after = ground(ctx, round);
        const int64_t site = open_cell(before);
        for (int i = 0; i < CELLS; i++)
            if (chance() < .1) after->pace[i] *= (float)(1.0 + 3.0 * chance());
        for (size_t k = 0; k < 4; k++) {
            ig_grid *a = minutes(ctx, before, lattices[k], &site, 1);
            ig_grid *b = minutes(ctx, after, lattices[k], &site, 1);
            assert_near(a->cells[site], 0.0, 0.0);
            assert_not_above(a, b, "dearer cells");
            free_all(a, b, NULL, NULL);
        }
        free_all(NULL, NULL, before, after);
    }
}

static void a_further_site_makes_nobody_later(void **unused)
{
    ig_ctx *ctx = *unused;
    for (uint64_t round = 1; round <= rounds; round++) {
        ig_surface *surface = ground(ctx, round);
        const int64_t sites[] = {open_cell(surface), open_cell(surface), open_cell(surface)};
        for (size_t k = 0; k < 4; k++) {
            ig_grid *two = minutes(ctx, surface, lattices[k], sites, 2);
            ig_grid *three = minutes(ctx, surface, lattices[k], sites, 3);
            assert_not_above(three, two, "a further site");
            free_all(two, three, NULL, NULL);
        }
        ig_surface_free(surface);
    }
}

static void twice_the_cost_is_twice_the_time(void **unused)
{
    ig_ctx *ctx = *unused;
    for (uint64_t round = 1; round <= rounds; round++) {
        ig_surface *one = ground(ctx, round), *two = ground(ctx, round);
        const int64_t site = open_cell(one);
        for (int i = 0; i < CELLS; i++)
            two->pace[i] *= 2.0f;
        for (size_t k = 0; k < 4; k++) {
            ig_grid *a = minutes(ctx, one, lattices[k], &site, 1);
            ig_grid *b = minutes(ctx, two, lattices[k], &site, 1);
            for (int i = 0; i < CELLS; i++) {
                assert_int_equal(isnan(a->cells[i]), isnan(b->cells[i]));
                if (!isnan(a->cells[i])) assert_true(b->cells[i] == 2.0F * a->cells[i]);
            }
            free_all(a, b, NULL, NULL);
        }
        free_all(NULL, NULL, one, two);
    }
}

static void there_and_back_and_by_way_of_a_third(void **unused)
{
    ig_ctx *ctx = *unused;
    for (uint64_t round = 1; round <= rounds; round++) {
        ig_surface *surface = ground(ctx, round);
        const int64_t a = open_cell(surface), b = open_cell(surface), c = open_cell(surface);
        for (size_t k = 0; k < 4; k++) {
            const double some = k < 3 ? rounding : slant, little = k < 3 ? rounding : detour;
            ig_grid *from_a = minutes(ctx, surface, lattices[k], &a, 1);
            ig_grid *from_b = minutes(ctx, surface, lattices[k], &b, 1);
            const double ab = from_a->cells[b], ba = from_b->cells[a], ac = from_a->cells[c],
                         bc = from_b->cells[c];
            assert_int_equal(isnan(ab), isnan(ba));
            if (!isnan(ab)) assert_near(ab, ba, some * ab + 1e-6);
            if (!isnan(ab) && !isnan(bc)) assert_true(ac <= (ab + bc) * (1.0 + little) + 1e-6);
            free_all(from_a, from_b, NULL, NULL);
        }
        ig_surface_free(surface);
    }
}

static int64_t mirrored(int64_t cell)
{
    return cell / COLS * COLS + (COLS - 1 - cell % COLS);
}

static void a_mirrored_land_has_mirrored_times(void **unused)
{
    ig_ctx *ctx = *unused;
    for (uint64_t round = 1; round <= rounds; round++) {
        ig_surface *land = ground(ctx, round), *mirror = ground(ctx, round);
        const int64_t site = open_cell(land), other = mirrored(site);
        for (int i = 0; i < CELLS; i++)
            mirror->pace[mirrored(i)] = land->pace[i];
        for (size_t k = 0; k < 4; k++) {
            ig_grid *a = minutes(ctx, land, lattices[k], &site, 1);
            ig_grid *b = minutes(ctx, mirror, lattices[k], &other, 1);
            for (int i = 0; i < CELLS; i++) {
                const float mine = a->cells[i], theirs = b->cells[mirrored(i)];
                assert_int_equal(isnan(mine), isnan(theirs));
                if (!isnan(mine)) assert_near(mine, theirs, rounding * mine + 1e-6);
            }
            free_all(a, b, NULL, NULL);
        }
        free_all(NULL, NULL, land, mirror);
    }
}

static void a_wall_splits_the_land(void **unused)
{
    ig_ctx *ctx = *unused;
    for (uint64_t round = 1; round <= rounds; round++) {
        ig_surface *surface = ground(ctx, round);
        const int wall = 3 + (int)(chance() * (COLS - 6));
        for (int row = 0; row < ROWS; row++)
            surface->pace[row * COLS + wall] = NAN;
        const int64_t site = open_cell(surface);
        for (size_t k = 0; k < 4; k++) {
            ig_grid *a = minutes(ctx, surface, lattices[k], &site, 1);
            for (int i = 0; i < CELLS; i++)
                if ((i % COLS < wall) != (site % COLS < wall)) assert_true(isnan(a->cells[i]));
            ig_grid_free(a);
        }
        ig_surface_free(surface);
    }
}

/// Sides that are shut hold like a wall of nodata, and a limit leaves out what lies beyond it.
static void shut_sides_split_and_limits_cut(void **unused)
{
    ig_ctx *ctx = *unused;
    for (uint64_t round = 1; round <= rounds; round++) {
        ig_surface *surface = ground(ctx, round);
        const int wall = 3 + (int)(chance() * (COLS - 6));
        surface->barriers = ig_alloc(CELLS, 1);
        assert_non_null(surface->barriers);
        for (int row = 0; row < ROWS; row++)
            surface->barriers[row * COLS + wall] =
                1 << 1 | 1 << 2 | 1 << 3; // north-east to south-east
        const int64_t site = open_cell(surface);
        for (size_t k = 0; k < 4; k++) {
            ig_travel_options options = ig_travel_defaults();
            const ig_source source = {.cell = site, .number = 1};
            ig_grid *all = minutes(ctx, surface, lattices[k], &site, 1), *near = NULL;
            options.neighbours = lattices[k];
            options.limit = 5.0 + 40.0 * chance();
            assert_int_equal(ig_travel(ctx, surface, &source, 1, &options, &near, NULL), IG_OK);
            for (int i = 0; i < CELLS; i++) {
                const bool within = ig_minutes_within(all->cells[i], options.limit);
                if ((i % COLS <= wall) != (site % COLS <= wall)) assert_true(isnan(all->cells[i]));
                if (within) assert_true(near->cells[i] == all->cells[i]);
                if (!within) assert_true(isnan(near->cells[i]));
            }
            free_all(all, near, NULL, NULL);
        }
        ig_surface_free(surface);
    }
}

/// Mean and greatest error of distance beyond ten cells, in per cent, against what is stated.
static void on_plain_ground_the_error_is_as_stated(void **unused)
{
    ig_ctx *ctx = *unused;
    enum { SIDE = 241, REACH = 120 };
    const ig_frame frame = {SIDE, SIDE, 0.0, 100.0 * SIDE, 100.0, 100.0};
    ig_surface *surface = NULL;
    assert_int_equal(ig_surface_new(ctx, &frame, &surface), IG_OK);
    for (int i = 0; i < SIDE * SIDE; i++)
        surface->pace[i] = 0.6f; // a cell is a minute
    const int64_t middle = (int64_t)SIDE * REACH + REACH;
    for (size_t k = 0; k < 4; k++) {
        ig_grid *a = minutes(ctx, surface, lattices[k], &middle, 1);
        double sum = 0.0, worst = 0.0, mean_stated, worst_stated;
        int count = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            const double r = hypot(i % SIDE - REACH, i / SIDE - REACH);
            if (r < 10.0 || r > REACH) continue;
            const double error = 100.0 * fabs(a->cells[i] / r - 1.0);
            sum += error;
            worst = fmax(worst, error);
            count++;
        }
        ig_travel_lattice_error(lattices[k], &mean_stated, &worst_stated);
        assert_near(sum / count, mean_stated, .05 * mean_stated + .01);
        assert_true(worst <= worst_stated && worst > .5 * worst_stated);
        for (int i = 0; i < SIDE * SIDE && lattices[k] == IG_NEIGHBOURS_EXACT; i++) {
            const double r = hypot(i % SIDE - REACH, i / SIDE - REACH);
            if (r <= 10.0) assert_near(a->cells[i], r, 1e-5 * r); // straight lines
        }
        ig_grid_free(a);
    }
    ig_surface_free(surface);
}

/// Cells that are higher than wide or wider than high: the exact error stays nearly what it is.
static void oblong_cells_err_no_more(void **unused)
{
    ig_ctx *ctx = *unused;
    enum { SIDE = 161, REACH = 80 };
    static const double sizes[][2] = {{100.0, 60.0}, {50.0, 100.0}, {90.0, 100.0}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const double dx = sizes[s][0], dy = sizes[s][1], larger = fmax(dx, dy);
        const ig_frame frame = {SIDE, SIDE, 0.0, dy * SIDE, dx, dy};
        ig_surface *surface = NULL;
        assert_int_equal(ig_surface_new(ctx, &frame, &surface), IG_OK);
        for (int i = 0; i < SIDE * SIDE; i++)
            surface->pace[i] = 0.6F;
        const int64_t middle = (int64_t)SIDE * REACH + REACH;
        ig_grid *a = minutes(ctx, surface, IG_NEIGHBOURS_EXACT, &middle, 1);
        double sum = 0.0, worst = 0.0;
        int count = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            const double r = hypot((i % SIDE - REACH) * dx, (i / SIDE - REACH) * dy);
            if (r < 10.0 * larger || r > REACH * fmin(dx, dy)) continue;
            const double error = 100.0 * fabs(a->cells[i] / (r * 0.01) - 1.0);
            sum += error;
            worst = fmax(worst, error);
            count++;
        }
        if (!(sum / count <= 0.12 && worst <= 0.6))
            fail_msg("%g x %g m: %.3f %% on average, %.3f %% at most", dx, dy, sum / count, worst);
        ig_grid_free(a);
        ig_surface_free(surface);
    }
}

static int begin(void **state)
{
    *state = ig_ctx_new();
    return *state ? 0 : -1;
}

static int end(void **state)
{
    ig_ctx_free(*state);
    return 0;
}

int main(void)
{
    const char *more = getenv("ISOGAP_LAW_ROUNDS");
    if (more && strtoull(more, NULL, 10)) rounds = strtoull(more, NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dearer_cell_brings_nobody_sooner),
        cmocka_unit_test(a_further_site_makes_nobody_later),
        cmocka_unit_test(twice_the_cost_is_twice_the_time),
        cmocka_unit_test(there_and_back_and_by_way_of_a_third),
        cmocka_unit_test(a_mirrored_land_has_mirrored_times),
        cmocka_unit_test(a_wall_splits_the_land),
        cmocka_unit_test(shut_sides_split_and_limits_cut),
        cmocka_unit_test(on_plain_ground_the_error_is_as_stated),
        cmocka_unit_test(oblong_cells_err_no_more),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
