// Boundaries from files to areas in metres: keys, CRS, repair, and what the other rooms ask of them.
#include "area_internal.h"

#include "../table/build.h"

#include <math.h>
#include <string.h>

const ig_option ig_area_option_list[] = {
    {"key", IG_OPTION_COLUMN, offsetof(ig_area_options, key), false,
     "column with the codes of the areas; found by itself when it holds E01000001 and the like",
     NULL, 0, 0},
    {"name", IG_OPTION_COLUMN, offsetof(ig_area_options, name), false,
     "column with the names of the areas", NULL, 0, 0},
    {"crs", IG_OPTION_TEXT, offsetof(ig_area_options, crs), false,
     "CRS of boundaries that state none, as EPSG:27700", NULL, 0, 0},
    {"dissolve", IG_OPTION_FLAG, offsetof(ig_area_options, dissolve), false,
     "several features of one code become one area", NULL, 0, 0},
    {"max-change", IG_OPTION_NUMBER, offsetof(ig_area_options, max_change), false,
     "greatest share of its area that the repair of an invalid area may change", NULL, 0, 1},
    {NULL, IG_OPTION_TEXT, 0, false, NULL, NULL, 0, 0}};

ig_area_options ig_area_defaults(void)
{
    return (ig_area_options){.max_change = 0.01};
}

// ---- reading ------------------------------------------------------------------------------------

/// The work of one call: features on the way to areas.
struct making {
    ig_ctx *ctx;
    const ig_area_options *options;
    ig_features features;
    size_t key, name;
    const char *prefix; ///< of options in messages
    const char *crs;    ///< as stated by file, option or context
    char **codes;       ///< of the features
    size_t *order;      ///< features by code
    size_t *group;      ///< features in order of their areas, parts of one area together
    size_t *start;      ///< area a has features group[start[a]] .. group[start[a + 1] - 1]
    size_t areas;
    bool *merge, *noted;
    size_t opened; ///< rings whose last point is not the first
    ig_areas *result;
};

static ig_status no_memory(ig_ctx *ctx, size_t count)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for %zu areas", count);
}

/// "feature 5 and feature 26", with their files where these differ.
static ig_status twice(struct making *m, size_t first, size_t second, size_t doubled)
{
    const ig_features *f = &m->features;
    const ig_feature *pair[2] = {&f->items[first], &f->items[second]};
    const bool same = pair[0]->file == pair[1]->file;
    ig_text where = {0};
    for (int i = 0; i < 2; i++) {
        ig_text_format(&where, "%s%s %lld", i ? " and " : "", f->word, (long long)pair[i]->line);
        if (!same) ig_text_format(&where, " of %s", ig_base_name(f->files[pair[i]->file]));
    }
    if (doubled > 1) ig_text_format(&where, "; %zu codes come more than once", doubled);
    ig_fail(m->ctx, IG_EFORMAT, "%s: code %s comes twice (duplicate) in column %s: %s",
            f->files[pair[0]->file], ig_show(m->codes[first]), ig_show(f->columns[m->key].name),
            where.data ? where.data : "");
    ig_text_free(&where);
    return ig_hint(m->ctx, "--dissolve makes the features of one code one area");
}

