// Inputs of a run: areas, wards, tables, people, sites, groups; each read once and joined.
#include "codes_internal.h"
#include "study_internal.h"

#include <math.h>
#include <string.h>

static double min_match(const struct study *study)
{
    return isnan(study->plan.min_match) ? 0.5 : study->plan.min_match;
}

static ig_status read_areas(struct study *study)
{
    const struct plan *plan = &study->plan;
    ig_status status =
        ig_areas_read(study->ctx, plan->areas.files.file.values, plan->areas.files.file.count,
                      &plan->areas.read, &study->areas);
    if (!status && plan->wards.files.file.count) {
        status = ig_areas_read(study->ctx, plan->wards.files.file.values,
                               plan->wards.files.file.count, &plan->wards.read, &study->ward_areas);
    }
    if (!status && plan->wards.lookup) {
        ig_table_options options = ig_table_defaults();
        options.key = plan->wards.from;
        status = ig_table_read(study->ctx, plan->wards.lookup, &options, &study->lookup);
        if (!status) status = study_look_up(study);
    }
    return status;
}

static size_t count_matches(const struct code_index *index, const ig_table *table)
{
    size_t matches = 0;
    for (size_t row = 0; row < ig_table_rows(table); row++) {
        matches += code_index_find(index, ig_table_code(table, row)) != SIZE_MAX;
    }
    return matches;
}

/// A table belongs to the wards when its codes are theirs and none is that of an area.
static ig_status sort_tables(struct study *study)
{
    struct code_index areas = {0}, wards = {0};
    ig_status status = code_index_new(study->ctx, ig_areas_count(study->areas), code_of_area,
                                      study->areas, &areas);
    if (!status) {
        status = code_index_new(study->ctx, ig_areas_count(study->ward_areas), code_of_area,
                                study->ward_areas, &wards);
    }
    for (size_t t = 0; t < study->plan.tables_count && !status; t++) {
        study->of_wards[t] =
            !count_matches(&areas, study->tables[t]) && count_matches(&wards, study->tables[t]);
    }
    code_index_free(&areas);
    code_index_free(&wards);
    return status;
}

/// Join the tables of one kind of area.
static ig_status join(struct study *study, bool wards, ig_join **out)
{
    const struct plan *plan = &study->plan;
    ig_join_table *tables = ig_alloc(plan->tables_count + 1, sizeof *tables);
    size_t count = 0;
    if (!tables) return study_no_memory(study);
    for (size_t t = 0; t < plan->tables_count; t++) {
        if (study->of_wards[t] != wards) continue;
        tables[count++] = (ig_join_table){.table = study->tables[t],
                                          .columns = plan->tables[t].columns,
                                          .policy = plan->tables[t].policy,
                                          .policy_named = plan->tables[t].policy_named};
    }
    ig_join_options options = ig_join_defaults();
    if (!isnan(plan->min_match)) options.min_match = plan->min_match;
    ig_status status = IG_OK;
    options.trace = study->trace;
    options.protect_later = true; // the sums of the wards are protected with their areas
    if (study->trace)
        ig_trace_layer(study->trace, wards ? study_ward_layer(study) : ig_areas_kind(study->areas));
    if (count) {
        status = ig_join_new(study->ctx, wards ? study->ward_areas : study->areas, tables, count,
                             &options, false, out);
    }
    ig_free(tables);
    return status;
}

static ig_status read_tables(struct study *study)
{
    const struct plan *plan = &study->plan;
    study->tables = ig_alloc(plan->tables_count + 1, sizeof(ig_table *));
    study->of_wards = ig_alloc(plan->tables_count + 1, sizeof *study->of_wards);
    if (!study->tables || !study->of_wards) return study_no_memory(study);
    ig_status status = IG_OK;
    for (size_t t = 0; t < plan->tables_count && !status; t++) {
        const struct plan_table *table = &plan->tables[t];
        ig_table_options read = table->read;
        read.lineage = study->trace != NULL;
        if (read.pivot && !read.pivot_columns) read.pivot_columns = table->columns;
        status = ig_table_read_many(study->ctx, table->files.file.values, table->files.file.count,
                                    &read, &study->tables[t]);
    }
    if (!status && study->ward_areas) status = sort_tables(study);
    if (!status) status = join(study, false, &study->join);
    if (!status && study->ward_areas) status = join(study, true, &study->ward_join);
    return status;
}

