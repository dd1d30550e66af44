// Columns of the area and ward layers, and the choropleths made of them.
#include "study_internal.h"

#include <math.h>
#include <string.h>

// ---- names --------------------------------------------------------------------------------------

/// "people_reached" of a mode, "within_10" of a threshold: NAME, then the mode's suffix.
static void column_name(char name[96], const char *base, const char *suffix)
{
    snprintf(name, 96, "%s%s", base, suffix);
}

static void within_name(char name[96], double threshold, const char *suffix)
{
    char number[32];
    snprintf(name, 96, "within_%s%s", ig_number_text(threshold, number, sizeof number), suffix);
}

/// Is it a result of mode m (SIZE_MAX: of any), written bare or with the mode's suffix?
static bool is_access_column(const struct study *study, const char *value, size_t m, bool bare)
{
    static const char *const names[] = {"people_reached", "people_unreached", "minutes_mean",
                                        "minutes_median"};
    char name[96];
    if (m == SIZE_MAX) {
        if (study->modes_count && !strcmp(value, "people")) return true;
        for (size_t i = 0; i < study->modes_count; i++) {
            if (is_access_column(study, value, i, bare)) return true;
        }
        return false;
    }
    const struct mode_run *mode = &study->modes[m];
    const char *suffix = bare ? "" : mode->suffix;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        column_name(name, names[i], suffix);
        if (!strcmp(name, value)) return true;
    }
    for (size_t t = 0; t < mode->plan->thresholds.count; t++) {
        within_name(name, mode->plan->thresholds.values[t], suffix);
        if (!strcmp(name, value)) return true;
    }
    return false;
}

static ig_status no_column(struct study *study, int line, const char *key, const char *name)
{
    ig_text known = {0};
    const ig_result *joined = study->join ? study->join->columns : NULL;
    for (size_t c = 0; joined && c < joined->count; c++) {
        ig_text_format(&known, "%s, ", ig_show(joined->columns[c].name));
    }
    char place[32] = "";
    if (line) snprintf(place, sizeof place, "line %d: ", line);
    ig_fail(study->ctx, IG_EINVAL, "%s: %s%sthere is no column %s", ig_show(study->plan.path),
            place, key, ig_show(name));
    ig_hint(study->ctx, "columns are %speople, minutes_mean, within_10 and the other results",
            known.data ? known.data : "");
    ig_text_free(&known);
    return IG_EINVAL;
}

static ig_status add_name(struct study *study, const struct plan_map *map, const char *column)
{
    const size_t at = study->choropleths_count;
    study->choropleth_names[at] = ig_text_copy(column);
    study->choropleth_maps[at] = map;
    study->choropleths_count++;
    return study->choropleth_names[at] ? IG_OK : study_no_memory(study);
}

/// Columns that a map shows: one, or one for each mode when it names a result without the mode.
static ig_status name_columns(struct study *study, const struct plan_map *map)
{
    const ig_result *joined = study->join ? study->join->columns : NULL;
    if ((joined && ig_result_find(joined, map->value)) ||
        is_access_column(study, map->value, SIZE_MAX, false)) {
        return add_name(study, map, map->value);
    }
    ig_status status = IG_OK;
    bool found = false;
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        char name[96];
        if (!is_access_column(study, map->value, m, true)) continue;
        column_name(name, map->value, study->modes[m].suffix);
        status = add_name(study, map, name);
        found = true;
    }
    return status || found ? status : no_column(study, map->line, "maps: ", map->value);
}

ig_status study_check_columns(struct study *study)
{
    const struct plan *plan = &study->plan;
    const ig_result *joined = study->join ? study->join->columns : NULL;
    const size_t most = plan->maps_count * (study->modes_count + 1) + 1;
    study->choropleths = ig_alloc(most, sizeof(ig_choropleth *));
    study->choropleth_names = ig_alloc(most, sizeof(char *));
    study->choropleth_maps = ig_alloc(most, sizeof(struct plan_map *));
    if (!study->choropleths || !study->choropleth_names || !study->choropleth_maps) {
        return study_no_memory(study);
    }
    for (size_t i = 0; i < plan->maps_count; i++) {
        const ig_status status = name_columns(study, &plan->maps[i]);
        if (status) return status;
    }
    if (plan->sites.kind && study->sites) {
        const ig_status status =
            ig_site_kinds_new(study->ctx, study->sites, plan->sites.kind, &study->kinds);
        if (status) return status;
    }
    const char *name = plan->deprivation;
    if (!name || !study->modes_count || (joined && ig_result_find(joined, name))) return IG_OK;
    if (study->groups && ig_table_column(study->groups, name) != SIZE_MAX) return IG_OK;
    if (ig_table_column(ig_areas_table(study->areas), name) != SIZE_MAX) return IG_OK;
    return no_column(study, 0, "deprivation: ", name);
}

