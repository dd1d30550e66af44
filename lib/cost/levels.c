// Which of the roads in a cell it stands for, where a motorway passes over or under others, or over
// another motorway: roads hang together in a cell where they share a point in it. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A road apart in a cell.
struct passing {
    int64_t cell;
    size_t stay;
};

struct point {
    double x, y;
    size_t mark, stay;
    bool end; ///< the stroke begins or ends here
};

struct course {
    size_t first; ///< its first stay
    double metres;
    uint32_t set;
    bool limited;
};

/// A road of a cell that no junction anywhere joins to the network that the cell stands for.
struct stranger {
    uint32_t set;
    double metres;
    size_t stay;
};

struct finding {
    ig_ctx *ctx;
    const ig_frame *frame;
    const ig_road_cells *cells;
    ig_levels *levels;
    struct passing *passing; ///< by stay, later by cell
    size_t stays, passing_room;
    struct point *points; ///< by mark, later by place
    size_t marks, point_room;
    struct course *courses;
    size_t course_count, course_room;
    struct stranger *strangers; ///< of the cell that is looked at
    size_t stranger_room;
    double *along; ///< by stay: metres from its course's beginning
    size_t along_room;
    size_t *parent; ///< by stay: another that hangs together with it, or itself
    bool *joined;   ///< by first of what hangs together: with a road that may be joined anywhere
};

void ig_levels_free(ig_levels *levels)
{
    ig_free(levels->past);
    ig_free(levels->place);
    *levels = (ig_levels){0};
}

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the motorways");
}

// ---- what passes where -----------------------------------------------------------------------------

static ig_status collect(ig_ctx *ctx, ig_course *c, void *user)
{
    struct finding *f = user;
    if (!ig_grow((void **)&f->passing, &f->passing_room, f->stays + c->count, sizeof *f->passing) ||
        !ig_grow((void **)&f->along, &f->along_room, f->stays + c->count, sizeof *f->along) ||
        !ig_grow((void **)&f->points, &f->point_room, f->marks + c->mark_count,
                 sizeof *f->points) ||
        !ig_grow((void **)&f->courses, &f->course_room, f->course_count + 1, sizeof *f->courses))
        return no_memory(ctx);
    const size_t first = f->stays;
    double metres = 0.0;
    for (size_t i = 0; i < c->count; i++) {
        const ig_stay *stay = &c->stays[i];
        f->passing[f->stays] = (struct passing){stay->row * f->frame->cols + stay->col, f->stays};
        f->along[f->stays++] = metres + 0.5 * stay->metres;
        metres += stay->metres;
    }
    for (size_t i = 0; i < c->mark_count; i++) {
        const ig_mark *m = &c->marks[i];
        const bool end = (i == 0 && c->stays[0].begins) ||
                         (i + 1 == c->mark_count && c->stays[c->count - 1].ends);
        f->points[f->marks] = (struct point){m->x, m->y, f->marks, first + m->stay, end};
        f->marks++;
    }
    f->courses[f->course_count++] = (struct course){first, metres, c->set, c->limited};
    return IG_OK;
}

/// The course of a stay.
static const struct course *course_of(const struct finding *f, size_t stay)
{
    size_t low = 0, high = f->course_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (f->courses[middle].first <= stay) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &f->courses[low];
}

// ---- what hangs together ---------------------------------------------------------------------------

static int by_cell(const void *a, const void *b)
{
    const struct passing *p = a, *q = b;
    if (p->cell != q->cell) return p->cell < q->cell ? -1 : 1;
    return p->stay < q->stay ? -1 : p->stay > q->stay;
}

static int compare_places(const void *a, const void *b)
{
    const struct point *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return p->y < q->y ? -1 : p->y > q->y;
}

static int by_place(const void *a, const void *b)
{
    const struct point *p = a, *q = b;
    const int order = compare_places(a, b);
    return order ? order : p->mark < q->mark ? -1 : p->mark > q->mark;
}

static size_t root_of(struct finding *f, size_t i)
{
    while (f->parent[i] != i) {
        f->parent[i] = f->parent[f->parent[i]];
        i = f->parent[i];
    }
    return i;
}

/// The lower of both stands for the two.
static void unite(struct finding *f, size_t a, size_t b)
{
    a = root_of(f, a);
    b = root_of(f, b);
    if (a == b) return;
    const size_t low = a < b ? a : b, high = a < b ? b : a;
    f->parent[high] = low;
    f->joined[low] |= f->joined[high];
}

/// Points of the other roads at which roads apart have a point too.
static void join_others(struct finding *f, const ig_roads *roads)
{
    for (size_t i = 0; f->marks && i < roads->count; i++) {
        const ig_road *road = &roads->list[i];
        if (road->apart || isnan(road->pace)) continue;
        for (size_t k = road->first; k < road->end; k++) {
            const struct point key = {.x = roads->x[k], .y = roads->y[k]};
            const struct point *at = bsearch(&key, f->points, f->marks, sizeof key, compare_places);
            if (at) f->joined[root_of(f, at->stay)] = true;
        }
    }
}

/// A road that leaves a cell over its rim and comes back at once is one road in it.
static void join_returns(struct finding *f)
{
    const double near = f->frame->dx + f->frame->dy;
    for (size_t i = 1; i < f->stays; i++) {
        const struct passing *a = &f->passing[i - 1], *b = &f->passing[i];
        if (a->cell == b->cell && f->along[b->stay] - f->along[a->stay] <= near &&
            course_of(f, a->stay) == course_of(f, b->stay))
            unite(f, a->stay, b->stay);
    }
}

