/// Options declared once. Each room lists its own; the command line, --help, --json-usage,
/// completion, man pages, the plan reader and the QGIS plugin all read these lists.
#ifndef ISOGAP_CORE_OPTION_H
#define ISOGAP_CORE_OPTION_H

#include "core.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What an option takes, and the type of its field in the settings struct.
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

/// A list of numbers. Lent.
typedef struct ig_numbers {
    const double *values;
    size_t count;
} ig_numbers;

/// A list of texts. Lent.
typedef struct ig_texts {
    const char *const *values;
    size_t count;
} ig_texts;

/// One option. A list ends with a row whose name is NULL.
typedef struct ig_option {
    const char *name; ///< without dashes: "areas-key"
    ig_option_kind kind;
    size_t offset;    ///< where in the settings struct
    bool required;    ///< on the command line
    const char *help; ///< one line, lower case, no full stop, with unit
    /// "a|b|c" for IG_OPTION_CHOICE. For IG_OPTION_OUTPUT what it is when given without a value,
    /// as `--trace`; NULL: it must have one. NULL for other kinds.
    const char *choices;
    double min, max; ///< for numbers; inclusive
} ig_option;

/// Memory behind the texts and lists that options were set to; goes in one.
typedef struct ig_option_store ig_option_store;
/// @return NULL when memory cannot be had
IG_API ig_option_store *ig_option_store_new(void);
/// What was set through it is gone then.
IG_API void ig_option_store_free(ig_option_store *store);

/// Option of a list by name; NULL when there is none.
IG_API const ig_option *ig_option_find(const ig_option *list, const char *name);
/// Does a further value add to the earlier ones (numbers, texts, inputs)?
IG_API bool ig_option_is_list(const ig_option *option);

/// Set an option in a settings struct from its text on the command line. Lists are split at
/// commas outside double quotes and grow when set again; other kinds are replaced. A list of
/// inputs is not split when the whole text is the name of a file that exists.
/// @param store keeps texts and lists; the struct points into it (texts end with a NULL more)
/// @param shown how messages call the option ("--areas-key"); NULL: its name
/// @return IG_EINVAL when the text is no value of that kind
IG_API IG_MUST_CHECK ig_status ig_option_set(ig_ctx *ctx, ig_option_store *store,
                                             const ig_option *option, void *settings,
                                             const char *shown, const char *text);
/// The same for one value as it stands, nothing split and no quotes taken off (plan files).
IG_API IG_MUST_CHECK ig_status ig_option_add(ig_ctx *ctx, ig_option_store *store,
                                             const ig_option *option, void *settings,
                                             const char *shown, const char *text);
/// The value that the struct holds as text, kept by `store`; NULL when it is unset, false or not
/// finite, and when memory cannot be had.
IG_API const char *ig_option_text(ig_option_store *store, const ig_option *option,
                                  const void *settings);

#ifdef __cplusplus
}
#endif
#endif
