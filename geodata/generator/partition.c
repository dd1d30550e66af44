// Small areas, wards and districts as unions of mesh cells, so that their borders are the same
// points.
#include "county.h"

#include <stdlib.h>
#include <string.h>

const char *const district_names[DISTRICTS] = {"Merrow Vale", "Northquay and Scar", "Saltmarsh"};
const char *const district_codes[DISTRICTS] = {"E06990001", "E06990002", "E06990003"};

static const char *const ward_names[WARDS] = {"Abbot's Mead",
                                              "Ashby Green",
                                              "Beacon Hill",
                                              "Brewhouse",
                                              "Bridge End",
                                              "Carrow East",
                                              "Carrow West",
                                              "Castle & Quay",
                                              "Docklands",
                                              "Eastgate",
                                              "Fenham",
                                              "Friars",
                                              "Gallows Cross",
                                              "Holt Cross",
                                              "Isles and Sands",
                                              "Kingsmarsh",
                                              "Lammas",
                                              "Long Scar",
                                              "Market",
                                              "Merrow St Aldric",
                                              "Moorend",
                                              "Môrfa",
                                              "Northquay North",
                                              "Northquay South",
                                              "Over Carrow, with Thorn and Wick",
                                              "Priory",
                                              "Saltby",
                                              "Scarfoot",
                                              "Upper Holt",
                                              "Windmill"};

static const int step_i[4] = {1, 0, -1, 0}, step_j[4] = {0, 1, 0, -1};

static bool dry(const county *c, int cell)
{
    return c->land[cell] > LAND_WATER;
}

int neighbour(int cell, int side)
{
    const int i = cell % SIDE + step_i[side], j = cell / SIDE + step_j[side];
    return i < 0 || j < 0 || i >= SIDE || j >= SIDE ? -1 : j * SIDE + i;
}

/// Corners of the mesh, moved by up to a quarter of a cell; the outermost reach far out.
static void lay_mesh(county *c)
{
    for (int j = 0; j <= SIDE; j++) {
        for (int i = 0; i <= SIDE; i++) {
            const int k = j * (SIDE + 1) + i;
            c->corner_x[k] = WEST + i * CELL + pick(1, (uint64_t)i, (uint64_t)j, -50, 50);
            c->corner_y[k] = SOUTH + j * CELL + pick(2, (uint64_t)i, (uint64_t)j, -50, 50);
            if (i == 0) c->corner_x[k] -= SHORE_OUT;
            if (i == SIDE) c->corner_x[k] += SHORE_OUT;
            if (j == 0) c->corner_y[k] -= SHORE_OUT;
            if (j == SIDE) c->corner_y[k] += SHORE_OUT;
        }
    }
    for (int cell = 0; cell < CELLS; cell++) {
        const int x = cell % SIDE * CELL + CELL / 2, y = cell / SIDE * CELL + CELL / 2;
        c->land[cell] = shape_land(x, y);
        c->area[cell] = c->old[cell] = -1;
        int best = 0;
        for (int t = 0; t < town_count; t++) {
            const int away = distance(x, y, towns[t].x, towns[t].y);
            const int reach = towns[t].radius + pick(3, (uint64_t)cell, (uint64_t)t, -120, 120);
            if (away >= reach) continue;
            const int here =
                (int)((int64_t)towns[t].weight * ((int64_t)reach * reach - (int64_t)away * away) /
                      ((int64_t)reach * reach));
            if (here > best) best = here;
        }
        c->urban[cell] = best;
        if (best > 60 && dry(c, cell)) c->land[cell] = LAND_OPEN;
    }
}

/// Land in no county's reach: pieces too small or cut off become sea.
static void drown_specks(county *c)
{
    int *piece = room(CELLS, sizeof *piece), *queue = room(CELLS, sizeof *queue);
    memset(piece, -1, CELLS * sizeof *piece);
    for (int start = 0; start < CELLS; start++) {
        if (!dry(c, start) || piece[start] >= 0) continue;
        int head = 0, tail = 0;
        queue[tail++] = start;
        piece[start] = start;
        while (head < tail) {
            const int cell = queue[head++];
            for (int side = 0; side < 4; side++) {
                const int next = neighbour(cell, side);
                if (next < 0 || piece[next] >= 0 || !dry(c, next)) continue;
                piece[next] = start;
                queue[tail++] = next;
            }
        }
        for (int k = 0; tail < 12 && k < tail; k++)
            c->land[queue[k]] = LAND_WATER;
    }
    free(piece);
    free(queue);
}

