// What the tests of tables share: files made from text, a context that remembers what it said.
#ifndef ISOGAP_TESTS_TABLE_HELP_H
#define ISOGAP_TESTS_TABLE_HELP_H

#include "core/inside.h"
#include "near.h"
#include "table/build.h"
#include "table/table.h"

#include <regex.h>
#include <stdlib.h>
#include <unistd.h>

/// A context and the files of one test, and all that was logged.
struct help {
    ig_ctx *ctx;
    char folder[64];
    ig_text said;
};

static void help_log(ig_level level, const char *message, const char *hint, void *user)
{
    static const char *const words[] = {"debug", "info", "warning", "error"};
    struct help *help = user;
    ig_text_format(&help->said, "%s: %s\n", words[level], message);
    if (hint) ig_text_format(&help->said, "  %s\n", hint);
}

static inline int help_setup(void **state)
{
    struct help *help = calloc(1, sizeof *help);
    if (!help) return -1;
    strcpy(help->folder, "/tmp/isogap-test-XXXXXX");
    if (!mkdtemp(help->folder)) return -1;
    help->ctx = ig_ctx_new();
    ig_ctx_set_log(help->ctx, help_log, help);
    *state = help;
    return 0;
}

static inline int help_teardown(void **state)
{
    struct help *help = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", help->folder);
    const int failed = system(command);
    ig_ctx_free(help->ctx);
    ig_text_free(&help->said);
    free(help);
    return failed;
}

/// Path of a file in the folder of the test. One of 8 buffers in turn.
static inline const char *help_path(struct help *help, const char *name)
{
    static char paths[8][512];
    static unsigned turn;
    char *path = paths[turn++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", help->folder, name);
    return path;
}

static inline const char *help_bytes(struct help *help, const char *name, const void *bytes,
                                     size_t length)
{
    const char *path = help_path(help, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    return path;
}

static inline const char *help_file(struct help *help, const char *name, const char *text)
{
    return help_bytes(help, name, text, strlen(text));
}

/// Does a text hold the pattern (extended, case ignored)?
static inline bool help_matches(const char *text, const char *pattern)
{
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0) return false;
    const bool found = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return found;
}

/// The message, its hint and all that was logged hold the pattern.
static inline void help_expect(struct help *help, const char *pattern)
{
    ig_text all = {0};
    ig_text_append(&all, help->said.data ? help->said.data : "");
    const char *message = ig_ctx_message(help->ctx), *hint = ig_ctx_hint(help->ctx);
    if (message) ig_text_format(&all, "error: %s\n", message);
    if (hint) ig_text_format(&all, "  %s\n", hint);
    const bool found = help_matches(all.data, pattern);
    if (!found) print_error("'%s' is not in:\n%s", pattern, all.data);
    ig_text_free(&all);
    assert_true(found);
}

/// Read a table that must be good.
static inline ig_table *help_read(struct help *help, const char *path,
                                  const ig_table_options *options)
{
    ig_table *table = NULL;
    const ig_status status = ig_table_read(help->ctx, path, options, &table);
    if (status) print_error("%s\n", ig_ctx_message(help->ctx));
    assert_int_equal(status, IG_OK);
    assert_non_null(table);
    return table;
}

/// Read a table that must be refused, in words that hold the pattern.
static inline void help_refused(struct help *help, const char *path,
                                const ig_table_options *options, const char *pattern)
{
    ig_table *table = NULL;
    const ig_status status = ig_table_read(help->ctx, path, options, &table);
    if (!status) ig_table_free(table);
    assert_int_not_equal(status, IG_OK);
    assert_null(table);
    help_expect(help, pattern);
}

static inline size_t help_column(struct help *help, const ig_table *table, const char *name)
{
    size_t column = SIZE_MAX;
    const ig_status status = ig_table_find(help->ctx, table, name, &column);
    if (status) print_error("%s\n", ig_ctx_message(help->ctx));
    assert_int_equal(status, IG_OK);
    return column;
}

static inline const char *help_cell(const ig_table *table, size_t row, const char *name)
{
    const size_t column = ig_table_column(table, name);
    assert_true(column != SIZE_MAX);
    return ig_table_text(table, row, column);
}

#define help_test(f) cmocka_unit_test_setup_teardown(f, help_setup, help_teardown)

#endif
