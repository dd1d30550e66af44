// The raster cases of the bad-input manifest, read as cost grids: outcome and words.
#include "near.h"

#include <grid/grid.h>
#include <regex.h>
#include <stdlib.h>
#include <unistd.h>

static bool mentions(const char *text, const char *patterns)
{
    char copy[512];
    snprintf(copy, sizeof copy, "%s", patterns);
    for (char *p = copy; p;) {
        char *next = strstr(p, ";;");
        if (next) *next = '\0';
        regex_t re;
        assert_int_equal(regcomp(&re, p, REG_EXTENDED | REG_ICASE | REG_NOSUB), 0);
        const bool found = regexec(&re, text, 0, NULL, 0) == 0;
        regfree(&re);
        if (!found) {
            print_error("'%s' is not in: %s\n", p, text);
            return false;
        }
        p = next ? next + 2 : NULL;
    }
    return true;
}

struct said {
    char text[8192];
};

static void hear(ig_level level, const char *message, const char *hint, void *user)
{
    struct said *said = user;
    if (level < IG_WARNING) return;
    const size_t at = strlen(said->text);
    snprintf(said->text + at, sizeof said->text - at, "%s\n%s\n", message, hint ? hint : "");
}

static bool case_holds(char **field)
{
    char path[512];
    snprintf(path, sizeof path, "%s/badinputs/%s", SHARED_DIR, field[1]);
    struct said said = {""};
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_log(ctx, hear, &said);
    ig_surface *surface = NULL;
    const ig_status status = ig_surface_read(ctx, path, 0, NULL, &surface);
    if (status) hear(IG_ERROR, ig_ctx_message(ctx), ig_ctx_hint(ctx), &said);
    const char *outcome = status ? "error" : ig_ctx_warnings(ctx) ? "warn" : "ok";
    bool holds = strstr(field[5], outcome) != NULL;
    if (!holds) print_error("%s: %s, wanted %s: %s\n", field[0], outcome, field[5], said.text);
    if (holds && strcmp(outcome, "ok") != 0) holds = mentions(said.text, field[6]);
    assert_int_equal(surface != NULL, !status);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
    return holds;
}

static void the_manifest_is_kept(void **state)
{
    (void)state;
    FILE *file = fopen(SHARED_DIR "/badinputs/manifest.tsv", "r");
    if (!file) {
        print_message("no manifest\n");
        skip();
        return;
    }
    char line[4096];
    int cases = 0, failed = 0;
    while (fgets(line, sizeof line, file)) {
        char *field[8] = {0};
        int n = 0;
        for (char *p = line; p && n < 8; n++) {
            field[n] = p;
            p = strchr(p, '\t');
            if (p) *p++ = '\0';
        }
        // Those that need areas are the access commands' to tell.
        if (n < 8 || strcmp(field[2], "raster") != 0 || strcmp(field[3], "good/areas.gpkg") == 0)
            continue;
        cases++;
        if (!case_holds(field)) failed++;
    }
    fclose(file);
    assert_true(cases >= 18);
    assert_int_equal(failed, 0);
}

static void a_turned_grid_is_the_good_one(void **state)
{
    (void)state;
    if (access(SHARED_DIR "/badinputs/good/cost.tif", R_OK) != 0) {
        print_message("no badinputs\n");
        skip();
    }
    ig_ctx *ctx = ig_ctx_new();
    ig_surface *good = NULL, *turned = NULL;
    assert_int_equal(ig_surface_read(ctx, SHARED_DIR "/badinputs/good/cost.tif", 0, NULL, &good),
                     IG_OK);
    assert_int_equal(
        ig_surface_read(ctx, SHARED_DIR "/badinputs/rasters/south_up.tif", 0, NULL, &turned),
        IG_OK);
    assert_true(ig_frame_equal(&good->frame, &turned->frame));
    for (int i = 0; i < 10000; i++)
        assert_true(good->pace[i] == turned->pace[i] ||
                    (isnan(good->pace[i]) && isnan(turned->pace[i])));
    ig_surface_free(good);
    ig_surface_free(turned);
    ig_ctx_free(ctx);
}

static int setup(void **state)
{
    (void)state;
    return ig_process_start(false, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manifest_is_kept),
        cmocka_unit_test(a_turned_grid_is_the_good_one),
    };
    return cmocka_run_group_tests_name("bad", tests, setup, NULL);
}
