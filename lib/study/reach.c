// Times from areas to sites read from tables, met with people and supply by code.
#include "../core/inside.h"
#include "../link/link.h"
#include "codes_internal.h"
#include "people_internal.h"
#include "study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Codes met so far, sorted, each once. Owned.
struct code_set {
    char **codes;
    size_t count, room;
};

struct reaching {
    ig_ctx *ctx;
    const ig_reach_inputs *in;
    ig_reach *out;
    ig_table *matrix, *population, *places;
    size_t area_column, site_column;
    const double *minutes, *reached;
    struct code_set sites;
    size_t lone, rows_without_site;
    ig_text lone_areas; ///< the first areas of the matrix that are not among ours
};

static ig_status no_memory(const struct reaching *r)
{
    return ig_fail(r->ctx, IG_EMEMORY, "no memory for the matrix %s",
                   ig_show(r->in->matrix.values[0]));
}

void ig_reach_free(ig_reach *reach)
{
    if (!reach) return;
    for (size_t i = 0; reach->area_code && i < reach->areas; i++)
        ig_free(reach->area_code[i]);
    for (size_t i = 0; reach->site_code && i < reach->sites; i++)
        ig_free(reach->site_code[i]);
    for (size_t i = 0; reach->site_text && i < reach->sites; i++)
        ig_free(reach->site_text[i]);
    ig_free(reach->site_text);
    ig_free(reach->area_code);
    ig_free(reach->site_code);
    ig_free(reach->people);
    ig_free(reach->supply);
    ig_reach_trips_free(&reach->trips);
    ig_free(reach);
}

void ig_reach_trips_free(ig_trips *trips)
{
    ig_free((void *)(uintptr_t)trips->area);
    ig_free((void *)(uintptr_t)trips->site);
    ig_free((void *)(uintptr_t)trips->minutes);
    ig_free((void *)(uintptr_t)trips->people);
    *trips = (ig_trips){0};
}

// ---- sets of codes ------------------------------------------------------------------------------

/// Place of a code in the set, or where it would be put.
static size_t place_in(const struct code_set *set, const char *code, bool *found)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(set->codes[middle], code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low < set->count && strcmp(set->codes[low], code) == 0;
    return low;
}

/// Put a code in, which is then the set's, or free it when it is there.
static ig_status adopt(struct code_set *set, char *code)
{
    bool found;
    const size_t at = place_in(set, code, &found);
    if (found || !*code) {
        ig_free(code);
        return IG_OK;
    }
    if (!ig_grow((void **)&set->codes, &set->room, set->count + 1, sizeof *set->codes)) {
        ig_free(code);
        return IG_EMEMORY;
    }
    memmove(set->codes + at + 1, set->codes + at, (set->count - at) * sizeof *set->codes);
    set->codes[at] = code;
    set->count++;
    return IG_OK;
}

static ig_status collect(const struct reaching *r, size_t column, struct code_set *set)
{
    const char *before = NULL;
    for (size_t row = 0; row < ig_table_rows(r->matrix); row++) {
        const char *text = ig_table_text(r->matrix, row, column);
        if (before && strcmp(before, text) == 0) continue;
        before = text;
        char *code = ig_code_normalise(text, NULL, NULL);
        if (!code || adopt(set, code)) return no_memory(r);
    }
    return IG_OK;
}

// ---- the matrix's own columns -------------------------------------------------------------------

static size_t column_of(const ig_table *table, const char *const *names)
{
    for (size_t n = 0; names[n]; n++) {
        const size_t column = ig_table_column(table, names[n]);
        if (column != SIZE_MAX) return column;
    }
    return SIZE_MAX;
}

/// 999, 9999 ... that come more than once stand for pairs that are out of reach.
static ig_status refuse_marks(const struct reaching *r)
{
    static const double marks[] = {999, 9999, 99999, 999999, 9999999, 99999999, 999999999};
    for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
        size_t count = 0, first = 0;
        for (size_t row = 0; row < ig_table_rows(r->matrix); row++) {
            if (r->minutes[row] != marks[m]) continue;
            if (count++ == 0) first = row;
        }
        if (count < 2) continue;
        ig_fail(r->ctx, IG_EFORMAT,
                "%s: %s %lld: %.0f minutes, on %zu rows, look like a mark for what is out of reach",
                ig_show(ig_table_path(r->matrix)), ig_table_line_word(r->matrix),
                (long long)ig_table_line(r->matrix, first), marks[m], count);
        return ig_hint(r->ctx, "leave such rows out, or their minutes empty: a pair that is out of "
                               "reach has no time");
    }
    return IG_OK;
}

