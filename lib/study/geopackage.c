// The GeoPackage of a run: areas, wards, isochrones, sites, what did not meet, the record.
#include "study_internal.h"

#include <stdlib.h>
#include <string.h>

// ---- rings --------------------------------------------------------------------------------------

/// Rings gathered from others, owned.
struct gathered {
    ig_rings rings;
    size_t *area_start, *ring_start;
    double *x, *y;
    size_t rings_count, points, rings_room, points_room, areas_room;
};

static void gathered_free(struct gathered *g)
{
    ig_free(g->area_start);
    ig_free(g->ring_start);
    ig_free(g->x);
    ig_free(g->y);
}

static bool gather_points(struct gathered *g, const ig_rings *from, size_t ring)
{
    const size_t first = from->ring_start[ring];
    const size_t count = from->ring_start[ring + 1] - first, needed = g->points + count;
    if (needed + 1 > g->points_room) {
        const size_t room = (needed + 1) * 2;
        double *x = ig_resize(g->x, room, sizeof *x);
        if (x) g->x = x;
        double *y = x ? ig_resize(g->y, room, sizeof *y) : NULL;
        if (!y) return false;
        g->y = y;
        g->points_room = room;
    }
    memcpy(g->x + g->points, from->x + first, count * sizeof *g->x);
    memcpy(g->y + g->points, from->y + first, count * sizeof *g->y);
    g->points += count;
    return ig_grow((void **)&g->ring_start, &g->rings_room, g->rings_count + 2,
                   sizeof *g->ring_start) &&
           (g->ring_start[++g->rings_count] = g->points, true);
}

/// One more area: a copy of that of another set, or one without rings (SIZE_MAX).
static bool gather_area(struct gathered *g, const ig_rings *from, size_t area)
{
    if (!ig_grow((void **)&g->area_start, &g->areas_room, g->rings.areas + 2,
                 sizeof *g->area_start) ||
        !ig_grow((void **)&g->ring_start, &g->rings_room, g->rings_count + 2,
                 sizeof *g->ring_start)) {
        return false;
    }
    if (!g->rings.areas) g->area_start[0] = g->ring_start[0] = 0;
    for (size_t r = area == SIZE_MAX ? 0 : from->area_start[area];
         area != SIZE_MAX && r < from->area_start[area + 1]; r++) {
        if (!gather_points(g, from, r)) return false;
    }
    g->area_start[++g->rings.areas] = g->rings_count;
    return true;
}

static const ig_rings *gathered_rings(struct gathered *g)
{
    g->rings.area_start = g->area_start;
    g->rings.ring_start = g->ring_start;
    g->rings.x = g->x;
    g->rings.y = g->y;
    return &g->rings;
}

// ---- small results ------------------------------------------------------------------------------

/// Columns made in one go: names and kinds, "t" text or "r" real.
static ig_status new_result(struct study *study, size_t rows, const char *const *names,
                            const char *kinds, ig_result **out)
{
    ig_column *column = NULL;
    ig_status status = ig_result_new(rows, out);
    for (size_t i = 0; kinds[i] && !status; i++) {
        status = ig_result_add(*out, names[i],
                               kinds[i] == 't'   ? IG_COLUMN_TEXT
                               : kinds[i] == 'i' ? IG_COLUMN_INTEGER
                                                 : IG_COLUMN_REAL,
                               &column);
    }
    return status ? study_no_memory(study) : IG_OK;
}

static ig_status set_text(struct study *study, ig_result *result, size_t column, size_t row,
                          const char *text)
{
    if (!text) return IG_OK;
    return ig_result_set_text(result, &result->columns[column], row, text) ? study_no_memory(study)
                                                                           : IG_OK;
}

// ---- layers -------------------------------------------------------------------------------------

const char *study_ward_layer(const struct study *study)
{
    const char *kind = ig_areas_kind(study->ward_areas);
    const bool plain = strcmp(kind, "areas") && strcmp(kind, ig_areas_kind(study->areas));
    return plain ? kind : "ward";
}

