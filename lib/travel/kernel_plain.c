// Kernels for any processor: vectors of 16 bytes, as the compiler finds them.
#include "tile_internal.h"
#include "tile_vector.h"

#define LEAST(a, b) (((a) & (VEC)((a) < (b))) | ((b) & ~(VEC)((a) < (b))))

#define QUANTA(pace, scale) NAMED(some_quanta)(pace, scale)
#define T uint32_t
#define SIGNED int32_t
#define ROOT(x) ((narrow_real){sqrt((x)[0]), sqrt((x)[1])})
#define LANES 4
#define FAR ((uint32_t)0x7fffffff)
#define FITS 0x1p27
#define NAMED(x) narrow_##x
#define ANY(v) (((v)[0] | (v)[1] | (v)[2] | (v)[3]) != 0)
#include "tile_kernel.h"
#undef T
#undef SIGNED
#undef ROOT
#undef LANES
#undef FAR
#undef FITS
#undef NAMED
#undef ANY

#define T uint64_t
#define SIGNED int64_t
#define ROOT(x) ((wide_real){sqrt((x)[0]), sqrt((x)[1])})
#define LANES 2
#define FAR ((uint64_t)1 << 62)
#define FITS 0x1p50
#define NAMED(x) wide_##x
#define ANY(v) (((v)[0] | (v)[1]) != 0)
#include "tile_kernel.h"

const struct kernels ig_kernels_plain = {
    .name = "plain", .narrow = narrow_kernel, .wide = wide_kernel};
