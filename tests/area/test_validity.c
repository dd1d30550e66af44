// Invalid areas are mended without losing land, and areas that overlap are told.
#include "shapes_near.h"

#include "area/area_internal.h"

#include <math.h>

/// Write features given as code and coordinates of a MultiPolygon, in EPSG:27700.
static void put_areas(const char *path, const char *const (*features)[2], size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fprintf(file, "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":"
                  "{\"name\":\"EPSG:27700\"}},\"features\":[");
    for (size_t i = 0; i < count; i++)
        fprintf(file,
                "%s{\"type\":\"Feature\",\"properties\":{\"code\":\"%s\",\"n\":%zu},\"geometry\":"
                "{\"type\":\"MultiPolygon\",\"coordinates\":%s}}",
                i ? "," : "", features[i][0], i, features[i][1]);
    fprintf(file, "]}");
    assert_int_equal(fclose(file), 0);
}

/// A ring of 1000 m by 1000 m.
#define SQUARE "[[430000,380000],[431000,380000],[431000,381000],[430000,381000],[430000,380000]]"

static void invalid_areas_keep_the_land_that_their_rings_enclose(void **state)
{
    (void)state;
    static const struct {
        const char *coordinates, *says;
        double area;
    } cases[] = {
        // a bow tie: both lobes
        {"[[[[430000,380000],[431000,381000],[431000,380000],[430000,381000],[430000,380000]]]]",
         "Self-intersection at 430500 380500", 500000.0},
        // a hole outside its shell takes nothing away and adds nothing
        {"[[" SQUARE ",[[432000,380000],[433000,380000],[433000,381000],[432000,380000]]]]", "Hole",
         1e6},
        // a hole half outside
        {"[[" SQUARE ",[[430500,380500],[431500,380500],[431500,380600],[430500,380600],"
         "[430500,380500]]]]",
         "invalid", 1e6 - 50000.0},
        // two parts that overlap by half: counted once
        {"[[" SQUARE "],[[[430500,380000],[431500,380000],[431500,381000],[430500,381000],"
         "[430500,380000]]]]",
         "Self-intersection", 1.5e6},
        // a part within a part is a hole that a converter missed
        {"[[" SQUARE "],[[[430400,380400],[430600,380400],[430600,380600],[430400,380600],"
         "[430400,380400]]]]",
         "Nested shells", 960000.0},
        // the same part twice
        {"[[" SQUARE "],[" SQUARE "]]", "invalid", 1e6},
        // a ring that goes round the same square twice
        {"[[[[430000,380000],[431000,380000],[431000,381000],[430000,381000],[430000,380000],"
         "[431000,380000],[431000,381000],[430000,381000],[430000,380000]]]]",
         "invalid", 1e6},
        // a spike
        {"[[[[430000,380000],[431000,380000],[431500,380000],[431000,380000],[431000,381000],"
         "[430000,381000],[430000,380000]]]]",
         "invalid", 1e6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ig_ctx *ctx = context();
        ig_areas *areas = NULL;
        const char *const feature[][2] = {{"E01000001", cases[i].coordinates}};
        put_areas("invalid.geojson", feature, 1);
        assert_int_equal(read_areas(ctx, "invalid.geojson", NULL, &areas), IG_OK);
        assert_near(ig_areas_size(areas, 0), cases[i].area, 1e-3);
        assert_warns(ctx, "E01000001 is invalid");
        assert_warns(ctx, cases[i].says);
        ig_areas_free(areas);
        ig_ctx_free(ctx);
    }
}

static void valid_areas_are_left_alone_without_a_word(void **state)
{
    (void)state;
    static const char *const features[][2] = {
        // a hole that touches the shell at a point, an island in a hole, a part at a corner
        {"E01000001", "[[[[0,0],[4000,0],[4000,4000],[0,4000],[0,0]],[[0,0],[1000,500],[500,1000],"
                      "[0,0]],[[2000,2000],[2000,3000],[3000,3000],[3000,2000],[2000,2000]]],"
                      "[[[2400,2400],[2600,2400],[2600,2600],[2400,2600],[2400,2400]]],"
                      "[[[4000,4000],[5000,4000],[5000,5000],[4000,5000],[4000,4000]]]]"},
        // a point given twice, and points on a straight line
        {"E01000002", "[[[[10000,0],[11000,0],[11000,0],[12000,0],[12000,1000],[10000,1000],"
                      "[10000,0]]]]"}};
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    put_areas("valid.geojson", features, 2);
    assert_int_equal(read_areas(ctx, "valid.geojson", NULL, &areas), IG_OK);
    assert_int_equal(ig_ctx_warnings(ctx), 0);
    assert_near(ig_areas_size(areas, 0), 16e6 - 375000 - 1e6 + 40000 + 1e6, 1e-3);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void an_area_that_collapses_is_an_error(void **state)
{
    (void)state;
    static const char *const features[][2] = {
        {"E01000001", "[[" SQUARE "]]"},
        {"E01000002", "[[[[432000,380000],[433000,381000],[434000,382000],[432000,380000]]]]"}};
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    put_areas("collapsed.geojson", features, 2);
    assert_int_equal(read_areas(ctx, "collapsed.geojson", NULL, &areas), IG_EFORMAT);
    assert_says(ig_ctx_message(ctx), "E01000002");
    assert_says(ig_ctx_message(ctx), "limit");
    assert_null(areas);
    ig_ctx_free(ctx);
}

static void the_scan_measures_what_rings_cover(void **state)
{
    (void)state;
    // a bow tie of 10 by 10 and a triangle of 8: 50 + 8, worked by hand
    double x[] = {0, 10, 10, 0, 0, 20, 24, 20, 20}, y[] = {0, 10, 0, 10, 0, 0, 0, 4, 0};
    size_t area_start[] = {0, 2}, ring_start[] = {0, 5, 9};
    uint32_t polygon[] = {0, 1};
    const ig_shapes shapes = {1, 2, 9, area_start, ring_start, polygon, x, y};
    double covered;
    assert_true(ig_covered_as_drawn(&shapes, 0, &covered));
    assert_near(covered, 58.0, 1e-9);
}

static void lsoas_and_msoas_of_the_same_districts_cover_the_same_land(void **state)
{
    (void)state;
    // the LSOAs hold a part within a part, the MSOAs a ring that touches itself
    ig_ctx *ctx = context();
    double total[2] = {0.0, 0.0};
    for (int i = 0; i < 2; i++) {
        ig_areas *areas = NULL;
        const char *path = shared(i ? "data/boundaries/msoa21" : "data/boundaries/lsoa21");
        assert_int_equal(read_areas(ctx, path, NULL, &areas), IG_OK);
        for (size_t a = 0; a < ig_areas_count(areas); a++)
            total[i] += ig_areas_size(areas, a);
        ig_areas_free(areas);
    }
    assert_near(total[0] / 1e6, total[1] / 1e6, 0.01);
    assert_warns(ctx, "E01017290");
    ig_ctx_free(ctx);
}

static void dissolved_features_become_one_area_without_inner_borders(void **state)
{
    (void)state;
    static const char *const features[][2] = {
        {"E06000001", "[[" SQUARE "]]"},
        {"E06000002", "[[[[440000,380000],[441000,380000],[441000,381000],[440000,380000]]]]"},
        {"E06000001", "[[[[431000,380000],[432000,380000],[432000,381000],[431000,381000],"
                      "[431000,380000]]]]"}};
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    ig_area_options options = ig_area_defaults();
    put_areas("parts.geojson", features, 3);
    assert_int_equal(read_areas(ctx, "parts.geojson", NULL, &areas), IG_EFORMAT);
    assert_says(ig_ctx_message(ctx), "feature 1 and feature 3");
    assert_says(ig_ctx_hint(ctx), "--dissolve");
    options.dissolve = true;
    assert_int_equal(read_areas(ctx, "parts.geojson", &options, &areas), IG_OK);
    assert_int_equal(ig_areas_count(areas), 2);
    assert_string_equal(ig_areas_code(areas, 0), "E06000001");
    assert_near(ig_areas_size(areas, 0), 2e6, 1e-6);
    assert_int_equal(ig_areas_rings(areas)->area_start[1], 1);
    const ig_table *table = ig_areas_table(areas);
    assert_string_equal(ig_table_text(table, 0, ig_table_column(table, "n")), ""); // 0 and 2
    assert_string_equal(ig_table_text(table, 1, ig_table_column(table, "n")), "1");
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

// ---- overlaps -----------------------------------------------------------------------------------

/// A rectangle as a feature of a file under way.
static void put_rectangle(FILE *file, size_t i, const double box[4])
{
    fprintf(file,
            "%s{\"type\":\"Feature\",\"properties\":{\"code\":\"E01%06zu\"},\"geometry\":{\"type\":"
            "\"Polygon\",\"coordinates\":[[[%.0f,%.0f],[%.0f,%.0f],[%.0f,%.0f],[%.0f,%.0f],"
            "[%.0f,%.0f]]]}}",
            i ? "," : "", i, box[0], box[1], box[2], box[1], box[2], box[3], box[0], box[3], box[0],
            box[1]);
}

/// What the warning should say, by holding each rectangle against each other.
static void expect(double (*boxes)[4], size_t count, size_t *pairs, double *total)
{
    *pairs = 0;
    *total = 0.0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            const double w = fmin(boxes[i][2], boxes[j][2]) - fmax(boxes[i][0], boxes[j][0]);
            const double h = fmin(boxes[i][3], boxes[j][3]) - fmax(boxes[i][1], boxes[j][1]);
            if (w <= 0.0 || h <= 0.0 || 2.0 * w * h / (2.0 * (w + h)) <= 5.0) continue;
            ++*pairs;
            *total += w * h;
        }
}

static void assert_overlaps(double (*boxes)[4], size_t count)
{
    size_t pairs;
    double total;
    char wanted[96];
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    FILE *file = fopen("boxes.geojson", "wb");
    assert_non_null(file);
    fprintf(file, "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":"
                  "{\"name\":\"EPSG:27700\"}},\"features\":[");
    for (size_t i = 0; i < count; i++)
        put_rectangle(file, i, boxes[i]);
    fprintf(file, "]}");
    assert_int_equal(fclose(file), 0);
    expect(boxes, count, &pairs, &total);
    assert_int_equal(read_areas(ctx, "boxes.geojson", NULL, &areas), IG_OK);
    snprintf(wanted, sizeof wanted, "areas overlap: %zu pairs, %.6g m2 in all", pairs, total);
    if (pairs)
        assert_warns(ctx, wanted);
    else
        assert_int_equal(ig_ctx_warnings(ctx), 0);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void a_lattice_of_squares_does_not_overlap(void **state)
{
    (void)state;
    double boxes[144][4];
    for (size_t i = 0; i < 144; i++) {
        const double x = 400000.0 + 1000.0 * (double)(i % 12),
                     y = 300000.0 + 1000.0 * (double)(i / 12);
        // every other row is shifted, so that borders meet in the middle of others
        const double shift = i / 12 % 2 ? 400.0 : 0.0;
        memcpy(boxes[i], (double[]){x + shift, y, x + 1000.0 + shift, y + 1000.0}, sizeof *boxes);
    }
    assert_overlaps(boxes, 144);
}

static void two_coverages_on_each_other_are_seen_from_edge_to_edge(void **state)
{
    (void)state;
    double boxes[162][4];
    for (size_t i = 0; i < 162; i++) {
        const double shift = i < 81 ? 0.0 : 300.0;
        const double x = 400000.0 + 1000.0 * (double)(i % 81 % 9) + shift;
        const double y = 300000.0 + 1000.0 * (double)(i % 81 / 9) + shift;
        memcpy(boxes[i], (double[]){x, y, x + 1000.0, y + 1000.0}, sizeof *boxes);
    }
    assert_overlaps(boxes, 162);
}

static void the_same_area_under_two_codes_and_an_area_within_another_overlap(void **state)
{
    (void)state;
    double boxes[][4] = {{400000, 300000, 401000, 301000},
                         {401000, 300000, 402000, 301000},
                         {400000, 300000, 401000, 301000},
                         {401400, 300400, 401600, 300600}};
    assert_overlaps(boxes, 4);
}

static void random_rectangles_overlap_as_a_slow_count_says(void **state)
{
    (void)state;
    uint64_t seed = 12345;
    for (int round = 0; round < 20; round++) {
        double boxes[40][4];
        for (size_t i = 0; i < 40; i++)
            for (int k = 0; k < 4; k++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                const double at = (double)(seed >> 40 & 63) * 20.0;
                boxes[i][k] =
                    k < 2 ? (k ? 300000.0 : 400000.0) + at : boxes[i][k - 2] + 20.0 + at / 2;
            }
        assert_overlaps(boxes, 40);
    }
}

static void overlaps_of_bad_boundaries_are_named(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    assert_int_equal(read_areas(ctx, shared("badinputs/boundaries/overlap.gpkg"), NULL, &areas),
                     IG_OK);
    assert_warns(ctx,
                 "areas overlap: 3 pairs, 40400 m2 in all: E01000001 and E01000002 (20000 m2)");
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void boundaries_as_issued_do_not_overlap(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    assert_int_equal(read_areas(ctx, shared("data/boundaries/ward25"), NULL, &areas), IG_OK);
    assert_int_equal(ig_ctx_warnings(ctx), 0);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid_areas_keep_the_land_that_their_rings_enclose),
        cmocka_unit_test(valid_areas_are_left_alone_without_a_word),
        cmocka_unit_test(an_area_that_collapses_is_an_error),
        cmocka_unit_test(the_scan_measures_what_rings_cover),
        cmocka_unit_test(lsoas_and_msoas_of_the_same_districts_cover_the_same_land),
        cmocka_unit_test(dissolved_features_become_one_area_without_inner_borders),
        cmocka_unit_test(a_lattice_of_squares_does_not_overlap),
        cmocka_unit_test(two_coverages_on_each_other_are_seen_from_edge_to_edge),
        cmocka_unit_test(the_same_area_under_two_codes_and_an_area_within_another_overlap),
        cmocka_unit_test(random_rectangles_overlap_as_a_slow_count_says),
        cmocka_unit_test(overlaps_of_bad_boundaries_are_named),
        cmocka_unit_test(boundaries_as_issued_do_not_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
