/// What the bench of travel shares with the maker of its grid.
#ifndef ISOGAP_BENCH_GRID_H
#define ISOGAP_BENCH_GRID_H

#include <core/inside.h>

/// End the program with the context's message unless all is well.
void bench_must(ig_ctx *ctx, ig_status status);
/// "dir/name", allocated.
char *bench_path(const char *dir, const char *name);
/// The same number in [0, 1) for the same two.
double bench_unit(uint64_t a, uint64_t b);
/// cost.tif (s/cell), dem.tif and src.xy in a folder that need not be there.
void bench_make(ig_ctx *ctx, const char *dir, int64_t rows, int64_t cols, int64_t sites);

#endif
