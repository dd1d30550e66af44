// Sites: points of a layer, or rows of a table placed by easting and northing, longitude and latitude,
// or postcode. Neither moved nor lost in silence (reliability T3).
#include "sites_internal.h"

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

ig_status ig_sites_no_memory(struct making *m)
{
    return ig_fail(m->ctx, IG_EMEMORY, "no memory for %zu sites", m->rows);
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
    if (!sites->unplaced) return ig_sites_no_memory(m);
    for (size_t row = 0; row < m->rows; row++) {
        if (!m->reason[row]) continue;
        struct unplaced *u = &sites->unplaced[sites->unplaced_count++];
        u->reason = m->reason[row];
        u->code = ig_text_copy(ig_sites_code_of(m, row));
        if (!u->code) return ig_sites_no_memory(m);
        if (sites->unplaced_count <= IG_SHOWN)
            ig_text_format(&text, "%s%s (%s: %s)", text.length ? ", " : "", ig_show(u->code),
                           ig_sites_place_of(m, row), u->reason);
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
        status = ig_sites_no_memory(m);
    if (!status) status = list_unplaced(m);
    for (size_t row = 0; row < m->rows && !status; row++) {
        keep[row] = m->reason[row] == NULL;
        if (!keep[row]) continue;
        const size_t i = sites->count++;
        sites->codes[i] = ig_text_copy(ig_sites_code_of(m, row));
        sites->names[i] =
            ig_text_copy(m->name == SIZE_MAX ? "" : ig_table_text(m->table, row, m->name));
        if (!sites->codes[i] || !sites->names[i]) status = ig_sites_no_memory(m);
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
    ig_status status = codes && keep ? IG_OK : ig_sites_no_memory(m);
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
                           ig_sites_place_of(m, row));
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
    if (m->key == SIZE_MAX) return IG_OK;
    for (size_t row = 0; row < m->rows; row++) {
        if (*ig_table_code(m->table, row)) continue;
        ig_fail(m->ctx, IG_EFORMAT, "%s: %s has no code in column %s", m->file,
                ig_sites_place_of(m, row), ig_show(ig_table_column_name(m->table, m->key)));
        return ig_hint(m->ctx, "fill it in, or choose another column with --sites-key");
    }
    if (m->options->duplicates == 0) {
        const ig_status status = ig_table_unique(m->ctx, m->table);
        if (status == IG_EFORMAT && !m->options->codeless)
            ig_hint(m->ctx, "choose rows with --where COLUMN=VALUE, or take the first row of each "
                            "site with --duplicates first");
        return status;
    }
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
    if (!m->x || !m->y || !m->reason) return ig_sites_no_memory(m);
    ig_status status = ig_sites_find_key(m);
    if (!status) status = ig_table_build_key(m->ctx, m->table, m->key);
    if (!status) status = check_codes(m);
    if (!status) status = ig_sites_find_name(m);
    if (!status) status = m->features.count ? ig_sites_place_points(m) : ig_sites_place_rows(m);
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
