// Long tables made wide: the values of one column become columns.
#include "table_internal.h"

#include <stdlib.h>
#include <string.h>

/// A column of the wide table: a column of the long one, at one value of the pivot or at all.
struct wide {
    size_t from;
    size_t value; ///< of the pivot, in order of first appearance; SIZE_MAX: the same at all
    char *name;
};

struct spread {
    ig_ctx *ctx;
    const ig_table *table;
    size_t pivot;
    size_t *value_of_row;
    const char **value;
    size_t values, value_room;
    size_t *first; ///< first row of each code
    size_t *group; ///< code number of each row
    size_t groups;
    struct wide *wide;
    size_t wides, wide_room;
    bool lineage;
};

/// Numbers for equal texts in order of first appearance, by sorting rows.
struct keyed {
    const char *text;
    size_t row;
};

static int by_text_and_row(const void *a, const void *b)
{
    const struct keyed *p = a, *q = b;
    const int order = strcmp(p->text, q->text);
    return order ? order : p->row < q->row ? -1 : p->row > q->row;
}

/// group[row] = number of the row's text, counted in order of first appearance; first[number] =
/// its first row. `sorted` is room for all rows.
static size_t number_texts(struct keyed *sorted, size_t rows, size_t *group, size_t *first)
{
    qsort(sorted, rows, sizeof *sorted, by_text_and_row);
    for (size_t i = 0; i < rows; i++) { // leader of each run of equal texts
        const bool same = i > 0 && strcmp(sorted[i - 1].text, sorted[i].text) == 0;
        group[sorted[i].row] = same ? group[sorted[i - 1].row] : sorted[i].row;
    }
    size_t groups = 0;
    for (size_t r = 0; r < rows; r++) {
        if (group[r] == r) {
            first[groups] = r;
            group[r] = groups++;
        } else {
            group[r] = group[group[r]]; // the leader stands before and has its number
        }
    }
    return groups;
}

ig_status table_number_texts(ig_ctx *ctx, const ig_table *table, size_t column, size_t *group,
                             size_t *first, size_t *groups)
{
    struct keyed *sorted = ig_alloc(table->rows ? table->rows : 1, sizeof *sorted);
    if (!sorted) return ig_fail(ctx, IG_EMEMORY, "no memory to compare rows");
    for (size_t r = 0; r < table->rows; r++) {
        const char *text =
            column == SIZE_MAX ? ig_table_code(table, r) : ig_table_text(table, r, column);
        sorted[r] = (struct keyed){text, r};
    }
    *groups = number_texts(sorted, table->rows, group, first);
    ig_free(sorted);
    return IG_OK;
}

static bool same_in_each_code(const struct spread *spread, size_t column)
{
    for (size_t r = 0; r < spread->table->rows; r++) {
        if (strcmp(ig_table_text(spread->table, r, column),
                   ig_table_text(spread->table, spread->first[spread->group[r]], column)) != 0) {
            return false;
        }
    }
    return true;
}

static ig_status add_wide(struct spread *spread, size_t from, size_t value, const char *name)
{
    char *copy = ig_text_copy(name);
    if (!copy || !ig_grow((void **)&spread->wide, &spread->wide_room, spread->wides + 1,
                          sizeof *spread->wide)) {
        ig_free(copy);
        return ig_fail(spread->ctx, IG_EMEMORY, "no memory for --pivot");
    }
    spread->wide[spread->wides++] = (struct wide){from, value, copy};
    return IG_OK;
}

/// One long column as as many as the pivot has values. With one column spread, the values alone
/// are the names; with several, or when a new name was asked for, "name_value".
static ig_status spread_column(struct spread *spread, size_t from, const char *prefix)
{
    ig_status status = IG_OK;
    for (size_t v = 0; !status && v < spread->values; v++) {
        const char *value = *spread->value[v] ? spread->value[v] : "blank";
        ig_text name = {0};
        if (prefix) ig_text_format(&name, "%s_", prefix);
        ig_text_append(&name, value);
        status = name.failed ? ig_fail(spread->ctx, IG_EMEMORY, "no memory for --pivot")
                             : add_wide(spread, from, v, name.data);
        ig_text_free(&name);
    }
    return status;
}

