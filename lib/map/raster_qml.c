// Style of a raster of minutes for QGIS: bands of even width, the far ones dark.
#include "map_internal.h"

#include <math.h>

enum { BANDS_MOST = 8 };

/// Minutes of a band, so that few bands reach the greatest value.
static double band_width(double most)
{
    static const double widths[] = {1, 2, 5, 10, 15, 20, 30, 60};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        if (widths[i] * BANDS_MOST >= most) return widths[i];
    return 60.0 * ceil(most / 60.0 / BANDS_MOST);
}

ig_status ig_minutes_qml(ig_ctx *ctx, double most, char **qml)
{
    if (!(most > 0.0) || isinf(most)) most = 1.0;
    const double width = band_width(most);
    const size_t bands = (size_t)ceil(most / width);
    ig_colour colours[BANDS_MOST];
    char upper[32], lower[32];
    ig_status status = ig_palette(ctx, "YlGnBu", bands, false, colours);
    if (status) return status;
    ig_text text = {0};
    ig_number_text(width * (double)bands, upper, sizeof upper);
    ig_text_append(&text, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                          "<qgis version=\"3.22.0\" styleCategories=\"Symbology\">\n  <pipe>\n");
    ig_text_format(&text,
                   "    <rasterrenderer type=\"singlebandpseudocolor\" band=\"1\" opacity=\"1\" "
                   "alphaBand=\"-1\" classificationMin=\"0\" classificationMax=\"%s\">\n"
                   "      <rasterTransparency/>\n      <rastershader>\n"
                   "        <colorrampshader colorRampType=\"DISCRETE\" classificationMode=\"1\" "
                   "clip=\"0\" minimumValue=\"0\" maximumValue=\"%s\">\n",
                   upper, upper);
    for (size_t b = 0; b < bands; b++) {
        ig_number_text(width * (double)b, lower, sizeof lower);
        ig_number_text(width * (double)(b + 1), upper, sizeof upper);
        ig_text_format(&text,
                       "          <item value=\"%s\" label=\"%s%s to %s minutes\" "
                       "color=\"#%02x%02x%02x\" alpha=\"255\"/>\n",
                       upper, b ? "over " : "", lower, upper, colours[b].r, colours[b].g,
                       colours[b].b);
    }
    ig_text_append(&text, "        </colorrampshader>\n      </rastershader>\n"
                          "    </rasterrenderer>\n  </pipe>\n</qgis>\n");
    if (text.failed) {
        ig_text_free(&text);
        return ig_fail(ctx, IG_EMEMORY, "no memory for a style");
    }
    *qml = text.data;
    return IG_OK;
}
