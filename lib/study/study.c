// A plan from inputs to outputs: the steps of a run in their order.
#include "../core/json.h"
#include "study_internal.h"

#include <string.h>
#include <unistd.h>

ig_status study_no_memory(struct study *study)
{
    return ig_fail(study->ctx, IG_EMEMORY, "no memory for the run of %s",
                   ig_show(study->plan.path));
}

static void study_free(struct study *study)
{
    for (size_t m = 0; m < study->modes_count; m++)
        study_mode_free(&study->modes[m]);
    for (size_t t = 0; study->tables && t < study->plan.tables_count; t++) {
        ig_table_free(study->tables[t]);
    }
    for (size_t i = 0; i < study->choropleths_count; i++) {
        ig_choropleth_free(study->choropleths[i]);
        ig_free(study->choropleth_names[i]);
    }
    ig_free(study->choropleth_maps);
    ig_free(study->shared);
    ig_site_kinds_free(&study->kinds);
    for (size_t i = 0; i < study->targets_count; i++)
        ig_free(study->targets[i].path);
    ig_free(study->choropleths);
    ig_free(study->choropleth_names);
    ig_free(study->targets);
    ig_free(study->modes);
    ig_free(study->tables);
    ig_free(study->of_wards);
    ig_free(study->wards.codes);
    ig_free(study->wards.names);
    ig_free(study->wards.shape);
    ig_free(study->wards.parent);
    ig_result_free(study->area_columns);
    ig_result_free(study->ward_columns);
    ig_join_free(study->join);
    ig_join_free(study->ward_join);
    ig_population_free(study->population);
    ig_sites_free(study->sites);
    ig_table_free(study->lookup);
    ig_free(study->lookup_row);
    ig_table_free(study->groups);
    ig_cover_free(study->cover);
    ig_areas_free(study->areas);
    ig_areas_free(study->ward_areas);
    ig_trace_free(study->trace);
    ig_recalled_free(study->recalled_people);
    json_decref(study->input_list);
    json_decref(study->before);
    json_decref(study->steps);
    plan_free(&study->plan);
}

/// Read the plan and take what it says of the whole run.
static ig_status begin(struct study *study, const char *path)
{
    struct plan *plan = &study->plan;
    ig_status status = plan_read(study->ctx, path, plan);
    if (!status && plan->crs) status = ig_ctx_set_input_crs(study->ctx, plan->crs);
    if (!status && plan->work_crs) status = ig_ctx_set_work_crs(study->ctx, plan->work_crs);
    if (status) return status;
    study->inputs = plan_inputs(plan);
    study->steps = json_array();
    study->modes = ig_alloc(plan->modes_count + 1, sizeof *study->modes);
    if (!study->inputs || !study->steps || !study->modes) return study_no_memory(study);
    study->modes_count = plan->modes_count;
    for (size_t m = 0; m < plan->modes_count; m++) {
        struct mode_run *mode = &study->modes[m];
        mode->plan = &plan->modes[m];
        if (plan->modes_count > 1) {
            snprintf(mode->suffix, sizeof mode->suffix, "_%s", mode->plan->name);
        }
    }
    return IG_OK;
}

/// Names of the files below the folder to hand over, from there on, NULL-ended; yours, the texts lent.
/// @param there  only those that are there
static const char **files_below(struct study *study, bool there, size_t *count)
{
    const size_t folder = strlen(study->plan.outputs.reports);
    const char **names = ig_alloc(study->targets_count + 1, sizeof *names);
    *count = 0;
    for (size_t i = 0; names && i < study->targets_count; i++) {
        const struct target *target = &study->targets[i];
        const bool below = !strncmp(target->path, study->plan.outputs.reports, folder);
        if (!target->folder && below && (!there || !access(target->path, F_OK)))
            names[(*count)++] = target->path + folder;
    }
    return names;
}

/// A run that is killed from here on leaves files that the next one knows for its own.
static ig_status plan_files_below(struct study *study)
{
    size_t count;
    const char **files = files_below(study, false, &count);
    if (!files) return study_no_memory(study);
    const ig_status status = ig_report_folder_begin(study->ctx, study->plan.outputs.reports, files);
    study->begun = !status;
    ig_free(files);
    return status;
}

static ig_status work(struct study *study)
{
    ig_status status = study_targets(study);
    if (!status) status = study_hash_inputs(study);
    // with --strict every warning must be met afresh, so nothing is taken from the run before
    if (!status && !ig_ctx_strict_asked(study->ctx)) study_read_before(study);
    if (!status) status = study_trace_begin(study);
    if (!status) status = study_inputs(study);
    if (!status) status = study_nest(study);
    if (!status) status = study_protect(study);
    if (!status) status = study_check_columns(study);
    if (!status) status = study_check_indicators(study);
    if (!status) status = study_map_targets(study);
    if (!status) status = study_folders(study);
    if (!status && study->hand_over) status = plan_files_below(study);
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        status = study_mode(study, &study->modes[m]);
    }
    if (!status) status = study_columns(study);
    if (!status) status = study_trace_numbers(study);
    if (!status) status = study_choropleths(study);
    if (!status) status = study_write(study);
    return status;
}

