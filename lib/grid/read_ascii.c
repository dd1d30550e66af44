// ESRI ASCII grids, read by ourselves: GDAL's reader takes words for zeros and guesses the type
// of the numbers from the first of them. Every number is checked, and messages name the line.
#include "grid_internal.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/// Where the reader stands in the text.
struct cursor {
    const char *at, *end;
    int64_t line;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Next word; false at the end of the file.
static bool next_word(struct cursor *c, const char **word, size_t *length)
{
    while (c->at < c->end && is_blank(*c->at)) {
        if (*c->at == '\n') c->line++;
        c->at++;
    }
    *word = c->at;
    while (c->at < c->end && !is_blank(*c->at))
        c->at++;
    *length = (size_t)(c->at - *word);
    return *length > 0;
}

/// A number of a grid: decimal, or nan and inf in any case. Few digits need no library.
static bool number_of(const char *word, size_t length, double *value)
{
    static const double tens[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    size_t i = 0;
    const bool minus = word[0] == '-';
    if (word[0] == '-' || word[0] == '+') i++;
    uint64_t digits = 0;
    size_t count = 0, places = 0;
    bool point = false;
    for (; i < length; i++) {
        if (word[i] == '.' && !point) {
            point = true;
        } else if (word[i] >= '0' && word[i] <= '9') {
            digits = digits * 10 + (uint64_t)(word[i] - '0');
            count++;
            places += point;
        } else {
            break;
        }
        if (count > 15) break;
    }
    if (i == length && count > 0) {
        const double whole = (double)digits / tens[places];
        *value = minus ? -whole : whole;
        return true;
    }
    char copy[64];
    if (length >= sizeof copy) return false;
    memcpy(copy, word, length);
    copy[length] = '\0';
    if (ig_text_number(copy, value)) return true;
    const char *name = copy + (copy[0] == '-' || copy[0] == '+');
    if (strcasecmp(name, "nan") == 0) {
        *value = NAN;
    } else if (strcasecmp(name, "inf") == 0 || strcasecmp(name, "infinity") == 0) {
        *value = copy[0] == '-' ? -INFINITY : INFINITY;
    } else {
        return false;
    }
    return true;
}

static ig_status bad_number(ig_ctx *ctx, const char *name, int64_t line, const char *word,
                            size_t length)
{
    char copy[96];
    if (length >= sizeof copy) length = sizeof copy - 1;
    memcpy(copy, word, length);
    copy[length] = '\0';
    ig_fail(ctx, IG_EFORMAT, "%s: line %lld: '%s' is not a number", name, (long long)line,
            ig_show(copy));
    if (strchr(copy, ','))
        return ig_hint(ctx, "a grid needs a decimal point and blanks between numbers");
    return IG_EFORMAT;
}

/// What the header said; NaN where it said nothing.
struct header {
    double cols, rows, west, south, centre_x, centre_y, dx, dy, nodata;
    bool has_nodata;
};

static double *header_place(struct header *h, const char *key)
{
    const struct {
        const char *key;
        double *place;
    } keys[] = {{"ncols", &h->cols},
                {"nrows", &h->rows},
                {"xllcorner", &h->west},
                {"yllcorner", &h->south},
                {"xllcenter", &h->centre_x},
                {"yllcenter", &h->centre_y},
                {"dx", &h->dx},
                {"dy", &h->dy},
                {"nodata_value", &h->nodata}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcasecmp(key, keys[i].key) == 0) return keys[i].place;
    return NULL;
}

/// Keys and values up to the first line that begins with a number.
static ig_status read_header(ig_ctx *ctx, const char *name, struct cursor *c, struct header *h)
{
    for (;;) {
        struct cursor before = *c;
        const char *word, *number;
        size_t length, digits;
        double value;
        if (!next_word(c, &word, &length)) return ig_fail(ctx, IG_EFORMAT, "%s has no cells", name);
        if (number_of(word, length, &value) && !isnan(value)) {
            *c = before;
            return IG_OK;
        }
        char key[32] = "";
        if (length < sizeof key) memcpy(key, word, length);
        double *place = header_place(h, key);
        const bool cellsize = strcasecmp(key, "cellsize") == 0;
        if (!place && !cellsize) return bad_number(ctx, name, c->line, word, length);
        const int64_t line = c->line;
        if (!next_word(c, &number, &digits) || c->line != line)
            return ig_fail(ctx, IG_EFORMAT, "%s: line %lld: %s has no value", name, (long long)line,
                           key);
        if (!number_of(number, digits, &value)) return bad_number(ctx, name, line, number, digits);
        if (cellsize) {
            h->dx = h->dy = value;
        } else {
            *place = value;
        }
        if (place == &h->nodata) h->has_nodata = true;
    }
}

static ig_status frame_of(ig_ctx *ctx, const char *name, const struct header *h, ig_frame *frame)
{
    const bool counts = h->cols >= 1.0 && h->rows >= 1.0 && h->cols == floor(h->cols) &&
                        h->rows == floor(h->rows) && h->cols < 1e15 && h->rows < 1e15;
    if (!counts)
        return ig_fail(ctx, IG_EFORMAT,
                       "%s: the header does not say NCOLS and NROWS as whole numbers", name);
    if (!(h->dx > 0.0 && h->dy > 0.0 && isfinite(h->dx) && isfinite(h->dy)))
        return ig_fail(ctx, IG_EFORMAT, "%s: the header has no positive CELLSIZE", name);
    const double west = isnan(h->west) ? h->centre_x - 0.5 * h->dx : h->west;
    const double south = isnan(h->south) ? h->centre_y - 0.5 * h->dy : h->south;
    if (!isfinite(west) || !isfinite(south))
        return ig_fail(ctx, IG_EFORMAT,
                       "%s: the header has no XLLCORNER and YLLCORNER (no georeference)", name);
    *frame =
        (ig_frame){(int64_t)h->cols, (int64_t)h->rows, west, south + h->rows * h->dy, h->dx, h->dy};
    return IG_OK;
}

ig_status ig_ascii_open(ig_ctx *ctx, const char *path, const char *name, ig_ascii *ascii)
{
    *ascii = (ig_ascii){0};
    ig_status status = ig_bytes_read(ctx, path, &ascii->text);
    if (status) return status;
    const char *text = (const char *)ascii->text.data;
    struct cursor c = {text, text + ascii->text.length, 1};
    if (ascii->text.length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) c.at += 3;
    struct header h = {.cols = NAN,
                       .rows = NAN,
                       .west = NAN,
                       .south = NAN,
                       .centre_x = NAN,
                       .centre_y = NAN,
                       .dx = NAN,
                       .dy = NAN,
                       .nodata = NAN};
    status = read_header(ctx, name, &c, &h);
    if (!status) status = frame_of(ctx, name, &h, &ascii->frame);
    ascii->body = (size_t)(c.at - text);
    ascii->body_line = c.line;
    ascii->has_nodata = h.has_nodata;
    ascii->nodata = h.nodata;
    // A cell takes a digit and a blank at least: what the header claims can be told false now.
    const int64_t cells = ig_frame_cells(&ascii->frame);
    if (!status && (cells < 0 || (uint64_t)cells > (ascii->text.length - ascii->body) / 2 + 1)) {
        status =
            ig_fail(ctx, IG_EFORMAT,
                    "%s is cut short: %lld by %lld cells cannot be read from its %zu bytes", name,
                    (long long)ascii->frame.cols, (long long)ascii->frame.rows, ascii->text.length);
        ig_hint(ctx, "get the file again");
    }
    if (status) ig_ascii_close(ascii);
    return status;
}

void ig_ascii_close(ig_ascii *ascii)
{
    ig_bytes_free(&ascii->text);
}

ig_status ig_ascii_read(ig_ctx *ctx, const ig_ascii *ascii, const char *name, double also,
                        float *cells, ig_band_notes *notes)
{
    const char *text = (const char *)ascii->text.data;
    struct cursor c = {text + ascii->body, text + ascii->text.length, ascii->body_line};
    const int64_t cols = ascii->frame.cols, count = ig_frame_cells(&ascii->frame);
    const char *word;
    size_t length;
    for (int64_t i = 0; i < count; i++) {
        double value;
        if (!next_word(&c, &word, &length)) {
            ig_fail(ctx, IG_EFORMAT, "%s is cut short: the file ends in row %lld of %lld (from 0)",
                    name, (long long)(i / cols), (long long)ascii->frame.rows);
            return ig_hint(ctx, "get the file again");
        }
        if (!number_of(word, length, &value)) return bad_number(ctx, name, c.line, word, length);
        const bool nodata = (ascii->has_nodata && value == ascii->nodata) || value == also;
        if (isnan(value) && !(ascii->has_nodata && isnan(ascii->nodata))) notes->nan++;
        if (isinf(value) && !nodata) notes->infinite++;
        cells[i] = nodata || isnan(value) ? NAN : (float)value;
    }
    if (next_word(&c, &word, &length))
        return ig_fail(ctx, IG_EFORMAT, "%s: line %lld: more numbers than %lld rows of %lld cells",
                       name, (long long)c.line, (long long)ascii->frame.rows, (long long)cols);
    return IG_OK;
}
