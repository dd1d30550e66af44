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

/// Least of the lanes up to each, from the west or from the east.
static inline __attribute__((always_inline)) VEC NAMED(least_so_far)(VEC x)
{
    x = NAMED(least)(x, FORE_1(x));
#if LANES > 2
    x = NAMED(least)(x, FORE_2(x));
#endif
#if LANES > 4
    x = NAMED(least)(x, FORE_4(x));
#endif
#if LANES > 8
    x = NAMED(least)(x, FORE_8(x));
#endif
    return x;
}

static inline __attribute__((always_inline)) VEC NAMED(least_from_here)(VEC x)
{
    x = NAMED(least)(x, HIND_1(x));
#if LANES > 2
    x = NAMED(least)(x, HIND_2(x));
#endif
#if LANES > 4
    x = NAMED(least)(x, HIND_4(x));
#endif
#if LANES > 8
    x = NAMED(least)(x, HIND_8(x));
#endif
    return x;
}

/// Take along an even row, both ways: with the way so far taken off, the least before a cell is the
/// best, whatever the weights. `now`: its times, which are lowered.
static inline __attribute__((always_inline)) void NAMED(level)(const WIN *w, int row, VEC *now)
{
    enum { VECTORS = TILE / LANES };
    const T *along = w->along_sum[0] + at(0, row), *along_back = w->along_sum[1] + at(0, row);
    const T *time = w->time + at(0, row);
    const T end = w->along_end[0][row + REACH_MAX], end_back = w->along_end[1][row + REACH_MAX];
    VEC east[VECTORS], west[VECTORS];
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        const VEC left = NAMED(splat)(end) - NAMED(load)(along + v * LANES);
        east[v] = NAMED(least_so_far)(now[v] + left);
        west[v] = NAMED(least_from_here)(now[v] + NAMED(load)(along_back + v * LANES));
    }
    VEC carry = NAMED(splat)(time[-1] + end), back = NAMED(splat)(time[TILE] + end_back);
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        const int u = VECTORS - 1 - v;
        const VEC last = LAST(east[v]), first = FIRST(west[u]);
        east[v] = NAMED(least)(east[v], carry);
        west[u] = NAMED(least)(west[u], back);
        carry = NAMED(least)(carry, last);
        back = NAMED(least)(back, first);
    }
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        const VEC left = NAMED(splat)(end) - NAMED(load)(along + v * LANES);
        const VEC x = east[v] - left, y = west[v] - NAMED(load)(along_back + v * LANES);
        now[v] = NAMED(least)(now[v], NAMED(least)(x, y));
    }
}

/// Put what a row has become. True when it gained.
static inline __attribute__((always_inline)) bool NAMED(keep)(T *time, const VEC *old,
                                                              const VEC *now)
{
    VEC changed = {0};
    UNROLL
    for (int v = 0; v < TILE / LANES; v++) {
        NAMED(store)(time + v * LANES, now[v]);
        changed |= now[v] ^ old[v];
    }
    return ANY(changed);
}

static inline __attribute__((always_inline)) void NAMED(load_times_of)(const T *time, VEC *out)
{
    UNROLL
    for (int v = 0; v < TILE / LANES; v++)
        out[v] = NAMED(load)(time + v * LANES);
}

static bool NAMED(take_even)(WIN *w, int row)
{
    VEC old[TILE / LANES], now[TILE / LANES];
    T *time = w->time + at(0, row);
    NAMED(load_times_of)(time, old);
    memcpy(now, old, sizeof now);
    NAMED(level)(w, row, now);
    return NAMED(keep)(time, old, now);
}

/// Take from the row above or below, in the plain, and what is gained (or with `anyhow`) along the
/// row where it is even. True when the row gained.
static bool NAMED(take_plain)(WIN *w, int row, bool south, bool even, bool anyhow)
{
    enum { VECTORS = TILE / LANES };
    VEC offer[VECTORS], old[VECTORS], now[VECTORS], changed = {0};
    T *time = w->time + at(0, row);
    NAMED(offers_of)(w, south ? row - 1 : row + 1, row, true, offer);
    NAMED(load_times_of)(time, old);
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        now[v] = NAMED(least)(old[v], offer[v]);
        changed |= now[v] ^ old[v];
    }
    if (!ANY(changed) && !(even && anyhow)) return false;
    if (even) NAMED(level)(w, row, now);
    return NAMED(keep)(time, old, now);
}
