// Which ward an area belongs to: by lookup, by most of its people, else by most of its ground.
#include "codes_internal.h"
#include "study_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- by lookup ----------------------------------------------------------------------------------

ig_status study_look_up(struct study *study)
{
    const size_t areas = ig_areas_count(study->areas);
    const char **codes = ig_alloc(areas + 1, sizeof *codes);
    study->lookup_row = ig_alloc(areas + 1, sizeof *study->lookup_row);
    ig_status status = codes && study->lookup_row ? IG_OK : study_no_memory(study);
    for (size_t a = 0; a < areas && !status; a++)
        codes[a] = ig_areas_code(study->areas, a);
    if (!status) {
        status = ig_table_find(study->ctx, study->lookup, study->plan.wards.to, &study->lookup_to);
    }
    if (!status) {
        status = ig_link_rows(study->ctx, codes, areas, ig_areas_path(study->areas), study->lookup,
                              0.5, study->lookup_row);
    }
    if (!status && !study->ward_areas) {
        status = ig_areas_unite(study->ctx, study->areas, study->lookup, study->lookup_row,
                                study->lookup_to, &study->ward_areas);
    }
    ig_free(codes);
    return status;
}

/// Code of the ward of an area by the lookup, yours; NULL where it has none.
static char *target_of(const struct study *study, size_t area)
{
    const size_t row = study->lookup_row[area];
    const char *text = row == SIZE_MAX ? "" : ig_table_text(study->lookup, row, study->lookup_to);
    bool trimmed, folded;
    return *text ? ig_code_normalise(text, &trimmed, &folded) : NULL;
}

/// Wards of the lookup that the ward file does not have.
static void tell_missing(struct study *study, char *const *target, const size_t *parent)
{
    const size_t areas = ig_areas_count(study->areas);
    ig_text codes = {0};
    size_t missing = 0;
    for (size_t a = 0; a < areas; a++) {
        if (!target[a] || parent[a] != SIZE_MAX) continue;
        if (missing++ < IG_SHOWN) {
            ig_text_format(&codes, "%s%s", missing > 1 ? ", " : "", ig_show(target[a]));
        }
    }
    if (missing) {
        ig_warn(study->ctx, "%zu areas belong to wards of the lookup that the ward file lacks: %s",
                missing, codes.data ? codes.data : "");
    }
    ig_text_free(&codes);
}

/// Parents as numbers in the ward file.
static ig_status parents_by_lookup(struct study *study, size_t *parent)
{
    const size_t areas = ig_areas_count(study->areas);
    struct code_index index = {0};
    char **target = ig_alloc(areas + 1, sizeof *target);
    const ig_status status = target ? code_index_new(study->ctx, ig_areas_count(study->ward_areas),
                                                     code_of_area, study->ward_areas, &index)
                                    : study_no_memory(study);
    for (size_t a = 0; a < areas && !status; a++) {
        target[a] = target_of(study, a);
        parent[a] = target[a] ? code_index_find(&index, target[a]) : SIZE_MAX;
    }
    if (!status) tell_missing(study, target, parent);
    for (size_t a = 0; target && a < areas; a++)
        ig_free(target[a]);
    ig_free(target);
    code_index_free(&index);
    return status;
}

// ---- by people ----------------------------------------------------------------------------------

/// People of each pair of area and ward, areas by wards.
struct shares {
    double *people;
    size_t areas, wards;
};

static ig_status share_points(struct study *study, const ig_people *people, struct shares *shares)
{
    for (size_t i = 0; i < people->points; i++) {
        const double count = people->count ? people->count[i] : 1;
        const size_t area = area_at_point(study->areas, people->x[i], people->y[i]);
        const size_t ward = area_at_point(study->ward_areas, people->x[i], people->y[i]);
        if (area != SIZE_MAX && ward != SIZE_MAX) {
            shares->people[area * shares->wards + ward] += count;
        }
        const ig_status status =
            ig_progress(study->ctx, (double)i / (double)people->points, "nest areas in wards");
        if (status) return status;
    }
    return IG_OK;
}

