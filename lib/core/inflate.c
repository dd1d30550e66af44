// Unpacking gzip and zip within the budget of S5.
#include "input_internal.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { BLOCK = 1 << 16 };

// What expands beyond this is measured against the size of the file.
static const uint64_t free_expansion = 64ULL << 20;

ig_status ig_expansion_check(ig_ctx *ctx, const char *what, uint64_t expanded, uint64_t packed)
{
    const double ratio = ig_ctx_max_expand(ctx);
    if (expanded <= free_expansion || (double)expanded <= (double)packed * ratio) return IG_OK;
    ig_fail(ctx, IG_ELIMIT,
            "%s expands over %llu MiB and to more than %g times its size: the limit for "
            "unpacking is met (too large)",
            what, (unsigned long long)(free_expansion >> 20), ratio);
    return ig_hint(ctx, "if the file can be trusted, raise the limit by --max-expand");
}

ig_status ig_budget_spend(ig_ctx *ctx, ig_budget *budget, const char *what, size_t more)
{
    budget->expanded += more;
    return ig_expansion_check(ctx, what, budget->expanded, budget->packed);
}

static ig_status pour(ig_ctx *ctx, ig_sink *sink, const unsigned char *from, size_t n)
{
    if (sink->bytes) {
        ig_bytes *b = sink->bytes;
        if (!ig_grow((void **)&b->data, &sink->room, b->length + n + 1, 1)) {
            return ig_fail(ctx, IG_EMEMORY, "no memory for an unpacked file of %zu bytes",
                           b->length + n);
        }
        memcpy(b->data + b->length, from, n);
        b->length += n;
        b->data[b->length] = '\0';
        return IG_OK;
    }
    while (n > 0) {
        const ssize_t done = write(sink->fd, from, n);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            ig_fail(ctx, IG_EWRITE, "cannot unpack into the temporary folder: %s",
                    strerror(done < 0 ? errno : ENOSPC));
            return ig_hint(ctx, "set TMPDIR to a folder with more room");
        }
        from += done;
        n -= (size_t)done;
    }
    return IG_OK;
}

// ---- gzip -----------------------------------------------------------------------------------

bool ig_is_gzip(const unsigned char *magic, size_t length)
{
    return length >= 2 && magic[0] == 0x1F && magic[1] == 0x8B;
}

// More input for the stream; *end when there is none.
static ig_status refill(ig_ctx *ctx, int fd, const char *path, unsigned char *in, z_stream *stream,
                        bool *end)
{
    size_t got = 0;
    const ig_status status = ig_input_read(ctx, fd, path, in, BLOCK, &got);
    stream->next_in = in;
    stream->avail_in = (uInt)got;
    *end = got == 0;
    return status;
}

static ig_status inflate_all(ig_ctx *ctx, int fd, const char *path, ig_budget *budget,
                             ig_sink *sink, z_stream *stream, unsigned char *in, unsigned char *out)
{
    bool member_ended = false;
    for (;;) {
        if (stream->avail_in == 0) {
            bool end = false;
            const ig_status status = refill(ctx, fd, path, in, stream, &end);
            if (status) return status;
            if (end && member_ended) return IG_OK;
            if (end) {
                return ig_fail(ctx, IG_EFORMAT, "%s is cut short: the gzip data has no end",
                               ig_show(path));
            }
        }
        if (member_ended) { // members may follow each other; padding after the last is left
            if (stream->next_in[0] != 0x1F || inflateReset(stream) != Z_OK) return IG_OK;
            member_ended = false;
        }
        stream->next_out = out;
        stream->avail_out = BLOCK;
        const int z = inflate(stream, Z_NO_FLUSH);
        if (z == Z_MEM_ERROR) return ig_fail(ctx, IG_EMEMORY, "no memory");
        if (z != Z_OK && z != Z_STREAM_END && z != Z_BUF_ERROR) {
            return ig_fail(ctx, IG_EFORMAT, "%s is damaged: the gzip data cannot be unpacked",
                           ig_show(path));
        }
        const size_t made = BLOCK - stream->avail_out;
        ig_status status = ig_budget_spend(ctx, budget, ig_show(path), made);
        if (!status) status = pour(ctx, sink, out, made);
        if (!status && ig_ctx_cancelled(ctx)) status = ig_fail(ctx, IG_ECANCELLED, "stopped");
        if (status) return status;
        member_ended = z == Z_STREAM_END;
    }
}

