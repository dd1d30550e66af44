// Styled Layer Descriptors of what lies over a choropleth: isochrones, sites, outlines.
#include "sld_internal.h"

/// Nested polygons cover each other and readers paint them in the order of the file: a line in the
/// colour of the threshold, and a tint, look the same in any order. Bands do not overlap.
static void isochrone_rule(ig_text *text, const ig_mode_minutes *mode, size_t m, size_t i,
                           bool by_mode)
{
    char label[LABEL_ROOM];
    sld_rule(text, look_minutes_label(mode->minutes, i, mode->bands, label));
    ig_text_append(text, by_mode ? "<ogc:Filter><ogc:And>" : "<ogc:Filter>");
    if (by_mode) sld_compare(text, "PropertyIsEqualTo", "mode", mode->mode);
    sld_compare_number(text, "PropertyIsEqualTo", "minutes", mode->minutes[i]);
    ig_text_append(text, by_mode ? "</ogc:And></ogc:Filter>" : "</ogc:Filter>");
    ig_text_append(text, "\n          <se:PolygonSymbolizer><se:Fill>");
    sld_colour(text, "fill", look_minutes(m, i, mode->count));
    sld_parameter(text, "fill-opacity", mode->bands ? "0.7" : "0.2");
    ig_text_append(text, "</se:Fill><se:Stroke>");
    sld_colour(text, "stroke", mode->bands ? look_border : look_minutes(m, i, mode->count));
    sld_parameter(text, "stroke-width", mode->bands ? "0.4" : "2");
    ig_text_append(text, "</se:Stroke></se:PolygonSymbolizer>\n        </se:Rule>\n");
}

ig_status isochrone_sld(ig_ctx *ctx, const char *layer, const ig_mode_minutes *modes, size_t count,
                        size_t shown, char **sld)
{
    ig_text text = {0};
    const ig_mode_minutes *mode = &modes[shown];
    sld_begin(&text, layer, "Within reach");
    for (size_t i = 0; i < mode->count; i++)
        isochrone_rule(&text, mode, shown, i, count > 1);
    return sld_finish(ctx, &text, sld);
}

/// A mark that QGIS knows, then one that every reader has in the same colour.
static void site_mark(ig_text *text, const struct look_mark *mark)
{
    const char *const names[] = {mark->shape, mark->plain};
    static const ig_colour white = {255, 255, 255};
    ig_text_append(text, "\n          <se:PointSymbolizer><se:Graphic>");
    for (size_t i = 0; i < (names[0] == names[1] ? 1 : 2); i++) {
        ig_text_format(text, "<se:Mark><se:WellKnownName>%s</se:WellKnownName><se:Fill>", names[i]);
        sld_colour(text, "fill", mark->colour);
        ig_text_append(text, "</se:Fill><se:Stroke>");
        sld_colour(text, "stroke", white);
        sld_parameter(text, "stroke-width", "1.5");
        ig_text_append(text, "</se:Stroke></se:Mark>");
    }
    ig_text_append(text, "<se:Size>13</se:Size></se:Graphic></se:PointSymbolizer>\n        "
                         "</se:Rule>\n");
}

static void site_names(ig_text *text, const char *column)
{
    ig_text_append(text, "        <se:Rule>\n          <se:TextSymbolizer><se:Label>"
                         "<ogc:PropertyName>");
    append_xml(text, column);
    ig_text_append(text, "</ogc:PropertyName></se:Label><se:Font>");
    sld_parameter(text, "font-family", "DejaVu Sans");
    sld_parameter(text, "font-size", "11");
    ig_text_append(text,
                   "</se:Font><se:LabelPlacement><se:PointPlacement><se:AnchorPoint>"
                   "<se:AnchorPointX>0</se:AnchorPointX><se:AnchorPointY>0.5</se:AnchorPointY>"
                   "</se:AnchorPoint><se:Displacement><se:DisplacementX>9</se:DisplacementX>"
                   "<se:DisplacementY>0</se:DisplacementY></se:Displacement></se:PointPlacement>"
                   "</se:LabelPlacement><se:Halo><se:Radius>1.5</se:Radius><se:Fill>");
    sld_colour(text, "fill", (ig_colour){255, 255, 255});
    ig_text_append(text, "</se:Fill></se:Halo><se:Fill>");
    sld_colour(text, "fill", (ig_colour){34, 34, 34});
    ig_text_append(text, "</se:Fill></se:TextSymbolizer>\n        </se:Rule>\n");
}

ig_status site_sld(ig_ctx *ctx, const char *layer, const char *label_column,
                   const ig_site_kinds *kinds, char **sld)
{
    ig_text text = {0};
    sld_begin(&text, layer, "Sites");
    for (size_t k = 0; kinds && k < kinds->count; k++) {
        sld_rule(&text, kinds->names[k]);
        ig_text_append(&text, "<ogc:Filter>");
        sld_compare(&text, "PropertyIsEqualTo", "kind", kinds->names[k]);
        ig_text_append(&text, "</ogc:Filter>");
        site_mark(&text, look_site(k));
    }
    sld_rule(&text, kinds ? "Other" : "Sites");
    if (kinds) ig_text_append(&text, "<se:ElseFilter/>");
    site_mark(&text, kinds ? &look_other_site : look_site(0));
    if (label_column) sld_over(&text); // names over all marks, and no part of "Other"
    if (label_column) site_names(&text, label_column);
    return sld_finish(ctx, &text, sld);
}

ig_status outline_sld(ig_ctx *ctx, const char *layer, char **sld)
{
    ig_text text = {0};
    sld_begin(&text, layer, "Outlines");
    sld_rule(&text, "Outlines");
    ig_text_append(&text, "<se:PolygonSymbolizer><se:Stroke>");
    sld_colour(&text, "stroke", look_border);
    sld_parameter(&text, "stroke-width", "1.5");
    ig_text_append(&text, "</se:Stroke></se:PolygonSymbolizer>\n        </se:Rule>\n");
    return sld_finish(ctx, &text, sld);
}
