// What stands out: candidates are weighed by how far they lie from the district in standard
// deviations of the wards, and the strongest become sentences.
#include "pages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FINDINGS = 6 };

struct finding {
    double weight;
    size_t order; ///< as found, so that equals keep their place
    char *text;
};

struct findings {
    struct page *page;
    struct finding *list;
    size_t count, room;
};

static void add(struct findings *f, double weight, const char *text)
{
    if (!(weight > 0)) return;
    if (!ig_grow((void **)&f->list, &f->room, f->count + 1, sizeof *f->list)) {
        f->page->doc.failed = true;
        return;
    }
    char *kept = ig_text_copy(text);
    if (!kept) f->page->doc.failed = true;
    if (kept) f->list[f->count] = (struct finding){weight, f->count, kept};
    f->count += kept != NULL;
}

static int stronger(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/// What a ward is compared with: the nation, its district, or the whole.
static double against(const struct facts *facts, const struct measure *m, size_t ward,
                      const char **name)
{
    const size_t district = facts->district_of[ward];
    if (!isnan(m->benchmark)) {
        *name = benchmark_label(facts, m);
        return m->benchmark;
    }
    if (district != SIZE_MAX && !isnan(m->district[district]) &&
        facts->districts[district].count > 1) {
        *name = facts->districts[district].name;
        return m->district[district];
    }
    *name = words_of(facts->words, "the_study");
    return m->all;
}

static void measure_stands_out(struct findings *f, const struct measure *m, size_t ward)
{
    const struct facts *facts = f->page->facts;
    const char *place;
    const double value = m->ward[ward], other = against(facts, m, ward, &place);
    if (m->sum || isnan(value) || isnan(other) || !(m->sd > 0)) return;
    const double far = (value - other) / m->sd;
    if (fabs(far) < 0.75) return;
    const char *word = compare_ward(m, ward, other), *key;
    if (!strcmp(word, "similar")) return;
    if (!strcmp(word, "better") || !strcmp(word, "best")) {
        key = "finding_better";
    } else if (!strcmp(word, "worse") || !strcmp(word, "worst")) {
        key = "finding_worse";
    } else if (!strcmp(word, "higher") || !strcmp(word, "lower")) {
        key = !strcmp(word, "higher") ? "finding_higher" : "finding_lower";
    } else {
        key = far > 0 ? "finding_above" : "finding_below";
    }
    char rank[24], of[24];
    snprintf(rank, sizeof rank, "%zu", m->rank[ward]);
    snprintf(of, sizeof of, "%zu", m->ranked);
    add(f, fabs(far),
        say(&f->page->say, key, m->title, value_text(facts, m, value), place,
            value_text(facts, m, other), rank, of, NULL));
}

/// Of each mode the one figure that stands out most: shares within 10, 20, 30 minutes say one thing.
static void access_stands_out(struct findings *f, size_t ward)
{
    const struct facts *facts = f->page->facts;
    for (size_t mode = 0; mode < facts->in->modes_count; mode++) {
        const struct measure *strongest = NULL;
        double most = 0;
        for (size_t i = 0; i < facts->measures_count; i++) {
            const struct measure *m = &facts->measures[i];
            const char *place;
            if (m->topic != ABOUT_ACCESS || m->mode != mode || !(m->sd > 0)) continue;
            const double far = fabs(m->ward[ward] - against(facts, m, ward, &place)) / m->sd;
            if (far > most) {
                most = far;
                strongest = m;
            }
        }
        if (strongest) measure_stands_out(f, strongest, ward);
    }
}

static void far_area(struct findings *f, size_t ward)
{
    const struct facts *facts = f->page->facts;
    const size_t count = facts->ward_areas_count[ward];
    for (size_t mode = 0; mode < facts->in->modes_count && count > 1; mode++) {
        const ig_access *areas = facts->in->modes[mode].areas;
        const double mean = facts->in->modes[mode].wards->rows[ward].minutes_mean;
        size_t farthest = SIZE_MAX;
        for (size_t i = 0; i < count; i++) {
            const size_t a = facts->ward_areas[ward][i];
            if (isnan(areas->rows[a].minutes_mean)) continue;
            if (farthest == SIZE_MAX ||
                areas->rows[a].minutes_mean > areas->rows[farthest].minutes_mean)
                farthest = a;
        }
        if (farthest == SIZE_MAX || isnan(mean)) continue;
        const double minutes = areas->rows[farthest].minutes_mean;
        char value[32], more[32];
        if (minutes - mean < 2) continue;
        label_number(minutes, 1, value, sizeof value);
        label_number(minutes - mean, 1, more, sizeof more);
        add(f, fmin(2, (minutes - mean) / 5),
            say(&f->page->say, "finding_far_area", area_label(facts, farthest), value,
                mode_words(facts, mode), more, count_text(facts, areas->rows[farthest].people),
                NULL));
    }
}

static void deprivation(struct findings *f, size_t ward)
{
    const struct facts *facts = f->page->facts;
    const size_t *areas = facts->ward_areas[ward], count = facts->ward_areas_count[ward];
    size_t which;
    if (!facts->in->decile) return;
    const double people = people_of_decile(facts, areas, count, &which);
    if (!which) return;
    char some[24], all[24];
    snprintf(some, sizeof some, "%zu", which);
    snprintf(all, sizeof all, "%zu", count);
    add(f, 1 + (double)which / (double)count,
        say(&f->page->say, "finding_deprived", some, all, count_text(facts, people),
            facts->in->decile_name, NULL));
    for (size_t mode = 0; mode < facts->in->modes_count; mode++) {
        const double poor = minutes_of_decile(facts, mode, areas, count, true);
        const double rest = minutes_of_decile(facts, mode, areas, count, false);
        char value[32], apart[32];
        if (isnan(poor) || isnan(rest) || fabs(poor - rest) < 1) continue;
        label_number(poor, 1, value, sizeof value);
        label_number(fabs(poor - rest), 1, apart, sizeof apart);
        // right after the sentence on those areas, which it leans on
        add(f, 1 + (double)which / (double)count - 1e-9 * (double)(mode + 1),
            say(&f->page->say, poor > rest ? "finding_gap_longer" : "finding_gap_shorter", value,
                mode_words(facts, mode), apart, NULL));
    }
}

static void unreached(struct findings *f, size_t ward)
{
    const struct facts *facts = f->page->facts;
    for (size_t mode = 0; mode < facts->in->modes_count; mode++) {
        const ig_access_row *row = &facts->in->modes[mode].wards->rows[ward];
        char share[32];
        if (!(row->people_unreached >= 5) || !(row->people > 0)) continue;
        label_number(100 * row->people_unreached / row->people, 1, share, sizeof share);
        add(f, 3 + row->people_unreached / row->people,
            say(&f->page->say, "finding_unreached", count_text(facts, row->people_unreached), share,
                mode_words(facts, mode), NULL));
    }
}

void page_findings(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    struct findings f = {.page = page};
    struct doc *doc = &page->doc;
    doc_heading(doc, 2, "stands-out", say(&page->say, "h_stands_out", NULL));
    if (!facts->ward_areas_count[ward]) {
        doc_text(doc, say(&page->say, "finding_no_areas", NULL));
        return;
    }
    unreached(&f, ward);
    access_stands_out(&f, ward);
    for (size_t i = 0; i < facts->measures_count; i++)
        if (facts->measures[i].topic != ABOUT_ACCESS)
            measure_stands_out(&f, &facts->measures[i], ward);
    deprivation(&f, ward);
    far_area(&f, ward);
    if (f.count) qsort(f.list, f.count, sizeof *f.list, stronger);
    if (f.count) doc_list(doc);
    for (size_t i = 0; i < f.count; i++) {
        if (i < MOST_FINDINGS) doc_item(doc, f.list[i].text, NULL);
        ig_free(f.list[i].text);
    }
    if (!f.count) {
        const size_t district = facts->district_of[ward];
        doc_text(doc, say(&page->say, "finding_none",
                          district != SIZE_MAX ? facts->districts[district].name
                                               : words_of(facts->words, "the_study"),
                          NULL));
    }
    ig_free(f.list);
}
