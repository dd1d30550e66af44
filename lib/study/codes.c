// Finding things: codes in sorted order, areas by point.
#include "codes_internal.h"

#include <stdlib.h>
#include <string.h>

static int by_code(const void *a, const void *b)
{
    const struct code_entry *left = a, *right = b;
    const int order = strcmp(left->code, right->code);
    if (order) return order;
    return left->number < right->number ? -1 : left->number > right->number;
}

ig_status code_index_new(ig_ctx *ctx, size_t count, const char *(*code)(const void *of, size_t i),
                         const void *of, struct code_index *out)
{
    *out = (struct code_index){.entries = ig_alloc(count + 1, sizeof *out->entries)};
    if (!out->entries) return ig_fail(ctx, IG_EMEMORY, "no memory for %zu codes", count);
    for (size_t i = 0; i < count; i++) {
        const char *here = code(of, i);
        if (here && *here) out->entries[out->count++] = (struct code_entry){here, i};
    }
    qsort(out->entries, out->count, sizeof *out->entries, by_code);
    return IG_OK;
}

void code_index_free(struct code_index *index)
{
    ig_free(index->entries);
    *index = (struct code_index){0};
}

size_t code_index_first(const struct code_index *index, const char *code)
{
    size_t low = 0, high = index->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(index->entries[middle].code, code) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t code_index_find(const struct code_index *index, const char *code)
{
    const size_t at = code ? code_index_first(index, code) : index->count;
    if (at == index->count || strcmp(index->entries[at].code, code)) return SIZE_MAX;
    return index->entries[at].number;
}

size_t code_index_count(const struct code_index *index, const char *code)
{
    size_t at = code_index_first(index, code), count = 0;
    for (; at < index->count && !strcmp(index->entries[at].code, code); at++)
        count++;
    return count;
}

const char *code_of_area(const void *areas, size_t i)
{
    return ig_areas_code(areas, i);
}

const char *code_of_row(const void *table, size_t i)
{
    return ig_table_code(table, i);
}

static bool in_rings(const ig_rings *rings, size_t area, double x, double y)
{
    bool inside = false;
    for (size_t r = rings->area_start[area]; r < rings->area_start[area + 1]; r++) {
        for (size_t i = rings->ring_start[r]; i + 1 < rings->ring_start[r + 1]; i++) {
            const double y0 = rings->y[i], y1 = rings->y[i + 1];
            if ((y0 > y) == (y1 > y)) continue;
            const double cross =
                rings->x[i] + (y - y0) / (y1 - y0) * (rings->x[i + 1] - rings->x[i]);
            if (x < cross) inside = !inside;
        }
    }
    return inside;
}

size_t area_at_point(const ig_areas *areas, double x, double y)
{
    const ig_rings *rings = ig_areas_rings(areas);
    for (size_t a = 0; a < ig_areas_count(areas); a++) {
        if (in_rings(rings, a, x, y)) return a;
    }
    return SIZE_MAX;
}
