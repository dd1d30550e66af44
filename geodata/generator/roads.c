// Roads from motorway to footpath, laid along the mesh: least-cost routes between towns, streets
// in towns, a lane to each area, paths over the moor, and two bridges.
#include "network.h"

#include <stdlib.h>
#include <string.h>

enum { BRIDGE_MOTORWAY = 40, BRIDGE_TOWN = 64 }; // columns of corners

/// Land on all four sides of a corner.
static bool dry_corner(const county *c, int i, int j)
{
    if (i < 2 || j < 2 || i > SIDE - 2 || j > SIDE - 2) return false;
    for (int k = 0; k < 4; k++)
        if (c->land[(j - k / 2) * SIDE + i - k % 2] <= LAND_WATER) return false;
    return true;
}

int town_weight(const county *c, int i, int j)
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
