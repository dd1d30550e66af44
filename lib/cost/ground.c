// What lies off the roads: classes of land by the polygons that cover a cell, and the sea as the
// terrain tells it. Plain arithmetic.
#include "cost_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- classes of land -----------------------------------------------------------------------------

struct ranked {
    double size;
    size_t patch;
};

static int largest_first(const void *a, const void *b)
{
    const struct ranked *p = a, *q = b;
    if (p->size != q->size) return p->size > q->size ? -1 : 1;
    return p->patch < q->patch ? -1 : p->patch > q->patch;
}

/// Shares of a cell by classes that cover less than half of it are added up while they follow.
struct pending {
    uint16_t class_of;
    float share;
};

static void lay(const ig_coverage *coverage, size_t patch, uint16_t class_of, int64_t cols,
                uint16_t *classes, struct pending *pending)
{
    for (size_t k = coverage->start[patch]; k < coverage->start[patch + 1]; k++) {
        const ig_run *run = &coverage->runs[k];
        for (int64_t i = 0; i < run->cells; i++) {
            const int64_t cell = run->row * cols + run->col + i;
            struct pending *p = &pending[cell];
            if (p->class_of != class_of) *p = (struct pending){class_of, 0.0f};
            p->share += (float)run->fraction;
            if (p->share >= 0.5f) classes[cell] = class_of;
        }
    }
}

ig_status ig_land_classes(ig_ctx *ctx, const ig_frame *frame, const ig_patches *patches,
                          const ig_speeds *speeds, uint16_t **classes)
{
    const size_t cells = (size_t)ig_frame_cells(frame);
    struct ranked *order = ig_alloc(patches->count + 1, sizeof *order);
    struct pending *pending = ig_alloc(cells, sizeof *pending);
    uint16_t *made = ig_alloc(cells, sizeof *made);
    ig_coverage *coverage = NULL;
    const ig_rings rings = ig_patches_rings(patches);
    ig_status status = order && pending && made
                           ? ig_coverage_new(ctx, frame, &rings, &coverage)
                           : ig_fail(ctx, IG_EMEMORY, "no memory for the land cover");
    if (status) goto done;
    for (size_t i = 0; i < patches->count; i++)
        order[i] = (struct ranked){patches->size[i], i};
    qsort(order, patches->count, sizeof *order, largest_first);
    for (size_t i = 0; i < patches->count; i++) {
        const size_t patch = order[i].patch;
        const uint16_t row = patches->class_of[patch];
        if (speeds->land.rows[row].value > 0.0)
            lay(coverage, patch, (uint16_t)(row + 1), frame->cols, made, pending);
    }
    *classes = made;
    made = NULL;
done:
    ig_coverage_free(coverage);
    ig_free(order);
    ig_free(pending);
    ig_free(made);
    return status;
}

// ---- the sea -------------------------------------------------------------------------------------

/// Cells of one height, at or below zero, that hang together over a square kilometre: 1 in `sea`.
static ig_status find_level(ig_ctx *ctx, const ig_grid *dem, uint8_t *sea)
{
    const ig_frame *f = &dem->frame;
    const int64_t cells = ig_frame_cells(f);
    int64_t *stack = NULL;
    size_t room = 0;
    uint8_t *seen = ig_alloc((size_t)cells, 1);
    ig_status status = seen ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for the sea");
    for (int64_t start = 0; !status && start < cells; start++) {
        const float height = dem->cells[start];
        if (seen[start] || !(height <= 0.0f)) continue;
        size_t count = 0, at = 0;
        if (!ig_grow((void **)&stack, &room, 1, sizeof *stack)) {
            status = ig_fail(ctx, IG_EMEMORY, "no memory for the sea");
            break;
        }
        stack[count++] = start;
        seen[start] = 1;
        while (!status && at < count) {
            const int64_t cell = stack[at++], col = cell % f->cols, row = cell / f->cols;
            const int64_t next[4] = {col > 0 ? cell - 1 : -1, col + 1 < f->cols ? cell + 1 : -1,
                                     row > 0 ? cell - f->cols : -1,
                                     row + 1 < f->rows ? cell + f->cols : -1};
            for (int k = 0; k < 4; k++) {
                if (next[k] < 0 || seen[next[k]] || dem->cells[next[k]] != height) continue;
                if (!ig_grow((void **)&stack, &room, count + 1, sizeof *stack)) {
                    status = ig_fail(ctx, IG_EMEMORY, "no memory for the sea");
                    break;
                }
                seen[next[k]] = 1;
                stack[count++] = next[k];
            }
        }
        const bool large = (double)count * f->dx * f->dy >= 1e6;
        for (size_t i = 0; large && i < count; i++)
            sea[stack[i]] = 1;
    }
    ig_free(stack);
    ig_free(seen);
    return status;
}

/// Cells of the frame that no area touches.
static ig_status find_outside(ig_ctx *ctx, const ig_frame *frame, const ig_rings *areas,
                              uint8_t *outside)
{
    ig_coverage *coverage = NULL;
    const ig_status status = ig_coverage_new(ctx, frame, areas, &coverage);
    if (status) return status;
    memset(outside, 1, (size_t)ig_frame_cells(frame));
    for (size_t k = 0; k < coverage->start[coverage->areas]; k++) {
        const ig_run *run = &coverage->runs[k];
        memset(outside + run->row * frame->cols + run->col, 0, (size_t)run->cells);
    }
    ig_coverage_free(coverage);
    return IG_OK;
}

ig_status ig_sea_find(ig_ctx *ctx, const ig_frame *frame, const ig_grid *dem, const ig_rings *areas,
                      uint8_t **sea, int64_t *cells)
{
    uint8_t *level = ig_alloc((size_t)ig_frame_cells(&dem->frame), 1);
    uint8_t *outside = ig_alloc((size_t)ig_frame_cells(frame), 1);
    ig_status status = level && outside ? find_level(ctx, dem, level)
                                        : ig_fail(ctx, IG_EMEMORY, "no memory for the sea");
    if (!status) status = find_outside(ctx, frame, areas, outside);
    *cells = 0;
    for (int64_t row = 0; !status && row < frame->rows; row++) {
        for (int64_t col = 0; col < frame->cols; col++) {
            uint8_t *cell = &outside[row * frame->cols + col];
            if (!*cell) continue;
            int64_t c, r;
            const bool on = ig_frame_cell(&dem->frame, frame->west + ((double)col + .5) * frame->dx,
                                          frame->north - ((double)row + .5) * frame->dy, &c, &r);
            const int64_t at = on ? r * dem->frame.cols + c : 0;
            *cell = !on || level[at] || isnan(dem->cells[at]);
            *cells += *cell;
        }
    }
    ig_free(level);
    if (status || *cells == 0) {
        ig_free(outside);
        outside = NULL;
    }
    *sea = outside;
    return status;
}
