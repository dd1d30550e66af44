// manifest.csv: every file of a folder of reports with bytes, SHA-256, and what it was made from.
#include "manifest.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char head[] = "file,bytes,sha256,made_from";

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the manifest");
}

void manifest_free(struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++)
        ig_free(manifest->entries[i].file);
    ig_free(manifest->entries);
    *manifest = (struct manifest){0};
}

/// First entry that is not before `file`.
static size_t place_of(const struct manifest *manifest, const char *file)
{
    size_t low = 0, high = manifest->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(manifest->entries[middle].file, file) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct entry *manifest_find(const struct manifest *manifest, const char *file)
{
    const size_t at = place_of(manifest, file);
    const bool here = at < manifest->count && !strcmp(manifest->entries[at].file, file);
    return here ? &manifest->entries[at] : NULL;
}

struct entry *manifest_add(struct manifest *manifest, const char *file)
{
    struct entry *found = manifest_find(manifest, file);
    if (found) return found;
    char *name = ig_text_copy(file);
    if (!name || !ig_grow((void **)&manifest->entries, &manifest->room, manifest->count + 1,
                          sizeof *manifest->entries)) {
        ig_free(name);
        return NULL;
    }
    const size_t at = place_of(manifest, file);
    struct entry *here = &manifest->entries[at];
    memmove(here + 1, here, (manifest->count - at) * sizeof *here);
    manifest->count++;
    *here = (struct entry){.file = name};
    return here;
}

static bool is_sum(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/// One line, taken apart in place; a line that is no entry is left out, its file made anew.
static bool take_line(struct manifest *manifest, char *line)
{
    char *field[4] = {line};
    for (size_t i = 1; i < 4; i++) {
        field[i] = field[i - 1] ? strchr(field[i - 1], ',') : NULL;
        if (field[i]) *field[i]++ = '\0';
    }
    if (!field[3] || (*field[2] && !is_sum(field[2])) || !is_sum(field[3])) return true;
    struct entry *entry = manifest_add(manifest, field[0]);
    if (!entry) return false;
    entry->bytes = strtoull(field[1], NULL, 10);
    snprintf(entry->sha256, sizeof entry->sha256, "%s", field[2]);
    snprintf(entry->made_from, sizeof entry->made_from, "%s", field[3]);
    return true;
}

static ig_status parse(ig_ctx *ctx, const char *path, char *data, struct manifest *out)
{
    const size_t length = strlen(head);
    if (strncmp(data, head, length) || (data[length] != '\r' && data[length] != '\n')) {
        if (ig_ctx_overwrite(ctx)) return IG_OK;
        ig_fail(ctx, IG_EPOLICY, "%s is not the manifest of a folder of reports", ig_show(path));
        return ig_hint(ctx, "choose another folder, or give --overwrite");
    }
    for (char *line = strchr(data, '\n'); line && line[1];) {
        char *next = strchr(++line, '\n');
        if (next) *next = '\0';
        const size_t end = strlen(line);
        if (end && line[end - 1] == '\r') line[end - 1] = '\0';
        if (!take_line(out, line)) return no_memory(ctx);
        line = next;
    }
    return IG_OK;
}

ig_status manifest_read(ig_ctx *ctx, const char *folder, struct manifest *out)
{
    struct stat there;
    ig_text path = {0};
    ig_bytes bytes = {0};
    *out = (struct manifest){0};
    ig_text_format(&path, "%smanifest.csv", folder);
    ig_status status = path.failed ? no_memory(ctx) : IG_OK;
    if (!status && !stat(path.data, &there)) {
        status = ig_bytes_read(ctx, path.data, &bytes);
        if (!status) status = parse(ctx, path.data, (char *)bytes.data, out);
    }
    ig_bytes_free(&bytes);
    ig_text_free(&path);
    if (status) manifest_free(out);
    return status;
}

ig_status manifest_write(ig_ctx *ctx, const char *folder, const struct manifest *manifest,
                         bool done)
{
    ig_text path = {0}, text = {0};
    ig_text_format(&path, "%smanifest.csv", folder);
    ig_text_format(&text, "%s\r\n", head);
    for (size_t i = 0; i < manifest->count; i++) {
        const struct entry *entry = &manifest->entries[i];
        if (done && !*entry->sha256) continue;
        ig_text_append(&text, entry->file);
        if (*entry->sha256) {
            ig_text_format(&text, ",%llu,", (unsigned long long)entry->bytes);
        } else {
            ig_text_append(&text, ",,");
        }
        ig_text_format(&text, "%s,%s\r\n", entry->sha256, entry->made_from);
    }
    const ig_status status = path.failed || text.failed
                                 ? no_memory(ctx)
                                 : ig_output_bytes(ctx, path.data, text.data, text.length);
    ig_text_free(&path);
    ig_text_free(&text);
    return status;
}

bool manifest_holds(ig_ctx *ctx, const char *folder, const struct entry *entry,
                    const char *made_from)
{
    struct stat there;
    char hex[65];
    ig_text path = {0};
    if (!entry || !*entry->sha256 || strcmp(entry->made_from, made_from)) return false;
    ig_text_format(&path, "%s%s", folder, entry->file);
    const bool same = !path.failed && !stat(path.data, &there) &&
                      (uint64_t)there.st_size == entry->bytes &&
                      !ig_sha256_file(ctx, path.data, hex) && !strcmp(hex, entry->sha256);
    ig_text_free(&path);
    return same;
}

ig_status manifest_enter(ig_ctx *ctx, const char *folder, struct manifest *manifest,
                         const char *file, const char *made_from)
{
    struct stat there;
    struct entry *entry = manifest_add(manifest, file);
    ig_text path = {0};
    ig_text_format(&path, "%s%s", folder, file);
    ig_status status = !entry || path.failed ? no_memory(ctx) : IG_OK;
    if (!status) status = ig_sha256_file(ctx, path.data, entry->sha256);
    if (!status && stat(path.data, &there))
        status = ig_fail(ctx, IG_EIO, "cannot read %s", ig_show(path.data));
    if (!status) {
        entry->bytes = (uint64_t)there.st_size;
        snprintf(entry->made_from, sizeof entry->made_from, "%s", made_from);
    }
    ig_text_free(&path);
    return status;
}
