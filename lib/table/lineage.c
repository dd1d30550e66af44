// Where the cells of a table come from that was put together: bands, pivot and duplicates.
#include "table_internal.h"

#include <string.h>

void lineage_free(struct lineage *lineage)
{
    if (!lineage) return;
    ig_table_free(lineage->before);
    ig_free(lineage->start);
    ig_free(lineage->cell);
    ig_free(lineage);
}

static ig_status no_memory(ig_ctx *ctx, const ig_table *table)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory to trace the cells of %s", shown(table->path));
}

ig_status lineage_begin(ig_ctx *ctx, ig_table *made, ig_table *before)
{
    made->lineage = ig_alloc(1, sizeof *made->lineage);
    if (!made->lineage) {
        ig_table_free(before);
        return no_memory(ctx, made);
    }
    made->lineage->before = before;
    return IG_OK;
}

ig_status lineage_add(ig_ctx *ctx, ig_table *made, size_t row, size_t column)
{
    struct lineage *l = made->lineage;
    if (!l) return IG_OK;
    if (!ig_grow((void **)&l->cell, &l->room, l->count + 1, sizeof *l->cell))
        return no_memory(ctx, made);
    l->cell[l->count++] = (struct origin_cell){row, column};
    return IG_OK;
}

ig_status lineage_next(ig_ctx *ctx, ig_table *made)
{
    struct lineage *l = made->lineage;
    if (!l) return IG_OK;
    if (!ig_grow((void **)&l->start, &l->start_room, l->cells + 2, sizeof *l->start))
        return no_memory(ctx, made);
    l->start[++l->cells] = l->count; // that of the first cell is 0
    return IG_OK;
}

/// An array as it is, in new memory; `count` may be 0.
static bool copy_array(void *to, const void *from, size_t count, size_t size)
{
    void *copy = ig_alloc(count + 1, size);
    if (!copy) return false;
    if (from && count) memcpy(copy, from, count * size);
    memcpy(to, &copy, sizeof copy);
    return true;
}

static bool copy_names(const ig_table *from, ig_table *to)
{
    to->column = ig_alloc(from->columns, sizeof *to->column);
    if (!to->column) return false;
    to->columns = from->columns;
    for (size_t c = 0; c < from->columns; c++) {
        to->column[c].kind = from->column[c].kind;
        to->column[c].name = ig_text_copy(from->column[c].name);
        if (!to->column[c].name) return false;
    }
    if (!from->source) return true;
    to->source_name = ig_alloc(from->sources, sizeof *to->source_name);
    if (!to->source_name || !copy_array(&to->source, from->source, from->rows, sizeof *to->source))
        return false;
    for (; to->sources < from->sources; to->sources++)
        if (!(to->source_name[to->sources] = ig_text_copy(from->source_name[to->sources])))
            return false;
    return true;
}

ig_status table_copy(ig_ctx *ctx, const ig_table *from, ig_table **out)
{
    ig_table *to = NULL;
    const ig_status status = table_new(ctx, from->path, from->line_word, &to);
    if (status) return status;
    to->sensitive = from->sensitive;
    to->rows = to->row_room = from->rows;
    to->used = to->room = from->used;
    if (!copy_names(from, to) || !copy_array(&to->arena, from->arena, from->used, 1) ||
        !copy_array(&to->row_start, from->row_start, from->rows, sizeof *to->row_start) ||
        !copy_array(&to->cell, from->cell, from->rows * from->columns, sizeof *to->cell) ||
        !copy_array(&to->line, from->line, from->rows, sizeof *to->line)) {
        ig_table_free(to);
        return no_memory(ctx, from);
    }
    *out = to;
    return IG_OK;
}

size_t ig_table_origins(const ig_table *table, size_t row, size_t column)
{
    const struct lineage *l = table->lineage;
    if (!l) return 1;
    const size_t cell = row * table->columns + column;
    size_t count = 0;
    for (size_t k = l->start[cell]; k < l->start[cell + 1]; k++)
        count += ig_table_origins(l->before, l->cell[k].row, l->cell[k].column);
    return count;
}

ig_table_origin ig_table_origin_at(const ig_table *table, size_t row, size_t column, size_t i)
{
    const struct lineage *l = table->lineage;
    const size_t cell = row * table->columns + column;
    for (size_t k = l ? l->start[cell] : 0; l && k < l->start[cell + 1]; k++) {
        const size_t here = ig_table_origins(l->before, l->cell[k].row, l->cell[k].column);
        if (i < here) return ig_table_origin_at(l->before, l->cell[k].row, l->cell[k].column, i);
        i -= here;
    }
    const char *source = table->source ? table->source_name[table->source[row]] : table->path;
    return (ig_table_origin){.file = source,
                             .path = table->path,
                             .line = table->line[row],
                             .column = table->column[column].name,
                             .text = ig_table_text(table, row, column)};
}
