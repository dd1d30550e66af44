// Where people stand on the cells of a surface: placed once, then met with the minutes of one
// source after another. A source looks only at areas near the cells that it reaches.
#include "standing_internal.h"

#include <math.h>
#include <string.h>

enum {
    BLOCK_BITS = 6, ///< cells in a row that share a list of areas: 64
    TILE = 64       ///< side in cells of the boxes that stand for areas where there are none
};

// ---- boxes in place of areas --------------------------------------------------------------------

/// A net of boxes over a frame, as areas that share their sides.
struct net {
    size_t *area_start, *ring_start;
    double *x, *y;
    const char **codes;
    ig_rings rings;
};

static void net_free(struct net *net)
{
    ig_free(net->area_start);
    ig_free(net->ring_start);
    ig_free(net->x);
    ig_free(net->y);
    ig_free(net->codes);
}

static bool net_new(const ig_frame *f, struct net *net)
{
    const int64_t across = (f->cols + TILE - 1) / TILE, down = (f->rows + TILE - 1) / TILE;
    const size_t boxes = (size_t)(across * down);
    *net = (struct net){
        .area_start = ig_alloc(boxes + 1, sizeof *net->area_start),
        .ring_start = ig_alloc(boxes + 1, sizeof *net->ring_start),
        .x = ig_alloc(5 * boxes, sizeof *net->x),
        .y = ig_alloc(5 * boxes, sizeof *net->y),
        .codes = ig_alloc(boxes, sizeof *net->codes),
    };
    if (!net->area_start || !net->ring_start || !net->x || !net->y || !net->codes) return false;
    for (size_t b = 0; b < boxes; b++) {
        const int64_t col = (int64_t)b % across * TILE, row = (int64_t)b / across * TILE;
        const int64_t last_col = col + TILE < f->cols ? col + TILE : f->cols;
        const int64_t last_row = row + TILE < f->rows ? row + TILE : f->rows;
        const double west = f->west + (double)col * f->dx,
                     east = f->west + (double)last_col * f->dx;
        const double north = f->north - (double)row * f->dy,
                     south = f->north - (double)last_row * f->dy;
        const double x[5] = {west, west, east, east, west};
        const double y[5] = {south, north, north, south, south};
        memcpy(net->x + 5 * b, x, sizeof x);
        memcpy(net->y + 5 * b, y, sizeof y);
        net->codes[b] = "all";
        net->area_start[b + 1] = b + 1;
        net->ring_start[b + 1] = 5 * (b + 1);
    }
    net->rings = (ig_rings){boxes, net->area_start, net->ring_start, net->x, net->y};
    return true;
}

// ---- which areas lie where ----------------------------------------------------------------------

/// Walk over the blocks of each area: count them (fill NULL) or write them down.
static void visit_blocks(const ig_standing *standing, size_t *count, size_t *fill)
{
    for (size_t a = 0; a < standing->stands->areas; a++) {
        const struct stand *stand = &standing->stands->area[a];
        int64_t last = -1;
        for (size_t i = 0; i < stand->spots; i++) {
            const struct spot *spot = &stand->spot[i];
            const int64_t end = (spot->cell + spot->cells - 1) >> BLOCK_BITS;
            for (int64_t b = spot->cell >> BLOCK_BITS; b <= end; b++) {
                if (b == last) continue;
                last = b;
                if (fill) standing->block_area[fill[b]++] = (uint32_t)a;
                if (count) count[b + 1]++;
            }
        }
    }
}

static bool index_blocks(ig_standing *standing)
{
    standing->blocks = (size_t)(ig_frame_cells(&standing->frame) >> BLOCK_BITS) + 1;
    size_t *start = ig_alloc(standing->blocks + 1, sizeof *start);
    size_t *fill = ig_alloc(standing->blocks + 1, sizeof *fill);
    standing->block_start = start;
    if (start && fill) {
        visit_blocks(standing, start, NULL);
        for (size_t b = 0; b < standing->blocks; b++) {
            fill[b] = start[b];
            start[b + 1] += start[b];
        }
        standing->block_area = ig_alloc(start[standing->blocks] + 1, sizeof(uint32_t));
        if (standing->block_area) visit_blocks(standing, NULL, fill);
    }
    ig_free(fill);
    return standing->block_area != NULL;
}

