// Cells from which sides shut one way leave no way back: of cells that one gets between at all, the
// largest set in which all can be reached from all, and what lies outside it. Cells that are open to
// each other both ways are one; between such the components of Tarjan (1972). Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>

enum { NONE = 0, MOST_PARTS = UINT32_MAX - 1 };

/// Parts are sets of cells that are open to each other both ways, numbered from 1.
struct way {
    uint32_t from, to;
};

struct traps {
    ig_ctx *ctx;
    const ig_surface *surface;
    uint32_t *part; ///< by cell, NONE for barriers
    int64_t *stack;
    size_t room;
    int64_t *cells; ///< by part
    size_t parts, cells_room;
    struct way *ways;
    size_t way_count, way_room;
    size_t *start; ///< by part, one more: its ways
};

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the sides of the cells");
}

/// The neighbour of a cell, -1 where nobody goes there.
static int64_t neighbour(const struct traps *t, int64_t cell, int side)
{
    const ig_frame *f = &t->surface->frame;
    const int64_t col = cell % f->cols + ig_side_col[side],
                  row = cell / f->cols + ig_side_row[side];
    if (col < 0 || row < 0 || col >= f->cols || row >= f->rows) return -1;
    return isnan(t->surface->pace[row * f->cols + col]) ? -1 : row * f->cols + col;
}

static bool is_open(const struct traps *t, int64_t cell, int side)
{
    return !t->surface->barriers || !(t->surface->barriers[cell] >> side & 1);
}

// ---- parts and the ways between them -----------------------------------------------------------------

static ig_status paint(struct traps *t, int64_t cell)
{
    size_t height = 0;
    if (t->parts == MOST_PARTS)
        return ig_fail(t->ctx, IG_ELIMIT, "the cost grid falls into too many parts");
    if (!ig_grow((void **)&t->cells, &t->cells_room, t->parts + 2, sizeof *t->cells) ||
        !ig_grow((void **)&t->stack, &t->room, 1, sizeof *t->stack))
        return no_memory(t->ctx);
    const uint32_t part = (uint32_t)++t->parts;
    t->cells[part] = 0;
    t->part[cell] = part;
    t->stack[height++] = cell;
    while (height) {
        const int64_t from = t->stack[--height];
        t->cells[part]++;
        for (int k = 0; k < 8; k++) {
            const int64_t next = neighbour(t, from, k);
            if (next < 0 || t->part[next] || !is_open(t, from, k) || !is_open(t, next, (k + 4) % 8))
                continue;
            if (!ig_grow((void **)&t->stack, &t->room, height + 1, sizeof *t->stack))
                return no_memory(t->ctx);
            t->part[next] = part;
            t->stack[height++] = next;
        }
    }
    return IG_OK;
}

static ig_status add_way(struct traps *t, int64_t from, int64_t to)
{
    if (t->part[from] == t->part[to]) return IG_OK;
    if (!ig_grow((void **)&t->ways, &t->way_room, t->way_count + 1, sizeof *t->ways))
        return no_memory(t->ctx);
    t->ways[t->way_count++] = (struct way){t->part[from], t->part[to]};
    return IG_OK;
}

static int by_ends(const void *a, const void *b)
{
    const struct way *p = a, *q = b;
    if (p->from != q->from) return p->from < q->from ? -1 : 1;
    return p->to < q->to ? -1 : p->to > q->to;
}

static ig_status find_ways(struct traps *t)
{
    const ig_surface *s = t->surface;
    const int64_t all = ig_frame_cells(&s->frame);
    ig_status status = IG_OK;
    for (int64_t cell = 0; !status && cell < all; cell++) {
        for (int k = 0; !status && t->part[cell] && k < 8; k++) {
            const int64_t next = is_open(t, cell, k) ? neighbour(t, cell, k) : -1;
            if (next >= 0) status = add_way(t, cell, next);
        }
    }
    for (size_t i = 0; !status && i < s->link_count; i++)
        status = add_way(t, s->links[i].from, s->links[i].to);
    if (status) return status;
    if (t->way_count) qsort(t->ways, t->way_count, sizeof *t->ways, by_ends);
    t->start = ig_alloc(t->parts + 2, sizeof *t->start);
    if (!t->start) return no_memory(t->ctx);
    size_t at = 0;
    for (size_t part = 0; part <= t->parts + 1; part++) {
        while (at < t->way_count && t->ways[at].from < part)
            at++;
        t->start[part] = at;
    }
    return IG_OK;
}

// ---- sets of parts between which one gets both ways ----------------------------------------------------

/// Tarjan's numbers of a part; the stack of calls lies in `caller` and `next`.
struct node {
    uint32_t order, low, caller, set;
    size_t next;
};

struct walk {
    struct node *nodes;
    uint32_t *open; ///< parts whose set is not known yet
    size_t open_count;
    uint32_t orders, sets;
};

static void close_set(struct walk *w, uint32_t part)
{
    w->sets++;
    for (uint32_t last = NONE; last != part;) {
        last = w->open[--w->open_count];
        w->nodes[last].set = w->sets;
    }
}

