// Columns as numbers: one form for a column, what breaks it named (V1, V2).
#include "cell_number.h"

#include <math.h>

// ---- one column -----------------------------------------------------------------------------

static const size_t nowhere = SIZE_MAX;

/// What forms a column has, each with the first row that has it.
struct survey {
    size_t numbers, texts, meant;
    size_t percent, bare; ///< rows; nowhere: none
    size_t grouped, other_grouped, long_whole;
    size_t decimal_comma, bad, leading_zero, negative, sentinel, fraction;
    size_t ordinary_negative; ///< a negative that is no sentinel
    enum grouping grouping;
};

static void note(size_t *first, size_t row, bool is)
{
    if (is && *first == nowhere) *first = row;
}

/// -99, -999, -9999 ...: negative numbers that often stand for a gap.
static bool is_sentinel(double value)
{
    return value == -99 || value == -999 || value == -9999 || value == -99999 || value == -999999 ||
           value == -32768 || value == -2147483648.0;
}

static void survey_cell(struct survey *survey, const struct cell_reading *cell, size_t row)
{
    if (cell->kind == CELL_GAP) return;
    survey->texts += cell->kind == CELL_TEXT;
    survey->meant += cell_is_meant_as_number(cell->kind);
    note(&survey->decimal_comma, row, cell->kind == CELL_DECIMAL_COMMA);
    note(&survey->bad, row, cell->kind != CELL_NUMBER && cell->kind != CELL_DECIMAL_COMMA);
    if (cell->kind != CELL_NUMBER) return;
    survey->numbers++;
    note(&survey->percent, row, cell->percent);
    note(&survey->bare, row, !cell->percent);
    note(&survey->long_whole, row, cell->long_whole);
    note(&survey->leading_zero, row, cell->leading_zero);
    note(&survey->fraction, row, cell->value != floor(cell->value));
    note(&survey->negative, row, cell->value < 0);
    note(&survey->sentinel, row, is_sentinel(cell->value));
    note(&survey->ordinary_negative, row, cell->value < 0 && !is_sentinel(cell->value));
    if (cell->grouping == GROUP_NONE) return;
    if (survey->grouping == GROUP_NONE) survey->grouping = cell->grouping;
    note(&survey->grouped, row, true);
    note(&survey->other_grouped, row, cell->grouping != survey->grouping);
}

static struct survey survey_new(void)
{
    return (struct survey){.percent = nowhere,
                           .bare = nowhere,
                           .grouped = nowhere,
                           .other_grouped = nowhere,
                           .long_whole = nowhere,
                           .decimal_comma = nowhere,
                           .bad = nowhere,
                           .leading_zero = nowhere,
                           .negative = nowhere,
                           .sentinel = nowhere,
                           .fraction = nowhere,
                           .ordinary_negative = nowhere};
}

static struct survey survey_column(const ig_table *table, size_t column)
{
    struct survey survey = survey_new();
    for (size_t r = 0; r < table->rows; r++) {
        const char *reason;
        const struct cell_reading cell =
            cell_read(ig_table_text(table, r, column), table->decimal_comma, &reason);
        survey_cell(&survey, &cell, r);
    }
    return survey;
}

static bool has_one_form(const struct survey *survey)
{
    return survey->decimal_comma == nowhere && survey->bad == nowhere &&
           (survey->percent == nowhere || survey->bare == nowhere) &&
           (survey->grouped == nowhere || survey->long_whole == nowhere) &&
           survey->other_grouped == nowhere;
}

bool ig_table_is_numeric(const ig_table *table, size_t column)
{
    const struct survey survey = survey_column(table, column);
    return survey.numbers > 0 && has_one_form(&survey);
}

bool ig_table_looks_numeric(const ig_table *table, size_t column)
{
    const int kind = table->column[column].kind;
    if (kind == IG_COLUMN_REAL || kind == IG_COLUMN_INTEGER) return true;
    const struct survey survey = survey_column(table, column);
    return survey.meant > survey.texts && survey.leading_zero == nowhere;
}

// ---- what is wrong with a column ------------------------------------------------------------

struct task {
    ig_ctx *ctx;
    ig_table *table;
    size_t column;
    bool count; ///< of people or events: never negative
    const char *name;
    const char *path;
};

static const char *text_of(const struct task *task, size_t row)
{
    if (task->table->sensitive) return "(not shown)";
    return ig_show(ig_table_text(task->table, row, task->column));
}

