// People from a table by area, a raster or points, told apart by what the file holds.
#include "../core/inside.h"
#include "../link/link.h"
#include "codes_internal.h"
#include "people_internal.h"
#include "study.h"

#include <math.h>
#include <string.h>
#include <strings.h>

struct ig_population {
    ig_people people;
    const char *form;
    double *by_area;
    ig_grid *grid;
    double *x, *y, *count;
};

struct reading {
    ig_ctx *ctx;
    const char *const *paths;
    size_t count;
    const ig_areas *areas;
    const ig_population_options *options;
    ig_population *out;
};

ig_population_options ig_population_defaults(void)
{
    return (ig_population_options){.table = ig_table_defaults(), .min_match = 0.5};
}

void ig_population_free(ig_population *population)
{
    if (!population) return;
    ig_free(population->by_area);
    ig_grid_free(population->grid);
    ig_free(population->x);
    ig_free(population->y);
    ig_free(population->count);
    ig_free(population);
}

const ig_people *ig_population_people(const ig_population *population)
{
    return &population->people;
}

const char *ig_population_form(const ig_population *population)
{
    return population->form;
}

// ---- what the file is ---------------------------------------------------------------------------

/// Kind of the first file, looked for inside .gz and .zip.
static ig_status kind_of_first(const struct reading *r, ig_kind *kind)
{
    char *path = NULL, *layer = NULL;
    ig_unpacked *unpacked = NULL;
    ig_status status = ig_split_layer(r->ctx, r->paths[0], &path, &layer);
    if (!status) status = ig_kind_of(r->ctx, path, kind);
    const bool packed =
        !status && (*kind == IG_KIND_GZIP || *kind == IG_KIND_ZIP || *kind == IG_KIND_FOLDER);
    if (packed) status = ig_unpack(r->ctx, path, NULL, &unpacked);
    for (size_t i = 0; unpacked && !status && i < ig_unpacked_count(unpacked); i++) {
        status = ig_kind_of(r->ctx, ig_unpacked_path(unpacked, i), kind);
        if (*kind == IG_KIND_GTIFF || *kind == IG_KIND_AAIGRID) break;
    }
    ig_unpacked_free(unpacked);
    ig_free(path);
    ig_free(layer);
    return status;
}

static bool has_coordinates(const ig_table *table)
{
    static const char *const names[] = {"easting", "eastings", "x", "longitude", "long", "lon"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ig_table_column(table, names[i]) != SIZE_MAX) return true;
    }
    return false;
}

static bool holds_shapes(ig_kind kind)
{
    return kind == IG_KIND_SQLITE || kind == IG_KIND_SHP || kind == IG_KIND_GEOJSON ||
           kind == IG_KIND_TOPOJSON;
}

/// Does any code of the table stand for an area?
static ig_status any_match(const struct reading *r, const ig_table *table, bool *found)
{
    struct code_index index;
    *found = false;
    const ig_status status =
        code_index_new(r->ctx, ig_areas_count(r->areas), code_of_area, r->areas, &index);
    for (size_t row = 0; !status && row < ig_table_rows(table) && !*found; row++) {
        *found = code_index_find(&index, ig_table_code(table, row)) != SIZE_MAX;
    }
    code_index_free(&index);
    return status;
}

// ---- the number of people -----------------------------------------------------------------------

static bool is_people_name(const char *name)
{
    return !strcasecmp(name, "population") || !strcasecmp(name, "people") ||
           !strncasecmp(name, "pop", 3) || !strcasecmp(name, "total_population");
}