static ig_status read_people(struct study *study)
{
    const struct plan_population *population = &study->plan.population;
    if (!study->plan.has_population) return IG_OK;
    ig_population_options options = ig_population_defaults();
    options.table = population->read;
    options.column = population->column;
    options.crs = population->crs;
    options.band = population->band;
    options.nodata = population->nodata;
    options.min_match = min_match(study);
    return ig_population_read(study->ctx, population->files.file.values,
                              population->files.file.count, study->areas, &options,
                              &study->population);
}

/// Sites that have no place are listed by the reader; the run names them too.
static ig_status read_sites(struct study *study)
{
    const struct plan_sites *sites = &study->plan.sites;
    if (!study->plan.has_sites) return IG_OK;
    return ig_sites_read(study->ctx, sites->files.file.values, sites->files.file.count,
                         &sites->read, &study->sites);
}

static ig_status read_groups(struct study *study)
{
    const struct plan_table *groups = &study->plan.groups;
    if (!study->plan.has_groups) return IG_OK;
    const ig_status status =
        ig_table_read_many(study->ctx, groups->files.file.values, groups->files.file.count,
                           &groups->read, &study->groups);
    return status ? status : ig_table_unique(study->ctx, study->groups);
}

ig_disclosure study_policy(const struct study *study, size_t table)
{
    const struct plan_table *t = &study->plan.tables[table];
    const ig_disclosure hes = {IG_DISCLOSE_HES, 7.0};
    return !t->policy_named && ig_table_sensitive(study->tables[table]) ? hes : t->policy;
}

/// Deciles are no counts, whatever their column is called.
static void let_deprivation_be(struct study *study, ig_join *join)
{
    const char *name = study->plan.deprivation;
    size_t kept = 0;
    for (size_t i = 0; i < join->guarded_count; i++) {
        ig_guarded *g = &join->guarded[i];
        if (name && !strcmp(join->columns->columns[g->column].name, name)) {
            ig_free(g->row);
        } else {
            join->guarded[kept++] = *g;
        }
    }
    join->guarded_count = kept;
}

ig_status study_protect(struct study *study)
{
    const bool nested = study->plan.has_wards && study->wards.parent;
    ig_status status = IG_OK;
    if (study->join) let_deprivation_be(study, study->join);
    if (study->trace) ig_trace_layer(study->trace, ig_areas_kind(study->areas));
    if (study->join)
        status = ig_join_protect(study->ctx, study->join, study->areas,
                                 nested ? study->wards.parent : NULL,
                                 nested ? study->wards.count : 0, study->trace);
    if (study->trace) ig_trace_layer(study->trace, study_ward_layer(study));
    if (!status && study->ward_join)
        status =
            ig_join_protect(study->ctx, study->ward_join, study->ward_areas, NULL, 0, study->trace);
    return status;
}

ig_status study_inputs(struct study *study)
{
    ig_status status = ig_progress(study->ctx, 0, "read inputs");
    if (!status) status = read_areas(study);
    if (!status) status = ig_progress(study->ctx, 0.3, "read inputs");
    if (!status) status = read_tables(study);
    if (!status) status = ig_progress(study->ctx, 0.6, "read inputs");
    if (!status) status = read_people(study);
    if (!status) status = read_groups(study);
    if (!status) status = read_sites(study);
    if (!status) status = ig_progress(study->ctx, 1, "read inputs");
    return status;
}