static ig_status tell_decimal_comma(const struct task *task, size_t row)
{
    ig_fail(task->ctx, IG_EFORMAT, "%s: column %s, %s: '%s' looks like a decimal comma", task->path,
            task->name, table_place(task->table, row), text_of(task, row));
    return ig_hint(task->ctx, "say so with --decimal-comma if 100,5 is a hundred and a half; it is "
                              "never guessed");
}

static ig_status tell_percent(const struct task *task, const struct survey *survey)
{
    ig_fail(task->ctx, IG_EFORMAT,
            "%s: column %s mixes per cent and bare numbers: '%s' on %s, '%s' on %s", task->path,
            task->name, text_of(task, survey->percent), table_place(task->table, survey->percent),
            text_of(task, survey->bare), table_place(task->table, survey->bare));
    return ig_hint(task->ctx, "write all values of the column with %% or all without");
}

static ig_status tell_grouping(const struct task *task, size_t one, size_t other)
{
    ig_fail(task->ctx, IG_EFORMAT, "%s: column %s mixes forms of numbers: '%s' on %s, '%s' on %s",
            task->path, task->name, text_of(task, one), table_place(task->table, one),
            text_of(task, other), table_place(task->table, other));
    return ig_hint(task->ctx, "separate the thousands in all values of the column or in none");
}

static const char *why_bad(const struct cell_reading *cell, bool count)
{
    switch (cell->kind) {
    case CELL_RANGE:
        return "is beyond the range of finite numbers";
    case CELL_NOT_FINITE:
        return "is not a finite number";
    case CELL_POINT:
        return "has a point where --decimal-comma wants a comma";
    case CELL_NUMBER:
        if (!count || cell->value >= 0) return NULL;
        return is_sentinel(cell->value) ? "is negative in a count, perhaps a mark of a gap"
                                        : "is negative in a count";
    case CELL_TEXT:
        return "is neither a number nor a known marker of a gap";
    default:
        return NULL;
    }
}

/// All cells that cannot stand, the first ones listed (E2).
static ig_status tell_cells(const struct task *task)
{
    ig_text text = {0};
    size_t count = 0;
    for (size_t r = 0; r < task->table->rows; r++) {
        const char *reason;
        const struct cell_reading cell = cell_read(ig_table_text(task->table, r, task->column),
                                                   task->table->decimal_comma, &reason);
        const char *why = why_bad(&cell, task->count);
        if (!why || count++ >= IG_SHOWN) continue;
        ig_text_format(&text, "%s%s: '%s' %s", count > 1 ? "; " : "", table_place(task->table, r),
                       text_of(task, r), why);
    }
    if (count > IG_SHOWN) ig_text_format(&text, " ... (%zu in all)", count);
    ig_fail(task->ctx, IG_EFORMAT, "%s: column %s: %s", task->path, task->name,
            text.failed ? "values that are no numbers" : text.data);
    ig_text_free(&text);
    return ig_hint(task->ctx, "correct the values, or leave the cell empty where there is none");
}

/// In a file cut by ';' a comma between groups of three may as well be a decimal one: look whether
/// another column settles it.
static ig_status check_commas(const struct task *task, const struct survey *survey)
{
    if (task->table->separator != ';' || survey->grouping != GROUP_COMMA) return IG_OK;
    for (size_t c = 0; c < task->table->columns; c++) {
        if (c == task->table->key || c == task->column) continue;
        const struct survey other = survey_column(task->table, c);
        if (other.decimal_comma == nowhere || other.meant <= other.texts) continue;
        return tell_decimal_comma(task, survey->grouped);
    }
    ig_warn(task->ctx,
            "%s: column %s: '%s' on %s is read with the comma between thousands; if it is a "
            "decimal comma, say so with --decimal-comma",
            task->path, task->name, text_of(task, survey->grouped),
            table_place(task->table, survey->grouped));
    return IG_OK;
}

static ig_status check_column(struct task *task, const struct survey *survey, ig_number_rule rule)
{
    if (survey->decimal_comma != nowhere) return tell_decimal_comma(task, survey->decimal_comma);
    if (survey->percent != nowhere && survey->bare != nowhere) return tell_percent(task, survey);
    task->count =
        rule == IG_NUMBERS_COUNT || (ig_is_count_name(task->table->column[task->column].name) &&
                                     survey->fraction == nowhere && survey->percent == nowhere);
    if (survey->bad != nowhere || (task->count && survey->negative != nowhere)) {
        return tell_cells(task);
    }
    if (survey->grouped != nowhere && survey->long_whole != nowhere) {
        return tell_grouping(task, survey->grouped, survey->long_whole);
    }
    if (survey->other_grouped != nowhere) {
        return tell_grouping(task, survey->grouped, survey->other_grouped);
    }
    const ig_status status = check_commas(task, survey);
    if (status) return status;
    if (survey->sentinel != nowhere && survey->ordinary_negative == nowhere &&
        survey->numbers > 1) {
        ig_warn(task->ctx,
                "%s: column %s, %s: %s among values that are never negative looks like a mark of "
                "a gap; it is taken as a number",
                task->path, task->name, table_place(task->table, survey->sentinel),
                text_of(task, survey->sentinel));
    }
    return IG_OK;
}

