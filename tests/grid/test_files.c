// Grids through files: there and back, tiles as one, rows turned, ASCII as issued.
#include "near.h"

#include <core/inside.h>
#include <gdal.h>
#include <grid/grid.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/isogap-grid-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[8][256];
    static int turn;
    char *p = path[turn++ % 8];
    snprintf(p, sizeof path[0], "%s/%s", folder, name);
    return p;
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static ig_ctx *british(void)
{
    ig_ctx *ctx = ig_ctx_new();
    assert_int_equal(ig_ctx_set_input_crs(ctx, "EPSG:27700"), IG_OK);
    ig_ctx_set_overwrite(ctx, true);
    return ctx;
}

static ig_grid *read_one(ig_ctx *ctx, const char *path, const ig_grid_options *options)
{
    ig_grid *grid = NULL;
    if (ig_grid_read(ctx, &path, 1, options, &grid) != IG_OK)
        print_error("%s\n", ig_ctx_message(ctx));
    assert_non_null(grid);
    return grid;
}

static void same_cells(const ig_grid *grid, const float *cells)
{
    for (int64_t i = 0; i < ig_frame_cells(&grid->frame); i++) {
        if (isnan(cells[i])) {
            assert_true(isnan(grid->cells[i]));
        } else {
            assert_near(grid->cells[i], cells[i], 0);
        }
    }
}

static void an_ascii_grid_is_read(void **state)
{
    (void)state;
    put("a.asc", "NCOLS 3\r\nNROWS 2\r\nXLLCORNER 400000\r\nYLLCORNER 100000\r\nCELLSIZE 50\r\n"
                 "NODATA_value -9999\r\n1 2.5 -9999\r\n-3e1 5 6\r\n");
    ig_ctx *ctx = british();
    ig_grid *grid = read_one(ctx, in_folder("a.asc"), NULL);
    const float cells[] = {1, 2.5f, NAN, -30, 5, 6};
    same_cells(grid, cells);
    assert_near(grid->frame.north, 100100, 0);
    assert_near(grid->frame.west, 400000, 0);
    ig_grid_free(grid);
    ig_ctx_free(ctx);
}

static void decimals_late_in_the_file_are_kept(void **state)
{
    (void)state;
    // GDAL's own reader looks at the first 100 000 characters and may take all for integers.
    FILE *file = fopen(in_folder("late.asc"), "wb");
    fprintf(file, "ncols 300\nnrows 300\nxllcenter 400025\nyllcenter 100025\ncellsize 50\n");
    for (int i = 0; i < 90000; i++)
        fputs(i == 89999 ? "7.25\n" : "100 ", file);
    fclose(file);
    ig_ctx *ctx = british();
    ig_grid *grid = read_one(ctx, in_folder("late.asc"), NULL);
    assert_near(grid->cells[89999], 7.25, 0);
    assert_near(grid->frame.west, 400000, 0);
    ig_grid_free(grid);
    ig_ctx_free(ctx);
}

static void refused(const char *text, const char *must)
{
    put("bad.asc", text);
    ig_ctx *ctx = british();
    ig_grid *grid = NULL;
    const char *path = in_folder("bad.asc");
    assert_int_not_equal(ig_grid_read(ctx, &path, 1, NULL, &grid), IG_OK);
    assert_null(grid);
    if (!strstr(ig_ctx_message(ctx), must)) print_error("%s\n", ig_ctx_message(ctx));
    assert_non_null(strstr(ig_ctx_message(ctx), must));
    ig_ctx_free(ctx);
}

#define HEAD "ncols 2\nnrows 2\nxllcorner 400000\nyllcorner 100000\ncellsize 50\n"

