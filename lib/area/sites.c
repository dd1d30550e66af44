// Sites: points of a layer, or rows of a table placed by easting and northing, longitude and latitude,
// or postcode. Neither moved nor lost in silence (reliability T3).
#include "area_internal.h"

#include "../table/build.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#define AT(member) offsetof(ig_site_options, member)
const ig_option ig_site_option_list[] = {
    {"key", IG_OPTION_COLUMN, AT(key), false,
     "column with the codes of the sites; found by itself when it is called code, id or the like",
     NULL, 0, 0},
    {"name", IG_OPTION_COLUMN, AT(name), false, "column with the names of the sites", NULL, 0, 0},
    {"easting", IG_OPTION_COLUMN, AT(easting), false, "column with eastings, metres", NULL, 0, 0},
    {"northing", IG_OPTION_COLUMN, AT(northing), false, "column with northings, metres", NULL, 0,
     0},
    {"longitude", IG_OPTION_COLUMN, AT(longitude), false, "column with longitudes, degrees", NULL,
     0, 0},
    {"latitude", IG_OPTION_COLUMN, AT(latitude), false, "column with latitudes, degrees", NULL, 0,
     0},
    {"postcode", IG_OPTION_COLUMN, AT(postcode), false,
     "column with postcodes, for sites without coordinates", NULL, 0, 0},
    {"postcodes", IG_OPTION_INPUTS, AT(postcodes), false,
     "places of postcodes: Code-Point Open as issued, files, folder or zip", NULL, 0, 0},
    {"header", IG_OPTION_TEXT, AT(header), false,
     "names of the columns for a file without a header: a,b,c", NULL, 0, 0},
    {"where", IG_OPTION_TEXT, AT(where), false, "rows to keep, by equal text: C=V,D=W", NULL, 0, 0},
    {"sheet", IG_OPTION_TEXT, AT(sheet), false, "sheet of a workbook", NULL, 0, 0},
    {"encoding", IG_OPTION_TEXT, AT(encoding), false, "encoding of the file, as CP1252", NULL, 0,
     0},
    {"crs", IG_OPTION_TEXT, AT(crs), false,
     "CRS of the coordinates where the file states none, as EPSG:4326", NULL, 0, 0},
    {"duplicates", IG_OPTION_CHOICE, AT(duplicates), false,
     "what to do with a code that comes more than once", "error|sum|mean|first", 0, 0},
    {"allow-unplaced", IG_OPTION_FLAG, AT(allow_unplaced), false,
     "leave out, count and list rows without coordinates", NULL, 0, 0},
    {NULL, IG_OPTION_TEXT, 0, false, NULL, NULL, 0, 0}};

ig_site_options ig_site_defaults(void)
{
    return (ig_site_options){0};
}

struct unplaced {
    char *code;
    const char *reason; ///< static
};

struct ig_sites {
    size_t count;
    char **codes, **names;
    int64_t *lines;
    double *x, *y;
    ig_table *table;
    struct unplaced *unplaced;
    size_t unplaced_count;
};

void ig_sites_free(ig_sites *sites)
{
    if (!sites) return;
    ig_texts_free(sites->codes, sites->count);
    ig_texts_free(sites->names, sites->count);
    ig_free(sites->lines);
    ig_free(sites->x);
    ig_free(sites->y);
    ig_table_free(sites->table);
    for (size_t i = 0; i < sites->unplaced_count; i++)
        ig_free(sites->unplaced[i].code);
    ig_free(sites->unplaced);
    ig_free(sites);
}

/// The work of one call. Arrays have a place for each row of the table.
struct making {
    ig_ctx *ctx;
    const ig_site_options *options;
    const char *file;
    ig_features features; ///< of a layer; empty for a table
    ig_table *table;
    size_t rows, key, name;
    double *x, *y;
    const char **reason; ///< why the row has no place; NULL: it has one
    char *crs;           ///< of x and y; NULL: the work CRS
    bool postcodes_used;
    ig_sites *result;
};

