// Hidden counts in a table of three and more margins. What is added round a box of cells, with its
// signs in turn, changes no total (Repsilber 1994, Giessing and Repsilber 2002: the hypercube
// method). A hidden count that lies in a box of hidden counts can differ by as much as its corners
// bear, so that it cannot be told closer.
#include "../core/inside.h"
#include "rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MARGINS = 6, CORNERS = 1 << MOST_MARGINS, CHOICES = 24 };

/// The cells by their levels, found by hash.
struct cube {
    const ig_margins *m;
    bool *hidden;
    size_t *slot, room; ///< cell + 1; 0: free
    size_t levels[MOST_MARGINS];
};

static const size_t *levels_of(const struct cube *c, size_t cell)
{
    return c->m->level + cell * c->m->margins;
}

static size_t hash_of(const struct cube *c, const size_t *level)
{
    uint64_t hash = 1469598103934665603u; // FNV-1a
    for (size_t k = 0; k < c->m->margins; k++)
        hash = (hash ^ (uint64_t)level[k]) * 1099511628211u;
    return (size_t)(hash ^ (hash >> 29)) & (c->room - 1);
}

/// The cell of these levels, or SIZE_MAX where the table has none.
static size_t cell_at(const struct cube *c, const size_t *level)
{
    for (size_t at = hash_of(c, level); c->slot[at]; at = (at + 1) & (c->room - 1))
        if (!memcmp(levels_of(c, c->slot[at] - 1), level, c->m->margins * sizeof *level))
            return c->slot[at] - 1;
    return SIZE_MAX;
}

static ig_status cube_new(const ig_margins *m, bool *hidden, struct cube *c)
{
    *c = (struct cube){.m = m, .hidden = hidden, .room = 16};
    while (c->room < 2 * m->counts + 2)
        c->room *= 2;
    c->slot = ig_alloc(c->room, sizeof *c->slot);
    if (!c->slot) return IG_EMEMORY;
    for (size_t i = 0; i < m->counts; i++) {
        const size_t *level = levels_of(c, i);
        for (size_t k = 0; k < m->margins; k++)
            if (level[k] != IG_ALL && level[k] >= c->levels[k]) c->levels[k] = level[k] + 1;
        if (cell_at(c, level) != SIZE_MAX) return IG_EINVAL;
        size_t at = hash_of(c, level);
        while (c->slot[at])
            at = (at + 1) & (c->room - 1);
        c->slot[at] = i + 1;
    }
    return IG_OK;
}

// ---- boxes --------------------------------------------------------------------------------------

/// A box about a cell: for each margin the other level.
struct box {
    size_t corner[CORNERS];
    size_t corners;
    double width; ///< by how much the cell can differ
    double cost;  ///< counts that would have to be hidden
};

/// A count known to be 1 at least can fall so far. What is not known to us bounds nothing.
static double can_fall(const struct cube *c, size_t cell)
{
    const double count = c->m->count[cell];
    return isnan(count) ? INFINITY : fmax(0.0, count - fmin(1.0, count));
}

/// The corners of a box and what they bear; false where one of them is not there or is 0.
static bool box_of(const struct cube *c, size_t cell, const size_t *other, struct box *box)
{
    const size_t margins = c->m->margins;
    const size_t *own = levels_of(c, cell);
    double up = INFINITY, down = INFINITY;
    box->corners = (size_t)1 << margins;
    box->cost = 0.0;
    for (size_t b = 0; b < box->corners; b++) {
        size_t level[MOST_MARGINS];
        bool falls = false; // when the cell itself grows
        for (size_t k = 0; k < margins; k++) {
            const bool here = b >> k & 1;
            level[k] = here ? other[k] : own[k];
            // between two levels one grows as the other falls; a total grows with its part
            if (here && own[k] != IG_ALL && other[k] != IG_ALL) falls = !falls;
        }
        const size_t corner = cell_at(c, level);
        if (corner == SIZE_MAX || c->m->count[corner] == 0.0) return false;
        const double bears = can_fall(c, corner);
        if (falls)
            up = fmin(up, bears);
        else
            down = fmin(down, bears);
        if (!c->hidden[corner] && !isnan(c->m->count[corner])) box->cost += c->m->count[corner];
        box->corner[b] = corner;
    }
    box->width = up + down;
    return true;
}

/// A level that a margin of the box may go to, by what the cell beside would cost.
struct choice {
    size_t level;
    double cost;
};

