// A folder of reports: wards in parallel, then districts, the whole, method and index. Each file is
// whole or absent; the manifest says which are done, so that a run that was stopped goes on.
#include "report.h"

#include "manifest.h"
#include "pages.h"
#include "writers.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum kind { WARD, DISTRICT, SUMMARY, METHOD, INDEX };

/// One file to make.
struct job {
    enum kind kind;
    size_t number; ///< of the ward or district
    bool pdf;
    char *file; ///< below the folder
    bool kept;
    uint64_t bytes;
    char sha256[65];
    ig_status status;
    char *message, *hint;
};

struct batch {
    ig_ctx *ctx;
    const ig_report_input *in;
    const ig_report_options *options;
    struct words words;
    struct facts facts;
    struct manifest manifest;
    struct job *jobs;
    size_t jobs_count, first, end; ///< of the chunk under way
    atomic_size_t next, done;
    char made_from[65];
};

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the reports");
}

// ---- one file -----------------------------------------------------------------------------------

static bool make_page(const struct batch *b, const struct job *job, struct page *page)
{
    switch (job->kind) {
    case WARD:
        return ward_page(&b->facts, job->number, page);
    case DISTRICT:
        return place_page(&b->facts, job->number, page);
    case SUMMARY:
        return place_page(&b->facts, SIZE_MAX, page);
    case METHOD:
        return method_page(&b->facts, page);
    case INDEX:
        break;
    }
    return index_page(&b->facts, page);
}

static struct paths paths_of(const struct batch *b, enum kind kind)
{
    const bool below = *b->options->pages != '\0', top = kind == METHOD || kind == INDEX;
    return (struct paths){.places = top ? b->options->pages : "",
                          .top = !top && below ? "../" : "",
                          .ending = b->options->html ? ".html" : ".pdf"};
}

static ig_status make_file(ig_ctx *ctx, const struct batch *b, const pen *ruler, struct job *job)
{
    struct page page;
    ig_text bytes = {0}, path = {0};
    const struct paths paths = paths_of(b, job->kind);
    ig_status status = make_page(b, job, &page) ? IG_OK : no_memory(ctx);
    if (!status)
        status = job->pdf
                     ? pdf_write(ctx, &page.doc, &b->words, &paths, ruler, &bytes)
                     : html_write(ctx, &page.doc, &b->words, &paths, ruler, b->made_from, &bytes);
    page_free(&page);
    ig_text_format(&path, "%s%s", b->options->folder, job->file);
    if (!status && path.failed) status = no_memory(ctx);
    if (!status) status = ig_output_bytes(ctx, path.data, bytes.data, bytes.length);
    if (!status) {
        job->bytes = bytes.length;
        ig_sha256_bytes(bytes.data, bytes.length, job->sha256);
    }
    ig_text_free(&path);
    ig_text_free(&bytes);
    return status;
}

/// Keep a failure with its words: the context of a worker goes with it.
static void keep_failure(struct job *job, const ig_ctx *ctx, ig_status status)
{
    job->status = status;
    job->message = ig_text_copy(ig_ctx_message(ctx));
    job->hint = ig_ctx_hint(ctx) ? ig_text_copy(ig_ctx_hint(ctx)) : NULL;
}

/// A worker has a context and fonts of its own, and takes file after file.
static ig_status work(int worker, int workers, void *arg)
{
    struct batch *b = arg;
    ig_ctx *own = ig_ctx_new();
    pen *ruler = NULL;
    (void)worker;
    (void)workers;
    if (!own) return IG_EMEMORY;
    ig_ctx_set_overwrite(own, true); // what may be replaced was looked at before
    ig_status status = pen_new_png(own, 1, 1, &ruler);
    for (size_t i; !status && (i = atomic_fetch_add(&b->next, 1)) < b->end;) {
        struct job *job = &b->jobs[i];
        if (ig_ctx_cancelled(b->ctx)) break;
        if (!job->kept) {
            const ig_status made = make_file(own, b, ruler, job);
            if (made) keep_failure(job, own, made);
        }
        const size_t done = atomic_fetch_add(&b->done, 1) + 1;
        status = ig_progress(b->ctx, (double)done / (double)b->jobs_count, "write reports");
    }
    pen_free(ruler);
    ig_ctx_free(own);
    return status;
}

