// Styles in QGIS's own form (QML): choropleth with or without gaps, isochrones, sites.
//
// Classes are closed on the right as QGIS takes them: a value on an edge falls in the earlier
// class. Edges are written with all their digits; a rounded upper edge would drop the highest area.
#include "map_internal.h"

#include <string.h>

static const ig_colour outline_colour = {140, 140, 140}, gap_colour = {128, 128, 128},
                       dot_colour = {34, 34, 34}, border_colour = {60, 60, 60};

static void begin(ig_text *text)
{
    ig_text_append(text,
                   "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                   "<qgis version=\"3.22.0\" styleCategories=\"Symbology|Labeling|Fields\">\n");
}

/// Hand over the text; a failed append becomes IG_EMEMORY.
static ig_status finish(ig_ctx *ctx, ig_text *text, char **out)
{
    if (text->failed) {
        ig_text_free(text);
        return ig_fail(ctx, IG_EMEMORY, "no memory for a style");
    }
    *out = text->data;
    return IG_OK;
}

static void attribute(ig_text *text, const char *name, const char *value)
{
    ig_text_format(text, " %s=\"", name);
    append_xml(text, value);
    ig_text_append(text, "\"");
}

static void option(ig_text *text, const char *name, const char *value)
{
    ig_text_append(text, "            <Option type=\"QString\"");
    attribute(text, "name", name);
    attribute(text, "value", value);
    ig_text_append(text, "/>\n");
}

static const char *colour_text(ig_colour c, int alpha, char buffer[20])
{
    snprintf(buffer, 20, "%d,%d,%d,%d", c.r, c.g, c.b, alpha);
    return buffer;
}

static void number_attribute(ig_text *text, const char *name, double value)
{
    char digits[32];
    ig_text_format(text, " %s=\"%s\"", name, ig_number_text(value, digits, sizeof digits));
}

typedef struct fill {
    ig_colour inside, line;
    int alpha;
    const char *style; ///< solid, b_diagonal, no
    const char *line_style;
    double width; ///< millimetres
} fill;

static void fill_symbol(ig_text *text, const char *name, const fill *f)
{
    char colour[20], width[32];
    ig_text_format(text,
                   "      <symbol name=\"%s\" type=\"fill\" alpha=\"1\" clip_to_extent=\"1\" "
                   "force_rhr=\"0\">\n"
                   "        <layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\">\n"
                   "          <Option type=\"Map\">\n",
                   name);
    option(text, "color", colour_text(f->inside, f->alpha, colour));
    option(text, "style", f->style);
    option(text, "outline_color", colour_text(f->line, 255, colour));
    option(text, "outline_style", f->line_style);
    option(text, "outline_width", ig_number_text(f->width, width, sizeof width));
    option(text, "outline_width_unit", "MM");
    option(text, "joinstyle", "bevel");
    ig_text_append(text, "          </Option>\n        </layer>\n      </symbol>\n");
}

static void class_symbol(ig_text *text, size_t number, ig_colour colour)
{
    char name[24];
    snprintf(name, sizeof name, "%zu", number);
    fill_symbol(text, name, &(fill){colour, outline_colour, 255, "solid", "solid", 0.1});
}

