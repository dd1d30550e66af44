// Inputs: read whole, unpacked within budgets, refused by what they are (S1, S2, S5).
#include "archives.h"

#include <core/inside.h>

#include <fcntl.h>
#include <sys/mman.h>

// ---- making archives ------------------------------------------------------------------------

static void zip_file_to(const char *name, const char *member, const char *path)
{
    int code;
    zip_t *zip = zip_open(name, ZIP_CREATE, &code);
    assert_non_null(zip);
    zip_source_t *source = zip_source_file(zip, path, 0, -1);
    assert_true(zip_file_add(zip, member, source, ZIP_FL_ENC_UTF_8) >= 0);
    assert_int_equal(zip_close(zip), 0);
}

static void truncate_to(const char *name, double share)
{
    struct stat about;
    assert_int_equal(stat(name, &about), 0);
    assert_int_equal(truncate(name, (off_t)((double)about.st_size * share)), 0);
}

static const char *const all[] = {".csv", NULL};

static void check_read(ig_ctx *ctx, const char *name, ig_status expected, const char *text)
{
    ig_bytes bytes = {(unsigned char *)1, 1};
    const ig_status status = ig_bytes_read(ctx, name, &bytes);
    if (status != expected) fail_msg("%s: %d %s", name, (int)status, ig_ctx_message(ctx));
    if (!status) {
        assert_string_equal((char *)bytes.data, text);
        assert_int_equal(bytes.length, strlen(text));
    } else {
        assert_null(bytes.data);
        if (!strstr(ig_ctx_message(ctx), text)) {
            fail_msg("%s: '%s' in: %s", name, text, ig_ctx_message(ctx));
        }
    }
    ig_bytes_free(&bytes);
}

// ---- whole files ----------------------------------------------------------------------------

static void files_are_read_whole_and_packed_ones_by_content(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    put("plain.csv", "a,b\n1,2\n");
    put("empty.csv", "");
    gzip_to("called.csv", "wb", "packed\n", 7);
    gzip_to("two.gz", "wb", "one\n", 4);
    gzip_to("two.gz", "ab", "two\n", 4);
    gzip_to("nothing.gz", "wb", "", 0);
    zip_to("one.zip", (const char *const[]){"__MACOSX/x", "junk", "sub/", "", "sub/a.csv",
                                            "zipped\n", ".hidden", "junk", NULL});
    zip_to("two.zip", (const char *const[]){"a.csv", "a", "b.csv", "b", NULL});
    check_read(ctx, "plain.csv", IG_OK, "a,b\n1,2\n");
    check_read(ctx, "empty.csv", IG_OK, "");
    check_read(ctx, "called.csv", IG_OK, "packed\n");
    check_read(ctx, "two.gz", IG_OK, "one\ntwo\n");
    check_read(ctx, "nothing.gz", IG_OK, "");
    check_read(ctx, "one.zip", IG_OK, "zipped\n");
    check_read(ctx, "two.zip", IG_EFORMAT, "holds 2 files");
    check_read(ctx, "missing.csv", IG_EIO, "missing.csv");
    check_read(ctx, home, IG_EIO, "is a folder");
    ig_ctx_free(ctx);
}

static void damaged_archives_are_never_a_short_file(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    char text[20001];
    for (size_t i = 0; i < 20000; i++)
        text[i] = (char)('a' + (i * i + i / 7) % 23);
    text[20000] = '\0';
    gzip_to("a.gz", "wb", text, 20000);
    check_read(ctx, "a.gz", IG_OK, text);
    struct stat about;
    assert_int_equal(stat("a.gz", &about), 0);
    for (off_t cut = 2; cut < about.st_size; cut += 1 + about.st_size / 40) {
        gzip_to("b.gz", "wb", text, 20000);
        assert_int_equal(truncate("b.gz", cut), 0);
        check_read(ctx, "b.gz", IG_EFORMAT, "cut short");
    }
    const int fd = open("a.gz", O_RDWR);
    assert_int_equal(pwrite(fd, "XXXX", 4, about.st_size / 2), 4);
    close(fd);
    check_read(ctx, "a.gz", IG_EFORMAT, "a.gz");
    zip_to("a.zip", (const char *const[]){"a.csv", text, NULL});
    truncate_to("a.zip", 0.6);
    check_read(ctx, "a.zip", IG_EFORMAT, "a.zip");
    ig_ctx_free(ctx);
}

