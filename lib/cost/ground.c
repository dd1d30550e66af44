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
    for (const ig_run *run = coverage->area[patch].first; run < coverage->area[patch].end; run++) {
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
    for (size_t a = 0; a < coverage->areas; a++)
        for (const ig_run *run = coverage->area[a].first; run < coverage->area[a].end; run++)
            memset(outside + run->row * frame->cols + run->col, 0, (size_t)run->cells);
    ig_coverage_free(coverage);
    return IG_OK;
}

enum { KNOWN_LAND, KNOWN_SEA, MISSING, TAKEN_LAND, TAKEN_SEA };

/// What the terrain says of each cell of the frame.
static void look_up(const ig_frame *frame, const ig_grid *dem, const uint8_t *level, uint8_t *state)
{
    for (int64_t row = 0; row < frame->rows; row++) {
        for (int64_t col = 0; col < frame->cols; col++) {
            int64_t c, r;
            const bool on = ig_frame_cell(&dem->frame, frame->west + ((double)col + .5) * frame->dx,
                                          frame->north - ((double)row + .5) * frame->dy, &c, &r);
            const int64_t at = on ? r * dem->frame.cols + c : 0;
            state[row * frame->cols + col] = !on || isnan(dem->cells[at]) ? MISSING
                                             : level[at]                  ? KNOWN_SEA
                                                                          : KNOWN_LAND;
        }
    }
}

/// Squares of 10 km in which terrain is missing, as they are named on the sheets.
struct squares {
    char names[IG_SHOWN][24];
    size_t named;
    int64_t cells, regions;
    double last[2]; ///< the square of the last cell, to name each once in a row
};

/// "SZ48" on the British grid; elsewhere the square's south-west corner.
static void square_name(bool british, double x, double y, char name[24])
{
    const int e = (int)floor(x / 1e5), n = (int)floor(y / 1e5);
    if (!british || e < 0 || e > 6 || n < 0 || n > 12) {
        snprintf(name, 24, "%.0f %.0f", floor(x / 1e4) * 1e4, floor(y / 1e4) * 1e4);
        return;
    }
    int first = (19 - n) - (19 - n) % 5 + (e + 10) / 5, second = (19 - n) * 5 % 25 + e % 5;
    first += first > 7; // there is no I
    second += second > 7;
    snprintf(name, 24, "%c%c%d%d", 'A' + first, 'A' + second, (int)floor(x / 1e4) % 10,
             (int)floor(y / 1e4) % 10);
}

static void note_square(struct squares *s, const ig_frame *f, int64_t cell, bool british)
{
    char name[24];
    const double x = f->west + ((double)(cell % f->cols) + .5) * f->dx;
    const double y = f->north - ((double)(cell / f->cols) + .5) * f->dy;
    const double square[2] = {floor(x / 1e4), floor(y / 1e4)};
    s->cells++;
    if (s->cells > 1 && square[0] == s->last[0] && square[1] == s->last[1]) return;
    memcpy(s->last, square, sizeof square);
    square_name(british, x, y, name);
    for (size_t i = 0; i < s->named; i++)
        if (strcmp(s->names[i], name) == 0) return;
    if (s->named < IG_SHOWN) memcpy(s->names[s->named++], name, sizeof name);
}

/// A region without terrain is sea where most of the ground round it is, else land.
static ig_status take_region(ig_ctx *ctx, const ig_frame *f, uint8_t *state, int64_t start,
                             int64_t **stack, size_t *room, struct squares squares[2])
{
    size_t count = 0, at = 0;
    int64_t sea = 0, land = 0;
    if (!ig_grow((void **)stack, room, 1, sizeof **stack))
        return ig_fail(ctx, IG_EMEMORY, "no memory for the sea");
    (*stack)[count++] = start;
    state[start] = TAKEN_LAND;
    while (at < count) {
        const int64_t cell = (*stack)[at++], col = cell % f->cols, row = cell / f->cols;
        const int64_t next[4] = {col > 0 ? cell - 1 : -1, col + 1 < f->cols ? cell + 1 : -1,
                                 row > 0 ? cell - f->cols : -1,
                                 row + 1 < f->rows ? cell + f->cols : -1};
        for (int k = 0; k < 4; k++) {
            if (next[k] < 0) continue;
            sea += state[next[k]] == KNOWN_SEA;
            land += state[next[k]] == KNOWN_LAND;
            if (state[next[k]] != MISSING) continue;
            if (!ig_grow((void **)stack, room, count + 1, sizeof **stack))
                return ig_fail(ctx, IG_EMEMORY, "no memory for the sea");
            state[next[k]] = TAKEN_LAND;
            (*stack)[count++] = next[k];
        }
    }
    const bool is_sea = sea > land;
    const bool british = strcmp(ig_ctx_work_crs(ctx), "EPSG:27700") == 0;
    squares[is_sea].regions++;
    for (size_t i = 0; i < count; i++) {
        if (is_sea) state[(*stack)[i]] = TAKEN_SEA;
        note_square(&squares[is_sea], f, (*stack)[i], british);
    }
    return IG_OK;
}