// ---- which of them a cell stands for ---------------------------------------------------------------

/// Those that are not limited before those that are, then the longest, of equals the first.
static size_t first_of(const struct finding *f, const struct passing *list, size_t count)
{
    size_t best = 0;
    const struct course *chosen = course_of(f, list[0].stay);
    for (size_t i = 1; i < count; i++) {
        const struct course *c = course_of(f, list[i].stay);
        if (c->limited > chosen->limited ||
            (c->limited == chosen->limited && c->metres <= chosen->metres))
            continue;
        best = i;
        chosen = c;
    }
    return list[best].stay;
}

static int by_set(const void *a, const void *b)
{
    const struct stranger *p = a, *q = b;
    if (p->set != q->set) return p->set < q->set ? -1 : 1;
    if (p->metres != q->metres) return p->metres > q->metres ? -1 : 1;
    return p->stay < q->stay ? -1 : p->stay > q->stay;
}

/// Join the longest of each set of strangers to what the cell stands for.
static bool join_strangers(struct finding *f, const struct passing *list, size_t count,
                           size_t chosen)
{
    const struct course *first = course_of(f, chosen);
    size_t strangers = 0;
    for (size_t i = 0; i < count && !first->limited; i++) {
        const struct course *c = course_of(f, list[i].stay);
        if (c->limited || c->set == first->set) continue;
        if (!ig_grow((void **)&f->strangers, &f->stranger_room, strangers + 1,
                     sizeof *f->strangers))
            return false;
        f->strangers[strangers++] = (struct stranger){c->set, c->metres, list[i].stay};
    }
    if (strangers) qsort(f->strangers, strangers, sizeof *f->strangers, by_set);
    for (size_t i = 0; i < strangers; i++)
        if (i == 0 || f->strangers[i].set != f->strangers[i - 1].set)
            unite(f, chosen, f->strangers[i].stay);
    f->levels->joined += strangers > 0;
    return true;
}

static bool choose(struct finding *f)
{
    for (size_t from = 0, to; from < f->stays; from = to) {
        for (to = from + 1; to < f->stays && f->passing[to].cell == f->passing[from].cell;)
            to++;
        const bool others = f->cells->is_road[f->passing[from].cell] & IG_ROAD_OPEN;
        size_t chosen = others ? 0 : first_of(f, f->passing + from, to - from);
        if (!others && !join_strangers(f, f->passing + from, to - from, chosen)) return false;
        if (!others) chosen = root_of(f, chosen);
        bool any = false;
        for (size_t i = from; i < to; i++) {
            const size_t stay = f->passing[i].stay, root = root_of(f, stay);
            const bool past = others ? !f->joined[root] : root != chosen;
            f->levels->past[stay] = past;
            any |= past;
        }
        f->levels->cells += any;
    }
    return true;
}

/// Number the places past cells at which roads apart meet each other.
static void number_places(struct finding *f)
{
    ig_levels *levels = f->levels;
    for (size_t from = 0, to; from < f->marks; from = to) {
        for (to = from + 1; to < f->marks && compare_places(&f->points[from], &f->points[to]) == 0;)
            to++;
        const struct point *point = &f->points[from];
        const bool past = levels->past[point->stay], alone = to == from + 1;
        for (size_t i = from; i < to; i++)
            levels->place[f->points[i].mark] = past && !alone ? levels->places : SIZE_MAX;
        levels->places += past && !alone;
        int64_t col, row;
        if (past && alone && point->end && course_of(f, point->stay)->limited &&
            ig_frame_cell(f->frame, point->x, point->y, &col, &row) &&
            f->cells->is_road[row * f->frame->cols + col] & IG_ROAD_OPEN)
            levels->loose_ends++;
    }
}

static ig_status find(struct finding *f, const ig_roads *roads)
{
    f->parent = ig_alloc(f->stays, sizeof *f->parent);
    f->joined = ig_alloc(f->stays, sizeof *f->joined);
    f->levels->past = ig_alloc(f->stays, 1);
    f->levels->place = ig_alloc(f->marks + 1, sizeof *f->levels->place);
    if (!f->parent || !f->joined || !f->levels->past || !f->levels->place) return no_memory(f->ctx);
    f->levels->stays = f->stays;
    for (size_t i = 0; i < f->stays; i++)
        f->parent[i] = i;
    if (f->marks) qsort(f->points, f->marks, sizeof *f->points, by_place);
    qsort(f->passing, f->stays, sizeof *f->passing, by_cell);
    for (size_t i = 1; i < f->marks; i++)
        if (compare_places(&f->points[i - 1], &f->points[i]) == 0)
            unite(f, f->points[i - 1].stay, f->points[i].stay);
    join_returns(f);
    join_others(f, roads);
    if (!choose(f)) return no_memory(f->ctx);
    number_places(f);
    return IG_OK;
}

ig_status ig_levels_find(ig_ctx *ctx, const ig_frame *frame, const ig_roads *roads,
                         const size_t *mate, const ig_density *density, const ig_junctions *nodes,
                         const ig_road_cells *cells, ig_levels *levels)
{
    struct finding f = {.ctx = ctx, .frame = frame, .cells = cells, .levels = levels};
    ig_status status = ig_courses_each(ctx, roads, mate, density, frame, true, nodes, collect, &f);
    if (!status && f.stays) status = find(&f, roads);
    ig_free(f.passing);
    ig_free(f.points);
    ig_free(f.courses);
    ig_free(f.strangers);
    ig_free(f.along);
    ig_free(f.parent);
    ig_free(f.joined);
    return status;
}
