// Stretches of border and who draws them: segments matched by their end points, in a table of hashes
// for each worker.
#include "overlap_internal.h"
#include "rings.h"

#include <string.h>

/// A stretch of border: who draws it with its area to the left, read from the lesser end point.
struct stretch {
    uint32_t side[2]; ///< point number + 1 of the segment, for either sense; 0: none
};

/// Stretches by the hash of their ends, the next free place taken.
struct stretches {
    struct stretch *list;
    size_t mask, used; ///< places less one; places taken
};

struct match {
    struct search *search;
    uint32_t *area_of_ring;
    bool *turn; ///< ring is drawn with its area on the right
    struct pairs *found;
    ig_status *status;
};

static uint64_t point_hash(double x, double y)
{
    uint64_t east, north;
    x += 0.0; // one zero
    y += 0.0;
    memcpy(&east, &x, sizeof east);
    memcpy(&north, &y, sizeof north);
    const uint64_t hash =
        (east ^ east >> 29) * 0x9e3779b97f4a7c15u + (north ^ north >> 29) * 0xc2b2ae3d27d4eb4fu;
    return hash ^ hash >> 31;
}

/// The same for either sense.
static uint64_t stretch_hash(uint64_t one, uint64_t other)
{
    const uint64_t hash = (one + other) * 0xd6e8feb86659fd93u;
    return hash ^ hash >> 32;
}

static uint64_t segment_hash(const ig_shapes *s, size_t i)
{
    return stretch_hash(point_hash(s->x[i], s->y[i]), point_hash(s->x[i + 1], s->y[i + 1]));
}

/// Is it drawn from the greater end point to the lesser?
static bool turned(const ig_shapes *s, size_t i)
{
    const double ax = s->x[i], bx = s->x[i + 1];
    return (bx < ax) | ((bx == ax) & (s->y[i + 1] < s->y[i]));
}

static bool same_ends(const ig_shapes *s, size_t i, size_t j)
{
    const double *x = s->x, *y = s->y;
    if (x[i] == x[j + 1] && y[i] == y[j + 1] && x[i + 1] == x[j] && y[i + 1] == y[j]) return true;
    return x[i] == x[j] && y[i] == y[j] && x[i + 1] == x[j + 1] && y[i + 1] == y[j + 1];
}

/// A segment of the stretch, its number + 1; 0 when the place is free.
static uint32_t segment_of(const struct stretch *t)
{
    return t->side[0] ? t->side[0] : t->side[1];
}

/// Twice the places.
static bool double_places(const ig_shapes *s, struct stretches *table)
{
    const size_t room = 2 * (table->mask + 1);
    struct stretch *list = ig_alloc(room, sizeof *list);
    if (!list) return false;
    for (size_t i = 0; i <= table->mask; i++) {
        if (!segment_of(&table->list[i])) continue;
        size_t slot = (size_t)segment_hash(s, segment_of(&table->list[i]) - 1) & (room - 1);
        while (segment_of(&list[slot]))
            slot = (slot + 1) & (room - 1);
        list[slot] = table->list[i];
    }
    ig_free(table->list);
    table->list = list;
    table->mask = room - 1;
    return true;
}

