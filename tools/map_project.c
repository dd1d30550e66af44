// The QGIS project that map writes beside its GeoPackage.
#include "map_work.h"

#include <core/inside.h>

#include <strings.h>

ig_status map_no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the map");
}

const char *map_sites_layer(const struct map_work *w)
{
    return strcasecmp(ig_areas_layer(w->areas), "sites") ? "sites" : "sites_2";
}

const char *map_attribution(const struct map_settings *s, const struct map_work *w)
{
    return s->attribution ? s->attribution : ig_map_attribution(w->areas);
}

static ig_status sites_qml(ig_ctx *ctx, const struct map_settings *s, const struct map_work *w,
                           char **qml)
{
    return s->sites_kind
               ? ig_site_kinds_qml(ctx, "name", "kind", w->kinds.names, w->kinds.count, qml)
               : ig_site_qml(ctx, "name", qml);
}

/// Layers of the project from top to bottom: sites, outlines, the values with the first shown.
static ig_status project_layers(ig_ctx *ctx, const struct map_settings *s, const struct map_work *w,
                                ig_project_layer *list, char **qml, size_t *count)
{
    ig_status status = IG_OK;
    size_t n = 0;
    if (w->sites) {
        status = sites_qml(ctx, s, w, &qml[n]);
        list[n] = (ig_project_layer){.layer = map_sites_layer(w),
                                     .title = s->sites_label ? s->sites_label : "Sites",
                                     .qml = qml[n],
                                     .points = true};
        n++;
    }
    if (!status && w->outlines) {
        status = ig_outline_qml(ctx, &qml[n]);
        list[n] = (ig_project_layer){.layer = w->outlines_layer,
                                     .title = s->outlines_label ? s->outlines_label : "Boundaries",
                                     .qml = qml[n]};
        n++;
    }
    for (size_t m = 0; !status && m < w->map_count; m++, n++) {
        const ig_style *style = ig_choropleth_style(w->maps[m]);
        status = ig_style_qml(ctx, style, NULL, &qml[n]);
        list[n] = (ig_project_layer){.layer = ig_areas_layer(w->areas),
                                     .title = style->title,
                                     .qml = qml[n],
                                     .group = w->map_count > 1 ? "Values" : NULL,
                                     .hidden = m > 0};
    }
    *count = n;
    return status;
}

ig_status map_write_project(ig_ctx *ctx, const struct map_settings *s, const struct map_work *w,
                            json_t *json)
{
    const size_t room = w->map_count + 2;
    ig_project_layer *list = ig_alloc(room, sizeof *list);
    char **qml = ig_alloc(room, sizeof *qml);
    ig_project project = {.title = s->title ? s->title : ig_choropleth_style(w->maps[0])->title,
                          .attribution = map_attribution(s, w),
                          .geopackage = s->output,
                          .layers = list};
    ig_status status = list && qml ? IG_OK : map_no_memory(ctx);
    if (!status) status = project_layers(ctx, s, w, list, qml, &project.count);
    ig_areas_box(w->areas, project.box);
    if (!status) status = ig_project_save(ctx, s->project, &project, w->inputs);
    for (size_t i = 0; qml && i < room; i++)
        ig_style_free(qml[i]);
    ig_free((void *)qml);
    ig_free(list);
    return status ? status : command_output(json, s->project);
}
