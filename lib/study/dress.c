// How a run looks in QGIS: styles of its layers, and the project that opens all of them.
#include "study_internal.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

// ---- what a layer shows -------------------------------------------------------------------------

/// Styles of one layer, the first shown; those made for it alone are owned.
struct shown {
    const ig_style **styles;
    ig_choropleth **made;
    size_t count, room;
};

static void shown_free(struct shown *shown)
{
    for (size_t i = 0; shown->made && i < shown->room; i++)
        ig_choropleth_free(shown->made[i]);
    ig_free(shown->made);
    ig_free(shown->styles);
}

static bool has_numbers(const ig_result *columns, const char *name)
{
    const ig_column *column = ig_result_find(columns, name);
    if (!column || column->kind == IG_COLUMN_TEXT) return false;
    for (size_t i = 0; i < columns->rows; i++)
        if (!isnan(column->number[i])) return true;
    return false;
}

/// A map of the areas on the wards, in the same classes where they are shared.
static ig_status ward_map(struct study *study, size_t i, ig_choropleth **out)
{
    const struct plan_map *map = study->choropleth_maps[i];
    const char *name = study->choropleth_names[i];
    ig_map_options options = map->style;
    if (options.lower && (!has_numbers(study->ward_columns, options.lower) ||
                          !has_numbers(study->ward_columns, options.upper)))
        options.lower = options.upper = NULL;
    if (map->shared)
        return ig_choropleth_among(study->ctx, study->ward_columns, name, study->shared,
                                   study->shared_count, &options, out);
    return ig_choropleth_new(study->ctx, study->ward_columns, name, &options, out);
}

/// The maps of the plan that a layer has columns for, else the mean minutes of each mode.
static ig_status list_shown(struct study *study, const ig_result *columns, struct shown *out)
{
    const bool areas = columns == study->area_columns;
    const ig_map_options usual = ig_map_defaults();
    *out = (struct shown){.room = study->choropleths_count + study->modes_count + 1};
    out->made = ig_alloc(out->room, sizeof(ig_choropleth *));
    out->styles = ig_alloc(out->room, sizeof *out->styles);
    ig_status status = out->made && out->styles ? IG_OK : study_no_memory(study);
    for (size_t i = 0; i < study->choropleths_count && !status; i++) {
        if (areas) {
            out->styles[out->count++] = ig_choropleth_style(study->choropleths[i]);
            continue;
        }
        if (!has_numbers(columns, study->choropleth_names[i])) continue;
        status = ward_map(study, i, &out->made[out->count]);
        if (status) break;
        out->styles[out->count] = ig_choropleth_style(out->made[out->count]);
        out->count++;
    }
    const bool none = !out->count;
    for (size_t m = 0; m < study->modes_count && none && !status; m++) {
        char name[96];
        snprintf(name, sizeof name, "minutes_mean%s", study->modes[m].suffix);
        if (!has_numbers(columns, name)) continue;
        status = ig_choropleth_new(study->ctx, columns, name, &usual, &out->made[out->count]);
        if (status) break;
        out->styles[out->count] = ig_choropleth_style(out->made[out->count]);
        out->count++;
    }
    return status;
}

// ---- styles in the GeoPackage -------------------------------------------------------------------

static ig_status style_layer(struct study *study, ig_layers *layers, const char *layer,
                             const ig_result *columns)
{
    struct shown shown;
    ig_status status = list_shown(study, columns, &shown);
    if (!status && shown.count)
        status = ig_map_styles(study->ctx, layers, layer, shown.styles, shown.count, columns);
    shown_free(&shown);
    return status;
}

/// All thresholds of all modes, once each.
static ig_status style_isochrones(struct study *study, ig_layers *layers)
{
    ig_mode_minutes *modes = ig_alloc(study->modes_count, sizeof *modes);
    if (!modes) return study_no_memory(study);
    for (size_t m = 0; m < study->modes_count; m++) {
        const struct mode_run *mode = &study->modes[m];
        modes[m] = (ig_mode_minutes){mode->plan->name, mode->isochrones->minutes,
                                     mode->isochrones->levels, mode->plan->bands};
    }
    const ig_status status =
        ig_map_isochrones(study->ctx, layers, "isochrones", modes, study->modes_count);
    ig_free(modes);
    return status;
}

