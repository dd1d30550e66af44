// The choropleth as OGC Styled Layer Descriptor 1.1 for software other than QGIS.
#include "qml_internal.h"
#include "sld_internal.h"

void sld_parameter(ig_text *text, const char *name, const char *value)
{
    ig_text_format(text, "<se:SvgParameter name=\"%s\">%s</se:SvgParameter>", name, value);
}

void sld_colour(ig_text *text, const char *name, ig_colour c)
{
    char hex[8];
    snprintf(hex, sizeof hex, "#%02x%02x%02x", c.r, c.g, c.b);
    sld_parameter(text, name, hex);
}

void sld_rule(ig_text *text, const char *label)
{
    ig_text_append(text, "        <se:Rule>\n          <se:Name>");
    append_xml(text, label);
    ig_text_append(text, "</se:Name>\n          <se:Description><se:Title>");
    append_xml(text, label);
    ig_text_append(text, "</se:Title></se:Description>\n          ");
}

static void begin_rule(ig_text *text, const char *label)
{
    sld_rule(text, label);
    ig_text_append(text, "<ogc:Filter>");
}

void sld_compare(ig_text *text, const char *element, const char *column, const char *value)
{
    ig_text_format(text, "<ogc:%s><ogc:PropertyName>", element);
    append_xml(text, column);
    ig_text_append(text, "</ogc:PropertyName><ogc:Literal>");
    append_xml(text, value);
    ig_text_format(text, "</ogc:Literal></ogc:%s>", element);
}

void sld_compare_number(ig_text *text, const char *element, const char *column, double value)
{
    char digits[32];
    sld_compare(text, element, column, ig_number_text(value, digits, sizeof digits));
}

static void outline(ig_text *text, const char *colour)
{
    ig_text_append(text, "<se:Stroke>");
    sld_parameter(text, "stroke", colour);
    sld_parameter(text, "stroke-width", "0.4");
    ig_text_append(text, "</se:Stroke></se:PolygonSymbolizer>\n        </se:Rule>\n");
}

static void is_null(ig_text *text, const char *column)
{
    ig_text_append(text, "<ogc:PropertyIsNull><ogc:PropertyName>");
    append_xml(text, column);
    ig_text_append(text, "</ogc:PropertyName></ogc:PropertyIsNull>");
}

/// The first class has no lower bound and the last no upper one: readers round them.
static void class_rule(ig_text *text, const ig_style *style, size_t k, int decimals)
{
    char label[LABEL_ROOM];
    const bool first = k == 0, last = k + 1 == style->breaks->classes;
    begin_rule(text, label_class_unit(style, k, decimals, label, sizeof label));
    if (first && last) {
        ig_text_append(text, "<ogc:Not>");
        is_null(text, style->column);
        ig_text_append(text, "</ogc:Not>");
    }
    if (!first && !last) ig_text_append(text, "<ogc:And>");
    if (!first)
        sld_compare_number(text, "PropertyIsGreaterThan", style->column,
                           class_lower(style->breaks, k));
    if (!last)
        sld_compare_number(text, "PropertyIsLessThanOrEqualTo", style->column,
                           style->breaks->upper[k]);
    if (!first && !last) ig_text_append(text, "</ogc:And>");
    ig_text_append(text, "</ogc:Filter>\n          <se:PolygonSymbolizer><se:Fill>");
    sld_colour(text, "fill", style->colours[k]);
    ig_text_append(text, "</se:Fill>");
    outline(text, "#ffffff");
}

/// Status that begins "suppressed".
static void is_suppressed(ig_text *text, const char *column)
{
    ig_text_append(text, "<ogc:PropertyIsLike wildCard=\"*\" singleChar=\".\" escapeChar=\"!\">"
                         "<ogc:PropertyName>");
    append_xml(text, column);
    ig_text_append(text, "</ogc:PropertyName><ogc:Literal>suppressed*</ogc:Literal>"
                         "</ogc:PropertyIsLike>");
}

/// A pattern of marks: `mark` as QGIS calls it, then `shape` as GeoServer does.
static void pattern(ig_text *text, const char *mark, const char *shape, const char *colour)
{
    const char *const names[] = {mark, shape};
    ig_text_append(text, "</ogc:Filter>\n          <se:PolygonSymbolizer><se:Fill>"
                         "<se:GraphicFill><se:Graphic>");
    for (size_t i = 0; i < 2; i++) {
        ig_text_format(text, "<se:Mark><se:WellKnownName>%s</se:WellKnownName><se:Stroke>",
                       names[i]);
        sld_parameter(text, "stroke", colour);
        ig_text_append(text, "</se:Stroke></se:Mark>");
    }
    ig_text_append(text, "<se:Size>8</se:Size></se:Graphic></se:GraphicFill></se:Fill>");
}

