// rates' trace: the cells and the arithmetic behind each figure.
#include "rating.h"
#include "tracing.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

/// What is written of one figure after the other.
struct telling {
    const struct rating_settings *s;
    const struct rating_inputs *in;
    const struct groups *g;
    size_t figures; ///< of a group
    double multiplier, standard;
    ig_trace *trace;
    char *area;
    size_t group, row; ///< row of the output, from 1
};

static bool of_band(const struct telling *t, size_t row, size_t band)
{
    const int32_t age = t->in->age[row];
    return (age == 0 ? 0 : age == 1 ? 1 : (size_t)age / 5 + 1) == band;
}

/// Does a row of the table go into the figure? Of a life table all ages from its own on.
static bool goes_in(const struct telling *t, size_t row, size_t figure, bool later)
{
    if (t->s->method != LIFE) return true;
    if (!later) return of_band(t, row, figure);
    for (size_t b = figure; b < t->figures; b++)
        if (of_band(t, row, b)) return true;
    return false;
}

static void cell(const struct telling *t, const char *operand, double weight, size_t row,
                 const char *column)
{
    const size_t c = ig_table_column(t->in->table, column);
    if (c != SIZE_MAX) ig_trace_cell(t->trace, operand, weight, t->in->table, row, c);
}

/// The events of a row: one column, or people with 1, 2, ... events each.
static void count_cells(const struct telling *t, double weight, size_t row)
{
    const ig_texts *repeats = &t->s->repeats;
    if (!t->in->repeats_count) {
        cell(t, "count", weight, row, t->s->count);
        return;
    }
    for (size_t e = 0; e < repeats->count; e++)
        cell(t, repeats->values[e], weight, row, repeats->values[e]);
}

/// "{count}", or "(1 x {one} + 2 x {two})".
static void name_count(const struct telling *t, ig_text *text)
{
    const ig_texts *repeats = &t->s->repeats;
    if (!t->in->repeats_count) {
        ig_text_append(text, "{count}");
        return;
    }
    for (size_t e = 0; e < repeats->count; e++)
        ig_text_format(text, "%s%zu x {%s}", e ? " + " : "(", e + 1, repeats->values[e]);
    ig_text_append(text, ")");
}

static void tell_count(const struct telling *t, size_t figure, const struct figure *f)
{
    ig_text formula = {0};
    name_count(t, &formula);
    const struct shield *shield = t->in->shield;
    const size_t k = t->group * t->figures + figure;
    if (shield && shield->hidden[k])
        ig_text_append(&formula, ", which is hidden");
    else if (shield && shield->policy.kind == IG_DISCLOSE_HES)
        ig_text_append(&formula, ", rounded to the nearest 5");
    else if (isnan(f->count) && f->status)
        ig_text_format(&formula, ": %s", f->status);
    ig_trace_number(t->trace, t->area, t->row, "count", f->count,
                    formula.failed ? "{count}" : formula.data);
    const struct groups *g = t->g;
    for (size_t i = g->start[t->group]; i < g->start[t->group + 1]; i++)
        if (goes_in(t, g->rows[i], figure, false)) count_cells(t, NAN, g->rows[i]);
    ig_text_free(&formula);
}

static void tell_population(const struct telling *t, size_t figure, const struct figure *f)
{
    const struct groups *g = t->g;
    ig_trace_number(t->trace, t->area, t->row, "population", f->population, "{population}");
    for (size_t i = g->start[t->group]; i < g->start[t->group + 1]; i++)
        if (goes_in(t, g->rows[i], figure, false))
            cell(t, "population", NAN, g->rows[i], t->s->population);
}

static void tell_expected(const struct telling *t, const struct figure *f)
{
    const struct groups *g = t->g;
    ig_trace_number(t->trace, t->area, t->row, "expected", f->expected,
                    "[{population} x {reference count} / {reference population}]");
    for (size_t i = g->start[t->group]; i < g->start[t->group + 1]; i++) {
        ig_trace_term(t->trace);
        cell(t, "population", NAN, g->rows[i], t->s->population);
        cell(t, "reference count", NAN, g->rows[i], t->s->reference_count);
        cell(t, "reference population", NAN, g->rows[i], t->s->reference_population);
    }
}

// ---- the value and what belongs to it -----------------------------------------------------------

/// The arithmetic of a value in words with operands.
static void name_value(const struct telling *t, size_t figure, ig_text *text)
{
    char times[40], sum[40];
    ig_number_text(t->multiplier, times, sizeof times);
    ig_number_text(t->standard, sum, sizeof sum);
    const size_t age = figure < 2 ? figure : 5 * (figure - 1);
    switch ((enum rating_method)t->s->method) {
    case MEAN:
        ig_text_append(text, "mean of {value,}");
        return;
    case LIFE:
        ig_text_format(
            text, "life table from age %zu on of deaths {deaths,} among people {people,}", age);
        return;
    case DSR:
        ig_text_append(text, "[{weight} x ");
        name_count(t, text);
        ig_text_format(text, " / {population}] / %s x %s", sum, times);
        return;
    case ISR:
        ig_text_format(text, "{count} / {expected} x %s", times);
        return;
    default:
        ig_text_format(text, "{count} / {population} x %s", times);
        return;
    }
}

