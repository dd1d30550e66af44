// Rows chosen by equal text: --where "Sex=Persons,Age=All ages".
#include "table_internal.h"

#include <string.h>

enum { MOST_SEEN = 8 };

/// Conditions. Conditions on one column allow each of their values; different columns must all
/// agree.
struct filter {
    ig_pairs pairs;
    size_t *column;           ///< one for each pair
    bool *held;               ///< did any row fulfil the pair?
    char *(*seen)[MOST_SEEN]; ///< some values of its column, to show when none did
    size_t *seen_count;
};

ig_status filter_new(ig_ctx *ctx, const char *where, struct filter **out)
{
    struct filter *filter = ig_alloc(1, sizeof *filter);
    if (!filter) return ig_fail(ctx, IG_EMEMORY, "no memory for --where");
    ig_status status = ig_pairs_parse(ctx, "--where", where, '=', &filter->pairs);
    for (size_t i = 0; !status && i < filter->pairs.count; i++) {
        if (!filter->pairs.value[i]) {
            ig_fail(ctx, IG_EINVAL, "--where: '%s' has no value", ig_show(filter->pairs.name[i]));
            status = ig_hint(ctx, "write COLUMN=VALUE; a value with a comma stands in double "
                                  "quotes");
        }
    }
    if (!status) {
        filter->column = ig_alloc(filter->pairs.count, sizeof *filter->column);
        filter->held = ig_alloc(filter->pairs.count, sizeof *filter->held);
        filter->seen = ig_alloc(filter->pairs.count, sizeof *filter->seen);
        filter->seen_count = ig_alloc(filter->pairs.count, sizeof *filter->seen_count);
        if (!filter->column || !filter->held || !filter->seen || !filter->seen_count) {
            status = ig_fail(ctx, IG_EMEMORY, "no memory for --where");
        }
    }
    if (status) {
        filter_free(filter);
        return status;
    }
    *out = filter;
    return IG_OK;
}

void filter_free(struct filter *filter)
{
    if (!filter) return;
    for (size_t i = 0; filter->seen && filter->seen_count && i < filter->pairs.count; i++) {
        for (size_t s = 0; s < filter->seen_count[i]; s++)
            ig_free(filter->seen[i][s]);
    }
    ig_free(filter->seen);
    ig_free(filter->seen_count);
    ig_pairs_free(&filter->pairs);
    ig_free(filter->column);
    ig_free(filter->held);
    ig_free(filter);
}

ig_status filter_bind(ig_ctx *ctx, struct filter *filter, const ig_table *table)
{
    for (size_t i = 0; i < filter->pairs.count; i++) {
        const ig_status status =
            ig_table_find(ctx, table, filter->pairs.name[i], &filter->column[i]);
        if (status) return status;
        // the value is compared with trimmed cells
        const char *value = filter->pairs.value[i];
        size_t length = strlen(value);
        if (!trim_ends(&value, &length)) continue;
        memmove(filter->pairs.value[i], value, length);
        filter->pairs.value[i][length] = '\0';
    }
    return IG_OK;
}

/// Keep some values of a column that has not had the one wanted.
static void remember(struct filter *filter, size_t i, const char *cell)
{
    size_t *count = &filter->seen_count[i];
    for (size_t s = 0; s < *count; s++) {
        if (strcmp(filter->seen[i][s], cell) == 0) return;
    }
    if (*count == MOST_SEEN) return;
    char *copy = ig_text_copy(cell);
    if (copy) filter->seen[i][(*count)++] = copy;
}

bool filter_passes(struct filter *filter, const char *const *cells)
{
    bool all = true;
    for (size_t i = 0; i < filter->pairs.count; i++) {
        bool any = false;
        for (size_t j = 0; j < filter->pairs.count; j++) {
            if (filter->column[j] != filter->column[i]) continue;
            any = any || strcmp(cells[filter->column[j]], filter->pairs.value[j]) == 0;
        }
        const char *cell = cells[filter->column[i]];
        if (strcmp(cell, filter->pairs.value[i]) == 0) filter->held[i] = true;
        if (!filter->held[i]) remember(filter, i, cell);
        all = all && any;
    }
    return all;
}

char *filter_explain(const struct filter *filter)
{
    ig_text text = {0};
    for (size_t i = 0; i < filter->pairs.count && !text.length; i++) {
        if (filter->held[i]) continue;
        ig_text_format(&text, "no row has '%s' in column %s", ig_show(filter->pairs.value[i]),
                       ig_show(filter->pairs.name[i]));
        for (size_t s = 0; s < filter->seen_count[i]; s++) {
            ig_text_format(&text, "%s'%s'", s ? ", " : "; it has ", ig_show(filter->seen[i][s]));
        }
        if (filter->seen_count[i] == MOST_SEEN) ig_text_append(&text, " ...");
    }
    if (!text.length) ig_text_append(&text, "no row fulfils all conditions together");
    if (text.failed) ig_text_free(&text);
    return text.data;
}
