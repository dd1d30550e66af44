// Links: ways past what lies between two cells, in every engine.
#include "made.h"
#include "near.h"
#include "oracle.h"

#include <stdlib.h>
#include <travel/tile_internal.h>

static ig_ctx *ctx;

static const struct travel_way ways[] = {
    {.engine = ENGINE_BEST},
    {.engine = ENGINE_HEAP},
    {.engine = ENGINE_BUCKETS},
    {.engine = ENGINE_TILES, .kernel = KERNEL_PLAIN},
    {.engine = ENGINE_TILES, .kernel = KERNEL_AVX2, .wide = true},
    {.engine = ENGINE_TILES, .as_large = true},
};
enum { WAYS = sizeof ways / sizeof *ways };

static void give(ig_surface *surface, const ig_link *links, size_t count)
{
    ig_free(surface->links);
    surface->links = ig_alloc(count + 1, sizeof *links);
    assert_non_null(surface->links);
    if (count) memcpy(surface->links, links, count * sizeof *links);
    surface->link_count = count;
}

/// Plain ground: a minute a cell, and each cell is 100 m wide.
static ig_surface *plain(int64_t cols, int64_t rows)
{
    const ig_frame frame = {cols, rows, 0.0, 100.0 * (double)rows, 100.0, 100.0};
    ig_surface *surface = NULL;
    assert_int_equal(ig_surface_new(ctx, &frame, &surface), IG_OK);
    for (int64_t i = 0; i < cols * rows; i++)
        surface->pace[i] = 0.6F;
    return surface;
}

static ig_travel_options options_of(ig_neighbours neighbours, ig_direction direction)
{
    ig_travel_options options = ig_travel_defaults();
    options.neighbours = neighbours;
    options.direction = direction;
    return options;
}

/// Three by three cells, a minute each, and a link of half a minute from the north-west to the
/// south-east: who comes by it is a minute later beside that corner, and 2.41 minutes by the plain
/// way.
static void a_link_worked_by_hand(void **state)
{
    (void)state;
    const double a = sqrt(2.0);
    const double from[9] = {0, 1, 2, 1, a, 1.5, 2, 1.5, 0.5};
    const double against[9] = {0, 1, 2, 1, a, 1 + a, 2, 1 + a, 2 * a};
    const double to[9] = {0.5, 1.5, 2, 1.5, a, 1, 2, 1, 0};
    const ig_link link = {0, 8, 30.0};
    ig_surface *surface = plain(3, 3);
    give(surface, &link, 1);
    for (int w = 0; w < WAYS; w++) {
        const struct {
            int64_t site;
            ig_direction direction;
            const double *minutes;
        } cases[] = {{0, IG_FROM_SITE, from}, {0, IG_TO_SITE, against}, {8, IG_TO_SITE, to}};
        if (!ig_kernels_for(ways[w].kernel)) continue;
        for (size_t i = 0; i < 3; i++) {
            const ig_source site = {.cell = cases[i].site, .number = 1};
            const ig_travel_options options = options_of(IG_NEIGHBOURS_8, cases[i].direction);
            ig_grid *minutes = NULL;
            assert_int_equal(
                ig_travel_by(ctx, surface, &site, 1, &options, &ways[w], &minutes, NULL), IG_OK);
            for (int c = 0; c < 9; c++)
                assert_near(minutes->cells[c], cases[i].minutes[c], 1e-5);
            ig_grid_free(minutes);
        }
    }
    // Two sites: the cells that the link brings near to the far one are its own.
    const ig_source sites[] = {{.cell = 0, .number = 1, .rank = 0},
                               {.cell = 2, .number = 2, .rank = 1}};
    const ig_travel_options options = options_of(IG_NEIGHBOURS_8, IG_FROM_SITE);
    const int32_t served[9] = {1, 1, 2, 1, 1, 2, 1, 1, 1};
    ig_grid *minutes = NULL;
    int32_t *nearest = NULL;
    assert_int_equal(ig_travel(ctx, surface, sites, 2, &options, &minutes, &nearest), IG_OK);
    for (int c = 0; c < 9; c++)
        assert_int_equal(nearest[c], served[c]);
    ig_grid_free(minutes);
    ig_travel_free(nearest);
    ig_surface_free(surface);
}

