// Styles in QGIS's own form (QML) of what lies over a choropleth: isochrones, sites, outlines.
#include "qml_internal.h"

#include <string.h>

static void minutes_symbol(ig_text *text, size_t number, ig_colour colour)
{
    char name[24];
    snprintf(name, sizeof name, "%zu", number);
    qml_fill_symbol(text, name, &(fill){colour, look_border, 255, "solid", "solid", 0.1});
}

/// The widest first, so that the nearer lie on top and all look like bands; the map shows through.
static void widest_first(ig_text *text)
{
    ig_text_append(text, "    <orderby>\n"
                         "      <orderByClause asc=\"0\" nullsFirst=\"0\">\"minutes\""
                         "</orderByClause>\n    </orderby>\n  </renderer-v2>\n"
                         "  <layerOpacity>0.7</layerOpacity>\n"
                         "  <layerGeometryType>2</layerGeometryType>\n</qgis>\n");
}

ig_status ig_isochrone_qml(ig_ctx *ctx, const double *minutes, size_t count, bool bands, char **qml)
{
    ig_text text = {0};
    char digits[32], label[LABEL_ROOM];
    qml_begin(&text);
    ig_text_append(&text, "  <renderer-v2 type=\"categorizedSymbol\" attr=\"minutes\" "
                          "symbollevels=\"0\" forceraster=\"0\" enableorderby=\"1\">\n"
                          "    <categories>\n");
    for (size_t i = 0; i < count; i++) {
        ig_number_text(minutes[i], digits, sizeof digits);
        ig_text_format(&text,
                       "      <category symbol=\"%zu\" value=\"%s\" label=\"%s\" "
                       "render=\"true\" type=\"double\"/>\n",
                       i, digits, look_minutes_label(minutes, i, bands, label));
    }
    ig_text_append(&text, "    </categories>\n    <symbols>\n");
    for (size_t i = 0; i < count; i++)
        minutes_symbol(&text, i, look_minutes(0, i, count));
    ig_text_append(&text, "    </symbols>\n");
    widest_first(&text);
    return style_finish(ctx, &text, qml);
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
static void mode_rules(ig_text *text, const ig_mode_minutes *mode, size_t m, bool shown,
                       size_t number)
{
    char label[LABEL_ROOM], digits[32];
    ig_text filter = {0};
    ig_text_append(&filter, "\"mode\" = ");
    append_literal(&filter, mode->mode);
    ig_text_format(text, "      <rule key=\"{00000000-0000-4000-8001-%012zx}\"", m + 1);
    qml_attribute(text, "label", mode->mode);
    qml_attribute(text, "filter", filter.failed ? "" : filter.data);
    // Modes cover each other: one is shown, the others wait in the layer tree.
    ig_text_append(text, shown ? ">\n" : " checkstate=\"0\">\n");
    for (size_t i = 0; i < mode->count; i++) {
        ig_number_text(mode->minutes[i], digits, sizeof digits);
        filter.length = 0;
        ig_text_format(&filter, "\"minutes\" = %s", digits);
        if (!filter.failed)
            qml_rule(text, number + i, look_minutes_label(mode->minutes, i, mode->bands, label),
                     filter.data);
    }
    ig_text_append(text, "      </rule>\n");
    text->failed |= filter.failed;
    ig_text_free(&filter);
}

ig_status isochrone_modes_qml(ig_ctx *ctx, const ig_mode_minutes *modes, size_t count, size_t shown,
                              char **qml)
{
    ig_text text = {0};
    qml_begin(&text);
    ig_text_append(&text, "  <renderer-v2 type=\"RuleRenderer\" symbollevels=\"0\" "
                          "forceraster=\"0\" enableorderby=\"1\">\n"
                          "    <rules key=\"{00000000-0000-4000-8000-000000000000}\">\n");
    for (size_t m = 0, number = 0; m < count; number += modes[m++].count)
        mode_rules(&text, &modes[m], m, m == shown, number);
    ig_text_append(&text, "    </rules>\n    <symbols>\n");
    for (size_t m = 0, number = 0; m < count; m++)
        for (size_t i = 0; i < modes[m].count; i++)
            minutes_symbol(&text, number++, look_minutes(m, i, modes[m].count));
    ig_text_append(&text, "    </symbols>\n");
    widest_first(&text);
    return style_finish(ctx, &text, qml);
}

ig_status ig_isochrone_modes_qml(ig_ctx *ctx, const ig_mode_minutes *modes, size_t count,
                                 char **qml)
{
    return isochrone_modes_qml(ctx, modes, count, 0, qml);
}

/// A marker with a white rim; the cross of a clinic on it where there are no kinds.
static void site_symbol(ig_text *text, size_t number, const struct look_mark *mark, bool cross)
{
    const struct look_mark marks[] = {*mark, {"cross_fill", "cross", {255, 255, 255}}};
    char colour[20];
    ig_text_format(text,
                   "      <symbol name=\"%zu\" type=\"marker\" alpha=\"1\" "
                   "clip_to_extent=\"1\" force_rhr=\"0\">\n",
                   number);
    for (size_t i = 0; i < 1 + (size_t)cross; i++) {
        ig_text_append(text, "        <layer class=\"SimpleMarker\" enabled=\"1\" locked=\"0\" "
                             "pass=\"0\">\n          <Option type=\"Map\">\n");
        qml_option(text, "name", marks[i].shape);
        qml_option(text, "color", qml_colour(marks[i].colour, 255, colour));
        qml_option(text, "outline_color", "255,255,255,255");
        qml_option(text, "outline_style", i ? "no" : "solid");
        qml_option(text, "size", i ? "2" : "3.6");
        qml_option(text, "size_unit", "MM");
        qml_option(text, "outline_width", i ? "0" : "0.4");
        ig_text_append(text, "          </Option>\n        </layer>\n");
    }
    ig_text_append(text, "      </symbol>\n");
}

static void site_labels(ig_text *text, const char *column)
{
    ig_text_append(text, "  <labeling type=\"simple\">\n    <settings calloutType=\"simple\">\n"
                         "      <text-style fontFamily=\"DejaVu Sans\" fontSize=\"8\" "
                         "fontSizeUnit=\"Point\" fontWeight=\"50\" namedStyle=\"Book\" "
                         "textColor=\"34,34,34,255\" isExpression=\"1\"");
    ig_text quoted = {0};
    append_quoted(&quoted, column);
    text->failed |= quoted.failed;
    if (!quoted.failed) qml_attribute(text, "fieldName", quoted.data);
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
    return style_finish(ctx, text, qml);
}

ig_status ig_site_qml(ig_ctx *ctx, const char *label_column, char **qml)
{
    ig_text text = {0};
    begin_sites(&text, label_column != NULL);
    ig_text_append(&text, "  <renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" "
                          "forceraster=\"0\" enableorderby=\"0\">\n    <symbols>\n");
    site_symbol(&text, 0, look_site(0), true);
    return end_sites(ctx, &text, label_column, qml);
}

ig_status ig_site_kinds_qml(ig_ctx *ctx, const char *label_column, const char *kind_column,
                            const char *const *kinds, size_t count, char **qml)
{
    ig_text text = {0};
    begin_sites(&text, label_column != NULL);
    ig_text_append(&text, "  <renderer-v2 type=\"categorizedSymbol\" symbollevels=\"0\" "
                          "forceraster=\"0\" enableorderby=\"0\" attr=\"");
    qml_column(&text, kind_column);
    ig_text_append(&text, "\">\n    <categories>\n");
    for (size_t k = 0; k < count; k++) {
        ig_text_format(&text, "      <category symbol=\"%zu\" type=\"string\" render=\"true\"", k);
        qml_attribute(&text, "value", kinds[k]);
        qml_attribute(&text, "label", kinds[k]);
        ig_text_append(&text, "/>\n");
    }
    ig_text_format(&text,
                   "      <category symbol=\"%zu\" type=\"string\" render=\"true\" value=\"\" "
                   "label=\"Other\"/>\n    </categories>\n    <symbols>\n",
                   count);
    for (size_t k = 0; k < count; k++)
        site_symbol(&text, k, look_site(k), false);
    site_symbol(&text, count, &look_other_site, false);
    return end_sites(ctx, &text, label_column, qml);
}

ig_status ig_outline_qml(ig_ctx *ctx, char **qml)
{
    ig_text text = {0};
    qml_begin(&text);
    ig_text_append(&text, "  <renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" "
                          "forceraster=\"0\" enableorderby=\"0\">\n    <symbols>\n");
    qml_fill_symbol(&text, "0", &(fill){look_border, look_border, 255, "no", "solid", 0.4});
    ig_text_append(&text, "    </symbols>\n  </renderer-v2>\n"
                          "  <layerGeometryType>2</layerGeometryType>\n</qgis>\n");
    return style_finish(ctx, &text, qml);
}
