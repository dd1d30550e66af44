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
#define ROOT(x) ((narrow_real)_mm256_sqrt_pd((__m256d)(x)))
#define HALVES 2
#define BARRED(v) ((VEC)((narrow_sign)((v) + 1) >> 31))
#define MOST_SIGNED(a, b) ((narrow_sign)_mm256_max_epi32((__m256i)(a), (__m256i)(b)))
#define LEAST_REAL(a, b) ((narrow_real)_mm256_min_pd((__m256d)(a), (__m256d)(b)))
#define FROM_FLOATS(p) ((narrow_real)_mm256_cvtps_pd(_mm_loadu_ps(p)))
#define TO_REAL(x) ((narrow_real)_mm256_cvtepi32_pd((__m128i)(x)))
#define TO_WHOLE(x) ((narrow_part)_mm256_cvttpd_epi32((__m256d)(x)))
#define BITS(v) ((unsigned)_mm256_movemask_ps((__m256)(v)))
#define LANES 8
#define FAR ((uint32_t)0x7fffffff)
#define FITS 0x1p27
#define NAMED(x) narrow_##x
#define MOST(a, b) ((VEC)_mm256_max_epu32((__m256i)(a), (__m256i)(b)))
#define LEAST(a, b) ((VEC)_mm256_min_epu32((__m256i)(a), (__m256i)(b)))
#include "tile_kernel.h"
#undef MOST_SIGNED
#undef LEAST
#undef MOST

#define T uint64_t
#define SIGNED int64_t
#define ROOT(x) ((wide_real)_mm256_sqrt_pd((__m256d)(x)))
#define HALVES 1
#define BARRED(v) ((VEC)((v) == FAR))
#define MOST_SIGNED(a, b) (((a) & ((a) > (b))) | ((b) & ~((a) > (b))))
#define LEAST_REAL(a, b) ((wide_real)_mm256_min_pd((__m256d)(a), (__m256d)(b)))
#define FROM_FLOATS(p) ((wide_real)_mm256_cvtps_pd(_mm_loadu_ps(p)))
#define TO_REAL(x) __builtin_convertvector(x, wide_real)
#define TO_WHOLE(x) __builtin_convertvector(x, wide_part)
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
