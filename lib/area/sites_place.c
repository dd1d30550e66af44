// Places of sites in the work CRS: from coordinates, from postcodes, from the points of a layer.
#include "sites_internal.h"

#include <math.h>
#include <string.h>

// ---- postcodes ----------------------------------------------------------------------------------

/// Eastings and northings of EPSG:27700 into the CRS of the other rows.
static ig_status postcode_places(struct making *m, const ig_postcode *codes)
{
    ig_crs_shift *shift = NULL;
    ig_status status = ig_crs_open(m->ctx, "EPSG:27700", "the postcodes", &shift);
    for (size_t row = 0; row < m->rows && !status; row++) {
        if (!m->reason[row]) continue;
        double x = codes[row].x, y = codes[row].y;
        if (!*codes[row].code)
            m->reason[row] = "no postcode";
        else if (!codes[row].found)
            m->reason[row] = "postcode not in the files";
        else if (!codes[row].placed)
            m->reason[row] = "postcode without a place";
        else if (!(status = ig_crs_apply(m->ctx, shift, &x, &y, 1))) {
            m->x[row] = x;
            m->y[row] = y;
            m->reason[row] = NULL;
        }
    }
    ig_crs_free(shift);
    return status;
}

/// Rows that have no coordinates are placed by their postcode; those go in the work CRS.
static ig_status by_postcode(struct making *m)
{
    static const char *const names[] = {"postcode", "postalcode", "pcds", "pcd", NULL};
    size_t column = SIZE_MAX;
    if (m->options->postcode) {
        ig_status status = ig_table_find(m->ctx, m->table, m->options->postcode, &column);
        if (status) return status;
    } else {
        column = ig_sites_column_called(m->table, names);
    }
    if (column == SIZE_MAX) return ig_sites_no_columns(m);
    if (!m->options->postcodes.count) {
        ig_fail(m->ctx, IG_EFORMAT, "%s: the sites have postcodes (column %s) but no coordinates",
                m->file, ig_show(ig_table_column_name(m->table, column)));
        return ig_hint(m->ctx, "give the places of postcodes with --postcodes FILE "
                               "(Code-Point Open as issued)");
    }
    ig_postcode *codes = ig_alloc(m->rows + 1, sizeof *codes);
    ig_status status = codes ? IG_OK : ig_sites_no_memory(m);
    for (size_t row = 0; row < m->rows && !status; row++) {
        codes[row].code = ig_postcode_normalise(ig_table_text(m->table, row, column));
        if (!codes[row].code) status = ig_sites_no_memory(m);
    }
    if (!status) status = ig_postcodes_find(m->ctx, &m->options->postcodes, codes, m->rows);
    if (!status) status = postcode_places(m, codes);
    for (size_t row = 0; codes && row < m->rows; row++)
        ig_free(codes[row].code);
    ig_free(codes);
    m->postcodes_used = true;
    return status;
}

// ---- from coordinates to sites ------------------------------------------------------------------

static ig_status bad_place(struct making *m, size_t row, const char *what)
{
    return ig_fail(m->ctx, IG_EFORMAT, "%s: site %s (%s): (%g, %g) %s", m->file,
                   ig_show(ig_sites_code_of(m, row)), ig_sites_place_of(m, row), m->x[row],
                   m->y[row], what);
}

/// G1 for all places; where some are sound, the first that is not is named.
static ig_status check_extent(struct making *m, const ig_crs_shift *shift)
{
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t row = 0; row < m->rows; row++) {
        if (m->reason[row]) continue;
        if (!isfinite(m->x[row]) || !isfinite(m->y[row])) return bad_place(m, row, "is not finite");
        box[0] = fmin(box[0], m->x[row]);
        box[1] = fmin(box[1], m->y[row]);
        box[2] = fmax(box[2], m->x[row]);
        box[3] = fmax(box[3], m->y[row]);
    }
    if (!(box[0] <= box[2]) ||
        !ig_crs_check_extent(m->ctx, shift, m->file, box[0], box[1], box[2], box[3]))
        return IG_OK;
    size_t bad = 0, all = 0, first = 0;
    for (size_t row = 0; row < m->rows; row++) {
        if (m->reason[row]) continue;
        all++;
        if (ig_crs_check_extent(m->ctx, shift, m->file, m->x[row], m->y[row], m->x[row],
                                m->y[row]) &&
            bad++ == 0)
            first = row;
    }
    ig_text what = {0};
    ig_text_append(&what, m->file);
    if (bad && bad < all) {
        ig_text_format(&what, ": site %s (%s)", ig_show(ig_sites_code_of(m, first)),
                       ig_sites_place_of(m, first));
        box[0] = box[2] = m->x[first];
        box[1] = box[3] = m->y[first];
    }
    const ig_status status = ig_crs_check_extent(m->ctx, shift, what.data ? what.data : "", box[0],
                                                 box[1], box[2], box[3]);
    ig_text_free(&what);
    return status;
}

