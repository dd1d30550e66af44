// Cells from which sides shut one way leave no way out, or to which they leave none in: what hangs
// on such a cell alone is found by taking it away, and so on. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>

enum { NO_WAY_OUT = 1, NO_WAY_IN = 2 };

struct traps {
    const ig_surface *surface;
    uint8_t *marks;
    int64_t *stack;
    size_t height, room;
    int64_t cells;
};

/// The neighbour of a cell, -1 where nobody goes there.
static int64_t neighbour(const struct traps *t, int64_t cell, int side)
{
    const ig_frame *f = &t->surface->frame;
    const int64_t col = cell % f->cols + ig_side_col[side],
                  row = cell / f->cols + ig_side_row[side];
    if (col < 0 || row < 0 || col >= f->cols || row >= f->rows) return -1;
    return isnan(t->surface->pace[row * f->cols + col]) ? -1 : row * f->cols + col;
}

/// Is a passable cell without a way out (or in), though it has one in (or out)?
static bool is_trap(const struct traps *t, int64_t cell, uint8_t kind)
{
    bool wanted = false, other = false;
    for (int k = 0; k < 8; k++) {
        const int64_t next = neighbour(t, cell, k);
        if (next < 0) continue;
        const bool out = !(t->surface->barriers[cell] >> k & 1);
        const bool in = !(t->surface->barriers[next] >> (k + 4) % 8 & 1);
        const bool there = !(t->marks[next] & kind);
        wanted |= there && (kind == NO_WAY_OUT ? out : in);
        other |= kind == NO_WAY_OUT ? in : out;
    }
    return other && !wanted;
}

static bool look_at(struct traps *t, int64_t cell, uint8_t kind)
{
    if (t->marks[cell] & kind || !is_trap(t, cell, kind)) return true;
    if (!ig_grow((void **)&t->stack, &t->room, t->height + 1, sizeof *t->stack)) return false;
    t->cells += !t->marks[cell];
    t->marks[cell] |= kind;
    t->stack[t->height++] = cell;
    return true;
}

ig_status ig_traps_count(ig_ctx *ctx, const ig_surface *surface, int64_t *cells)
{
    const int64_t all = ig_frame_cells(&surface->frame);
    struct traps t = {.surface = surface, .marks = ig_alloc((size_t)all, 1)};
    bool whole = t.marks != NULL;
    for (uint8_t kind = NO_WAY_OUT; whole && kind <= NO_WAY_IN; kind++) {
        for (int64_t cell = 0; whole && cell < all; cell++) {
            if (isnan(surface->pace[cell])) continue;
            // Who has no way in has no shut side of his own that tells: the neighbours' do.
            if (kind == NO_WAY_OUT && !surface->barriers[cell]) continue;
            whole = look_at(&t, cell, kind);
            while (whole && t.height) {
                const int64_t from = t.stack[--t.height];
                for (int k = 0; whole && k < 8; k++) {
                    const int64_t next = neighbour(&t, from, k);
                    if (next >= 0) whole = look_at(&t, next, kind);
                }
            }
        }
    }
    *cells = t.cells;
    ig_free(t.marks);
    ig_free(t.stack);
    return whole ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for the sides of the cells");
}
