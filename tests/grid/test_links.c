// Links through files: there and back, cut, on other cells, and written by hand.
#include "near.h"

#include <core/inside.h>
#include <cpl_string.h>
#include <gdal.h>
#include <gdal_utils.h>
#include <grid/grid.h>
#include <stdlib.h>
#include <unistd.h>

enum { COLS = 7, ROWS = 5, CELLS = COLS * ROWS };

static const ig_frame frame = {COLS, ROWS, 400000.1, 200000.7, 100.0 / 3.0, 25.0};

static char folder[] = "/tmp/isogap-links-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[4][256];
    static int turn;
    char *p = path[turn++ % 4];
    snprintf(p, sizeof path[0], "%s/%s", folder, name);
    return p;
}

static char last_info[1024];

static void hear(ig_level level, const char *message, const char *hint, void *user)
{
    (void)user;
    (void)hint;
    if (level == IG_INFO && strstr(message, "links"))
        snprintf(last_info, sizeof last_info, "%s", message);
}

static ig_ctx *british(void)
{
    ig_ctx *ctx = ig_ctx_new();
    assert_int_equal(ig_ctx_set_input_crs(ctx, "EPSG:27700"), IG_OK);
    ig_ctx_set_overwrite(ctx, true);
    ig_ctx_set_log(ctx, hear, NULL);
    last_info[0] = '\0';
    return ctx;
}

/// Four cells joined: 8 -> 12, 8 -> 20, 20 -> 8, 34 -> 0.
static ig_surface *linked(ig_ctx *ctx)
{
    static const ig_link links[] = {
        {8, 12, 12.0}, {8, 20, 1.0 / 3.0}, {20, 8, 4.5e-3}, {34, 0, 1234567.875}};
    ig_surface *surface = NULL;
    assert_int_equal(ig_surface_new(ctx, &frame, &surface), IG_OK);
    for (int i = 0; i < CELLS; i++)
        surface->pace[i] = 0.5F;
    surface->links = ig_alloc(4, sizeof *surface->links);
    assert_non_null(surface->links);
    memcpy(surface->links, links, sizeof links);
    surface->link_count = 4;
    return surface;
}

static void links_come_back_as_they_were(void **state)
{
    (void)state;
    ig_ctx *ctx = british();
    ig_surface *surface = linked(ctx), *back = NULL;
    for (int cog = 0; cog < 2; cog++) {
        ig_ctx_set_cog(ctx, cog);
        const char *const items[] = {"made=by hand", NULL};
        assert_int_equal(ig_surface_write(ctx, surface, in_folder("a.tif"), items, NULL), IG_OK);
        if (ig_surface_read(ctx, in_folder("a.tif"), 0, NULL, &back))
            fail_msg("%s", ig_ctx_message(ctx));
        assert_int_equal(back->link_count, 4);
        assert_memory_equal(back->links, surface->links, 4 * sizeof(ig_link));
        assert_string_equal(last_info, "");
        ig_surface_free(back);
    }
    ig_ctx_set_cog(ctx, false);
    surface->link_count = 0;
    assert_int_equal(ig_surface_write(ctx, surface, in_folder("a.tif"), NULL, NULL), IG_OK);
    assert_int_equal(ig_surface_read(ctx, in_folder("a.tif"), 0, NULL, &back), IG_OK);
    assert_int_equal(back->link_count, 0);
    assert_null(back->links);
    ig_surface_free(back);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
}

/// What gdal_translate makes of a.tif with these options.
static void translate(const char *options, const char *to)
{
    static const char *const drivers[] = {"GTiff", NULL};
    char **list = CSLTokenizeString(options);
    GDALTranslateOptions *parsed = GDALTranslateOptionsNew(list, NULL);
    GDALDatasetH from = GDALOpenEx(in_folder("a.tif"), GDAL_OF_RASTER, drivers, NULL, NULL);
    assert_non_null(from);
    GDALDatasetH made = GDALTranslate(in_folder(to), from, parsed, NULL);
    assert_non_null(made);
    GDALClose(made);
    GDALClose(from);
    GDALTranslateOptionsFree(parsed);
    CSLDestroy(list);
}

static void a_cut_keeps_the_links_within_it(void **state)
{
    (void)state;
    ig_ctx *ctx = british();
    ig_surface *surface = linked(ctx), *back = NULL;
    assert_int_equal(ig_surface_write(ctx, surface, in_folder("a.tif"), NULL, NULL), IG_OK);
    // columns 1 to 6, rows 1 to 2: cell 8 becomes 0, 12 becomes 4, 20 (column 6, row 2) becomes 11
    translate("-of GTiff -srcwin 1 1 6 2", "cut.tif");
    assert_int_equal(ig_surface_read(ctx, in_folder("cut.tif"), 0, NULL, &back), IG_OK);
    assert_int_equal(back->link_count, 3);
    static const int64_t ends[3][2] = {{0, 4}, {0, 11}, {11, 0}};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(back->links[i].from, ends[i][0]);
        assert_int_equal(back->links[i].to, ends[i][1]);
        assert_true(back->links[i].seconds == surface->links[i].seconds);
    }
    assert_non_null(strstr(last_info, "1 of 4 links lead off the grid"));
    ig_surface_free(back);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
}

static void other_cells_are_refused(void **state)
{
    (void)state;
    ig_ctx *ctx = british();
    ig_surface *surface = linked(ctx), *back = NULL;
    assert_int_equal(ig_surface_write(ctx, surface, in_folder("a.tif"), NULL, NULL), IG_OK);
    translate("-of GTiff -outsize 14 10", "fine.tif");
    assert_int_equal(ig_surface_read(ctx, in_folder("fine.tif"), 0, NULL, &back), IG_EFORMAT);
    assert_null(back);
    assert_non_null(strstr(ig_ctx_message(ctx), "fine.tif: item links_between_cells: the links "));
    assert_non_null(strstr(ig_ctx_message(ctx), "the grid was brought to other cells"));
    assert_non_null(strstr(ig_ctx_hint(ctx), "isogap cost --cell 16.6667"));
    ig_surface_free(surface);
    ig_ctx_free(ctx);
}