static ig_status find_columns(struct reaching *r)
{
    static const char *const areas[] = {"area", "from_id", NULL};
    static const char *const sites[] = {"site", "to_id", NULL};
    static const char *const times[] = {"minutes", "travel_time_p50", "travel_time", NULL};
    static const char *const people[] = {"people_reached", NULL};
    const size_t minutes = column_of(r->matrix, times), reached = column_of(r->matrix, people);
    r->area_column = column_of(r->matrix, areas);
    r->site_column = column_of(r->matrix, sites);
    if (r->area_column == SIZE_MAX || r->site_column == SIZE_MAX || minutes == SIZE_MAX) {
        ig_fail(r->ctx, IG_EFORMAT, "%s: a matrix has the columns area, site and minutes",
                ig_show(ig_table_path(r->matrix)));
        return ig_hint(r->ctx,
                       "from_id, to_id and travel_time_p50, as r5r writes them, will do too");
    }
    ig_status status = ig_table_numbers(r->ctx, r->matrix, minutes, IG_NUMBERS_ANY, &r->minutes);
    if (!status && reached != SIZE_MAX)
        status = ig_table_numbers(r->ctx, r->matrix, reached, IG_NUMBERS_COUNT, &r->reached);
    if (!status) status = refuse_marks(r);
    for (size_t row = 0; !status && row < ig_table_rows(r->matrix); row++)
        if (r->minutes[row] < 0.0)
            status = ig_fail(r->ctx, IG_EFORMAT, "%s: %s %lld: %g minutes are negative",
                             ig_show(ig_table_path(r->matrix)), ig_table_line_word(r->matrix),
                             (long long)ig_table_line(r->matrix, row), r->minutes[row]);
    return status;
}

static ig_status read_matrix(struct reaching *r)
{
    ig_table_options options = ig_table_defaults();
    options.keyless = true;
    ig_status status =
        ig_table_read_many(r->ctx, r->in->matrix.values, r->in->matrix.count, &options, &r->matrix);
    return status ? status : find_columns(r);
}

// ---- areas and their people ---------------------------------------------------------------------

static ig_status copy_codes(struct reaching *r, size_t count,
                            const char *(*code)(const void *of, size_t i), const void *of)
{
    r->out->area_code = ig_alloc(count + 1, sizeof *r->out->area_code);
    r->out->people = ig_alloc(count + 1, sizeof *r->out->people);
    if (!r->out->area_code || !r->out->people) return no_memory(r);
    r->out->areas = count;
    for (size_t i = 0; i < count; i++) {
        r->out->area_code[i] = ig_text_copy(code(of, i));
        if (!r->out->area_code[i]) return no_memory(r);
        r->out->people[i] = 1.0;
    }
    return IG_OK;
}

static ig_status read_population(struct reaching *r)
{
    const ig_population_options defaults = ig_population_defaults();
    const ig_population_options *options = r->in->people ? r->in->people : &defaults;
    const ig_texts *files = &r->in->population;
    ig_kind kind = IG_KIND_UNKNOWN;
    ig_status status = ig_kind_of(r->ctx, files->values[0], &kind);
    if (!status && (kind == IG_KIND_GTIFF || kind == IG_KIND_AAIGRID)) {
        ig_fail(r->ctx, IG_EINVAL, "%s: with a matrix, people come from a table by area",
                ig_show(files->values[0]));
        return ig_hint(r->ctx, "a matrix knows no place within an area: give a table");
    }
    if (!status)
        status = ig_table_read_many(r->ctx, files->values, files->count, &options->table,
                                    &r->population);
    return status ? status : ig_table_unique(r->ctx, r->population);
}

