// The context: message of the last failure, warnings, log, progress and choices.
#include "scratch.h"

#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct ig_ctx {
    char *message, *hint;
    ig_status status;
    char **warning;
    size_t warnings, room;
    size_t serious; ///< warnings that --strict does not let pass
    ig_log_fn log;
    void *log_user;
    ig_progress_fn progress;
    void *progress_user;
    double last_fraction;
    int threads;
    bool strict, overwrite, cog, allow_vrt, allow_network;
    char work_crs[32], input_crs[32];
    uint64_t memory;
    struct ig_scratch *scratch; ///< NULL while everything has room in memory
    double max_expand;
    atomic_bool cancelled;
    atomic_flag telling;  ///< the progress callback is being called
    pthread_mutex_t lock; ///< of the warnings: workers of one step may share the context
};

int ig_status_exit_code(ig_status status)
{
    switch (status) {
    case IG_OK:
        return 0;
    case IG_EINVAL:
        return 2;
    case IG_EFORMAT:
    case IG_EIO:
    case IG_EUNDEFINED:
        return 3;
    case IG_EPOLICY:
        return 4;
    case IG_EWRITE:
        return 5;
    case IG_ELIMIT:
    case IG_EMEMORY:
        return 6;
    case IG_EBUG:
        return 7;
    case IG_ECANCELLED:
        return 130;
    }
    return 7;
}

const char *ig_status_text(ig_status status)
{
    switch (status) {
    case IG_OK:
        return "done";
    case IG_EINVAL:
        return "wrong use";
    case IG_EFORMAT:
        return "bad input";
    case IG_EIO:
        return "an input could not be read";
    case IG_EPOLICY:
        return "refused by policy";
    case IG_EWRITE:
        return "an output could not be written";
    case IG_ELIMIT:
        return "a limit was met";
    case IG_EMEMORY:
        return "no memory";
    case IG_EBUG:
        return "a check inside the program failed";
    case IG_ECANCELLED:
        return "stopped";
    case IG_EUNDEFINED:
        return "the value is not defined";
    }
    return "unknown status";
}

ig_ctx *ig_ctx_new(void)
{
    ig_ctx *ctx = ig_alloc(1, sizeof *ctx);
    if (!ctx) return NULL;
    if (pthread_mutex_init(&ctx->lock, NULL) != 0) {
        ig_free(ctx);
        return NULL;
    }
    ctx->max_expand = 100.0;
    ig_ctx_set_threads(ctx, 0);
    strcpy(ctx->work_crs, "EPSG:27700");
    atomic_init(&ctx->cancelled, false);
    atomic_flag_clear(&ctx->telling);
    ctx->last_fraction = -1.0;
    return ctx;
}

void ig_ctx_free(ig_ctx *ctx)
{
    if (!ctx) return;
    for (size_t i = 0; i < ctx->warnings; i++)
        free(ctx->warning[i]);
    free(ctx->warning);
    free(ctx->message);
    free(ctx->hint);
    ig_scratch_free(ctx->scratch);
    pthread_mutex_destroy(&ctx->lock);
    ig_free(ctx);
}

void ig_ctx_set_log(ig_ctx *ctx, ig_log_fn log, void *user)
{
    ctx->log = log;
    ctx->log_user = user;
}

void ig_ctx_set_progress(ig_ctx *ctx, ig_progress_fn progress, void *user)
{
    ctx->progress = progress;
    ctx->progress_user = user;
}

