// Pictures of the made-up county: the same bytes each time, every text whole and by itself.
#include "near.h"

#include "core/inside.h"
#include "map/map.h"

#include <stdlib.h>
#include <unistd.h>

struct county {
    ig_ctx *ctx;
    ig_areas *areas, *wards;
    ig_result *columns;
    ig_choropleth *map;
};

static int start(void **state)
{
    static struct county c;
    c.ctx = ig_ctx_new();
    ig_ctx_set_overwrite(c.ctx, true);
    const char *areas = SOURCE_DIR "/geodata/sample/lsoa21.geojson";
    const char *wards = SOURCE_DIR "/geodata/sample/wards25.shp";
    const ig_area_options options = ig_area_defaults();
    if (ig_areas_read(c.ctx, &areas, 1, &options, &c.areas) ||
        ig_areas_read(c.ctx, &wards, 1, &options, &c.wards)) {
        print_error("%s\n", ig_ctx_message(c.ctx));
        return -1;
    }
    ig_column *column;
    if (ig_result_new(ig_areas_count(c.areas), &c.columns) ||
        ig_result_add(c.columns, "minutes_mean", IG_COLUMN_REAL, &column))
        return -1;
    for (size_t i = 0; i < c.columns->rows; i++) {
        double x = 0, y = 0;
        if (i % 17 == 3 || !ig_areas_centroid(c.areas, i, &x, &y)) continue; // stays missing
        column->number[i] = fabs(x - 572000.0) / 400.0 + fabs(y - 427000.0) / 700.0;
    }
    const ig_map_options choices = ig_map_defaults();
    if (ig_choropleth_new(c.ctx, c.columns, "minutes_mean", &choices, &c.map)) return -1;
    *state = &c;
    return 0;
}

static int stop(void **state)
{
    struct county *c = *state;
    ig_choropleth_free(c->map);
    ig_result_free(c->columns);
    ig_areas_free(c->areas);
    ig_areas_free(c->wards);
    ig_ctx_free(c->ctx);
    return 0;
}

static ig_picture picture_of(const struct county *c)
{
    return (ig_picture){.areas = c->areas,
                        .values = ig_choropleth_values(c->map),
                        .style = ig_choropleth_style(c->map),
                        .outlines = c->wards,
                        .outlines_label = "Wards",
                        .title = "Minutes on foot to a general practice",
                        .subtitle = "Merrowshire",
                        .attribution = ig_map_attribution(c->areas)};
}

static ig_bytes written(struct county *c, const ig_picture *picture, const char *path)
{
    const ig_status status = ig_picture_write(c->ctx, picture, path, NULL);
    if (status) print_error("%s\n", ig_ctx_message(c->ctx));
    assert_int_equal(status, IG_OK);
    ig_bytes bytes = {0};
    assert_int_equal(ig_bytes_read(c->ctx, path, &bytes), IG_OK);
    unlink(path);
    return bytes;
}

static void two_runs_give_the_same_bytes(void **state)
{
    struct county *c = *state;
    const ig_picture picture = picture_of(c);
    const char *names[] = {"twice.png", "twice.svg"};
    for (size_t k = 0; k < 2; k++) {
        ig_bytes a = written(c, &picture, names[k]);
        ig_ctx_set_threads(c->ctx, 1 + (int)k);
        ig_bytes b = written(c, &picture, names[k]);
        assert_int_equal(a.length, b.length);
        assert_memory_equal(a.data, b.data, a.length);
        ig_bytes_free(&a);
        ig_bytes_free(&b);
    }
}

// ---- texts of a page ----------------------------------------------------------------------------

struct box {
    double x0, y0, x1, y1;
    char text[80];
};

static double attribute(const char *element, const char *name)
{
    char key[32];
    snprintf(key, sizeof key, " %s=\"", name);
    const char *at = strstr(element, key), *end = strchr(element, '>');
    return at && at < end ? strtod(at + strlen(key), NULL) : 0.0;
}

static bool has(const char *element, const char *what)
{
    const char *at = strstr(element, what);
    return at && at < strchr(element, '>');
}

