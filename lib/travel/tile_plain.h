// Rows in the plain: no walls, corners or shut sides in the way and steps the same both ways, so that
// the halves of the cells are all that is needed. Part of the kernel template, included by
// tile_kernel.h.

/// Times of a row one step further, by its half costs, beside each other: vectors of TILE values and
/// the one before and behind them.
static inline __attribute__((always_inline)) void NAMED(leave)(const T *time, const T *half,
                                                               VEC *left, VEC *right, bool beside)
{
    enum { VECTORS = TILE / LANES };
    VEC out[VECTORS];
    const T before = beside ? time[-1] + half[-1] : FAR;
    const T behind = beside ? time[TILE] + half[TILE] : FAR;
    UNROLL
    for (int v = 0; v < VECTORS; v++)
        out[v] = NAMED(plus)(NAMED(load)(time + v * LANES), NAMED(load)(half + v * LANES));
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        const VEC low = v ? out[v - 1] : NAMED(splat)(before < FAR ? before : FAR);
        const VEC high = v < VECTORS - 1 ? out[v + 1] : NAMED(splat)(behind < FAR ? behind : FAR);
        left[v] = RISE_1(low, out[v]);
        right[v] = SINK_1(high, out[v]);
    }
}

/// What the cells of row `from` offer to those of row `to` beside it, by the halves alone.
static inline __attribute__((always_inline)) void NAMED(offers_of)(const WIN *w, int from, int to,
                                                                   bool beside, VEC *offer)
{
    enum { VECTORS = TILE / LANES };
    const int a = at(0, from), b = at(0, to);
    VEC left[VECTORS], right[VECTORS];
    NAMED(leave)(w->time + a, w->half_slant + a, left, right, beside);
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        const int i = v * LANES;
        const VEC out =
            NAMED(plus)(NAMED(load)(w->time + a + i), NAMED(load)(w->half_north + a + i));
        const VEC straight = out + NAMED(load)(w->half_north + b + i);
        const VEC slant = NAMED(least)(left[v], right[v]) + NAMED(load)(w->half_slant + b + i);
        offer[v] = NAMED(least)(straight, slant);
    }
}

/// Take from the row above or below, in the plain, and what is gained (or with `anyhow`) along the
/// row. True when it gained.
static bool NAMED(take_plain)(const struct tile_plan *plan, WIN *w, int row, bool south,
                              bool anyhow)
{
    enum { VECTORS = TILE / LANES };
    VEC offer[VECTORS], old[VECTORS], now[VECTORS], changed = {0};
    T *time = w->time + at(0, row);
    NAMED(offers_of)(w, south ? row - 1 : row + 1, row, true, offer);
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        old[v] = NAMED(load)(time + v * LANES);
        now[v] = NAMED(least)(old[v], offer[v]);
        changed |= now[v] ^ old[v];
    }
    if (!ANY(changed) && !anyhow) return false;
    if (!w->has_scan[row + REACH_MAX]) NAMED(fill_scan)(plan, w, row);
    NAMED(go_along)(w, row, now);
    return NAMED(keep)(time, old, now);
}
