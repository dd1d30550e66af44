// A pull reader of JSON over bytes in memory: nothing is built, depth is bounded (S5), every
// failure has its line.
#ifndef ISOGAP_CORE_JSON_PULL_H
#define ISOGAP_CORE_JSON_PULL_H

#include "inside.h"

#include <locale.h>

enum { IG_JSON_DEPTH = 32 };

typedef struct ig_json {
    ig_ctx *ctx;
    const char *name; ///< of the file, for messages
    const char *text; ///< NUL beyond the end
    size_t length, at;
    int depth;
    bool first[IG_JSON_DEPTH + 1]; ///< no member of this container was read yet
    locale_t c_locale;
    ig_status status; ///< the first failure; calls after it do nothing
} ig_json;

ig_status ig_json_open(ig_ctx *ctx, const char *name, const char *text, size_t length,
                       ig_json *json);
void ig_json_close(ig_json *json);
/// First byte of the next value: one of { [ " t f n or of a number; 0 after a failure.
char ig_json_peek(ig_json *json);
/// Enter the object or array that comes next.
bool ig_json_enter(ig_json *json, char bracket);
/// To the next member; false at the end (the bracket is read) or after a failure.
/// For objects `key` gets the name; it is emptied first.
bool ig_json_member(ig_json *json, ig_text *key);
bool ig_json_element(ig_json *json);
/// Pass over a value of any kind.
bool ig_json_skip(ig_json *json);
/// A string, unescaped; `text` is emptied first.
bool ig_json_string(ig_json *json, ig_text *text);
/// A number; NaN and Infinity (which some programs write) come as such, so that the feature can be
/// named. `whole` (may be NULL) says that it is written without point and exponent.
bool ig_json_number(ig_json *json, double *value, bool *whole);
/// Fail with the line of the place under way.
ig_status ig_json_fail(ig_json *json, const char *what);
/// Nothing but blanks may follow.
bool ig_json_end(ig_json *json);

#endif
