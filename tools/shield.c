// Counts of groups and their totals, hidden where they or the sums could find a person.
#include "shield.h"

#include <core/inside.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

ig_status shield_policy(ig_ctx *ctx, const char *disclosure, bool sensitive, ig_disclosure *policy)
{
    if (disclosure) return ig_disclosure_parse(ctx, disclosure, policy);
    return ig_disclosure_parse(ctx, sensitive ? "hes" : "none", policy);
}

void shield_free(struct shield *shield)
{
    if (!shield) return;
    ig_free(shield->shown);
    ig_free(shield->hidden);
    ig_free(shield);
}

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory to protect the counts");
}

// ---- the net of sums ----------------------------------------------------------------------------

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/// Different texts of a column but "all", sorted.
static ig_status list_texts(const struct groups *g, size_t column, const char ***out, size_t *count)
{
    const char **texts = ig_alloc(g->count + 1, sizeof *texts);
    size_t n = 0, kinds = 0;
    if (!texts) return IG_EMEMORY;
    for (size_t i = 0; i < g->count; i++) {
        const char *text = g->texts[i * g->columns + column];
        if (strcmp(text, "all") != 0) texts[n++] = text;
    }
    if (n) qsort(texts, n, sizeof *texts, by_text);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(texts[i], texts[kinds - 1]) != 0) texts[kinds++] = texts[i];
    *out = texts;
    *count = kinds;
    return IG_OK;
}

/// Where a text stands in the list; SIZE_MAX for "all".
static size_t place_of(const char *text, const char **texts, size_t count)
{
    const char **found = bsearch(&text, texts, count, sizeof *texts, by_text);
    return found ? (size_t)(found - texts) : SIZE_MAX;
}

/// Nodes of one table: source, sink, then rows, then columns; see ig_sums. A single column of
/// groups is a table of one row, whose total is the total of all.
static ig_status lay_out(const struct groups *g, size_t each, size_t *from, size_t *to,
                         size_t *nodes)
{
    const char **rows = NULL, **columns = NULL;
    size_t row_count = 0, column_count = 0;
    const bool two = g->columns == 2;
    ig_status status = list_texts(g, 0, &rows, &row_count);
    if (!status && two) status = list_texts(g, 1, &columns, &column_count);
    const size_t here = 2 + row_count + column_count;
    for (size_t i = 0; !status && i < g->count; i++) {
        const size_t r = place_of(g->texts[i * g->columns], rows, row_count);
        const size_t c =
            two ? place_of(g->texts[i * g->columns + 1], columns, column_count) : SIZE_MAX;
        for (size_t e = 0; e < each; e++) {
            const size_t k = i * each + e, source = e * here, sink = source + 1;
            const size_t row = r == SIZE_MAX ? SIZE_MAX : source + 2 + r;
            const size_t column = c == SIZE_MAX ? SIZE_MAX : source + 2 + row_count + c;
            if (!two) { // cells from source to sink, their total back
                from[k] = r == SIZE_MAX ? sink : source;
                to[k] = r == SIZE_MAX ? source : sink;
                continue;
            }
            from[k] = row != SIZE_MAX && column != SIZE_MAX ? row
                      : row != SIZE_MAX                     ? source
                      : column != SIZE_MAX                  ? column
                                                            : sink;
            to[k] = row != SIZE_MAX && column != SIZE_MAX ? column
                    : row != SIZE_MAX                     ? row
                    : column != SIZE_MAX                  ? sink
                                                          : source;
        }
    }
    *nodes = here * each;
    ig_free(rows);
    ig_free(columns);
    return status;
}

// ---- the door -----------------------------------------------------------------------------------

/// Levels of all groups: place of each text among its column's, IG_ALL for "all".
static ig_status lay_out_levels(const struct groups *g, size_t *level)
{
    ig_status status = IG_OK;
    for (size_t c = 0; !status && c < g->columns; c++) {
        const char **texts = NULL;
        size_t count = 0;
        status = list_texts(g, c, &texts, &count);
        for (size_t i = 0; !status && i < g->count; i++) {
            const size_t place = place_of(g->texts[i * g->columns + c], texts, count);
            level[i * g->columns + c] = place == SIZE_MAX ? IG_ALL : place;
        }
        ig_free(texts);
    }
    return status;
}

