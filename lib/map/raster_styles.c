// Style of a raster of minutes, for QGIS and for other software: bands of even width, the far ones dark.
#include "qml_internal.h"

ig_status ig_minutes_qml(ig_ctx *ctx, double most, char **qml)
{
    struct look_bands bands;
    char upper[32], label[LABEL_ROOM];
    ig_status status = look_bands(ctx, most, &bands);
    if (status) return status;
    ig_text text = {0};
    ig_number_text(bands.upper[bands.count - 1], upper, sizeof upper);
    ig_text_append(&text, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                          "<qgis version=\"3.22.0\" styleCategories=\"Symbology\">\n  <pipe>\n");
    ig_text_format(&text,
                   "    <rasterrenderer type=\"singlebandpseudocolor\" band=\"1\" opacity=\"1\" "
                   "alphaBand=\"-1\" classificationMin=\"0\" classificationMax=\"%s\">\n"
                   "      <rasterTransparency/>\n      <rastershader>\n"
                   "        <colorrampshader colorRampType=\"DISCRETE\" classificationMode=\"1\" "
                   "clip=\"0\" minimumValue=\"0\" maximumValue=\"%s\">\n",
                   upper, upper);
    for (size_t b = 0; b < bands.count; b++) {
        const ig_colour c = bands.colours[b];
        ig_number_text(bands.upper[b], upper, sizeof upper);
        ig_text_format(&text,
                       "          <item value=\"%s\" label=\"%s\" color=\"#%02x%02x%02x\" "
                       "alpha=\"255\"/>\n",
                       upper, look_minutes_label(bands.upper, b, true, label), c.r, c.g, c.b);
    }
    ig_text_append(&text, "        </colorrampshader>\n      </rastershader>\n"
                          "    </rasterrenderer>\n  </pipe>\n</qgis>\n");
    return style_finish(ctx, &text, qml);
}

// Readers know the map of colours of SLD 1.0 with GeoServer's `intervals`, which QGIS writes too;
// the Categorize of 1.1 few of them do.
ig_status ig_minutes_sld(ig_ctx *ctx, double most, char **sld)
{
    struct look_bands bands;
    char upper[32], label[LABEL_ROOM];
    ig_status status = look_bands(ctx, most, &bands);
    if (status) return status;
    ig_text text = {0};
    ig_text_append(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                          "<StyledLayerDescriptor version=\"1.0.0\" "
                          "xmlns=\"http://www.opengis.net/sld\">\n"
                          "  <NamedLayer>\n    <Name>minutes</Name>\n    <UserStyle>\n"
                          "      <Name>minutes</Name>\n      <FeatureTypeStyle><Rule>"
                          "<RasterSymbolizer>\n        <ColorMap type=\"intervals\">\n");
    for (size_t b = 0; b < bands.count; b++) {
        const ig_colour c = bands.colours[b];
        ig_number_text(bands.upper[b], upper, sizeof upper);
        ig_text_format(&text,
                       "          <ColorMapEntry color=\"#%02x%02x%02x\" quantity=\"%s\" "
                       "label=\"%s\" opacity=\"1\"/>\n",
                       c.r, c.g, c.b, upper, look_minutes_label(bands.upper, b, true, label));
    }
    ig_text_append(&text, "        </ColorMap>\n      </RasterSymbolizer></Rule>"
                          "</FeatureTypeStyle>\n    </UserStyle>\n  </NamedLayer>\n"
                          "</StyledLayerDescriptor>\n");
    return style_finish(ctx, &text, sld);
}
