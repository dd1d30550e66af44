// Which cells hang together by roads: sides between roads of one network are shut where no road
// leads over, since the way round is known. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>

void ig_road_cells_free(ig_road_cells *cells)
{
    ig_free(cells->is_road);
    ig_free(cells->joined);
    ig_free(cells->leads);
    ig_free(cells->network);
    *cells = (ig_road_cells){0};
}

ig_status ig_road_cells_new(ig_ctx *ctx, const ig_frame *frame, const ig_roads *roads,
                            ig_road_cells *cells)
{
    const size_t count = (size_t)ig_frame_cells(frame);
    bool one_way = false;
    for (size_t i = 0; i < roads->count && !one_way; i++)
        one_way = roads->list[i].way != IG_WAY_BOTH && !isnan(roads->list[i].pace);
    *cells = (ig_road_cells){.is_road = ig_alloc(count, 1),
                             .joined = ig_alloc(count, 1),
                             .leads = one_way ? ig_alloc(count, 1) : NULL,
                             .network = ig_alloc(count, 1)};
    if (cells->is_road && cells->joined && cells->network && (cells->leads || !one_way))
        return IG_OK;
    ig_road_cells_free(cells);
    return ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
}

// ---- ways past cells -------------------------------------------------------------------------------

/// A cell from which a piece of road past others is entered or left.
struct door {
    int64_t cell;
    size_t piece;
};

struct doors {
    struct door *by_cell, *by_piece;
    size_t count;
    size_t *entered; ///< by piece: number of the last walk that came to it
    size_t *parent;  ///< by node: another of the same piece, or itself
};

static int by_cell(const void *a, const void *b)
{
    const struct door *p = a, *q = b;
    if (p->cell != q->cell) return p->cell < q->cell ? -1 : 1;
    return p->piece < q->piece ? -1 : p->piece > q->piece;
}

static int by_piece(const void *a, const void *b)
{
    const struct door *p = a, *q = b;
    if (p->piece != q->piece) return p->piece < q->piece ? -1 : 1;
    return p->cell < q->cell ? -1 : p->cell > q->cell;
}

static size_t root_of(size_t *parent, size_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

static bool make_doors(const ig_past *past, struct doors *d)
{
    const size_t nodes = past->places + past->port_count;
    d->count = past->port_count;
    if (!d->count) return true;
    d->parent = ig_alloc(nodes, sizeof *d->parent);
    d->entered = ig_alloc(nodes, sizeof *d->entered);
    d->by_cell = ig_alloc(d->count, sizeof *d->by_cell);
    d->by_piece = ig_alloc(d->count, sizeof *d->by_piece);
    if (!d->parent || !d->entered || !d->by_cell || !d->by_piece) return false;
    for (size_t i = 0; i < nodes; i++)
        d->parent[i] = i;
    for (size_t i = 0; i < past->way_count; i++)
        d->parent[root_of(d->parent, past->ways[i].a)] = root_of(d->parent, past->ways[i].b);
    for (size_t i = 0; i < d->count; i++)
        d->by_cell[i] = d->by_piece[i] =
            (struct door){past->ports[i].cell, root_of(d->parent, past->places + i)};
    qsort(d->by_cell, d->count, sizeof *d->by_cell, by_cell);
    qsort(d->by_piece, d->count, sizeof *d->by_piece, by_piece);
    return true;
}

static void free_doors(struct doors *d)
{
    ig_free(d->by_cell);
    ig_free(d->by_piece);
    ig_free(d->entered);
    ig_free(d->parent);
}

/// The first door that does not come before a key.
static size_t first_door(const struct door *list, size_t count, const struct door *key,
                         int (*order)(const void *, const void *))
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (order(&list[middle], key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// ---- networks ------------------------------------------------------------------------------------

enum { SEEN = 255, MOST_NETWORKS = 254, LEAST_CELLS = 100 };

struct network {
    int64_t start, cells;
};

struct walk {
    const ig_frame *frame;
    ig_road_cells *cells;
    struct doors doors;
    size_t number; ///< of this walk over a network, from 1
    int64_t *stack;
    size_t height, room;
};

static bool step_to(struct walk *w, int64_t cell, uint8_t from, uint8_t number)
{
    if (w->cells->network[cell] != from || !w->cells->is_road[cell]) return true;
    if (!ig_grow((void **)&w->stack, &w->room, w->height + 1, sizeof *w->stack)) return false;
    w->cells->network[cell] = number;
    w->stack[w->height++] = cell;
    return true;
}

/// To the cells at the other ends of pieces that this one is a door of.
static bool step_past(struct walk *w, int64_t cell, uint8_t from, uint8_t number)
{
    const struct doors *d = &w->doors;
    bool whole = true;
    for (size_t i = first_door(d->by_cell, d->count, &(struct door){cell, 0}, by_cell);
         i < d->count && d->by_cell[i].cell == cell; i++) {
        const size_t piece = d->by_cell[i].piece;
        if (d->entered[piece] == w->number) continue;
        d->entered[piece] = w->number;
        for (size_t k = first_door(d->by_piece, d->count, &(struct door){-1, piece}, by_piece);
             whole && k < d->count && d->by_piece[k].piece == piece; k++)
            whole = step_to(w, d->by_piece[k].cell, from, number);
    }
    return whole;
}

/// Give all cells of a network a number; their count, or -1 without memory.
static int64_t paint(struct walk *w, int64_t start, uint8_t from, uint8_t number)
{
    int64_t count = 0;
    w->number++;
    w->height = 0;
    bool whole = step_to(w, start, from, number);
    while (whole && w->height) {
        const int64_t cell = w->stack[--w->height];
        count++;
        for (int k = 0; whole && k < 8; k++)
            if (w->cells->joined[cell] >> k & 1)
                whole = step_to(w, cell + ig_side_row[k] * w->frame->cols + ig_side_col[k], from,
                                number);
        if (whole && w->doors.count) whole = step_past(w, cell, from, number);
    }
    return whole ? count : -1;
}

static int largest_first(const void *a, const void *b)
{
    const struct network *p = a, *q = b;
    if (p->cells != q->cells) return p->cells > q->cells ? -1 : 1;
    return p->start < q->start ? -1 : p->start > q->start;
}

ig_status ig_road_networks(ig_ctx *ctx, const ig_frame *frame, const ig_past *past,
                           ig_road_cells *cells)
{
    struct walk w = {.frame = frame, .cells = cells};
    struct network *list = NULL;
    size_t count = 0, room = 0;
    const int64_t all = ig_frame_cells(frame);
    bool whole = make_doors(past, &w.doors);
    for (int64_t cell = 0; whole && cell < all; cell++) {
        if (!cells->is_road[cell] || cells->network[cell]) continue;
        const int64_t size = paint(&w, cell, 0, SEEN);
        whole = size >= 0;
        if (size < LEAST_CELLS) continue;
        whole = ig_grow((void **)&list, &room, count + 1, sizeof *list);
        if (whole) list[count++] = (struct network){cell, size};
    }
    if (count) qsort(list, count, sizeof *list, largest_first);
    for (size_t i = 0; whole && i < count && i < MOST_NETWORKS; i++)
        whole = paint(&w, list[i].start, SEEN, (uint8_t)(i + 1)) >= 0;
    for (int64_t cell = 0; cell < all; cell++)
        if (cells->network[cell] == SEEN) cells->network[cell] = 0;
    free_doors(&w.doors);
    ig_free(w.stack);
    ig_free(list);
    return whole ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
}
