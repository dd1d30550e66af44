// Do areas of one layer overlap? (reliability G4: nobody may be counted twice)
//
// In a sound coverage each stretch of border is drawn twice, once from either side. Segments are
// matched by their end points; what is left (coasts, and borders that do not agree) is held against
// the areas near it, and only suspects go to GEOS, which measures them. Where two areas are found to
// overlap, those about them are looked at whole, so that two coverages on top of each other are seen
// from edge to edge.
#include "geos_shapes.h"
#include "overlap_internal.h"
#include "rings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 };

// ---- areas by place -----------------------------------------------------------------------------

bool ig_overlap_add(struct pairs *pairs, size_t a, size_t b)
{
    if (!ig_grow((void **)&pairs->list, &pairs->room, pairs->count + 1, sizeof *pairs->list))
        return false;
    pairs->list[pairs->count++] =
        a < b ? (struct pair){(uint32_t)a, (uint32_t)b} : (struct pair){(uint32_t)b, (uint32_t)a};
    return true;
}

static bool boxes_meet(const double *p, const double *q)
{
    return p[0] <= q[2] && q[0] <= p[2] && p[1] <= q[3] && q[1] <= p[3];
}

static size_t cell_of(double value, double origin, double side, size_t count)
{
    const double at = (value - origin) / side;
    if (!(at > 0.0)) return 0;
    return at >= (double)count ? count - 1 : (size_t)at;
}

/// Call for each cell that a box touches: counts them first, then fills them.
static void enter_boxes(struct search *search, size_t *next)
{
    struct lattice *l = &search->lattice;
    for (size_t a = 0; a < search->s->areas; a++) {
        const double *box = search->boxes[a];
        if (!(box[0] <= box[2])) continue;
        const size_t c1 = cell_of(box[2], l->west, l->side_x, l->cols);
        const size_t r1 = cell_of(box[3], l->south, l->side_y, l->rows);
        for (size_t r = cell_of(box[1], l->south, l->side_y, l->rows); r <= r1; r++)
            for (size_t c = cell_of(box[0], l->west, l->side_x, l->cols); c <= c1; c++) {
                const size_t cell = r * l->cols + c;
                if (next)
                    l->areas[next[cell]++] = (uint32_t)a;
                else
                    l->start[cell + 1]++;
            }
    }
}

static ig_status build_lattice(struct search *search)
{
    struct lattice *l = &search->lattice;
    double all[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t a = 0; a < search->s->areas; a++) {
        const size_t at = search->s->ring_start[search->s->area_start[a]];
        const size_t end = search->s->ring_start[search->s->area_start[a + 1]];
        double *box = search->boxes[a];
        ig_ring_box(search->s->x + at, search->s->y + at, end - at, box);
        if (at == end) continue;
        for (int k = 0; k < 2; k++) {
            all[k] = fmin(all[k], box[k]);
            all[k + 2] = fmax(all[k + 2], box[k + 2]);
        }
    }
    const size_t side = (size_t)ceil(sqrt((double)search->s->areas + 1.0));
    l->cols = l->rows = side > 1000 ? 1000 : side;
    l->west = all[0];
    l->south = all[1];
    l->side_x = fmax((all[2] - all[0]) / (double)l->cols, 1e-300);
    l->side_y = fmax((all[3] - all[1]) / (double)l->rows, 1e-300);
    const size_t cells = l->cols * l->rows;
    l->start = ig_alloc(cells + 2, sizeof *l->start);
    size_t *next = ig_alloc(cells + 1, sizeof *next);
    if (!l->start || !next) {
        ig_free(next);
        return IG_EMEMORY;
    }
    enter_boxes(search, NULL);
    for (size_t i = 0; i < cells; i++)
        l->start[i + 1] += l->start[i];
    memcpy(next, l->start, cells * sizeof *next);
    l->areas = ig_alloc(l->start[cells] + 1, sizeof *l->areas);
    if (l->areas) enter_boxes(search, next);
    ig_free(next);
    return l->areas ? IG_OK : IG_EMEMORY;
}

