// access' trace: the people of each area, and the files that its minutes were found on.
#include "access_trace.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

/// Files as operands of the number under way.
static void files(ig_trace *trace, const char *operand, const ig_texts *list)
{
    for (size_t i = 0; i < list->count; i++)
        ig_trace_given(trace, operand, list->values[i], NULL, NULL);
}

static void minutes_of(const struct access_sources *s, const struct access_mode *mode,
                       const ig_recalled *matrix, ig_trace *trace, const char *code)
{
    if (matrix && ig_recall_cells(matrix, trace, "minutes", code)) return;
    files(trace, "minutes", &s->matrix);
    if (mode->path) ig_trace_given(trace, "minutes", mode->path, NULL, NULL);
    if (s->cost) ig_trace_given(trace, "minutes", s->cost, NULL, NULL);
    files(trace, "sites", &s->sites);
}

static void people_of(const struct access_sources *s, const ig_recalled *people, ig_trace *trace,
                      const char *code)
{
    if (!people || !ig_recall_cells(people, trace, "people", code))
        files(trace, "people", &s->population);
}

/// A column of a mode; NULL where the result has none.
static const ig_column *column_of(const ig_result *result, const char *name,
                                  const struct access_mode *mode)
{
    char full[160];
    snprintf(full, sizeof full, "%s%s", name, mode->suffix);
    return ig_result_find(result, full);
}

static void tell_mode(const struct access_sources *s, const struct access_mode *mode,
                      const ig_recalled *people, const ig_recalled *matrix, const ig_result *result,
                      size_t row, ig_trace *trace)
{
    static const struct {
        const char *column, *formula, *of_matrix;
    } parts[] = {
        {"people_reached", "people who arrive, of {people,} on {minutes,} to {sites,}",
         "people who reach a site in {minutes,}, of {people,}"},
        {"people_unreached", "people who arrive nowhere, of {people,} on {minutes,} to {sites,}",
         "people who reach no site in {minutes,}, of {people,}"},
        {"minutes_mean", "mean over the people {people,} of the cells of {minutes,} to {sites,}",
         "least of {minutes,}"},
        {"minutes_median",
         "median over the people {people,} of the cells of {minutes,} to {sites,}",
         "least of {minutes,}"},
    };
    const char *code = result->columns[0].text[row];
    bool first = true;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const ig_column *column = column_of(result, parts[i].column, mode);
        const char *formula = matrix ? parts[i].of_matrix : parts[i].formula;
        if (!column) continue;
        if (first) {
            ig_trace_number(trace, code, row + 1, column->name, column->number[row], formula);
            people_of(s, people, trace, code);
            minutes_of(s, mode, matrix, trace, code);
        } else {
            ig_trace_again(trace, column->name, column->number[row], formula);
        }
        first = false;
    }
    for (size_t t = 0; t < mode->access->thresholds; t++) {
        char name[64], number[32];
        ig_number_text(mode->access->threshold[t], number, sizeof number);
        snprintf(name, sizeof name, "within_%s", number);
        const ig_column *column = column_of(result, name, mode);
        if (column)
            ig_trace_again(trace, column->name, column->number[row],
                           "percent of the people {people,} with so few minutes by {minutes,}");
    }
    const ig_column *score = column_of(result, "score", mode);
    if (score)
        ig_trace_again(trace, score->name, score->number[row],
                       "score of the people {people,} by {minutes,}");
}

static void tell_area(const struct access_sources *s, const ig_recalled *people,
                      const ig_recalled *matrix, const ig_result *result, size_t row,
                      ig_trace *trace)
{
    const char *code = result->columns[0].text[row];
    const ig_column *all = ig_result_find(result, "people");
    ig_trace_number(trace, code, row + 1, "people", all->number[row],
                    people ? "{people}" : "people on {people,}");
    people_of(s, people, trace, code);
    for (size_t m = 0; m < s->modes; m++)
        tell_mode(s, &s->mode[m], people, matrix, result, row, trace);
}

ig_status access_trace(ig_ctx *ctx, const struct access_sources *s, const ig_result *result,
                       struct access_traced *keep, ig_trace *trace)
{
    ig_status status = IG_OK;
    if (s->population.count)
        status = ig_recall_people(ctx, &s->population, s->people, &keep->people);
    if (!status && s->matrix.count) status = ig_recall_matrix(ctx, &s->matrix, &keep->matrix);
    for (size_t row = 0; !status && row < result->rows; row++)
        tell_area(s, keep->people, keep->matrix, result, row, trace);
    return status;
}

void access_traced_free(struct access_traced *keep)
{
    ig_recalled_free(keep->people);
    ig_recalled_free(keep->matrix);
}
