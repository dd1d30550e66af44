// Outputs of a run: all named and checked before work begins, taken back when it fails.
#include "study_internal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// The GeoPackage's name without its suffix; without a GeoPackage a name in the first folder.
static void append_base(const struct study *study, ig_text *text)
{
    const char *geopackage = study->plan.outputs.geopackage;
    if (geopackage) {
        ig_text_append_bytes(text, geopackage, strlen(geopackage) - strlen(".gpkg"));
        return;
    }
    ig_text_append(text, study->plan.outputs.tables ? study->plan.outputs.tables
                         : study->plan.outputs.maps ? study->plan.outputs.maps
                                                    : study->plan.outputs.reports);
    ig_text_append(text, "run");
}

char *study_beside(const struct study *study, const char *what, const char *suffix, const char *end)
{
    ig_text text = {0};
    append_base(study, &text);
    ig_text_format(&text, "%s%s%s", what, suffix, end);
    if (text.failed) ig_text_free(&text);
    return text.data;
}

/// Bytes that a file name may hold; others become "_", so that names come from codes and columns.
static void append_plain(ig_text *text, const char *name)
{
    for (; *name; name++) {
        const char c = *name;
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '_' || c == '-';
        ig_text_append_bytes(text, plain ? &c : "_", 1);
    }
}

char *study_inside(const char *folder, const char *name, const char *suffix, const char *end)
{
    ig_text text = {0};
    ig_text_append(&text, folder);
    append_plain(&text, name);
    append_plain(&text, suffix);
    ig_text_append(&text, end);
    if (text.failed) ig_text_free(&text);
    return text.data;
}

/// Adopt a path as an output, once.
static ig_status add_target(struct study *study, char *path, bool folder)
{
    if (!path) return study_no_memory(study);
    for (size_t i = 0; i < study->targets_count; i++) {
        if (strcmp(study->targets[i].path, path)) continue;
        ig_free(path);
        return IG_OK;
    }
    if (!ig_grow((void **)&study->targets, &study->targets_room, study->targets_count + 1,
                 sizeof *study->targets)) {
        ig_free(path);
        return study_no_memory(study);
    }
    struct stat there;
    study->targets[study->targets_count++] =
        (struct target){.path = path, .before = !lstat(path, &there), .folder = folder};
    return IG_OK;
}

static ig_status check_file(struct study *study, char *path)
{
    ig_status status = path ? ig_output_check(study->ctx, path, study->inputs) : IG_EMEMORY;
    if (!path) return study_no_memory(study);
    if (status) {
        ig_free(path);
        return status;
    }
    return add_target(study, path, false);
}

/// A folder of results: there, or to be made in one that is there.
static ig_status check_folder(struct study *study, const char *folder, bool *missing)
{
    struct stat there;
    char *plain = ig_text_copy(folder);
    if (!plain) return study_no_memory(study);
    const size_t length = strlen(plain);
    if (length > 1 && plain[length - 1] == '/') plain[length - 1] = '\0';
    *missing = stat(plain, &there) != 0;
    ig_status status = IG_OK;
    if (*missing) {
        status = ig_output_check(study->ctx, plain, study->inputs);
    } else if (!S_ISDIR(there.st_mode)) {
        status = ig_fail(study->ctx, IG_EWRITE, "output folder %s is a file", ig_show(plain));
    }
    if (!status && *missing) return add_target(study, plain, true);
    ig_free(plain);
    return status;
}

/// A file in a folder of results; one that is not there yet holds nothing to be checked against.
static ig_status check_inside(struct study *study, bool missing, char *path)
{
    return missing && path ? add_target(study, path, false) : check_file(study, path);
}

static ig_status check_tables(struct study *study)
{
    static const char *const files[] = {"access_area", "access_ward", "gap", "gap_measures"};
    const char *folder = study->plan.outputs.tables;
    bool missing = false;
    if (!folder) return IG_OK;
    ig_status status = check_folder(study, folder, &missing);
    for (size_t m = 0; m < study->modes_count; m++) {
        for (size_t f = 0; f < sizeof files / sizeof *files && !status; f++) {
            const bool wards = f != 1 || study->plan.has_wards;
            const bool gap =
                f < 2 || study->plan.deprivation || study->plan.has_wards || study->plan.has_groups;
            if (!wards || !gap) continue;
            status = check_inside(study, missing,
                                  study_inside(folder, files[f], study->modes[m].suffix, ".csv"));
        }
    }
    if (!status && !study->modes_count) {
        status = check_inside(study, missing, study_inside(folder, "areas", "", ".csv"));
    }
    if (!status && study->plan.outputs.trace) {
        status = check_inside(study, missing, study_inside(folder, "trace", "", ".csv"));
    }
    return status;
}

