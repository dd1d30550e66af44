// Columns of a table of sites: their codes, names and coordinates, by option or by what they are
// called.
#include "sites_internal.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

size_t ig_sites_column_called(const ig_table *table, const char *const *names)
{
    for (size_t n = 0; names[n]; n++)
        for (size_t c = 0; c < ig_table_columns(table); c++) {
            const char *a = ig_table_column_name(table, c), *b = names[n];
            while (*a || *b) {
                while (*a == ' ' || *a == '_')
                    a++;
                if (tolower((unsigned char)*a) != *b) break;
                if (*a) a++;
                if (*b) b++;
            }
            if (!*a && !*b) return c;
        }
    return SIZE_MAX;
}

static void list_columns(const ig_table *table, ig_text *text)
{
    for (size_t c = 0; c < ig_table_columns(table) && c < 2 * IG_SHOWN; c++)
        ig_text_format(text, "%s%s", c ? ", " : "", ig_show(ig_table_column_name(table, c)));
}

static bool ends(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcasecmp(text + n - m, end);
}

/// A name that a column of site codes may have. Codes of areas, postcodes and parents are none.
static bool may_be_key(const char *name)
{
    static const char *const others[] = {"post", "area", "ward",   "lsoa",   "msoa", "lad",
                                         "la_",  "icb",  "parent", "region", "zip",  "country"};
    if (!strcasecmp(name, "site")) return true;
    if (!ends(name, "code") && !ends(name, "id")) return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcasestr(name, others[i])) return false;
    return true;
}

/// Does every row hold another text in this column?
static ig_status is_unique(struct making *m, size_t column, bool *unique)
{
    size_t *order = NULL;
    char **texts = ig_alloc(m->rows + 1, sizeof *texts);
    if (!texts) return ig_sites_no_memory(m);
    *unique = true;
    for (size_t r = 0; r < m->rows; r++) {
        texts[r] = (char *)(uintptr_t)ig_table_text(m->table, r, column);
        *unique = *unique && *texts[r];
    }
    ig_status status = ig_code_order(m->ctx, texts, m->rows, &order);
    for (size_t i = 1; i < m->rows && !status; i++)
        *unique = *unique && strcmp(texts[order[i - 1]], texts[order[i]]) != 0;
    ig_free(order);
    ig_free(texts);
    return status;
}

ig_status ig_sites_find_key(struct making *m)
{
    if (m->options->key) return ig_table_find(m->ctx, m->table, m->options->key, &m->key);
    size_t first = SIZE_MAX;
    for (size_t c = 0; c < ig_table_columns(m->table); c++) {
        bool unique = false;
        if (!may_be_key(ig_table_column_name(m->table, c))) continue;
        ig_status status = is_unique(m, c, &unique);
        if (status) return status;
        if (first == SIZE_MAX) first = c;
        if (!unique) continue;
        m->key = c;
        return IG_OK;
    }
    m->key = first; // its doubles are told by their lines
    if (m->options->codeless) m->key = SIZE_MAX;
    if (first == SIZE_MAX && !m->options->codeless) {
        ig_text list = {0};
        list_columns(m->table, &list);
        ig_fail(m->ctx, IG_EFORMAT, "%s: no column of site codes found; the columns are: %s",
                m->file, list.data ? list.data : "none");
        ig_text_free(&list);
        return ig_hint(m->ctx, "name the column with --sites-key");
    }
    return IG_OK;
}

ig_status ig_sites_find_name(struct making *m)
{
    static const char *const names[] = {"name",         "sitename",     "organisationname",
                                        "practicename", "pharmacyname", "clinicname",
                                        "hospitalname", "title",        NULL};
    if (m->options->name) return ig_table_find(m->ctx, m->table, m->options->name, &m->name);
    m->name = ig_sites_column_called(m->table, names);
    return IG_OK;
}

// ---- coordinates --------------------------------------------------------------------------------

