// The plan reader: keys as option names, and the words of each refusal with its line.
#include "near.h"

#include <study/plan_internal.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static ig_ctx *ctx;
static struct plan plan;

static ig_status read_text(const char *text)
{
    const char *path = "plans/test.yaml";
    mkdir("plans", 0700);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    plan_free(&plan);
    const ig_status status = plan_read(ctx, path, &plan);
    unlink(path);
    return status;
}

static int start(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    return !ctx;
}

static int stop(void **state)
{
    (void)state;
    plan_free(&plan);
    ig_ctx_free(ctx);
    rmdir("plans");
    return 0;
}

static void keys_set_what_options_set(void **state)
{
    (void)state;
    assert_int_equal(
        read_text("plan: GP access\n"
                  "areas: {file: lsoa.gpkg, layer: lsoa21, key: LSOA21CD}\n"
                  "wards: {lookup: look.csv, from: LSOA21CD, to: WD25CD}\n"
                  "tables:\n"
                  "  - {file: [a.csv, /b.csv], columns: {\"Decile, \\\"IMD\\\"\": imd},\n"
                  "     where: {year: 2020, sex: All}, sheet: Data}\n"
                  "  - {file: c.csv, columns: [x, \"y=z\"], sensitive: true}\n"
                  "population: {file: p.csv, column: Total, key: code}\n"
                  "sites: {file: s.csv, header: [code, name], postcodes: [po.csv, le.csv]}\n"
                  "travel: {mode: speeds.csv, cell: 25, dem: [t1, t2], road-class: class,\n"
                  "         neighbours: 16, thresholds: [5, 10.5], snap: 100}\n"
                  "deprivation: imd\n"
                  "maps: [{value: minutes_mean, method: fisher-jenks, classes: 6, reverse: yes}]\n"
                  "outputs: {geopackage: out/x.gpkg, tables: out/t, maps: ./}\n"),
        IG_OK);
    assert_string_equal(plan.title, "GP access");
    assert_string_equal(plan.areas.files.file.values[0], "plans/lsoa.gpkg|layername=lsoa21");
    assert_string_equal(plan.areas.read.key, "LSOA21CD");
    assert_string_equal(plan.wards.lookup, "plans/look.csv");
    assert_string_equal(plan.wards.to, "WD25CD");
    assert_int_equal(plan.tables_count, 2);
    assert_string_equal(plan.tables[0].files.file.values[0], "plans/a.csv");
    assert_string_equal(plan.tables[0].files.file.values[1], "/b.csv");
    assert_string_equal(plan.tables[0].columns, "\"Decile, \"\"IMD\"\"\"=\"imd\"");
    assert_string_equal(plan.tables[0].read.where, "\"year\"=\"2020\",\"sex\"=\"All\"");
    assert_string_equal(plan.tables[0].read.sheet, "Data");
    assert_string_equal(plan.tables[1].columns, "\"x\",\"y=z\"");
    assert_true(plan.tables[1].read.sensitive);
    assert_string_equal(plan.population.column, "Total");
    assert_string_equal(plan.sites.read.header, "\"code\",\"name\"");
    assert_string_equal(plan.sites.read.postcodes.values[1], "plans/le.csv");
    assert_int_equal(plan.modes_count, 1);
    assert_string_equal(plan.modes[0].cost.mode, "plans/speeds.csv");
    assert_near(plan.modes[0].cost.cell, 25, 0);
    assert_string_equal(plan.modes[0].cost.dem.values[1], "plans/t2");
    assert_int_equal(plan.modes[0].travel.neighbours, IG_NEIGHBOURS_16);
    assert_near(plan.modes[0].thresholds.values[1], 10.5, 0);
    assert_near(plan.modes[0].snap, 100, 0);
    assert_int_equal(plan.maps[0].style.method, IG_CLASS_FISHER_JENKS);
    assert_true(plan.maps[0].style.reverse);
    assert_string_equal(plan.outputs.geopackage, "plans/out/x.gpkg");
    assert_string_equal(plan.outputs.tables, "plans/out/t/");
    const char *const *inputs = plan_inputs(&plan);
    assert_non_null(inputs);
    size_t count = 0;
    while (inputs[count])
        count++;
    // plan, areas, lookup, three tables, population, sites, two postcode files, mode, two of the dem
    assert_int_equal(count, 13);
}

static void several_modes_have_names(void **state)
{
    (void)state;
    assert_int_equal(read_text("areas: {file: a.gpkg}\n"
                               "sites: {file: s.csv}\n"
                               "travel:\n"
                               "  - {name: walk, mode: walk, roads: r.pbf}\n"
                               "  - {name: drive, mode: drive}\n"
                               "outputs: {geopackage: x.gpkg}\n"),
                     IG_OK);
    assert_int_equal(plan.modes_count, 2);
    assert_string_equal(plan.modes[1].name, "drive");
    assert_true(plan.modes[0].cost.residents); // roads are given
    assert_false(plan.modes[1].cost.residents);
    assert_int_equal(plan.modes[0].thresholds.count, 3); // 10, 20, 30 unless named
}

