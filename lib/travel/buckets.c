// Least times by a queue of buckets (Dial 1969, as delta-stepping of Meyer and Sanders, 2003, uses
// it): cells whose times lie within a short span share a bucket and are taken in any order, again
// when they fell meanwhile. The way out where tiles lose: in long corridors a tile is visited for a
// few cells at a time. Times are whole numbers and only fall, so the bits are those of any engine.
#include "travel_internal.h"

enum { SLOTS = 1 << 12 };

struct entry {
    int64_t cell;
    double time; ///< at which it was put in; another time by now: it is in again
};

struct bucket {
    struct entry *entries;
    size_t count, room;
};

struct queue {
    const struct model *model;
    double *time;
    double share;   ///< of a bucket that a quantum is, a power of two
    int64_t first;  ///< number of the bucket that is being emptied
    int64_t beyond; ///< least number of a bucket among those beyond
    size_t waiting;
    struct bucket slot[SLOTS], far; ///< by number modulo SLOTS; numbers from first + SLOTS on
};

static bool put(struct bucket *bucket, struct entry entry)
{
    if (!ig_grow((void **)&bucket->entries, &bucket->room, bucket->count + 1, sizeof entry))
        return false;
    bucket->entries[bucket->count++] = entry;
    return true;
}

static int64_t number_of(const struct queue *q, double time)
{
    return (int64_t)(time * q->share);
}

static bool push(struct queue *q, int64_t cell, double time)
{
    int64_t number = number_of(q, time);
    if (number < q->first) number = q->first;
    q->waiting++;
    if (number < q->first + SLOTS) return put(&q->slot[number % SLOTS], (struct entry){cell, time});
    if (number < q->beyond) q->beyond = number;
    return put(&q->far, (struct entry){cell, time});
}

/// Entries from beyond whose turn has come nearer.
static bool bring_nearer(struct queue *q)
{
    struct bucket far = q->far;
    q->far = (struct bucket){0};
    q->beyond = INT64_MAX;
    bool done = true;
    for (size_t i = 0; i < far.count && done; i++) {
        q->waiting--;
        done = push(q, far.entries[i].cell, far.entries[i].time);
    }
    ig_free(far.entries);
    return done;
}

/// On to the next bucket that holds something; NULL without memory. Something must wait.
static struct bucket *next_bucket(struct queue *q)
{
    for (;;) {
        if (q->waiting == q->far.count) q->first = q->beyond;
        if (q->first >= q->beyond && !bring_nearer(q)) return NULL;
        struct bucket *bucket = &q->slot[q->first % SLOTS];
        if (bucket->count) return bucket;
        q->first++;
    }
}

static bool improve(struct queue *q, int64_t cell, double time)
{
    if (!(time <= q->model->limit) || !(time < q->time[cell])) return true;
    q->time[cell] = time;
    return push(q, cell, time);
}

static bool expand(struct queue *q, int64_t from)
{
    const struct model *model = q->model;
    const double time = q->time[from];
    const int64_t col = from % model->cols, row = from / model->cols;
    for (int k = 0; k < model->moves; k++) {
        const struct move *move = &model->move[k];
        const int64_t c = col + move->path.dx, r = row + move->path.dy;
        if (!ig_on_grid(model, c, r)) continue;
        const int64_t cell = r * model->cols + c;
        // no way through `from` is shorter than to `from`
        if (!ig_passable(model->surface->pace[cell]) || q->time[cell] <= time) continue;
        const double offer = model->exact ? ig_exact_update(model, q->time, c, r)
                                          : time + ig_step(model, col, row, move);
        if (!improve(q, cell, offer)) return false;
    }
    const struct passage *end, *passage = ig_passages_out(model, from, &end);
    for (; passage < end; passage++)
        if (!improve(q, passage->to, time + passage->cost)) return false;
    return true;
}

static ig_status empty(ig_ctx *ctx, struct queue *q)
{
    for (int64_t done = 0; q->waiting;) {
        struct bucket *bucket = next_bucket(q);
        if (!bucket) return IG_EMEMORY;
        for (size_t i = 0; i < bucket->count; i++, done++) { // it may grow meanwhile
            const struct entry entry = bucket->entries[i];
            q->waiting--;
            if (entry.time == q->time[entry.cell] && !expand(q, entry.cell)) return IG_EMEMORY;
            if ((done & 0xffff) != 0) continue;
            const double share = (double)done / (double)q->model->cells;
            const ig_status status = ig_progress(ctx, share < 1.0 ? share : 1.0, "travel time");
            if (status) return status;
        }
        bucket->count = 0;
    }
    return IG_OK;
}

ig_status ig_search_buckets(ig_ctx *ctx, const struct model *model, const struct seed *seeds,
                            size_t count, const int64_t *open, size_t open_count, double *time)
{
    struct queue *q = ig_alloc(1, sizeof *q);
    ig_status status = q ? IG_OK : IG_EMEMORY;
    if (status) goto done;
    q->model = model;
    q->time = time;
    q->beyond = q->first = INT64_MAX;
    q->share = model->typical > 4.0 ? ldexp(1.0, 2 - ilogb(model->typical)) : 1.0;
    for (size_t i = 0; i < count; i++)
        if (number_of(q, seeds[i].time) < q->first) q->first = number_of(q, seeds[i].time);
    for (size_t i = 0; i < open_count; i++)
        if (number_of(q, time[open[i]]) < q->first) q->first = number_of(q, time[open[i]]);
    for (size_t i = 0; i < count && !status; i++)
        if (!improve(q, seeds[i].cell, seeds[i].time)) status = IG_EMEMORY;
    for (size_t i = 0; i < open_count && !status; i++)
        if (!push(q, open[i], time[open[i]])) status = IG_EMEMORY;
    if (!status) status = empty(ctx, q);
done:
    for (int i = 0; i < SLOTS && q; i++)
        ig_free(q->slot[i].entries);
    if (q) ig_free(q->far.entries);
    ig_free(q);
    if (status != IG_EMEMORY) return status;
    return ig_fail(ctx, IG_EMEMORY, "no memory for the search over %lld cells",
                   (long long)model->cells);
}
