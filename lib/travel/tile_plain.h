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

static bool NAMED(take_plain)(WIN *w, int row, bool south)
{
    enum { VECTORS = TILE / LANES };
    VEC offer[VECTORS], changed = {0};
    NAMED(offers_of)(w, south ? row - 1 : row + 1, row, true, offer);
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        T *time = w->time + at(v * LANES, row);
        const VEC old = NAMED(load)(time), now = NAMED(least)(old, offer[v]);
        NAMED(store)(time, now);
        changed |= now ^ old;
    }
    return ANY(changed);
}

/// Take along an even row, both ways: with the way so far taken off, the least before a cell is the
/// best, whatever the weights.
static bool NAMED(take_even)(WIN *w, int row)
{
    enum { VECTORS = TILE / LANES };
    const VEC far = NAMED(splat)((T)-1);
    const T *along = w->along_sum[0] + at(0, row), *along_back = w->along_sum[1] + at(0, row);
    T *time = w->time + at(0, row);
    const T end = w->along_end[0][row + REACH_MAX], end_back = w->along_end[1][row + REACH_MAX];
    VEC east[VECTORS], west[VECTORS], changed = {0};
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        const VEC now = NAMED(load)(time + v * LANES), sum = NAMED(load)(along + v * LANES);
        VEC x = now + (NAMED(splat)(end) - sum), y = now + NAMED(load)(along_back + v * LANES);
        x = NAMED(least)(x, RISE_1(far, x));
        y = NAMED(least)(y, SINK_1(far, y));
#if LANES > 2
        x = NAMED(least)(x, RISE_2(far, x));
        y = NAMED(least)(y, SINK_2(far, y));
#endif
#if LANES > 4
        x = NAMED(least)(x, RISE_4(far, x));
        y = NAMED(least)(y, SINK_4(far, y));
#endif
#if LANES > 8
        x = NAMED(least)(x, RISE_8(far, x));
        y = NAMED(least)(y, SINK_8(far, y));
#endif
        east[v] = x;
        west[v] = y;
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
        const VEC old = NAMED(load)(time + v * LANES), sum = NAMED(load)(along + v * LANES);
        const VEC x = east[v] - (NAMED(splat)(end) - sum),
                  y = west[v] - NAMED(load)(along_back + v * LANES);
        const VEC now = NAMED(least)(old, NAMED(least)(x, y));
        NAMED(store)(time + v * LANES, now);
        changed |= now ^ old;
    }
    return ANY(changed);
}
