// Outputs: whole under the final name or absent, whatever goes wrong (O1, O3, O5).
#include "near_files.h"

#include <core/inside.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void bytes_appear_whole_and_alone(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const mode_t before = umask(022);
    assert_int_equal(ig_output_bytes(ctx, "a.csv", "a,b\n", 4), IG_OK);
    umask(027);
    assert_int_equal(ig_output_bytes(ctx, "empty.csv", "", 0), IG_OK);
    umask(before);
    assert_holds("a.csv", "a,b\n");
    assert_int_equal(entries(home), 2);
    struct stat about;
    assert_int_equal(stat("a.csv", &about), 0);
    assert_int_equal(about.st_mode & 0777, 0644);
    assert_int_equal(stat("empty.csv", &about), 0);
    assert_int_equal(about.st_mode & 0777, 0640);
    ig_ctx_free(ctx);
}

static void a_temporary_is_private_and_keeps_the_suffix(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_output *output = NULL;
    assert_int_equal(ig_output_begin(ctx, "a.b.gpkg", NULL, &output), IG_OK);
    const char *path = ig_output_path(output);
    assert_string_equal(path + strlen(path) - 5, ".gpkg");
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_not_equal(access("a.b.gpkg", F_OK), 0);
    char journal[300];
    snprintf(journal, sizeof journal, "%s-journal", path);
    put(journal, "x");
    ig_output_abort(output);
    assert_int_equal(entries(home), 0);
    ig_ctx_free(ctx);
}

static void an_existing_output_needs_overwrite(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    put("old.csv", "old");
    assert_int_equal(ig_output_bytes(ctx, "old.csv", "new", 3), IG_EPOLICY);
    assert_non_null(strstr(ig_ctx_hint(ctx), "--overwrite"));
    assert_holds("old.csv", "old");
    ig_ctx_set_overwrite(ctx, true);
    assert_int_equal(ig_output_bytes(ctx, "old.csv", "new", 3), IG_OK);
    assert_holds("old.csv", "new");
    assert_int_equal(entries(home), 1);
    ig_ctx_free(ctx);
}

static void check_refused(ig_ctx *ctx, const char *path, const char *const *inputs,
                          ig_status expected, const char *word)
{
    const int before = entries(home);
    ig_output *output = (ig_output *)&before;
    assert_int_equal(ig_output_begin(ctx, path, inputs, &output), expected);
    assert_null(output);
    assert_int_equal(ig_output_check(ctx, path, inputs), expected);
    if (!strstr(ig_ctx_message(ctx), word)) fail_msg("'%s' in: %s", word, ig_ctx_message(ctx));
    assert_int_equal(entries(home), before);
}

static void wrong_targets_are_refused_before_any_work(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_overwrite(ctx, true);
    put("in.csv", "in");
    put("in.gpkg", "in");
    put("file", "");
    assert_int_equal(symlink("in.csv", "link.csv"), 0);
    assert_int_equal(link("in.csv", "hard.csv"), 0);
    assert_int_equal(symlink("nowhere", "dangling.csv"), 0);
    assert_int_equal(mkdir("folder", 0755), 0);
    assert_int_equal(mkfifo("fifo.csv", 0600), 0);
    const char *const inputs[] = {"other.csv", "in.csv", "in.gpkg|layername=a", NULL};
    check_refused(ctx, "in.csv", inputs, IG_EPOLICY, "same file as input");
    check_refused(ctx, "./in.csv", inputs, IG_EPOLICY, "same file as input");
    check_refused(ctx, "link.csv", inputs, IG_EPOLICY, "same file as input");
    check_refused(ctx, "hard.csv", inputs, IG_EPOLICY, "same file as input");
    check_refused(ctx, "in.gpkg", inputs, IG_EPOLICY, "same file as input");
    check_refused(ctx, "dangling.csv", NULL, IG_EWRITE, "leads nowhere");
    check_refused(ctx, "folder", NULL, IG_EWRITE, "is a folder");
    check_refused(ctx, "fifo.csv", NULL, IG_EWRITE, "not a regular file");
    check_refused(ctx, "missing/a.csv", NULL, IG_EWRITE, "missing");
    check_refused(ctx, "file/a.csv", NULL, IG_EWRITE, "file");
    check_refused(ctx, "folder/", NULL, IG_EINVAL, "names no file");
    check_refused(ctx, "", NULL, IG_EINVAL, "names no file");
    check_refused(ctx, "..", NULL, IG_EINVAL, "names no file");
    check_refused(ctx, "/vsizip/a.zip/b.csv", NULL, IG_EPOLICY, "/vsi");
    assert_holds("in.csv", "in");
    char longer[400];
    memset(longer, 'x', sizeof longer);
    longer[300] = '\0';
    check_refused(ctx, longer, NULL, IG_EWRITE, "name too long");
    longer[240] = '\0';
    assert_int_equal(ig_output_bytes(ctx, longer, "a", 1), IG_OK);
    if (geteuid() != 0) {
        assert_int_equal(chmod("folder", 0500), 0);
        check_refused(ctx, "folder/a.csv", NULL, IG_EWRITE, "folder");
    }
    ig_ctx_free(ctx);
}

