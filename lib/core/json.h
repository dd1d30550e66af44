/// JSON out: trees are built with jansson; the text is ours, so that numbers are short and exact.
#ifndef ISOGAP_CORE_JSON_H
#define ISOGAP_CORE_JSON_H

#include "core.h"

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; // jansson's

/// Text of a JSON value, two blanks a level, keys in order of insertion, numbers in the shortest
/// form that reads back to the same double. Ends without a line break.
/// @param[out] text yours, free with ig_json_free
IG_API IG_MUST_CHECK ig_status ig_json_text(const struct json_t *value, bool indent, char **text);
IG_API void ig_json_free(char *text);

#ifdef __cplusplus
}
#endif
#endif