static ig_status too_bare(ig_ctx *ctx, const struct groups *g, size_t group)
{
    char words[256];
    return command_fail(ctx, IG_EPOLICY,
                        "leave out --totals, or give --by fewer columns or coarser ones",
                        "the hidden count of %s cannot be kept through the totals",
                        group_words(g, NULL, group, words, sizeof words));
}

/// Totals over three columns and more: each figure is a table of its own.
static ig_status protect_margins(ig_ctx *ctx, const struct groups *g, size_t each,
                                 const double *raw, struct shield *s)
{
    size_t *level = ig_alloc(g->count * g->columns + 1, sizeof *level);
    double *count = ig_alloc(g->count + 1, sizeof *count);
    bool *hidden = ig_alloc(g->count + 1, sizeof *hidden);
    ig_status status = level && count && hidden ? lay_out_levels(g, level) : IG_EMEMORY;
    size_t lone = IG_NO_SUM;
    for (size_t e = 0; !status && e < each; e++) {
        for (size_t i = 0; i < g->count; i++)
            count[i] = raw[i * each + e];
        const ig_margins margins = {g->count, g->columns, count, level};
        status = ig_disclosure_protect_margins(&s->policy, &margins, hidden, &lone);
        for (size_t i = 0; !status && i < g->count; i++)
            s->hidden[i * each + e] = hidden[i];
    }
    if (status == IG_EUNDEFINED) status = too_bare(ctx, g, lone);
    if (status == IG_EMEMORY) no_memory(ctx);
    if (status == IG_EINVAL)
        status = ig_fail(ctx, IG_EBUG, "the hidden counts could not be protected");
    ig_free(level);
    ig_free(count);
    ig_free(hidden);
    return status;
}

static ig_status protect(ig_ctx *ctx, const struct groups *g, size_t each, bool totals,
                         const double *raw, struct shield *s)
{
    if (totals && g->columns > 2) return protect_margins(ctx, g, each, raw, s);
    size_t *from = ig_alloc(s->count + 1, sizeof *from), *to = ig_alloc(s->count + 1, sizeof *to);
    ig_sums sums = {s->count, 0, raw, from, to};
    ig_status status = from && to ? IG_OK : IG_EMEMORY;
    for (size_t k = 0; !status && k < s->count; k++)
        from[k] = to[k] = IG_NO_SUM;
    if (!status && totals) status = lay_out(g, each, from, to, &sums.nodes);
    if (!status) status = ig_disclosure_protect(&s->policy, &sums, s->hidden);
    if (status == IG_EMEMORY) no_memory(ctx);
    if (status == IG_EINVAL || status == IG_EBUG)
        ig_fail(ctx, IG_EBUG, "the hidden counts could not be protected");
    ig_free(from);
    ig_free(to);
    return status == IG_EINVAL ? IG_EBUG : status;
}

ig_status shield_new(ig_ctx *ctx, const ig_disclosure *policy, const struct groups *groups,
                     size_t each, bool totals, const double *raw, struct shield **out)
{
    struct shield *s = ig_alloc(1, sizeof *s);
    if (!s) return no_memory(ctx);
    s->policy = *policy;
    s->count = groups->count * each;
    s->shown = ig_alloc(s->count + 1, sizeof *s->shown);
    s->hidden = ig_alloc(s->count + 1, sizeof *s->hidden);
    ig_status status = s->shown && s->hidden ? IG_OK : no_memory(ctx);
    if (!status) status = protect(ctx, groups, each, totals, raw, s);
    for (size_t k = 0; !status && k < s->count; k++) {
        const bool itself = ig_disclosure_hides(policy, raw[k]);
        s->shown[k] = s->hidden[k] ? NAN : ig_disclosure_shown(policy, raw[k]);
        s->primary += itself;
        s->secondary += s->hidden[k] && !itself;
    }
    if (status) {
        shield_free(s);
        return status;
    }
    *out = s;
    return IG_OK;
}