typedef struct seed {
    uint64_t order;
    int cell;
} seed;

static int by_order(const void *a, const void *b)
{
    const seed *x = a, *y = b;
    return x->order < y->order ? -1 : x->order > y->order;
}

/// Middles of areas, thicker where people live: darts in a fixed order, each keeping its distance.
static int throw_darts(const county *c, const seed *order, int count, int scale, int *kept)
{
    int used = 0;
    for (int s = 0; s < count && used < 4 * AREAS; s++) {
        const int cell = order[s].cell, x = cell % SIDE, y = cell / SIDE;
        const int wanted = scale * (2200 - 17 * c->urban[cell] / 10) / 1000; // hundredths of a cell
        bool free_here = true;
        for (int k = 0; k < used && free_here; k++) {
            const int dx = kept[k] % SIDE - x, dy = kept[k] / SIDE - y;
            free_here = 10000 * (dx * dx + dy * dy) > wanted * wanted;
        }
        if (free_here) kept[used++] = cell;
    }
    return used;
}

static void seed_areas(const county *c, int *middles)
{
    seed *order = room(CELLS, sizeof *order);
    int *kept = room(4 * AREAS, sizeof *kept);
    int count = 0;
    for (int cell = 0; cell < CELLS; cell++) {
        const bool isle = distance(cell % SIDE, cell / SIDE, ISLE_I, ISLE_J) < 6;
        if (dry(c, cell) && !isle) order[count++] = (seed){mix(4, (uint64_t)cell, 0), cell};
    }
    qsort(order, (size_t)count, sizeof *order, by_order);
    int low = 50, high = 2000; // largest scale that still leaves room for all
    while (high - low > 1) {
        const int scale = (low + high) / 2;
        if (throw_darts(c, order, count, scale, kept) >= AREAS - 1) {
            low = scale;
        } else {
            high = scale;
        }
    }
    throw_darts(c, order, count, low, kept);
    memcpy(middles, kept, (AREAS - 1) * sizeof *middles);
    middles[AREAS - 1] = ISLE_J * SIDE + ISLE_I; // the isle is an area by itself
    free(order);
    free(kept);
}

void spread(const county *c, const int *middles, int count, const int *within, int wanted,
            uint64_t roughness, int *label)
{
    int *far = room(CELLS, sizeof *far);
    for (int cell = 0; cell < CELLS; cell++) {
        far[cell] = INT32_MAX / 2;
        if (!within || within[cell] == wanted) label[cell] = -1;
    }
    for (int k = 0; k < count; k++) {
        far[middles[k]] = 0;
        label[middles[k]] = k;
    }
    for (bool moved = true; moved;) {
        moved = false;
        for (int cell = 0; cell < CELLS; cell++) {
            if (c->land[cell] <= LAND_WATER || (within && within[cell] != wanted)) continue;
            for (int side = 0; side < 4; side++) {
                const int next = neighbour(cell, side);
                if (next < 0 || label[next] < 0 || c->land[next] <= LAND_WATER) continue;
                if (within && within[next] != wanted) continue;
                const int pair = cell < next ? cell : next, other = cell + next - pair;
                const int d = far[next] + pick(roughness, (uint64_t)pair, (uint64_t)other, 70, 130);
                if (d < far[cell] || (d == far[cell] && label[next] < label[cell])) {
                    far[cell] = d;
                    label[cell] = label[next];
                    moved = true;
                }
            }
        }
    }
    free(far);
}

bool *borders(const int *label, int count)
{
    bool *near = room((size_t)count * (size_t)count, sizeof *near);
    for (int cell = 0; cell < CELLS; cell++) {
        for (int side = 0; side < 4; side++) {
            const int next = neighbour(cell, side);
            if (next < 0 || label[cell] < 0 || label[next] < 0) continue;
            near[label[cell] * count + label[next]] = true;
        }
    }
    return near;
}

