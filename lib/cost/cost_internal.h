// Inside the cost room: speed tables, roads, walls, and how they come onto the grid.
#ifndef ISOGAP_COST_INTERNAL_H
#define ISOGAP_COST_INTERNAL_H

#include "../area/features.h"
#include "../core/inside.h"
#include "cost.h"

// ---- speeds ----------------------------------------------------------------------------------

typedef struct ig_class_value {
    char *name; ///< folded
    double value;
} ig_class_value;

typedef struct ig_class_list {
    ig_class_value *rows;
    size_t count, room;
} ig_class_list;

/// A table of speeds, or of where people live.
typedef struct ig_speeds {
    char *name; ///< file, or "walk" and the like
    ig_class_list road, land, rule;
    ig_class_list urban;   ///< speeds where junctions lie dense; `road` holds without
    ig_class_list limited; ///< classes that may be joined only at junctions of the source
    ig_class_list apart; ///< classes that others are joined to only there, though land is anywhere
    char **keys;         ///< tags that decide who may use a road
    size_t key_count, key_room;
} ig_speeds;

/// `mode` is walk, cycle, drive or a file; `builtin` names one that is tried only (residents).
ig_status ig_speeds_read(ig_ctx *ctx, const char *mode, ig_speeds *speeds);
void ig_speeds_free(ig_speeds *speeds);
/// Value of a class; that of "*" when it is not named, `known` telling which. NaN without either.
double ig_class_value_of(const ig_class_list *list, const char *name, bool *known);
/// Place of the class whose name stands in a file's name, the longest; SIZE_MAX for none.
size_t ig_class_in_name(const ig_class_list *list, const char *file);
double ig_rule(const ig_speeds *speeds, const char *rule, double otherwise);
/// Class names folded: lower case, runs of anything but letters and digits as one '_'.
void ig_class_fold(const char *name, char *folded, size_t room);
/// Text of a built-in table: lines, ended by NULL; NULL when there is none of that name.
const char *const *ig_speeds_builtin(const char *name);

// ---- sources ---------------------------------------------------------------------------------

/// What is wanted of an OpenStreetMap file.
typedef enum ig_osm_part { IG_OSM_ROADS, IG_OSM_LAND, IG_OSM_BARRIERS, IG_OSM_BRIDGES } ig_osm_part;

/// Features of one source in metres of the work CRS: lines or polygons as `features` asks, from
/// OSM or from any kind that holds boundaries. Those off the box are left out where it is cheap.
ig_status ig_source_read(ig_ctx *ctx, const char *source, ig_osm_part part, const double *box,
                         ig_features *features, bool *is_osm);
/// The same in batches, so that memory does not grow with the source: `take` gets each in metres.
typedef ig_status (*ig_batch_fn)(ig_ctx *ctx, const ig_features *features, bool is_osm, void *user);
ig_status ig_source_each(ig_ctx *ctx, const char *source, ig_osm_part part, const double *box,
                         ig_batch_fn take, void *user);
ig_status ig_osm_read(ig_ctx *ctx, const char *path, const char *name, ig_osm_part part,
                      ig_features *features);
/// Column by name, ASCII case folded, also as a shapefile keeps it, cut to 10 letters; SIZE_MAX
/// without.
size_t ig_features_find_column(const ig_features *features, const char *name);

// ---- roads -----------------------------------------------------------------------------------

/// Which way a line may be used, as its points run. The last two are what sources say of roads that
/// change direction: by the hour (a tidal flow), or by turns (signals at a narrow place).
enum {
    IG_WAY_BOTH = 0,
    IG_WAY_FORTH = 1,
    IG_WAY_BACK = 2,
    IG_WAY_REVERSIBLE = 3,
    IG_WAY_ALTERNATING = 4
};

/// A line that may be travelled (or lived on), points [first, end) of the road set.
typedef struct ig_road {
    size_t first, end;
    float pace;       ///< seconds a metre; NaN: not used in this mode
    float urban_pace; ///< the same in built-up places
    uint32_t source;  ///< which of the sources
    bool marked;      ///< a bridge, tunnel or ford by its source
    bool lived_on;
    bool limited; ///< a motorway or the like: joined only where the source joins roads to it
    bool apart;   ///< of roads, that is: land beside it may be joined, unless it is limited too
    uint8_t way;  ///< IG_WAY_BOTH, IG_WAY_FORTH or IG_WAY_BACK
} ig_road;

