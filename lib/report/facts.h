/// What the pages say, worked out once for all wards. Read-only while pages are made. Private.
#ifndef ISOGAP_REPORT_FACTS_H
#define ISOGAP_REPORT_FACTS_H

#include "../core/inside.h"
#include "report.h"
#include "words.h"

enum topic { ABOUT_ACCESS, ABOUT_NEED, ABOUT_HEALTH, ABOUT_OTHER, ABOUT_COUNT };

/// One number that every ward has: minutes, a share within reach, an indicator.
struct measure {
    char *title, *unit;        ///< as shown; unit "" for none
    char *file, *column, *how; ///< the trace: where from, and the arithmetic in words
    enum topic topic;
    ig_polarity polarity;
    int decimals;
    bool sum;                     ///< a count: compared with nothing
    bool counted;                 ///< worked out, not sampled: has no limits
    double *ward, *lower, *upper; ///< one a ward; limits NaN without
    double *district;             ///< one a district
    bool *district_stated;        ///< the file has the value of the district
    double all;                   ///< the whole study
    double benchmark;             ///< national, NaN: none
    char *benchmark_name;
    const double *area;             ///< one an area; NULL: known by ward only
    const char *const *area_status; ///< why it is missing; may be NULL
    size_t *rank, *district_rank;   ///< from 1 (best, or highest without polarity); 0: no value
    size_t ranked;                  ///< wards with a value
    size_t *district_ranked;        ///< by district
    double least, most, quarter, three_quarters, mean, sd; ///< over wards with a value
    const ig_report_indicator *indicator;                  ///< NULL: of access
    size_t mode;                                           ///< of access
    double threshold;                                      ///< share within; NaN: mean minutes
};

struct box {
    double west, south, east, north;
};

struct district {
    const char *code; ///< lent
    char *name;
    size_t *wards, count;
    double people;
};

struct facts {
    const ig_report_input *in;
    const struct words *words;
    struct measure *measures;
    size_t measures_count;
    char **ward_name;                       ///< as shown
    char **area_name;                       ///< as shown, "" where there is none
    char **site_name;                       ///< as shown
    char *title, *attribution;              ///< as shown
    size_t **ward_areas, *ward_areas_count; ///< areas of each ward by code
    struct district *districts;
    size_t districts_count;
    size_t *district_of; ///< of each ward; SIZE_MAX without
    double *ward_people; ///< NaN: not known
    double people;
    bool *ward_page, *district_page; ///< which of them have a page to lead to
    struct box *area_box, *ward_box;
    struct box **ring_box; ///< of the rings of the isochrones, one list a mode
};

ig_status facts_new(ig_ctx *ctx, const ig_report_input *input, const struct words *words,
                    struct facts *out);
void facts_free(struct facts *facts);
/// The measures, worked out for the places that the facts hold (measures.c).
ig_status measures_new(ig_ctx *ctx, struct facts *facts);
void measures_free(struct facts *facts);

/// "12.3 minutes", "45%", "1,234"; the word for no data when it is NaN. One of 16 buffers in turn
/// of this thread.
const char *value_text(const struct facts *facts, const struct measure *measure, double value);
/// The bare number, for tables whose head has the unit.
const char *number_text(const struct facts *facts, const struct measure *measure, double value);
/// 12345 as "12,345"; no data for NaN. The same buffers.
const char *count_text(const struct facts *facts, double value);
/// People who reach no site: fewer than 5 of them, and not none, are told as that.
bool is_few(double people);
const char *few_text(const struct facts *facts, double people);
/// What stands in the middle of the spine chart: the national value where there is one, else that of
/// the whole study.
double measure_middle(const struct measure *measure);
/// "England", "the nation": the name of the benchmark in a sentence.
const char *benchmark_label(const struct facts *facts, const struct measure *measure);
/// The name that all benchmarks share, else "the nation"; NULL where no measure has one.
const char *benchmarks_label(const struct facts *facts);
/// Key in the catalogue for a comparison: "better", "similar", "worse", "higher", "lower",
/// "not_compared".
const char *compare_ward(const struct measure *measure, size_t ward, double benchmark);
/// The mean of a measure over some areas, as for a ward; NaN where nothing is known.
double measure_over(const struct facts *facts, const struct measure *measure, const size_t *areas,
                    size_t count);
/// Name if there is one, else the code.
const char *ward_label(const struct facts *facts, size_t ward);
const char *area_label(const struct facts *facts, size_t area);
/// "on foot", "by car" ... in the language of the pages.
const char *mode_words(const struct facts *facts, size_t mode);

#endif
