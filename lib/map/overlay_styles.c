// Styles of what lies over a choropleth, in both forms, into a GeoPackage in the making.
#include "qml_internal.h"
#include "sld_internal.h"

/// Store both and let go of them. `status` is that of making them.
static ig_status store(ig_layers *layers, const char *layer, const char *name, char *qml, char *sld,
                       bool is_default, ig_status status)
{
    if (!status) status = ig_layers_style(layers, layer, name, qml, sld, is_default);
    ig_style_free(qml);
    ig_style_free(sld);
    return status;
}

ig_status ig_map_isochrones(ig_ctx *ctx, ig_layers *layers, const char *layer,
                            const ig_mode_minutes *modes, size_t count)
{
    ig_status status = IG_OK;
    for (size_t m = 0; m < count && !status; m++) {
        char *qml = NULL, *sld = NULL;
        ig_text name = {0};
        ig_text_append(&name, "isochrones");
        if (m) ig_text_format(&name, " %s", modes[m].mode);
        if (name.failed) status = ig_fail(ctx, IG_EMEMORY, "no memory for a style");
        if (!status)
            status = count > 1
                         ? isochrone_modes_qml(ctx, modes, count, m, &qml)
                         : ig_isochrone_qml(ctx, modes->minutes, modes->count, modes->bands, &qml);
        if (!status) status = isochrone_sld(ctx, layer, modes, count, m, &sld);
        status = store(layers, layer, name.data, qml, sld, m == 0, status);
        ig_text_free(&name);
    }
    return status;
}

ig_status ig_map_sites(ig_ctx *ctx, ig_layers *layers, const char *layer, const char *label_column,
                       const ig_site_kinds *kinds)
{
    char *qml = NULL, *sld = NULL;
    ig_status status =
        kinds ? ig_site_kinds_qml(ctx, label_column, "kind", kinds->names, kinds->count, &qml)
              : ig_site_qml(ctx, label_column, &qml);
    if (!status) status = site_sld(ctx, layer, label_column, kinds, &sld);
    return store(layers, layer, "sites", qml, sld, true, status);
}

ig_status ig_map_outlines(ig_ctx *ctx, ig_layers *layers, const char *layer)
{
    char *qml = NULL, *sld = NULL;
    ig_status status = ig_outline_qml(ctx, &qml);
    if (!status) status = outline_sld(ctx, layer, &sld);
    return store(layers, layer, "outlines", qml, sld, true, status);
}
