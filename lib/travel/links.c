// Links: ways from one cell to another past what lies between them (ig_surface.links), one more move
// out of their cells. In the search over tiles the time at the end of a link is a seed of its tile:
// who lowers the time where it begins leaves an offer there, and wakes the tile when that fell.
#include "field_internal.h"

#include <stdlib.h>

// ---- as the search walks them -------------------------------------------------------------------

static ig_status check_link(ig_ctx *ctx, const struct model *model, const ig_link *link)
{
    const int64_t cells = model->cells;
    if (link->from < 0 || link->from >= cells || link->to < 0 || link->to >= cells)
        return ig_fail(ctx, IG_EINVAL, "a link from cell %lld to cell %lld leaves the cost grid",
                       (long long)link->from, (long long)link->to);
    if (link->from == link->to)
        return ig_fail(ctx, IG_EINVAL, "a link leads from cell %lld to itself",
                       (long long)link->from);
    if (!(link->seconds > 0.0) || !(link->seconds <= IG_LINK_LONGEST))
        return ig_fail(ctx, IG_EINVAL,
                       "the link from cell %lld to cell %lld takes %g seconds: a link takes more "
                       "than 0 and at most %g",
                       (long long)link->from, (long long)link->to, link->seconds, IG_LINK_LONGEST);
    return IG_OK;
}

ig_status ig_links_check(ig_ctx *ctx, const struct model *model, double *longest)
{
    const ig_surface *surface = model->surface;
    *longest = 0.0;
    if (surface->link_count && !surface->links)
        return ig_fail(ctx, IG_EINVAL, "the cost grid counts links and has none");
    for (size_t i = 0; i < surface->link_count; i++) {
        const ig_status status = check_link(ctx, model, &surface->links[i]);
        if (status) return status;
        *longest = fmax(*longest, surface->links[i].seconds);
    }
    return IG_OK;
}

