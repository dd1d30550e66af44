// Outputs: whole under the final name or absent (reliability promises O1 to O6).
#include "input_internal.h"
#include "output_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// Outputs under way in this process, so that a program stopped by a signal can remove them: a
// fixed number of slots, since a signal handler can take no lock.
enum { SLOTS = 256 };
static struct slot {
    atomic_bool taken;
    _Atomic(const char *) temporary, lock;
} slots[SLOTS];

static void enlist(ig_output *output)
{
    for (int i = 0; i < SLOTS; i++) {
        bool expected = false;
        if (!atomic_compare_exchange_strong(&slots[i].taken, &expected, true)) continue;
        atomic_store(&slots[i].lock, output->lock);
        atomic_store(&slots[i].temporary, output->temporary);
        output->slot = i;
        return;
    }
}

static void delist(ig_output *output)
{
    if (output->slot < 0) return;
    struct slot *slot = &slots[output->slot];
    atomic_store(&slot->temporary, NULL);
    atomic_store(&slot->lock, NULL);
    atomic_store(&slot->taken, false);
    output->slot = -1;
}

// Path and suffix in one buffer without stdio: this runs in signal handlers too.
static bool with_suffix(const char *path, const char *suffix, char name[PATH_MAX])
{
    const size_t length = strlen(path), more = strlen(suffix);
    if (length + more >= PATH_MAX) return false;
    memcpy(name, path, length);
    memcpy(name + length, suffix, more + 1);
    return true;
}

void ig_output_remove(const char *path)
{
    static const char *const suffixes[] = {"",         "-journal",     "-wal",     "-shm",
                                           ".aux.xml", IG_OUTPUT_WORK, ".ovr.tmp", NULL};
    char name[PATH_MAX];
    for (size_t i = 0; suffixes[i]; i++) {
        if (with_suffix(path, suffixes[i], name)) unlink(name);
    }
}

void ig_outputs_remove_all(void)
{
    for (int i = 0; i < SLOTS; i++) {
        const char *temporary = atomic_load(&slots[i].temporary);
        const char *lock = atomic_load(&slots[i].lock);
        if (temporary) ig_output_remove(temporary);
        if (lock) unlink(lock);
    }
}

const char *ig_output_journal(const char *path)
{
    static const char *const suffixes[] = {"-journal", "-wal", NULL};
    char name[PATH_MAX];
    struct stat about;
    for (size_t i = 0; suffixes[i]; i++) {
        if (with_suffix(path, suffixes[i], name) && lstat(name, &about) == 0 && about.st_size > 0) {
            return suffixes[i];
        }
    }
    return NULL;
}

static char *joined(const char *a, const char *b, const char *c, const char *d)
{
    ig_text text = {0};
    ig_text_append(&text, a);
    ig_text_append(&text, b);
    ig_text_append(&text, c);
    ig_text_append(&text, d);
    if (text.failed) ig_text_free(&text);
    return text.data;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return ig_text_copy(".");
    if (slash == path) return ig_text_copy("/");
    char *folder = ig_text_copy(path);
    if (folder) folder[slash - path] = '\0';
    return folder;
}

void ig_output_release(ig_output *output)
{
    if (!output) return;
    delist(output);
    if (output->lock_fd >= 0) {
        unlink(output->lock); // before the lock goes: a waiting writer then finds another file
        close(output->lock_fd);
    }
    ig_free(output->path);
    ig_free(output->folder);
    ig_free(output->temporary);
    ig_free(output->lock);
    ig_free(output);
}

// Is the input that file? A data set may be named FILE|layername=NAME.
static bool is_input(const char *input, const struct stat *out)
{
    struct stat in;
    if (stat(input, &in) == 0) return in.st_dev == out->st_dev && in.st_ino == out->st_ino;
    const char *bar = strchr(input, '|');
    char path[PATH_MAX];
    if (!bar || (size_t)(bar - input) >= sizeof path) return false;
    memcpy(path, input, (size_t)(bar - input));
    path[bar - input] = '\0';
    return stat(path, &in) == 0 && in.st_dev == out->st_dev && in.st_ino == out->st_ino;
}

