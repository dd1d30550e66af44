// What the pages say: names, places and their parts, numbers as words.
#include "facts.h"

#include "../map/pen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the reports");
}

// ---- numbers as words ---------------------------------------------------------------------------

static char *next_buffer(void)
{
    static _Thread_local char buffers[16][96];
    static _Thread_local unsigned next;
    return buffers[next++ % 16];
}

const char *number_text(const struct facts *facts, const struct measure *measure, double value)
{
    char *buffer = next_buffer();
    if (isnan(value)) return words_of(facts->words, "no_data");
    return label_number(value, measure->decimals, buffer, 96);
}

const char *value_text(const struct facts *facts, const struct measure *measure, double value)
{
    char *buffer = next_buffer(), number[64];
    if (isnan(value)) return words_of(facts->words, "no_data");
    label_number(value, measure->decimals, number, sizeof number);
    const bool close = !strcmp(measure->unit, "%");
    snprintf(buffer, 96, "%s%s%.24s", number, *measure->unit && !close ? " " : "", measure->unit);
    return buffer;
}

const char *count_text(const struct facts *facts, double value)
{
    char *buffer = next_buffer();
    if (isnan(value)) return words_of(facts->words, "no_data");
    return label_number(nearbyint(value), 0, buffer, 96);
}

bool is_few(double people)
{
    return people > 0 && people < 5;
}

const char *few_text(const struct facts *facts, double people)
{
    return is_few(people) ? words_of(facts->words, "fewer_than_5") : count_text(facts, people);
}

const char *ward_label(const struct facts *facts, size_t ward)
{
    return *facts->ward_name[ward] ? facts->ward_name[ward] : facts->in->ward_code[ward];
}

const char *area_label(const struct facts *facts, size_t area)
{
    return *facts->area_name[area] ? facts->area_name[area] : ig_areas_code(facts->in->areas, area);
}

const char *mode_words(const struct facts *facts, size_t mode)
{
    const ig_report_mode *m = &facts->in->modes[mode];
    if (m->straight) return words_of(facts->words, isnan(m->speed) ? "mode_open" : "mode_straight");
    if (!strcmp(m->kind, "walk")) return words_of(facts->words, "mode_walk");
    if (!strcmp(m->kind, "cycle")) return words_of(facts->words, "mode_cycle");
    if (!strcmp(m->kind, "drive")) return words_of(facts->words, "mode_drive");
    return *m->name ? m->name : words_of(facts->words, "mode_other");
}

const char *compare_ward(const struct measure *measure, size_t ward, double benchmark)
{
    // Worked out for everybody, such a figure has no limits: what is nearer than one minute, or one
    // in a hundred people, counts as alike.
    const double value = measure->ward[ward], alike = 1;
    double lower = measure->lower[ward], upper = measure->upper[ward];
    if (measure->sum || isnan(value) || isnan(benchmark)) return "not_compared";
    if (measure->counted) {
        lower = value - alike;
        upper = value + alike;
    }
    const char *word = ig_compare(lower, upper, NAN, NAN, benchmark, measure->polarity);
    return strcmp(word, "not compared") ? word : "not_compared";
}

// ---- places -------------------------------------------------------------------------------------

struct coded {
    const char *code;
    size_t number;
};

