// spatial: does like lie beside like, over all areas and round each of them.
#include "command.h"
#include "groups.h"

#include <core/inside.h>
#include <link/link.h>
#include <spatial/spatial.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum statistic { MORAN, GEARY, GENERAL_G, LOCAL_MORAN, GI, GI_STAR };
static const char *const statistic_names[] = {"moran",       "geary", "general-g",
                                              "local-moran", "gi",    "gi-star"};

struct settings {
    ig_texts areas;
    ig_area_options area_reading;
    const char *table, *value, *weights;
    ig_table_options reading;
    int style, statistic;
    int64_t permutations, seed;
    double min_match;
    const char *output;
};

// Metres: what rounding and a way through degrees may move a corner, and no gap that was meant.
#define SNAP .01

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"areas", IG_OPTION_INPUTS, AT(areas), true,
     "boundaries: GeoPackage, Shapefile, GeoJSON, TopoJSON", NULL, 0, 0},
    {"table", IG_OPTION_INPUT, AT(table), false,
     "table with the value, joined by code; without, a column of the areas", NULL, 0, 0},
    {"value", IG_OPTION_COLUMN, AT(value), true, "column of values", NULL, 0, 0},
    {"weights", IG_OPTION_TEXT, AT(weights), true,
     "neighbours: queen, rook, distance:M (metres between centroids) or knn:K", NULL, 0, 0},
    {"style", IG_OPTION_CHOICE, AT(style), false,
     "weights of neighbours: W adds up to 1 in each row, B is 1 each", "W|B", 0, 0},
    {"statistic", IG_OPTION_CHOICE, AT(statistic), true, "what to work out",
     "moran|geary|general-g|local-moran|gi|gi-star", 0, 0},
    {"permutations", IG_OPTION_COUNT, AT(permutations), false,
     "draws for p, such as 9999; none: by the normal distribution", NULL, 0, 1e7},
    {"seed", IG_OPTION_COUNT, AT(seed), false, "start of the random numbers", NULL, 0, 9e15},
    {"min-match", IG_OPTION_NUMBER, AT(min_match), false,
     "least share of the areas that must have a row in the table", NULL, 0, 1},
    {"output", IG_OPTION_OUTPUT, AT(output), false,
     "result: .csv .xlsx .json .gpkg; local statistics carry shapes in .gpkg .geojson .shp", NULL,
     0, 0},
    {0},
};

static const struct option_group groups[] = {
    AREAS_GROUP(AT(area_reading)),
    {.options = ig_table_option_list,
     .offset = AT(reading),
     .prefix = "table-",
     .bare = "bands|header|header-row|sheet|where|encoding|decimal-comma|duplicates|max-rows|max-"
             "unpacked",
     .drop = "pivot|proportion|sensitive"},
    {0},
};

static void defaults(void *settings)
{
    struct settings *s = settings;
    s->area_reading = ig_area_defaults();
    s->reading = ig_table_defaults();
    s->seed = 1;
    s->min_match = 0.5;
}

/// What a run holds. Areas with a value are taken in order of code, whatever the order of the file.
struct work {
    ig_areas *areas;
    ig_table *table; ///< lent by the areas, or `own`
    ig_table *own;
    size_t column;
    size_t *row;        ///< of each area in the table, SIZE_MAX without
    const double *cell; ///< of each row
    size_t *order;      ///< areas with value and shape, by code
    size_t count;
    size_t *place; ///< of each area in `order`, SIZE_MAX without
    double *values;
    const char **codes;
    ig_weights *weights; ///< among those
    size_t islands;
    ig_local *local;
};

static void let_go(struct work *w)
{
    ig_free(w->row);
    ig_free(w->order);
    ig_free(w->place);
    ig_free(w->values);
    ig_free(w->codes);
    ig_free(w->local);
    ig_weights_free(w->weights);
    ig_table_free(w->own);
    ig_areas_free(w->areas);
}

// ---- neighbours ---------------------------------------------------------------------------------

static ig_status refuse_weights(ig_ctx *ctx, const char *text)
{
    return command_fail(ctx, IG_EINVAL, "write queen, rook, distance:M in metres, or knn:K",
                        "--weights: '%s' is no way to find neighbours", ig_show(text));
}