static ig_status check_folder(ig_ctx *ctx, const char *folder)
{
    struct stat into;
    if (stat(folder, &into) != 0) {
        if (errno != ENOENT && errno != ENOTDIR) {
            return ig_fail(ctx, IG_EWRITE, "output folder %s: %s", ig_show(folder),
                           strerror(errno));
        }
        ig_fail(ctx, IG_EWRITE, "output folder %s does not exist", ig_show(folder));
        return ig_hint(ctx, "make the folder first, or name another");
    }
    if (!S_ISDIR(into.st_mode)) {
        ig_fail(ctx, IG_EWRITE, "output folder %s is not a folder", ig_show(folder));
        return ig_hint(ctx, "name another folder");
    }
    if (access(folder, W_OK | X_OK) != 0) {
        ig_fail(ctx, IG_EWRITE, "output folder %s cannot be written to: %s", ig_show(folder),
                strerror(errno));
        return ig_hint(ctx, "name a folder in which you may write");
    }
    return IG_OK;
}

static ig_status check_existing(ig_ctx *ctx, const char *path, const struct stat *out,
                                const char *const *inputs)
{
    for (size_t i = 0; inputs && inputs[i]; i++) {
        if (!is_input(inputs[i], out)) continue;
        ig_fail(ctx, IG_EPOLICY, "output %s is the same file as input %s", ig_show(path),
                ig_show(inputs[i]));
        return ig_hint(ctx, "write to another name; inputs are never changed");
    }
    if (S_ISDIR(out->st_mode)) {
        ig_fail(ctx, IG_EWRITE, "output %s is a folder", ig_show(path));
        return ig_hint(ctx, "give the name of a file in it");
    }
    if (!S_ISREG(out->st_mode)) {
        ig_fail(ctx, IG_EWRITE, "output %s is not a regular file", ig_show(path));
        return ig_hint(ctx, "write to a file, or leave the option out for standard output");
    }
    if (!ig_ctx_overwrite(ctx)) {
        ig_fail(ctx, IG_EPOLICY, "output %s is there already", ig_show(path));
        return ig_hint(ctx, "give --overwrite to replace it, or another name");
    }
    return IG_OK;
}

static ig_status check_target(ig_ctx *ctx, const char *path, const char *folder,
                              const char *const *inputs)
{
    const char *base = ig_base_name(path);
    if (!*path || path[strlen(path) - 1] == '/' || !strcmp(base, ".") || !strcmp(base, "..")) {
        ig_fail(ctx, IG_EINVAL, "output '%s' names no file", ig_show(path));
        return ig_hint(ctx, "give the file's name, such as result.gpkg");
    }
    if (strncmp(path, "/vsi", 4) == 0) {
        ig_fail(ctx, IG_EPOLICY, "output %s: names that begin /vsi are not allowed", ig_show(path));
        return ig_hint(ctx, "write to a plain file");
    }
    ig_status status = check_folder(ctx, folder);
    struct stat out;
    if (!status && stat(path, &out) == 0) {
        status = check_existing(ctx, path, &out, inputs);
    } else if (!status && lstat(path, &out) == 0) {
        ig_fail(ctx, IG_EWRITE, "output %s is a link that leads nowhere", ig_show(path));
        status = ig_hint(ctx, "remove the link, or write to another name");
    } else if (!status && errno == ENAMETOOLONG) {
        ig_fail(ctx, IG_EWRITE, "output %s: %s", ig_show(path), strerror(errno));
        status = ig_hint(ctx, "give it a shorter name");
    }
    const char *journal = status ? NULL : ig_output_journal(path);
    if (journal) {
        ig_fail(ctx, IG_EWRITE,
                "%s%s lies beside the output: another program has it open, or was "
                "stopped while it wrote",
                ig_show(path), journal);
        status = ig_hint(ctx, "close the file there (in QGIS: remove its layers), or write to "
                              "another name");
    }
    return status;
}

