/// Large arrays in a nameless file, for work that is larger than its memory (scratch.c). Not
/// installed.
#ifndef ISOGAP_CORE_SCRATCH_H
#define ISOGAP_CORE_SCRATCH_H

#include "inside.h"

struct ig_scratch;
/// A file in the folder of the path `beside`. NULL with words on the context.
struct ig_scratch *ig_scratch_new(ig_ctx *ctx, const char *beside);
void ig_scratch_free(struct ig_scratch *scratch);
/// Zeroed; lives as long as the file.
ig_status ig_scratch_alloc(ig_ctx *ctx, struct ig_scratch *scratch, size_t bytes, void **out);
/// Cheap: call it often, from any thread.
void ig_scratch_keep(struct ig_scratch *scratch);

#endif
