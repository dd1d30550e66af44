// convert's trace: the cells of the sources and of the lookup behind each value on a target.
#include "converting.h"

#include <core/inside.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A row of the lookup by its two codes.
struct pair {
    const char *from, *to;
    size_t row;
};

/// Pieces of each target: source and number of the piece.
struct reverse {
    size_t *start, *source, *piece;
};

struct telling {
    const struct conversion *c;
    const ig_table *lookup; ///< NULL: by shape
    size_t share_column;    ///< of the lookup
    struct pair *pairs;
    char **codes; ///< normalised, owned: two a row
    size_t pair_count;
    struct reverse by_target[2];
    const ig_result *result;
    ig_trace *trace;
};

static int by_codes(const void *a, const void *b)
{
    const struct pair *p = a, *q = b;
    const int way = strcmp(p->from, q->from);
    return way ? way : strcmp(p->to, q->to);
}

static ig_status index_lookup(struct telling *t, const char *from, const char *to)
{
    const size_t rows = ig_table_rows(t->lookup);
    const size_t source = ig_table_column(t->lookup, from), target = ig_table_column(t->lookup, to);
    t->pairs = ig_alloc(rows + 1, sizeof *t->pairs);
    t->codes = ig_alloc(2 * rows + 1, sizeof *t->codes);
    if (!t->pairs || !t->codes || source == SIZE_MAX || target == SIZE_MAX) return IG_EMEMORY;
    for (size_t r = 0; r < rows; r++) {
        bool trimmed, folded;
        char **code = t->codes + 2 * r;
        code[0] = ig_code_normalise(ig_table_text(t->lookup, r, source), &trimmed, &folded);
        code[1] = ig_code_normalise(ig_table_text(t->lookup, r, target), &trimmed, &folded);
        t->pair_count++;
        if (!code[0] || !code[1]) return IG_EMEMORY;
        t->pairs[r] = (struct pair){code[0], code[1], r};
    }
    if (rows) qsort(t->pairs, rows, sizeof *t->pairs, by_codes);
    return IG_OK;
}

static ig_status turn_round(const ig_shares *s, struct reverse *r)
{
    if (!s) return IG_OK;
    r->start = ig_alloc(s->targets + 2, sizeof *r->start);
    r->source = ig_alloc(s->count + 1, sizeof *r->source);
    r->piece = ig_alloc(s->count + 1, sizeof *r->piece);
    if (!r->start || !r->source || !r->piece) return IG_EMEMORY;
    for (size_t k = 0; k < s->count; k++)
        r->start[s->piece[k] + 2]++;
    for (size_t t = 2; t < s->targets + 2; t++)
        r->start[t] += r->start[t - 1];
    for (size_t i = 0; i < s->sources; i++) {
        for (size_t k = s->start[i]; k < s->start[i + 1]; k++) {
            const size_t at = r->start[s->piece[k] + 1]++;
            r->source[at] = i;
            r->piece[at] = k;
        }
    }
    return IG_OK;
}

/// The row of the lookup that says how much of a source lies in a target.
static void share_cell(const struct telling *t, const ig_shares *s, size_t i, size_t k)
{
    if (!t->lookup || t->share_column == SIZE_MAX) return;
    const struct pair wanted = {s->source[i], s->target[s->piece[k]], 0};
    const struct pair *found =
        t->pair_count ? bsearch(&wanted, t->pairs, t->pair_count, sizeof *t->pairs, by_codes)
                      : NULL;
    if (found) ig_trace_cell(t->trace, "lookup", NAN, t->lookup, found->row, t->share_column);
}

