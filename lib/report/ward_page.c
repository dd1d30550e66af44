// The page of one ward, from top to bottom.
#include "pages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t district_of(const struct page *page, size_t ward)
{
    return page->facts->district_of[ward];
}

/// A district with this ward alone has nothing to compare it with.
static bool in_district(const struct page *page, size_t ward)
{
    const size_t d = district_of(page, ward);
    return d != SIZE_MAX && page->facts->districts[d].count > 1;
}

static const char *whole(size_t n)
{
    static _Thread_local char buffers[8][24];
    static _Thread_local unsigned next;
    char *buffer = buffers[next++ % 8];
    snprintf(buffer, 24, "%zu", n);
    return buffer;
}

/// First letter raised, for words that begin a sentence. ASCII only.
static const char *sentence(struct page *page, const char *words)
{
    ig_text *kept = &page->say.place[page->say.next++ % 16];
    kept->length = 0;
    ig_text_append(kept, words);
    page->doc.failed |= kept->failed;
    if (kept->failed) return "";
    if (*kept->data >= 'a' && *kept->data <= 'z') *kept->data = (char)(*kept->data - 'a' + 'A');
    return kept->data;
}

// ---- head and key figures -----------------------------------------------------------------------

static void head(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    struct say *s = &page->say;
    const size_t d = district_of(page, ward);
    const char *code = facts->in->ward_code[ward];
    doc_heading(&page->doc, 1, NULL, ward_label(facts, ward));
    if (d != SIZE_MAX) {
        const struct district *district = &facts->districts[d];
        doc_text(&page->doc,
                 say(s, "ward_of", code, district->name, district->code, facts->title, NULL));
    } else {
        doc_text(&page->doc, say(s, "ward_alone", code, facts->title, NULL));
    }
    doc_list(&page->doc);
    doc_item(&page->doc, say(s, "back", NULL), "top:index.html");
    if (d == SIZE_MAX) return;
    ig_text link = {0};
    ig_text_format(&link, "page:%s", facts->districts[d].code);
    doc_item(&page->doc, say(s, "to_district", facts->districts[d].name, NULL), link.data);
    page->doc.failed |= link.failed;
    ig_text_free(&link);
}

static const char *rank_words(struct page *page, const struct measure *m, size_t ward)
{
    struct say *s = &page->say;
    const size_t d = district_of(page, ward);
    if (!m->rank[ward]) return "";
    if (in_district(page, ward) && page->facts->districts_count > 1)
        return say(s, "tile_rank", whole(m->district_rank[ward]), whole(m->district_ranked[d]),
                   page->facts->districts[d].name, whole(m->rank[ward]), whole(m->ranked), NULL);
    return say(s, "tile_rank_all", whole(m->rank[ward]), whole(m->ranked), NULL);
}

static const char *percent(double part, double all, char *buffer, size_t room)
{
    return label_number(all > 0 ? 100 * part / all : 0, 1, buffer, room);
}

static void key_figures(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    struct doc *doc = &page->doc;
    struct say *s = &page->say;
    char share[32], id[48];
    size_t which;
    const double people = facts->ward_people[ward];
    doc_heading(doc, 2, "figures", say(s, "h_figures", NULL));
    doc_tiles(doc);
    doc_tile(doc, say(s, "tile_people", NULL), "#trace-people", count_text(facts, people),
             say(s, "tile_people_note", whole(facts->ward_areas_count[ward]), NULL));
    for (size_t i = 0; i < facts->measures_count; i++) {
        const struct measure *m = &facts->measures[i];
        if (m->topic != ABOUT_ACCESS) continue;
        doc_tile(doc, m->title, trace_id(facts, m, true, id), value_text(facts, m, m->ward[ward]),
                 rank_words(page, m, ward));
    }
    for (size_t mode = 0; mode < facts->in->modes_count; mode++) {
        const ig_access_row *row = &facts->in->modes[mode].wards->rows[ward];
        snprintf(id, sizeof id, "#trace-unreached-%zu", mode);
        doc_tile(doc, say(s, "tile_unreached", mode_words(facts, mode), NULL), id,
                 few_text(facts, row->people_unreached),
                 row->people > 0 && !is_few(row->people_unreached)
                     ? say(s, "tile_unreached_note",
                           percent(row->people_unreached, row->people, share, sizeof share), NULL)
                     : "");
    }
    if (facts->in->decile) {
        const double poor =
            people_of_decile(facts, facts->ward_areas[ward], facts->ward_areas_count[ward], &which);
        doc_tile(doc, say(s, "tile_deprived", NULL), "#trace-deprived", count_text(facts, poor),
                 people > 0 && !isnan(poor) ? say(s, "tile_deprived_note",
                                                  percent(poor, people, share, sizeof share), NULL)
                                            : "");
    }
    doc_small(doc, say(s, "rank_note", NULL));
}

