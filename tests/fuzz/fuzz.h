// What every fuzz target shares: the entry that libFuzzer calls, and the bytes as a file.
#ifndef ISOGAP_TESTS_FUZZ_H
#define ISOGAP_TESTS_FUZZ_H

#include "core/inside.h"
#include "isogap.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/// A law that an input broke: stop, so that it is seen and the input kept.
#define FUZZ_LAW(holds)                                                                            \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fprintf(stderr, "%s:%d: law broken: %s\n", __FILE__, __LINE__, #holds);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static inline void fuzz_remove(void);

/// The folder of this process's inputs, made once.
static inline const char *fuzz_folder(void)
{
    static char folder[] = "/tmp/isogap-fuzz-XXXXXX";
    static bool made = false;
    if (!made) {
        if (!mkdtemp(folder)) abort();
        made = true;
        atexit(fuzz_remove);
    }
    return folder;
}

static inline void fuzz_remove(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", fuzz_folder());
    if (system(command)) fprintf(stderr, "%s is left behind\n", fuzz_folder());
}

/// The bytes as a file of that name; lent until the next call.
static inline const char *fuzz_file(const char *name, const uint8_t *data, size_t size)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file)) abort();
    return path;
}

/// A context that says nothing. Failure must have a message, and success none.
static inline ig_ctx *fuzz_ctx(void)
{
    static bool started = false;
    if (!started && ig_process_start(true, false)) abort();
    started = true;
    ig_ctx *ctx = ig_ctx_new();
    if (!ctx) abort();
    return ctx;
}

/// What any reader owes: a failure with words and no result, or a result; never a bug.
static inline void fuzz_outcome(ig_ctx *ctx, ig_status status, const void *result)
{
    FUZZ_LAW(status != IG_EBUG);
    FUZZ_LAW((status == IG_OK) == (result != NULL));
    if (status) FUZZ_LAW(ig_ctx_message(ctx) && *ig_ctx_message(ctx));
}
#endif
