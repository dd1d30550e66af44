// Kernels for processors with AVX2. Compiled with -mavx2; run only where the processor has it.
#include "tile_internal.h"

#ifdef IG_KERNELS_X86
#include "tile_vector.h"

#include <immintrin.h>

#define ANY(v) (!_mm256_testz_si256((__m256i)(v), (__m256i)(v)))

#define BELOW(a, b) BITS((VEC)((a) < (b)))
#define QUANTA(pace, scale) NAMED(some_quanta)(pace, scale)
#define T uint32_t
#define SIGNED int32_t
#define NARROWED(v) ((narrow_count)(v))
#define WIDENED(v) ((VEC)(v))
#define TO_ROUGH(v) ((narrow_rough)_mm256_cvtepi32_ps((__m256i)(v)))
#define TO_COUNT(v) ((narrow_count)_mm256_cvttps_epi32((__m256)(v)))
#define ROOT(x) ((narrow_rough)_mm256_sqrt_ps((__m256)(x)))
#define LEAST_ROUGH(a, b) ((narrow_rough)_mm256_min_ps((__m256)(a), (__m256)(b)))
#define MOST_ROUGH(a, b) ((narrow_rough)_mm256_max_ps((__m256)(a), (__m256)(b)))
#define HALVES 2
#define BARRED(v) ((VEC)((narrow_sign)((v) + 1) >> 31))
#define MOST_SIGNED(a, b) ((narrow_sign)_mm256_max_epi32((__m256i)(a), (__m256i)(b)))
#define LEAST_REAL(a, b) ((narrow_real)_mm256_min_pd((__m256d)(a), (__m256d)(b)))
#define FROM_FLOATS(p) ((narrow_real)_mm256_cvtps_pd(_mm_loadu_ps(p)))
#define TO_REAL(x) ((narrow_real)_mm256_cvtepi32_pd((__m128i)(x)))
#define BITS(v) ((unsigned)_mm256_movemask_ps((__m256)(v)))
#define LANES 8
#define FAR ((uint32_t)0x7fffffff)
#define FITS 0x1p27
#define NAMED(x) narrow_##x
#define MOST(a, b) ((VEC)_mm256_max_epu32((__m256i)(a), (__m256i)(b)))
#define LEAST(a, b) ((VEC)_mm256_min_epu32((__m256i)(a), (__m256i)(b)))
#include "tile_kernel.h"
#undef MOST_SIGNED
#undef LEAST_ROUGH
#undef MOST_ROUGH
#undef LEAST
#undef MOST

#define T uint64_t
#define SIGNED int64_t
#define NARROWED(v) __builtin_convertvector((wide_sign)(v), wide_count)
#define WIDENED(v) ((VEC) __builtin_convertvector(v, wide_sign))
#define TO_ROUGH(v) ((wide_rough)_mm_cvtepi32_ps((__m128i)(v)))
#define TO_COUNT(v) ((wide_count)_mm_cvttps_epi32((__m128)(v)))
#define ROOT(x) ((wide_rough)_mm_sqrt_ps((__m128)(x)))
#define LEAST_ROUGH(a, b) ((wide_rough)_mm_min_ps((__m128)(a), (__m128)(b)))
#define MOST_ROUGH(a, b) ((wide_rough)_mm_max_ps((__m128)(a), (__m128)(b)))
#define HALVES 1
#define BARRED(v) ((VEC)((v) == FAR))
#define MOST_SIGNED(a, b) (((a) & ((a) > (b))) | ((b) & ~((a) > (b))))
#define LEAST_REAL(a, b) ((wide_real)_mm256_min_pd((__m256d)(a), (__m256d)(b)))
#define FROM_FLOATS(p) ((wide_real)_mm256_cvtps_pd(_mm_loadu_ps(p)))
#define TO_REAL(x) __builtin_convertvector(x, wide_real)
#define BITS(v) ((unsigned)_mm256_movemask_pd((__m256d)(v)))
#define LANES 4
#define FAR ((uint64_t)1 << 62)
#define FITS 0x1p50
#define NAMED(x) wide_##x
#define MOST(a, b) (((a) & (VEC)((a) > (b))) | ((b) & ~(VEC)((a) > (b))))
#define LEAST(a, b) (((a) & (VEC)((a) < (b))) | ((b) & ~(VEC)((a) < (b))))
#include "tile_kernel.h"

const struct kernels ig_kernels_avx2 = {
    .name = "AVX2", .narrow = narrow_kernel, .wide = wide_kernel};
#endif