// ---- map ----------------------------------------------------------------------------------------

/// Least and greatest mean minutes of the ward's areas.
static void minutes_range(const struct facts *facts, size_t ward, size_t mode, double range[2])
{
    range[0] = INFINITY;
    range[1] = -INFINITY;
    for (size_t i = 0; facts->in->modes_count && i < facts->ward_areas_count[ward]; i++) {
        const double minutes =
            facts->in->modes[mode].areas->rows[facts->ward_areas[ward][i]].minutes_mean;
        if (isnan(minutes)) continue;
        range[0] = fmin(range[0], minutes);
        range[1] = fmax(range[1], minutes);
    }
}

/// One figure: the areas by the minutes of a mode, with its isochrones.
static void map_of_mode(struct page *page, size_t ward, size_t mode)
{
    const struct facts *facts = page->facts;
    const struct ward_map *map = &page->maps[mode];
    struct say *s = &page->say;
    double range[2];
    char low[32], high[32];
    minutes_range(facts, ward, mode, range);
    const char *name = ward_label(facts, ward), *areas = whole(facts->ward_areas_count[ward]);
    const char *sites = whole(map->sites_count), *alt, *caption;
    if (range[0] <= range[1]) {
        label_number(range[0], 1, low, sizeof low);
        label_number(range[1], 1, high, sizeof high);
        const char *how = mode_words(facts, mode);
        alt = say(s, "map_alt", name, areas, low, high, sites, how, NULL);
        caption = say(s, "map_caption", name, how, NULL);
    } else {
        alt = say(s, "map_alt_plain", name, areas, sites, NULL);
        caption = say(s, facts->ward_areas_count[ward] ? "map_caption_plain" : "map_caption_empty",
                      name, NULL);
    }
    doc_figure(&page->doc, ward_map_draw, map, FIGURE_WIDTH, map->height, caption, alt);
}

static void map(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    struct doc *doc = &page->doc;
    struct say *s = &page->say;
    const size_t modes = facts->in->modes_count ? facts->in->modes_count : 1;
    doc_heading(doc, 2, "map", say(s, modes > 1 ? "h_maps" : "h_map", NULL));
    page->maps = ig_alloc(modes, sizeof *page->maps);
    doc->failed |= !page->maps;
    if (!page->maps) return;
    for (size_t mode = 0; mode < modes; mode++) {
        if (!ward_map_plan(facts, ward, mode, &page->maps[mode])) {
            doc_text(doc, say(s, "map_none", NULL));
            return;
        }
        map_of_mode(page, ward, mode);
    }
    const struct ward_map *first = page->maps; // all show the same ground and the same sites
    if (!first->sites_count) {
        if (facts->in->sites) doc_text(doc, say(s, "map_no_sites", NULL));
        return;
    }
    doc_text(doc, say(s, "map_sites", NULL));
    doc_list(doc);
    for (size_t i = 0; i < first->sites_count; i++) {
        const size_t site = first->sites[i].site;
        doc_item(doc,
                 say(s, "map_site", whole(i + 1), facts->site_name[site],
                     ig_sites_code(facts->in->sites, site), NULL),
                 NULL);
    }
    if (first->sites_count == MAP_SITES)
        doc_small(doc, say(s, "map_sites_more", whole(MAP_SITES), NULL));
}

// ---- compared -----------------------------------------------------------------------------------

