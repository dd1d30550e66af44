// Access as a table: a row for each area, columns for each way to travel.
#include "access_internal.h"

#include <string.h>

/// Bytes of a column's name.
enum { ROOM = 160 };

static ig_status add_numbers(ig_result *result, const ig_access *access, const char *name,
                             const char *suffix, size_t offset)
{
    char full[ROOM];
    ig_column *column;
    snprintf(full, sizeof full, "%s%s", name, suffix);
    ig_status status = ig_result_add(result, full, IG_COLUMN_REAL, &column);
    for (size_t a = 0; !status && a < access->areas; a++)
        memcpy(&column->number[a], (const char *)&access->rows[a] + offset, sizeof(double));
    return status;
}

static ig_status add_within(ig_result *result, const ig_access *access, const char *suffix)
{
    for (size_t k = 0; k < access->thresholds; k++) {
        char name[ROOM], number[32];
        ig_column *column;
        ig_number_text(access->threshold[k], number, sizeof number);
        snprintf(name, sizeof name, "within_%s%s", number, suffix);
        ig_status status = ig_result_add(result, name, IG_COLUMN_REAL, &column);
        if (status) return status;
        for (size_t a = 0; a < access->areas; a++)
            column->number[a] = access->rows[a].within[k];
    }
    return IG_OK;
}

static ig_status add_mode(ig_result *result, const ig_access *access, const char *suffix)
{
    static const struct {
        const char *name;
        size_t offset;
    } columns[] = {{"people_reached", offsetof(ig_access_row, people_reached)},
                   {"people_unreached", offsetof(ig_access_row, people_unreached)},
                   {"minutes_mean", offsetof(ig_access_row, minutes_mean)},
                   {"minutes_median", offsetof(ig_access_row, minutes_median)}};
    char name[ROOM];
    ig_column *column;
    ig_status status = IG_OK;
    for (size_t c = 0; !status && c < sizeof columns / sizeof *columns; c++)
        status = add_numbers(result, access, columns[c].name, suffix, columns[c].offset);
    if (!status) status = add_within(result, access, suffix);
    if (!status && access->scored)
        status = add_numbers(result, access, "score", suffix, offsetof(ig_access_row, score));
    snprintf(name, sizeof name, "status%s", suffix);
    if (!status) status = ig_result_add(result, name, IG_COLUMN_TEXT, &column);
    for (size_t a = 0; !status && a < access->areas; a++)
        status = ig_result_set_text(result, column, a, access->rows[a].status);
    return status;
}

ig_status ig_access_result_codes(const ig_access *access, const char *const *codes, ig_result **out)
{
    static const char *const bare = "";
    return ig_access_result_modes(&access, &bare, 1, codes, out);
}

ig_status ig_access_result_modes(const ig_access *const *access, const char *const *suffix,
                                 size_t modes, const char *const *codes, ig_result **out)
{
    ig_result *result = NULL;
    ig_column *column;
    ig_status status = ig_result_new(access[0]->areas, &result);
    if (!status) status = ig_result_add(result, "area", IG_COLUMN_TEXT, &column);
    for (size_t a = 0; !status && a < access[0]->areas; a++)
        status = ig_result_set_text(result, column, a, codes[a]);
    if (!status)
        status = add_numbers(result, access[0], "people", "", offsetof(ig_access_row, people));
    for (size_t m = 0; !status && m < modes; m++)
        status = add_mode(result, access[m], suffix[m]);
    if (status) {
        ig_result_free(result);
        return status;
    }
    *out = result;
    return IG_OK;
}

ig_status ig_codes_of(const ig_areas *areas, const char ***out)
{
    const size_t n = ig_areas_count(areas);
    const char **codes = ig_alloc(n ? n : 1, sizeof *codes);
    if (!codes) return IG_EMEMORY;
    for (size_t a = 0; a < n; a++)
        codes[a] = ig_areas_code(areas, a);
    *out = codes;
    return IG_OK;
}

ig_status ig_access_result(const ig_access *access, const ig_areas *areas, ig_result **out)
{
    const char **codes = NULL;
    ig_status status = ig_codes_of(areas, &codes);
    if (!status) status = ig_access_result_codes(access, codes, out);
    ig_free(codes);
    return status;
}