static ig_status no_memory(struct making *m)
{
    return ig_fail(m->ctx, IG_EMEMORY, "no memory for %zu sites", m->rows);
}

// ---- columns ------------------------------------------------------------------------------------

/// Column of one of these names, blanks and underscores apart; SIZE_MAX for none.
static size_t column_called(const ig_table *table, const char *const *names)
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
    if (!texts) return no_memory(m);
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

static ig_status find_key(struct making *m)
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
    if (first == SIZE_MAX) {
        ig_text list = {0};
        list_columns(m->table, &list);
        ig_fail(m->ctx, IG_EFORMAT, "%s: no column of site codes found; the columns are: %s",
                m->file, list.data ? list.data : "none");
        ig_text_free(&list);
        return ig_hint(m->ctx, "name the column with --sites-key");
    }
    m->key = first; // its doubles are told by their lines
    return IG_OK;
}

static ig_status find_name(struct making *m)
{
    static const char *const names[] = {"name",         "sitename",     "organisationname",
                                        "practicename", "pharmacyname", "clinicname",
                                        "hospitalname", "title",        NULL};
    if (m->options->name) return ig_table_find(m->ctx, m->table, m->options->name, &m->name);
    m->name = column_called(m->table, names);
    return IG_OK;
}

// ---- coordinates --------------------------------------------------------------------------------

static const char *place(const struct making *m, size_t row)
{
    return ig_table_place(m->table, row);
}

/// A cell as a coordinate; an empty one has none.
static ig_status coordinate(struct making *m, size_t row, size_t column, double *value, bool *empty)
{
    const char *text = ig_table_text(m->table, row, column);
    *value = NAN;
    *empty = !*text;
    if (!*text || ig_text_number(text, value)) return IG_OK;
    ig_fail(m->ctx, IG_EFORMAT, "%s: %s, column %s: %s is no coordinate", m->file, place(m, row),
            ig_show(ig_table_column_name(m->table, column)), ig_show(text));
    return ig_hint(m->ctx, strchr(text, ',') ? "write the decimal point as '.'"
                                             : "a coordinate is a plain number");
}

static const char no_coordinates[] = "no coordinates";

static ig_status read_pair(struct making *m, size_t x, size_t y)
{
    size_t blank = 0, first = 0, field = x;
    for (size_t row = 0; row < m->rows; row++) {
        bool no_x, no_y;
        ig_status status = coordinate(m, row, x, &m->x[row], &no_x);
        if (!status) status = coordinate(m, row, y, &m->y[row], &no_y);
        if (status) return status;
        if (!no_x && !no_y) continue;
        m->reason[row] = no_coordinates;
        if (blank++) continue;
        first = row;
        field = no_x ? x : y;
    }
    if (blank == 0 || m->options->allow_unplaced || m->options->postcodes.count) return IG_OK;
    ig_text more = {0};
    if (blank > 1) ig_text_format(&more, " (and %zu more rows)", blank - 1);
    ig_fail(m->ctx, IG_EFORMAT, "%s: %s, field %s: no coordinate%s", m->file, place(m, first),
            ig_show(ig_table_column_name(m->table, field)), more.data ? more.data : "");
    ig_text_free(&more);
    return ig_hint(m->ctx, "fill it in, place such rows by --postcodes FILE, or leave them out, "
                           "counted and listed, with --allow-unplaced");
}

static ig_status set_crs(struct making *m, const char *crs)
{
    if (!crs) return IG_OK;
    m->crs = ig_text_copy(crs);
    return m->crs ? IG_OK : no_memory(m);
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
    if (!status) status = set_crs(m, crs ? crs : ig_ctx_input_crs(m->ctx));
    if (status || m->crs || !like_degrees(m)) return status;
    ig_fail(m->ctx, IG_EFORMAT,
            "%s: columns %s and %s look like degrees (longitude and latitude), not metres of %s",
            m->file, ig_show(ig_table_column_name(m->table, x)),
            ig_show(ig_table_column_name(m->table, y)), ig_ctx_work_crs(m->ctx));
    return ig_hint(m->ctx, "state their CRS with --sites-crs EPSG:4326, or name them with "
                           "--longitude and --latitude");
}