typedef struct ig_roads {
    ig_road *list;
    size_t count, room;
    double *x, *y;
    size_t points, x_room, y_room;
    bool *crossings_known; ///< by source: it marks bridges or tunnels somewhere
    size_t sources;
    double box[4];      ///< of all of them; empty when west > east
    double (*coast)[4]; ///< pieces of coastline found among the roads' source: x0 y0 x1 y1
    size_t coast_count, coast_room;
} ig_roads;

ig_status ig_roads_read(ig_ctx *ctx, const ig_cost_options *options, const ig_speeds *speeds,
                        const ig_speeds *residents, const double box[4], ig_roads *roads,
                        ig_cost_report *report);
void ig_roads_free(ig_roads *roads);
ig_status ig_road_point(ig_ctx *ctx, ig_roads *roads, double x, double y);
/// Join dead ends that face each other within so many metres: the OS cuts roads at railways.
ig_status ig_roads_close_gaps(ig_ctx *ctx, ig_roads *roads, double metres, int64_t *closed);

enum { IG_ROAD_KEYS = 8, IG_CYCLE_LANES = 6 };

/// Where a source says which way its roads may be used; places of columns, SIZE_MAX for none.
typedef struct ig_oneway {
    bool obey;    ///< does the mode?
    bool letters; ///< F is along the line and T against it
    bool cycles;  ///< lanes against the traffic open a road both ways
    size_t oneway, junction, highway, keys;
    size_t of_key[IG_ROAD_KEYS], lane[IG_CYCLE_LANES];
} ig_oneway;

void ig_oneway_find(const ig_features *f, const ig_speeds *speeds, bool is_osm, size_t class_of,
                    ig_oneway *columns);
/// Has the source a column for it?
bool ig_oneway_known(const ig_oneway *columns);
/// IG_WAY_... of a road. OpenStreetMap's rules: `oneway` by key of the table, then `oneway`, then
/// roundabouts and motorways, which are one-way unless told otherwise.
uint8_t ig_oneway_of(const ig_features *f, size_t row, const ig_oneway *columns);

// ---- how dense the roads are ---------------------------------------------------------------------

/// By squares of 500 m: built up or not, and seconds a metre of waiting at junctions.
typedef struct ig_density {
    double west, south;
    int64_t cols, rows;
    uint8_t *urban;
    float *delay;
} ig_density;

/// Empty when the table asks for neither (rules urban_from and junction_delay).
ig_status ig_density_make(ig_ctx *ctx, const ig_roads *roads, const ig_speeds *speeds,
                          ig_density *density);
void ig_density_free(ig_density *density);
/// Seconds a metre of a road at a place, waits at junctions in it.
double ig_density_pace(const ig_density *density, const ig_road *road, double x, double y);

// ---- polygons of land ------------------------------------------------------------------------

/// Polygons as flat rings, each with its class.
typedef struct ig_patches {
    size_t count;
    size_t *area_start, *ring_start;
    double *x, *y;
    uint16_t *class_of; ///< row of the land list of the speeds, by polygon
    double *size;       ///< m2 of the box, to order them
    size_t area_room, ring_room, rings, points, x_room, y_room, class_room, size_room;
} ig_patches;

void ig_patches_free(ig_patches *patches);
/// Land cover of all files, every polygon with a class of the table; unknown classes are told.
ig_status ig_land_read(ig_ctx *ctx, const ig_cost_options *options, const ig_speeds *speeds,
                       const double box[4], ig_patches *patches, ig_cost_report *report);
ig_status ig_patches_add(ig_ctx *ctx, ig_patches *patches, const ig_features *features, size_t row,
                         uint16_t class_of);
ig_rings ig_patches_rings(const ig_patches *patches);

// ---- walls -----------------------------------------------------------------------------------

typedef enum ig_wall_kind {
    IG_WALL_POLYGON, ///< edge of a polygon that is shut: its inside lies to the left
    IG_WALL_LINE,    ///< a line that is shut
    IG_WALL_COAST,   ///< shuts open land, roads go on
} ig_wall_kind;

typedef struct ig_wall {
    double x0, y0, x1, y1;
    uint8_t kind;
} ig_wall;

