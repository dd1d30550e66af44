// Numbers that look random and are the same on every machine: a 64-bit mixer (the finaliser of
// SplitMix64; Steele, Lea and Flood, 2014) and smooth noise made of it.
#include "county.h"

#include <math.h>
#include <stdlib.h>

uint64_t mix(uint64_t seed, uint64_t a, uint64_t b)
{
    uint64_t z = seed * 0x9e3779b97f4a7c15u + a * 0xbf58476d1ce4e5b9u + b * 0x94d049bb133111ebu;
    for (int turn = 0; turn < 2; turn++) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        z ^= z >> 31;
    }
    return z;
}

int pick(uint64_t seed, uint64_t a, uint64_t b, int low, int high)
{
    return low + (int)(mix(seed, a, b) % (uint64_t)(high - low + 1));
}

static double knot(uint64_t seed, int64_t i, int64_t j)
{
    return (double)pick(seed, (uint64_t)i, (uint64_t)j, -1000, 1000) / 1000.0;
}

double ripple(uint64_t seed, double x, double y, double length)
{
    const double u = x / length + 1000.0, v = y / length + 1000.0;
    const int64_t i = (int64_t)u, j = (int64_t)v;
    double s = u - (double)i, t = v - (double)j;
    s = s * s * (3.0 - 2.0 * s);
    t = t * t * (3.0 - 2.0 * t);
    const double below = knot(seed, i, j) * (1.0 - s) + knot(seed, i + 1, j) * s;
    const double above = knot(seed, i, j + 1) * (1.0 - s) + knot(seed, i + 1, j + 1) * s;
    return below * (1.0 - t) + above * t;
}

int whole_root(int64_t square)
{
    int64_t root = (int64_t)sqrt((double)square);
    while (root * root > square)
        root--;
    while ((root + 1) * (root + 1) <= square)
        root++;
    return (int)root;
}

int distance(int x0, int y0, int x1, int y1)
{
    const int64_t dx = x1 - x0, dy = y1 - y0;
    return whole_root(dx * dx + dy * dy);
}

void *room(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        fputs("geodata-generate: no memory\n", stderr);
        exit(6);
    }
    return memory;
}
