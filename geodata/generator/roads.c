// Roads from motorway to footpath, laid along the mesh: least-cost routes between towns, streets
// in towns, a lane to each area, paths over the moor, and two bridges. Written twice, as lines in
// the manner of OS Open Roads and as OpenStreetMap XML.
#include "county.h"

#include <stdlib.h>
#include <string.h>

static const int step_i[8] = {1, 1, 0, -1, -1, -1, 0, 1}, step_j[8] = {0, 1, 1, 1, 0, -1, -1, -1};

enum { BRIDGE_MOTORWAY = 40, BRIDGE_TOWN = 64 }; // columns of corners

static int corner_of(int i, int j)
{
    return j * (SIDE + 1) + i;
}

static int corner_i(int v)
{
    return v % (SIDE + 1);
}

static int corner_j(int v)
{
    return v / (SIDE + 1);
}

/// The slot of an edge: directions beyond NW belong to the corner at the other end.
static int edge_corner(int v, int d)
{
    return d < 4 ? v : corner_of(corner_i(v) + step_i[d], corner_j(v) + step_j[d]);
}

static uint8_t *edge_road(network *n, int v, int d)
{
    return &n->road[edge_corner(v, d)][d % 4];
}

static uint8_t *edge_bridge(network *n, int v, int d)
{
    return &n->bridge[edge_corner(v, d)][d % 4];
}

/// Land on all four sides of a corner.
static bool dry_corner(const county *c, int i, int j)
{
    if (i < 2 || j < 2 || i > SIDE - 2 || j > SIDE - 2) return false;
    for (int k = 0; k < 4; k++)
        if (c->land[(j - k / 2) * SIDE + i - k % 2] <= LAND_WATER) return false;
    return true;
}

static int town_weight(const county *c, int i, int j)
{
    return c->urban[j * SIDE + i];
}

/// Cost of a step, or -1: no way. Roads that are there are cheaper; steep ground is dear.
static int step_cost(const county *c, network *n, int v, int d, enum road road)
{
    const int i = corner_i(v) + step_i[d], j = corner_j(v) + step_j[d];
    if (i < 1 || j < 1 || i > SIDE - 1 || j > SIDE - 1) return -1;
    const int there = *edge_road(n, v, d);
    if (there == ROAD_MOTORWAY) return road == ROAD_MOTORWAY ? 60 : -1;
    if (!there && !dry_corner(c, i, j)) return -1;
    if (d % 2 && !there) { // two diagonals of one cell would cross without a junction
        const int left = (d + 1) % 8;
        const int beside = corner_of(corner_i(v) + step_i[left], corner_j(v) + step_j[left]);
        if (*edge_road(n, beside, (d + 6) % 8)) return -1;
    }
    const int length = d % 2 ? 283 : 200;
    if (there) return there <= (int)road ? length * 2 / 3 : length * 4 / 5;
    int cost = length;
    if (road == ROAD_MOTORWAY) cost += length * town_weight(c, i, j) / 150;
    if (c->land[j * SIDE + i] == LAND_MOOR) cost += length / 2;
    const double rise =
        height(c, i * CELL, j * CELL) - height(c, corner_i(v) * CELL, corner_j(v) * CELL);
    cost += (int)((rise < 0 ? -rise : rise) * (road >= ROAD_TRACK ? 4.0 : 25.0));
    return cost + pick(41, (uint64_t)v, (uint64_t)d, 0, 24);
}

typedef struct mark {
    int cost, corner;
} mark;

static bool before(mark a, mark b)
{
    return a.cost < b.cost || (a.cost == b.cost && a.corner < b.corner);
}

static void push(mark *heap, int *count, mark m)
{
    int k = (*count)++;
    for (; k > 0 && before(m, heap[(k - 1) / 2]); k = (k - 1) / 2)
        heap[k] = heap[(k - 1) / 2];
    heap[k] = m;
}

