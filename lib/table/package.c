// XML parts of zipped workbooks: sizes looked at first, DOCTYPE refused, expat for the rest.
#include "package.h"

#include <inttypes.h>
#include <math.h>
#include <strings.h>
#include <zip.h>

struct package {
    ig_ctx *ctx;
    zip_t *zip;
    char *name;
    uint64_t limit;
};

static const uint64_t most_ratio = 100;

static ig_status too_large(const struct package *package, const char *part, uint64_t size)
{
    ig_fail(package->ctx, IG_ELIMIT,
            "%s: the part %s expands to %llu MiB, more than %llu times its size and over the limit "
            "of %llu MiB (too large)",
            shown(package->name), ig_show(part), (unsigned long long)(size >> 20),
            (unsigned long long)most_ratio, (unsigned long long)(package->limit >> 20));
    return ig_hint(package->ctx, "if the file can be trusted, raise the limit with --max-unpacked "
                                 "MIB");
}

static bool over_budget(const struct package *package, uint64_t size, uint64_t packed)
{
    return size > package->limit && size / most_ratio > packed;
}

static ig_status check_sizes(const struct package *package)
{
    const zip_int64_t parts = zip_get_num_entries(package->zip, 0);
    for (zip_int64_t i = 0; i < parts; i++) {
        zip_stat_t about;
        if (zip_stat_index(package->zip, (zip_uint64_t)i, 0, &about) != 0) {
            return ig_fail(package->ctx, IG_EFORMAT, "%s: the zip is damaged",
                           shown(package->name));
        }
        if (over_budget(package, about.size, about.comp_size)) {
            return too_large(package, about.name, about.size);
        }
    }
    return IG_OK;
}

ig_status package_open(ig_ctx *ctx, const char *path, const char *name, uint64_t limit,
                       struct package **out)
{
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    if (!zip) {
        return ig_fail(ctx, IG_EFORMAT, "%s cannot be opened: the zip is damaged", shown(name));
    }
    struct package *package = ig_alloc(1, sizeof *package);
    char *copy = ig_text_copy(name);
    if (!package || !copy) {
        zip_discard(zip);
        ig_free(package);
        ig_free(copy);
        return ig_fail(ctx, IG_EMEMORY, "no memory for %s", shown(name));
    }
    *package = (struct package){ctx, zip, copy, limit};
    const ig_status status = check_sizes(package);
    if (status) {
        package_close(package);
        return status;
    }
    *out = package;
    return IG_OK;
}

void package_close(struct package *package)
{
    if (!package) return;
    zip_discard(package->zip);
    ig_free(package->name);
    ig_free(package);
}

bool package_has(const struct package *package, const char *part)
{
    return zip_name_locate(package->zip, part, ZIP_FL_NOCASE) >= 0;
}

// ---- parsing --------------------------------------------------------------------------------

const char *part_local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *part_attribute(const char *const *attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2) {
        if (strcmp(part_local(attributes[i]), name) == 0) return attributes[i + 1];
    }
    return NULL;
}

struct parsing {
    const struct part_reader *reader;
    XML_Parser parser;
    bool doctype;
};

static void stop_if_done(struct parsing *parsing)
{
    const struct part_reader *reader = parsing->reader;
    if ((reader->status && *reader->status) || (reader->stop && *reader->stop)) {
        XML_StopParser(parsing->parser, XML_FALSE);
    }
}

static void on_begin(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct parsing *parsing = user;
    if (parsing->reader->begin) {
        parsing->reader->begin(parsing->reader->user, part_local(name),
                               (const char *const *)attributes);
    }
    stop_if_done(parsing);
}

static void on_end(void *user, const XML_Char *name)
{
    struct parsing *parsing = user;
    if (parsing->reader->end) parsing->reader->end(parsing->reader->user, part_local(name));
    stop_if_done(parsing);
}

static void on_text(void *user, const XML_Char *text, int length)
{
    struct parsing *parsing = user;
    if (parsing->reader->text) parsing->reader->text(parsing->reader->user, text, length);
}

