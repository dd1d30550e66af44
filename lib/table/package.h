// XML parts of zipped workbooks, read by expat within budgets (S5).
#ifndef ISOGAP_TABLE_PACKAGE_H
#define ISOGAP_TABLE_PACKAGE_H

#include "table_internal.h"

#include <expat.h>

struct package;

/// Open a workbook and look at the sizes that its parts announce.
/// @param name   for messages
/// @param limit  bytes that a part may expand to whatever its ratio
ig_status package_open(ig_ctx *ctx, const char *path, const char *name, uint64_t limit,
                       struct package **out);
void package_close(struct package *package);
bool package_has(const struct package *package, const char *part);

/// What a part is parsed with. Names come without their namespace prefix.
typedef void (*part_begin)(void *user, const char *element, const char *const *attributes);
typedef void (*part_end)(void *user, const char *element);
typedef void (*part_text)(void *user, const char *text, int length);

struct part_reader {
    part_begin begin;
    part_end end;
    part_text text;
    void *user;
    ig_status *status; ///< of the reader: parsing ends when it is not IG_OK
    bool *stop;        ///< or when this becomes true
};
/// Parse a part. A DOCTYPE, broken XML and a part that expands beyond the budget are errors.
ig_status package_parse(struct package *package, const char *part,
                        const struct part_reader *reader);
/// Value of an attribute by its name without prefix; NULL when it is not there.
const char *part_attribute(const char *const *attributes, const char *name);
/// The name without namespace prefix.
const char *part_local(const char *name);

/// A sheet of a workbook, and whether it holds data: two rows with two cells or more.
struct sheet {
    char *name;
    char *part; ///< XLSX: its XML part
    bool hidden, data;
};
/// Which sheet is meant: the named one, or the only one that holds data.
ig_status choose_sheet(ig_ctx *ctx, const char *name, const struct sheet *sheets, size_t count,
                       const char *wanted, size_t *chosen);

/// "BC12" for a column from 0 and a row from 1, for messages. Good until the next call.
const char *cell_name(size_t column, int64_t row);

/// Serial day number of a spreadsheet as 2020-01-31, with a time where it has one.
void serial_date(double serial, bool from_1904, char *text, size_t room);

#endif
