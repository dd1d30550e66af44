// The command line against a made-up command with groups, a repeated group and every kind.
#include "near.h"

#include <framework.h>

#include <core/inside.h>

#include <stdlib.h>

struct room {
    const char *key, *where;
    bool dissolve;
};
#define AT(member) offsetof(struct room, member)
static const ig_option room_options[] = {
    {.name = "key", .kind = IG_OPTION_COLUMN, .offset = AT(key), .help = "code column"},
    {.name = "where", .kind = IG_OPTION_TEXT, .offset = AT(where), .help = "rows"},
    {.name = "dissolve", .kind = IG_OPTION_FLAG, .offset = AT(dissolve), .help = "one area a code"},
    {0}};
#undef AT

struct element {
    const char *table;
    struct room room;
    int64_t row;
};
#define AT(member) offsetof(struct element, member)
static const ig_option element_options[] = {
    {.name = "table",
     .kind = IG_OPTION_INPUT,
     .offset = AT(table),
     .required = true,
     .help = "table to join"},
    {.name = "row", .kind = IG_OPTION_COUNT, .offset = AT(row), .max = 9, .help = "header row"},
    {0}};
#undef AT

static void element_defaults(void *element)
{
    ((struct element *)element)->row = 1;
}

struct settings {
    ig_texts areas;
    const char *output;
    double cell;
    int method;
    ig_numbers thresholds;
    struct room room;
    struct repeated tables;
};
#define AT(member) offsetof(struct settings, member)
static const ig_option own_options[] = {
    {.name = "areas",
     .kind = IG_OPTION_INPUTS,
     .offset = AT(areas),
     .required = true,
     .help = "boundaries"},
    {.name = "output", .kind = IG_OPTION_OUTPUT, .offset = AT(output), .help = "file to write"},
    {.name = "cell",
     .kind = IG_OPTION_NUMBER,
     .offset = AT(cell),
     .min = 1,
     .max = 1000,
     .help = "cell side, metres"},
    {.name = "method",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(method),
     .choices = "quantile|equal",
     .help = "how"},
    {.name = "thresholds", .kind = IG_OPTION_NUMBERS, .offset = AT(thresholds), .help = "minutes"},
    {0}};
static const struct option_group groups[] = {
    {.options = room_options, .offset = AT(room), .prefix = "areas-", .bare = "dissolve"},
    {.options = element_options,
     .offset = AT(tables),
     .opener = "table",
     .element_size = sizeof(struct element),
     .element_defaults = element_defaults},
    {.options = room_options,
     .offset = AT(tables),
     .opener = "table",
     .prefix = "table-",
     .bare = "where",
     .drop = "dissolve",
     .element_size = sizeof(struct element),
     .element_offset = offsetof(struct element, room)},
    {0}};
#undef AT

static void defaults(void *settings)
{
    static const double thresholds[] = {10, 20, 30};
    struct settings *s = settings;
    s->cell = 50;
    s->thresholds = (ig_numbers){thresholds, 3};
}

static const struct command command = {.name = "made-up",
                                       .summary = "Test the parser",
                                       .options = own_options,
                                       .groups = groups,
                                       .settings_size = sizeof(struct settings),
                                       .defaults = defaults};
const struct command *const commands[] = {&command, NULL};
const struct command *find_command(const char *name)
{
    return strcmp(name, command.name) ? NULL : &command;
}

static ig_ctx *ctx;
static struct parsed parsed;
static const struct settings *set;

/// Words split at blanks.
static ig_status parse(const char *words)
{
    char *text = strdup(words), *rest = text, *argv[64];
    int argc = 0;
    for (char *word; (word = strsep(&rest, " "));) {
        if (*word) argv[argc++] = word;
    }
    parsed_free(&parsed);
    const ig_status status = parse_options(ctx, &command, argc, argv, &parsed);
    set = parsed.settings;
    free(text);
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
    parsed_free(&parsed);
    ig_ctx_free(ctx);
    return 0;
}

static const struct element *element(size_t i)
{
    return (const struct element *)set->tables.elements + i;
}

static void values_are_set_in_both_forms(void **state)
{
    (void)state;
    assert_int_equal(parse("--areas a.gpkg,b.gpkg --areas=c.gpkg --table t -o out.gpkg --cell=25 "
                           "--method equal --threads 2"),
                     IG_OK);
    assert_int_equal(set->areas.count, 3);
    assert_string_equal(set->areas.values[1], "b.gpkg");
    assert_string_equal(set->areas.values[2], "c.gpkg");
    assert_string_equal(set->output, "out.gpkg");
    assert_near(set->cell, 25, 0);
    assert_int_equal(set->method, 1);
    assert_int_equal(parsed.common.threads, 2);
    assert_int_equal(set->thresholds.count, 3);
}

static void a_given_list_replaces_its_default(void **state)
{
    (void)state;
    assert_int_equal(parse("--areas a --table t --thresholds 5 --thresholds 15,25"), IG_OK);
    assert_int_equal(set->thresholds.count, 3);
    assert_near(set->thresholds.values[0], 5, 0);
    assert_near(set->thresholds.values[2], 25, 0);
}