static void on_doctype(void *user, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public_id, int internal)
{
    (void)name, (void)system, (void)public_id, (void)internal;
    struct parsing *parsing = user;
    parsing->doctype = true;
    XML_StopParser(parsing->parser, XML_FALSE);
}

/// Why expat stopped, in our words; IG_OK when the reader wished it.
static ig_status why_stopped(struct package *package, const char *part, struct parsing *parsing)
{
    if (parsing->doctype) {
        ig_fail(package->ctx, IG_EFORMAT,
                "%s: the part %s has a DOCTYPE, which may define entities that expand without end; "
                "no spreadsheet program writes one",
                shown(package->name), ig_show(part));
        return ig_hint(package->ctx, "open the workbook in a spreadsheet program and save it "
                                     "again");
    }
    if (parsing->reader->status && *parsing->reader->status) return *parsing->reader->status;
    if (parsing->reader->stop && *parsing->reader->stop) return IG_OK;
    return ig_fail(package->ctx, IG_EFORMAT, "%s: the part %s is corrupt: %s at line %lu",
                   shown(package->name), ig_show(part),
                   XML_ErrorString(XML_GetErrorCode(parsing->parser)),
                   (unsigned long)XML_GetCurrentLineNumber(parsing->parser));
}

static ig_status feed(struct package *package, const char *part, zip_file_t *file, uint64_t packed,
                      struct parsing *parsing)
{
    enum { BLOCK = 1 << 16 };
    uint64_t size = 0;
    for (;;) {
        void *buffer = XML_GetBuffer(parsing->parser, BLOCK);
        if (!buffer) return ig_fail(package->ctx, IG_EMEMORY, "no memory for %s", part);
        const zip_int64_t got = zip_fread(file, buffer, BLOCK);
        if (got < 0) {
            return ig_fail(package->ctx, IG_EFORMAT, "%s: the part %s is corrupt: %s",
                           shown(package->name), ig_show(part), zip_file_strerror(file));
        }
        size += (uint64_t)got;
        if (over_budget(package, size, packed)) return too_large(package, part, size);
        if (XML_ParseBuffer(parsing->parser, (int)got, got == 0) != XML_STATUS_OK) {
            return why_stopped(package, part, parsing);
        }
        if (got == 0) return IG_OK;
        const ig_status status = ig_progress(package->ctx, 0.0, "reading the workbook");
        if (status) return status;
    }
}

ig_status package_parse(struct package *package, const char *part, const struct part_reader *reader)
{
    const zip_int64_t number = zip_name_locate(package->zip, part, ZIP_FL_NOCASE);
    zip_stat_t about;
    if (number < 0 || zip_stat_index(package->zip, (zip_uint64_t)number, 0, &about) != 0) {
        return ig_fail(package->ctx, IG_EFORMAT, "%s: the part %s is missing", shown(package->name),
                       ig_show(part));
    }
    zip_file_t *file = zip_fopen_index(package->zip, (zip_uint64_t)number, 0);
    if (!file) {
        return ig_fail(package->ctx, IG_EFORMAT, "%s: the part %s cannot be read: %s",
                       shown(package->name), ig_show(part), zip_strerror(package->zip));
    }
    struct parsing parsing = {.reader = reader, .parser = XML_ParserCreate(NULL)};
    ig_status status = IG_OK;
    if (!parsing.parser) {
        status = ig_fail(package->ctx, IG_EMEMORY, "no memory for %s", ig_show(part));
    } else {
        XML_SetUserData(parsing.parser, &parsing);
        XML_SetElementHandler(parsing.parser, on_begin, on_end);
        XML_SetCharacterDataHandler(parsing.parser, on_text);
        XML_SetStartDoctypeDeclHandler(parsing.parser, on_doctype);
        status = feed(package, part, file, about.comp_size, &parsing);
    }
    if (parsing.parser) XML_ParserFree(parsing.parser);
    zip_fclose(file);
    return status;
}

// ---- what XLSX and ODS share ----------------------------------------------------------------