static void broken_ascii_grids_are_refused_by_line(void **state)
{
    (void)state;
    refused(HEAD "1 2\n3\n", "row 1");
    refused(HEAD "1 2\n3 4\n5\n", "line 8");
    refused(HEAD "1 2\n3 x4\n", "line 7: 'x4'");
    refused(HEAD "1 2\n3,5 4\n", "'3,5'");
    refused("ncols 2\nnrows 2\ncellsize 50\n1 2 3 4\n", "XLLCORNER");
    refused("ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\n1 2 3 4\n", "CELLSIZE");
    refused("ncols 2\nnrows 2000000\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3 4\n", "cut short");
    refused("ncols 200000\nnrows 2000000\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3 4\n",
            "cut short");
}

static void tiles_are_one_mosaic(void **state)
{
    (void)state;
    assert_true(mkdir(in_folder("tiles"), 0700) == 0);
    put("tiles/a.asc", HEAD "1 2\n3 4\n");
    put("tiles/b.asc",
        "ncols 2\nnrows 2\nxllcorner 400100\nyllcorner 100100\ncellsize 50\n5 6\n7 8\n");
    put("tiles/readme.txt", "two tiles");
    ig_ctx *ctx = british();
    ig_grid *grid = read_one(ctx, in_folder("tiles"), NULL);
    assert_int_equal(grid->frame.cols, 4);
    assert_int_equal(grid->frame.rows, 4);
    const float cells[] = {NAN, NAN, 5, 6, NAN, NAN, 7, 8, 1, 2, NAN, NAN, 3, 4, NAN, NAN};
    same_cells(grid, cells);
    ig_grid_free(grid);

    const double box[] = {400050, 100010, 400110, 100140};
    ig_grid_options options = ig_grid_defaults();
    options.within = box;
    grid = read_one(ctx, in_folder("tiles"), &options);
    assert_int_equal(grid->frame.cols, 2);
    assert_int_equal(grid->frame.rows, 3);
    const float cut[] = {NAN, 7, 2, NAN, 4, NAN};
    same_cells(grid, cut);
    ig_grid_free(grid);

    put("tiles/c.asc",
        "ncols 2\nnrows 2\nxllcorner 400210\nyllcorner 100100\ncellsize 50\n5 6\n7 8\n");
    const char *path = in_folder("tiles");
    assert_int_equal(ig_grid_read(ctx, &path, 1, NULL, &grid), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "c.asc"));
    ig_ctx_free(ctx);
}

static ig_grid *wavy(ig_ctx *ctx, int64_t cols, int64_t rows)
{
    const ig_frame frame = {cols, rows, 400000, 200000, 50, 50};
    ig_grid *grid = NULL;
    assert_int_equal(ig_grid_new(ctx, &frame, &grid), IG_OK);
    for (int64_t i = 0; i < cols * rows; i++)
        grid->cells[i] = i % 97 == 0 ? NAN : (float)(sin((double)i * .01) * 100.0);
    return grid;
}

static char *whole_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*length);
    assert_int_equal(fread(bytes, 1, *length, file), *length);
    fclose(file);
    return bytes;
}

static void a_geotiff_comes_back_with_equal_bytes_for_any_threads(void **state)
{
    (void)state;
    const char *const metadata[] = {"SOURCE=a test = with signs", NULL};
    char *first = NULL;
    size_t length = 0;
    const int threads[] = {1, 2, 8};
    for (int k = 0; k < 3; k++) {
        ig_ctx *ctx = british();
        ig_ctx_set_threads(ctx, threads[k]);
        ig_grid *grid = wavy(ctx, 1300, 1100);
        const char *path = in_folder("wavy.tif");
        assert_int_equal(ig_grid_write(ctx, grid, path, "minutes", metadata, NULL), IG_OK);
        ig_grid *back = read_one(ctx, path, NULL);
        assert_true(ig_frame_equal(&back->frame, &grid->frame));
        same_cells(back, grid->cells);
        assert_int_equal(ig_ctx_warnings(ctx), 0);
        size_t n;
        char *bytes = whole_file(path, &n);
        if (first) {
            assert_int_equal(n, length);
            assert_memory_equal(bytes, first, n);
            free(bytes);
        } else {
            first = bytes;
            length = n;
        }
        ig_grid_free(grid);
        ig_grid_free(back);
        ig_ctx_free(ctx);
    }
    free(first);
    GDALDatasetH dataset = GDALOpen(in_folder("wavy.tif"), GA_ReadOnly);
    assert_string_equal(GDALGetMetadataItem(dataset, "SOURCE", NULL), "a test = with signs");
    assert_string_equal(GDALGetDescription(GDALGetRasterBand(dataset, 1)), "minutes");
    GDALClose(dataset);
}