static void compared_row(struct page *page, const struct measure *m, size_t ward, bool district,
                         bool benchmark)
{
    const struct facts *facts = page->facts;
    struct doc *doc = &page->doc;
    struct say *s = &page->say;
    const size_t d = district_of(page, ward);
    ig_text title = {0};
    ig_text_format(&title, "%s%s%s%s", m->title, *m->unit ? " (" : "", m->unit,
                   *m->unit ? ")" : "");
    doc->failed |= title.failed;
    char id[48];
    doc_row(doc, title.data ? title.data : "", trace_id(facts, m, true, id));
    ig_text_free(&title);
    doc_cell(doc, number_text(facts, m, m->ward[ward]));
    if (district) doc_cell(doc, number_text(facts, m, m->district[d]));
    doc_cell(doc, number_text(facts, m, m->all));
    if (benchmark) doc_cell(doc, isnan(m->benchmark) ? "" : number_text(facts, m, m->benchmark));
    if (district) doc_cell(doc, words_of(facts->words, compare_ward(m, ward, m->district[d])));
    doc_cell(doc, words_of(facts->words, compare_ward(m, ward, m->all)));
    if (benchmark)
        doc_cell(doc, isnan(m->benchmark)
                          ? ""
                          : words_of(facts->words, compare_ward(m, ward, m->benchmark)));
    if (district)
        doc_cell(doc, m->rank[ward] ? say(s, "rank_of", whole(m->district_rank[ward]),
                                          whole(m->district_ranked[d]), NULL)
                                    : "");
    doc_cell(doc,
             m->rank[ward] ? say(s, "rank_of", whole(m->rank[ward]), whole(m->ranked), NULL) : "");
}

static void compared_table(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    struct doc *doc = &page->doc;
    struct say *s = &page->say;
    const bool district = in_district(page, ward) && facts->districts_count > 1;
    const char *national = benchmarks_label(facts);
    const bool benchmark = national != NULL;
    const char *national_head = benchmark ? sentence(page, national) : "";
    doc_table(doc, NULL, say(s, "table_compared", ward_label(facts, ward), NULL), false);
    doc_head(doc, say(s, "col_figure", NULL), false);
    doc_head(doc, say(s, "col_ward", NULL), true);
    if (district) doc_head(doc, say(s, "col_district", NULL), true);
    doc_head(doc, say(s, "col_study", NULL), true);
    if (benchmark) doc_head(doc, national_head, true);
    if (district) doc_head(doc, say(s, "col_against_district", NULL), false);
    doc_head(doc, say(s, "col_against_study", NULL), false);
    if (benchmark) doc_head(doc, say(s, "col_against_benchmark", national, NULL), false);
    if (district) doc_head(doc, say(s, "col_rank_district", NULL), true);
    doc_head(doc, say(s, "col_rank", NULL), true);
    for (size_t i = 0; i < page->spine.count; i++)
        compared_row(page, &facts->measures[page->measures[i]], ward, district, benchmark);
    doc_small(doc, say(s, "compared_note", NULL));
}

static void compared(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    struct say *s = &page->say;
    page->measures = ig_alloc(facts->measures_count + 1, sizeof *page->measures);
    page->doc.failed |= !page->measures;
    if (page->doc.failed) return;
    page->spine = (struct spine){.facts = facts, .ward = ward, .measures = page->measures};
    for (int national = 0; national < 2; national++) // those with a national value come last
        for (size_t i = 0; i < facts->measures_count; i++)
            if (!facts->measures[i].sum && isnan(facts->measures[i].benchmark) == !national)
                page->measures[page->spine.count++] = i;
    if (!page->spine.count || facts->in->wards < 2) return;
    spine_plan(&page->spine);
    const bool district = in_district(page, ward) && facts->districts_count > 1;
    const char *national = benchmarks_label(facts);
    doc_heading(
        &page->doc, 2, "compared",
        national ? say(s, district ? "h_compared_nation" : "h_compared_all_nation", national, NULL)
                 : say(s, district ? "h_compared" : "h_compared_all", NULL));
    doc_figure(&page->doc, spine_draw, &page->spine, FIGURE_WIDTH, page->spine.height,
               national ? say(s, "spine_caption_nation", ward_label(facts, ward), national, NULL)
                        : say(s, "spine_caption", ward_label(facts, ward), NULL),
               say(s, "spine_alt", whole(page->spine.count), NULL));
    compared_table(page, ward);
}

// ---- over time ----------------------------------------------------------------------------------

/// Value of one period of a ward, as the indicator itself is worked out.
static double of_period(const struct facts *facts, const struct measure *m, size_t ward, size_t k)
{
    const ig_report_indicator *ind = m->indicator;
    double sum = 0, weight = 0;
    if (!ind->areas) return ind->series[k][ward];
    for (size_t i = 0; i < facts->ward_areas_count[ward]; i++) {
        const size_t a = facts->ward_areas[ward][i];
        const double people = ind->sum                 ? 1
                              : facts->in->modes_count ? facts->in->modes[0].areas->rows[a].people
                              : facts->in->people      ? facts->in->people[a]
                                                       : 1;
        if (isnan(ind->series[k][a]) || !(people > 0)) continue;
        sum += people * ind->series[k][a];
        weight += people;
    }
    return weight > 0 ? (ind->sum ? sum : sum / weight) : NAN;
}

