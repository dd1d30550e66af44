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

static void minutes_of(const struct access_sources *s, const ig_recalled *matrix, ig_trace *trace,
                       const char *code)
{
    if (matrix && ig_recall_cells(matrix, trace, "minutes", code)) return;
    files(trace, "minutes", &s->matrix);
    if (s->travel) ig_trace_given(trace, "minutes", s->travel, NULL, NULL);
    if (s->cost) ig_trace_given(trace, "minutes", s->cost, NULL, NULL);
    files(trace, "sites", &s->sites);
}

static void people_of(const struct access_sources *s, const ig_recalled *people, ig_trace *trace,
                      const char *code)
{
    if (!people || !ig_recall_cells(people, trace, "people", code))
        files(trace, "people", &s->population);
}

static void tell_area(const struct access_sources *s, const ig_recalled *people,
                      const ig_recalled *matrix, const ig_result *result, size_t row,
                      ig_trace *trace)
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
    const ig_column *all = ig_result_find(result, "people");
    ig_trace_number(trace, code, row + 1, "people", all->number[row],
                    people ? "{people}" : "people on {people,}");
    people_of(s, people, trace, code);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const ig_column *column = ig_result_find(result, parts[i].column);
        const char *formula = matrix ? parts[i].of_matrix : parts[i].formula;
        if (!column) continue;
        if (first) {
            ig_trace_number(trace, code, row + 1, column->name, column->number[row], formula);
            people_of(s, people, trace, code);
            minutes_of(s, matrix, trace, code);
        } else {
            ig_trace_again(trace, column->name, column->number[row], formula);
        }
        first = false;
    }
    for (size_t c = 0; c < result->count; c++) {
        const ig_column *column = &result->columns[c];
        const bool share = strncmp(column->name, "within_", 7) == 0;
        if (!share && strcmp(column->name, "score") != 0) continue;
        ig_trace_again(trace, column->name, column->number[row],
                       share ? "percent of the people {people,} with so few minutes by {minutes,}"
                             : "score of the people {people,} by {minutes,}");
    }
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
