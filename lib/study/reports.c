// Reports of a run: what the steps worked out, in the form that the room of reports takes it.
#include "study_internal.h"

#include "../report/report.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/// The input of the reports with the memory behind it.
struct made {
    ig_report_input in;
    ig_report_mode *modes;
    ig_report_indicator *indicators;
    size_t indicators_count;
    ig_report_source *sources;
    size_t sources_count;
    const char **district_code, **district_name;
    double *decile;
    char **texts; ///< freed with it
    size_t texts_count, texts_room;
    char digest[65];
    const char **warnings;
};

static char *keep(struct study *study, struct made *made, char *text)
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
        if (row == SIZE_MAX) continue;
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

// ---- indicators ---------------------------------------------------------------------------------

/// The file of the plan's tables that a joined column came from.
static const char *file_of(struct study *study, struct made *made, const ig_column *column,
                           bool wards)
{
    const char *title = column->title ? column->title : column->name;
    for (size_t t = 0; t < study->plan.tables_count; t++) {
        if (study->of_wards[t] != wards) continue;
        if (ig_table_column(study->tables[t], title) == SIZE_MAX) continue;
        return keep(study, made, plan_relative(&study->plan, ig_table_path(study->tables[t])));
    }
    return "";
}

/// A number column of the joined values by area, else by ward.
static const ig_column *joined(const struct study *study, const char *name, bool *wards)
{
    const ig_result *areas = study->join ? study->join->columns : NULL;
    const ig_result *of_wards = study->ward_join ? study->ward_columns : NULL;
    const ig_column *column = areas ? ig_result_find(areas, name) : NULL;
    *wards = false;
    if (column && column->kind != IG_COLUMN_TEXT) return column;
    column = of_wards && ig_result_find(study->ward_join->columns, name)
                 ? ig_result_find(of_wards, name)
                 : NULL;
    *wards = true;
    return column && column->kind != IG_COLUMN_TEXT ? column : NULL;
}

static ig_status no_column(struct study *study, const struct plan_indicator *plan, const char *name)
{
    ig_text known = {0};
    const ig_result *lists[] = {study->join ? study->join->columns : NULL,
                                study->ward_join ? study->ward_join->columns : NULL};
    for (size_t l = 0; l < 2; l++)
        for (size_t c = 0; lists[l] && c < lists[l]->count; c++)
            if (lists[l]->columns[c].kind != IG_COLUMN_TEXT)
                ig_text_format(&known, "%s%s", known.length ? ", " : "",
                               ig_show(lists[l]->columns[c].name));
    ig_fail(study->ctx, IG_EINVAL, "%s: line %d: indicators: there is no column of numbers %s",
            ig_show(study->plan.path), plan->line, ig_show(name));
    ig_hint(study->ctx, "columns of numbers are %s", known.data ? known.data : "none");
    ig_text_free(&known);
    return IG_EINVAL;
}

ig_status study_check_indicators(struct study *study)
{
    const ig_result *lists[] = {study->join ? study->join->columns : NULL,
                                study->ward_join ? study->ward_join->columns : NULL};
    for (size_t i = 0; i < study->plan.indicators_count; i++) {
        const struct plan_indicator *plan = &study->plan.indicators[i];
        const char *const names[] = {plan->value, plan->count, plan->population, plan->lower,
                                     plan->upper};
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            bool found = !names[k];
            for (size_t l = 0; l < 2 && !found; l++) {
                const ig_column *column = lists[l] ? ig_result_find(lists[l], names[k]) : NULL;
                found = column && column->kind != IG_COLUMN_TEXT;
            }
            if (!found) return no_column(study, plan, names[k]);
        }
    }
    return IG_OK;
}

/// A column that must be of the same kind as the indicator's first.
static ig_status take_column(struct study *study, const struct plan_indicator *plan,
                             const char *name, bool of_wards, const double **out)
{
    bool wards;
    if (!name) return IG_OK;
    const ig_column *column = joined(study, name, &wards);
    if (!column) return no_column(study, plan, name);
    if (wards != of_wards)
        return ig_fail(study->ctx, IG_EINVAL, "%s: line %d: %s is by %s, the indicator by %s",
                       ig_show(study->plan.path), plan->line, ig_show(name),
                       wards ? "ward" : "area", wards ? "area" : "ward");
    *out = column->number;
    return IG_OK;
}

static ig_status take_series(struct study *study, struct made *made,
                             const struct plan_indicator *plan, bool wards,
                             ig_report_indicator *out)
{
    ig_pairs pairs = {0};
    if (!plan->series) return IG_OK;
    ig_status status = ig_pairs_parse(study->ctx, "series", plan->series, '=', &pairs);
    const char **period = ig_alloc(pairs.count + 1, sizeof *period);
    const double **series = ig_alloc(pairs.count + 1, sizeof *series);
    out->period = period;
    out->series = series;
    if (!status && (!period || !series)) status = study_no_memory(study);
    for (size_t i = 0; i < pairs.count && !status; i++) {
        const char *column = pairs.value[i] ? pairs.value[i] : pairs.name[i];
        status = take_column(study, plan, column, wards, &series[i]);
        period[i] = status ? NULL : keep(study, made, ig_text_copy(pairs.name[i]));
        if (!status && !period[i]) status = IG_EMEMORY;
    }
    if (!status) out->periods = pairs.count;
    ig_pairs_free(&pairs);
    return status;
}

