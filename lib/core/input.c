// Inputs: read by ourselves, so that an error is told from the end; unpacked within budgets (S5).
#include "inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>
#include <zlib.h>

// Budgets of S5: what expands more than 100 times beyond 64 MiB is refused.
static const uint64_t free_expansion = 64ULL << 20;
static const uint64_t most_ratio = 100;
static const size_t most_members = 100000;

static bool names_a_service(const char *path)
{
    static const char *const starts[] = {
        "/vsi",   "PG:",  "MYSQL:", "MSSQL:", "WFS:",  "WMS:", "http:",
        "https:", "ftp:", "OCI:",   "GPKG:",  "ODBC:", "WCS:", "<"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (strncasecmp(path, starts[i], strlen(starts[i])) == 0) return true;
    }
    return false;
}

static ig_status open_input(ig_ctx *ctx, const char *path, int *fd, struct stat *about)
{
    if (names_a_service(path)) {
        ig_fail(ctx, IG_EPOLICY,
                "%s: only plain files are read; names of services, of /vsi and the "
                "network are not allowed",
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
    return IG_EIO;
}

// Read up to `room` bytes; fewer only at the end of the file.
static ig_status read_whole(ig_ctx *ctx, int fd, const char *path, unsigned char *data, size_t room,
                            size_t *got)
{
    *got = 0;
    while (*got < room) {
        const ssize_t n = read(fd, data + *got, room - *got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            return ig_fail(ctx, IG_EIO, "cannot read %s: %s", ig_show(path), strerror(errno));
        }
        if (n == 0) break;
        *got += (size_t)n;
    }
    return IG_OK;
}

static ig_status refuse_expansion(ig_ctx *ctx, const char *what)
{
    ig_fail(ctx, IG_ELIMIT,
            "%s expands to more than %llu times its size and over %llu MiB: the "
            "limit for unpacking is met (too large)",
            what, (unsigned long long)most_ratio, (unsigned long long)(free_expansion >> 20));
    return ig_hint(ctx, "if the file can be trusted, unpack it yourself and name what was in it");
}

static bool over_budget(uint64_t expanded, uint64_t packed)
{
    return expanded > free_expansion && expanded / most_ratio > packed;
}

// ---- gzip -----------------------------------------------------------------------------------

// A sink for unpacked bytes: memory or a file.
struct sink {
    ig_bytes *bytes;
    size_t room;
    int fd;
};

static ig_status pour(ig_ctx *ctx, struct sink *sink, const unsigned char *from, size_t n)
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
            return ig_fail(ctx, IG_EWRITE, "cannot unpack into the temporary folder: %s",
                           strerror(done < 0 ? errno : ENOSPC));
        }
        from += done;
        n -= (size_t)done;
    }
    return IG_OK;
}

static ig_status gunzip(ig_ctx *ctx, int fd, const char *path, uint64_t packed, struct sink *sink)
{
    enum { BLOCK = 1 << 16 };
    unsigned char *in = ig_alloc(BLOCK, 1), *out = ig_alloc(BLOCK, 1);
    z_stream stream = {0};
    ig_status status = IG_OK;
    if (!in || !out || inflateInit2(&stream, 15 + 16) != Z_OK) {
        ig_free(in);
        ig_free(out);
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    uint64_t expanded = 0;
    int z = Z_OK;
    bool ended = false;
    while (!status) {
        if (stream.avail_in == 0) {
            size_t got;
            status = read_whole(ctx, fd, path, in, BLOCK, &got);
            if (status) break;
            if (got == 0) {
                if (!ended) {
                    status = ig_fail(ctx, IG_EFORMAT, "%s is cut short: the gzip data has no end",
                                     ig_show(path));
                }
                break;
            }
            stream.next_in = in;
            stream.avail_in = (uInt)got;
        }
        if (ended) { // members may follow each other; anything else after the end is left
            if (stream.next_in[0] != 0x1F || inflateReset(&stream) != Z_OK) break;
            ended = false;
        }
        stream.next_out = out;
        stream.avail_out = BLOCK;
        z = inflate(&stream, Z_NO_FLUSH);
        if (z != Z_OK && z != Z_STREAM_END && z != Z_BUF_ERROR) {
            status = ig_fail(ctx, IG_EFORMAT, "%s is damaged: the gzip data cannot be unpacked",
                             ig_show(path));
            break;
        }
        expanded += BLOCK - stream.avail_out;
        if (over_budget(expanded, packed)) {
            status = refuse_expansion(ctx, ig_show(path));
            break;
        }
        status = pour(ctx, sink, out, BLOCK - stream.avail_out);
        ended = z == Z_STREAM_END;
    }
    inflateEnd(&stream);
    ig_free(in);
    ig_free(out);
    return status;
}

// ---- zip ------------------------------------------------------------------------------------

static zip_t *open_zip(ig_ctx *ctx, const char *path)
{
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    if (!zip) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        ig_fail(ctx, IG_EFORMAT, "%s cannot be opened as a zip: %s", ig_show(path),
                zip_error_strerror(&error));
        zip_error_fini(&error);
    }
    return zip;
}

