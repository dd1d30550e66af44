// Larger areas made of small ones by a lookup: LSOAs to wards.
#include "../table/build.h"
#include "geos_shapes.h"

#include <stdlib.h>
#include <string.h>

/// A small area and the code of the one it goes to.
struct member {
    char *code;
    size_t area, row;
};

struct uniting {
    ig_ctx *ctx;
    const ig_areas *areas;
    const ig_table *lookup;
    struct member *members; ///< in order of code
    size_t count;
    size_t *start; ///< area g is made of members start[g] .. start[g + 1] - 1
    size_t groups;
    ig_ring_list *rings; ///< of each new area
    ig_areas *result;
};

static int by_code(const void *a, const void *b)
{
    const struct member *p = a, *q = b;
    const int order = strcmp(p->code, q->code);
    return order ? order : p->area < q->area ? -1 : p->area > q->area;
}

static ig_status no_memory(ig_ctx *ctx, size_t count)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for %zu areas", count);
}

static ig_status find_members(struct uniting *u, const size_t *row, size_t column)
{
    const size_t areas = u->areas->count;
    u->members = ig_alloc(areas + 1, sizeof *u->members);
    u->start = ig_alloc(areas + 2, sizeof *u->start);
    if (!u->members || !u->start) return no_memory(u->ctx, areas);
    for (size_t a = 0; a < areas; a++) {
        const char *raw = row[a] == SIZE_MAX ? NULL : ig_table_text(u->lookup, row[a], column);
        if (!raw || !*raw) continue;
        bool trimmed, folded;
        char *code = ig_code_normalise(raw, &trimmed, &folded);
        if (!code) return no_memory(u->ctx, areas);
        u->members[u->count++] = (struct member){code, a, row[a]};
    }
    if (u->count) qsort(u->members, u->count, sizeof *u->members, by_code);
    for (size_t i = 0; i < u->count; i++) {
        if (i && !strcmp(u->members[i].code, u->members[i - 1].code)) continue;
        u->start[u->groups++] = i;
    }
    u->start[u->groups] = u->count;
    return IG_OK;
}

/// Rings of the union of one group's shapes.
static ig_status unite_one(size_t group, void *arg)
{
    struct uniting *u = arg;
    const size_t first = u->start[group], members = u->start[group + 1] - first;
    GEOSContextHandle_t geos = ig_geos_begin();
    GEOSGeometry **parts = ig_alloc(members + 1, sizeof(GEOSGeometry *));
    GEOSGeometry *all = NULL, *whole = NULL;
    unsigned count = 0;
    ig_status status = geos && parts ? IG_OK : IG_EMEMORY;
    for (size_t i = 0; i < members && !status; i++) {
        const ig_shapes *work = &u->areas->work;
        const size_t a = u->members[first + i].area;
        if (work->area_start[a] == work->area_start[a + 1]) continue;
        parts[count] = ig_geos_area(geos, work, a);
        if (parts[count]) count++;
    }
    if (!status && count) {
        all = GEOSGeom_createCollection_r(geos, GEOS_GEOMETRYCOLLECTION, parts, count);
        whole = all ? GEOSUnaryUnion_r(geos, all) : NULL;
        if (!whole) status = IG_EFORMAT;
        if (whole && !ig_ring_list_add(geos, &u->rings[group], whole)) status = IG_EMEMORY;
    }
    if (geos) {
        GEOSGeom_destroy_r(geos, all);
        GEOSGeom_destroy_r(geos, whole);
        GEOS_finish_r(geos);
    }
    ig_free(parts);
    return status;
}

static ig_status take_shapes(struct uniting *u)
{
    ig_shapes *s = &u->result->work;
    size_t rings = 0, points = 0;
    for (size_t g = 0; g < u->groups; g++) {
        rings += u->rings[g].rings;
        points += u->rings[g].points;
    }
    *s = (ig_shapes){.areas = u->groups};
    s->area_start = ig_alloc(u->groups + 1, sizeof *s->area_start);
    s->ring_start = ig_alloc(rings + 1, sizeof *s->ring_start);
    s->polygon = ig_alloc(rings + 1, sizeof *s->polygon);
    s->x = ig_alloc(points + 1, sizeof *s->x);
    s->y = ig_alloc(points + 1, sizeof *s->y);
    if (!s->area_start || !s->ring_start || !s->polygon || !s->x || !s->y)
        return no_memory(u->ctx, u->groups);
    for (size_t g = 0; g < u->groups; g++) {
        const ig_ring_list *list = &u->rings[g];
        for (size_t r = 0; r < list->rings; r++) {
            s->polygon[s->rings++] = list->polygon[r];
            s->ring_start[s->rings] = s->points + list->ring_end[r];
        }
        if (list->points) {
            memcpy(s->x + s->points, list->x, list->points * sizeof *s->x);
            memcpy(s->y + s->points, list->y, list->points * sizeof *s->y);
        }
        s->points += list->points;
        s->area_start[g + 1] = s->rings;
    }
    ig_shapes_wind(s);
    return IG_OK;
}

