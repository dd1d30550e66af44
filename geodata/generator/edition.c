// The older edition of the small areas, with those that were since split, merged or redrawn.
#include "county.h"

#include <stdlib.h>
#include <string.h>

/// Cell of `label` nearest to or farthest from a point, by its middle.
static int extreme_cell(const int *label, int wanted, int x, int y, bool farthest)
{
    int best = -1, best_d = 0;
    for (int cell = 0; cell < CELLS; cell++) {
        if (label[cell] != wanted) continue;
        const int d = distance(cell % SIDE * CELL, cell / SIDE * CELL, x - WEST, y - SOUTH);
        if (best >= 0 && (farthest ? d <= best_d : d >= best_d)) continue;
        best = cell;
        best_d = d;
    }
    return best;
}

/// Cells of area `k` taken in two by ground: 1 for those nearer its far end, else 0.
static void halve(const county *c, int k, int *half)
{
    const area *a = &c->areas[k];
    int ends[2];
    ends[1] = extreme_cell(c->area, k, a->x, a->y, true);
    ends[0] =
        extreme_cell(c->area, k, WEST + ends[1] % SIDE * CELL, SOUTH + ends[1] / SIDE * CELL, true);
    for (int cell = 0; cell < CELLS; cell++)
        half[cell] = -1;
    spread(c, ends, 2, c->area, k, 7, half);
}

/// The next two unchanged areas of one ward that share a border, from `start` on.
static bool next_pair(const county *c, const bool *near, int start, int *a, int *b)
{
    for (int k = start; k < AREAS; k++) {
        for (int m = k + 1; m < AREAS; m++) {
            const area *p = &c->areas[k], *q = &c->areas[m];
            if (p->ward != q->ward || p->change || q->change || !near[k * AREAS + m]) continue;
            *a = k;
            *b = m;
            return true;
        }
    }
    return false;
}

/// The edition of 2011: eight areas since split in two, ten since merged to five, four redrawn.
static void redraw(county *c)
{
    enum { SPLITS = 8, MERGES = 5, REDRAWN = 2 };
    bool *near = borders(c->area, AREAS);
    int *half = room(CELLS, sizeof *half);
    int label_count = AREAS;
    memcpy(c->old, c->area, sizeof c->old);
    for (int n = 0; n < SPLITS; n++) {
        int a, b;
        if (!next_pair(c, near, 11 + n * 34, &a, &b)) continue;
        c->areas[a].change = c->areas[b].change = CHANGE_SPLIT;
        for (int cell = 0; cell < CELLS; cell++)
            if (c->area[cell] == b) c->old[cell] = a;
    }
    for (int n = 0, k = 23; n < MERGES && k < AREAS; k++) {
        if (c->areas[k].change || c->areas[k].cells < 12) continue;
        c->areas[k].change = CHANGE_MERGED;
        halve(c, k, half);
        for (int cell = 0; cell < CELLS; cell++)
            if (half[cell] == 1) c->old[cell] = label_count;
        label_count++;
        n++;
        k += 50;
    }
    for (int n = 0; n < REDRAWN; n++) {
        int a, b;
        if (!next_pair(c, near, 90 + n * 110, &a, &b)) continue;
        c->areas[a].change = c->areas[b].change = CHANGE_IRREGULAR;
        halve(c, b, half);
        // The half of b that touches a was a's.
        int touching = -1;
        for (int cell = 0; cell < CELLS && touching < 0; cell++)
            for (int side = 0; side < 4 && c->area[cell] == b; side++) {
                const int next = neighbour(cell, side);
                if (next >= 0 && c->area[next] == a) touching = half[cell];
            }
        for (int cell = 0; cell < CELLS; cell++)
            if (c->area[cell] == b && half[cell] == touching) c->old[cell] = a;
    }
    free(near);
    free(half);
}

/// Codes of both editions: what did not change keeps its code, what did has a new one.
static void give_codes(county *c)
{
    int number[AREAS + OLD_MOST];
    memset(number, -1, sizeof number);
    c->old_count = 0;
    for (int cell = CELLS - 1; cell >= 0; cell--) { // from the north
        const int k = c->old[cell];
        if (k >= 0 && number[k] < 0) number[k] = c->old_count++;
    }
    for (int cell = 0; cell < CELLS; cell++)
        if (c->old[cell] >= 0) c->old[cell] = number[c->old[cell]];
    measure(c->old, c->urban, c->old_count, c->olds);
    int fresh = 0;
    for (int k = 0; k < AREAS; k++) {
        area *a = &c->areas[k];
        if (a->change) {
            snprintf(a->code, sizeof a->code, "E0191%04d", ++fresh % 10000);
        } else {
            snprintf(a->code, sizeof a->code, "E0190%04d", (number[k] + 1) % 10000);
        }
    }
    for (int cell = 0; cell < CELLS; cell++) {
        if (c->old[cell] < 0) continue;
        area *old = &c->olds[c->old[cell]];
        const area *now = &c->areas[c->area[cell]];
        old->change = now->change;
        old->ward = now->ward;
        old->rank = now->rank;
        snprintf(old->code, sizeof old->code, "E0190%04d", (c->old[cell] + 1) % 10000);
        memcpy(old->name, now->name, sizeof old->name);
    }
    int in_district[DISTRICTS] = {0};
    for (int k = 0; k < c->old_count; k++) {
        const int d = c->wards[c->olds[k].ward].district, n = in_district[d]++;
        if (c->olds[k].change)
            snprintf(c->olds[k].name, sizeof c->olds[k].name, "%s %03dX", district_names[d],
                     900 + n % 100);
    }
}

void older_edition(county *c)
{
    redraw(c);
    give_codes(c);
}