const char *ig_sites_place_of(const struct making *m, size_t row)
{
    return ig_table_place(m->table, row);
}

const char *ig_sites_code_of(const struct making *m, size_t row)
{
    return m->key == SIZE_MAX ? ig_sites_place_of(m, row) : ig_table_code(m->table, row);
}

/// A cell as a coordinate; an empty one has none.
static ig_status coordinate(struct making *m, size_t row, size_t column, double *value, bool *empty)
{
    const char *text = ig_table_text(m->table, row, column);
    *value = NAN;
    *empty = !*text;
    if (!*text || ig_text_number(text, value)) return IG_OK;
    ig_fail(m->ctx, IG_EFORMAT, "%s: %s, column %s: %s is no coordinate", m->file,
            ig_sites_place_of(m, row), ig_show(ig_table_column_name(m->table, column)),
            ig_show(text));
    return ig_hint(m->ctx, strchr(text, ',') ? "write the decimal point as '.'"
                                             : "a coordinate is a plain number");
}

const char ig_sites_no_coordinates[] = "no coordinates";

static ig_status read_pair(struct making *m, size_t x, size_t y)
{
    size_t blank = 0, first = 0, field = x;
    for (size_t row = 0; row < m->rows; row++) {
        bool no_x, no_y;
        ig_status status = coordinate(m, row, x, &m->x[row], &no_x);
        if (!status) status = coordinate(m, row, y, &m->y[row], &no_y);
        if (status) return status;
        if (!no_x && !no_y) continue;
        m->reason[row] = ig_sites_no_coordinates;
        if (blank++) continue;
        first = row;
        field = no_x ? x : y;
    }
    if (blank == 0 || m->options->allow_unplaced || m->options->postcodes.count) return IG_OK;
    ig_text more = {0};
    if (blank > 1) ig_text_format(&more, " (and %zu more rows)", blank - 1);
    ig_fail(m->ctx, IG_EFORMAT, "%s: %s, field %s: no coordinate%s", m->file,
            ig_sites_place_of(m, first), ig_show(ig_table_column_name(m->table, field)),
            more.data ? more.data : "");
    ig_text_free(&more);
    return ig_hint(m->ctx, "fill it in, place such rows by --postcodes FILE, or leave them out, "
                           "counted and listed, with --allow-unplaced");
}

ig_status ig_sites_set_crs(struct making *m, const char *crs)
{
    if (!crs) return IG_OK;
    m->crs = ig_text_copy(crs);
    return m->crs ? IG_OK : ig_sites_no_memory(m);
}

/// Do the pairs look like longitude and latitude?
static bool like_degrees(const struct making *m)
{
    size_t seen = 0;
    for (size_t row = 0; row < m->rows; row++) {
        if (m->reason[row]) continue;
        if (!(fabs(m->x[row]) <= 180.0 && fabs(m->y[row]) <= 90.0)) return false;
        seen++;
    }
    return seen > 0;
}

/// Coordinates in columns x and y of a CRS that is stated, or the work CRS.
static ig_status by_columns(struct making *m, size_t x, size_t y, const char *crs)
{
    ig_status status = read_pair(m, x, y);
    if (!status) status = ig_sites_set_crs(m, crs ? crs : ig_ctx_input_crs(m->ctx));
    if (status || m->crs || !like_degrees(m)) return status;
    ig_fail(m->ctx, IG_EFORMAT,
            "%s: columns %s and %s look like degrees (longitude and latitude), not metres of %s",
            m->file, ig_show(ig_table_column_name(m->table, x)),
            ig_show(ig_table_column_name(m->table, y)), ig_ctx_work_crs(m->ctx));
    return ig_hint(m->ctx, "state their CRS with --sites-crs EPSG:4326, or name them with "
                           "--longitude and --latitude");
}