/// Unions of `count` things into `parts` connected ones of like number: the smallest part takes
/// the bordering thing nearest its first one.
static void unite(const bool *near, const int *x, const int *y, int count, int parts, int first,
                  int *part)
{
    int *size = room((size_t)parts, sizeof *size), *root = room((size_t)parts, sizeof *root);
    for (int k = 0; k < count; k++)
        part[k] = -1;
    for (int p = 0; p < parts; p++) { // roots far from each other
        int best = first, best_far = -1;
        for (int k = 0; p > 0 && k < count; k++) {
            int nearest = INT32_MAX;
            for (int q = 0; q < p; q++) {
                const int d = distance(x[k], y[k], x[root[q]], y[root[q]]);
                if (d < nearest) nearest = d;
            }
            bool joined = false;
            for (int m = 0; m < count && !joined; m++)
                joined = m != k && near[k * count + m];
            if (joined && nearest > best_far) {
                best_far = nearest;
                best = k;
            }
        }
        root[p] = best;
        part[best] = p;
        size[p] = 1;
    }
    for (;;) {
        int p_best = -1, k_best = -1;
        for (int p = 0; p < parts; p++) {
            if (p_best >= 0 && size[p] >= size[p_best]) continue;
            int k_here = -1, far_here = 0;
            for (int k = 0; k < count; k++) {
                if (part[k] >= 0) continue;
                bool beside = false;
                for (int m = 0; m < count && !beside; m++)
                    beside = part[m] == p && near[k * count + m];
                const int d = distance(x[k], y[k], x[root[p]], y[root[p]]);
                if (beside && (k_here < 0 || d < far_here)) {
                    k_here = k;
                    far_here = d;
                }
            }
            if (k_here < 0) continue;
            p_best = p;
            k_best = k_here;
        }
        if (p_best < 0) break;
        part[k_best] = p_best;
        size[p_best]++;
    }
    for (int k = 0; k < count; k++) { // what borders nothing (the isle) goes to the nearest
        if (part[k] >= 0) continue;
        int nearest = INT32_MAX, to = 0;
        for (int m = 0; m < count; m++) {
            const int d = distance(x[k], y[k], x[m], y[m]);
            if (part[m] < 0 || d >= nearest) continue;
            nearest = d;
            to = part[m];
        }
        part[k] = to;
    }
    free(size);
    free(root);
}

void measure(const int *label, const int *urban, int count, area *areas)
{
    int64_t *sum_x = room((size_t)count, sizeof *sum_x),
            *sum_y = room((size_t)count, sizeof *sum_y),
            *sum_u = room((size_t)count, sizeof *sum_u);
    for (int k = 0; k < count; k++)
        areas[k].cells = 0;
    for (int cell = 0; cell < CELLS; cell++) {
        const int k = label[cell];
        if (k < 0) continue;
        areas[k].cells++;
        sum_x[k] += cell % SIDE;
        sum_y[k] += cell / SIDE;
        sum_u[k] += urban[cell];
    }
    int *nearest = room((size_t)count, sizeof *nearest);
    for (int cell = 0; cell < CELLS; cell++) {
        const int k = label[cell];
        if (k < 0) continue;
        const int n = areas[k].cells;
        const int d = distance(cell % SIDE * 100, cell / SIDE * 100, (int)(100 * sum_x[k] / n),
                               (int)(100 * sum_y[k] / n));
        if (nearest[k] && d + 1 >= nearest[k]) continue;
        nearest[k] = d + 1;
        areas[k].x = WEST + cell % SIDE * CELL + CELL / 2;
        areas[k].y = SOUTH + cell / SIDE * CELL + CELL / 2;
        areas[k].urban = (int)(sum_u[k] / n);
    }
    free(nearest);
    free(sum_x);
    free(sum_y);
    free(sum_u);
}

/// Numbers of areas in order of ward, then from north to south: so that codes follow places.
static void renumber(county *c, int *ward_of)
{
    seed order[AREAS];
    int number[AREAS];
    for (int k = 0; k < AREAS; k++)
        order[k] = (seed){(uint64_t)ward_of[k] * 100000000u +
                              (uint64_t)(99999999 - (c->areas[k].y - SOUTH) * 1000 - k),
                          k};
    qsort(order, AREAS, sizeof *order, by_order);
    area sorted[AREAS];
    for (int k = 0; k < AREAS; k++) {
        number[order[k].cell] = k;
        sorted[k] = c->areas[order[k].cell];
        sorted[k].ward = ward_of[order[k].cell];
    }
    memcpy(c->areas, sorted, sizeof sorted);
    for (int cell = 0; cell < CELLS; cell++)
        if (c->area[cell] >= 0) c->area[cell] = number[c->area[cell]];
}