ig_status ig_output_check(ig_ctx *ctx, const char *path, const char *const *inputs)
{
    char *folder = folder_of(path);
    if (!folder) return ig_fail(ctx, IG_EMEMORY, "no memory");
    const ig_status status = check_target(ctx, path, folder, inputs);
    ig_free(folder);
    return status;
}

static ig_status take_lock(ig_ctx *ctx, ig_output *output)
{
    for (int attempt = 0; attempt < 20; attempt++) {
        output->lock_fd =
            open(output->lock, O_CREAT | O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
        if (output->lock_fd < 0) {
            if (errno == EINTR) continue;
            return ig_fail(ctx, IG_EWRITE, "cannot make the lock file %s: %s",
                           ig_show(output->lock), strerror(errno));
        }
        if (flock(output->lock_fd, LOCK_EX | LOCK_NB) != 0) {
            const int why = errno;
            close(output->lock_fd);
            output->lock_fd = -1;
            if (why == EINTR) continue;
            if (why != EWOULDBLOCK) {
                return ig_fail(ctx, IG_EWRITE, "cannot lock output %s: %s", ig_show(output->path),
                               strerror(why));
            }
            ig_fail(ctx, IG_EWRITE, "output %s is locked: another run is writing it",
                    ig_show(output->path));
            return ig_hint(ctx, "wait for it to end, or write to another name");
        }
        struct stat held, named;
        if (fstat(output->lock_fd, &held) == 0 && stat(output->lock, &named) == 0 &&
            held.st_ino == named.st_ino && held.st_dev == named.st_dev) {
            if (S_ISREG(held.st_mode) && held.st_size == 0) return IG_OK;
            close(output->lock_fd); // a file of somebody else's: not ours to remove
            output->lock_fd = -1;
            return ig_fail(ctx, IG_EWRITE, "%s is in the way: it is the name of the lock of %s",
                           ig_show(output->lock), ig_show(output->path));
        }
        close(output->lock_fd); // its last holder removed it between our open and our lock
        output->lock_fd = -1;
    }
    return ig_fail(ctx, IG_EWRITE, "cannot lock output %s", ig_show(output->path));
}

static ig_status make_temporary(ig_ctx *ctx, ig_output *output)
{
    const char *base = ig_base_name(output->path);
    const char *dot = strrchr(base, '.');
    for (int attempt = 0; attempt < 100; attempt++) {
        unsigned char dice[8];
        char word[32];
        if (getrandom(dice, sizeof dice, 0) != (ssize_t)sizeof dice) continue;
        snprintf(word, sizeof word, "/.isogap-%02x%02x%02x%02x%02x%02x", dice[0], dice[1], dice[2],
                 dice[3], dice[4], dice[5]);
        ig_free(output->temporary);
        output->temporary = joined(output->folder, word, dot ? dot : "", "");
        if (!output->temporary) return ig_fail(ctx, IG_EMEMORY, "no memory");
        const int fd =
            open(output->temporary, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0 && (close(fd) == 0 || errno == EINTR)) return IG_OK;
        if (fd >= 0) {
            return ig_fail(ctx, IG_EWRITE, "cannot write in %s: %s", ig_show(output->folder),
                           strerror(errno));
        }
        if (errno != EEXIST && errno != EINTR) break;
    }
    const int why = errno;
    ig_free(output->temporary);
    output->temporary = NULL;
    return ig_fail(ctx, IG_EWRITE, "cannot write in %s: %s", ig_show(output->folder),
                   strerror(why));
}

// ".NAME.lock" beside the output; names near the longest that a folder takes go by their digest.
static char *lock_name(const ig_output *output)
{
    const char *base = ig_base_name(output->path);
    char digest[65];
    if (strlen(base) > 200) {
        ig_sha256_bytes(base, strlen(base), digest);
        base = digest;
    }
    return joined(output->folder, "/.", base, ".lock");
}

ig_status ig_output_begin(ig_ctx *ctx, const char *path, const char *const *inputs, ig_output **out)
{
    *out = NULL;
    ig_output *output = ig_alloc(1, sizeof *output);
    if (!output) return ig_fail(ctx, IG_EMEMORY, "no memory");
    output->lock_fd = output->slot = -1;
    ig_status status = IG_OK;
    output->path = ig_text_copy(path);
    output->folder = folder_of(path);
    if (!output->path || !output->folder) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
        goto done;
    }
    status = check_target(ctx, path, output->folder, inputs);
    if (status) goto done;
    struct stat old;
    output->existed = stat(path, &old) == 0;
    output->lock = lock_name(output);
    if (!output->lock) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
        goto done;
    }
    status = take_lock(ctx, output);
    if (!status) status = make_temporary(ctx, output);
    if (status) goto done;
    enlist(output);
    *out = output;
    return IG_OK;
