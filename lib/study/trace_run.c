// Where the numbers of a run come from: joined cells, people, minutes, sums over wards and groups.
#include "study_internal.h"

#include <math.h>
#include <string.h>

/// Areas of each ward, in order.
struct members {
    size_t *start, *area;
};

struct telling {
    struct study *study;
    const struct mode_run *mode;
    bool first; ///< of the modes: people are told with it
    struct members wards;
};

ig_status study_trace_begin(struct study *study)
{
    if (!study->plan.outputs.trace) return IG_OK;
    const ig_status status = ig_trace_new(study->ctx, &study->trace);
    if (!status) ig_trace_of_layers(study->trace, study->plan.folder);
    return status;
}

static ig_status gather(struct study *study, struct members *m)
{
    const size_t areas = ig_areas_count(study->areas), wards = study->wards.count;
    m->start = ig_alloc(wards + 2, sizeof *m->start);
    m->area = ig_alloc(areas + 1, sizeof *m->area);
    if (!m->start || !m->area) return study_no_memory(study);
    for (size_t a = 0; wards && a < areas; a++)
        if (study->wards.parent[a] != SIZE_MAX) m->start[study->wards.parent[a] + 2]++;
    for (size_t w = 2; w < wards + 2; w++)
        m->start[w] += m->start[w - 1];
    for (size_t a = 0; wards && a < areas; a++)
        if (study->wards.parent[a] != SIZE_MAX) m->area[m->start[study->wards.parent[a] + 1]++] = a;
    return IG_OK;
}

// ---- areas --------------------------------------------------------------------------------------

static void files(ig_trace *trace, const char *operand, const ig_texts *list)
{
    for (size_t i = 0; i < list->count; i++)
        ig_trace_given(trace, operand, list->values[i], NULL, NULL);
}

static void people_of(const struct telling *t, size_t area)
{
    struct study *s = t->study;
    const char *code = ig_areas_code(s->areas, area);
    if (!s->recalled_people || !ig_recall_cells(s->recalled_people, s->trace, "people", code))
        files(s->trace, "people", &s->plan.population.files.file);
}

static void minutes_of(const struct telling *t)
{
    const struct plan_mode *plan = t->mode->plan;
    ig_trace *trace = t->study->trace;
    if (plan->cost_file) ig_trace_given(trace, "minutes", plan->cost_file, NULL, NULL);
    if (!plan->cost_file) {
        files(trace, "minutes", &plan->cost.roads);
        files(trace, "minutes", &plan->cost.landcover);
        files(trace, "minutes", &plan->cost.dem);
        files(trace, "minutes", &plan->cost.barriers);
    }
    files(trace, "sites", &t->study->plan.sites.files.file);
}

/// "minutes_mean_walk": the name of a column of a mode.
static void name_of(const struct telling *t, const char *base, char name[96])
{
    snprintf(name, 96, "%s%s", base, t->mode->suffix);
}

static void within_of(const struct telling *t, double minutes, char name[96])
{
    char digits[32];
    snprintf(name, 96, "within_%s%s", ig_number_text(minutes, digits, sizeof digits),
             t->mode->suffix);
}

static void tell_area(const struct telling *t, size_t area)
{
    static const char words[] = "%s of the people {people,} by {minutes,} to {sites,}";
    const ig_access_row *row = &t->mode->access->rows[area];
    const char *code = ig_areas_code(t->study->areas, area);
    ig_trace *trace = t->study->trace;
    const struct {
        const char *name, *what;
        double value;
    } parts[] = {{"people_reached", "number who arrive", row->people_reached},
                 {"people_unreached", "number who arrive nowhere", row->people_unreached},
                 {"minutes_mean", "mean minutes", row->minutes_mean},
                 {"minutes_median", "median minutes", row->minutes_median}};
    char name[96], formula[120];
    if (t->first) {
        ig_trace_number(trace, code, 0, "people", row->people,
                        t->study->recalled_people ? "{people}" : "people on {people,}");
        people_of(t, area);
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        name_of(t, parts[i].name, name);
        snprintf(formula, sizeof formula, words, parts[i].what);
        if (i) {
            ig_trace_again(trace, name, parts[i].value, formula);
            continue;
        }
        ig_trace_number(trace, code, 0, name, parts[i].value, formula);
        people_of(t, area);
        minutes_of(t);
    }
    for (size_t k = 0; k < t->mode->access->thresholds; k++) {
        within_of(t, t->mode->access->threshold[k], name);
        snprintf(formula, sizeof formula, words, "percent so near");
        ig_trace_again(trace, name, row->within[k], formula);
    }
}

