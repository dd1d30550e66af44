// DBF through Shapelib, record by record: header checked before, code page told.
#include "dbf.h"

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
static ig_status holds_more(ig_ctx *ctx, ig_window *file, uint64_t end, unsigned record, bool *more)
{
    const unsigned char *d;
    *more = record > 1 && file->length - end >= record && (file->length - end) % record <= 1;
    if (!*more) return IG_OK;
    const ig_status status = ig_window_at(ctx, file, end, 1, &d);
    if (!status) *more = *d == ' ' || *d == '*';
    return status;
}

/// Width of a record by its fields, and where their list ends; 0 when it has no end.
static size_t list_end(const unsigned char *d, size_t length, size_t *fields, size_t *width)
{
    size_t end = 32;
    *fields = 0;
    *width = 1;
    while (end + 32 <= length && d[end] != 0x0D) {
        *width += d[end + 16] + (d[end + 11] == 'C' ? 256u * d[end + 17] : 0);
        end += 32;
        ++*fields;
    }
    return end < length && d[end] == 0x0D ? end : 0;
}

static ig_status check_window(ig_ctx *ctx, ig_window *file, const char *name)
{
    const size_t most = 1 << 17; // more than the 65,535 bytes that a header can have
    const size_t length = file->length < most ? (size_t)file->length : most;
    const unsigned char *d;
    char why[160] = "";
    ig_status status = ig_window_at(ctx, file, 0, length, &d);
    if (status) return status;
    if (file->length < 33) {
        snprintf(why, sizeof why, "the file has %zu bytes only", length);
        return wrong(ctx, name, why);
    }
    const unsigned records = little(d + 4, 4), header = little(d + 8, 2),
                   record = little(d + 10, 2);
    const uint64_t wanted = (uint64_t)header + (uint64_t)records * record;
    size_t fields, width;
    const size_t end = list_end(d, length, &fields, &width);
    bool more = false;
    if (!end) {
        snprintf(why, sizeof why, "the list of fields has no end");
    } else if (fields == 0) {
        snprintf(why, sizeof why, "it has no fields");
    } else if (header < end + 1 || header > end + 1 + 264) { // FoxPro adds 263 bytes
        snprintf(why, sizeof why, "its length is given as %u bytes and is %zu", header, end + 1);
    } else if (record != width) {
        snprintf(why, sizeof why, "a record is given as %u bytes, its fields are %zu", record,
                 width);
    } else if (wanted > file->length) {
        snprintf(why, sizeof why,
                 "%u records of %u bytes are announced, the file is cut short after %" PRIu64,
                 records, record,
                 file->length > header ? (uint64_t)(file->length - header) / record : 0);
    } else {
        status = holds_more(ctx, file, wanted, record, &more);
    }
    if (more)
        snprintf(why, sizeof why, "%u records are announced, the file holds %" PRIu64, records,
                 (uint64_t)(file->length - header) / record);
    return *why ? wrong(ctx, name, why) : status;
}

/// Lengths that the header states against each other and against the file.
static ig_status check_header(ig_ctx *ctx, const char *path, const char *name)
{
    ig_window file;
    ig_status status = ig_window_open(ctx, path, &file);
    if (!status) status = check_window(ctx, &file, name);
    ig_window_close(&file);
    return status;
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

// ---- records and cells ----------------------------------------------------------------------

struct ig_dbf {
    ig_ctx *ctx;
    char *name;
    DBFHandle file;
    size_t fields;
    ig_dbf_field *field;
    char encoding[40]; ///< "" where none is stated
    bool fell_back;    ///< CP1252 was taken for want of anything better, and told
    char *decoded;     ///< the last cell beyond ASCII
};

static bool is_ascii(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text >= 0x80) return false;
    }
    return true;
}

/// Names and kinds of the fields.
static ig_status take_fields(ig_dbf *dbf)
{
    const int count = DBFGetFieldCount(dbf->file);
    dbf->fields = count > 0 ? (size_t)count : 0;
    dbf->field = ig_alloc(dbf->fields + 1, sizeof *dbf->field);
    if (!dbf->field) return ig_fail(dbf->ctx, IG_EMEMORY, "no memory for columns");
    for (size_t f = 0; f < dbf->fields; f++) {
        ig_dbf_field *field = &dbf->field[f];
        char name[16] = "";
        const DBFFieldType type =
            DBFGetFieldInfo(dbf->file, (int)f, name, &field->width, &field->decimals);
        field->number = type == FTInteger || type == FTDouble;
        field->kind = type == FTInteger  ? IG_COLUMN_INTEGER
                      : type == FTDouble ? IG_COLUMN_REAL
                      : type == FTString ? IG_COLUMN_TEXT
                                         : IG_KIND_UNSTATED;
        field->type = DBFGetNativeFieldType(dbf->file, (int)f);
        field->name = is_ascii(name) ? ig_text_copy(name)
                                     : ig_text_decode(*dbf->encoding ? dbf->encoding : "CP1252",
                                                      name, strlen(name));
        if (!field->name)
            return ig_fail(dbf->ctx, IG_EFORMAT,
                           "%s: the name of field %zu does not fit the encoding", shown(dbf->name),
                           f + 1);
    }
    return IG_OK;
}