/// Wards in order of district, so that their codes follow places as well.
static void make_wards(county *c)
{
    int x[AREAS], y[AREAS], ward_of[AREAS], district_of[WARDS], size[WARDS] = {0};
    for (int k = 0; k < AREAS; k++) {
        x[k] = c->areas[k].x;
        y[k] = c->areas[k].y;
    }
    bool *near = borders(c->area, AREAS);
    unite(near, x, y, AREAS, WARDS, 0, ward_of);
    free(near);
    int cell_ward[CELLS];
    for (int cell = 0; cell < CELLS; cell++)
        cell_ward[cell] = c->area[cell] < 0 ? -1 : ward_of[c->area[cell]];
    int64_t ward_x[WARDS] = {0}, ward_y[WARDS] = {0};
    for (int k = 0; k < AREAS; k++) {
        ward_x[ward_of[k]] += x[k];
        ward_y[ward_of[k]] += y[k];
        size[ward_of[k]]++;
    }
    int wx[WARDS], wy[WARDS], south_most = 0;
    for (int w = 0; w < WARDS; w++) {
        wx[w] = (int)(ward_x[w] / size[w]);
        wy[w] = (int)(ward_y[w] / size[w]);
        if (wy[w] < wy[south_most]) south_most = w;
    }
    near = borders(cell_ward, WARDS);
    unite(near, wx, wy, WARDS, DISTRICTS, south_most, district_of);
    free(near);
    seed order[WARDS];
    for (int w = 0; w < WARDS; w++)
        order[w] = (seed){(uint64_t)district_of[w] * 1000 + mix(5, (uint64_t)w, 0) % 1000, w};
    qsort(order, WARDS, sizeof *order, by_order);
    int number[WARDS];
    for (int w = 0; w < WARDS; w++)
        number[order[w].cell] = w;
    for (int w = 0; w < WARDS; w++) {
        ward *to = &c->wards[number[w]];
        snprintf(to->code, sizeof to->code, "E0599%04d", (number[w] + 1) % 10000);
        to->name = ward_names[number[w]];
        to->district = district_of[w];
        to->x = wx[w];
        to->y = wy[w];
    }
    for (int k = 0; k < AREAS; k++)
        ward_of[k] = number[ward_of[k]];
    renumber(c, ward_of);
}

/// Deprivation: the middles of towns, the seaside and chance; ranks as if in the whole nation.
static void rank_areas(county *c)
{
    seed order[AREAS];
    for (int k = 0; k < AREAS; k++) {
        const area *a = &c->areas[k];
        const int x = a->x - WEST, y = a->y - SOUTH;
        int need = 2 * a->urban + (int)(420.0 * ripple(31, x, y, 2600.0)) +
                   pick(32, (uint64_t)k, 0, -160, 160);
        if (distance(x, y, 14600, 2300) < 1500) need += 420;
        if (distance(x, y, 12900, 6300) > 1500 && distance(x, y, 12900, 6300) < 2900 && y < 6300)
            need -= 700; // the leafy side of the big town
        order[k] = (seed){(uint64_t)(100000 - need) * 1000 + (uint64_t)k, k};
    }
    qsort(order, AREAS, sizeof *order, by_order);
    for (int n = 0; n < AREAS; n++) { // a little more deprived than the nation
        const int64_t share = 2 * n + 1, most = 2 * AREAS;
        const int64_t bent = share * (400 + share) * (NATIONAL - 120) / ((400 + most) * most);
        c->areas[order[n].cell].rank = 1 + (int)bent + pick(33, (uint64_t)n, 0, 0, 40);
    }
}

static void name_areas(county *c)
{
    int in_ward[WARDS] = {0};
    for (int k = 0; k < AREAS; k++) {
        area *a = &c->areas[k];
        const int w = a->ward;
        snprintf(a->name, sizeof a->name, "%s %03d%c", district_names[c->wards[w].district], w + 1,
                 'A' + in_ward[w]++ % 26);
        a->people = pick(34, (uint64_t)k, 0, 1050, 2350) + (a->urban > 500 ? 260 : 0);
    }
    area *isle = &c->areas[c->area[ISLE_J * SIDE + ISLE_I]];
    isle->people = 1021;
}

void partition(county *c)
{
    lay_mesh(c);
    drown_specks(c);
    int middles[AREAS];
    seed_areas(c, middles);
    int *mask = room(CELLS, sizeof *mask);
    for (int cell = 0; cell < CELLS; cell++)
        mask[cell] = c->land[cell] > LAND_WATER;
    spread(c, middles, AREAS, mask, 1, 6, c->area);
    free(mask);
    measure(c->area, c->urban, AREAS, c->areas);
    make_wards(c);
    name_areas(c);
    rank_areas(c);
}