/// People of each area: of the row linked to it, or of its own row.
static ig_status fill_people(struct reaching *r)
{
    const ig_population_options defaults = ig_population_defaults();
    const ig_population_options *options = r->in->people ? r->in->people : &defaults;
    const double *people = NULL;
    size_t column = 0, *row = NULL;
    ig_status status = study_find_people(r->ctx, r->population, options->column, &column);
    if (!status)
        status = ig_table_numbers(r->ctx, r->population, column, IG_NUMBERS_COUNT, &people);
    if (!status && r->in->areas) {
        row = ig_alloc(r->out->areas + 1, sizeof *row);
        status =
            row ? ig_link_rows(r->ctx, (const char *const *)r->out->area_code, r->out->areas,
                               ig_areas_path(r->in->areas), r->population, options->min_match, row)
                : no_memory(r);
    }
    for (size_t i = 0; !status && i < r->out->areas; i++) {
        const size_t at = row ? row[i] : i;
        r->out->people[i] = at == SIZE_MAX ? NAN : people[at];
    }
    ig_free(row);
    return status;
}

static const char *code_in_set(const void *set, size_t i)
{
    return ((const struct code_set *)set)->codes[i];
}

static ig_status take_areas(struct reaching *r)
{
    ig_status status = r->in->population.count ? read_population(r) : IG_OK;
    if (status) return status;
    if (r->in->areas) {
        status = copy_codes(r, ig_areas_count(r->in->areas), code_of_area, r->in->areas);
    } else if (r->population) {
        status = copy_codes(r, ig_table_rows(r->population), code_of_row, r->population);
    } else {
        struct code_set areas = {0};
        status = collect(r, r->area_column, &areas);
        if (!status) status = copy_codes(r, areas.count, code_in_set, &areas);
        for (size_t i = 0; i < areas.count; i++)
            ig_free(areas.codes[i]);
        ig_free(areas.codes);
    }
    return !status && r->population ? fill_people(r) : status;
}

// ---- sites and their supply ---------------------------------------------------------------------

/// Column of the sites' codes: the one named, else the first that holds a site of the matrix.
static ig_status find_site_key(struct reaching *r, const char *wanted, size_t *column)
{
    if (wanted) return ig_table_find(r->ctx, r->places, wanted, column);
    for (size_t c = 0; c < ig_table_columns(r->places); c++)
        for (size_t row = 0; row < ig_table_rows(r->places); row++) {
            bool found = false;
            char *code = ig_code_normalise(ig_table_text(r->places, row, c), NULL, NULL);
            if (!code) return no_memory(r);
            place_in(&r->sites, code, &found);
            ig_free(code);
            if (!found) continue;
            *column = c;
            return IG_OK;
        }
    ig_fail(r->ctx, IG_EFORMAT, "%s: no column holds a site of the matrix",
            ig_show(ig_table_path(r->places)));
    return ig_hint(r->ctx, "name the column of codes with --sites-key");
}

static ig_status refuse_site(const struct reaching *r, const char *code, size_t row,
                             const char *what)
{
    return ig_fail(r->ctx, IG_EFORMAT, "%s: %s %lld: site %s %s", ig_show(ig_table_path(r->places)),
                   ig_table_line_word(r->places), (long long)ig_table_line(r->places, row),
                   ig_show(code), what);
}

/// The sites of the file, each once, with what they supply.
static ig_status fill_sites(struct reaching *r, size_t key, const double *supply)
{
    const size_t rows = ig_table_rows(r->places);
    struct code_set open = {0};
    ig_status status = IG_OK;
    size_t alone = 0;
    for (size_t row = 0; !status && row < rows; row++) {
        const size_t before = open.count;
        char *code = ig_code_normalise(ig_table_text(r->places, row, key), NULL, NULL);
        if (!code || adopt(&open, code))
            status = no_memory(r);
        else if (open.count == before)
            status = refuse_site(r, ig_table_text(r->places, row, key), row,
                                 "is empty or comes more than once");
    }
    r->out->supply = ig_alloc(open.count + 1, sizeof *r->out->supply);
    if (!status && !r->out->supply) status = no_memory(r);
    for (size_t row = 0; !status && row < rows; row++) {
        bool found;
        char *code = ig_code_normalise(ig_table_text(r->places, row, key), NULL, NULL);
        if (!code) {
            status = no_memory(r);
            break;
        }
        const size_t at = place_in(&open, code, &found);
        r->out->supply[at] = supply ? supply[row] : 1.0;
        if (isnan(r->out->supply[at]))
            status = refuse_site(r, code, row, "has no number of supply");
        place_in(&r->sites, code, &found);
        alone += !found;
        ig_free(code);
    }
    if (!status && alone)
        ig_warn(r->ctx, "%s: %zu of %zu sites are in no row of the matrix: nobody reaches them",
                ig_show(ig_table_path(r->places)), alone, open.count);
    r->out->site_code = open.codes;
    r->out->sites = open.count;
    return status;
}