/// Shares declared by --proportion: each value outside 0 to 1 is a word with its line.
static void warn_of_shares(const struct task *task, const double *values)
{
    size_t count = 0;
    for (size_t r = 0; r < task->table->rows; r++) {
        if (isnan(values[r]) || (values[r] >= 0.0 && values[r] <= 1.0)) continue;
        if (count++ >= IG_SHOWN) continue;
        ig_warn(task->ctx, "%s: column %s, %s: %s is no proportion from 0 to 1", task->path,
                task->name, table_place(task->table, r), text_of(task, r));
    }
    if (count > IG_SHOWN) {
        ig_warn(task->ctx, "%s: column %s: %zu values are no proportions from 0 to 1", task->path,
                task->name, count);
    }
}

// ---- numbers and gaps -----------------------------------------------------------------------

static const char *const reasons[] = {NULL,        "no data",    "suppressed", "too few events",
                                      "undefined", "unreachable"};

static unsigned char reason_number(const char *reason)
{
    for (unsigned char i = 1; reason && i < sizeof reasons / sizeof *reasons; i++) {
        if (strcmp(reasons[i], reason) == 0) return i;
    }
    return 0;
}

static ig_status make_numbers(struct task *task, ig_number_rule rule)
{
    ig_table *table = task->table;
    struct column *column = &table->column[task->column];
    const size_t room = table->rows ? table->rows : 1;
    double *number = ig_alloc(room, sizeof *number);
    unsigned char *gap = ig_alloc(room, sizeof *gap);
    ig_status status = number && gap ? IG_OK
                                     : ig_fail(task->ctx, IG_EMEMORY, "%s: no memory for column %s",
                                               task->path, task->name);
    struct survey survey = survey_new();
    for (size_t r = 0; !status && r < table->rows; r++) {
        const char *reason;
        const struct cell_reading cell =
            cell_read(ig_table_text(table, r, task->column), table->decimal_comma, &reason);
        survey_cell(&survey, &cell, r);
        number[r] = cell.kind == CELL_NUMBER ? cell.value : NAN;
        gap[r] = reason_number(reason);
    }
    if (!status) status = check_column(task, &survey, rule);
    if (status) {
        ig_free(number);
        ig_free(gap);
        return status;
    }
    if (column->share) warn_of_shares(task, number);
    column->number = number;
    column->gap = gap;
    column->rule = rule;
    return IG_OK;
}

/// A column already taken as any numbers is wanted as a count.
static ig_status check_again(struct task *task)
{
    const struct column *column = &task->table->column[task->column];
    for (size_t r = 0; r < task->table->rows; r++) {
        if (!(column->number[r] < 0)) continue;
        task->count = true;
        return tell_cells(task);
    }
    return IG_OK;
}

ig_status ig_table_numbers(ig_ctx *ctx, ig_table *table, size_t column, ig_number_rule rule,
                           const double **values)
{
    char path[512], name[256]; // ig_show has eight buffers, messages here use many
    snprintf(path, sizeof path, "%s", shown(table->path));
    snprintf(name, sizeof name, "%s", ig_show(table->column[column].name));
    struct task task = {ctx, table, column, false, name, path};
    ig_status status = IG_OK;
    if (!table->column[column].number) {
        status = make_numbers(&task, rule);
    } else if (rule == IG_NUMBERS_COUNT && table->column[column].rule != IG_NUMBERS_COUNT) {
        status = check_again(&task);
        if (!status) table->column[column].rule = rule;
    }
    if (!status) *values = table->column[column].number;
    return status;
}

const char *ig_table_gap(const ig_table *table, size_t row, size_t column)
{
    const struct column *c = &table->column[column];
    if (c->gap) return reasons[c->gap[row]];
    const char *reason;
    cell_read(ig_table_text(table, row, column), table->decimal_comma, &reason);
    return reason;
}

const char *ig_table_marker(const ig_table *table, size_t row, size_t column)
{
    return ig_table_text(table, row, column);
}