// ---- the list of files --------------------------------------------------------------------------

static ig_status add_job(struct batch *b, enum kind kind, size_t number, const char *stem, bool pdf)
{
    ig_text file = {0};
    const bool top = kind == METHOD || kind == INDEX;
    ig_text_format(&file, "%s%s%s", top ? "" : b->options->pages, stem, pdf ? ".pdf" : ".html");
    if (file.failed) {
        ig_text_free(&file);
        return no_memory(b->ctx);
    }
    b->jobs[b->jobs_count++] =
        (struct job){.kind = kind, .number = number, .pdf = pdf, .file = file.data};
    return IG_OK;
}

static ig_status add_forms(struct batch *b, enum kind kind, size_t number, const char *stem)
{
    ig_status status = IG_OK;
    if (b->options->html) status = add_job(b, kind, number, stem, false);
    if (!status && b->options->pdf) status = add_job(b, kind, number, stem, true);
    return status;
}

struct coded {
    const char *code;
    size_t ward;
};

static int by_code(const void *a, const void *b)
{
    return strcmp(((const struct coded *)a)->code, ((const struct coded *)b)->code);
}

/// Wards that are asked for, in order of code. Codes that the plan does not have fail by name.
static ig_status choose_wards(struct batch *b, struct coded **out, size_t *count)
{
    const ig_texts *asked = &b->options->ward;
    const size_t wards = b->in->wards, most = asked->count > wards ? asked->count : wards;
    struct coded *list = ig_alloc(most + 1, sizeof *list);
    *count = 0;
    *out = list;
    if (!list) return no_memory(b->ctx);
    for (size_t w = 0; w < wards && !asked->count; w++)
        list[(*count)++] = (struct coded){b->in->ward_code[w], w};
    for (size_t i = 0; i < asked->count; i++) {
        bool trimmed, folded;
        char *code = ig_code_normalise(asked->values[i], &trimmed, &folded);
        if (!code) return no_memory(b->ctx);
        size_t w = 0;
        while (w < wards && strcmp(b->in->ward_code[w], code))
            w++;
        ig_free(code);
        list[(*count)++] = (struct coded){w < wards ? b->in->ward_code[w] : asked->values[i],
                                          w < wards ? w : SIZE_MAX};
    }
    if (*count) qsort(list, *count, sizeof *list, by_code);
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) // a ward asked for twice is made once
        if (!kept || strcmp(list[kept - 1].code, list[i].code)) list[kept++] = list[i];
    *count = kept;
    return IG_OK;
}

static void refuse_unknown(struct batch *b, struct job *job, const char *code)
{
    ig_text text = {0};
    const char *near = ig_nearest_name(code, b->in->ward_code, b->in->wards);
    ig_text_format(&text, "the plan has no ward %s", ig_show(code));
    job->status = IG_EINVAL;
    job->message = text.failed ? NULL : text.data;
    if (text.failed) ig_text_free(&text);
    text = (ig_text){0};
    if (near) ig_text_format(&text, "did you mean %s?", ig_show(near));
    job->hint = text.data;
}

