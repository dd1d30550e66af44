// Postcode files among what a check can look into.
#include "check_internal.h"

#include <string.h>

/// AB1 2CD, AB12CD, A1 1AA ...: outward code, blanks, digit and two letters.
static bool looks_like_postcode(const char *text)
{
    const size_t length = strlen(text);
    if (length < 5 || length > 8) return false;
    const char *inward = text + length - 3;
    size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return letters >= 1 && letters <= 2 && text[letters] >= '0' && text[letters] <= '9' &&
           strspn(inward, "0123456789") == 1 &&
           strspn(inward + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2;
}

/// Does the first line hold ten fields, a postcode first and whole numbers third and fourth?
static bool begins_like_code_point(const ig_bytes *bytes)
{
    char line[256], *field[10];
    const char *text = (const char *)bytes->data;
    const size_t length = strcspn(text, "\r\n");
    if (length == 0 || length >= sizeof line) return false;
    memcpy(line, text, length);
    line[length] = '\0';
    size_t count = 0;
    for (char *at = line; at && count < 10; count++) {
        field[count] = at;
        at = strchr(at, ',');
        if (at) *at++ = '\0';
        const size_t n = strlen(field[count]);
        if (field[count][0] == '"' && n > 1 && field[count][n - 1] == '"') {
            field[count][n - 1] = '\0';
            field[count]++;
        }
    }
    return count == 10 && looks_like_postcode(field[0]) &&
           strspn(field[2], "0123456789") == strlen(field[2]) && *field[2] &&
           strspn(field[3], "0123456789") == strlen(field[3]) && *field[3];
}

static int64_t count_lines(const ig_bytes *bytes)
{
    int64_t lines = 0;
    for (size_t i = 0; i < bytes->length; i++)
        lines += bytes->data[i] == '\n';
    return lines + (bytes->length && bytes->data[bytes->length - 1] != '\n');
}

/// Code-Point Open as issued: files of ten columns without a header, postcodes first; alone, in a
/// folder or in a zip. Every member but the list of columns must be one.
bool check_postcodes(struct checking *c)
{
    static const char *const suffixes[] = {".csv", NULL}, *const all[] = {NULL};
    ig_kind kind;
    ig_unpacked *members = NULL;
    if (ig_kind_of(c->ctx, c->path, &kind)) return false;
    const bool several = kind == IG_KIND_ZIP || kind == IG_KIND_FOLDER;
    if (ig_unpack(c->ctx, c->path, several ? suffixes : all, &members)) return false;
    int64_t postcodes = 0;
    bool found = true;
    for (size_t i = 0; i < ig_unpacked_count(members) && found; i++) {
        ig_bytes bytes = {0};
        if (strstr(ig_unpacked_name(members, i), "Column_Headers")) continue;
        found = ig_bytes_read(c->ctx, ig_unpacked_path(members, i), &bytes) == IG_OK &&
                begins_like_code_point(&bytes);
        postcodes += found ? count_lines(&bytes) : 0;
        ig_bytes_free(&bytes);
    }
    ig_unpacked_free(members);
    if (!found || postcodes == 0) return false;
    static const char *const columns[] = {"postcode", "quality", "easting", "northing"};
    c->out->kind = "postcodes";
    ig_check_layer *layer = check_layer(c, ig_base_name(c->path), postcodes, "EPSG:27700");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        check_column(c, layer, columns[i]);
    return true;
}