static void cells_that_a_file_leaves_out_stay_unknown(void **state)
{
    (void)state;
    ig_ctx *ctx = british();
    const ig_frame frame = {1500, 1500, 400000, 200000, 50, 50};
    ig_grid *grid = NULL;
    assert_int_equal(ig_grid_new(ctx, &frame, &grid), IG_OK);
    grid->cells[1500 * 1499] = 4;
    const char *path = in_folder("sparse.tif");
    assert_int_equal(ig_grid_write(ctx, grid, path, "", NULL, NULL), IG_OK);
    ig_grid *back = read_one(ctx, path, NULL);
    same_cells(back, grid->cells);
    assert_int_equal(ig_ctx_warnings(ctx), 0);
    ig_grid_free(grid);
    ig_grid_free(back);
    ig_ctx_free(ctx);
}

static void a_surface_keeps_its_bands(void **state)
{
    (void)state;
    ig_ctx *ctx = british();
    const ig_frame frame = {3, 2, 400000, 200000, 100, 50};
    ig_surface *s = NULL;
    assert_int_equal(ig_surface_new(ctx, &frame, &s), IG_OK);
    float heights[6] = {1, 2, 3, 4, NAN, 6}, shares[6] = {0, 1, .05f, 0, 0, 1};
    uint8_t sides[6] = {0, 1, 255, 128, 17, 0};
    for (int i = 0; i < 6; i++)
        s->pace[i] = i == 4 ? NAN : .5f + (float)i;
    s->elevation = heights;
    s->barriers = sides;
    s->residents = shares;
    const char *path = in_folder("surface.tif");
    assert_int_equal(ig_surface_write(ctx, s, path, NULL, NULL), IG_OK);
    ig_surface *back = NULL;
    assert_int_equal(ig_surface_read(ctx, path, 0, NULL, &back), IG_OK);
    for (int i = 0; i < 6; i++) {
        assert_true(i == 4 ? isnan(back->pace[i]) : back->pace[i] == s->pace[i]);
        assert_true(i == 4 ? isnan(back->elevation[i]) : back->elevation[i] == heights[i]);
        assert_int_equal(back->barriers[i], sides[i]);
        assert_near(back->residents[i], shares[i], 0);
    }
    assert_int_equal(ig_ctx_warnings(ctx), 0);
    s->elevation = NULL;
    s->barriers = NULL;
    s->residents = NULL;
    ig_surface_free(s);
    ig_surface_free(back);
    ig_ctx_free(ctx);
}

static void units_become_seconds_a_metre(void **state)
{
    (void)state;
    put("unit.asc", "ncols 2\nnrows 1\nxllcorner 400000\nyllcorner 100000\ncellsize 50\n3 0\n");
    const double want[] = {3, 180, .06, 3.6, 1.2};
    for (int unit = 0; unit < 5; unit++) {
        ig_ctx *ctx = british();
        ig_surface *s = NULL;
        assert_int_equal(ig_surface_read(ctx, in_folder("unit.asc"), unit, NULL, &s), IG_OK);
        assert_near(s->pace[0], want[unit], 1e-5);
        assert_true(unit == 4 ? isnan(s->pace[1]) : s->pace[1] == 0);
        assert_int_equal(ig_ctx_warnings(ctx), 1); // zeros are told of
        ig_surface_free(s);
        ig_ctx_free(ctx);
    }
}

