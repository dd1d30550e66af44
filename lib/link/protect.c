// Counts that are not meant for publication: hidden with what else would give them away, in the
// areas and in the sums over larger ones, before anybody sees them (D1 to D3).
#include "link_internal.h"

#include <math.h>
#include <string.h>
#include <strings.h>

// ---- names --------------------------------------------------------------------------------------

/// Is one of the words in the name, by itself?
static bool has_word(const char *name, const char *const *words, size_t count)
{
    for (const char *c = name; *c; c++) {
        if (c > name && ((c[-1] >= 'a' && c[-1] <= 'z') || (c[-1] >= 'A' && c[-1] <= 'Z')))
            continue;
        for (size_t i = 0; i < count; i++) {
            const size_t length = strlen(words[i]);
            const char after = strncasecmp(c, words[i], length) == 0 ? c[length] : 'x';
            if (!((after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z'))) return true;
        }
    }
    return false;
}

/// Numbers of an area that are made of no count of people: its place in an order, a date, a place.
static bool is_label_name(const char *name)
{
    static const char *const words[] = {"rank", "decile", "quintile", "quartile",
                                        "year", "code",   "easting",  "northing",
                                        "id",   "line",   "month"};
    return has_word(name, words, sizeof words / sizeof *words);
}

bool is_countlike_name(const char *name)
{
    static const char *const words[] = {"score", "index", "rate", "percent"};
    return !is_label_name(name) && !has_word(name, words, sizeof words / sizeof *words);
}

// ---- columns under a policy ---------------------------------------------------------------------

ig_status guard_column(ig_ctx *ctx, ig_join *join, struct ig_guarded column, const char *title)
{
    if (is_label_name(title)) return IG_OK;
    if (!ig_grow((void **)&join->guarded, &join->guarded_room, join->guarded_count + 1,
                 sizeof *join->guarded))
        return ig_fail(ctx, IG_EMEMORY, "no memory to protect column %s", ig_show(title));
    column.count = column.count && is_countlike_name(title);
    join->guarded[join->guarded_count++] = column;
    return IG_OK;
}

/// Areas with their larger ones as a net of sums: a total of all, one of each larger area, and the
/// areas themselves; see ig_sums.
struct tree {
    size_t areas, parents;
    double *count;
    size_t *from, *to;
    bool *hidden;
};

static void tree_free(struct tree *t)
{
    ig_free(t->count);
    ig_free(t->from);
    ig_free(t->to);
    ig_free(t->hidden);
}

static ig_status tree_new(const double *counts, size_t areas, const size_t *parent, size_t parents,
                          struct tree *t)
{
    const size_t all = areas + parents + 1, root = 0, sink = parents + 1;
    *t = (struct tree){.areas = areas, .parents = parents};
    t->count = ig_alloc(all, sizeof *t->count);
    t->from = ig_alloc(all, sizeof *t->from);
    t->to = ig_alloc(all, sizeof *t->to);
    t->hidden = ig_alloc(all, sizeof *t->hidden);
    if (!t->count || !t->from || !t->to || !t->hidden) return IG_EMEMORY;
    for (size_t a = 0; a < areas; a++) {
        const size_t p = parent ? parent[a] : SIZE_MAX;
        t->count[a] = counts[a];
        t->from[a] = parent ? (p == SIZE_MAX ? root : p + 1) : IG_NO_SUM;
        t->to[a] = parent ? sink : IG_NO_SUM;
        if (p != SIZE_MAX) t->count[areas + p] += counts[a]; // a gap makes the sum a gap
        t->count[all - 1] += counts[a];
    }
    for (size_t p = 0; p <= parents; p++) {
        t->from[areas + p] = !parent ? IG_NO_SUM : p < parents ? root : sink;
        t->to[areas + p] = !parent ? IG_NO_SUM : p < parents ? p + 1 : root;
    }
    if (!parent) t->count[all - 1] = 0.0; // no sum of it is shown
    return IG_OK;
}

static ig_status set_hidden(ig_result *columns, const ig_guarded *g, size_t area)
{
    columns->columns[g->column].number[area] = NAN;
    return ig_result_set_text(columns, &columns->columns[g->status], area, "suppressed: *");
}

static ig_status protect_count(ig_ctx *ctx, ig_join *join, ig_guarded *g, const size_t *parent,
                               size_t parents, bool *any)
{
    const ig_disclosure *policy = &g->policy;
    const size_t areas = join->columns->rows;
    double *number = join->columns->columns[g->column].number;
    struct tree t = {0};
    size_t count = 0;
    g->totals = ig_alloc(parents + 1, sizeof *g->totals);
    ig_status status = g->totals ? tree_new(number, areas, parent, parents, &t) : IG_EMEMORY;
    const ig_sums sums = {areas + parents + 1, parents + 2, t.count, t.from, t.to};
    if (!status) status = ig_disclosure_protect(policy, &sums, t.hidden);
    for (size_t a = 0; !status && a < areas; a++) {
        if (t.hidden[a]) {
            status = set_hidden(join->columns, g, a);
            any[a] = true;
            count++;
        } else if (!isnan(number[a])) {
            number[a] = ig_disclosure_shown(policy, number[a]);
        }
    }
    for (size_t p = 0; !status && p < parents; p++) {
        const double total = t.count[areas + p];
        g->totals[p] =
            t.hidden[areas + p] || isnan(total) ? NAN : ig_disclosure_shown(policy, total);
    }
    tree_free(&t);
    if (status) return ig_fail(ctx, status, "the counts of a join could not be protected");
    char text[48];
    join->counts[g->table].counts_hidden += (int64_t)count;
    ig_info(ctx, "%s, column %s: disclosure %s: %zu counts are hidden%s",
            ig_base_name(join->counts[g->table].file),
            ig_show(join->columns->columns[g->column].name),
            ig_disclosure_text(policy, text, sizeof text), count,
            policy->kind == IG_DISCLOSE_HES ? ", the others rounded to the nearest 5" : "");
    return IG_OK;
}

/// The cell behind each number, which is not quoted.
static void trace_guarded(const ig_join *join, const ig_areas *areas, const ig_guarded *g,
                          ig_trace *trace)
{
    const ig_column *column = &join->columns->columns[g->column];
    const ig_column *why = &join->columns->columns[g->status];
    for (size_t a = 0; a < join->columns->rows; a++) {
        if (g->row[a] == SIZE_MAX) continue;
        char formula[64];
        const bool shown = why->text[a] && strcmp(why->text[a], "ok") == 0;
        snprintf(formula, sizeof formula, "{value}%s%.40s",
                 !shown                                          ? ": "
                 : g->count && g->policy.kind == IG_DISCLOSE_HES ? ", rounded to the nearest 5"
                                                                 : "",
                 shown || !why->text[a] ? "" : why->text[a]);
        ig_trace_number(trace, ig_areas_code(areas, a), a + 1, column->name, column->number[a],
                        formula);
        ig_trace_cell_unquoted(trace, "value", g->source, g->row[a], g->source_column);
    }
}

/// Where a count of a table is hidden, what could be made of it is too: a rate of people that are
/// known gives its count away.
static ig_status hide_beside(ig_join *join, size_t table, const bool *any)
{
    ig_status status = IG_OK;
    for (size_t i = 0; i < join->guarded_count; i++) {
        const ig_guarded *g = &join->guarded[i];
        if (g->table != table || g->count) continue;
        for (size_t a = 0; !status && a < join->columns->rows; a++)
            if (any[a] && !isnan(join->columns->columns[g->column].number[a]))
                status = set_hidden(join->columns, g, a);
    }
    return status;
}

ig_status ig_join_protect(ig_ctx *ctx, ig_join *join, const ig_areas *areas, const size_t *parent,
                          size_t parents, ig_trace *trace)
{
    const size_t rows = join->columns->rows;
    bool *any = ig_alloc(rows + 1, sizeof *any);
    ig_status status = any ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory to protect counts");
    for (size_t t = 0; !status && t < join->tables; t++) {
        memset(any, 0, rows * sizeof *any);
        for (size_t i = 0; !status && i < join->guarded_count; i++)
            if (join->guarded[i].table == t && join->guarded[i].count)
                status = protect_count(ctx, join, &join->guarded[i], parent, parents, any);
        if (!status && hide_beside(join, t, any))
            status = ig_fail(ctx, IG_EMEMORY, "no memory to protect counts");
    }
    for (size_t i = 0; !status && trace && i < join->guarded_count; i++)
        trace_guarded(join, areas, &join->guarded[i], trace);
    ig_free(any);
    return status;
}
