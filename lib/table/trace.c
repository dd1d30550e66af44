// The numbers of an output with the operands they were made of, gathered and laid out as a table.
#include "trace.h"
#include "table_internal.h"

#include <math.h>
#include <sys/stat.h>

struct operand {
    const char *name, *file, *path, *column, *text, *of_area; ///< interned or lent; NULL: none
    double weight;
    int64_t line; ///< 0: none
    uint32_t term;
};

struct number {
    const char *layer, *area, *column, *formula;
    double value;
    size_t row, first, count; ///< operands
};

/// Texts kept once each, by open addressing.
struct pool {
    char **slot;
    size_t room, used;
};

struct ig_trace {
    struct pool pool;
    struct number *number;
    size_t numbers, number_room;
    struct operand *operand;
    size_t operands, operand_room;
    const char *layer, *folder; ///< folder: what names of files are written without
    uint32_t term;
    bool hidden, failed, unnumbered;
};

ig_status ig_trace_new(ig_ctx *ctx, ig_trace **out)
{
    ig_trace *trace = ig_alloc(1, sizeof *trace);
    if (!trace) return ig_fail(ctx, IG_EMEMORY, "no memory for the trace");
    *out = trace;
    return IG_OK;
}

void ig_trace_free(ig_trace *trace)
{
    if (!trace) return;
    for (size_t i = 0; i < trace->pool.room; i++)
        ig_free(trace->pool.slot[i]);
    ig_free(trace->pool.slot);
    ig_free(trace->number);
    ig_free(trace->operand);
    ig_free(trace);
}

// ---- texts --------------------------------------------------------------------------------------

static size_t hash_of(const char *text)
{
    uint64_t hash = 1469598103934665603u; // FNV-1a
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return (size_t)(hash ^ (hash >> 29));
}

/// Where a text stands in the pool, or the free place for it.
static size_t place_of(const struct pool *pool, const char *text)
{
    size_t at = hash_of(text) & (pool->room - 1);
    while (pool->slot[at] && strcmp(pool->slot[at], text) != 0)
        at = (at + 1) & (pool->room - 1);
    return at;
}

static bool widen(struct pool *pool)
{
    const struct pool old = *pool;
    pool->room = old.room ? old.room * 2 : 1024;
    pool->slot = ig_alloc(pool->room, sizeof *pool->slot);
    if (!pool->slot) {
        *pool = old;
        return false;
    }
    for (size_t i = 0; i < old.room; i++)
        if (old.slot[i]) pool->slot[place_of(pool, old.slot[i])] = old.slot[i];
    ig_free(old.slot);
    return true;
}

static const char *keep(ig_trace *t, const char *text)
{
    struct pool *pool = &t->pool;
    if (!text || t->failed) return NULL;
    if (pool->used * 2 >= pool->room && !widen(pool)) {
        t->failed = true;
        return NULL;
    }
    const size_t at = place_of(pool, text);
    if (pool->slot[at]) return pool->slot[at];
    pool->slot[at] = ig_text_copy(text);
    if (!pool->slot[at]) t->failed = true;
    pool->used++;
    return pool->slot[at];
}

char *ig_trace_key(const char *const *texts, size_t count)
{
    ig_text key = {0};
    ig_text_append(&key, "");
    for (size_t i = 0; i < count; i++) {
        const char *text = texts[i];
        const size_t length = strlen(text);
        const bool quote = text[strcspn(text, ",\"")] || *text == ' ' || !*text ||
                           (length && text[length - 1] == ' ');
        if (i) ig_text_append(&key, ",");
        if (quote) ig_text_append(&key, "\"");
        for (; *text; text++) {
            if (quote && *text == '"') ig_text_append(&key, "\"");
            ig_text_append_bytes(&key, text, 1);
        }
        if (quote) ig_text_append(&key, "\"");
    }
    if (!key.failed) return key.data;
    ig_text_free(&key);
    return NULL;
}

// ---- gathering ----------------------------------------------------------------------------------

void ig_trace_hide(ig_trace *trace)
{
    trace->hidden = true;
}

void ig_trace_layer(ig_trace *trace, const char *layer)
{
    trace->layer = keep(trace, layer);
}

void ig_trace_of_layers(ig_trace *trace, const char *folder)
{
    trace->unnumbered = true;
    trace->folder = folder;
}

static struct number *new_number(ig_trace *t)
{
    if (t->failed ||
        !ig_grow((void **)&t->number, &t->number_room, t->numbers + 1, sizeof *t->number)) {
        t->failed = true;
        return NULL;
    }
    return &t->number[t->numbers++];
}