/// What shuts the way, with an index by cell.
typedef struct ig_walls {
    ig_frame frame;
    ig_wall *list;
    size_t count, room;
    uint8_t *state; ///< by cell: IG_CELL_FREE ...
    // walls by cell: entries of cell c are entry[i].wall with entry[i].cell == c, sorted
    struct ig_wall_entry {
        int64_t cell;
        size_t wall;
    } * entry;
    size_t entries, entry_room;
    size_t *row_start; ///< rows + 1, into entry
    // polygons round the centre of touched cells: sorted crossings of each row's centre line
    struct ig_wall_level {
        double x;
        int32_t step;
    } * level;
    size_t *level_start; ///< rows + 1
} ig_walls;

enum { IG_CELL_FREE, IG_CELL_LINE, IG_CELL_TOUCHED, IG_CELL_FULL };

ig_status ig_walls_add(ig_ctx *ctx, ig_walls *walls, double x0, double y0, double x1, double y1,
                       ig_wall_kind kind);
/// Polygons that are shut: their edges, wound with the inside to the left.
ig_status ig_walls_add_patches(ig_ctx *ctx, ig_walls *walls, const ig_rings *rings);
/// Index all walls on the frame; `rings` are the polygons again, for their cells (may be NULL).
ig_status ig_walls_index(ig_ctx *ctx, ig_walls *walls, const ig_frame *frame,
                         const ig_rings *rings);
void ig_walls_free(ig_walls *walls);
/// Entries of a cell: [*first, *end).
void ig_walls_of_cell(const ig_walls *walls, int64_t cell, size_t *first, size_t *end);
/// Is a point inside a polygon that is shut?
bool ig_walls_inside(const ig_walls *walls, double x, double y);
/// Does the straight way between two points meet a wall? `coast`: coastlines count too.
bool ig_walls_between(const ig_walls *walls, double x0, double y0, double x1, double y1,
                      bool coast);
/// Where along the segment (0 to 1) it meets walls other than coast, in rising order; the wall of
/// each. Yours to free with ig_free; NULL and 0 when there is none.
typedef struct ig_meeting {
    double t;
    size_t wall;
} ig_meeting;
ig_status ig_walls_meet(ig_ctx *ctx, const ig_walls *walls, double x0, double y0, double x1,
                        double y1, ig_meeting **meetings, size_t *count, size_t *room);

// ---- where roads are joined ----------------------------------------------------------------------

/// Points at which the source joins roads, and sets of roads that hang together by them.
typedef struct ig_junctions {
    uint8_t *shared; ///< a bit by point of the roads: it lies on another road too, or twice on one
    uint32_t *set;   ///< by road: the first road of its set
    int64_t sets;
    int64_t roads, roads_off; ///< that are used; that do not belong to the largest set
} ig_junctions;

/// Only equal coordinates are one point. Roads that are not used join nothing.
ig_status ig_junctions_find(ig_ctx *ctx, const ig_roads *roads, ig_junctions *nodes);
void ig_junctions_free(ig_junctions *nodes);

// ---- roads against walls, roads onto the grid ----------------------------------------------------

/// Cut the roads where they meet walls that they may not cross: pieces replace them.
/// @param bridges lines that carry roads over walls; lines that no road uses become roads of the
///                speed that the table gives them
ig_status ig_roads_cut(ig_ctx *ctx, ig_roads *roads, const ig_walls *walls, const ig_roads *bridges,
                       const ig_speeds *speeds);

/// A stay of the stroke in a cell.
typedef struct ig_stay {
    int64_t col, row;
    double in, out;       ///< seconds from the stroke's beginning
    double x[3], y[3];    ///< where it comes in, middle of its longest piece, where it goes out
    double longest, fast; ///< metres of that piece; least pace in the cell
    double metres, along; ///< of the road in the cell; of the stroke up to its middle there
    size_t from;          ///< stay before it on the shortest steps
    bool begins, ends;    ///< the road itself begins or ends here (and does not leave the frame)
    uint32_t no_forth,
        no_back; ///< borders up to it that may not be crossed with, against the stroke
} ig_stay;

/// Roads go straight on into each other: end of a road (its number * 2, + 1 for its last point) to
/// the end that it goes on in, SIZE_MAX for none. @param mate 2 * roads->count of them
ig_status ig_strokes_pair(ig_ctx *ctx, const ig_roads *roads, size_t *mate);

