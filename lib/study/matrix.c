// A matrix on its way to a file, in shards where a run is split, and shards put together again.
//
// A part carries what it is in the name of a last, empty column (shard_2_of_4_run_1a2b...), which
// stays with it in every format, also where nobody is reached. The run's number is a sum over all
// that the minutes follow from, so that only parts of one run come together.
#include "../core/inside.h"
#include "study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char mark_form[] = "shard_%lld_of_%lld_run_%16s";
enum { RUN_DIGITS = 16, MARK_ROOM = 96, MOST_SHARDS = 1000000 };

ig_status ig_shard_parse(ig_ctx *ctx, const char *text, ig_shard *out)
{
    *out = (ig_shard){1, 1};
    if (!text) return IG_OK;
    const char *slash = strchr(text, '/');
    char first[24];
    double number, of;
    const size_t length = slash ? (size_t)(slash - text) : 0;
    if (length && length < sizeof first) {
        memcpy(first, text, length);
        first[length] = '\0';
        if (ig_text_number(first, &number) && ig_text_number(slash + 1, &of) && number >= 1 &&
            number <= of && of <= MOST_SHARDS && number == floor(number) && of == floor(of)) {
            *out = (ig_shard){(int64_t)number, (int64_t)of};
            return IG_OK;
        }
    }
    ig_fail(ctx, IG_EINVAL, "--shard %s: a shard is I/N, with I from 1 to N", ig_show(text));
    return ig_hint(ctx, "run 1/4, 2/4, 3/4, 4/4, then 'isogap matrix merge' their outputs");
}

// ---- the run's number ---------------------------------------------------------------------------

static void add_bytes(ig_text *sum, const char *what, const void *bytes, size_t count, size_t size)
{
    char hex[65] = "none";
    if (bytes && count) ig_sha256_bytes(bytes, count * size, hex);
    ig_text_format(sum, "%s %zu %s\n", what, count, hex);
}

static void add_people(ig_text *sum, const ig_people *people, size_t areas)
{
    if (!people) return;
    add_bytes(sum, "by area", people->by_area, people->by_area ? areas : 0, sizeof(double));
    if (people->grid) {
        const ig_frame *f = &people->grid->frame;
        ig_text_format(sum, "%lld %lld %.17g %.17g %.17g %.17g\n", (long long)f->cols,
                       (long long)f->rows, f->west, f->north, f->dx, f->dy);
        add_bytes(sum, "people", people->grid->cells, (size_t)ig_frame_cells(f), sizeof(float));
    }
    add_bytes(sum, "x", people->x, people->points, sizeof(double));
    add_bytes(sum, "y", people->y, people->points, sizeof(double));
    add_bytes(sum, "count", people->count, people->count ? people->points : 0, sizeof(double));
}

static ig_status run_number(ig_ctx *ctx, const ig_matrix_origin *o, int64_t shards,
                            char run[RUN_DIGITS + 1])
{
    ig_text sum = {0};
    const ig_frame *f = &o->surface->frame;
    const size_t cells = (size_t)ig_frame_cells(f), areas = ig_areas_count(o->areas);
    const ig_rings *rings = ig_areas_rings(o->areas);
    const ig_travel_options *t = o->options;
    ig_text_format(&sum, "isogap %s, %lld shards\n", ig_version(), (long long)shards);
    ig_text_format(&sum, "%lld %lld %.17g %.17g %.17g %.17g\n", (long long)f->cols,
                   (long long)f->rows, f->west, f->north, f->dx, f->dy);
    add_bytes(&sum, "pace", o->surface->pace, cells, sizeof(float));
    add_bytes(&sum, "elevation", o->surface->elevation, cells, sizeof(float));
    add_bytes(&sum, "barriers", o->surface->barriers, cells, 1);
    add_bytes(&sum, "residents", o->surface->residents, cells, sizeof(float));
    add_bytes(&sum, "links", o->surface->links, o->surface->link_count, sizeof(ig_link));
    ig_text_format(&sum, "%d %d %d %d %.17g %d %d\n", (int)t->direction, (int)t->neighbours,
                   (int)t->corners, (int)t->slope, t->limit, (int)t->per_cell,
                   (int)o->surface->one_way);
    for (size_t a = 0; a < areas; a++)
        ig_text_format(&sum, "%s\n", ig_areas_code(o->areas, a));
    const size_t ring_count = rings->area_start[areas], points = rings->ring_start[ring_count];
    add_bytes(&sum, "areas", rings->area_start, areas + 1, sizeof(size_t));
    add_bytes(&sum, "rings", rings->ring_start, ring_count + 1, sizeof(size_t));
    add_bytes(&sum, "x", rings->x, points, sizeof(double));
    add_bytes(&sum, "y", rings->y, points, sizeof(double));
    add_people(&sum, o->people, areas);
    for (size_t s = 0; s < o->placement->count; s++)
        ig_text_format(&sum, "%s %lld\n", ig_sites_code(o->sites, o->placement->site[s]),
                       (long long)o->placement->sources[s].cell);
    if (sum.failed) {
        ig_text_free(&sum);
        return ig_fail(ctx, IG_EMEMORY, "no memory for the shard");
    }
    char hex[65];
    ig_sha256_bytes(sum.data, sum.length, hex);
    memcpy(run, hex, RUN_DIGITS);
    run[RUN_DIGITS] = '\0';
    ig_text_free(&sum);
    return IG_OK;
}