// Of the areas with a value, in order of code: equally near ones go by code, not by file.
static ig_status by_centroids(ig_ctx *ctx, const struct work *w, const char *how, ig_weights **out)
{
    const bool distance = strncmp(how, "distance:", 9) == 0;
    const char *rest = distance ? how + 9 : strncmp(how, "knn:", 4) == 0 ? how + 4 : "";
    double number;
    if (!ig_text_number(rest, &number) || !(number > 0.0)) return refuse_weights(ctx, how);
    if (!distance && (number != floor(number) || number > 1e6)) return refuse_weights(ctx, how);
    const size_t n = w->count;
    if (!distance && number >= (double)n) {
        return command_fail(ctx, IG_EINVAL, "take fewer neighbours than there are areas",
                            "--weights %s: %zu areas have a value", ig_show(how), n);
    }
    double *xy = ig_alloc(2 * n + 1, sizeof *xy);
    if (!xy) return ig_fail(ctx, IG_EMEMORY, "no memory for the centroids of %zu areas", n);
    for (size_t k = 0; k < n; k++) {
        if (!ig_areas_centroid(w->areas, w->order[k], &xy[k], &xy[n + k])) xy[k] = xy[n + k] = NAN;
    }
    const ig_status status = distance ? ig_weights_distance(xy, xy + n, n, number, out)
                                      : ig_weights_nearest(xy, xy + n, n, (size_t)number, out);
    ig_free(xy);
    return status ? ig_fail(ctx, status, "the neighbours of %zu areas cannot be found", n) : IG_OK;
}

static ig_status by_border(ig_ctx *ctx, const struct work *w, bool edges, ig_weights **out)
{
    const ig_rings *rings = ig_areas_rings(w->areas);
    ig_weights *all = NULL;
    ig_status status =
        edges ? ig_weights_rook(rings, SNAP, 0.0, &all) : ig_weights_queen(rings, SNAP, &all);
    if (!status) status = ig_weights_pick(all, w->order, w->count, out);
    ig_weights_free(all);
    return status ? ig_fail(ctx, status, "the neighbours of %zu areas cannot be found", w->count)
                  : IG_OK;
}

static ig_status weigh(ig_ctx *ctx, const struct settings *s, struct work *w)
{
    const bool queen = strcmp(s->weights, "queen") == 0, rook = strcmp(s->weights, "rook") == 0;
    const ig_status status = queen || rook ? by_border(ctx, w, rook, &w->weights)
                                           : by_centroids(ctx, w, s->weights, &w->weights);
    if (status) return status;
    if (s->style == 0) ig_weights_standardise(w->weights);
    for (size_t i = 0; i < w->count; i++)
        w->islands += w->weights->start[i] == w->weights->start[i + 1];
    return IG_OK;
}

// ---- values -------------------------------------------------------------------------------------

static ig_status read_values(ig_ctx *ctx, struct settings *s, struct work *w)
{
    const size_t n = ig_areas_count(w->areas);
    w->row = ig_alloc(n + 1, sizeof *w->row);
    w->codes = ig_alloc(n + 1, sizeof *w->codes);
    if (!w->row || !w->codes) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; i < n; i++) {
        w->row[i] = i;
        w->codes[i] = ig_areas_code(w->areas, i);
    }
    w->table = ig_areas_values(w->areas);
    ig_status status = IG_OK;
    if (s->table) {
        status = ig_table_read(ctx, s->table, &s->reading, &w->own);
        if (!status) status = ig_link_key(ctx, w->codes, n, NULL, w->own);
        if (!status) {
            status = ig_link_rows(ctx, w->codes, n, ig_areas_path(w->areas), w->own, s->min_match,
                                  w->row);
        }
        w->table = w->own;
    }
    if (!status) status = ig_table_find(ctx, w->table, s->value, &w->column);
    if (!status) {
        status = ig_table_numbers(ctx, w->table, w->column, IG_NUMBERS_ANY, &w->cell);
    }
    return status;
}

static bool has_value(const struct work *w, size_t i)
{
    return w->row[i] != SIZE_MAX && !isnan(w->cell[w->row[i]]);
}

struct coded {
    const char *code;
    size_t area;
};

