// Every engine, neighbourhood, corner rule and slope against plain Dijkstra, to the last bit.
#include "made.h"
#include "near.h"
#include "oracle.h"

#include <travel/tile_internal.h>

static const char *const neighbours[] = {"8", "16", "32"};

struct round {
    int64_t cols, rows;
    struct made_options made;
    size_t sources;
    double offset;
    ig_travel_options travel;
    int threads;
    struct travel_way way;
    int corridors; ///< 0: none; walls in rows, in columns, in a spiral
};

/// Walls that leave one long corridor.
static void wall_up(ig_surface *surface, int kind)
{
    const int64_t cols = surface->frame.cols, rows = surface->frame.rows;
    for (int64_t r = 0; r < rows && kind; r++) {
        for (int64_t c = 0; c < cols; c++) {
            const int64_t west = c < cols - 1 - c ? c : cols - 1 - c;
            const int64_t north = r < rows - 1 - r ? r : rows - 1 - r;
            const int64_t ring = west < north ? west : north;
            bool wall = ring % 2 == 1 && !(c == ring && r == ring + 1);
            if (kind == 1) wall = r % 2 && c != (r / 2 % 2 ? 0 : cols - 1);
            if (kind == 2) wall = c % 2 && r != (c / 2 % 2 ? 0 : rows - 1);
            if (kind == 3 && ring % 2 == 0 && ring > 0 && c == ring && r == ring + 1) wall = true;
            if (wall) surface->pace[r * cols + c] = NAN;
        }
    }
}

static void listen(ig_level level, const char *message, const char *hint, void *user)
{
    (void)level;
    (void)hint;
    if (strstr(message, "queue of buckets")) *(bool *)user = true;
}

/// True when tiles gave up on the way.
static bool compare(uint64_t seed, const struct round *round)
{
    bool gave_up = false;
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_log(ctx, listen, &gave_up);
    ig_ctx_set_threads(ctx, round->threads);
    struct dice dice = {seed};
    ig_surface *surface = made_surface(ctx, &dice, round->cols, round->rows, &round->made);
    wall_up(surface, round->corridors);
    ig_source sources[64];
    const size_t count = made_sources(&dice, surface, round->sources, round->offset, sources);
    const size_t cells = (size_t)(round->cols * round->rows);
    float *expected = ig_alloc(cells, sizeof *expected);
    int32_t *expected_nearest = ig_alloc(cells, sizeof *expected_nearest);
    const double quantum = made_quantum(ctx, surface, &round->travel, round->way.as_large);
    oracle_travel(surface, sources, count, &round->travel, quantum, expected, expected_nearest);

    ig_grid *minutes = NULL;
    int32_t *nearest = NULL;
    assert_int_equal(
        ig_travel_by(ctx, surface, sources, count, &round->travel, &round->way, &minutes, &nearest),
        IG_OK);
    for (size_t i = 0; i < cells; i++) {
        const float got = isnan(minutes->cells[i]) ? -1.0F : minutes->cells[i];
        if (got == expected[i] && nearest[i] == expected_nearest[i]) continue;
        print_error(
            "seed %llu, %lldx%lld, %s neighbours, corners %d, slope %d, direction %d, "
            "threads %d, kernel %d, wide %d, as large %d, %zu links: cell %zu (col %zu row %zu) is "
            "%.9g by %d, not "
            "%.9g by %d\n",
            (unsigned long long)seed, (long long)round->cols, (long long)round->rows,
            neighbours[round->travel.neighbours], (int)round->travel.corners,
            (int)round->travel.slope, (int)round->travel.direction, round->threads,
            (int)round->way.kernel, (int)round->way.wide, (int)round->way.as_large,
            surface->link_count, i, i % (size_t)round->cols, i / (size_t)round->cols, (double)got,
            nearest[i], (double)expected[i], expected_nearest[i]);
        fail();
    }
    ig_free(expected);
    ig_free(expected_nearest);
    ig_travel_free(nearest);
    ig_grid_free(minutes);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
    return gave_up;
}