/// Areas whose boxes meet that of `area`, each once, ascending by cell; `stamp` has a place for each.
static bool neighbours(const struct search *search, size_t area, uint32_t *stamp, uint32_t **list,
                       size_t *room, size_t *count)
{
    const struct lattice *l = &search->lattice;
    const double *box = search->boxes[area];
    *count = 0;
    if (!(box[0] <= box[2])) return true;
    const size_t c1 = cell_of(box[2], l->west, l->side_x, l->cols);
    const size_t r1 = cell_of(box[3], l->south, l->side_y, l->rows);
    for (size_t r = cell_of(box[1], l->south, l->side_y, l->rows); r <= r1; r++)
        for (size_t c = cell_of(box[0], l->west, l->side_x, l->cols); c <= c1; c++) {
            const size_t cell = r * l->cols + c;
            for (size_t i = l->start[cell]; i < l->start[cell + 1]; i++) {
                const uint32_t other = l->areas[i];
                if (other == area || stamp[other] == area + 1) continue;
                stamp[other] = (uint32_t)area + 1;
                if (!boxes_meet(box, search->boxes[other])) continue;
                if (!ig_grow((void **)list, room, *count + 1, sizeof **list)) return false;
                (*list)[(*count)++] = other;
            }
        }
    return true;
}

// ---- suspects -----------------------------------------------------------------------------------

/// Does the segment cross the border of an area, or does its middle lie within? Touching is neither.
static bool enters(const ig_shapes *s, size_t area, double ax, double ay, double bx, double by)
{
    const double mx = 0.5 * (ax + bx), my = 0.5 * (ay + by);
    const double west = ax < bx ? ax : bx, east = ax < bx ? bx : ax;
    const double south = ay < by ? ay : by, north = ay < by ? by : ay;
    bool inside = false, border = false;
    for (size_t r = s->area_start[area]; r < s->area_start[area + 1]; r++)
        for (size_t i = s->ring_start[r]; i + 1 < s->ring_start[r + 1]; i++) {
            const double px = s->x[i], py = s->y[i], qx = s->x[i + 1], qy = s->y[i + 1];
            if ((py > my) != (qy > my)) {
                const int turn = ig_turn(px, py, qx, qy, mx, my);
                border = border || turn == 0;
                if ((turn > 0) == (qy > py)) inside = !inside;
            }
            if ((py < south && qy < south) || (py > north && qy > north) ||
                (px < west && qx < west) || (px > east && qx > east))
                continue;
            const int c = ig_turn(ax, ay, bx, by, px, py), d = ig_turn(ax, ay, bx, by, qx, qy);
            if (c * d >= 0) continue;
            if (ig_turn(px, py, qx, qy, ax, ay) * ig_turn(px, py, qx, qy, bx, by) < 0) return true;
        }
    return inside && !border;
}

static bool area_enters(const struct search *search, size_t area, size_t other)
{
    const ig_shapes *s = search->s;
    const double *box = search->boxes[other];
    for (size_t r = s->area_start[area]; r < s->area_start[area + 1]; r++)
        for (size_t i = s->ring_start[r]; i + 1 < s->ring_start[r + 1]; i++) {
            if (!search->whole && !search->unshared[i]) continue;
            const double ax = s->x[i], ay = s->y[i], bx = s->x[i + 1], by = s->y[i + 1];
            if ((ax < box[0] && bx < box[0]) || (ax > box[2] && bx > box[2]) ||
                (ay < box[1] && by < box[1]) || (ay > box[3] && by > box[3]))
                continue;
            if (enters(s, other, ax, ay, bx, by)) return true;
        }
    return false;
}

static bool any_unshared(const struct search *search, size_t area)
{
    const ig_shapes *s = search->s;
    const size_t start = s->ring_start[s->area_start[area]];
    const size_t end = s->ring_start[s->area_start[area + 1]];
    return end > start && memchr(search->unshared + start, 1, end - start);
}