static int by_cost(const void *a, const void *b)
{
    const struct choice *p = a, *q = b;
    if (p->cost != q->cost) return p->cost < q->cost ? -1 : 1;
    return p->level < q->level ? -1 : p->level > q->level;
}

/// The best levels of a margin for a box about a cell: first those with a hidden cell beside it,
/// then by count; and all together.
static size_t choose_levels(const struct cube *c, size_t cell, size_t margin, struct choice *list,
                            size_t most)
{
    size_t level[MOST_MARGINS], count = 0;
    memcpy(level, levels_of(c, cell), c->m->margins * sizeof *level);
    const size_t own = level[margin];
    for (size_t j = 0; j <= c->levels[margin]; j++) {
        level[margin] = j == c->levels[margin] ? IG_ALL : j;
        if (level[margin] == own) continue;
        const size_t beside = cell_at(c, level);
        if (beside == SIZE_MAX || c->m->count[beside] == 0.0) continue;
        list[count++] = (struct choice){
            level[margin],
            c->hidden[beside] || isnan(c->m->count[beside]) ? 0.0 : c->m->count[beside]};
    }
    if (count) qsort(list, count, sizeof *list, by_cost);
    return count < most ? count : most;
}

/// The cheapest box that is wide enough, among the best levels of each margin.
static bool best_box(const struct cube *c, size_t cell, double width, struct choice *const *choices,
                     const size_t *counts, struct box *best)
{
    const size_t margins = c->m->margins;
    size_t at[MOST_MARGINS] = {0};
    bool found = false;
    for (size_t k = 0; k < margins; k++)
        if (counts[k] == 0) return false;
    for (;;) {
        size_t other[MOST_MARGINS];
        struct box box;
        for (size_t k = 0; k < margins; k++)
            other[k] = choices[k][at[k]].level;
        if (box_of(c, cell, other, &box) && box.width >= width &&
            (!found || box.cost < best->cost)) {
            *best = box;
            found = true;
        }
        size_t k = 0;
        while (k < margins && ++at[k] == counts[k])
            at[k++] = 0;
        if (k == margins) return found;
    }
}

static bool protect_cell(const struct cube *c, size_t cell, double width,
                         struct choice *const *choices)
{
    size_t counts[MOST_MARGINS];
    struct box box;
    for (size_t k = 0; k < c->m->margins; k++)
        counts[k] = choose_levels(c, cell, k, choices[k], CHOICES);
    if (!best_box(c, cell, width, choices, counts, &box)) {
        double boxes = 1.0; // every level, where that is not too much
        for (size_t k = 0; k < c->m->margins; k++) {
            counts[k] = choose_levels(c, cell, k, choices[k], SIZE_MAX);
            boxes *= (double)counts[k];
        }
        if (boxes > 1e7 || !best_box(c, cell, width, choices, counts, &box)) return false;
    }
    for (size_t b = 0; b < box.corners; b++)
        if (!isnan(c->m->count[box.corner[b]])) c->hidden[box.corner[b]] = true;
    return true;
}

ig_status ig_disclosure_protect_margins(const ig_disclosure *policy, const ig_margins *m,
                                        bool *hidden, size_t *lone)
{
    struct cube c = {0};
    struct choice *choices[MOST_MARGINS] = {NULL};
    bool *primary = ig_alloc(m->counts + 1, sizeof *primary);
    ig_status status = m->margins > MOST_MARGINS ? IG_EINVAL : primary ? IG_OK : IG_EMEMORY;
    *lone = SIZE_MAX;
    for (size_t i = 0; !status && i < m->counts; i++) {
        if (m->count[i] < 0.0 || isinf(m->count[i])) status = IG_EINVAL;
        primary[i] = hidden[i] = ig_disclosure_hides(policy, m->count[i]);
    }
    if (!status) status = cube_new(m, hidden, &c);
    for (size_t k = 0; !status && k < m->margins; k++) {
        choices[k] = ig_alloc(c.levels[k] + 2, sizeof *choices[k]);
        if (!choices[k]) status = IG_EMEMORY;
    }
    // a box protects all of its corners alike: what is hidden beside needs no more
    for (size_t i = 0; !status && i < m->counts; i++) {
        if (!primary[i] || protect_cell(&c, i, policy->threshold, choices)) continue;
        *lone = i;
        status = IG_EUNDEFINED;
    }
    for (size_t k = 0; k < MOST_MARGINS; k++)
        ig_free(choices[k]);
    ig_free(c.slot);
    ig_free(primary);
    return status;
}