/// Which features make which area. Areas stand in the order of their first feature.
static ig_status group_features(struct making *m)
{
    const size_t count = m->features.count;
    ig_status status = ig_code_order(m->ctx, m->codes, count, &m->order);
    if (status) return status;
    size_t *leader = ig_alloc(count + 1, sizeof *leader); // first feature of the same code
    size_t *area = ig_alloc(count + 1, sizeof *area);
    m->group = ig_alloc(count + 1, sizeof *m->group);
    m->start = ig_alloc(count + 2, sizeof *m->start);
    if (!leader || !area || !m->group || !m->start) {
        status = no_memory(m->ctx, count);
        goto done;
    }
    size_t doubled = 0, first = SIZE_MAX, second = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t row = m->order[i];
        const bool same = i && !strcmp(m->codes[row], m->codes[m->order[i - 1]]);
        leader[row] = same ? leader[m->order[i - 1]] : row;
        if (!same) continue;
        doubled += leader[row] == m->order[i - 1];
        if (first == SIZE_MAX || leader[row] < first) {
            first = leader[row];
            second = row;
        }
    }
    if (doubled && !m->options->dissolve) {
        status = twice(m, first, second, doubled);
        goto done;
    }
    for (size_t row = 0; row < count; row++) {
        if (leader[row] == row) area[row] = m->areas++;
        m->start[area[leader[row]] + 1]++;
    }
    for (size_t a = 0; a < m->areas; a++)
        m->start[a + 1] += m->start[a];
    for (size_t row = 0; row < count; row++) {
        size_t *slot = &m->start[area[leader[row]]];
        m->group[(*slot)++] = row;
    }
    for (size_t a = m->areas; a > 0; a--)
        m->start[a] = m->start[a - 1];
    m->start[0] = 0;
    if (doubled)
        ig_info(m->ctx, "%s: %zu features dissolved to %zu areas", m->features.files[0], count,
                m->areas);
done:
    ig_free(leader);
    ig_free(area);
    return status;
}

/// A feature of another type is an error; those without geometry stay and are named.
static ig_status check_states(struct making *m)
{
    const ig_features *f = &m->features;
    ig_text list = {0};
    size_t bare = 0;
    for (size_t i = 0; i < f->count; i++) {
        const ig_feature *item = &f->items[i];
        if (item->state == IG_FEATURE_WRONG) {
            ig_fail(m->ctx, IG_EFORMAT,
                    "%s: %s %lld (%s) is %s: areas need geometry of type polygon",
                    ig_features_name(f, i), f->word, (long long)item->line, ig_show(m->codes[i]),
                    item->type);
            ig_text_free(&list);
            return ig_hint(m->ctx, "remove it, or choose another layer as FILE|layername=NAME");
        }
        if (item->state == IG_FEATURE_SOUND) continue;
        if (bare++ < IG_SHOWN)
            ig_text_format(&list, "%s%s (%s)", bare > 1 ? ", " : "", ig_show(m->codes[i]),
                           item->state == IG_FEATURE_NULL ? "null" : "empty");
    }
    if (bare > IG_SHOWN) ig_text_format(&list, " and %zu more", bare - IG_SHOWN);
    if (bare)
        ig_warn(m->ctx, "%s: %zu areas have no geometry and stay as rows without shape: %s",
                f->files[0], bare, list.data ? list.data : "");
    ig_text_free(&list);
    return IG_OK;
}

/// Rings of the areas, closed, in the coordinates of the file.
static ig_status make_shapes(struct making *m, ig_shapes *shapes)
{
    const ig_features *f = &m->features;
    *shapes = (ig_shapes){.areas = m->areas};
    shapes->area_start = ig_alloc(m->areas + 1, sizeof *shapes->area_start);
    shapes->ring_start = ig_alloc(f->rings + 1, sizeof *shapes->ring_start);
    shapes->polygon = ig_alloc(f->rings + 1, sizeof *shapes->polygon);
    shapes->x = ig_alloc(f->used + f->rings + 1, sizeof *shapes->x);
    shapes->y = ig_alloc(f->used + f->rings + 1, sizeof *shapes->y);
    m->merge = ig_alloc(m->areas + 1, sizeof *m->merge);
    m->noted = ig_alloc(m->areas + 1, sizeof *m->noted);
    if (!shapes->area_start || !shapes->ring_start || !shapes->polygon || !shapes->x ||
        !shapes->y || !m->merge || !m->noted)
        return no_memory(m->ctx, m->areas);
    for (size_t a = 0; a < m->areas; a++) {
        uint32_t polygons = 0;
        size_t parts = 0;
        for (size_t g = m->start[a]; g < m->start[a + 1]; g++) {
            const ig_feature *item = &f->items[m->group[g]];
            m->noted[a] |= item->note;
            parts += item->rings > 0;
            for (size_t r = item->ring; r < item->ring + item->rings; r++) {
                const size_t from = f->ring_start[r], count = f->ring_start[r + 1] - from;
                const size_t to = shapes->points;
                memcpy(shapes->x + to, f->x + from, count * sizeof *f->x);
                memcpy(shapes->y + to, f->y + from, count * sizeof *f->y);
                shapes->points += count;
                if (f->x[from] != f->x[from + count - 1] || f->y[from] != f->y[from + count - 1]) {
                    m->opened++;
                    shapes->x[shapes->points] = f->x[from];
                    shapes->y[shapes->points++] = f->y[from];
                }
                shapes->polygon[shapes->rings++] = polygons + f->polygon[r];
                shapes->ring_start[shapes->rings] = shapes->points;
            }
            if (item->rings) polygons += f->polygon[item->ring + item->rings - 1] + 1;
        }
        m->merge[a] = parts > 1;
        shapes->area_start[a + 1] = shapes->rings;
    }
    return IG_OK;
}

