/// Classify: numbers into classes, and colours for them. Plain arithmetic.
#ifndef ISOGAP_CLASSIFY_H
#define ISOGAP_CLASSIFY_H

#include "../core/core.h"
#include "../core/option.h"

#ifdef __cplusplus
extern "C" {
#endif

/// How limits of classes are found. In the order of IG_CLASS_METHODS.
typedef enum ig_class_method {
    IG_CLASS_QUANTILE,
    IG_CLASS_EQUAL,
    IG_CLASS_FISHER_JENKS,
    IG_CLASS_SD,
    IG_CLASS_PRETTY,
    IG_CLASS_HEAD_TAIL,
    IG_CLASS_MANUAL,
} ig_class_method;
#define IG_CLASS_METHODS "quantile|equal|fisher-jenks|sd|pretty|head-tail|manual"

/// Right-closed classes: class k holds lower[k] < v <= upper[k], the first its lower bound too.
typedef struct ig_breaks {
    size_t classes;
    double *lower, *upper;
    int64_t *count;
    int64_t missing;
    double within_ss, gvf; ///< goodness of variance fit, 1 when all equal
    char *note;            ///< fewer classes than asked for and why; NULL
} ig_breaks;

/// Limits are data values for Fisher-Jenks and for the last class, round numbers for pretty (whose
/// ends may lie beyond the data), sample type 7 for quantile. Fewer different values than classes
/// give fewer classes and a note; head-tail finds its own number; classes without a member are kept
/// but for quantile, whose ties are merged. sd: breaks at mean + m sd, for 5 classes m = -2 -1 1 2,
/// for 4 m = -1 0 1, and so on.
///
/// @param values  n values; NaN is missing, infinite too
/// @param manual  upper bounds for IG_CLASS_MANUAL, rising; values above them get a class more
/// @param[out] out  yours, free with ig_breaks_free
/// @return IG_EUNDEFINED when no value is there; IG_EINVAL for 0 classes or manual bounds that do
///         not rise
IG_API IG_MUST_CHECK ig_status ig_classify(const double *values, size_t n, ig_class_method method,
                                           size_t classes, const double *manual,
                                           size_t manual_count, ig_breaks **out);
IG_API void ig_breaks_free(ig_breaks *breaks);
/// Class of a value, from 0; SIZE_MAX for NaN. Beyond the limits: the first or last class.
IG_API size_t ig_breaks_class(const ig_breaks *breaks, double value);

/// A colour of sRGB.
typedef struct ig_colour {
    uint8_t r, g, b;
} ig_colour;
/// Colours of a palette by name (YlGnBu ...) for any number of classes: those published for 3 to 9,
/// else made between them in CIE L*a*b*; reversed on request. IG_EINVAL names the palettes there are.
/// @param[out] colours  `classes` of them, from low to high
IG_API IG_MUST_CHECK ig_status ig_palette(ig_ctx *ctx, const char *name, size_t classes,
                                          bool reverse, ig_colour *colours);
/// Names of all palettes, NULL-ended.
IG_API const char *const *ig_palette_names(void);
/// Least difference (CIE 1976) of two of the colours for eyes of any of four kinds: usual ones and
/// those without long, middle or short cones, as Machado, Oliveira and Fernandes (2009) simulate
/// them. Under IG_COLOURS_APART, some people cannot tell two classes apart. INFINITY for one colour.
IG_API double ig_colours_apart(const ig_colour *colours, size_t count);
#define IG_COLOURS_APART 7.0
/// True for two-sided palettes.
IG_API bool ig_palette_two_sided(const char *name);

#ifdef __cplusplus
}
#endif
#endif