static ig_status write_wards(struct study *study, ig_layers *layers)
{
    const struct ward_set *wards = &study->wards;
    if (!study->plan.has_wards) return IG_OK;
    struct gathered g = {0};
    ig_status status = IG_OK;
    for (size_t w = 0; w < wards->count && !status; w++) {
        if (!gather_area(&g, ig_areas_rings(study->ward_areas), wards->shape[w])) {
            status = study_no_memory(study);
        }
    }
    if (!status && wards->count) {
        status = ig_layers_rings(layers, study_ward_layer(study), gathered_rings(&g),
                                 study->ward_columns);
    }
    gathered_free(&g);
    return status;
}

static ig_status isochrone_columns(struct study *study, ig_result **out)
{
    static const char *const one[] = {"site", "minutes", "area_km2", "people"};
    static const char *const several[] = {"site", "mode", "minutes", "area_km2", "people"};
    const bool modes = study->modes_count > 1;
    size_t rows = 0, row = 0;
    for (size_t m = 0; m < study->modes_count; m++)
        rows += study->modes[m].isochrones->levels;
    ig_status status =
        new_result(study, rows, modes ? several : one, modes ? "ttrrr" : "trrr", out);
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        const struct mode_run *mode = &study->modes[m];
        for (size_t i = 0; i < mode->isochrones->levels && !status; i++, row++) {
            ig_column *numbers = &(*out)->columns[modes ? 2 : 1];
            numbers[0].number[row] = mode->isochrones->minutes[i];
            numbers[1].number[row] = mode->isochrones->square_metres[i] / 1e6;
            numbers[2].number[row] = mode->people_within[i];
            status = set_text(study, *out, 0, row, "all");
            if (!status && modes) status = set_text(study, *out, 1, row, mode->plan->name);
        }
    }
    return status;
}

static ig_status write_isochrones(struct study *study, ig_layers *layers)
{
    ig_result *columns = NULL;
    struct gathered g = {0};
    ig_status status = isochrone_columns(study, &columns);
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        const ig_rings rings = ig_isochrones_rings(study->modes[m].isochrones);
        for (size_t i = 0; i < rings.areas && !status; i++) {
            if (!gather_area(&g, &rings, i)) status = study_no_memory(study);
        }
    }
    if (!status) status = ig_layers_polygons(layers, "isochrones", gathered_rings(&g), columns);
    gathered_free(&g);
    ig_result_free(columns);
    return status;
}

/// Number of a site among those placed by a mode; SIZE_MAX when it is not.
static size_t placed_at(const ig_placement *placement, size_t site)
{
    for (size_t i = 0; i < placement->count; i++) {
        if (placement->site[i] == site) return i;
    }
    return SIZE_MAX;
}

static bool placed_anywhere(const struct study *study, size_t site)
{
    for (size_t m = 0; m < study->modes_count; m++) {
        if (placed_at(study->modes[m].placement, site) != SIZE_MAX) return true;
    }
    return false;
}

/// site, name, and for each mode whether and how it was placed.
static ig_status site_columns(struct study *study, const size_t *site, size_t count,
                              ig_result **out)
{
    static const char *const names[] = {"site", "name"};
    ig_column *column = NULL;
    ig_status status = new_result(study, count, names, "tt", out);
    for (size_t i = 0; i < count && !status; i++) {
        const char *name = ig_sites_name(study->sites, site[i]);
        status = set_text(study, *out, 0, i, ig_sites_code(study->sites, site[i]));
        if (!status && name && *name) status = set_text(study, *out, 1, i, name);
    }
    if (!status && study->kinds.of) status = ig_result_add(*out, "kind", IG_COLUMN_TEXT, &column);
    for (size_t i = 0; study->kinds.of && i < count && !status; i++)
        if (*study->kinds.of[site[i]])
            status = ig_result_set_text(*out, column, i, study->kinds.of[site[i]]);
    if (status) return study_no_memory(study);
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        const struct mode_run *mode = &study->modes[m];
        char moved[96], state[96];
        snprintf(moved, sizeof moved, "moved_m%s", mode->suffix);
        snprintf(state, sizeof state, "status%s", mode->suffix);
        status = ig_result_add(*out, moved, IG_COLUMN_REAL, &column);
        for (size_t i = 0; i < count && !status; i++) {
            const size_t at = placed_at(mode->placement, site[i]);
            if (at != SIZE_MAX) column->number[i] = mode->placement->moved[at];
        }
        if (!status) status = ig_result_add(*out, state, IG_COLUMN_TEXT, &column);
        for (size_t i = 0; i < count && !status; i++) {
            const size_t at = placed_at(mode->placement, site[i]);
            status = ig_result_set_text(*out, column, i,
                                        at == SIZE_MAX                   ? "beyond the grid"
                                        : mode->placement->moved[at] > 0 ? "moved"
                                                                         : "ok");
        }
        if (status) status = study_no_memory(study);
    }
    return status;
}