static struct round random_round(struct dice *dice, int64_t side)
{
    static const double shares[] = {0, 0, .1, .3, .45};
    struct round round = {
        .cols = 1 + roll_below(dice, side),
        .rows = 1 + roll_below(dice, side),
        .made = {.barriers = shares[roll_below(dice, 5)],
                 .sides = roll_below(dice, 4) ? 0 : .3,
                 .elevation = roll_below(dice, 2),
                 .oblong = !roll_below(dice, 4),
                 .lumpy = roll_below(dice, 2)},
        .sources = (size_t)(1 + roll_below(dice, 6)),
        .offset = roll_below(dice, 2) ? 3.0 : 0.0,
        .travel = ig_travel_defaults(),
        .threads = 1 + (int)roll_below(dice, 4),
    };
    round.travel.neighbours = (ig_neighbours)roll_below(dice, 3);
    round.travel.corners = (ig_corners)roll_below(dice, 3);
    round.travel.direction = (ig_direction)roll_below(dice, 2);
    round.travel.per_cell = !roll_below(dice, 5);
    if (!round.made.elevation || !roll_below(dice, 3))
        round.travel.slope = IG_SLOPE_NONE;
    else if (roll_below(dice, 2))
        round.travel.slope = IG_SLOPE_LANGMUIR;
    static const enum engine_choice engines[] = {ENGINE_HEAP, ENGINE_BUCKETS, ENGINE_BEST};
    const int64_t engine = roll_below(dice, 12);
    round.way.engine = engine < 3 ? engines[engine] : ENGINE_TILES;
    round.way.kernel = (enum kernel_choice)roll_below(dice, 4);
    if (!ig_kernels_for(round.way.kernel)) round.way.kernel = KERNEL_BEST;
    round.way.wide = !roll_below(dice, 4);
    round.way.as_large = roll_below(dice, 4) != 0; // so that 32 bits are tried too
    if (!roll_below(dice, 4)) round.travel.limit = 20.0 * roll_unit(dice);
    round.made.cliffs = round.travel.slope == IG_SLOPE_LANGMUIR && !roll_below(dice, 2);
    round.made.one_way = round.made.sides > 0.0 && roll_below(dice, 2);
    struct dice other = {dice->state ^ 0x5bd1e995};
    if (roll_below(&other, 2)) round.made.links = (int)roll_below(&other, 80);
    return round;
}

static void small_grids_of_every_kind(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        struct dice dice = {seed * 7919};
        const struct round round = random_round(&dice, 24);
        compare(seed, &round);
    }
}

static void grids_of_several_tiles(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct dice dice = {seed * 104729};
        struct round round = random_round(&dice, 200);
        round.sources = 20;
        compare(seed, &round);
    }
}

/// The exact neighbourhood has no slow twin: tiles against the heap, which has one cell at a time.
static void exact_in_tiles_as_by_heap(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 160; seed++) {
        struct dice dice = {seed * 32452843};
        struct round round = random_round(&dice, seed % 4 ? 40 : 150);
        round.made.elevation = false;
        round.travel.slope = IG_SLOPE_NONE;
        round.travel.neighbours = IG_NEIGHBOURS_EXACT;
        round.travel.per_cell = false;
        round.made.ragged = seed % 5 == 0;
        ig_ctx *ctx = ig_ctx_new();
        ig_ctx_set_threads(ctx, round.threads);
        ig_surface *surface = made_surface(ctx, &dice, round.cols, round.rows, &round.made);
        ig_source sources[64];
        const size_t count = made_sources(&dice, surface, round.sources, round.offset, sources);
        const size_t cells = (size_t)(round.cols * round.rows);
        const struct travel_way heap = {.engine = ENGINE_HEAP};
        ig_grid *plain = NULL, *tiles = NULL;
        round.way.engine = seed % 3 ? ENGINE_TILES : ENGINE_BUCKETS;
        assert_int_equal(
            ig_travel_by(ctx, surface, sources, count, &round.travel, &heap, &plain, NULL), IG_OK);
        assert_int_equal(
            ig_travel_by(ctx, surface, sources, count, &round.travel, &round.way, &tiles, NULL),
            IG_OK);
        assert_memory_equal(plain->cells, tiles->cells, cells * sizeof(float));
        ig_grid_free(plain);
        ig_grid_free(tiles);
        ig_surface_free(surface);
        ig_ctx_free(ctx);
    }
}

