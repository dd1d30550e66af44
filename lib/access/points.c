// People at points: which areas hold each, found through a coarse net of boxes.
#include "access_internal.h"

#include <math.h>

/// A net of square meshes over all areas; each mesh lists the areas whose box touches it.
struct net {
    double west, south, mesh;
    int64_t cols, rows;
    size_t *start; ///< cols * rows + 1
    size_t *area;
    double *box; ///< 4 an area: west south east north; west > east: no shape
};

static void net_free(struct net *net)
{
    ig_free(net->start);
    ig_free(net->area);
    ig_free(net->box);
}

static void boxes_of(const ig_rings *rings, struct net *net, double whole[4])
{
    for (size_t a = 0; a < rings->areas; a++) {
        double *b = net->box + 4 * a;
        b[0] = b[1] = INFINITY;
        b[2] = b[3] = -INFINITY;
        for (size_t r = rings->area_start[a]; r < rings->area_start[a + 1]; r++)
            for (size_t i = rings->ring_start[r]; i < rings->ring_start[r + 1]; i++) {
                b[0] = fmin(b[0], rings->x[i]);
                b[1] = fmin(b[1], rings->y[i]);
                b[2] = fmax(b[2], rings->x[i]);
                b[3] = fmax(b[3], rings->y[i]);
            }
        whole[0] = fmin(whole[0], b[0]);
        whole[1] = fmin(whole[1], b[1]);
        whole[2] = fmax(whole[2], b[2]);
        whole[3] = fmax(whole[3], b[3]);
    }
}

static int64_t mesh_of(double offset, double mesh, int64_t count)
{
    const int64_t i = (int64_t)floor(offset / mesh);
    return i < 0 ? 0 : i >= count ? count - 1 : i;
}

/// Walk over the meshes of each area's box: count them (fill NULL) or write them down.
static void visit(const struct net *net, size_t areas, size_t *count, size_t *fill)
{
    for (size_t a = 0; a < areas; a++) {
        const double *b = net->box + 4 * a;
        if (!(b[0] <= b[2])) continue;
        const int64_t c0 = mesh_of(b[0] - net->west, net->mesh, net->cols);
        const int64_t c1 = mesh_of(b[2] - net->west, net->mesh, net->cols);
        const int64_t r0 = mesh_of(b[1] - net->south, net->mesh, net->rows);
        const int64_t r1 = mesh_of(b[3] - net->south, net->mesh, net->rows);
        for (int64_t r = r0; r <= r1; r++)
            for (int64_t c = c0; c <= c1; c++) {
                const size_t m = (size_t)(r * net->cols + c);
                if (fill) net->area[fill[m]++] = a;
                if (count) count[m + 1]++;
            }
    }
}

static ig_status net_new(const ig_rings *rings, struct net *net)
{
    *net = (struct net){0};
    double whole[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    net->box = ig_alloc(4 * rings->areas + 1, sizeof *net->box);
    if (!net->box) return IG_EMEMORY;
    boxes_of(rings, net, whole);
    const double width = fmax(whole[2] - whole[0], 1.0), height = fmax(whole[3] - whole[1], 1.0);
    const double meshes = 4.0 * (double)rings->areas + 1.0;
    net->west = whole[0];
    net->south = whole[1];
    net->mesh = fmax(sqrt(width * height / meshes), fmax(width, height) / 4096.0);
    net->cols = (int64_t)ceil(width / net->mesh);
    net->rows = (int64_t)ceil(height / net->mesh);
    if (!isfinite(net->west)) net->cols = net->rows = 1; // no shapes at all
    const size_t count = (size_t)(net->cols * net->rows);
    net->start = ig_alloc(count + 1, sizeof *net->start);
    size_t *fill = ig_alloc(count + 1, sizeof *fill);
    ig_status status = net->start && fill ? IG_OK : IG_EMEMORY;
    if (!status) {
        visit(net, rings->areas, net->start, NULL);
        for (size_t m = 0; m < count; m++)
            net->start[m + 1] += net->start[m];
        for (size_t m = 0; m < count; m++)
            fill[m] = net->start[m];
        net->area = ig_alloc(net->start[count] + 1, sizeof *net->area);
        if (net->area)
            visit(net, rings->areas, NULL, fill);
        else
            status = IG_EMEMORY;
    }
    ig_free(fill);
    return status;
}

/// Odd number of edges to the east: inside. A border belongs to the area on one side of it only.
static bool holds(const ig_rings *rings, size_t a, double x, double y)
{
    bool inside = false;
    for (size_t r = rings->area_start[a]; r < rings->area_start[a + 1]; r++)
        for (size_t i = rings->ring_start[r]; i + 1 < rings->ring_start[r + 1]; i++) {
            double x0 = rings->x[i], y0 = rings->y[i], x1 = rings->x[i + 1], y1 = rings->y[i + 1];
            if ((y0 <= y) == (y1 <= y)) continue;
            if (y0 > y1) { // one way for both owners of a border: the same last bit
                const double tx = x0, ty = y0;
                x0 = x1;
                y0 = y1;
                x1 = tx;
                y1 = ty;
            }
            if (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)) inside = !inside;
        }
    return inside;
}