ig_status ig_dbf_open(ig_ctx *ctx, const char *path, const char *name, const char *encoding,
                      ig_dbf **out)
{
    *out = NULL;
    ig_status status = check_header(ctx, path, name);
    if (status) return status;
    ig_dbf *dbf = ig_alloc(1, sizeof *dbf);
    if (!dbf) return ig_fail(ctx, IG_EMEMORY, "no memory for %s", shown(name));
    dbf->ctx = ctx;
    dbf->name = ig_text_copy(name);
    dbf->file = open_source(path);
    if (!dbf->name) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %s", shown(name));
    } else if (!dbf->file) {
        status = ig_fail(ctx, IG_EIO, "cannot open %s as a DBF", shown(name));
    } else if (encoding) {
        snprintf(dbf->encoding, sizeof dbf->encoding, "%s", encoding);
    } else {
        stated_encoding(DBFGetCodePage(dbf->file), dbf->encoding, sizeof dbf->encoding);
    }
    if (!status) status = take_fields(dbf);
    if (status)
        ig_dbf_close(dbf);
    else
        *out = dbf;
    return status;
}

void ig_dbf_close(ig_dbf *dbf)
{
    if (!dbf) return;
    if (dbf->file) DBFClose(dbf->file);
    for (size_t f = 0; dbf->field && f < dbf->fields; f++)
        ig_free(dbf->field[f].name);
    ig_free(dbf->field);
    ig_free(dbf->decoded);
    ig_free(dbf->name);
    ig_free(dbf);
}

size_t ig_dbf_records(const ig_dbf *dbf)
{
    const int records = DBFGetRecordCount(dbf->file);
    return records > 0 ? (size_t)records : 0;
}

size_t ig_dbf_fields(const ig_dbf *dbf)
{
    return dbf->fields;
}

const ig_dbf_field *ig_dbf_field_at(const ig_dbf *dbf, size_t field)
{
    return &dbf->field[field];
}

bool ig_dbf_deleted(const ig_dbf *dbf, size_t record)
{
    return DBFIsRecordDeleted(dbf->file, (int)record);
}

/// A text with letters beyond ASCII, into UTF-8 by the stated encoding, else UTF-8 if it is that,
/// else CP1252 with a word.
static ig_status decode(ig_dbf *dbf, size_t record, size_t field, const char **text)
{
    const char *encoding = dbf->encoding, *name = dbf->field[field].name;
    if (!*encoding && ig_text_is_utf8(*text, strlen(*text))) return IG_OK;
    if (!*encoding) {
        encoding = "CP1252";
        if (!dbf->fell_back) {
            ig_warn(dbf->ctx,
                    "%s: record %zu, field %s: a byte beyond ASCII and no code page stated (no "
                    ".cpg file, no language id); the encoding CP1252 is assumed, another can be "
                    "named with --encoding",
                    shown(dbf->name), record + 1, ig_show(name));
        }
        dbf->fell_back = true;
    }
    ig_free(dbf->decoded);
    dbf->decoded = ig_text_decode(encoding, *text, strlen(*text));
    if (!dbf->decoded) {
        ig_fail(dbf->ctx, IG_EFORMAT, "%s: record %zu, field %s: '%s' does not fit the encoding %s",
                shown(dbf->name), record + 1, ig_show(name), ig_show(*text), ig_show(encoding));
        return ig_hint(dbf->ctx, "name the right one with --encoding");
    }
    *text = dbf->decoded;
    return IG_OK;
}

/// Dates, and numbers that overflowed their width, as they stand; stars are a gap.
ig_status ig_dbf_text(ig_dbf *dbf, size_t record, size_t field, const char **text)
{
    *text = DBFReadStringAttribute(dbf->file, (int)record, (int)field);
    if (!*text) {
        return ig_fail(dbf->ctx, IG_EIO, "%s: record %zu cannot be read", shown(dbf->name),
                       record + 1);
    }
    ig_status status = IG_OK;
    if (DBFIsAttributeNULL(dbf->file, (int)record, (int)field))
        *text = "";
    else if (!is_ascii(*text))
        status = decode(dbf, record, field, text);
    return status;
}

ig_status ig_dbf_trimmed(ig_dbf *dbf, size_t record, size_t field, const char **text)
{
    const ig_status status = ig_dbf_text(dbf, record, field, text);
    if (status) return status;
    size_t length = strlen(*text);
    trim_ends(text, &length);
    if ((*text)[length] == '\0') return IG_OK;
    char *copy = ig_text_copy(*text);
    if (!copy) return ig_fail(dbf->ctx, IG_EMEMORY, "no memory for a cell of %s", shown(dbf->name));
    copy[length] = '\0';
    ig_free(dbf->decoded);
    *text = dbf->decoded = copy;
    return IG_OK;
}

ig_status ig_dbf_finish(ig_dbf *dbf)
{
    if (!((const struct source *)dbf->file->fp)->failed) return IG_OK;
    return ig_fail(dbf->ctx, IG_EIO, "%s could not be read to its end", shown(dbf->name));
}