static ig_status look_at_chunk(size_t chunk, void *arg)
{
    struct search *search = arg;
    const size_t total = search->todo ? search->todo_count : search->s->areas;
    uint32_t *stamp = ig_alloc(search->s->areas + 1, sizeof *stamp), *list = NULL;
    size_t room = 0, count = 0;
    ig_status status = stamp ? IG_OK : IG_EMEMORY;
    for (size_t i = chunk * CHUNK; i < (chunk + 1) * CHUNK && i < total && !status; i++) {
        const size_t area = search->todo ? search->todo[i] : i;
        if (!search->whole && !any_unshared(search, area)) continue;
        if (!neighbours(search, area, stamp, &list, &room, &count)) status = IG_EMEMORY;
        for (size_t n = 0; n < count && !status; n++)
            if (area_enters(search, area, list[n]) ||
                (search->whole && area_enters(search, list[n], area)))
                status = ig_overlap_add(&search->found[chunk], area, list[n]) ? IG_OK : IG_EMEMORY;
    }
    ig_free(stamp);
    ig_free(list);
    return status;
}

/// Suspects among the areas to do, added to `all`.
static ig_status find_suspects(struct search *search, struct pairs *all)
{
    const size_t total = search->todo ? search->todo_count : search->s->areas;
    const size_t chunks = (total + CHUNK - 1) / CHUNK;
    search->found = ig_alloc(chunks + 1, sizeof *search->found);
    if (!search->found) return IG_EMEMORY;
    ig_status status = ig_parallel_for(search->ctx, chunks, look_at_chunk, search);
    for (size_t c = 0; c < chunks; c++) {
        for (size_t i = 0; i < search->found[c].count && !status; i++)
            if (!ig_overlap_add(all, search->found[c].list[i].a, search->found[c].list[i].b))
                status = IG_EMEMORY;
        ig_free(search->found[c].list);
    }
    ig_free(search->found);
    search->found = NULL;
    return status;
}

static int by_pair(const void *p, const void *q)
{
    const struct pair *a = p, *b = q;
    if (a->a != b->a) return a->a < b->a ? -1 : 1;
    return (a->b > b->b) - (a->b < b->b);
}

static void sort_pairs(struct pairs *pairs)
{
    size_t kept = 0;
    if (!pairs->count) return;
    qsort(pairs->list, pairs->count, sizeof *pairs->list, by_pair);
    for (size_t i = 0; i < pairs->count; i++)
        if (!kept || by_pair(&pairs->list[kept - 1], &pairs->list[i]))
            pairs->list[kept++] = pairs->list[i];
    pairs->count = kept;
}

// ---- measuring ----------------------------------------------------------------------------------

struct measured {
    struct search *search;
    const struct pair *list;
    double *area, *width; ///< square metres, and metres: twice the area by the perimeter
};

/// Square metres in a square unit of the coordinates near an area.
static double scale_at(const struct search *search, size_t area)
{
    const ig_repair *repair = search->repair;
    if (!repair->degrees) return repair->metre * repair->metre;
    const double degree = 111320.0;
    const double middle = 0.5 * (search->boxes[area][1] + search->boxes[area][3]);
    return degree * degree * cos(middle * (M_PI / 180.0));
}

static ig_status measure(size_t i, void *arg)
{
    struct measured *m = arg;
    const struct pair p = m->list[i];
    GEOSContextHandle_t geos = ig_geos_begin();
    if (!geos) return IG_EMEMORY;
    GEOSGeometry *a = ig_geos_area(geos, m->search->s, p.a);
    GEOSGeometry *b = ig_geos_area(geos, m->search->s, p.b);
    GEOSGeometry *both = a && b ? GEOSIntersection_r(geos, a, b) : NULL;
    double area = 0.0, length = 0.0;
    if (both && GEOSArea_r(geos, both, &area) == 1 && GEOSLength_r(geos, both, &length) == 1) {
        const double scale = scale_at(m->search, p.a);
        m->area[i] = area * scale;
        m->width[i] = length > 0.0 ? 2.0 * area / length * sqrt(scale) : 0.0;
    }
    GEOSGeom_destroy_r(geos, a);
    GEOSGeom_destroy_r(geos, b);
    GEOSGeom_destroy_r(geos, both);
    GEOS_finish_r(geos);
    return IG_OK;
}

/// What counts as overlap: more than a square metre, and either 5 m wide on average, or 1 m wide with
/// more than half a percent of the smaller area. Less is how two generalisations of one border, or
/// two quantised files, differ.
static bool counts(double area, double width, double smaller)
{
    return area > 1.0 && (width > 5.0 || (width > 1.0 && area > 0.005 * smaller));
}