static mark pop(mark *heap, int *count)
{
    const mark top = heap[0], last = heap[--*count];
    int k = 0;
    for (;;) {
        int child = 2 * k + 1;
        if (child >= *count) break;
        if (child + 1 < *count && before(heap[child + 1], heap[child])) child++;
        if (!before(heap[child], last)) break;
        heap[k] = heap[child];
        k = child;
    }
    heap[k] = last;
    return top;
}

static bool on_network(network *n, int v, enum road at_least)
{
    for (int d = 0; d < 8; d++) {
        const int there = *edge_road(n, v, d);
        if (there > ROAD_MOTORWAY && there <= (int)at_least) return true;
    }
    return false;
}

/// Dijkstra's method from a corner to another, or (to < 0) to the nearest road; lays the road.
static bool lay(const county *c, network *n, int from, int to, enum road road)
{
    enum { MOST = 8 * CORNERS };
    int *cost = room(CORNERS, sizeof *cost), *came = room(CORNERS, sizeof *came);
    mark *heap = room(MOST, sizeof *heap);
    for (int v = 0; v < CORNERS; v++)
        cost[v] = INT32_MAX;
    int count = 0, end = -1;
    cost[from] = 0;
    came[from] = -1;
    push(heap, &count, (mark){0, from});
    while (count && end < 0) {
        const mark m = pop(heap, &count);
        if (m.cost > cost[m.corner]) continue;
        if (to < 0 ? on_network(n, m.corner, ROAD_LANE) : m.corner == to) end = m.corner;
        for (int d = 0; d < 8 && end < 0; d++) {
            const int step = step_cost(c, n, m.corner, d, road);
            if (step < 0) continue;
            const int next =
                corner_of(corner_i(m.corner) + step_i[d], corner_j(m.corner) + step_j[d]);
            if (m.cost + step >= cost[next]) continue;
            cost[next] = m.cost + step;
            came[next] = d;
            push(heap, &count, (mark){cost[next], next});
        }
    }
    for (int v = end; v >= 0 && came[v] >= 0;) {
        const int back = (came[v] + 4) % 8;
        uint8_t *there = edge_road(n, v, back);
        if (!*there || *there > (int)road) *there = (uint8_t)road;
        v = corner_of(corner_i(v) + step_i[back], corner_j(v) + step_j[back]);
    }
    free(cost);
    free(came);
    free(heap);
    return end >= 0;
}

/// The dry corner nearest to a point of the mesh, metres.
static int corner_near(const county *c, int x, int y)
{
    int best = -1, best_d = INT32_MAX;
    for (int v = 0; v < CORNERS; v++) {
        const int i = corner_i(v), j = corner_j(v);
        if (i < 2 || j < 2 || i > SIDE - 2 || j > SIDE - 2 || !dry_corner(c, i, j)) continue;
        const int d = distance(i * CELL, j * CELL, x, y);
        if (d >= best_d) continue;
        best = v;
        best_d = d;
    }
    return best;
}

static int town_corner(const county *c, int town)
{
    return corner_near(c, towns[town].x, towns[town].y);
}

/// A straight bridge in one column of corners, from the last dry corner south of the estuary.
static void bridge(const county *c, network *n, int i, enum road road, int ends[2])
{
    int j = 30;
    while (dry_corner(c, i, j + 1))
        j++;
    ends[0] = corner_of(i, j);
    do {
        n->road[corner_of(i, j)][2] = (uint8_t)road;
        n->bridge[corner_of(i, j)][2] = 1;
        j++;
    } while (!dry_corner(c, i, j));
    ends[1] = corner_of(i, j);
}

static void lay_streets(const county *c, network *n)
{
    for (int j = 2; j < SIDE - 2; j++)
        for (int i = 2; i < SIDE - 2; i++)
            for (int d = 0; d < 4; d += 2) {
                const int v = corner_of(i, j), i2 = i + step_i[d], j2 = j + step_j[d];
                const int here = town_weight(c, i, j);
                if (here < 190 || town_weight(c, i2, j2) < 150 || n->road[v][d]) continue;
                if (!dry_corner(c, i, j) || !dry_corner(c, i2, j2)) continue;
                const int line = d ? i : j;
                if (here < 420 && (line + pick(42, (uint64_t)(i / 7), (uint64_t)(j / 7), 0, 1)) % 2)
                    continue; // wider blocks at the edge of town
                if (pick(43, (uint64_t)v, (uint64_t)d, 0, 99) < 9) continue;
                n->road[v][d] = ROAD_STREET;
            }
}