/// Runs of the wards by row of the grid, so that an area's runs meet few of them.
struct row_runs {
    size_t *start; ///< rows + 1
    size_t *ward;
    const ig_run **run;
};

static void row_runs_free(struct row_runs *rows)
{
    ig_free(rows->start);
    ig_free(rows->ward);
    ig_free(rows->run);
}

static bool row_runs_new(const ig_coverage *wards, int64_t rows, struct row_runs *out)
{
    const size_t runs = wards->runs;
    size_t *next = ig_alloc((size_t)rows + 1, sizeof *next);
    out->start = ig_alloc((size_t)rows + 1, sizeof *out->start);
    out->ward = ig_alloc(runs + 1, sizeof *out->ward);
    out->run = ig_alloc(runs + 1, sizeof *out->run);
    const bool fine = next && out->start && out->ward && out->run;
    for (size_t w = 0; fine && w < wards->areas; w++)
        for (const ig_run *run = wards->area[w].first; run < wards->area[w].end; run++)
            out->start[run->row + 1]++;
    for (int64_t r = 0; fine && r < rows; r++)
        out->start[r + 1] += out->start[r];
    for (int64_t r = 0; fine && r <= rows; r++)
        next[r] = out->start[r];
    for (size_t w = 0; fine && w < wards->areas; w++) {
        for (const ig_run *run = wards->area[w].first; run < wards->area[w].end; run++) {
            const size_t at = next[run->row]++;
            out->ward[at] = w;
            out->run[at] = run;
        }
    }
    ig_free(next);
    return fine;
}

/// People of the cells that two runs share, each cell by both fractions.
static double shared_people(const ig_grid *grid, const ig_run *a, const ig_run *b)
{
    const int64_t first = a->col > b->col ? a->col : b->col;
    const int64_t a_end = a->col + a->cells, b_end = b->col + b->cells;
    const int64_t end = a_end < b_end ? a_end : b_end;
    double sum = 0;
    for (int64_t col = first; col < end; col++) {
        const float here = grid->cells[a->row * grid->frame.cols + col];
        if (!isnan(here)) sum += here;
    }
    return sum * (double)a->fraction * (double)b->fraction;
}

static ig_status share_grid(struct study *study, const ig_grid *grid, struct shares *shares)
{
    ig_coverage *areas = NULL, *wards = NULL;
    struct row_runs rows = {0};
    ig_status status =
        ig_coverage_new(study->ctx, &grid->frame, ig_areas_rings(study->areas), &areas);
    if (!status) {
        status =
            ig_coverage_new(study->ctx, &grid->frame, ig_areas_rings(study->ward_areas), &wards);
    }
    if (!status && !row_runs_new(wards, grid->frame.rows, &rows)) status = study_no_memory(study);
    for (size_t a = 0; a < shares->areas && !status; a++) {
        for (const ig_run *run = areas->area[a].first; run < areas->area[a].end; run++) {
            for (size_t w = rows.start[run->row]; w < rows.start[run->row + 1]; w++) {
                shares->people[a * shares->wards + rows.ward[w]] +=
                    shared_people(grid, run, rows.run[w]);
            }
        }
        status = ig_progress(study->ctx, (double)a / (double)shares->areas, "nest areas in wards");
    }
    row_runs_free(&rows);
    ig_coverage_free(areas);
    ig_coverage_free(wards);
    return status;
}

/// People placed finer than by area decide; areas without any of them go by their ground.
static ig_status nest_by_people(struct study *study, size_t *parent)
{
    const ig_people *people = ig_population_people(study->population);
    struct shares shares = {.areas = ig_areas_count(study->areas),
                            .wards = ig_areas_count(study->ward_areas)};
    size_t cells = 0;
    if (!ig_product(shares.areas, shares.wards, &cells) || cells > (size_t)1 << 28) return IG_OK;
    shares.people = ig_alloc(cells + 1, sizeof *shares.people);
    if (!shares.people) return study_no_memory(study);
    const ig_status status = people->grid ? share_grid(study, people->grid, &shares)
                                          : share_points(study, people, &shares);
    for (size_t a = 0; a < shares.areas && !status; a++) {
        double most = 0;
        for (size_t w = 0; w < shares.wards; w++) {
            const double here = shares.people[a * shares.wards + w];
            if (here > most) {
                most = here;
                parent[a] = w;
            }
        }
    }
    ig_free(shares.people);
    return status;
}

