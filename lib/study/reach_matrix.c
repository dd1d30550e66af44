// A table of minutes by area and site: its columns, by whatever program it was written.
#include "codes_internal.h"
#include "reach_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

ig_status reach_no_memory(const struct reaching *r)
{
    return ig_fail(r->ctx, IG_EMEMORY, "no memory for the matrix %s",
                   ig_show(r->in->matrix.values[0]));
}

// ---- sets of codes ------------------------------------------------------------------------------

size_t code_set_place(const struct code_set *set, const char *code, bool *found)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(set->codes[middle], code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low < set->count && strcmp(set->codes[low], code) == 0;
    return low;
}

ig_status code_set_adopt(struct code_set *set, char *code)
{
    bool found;
    const size_t at = code_set_place(set, code, &found);
    if (found || !*code) {
        ig_free(code);
        return IG_OK;
    }
    if (!ig_grow((void **)&set->codes, &set->room, set->count + 1, sizeof *set->codes)) {
        ig_free(code);
        return IG_EMEMORY;
    }
    memmove(set->codes + at + 1, set->codes + at, (set->count - at) * sizeof *set->codes);
    set->codes[at] = code;
    set->count++;
    return IG_OK;
}

void code_set_free(struct code_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        ig_free(set->codes[i]);
    ig_free(set->codes);
    *set = (struct code_set){0};
}

ig_status reach_collect(const struct reaching *r, size_t column, struct code_set *set)
{
    const char *before = NULL;
    for (size_t row = 0; row < ig_table_rows(r->matrix); row++) {
        const char *text = ig_table_text(r->matrix, row, column);
        if (before && strcmp(before, text) == 0) continue;
        before = text;
        char *code = ig_code_normalise(text, NULL, NULL);
        if (!code || code_set_adopt(set, code)) return reach_no_memory(r);
    }
    return IG_OK;
}

// ---- the matrix's own columns -------------------------------------------------------------------

static size_t column_of(const ig_table *table, const char *const *names)
{
    for (size_t n = 0; names[n]; n++) {
        const size_t column = ig_table_column(table, names[n]);
        if (column != SIZE_MAX) return column;
    }
    return SIZE_MAX;
}

static ig_status refuse_mark(const struct reaching *r, double mark, size_t count, size_t first)
{
    ig_fail(r->ctx, IG_EFORMAT,
            "%s: %s %lld: %.0f %s, on %zu row%s, look%s like a mark for what is out of reach",
            ig_show(ig_table_path(r->matrix)), ig_table_line_word(r->matrix),
            (long long)ig_table_line(r->matrix, first), mark,
            r->itineraries ? "seconds" : "minutes", count, count == 1 ? "" : "s",
            count == 1 ? "s" : "");
    return ig_hint(r->ctx, "leave such rows out, or their minutes empty: a pair that is out of "
                           "reach has no time");
}

/// 999, 9999 ... that come more than once stand for pairs that are out of reach, and so does the
/// greatest whole number of 32 bits.
static ig_status refuse_marks(const struct reaching *r)
{
    static const struct {
        double value;
        size_t least; ///< times that it comes
    } marks[] = {{999, 2},     {9999, 2},     {99999, 2},     {999999, 2},
                 {9999999, 2}, {99999999, 2}, {999999999, 2}, {INT32_MAX, 1}};
    for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
        if (r->itineraries && marks[m].value < 99999) continue; // seconds like others
        size_t count = 0, first = 0;
        for (size_t row = 0; row < ig_table_rows(r->matrix); row++) {
            if (r->minutes[row] != marks[m].value) continue;
            if (count++ == 0) first = row;
        }
        if (count >= marks[m].least) return refuse_mark(r, marks[m].value, count, first);
    }
    return IG_OK;
}

/// Nobody travels for ten years, in seconds: such a number stands for something else.
static const double longest_journey = 10.0 * 366.0 * 86400.0;

static ig_status refuse_time(const struct reaching *r, size_t row)
{
    const bool negative = r->minutes[row] < 0.0;
    ig_fail(r->ctx, IG_EFORMAT, "%s: %s %lld: %g %s are %s", ig_show(ig_table_path(r->matrix)),
            ig_table_line_word(r->matrix), (long long)ig_table_line(r->matrix, row),
            r->minutes[row], r->itineraries ? "seconds" : "minutes",
            negative ? "negative" : "no journey");
    return ig_hint(r->ctx, "leave out the row of a pair that is out of reach");
}

static ig_status find_columns(struct reaching *r)
{
    static const char *const areas[] = {"area", "from_id", NULL};
    static const char *const sites[] = {"site", "to_id", NULL};
    static const char *const times[] = {"minutes", "travel_time_p50", "travel_time", NULL};
    static const char *const people[] = {"people_reached", NULL};
    size_t minutes = column_of(r->matrix, times);
    const size_t reached = column_of(r->matrix, people);
    r->area_column = column_of(r->matrix, areas);
    r->site_column = column_of(r->matrix, sites);
    if (r->area_column == SIZE_MAX && r->site_column == SIZE_MAX) {
        r->area_column = ig_table_column(r->matrix, "fromPlace");
        r->site_column = ig_table_column(r->matrix, "toPlace");
        minutes = ig_table_column(r->matrix, "duration");
        r->itineraries = true;
    }
    if (r->area_column == SIZE_MAX || r->site_column == SIZE_MAX || minutes == SIZE_MAX) {
        ig_fail(r->ctx, IG_EFORMAT, "%s: a matrix has the columns area, site and minutes",
                ig_show(ig_table_path(r->matrix)));
        return ig_hint(r->ctx,
                       "from_id, to_id and travel_time_p50, as r5r writes them, will do too, and "
                       "OpenTripPlanner's fromPlace, toPlace and duration (seconds)");
    }
    if (r->itineraries)
        ig_info(r->ctx, "%s: durations are seconds; of several ways the fastest counts",
                ig_show(ig_table_path(r->matrix)));
    ig_status status = ig_table_numbers(r->ctx, r->matrix, minutes, IG_NUMBERS_ANY, &r->minutes);
    if (!status && reached != SIZE_MAX)
        status = ig_table_numbers(r->ctx, r->matrix, reached, IG_NUMBERS_COUNT, &r->reached);
    if (!status) status = refuse_marks(r);
    for (size_t row = 0; !status && row < ig_table_rows(r->matrix); row++)
        if (r->minutes[row] < 0.0 || r->minutes[row] > longest_journey)
            status = refuse_time(r, row);
    return status;
}

ig_status reach_read_matrix(struct reaching *r)
{
    ig_table_options options = ig_table_defaults();
    options.keyless = true;
    ig_status status =
        ig_table_read_many(r->ctx, r->in->matrix.values, r->in->matrix.count, &options, &r->matrix);
    return status ? status : find_columns(r);
}

ig_status reach_refuse_turned(const struct reaching *r)
{
    ig_fail(r->ctx, IG_EFORMAT,
            "%s: the matrix is the wrong way round: column %s holds the areas and %s the sites",
            ig_show(ig_table_path(r->matrix)),
            ig_show(ig_table_column_name(r->matrix, r->site_column)),
            ig_show(ig_table_column_name(r->matrix, r->area_column)));
    return ig_hint(r->ctx, "times run from home to the site: make the matrix with the areas as "
                           "origins, or name its columns area and site as they are");
}