static void trend_words(struct page *page, const struct series *series)
{
    const struct measure *m = series->measure;
    struct say *s = &page->say;
    size_t first = SIZE_MAX, last = SIZE_MAX;
    for (size_t k = 0; k < series->count; k++) {
        if (isnan(series->value[k])) continue;
        if (first == SIZE_MAX) first = k;
        last = k;
    }
    if (first == last) {
        doc_text(&page->doc, say(s, "trend_short", m->title, NULL));
        return;
    }
    char from[96], to[96];
    snprintf(from, sizeof from, "%s", value_text(page->facts, m, series->value[first]));
    snprintf(to, sizeof to, "%s", value_text(page->facts, m, series->value[last]));
    const char *const *period = m->indicator->period;
    doc_figure(&page->doc, series_draw, series, SERIES_WIDTH, SERIES_HEIGHT,
               say(s, "trend_caption", m->title, from, period[first], to, period[last], NULL),
               say(s, "trend_alt", m->title, whole(series->count), from, period[first], to,
                   period[last], NULL));
    const char *key = !strcmp(from, to)                            ? "trend_even"
                      : series->value[last] > series->value[first] ? "trend_up"
                                                                   : "trend_down";
    doc_text(&page->doc, say(s, key, m->title, from, period[first], to, period[last], NULL));
}

static void over_time(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    size_t count = 0;
    for (size_t i = 0; i < facts->measures_count; i++)
        count += facts->measures[i].indicator && facts->measures[i].indicator->periods > 0;
    if (!count) return;
    page->series = ig_alloc(count, sizeof *page->series);
    page->series_value = ig_alloc(count, sizeof(double *));
    page->doc.failed |= !page->series || !page->series_value;
    doc_heading(&page->doc, 2, "trend", say(&page->say, "h_trend", NULL));
    for (size_t i = 0; i < facts->measures_count && !page->doc.failed; i++) {
        const struct measure *m = &facts->measures[i];
        if (!m->indicator || !m->indicator->periods) continue;
        double *values = ig_alloc(m->indicator->periods, sizeof *values);
        page->doc.failed |= !values;
        if (!values) return;
        for (size_t k = 0; k < m->indicator->periods; k++)
            values[k] = of_period(facts, m, ward, k);
        page->series_value[page->series_count] = values;
        struct series *series = &page->series[page->series_count++];
        *series = (struct series){facts, m, values, m->indicator->periods};
        trend_words(page, series);
    }
}

// ---- unreached ---------------------------------------------------------------------------

static void unreached(struct page *page, size_t ward)
{
    const struct facts *facts = page->facts;
    struct say *s = &page->say;
    char share[32];
    if (!facts->in->modes_count || !facts->ward_areas_count[ward]) return;
    doc_heading(&page->doc, 2, "unreached", say(s, "h_unreached", NULL));
    for (size_t k = 0; k < facts->in->modes_count; k++) {
        const ig_access_row *row = &facts->in->modes[k].wards->rows[ward];
        const char *how = sentence(page, mode_words(facts, k));
        if (!(row->people > 0) || isnan(row->people_unreached)) {
            doc_text(&page->doc, say(s, "unreached_unknown", how, NULL));
        } else if (is_few(row->people_unreached)) {
            doc_text(&page->doc,
                     say(s, "unreached_few", how, count_text(facts, row->people), NULL));
        } else if (row->people_unreached > 0) {
            doc_text(&page->doc,
                     say(s, "unreached_some", how, count_text(facts, row->people_unreached),
                         count_text(facts, row->people),
                         percent(row->people_unreached, row->people, share, sizeof share), NULL));
        } else {
            doc_text(&page->doc,
                     say(s, "unreached_none", how, count_text(facts, row->people), NULL));
        }
    }
}

bool ward_page(const struct facts *facts, size_t ward, struct page *out)
{
    *out = (struct page){0};
    out->say.words = facts->words;
    page_begin(out, facts,
               say(&out->say, "ward_title", facts->title, ward_label(facts, ward), NULL));
    head(out, ward);
    page_findings(out, ward);
    key_figures(out, ward);
    map(out, ward);
    compared(out, ward);
    over_time(out, ward);
    page_areas(out, ward);
    unreached(out, ward);
    page_method(out);
    page_sources(out, false);
    page_trace(out, ward);
    return !out->doc.failed && !out->say.failed;
}