static void scale_offset_and_nodata_are_applied(void **state)
{
    (void)state;
    GDALDatasetH d =
        GDALCreate(GDALGetDriverByName("GTiff"), in_folder("scaled.tif"), 3, 2, 1, GDT_Int16, NULL);
    double t[] = {400000, 50, 0, 100000, 0, 50}; // south-up
    GDALSetGeoTransform(d, t);
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(crs, 27700);
    GDALSetSpatialRef(d, crs);
    OSRDestroySpatialReference(crs);
    GDALRasterBandH b = GDALGetRasterBand(d, 1);
    GDALSetRasterScale(b, .1);
    GDALSetRasterOffset(b, 100);
    GDALSetRasterNoDataValue(b, -1);
    int16_t values[] = {10, -1, 30, -7, 50, 60};
    assert_int_equal(GDALRasterIO(b, GF_Write, 0, 0, 3, 2, values, 3, 2, GDT_Int16, 0, 0), CE_None);
    GDALClose(d);
    ig_ctx *ctx = ig_ctx_new();
    ig_grid_options options = ig_grid_defaults();
    options.nodata = "-7";
    ig_grid *grid = read_one(ctx, in_folder("scaled.tif"), &options);
    const float cells[] = {NAN, 105, 106, 101, NAN, 103};
    for (int i = 0; i < 6; i++)
        assert_true(isnan(cells[i]) ? isnan(grid->cells[i])
                                    : fabsf(grid->cells[i] - cells[i]) < 1e-4f);
    assert_near(grid->frame.north, 100100, 0);
    ig_grid_free(grid);
    ig_ctx_free(ctx);
}

/// A file of two bands by GDAL, with these creation options.
static void make_floats(const char *path, const char *const *options, const float *cells, int cols,
                        int rows)
{
    GDALDatasetH d = GDALCreate(GDALGetDriverByName("GTiff"), path, cols, rows, 2, GDT_Float32,
                                (CSLConstList)(uintptr_t)options);
    assert_non_null(d);
    double t[] = {400000, 50, 0, 100000, 0, -50};
    GDALSetGeoTransform(d, t);
    for (int band = 1; band <= 2; band++)
        assert_int_equal(GDALRasterIO(GDALGetRasterBand(d, band), GF_Write, 0, 0, cols, rows,
                                      (void *)(uintptr_t)(cells + (band - 1) * cols * rows), cols,
                                      rows, GDT_Float32, 0, 0),
                         CE_None);
    GDALClose(d);
}

static void floats_are_read_however_they_are_packed(void **state)
{
    (void)state;
    enum { COLS = 150, ROWS = 97, CELLS = COLS * ROWS };
    const char *const ways[][8] = {
        {"COMPRESS=ZSTD", "PREDICTOR=3", "TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=32",
         "INTERLEAVE=BAND", NULL},
        {"COMPRESS=ZSTD", "PREDICTOR=3", "TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=32",
         "INTERLEAVE=PIXEL", NULL},
        {"COMPRESS=DEFLATE", "PREDICTOR=3", "INTERLEAVE=BAND", "BLOCKYSIZE=16", NULL}, // strips
        {"COMPRESS=ZSTD", "PREDICTOR=2", "INTERLEAVE=BAND", NULL},
        {"COMPRESS=DEFLATE", "PREDICTOR=3", "INTERLEAVE=BAND", "BIGTIFF=YES", "TILED=YES", NULL},
        {"COMPRESS=LZW", "PREDICTOR=3", "INTERLEAVE=BAND", NULL},
    };
    const char *known =
        GDALGetMetadataItem(GDALGetDriverByName("GTiff"), GDAL_DMD_CREATIONOPTIONLIST, NULL);
    float *cells = ig_alloc(2 * CELLS, sizeof *cells);
    assert_non_null(cells);
    for (int i = 0; i < 2 * CELLS; i++)
        cells[i] = i % 11 == 4 ? -0.0f : (float)(i % 977) * 0.37f - (float)(i / 91);
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        if (strstr(ways[w][0], "ZSTD") && !strstr(known, "ZSTD")) continue;
        make_floats(in_folder("packed.tif"), ways[w], cells, COLS, ROWS);
        for (int band = 1; band <= 2; band++) {
            ig_ctx *ctx = british();
            ig_grid_options options = ig_grid_defaults();
            options.band = band;
            ig_grid *grid = read_one(ctx, in_folder("packed.tif"), &options);
            assert_memory_equal(grid->cells, cells + (band - 1) * CELLS, CELLS * sizeof *cells);
            ig_grid_free(grid);
            ig_ctx_free(ctx);
        }
    }
    ig_free(cells);
}