static ig_status no_columns(struct making *m)
{
    static const char *const lon[] = {"lon", "lng", NULL}, *const lat[] = {"lat", "latitude", NULL};
    const size_t x = column_called(m->table, lon), y = column_called(m->table, lat);
    if (x != SIZE_MAX && y != SIZE_MAX) {
        for (size_t row = 0; row < m->rows; row++)
            m->reason[row] = NULL;
        ig_status status = read_pair(m, x, y);
        if (!status && m->options->crs) return set_crs(m, m->options->crs);
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
static ig_status by_options(struct making *m, bool *done)
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
        return status ? status : set_crs(m, o->crs ? o->crs : "EPSG:4326");
    }
    *done = false;
    return IG_OK;
}

/// Pairs by the names that columns usually have.
static ig_status by_names(struct making *m, bool *done)
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
        const size_t x = column_called(m->table, pairs[i].x);
        const size_t y = column_called(m->table, pairs[i].y);
        if (x == SIZE_MAX || y == SIZE_MAX) continue;
        if (!pairs[i].degrees) return by_columns(m, x, y, m->options->crs);
        ig_status status = read_pair(m, x, y);
        return status ? status : set_crs(m, m->options->crs ? m->options->crs : "EPSG:4326");
    }
    *done = false;
    return IG_OK;
}

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
        column = column_called(m->table, names);
    }
    if (column == SIZE_MAX) return no_columns(m);
    if (!m->options->postcodes.count) {
        ig_fail(m->ctx, IG_EFORMAT, "%s: the sites have postcodes (column %s) but no coordinates",
                m->file, ig_show(ig_table_column_name(m->table, column)));
        return ig_hint(m->ctx, "give the places of postcodes with --postcodes FILE "
                               "(Code-Point Open as issued)");
    }
    ig_postcode *codes = ig_alloc(m->rows + 1, sizeof *codes);
    ig_status status = codes ? IG_OK : no_memory(m);
    for (size_t row = 0; row < m->rows && !status; row++) {
        codes[row].code = ig_postcode_normalise(ig_table_text(m->table, row, column));
        if (!codes[row].code) status = no_memory(m);
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
                   ig_show(ig_table_code(m->table, row)), place(m, row), m->x[row], m->y[row],
                   what);
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
        ig_text_format(&what, ": site %s (%s)", ig_show(ig_table_code(m->table, first)),
                       place(m, first));
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
static ig_status place_rows(struct making *m)
{
    bool done = false;
    ig_status status = by_options(m, &done);
    if (!status && !done && !m->options->postcode) status = by_names(m, &done);
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
        m->reason[row] = no_coordinates;
    status = by_postcode(m);
    if (!status && !m->postcodes_used) status = move_to_work(m); // lon and lat with --sites-crs
    return status;
}

