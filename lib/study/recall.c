// A table read once more for a trace: its cells by code, with what bands, pivot and duplicates put
// together taken apart.
#include "codes_internal.h"
#include "people_internal.h"
#include "study.h"

#include <math.h>
#include <string.h>

struct ig_recalled {
    ig_table *table;
    size_t column;
    struct code_index index;
};

void ig_recalled_free(ig_recalled *traced)
{
    if (!traced) return;
    code_index_free(&traced->index);
    ig_table_free(traced->table);
    ig_free(traced);
}

/// The first of some names that the table has.
static size_t named(const ig_table *table, const char *const *names)
{
    for (; *names; names++) {
        const size_t column = ig_table_column(table, *names);
        if (column != SIZE_MAX) return column;
    }
    return SIZE_MAX;
}

/// Read with a context that says nothing: all has been said when it was read first.
static ig_status read_again(ig_ctx *quiet, const ig_texts *files, ig_table_options reading,
                            const char *key, ig_recalled *out)
{
    reading.lineage = true;
    if (key) reading.key = key;
    const ig_status status =
        ig_table_read_many(quiet, files->values, files->count, &reading, &out->table);
    if (status) return status;
    return code_index_new(quiet, ig_table_rows(out->table), code_of_row, out->table, &out->index);
}

static ig_status open_people(ig_ctx *quiet, const ig_texts *files,
                             const ig_population_options *options, ig_recalled *out)
{
    const ig_status status = read_again(quiet, files, options->table, NULL, out);
    return status ? status : study_find_people(quiet, out->table, options->column, &out->column);
}

static ig_status open_matrix(ig_ctx *quiet, const ig_texts *files, ig_recalled *out)
{
    static const char *const keys[] = {"area", "from_id", NULL};
    static const char *const columns[] = {"minutes", "travel_time_p50", NULL};
    ig_table_options reading = ig_table_defaults();
    reading.keyless = true;
    ig_status status = read_again(quiet, files, reading, NULL, out);
    const size_t key = status ? SIZE_MAX : named(out->table, keys);
    if (key == SIZE_MAX) return IG_EINVAL;
    const char *name = ig_table_column(out->table, keys[0]) == key ? keys[0] : keys[1];
    ig_table_free(out->table);
    code_index_free(&out->index);
    *out = (ig_recalled){0};
    reading.keyless = false;
    status = read_again(quiet, files, reading, name, out);
    if (!status) out->column = named(out->table, columns);
    return status;
}

static ig_status open(ig_ctx *ctx, const ig_texts *files, const ig_population_options *people,
                      ig_recalled **out)
{
    *out = NULL;
    ig_ctx *quiet = ig_ctx_new();
    ig_recalled *made = ig_alloc(1, sizeof *made);
    if (!quiet || !made) {
        ig_ctx_free(quiet);
        ig_free(made);
        return ig_fail(ctx, IG_EMEMORY, "no memory for the trace");
    }
    made->column = SIZE_MAX;
    const ig_status status =
        people ? open_people(quiet, files, people, made) : open_matrix(quiet, files, made);
    const bool usable = !status && made->column != SIZE_MAX && made->index.count;
    ig_ctx_free(quiet);
    if (!usable) ig_recalled_free(made);
    if (usable) *out = made;
    return status == IG_EMEMORY ? ig_fail(ctx, status, "no memory for the trace") : IG_OK;
}

ig_status ig_recall_people(ig_ctx *ctx, const ig_texts *files, const ig_population_options *options,
                           ig_recalled **out)
{
    return open(ctx, files, options, out);
}

ig_status ig_recall_matrix(ig_ctx *ctx, const ig_texts *files, ig_recalled **out)
{
    return open(ctx, files, NULL, out);
}

bool ig_recall_cells(const ig_recalled *traced, ig_trace *trace, const char *operand,
                     const char *code)
{
    const struct code_index *index = &traced->index;
    size_t low = code_index_first(index, code);
    bool any = false;
    for (; low < index->count && !strcmp(index->entries[low].code, code); low++, any = true)
        ig_trace_cell(trace, operand, NAN, traced->table, index->entries[low].number,
                      traced->column);
    return any;
}