static void lay_between(const county *c, network *n, const int pairs[][3], size_t count)
{
    for (size_t k = 0; k < count; k++)
        lay(c, n, town_corner(c, pairs[k][0]), town_corner(c, pairs[k][1]), (enum road)pairs[k][2]);
}

static void lay_paths(const county *c, network *n)
{
    static const int ways[][5] = {
        {1200, 14200, 4600, 18400, ROAD_PATH},       {2000, 17800, 5300, 14600, ROAD_PATH},
        {3000, 13600, 6900, 18600, ROAD_BRIDLEWAY},  {1500, 16000, 3600, 14600, ROAD_TRACK},
        {5200, 18900, 7600, 17200, ROAD_TRACK},      {2300, 8700, 5900, 6600, ROAD_PATH},
        {2300, 10200, 6300, 11800, ROAD_PATH},       {9300, 3600, 12900, 3700, ROAD_BRIDLEWAY},
        {14600, 4800, 16300, 1900, ROAD_PATH},       {15600, 16900, 15900, 13300, ROAD_PATH},
        {9600, 16600, 10300, 13000, ROAD_BRIDLEWAY}, {3300, 2900, 1700, 5600, ROAD_TRACK},
        {7200, 1700, 10900, 1500, ROAD_TRACK},       {12300, 18300, 15000, 18300, ROAD_TRACK},
        {5000, 4600, 8800, 5300, ROAD_PATH},         {10900, 11600, 8200, 12900, ROAD_PATH}};
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
        lay(c, n, corner_near(c, ways[k][0], ways[k][1]), corner_near(c, ways[k][2], ways[k][3]),
            (enum road)ways[k][4]);
    lay(c, n, corner_near(c, 18700, 14300), corner_near(c, 19100, 15100), ROAD_LANE); // on the isle
}

void build_roads(const county *c, network *n)
{
    static const int main_roads[][3] = {
        {0, 1, ROAD_A},      {0, 5, ROAD_A},      {0, 2, ROAD_A},      {1, 3, ROAD_A},
        {3, 4, ROAD_A},      {1, 7, ROAD_A},      {2, 6, ROAD_A},      {7, 4, ROAD_B},
        {9, 2, ROAD_B},      {11, 3, ROAD_B},     {10, 1, ROAD_B},     {10, 7, ROAD_B},
        {12, 7, ROAD_B},     {13, 6, ROAD_B},     {13, 5, ROAD_B},     {8, 0, ROAD_B},
        {8, 13, ROAD_MINOR}, {9, 11, ROAD_MINOR}, {11, 4, ROAD_MINOR}, {12, 10, ROAD_MINOR},
        {13, 2, ROAD_MINOR}};
    memset(n, 0, sizeof *n);
    int motorway[2], town[2];
    bridge(c, n, BRIDGE_MOTORWAY, ROAD_MOTORWAY, motorway);
    bridge(c, n, BRIDGE_TOWN, ROAD_A, town);
    lay(c, n, corner_near(c, 7900, 900), motorway[0], ROAD_MOTORWAY);
    lay(c, n, motorway[1], corner_near(c, 8300, 19000), ROAD_MOTORWAY);
    lay(c, n, town_corner(c, 0), town[0], ROAD_A);
    lay(c, n, town_corner(c, 1), town[1], ROAD_A);
    lay_between(c, n, main_roads, sizeof main_roads / sizeof *main_roads);
    // Over the moor, through the scar by a tunnel.
    lay(c, n, town_corner(c, 4), corner_near(c, 1600, 18400), ROAD_B);
    for (int v = 0; v < CORNERS; v++)
        for (int d = 0; d < 4; d++) {
            const int i = 2 * corner_i(v) + step_i[d], j = 2 * corner_j(v) + step_j[d];
            const double depth = moor_depth(i * CELL / 2, j * CELL / 2);
            if (n->road[v][d] == ROAD_B && depth > 750.0 && depth < 1150.0) n->bridge[v][d] = 2;
        }
    lay_streets(c, n);
    lay_paths(c, n);
    for (int k = 0; k < AREAS; k++) { // a lane to every area
        const int v = corner_near(c, c->areas[k].x - WEST, c->areas[k].y - SOUTH);
        if (v >= 0 && !on_network(n, v, ROAD_STREET)) lay(c, n, v, -1, ROAD_LANE);
    }
}

