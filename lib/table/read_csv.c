// CSV as it is downloaded: separators found, quotes by libcsv, lines counted as a text editor does.
#include "table_internal.h"

#include <csv.h>
#include <inttypes.h>
#include <string.h>

// ---- which separator ------------------------------------------------------------------------

enum { PROBED_ROWS = 40 };

/// Fields of each of the first rows under one separator, quotes honoured.
static size_t count_fields(const char *text, size_t length, char separator, size_t *fields)
{
    size_t rows = 0, count = 1;
    bool quoted = false, begun = false, blank = true;
    for (size_t i = 0; i < length && rows < PROBED_ROWS; i++) {
        const char c = text[i];
        if (c == '"') {
            if (quoted || !begun) quoted = !quoted;
            begun = blank = false;
        } else if (quoted) {
            continue;
        } else if (c == separator) {
            count++;
            begun = blank = false;
        } else if (c == '\n' || c == '\r') {
            if (!blank) fields[rows++] = count;
            count = 1;
            begun = false;
            blank = true;
        } else if (c != ' ') {
            begun = true;
            blank = false;
        }
    }
    if (!blank && rows < PROBED_ROWS) fields[rows++] = count;
    return rows;
}

/// How well a separator cuts rows of one width: rows of the commonest width above 1, out of all.
static double evenness(const size_t *fields, size_t rows, size_t *width)
{
    size_t best = 0;
    *width = 1;
    for (size_t i = 0; i < rows; i++) {
        size_t same = 0;
        for (size_t j = 0; j < rows; j++)
            same += fields[j] == fields[i];
        if (fields[i] > 1 && (same > best || (same == best && fields[i] > *width))) {
            best = same;
            *width = fields[i];
        }
    }
    return rows ? (double)best / (double)rows : 0.0;
}

/// ',' ';' '\t' or '|', whichever cuts the first rows most evenly; ',' where nothing cuts.
static char find_separator(const char *text, size_t length)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    const size_t look = length < 262144 ? length : 262144;
    char best = ',';
    double most = 0.0;
    size_t widest = 1;
    for (size_t i = 0; i < sizeof candidates; i++) {
        size_t fields[PROBED_ROWS], width;
        const size_t rows = count_fields(text, look, candidates[i], fields);
        const double even = evenness(fields, rows, &width);
        if (even > most || (even == most && even > 0.0 && width > widest)) {
            best = candidates[i];
            most = even;
            widest = width;
        }
    }
    return best;
}

/// "sep=;" on the first line, as spreadsheets write and read it. Gives its length with line end.
static size_t declared_separator(const char *text, size_t length, char *separator)
{
    if (length < 5 || memcmp(text, "sep=", 4) != 0) return 0;
    if (text[5] != '\r' && text[5] != '\n' && text[5] != '\0') return 0;
    *separator = text[4];
    size_t end = 5;
    if (text[end] == '\r') end++;
    if (end < length && text[end] == '\n') end++;
    return end;
}

// ---- rows by libcsv -------------------------------------------------------------------------

/// The state of libcsv 3 before the first character of a field that is not the first of its row.
enum { FIELD_NOT_BEGUN = 1 };

struct reading {
    ig_ctx *ctx;
    const char *path;
    struct intake *intake;
    ig_status status;
    int64_t line;       ///< where the parser stands
    int64_t row_line;   ///< where its row began
    int64_t field_line; ///< where its field began
    size_t fields;      ///< of the row so far
    int after;          ///< last line end seen, to take CR LF for one
};

