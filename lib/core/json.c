// JSON text from a jansson tree.
#include "json.h"
#include "inside.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64 };

static void append_value(ig_text *text, const json_t *value, bool indent, int depth);

static void append_string(ig_text *text, const char *string, size_t length)
{
    ig_text_append(text, "\"");
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)string[i];
        if (c == '"' || c == '\\') {
            ig_text_append_bytes(text, "\\", 1);
            ig_text_append_bytes(text, string + i, 1);
        } else if (c == '\n') {
            ig_text_append(text, "\\n");
        } else if (c == '\t') {
            ig_text_append(text, "\\t");
        } else if (c < 0x20 || c == 0x7f) {
            ig_text_format(text, "\\u%04x", c);
        } else {
            ig_text_append_bytes(text, string + i, 1);
        }
    }
    ig_text_append(text, "\"");
}

static void new_line(ig_text *text, bool indent, int depth)
{
    if (!indent) return;
    ig_text_append(text, "\n");
    for (int i = 0; i < depth; i++)
        ig_text_append(text, "  ");
}

static void append_array(ig_text *text, const json_t *array, bool indent, int depth)
{
    const size_t count = json_array_size(array);
    ig_text_append(text, "[");
    for (size_t i = 0; i < count; i++) {
        if (i) ig_text_append(text, ",");
        new_line(text, indent, depth + 1);
        append_value(text, json_array_get(array, i), indent, depth + 1);
    }
    if (count) new_line(text, indent, depth);
    ig_text_append(text, "]");
}

static void append_object(ig_text *text, json_t *object, bool indent, int depth)
{
    bool first = true;
    ig_text_append(text, "{");
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        if (!first) ig_text_append(text, ",");
        first = false;
        new_line(text, indent, depth + 1);
        const char *key = json_object_iter_key(at);
        append_string(text, key, strlen(key));
        ig_text_append(text, indent ? ": " : ":");
        append_value(text, json_object_iter_value(at), indent, depth + 1);
    }
    if (!first) new_line(text, indent, depth);
    ig_text_append(text, "}");
}

static void append_value(ig_text *text, const json_t *value, bool indent, int depth)
{
    char number[32];
    if (depth > DEEPEST) {
        text->failed = true;
        return;
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        append_object(text, (json_t *)value, indent, depth);
        break;
    case JSON_ARRAY:
        append_array(text, value, indent, depth);
        break;
    case JSON_STRING:
        append_string(text, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        ig_text_format(text, "%lld", (long long)json_integer_value(value));
        break;
    case JSON_REAL:
        ig_text_append(text, ig_number_text(json_real_value(value), number, sizeof number));
        break;
    case JSON_TRUE:
        ig_text_append(text, "true");
        break;
    case JSON_FALSE:
        ig_text_append(text, "false");
        break;
    case JSON_NULL:
        ig_text_append(text, "null");
        break;
    }
}

ig_status ig_json_text(const struct json_t *value, bool indent, char **text)
{
    ig_text out = {0};
    append_value(&out, value, indent, 0);
    if (out.failed || !out.data) {
        ig_text_free(&out);
        return IG_EMEMORY;
    }
    *text = out.data;
    return IG_OK;
}

void ig_json_free(char *text)
{
    ig_free(text);
}