int street_corner(const county *c, const network *n, int x, int y)
{
    int best = -1, best_d = INT32_MAX;
    for (int v = 0; v < CORNERS; v++) {
        bool street = false;
        for (int d = 0; d < 4 && !street; d++)
            street = n->road[v][d] >= ROAD_A && n->road[v][d] <= ROAD_STREET && !n->bridge[v][d];
        const int away = distance(c->corner_x[v], c->corner_y[v], x, y);
        if (!street || away >= best_d || !dry_corner(c, corner_i(v), corner_j(v))) continue;
        best = v;
        best_d = away;
    }
    return best;
}

// ---- lines ------------------------------------------------------------------------------------

enum { LINE_MOST = 60 };

typedef struct line {
    int corner[LINE_MOST];
    int count, road, bridge;
} line;

/// The next line: a run of edges alike, as straight as it goes, each edge once.
static bool next_line(network *left, int *at, line *out)
{
    for (; *at < CORNERS * 4; ++*at) {
        int v = *at / 4, d = *at % 4;
        const int road = left->road[v][d], kind = left->bridge[v][d];
        if (!road) continue;
        // Go back to where this run begins.
        for (int turns = 0; turns < LINE_MOST; turns++) {
            const int back = (d + 4) % 8;
            if (corner_i(v) < 1 || corner_j(v) < 1) break;
            const uint8_t *there = edge_road(left, v, back);
            if (*there != road || *edge_bridge(left, v, back) != kind) break;
            v = corner_of(corner_i(v) + step_i[back], corner_j(v) + step_j[back]);
        }
        *out = (line){.count = 1, .road = road, .bridge = kind};
        out->corner[0] = v;
        while (out->count < LINE_MOST) {
            static const int turns[5] = {0, 1, 7, 2, 6};
            int chosen = -1;
            for (int t = 0; t < 5 && chosen < 0; t++) {
                const int way = (d + turns[t]) % 8;
                if (road == ROAD_STREET && t) break;
                if (corner_i(v) + step_i[way] < 0 || corner_j(v) + step_j[way] < 0) continue;
                if (*edge_road(left, v, way) == road && *edge_bridge(left, v, way) == kind)
                    chosen = way;
            }
            if (chosen < 0) break;
            *edge_road(left, v, chosen) = 0;
            v = corner_of(corner_i(v) + step_i[chosen], corner_j(v) + step_j[chosen]);
            d = chosen;
            out->corner[out->count++] = v;
        }
        return true;
    }
    return false;
}

static const char *road_name(const line *l, int number, char *text, size_t size)
{
    static const char *const first[] = {"Abbey", "Chapel",   "Quay", "Mill",  "Orchard", "Priory",
                                        "Sandy", "Victoria", "Well", "Heron", "Barn",    "Station"};
    static const char *const last[] = {"Street", "Road", "Lane", "Close", "Way", "Terrace"};
    text[0] = 0;
    if (l->road >= ROAD_MINOR && l->road <= ROAD_STREET)
        snprintf(text, size, "%s %s", first[pick(51, (uint64_t)number, 0, 0, 11)],
                 last[pick(52, (uint64_t)number, 0, 0, 5)]);
    return text;
}