static int by_code(const void *a, const void *b)
{
    const struct coded *x = a, *y = b;
    const int order = strcmp(x->code, y->code);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

/// Areas of each ward in order of their codes.
static ig_status nest(ig_ctx *ctx, struct facts *facts)
{
    const ig_report_input *in = facts->in;
    const size_t areas = ig_areas_count(in->areas);
    struct coded *order = ig_alloc(areas + 1, sizeof *order);
    facts->ward_areas = ig_alloc(in->wards + 1, sizeof *facts->ward_areas);
    facts->ward_areas_count = ig_alloc(in->wards + 1, sizeof *facts->ward_areas_count);
    facts->ward_people = ig_alloc(in->wards + 1, sizeof *facts->ward_people);
    ig_status status = order && facts->ward_areas && facts->ward_areas_count && facts->ward_people
                           ? IG_OK
                           : no_memory(ctx);
    for (size_t a = 0; a < areas && !status; a++) {
        order[a] = (struct coded){ig_areas_code(in->areas, a), a};
        if (in->parent[a] != SIZE_MAX) facts->ward_areas_count[in->parent[a]]++;
    }
    for (size_t w = 0; w < in->wards && !status; w++) {
        facts->ward_areas[w] = ig_alloc(facts->ward_areas_count[w] + 1, sizeof(size_t));
        facts->ward_areas_count[w] = 0;
        facts->ward_people[w] = NAN;
        if (!facts->ward_areas[w]) status = no_memory(ctx);
    }
    if (!status && areas) qsort(order, areas, sizeof *order, by_code);
    for (size_t i = 0; i < areas && !status; i++) {
        const size_t a = order[i].number, w = in->parent[a];
        const double people = in->modes_count ? in->modes[0].areas->rows[a].people
                              : in->people    ? in->people[a]
                                              : NAN;
        if (w == SIZE_MAX) continue;
        facts->ward_areas[w][facts->ward_areas_count[w]++] = a;
        if (isnan(people)) continue;
        facts->ward_people[w] = (isnan(facts->ward_people[w]) ? 0 : facts->ward_people[w]) + people;
        facts->people += people;
    }
    ig_free(order);
    return status;
}

static ig_status list_districts(ig_ctx *ctx, struct facts *facts)
{
    const ig_report_input *in = facts->in;
    struct coded *order = ig_alloc(in->wards + 1, sizeof *order);
    facts->district_of = ig_alloc(in->wards + 1, sizeof *facts->district_of);
    facts->districts = ig_alloc(in->wards + 1, sizeof *facts->districts);
    ig_status status = order && facts->district_of && facts->districts ? IG_OK : no_memory(ctx);
    size_t n = 0;
    for (size_t w = 0; w < in->wards && !status; w++) {
        facts->district_of[w] = SIZE_MAX;
        if (in->district_code && in->district_code[w] && *in->district_code[w])
            order[n++] = (struct coded){in->district_code[w], w};
    }
    if (n) qsort(order, n, sizeof *order, by_code);
    for (size_t i = 0; i < n && !status; i++) {
        struct district *d =
            &facts->districts[facts->districts_count ? facts->districts_count - 1 : 0];
        if (!facts->districts_count || strcmp(d->code, order[i].code)) {
            const char *name = in->district_name ? in->district_name[order[i].number] : NULL;
            d = &facts->districts[facts->districts_count++];
            *d = (struct district){.code = order[i].code,
                                   .name = shown_text(name && *name ? name : order[i].code),
                                   .wards = ig_alloc(n + 1, sizeof(size_t))};
            if (!d->name || !d->wards) {
                status = no_memory(ctx);
                break;
            }
        }
        const size_t w = order[i].number;
        d->wards[d->count++] = w;
        if (!isnan(facts->ward_people[w])) d->people += facts->ward_people[w];
        facts->district_of[w] = facts->districts_count - 1;
    }
    ig_free(order);
    return status;
}

static ig_status show_names(ig_ctx *ctx, struct facts *facts)
{
    const ig_report_input *in = facts->in;
    const size_t areas = ig_areas_count(in->areas),
                 sites = in->sites ? ig_sites_count(in->sites) : 0;
    facts->ward_name = ig_alloc(in->wards + 1, sizeof(char *));
    facts->area_name = ig_alloc(areas + 1, sizeof(char *));
    facts->site_name = ig_alloc(sites + 1, sizeof(char *));
    facts->title = shown_text(in->title ? in->title : words_of(facts->words, "untitled"));
    facts->attribution = shown_text(in->attribution);
    if (!facts->ward_name || !facts->area_name || !facts->site_name || !facts->title ||
        !facts->attribution) {
        return no_memory(ctx);
    }
    for (size_t w = 0; w < in->wards; w++)
        if (!(facts->ward_name[w] = shown_text(in->ward_name[w]))) return no_memory(ctx);
    for (size_t a = 0; a < areas; a++)
        if (!(facts->area_name[a] = shown_text(ig_areas_name(in->areas, a)))) return no_memory(ctx);
    for (size_t i = 0; i < sites; i++) {
        const char *name = ig_sites_name(in->sites, i);
        facts->site_name[i] = shown_text(name && *name ? name : ig_sites_code(in->sites, i));
        if (!facts->site_name[i]) return no_memory(ctx);
    }
    return IG_OK;
}

/// Boxes, so that a map of one ward looks at what lies near it alone.
static ig_status find_boxes(ig_ctx *ctx, const ig_rings *rings, bool by_ring, struct box **out)
{
    const size_t all_rings = rings->areas ? rings->area_start[rings->areas] : 0;
    const size_t count = by_ring ? all_rings : rings->areas;
    *out = ig_alloc(count + 1, sizeof **out);
    if (!*out) return no_memory(ctx);
    for (size_t i = 0; i < count; i++) {
        struct box *box = &(*out)[i];
        const size_t first = by_ring ? i : rings->area_start[i];
        const size_t last = by_ring ? i + 1 : rings->area_start[i + 1];
        *box = (struct box){INFINITY, INFINITY, -INFINITY, -INFINITY};
        for (size_t k = rings->ring_start[first]; first < last && k < rings->ring_start[last];
             k++) {
            box->west = fmin(box->west, rings->x[k]);
            box->east = fmax(box->east, rings->x[k]);
            box->south = fmin(box->south, rings->y[k]);
            box->north = fmax(box->north, rings->y[k]);
        }
    }
    return IG_OK;
}

ig_status facts_new(ig_ctx *ctx, const ig_report_input *input, const struct words *words,
                    struct facts *out)
{
    *out = (struct facts){.in = input, .words = words};
    ig_status status = show_names(ctx, out);
    if (!status) status = nest(ctx, out);
    if (!status) status = list_districts(ctx, out);
    if (!status) status = measures_new(ctx, out);
    if (!status) {
        out->ward_page = ig_alloc(input->wards + 1, sizeof(bool));
        out->district_page = ig_alloc(out->districts_count + 1, sizeof(bool));
        if (!out->ward_page || !out->district_page) status = no_memory(ctx);
    }
    if (!status) status = find_boxes(ctx, ig_areas_rings(input->areas), false, &out->area_box);
    if (!status && input->ward_shapes)
        status = find_boxes(ctx, ig_areas_rings(input->ward_shapes), false, &out->ward_box);
    out->ring_box = status ? NULL : ig_alloc(input->modes_count + 1, sizeof(struct box *));
    if (!status && !out->ring_box) status = no_memory(ctx);
    for (size_t m = 0; m < input->modes_count && !status; m++)
        status = find_boxes(ctx, &input->modes[m].isochrones, true, &out->ring_box[m]);
    if (status) facts_free(out);
    return status;
}

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; texts && i < count; i++)
        ig_free(texts[i]);
    ig_free(texts);
}

void facts_free(struct facts *facts)
{
    const ig_report_input *in = facts->in;
    measures_free(facts);
    for (size_t d = 0; d < facts->districts_count; d++) {
        ig_free(facts->districts[d].name);
        ig_free(facts->districts[d].wards);
    }
    ig_free(facts->districts);
    for (size_t w = 0; in && facts->ward_areas && w < in->wards; w++)
        ig_free(facts->ward_areas[w]);
    ig_free(facts->ward_areas);
    ig_free(facts->ward_areas_count);
    if (in) {
        free_texts(facts->ward_name, in->wards);
        free_texts(facts->area_name, ig_areas_count(in->areas));
        free_texts(facts->site_name, in->sites ? ig_sites_count(in->sites) : 0);
    }
    ig_free(facts->title);
    ig_free(facts->attribution);
    ig_free(facts->district_of);
    ig_free(facts->ward_people);
    ig_free(facts->ward_page);
    ig_free(facts->district_page);
    ig_free(facts->area_box);
    ig_free(facts->ward_box);
    for (size_t m = 0; in && facts->ring_box && m < in->modes_count; m++)
        ig_free(facts->ring_box[m]);
    ig_free(facts->ring_box);
    *facts = (struct facts){0};
}
