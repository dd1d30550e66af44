// The groups of the gap: all areas, deciles, quintiles, CORE20, texts of columns, parts of people.
#include "access_internal.h"
#include "gap_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- groupings --------------------------------------------------------------------------------

void ig_gap_grouping_free(struct grouping *g)
{
    for (size_t i = 0; g->label && i < g->count; i++)
        ig_free(g->label[i]);
    ig_free(g->label);
    ig_free(g->of);
    ig_free(g->start);
    ig_free(g->member);
}

static ig_status grouping_new(const char *name, size_t areas, size_t groups, struct grouping *g)
{
    *g = (struct grouping){.name = name, .count = groups};
    g->label = ig_alloc(groups ? groups : 1, sizeof *g->label);
    g->of = ig_alloc(areas ? areas : 1, sizeof *g->of);
    if (!g->label || !g->of) return IG_EMEMORY;
    for (size_t a = 0; a < areas; a++)
        g->of[a] = SIZE_MAX;
    return IG_OK;
}

/// Deciles 1 to 10 cut into groups of `size`.
static ig_status by_decile(const ig_gap_input *in, const char *name, size_t size,
                           struct grouping *g)
{
    ig_status status = grouping_new(name, in->areas, 10 / size, g);
    for (size_t k = 0; !status && k < g->count; k++) {
        char label[32];
        snprintf(label, sizeof label, "%zu", k + 1);
        g->label[k] = ig_text_copy(label);
        if (!g->label[k]) status = IG_EMEMORY;
    }
    for (size_t a = 0; !status && a < in->areas; a++)
        if (!isnan(in->decile[a])) g->of[a] = ((size_t)in->decile[a] - 1) / size;
    return status;
}

static ig_status by_core20(const ig_gap_input *in, struct grouping *g)
{
    ig_status status = grouping_new("core20", in->areas, 2, g);
    if (status) return status;
    g->label[0] = ig_text_copy("core20");
    g->label[1] = ig_text_copy("rest");
    if (!g->label[0] || !g->label[1]) return IG_EMEMORY;
    for (size_t a = 0; a < in->areas; a++)
        if (!isnan(in->decile[a])) g->of[a] = in->decile[a] <= 2.0 ? 0 : 1;
    return IG_OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static ig_status by_column(const ig_gap_input *in, size_t column, struct grouping *g)
{
    const char **texts = ig_alloc(in->areas ? in->areas : 1, sizeof *texts);
    if (!texts) return IG_EMEMORY;
    size_t count = 0, kinds = 0;
    for (size_t a = 0; a < in->areas; a++)
        if (in->group[column][a]) texts[count++] = in->group[column][a];
    qsort(texts, count, sizeof *texts, by_text);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(texts[i], texts[kinds - 1]) != 0) texts[kinds++] = texts[i];
    ig_status status = grouping_new(in->grouping[column], in->areas, kinds, g);
    for (size_t k = 0; !status && k < kinds; k++) {
        g->label[k] = ig_text_copy(texts[k]);
        if (!g->label[k]) status = IG_EMEMORY;
    }
    for (size_t a = 0; !status && a < in->areas; a++) {
        const char *text = in->group[column][a];
        if (!text) continue;
        const char **found = bsearch(&text, texts, kinds, sizeof *texts, by_text);
        g->of[a] = found ? (size_t)(found - texts) : SIZE_MAX;
    }
    ig_free(texts);
    return status;
}

static ig_status everybody(const ig_gap_input *in, struct grouping *g)
{
    ig_status status = grouping_new("all", in->areas, 1, g);
    if (status) return status;
    g->label[0] = ig_text_copy("all");
    for (size_t a = 0; a < in->areas; a++)
        g->of[a] = 0;
    return g->label[0] ? IG_OK : IG_EMEMORY;
}

/// Groups that are parts of the people of all areas.
static ig_status plus_groups(const ig_gap_input *in, struct grouping *g)
{
    ig_status status = grouping_new("plus", in->areas, in->plus, g);
    for (size_t k = 0; !status && k < in->plus; k++) {
        g->label[k] = ig_text_copy(in->plus_name[k]);
        if (!g->label[k]) status = IG_EMEMORY;
    }
    g->people = in->plus_people;
    return status;
}

ig_status ig_gap_groupings(const ig_gap_input *in, struct gap *gap)
{
    size_t n = 0;
    ig_status status = everybody(in, &gap->grouping[n++]);
    if (!status && in->decile) {
        status = by_decile(in, "decile", 1, &gap->grouping[n++]);
        if (!status) status = by_decile(in, "quintile", 2, &gap->grouping[n++]);
        if (!status) status = by_core20(in, &gap->grouping[n++]);
    }
    for (size_t c = 0; !status && c < in->groupings; c++) {
        if (in->within_grouping && strcmp(in->grouping[c], in->within_grouping) == 0)
            gap->within = &gap->grouping[n];
        status = by_column(in, c, &gap->grouping[n++]);
    }
    if (!status && in->plus) status = plus_groups(in, &gap->grouping[n++]);
    gap->groupings = n;
    return status;
}
