// Access, need and health of the areas of a ward, beside each other.
#include "pages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sorted {
    double minutes;
    size_t area, order;
};

static int longest_first(const void *a, const void *b)
{
    const struct sorted *x = a, *y = b;
    const double p = isnan(x->minutes) ? INFINITY : x->minutes;
    const double q = isnan(y->minutes) ? INFINITY : y->minutes;
    if (p != q) return p > q ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/// "suppressed: *", "no data": why a value is missing, and the sign of it, in the language of the page.
static const char *reason_words(struct page *page, const char *status)
{
    const struct words *words = page->facts->words;
    if (!status || !*status) return words_of(words, "no_data");
    const char *sign = strstr(status, ": ");
    if (!sign) return words_phrase(words, "reason_", status);
    char reason[64];
    snprintf(reason, sizeof reason, "%.*s", (int)(sign - status), status);
    return say(&page->say, "reason_marked", words_phrase(words, "reason_", reason), sign + 2, NULL);
}

static const char *area_value(struct page *page, const struct measure *m, size_t area)
{
    const double value = m->area[area];
    if (!isnan(value)) return number_text(page->facts, m, value);
    return reason_words(page, m->area_status ? m->area_status[area] : NULL);
}

static void area_head(struct page *page)
{
    doc_head(&page->doc, say(&page->say, "col_area", NULL), false);
    doc_head(&page->doc, say(&page->say, "col_people", NULL), true);
}

static void area_begin_row(struct page *page, size_t area)
{
    const struct facts *facts = page->facts;
    const char *name = facts->area_name[area], *code = ig_areas_code(facts->in->areas, area);
    ig_text label = {0};
    ig_text_format(&label, "%s%s%s", name, *name ? ", " : "", code);
    page->doc.failed |= label.failed;
    doc_row(&page->doc, label.data ? label.data : "", NULL);
    ig_text_free(&label);
    const double people = facts->in->modes_count ? facts->in->modes[0].areas->rows[area].people
                          : facts->in->people    ? facts->in->people[area]
                                                 : NAN;
    doc_cell(&page->doc, count_text(facts, people));
}

static bool deprived(const struct facts *facts, size_t area)
{
    return facts->in->decile && facts->in->decile[area] >= 1 && facts->in->decile[area] <= 2;
}

/// Minutes and the middle threshold of each mode, then the decile.
static void access_columns(struct page *page, const struct sorted *order, size_t count, size_t ward)
{
    const struct facts *facts = page->facts;
    struct doc *doc = &page->doc;
    struct say *s = &page->say;
    char number[32];
    doc_table(doc, NULL, say(s, "areas_caption", ward_label(facts, ward), NULL), false);
    area_head(page);
    for (size_t k = 0; k < facts->in->modes_count; k++) {
        const ig_access *access = facts->in->modes[k].areas;
        doc_head(doc, say(s, "col_minutes", mode_words(facts, k), NULL), true);
        for (size_t t = 0; t < access->thresholds; t++) {
            if (facts->in->modes_count > 1 && t != (access->thresholds - 1) / 2) continue;
            ig_number_text(access->threshold[t], number, sizeof number);
            doc_head(doc, say(s, "col_within", number, mode_words(facts, k), NULL), true);
        }
    }
    if (facts->in->decile) doc_head(doc, say(s, "col_decile", NULL), true);
    for (size_t i = 0; i < count; i++) {
        const size_t a = order[i].area;
        area_begin_row(page, a);
        for (size_t k = 0; k < facts->in->modes_count; k++) {
            const ig_access *access = facts->in->modes[k].areas;
            const ig_access_row *row = &access->rows[a];
            doc_cell(doc, isnan(row->minutes_mean)
                              ? reason_words(page, row->status)
                              : label_number(row->minutes_mean, 1, number, sizeof number));
            for (size_t t = 0; t < access->thresholds; t++) {
                if (facts->in->modes_count > 1 && t != (access->thresholds - 1) / 2) continue;
                doc_cell(doc, isnan(row->within[t])
                                  ? words_of(facts->words, "no_data")
                                  : label_number(row->within[t], 1, number, sizeof number));
            }
        }
        if (facts->in->decile) {
            const double decile = facts->in->decile[a];
            doc_cell(doc, isnan(decile) ? words_of(facts->words, "no_data")
                                        : label_number(decile, 0, number, sizeof number));
        }
        if (deprived(facts, a)) doc_mark(doc);
    }
}

enum { INDICATORS_ACROSS = 5 };

/// Need first, then health, then the rest, so many beside each other.
static void indicator_columns(struct page *page, const struct sorted *order, size_t count,
                              size_t ward)
{
    const struct facts *facts = page->facts;
    struct doc *doc = &page->doc;
    size_t *list = ig_alloc(facts->measures_count + 1, sizeof *list), found = 0;
    doc->failed |= !list;
    if (!list) return;
    for (enum topic topic = ABOUT_NEED; topic < ABOUT_COUNT; topic++)
        for (size_t i = 0; i < facts->measures_count; i++)
            if (facts->measures[i].topic == topic && facts->measures[i].area) list[found++] = i;
    for (size_t first = 0; first < found; first += INDICATORS_ACROSS) {
        const size_t end = first + INDICATORS_ACROSS < found ? first + INDICATORS_ACROSS : found;
        doc_table(doc, NULL, say(&page->say, "areas_more", ward_label(facts, ward), NULL), false);
        area_head(page);
        for (size_t i = first; i < end; i++) {
            const struct measure *m = &facts->measures[list[i]];
            ig_text title = {0};
            ig_text_format(&title, "%s%s%s", m->title, *m->unit ? ", " : "", m->unit);
            doc->failed |= title.failed;
            doc_head(doc, title.data ? title.data : "", true);
            ig_text_free(&title);
        }
        for (size_t r = 0; r < count; r++) {
            area_begin_row(page, order[r].area);
            for (size_t i = first; i < end; i++)
                doc_cell(doc, area_value(page, &facts->measures[list[i]], order[r].area));
            if (deprived(facts, order[r].area)) doc_mark(doc);
        }
    }
    ig_free(list);
}

void page_areas(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    const size_t count = facts->ward_areas_count[ward];
    if (!count) return;
    struct sorted *order = ig_alloc(count, sizeof *order);
    page->doc.failed |= !order;
    if (!order) return;
    for (size_t i = 0; i < count; i++) {
        const size_t a = facts->ward_areas[ward][i];
        const double minutes =
            facts->in->modes_count ? facts->in->modes[0].areas->rows[a].minutes_mean : 0;
        order[i] = (struct sorted){minutes, a, i};
    }
    qsort(order, count, sizeof *order, longest_first);
    doc_heading(&page->doc, 2, "areas", say(&page->say, "h_areas", NULL));
    access_columns(page, order, count, ward);
    indicator_columns(page, order, count, ward);
    if (facts->in->decile)
        doc_small(&page->doc, say(&page->say, "areas_note", facts->in->decile_name, NULL));
    ig_free(order);
}