/// Which columns are spread, and under which name; false in `spread_it` for those kept as they are.
static ig_status choose(struct spread *spread, const ig_table_options *options)
{
    const ig_table *table = spread->table;
    const char **rename = ig_alloc(table->columns, sizeof *rename);
    bool *wanted = ig_alloc(table->columns, sizeof *wanted);
    ig_pairs pairs = {0, NULL, NULL};
    ig_status status =
        rename && wanted ? IG_OK : ig_fail(spread->ctx, IG_EMEMORY, "no memory for --pivot");
    if (!status && options->pivot_columns) {
        status = ig_pairs_parse(spread->ctx, "--columns", options->pivot_columns, '=', &pairs);
    }
    bool any = false;
    for (size_t i = 0; !status && i < pairs.count; i++) {
        const size_t column = ig_table_column(table, pairs.name[i]);
        if (column == SIZE_MAX || column == spread->pivot) continue; // a name after the pivot
        wanted[column] = any = true;
        rename[column] = pairs.value[i];
    }
    size_t spreads = 0;
    for (size_t c = 0; !status && c < table->columns; c++) {
        if (!any) wanted[c] = c != table->key && c != spread->pivot;
        if (!wanted[c] || c == table->key) continue;
        const bool kept = !ig_table_looks_numeric(table, c) && same_in_each_code(spread, c);
        if (kept) {
            status = add_wide(spread, c, SIZE_MAX, rename[c] ? rename[c] : table->column[c].name);
            wanted[c] = false;
        } else {
            spreads++;
        }
    }
    for (size_t c = 0; !status && c < table->columns; c++) {
        if (!wanted[c] || c == table->key) continue;
        const char *prefix = rename[c] ? rename[c] : table->column[c].name;
        status = spread_column(spread, c, spreads > 1 || rename[c] ? prefix : NULL);
    }
    ig_pairs_free(&pairs);
    ig_free(rename);
    ig_free(wanted);
    return status;
}

/// Row of each code and value: SIZE_MAX where there is none; twice is an error unless `first`.
static ig_status place_rows(struct spread *spread, size_t *row_at, bool first_counts)
{
    const ig_table *table = spread->table;
    for (size_t i = 0; i < spread->groups * spread->values; i++)
        row_at[i] = SIZE_MAX;
    for (size_t r = 0; r < table->rows; r++) {
        size_t *place = &row_at[spread->group[r] * spread->values + spread->value_of_row[r]];
        if (*place == SIZE_MAX) {
            *place = r;
            continue;
        }
        if (first_counts) continue;
        ig_fail(spread->ctx, IG_EFORMAT,
                "%s: code %s with '%s' in column %s comes more than once (duplicate): %s and %s",
                shown(table->path), ig_show(ig_table_code(table, r)),
                ig_show(ig_table_text(table, r, spread->pivot)),
                ig_show(table->column[spread->pivot].name), table_place(table, *place),
                table_place(table, r));
        return ig_hint(spread->ctx,
                       "choose rows with --where as well, so that one is left for each "
                       "code and value");
    }
    return IG_OK;
}

/// Each cell comes from one of the long table, or none.
static ig_status keep_lineage(const struct spread *spread, const size_t *row_at, ig_table *made)
{
    ig_table *before = NULL;
    ig_status status = table_copy(spread->ctx, spread->table, &before);
    if (status) return status;
    before->lineage = ((ig_table *)(uintptr_t)spread->table)->lineage;
    ((ig_table *)(uintptr_t)spread->table)->lineage = NULL;
    status = lineage_begin(spread->ctx, made, before);
    for (size_t g = 0; !status && g < spread->groups; g++) {
        const size_t first = spread->first[g];
        status = lineage_add(spread->ctx, made, first, spread->table->key);
        if (!status) status = lineage_next(spread->ctx, made);
        for (size_t w = 0; !status && w < spread->wides; w++) {
            const struct wide *wide = &spread->wide[w];
            const size_t row =
                wide->value == SIZE_MAX ? first : row_at[g * spread->values + wide->value];
            if (row != SIZE_MAX) status = lineage_add(spread->ctx, made, row, wide->from);
            if (!status) status = lineage_next(spread->ctx, made);
        }
    }
    return status;
}