static int line_length(const county *c, const line *l)
{
    int length = 0;
    for (int p = 1; p < l->count; p++)
        length += distance(c->corner_x[l->corner[p - 1]], c->corner_y[l->corner[p - 1]],
                           c->corner_x[l->corner[p]], c->corner_y[l->corner[p]]);
    return length;
}

static void road_number(const line *l, int number, char *text, size_t size)
{
    text[0] = 0;
    if (l->road == ROAD_MOTORWAY) snprintf(text, size, "M99");
    if (l->road == ROAD_A) snprintf(text, size, "A%d", 9900 + number % 7);
    if (l->road == ROAD_B) snprintf(text, size, "B%d", 9900 + number % 11);
}

static void write_open_road(FILE *out, const county *c, const line *l, int number)
{
    static const char *const class[] = {"",
                                        "Motorway",
                                        "A Road",
                                        "B Road",
                                        "Classified Unnumbered",
                                        "Unclassified",
                                        "Unclassified"};
    static const char *const function[] = {"",           "Motorway",          "A Road",    "B Road",
                                           "Minor Road", "Local Access Road", "Local Road"};
    static const char *const form[] = {"",
                                       "Collapsed Dual Carriageway",
                                       "Single Carriageway",
                                       "Single Carriageway",
                                       "Single Carriageway",
                                       "Single Carriageway",
                                       "Single Carriageway"};
    char name[40], ref[12];
    road_number(l, number, ref, sizeof ref);
    fprintf(out,
            "%s{\"type\":\"Feature\",\"properties\":{\"id\":\"MADEUP-%04d\","
            "\"road_classification\":\"%s\",\"road_function\":\"%s\",\"form_of_way\":\"%s\","
            "\"road_classification_number\":%s%s%s,\"name_1\":\"%s\",\"length\":%d},"
            "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[",
            number ? ",\n" : "", number, class[l->road], function[l->road], form[l->road],
            ref[0] ? "\"" : "", ref[0] ? ref : "null", ref[0] ? "\"" : "",
            road_name(l, number, name, sizeof name), line_length(c, l));
    for (int p = 0; p < l->count; p++)
        fprintf(out, "%s[%d,%d]", p ? "," : "", c->corner_x[l->corner[p]],
                c->corner_y[l->corner[p]]);
    fputs("]}}", out);
}

static FILE *begin_lines(const char *folder, const char *file, const char *name)
{
    FILE *out = open_file(folder, file);
    fprintf(
        out,
        "{\n\"type\": \"FeatureCollection\",\n\"name\": \"%s\",\n\"crs\": { \"type\": \"name\", "
        "\"properties\": { \"name\": \"urn:ogc:def:crs:EPSG::27700\" } },\n\"features\": [\n",
        name);
    return out;
}

static void write_open_roads(const county *c, const network *n, const char *folder)
{
    network *left = room(1, sizeof *left);
    *left = *n;
    FILE *out = begin_lines(folder, "roads.geojson", "road_link");
    line l;
    for (int at = 0, number = 0; next_line(left, &at, &l);)
        if (l.road <= ROAD_STREET) write_open_road(out, c, &l, number++);
    fputs("\n]\n}\n", out);
    close_file(out);
    *left = *n;
    out = begin_lines(folder, "bridges.geojson", "bridges");
    for (int at = 0, number = 0; next_line(left, &at, &l);) {
        if (l.bridge != 1) continue;
        fprintf(out,
                "%s{\"type\":\"Feature\",\"properties\":{\"name\":\"%s\"},\"geometry\":{\"type\":"
                "\"LineString\",\"coordinates\":[",
                number++ ? ",\n" : "", l.road == ROAD_MOTORWAY ? "High Bridge" : "Town Bridge");
        for (int p = 0; p < l.count; p++)
            fprintf(out, "%s[%d,%d]", p ? "," : "", c->corner_x[l.corner[p]],
                    c->corner_y[l.corner[p]]);
        fputs("]}}", out);
    }
    fputs("\n]\n}\n", out);
    close_file(out);
    free(left);
}

