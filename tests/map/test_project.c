// Projects: the same bytes each time, the GeoPackage named from where the project lies.
#include "near.h"

#include "core/inside.h"
#include "map/map.h"

#include <cpl_minixml.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

static const char qml[] = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                          "<qgis version=\"3.22.0\">\n<renderer-v2 type=\"singleSymbol\"/>\n"
                          "</qgis>\n";
static const ig_project_layer layer = {
    .layer = "ls\"oa", .title = "Time & <b>more</b>", .qml = qml};
static const double box[4] = {560000, 420000, 580000.5, 440000};

static ig_ctx *new_ctx(void)
{
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_overwrite(ctx, true);
    return ctx;
}

static ig_bytes written(ig_ctx *ctx, const char *path, const char *geopackage)
{
    const ig_status status =
        ig_project_write(ctx, path, "</title><x/>", geopackage, &layer, 1, box, NULL);
    if (status) print_error("%s\n", ig_ctx_message(ctx));
    assert_int_equal(status, IG_OK);
    ig_bytes bytes = {0};
    assert_int_equal(ig_bytes_read(ctx, path, &bytes), IG_OK);
    return bytes;
}

static void assert_source(ig_ctx *ctx, const char *path, const char *geopackage, const char *wanted)
{
    ig_bytes bytes = written(ctx, path, geopackage);
    CPLXMLNode *root = CPLParseXMLString((const char *)bytes.data);
    assert_non_null(root);
    CPLXMLNode *top = CPLGetXMLNode(root, "=qgis");
    assert_string_equal(CPLGetXMLValue(top, "projectlayers.maplayer.datasource", ""), wanted);
    assert_string_equal(CPLGetXMLValue(top, "layer-tree-group.layer-tree-layer.source", ""),
                        wanted);
    assert_string_equal(CPLGetXMLValue(top, "title", ""), "</title><x/>");
    assert_string_equal(CPLGetXMLValue(top, "projectlayers.maplayer.layername", ""),
                        "Time & <b>more</b>");
    assert_string_equal(CPLGetXMLValue(top, "projectlayers.maplayer.renderer-v2.type", ""),
                        "singleSymbol");
    CPLDestroyXMLNode(root);
    ig_bytes_free(&bytes);
    unlink(path);
}

static void the_geopackage_is_named_from_the_folder_of_the_project(void **state)
{
    (void)state;
    ig_ctx *ctx = new_ctx();
    mkdir("one", 0777);
    mkdir("one/two", 0777);
    mkdir("other", 0777);
    assert_source(ctx, "p.qgs", "map.gpkg", "./map.gpkg|layername=ls\"oa");
    assert_source(ctx, "one/two/p.qgs", "map.gpkg", "../../map.gpkg|layername=ls\"oa");
    assert_source(ctx, "one/two/p.qgs", "one/map.gpkg", "../map.gpkg|layername=ls\"oa");
    assert_source(ctx, "one/p.qgs", "other/map.gpkg", "../other/map.gpkg|layername=ls\"oa");
    assert_source(ctx, "p.qgs", "./one/../other/map.gpkg", "./other/map.gpkg|layername=ls\"oa");
    ig_ctx_free(ctx);
}

static void a_qgz_is_a_zip_of_the_same_text_with_a_fixed_date(void **state)
{
    (void)state;
    ig_ctx *ctx = new_ctx();
    char first[65], second[65];
    ig_bytes bytes = written(ctx, "p.qgz", "map.gpkg");
    ig_bytes_free(&bytes);
    assert_int_equal(ig_sha256_file(ctx, "p.qgz", first), IG_OK);
    bytes = written(ctx, "p.qgz", "map.gpkg");
    ig_bytes_free(&bytes);
    assert_int_equal(ig_sha256_file(ctx, "p.qgz", second), IG_OK);
    assert_string_equal(first, second);
    ig_bytes plain = written(ctx, "p.qgs", "map.gpkg");
    zip_t *archive = zip_open("p.qgz", ZIP_RDONLY, NULL);
    assert_non_null(archive);
    assert_int_equal(zip_get_num_entries(archive, 0), 1);
    zip_file_t *member = zip_fopen(archive, "p.qgs", 0);
    assert_non_null(member);
    char text[65536];
    assert_int_equal(zip_fread(member, text, sizeof text), (zip_int64_t)plain.length);
    assert_memory_equal(text, plain.data, plain.length);
    zip_fclose(member);
    zip_discard(archive);
    ig_bytes_free(&plain);
    ig_ctx_free(ctx);
}

static void other_suffixes_are_refused(void **state)
{
    (void)state;
    ig_ctx *ctx = new_ctx();
    assert_int_equal(ig_project_write(ctx, "p.zip", "", "map.gpkg", &layer, 1, box, NULL),
                     IG_EINVAL);
    assert_int_equal(access("p.zip", F_OK), -1);
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_geopackage_is_named_from_the_folder_of_the_project),
        cmocka_unit_test(a_qgz_is_a_zip_of_the_same_text_with_a_fixed_date),
        cmocka_unit_test(other_suffixes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
