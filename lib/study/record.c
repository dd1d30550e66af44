// The record of a run, and the summary that --json prints.
#include "../core/json.h"
#include "study_internal.h"

#include <cairo.h>
#include <gdal.h>
#include <geos_c.h>
#include <libfyaml.h>
#include <math.h>
#include <proj.h>
#include <sqlite3.h>
#include <string.h>

static json_t *number(double value)
{
    if (!isfinite(value)) return json_null();
    if (value == floor(value) && fabs(value) < 0x1p53) return json_integer((json_int_t)value);
    return json_real(value);
}

static json_t *relative(const struct study *study, const char *text)
{
    char *plain = plan_relative(&study->plan, text);
    json_t *json = plain ? json_string(plain) : NULL;
    ig_free(plain);
    return json;
}

json_t *study_join_json(const struct study *study, const ig_join_count *count)
{
    json_t *json = json_object(), *markers = json_object();
    json_object_set_new(json, "file", relative(study, count->file));
    json_object_set_new(json, "areas_in", json_integer(count->areas_in));
    json_object_set_new(json, "matched", json_integer(count->matched));
    json_object_set_new(json, "areas_without_row", json_integer(count->areas_without_row));
    json_object_set_new(json, "rows_in", json_integer(count->rows_in));
    json_object_set_new(json, "rows_without_area", json_integer(count->rows_without_area));
    json_object_set_new(json, "rows_refused", json_integer(count->rows_refused));
    json_object_set_new(json, "rows_filtered", json_integer(count->rows_filtered));
    for (size_t i = 0; i < count->markers; i++) {
        json_object_set_new(markers, count->marker[i], json_integer(count->marker_count[i]));
    }
    json_object_set_new(json, "markers", markers);
    json_object_set_new(json, "counts_hidden", json_integer(count->counts_hidden));
    return json;
}

/// Counts of each table in the order of the plan.
static json_t *tables_json(const struct study *study)
{
    json_t *tables = json_array();
    size_t area = 0, ward = 0;
    for (size_t t = 0; t < study->plan.tables_count; t++) {
        const ig_join *join = study->of_wards[t] ? study->ward_join : study->join;
        size_t *next = study->of_wards[t] ? &ward : &area;
        char text[48];
        const ig_disclosure policy = study_policy(study, t);
        json_t *table = study_join_json(study, &join->counts[(*next)++]);
        json_object_set_new(table, "disclosure",
                            json_string(ig_disclosure_text(&policy, text, sizeof text)));
        json_array_append_new(tables, table);
    }
    return tables;
}

static json_t *mode_json(const struct mode_run *mode)
{
    const ig_access *access = mode->access;
    json_t *json = json_object();
    json_object_set_new(json, "name", json_string(mode->plan->name));
    json_object_set_new(json, "people_reached", number(access->people_reached));
    json_object_set_new(json, "people_unreached", number(access->people_unreached));
    json_object_set_new(json, "minutes_mean", number(access->minutes_mean));
    json_object_set_new(json, "sites_placed", json_integer((json_int_t)mode->placement->count));
    json_object_set_new(json, "sites_left_out",
                        json_integer((json_int_t)mode->placement->left_out));
    if (access->spread) json_object_set_new(json, "spread", json_string(access->spread));
    return json;
}

/// Sites without a place, by code and reason: named, never dropped in silence.
static json_t *unplaced_json(const struct study *study)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ig_sites_unplaced_count(study->sites); i++) {
        json_array_append_new(list, json_pack("{s:s, s:s}", "site",
                                              ig_sites_unplaced_code(study->sites, i), "reason",
                                              ig_sites_unplaced_reason(study->sites, i)));
    }
    return list;
}

static json_t *left_out_json(const struct study *study, const ig_placement *placement)
{
    json_t *list = json_array();
    for (size_t i = 0; i < placement->left_out; i++) {
        json_array_append_new(
            list, json_string(ig_sites_code(study->sites, placement->left_out_site[i])));
    }
    return list;
}

static double people_of(const struct study *study)
{
    if (study->modes_count) return study->modes[0].access->people;
    const ig_people *people = study->population ? ig_population_people(study->population) : NULL;
    double sum = 0;
    if (!people || !people->by_area) return NAN;
    for (size_t a = 0; a < ig_areas_count(study->areas); a++) {
        if (!isnan(people->by_area[a])) sum += people->by_area[a];
    }
    return sum;
}

static void add_sites(const struct study *study, json_t *json)
{
    const size_t unplaced = ig_sites_unplaced_count(study->sites);
    const ig_placement *placement = study->modes[0].placement;
    json_object_set_new(json, "sites_in",
                        json_integer((json_int_t)(ig_sites_count(study->sites) + unplaced)));
    json_object_set_new(json, "sites_placed", json_integer((json_int_t)placement->count));
    json_object_set_new(json, "sites_not_placed", json_integer((json_int_t)unplaced));
    json_object_set_new(json, "sites_left_out", json_integer((json_int_t)placement->left_out));
}

/// The keys of the summary of a run: what went in, what came out.
static json_t *counts_json(const struct study *study)
{
    json_t *json = json_object();
    json_object_set_new(json, "tables", tables_json(study));
    json_object_set_new(json, "areas", json_integer((json_int_t)ig_areas_count(study->areas)));
    json_object_set_new(json, "wards", json_integer((json_int_t)study->wards.count));
    json_object_set_new(json, "people", number(people_of(study)));
    if (!study->modes_count) return json;
    const ig_access *first = study->modes[0].access;
    json_object_set_new(json, "people_reached", number(first->people_reached));
    json_object_set_new(json, "people_unreached", number(first->people_unreached));
    json_object_set_new(json, "minutes_mean", number(first->minutes_mean));
    add_sites(study, json);
    json_t *modes = json_array();
    for (size_t m = 0; m < study->modes_count; m++) {
        json_array_append_new(modes, mode_json(&study->modes[m]));
    }
    json_object_set_new(json, "modes", modes);
    return json;
}

