/// What the files of the map room share.
#ifndef ISOGAP_MAP_INTERNAL_H
#define ISOGAP_MAP_INTERNAL_H

#include "../core/inside.h"
#include "map.h"
#include "pen.h"

// ---- label.c: numbers and texts as people read them ---------------------------------------------

/// Room for one label of a class.
enum { LABEL_ROOM = 160 };

/// Decimals at which the bounds of the classes differ from each other, and no more.
int label_decimals(const ig_breaks *breaks);
/// "0 to 7", "over 7 to 14"; a class of one value is that value.
const char *label_class(const ig_breaks *breaks, size_t k, int decimals, char *buffer, size_t room);
/// The same with the unit of the style behind: "0 to 7 minutes", "0 to 7%".
const char *label_class_unit(const ig_style *style, size_t k, int decimals, char *buffer,
                             size_t room);
/// "May be 12.3 (limits hold it)".
const char *unclear_label(const ig_style *style, char *buffer, size_t room);
/// Lower edge of a class: the upper one of the class before, since classes are closed on the right.
double class_lower(const ig_breaks *breaks, size_t k);
/// Title with its unit: "Minutes to the nearest clinic (minutes)".
void append_title(ig_text *text, const ig_style *style);

/// "name" with quotes doubled: a column in an expression of QGIS. Not yet escaped for XML.
void append_quoted(ig_text *text, const char *name);

// ---- looks.c ------------------------------------------------------------------------------------

/// The rim of isochrones and the line of outlines.
extern const ig_colour look_border;
/// Colour of the i-th of `count` thresholds of a mode.
ig_colour look_minutes(size_t mode, size_t i, size_t count);
/// "within 20 minutes" of nested ones, "over 10 to 20 minutes" of bands.
const char *look_minutes_label(const double *minutes, size_t i, bool bands, char label[LABEL_ROOM]);

/// A site on the map.
struct look_mark {
    const char *shape; ///< as QGIS calls it
    const char *plain; ///< one that every reader of SLD has
    ig_colour colour;
};
/// The mark of the k-th kind.
const struct look_mark *look_site(size_t kind);
extern const struct look_mark look_other_site;

enum { LOOK_BANDS = 8 };
/// Bands of even width for a raster of minutes, the far ones dark.
struct look_bands {
    double width;
    size_t count;
    double upper[LOOK_BANDS];
    ig_colour colours[LOOK_BANDS];
};
ig_status look_bands(ig_ctx *ctx, double most, struct look_bands *out);

// ---- classes.c ----------------------------------------------------------------------------------

/// Classes with their colours, both owned.
struct classes {
    ig_breaks *breaks;
    ig_colour *colours;
    ig_class_method method;
};
/// Classes of n values as the options ask for. `name` is for messages.
ig_status classes_make(ig_ctx *ctx, const double *values, size_t n, const char *name,
                       const ig_map_options *options, struct classes *out);

// ---- layout.c -----------------------------------------------------------------------------------

/// The element Layouts of a project; box: west south east north.
void append_layout(ig_text *text, const char *title, const char *attribution, const double box[4]);

#endif
