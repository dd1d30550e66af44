// Kernels for processors with AVX-512 (F, VL, DQ, BW). Compiled for these; run only where they are.
#include "tile_internal.h"

#ifdef IG_KERNELS_X86
#include "tile_vector.h"

#include <immintrin.h>

#define ANY(v) (_mm512_test_epi32_mask((__m512i)(v), (__m512i)(v)) != 0)

#define T uint32_t
#define SIGNED int32_t
#define ROOT(x) ((narrow_real)_mm512_sqrt_pd((__m512d)(x)))
#define LANES 16
#define FAR ((uint32_t)0x7fffffff)
#define FITS 0x1p27
#define NAMED(x) narrow_##x
#define LEAST(a, b) ((VEC)_mm512_min_epu32((__m512i)(a), (__m512i)(b)))
#include "tile_kernel.h"
#undef T
#undef SIGNED
#undef ROOT
#undef LANES
#undef FAR
#undef FITS
#undef NAMED
#undef LEAST

#define T uint64_t
#define SIGNED int64_t
#define ROOT(x) ((wide_real)_mm512_sqrt_pd((__m512d)(x)))
#define LANES 8
#define FAR ((uint64_t)1 << 62)
#define FITS 0x1p50
#define NAMED(x) wide_##x
#define LEAST(a, b) ((VEC)_mm512_min_epu64((__m512i)(a), (__m512i)(b)))
#include "tile_kernel.h"

const struct kernels ig_kernels_avx512 = {
    .name = "AVX-512", .narrow = narrow_kernel, .wide = wide_kernel};
#endif
