// Pages of a district and of the whole: the widest gaps in sentences, places ranked.
#include "pages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// What a page is about: a district, or all.
struct place {
    struct page *page;
    const struct facts *facts;
    size_t district; ///< SIZE_MAX: all
    const char *name;
    const size_t *wards;
    size_t wards_count;
    size_t *areas, areas_count;
};

static double measure_here(const struct place *place, const struct measure *m)
{
    return place->district == SIZE_MAX ? m->all : m->district[place->district];
}

static const char *whole(size_t n, char buffer[24])
{
    snprintf(buffer, 24, "%zu", n);
    return buffer;
}

static const char *one_decimal(double value, char buffer[32])
{
    return label_number(value, 1, buffer, 32);
}

/// First letter raised, for words that begin a sentence. ASCII only.
static const char *sentence(const char *words, char buffer[96])
{
    snprintf(buffer, 96, "%s", words);
    if (*buffer >= 'a' && *buffer <= 'z') *buffer = (char)(*buffer - 'a' + 'A');
    return buffer;
}

/// Name of a ward, with its district where wards of several are told together: names repeat.
static const char *ward_here(const struct place *place, size_t ward)
{
    const struct facts *facts = place->facts;
    const size_t d = facts->district_of[ward];
    if (place->district != SIZE_MAX || facts->districts_count < 2 || d == SIZE_MAX)
        return ward_label(facts, ward);
    return say(&place->page->say, "ward_in", ward_label(facts, ward), facts->districts[d].name,
               NULL);
}

// ---- the widest gaps ----------------------------------------------------------------------------

static void ends_of(const double *values, const size_t *which, size_t count, size_t *low,
                    size_t *high)
{
    *low = *high = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        const size_t w = which ? which[i] : i;
        if (isnan(values[w])) continue;
        if (*low == SIZE_MAX || values[w] < values[*low]) *low = w;
        if (*high == SIZE_MAX || values[w] > values[*high]) *high = w;
    }
}

static void gap_of_places(const struct place *place, const struct measure *m)
{
    const struct facts *facts = place->facts;
    struct say *s = &place->page->say;
    char how[96], a[32], b[32], c[32];
    size_t low, high;
    ends_of(m->ward, place->wards, place->wards_count, &low, &high);
    if (low == high) return;
    doc_item(&place->page->doc,
             say(s, "gap_wards", sentence(mode_words(facts, m->mode), how), ward_here(place, high),
                 one_decimal(m->ward[high], a), ward_here(place, low), one_decimal(m->ward[low], b),
                 one_decimal(m->ward[high] - m->ward[low], c), NULL),
             NULL);
    if (place->district != SIZE_MAX || facts->districts_count < 2) return;
    ends_of(m->district, NULL, facts->districts_count, &low, &high);
    if (low == high) return;
    doc_item(&place->page->doc,
             say(s, "gap_districts", how, facts->districts[high].name,
                 one_decimal(m->district[high], a), facts->districts[low].name,
                 one_decimal(m->district[low], b),
                 one_decimal(m->district[high] - m->district[low], c), NULL),
             NULL);
}

static void gap_of_deprivation(const struct place *place, size_t mode)
{
    const struct facts *facts = place->facts;
    char how[96], a[32], b[32], c[32];
    if (!facts->in->decile) return;
    const double poor = minutes_of_decile(facts, mode, place->areas, place->areas_count, true);
    const double rest = minutes_of_decile(facts, mode, place->areas, place->areas_count, false);
    if (isnan(poor) || isnan(rest)) return;
    doc_item(&place->page->doc,
             say(&place->page->say, poor > rest ? "gap_deprived_longer" : "gap_deprived_shorter",
                 sentence(mode_words(facts, mode), how), one_decimal(poor, a),
                 one_decimal(fabs(poor - rest), b), one_decimal(rest, c), NULL),
             NULL);
}

static void gap_of_unreached(const struct place *place, size_t mode)
{
    const struct facts *facts = place->facts;
    const ig_access *wards = facts->in->modes[mode].wards;
    double sum = 0, most = 0;
    size_t where = 0;
    bool known = false;
    char how[96];
    for (size_t i = 0; i < place->wards_count; i++) {
        const double people = wards->rows[place->wards[i]].people_unreached;
        if (isnan(people)) continue;
        known = true;
        sum += people;
        if (people > most) {
            most = people;
            where = place->wards[i];
        }
    }
    sentence(mode_words(facts, mode), how);
    if (!known) return;
    if (!(sum > 0)) {
        doc_item(&place->page->doc, say(&place->page->say, "gap_unreached_none", how, NULL), NULL);
        return;
    }
    doc_item(&place->page->doc,
             say(&place->page->say, "gap_unreached", how, few_text(facts, sum),
                 ward_here(place, where), few_text(facts, most), NULL),
             NULL);
}

enum { GAP_INDICATORS = 6 };