/// A point of the line of a road apart that others may share, or its end.
typedef struct ig_mark {
    size_t stay;    ///< in which it lies
    double seconds; ///< from the course's beginning
    double x, y;
    bool forth, back; ///< the road may be used as the course runs, and against it
} ig_mark;

/// A stroke as far as it runs within the frame: all its stays, and the nodes of roads apart.
typedef struct ig_course {
    ig_stay *stays;
    size_t count, room;
    ig_mark *marks;
    size_t mark_count, mark_room;
    bool apart, limited;
    uint32_t set; ///< of the nodes
} ig_course;

typedef ig_status (*ig_course_fn)(ig_ctx *ctx, ig_course *course, void *user);
/// All strokes, of roads apart or of the others, in an order that is always the same.
ig_status ig_courses_each(ig_ctx *ctx, const ig_roads *roads, const size_t *mate,
                          const ig_density *density, const ig_frame *frame, bool apart,
                          const ig_junctions *nodes, ig_course_fn take, void *user);

/// Stays looked at before and after each.
enum { IG_STAYS_AHEAD = 12, IG_LATTICE_EXACT = 1 };

/// Metres of the search's steps along the stays of a stroke, over borders that are joined.
/// @param neighbours 8, 16, 32 or IG_LATTICE_EXACT @param[out] metres count of them, from 0
void ig_lattice_walk(const ig_frame *frame, int neighbours, const uint8_t *joined,
                     const ig_stay *stays, size_t count, double *metres);

/// A road passing a cell that walls touch.
typedef struct ig_visit {
    int64_t cell;
    int64_t before[2], after[2]; ///< cells of the road one and two further; -1 beyond its ends
    size_t stroke;
    double x[3],
        y[3]; ///< of the road in the cell: where it comes in, the middle, where it goes out
    float pace, fast, metres; ///< made good for steps, on the ground; length in the cell
    bool dropped;             ///< the cell stands for roads beyond a wall from this one
} ig_visit;

typedef struct ig_visits {
    ig_visit *list;
    size_t count, room;
} ig_visits;

/// Bit k of a cell is its side towards this neighbour: N NE E SE S SW W NW.
static const int ig_side_col[8] = {0, 1, 1, 1, 0, -1, -1, -1};
static const int ig_side_row[8] = {-1, -1, 0, 1, 1, 1, 0, -1};

/// What roads a cell stands for.
enum { IG_ROAD_LIMITED = 1, IG_ROAD_OPEN = 2 };

/// Cells and roads, an array each, owned.
typedef struct ig_road_cells {
    uint8_t *is_road; ///< 0, or which kinds of roads it stands for
    uint8_t *joined;  ///< towards which neighbours a road leads, or from there, as `barriers`
    uint8_t *leads;   ///< towards which one may leave by a road; NULL: where `joined` says
    uint8_t *network; ///< number of the connected roads of the cell, 0 for small ones
} ig_road_cells;

ig_status ig_road_cells_new(ig_ctx *ctx, const ig_frame *frame, const ig_roads *roads,
                            ig_road_cells *cells);
void ig_road_cells_free(ig_road_cells *cells);
// ---- roads apart past cells of other roads -------------------------------------------------------

/// A cell is one level, and stands for roads that hang together in it: those that may be joined
/// anywhere with the roads apart that share a point with them there; without such, the longest of the
/// roads apart, of which those that are not limited come first, and what shares a point with it. Roads
/// apart that pass it otherwise are carried past. Of roads that hang together with these nowhere in the
/// source the longest is joined to them all the same, unless it is limited: its node is missing, or it
/// would be cut off.
typedef struct ig_levels {
    size_t stays;
    uint8_t *past; ///< by stay of the roads apart, as they come: is it carried past its cell?
    size_t *place; ///< by mark likewise: number of the place past a cell at which roads apart meet
                   ///< each other, from 0; SIZE_MAX for none
    size_t places;
    int64_t cells;      ///< past which some are carried
    int64_t joined;     ///< in which roads are joined that the source joins nowhere
    int64_t loose_ends; ///< ends of limited roads in such cells at which nothing is joined
} ig_levels;

/// The other roads are on the grid already (cells->is_road). Nothing is allocated when no road is apart.
ig_status ig_levels_find(ig_ctx *ctx, const ig_frame *frame, const ig_roads *roads,
                         const size_t *mate, const ig_density *density, const ig_junctions *nodes,
                         const ig_road_cells *cells, ig_levels *levels);
