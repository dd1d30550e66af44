/// Cost: roads, land, terrain and walls become seconds a metre on a grid.
#ifndef ISOGAP_COST_H
#define ISOGAP_COST_H

#include "../area/area.h"
#include "../core/core.h"
#include "../grid/grid.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ig_cost_options {
    const char *mode; ///< walk, cycle, drive, straight, or a speed table file
    double buffer;    ///< metres added round the extent, default 5000 (cut to the roads' reach)
    double cell;      ///< metres, default 50
    int neighbours;   ///< of the search that roads are made for: 8, 16, 32, exact by number from 0
    ig_texts roads;   ///< OSM .pbf .osm, OS Open Roads, any line layer
    const char *road_class; ///< class column of a line layer
    ig_texts landcover;     ///< polygon layers; class column found or by name
    const char *landcover_class;
    ig_texts dem;      ///< file, list, folder of tiles or zips
    ig_texts barriers; ///< lines or polygons that cannot be crossed
    ig_texts bridges;  ///< lines that cross barriers
    bool residents;    ///< make the band `residents`
    double max_slope;  ///< rise over run between cells that nobody climbs off a road; 0: none; NaN
                       ///< (the default): the speed table's
    const char *residents_table; ///< file replacing the built-in rules
    int64_t max_cells;           ///< default 2^31
} ig_cost_options;
IG_API ig_cost_options ig_cost_defaults(void);
extern IG_API const ig_option ig_cost_option_list[];

/// Counts of what went into the surface, for the record and --json.
typedef struct ig_cost_report {
    int64_t cells, cells_barrier, cells_road, cells_sea;
    int64_t roads_in, roads_burned, roads_left_out, roads_unknown_class;
    int64_t roads_one_way; ///< obeyed in this mode
    int64_t sides_one_way; ///< sides of cells that are shut one way alone
    int64_t cells_trapped; ///< cells that can be entered and not left, or left and not entered
    int64_t bridges, tunnels, barriers_in, landcover_in;
    int64_t gaps_closed; ///< dead ends that face each other, joined
    int64_t
        cells_passed; ///< cells past which roads are carried that share no point there with others
    int64_t cells_joined;      ///< cells in which roads are joined that the source joins nowhere
    int64_t road_networks;     ///< sets of roads that the source joins, where some are apart
    int64_t roads_off_network; ///< roads that do not belong to the largest of these
    int64_t links;             ///< ways from cell to cell by which they are
    bool crossings_known;      ///< the roads mark bridges or tunnels
} ig_cost_report;

/// Build the surface of one way to travel. Rules:
/// - a cell that a road passes has the pace of the fastest, scaled so that steps between the centres
///   of cells along it, by the neighbourhood named, take as long as the road itself;
/// - between two cells with roads the way is open where a road leads over, and shut where the way
///   round by road is known: streets back to back are not joined;
/// - a side that one-way roads alone lead over is shut to those who would leave by it the other way
///   (surface->one_way; only modes of vehicles, rule `oneway` of the table);
/// - off the roads the pace is that of the land's class, open land without one;
/// - motorways and other limited roads are joined only where the source joins roads to them: their
///   sides are shut to land and to all other roads;
/// - a cell stands for roads that hang together in it: limited roads, and those that the table sets
///   apart, that share no point there with the others, or with the longest of them where there are no
///   others, are carried past it by surface->links;
/// - polygons of classes with speed 0 (water) and --barriers shut the cells that they touch and no
///   road passes; every side that a barrier crosses is shut in `barriers`, bridges excepted;
/// - outside all areas, cells that the terrain says are sea are shut off the roads; where heights are
///   missing the ground round them decides between sea and level land, and that is told.
/// @param extent areas whose box, with the buffer, the grid covers
/// @param[out] surface yours
/// @param[out] report may be NULL
IG_API IG_MUST_CHECK ig_status ig_cost_build(ig_ctx *ctx, const ig_areas *extent,
                                             const ig_cost_options *options, ig_surface **surface,
                                             ig_cost_report *report);

#ifdef __cplusplus
}
#endif
#endif
