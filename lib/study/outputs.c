// What a run writes beside its GeoPackage: tables, maps, project, record.
#include "study_internal.h"

#include <math.h>
#include <string.h>

// ---- tables, maps, record -----------------------------------------------------------------------

static ig_status write_csv(struct study *study, const ig_result *result, const char *name,
                           const char *suffix)
{
    if (!result) return IG_OK;
    char *path = study_inside(study->plan.outputs.tables, name, suffix, ".csv");
    if (!path) return study_no_memory(study);
    const ig_status status = ig_result_write(study->ctx, result, path, name, study->inputs);
    ig_free(path);
    return status;
}

static ig_status write_access(struct study *study, const struct mode_run *mode)
{
    ig_result *areas = NULL, *wards = NULL;
    ig_status status = ig_access_result(mode->access, study->areas, &areas);
    if (!status && mode->wards) {
        status = ig_access_result_codes(mode->wards, study->wards.codes, &wards);
    }
    if (status) {
        status = study_no_memory(study);
    } else {
        status = write_csv(study, areas, "access_area", mode->suffix);
        if (!status) status = write_csv(study, wards, "access_ward", mode->suffix);
    }
    ig_result_free(areas);
    ig_result_free(wards);
    return status;
}

static ig_status write_tables(struct study *study)
{
    if (!study->plan.outputs.tables) return IG_OK;
    ig_status status = ig_progress(study->ctx, 0.6, "write outputs");
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        const struct mode_run *mode = &study->modes[m];
        status = write_access(study, mode);
        if (!status) status = write_csv(study, mode->gap, "gap", mode->suffix);
        if (!status) status = write_csv(study, mode->measures, "gap_measures", mode->suffix);
    }
    if (!status && !study->modes_count) status = write_csv(study, study->area_columns, "areas", "");
    if (!status) status = study_trace_file(study);
    return status;
}

/// The mode that a column of access belongs to; NULL for other columns.
static const struct mode_run *mode_of(const struct study *study, const char *column)
{
    const size_t length = strlen(column);
    for (size_t m = 0; m < study->modes_count; m++) {
        const char *suffix = study->modes[m].suffix;
        const size_t n = strlen(suffix);
        const bool named = n && length > n && !strcmp(column + length - n, suffix);
        const bool only = !n && (!strncmp(column, "minutes", 7) || !strncmp(column, "within", 6));
        if (named || only) return &study->modes[m];
    }
    return NULL;
}

static ig_status write_map(struct study *study, size_t i)
{
    const ig_style *style = ig_choropleth_style(study->choropleths[i]);
    const struct mode_run *mode = mode_of(study, style->column);
    // The middle isochrone alone: three of them by road would hide the map.
    ig_rings isochrones = {0};
    const double *minutes = NULL;
    if (mode && mode->isochrones->levels) {
        const size_t middle = (mode->isochrones->levels - 1) / 2;
        isochrones = ig_isochrones_rings(mode->isochrones);
        isochrones.area_start += middle;
        isochrones.areas = 1;
        minutes = mode->isochrones->minutes + middle;
    }
    const char *attribution = study->plan.attribution;
    const ig_picture picture = {.areas = study->areas,
                                .values = ig_choropleth_values(study->choropleths[i]),
                                .style = style,
                                .outlines = study->ward_areas,
                                .outlines_label = "Wards",
                                .sites = study->sites,
                                .sites_label = "Sites",
                                .isochrones = minutes ? &isochrones : NULL,
                                .isochrone_minutes = minutes,
                                .title = study->plan.title ? study->plan.title : style->title,
                                .subtitle = study->plan.title ? style->title : NULL,
                                .attribution =
                                    attribution ? attribution : ig_map_attribution(study->areas)};
    char *path = study_map_path(study, i);
    if (!path) return study_no_memory(study);
    const ig_status status = ig_picture_write(study->ctx, &picture, path, study->inputs);
    ig_free(path);
    return status;
}

static ig_status write_maps(struct study *study)
{
    ig_status status = IG_OK;
    if (!study->plan.outputs.maps) return IG_OK;
    for (size_t i = 0; i < study->choropleths_count && !status; i++) {
        const double done = (double)i / (double)study->choropleths_count;
        status = ig_progress(study->ctx, 0.7 + 0.25 * done, "write outputs");
        if (!status) status = write_map(study, i);
    }
    return status;
}

static ig_status write_record(struct study *study, const char *record)
{
    char *path = study_beside(study, "", "", ".run.json");
    if (!path) return study_no_memory(study);
    const ig_status status = ig_output_bytes(study->ctx, path, record, strlen(record));
    ig_free(path);
    return status;
}

ig_status study_write(struct study *study)
{
    char *record = NULL;
    ig_status status = study_record(study, &record);
    if (!status) status = write_tables(study);
    if (!status) status = write_maps(study);
    if (!status) status = study_write_geopackage(study, record);
    if (!status) status = study_write_project(study);
    if (!status) status = study_style_minutes(study);
    if (!status) status = write_record(study, record);
    if (!status) status = ig_progress(study->ctx, 1, "write outputs");
    ig_free(record);
    return status;
}
