// YAML as a plain tree: values, lines, and what a plan may not hold.
#include "near.h"

#include <core/inside.h>
#include <study/yaml_internal.h>

#include <stdlib.h>
#include <unistd.h>

static ig_ctx *ctx;
static yaml tree;

static ig_status read_text(const char *text, size_t length)
{
    const char *path = "test_yaml.yaml";
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    yaml_free(&tree);
    const ig_status status = yaml_read(ctx, path, &tree);
    unlink(path);
    return status;
}

static ig_status read_plan(const char *text)
{
    return read_text(text, strlen(text));
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
    yaml_free(&tree);
    ig_ctx_free(ctx);
    return 0;
}

static void values_keep_their_lines(void **state)
{
    (void)state;
    assert_int_equal(
        read_plan("# a comment\n"
                  "plan: GP access, Isle of Wight\n"
                  "areas: {file: lsoa11.gpkg, key: 'a''b'}\n"
                  "tables:\n"
                  "  - {file: imd.csv, columns: {Index (IMD) Decile: imd, \"x, y\": z}}\n"
                  "  - file: two.csv\n"
                  "    where: {status: A, setting: \"4\"}\n"
                  "empty:\n"
                  "list: [10, 20]\n"),
        IG_OK);
    assert_string_equal(yaml_get(&tree, "plan")->text, "GP access, Isle of Wight");
    assert_int_equal(yaml_get(&tree, "plan")->line, 2);
    assert_string_equal(yaml_get(yaml_get(&tree, "areas"), "key")->text, "a'b");
    const yaml *tables = yaml_get(&tree, "tables");
    assert_int_equal(tables->kind, YAML_LIST);
    assert_int_equal(tables->count, 2);
    const yaml *columns = yaml_get(&tables->items[0], "columns");
    assert_string_equal(columns->keys[0], "Index (IMD) Decile");
    assert_string_equal(columns->keys[1], "x, y");
    assert_string_equal(columns->items[1].text, "z");
    assert_int_equal(tables->items[1].line, 6);
    assert_string_equal(yaml_get(yaml_get(&tables->items[1], "where"), "setting")->text, "4");
    assert_null(yaml_get(&tree, "empty")->text);
    assert_int_equal(yaml_get(&tree, "list")->line, 9);
    assert_null(yaml_get(&tree, "areas2"));
}

static void a_file_of_another_form_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"areas = a.gpkg\ntable = b.csv\n", "line 1: not a plan: it must be a map of keys"},
        {"[areas]\nfile = a.gpkg\n", "line "},
        {"- a\n- b\n", "line 1: not a plan"},
        {"a: 1\nb: {c: 2\nd: 3\n", "line "},
        {"a: 1\n\tb: 2\n", "line 2: "},
        {"a: 1\nb: 'open\n", "line "},
        {"", "line 1: the plan is empty"},
        {"# nothing\n", "line 1: the plan is empty"},
        {"a: 1\n---\nb: 2\n", "a second document begins"},
        {"a: 1\nb: 2\na: 3\n", "line 3: key a is given twice, first on line 1"},
        {"a: &x 1\nb: *x\n", "line 1: anchors and aliases"},
        {"a: 1\nb: *y\n", "line 2: anchors and aliases"},
        {"a: 1\nb: !!python/object 2\n", "line 2: tags"},
        {"a: 1\n? [b, c]\n: 2\n", "a key must be a text"},
        {"a: 1\nb: \x01\n", "line 2: not YAML: a control byte"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_plan(cases[i].text), IG_EINVAL);
        if (!strstr(ig_ctx_message(ctx), cases[i].message)) {
            fail_msg("%s: %s", cases[i].text, ig_ctx_message(ctx));
        }
    }
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    char text[4096] = "a: ";
    memset(text + 3, '[', 2000);
    memset(text + 2003, ']', 2000);
    assert_int_equal(read_plan(text), IG_EINVAL);
    memcpy(text + 3, "[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]", 42);
    text[45] = '\0';
    assert_int_equal(read_plan(text), IG_EINVAL);
    assert_non_null(strstr(ig_ctx_message(ctx), "nested too deeply"));
}

static void cut_plans_never_crash(void **state)
{
    (void)state;
    static const char whole[] = "plan: \"a\\u0041\"\nareas: {file: [a, 'b'], key: |\n  x\n}\n"
                                "maps:\n  - {value: m, classes: 5} # c\n";
    for (size_t length = 0; length < sizeof whole - 1; length++)
        (void)read_text(whole, length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_keep_their_lines),
        cmocka_unit_test(a_file_of_another_form_is_refused_with_its_line),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(cut_plans_never_crash),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