/// Points moved at once by one thread: below it one thread is quicker than opening more.
enum { MOVE_CHUNK = 100000 };

struct move {
    const char *crs, *work;
    double *x, *y;
    size_t points;
};

/// A transformation belongs to one thread, so each chunk opens its own.
static ig_status move_chunk(size_t chunk, void *arg)
{
    const struct move *move = arg;
    const size_t start = chunk * MOVE_CHUNK;
    const size_t count = move->points - start < MOVE_CHUNK ? move->points - start : MOVE_CHUNK;
    ig_crs_shift *shift = NULL;
    ig_ctx *own = ig_ctx_new();
    if (!own) return IG_EMEMORY;
    ig_status status = ig_ctx_set_work_crs(own, move->work);
    if (!status) status = ig_crs_open(own, move->crs, "", &shift);
    if (!status) status = ig_crs_apply(own, shift, move->x + start, move->y + start, count);
    ig_crs_free(shift);
    ig_ctx_free(own);
    return status;
}

static ig_status move_points(struct making *m, ig_crs_shift *shift, ig_shapes *shapes)
{
    if (ig_crs_is_same(shift)) return IG_OK;
    const size_t chunks = (shapes->points + MOVE_CHUNK - 1) / MOVE_CHUNK;
    if (ig_ctx_threads(m->ctx) == 1 || chunks < 4)
        return ig_crs_apply(m->ctx, shift, shapes->x, shapes->y, shapes->points);
    struct move move = {m->crs, ig_ctx_work_crs(m->ctx), shapes->x, shapes->y, shapes->points};
    const ig_status status = ig_parallel_for(m->ctx, chunks, move_chunk, &move);
    if (status == IG_EFORMAT)
        return ig_fail(m->ctx, status, "%s: a point has no place in %s", m->features.files[0],
                       ig_ctx_work_crs(m->ctx));
    return status;
}

static ig_status move_to_work(struct making *m, ig_crs_shift *shift)
{
    ig_areas *areas = m->result;
    ig_status status = IG_OK;
    areas->has_source = m->options->keep_source || m->options->source_only;
    if (m->options->source_only) {
        areas->source = areas->work;
        areas->work = (ig_shapes){0};
        return ig_shapes_none(m->ctx, areas->count, &areas->work);
    }
    if (areas->has_source) status = ig_shapes_copy(m->ctx, &areas->work, &areas->source);
    if (!status) status = move_points(m, shift, &areas->work);
    if (!status) ig_shapes_wind(&areas->work);
    return status;
}

