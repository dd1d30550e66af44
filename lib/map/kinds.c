// Kinds of sites: the values of one of their columns, few enough to have a symbol each.
#include "map_internal.h"

#include <stdlib.h>
#include <string.h>

enum { KINDS_MOST = 30 };

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

ig_status ig_site_kinds_new(ig_ctx *ctx, const ig_sites *sites, const char *column,
                            ig_site_kinds *out)
{
    const ig_table *table = ig_sites_table(sites);
    const size_t count = ig_sites_count(sites);
    size_t kind = 0, row = 0, kept = 0;
    *out = (ig_site_kinds){0};
    ig_status status = ig_table_find(ctx, table, column, &kind);
    if (status) return status;
    out->of = ig_alloc(count + 1, sizeof *out->of);
    out->names = ig_alloc(count + 1, sizeof *out->names);
    if (!out->of || !out->names) {
        ig_site_kinds_free(out);
        return ig_fail(ctx, IG_EMEMORY, "no memory for the kinds of sites");
    }
    for (size_t i = 0; i < count; i++) { // sites are rows of the table in its order, some left out
        while (row < ig_table_rows(table) && ig_table_line(table, row) != ig_sites_line(sites, i))
            row++;
        const char *text = row < ig_table_rows(table) ? ig_table_text(table, row, kind) : NULL;
        out->of[i] = text ? text : "";
        if (text && *text) out->names[out->count++] = text;
    }
    if (out->count) qsort(out->names, out->count, sizeof *out->names, by_text);
    for (size_t i = 0; i < out->count; i++)
        if (!kept || strcmp(out->names[kept - 1], out->names[i]))
            out->names[kept++] = out->names[i];
    out->count = kept;
    if (kept <= KINDS_MOST) return IG_OK;
    ig_site_kinds_free(out);
    ig_fail(ctx, IG_EFORMAT, "column %s: %zu kinds of sites are more than symbols can tell apart",
            ig_show(column), kept);
    return ig_hint(ctx, "name a column with few values");
}

void ig_site_kinds_free(ig_site_kinds *kinds)
{
    ig_free(kinds->of);
    ig_free(kinds->names);
    *kinds = (ig_site_kinds){0};
}
