// Any bytes as a file to be checked (plans too): there is an answer, and what is bad has words.
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ig_ctx *ctx = fuzz_ctx();
    ig_check *check = NULL;
    const char *path = fuzz_file("input", data, size);
    const ig_status status = ig_check_file(ctx, path, &check);
    fuzz_outcome(ctx, status, check);
    if (check) {
        FUZZ_LAW(check->kind && *check->kind);
        for (size_t i = 0; i < check->problems; i++)
            FUZZ_LAW(check->problem[i].message && *check->problem[i].message);
        FUZZ_LAW(!check->bad || check->problems > 0);
    }
    ig_check_free(check);
    ig_ctx_free(ctx);
    return 0;
}