static void a_bomb_is_refused_and_a_trusted_one_is_not(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const size_t size = 100 << 20; // zeros: about 1000 to 1
    char *zeros = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(zeros != MAP_FAILED);
    gzip_to("bomb.gz", "wb1", zeros, size);
    check_read(ctx, "bomb.gz", IG_ELIMIT, "limit");
    assert_non_null(strstr(ig_ctx_hint(ctx), "--max-expand"));
    zip_file_to("bomb.zip", "a/bomb.csv.gz", "bomb.gz"); // the inner gzip carries the charge
    ig_unpacked *members = NULL;
    assert_int_equal(ig_unpack(ctx, "bomb.zip", NULL, &members), IG_ELIMIT);
    assert_null(members);
    ig_ctx_set_max_expand(ctx, 2000);
    ig_bytes bytes;
    assert_int_equal(ig_bytes_read(ctx, "bomb.gz", &bytes), IG_OK);
    assert_int_equal(bytes.length, size);
    ig_bytes_free(&bytes);
    munmap(zeros, size);
    ig_ctx_free(ctx);
}

static void many_small_members_share_one_budget(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const size_t size = 30 << 20; // below the free expansion each
    char *zeros = calloc(size + 1, 1);
    memset(zeros, '0', size);
    zip_to("many.zip", (const char *const[]){"1.csv", zeros, "2.csv", zeros, "3.csv", zeros, NULL});
    free(zeros);
    ig_unpacked *members = NULL;
    assert_int_equal(ig_unpack(ctx, "many.zip", all, &members), IG_ELIMIT);
    ig_ctx_free(ctx);
}

static void names_of_services_and_odd_files_are_refused(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const char *const names[] = {"/vsicurl/http://a/b.csv", "/VSIZIP/a.zip", "PG:dbname=x",
                                 "https://a/b.csv",         "s3://a/b",      "GPKG:a.gpkg:t",
                                 "<OGRVRTDataSource>",      "vrt://a.tif"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ig_kind kind = IG_KIND_XLS;
        assert_int_equal(ig_kind_of(ctx, names[i], &kind), IG_EPOLICY);
        assert_int_equal(kind, IG_KIND_XLS);
        check_read(ctx, names[i], IG_EPOLICY, "only plain files");
        ig_unpacked *members;
        assert_int_equal(ig_unpack(ctx, names[i], NULL, &members), IG_EPOLICY);
    }
    assert_int_equal(mkfifo("fifo", 0600), 0);
    check_read(ctx, "fifo", IG_EIO, "neither a file nor a folder"); // and does not wait for it
    check_read(ctx, "/dev/zero", IG_EIO, "neither a file nor a folder");
    ig_ctx_free(ctx);
}

static void a_memory_limit_is_kept(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    put("a.csv", "0123456789");
    ig_ctx_set_memory(ctx, 9);
    check_read(ctx, "a.csv", IG_ELIMIT, "10 bytes");
    ig_ctx_set_memory(ctx, 10);
    check_read(ctx, "a.csv", IG_OK, "0123456789");
    ig_ctx_free(ctx);
}

// ---- archives as files ----------------------------------------------------------------------

static void check_member(const ig_unpacked *u, size_t i, const char *name, const char *text)
{
    assert_true(i < ig_unpacked_count(u));
    assert_string_equal(ig_unpacked_name(u, i), name);
    assert_holds(ig_unpacked_path(u, i), text);
}

static void a_plain_file_stays_where_it_is(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    put("a.txt", "text");
    ig_unpacked *u = NULL;
    assert_int_equal(ig_unpack(ctx, "a.txt", all, &u), IG_OK); // named by the user: any suffix
    assert_int_equal(ig_unpacked_count(u), 1);
    assert_string_equal(ig_unpacked_path(u, 0), "a.txt");
    ig_unpacked_free(u);
    ig_unpacked_free(NULL);
    ig_ctx_free(ctx);
}

static void members_come_sorted_under_their_own_names(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    assert_int_equal(mkdir("tmp", 0700), 0);
    setenv("TMPDIR", home, 1);
    zip_to("a.zip", (const char *const[]){"z/b.csv", "zb", "z/readme.txt", "no", "a/b.csv", "ab",
                                          "z/a.csv", "za", "../../evil.csv", "evil", NULL});
    const int before = entries(home);
    ig_unpacked *u = NULL;
    assert_int_equal(ig_unpack(ctx, "a.zip", all, &u), IG_OK);
    assert_int_equal(entries(home), before + 1);
    assert_int_equal(ig_unpacked_count(u), 4);
    check_member(u, 0, "a.zip/../../evil.csv", "evil");
    check_member(u, 1, "a.zip/a/b.csv", "ab");
    check_member(u, 2, "a.zip/z/a.csv", "za");
    check_member(u, 3, "a.zip/z/b.csv", "zb");
    for (size_t i = 0; i < 4; i++) {
        assert_null(strstr(ig_unpacked_path(u, i), ".."));
        assert_memory_equal(ig_unpacked_path(u, i), home, strlen(home));
        struct stat about;
        assert_int_equal(stat(ig_unpacked_path(u, i), &about), 0);
        assert_int_equal(about.st_mode & 0777, 0600);
    }
    assert_string_equal(ig_base_name(ig_unpacked_path(u, 3)), "b.csv");
    ig_unpacked_free(u);
    assert_int_equal(entries(home), before);
    unsetenv("TMPDIR");
    ig_ctx_free(ctx);
}