static ig_status unzip_member(ig_ctx *ctx, zip_t *zip, const char *path, zip_uint64_t number,
                              const zip_stat_t *about, struct sink *sink)
{
    char what[PATH_MAX];
    snprintf(what, sizeof what, "%s/%s", ig_show(path), ig_show(about->name));
    if (over_budget(about->size, about->comp_size)) return refuse_expansion(ctx, what);
    zip_file_t *member = zip_fopen_index(zip, number, 0);
    if (!member) {
        return ig_fail(ctx, IG_EFORMAT, "%s cannot be unpacked: %s", what, zip_strerror(zip));
    }
    enum { BLOCK = 1 << 16 };
    unsigned char *block = ig_alloc(BLOCK, 1);
    ig_status status = block ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory");
    uint64_t expanded = 0;
    while (!status) {
        const zip_int64_t got = zip_fread(member, block, BLOCK);
        if (got < 0) {
            status = ig_fail(ctx, IG_EFORMAT, "%s is damaged: %s", what, zip_file_strerror(member));
        }
        if (got <= 0) break;
        expanded += (uint64_t)got;
        if (over_budget(expanded, about->comp_size)) {
            status = refuse_expansion(ctx, what);
        } else {
            status = pour(ctx, sink, block, (size_t)got);
        }
    }
    if (!status && expanded != about->size) {
        status = ig_fail(ctx, IG_EFORMAT, "%s is cut short", what);
    }
    zip_fclose(member);
    ig_free(block);
    return status;
}

static bool is_junk(const char *name)
{
    const size_t length = strlen(name);
    return length == 0 || name[length - 1] == '/' || strncmp(name, "__MACOSX/", 9) == 0 ||
           ig_base_name(name)[0] == '.';
}

// The one file of a zip, into memory.
static ig_status unzip_only(ig_ctx *ctx, const char *path, ig_bytes *out)
{
    zip_t *zip = open_zip(ctx, path);
    if (!zip) return IG_EFORMAT;
    const zip_int64_t count = zip_get_num_entries(zip, 0);
    zip_stat_t about, only;
    zip_uint64_t at = 0;
    size_t files = 0;
    for (zip_int64_t i = 0; i < count; i++) {
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &about) != 0 || is_junk(about.name)) continue;
        only = about;
        at = (zip_uint64_t)i;
        files++;
    }
    ig_status status;
    if (files != 1) {
        ig_fail(ctx, IG_EFORMAT, "%s holds %zu files, and one is wanted", ig_show(path), files);
        status = ig_hint(ctx, "unpack it and name the file you mean");
    } else {
        struct sink sink = {.bytes = out};
        status = unzip_member(ctx, zip, path, at, &only, &sink);
    }
    zip_discard(zip);
    return status;
}

// ---- whole files ----------------------------------------------------------------------------

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
    ig_status status = open_input(ctx, path, &fd, &about);
    if (status) return status;
    if (S_ISDIR(about.st_mode)) {
        close(fd);
        return ig_fail(ctx, IG_EIO, "%s is a folder", ig_show(path));
    }
    ig_bytes bytes = {0};
    unsigned char magic[4] = {0};
    size_t got = 0;
    status = read_whole(ctx, fd, path, magic, sizeof magic, &got);
    if (!status && lseek(fd, 0, SEEK_SET) != 0) {
        status = ig_fail(ctx, IG_EIO, "cannot read %s: %s", ig_show(path), strerror(errno));
    }
    if (status) goto done;
    if (got >= 2 && magic[0] == 0x1F && magic[1] == 0x8B) {
        struct sink sink = {.bytes = &bytes};
        status = gunzip(ctx, fd, path, (uint64_t)about.st_size, &sink);
    } else if (got == 4 && memcmp(magic, "PK\3\4", 4) == 0) {
        status = unzip_only(ctx, path, &bytes);
    } else {
        const size_t size = (size_t)about.st_size;
        bytes.data = ig_alloc(size + 1, 1);
        if (!bytes.data) {
            status = ig_fail(ctx, IG_EMEMORY, "no memory for %s (%zu bytes)", ig_show(path), size);
            goto done;
        }
        status = read_whole(ctx, fd, path, bytes.data, size, &bytes.length);
        if (!status && bytes.length != size) {
            status = ig_fail(ctx, IG_EIO, "%s became shorter while it was read", ig_show(path));
        }
    }
    if (!status && !bytes.data) {
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

// ---- archives as files ----------------------------------------------------------------------

struct member {
    char *path, *name;
};

struct ig_unpacked {
    char *folder; ///< private temporary folder; NULL when nothing had to be unpacked
    struct member *list;
    size_t count, room, made;
};

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir) {
        const struct dirent *entry;
        while ((entry = readdir(dir)) != NULL) {
            if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
            unlinkat(dirfd(dir), entry->d_name, 0);
        }
        closedir(dir);
    }
    rmdir(folder);
}

