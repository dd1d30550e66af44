// Reports of a run: what the steps worked out, in the form that the room of reports takes it.
#include "reports_internal.h"

#include <math.h>
#include <string.h>
#include <strings.h>

char *made_keep(struct study *study, struct made *made, char *text)
{
    if (text && ig_grow((void **)&made->texts, &made->texts_room, made->texts_count + 1,
                        sizeof *made->texts)) {
        made->texts[made->texts_count++] = text;
        return text;
    }
    ig_free(text);
    study_no_memory(study);
    return NULL;
}

static void made_free(struct made *made)
{
    for (size_t i = 0; i < made->texts_count; i++)
        ig_free(made->texts[i]);
    for (size_t i = 0; i < made->indicators_count; i++) {
        ig_free((void *)(uintptr_t)made->indicators[i].period);
        ig_free((void *)(uintptr_t)made->indicators[i].series);
    }
    ig_free(made->texts);
    ig_free(made->modes);
    ig_free(made->indicators);
    ig_free(made->sources);
    ig_free(made->district_code);
    ig_free(made->district_name);
    ig_free(made->decile);
    ig_free(made->warnings);
}

// ---- modes --------------------------------------------------------------------------------------

static ig_status take_modes(struct study *study, struct made *made)
{
    made->modes = ig_alloc(study->modes_count + 1, sizeof *made->modes);
    if (!made->modes) return study_no_memory(study);
    for (size_t m = 0; m < study->modes_count; m++) {
        const struct mode_run *mode = &study->modes[m];
        const struct plan_mode *plan = mode->plan;
        const bool crow = plan->cost.mode && !strcmp(plan->cost.mode, "straight");
        made->modes[m] = (ig_report_mode){
            .name = plan->name,
            .kind = plan->cost_file || !plan->cost.mode ? "" : plan->cost.mode,
            .straight = !plan->cost_file && (crow || !plan->cost.roads.count),
            .speed = crow ? 5 : NAN,
            .suffix = mode->suffix,
            .areas = mode->access,
            .wards = mode->wards,
            .isochrones = ig_isochrones_rings(mode->isochrones),
        };
    }
    made->in.modes = made->modes;
    made->in.modes_count = study->modes_count;
    if (study->modes_count) made->in.spread = study->modes[0].access->spread;
    return IG_OK;
}

// ---- districts ----------------------------------------------------------------------------------

/// Districts by the wards' own column, else by that of the areas: the one of most of them.
static ig_status take_districts(struct study *study, struct made *made)
{
    const ig_table *own = study->ward_areas ? ig_areas_table(study->ward_areas) : NULL;
    const ig_table *areas = ig_areas_table(study->areas);
    const size_t wards = study->wards.count, n = ig_areas_count(study->areas);
    const size_t column = own ? study_district_column(own) : SIZE_MAX;
    const size_t of_areas = column == SIZE_MAX ? study_district_column(areas) : SIZE_MAX;
    if (column == SIZE_MAX && of_areas == SIZE_MAX) return IG_OK;
    made->district_code = ig_alloc(wards + 1, sizeof *made->district_code);
    made->district_name = ig_alloc(wards + 1, sizeof *made->district_name);
    if (!made->district_code || !made->district_name) return study_no_memory(study);
    made->in.district_code = made->district_code;
    made->in.district_name = made->district_name;
    for (size_t w = 0; w < wards && column != SIZE_MAX; w++) {
        const size_t row = study->wards.shape[w], name = ig_table_name_beside(own, column);
        made->district_code[w] = ig_table_text(own, row, column);
        if (name != SIZE_MAX) made->district_name[w] = ig_table_text(own, row, name);
    }
    for (size_t a = 0; a < n && of_areas != SIZE_MAX; a++) {
        const size_t w = study->wards.parent[a], name = ig_table_name_beside(areas, of_areas);
        if (w == SIZE_MAX || made->district_code[w]) continue;
        made->district_code[w] = ig_table_text(areas, a, of_areas);
        if (name != SIZE_MAX) made->district_name[w] = ig_table_text(areas, a, name);
    }
    return IG_OK;
}

// ---- sources ------------------------------------------------------------------------------------

/// Does an entry of the list of inputs come from this file or folder of the plan?
static bool comes_from(const char *file, const char *path)
{
    const char *bar = strstr(path, "|layername=");
    const size_t length = bar ? (size_t)(bar - path) : strlen(path);
    const size_t stem = length > 4 && !strcasecmp(path + length - 4, ".shp") ? length - 4 : length;
    if (strncmp(file, path, stem)) return false;
    if (stem < length && file[stem] == '.') return true; // the parts of a shapefile
    if (strncmp(file, path, length)) return false;
    return !file[length] || file[length] == '/' || (length && path[length - 1] == '/');
}

static bool is_of(struct study *study, const char *file, const struct plan_files *files)
{
    for (size_t i = 0; i < files->file.count; i++) {
        char *path = plan_relative(&study->plan, files->file.values[i]);
        const bool same = path && comes_from(file, path);
        ig_free(path);
        if (same) return true;
    }
    return false;
}

