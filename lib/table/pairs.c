// Lists of names as options have them: a,b=newname with quotes round odd names.
#include "table_internal.h"

#include <string.h>

struct scan {
    ig_ctx *ctx;
    const char *what, *all, *at;
    char middle;
};

static void skip_blanks(struct scan *scan)
{
    while (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\n')
        scan->at++;
}

static ig_status append(struct scan *scan, ig_text *text, size_t length)
{
    ig_text_append_bytes(text, scan->at, length);
    scan->at += length;
    return text->failed ? ig_fail(scan->ctx, IG_EMEMORY, "no memory for %s", scan->what) : IG_OK;
}

/// `"a ""b"""`, at the opening quote.
static ig_status quoted(struct scan *scan, ig_text *text)
{
    scan->at++;
    for (;;) {
        const char *quote = strchr(scan->at, '"');
        if (!quote) {
            ig_fail(scan->ctx, IG_EINVAL, "%s: a double quote is not closed in '%s'", scan->what,
                    ig_show(scan->all));
            return ig_hint(scan->ctx, "a quote inside a quoted name is written twice");
        }
        const bool doubled = quote[1] == '"';
        const ig_status status = append(scan, text, (size_t)(quote - scan->at) + (doubled ? 1 : 0));
        if (status) return status;
        scan->at++;
        if (!doubled) return IG_OK;
    }
}

/// A name or value up to a comma or the end (`middle` too for a name).
static ig_status item(struct scan *scan, bool name, char **out)
{
    ig_text text = {0};
    ig_text_append(&text, "");
    skip_blanks(scan);
    ig_status status = IG_OK;
    const char stops[] = {',', name ? scan->middle : '\0', '\0'};
    if (*scan->at == '"') {
        status = quoted(scan, &text);
        skip_blanks(scan);
        if (!status && *scan->at && !strchr(stops, *scan->at)) {
            status = ig_fail(scan->ctx, IG_EINVAL, "%s: '%s' follows a closing quote in '%s'",
                             scan->what, ig_show(scan->at), ig_show(scan->all));
        }
    } else {
        size_t length = strcspn(scan->at, stops);
        const char *end = scan->at + length;
        while (length > 0 && (scan->at[length - 1] == ' ' || scan->at[length - 1] == '\t' ||
                              scan->at[length - 1] == '\n')) {
            length--;
        }
        status = append(scan, &text, length);
        scan->at = end;
    }
    if (status || text.failed) {
        ig_text_free(&text);
        return status ? status : ig_fail(scan->ctx, IG_EMEMORY, "no memory for %s", scan->what);
    }
    *out = text.data;
    return IG_OK;
}

static ig_status parse(struct scan *scan, size_t room, ig_pairs *pairs)
{
    for (;;) {
        if (pairs->count == room) {
            return ig_fail(scan->ctx, IG_EINVAL, "%s: too many items", scan->what);
        }
        const size_t i = pairs->count++;
        ig_status status = item(scan, true, &pairs->name[i]);
        if (!status && pairs->name[i][0] == '\0') {
            status = ig_fail(scan->ctx, IG_EINVAL, "%s: an empty name in '%s'", scan->what,
                             ig_show(scan->all));
        }
        if (!status && scan->middle && *scan->at == scan->middle) {
            scan->at++;
            status = item(scan, false, &pairs->value[i]);
        }
        if (status) return status;
        if (*scan->at == '\0') return IG_OK;
        scan->at++; // the comma
    }
}

ig_status ig_pairs_parse(ig_ctx *ctx, const char *what, const char *text, char middle,
                         ig_pairs *out)
{
    size_t room = 1;
    for (const char *c = text; *c; c++)
        room += *c == ',';
    ig_pairs pairs = {0, ig_alloc(room, sizeof(char *)), ig_alloc(room, sizeof(char *))};
    struct scan scan = {ctx, what, text, text, middle};
    const ig_status status = pairs.name && pairs.value
                                 ? parse(&scan, room, &pairs)
                                 : ig_fail(ctx, IG_EMEMORY, "no memory for %s", what);
    if (status) {
        ig_pairs_free(&pairs);
        return status;
    }
    *out = pairs;
    return IG_OK;
}

void ig_pairs_free(ig_pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        ig_free(pairs->name[i]);
        ig_free(pairs->value[i]);
    }
    ig_free(pairs->name);
    ig_free(pairs->value);
    *pairs = (ig_pairs){0, NULL, NULL};
}