static int by_code(const void *a, const void *b)
{
    const struct coded *p = a, *q = b;
    const int way = strcmp(p->code, q->code);
    return way ? way : p->area < q->area ? -1 : p->area > q->area;
}

static ig_status take_values(ig_ctx *ctx, struct work *w)
{
    const size_t n = ig_areas_count(w->areas);
    struct coded *list = ig_alloc(n + 1, sizeof *list);
    w->order = ig_alloc(n + 1, sizeof *w->order);
    w->place = ig_alloc(n + 1, sizeof *w->place);
    w->values = ig_alloc(n + 1, sizeof *w->values);
    if (!list || !w->order || !w->place || !w->values) {
        ig_free(list);
        return ig_fail(ctx, IG_EMEMORY, "no memory for the values of %zu areas", n);
    }
    for (size_t i = 0; i < n; i++) {
        w->place[i] = SIZE_MAX;
        if (has_value(w, i) && ig_areas_size(w->areas, i) > 0.0) {
            list[w->count++] = (struct coded){ig_areas_code(w->areas, i), i};
        }
    }
    if (w->count) qsort(list, w->count, sizeof *list, by_code);
    for (size_t k = 0; k < w->count; k++) {
        w->order[k] = list[k].area;
        w->place[list[k].area] = k;
        w->values[k] = w->cell[w->row[list[k].area]];
        w->codes[k] = list[k].code;
    }
    ig_free(list);
    if (w->count < n) {
        ig_warn(ctx, "%zu of %zu areas have no value or no shape and are left out", n - w->count,
                n);
    }
    return IG_OK;
}

// ---- global -------------------------------------------------------------------------------------

static ig_status put_global(ig_result *result, size_t row, const char *statistic,
                            const char *assumption, const ig_global *g, size_t n)
{
    static const char *const names[] = {"statistic", "assumption", "estimate", "expected",
                                        "variance",  "z",          "p",        "n"};
    const double numbers[] = {g->estimate, g->expected, g->variance, g->z, g->p, (double)n};
    ig_status status = IG_OK;
    for (size_t c = 0; !status && c < 9; c++) {
        const bool text = c < 2 || c == 8;
        ig_column *column = NULL;
        if (row == 0) {
            status = ig_result_add(result, c == 8 ? "status" : names[c],
                                   text     ? IG_COLUMN_TEXT
                                   : c == 7 ? IG_COLUMN_INTEGER
                                            : IG_COLUMN_REAL,
                                   &column);
        } else {
            column = &result->columns[c];
        }
        if (status) break;
        if (text) {
            const char *reason = g->reason ? g->reason : "ok";
            status = ig_result_set_text(result, column, row,
                                        c == 0   ? statistic
                                        : c == 1 ? assumption
                                                 : reason);
        } else {
            column->number[row] = numbers[c - 2];
        }
    }
    return status;
}

static ig_status global(ig_ctx *ctx, const struct settings *s, const struct work *w,
                        ig_result **out)
{
    static const char *const assumptions[] = {"randomisation", "normality", "permutation"};
    ig_global g[3] = {0};
    bool given[3] = {true, s->statistic != GENERAL_G, s->permutations > 0};
    ig_status status = s->statistic == MORAN   ? ig_moran(w->values, w->weights, &g[0], &g[1])
                       : s->statistic == GEARY ? ig_geary(w->values, w->weights, &g[0], &g[1])
                                               : ig_general_g(w->values, w->weights, &g[0]);
    if (status) return ig_fail(ctx, status, "the statistic cannot be worked out");
    if (given[2]) {
        status = ig_global_permuted(ctx, (ig_global_statistic)s->statistic, w->values, w->weights,
                                    (uint64_t)s->seed, (size_t)s->permutations, &g[2]);
    }
    ig_result *result = NULL;
    size_t rows = 0;
    for (size_t a = 0; a < 3; a++)
        rows += given[a];
    if (!status) status = ig_result_new(rows, &result);
    for (size_t a = 0, r = 0; !status && a < 3; a++) {
        if (!given[a]) continue;
        status =
            put_global(result, r++, statistic_names[s->statistic], assumptions[a], &g[a], w->count);
    }
    if (status) {
        ig_result_free(result);
        return ig_fail(ctx, status, "no memory for the result");
    }
    *out = result;
    return IG_OK;
}

