// Work that need not be done again: digests of inputs and options, and the record of the run before.
#include "study_internal.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// ---- files and their sums -----------------------------------------------------------------------

struct names {
    char **list;
    size_t count, room;
};

static void names_free(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        ig_free(names->list[i]);
    ig_free(names->list);
    *names = (struct names){0};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add_name(struct names *names, char *name)
{
    if (name && ig_grow((void **)&names->list, &names->room, names->count + 1, sizeof name)) {
        names->list[names->count++] = name;
        return true;
    }
    ig_free(name);
    return false;
}

static char *joined(const char *folder, const char *name)
{
    ig_text text = {0};
    ig_text_format(&text, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
    if (text.failed) ig_text_free(&text);
    return text.data;
}

/// Plain files of a folder and of those in it, four levels deep.
static bool list_folder(const char *path, int depth, struct names *names)
{
    DIR *folder = opendir(path);
    bool fine = true;
    if (!folder) return true; // whoever reads it will say so
    for (struct dirent *entry; fine && (entry = readdir(folder));) {
        if (entry->d_name[0] == '.') continue;
        struct stat there;
        char *name = joined(path, entry->d_name);
        if (!name || stat(name, &there)) {
            fine = name != NULL;
            ig_free(name);
        } else if (S_ISDIR(there.st_mode)) {
            fine = depth >= 4 || list_folder(name, depth + 1, names);
            ig_free(name);
        } else if (S_ISREG(there.st_mode)) {
            fine = add_name(names, name);
        } else {
            ig_free(name);
        }
    }
    closedir(folder);
    return fine;
}

/// The other parts of a shapefile.
static bool list_parts(const char *path, struct names *names)
{
    static const char *const parts[] = {".dbf", ".shx", ".prj", ".cpg"};
    const size_t length = strlen(path);
    if (length < 4 || strcmp(path + length - 4, ".shp")) return true;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct stat there;
        char *part = ig_text_copy(path);
        if (!part) return false;
        memcpy(part + length - 4, parts[i], 4);
        if (stat(part, &there)) {
            ig_free(part);
        } else if (!add_name(names, part)) {
            return false;
        }
    }
    return true;
}

/// Every file behind a path that an option names, sorted.
static ig_status list_files(struct study *study, const char *source, struct names *names)
{
    char *path = NULL, *layer = NULL;
    struct stat there;
    ig_status status = ig_split_layer(study->ctx, source, &path, &layer);
    if (!status && !stat(path, &there) && S_ISDIR(there.st_mode)) {
        if (!list_folder(path, 0, names)) status = study_no_memory(study);
    } else if (!status) {
        if (!list_parts(path, names) || !add_name(names, ig_text_copy(path))) {
            status = study_no_memory(study);
        }
    }
    if (names->count) qsort(names->list, names->count, sizeof *names->list, by_name);
    ig_free(path);
    ig_free(layer);
    return status;
}

static json_t *listed(const struct study *study, const char *file)
{
    size_t i;
    json_t *entry;
    json_array_foreach(study->input_list, i, entry)
    {
        if (!strcmp(json_string_value(json_object_get(entry, "file")), file)) return entry;
    }
    return NULL;
}

/// Add a file with its sum to the list of inputs, once.
static ig_status hash_file(struct study *study, const char *path)
{
    char hex[65], *relative = plan_relative(&study->plan, path);
    ig_status status = relative ? IG_OK : study_no_memory(study);
    if (!status && !listed(study, relative)) {
        status = ig_sha256_file(study->ctx, path, hex);
        json_t *entry = status ? NULL : json_pack("{s:s, s:s}", "file", relative, "sha256", hex);
        if (!status && (!entry || json_array_append_new(study->input_list, entry))) {
            status = study_no_memory(study);
        }
    }
    ig_free(relative);
    return status;
}

ig_status study_hash_inputs(struct study *study)
{
    study->input_list = json_array();
    if (!study->input_list) return study_no_memory(study);
    ig_status status = IG_OK;
    for (size_t i = 0; study->inputs[i] && !status; i++) {
        struct names names = {0};
        status = list_files(study, study->inputs[i], &names);
        for (size_t n = 0; n < names.count && !status; n++) {
            status = hash_file(study, names.list[n]);
            if (!status) status = ig_progress(study->ctx, 0, "look at inputs");
        }
        names_free(&names);
    }
    return status;
}

ig_status study_hash_files(struct study *study, const ig_texts *files, ig_text *text)
{
    ig_status status = IG_OK;
    for (size_t i = 0; i < files->count && !status; i++) {
        struct names names = {0};
        status = list_files(study, files->values[i], &names);
        for (size_t n = 0; n < names.count && !status; n++) {
            char *relative = plan_relative(&study->plan, names.list[n]);
            const json_t *entry = relative ? listed(study, relative) : NULL;
            const char *sum = entry ? json_string_value(json_object_get(entry, "sha256")) : "?";
            if (relative) ig_text_format(text, "%s %s\n", relative, sum);
            if (!relative) status = study_no_memory(study);
            ig_free(relative);
        }
        names_free(&names);
    }
    return status;
}

// ---- steps --------------------------------------------------------------------------------------

void study_read_before(struct study *study)
{
    enum { LARGEST = 64 << 20 };
    char *path = study_beside(study, "", "", ".run.json");
    struct stat there;
    if (path && !stat(path, &there) && there.st_size < LARGEST) {
        study->before = json_load_file(path, 0, NULL);
    }
    ig_free(path);
}

json_t *study_step_before(struct study *study, const char *name, const char *digest,
                          const char *path)
{
    size_t i;
    json_t *entry;
    char hex[65];
    json_array_foreach(json_object_get(study->before, "steps"), i, entry)
    {
        const char *step = json_string_value(json_object_get(entry, "step"));
        const char *then = json_string_value(json_object_get(entry, "digest"));
        const char *sum = json_string_value(json_object_get(entry, "sha256"));
        struct stat there;
        if (!step || !then || !sum || strcmp(step, name) || strcmp(then, digest)) continue;
        if (stat(path, &there) || ig_sha256_file(study->ctx, path, hex)) return NULL;
        return strcmp(hex, sum) ? NULL : entry;
    }
    return NULL;
}

ig_status study_step_done(struct study *study, const char *name, const char *digest,
                          const char *path, json_t *report, size_t first_warning)
{
    char hex[65];
    json_t *warnings = json_array();
    char *relative = plan_relative(&study->plan, path);
    ig_status status = ig_sha256_file(study->ctx, path, hex);
    for (size_t i = first_warning; warnings && i < ig_ctx_warnings(study->ctx); i++) {
        char *text = plan_relative(&study->plan, ig_ctx_warning(study->ctx, i));
        if (text) json_array_append_new(warnings, json_string(text));
        ig_free(text);
    }
    json_t *entry = status || !relative ? NULL
                                        : json_pack("{s:s, s:s, s:s, s:s, s:O, s:O}", "step", name,
                                                    "digest", digest, "file", relative, "sha256",
                                                    hex, "report", report, "warnings", warnings);
    if (!status && (!entry || json_array_append_new(study->steps, entry))) {
        status = study_no_memory(study);
    }
    json_decref(warnings);
    ig_free(relative);
    return status;
}

ig_status study_step_again(struct study *study, json_t *entry)
{
    size_t i;
    json_t *warning;
    json_array_foreach(json_object_get(entry, "warnings"), i, warning)
    {
        // the file's name as the plan has it is good enough here: the step is that of another run
        ig_warn_mild(study->ctx, "%s", json_string_value(warning));
    }
    ig_info(study->ctx, "%s: nothing has changed, taken from the run before",
            json_string_value(json_object_get(entry, "step")));
    return json_array_append(study->steps, entry) ? study_no_memory(study) : IG_OK;
}