// Two shapefiles of one name in two folders, their parts mixed: each must find its own.
static void companions_stay_with_their_own(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    static const char *const parts[] = {".shp", ".dbf", NULL};
    zip_to("two.zip", (const char *const[]){"n/x.shp", "n", "s/x.shp", "s", "n/x.dbf", "n",
                                            "s/x.dbf", "s", NULL});
    ig_unpacked *u = NULL;
    assert_int_equal(ig_unpack(ctx, "two.zip", parts, &u), IG_OK);
    assert_int_equal(ig_unpacked_count(u), 4);
    for (size_t i = 0; i < 4; i += 2) {
        const char *dbf = ig_unpacked_path(u, i), *shp = ig_unpacked_path(u, i + 1);
        assert_int_equal(strlen(dbf), strlen(shp));
        assert_memory_equal(dbf, shp, strlen(shp) - 3);
        assert_holds(dbf, i == 0 ? "n" : "s");
        assert_holds(shp, i == 0 ? "n" : "s");
    }
    ig_unpacked_free(u);
    ig_ctx_free(ctx);
}

static void zips_in_zips_are_opened_one_level_down(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    zip_to("tile.zip", (const char *const[]){"hp40.csv", "tile", "hp40.gml", "no", NULL});
    gzip_to("g.csv.gz", "wb", "g", 1);
    gzip_to("readme.txt.gz", "wb", "no", 2);
    zip_file_to("all.zip", "data/hp/tile.zip", "tile.zip");
    zip_file_to("all.zip", "data/g.csv.gz", "g.csv.gz");
    zip_file_to("all.zip", "data/readme.txt.gz", "readme.txt.gz");
    ig_unpacked *u = NULL;
    assert_int_equal(ig_unpack(ctx, "all.zip", all, &u), IG_OK);
    assert_int_equal(ig_unpacked_count(u), 2);
    check_member(u, 0, "all.zip/data/g.csv.gz", "g");
    check_member(u, 1, "all.zip/data/hp/tile.zip/hp40.csv", "tile");
    assert_string_equal(ig_base_name(ig_unpacked_path(u, 0)), "g.csv");
    ig_unpacked_free(u);
    zip_file_to("more.zip", "all.zip", "all.zip");
    assert_int_equal(ig_unpack(ctx, "more.zip", all, &u), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "zip within a zip within a zip"));
    ig_ctx_free(ctx);
}

static void a_folder_is_its_files(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    assert_int_equal(mkdir("f", 0700), 0);
    assert_int_equal(mkdir("f/b", 0700), 0);
    put("f/c.CSV", "c");
    put("f/b/a.csv", "a");
    put("f/.d.csv", "hidden");
    put("f/readme.txt", "no");
    gzip_to("f/readme.txt.gz", "wb", "no", 2);
    gzip_to("f/z.csv.gz", "wb", "z", 1);
    zip_to("f/y.zip", (const char *const[]){"y.csv", "y", NULL});
    ig_unpacked *u = NULL;
    assert_int_equal(ig_unpack(ctx, "f/", all, &u), IG_OK);
    assert_int_equal(ig_unpacked_count(u), 4);
    check_member(u, 0, "f/b/a.csv", "a");
    check_member(u, 1, "f/c.CSV", "c");
    check_member(u, 2, "f/y.zip/y.csv", "y");
    check_member(u, 3, "f/z.csv.gz", "z");
    ig_unpacked_free(u);
    assert_int_equal(symlink("nowhere", "f/lost.csv"), 0);
    assert_int_equal(ig_unpack(ctx, "f", all, &u), IG_EIO);
    assert_non_null(strstr(ig_ctx_message(ctx), "lost.csv"));
    static const char *const none[] = {".tif", ".asc", NULL};
    unlink("f/lost.csv");
    assert_int_equal(ig_unpack(ctx, "f", none, &u), IG_EFORMAT);
    assert_string_equal(ig_ctx_hint(ctx), "looked for .tif, .asc");
    ig_ctx_free(ctx);
}

