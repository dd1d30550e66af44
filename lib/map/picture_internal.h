/// What the files of a picture share.
#ifndef ISOGAP_MAP_PICTURE_INTERNAL_H
#define ISOGAP_MAP_PICTURE_INTERNAL_H

#include "map_internal.h"

// ---- inset.c: where the area lies ---------------------------------------------------------------

/// Is the box (National Grid) in England or Wales, and small enough that a reader may not know it?
bool inset_helps(const double box[4]);
double inset_width(double height);
/// The outline with a frame round the box; x, y its upper left corner.
void inset_draw(pen *p, double x, double y, double height, double unit, const double box[4]);

#endif