void ig_levels_free(ig_levels *levels);

/// A cell by which a road apart enters or leaves a run of cells that stand for others.
typedef struct ig_port {
    int64_t cell;
    size_t stroke; ///< the visit's, where walls touch the cell
} ig_port;

/// A piece of road apart past cells, from node to node: places first, then ports.
typedef struct ig_past_way {
    size_t a, b;
    double seconds;
    bool forth, back; ///< may be used from a to b, from b to a
} ig_past_way;

typedef struct ig_past {
    size_t places;
    ig_port *ports;
    size_t port_count, port_room;
    ig_past_way *ways;
    size_t way_count, way_room;
    int64_t cells, loose_ends, joined; ///< as in ig_levels
    int64_t sets, roads_off;           ///< as in ig_junctions, without roads apart 0
} ig_past;

void ig_past_free(ig_past *past);
/// Number the networks: sets of cells that `joined` or ways past cells connect, the largest first.
ig_status ig_road_networks(ig_ctx *ctx, const ig_frame *frame, const ig_past *past,
                           ig_road_cells *cells);
/// surface->links: least seconds from port to port past the cells between. Ports that walls cut from
/// what their cell stands for lead nowhere. After ig_sides_shut.
ig_status ig_links_make(ig_ctx *ctx, const ig_past *past, const ig_walls *walls,
                        const ig_visits *visits, ig_surface *surface);

/// Burn roads into the pace, each cell at the speed of the fastest that it stands for, with their true
/// length: a way along the road costs its time on the ground. Cells that walls touch are left to
/// ig_sides_shut. @param[out] past roads apart past cells that stand for others
ig_status ig_roads_burn(ig_ctx *ctx, const ig_roads *roads, const ig_density *density,
                        const ig_walls *walls, ig_surface *surface, ig_road_cells *cells,
                        ig_visits *visits, ig_past *past);

/// Settle the cells that walls touch: which roads a cell stands for, and which of its sides are
/// shut by walls, by slopes over `max_slope` (0: none), or because two roads of one network pass
/// side by side and neither leads over. Makes surface->barriers when any is.
/// @param[out] one_way  sides that are shut one way alone, because no road leads over that way
ig_status ig_sides_shut(ig_ctx *ctx, const ig_walls *walls, ig_visits *visits,
                        const ig_road_cells *cells, double max_slope, ig_surface *surface,
                        int64_t *one_way);
/// Cells that can be entered and not left, or left and not entered, because of sides that are shut
/// one way and links that lead one way: where one-way roads end at the grid's edge. And how many sets
/// of such cells there are, within which one gets from each to each.
ig_status ig_traps_count(ig_ctx *ctx, const ig_surface *surface, int64_t *cells, int64_t *places);

/// The band residents. @param land_class class of each cell, 0 for open, else row + 1 of
/// speeds->land; may be NULL @param sea cells that are sea, may be NULL
ig_status ig_residents_make(ig_ctx *ctx, const ig_roads *roads, const ig_speeds *residents,
                            const ig_speeds *speeds, const uint16_t *land_class, const uint8_t *sea,
                            const ig_walls *walls, ig_surface *surface);

// ---- land and sea --------------------------------------------------------------------------------

/// Class of each cell by the polygons that cover half of it or more, the smallest last; 0: open.
ig_status ig_land_classes(ig_ctx *ctx, const ig_frame *frame, const ig_patches *patches,
                          const ig_speeds *speeds, uint16_t **classes);
/// Heights that no land has (the shore of the Dead Sea lies at -430 m, Everest at 8849 m) stand for
/// nodata that the file does not declare: as ground they would be a pit that nobody gets out of.
void ig_dem_clear(ig_ctx *ctx, const char *name, ig_grid *dem);
/// Cells outside all areas that the terrain says are sea: a level, of one height at or below zero
/// and of a square kilometre or more. Ground without heights is sea where more of its rim is sea
/// than land, else land; either is told with the squares that are missing. NULL when there is none.
ig_status ig_sea_find(ig_ctx *ctx, const ig_frame *frame, const ig_grid *dem, const ig_rings *areas,
                      uint8_t **sea, int64_t *cells);

#endif