static void visit(const struct traps *t, struct walk *w, uint32_t part, uint32_t caller)
{
    struct node *n = &w->nodes[part];
    n->order = n->low = ++w->orders;
    n->caller = caller;
    n->next = t->start[part];
    w->open[w->open_count++] = part;
}

static void walk_from(const struct traps *t, struct walk *w, uint32_t part)
{
    visit(t, w, part, NONE);
    while (part != NONE) {
        struct node *n = &w->nodes[part];
        if (n->next < t->start[part + 1]) {
            const uint32_t to = t->ways[n->next++].to;
            const struct node *other = &w->nodes[to];
            if (!other->order) {
                visit(t, w, to, part);
                part = to;
            } else if (!other->set && other->order < n->low) {
                n->low = other->order;
            }
            continue;
        }
        if (n->low == n->order) close_set(w, part);
        part = n->caller;
        if (part != NONE && n->low < w->nodes[part].low) w->nodes[part].low = n->low;
    }
}

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

static void unite(uint32_t *parent, const struct way *way)
{
    parent[root_of(parent, way->from)] = root_of(parent, way->to);
}

/// Arrays by part or set, from 1.
struct counting {
    uint32_t *parent;
    int64_t *size;     ///< cells by set
    uint32_t *largest; ///< the largest set of what hangs together whichever way, by its root
    bool *out;         ///< parts that are not of it
};

static void count_parts(const struct traps *t, const struct walk *w, struct counting *c,
                        int64_t *cells, int64_t *places)
{
    for (uint32_t part = 1; part <= t->parts; part++) {
        c->parent[part] = part;
        c->size[w->nodes[part].set] += t->cells[part];
    }
    for (size_t i = 0; i < t->way_count; i++)
        unite(c->parent, &t->ways[i]);
    for (uint32_t part = 1; part <= t->parts; part++) {
        uint32_t *largest = &c->largest[root_of(c->parent, part)];
        if (c->size[w->nodes[part].set] > c->size[*largest]) *largest = w->nodes[part].set;
    }
    for (uint32_t part = 1; part <= t->parts; part++)
        c->out[part] = c->largest[root_of(c->parent, part)] != w->nodes[part].set;
    // Those outside hang together in places.
    for (uint32_t part = 1; part <= t->parts; part++)
        c->parent[part] = part;
    for (size_t i = 0; i < t->way_count; i++)
        if (c->out[t->ways[i].from] && c->out[t->ways[i].to]) unite(c->parent, &t->ways[i]);
    for (uint32_t part = 1; part <= t->parts; part++) {
        if (!c->out[part]) continue;
        *cells += t->cells[part];
        *places += c->parent[part] == part;
    }
}

static ig_status count_cells(const struct traps *t, const struct walk *w, int64_t *cells,
                             int64_t *places)
{
    struct counting c = {.parent = ig_alloc(t->parts + 1, sizeof *c.parent)};
    c.size = ig_alloc((size_t)w->sets + 1, sizeof *c.size);
    c.largest = ig_alloc(t->parts + 1, sizeof *c.largest);
    c.out = ig_alloc(t->parts + 1, sizeof *c.out);
    const bool whole = c.parent && c.size && c.largest && c.out;
    *cells = *places = 0;
    if (whole) count_parts(t, w, &c, cells, places);
    ig_free(c.parent);
    ig_free(c.size);
    ig_free(c.largest);
    ig_free(c.out);
    return whole ? IG_OK : no_memory(t->ctx);
}

static ig_status find_sets(const struct traps *t, int64_t *cells, int64_t *places)
{
    struct walk w = {.nodes = ig_alloc(t->parts + 1, sizeof *w.nodes)};
    w.open = ig_alloc(t->parts + 1, sizeof *w.open);
    ig_status status = w.nodes && w.open ? IG_OK : no_memory(t->ctx);
    for (uint32_t part = 1; !status && part <= t->parts; part++)
        if (!w.nodes[part].order) walk_from(t, &w, part);
    if (!status) status = count_cells(t, &w, cells, places);
    ig_free(w.nodes);
    ig_free(w.open);
    return status;
}

ig_status ig_traps_count(ig_ctx *ctx, const ig_surface *surface, int64_t *cells, int64_t *places)
{
    const int64_t all = ig_frame_cells(&surface->frame);
    struct traps t = {.ctx = ctx, .surface = surface};
    t.part = ig_alloc((size_t)all, sizeof *t.part);
    ig_status status = t.part ? IG_OK : no_memory(ctx);
    for (int64_t cell = 0; !status && cell < all; cell++)
        if (!t.part[cell] && !isnan(surface->pace[cell])) status = paint(&t, cell);
    if (!status) status = find_ways(&t);
    if (!status) status = find_sets(&t, cells, places);
    ig_free(t.part);
    ig_free(t.stack);
    ig_free(t.cells);
    ig_free(t.ways);
    ig_free(t.start);
    return status;
}