static ig_status sites_qml(struct study *study, char **qml)
{
    const ig_site_kinds *kinds = &study->kinds;
    return kinds->of
               ? ig_site_kinds_qml(study->ctx, "name", "kind", kinds->names, kinds->count, qml)
               : ig_site_qml(study->ctx, "name", qml);
}

static ig_status style_sites(struct study *study, ig_layers *layers)
{
    const ig_site_kinds *kinds = study->kinds.of ? &study->kinds : NULL;
    return ig_map_sites(study->ctx, layers, "sites", "name", kinds);
}

ig_status study_style(struct study *study, ig_layers *layers)
{
    ig_status status = style_layer(study, layers, ig_areas_kind(study->areas), study->area_columns);
    if (!status && study->wards.count) {
        status = style_layer(study, layers, study_ward_layer(study), study->ward_columns);
    }
    if (!status && study->modes_count) status = style_isochrones(study, layers);
    if (!status && study->modes_count) status = style_sites(study, layers);
    return status;
}

// ---- the project --------------------------------------------------------------------------------

/// Layers of the project in the making, with the texts that they lend.
struct tree {
    ig_project_layer *layers;
    char **qml, **where;
    size_t count;
};

static void tree_free(struct tree *tree)
{
    for (size_t i = 0; tree->qml && tree->where && i < tree->count; i++) {
        ig_style_free(tree->qml[i]);
        ig_free(tree->where[i]);
    }
    ig_free(tree->layers);
    ig_free(tree->qml);
    ig_free(tree->where);
}

/// One more layer, with the style that was made for it.
static void put(struct tree *tree, ig_project_layer layer, char *qml, char *where)
{
    layer.qml = qml;
    layer.where = where;
    tree->qml[tree->count] = qml;
    tree->where[tree->count] = where;
    tree->layers[tree->count++] = layer;
}

static ig_status put_maps(struct study *study, struct tree *tree, const struct shown *shown,
                          ig_project_layer layer)
{
    const bool hidden = layer.hidden;
    ig_status status = IG_OK;
    for (size_t i = 0; i < shown->count && !status; i++) {
        char *qml = NULL;
        status = ig_style_qml(study->ctx, shown->styles[i], NULL, &qml);
        layer.title = shown->styles[i]->title;
        layer.hidden = hidden || i > 0;
        if (!status) put(tree, layer, qml, NULL);
    }
    return status;
}

/// "mode" = 'walk': names of modes are plain.
static ig_status put_isochrones(struct study *study, struct tree *tree)
{
    ig_status status = IG_OK;
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        const struct mode_run *mode = &study->modes[m];
        const ig_isochrones *made = mode->isochrones;
        char *qml = NULL;
        ig_text where = {0};
        status = ig_isochrone_qml(study->ctx, made->minutes, made->levels, mode->plan->bands, &qml);
        if (study->modes_count > 1) ig_text_format(&where, "\"mode\" = '%s'", mode->plan->name);
        if (where.failed) status = study_no_memory(study);
        if (status) {
            ig_style_free(qml);
            ig_text_free(&where);
            break;
        }
        const char *title = *mode->plan->name ? mode->plan->name : "Within reach";
        put(tree,
            (ig_project_layer){
                .layer = "isochrones", .title = title, .group = "Isochrones", .hidden = true},
            qml, where.data);
    }
    return status;
}

static ig_status put_minutes(struct study *study, struct tree *tree)
{
    ig_status status = IG_OK;
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        const struct mode_run *mode = &study->modes[m];
        char *qml = NULL;
        if (!mode->minutes_path || access(mode->minutes_path, F_OK)) continue;
        status = ig_minutes_qml(study->ctx, mode->minutes_most, &qml);
        if (status) break;
        put(tree,
            (ig_project_layer){.raster = mode->minutes_path,
                               .layer = "minutes",
                               .title = *mode->plan->name ? mode->plan->name : "Minutes",
                               .group = "Minutes by cell",
                               .hidden = true},
            qml, NULL);
    }
    return status;
}