/// The column of people: the one named, else the only number column that is called so.
ig_status study_find_people(ig_ctx *ctx, const ig_table *table, const char *wanted, size_t *column)
{
    if (wanted) return ig_table_find(ctx, table, wanted, column);
    ig_text names = {0};
    size_t found = 0;
    for (size_t c = 0; c < ig_table_columns(table); c++) {
        const char *name = ig_table_column_name(table, c);
        if (!is_people_name(name) || !ig_table_looks_numeric(table, c)) continue;
        ig_text_format(&names, "%s%s", found++ ? ", " : "", ig_show(name));
        *column = c;
    }
    ig_status status = IG_OK;
    if (found != 1) {
        status = found ? ig_fail(ctx, IG_EINVAL, "%s: several columns could be people: %s",
                                 ig_show(ig_table_path(table)), names.data ? names.data : "")
                       : ig_fail(ctx, IG_EINVAL,
                                 "%s: no number column is called population, people or pop...",
                                 ig_show(ig_table_path(table)));
        ig_hint(ctx, "name it by --population-column (in a plan: population: {column: ...})");
    }
    ig_text_free(&names);
    return status;
}

static ig_status by_area(const struct reading *r, ig_table *table)
{
    const size_t areas = ig_areas_count(r->areas);
    const char **codes = ig_alloc(areas + 1, sizeof *codes);
    size_t *row = ig_alloc(areas + 1, sizeof *row), column = 0;
    const double *people = NULL;
    r->out->by_area = ig_alloc(areas + 1, sizeof *r->out->by_area);
    ig_status status = IG_OK;
    if (!codes || !row || !r->out->by_area) {
        status = ig_fail(r->ctx, IG_EMEMORY, "no memory for the people of %zu areas", areas);
        goto done;
    }
    for (size_t a = 0; a < areas; a++)
        codes[a] = ig_areas_code(r->areas, a);
    status = study_find_people(r->ctx, table, r->options->column, &column);
    if (!status) status = ig_table_numbers(r->ctx, table, column, IG_NUMBERS_COUNT, &people);
    if (!status) {
        status = ig_link_rows(r->ctx, codes, areas, ig_areas_path(r->areas), table,
                              r->options->min_match, row);
    }
    for (size_t a = 0; a < areas && !status; a++) {
        r->out->by_area[a] = row[a] == SIZE_MAX ? NAN : people[row[a]];
    }
    r->out->people.by_area = r->out->by_area;
    r->out->form = "by area";
done:
    ig_free(codes);
    ig_free(row);
    return status;
}

// ---- rasters and points -------------------------------------------------------------------------

static ig_status read_raster(const struct reading *r)
{
    ig_grid_options options = ig_grid_defaults();
    options.band = r->options->band;
    options.nodata = r->options->nodata;
    options.crs = r->options->crs;
    const ig_status status = ig_grid_read(r->ctx, r->paths, r->count, &options, &r->out->grid);
    if (status) return status;
    const int64_t cells = ig_frame_cells(&r->out->grid->frame);
    int64_t negative = 0;
    for (int64_t c = 0; c < cells; c++)
        negative += r->out->grid->cells[c] < 0;
    if (negative) {
        ig_fail(r->ctx, IG_EFORMAT, "%s: %lld cells hold negative people", ig_show(r->paths[0]),
                (long long)negative);
        return ig_hint(r->ctx, "if a number stands for no data, name it by --nodata");
    }
    r->out->people.grid = r->out->grid;
    r->out->form = "raster";
    return IG_OK;
}

static ig_status keep_points(const struct reading *r, const ig_sites *sites, const double *people)
{
    const size_t count = ig_sites_count(sites);
    ig_population *out = r->out;
    out->x = ig_alloc(count + 1, sizeof *out->x);
    out->y = ig_alloc(count + 1, sizeof *out->y);
    out->count = ig_alloc(count + 1, sizeof *out->count);
    if (!out->x || !out->y || !out->count) {
        return ig_fail(r->ctx, IG_EMEMORY, "no memory for %zu points", count);
    }
    double unknown = 0;
    for (size_t i = 0; i < count; i++) {
        out->x[i] = ig_sites_x(sites, i);
        out->y[i] = ig_sites_y(sites, i);
        out->count[i] = isnan(people[i]) ? 0 : people[i];
        unknown += isnan(people[i]);
    }
    if (unknown > 0) {
        ig_warn(r->ctx, "%s: %.0f points have no number of people and count as nobody",
                ig_show(r->paths[0]), unknown);
    }
    out->people = (ig_people){.x = out->x, .y = out->y, .count = out->count, .points = count};
    out->form = "points";
    return IG_OK;
}

