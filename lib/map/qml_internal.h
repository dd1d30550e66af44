/// What the writers of QGIS's styles share.
#ifndef ISOGAP_MAP_QML_INTERNAL_H
#define ISOGAP_MAP_QML_INTERNAL_H

#include "map_internal.h"

typedef struct fill {
    ig_colour inside, line;
    int alpha;
    const char *style; ///< solid, b_diagonal, no
    const char *line_style;
    double width; ///< millimetres
} fill;

void qml_begin(ig_text *text);
/// Hand over the text; a failed append becomes IG_EMEMORY.
ig_status style_finish(ig_ctx *ctx, ig_text *text, char **out);
void qml_attribute(ig_text *text, const char *name, const char *value);
void qml_option(ig_text *text, const char *name, const char *value);
/// "r,g,b,alpha" in `buffer`.
const char *qml_colour(ig_colour c, int alpha, char buffer[20]);
void qml_fill_symbol(ig_text *text, const char *name, const fill *f);
/// The name alone where QGIS takes it for a column, else as a quoted expression.
void qml_column(ig_text *text, const char *column);
/// One rule: `filter` NULL is ELSE.
void qml_rule(ig_text *text, size_t number, const char *label, const char *filter);

// ---- qml_layers.c -------------------------------------------------------------------------------

/// ig_isochrone_modes_qml with another mode shown than the first.
ig_status isochrone_modes_qml(ig_ctx *ctx, const ig_mode_minutes *modes, size_t count, size_t shown,
                              char **qml);

#endif
