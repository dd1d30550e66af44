// Where each number of a page comes from: file, column, rows and arithmetic, a row a figure.
#include "pages.h"

#include <math.h>
#include <string.h>

enum { LINES_SHOWN = 8 };

const char *trace_id(const struct facts *facts, const struct measure *m, bool link, char id[48])
{
    snprintf(id, 48, "%strace-%zu", link ? "#" : "", (size_t)(m - facts->measures));
    return id;
}

static void row(struct page *page, const char *id, const char *figure, const char *value,
                const char *file, const char *column, const char *rows, const char *how)
{
    struct doc *doc = &page->doc;
    doc_row(doc, figure, NULL);
    if (id) doc_id(doc, id);
    doc_cell(doc, value);
    doc_cell(doc, file);
    doc_cell(doc, column);
    doc_cell(doc, rows);
    doc_cell(doc, how);
}

/// File that was used for something, shown as the sources name it; "" for none.
static char *file_for(const struct facts *facts, const char *role)
{
    for (size_t i = 0; i < facts->in->sources_count; i++)
        if (!strcmp(facts->in->sources[i].role, role))
            return shown_text(facts->in->sources[i].file);
    return ig_text_copy("");
}

/// "lines 4, 7, 9 and 3 more": where a ward's values of an indicator stand in its file.
static void append_lines(ig_text *text, struct page *page, const ig_report_indicator *ind,
                         size_t ward)
{
    const struct facts *facts = page->facts;
    const size_t count = ind->areas ? facts->ward_areas_count[ward] : 1;
    size_t told = 0, more = 0;
    if (!ind->line) return;
    for (size_t i = 0; i < count; i++) {
        const int64_t line = ind->line[ind->areas ? facts->ward_areas[ward][i] : ward];
        if (line <= 0) continue;
        if (told == LINES_SHOWN) {
            more++;
            continue;
        }
        ig_text_format(text, "%s%lld", told ? ", " : "", (long long)line);
        told++;
    }
    if (!more) return;
    char number[24];
    snprintf(number, sizeof number, "%zu", more);
    ig_text_format(text, " %s", say(&page->say, "trace_more", number, NULL));
}

static void measure_row(struct page *page, const struct measure *m, size_t ward)
{
    const struct facts *facts = page->facts;
    char id[48];
    ig_text rows = {0};
    ig_text_append(&rows, "");
    if (m->indicator) {
        append_lines(&rows, page, m->indicator, ward);
    } else {
        ig_text_append(&rows, facts->in->ward_code[ward]);
    }
    page->doc.failed |= rows.failed;
    if (!rows.failed)
        row(page, trace_id(facts, m, false, id), m->title, value_text(facts, m, m->ward[ward]),
            m->file, m->column, rows.data, m->how);
    ig_text_free(&rows);
}

/// People, those who reach no site, those of the most deprived fifth, the table of areas.
static void people_rows(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    struct say *s = &page->say;
    const char *code = facts->in->ward_code[ward];
    char *people = file_for(facts, "population");
    size_t which;
    if (!people) page->doc.failed = true;
    if (!people) return;
    row(page, "trace-people", words_of(facts->words, "tile_people"),
        count_text(facts, facts->ward_people[ward]), people, "people", say(s, "trace_areas", NULL),
        words_of(facts->words, "trace_people"));
    ig_free(people);
    for (size_t k = 0; k < facts->in->modes_count; k++) {
        const char *suffix = facts->in->modes[k].suffix, *how = mode_words(facts, k);
        char id[48];
        ig_text table = {0}, column = {0}, areas = {0};
        ig_text_format(&table, "access_ward%s.csv", suffix);
        ig_text_format(&column, "people_unreached%s", suffix);
        ig_text_format(&areas, "access_area%s.csv", suffix);
        page->doc.failed |= table.failed || column.failed || areas.failed;
        snprintf(id, sizeof id, "trace-unreached-%zu", k);
        if (!page->doc.failed) {
            row(page, id, say(s, "tile_unreached", how, NULL),
                few_text(facts, facts->in->modes[k].wards->rows[ward].people_unreached), table.data,
                column.data, code, words_of(facts->words, "trace_unreached"));
            row(page, NULL, say(s, "trace_of_areas", how, NULL), "", areas.data,
                "minutes_mean, within_", say(s, "trace_area_codes", NULL),
                say(s, "trace_area", NULL));
        }
        ig_text_free(&table);
        ig_text_free(&column);
        ig_text_free(&areas);
    }
    if (!facts->in->decile) return;
    const double poor =
        people_of_decile(facts, facts->ward_areas[ward], facts->ward_areas_count[ward], &which);
    row(page, "trace-deprived", words_of(facts->words, "tile_deprived"), count_text(facts, poor),
        "", facts->in->decile_name, say(s, "trace_areas", NULL),
        words_of(facts->words, "trace_deprived"));
}

/// What the ward is held against: district, whole study, nation, and its place among the others.
static void larger_rows(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    const size_t district = facts->district_of[ward];
    struct say *s = &page->say;
    for (size_t i = 0; i < facts->measures_count; i++) {
        const struct measure *m = &facts->measures[i];
        const char *code = m->indicator ? m->indicator->benchmark_code : NULL;
        if (m->indicator && district != SIZE_MAX && m->district_stated[district])
            row(page, NULL,
                say(s, "trace_district", m->title, facts->districts[district].name, NULL),
                value_text(facts, m, m->district[district]), m->file, m->column,
                facts->districts[district].code, words_of(facts->words, "trace_as_stated"));
        if (isnan(m->benchmark)) continue;
        row(page, NULL, say(s, "trace_district", m->title, benchmark_label(facts, m), NULL),
            value_text(facts, m, m->benchmark),
            code ? m->file : words_of(facts->words, "role_plan"), code ? m->column : "benchmark",
            code ? code : "", words_of(facts->words, code ? "trace_as_stated" : "trace_plan"));
    }
}

void page_trace(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    struct say *s = &page->say;
    struct doc *doc = &page->doc;
    doc_heading(doc, 2, "trace", say(s, "h_trace", NULL));
    doc_small(doc, say(s, "trace_note", NULL));
    doc_small(doc, say(s, "trace_places", NULL));
    doc_table(doc, NULL, say(s, "trace_caption", NULL), false);
    doc_head(doc, say(s, "col_figure", NULL), false);
    doc_head(doc, say(s, "col_value", NULL), true);
    doc_head(doc, say(s, "col_from_file", NULL), false);
    doc_head(doc, say(s, "col_column", NULL), false);
    doc_head(doc, say(s, "col_rows", NULL), false);
    doc_head(doc, say(s, "col_how", NULL), false);
    people_rows(page, ward);
    for (size_t i = 0; i < facts->measures_count; i++)
        measure_row(page, &facts->measures[i], ward);
    larger_rows(page, ward);
}
