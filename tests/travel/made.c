// Made-up surfaces and sites.
#include "made.h"

#include <math.h>
#include <stdlib.h>
#include <travel/travel_internal.h>

uint64_t roll(struct dice *dice)
{
    // splitmix64
    uint64_t z = dice->state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

int64_t roll_below(struct dice *dice, int64_t n)
{
    return (int64_t)(roll(dice) % (uint64_t)n);
}

double roll_unit(struct dice *dice)
{
    return (double)(roll(dice) >> 11) / 9007199254740992.0;
}

static int by_pair(const void *pa, const void *pb)
{
    const ig_link *a = pa, *b = pb;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    if (a->to != b->to) return a->to < b->to ? -1 : 1;
    return (a->seconds > b->seconds) - (a->seconds < b->seconds);
}

void sort_links(ig_surface *surface)
{
    size_t kept = 0;
    if (surface->link_count)
        qsort(surface->links, surface->link_count, sizeof *surface->links, by_pair);
    for (size_t i = 0; i < surface->link_count; i++) {
        const ig_link link = surface->links[i], *last = surface->links + kept - 1;
        if (!kept || last->from != link.from || last->to != link.to) surface->links[kept++] = link;
    }
    surface->link_count = kept;
}

void made_links(struct dice *dice, ig_surface *surface, int wanted)
{
    const int64_t cols = surface->frame.cols, cells = cols * surface->frame.rows;
    const int64_t hub = roll_below(dice, cells);
    int64_t last = roll_below(dice, cells);
    ig_free(surface->links);
    surface->links = ig_alloc((size_t)wanted + 1, sizeof *surface->links);
    surface->link_count = 0;
    for (int i = 0; i < wanted; i++) {
        int64_t from = roll_below(dice, cells), to = roll_below(dice, cells);
        const int64_t kind = roll_below(dice, 6);
        if (kind == 0) from = last; // a chain, and now and then a ring
        if (kind == 1) from = hub;
        if (kind == 2) to = hub;
        if (kind == 3 || kind == 4) // past the next cells
            to = from + (roll_below(dice, 9) - 4) * cols + roll_below(dice, 9) - 4;
        if (kind == 5 && i) {
            from = surface->links[surface->link_count ? surface->link_count - 1 : 0].to;
            to = surface->links[surface->link_count ? surface->link_count - 1 : 0].from;
        }
        if (from == to || to < 0 || to >= cells) continue;
        const double lumps = (double)(1 + roll_below(dice, 4)) * surface->frame.dx;
        surface->links[surface->link_count++] = (ig_link){
            from, to, roll_below(dice, 3) ? lumps : pow(10.0, 6.0 * roll_unit(dice) - 2.0)};
        last = to;
    }
    sort_links(surface);
}

ig_surface *made_surface(ig_ctx *ctx, struct dice *dice, int64_t cols, int64_t rows,
                         const struct made_options *options)
{
    const ig_frame frame = {cols,
                            rows,
                            400000.0,
                            100000.0,
                            options->oblong ? 40.0 : 50.0,
                            options->oblong ? 75.0 : 50.0};
    ig_surface *surface = NULL;
    if (ig_surface_new(ctx, &frame, &surface)) abort();
    const size_t cells = (size_t)(cols * rows);
    if (options->elevation) surface->elevation = ig_alloc(cells, sizeof(float));
    if (options->sides > 0) surface->barriers = ig_alloc(cells, 1);
    for (size_t i = 0; i < cells; i++) {
        surface->pace[i] = options->lumpy ? (float)(1 + roll_below(dice, 4))
                                          : (float)(0.05 + 2.0 * roll_unit(dice));
        if (options->ragged) surface->pace[i] = (float)pow(10.0, 6.0 * roll_unit(dice) - 3.0);
        if (roll_unit(dice) < options->barriers) surface->pace[i] = NAN;
        if (surface->elevation) surface->elevation[i] = (float)(60.0 * roll_unit(dice));
        if (surface->elevation && roll_unit(dice) < 0.02) surface->elevation[i] = NAN;
        if (surface->elevation && options->cliffs && roll_unit(dice) < 0.02)
            surface->elevation[i] += (float)pow(10.0, 2.0 + 3.0 * roll_unit(dice));
        if (surface->barriers && roll_unit(dice) < options->sides)
            surface->barriers[i] = (uint8_t)(roll(dice) & roll(dice));
        surface->one_way = options->one_way;
    }
    if (options->links) made_links(dice, surface, options->links);
    return surface;
}

size_t made_sources(struct dice *dice, const ig_surface *surface, size_t wanted, double offset,
                    ig_source *sources)
{
    const int64_t cells = surface->frame.cols * surface->frame.rows;
    size_t count = 0;
    for (size_t i = 0; i < wanted; i++) {
        const int64_t cell = roll_below(dice, cells);
        if (isnan(surface->pace[cell])) continue;
        sources[count] = (ig_source){.cell = cell,
                                     .offset = offset * roll_unit(dice),
                                     .number = (int32_t)count + 1,
                                     .rank = (int32_t)count};
        count++;
    }
    for (size_t i = count; i > 1; i--) {
        const size_t j = (size_t)roll_below(dice, (int64_t)i);
        const int32_t rank = sources[i - 1].rank;
        sources[i - 1].rank = sources[j].rank;
        sources[j].rank = rank;
    }
    return count;
}

double made_quantum(ig_ctx *ctx, const ig_surface *surface, const ig_travel_options *options,
                    bool as_large)
{
    struct model *model = ig_alloc(1, sizeof *model);
    if (!model || ig_model_begin(ctx, surface, options, as_large, model)) abort();
    const double quantum = model->quantum;
    ig_model_free(model);
    return quantum;
}
