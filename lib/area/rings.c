// Plain arithmetic on closed rings.
#include "rings.h"

#include <math.h>

double ig_ring_area2(const double *x, const double *y, size_t n)
{
    if (n < 4) return 0.0;
    const double x0 = x[0], y0 = y[0];
    double sum = 0.0;
    for (size_t i = 1; i + 1 < n; i++)
        sum += (x[i] - x0) * (y[i + 1] - y0) - (x[i + 1] - x0) * (y[i] - y0);
    return sum;
}

void ig_ring_box(const double *x, const double *y, size_t n, double box[4])
{
    box[0] = box[1] = INFINITY;
    box[2] = box[3] = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (x[i] < box[0]) box[0] = x[i];
        if (y[i] < box[1]) box[1] = y[i];
        if (x[i] > box[2]) box[2] = x[i];
        if (y[i] > box[3]) box[3] = y[i];
    }
}

int ig_turn(double ax, double ay, double bx, double by, double cx, double cy)
{
    // error bound of the plain formula after Shewchuk (1997), "Adaptive precision floating-point
    // arithmetic and fast robust geometric predicates"
    const double left = (ax - cx) * (by - cy), right = (ay - cy) * (bx - cx);
    const double turn = left - right;
    const double bound = 3.3306690738754716e-16 * (fabs(left) + fabs(right));
    if (turn > bound) return 1;
    if (turn < -bound) return -1;
    return 0;
}

int ig_ring_side(const double *x, const double *y, size_t n, double px, double py)
{
    bool inside = false;
    for (size_t i = 0; i + 1 < n; i++) {
        const double ay = y[i], by = y[i + 1];
        if (ay == py && x[i] == px) return 0;
        if (ay == by) {
            if (ay == py && (px >= x[i]) != (px > x[i + 1])) return 0;
            continue;
        }
        if ((ay > py) == (by > py)) {
            if (by == py && x[i + 1] == px) return 0;
            continue;
        }
        const int turn = ig_turn(x[i], ay, x[i + 1], by, px, py);
        if (turn == 0) return 0;
        if ((turn > 0) == (by > ay)) inside = !inside;
    }
    return inside ? 1 : -1;
}

bool ig_ring_within(const double *in_x, const double *in_y, size_t in_n, const double *of_x,
                    const double *of_y, size_t of_n)
{
    for (size_t i = 0; i + 1 < in_n; i++) {
        const int side = ig_ring_side(of_x, of_y, of_n, in_x[i], in_y[i]);
        if (side) return side > 0;
    }
    for (size_t i = 0; i + 1 < in_n; i++) {
        const int side = ig_ring_side(of_x, of_y, of_n, 0.5 * (in_x[i] + in_x[i + 1]),
                                      0.5 * (in_y[i] + in_y[i + 1]));
        if (side) return side > 0;
    }
    return true;
}