/// Points of a layer: each row has one, or none at all.
static ig_status place_points(struct making *m)
{
    const ig_features *f = &m->features;
    size_t bare = 0, first = 0;
    for (size_t row = 0; row < m->rows; row++) {
        const ig_feature *item = &f->items[row];
        if (item->state == IG_FEATURE_WRONG) {
            ig_fail(m->ctx, IG_EFORMAT, "%s: %s %lld (%s) is %s: sites must be points", m->file,
                    f->word, (long long)item->line, ig_show(ig_table_code(m->table, row)),
                    item->type);
            return ig_hint(m->ctx, "make points of it first, such as centroids");
        }
        if (item->state == IG_FEATURE_SOUND) {
            m->x[row] = f->x[item->ring];
            m->y[row] = f->y[item->ring];
            continue;
        }
        m->reason[row] = no_coordinates;
        if (bare++ == 0) first = row;
    }
    if (bare && !m->options->allow_unplaced && !m->options->postcodes.count) {
        ig_fail(m->ctx, IG_EFORMAT, "%s: %s %lld (%s) has no geometry", m->file, f->word,
                (long long)f->items[first].line, ig_show(ig_table_code(m->table, first)));
        return ig_hint(m->ctx, "remove it, or leave such out, counted and listed, with "
                               "--allow-unplaced");
    }
    const char *crs = ig_features_stated_crs(m->ctx, f, m->options->crs);
    if (!crs) {
        ig_fail(m->ctx, IG_EFORMAT, "%s: its CRS (coordinate reference system) is unknown",
                m->file);
        return ig_hint(m->ctx, "state it with --sites-crs EPSG:N");
    }
    ig_status status = set_crs(m, crs);
    if (!status) status = move_to_work(m);
    if (!status && bare && m->options->postcodes.count) status = by_postcode(m);
    return status;
}

/// Rows that found no place: listed, counted, warned of.
static ig_status list_unplaced(struct making *m)
{
    ig_sites *sites = m->result;
    ig_text text = {0};
    size_t count = 0;
    for (size_t row = 0; row < m->rows; row++)
        count += m->reason[row] != NULL;
    if (count == 0) return IG_OK;
    sites->unplaced = ig_alloc(count, sizeof *sites->unplaced);
    if (!sites->unplaced) return no_memory(m);
    for (size_t row = 0; row < m->rows; row++) {
        if (!m->reason[row]) continue;
        struct unplaced *u = &sites->unplaced[sites->unplaced_count++];
        u->reason = m->reason[row];
        u->code = ig_text_copy(ig_table_code(m->table, row));
        if (!u->code) return no_memory(m);
        if (sites->unplaced_count <= IG_SHOWN)
            ig_text_format(&text, "%s%s (%s: %s)", text.length ? ", " : "", ig_show(u->code),
                           place(m, row), u->reason);
    }
    if (count > IG_SHOWN) ig_text_format(&text, " and %zu more", count - IG_SHOWN);
    if (count == m->rows) {
        ig_fail(m->ctx, IG_EFORMAT, "%s: none of the %zu sites could be placed: %s", m->file, count,
                text.data ? text.data : "");
        ig_text_free(&text);
        return ig_hint(m->ctx, "look at the columns of coordinates, or the postcode files");
    }
    ig_warn(m->ctx, "%s: %zu of %zu sites have no place and are left out: %s", m->file, count,
            m->rows, text.data ? text.data : "");
    ig_text_free(&text);
    return IG_OK;
}

static ig_status make_sites(struct making *m)
{
    ig_sites *sites = m->result;
    bool *keep = ig_alloc(m->rows + 1, sizeof *keep);
    sites->codes = ig_alloc(m->rows + 1, sizeof *sites->codes);
    sites->names = ig_alloc(m->rows + 1, sizeof *sites->names);
    sites->lines = ig_alloc(m->rows + 1, sizeof *sites->lines);
    sites->x = ig_alloc(m->rows + 1, sizeof *sites->x);
    sites->y = ig_alloc(m->rows + 1, sizeof *sites->y);
    ig_status status = IG_OK;
    if (!keep || !sites->codes || !sites->names || !sites->lines || !sites->x || !sites->y)
        status = no_memory(m);
    if (!status) status = list_unplaced(m);
    for (size_t row = 0; row < m->rows && !status; row++) {
        keep[row] = m->reason[row] == NULL;
        if (!keep[row]) continue;
        const size_t i = sites->count++;
        sites->codes[i] = ig_text_copy(ig_table_code(m->table, row));
        sites->names[i] =
            ig_text_copy(m->name == SIZE_MAX ? "" : ig_table_text(m->table, row, m->name));
        if (!sites->codes[i] || !sites->names[i]) status = no_memory(m);
        sites->lines[i] = ig_table_line(m->table, row);
        sites->x[i] = m->x[row];
        sites->y[i] = m->y[row];
    }
    if (!status) ig_table_build_keep(m->table, keep);
    ig_free(keep);
    sites->table = m->table;
    m->table = NULL;
    return status;
}