done:
    ig_output_abort(output);
    return status;
}

const char *ig_output_path(const ig_output *output)
{
    return output->temporary;
}

const char *ig_output_name(const ig_output *output)
{
    return output->path;
}

ig_status ig_output_read_back(ig_ctx *ctx, const ig_output *output, ig_bytes *bytes)
{
    int fd;
    struct stat about;
    *bytes = (ig_bytes){0};
    ig_status status = ig_input_open(ctx, output->temporary, &fd, &about);
    if (!status) {
        status = ig_input_read_plain(ctx, fd, output->temporary, &about, bytes);
        close(fd);
    }
    if (status == IG_OK) return IG_OK;
    ig_bytes_free(bytes);
    if (status == IG_EMEMORY || status == IG_ELIMIT) return status;
    return ig_fail(ctx, IG_EWRITE, "cannot read back %s", ig_show(output->path));
}

void ig_output_abort(ig_output *output)
{
    if (!output) return;
    if (output->temporary) ig_output_remove(output->temporary);
    ig_output_release(output);
}

static ig_status write_all(ig_ctx *ctx, int fd, const char *shown, const char *at, size_t length)
{
    while (length > 0) {
        const ssize_t done = write(fd, at, length);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            return ig_fail(ctx, IG_EWRITE, "cannot write %s: %s", ig_show(shown),
                           strerror(done < 0 ? errno : ENOSPC));
        }
        at += done;
        length -= (size_t)done;
    }
    return IG_OK;
}

// O1: what was written is read back before it is given its name.
static ig_status compare_all(ig_ctx *ctx, const ig_output *output, const void *bytes, size_t length)
{
    ig_bytes back;
    ig_status status = ig_output_read_back(ctx, output, &back);
    if (!status && (back.length != length || (length && memcmp(back.data, bytes, length) != 0))) {
        status = ig_fail(ctx, IG_EWRITE, "%s did not read back as it was written",
                         ig_show(output->path));
    }
    ig_bytes_free(&back);
    return status;
}

ig_status ig_output_bytes(ig_ctx *ctx, const char *path, const void *bytes, size_t length)
{
    ig_output *output = NULL;
    ig_status status = ig_output_begin(ctx, path, NULL, &output);
    if (status) return status;
    int fd;
    do {
        fd = open(output->temporary, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) {
        status = ig_fail(ctx, IG_EWRITE, "cannot write %s: %s", ig_show(path), strerror(errno));
        goto done;
    }
    status = write_all(ctx, fd, path, bytes, length);
    if (close(fd) != 0 && errno != EINTR && !status) {
        status = ig_fail(ctx, IG_EWRITE, "cannot write %s: %s", ig_show(path), strerror(errno));
    }
    if (!status) status = compare_all(ctx, output, bytes, length);
done:
    if (!status) return ig_output_commit(ctx, output);
    ig_output_abort(output);
    return status;
}

void ig_output_date(char date[32])
{
    long long seconds = 1577836800; // 2020-01-01, when no other date is asked for
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    char *end = NULL;
    if (epoch && *epoch) {
        const long long given = strtoll(epoch, &end, 10);
        if (end && *end == '\0' && given >= 0 && given < 253402300800LL) seconds = given;
    }
    const time_t moment = (time_t)seconds;
    struct tm parts;
    gmtime_r(&moment, &parts);
    strftime(date, 32, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
}
