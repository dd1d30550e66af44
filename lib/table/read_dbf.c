// DBF through Shapelib: header checked before, deleted records passed over, code page told.
#include "table_internal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <shapefil.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- the header, before Shapelib sees it ----------------------------------------------------

static ig_status wrong(ig_ctx *ctx, const char *name, const char *why)
{
    ig_fail(ctx, IG_EFORMAT, "%s: the DBF header is wrong: %s", shown(name), why);
    return ig_hint(ctx, "save the table again, as CSV for instance");
}

static unsigned little(const unsigned char *bytes, size_t count)
{
    unsigned value = 0;
    for (size_t i = count; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

/// Do whole records follow the last that is announced? Each begins with a blank or an asterisk; a
/// mark of the end and what padding may follow it are none.
static bool holds_more(const unsigned char *d, size_t length, uint64_t end, unsigned record)
{
    return record > 1 && length - end >= record && (d[end] == ' ' || d[end] == '*') &&
           (length - end) % record <= 1;
}

/// Lengths that the header states against each other and against the file.
static ig_status check_header(ig_ctx *ctx, const char *path, const char *name)
{
    ig_bytes bytes = {0};
    ig_status status = ig_bytes_read(ctx, path, &bytes);
    if (status) return status;
    const unsigned char *d = bytes.data;
    char why[160] = "";
    if (bytes.length < 33) {
        snprintf(why, sizeof why, "the file has %zu bytes only", bytes.length);
    } else {
        const unsigned records = little(d + 4, 4), header = little(d + 8, 2),
                       record = little(d + 10, 2);
        size_t fields = 0, width = 1, end = 32;
        while (end + 32 <= bytes.length && d[end] != 0x0D) {
            width += d[end + 16] + (d[end + 11] == 'C' ? 256u * d[end + 17] : 0);
            end += 32;
            fields++;
        }
        const uint64_t wanted = (uint64_t)header + (uint64_t)records * record;
        if (end >= bytes.length || d[end] != 0x0D) {
            snprintf(why, sizeof why, "the list of fields has no end");
        } else if (fields == 0) {
            snprintf(why, sizeof why, "it has no fields");
        } else if (header < end + 1 || header > end + 1 + 264) { // FoxPro adds 263 bytes
            snprintf(why, sizeof why, "its length is given as %u bytes and is %zu", header,
                     end + 1);
        } else if (record != width) {
            snprintf(why, sizeof why, "a record is given as %u bytes, its fields are %zu", record,
                     width);
        } else if (wanted > bytes.length) {
            snprintf(why, sizeof why,
                     "%u records of %u bytes are announced, the file is cut short after %" PRIu64,
                     records, record,
                     bytes.length > header ? (uint64_t)(bytes.length - header) / record : 0);
        } else if (holds_more(d, bytes.length, wanted, record)) {
            snprintf(why, sizeof why, "%u records are announced, the file holds %" PRIu64, records,
                     (uint64_t)(bytes.length - header) / record);
        }
    }
    ig_bytes_free(&bytes);
    return *why ? wrong(ctx, name, why) : IG_OK;
}

// ---- the file under Shapelib, which by itself takes a read error for an empty cell ----------

struct source {
    int fd;
    SAOffset at;
    bool failed; ///< a read error, seen at the end
};

static SAFile source_open(const char *path, const char *access)
{
    (void)access; // read only, whatever is asked for
    int fd;
    do {
        fd = open(path, O_RDONLY | O_CLOEXEC);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) return NULL; // Shapelib asks for .DBF and .cpg too, which need not be there
    struct source *source = ig_alloc(1, sizeof *source);
    if (!source) {
        close(fd);
        return NULL;
    }
    source->fd = fd;
    return (SAFile)source;
}

static SAOffset source_read(void *to, SAOffset size, SAOffset count, SAFile file)
{
    struct source *source = (struct source *)file;
    size_t wanted, got = 0;
    if (size == 0 || !ig_product(size, count, &wanted)) return 0;
    while (got < wanted) {
        const ssize_t n =
            pread(source->fd, (char *)to + got, wanted - got, (off_t)(source->at + got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) source->failed = true;
        if (n <= 0) break;
        got += (size_t)n;
    }
    source->at += got;
    return got / size;
}

static SAOffset source_write(void *from, SAOffset size, SAOffset count, SAFile file)
{
    (void)from;
    (void)size;
    (void)count;
    (void)file;
    return 0;
}

static SAOffset source_seek(SAFile file, SAOffset offset, int whence)
{
    struct source *source = (struct source *)file;
    struct stat about;
    if (whence == SEEK_CUR) offset += source->at;
    if (whence == SEEK_END) {
        if (fstat(source->fd, &about) != 0) return (SAOffset)-1;
        offset += (SAOffset)about.st_size;
    }
    source->at = offset;
    return 0;
}

static SAOffset source_tell(SAFile file)
{
    return ((struct source *)file)->at;
}

static int source_flush(SAFile file)
{
    (void)file;
    return 0;
}

static int source_close(SAFile file)
{
    struct source *source = (struct source *)file;
    close(source->fd);
    ig_free(source);
    return 0;
}

static int source_remove(const char *path)
{
    (void)path;
    return -1;
}

static void source_error(const char *message)
{
    (void)message; // the library never prints; the failure is seen from its result
}

static double source_number(const char *text)
{
    double value = 0.0; // cells are taken as text: nobody asks for this
    return ig_text_number(text, &value) ? value : 0.0;
}

static DBFHandle open_source(const char *path)
{
    SAHooks hooks = {source_open,  source_read,  source_write,  source_seek,  source_tell,
                     source_flush, source_close, source_remove, source_error, source_number};
    return DBFOpenLL(path, "rb", &hooks);
}

// ---- the code page --------------------------------------------------------------------------

/// Language driver ids of dBASE and FoxPro (Esri's list in the shapefile driver of GDAL).
static const char *ldid_encoding(int ldid)
{
    static const struct {
        int ldid;
        const char *encoding;
    } pages[] = {
        {1, "CP437"},    {2, "CP850"},    {3, "CP1252"},   {8, "CP865"},    {9, "CP437"},
        {10, "CP850"},   {11, "CP437"},   {13, "CP437"},   {14, "CP850"},   {15, "CP437"},
        {16, "CP850"},   {17, "CP437"},   {18, "CP850"},   {20, "CP850"},   {21, "CP437"},
        {22, "CP850"},   {23, "CP865"},   {24, "CP437"},   {25, "CP437"},   {26, "CP850"},
        {27, "CP437"},   {29, "CP850"},   {31, "CP852"},   {34, "CP852"},   {35, "CP852"},
        {36, "CP860"},   {37, "CP850"},   {38, "CP866"},   {55, "CP850"},   {64, "CP852"},
        {87, "CP1252"},  {88, "CP1252"},  {89, "CP1252"},  {100, "CP852"},  {101, "CP866"},
        {102, "CP865"},  {103, "CP861"},  {106, "CP737"},  {107, "CP857"},  {108, "CP863"},
        {200, "CP1250"}, {201, "CP1251"}, {202, "CP1254"}, {203, "CP1253"}, {204, "CP1257"}};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        if (pages[i].ldid == ldid) return pages[i].encoding;
    }
    return NULL;
}

/// Encoding as the .cpg beside the file or the language id states it: a name for iconv in `room`
/// bytes, or "" where nothing is stated.
static void stated_encoding(const char *code_page, char *name, size_t room)
{
    name[0] = '\0';
    if (!code_page || !*code_page) return;
    if (strncasecmp(code_page, "LDID/", 5) == 0) {
        const char *known = ldid_encoding(atoi(code_page + 5));
        snprintf(name, room, "%s", known ? known : "");
        return;
    }
    size_t used = 0;
    for (const char *c = code_page; *c && !isspace((unsigned char)*c) && used + 1 < room; c++) {
        name[used++] = *c;
    }
    name[used] = '\0';
    char number[40];
    if (strncmp(name, "8859", 4) == 0) { // "88591", "8859_15"
        memcpy(number, name, sizeof number < room ? sizeof number : room);
        snprintf(name, room, "ISO-8859-%.8s", number + 4 + (name[4] == '_' || name[4] == '-'));
    } else if (strcmp(name, "65001") == 0) {
        snprintf(name, room, "UTF-8");
    } else if (*name && strspn(name, "0123456789") == strlen(name)) { // "1252"
        memcpy(number, name, sizeof number < room ? sizeof number : room);
        snprintf(name, room, "CP%.8s", number);
    } else if (strncasecmp(name, "ANSI", 4) == 0) {
        snprintf(name, room, "CP1252");
    } else if (strncasecmp(name, "OEM", 3) == 0) {
        snprintf(name, room, "CP437");
    }
}

// ---- rows -----------------------------------------------------------------------------------

struct dbf {
    ig_ctx *ctx;
    const char *name;
    DBFHandle file;
    int fields;
    DBFFieldType *type;
    struct intake *intake;
    char encoding[40]; ///< "" where none is stated
    bool named;        ///< by option
    bool fell_back;    ///< CP1252 was taken for want of anything better, and told
};

static bool is_ascii(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text >= 0x80) return false;
    }
    return true;
}