/// A grid of 3 by 1 cells of 10 m at 0, 0 with such an item.
static ig_status read_written(ig_ctx *ctx, const char *item, ig_surface **out)
{
    ig_surface *surface = NULL;
    const ig_frame small = {3, 1, 400000.0, 100010.0, 10.0, 10.0};
    assert_int_equal(ig_surface_new(ctx, &small, &surface), IG_OK);
    for (int i = 0; i < 3; i++)
        surface->pace[i] = 1.0F;
    static const char *const drivers[] = {"GTiff", NULL};
    assert_int_equal(ig_surface_write(ctx, surface, in_folder("b.tif"), NULL, NULL), IG_OK);
    ig_surface_free(surface);
    GDALDatasetH file =
        GDALOpenEx(in_folder("b.tif"), GDAL_OF_RASTER | GDAL_OF_UPDATE, drivers, NULL, NULL);
    assert_non_null(file);
    assert_int_equal(GDALSetMetadataItem(file, "links_between_cells", item, NULL), CE_None);
    GDALClose(file);
    *out = NULL;
    return ig_surface_read(ctx, in_folder("b.tif"), 0, NULL, out);
}

static void links_written_by_hand(void **state)
{
    (void)state;
    ig_ctx *ctx = british();
    ig_surface *back = NULL;
    // out of order, twice the same pair, blanks and an empty end
    assert_int_equal(read_written(ctx,
                                  "400025 100005 400005 100005 9;400005\t100005  400025 100005 7e0;"
                                  "\n400025 100005 400005.001 100005 8.5 ; ",
                                  &back),
                     IG_OK);
    assert_int_equal(back->link_count, 2);
    assert_int_equal(back->links[0].from, 0);
    assert_int_equal(back->links[0].to, 2);
    assert_near(back->links[0].seconds, 7.0, 0.0);
    assert_int_equal(back->links[1].from, 2);
    assert_near(back->links[1].seconds, 8.5, 0.0); // the quickest of two
    ig_surface_free(back);
    assert_int_equal(read_written(ctx, " ", &back), IG_OK);
    assert_int_equal(back->link_count, 0);
    ig_surface_free(back);
    ig_ctx_free(ctx);
}

static void what_is_no_link_is_refused_by_its_words(void **state)
{
    (void)state;
    static const struct {
        const char *item, *said;
    } cases[] = {
        {"400005 100005 400025 100005", "is not five numbers"},
        {"400005 100005 400025 100005 3 4", "is not five numbers"},
        {"400005 100005 400025 100005 fast", "'400005 100005 400025 100005 fast', is not five"},
        {"400005 100005 400025 100005 nan", "is not five numbers"},
        {"400005 100005 400025 100005 inf", "is not five numbers"},
        {"400005 100005 400025 100005 1e999", "is not five numbers"},
        {"400005 100005 400025 100005 0", "takes no time"},
        {"400005 100005 400025 100005 -3", "takes no time"},
        {"400005 100005 400025 100005 1e8", "takes more than ten million seconds"},
        {"400005 100005 400025 100005 3;400015 100005 400015 100005 3", "link 2, '400015 100005 "},
        {"400015 100005 400015 100005 3", "ends in the cell where it begins"},
        {"400007 100005 400015 100005 3", "does not lie in the middles of cells"},
        {"1e308 1e308 400015 100005 3", NULL},
        {"1111111111111111111111111111111111111111111111 1 2 3 4", "is not five numbers"},
        {"<b>", "link 1, '<b>', is not five numbers"},
    };
    ig_ctx *ctx = british();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ig_surface *back = NULL;
        const ig_status status = read_written(ctx, cases[i].item, &back);
        assert_int_equal(status, cases[i].said ? IG_EFORMAT : IG_OK);
        if (cases[i].said && !strstr(ig_ctx_message(ctx), cases[i].said))
            fail_msg("%s: %s", cases[i].item, ig_ctx_message(ctx));
        if (cases[i].said) assert_non_null(strstr(ig_ctx_message(ctx), "links_between_cells"));
        ig_surface_free(back);
    }
    ig_ctx_free(ctx);
}

static void memory_that_cannot_be_had(void **state)
{
    (void)state;
    ig_ctx *ctx = british();
    ig_surface *surface = linked(ctx);
    assert_int_equal(ig_surface_write(ctx, surface, in_folder("a.tif"), NULL, NULL), IG_OK);
    ig_status status = IG_EMEMORY;
    for (uint64_t n = 1; status && n < 100; n++) {
        ig_surface *back = NULL;
        ig_alloc_fail_at(n);
        status = ig_surface_read(ctx, in_folder("a.tif"), 0, NULL, &back);
        ig_alloc_fail_at(0);
        ig_surface_free(back);
    }
    assert_int_equal(status, IG_OK);
    ig_surface_free(surface);
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
    static const char *const made[] = {"a.tif", "b.tif", "cut.tif", "fine.tif"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        unlink(in_folder(made[i]));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_come_back_as_they_were),
        cmocka_unit_test(a_cut_keeps_the_links_within_it),
        cmocka_unit_test(other_cells_are_refused),
        cmocka_unit_test(links_written_by_hand),
        cmocka_unit_test(what_is_no_link_is_refused_by_its_words),
        cmocka_unit_test(memory_that_cannot_be_had),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