static void what_is_no_link_is_refused(void **state)
{
    (void)state;
    static const struct {
        ig_link link;
        const char *said;
    } cases[] = {
        {{-1, 3, 5.0}, "leaves the cost grid"},
        {{3, 9, 5.0}, "leaves the cost grid"},
        {{4, 4, 5.0}, "to itself"},
        {{0, 3, 0.0}, "takes 0 seconds"},
        {{0, 3, -2.0}, "takes -2 seconds"},
        {{0, 3, NAN}, "seconds"},
        {{0, 3, INFINITY}, "takes inf"},
        {{0, 3, 2e7}, "takes 2e+07 seconds"},
    };
    const ig_source site = {.cell = 0, .number = 1};
    ig_surface *surface = plain(3, 3);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ig_grid *minutes = NULL;
        give(surface, &cases[i].link, 1);
        assert_int_equal(ig_travel(ctx, surface, &site, 1, NULL, &minutes, NULL), IG_EINVAL);
        assert_null(minutes);
        if (!strstr(ig_ctx_message(ctx), cases[i].said)) fail_msg("%s", ig_ctx_message(ctx));
    }
    ig_surface_free(surface);
}

/// From barriers and onto them nobody goes; and a link alone leads to ground that is cut off.
static void links_over_barriers(void **state)
{
    (void)state;
    const ig_link links[] = {{0, 4, 60.0}, {1, 2, 6.0}, {2, 3, 6.0}};
    const ig_source site = {.cell = 0, .number = 1};
    const ig_travel_options options = options_of(IG_NEIGHBOURS_8, IG_FROM_SITE);
    ig_surface *surface = plain(5, 1);
    surface->pace[2] = NAN;
    give(surface, links, 3);
    for (int w = 0; w < WAYS; w++) {
        ig_grid *minutes = NULL;
        if (!ig_kernels_for(ways[w].kernel)) continue;
        assert_int_equal(ig_travel_by(ctx, surface, &site, 1, &options, &ways[w], &minutes, NULL),
                         IG_OK);
        const double wanted[5] = {0, 1, NAN, 2, 1};
        for (int c = 0; c < 5; c++)
            if (c == 2)
                assert_true(isnan(minutes->cells[c]));
            else
                assert_near(minutes->cells[c], wanted[c], 1e-5);
        ig_grid_free(minutes);
    }
    ig_surface_free(surface);
}

/// Free ground: links alone take time.
static void links_over_free_ground(void **state)
{
    (void)state;
    const ig_link links[] = {{0, 2, 0.75}, {2, 4, 600.0}};
    const ig_source site = {.cell = 0, .number = 1};
    const ig_travel_options options = options_of(IG_NEIGHBOURS_8, IG_FROM_SITE);
    ig_surface *surface = plain(5, 1);
    for (int c = 0; c < 5; c++)
        surface->pace[c] = c % 2 ? NAN : 0.0F;
    give(surface, links, 2);
    for (int w = 0; w < WAYS; w++) {
        ig_grid *minutes = NULL;
        if (!ig_kernels_for(ways[w].kernel)) continue;
        assert_int_equal(ig_travel_by(ctx, surface, &site, 1, &options, &ways[w], &minutes, NULL),
                         IG_OK);
        assert_near(minutes->cells[2], 0.0125, 1e-9);
        assert_near(minutes->cells[4], 10.0125, 1e-6);
        ig_grid_free(minutes);
    }
    ig_surface_free(surface);
}

// ---- laws ---------------------------------------------------------------------------------------

static const ig_neighbours lattices[] = {IG_NEIGHBOURS_8, IG_NEIGHBOURS_16, IG_NEIGHBOURS_32,
                                         IG_NEIGHBOURS_EXACT};

static ig_grid *search(const ig_surface *surface, const ig_source *sources, size_t count,
                       const ig_travel_options *options, const struct travel_way *way)
{
    ig_grid *minutes = NULL;
    if (ig_travel_by(ctx, surface, sources, count, options, way, &minutes, NULL))
        fail_msg("%s", ig_ctx_message(ctx));
    return minutes;
}