static ig_status move_to_work(struct making *m)
{
    ig_crs_shift *shift = NULL;
    const char *crs = m->crs ? m->crs : ig_ctx_work_crs(m->ctx);
    ig_status status = ig_crs_open(m->ctx, crs, m->file, &shift);
    if (!status) status = check_extent(m, shift);
    for (size_t row = 0; row < m->rows && !status; row++)
        if (!m->reason[row]) status = ig_crs_apply(m->ctx, shift, &m->x[row], &m->y[row], 1);
    ig_crs_free(shift);
    return status;
}

/// Coordinates of a table, wherever they stand. All end in the work CRS.
ig_status ig_sites_place_rows(struct making *m)
{
    bool done = false;
    ig_status status = ig_sites_by_options(m, &done);
    if (!status && !done && !m->options->postcode) status = ig_sites_by_names(m, &done);
    if (status) return status;
    if (done) {
        bool gaps = false;
        status = move_to_work(m);
        for (size_t row = 0; row < m->rows; row++)
            gaps = gaps || m->reason[row];
        if (status || !gaps || !m->options->postcodes.count) return status;
        return by_postcode(m);
    }
    for (size_t row = 0; row < m->rows; row++)
        m->reason[row] = ig_sites_no_coordinates;
    status = by_postcode(m);
    if (!status && !m->postcodes_used) status = move_to_work(m); // lon and lat with --sites-crs
    return status;
}

/// Points of a layer: each row has one, or none at all.
ig_status ig_sites_place_points(struct making *m)
{
    const ig_features *f = &m->features;
    size_t bare = 0, first = 0;
    for (size_t row = 0; row < m->rows; row++) {
        const ig_feature *item = &f->items[row];
        if (item->state == IG_FEATURE_WRONG) {
            ig_fail(m->ctx, IG_EFORMAT, "%s: %s %lld (%s) is %s: sites must be points", m->file,
                    f->word, (long long)item->line, ig_show(ig_sites_code_of(m, row)), item->type);
            return ig_hint(m->ctx, "make points of it first, such as centroids");
        }
        if (item->state == IG_FEATURE_SOUND) {
            m->x[row] = f->x[item->ring];
            m->y[row] = f->y[item->ring];
            continue;
        }
        m->reason[row] = ig_sites_no_coordinates;
        if (bare++ == 0) first = row;
    }
    if (bare && !m->options->allow_unplaced && !m->options->postcodes.count) {
        ig_fail(m->ctx, IG_EFORMAT, "%s: %s %lld (%s) has no geometry", m->file, f->word,
                (long long)f->items[first].line, ig_show(ig_sites_code_of(m, first)));
        return ig_hint(m->ctx, "remove it, or leave such out, counted and listed, with "
                               "--allow-unplaced");
    }
    const char *crs = ig_features_stated_crs(m->ctx, f, m->options->crs);
    if (!crs) {
        ig_fail(m->ctx, IG_EFORMAT, "%s: its CRS (coordinate reference system) is unknown",
                m->file);
        return ig_hint(m->ctx, "state it with --sites-crs EPSG:N");
    }
    ig_status status = ig_sites_set_crs(m, crs);
    if (!status) status = move_to_work(m);
    if (!status && bare && m->options->postcodes.count) status = by_postcode(m);
    return status;
}
