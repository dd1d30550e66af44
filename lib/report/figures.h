/// Figures of a page: map of a ward, spine chart, line of a series. Private.
#ifndef ISOGAP_REPORT_FIGURES_H
#define ISOGAP_REPORT_FIGURES_H

#include "doc.h"
#include "facts.h"

enum { FIGURE_WIDTH = 720, MAP_SITES = 12, MAP_CLASSES = 8 };

/// A site that the map shows with a number.
struct map_site {
    size_t site;
    double distance; ///< metres from the middle of the ward
};

struct ward_map {
    const struct facts *facts;
    size_t ward, mode;
    struct box box; ///< what is shown, metres
    double scale;   ///< pixels a metre
    int height;
    struct map_site sites[MAP_SITES];
    size_t sites_count;
};
/// What the map will show of one mode (0 without any). False when the ward has neither shape nor areas
/// with shapes.
bool ward_map_plan(const struct facts *facts, size_t ward, size_t mode, struct ward_map *map);
void ward_map_draw(pen *p, const void *map);

/// Rows of measures from worst to best, with ward, district and the whole.
struct spine {
    const struct facts *facts;
    size_t ward;
    const size_t *measures;
    size_t count;
    int height;
};
void spine_plan(struct spine *spine);
void spine_draw(pen *p, const void *spine);

/// One series as a line.
struct series {
    const struct facts *facts;
    const struct measure *measure;
    const double *value; ///< one a period
    size_t count;
};
enum { SERIES_WIDTH = 420, SERIES_HEIGHT = 96 };
void series_draw(pen *p, const void *series);

#endif
