// The gap's trace: which areas a figure of a group was made of.
#include "gap_internal.h"

#include "../core/inside.h"

#include <math.h>
#include <string.h>

struct telling {
    const ig_gap_input *in;
    const struct grouping *g;
    size_t group;
    const ig_result *rows;
    size_t row;
    char *area;
};

/// A number of an area: the cell of the table of access, or a number of this output.
static void operand(const struct telling *t, const char *name, size_t area, const char *column,
                    double value)
{
    const ig_gap_source *s = t->in->source;
    char full[96];
    snprintf(full, sizeof full, "%.60s%.30s", column, s->suffix ? s->suffix : "");
    size_t c = s->table ? ig_table_column(s->table, full) : SIZE_MAX;
    if (s->table && c == SIZE_MAX) c = ig_table_column(s->table, column); // people are of all modes
    if (s->table && c != SIZE_MAX) ig_trace_cell(s->trace, name, NAN, s->table, area, c);
    if (s->codes) ig_trace_output(s->trace, name, NAN, s->codes[area], full, value);
}

/// Does anybody of the area enter the group's figures?
static bool counts(const struct telling *t, size_t area, bool reached)
{
    const double people = reached ? t->in->people_reached[area] : t->in->people[area];
    return people > 0.0;
}

/// Operands area by area: people or those reached, and one more number of the area.
static void areas(const struct telling *t, bool reached, const char *column, const double *values)
{
    const struct grouping *g = t->g;
    for (size_t i = g->start[t->group]; i < g->start[t->group + 1]; i++) {
        const size_t a = g->member[i];
        if (!counts(t, a, reached)) continue;
        ig_trace_term(t->in->source->trace);
        const char *people = reached ? "people_reached" : "people";
        operand(t, people, a, people, reached ? t->in->people_reached[a] : t->in->people[a]);
        if (g->people)
            ig_trace_output(t->in->source->trace, "part", NAN, NULL, g->label[t->group],
                            g->people[t->group][a]);
        if (column) operand(t, column, a, column, values[a]);
    }
}

static double number(const struct telling *t, const char *column)
{
    const ig_column *c = ig_result_find(t->rows, column);
    return c ? c->number[t->row] : NAN;
}

/// One figure. A part of the people of each area is weighed by that part.
static void tell(const struct telling *t, const char *column, const char *formula,
                 const char *of_part)
{
    ig_trace_number(t->in->source->trace, t->area, t->row + 1, column, number(t, column),
                    t->g->people ? of_part : formula);
}

static void tell_shares(const struct telling *t)
{
    for (size_t k = 0; k < t->in->thresholds; k++) {
        char name[64], digits[32], formula[200], of_part[200];
        snprintf(name, sizeof name, "within_%s",
                 ig_number_text(t->in->threshold[k], digits, sizeof digits));
        snprintf(formula, sizeof formula, "[{people} x {%s}] / {people}", name);
        snprintf(of_part, sizeof of_part, "[{part} x {%s}] / {part}", name);
        tell(t, name, formula, of_part);
        areas(t, false, name, t->in->within[k]);
    }
}

static void tell_gaps(const struct telling *t)
{
    ig_trace *trace = t->in->source->trace;
    const double mean = number(t, "minutes_mean"), gap = number(t, "gap_all");
    static const char formula[] = "{minutes_mean} - {minutes_mean of all}";
    ig_trace_number(trace, t->area, t->row + 1, "gap_all", gap, formula);
    ig_trace_output(trace, "minutes_mean", NAN, NULL, "minutes_mean", mean);
    ig_trace_output(trace, "minutes_mean of all", NAN, "all,all", "minutes_mean", mean - gap);
    const double within = number(t, "gap_within");
    if (isnan(within)) return;
    ig_trace_number(trace, t->area, t->row + 1, "gap_within", within,
                    "{minutes_mean} - {minutes_mean of the larger area}");
    ig_trace_output(trace, "minutes_mean", NAN, NULL, "minutes_mean", mean);
    ig_trace_output(trace, "minutes_mean of the larger area", NAN, NULL,
                    t->in->within_grouping ? t->in->within_grouping : "", mean - within);
}

ig_status ig_gap_trace_row(ig_ctx *ctx, const ig_gap_input *in, const struct grouping *g,
                           size_t group, const ig_result *rows, size_t row)
{
    if (!in->source) return IG_OK;
    const char *const parts[] = {g->name, g->label[group]};
    struct telling t = {in, g, group, rows, row, ig_trace_key(parts, 2)};
    if (!t.area) return ig_fail(ctx, IG_EMEMORY, "no memory for the trace");
    tell(&t, "people", "{people}", "{part}");
    areas(&t, false, NULL, NULL);
    tell(&t, "people_reached", "{people_reached}", "[{part} x {people_reached} / {people}]");
    areas(&t, true, NULL, NULL);
    tell(&t, "people_unreached", "{people in all} - {people reached}",
         "{people in all} - {people reached}");
    ig_trace_output(in->source->trace, "people in all", NAN, NULL, "people", number(&t, "people"));
    ig_trace_output(in->source->trace, "people reached", NAN, NULL, "people_reached",
                    number(&t, "people_reached"));
    tell(&t, "minutes_mean", "[{people_reached} x {minutes_mean}] / {people_reached}",
         "mean of {minutes_mean,} over the part of the people {part,}");
    areas(&t, true, "minutes_mean", in->minutes_mean);
    ig_trace_again(in->source->trace, "minutes_median", number(&t, "minutes_median"),
                   "median of {minutes_mean,} over the people reached {people_reached,}");
    tell_shares(&t);
    tell_gaps(&t);
    ig_free(t.area);
    return IG_OK;
}
