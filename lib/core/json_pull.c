// A pull reader of JSON (RFC 8259) over bytes in memory.
#include "json_pull.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

ig_status ig_json_open(ig_ctx *ctx, const char *name, const char *text, size_t length,
                       ig_json *json)
{
    *json = (ig_json){.ctx = ctx, .name = name, .text = text, .length = length};
    if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) json->at = 3;
    json->c_locale = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (!json->c_locale) json->status = ig_fail(ctx, IG_EMEMORY, "no memory for %s", name);
    return json->status;
}

void ig_json_close(ig_json *json)
{
    if (json->c_locale) freelocale(json->c_locale);
    json->c_locale = (locale_t)0;
}

ig_status ig_json_fail(ig_json *json, const char *what)
{
    if (json->status) return json->status;
    size_t line = 1;
    const size_t end = json->at < json->length ? json->at : json->length;
    for (size_t i = 0; i < end; i++)
        line += json->text[i] == '\n';
    json->status = ig_fail(json->ctx, IG_EFORMAT, "%s: JSON, line %zu, byte %zu: %s", json->name,
                           line, json->at + 1, what);
    return json->status;
}

static char blank_free(ig_json *json)
{
    while (json->at < json->length && strchr(" \t\r\n", json->text[json->at]) &&
           json->text[json->at])
        json->at++;
    return json->at < json->length ? json->text[json->at] : 0;
}

/// The end of the file where something should stand: truncated, and said so.
static bool unexpected(ig_json *json, const char *wanted)
{
    char what[80];
    if (json->at >= json->length)
        snprintf(what, sizeof what, "the file ends too early (truncated): %s is missing", wanted);
    else
        snprintf(what, sizeof what, "%s expected, found %s", wanted,
                 ig_show((char[2]){json->text[json->at], 0}));
    ig_json_fail(json, what);
    return false;
}

char ig_json_peek(ig_json *json)
{
    if (json->status) return 0;
    const char c = blank_free(json);
    if (!c) unexpected(json, "a value");
    return c;
}

bool ig_json_enter(ig_json *json, char bracket)
{
    if (json->status) return false;
    if (blank_free(json) != bracket) return unexpected(json, bracket == '{' ? "'{'" : "'['");
    if (json->depth == IG_JSON_DEPTH) {
        ig_json_fail(json, "nested more than 32 levels deep");
        ig_hint(json->ctx, "no boundary or table needs such depth; the file is damaged or hostile");
        return false;
    }
    json->at++;
    json->first[++json->depth] = true;
    return true;
}

/// Comma or closing bracket. True when another member follows.
static bool separator(ig_json *json, char closing)
{
    if (json->status) return false;
    const char c = blank_free(json);
    const bool first = json->first[json->depth];
    json->first[json->depth] = false;
    if (c == closing) {
        json->at++;
        json->depth--;
        return false;
    }
    if (first) return true;
    if (c != ',') return unexpected(json, closing == '}' ? "',' or '}'" : "',' or ']'");
    json->at++;
    return true;
}

bool ig_json_element(ig_json *json)
{
    return separator(json, ']');
}

bool ig_json_member(ig_json *json, ig_text *key)
{
    if (!separator(json, '}')) return false;
    if (blank_free(json) != '"') return unexpected(json, "a name in quotes");
    if (!ig_json_string(json, key)) return false;
    if (blank_free(json) != ':') return unexpected(json, "':'");
    json->at++;
    return true;
}

/// Four hexadecimal digits after \u.
static bool hex4(ig_json *json, unsigned *value)
{
    *value = 0;
    for (int i = 0; i < 4; i++) {
        const char c = json->at < json->length ? json->text[json->at] : 0;
        const char *const digits = "0123456789abcdef", *found;
        found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;
        if (!found) return unexpected(json, "four hexadecimal digits");
        *value = *value << 4 | (unsigned)(found - digits);
        json->at++;
    }
    return true;
}

/// What follows \u: one unit, or a pair of surrogates; halves alone become U+FFFD.
static bool unicode_escape(ig_json *json, ig_text *text)
{
    unsigned high, low;
    if (!hex4(json, &high)) return false;
    if (high == 0) {
        ig_json_fail(json, "a NUL character in a text");
        return false;
    }
    if (high >= 0xd800 && high < 0xdc00 && json->at + 1 < json->length &&
        json->text[json->at] == '\\' && json->text[json->at + 1] == 'u') {
        const size_t before = json->at;
        json->at += 2;
        if (!hex4(json, &low)) return false;
        if (low >= 0xdc00 && low < 0xe000)
            high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        else
            json->at = before;
    }
    ig_text_append_point(text, high >= 0xd800 && high < 0xe000 ? 0xfffd : high);
    return true;
}

