// Sites of a matrix: all, those of a file, those that are named.
#include "codes_internal.h"
#include "reach_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// ---- sites and their supply ---------------------------------------------------------------------

/// Do the sites stand where the matrix should have its areas?
static ig_status areas_hold_places(const struct reaching *r, bool *turned)
{
    struct code_set areas = {0};
    ig_status status = reach_collect(r, r->area_column, &areas);
    for (size_t row = 0; !status && !*turned && row < ig_table_rows(r->places); row++) {
        for (size_t c = 0; !*turned && c < ig_table_columns(r->places); c++) {
            char *code = ig_code_normalise(ig_table_text(r->places, row, c), NULL, NULL);
            if (!code) {
                status = reach_no_memory(r);
                break;
            }
            code_set_place(&areas, code, turned);
            ig_free(code);
        }
    }
    code_set_free(&areas);
    return status;
}

/// Column of the sites' codes: the one named, else the first that holds a site of the matrix.
static ig_status find_site_key(struct reaching *r, const char *wanted, size_t *column)
{
    if (wanted) return ig_table_find(r->ctx, r->places, wanted, column);
    for (size_t c = 0; c < ig_table_columns(r->places); c++)
        for (size_t row = 0; row < ig_table_rows(r->places); row++) {
            bool found = false;
            char *code = ig_code_normalise(ig_table_text(r->places, row, c), NULL, NULL);
            if (!code) return reach_no_memory(r);
            code_set_place(&r->sites, code, &found);
            ig_free(code);
            if (!found) continue;
            *column = c;
            return IG_OK;
        }
    bool turned = false;
    const ig_status status = r->matrix ? areas_hold_places(r, &turned) : IG_OK;
    if (status) return status;
    if (turned) return reach_refuse_turned(r);
    ig_fail(r->ctx, IG_EFORMAT, "%s: no column holds a site of the matrix",
            ig_show(ig_table_path(r->places)));
    return ig_hint(r->ctx, "name the column of codes with --sites-key");
}

static ig_status refuse_site(const struct reaching *r, const char *code, size_t row,
                             const char *what)
{
    return ig_fail(r->ctx, IG_EFORMAT, "%s: %s %lld: site %s %s", ig_show(ig_table_path(r->places)),
                   ig_table_line_word(r->places), (long long)ig_table_line(r->places, row),
                   ig_show(code), what);
}

/// The sites of the file, each once, with what they supply.
static ig_status fill_sites(struct reaching *r, size_t key, const double *supply)
{
    const size_t rows = ig_table_rows(r->places);
    struct code_set open = {0};
    ig_status status = IG_OK;
    size_t alone = 0;
    for (size_t row = 0; !status && row < rows; row++) {
        const size_t before = open.count;
        char *code = ig_code_normalise(ig_table_text(r->places, row, key), NULL, NULL);
        if (!code || code_set_adopt(&open, code))
            status = reach_no_memory(r);
        else if (open.count == before)
            status = refuse_site(r, ig_table_text(r->places, row, key), row,
                                 "is empty or comes more than once");
    }
    r->out->supply = ig_alloc(open.count + 1, sizeof *r->out->supply);
    if (!status && !r->out->supply) status = reach_no_memory(r);
    for (size_t row = 0; !status && row < rows; row++) {
        bool found;
        char *code = ig_code_normalise(ig_table_text(r->places, row, key), NULL, NULL);
        if (!code) {
            status = reach_no_memory(r);
            break;
        }
        const size_t at = code_set_place(&open, code, &found);
        r->out->supply[at] = supply ? supply[row] : 1.0;
        if (isnan(r->out->supply[at]))
            status = refuse_site(r, code, row, "has no number of supply");
        code_set_place(&r->sites, code, &found);
        alone += !found;
        ig_free(code);
    }
    if (!status && alone)
        ig_warn(r->ctx, "%s: %zu of %zu sites are in no row of the matrix: nobody reaches them",
                ig_show(ig_table_path(r->places)), alone, open.count);
    r->out->site_code = open.codes;
    r->out->sites = open.count;
    return status;
}

/// The table of sites and the column of their codes.
static ig_status read_places(struct reaching *r, size_t *key)
{
    const ig_site_options defaults = ig_site_defaults();
    const ig_site_options *reading = r->in->site_reading ? r->in->site_reading : &defaults;
    ig_table_options options = ig_table_defaults();
    options.keyless = true;
    options.header = reading->header;
    options.where = reading->where;
    options.sheet = reading->sheet;
    options.encoding = reading->encoding;
    const ig_status status =
        ig_table_read_many(r->ctx, r->in->sites.values, r->in->sites.count, &options, &r->places);
    return status ? status : find_site_key(r, reading->key, key);
}