// ---- local --------------------------------------------------------------------------------------

static const char *status_of(const struct work *w, size_t i, bool constant)
{
    const size_t k = w->place[i];
    if (k == SIZE_MAX) {
        if (has_value(w, i)) return "no shape";
        const char *gap =
            w->row[i] == SIZE_MAX ? NULL : ig_table_gap(w->table, w->row[i], w->column);
        return gap ? gap : "no data";
    }
    if (w->weights->start[k] == w->weights->start[k + 1]) return "island";
    return constant ? "undefined" : isnan(w->local[k].estimate) ? "undefined" : "ok";
}

static ig_status local_columns(const struct work *w, bool constant, ig_result *result)
{
    static const char *const names[] = {"value", "estimate", "expected",  "variance",
                                        "z",     "p",        "p_adjusted"};
    const size_t n = ig_areas_count(w->areas);
    ig_column *column = NULL;
    ig_status status = ig_result_add(result, "area", IG_COLUMN_TEXT, &column);
    for (size_t i = 0; !status && i < n; i++)
        status = ig_result_set_text(result, column, i, ig_areas_code(w->areas, i));
    for (size_t c = 0; !status && c < 7; c++) {
        status = ig_result_add(result, names[c], IG_COLUMN_REAL, &column);
        for (size_t i = 0; !status && i < n; i++) {
            if (c == 0 && has_value(w, i)) column->number[i] = w->cell[w->row[i]];
            if (c == 0 || w->place[i] == SIZE_MAX || constant) continue;
            const ig_local *l = &w->local[w->place[i]];
            const double numbers[] = {l->estimate, l->expected, l->variance,
                                      l->z,        l->p,        l->p_adjusted};
            column->number[i] = numbers[c - 1];
        }
    }
    if (!status) status = ig_result_add(result, "quadrant", IG_COLUMN_TEXT, &column);
    for (size_t i = 0; !status && i < n; i++) {
        if (w->place[i] == SIZE_MAX || constant || !*w->local[w->place[i]].quadrant) continue;
        status = ig_result_set_text(result, column, i, w->local[w->place[i]].quadrant);
    }
    if (!status) status = ig_result_add(result, "status", IG_COLUMN_TEXT, &column);
    for (size_t i = 0; !status && i < n; i++)
        status = ig_result_set_text(result, column, i, status_of(w, i, constant));
    return status;
}

static ig_status local(ig_ctx *ctx, const struct settings *s, struct work *w, ig_result **out)
{
    bool constant = true;
    for (size_t k = 1; k < w->count && constant; k++)
        constant = w->values[k] == w->values[0];
    w->local = ig_alloc(w->count + 1, sizeof *w->local);
    if (!w->local) return ig_fail(ctx, IG_EMEMORY, "no memory");
    ig_status status = IG_OK;
    if (constant) {
        ig_warn(ctx, "all values are equal: nothing can be said of places");
    } else {
        const ig_local_statistic which = s->statistic == LOCAL_MORAN ? IG_LOCAL_MORAN
                                         : s->statistic == GI        ? IG_LOCAL_GI
                                                                     : IG_LOCAL_GI_STAR;
        status = ig_local_statistics(ctx, which, w->values, w->weights, w->codes, (uint64_t)s->seed,
                                     (size_t)s->permutations, w->local);
    }
    ig_result *result = NULL;
    if (status) return status;
    status = ig_result_new(ig_areas_count(w->areas), &result);
    if (!status) status = local_columns(w, constant, result);
    if (status) {
        ig_result_free(result);
        return ig_fail(ctx, status, "no memory for the result");
    }
    *out = result;
    return IG_OK;
}

// ---- run ----------------------------------------------------------------------------------------

static ig_status write_result(ig_ctx *ctx, const struct settings *s, const struct work *w,
                              const ig_result *result, const char *const *inputs, json_t *json)
{
    if (s->statistic < LOCAL_MORAN || !command_carries_shapes(s->output)) {
        return command_write(ctx, result, s->output, "spatial", inputs, json);
    }
    ig_layers *layers = NULL;
    ig_status status = ig_layers_begin(ctx, s->output, inputs, &layers);
    if (status) return status;
    status = ig_layers_areas(layers, ig_areas_layer(w->areas), w->areas, false, result);
    if (status) {
        ig_layers_abort(layers);
        return status;
    }
    status = ig_layers_finish(layers);
    return status ? status : command_output(json, s->output);
}

