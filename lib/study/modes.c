// One mode of travel: cost, search, isochrones, access of areas and wards, the gap.
#include "study_internal.h"

#include "method.h"

#include <math.h>
#include <string.h>

void study_mode_free(struct mode_run *mode)
{
    ig_surface_free(mode->surface);
    ig_grid_free(mode->minutes);
    ig_placement_free(mode->placement);
    ig_access_free(mode->access);
    ig_access_free(mode->wards);
    ig_isochrones_free(mode->isochrones);
    ig_free(mode->people_within);
    ig_result_free(mode->gap);
    ig_result_free(mode->measures);
    ig_free(mode->cost_path);
    ig_free(mode->minutes_path);
    *mode = (struct mode_run){0};
}

// ---- digests ------------------------------------------------------------------------------------

/// Options of a list with their values, one a line; paths as the plan has them.
static ig_status append_options(struct study *study, const ig_option *list, const void *settings,
                                ig_text *text)
{
    for (; list->name; list++) {
        const char *value = ig_option_text(study->plan.store, list, settings);
        char *relative = value ? plan_relative(&study->plan, value) : NULL;
        if (value && !relative) return study_no_memory(study);
        ig_text_format(text, "%s=%s\n", list->name, relative ? relative : "");
        ig_free(relative);
    }
    return text->failed ? study_no_memory(study) : IG_OK;
}

static ig_status cost_digest(struct study *study, const struct mode_run *mode, char digest[65])
{
    const ig_cost_options *cost = &mode->plan->cost;
    const char *const single[] = {cost->mode && strchr(cost->mode, '/') ? cost->mode : NULL,
                                  cost->residents_table};
    const ig_texts *files[] = {&cost->roads,    &cost->landcover, &cost->dem,
                               &cost->barriers, &cost->bridges,   &study->plan.areas.files.file};
    ig_text text = {0};
    double box[4];
    ig_areas_box(study->areas, box);
    ig_text_format(&text, "isogap %s %s\nwork %s\nbox %a %a %a %a\n", ig_version(), ISOGAP_METHOD,
                   ig_ctx_work_crs(study->ctx), box[0], box[1], box[2], box[3]);
    ig_status status = append_options(study, ig_cost_option_list, cost, &text);
    ig_text_format(&text, "residents %d\n", cost->residents);
    for (size_t i = 0; i < sizeof files / sizeof *files && !status; i++) {
        status = study_hash_files(study, files[i], &text);
    }
    for (size_t i = 0; i < sizeof single / sizeof *single && !status; i++) {
        const ig_texts one = {&single[i], 1};
        if (single[i]) status = study_hash_files(study, &one, &text);
    }
    if (!status && text.failed) status = study_no_memory(study);
    if (!status) ig_sha256_bytes(text.data, text.length, digest);
    ig_text_free(&text);
    return status;
}

static ig_status minutes_digest(struct study *study, const struct mode_run *mode, char digest[65])
{
    ig_text text = {0};
    ig_text_format(&text, "cost %s\nmethod %s\n", mode->cost_digest, ISOGAP_METHOD);
    ig_status status = append_options(study, ig_travel_option_list, &mode->plan->travel, &text);
    for (size_t i = 0; i < mode->placement->count && !status; i++) {
        const ig_source *source = &mode->placement->sources[i];
        ig_text_format(&text, "%lld %a %d %d\n", (long long)source->cell, source->offset,
                       (int)source->number, (int)source->rank);
    }
    if (!status && text.failed) status = study_no_memory(study);
    if (!status) ig_sha256_bytes(text.data, text.length, digest);
    ig_text_free(&text);
    return status;
}

// ---- cost ---------------------------------------------------------------------------------------

