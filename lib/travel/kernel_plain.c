// Kernels for any processor: vectors of 16 bytes, as the compiler finds them.
#include "tile_internal.h"
#include "tile_vector.h"

#define MOST_SIGNED(a, b) (((a) & ((a) > (b))) | ((b) & ~((a) > (b))))
#define MOST(a, b) (((a) & (VEC)((a) > (b))) | ((b) & ~(VEC)((a) > (b))))
#define LEAST(a, b) (((a) & (VEC)((a) < (b))) | ((b) & ~(VEC)((a) < (b))))

#define CHOSEN(which, a, b)                                                                        \
    ((NAMED(rough))(((NAMED(count))(a) & (which)) | ((NAMED(count))(b) & ~(which))))
#define LEAST_ROUGH(a, b) CHOSEN((a) < (b), a, b)
#define MOST_ROUGH(a, b) CHOSEN((a) > (b), a, b)
#define BELOW(a, b) BITS((VEC)((a) < (b)))
#define QUANTA(pace, scale) NAMED(some_quanta)(pace, scale)
#define T uint32_t
#define SIGNED int32_t
#define NARROWED(v) ((narrow_count)(v))
#define WIDENED(v) ((VEC)(v))
#define TO_ROUGH(v) __builtin_convertvector(v, narrow_rough)
#define TO_COUNT(v) __builtin_convertvector(v, narrow_count)
#define ROOT(x) ((narrow_rough){sqrtf((x)[0]), sqrtf((x)[1]), sqrtf((x)[2]), sqrtf((x)[3])})
#define HALVES 2
#define BARRED(v) ((VEC)((narrow_sign)((v) + 1) >> 31))
#define LEAST_REAL(a, b)                                                                           \
    ((narrow_real){(a)[0] < (b)[0] ? (a)[0] : (b)[0], (a)[1] < (b)[1] ? (a)[1] : (b)[1]})
#define FROM_FLOATS(p) ((narrow_real){(double)(p)[0], (double)(p)[1]})
#define TO_REAL(x) __builtin_convertvector(x, narrow_real)
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
#define NARROWED(v) __builtin_convertvector((wide_sign)(v), wide_count)
#define WIDENED(v) ((VEC) __builtin_convertvector(v, wide_sign))
#define TO_ROUGH(v) __builtin_convertvector(v, wide_rough)
#define TO_COUNT(v) __builtin_convertvector(v, wide_count)
#define ROOT(x) ((wide_rough){sqrtf((x)[0]), sqrtf((x)[1])})
#define HALVES 1
#define BARRED(v) ((VEC)((v) == FAR))
#define LEAST_REAL(a, b)                                                                           \
    ((wide_real){(a)[0] < (b)[0] ? (a)[0] : (b)[0], (a)[1] < (b)[1] ? (a)[1] : (b)[1]})
#define FROM_FLOATS(p) ((wide_real){(double)(p)[0], (double)(p)[1]})
#define TO_REAL(x) __builtin_convertvector(x, wide_real)
#define BITS(v) ((unsigned)((v)[0] & 1U) | (unsigned)((v)[1] & 2U))
#define LANES 2
#define FAR ((uint64_t)1 << 62)
#define FITS 0x1p50
#define NAMED(x) wide_##x
#define ANY(v) (((v)[0] | (v)[1]) != 0)
#include "tile_kernel.h"

const struct kernels ig_kernels_plain = {
    .name = "plain", .narrow = narrow_kernel, .wide = wide_kernel};