struct verdict {
    struct pairs pairs; ///< real overlaps
    double *area;       ///< of each, square metres
    size_t room;
};

static ig_status add_verdict(struct verdict *v, struct pair p, double area)
{
    const size_t at = v->pairs.count;
    if (!ig_grow((void **)&v->area, &v->room, at + 1, sizeof *v->area) ||
        !ig_overlap_add(&v->pairs, p.a, p.b))
        return IG_EMEMORY;
    v->area[at] = area;
    return IG_OK;
}

/// Measure suspects; those that overlap by more than a sliver go to the verdict.
static ig_status measure_all(struct search *search, const struct pairs *suspects,
                             struct verdict *verdict, double *slivers)
{
    struct measured m = {.search = search, .list = suspects->list};
    m.area = ig_alloc(suspects->count + 1, sizeof *m.area);
    m.width = ig_alloc(suspects->count + 1, sizeof *m.width);
    ig_status status = m.area && m.width ? IG_OK : IG_EMEMORY;
    if (!status) status = ig_parallel_for(search->ctx, suspects->count, measure, &m);
    for (size_t i = 0; i < suspects->count && !status; i++) {
        const struct pair p = suspects->list[i];
        const double smaller = fmin(ig_shapes_size(search->s, p.a), ig_shapes_size(search->s, p.b));
        if (counts(m.area[i], m.width[i], smaller * scale_at(search, p.a)))
            status = add_verdict(verdict, suspects->list[i], m.area[i]);
        else
            *slivers += m.area[i];
    }
    ig_free(m.area);
    ig_free(m.width);
    return status;
}

/// Areas round the overlapping ones that were not looked at whole before.
static ig_status widen(struct search *search, const struct verdict *verdict, size_t from,
                       bool *done, uint32_t **todo, size_t *count)
{
    uint32_t *stamp = ig_alloc(search->s->areas + 1, sizeof *stamp), *list = NULL;
    size_t room = 0, todo_room = 0, near = 0;
    ig_status status = stamp ? IG_OK : IG_EMEMORY;
    *count = 0;
    for (size_t i = from; i < verdict->pairs.count && !status; i++)
        for (int k = 0; k < 2 && !status; k++) {
            const uint32_t area = k ? verdict->pairs.list[i].b : verdict->pairs.list[i].a;
            if (!neighbours(search, area, stamp, &list, &room, &near)) status = IG_EMEMORY;
            stamp[area] = 0;
            for (size_t n = 0; n <= near && !status; n++) {
                const uint32_t one = n < near ? list[n] : area;
                stamp[one] = 0;
                if (done[one]) continue;
                done[one] = true;
                if (!ig_grow((void **)todo, &todo_room, *count + 1, sizeof **todo))
                    status = IG_EMEMORY;
                else
                    (*todo)[(*count)++] = one;
            }
        }
    ig_free(stamp);
    ig_free(list);
    return status;
}

static int by_number(const void *p, const void *q)
{
    const uint32_t a = *(const uint32_t *)p, b = *(const uint32_t *)q;
    return (a > b) - (a < b);
}

/// Take out of `fresh` what is in `known`; both sorted. Then put it into `known`.
static ig_status only_new(struct pairs *fresh, struct pairs *known)
{
    size_t kept = 0, k = 0;
    sort_pairs(fresh);
    for (size_t i = 0; i < fresh->count; i++) {
        while (k < known->count && by_pair(&known->list[k], &fresh->list[i]) < 0)
            k++;
        if (k < known->count && !by_pair(&known->list[k], &fresh->list[i])) continue;
        fresh->list[kept++] = fresh->list[i];
    }
    fresh->count = kept;
    for (size_t i = 0; i < kept; i++)
        if (!ig_overlap_add(known, fresh->list[i].a, fresh->list[i].b)) return IG_EMEMORY;
    sort_pairs(known);
    return IG_OK;
}