static json_t *cost_report(const ig_cost_report *r)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}",
                     "cells", (json_int_t)r->cells, "cells_barrier", (json_int_t)r->cells_barrier,
                     "cells_road", (json_int_t)r->cells_road, "roads_in", (json_int_t)r->roads_in,
                     "roads_burned", (json_int_t)r->roads_burned, "roads_left_out",
                     (json_int_t)r->roads_left_out, "roads_unknown_class",
                     (json_int_t)r->roads_unknown_class, "bridges", (json_int_t)r->bridges,
                     "tunnels", (json_int_t)r->tunnels, "cells_passed", (json_int_t)r->cells_passed,
                     "links", (json_int_t)r->links, "barriers_in", (json_int_t)r->barriers_in,
                     "landcover_in", (json_int_t)r->landcover_in, "crossings_known",
                     r->crossings_known);
}

/// Reports alone take the grids of a run before, and leave none of their own.
static void forget_path(const struct study *study, char **path)
{
    if (!study->reports_only) return;
    ig_free(*path);
    *path = NULL;
}

static ig_status build_cost(struct study *study, struct mode_run *mode, const char *name)
{
    ig_cost_report report = {0};
    const size_t first = ig_ctx_warnings(study->ctx);
    ig_status status =
        ig_cost_build(study->ctx, study->areas, &mode->plan->cost, &mode->surface, &report);
    if (status || !mode->cost_path) return status;
    char item[80];
    static const char *const lattices[] = {"lattice=8", "lattice=16", "lattice=32",
                                           "lattice=exact"};
    snprintf(item, sizeof item, "ISOGAP_DIGEST=%s", mode->cost_digest);
    const char *const items[] = {item, lattices[mode->plan->cost.neighbours], NULL};
    status = ig_surface_write(study->ctx, mode->surface, mode->cost_path, items, study->inputs);
    json_t *counts = status ? NULL : cost_report(&report);
    if (!status && !counts) status = study_no_memory(study);
    if (!status) {
        status = study_step_done(study, name, mode->cost_digest, mode->cost_path, counts, first);
    }
    json_decref(counts);
    return status;
}

/// A ready grid is read; else the one of the run before, or a new one.
static ig_status take_cost(struct study *study, struct mode_run *mode)
{
    const struct plan_mode *plan = mode->plan;
    const ig_grid_options options = ig_grid_defaults();
    char name[96];
    snprintf(name, sizeof name, "cost%s", mode->suffix);
    if (plan->cost_file) {
        const ig_texts one = {&plan->cost_file, 1};
        ig_text text = {0};
        ig_text_format(&text, "unit %d\n", plan->cost_unit);
        ig_status status = study_hash_files(study, &one, &text);
        if (!status && text.failed) status = study_no_memory(study);
        if (!status) ig_sha256_bytes(text.data, text.length, mode->cost_digest);
        ig_text_free(&text);
        if (status) return status;
        return ig_surface_read(study->ctx, plan->cost_file, plan->cost_unit, &options,
                               &mode->surface);
    }
    ig_status status = cost_digest(study, mode, mode->cost_digest);
    if (status) return status;
    json_t *before =
        mode->cost_path ? study_step_before(study, name, mode->cost_digest, mode->cost_path) : NULL;
    if (!before) forget_path(study, &mode->cost_path);
    if (!before) return build_cost(study, mode, name);
    status = ig_surface_read(study->ctx, mode->cost_path, 0, &options, &mode->surface);
    return status ? status : study_step_again(study, before);
}

// ---- minutes ------------------------------------------------------------------------------------

static ig_status place(struct study *study, struct mode_run *mode)
{
    const ig_place_options options = {
        .snap = mode->plan->snap, .clip = true, .areas = study->areas};
    return ig_sites_place(study->ctx, study->sites, mode->surface, &options, &mode->placement);
}

static json_t *minutes_report(const ig_grid *minutes)
{
    const int64_t cells = ig_frame_cells(&minutes->frame);
    int64_t reached = 0;
    for (int64_t c = 0; c < cells; c++)
        reached += !isnan(minutes->cells[c]);
    return json_pack("{s:I, s:I}", "cells", (json_int_t)cells, "cells_reached",
                     (json_int_t)reached);
}

