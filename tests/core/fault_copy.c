// A small program over core alone, for the sweep of faults: reads a file, writes its bytes.
#include <core/inside.h>

#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    ig_ctx *ctx = ig_ctx_new();
    if (!ctx) {
        fputs("no memory\n", stderr);
        return 6;
    }
    ig_ctx_set_overwrite(ctx, true);
    ig_bytes bytes = {0};
    ig_status status = ig_bytes_read(ctx, argv[1], &bytes);
    if (!status) status = ig_output_bytes(ctx, argv[2], bytes.data, bytes.length);
    if (status) fprintf(stderr, "%s\n", ig_ctx_message(ctx));
    ig_bytes_free(&bytes);
    ig_ctx_free(ctx);
    return ig_status_exit_code(status);
}