static ig_status add_text(struct dbf *dbf, const char *text, bool typed)
{
    return intake_cell(dbf->intake, text, strlen(text), typed);
}

/// A text with letters beyond ASCII, into UTF-8 by the stated encoding, else UTF-8 if it is that,
/// else CP1252 with a word.
static ig_status add_foreign(struct dbf *dbf, int record, int field, const char *text)
{
    char name[16];
    int width, decimals;
    DBFGetFieldInfo(dbf->file, field, name, &width, &decimals);
    const char *encoding = dbf->encoding;
    if (!*encoding && ig_text_is_utf8(text, strlen(text))) return add_text(dbf, text, false);
    if (!*encoding) {
        encoding = "CP1252";
        if (!dbf->fell_back) {
            ig_warn(dbf->ctx,
                    "%s: record %d, field %s: a byte beyond ASCII and no code page stated (no "
                    ".cpg file, no language id); the encoding CP1252 is assumed, another can be "
                    "named with --encoding",
                    shown(dbf->name), record + 1, ig_show(name));
        }
        dbf->fell_back = true;
    }
    char *decoded = ig_text_decode(encoding, text, strlen(text));
    if (!decoded) {
        ig_fail(dbf->ctx, IG_EFORMAT, "%s: record %d, field %s: '%s' does not fit the encoding %s",
                shown(dbf->name), record + 1, ig_show(name), ig_show(text), ig_show(encoding));
        return ig_hint(dbf->ctx, "name the right one with --encoding");
    }
    const ig_status status = add_text(dbf, decoded, false);
    ig_free(decoded);
    return status;
}

