// A join's names, and the columns that the areas bring themselves.
#include "link_internal.h"

#include "../core/inside.h"
#include "../table/build.h"

#include <math.h>
#include <string.h>
#include <strings.h>

// ---- names ------------------------------------------------------------------------------------

// Names of columns are told apart without case, as SQLite does.
static bool is_taken(const ig_result *result, const char *name)
{
    for (size_t c = 0; c < result->count; c++) {
        if (strcasecmp(result->columns[c].name, name) == 0) return true;
    }
    return false;
}

// The name, or name_2, name_3 ... where it is taken. Yours.
char *join_free_name(ig_ctx *ctx, const ig_result *result, const char *file, const char *name)
{
    if (!is_taken(result, name)) return ig_text_copy(name);
    for (int n = 2; n < 1000; n++) {
        ig_text text = {0};
        ig_text_format(&text, "%s_%d", name, n);
        if (text.failed) {
            ig_text_free(&text);
            return NULL;
        }
        if (!is_taken(result, text.data)) {
            ig_info(ctx, "%s: column %s is called %s, since there is one of that name", file,
                    ig_show(name), ig_show(text.data));
            return text.data;
        }
        ig_text_free(&text);
    }
    return NULL;
}

// ---- the areas' own columns ---------------------------------------------------------------------

// The `status` of an earlier join, which this one goes on with.
static bool is_earlier_status(const ig_table *table, size_t column)
{
    if (strcmp(ig_table_column_name(table, column), "status") != 0) return false;
    for (size_t r = 0; r < ig_table_rows(table); r++) {
        const char *text = ig_table_text(table, r, column);
        if (strcmp(text, "matched") != 0 && strcmp(text, "no row") != 0) return false;
    }
    return true;
}

// @param without  areas without row in an earlier join become true; NULL: nothing is joined now
ig_status join_own_columns(ig_ctx *ctx, const ig_areas *areas, ig_join *join, ig_trace *trace,
                           bool *without)
{
    const ig_table *table = ig_areas_table(areas);
    for (size_t c = 0; c < ig_table_columns(table); c++) {
        if (without && is_earlier_status(table, c)) {
            for (size_t r = 0; r < ig_table_rows(table); r++) {
                without[r] = strcmp(ig_table_text(table, r, c), "no row") == 0;
            }
            continue;
        }
        const int kind = ig_table_kind(table, c);
        const bool number = kind == IG_COLUMN_REAL || kind == IG_COLUMN_INTEGER;
        char *name = join_free_name(ctx, join->columns, ig_base_name(ig_areas_path(areas)),
                                    ig_table_column_name(table, c));
        ig_column *to = NULL;
        ig_status status = name ? ig_result_add(join->columns, name,
                                                number ? (ig_column_kind)kind : IG_COLUMN_TEXT, &to)
                                : IG_EMEMORY;
        for (size_t i = 0; !status && i < join->columns->rows; i++) {
            const char *cell = ig_table_text(table, i, c);
            if (number) {
                double value;
                to->number[i] = ig_text_number(cell, &value) ? value : NAN;
                if (!trace) continue;
                ig_trace_number(trace, ig_areas_code(areas, i), i + 1, name, to->number[i],
                                "{value}");
                ig_trace_cell(trace, "value", NAN, table, i, c);
            } else if (*cell) {
                status = ig_result_set_text(join->columns, to, i, cell);
            }
        }
        ig_free(name);
        if (status) return ig_fail(ctx, status, "no memory");
    }
    join->own = join->columns->count;
    return IG_OK;
}
