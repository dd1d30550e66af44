// Messages and progress on standard error, as text or as JSON, one line each.
#include "framework.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct {
    int progress, format;
    bool quiet;
    bool standing; ///< a bar stands on the line
    char what[64]; ///< step that the bar shows
    double began;  ///< seconds
    int shown;     ///< percent last shown; -1 before the first
    double painted;
} state = {.progress = PROGRESS_NONE, .shown = -1};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void messages_format(int log_format)
{
    state.format = log_format;
}

void messages_start(int progress, int log_format, bool quiet)
{
    state.format = log_format;
    state.quiet = quiet;
    const bool terminal = isatty(STDERR_FILENO) && log_format == LOG_TEXT && !quiet;
    state.progress = progress != PROGRESS_AUTO ? progress : terminal ? PROGRESS_BAR : PROGRESS_NONE;
    state.shown = -1;
}

void messages_clear(void)
{
    if (!state.standing) return;
    fputs("\r\033[K", stderr);
    state.standing = false;
}

/// One JSON object a line. False when memory could not be had.
static bool print_json(json_t *object)
{
    char *text = NULL;
    const bool fine = object && ig_json_text(object, false, &text) == IG_OK;
    if (fine) fprintf(stderr, "%s\n", text);
    ig_json_free(text);
    json_decref(object);
    return fine;
}

static void print_indented(const char *text)
{
    while (*text) {
        const size_t length = strcspn(text, "\n");
        fprintf(stderr, "    %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

void message_log(ig_level level, const char *message, const char *hint, void *user)
{
    static const char *const words[] = {"debug", "info", "warning", "error"};
    (void)user;
    if (level == IG_DEBUG || (level == IG_INFO && state.quiet)) return;
    messages_clear();
    if (state.format == LOG_JSON) {
        json_t *object = json_pack("{s:s, s:s}", "level", words[level], "message", message);
        if (object && hint) json_object_set_new(object, "hint", json_string(hint));
        if (print_json(object)) return;
    }
    if (level == IG_INFO) {
        fprintf(stderr, "isogap: %s\n", message);
    } else {
        fprintf(stderr, "isogap: %s: %s\n", words[level], message);
    }
    if (hint) print_indented(hint);
}

/// "1:05 left" from the share done and the seconds so far.
static void print_left(double fraction, double seconds)
{
    if (fraction <= 0.02 || fraction >= 1 || seconds < 1) return;
    const long left = lround(seconds / fraction * (1 - fraction));
    if (left >= 3600) {
        fprintf(stderr, " %ld:%02ld:%02ld left", left / 3600, left / 60 % 60, left % 60);
    } else {
        fprintf(stderr, " %ld:%02ld left", left / 60, left % 60);
    }
}

static void paint_bar(double fraction, double seconds)
{
    enum { WIDTH = 30 };
    const int filled = (int)(fraction * WIDTH);
    fprintf(stderr, "\r\033[K%-24.24s [", state.what);
    for (int i = 0; i < WIDTH; i++)
        fputc(i < filled ? '=' : i == filled ? '>' : ' ', stderr);
    fprintf(stderr, "] %3d%%", (int)(fraction * 100));
    print_left(fraction, seconds);
    fflush(stderr);
    state.standing = true;
}

static void new_step(const char *what)
{
    snprintf(state.what, sizeof state.what, "%s", what);
    state.began = now();
    state.painted = 0;
    state.shown = -1;
}

int message_progress(double fraction, const char *what, void *user)
{
    (void)user;
    if (state.progress == PROGRESS_NONE) return 1;
    if (!what) what = "";
    if (!(fraction >= 0)) fraction = 0;
    if (fraction > 1) fraction = 1;
    if (strncmp(what, state.what, sizeof state.what - 1) || state.shown < 0) new_step(what);
    const int percent = (int)(fraction * 100);
    const double time = now();
    switch (state.progress) {
    case PROGRESS_BAR:
        if (fraction < 1 && time - state.painted < 0.1) return 1;
        state.painted = time;
        paint_bar(fraction, time - state.began);
        if (fraction >= 1) messages_clear();
        break;
    case PROGRESS_PLAIN:
        if (percent / 10 == state.shown / 10 && state.shown >= 0) break;
        fprintf(stderr, "isogap: %s %d%%\n", state.what, percent);
        break;
    case PROGRESS_JSON:
        if (percent == state.shown) break;
        print_json(json_pack("{s:f, s:s}", "progress", fraction, "what", state.what));
        break;
    default:
        break;
    }
    state.shown = percent;
    return 1;
}