/// What all rows of a group say in a column; NULL where they differ.
static const char *agreed(const struct uniting *u, size_t group, size_t column)
{
    const size_t first = u->start[group];
    const char *text = ig_table_text(u->lookup, u->members[first].row, column);
    for (size_t i = first + 1; i < u->start[group + 1]; i++) {
        if (strcmp(text, ig_table_text(u->lookup, u->members[i].row, column))) return NULL;
    }
    return text;
}

static ig_status take_table(struct uniting *u, size_t key)
{
    const size_t columns = ig_table_columns(u->lookup);
    const char **texts = ig_alloc(columns + 1, sizeof *texts);
    ig_areas *areas = u->result;
    if (!texts) return no_memory(u->ctx, u->groups);
    for (size_t c = 0; c < columns; c++)
        texts[c] = ig_table_column_name(u->lookup, c);
    ig_status status = ig_table_build(u->ctx, ig_table_path(u->lookup),
                                      ig_table_line_word(u->lookup), texts, columns, &areas->table);
    for (size_t g = 0; g < u->groups && !status; g++) {
        const size_t row = u->members[u->start[g]].row;
        for (size_t c = 0; c < columns; c++)
            texts[c] = c == key ? areas->codes[g] : agreed(u, g, c);
        status = ig_table_build_row(u->ctx, areas->table, texts, ig_table_line(u->lookup, row));
    }
    if (!status) status = ig_table_build_key(u->ctx, areas->table, key);
    ig_free(texts);
    return status;
}

static ig_status take_labels(struct uniting *u, size_t column)
{
    ig_areas *areas = u->result;
    const size_t name = ig_table_name_beside(u->lookup, column);
    areas->codes = ig_alloc(u->groups + 1, sizeof *areas->codes);
    areas->names = ig_alloc(u->groups + 1, sizeof *areas->names);
    areas->path = ig_text_copy(ig_table_path(u->lookup));
    areas->layer = ig_text_copy("areas");
    areas->crs = ig_text_copy(u->areas->crs);
    areas->operation = ig_text_copy(u->areas->operation);
    if (!areas->codes || !areas->names || !areas->path || !areas->layer || !areas->crs ||
        !areas->operation)
        return no_memory(u->ctx, u->groups);
    areas->count = u->groups;
    for (size_t g = 0; g < u->groups; g++) {
        const char *known = name == SIZE_MAX ? NULL : agreed(u, g, name);
        areas->codes[g] = ig_text_copy(u->members[u->start[g]].code);
        areas->names[g] = ig_text_copy(known ? known : "");
        if (!areas->codes[g] || !areas->names[g]) return no_memory(u->ctx, u->groups);
    }
    areas->kind = ig_areas_kind_of(areas);
    return IG_OK;
}

ig_status ig_areas_unite(ig_ctx *ctx, const ig_areas *areas, const ig_table *lookup,
                         const size_t *row, size_t column, ig_areas **out)
{
    struct uniting u = {.ctx = ctx, .areas = areas, .lookup = lookup};
    *out = NULL;
    u.result = ig_alloc(1, sizeof *u.result);
    ig_status status = u.result ? find_members(&u, row, column) : no_memory(ctx, areas->count);
    if (!status) {
        u.rings = ig_alloc(u.groups + 1, sizeof *u.rings);
        status = u.rings ? ig_parallel_for(ctx, u.groups, unite_one, &u) : no_memory(ctx, u.groups);
        if (status == IG_EFORMAT)
            status = ig_fail(ctx, status, "%s: the shapes of areas cannot be united",
                             ig_areas_path(areas));
    }
    if (!status) status = take_labels(&u, column);
    if (!status) status = take_shapes(&u);
    if (!status) status = ig_areas_measure(ctx, u.result);
    if (!status) status = take_table(&u, column);
    for (size_t g = 0; u.rings && g < u.groups; g++)
        ig_ring_list_free(&u.rings[g]);
    ig_free(u.rings);
    for (size_t i = 0; i < u.count; i++)
        ig_free(u.members[i].code);
    ig_free(u.members);
    ig_free(u.start);
    if (status) {
        ig_areas_free(u.result);
    } else {
        *out = u.result;
    }
    return status;
}