// Processors that this process may use: fewer than the machine's under taskset or a job queue.
static int processors(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

void ig_ctx_set_threads(ig_ctx *ctx, int threads)
{
    if (threads <= 0) threads = processors();
    ctx->threads = threads > 1024 ? 1024 : threads;
}

int ig_ctx_threads(const ig_ctx *ctx)
{
    return ctx ? ctx->threads : 1;
}

void ig_ctx_set_strict(ig_ctx *ctx, bool strict)
{
    ctx->strict = strict;
}

void ig_ctx_set_overwrite(ig_ctx *ctx, bool overwrite)
{
    ctx->overwrite = overwrite;
}

static ig_status set_crs(ig_ctx *ctx, char target[32], const char *crs, const char *option)
{
    if (!crs) {
        target[0] = '\0';
        return IG_OK;
    }
    if (strncmp(crs, "EPSG:", 5) == 0 || strncmp(crs, "epsg:", 5) == 0) {
        char *end;
        const unsigned long number = strtoul(crs + 5, &end, 10);
        if (end != crs + 5 && *end == '\0' && crs[5] != '-' && number > 0 && number < 10000000) {
            snprintf(target, 32, "EPSG:%lu", number);
            return IG_OK;
        }
    }
    ig_fail(ctx, IG_EINVAL, "%s: '%s' is not a CRS", option, ig_show(crs));
    return ig_hint(ctx, "write it as EPSG:27700");
}

ig_status ig_ctx_set_work_crs(ig_ctx *ctx, const char *crs)
{
    return set_crs(ctx, ctx->work_crs, crs ? crs : "EPSG:27700", "--work-crs");
}

const char *ig_ctx_work_crs(const ig_ctx *ctx)
{
    return ctx->work_crs;
}

ig_status ig_ctx_set_input_crs(ig_ctx *ctx, const char *crs)
{
    return set_crs(ctx, ctx->input_crs, crs, "--crs");
}

const char *ig_ctx_input_crs(const ig_ctx *ctx)
{
    return ctx->input_crs[0] ? ctx->input_crs : NULL;
}

void ig_ctx_set_allow_vrt(ig_ctx *ctx, bool allow)
{
    ctx->allow_vrt = allow;
}

void ig_ctx_set_allow_network(ig_ctx *ctx, bool allow)
{
    ctx->allow_network = allow;
}

void ig_ctx_set_cog(ig_ctx *ctx, bool cog)
{
    ctx->cog = cog;
}

void ig_ctx_set_memory(ig_ctx *ctx, uint64_t bytes)
{
    ctx->memory = bytes;
}

void ig_ctx_set_max_expand(ig_ctx *ctx, double ratio)
{
    ctx->max_expand = ratio > 0.0 ? ratio : 100.0;
}

double ig_ctx_max_expand(const ig_ctx *ctx)
{
    return ctx ? ctx->max_expand : 100.0;
}

bool ig_ctx_strict(const ig_ctx *ctx)
{
    return ctx->strict && ctx->serious > 0;
}

bool ig_ctx_strict_asked(const ig_ctx *ctx)
{
    return ctx->strict;
}

bool ig_ctx_overwrite(const ig_ctx *ctx)
{
    return ctx->overwrite;
}

bool ig_ctx_cog(const ig_ctx *ctx)
{
    return ctx->cog;
}

bool ig_ctx_allow_vrt(const ig_ctx *ctx)
{
    return ctx->allow_vrt;
}

bool ig_ctx_allow_network(const ig_ctx *ctx)
{
    return ctx->allow_network;
}

uint64_t ig_ctx_memory(const ig_ctx *ctx)
{
    return ctx->memory;
}

ig_status ig_ctx_spill(ig_ctx *ctx, const char *beside)
{
    if (!ctx->scratch) ctx->scratch = ig_scratch_new(ctx, beside);
    return ctx->scratch ? IG_OK : ctx->status;
}

bool ig_ctx_spills(const ig_ctx *ctx)
{
    return ctx->scratch != NULL;
}

ig_status ig_bulk_alloc(ig_ctx *ctx, size_t count, size_t size, void **out)
{
    size_t bytes;
    *out = NULL;
    if (!ig_product(count, size, &bytes))
        return ig_fail(ctx, IG_ELIMIT, "%zu items are beyond any memory", count);
    if (ctx->scratch) return ig_scratch_alloc(ctx, ctx->scratch, bytes, out);
    *out = ig_alloc_whole(count, size);
    if (*out) return IG_OK;
    return ig_fail(ctx, IG_EMEMORY, "no memory for %.0f MiB", (double)bytes / 1048576.0);
}

void ig_bulk_free(const ig_ctx *ctx, void *array)
{
    if (!ctx->scratch) ig_free(array);
}

void ig_ctx_cancel(ig_ctx *ctx)
{
    atomic_store(&ctx->cancelled, true);
}

bool ig_ctx_cancelled(const ig_ctx *ctx)
{
    if (ctx && ctx->scratch) ig_scratch_keep(ctx->scratch); // all long work comes by here
    return ctx && atomic_load_explicit(&ctx->cancelled, memory_order_relaxed);
}

const char *ig_ctx_message(const ig_ctx *ctx)
{
    if (!ctx) return "no memory";
    return ctx->message ? ctx->message : ig_status_text(ctx->status);
}

const char *ig_ctx_hint(const ig_ctx *ctx)
{
    return ctx ? ctx->hint : NULL;
}

size_t ig_ctx_warnings(const ig_ctx *ctx)
{
    return ctx->warnings;
}

const char *ig_ctx_warning(const ig_ctx *ctx, size_t i)
{
    return i < ctx->warnings ? ctx->warning[i] : NULL;
}

// Messages use plain malloc: they must come through while the library's own memory fails.
static char *formatted(const char *format, va_list arguments)
{
    char *text = NULL;
    return vasprintf(&text, format, arguments) < 0 ? NULL : text;
}

ig_status ig_fail(ig_ctx *ctx, ig_status status, const char *format, ...)
{
    if (!ctx) return status;
    va_list arguments;
    va_start(arguments, format);
    char *message = formatted(format, arguments);
    va_end(arguments);
    free(ctx->message);
    free(ctx->hint);
    ctx->message = message;
    ctx->hint = NULL;
    ctx->status = status;
    return status;
}

ig_status ig_hint(ig_ctx *ctx, const char *format, ...)
{
    if (!ctx) return IG_EINVAL;
    va_list arguments;
    va_start(arguments, format);
    char *hint = formatted(format, arguments);
    va_end(arguments);
    free(ctx->hint);
    ctx->hint = hint;
    return ctx->status;
}

static void tell(ig_ctx *ctx, ig_level level, const char *text)
{
    if (ctx->log) ctx->log(level, text ? text : "no memory for a message", NULL, ctx->log_user);
}

// Every warning is counted, also one for whose words there is no memory.
static void keep_warning(ig_ctx *ctx, char *text, bool serious)
{
    pthread_mutex_lock(&ctx->lock);
    if (serious) ctx->serious++;
    if (text && ctx->warnings == ctx->room) {
        const size_t room = ctx->room ? ctx->room * 2 : 16;
        char **grown = realloc(ctx->warning, room * sizeof *grown);
        if (grown) {
            ctx->warning = grown;
            ctx->room = room;
        }
    }
    if (text && ctx->warnings < ctx->room) {
        ctx->warning[ctx->warnings++] = text;
        text = NULL;
    }
    pthread_mutex_unlock(&ctx->lock);
    free(text);
}

static void warn(ig_ctx *ctx, bool serious, const char *format, va_list arguments)
{
    char *text = formatted(format, arguments);
    tell(ctx, IG_WARNING, text);
    keep_warning(ctx, text, serious);
}

void ig_warn(ig_ctx *ctx, const char *format, ...)
{
    if (!ctx) return;
    va_list arguments;
    va_start(arguments, format);
    warn(ctx, true, format, arguments);
    va_end(arguments);
}

void ig_warn_mild(ig_ctx *ctx, const char *format, ...)
{
    if (!ctx) return;
    va_list arguments;
    va_start(arguments, format);
    warn(ctx, false, format, arguments);
    va_end(arguments);
}

static void say(ig_ctx *ctx, ig_level level, const char *format, va_list arguments)
{
    if (!ctx->log) return;
    char *text = formatted(format, arguments);
    tell(ctx, level, text);
    free(text);
}

void ig_info(ig_ctx *ctx, const char *format, ...)
{
    if (!ctx) return;
    va_list arguments;
    va_start(arguments, format);
    say(ctx, IG_INFO, format, arguments);
    va_end(arguments);
}

void ig_debug(ig_ctx *ctx, const char *format, ...)
{
    if (!ctx) return;
    va_list arguments;
    va_start(arguments, format);
    say(ctx, IG_DEBUG, format, arguments);
    va_end(arguments);
}

// Only a step worth showing is passed on; a worker does not wait while another one is telling.
static bool tell_progress(ig_ctx *ctx, double fraction, const char *what)
{
    if (atomic_flag_test_and_set_explicit(&ctx->telling, memory_order_acquire)) return true;
    bool go_on = true;
    const double moved = fraction - ctx->last_fraction;
    if (moved < 0.0 || moved >= 0.002 || fraction >= 1.0) {
        ctx->last_fraction = fraction;
        go_on = ctx->progress(fraction, what, ctx->progress_user) != 0;
    }
    atomic_flag_clear_explicit(&ctx->telling, memory_order_release);
    return go_on;
}

ig_status ig_progress(ig_ctx *ctx, double fraction, const char *what)
{
    if (!ctx) return IG_OK;
    if (ctx->progress && !ig_ctx_cancelled(ctx) && !tell_progress(ctx, fraction, what)) {
        ig_ctx_cancel(ctx);
    }
    if (!ig_ctx_cancelled(ctx)) return IG_OK;
    return ig_fail(ctx, IG_ECANCELLED, "stopped");
}
