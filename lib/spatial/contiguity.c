// Neighbours from polygons by shared corners or borders.
#include "spatial_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Corners of all rings, those that are one place having one number.
struct corners {
    double *x, *y; // of each place, rising by x
    size_t places;
    size_t *place; // of each corner of the rings
    struct buckets buckets;
};

// A place, or a piece of border between two, with the area that has it.
struct mark {
    size_t from, to;
    size_t area;
};

struct marks {
    struct mark *list;
    size_t used, room;
};

struct corner {
    double x, y;
    size_t number;
};

static int by_x(const void *a, const void *b)
{
    const struct corner *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    if (p->y != q->y) return p->y < q->y ? -1 : 1;
    return p->number < q->number ? -1 : p->number > q->number;
}

static int by_place(const void *a, const void *b)
{
    const struct mark *p = a, *q = b;
    if (p->from != q->from) return p->from < q->from ? -1 : 1;
    if (p->to != q->to) return p->to < q->to ? -1 : 1;
    return p->area < q->area ? -1 : p->area > q->area;
}

// The places are found from west to east: a corner is at the first place within `snap` of it.
static ig_status place_corners(const ig_rings *areas, size_t count, double snap, struct corners *c)
{
    struct corner *sorted = ig_alloc(count ? count : 1, sizeof *sorted);
    c->x = ig_alloc(count ? count : 1, sizeof *c->x);
    c->y = ig_alloc(count ? count : 1, sizeof *c->y);
    c->place = ig_alloc(count ? count : 1, sizeof *c->place);
    if (!sorted || !c->x || !c->y || !c->place) {
        ig_free(sorted);
        return IG_EMEMORY;
    }
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct corner){areas->x[i], areas->y[i], i};
    if (count) qsort(sorted, count, sizeof *sorted, by_x);
    for (size_t i = 0, first = 0; i < count; i++) {
        const struct corner at = sorted[i];
        while (first < c->places && at.x - c->x[first] > snap)
            first++;
        size_t k = first;
        while (k < c->places && !(hypot(at.x - c->x[k], at.y - c->y[k]) <= snap))
            k++;
        if (k == c->places) {
            c->x[k] = at.x;
            c->y[k] = at.y;
            c->places++;
        }
        c->place[at.number] = k;
    }
    ig_free(sorted);
    return IG_OK;
}

static ig_status add_mark(struct marks *marks, size_t from, size_t to, size_t area)
{
    if (!ig_grow((void **)&marks->list, &marks->room, marks->used + 1, sizeof *marks->list)) {
        return IG_EMEMORY;
    }
    marks->list[marks->used++] =
        from < to ? (struct mark){from, to, area} : (struct mark){to, from, area};
    return IG_OK;
}

// Places on a side, by how far along it they lie.
struct stop {
    double along;
    size_t place;
};

struct stops {
    struct stop *list;
    size_t used, room;
};

static int by_distance(const void *a, const void *b)
{
    const struct stop *p = a, *q = b;
    if (p->along != q->along) return p->along < q->along ? -1 : 1;
    return p->place < q->place ? -1 : p->place > q->place;
}

static ig_status add_stop(struct stops *stops, double along, size_t place)
{
    if (!ig_grow((void **)&stops->list, &stops->room, stops->used + 1, sizeof *stops->list)) {
        return IG_EMEMORY;
    }
    stops->list[stops->used++] = (struct stop){along, place};
    return IG_OK;
}

// Start and end of a side, and every place at most `snap` beside it, in order.
static ig_status places_on_side(const struct corners *c, size_t from, size_t to, double snap,
                                struct stops *stops)
{
    const double dx = c->x[to] - c->x[from], dy = c->y[to] - c->y[from], length = hypot(dx, dy);
    const struct buckets *b = &c->buckets;
    stops->used = 0;
    ig_status status = add_stop(stops, 0.0, from);
    if (!status) status = add_stop(stops, length, to);
    const size_t c0 = ig_bucket_of(b, fmin(c->x[from], c->x[to]) - snap, b->west, b->cols);
    const size_t c1 = ig_bucket_of(b, fmax(c->x[from], c->x[to]) + snap, b->west, b->cols);
    const size_t r0 = ig_bucket_of(b, fmin(c->y[from], c->y[to]) - snap, b->south, b->rows);
    const size_t r1 = ig_bucket_of(b, fmax(c->y[from], c->y[to]) + snap, b->south, b->rows);
    for (size_t r = r0; !status && r <= r1; r++) {
        const size_t last = b->start[r * b->cols + c1 + 1];
        for (size_t k = b->start[r * b->cols + c0]; !status && k < last; k++) {
            const size_t place = b->point[k];
            if (place == from || place == to) continue;
            const double px = c->x[place] - c->x[from], py = c->y[place] - c->y[from];
            const double along = (px * dx + py * dy) / length;
            if (!(along > 0.0 && along < length)) continue;
            if (fabs(px * dy - py * dx) > snap * length) continue;
            status = add_stop(stops, along, place);
        }
    }
    if (!status) qsort(stops->list, stops->used, sizeof *stops->list, by_distance);
    return status;
}

