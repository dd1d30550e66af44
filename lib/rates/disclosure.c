// Counts that could find a person: the policy, and what else must be hidden so that no sum gives a
// hidden count away. A table with totals is a circulation (Gusfield 1988, A graph theoretic approach
// to statistical data security): how far a count may differ is how much can flow round through it.
#include "../core/inside.h"
#include "rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- the policy ---------------------------------------------------------------------------------

ig_status ig_disclosure_parse(ig_ctx *ctx, const char *text, ig_disclosure *out)
{
    double n = 0.0;
    if (strcmp(text, "none") == 0) {
        *out = (ig_disclosure){IG_DISCLOSE_ALL, 0.0};
        return IG_OK;
    }
    if (strcmp(text, "hes") == 0) {
        *out = (ig_disclosure){IG_DISCLOSE_HES, 7.0};
        return IG_OK;
    }
    if (strncmp(text, "threshold:", 10) == 0 && ig_text_number(text + 10, &n) && n >= 1.0 &&
        n == floor(n) && n <= 1e6) {
        *out = (ig_disclosure){IG_DISCLOSE_THRESHOLD, n};
        return IG_OK;
    }
    ig_fail(ctx, IG_EINVAL, "--disclosure %s: no policy is called that", ig_show(text));
    return ig_hint(ctx, "give none, threshold:N (1 to N are hidden, N a whole number) or hes");
}

const char *ig_disclosure_text(const ig_disclosure *policy, char *buffer, size_t room)
{
    char number[32];
    switch (policy->kind) {
    case IG_DISCLOSE_THRESHOLD:
        snprintf(buffer, room, "threshold:%s",
                 ig_number_text(policy->threshold, number, sizeof number));
        return buffer;
    case IG_DISCLOSE_HES:
        return "hes";
    case IG_DISCLOSE_ALL:
        break;
    }
    return "none";
}

bool ig_disclosure_hides(const ig_disclosure *policy, double count)
{
    return policy->kind != IG_DISCLOSE_ALL && count > 0.0 && count <= policy->threshold;
}

double ig_disclosure_shown(const ig_disclosure *policy, double count)
{
    return policy->kind == IG_DISCLOSE_HES ? 5.0 * floor((count + 2.5) / 5.0) : count;
}

// ---- the net ------------------------------------------------------------------------------------

/// The net with a flow in it: what could be added to the true counts without changing what is shown.
struct net {
    const ig_sums *sums;
    const bool *hidden;
    size_t *start, *arc;      ///< counts at node n: arc[start[n]] .. arc[start[n + 1] - 1]
    double *shift;            ///< how much more than it is a count is under the present flow
    size_t *touched, touches; ///< counts that were shifted, each once
    bool *listed;
    size_t *queue, *by; ///< search: nodes to visit, and by which count each was come to
    unsigned *seen, mark;
    double *cost;
    struct entry {
        double cost;
        size_t node;
    } * heap;
    size_t entries, room;
};

static void net_free(struct net *n)
{
    ig_free(n->start);
    ig_free(n->arc);
    ig_free(n->shift);
    ig_free(n->touched);
    ig_free(n->listed);
    ig_free(n->queue);
    ig_free(n->by);
    ig_free(n->seen);
    ig_free(n->cost);
    ig_free(n->heap);
}

static bool in_sum(const ig_sums *s, size_t i)
{
    return s->from[i] != IG_NO_SUM && s->to[i] != IG_NO_SUM && s->from[i] != s->to[i];
}

static ig_status net_new(const ig_sums *s, const bool *hidden, struct net *n)
{
    *n = (struct net){.sums = s, .hidden = hidden};
    n->start = ig_alloc(s->nodes + 2, sizeof *n->start);
    n->arc = ig_alloc(2 * s->counts + 1, sizeof *n->arc);
    n->shift = ig_alloc(s->counts + 1, sizeof *n->shift);
    n->touched = ig_alloc(s->counts + 1, sizeof *n->touched);
    n->listed = ig_alloc(s->counts + 1, sizeof *n->listed);
    n->queue = ig_alloc(s->nodes + 1, sizeof *n->queue);
    n->by = ig_alloc(s->nodes + 1, sizeof *n->by);
    n->seen = ig_alloc(s->nodes + 1, sizeof *n->seen);
    n->cost = ig_alloc(s->nodes + 1, sizeof *n->cost);
    if (!n->start || !n->arc || !n->shift || !n->touched || !n->listed || !n->queue || !n->by ||
        !n->seen || !n->cost)
        return IG_EMEMORY;
    for (size_t i = 0; i < s->counts; i++) {
        if (!in_sum(s, i)) continue;
        if (s->from[i] >= s->nodes || s->to[i] >= s->nodes) return IG_EINVAL;
        n->start[s->from[i] + 2]++;
        n->start[s->to[i] + 2]++;
    }
    for (size_t k = 2; k < s->nodes + 2; k++)
        n->start[k] += n->start[k - 1];
    for (size_t i = 0; i < s->counts; i++) {
        if (!in_sum(s, i)) continue;
        n->arc[n->start[s->from[i] + 1]++] = i;
        n->arc[n->start[s->to[i] + 1]++] = i;
    }
    return IG_OK;
}