static void every_refusal_names_its_line(void **state)
{
    (void)state;
    static const char good[] = "areas: {file: a.gpkg}\noutputs: {geopackage: x.gpkg}\n";
    static const struct {
        const char *text, *message, *hint;
    } cases[] = {
        {"value_feild: patients\n", "line 3: unknown key value_feild", "known keys: "},
        {"tabels: {file: t.csv}\n", "line 3: unknown key tabels", "did you mean tables?"},
        {"tables:\n  - {file: t.csv,\n     colums: [a]}\n", "line 5: unknown key colums in tables",
         "did you mean columns?"},
        {"areas: {file: b.gpkg}\n", "line 3: key areas is given twice, first on line 1", NULL},
        {"travel:\n  mode: walk\n  cell: -5\n", "line 5: cell", NULL},
        {"travel:\n  mode: walk\n  thresholds: [30, 15, 15, -5]\n",
         "line 5: thresholds: -5 is negative", NULL},
        {"travel:\n  mode: walk\n  thresholds: [10, 30, 20]\n",
         "line 5: thresholds must be rising: 20 follows 30", NULL},
        {"travel:\n  mode: walk\n  thresholds: [10, 10]\n",
         "line 5: thresholds must be rising: 10 follows 10", NULL},
        {"travel:\n  mode: walk\n  neighbours: 12\n", "line 5: neighbours", NULL},
        {"travel:\n  mode: walk\n  cell: [1, 2]\n", "line 5: cell takes one value, not a list",
         NULL},
        {"travel:\n  - {mode: walk}\n  - {mode: drive}\n", "line 4: each of several modes",
         "write it as {name: walk, mode: walk, ...}"},
        {"travel:\n  - {name: a, mode: walk}\n  - {name: a, mode: drive}\n",
         "line 5: two modes are called a", NULL},
        {"travel: {mode: walk}\n", "line 3: the plan has travel but no sites", NULL},
        {"sites: {file: s.csv}\n", "line 3: the plan has sites but no travel", NULL},
        {"sites: s.csv\n", "line 3: sites must be a map of keys", "write it as sites: {file: ...}"},
        {"wards: {lookup: l.csv}\n", "line 3: wards: lookup needs the keys from and to", NULL},
        {"tables: {key: code}\n", "line 3: tables has no file", NULL},
        {"tables: {file: }\n", "line 3: file has no value", NULL},
        {"maps: {value: m, method: quantil}\n", "line 3: method", "did you mean quantile?"},
        {"maps: {value: m, palette: YlGnBi}\n", "line 3: there is no palette YlGnBi",
         "did you mean YlGnBu?"},
        {"maps: {method: equal}\n", "line 3: a map has no value", NULL},
        {"deprivation: [a, b]\n", "line 3: deprivation takes one value", NULL},
        {"min-match: 2\n", "line 3: min-match must be from 0 to 1, not 2", NULL},
    };
    char text[1024];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(text, sizeof text, "%s%s", good, cases[i].text);
        const ig_status status = read_text(text);
        if (status != IG_EINVAL || !strstr(ig_ctx_message(ctx), cases[i].message)) {
            fail_msg("%s: %d %s", cases[i].text, status, ig_ctx_message(ctx));
        }
        const char *hint = ig_ctx_hint(ctx);
        if (cases[i].hint && (!hint || strncmp(hint, cases[i].hint, strlen(cases[i].hint)))) {
            fail_msg("%s: %s", cases[i].text, hint ? hint : "no hint");
        }
    }
}

static void outputs_are_looked_at(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"areas: {file: a.gpkg}\n", "the plan has no outputs"},
        {"outputs: {geopackage: x.gpkg}\n", "the plan has no areas"},
        {"areas: {file: a.gpkg}\noutputs: {geopackage: x.tif}\n", "line 2: geopackage: x.tif"},
        {"areas: {file: a.gpkg}\noutputs: {reports: r}\n",
         "line 2: reports are of wards, and the plan has no wards"},
        {"areas: {file: a.gpkg}\noutputs: {}\n", "line 2: outputs names nothing"},
        {"areas: {file: a.gpkg}\noutputs: {geopackage: x.gpkg, reports: \"../{name}.html\"}\n",
         "line 2: reports: ../{name}.html is not a folder"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_text(cases[i].text), IG_EINVAL);
        if (!strstr(ig_ctx_message(ctx), cases[i].message)) {
            fail_msg("%s: %s", cases[i].text, ig_ctx_message(ctx));
        }
    }
}

static void paths_are_told_as_the_plan_has_them(void **state)
{
    (void)state;
    struct plan here = {.folder = (char *)"./"}, there = {.folder = (char *)"a/b/"};
    char *text = plan_relative(&there, "a/b/../x.csv: 3 rows; other/a/b/y.csv");
    assert_string_equal(text, "../x.csv: 3 rows; other/a/b/y.csv");
    ig_free(text);
    text = plan_relative(&here, "./x.csv and ./../y.csv");
    assert_string_equal(text, "x.csv and ../y.csv");
    ig_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_set_what_options_set),
        cmocka_unit_test(several_modes_have_names),
        cmocka_unit_test(every_refusal_names_its_line),
        cmocka_unit_test(outputs_are_looked_at),
        cmocka_unit_test(paths_are_told_as_the_plan_has_them),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