ig_status reach_take_sites(struct reaching *r)
{
    ig_status status = reach_collect(r, r->site_column, &r->sites);
    if (status) return status;
    if (!r->in->sites.count) { // all of the matrix, which are ours from now on
        r->out->site_code = r->sites.codes;
        r->out->sites = r->sites.count;
        r->sites = (struct code_set){0};
        r->out->supply = ig_alloc(r->out->sites + 1, sizeof *r->out->supply);
        if (!r->out->supply) return reach_no_memory(r);
        for (size_t j = 0; j < r->out->sites; j++)
            r->out->supply[j] = 1.0;
        return IG_OK;
    }
    const double *supply = NULL;
    size_t key = 0, column = 0;
    status = read_places(r, &key);
    if (!status && r->in->supply) {
        status = ig_table_find(r->ctx, r->places, r->in->supply, &column);
        if (!status)
            status = ig_table_numbers(r->ctx, r->places, column, IG_NUMBERS_COUNT, &supply);
    }
    return status ? status : fill_sites(r, key, supply);
}

// ---- some of the sites --------------------------------------------------------------------------

/// Mark the sites of a file.
static ig_status mark_file(struct reaching *r, bool *open)
{
    size_t key = 0, alone = 0;
    ig_status status = read_places(r, &key);
    for (size_t row = 0; !status && row < ig_table_rows(r->places); row++) {
        bool found;
        char *code = ig_code_normalise(ig_table_text(r->places, row, key), NULL, NULL);
        if (!code) {
            status = reach_no_memory(r);
            break;
        }
        const size_t at = code_set_place(&r->sites, code, &found);
        ig_free(code);
        alone += !found;
        if (found && open[at])
            status = refuse_site(r, r->sites.codes[at], row, "comes more than once");
        if (found) open[at] = true;
    }
    if (!status && alone)
        ig_warn(r->ctx, "%s: %zu of %zu sites are in no row of the matrix: nobody reaches them",
                ig_show(ig_table_path(r->places)), alone, ig_table_rows(r->places));
    return status;
}

static ig_status mark_one(struct reaching *r, const char *what, const char *text, bool *open)
{
    bool found;
    char *code = ig_code_normalise(text, NULL, NULL);
    if (!code) return ig_fail(r->ctx, IG_EMEMORY, "no memory for the sites of %s", what);
    const size_t at = code_set_place(&r->sites, code, &found);
    ig_free(code);
    if (found) {
        if (open[at])
            return ig_fail(r->ctx, IG_EINVAL, "%s: site %s comes more than once", what,
                           ig_show(text));
        open[at] = true;
        return IG_OK;
    }
    if (access(text, F_OK) == 0) return mark_file(r, open);
    const char *near = ig_nearest_name(text, (const char *const *)r->sites.codes, r->sites.count);
    ig_fail(r->ctx, IG_EINVAL, "%s %s: neither a site of the matrix nor a file", what,
            ig_show(text));
    return near ? ig_hint(r->ctx, "did you mean %s?", ig_show(near))
                : ig_hint(r->ctx, "the sites of the matrix are called like %s",
                          r->sites.count ? ig_show(r->sites.codes[0]) : "(none)");
}

ig_status ig_reach_mark(ig_ctx *ctx, const ig_reach *reach, const char *what, const ig_texts *list,
                        const ig_site_options *reading, bool *open)
{
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < list->count; i++) {
        const ig_reach_inputs in = {
            .matrix = *list, .sites = {&list->values[i], 1}, .site_reading = reading};
        struct reaching r = {.ctx = ctx, .in = &in};
        r.sites = (struct code_set){reach->site_code, reach->sites, 0};
        status = mark_one(&r, what, list->values[i], open);
        ig_table_free(r.places);
    }
    return status;
}

ig_status ig_reach_numbers(ig_ctx *ctx, const ig_reach *reach, const char *file, const char *column,
                           const ig_site_options *reading, double *values)
{
    const ig_texts files = {&file, 1};
    const ig_reach_inputs in = {.matrix = files, .sites = files, .site_reading = reading};
    struct reaching r = {.ctx = ctx, .in = &in};
    const double *numbers = NULL;
    size_t key = 0, at = 0;
    r.sites = (struct code_set){reach->site_code, reach->sites, 0};
    ig_status status = read_places(&r, &key);
    if (!status) status = ig_table_find(ctx, r.places, column, &at);
    if (!status) status = ig_table_numbers(ctx, r.places, at, IG_NUMBERS_COUNT, &numbers);
    for (size_t j = 0; !status && j < reach->sites; j++)
        values[j] = NAN;
    for (size_t row = 0; !status && row < ig_table_rows(r.places); row++) {
        bool found;
        char *code = ig_code_normalise(ig_table_text(r.places, row, key), NULL, NULL);
        if (!code) {
            status = reach_no_memory(&r);
            break;
        }
        const size_t j = code_set_place(&r.sites, code, &found);
        ig_free(code);
        if (found) values[j] = numbers[row];
    }
    ig_table_free(r.places);
    return status;
}