// ---- a matrix, whole or a part ------------------------------------------------------------------

/// Columns area, site, minutes, people_reached; filled by the caller.
static ig_status matrix_columns(size_t rows, ig_result **out)
{
    static const char *const names[] = {"area", "site", "minutes", "people_reached"};
    ig_result *result = NULL;
    ig_column *column;
    ig_status status = ig_result_new(rows, &result);
    for (int c = 0; c < 4 && !status; c++)
        status = ig_result_add(result, names[c], c < 2 ? IG_COLUMN_TEXT : IG_COLUMN_REAL, &column);
    if (status) {
        ig_result_free(result);
        return status;
    }
    *out = result;
    return IG_OK;
}

static ig_status set_row(ig_result *result, size_t row, const char *area, const char *site,
                         double minutes, double people)
{
    ig_column *columns = result->columns;
    ig_status status = ig_result_set_text(result, &columns[0], row, area);
    if (!status) status = ig_result_set_text(result, &columns[1], row, site);
    columns[2].number[row] = minutes;
    columns[3].number[row] = people;
    return status;
}

/// Sources of a shard: those by rank are dealt out in turn, so that shards are alike in size.
static bool in_shard(const ig_source *source, const ig_shard *shard)
{
    return source->rank % shard->of == shard->number - 1;
}

static ig_status make_result(const ig_matrix_origin *o, const ig_matrix *matrix, const size_t *site,
                             const char *mark, ig_result **out)
{
    ig_result *result = NULL;
    ig_column *column;
    ig_status status = matrix_columns(matrix->count, &result);
    for (size_t i = 0; i < matrix->count && !status; i++) {
        const ig_matrix_row *row = &matrix->rows[i];
        status = set_row(result, i, ig_areas_code(o->areas, row->area),
                         ig_sites_code(o->sites, site[row->site]), row->minutes, row->people);
    }
    if (!status && mark) status = ig_result_add(result, mark, IG_COLUMN_TEXT, &column);
    if (status) {
        ig_result_free(result);
        return status;
    }
    *out = result;
    return IG_OK;
}

ig_status ig_matrix_run(ig_ctx *ctx, const ig_matrix_origin *o, const ig_shard *shard,
                        ig_matrix **matrix_out, ig_result **out)
{
    const ig_placement *placement = o->placement;
    const bool part = shard != NULL;
    const ig_shard whole = {1, 1};
    if (!shard) shard = &whole;
    char run[RUN_DIGITS + 1], mark[MARK_ROOM];
    size_t count = 0;
    ig_matrix *matrix = NULL;
    ig_source *own = ig_alloc(placement->count + 1, sizeof *own);
    size_t *site = ig_alloc(placement->count + 1, sizeof *site);
    ig_status status =
        own && site ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for %zu sites", placement->count);
    for (size_t s = 0; !status && s < placement->count; s++) {
        if (!in_shard(&placement->sources[s], shard)) continue;
        site[count] = placement->site[s];
        own[count++] = placement->sources[s];
    }
    if (!status && part) status = run_number(ctx, o, shard->of, run);
    if (!status)
        status = ig_matrix_new(ctx, o->areas, o->surface, o->people, own, count, o->options,
                               shard->of == 1, &matrix);
    if (!status && part)
        snprintf(mark, sizeof mark, mark_form, (long long)shard->number, (long long)shard->of, run);
    if (!status) {
        status = make_result(o, matrix, site, part ? mark : NULL, out);
        if (status) ig_fail(ctx, status, "no memory for a matrix of %zu rows", matrix->count);
    }
    if (!status) {
        *matrix_out = matrix;
        matrix = NULL;
    }
    ig_matrix_free(matrix);
    ig_free(own);
    ig_free(site);
    return status;
}