/// Operands of a value: what every source with a part in the target brings.
static void pieces(const struct telling *t, const struct carried_column *from, int v, size_t target,
                   bool raw)
{
    const struct conversion *c = t->c;
    const ig_shares *s = c->shares[v];
    const struct reverse *r = &t->by_target[v];
    for (size_t p = r->start[target]; p < r->start[target + 1]; p++) {
        const size_t i = r->source[p], k = r->piece[p];
        if (!c->has_row[i] || (s->weight[k] == 0.0 && s->whole[i] > 0.0)) continue;
        const double share = raw                 ? s->weight[k]
                             : s->whole[i] > 0.0 ? s->weight[k] / s->whole[i]
                                                 : NAN;
        ig_trace_term(t->trace);
        if (!from) {
            ig_trace_cell(t->trace, "source", share, c->table, c->row[i], c->columns[0].column);
        } else {
            ig_trace_cell(t->trace, "value", share, c->table, c->row[i], from->column);
            if (from->denominators)
                ig_trace_cell(t->trace, "people", share, c->table, c->row[i], from->denominator);
        }
        share_cell(t, s, i, k);
    }
}

static void tell_value(const struct telling *t, const struct carried_column *from, int v,
                       size_t target, size_t row, const char *name, const char *why)
{
    const struct conversion *c = t->c;
    const bool category = from->kind == CARRY_CATEGORY;
    const double value = category ? NAN : from->out[v][target];
    const bool raw = from->kind == CARRY_RATE && !from->denominators;
    const char *sum = from->kind == CARRY_COUNT ? "[{weight} x {value}]"
                      : from->denominators
                          ? "[{weight} x {people} x {value}] / [{weight} x {people}]"
                          : "[{weight} x {value}] / [{weight}]";
    ig_text formula = {0};
    if (category)
        ig_text_format(&formula, "is %s, which has most weight of {value,}",
                       from->texts[v][target] ? from->texts[v][target] : "not known");
    else
        ig_text_format(&formula, "%s%s%s", sum, isnan(value) ? ": " : "", isnan(value) ? why : "");
    ig_trace_number(t->trace, c->shares[0]->target[target], row, name, value,
                    formula.failed ? sum : formula.data);
    pieces(t, from, v, target, raw || category);
    ig_text_free(&formula);
}

static ig_status tell_target(const struct telling *t, size_t target, size_t row)
{
    static const char *const endings[] = {"_weights", "_best_fit"};
    const struct conversion *c = t->c;
    const ig_column *why = ig_result_find(t->result, "status");
    const int first = c->method == BY_BEST_FIT, last = c->method == BY_WEIGHTS ? 0 : 1;
    for (size_t k = 0; k < c->count; k++) {
        for (int v = first; v <= last; v++) {
            ig_text name = {0};
            ig_text_format(&name, "%s%s", c->columns[k].name,
                           c->method == BY_BOTH ? endings[v] : "");
            if (name.failed) return IG_EMEMORY;
            tell_value(t, &c->columns[k], v, target, row, name.data,
                       why && why->text[row - 1] ? why->text[row - 1] : "no data");
            ig_text_free(&name);
        }
    }
    const ig_column *weight = ig_result_find(t->result, "weight");
    ig_trace_number(t->trace, c->shares[0]->target[target], row, "weight", weight->number[row - 1],
                    "[{weight}]");
    pieces(t, NULL, first, target, true);
    return IG_OK;
}

static void let_go(struct telling *t)
{
    for (size_t i = 0; t->codes && i < 2 * t->pair_count; i++)
        ig_free(t->codes[i]);
    ig_free(t->codes);
    ig_free(t->pairs);
    for (int v = 0; v < 2; v++) {
        ig_free(t->by_target[v].start);
        ig_free(t->by_target[v].source);
        ig_free(t->by_target[v].piece);
    }
}

ig_status conversion_trace(const struct conversion *c, const ig_table *lookup, const char *from,
                           const char *to, const char *weights, const bool *shown,
                           const ig_result *result, ig_trace *trace)
{
    struct telling t = {.c = c, .lookup = lookup, .result = result, .trace = trace};
    t.share_column = lookup ? ig_table_column(lookup, weights ? weights : to) : SIZE_MAX;
    ig_status status = lookup ? index_lookup(&t, from, to) : IG_OK;
    for (int v = 0; !status && v < 2; v++)
        status = turn_round(c->shares[v], &t.by_target[v]);
    for (size_t target = 0, row = 1; !status && target < c->shares[0]->targets; target++)
        if (shown[target]) status = tell_target(&t, target, row++);
    let_go(&t);
    return status ? ig_fail(c->ctx, status, "no memory for the trace") : IG_OK;
}
