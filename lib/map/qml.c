// Styles in QGIS's own form (QML): choropleth with or without gaps.
//
// Classes are closed on the right as QGIS takes them: a value on an edge falls in the earlier
// class. Edges are written with all their digits; a rounded upper edge would drop the highest area.
#include "qml_internal.h"

#include <string.h>

static const ig_colour outline_colour = {140, 140, 140}, gap_colour = {128, 128, 128},
                       dot_colour = {34, 34, 34};

void qml_begin(ig_text *text)
{
    ig_text_append(text,
                   "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                   "<qgis version=\"3.22.0\" styleCategories=\"Symbology|Labeling|Fields\">\n");
}

/// Hand over the text; a failed append becomes IG_EMEMORY.
ig_status style_finish(ig_ctx *ctx, ig_text *text, char **out)
{
    if (text->failed) {
        ig_text_free(text);
        return ig_fail(ctx, IG_EMEMORY, "no memory for a style");
    }
    *out = text->data;
    return IG_OK;
}

void qml_attribute(ig_text *text, const char *name, const char *value)
{
    ig_text_format(text, " %s=\"", name);
    append_xml(text, value);
    ig_text_append(text, "\"");
}

void qml_option(ig_text *text, const char *name, const char *value)
{
    ig_text_append(text, "            <Option type=\"QString\"");
    qml_attribute(text, "name", name);
    qml_attribute(text, "value", value);
    ig_text_append(text, "/>\n");
}

const char *qml_colour(ig_colour c, int alpha, char buffer[20])
{
    snprintf(buffer, 20, "%d,%d,%d,%d", c.r, c.g, c.b, alpha);
    return buffer;
}

static void number_attribute(ig_text *text, const char *name, double value)
{
    char digits[32];
    ig_text_format(text, " %s=\"%s\"", name, ig_number_text(value, digits, sizeof digits));
}

void qml_fill_symbol(ig_text *text, const char *name, const fill *f)
{
    char colour[20], width[32];
    ig_text_format(text,
                   "      <symbol name=\"%s\" type=\"fill\" alpha=\"1\" clip_to_extent=\"1\" "
                   "force_rhr=\"0\">\n"
                   "        <layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\">\n"
                   "          <Option type=\"Map\">\n",
                   name);
    qml_option(text, "color", qml_colour(f->inside, f->alpha, colour));
    qml_option(text, "style", f->style);
    qml_option(text, "outline_color", qml_colour(f->line, 255, colour));
    qml_option(text, "outline_style", f->line_style);
    qml_option(text, "outline_width", ig_number_text(f->width, width, sizeof width));
    qml_option(text, "outline_width_unit", "MM");
    qml_option(text, "joinstyle", "bevel");
    ig_text_append(text, "          </Option>\n        </layer>\n      </symbol>\n");
}

static void class_symbol(ig_text *text, size_t number, ig_colour colour)
{
    char name[24];
    snprintf(name, sizeof name, "%zu", number);
    qml_fill_symbol(text, name, &(fill){colour, outline_colour, 255, "solid", "solid", 0.1});
}