/// The name alone where QGIS takes it for a column, else as a quoted expression.
static void append_column(ig_text *text, const char *column)
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
    option(text, "color1", colour_text(style->colours[0], 255, colour));
    option(text, "color2", colour_text(style->colours[last], 255, colour));
    option(text, "discrete", "0");
    option(text, "rampType", "gradient");
    ig_text stops = {0};
    ig_text_append(&stops, "");
    for (size_t k = 1; k < last; k++) {
        char at[32];
        ig_text_format(&stops, "%s%s;%s", k > 1 ? ":" : "",
                       ig_number_text((double)k / (double)last, at, sizeof at),
                       colour_text(style->colours[k], 255, colour));
    }
    text->failed |= stops.failed;
    if (last > 1 && !stops.failed) option(text, "stops", stops.data);
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
    append_column(text, style->column);
    ig_text_append(text, "\">\n    <ranges>\n");
    for (size_t k = 0; k < breaks->classes; k++) {
        ig_text_format(text, "      <range symbol=\"%zu\"", k);
        number_attribute(text, "lower", class_lower(breaks, k));
        number_attribute(text, "upper", breaks->upper[k]);
        attribute(text, "label", label_class_unit(style, k, decimals, label, sizeof label));
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
static void rule(ig_text *text, size_t number, const char *label, const char *filter)
{
    ig_text_format(text, "      <rule key=\"{00000000-0000-4000-8000-%012zx}\" symbol=\"%zu\"",
                   number + 1, number);
    attribute(text, "label", label);
    attribute(text, "filter", filter ? filter : "ELSE");
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
        rule(text, k, label_class_unit(style, k, decimals, label, sizeof label), filter.data);
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
    if (!filter.failed) rule(text, number, "Suppressed", filter.data);
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
    if (!filter.failed) rule(text, number, unclear_label(style, label, sizeof label), filter.data);
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
    rule(text, classes, "No data", NULL);
    ig_text_append(text, "    </rules>\n    <symbols>\n");
    for (size_t k = 0; k < classes; k++)
        class_symbol(text, k, style->colours[k]);
    char name[24];
    snprintf(name, sizeof name, "%zu", classes);
    fill_symbol(text, name, &(fill){gap_colour, gap_colour, 255, "b_diagonal", "solid", 0.1});
    snprintf(name, sizeof name, "%zu", classes + 1);
    if (style->suppressed)
        fill_symbol(text, name, &(fill){gap_colour, gap_colour, 255, "diagonal_x", "solid", 0.1});
    snprintf(name, sizeof name, "%zu", classes + 2);
    if (style->lower)
        fill_symbol(text, name, &(fill){dot_colour, dot_colour, 255, "dense7", "no", 0.1});
    ig_text_append(text, "    </symbols>\n  </renderer-v2>\n");
}

static void append_aliases(ig_text *text, const char *const *aliases)
{
    if (!aliases || !aliases[0]) return;
    ig_text_append(text, "  <aliases>\n");
    for (size_t i = 0; aliases[i] && aliases[i + 1]; i += 2) {
        ig_text_format(text, "    <alias index=\"%zu\"", i / 2);
        attribute(text, "field", aliases[i]);
        attribute(text, "name", aliases[i + 1]);
        ig_text_append(text, "/>\n");
    }
    ig_text_append(text, "  </aliases>\n");
}

ig_status ig_style_qml(ig_ctx *ctx, const ig_style *style, const char *const *aliases, char **qml)
{
    if (!style->breaks || !style->colours || !style->column)
        return ig_fail(ctx, IG_EINVAL, "a style needs a column, classes and colours");
    ig_text text = {0};
    begin(&text);
    if (style->gaps || style->lower || !style->breaks->classes) {
        rule_based(&text, style);
    } else {
        graduated(&text, style);
    }
    append_aliases(&text, aliases);
    ig_text_append(&text, "  <layerGeometryType>2</layerGeometryType>\n</qgis>\n");
    return finish(ctx, &text, qml);
}

// ---- isochrones and sites ----------------------------------------------------------------------

/// From near (light) to far (dark), a hue for each mode.
static ig_colour minutes_colour(size_t mode, size_t i, size_t count)
{
    static const ig_colour ends[][2] = {{{253, 190, 133}, {140, 45, 4}},
                                        {{158, 202, 225}, {8, 69, 148}},
                                        {{188, 189, 220}, {74, 20, 134}},
                                        {{161, 217, 155}, {0, 90, 50}}};
    const ig_colour *hue = ends[mode % (sizeof ends / sizeof *ends)];
    const double t = count > 1 ? (double)i / (double)(count - 1) : 0.5;
    return (ig_colour){(uint8_t)(hue[0].r + t * (hue[1].r - hue[0].r) + 0.5),
                       (uint8_t)(hue[0].g + t * (hue[1].g - hue[0].g) + 0.5),
                       (uint8_t)(hue[0].b + t * (hue[1].b - hue[0].b) + 0.5)};
}

static void minutes_symbol(ig_text *text, size_t number, ig_colour colour, bool bands)
{
    char name[24];
    snprintf(name, sizeof name, "%zu", number);
    fill_symbol(text, name, &(fill){colour, colour, bands ? 200 : 25, "solid", "solid", 0.4});
}

/// The widest first, so that the nearer lie on top.
static void widest_first(ig_text *text)
{
    ig_text_append(text, "    <orderby>\n"
                         "      <orderByClause asc=\"0\" nullsFirst=\"0\">\"minutes\""
                         "</orderByClause>\n    </orderby>\n  </renderer-v2>\n"
                         "  <layerGeometryType>2</layerGeometryType>\n</qgis>\n");
}

ig_status ig_isochrone_qml(ig_ctx *ctx, const double *minutes, size_t count, bool bands, char **qml)
{
    ig_text text = {0};
    char digits[32];
    begin(&text);
    ig_text_append(&text, "  <renderer-v2 type=\"categorizedSymbol\" attr=\"minutes\" "
                          "symbollevels=\"0\" forceraster=\"0\" enableorderby=\"1\">\n"
                          "    <categories>\n");
    for (size_t i = 0; i < count; i++) {
        ig_number_text(minutes[i], digits, sizeof digits);
        ig_text_format(&text,
                       "      <category symbol=\"%zu\" value=\"%s\" label=\"%s %s minutes\" "
                       "render=\"true\" type=\"double\"/>\n",
                       i, digits, bands ? "up to" : "within", digits);
    }
    ig_text_append(&text, "    </categories>\n    <symbols>\n");
    for (size_t i = 0; i < count; i++)
        minutes_symbol(&text, i, minutes_colour(0, i, count), bands);
    ig_text_append(&text, "    </symbols>\n");
    widest_first(&text);
    return finish(ctx, &text, qml);
}

/// 'text' with quotes and backslashes doubled: a literal in an expression of QGIS.
static void append_literal(ig_text *text, const char *raw)
{
    ig_text_append(text, "'");
    for (; *raw; raw++) {
        const bool twice = *raw == '\'' || *raw == '\\';
        ig_text_append_bytes(text, raw, 1);
        if (twice) ig_text_append_bytes(text, raw, 1);
    }
    ig_text_append(text, "'");
}

/// The rules of one mode under a rule of its name. `number` is that of its first symbol.
static void mode_rules(ig_text *text, const ig_mode_minutes *mode, size_t m, size_t number)
{
    char label[LABEL_ROOM], digits[32];
    ig_text filter = {0};
    ig_text_append(&filter, "\"mode\" = ");
    append_literal(&filter, mode->mode);
    ig_text_format(text, "      <rule key=\"{00000000-0000-4000-8001-%012zx}\"", m + 1);
    attribute(text, "label", mode->mode);
    attribute(text, "filter", filter.failed ? "" : filter.data);
    ig_text_append(text, ">\n");
    for (size_t i = 0; i < mode->count; i++) {
        ig_number_text(mode->minutes[i], digits, sizeof digits);
        snprintf(label, sizeof label, "%s %s minutes", mode->bands ? "up to" : "within", digits);
        filter.length = 0;
        ig_text_format(&filter, "\"minutes\" = %s", digits);
        if (!filter.failed) rule(text, number + i, label, filter.data);
    }
    ig_text_append(text, "      </rule>\n");
    text->failed |= filter.failed;
    ig_text_free(&filter);
}

ig_status ig_isochrone_modes_qml(ig_ctx *ctx, const ig_mode_minutes *modes, size_t count,
                                 char **qml)
{
    ig_text text = {0};
    begin(&text);
    ig_text_append(&text, "  <renderer-v2 type=\"RuleRenderer\" symbollevels=\"0\" "
                          "forceraster=\"0\" enableorderby=\"1\">\n"
                          "    <rules key=\"{00000000-0000-4000-8000-000000000000}\">\n");
    for (size_t m = 0, number = 0; m < count; number += modes[m++].count)
        mode_rules(&text, &modes[m], m, number);
    ig_text_append(&text, "    </rules>\n    <symbols>\n");
    for (size_t m = 0, number = 0; m < count; m++)
        for (size_t i = 0; i < modes[m].count; i++)
            minutes_symbol(&text, number++, minutes_colour(m, i, modes[m].count), modes[m].bands);
    ig_text_append(&text, "    </symbols>\n");
    widest_first(&text);
    return finish(ctx, &text, qml);
}

typedef struct mark {
    const char *shape, *colour;
} mark;

/// A marker with a white rim; the cross of a clinic on it where there are no kinds.
static void site_symbol(ig_text *text, size_t number, const mark *m, bool cross)
{
    const mark marks[] = {*m, {"cross_fill", "255,255,255,255"}};
    ig_text_format(text,
                   "      <symbol name=\"%zu\" type=\"marker\" alpha=\"1\" "
                   "clip_to_extent=\"1\" force_rhr=\"0\">\n",
                   number);
    for (size_t i = 0; i < 1 + (size_t)cross; i++) {
        ig_text_append(text, "        <layer class=\"SimpleMarker\" enabled=\"1\" locked=\"0\" "
                             "pass=\"0\">\n          <Option type=\"Map\">\n");
        option(text, "name", marks[i].shape);
        option(text, "color", marks[i].colour);
        option(text, "outline_color", "255,255,255,255");
        option(text, "outline_style", i ? "no" : "solid");
        option(text, "size", i ? "2" : "3.6");
        option(text, "size_unit", "MM");
        option(text, "outline_width", i ? "0" : "0.4");
        ig_text_append(text, "          </Option>\n        </layer>\n");
    }
    ig_text_append(text, "      </symbol>\n");
}

static void site_labels(ig_text *text, const char *column)
{
    ig_text_append(text, "  <labeling type=\"simple\">\n    <settings calloutType=\"simple\">\n"
                         "      <text-style fontFamily=\"DejaVu Sans\" fontSize=\"8\" "
                         "fontSizeUnit=\"Point\" textColor=\"34,34,34,255\" isExpression=\"1\"");
    ig_text quoted = {0};
    append_quoted(&quoted, column);
    text->failed |= quoted.failed;
    if (!quoted.failed) attribute(text, "fieldName", quoted.data);
    ig_text_free(&quoted);
    ig_text_append(text, ">\n        <text-buffer bufferDraw=\"1\" bufferSize=\"1\" "
                         "bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" "
                         "bufferOpacity=\"1\"/>\n      </text-style>\n"
                         "      <placement placement=\"6\" dist=\"2.6\" distUnits=\"MM\"/>\n"
                         "      <rendering drawLabels=\"1\" obstacle=\"1\"/>\n"
                         "    </settings>\n  </labeling>\n");
}

static void begin_sites(ig_text *text, bool labels)
{
    ig_text_append(text, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n");
    ig_text_format(text,
                   "<qgis version=\"3.22.0\" styleCategories=\"Symbology|Labeling|Fields\" "
                   "labelsEnabled=\"%d\">\n",
                   labels ? 1 : 0);
}

static ig_status end_sites(ig_ctx *ctx, ig_text *text, const char *label_column, char **qml)
{
    ig_text_append(text, "    </symbols>\n  </renderer-v2>\n");
    if (label_column) site_labels(text, label_column);
    ig_text_append(text, "  <layerGeometryType>0</layerGeometryType>\n</qgis>\n");
    return finish(ctx, text, qml);
}

static const mark plain_mark = {"circle", "0,0,0,255"};

ig_status ig_site_qml(ig_ctx *ctx, const char *label_column, char **qml)
{
    ig_text text = {0};
    begin_sites(&text, label_column != NULL);
    ig_text_append(&text, "  <renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" "
                          "forceraster=\"0\" enableorderby=\"0\">\n    <symbols>\n");
    site_symbol(&text, 0, &plain_mark, true);
    return end_sites(ctx, &text, label_column, qml);
}

ig_status ig_site_kinds_qml(ig_ctx *ctx, const char *label_column, const char *kind_column,
                            const char *const *kinds, size_t count, char **qml)
{
    // Colours that the colour-blind can tell apart (Okabe and Ito, 2008), each with its own shape.
    static const mark marks[] = {{"circle", "0,0,0,255"},      {"square", "0,114,178,255"},
                                 {"triangle", "213,94,0,255"}, {"diamond", "0,158,115,255"},
                                 {"star", "204,121,167,255"},  {"pentagon", "86,180,233,255"},
                                 {"hexagon", "230,159,0,255"}};
    enum { MARKS = sizeof marks / sizeof *marks };
    static const mark other = {"circle", "128,128,128,255"};
    ig_text text = {0};
    begin_sites(&text, label_column != NULL);
    ig_text_append(&text, "  <renderer-v2 type=\"categorizedSymbol\" symbollevels=\"0\" "
                          "forceraster=\"0\" enableorderby=\"0\" attr=\"");
    append_column(&text, kind_column);
    ig_text_append(&text, "\">\n    <categories>\n");
    for (size_t k = 0; k < count; k++) {
        ig_text_format(&text, "      <category symbol=\"%zu\" type=\"string\" render=\"true\"", k);
        attribute(&text, "value", kinds[k]);
        attribute(&text, "label", kinds[k]);
        ig_text_append(&text, "/>\n");
    }
    ig_text_format(&text,
                   "      <category symbol=\"%zu\" type=\"string\" render=\"true\" value=\"\" "
                   "label=\"Other\"/>\n    </categories>\n    <symbols>\n",
                   count);
    for (size_t k = 0; k < count; k++)
        site_symbol(&text, k, &marks[k % MARKS], false);
    site_symbol(&text, count, &other, false);
    return end_sites(ctx, &text, label_column, qml);
}

ig_status ig_outline_qml(ig_ctx *ctx, char **qml)
{
    ig_text text = {0};
    begin(&text);
    ig_text_append(&text, "  <renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" "
                          "forceraster=\"0\" enableorderby=\"0\">\n    <symbols>\n");
    fill_symbol(&text, "0", &(fill){border_colour, border_colour, 255, "no", "solid", 0.4});
    ig_text_append(&text, "    </symbols>\n  </renderer-v2>\n"
                          "  <layerGeometryType>2</layerGeometryType>\n</qgis>\n");
    return finish(ctx, &text, qml);
}

void ig_style_free(char *text)
{
    ig_free(text);
}
