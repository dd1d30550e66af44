// Coordinates: published points, there and back, forms of a CRS, extents that cannot be (G1, G2).
#include "near.h"

#include <core/inside.h>

#include <pthread.h>
#include <stdlib.h>

static const char esri_prj[] =
    "PROJCS[\"British_National_Grid\",GEOGCS[\"GCS_OSGB_1936\",DATUM[\"D_OSGB_1936\",SPHEROID["
    "\"Airy_1830\",6377563.396,299.3249646]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\","
    "0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"False_Easting\","
    "400000.0],PARAMETER[\"False_Northing\",-100000.0],PARAMETER[\"Central_Meridian\",-2.0],"
    "PARAMETER[\"Scale_Factor\",0.9996012717],PARAMETER[\"Latitude_Of_Origin\",49.0],UNIT["
    "\"Meter\",1.0]]";
static const char esri_wgs84[] =
    "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],"
    "PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]";

static void check_name(ig_ctx *ctx, const char *crs, const char *expected)
{
    char *name = NULL;
    const ig_status status = ig_crs_name(ctx, crs, &name);
    if (status || strcmp(name, expected) != 0) {
        fail_msg("%s: %s", crs, status ? ig_ctx_message(ctx) : name);
    }
    ig_free(name);
}

static void a_crs_is_known_in_all_its_forms(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    check_name(ctx, "EPSG:27700", "EPSG:27700");
    check_name(ctx, esri_prj, "EPSG:27700");
    check_name(ctx, esri_wgs84, "EPSG:4326");
    check_name(ctx, "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326");
    check_name(ctx, "OGC:CRS84", "EPSG:4326");
    check_name(ctx, "urn:ogc:def:crs:EPSG::27700", "EPSG:27700");
    check_name(ctx, "EPSG:7405", "EPSG:27700"); // with heights above Newlyn
    check_name(ctx, "+proj=longlat +datum=WGS84 +no_defs", "EPSG:4326");
    char *name = NULL;
    assert_int_equal(ig_crs_name(ctx, "nonsense", &name), IG_EFORMAT);
    assert_null(name);
    assert_int_equal(ig_crs_name(ctx, "LOCAL_CS[\"x\",UNIT[\"m\",1]]", &name), IG_EFORMAT);
    assert_int_equal(ig_crs_name(ctx, "EPSG:999999", &name), IG_EFORMAT);
    ig_ctx_free(ctx);
}

// Ordnance Survey, A Guide to Coordinate Systems in Great Britain (2020), annexe C: the worked
// example on the Airy ellipsoid, 52 39 27.2531 N 1 43 4.5177 E, is 651409.903 E 313177.270 N.
static void the_projection_is_that_of_the_ordnance_survey(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_crs_shift *shift = NULL;
    assert_int_equal(ig_crs_open(ctx, "EPSG:4277", "guide", &shift), IG_OK);
    double x = 1.0 + 43.0 / 60 + 4.5177 / 3600, y = 52.0 + 39.0 / 60 + 27.2531 / 3600;
    assert_int_equal(ig_crs_apply(ctx, shift, &x, &y, 1), IG_OK);
    assert_near(x, 651409.903, 0.001);
    assert_near(y, 313177.270, 0.001);
    ig_crs_free(shift);
    ig_ctx_free(ctx);
}

static int told;
static void count_info(ig_level level, const char *message, const char *hint, void *user)
{
    (void)hint;
    (void)user;
    told += level == IG_INFO && strstr(message, "accuracy") != NULL;
}

static void an_operation_is_told_with_its_accuracy(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    told = 0;
    ig_ctx_set_log(ctx, count_info, NULL);
    ig_crs_shift *shift = NULL;
    assert_int_equal(ig_crs_open(ctx, "EPSG:4326", "a.geojson", &shift), IG_OK);
    assert_int_equal(told, 1);
    assert_non_null(strstr(ig_crs_operation(shift), "EPSG:4326 to EPSG:27700"));
    assert_string_equal(ig_crs_from(shift), "EPSG:4326");
    assert_true(ig_crs_is_degrees(shift));
    assert_false(ig_crs_is_same(shift));
    ig_crs_free(shift);
    assert_int_equal(ig_crs_open(ctx, esri_prj, "a.shp", &shift), IG_OK);
    assert_true(ig_crs_is_same(shift));
    double x = 430500, y = 380500;
    assert_int_equal(ig_crs_apply(ctx, shift, &x, &y, 1), IG_OK);
    assert_near(x, 430500, 0.0);
    ig_crs_free(shift);
    ig_ctx_free(ctx);
}

