// What QML and SLD draw alike: colours and names of isochrones, marks of sites, bands of minutes.
#include "map_internal.h"

#include <math.h>

const ig_colour look_border = {60, 60, 60};

/// From near (light) to far (dark), a hue for each mode.
ig_colour look_minutes(size_t mode, size_t i, size_t count)
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

const char *look_minutes_label(const double *minutes, size_t i, bool bands, char label[LABEL_ROOM])
{
    char low[32], high[32];
    ig_number_text(minutes[i], high, sizeof high);
    ig_number_text(i ? minutes[i - 1] : 0, low, sizeof low);
    if (!bands)
        snprintf(label, LABEL_ROOM, "within %s minutes", high);
    else
        snprintf(label, LABEL_ROOM, "%s%s to %s minutes", i ? "over " : "", low, high);
    return label;
}

/// Colours that the colour-blind can tell apart (Okabe and Ito, 2008), each with its own shape.
const struct look_mark *look_site(size_t kind)
{
    static const struct look_mark marks[] = {
        {"circle", "circle", {0, 0, 0}},        {"square", "square", {0, 114, 178}},
        {"triangle", "triangle", {213, 94, 0}}, {"diamond", "cross", {0, 158, 115}},
        {"star", "star", {204, 121, 167}},      {"pentagon", "x", {86, 180, 233}},
        {"hexagon", "circle", {230, 159, 0}}};
    return &marks[kind % (sizeof marks / sizeof *marks)];
}

const struct look_mark look_other_site = {"circle", "circle", {128, 128, 128}};

/// Minutes of a band, so that few bands reach the greatest value.
static double band_width(double most)
{
    static const double widths[] = {1, 2, 5, 10, 15, 20, 30, 60};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        if (widths[i] * LOOK_BANDS >= most) return widths[i];
    return 60.0 * ceil(most / 60.0 / LOOK_BANDS);
}

ig_status look_bands(ig_ctx *ctx, double most, struct look_bands *out)
{
    if (!(most > 0.0) || isinf(most)) most = 1.0;
    out->width = band_width(most);
    out->count = (size_t)ceil(most / out->width);
    for (size_t b = 0; b < out->count; b++)
        out->upper[b] = out->width * (double)(b + 1);
    return ig_palette(ctx, "YlGnBu", out->count, false, out->colours);
}
