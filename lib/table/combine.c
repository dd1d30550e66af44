// Several rows of one code made one by a stated rule: sum, mean or first (J2).
#include "table_internal.h"

#include <math.h>
#include <string.h>

enum { RULE_ERROR, RULE_SUM, RULE_MEAN, RULE_FIRST };

struct combining {
    ig_ctx *ctx;
    ig_table *table;
    size_t *group, *first, *size;
    size_t groups;
    double *total;
    size_t *gap_row; ///< first row of the group without a number; SIZE_MAX: none
    bool *keep;
};

static ig_status first_rows(struct combining *work)
{
    ig_table *table = work->table;
    const size_t before = table->rows;
    for (size_t r = 0; r < before; r++) {
        work->keep[r] = *ig_table_code(table, r) == '\0' || work->first[work->group[r]] == r;
    }
    table_keep_rows(table, work->keep);
    table->refused += before - table->rows;
    return IG_OK;
}

/// Text of a combined cell in the form that the column has.
static ig_status put_number(struct combining *work, size_t row, size_t column, double value,
                            bool percent)
{
    ig_table *table = work->table;
    char number[40];
    ig_number_text(value, number, sizeof number - 1);
    if (table->decimal_comma) {
        char *point = strchr(number, '.');
        if (point) *point = ',';
    }
    if (percent) strcat(number, "%");
    uint64_t at = 0;
    const ig_status status = table_append_text(work->ctx, table, number, strlen(number), &at);
    if (status) return status;
    // the cell's own place is four bytes from its row, which another row's text may be beyond
    const uint64_t start = table->row_start[row];
    if (at - start > UINT32_MAX) {
        return ig_fail(work->ctx, IG_ELIMIT, "%s: too large for --duplicates", shown(table->path));
    }
    table->cell[row * table->columns + column] = (uint32_t)(at - start);
    return IG_OK;
}

static bool is_percent(const ig_table *table, size_t row, size_t column)
{
    return strchr(ig_table_text(table, row, column), '%') != NULL;
}

/// One column: sums or means of groups of several rows. A group with a gap keeps the gap: a hidden
/// number is never taken as 0.
static ig_status combine_column(struct combining *work, size_t column, int rule)
{
    ig_table *table = work->table;
    const double *value;
    ig_status status = ig_table_numbers(work->ctx, table, column, IG_NUMBERS_ANY, &value);
    if (status) return status;
    for (size_t g = 0; g < work->groups; g++) {
        work->total[g] = 0.0;
        work->gap_row[g] = SIZE_MAX;
    }
    bool percent = false;
    for (size_t r = 0; r < table->rows; r++) {
        const size_t g = work->group[r];
        if (isnan(value[r])) {
            if (work->gap_row[g] == SIZE_MAX) work->gap_row[g] = r;
        } else {
            work->total[g] += value[r];
            percent = percent || is_percent(table, r, column);
        }
    }
    for (size_t g = 0; !status && g < work->groups; g++) {
        const size_t first = work->first[g], gap = work->gap_row[g];
        if (work->size[g] < 2 || *ig_table_code(table, first) == '\0') continue;
        if (gap == SIZE_MAX) {
            const double total =
                rule == RULE_MEAN ? work->total[g] / (double)work->size[g] : work->total[g];
            status = put_number(work, first, column, total, percent);
        } else if (gap != first) {
            const uint64_t from =
                table->row_start[gap] + table->cell[gap * table->columns + column];
            if (from - table->row_start[first] > UINT32_MAX) {
                status = ig_fail(work->ctx, IG_ELIMIT, "%s: too large for --duplicates",
                                 shown(table->path));
            } else {
                table->cell[first * table->columns + column] =
                    (uint32_t)(from - table->row_start[first]);
            }
        }
    }
    return status;
}

static ig_status add_up(struct combining *work, int rule)
{
    ig_table *table = work->table;
    ig_status status = IG_OK;
    for (size_t c = 0; !status && c < table->columns; c++) {
        if (c != table->key && ig_table_looks_numeric(table, c)) {
            status = combine_column(work, c, rule);
        }
    }
    if (status) return status;
    const size_t before = table->rows;
    for (size_t r = 0; r < before; r++) {
        work->keep[r] = *ig_table_code(table, r) == '\0' || work->first[work->group[r]] == r;
    }
    table_keep_rows(table, work->keep);
    table->combined += before - table->rows;
    return IG_OK;
}