/// Gaps: those that were suppressed hatched both ways, the others one way.
static void gap_rules(ig_text *text, const ig_style *style)
{
    const bool suppressed = style->suppressed && style->status;
    if (suppressed) {
        begin_rule(text, "Suppressed");
        ig_text_append(text, "<ogc:And>");
        is_null(text, style->column);
        is_suppressed(text, style->status);
        ig_text_append(text, "</ogc:And>");
        pattern(text, "x", "shape://times", "#808080");
        outline(text, "#808080");
    }
    begin_rule(text, "No data");
    if (suppressed) ig_text_append(text, "<ogc:And>");
    is_null(text, style->column);
    if (suppressed) {
        // a status may be missing too, and then it is not like anything
        ig_text_append(text, "<ogc:Or>");
        is_null(text, style->status);
        ig_text_append(text, "<ogc:Not>");
        is_suppressed(text, style->status);
        ig_text_append(text, "</ogc:Not></ogc:Or></ogc:And>");
    }
    pattern(text, "slash", "shape://slash", "#808080");
    outline(text, "#808080");
}

/// Dots over the class where the limits hold the centre.
static void unclear_rule(ig_text *text, const ig_style *style)
{
    char label[LABEL_ROOM];
    begin_rule(text, unclear_label(style, label, sizeof label));
    ig_text_append(text, "<ogc:And><ogc:Not>");
    is_null(text, style->column);
    ig_text_append(text, "</ogc:Not>");
    sld_compare_number(text, "PropertyIsLessThanOrEqualTo", style->lower, style->centre);
    sld_compare_number(text, "PropertyIsGreaterThanOrEqualTo", style->upper, style->centre);
    ig_text_append(text, "</ogc:And>");
    pattern(text, "brush://dense7", "shape://dot", "#222222");
    ig_text_append(text, "</se:PolygonSymbolizer>\n        </se:Rule>\n");
}

void sld_begin(ig_text *text, const char *layer, const char *title)
{
    ig_text_append(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<StyledLayerDescriptor version=\"1.1.0\" "
                         "xmlns=\"http://www.opengis.net/sld\" "
                         "xmlns:ogc=\"http://www.opengis.net/ogc\" "
                         "xmlns:se=\"http://www.opengis.net/se\" "
                         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                         "xsi:schemaLocation=\"http://www.opengis.net/sld "
                         "http://schemas.opengis.net/sld/1.1.0/StyledLayerDescriptor.xsd\">\n"
                         "  <NamedLayer>\n    <se:Name>");
    append_xml(text, layer);
    ig_text_append(text, "</se:Name>\n    <UserStyle>\n      <se:Name>");
    append_xml(text, title);
    ig_text_append(text, "</se:Name>\n      <se:FeatureTypeStyle>\n");
}

void sld_over(ig_text *text)
{
    ig_text_append(text, "      </se:FeatureTypeStyle>\n      <se:FeatureTypeStyle>\n");
}

ig_status sld_finish(ig_ctx *ctx, ig_text *text, char **out)
{
    ig_text_append(text, "      </se:FeatureTypeStyle>\n    </UserStyle>\n  </NamedLayer>\n"
                         "</StyledLayerDescriptor>\n");
    return style_finish(ctx, text, out);
}

ig_status ig_style_sld(ig_ctx *ctx, const ig_style *style, const char *layer, char **sld)
{
    if (!style->breaks || !style->colours || !style->column)
        return ig_fail(ctx, IG_EINVAL, "a style needs a column, classes and colours");
    ig_text text = {0}, title = {0};
    append_title(&title, style);
    sld_begin(&text, layer, title.failed ? "" : title.data);
    text.failed |= title.failed;
    ig_text_free(&title);
    const int decimals = label_decimals(style->breaks);
    for (size_t k = 0; k < style->breaks->classes; k++)
        class_rule(&text, style, k, decimals);
    if (style->lower) unclear_rule(&text, style);
    if (style->gaps) gap_rules(&text, style);
    return sld_finish(ctx, &text, sld);
}
