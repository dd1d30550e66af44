// A page as HTML that stands alone: inline SVG, one style, no script, nothing to fetch.
#include "writers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct writing {
    ig_ctx *ctx;
    const struct doc *doc;
    const struct words *words;
    const struct paths *paths;
    const pen *ruler;
    ig_text *out;
    size_t figure;
};

static void tag_text(ig_text *out, const char *open, const char *text, const char *close)
{
    ig_text_append(out, open);
    append_xml(out, text);
    ig_text_append(out, close);
}

const char *page_stem(const char *code, char stem[STEM_ROOM])
{
    enum { MOST = 60 };
    static const char *const ours[] = {"INDEX", "METHOD", "SUMMARY", "MANIFEST"};
    size_t length = 0;
    bool plain = *code != '\0';
    for (const char *c = code; *c && length < MOST; c++, length++) {
        const bool good = (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') ||
                          (*c >= '0' && *c <= '9') || *c == '_' || *c == '-';
        stem[length] = good ? *c : '_';
        plain &= good;
    }
    stem[length] = '\0';
    plain &= strlen(code) == length;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        plain &= strcasecmp(stem, ours[i]) != 0;
    if (!plain) {
        char hex[65];
        ig_sha256_bytes(code, strlen(code), hex);
        snprintf(stem + length, STEM_ROOM - length, "-%.12s", hex);
    }
    return stem;
}

/// "page:CODE" and "top:NAME" as a file, others as they are. Never a scheme that could run.
static void append_link(const struct writing *w, const char *link)
{
    ig_text_append(w->out, "<a href=\"");
    if (!strncmp(link, "page:", 5)) {
        char stem[STEM_ROOM];
        append_xml(w->out, w->paths->places);
        append_xml(w->out, page_stem(link + 5, stem));
        ig_text_append(w->out, w->paths->ending);
    } else if (!strcmp(link, "summary:")) {
        ig_text_format(w->out, "%ssummary%s", w->paths->places, w->paths->ending);
    } else if (!strncmp(link, "top:", 4)) {
        append_xml(w->out, w->paths->top);
        append_xml(w->out, link + 4);
    } else if (link[0] == '#' || !strncmp(link, "https://", 8)) {
        append_xml(w->out, link);
    }
    ig_text_append(w->out, "\">");
}

static void linked(const struct writing *w, const char *text, const char *link)
{
    if (link) append_link(w, link);
    append_xml(w->out, text);
    if (link) ig_text_append(w->out, "</a>");
}

static void write_heading(const struct writing *w, const struct doc_block *block)
{
    ig_text_format(w->out, "<h%d", block->level);
    if (block->id) {
        ig_text_append(w->out, " id=\"");
        append_xml(w->out, block->id);
        ig_text_append(w->out, "\"");
    }
    tag_text(w->out, ">", block->text, "");
    ig_text_format(w->out, "</h%d>\n", block->level);
}

static void write_list(const struct writing *w, const struct doc_block *block)
{
    ig_text_append(w->out, block->small   ? "<ul class=\"row\">\n"
                           : block->found ? "<ul class=\"found\">\n"
                                          : "<ul>\n");
    for (size_t i = 0; i < block->count; i++) {
        ig_text_append(w->out, "<li");
        if (block->cells[i].kind) tag_text(w->out, " class=\"", block->cells[i].kind, "\"");
        ig_text_append(w->out, ">");
        linked(w, block->cells[i].text, block->cells[i].link);
        ig_text_append(w->out, "</li>\n");
    }
    ig_text_append(w->out, "</ul>\n");
}

/// An option holds text alone: what sets a name from right to left apart becomes its direction.
static void write_option(const struct writing *w, const struct doc_cell *cell)
{
    static const char open[] = "\xe2\x81\xa8", close[] = "\xe2\x81\xa9";
    const size_t length = sizeof open - 1;
    const char *text = cell->text;
    const char *end = strncmp(text, open, length) ? NULL : strstr(text, close);
    ig_text_append(w->out, "<option");
    if (cell->kind) tag_text(w->out, " class=\"", cell->kind, "\"");
    ig_text_append(w->out, end ? " dir=\"auto\">" : ">");
    if (end) {
        ig_text name = {0};
        ig_text_append_bytes(&name, text + length, (size_t)(end - text) - length);
        w->out->failed |= name.failed;
        if (!name.failed) append_xml(w->out, name.data);
        ig_text_free(&name);
    }
    tag_text(w->out, "", end ? end + length : text, "</option>\n");
}

static void write_find(const struct writing *w, const struct doc_block *block)
{
    bool group = false;
    tag_text(w->out, "<div class=\"find\" role=\"search\"><p><label for=\"find\">", block->text,
             "</label>\n<select id=\"find\" autocomplete=\"off\" "
             "aria-describedby=\"find-hint\">\n");
    for (size_t i = 0; i < block->count; i++) {
        if (!block->cells[i].head) {
            write_option(w, &block->cells[i]);
            continue;
        }
        tag_text(w->out, group ? "</optgroup>\n<optgroup label=\"" : "<optgroup label=\"",
                 block->cells[i].text, "\">\n");
        group = true;
    }
    ig_text_append(w->out, group ? "</optgroup>\n</select></p>\n" : "</select></p>\n");
    tag_text(w->out, "<p class=\"small\" id=\"find-hint\">", block->alt, "</p></div>\n");
}

static void write_tiles(const struct writing *w, const struct doc_block *block)
{
    ig_text_append(w->out, "<dl class=\"tiles\">\n");
    for (size_t i = 0; i + 2 < block->count; i += 3) {
        ig_text_append(w->out, "<div><dt>");
        linked(w, block->cells[i].text, block->cells[i].link);
        ig_text_append(w->out, "</dt>");
        tag_text(w->out, "<dd class=\"value\">", block->cells[i + 1].text, "</dd>");
        if (*block->cells[i + 2].text)
            tag_text(w->out, "<dd class=\"note\">", block->cells[i + 2].text, "</dd>");
        ig_text_append(w->out, "</div>\n");
    }
    ig_text_append(w->out, "</dl>\n");
}

static void write_cell(const struct writing *w, const struct doc_cell *cell)
{
    const char *name = cell->head ? "th" : "td";
    ig_text_format(w->out, "<%s%s%s", name, cell->head ? " scope=\"row\"" : "",
                   cell->right ? " class=\"n\"" : "");
    if (cell->id) tag_text(w->out, " id=\"", cell->id, "\"");
    ig_text_append(w->out, ">");
    linked(w, cell->text, cell->link);
    ig_text_format(w->out, "</%s>", name);
}

/// A table in a box that scrolls by itself when the window is narrow; the box can be reached by
/// the keyboard, and says what it is.
static void write_table(const struct writing *w, const struct doc_block *block)
{
    ig_text *out = w->out;
    if (block->folded) tag_text(out, "<details><summary>", block->text, "</summary>\n");
    tag_text(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"", block->text,
             "\"><table");
    if (block->id) tag_text(out, " id=\"", block->id, "\"");
    tag_text(out, "><caption>", block->text, "</caption>\n<thead><tr>");
    for (size_t c = 0; c < block->columns; c++) {
        ig_text_append(out, block->cells[c].right ? "<th scope=\"col\" class=\"n\">"
                                                  : "<th scope=\"col\">");
        append_xml(out, block->cells[c].text);
        ig_text_append(out, "</th>");
    }
    ig_text_append(out, "</tr></thead>\n<tbody>\n");
    for (size_t c = block->columns; c < block->count; c++) {
        if (c % block->columns == 0)
            ig_text_append(out, block->cells[c].mark ? "<tr class=\"mark\">" : "<tr>");
        write_cell(w, &block->cells[c]);
        if (c % block->columns == block->columns - 1) ig_text_append(out, "</tr>\n");
    }
    ig_text_append(out, "</tbody></table></div>\n");
    if (block->folded) ig_text_append(out, "</details>\n");
}

static ig_status write_figure(struct writing *w, const struct doc_block *block)
{
    char id[24];
    pen *p = NULL;
    ig_text svg = {0};
    snprintf(id, sizeof id, "f%zu", ++w->figure);
    ig_status status = pen_new_inline(w->ctx, w->ruler, block->width, block->height, id,
                                      block->text, block->alt, &p);
    if (status) return status;
    block->draw(p, block->of);
    status = pen_finish(w->ctx, p, 96, &svg);
    pen_free(p);
    if (!status) {
        tag_text(w->out,
                 "<figure>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"",
                 block->text, "\">\n");
        ig_text_append_bytes(w->out, svg.data, svg.length);
        tag_text(w->out, "</div>\n<figcaption>", block->text, "</figcaption></figure>\n");
    }
    ig_text_free(&svg);
    return status;
}

static ig_status write_block(struct writing *w, const struct doc_block *block)
{
    switch (block->kind) {
    case DOC_HEADING:
        write_heading(w, block);
        break;
    case DOC_TEXT:
        tag_text(w->out, block->small ? "<p class=\"small\">" : "<p>", block->text, "</p>\n");
        break;
    case DOC_LIST:
        write_list(w, block);
        break;
    case DOC_TABLE:
        write_table(w, block);
        break;
    case DOC_TILES:
        write_tiles(w, block);
        break;
    case DOC_FIND:
        write_find(w, block);
        break;
    case DOC_FIGURE:
        return write_figure(w, block);
    }
    return IG_OK;
}

/// Links to the second headings, for those who read by ear or on paper-long pages.
static void write_contents(const struct writing *w)
{
    size_t count = 0;
    for (size_t b = 0; b < w->doc->count; b++)
        count += w->doc->blocks[b].kind == DOC_HEADING && w->doc->blocks[b].level == 2 &&
                 w->doc->blocks[b].id;
    if (count < 3) return;
    tag_text(w->out, "<nav aria-label=\"", w->doc->contents, "\"><ul>\n");
    for (size_t b = 0; b < w->doc->count; b++) {
        const struct doc_block *block = &w->doc->blocks[b];
        if (block->kind != DOC_HEADING || block->level != 2 || !block->id) continue;
        tag_text(w->out, "<li><a href=\"#", block->id, "\">");
        tag_text(w->out, "", block->text, "</a></li>\n");
    }
    ig_text_append(w->out, "</ul></nav>\n");
}

static ig_status write_body(struct writing *w)
{
    ig_status status = IG_OK;
    for (size_t b = 0; b < w->doc->count && !status; b++) {
        status = write_block(w, &w->doc->blocks[b]);
        const bool title = w->doc->blocks[b].kind == DOC_HEADING && w->doc->blocks[b].level == 1;
        if (title) write_contents(w);
    }
    return status;
}

// ---- the frame ----------------------------------------------------------------------------------

static unsigned hex_value(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/// 'sha256-...' of the style, as a policy names it.
static void style_hash(const char *style, char out[64])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char hex[65];
    unsigned char bytes[33] = {0};
    ig_sha256_bytes(style, strlen(style), hex);
    for (size_t i = 0; i < 32; i++)
        bytes[i] = (unsigned char)(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
    size_t at = (size_t)snprintf(out, 64, "sha256-");
    for (size_t i = 0; i < 33; i += 3) {
        const unsigned three =
            (unsigned)bytes[i] << 16 | (unsigned)bytes[i + 1] << 8 | bytes[i + 2];
        for (int k = 3; k >= 0; k--)
            out[at++] = digits[three >> (6 * k) & 63];
    }
    out[at - 1] = '='; // 32 bytes: the last sixth of the last group is padding
    out[at] = '\0';
}

static void fill_slot(const struct writing *w, const char *name, size_t length, const char *body,
                      const char *style, const char *policy, const char *digest)
{
    if (length == 4 && !strncmp(name, "lang", 4)) {
        append_xml(w->out, w->doc->language);
    } else if (length == 5 && !strncmp(name, "title", 5)) {
        append_xml(w->out, w->doc->title);
    } else if (length == 6 && !strncmp(name, "policy", 6)) {
        ig_text_append(w->out, policy);
    } else if (length == 5 && !strncmp(name, "style", 5)) {
        ig_text_append(w->out, style);
    } else if (length == 4 && !strncmp(name, "body", 4)) {
        ig_text_append(w->out, body);
    } else if (length == 6 && !strncmp(name, "digest", 6)) {
        append_xml(w->out, digest);
    }
}

ig_status html_write(ig_ctx *ctx, const struct doc *doc, const struct words *words,
                     const struct paths *paths, const pen *ruler, const char *digest, ig_text *out)
{
    char hash[64] = "", policy[160];
    ig_text body = {0}, style = {0};
    struct writing w = {ctx, doc, words, paths, ruler, &body, 0};
    *out = (ig_text){0};
    ig_status status = write_body(&w);
    ig_text_append(&style, words->style);
    if (doc->style.length) ig_text_append(&style, doc->style.data);
    if (!status && style.failed) status = ig_fail(ctx, IG_EMEMORY, "no memory for a page");
    if (!status) style_hash(style.data, hash);
    snprintf(policy, sizeof policy,
             "default-src 'none'; style-src '%s'; base-uri 'none'; "
             "form-action 'none'",
             hash);
    w.out = out;
    for (const char *c = words->page; *c && !status;) {
        const char *slot = strstr(c, "{{"), *end = slot ? strstr(slot, "}}") : NULL;
        ig_text_append_bytes(out, c, end ? (size_t)(slot - c) : strlen(c));
        if (!end) break;
        fill_slot(&w, slot + 2, (size_t)(end - slot - 2), body.data ? body.data : "", style.data,
                  policy, digest);
        c = end + 2;
    }
    if (!status && (body.failed || out->failed))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for a page");
    ig_text_free(&body);
    ig_text_free(&style);
    if (status) ig_text_free(out);
    return status;
}