static void a_journal_beside_the_output_is_not_played_into_it(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_overwrite(ctx, true);
    put("a.gpkg", "old");
    put("a.gpkg-wal", ""); // QGIS leaves empty ones: harmless
    assert_int_equal(ig_output_bytes(ctx, "a.gpkg", "new", 3), IG_OK);
    put("a.gpkg-wal", "pages");
    check_refused(ctx, "a.gpkg", NULL, IG_EWRITE, "a.gpkg-wal");
    ig_ctx_free(ctx);
}

static void an_output_not_closed_by_its_writer_is_not_put_in_place(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_output *output = NULL;
    assert_int_equal(ig_output_begin(ctx, "a.gpkg", NULL, &output), IG_OK);
    char journal[300];
    snprintf(journal, sizeof journal, "%s-journal", ig_output_path(output));
    put(journal, "hot");
    assert_int_equal(ig_output_commit(ctx, output), IG_EBUG);
    assert_int_equal(entries(home), 0);
    ig_ctx_free(ctx);
}

static void strictness_and_cancel_leave_nothing(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_strict(ctx, true);
    ig_warn_mild(ctx, "mild");
    assert_int_equal(ig_output_bytes(ctx, "a.csv", "a", 1), IG_OK);
    ig_warn(ctx, "grave");
    assert_int_equal(ig_output_bytes(ctx, "b.csv", "b", 1), IG_EFORMAT);
    ig_ctx_set_strict(ctx, false);
    assert_int_equal(ig_output_bytes(ctx, "c.csv", "c", 1), IG_OK);
    ig_ctx_cancel(ctx);
    assert_int_equal(ig_output_bytes(ctx, "d.csv", "d", 1), IG_ECANCELLED);
    assert_int_equal(entries(home), 2);
    ig_ctx_free(ctx);
}

static void a_second_writer_is_told_so(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_output *first = NULL, *second = NULL;
    assert_int_equal(ig_output_begin(ctx, "a.csv", NULL, &first), IG_OK);
    assert_int_equal(ig_output_begin(ctx, "a.csv", NULL, &second), IG_EWRITE);
    assert_non_null(strstr(ig_ctx_message(ctx), "locked"));
    assert_int_equal(ig_output_commit(ctx, first), IG_OK);
    assert_int_equal(entries(home), 1);
    put(".b.csv.lock", "somebody's notes");
    assert_int_equal(ig_output_begin(ctx, "b.csv", NULL, &second), IG_EWRITE);
    assert_holds(".b.csv.lock", "somebody's notes");
    ig_ctx_free(ctx);
}

static void eight_writers_make_one_whole_file(void **state)
{
    (void)state;
    enum { WRITERS = 8, ROUNDS = 20, SIZE = 5000 };
    for (int round = 0; round < ROUNDS; round++) {
        pid_t children[WRITERS];
        for (int w = 0; w < WRITERS; w++) {
            children[w] = fork();
            assert_true(children[w] >= 0);
            if (children[w] > 0) continue;
            char text[SIZE];
            memset(text, 'a' + w, sizeof text);
            ig_ctx *ctx = ig_ctx_new();
            ig_ctx_set_overwrite(ctx, true);
            const ig_status status = ig_output_bytes(ctx, "shared.txt", text, sizeof text);
            ig_ctx_free(ctx);
            _exit((int)status);
        }
        int good = 0;
        for (int w = 0; w < WRITERS; w++) {
            int code;
            waitpid(children[w], &code, 0);
            assert_true(WIFEXITED(code));
            assert_true(WEXITSTATUS(code) == IG_OK || WEXITSTATUS(code) == IG_EWRITE);
            good += WEXITSTATUS(code) == IG_OK;
        }
        assert_true(good > 0);
        assert_int_equal(entries(home), 1);
        char text[SIZE + 1];
        const int fd = open("shared.txt", O_RDONLY);
        assert_int_equal(read(fd, text, sizeof text), SIZE);
        close(fd);
        for (int i = 1; i < SIZE; i++)
            assert_int_equal(text[i], text[0]);
    }
}