static ig_status build_wide(struct spread *spread, const size_t *row_at, ig_table **out)
{
    const ig_table *table = spread->table;
    const char **text = ig_alloc(spread->wides + 1, sizeof *text);
    ig_table *made = NULL;
    ig_status status = text ? IG_OK : ig_fail(spread->ctx, IG_EMEMORY, "no memory for --pivot");
    if (!status) {
        text[0] = table->column[table->key].name;
        for (size_t w = 0; w < spread->wides; w++)
            text[w + 1] = spread->wide[w].name;
        status = ig_table_build(spread->ctx, table->path, table->line_word, text, spread->wides + 1,
                                &made);
    }
    for (size_t g = 0; !status && g < spread->groups; g++) {
        const size_t first = spread->first[g];
        text[0] = ig_table_text(table, first, table->key);
        for (size_t w = 0; w < spread->wides; w++) {
            const struct wide *wide = &spread->wide[w];
            const size_t row =
                wide->value == SIZE_MAX ? first : row_at[g * spread->values + wide->value];
            text[w + 1] = row == SIZE_MAX ? "" : ig_table_text(table, row, wide->from);
        }
        status = ig_table_build_row(spread->ctx, made, text, table->line[first]);
    }
    if (!status && spread->lineage) status = keep_lineage(spread, row_at, made);
    ig_free(text);
    if (status) {
        ig_table_free(made);
        return status;
    }
    *out = made;
    return IG_OK;
}

/// What the wide table keeps from the long one beside its cells.
static void carry_over(const ig_table *from, ig_table *to)
{
    table_keep_traits(from, to);
    to->refused = from->refused;
    to->combined = from->combined + from->rows - to->rows;
    to->key_named = from->key_named;
    to->column[0].trimmed = from->column[from->key].trimmed;
}

static ig_status number_rows(struct spread *spread)
{
    const ig_table *table = spread->table;
    const size_t rows = table->rows ? table->rows : 1;
    size_t *first_of_value = ig_alloc(rows, sizeof *first_of_value);
    spread->value_of_row = ig_alloc(rows, sizeof *spread->value_of_row);
    spread->group = ig_alloc(rows, sizeof *spread->group);
    spread->first = ig_alloc(rows, sizeof *spread->first);
    spread->value = ig_alloc(rows, sizeof *spread->value);
    ig_status status =
        first_of_value && spread->value_of_row && spread->group && spread->first && spread->value
            ? IG_OK
            : ig_fail(spread->ctx, IG_EMEMORY, "no memory for --pivot");
    if (!status) {
        status = table_number_texts(spread->ctx, table, spread->pivot, spread->value_of_row,
                                    first_of_value, &spread->values);
    }
    if (!status) {
        status = table_number_texts(spread->ctx, table, SIZE_MAX, spread->group, spread->first,
                                    &spread->groups);
    }
    for (size_t v = 0; !status && v < spread->values; v++) {
        spread->value[v] = ig_table_text(table, first_of_value[v], spread->pivot);
    }
    ig_free(first_of_value);
    return status;
}

ig_status table_pivot(ig_ctx *ctx, ig_table **table, const ig_table_options *options)
{
    const ig_table *from = *table;
    if (!from->code) {
        ig_fail(ctx, IG_EINVAL, "%s: --pivot needs a code column", shown(from->path));
        return ig_hint(ctx, "name it with --table-key");
    }
    struct spread spread = {.ctx = ctx, .table = from, .lineage = options->lineage};
    ig_table *made = NULL;
    size_t *row_at = NULL, places = 0;
    ig_status status = ig_table_find(ctx, from, options->pivot, &spread.pivot);
    if (!status && spread.pivot == from->key) {
        status = ig_fail(ctx, IG_EINVAL, "%s: --pivot: %s is the code column", shown(from->path),
                         ig_show(options->pivot));
    }
    if (!status) status = number_rows(&spread);
    if (!status) status = choose(&spread, options);
    if (!status &&
        (!ig_product(spread.groups, spread.values, &places) || spread.wides + 1 > MOST_COLUMNS)) {
        ig_fail(ctx, IG_ELIMIT, "%s: --pivot: column %s has %zu different values",
                shown(from->path), ig_show(options->pivot), spread.values);
        status = ig_hint(ctx, "choose rows with --where, or a column with fewer values");
    }
    if (!status) {
        row_at = ig_alloc(places ? places : 1, sizeof *row_at);
        status = row_at ? place_rows(&spread, row_at, options->duplicates == 3)
                        : ig_fail(ctx, IG_EMEMORY, "no memory for --pivot");
    }
    if (!status) status = build_wide(&spread, row_at, &made);
    if (!status) {
        carry_over(from, made);
        status = ig_table_build_key(ctx, made, 0);
    }
    if (!status) {
        ig_table_free(*table);
        *table = made;
        made = NULL;
    }
    ig_table_free(made);
    for (size_t w = 0; w < spread.wides; w++)
        ig_free(spread.wide[w].name);
    ig_free(spread.wide);
    ig_free(spread.value_of_row);
    ig_free(spread.value);
    ig_free(spread.first);
    ig_free(spread.group);
    ig_free(row_at);
    return status;
}
