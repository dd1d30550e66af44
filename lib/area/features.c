// Features as growing flat arrays: what every reader of shapes fills.
#include "features.h"

#include <string.h>

void ig_features_free(ig_features *features)
{
    if (!features) return;
    ig_free(features->items);
    ig_free(features->ring_start);
    ig_free(features->polygon);
    ig_free(features->x);
    ig_free(features->y);
    for (size_t i = 0; i < features->column_count; i++) {
        ig_free(features->columns[i].name);
        ig_free(features->columns[i].cells);
    }
    ig_free(features->columns);
    ig_text_free(&features->pool);
    for (size_t i = 0; i < features->file_count; i++)
        ig_free(features->files[i]);
    ig_free(features->files);
    ig_free(features->crs);
    ig_free(features->layer);
    *features = (ig_features){0};
}

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the features");
}

ig_status ig_features_file(ig_ctx *ctx, ig_features *features, const char *name)
{
    if (!ig_grow((void **)&features->files, &features->file_room, features->file_count + 1,
                 sizeof *features->files))
        return no_memory(ctx);
    char *copy = ig_text_copy(name);
    if (!copy) return no_memory(ctx);
    features->files[features->file_count++] = copy;
    return IG_OK;
}

void ig_features_clear(ig_features *features)
{
    features->before += features->count;
    for (size_t i = 0; i < features->column_count; i++)
        if (features->columns[i].cells)
            memset(features->columns[i].cells, 0,
                   features->columns[i].room * sizeof *features->columns[i].cells);
    features->count = features->rings = features->used = features->pool.length = 0;
}

/// A whole batch goes to who asked for batches.
static ig_status take_batch(ig_ctx *ctx, ig_features *features)
{
    if (!features->take || features->count < features->batch || !features->crs_stated) return IG_OK;
    const ig_status status = features->take(ctx, features, features->user);
    if (!status) ig_features_clear(features);
    return status;
}

ig_status ig_features_add(ig_ctx *ctx, ig_features *features, int64_t line, ig_feature **feature)
{
    const ig_status status = take_batch(ctx, features);
    if (status) return status;
    if (features->count + features->before >= IG_MAX_FEATURES)
        return ig_fail(ctx, IG_ELIMIT, "%s: more than %u features",
                       features->files[features->file_count - 1], IG_MAX_FEATURES);
    if (!ig_grow((void **)&features->items, &features->item_room, features->count + 1,
                 sizeof *features->items))
        return no_memory(ctx);
    ig_feature *item = &features->items[features->count++];
    *item = (ig_feature){.line = line,
                         .file = features->file_count - 1,
                         .ring = features->points ? features->used : features->rings,
                         .state = IG_FEATURE_NULL};
    if (feature) *feature = item;
    return IG_OK;
}

ig_status ig_features_ring(ig_ctx *ctx, ig_features *features, uint32_t polygon)
{
    if (!ig_grow((void **)&features->ring_start, &features->ring_room, features->rings + 2,
                 sizeof *features->ring_start) ||
        !ig_grow((void **)&features->polygon, &features->polygon_room, features->rings + 1,
                 sizeof *features->polygon))
        return no_memory(ctx);
    features->ring_start[features->rings] = features->used;
    features->ring_start[features->rings + 1] = features->used;
    features->polygon[features->rings++] = polygon;
    features->items[features->count - 1].rings++;
    return IG_OK;
}

void ig_features_forget(ig_features *features)
{
    ig_feature *item = &features->items[features->count - 1];
    if (features->points) {
        features->used = item->ring;
    } else if (item->rings) {
        features->used = features->ring_start[item->ring];
        features->rings = item->ring;
        features->ring_start[features->rings] = features->used;
    }
    item->rings = 0;
}

void ig_features_ring_end(ig_features *features)
{
    features->ring_start[features->rings] = features->used;
}

ig_status ig_features_room(ig_ctx *ctx, ig_features *features, size_t more)
{
    const size_t needed = features->used + more;
    if (needed < features->used ||
        !ig_grow((void **)&features->x, &features->x_room, needed, sizeof *features->x) ||
        !ig_grow((void **)&features->y, &features->y_room, needed, sizeof *features->y))
        return no_memory(ctx);
    return IG_OK;
}

/// Column `other` of like files may hold another kind of number, or text.
static ig_column_kind widest(ig_column_kind a, ig_column_kind b)
{
    if (a == b) return a;
    if (a == IG_COLUMN_TEXT || b == IG_COLUMN_TEXT) return IG_COLUMN_TEXT;
    return IG_COLUMN_REAL;
}