static void summarise(ig_ctx *ctx, const struct settings *s, const struct work *w, json_t *json)
{
    json_t *islands = json_array();
    ig_text names = {0};
    for (size_t k = 0; k < w->count; k++) {
        if (w->weights->start[k] != w->weights->start[k + 1]) continue;
        if (json_array_size(islands) < IG_SHOWN) {
            ig_text_format(&names, "%s%s", names.length ? ", " : "", ig_show(w->codes[k]));
        }
        json_array_append_new(islands, json_string(w->codes[k]));
    }
    if (w->islands && !names.failed) {
        ig_warn_mild(ctx, "%zu area%s without neighbours (islands): %s%s", w->islands,
                     w->islands == 1 ? "" : "s", names.data, w->islands > IG_SHOWN ? " ..." : "");
    }
    ig_text_free(&names);
    json_object_set_new(json, "areas", json_integer((json_int_t)ig_areas_count(w->areas)));
    json_object_set_new(json, "n", json_integer((json_int_t)w->count));
    json_object_set_new(json, "links", json_integer((json_int_t)w->weights->start[w->weights->n]));
    json_object_set_new(json, "permutations", json_integer(s->permutations));
    json_object_set_new(json, "seed", json_integer(s->seed));
    json_object_set_new(json, "islands", islands);
}

static ig_status list_inputs(ig_ctx *ctx, const struct settings *s, const char ***out)
{
    const char **inputs = ig_alloc(s->areas.count + 2, sizeof *inputs);
    if (!inputs) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; i < s->areas.count; i++)
        inputs[i] = s->areas.values[i];
    inputs[s->areas.count] = s->table;
    *out = inputs;
    return s->output ? ig_output_check(ctx, s->output, inputs) : IG_OK;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    struct work w = {0};
    const char **inputs = NULL;
    ig_result *result = NULL;
    ig_status status = list_inputs(ctx, s, &inputs);
    if (!status) {
        status = ig_areas_read(ctx, s->areas.values, s->areas.count, &s->area_reading, &w.areas);
    }
    if (!status) status = read_values(ctx, s, &w);
    if (!status) status = take_values(ctx, &w);
    if (!status && w.count < 3) {
        status = command_fail(ctx, IG_EFORMAT, NULL, "%s: %zu areas have a value, 3 are needed",
                              ig_base_name(ig_areas_path(w.areas)), w.count);
    }
    if (!status) status = weigh(ctx, s, &w);
    if (!status) {
        status =
            s->statistic < LOCAL_MORAN ? global(ctx, s, &w, &result) : local(ctx, s, &w, &result);
    }
    if (!status) summarise(ctx, s, &w, json);
    if (!status) status = write_result(ctx, s, &w, result, inputs, json);
    if (!status) json_object_set_new(json, "rows", json_rows(result));
    ig_result_free(result);
    let_go(&w);
    ig_free(inputs);
    return status;
}

const struct command cmd_spatial = {
    .name = "spatial",
    .summary = "Say whether like lies beside like: Moran, Geary, G, and where",
    .about =
        "Neighbours share a point (queen) or an edge (rook), lie within a distance of centroid to "
        "centroid, or are the k nearest. Corners within 1 cm of each other are one, and a corner "
        "within 1 cm of another area's border lies on it. Areas without neighbours are listed and "
        "stay out of the "
        "local statistics; areas without a value are left out. With --permutations a local p is "
        "that of conditional permutation, seeded by --seed and the area's code: neither threads "
        "nor the order of the file change it. p_adjusted is that of Benjamini and Hochberg over "
        "all areas; quadrants are those of Moran's scatter (HH: high among high).",
    .example =
        "isogap spatial --areas geodata/sample/lsoa21.geojson --table "
        "geodata/sample/indicators_lsoa21.csv --value 'Adults who smoke (%)' --weights queen "
        "--statistic local-moran --permutations 999 -o clusters.gpkg",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
