/// The list of what lies in a folder of reports. Private.
#ifndef ISOGAP_REPORT_MANIFEST_H
#define ISOGAP_REPORT_MANIFEST_H

#include "../core/inside.h"

/// One file. With `sha256` "" it is planned: begun perhaps, not done.
struct entry {
    char *file; ///< below the folder
    uint64_t bytes;
    char sha256[65], made_from[65];
};

struct manifest {
    struct entry *entries; ///< in order of file
    size_t count, room;
};

/// manifest.csv of a folder, empty when there is none.
/// @return IG_EPOLICY for a file of that name that no report wrote, without overwriting
ig_status manifest_read(ig_ctx *ctx, const char *folder, struct manifest *out);
/// Written whole over the one before. @param done  only what is done
ig_status manifest_write(ig_ctx *ctx, const char *folder, const struct manifest *manifest,
                         bool done);
void manifest_free(struct manifest *manifest);
/// Entry of a file, NULL without.
struct entry *manifest_find(const struct manifest *manifest, const char *file);
/// Entry of a file, made where there is none; NULL: no memory. Moves the others.
struct entry *manifest_add(struct manifest *manifest, const char *file);
/// Enter a file that lies below the folder. IG_EIO where it cannot be read.
ig_status manifest_enter(ig_ctx *ctx, const char *folder, struct manifest *manifest,
                         const char *file, const char *made_from);
/// Is the file as the entry says, made from the same?
bool manifest_holds(ig_ctx *ctx, const char *folder, const struct entry *entry,
                    const char *made_from);

#endif
