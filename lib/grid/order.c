// Areas in an order in which neighbours follow each other, so that work cell by cell finds the cells
// of the next area where those of the last ones lay.
#include "grid_internal.h"

enum { SIDE_BITS = 7, SIDE = 1 << SIDE_BITS, SQUARES = SIDE * SIDE };

/// Number of a square of the frame along a curve that stays near itself (Morton, 1966).
static size_t along_curve(unsigned col, unsigned row)
{
    size_t at = 0;
    for (int bit = 0; bit < SIDE_BITS; bit++)
        at |= (size_t)(col >> bit & 1) << 2 * bit | (size_t)(row >> bit & 1) << (2 * bit + 1);
    return at;
}

static unsigned part_of(double offset, double length)
{
    const double part = offset / length * SIDE;
    return !(part > 0.0) ? 0 : part < SIDE ? (unsigned)part : SIDE - 1;
}

/// Square in which an area's first point lies; the first one for areas without any.
static size_t square_of(const ig_frame *f, const ig_rings *rings, size_t area)
{
    const size_t ring = rings->area_start[area];
    if (ring == rings->area_start[area + 1]) return 0;
    const size_t point = rings->ring_start[ring];
    if (point == rings->ring_start[ring + 1]) return 0;
    return along_curve(part_of(rings->x[point] - f->west, (double)f->cols * f->dx),
                       part_of(f->north - rings->y[point], (double)f->rows * f->dy));
}

ig_status ig_rings_order(const ig_frame *frame, const ig_rings *rings, size_t *order)
{
    size_t *start = ig_alloc(SQUARES + 1, sizeof *start);
    uint16_t *square = ig_alloc(rings->areas + 1, sizeof *square);
    if (start && square) {
        for (size_t a = 0; a < rings->areas; a++) {
            square[a] = (uint16_t)square_of(frame, rings, a);
            start[square[a] + 1]++;
        }
        for (size_t i = 0; i < SQUARES; i++)
            start[i + 1] += start[i];
        for (size_t a = 0; a < rings->areas; a++)
            order[start[square[a]]++] = a;
    }
    const bool made = start && square;
    ig_free(start);
    ig_free(square);
    return made ? IG_OK : IG_EMEMORY;
}