/// Suspects, verdicts, and wider rounds until nothing new is found.
static ig_status search_all(struct search *search, struct verdict *verdict, double *slivers)
{
    struct pairs fresh = {0}, known = {0};
    uint32_t *todo = NULL;
    bool *done = ig_alloc(search->s->areas + 1, sizeof *done);
    ig_status status = done ? build_lattice(search) : IG_EMEMORY;
    if (!status) status = ig_overlap_match(search, &fresh);
    if (!status) status = find_suspects(search, &fresh);
    search->whole = true;
    while (!status) {
        const size_t before = verdict->pairs.count;
        status = only_new(&fresh, &known);
        if (!status) status = measure_all(search, &fresh, verdict, slivers);
        fresh.count = 0;
        ig_free(todo);
        todo = NULL;
        if (status || verdict->pairs.count == before) break;
        status = widen(search, verdict, before, done, &todo, &search->todo_count);
        if (status || !search->todo_count) break;
        qsort(todo, search->todo_count, sizeof *todo, by_number);
        search->todo = todo;
        status = find_suspects(search, &fresh);
    }
    ig_free(todo);
    ig_free(done);
    ig_free(fresh.list);
    ig_free(known.list);
    return status;
}

// ---- telling ------------------------------------------------------------------------------------

struct told {
    double area;
    struct pair pair;
};

static int largest_first(const void *p, const void *q)
{
    const struct told *a = p, *b = q;
    if (a->area != b->area) return a->area < b->area ? 1 : -1;
    return by_pair(&a->pair, &b->pair);
}

static ig_status tell(struct search *search, const struct verdict *verdict, double slivers)
{
    const char *const *codes = search->repair->codes;
    const size_t count = verdict->pairs.count;
    if (slivers > 1.0)
        ig_info(search->ctx, "%s: slivers of overlap, less than 5 m wide, are ignored: %.0f m2",
                search->repair->file, slivers);
    if (count == 0) return IG_OK;
    struct told *list = ig_alloc(count, sizeof *list);
    if (!list) return IG_EMEMORY;
    double total = 0.0;
    ig_text text = {0};
    for (size_t i = 0; i < count; i++)
        list[i] = (struct told){verdict->area[i], verdict->pairs.list[i]};
    qsort(list, count, sizeof *list, largest_first);
    for (size_t i = 0; i < count; i++) {
        total += list[i].area;
        if (i < IG_SHOWN)
            ig_text_format(&text, "%s%s and %s (%.6g m2)", i ? ", " : "",
                           ig_show(codes[list[i].pair.a]), ig_show(codes[list[i].pair.b]),
                           list[i].area);
    }
    if (count > IG_SHOWN) ig_text_format(&text, " and %zu more", count - IG_SHOWN);
    ig_warn(search->ctx, "%s: areas overlap: %zu pairs, %.6g m2 in all: %s", search->repair->file,
            count, total, text.data ? text.data : "");
    ig_text_free(&text);
    ig_free(list);
    return IG_OK;
}

ig_status ig_shapes_overlaps(ig_ctx *ctx, const ig_shapes *shapes, const ig_repair *repair)
{
    if (shapes->points == 0 || shapes->areas < 2) return IG_OK;
    if (shapes->points >= UINT32_MAX || shapes->areas >= UINT32_MAX)
        return ig_fail(ctx, IG_ELIMIT, "%s: too many points to look for overlaps", repair->file);
    struct search search = {.ctx = ctx, .s = shapes, .repair = repair};
    struct verdict verdict = {0};
    double slivers = 0.0;
    search.boxes = ig_alloc(shapes->areas, sizeof *search.boxes);
    search.unshared = ig_alloc(shapes->points, 1);
    ig_status status = search.boxes && search.unshared ? IG_OK : IG_EMEMORY;
    if (!status) status = search_all(&search, &verdict, &slivers);
    if (!status) status = tell(&search, &verdict, slivers);
    if (status == IG_EMEMORY)
        status =
            ig_fail(ctx, IG_EMEMORY, "no memory to look for overlaps of %zu areas", shapes->areas);
    ig_free(search.boxes);
    ig_free(search.unshared);
    ig_free(search.lattice.start);
    ig_free(search.lattice.areas);
    ig_free(verdict.pairs.list);
    ig_free(verdict.area);
    return status;
}