static void tag(FILE *out, const char *key, const char *value)
{
    fprintf(out, "  <tag k=\"%s\" v=\"%s\"/>\n", key, value);
}

static void write_way(FILE *out, const county *c, const line *l, int id, int number, bool turned)
{
    static const char *const highway[] = {"",          "motorway",     "primary",     "secondary",
                                          "tertiary",  "unclassified", "residential", "track",
                                          "bridleway", "footway"};
    static const char *const speed[] = {"",       "70 mph", "60 mph", "60 mph",
                                        "60 mph", "60 mph", "30 mph"};
    fprintf(out, " <way id=\"%d\" version=\"1\">\n", id);
    for (int p = 0; p < l->count; p++)
        fprintf(out, "  <nd ref=\"%d\"/>\n", l->corner[turned ? l->count - 1 - p : p] + 1);
    tag(out, "highway", highway[l->road]);
    char text[40];
    if (*road_name(l, number, text, sizeof text)) tag(out, "name", text);
    road_number(l, number, text, sizeof text);
    if (text[0]) tag(out, "ref", text);
    const int v = l->corner[l->count / 2];
    const int chance = pick(53, (uint64_t)number, 0, 0, 99);
    const bool in_town = town_weight(c, corner_i(v), corner_j(v)) > 190;
    if (l->road <= ROAD_STREET && chance < 70)
        tag(out, "maxspeed",
            l->road == ROAD_STREET && chance < 12 ? "20 mph"
            : in_town && l->road > ROAD_MOTORWAY  ? "30 mph"
                                                  : speed[l->road]);
    if (l->road == ROAD_MOTORWAY) {
        tag(out, "oneway", "yes");
        tag(out, "lanes", "3");
    }
    if (l->road == ROAD_STREET && chance > 91) tag(out, "oneway", chance > 96 ? "-1" : "yes");
    if (l->road == ROAD_LANE && chance > 93) tag(out, "access", "private");
    if (l->road == ROAD_TRACK && chance % 3 == 0) tag(out, "foot", "no");
    if (l->road == ROAD_BRIDLEWAY) tag(out, "bicycle", "yes");
    if (l->road == ROAD_A && l->bridge == 1) tag(out, "sidewalk", "both");
    if (l->bridge) {
        tag(out, l->bridge == 1 ? "bridge" : "tunnel", "yes");
        tag(out, "layer", l->bridge == 1 ? "1" : "-1");
    }
    fputs(" </way>\n", out);
}

static void write_osm(const county *c, const network *n, const char *folder)
{
    network *left = room(1, sizeof *left);
    bool *used = room(CORNERS, sizeof *used);
    *left = *n;
    line l;
    for (int at = 0; next_line(left, &at, &l);)
        for (int p = 0; p < l.count; p++)
            used[l.corner[p]] = true;
    FILE *out = open_file(folder, "roads.osm");
    fputs("<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\" generator=\"isogap "
          "geodata-generate: a made-up county\">\n",
          out);
    for (int v = 0; v < CORNERS; v++) {
        if (!used[v]) continue;
        double lon, lat;
        to_lonlat(c->corner_x[v], c->corner_y[v], &lon, &lat);
        fprintf(out, " <node id=\"%d\" version=\"1\" lat=\"%.6f\" lon=\"%.6f\"/>\n", v + 1, lat,
                lon);
    }
    *left = *n;
    for (int at = 0, number = 0, id = 1; next_line(left, &at, &l); number++) {
        write_way(out, c, &l, id++, number, false);
        if (l.road == ROAD_MOTORWAY) write_way(out, c, &l, id++, number, true);
    }
    fputs("</osm>\n", out);
    close_file(out);
    free(left);
    free(used);
}

void write_roads(const county *c, const network *n, const char *folder)
{
    write_open_roads(c, n, folder);
    write_osm(c, n, folder);
}
