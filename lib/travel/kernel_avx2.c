// Kernels for processors with AVX2. Compiled with -mavx2; run only where the processor has it.
#include "tile_internal.h"

#ifdef IG_KERNELS_X86
#include "tile_vector.h"

#include <immintrin.h>

#define ANY(v) (!_mm256_testz_si256((__m256i)(v), (__m256i)(v)))

#define QUANTA(pace, scale) NAMED(some_quanta)(pace, scale)
#define T uint32_t
#define SIGNED int32_t
#define ROOT(x) ((narrow_real)_mm256_sqrt_pd((__m256d)(x)))
#define LANES 8
#define FAR ((uint32_t)0x7fffffff)
#define FITS 0x1p27
#define NAMED(x) narrow_##x
#define LEAST(a, b) ((VEC)_mm256_min_epu32((__m256i)(a), (__m256i)(b)))
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
#define ROOT(x) ((wide_real)_mm256_sqrt_pd((__m256d)(x)))
#define LANES 4
#define FAR ((uint64_t)1 << 62)
#define FITS 0x1p50
#define NAMED(x) wide_##x
#define LEAST(a, b) (((a) & (VEC)((a) < (b))) | ((b) & ~(VEC)((a) < (b))))
#include "tile_kernel.h"

const struct kernels ig_kernels_avx2 = {
    .name = "AVX2", .narrow = narrow_kernel, .wide = wide_kernel};
#endif
