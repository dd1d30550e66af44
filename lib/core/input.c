// Inputs: read by ourselves, so that an error is told from the end of the file.
#include "input_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static bool names_a_service(const char *path)
{
    static const char *const starts[] = {
        "/vsi",    "PG:",     "PGB:",        "PostgreSQL:", "MYSQL:",    "MSSQL:",  "ODBC:",
        "OCI:",    "WFS:",    "WMS:",        "WCS:",        "WMTS:",     "GPKG:",   "SQLITE:",
        "http:",   "https:",  "ftp:",        "file:",       "CSW:",      "OAPIF:",  "ES:",
        "MONGODB", "GTIFF_D", "GTIFF_RAW",   "vrt:",        "STACTA:",   "NETCDF:", "HDF5:",
        "ZARR:",   "MEM:::",  "AmigoCloud:", "CARTO:",      "PLMOSAIC:", "<"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (strncasecmp(path, starts[i], strlen(starts[i])) == 0) return true;
    }
    return strstr(path, "://") != NULL;
}

ig_status ig_input_open(ig_ctx *ctx, const char *path, int *fd, struct stat *about)
{
    *fd = -1;
    if (names_a_service(path)) {
        ig_fail(ctx, IG_EPOLICY,
                "%s: only plain files are read; names of services, of /vsi and the network are "
                "not allowed",
                ig_show(path));
        return ig_hint(ctx, "download the file first and name it by its path");
    }
    do {
        *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    } while (*fd < 0 && errno == EINTR);
    if (*fd < 0) return ig_fail(ctx, IG_EIO, "cannot open %s: %s", ig_show(path), strerror(errno));
    if (fstat(*fd, about) != 0) {
        ig_fail(ctx, IG_EIO, "cannot look at %s: %s", ig_show(path), strerror(errno));
    } else if (!S_ISREG(about->st_mode) && !S_ISDIR(about->st_mode)) {
        ig_fail(ctx, IG_EIO, "%s is neither a file nor a folder", ig_show(path));
    } else {
        return IG_OK;
    }
    close(*fd);
    *fd = -1;
    return IG_EIO;
}

ig_status ig_input_read(ig_ctx *ctx, int fd, const char *path, void *data, size_t room, size_t *got)
{
    *got = 0;
    while (*got < room) {
        const ssize_t n = read(fd, (char *)data + *got, room - *got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            return ig_fail(ctx, IG_EIO, "cannot read %s: %s", ig_show(path), strerror(errno));
        }
        if (n == 0) break;
        *got += (size_t)n;
    }
    return IG_OK;
}

ig_status ig_input_peek(ig_ctx *ctx, int fd, const char *path, void *data, size_t room, size_t *got)
{
    const ig_status status = ig_input_read(ctx, fd, path, data, room, got);
    if (status || lseek(fd, 0, SEEK_SET) == 0) return status;
    return ig_fail(ctx, IG_EIO, "cannot read %s: %s", ig_show(path), strerror(errno));
}

bool ig_ends_with(const char *name, const char *suffix)
{
    const size_t n = strlen(name), s = strlen(suffix);
    return n >= s && strcasecmp(name + n - s, suffix) == 0;
}

// The one file of a zip, into memory.
static ig_status unzip_only(ig_ctx *ctx, const char *path, ig_budget *budget, ig_bytes *out)
{
    zip_t *zip = NULL;
    ig_status status = ig_zip_open(ctx, path, &zip);
    if (status) return status;
    const zip_int64_t count = zip_get_num_entries(zip, 0);
    zip_stat_t about, only;
    zip_uint64_t at = 0;
    size_t files = 0;
    for (zip_int64_t i = 0; i < count; i++) {
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &about) != 0) continue;
        if (!(about.valid & ZIP_STAT_NAME) || ig_zip_is_junk(about.name)) continue;
        only = about;
        at = (zip_uint64_t)i;
        files++;
    }
    if (files != 1) {
        ig_fail(ctx, IG_EFORMAT, "%s holds %zu files, and one is wanted", ig_show(path), files);
        status = ig_hint(ctx, "unpack it and name the file you mean");
    } else {
        ig_sink sink = {.bytes = out};
        status = ig_unzip_member(ctx, zip, path, at, &only, budget, &sink);
    }
    zip_discard(zip);
    return status;
}

ig_status ig_input_read_plain(ig_ctx *ctx, int fd, const char *path, const struct stat *about,
                              ig_bytes *out)
{
    const uint64_t size = (uint64_t)about->st_size, limit = ig_ctx_memory(ctx);
    if (limit && size > limit) {
        ig_fail(ctx, IG_ELIMIT, "%s has %llu bytes, more than the memory of %llu to plan for",
                ig_show(path), (unsigned long long)size, (unsigned long long)limit);
        return ig_hint(ctx, "raise --memory");
    }
    out->data = ig_alloc((size_t)size + 1, 1);
    if (!out->data) {
        return ig_fail(ctx, IG_EMEMORY, "no memory for %s (%llu bytes)", ig_show(path),
                       (unsigned long long)size);
    }
    const ig_status status = ig_input_read(ctx, fd, path, out->data, (size_t)size, &out->length);
    if (status || out->length == size) return status;
    return ig_fail(ctx, IG_EIO, "%s became shorter while it was read", ig_show(path));
}

void ig_bytes_free(ig_bytes *bytes)
{
    ig_free(bytes->data);
    *bytes = (ig_bytes){0};
}

ig_status ig_bytes_read(ig_ctx *ctx, const char *path, ig_bytes *out)
{
    *out = (ig_bytes){0};
    int fd;
    struct stat about;
    ig_status status = ig_input_open(ctx, path, &fd, &about);
    if (status) return status;
    ig_bytes bytes = {0};
    unsigned char magic[4] = {0};
    size_t got = 0;
    if (S_ISDIR(about.st_mode)) {
        status = ig_fail(ctx, IG_EIO, "%s is a folder", ig_show(path));
        goto done;
    }
    status = ig_input_peek(ctx, fd, path, magic, sizeof magic, &got);
    if (status) goto done;
    ig_budget budget = {.packed = (uint64_t)about.st_size};
    ig_sink sink = {.bytes = &bytes};
    if (ig_is_gzip(magic, got)) {
        status = ig_gunzip(ctx, fd, path, &budget, &sink);
    } else if (ig_is_zip(magic, got)) {
        status = unzip_only(ctx, path, &budget, &bytes);
    } else {
        status = ig_input_read_plain(ctx, fd, path, &about, &bytes);
    }
    if (!status && !bytes.data) { // an empty member: nothing was poured
        bytes.data = ig_alloc(1, 1);
        if (!bytes.data) status = ig_fail(ctx, IG_EMEMORY, "no memory");
    }
done:
    close(fd);
    if (status) {
        ig_bytes_free(&bytes);
    } else {
        *out = bytes;
    }
    return status;
}
