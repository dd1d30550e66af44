// The made-up county: one mesh of small cells from which everything else follows.
//
// Whole numbers, sums, products and square roots only, so that every machine writes the same
// bytes; the one exception is lonlat.c, whose results are rounded far above the last digit of any
// mathematics library.
#ifndef GENERATOR_COUNTY_H
#define GENERATOR_COUNTY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
    SIDE = 100,     // cells of the mesh in a row
    CELL = 200,     // metres
    WEST = 560000,  // in the North Sea, where no land is
    SOUTH = 420000, //
    CELLS = SIDE * SIDE,
    CORNERS = (SIDE + 1) * (SIDE + 1),
    AREAS = 300,
    WARDS = 30,
    DISTRICTS = 3,
    CLINICS = 14,
    ISLE_I = 94,      // a cell of the isle that no bridge reaches
    ISLE_J = 73,      //
    OLD_MOST = 320,   // areas of the older edition, at most
    NATIONAL = 33755, // areas in the nation's ranking
    SHORE_OUT = 9000, // how far the outermost cells reach out, so that the sea goes on
};

enum land { LAND_OUTSIDE, LAND_WATER, LAND_OPEN, LAND_WOOD, LAND_MOOR };

enum change { CHANGE_NONE, CHANGE_SPLIT, CHANGE_MERGED, CHANGE_IRREGULAR };

typedef struct place {
    const char *name;
    int x, y;   // metres from the corner of the mesh
    int radius; // metres
    int weight; // 0 to 1000: how dense its middle is
} place;

typedef struct area {
    char code[16], name[48];
    int ward;
    int x, y;   // a point inside, national grid
    int cells;  //
    int urban;  // mean of its cells, 0 to 1000
    int people; //
    int rank;   // of deprivation in the nation, 1 most deprived
    int change; // enum change: how it came from the older edition
} area;

typedef struct ward {
    char code[16];
    const char *name;
    int district;
    int x, y;
} ward;

typedef struct county {
    int corner_x[CORNERS], corner_y[CORNERS]; // national grid, metres
    int land[CELLS];                          // enum land
    int urban[CELLS];                         // 0 to 1000
    int area[CELLS];                          // 2021 area, or -1
    int old[CELLS];                           // 2011 area, or -1
    area areas[AREAS];
    area olds[OLD_MOST];
    int old_count;
    ward wards[WARDS];
} county;

extern const place towns[];
extern const int town_count;
extern const char *const district_names[DISTRICTS];
extern const char *const district_codes[DISTRICTS];

// mix.c: numbers that look random and never change
uint64_t mix(uint64_t seed, uint64_t a, uint64_t b);
int pick(uint64_t seed, uint64_t a, uint64_t b, int low, int high); // low <= result <= high
double ripple(uint64_t seed, double x, double y, double length);    // smooth, -1 to 1
int whole_root(int64_t square);
int distance(int x0, int y0, int x1, int y1);

// terrain.c
int shape_land(int x, int y); // enum land at metres from the corner, wood and moor too
double height(const county *c, int x, int y); // metres above the sea at metres from the corner
double moor_depth(double x, double y); // metres into the moor from its edge, negative outside
void write_terrain(const county *c, const char *folder);

// partition.c
void partition(county *c);
int neighbour(int cell, int side); // cell beyond a side (E, S, W, N as rows rise), or -1
/// Each cell goes to the nearest of `count` middles over ground; `within` (may be NULL) limits the
/// spread to cells with within[cell] == wanted.
void spread(const county *c, const int *middles, int count, const int *within, int wanted,
            uint64_t roughness, int *label);
/// Which labels share a border: near[a * count + b]. Yours.
bool *borders(const int *label, int count);
/// A cell of each label that lies nearest the mean of its cells, and how many it has.
void measure(const int *label, const int *urban, int count, area *areas);

// edition.c
void older_edition(county *c);

// shapes.c: rings from cells of one label, borders equal vertex for vertex
typedef struct shape {
    int *x, *y;        // points of all rings, first repeated as last
    int *ring;         // ring r is points ring[r] .. ring[r + 1] - 1
    bool *hole;        //
    int rings, points; //
} shape;
shape shape_of(const county *c, const int *label, int wanted);
void shape_free(shape *s);
void write_boundaries(const county *c, const char *folder);
void write_landcover(const county *c, const char *folder);

// roads.c
enum road {
    ROAD_NONE,
    ROAD_MOTORWAY,
    ROAD_A,
    ROAD_B,
    ROAD_MINOR,
    ROAD_LANE,
    ROAD_STREET,
    ROAD_TRACK,
    ROAD_BRIDLEWAY,
    ROAD_PATH,
    ROAD_CLASSES
};
typedef struct network {
    uint8_t road[CORNERS][4];   // enum road of the edge from a corner to the E, NE, N, NW
    uint8_t bridge[CORNERS][4]; // 1 bridge, 2 tunnel
} network;
void build_roads(const county *c, network *n);
/// The corner with a street nearest to a point, metres of the national grid.
int street_corner(const county *c, const network *n, int x, int y);

// lines.c
void write_roads(const county *c, const network *n, const char *folder);

// tables.c
void write_tables(const county *c, const network *n, const char *folder);

// lonlat.c: National Grid to longitude and latitude (WGS 84), about 5 m
void to_lonlat(double east, double north, double *lon, double *lat);

// files.c
FILE *open_file(const char *folder, const char *name);
void close_file(FILE *file);
FILE *begin_geojson(const char *folder, const char *file, const char *name);
void end_geojson(FILE *out);

void *room(size_t count, size_t size);

#endif