// ---- reports ------------------------------------------------------------------------------------

/// Add the pages to a summary: its outputs, and how many were written and kept.
static ig_status add_counts(struct study *study, const ig_report_counts *counts, char **summary)
{
    json_t *json = *summary ? json_loads(*summary, 0, NULL) : json_object();
    json_t *outputs = json_object_get(json, "outputs");
    if (!outputs) {
        json_object_set_new(json, "outputs", json_array());
        outputs = json_object_get(json, "outputs");
    }
    for (size_t i = 0; i < counts->paths_count; i++)
        json_array_append_new(outputs, json_string(counts->paths[i]));
    json_object_set_new(json, "wards", json_integer((json_int_t)counts->wards));
    json_object_set_new(json, "pages_written", json_integer((json_int_t)counts->written));
    json_object_set_new(json, "pages_kept", json_integer((json_int_t)counts->kept));
    char *text = NULL;
    const ig_status status = json ? ig_json_text(json, true, &text) : IG_EMEMORY;
    json_decref(json);
    if (status) return study_no_memory(study);
    ig_free(*summary);
    *summary = text;
    return IG_OK;
}

static ig_status write_reports(struct study *study, const ig_report_options *options,
                               const char *const (*files)[2], size_t files_count,
                               const char *const *beside, size_t beside_count, char **summary)
{
    ig_report_counts counts = {0};
    ig_status status =
        study_write_reports(study, options, files, files_count, beside, beside_count, &counts);
    if (!status && summary) status = add_counts(study, &counts, summary);
    ig_report_counts_free(&counts);
    return status;
}

ig_status ig_study_run(ig_ctx *ctx, const char *plan, char **summary)
{
    struct study study = {.ctx = ctx};
    if (summary) *summary = NULL;
    ig_status status = begin(&study, plan);
    if (!status) {
        status = work(&study);
        if (!status && summary) status = study_summary(&study, summary);
        if (status) study_take_back(&study);
    }
    // Pages that fail leave the rest of the run as it is: it is whole.
    const ig_report_options reports = {
        .folder = study.plan.outputs.reports, .pages = "", .html = true, .pdf = true};
    if (!status && reports.folder)
        status = write_reports(&study, &reports, NULL, 0, NULL, 0, summary);
    if (status && summary) {
        ig_free(*summary);
        *summary = NULL;
    }
    study_free(&study);
    return status;
}

/// A folder's name with a slash at its end, kept by the plan.
static ig_status folder_name(struct study *study, const char *path, const char *more,
                             const char **out)
{
    static const ig_option entry = {.name = "folder", .kind = IG_OPTION_TEXT};
    const size_t length = strlen(path);
    ig_text text = {0};
    ig_text_format(&text, "%s%s%s", path, length && path[length - 1] == '/' ? "" : "/", more);
    const ig_status status = text.failed ? study_no_memory(study)
                                         : ig_option_add(study->ctx, study->plan.store, &entry,
                                                         (void *)out, NULL, text.data);
    ig_text_free(&text);
    return status;
}

/// All outputs of the plan go into the folder to hand over.
static ig_status lead_into(struct study *study, const char *folder)
{
    struct plan *plan = &study->plan;
    const char *name =
        plan->outputs.geopackage ? ig_base_name(plan->outputs.geopackage) : "results.gpkg";
    char inside[300];
    snprintf(inside, sizeof inside, "data/%.250s", name);
    plan->outputs.geopackage = plan->outputs.tables = plan->outputs.maps = NULL;
    ig_status status = folder_name(study, folder, "", &plan->outputs.reports);
    if (!status) status = folder_name(study, folder, inside, &plan->outputs.geopackage);
    if (!status) status = folder_name(study, folder, "tables/", &plan->outputs.tables);
    if (!status && plan->maps_count)
        status = folder_name(study, folder, "maps/", &plan->outputs.maps);
    const char *const made[] = {"", "data/"};
    for (size_t i = 0; i < 2 && !status; i++) {
        const char *path = NULL;
        status = folder_name(study, folder, made[i], &path);
        if (!status) status = study_report_folder(study, path);
        if (!status) status = study_folders(study);
    }
    return status;
}

/// What the steps of a run give, and nothing written but reports.
static ig_status work_out(struct study *study)
{
    ig_status status = study_report_folder(study, study->plan.outputs.reports);
    if (!status && (study->plan.outputs.geopackage || study->plan.outputs.tables ||
                    study->plan.outputs.maps)) {
        status = study_beside_names(study);
        study->reports_only = true;
    }
    if (!status) status = study_hash_inputs(study);
    if (!status && !ig_ctx_strict_asked(study->ctx)) study_read_before(study);
    if (!status) status = study_inputs(study);
    if (!status) status = study_nest(study);
    if (!status) status = study_check_columns(study);
    if (!status) status = study_check_indicators(study);
    for (size_t m = 0; m < study->modes_count && !status; m++)
        status = study_mode(study, &study->modes[m]);
    if (!status) status = study_columns(study);
    return status ? status : study_folders(study);
}