/// Of rows with one code only the first stays; the others are counted and named.
static ig_status keep_first(struct making *m)
{
    size_t *order = NULL, dropped = 0;
    ig_text list = {0};
    char **codes = ig_alloc(m->rows + 1, sizeof *codes);
    bool *keep = ig_alloc(m->rows + 1, sizeof *keep);
    ig_status status = codes && keep ? IG_OK : no_memory(m);
    for (size_t row = 0; row < m->rows && !status; row++) {
        codes[row] = (char *)(uintptr_t)ig_table_code(m->table, row);
        keep[row] = true;
    }
    if (!status) status = ig_code_order(m->ctx, codes, m->rows, &order);
    for (size_t i = 1; i < m->rows && !status; i++) {
        const size_t row = order[i];
        if (strcmp(codes[order[i - 1]], codes[row])) continue;
        keep[row] = false;
        if (dropped++ < IG_SHOWN)
            ig_text_format(&list, "%s%s (%s)", dropped > 1 ? ", " : "", ig_show(codes[row]),
                           place(m, row));
    }
    if (!status && dropped)
        ig_warn(m->ctx, "%s: %zu rows repeat a site and are left out: %s", m->file, dropped,
                list.data ? list.data : "");
    if (!status && dropped && m->features.count)
        status = ig_features_keep(m->ctx, &m->features, keep);
    if (!status && dropped) {
        ig_table_build_keep(m->table, keep);
        m->rows = ig_table_rows(m->table);
    }
    ig_free(codes);
    ig_free(keep);
    ig_free(order);
    ig_text_free(&list);
    return status;
}

static ig_status check_codes(struct making *m)
{
    for (size_t row = 0; row < m->rows; row++) {
        if (*ig_table_code(m->table, row)) continue;
        ig_fail(m->ctx, IG_EFORMAT, "%s: %s has no code in column %s", m->file, place(m, row),
                ig_show(ig_table_column_name(m->table, m->key)));
        return ig_hint(m->ctx, "fill it in, or choose another column with --sites-key");
    }
    if (m->options->duplicates == 0) return ig_table_unique(m->ctx, m->table);
    if (m->options->duplicates == 3) return keep_first(m);
    ig_fail(m->ctx, IG_EINVAL, "%s: places are neither summed nor averaged", m->file);
    return ig_hint(m->ctx, "--duplicates first takes the first row of each site");
}

/// Sites from a table that is there, with or without points beside it.
static ig_status from_table(struct making *m)
{
    m->rows = ig_table_rows(m->table);
    if (m->rows == 0) return ig_fail(m->ctx, IG_EFORMAT, "%s: no sites (0 rows)", m->file);
    m->x = ig_alloc(m->rows, sizeof *m->x);
    m->y = ig_alloc(m->rows, sizeof *m->y);
    m->reason = ig_alloc(m->rows, sizeof *m->reason);
    if (!m->x || !m->y || !m->reason) return no_memory(m);
    ig_status status = find_key(m);
    if (!status) status = ig_table_build_key(m->ctx, m->table, m->key);
    if (!status) status = check_codes(m);
    if (!status) status = find_name(m);
    if (!status) status = m->features.count ? place_points(m) : place_rows(m);
    if (!status) status = make_sites(m);
    return status;
}