ig_status ig_gunzip(ig_ctx *ctx, int fd, const char *path, ig_budget *budget, ig_sink *sink)
{
    unsigned char *in = ig_alloc(BLOCK, 1), *out = ig_alloc(BLOCK, 1);
    z_stream stream = {0};
    ig_status status;
    if (!in || !out || inflateInit2(&stream, 15 + 16) != Z_OK) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
    } else {
        status = inflate_all(ctx, fd, path, budget, sink, &stream, in, out);
        inflateEnd(&stream);
    }
    ig_free(in);
    ig_free(out);
    return status;
}

// ---- zip ------------------------------------------------------------------------------------

bool ig_is_zip(const unsigned char *magic, size_t length)
{
    return length >= 4 && (memcmp(magic, "PK\3\4", 4) == 0 || memcmp(magic, "PK\5\6", 4) == 0);
}

bool ig_zip_is_junk(const char *name)
{
    const size_t length = strlen(name);
    return length == 0 || name[length - 1] == '/' || strncmp(name, "__MACOSX/", 9) == 0 ||
           ig_base_name(name)[0] == '.';
}

static ig_status status_of(int code, ig_status otherwise)
{
    if (code == ZIP_ER_MEMORY) return IG_EMEMORY;
    return code == ZIP_ER_READ || code == ZIP_ER_OPEN || code == ZIP_ER_SEEK ? IG_EIO : otherwise;
}

ig_status ig_zip_open(ig_ctx *ctx, const char *path, zip_t **zip)
{
    int code = 0;
    *zip = zip_open(path, ZIP_RDONLY, &code);
    if (*zip) return IG_OK;
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const ig_status status =
        ig_fail(ctx, status_of(code, IG_EFORMAT), "%s cannot be opened as a zip: %s", ig_show(path),
                zip_error_strerror(&error));
    zip_error_fini(&error);
    return status;
}

static ig_status copy_member(ig_ctx *ctx, zip_file_t *member, const char *what, uint64_t declared,
                             ig_budget *budget, ig_sink *sink)
{
    unsigned char *block = ig_alloc(BLOCK, 1);
    ig_status status = block ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory");
    uint64_t expanded = 0;
    while (!status) {
        const zip_int64_t got = zip_fread(member, block, BLOCK);
        if (got < 0) {
            status =
                ig_fail(ctx, status_of(zip_error_code_zip(zip_file_get_error(member)), IG_EFORMAT),
                        "%s is damaged: %s", what, zip_file_strerror(member));
        }
        if (got <= 0) break;
        expanded += (uint64_t)got;
        status = ig_budget_spend(ctx, budget, what, (size_t)got);
        if (!status) status = pour(ctx, sink, block, (size_t)got);
        if (!status && ig_ctx_cancelled(ctx)) status = ig_fail(ctx, IG_ECANCELLED, "stopped");
    }
    ig_free(block);
    if (!status && expanded != declared) {
        status = ig_fail(ctx, IG_EFORMAT, "%s is cut short", what);
    }
    return status;
}

ig_status ig_unzip_member(ig_ctx *ctx, zip_t *zip, const char *path, zip_uint64_t number,
                          const zip_stat_t *about, ig_budget *budget, ig_sink *sink)
{
    char what[4096];
    snprintf(what, sizeof what, "%s/%s", ig_show(path), ig_show(about->name));
    if (!(about->valid & ZIP_STAT_SIZE) || !(about->valid & ZIP_STAT_COMP_SIZE)) {
        return ig_fail(ctx, IG_EFORMAT, "%s is damaged: it states no size", what);
    }
    ig_status status = ig_expansion_check(ctx, what, about->size, about->comp_size);
    if (status) return status;
    if ((about->valid & ZIP_STAT_ENCRYPTION_METHOD) && about->encryption_method != ZIP_EM_NONE) {
        ig_fail(ctx, IG_EFORMAT, "%s is locked with a password", what);
        return ig_hint(ctx, "unpack it yourself and name what was in it");
    }
    zip_file_t *member = zip_fopen_index(zip, number, 0);
    if (!member) {
        return ig_fail(ctx, status_of(zip_error_code_zip(zip_get_error(zip)), IG_EFORMAT),
                       "%s cannot be unpacked: %s", what, zip_strerror(zip));
    }
    status = copy_member(ctx, member, what, about->size, budget, sink);
    zip_fclose(member);
    return status;
}