/// The table of sites and the column of their codes.
static ig_status read_places(struct reaching *r, size_t *key)
{
    const ig_site_options defaults = ig_site_defaults();
    const ig_site_options *reading = r->in->site_reading ? r->in->site_reading : &defaults;
    ig_table_options options = ig_table_defaults();
    options.keyless = true;
    options.header = reading->header;
    options.where = reading->where;
    options.sheet = reading->sheet;
    options.encoding = reading->encoding;
    const ig_status status =
        ig_table_read_many(r->ctx, r->in->sites.values, r->in->sites.count, &options, &r->places);
    return status ? status : find_site_key(r, reading->key, key);
}

static ig_status take_sites(struct reaching *r)
{
    ig_status status = collect(r, r->site_column, &r->sites);
    if (status) return status;
    if (!r->in->sites.count) { // all of the matrix, which are ours from now on
        r->out->site_code = r->sites.codes;
        r->out->sites = r->sites.count;
        r->sites = (struct code_set){0};
        r->out->supply = ig_alloc(r->out->sites + 1, sizeof *r->out->supply);
        if (!r->out->supply) return no_memory(r);
        for (size_t j = 0; j < r->out->sites; j++)
            r->out->supply[j] = 1.0;
        return IG_OK;
    }
    const double *supply = NULL;
    size_t key = 0, column = 0;
    status = read_places(r, &key);
    if (!status && r->in->supply) {
        status = ig_table_find(r->ctx, r->places, r->in->supply, &column);
        if (!status)
            status = ig_table_numbers(r->ctx, r->places, column, IG_NUMBERS_COUNT, &supply);
    }
    return status ? status : fill_sites(r, key, supply);
}

// ---- trips --------------------------------------------------------------------------------------

struct trip {
    size_t area, site, row;
};

static int by_pair(const void *a, const void *b)
{
    const struct trip *p = a, *q = b;
    if (p->area != q->area) return p->area < q->area ? -1 : 1;
    if (p->site != q->site) return p->site < q->site ? -1 : 1;
    return p->row < q->row ? -1 : p->row > q->row;
}

/// Number of a code by its text; texts that follow each other are often the same.
struct last_found {
    const char *text;
    size_t number;
};

static ig_status number_of(const struct reaching *r, const char *text, struct last_found *last,
                           const struct code_index *areas, size_t *number)
{
    if (!last->text || strcmp(last->text, text) != 0) {
        char *code = ig_code_normalise(text, NULL, NULL);
        if (!code) return no_memory(r);
        last->text = text;
        if (areas) {
            last->number = code_index_find(areas, code);
        } else {
            const struct code_set sites = {r->out->site_code, r->out->sites, 0};
            bool found;
            const size_t at = place_in(&sites, code, &found);
            last->number = found ? at : SIZE_MAX;
        }
        ig_free(code);
    }
    *number = last->number;
    return IG_OK;
}

static void list_lone(ig_text *list, size_t count, const char *code)
{
    if (count <= IG_SHOWN) ig_text_format(list, "%s%s", count > 1 ? ", " : "", ig_show(code));
}

/// How the matrix writes a site: its first row says.
static ig_status keep_site_text(struct reaching *r, const char *text, size_t j)
{
    if (r->out->site_text[j]) return IG_OK;
    r->out->site_text[j] = ig_text_copy(text);
    return r->out->site_text[j] ? IG_OK : no_memory(r);
}