static void bilinear_values_lie_between(void **state)
{
    (void)state;
    put("slope.asc", HEAD "0 10\n20 30\n");
    ig_ctx *ctx = british();
    ig_grid *grid = read_one(ctx, in_folder("slope.asc"), NULL);
    const ig_frame fine = {4, 4, 400000, 100100, 25, 25};
    ig_grid *nearest = NULL, *between = NULL;
    assert_int_equal(ig_grid_resample(ctx, grid, &fine, false, &nearest), IG_OK);
    assert_int_equal(ig_grid_resample(ctx, grid, &fine, true, &between), IG_OK);
    assert_near(nearest->cells[5], 0, 0);
    assert_near(nearest->cells[6], 10, 0);
    // Centre of cell (1, 1) lies a quarter of the way from the first centre both ways.
    assert_near(between->cells[5], .25 * 10 + .25 * 20, 1e-5);
    assert_near(between->cells[0], 0, 0); // beyond the outermost centres the edge value stays
    ig_grid_free(nearest);
    ig_grid_free(between);
    ig_grid_free(grid);
    ig_ctx_free(ctx);
}

static void terrain_50_is_read_as_issued(void **state)
{
    (void)state;
    const char *const tiles[] = {SHARED_DIR "/data/dem/os_terrain50/sz38.zip",
                                 SHARED_DIR "/data/dem/os_terrain50/sz48.zip"};
    if (access(tiles[0], R_OK) != 0) {
        print_message("no %s\n", tiles[0]);
        skip();
    }
    ig_ctx *ctx = ig_ctx_new(); // its .prj states the CRS, in words of its own
    ig_grid *grid = NULL;
    if (ig_grid_read(ctx, tiles, 2, NULL, &grid) != IG_OK) print_error("%s\n", ig_ctx_message(ctx));
    assert_non_null(grid);
    assert_int_equal(grid->frame.cols, 400);
    assert_int_equal(grid->frame.rows, 200);
    assert_near(grid->frame.west, 430000, 0);
    assert_near(grid->frame.north, 90000, 0);
    assert_near(grid->cells[0], -.8, 1e-6);
    assert_near(grid->cells[18], 3.8, 1e-6);
    ig_grid_free(grid);
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
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ascii_grid_is_read),
        cmocka_unit_test(decimals_late_in_the_file_are_kept),
        cmocka_unit_test(broken_ascii_grids_are_refused_by_line),
        cmocka_unit_test(tiles_are_one_mosaic),
        cmocka_unit_test(a_geotiff_comes_back_with_equal_bytes_for_any_threads),
        cmocka_unit_test(cells_that_a_file_leaves_out_stay_unknown),
        cmocka_unit_test(a_surface_keeps_its_bands),
        cmocka_unit_test(units_become_seconds_a_metre),
        cmocka_unit_test(scale_offset_and_nodata_are_applied),
        cmocka_unit_test(floats_are_read_however_they_are_packed),
        cmocka_unit_test(bilinear_values_lie_between),
        cmocka_unit_test(terrain_50_is_read_as_issued),
    };
    return cmocka_run_group_tests_name("files", tests, setup, teardown);
}