/// Boxes of all texts of an SVG page, from the top of the letters to their foot.
static size_t boxes_of(const char *svg, struct box *boxes, size_t room)
{
    size_t count = 0;
    for (const char *at = svg; (at = strstr(at, "<text ")) && count < room; at++) {
        const double x = attribute(at, "x"), y = attribute(at, "y");
        const double size = attribute(at, "font-size"), width = attribute(at, "textLength");
        const double shift = has(at, "\"end\"") ? width : has(at, "\"middle\"") ? width / 2 : 0;
        struct box *b = &boxes[count++];
        *b = (struct box){x - shift, y - 0.76 * size, x - shift + width, y + 0.24 * size, ""};
        snprintf(b->text, sizeof b->text, "%.*s", 60, strchr(at, '>') + 1);
    }
    return count;
}

static void assert_page(struct county *c, const ig_picture *picture)
{
    static struct box boxes[400];
    ig_bytes svg = written(c, picture, "page.svg");
    const char *text = (const char *)svg.data;
    const double width = attribute(text, "width"), height = attribute(text, "height");
    const size_t count = boxes_of(text, boxes, 400);
    assert_true(count > 8);
    for (size_t i = 0; i < count; i++) {
        if (boxes[i].x0 < 0 || boxes[i].y0 < 0 || boxes[i].x1 > width || boxes[i].y1 > height)
            fail_msg("\"%s\" runs off the page of %g x %g: %g %g %g %g", boxes[i].text, width,
                     height, boxes[i].x0, boxes[i].y0, boxes[i].x1, boxes[i].y1);
        for (size_t k = 0; k < i; k++)
            if (boxes[i].x0 < boxes[k].x1 && boxes[k].x0 < boxes[i].x1 &&
                boxes[i].y0 < boxes[k].y1 && boxes[k].y0 < boxes[i].y1)
                fail_msg("\"%s\" covers \"%s\" on a page of %g x %g", boxes[i].text, boxes[k].text,
                         width, height);
    }
    ig_bytes_free(&svg);
}

static void no_text_is_cut_off_or_covered(void **state)
{
    struct county *c = *state;
    const char *long_title =
        "Mean minutes on foot, by roads and paths and over open land, to the nearest general "
        "practice that takes patients, of the people of each small area in Merrow Vale, Northquay "
        "and Scar, and Saltmarsh, by the population of mid-2021 and the practices of September";
    const char *titles[] = {"", "Short", long_title, "Llanfairpwllgwyngyllgogerychwyrndrobwllll"};
    const int sizes[][2] = {{0, 0}, {1600, 0}, {700, 500}, {500, 900}, {2480, 3508}, {1200, 400}};
    const double minutes[] = {10, 20, 30};
    const ig_rings lines = *ig_areas_rings(c->wards);
    ig_rings three = lines;
    three.areas = 3;
    for (size_t t = 0; t < sizeof titles / sizeof *titles; t++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            ig_picture picture = picture_of(c);
            picture.title = titles[t];
            picture.subtitle = t == 2 ? long_title : "Merrowshire";
            picture.width = sizes[s][0];
            picture.height = sizes[s][1];
            picture.isochrones = &three;
            picture.isochrone_minutes = minutes;
            assert_page(c, &picture);
            picture.outlines_label = long_title;
            if (sizes[s][1] == 0 || sizes[s][1] > 800) assert_page(c, &picture);
            ig_style style = *picture.style;
            style.title = long_title;
            style.unit = "minutes";
            picture.style = &style;
            if (sizes[s][1] == 0 || sizes[s][1] > 800) assert_page(c, &picture);
        }
}

static void the_legend_counts_every_area(void **state)
{
    struct county *c = *state;
    const ig_breaks *breaks = ig_choropleth_style(c->map)->breaks;
    int64_t sum = breaks->missing;
    for (size_t k = 0; k < breaks->classes; k++)
        sum += breaks->count[k];
    assert_int_equal(sum, 300);
    assert_int_equal(breaks->missing, 18); // 3, 20, 37 ... 292
    const ig_picture picture = picture_of(c);
    ig_bytes svg = written(c, &picture, "legend.svg");
    assert_non_null(strstr((const char *)svg.data, ">No data</text>"));
    assert_non_null(strstr((const char *)svg.data, ">18</text>"));
    assert_non_null(strstr((const char *)svg.data, ": no data</title>"));
    ig_bytes_free(&svg);
}