/// By how much a count may still grow or fall under the present flow, if it is hidden.
static double spare(const struct net *n, size_t i, bool grow)
{
    const double count = n->sums->count[i];
    if (grow) return INFINITY;
    if (isnan(count)) return fmax(0.0, n->shift[i]);
    return fmax(0.0, count + n->shift[i] - fmin(1.0, count));
}

/// May a count be hidden for another's sake? Not what is hidden already, and never a 0.
static bool can_open(const struct net *n, size_t i)
{
    return !n->hidden[i] && n->sums->count[i] > 0.0;
}

static bool is_free(const struct net *n, size_t i)
{
    return n->hidden[i] || isnan(n->sums->count[i]);
}

/// The node at the other end of a count, and whether going there makes it grow.
static size_t beyond(const struct net *n, size_t i, size_t node, bool *grow)
{
    *grow = n->sums->from[i] == node;
    return *grow ? n->sums->to[i] : n->sums->from[i];
}

/// A shortest way by hidden counts from one node to another, leaving out one count.
static bool find_way(struct net *n, size_t from, size_t to, size_t without)
{
    size_t head = 0, tail = 0;
    n->mark++;
    n->seen[from] = n->mark;
    n->queue[tail++] = from;
    while (head < tail) {
        const size_t node = n->queue[head++];
        for (size_t k = n->start[node]; k < n->start[node + 1]; k++) {
            const size_t i = n->arc[k];
            bool grow;
            const size_t next = beyond(n, i, node, &grow);
            if (i == without || n->seen[next] == n->mark || !is_free(n, i)) continue;
            if (!(spare(n, i, grow) > 0.0)) continue;
            n->seen[next] = n->mark;
            n->by[next] = i;
            if (next == to) return true;
            n->queue[tail++] = next;
        }
    }
    return false;
}

/// Send as much as the way found carries, at most so much.
static double send(struct net *n, size_t from, size_t to, double most)
{
    for (size_t node = to; node != from;) {
        const size_t i = n->by[node];
        const bool grow = n->sums->to[i] == node;
        most = fmin(most, spare(n, i, grow));
        node = grow ? n->sums->from[i] : n->sums->to[i];
    }
    if (isinf(most)) return most;
    for (size_t node = to; node != from;) {
        const size_t i = n->by[node];
        const bool grow = n->sums->to[i] == node;
        if (!n->listed[i]) n->touched[n->touches++] = i;
        n->listed[i] = true;
        n->shift[i] += grow ? most : -most;
        node = grow ? n->sums->from[i] : n->sums->to[i];
    }
    return most;
}

static void forget(struct net *n)
{
    for (size_t k = 0; k < n->touches; k++) {
        n->shift[n->touched[k]] = 0.0;
        n->listed[n->touched[k]] = false;
    }
    n->touches = 0;
}

/// Does a hidden count other than this one stand at the node?
static bool has_company(const struct net *n, size_t node, size_t count)
{
    for (size_t k = n->start[node]; k < n->start[node + 1]; k++)
        if (n->arc[k] != count && is_free(n, n->arc[k])) return true;
    return false;
}

/// By how much a hidden count can grow (or fall), as far as `enough`. The flow stays for
/// cheapest_way; forget() it afterwards.
static double reach(struct net *n, size_t count, bool grow, double enough)
{
    const size_t from = grow ? n->sums->to[count] : n->sums->from[count];
    const size_t to = grow ? n->sums->from[count] : n->sums->to[count];
    double sum = 0.0;
    forget(n);
    if (!grow) enough = fmin(enough, spare(n, count, false));
    if (!has_company(n, from, count) || !has_company(n, to, count)) return 0.0;
    while (sum < enough && find_way(n, from, to, count)) {
        const double more = send(n, from, to, enough - sum);
        if (isinf(more)) return INFINITY;
        sum += more;
    }
    return sum;
}

// ---- what else to hide --------------------------------------------------------------------------

static bool heap_push(struct net *n, double cost, size_t node)
{
    if (!ig_grow((void **)&n->heap, &n->room, n->entries + 1, sizeof *n->heap)) return false;
    size_t at = n->entries++;
    while (at > 0) {
        const size_t above = (at - 1) / 2;
        if (n->heap[above].cost < cost ||
            (n->heap[above].cost == cost && n->heap[above].node <= node))
            break;
        n->heap[at] = n->heap[above];
        at = above;
    }
    n->heap[at] = (struct entry){cost, node};
    return true;
}

static bool before(const struct entry *a, const struct entry *b)
{
    return a->cost < b->cost || (a->cost == b->cost && a->node < b->node);
}