static ig_status search(struct study *study, struct mode_run *mode, const char *name,
                        const char *digest)
{
    const struct plan_mode *plan = mode->plan;
    const size_t first = ig_ctx_warnings(study->ctx);
    ig_travel_options options = plan->travel;
    options.per_cell = plan->cost_file && (plan->cost_unit == 2 || plan->cost_unit == 3);
    ig_status status = ig_travel(study->ctx, mode->surface, mode->placement->sources,
                                 mode->placement->count, &options, &mode->minutes, NULL);
    if (status || !mode->minutes_path) return status;
    char item[80];
    snprintf(item, sizeof item, "ISOGAP_DIGEST=%s", digest);
    const char *const items[] = {item, NULL};
    status = ig_grid_write(study->ctx, mode->minutes, mode->minutes_path,
                           "minutes to the nearest site", items, study->inputs);
    json_t *counts = status ? NULL : minutes_report(mode->minutes);
    if (!status && !counts) status = study_no_memory(study);
    if (!status) status = study_step_done(study, name, digest, mode->minutes_path, counts, first);
    json_decref(counts);
    return status;
}

static ig_status take_minutes(struct study *study, struct mode_run *mode)
{
    char name[96], digest[65];
    snprintf(name, sizeof name, "travel%s", mode->suffix);
    ig_status status = minutes_digest(study, mode, digest);
    if (status) return status;
    json_t *before =
        mode->minutes_path ? study_step_before(study, name, digest, mode->minutes_path) : NULL;
    if (!before) forget_path(study, &mode->minutes_path);
    if (!before) return search(study, mode, name, digest);
    const ig_grid_options options = ig_grid_defaults();
    const char *const path = mode->minutes_path;
    status = ig_grid_read(study->ctx, &path, 1, &options, &mode->minutes);
    return status ? status : study_step_again(study, before);
}

// ---- access and gap -----------------------------------------------------------------------------

static ig_status trace(struct study *study, struct mode_run *mode)
{
    const ig_numbers *levels = &mode->plan->thresholds;
    const ig_people *people = study->population ? ig_population_people(study->population) : NULL;
    ig_isochrone_options options = ig_isochrone_defaults();
    options.edges = mode->plan->edges;
    options.bands = mode->plan->bands;
    mode->people_within = ig_alloc(levels->count + 1, sizeof *mode->people_within);
    if (!mode->people_within) return study_no_memory(study);
    ig_status status = ig_isochrones_trace(study->ctx, mode->minutes, levels->values, levels->count,
                                           &options, &mode->isochrones);
    if (status) return status;
    status = ig_people_within(study->ctx, study->areas, mode->minutes, mode->surface, people,
                              study->cover, levels->values, levels->count, mode->people_within);
    for (size_t i = levels->count; options.bands && !status && i-- > 1;) {
        mode->people_within[i] -= mode->people_within[i - 1];
    }
    return status;
}

static ig_status work_access(struct study *study, struct mode_run *mode)
{
    const ig_numbers *levels = &mode->plan->thresholds;
    const ig_people *people = study->population ? ig_population_people(study->population) : NULL;
    ig_status status = ig_access_new(study->ctx, study->areas, mode->minutes, mode->surface, people,
                                     study->cover, levels->values, levels->count, &mode->access);
    if (status) return status;
    if (!study->plan.has_wards) return IG_OK;
    return ig_access_merge(study->ctx, mode->access, study->wards.parent, study->wards.count,
                           &mode->wards);
}

/// Columns that the gap is made from, owned.
struct gap_columns {
    ig_gap_input input;
    ig_gap_columns *access;
    double *decile;
    const char **grouping;
    const char ***group;
};

static void gap_columns_free(struct gap_columns *gap)
{
    for (size_t g = 0; gap->group && g < gap->input.groupings; g++)
        ig_free(gap->group[g]);
    ig_gap_columns_free(gap->access);
    ig_free(gap->decile);
    ig_free(gap->grouping);
    ig_free(gap->group);
}