/// A sum comes from all rows of its code, everything else from its own row.
/// @param alone  of each row before: nothing was added to it
static ig_status keep_lineage(struct combining *work, ig_table *before, const bool *numeric,
                              const bool *alone)
{
    ig_table *table = work->table;
    before->lineage = table->lineage;
    table->lineage = NULL;
    ig_status status = lineage_begin(work->ctx, table, before);
    size_t *start = ig_alloc(work->groups + 2, sizeof *start);
    size_t *rows = ig_alloc(before->rows + 1, sizeof *rows);
    if (!status && (!start || !rows)) status = ig_fail(work->ctx, IG_EMEMORY, "no memory");
    for (size_t r = 0; !status && r < before->rows; r++)
        start[work->group[r] + 2]++;
    for (size_t g = 2; !status && g < work->groups + 2; g++)
        start[g] += start[g - 1];
    for (size_t r = 0; !status && r < before->rows; r++)
        rows[start[work->group[r] + 1]++] = r;
    for (size_t r = 0; !status && r < before->rows; r++) {
        if (!work->keep[r]) continue;
        const size_t g = work->group[r];
        for (size_t c = 0; !status && c < before->columns; c++) {
            if (alone[r] || !numeric[c]) status = lineage_add(work->ctx, table, r, c);
            for (size_t k = start[g]; !status && !alone[r] && numeric[c] && k < start[g + 1]; k++)
                status = lineage_add(work->ctx, table, rows[k], c);
            if (!status) status = lineage_next(work->ctx, table);
        }
    }
    ig_free(start);
    ig_free(rows);
    return status;
}

/// Combine, remembering what each cell was made of.
static ig_status combine_traced(struct combining *work, int rule)
{
    ig_table *before = NULL;
    bool *numeric = ig_alloc(work->table->columns + 1, sizeof *numeric);
    bool *alone = ig_alloc(work->table->rows + 1, sizeof *alone);
    ig_status status = numeric && alone ? table_copy(work->ctx, work->table, &before)
                                        : ig_fail(work->ctx, IG_EMEMORY, "no memory");
    for (size_t c = 0; !status && c < work->table->columns; c++)
        numeric[c] =
            rule != RULE_FIRST && c != work->table->key && ig_table_looks_numeric(work->table, c);
    for (size_t r = 0; !status && r < work->table->rows; r++) {
        const size_t g = work->group[r];
        alone[r] = work->first[g] != r || work->size[g] < 2 || !*ig_table_code(work->table, r);
    }
    if (!status) status = rule == RULE_FIRST ? first_rows(work) : add_up(work, rule);
    if (!status) {
        status = keep_lineage(work, before, numeric, alone);
    } else {
        ig_table_free(before);
    }
    ig_free(alone);
    ig_free(numeric);
    return status;
}

ig_status table_combine(ig_ctx *ctx, ig_table *table, int duplicates, bool lineage)
{
    if (duplicates == RULE_ERROR || !table->code) return IG_OK;
    const size_t rows = table->rows ? table->rows : 1;
    struct combining work = {.ctx = ctx,
                             .table = table,
                             .group = ig_alloc(rows, sizeof(size_t)),
                             .first = ig_alloc(rows, sizeof(size_t)),
                             .size = ig_alloc(rows, sizeof(size_t)),
                             .total = ig_alloc(rows, sizeof(double)),
                             .gap_row = ig_alloc(rows, sizeof(size_t)),
                             .keep = ig_alloc(rows, sizeof(bool))};
    ig_status status = IG_OK;
    if (!work.group || !work.first || !work.size || !work.total || !work.gap_row || !work.keep) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for --duplicates");
    }
    if (!status) {
        status = table_number_texts(ctx, table, SIZE_MAX, work.group, work.first, &work.groups);
    }
    if (!status && work.groups < table->rows) {
        for (size_t r = 0; r < table->rows; r++)
            work.size[work.group[r]]++;
        status = lineage                    ? combine_traced(&work, duplicates)
                 : duplicates == RULE_FIRST ? first_rows(&work)
                                            : add_up(&work, duplicates);
    }
    ig_free(work.group);
    ig_free(work.first);
    ig_free(work.size);
    ig_free(work.total);
    ig_free(work.gap_row);
    ig_free(work.keep);
    return status;
}
