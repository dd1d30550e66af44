// Shapefiles: parts in any case, records in batches, cells that are all empty, tiles with other shapes
// beside them.
#include "shapes_near.h"

#include "area/features.h"

#include <shapefil.h>

/// Lines from (i, 0) to (i, 10), record 2 with no text in any field; `base` without a suffix.
static void make_lines(const char *base, int type, int count)
{
    SHPHandle shapes = SHPCreate(base, type);
    DBFHandle cells = DBFCreateEx(base, "UTF-8");
    char path[64];
    assert_non_null(shapes);
    assert_non_null(cells);
    DBFAddField(cells, "CLASS", FTString, 20, 0);
    DBFAddField(cells, "LENGTH", FTInteger, 8, 0);
    for (int i = 0; i < count; i++) {
        double x[] = {430000.0 + i, 430000.0 + i}, y[] = {380000.0, 380010.0};
        SHPObject *line = SHPCreateSimpleObject(type, type == SHPT_POINT ? 1 : 2, x, y, NULL);
        assert_int_equal(SHPWriteObject(shapes, -1, line), i);
        SHPDestroyObject(line);
        if (i == 1) {
            DBFWriteNULLAttribute(cells, i, 0);
            DBFWriteNULLAttribute(cells, i, 1);
            continue;
        }
        DBFWriteStringAttribute(cells, i, 0, i % 2 ? "  A Road " : "B Road");
        DBFWriteIntegerAttribute(cells, i, 1, 10 + i);
    }
    SHPClose(shapes);
    DBFClose(cells);
    snprintf(path, sizeof path, "%s.prj", base);
    put_file(path, "EPSG:27700");
}

static void rename_part(const char *from, const char *to)
{
    assert_int_equal(rename(from, to), 0);
}

static void a_record_without_any_text_keeps_its_shape(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_features f = {.lines = true};
    make_lines("bare", SHPT_ARC, 4);
    const char *path = "bare.shp";
    assert_int_equal(ig_features_read(ctx, &path, 1, NULL, &f), IG_OK);
    assert_int_equal(f.count, 4);
    assert_int_equal(ig_ctx_warnings(ctx), 0);
    assert_null(ig_features_text(&f, 1, 0));
    assert_int_equal(f.items[1].rings, 1);
    assert_string_equal(ig_features_text(&f, 3, 0), "A Road");
    assert_string_equal(ig_features_text(&f, 3, 1), "13");
    assert_near(f.x[f.ring_start[f.items[3].ring]], 430003.0, 0.0);
    assert_int_equal(f.columns[1].kind, IG_COLUMN_INTEGER);
    ig_features_free(&f);
    ig_ctx_free(ctx);
}

static void parts_are_found_whatever_the_case_of_their_suffixes(void **state)
{
    (void)state;
    static const char *const parts[] = {"shp", "shx", "dbf", "prj"};
    static const char *const forms[][4] = {
        {"SHP", "SHX", "DBF", "PRJ"}, {"shp", "SHX", "DBF", "prj"}, {"SHP", "shx", "dbf", "prj"}};
    for (size_t k = 0; k < 3; k++) {
        char from[32], to[32], path[32];
        ig_ctx *ctx = context();
        ig_features f = {.lines = true};
        make_lines("case", SHPT_ARC, 3);
        for (size_t p = 0; p < 4; p++) {
            snprintf(from, sizeof from, "case.%s", parts[p]);
            snprintf(to, sizeof to, "form%zu.%s", k, forms[k][p]);
            rename_part(from, to);
        }
        snprintf(path, sizeof path, "form%zu.%s", k, forms[k][0]);
        const char *const paths[] = {path};
        assert_int_equal(ig_features_read(ctx, paths, 1, NULL, &f), IG_OK);
        assert_int_equal(f.count, 3);
        ig_features_free(&f);
        ig_ctx_free(ctx);
    }
}

/// What batches brought together.
struct gathered {
    size_t batches, features, most;
    double sum;
    char classes[64];
};