static int by_start(const void *pa, const void *pb)
{
    const struct passage *a = pa, *b = pb;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

/// Count up to the first passage of each row.
static void note_rows(struct model *model)
{
    size_t i = 0;
    for (int64_t row = 0; row <= model->rows; row++) {
        while (i < model->passages && model->passage[i].from / model->cols < row)
            i++;
        model->passage_row[row] = i;
    }
}

static bool room_for(struct model *model, size_t passages)
{
    model->passage = ig_alloc(passages, sizeof *model->passage);
    model->passage_row = ig_alloc((size_t)model->rows + 1, sizeof *model->passage_row);
    return model->passage && model->passage_row;
}

ig_status ig_passages_make(ig_ctx *ctx, struct model *model)
{
    const ig_surface *surface = model->surface;
    const bool backwards = model->options.direction == IG_TO_SITE;
    if (!surface->link_count) return IG_OK;
    if (surface->link_count > INT32_MAX)
        return ig_fail(ctx, IG_ELIMIT, "the cost grid has %zu links: they are too many",
                       surface->link_count);
    if (!room_for(model, surface->link_count))
        return ig_fail(ctx, IG_EMEMORY, "no memory for %zu links", surface->link_count);
    for (size_t i = 0; i < surface->link_count; i++) {
        const ig_link *link = &surface->links[i];
        if (!ig_passable(surface->pace[link->from]) || !ig_passable(surface->pace[link->to]))
            continue; // nobody comes there or goes on
        model->passage[model->passages++] = (struct passage){
            .from = backwards ? link->to : link->from,
            .to = backwards ? link->from : link->to,
            .cost = rint(link->seconds / model->quantum),
        };
    }
    qsort(model->passage, model->passages, sizeof *model->passage, by_start);
    note_rows(model);
    return IG_OK;
}

void ig_passages_free(struct model *model)
{
    ig_free(model->passage);
    ig_free(model->passage_row);
    model->passage = NULL;
    model->passage_row = NULL;
    model->passages = 0;
}

void ig_model_free(struct model *model)
{
    if (model) ig_passages_free(model);
    ig_free(model);
}

const struct passage *ig_passages_out(const struct model *model, int64_t cell,
                                      const struct passage **end)
{
    *end = NULL;
    if (!model->passages) return NULL;
    const size_t *row = &model->passage_row[cell / model->cols];
    size_t first = row[0], last = row[1]; // the first from this cell on lies there, or is `last`
    while (first < last) {
        const size_t middle = first + (last - first) / 2;
        if (model->passage[middle].from < cell)
            first = middle + 1;
        else
            last = middle;
    }
    for (last = first; last < row[1] && model->passage[last].from == cell;)
        last++;
    *end = model->passage + last;
    return model->passage + first;
}

bool ig_passages_cut(const struct model *whole, int64_t first, struct model *part)
{
    if (!whole->passages) return true;
    if (!part->passage && !room_for(part, whole->passages)) return false;
    const int64_t row = first / whole->cols;
    part->passages = 0;
    for (size_t i = whole->passage_row[row]; i < whole->passage_row[row + part->rows]; i++) {
        struct passage passage = whole->passage[i];
        passage.from -= first;
        passage.to -= first;
        if (passage.to >= 0 && passage.to < part->cells) part->passage[part->passages++] = passage;
    }
    note_rows(part);
    return true;
}

double ig_passages_least(const struct model *model)
{
    double least = INFINITY;
    for (size_t i = 0; i < model->passages; i++) {
        const struct passage *passage = &model->passage[i];
        const int64_t rows = passage->to / model->cols - passage->from / model->cols;
        if (rows && passage->cost <= model->limit)
            least = fmin(least, passage->cost / fabs((double)rows));
    }
    return least;
}

// ---- offers between tiles -----------------------------------------------------------------------

/// A passage seen from the tile that it leaves, whose worker owns it.
struct leaving {
    int64_t cost;
    uint32_t arrival;
    uint16_t place; ///< of its cell in the tile
    bool fell;      ///< the offer fell, and nobody is told yet
};

/// A passage seen from the tile where it ends. The offer is set by who works on the other tile, and
/// only falls; `taken` belongs to who works on this one.
struct arrival {
    _Atomic int64_t offer; ///< quanta, IG_FAR for none
    int64_t taken;         ///< least offer that a visit has looked at
    int64_t cell, tile;
    uint16_t place;
};

struct offers {
    struct leaving *leaving;
    struct arrival *arrival;
    struct inner_link *inner;
    uint32_t *leaves, *arrives, *inners; ///< by tile, one more than there are: its first
};

static uint16_t place_of(const struct field *f, int64_t cell)
{
    const int64_t cols = f->model->cols, row = cell / cols % TILE, col = cell % cols % TILE;
    return (uint16_t)(row * ig_tile_width(f, ig_tile_of(f, cell)) + col);
}

/// Counts in first[t + 1] become places: first[t] is where those of tile t begin.
static void add_up(uint32_t *first, int64_t tiles)
{
    for (int64_t t = 0; t < tiles; t++)
        first[t + 1] += first[t];
}

/// Both orders, by counting. While they are filled first[t] is the next place of tile t, so that in
/// the end all stand one tile ahead.
static void fill_offers(const struct field *f, struct offers *o)
{
    const struct model *model = f->model;
    for (size_t i = 0; i < model->passages; i++) {
        o->leaves[ig_tile_of(f, model->passage[i].from) + 1]++;
        o->arrives[ig_tile_of(f, model->passage[i].to) + 1]++;
    }
    add_up(o->leaves, f->count);
    add_up(o->arrives, f->count);
    for (size_t i = 0; i < model->passages; i++) {
        const struct passage *passage = &model->passage[i];
        const int64_t tile = ig_tile_of(f, passage->to);
        const uint32_t arrival = o->arrives[tile]++;
        struct arrival *a = &o->arrival[arrival];
        atomic_init(&a->offer, IG_FAR);
        a->taken = IG_FAR;
        a->cell = passage->to;
        a->tile = tile;
        a->place = place_of(f, passage->to);
        o->leaving[o->leaves[ig_tile_of(f, passage->from)]++] =
            (struct leaving){(int64_t)passage->cost, arrival, place_of(f, passage->from), false};
    }
    for (int64_t t = f->count; t > 0; t--) {
        o->leaves[t] = o->leaves[t - 1];
        o->arrives[t] = o->arrives[t - 1];
    }
    o->leaves[0] = o->arrives[0] = 0;
}

/// Links that end in the tile where they begin, by tile.
static void fill_inner(const struct field *f, struct offers *o)
{
    uint32_t count = 0;
    for (int64_t t = 0; t < f->count; t++) {
        const int width = ig_tile_width(f, t);
        o->inners[t] = count;
        for (uint32_t i = o->leaves[t]; i < o->leaves[t + 1]; i++) {
            const struct leaving *from = &o->leaving[i];
            const struct arrival *to = &o->arrival[from->arrival];
            if (to->tile != t) continue;
            o->inner[count++] = (struct inner_link){
                from->cost, (uint8_t)(from->place % width), (uint8_t)(from->place / width),
                (uint8_t)(to->place % width), (uint8_t)(to->place / width)};
        }
    }
    o->inners[f->count] = count;
}

void ig_inner_links(const struct field *f, int64_t t, struct visit *visit)
{
    const struct offers *o = f->offers;
    visit->links = o->inner + o->inners[t];
    visit->link_count = o->inners[t + 1] - o->inners[t];
}

bool ig_offers_make(struct field *f)
{
    const size_t count = f->model->passages, tiles = (size_t)f->count;
    if (!count) return true;
    struct offers *o = f->offers = ig_alloc(1, sizeof *o);
    if (!o) return false;
    o->leaving = ig_alloc(count, sizeof *o->leaving);
    o->arrival = ig_alloc(count, sizeof *o->arrival);
    o->leaves = ig_alloc(tiles + 1, sizeof *o->leaves);
    o->arrives = ig_alloc(tiles + 1, sizeof *o->arrives);
    o->inner = ig_alloc(count, sizeof *o->inner);
    o->inners = ig_alloc(tiles + 1, sizeof *o->inners);
    if (!o->leaving || !o->arrival || !o->leaves || !o->arrives || !o->inner || !o->inners)
        return false;
    fill_offers(f, o);
    fill_inner(f, o);
    return true;
}

void ig_offers_free(struct offers *offers)
{
    if (!offers) return;
    ig_free(offers->leaving);
    ig_free(offers->arrival);
    ig_free(offers->leaves);
    ig_free(offers->arrives);
    ig_free(offers->inner);
    ig_free(offers->inners);
    ig_free(offers);
}

double ig_offers_bytes(const struct model *model, int64_t tiles)
{
    if (!model->passages) return 0.0;
    return (double)model->passages *
               (sizeof(struct leaving) + sizeof(struct arrival) + sizeof(struct inner_link)) +
           (double)tiles * 3.0 * sizeof(uint32_t);
}

bool ig_offers_take(struct field *f, int64_t t, struct worker *worker)
{
    const struct offers *o = f->offers;
    const uint32_t first = o->arrives[t], end = o->arrives[t + 1];
    struct visit *visit = &worker->visit;
    if (first == end) return true;
    if (!ig_visit_seeds(worker, end - first)) return false;
    for (uint32_t i = first; i < end; i++) {
        struct arrival *a = &o->arrival[i];
        const int64_t offer = atomic_load_explicit(&a->offer, memory_order_relaxed);
        if (offer >= a->taken) continue;
        a->taken = offer;
        worker->seeds[visit->seed_count++] = (struct seed){a->cell, (double)offer, 0};
    }
    return true;
}

void ig_offers_leave(struct field *f, int64_t t)
{
    const struct offers *o = f->offers;
    const struct tile *tile = &f->tiles[t];
    for (uint32_t i = o->leaves[t]; i < o->leaves[t + 1]; i++) {
        struct leaving *leaving = &o->leaving[i];
        struct arrival *a = &o->arrival[leaving->arrival];
        const int64_t time = ig_tile_time(tile, leaving->place);
        if (time == IG_FAR || leaving->cost > f->plan.limit - time) continue;
        const int64_t offer = time + leaving->cost;
        if (offer >= atomic_load_explicit(&a->offer, memory_order_relaxed)) continue;
        if (a->tile == t && offer >= ig_tile_time(tile, a->place)) continue;
        atomic_store_explicit(&a->offer, offer, memory_order_relaxed);
        leaving->fell = true;
    }
}

void ig_offers_tell(struct field *f, int64_t t)
{
    const struct offers *o = f->offers;
    for (uint32_t i = o->leaves[t]; i < o->leaves[t + 1]; i++) {
        struct leaving *leaving = &o->leaving[i];
        if (!leaving->fell) continue;
        leaving->fell = false;
        const struct arrival *a = &o->arrival[leaving->arrival];
        ig_field_wake(f, a->tile, atomic_load_explicit(&a->offer, memory_order_relaxed), 0);
    }
}

void ig_offers_forget(struct field *f, int64_t t)
{
    const struct offers *o = f->offers;
    for (uint32_t i = o->leaves[t]; i < o->leaves[t + 1]; i++) {
        struct arrival *a = &o->arrival[o->leaving[i].arrival];
        o->leaving[i].fell = false;
        atomic_store_explicit(&a->offer, IG_FAR, memory_order_relaxed);
        a->taken = IG_FAR;
    }
}