void ig_unpacked_free(ig_unpacked *unpacked)
{
    if (!unpacked) return;
    if (unpacked->folder) remove_folder(unpacked->folder);
    for (size_t i = 0; i < unpacked->count; i++) {
        ig_free(unpacked->list[i].path);
        ig_free(unpacked->list[i].name);
    }
    ig_free(unpacked->list);
    ig_free(unpacked->folder);
    ig_free(unpacked);
}

size_t ig_unpacked_count(const ig_unpacked *unpacked)
{
    return unpacked->count;
}

const char *ig_unpacked_path(const ig_unpacked *unpacked, size_t i)
{
    return unpacked->list[i].path;
}

const char *ig_unpacked_name(const ig_unpacked *unpacked, size_t i)
{
    return unpacked->list[i].name;
}

static bool ends_with(const char *name, const char *suffix)
{
    const size_t n = strlen(name), s = strlen(suffix);
    return n >= s && strcasecmp(name + n - s, suffix) == 0;
}

static bool wanted(const char *name, const char *const *suffixes)
{
    if (!suffixes) return true;
    for (size_t i = 0; suffixes[i]; i++) {
        if (ends_with(name, suffixes[i])) return true;
    }
    return false;
}

static ig_status add_member(ig_ctx *ctx, ig_unpacked *u, const char *path, const char *name)
{
    if (u->count >= most_members) {
        return ig_fail(ctx, IG_ELIMIT, "%s: more than %zu files", ig_show(name), most_members);
    }
    if (!ig_grow((void **)&u->list, &u->room, u->count + 1, sizeof *u->list)) {
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    const struct member m = {ig_text_copy(path), ig_text_copy(name)};
    if (!m.path || !m.name) {
        ig_free(m.path);
        ig_free(m.name);
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    u->list[u->count++] = m;
    return IG_OK;
}

// A fresh file in the private folder, its name made of a number and the member's last part, so
// that companions (.shp .shx .dbf) keep one stem each and no name leads out of the folder.
static ig_status fresh_file(ig_ctx *ctx, ig_unpacked *u, const char *name, char *path, size_t room,
                            int *fd)
{
    if (!u->folder) {
        const char *base = getenv("TMPDIR");
        ig_text text = {0};
        ig_text_format(&text, "%s/isogap-XXXXXX", base && *base == '/' ? base : "/tmp");
        if (text.failed) return ig_fail(ctx, IG_EMEMORY, "no memory");
        if (!mkdtemp(text.data)) {
            ig_fail(ctx, IG_EWRITE, "cannot make a temporary folder %s: %s", ig_show(text.data),
                    strerror(errno));
            ig_text_free(&text);
            return IG_EWRITE;
        }
        u->folder = text.data;
    }
    for (;; u->made++) {
        const int length =
            snprintf(path, room, "%s/%zu-%s", u->folder, u->made, ig_base_name(name));
        if (length < 0 || (size_t)length >= room) {
            return ig_fail(ctx, IG_EFORMAT, "%s: the name of a member is too long", ig_show(name));
        }
        *fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (*fd >= 0) return IG_OK;
        if (errno != EEXIST) {
            return ig_fail(ctx, IG_EWRITE, "cannot unpack %s: %s", ig_show(name), strerror(errno));
        }
    }
}

static ig_status take(ig_ctx *ctx, ig_unpacked *u, const char *path, const char *name,
                      const char *const *suffixes, int depth, bool asked);

static ig_status take_zip(ig_ctx *ctx, ig_unpacked *u, const char *path, const char *name,
                          const char *const *suffixes, int depth)
{
    zip_t *zip = open_zip(ctx, path);
    if (!zip) return IG_EFORMAT;
    ig_status status = IG_OK;
    const zip_int64_t count = zip_get_num_entries(zip, 0);
    if ((size_t)count > most_members) {
        status = ig_fail(ctx, IG_ELIMIT, "%s: more than %zu members", ig_show(name), most_members);
    }
    u->made++; // one number for all of this zip: companions keep one stem
    for (zip_int64_t i = 0; !status && i < count; i++) {
        zip_stat_t about;
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &about) != 0) {
            status = ig_fail(ctx, IG_EFORMAT, "%s is damaged", ig_show(name));
            break;
        }
        const bool inner = ends_with(about.name, ".zip") || ends_with(about.name, ".gz");
        if (is_junk(about.name) || (!inner && !wanted(about.name, suffixes))) continue;
        char file[PATH_MAX], shown[PATH_MAX];
        int fd;
        status = fresh_file(ctx, u, about.name, file, sizeof file, &fd);
        if (status) break;
        struct sink sink = {.fd = fd};
        status = unzip_member(ctx, zip, path, (zip_uint64_t)i, &about, &sink);
        if (close(fd) != 0 && !status) {
            status =
                ig_fail(ctx, IG_EWRITE, "cannot unpack %s: %s", ig_show(name), strerror(errno));
        }
        if (status) break;
        snprintf(shown, sizeof shown, "%s/%s", name, about.name);
        if (inner && depth < 2) {
            status = take(ctx, u, file, shown, suffixes, depth + 1, false);
        } else if (!inner) {
            status = add_member(ctx, u, file, shown);
        }
    }
    zip_discard(zip);
    return status;
}