// ---- columns ------------------------------------------------------------------------------------

static ig_status taken(struct study *study, const char *name)
{
    ig_fail(study->ctx, IG_EINVAL, "two columns of the result would be called %s", ig_show(name));
    return ig_hint(study->ctx, "rename one of them by columns: {OLD: NEW} in the plan");
}

static ig_status add_numbers(struct study *study, ig_result *result, const char *name,
                             const char *title, const double *values)
{
    ig_column *column = NULL;
    const ig_status status = ig_result_add(result, name, IG_COLUMN_REAL, &column);
    if (status == IG_EINVAL) return taken(study, name);
    if (status) return study_no_memory(study);
    if (title && !(column->title = ig_text_copy(title))) return study_no_memory(study);
    memcpy(column->number, values, result->rows * sizeof *values);
    return IG_OK;
}

static ig_status add_texts(struct study *study, ig_result *result, const char *name,
                           const char *(*text)(const void *of, size_t i), const void *of)
{
    ig_column *column = NULL;
    ig_status status = ig_result_add(result, name, IG_COLUMN_TEXT, &column);
    if (status == IG_EINVAL) return taken(study, name);
    for (size_t i = 0; i < result->rows && !status; i++) {
        const char *here = text(of, i);
        if (here && *here) status = ig_result_set_text(result, column, i, here);
    }
    return status ? study_no_memory(study) : IG_OK;
}

enum field { PEOPLE, REACHED, UNREACHED, MEAN, MEDIAN, WITHIN };

static double field_of(const ig_access_row *row, enum field field, size_t threshold)
{
    switch (field) {
    case PEOPLE:
        return row->people;
    case REACHED:
        return row->people_reached;
    case UNREACHED:
        return row->people_unreached;
    case MEAN:
        return row->minutes_mean;
    case MEDIAN:
        return row->minutes_median;
    case WITHIN:
        break;
    }
    return row->within[threshold];
}

static ig_status add_field(struct study *study, ig_result *result, const ig_access *access,
                           const char *name, const char *title, enum field field, size_t threshold)
{
    double *values = ig_alloc(result->rows + 1, sizeof *values);
    if (!values) return study_no_memory(study);
    for (size_t i = 0; i < result->rows; i++) {
        values[i] = field_of(&access->rows[i], field, threshold);
    }
    const ig_status status = add_numbers(study, result, name, title, values);
    ig_free(values);
    return status;
}

static const char *status_of(const void *access, size_t i)
{
    return ((const ig_access *)access)->rows[i].status;
}

/// The columns of `access`, those that depend on the mode with its suffix.
static ig_status add_access(struct study *study, ig_result *result, const struct mode_run *mode,
                            const ig_access *access)
{
    static const struct {
        const char *name, *title;
        enum field field;
    } fields[] = {
        {"people_reached", "People who reach a site", REACHED},
        {"people_unreached", "People who reach none", UNREACHED},
        {"minutes_mean", "Mean minutes to the nearest site", MEAN},
        {"minutes_median", "Median minutes to the nearest site", MEDIAN},
    };
    char name[96], title[160], number[32];
    const char *in = mode->suffix[0] ? ", " : "";
    ig_status status = IG_OK;
    for (size_t i = 0; i < sizeof fields / sizeof *fields && !status; i++) {
        column_name(name, fields[i].name, mode->suffix);
        snprintf(title, sizeof title, "%s%s%s", fields[i].title, in,
                 mode->suffix[0] ? mode->plan->name : "");
        status = add_field(study, result, access, name, title, fields[i].field, 0);
    }
    for (size_t t = 0; t < access->thresholds && !status; t++) {
        within_name(name, access->threshold[t], mode->suffix);
        snprintf(title, sizeof title, "Percent of people within %s minutes%s%s",
                 ig_number_text(access->threshold[t], number, sizeof number), in,
                 mode->suffix[0] ? mode->plan->name : "");
        status = add_field(study, result, access, name, title, WITHIN, t);
    }
    column_name(name, "status", mode->suffix);
    return status ? status : add_texts(study, result, name, status_of, access);
}