static ig_status list_wards(struct batch *b)
{
    struct coded *list = NULL;
    size_t count = 0;
    ig_status status = choose_wards(b, &list, &count);
    b->jobs = status ? NULL : ig_alloc(2 * (count + b->facts.districts_count) + 8, sizeof *b->jobs);
    if (!status && !b->jobs) status = no_memory(b->ctx);
    for (size_t i = 0; i < count && !status; i++) {
        char stem[STEM_ROOM];
        const size_t first = b->jobs_count;
        status = add_forms(b, WARD, list[i].ward, page_stem(list[i].code, stem));
        if (list[i].ward != SIZE_MAX) {
            const size_t district = b->facts.district_of[list[i].ward];
            b->facts.ward_page[list[i].ward] = true;
            if (district != SIZE_MAX) b->facts.district_page[district] = true;
            continue;
        }
        if (!status) refuse_unknown(b, &b->jobs[first], list[i].code);
        for (size_t k = first; k < b->jobs_count; k++) { // named once
            b->jobs[k].kept = true;
            if (k > first) b->jobs[k].status = IG_EINVAL;
        }
    }
    ig_free(list);
    return status;
}

static ig_status list_others(struct batch *b)
{
    ig_status status = IG_OK;
    for (size_t d = 0; d < b->facts.districts_count && !status; d++) {
        char stem[STEM_ROOM];
        if (!b->facts.district_page[d]) continue;
        status = add_forms(b, DISTRICT, d, page_stem(b->facts.districts[d].code, stem));
    }
    if (!status) status = add_forms(b, SUMMARY, 0, "summary");
    if (!status) status = add_job(b, METHOD, 0, "method", false);
    return status ? status : add_job(b, INDEX, 0, "index", false);
}

// ---- what is there already ----------------------------------------------------------------------

/// What the pages depend on beside the run: texts, style and frame, and which forms there are.
static ig_status sum_up(struct batch *b)
{
    ig_text text = {0};
    ig_text_format(&text, "%s %s\n%s\n%d%d %s\n", ig_version(), words_method(), b->in->digest,
                   b->options->html, b->options->pdf, b->options->pages);
    for (size_t i = 0; i < b->words.count; i++)
        ig_text_format(&text, "%s=%s\n", b->words.key[i], b->words.text[i]);
    ig_text_append(&text, b->words.page);
    ig_text_append(&text, b->words.style);
    for (size_t i = 0; i < b->in->files_count; i++)
        ig_text_format(&text, "%s\n", b->in->files[i][1]);
    if (!text.failed) ig_sha256_bytes(text.data, text.length, b->made_from);
    const ig_status status = text.failed ? no_memory(b->ctx) : IG_OK;
    ig_text_free(&text);
    return status;
}

/// Index and summary depend on which wards were asked for: they are always made anew.
static bool depends_on_choice(const struct job *job)
{
    return job->kind == INDEX || job->kind == SUMMARY || job->kind == DISTRICT;
}

/// Keep what is right, refuse to replace what is not ours, plan the rest.
static ig_status look_at(struct batch *b, struct job *job)
{
    if (job->status) return IG_OK;
    struct entry *entry = manifest_find(&b->manifest, job->file);
    const bool same = manifest_holds(b->ctx, b->options->folder, entry, b->made_from);
    if (same && !depends_on_choice(job)) {
        job->kept = true;
        job->bytes = entry->bytes;
        memcpy(job->sha256, entry->sha256, sizeof job->sha256);
        return IG_OK;
    }
    const bool ours = same || (entry && !*entry->sha256);
    if (!ours) {
        ig_text path = {0};
        ig_text_format(&path, "%s%s", b->options->folder, job->file);
        const ig_status status =
            path.failed ? no_memory(b->ctx) : ig_output_check(b->ctx, path.data, b->in->inputs);
        ig_text_free(&path);
        if (status == IG_EWRITE && (job->kind == WARD || job->kind == DISTRICT)) {
            keep_failure(job, b->ctx, status); // a folder in its place: the others are made
            job->kept = true;
            return IG_OK;
        }
        if (status) return status;
    }
    entry = manifest_add(&b->manifest, job->file);
    if (!entry) return no_memory(b->ctx);
    entry->sha256[0] = '\0';
    memcpy(entry->made_from, b->made_from, sizeof entry->made_from);
    return IG_OK;
}