static ig_status take_gzip(ig_ctx *ctx, ig_unpacked *u, int in, uint64_t packed, const char *path,
                           const char *name)
{
    char inner[PATH_MAX], file[PATH_MAX];
    snprintf(inner, sizeof inner, "%s", ig_base_name(name));
    const size_t length = strlen(inner);
    if (length > 3 && ends_with(inner, ".gz")) inner[length - 3] = '\0';
    int fd;
    ig_status status = fresh_file(ctx, u, inner, file, sizeof file, &fd);
    if (status) return status;
    struct sink sink = {.fd = fd};
    status = gunzip(ctx, in, path, packed, &sink);
    if (close(fd) != 0 && !status) {
        status = ig_fail(ctx, IG_EWRITE, "cannot unpack %s: %s", ig_show(name), strerror(errno));
    }
    return status ? status : add_member(ctx, u, file, name);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static ig_status take_folder(ig_ctx *ctx, ig_unpacked *u, const char *path,
                             const char *const *suffixes, int depth)
{
    DIR *dir = opendir(path);
    if (!dir) return ig_fail(ctx, IG_EIO, "cannot open %s: %s", ig_show(path), strerror(errno));
    char **names = NULL;
    size_t count = 0, room = 0;
    ig_status status = IG_OK;
    const struct dirent *entry;
    while (!status && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.') continue;
        char *copy = ig_text_copy(entry->d_name);
        if (!copy || !ig_grow((void **)&names, &room, count + 1, sizeof *names)) {
            ig_free(copy);
            status = ig_fail(ctx, IG_EMEMORY, "no memory");
            break;
        }
        names[count++] = copy;
    }
    closedir(dir);
    if (count) qsort(names, count, sizeof *names, by_text);
    for (size_t i = 0; i < count; i++) {
        char file[PATH_MAX];
        struct stat about;
        const int length = snprintf(file, sizeof file, "%s/%s", path, names[i]);
        const bool packed = ends_with(names[i], ".zip") || ends_with(names[i], ".gz");
        if (!status && length > 0 && (size_t)length < sizeof file && stat(file, &about) == 0) {
            if (S_ISDIR(about.st_mode) && depth < 4) {
                status = take_folder(ctx, u, file, suffixes, depth + 1);
            } else if (S_ISREG(about.st_mode) && (packed || wanted(names[i], suffixes))) {
                status = take(ctx, u, file, file, suffixes, depth, false);
            }
        }
        ig_free(names[i]);
    }
    ig_free(names);
    return status;
}

// `asked`: named by the user, so its suffix does not matter.
static ig_status take(ig_ctx *ctx, ig_unpacked *u, const char *path, const char *name,
                      const char *const *suffixes, int depth, bool asked)
{
    int fd;
    struct stat about;
    ig_status status = open_input(ctx, path, &fd, &about);
    if (status) return status;
    if (S_ISDIR(about.st_mode)) {
        close(fd);
        return take_folder(ctx, u, path, suffixes, depth);
    }
    unsigned char magic[4] = {0};
    size_t got;
    status = read_whole(ctx, fd, path, magic, sizeof magic, &got);
    if (!status && lseek(fd, 0, SEEK_SET) != 0) {
        status = ig_fail(ctx, IG_EIO, "cannot read %s: %s", ig_show(path), strerror(errno));
    }
    if (!status) {
        const bool office =
            ends_with(name, ".xlsx") || ends_with(name, ".ods") || ends_with(name, ".xlsm") ||
            (suffixes && !wanted("x.zip", suffixes) && wanted(".xlsx", suffixes) && asked);
        if (got >= 2 && magic[0] == 0x1F && magic[1] == 0x8B) {
            status = take_gzip(ctx, u, fd, (uint64_t)about.st_size, path, name);
        } else if (got == 4 && memcmp(magic, "PK\3\4", 4) == 0 && !office) {
            status = take_zip(ctx, u, path, name, suffixes, depth);
        } else if (asked || wanted(name, suffixes)) {
            status = add_member(ctx, u, path, name);
        }
    }
    close(fd);
    return status;
}

ig_status ig_unpack(ig_ctx *ctx, const char *path, const char *const *suffixes, ig_unpacked **out)
{
    *out = NULL;
    ig_unpacked *u = ig_alloc(1, sizeof *u);
    if (!u) return ig_fail(ctx, IG_EMEMORY, "no memory");
    ig_status status = IG_OK;
    ig_kind kind = IG_KIND_UNKNOWN;
    status = ig_kind_of(ctx, path, &kind);
    if (!status && (kind == IG_KIND_XLSX || kind == IG_KIND_ODS)) { // zips that are files
        status = add_member(ctx, u, path, path);
    } else if (!status) {
        status = take(ctx, u, path, path, suffixes, 0, true);
    }
    if (!status && u->count == 0) {
        status =
            ig_fail(ctx, IG_EFORMAT, "%s holds no file of the kind wanted here", ig_show(path));
    }
    if (status) {
        ig_unpacked_free(u);
    } else {
        *out = u;
    }
    return status;
}

// ---- kinds ----------------------------------------------------------------------------------

static bool has_member(const char *path, const char *name)
{
    int code;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    if (!zip) return false;
    const bool found = zip_name_locate(zip, name, 0) >= 0;
    zip_discard(zip);
    return found;
}

static ig_kind kind_of_zip(const char *path)
{
    if (has_member(path, "xl/workbook.xml") || has_member(path, "xl/sharedStrings.xml")) {
        return IG_KIND_XLSX;
    }
    return has_member(path, "content.xml") ? IG_KIND_ODS : IG_KIND_ZIP;
}

static const char *find_in(const unsigned char *head, size_t length, const char *needle)
{
    return memmem(head, length, needle, strlen(needle));
}

static ig_kind kind_of_text(const unsigned char *head, size_t length)
{
    size_t at = length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < length && strchr(" \t\r\n", head[at]))
        at++;
    if (at == length) return IG_KIND_CSV; // blank lines: the table reader says what is wrong
    const unsigned char *text = head + at;
    const size_t left = length - at;
    if (text[0] == '<') {
        if (find_in(text, left, "<VRTDataset") || find_in(text, left, "<OGRVRT"))
            return IG_KIND_VRT;
        if (find_in(text, left, "<osm")) return IG_KIND_OSM_XML;
        return IG_KIND_UNKNOWN;
    }
    if (text[0] == '{' || text[0] == '[') {
        if (find_in(text, left, "\"Topology\"")) return IG_KIND_TOPOJSON;
        if (find_in(text, left, "\"Feature\"") || find_in(text, left, "\"FeatureCollection\"") ||
            find_in(text, left, "\"coordinates\"") || find_in(text, left, "\"features\"")) {
            return IG_KIND_GEOJSON;
        }
        return IG_KIND_JSON;
    }
    if (left > 6 && (strncasecmp((const char *)text, "ncols", 5) == 0 ||
                     strncasecmp((const char *)text, "nrows", 5) == 0)) {
        return IG_KIND_AAIGRID;
    }
    return IG_KIND_CSV;
}