/// Sites that the matrix does not have are written as their codes.
static ig_status fill_site_texts(struct reaching *r)
{
    ig_status status = IG_OK;
    for (size_t j = 0; !status && j < r->out->sites; j++)
        status = keep_site_text(r, r->out->site_code[j], j);
    return status;
}

static ig_status find_trips(struct reaching *r, const struct code_index *areas, struct trip *trips,
                            size_t *count)
{
    struct last_found area = {0}, site = {0};
    size_t i = SIZE_MAX, j = SIZE_MAX;
    for (size_t row = 0; row < ig_table_rows(r->matrix); row++) {
        const char *from = ig_table_text(r->matrix, row, r->area_column);
        const char *to = ig_table_text(r->matrix, row, r->site_column);
        const bool new_area = !area.text || strcmp(area.text, from) != 0;
        ig_status status = number_of(r, from, &area, areas, &i);
        if (!status) status = number_of(r, to, &site, NULL, &j);
        if (status) return status;
        if (i == SIZE_MAX) {
            if (new_area) list_lone(&r->lone_areas, ++r->lone, from);
            continue;
        }
        if (j == SIZE_MAX) {
            r->rows_without_site++;
            continue;
        }
        status = keep_site_text(r, to, j);
        if (status) return status;
        if (!isnan(r->minutes[row])) trips[(*count)++] = (struct trip){i, j, row};
    }
    return IG_OK;
}

static ig_status refuse_twice(const struct reaching *r, const struct trip *a, const struct trip *b)
{
    ig_fail(r->ctx, IG_EFORMAT, "%s: area %s and site %s come more than once, on %s %lld and %lld",
            ig_show(ig_table_path(r->matrix)), ig_show(r->out->area_code[a->area]),
            ig_show(r->out->site_code[a->site]), ig_table_line_word(r->matrix),
            (long long)ig_table_line(r->matrix, a->row),
            (long long)ig_table_line(r->matrix, b->row));
    return ig_hint(r->ctx, "a matrix has one row for each area and site");
}

static ig_status keep_trips(struct reaching *r, struct trip *trips, size_t count)
{
    if (count) qsort(trips, count, sizeof *trips, by_pair);
    size_t *area = ig_alloc(count + 1, sizeof *area), *site = ig_alloc(count + 1, sizeof *site);
    double *minutes = ig_alloc(count + 1, sizeof *minutes);
    double *people = r->reached ? ig_alloc(count + 1, sizeof *people) : NULL;
    r->out->trips = (ig_trips){count, r->out->areas, r->out->sites, area, site, minutes, people};
    if (!area || !site || !minutes || (r->reached && !people)) return no_memory(r);
    for (size_t k = 0; k < count; k++) {
        if (k && trips[k].area == trips[k - 1].area && trips[k].site == trips[k - 1].site)
            return refuse_twice(r, &trips[k - 1], &trips[k]);
        area[k] = trips[k].area;
        site[k] = trips[k].site;
        minutes[k] = r->minutes[trips[k].row];
        if (people) // a gap: everybody
            people[k] = isnan(r->reached[trips[k].row]) ? INFINITY : r->reached[trips[k].row];
    }
    return IG_OK;
}

/// Do the areas stand where the sites should?
static bool turned_round(const struct reaching *r)
{
    for (size_t row = 0; row < ig_table_rows(r->matrix) && row < 100; row++) {
        char *code = ig_code_normalise(ig_table_text(r->matrix, row, r->site_column), NULL, NULL);
        bool found = false;
        for (size_t i = 0; code && !found && i < r->out->areas; i++)
            found = strcmp(code, r->out->area_code[i]) == 0;
        ig_free(code);
        if (found) return true;
    }
    return false;
}