static void tell_missing(ig_ctx *ctx, const struct squares squares[2])
{
    ig_text names[2] = {{0}, {0}};
    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < squares[k].named; i++)
            ig_text_format(&names[k], "%s%s", i ? ", " : "", squares[k].names[i]);
        if (squares[k].named == IG_SHOWN) ig_text_append(&names[k], " ...");
    }
    if (squares[0].cells)
        ig_warn(ctx,
                "the terrain has no heights for %lld cells (10 km squares %s): they are taken as "
                "level land",
                (long long)squares[0].cells, names[0].data ? names[0].data : "");
    if (squares[1].cells)
        ig_info(ctx,
                "the terrain has no heights for %lld cells beside the sea (10 km squares %s): "
                "outside the areas they are taken as sea",
                (long long)squares[1].cells, names[1].data ? names[1].data : "");
    ig_text_free(&names[0]);
    ig_text_free(&names[1]);
}

void ig_dem_clear(ig_ctx *ctx, const char *name, ig_grid *dem)
{
    const int64_t cells = ig_frame_cells(&dem->frame);
    int64_t odd = 0;
    double first = 0.0;
    for (int64_t i = 0; i < cells; i++) {
        const float height = dem->cells[i];
        if (isnan(height) || (height > -450.0f && height < 9000.0f)) continue;
        if (odd++ == 0) first = (double)height;
        dem->cells[i] = NAN;
    }
    if (odd)
        ig_warn(
            ctx,
            "%s: %lld cell%s no height that land has, such as %.7g: taken as undeclared nodata; "
            "to be sure declare it: gdal_translate -a_nodata %.7g IN OUT.tif",
            ig_show(name), (long long)odd, odd == 1 ? " holds" : "s hold", first, first);
}

ig_status ig_sea_find(ig_ctx *ctx, const ig_frame *frame, const ig_grid *dem, const ig_rings *areas,
                      uint8_t **sea, int64_t *cells)
{
    const size_t all = (size_t)ig_frame_cells(frame);
    uint8_t *level = ig_alloc((size_t)ig_frame_cells(&dem->frame), 1);
    uint8_t *outside = ig_alloc(all, 1), *state = ig_alloc(all, 1);
    int64_t *stack = NULL;
    size_t room = 0;
    struct squares squares[2] = {{.cells = 0}, {.cells = 0}};
    ig_status status = level && outside && state
                           ? find_level(ctx, dem, level)
                           : ig_fail(ctx, IG_EMEMORY, "no memory for the sea");
    if (!status) status = find_outside(ctx, frame, areas, outside);
    if (!status) look_up(frame, dem, level, state);
    for (size_t i = 0; !status && i < all; i++)
        if (state[i] == MISSING)
            status = take_region(ctx, frame, state, (int64_t)i, &stack, &room, squares);
    *cells = 0;
    for (size_t i = 0; !status && i < all; i++) {
        outside[i] = outside[i] && (state[i] == KNOWN_SEA || state[i] == TAKEN_SEA);
        *cells += outside[i];
    }
    if (!status) tell_missing(ctx, squares);
    ig_free(level);
    ig_free(state);
    ig_free(stack);
    if (status || *cells == 0) {
        ig_free(outside);
        outside = NULL;
    }
    *sea = outside;
    return status;
}