/// Validity and overlaps are judged in the coordinates of the file, where shared borders are equal.
static ig_status check_shapes(struct making *m, bool degrees)
{
    const bool several = m->features.file_count > 1;
    const char **files = several ? ig_alloc(m->areas + 1, sizeof *files) : NULL;
    if (several && !files) return no_memory(m->ctx, m->areas);
    for (size_t a = 0; several && a < m->areas; a++)
        files[a] = ig_features_name(&m->features, m->group[m->start[a]]);
    const ig_repair repair = {.codes = (const char *const *)m->result->codes,
                              .file = several ? m->result->path : m->features.files[0],
                              .files = files,
                              .merge = m->merge,
                              .noted = m->noted,
                              .metre = 1.0,
                              .limit = m->options->max_change,
                              .degrees = degrees};
    if (m->opened)
        ig_warn(m->ctx, "%s: %zu rings do not end where they begin (invalid) and are closed",
                repair.file, m->opened);
    ig_status status = ig_shapes_repair(m->ctx, &m->result->work, &repair);
    if (!status) status = ig_shapes_overlaps(m->ctx, &m->result->work, &repair);
    ig_free(files);
    return status;
}

static ig_status make_geometry(struct making *m)
{
    ig_areas *areas = m->result;
    ig_crs_shift *shift = NULL;
    m->crs = ig_features_stated_crs(m->ctx, &m->features, m->options->crs);
    ig_status status = ig_features_shift(m->ctx, &m->features, m->crs, m->prefix, m->codes, &shift);
    if (!status) status = make_shapes(m, &areas->work);
    if (!status) {
        areas->operation = ig_text_copy(ig_crs_operation(shift));
        areas->crs = ig_text_copy(*ig_crs_from(shift) ? ig_crs_from(shift) : m->crs);
        if (!areas->crs || !areas->operation) status = no_memory(m->ctx, m->areas);
    }
    if (!status) status = check_shapes(m, ig_crs_is_degrees(shift));
    if (!status) status = move_to_work(m, shift);
    if (!status) status = ig_areas_measure(m->ctx, m->result);
    ig_crs_free(shift);
    return status;
}

/// The name of the layer as results take it: without the bar, with which FILE|layername=NAME
/// parts a name from its file, and the backslash, which QGIS doubles when it looks for a style; at
/// most as long as the style table has room for.
static char *layer_name(ig_ctx *ctx, const char *name)
{
    enum { MOST = 200 }; // of 256, so that "_outlines" and the like fit behind
    char *copy = ig_text_copy(name ? name : "areas");
    size_t characters = 0;
    for (char *c = copy; c && *c; c++) {
        if (*c == '|' || *c == '\\') *c = '_';
        characters += ((unsigned char)*c & 0xc0) != 0x80;
        if (characters > MOST) *c = 0;
    }
    if (copy && name && strcmp(copy, name))
        ig_info(ctx, "the layer %s is called %s in results", ig_show(name), ig_show(copy));
    return copy;
}

/// Names, codes and what else the areas say of themselves.
static ig_status make_labels(struct making *m, const char *path)
{
    ig_areas *areas = m->result;
    areas->codes = ig_alloc(m->areas + 1, sizeof *areas->codes);
    areas->names = ig_alloc(m->areas + 1, sizeof *areas->names);
    areas->path = ig_text_copy(path);
    areas->layer = layer_name(m->ctx, m->features.layer);
    if (!areas->codes || !areas->names || !areas->path || !areas->layer)
        return no_memory(m->ctx, m->areas);
    areas->count = m->areas;
    for (size_t a = 0; a < m->areas; a++) {
        const size_t row = m->group[m->start[a]];
        const char *name =
            m->name == SIZE_MAX ? NULL : ig_features_text(&m->features, row, m->name);
        areas->codes[a] = ig_text_copy(m->codes[row]);
        areas->names[a] = ig_text_copy(name ? name : "");
        if (!areas->codes[a] || !areas->names[a]) return no_memory(m->ctx, m->areas);
    }
    areas->kind = ig_areas_kind_of(areas);
    return IG_OK;
}