static ig_status tell(const struct reaching *r, size_t count)
{
    const char *file = ig_show(ig_table_path(r->matrix));
    if (count == 0 && turned_round(r)) {
        ig_fail(r->ctx, IG_EFORMAT,
                "%s: the matrix is the wrong way round: column %s holds the areas and %s the sites",
                file, ig_show(ig_table_column_name(r->matrix, r->site_column)),
                ig_show(ig_table_column_name(r->matrix, r->area_column)));
        return ig_hint(r->ctx, "times run from home to the site: make the matrix with the areas as "
                               "origins, or name its columns area and site as they are");
    }
    if (count == 0) {
        ig_fail(
            r->ctx, IG_EFORMAT,
            "%s: no row of the matrix has one of the %zu areas, one of the %zu sites and minutes",
            file, r->out->areas, r->out->sites);
        return ig_hint(r->ctx, "the areas are called like %s, those of the matrix like %s",
                       r->out->areas ? ig_show(r->out->area_code[0]) : "(none)",
                       ig_table_rows(r->matrix)
                           ? ig_show(ig_table_text(r->matrix, 0, r->area_column))
                           : "(none)");
    }
    if (r->lone)
        ig_warn_mild(r->ctx, "%s: %zu areas of the matrix are not among the areas: %s%s", file,
                     r->lone, r->lone_areas.data ? r->lone_areas.data : "",
                     r->lone > IG_SHOWN ? " ..." : "");
    if (r->rows_without_site)
        ig_info(r->ctx, "%s: %zu rows of the matrix are of sites that are not open", file,
                r->rows_without_site);
    return IG_OK;
}

static ig_status take_trips(struct reaching *r)
{
    struct code_index areas = {0};
    struct trip *trips = ig_alloc(ig_table_rows(r->matrix) + 1, sizeof *trips);
    size_t count = 0;
    ig_status status = trips ? IG_OK : no_memory(r);
    if (!status)
        status = code_index_new(r->ctx, r->out->areas, code_in_set,
                                &(struct code_set){r->out->area_code, r->out->areas, 0}, &areas);
    r->out->site_text = ig_alloc(r->out->sites + 1, sizeof *r->out->site_text);
    if (!status && !r->out->site_text) status = no_memory(r);
    if (!status) status = find_trips(r, &areas, trips, &count);
    if (!status) status = fill_site_texts(r);
    if (!status) status = tell(r, count);
    if (!status) status = keep_trips(r, trips, count);
    code_index_free(&areas);
    ig_free(trips);
    return status;
}

ig_status ig_reach_read(ig_ctx *ctx, const ig_reach_inputs *inputs, ig_reach **out)
{
    struct reaching r = {.ctx = ctx, .in = inputs};
    *out = NULL;
    if (!inputs->matrix.count) return ig_fail(ctx, IG_EINVAL, "no matrix is given");
    r.out = ig_alloc(1, sizeof *r.out);
    ig_status status = r.out ? read_matrix(&r) : no_memory(&r);
    if (!status) status = take_areas(&r);
    if (!status) status = take_sites(&r);
    if (!status) status = take_trips(&r);
    ig_table_free(r.matrix);
    ig_table_free(r.population);
    ig_table_free(r.places);
    for (size_t i = 0; i < r.sites.count; i++)
        ig_free(r.sites.codes[i]);
    ig_free(r.sites.codes);
    ig_text_free(&r.lone_areas);
    if (status) {
        ig_reach_free(r.out);
        return status;
    }
    *out = r.out;
    return IG_OK;
}

// ---- some of the sites --------------------------------------------------------------------------

/// Mark the sites of a file.
static ig_status mark_file(struct reaching *r, bool *open)
{
    size_t key = 0, alone = 0;
    ig_status status = read_places(r, &key);
    for (size_t row = 0; !status && row < ig_table_rows(r->places); row++) {
        bool found;
        char *code = ig_code_normalise(ig_table_text(r->places, row, key), NULL, NULL);
        if (!code) {
            status = no_memory(r);
            break;
        }
        const size_t at = place_in(&r->sites, code, &found);
        ig_free(code);
        alone += !found;
        if (found && open[at])
            status = refuse_site(r, r->sites.codes[at], row, "comes more than once");
        if (found) open[at] = true;
    }
    if (!status && alone)
        ig_warn(r->ctx, "%s: %zu of %zu sites are in no row of the matrix: nobody reaches them",
                ig_show(ig_table_path(r->places)), alone, ig_table_rows(r->places));
    return status;
}

