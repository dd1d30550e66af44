// GDAL's messages led into the context; an error raised in a step makes the step fail (E3).
#include "inside.h"

#include <cpl_error.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct ig_gdal_watch {
    ig_ctx *ctx;
    char *error;
    size_t errors;
    size_t strays; ///< errors outside any watch before this one began
};

static atomic_size_t strays; // counted for the process: GDAL's own threads know no watch

// GDAL warnings that say nothing of the data: the one list of exceptions.
static bool is_chatter(const char *message)
{
    return strstr(message, "non conformant file extension") != NULL ||
           strstr(message, "has been changed to be a valid") != NULL;
}

static void CPL_STDCALL take(CPLErr level, CPLErrorNum number, const char *message)
{
    (void)number;
    ig_gdal_watch *watch = CPLGetErrorHandlerUserData();
    if (!watch || level == CE_None || level == CE_Debug) return;
    if (level == CE_Warning) {
        if (!is_chatter(message)) ig_info(watch->ctx, "GDAL: %s", ig_show(message));
        return;
    }
    watch->errors++;
    if (!watch->error) watch->error = strdup(message);
}

static void CPL_STDCALL take_stray(CPLErr level, CPLErrorNum number, const char *message)
{
    (void)number;
    (void)message;
    if (level == CE_Failure || level == CE_Fatal) atomic_fetch_add(&strays, 1);
}

void ig_gdal_take_strays(void)
{
    CPLSetErrorHandler(take_stray);
}

ig_gdal_watch *ig_gdal_watch_begin(ig_ctx *ctx)
{
    ig_gdal_watch *watch = ig_alloc(1, sizeof *watch);
    if (!watch) return NULL;
    watch->ctx = ctx;
    watch->strays = atomic_load(&strays);
    CPLPushErrorHandlerEx(take, watch);
    return watch;
}

const char *ig_gdal_watch_error(const ig_gdal_watch *watch)
{
    if (!watch) return "no memory";
    if (watch->error) return watch->error;
    if (watch->errors) return "an error without words";
    return atomic_load(&strays) > watch->strays ? "an error in one of its threads" : NULL;
}

void ig_gdal_watch_end(ig_gdal_watch *watch)
{
    if (!watch) return;
    CPLPopErrorHandler();
    free(watch->error);
    ig_free(watch);
}
