/// Made-up surfaces and sites for the tests of travel, from a seeded generator of our own.
#ifndef ISOGAP_TESTS_MADE_H
#define ISOGAP_TESTS_MADE_H

#include <core/inside.h>
#include <travel/travel.h>

struct dice {
    uint64_t state;
};

uint64_t roll(struct dice *dice);
int64_t roll_below(struct dice *dice, int64_t n);
double roll_unit(struct dice *dice); ///< [0, 1)

struct made_options {
    double barriers; ///< share of cells that are walls
    double sides;    ///< share of cells with shut sides
    bool one_way;    ///< these are shut to who leaves by them
    bool elevation;
    bool cliffs; ///< one cell in fifty lies higher by a hundred metres to a hundred kilometres
    bool oblong;
    bool lumpy;  ///< whole paces 1 to 4: many equal times
    bool ragged; ///< paces from a thousandth to a thousand
    int links;   ///< at most so many: near and far, in chains, rings and stars
};

ig_surface *made_surface(ig_ctx *ctx, struct dice *dice, int64_t cols, int64_t rows,
                         const struct made_options *options);
/// Give a surface links, in the place of those it has.
void made_links(struct dice *dice, ig_surface *surface, int wanted);
/// Bring a surface's links in order, each pair once, with the least seconds.
void sort_links(ig_surface *surface);
/// At most `wanted` sources on passable cells; ranks are a shuffle of the numbers.
size_t made_sources(struct dice *dice, const ig_surface *surface, size_t wanted, double offset,
                    ig_source *sources);
/// The quantum that the engine takes for a surface, seconds.
double made_quantum(ig_ctx *ctx, const ig_surface *surface, const ig_travel_options *options,
                    bool as_large);

#endif