/// Bands of the standard, one term each.
static void band_cells(const struct telling *t)
{
    const struct groups *g = t->g;
    for (int32_t a = 0; a < 128; a++) {
        if (!t->in->in_standard[a]) continue;
        ig_trace_term(t->trace);
        for (size_t i = g->start[t->group]; i < g->start[t->group + 1]; i++) {
            const size_t row = g->rows[i];
            if (t->in->age[row] != a) continue;
            count_cells(t, t->in->standard[a], row);
            cell(t, "population", t->in->standard[a], row, t->s->population);
        }
    }
}

static void value_cells(const struct telling *t, size_t figure, const struct figure *f)
{
    const struct groups *g = t->g;
    const int method = t->s->method;
    if (method == DSR) {
        band_cells(t);
        return;
    }
    for (size_t i = g->start[t->group]; i < g->start[t->group + 1]; i++) {
        const size_t row = g->rows[i];
        if (!goes_in(t, row, figure, true)) continue;
        if (method == MEAN) {
            cell(t, "value", NAN, row, t->s->value);
            continue;
        }
        cell(t, method == LIFE ? "deaths" : "count", NAN, row, t->s->count);
        if (method != ISR)
            cell(t, method == LIFE ? "people" : "population", NAN, row, t->s->population);
    }
    if (method == ISR) ig_trace_output(t->trace, "expected", NAN, NULL, "expected", f->expected);
}

static void tell_value(const struct telling *t, size_t figure, const struct figure *f)
{
    ig_text formula = {0}, words = {0};
    name_value(t, figure, &formula);
    const char *of = formula.failed ? "" : formula.data;
    ig_text_format(&words, "%s%s%s", of, isnan(f->rate[0].value) && f->status ? ": " : "",
                   isnan(f->rate[0].value) && f->status ? f->status : "");
    ig_trace_number(t->trace, t->area, t->row, "value", f->rate[0].value,
                    words.failed ? "" : words.data);
    value_cells(t, figure, f);
    const ig_numbers *levels = &t->s->confidence;
    for (size_t l = 0; l < levels->count; l++) {
        const ig_rate *rate = &f->rate[l];
        const char *method = rate->method ? rate->method : "";
        for (int upper = 0; upper < 2; upper++) {
            char name[24];
            limit_name(upper ? "upper" : "lower", levels, l, name);
            words.length = 0;
            ig_text_format(&words, "%s limit (%g%%%s%s) of %s", upper ? "upper" : "lower",
                           100.0 * levels->values[l], *method ? ", " : "", method, of);
            ig_trace_again(t->trace, name, upper ? rate->upper : rate->lower,
                           words.failed ? "" : words.data);
        }
    }
    words.length = 0;
    ig_text_format(&words, "standard error of %s", of);
    ig_trace_again(t->trace, "se", f->rate[0].se, words.failed ? "" : words.data);
    ig_text_free(&words);
    ig_text_free(&formula);
}

// ---- all of them --------------------------------------------------------------------------------

/// Key of a row of the output: the code of its area, the texts of its group, the age of a life table.
static char *key_of(const struct telling *t, bool by_row, size_t figure)
{
    const char *parts[8] = {NULL};
    char text[40];
    size_t count = 0;
    const size_t row = t->g->rows[t->g->start[t->group]];
    for (size_t c = 0; c < t->g->columns; c++)
        parts[count++] = t->g->texts[t->group * t->g->columns + c];
    if (count == 0) {
        parts[count++] = by_row ? tracing_row(t->in->table, row, t->row, text) : "all";
    }
    char age[24];
    snprintf(age, sizeof age, "%zu", figure < 2 ? figure : 5 * (figure - 1));
    if (t->s->method == LIFE) parts[count++] = age;
    return ig_trace_key(parts, count);
}

ig_status rating_trace(ig_ctx *ctx, const struct rating_settings *s, const struct rating_inputs *in,
                       const struct groups *g, bool by_row, double multiplier,
                       const struct figure *figures, const ig_result *result, ig_trace *trace)
{
    struct telling t = {s, in, g, rating_each(s), multiplier, 0.0, trace, NULL, 0, 0};
    for (size_t a = 0; a < 128; a++)
        t.standard += in->in_standard[a] ? in->standard[a] : 0.0;
    if (in->shield) ig_trace_hide(trace);
    for (t.group = 0; t.group < g->count; t.group++) {
        for (size_t e = 0; e < t.figures; e++) {
            const struct figure *f = &figures[t.group * t.figures + e];
            t.row = t.group * t.figures + e + 1;
            t.area = key_of(&t, by_row, e);
            if (!t.area) return ig_fail(ctx, IG_EMEMORY, "no memory for the trace");
            if (s->method != MEAN) tell_count(&t, e, f);
            if (s->method != MEAN) tell_population(&t, e, f);
            if (s->method == ISR) tell_expected(&t, f);
            tell_value(&t, e, f);
            if (by_row) tracing_carried(trace, result, in->table, t.area, t.row, g->rows[t.group]);
            ig_free(t.area);
        }
    }
    return IG_OK;
}