static ig_status write_sites(struct study *study, ig_layers *layers)
{
    const size_t all = ig_sites_count(study->sites);
    size_t *site = ig_alloc(all + 1, sizeof *site), count = 0;
    double *x = ig_alloc(all + 1, sizeof *x), *y = ig_alloc(all + 1, sizeof *y);
    ig_result *columns = NULL;
    ig_status status = site && x && y ? IG_OK : study_no_memory(study);
    for (size_t i = 0; i < all && !status; i++) {
        if (!placed_anywhere(study, i)) continue;
        x[count] = ig_sites_x(study->sites, i);
        y[count] = ig_sites_y(study->sites, i);
        site[count++] = i;
    }
    if (!status) status = site_columns(study, site, count, &columns);
    if (!status) status = ig_layers_points(layers, "sites", count, x, y, columns);
    ig_result_free(columns);
    ig_free(site);
    ig_free(x);
    ig_free(y);
    return status;
}

// ---- tables without shapes ----------------------------------------------------------------------

/// All that did not meet, of every table: codes of areas or of rows with their lines.
static ig_status write_unmatched(struct study *study, ig_layers *layers, const ig_join *join,
                                 const ig_areas *areas, const char *of)
{
    static const char *const area_names[] = {"code", "file"};
    static const char *const row_names[] = {"code", "line", "file"};
    ig_result *lost_areas = NULL, *lost_rows = NULL;
    size_t areas_count = 0, rows_count = 0, a = 0, r = 0;
    char name[64];
    if (!join) return IG_OK;
    for (size_t t = 0; t < join->tables; t++) {
        areas_count += (size_t)join->counts[t].areas_without_row;
        rows_count += (size_t)join->counts[t].rows_without_area;
    }
    ig_status status = new_result(study, areas_count, area_names, "tt", &lost_areas);
    if (!status) status = new_result(study, rows_count, row_names, "tit", &lost_rows);
    for (size_t t = 0; t < join->tables && !status; t++) {
        const ig_join_count *count = &join->counts[t];
        char *file = plan_relative(&study->plan, count->file);
        if (!file) status = study_no_memory(study);
        for (int64_t i = 0; i < count->areas_without_row && !status; i++, a++) {
            status =
                set_text(study, lost_areas, 0, a, ig_areas_code(areas, count->unmatched_area[i]));
            if (!status) status = set_text(study, lost_areas, 1, a, file);
        }
        for (int64_t i = 0; i < count->rows_without_area && !status; i++, r++) {
            lost_rows->columns[1].number[r] = (double)count->unmatched_line[i];
            status = set_text(study, lost_rows, 0, r, count->unmatched_code[i]);
            if (!status) status = set_text(study, lost_rows, 2, r, file);
        }
        ig_free(file);
    }
    snprintf(name, sizeof name, "isogap_unmatched_%sareas", of);
    if (!status) status = ig_layers_table(layers, name, lost_areas);
    snprintf(name, sizeof name, "isogap_unmatched_%srows", of);
    if (!status) status = ig_layers_table(layers, name, lost_rows);
    ig_result_free(lost_areas);
    ig_result_free(lost_rows);
    return status;
}