/// Which part of the plan named a file, and what it says of it.
static ig_report_source source_of(struct study *study, const char *file)
{
    const struct plan *plan = &study->plan;
    const struct {
        const char *role;
        const struct plan_files *files;
    } parts[] = {{"areas", &plan->areas.files},
                 {"wards", &plan->wards.files},
                 {"population", &plan->population.files},
                 {"sites", &plan->sites.files},
                 {"groups", &plan->groups.files}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (is_of(study, file, parts[i].files))
            return (ig_report_source){.role = parts[i].role,
                                      .file = file,
                                      .source = parts[i].files->source,
                                      .date = parts[i].files->date};
    for (size_t t = 0; t < plan->tables_count; t++)
        if (is_of(study, file, &plan->tables[t].files))
            return (ig_report_source){.role = "table",
                                      .file = file,
                                      .source = plan->tables[t].files.source,
                                      .date = plan->tables[t].files.date};
    const struct plan_files postcodes = {.file = plan->sites.read.postcodes};
    const bool own = !strcmp(file, ig_base_name(plan->path));
    return (ig_report_source){.role = own                              ? "plan"
                                      : is_of(study, file, &postcodes) ? "postcodes"
                                                                       : "travel",
                              .file = file};
}

static ig_status take_sources(struct study *study, struct made *made)
{
    const size_t count = json_array_size(study->input_list);
    size_t i;
    json_t *entry;
    ig_text text = {0};
    made->sources = ig_alloc(count + 1, sizeof *made->sources);
    if (!made->sources) return study_no_memory(study);
    ig_text_format(&text, "isogap %s\n", ig_version());
    json_array_foreach(study->input_list, i, entry)
    {
        const char *file = json_string_value(json_object_get(entry, "file"));
        const char *sum = json_string_value(json_object_get(entry, "sha256"));
        if (!file || !sum) continue;
        ig_text_format(&text, "%s %s\n", file, sum);
        made->sources[made->sources_count] = source_of(study, file);
        made->sources[made->sources_count++].sha256 = sum;
    }
    const ig_status status = text.failed ? study_no_memory(study) : IG_OK;
    if (!status) ig_sha256_bytes(text.data, text.length, made->digest);
    ig_text_free(&text);
    made->in.sources = made->sources;
    made->in.sources_count = made->sources_count;
    made->in.digest = made->digest;
    return status;
}

static ig_status take_warnings(struct study *study, struct made *made)
{
    const size_t count = ig_ctx_warnings(study->ctx);
    made->warnings = ig_alloc(count + 1, sizeof *made->warnings);
    if (!made->warnings) return study_no_memory(study);
    for (size_t i = 0; i < count; i++) {
        made->warnings[i] =
            made_keep(study, made, plan_relative(&study->plan, ig_ctx_warning(study->ctx, i)));
        if (!made->warnings[i]) return IG_EMEMORY;
    }
    made->in.warnings = made->warnings;
    made->in.warnings_count = count;
    return IG_OK;
}

// ---- the whole ----------------------------------------------------------------------------------

static ig_status make_input(struct study *study, struct made *made)
{
    const struct plan *plan = &study->plan;
    const ig_people *people = study->population ? ig_population_people(study->population) : NULL;
    const char *attribution = plan->attribution;
    made->in = (ig_report_input){
        .title = plan->title,
        .attribution = attribution ? attribution : ig_map_attribution(study->areas),
        .area_kind = ig_areas_kind(study->areas),
        .work_crs = ig_ctx_work_crs(study->ctx),
        .areas = study->areas,
        .ward_shapes = study->ward_areas,
        .sites = study->sites,
        .wards = study->wards.count,
        .ward_code = study->wards.codes,
        .ward_name = study->wards.names,
        .ward_shape = study->wards.shape,
        .parent = study->wards.parent,
        .decile_name = plan->deprivation,
        .people = people ? people->by_area : NULL,
        .inputs = study->inputs,
    };
    ig_status status = take_modes(study, made);
    if (!status) status = take_districts(study, made);
    if (!status) status = study_take_indicators(study, made);
    if (!status) status = take_sources(study, made);
    if (!status) status = take_warnings(study, made);
    if (!status && plan->deprivation) status = study_deciles(study, &made->decile);
    made->in.decile = made->decile;
    return status;
}

ig_status study_write_reports(struct study *study, const ig_report_options *options,
                              const char *const (*files)[2], size_t files_count,
                              const char *const *beside, size_t beside_count,
                              ig_report_counts *counts)
{
    struct made made = {0};
    ig_status status = make_input(study, &made);
    made.in.files = files;
    made.in.files_count = files_count;
    made.in.beside = beside;
    made.in.beside_count = beside_count;
    if (!status) status = ig_report_write(study->ctx, &made.in, options, counts);
    made_free(&made);
    return status;
}
