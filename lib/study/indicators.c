// Indicators of the reports: joined columns with what their files say of larger places too.
#include "codes_internal.h"
#include "reports_internal.h"

#include <math.h>
#include <string.h>

/// The plan's table that a joined column came from; SIZE_MAX for none.
static size_t table_of(const struct study *study, const ig_column *column, bool wards)
{
    const char *title = column->title ? column->title : column->name;
    for (size_t t = 0; t < study->plan.tables_count; t++)
        if (study->of_wards[t] == wards && ig_table_column(study->tables[t], title) != SIZE_MAX)
            return t;
    return SIZE_MAX;
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
        period[i] = status ? NULL : made_keep(study, made, ig_text_copy(pairs.name[i]));
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

// ---- larger places in the indicator's own file --------------------------------------------------

/// The table of an indicator: which rows it has for which codes.
struct origin {
    ig_table *table;
    struct code_index rows;
    const double *value, *count, *population; ///< by row of the table; NULL without
};

static ig_status origin_numbers(struct study *study, ig_table *table, const char *name,
                                const ig_result *columns, const double **out)
{
    const ig_column *column = name ? ig_result_find(columns, name) : NULL;
    if (!column) return IG_OK;
    const size_t at = ig_table_column(table, column->title ? column->title : column->name);
    return at == SIZE_MAX ? IG_OK : ig_table_numbers(study->ctx, table, at, IG_NUMBERS_ANY, out);
}

static ig_status origin_open(struct study *study, const struct plan_indicator *plan, size_t t,
                             bool wards, struct origin *out)
{
    const ig_result *columns = wards ? study->ward_join->columns : study->join->columns;
    ig_table *table = study->tables[t];
    *out = (struct origin){.table = table};
    ig_status status =
        code_index_new(study->ctx, ig_table_rows(table), code_of_row, table, &out->rows);
    if (!status) status = origin_numbers(study, table, plan->value, columns, &out->value);
    if (!status) status = origin_numbers(study, table, plan->count, columns, &out->count);
    if (!status) status = origin_numbers(study, table, plan->population, columns, &out->population);
    return status;
}

/// What the file has for a place: NaN where it has no row, several, or a gap.
static double origin_value(const struct origin *origin, const struct plan_indicator *plan,
                           const char *code)
{
    const size_t row = code_index_find(&origin->rows, code);
    if (row == SIZE_MAX || code_index_count(&origin->rows, code) > 1) return NAN;
    if (origin->value) return origin->value[row];
    if (!origin->count || !origin->population || !(origin->population[row] > 0)) return NAN;
    return plan->multiplier * origin->count[row] / origin->population[row];
}

/// Lines of the file, one for each area or ward; 0 where it has none.
static ig_status take_lines(struct study *study, struct made *made, const struct origin *origin,
                            bool wards, ig_report_indicator *out)
{
    const size_t count = wards ? study->wards.count : ig_areas_count(study->areas);
    int64_t *line = ig_alloc(count + 1, sizeof *line);
    if (!made_keep(study, made, (char *)line)) return IG_EMEMORY;
    for (size_t i = 0; i < count; i++) {
        const size_t row = code_index_find(&origin->rows, wards ? study->wards.codes[i]
                                                                : ig_areas_code(study->areas, i));
        if (row != SIZE_MAX) line[i] = ig_table_line(origin->table, row);
    }
    out->line = line;
    out->line_word = ig_table_line_word(origin->table);
    return IG_OK;
}

static ig_status take_districts_of(struct study *study, struct made *made,
                                   const struct origin *origin, const struct plan_indicator *plan,
                                   ig_report_indicator *out)
{
    const size_t wards = study->wards.count;
    if (!made->district_code) return IG_OK;
    double *value = ig_alloc(wards + 1, sizeof *value);
    if (!made_keep(study, made, (char *)value)) return IG_EMEMORY;
    for (size_t w = 0; w < wards; w++) {
        const char *code = made->district_code[w];
        value[w] = code && *code ? origin_value(origin, plan, code) : NAN;
    }
    out->district = value;
    return IG_OK;
}

/// The national value: as the plan states it, the row that it names, or the row of England.
static ig_status take_benchmark(struct study *study, const struct origin *origin,
                                const struct plan_indicator *plan, ig_report_indicator *out)
{
    static const char england[] = "E92000001";
    const char *code = plan->benchmark ? plan->benchmark : england;
    out->benchmark_name = plan->benchmark_name ? plan->benchmark_name : "";
    if (plan->benchmark && ig_text_number(plan->benchmark, &out->benchmark)) return IG_OK;
    out->benchmark = origin ? origin_value(origin, plan, code) : NAN;
    out->benchmark_code = code;
    if (!strcmp(code, england) && !plan->benchmark_name) out->benchmark_name = "England";
    const size_t times = origin ? code_index_count(&origin->rows, code) : 0;
    if (times > 1)
        ig_warn_mild(study->ctx, "%s has %zu rows of %s, so %s is not compared with it",
                     ig_show(out->file), times, code, ig_show(out->title));
    if (!plan->benchmark || !isnan(out->benchmark)) return IG_OK;
    ig_fail(study->ctx, IG_EINVAL, "%s: line %d: indicators: benchmark: no value of %s in %s",
            ig_show(study->plan.path), plan->line, ig_show(code), ig_show(out->file));
    return ig_hint(study->ctx, "name a code of the indicator's own table, or write the number");
}

static ig_status take_larger(struct study *study, struct made *made,
                             const struct plan_indicator *plan, size_t t, bool wards,
                             ig_report_indicator *out)
{
    struct origin origin = {0};
    if (t == SIZE_MAX) return take_benchmark(study, NULL, plan, out);
    if (study_policy(study, t).kind != IG_DISCLOSE_ALL) {
        // a larger place's own row could give away what is hidden in its parts
        double number;
        if (plan->benchmark && !ig_text_number(plan->benchmark, &number)) {
            ig_warn_mild(study->ctx, "%s is not compared with %s: its table is protected",
                         ig_show(out->title), ig_show(plan->benchmark));
            return IG_OK;
        }
        return take_benchmark(study, NULL, plan, out);
    }
    ig_status status = origin_open(study, plan, t, wards, &origin);
    if (!status) status = take_lines(study, made, &origin, wards, out);
    if (!status) status = take_districts_of(study, made, &origin, plan, out);
    if (!status) status = take_benchmark(study, &origin, plan, out);
    code_index_free(&origin.rows);
    return status;
}

/// A count of people or events by its name, unless the plan says that it is a rate.
static bool is_sum(const struct plan_indicator *plan, const ig_column *column)
{
    const bool share = plan->unit && strchr(plan->unit, '%');
    return !plan->population && !plan->lower && !share && ig_is_count_name(column->name);
}

/// Sums of a protected count by ward; NULL for other columns.
static const double *protected_totals(const struct study *study, const ig_column *column)
{
    const ig_join *join = study->join;
    for (size_t i = 0; i < join->guarded_count; i++)
        if (&join->columns->columns[join->guarded[i].column] == column && join->guarded[i].count)
            return join->guarded[i].totals;
    return NULL;
}

// ---- one after the other ------------------------------------------------------------------------

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
        .column = column->title && !wards ? column->title : column->name,
        .polarity = (ig_polarity)plan->polarity,
        .topic = (ig_report_topic)plan->topic,
        .sum = is_sum(plan, column),
        .multiplier = plan->multiplier,
        .benchmark = NAN,
        .benchmark_name = "",
    };
    const size_t t = table_of(study, column, wards);
    out->file =
        t == SIZE_MAX
            ? ""
            : made_keep(study, made, plan_relative(&study->plan, ig_table_path(study->tables[t])));
    if (!out->file) return IG_EMEMORY;
    const bool alone = !plan->population && !plan->lower && !plan->upper && !plan->series;
    const double *totals = !wards && alone ? protected_totals(study, column) : NULL;
    if (wards || totals) {
        out->wards = totals ? totals : column->number;
        wards = true;
    } else {
        out->areas = column->number;
        out->area_status = status_of(study, column->name);
    }
    ig_status status = take_column(study, plan, plan->lower, wards, &out->lower);
    if (!status) status = take_column(study, plan, plan->upper, wards, &out->upper);
    if (!status) status = take_column(study, plan, plan->count, wards, &out->count);
    if (!status) status = take_column(study, plan, plan->population, wards, &out->population);
    if (!status) status = take_larger(study, made, plan, t, wards, out);
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
            .value = column->name, .topic = IG_TOPIC_OTHER, .multiplier = 100};
        status = take_indicator(study, made, &plan);
    }
    return status;
}

ig_status study_take_indicators(struct study *study, struct made *made)
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
