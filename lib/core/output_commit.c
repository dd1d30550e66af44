// Putting outputs in place: flushed, renamed, the folder flushed; taken back when that fails (O1).
#include "output_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_to_sync(const char *path, int flags)
{
    int fd;
    do {
        fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

static int sync_and_close(int fd)
{
    int failed;
    do {
        failed = fsync(fd);
    } while (failed && errno == EINTR);
    const int why = failed ? errno : 0;
    if (close(fd) != 0 && errno != EINTR && !why) return errno;
    return why;
}

// The mode that the user's umask allows, then to the disk.
static ig_status finish_file(ig_ctx *ctx, const ig_output *output)
{
    const int fd = open_to_sync(output->temporary, O_NOFOLLOW);
    int why = fd < 0 ? errno : 0;
    if (!why && fchmod(fd, 0666 & ~(mode_t)ig_user_umask()) != 0) why = errno;
    if (fd >= 0) {
        const int sync = sync_and_close(fd);
        if (!why) why = sync;
    }
    if (!why) return IG_OK;
    return ig_fail(ctx, IG_EWRITE, "cannot finish %s: %s", ig_show(output->path), strerror(why));
}

static ig_status sync_folder(ig_ctx *ctx, const char *folder)
{
    const int fd = open_to_sync(folder, O_DIRECTORY);
    const int why = fd < 0 ? errno : sync_and_close(fd);
    if (!why || why == EINVAL || why == EROFS) return IG_OK; // some file systems have none
    if (fd < 0 && why == EACCES) return IG_OK; // a folder that may be written but not listed
    return ig_fail(ctx, IG_EWRITE, "output folder %s: %s", ig_show(folder), strerror(why));
}

static ig_status ready(ig_ctx *ctx, const ig_output *output)
{
    if (ig_ctx_cancelled(ctx)) return ig_fail(ctx, IG_ECANCELLED, "stopped");
    if (ig_ctx_strict(ctx)) {
        ig_fail(ctx, IG_EFORMAT, "%s is not written: there were warnings and --strict is on",
                ig_show(output->path));
        return ig_hint(ctx, "mend what the warnings name, or leave --strict out");
    }
    const char *journal = ig_output_journal(output->temporary);
    if (journal) {
        return ig_fail(ctx, IG_EBUG, "%s was not closed: it has a %s", ig_show(output->path),
                       journal);
    }
    return finish_file(ctx, output);
}

static int rename_flagged(const ig_output *output, unsigned flags)
{
    int failed;
    do {
        failed = renameat2(AT_FDCWD, output->temporary, AT_FDCWD, output->path, flags);
    } while (failed && errno == EINTR);
    return failed ? errno : 0;
}

// An old file is swapped with the new one, and kept until everything is safe; a new name is taken
// only if it is still free. File systems that know neither get a plain rename.
static ig_status place(ig_ctx *ctx, ig_output *output)
{
    int why = rename_flagged(output, output->existed ? RENAME_EXCHANGE : RENAME_NOREPLACE);
    output->old_is_kept = !why && output->existed;
    if (why == EEXIST && ig_ctx_overwrite(ctx)) why = rename_flagged(output, 0);
    if (why == EEXIST) {
        ig_fail(ctx, IG_EPOLICY, "output %s appeared while it was being made",
                ig_show(output->path));
        return ig_hint(ctx, "another program wrote it; give --overwrite or another name");
    }
    if (why == EINVAL || why == ENOSYS || why == EOPNOTSUPP || (why == ENOENT && output->existed)) {
        why = rename_flagged(output, 0);
    }
    if (why) {
        return ig_fail(ctx, IG_EWRITE, "cannot put %s in place: %s", ig_show(output->path),
                       strerror(why));
    }
    output->in_place = true;
    return IG_OK;
}

// As if nothing had been placed: the old file back under its name, or none.
static void take_back(ig_output *output)
{
    if (!output->in_place) return;
    if (output->old_is_kept) {
        rename_flagged(output, RENAME_EXCHANGE);
    } else if (!output->existed) {
        unlink(output->path);
    }
}

ig_status ig_output_commit_all(ig_ctx *ctx, ig_output **outputs, size_t count)
{
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < count; i++)
        status = ready(ctx, outputs[i]);
    for (size_t i = 0; !status && i < count; i++)
        status = place(ctx, outputs[i]);
    for (size_t i = 0; !status && i < count; i++) {
        if (i == 0 || strcmp(outputs[i]->folder, outputs[i - 1]->folder) != 0) {
            status = sync_folder(ctx, outputs[i]->folder);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (status) take_back(outputs[i]);
        ig_output_abort(outputs[i]); // the temporary name now holds the old file, or nothing
        outputs[i] = NULL;
    }
    return status;
}

ig_status ig_output_commit(ig_ctx *ctx, ig_output *output)
{
    return ig_output_commit_all(ctx, &output, 1);
}
