/// What the two files of outputs share: the output in the making, and its removal.
#ifndef ISOGAP_CORE_OUTPUT_INTERNAL_H
#define ISOGAP_CORE_OUTPUT_INTERNAL_H

#include "inside.h"

struct ig_output {
    char *path, *folder, *temporary, *lock;
    int lock_fd;
    int slot;         ///< among the outputs under way; -1: none
    bool existed;     ///< a file of that name was there when the output was begun
    bool in_place;    ///< the new file has the final name
    bool old_is_kept; ///< ... and the temporary name holds the old file, until all is safe
};

/// Take off the list, unlock, free. The temporary file is the caller's to remove.
void ig_output_release(ig_output *output);
/// Remove a file and what its writer may have left beside it. Safe in a signal handler.
void ig_output_remove(const char *path);
/// A journal that is not empty beside the file: SQLite would play it back into a new file of that
/// name. Gives its suffix, NULL when there is none.
const char *ig_output_journal(const char *path);

#endif