/// Reasons of the gaps stand in a column beside: NAME_status.
static const char *const *status_of(const struct study *study, const char *name)
{
    char other[160];
    snprintf(other, sizeof other, "%s_status", name);
    const ig_column *column = ig_result_find(study->join->columns, other);
    return column && column->kind == IG_COLUMN_TEXT ? (const char *const *)column->text : NULL;
}

static ig_status take_indicator(struct study *study, struct made *made,
                                const struct plan_indicator *plan)
{
    const char *name = plan->value ? plan->value : plan->count;
    bool wards;
    const ig_column *column = joined(study, name, &wards);
    ig_report_indicator *out = &made->indicators[made->indicators_count++];
    if (!column) return no_column(study, plan, name);
    *out = (ig_report_indicator){
        .title = plan->title     ? plan->title
                 : column->title ? column->title
                                 : column->name,
        .unit = plan->unit,
        .file = file_of(study, made, column, wards),
        .column = column->title && !wards ? column->title : column->name,
        .polarity = (ig_polarity)plan->polarity,
        .topic = (ig_report_topic)plan->topic,
        .sum = !plan->population && ig_is_count_name(column->name),
        .multiplier = plan->multiplier,
        .benchmark = plan->benchmark,
        .benchmark_name = "",
    };
    if (!out->file) return IG_EMEMORY;
    if (wards) {
        out->wards = column->number;
    } else {
        out->areas = column->number;
        out->area_status = status_of(study, column->name);
    }
    ig_status status = take_column(study, plan, plan->lower, wards, &out->lower);
    if (!status) status = take_column(study, plan, plan->upper, wards, &out->upper);
    if (!status) status = take_column(study, plan, plan->count, wards, &out->count);
    if (!status) status = take_column(study, plan, plan->population, wards, &out->population);
    return status ? status : take_series(study, made, plan, wards, out);
}

/// Without a list of indicators: every number that the tables bring, but the deciles.
static ig_status take_all_columns(struct study *study, struct made *made, const ig_result *columns)
{
    ig_status status = IG_OK;
    for (size_t c = 0; columns && c < columns->count && !status; c++) {
        const ig_column *column = &columns->columns[c];
        const char *deprivation = study->plan.deprivation;
        if (column->kind == IG_COLUMN_TEXT) continue;
        if (deprivation && !strcmp(column->name, deprivation)) continue;
        const struct plan_indicator plan = {
            .value = column->name, .topic = IG_TOPIC_OTHER, .multiplier = 100, .benchmark = NAN};
        status = take_indicator(study, made, &plan);
    }
    return status;
}

static ig_status take_indicators(struct study *study, struct made *made)
{
    const struct plan *plan = &study->plan;
    const size_t most = plan->indicators_count + (study->join ? study->join->columns->count : 0) +
                        (study->ward_join ? study->ward_join->columns->count : 0);
    made->indicators = ig_alloc(most + 1, sizeof *made->indicators);
    ig_status status = made->indicators ? IG_OK : study_no_memory(study);
    for (size_t i = 0; i < plan->indicators_count && !status; i++)
        status = take_indicator(study, made, &plan->indicators[i]);
    if (!status && !plan->indicators_count && study->join)
        status = take_all_columns(study, made, study->join->columns);
    if (!status && !plan->indicators_count && study->ward_join)
        status = take_all_columns(study, made, study->ward_join->columns);
    made->in.indicators = made->indicators;
    made->in.indicators_count = made->indicators_count;
    return status;
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
    const bool own = !strcmp(file, ig_base_name(plan->path));
    return (ig_report_source){.role = own ? "plan" : "travel", .file = file};
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
            keep(study, made, plan_relative(&study->plan, ig_ctx_warning(study->ctx, i)));
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
    if (!status) status = take_indicators(study, made);
    if (!status) status = take_sources(study, made);
    if (!status) status = take_warnings(study, made);
    if (!status && plan->deprivation) status = study_deciles(study, &made->decile);
    made->in.decile = made->decile;
    return status;
}

ig_status study_write_reports(struct study *study, const ig_report_options *options,
                              const char *const (*files)[2], size_t files_count,
                              ig_report_counts *counts)
{
    struct made made = {0};
    ig_status status = make_input(study, &made);
    made.in.files = files;
    made.in.files_count = files_count;
    if (!status) status = ig_report_write(study->ctx, &made.in, options, counts);
    made_free(&made);
    return status;
}
