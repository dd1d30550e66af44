// Outputs: whole under the final name or absent (reliability promises O1 to O6).
#include "inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct ig_output {
    char *path, *folder, *temporary, *lock;
    int lock_fd;
    struct ig_output *next; ///< list of those in the making, for ig_outputs_remove_all
};

// Outputs under way in this process, so that a program stopped by a signal can remove them.
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static ig_output *list;

static void enlist(ig_output *output)
{
    pthread_mutex_lock(&list_lock);
    output->next = list;
    list = output;
    pthread_mutex_unlock(&list_lock);
}

static void delist(const ig_output *output)
{
    pthread_mutex_lock(&list_lock);
    for (ig_output **at = &list; *at; at = &(*at)->next) {
        if (*at == output) {
            *at = output->next;
            break;
        }
    }
    pthread_mutex_unlock(&list_lock);
}

static void remove_with_companions(const char *path)
{
    static const char *const suffixes[] = {"", "-journal", "-wal", "-shm", ".aux.xml", NULL};
    char name[4096];
    for (size_t i = 0; suffixes[i]; i++) {
        const int length = snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        if (length > 0 && (size_t)length < sizeof name) unlink(name);
    }
}

void ig_outputs_remove_all(void)
{
    pthread_mutex_lock(&list_lock);
    for (const ig_output *output = list; output; output = output->next) {
        if (output->temporary) remove_with_companions(output->temporary);
        if (output->lock) unlink(output->lock);
    }
    pthread_mutex_unlock(&list_lock);
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

static void free_output(ig_output *output)
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

static ig_status check_target(ig_ctx *ctx, const char *path, const char *folder,
                              const char *const *inputs)
{
    if (!*path || path[strlen(path) - 1] == '/') {
        ig_fail(ctx, IG_EINVAL, "output '%s' names no file", ig_show(path));
        return ig_hint(ctx, "give the file's name, such as %sresult.gpkg", ig_show(path));
    }
    if (strncmp(path, "/vsi", 4) == 0) {
        return ig_fail(ctx, IG_EPOLICY, "output %s: names that begin /vsi are not allowed",
                       ig_show(path));
    }
    struct stat in, out;
    if (stat(path, &out) == 0) {
        for (size_t i = 0; inputs && inputs[i]; i++) {
            if (stat(inputs[i], &in) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino) {
                ig_fail(ctx, IG_EPOLICY, "output %s is the same file as input %s", ig_show(path),
                        ig_show(inputs[i]));
                return ig_hint(ctx, "write to another name; inputs are never changed");
            }
        }
        if (S_ISDIR(out.st_mode)) {
            return ig_fail(ctx, IG_EWRITE, "output %s is a folder", ig_show(path));
        }
        if (!S_ISREG(out.st_mode)) {
            return ig_fail(ctx, IG_EWRITE, "output %s is not a regular file", ig_show(path));
        }
        if (!ig_ctx_overwrite(ctx)) {
            ig_fail(ctx, IG_EPOLICY, "output %s is there already", ig_show(path));
            return ig_hint(ctx, "give --overwrite to replace it, or another name");
        }
    } else if (lstat(path, &out) == 0) {
        return ig_fail(ctx, IG_EWRITE, "output %s is a link that leads nowhere", ig_show(path));
    }
    struct stat into;
    if (stat(folder, &into) != 0 || !S_ISDIR(into.st_mode)) {
        ig_fail(ctx, IG_EWRITE, "output folder %s does not exist", ig_show(folder));
        return ig_hint(ctx, "make the folder first, or name another");
    }
    if (access(folder, W_OK | X_OK) != 0) {
        return ig_fail(ctx, IG_EWRITE, "output folder %s: %s", ig_show(folder), strerror(errno));
    }
    return IG_OK;
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
            close(output->lock_fd);
            output->lock_fd = -1;
            ig_fail(ctx, IG_EWRITE, "output %s is locked: another run is writing it",
                    ig_show(output->path));
            return ig_hint(ctx, "wait for it to end, or write to another name");
        }
        struct stat held, named;
        if (fstat(output->lock_fd, &held) == 0 && stat(output->lock, &named) == 0 &&
            held.st_ino == named.st_ino && held.st_dev == named.st_dev) {
            return IG_OK;
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
        if (fd >= 0)
            return close(fd) == 0
                       ? IG_OK
                       : ig_fail(ctx, IG_EWRITE, "cannot write in %s", ig_show(output->folder));
        if (errno != EEXIST && errno != EINTR) break;
    }
    const int why = errno;
    ig_free(output->temporary);
    output->temporary = NULL;
    return ig_fail(ctx, IG_EWRITE, "cannot write in %s: %s", ig_show(output->folder),
                   strerror(why));
}

ig_status ig_output_begin(ig_ctx *ctx, const char *path, const char *const *inputs, ig_output **out)
{
    *out = NULL;
    ig_output *output = ig_alloc(1, sizeof *output);
    if (!output) return ig_fail(ctx, IG_EMEMORY, "no memory");
    output->lock_fd = -1;
    output->path = ig_text_copy(path);
    output->folder = folder_of(path);
    ig_status status = IG_OK;
    if (!output->path || !output->folder) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
        goto done;
    }
    status = check_target(ctx, path, output->folder, inputs);
    if (status) goto done;
    output->lock = joined(output->folder, "/.", ig_base_name(path), ".lock");
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
    free_output(output);
    return status;
}