void ig_trace_number(ig_trace *t, const char *area, size_t row, const char *column, double value,
                     const char *formula)
{
    const struct number made = {.layer = t->layer,
                                .area = keep(t, area),
                                .column = keep(t, column),
                                .formula = keep(t, formula),
                                .value = value,
                                .row = row,
                                .first = t->operands};
    struct number *to = new_number(t);
    if (to) *to = made;
    t->term = 1;
}

void ig_trace_again(ig_trace *t, const char *column, double value, const char *formula)
{
    const char *name = keep(t, column), *words = keep(t, formula);
    struct number *to = t->numbers ? new_number(t) : NULL;
    if (!to) return;
    *to = to[-1];
    to->column = name;
    to->formula = words;
    to->value = value;
}

void ig_trace_same(ig_trace *t)
{
    if (t->numbers < 2) return;
    struct number *to = &t->number[t->numbers - 1];
    to->first = to[-1].first;
    to->count = to[-1].count;
}

void ig_trace_term(ig_trace *t)
{
    if (t->numbers && t->number[t->numbers - 1].count) t->term++;
}

static void add(ig_trace *t, struct operand operand)
{
    if (t->failed || !t->numbers ||
        !ig_grow((void **)&t->operand, &t->operand_room, t->operands + 1, sizeof *t->operand)) {
        t->failed = true;
        return;
    }
    operand.term = t->term;
    t->operand[t->operands++] = operand;
    t->number[t->numbers - 1].count++;
}

static const char not_shown[] = "(not shown)";

void ig_trace_cell(ig_trace *t, const char *name, double weight, const ig_table *table, size_t row,
                   size_t column)
{
    const size_t count = ig_table_origins(table, row, column);
    for (size_t i = 0; i < count; i++) {
        const ig_table_origin origin = ig_table_origin_at(table, row, column, i);
        const bool quoted = !t->hidden && !ig_table_sensitive(table);
        add(t, (struct operand){.name = keep(t, name),
                                .file = origin.file,
                                .path = origin.path,
                                .column = origin.column,
                                .text = quoted ? origin.text : not_shown,
                                .weight = weight,
                                .line = origin.line});
    }
}

void ig_trace_cell_unquoted(ig_trace *t, const char *name, const ig_table *table, size_t row,
                            size_t column)
{
    const bool hidden = t->hidden;
    t->hidden = true;
    ig_trace_cell(t, name, NAN, table, row, column);
    t->hidden = hidden;
}

void ig_trace_output(ig_trace *t, const char *name, double weight, const char *of_area,
                     const char *column, double value)
{
    char text[40];
    add(t,
        (struct operand){.name = keep(t, name),
                         .column = keep(t, column),
                         .text = t->hidden      ? not_shown
                                 : isnan(value) ? ""
                                                : keep(t, ig_number_text(value, text, sizeof text)),
                         .of_area = keep(t, of_area),
                         .weight = weight});
}

void ig_trace_given(ig_trace *t, const char *name, const char *file, const char *column,
                    const char *text)
{
    const char *path = keep(t, file);
    add(t, (struct operand){.name = keep(t, name),
                            .file = path,
                            .path = path,
                            .column = keep(t, column),
                            .text = keep(t, text),
                            .weight = NAN});
}

// ---- the table ----------------------------------------------------------------------------------

/// Digest of each file, found once.
struct digests {
    ig_ctx *ctx;
    ig_trace *trace;
    const char *last_file, *last_hex;
    struct digest {
        const char *file, *hex;
    } * list;
    size_t count, room;
};

static bool is_plain_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

/// "FILE|layername=NAME" stands for FILE.
static ig_status digest_file(struct digests *d, const char *source, const char **hex)
{
    char *path = NULL, *layer = NULL, text[65];
    ig_status status = ig_split_layer(d->ctx, source, &path, &layer);
    *hex = NULL;
    if (!status && is_plain_file(path)) {
        status = ig_sha256_file(d->ctx, path, text);
        if (!status) *hex = keep(d->trace, text);
    }
    ig_free(path);
    ig_free(layer);
    return status;
}

static ig_status digest_of(struct digests *d, const struct operand *o, const char **hex)
{
    *hex = NULL;
    if (!o->file) return IG_OK;
    if (o->file != d->last_file) {
        size_t k = 0;
        while (k < d->count && strcmp(d->list[k].file, o->file) != 0)
            k++;
        if (k == d->count) {
            if (!ig_grow((void **)&d->list, &d->room, d->count + 1, sizeof *d->list))
                return ig_fail(d->ctx, IG_EMEMORY, "no memory for the trace");
            ig_status status = digest_file(d, o->file, &d->list[k].hex);
            if (!status && !d->list[k].hex) status = digest_file(d, o->path, &d->list[k].hex);
            if (status) return status;
            d->list[k].file = o->file;
            d->count++;
        }
        d->last_file = o->file;
        d->last_hex = d->list[k].hex;
    }
    *hex = d->last_hex;
    return IG_OK;
}