// ---- the record ---------------------------------------------------------------------------------

static json_t *libraries_json(void)
{
    const PJ_INFO proj = proj_info();
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "gdal", GDALVersionInfo("RELEASE_NAME"),
                     "proj", proj.version, "geos", GEOSversion(), "sqlite", sqlite3_libversion(),
                     "jansson", JANSSON_VERSION, "libfyaml", fy_library_version(), "cairo",
                     cairo_version_string());
}

/// Values of an option list that are set, as text; paths as the plan has them.
static void add_options(const struct study *study, const ig_option *list, const void *settings,
                        json_t *json)
{
    for (; list->name; list++) {
        const char *value = ig_option_text(study->plan.store, list, settings);
        if (value && *value) json_object_set_new(json, list->name, relative(study, value));
    }
}

static json_t *options_json(const struct study *study)
{
    json_t *json = json_object(), *modes = json_array(), *maps = json_array();
    if (study->plan.deprivation) {
        json_object_set_new(json, "deprivation", json_string(study->plan.deprivation));
    }
    for (size_t m = 0; m < study->modes_count; m++) {
        const struct plan_mode *mode = study->modes[m].plan;
        json_t *one = json_object(), *thresholds = json_array();
        json_object_set_new(one, "name", json_string(mode->name));
        add_options(study, ig_cost_option_list, &mode->cost, one);
        add_options(study, ig_travel_option_list, &mode->travel, one);
        if (mode->cost_file) json_object_set_new(one, "cost", relative(study, mode->cost_file));
        if (mode->snap > 0) json_object_set_new(one, "snap", number(mode->snap));
        for (size_t t = 0; t < mode->thresholds.count; t++) {
            json_array_append_new(thresholds, number(mode->thresholds.values[t]));
        }
        json_object_set_new(one, "thresholds", thresholds);
        json_array_append_new(modes, one);
    }
    for (size_t i = 0; i < study->plan.maps_count; i++) {
        json_t *one = json_object();
        json_object_set_new(one, "value", json_string(study->plan.maps[i].value));
        add_options(study, ig_map_option_list, &study->plan.maps[i].style, one);
        json_array_append_new(maps, one);
    }
    json_object_set_new(json, "travel", modes);
    json_object_set_new(json, "maps", maps);
    return json;
}

static json_t *crs_of(const struct study *study, const ig_areas *areas)
{
    const char *operation = ig_areas_crs_operation(areas), *from = ig_areas_source_crs(areas);
    json_t *json = json_object();
    json_object_set_new(json, "file", relative(study, ig_areas_path(areas)));
    json_object_set_new(json, "from", from ? json_string(from) : json_null());
    json_object_set_new(json, "operation", operation ? json_string(operation) : json_null());
    return json;
}

static json_t *warnings_json(const struct study *study)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ig_ctx_warnings(study->ctx); i++) {
        json_array_append_new(list, relative(study, ig_ctx_warning(study->ctx, i)));
    }
    return list;
}

static json_t *outputs_json(const struct study *study, bool plain)
{
    json_t *list = json_array();
    for (size_t i = 0; i < study->targets_count; i++) {
        const struct target *target = &study->targets[i];
        if (target->folder) continue;
        json_array_append_new(list,
                              plain ? relative(study, target->path) : json_string(target->path));
    }
    return list;
}

ig_status study_record(struct study *study, char **text)
{
    json_t *json = json_object(), *crs = json_array();
    json_object_set_new(json, "isogap", json_string(ig_version()));
    json_object_set_new(json, "plan",
                        study->plan.title ? json_string(study->plan.title) : json_null());
    json_object_set_new(json, "plan_file", json_string(ig_base_name(study->plan.path)));
    json_object_set_new(json, "work_crs", json_string(ig_ctx_work_crs(study->ctx)));
    json_object_set(json, "inputs", study->input_list);
    json_object_set_new(json, "options", options_json(study));
    json_object_set_new(json, "libraries", libraries_json());
    json_array_append_new(crs, crs_of(study, study->areas));
    if (study->ward_areas) json_array_append_new(crs, crs_of(study, study->ward_areas));
    json_object_set_new(json, "crs", crs);
    json_object_set_new(json, "counts", counts_json(study));
    if (study->modes_count) {
        json_object_set_new(json, "sites_not_placed", unplaced_json(study));
        json_object_set_new(json, "sites_left_out",
                            left_out_json(study, study->modes[0].placement));
    }
    json_object_set(json, "steps", study->steps);
    json_object_set_new(json, "outputs", outputs_json(study, true));
    json_object_set_new(json, "warnings", warnings_json(study));
    const ig_status status = ig_json_text(json, true, text);
    json_decref(json);
    return status ? study_no_memory(study) : IG_OK;
}

ig_status study_summary(struct study *study, char **text)
{
    json_t *json = counts_json(study);
    json_object_set_new(json, "outputs", outputs_json(study, false));
    const ig_status status = ig_json_text(json, true, text);
    json_decref(json);
    return status ? study_no_memory(study) : IG_OK;
}
