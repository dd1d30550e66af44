// Ways past cells that stand for other roads: the roads apart there are a network of their own, of
// which each pair of ports that one can go between becomes a link from cell to cell. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>

/// Of a second: what seconds of links are whole numbers of, as files keep them.
static const double PARTS = 1024.0;

struct arc {
    size_t to;
    double seconds;
};

struct waiting {
    double seconds;
    size_t node;
};

struct linking {
    ig_ctx *ctx;
    const ig_past *past;
    bool *shut;    ///< by port: what its cell stands for lies beyond a wall
    size_t *start; ///< by node, one more: its arcs
    struct arc *arcs;
    double *seconds; ///< by node: least from the port under way
    size_t *reached; ///< nodes that it is known of
    size_t reached_count, reached_room;
    struct waiting *heap;
    size_t height, heap_room;
    ig_link *links;
    size_t count, room;
};

void ig_past_free(ig_past *past)
{
    ig_free(past->ports);
    ig_free(past->ways);
    *past = (ig_past){0};
}

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the ways past crossings");
}

// ---- the network -----------------------------------------------------------------------------------

static int compare_cells(const void *key, const void *visit)
{
    const int64_t cell = *(const int64_t *)key;
    const ig_visit *v = visit;
    return cell < v->cell ? -1 : cell > v->cell;
}

/// Does the cell of a port stand for the road of its stroke?
static bool stands_for(const ig_walls *walls, const ig_visits *visits, const ig_port *port)
{
    if (!walls->state || walls->state[port->cell] == IG_CELL_FREE) return true;
    const ig_visit *at =
        bsearch(&port->cell, visits->list, visits->count, sizeof *at, compare_cells);
    while (at && at > visits->list && at[-1].cell == port->cell)
        at--;
    for (; at && at < visits->list + visits->count && at->cell == port->cell; at++)
        if (at->stroke == port->stroke && !at->dropped) return true;
    return false;
}

static ig_status make_network(struct linking *l)
{
    const ig_past *p = l->past;
    const size_t nodes = p->places + p->port_count;
    l->start = ig_alloc(nodes + 2, sizeof *l->start);
    l->arcs = ig_alloc(2 * p->way_count + 1, sizeof *l->arcs);
    l->seconds = ig_alloc(nodes + 1, sizeof *l->seconds);
    if (!l->start || !l->arcs || !l->seconds) return no_memory(l->ctx);
    for (size_t i = 0; i < p->way_count; i++) {
        l->start[p->ways[i].a + 2] += p->ways[i].forth;
        l->start[p->ways[i].b + 2] += p->ways[i].back;
    }
    for (size_t n = 0; n < nodes; n++) {
        l->start[n + 2] += l->start[n + 1];
        l->seconds[n] = INFINITY;
    }
    for (size_t i = 0; i < p->way_count; i++) {
        const ig_past_way *w = &p->ways[i];
        if (w->forth) l->arcs[l->start[w->a + 1]++] = (struct arc){w->b, w->seconds};
        if (w->back) l->arcs[l->start[w->b + 1]++] = (struct arc){w->a, w->seconds};
    }
    return IG_OK;
}

// ---- least seconds from port to port (Dijkstra 1959) -------------------------------------------------

static bool push(struct linking *l, size_t node, double seconds)
{
    if (!ig_grow((void **)&l->heap, &l->heap_room, l->height + 1, sizeof *l->heap)) return false;
    size_t at = l->height++;
    for (; at > 0 && l->heap[(at - 1) / 2].seconds > seconds; at = (at - 1) / 2)
        l->heap[at] = l->heap[(at - 1) / 2];
    l->heap[at] = (struct waiting){seconds, node};
    return true;
}

static struct waiting pop(struct linking *l)
{
    const struct waiting first = l->heap[0], last = l->heap[--l->height];
    size_t at = 0;
    for (size_t child = 1; child < l->height; child = 2 * at + 1) {
        if (child + 1 < l->height && l->heap[child + 1].seconds < l->heap[child].seconds) child++;
        if (!(l->heap[child].seconds < last.seconds)) break;
        l->heap[at] = l->heap[child];
        at = child;
    }
    l->heap[at] = last;
    return first;
}

static bool reach(struct linking *l, size_t node, double seconds)
{
    if (!(seconds < l->seconds[node])) return true;
    if (isinf(l->seconds[node])) {
        if (!ig_grow((void **)&l->reached, &l->reached_room, l->reached_count + 1,
                     sizeof *l->reached))
            return false;
        l->reached[l->reached_count++] = node;
    }
    l->seconds[node] = seconds;
    return push(l, node, seconds);
}

static ig_status add_link(struct linking *l, int64_t from, int64_t to, double seconds)
{
    if (from == to) return IG_OK;
    if (l->count == IG_LINKS_MOST) {
        ig_fail(l->ctx, IG_ELIMIT,
                "motorways and other roads apart pass so many cells of other roads that more than "
                "%d ways lead past them",
                IG_LINKS_MOST);
        return ig_hint(l->ctx,
                       "take smaller cells (--cell), or fewer classes of kind limited or apart in "
                       "the speed table");
    }
    if (!ig_grow((void **)&l->links, &l->room, l->count + 1, sizeof *l->links))
        return no_memory(l->ctx);
    // Both may lie where the road merely touches a cell.
    l->links[l->count++] = (ig_link){from, to, fmax(rint(seconds * PARTS), 1.0) / PARTS};
    return IG_OK;
}

/// Links from one port to all that one gets to from it.
static ig_status link_port(struct linking *l, size_t port)
{
    const ig_past *p = l->past;
    const size_t source = p->places + port;
    ig_status status = reach(l, source, 0.0) ? IG_OK : no_memory(l->ctx);
    while (!status && l->height) {
        const struct waiting w = pop(l);
        if (w.seconds > l->seconds[w.node]) continue;
        if (w.node >= p->places && w.node != source) {
            const size_t other = w.node - p->places;
            if (!l->shut[other])
                status = add_link(l, p->ports[port].cell, p->ports[other].cell, w.seconds);
            continue;
        }
        for (size_t i = l->start[w.node]; !status && i < l->start[w.node + 1]; i++)
            if (!reach(l, l->arcs[i].to, w.seconds + l->arcs[i].seconds))
                status = no_memory(l->ctx);
    }
    while (l->reached_count)
        l->seconds[l->reached[--l->reached_count]] = INFINITY;
    l->height = 0;
    return status;
}

ig_status ig_links_make(ig_ctx *ctx, const ig_past *past, const ig_walls *walls,
                        const ig_visits *visits, ig_surface *surface)
{
    struct linking l = {.ctx = ctx, .past = past};
    if (!past->way_count) return IG_OK;
    l.shut = ig_alloc(past->port_count + 1, sizeof *l.shut);
    ig_status status = l.shut ? make_network(&l) : no_memory(ctx);
    for (size_t i = 0; !status && i < past->port_count; i++)
        l.shut[i] = !stands_for(walls, visits, &past->ports[i]);
    for (size_t i = 0; !status && i < past->port_count; i++) {
        if (!l.shut[i]) status = link_port(&l, i);
        if (!status && i % 1024 == 0)
            status = ig_progress(ctx, (double)i / (double)past->port_count, "going past crossings");
    }
    if (!status) {
        surface->links = l.links;
        surface->link_count = ig_links_settle(l.links, l.count);
        l.links = NULL;
    }
    ig_free(l.shut);
    ig_free(l.start);
    ig_free(l.arcs);
    ig_free(l.seconds);
    ig_free(l.reached);
    ig_free(l.heap);
    ig_free(l.links);
    return status;
}