static ig_status look_at_all(struct batch *b)
{
    ig_status status = manifest_read(b->ctx, b->options->folder, &b->manifest);
    for (size_t i = 0; i < b->jobs_count && !status; i++)
        status = look_at(b, &b->jobs[i]);
    return status;
}

// ---- running ------------------------------------------------------------------------------------

/// Put what is done into the manifest; `done` at the very end, when nothing is planned any more.
static ig_status note(struct batch *b, bool done)
{
    for (size_t i = 0; i < b->jobs_count; i++) {
        const struct job *job = &b->jobs[i];
        struct entry *entry = *job->sha256 ? manifest_find(&b->manifest, job->file) : NULL;
        if (!entry) continue;
        entry->bytes = job->bytes;
        memcpy(entry->sha256, job->sha256, sizeof entry->sha256);
    }
    ig_ctx *own = ig_ctx_new();
    if (!own) return no_memory(b->ctx);
    ig_ctx_set_overwrite(own, true);
    const ig_status status = manifest_write(own, b->options->folder, &b->manifest, done);
    if (status) ig_fail(b->ctx, status, "%s", ig_ctx_message(own));
    ig_ctx_free(own);
    return status;
}

static ig_status run_jobs(struct batch *b, size_t first, size_t end)
{
    enum { CHUNK = 128 };
    ig_status status = IG_OK;
    for (; first < end && !status; first = b->end) {
        b->end = first + CHUNK < end ? first + CHUNK : end;
        atomic_store(&b->next, first);
        status = ig_parallel_workers(b->ctx, work, b);
        if (status == IG_EMEMORY) no_memory(b->ctx);
        if (!status && ig_ctx_cancelled(b->ctx)) status = ig_fail(b->ctx, IG_ECANCELLED, "stopped");
        const ig_status noted = note(b, false);
        if (!status) status = noted;
    }
    return status;
}

static const char *code_of(const struct batch *b, const struct job *job)
{
    if (job->kind == WARD && job->number != SIZE_MAX) return b->in->ward_code[job->number];
    if (job->kind == WARD) return "--ward";
    return job->kind == DISTRICT ? b->facts.districts[job->number].code : job->file;
}

/// A ward whose page failed is told and not led to.
static void tell_failures(struct batch *b, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        const struct job *job = &b->jobs[i];
        if (!job->status) continue;
        if (job->kind == WARD && job->number != SIZE_MAX) b->facts.ward_page[job->number] = false;
        if (!job->message) continue;
        ig_warn(b->ctx, "%s: %s", ig_show(code_of(b, job)), job->message);
    }
}

/// The first failure by code is the failure of the whole.
static ig_status first_failure(struct batch *b)
{
    size_t failed = 0;
    const struct job *first = NULL;
    for (size_t i = 0; i < b->jobs_count; i++) {
        if (!b->jobs[i].status) continue;
        if (!first) first = &b->jobs[i];
        failed++;
    }
    if (!first) return IG_OK;
    ig_fail(b->ctx, first->status, "%s: %s", ig_show(code_of(b, first)),
            first->message ? first->message : ig_status_text(first->status));
    if (first->hint) return ig_hint(b->ctx, "%s", first->hint);
    return ig_hint(b->ctx,
                   "%zu of %zu files failed; the others are whole, and the same command "
                   "makes the rest",
                   failed, b->jobs_count);
}

