// A plan from inputs to outputs: the steps of a run in their order.
#include "study_internal.h"

#include <string.h>

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
    ig_table_free(study->groups);
    ig_areas_free(study->areas);
    ig_areas_free(study->ward_areas);
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
    if (plan->outputs.reports) {
        ig_warn(study->ctx,
                "%s: line %d: reports: pages for wards are not made by this version; all else is",
                ig_show(plan->path), plan->outputs.reports_line);
    }
    return IG_OK;
}

static ig_status work(struct study *study)
{
    ig_status status = study_targets(study);
    if (!status) status = study_hash_inputs(study);
    // with --strict every warning must be met afresh, so nothing is taken from the run before
    if (!status && !ig_ctx_strict_asked(study->ctx)) study_read_before(study);
    if (!status) status = study_inputs(study);
    if (!status) status = study_nest(study);
    if (!status) status = study_check_columns(study);
    if (!status) status = study_map_targets(study);
    if (!status) status = study_folders(study);
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        status = study_mode(study, &study->modes[m]);
    }
    if (!status) status = study_columns(study);
    if (!status) status = study_choropleths(study);
    if (!status) status = study_write(study);
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
    study_free(&study);
    return status;
}

void ig_study_free(char *summary)
{
    ig_free(summary);
}