/// Dates, and numbers that overflowed their width, as they stand; stars are a gap.
static ig_status add_field(struct dbf *dbf, int record, int field)
{
    const bool number = dbf->type[field] == FTInteger || dbf->type[field] == FTDouble;
    const char *text = DBFReadStringAttribute(dbf->file, record, field);
    if (!text) {
        return ig_fail(dbf->ctx, IG_EIO, "%s: record %d cannot be read", shown(dbf->name),
                       record + 1);
    }
    if (DBFIsAttributeNULL(dbf->file, record, field)) return add_text(dbf, "", false);
    if (is_ascii(text)) return add_text(dbf, text, number);
    return add_foreign(dbf, record, field, text);
}

static ig_status read_records(struct dbf *dbf)
{
    const int records = DBFGetRecordCount(dbf->file);
    ig_status status = IG_OK;
    int deleted = 0;
    for (int r = 0; !status && r < records; r++) {
        if (DBFIsRecordDeleted(dbf->file, r)) {
            deleted++;
            continue;
        }
        for (int f = 0; !status && f < dbf->fields; f++)
            status = add_field(dbf, r, f);
        if (!status) status = intake_row(dbf->intake, r + 1);
    }
    if (!status && deleted) {
        ig_info(dbf->ctx, "%s: %d records are marked as deleted and left out", shown(dbf->name),
                deleted);
    }
    return status;
}

static ig_status begin(struct dbf *dbf, const ig_table_options *options)
{
    dbf->fields = DBFGetFieldCount(dbf->file);
    const size_t count = dbf->fields > 0 ? (size_t)dbf->fields : 0;
    char **names = ig_alloc(count ? count : 1, sizeof *names);
    dbf->type = ig_alloc(count ? count : 1, sizeof *dbf->type);
    ig_status status =
        names && dbf->type ? IG_OK : ig_fail(dbf->ctx, IG_EMEMORY, "no memory for columns");
    for (size_t f = 0; !status && f < count; f++) {
        char name[16] = "";
        int width, decimals;
        dbf->type[f] = DBFGetFieldInfo(dbf->file, (int)f, name, &width, &decimals);
        names[f] = is_ascii(name) ? ig_text_copy(name)
                                  : ig_text_decode(*dbf->encoding ? dbf->encoding : "CP1252", name,
                                                   strlen(name));
        if (!names[f]) {
            status = ig_fail(dbf->ctx, IG_EFORMAT,
                             "%s: the name of field %zu does not fit the "
                             "encoding",
                             shown(dbf->name), f + 1);
        }
    }
    if (!status) {
        status = intake_new(dbf->ctx, dbf->name, "record", options, (const char *const *)names,
                            count, &dbf->intake);
    }
    for (size_t f = 0; !status && f < count; f++) {
        ig_table *table = intake_table(dbf->intake);
        if (dbf->type[f] == FTInteger) ig_table_build_kind(table, f, IG_COLUMN_INTEGER);
        if (dbf->type[f] == FTDouble) ig_table_build_kind(table, f, IG_COLUMN_REAL);
        if (dbf->type[f] == FTString) ig_table_build_kind(table, f, IG_COLUMN_TEXT);
    }
    if (!status) ig_table_build_short_names(intake_table(dbf->intake));
    for (size_t f = 0; names && f < count; f++)
        ig_free(names[f]);
    ig_free(names);
    return status;
}

ig_status read_dbf(ig_ctx *ctx, const char *path, const char *name, const ig_table_options *options,
                   ig_table **out)
{
    ig_status status = check_header(ctx, path, name);
    if (status) return status;
    struct dbf dbf = {.ctx = ctx, .name = name};
    dbf.file = open_source(path);
    if (!dbf.file) return ig_fail(ctx, IG_EIO, "cannot open %s as a DBF", shown(name));
    if (options->encoding) {
        snprintf(dbf.encoding, sizeof dbf.encoding, "%s", options->encoding);
    } else {
        stated_encoding(DBFGetCodePage(dbf.file), dbf.encoding, sizeof dbf.encoding);
    }
    status = begin(&dbf, options);
    if (!status) status = read_records(&dbf);
    if (!status && ((const struct source *)dbf.file->fp)->failed) {
        status = ig_fail(ctx, IG_EIO, "%s could not be read to its end", shown(name));
    }
    DBFClose(dbf.file);
    ig_free(dbf.type);
    if (status) {
        intake_free(dbf.intake);
        return status;
    }
    return intake_finish(dbf.intake, out);
}