/// Does the point lie on the outline of the area, to the last bit?
static bool touches(const ig_rings *rings, size_t a, double x, double y)
{
    for (size_t r = rings->area_start[a]; r < rings->area_start[a + 1]; r++)
        for (size_t i = rings->ring_start[r]; i + 1 < rings->ring_start[r + 1]; i++) {
            const double x0 = rings->x[i], y0 = rings->y[i];
            const double x1 = rings->x[i + 1], y1 = rings->y[i + 1];
            if (x < fmin(x0, x1) || x > fmax(x0, x1) || y < fmin(y0, y1) || y > fmax(y0, y1))
                continue;
            if ((x1 - x0) * (y - y0) == (y1 - y0) * (x - x0)) return true;
        }
    return false;
}

typedef bool (*area_test)(const ig_rings *rings, size_t a, double x, double y);

/// The next area from place `*at` of its mesh on that holds the point, or SIZE_MAX. Where areas
/// overlap, people live in each of them, as on the cells of a grid.
static size_t next_area(const struct net *net, const ig_rings *rings, area_test in, double x,
                        double y, size_t *at)
{
    if (!isfinite(net->west)) return SIZE_MAX;
    const int64_t c = mesh_of(x - net->west, net->mesh, net->cols);
    const int64_t r = mesh_of(y - net->south, net->mesh, net->rows);
    const size_t m = (size_t)(r * net->cols + c);
    for (size_t i = net->start[m] + *at; i < net->start[m + 1]; i++) {
        const size_t a = net->area[i];
        const double *b = net->box + 4 * a;
        if (x < b[0] || x > b[2] || y < b[1] || y > b[3]) continue;
        if (!in(rings, a, x, y)) continue;
        *at = i + 1 - net->start[m];
        return a;
    }
    return SIZE_MAX;
}

ig_status ig_place_points(ig_ctx *ctx, const ig_rings *rings, const struct ground *ground,
                          const ig_people *people, struct ig_stands *stands, double *outside)
{
    struct net net;
    ig_status status = net_new(rings, &net);
    *outside = 0.0;
    for (size_t i = 0; !status && i < people->points; i++) {
        const double n = people->count ? people->count[i] : 1.0;
        if (n < 0.0 || isinf(n)) {
            status =
                ig_fail(ctx, IG_EFORMAT, "point %zu of the population has %g people", i + 1, n);
            break;
        }
        if (!(n > 0.0) || !isfinite(people->x[i]) || !isfinite(people->y[i])) continue;
        int64_t col, row;
        const bool on = ig_frame_cell(ground->frame, people->x[i], people->y[i], &col, &row);
        const double x = people->x[i], y = people->y[i];
        size_t at = 0, a = next_area(&net, rings, holds, x, y, &at);
        // on the outer border of the areas: of the first that ends there
        const bool border = a == SIZE_MAX;
        if (border) a = next_area(&net, rings, touches, x, y, &at);
        if (a == SIZE_MAX) *outside += n;
        for (; a != SIZE_MAX && !status;
             a = border ? SIZE_MAX : next_area(&net, rings, holds, x, y, &at)) {
            struct stand *stand = &stands->area[a];
            stand->all += n;
            status = on ? ig_stand_put(stand, ground, row * ground->frame->cols + col, n)
                        : ig_stand_add(stand, NAN, n);
        }
    }
    if (status == IG_EMEMORY) ig_fail(ctx, status, "no memory to place %zu points", people->points);
    net_free(&net);
    return status;
}