static void there_and_back_is_within_a_millimetre(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const char *const others[] = {"EPSG:4326",  "EPSG:4258", "EPSG:4277", "EPSG:3857",
                                  "EPSG:32630", "EPSG:3035", "EPSG:2157"};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        ig_crs_shift *to = NULL, *from = NULL;
        assert_int_equal(ig_crs_open_to(ctx, others[k], &to), IG_OK);
        assert_int_equal(ig_crs_open(ctx, others[k], "back", &from), IG_OK);
        for (double e = 100000; e <= 650000; e += 55000) {
            for (double n = 20000; n <= 1200000; n += 118000) {
                double x = e, y = n;
                assert_int_equal(ig_crs_apply(ctx, to, &x, &y, 1), IG_OK);
                assert_int_equal(ig_crs_apply(ctx, from, &x, &y, 1), IG_OK);
                assert_near(x, e, 0.001);
                assert_near(y, n, 0.001);
            }
        }
        ig_crs_free(to);
        ig_crs_free(from);
    }
    ig_ctx_free(ctx);
}

static void a_point_without_an_image_is_told(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_crs_shift *shift = NULL;
    assert_int_equal(ig_crs_open(ctx, "EPSG:4326", "a", &shift), IG_OK);
    double x[] = {-1.3, NAN, 0.0}, y[] = {50.7, 50.7, 0.0};
    assert_int_equal(ig_crs_apply(ctx, shift, x, y, 2), IG_EFORMAT);
    double far[] = {1e308}, north[] = {1e308};
    assert_int_equal(ig_crs_apply(ctx, shift, far, north, 1), IG_EFORMAT);
    ig_crs_free(shift);
    ig_ctx_free(ctx);
}

static void ballpark_and_degrees_to_work_in_are_refused(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_crs_shift *shift = NULL;
    assert_int_equal(ig_crs_open(ctx, "EPSG:4269", "us.shp", &shift), IG_EFORMAT);
    assert_null(shift);
    assert_non_null(strstr(ig_ctx_message(ctx), "us.shp"));
    assert_int_equal(ig_crs_open(ctx, "nonsense", "a.shp", &shift), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_hint(ctx), "--crs"));
    assert_int_equal(ig_crs_open_to(ctx, "EPSG:999999", &shift), IG_EINVAL);
    assert_int_equal(ig_ctx_set_work_crs(ctx, "EPSG:4326"), IG_OK);
    assert_int_equal(ig_crs_open(ctx, "EPSG:27700", "a.shp", &shift), IG_EINVAL);
    assert_int_equal(ig_ctx_set_work_crs(ctx, "EPSG:2225"), IG_OK); // feet
    assert_int_equal(ig_crs_open(ctx, "EPSG:4269", "a.shp", &shift), IG_EINVAL);
    assert_int_equal(ig_ctx_set_work_crs(ctx, "EPSG:32630"), IG_OK);
    assert_int_equal(ig_crs_open(ctx, "EPSG:4326", "a.shp", &shift), IG_OK);
    ig_crs_free(shift);
    ig_ctx_free(ctx);
}

static void check_extent(ig_ctx *ctx, const ig_crs_shift *shift, const double e[4],
                         const char *word)
{
    const ig_status status = ig_crs_check_extent(ctx, shift, "f.gpkg", e[0], e[1], e[2], e[3]);
    if (!word) {
        if (status) fail_msg("%s", ig_ctx_message(ctx));
        return;
    }
    assert_int_equal(status, IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "f.gpkg"));
    assert_non_null(ig_ctx_hint(ctx));
    if (!strstr(ig_ctx_message(ctx), word)) fail_msg("'%s' in: %s", word, ig_ctx_message(ctx));
}

