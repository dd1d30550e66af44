// The catalogue of texts: ours is built in, a folder of the user's stands in its place.
#include "words.h"

#include "../map/pen.h"
#include "report_data.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int by_key(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t place_of(const struct words *words, const char *key)
{
    char **found =
        words->count ? bsearch(&key, words->key, words->count, sizeof *words->key, by_key) : NULL;
    return found ? (size_t)(found - words->key) : SIZE_MAX;
}

/// Greatest number in braces, -1 without any.
static int greatest_slot(const char *text)
{
    int most = -1;
    for (; (text = strchr(text, '{')); text++)
        if (text[1] >= '0' && text[1] <= '9' && text[2] == '}' && text[1] - '0' > most)
            most = text[1] - '0';
    return most;
}

struct line {
    char *key, *text;
};

static int by_line_key(const void *a, const void *b)
{
    return strcmp(((const struct line *)a)->key, ((const struct line *)b)->key);
}

/// "key = text" lines; # begins a comment.
static ig_status parse_own(ig_ctx *ctx, const char *data, struct words *out)
{
    size_t room = 0, count = 0;
    struct line *lines = NULL;
    ig_status status = IG_OK;
    while (*data && !status) {
        const char *end = strchr(data, '\n');
        const size_t length = end ? (size_t)(end - data) : strlen(data);
        const char *equals = memchr(data, '=', length);
        if (length && *data != '#' && equals) {
            ig_text key = {0}, text = {0};
            const char *stop = equals;
            while (stop > data && stop[-1] == ' ')
                stop--;
            const char *start = equals + 1;
            while (*start == ' ')
                start++;
            ig_text_append_bytes(&key, data, (size_t)(stop - data));
            ig_text_append_bytes(&text, start, (size_t)(data + length - start));
            if (key.failed || text.failed ||
                !ig_grow((void **)&lines, &room, count + 1, sizeof *lines)) {
                ig_text_free(&key);
                ig_text_free(&text);
                status = ig_fail(ctx, IG_EMEMORY, "no memory for the texts of the reports");
            } else {
                lines[count++] = (struct line){key.data, text.data};
            }
        }
        data += length + (end ? 1 : 0);
    }
    if (lines) qsort(lines, count, sizeof *lines, by_line_key);
    out->key = ig_alloc(count + 1, sizeof *out->key);
    out->text = ig_alloc(count + 1, sizeof *out->text);
    if (!status && (!out->key || !out->text))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the texts of the reports");
    for (size_t i = 0; i < count; i++) {
        if (status) {
            ig_free(lines[i].key);
            ig_free(lines[i].text);
        } else {
            out->key[i] = lines[i].key;
            out->text[i] = lines[i].text;
            out->count = i + 1;
        }
    }
    ig_free(lines);
    return status;
}

/// The bytes of a file of the folder; none when there is no such file.
static ig_status read_part(ig_ctx *ctx, const char *folder, const char *name, ig_bytes *bytes)
{
    struct stat there;
    ig_text path = {0};
    ig_text_format(&path, "%s/%s", folder, name);
    *bytes = (ig_bytes){0};
    ig_status status = IG_OK;
    if (path.failed) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %s", name);
    } else if (!stat(path.data, &there)) {
        status = ig_bytes_read(ctx, path.data, bytes);
    } else if (errno != ENOENT) {
        status = ig_fail(ctx, IG_EIO, "%s: %s", ig_show(path.data), strerror(errno));
    }
    if (!status && bytes->data && strlen((char *)bytes->data) != bytes->length)
        status = ig_fail(ctx, IG_EFORMAT, "%s holds a zero byte", ig_show(path.data));
    ig_text_free(&path);
    return status;
}

