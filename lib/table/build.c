// Tables made from another reader's rows, for the rooms above.
#include "table_internal.h"

#include <string.h>

ig_status ig_table_build(ig_ctx *ctx, const char *path, const char *line_word,
                         const char *const *names, size_t columns, ig_table **out)
{
    ig_table *table = NULL;
    ig_status status = table_new(ctx, path, line_word, &table);
    if (!status) status = table_set_columns(ctx, table, names, columns);
    if (status) {
        ig_table_free(table);
        return status;
    }
    *out = table;
    return IG_OK;
}

ig_status ig_table_build_row(ig_ctx *ctx, ig_table *table, const char *const *texts, int64_t line)
{
    ig_status status = table_grow_row(ctx, table);
    const uint64_t start = table->used;
    uint32_t *cell = status ? NULL : table->cell + table->rows * table->columns;
    for (size_t c = 0; !status && c < table->columns; c++) {
        const char *text = texts[c] ? texts[c] : "";
        size_t length = strlen(text);
        if (length > MOST_FIELD_BYTES) {
            return ig_fail(ctx, IG_ELIMIT, "%s: %s %lld, field %s: a text of %zu bytes",
                           shown(table->path), table->line_word, (long long)line,
                           ig_show(table->column[c].name), length);
        }
        if (trim_ends(&text, &length)) table->column[c].trimmed++;
        uint64_t at = 0;
        status = table_append_text(ctx, table, text, length, &at);
        if (!status) cell[c] = (uint32_t)(at - start); // at most 2000 fields of 1 MiB
    }
    if (status) return status;
    table->row_start[table->rows] = start;
    table->line[table->rows] = line;
    table->rows++;
    return IG_OK;
}

void ig_table_build_kind(ig_table *table, size_t column, int kind)
{
    table->column[column].kind = kind;
}

void ig_table_build_short_names(ig_table *table)
{
    table->short_names = true;
}

void ig_table_build_keep(ig_table *table, const bool *keep)
{
    table_keep_rows(table, keep);
}

ig_status ig_table_where(ig_ctx *ctx, const ig_table *table, const char *where, bool *keep)
{
    struct filter *filter = NULL;
    const char **cells = ig_alloc(table->columns, sizeof *cells);
    ig_status status =
        cells ? filter_new(ctx, where, &filter) : ig_fail(ctx, IG_EMEMORY, "no memory for a row");
    if (!status) status = filter_bind(ctx, filter, table);
    size_t kept = 0;
    for (size_t r = 0; !status && r < table->rows; r++) {
        for (size_t c = 0; c < table->columns; c++)
            cells[c] = ig_table_text(table, r, c);
        keep[r] = filter_passes(filter, cells);
        kept += keep[r];
    }
    if (!status && kept == 0) {
        char *why = filter_explain(filter);
        status = ig_fail(ctx, IG_EINVAL, "%s: --where: %s", shown(table->path), why ? why : "");
        ig_free(why);
    }
    filter_free(filter);
    ig_free(cells);
    return status;
}