/// The name alone where QGIS takes it for a column, else as a quoted expression.
void qml_column(ig_text *text, const char *column)
{
    const size_t plain = strspn(column, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (column[plain] == 0 && *column && !(*column >= '0' && *column <= '9')) {
        append_xml(text, column);
        return;
    }
    ig_text quoted = {0};
    append_quoted(&quoted, column);
    text->failed |= quoted.failed;
    append_xml(text, quoted.failed ? "" : quoted.data);
    ig_text_free(&quoted);
}

static const char *method_id(ig_class_method method)
{
    switch (method) {
    case IG_CLASS_QUANTILE:
        return "Quantile";
    case IG_CLASS_EQUAL:
        return "EqualInterval";
    case IG_CLASS_FISHER_JENKS:
        return "Jenks";
    case IG_CLASS_SD:
        return "StdDev";
    case IG_CLASS_PRETTY:
        return "Pretty";
    case IG_CLASS_HEAD_TAIL:
    case IG_CLASS_MANUAL:
        break;
    }
    return "Custom";
}

/// The colours as a ramp, so that an analyst who makes other classes keeps the palette.
static void colour_ramp(ig_text *text, const ig_style *style)
{
    const size_t last = style->breaks->classes - 1;
    char colour[20];
    ig_text_append(text, "    <colorramp type=\"gradient\" name=\"[source]\">\n"
                         "          <Option type=\"Map\">\n");
    qml_option(text, "color1", qml_colour(style->colours[0], 255, colour));
    qml_option(text, "color2", qml_colour(style->colours[last], 255, colour));
    qml_option(text, "discrete", "0");
    qml_option(text, "rampType", "gradient");
    ig_text stops = {0};
    ig_text_append(&stops, "");
    for (size_t k = 1; k < last; k++) {
        char at[32];
        ig_text_format(&stops, "%s%s;%s", k > 1 ? ":" : "",
                       ig_number_text((double)k / (double)last, at, sizeof at),
                       qml_colour(style->colours[k], 255, colour));
    }
    text->failed |= stops.failed;
    if (last > 1 && !stops.failed) qml_option(text, "stops", stops.data);
    ig_text_free(&stops);
    ig_text_append(text, "          </Option>\n    </colorramp>\n");
}

static void graduated(ig_text *text, const ig_style *style)
{
    const ig_breaks *breaks = style->breaks;
    const int decimals = label_decimals(breaks);
    char label[LABEL_ROOM];
    ig_text_append(text, "  <renderer-v2 type=\"graduatedSymbol\" "
                         "graduatedMethod=\"GraduatedColor\" symbollevels=\"0\" forceraster=\"0\" "
                         "enableorderby=\"0\" attr=\"");
    qml_column(text, style->column);
    ig_text_append(text, "\">\n    <ranges>\n");
    for (size_t k = 0; k < breaks->classes; k++) {
        ig_text_format(text, "      <range symbol=\"%zu\"", k);
        number_attribute(text, "lower", class_lower(breaks, k));
        number_attribute(text, "upper", breaks->upper[k]);
        qml_attribute(text, "label", label_class_unit(style, k, decimals, label, sizeof label));
        ig_text_append(text, " render=\"true\"/>\n");
    }
    ig_text_append(text, "    </ranges>\n    <symbols>\n");
    for (size_t k = 0; k < breaks->classes; k++)
        class_symbol(text, k, style->colours[k]);
    ig_text_append(text, "    </symbols>\n    <source-symbol>\n");
    class_symbol(text, 0, style->colours[0]);
    ig_text_append(text, "    </source-symbol>\n");
    colour_ramp(text, style);
    ig_text_format(text, "    <classificationMethod id=\"%s\">\n", method_id(style->method));
    ig_text_format(text,
                   "      <labelFormat format=\"%%1 to %%2\" labelprecision=\"%d\" "
                   "trimtrailingzeroes=\"0\"/>\n    </classificationMethod>\n  </renderer-v2>\n",
                   decimals);
}

/// One rule: `filter` NULL is ELSE.
void qml_rule(ig_text *text, size_t number, const char *label, const char *filter)
{
    ig_text_format(text, "      <rule key=\"{00000000-0000-4000-8000-%012zx}\" symbol=\"%zu\"",
                   number + 1, number);
    qml_attribute(text, "label", label);
    qml_attribute(text, "filter", filter ? filter : "ELSE");
    ig_text_append(text, "/>\n");
}

static void class_rule(ig_text *text, const ig_style *style, size_t k, int decimals)
{
    char label[LABEL_ROOM], digits[32];
    ig_text filter = {0};
    append_quoted(&filter, style->column);
    ig_text_format(&filter, " %s %s AND ", k ? ">" : ">=",
                   ig_number_text(class_lower(style->breaks, k), digits, sizeof digits));
    append_quoted(&filter, style->column);
    ig_text_format(&filter, " <= %s",
                   ig_number_text(style->breaks->upper[k], digits, sizeof digits));
    text->failed |= filter.failed;
    if (!filter.failed)
        qml_rule(text, k, label_class_unit(style, k, decimals, label, sizeof label), filter.data);
    ig_text_free(&filter);
}

/// Gaps whose status begins "suppressed", in a hatch of their own.
static void suppressed_rule(ig_text *text, const ig_style *style, size_t number)
{
    ig_text filter = {0};
    append_quoted(&filter, style->column);
    ig_text_append(&filter, " IS NULL AND ");
    append_quoted(&filter, style->status);
    ig_text_append(&filter, " LIKE 'suppressed%'");
    text->failed |= filter.failed;
    if (!filter.failed) qml_rule(text, number, "Suppressed", filter.data);
    ig_text_free(&filter);
}

/// Drawn over the class: the limits hold the centre.
static void unclear_rule(ig_text *text, const ig_style *style, size_t number)
{
    char digits[32], label[LABEL_ROOM];
    ig_text filter = {0};
    ig_number_text(style->centre, digits, sizeof digits);
    append_quoted(&filter, style->column);
    ig_text_append(&filter, " IS NOT NULL AND ");
    append_quoted(&filter, style->lower);
    ig_text_format(&filter, " <= %s AND ", digits);
    append_quoted(&filter, style->upper);
    ig_text_format(&filter, " >= %s", digits);
    text->failed |= filter.failed;
    if (!filter.failed)
        qml_rule(text, number, unclear_label(style, label, sizeof label), filter.data);
    ig_text_free(&filter);
}

static void rule_based(ig_text *text, const ig_style *style)
{
    const size_t classes = style->breaks->classes;
    const int decimals = label_decimals(style->breaks);
    ig_text_append(text, "  <renderer-v2 type=\"RuleRenderer\" symbollevels=\"0\" "
                         "forceraster=\"0\" enableorderby=\"0\">\n"
                         "    <rules key=\"{00000000-0000-4000-8000-000000000000}\">\n");
    for (size_t k = 0; k < classes; k++)
        class_rule(text, style, k, decimals);
    if (style->lower) unclear_rule(text, style, classes + 2);
    if (style->suppressed) suppressed_rule(text, style, classes + 1);
    qml_rule(text, classes, "No data", NULL);
    ig_text_append(text, "    </rules>\n    <symbols>\n");
    for (size_t k = 0; k < classes; k++)
        class_symbol(text, k, style->colours[k]);
    char name[24];
    snprintf(name, sizeof name, "%zu", classes);
    qml_fill_symbol(text, name, &(fill){gap_colour, gap_colour, 255, "b_diagonal", "solid", 0.1});
    snprintf(name, sizeof name, "%zu", classes + 1);
    if (style->suppressed)
        qml_fill_symbol(text, name,
                        &(fill){gap_colour, gap_colour, 255, "diagonal_x", "solid", 0.1});
    snprintf(name, sizeof name, "%zu", classes + 2);
    if (style->lower)
        qml_fill_symbol(text, name, &(fill){dot_colour, dot_colour, 255, "dense7", "no", 0.1});
    ig_text_append(text, "    </symbols>\n  </renderer-v2>\n");
}

static void append_aliases(ig_text *text, const char *const *aliases)
{
    if (!aliases || !aliases[0]) return;
    ig_text_append(text, "  <aliases>\n");
    for (size_t i = 0; aliases[i] && aliases[i + 1]; i += 2) {
        ig_text_format(text, "    <alias index=\"%zu\"", i / 2);
        qml_attribute(text, "field", aliases[i]);
        qml_attribute(text, "name", aliases[i + 1]);
        ig_text_append(text, "/>\n");
    }
    ig_text_append(text, "  </aliases>\n");
}

ig_status ig_style_qml(ig_ctx *ctx, const ig_style *style, const char *const *aliases, char **qml)
{
    if (!style->breaks || !style->colours || !style->column)
        return ig_fail(ctx, IG_EINVAL, "a style needs a column, classes and colours");
    ig_text text = {0};
    qml_begin(&text);
    if (style->gaps || style->lower || !style->breaks->classes) {
        rule_based(&text, style);
    } else {
        graduated(&text, style);
    }
    append_aliases(&text, aliases);
    ig_text_append(&text, "  <layerGeometryType>2</layerGeometryType>\n</qgis>\n");
    return style_finish(ctx, &text, qml);
}

void ig_style_free(char *text)
{
    ig_free(text);
}
