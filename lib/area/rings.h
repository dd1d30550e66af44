// Plain arithmetic on closed rings: signed area, point in ring, which ring lies in which.
#ifndef ISOGAP_AREA_RINGS_H
#define ISOGAP_AREA_RINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Twice the signed area of a ring of n points (first = last), counter-clockwise positive. Taken
/// from its first point, so that large coordinates do not eat the digits.
double ig_ring_area2(const double *x, const double *y, size_t n);

/// Where a point lies: -1 outside, 0 on the ring, 1 inside (odd rule).
int ig_ring_side(const double *x, const double *y, size_t n, double px, double py);

/// Box of n points: west, south, east, north.
void ig_ring_box(const double *x, const double *y, size_t n, double box[4]);

/// Sign of the turn a, b, c: 1 left, -1 right, 0 when straight or too close to tell.
int ig_turn(double ax, double ay, double bx, double by, double cx, double cy);

/// Does ring `in` lie within ring `of`? Rings may touch; the first point of `in` (or middle of an
/// edge) that is not on `of` decides. Equal rings lie within each other.
bool ig_ring_within(const double *in_x, const double *in_y, size_t in_n, const double *of_x,
                    const double *of_y, size_t of_n);

#endif
