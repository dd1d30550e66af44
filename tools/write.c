// What commands share: a result to its file or to standard output.
#include "framework.h"

#include <core/inside.h>

ig_status command_write(ig_ctx *ctx, const ig_result *result, const char *output, const char *name,
                        const char *const *inputs, json_t *json)
{
    if (output) {
        const ig_status status = ig_result_write(ctx, result, output, name, inputs);
        return status ? status : command_output(json, output);
    }
    if (command_json()) return IG_OK;
    if (ig_ctx_strict(ctx)) {
        return ig_fail(ctx, IG_EFORMAT, "nothing is printed after warnings, as --strict asks");
    }
    return ig_result_print(ctx, result, stdout);
}
