/// What the tests of the area room share: files made on the spot, and words to look for.
#ifndef ISOGAP_TESTS_AREA_H
#define ISOGAP_TESTS_AREA_H

#include "near.h"

#include "core/inside.h"
#include "isogap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static inline ig_ctx *context(void)
{
    ig_ctx *ctx = ig_ctx_new();
    assert_non_null(ctx);
    return ctx;
}

static inline void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static inline void assert_says(const char *text, const char *part)
{
    if (text && strstr(text, part)) return;
    print_error("\"%s\" does not say \"%s\"\n", text ? text : "(nothing)", part);
    fail();
}

/// Some warning says this.
static inline void assert_warns(const ig_ctx *ctx, const char *part)
{
    for (size_t i = 0; i < ig_ctx_warnings(ctx); i++)
        if (strstr(ig_ctx_warning(ctx, i), part)) return;
    print_error("no warning says \"%s\"\n", part);
    fail();
}

/// A file of the shared data; the test is skipped by name where it is not there.
static inline const char *shared(const char *path)
{
    static char full[1024];
    snprintf(full, sizeof full, "%s/%s", SHARED_DIR, path);
    if (access(full, R_OK)) {
        print_message("skipped: %s is not there\n", full);
        skip();
    }
    return full;
}

/// Is the program on the path?
static inline bool have_program(const char *name)
{
    char command[256];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", name);
    return system(command) == 0;
}

static inline ig_status read_areas(ig_ctx *ctx, const char *path, const ig_area_options *options,
                                   ig_areas **areas)
{
    return ig_areas_read(ctx, &path, 1, options, areas);
}

#endif