static void extents_that_cannot_be_say_what_they_look_like(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_crs_shift *grid = NULL, *globe = NULL, *zone = NULL;
    assert_int_equal(ig_crs_open(ctx, "EPSG:27700", "f.gpkg", &grid), IG_OK);
    assert_int_equal(ig_crs_open(ctx, "EPSG:4326", "f.geojson", &globe), IG_OK);
    check_extent(ctx, grid, (const double[]){430000, 76000, 465000, 97000}, NULL);
    check_extent(ctx, grid, (const double[]){5000, 5000, 660000, 1225000}, NULL);
    check_extent(ctx, grid, (const double[]){-1.6, 50.5, -1.0, 50.8}, "27700");
    check_extent(ctx, grid, (const double[]){-1.6, 50.5, -1.0, 50.8}, "degrees");
    check_extent(ctx, grid, (const double[]){1e6, 5e6, 2e6, 6e6}, "outside");
    check_extent(ctx, grid, (const double[]){430000, 76000, 1e308, 97000}, "out of range");
    check_extent(ctx, grid, (const double[]){430000, 76000, INFINITY, 97000}, "out of range");
    check_extent(ctx, grid, (const double[]){INFINITY, INFINITY, -INFINITY, -INFINITY}, NULL);
    check_extent(ctx, globe, (const double[]){-1.6, 50.5, -1.0, 50.8}, NULL);
    check_extent(ctx, globe, (const double[]){50.5, -1.6, 50.8, -1.0}, "latitude first");
    check_extent(ctx, globe, (const double[]){430000, 76000, 465000, 97000}, "metres");
    check_extent(ctx, globe, (const double[]){100, 10, 101, 11}, "outside");
    // Metres that are good in their own CRS: the Isle of Wight, and a place off Africa.
    assert_int_equal(ig_crs_open(ctx, "EPSG:32630", "f.gpkg", &zone), IG_OK);
    check_extent(ctx, zone, (const double[]){600000, 5600000, 640000, 5630000}, NULL);
    check_extent(ctx, zone, (const double[]){430000, 380000, 435000, 385000}, "in which the work");
    ig_crs_free(zone);
    ig_crs_free(grid);
    ig_crs_free(globe);
    ig_crs_free(NULL);
    ig_ctx_free(ctx);
}

static void *use_one(void *user)
{
    double *sum = user;
    ig_ctx *ctx = ig_ctx_new();
    ig_crs_shift *shift = NULL;
    if (ig_crs_open(ctx, "EPSG:4326", "a", &shift) == IG_OK) {
        for (int i = 0; i < 2000; i++) {
            double x = -1.3 + i * 1e-4, y = 50.7;
            if (ig_crs_apply(ctx, shift, &x, &y, 1) == IG_OK) *sum += x + y;
        }
    }
    ig_crs_free(shift);
    ig_ctx_free(ctx);
    return NULL;
}

static void threads_each_with_their_own_agree(void **state)
{
    (void)state;
    pthread_t threads[4];
    double sums[4] = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use_one, &sums[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_true(sums[0] > 0);
    for (int i = 1; i < 4; i++)
        assert_near(sums[i], sums[0], 0.0);
}

static void no_failing_allocation_is_taken_for_an_unknown_crs(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const char *const texts[] = {"EPSG:4326", "+proj=longlat +datum=WGS84", "EPSG:27700"};
    for (size_t k = 0; k < 3; k++) {
        uint64_t n = 1;
        for (;; n++) {
            ig_crs_shift *shift = NULL;
            ig_alloc_fail_at(n);
            const ig_status status = ig_crs_open(ctx, texts[k], "a", &shift);
            ig_alloc_fail_at(0);
            ig_crs_free(shift);
            if (status == IG_OK) break;
            assert_int_equal(status, IG_EMEMORY);
        }
        assert_true(n >= 4);
    }
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crs_is_known_in_all_its_forms),
        cmocka_unit_test(the_projection_is_that_of_the_ordnance_survey),
        cmocka_unit_test(an_operation_is_told_with_its_accuracy),
        cmocka_unit_test(there_and_back_is_within_a_millimetre),
        cmocka_unit_test(a_point_without_an_image_is_told),
        cmocka_unit_test(ballpark_and_degrees_to_work_in_are_refused),
        cmocka_unit_test(extents_that_cannot_be_say_what_they_look_like),
        cmocka_unit_test(threads_each_with_their_own_agree),
        cmocka_unit_test(no_failing_allocation_is_taken_for_an_unknown_crs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