/// Sites that have no place, and those that no mode's grid covers.
static ig_status write_left_out(struct study *study, ig_layers *layers)
{
    static const char *const names[] = {"site", "reason"};
    const size_t unplaced = ig_sites_unplaced_count(study->sites);
    const size_t all = ig_sites_count(study->sites);
    size_t rows = unplaced, row = 0;
    ig_result *result = NULL;
    for (size_t i = 0; i < all; i++)
        rows += !placed_anywhere(study, i);
    ig_status status = new_result(study, rows, names, "tt", &result);
    for (size_t i = 0; i < unplaced && !status; i++, row++) {
        status = set_text(study, result, 0, row, ig_sites_unplaced_code(study->sites, i));
        if (!status) {
            status = set_text(study, result, 1, row, ig_sites_unplaced_reason(study->sites, i));
        }
    }
    for (size_t i = 0; i < all && !status; i++) {
        if (placed_anywhere(study, i)) continue;
        status = set_text(study, result, 0, row, ig_sites_code(study->sites, i));
        if (!status) status = set_text(study, result, 1, row++, "beyond the grid");
    }
    if (!status) status = ig_layers_table(layers, "isogap_sites_left_out", result);
    ig_result_free(result);
    return status;
}

/// The record of the run, whole, and its warnings one a row.
static ig_status write_run_table(struct study *study, ig_layers *layers, const char *record)
{
    static const char *const names[] = {"key", "value"};
    const size_t warnings = ig_ctx_warnings(study->ctx);
    ig_result *result = NULL;
    ig_status status = new_result(study, warnings + 3, names, "tt", &result);
    const char *const head[][2] = {{"isogap", ig_version()},
                                   {"plan", study->plan.title ? study->plan.title : ""},
                                   {"record", record}};
    for (size_t i = 0; i < 3 && !status; i++) {
        status = set_text(study, result, 0, i, head[i][0]);
        if (!status) status = set_text(study, result, 1, i, head[i][1]);
    }
    for (size_t i = 0; i < warnings && !status; i++) {
        char *text = plan_relative(&study->plan, ig_ctx_warning(study->ctx, i));
        status = text ? set_text(study, result, 0, i + 3, "warning") : study_no_memory(study);
        if (!status) status = set_text(study, result, 1, i + 3, text);
        ig_free(text);
    }
    if (!status) status = ig_layers_table(layers, "isogap_run", result);
    ig_result_free(result);
    return status;
}

// ---- the GeoPackage -----------------------------------------------------------------------------

static ig_status write_travel_layers(struct study *study, ig_layers *layers)
{
    if (!study->modes_count) return IG_OK;
    ig_status status = write_isochrones(study, layers);
    if (!status) status = write_sites(study, layers);
    if (!status) status = write_left_out(study, layers);
    return status;
}

ig_status study_write_geopackage(struct study *study, const char *record)
{
    const char *path = study->plan.outputs.geopackage;
    const char *attribution = study->plan.attribution;
    ig_layers *layers = NULL;
    if (!path) return IG_OK;
    ig_status status = ig_progress(study->ctx, 0.1, "write outputs");
    if (!status) status = ig_layers_begin(study->ctx, path, study->inputs, &layers);
    if (status) return status;
    status = ig_layers_areas(layers, ig_areas_kind(study->areas), study->areas, false,
                             study->area_columns);
    if (!status) status = write_wards(study, layers);
    if (!status) status = write_travel_layers(study, layers);
    if (!status) status = write_unmatched(study, layers, study->join, study->areas, "");
    if (!status && study->ward_join) {
        status = write_unmatched(study, layers, study->ward_join, study->ward_areas, "ward_");
    }
    if (!status) status = write_run_table(study, layers, record);
    if (!status) status = study_trace_layer(study, layers);
    if (!status) status = study_style(study, layers);
    if (!status) status = ig_layers_metadata(layers, "isogap_version", ig_version());
    if (!status && study->plan.title) {
        status = ig_layers_metadata(layers, "isogap_plan", study->plan.title);
    }
    if (!status) {
        status = ig_layers_metadata(layers, "isogap_record",
                                    "table isogap_run, and the .run.json file beside");
    }
    if (!status && attribution) status = ig_layers_metadata(layers, "attribution", attribution);
    if (!status) return ig_layers_finish(layers);
    ig_layers_abort(layers);
    return status;
}