/// `exact` on two by two tiles and a bit, of which walls leave only what `open` says.
static void exact_by_heap_where(bool (*open)(int side, int col, int row), const int *sites,
                                size_t count)
{
    enum { SIDE = 150 };
    const ig_frame frame = {SIDE, SIDE, 0.0, 100.0 * SIDE, 100.0, 100.0};
    const struct travel_way heap = {.engine = ENGINE_HEAP}, tiles = {.engine = ENGINE_TILES};
    ig_travel_options options = ig_travel_defaults();
    options.neighbours = IG_NEIGHBOURS_EXACT;
    options.corners = IG_CORNERS_ALLOW;
    ig_ctx *ctx = ig_ctx_new();
    for (size_t i = 0; i < count; i++) {
        ig_surface *surface = NULL;
        ig_grid *plain = NULL, *fast = NULL;
        const ig_source source = {.cell = sites[i], .number = 1};
        assert_int_equal(ig_surface_new(ctx, &frame, &surface), IG_OK);
        for (int c = 0; c < SIDE * SIDE; c++)
            surface->pace[c] = open((int)i, c % SIDE, c / SIDE) ? 0.6F : NAN;
        assert_int_equal(ig_travel_by(ctx, surface, &source, 1, &options, &heap, &plain, NULL),
                         IG_OK);
        assert_int_equal(ig_travel_by(ctx, surface, &source, 1, &options, &tiles, &fast, NULL),
                         IG_OK);
        assert_memory_equal(plain->cells, fast->cells, SIDE * SIDE * sizeof(float));
        ig_grid_free(plain);
        ig_grid_free(fast);
        ig_surface_free(surface);
    }
    ig_ctx_free(ctx);
}

static bool two_tiles_aslant(int side, int col, int row)
{
    return col < 128 && row < 128 && ((col < 64) == (row < 64)) == (side < 2);
}

static bool beyond_a_wall(int side, int col, int row)
{
    return (side < 2 ? col : row) != 70;
}

/// Where two tiles meet in a corner alone, one wakes the other; and a tile that nobody can reach is
/// left in peace.
static void exact_from_corner_to_corner(void **state)
{
    (void)state;
    static const int slants[] = {20 * 150 + 20, 120 * 150 + 120, 20 * 150 + 120, 120 * 150 + 20};
    static const int walled[] = {60 * 150 + 120, 68 * 150 + 120, 120 * 150 + 60, 120 * 150 + 68};
    exact_by_heap_where(two_tiles_aslant, slants, 4);
    exact_by_heap_where(beyond_a_wall, walled, 4);
}

/// In long corridors tiles give up, and the queue of buckets goes on from what they have found.
static void corridors(void **state)
{
    (void)state;
    int gave_up = 0;
    for (uint64_t seed = 1; seed <= 18; seed++) {
        struct dice dice = {seed * 49979687};
        struct round round = random_round(&dice, 24);
        round.cols = 390 + roll_below(&dice, 20);
        round.rows = 330 + roll_below(&dice, 20);
        round.sources = 1 + seed % 3;
        round.made.barriers = round.made.sides = 0.0;
        round.made.ragged = false;
        round.travel.limit = INFINITY;
        round.way.engine = seed % 6 ? ENGINE_BEST : ENGINE_BUCKETS;
        round.corridors = 1 + (int)(seed % 3);
        gave_up += compare(seed, &round);
    }
    assert_true(gave_up >= 6);
}

/// Times in a tile lie too far apart for 32 bits here and there: it goes on in 64.
static void grids_of_very_unequal_paces(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct dice dice = {seed * 15485863};
        struct round round = random_round(&dice, 160);
        round.sources = 4;
        round.made.lumpy = false;
        round.made.ragged = true;
        round.way.wide = false;
        compare(seed, &round);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_grids_of_every_kind),
        cmocka_unit_test(grids_of_several_tiles),
        cmocka_unit_test(corridors),
        cmocka_unit_test(grids_of_very_unequal_paces),
        cmocka_unit_test(exact_in_tiles_as_by_heap),
        cmocka_unit_test(exact_from_corner_to_corner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
