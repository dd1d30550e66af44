/// What the writers of Styled Layer Descriptors share.
#ifndef ISOGAP_MAP_SLD_INTERNAL_H
#define ISOGAP_MAP_SLD_INTERNAL_H

#include "map_internal.h"

/// Down to the first rule.
void sld_begin(ig_text *text, const char *layer, const char *title);
/// Up from the last rule; a failed append becomes IG_EMEMORY.
ig_status sld_finish(ig_ctx *ctx, ig_text *text, char **out);
/// What follows is painted over what stands before it.
void sld_over(ig_text *text);
/// Name and title of a rule; its filter or symbolizer comes next.
void sld_rule(ig_text *text, const char *label);
/// A comparison of OGC Filter 1.1 between a column and a text.
void sld_compare(ig_text *text, const char *element, const char *column, const char *value);
void sld_compare_number(ig_text *text, const char *element, const char *column, double value);
void sld_parameter(ig_text *text, const char *name, const char *value);
/// <se:SvgParameter name="fill">#rrggbb</se:SvgParameter>, or "stroke".
void sld_colour(ig_text *text, const char *name, ig_colour colour);

// ---- sld_layers.c -------------------------------------------------------------------------------

/// Isochrones of modes[shown] alone, since those of another mode would cover them.
ig_status isochrone_sld(ig_ctx *ctx, const char *layer, const ig_mode_minutes *modes, size_t count,
                        size_t shown, char **sld);
/// @param kinds  values of the column `kind` with a mark each; NULL: one mark for all
ig_status site_sld(ig_ctx *ctx, const char *layer, const char *label_column,
                   const ig_site_kinds *kinds, char **sld);
ig_status outline_sld(ig_ctx *ctx, const char *layer, char **sld);

#endif