static struct entry heap_pop(struct net *n)
{
    const struct entry top = n->heap[0], last = n->heap[--n->entries];
    size_t at = 0;
    for (;;) {
        size_t below = 2 * at + 1;
        if (below >= n->entries) break;
        if (below + 1 < n->entries && before(&n->heap[below + 1], &n->heap[below])) below++;
        if (!before(&n->heap[below], &last)) break;
        n->heap[at] = n->heap[below];
        at = below;
    }
    if (n->entries) n->heap[at] = last;
    return top;
}

/// The way from one node to another over which least has to be hidden: hidden counts are free,
/// others cost what they count. Continues the present flow. INFINITY where there is none.
static ig_status cheapest_way(struct net *n, size_t from, size_t to, size_t without, double *cost)
{
    *cost = INFINITY;
    n->mark++;
    n->entries = 0;
    n->seen[from] = n->mark;
    n->cost[from] = 0.0;
    if (!heap_push(n, 0.0, from)) return IG_EMEMORY;
    while (n->entries) {
        const struct entry here = heap_pop(n);
        if (here.cost > n->cost[here.node]) continue;
        if (here.node == to) {
            *cost = here.cost;
            return IG_OK;
        }
        for (size_t k = n->start[here.node]; k < n->start[here.node + 1]; k++) {
            const size_t i = n->arc[k];
            bool grow;
            const size_t next = beyond(n, i, here.node, &grow);
            if (i == without || (!is_free(n, i) && !can_open(n, i))) continue;
            if (!(spare(n, i, grow) > 0.0)) continue;
            const double reached = here.cost + (is_free(n, i) ? 0.0 : n->sums->count[i]);
            if (n->seen[next] == n->mark && n->cost[next] <= reached) continue;
            n->seen[next] = n->mark;
            n->cost[next] = reached;
            n->by[next] = i;
            if (!heap_push(n, reached, next)) return IG_EMEMORY;
        }
    }
    return IG_OK;
}

/// Counts to be looked at, each once.
struct list {
    size_t *item, count;
};

/// Hide what stands open on the way found.
static void hide_way(struct net *n, size_t from, size_t to, bool *hidden, struct list *list)
{
    for (size_t node = to; node != from;) {
        const size_t i = n->by[node];
        if (!hidden[i] && !isnan(n->sums->count[i])) {
            hidden[i] = true;
            list->item[list->count++] = i;
        }
        node = n->sums->to[i] == node ? n->sums->from[i] : n->sums->to[i];
    }
}

/// Hide more until the count can be told no closer than `width`.
static ig_status widen(struct net *n, size_t count, double width, bool *hidden, struct list *list)
{
    const size_t from = n->sums->from[count], to = n->sums->to[count];
    for (;;) {
        double up_cost = INFINITY, down_cost = INFINITY;
        const double up = reach(n, count, true, width);
        if (up >= width) return IG_OK;
        ig_status status = cheapest_way(n, to, from, count, &up_cost);
        if (status) return status;
        const double down = reach(n, count, false, width - up);
        if (up + down >= width) return IG_OK;
        if (down < spare(n, count, false)) status = cheapest_way(n, from, to, count, &down_cost);
        if (status) return status;
        if (isinf(up_cost) && isinf(down_cost)) return IG_EBUG; // all sums hidden, none is left
        if (down_cost < up_cost) {
            hide_way(n, from, to, hidden, list);
            continue;
        }
        reach(n, count, true, width);
        status = cheapest_way(n, to, from, count, &up_cost);
        if (status) return status;
        hide_way(n, to, from, hidden, list);
    }
}

ig_status ig_disclosure_protect(const ig_disclosure *policy, const ig_sums *sums, bool *hidden)
{
    struct net n = {0};
    struct list list = {ig_alloc(sums->counts + 1, sizeof *list.item), 0};
    ig_status status = list.item ? IG_OK : IG_EMEMORY;
    for (size_t i = 0; !status && i < sums->counts; i++) {
        if (sums->count[i] < 0.0 || isinf(sums->count[i])) status = IG_EINVAL;
        hidden[i] = ig_disclosure_hides(policy, sums->count[i]);
        if (hidden[i]) list.item[list.count++] = i;
    }
    if (!status && list.count) status = net_new(sums, hidden, &n);
    for (size_t k = 0; !status && k < list.count; k++) // the list grows on the way
        if (in_sum(sums, list.item[k]))
            status = widen(&n, list.item[k], policy->threshold, hidden, &list);
    net_free(&n);
    ig_free(list.item);
    return status;
}

ig_status ig_disclosure_interval(const ig_sums *sums, const bool *hidden, size_t count,
                                 double *least, double *greatest)
{
    struct net n = {0};
    const double here = sums->count[count];
    if (!hidden[count]) return IG_EINVAL;
    if (!in_sum(sums, count)) { // nothing but itself is known of it
        *least = fmin(1.0, here);
        *greatest = INFINITY;
        return IG_OK;
    }
    const ig_status status = net_new(sums, hidden, &n);
    if (!status) {
        *greatest = here + reach(&n, count, true, INFINITY);
        *least = here - reach(&n, count, false, INFINITY);
    }
    net_free(&n);
    return status;
}