static void list_sheets(ig_text *text, const struct sheet *sheets, size_t count, bool data)
{
    size_t listed = 0;
    for (size_t i = 0; i < count; i++) {
        if (data && (!sheets[i].data || sheets[i].hidden)) continue;
        ig_text_format(text, "%s'%s'", listed++ ? ", " : "", ig_show(sheets[i].name));
    }
}

static ig_status no_such_sheet(ig_ctx *ctx, const char *name, const struct sheet *sheets,
                               size_t count, const char *wanted)
{
    ig_text list = {0};
    list_sheets(&list, sheets, count, false);
    ig_status status = ig_fail(ctx, IG_EINVAL, "%s: no sheet called '%s'; the sheets are: %s",
                               shown(name), ig_show(wanted), list.failed ? "?" : list.data);
    ig_text_free(&list);
    const char **names = ig_alloc(count ? count : 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++)
        names[i] = sheets[i].name;
    const char *near = names ? ig_nearest_name(wanted, names, count) : NULL;
    if (near) status = ig_hint(ctx, "did you mean '%s'?", ig_show(near));
    ig_free(names);
    return status;
}

ig_status choose_sheet(ig_ctx *ctx, const char *name, const struct sheet *sheets, size_t count,
                       const char *wanted, size_t *chosen)
{
    if (wanted) {
        for (int folded = 0; folded < 2; folded++) {
            for (size_t i = 0; i < count; i++) {
                if ((folded ? strcasecmp : strcmp)(sheets[i].name, wanted) != 0) continue;
                *chosen = i;
                return IG_OK;
            }
        }
        return no_such_sheet(ctx, name, sheets, count, wanted);
    }
    size_t data = 0;
    for (size_t i = 0; i < count; i++) {
        if (!sheets[i].data || sheets[i].hidden) continue;
        if (data++ == 0) *chosen = i;
    }
    if (data == 1) return IG_OK;
    if (data == 0) {
        for (size_t i = 0; i < count; i++) { // a sheet of one column, or hidden, if it is the one
            if (count > 1 && (sheets[i].hidden || !sheets[i].data)) continue;
            *chosen = i;
            return IG_OK;
        }
        return ig_fail(ctx, IG_EFORMAT, "%s: no sheet holds data (no data rows)", shown(name));
    }
    ig_text list = {0};
    list_sheets(&list, sheets, count, true);
    ig_fail(ctx, IG_EINVAL, "%s: %zu sheets hold data and none is named: %s", shown(name), data,
            list.failed ? "?" : list.data);
    ig_text_free(&list);
    return ig_hint(ctx, "name the one that is meant with --sheet");
}

void serial_date(double serial, bool from_1904, char *text, size_t room)
{
    const double day = floor(serial);
    // days since 1970-01-01; the 1900 system counts a 29 February 1900 that never was
    int64_t days = (int64_t)day + (from_1904 ? 1462 : 0) - 25569;
    if (!from_1904 && day < 60) days++;
    days += 719468; // days since 0000-03-01 (Hinnant 2014, days from civil)
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const int64_t of_era = days - era * 146097;
    const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted = (5 * of_year + 2) / 153;
    const int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    const int64_t year = year_of_era + era * 400 + (month <= 2);
    const int64_t of_month = of_year - (153 * shifted + 2) / 5 + 1;
    const int64_t seconds = (int64_t)llround((serial - day) * 86400.0);
    if (seconds == 0) {
        snprintf(text, room, "%04lld-%02lld-%02lld", (long long)year, (long long)month,
                 (long long)of_month);
    } else {
        snprintf(text, room, "%04lld-%02lld-%02lld %02lld:%02lld:%02lld", (long long)year,
                 (long long)month, (long long)of_month, (long long)(seconds / 3600),
                 (long long)(seconds / 60 % 60), (long long)(seconds % 60));
    }
}

const char *cell_name(size_t column, int64_t row)
{
    static _Thread_local char name[32];
    char letters[8];
    size_t used = sizeof letters;
    letters[--used] = '\0';
    for (size_t c = column + 1; c > 0; c = (c - 1) / 26)
        letters[--used] = (char)('A' + (c - 1) % 26);
    snprintf(name, sizeof name, "%s%" PRId64, letters + used, row);
    return name;
}