/// Do the parts of an area say the same in this column?
static bool parts_agree(const struct making *m, size_t area, size_t column)
{
    const char *first = ig_features_text(&m->features, m->group[m->start[area]], column);
    for (size_t g = m->start[area] + 1; g < m->start[area + 1]; g++) {
        const char *other = ig_features_text(&m->features, m->group[g], column);
        if (strcmp(first ? first : "", other ? other : "")) return false;
    }
    return true;
}

static ig_status make_table(struct making *m)
{
    const ig_features *f = &m->features;
    ig_areas *areas = m->result;
    ig_text mixed = {0};
    const char **texts = ig_alloc(f->column_count + 1, sizeof *texts);
    bool *told = ig_alloc(f->column_count + 1, sizeof *told);
    ig_status status = IG_OK;
    if (!texts || !told) {
        status = no_memory(m->ctx, m->areas);
        goto done;
    }
    for (size_t c = 0; c < f->column_count; c++)
        texts[c] = f->columns[c].name;
    status = ig_table_build(m->ctx, f->files[0], f->word, texts, f->column_count, &areas->table);
    for (size_t c = 0; c < f->column_count && !status; c++)
        ig_table_build_kind(areas->table, c, (int)f->columns[c].kind);
    for (size_t a = 0; a < m->areas && !status; a++) {
        const size_t row = m->group[m->start[a]];
        for (size_t c = 0; c < f->column_count; c++) {
            texts[c] = ig_features_text(f, row, c);
            if (c == m->key || c == m->name || parts_agree(m, a, c)) continue;
            texts[c] = NULL;
            if (!told[c])
                ig_text_format(&mixed, "%s%s", mixed.length ? ", " : "",
                               ig_show(f->columns[c].name));
            told[c] = true;
        }
        status = ig_table_build_row(m->ctx, areas->table, texts, f->items[row].line);
    }
    if (!status) status = ig_table_build_key(m->ctx, areas->table, m->key);
    if (!status && mixed.length)
        ig_warn_mild(m->ctx,
                     "%s: dissolved features differ in these columns, which are left empty there: "
                     "%s",
                     f->files[0], mixed.data);
done:
    ig_free(texts);
    ig_free(told);
    ig_text_free(&mixed);
    return status;
}

static ig_status make_areas(struct making *m, const char *path)
{
    ig_ctx *ctx = m->ctx;
    const ig_area_options *o = m->options;
    ig_status status = o->where ? ig_features_where(ctx, &m->features, o->where) : IG_OK;
    if (!status) status = ig_features_key(ctx, &m->features, o->key, m->prefix, &m->key);
    if (!status && o->name)
        status = ig_features_find(ctx, &m->features, o->name, m->prefix, "name", &m->name);
    else if (!status)
        m->name = ig_features_name_column(&m->features, m->key);
    if (!status) status = ig_features_codes(ctx, &m->features, m->key, &m->codes);
    if (!status) status = check_states(m);
    if (!status) status = group_features(m);
    if (!status) status = make_labels(m, path);
    if (!status) status = make_geometry(m);
    if (!status) status = make_table(m);
    return status;
}

ig_status ig_areas_read(ig_ctx *ctx, const char *const *paths, size_t count,
                        const ig_area_options *options, ig_areas **out)
{
    const ig_area_options defaults = ig_area_defaults();
    struct making m = {.ctx = ctx, .options = options ? options : &defaults};
    *out = NULL;
    m.features.word = "feature";
    m.prefix = m.options->prefix ? m.options->prefix : "areas";
    m.result = ig_alloc(1, sizeof *m.result);
    if (!m.result) return ig_fail(ctx, IG_EMEMORY, "no memory for areas");
    ig_status status = ig_features_read(ctx, paths, count, m.options->encoding, &m.features);
    if (!status) status = make_areas(&m, paths[0]);
    ig_texts_free(m.codes, m.features.count);
    ig_features_free(&m.features);
    ig_free(m.order);
    ig_free(m.group);
    ig_free(m.start);
    ig_free(m.merge);
    ig_free(m.noted);
    if (status)
        ig_areas_free(m.result);
    else
        *out = m.result;
    return status;
}
