// Memory that fails, files that are cut or changed: a clean word or the whole result, never less.
#include "shapes_near.h"

static const char *const two_squares =
    "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
    "\"EPSG:27700\"}},\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"LSOA21CD\":\"E01000001\",\"LSOA21NM\":\"A\",\"n\":1.5}"
    ","
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[430000,380000],[431000,381000],"
    "[431000,380000],[430000,381000],[430000,380000]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"LSOA21CD\":\"E01000002\",\"LSOA21NM\":\"B\",\"n\":2},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[430900,380000],[432000,380000],"
    "[432000,381000],[430900,380000]]]}}]}";

static ig_status write_areas(ig_ctx *ctx, const char *path, const ig_areas *areas)
{
    ig_layers *layers = NULL;
    ig_status status = ig_layers_begin(ctx, path, NULL, &layers);
    if (!status) status = ig_layers_areas(layers, "a", areas, false, NULL);
    if (!status) status = ig_layers_style(layers, "a", "s", "<qgis/>", "", true);
    if (!status) status = ig_layers_metadata(layers, "k", "v");
    if (status)
        ig_layers_abort(layers);
    else
        status = ig_layers_finish(layers);
    return status;
}

/// Let each allocation fail in turn until all goes well; each time a clean IG_EMEMORY.
static void each_allocation_of_reading_and_writing_may_fail(void **state)
{
    (void)state;
    static const char *const outputs[] = {"fail.gpkg", "fail.geojson", "fail.shp"};
    put_file("fail_in.geojson", two_squares);
    ig_ctx *ctx = context();
    ig_ctx_set_threads(ctx, 1);
    ig_ctx_set_overwrite(ctx, true);
    ig_areas *areas = NULL;
    uint64_t n = 0;
    ig_status status;
    do {
        areas = NULL;
        ig_alloc_fail_at(++n);
        status = read_areas(ctx, "fail_in.geojson", NULL, &areas);
        ig_alloc_fail_at(0);
        if (status) assert_int_equal(status, IG_EMEMORY);
        if (status) assert_null(areas);
    } while (status && n < 5000);
    assert_int_equal(status, IG_OK);
    assert_true(n > 30);
    for (size_t i = 0; i < 3; i++) {
        n = 0;
        do {
            ig_alloc_fail_at(++n);
            status = write_areas(ctx, outputs[i], areas);
            ig_alloc_fail_at(0);
            if (status && status != IG_EMEMORY) print_error("%s\n", ig_ctx_message(ctx));
            if (status) assert_int_equal(status, IG_EMEMORY);
        } while (status && n < 5000);
        assert_int_equal(status, IG_OK);
        assert_true(n > 5);
    }
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void each_allocation_of_reading_sites_may_fail(void **state)
{
    (void)state;
    put_file("fail_sites.csv", "code,postcode,x,y\nA1,PO30 1AA,,\nA2,,431025,381025\n");
    put_file("fail_codes.csv", "\"PO301AA\",10,450000,89000\n");
    static const char *const codes = "fail_codes.csv", *const sites_path = "fail_sites.csv";
    ig_ctx *ctx = context();
    ig_ctx_set_threads(ctx, 1);
    ig_site_options options = ig_site_defaults();
    options.postcodes = (ig_texts){&codes, 1};
    uint64_t n = 0;
    ig_status status;
    do {
        ig_sites *sites = NULL;
        ig_alloc_fail_at(++n);
        status = ig_sites_read(ctx, &sites_path, 1, &options, &sites);
        ig_alloc_fail_at(0);
        if (status && status != IG_EMEMORY) print_error("%s\n", ig_ctx_message(ctx));
        if (status) assert_int_equal(status, IG_EMEMORY);
        if (!status) assert_int_equal(ig_sites_count(sites), 2);
        ig_sites_free(sites);
    } while (status && n < 5000);
    assert_int_equal(status, IG_OK);
    ig_ctx_free(ctx);
}

/// The whole file in memory, to be cut and changed.
static unsigned char *bytes_of(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *length = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *length, file), *length);
    fclose(file);
    return bytes;
}