static void widest_gaps(const struct place *place)
{
    const struct facts *facts = place->facts;
    struct doc *doc = &place->page->doc;
    size_t told = 0;
    doc_heading(doc, 2, "gaps", say(&place->page->say, "h_gaps", NULL));
    doc_list(doc);
    for (size_t i = 0; i < facts->measures_count; i++) {
        const struct measure *m = &facts->measures[i];
        size_t low, high;
        if (m->topic == ABOUT_ACCESS && isnan(m->threshold)) {
            gap_of_places(place, m);
            gap_of_deprivation(place, m->mode);
            gap_of_unreached(place, m->mode);
        }
        if (m->topic == ABOUT_ACCESS || m->sum || told == GAP_INDICATORS) continue;
        ends_of(m->ward, place->wards, place->wards_count, &low, &high);
        if (low == high) continue;
        doc_item(doc,
                 say(&place->page->say, "gap_indicator", m->title,
                     value_text(facts, m, m->ward[low]), ward_here(place, low),
                     value_text(facts, m, m->ward[high]), ward_here(place, high), NULL),
                 NULL);
        told++;
    }
}

// ---- figures and ranks --------------------------------------------------------------------------

static void figures(const struct place *place)
{
    const struct facts *facts = place->facts;
    struct doc *doc = &place->page->doc;
    struct say *s = &place->page->say;
    doc_heading(doc, 2, "figures", say(s, "h_place_figures", NULL));
    doc_table(doc, NULL, say(s, "place_figures", place->name, NULL), false);
    doc_head(doc, say(s, "col_figure", NULL), false);
    doc_head(doc, say(s, "col_here", NULL), true);
    if (place->district != SIZE_MAX) doc_head(doc, say(s, "col_study", NULL), true);
    doc_head(doc, say(s, "col_from_file", NULL), false);
    doc_head(doc, say(s, "col_how", NULL), false);
    for (size_t i = 0; i < facts->measures_count; i++) {
        const struct measure *m = &facts->measures[i];
        doc_row(doc, m->title, NULL);
        doc_cell(doc, value_text(facts, m, measure_here(place, m)));
        if (place->district != SIZE_MAX) doc_cell(doc, value_text(facts, m, m->all));
        doc_cell(doc, m->file);
        doc_cell(doc, m->how);
    }
}

/// Mean minutes of the first mode, else the first measure there is.
static const struct measure *ranking(const struct facts *facts)
{
    return facts->measures_count ? &facts->measures[0] : NULL;
}

struct ranked {
    double value;
    const char *code;
    size_t number;
};

static int greatest_first(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    const double p = isnan(x->value) ? -INFINITY : x->value;
    const double q = isnan(y->value) ? -INFINITY : y->value;
    if (p != q) return p > q ? -1 : 1;
    return strcmp(x->code, y->code);
}

enum { RANKED_MEASURES = 5 };

/// Heads: place, people, then the first measures by their short names.
static size_t ranked_head(const struct place *place, const char *first)
{
    const struct facts *facts = place->facts;
    struct doc *doc = &place->page->doc;
    size_t used = 0;
    doc_head(doc, first, false);
    doc_head(doc, words_of(facts->words, "col_people"), true);
    for (size_t i = 0; i < facts->measures_count && used < RANKED_MEASURES; i++) {
        const struct measure *m = &facts->measures[i];
        if (m->sum) continue;
        ig_text title = {0};
        ig_text_format(&title, "%s%s%s", m->title, *m->unit ? ", " : "", m->unit);
        doc->failed |= title.failed;
        doc_head(doc, title.data ? title.data : "", true);
        ig_text_free(&title);
        used++;
    }
    for (size_t k = 0; k < facts->in->modes_count; k++)
        doc_head(doc, say(&place->page->say, "col_unreached", mode_words(facts, k), NULL), true);
    return used;
}

static void ranked_row(const struct place *place, const char *name, const char *code, double people,
                       size_t ward, size_t district)
{
    const struct facts *facts = place->facts;
    struct doc *doc = &place->page->doc;
    size_t used = 0;
    ig_text link = {0};
    ig_text_format(&link, "page:%s", code);
    doc->failed |= link.failed;
    const bool there = ward != SIZE_MAX ? facts->ward_page[ward] : facts->district_page[district];
    doc_row(doc, name, there ? link.data : NULL);
    ig_text_free(&link);
    doc_cell(doc, count_text(facts, people));
    for (size_t i = 0; i < facts->measures_count && used < RANKED_MEASURES; i++) {
        const struct measure *m = &facts->measures[i];
        if (m->sum) continue;
        doc_cell(doc,
                 number_text(facts, m, ward != SIZE_MAX ? m->ward[ward] : m->district[district]));
        used++;
    }
    for (size_t k = 0; k < facts->in->modes_count; k++) {
        const ig_access *wards = facts->in->modes[k].wards;
        double sum = 0;
        if (ward != SIZE_MAX) {
            sum = wards->rows[ward].people_unreached;
        } else {
            const struct district *d = &facts->districts[district];
            bool known = false;
            for (size_t i = 0; i < d->count; i++) {
                const double here = wards->rows[d->wards[i]].people_unreached;
                known |= !isnan(here);
                sum += isnan(here) ? 0 : here;
            }
            if (!known) sum = NAN;
        }
        doc_cell(doc, few_text(facts, sum));
    }
}