/// Files of the folder to hand over that the index leads to.
static ig_status write_site(struct study *study, const ig_report_options *options, char **summary)
{
    static const char *const tables[] = {"access_area", "access_ward", "gap", "gap_measures"};
    enum { MOST = 64 };
    const char *files[MOST][2];
    char paths[MOST][160];
    size_t count = 0;
    snprintf(paths[count], sizeof paths[count], "data/%.140s",
             ig_base_name(study->plan.outputs.geopackage));
    files[count][0] = ig_base_name(study->plan.outputs.geopackage);
    files[count][1] = paths[count];
    count++;
    for (size_t i = 0; i < study->targets_count && count < MOST; i++) {
        const struct target *target = &study->targets[i];
        const char *name = ig_base_name(target->path);
        bool table = false, map = strstr(target->path, "/maps/") && strstr(name, ".png");
        for (size_t t = 0; t < 4; t++)
            table |= !strncmp(name, tables[t], strlen(tables[t])) && strstr(name, ".csv");
        if (target->folder || (!table && !map) || access(target->path, F_OK)) continue;
        snprintf(paths[count], sizeof paths[count], "%s/%.140s", table ? "tables" : "maps", name);
        files[count][0] = name;
        files[count][1] = paths[count];
        count++;
    }
    // everything below the folder is listed in the manifest, by its name from there
    size_t beside_count = 0;
    const char **beside = files_below(study, true, &beside_count);
    if (!beside) return study_no_memory(study);
    const ig_status status = write_reports(study, options, (const char *const(*)[2])files, count,
                                           beside, beside_count, summary);
    ig_free(beside);
    return status;
}

/// All of a run, into a folder that one before may have made: what lies there as it was left is
/// replaced without being asked.
static ig_status work_again(struct study *study)
{
    static const char *const parts[] = {"data", "tables", "maps", NULL};
    const bool asked = ig_ctx_overwrite(study->ctx);
    bool ours = false;
    ig_status status = ig_report_folder_ours(study->ctx, study->plan.outputs.reports, parts, &ours);
    if (status) return status;
    ig_ctx_set_overwrite(study->ctx, asked || ours);
    study->hand_over = true;
    status = work(study);
    ig_ctx_set_overwrite(study->ctx, asked);
    return status;
}

/// The manifest follows what was taken back; the failure keeps its own words.
static void abandon(struct study *study)
{
    ig_ctx *own = ig_ctx_new();
    if (!own) return;
    if (ig_report_folder_abandon(own, study->plan.outputs.reports))
        ig_warn_mild(study->ctx, "%s", ig_ctx_message(own));
    ig_ctx_free(own);
    study_take_back(study); // the folder of the manifest too
}

static ig_status report(struct study *study, const ig_study_reports *options, char **summary)
{
    const ig_report_options reports = {.folder = study->plan.outputs.reports,
                                       .pages = options->site ? "pages/" : "",
                                       .html = options->html,
                                       .pdf = options->pdf,
                                       .ward = options->ward,
                                       .template_dir = options->template_dir};
    ig_status status = options->site ? work_again(study) : work_out(study);
    if (status) {
        study_take_back(study);
        if (study->begun) abandon(study);
        return status;
    }
    if (!options->site) return write_reports(study, &reports, NULL, 0, NULL, 0, summary);
    if (summary) status = study_summary(study, summary);
    if (!status) {
        const char *pages = NULL;
        status = folder_name(study, study->plan.outputs.reports, "pages/", &pages);
        if (!status) status = study_report_folder(study, pages);
        if (!status) status = study_folders(study);
    }
    return status ? status : write_site(study, &reports, summary);
}

ig_status ig_study_report(ig_ctx *ctx, const ig_study_reports *options, char **summary)
{
    struct study study = {.ctx = ctx};
    if (summary) *summary = NULL;
    ig_status status = begin(&study, options->plan);
    if (!status && !study.plan.has_wards) {
        ig_fail(ctx, IG_EINVAL, "%s: the plan has no wards to report on", ig_show(options->plan));
        status = ig_hint(ctx, "add wards: {file: NAME}");
    }
    if (!status && !study.modes_count && !study.plan.tables_count)
        status = ig_fail(ctx, IG_EINVAL, "%s: the plan has neither travel nor tables to report",
                         ig_show(options->plan));
    if (!status && options->site) {
        status = lead_into(&study, options->output);
    } else if (!status && options->output) {
        status = folder_name(&study, options->output, "", &study.plan.outputs.reports);
    }
    if (!status && !study.plan.outputs.reports) {
        ig_fail(ctx, IG_EINVAL, "there is no folder for the reports");
        status = ig_hint(ctx, "give -o FOLDER, or write reports: FOLDER/ in the plan's outputs");
    }
    if (!status) status = report(&study, options, summary);
    if (status && summary) {
        ig_free(*summary);
        *summary = NULL;
    }
    study_free(&study);
    return status;
}

void ig_study_free(char *summary)
{
    ig_free(summary);
}