// ---- merging ------------------------------------------------------------------------------------

/// One part as it is read.
struct part {
    const char *path;
    ig_table *table;
    ig_shard shard;
    char run[RUN_DIGITS + 1];
    size_t area, site; ///< columns
    const double *minutes, *people;
};

struct line {
    const char *area, *site;
    size_t part, row;
};

static bool shard_of_column(const char *name, ig_shard *shard, char run[RUN_DIGITS + 1])
{
    long long number, of;
    char digits[RUN_DIGITS + 1], again[MARK_ROOM];
    if (sscanf(name, "shard_%lld_of_%lld_run_%16[0-9a-f]", &number, &of, digits) != 3) return false;
    if (number < 1 || number > of || of > MOST_SHARDS) return false;
    snprintf(again, sizeof again, mark_form, number, of, digits);
    if (strcmp(again, name) != 0) return false;
    *shard = (ig_shard){number, of};
    memcpy(run, digits, sizeof digits);
    return true;
}

static ig_status find_mark(ig_ctx *ctx, struct part *part)
{
    for (size_t c = 0; c < ig_table_columns(part->table); c++)
        if (shard_of_column(ig_table_column_name(part->table, c), &part->shard, part->run))
            return IG_OK;
    ig_fail(ctx, IG_EFORMAT, "%s is no part of a matrix: it was not made with --shard",
            ig_show(part->path));
    return ig_hint(ctx, "merge the outputs of 'isogap matrix --shard I/N', each I from 1 to N");
}

static ig_status read_part(ig_ctx *ctx, struct part *part)
{
    ig_table_options options = ig_table_defaults();
    options.keyless = true;
    options.may_be_empty = true;
    ig_status status = ig_table_read(ctx, part->path, &options, &part->table);
    if (!status) status = find_mark(ctx, part);
    size_t minutes = 0, people = 0;
    if (!status) status = ig_table_find(ctx, part->table, "area", &part->area);
    if (!status) status = ig_table_find(ctx, part->table, "site", &part->site);
    if (!status) status = ig_table_find(ctx, part->table, "minutes", &minutes);
    if (!status) status = ig_table_find(ctx, part->table, "people_reached", &people);
    if (!status)
        status = ig_table_numbers(ctx, part->table, minutes, IG_NUMBERS_ANY, &part->minutes);
    if (!status) status = ig_table_numbers(ctx, part->table, people, IG_NUMBERS_ANY, &part->people);
    return status;
}

/// Each shard once, all of one run.
static ig_status check_parts(ig_ctx *ctx, const struct part *parts, size_t count)
{
    const int64_t of = parts[0].shard.of;
    size_t *seen = ig_alloc((size_t)of + 1, sizeof *seen);
    if (!seen) return ig_fail(ctx, IG_EMEMORY, "no memory for %lld shards", (long long)of);
    ig_status status = IG_OK;
    for (size_t p = 0; p < count && !status; p++) {
        const struct part *part = &parts[p];
        if (strcmp(part->run, parts[0].run) != 0 || part->shard.of != of) {
            ig_fail(
                ctx, IG_EFORMAT,
                "%s and %s are parts of different runs (shard %lld/%lld of %s, %lld/%lld of %s)",
                ig_show(parts[0].path), ig_show(part->path), (long long)parts[0].shard.number,
                (long long)of, parts[0].run, (long long)part->shard.number,
                (long long)part->shard.of, part->run);
            status = ig_hint(ctx, "make all parts from the same inputs and options");
            break;
        }
        size_t *before = &seen[part->shard.number];
        if (*before) {
            ig_fail(ctx, IG_EFORMAT, "shard %lld/%lld comes twice: %s and %s",
                    (long long)part->shard.number, (long long)of, ig_show(parts[*before - 1].path),
                    ig_show(part->path));
            status = ig_hint(ctx, "give each part once");
        }
        *before = p + 1;
    }
    ig_text missing = {0};
    size_t lacking = 0;
    for (int64_t i = 1; i <= of && !status; i++)
        if (!seen[i] && ++lacking <= IG_SHOWN)
            ig_text_format(&missing, "%s%lld/%lld", lacking > 1 ? ", " : "", (long long)i,
                           (long long)of);
    if (lacking) {
        ig_fail(ctx, IG_EFORMAT, "%zu of %lld shards are missing: %s%s", lacking, (long long)of,
                missing.data ? missing.data : "", lacking > IG_SHOWN ? " ..." : "");
        status = ig_hint(ctx, "run 'isogap matrix --shard I/%lld' for them", (long long)of);
    }
    ig_text_free(&missing);
    ig_free(seen);
    return status;
}

