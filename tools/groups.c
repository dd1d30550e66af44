// Rows of a table gathered by the texts of some columns.
#include "groups.h"

#include <core/inside.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

// One row under one way of putting "all" in place of columns.
struct entry {
    const char *const *texts;
    size_t columns, row, order;
};

static int compare_texts(const struct entry *a, const struct entry *b)
{
    for (size_t c = 0; c < a->columns; c++) {
        const int way = strcmp(a->texts[c], b->texts[c]);
        if (way) return way;
    }
    return 0;
}

static int by_texts(const void *a, const void *b)
{
    const struct entry *p = a, *q = b;
    const int way = compare_texts(p, q);
    if (way) return way;
    return p->order < q->order ? -1 : p->order > q->order;
}

// A run of equal entries, to be put in order of its first one.
struct run {
    size_t first, from, to;
};

static int by_first(const void *a, const void *b)
{
    const struct run *p = a, *q = b;
    return p->first < q->first ? -1 : p->first > q->first;
}

void groups_free(struct groups *groups)
{
    if (!groups) return;
    ig_free(groups->names);
    ig_free(groups->start);
    ig_free(groups->rows);
    ig_free(groups->texts);
    ig_free(groups);
}

static ig_status new_groups(ig_ctx *ctx, size_t columns, size_t entries, struct groups **out)
{
    struct groups *g = ig_alloc(1, sizeof *g);
    if (g) {
        g->columns = columns;
        g->names = ig_alloc(columns + 1, sizeof *g->names);
        g->start = ig_alloc(entries + 2, sizeof *g->start);
        g->rows = ig_alloc(entries + 1, sizeof *g->rows);
        g->texts = ig_alloc((entries + 1) * (columns + 1), sizeof *g->texts);
    }
    if (!g || !g->names || !g->start || !g->rows || !g->texts) {
        groups_free(g);
        return ig_fail(ctx, IG_EMEMORY, "no memory for groups of %zu rows", entries);
    }
    *out = g;
    return IG_OK;
}

ig_status groups_of_rows(ig_ctx *ctx, const ig_table *table, struct groups **out)
{
    const size_t rows = ig_table_rows(table);
    const ig_status status = new_groups(ctx, 0, rows, out);
    if (status) return status;
    (*out)->count = rows;
    for (size_t i = 0; i < rows; i++) {
        (*out)->rows[i] = i;
        (*out)->start[i + 1] = i + 1;
    }
    return IG_OK;
}

// Cells of the columns for all entries; mask bit c puts "all" in place of column c.
static void fill_entries(const ig_table *table, const size_t *column, size_t columns, size_t masks,
                         const char **texts, struct entry *entries)
{
    const size_t rows = ig_table_rows(table);
    for (size_t mask = 0; mask < masks; mask++) {
        for (size_t i = 0; i < rows; i++) {
            const size_t e = mask * rows + i;
            for (size_t c = 0; c < columns; c++) {
                texts[e * columns + c] = mask >> c & 1 ? "all" : ig_table_text(table, i, column[c]);
            }
            entries[e] = (struct entry){texts + e * columns, columns, i, e};
        }
    }
}

static void gather(const struct entry *entries, const struct run *runs, size_t count,
                   struct groups *g)
{
    size_t used = 0;
    for (size_t r = 0; r < count; r++) {
        for (size_t e = runs[r].from; e < runs[r].to; e++)
            g->rows[used++] = entries[e].row;
        g->start[r + 1] = used;
        for (size_t c = 0; c < g->columns; c++) {
            g->texts[r * g->columns + c] = entries[runs[r].from].texts[c];
        }
    }
    g->count = count;
}

ig_status groups_new(ig_ctx *ctx, const ig_table *table, const ig_texts *by, bool totals,
                     struct groups **out)
{
    enum { MOST = 6 };
    size_t column[MOST];
    const size_t columns = by->count, rows = ig_table_rows(table);
    if (columns > MOST) {
        return command_fail(ctx, IG_EINVAL, NULL, "--by takes at most %d columns", MOST);
    }
    for (size_t c = 0; c < columns; c++) {
        const ig_status status = ig_table_find(ctx, table, by->values[c], &column[c]);
        if (status) return status;
    }
    for (size_t c = 0; totals && c < columns; c++)
        for (size_t i = 0; i < rows; i++)
            if (strcmp(ig_table_text(table, i, column[c]), "all") == 0)
                return command_fail(ctx, IG_EFORMAT,
                                    "leave such rows out with --where, or leave out --totals",
                                    "%s: %s %lld, column %s: 'all' is the name of the totals",
                                    ig_show(ig_table_path(table)), ig_table_line_word(table),
                                    (long long)ig_table_line(table, i), ig_show(by->values[c]));
    const size_t masks = totals ? (size_t)1 << columns : 1, count = rows * masks;
    struct groups *g = NULL;
    const char **texts = ig_alloc(count * columns + 1, sizeof *texts);
    struct entry *entries = ig_alloc(count + 1, sizeof *entries);
    struct run *runs = ig_alloc(count + 1, sizeof *runs);
    ig_status status = texts && entries && runs ? new_groups(ctx, columns, count, &g)
                                                : ig_fail(ctx, IG_EMEMORY, "no memory");
    if (status) goto done;
    for (size_t c = 0; c < columns; c++)
        g->names[c] = ig_table_column_name(table, column[c]);
    fill_entries(table, column, columns, masks, texts, entries);
    if (count) qsort(entries, count, sizeof *entries, by_texts);
    size_t found = 0;
    for (size_t e = 0; e < count;) {
        size_t end = e + 1;
        while (end < count && compare_texts(&entries[e], &entries[end]) == 0)
            end++;
        runs[found++] = (struct run){entries[e].order, e, end};
        e = end;
    }
    if (found) qsort(runs, found, sizeof *runs, by_first);
    gather(entries, runs, found, g);
    *out = g;
done:
    ig_free(runs);
    ig_free(entries);
    ig_free(texts);
    return status;
}

