/// Core: what every room stands on. Status, context, log, progress, threads.
///
/// A status says whether a call worked; the context keeps the words. The library never prints:
/// messages go to the log callback of the context, and a failing call leaves its text there.
#ifndef ISOGAP_CORE_H
#define ISOGAP_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define IG_API __attribute__((visibility("default")))
#define IG_MUST_CHECK __attribute__((warn_unused_result))
#define IG_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define IG_API
#define IG_MUST_CHECK
#define IG_PRINTF(f, a)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// Outcome of a call. Results by out-parameter are set only on IG_OK.
typedef enum ig_status {
    IG_OK = 0,
    IG_EINVAL,     ///< wrong use: an option, an argument, a plan file
    IG_EFORMAT,    ///< an input holds what it must not
    IG_EIO,        ///< an input could not be read
    IG_EPOLICY,    ///< refused: network, indirection, overwrite, disclosure
    IG_EWRITE,     ///< an output could not be written
    IG_ELIMIT,     ///< a limit was met: size, time, rows, cells
    IG_EMEMORY,    ///< memory could not be had
    IG_EBUG,       ///< a check inside the library failed
    IG_ECANCELLED, ///< the progress callback or the cancel flag said stop
    IG_EUNDEFINED, ///< the value asked for does not exist for these numbers (mean 0, one group ...)
} ig_status;

/// Exit code of the command for a status (reliability table: 0 2 3 4 5 6 7; 130 when cancelled).
IG_API int ig_status_exit_code(ig_status status);
/// A few words for a status; never NULL, never to be freed.
IG_API const char *ig_status_text(ig_status status);

/// How grave a message is, rising.
typedef enum ig_level { IG_DEBUG, IG_INFO, IG_WARNING, IG_ERROR } ig_level;

/// Message of the library: one line, and an indented hint how to mend it (NULL without).
typedef void (*ig_log_fn)(ig_level level, const char *message, const char *hint, void *user);
/// Progress from 0 to 1. Return 0 to stop the work with IG_ECANCELLED. Shape of GDALProgressFunc.
typedef int (*ig_progress_fn)(double fraction, const char *what, void *user);

/// What one thread of a program holds while it uses the library: message, log, choices.
/// Opaque. A context serves one thread at a time; the threads it makes itself are its own affair.
typedef struct ig_ctx ig_ctx;

/// New context with defaults: all processors, work CRS EPSG:27700, no callbacks.
/// @return NULL when memory cannot be had
IG_API ig_ctx *ig_ctx_new(void);
IG_API void ig_ctx_free(ig_ctx *ctx);

/// Where messages go; `user` is handed back with each. NULL: nowhere.
IG_API void ig_ctx_set_log(ig_ctx *ctx, ig_log_fn log, void *user);
/// Who is told how far the work is; `user` is handed back. NULL: nobody.
IG_API void ig_ctx_set_progress(ig_ctx *ctx, ig_progress_fn progress, void *user);
/// @param threads 1 or more; 0 for all processors
IG_API void ig_ctx_set_threads(ig_ctx *ctx, int threads);
/// How many threads work is shared out to: 1 to 1024.
IG_API int ig_ctx_threads(const ig_ctx *ctx);
/// Warnings become errors: an output is not put in place once a warning was given.
IG_API void ig_ctx_set_strict(ig_ctx *ctx, bool strict);
/// Existing outputs may be replaced (by rename only, when the new one is whole).
IG_API void ig_ctx_set_overwrite(ig_ctx *ctx, bool overwrite);
/// CRS in which all geometry is worked, as "EPSG:N" with metres as unit. Default "EPSG:27700".
IG_API ig_status ig_ctx_set_work_crs(ig_ctx *ctx, const char *crs);
/// Lent.
IG_API const char *ig_ctx_work_crs(const ig_ctx *ctx);
/// CRS of inputs that state none, as "EPSG:N"; NULL (the default) refuses such inputs.
IG_API ig_status ig_ctx_set_input_crs(ig_ctx *ctx, const char *crs);
/// Lent; NULL when none is set.
IG_API const char *ig_ctx_input_crs(const ig_ctx *ctx);
/// Virtual rasters (VRT), which name further files, may be read. By default they are IG_EPOLICY.
IG_API void ig_ctx_set_allow_vrt(ig_ctx *ctx, bool allow);
/// A choice kept with the others. Inputs are plain files either way: names of services and of the
/// network are refused, and what takes sockets away from a process is ig_process_start.
IG_API void ig_ctx_set_allow_network(ig_ctx *ctx, bool allow);
/// Grids are written as cloud-optimised GeoTIFFs, with overviews.
IG_API void ig_ctx_set_cog(ig_ctx *ctx, bool cog);
/// Memory the library may plan for, in bytes; 0 (the default) for no limit of ours.
IG_API void ig_ctx_set_memory(ig_ctx *ctx, uint64_t bytes);
/// How many times its size a packed input (.gz, .zip, .xlsx ...) may expand to once it passes
/// 64 MiB. Default 100.
IG_API void ig_ctx_set_max_expand(ig_ctx *ctx, double ratio);

/// Ask the work under way to stop. Safe in a signal handler and from another thread.
IG_API void ig_ctx_cancel(ig_ctx *ctx);
/// Was it asked to, or did the progress callback say stop?
IG_API bool ig_ctx_cancelled(const ig_ctx *ctx);

/// Text of the last failure and its hint. Lent, good until the next call with this context.
IG_API const char *ig_ctx_message(const ig_ctx *ctx);
IG_API const char *ig_ctx_hint(const ig_ctx *ctx);
/// Warnings so far, in order; lent.
IG_API size_t ig_ctx_warnings(const ig_ctx *ctx);
IG_API const char *ig_ctx_warning(const ig_ctx *ctx, size_t i);

/// Prepare a process for strangers' files: C locale, hostile environment variables cleared, drivers
/// by list, no network (seccomp), reproducible dates. Call once, first thing in main; the command
/// does. Programs that embed the library may leave it out and answer for their own process.
IG_API ig_status ig_process_start(bool allow_network, bool allow_vrt);

/// Did ig_process_start take sockets of the internet families away? False with allow_network, and
/// where the system has no means for it.
IG_API bool ig_process_is_offline(void);

/// Version of the library, such as "0.1.0".
IG_API const char *ig_version(void);

#ifdef __cplusplus
}
#endif
#endif
