// The cells of features as a table of the table room.
#include "area_internal.h"

#include "../table/build.h"

ig_status ig_features_table(ig_ctx *ctx, const ig_features *f, ig_table **table)
{
    const char **texts = ig_alloc(f->column_count + 1, sizeof *texts);
    if (!texts) return ig_fail(ctx, IG_EMEMORY, "no memory for %zu features", f->count);
    *table = NULL;
    for (size_t c = 0; c < f->column_count; c++)
        texts[c] = f->columns[c].name;
    ig_status status = ig_table_build(ctx, f->files[0], f->word, texts, f->column_count, table);
    for (size_t c = 0; c < f->column_count && !status; c++)
        ig_table_build_kind(*table, c, (int)f->columns[c].kind);
    for (size_t row = 0; row < f->count && !status; row++) {
        for (size_t c = 0; c < f->column_count; c++)
            texts[c] = ig_features_text(f, row, c);
        status = ig_table_build_row(ctx, *table, texts, f->items[row].line);
    }
    ig_free(texts);
    if (status) {
        ig_table_free(*table);
        *table = NULL;
    }
    return status;
}

ig_status ig_features_where(ig_ctx *ctx, ig_features *features, const char *where)
{
    ig_table *table = NULL;
    bool *keep = ig_alloc(features->count + 1, sizeof *keep);
    if (!keep) return ig_fail(ctx, IG_EMEMORY, "no memory for %zu features", features->count);
    ig_status status = ig_features_table(ctx, features, &table);
    if (!status) status = ig_table_where(ctx, table, where, keep);
    if (!status) status = ig_features_keep(ctx, features, keep);
    ig_table_free(table);
    ig_free(keep);
    return status;
}
