/// Inside the cost room only.
#ifndef ISOGAP_COST_INTERNAL_H
#define ISOGAP_COST_INTERNAL_H

#include "cost.h"

// ---- speeds.c: tables of kind, class, value -----------------------------------------------------

struct speed_row {
    char *kind, *class;
    double value;
};

struct speeds {
    struct speed_row *rows;
    size_t count, room;
    char *name; ///< "walk", or the file's name
};

/// Built-in table by name (walk, cycle, drive, residents), or a file.
ig_status speeds_read(ig_ctx *ctx, const char *name, struct speeds *speeds);
void speeds_free(struct speeds *speeds);
/// Value of a class; that of "*" when the class has none; NaN without either. `known` (may be
/// NULL) says whether the class itself has a row.
double speeds_value(const struct speeds *speeds, const char *kind, const char *class, bool *known);
/// The class of `kind` whose name stands in a text (a file's name): "TidalWater" has tidal_water.
const char *speeds_class_in(const struct speeds *speeds, const char *kind, const char *text);

// ---- ways.c: lines and polygons of any source, one at a time --------------------------------------

/// One line or polygon, lent for the call. Texts are "" where the source has none.
struct way {
    const char *class;
    const char *access, *foot, *bicycle, *motor_vehicle;
    double maxspeed; ///< km/h; NaN where not stated
    bool crosses;    ///< marked as bridge or tunnel
    bool oneway;
    bool polygon;
    size_t parts;        ///< lines, or rings of a polygon
    const size_t *start; ///< parts + 1
    const double *x, *y; ///< metres of the work CRS
};

enum way_kind { WAYS_ROADS, WAYS_LAND, WAYS_WALLS };

typedef ig_status (*way_fn)(const struct way *way, void *user);
/// Every line (roads), polygon (land) or both (walls) of a source.
/// @param class_column  column of the class; NULL: found by itself
ig_status ways_read(ig_ctx *ctx, const char *source, enum way_kind kind, const char *class_column,
                    way_fn fn, void *user);

// ---- build.c, roads.c, land.c, walls.c ------------------------------------------------------------

/// The surface while it is made.
struct site {
    ig_ctx *ctx;
    const ig_cost_options *options;
    ig_cost_report *report;
    struct speeds speeds, residents;
    ig_surface *surface;
    uint8_t *marks; ///< MARK_... of each cell
    uint8_t *walls; ///< shut sides, NULL without line barriers
    /// Water and barrier polygons that roads may not enter without a bridge.
    struct hole {
        double box[4];
        size_t first_ring, rings;
    } * holes;
    size_t holes_count, holes_room;
    size_t *ring_start, rings_count, rings_room; ///< rings_count + 1 starts
    double *hx, *hy;
    size_t points, points_room, y_room;
};

enum {
    MARK_BLOCKED = 1, ///< touched by water or a barrier polygon
    MARK_ROAD = 2,    ///< a road of this mode goes through
    MARK_LIVED = 4,   ///< near a road that people live on
    MARK_EMPTY = 8,   ///< land where nobody lives
    MARK_AREA = 16,   ///< some area of the extent covers it
    MARK_SEA = 32,
};

ig_status land_burn(struct site *site);
ig_status walls_burn(struct site *site);
/// Does water or a barrier polygon hold this point?
bool holes_hold(const struct site *site, double x, double y);
ig_status hole_add(struct site *site, const struct way *way);
ig_status roads_burn(struct site *site);

#endif
