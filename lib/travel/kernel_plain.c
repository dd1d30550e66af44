// Kernels for any processor: vectors of 16 bytes, as the compiler finds them.
#include "tile_internal.h"
#include "tile_vector.h"

#define MOST_SIGNED(a, b) (((a) & ((a) > (b))) | ((b) & ~((a) > (b))))
#define MOST(a, b) (((a) & (VEC)((a) > (b))) | ((b) & ~(VEC)((a) > (b))))
#define LEAST(a, b) (((a) & (VEC)((a) < (b))) | ((b) & ~(VEC)((a) < (b))))

#define BELOW(a, b) BITS((VEC)((a) < (b)))
#define QUANTA(pace, scale) NAMED(some_quanta)(pace, scale)
#define T uint32_t
#define SIGNED int32_t
#define ROOT(x) ((narrow_real){sqrt((x)[0]), sqrt((x)[1])})
#define HALVES 2
#define BARRED(v) ((VEC)((narrow_sign)((v) + 1) >> 31))
#define LEAST_REAL(a, b)                                                                           \
    ((narrow_real){(a)[0] < (b)[0] ? (a)[0] : (b)[0], (a)[1] < (b)[1] ? (a)[1] : (b)[1]})
#define FROM_FLOATS(p) ((narrow_real){(double)(p)[0], (double)(p)[1]})
#define TO_REAL(x) __builtin_convertvector(x, narrow_real)
#define TO_WHOLE(x) __builtin_convertvector(x, narrow_part)
#define BITS(v) (((v)[0] & 1U) | ((v)[1] & 2U) | ((v)[2] & 4U) | ((v)[3] & 8U))
#define LANES 4
#define FAR ((uint32_t)0x7fffffff)
#define FITS 0x1p27
#define NAMED(x) narrow_##x
#define ANY(v) (((v)[0] | (v)[1] | (v)[2] | (v)[3]) != 0)
#include "tile_kernel.h"
#undef ANY

#define T uint64_t
#define SIGNED int64_t
#define ROOT(x) ((wide_real){sqrt((x)[0]), sqrt((x)[1])})
#define HALVES 1
#define BARRED(v) ((VEC)((v) == FAR))
#define LEAST_REAL(a, b)                                                                           \
    ((wide_real){(a)[0] < (b)[0] ? (a)[0] : (b)[0], (a)[1] < (b)[1] ? (a)[1] : (b)[1]})
#define FROM_FLOATS(p) ((wide_real){(double)(p)[0], (double)(p)[1]})
#define TO_REAL(x) __builtin_convertvector(x, wide_real)
#define TO_WHOLE(x) __builtin_convertvector(x, wide_part)
#define BITS(v) ((unsigned)((v)[0] & 1U) | (unsigned)((v)[1] & 2U))
#define LANES 2
#define FAR ((uint64_t)1 << 62)
#define FITS 0x1p50
#define NAMED(x) wide_##x
#define ANY(v) (((v)[0] | (v)[1]) != 0)
#include "tile_kernel.h"

const struct kernels ig_kernels_plain = {
    .name = "plain", .narrow = narrow_kernel, .wide = wide_kernel};