ig_status groups_add_columns(ig_ctx *ctx, const struct groups *groups, ig_result *result,
                             const size_t *group_of_row)
{
    for (size_t c = 0; c < groups->columns; c++) {
        ig_column *column = NULL;
        ig_status status = ig_result_add(result, groups->names[c], IG_COLUMN_TEXT, &column);
        if (status) {
            return command_fail(ctx, status, NULL, "--by names column '%s' twice",
                                ig_show(groups->names[c]));
        }
        for (size_t r = 0; !status && r < result->rows; r++) {
            status = ig_result_set_text(result, column, r,
                                        groups->texts[group_of_row[r] * groups->columns + c]);
        }
        if (status) return ig_fail(ctx, status, "no memory");
    }
    return IG_OK;
}

const char *group_words(const struct groups *groups, const ig_table *table, size_t g, char *buffer,
                        size_t room)
{
    size_t used = 0;
    buffer[0] = '\0';
    for (size_t c = 0; c < groups->columns && used < room; c++) {
        const int length =
            snprintf(buffer + used, room - used, "%s%s %s", c ? ", " : "", groups->names[c],
                     ig_show(groups->texts[g * groups->columns + c]));
        if (length < 0) break;
        used += (size_t)length;
    }
    if (groups->columns == 0 && groups->start[g] < groups->start[g + 1]) {
        snprintf(buffer, room, "%s %lld", ig_table_line_word(table),
                 (long long)ig_table_line(table, groups->rows[groups->start[g]]));
    }
    return buffer;
}

ig_status column_numbers(ig_ctx *ctx, ig_table *table, const char *name, ig_number_rule rule,
                         size_t *column, const double **values)
{
    if (!name) return IG_OK;
    size_t found;
    const ig_status status = ig_table_find(ctx, table, name, &found);
    if (status) return status;
    if (column) *column = found;
    return ig_table_numbers(ctx, table, found, rule, values);
}

ig_status refuse_small_counts(ig_ctx *ctx, const ig_table *table, const char *name,
                              const double *values)
{
    if (!name || !values || !ig_table_sensitive(table) || !ig_is_count_name(name)) return IG_OK;
    for (size_t r = 0; r < ig_table_rows(table); r++) {
        if (!(values[r] > 0.0 && values[r] <= 7.0)) continue;
        return command_fail(ctx, IG_EPOLICY,
                            "make rates of them first: isogap rates --disclosure hes",
                            "%s: column %s holds counts of 1 to 7, and the table is sensitive",
                            ig_base_name(ig_table_path(table)), ig_show(name));
    }
    return IG_OK;
}

ig_status carry_column(ig_result *result, const ig_table *table, size_t column, const char *name,
                       const size_t *rows)
{
    ig_column *to = NULL;
    ig_status status = ig_result_add(result, name, IG_COLUMN_TEXT, &to);
    for (size_t r = 0; !status && r < result->rows; r++) {
        const char *cell = ig_table_text(table, rows ? rows[r] : r, column);
        if (*cell) status = ig_result_set_text(result, to, r, cell);
    }
    return status;
}

void limit_name(const char *side, const ig_numbers *levels, size_t level, char name[24])
{
    if (levels->count == 1) {
        snprintf(name, 24, "%s", side);
        return;
    }
    char text[32];
    ig_number_text(levels->values[level], text, sizeof text);
    const char *digits = strchr(text, '.');
    digits = digits ? digits + 1 : text;
    snprintf(name, 24, "%s%.10s%s", side, digits, strlen(digits) == 1 ? "0" : "");
}

ig_status check_levels(ig_ctx *ctx, ig_numbers *levels)
{
    static const double usual[] = {0.95};
    if (levels->count == 0) *levels = (ig_numbers){usual, 1};
    for (size_t i = 0; i < levels->count; i++) {
        const double level = levels->values[i];
        if (!(level > 0.0 && level < 1.0)) {
            return command_fail(ctx, IG_EINVAL, "levels lie between 0 and 1, such as .95,.998",
                                "--confidence: %g is not a level", level);
        }
        for (size_t j = 0; j < i; j++) {
            if (levels->values[j] == level) {
                return command_fail(ctx, IG_EINVAL, NULL, "--confidence: %g is given twice", level);
            }
        }
    }
    return IG_OK;
}