// ---- wards --------------------------------------------------------------------------------------

/// A number of each area of a ward, weighed by another: terms of a mean, or of a sum.
static void terms(const struct telling *t, size_t ward, const char *weight, const char *column,
                  double (*of)(const struct telling *t, size_t area, bool weight, size_t k),
                  size_t k)
{
    struct study *s = t->study;
    for (size_t i = t->wards.start[ward]; i < t->wards.start[ward + 1]; i++) {
        const size_t a = t->wards.area[i];
        const char *code = ig_areas_code(s->areas, a);
        const double people = of(t, a, true, k), value = of(t, a, false, k);
        if (weight && !(people > 0.0)) continue;
        if (isnan(value)) continue;
        ig_trace_term(s->trace);
        if (weight) ig_trace_output(s->trace, "people", NAN, code, weight, people);
        ig_trace_output(s->trace, "value", NAN, code, column, value);
    }
}

enum { OF_PEOPLE, OF_REACHED, OF_UNREACHED, OF_MEAN, OF_WITHIN };

static double access_of(const struct telling *t, size_t area, bool weight, size_t k)
{
    const ig_access_row *row = &t->mode->access->rows[area];
    if (weight) return k == OF_MEAN ? row->people_reached : row->people;
    switch (k) {
    case OF_PEOPLE:
        return row->people;
    case OF_REACHED:
        return row->people_reached;
    case OF_UNREACHED:
        return row->people_unreached;
    case OF_MEAN:
        return row->minutes_mean;
    default:
        return row->within[k - OF_WITHIN];
    }
}

static double carried_of(const struct telling *t, size_t area, bool weight, size_t k)
{
    struct study *s = t->study;
    if (!weight) return s->join->columns->columns[k].number[area];
    return s->modes_count ? s->modes[0].access->rows[area].people : 1.0;
}

static void tell_ward(const struct telling *t, size_t ward)
{
    static const char mean[] = "[{people} x {value}] / {people}";
    const ig_access_row *row = &t->mode->wards->rows[ward];
    const char *code = t->study->wards.codes[ward];
    ig_trace *trace = t->study->trace;
    char name[96], weight[96];
    const struct {
        const char *name;
        double value;
        size_t k;
    } sums[] = {{"people", row->people, OF_PEOPLE},
                {"people_reached", row->people_reached, OF_REACHED},
                {"people_unreached", row->people_unreached, OF_UNREACHED}};
    for (size_t i = t->first ? 0 : 1; i < sizeof sums / sizeof *sums; i++) {
        name_of(t, sums[i].name, name);
        const char *column = i ? name : "people";
        ig_trace_number(trace, code, 0, column, sums[i].value, "{value}");
        terms(t, ward, NULL, column, access_of, sums[i].k);
    }
    name_of(t, "minutes_mean", name);
    name_of(t, "people_reached", weight);
    ig_trace_number(trace, code, 0, name, row->minutes_mean, mean);
    terms(t, ward, weight, name, access_of, OF_MEAN);
    name_of(t, "minutes_median", name);
    ig_trace_again(trace, name, row->minutes_median,
                   "median over the people of all its areas, whose means are {value,}");
    for (size_t k = 0; k < t->mode->wards->thresholds; k++) {
        within_of(t, t->mode->wards->threshold[k], name);
        ig_trace_number(trace, code, 0, name, row->within[k], mean);
        terms(t, ward, "people", name, access_of, OF_WITHIN + k);
    }
}

