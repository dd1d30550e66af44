// The slots of the network: an edge runs from a corner of the mesh in one of eight directions.
#ifndef COUNTY_NETWORK_H
#define COUNTY_NETWORK_H

#include "county.h"

static const int step_i[8] = {1, 1, 0, -1, -1, -1, 0, 1}, step_j[8] = {0, 1, 1, 1, 0, -1, -1, -1};

static inline int corner_of(int i, int j)
{
    return j * (SIDE + 1) + i;
}

static inline int corner_i(int v)
{
    return v % (SIDE + 1);
}

static inline int corner_j(int v)
{
    return v / (SIDE + 1);
}

/// The slot of an edge: directions beyond NW belong to the corner at the other end.
static inline int edge_corner(int v, int d)
{
    return d < 4 ? v : corner_of(corner_i(v) + step_i[d], corner_j(v) + step_j[d]);
}

static inline uint8_t *edge_road(network *n, int v, int d)
{
    return &n->road[edge_corner(v, d)][d % 4];
}

static inline uint8_t *edge_bridge(network *n, int v, int d)
{
    return &n->bridge[edge_corner(v, d)][d % 4];
}

/// How much of a town a corner lies in, 0 to 1000.
int town_weight(const county *c, int i, int j);

#endif
