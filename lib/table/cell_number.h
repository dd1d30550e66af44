// One cell's text read as a number, for those that survey and make columns of them.
#ifndef ISOGAP_TABLE_CELL_NUMBER_H
#define ISOGAP_TABLE_CELL_NUMBER_H

#include "table_internal.h"

enum cell_kind {
    CELL_GAP,           ///< blank or a marker
    CELL_NUMBER,        ///< a finite number
    CELL_DECIMAL_COMMA, ///< 100,5 where the point is the rule
    CELL_POINT,         ///< 100.5 where the comma is the rule
    CELL_RANGE,         ///< 1e400
    CELL_NOT_FINITE,    ///< NaN, Infinity
    CELL_TEXT,          ///< anything else
};

/// What stands between groups of three digits.
enum grouping { GROUP_NONE, GROUP_COMMA, GROUP_POINT, GROUP_SPACE, GROUP_APOSTROPHE };

/// What a cell says, read as a number.
struct cell_reading {
    enum cell_kind kind;
    double value;
    enum grouping grouping;
    bool percent;
    bool long_whole;   ///< four digits or more before the point, not grouped
    bool leading_zero; ///< 007, as codes have
};

/// What a cell says. *reason is why it is a gap ("no data", "suppressed"; lent), NULL for what is none.
struct cell_reading cell_read(const char *text, bool decimal_comma, const char **reason);
/// Is it meant as a number, well formed or not?
bool cell_is_meant_as_number(enum cell_kind kind);

#endif