static ig_status gather(ig_ctx *ctx, ig_features *f, void *user)
{
    (void)ctx;
    struct gathered *g = user;
    g->batches++;
    g->most = f->count > g->most ? f->count : g->most;
    for (size_t i = 0; i < f->count; i++) {
        const char *text = ig_features_text(f, i, 0);
        g->features++;
        g->sum += (double)g->features * f->x[f->ring_start[f->items[i].ring]];
        strncat(g->classes, text ? text : "-", sizeof g->classes - strlen(g->classes) - 1);
    }
    return IG_OK;
}

static void batches_bring_the_same_features_as_one_reading(void **state)
{
    (void)state;
    struct gathered whole = {0}, parts = {0};
    ig_ctx *ctx = context();
    make_lines("batches", SHPT_ARC, 7);
    assert_int_equal(unlink("batches.prj"), 0); // without a CRS too
    const char *path = "batches.shp";
    ig_features f = {.lines = true};
    assert_int_equal(ig_features_read(ctx, &path, 1, NULL, &f), IG_OK);
    assert_int_equal(gather(ctx, &f, &whole), IG_OK);
    ig_features_free(&f);
    f = (ig_features){.lines = true, .take = gather, .user = &parts, .batch = 3};
    assert_int_equal(ig_features_read(ctx, &path, 1, NULL, &f), IG_OK);
    assert_int_equal(gather(ctx, &f, &parts), IG_OK); // the last batch
    assert_int_equal(parts.batches, 3);
    assert_int_equal(parts.most, 3);
    assert_int_equal(parts.features, 7);
    assert_near(parts.sum, whole.sum, 0.0);
    assert_string_equal(parts.classes, whole.classes);
    ig_features_free(&f);
    ig_ctx_free(ctx);
}

static void points_beside_the_lines_of_a_folder_are_left_alone(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    mkdir("tiles", 0755);
    make_lines("tiles/SZ_RoadLink", SHPT_ARC, 4);
    make_lines("tiles/SZ_RoadNode", SHPT_POINT, 3);
    make_lines("tiles/TA_MotorwayJunction", SHPT_POINT, 0);
    make_lines("tiles/TA_RoadLink", SHPT_ARCZ, 5);
    const char *path = "tiles";
    ig_features f = {.lines = true};
    assert_int_equal(ig_features_read(ctx, &path, 1, NULL, &f), IG_OK);
    assert_int_equal(f.count, 9);
    assert_int_equal(f.file_count, 2);
    ig_features_free(&f);
    // Alone they are an error where they are used, not an empty layer.
    const char *points = "tiles/SZ_RoadNode.shp";
    f = (ig_features){.lines = true};
    assert_int_equal(ig_features_read(ctx, &points, 1, NULL, &f), IG_OK);
    assert_int_equal(f.items[0].state, IG_FEATURE_WRONG);
    ig_features_free(&f);
    ig_ctx_free(ctx);
}

static void a_cut_is_named_before_any_record_is_used(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        off_t length;
        const char *says;
    } cuts[] = {{"cut.shp", 100 + 2 * 88, "record 3"},
                {"cut.shp", 60, "too short"},
                {"cut.shx", 100 + 3 * 8, ".shx"},
                {"cut.dbf", 120, ".dbf"},
                {"cut.dbf", 20, ".dbf"}};
    for (size_t k = 0; k < sizeof cuts / sizeof *cuts; k++) {
        struct gathered g = {0};
        ig_ctx *ctx = context();
        make_lines("cut", SHPT_ARC, 5);
        assert_int_equal(truncate(cuts[k].part, cuts[k].length), 0);
        ig_features f = {.lines = true, .take = gather, .user = &g, .batch = 1};
        const char *path = "cut.shp";
        assert_int_equal(ig_features_read(ctx, &path, 1, NULL, &f), IG_EFORMAT);
        if (strcmp(cuts[k].says, ".dbf")) assert_says(ig_ctx_message(ctx), cuts[k].says);
        assert_int_equal(g.features, 0);
        ig_features_free(&f);
        ig_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_without_any_text_keeps_its_shape),
        cmocka_unit_test(parts_are_found_whatever_the_case_of_their_suffixes),
        cmocka_unit_test(batches_bring_the_same_features_as_one_reading),
        cmocka_unit_test(points_beside_the_lines_of_a_folder_are_left_alone),
        cmocka_unit_test(a_cut_is_named_before_any_record_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
