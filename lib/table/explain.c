// One number of an output in words: its trace read back, its formula filled in.
#include "table_internal.h"
#include "trace.h"

#include <math.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/// The trace as a table, and the columns that are read.
struct reading {
    ig_ctx *ctx;
    ig_table *table;
    const char *output;
    size_t layer, area, row, column, value, formula, term, operand, weight, file, sha256, line,
        field, text, of_area;
};

void ig_explanation_free(ig_explanation *e)
{
    if (!e) return;
    for (size_t i = 0; i < e->count; i++) {
        ig_free(e->number[i].layer);
        ig_free(e->number[i].area);
        ig_free(e->number[i].column);
        ig_free(e->number[i].formula);
        ig_free(e->number[i].words);
    }
    for (size_t i = 0; i < e->notes; i++)
        ig_free(e->note[i]);
    ig_free(e->number);
    ig_free(e->note);
    ig_free(e);
}

// ---- finding the trace --------------------------------------------------------------------------

static bool is_there(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

/// A text of the trace; a CSV puts an apostrophe before what a spreadsheet would run.
static const char *cell(const struct reading *r, size_t row, size_t column)
{
    const char *text = ig_table_text(r->table, row, column);
    return text[0] == '\'' && text[1] && strchr("=+-@", text[1]) ? text + 1 : text;
}

static double number(const struct reading *r, size_t row, size_t column)
{
    double value;
    return ig_text_number(cell(r, row, column), &value) ? value : NAN;
}

static ig_status bind(struct reading *r)
{
    const struct {
        const char *name;
        size_t *column;
    } columns[] = {{"layer", &r->layer},    {"area", &r->area},
                   {"output_row", &r->row}, {"output_column", &r->column},
                   {"value", &r->value},    {"formula", &r->formula},
                   {"term", &r->term},      {"operand", &r->operand},
                   {"weight", &r->weight},  {"file", &r->file},
                   {"sha256", &r->sha256},  {"line", &r->line},
                   {"column", &r->field},   {"text", &r->text},
                   {"of_area", &r->of_area}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        *columns[i].column = ig_table_column(r->table, columns[i].name);
        if (*columns[i].column == SIZE_MAX)
            return ig_fail(r->ctx, IG_EFORMAT, "%s: no trace: the column %s is missing",
                           shown(ig_table_path(r->table)), columns[i].name);
    }
    return IG_OK;
}

static ig_status no_trace(ig_ctx *ctx, const char *output)
{
    ig_fail(ctx, IG_EINVAL, "%s: no trace of where its numbers come from", shown(output));
    return ig_hint(ctx,
                   "make it again with --trace (in a plan outputs: {trace: true}), or name the "
                   "file of the trace by --trace");
}

/// Where the trace of an output is: named, inside, beside, or the file itself. Yours.
static ig_status find_trace(ig_ctx *ctx, const char *output, const char *named, char **out)
{
    char *path = NULL, *layer = NULL;
    ig_kind kind = IG_KIND_UNKNOWN;
    ig_text text = {0};
    ig_status status = ig_split_layer(ctx, named ? named : output, &path, &layer);
    if (!status) status = ig_kind_of(ctx, path, &kind);
    if (!status && !named && kind != IG_KIND_SQLITE) {
        ig_text_format(&text, "%s.trace.csv", path);
        if (!text.failed && !is_there(text.data)) text.length = 0;
    }
    if (!status && !text.length) {
        const char *inside = kind == IG_KIND_SQLITE ? "|layername=" IG_TRACE_TABLE : "";
        ig_text_format(&text, "%s%s", path, inside);
    }
    ig_free(path);
    ig_free(layer);
    if (!status && text.failed) status = ig_fail(ctx, IG_EMEMORY, "no memory for the trace");
    if (status) {
        ig_text_free(&text);
        return status;
    }
    *out = text.data;
    return IG_OK;
}

static ig_status open_trace(struct reading *r, const char *output, const char *named)
{
    ig_table_options options = ig_table_defaults();
    options.keyless = true;
    char *path = NULL;
    ig_status status = find_trace(r->ctx, output, named, &path);
    if (!status) status = ig_table_read(r->ctx, path, &options, &r->table);
    const bool none =
        status == IG_EINVAL || (!status && ig_table_column(r->table, "output_column") == SIZE_MAX);
    if (none) status = no_trace(r->ctx, output);
    ig_free(path);
    return status ? status : bind(r);
}

// ---- words --------------------------------------------------------------------------------------

/// The rows of one number, and what has been named already.
struct telling {
    const struct reading *r;
    size_t first, end; ///< rows of the trace
    const char *last_file, *last_field;
    ig_text *words;
};

/// "12 (a.csv line 5, column deaths)"
static void tell_operand(struct telling *t, size_t row)
{
    const struct reading *r = t->r;
    const char *file = cell(r, row, r->file), *field = cell(r, row, r->field);
    const char *text = cell(r, row, r->text), *of = cell(r, row, r->of_area);
    const char *line = cell(r, row, r->line);
    const bool from_file = *file != '\0';
    ig_text_append(t->words, *text ? ig_show(text) : *line ? "blank" : "");
    ig_text_append(t->words, *text || *line ? " (" : "(");
    if (from_file) {
        const bool same = t->last_file && !strcmp(t->last_file, file);
        if (!same) ig_text_format(t->words, "%s", ig_show(ig_base_name(file)));
        if (*line) ig_text_format(t->words, "%sline %s", same ? "" : " ", line);
        if (*field && !(same && *line && t->last_field && !strcmp(t->last_field, field)))
            ig_text_format(t->words, ", column %s", ig_show(field));
        t->last_file = file;
        t->last_field = field;
    } else if (*of) {
        ig_text_format(t->words, "%s of %s", ig_show(field), ig_show(of));
    } else {
        ig_text_format(t->words, "%s", *field ? ig_show(field) : "given");
    }
    ig_text_append(t->words, ")");
}

static bool is_operand(const struct telling *t, size_t row, const char *name, size_t length)
{
    const char *here = ig_table_text(t->r->table, row, t->r->operand);
    return strlen(here) == length && !strncmp(here, name, length);
}

/// All operands of a name in some rows: one, the sum of several, or with a comma a list of them.
static void tell_named(struct telling *t, size_t from, size_t to, const char *name, size_t length)
{
    size_t count = 0, told = 0;
    const bool list = length && name[length - 1] == ',';
    length -= list;
    for (size_t row = from; row < to; row++)
        count += is_operand(t, row, name, length);
    if (count == 0) {
        ig_text_format(t->words, "%.*s", (int)length, name);
        return;
    }
    if (count > 1) ig_text_format(t->words, "(");
    for (size_t row = from; row < to && told < IG_SHOWN; row++) {
        if (!is_operand(t, row, name, length)) continue;
        if (told++) ig_text_append(t->words, list ? ", " : " + ");
        tell_operand(t, row);
    }
    if (count > told) ig_text_format(t->words, "%s%zu more", list ? ", " : " + ", count - told);
    if (count > 1) ig_text_append(t->words, ")");
}

/// A piece of a formula, with the operands of some rows in place of their names.
static void tell_piece(struct telling *t, const char *piece, size_t length, size_t from, size_t to)
{
    const char *end = piece + length;
    while (piece < end) {
        const char *open = memchr(piece, '{', (size_t)(end - piece));
        const char *close = open ? memchr(open, '}', (size_t)(end - open)) : NULL;
        if (!close) {
            ig_text_append_bytes(t->words, piece, (size_t)(end - piece));
            return;
        }
        ig_text_append_bytes(t->words, piece, (size_t)(open - piece));
        const size_t name = (size_t)(close - open - 1);
        if (name == 6 && !strncmp(open + 1, "weight", 6)) {
            ig_text_append(t->words, cell(t->r, from, t->r->weight));
        } else {
            tell_named(t, from, to, open + 1, name);
        }
        piece = close + 1;
    }
}

/// What stands in brackets, for each term.
static void tell_terms(struct telling *t, const char *piece, size_t length)
{
    const struct reading *r = t->r;
    size_t told = 0, terms = 0;
    ig_text_append(t->words, "(");
    for (size_t from = t->first; from < t->end;) {
        size_t to = from + 1;
        while (to < t->end && number(r, to, r->term) == number(r, from, r->term))
            to++;
        if (terms++ < IG_SHOWN) {
            if (told++) ig_text_append(t->words, " + ");
            tell_piece(t, piece, length, from, to);
        }
        from = to;
    }
    if (terms > told) ig_text_format(t->words, " + %zu more", terms - told);
    ig_text_append(t->words, ")");
}

static void tell_formula(struct telling *t, const char *formula)
{
    while (*formula) {
        const char *open = strchr(formula, '['), *close = open ? strchr(open, ']') : NULL;
        if (!close) {
            tell_piece(t, formula, strlen(formula), t->first, t->end);
            return;
        }
        tell_piece(t, formula, (size_t)(open - formula), t->first, t->end);
        tell_terms(t, open + 1, (size_t)(close - open - 1));
        formula = close + 1;
    }
}

// ---- numbers ------------------------------------------------------------------------------------

static bool same_text(const struct reading *r, size_t a, size_t b, size_t column)
{
    return strcmp(ig_table_text(r->table, a, column), ig_table_text(r->table, b, column)) == 0;
}

static bool same_number(const struct reading *r, size_t a, size_t b)
{
    return same_text(r, a, b, r->layer) && same_text(r, a, b, r->area) &&
           same_text(r, a, b, r->row) && same_text(r, a, b, r->column);
}

static ig_status explain_rows(const struct reading *r, size_t first, size_t end,
                              ig_explanation *out)
{
    ig_explained *more = ig_resize(out->number, out->count + 1, sizeof *more);
    if (!more) return ig_fail(r->ctx, IG_EMEMORY, "no memory to explain a number");
    out->number = more;
    ig_text words = {0};
    struct telling t = {.r = r, .first = first, .end = end, .words = &words};
    const char *value = cell(r, first, r->value), *layer = cell(r, first, r->layer);
    const char *formula = cell(r, first, r->formula), *row = cell(r, first, r->row);
    ig_text_format(&words, "%s of %s", ig_show(cell(r, first, r->column)),
                   ig_show(cell(r, first, r->area)));
    if (*layer) ig_text_format(&words, " in %s", ig_show(layer));
    if (*row) ig_text_format(&words, " (row %s)", row);
    ig_text_append(&words, *value ? ": " : strncmp(formula, "is ", 3) == 0 ? " " : " is missing: ");
    tell_formula(&t, formula);
    if (*value) ig_text_format(&words, " = %s", value);
    ig_explained *to = &out->number[out->count];
    *to = (ig_explained){.layer = ig_text_copy(layer),
                         .area = ig_text_copy(cell(r, first, r->area)),
                         .column = ig_text_copy(cell(r, first, r->column)),
                         .formula = ig_text_copy(formula),
                         .words = words.failed ? NULL : words.data,
                         .value = number(r, first, r->value),
                         .operands = *cell(r, first, r->operand) ? end - first : 0};
    out->count++;
    if (words.failed) ig_text_free(&words);
    return to->layer && to->area && to->column && to->formula && to->words
               ? IG_OK
               : ig_fail(r->ctx, IG_EMEMORY, "no memory to explain a number");
}

/// A file that is not found from here may be found from the folder of the output.
static ig_status beside_output(const struct reading *r, char **path)
{
    const char *output = r->output, *name = ig_base_name(output);
    if (**path == '/' || access(*path, R_OK) == 0 || name == output) return IG_OK;
    ig_text text = {0};
    ig_text_append_bytes(&text, output, (size_t)(name - output));
    ig_text_append(&text, *path);
    if (text.failed) return ig_fail(r->ctx, IG_EMEMORY, "no memory to explain a number");
    ig_free(*path);
    *path = text.data;
    return IG_OK;
}

/// Is each file that the number comes from still as it was?
static ig_status note_file(const struct reading *r, size_t row, ig_explanation *out)
{
    const char *file = cell(r, row, r->file), *was = cell(r, row, r->sha256);
    char hex[65];
    ig_text note = {0};
    char *path = NULL, *layer = NULL;
    ig_status status = ig_split_layer(r->ctx, file, &path, &layer);
    if (!status) status = beside_output(r, &path);
    if (status) {
        ig_free(path);
        ig_free(layer);
        return status;
    }
    if (!*was || access(path, R_OK) != 0) {
        ig_text_format(&note, "%s: not found from here, so not compared", ig_show(file));
    } else {
        status = ig_sha256_file(r->ctx, path, hex);
        const bool same = !status && !strcmp(hex, was);
        ig_text_format(&note, "%s: %s", ig_show(file),
                       same ? "still as it was" : "changed since: its SHA-256 is another now");
    }
    ig_free(path);
    ig_free(layer);
    for (size_t i = 0; !status && !note.failed && i < out->notes; i++) {
        if (strcmp(out->note[i], note.data) != 0) continue;
        ig_text_free(&note);
        return IG_OK;
    }
    char **more = status || note.failed ? NULL : ig_resize(out->note, out->notes + 1, sizeof *more);
    if (!more) {
        ig_text_free(&note);
        return status ? status : ig_fail(r->ctx, IG_EMEMORY, "no memory to explain a number");
    }
    out->note = more;
    out->note[out->notes++] = note.data;
    return IG_OK;
}

static ig_status note_files(const struct reading *r, size_t first, size_t end, ig_explanation *out)
{
    const char *last = "";
    for (size_t row = first; row < end; row++) {
        const char *file = cell(r, row, r->file);
        if (!*file || !strcmp(file, last)) continue;
        const ig_status status = note_file(r, row, out);
        if (status) return status;
        last = file;
    }
    return IG_OK;
}

// ---- what is asked ------------------------------------------------------------------------------

static ig_status nothing_found(const struct reading *r, const char *area, const char *column)
{
    bool known = false;
    const char *near[64];
    size_t count = 0;
    ig_text list = {0};
    for (size_t row = 0; row < ig_table_rows(r->table); row++) {
        if (strcasecmp(cell(r, row, r->area), area) != 0) continue;
        known = true;
        const char *name = cell(r, row, r->column);
        size_t k = 0;
        while (k < count && strcmp(near[k], name) != 0)
            k++;
        if (k < count || count == 64) continue;
        near[count++] = name;
        ig_text_format(&list, "%s%s", count > 1 ? ", " : "", ig_show(name));
    }
    if (!known) {
        ig_text_free(&list);
        ig_fail(r->ctx, IG_EINVAL, "%s: no number of area '%s' in the trace",
                shown(ig_table_path(r->table)), ig_show(area));
        return ig_hint(r->ctx,
                       "the area as it stands in the output, such as '%s'; one with a comma "
                       "in it stands in double quotes",
                       ig_show(ig_table_rows(r->table) ? cell(r, 0, r->area) : "E01000001"));
    }
    ig_fail(r->ctx, IG_EINVAL, "%s: no number '%s' of %s in the trace; there are: %s",
            shown(ig_table_path(r->table)), ig_show(column), ig_show(area),
            list.failed ? "?" : list.data);
    ig_text_free(&list);
    const char *guess = ig_nearest_name(column, near, count);
    return guess ? ig_hint(r->ctx, "did you mean '%s'?", ig_show(guess)) : IG_EINVAL;
}

static ig_status explain(const struct reading *r, const char *area, const char *column,
                         ig_explanation *out)
{
    const size_t rows = ig_table_rows(r->table);
    ig_status status = IG_OK;
    for (size_t first = 0; !status && first < rows;) {
        size_t end = first + 1;
        while (end < rows && same_number(r, first, end))
            end++;
        if (!strcasecmp(cell(r, first, r->area), area) &&
            !strcmp(cell(r, first, r->column), column)) {
            status = explain_rows(r, first, end, out);
            if (!status) status = note_files(r, first, end, out);
        }
        first = end;
    }
    return !status && !out->count ? nothing_found(r, area, column) : status;
}

ig_status ig_trace_explain(ig_ctx *ctx, const char *output, const char *trace, const char *what,
                           ig_explanation **out)
{
    struct reading r = {.ctx = ctx, .output = output};
    ig_pairs parts = {0};
    char *area = NULL;
    ig_explanation *made = ig_alloc(1, sizeof *made);
    ig_status status = made ? ig_pairs_parse(ctx, "--explain", what, 0, &parts)
                            : ig_fail(ctx, IG_EMEMORY, "no memory to explain a number");
    if (!status && parts.count < 2) {
        ig_fail(ctx, IG_EINVAL, "--explain: '%s' is no AREA,COLUMN", ig_show(what));
        status = ig_hint(ctx, "give both, such as E01000001,value");
    }
    if (!status) {
        area = ig_trace_key((const char *const *)parts.name, parts.count - 1);
        if (!area) status = ig_fail(ctx, IG_EMEMORY, "no memory to explain a number");
    }
    if (!status) status = open_trace(&r, output, trace);
    if (!status) status = explain(&r, area, parts.name[parts.count - 1], made);
    ig_table_free(r.table);
    ig_pairs_free(&parts);
    ig_free(area);
    if (status) {
        ig_explanation_free(made);
        return status;
    }
    *out = made;
    return IG_OK;
}