static ig_status count_up(struct batch *b, ig_report_counts *counts)
{
    counts->wards = b->in->wards;
    counts->paths = ig_alloc(b->jobs_count + 2, sizeof(char *));
    if (!counts->paths) return no_memory(b->ctx);
    for (size_t i = 0; i <= b->jobs_count; i++) {
        const struct job *job = i < b->jobs_count ? &b->jobs[i] : NULL;
        if (job && job->status) {
            counts->failed++;
            continue;
        }
        if (job) counts->kept += job->kept;
        if (job) counts->written += !job->kept;
        ig_text path = {0};
        ig_text_format(&path, "%s%s", b->options->folder, job ? job->file : "manifest.csv");
        if (path.failed) {
            ig_text_free(&path);
            return no_memory(b->ctx);
        }
        counts->paths[counts->paths_count++] = path.data;
    }
    return IG_OK;
}

/// The page of a ward without areas says so; the run says it too.
static void tell_empty(struct batch *b)
{
    size_t empty = 0;
    ig_text codes = {0};
    for (size_t i = 0; i < b->jobs_count; i++) {
        const struct job *job = &b->jobs[i];
        if (job->kind != WARD || job->number == SIZE_MAX) continue;
        if (i && b->jobs[i - 1].kind == WARD && b->jobs[i - 1].number == job->number) continue;
        if (b->facts.ward_areas_count[job->number]) continue;
        if (empty++ < IG_SHOWN)
            ig_text_format(&codes, "%s%s", empty > 1 ? ", " : "", ig_show(code_of(b, job)));
    }
    if (empty)
        ig_warn_mild(b->ctx, "%zu ward%s without any area, whose page says so: %s", empty,
                     empty == 1 ? "" : "s", codes.data ? codes.data : "");
    ig_text_free(&codes);
    for (size_t m = 0; m < b->facts.measures_count; m++)
        if (!b->facts.measures[m].ranked)
            ig_warn_mild(b->ctx, "%s has no value in any ward; the pages say so",
                         ig_show(b->facts.measures[m].column));
}

static ig_status run(struct batch *b)
{
    ig_status status = list_wards(b);
    const size_t wards = b->jobs_count;
    if (!status) status = list_others(b);
    if (!status) status = look_at_all(b);
    for (size_t i = 0; i < b->in->beside_count && !status; i++) // known even if this run is stopped
        status = manifest_enter(b->ctx, b->options->folder, &b->manifest, b->in->beside[i],
                                b->made_from);
    if (!status) status = note(b, false);
    if (status) return status;
    tell_empty(b);
    status = run_jobs(b, 0, wards);
    if (status) return status;
    tell_failures(b, 0, wards);
    status = run_jobs(b, wards, b->jobs_count);
    if (status) return status;
    tell_failures(b, wards, b->jobs_count);
    return note(b, true);
}

static void batch_free(struct batch *b)
{
    for (size_t i = 0; b->jobs && i < b->jobs_count; i++) {
        ig_free(b->jobs[i].file);
        ig_free(b->jobs[i].message);
        ig_free(b->jobs[i].hint);
    }
    ig_free(b->jobs);
    manifest_free(&b->manifest);
    facts_free(&b->facts);
    words_free(&b->words);
}

ig_status ig_report_write(ig_ctx *ctx, const ig_report_input *input,
                          const ig_report_options *options, ig_report_counts *counts)
{
    struct batch b = {.ctx = ctx, .in = input, .options = options};
    *counts = (ig_report_counts){0};
    if (ig_ctx_strict(ctx))
        return ig_fail(ctx, IG_EFORMAT, "warnings are errors, as --strict asks");
    ig_status status = words_fonts(ctx);
    if (!status) status = words_read(ctx, options->template_dir, &b.words);
    if (!status) status = facts_new(ctx, input, &b.words, &b.facts);
    if (!status) status = sum_up(&b);
    if (!status) status = run(&b);
    if (!status) status = count_up(&b, counts);
    if (!status) status = first_failure(&b);
    batch_free(&b);
    return status;
}

void ig_report_counts_free(ig_report_counts *counts)
{
    for (size_t i = 0; i < counts->paths_count; i++)
        ig_free(counts->paths[i]);
    ig_free(counts->paths);
    *counts = (ig_report_counts){0};
}