static bool looks_like_dbf(const unsigned char *head, size_t length)
{
    static const unsigned char versions[] = {0x02, 0x03, 0x30, 0x31, 0x43, 0x83, 0x8B, 0xF5};
    if (length < 32 || !memchr(versions, head[0], sizeof versions)) return false;
    return head[2] >= 1 && head[2] <= 12 && head[3] >= 1 && head[3] <= 31;
}

static ig_kind kind_of_bytes(const unsigned char *head, size_t length, const char *path)
{
    if (length == 0) return IG_KIND_EMPTY;
    if (length >= 4) {
        if (memcmp(head, "PK\3\4", 4) == 0) return kind_of_zip(path);
        if (memcmp(head, "II*\0", 4) == 0 || memcmp(head, "MM\0*", 4) == 0 ||
            memcmp(head, "II+\0", 4) == 0 || memcmp(head, "MM\0+", 4) == 0) {
            return IG_KIND_GTIFF;
        }
        if (memcmp(head, "\0\0\x27\x0A", 4) == 0) return IG_KIND_SHP;
        if (memcmp(head, "PAR1", 4) == 0) return IG_KIND_PARQUET;
        if (memcmp(head, "\xD0\xCF\x11\xE0", 4) == 0) return IG_KIND_XLS;
    }
    if (head[0] == 0x1F && length > 1 && head[1] == 0x8B) return IG_KIND_GZIP;
    if (length >= 16 && memcmp(head, "SQLite format 3", 16) == 0) return IG_KIND_SQLITE;
    if (find_in(head, length < 64 ? length : 64, "OSMHeader")) return IG_KIND_OSM_PBF;
    if (looks_like_dbf(head, length)) return IG_KIND_DBF;
    if (ends_with(path, ".yaml") || ends_with(path, ".yml")) return IG_KIND_YAML;
    return kind_of_text(head, length);
}