static ig_status replace_line(ig_ctx *ctx, const char *folder, int line, char *text,
                              struct words *words)
{
    char *equals = strchr(text, '=');
    if (!equals) {
        ig_fail(ctx, IG_EINVAL, "%s/words.txt: line %d has no =", ig_show(folder), line);
        return ig_hint(ctx, "write it as key = text; # begins a comment");
    }
    char *stop = equals, *start = equals + 1;
    while (stop > text && stop[-1] == ' ')
        stop--;
    *stop = '\0';
    while (*start == ' ')
        start++;
    const size_t at = place_of(words, text);
    if (at == SIZE_MAX) {
        ig_fail(ctx, IG_EINVAL, "%s/words.txt: line %d: no page uses the key %s", ig_show(folder),
                line, ig_show(text));
        const char *near = ig_nearest_name(text, (const char *const *)words->key, words->count);
        return ig_hint(ctx, near ? "did you mean %s?" : "%sthe keys are those of our words.txt",
                       near ? near : "");
    }
    if (greatest_slot(start) > greatest_slot(words->text[at])) {
        ig_fail(ctx, IG_EINVAL, "%s/words.txt: line %d: %s has no {%d}", ig_show(folder), line,
                ig_show(text), greatest_slot(start));
        return ig_hint(ctx, "the English text is: %s", ig_show(words->text[at]));
    }
    char *made = ig_text_copy(start);
    if (!made) return ig_fail(ctx, IG_EMEMORY, "no memory for the texts of the reports");
    ig_free(words->text[at]);
    words->text[at] = made;
    return IG_OK;
}

static ig_status replace_words(ig_ctx *ctx, const char *folder, char *data, struct words *words)
{
    int line = 1;
    ig_status status = IG_OK;
    for (char *next; data && !status; data = next, line++) {
        next = strchr(data, '\n');
        if (next) *next++ = '\0';
        const size_t length = strlen(data);
        if (length && data[length - 1] == '\r') data[length - 1] = '\0';
        if (*data && *data != '#') status = replace_line(ctx, folder, line, data, words);
    }
    return status;
}

static ig_status replace_text(ig_ctx *ctx, const char *folder, const char *name, char **text)
{
    ig_bytes bytes;
    ig_status status = read_part(ctx, folder, name, &bytes);
    if (!status && bytes.data) {
        char *made = ig_text_copy((char *)bytes.data);
        if (made) {
            ig_free(*text);
            *text = made;
        } else {
            status = ig_fail(ctx, IG_EMEMORY, "no memory for %s", name);
        }
    }
    ig_bytes_free(&bytes);
    return status;
}

static ig_status take_folder(ig_ctx *ctx, const char *folder, struct words *words)
{
    struct stat there;
    if (stat(folder, &there) || !S_ISDIR(there.st_mode)) {
        ig_fail(ctx, IG_EIO, "%s is no folder", ig_show(folder));
        return ig_hint(ctx, "--template takes a folder with words.txt, page.html or page.css");
    }
    ig_bytes bytes;
    ig_status status = read_part(ctx, folder, "words.txt", &bytes);
    if (!status && bytes.data) status = replace_words(ctx, folder, (char *)bytes.data, words);
    ig_bytes_free(&bytes);
    if (!status) status = replace_text(ctx, folder, "page.html", &words->page);
    if (!status) status = replace_text(ctx, folder, "page.css", &words->style);
    if (!status && !strstr(words->page, "{{body}}")) {
        ig_fail(ctx, IG_EINVAL, "%s/page.html has no {{body}}", ig_show(folder));
        status = ig_hint(ctx, "it takes {{lang}}, {{title}}, {{policy}}, {{style}}, {{body}}");
    }
    if (!status && strstr(words->style, "</")) {
        ig_fail(ctx, IG_EINVAL, "%s/page.css holds </", ig_show(folder));
        status = ig_hint(ctx, "it must be style alone, since it stands inside the page");
    }
    return status;
}

ig_status words_read(ig_ctx *ctx, const char *folder, struct words *out)
{
    *out = (struct words){0};
    ig_status status = parse_own(ctx, (const char *)report_words, out);
    out->page = ig_text_copy((const char *)report_page);
    out->style = ig_text_copy((const char *)report_style);
    if (!status && (!out->page || !out->style))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the texts of the reports");
    if (!status && folder) status = take_folder(ctx, folder, out);
    if (status) words_free(out);
    return status;
}

const char *words_method(void)
{
    return report_method;
}

void words_free(struct words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        ig_free(words->key[i]);
        ig_free(words->text[i]);
    }
    ig_free(words->key);
    ig_free(words->text);
    ig_free(words->page);
    ig_free(words->style);
    *words = (struct words){0};
}

const char *words_of(const struct words *words, const char *key)
{
    const size_t at = place_of(words, key);
    return at == SIZE_MAX ? key : words->text[at];
}

