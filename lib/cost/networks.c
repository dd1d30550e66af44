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

// ---- networks ------------------------------------------------------------------------------------

enum { SEEN = 255, MOST_NETWORKS = 254, LEAST_CELLS = 100 };

struct network {
    int64_t start, cells;
};

struct walk {
    const ig_frame *frame;
    ig_road_cells *cells;
    int64_t *stack;
    size_t room;
};

/// Give all cells of a network a number; their count, or -1 without memory.
static int64_t paint(struct walk *w, int64_t start, uint8_t from, uint8_t number)
{
    size_t height = 0;
    int64_t count = 1;
    if (!ig_grow((void **)&w->stack, &w->room, 1, sizeof *w->stack)) return -1;
    w->stack[height++] = start;
    w->cells->network[start] = number;
    while (height) {
        const int64_t cell = w->stack[--height];
        for (int k = 0; k < 8; k++) {
            if (!(w->cells->joined[cell] >> k & 1)) continue;
            const int64_t next = cell + ig_side_row[k] * w->frame->cols + ig_side_col[k];
            if (w->cells->network[next] != from) continue;
            if (!ig_grow((void **)&w->stack, &w->room, height + 1, sizeof *w->stack)) return -1;
            w->cells->network[next] = number;
            w->stack[height++] = next;
            count++;
        }
    }
    return count;
}

static int largest_first(const void *a, const void *b)
{
    const struct network *p = a, *q = b;
    if (p->cells != q->cells) return p->cells > q->cells ? -1 : 1;
    return p->start < q->start ? -1 : p->start > q->start;
}

ig_status ig_road_networks(ig_ctx *ctx, const ig_frame *frame, ig_road_cells *cells)
{
    struct walk w = {.frame = frame, .cells = cells};
    struct network *list = NULL;
    size_t count = 0, room = 0;
    const int64_t all = ig_frame_cells(frame);
    bool whole = true;
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
    ig_free(w.stack);
    ig_free(list);
    return whole ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
}
