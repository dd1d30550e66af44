// People from a table, a raster or points: which of them a file is, and what is refused.
#include "near.h"

#include <core/inside.h>
#include <study/study.h>

#include <stdlib.h>
#include <unistd.h>

static ig_ctx *ctx;
static ig_areas *areas;
static ig_population *population;

static void save(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static ig_status read_people(const char *path, const char *column)
{
    ig_population_free(population);
    population = NULL;
    ig_population_options options = ig_population_defaults();
    options.column = column;
    options.crs = "EPSG:27700";
    return ig_population_read(ctx, &path, 1, areas, &options, &population);
}

static int start(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    save("people_areas.geojson",
         "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":"
         "{\"name\":\"urn:ogc:def:crs:EPSG::27700\"}},\"features\":["
         "{\"type\":\"Feature\",\"properties\":{\"code\":\"E01000001\"},\"geometry\":{\"type\":"
         "\"Polygon\",\"coordinates\":[[[430000,380000],[431000,380000],[431000,381000],"
         "[430000,381000],[430000,380000]]]}},"
         "{\"type\":\"Feature\",\"properties\":{\"code\":\"E01000002\"},\"geometry\":{\"type\":"
         "\"Polygon\",\"coordinates\":[[[431000,380000],[432000,380000],[432000,381000],"
         "[431000,381000],[431000,380000]]]}}]}");
    const char *path = "people_areas.geojson";
    const ig_area_options options = ig_area_defaults();
    return ctx && !ig_areas_read(ctx, &path, 1, &options, &areas) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    unlink("people_areas.geojson");
    unlink("people.csv");
    unlink("people.asc");
    ig_population_free(population);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
    return 0;
}

static void a_table_by_area_is_taken_in_the_order_of_the_areas(void **state)
{
    (void)state;
    save("people.csv", "code,name,Total population\nE01000002,b,20\nE01000001,a,10\n");
    assert_int_equal(read_people("people.csv", "Total population"), IG_OK);
    assert_string_equal(ig_population_form(population), "by area");
    assert_near(ig_population_people(population)->by_area[0], 10, 0);
    assert_near(ig_population_people(population)->by_area[1], 20, 0);
}

static void the_only_column_of_people_is_found_by_itself(void **state)
{
    (void)state;
    save("people.csv", "code,people,beds\nE01000001,10,1\nE01000002,20,2\n");
    assert_int_equal(read_people("people.csv", NULL), IG_OK);
    assert_near(ig_population_people(population)->by_area[1], 20, 0);
    save("people.csv", "code,people,pop2020\nE01000001,10,1\nE01000002,20,2\n");
    assert_int_equal(read_people("people.csv", NULL), IG_EINVAL);
    assert_non_null(strstr(ig_ctx_message(ctx), "people, pop2020"));
    save("people.csv", "code,beds\nE01000001,10\nE01000002,20\n");
    assert_int_equal(read_people("people.csv", NULL), IG_EINVAL);
    assert_non_null(strstr(ig_ctx_hint(ctx), "--population-column"));
}

static void a_gap_is_not_nobody(void **state)
{
    (void)state;
    save("people.csv", "code,people\nE01000001,10\nE01000002,*\n");
    assert_int_equal(read_people("people.csv", NULL), IG_OK);
    assert_true(isnan(ig_population_people(population)->by_area[1]));
    save("people.csv", "code,people\nE01000001,10\nE01000002,-3\n");
    assert_int_equal(read_people("people.csv", NULL), IG_EFORMAT);
}

static void a_raster_is_people_a_cell(void **state)
{
    (void)state;
    save("people.asc", "ncols 2\nnrows 1\nxllcorner 430000\nyllcorner 380000\ncellsize 1000\n"
                       "5 7\n");
    assert_int_equal(read_people("people.asc", NULL), IG_OK);
    assert_string_equal(ig_population_form(population), "raster");
    assert_near(ig_population_people(population)->grid->cells[1], 7, 0);
    save("people.asc", "ncols 2\nnrows 1\nxllcorner 430000\nyllcorner 380000\ncellsize 1000\n"
                       "5 -7\n");
    assert_int_equal(read_people("people.asc", NULL), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "1 cells hold negative people"));
}

static void points_are_told_by_codes_that_are_not_areas(void **state)
{
    (void)state;
    save("people.csv", "id,people,x,y\nP1,3,430100,380100\nP2,4,431100,380100\n");
    assert_int_equal(read_people("people.csv", NULL), IG_OK);
    assert_string_equal(ig_population_form(population), "points");
    const ig_people *people = ig_population_people(population);
    assert_int_equal(people->points, 2);
    assert_near(people->x[1], 431100, 0);
    assert_near(people->count[1], 4, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_by_area_is_taken_in_the_order_of_the_areas),
        cmocka_unit_test(the_only_column_of_people_is_found_by_itself),
        cmocka_unit_test(a_gap_is_not_nobody),
        cmocka_unit_test(a_raster_is_people_a_cell),
        cmocka_unit_test(points_are_told_by_codes_that_are_not_areas),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
