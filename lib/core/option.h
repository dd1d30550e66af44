/// Options declared once. Each room lists its own; the command line, --help, --json-usage,
/// completion, man pages, the plan reader and the QGIS plugin all read these lists.
#ifndef ISOGAP_CORE_OPTION_H
#define ISOGAP_CORE_OPTION_H

#include "core.h"

typedef enum ig_option_kind {
    IG_OPTION_TEXT,    ///< const char *
    IG_OPTION_INPUT,   ///< const char *: a file, folder or data set to read
    IG_OPTION_OUTPUT,  ///< const char *: a file to write
    IG_OPTION_COLUMN,  ///< const char *: a column of a table
    IG_OPTION_NUMBER,  ///< double, within [min, max] unless both are 0
    IG_OPTION_COUNT,   ///< int64_t, within [min, max] unless both are 0
    IG_OPTION_FLAG,    ///< bool
    IG_OPTION_CHOICE,  ///< int: index into `choices`
    IG_OPTION_NUMBERS, ///< ig_numbers: comma list
    IG_OPTION_TEXTS,   ///< ig_texts: comma list, double quotes round names that hold a comma
    IG_OPTION_INPUTS,  ///< ig_texts: files by comma or repetition
} ig_option_kind;

typedef struct ig_numbers {
    const double *values;
    size_t count;
} ig_numbers;

typedef struct ig_texts {
    const char *const *values;
    size_t count;
} ig_texts;

/// One option. A list ends with a row whose name is NULL.
typedef struct ig_option {
    const char *name; ///< without dashes: "areas-key"
    ig_option_kind kind;
    size_t offset;       ///< where in the settings struct
    bool required;       ///< on the command line
    const char *help;    ///< one line, lower case, no full stop, with unit
    const char *choices; ///< "a|b|c" for IG_OPTION_CHOICE; else NULL
    double min, max;     ///< for numbers; inclusive
} ig_option;

#endif
