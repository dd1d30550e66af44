// Faults made on purpose: allocations that fail, bytes that are changed.
#include "help.h"

#include <shapefil.h>
#include <sqlite3.h>

static const char csv[] = "code,name,year,n\nE01000001,\"A, b\",1,5\nE01000001,A,2,*\n"
                          "e01000002 ,B,1,\"1,400\"\nE01000002,B,2,7\n";
static const char json[] =
    "{\"type\": \"FeatureCollection\", \"features\": [{\"type\": \"Feature\", \"id\": 3, "
    "\"geometry\": {\"type\": \"Point\", \"coordinates\": [1, 2.5]}, \"properties\": {\"code\": "
    "\"E01000001\", \"n\": 1.5e3, \"s\": \"\\u00e9\\n\", \"x\": [1, {\"a\": null}]}}, "
    "{\"type\": \"Feature\", \"geometry\": null, \"properties\": {\"code\": \"E01000002\", \"n\": "
    "null}}]}";

static const char *make_dbf(struct help *help)
{
    const char *path = help_path(help, "a.dbf");
    DBFHandle file = DBFCreateEx(path, "LDID/87");
    assert_non_null(file);
    DBFAddField(file, "CODE", FTString, 9, 0);
    DBFAddField(file, "N", FTDouble, 8, 2);
    for (int r = 0; r < 3; r++) {
        static const char *const codes[] = {"E01000001", "E01000002", "\xE9"};
        assert_true(DBFWriteStringAttribute(file, r, 0, codes[r]));
        assert_true(DBFWriteDoubleAttribute(file, r, 1, r + .5));
    }
    DBFClose(file);
    return path;
}

static const char *make_database(struct help *help)
{
    const char *path = help_path(help, "a.gpkg");
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "CREATE TABLE t (code TEXT, n INTEGER, x REAL);"
                                  "INSERT INTO t VALUES ('E01000001', 1, 0.5), ('E01000002', NULL, "
                                  "1e300), ('E01000003', 3, 'a');",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return path;
}

static const char *make_workbook(struct help *help)
{
    ig_result *result = NULL;
    ig_column *column = NULL;
    assert_int_equal(ig_result_new(2, &result), IG_OK);
    assert_int_equal(ig_result_add(result, "code", IG_COLUMN_TEXT, &column), IG_OK);
    assert_int_equal(ig_result_set_text(result, column, 0, "E01000001"), IG_OK);
    assert_int_equal(ig_result_set_text(result, column, 1, "E01000002"), IG_OK);
    assert_int_equal(ig_result_add(result, "n", IG_COLUMN_REAL, &column), IG_OK);
    column->number[0] = 5;
    const char *path = help_path(help, "a.xlsx");
    assert_int_equal(ig_result_write(help->ctx, result, path, "t", NULL), IG_OK);
    ig_result_free(result);
    return path;
}

/// Read, link and take numbers; whatever happens, nothing is left behind.
static ig_status all_of_it(struct help *help, const char *path, const ig_table_options *options)
{
    ig_table *table = NULL;
    ig_status status = ig_table_read(help->ctx, path, options, &table);
    assert_true((status == IG_OK) == (table != NULL));
    if (status) return status;
    if (options && options->pivot) status = ig_table_unique(help->ctx, table);
    for (size_t c = 0; c < ig_table_columns(table) && !status; c++) {
        const double *values = NULL;
        if (!ig_table_looks_numeric(table, c)) continue;
        status = ig_table_numbers(help->ctx, table, c, IG_NUMBERS_ANY, &values);
        if (status == IG_EFORMAT) status = IG_OK;
    }
    ig_table_free(table);
    return status;
}