const char *ig_output_path(const ig_output *output)
{
    return output->temporary;
}

void ig_output_abort(ig_output *output)
{
    if (!output) return;
    if (output->temporary) remove_with_companions(output->temporary);
    free_output(output);
}

// The mode that the user's umask allows. The process itself works under 077 (ig_process_start
// keeps the user's in the environment of the process, see process.c).
static mode_t finished_mode(void)
{
    return 0666 & ~ig_user_umask();
}

static ig_status sync_file(ig_ctx *ctx, const char *path, const char *shown)
{
    int fd;
    do {
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) {
        return ig_fail(ctx, IG_EWRITE, "cannot finish %s: %s", ig_show(shown), strerror(errno));
    }
    int failed;
    do {
        failed = fsync(fd);
    } while (failed && errno == EINTR);
    const int why = errno;
    if (close(fd) != 0 && errno != EINTR) failed = -1;
    if (!failed) return IG_OK;
    return ig_fail(ctx, IG_EWRITE, "cannot finish %s: %s", ig_show(shown), strerror(why));
}

static ig_status sync_folder(ig_ctx *ctx, const char *folder)
{
    int fd;
    do {
        fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) return ig_fail(ctx, IG_EWRITE, "folder %s: %s", ig_show(folder), strerror(errno));
    int failed;
    do {
        failed = fsync(fd);
    } while (failed && errno == EINTR);
    const int why = errno;
    close(fd);
    if (!failed || why == EINVAL || why == EROFS) return IG_OK; // some file systems have none
    return ig_fail(ctx, IG_EWRITE, "folder %s: %s", ig_show(folder), strerror(why));
}

static ig_status ready(ig_ctx *ctx, const ig_output *output)
{
    if (ig_ctx_cancelled(ctx)) return ig_fail(ctx, IG_ECANCELLED, "stopped");
    if (ig_ctx_strict(ctx)) {
        ig_fail(ctx, IG_EFORMAT, "%s is not written: there were warnings and --strict is on",
                ig_show(output->path));
        return ig_hint(ctx, "mend what the warnings name, or leave --strict out");
    }
    ig_status status = sync_file(ctx, output->temporary, output->path);
    if (!status && chmod(output->temporary, finished_mode()) != 0) {
        status =
            ig_fail(ctx, IG_EWRITE, "cannot finish %s: %s", ig_show(output->path), strerror(errno));
    }
    return status;
}

ig_status ig_output_commit_all(ig_ctx *ctx, ig_output **outputs, size_t count)
{
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < count; i++)
        status = ready(ctx, outputs[i]);
    size_t named = 0;
    for (; !status && named < count; named++) {
        int failed;
        do {
            failed = rename(outputs[named]->temporary, outputs[named]->path);
        } while (failed && errno == EINTR);
        if (failed) {
            status = ig_fail(ctx, IG_EWRITE, "cannot put %s in place: %s",
                             ig_show(outputs[named]->path), strerror(errno));
            break;
        }
    }
    for (size_t i = 0; !status && i < count; i++) {
        if (i == 0 || strcmp(outputs[i]->folder, outputs[i - 1]->folder) != 0) {
            status = sync_folder(ctx, outputs[i]->folder);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (i < named) { // renamed: nothing of the temporary name is left
            free_output(outputs[i]);
        } else {
            ig_output_abort(outputs[i]);
        }
        outputs[i] = NULL;
    }
    return status;
}

ig_status ig_output_commit(ig_ctx *ctx, ig_output *output)
{
    return ig_output_commit_all(ctx, &output, 1);
}

static ig_status write_all(ig_ctx *ctx, const char *path, const char *shown, const void *bytes,
                           size_t length)
{
    const int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return ig_fail(ctx, IG_EWRITE, "cannot write %s: %s", ig_show(shown), strerror(errno));
    }
    const char *at = bytes;
    int why = 0;
    while (length > 0) {
        const ssize_t done = write(fd, at, length);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            why = done < 0 ? errno : ENOSPC;
            break;
        }
        at += done;
        length -= (size_t)done;
    }
    if (close(fd) != 0 && errno != EINTR && !why) why = errno;
    if (!why) return IG_OK;
    return ig_fail(ctx, IG_EWRITE, "cannot write %s: %s", ig_show(shown), strerror(why));
}

ig_status ig_output_bytes(ig_ctx *ctx, const char *path, const void *bytes, size_t length)
{
    ig_output *output = NULL;
    ig_status status = ig_output_begin(ctx, path, NULL, &output);
    if (status) return status;
    status = write_all(ctx, output->temporary, path, bytes, length);
    struct stat written;
    if (!status && (stat(output->temporary, &written) != 0 || written.st_size < 0 ||
                    (size_t)written.st_size != length)) {
        status = ig_fail(ctx, IG_EWRITE, "cannot write %s: it is not whole", ig_show(path));
    }
    if (status) {
        ig_output_abort(output);
        return status;
    }
    return ig_output_commit(ctx, output);
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
