// Least times by a heap (Dijkstra 1959), pair of time and order of source as the key: slow, plain,
// and the way out for grids of corridors where tiles would be woken again and again.
#include "travel_internal.h"

struct entry {
    double time;
    int64_t cell;
    int32_t order;
};

/// A 4-ary heap. Entries that were bettered stay in and are passed over when they come up.
struct heap {
    struct entry *entries;
    size_t count, room;
};

static bool before(const struct entry *a, const struct entry *b)
{
    if (a->time != b->time) return a->time < b->time;
    if (a->order != b->order) return a->order < b->order;
    return a->cell < b->cell;
}

static bool push(struct heap *heap, struct entry entry)
{
    if (!ig_grow((void **)&heap->entries, &heap->room, heap->count + 1, sizeof entry)) return false;
    size_t i = heap->count++;
    while (i > 0) {
        const size_t parent = (i - 1) / 4;
        if (!before(&entry, &heap->entries[parent])) break;
        heap->entries[i] = heap->entries[parent];
        i = parent;
    }
    heap->entries[i] = entry;
    return true;
}

static struct entry pop(struct heap *heap)
{
    const struct entry top = heap->entries[0], last = heap->entries[--heap->count];
    size_t i = 0;
    for (;;) {
        const size_t first = 4 * i + 1;
        if (first >= heap->count) break;
        const size_t end = first + 4 < heap->count ? first + 4 : heap->count;
        size_t least = first;
        for (size_t child = first + 1; child < end; child++)
            if (before(&heap->entries[child], &heap->entries[least])) least = child;
        if (!before(&heap->entries[least], &last)) break;
        heap->entries[i] = heap->entries[least];
        i = least;
    }
    if (heap->count) heap->entries[i] = last;
    return top;
}

struct search {
    const struct model *model;
    double *time;
    int32_t *order; ///< may be NULL
    struct heap heap;
};

static bool improve(struct search *search, int64_t cell, double time, int32_t order)
{
    if (!(time <= search->model->limit)) return true;
    const bool sooner = time < search->time[cell];
    const bool same = time == search->time[cell] && search->order && order < search->order[cell];
    if (!sooner && !same) return true;
    search->time[cell] = time;
    if (search->order) search->order[cell] = order;
    return push(&search->heap, (struct entry){time, cell, order});
}

static bool expand(struct search *search, const struct entry *from)
{
    const struct model *model = search->model;
    const int64_t col = from->cell % model->cols, row = from->cell / model->cols;
    for (int k = 0; k < model->moves; k++) {
        const struct move *move = &model->move[k];
        const int64_t c = col + move->path.dx, r = row + move->path.dy;
        if (!ig_on_grid(model, c, r)) continue;
        const double time = model->exact ? ig_exact_update(model, search->time, c, r)
                                         : from->time + ig_step(model, col, row, move);
        if (!improve(search, r * model->cols + c, time, from->order)) return false;
    }
    const struct passage *end, *passage = ig_passages_out(model, from->cell, &end);
    for (; passage < end; passage++)
        if (!improve(search, passage->to, from->time + passage->cost, from->order)) return false;
    return true;
}

ig_status ig_search_heap(ig_ctx *ctx, const struct model *model, const struct seed *seeds,
                         size_t count, double *time, int32_t *order)
{
    ig_status status = IG_OK;
    // In `exact` a time has no single parent: who serves a cell is found afterwards.
    struct search search = {.model = model, .time = time, .order = model->exact ? NULL : order};
    for (int64_t i = 0; i < model->cells; i++)
        time[i] = INFINITY;
    for (int64_t i = 0; search.order && i < model->cells; i++)
        order[i] = IG_NOBODY;
    for (size_t i = 0; i < count; i++) {
        if (!improve(&search, seeds[i].cell, seeds[i].time, seeds[i].order)) goto memory;
    }
    for (int64_t done = 0; search.heap.count; done++) {
        const struct entry top = pop(&search.heap);
        if ((done & 0xffff) == 0) {
            const double share = (double)done / (double)model->cells;
            status = ig_progress(ctx, share < 1.0 ? share : 1.0, "travel time");
            if (status) goto done;
        }
        if (top.time > time[top.cell]) continue;
        if (search.order && top.order > search.order[top.cell]) continue;
        if (!expand(&search, &top)) goto memory;
    }
    goto done;
memory:
    status = ig_fail(ctx, IG_EMEMORY, "no memory for the search over %lld cells",
                     (long long)model->cells);
done:
    ig_free(search.heap.entries);
    return status;
}
