// How far the search walks along a road's cells: metres of its steps, by the neighbourhood it uses.
// A road's seconds are spread over these metres, so that the way along it takes its time whether
// the search steps to 8, 16 or 32 neighbours or crosses cells at any bearing. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>

struct walking {
    const ig_frame *frame;
    const uint8_t *joined;
    const ig_stay *stays;
    size_t count;
    double *metres;
    int neighbours;
};

static int bit_towards(int64_t dc, int64_t dr)
{
    static const int8_t side[3][3] = {{7, 0, 1}, {6, -1, 2}, {5, 4, 3}};
    return side[dr + 1][dc + 1];
}

static bool is_joined(const struct walking *w, int64_t col, int64_t row, int64_t dc, int64_t dr)
{
    const int bit = bit_towards(dc, dr);
    return bit >= 0 && w->joined[row * w->frame->cols + col] >> bit & 1;
}

/// Does a road lead over every border that a long move crosses?
static bool leads_along(const struct walking *w, const ig_stay *from, int64_t dc, int64_t dr)
{
    const int64_t across = llabs(dc), down = llabs(dr);
    const int64_t east = (dc > 0) - (dc < 0), south = (dr > 0) - (dr < 0);
    int64_t col = from->col, row = from->row;
    for (int64_t i = 0, j = 0; i < across || j < down;) {
        // Borders are crossed at (2i + 1) / (2 across) and (2j + 1) / (2 down) of the way.
        const bool side = i < across && (j >= down || (2 * i + 1) * down <= (2 * j + 1) * across);
        const bool top = j < down && (i >= across || (2 * j + 1) * across <= (2 * i + 1) * down);
        const int64_t hc = side ? east : 0, hr = top ? south : 0;
        if (!is_joined(w, col, row, hc, hr)) return false;
        col += hc;
        row += hr;
        i += side;
        j += top;
    }
    return true;
}

/// Is it a move of the neighbourhood? Longer than to a neighbour, that is.
static bool is_long_move(int neighbours, int64_t dc, int64_t dr)
{
    const int64_t a = llabs(dc) < llabs(dr) ? llabs(dc) : llabs(dr);
    const int64_t b = llabs(dc) < llabs(dr) ? llabs(dr) : llabs(dc);
    if (neighbours == IG_LATTICE_EXACT || neighbours == 8) return false;
    if (a == 1 && b == 2) return true;
    return neighbours == 32 && b == 3 && (a == 1 || a == 2);
}

/// The front crosses the triangle of a cell, its straight neighbour a and the diagonal one beside.
static double through_triangles(const struct walking *w, size_t k, size_t a, double best)
{
    const ig_stay *here = &w->stays[k], *straight = &w->stays[a];
    const double side = w->frame->dx, ta = w->metres[a];
    const size_t from = k > IG_STAYS_AHEAD ? k - IG_STAYS_AHEAD : 0;
    for (size_t b = from; b <= k + IG_STAYS_AHEAD && b < w->count; b++) {
        const ig_stay *slant = &w->stays[b];
        if (llabs(slant->col - here->col) != 1 || llabs(slant->row - here->row) != 1) continue;
        if (llabs(slant->col - straight->col) + llabs(slant->row - straight->row) != 1) continue;
        if (!is_joined(w, here->col, here->row, slant->col - here->col, slant->row - here->row))
            continue;
        const double drop = ta - w->metres[b];
        if (!(drop >= 0.0 && drop <= side * M_SQRT1_2)) continue;
        best = fmin(best, ta + sqrt(side * side - drop * drop));
    }
    return best;
}

static void relax(const struct walking *w, size_t k)
{
    const ig_stay *here = &w->stays[k];
    const ig_frame *f = w->frame;
    const size_t from = k > IG_STAYS_AHEAD ? k - IG_STAYS_AHEAD : 0;
    double best = w->metres[k];
    for (size_t i = from; i <= k + IG_STAYS_AHEAD && i < w->count; i++) {
        const int64_t dc = w->stays[i].col - here->col, dr = w->stays[i].row - here->row;
        if (isinf(w->metres[i]) || (dc == 0 && dr == 0)) continue;
        const bool near = llabs(dc) <= 1 && llabs(dr) <= 1;
        if (near ? !is_joined(w, here->col, here->row, dc, dr)
                 : !is_long_move(w->neighbours, dc, dr) || !leads_along(w, here, dc, dr))
            continue;
        best = fmin(best, w->metres[i] + hypot((double)dc * f->dx, (double)dr * f->dy));
        if (w->neighbours == IG_LATTICE_EXACT && (dc == 0 || dr == 0))
            best = through_triangles(w, k, i, best);
    }
    w->metres[k] = best;
}

void ig_lattice_walk(const ig_frame *frame, int neighbours, const uint8_t *joined,
                     const ig_stay *stays, size_t count, double *metres)
{
    const struct walking w = {frame, joined, stays, count, metres, neighbours};
    for (size_t k = 0; k < count; k++)
        metres[k] = k ? INFINITY : 0.0;
    // Along the road, back for cells that the front enters from ahead, and along again.
    for (int sweep = 0; sweep < 3; sweep++)
        for (size_t k = 1; k < count; k++)
            relax(&w, sweep == 1 ? count - k : k);
}
