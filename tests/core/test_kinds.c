// Kinds of inputs are seen from what they hold; layers are named as QGIS does.
#include "archives.h"

#include <core/inside.h>

static void check_kind(ig_ctx *ctx, const char *name, const void *bytes, size_t length,
                       ig_kind expected)
{
    put_bytes(name, bytes, length);
    ig_kind kind = IG_KIND_UNKNOWN;
    if (ig_kind_of(ctx, name, &kind)) fail_msg("%s: %s", name, ig_ctx_message(ctx));
    if (kind != expected) fail_msg("%s is %s", name, ig_kind_text(kind));
}

#define CHECK(name, text, kind) check_kind(ctx, name, text, sizeof(text) - 1, kind)

static void kinds_are_seen_from_the_content(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    CHECK("a.csv", "", IG_KIND_EMPTY);
    CHECK("a.tif", "code,value\n1,2\n", IG_KIND_CSV);
    CHECK("b.csv",
          "\xEF\xBB\xBF"
          "code;value\n",
          IG_KIND_CSV);
    CHECK("c.csv", "01\n\n02\n", IG_KIND_CSV);
    CHECK("d.csv", "ncols,nrows\n1,2\n", IG_KIND_CSV);
    CHECK("e.csv", "NCOLS 20\nNROWS 10\n", IG_KIND_AAIGRID);
    CHECK("f.tif", "<VRTDataset rasterXSize=\"1\">", IG_KIND_VRT);
    CHECK("g.csv", "\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<OGRVRTDataSource>", IG_KIND_VRT);
    CHECK("h.xml", "<?xml version='1.0'?>\n<osm version=\"0.6\">", IG_KIND_OSM_XML);
    CHECK("i.csv", "<!DOCTYPE HTML><html>Not found</html>", IG_KIND_HTML);
    CHECK("j.gml", "<gml:FeatureCollection>", IG_KIND_XML);
    CHECK("k.json", "[1,2]", IG_KIND_JSON);
    CHECK("l.json", "{\"type\" : \"FeatureCollection\"", IG_KIND_GEOJSON);
    CHECK("m.json", "{\"x\":{\"type\":\"Feature\"},\"type\":\"Topology\"}", IG_KIND_TOPOJSON);
    CHECK("n.json", "{\"type\":\"FeatureCollection\",\"name\":\"Topology\"}", IG_KIND_GEOJSON);
    CHECK("o.json", "{\"command\":\"join\",\"x\":\"Feature\"}", IG_KIND_JSON);
    CHECK("p.json", "{\"a\\\"type\":\"Topology\",\"features\":[]}", IG_KIND_GEOJSON);
    CHECK("q.csv", "II*\0\0\0\0\0", IG_KIND_GTIFF);
    CHECK("r.csv", "SQLite format 3\0..", IG_KIND_SQLITE);
    CHECK("s.csv", "\0\0\0\x0E\x0A\x09OSMHeader\x18\x80", IG_KIND_OSM_PBF);
    CHECK("t.csv", "PAR1....", IG_KIND_PARQUET);
    CHECK("u.csv", "\xD0\xCF\x11\xE0\xA1\xB1", IG_KIND_XLS);
    CHECK("v.csv", "%PDF-1.7", IG_KIND_PDF);
    CHECK("w.yaml", "plan: a\n", IG_KIND_YAML);
    CHECK("x.dbf", "\x03\x5F\x07\x1A\x19\0\0\0\xA1\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
          IG_KIND_DBF);
    CHECK("y.csv", "BZh91AY", IG_KIND_BZIP2);
    ig_kind kind;
    assert_int_equal(ig_kind_of(ctx, home, &kind), IG_OK);
    assert_int_equal(kind, IG_KIND_FOLDER);
    zip_to("w.xlsx", (const char *const[]){"[Content_Types].xml", "", "xl/workbook.xml", "", NULL});
    assert_int_equal(ig_kind_of(ctx, "w.xlsx", &kind), IG_OK);
    assert_int_equal(kind, IG_KIND_XLSX);
    zip_to("w.ods", (const char *const[]){"mimetype", "", "content.xml", "", NULL});
    assert_int_equal(ig_kind_of(ctx, "w.ods", &kind), IG_OK);
    assert_int_equal(kind, IG_KIND_ODS);
    assert_int_equal(ig_kind_of(ctx, "missing", &kind), IG_EIO);
    assert_string_equal(ig_kind_text((ig_kind)999), ig_kind_text(IG_KIND_UNKNOWN));
    ig_ctx_free(ctx);
}

// The member that tells may stand behind megabytes of others.
static void a_late_type_is_found(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    enum { SIZE = 300000 };
    char *text = malloc(SIZE + 64);
    strcpy(text, "{\"arcs\":[");
    size_t at = strlen(text);
    while (at < SIZE) {
        memcpy(text + at, "[1,2],", 6);
        at += 6;
    }
    strcpy(text + at, "[1,2]],\"type\":\"Topology\"}");
    check_kind(ctx, "late.json", text, strlen(text), IG_KIND_TOPOJSON);
    memset(text, '[', SIZE);
    text[0] = '{';
    check_kind(ctx, "deep.json", text, SIZE, IG_KIND_JSON);
    free(text);
    ig_ctx_free(ctx);
}

static void check_split(ig_ctx *ctx, const char *source, const char *file, const char *name)
{
    char *path, *layer;
    assert_int_equal(ig_split_layer(ctx, source, &path, &layer), IG_OK);
    assert_string_equal(path, file);
    if (name) {
        assert_string_equal(layer, name);
    } else {
        assert_null(layer);
    }
    ig_free(path);
    ig_free(layer);
}

static void layers_are_named_as_qgis_does(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    check_split(ctx, "a.gpkg", "a.gpkg", NULL);
    check_split(ctx, "a.gpkg|layername=lsoa 21", "a.gpkg", "lsoa 21");
    check_split(ctx, "a.gpkg|layername=x|geometrytype=Polygon", "a.gpkg", "x");
    check_split(ctx, "a.gpkg|layerid=0|layername=x", "a.gpkg", "x");
    check_split(ctx, "a|b.gpkg|layername=x", "a|b.gpkg", "x");
    put("a|b.csv", "");
    check_split(ctx, "a|b.csv", "a|b.csv", NULL);
    char *path, *layer;
    assert_int_equal(ig_split_layer(ctx, "a.gpkg|layername=x|subset=\"a\"=1", &path, &layer),
                     IG_EINVAL);
    assert_null(path);
    assert_int_equal(ig_split_layer(ctx, "a.gpkg|layerid=3", &path, &layer), IG_EINVAL);
    for (uint64_t n = 1; n <= 2; n++) {
        ig_alloc_fail_at(n);
        assert_int_equal(ig_split_layer(ctx, "a|layername=b", &path, &layer), IG_EMEMORY);
        ig_alloc_fail_at(0);
    }
    ig_ctx_free(ctx);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, clear_home)
    const struct CMUnitTest tests[] = {
        TEST(kinds_are_seen_from_the_content),
        TEST(a_late_type_is_found),
        TEST(layers_are_named_as_qgis_does),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
