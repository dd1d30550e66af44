// Index of all wards by letter with a box to find one (find.c), and the page of method and sources.
#include "pages.h"

#include <stdlib.h>
#include <string.h>

static char letter_of(const char *name)
{
    const char c = *name;
    if (c >= 'a' && c <= 'z') return (char)(c - 'a' + 'A');
    return c >= 'A' && c <= 'Z' ? c : '~'; // others after Z
}

static int by_name(const void *a, const void *b)
{
    const struct index_entry *x = a, *y = b;
    if (x->letter != y->letter) return x->letter < y->letter ? -1 : 1;
    const int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->code, y->code);
}

static void page_link(struct doc *doc, const char *text, const char *code)
{
    ig_text link = {0};
    ig_text_format(&link, "page:%s", code);
    doc->failed |= link.failed;
    doc_item(doc, text, link.data);
    ig_text_free(&link);
}

static void list_files(struct page *page)
{
    const ig_report_input *in = page->facts->in;
    if (!in->files_count) return;
    doc_heading(&page->doc, 2, "files", say(&page->say, "h_files", NULL));
    doc_list(&page->doc);
    for (size_t i = 0; i < in->files_count; i++) {
        ig_text link = {0};
        ig_text_format(&link, "top:%s", in->files[i][1]);
        page->doc.failed |= link.failed;
        doc_item(&page->doc, in->files[i][0], link.data);
        ig_text_free(&link);
    }
}

static void list_districts(struct page *page)
{
    const struct facts *facts = page->facts;
    if (!facts->districts_count) return;
    char kinds[KINDS_ROOM];
    doc_heading(&page->doc, 2, "districts", say(&page->say, "h_districts", NULL));
    doc_found_list(&page->doc);
    for (size_t d = 0; d < facts->districts_count; d++) {
        if (!facts->district_page[d]) continue;
        const struct district *district = &facts->districts[d];
        page_link(&page->doc,
                  say(&page->say, "index_ward_alone", district->name, district->code, NULL),
                  district->code);
        doc_kinds(&page->doc, kinds_of_district(page, d, kinds));
    }
}

static const char *letter_words(struct page *page, char letter)
{
    char text[2] = {letter, '\0'};
    return letter == '~' ? say(&page->say, "letter_other", NULL)
                         : say(&page->say, "h_wards_of_letter", text, NULL);
}

static void list_wards(struct page *page, const struct index_entry *entries, size_t count)
{
    const struct facts *facts = page->facts;
    struct say *s = &page->say;
    char id[16], kinds[KINDS_ROOM];
    doc_heading(&page->doc, 2, "letters", say(s, "index_search", NULL));
    doc_row_list(&page->doc);
    for (size_t i = 0; i < count; i++) {
        if (i && entries[i].letter == entries[i - 1].letter) continue;
        snprintf(id, sizeof id, "#letter-%d", entries[i].letter);
        doc_item(&page->doc, letter_words(page, entries[i].letter), id);
    }
    for (size_t i = 0; i < count; i++) {
        if (!i || entries[i].letter != entries[i - 1].letter) {
            snprintf(id, sizeof id, "letter-%d", entries[i].letter);
            doc_heading(&page->doc, 3, id, letter_words(page, entries[i].letter));
            doc_found_list(&page->doc);
        }
        const size_t d = facts->district_of[entries[i].ward];
        page_link(&page->doc,
                  d != SIZE_MAX
                      ? say(s, "index_ward", entries[i].name, facts->districts[d].name,
                            entries[i].code, NULL)
                      : say(s, "index_ward_alone", entries[i].name, entries[i].code, NULL),
                  entries[i].code);
        doc_kinds(&page->doc, kinds_of_entry(page, entries, count, i, kinds));
    }
}

bool index_page(const struct facts *facts, struct page *out)
{
    *out = (struct page){0};
    struct say *s = &out->say;
    char wards[24];
    s->words = facts->words;
    size_t pages = 0;
    for (size_t w = 0; w < facts->in->wards; w++)
        pages += facts->ward_page[w];
    snprintf(wards, sizeof wards, "%zu", pages);
    page_begin(out, facts, say(s, "index_title", facts->title, NULL));
    doc_heading(&out->doc, 1, NULL, out->title ? out->title : "");
    doc_text(&out->doc, say(s, "index_about", wards, NULL));
    doc_list(&out->doc);
    doc_item(&out->doc, say(s, "index_summary", NULL), "summary:");
    doc_item(&out->doc, say(s, "index_method", NULL), "top:method.html");
    list_files(out);
    struct index_entry *entries = ig_alloc(facts->in->wards + 1, sizeof *entries);
    out->doc.failed |= !entries;
    size_t count = 0;
    for (size_t w = 0; entries && w < facts->in->wards; w++) {
        const char *name = ward_label(facts, w);
        if (!facts->ward_page[w]) continue;
        entries[count++] = (struct index_entry){letter_of(name), name, facts->in->ward_code[w], w};
    }
    if (entries) {
        if (count) qsort(entries, count, sizeof *entries, by_name);
        page_find(out, entries, count);
        list_districts(out);
        list_wards(out, entries, count);
    }
    ig_free(entries);
    return !out->doc.failed && !s->failed;
}

bool method_page(const struct facts *facts, struct page *out)
{
    *out = (struct page){0};
    struct say *s = &out->say;
    const ig_report_input *in = facts->in;
    s->words = facts->words;
    page_begin(out, facts, say(s, "method_title", facts->title, NULL));
    doc_heading(&out->doc, 1, NULL, out->title ? out->title : "");
    doc_list(&out->doc);
    doc_item(&out->doc, say(s, "back", NULL), "top:index.html");
    page_method(out);
    page_sources(out, true);
    doc_heading(&out->doc, 2, "trace", say(s, "h_trace", NULL));
    doc_table(&out->doc, NULL, say(s, "trace_caption", NULL), false);
    doc_head(&out->doc, say(s, "col_figure", NULL), false);
    doc_head(&out->doc, say(s, "col_from_file", NULL), false);
    doc_head(&out->doc, say(s, "col_column", NULL), false);
    doc_head(&out->doc, say(s, "col_how", NULL), false);
    for (size_t i = 0; i < facts->measures_count; i++) {
        const struct measure *m = &facts->measures[i];
        doc_row(&out->doc, m->title, NULL);
        doc_cell(&out->doc, m->file);
        doc_cell(&out->doc, m->column);
        doc_cell(&out->doc, m->how);
    }
    doc_heading(&out->doc, 2, "warnings", say(s, "h_warnings", NULL));
    if (!in->warnings_count) doc_text(&out->doc, say(s, "warnings_none", NULL));
    if (in->warnings_count) doc_list(&out->doc);
    for (size_t i = 0; i < in->warnings_count; i++) {
        char *text = shown_text(in->warnings[i]);
        out->doc.failed |= !text;
        if (text) doc_item(&out->doc, text, NULL);
        ig_free(text);
    }
    return !out->doc.failed && !s->failed;
}