static ig_status mark_one(struct reaching *r, const char *what, const char *text, bool *open)
{
    bool found;
    char *code = ig_code_normalise(text, NULL, NULL);
    if (!code) return ig_fail(r->ctx, IG_EMEMORY, "no memory for the sites of %s", what);
    const size_t at = place_in(&r->sites, code, &found);
    ig_free(code);
    if (found) {
        if (open[at])
            return ig_fail(r->ctx, IG_EINVAL, "%s: site %s comes more than once", what,
                           ig_show(text));
        open[at] = true;
        return IG_OK;
    }
    if (access(text, F_OK) == 0) return mark_file(r, open);
    const char *near = ig_nearest_name(text, (const char *const *)r->sites.codes, r->sites.count);
    ig_fail(r->ctx, IG_EINVAL, "%s %s: neither a site of the matrix nor a file", what,
            ig_show(text));
    return near ? ig_hint(r->ctx, "did you mean %s?", ig_show(near))
                : ig_hint(r->ctx, "the sites of the matrix are called like %s",
                          r->sites.count ? ig_show(r->sites.codes[0]) : "(none)");
}

ig_status ig_reach_mark(ig_ctx *ctx, const ig_reach *reach, const char *what, const ig_texts *list,
                        const ig_site_options *reading, bool *open)
{
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < list->count; i++) {
        const ig_reach_inputs in = {
            .matrix = *list, .sites = {&list->values[i], 1}, .site_reading = reading};
        struct reaching r = {.ctx = ctx, .in = &in};
        r.sites = (struct code_set){reach->site_code, reach->sites, 0};
        status = mark_one(&r, what, list->values[i], open);
        ig_table_free(r.places);
    }
    return status;
}

ig_status ig_reach_numbers(ig_ctx *ctx, const ig_reach *reach, const char *file, const char *column,
                           const ig_site_options *reading, double *values)
{
    const ig_texts files = {&file, 1};
    const ig_reach_inputs in = {.matrix = files, .sites = files, .site_reading = reading};
    struct reaching r = {.ctx = ctx, .in = &in};
    const double *numbers = NULL;
    size_t key = 0, at = 0;
    r.sites = (struct code_set){reach->site_code, reach->sites, 0};
    ig_status status = read_places(&r, &key);
    if (!status) status = ig_table_find(ctx, r.places, column, &at);
    if (!status) status = ig_table_numbers(ctx, r.places, at, IG_NUMBERS_COUNT, &numbers);
    for (size_t j = 0; !status && j < reach->sites; j++)
        values[j] = NAN;
    for (size_t row = 0; !status && row < ig_table_rows(r.places); row++) {
        bool found;
        char *code = ig_code_normalise(ig_table_text(r.places, row, key), NULL, NULL);
        if (!code) {
            status = no_memory(&r);
            break;
        }
        const size_t j = place_in(&r.sites, code, &found);
        ig_free(code);
        if (found) values[j] = numbers[row];
    }
    ig_table_free(r.places);
    return status;
}

ig_status ig_reach_trips(ig_ctx *ctx, const ig_reach *reach, const bool *open, ig_trips *out)
{
    const ig_trips *all = &reach->trips;
    size_t *area = ig_alloc(all->count + 1, sizeof *area), count = 0;
    size_t *site = ig_alloc(all->count + 1, sizeof *site);
    double *minutes = ig_alloc(all->count + 1, sizeof *minutes);
    double *people = all->people ? ig_alloc(all->count + 1, sizeof *people) : NULL;
    *out = (ig_trips){0, all->areas, all->sites, area, site, minutes, people};
    if (!area || !site || !minutes || (all->people && !people)) {
        ig_reach_trips_free(out);
        return ig_fail(ctx, IG_EMEMORY, "no memory for %zu trips", all->count);
    }
    for (size_t k = 0; k < all->count; k++) {
        if (!open[all->site[k]]) continue;
        area[count] = all->area[k];
        site[count] = all->site[k];
        minutes[count] = all->minutes[k];
        if (people) people[count] = all->people[k];
        count++;
    }
    out->count = count;
    return IG_OK;
}