static void odd_zips_are_told(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_unpacked *u = NULL;
    put_bytes("empty.zip", "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
    assert_int_equal(ig_unpack(ctx, "empty.zip", all, &u), IG_EFORMAT);
    int code;
    zip_t *zip = zip_open("locked.zip", ZIP_CREATE, &code);
    zip_int64_t at =
        zip_file_add(zip, "a.csv", zip_source_buffer(zip, "a", 1, 0), ZIP_FL_ENC_UTF_8);
    if (zip_file_set_encryption(zip, (zip_uint64_t)at, ZIP_EM_AES_256, "word") == 0) {
        assert_int_equal(zip_close(zip), 0);
        assert_int_equal(ig_unpack(ctx, "locked.zip", all, &u), IG_EFORMAT);
        assert_non_null(strstr(ig_ctx_message(ctx), "password"));
    } else {
        zip_discard(zip);
    }
    // A symbolic link in a zip becomes a file that holds its target's name: it leads nowhere.
    zip = zip_open("link.zip", ZIP_CREATE, &code);
    at = zip_file_add(zip, "l.csv", zip_source_buffer(zip, "/etc/passwd", 11, 0), ZIP_FL_ENC_UTF_8);
    zip_file_set_external_attributes(zip, (zip_uint64_t)at, 0, ZIP_OPSYS_UNIX, 0xA1FFU << 16);
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(ig_unpack(ctx, "link.zip", all, &u), IG_OK);
    check_member(u, 0, "link.zip/l.csv", "/etc/passwd");
    struct stat about;
    assert_int_equal(lstat(ig_unpacked_path(u, 0), &about), 0);
    assert_true(S_ISREG(about.st_mode));
    ig_unpacked_free(u);
    ig_ctx_free(ctx);
}

static void no_failing_allocation_leaves_a_folder(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    assert_int_equal(mkdir("tmp", 0700), 0);
    char folder[128];
    snprintf(folder, sizeof folder, "%s/tmp", home);
    setenv("TMPDIR", folder, 1);
    zip_to("in.zip", (const char *const[]){"a.csv", "a", "b/a.csv", "b", NULL});
    assert_int_equal(mkdir("f", 0700), 0);
    zip_file_to("f/out.zip", "in.zip", "in.zip");
    gzip_to("f/g.csv.gz", "wb", "g", 1);
    put("f/p.csv", "p");
    uint64_t n = 1;
    for (;; n++) {
        ig_unpacked *u = NULL;
        ig_alloc_fail_at(n);
        const ig_status status = ig_unpack(ctx, "f", all, &u);
        ig_alloc_fail_at(0);
        if (status == IG_OK) {
            assert_int_equal(ig_unpacked_count(u), 4);
            ig_unpacked_free(u);
            break;
        }
        assert_int_equal(status, IG_EMEMORY);
        assert_null(u);
        assert_int_equal(entries(folder), 0);
    }
    assert_true(n > 20);
    assert_int_equal(entries(folder), 0);
    unsetenv("TMPDIR");
    ig_ctx_free(ctx);
}

// ---- no memory ------------------------------------------------------------------------------

static void no_failing_allocation_reads_less(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    put("plain", text);
    gzip_to("gz", "wb", text, sizeof text - 1);
    zip_to("zip", (const char *const[]){"a", text, NULL});
    const char *const names[] = {"plain", "gz", "zip"};
    for (size_t i = 0; i < 3; i++) {
        uint64_t n = 1;
        for (;; n++) {
            ig_bytes bytes;
            ig_alloc_fail_at(n);
            const ig_status status = ig_bytes_read(ctx, names[i], &bytes);
            ig_alloc_fail_at(0);
            if (status == IG_OK) assert_string_equal((char *)bytes.data, text);
            ig_bytes_free(&bytes);
            if (status == IG_OK) break;
            assert_int_equal(status, IG_EMEMORY);
        }
        assert_true(n > 1);
    }
    ig_ctx_free(ctx);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, clear_home)
    const struct CMUnitTest tests[] = {
        TEST(files_are_read_whole_and_packed_ones_by_content),
        TEST(damaged_archives_are_never_a_short_file),
        TEST(a_bomb_is_refused_and_a_trusted_one_is_not),
        TEST(many_small_members_share_one_budget),
        TEST(names_of_services_and_odd_files_are_refused),
        TEST(a_memory_limit_is_kept),
        TEST(a_plain_file_stays_where_it_is),
        TEST(members_come_sorted_under_their_own_names),
        TEST(companions_stay_with_their_own),
        TEST(zips_in_zips_are_opened_one_level_down),
        TEST(a_folder_is_its_files),
        TEST(odd_zips_are_told),
        TEST(no_failing_allocation_leaves_a_folder),
        TEST(no_failing_allocation_reads_less),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