// ---- the set of wards ---------------------------------------------------------------------------

/// Wards of the file that hold an area, or whose middle lies in one: the rest of a larger file has
/// no part in the run.
static ig_status wards_of_file(struct study *study, const size_t *in_file)
{
    const size_t file = ig_areas_count(study->ward_areas), areas = ig_areas_count(study->areas);
    struct ward_set *wards = &study->wards;
    size_t *number = ig_alloc(file + 1, sizeof *number);
    wards->codes = ig_alloc(file + 1, sizeof *wards->codes);
    wards->names = ig_alloc(file + 1, sizeof *wards->names);
    wards->shape = ig_alloc(file + 1, sizeof *wards->shape);
    if (!number || !wards->codes || !wards->names || !wards->shape) {
        ig_free(number);
        return study_no_memory(study);
    }
    for (size_t a = 0; a < areas; a++) {
        if (in_file[a] != SIZE_MAX) number[in_file[a]] = 1;
    }
    for (size_t w = 0; w < file; w++) {
        double x, y;
        const bool middle = ig_areas_centroid(study->ward_areas, w, &x, &y) &&
                            area_at_point(study->areas, x, y) != SIZE_MAX;
        if (!number[w] && !middle) continue;
        number[w] = wards->count;
        wards->codes[wards->count] = ig_areas_code(study->ward_areas, w);
        wards->names[wards->count] = ig_areas_name(study->ward_areas, w);
        wards->shape[wards->count++] = w;
    }
    for (size_t a = 0; a < areas; a++) {
        wards->parent[a] = in_file[a] == SIZE_MAX ? SIZE_MAX : number[in_file[a]];
    }
    ig_free(number);
    return IG_OK;
}

static void tell_without(struct study *study)
{
    size_t without = 0;
    ig_text codes = {0};
    for (size_t a = 0; a < ig_areas_count(study->areas); a++) {
        if (study->wards.parent[a] != SIZE_MAX) continue;
        if (without++ < IG_SHOWN) {
            ig_text_format(&codes, "%s%s", without > 1 ? ", " : "",
                           ig_show(ig_areas_code(study->areas, a)));
        }
    }
    if (without) {
        ig_warn(study->ctx, "%zu area%s in no ward: %s%s", without,
                without == 1 ? " lies" : "s lie", codes.data ? codes.data : "",
                without > IG_SHOWN ? " ..." : "");
    }
    ig_text_free(&codes);
}

/// Parents in the ward file, by the best that the plan gives.
static ig_status nest_in_file(struct study *study, size_t *in_file)
{
    const ig_people *people = study->population ? ig_population_people(study->population) : NULL;
    if (study->lookup) return parents_by_lookup(study, in_file);
    const ig_status status =
        ig_nest_by_area(study->ctx, study->areas, study->ward_areas, in_file, NULL);
    if (status || !people || people->by_area) return status;
    return nest_by_people(study, in_file);
}

ig_status study_nest(struct study *study)
{
    if (!study->plan.has_wards) return IG_OK;
    const size_t areas = ig_areas_count(study->areas);
    size_t *in_file = ig_alloc(areas + 1, sizeof *in_file);
    study->wards.parent = ig_alloc(areas + 1, sizeof *study->wards.parent);
    ig_status status = in_file && study->wards.parent ? IG_OK : study_no_memory(study);
    if (!status) status = nest_in_file(study, in_file);
    if (!status) status = wards_of_file(study, in_file);
    if (!status) tell_without(study);
    ig_free(in_file);
    return status;
}