static void other_suffixes_and_tiny_pages_are_refused(void **state)
{
    struct county *c = *state;
    ig_picture picture = picture_of(c);
    unlink("map.jpg");
    unlink("tiny.png");
    assert_int_equal(ig_picture_write(c->ctx, &picture, "map.jpg", NULL), IG_EINVAL);
    picture.width = picture.height = 20;
    assert_int_equal(ig_picture_write(c->ctx, &picture, "tiny.png", NULL), IG_EINVAL);
    assert_int_equal(access("map.jpg", F_OK), -1);
    assert_int_equal(access("tiny.png", F_OK), -1);
}

static void columns_without_classes_are_named(void **state)
{
    struct county *c = *state;
    ig_map_options choices = ig_map_defaults();
    ig_choropleth *map = NULL;
    assert_int_equal(ig_choropleth_new(c->ctx, c->columns, "minutes_men", &choices, &map),
                     IG_EINVAL);
    assert_non_null(strstr(ig_ctx_hint(c->ctx), "minutes_mean"));
    ig_column *column;
    assert_int_equal(ig_result_add(c->columns, "words", IG_COLUMN_TEXT, &column), IG_OK);
    assert_int_equal(ig_result_add(c->columns, "nothing", IG_COLUMN_REAL, &column), IG_OK);
    assert_int_equal(ig_choropleth_new(c->ctx, c->columns, "words", &choices, &map), IG_EFORMAT);
    assert_int_equal(ig_choropleth_new(c->ctx, c->columns, "nothing", &choices, &map), IG_EFORMAT);
    choices.method = IG_CLASS_MANUAL;
    assert_int_equal(ig_choropleth_new(c->ctx, c->columns, "minutes_mean", &choices, &map),
                     IG_EINVAL);
    const double falling[] = {20, 10};
    choices.breaks = (ig_numbers){falling, 2};
    assert_int_equal(ig_choropleth_new(c->ctx, c->columns, "minutes_mean", &choices, &map),
                     IG_EINVAL);
    assert_null(map);
}

static void each_failing_allocation_leaves_no_file(void **state)
{
    struct county *c = *state;
    ig_picture picture = picture_of(c);
    picture.width = 500;
    const char *names[] = {"fail.png", "fail.svg", "fail.qgz"};
    char *qml = NULL;
    assert_int_equal(ig_style_qml(c->ctx, picture.style, NULL, &qml), IG_OK);
    const ig_project_layer layer = {.layer = "lsoa21", .qml = qml};
    const double box[4] = {0, 0, 1, 1};
    for (size_t k = 0; k < 3; k++) {
        bool done = false;
        for (uint64_t n = 1; !done; n += n < 40 ? 1 : n / 6) {
            unlink(names[k]);
            ig_alloc_fail_at(n);
            const ig_status status =
                k < 2 ? ig_picture_write(c->ctx, &picture, names[k], NULL)
                      : ig_project_write(c->ctx, names[k], "t", "map.gpkg", &layer, 1, box, NULL);
            ig_alloc_fail_at(0);
            done = status == IG_OK;
            if (!done) assert_int_equal(status, IG_EMEMORY);
            assert_int_equal(access(names[k], F_OK), done ? 0 : -1);
        }
        unlink(names[k]);
    }
    ig_style_free(qml);
}

static void the_made_up_county_says_so(void **state)
{
    struct county *c = *state;
    assert_non_null(strstr(ig_map_attribution(c->areas), "made-up"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_runs_give_the_same_bytes),
        cmocka_unit_test(no_text_is_cut_off_or_covered),
        cmocka_unit_test(the_legend_counts_every_area),
        cmocka_unit_test(other_suffixes_and_tiny_pages_are_refused),
        cmocka_unit_test(columns_without_classes_are_named),
        cmocka_unit_test(each_failing_allocation_leaves_no_file),
        cmocka_unit_test(the_made_up_county_says_so),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