/// Row of a table for each area; SIZE_MAX for none.
static ig_status rows_of_areas(struct study *study, const ig_table *table, size_t **out)
{
    const size_t areas = ig_areas_count(study->areas);
    const char **codes = ig_alloc(areas + 1, sizeof *codes);
    *out = ig_alloc(areas + 1, sizeof **out);
    ig_status status = codes && *out ? IG_OK : study_no_memory(study);
    for (size_t a = 0; a < areas && !status; a++)
        codes[a] = ig_areas_code(study->areas, a);
    if (!status)
        status =
            ig_link_rows(study->ctx, codes, areas, ig_areas_path(study->areas), table, 0.5, *out);
    ig_free(codes);
    return status;
}

ig_status study_deciles(struct study *study, double **out)
{
    const char *name = study->plan.deprivation;
    if (!name) return IG_OK;
    const size_t areas = ig_areas_count(study->areas);
    const ig_column *joined = study->join ? ig_result_find(study->join->columns, name) : NULL;
    const ig_table *own = ig_areas_table(study->areas);
    const bool in_groups = study->groups && ig_table_column(study->groups, name) != SIZE_MAX;
    ig_table *table = (ig_table *)(uintptr_t)(in_groups ? study->groups : own);
    const double *values = NULL;
    size_t *row = NULL, column = 0;
    double *decile = *out = ig_alloc(areas + 1, sizeof(double));
    if (!decile) return study_no_memory(study);
    if (joined && joined->kind != IG_COLUMN_TEXT) {
        memcpy(decile, joined->number, areas * sizeof(double));
        return IG_OK;
    }
    ig_status status = ig_table_find(study->ctx, table, name, &column);
    if (!status) status = ig_table_numbers(study->ctx, table, column, IG_NUMBERS_ANY, &values);
    if (!status && in_groups) status = rows_of_areas(study, table, &row);
    for (size_t a = 0; a < areas && !status; a++) {
        const size_t at = row ? row[a] : a;
        decile[a] = at == SIZE_MAX ? NAN : values[at];
    }
    ig_free(row);
    return status;
}

static ig_status add_wards(struct study *study, struct gap_columns *gap)
{
    const size_t areas = ig_areas_count(study->areas), g = gap->input.groupings;
    gap->group[g] = ig_alloc(areas + 1, sizeof **gap->group);
    if (!gap->group[g]) return study_no_memory(study);
    gap->grouping[g] = "ward";
    gap->input.groupings++;
    for (size_t a = 0; a < areas; a++) {
        const size_t ward = study->wards.parent[a];
        gap->group[g][a] = ward == SIZE_MAX ? NULL : study->wards.codes[ward];
    }
    return IG_OK;
}

static bool is_district(const char *code)
{
    return ig_is_ons_code(code) && code[0] == 'E' && code[1] == '0' && code[2] >= '6';
}

size_t study_district_column(const ig_table *table)
{
    for (size_t c = 0; table && c < ig_table_columns(table); c++) {
        bool all = ig_table_rows(table) > 0 && c != ig_table_key_column(table);
        for (size_t row = 0; row < ig_table_rows(table) && all; row++) {
            all = is_district(ig_table_text(table, row, c));
        }
        if (all) return c;
    }
    return SIZE_MAX;
}

static ig_status add_districts(struct study *study, struct gap_columns *gap)
{
    const ig_table *own = ig_areas_table(study->areas);
    const size_t column = study_district_column(own), g = gap->input.groupings;
    if (column == SIZE_MAX) return IG_OK;
    const size_t areas = ig_areas_count(study->areas);
    gap->group[g] = ig_alloc(areas + 1, sizeof **gap->group);
    if (!gap->group[g]) return study_no_memory(study);
    gap->grouping[g] = "district";
    gap->input.groupings++;
    for (size_t a = 0; a < areas; a++)
        gap->group[g][a] = ig_table_text(own, a, column);
    return IG_OK;
}

