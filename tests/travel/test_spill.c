// A search whose grids lie on disk finds the same bits as one in memory, and leaves nothing behind.
#include "made.h"
#include "near.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SOURCES = 12, ROLLS = 24, BUDGET = 1 << 20 };

static char folder[] = "/tmp/isogap-spill-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static size_t files_in_folder(void)
{
    DIR *list = opendir(folder);
    size_t count = 0;
    for (const struct dirent *entry = readdir(list); entry; entry = readdir(list))
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(list);
    return count;
}

/// A context whose large arrays lie on disk and of which next to nothing may be held.
static ig_ctx *spilling(void)
{
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_memory(ctx, BUDGET);
    assert_int_equal(ig_ctx_spill(ctx, in_folder("out.tif")), IG_OK);
    assert_true(ig_ctx_spills(ctx));
    ig_ctx_set_memory(ctx, 0);
    return ctx;
}

static void one_roll(ig_ctx *plain, struct dice *dice, int roll_number)
{
    static const int threads[] = {1, 2, 8};
    const struct made_options shape = {
        .barriers = roll_number % 3 ? 0.15 : 0.0,
        .sides = roll_number % 4 == 1 ? 0.1 : 0.0,
        .elevation = roll_number % 5 == 2,
        .oblong = roll_number % 7 == 3,
        .lumpy = roll_number % 2 == 0,
        .ragged = roll_number % 6 == 5,
        .links = roll_number % 2 ? 40 : 0,
    };
    ig_travel_options options = ig_travel_defaults();
    options.neighbours = (ig_neighbours)(roll_number % 4);
    options.corners = (ig_corners)(roll_number % 3);
    if (roll_number % 8 == 7) options.limit = 20.0;
    const int64_t cols = 60 + roll_below(dice, 200), rows = 60 + roll_below(dice, 150);
    ig_surface *surface = made_surface(plain, dice, cols, rows, &shape);
    ig_source sources[SOURCES];
    const size_t count = made_sources(dice, surface, SOURCES, 2.0, sources);
    ig_grid *expected = NULL, *minutes = NULL;
    int32_t *serves = NULL, *nearest = NULL;
    assert_int_equal(ig_travel(plain, surface, sources, count, &options, &expected, &serves),
                     IG_OK);

    assert_int_equal(ig_ctx_set_input_crs(plain, "EPSG:27700"), IG_OK);
    assert_int_equal(ig_surface_write(plain, surface, in_folder("cost.tif"), NULL, NULL), IG_OK);
    ig_ctx *ctx = spilling();
    ig_ctx_set_threads(ctx, threads[roll_number % 3]);
    ig_surface *read = NULL;
    assert_int_equal(ig_surface_read(ctx, in_folder("cost.tif"), 0, NULL, &read), IG_OK);
    assert_int_equal(ig_travel(ctx, read, sources, count, &options, &minutes, &nearest), IG_OK);
    const size_t cells = (size_t)(cols * rows);
    assert_memory_equal(minutes->cells, expected->cells, cells * sizeof(float));
    assert_memory_equal(nearest, serves, cells * sizeof *nearest);
    assert_int_equal(files_in_folder(), 1); // cost.tif alone
    ig_grid_free(minutes);
    ig_surface_free(read);
    ig_ctx_free(ctx);
    ig_grid_free(expected);
    ig_travel_free(serves);
    ig_surface_free(surface);
}

static void grids_on_disk_give_the_same_bits(void **state)
{
    (void)state;
    ig_ctx *plain = ig_ctx_new();
    ig_ctx_set_threads(plain, 2);
    ig_ctx_set_overwrite(plain, true);
    struct dice dice = {20};
    for (int i = 0; i < ROLLS; i++)
        one_roll(plain, &dice, i);
    ig_ctx_free(plain);
    unlink(in_folder("cost.tif"));
}

static void a_folder_without_room_is_told(void **state)
{
    (void)state;
    ig_ctx *ctx = spilling();
    struct rlimit before, small = {.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    void *array = NULL;
    assert_int_equal(ig_bulk_alloc(ctx, 4 << 20, 1, &array), IG_EWRITE);
    assert_null(array);
    assert_non_null(strstr(ig_ctx_message(ctx), "scratch file of 4 MiB"));
    assert_non_null(ig_ctx_hint(ctx));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    ig_ctx_free(ctx);
    assert_int_equal(files_in_folder(), 0);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    assert_int_equal(ig_ctx_spill(ctx, in_folder("nowhere/out.tif")), IG_EWRITE);
    assert_false(ig_ctx_spills(ctx));
    ig_ctx_free(ctx);
}

static int setup(void **state)
{
    (void)state;
    if (ig_process_start(false, false) != IG_OK) return -1;
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grids_on_disk_give_the_same_bits),
        cmocka_unit_test(a_folder_without_room_is_told),
        cmocka_unit_test(a_folder_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