static void each_option_goes_with_the_table_before_it(void **state)
{
    (void)state;
    assert_int_equal(parse("--areas a --table one --where C=1 --row 3 --table two --table-key k"),
                     IG_OK);
    assert_int_equal(set->tables.count, 2);
    assert_string_equal(element(0)->table, "one");
    assert_string_equal(element(0)->room.where, "C=1");
    assert_int_equal(element(0)->row, 3);
    assert_null(element(0)->room.key);
    assert_null(element(1)->room.where);
    assert_string_equal(element(1)->room.key, "k");
    assert_int_equal(element(1)->row, 1);
}

static void options_before_the_only_table_are_its_own(void **state)
{
    (void)state;
    assert_int_equal(parse("--areas a --table-key k --table one"), IG_OK);
    assert_string_equal(element(0)->room.key, "k");
    assert_int_equal(parse("--areas a --table-key k --table one --table two"), IG_EINVAL);
    assert_non_null(strstr(ig_ctx_message(ctx), "--table-key stands before the first --table"));
}

static void prefixes_tell_rooms_apart(void **state)
{
    (void)state;
    assert_int_equal(parse("--areas a --areas-key x --dissolve --areas-where A=1 --table t"),
                     IG_OK);
    assert_string_equal(set->room.key, "x");
    assert_string_equal(set->room.where, "A=1");
    assert_true(set->room.dissolve);
    assert_int_equal(parse("--areas a --table t --table-dissolve"), IG_EINVAL);
}

static void wrong_use_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *words, *message, *hint;
    } cases[] = {
        {"--areas a", "--table is required", NULL},
        {"--table t", "--areas is required", NULL},
        {"--areas a --tabel t", "made-up has no option --tabel", "did you mean --table?"},
        {"--areas a --table t --cell 0", "--cell must be from 1 to 1000, not 0", NULL},
        {"--areas a --table t --cell wide", "--cell takes a number, not \"wide\"", NULL},
        {"--areas a --table t --row 1.5", "--row takes a whole number", NULL},
        {"--areas a --table t --method quantil", "--method is quantile or equal, not \"quantil\"",
         "did you mean quantile?"},
        {"--areas a --table t --cell 2 --cell 3", "--cell is given twice", NULL},
        {"--areas a --table t --cell", "--cell needs a value: NUMBER", NULL},
        {"--areas --table t", "--areas needs a value: FILE,...", NULL},
        {"--areas a --table t stray", "made-up takes no bare argument \"stray\"", NULL},
        {"--areas a --table t -x", "made-up has no option -x", NULL},
        {"--areas a --table t --thresholds 1,x", "--thresholds takes numbers", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(parse(cases[i].words), IG_EINVAL);
        if (!strstr(ig_ctx_message(ctx), cases[i].message)) {
            fail_msg("%s: %s", cases[i].words, ig_ctx_message(ctx));
        }
        if (cases[i].hint) assert_string_equal(ig_ctx_hint(ctx), cases[i].hint);
    }
}

static void help_needs_no_inputs(void **state)
{
    (void)state;
    assert_int_equal(parse("--help"), IG_OK);
    assert_true(parsed.common.help);
}

static void names_with_commas_stand_in_quotes(void **state)
{
    (void)state;
    ig_option_store *store = ig_option_store_new();
    static const ig_option list = {.name = "columns", .kind = IG_OPTION_TEXTS};
    static const ig_option one = {.name = "value", .kind = IG_OPTION_COLUMN};
    ig_texts texts = {0};
    const char *column = NULL;
    assert_int_equal(ig_option_set(ctx, store, &list, &texts, NULL, "a,\"b, c\", \"d\"\"e\""),
                     IG_OK);
    assert_int_equal(texts.count, 3);
    assert_string_equal(texts.values[1], "b, c");
    assert_string_equal(texts.values[2], "d\"e");
    assert_int_equal(ig_option_set(ctx, store, &one, &column, NULL, "\"b, c\""), IG_OK);
    assert_string_equal(column, "b, c");
    assert_int_equal(ig_option_set(ctx, store, &one, &column, NULL, "b, c"), IG_OK);
    assert_string_equal(column, "b, c");
    ig_option_store_free(store);
}

static void memory_has_units(void **state)
{
    (void)state;
    uint64_t bytes;
    assert_int_equal(parse_memory(ctx, "512M", &bytes), IG_OK);
    assert_true(bytes == 512u << 20);
    assert_int_equal(parse_memory(ctx, "1.5 GiB", &bytes), IG_OK);
    assert_true(bytes == 1536u << 20);
    assert_int_equal(parse_memory(ctx, "1000", &bytes), IG_OK);
    assert_true(bytes == 1000);
    assert_int_equal(parse_memory(ctx, "lots", &bytes), IG_EINVAL);
    assert_int_equal(parse_memory(ctx, "4 lots", &bytes), IG_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_set_in_both_forms),
        cmocka_unit_test(a_given_list_replaces_its_default),
        cmocka_unit_test(each_option_goes_with_the_table_before_it),
        cmocka_unit_test(options_before_the_only_table_are_its_own),
        cmocka_unit_test(prefixes_tell_rooms_apart),
        cmocka_unit_test(wrong_use_is_named),
        cmocka_unit_test(help_needs_no_inputs),
        cmocka_unit_test(names_with_commas_stand_in_quotes),
        cmocka_unit_test(memory_has_units),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
