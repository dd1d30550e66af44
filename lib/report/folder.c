// A folder to hand over again: which of its files a run before made, and may be made anew.
#include "manifest.h"
#include "report.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the manifest");
}

/// Files of one part: `ours` becomes false at the first that is not as listed.
static ig_status look_into(ig_ctx *ctx, const char *folder, const char *part,
                           const struct manifest *manifest, bool *ours)
{
    ig_text path = {0}, name = {0};
    ig_text_format(&path, "%s%s", folder, part);
    DIR *list = path.failed ? NULL : opendir(path.data);
    ig_status status = path.failed ? no_memory(ctx) : IG_OK;
    for (struct dirent *here; list && *ours && !status && (here = readdir(list));) {
        if (here->d_name[0] == '.') continue; // a run that was killed leaves hidden files alone
        name.length = 0;
        ig_text_format(&name, "%s/%s", part, here->d_name);
        if (name.failed) {
            status = no_memory(ctx);
            break;
        }
        const struct entry *entry = manifest_find(manifest, name.data);
        *ours = entry && (!*entry->sha256 || manifest_holds(ctx, folder, entry, entry->made_from));
    }
    if (list) closedir(list);
    ig_text_free(&path);
    ig_text_free(&name);
    return status;
}

ig_status ig_report_folder_ours(ig_ctx *ctx, const char *folder, const char *const *parts,
                                bool *ours)
{
    struct manifest manifest;
    struct stat there;
    ig_text path = {0};
    *ours = false;
    ig_text_format(&path, "%smanifest.csv", folder);
    const bool none = path.failed || stat(path.data, &there) != 0;
    ig_text_free(&path);
    if (none) return IG_OK;
    ig_status status = manifest_read(ctx, folder, &manifest);
    if (status) return status;
    *ours = true;
    for (; *parts && !status && *ours; parts++)
        status = look_into(ctx, folder, *parts, &manifest, ours);
    manifest_free(&manifest);
    return status;
}

/// Written over the one before, which is ours whether or not the user lets others' files be replaced.
static ig_status write_over(ig_ctx *ctx, const char *folder, const struct manifest *manifest,
                            bool done)
{
    const bool asked = ig_ctx_overwrite(ctx);
    ig_ctx_set_overwrite(ctx, true);
    const ig_status status = manifest_write(ctx, folder, manifest, done);
    ig_ctx_set_overwrite(ctx, asked);
    return status;
}

ig_status ig_report_folder_begin(ig_ctx *ctx, const char *folder, const char *const *files)
{
    struct manifest manifest;
    ig_status status = manifest_read(ctx, folder, &manifest);
    for (; *files && !status; files++) {
        struct entry *entry = manifest_add(&manifest, *files);
        if (!entry) status = no_memory(ctx);
        if (!entry) break;
        entry->sha256[0] = '\0';
        if (!*entry->made_from) ig_sha256_bytes("", 0, entry->made_from);
    }
    if (!status) status = write_over(ctx, folder, &manifest, false);
    manifest_free(&manifest);
    return status;
}

/// Enter what is there; what is not stays planned, and goes when the manifest is written.
static ig_status enter_all(ig_ctx *ctx, const char *folder, struct manifest *manifest,
                           size_t *entered)
{
    ig_status status = IG_OK;
    *entered = 0;
    for (size_t i = 0; i < manifest->count && !status; i++) {
        const struct entry *entry = &manifest->entries[i];
        struct stat there;
        ig_text path = {0};
        ig_text_format(&path, "%s%s", folder, entry->file);
        if (path.failed) {
            status = no_memory(ctx);
        } else if (!stat(path.data, &there)) {
            char made_from[65];
            memcpy(made_from, entry->made_from, sizeof made_from);
            if (!*entry->sha256)
                status = manifest_enter(ctx, folder, manifest, entry->file, made_from);
            *entered += !status;
        }
        ig_text_free(&path);
    }
    return status;
}

ig_status ig_report_folder_abandon(ig_ctx *ctx, const char *folder)
{
    struct manifest manifest;
    ig_text path = {0};
    size_t entered = 0;
    ig_status status = manifest_read(ctx, folder, &manifest);
    if (status) return status;
    status = enter_all(ctx, folder, &manifest, &entered);
    ig_text_format(&path, "%smanifest.csv", folder);
    if (!status && path.failed) status = no_memory(ctx);
    if (!status && entered) status = write_over(ctx, folder, &manifest, true);
    if (!status && !entered) unlink(path.data);
    ig_text_free(&path);
    manifest_free(&manifest);
    return status;
}