static void a_further_link_makes_nobody_later(void **state)
{
    (void)state;
    for (uint64_t round = 1; round <= 40; round++) {
        struct dice dice = {round};
        const struct made_options made = {.barriers = 0.2, .sides = 0.1, .links = 30};
        ig_surface *surface =
            made_surface(ctx, &dice, 1 + roll_below(&dice, 90), 1 + roll_below(&dice, 90), &made);
        ig_source sources[3];
        const size_t count = made_sources(&dice, surface, 3, 0.0, sources);
        const ig_travel_options options =
            options_of(lattices[round % 4], (ig_direction)(round / 4 % 2));
        const int64_t cells = ig_frame_cells(&surface->frame);
        ig_grid *before = NULL;
        const size_t links = surface->link_count;
        for (size_t n = 0; n <= links; n += 10) {
            surface->link_count = n;
            ig_grid *now = search(surface, sources, count, &options, &ways[round % 2 ? 0 : 3]);
            for (int64_t c = 0; before && c < cells; c++) {
                if (isnan(before->cells[c])) continue;
                assert_true(now->cells[c] <= before->cells[c]);
            }
            ig_grid_free(before);
            before = now;
        }
        ig_grid_free(before);
        ig_surface_free(surface);
    }
}

/// Home to site over links is site to home over the same links turned round, where steps cost the
/// same both ways.
static void links_turned_round_lead_the_other_way(void **state)
{
    (void)state;
    for (uint64_t round = 1; round <= 40; round++) {
        struct dice dice = {1000 + round};
        const struct made_options made = {.barriers = 0.2, .lumpy = round % 2, .links = 50};
        ig_surface *surface =
            made_surface(ctx, &dice, 1 + roll_below(&dice, 90), 1 + roll_below(&dice, 90), &made);
        ig_source sources[3];
        const size_t count = made_sources(&dice, surface, 3, 2.0, sources);
        const ig_travel_options to = options_of(lattices[round % 4], IG_TO_SITE);
        const ig_travel_options from = options_of(lattices[round % 4], IG_FROM_SITE);
        ig_grid *a = search(surface, sources, count, &to, NULL);
        for (size_t i = 0; i < surface->link_count; i++) {
            const ig_link link = surface->links[i];
            surface->links[i] = (ig_link){link.to, link.from, link.seconds};
        }
        sort_links(surface);
        ig_grid *b = search(surface, sources, count, &from, NULL);
        assert_memory_equal(a->cells, b->cells,
                            (size_t)ig_frame_cells(&surface->frame) * sizeof(float));
        ig_grid_free(a);
        ig_grid_free(b);
        ig_surface_free(surface);
    }
}

/// A link as long as the way beside it changes nothing, and one of two of which one is quicker is as
/// good as that one.
static void a_chain_of_links_is_their_sum(void **state)
{
    (void)state;
    enum { COLS = 700, HOPS = 60 };
    ig_link links[HOPS];
    int64_t at[HOPS + 1];
    struct dice dice = {5};
    ig_surface *surface = plain(COLS, 130);
    at[0] = 0;
    double sum = 0.0, until[HOPS];
    for (int i = 0; i < HOPS; i++) { // to and fro over all tiles
        at[i + 1] = roll_below(&dice, COLS * 130 - 1) + 1;
        links[i] = (ig_link){at[i], at[i + 1], 0.25 * (double)(1 + roll_below(&dice, 4))};
        sum += links[i].seconds;
        until[i] = sum;
    }
    give(surface, links, HOPS);
    sort_links(surface);
    const ig_source site = {.cell = 0, .number = 1};
    const ig_travel_options options = options_of(IG_NEIGHBOURS_8, IG_FROM_SITE);
    for (int w = 0; w < WAYS; w++) {
        if (!ig_kernels_for(ways[w].kernel)) continue;
        ig_grid *minutes = search(surface, &site, 1, &options, &ways[w]);
        for (int i = 0; i < HOPS; i++)
            assert_near(minutes->cells[at[i + 1]], until[i] / 60.0, 1e-6);
        ig_grid_free(minutes);
    }
    ig_surface_free(surface);
}

// ---- many ---------------------------------------------------------------------------------------