// What an area's border holds: its places (queen), or its pieces of over `least` metres (rook).
static ig_status mark_side(const struct corners *c, const struct stops *stops, bool edges,
                           double least, size_t area, struct marks *marks)
{
    ig_status status = IG_OK;
    for (size_t k = 0; !status && k + 1 < stops->used; k++) {
        const size_t from = stops->list[k].place, to = stops->list[k + 1].place;
        if (!edges) {
            status = add_mark(marks, from, from, area);
        } else if (hypot(c->x[to] - c->x[from], c->y[to] - c->y[from]) > least) {
            status = add_mark(marks, from, to, area);
        }
    }
    return status;
}

static ig_status mark_areas(const ig_rings *areas, const struct corners *c, bool edges, double snap,
                            double least, struct marks *marks)
{
    struct stops stops = {0};
    ig_status status = IG_OK;
    for (size_t a = 0; a < areas->areas; a++) {
        for (size_t r = areas->area_start[a]; r < areas->area_start[a + 1]; r++) {
            for (size_t i = areas->ring_start[r]; i + 1 < areas->ring_start[r + 1]; i++) {
                const size_t from = c->place[i], to = c->place[i + 1];
                if (from == to) continue;
                status = places_on_side(c, from, to, snap, &stops);
                if (!status) status = mark_side(c, &stops, edges, least, a, marks);
                if (status) goto done;
            }
        }
    }
done:
    ig_free(stops.list);
    return status;
}

// Each two different areas that carry the same mark become neighbours of each other.
static ig_status pair_marks(struct marks *marks, struct pairs *pairs)
{
    struct mark *list = marks->list;
    if (marks->used) qsort(list, marks->used, sizeof *list, by_place);
    for (size_t i = 0; i < marks->used;) {
        size_t end = i + 1;
        while (end < marks->used && list[end].from == list[i].from && list[end].to == list[i].to)
            end++;
        for (size_t a = i; a < end; a++) {
            if (a > i && list[a].area == list[a - 1].area) continue;
            for (size_t b = i; b < end; b++) {
                if (list[b].area == list[a].area) continue;
                const ig_status status = ig_pairs_add(pairs, list[a].area, list[b].area);
                if (status) return status;
            }
        }
        i = end;
    }
    return IG_OK;
}

static ig_status contiguity(const ig_rings *areas, bool edges, double snap, double least,
                            ig_weights **out)
{
    if (!areas || !out || !(least >= 0.0) || !(snap >= 0.0)) return IG_EINVAL;
    const size_t count = areas->ring_start[areas->area_start[areas->areas]];
    struct corners corners = {0};
    struct marks marks = {0};
    struct pairs pairs = {0};
    ig_status status = place_corners(areas, count, snap, &corners);
    corners.buckets = (struct buckets){.x = corners.x, .y = corners.y, .n = corners.places};
    if (!status) status = ig_buckets_fill(&corners.buckets, 0.0);
    if (!status) status = mark_areas(areas, &corners, edges, snap, least, &marks);
    if (!status) status = pair_marks(&marks, &pairs);
    if (!status) status = ig_weights_from_pairs(&pairs, areas->areas, out);
    ig_free(pairs.list);
    ig_free(marks.list);
    ig_buckets_free(&corners.buckets);
    ig_free(corners.x);
    ig_free(corners.y);
    ig_free(corners.place);
    return status;
}

ig_status ig_weights_queen(const ig_rings *areas, double snap, ig_weights **out)
{
    return contiguity(areas, false, snap, 0.0, out);
}

ig_status ig_weights_rook(const ig_rings *areas, double snap, double least, ig_weights **out)
{
    return contiguity(areas, true, snap, least, out);
}