static int by_codes(const void *a, const void *b)
{
    const struct line *p = a, *q = b;
    int order = strcmp(p->area, q->area);
    if (!order) order = strcmp(p->site, q->site);
    if (order) return order;
    if (p->part != q->part) return p->part < q->part ? -1 : 1;
    return (p->row > q->row) - (p->row < q->row);
}

static ig_status check_line(ig_ctx *ctx, const struct part *part, size_t row)
{
    const bool codes = *ig_table_text(part->table, row, part->area) &&
                       *ig_table_text(part->table, row, part->site);
    if (codes && part->minutes[row] >= 0.0 && part->people[row] > 0.0) return IG_OK;
    return ig_fail(ctx, IG_EFORMAT, "%s: %s %lld lacks an area, a site, minutes or people",
                   ig_show(part->path), ig_table_line_word(part->table),
                   (long long)ig_table_line(part->table, row));
}

static ig_status put_together(ig_ctx *ctx, const struct part *parts, size_t count, ig_result **out)
{
    size_t rows = 0, at = 0;
    for (size_t p = 0; p < count; p++)
        rows += ig_table_rows(parts[p].table);
    struct line *lines = ig_alloc(rows + 1, sizeof *lines);
    ig_status status = lines ? matrix_columns(rows, out) : IG_EMEMORY;
    if (status) {
        ig_free(lines);
        return ig_fail(ctx, status, "no memory for a matrix of %zu rows", rows);
    }
    for (size_t p = 0; p < count; p++)
        for (size_t r = 0; r < ig_table_rows(parts[p].table) && !status; r++) {
            status = check_line(ctx, &parts[p], r);
            lines[at++] = (struct line){ig_table_text(parts[p].table, r, parts[p].area),
                                        ig_table_text(parts[p].table, r, parts[p].site), p, r};
        }
    if (!status) qsort(lines, rows, sizeof *lines, by_codes);
    for (size_t i = 0; i < rows && !status; i++) {
        const struct line *line = &lines[i];
        if (i && !strcmp(line[-1].area, line->area) && !strcmp(line[-1].site, line->site)) {
            status = ig_fail(ctx, IG_EFORMAT, "area %s and site %s stand in %s and in %s",
                             ig_show(line->area), ig_show(line->site),
                             ig_show(parts[line[-1].part].path), ig_show(parts[line->part].path));
            break;
        }
        const struct part *part = &parts[line->part];
        status = set_row(*out, i, line->area, line->site, part->minutes[line->row],
                         part->people[line->row]);
        if (status) ig_fail(ctx, status, "no memory for a matrix of %zu rows", rows);
    }
    ig_free(lines);
    if (status) {
        ig_result_free(*out);
        *out = NULL;
    }
    return status;
}

ig_status ig_matrix_merge(ig_ctx *ctx, const char *const *paths, size_t count, ig_result **out)
{
    *out = NULL;
    if (!count) return ig_fail(ctx, IG_EINVAL, "no parts of a matrix are given");
    struct part *parts = ig_alloc(count, sizeof *parts);
    if (!parts) return ig_fail(ctx, IG_EMEMORY, "no memory for %zu parts", count);
    ig_status status = IG_OK;
    for (size_t p = 0; p < count && !status; p++) {
        parts[p].path = paths[p];
        status = read_part(ctx, &parts[p]);
    }
    if (!status) status = check_parts(ctx, parts, count);
    if (!status) status = put_together(ctx, parts, count, out);
    for (size_t p = 0; p < count; p++)
        ig_table_free(parts[p].table);
    ig_free(parts);
    return status;
}