static void no_allocation_that_fails_leaves_a_half_table(void **state)
{
    struct help *help = *state;
    ig_table_options plain = ig_table_defaults(), pivot = plain, sum = plain, chosen = plain;
    pivot.pivot = "year";
    sum.duplicates = 1;
    chosen.where = "year=1,name=\"A, b\"";
    chosen.proportion = "n";
    const struct {
        const char *path;
        const ig_table_options *options;
    } cases[] = {
        {help_file(help, "a.csv", csv), &plain},
        {help_path(help, "a.csv"), &pivot},
        {help_path(help, "a.csv"), &sum},
        {help_path(help, "a.csv"), &chosen},
        {help_file(help, "b.csv", "a\nb,c\nE01000001,\xF4\n"), &plain},
        {help_file(help, "a.json", json), &plain},
        {make_dbf(help), &plain},
        {make_database(help), &plain},
        {make_workbook(help), &plain},
    };
    ig_ctx_set_log(help->ctx, NULL, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        // the n-th allocation fails: an error each time, until there are fewer than n
        uint64_t last_failed = 0, n = 1;
        for (; n < last_failed + 100 && n < 3000; n++) {
            ig_alloc_fail_at(n);
            const ig_status status = all_of_it(help, cases[i].path, cases[i].options);
            ig_alloc_fail_at(0);
            if (status == IG_OK) continue;
            if (n != last_failed + 1) print_error("case %zu: %llu\n", i, (unsigned long long)n);
            assert_int_equal(n, last_failed + 1); // none before it was swallowed
            last_failed = n;
        }
        if (last_failed < 5) print_error("case %zu: %llu\n", i, (unsigned long long)last_failed);
        assert_true(last_failed >= 5 && n < 3000);
        assert_int_equal(all_of_it(help, cases[i].path, cases[i].options), IG_OK);
    }
}

static uint32_t dice(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u; // Knuth, TAOCP 2, 3.3.4
    return *seed >> 8;
}

/// A few bytes set, taken out or doubled.
static void change(unsigned char *bytes, size_t *length, size_t room, uint32_t *seed)
{
    static const unsigned char odd[] = "\0\"',;\n\r\t\xFF{}[]<>&%-+.eE0*";
    for (uint32_t k = 1 + dice(seed) % 3; k > 0 && *length > 0; k--) {
        const size_t at = dice(seed) % *length;
        switch (dice(seed) % 4) {
        case 0:
            bytes[at] = odd[dice(seed) % (sizeof odd - 1)];
            break;
        case 1:
            bytes[at] = (unsigned char)dice(seed);
            break;
        case 2:
            memmove(bytes + at, bytes + at + 1, *length - at - 1);
            (*length)--;
            break;
        default:
            if (*length == room) break;
            memmove(bytes + at + 1, bytes + at, *length - at);
            (*length)++;
        }
    }
}

static void changed_bytes_are_read_or_refused(void **state)
{
    struct help *help = *state;
    const char *rounds = getenv("ISOGAP_FUZZ_ROUNDS");
    const long times = rounds ? strtol(rounds, NULL, 10) : 60;
    static const char *const names[] = {"a.csv", "a.json", "a.dbf", "a.gpkg", "a.xlsx"};
    help_file(help, "a.csv", csv);
    help_file(help, "a.json", json);
    make_dbf(help);
    make_database(help);
    make_workbook(help);
    ig_ctx_set_log(help->ctx, NULL, NULL);
    uint32_t seed = 11;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ig_bytes bytes = {0};
        FILE *file = fopen(help_path(help, names[i]), "rb"); // not unpacked
        assert_non_null(file);
        static unsigned char good[65536], bad[65536];
        const size_t length = fread(good, 1, sizeof good - 8, file);
        assert_int_equal(fclose(file), 0);
        for (long k = 0; k < times; k++) {
            size_t changed = length;
            memcpy(bad, good, length);
            change(bad, &changed, sizeof bad, &seed);
            char name[32];
            snprintf(name, sizeof name, "m%s", names[i]);
            const ig_status status = all_of_it(help, help_bytes(help, name, bad, changed), NULL);
            assert_true(status != IG_EBUG && status != IG_EMEMORY);
        }
        ig_bytes_free(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        help_test(no_allocation_that_fails_leaves_a_half_table),
        help_test(changed_bytes_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
