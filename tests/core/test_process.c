// The process made safe for strangers' files (reliability, section 6), and GDAL's errors caught.
#include "near.h"

#include <core/inside.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <errno.h>
#include <gdal.h>
#include <locale.h>
#include <ogr_srs_api.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int start(void **state)
{
    (void)state;
    setenv("GDAL_DRIVER_PATH", "/tmp/evil", 1);
    setenv("OGR_SQLITE_LOAD_EXTENSIONS", "/tmp/evil.so", 1);
    setenv("GDAL_VRT_ENABLE_PYTHON", "YES", 1);
    setenv("CPL_TMPDIR", "/tmp/evil", 1);
    setenv("https_proxy", "http://evil", 1);
    setenv("HTTP_PROXY", "http://evil", 1);
    setenv("PROJ_NETWORK", "ON", 1);
    setenv("GDAL_PAM_ENABLED", "YES", 1);
    setenv("GDAL_DATA", "/usr/share/gdal", 1);
    setenv("ISOGAP_UNTOUCHED", "yes", 1);
    setlocale(LC_ALL, "de_DE.UTF-8");
    umask(027);
    return ig_process_start(false, false);
}

static void the_environment_is_no_back_door(void **state)
{
    (void)state;
    const char *const gone[] = {"GDAL_DRIVER_PATH",
                                "OGR_SQLITE_LOAD_EXTENSIONS",
                                "GDAL_VRT_ENABLE_PYTHON",
                                "CPL_TMPDIR",
                                "https_proxy",
                                "HTTP_PROXY",
                                "GDAL_PAM_ENABLED"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        assert_null(getenv(gone[i]));
    assert_string_equal(getenv("PROJ_NETWORK"), "OFF");
    assert_string_equal(getenv("GDAL_DATA"), "/usr/share/gdal");
    assert_string_equal(getenv("ISOGAP_UNTOUCHED"), "yes");
    assert_string_equal(CPLGetConfigOption("GDAL_PAM_ENABLED", "?"), "NO");
    assert_string_equal(CPLGetConfigOption("GDAL_VRT_ENABLE_PYTHON", "?"), "NO");
    assert_string_equal(CPLGetConfigOption("OGR_CURRENT_DATE", "?"), "2020-01-01T00:00:00.000Z");
}

static void numbers_have_a_point(void **state)
{
    (void)state;
    char text[16];
    snprintf(text, sizeof text, "%.1f", 0.5);
    assert_string_equal(text, "0.5");
    assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
}

static void files_are_private_until_they_are_whole(void **state)
{
    (void)state;
    assert_int_equal(ig_user_umask(), 027);
    const mode_t now = umask(077);
    assert_int_equal(now, 077);
}

static void only_the_listed_drivers_are_there(void **state)
{
    (void)state;
    static const char *const listed[] = {"GTiff",  "COG",  "AAIGrid",  "MEM",
                                         "Memory", "GPKG", "TopoJSON", "GeoJSON",
                                         "OSM",    "XLSX", "ODS",      "ESRI Shapefile"};
    for (int i = 0; i < GDALGetDriverCount(); i++) {
        const char *name = GDALGetDriverShortName(GDALGetDriver(i));
        bool found = false;
        for (size_t k = 0; k < sizeof listed / sizeof *listed; k++)
            found = found || strcmp(name, listed[k]) == 0;
        if (!found) fail_msg("driver %s is registered", name);
    }
    assert_null(GDALGetDriverByName("VRT"));
    assert_null(GDALGetDriverByName("HTTP"));
    assert_non_null(GDALGetDriverByName("GPKG"));
}

static void the_network_is_out_of_reach(void **state)
{
    (void)state;
    if (!ig_process_is_offline()) skip(); // a system without seccomp
    const int families[] = {AF_INET, AF_INET6};
    for (size_t i = 0; i < 2; i++) {
        errno = 0;
        assert_int_equal(socket(families[i], SOCK_STREAM, 0), -1);
        assert_int_equal(errno, EACCES);
    }
    const int local = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(local >= 0);
    close(local);
}

static void a_second_start_changes_nothing(void **state)
{
    (void)state;
    assert_int_equal(ig_process_start(true, true), IG_OK);
    assert_null(GDALGetDriverByName("VRT"));
    assert_int_equal(ig_user_umask(), 027);
}

static char told[256];
static void keep(ig_level level, const char *message, const char *hint, void *user)
{
    (void)hint;
    (void)user;
    if (level == IG_INFO) snprintf(told, sizeof told, "%s", message);
}

static void the_first_error_of_gdal_is_kept(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_log(ctx, keep, NULL);
    ig_gdal_watch *outer = ig_gdal_watch_begin(ctx), *inner = ig_gdal_watch_begin(ctx);
    CPLError(CE_Warning, CPLE_AppDefined, "a %s", "warning");
    assert_null(ig_gdal_watch_error(inner));
    assert_non_null(strstr(told, "a warning"));
    CPLError(CE_Failure, CPLE_AppDefined, "first");
    CPLError(CE_Failure, CPLE_AppDefined, "second");
    assert_string_equal(ig_gdal_watch_error(inner), "first");
    ig_gdal_watch_end(inner);
    assert_null(ig_gdal_watch_error(outer));
    assert_null(
        GDALOpenEx("/nowhere.tif", GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR, NULL, NULL, NULL));
    assert_non_null(ig_gdal_watch_error(outer));
    ig_gdal_watch_end(outer);
    ig_gdal_watch_end(NULL);
    ig_alloc_fail_at(1);
    assert_null(ig_gdal_watch_begin(ctx));
    ig_alloc_fail_at(0);
    assert_non_null(ig_gdal_watch_error(NULL)); // no memory for a watch is not "no error"
    ig_ctx_free(ctx);
}

static void *fail_elsewhere(void *user)
{
    CPLError(CE_Failure, CPLE_FileIO, "lost");
    return user;
}

static void an_error_in_a_thread_of_gdal_counts(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_gdal_watch *watch = ig_gdal_watch_begin(ctx);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, fail_elsewhere, NULL), 0);
    pthread_join(thread, NULL);
    assert_non_null(ig_gdal_watch_error(watch));
    ig_gdal_watch_end(watch);
    ig_ctx_free(ctx);
}

static void virtual_files_are_not_opened(void **state)
{
    (void)state;
    static const char *const names[] = {"rasters/network.vrt", "rasters/raw_file.tif",
                                        "tables/disguised_vrt.csv", "boundaries/areas.vrt"};
    ig_ctx *ctx = ig_ctx_new();
    bool there = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/badinputs/%s", SHARED_DIR, names[i]);
        if (access(path, R_OK) != 0) continue;
        there = true;
        ig_kind kind;
        assert_int_equal(ig_kind_of(ctx, path, &kind), IG_OK);
        assert_int_equal(kind, IG_KIND_VRT);
        assert_null(GDALOpenEx(path, GDAL_OF_READONLY, NULL, NULL, NULL));
    }
    ig_ctx_free(ctx);
    if (!there) skip(); // the bad inputs are not beside the checkout
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_is_no_back_door),
        cmocka_unit_test(numbers_have_a_point),
        cmocka_unit_test(files_are_private_until_they_are_whole),
        cmocka_unit_test(only_the_listed_drivers_are_there),
        cmocka_unit_test(the_network_is_out_of_reach),
        cmocka_unit_test(a_second_start_changes_nothing),
        cmocka_unit_test(the_first_error_of_gdal_is_kept),
        cmocka_unit_test(an_error_in_a_thread_of_gdal_counts),
        cmocka_unit_test(virtual_files_are_not_opened),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