static void ranked_wards(const struct place *place)
{
    const struct facts *facts = place->facts;
    const struct measure *by = ranking(facts);
    struct doc *doc = &place->page->doc;
    struct say *s = &place->page->say;
    struct ranked *order = ig_alloc(place->wards_count + 1, sizeof *order);
    doc->failed |= !order;
    if (!order || !by) {
        ig_free(order);
        return;
    }
    for (size_t i = 0; i < place->wards_count; i++) {
        const size_t w = place->wards[i];
        order[i] = (struct ranked){by->ward[w], facts->in->ward_code[w], w};
    }
    qsort(order, place->wards_count, sizeof *order, greatest_first);
    doc_heading(doc, 2, "wards", say(s, "h_ranked_wards", NULL));
    doc_table(doc, NULL, say(s, "ranked_wards", place->name, NULL), false);
    ranked_head(place, words_of(facts->words, "col_place"));
    for (size_t i = 0; i < place->wards_count; i++) {
        const size_t w = order[i].number;
        ranked_row(place, ward_here(place, w), facts->in->ward_code[w], facts->ward_people[w], w,
                   SIZE_MAX);
    }
    ig_free(order);
}

static void ranked_districts(const struct place *place)
{
    const struct facts *facts = place->facts;
    const struct measure *by = ranking(facts);
    struct doc *doc = &place->page->doc;
    struct say *s = &place->page->say;
    if (facts->districts_count < 2 || !by) return;
    struct ranked *order = ig_alloc(facts->districts_count, sizeof *order);
    doc->failed |= !order;
    if (!order) return;
    for (size_t d = 0; d < facts->districts_count; d++)
        order[d] = (struct ranked){by->district[d], facts->districts[d].code, d};
    qsort(order, facts->districts_count, sizeof *order, greatest_first);
    doc_heading(doc, 2, "districts", say(s, "h_ranked_districts", NULL));
    doc_table(doc, NULL, say(s, "ranked_districts", place->name, NULL), false);
    ranked_head(place, words_of(facts->words, "col_place_district"));
    for (size_t i = 0; i < facts->districts_count; i++) {
        const struct district *d = &facts->districts[order[i].number];
        ranked_row(place, d->name, d->code, d->people, SIZE_MAX, order[i].number);
    }
    ig_free(order);
}

// ---- the page -----------------------------------------------------------------------------------

static void head(const struct place *place)
{
    const struct facts *facts = place->facts;
    struct page *page = place->page;
    struct say *s = &page->say;
    char wards[24], districts[24];
    whole(place->wards_count, wards);
    whole(facts->districts_count, districts);
    if (place->district != SIZE_MAX) {
        const struct district *d = &facts->districts[place->district];
        page_begin(page, facts, say(s, "ward_title", facts->title, d->name, NULL));
        doc_heading(&page->doc, 1, NULL, d->name);
        doc_text(&page->doc, say(s, "district_of", d->code, facts->title, NULL));
        doc_text(&page->doc,
                 say(s, "study_about_plain", wards, count_text(facts, d->people), NULL));
    } else {
        page_begin(page, facts, say(s, "study_title", facts->title, NULL));
        doc_heading(&page->doc, 1, NULL, page->title ? page->title : "");
        doc_text(
            &page->doc,
            facts->districts_count > 1
                ? say(s, "study_about", wards, districts, count_text(facts, facts->people), NULL)
                : say(s, "study_about_plain", wards, count_text(facts, facts->people), NULL));
    }
    doc_list(&page->doc);
    doc_item(&page->doc, say(s, "back", NULL), "top:index.html");
}

bool place_page(const struct facts *facts, size_t district, struct page *out)
{
    *out = (struct page){0};
    out->say.words = facts->words;
    const size_t all = facts->in->wards;
    size_t *everyone = ig_alloc(all + 1, sizeof *everyone), room = 0;
    struct place place = {.page = out, .facts = facts, .district = district};
    place.name = district != SIZE_MAX ? facts->districts[district].name : facts->title;
    place.wards_count = district != SIZE_MAX ? facts->districts[district].count : all;
    for (size_t w = 0; everyone && w < all; w++)
        everyone[w] = w;
    place.wards = district != SIZE_MAX ? facts->districts[district].wards : everyone;
    for (size_t i = 0; everyone && i < place.wards_count; i++)
        room += facts->ward_areas_count[place.wards[i]];
    place.areas = ig_alloc(room + 1, sizeof *place.areas);
    bool good = everyone && place.areas;
    for (size_t i = 0; good && i < place.wards_count; i++) {
        const size_t w = place.wards[i];
        for (size_t a = 0; a < facts->ward_areas_count[w]; a++)
            place.areas[place.areas_count++] = facts->ward_areas[w][a];
    }
    if (good) {
        head(&place);
        widest_gaps(&place);
        if (district == SIZE_MAX) ranked_districts(&place);
        ranked_wards(&place);
        figures(&place);
        page_method(out);
        page_sources(out, false);
        good = !out->doc.failed && !out->say.failed;
    }
    ig_free(everyone);
    ig_free(place.areas);
    return good;
}