static void parts_come_together_or_not_at_all(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_overwrite(ctx, true);
    put("a.shp", "old shp");
    const char *const names[] = {"a.shp", "a.shx", "a.dbf"};
    for (int last_is_lost = 1; last_is_lost >= 0; last_is_lost--) {
        ig_output *parts[3];
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(ig_output_begin(ctx, names[i], NULL, &parts[i]), IG_OK);
            put(ig_output_path(parts[i]), "new");
        }
        if (last_is_lost) { // its name is taken by a folder meanwhile: it cannot be renamed
            assert_int_equal(mkdir("a.dbf", 0755), 0);
            put("a.dbf/full", "");
        }
        const ig_status status = ig_output_commit_all(ctx, parts, 3);
        if (last_is_lost) {
            assert_int_equal(status, IG_EWRITE);
            assert_holds("a.shp", "old shp");
            assert_int_not_equal(access("a.shx", F_OK), 0);
            assert_int_equal(entries(home), 2);
            unlink("a.dbf/full");
            rmdir("a.dbf");
        } else {
            assert_int_equal(status, IG_OK);
            for (size_t i = 0; i < 3; i++)
                assert_holds(names[i], "new");
            assert_int_equal(entries(home), 3);
        }
    }
    ig_ctx_free(ctx);
}

static void a_file_that_appeared_meanwhile_is_not_lost(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_output *output = NULL;
    assert_int_equal(ig_output_begin(ctx, "a.csv", NULL, &output), IG_OK);
    put("a.csv", "theirs");
    const ig_status status = ig_output_commit(ctx, output);
    if (status == IG_OK) { // a file system without RENAME_NOREPLACE
        ig_ctx_free(ctx);
        skip();
    }
    assert_int_equal(status, IG_EPOLICY);
    assert_holds("a.csv", "theirs");
    assert_int_equal(entries(home), 1);
    ig_ctx_free(ctx);
}

static void all_under_way_can_be_removed(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_output *outputs[3];
    const char *const names[] = {"a.gpkg", "b.csv", "c.tif"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(ig_output_begin(ctx, names[i], NULL, &outputs[i]), IG_OK);
    assert_int_equal(entries(home), 6);
    ig_output_abort(outputs[1]);
    assert_int_equal(entries(home), 4);
    ig_outputs_remove_all();
    assert_int_equal(entries(home), 0);
    ig_output_abort(outputs[0]);
    ig_output_abort(outputs[2]);
    ig_ctx_free(ctx);
}

static void no_failing_allocation_leaves_a_trace(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_overwrite(ctx, true);
    put("a.csv", "old");
    uint64_t n = 1;
    for (;; n++) {
        ig_alloc_fail_at(n);
        const ig_status status = ig_output_bytes(ctx, "a.csv", "new", 3);
        ig_alloc_fail_at(0);
        assert_int_equal(entries(home), 1);
        if (status == IG_OK) break;
        assert_int_equal(status, IG_EMEMORY);
        assert_holds("a.csv", "old");
    }
    assert_true(n > 4);
    assert_holds("a.csv", "new");
    ig_ctx_free(ctx);
}

static void the_date_is_that_of_the_build_world(void **state)
{
    (void)state;
    char date[32];
    unsetenv("SOURCE_DATE_EPOCH");
    ig_output_date(date);
    assert_string_equal(date, "2020-01-01T00:00:00.000Z");
    setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
    setenv("TZ", "Asia/Tokyo", 1);
    ig_output_date(date);
    assert_string_equal(date, "2023-11-14T22:13:20.000Z");
    setenv("SOURCE_DATE_EPOCH", "soon", 1);
    ig_output_date(date);
    assert_string_equal(date, "2020-01-01T00:00:00.000Z");
    unsetenv("SOURCE_DATE_EPOCH");
}

static void a_digest_of_a_file(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    char hex[65], same[65];
    put("a", "abc");
    assert_int_equal(ig_sha256_file(ctx, "a", hex), IG_OK);
    ig_sha256_bytes("abc", 3, same);
    assert_string_equal(hex, same);
    assert_int_equal(ig_sha256_file(ctx, "b", hex), IG_EIO);
    assert_int_equal(mkfifo("f", 0600), 0);
    assert_int_equal(ig_sha256_file(ctx, "f", hex), IG_EIO);
    ig_ctx_free(ctx);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, clear_home)
    const struct CMUnitTest tests[] = {
        TEST(bytes_appear_whole_and_alone),
        TEST(a_temporary_is_private_and_keeps_the_suffix),
        TEST(an_existing_output_needs_overwrite),
        TEST(wrong_targets_are_refused_before_any_work),
        TEST(a_journal_beside_the_output_is_not_played_into_it),
        TEST(an_output_not_closed_by_its_writer_is_not_put_in_place),
        TEST(strictness_and_cancel_leave_nothing),
        TEST(a_second_writer_is_told_so),
        TEST(eight_writers_make_one_whole_file),
        TEST(parts_come_together_or_not_at_all),
        TEST(a_file_that_appeared_meanwhile_is_not_lost),
        TEST(all_under_way_can_be_removed),
        TEST(no_failing_allocation_leaves_a_trace),
        TEST(the_date_is_that_of_the_build_world),
        TEST(a_digest_of_a_file),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