/// Each text column of the table of groups is a grouping of its own.
static ig_status add_groups(struct study *study, struct gap_columns *gap)
{
    const size_t areas = ig_areas_count(study->areas);
    const ig_table *table = study->groups;
    size_t *row = NULL;
    ig_status status = rows_of_areas(study, table, &row);
    for (size_t c = 0; c < ig_table_columns(table) && !status; c++) {
        const char *name = ig_table_column_name(table, c);
        const size_t g = gap->input.groupings;
        if (c == ig_table_key_column(table) || ig_table_looks_numeric(table, c)) continue;
        gap->group[g] = ig_alloc(areas + 1, sizeof **gap->group);
        if (!gap->group[g]) {
            status = study_no_memory(study);
            break;
        }
        gap->grouping[g] = name;
        gap->input.groupings++;
        for (size_t a = 0; a < areas; a++) {
            const char *text = row[a] == SIZE_MAX ? "" : ig_table_text(table, row[a], c);
            gap->group[g][a] = *text ? text : NULL;
        }
    }
    ig_free(row);
    return status;
}

static ig_status fill_groups(struct study *study, struct gap_columns *gap)
{
    const size_t most = 2 + (study->groups ? ig_table_columns(study->groups) : 0);
    gap->grouping = ig_alloc(most + 1, sizeof *gap->grouping);
    gap->group = ig_alloc(most + 1, sizeof *gap->group);
    if (!gap->grouping || !gap->group) return study_no_memory(study);
    ig_status status = study->plan.has_wards ? add_wards(study, gap) : IG_OK;
    if (!status) status = add_districts(study, gap);
    if (!status && study->groups) status = add_groups(study, gap);
    return status;
}

static ig_status work_gap(struct study *study, struct mode_run *mode)
{
    const struct plan *plan = &study->plan;
    if (!plan->deprivation && !plan->has_wards && !plan->has_groups) return IG_OK;
    struct gap_columns gap = {0};
    ig_gap_source source = {.trace = study->trace, .suffix = mode->suffix};
    const char **codes = NULL;
    char layer[80];
    ig_status status = ig_gap_columns_new(study->ctx, mode->access, &gap.input, &gap.access);
    if (!status) status = study_deciles(study, &gap.decile);
    if (!status) status = fill_groups(study, &gap);
    if (!status) {
        gap.input.decile = gap.decile;
        gap.input.grouping = gap.grouping;
        gap.input.group = (const char *const *const *)gap.group;
        gap.input.within_grouping = plan->within;
        codes = study->trace ? study_area_codes(study) : NULL;
        source.codes = codes;
        gap.input.source = study->trace ? &source : NULL;
        if (study->trace && !codes) status = study_no_memory(study);
        snprintf(layer, sizeof layer, "gap%s", mode->suffix);
        if (study->trace) ig_trace_layer(study->trace, layer);
    }
    if (!status) status = ig_gap(study->ctx, &gap.input, &mode->gap, &mode->measures);
    ig_free(codes);
    gap_columns_free(&gap);
    return status;
}

ig_status study_mode(struct study *study, struct mode_run *mode)
{
    if (study->modes_count > 1) ig_info(study->ctx, "mode %s", mode->plan->name);
    ig_status status = take_cost(study, mode);
    if (!status) status = place(study, mode);
    if (!status) status = take_minutes(study, mode);
    if (!status && !study->cover) status = ig_cover_new(study->ctx, &study->cover);
    if (!status) status = trace(study, mode);
    if (!status) status = work_access(study, mode);
    if (!status) status = work_gap(study, mode);
    const int64_t cells = mode->minutes ? ig_frame_cells(&mode->minutes->frame) : 0;
    for (int64_t i = 0; i < cells; i++)
        if (mode->minutes->cells[i] > mode->minutes_most)
            mode->minutes_most = mode->minutes->cells[i];
    // the grids are the large part; what follows needs their results only
    if (mode == &study->modes[study->modes_count - 1]) {
        ig_cover_free(study->cover);
        study->cover = NULL;
    }
    ig_surface_free(mode->surface);
    ig_grid_free(mode->minutes);
    mode->surface = NULL;
    mode->minutes = NULL;
    return status;
}