static bool escape(ig_json *json, ig_text *text)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char c = json->at < json->length ? json->text[json->at] : 0;
    if (c == 'u') {
        json->at++;
        return unicode_escape(json, text);
    }
    const char *found = c ? strchr(from, c) : NULL;
    if (!found) return unexpected(json, "an escape");
    json->at++;
    ig_text_append_bytes(text, &to[found - from], 1);
    return true;
}

bool ig_json_string(ig_json *json, ig_text *text)
{
    if (json->status) return false;
    if (blank_free(json) != '"') return unexpected(json, "a text in quotes");
    const size_t opened = json->at++;
    text->length = 0;
    ig_text_append_bytes(text, "", 0);
    for (;;) {
        const size_t start = json->at;
        while (json->at < json->length && json->text[json->at] != '"' &&
               json->text[json->at] != '\\' && json->text[json->at])
            json->at++;
        ig_text_append_bytes(text, json->text + start, json->at - start);
        if (json->at < json->length && !json->text[json->at]) {
            ig_json_fail(json, "a NUL byte in a text");
            return false;
        }
        if (json->at >= json->length) {
            json->at = opened;
            ig_json_fail(json, "a quote opened here is never closed (truncated?)");
            return false;
        }
        if (json->text[json->at++] == '"') break;
        if (!escape(json, text)) return false;
    }
    if (text->failed) {
        json->status = ig_fail(json->ctx, IG_EMEMORY, "no memory for %s", json->name);
        return false;
    }
    if (text->length && !ig_text_is_utf8(text->data, text->length)) {
        json->at = opened;
        ig_json_fail(json, "a text that is not UTF-8; save the file in that encoding");
        return false;
    }
    return true;
}

static bool word(ig_json *json, const char *expected)
{
    const size_t n = strlen(expected);
    if (json->length - json->at < n || memcmp(json->text + json->at, expected, n)) return false;
    json->at += n;
    return true;
}

/// Over the digits of a number, by the grammar.
static bool number_span(ig_json *json, bool *whole)
{
    const char *text = json->text;
    size_t at = json->at + (text[json->at] == '-'), digits = at;
    *whole = true;
    while (text[at] >= '0' && text[at] <= '9')
        at++;
    bool sound = at > digits;
    if (sound && text[at] == '.') {
        *whole = false;
        digits = ++at;
        while (text[at] >= '0' && text[at] <= '9')
            at++;
        sound = at > digits;
    }
    if (sound && (text[at] == 'e' || text[at] == 'E')) {
        *whole = false;
        at += 1 + (text[at + 1] == '+' || text[at + 1] == '-');
        digits = at;
        while (text[at] >= '0' && text[at] <= '9')
            at++;
        sound = at > digits;
    }
    if (!sound) return unexpected(json, "a number");
    json->at = at;
    return true;
}

/// NaN, Infinity and -Infinity are no JSON, but written by some programs.
static bool not_finite(ig_json *json, double *value)
{
    const bool minus = json->text[json->at] == '-' && json->text[json->at + 1] == 'I';
    if (word(json, minus ? "-Infinity" : "Infinity"))
        *value = minus ? -INFINITY : INFINITY;
    else if (word(json, "NaN"))
        *value = NAN;
    else
        return false;
    return true;
}

bool ig_json_number(ig_json *json, double *value, bool *whole)
{
    if (json->status) return false;
    if (!blank_free(json)) return unexpected(json, "a number");
    if (whole) *whole = false;
    if (not_finite(json, value)) return true;
    const size_t start = json->at;
    bool round;
    if (!number_span(json, &round)) return false;
    *value = strtod_l(json->text + start, NULL, json->c_locale);
    if (whole) *whole = round;
    return true;
}

static bool scalar(ig_json *json, ig_text *scratch)
{
    const char c = ig_json_peek(json);
    double value;
    bool whole;
    if (c == '"') return ig_json_string(json, scratch);
    if (c == 't' && word(json, "true")) return true;
    if (c == 'f' && word(json, "false")) return true;
    if (c == 'n' && word(json, "null")) return true;
    return c && (not_finite(json, &value) || number_span(json, &whole));
}

bool ig_json_skip(ig_json *json)
{
    const int base = json->depth;
    ig_text scratch = {0};
    bool object[IG_JSON_DEPTH + 1];
    do {
        const char c = ig_json_peek(json);
        if (c == '{' || c == '[') {
            if (ig_json_enter(json, c)) object[json->depth] = c == '{';
        } else {
            scalar(json, &scratch);
        }
        while (!json->status && json->depth > base &&
               !(object[json->depth] ? ig_json_member(json, &scratch) : ig_json_element(json)))
            ;
    } while (!json->status && json->depth > base);
    ig_text_free(&scratch);
    return !json->status;
}

bool ig_json_end(ig_json *json)
{
    if (json->status) return false;
    if (blank_free(json) || json->at < json->length) return unexpected(json, "the end of the file");
    return true;
}