// ---- the standing -------------------------------------------------------------------------------

void ig_standing_free(ig_standing *standing)
{
    if (!standing) return;
    ig_stands_free(standing->stands);
    ig_free(standing->block_start);
    ig_free(standing->block_area);
    ig_free(standing);
}

ig_status ig_standing_over(ig_ctx *ctx, const struct shapes *shapes, const ig_surface *surface,
                           const ig_people *people, bool tell, ig_standing **out)
{
    ig_standing *standing = ig_alloc(1, sizeof *standing);
    if (!standing) return ig_fail(ctx, IG_EMEMORY, "no memory for where people stand");
    standing->frame = surface->frame;
    const struct ground ground = {
        .frame = &surface->frame, .pace = surface->pace, .residents = surface->residents};
    ig_status status =
        shapes->rings->areas < UINT32_MAX
            ? IG_OK
            : ig_fail(ctx, IG_ELIMIT, "%zu areas are too many", shapes->rings->areas);
    if (!status)
        status = ig_stands_over(ctx, shapes, &ground, people, NULL, tell, NULL, &standing->stands,
                                &standing->outside);
    standing->words = ig_spread_words(&ground, people);
    if (!status && !index_blocks(standing))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for where people stand");
    if (status) {
        ig_standing_free(standing);
        return status;
    }
    *out = standing;
    return IG_OK;
}

ig_status ig_standing_new(ig_ctx *ctx, const ig_areas *areas, const ig_surface *surface,
                          const ig_people *people, bool tell, ig_standing **out)
{
    ig_status status;
    if (areas) {
        const char **codes = NULL;
        if (ig_codes_of(areas, &codes)) return ig_fail(ctx, IG_EMEMORY, "no memory for codes");
        const struct shapes shapes = {ig_areas_rings(areas), codes};
        status = ig_standing_over(ctx, &shapes, surface, people, tell, out);
        ig_free(codes);
        return status;
    }
    if (!people || people->by_area)
        return ig_fail(ctx, IG_EINVAL, "people by area need the areas they live in");
    struct net net;
    if (!net_new(&surface->frame, &net)) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for where people stand");
    } else {
        const struct shapes shapes = {&net.rings, net.codes};
        status = ig_standing_over(ctx, &shapes, surface, people, false, out);
    }
    net_free(&net);
    return status;
}

// ---- meeting minutes ----------------------------------------------------------------------------

bool ig_met_new(const ig_standing *standing, struct met *met)
{
    *met = (struct met){
        .seen = ig_alloc(standing->stands->areas + 1, 1),
        .block_seen = ig_alloc(standing->blocks / 8 + 1, 1),
        .area = ig_alloc(standing->stands->areas + 1, sizeof *met->area),
    };
    return met->seen && met->block_seen && met->area;
}

void ig_met_free(struct met *met)
{
    ig_free(met->seen);
    ig_free(met->block_seen);
    ig_free(met->area);
}

struct blocks {
    size_t first, last;
};

static struct blocks blocks_of(const ig_span *span)
{
    return (struct blocks){(size_t)(span->cell >> BLOCK_BITS),
                           (size_t)((span->cell + span->cells - 1) >> BLOCK_BITS)};
}

static void add_areas(const ig_standing *standing, size_t block, struct met *met)
{
    for (size_t k = standing->block_start[block]; k < standing->block_start[block + 1]; k++) {
        const uint32_t a = standing->block_area[k];
        if (met->seen[a]) continue;
        met->seen[a] = 1;
        met->area[met->count++] = a;
    }
}