static int64_t line_breaks(const char *text, size_t length)
{
    int64_t breaks = 0;
    const char *end = text + length;
    while ((text = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        breaks++;
        text++;
    }
    return breaks;
}

static void on_field(void *field, size_t length, void *user)
{
    struct reading *reading = user;
    const char *text = field ? field : "";
    reading->after = 0;
    reading->fields++;
    if (!reading->status && length > MOST_FIELD_BYTES) {
        ig_fail(reading->ctx, IG_ELIMIT,
                "%s: line %" PRId64 ", field %zu: %zu bytes; %d is the most", shown(reading->path),
                reading->field_line, reading->fields, length, MOST_FIELD_BYTES);
        reading->status = ig_hint(reading->ctx, "is a double quote opened there and not closed?");
    }
    if (!reading->status) reading->status = intake_cell(reading->intake, text, length, false);
    if (memchr(text, '\n', length)) reading->line += line_breaks(text, length);
    reading->field_line = reading->line;
}

static void on_row(int end, void *user)
{
    struct reading *reading = user;
    if (end == '\n' && reading->after == '\r' && reading->fields == 0) {
        reading->after = 0; // second half of CR LF
        return;
    }
    if (reading->fields && !reading->status) {
        reading->status = intake_row(reading->intake, reading->row_line);
    }
    reading->after = end;
    reading->fields = 0;
    reading->line++;
    reading->row_line = reading->field_line = reading->line;
}

static int never(unsigned char c)
{
    (void)c;
    return 0;
}

static bool is_blank_text(const unsigned char *text, size_t length)
{
    size_t i = 0;
    while (i < length && (text[i] == ' ' || text[i] == '\t'))
        i++;
    return i == length;
}

static ig_status bad_quote(struct reading *reading, const char *why)
{
    ig_fail(reading->ctx, IG_EFORMAT, "%s: line %" PRId64 ", field %zu: %s", shown(reading->path),
            reading->field_line, reading->fields + 1, why);
    return ig_hint(reading->ctx, "a field that holds a double quote stands in double quotes, and "
                                 "the quote inside is written twice");
}

/// libcsv stopped at a quote out of place. Go round what is harmless: a quote inside a field that
/// has none round it is a letter, blanks round a quoted field do not count.
/// @param at  the character it stopped at; moved past what was dealt with
static ig_status mend(struct reading *reading, struct csv_parser *parser, const char *text,
                      size_t length, size_t *at)
{
    if (!parser->quoted && text[*at] == '"') {
        if (is_blank_text(parser->entry_buf, parser->entry_pos)) {
            parser->entry_pos = 0; // the field begins here, after its blanks
            parser->pstate = FIELD_NOT_BEGUN;
            return IG_OK;
        }
        const int options = csv_get_opts(parser);
        csv_set_opts(parser, (unsigned char)(options & ~CSV_STRICT));
        csv_parse(parser, text + *at, 1, on_field, on_row, reading);
        csv_set_opts(parser, (unsigned char)options);
        (*at)++;
        return IG_OK;
    }
    size_t next = *at;
    while (next < length && (text[next] == ' ' || text[next] == '\t'))
        next++;
    if (next > *at && (next == length || text[next] == '\n' || text[next] == '\r' ||
                       (unsigned char)text[next] == csv_get_delim(parser))) {
        *at = next;
        return IG_OK;
    }
    return bad_quote(reading, "a quoted field is not closed where it should be");
}

static ig_status parse(struct reading *reading, struct csv_parser *parser, const char *text,
                       size_t length)
{
    size_t at = 0;
    while (at < length) {
        at += csv_parse(parser, text + at, length - at, on_field, on_row, reading);
        if (reading->status) return reading->status;
        if (at >= length) break;
        if (csv_error(parser) != CSV_EPARSE) {
            return ig_fail(reading->ctx, IG_EMEMORY, "%s: %s", shown(reading->path),
                           csv_strerror(csv_error(parser)));
        }
        const ig_status status = mend(reading, parser, text, length, &at);
        if (status) return status;
    }
    if (csv_fini(parser, on_field, on_row, reading) != 0) {
        return bad_quote(reading, "the double quote opened here is never closed");
    }
    return reading->status;
}

ig_status read_csv(ig_ctx *ctx, const char *path, const ig_bytes *bytes,
                   const ig_table_options *options, ig_table **out)
{
    const char *text = (const char *)bytes->data;
    size_t length = bytes->length;
    struct reading reading = {.ctx = ctx, .path = path, .line = 1, .row_line = 1, .field_line = 1};
    const char *nul = memchr(text, '\0', length);
    if (nul) {
        ig_fail(ctx, IG_EFORMAT, "%s: line %" PRId64 ": a NUL byte (zero byte); this is not text",
                shown(path), 1 + line_breaks(text, (size_t)(nul - text)));
        return ig_hint(ctx, "save the table as CSV in UTF-8 again, or name its --encoding");
    }
    char separator = 0;
    const size_t declared = declared_separator(text, length, &separator);
    if (declared) {
        text += declared;
        length -= declared;
        reading.line = reading.row_line = reading.field_line = 2;
    } else {
        separator = find_separator(text, length);
    }
    length = length_without_notes(ctx, path, text, length, separator);

    ig_status status = intake_new(ctx, path, "line", options, NULL, 0, &reading.intake);
    if (status) return status;
    intake_table(reading.intake)->separator = separator;
    struct csv_parser parser;
    const unsigned char strict = CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL;
    if (csv_init(&parser, strict) != 0) {
        intake_free(reading.intake);
        return ig_fail(ctx, IG_EBUG, "%s: libcsv cannot begin", shown(path));
    }
    csv_set_delim(&parser, (unsigned char)separator);
    csv_set_space_func(&parser, never); // blanks are taken off by us, and counted
    csv_set_blk_size(&parser, 65536);
    status = parse(&reading, &parser, text, length);
    csv_free(&parser);
    if (status) {
        intake_free(reading.intake);
        return status;
    }
    return intake_finish(reading.intake, out);
}