static ig_status add_all_access(struct study *study, ig_result *result, bool wards)
{
    ig_status status = IG_OK;
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        const struct mode_run *mode = &study->modes[m];
        const ig_access *access = wards ? mode->wards : mode->access;
        if (!m) status = add_field(study, result, access, "people", "People", PEOPLE, 0);
        if (!status) status = add_access(study, result, mode, access);
    }
    return status;
}

/// A column as it is, of the same rows; `pick` chooses the row of each (NULL: the same).
static ig_status copy_column(struct study *study, ig_result *result, const char *name,
                             const ig_column *from, const size_t *pick)
{
    ig_column *column = NULL;
    ig_status status = ig_result_add(result, name, from->kind, &column);
    if (status == IG_EINVAL) return taken(study, name);
    if (!status && from->title && !(column->title = ig_text_copy(from->title))) {
        status = IG_EMEMORY;
    }
    for (size_t i = 0; i < result->rows && !status; i++) {
        const size_t row = pick ? pick[i] : i;
        if (row == SIZE_MAX) continue;
        if (from->kind != IG_COLUMN_TEXT) {
            column->number[i] = from->number[row];
        } else if (from->text[row]) {
            status = ig_result_set_text(result, column, i, from->text[row]);
        }
    }
    return status ? study_no_memory(study) : IG_OK;
}

/// The joined values; what the join itself says of an area is `join_status`, since `status` says
/// how far it is reached.
static ig_status add_joined(struct study *study, ig_result *result, const ig_join *join,
                            const size_t *pick)
{
    ig_status status = IG_OK;
    for (size_t c = 0; join && c < join->columns->count && !status; c++) {
        const ig_column *from = &join->columns->columns[c];
        const bool own = !strcmp(from->name, "status") && study->modes_count;
        status = copy_column(study, result, own ? "join_status" : from->name, from, pick);
    }
    return status;
}

/// People of an area for means over wards: 1 where nobody is counted at all.
static double weight_of(const struct study *study, size_t area)
{
    if (!study->modes_count) return 1;
    return study->modes[0].access->rows[area].people;
}

/// The column as one under a policy of disclosure; NULL for others.
static const ig_guarded *guarded(const struct study *study, size_t column)
{
    for (size_t i = 0; i < study->join->guarded_count; i++)
        if (study->join->guarded[i].column == column) return &study->join->guarded[i];
    return NULL;
}

/// Sums of counts, or means over the people of the areas that have a value. A count that is not
/// known in one area is not known of its ward: it is never taken as 0.
static void add_up(const struct study *study, const ig_column *from, bool count, double *sum,
                   double *weight)
{
    const size_t areas = ig_areas_count(study->areas), wards = study->wards.count;
    for (size_t a = 0; a < areas; a++) {
        const size_t w = study->wards.parent[a];
        const double people = count ? 1 : weight_of(study, a);
        if (w == SIZE_MAX || (!count && isnan(from->number[a])) || !(people > 0)) continue;
        sum[w] += people * from->number[a];
        weight[w] += people;
    }
    for (size_t w = 0; w < wards; w++) {
        if (!(weight[w] > 0)) {
            sum[w] = NAN;
        } else if (!count) {
            sum[w] /= weight[w];
        }
    }
}

static const char *hidden_word(const void *totals, size_t ward)
{
    return isnan(((const double *)totals)[ward]) ? "suppressed: *" : "ok";
}

/// A joined number of the areas for their wards; sums of protected counts as they were protected
/// with their areas.
static ig_status carry_up(struct study *study, ig_result *result, size_t column)
{
    const ig_column *from = &study->join->columns->columns[column];
    const ig_guarded *under = guarded(study, column);
    const size_t wards = study->wards.count;
    const bool protected = under && under->count, count = protected || ig_is_count_name(from->name);
    double *sum = ig_alloc(wards + 1, sizeof *sum), *weight = ig_alloc(wards + 1, sizeof *weight);
    char title[160], name[96];
    ig_status status = sum && weight ? IG_OK : study_no_memory(study);
    if (!status && !protected) add_up(study, from, count, sum, weight);
    if (!status && protected) memcpy(sum, under->totals, wards * sizeof *sum);
    snprintf(title, sizeof title, "%s (%s of its areas)", from->title ? from->title : from->name,
             count ? "sum" : "mean over the people");
    if (!status) status = add_numbers(study, result, from->name, title, sum);
    snprintf(name, sizeof name, "%.80s_status", from->name);
    if (!status && protected) status = add_texts(study, result, name, hidden_word, sum);
    ig_free(sum);
    ig_free(weight);
    return status;
}