ig_status ig_kind_of(ig_ctx *ctx, const char *path, ig_kind *kind)
{
    enum { HEAD = 65536 };
    int fd;
    struct stat about;
    ig_status status = open_input(ctx, path, &fd, &about);
    if (status) return status;
    if (S_ISDIR(about.st_mode)) {
        close(fd);
        *kind = IG_KIND_FOLDER;
        return IG_OK;
    }
    unsigned char *head = ig_alloc(HEAD, 1);
    size_t got = 0;
    status =
        head ? read_whole(ctx, fd, path, head, HEAD, &got) : ig_fail(ctx, IG_EMEMORY, "no memory");
    if (!status) *kind = kind_of_bytes(head, got, path);
    ig_free(head);
    close(fd);
    return status;
}

const char *ig_kind_text(ig_kind kind)
{
    static const char *const texts[] = {
        [IG_KIND_UNKNOWN] = "an unknown format",
        [IG_KIND_EMPTY] = "an empty file",
        [IG_KIND_CSV] = "CSV",
        [IG_KIND_XLSX] = "XLSX",
        [IG_KIND_ODS] = "ODS",
        [IG_KIND_XLS] = "XLS (the old Excel format)",
        [IG_KIND_DBF] = "DBF",
        [IG_KIND_SHP] = "Shapefile",
        [IG_KIND_SQLITE] = "GeoPackage",
        [IG_KIND_GEOJSON] = "GeoJSON",
        [IG_KIND_TOPOJSON] = "TopoJSON",
        [IG_KIND_JSON] = "JSON",
        [IG_KIND_GTIFF] = "GeoTIFF",
        [IG_KIND_AAIGRID] = "ESRI ASCII grid",
        [IG_KIND_OSM_PBF] = "OpenStreetMap PBF",
        [IG_KIND_OSM_XML] = "OpenStreetMap XML",
        [IG_KIND_VRT] = "VRT (virtual file)",
        [IG_KIND_GZIP] = "gzip",
        [IG_KIND_ZIP] = "zip",
        [IG_KIND_PARQUET] = "Parquet",
        [IG_KIND_FOLDER] = "folder",
        [IG_KIND_YAML] = "YAML",
    };
    return texts[kind];
}

ig_status ig_split_layer(ig_ctx *ctx, const char *source, char **path, char **layer)
{
    *path = *layer = NULL;
    const char *bar = strstr(source, "|layername=");
    *path = ig_text_copy(source);
    if (bar) *layer = ig_text_copy(bar + strlen("|layername="));
    if (!*path || (bar && !*layer)) {
        ig_free(*path);
        ig_free(*layer);
        *path = *layer = NULL;
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    if (bar) (*path)[bar - source] = '\0';
    return IG_OK;
}
