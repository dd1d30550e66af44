// Palettes: published colours where there are some, else a way through them that looks even.
#include "classify_internal.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "palette_data.h" // made from geodata/palettes/palettes.csv by lib/CMakeLists.txt

enum { SCHEMES = sizeof scheme / sizeof *scheme - 1 };

static int hex(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

static ig_colour colour_of(const struct scheme *s, size_t i)
{
    const char *p = s->colours + 7 * i;
    return (ig_colour){(uint8_t)(16 * hex(p[0]) + hex(p[1])), (uint8_t)(16 * hex(p[2]) + hex(p[3])),
                       (uint8_t)(16 * hex(p[4]) + hex(p[5]))};
}

// ---- CIE L*a*b* (D65): equal steps look equal --------------------------------------------------

double linear_light(uint8_t channel)
{
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static uint8_t from_linear(double c)
{
    if (c <= 0.0) return 0;
    if (c >= 1.0) return 255;
    const double s = c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1.0 / 2.4) - 0.055;
    return (uint8_t)lround(255.0 * s);
}

static double lab_curve(double t)
{
    const double d = 6.0 / 29.0;
    return t > d * d * d ? cbrt(t) : t / (3.0 * d * d) + 4.0 / 29.0;
}

static double lab_curve_back(double t)
{
    const double d = 6.0 / 29.0;
    return t > d ? t * t * t : 3.0 * d * d * (t - 4.0 / 29.0);
}

static const double white[3] = {0.95047, 1.0, 1.08883};

struct lab lab_of(double r, double g, double b)
{
    const double x = lab_curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / white[0]);
    const double y = lab_curve((0.2126729 * r + 0.7151522 * g + 0.0721750 * b) / white[1]);
    const double z = lab_curve((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / white[2]);
    return (struct lab){116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)};
}

static struct lab to_lab(ig_colour c)
{
    return lab_of(linear_light(c.r), linear_light(c.g), linear_light(c.b));
}

static ig_colour from_lab(struct lab c)
{
    const double fy = (c.l + 16.0) / 116.0;
    const double x = white[0] * lab_curve_back(fy + c.a / 500.0);
    const double y = white[1] * lab_curve_back(fy);
    const double z = white[2] * lab_curve_back(fy - c.b / 200.0);
    return (ig_colour){from_linear(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
                       from_linear(-0.9692660 * x + 1.8760108 * y + 0.0415560 * z),
                       from_linear(0.0556434 * x - 0.2040259 * y + 1.0572252 * z)};
}

/// A point on the way through a scheme's colours, 0 to 1.
static ig_colour between(const struct scheme *s, double position)
{
    const double place = position * (double)(s->classes - 1);
    size_t i = (size_t)place;
    if (i + 1 >= s->classes) return colour_of(s, s->classes - 1);
    const double f = place - (double)i;
    if (f <= 0.0) return colour_of(s, i);
    const struct lab p = to_lab(colour_of(s, i)), q = to_lab(colour_of(s, i + 1));
    return from_lab(
        (struct lab){p.l + f * (q.l - p.l), p.a + f * (q.a - p.a), p.b + f * (q.b - p.b)});
}

// ---- the door ---------------------------------------------------------------------------------

static const char *const names[] = {"YlGnBu", "PuBu",  "BuPu",    "YlOrBr",  "Viridis", "YlOrRd",
                                    "YlGn",   "OrRd",  "PuRd",    "RdPu",    "GnBu",    "BuGn",
                                    "PuBuGn", "Blues", "Greens",  "Oranges", "Purples", "Reds",
                                    "Greys",  "Magma", "Inferno", "Plasma",  "Cividis", "PuOr",
                                    "RdBu",   "BrBG",  "PRGn",    "RdYlBu",  "PiYG",    NULL};

const char *const *ig_palette_names(void)
{
    return names;
}

static const struct scheme *find(const char *name, size_t classes)
{
    for (size_t i = 0; i < SCHEMES; i++)
        if (scheme[i].classes == classes && strcasecmp(scheme[i].name, name) == 0)
            return &scheme[i];
    return NULL;
}

static bool two_sided(const struct scheme *s)
{
    return strcmp(s->kind, "two-sided") == 0;
}

bool ig_palette_two_sided(const char *name)
{
    const struct scheme *s = name ? find(name, 9) : NULL;
    return s && two_sided(s);
}

static ig_status unknown(ig_ctx *ctx, const char *name)
{
    ig_text list = {0};
    size_t count = 0;
    for (; names[count]; count++)
        ig_text_format(&list, "%s%s", count ? ", " : "", names[count]);
    const char *near = ig_nearest_name(name, names, count);
    ig_status status = ig_fail(ctx, IG_EINVAL, "there is no palette %s", ig_show(name));
    if (near)
        ig_hint(ctx, "did you mean %s? palettes: %s", near, list.failed ? "" : list.data);
    else
        ig_hint(ctx, "palettes: %s", list.failed ? "" : list.data);
    ig_text_free(&list);
    return status;
}

ig_status ig_palette(ig_ctx *ctx, const char *name, size_t classes, bool reverse,
                     ig_colour *colours)
{
    if (!name || !colours) return ig_fail(ctx, IG_EINVAL, "a palette name is needed");
    const struct scheme *nine = find(name, 9);
    if (!nine) return unknown(ctx, name);
    if (classes == 0) return ig_fail(ctx, IG_EINVAL, "a palette of 0 classes has no colours");

    const struct scheme *published = find(name, classes), *three = find(name, 3);
    for (size_t i = 0; i < classes; i++) {
        ig_colour c;
        if (published)
            c = colour_of(published, i);
        else if (classes == 1)
            c = colour_of(three, two_sided(nine) ? 0 : 1);
        else if (classes == 2)
            c = colour_of(three, 2 * i);
        else
            c = between(nine, (double)i / (double)(classes - 1));
        colours[reverse ? classes - 1 - i : i] = c;
    }
    return IG_OK;
}