/// Ring of a point, for the rare pair that must be named.
static size_t ring_of(const ig_shapes *s, size_t point)
{
    size_t low = 0, high = s->rings;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (s->ring_start[middle] <= point)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/// A segment on its way into the table.
struct waiting {
    uint64_t hash;
    size_t ring, point;
};

static ig_status enter_segment(struct match *m, int worker, struct stretches *table,
                               const struct waiting *w)
{
    const ig_shapes *s = m->search->s;
    const size_t ring = w->ring, i = w->point;
    const int sense = turned(s, i) != m->turn[ring];
    size_t slot = w->hash & table->mask;
    for (;; slot = (slot + 1) & table->mask) {
        struct stretch *t = &table->list[slot];
        const uint32_t known = segment_of(t);
        if (!known) {
            table->used++;
            break;
        }
        if (!same_ends(s, known - 1, i)) continue;
        if (!t->side[sense]) break;
        const size_t other = m->area_of_ring[ring_of(s, t->side[sense] - 1)];
        if (other != m->area_of_ring[ring] &&
            !ig_overlap_add(&m->found[worker], other, m->area_of_ring[ring]))
            return IG_EMEMORY; // two areas on one side of a border
        return IG_OK;
    }
    table->list[slot].side[sense] = (uint32_t)i + 1;
    return IG_OK;
}

/// How many segments wait together: their places in the table and the points of those they may
/// meet are asked for at once, so that the memory answers all while the first is worked on.
enum { WAITING = 32 };

static ig_status enter_waiting(struct match *m, int worker, struct stretches *table,
                               const struct waiting *list, size_t count)
{
    const ig_shapes *s = m->search->s;
    if (8 * (table->used + count) > 7 * table->mask && !double_places(s, table)) return IG_EMEMORY;
    for (size_t i = 0; i < count; i++) {
        const uint32_t known = segment_of(&table->list[list[i].hash & table->mask]);
        if (!known) continue;
        __builtin_prefetch(&s->x[known - 1]);
        __builtin_prefetch(&s->y[known - 1]);
    }
    ig_status status = IG_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = enter_segment(m, worker, table, &list[i]);
    return status;
}

/// Each worker matches the segments whose hash falls to it.
static ig_status match_part(int worker, int workers, void *arg)
{
    struct match *m = arg;
    const ig_shapes *s = m->search->s;
    size_t room = 64;
    while (room < s->points / (size_t)workers)
        room *= 2;
    struct stretches table = {ig_alloc(room, sizeof *table.list), room - 1, 0};
    if (!table.list) return IG_EMEMORY;
    memset(table.list, 0, room * sizeof *table.list); // pages of its own before they are read
    struct waiting list[WAITING];
    size_t count = 0;
    ig_status status = IG_OK;
    for (size_t r = 0; r < s->rings && !status; r++) {
        const size_t end = s->ring_start[r + 1];
        size_t i = s->ring_start[r];
        uint64_t here = i < end ? point_hash(s->x[i], s->y[i]) : 0;
        for (; i + 1 < end && !status; i++) {
            const uint64_t next = point_hash(s->x[i + 1], s->y[i + 1]);
            const uint64_t hash = stretch_hash(here, next);
            const bool mine = (int)((hash >> 48) * (uint64_t)workers >> 16) == worker;
            const bool point = (s->x[i] == s->x[i + 1]) & (s->y[i] == s->y[i + 1]);
            here = next;
            // No branch here: half of them would be guessed wrong.
            list[count] = (struct waiting){hash, r, i};
            count += mine & !point;
            __builtin_prefetch(&table.list[hash & table.mask], 1);
            if (count < WAITING) continue;
            status = enter_waiting(m, worker, &table, list, count);
            count = 0;
        }
    }
    if (!status) status = enter_waiting(m, worker, &table, list, count);
    for (size_t i = 0; i <= table.mask; i++)
        if (!table.list[i].side[0] != !table.list[i].side[1])
            m->search->unshared[segment_of(&table.list[i]) - 1] = 1;
    ig_free(table.list);
    return status;
}

ig_status ig_overlap_match(struct search *search, struct pairs *all)
{
    const ig_shapes *s = search->s;
    const size_t workers = 256; // more than any number of threads that hashing can use
    struct match m = {.search = search};
    m.area_of_ring = ig_alloc(s->rings + 1, sizeof *m.area_of_ring);
    m.turn = ig_alloc(s->rings + 1, sizeof *m.turn);
    m.found = ig_alloc(workers, sizeof *m.found);
    ig_status status = m.area_of_ring && m.turn && m.found ? IG_OK : IG_EMEMORY;
    for (size_t a = 0; a < s->areas && !status; a++)
        for (size_t r = s->area_start[a]; r < s->area_start[a + 1]; r++) {
            const size_t at = s->ring_start[r];
            const bool left = ig_ring_area2(s->x + at, s->y + at, s->ring_start[r + 1] - at) > 0.0;
            m.area_of_ring[r] = (uint32_t)a;
            m.turn[r] = left != ig_shapes_is_shell(s, a, r);
        }
    if (!status) status = ig_parallel_workers(search->ctx, match_part, &m);
    for (size_t w = 0; w < workers && m.found; w++) {
        for (size_t i = 0; i < m.found[w].count && !status; i++)
            if (!ig_overlap_add(all, m.found[w].list[i].a, m.found[w].list[i].b))
                status = IG_EMEMORY;
        ig_free(m.found[w].list);
    }
    ig_free(m.found);
    ig_free(m.area_of_ring);
    ig_free(m.turn);
    return status;
}