ig_status study_beside_names(struct study *study)
{
    for (size_t m = 0; m < study->modes_count; m++) {
        struct mode_run *mode = &study->modes[m];
        mode->minutes_path = study_beside(study, "_minutes", mode->suffix, ".tif");
        if (!mode->minutes_path) return study_no_memory(study);
        if (mode->plan->cost_file) continue;
        mode->cost_path = study_beside(study, "_cost", mode->suffix, ".tif");
        if (!mode->cost_path) return study_no_memory(study);
    }
    return IG_OK;
}

ig_status study_report_folder(struct study *study, const char *folder)
{
    bool missing = false;
    return check_folder(study, folder, &missing);
}

static ig_status check_beside(struct study *study)
{
    ig_status status = study_beside_names(study);
    if (!status) status = check_file(study, study_beside(study, "", "", ".run.json"));
    if (!status && study->plan.outputs.geopackage)
        status = check_file(study, study_beside(study, "", "", ".qgz"));
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        struct mode_run *mode = &study->modes[m];
        status = check_file(study, ig_text_copy(mode->minutes_path));
        if (!status)
            status = check_file(study, study_beside(study, "_minutes", mode->suffix, ".qml"));
        if (!status)
            status = check_file(study, study_beside(study, "_minutes", mode->suffix, ".sld"));
        if (status || !mode->cost_path) continue;
        status = check_file(study, mode->cost_path ? ig_text_copy(mode->cost_path) : NULL);
    }
    return status;
}

ig_status study_targets(struct study *study)
{
    bool missing = false;
    ig_status status = IG_OK;
    if (study->plan.outputs.geopackage) {
        status = check_file(study, ig_text_copy(study->plan.outputs.geopackage));
    }
    if (!status) status = check_tables(study);
    if (!status && study->plan.outputs.maps) {
        status = check_folder(study, study->plan.outputs.maps, &missing);
    }
    if (!status && study->plan.outputs.reports) {
        bool none = false;
        status = check_folder(study, study->plan.outputs.reports, &none);
    }
    // in a folder that is yet to be made there is nothing to take over
    struct stat there;
    const char *folder = study->plan.outputs.tables ? study->plan.outputs.tables
                         : study->plan.outputs.maps ? study->plan.outputs.maps
                                                    : study->plan.outputs.reports;
    if (!status && (study->plan.outputs.geopackage || !stat(folder, &there)))
        status = check_beside(study);
    return status;
}

char *study_map_path(const struct study *study, size_t i)
{
    char number[24] = "";
    for (size_t j = 0; j < i; j++) { // a value mapped twice gets a number
        if (!strcmp(study->choropleth_names[j], study->choropleth_names[i])) {
            snprintf(number, sizeof number, "_%zu", i + 1);
        }
    }
    return study_inside(study->plan.outputs.maps, study->choropleth_names[i], number, ".png");
}

ig_status study_map_targets(struct study *study)
{
    struct stat there;
    ig_status status = IG_OK;
    if (!study->plan.outputs.maps) return IG_OK;
    const bool missing = stat(study->plan.outputs.maps, &there) != 0;
    for (size_t i = 0; i < study->choropleths_count && !status; i++) {
        status = check_inside(study, missing, study_map_path(study, i));
    }
    return status;
}

ig_status study_folders(struct study *study)
{
    for (size_t i = 0; i < study->targets_count; i++) {
        const struct target *target = &study->targets[i];
        if (!target->folder) continue;
        // the umask of the process is tight while files are in the making; folders are the user's
        if (mkdir(target->path, 0700) && errno != EEXIST) {
            return ig_fail(study->ctx, IG_EWRITE, "cannot make the folder %s: %s",
                           ig_show(target->path), strerror(errno));
        }
        if (chmod(target->path, 0777 & ~ig_user_umask())) {
            return ig_fail(study->ctx, IG_EWRITE, "cannot open the folder %s: %s",
                           ig_show(target->path), strerror(errno));
        }
    }
    return IG_OK;
}

void study_take_back(struct study *study)
{
    for (size_t i = 0; i < study->targets_count; i++) {
        const struct target *target = &study->targets[i];
        if (!target->before && !target->folder) unlink(target->path);
    }
    for (size_t i = 0; i < study->targets_count; i++) {
        const struct target *target = &study->targets[i];
        if (!target->before && target->folder) rmdir(target->path);
    }
}
