// An input read piece by piece: memory for what is looked at, not for the file.
#include "input_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 18 };

ig_status ig_window_open(ig_ctx *ctx, const char *path, ig_window *window)
{
    struct stat about;
    *window = (ig_window){.fd = -1};
    window->path = ig_text_copy(path);
    if (!window->path) return ig_fail(ctx, IG_EMEMORY, "no memory for %s", ig_show(path));
    ig_status status = ig_input_open(ctx, path, &window->fd, &about);
    if (!status && S_ISDIR(about.st_mode))
        status = ig_fail(ctx, IG_EIO, "%s is a folder", ig_show(path));
    if (!status) window->length = (uint64_t)about.st_size;
    return status;
}

void ig_window_close(ig_window *window)
{
    if (window->path && window->fd >= 0) close(window->fd);
    ig_free(window->path);
    ig_free(window->data);
    *window = (ig_window){.fd = -1};
}

static ig_status fill(ig_ctx *ctx, ig_window *window, uint64_t offset, size_t size)
{
    window->from = offset;
    window->held = 0;
    while (window->held < size) {
        const ssize_t n = pread(window->fd, window->data + window->held, size - window->held,
                                (off_t)(offset + window->held));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0)
            return ig_fail(ctx, IG_EIO, "cannot read %s: %s", ig_show(window->path),
                           strerror(errno));
        if (n == 0)
            return ig_fail(ctx, IG_EIO, "%s became shorter while it was read",
                           ig_show(window->path));
        window->held += (size_t)n;
    }
    return IG_OK;
}

ig_status ig_window_at(ig_ctx *ctx, ig_window *window, uint64_t offset, size_t size,
                       const unsigned char **bytes)
{
    *bytes = NULL;
    if (offset > window->length || size > window->length - offset)
        return ig_fail(ctx, IG_EFORMAT, "%s is truncated: it has %llu bytes", ig_show(window->path),
                       (unsigned long long)window->length);
    if (offset < window->from || offset - window->from > window->held ||
        size > window->held - (size_t)(offset - window->from)) {
        const uint64_t left = window->length - offset;
        size_t wanted = size > PIECE ? size : PIECE;
        if (wanted > left) wanted = (size_t)left;
        if (!ig_grow((void **)&window->data, &window->room, wanted + 1, 1))
            return ig_fail(ctx, IG_EMEMORY, "no memory for %zu bytes of %s", wanted,
                           ig_show(window->path));
        const ig_status status = fill(ctx, window, offset, wanted);
        if (status) return status;
    }
    *bytes = window->data + (offset - window->from);
    return IG_OK;
}