ig_status ig_sites_no_columns(struct making *m)
{
    static const char *const lon[] = {"lon", "lng", NULL}, *const lat[] = {"lat", "latitude", NULL};
    const size_t x = ig_sites_column_called(m->table, lon),
                 y = ig_sites_column_called(m->table, lat);
    if (x != SIZE_MAX && y != SIZE_MAX) {
        for (size_t row = 0; row < m->rows; row++)
            m->reason[row] = NULL;
        ig_status status = read_pair(m, x, y);
        if (!status && m->options->crs) return ig_sites_set_crs(m, m->options->crs);
        if (status) return status;
        ig_fail(m->ctx, IG_EFORMAT,
                "%s: columns %s and %s look like degrees (longitude and latitude), but no CRS is "
                "stated",
                m->file, ig_show(ig_table_column_name(m->table, x)),
                ig_show(ig_table_column_name(m->table, y)));
        return ig_hint(m->ctx, "state it with --sites-crs EPSG:4326, or name the columns with "
                               "--longitude and --latitude");
    }
    ig_text list = {0};
    list_columns(m->table, &list);
    ig_fail(m->ctx, IG_EFORMAT, "%s: no columns of coordinates or postcodes found; there are: %s",
            m->file, list.data ? list.data : "none");
    ig_text_free(&list);
    return ig_hint(m->ctx, "name them with --easting and --northing, --longitude and --latitude, "
                           "or --postcode with --postcodes FILE");
}

/// One option of a pair without the other.
static ig_status half_pair(struct making *m, const char *given, const char *missing)
{
    return ig_fail(m->ctx, IG_EINVAL, "--%s is given without --%s", given, missing);
}

/// Columns named by option. `*done` when there were some.
ig_status ig_sites_by_options(struct making *m, bool *done)
{
    const ig_site_options *o = m->options;
    size_t x, y;
    ig_status status = IG_OK;
    *done = true;
    if (!o->easting != !o->northing)
        return half_pair(m, o->easting ? "easting" : "northing",
                         o->easting ? "northing" : "easting");
    if (!o->longitude != !o->latitude)
        return half_pair(m, o->longitude ? "longitude" : "latitude",
                         o->longitude ? "latitude" : "longitude");
    if (o->easting) {
        status = ig_table_find(m->ctx, m->table, o->easting, &x);
        if (!status) status = ig_table_find(m->ctx, m->table, o->northing, &y);
        return status ? status : by_columns(m, x, y, o->crs);
    }
    if (o->longitude) {
        status = ig_table_find(m->ctx, m->table, o->longitude, &x);
        if (!status) status = ig_table_find(m->ctx, m->table, o->latitude, &y);
        if (!status) status = read_pair(m, x, y);
        return status ? status : ig_sites_set_crs(m, o->crs ? o->crs : "EPSG:4326");
    }
    *done = false;
    return IG_OK;
}

/// Pairs by the names that columns usually have.
ig_status ig_sites_by_names(struct making *m, bool *done)
{
    static const struct {
        const char *const x[5], *const y[5];
        bool degrees;
    } pairs[] = {
        {{"easting", "eastings", "bnge", "oseast1m", NULL},
         {"northing", "northings", "bngn", "osnrth1m", NULL},
         false},
        {{"longitude", "long", NULL}, {"latitude", "lat", NULL}, true},
        {{"x", "xcoord", "xcoordinate", NULL}, {"y", "ycoord", "ycoordinate", NULL}, false}};
    *done = true;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const size_t x = ig_sites_column_called(m->table, pairs[i].x);
        const size_t y = ig_sites_column_called(m->table, pairs[i].y);
        if (x == SIZE_MAX || y == SIZE_MAX) continue;
        if (!pairs[i].degrees) return by_columns(m, x, y, m->options->crs);
        ig_status status = read_pair(m, x, y);
        return status ? status
                      : ig_sites_set_crs(m, m->options->crs ? m->options->crs : "EPSG:4326");
    }
    *done = false;
    return IG_OK;
}
