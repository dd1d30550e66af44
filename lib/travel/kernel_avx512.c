// Kernels for processors with AVX-512 (F, VL, DQ, BW). Compiled for these; run only where they are.
#include "tile_internal.h"

#ifdef IG_KERNELS_X86
#include "tile_vector.h"

#include <immintrin.h>

#define ANY(v) (_mm512_test_epi32_mask((__m512i)(v), (__m512i)(v)) != 0)

/// A mask as a number. By hand: GCC 12 keeps one in a mask register for as long as it can, and when
/// it has to put it aside it stores 16 bits and reads 64.
static inline uint64_t bits_of(__mmask16 mask)
{
    uint64_t bits;
    __asm__("kmovw %1, %k0" : "=r"(bits) : "k"(mask));
    return bits;
}

/// Quanta of 16 cells, rounded to even as the processor does unless told otherwise.
static inline __m512i narrow_quanta(const float *pace, double scale)
{
    const __m512 x = _mm512_loadu_ps(pace);
    const __m512d by = _mm512_set1_pd(scale), end = _mm512_set1_pd(0x1p27);
    const __m256i far = _mm256_set1_epi32(0x7fffffff);
    const __m512d low = _mm512_mul_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(x)), by);
    const __m512d high = _mm512_mul_pd(_mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1)), by);
    const __m256i a = _mm512_mask_cvtpd_epi32(far, _mm512_cmp_pd_mask(low, end, _CMP_LT_OQ), low);
    const __m256i b = _mm512_mask_cvtpd_epi32(far, _mm512_cmp_pd_mask(high, end, _CMP_LT_OQ), high);
    return _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1);
}

#define QUANTA(pace, scale) narrow_quanta(pace, scale)
#define T uint32_t
#define SIGNED int32_t
#define NARROWED(v) ((narrow_count)(v))
#define WIDENED(v) ((VEC)(v))
#define TO_ROUGH(v) ((narrow_rough)_mm512_cvtepi32_ps((__m512i)(v)))
#define TO_COUNT(v) ((narrow_count)_mm512_cvttps_epi32((__m512)(v)))
#define ROOT(x) ((narrow_rough)_mm512_sqrt_ps((__m512)(x)))
#define LEAST_ROUGH(a, b) ((narrow_rough)_mm512_min_ps((__m512)(a), (__m512)(b)))
#define MOST_ROUGH(a, b) ((narrow_rough)_mm512_max_ps((__m512)(a), (__m512)(b)))
#define HALVES 2
#define BARRED(v) ((VEC)((narrow_sign)((v) + 1) >> 31))
#define MOST_SIGNED(a, b) ((narrow_sign)_mm512_max_epi32((__m512i)(a), (__m512i)(b)))
#define LEAST_REAL(a, b) ((narrow_real)_mm512_min_pd((__m512d)(a), (__m512d)(b)))
#define FROM_FLOATS(p) ((narrow_real)_mm512_cvtps_pd(_mm256_loadu_ps(p)))
#define TO_REAL(x) ((narrow_real)_mm512_cvtepi32_pd((__m256i)(x)))
#define BITS(v) bits_of(_mm512_movepi32_mask((__m512i)(v)))
#define BELOW(a, b) bits_of(_mm512_cmplt_epu32_mask((__m512i)(a), (__m512i)(b)))
#define LANES 16
#define FAR ((uint32_t)0x7fffffff)
#define FITS 0x1p27
#define NAMED(x) narrow_##x
#define MOST(a, b) ((VEC)_mm512_max_epu32((__m512i)(a), (__m512i)(b)))
#define LEAST(a, b) ((VEC)_mm512_min_epu32((__m512i)(a), (__m512i)(b)))
#include "tile_kernel.h"
#undef MOST_SIGNED
#undef LEAST_ROUGH
#undef MOST_ROUGH
#undef LEAST
#undef MOST
#undef BELOW

#undef QUANTA
#define QUANTA(pace, scale) wide_some_quanta(pace, scale)
#define T uint64_t
#define SIGNED int64_t
#define NARROWED(v) __builtin_convertvector((wide_sign)(v), wide_count)
#define WIDENED(v) ((VEC) __builtin_convertvector(v, wide_sign))
#define TO_ROUGH(v) ((wide_rough)_mm256_cvtepi32_ps((__m256i)(v)))
#define TO_COUNT(v) ((wide_count)_mm256_cvttps_epi32((__m256)(v)))
#define ROOT(x) ((wide_rough)_mm256_sqrt_ps((__m256)(x)))
#define LEAST_ROUGH(a, b) ((wide_rough)_mm256_min_ps((__m256)(a), (__m256)(b)))
#define MOST_ROUGH(a, b) ((wide_rough)_mm256_max_ps((__m256)(a), (__m256)(b)))
#define HALVES 1
#define BARRED(v) ((VEC)((v) == FAR))
#define MOST_SIGNED(a, b) ((wide_sign)_mm512_max_epi64((__m512i)(a), (__m512i)(b)))
#define LEAST_REAL(a, b) ((wide_real)_mm512_min_pd((__m512d)(a), (__m512d)(b)))
#define FROM_FLOATS(p) ((wide_real)_mm512_cvtps_pd(_mm256_loadu_ps(p)))
#define TO_REAL(x) ((wide_real)_mm512_cvtepi64_pd((__m512i)(x)))
#define BITS(v) bits_of(_mm512_movepi64_mask((__m512i)(v)))
#define BELOW(a, b) bits_of(_mm512_cmplt_epu64_mask((__m512i)(a), (__m512i)(b)))
#define LANES 8
#define FAR ((uint64_t)1 << 62)
#define FITS 0x1p50
#define NAMED(x) wide_##x
#define MOST(a, b) ((VEC)_mm512_max_epu64((__m512i)(a), (__m512i)(b)))
#define LEAST(a, b) ((VEC)_mm512_min_epu64((__m512i)(a), (__m512i)(b)))
#include "tile_kernel.h"

const struct kernels ig_kernels_avx512 = {
    .name = "AVX-512", .narrow = narrow_kernel, .wide = wide_kernel};
#endif