const char *words_phrase(const struct words *words, const char *prefix, const char *phrase)
{
    char key[128];
    size_t used = (size_t)snprintf(key, sizeof key, "%s", prefix);
    for (const char *c = phrase; *c && used + 1 < sizeof key; c++) {
        const bool letter = *c >= 'a' && *c <= 'z';
        if (letter || key[used - 1] != '_') key[used++] = letter ? *c : '_';
    }
    while (used && key[used - 1] == '_')
        used--;
    key[used] = '\0';
    const size_t at = place_of(words, key);
    return at == SIZE_MAX ? phrase : words->text[at];
}

const char *say(struct say *s, const char *key, ...)
{
    const char *argument[10] = {0};
    va_list arguments;
    va_start(arguments, key);
    for (size_t i = 0; i < 10 && (argument[i] = va_arg(arguments, const char *)); i++) {
    }
    va_end(arguments);
    ig_text *out = &s->place[s->next++ % 16];
    ig_text made = {0};
    ig_text_append(&made, "");
    for (const char *c = words_of(s->words, key); *c; c++) {
        const bool slot = *c == '{' && c[1] >= '0' && c[1] <= '9' && c[2] == '}';
        if (!slot) {
            ig_text_append_bytes(&made, c, 1);
            continue;
        }
        const char *value = argument[c[1] - '0'];
        ig_text_append(&made, value ? value : "");
        c += 2;
    }
    ig_text_free(out);
    *out = made;
    s->failed |= made.failed;
    return made.failed ? "" : made.data;
}

void say_free(struct say *s)
{
    for (size_t i = 0; i < 16; i++)
        ig_text_free(&s->place[i]);
}

/// U+202A to U+202E, U+2066 to U+2069, U+200E, U+200F, U+061C.
static bool turns_text(const unsigned char *c, size_t length)
{
    if (length == 2) return c[0] == 0xd8 && c[1] == 0x9c;
    if (length != 3 || c[0] != 0xe2) return false;
    return (c[1] == 0x80 && ((c[2] >= 0xaa && c[2] <= 0xae) || c[2] == 0x8e || c[2] == 0x8f)) ||
           (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9);
}

/// Hebrew, Arabic and their neighbours, U+0590 to U+08FF, their presentation forms, and the scripts
/// from right to left beyond the first plane.
static bool is_right_to_left(const unsigned char *c, size_t length)
{
    if (length == 2) return c[0] >= 0xd6 && c[0] <= 0xdf && (c[0] > 0xd6 || c[1] >= 0x90);
    if (length == 3 && c[0] == 0xe0) return c[1] <= 0xa3;
    if (length == 3 && c[0] == 0xef) return (c[1] >= 0xac && c[1] <= 0xb7) || c[1] >= 0xb9;
    return length == 4 && c[0] == 0xf0 && (c[1] == 0x90 || c[1] == 0x9e) && c[2] >= 0xa0;
}

char *shown_text(const char *raw)
{
    ig_text text = {0};
    bool right = false;
    ig_text_append(&text, "");
    for (const char *c = raw ? raw : ""; *c;) {
        const size_t length = xml_character(c);
        const unsigned char *u = (const unsigned char *)c;
        if (!length || turns_text(u, length)) {
            ig_text_append(&text, "\xef\xbf\xbd");
        } else if (length == 1 && *u < 0x20) {
            ig_text_append(&text, " ");
        } else {
            right |= is_right_to_left(u, length);
            ig_text_append_bytes(&text, c, length);
        }
        c += length ? length : 1;
    }
    if (right && !text.failed) {
        ig_text apart = {0};
        ig_text_format(&apart, "\xe2\x81\xa8%s\xe2\x81\xa9", text.data);
        ig_text_free(&text);
        text = apart;
    }
    if (text.failed) ig_text_free(&text);
    return text.data;
}

ig_status words_fonts(ig_ctx *ctx)
{
    pen *p = NULL;
    const ig_status status = pen_new_png(ctx, 1, 1, &p);
    if (status) return status;
    const bool letters = pen_text_width(p, "isogap", (pen_font){12, false}) > 1 && pen_has_fonts(p);
    pen_free(p);
    if (letters) return IG_OK;
    ig_fail(ctx, IG_EIO, "there are no fonts to write reports with");
    return ig_hint(ctx, "install some, as the package fonts-dejavu-core");
}