ig_status ig_features_column(ig_ctx *ctx, ig_features *features, const char *name,
                             ig_column_kind kind, size_t *column)
{
    for (size_t i = 0; i < features->column_count; i++) {
        if (strcmp(features->columns[i].name, name)) continue;
        *column = i;
        return IG_OK;
    }
    if (features->column_count >= IG_MAX_COLUMNS)
        return ig_fail(ctx, IG_ELIMIT, "%s: more than %d columns",
                       features->files[features->file_count - 1], IG_MAX_COLUMNS);
    if (!ig_grow((void **)&features->columns, &features->column_room, features->column_count + 1,
                 sizeof *features->columns))
        return no_memory(ctx);
    char *copy = ig_text_copy(name);
    if (!copy) return no_memory(ctx);
    *column = features->column_count;
    features->columns[features->column_count++] = (ig_cells){.name = copy, .kind = kind};
    return IG_OK;
}

ig_status ig_features_cell(ig_ctx *ctx, ig_features *features, size_t column, ig_column_kind kind,
                           const char *text, size_t length)
{
    if (!text) return IG_OK;
    ig_cells *cells = &features->columns[column];
    const size_t row = features->count - 1;
    const size_t before = cells->room;
    if (row >= cells->room) {
        if (!ig_grow((void **)&cells->cells, &cells->room, row + 1, sizeof *cells->cells))
            return no_memory(ctx);
        for (size_t i = before; i < cells->room; i++)
            cells->cells[i] = IG_NO_CELL;
    }
    cells->kind = cells->any ? widest(cells->kind, kind) : kind;
    cells->any = true;
    if (features->pool.length == 0) ig_text_append_bytes(&features->pool, "\0", 1);
    const size_t start = features->pool.length;
    ig_text_append_bytes(&features->pool, text, length);
    ig_text_append_bytes(&features->pool, "\0", 1);
    if (features->pool.failed) return no_memory(ctx);
    cells->cells[row] = start;
    return IG_OK;
}

const char *ig_features_text(const ig_features *features, size_t row, size_t column)
{
    const ig_cells *cells = &features->columns[column];
    if (row >= cells->room || cells->cells[row] == IG_NO_CELL) return NULL;
    return features->pool.data + cells->cells[row];
}

const char *ig_features_name(const ig_features *features, size_t row)
{
    return features->files[features->items[row].file];
}

ig_status ig_features_crs(ig_ctx *ctx, ig_features *features, const char *crs, bool assumed)
{
    const char *file = features->files[features->file_count - 1];
    features->crs_stated = true;
    if (features->file_count == 1) {
        features->assumed_crs = assumed;
        if (!crs) return IG_OK;
        features->crs = ig_text_copy(crs);
        return features->crs ? IG_OK : no_memory(ctx);
    }
    const bool same =
        (!crs && !features->crs) || (crs && features->crs && !strcmp(crs, features->crs));
    features->assumed_crs = features->assumed_crs && assumed;
    if (same) return IG_OK;
    char *a = NULL, *b = NULL;
    bool equal = crs && features->crs && ig_crs_name(ctx, crs, &a) == IG_OK &&
                 ig_crs_name(ctx, features->crs, &b) == IG_OK && !strcmp(a, b);
    ig_free(a);
    ig_free(b);
    if (equal) return IG_OK;
    ig_fail(ctx, IG_EFORMAT, "%s: not in the same CRS as %s", file, features->files[0]);
    return ig_hint(ctx, "files read as one must share a CRS; convert one of them first");
}

ig_status ig_features_keep(ig_ctx *ctx, ig_features *features, const bool *keep)
{
    size_t kept = 0;
    for (size_t row = 0; row < features->count; row++) {
        if (!keep[row]) continue;
        features->items[kept] = features->items[row];
        for (size_t c = 0; c < features->column_count; c++) {
            ig_cells *cells = &features->columns[c];
            if (kept < cells->room)
                cells->cells[kept] = row < cells->room ? cells->cells[row] : IG_NO_CELL;
        }
        kept++;
    }
    features->count = kept;
    for (size_t c = 0; c < features->column_count; c++) {
        ig_cells *cells = &features->columns[c];
        for (size_t row = kept; row < cells->room; row++)
            cells->cells[row] = IG_NO_CELL;
    }
    if (kept == 0)
        return ig_fail(ctx, IG_EFORMAT, "%s: no feature is left by the filter", features->files[0]);
    return IG_OK;
}