/// From top to bottom: sites, wards as lines, isochrones, values by area and by ward, minutes.
static ig_status fill_tree(struct study *study, struct tree *tree, const struct shown *areas,
                           const struct shown *wards)
{
    ig_status status = IG_OK;
    char *qml = NULL;
    if (study->modes_count) {
        status = sites_qml(study, &qml);
        if (!status)
            put(tree, (ig_project_layer){.layer = "sites", .title = "Sites", .points = true}, qml,
                NULL);
    }
    if (!status && wards) {
        status = ig_outline_qml(study->ctx, &qml);
        if (!status)
            put(tree,
                (ig_project_layer){.layer = study_ward_layer(study), .title = "Ward boundaries"},
                qml, NULL);
    }
    if (!status) status = put_isochrones(study, tree);
    const ig_project_layer area = {.layer = ig_areas_kind(study->areas), .group = "By area"};
    if (!status) status = put_maps(study, tree, areas, area);
    if (!status && wards)
        status =
            put_maps(study, tree, wards,
                     (ig_project_layer){
                         .layer = study_ward_layer(study), .group = "By ward", .hidden = true});
    return status ? status : put_minutes(study, tree);
}

static ig_status save_project(struct study *study, const char *path, const struct tree *tree)
{
    const char *attribution = study->plan.attribution;
    ig_project project = {.title = study->plan.title,
                          .attribution =
                              attribution ? attribution : ig_map_attribution(study->areas),
                          .geopackage = study->plan.outputs.geopackage,
                          .layers = tree->layers,
                          .count = tree->count};
    ig_areas_box(study->areas, project.box);
    return ig_project_save(study->ctx, path, &project, study->inputs);
}

ig_status study_write_project(struct study *study)
{
    if (!study->plan.outputs.geopackage) return IG_OK;
    char *path = study_beside(study, "", "", ".qgz");
    struct shown areas = {0}, wards = {0};
    const bool with_wards = study->wards.count > 0;
    ig_status status =
        path ? list_shown(study, study->area_columns, &areas) : study_no_memory(study);
    if (!status && with_wards) status = list_shown(study, study->ward_columns, &wards);
    const size_t most = areas.count + wards.count + 2 * study->modes_count + 2;
    struct tree tree = {.layers = ig_alloc(most, sizeof *tree.layers),
                        .qml = ig_alloc(most, sizeof(char *)),
                        .where = ig_alloc(most, sizeof(char *))};
    if (!status && (!tree.layers || !tree.qml || !tree.where)) status = study_no_memory(study);
    if (!status) status = fill_tree(study, &tree, &areas, with_wards ? &wards : NULL);
    if (!status && tree.count) status = save_project(study, path, &tree);
    tree_free(&tree);
    shown_free(&areas);
    shown_free(&wards);
    ig_free(path);
    return status;
}

/// One form of the style beside the minutes of a mode: ".qml" or ".sld".
static ig_status style_beside(struct study *study, const struct mode_run *mode, const char *suffix,
                              ig_status (*make)(ig_ctx *, double, char **))
{
    char *style = NULL, *path = study_beside(study, "_minutes", mode->suffix, suffix);
    ig_status status = path ? make(study->ctx, mode->minutes_most, &style) : study_no_memory(study);
    if (!status) status = ig_output_bytes(study->ctx, path, style, strlen(style));
    ig_style_free(style);
    ig_free(path);
    return status;
}

ig_status study_style_minutes(struct study *study)
{
    ig_status status = IG_OK;
    for (size_t m = 0; m < study->modes_count && !status; m++) {
        const struct mode_run *mode = &study->modes[m];
        if (!mode->minutes_path || access(mode->minutes_path, F_OK)) continue;
        status = style_beside(study, mode, ".qml", ig_minutes_qml);
        if (!status) status = style_beside(study, mode, ".sld", ig_minutes_sld);
    }
    return status;
}
