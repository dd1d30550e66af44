// Speed tables: built in, from files, and refused.
#include "made.h"

#include <cost/cost_internal.h>

static void the_tables_of_the_library_are_read(void **state)
{
    (void)state;
    static const char *const names[] = {"walk", "cycle", "drive", "drive-peak", "residents"};
    ig_ctx *ctx = ig_ctx_new();
    for (int i = 0; i < 5; i++) {
        ig_speeds speeds;
        if (ig_speeds_read(ctx, names[i], &speeds)) print_error("%s\n", ig_ctx_message(ctx));
        bool known = false;
        assert_true(ig_class_value_of(&speeds.road, "motorway", &known) >= 0);
        assert_true(known);
        ig_speeds_free(&speeds);
    }
    ig_ctx_free(ctx);
}

static void they_are_those_of_geodata(void **state)
{
    (void)state;
    static const char *const names[] = {"walk", "cycle", "drive", "drive-peak", "residents"};
    for (int i = 0; i < 5; i++) {
        char path[512], line[1024];
        snprintf(path, sizeof path, "%s/geodata/speeds/%s.csv", SOURCE_DIR, names[i]);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        const char *const *lines = ig_speeds_builtin(names[i]);
        while (fgets(line, sizeof line, file)) {
            line[strcspn(line, "\n")] = '\0';
            assert_non_null(*lines);
            assert_string_equal(*lines++, line);
        }
        assert_null(*lines);
        fclose(file);
    }
}

static void classes_are_folded(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_speeds speeds;
    bool known;
    assert_int_equal(ig_speeds_read(ctx, "drive", &speeds), IG_OK);
    assert_near(ig_class_value_of(&speeds.road, "A Road", &known), 62, 0);
    assert_true(known);
    assert_near(ig_class_value_of(&speeds.road, "a_road", &known), 62, 0);
    assert_near(ig_class_value_of(&speeds.road, "something else", &known), 36, 0);
    assert_false(known);
    const size_t water = ig_class_in_name(&speeds.land, "/data/iow_TidalWater4326.shp");
    assert_string_equal(speeds.land.rows[water].name, "tidal_water");
    const size_t wood = ig_class_in_name(&speeds.land, "SU_Woodland.gpkg");
    assert_string_equal(speeds.land.rows[wood].name, "woodland");
    assert_true(ig_class_in_name(&speeds.land, "layer7.gpkg") == SIZE_MAX);
    ig_speeds_free(&speeds);
    ig_ctx_free(ctx);
}

static void refused(const char *text, const char *must)
{
    made_text("bad.csv", text);
    ig_ctx *ctx = ig_ctx_new();
    ig_speeds speeds;
    assert_int_not_equal(ig_speeds_read(ctx, made_path("bad.csv"), &speeds), IG_OK);
    if (!strstr(ig_ctx_message(ctx), must)) print_error("%s\n", ig_ctx_message(ctx));
    assert_non_null(strstr(ig_ctx_message(ctx), must));
    ig_ctx_free(ctx);
}

static void broken_tables_are_refused_by_line(void **state)
{
    (void)state;
    refused("", "empty");
    refused("class,speed\nroad,5\n", "line 1");
    refused("kind,class,value\nroad,motorway,fast\n", "line 2: value 'fast'");
    refused("kind,class,value\nroad,motorway,-3\n", "-3");
    refused("kind,class,value\nroad,motorway\n", "line 2");
    refused("kind,class,value\nrail,main,3\n", "kind 'rail'");
    refused("kind,class,value\nroad,A,3\n# remark\nroad,a,4\n", "line 4: class 'a' comes twice");
    ig_ctx *ctx = ig_ctx_new();
    ig_speeds speeds;
    assert_int_equal(ig_speeds_read(ctx, "wlak", &speeds), IG_EINVAL);
    assert_non_null(strstr(ig_ctx_hint(ctx), "walk"));
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_of_the_library_are_read),
        cmocka_unit_test(they_are_those_of_geodata),
        cmocka_unit_test(classes_are_folded),
        cmocka_unit_test(broken_tables_are_refused_by_line),
    };
    return cmocka_run_group_tests_name("speeds", tests, made_setup, made_teardown);
}
