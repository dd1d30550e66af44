/// What the files of inputs share: opening, reading to the end, unpacking within the budget.
#ifndef ISOGAP_CORE_INPUT_INTERNAL_H
#define ISOGAP_CORE_INPUT_INTERNAL_H

#include "inside.h"

#include <sys/stat.h>
#include <zip.h>

/// Open a file or folder to read. Names of services are refused, fifos and devices too.
ig_status ig_input_open(ig_ctx *ctx, const char *path, int *fd, struct stat *about);
/// Read up to `room` bytes; fewer only at the end of the file.
ig_status ig_input_read(ig_ctx *ctx, int fd, const char *path, void *data, size_t room,
                        size_t *got);
/// A plain file of known size, whole.
ig_status ig_input_read_plain(ig_ctx *ctx, int fd, const char *path, const struct stat *about,
                              ig_bytes *out);
/// The first bytes, and back to the start.
ig_status ig_input_peek(ig_ctx *ctx, int fd, const char *path, void *data, size_t room,
                        size_t *got);

/// What one input may expand to (S5): packed is the size of the file that the user named.
typedef struct ig_budget {
    uint64_t packed, expanded;
} ig_budget;
/// `more` bytes came out of the archive.
ig_status ig_budget_spend(ig_ctx *ctx, ig_budget *budget, const char *what, size_t more);

/// Where unpacked bytes go: memory when `bytes` is given, else a file.
typedef struct ig_sink {
    ig_bytes *bytes;
    size_t room;
    int fd;
} ig_sink;

bool ig_is_gzip(const unsigned char *magic, size_t length);
bool ig_is_zip(const unsigned char *magic, size_t length);
/// All members of a gzip file, one after the other.
ig_status ig_gunzip(ig_ctx *ctx, int fd, const char *path, ig_budget *budget, ig_sink *sink);
ig_status ig_zip_open(ig_ctx *ctx, const char *path, zip_t **zip);
/// Folders, hidden files and what macOS adds.
bool ig_zip_is_junk(const char *name);
ig_status ig_unzip_member(ig_ctx *ctx, zip_t *zip, const char *path, zip_uint64_t number,
                          const zip_stat_t *about, ig_budget *budget, ig_sink *sink);
bool ig_ends_with(const char *name, const char *suffix); ///< ASCII case folded

#endif
