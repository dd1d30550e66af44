// Denominators of an indicator file against the population table.
#include "denominators.h"

#include <core/inside.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct person_count {
    const char *code;
    double people;
};

static int by_code(const void *a, const void *b)
{
    const struct person_count *p = a, *q = b;
    return strcmp(p->code, q->code);
}

// The column named, else the only one of numbers that sounds like people.
static ig_status find_people(ig_ctx *ctx, const struct population_check *check,
                             const ig_table *table, size_t *column)
{
    if (check->column) return ig_table_find(ctx, table, check->column, column);
    *column = SIZE_MAX;
    for (size_t c = 0; c < ig_table_columns(table); c++) {
        const char *name = ig_table_column_name(table, c);
        const bool sounds = strcasestr(name, "population") || strcasestr(name, "people") ||
                            strncasecmp(name, "pop", 3) == 0;
        if (!sounds || c == ig_table_key_column(table) || !ig_table_is_numeric(table, c)) continue;
        if (*column != SIZE_MAX) {
            return command_fail(ctx, IG_EINVAL, "name it by --check-population-column",
                                "%s: more than one column could be that of people",
                                ig_base_name(check->file));
        }
        *column = c;
    }
    return *column != SIZE_MAX
               ? IG_OK
               : command_fail(ctx, IG_EINVAL, "name it by --check-population-column",
                              "%s: no column of people", ig_base_name(check->file));
}

static void compare(ig_ctx *ctx, const struct population_check *check, const ig_table *table,
                    const double *people, const struct person_count *list, size_t count)
{
    size_t met = 0, differ = 0;
    ig_text names = {0};
    for (size_t r = 0; r < ig_table_rows(table); r++) {
        const struct person_count wanted = {ig_table_code(table, r), 0.0};
        const struct person_count *found =
            wanted.code && count ? bsearch(&wanted, list, count, sizeof *list, by_code) : NULL;
        if (!found || isnan(people[r]) || isnan(found->people)) continue;
        met++;
        if (fabs(people[r] - found->people) <= 0.01 * found->people) continue;
        if (++differ > IG_SHOWN) continue;
        ig_text_format(&names, "%s%s", differ > 1 ? ", " : "", ig_show(wanted.code));
        if (ig_table_sensitive(table)) continue; // codes are shown, values are not (D4)
        char a[32], b[32];
        ig_text_format(&names, " %s against %s", ig_number_text(people[r], a, sizeof a),
                       ig_number_text(found->people, b, sizeof b));
    }
    const char *file = ig_base_name(check->file);
    if (met == 0) {
        ig_warn(ctx, "%s: no code of it is in the table: no denominator was checked", file);
    } else if (differ) {
        ig_warn(ctx, "%s: %zu of %zu denominators differ from it by more than 1%%: %s%s", file,
                differ, met, names.failed ? "" : names.data, differ > IG_SHOWN ? " ..." : "");
    } else {
        ig_info(ctx, "%s: all %zu denominators agree with it to 1%%", file, met);
    }
    ig_text_free(&names);
}

ig_status check_population(ig_ctx *ctx, const struct population_check *check, const ig_table *table,
                           const double *people)
{
    if (!check->file) return IG_OK;
    if (!people) {
        return command_fail(ctx, IG_EINVAL, NULL, "--check-population needs --population");
    }
    if (ig_table_key_column(table) == SIZE_MAX) {
        return command_fail(ctx, IG_EFORMAT, "name it by --table-key",
                            "%s: no column of area codes", ig_base_name(ig_table_path(table)));
    }
    ig_table *other = NULL;
    struct person_count *list = NULL;
    size_t column = 0;
    const double *counts = NULL;
    ig_status status = ig_table_read(ctx, check->file, NULL, &other);
    if (!status) status = ig_table_unique(ctx, other);
    if (!status) status = find_people(ctx, check, other, &column);
    if (!status) status = ig_table_numbers(ctx, other, column, IG_NUMBERS_COUNT, &counts);
    const size_t rows = status ? 0 : ig_table_rows(other);
    if (!status && !(list = ig_alloc(rows + 1, sizeof *list))) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    if (!status && ig_table_key_column(other) == SIZE_MAX) {
        status = command_fail(ctx, IG_EFORMAT, NULL, "%s: no column of area codes",
                              ig_base_name(check->file));
    }
    for (size_t r = 0; !status && r < rows; r++)
        list[r] = (struct person_count){ig_table_code(other, r), counts[r]};
    if (!status && rows) qsort(list, rows, sizeof *list, by_code);
    if (!status) compare(ctx, check, table, people, list, rows);
    ig_free(list);
    ig_table_free(other);
    return status;
}