void ig_standing_meet(const ig_standing *standing, const ig_reached *reached, struct met *met)
{
    for (size_t i = 0; i < met->count; i++)
        met->seen[met->area[i]] = 0;
    met->count = 0;
    for (size_t i = 0; i < reached->spans; i++) {
        const struct blocks blocks = blocks_of(&reached->span[i]);
        for (size_t block = blocks.first; block <= blocks.last; block++) {
            const uint8_t bit = (uint8_t)(1U << (block & 7));
            if (met->block_seen[block >> 3] & bit) continue;
            met->block_seen[block >> 3] |= bit;
            add_areas(standing, block, met);
        }
    }
    for (size_t i = 0; i < reached->spans; i++) {
        const struct blocks blocks = blocks_of(&reached->span[i]);
        for (size_t block = blocks.first; block <= blocks.last; block++)
            met->block_seen[block >> 3] = 0;
    }
}

/// The part of a spot that lies in the window, as minutes; how many cells.
static const float *clip(const struct spot *spot, const ig_reached *reached, size_t *cells)
{
    const int64_t from = spot->cell > reached->first ? spot->cell : reached->first;
    const int64_t to =
        spot->cell + spot->cells < reached->end ? spot->cell + spot->cells : reached->end;
    *cells = to > from ? (size_t)(to - from) : 0;
    return *cells ? reached->minutes + (from - reached->first) : NULL;
}

struct arrival ig_arrival_of(const struct stand *stand, const ig_reached *reached)
{
    struct ig_sum people = {0}, moment = {0};
    bool everyone = !(stand->unreached > 0.0);
    for (size_t i = 0; i < stand->spots; i++) {
        const struct spot *spot = &stand->spot[i];
        size_t cells, arrived = 0;
        const float *minutes = clip(spot, reached, &cells);
        double sum = 0.0;
        for (size_t c = 0; c < cells; c++) {
            const bool in = !isnan(minutes[c]);
            arrived += in;
            sum += in ? (double)minutes[c] : 0.0;
        }
        everyone = everyone && arrived == (size_t)spot->cells;
        if (!arrived) continue;
        ig_sum_add(&people, spot->people * (double)arrived);
        ig_sum_add(&moment, spot->people * sum);
    }
    const double total = ig_sum_of(&people);
    return (struct arrival){
        .people = everyone ? stand->all : fmin(total, stand->all),
        .minutes = total > 0.0 ? ig_sum_of(&moment) / total : NAN,
    };
}

void ig_people_by_level(const struct stand *stand, const ig_reached *reached, const double *levels,
                        size_t count, double *within)
{
    for (size_t i = 0; i < stand->spots; i++) {
        size_t cells;
        const float *minutes = clip(&stand->spot[i], reached, &cells);
        for (size_t c = 0; c < cells; c++)
            for (size_t k = count; k-- > 0 && ig_minutes_within(minutes[c], levels[k]);)
                within[k] += stand->spot[i].people;
    }
}

ig_status ig_standing_within(const ig_standing *standing, const ig_reached *reached,
                             const double *levels, size_t count, double *within)
{
    struct met met;
    ig_status status = ig_met_new(standing, &met) ? IG_OK : IG_EMEMORY;
    for (size_t k = 0; k < count; k++)
        within[k] = 0.0;
    if (!status) {
        ig_standing_meet(standing, reached, &met);
        for (size_t i = 0; i < met.count; i++)
            ig_people_by_level(&standing->stands->area[met.area[i]], reached, levels, count,
                               within);
    }
    ig_met_free(&met);
    return status;
}

void ig_standing_means(const ig_standing *standing, const ig_grid *minutes, double *people,
                       double *reached, double *mean)
{
    const ig_reached all = {.end = ig_frame_cells(&minutes->frame), .minutes = minutes->cells};
    for (size_t a = 0; a < standing->stands->areas; a++) {
        const struct stand *stand = &standing->stands->area[a];
        const struct arrival arrival = ig_arrival_of(stand, &all);
        people[a] = stand->all;
        mean[a] = arrival.minutes;
        reached[a] = isnan(arrival.minutes) ? 0.0 : arrival.people;
    }
}