static void put_bytes(const char *path, const unsigned char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/// Whatever was done to the file: all areas, or a failure with a message, or records that a changed
/// flag marks as deleted, which are told.
static void assert_all_or_failure(const char *path, size_t count)
{
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    ig_ctx_set_threads(ctx, 1);
    const ig_status status = read_areas(ctx, path, NULL, &areas);
    if (status) {
        assert_null(areas);
        assert_true(ig_ctx_message(ctx) && *ig_ctx_message(ctx));
        assert_int_not_equal(status, IG_EBUG);
    } else if (ig_areas_count(areas) != count) {
        assert_warns(ctx, "marked as deleted");
    }
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void files_cut_short_never_give_fewer_areas(void **state)
{
    (void)state;
    put_file("cut_in.geojson", two_squares);
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    ig_ctx_set_overwrite(ctx, true);
    ig_ctx_set_threads(ctx, 1);
    assert_int_equal(read_areas(ctx, "cut_in.geojson", NULL, &areas), IG_OK);
    assert_int_equal(write_areas(ctx, "cut.gpkg", areas), IG_OK);
    assert_int_equal(write_areas(ctx, "cut.shp", areas), IG_OK);
    ig_areas_free(areas);
    static const char *const files[] = {"cut_in.geojson", "cut.gpkg", "cut.shp", "cut.shx",
                                        "cut.dbf"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        size_t length;
        unsigned char *bytes = bytes_of(files[i], &length);
        const size_t step = i == 1 ? 2999 : 13;
        for (size_t cut = 0; cut < length; cut += step) {
            put_bytes(files[i], bytes, cut);
            areas = NULL;
            const char *path = i > 2 ? "cut.shp" : files[i];
            const ig_status status = read_areas(ctx, path, NULL, &areas);
            if (!status) print_error("%s cut to %zu of %zu bytes is read\n", files[i], cut, length);
            assert_int_not_equal(status, IG_OK);
            assert_null(areas);
        }
        put_bytes(files[i], bytes, length);
        free(bytes);
    }
    ig_ctx_free(ctx);
}

static void changed_bytes_give_all_areas_or_a_failure(void **state)
{
    (void)state;
    static const char topology[] =
        "{\"type\":\"Topology\",\"transform\":{\"scale\":[0.1,0.1],\"translate\":[-2,52]},"
        "\"objects\":{\"a\":{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Polygon\","
        "\"properties\":{\"LSOA21CD\":\"E01000001\"},\"arcs\":[[0,1]]},{\"type\":\"Polygon\","
        "\"properties\":{\"LSOA21CD\":\"E01000002\"},\"arcs\":[[-1,2]]}]}},\"arcs\":[[[1,0],[0,1]],"
        "[[1,1],[-1,0],[0,-1],[1,0]],[[1,0],[1,0],[0,1],[-1,0]]]}";
    put_file("odd.geojson", two_squares);
    put_file("odd.topojson", topology);
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    ig_ctx_set_overwrite(ctx, true);
    ig_ctx_set_threads(ctx, 1);
    assert_int_equal(read_areas(ctx, "odd.geojson", NULL, &areas), IG_OK);
    assert_int_equal(write_areas(ctx, "odd.gpkg", areas), IG_OK);
    assert_int_equal(write_areas(ctx, "odd.shp", areas), IG_OK);
    ig_areas_free(areas);
    static const char *const files[] = {"odd.geojson", "odd.topojson", "odd.gpkg",
                                        "odd.shp",     "odd.shx",      "odd.dbf"};
    uint64_t seed = 99;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        size_t length;
        unsigned char *bytes = bytes_of(files[i], &length);
        unsigned char *changed = malloc(length + 1);
        assert_non_null(changed);
        for (int round = 0; round < 120; round++) {
            memcpy(changed, bytes, length);
            const int count = 1 + round % 4;
            for (int k = 0; k < count; k++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                changed[(seed >> 33) % length] ^= (unsigned char)(1u << (seed >> 60 & 7));
            }
            put_bytes(files[i], changed, length);
            // a JSON file may lose a feature to a changed name of a member; others may not
            ig_areas *read = NULL;
            if (i < 2) {
                if (read_areas(ctx, files[i], NULL, &read)) assert_true(*ig_ctx_message(ctx));
                ig_areas_free(read);
            } else {
                assert_all_or_failure(i > 3 ? "odd.shp" : files[i], 2);
            }
        }
        put_bytes(files[i], bytes, length);
        free(bytes);
        free(changed);
    }
    ig_ctx_free(ctx);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_of_reading_and_writing_may_fail),
        cmocka_unit_test(each_allocation_of_reading_sites_may_fail),
        cmocka_unit_test(files_cut_short_never_give_fewer_areas),
        cmocka_unit_test(changed_bytes_give_all_areas_or_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