/// Is it a layer of points, rather than a table? Columns named by option make it a table.
static ig_status holds_points(struct making *m, const char *source, bool *points)
{
    static const char *const any[] = {".gpkg", ".geojson", ".json", ".topojson", ".shp", NULL};
    const ig_site_options *o = m->options;
    char *path = NULL, *layer = NULL;
    ig_kind kind = IG_KIND_UNKNOWN;
    ig_status status = ig_split_layer(m->ctx, source, &path, &layer);
    if (!status) status = ig_kind_of(m->ctx, path, &kind);
    *points = false;
    if (!status && (kind == IG_KIND_ZIP || kind == IG_KIND_FOLDER || kind == IG_KIND_GZIP)) {
        ig_unpacked *members = NULL;
        status = ig_unpack(m->ctx, path, kind == IG_KIND_GZIP ? NULL : any, &members);
        if (!status && ig_unpacked_count(members))
            status = ig_kind_of(m->ctx, ig_unpacked_path(members, 0), &kind);
        ig_unpacked_free(members);
    }
    if (!status)
        *points = kind == IG_KIND_SQLITE || kind == IG_KIND_GEOJSON || kind == IG_KIND_TOPOJSON ||
                  kind == IG_KIND_SHP;
    if (o->easting || o->northing || o->longitude || o->latitude || o->postcode) *points = false;
    ig_free(path);
    ig_free(layer);
    return status;
}

static ig_status read_sites(struct making *m, const char *const *paths, size_t count)
{
    bool points = false;
    ig_status status = holds_points(m, paths[0], &points);
    if (status) return status;
    if (points) {
        m->features.points = true;
        m->features.word = "feature";
        status = ig_features_read(m->ctx, paths, count, m->options->encoding, &m->features);
        if (!status && m->options->where)
            status = ig_features_where(m->ctx, &m->features, m->options->where);
        if (!status) status = ig_features_table(m->ctx, &m->features, &m->table);
    } else {
        ig_table_options options = ig_table_defaults();
        options.keyless = true;
        options.header = m->options->header;
        options.where = m->options->where;
        options.sheet = m->options->sheet;
        options.encoding = m->options->encoding;
        status = ig_table_read_many(m->ctx, paths, count, &options, &m->table);
    }
    return status ? status : from_table(m);
}

ig_status ig_sites_read(ig_ctx *ctx, const char *const *paths, size_t count,
                        const ig_site_options *options, ig_sites **out)
{
    const ig_site_options defaults = ig_site_defaults();
    struct making m = {.ctx = ctx, .options = options ? options : &defaults, .name = SIZE_MAX};
    *out = NULL;
    if (count == 0) return ig_fail(ctx, IG_EINVAL, "no file of sites was named");
    m.file = paths[0];
    m.result = ig_alloc(1, sizeof *m.result);
    if (!m.result) return ig_fail(ctx, IG_EMEMORY, "no memory for sites");
    const ig_status status = read_sites(&m, paths, count);
    ig_features_free(&m.features);
    ig_table_free(m.table);
    ig_free(m.x);
    ig_free(m.y);
    ig_free(m.reason);
    ig_free(m.crs);
    if (status)
        ig_sites_free(m.result);
    else
        *out = m.result;
    return status;
}

// ---- what others ask ----------------------------------------------------------------------------

size_t ig_sites_count(const ig_sites *sites)
{
    return sites->count;
}

const char *ig_sites_code(const ig_sites *sites, size_t i)
{
    return sites->codes[i];
}

const char *ig_sites_name(const ig_sites *sites, size_t i)
{
    return sites->names[i];
}

int64_t ig_sites_line(const ig_sites *sites, size_t i)
{
    return sites->lines[i];
}

double ig_sites_x(const ig_sites *sites, size_t i)
{
    return sites->x[i];
}

double ig_sites_y(const ig_sites *sites, size_t i)
{
    return sites->y[i];
}

const ig_table *ig_sites_table(const ig_sites *sites)
{
    return sites->table;
}

size_t ig_sites_unplaced_count(const ig_sites *sites)
{
    return sites->unplaced_count;
}

const char *ig_sites_unplaced_code(const ig_sites *sites, size_t i)
{
    return sites->unplaced[i].code;
}

const char *ig_sites_unplaced_reason(const ig_sites *sites, size_t i)
{
    return sites->unplaced[i].reason;
}
