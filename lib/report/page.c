// What all pages share: title, method, sources.
#include "pages.h"

#include <math.h>
#include <string.h>

void page_free(struct page *page)
{
    doc_free(&page->doc);
    say_free(&page->say);
    for (size_t i = 0; page->series_value && i < page->series_count; i++)
        ig_free(page->series_value[i]);
    ig_free(page->series_value);
    ig_free(page->series);
    ig_free(page->measures);
    ig_free(page->maps);
    ig_free(page->title);
    *page = (struct page){0};
}

void page_begin(struct page *page, const struct facts *facts, const char *title)
{
    page->facts = facts;
    page->say.words = facts->words;
    page->title = ig_text_copy(title);
    page->doc.failed = !page->title;
    page->doc.language = words_of(facts->words, "language");
    page->doc.title = page->doc.running = page->title ? page->title : "";
    page->doc.page_of = "page_of";
    page->doc.contents = words_of(facts->words, "contents");
}

void page_method(struct page *page)
{
    const struct facts *facts = page->facts;
    const ig_report_input *in = facts->in;
    struct doc *doc = &page->doc;
    struct say *s = &page->say;
    char speed[32];
    doc_heading(doc, 2, "method", say(s, "h_method", NULL));
    for (size_t m = 0; m < in->modes_count; m++) {
        const ig_report_mode *mode = &in->modes[m];
        ig_number_text(mode->speed, speed, sizeof speed);
        if (mode->straight) {
            doc_text(doc,
                     *speed ? say(s, "method_straight", speed, NULL) : say(s, "method_open", NULL));
        } else {
            doc_text(doc, say(s, "method_roads", mode_words(facts, m), NULL));
        }
    }
    if (in->spread && *in->spread)
        doc_text(doc, say(s, "method_people", words_phrase(s->words, "spread_", in->spread), NULL));
    doc_text(doc, say(s, "method_nest", NULL));
    if (in->decile) doc_text(doc, say(s, "method_deciles", in->decile_name, NULL));
    doc_text(doc, say(s, "compared_note", NULL));
    doc_text(doc, say(s, "method_missing", NULL));
    doc_text(doc, say(s, "method_rounding", NULL));
    if (*facts->attribution) doc_text(doc, facts->attribution);
}

static const char *stated(struct page *page, const char *text, char **shown)
{
    *shown = text ? shown_text(text) : NULL;
    return *shown && **shown ? *shown : words_of(page->facts->words, "not_stated");
}

static size_t folder_length(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? (size_t)(slash - file) : 0;
}

/// How many files from here on lie in one folder and serve one purpose.
static size_t alike(const ig_report_input *in, size_t first)
{
    const ig_report_source *head = &in->sources[first];
    const size_t length = folder_length(head->file);
    size_t i = first + 1;
    for (; i < in->sources_count; i++) {
        const ig_report_source *here = &in->sources[i];
        if (strcmp(here->role, head->role) || folder_length(here->file) != length ||
            strncmp(here->file, head->file, length))
            break;
    }
    return i - first;
}

static void source_row(struct page *page, const ig_report_source *source, size_t files)
{
    struct doc *doc = &page->doc;
    struct say *s = &page->say;
    char role[32], sum[13], number[24];
    char *file = shown_text(source->file), *from = NULL, *date = NULL;
    doc->failed |= !file;
    if (!file) return;
    snprintf(role, sizeof role, "role_%s", source->role);
    snprintf(sum, sizeof sum, "%.12s", source->sha256);
    snprintf(number, sizeof number, "%zu", files);
    if (files > 1) file[folder_length(file)] = '\0';
    doc_row(doc, files > 1 ? say(s, "source_folder", file, number, NULL) : file, NULL);
    doc_cell(doc, words_of(page->facts->words, role));
    doc_cell(doc, stated(page, source->source, &from));
    doc_cell(doc, stated(page, source->date, &date));
    doc_cell(doc, files > 1 ? words_of(page->facts->words, "source_sums") : sum);
    ig_free(file);
    ig_free(from);
    ig_free(date);
}

void page_sources(struct page *page, bool each)
{
    enum { TOGETHER = 4 };
    const ig_report_input *in = page->facts->in;
    struct doc *doc = &page->doc;
    struct say *s = &page->say;
    doc_heading(doc, 2, "sources", say(s, "h_sources", NULL));
    doc_table(doc, NULL, say(s, "sources_caption", NULL), false);
    doc_head(doc, say(s, "col_file", NULL), false);
    doc_head(doc, say(s, "col_role", NULL), false);
    doc_head(doc, say(s, "col_source", NULL), false);
    doc_head(doc, say(s, "col_date", NULL), false);
    doc_head(doc, say(s, "col_sum", NULL), false);
    for (size_t i = 0; i < in->sources_count;) {
        const size_t files = each ? 1 : alike(in, i), rows = files < TOGETHER ? 1 : files;
        source_row(page, &in->sources[i], rows);
        i += rows;
    }
}

static bool is_deprived(const struct facts *facts, size_t area)
{
    const double decile = facts->in->decile ? facts->in->decile[area] : NAN;
    return decile >= 1 && decile <= 2;
}

double minutes_of_decile(const struct facts *facts, size_t mode, const size_t *areas, size_t count,
                         bool most_deprived)
{
    const ig_access *access = facts->in->modes[mode].areas;
    double sum = 0, people = 0;
    for (size_t i = 0; i < count; i++) {
        const ig_access_row *row = &access->rows[areas[i]];
        if (is_deprived(facts, areas[i]) != most_deprived || isnan(row->minutes_mean)) continue;
        if (isnan(facts->in->decile[areas[i]]) || !(row->people_reached > 0)) continue;
        sum += row->people_reached * row->minutes_mean;
        people += row->people_reached;
    }
    return people > 0 ? sum / people : NAN;
}

double people_of_decile(const struct facts *facts, const size_t *areas, size_t count, size_t *which)
{
    double people = 0;
    bool known = false;
    *which = 0;
    for (size_t i = 0; i < count; i++) {
        known |= !isnan(facts->in->decile[areas[i]]);
        if (!is_deprived(facts, areas[i])) continue;
        const double here = facts->in->modes_count
                                ? facts->in->modes[0].areas->rows[areas[i]].people
                            : facts->in->people ? facts->in->people[areas[i]]
                                                : NAN;
        (*which)++;
        if (!isnan(here)) people += here;
    }
    return known ? people : NAN;
}