static ig_status add_carried(struct study *study, ig_result *result)
{
    const ig_result *joined = study->join ? study->join->columns : NULL;
    ig_status status = IG_OK;
    for (size_t c = 0; joined && c < joined->count && !status; c++) {
        if (joined->columns[c].kind != IG_COLUMN_TEXT) status = carry_up(study, result, c);
    }
    return status;
}

static const char *area_code(const void *study, size_t i)
{
    return ig_areas_code(((const struct study *)study)->areas, i);
}

static const char *area_name(const void *study, size_t i)
{
    return ig_areas_name(((const struct study *)study)->areas, i);
}

static const char *ward_of_area(const void *of, size_t i)
{
    const struct study *study = of;
    const size_t ward = study->wards.parent[i];
    return ward == SIZE_MAX ? NULL : study->wards.codes[ward];
}

static const char *ward_code(const void *study, size_t i)
{
    return ((const struct study *)study)->wards.codes[i];
}

static const char *ward_name(const void *study, size_t i)
{
    return ((const struct study *)study)->wards.names[i];
}

static ig_status make_area_columns(struct study *study)
{
    ig_status status = ig_result_new(ig_areas_count(study->areas), &study->area_columns);
    if (status) return study_no_memory(study);
    ig_result *result = study->area_columns;
    status = add_texts(study, result, "area", area_code, study);
    if (!status) status = add_all_access(study, result, false);
    if (!status) status = add_joined(study, result, study->join, NULL);
    if (!status && !ig_result_find(result, "name")) {
        status = add_texts(study, result, "name", area_name, study);
    }
    if (!status && study->plan.has_wards && !ig_result_find(result, "ward")) {
        status = add_texts(study, result, "ward", ward_of_area, study);
    }
    return status;
}

static ig_status make_ward_columns(struct study *study)
{
    if (!study->plan.has_wards) return IG_OK;
    ig_status status = ig_result_new(study->wards.count, &study->ward_columns);
    if (status) return study_no_memory(study);
    ig_result *result = study->ward_columns;
    status = add_texts(study, result, "area", ward_code, study);
    if (!status) status = add_all_access(study, result, true);
    if (!status) status = add_joined(study, result, study->ward_join, study->wards.shape);
    if (!status) status = add_carried(study, result);
    if (!status && !ig_result_find(result, "name")) {
        status = add_texts(study, result, "name", ward_name, study);
    }
    return status;
}

ig_status study_columns(struct study *study)
{
    const ig_status status = make_area_columns(study);
    return status ? status : make_ward_columns(study);
}

// ---- choropleths --------------------------------------------------------------------------------

/// Values of all maps that share their classes.
static ig_status pool_shared(struct study *study)
{
    const size_t rows = study->area_columns->rows;
    study->shared = ig_alloc(study->choropleths_count * rows + 1, sizeof *study->shared);
    if (!study->shared) return study_no_memory(study);
    for (size_t i = 0; i < study->choropleths_count; i++) {
        const ig_column *column = ig_result_find(study->area_columns, study->choropleth_names[i]);
        if (!study->choropleth_maps[i]->shared || !column || column->kind == IG_COLUMN_TEXT)
            continue;
        memcpy(study->shared + study->shared_count, column->number, rows * sizeof *study->shared);
        study->shared_count += rows;
    }
    return IG_OK;
}

ig_status study_choropleths(struct study *study)
{
    ig_status status = pool_shared(study);
    for (size_t i = 0; i < study->choropleths_count && !status; i++) {
        const struct plan_map *map = study->choropleth_maps[i];
        const char *name = study->choropleth_names[i];
        status = map->shared
                     ? ig_choropleth_among(study->ctx, study->area_columns, name, study->shared,
                                           study->shared_count, &map->style, &study->choropleths[i])
                     : ig_choropleth_new(study->ctx, study->area_columns, name, &map->style,
                                         &study->choropleths[i]);
    }
    return status;
}