/// As many links as make tiles wake each other all over the grid.
static void thousands_of_links(void **state)
{
    (void)state;
    for (uint64_t round = 1; round <= 4; round++) {
        struct dice dice = {round * 99991};
        const struct made_options made = {
            .barriers = 0.1, .lumpy = round == 2, .ragged = round == 3, .links = 3000};
        ig_surface *surface = made_surface(ctx, &dice, 330, 270, &made);
        ig_source sources[4];
        const size_t count = made_sources(&dice, surface, 4, 1.0, sources);
        ig_travel_options options = options_of(lattices[round % 3], (ig_direction)(round % 2));
        if (round == 4) options.limit = 12.0;
        const size_t cells = (size_t)ig_frame_cells(&surface->frame);
        float *expected = ig_alloc(cells, sizeof *expected);
        int32_t *serves = ig_alloc(cells, sizeof *serves);
        for (int w = 0; w < WAYS; w++) {
            if (!ig_kernels_for(ways[w].kernel)) continue;
            const double quantum = made_quantum(ctx, surface, &options, ways[w].as_large);
            oracle_travel(surface, sources, count, &options, quantum, expected, serves);
            ig_ctx_set_threads(ctx, 1 + w % 4);
            ig_grid *minutes = NULL;
            int32_t *nearest = NULL;
            assert_int_equal(
                ig_travel_by(ctx, surface, sources, count, &options, &ways[w], &minutes, &nearest),
                IG_OK);
            for (size_t c = 0; c < cells; c++) {
                const float got = isnan(minutes->cells[c]) ? -1.0F : minutes->cells[c];
                if (got != expected[c] || nearest[c] != serves[c])
                    fail_msg("round %d, way %d, cell %zu: %.9g by %d, not %.9g by %d", (int)round,
                             w, c, (double)got, nearest[c], (double)expected[c], serves[c]);
            }
            ig_grid_free(minutes);
            ig_travel_free(nearest);
        }
        ig_ctx_set_threads(ctx, 2);
        ig_free(expected);
        ig_free(serves);
        ig_surface_free(surface);
    }
}

static ig_status look_away(size_t source, int worker, const ig_reached *reached, void *user)
{
    (void)source;
    (void)worker;
    (void)reached;
    (void)user;
    return IG_OK;
}

static void memory_that_cannot_be_had_is_a_clean_failure(void **state)
{
    (void)state;
    struct dice dice = {62};
    const struct made_options made = {.barriers = 0.1, .links = 40};
    ig_surface *surface = made_surface(ctx, &dice, 70, 70, &made);
    ig_source sources[3];
    const size_t count = made_sources(&dice, surface, 3, 0.0, sources);
    ig_ctx_set_threads(ctx, 1);
    for (int w = 0; w <= WAYS; w++) {
        ig_status status = IG_EMEMORY;
        if (w < WAYS && (ways[w].engine == ENGINE_BUCKETS || !ig_kernels_for(ways[w].kernel)))
            continue; // buckets grow far too often to fail at each
        for (uint64_t n = 1; status != IG_OK && n < 500; n++) {
            ig_grid *minutes = NULL;
            int32_t *nearest = NULL;
            ig_alloc_fail_at(n);
            status = w < WAYS ? ig_travel_by(ctx, surface, sources, count, NULL, &ways[w], &minutes,
                                             &nearest)
                              : ig_travel_each(ctx, surface, sources, count, NULL, look_away, NULL);
            ig_alloc_fail_at(0);
            ig_grid_free(minutes);
            ig_travel_free(nearest);
            assert_true(status == IG_OK || status == IG_EMEMORY);
        }
        assert_int_equal(status, IG_OK);
    }
    ig_ctx_set_threads(ctx, 2);
    ig_surface_free(surface);
}

int main(void)
{
    ctx = ig_ctx_new();
    ig_ctx_set_threads(ctx, 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_worked_by_hand),
        cmocka_unit_test(what_is_no_link_is_refused),
        cmocka_unit_test(links_over_barriers),
        cmocka_unit_test(links_over_free_ground),
        cmocka_unit_test(a_further_link_makes_nobody_later),
        cmocka_unit_test(links_turned_round_lead_the_other_way),
        cmocka_unit_test(a_chain_of_links_is_their_sum),
        cmocka_unit_test(thousands_of_links),
        cmocka_unit_test(memory_that_cannot_be_had_is_a_clean_failure),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ig_ctx_free(ctx);
    return failed;
}