static ig_status read_points(const struct reading *r)
{
    ig_site_options options = ig_site_defaults();
    options.key = r->options->table.key;
    options.where = r->options->table.where;
    options.header = r->options->table.header;
    options.sheet = r->options->table.sheet;
    options.encoding = r->options->table.encoding;
    options.crs = r->options->crs;
    options.codeless = true;
    ig_sites *sites = NULL;
    size_t column = 0;
    const double *people = NULL;
    ig_status status = ig_sites_read(r->ctx, r->paths, r->count, &options, &sites);
    ig_table *table = status ? NULL : (ig_table *)(uintptr_t)ig_sites_table(sites);
    if (!status) status = study_find_people(r->ctx, table, r->options->column, &column);
    if (!status) status = ig_table_numbers(r->ctx, table, column, IG_NUMBERS_COUNT, &people);
    if (!status) status = keep_points(r, sites, people);
    ig_sites_free(sites);
    return status;
}

/// A table whose codes are those of areas, or points when they are not and there are coordinates.
static ig_status read_table(const struct reading *r, ig_kind kind)
{
    ig_table *table = NULL;
    bool match = false;
    ig_status status = ig_table_read_many(r->ctx, r->paths, r->count, &r->options->table, &table);
    if (!status) status = any_match(r, table, &match);
    const bool shapes = holds_shapes(kind);
    const bool points = !match && (status ? shapes : shapes || has_coordinates(table));
    if (points && (!status || status == IG_EFORMAT || status == IG_EINVAL)) {
        ig_table_free(table);
        return read_points(r);
    }
    if (!status) status = by_area(r, table);
    ig_table_free(table);
    return status;
}

/// Points, since there are no areas that rows of a table could belong to.
static ig_status read_unplaced(const struct reading *r, ig_kind kind)
{
    const ig_status status = read_points(r);
    if (status != IG_EFORMAT || holds_shapes(kind)) return status;
    ig_table *table = NULL;
    const bool bare = !ig_table_read_many(r->ctx, r->paths, r->count, &r->options->table, &table) &&
                      !has_coordinates(table);
    ig_table_free(table);
    if (!bare) return status;
    ig_fail(r->ctx, IG_EFORMAT, "%s: the people have no coordinates, and there are no areas",
            ig_show(r->paths[0]));
    return ig_hint(r->ctx,
                   "name the areas of the table by --areas FILE, or give a raster or points");
}

ig_status ig_population_read(ig_ctx *ctx, const char *const *paths, size_t count,
                             const ig_areas *areas, const ig_population_options *options,
                             ig_population **out)
{
    *out = NULL;
    const ig_population_options defaults = ig_population_defaults();
    ig_population *population = ig_alloc(1, sizeof *population);
    if (!population) return ig_fail(ctx, IG_EMEMORY, "no memory for the population");
    const struct reading r = {.ctx = ctx,
                              .paths = paths,
                              .count = count,
                              .areas = areas,
                              .options = options ? options : &defaults,
                              .out = population};
    ig_kind kind = IG_KIND_UNKNOWN;
    ig_status status = kind_of_first(&r, &kind);
    const bool raster = kind == IG_KIND_GTIFF || kind == IG_KIND_AAIGRID || kind == IG_KIND_VRT;
    if (!status)
        status = raster ? read_raster(&r) : areas ? read_table(&r, kind) : read_unplaced(&r, kind);
    if (status) {
        ig_population_free(population);
        return status;
    }
    *out = population;
    return IG_OK;
}