static bool is_protected(const struct study *study, size_t column)
{
    for (size_t i = 0; i < study->join->guarded_count; i++)
        if (study->join->guarded[i].column == column && study->join->guarded[i].count) return true;
    return false;
}

/// Joined values of the areas that wards carry as sums or means.
static void tell_carried(const struct telling *t)
{
    struct study *s = t->study;
    for (size_t c = 0; s->join && c < s->join->columns->count; c++) {
        const ig_column *from = &s->join->columns->columns[c];
        const ig_column *to = ig_result_find(s->ward_columns, from->name);
        if (from->kind == IG_COLUMN_TEXT || !to || to->kind == IG_COLUMN_TEXT) continue;
        const bool hidden = is_protected(s, c), count = hidden || ig_is_count_name(from->name);
        for (size_t w = 0; w < s->wards.count; w++) {
            ig_trace_number(s->trace, s->wards.codes[w], 0, from->name, to->number[w],
                            hidden           ? "sum of all its areas, hidden ones too: {value,}"
                            : count          ? "{value}"
                            : s->modes_count ? "[{people} x {value}] / {people}"
                                             : "mean of {value,}");
            terms(t, w, count || !s->modes_count ? NULL : "people", from->name, carried_of, c);
        }
    }
}

// ---- the run ------------------------------------------------------------------------------------

static ig_status read_people(struct study *study)
{
    const struct plan_population *population = &study->plan.population;
    if (!study->plan.has_population || !study->modes_count) return IG_OK;
    ig_population_options options = ig_population_defaults();
    options.table = population->read;
    options.column = population->column;
    return ig_recall_people(study->ctx, &population->files.file, &options, &study->recalled_people);
}

ig_status study_trace_numbers(struct study *study)
{
    if (!study->trace) return IG_OK;
    struct telling t = {.study = study};
    ig_status status = read_people(study);
    if (!status) status = gather(study, &t.wards);
    for (size_t m = 0; !status && m < study->modes_count; m++) {
        t.mode = &study->modes[m];
        t.first = m == 0;
        ig_trace_layer(study->trace, ig_areas_kind(study->areas));
        for (size_t a = 0; a < t.mode->access->areas; a++)
            tell_area(&t, a);
        ig_trace_layer(study->trace, study_ward_layer(study));
        for (size_t w = 0; t.mode->wards && w < study->wards.count; w++)
            tell_ward(&t, w);
    }
    if (!status && study->ward_columns) {
        ig_trace_layer(study->trace, study_ward_layer(study));
        tell_carried(&t);
    }
    ig_free(t.wards.start);
    ig_free(t.wards.area);
    return status;
}

const char **study_area_codes(const struct study *study)
{
    const size_t areas = ig_areas_count(study->areas);
    const char **codes = ig_alloc(areas + 1, sizeof *codes);
    for (size_t a = 0; codes && a < areas; a++)
        codes[a] = ig_areas_code(study->areas, a);
    return codes;
}

ig_status study_trace_layer(struct study *study, ig_layers *layers)
{
    ig_result *rows = NULL;
    if (!study->trace) return IG_OK;
    ig_status status = ig_trace_result(study->ctx, study->trace, &rows);
    if (!status) status = ig_layers_table(layers, IG_TRACE_TABLE, rows);
    ig_result_free(rows);
    return status;
}

ig_status study_trace_file(struct study *study)
{
    ig_result *rows = NULL;
    if (!study->trace || !study->plan.outputs.tables) return IG_OK;
    char *path = study_inside(study->plan.outputs.tables, "trace", "", ".csv");
    ig_status status = path ? ig_trace_result(study->ctx, study->trace, &rows) : IG_EMEMORY;
    if (!status) status = ig_result_write(study->ctx, rows, path, "trace", study->inputs);
    ig_result_free(rows);
    ig_free(path);
    return status;
}
