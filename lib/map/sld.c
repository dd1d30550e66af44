// The choropleth as OGC Styled Layer Descriptor 1.1 for software other than QGIS.
#include "map_internal.h"

static void hex(ig_text *text, ig_colour c)
{
    ig_text_format(text, "#%02x%02x%02x", c.r, c.g, c.b);
}

static void parameter(ig_text *text, const char *name, const char *value)
{
    ig_text_format(text, "<se:SvgParameter name=\"%s\">%s</se:SvgParameter>", name, value);
}

static void begin_rule(ig_text *text, const char *label)
{
    ig_text_append(text, "        <se:Rule>\n          <se:Name>");
    append_xml(text, label);
    ig_text_append(text, "</se:Name>\n          <se:Description><se:Title>");
    append_xml(text, label);
    ig_text_append(text, "</se:Title></se:Description>\n          <ogc:Filter>");
}

static void compare(ig_text *text, const char *element, const char *column, double value)
{
    char digits[32];
    ig_text_format(text, "<ogc:%s><ogc:PropertyName>", element);
    append_xml(text, column);
    ig_text_format(text, "</ogc:PropertyName><ogc:Literal>%s</ogc:Literal></ogc:%s>",
                   ig_number_text(value, digits, sizeof digits), element);
}

static void outline(ig_text *text, const char *colour)
{
    ig_text_append(text, "<se:Stroke>");
    parameter(text, "stroke", colour);
    parameter(text, "stroke-width", "0.4");
    ig_text_append(text, "</se:Stroke></se:PolygonSymbolizer>\n        </se:Rule>\n");
}

static void class_rule(ig_text *text, const ig_style *style, size_t k, int decimals)
{
    char label[LABEL_ROOM];
    begin_rule(text, label_class_unit(style, k, decimals, label, sizeof label));
    ig_text_append(text, "<ogc:And>");
    compare(text, k ? "PropertyIsGreaterThan" : "PropertyIsGreaterThanOrEqualTo", style->column,
            class_lower(style->breaks, k));
    compare(text, "PropertyIsLessThanOrEqualTo", style->column, style->breaks->upper[k]);
    ig_text_append(text, "</ogc:And></ogc:Filter>\n          <se:PolygonSymbolizer><se:Fill>"
                         "<se:SvgParameter name=\"fill\">");
    hex(text, style->colours[k]);
    ig_text_append(text, "</se:SvgParameter></se:Fill>");
    outline(text, "#ffffff");
}

static void gap_rule(ig_text *text, const ig_style *style)
{
    begin_rule(text, "No data");
    ig_text_append(text, "<ogc:PropertyIsNull><ogc:PropertyName>");
    append_xml(text, style->column);
    ig_text_append(text, "</ogc:PropertyName></ogc:PropertyIsNull></ogc:Filter>\n"
                         "          <se:PolygonSymbolizer><se:Fill><se:GraphicFill><se:Graphic>"
                         "<se:Mark><se:WellKnownName>slash</se:WellKnownName><se:Stroke>");
    parameter(text, "stroke", "#808080");
    ig_text_append(text, "</se:Stroke></se:Mark></se:Graphic></se:GraphicFill></se:Fill>");
    outline(text, "#808080");
}

ig_status ig_style_sld(ig_ctx *ctx, const ig_style *style, const char *layer, char **sld)
{
    if (!style->breaks || !style->colours || !style->column)
        return ig_fail(ctx, IG_EINVAL, "a style needs a column, classes and colours");
    ig_text text = {0}, title = {0};
    append_title(&title, style);
    ig_text_append(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                          "<StyledLayerDescriptor version=\"1.1.0\" "
                          "xmlns=\"http://www.opengis.net/sld\" "
                          "xmlns:ogc=\"http://www.opengis.net/ogc\" "
                          "xmlns:se=\"http://www.opengis.net/se\">\n"
                          "  <NamedLayer>\n    <se:Name>");
    append_xml(&text, layer);
    ig_text_append(&text, "</se:Name>\n    <UserStyle>\n      <se:Name>");
    append_xml(&text, title.failed ? "" : title.data);
    ig_text_append(&text, "</se:Name>\n      <se:FeatureTypeStyle>\n");
    const int decimals = label_decimals(style->breaks);
    for (size_t k = 0; k < style->breaks->classes; k++)
        class_rule(&text, style, k, decimals);
    if (style->gaps) gap_rule(&text, style);
    ig_text_append(&text, "      </se:FeatureTypeStyle>\n    </UserStyle>\n  </NamedLayer>\n"
                          "</StyledLayerDescriptor>\n");
    const bool failed = text.failed || title.failed;
    ig_text_free(&title);
    if (failed) {
        ig_text_free(&text);
        return ig_fail(ctx, IG_EMEMORY, "no memory for a style");
    }
    *sld = text.data;
    return IG_OK;
}