enum {
    LAYER,
    AREA,
    ROW,
    COLUMN,
    VALUE,
    FORMULA,
    TERM,
    OPERAND,
    WEIGHT,
    FILE_NAME,
    SHA256,
    LINE,
    FIELD,
    TEXT,
    OF_AREA,
    COLUMNS
};

static ig_status add_columns(ig_result *result)
{
    static const struct {
        const char *name;
        ig_column_kind kind;
    } columns[COLUMNS] = {
        [LAYER] = {"layer", IG_COLUMN_TEXT},       [AREA] = {"area", IG_COLUMN_TEXT},
        [ROW] = {"output_row", IG_COLUMN_INTEGER}, [COLUMN] = {"output_column", IG_COLUMN_TEXT},
        [VALUE] = {"value", IG_COLUMN_REAL},       [FORMULA] = {"formula", IG_COLUMN_TEXT},
        [TERM] = {"term", IG_COLUMN_INTEGER},      [OPERAND] = {"operand", IG_COLUMN_TEXT},
        [WEIGHT] = {"weight", IG_COLUMN_REAL},     [FILE_NAME] = {"file", IG_COLUMN_TEXT},
        [SHA256] = {"sha256", IG_COLUMN_TEXT},     [LINE] = {"line", IG_COLUMN_INTEGER},
        [FIELD] = {"column", IG_COLUMN_TEXT},      [TEXT] = {"text", IG_COLUMN_TEXT},
        [OF_AREA] = {"of_area", IG_COLUMN_TEXT},
    };
    ig_status status = IG_OK;
    for (size_t c = 0; !status && c < COLUMNS; c++) {
        ig_column *column = NULL;
        status = ig_result_add(result, columns[c].name, columns[c].kind, &column);
        if (!status) column->lent = columns[c].kind == IG_COLUMN_TEXT;
    }
    return status;
}

/// Nothing is written into texts that are lent.
static void put(ig_column *column, size_t row, const char *text)
{
    column->text[row] = (char *)(uintptr_t)text;
}

static const char *without_folder(const ig_trace *t, const char *file)
{
    const size_t length = t->folder ? strlen(t->folder) : 0;
    return file && length && strncmp(file, t->folder, length) == 0 ? file + length : file;
}

static ig_status fill(struct digests *d, ig_result *result)
{
    const ig_trace *t = d->trace;
    ig_column *c = result->columns;
    size_t r = 0;
    for (size_t n = 0; n < t->numbers; n++) {
        const struct number *number = &t->number[n];
        const size_t rows = number->count ? number->count : 1;
        for (size_t k = 0; k < rows; k++, r++) {
            put(&c[LAYER], r, number->layer);
            put(&c[AREA], r, number->area);
            c[ROW].number[r] = number->row && !t->unnumbered ? (double)number->row : NAN;
            put(&c[COLUMN], r, number->column);
            c[VALUE].number[r] = number->value;
            put(&c[FORMULA], r, number->formula);
            if (!number->count) continue;
            const struct operand *o = &t->operand[number->first + k];
            const char *hex = NULL;
            const ig_status status = digest_of(d, o, &hex);
            if (status) return status;
            c[TERM].number[r] = o->term;
            put(&c[OPERAND], r, o->name);
            c[WEIGHT].number[r] = o->weight;
            put(&c[FILE_NAME], r, without_folder(t, o->file));
            put(&c[SHA256], r, hex);
            c[LINE].number[r] = o->line ? (double)o->line : NAN;
            put(&c[FIELD], r, o->column);
            put(&c[TEXT], r, o->text);
            put(&c[OF_AREA], r, o->of_area);
        }
    }
    return IG_OK;
}

ig_status ig_trace_result(ig_ctx *ctx, ig_trace *trace, ig_result **out)
{
    struct digests d = {.ctx = ctx, .trace = trace};
    ig_result *result = NULL;
    size_t rows = 0;
    for (size_t n = 0; n < trace->numbers; n++)
        rows += trace->number[n].count ? trace->number[n].count : 1;
    ig_info(ctx, "trace: %zu numbers, %zu rows, %zu MiB", trace->numbers, rows,
            rows * COLUMNS * sizeof(double) >> 20);
    ig_status status = trace->failed ? IG_EMEMORY : ig_result_new(rows, &result);
    if (!status) status = add_columns(result);
    if (status) ig_fail(ctx, status, "no memory for a trace of %zu rows", rows);
    if (!status) status = fill(&d, result);
    if (!status && trace->failed) status = ig_fail(ctx, IG_EMEMORY, "no memory for the trace");
    ig_free(d.list);
    if (status) {
        ig_result_free(result);
        return status;
    }
    *out = result;
    return IG_OK;
}
