/// A command: options declared once, a run function, nothing of method.
#ifndef ISOGAP_TOOLS_COMMAND_H
#define ISOGAP_TOOLS_COMMAND_H

#include <isogap.h>
#include <jansson.h>

/// Options of a room inside a command's settings. With a prefix ("areas-"), every name can be
/// written with it; the names of `bare` ("where|header") without it too. A bare name that an
/// earlier option of the command has already is left to that one.
struct option_group {
    const ig_option *options;
    size_t offset;      ///< of the room's option struct in the settings
    const char *prefix; ///< NULL: bare names only
    const char *bare;   ///< names that may stand without prefix, "a|b"; with prefix NULL the names
                        ///< that are offered at all. NULL: none, with prefix NULL all
    const char *drop;   ///< names of the list that this command does not offer, "a|b", or NULL

    /// Repeatable group (join's tables): the option `opener` ("table"), itself in the list, starts
    /// a new element; the options after it belong to it. `offset` is then that of a struct
    /// repeated, the room's struct lies at `element_offset` of an element. Several groups with one
    /// opener fill the same elements. NULL for a single one.
    const char *opener;
    size_t element_size, element_offset;
    void (*element_defaults)(void *element); ///< with the opener's own group; may be NULL: zeros
};

/// Elements of a repeatable group.
struct repeated {
    void *elements;
    size_t count;
};

struct command {
    const char *name;
    const char *summary;               ///< one line, imperative, no full stop
    const char *about;                 ///< paragraphs for --help and the man page
    const char *example;               ///< commands that run on geodata/, one a line
    const ig_option *options;          ///< the command's own; one named "output" is -o too
    const struct option_group *groups; ///< ended by options == NULL; may be NULL
    /// What bare arguments are: "PLAN" exactly one, "FILE..." one or more, "[FILE...]" any number;
    /// NULL: none.
    const char *positional;
    size_t positional_offset;   ///< of an ig_texts
    const struct command *verb; ///< a command of its own under a second word ("matrix merge"); NULL
    size_t settings_size;
    void (*defaults)(void *settings); ///< may be NULL: zeros
    /// Do it. Results go to files or standard output; keys into `json`, which the framework prints
    /// with command, version, outputs and warnings when --json is given.
    ig_status (*run)(ig_ctx *ctx, void *settings, json_t *json);
};

extern const struct command cmd_matrix; // and its verb merge
extern const struct command cmd_join, cmd_cost, cmd_travel, cmd_isochrone, cmd_access, cmd_gap,
    cmd_classify, cmd_map, cmd_report, cmd_run, cmd_check, cmd_rates, cmd_compare, cmd_trend,
    cmd_inequality, cmd_convert, cmd_spatial;
extern const struct command cmd_assess, cmd_site;

// ---- what commands share ----------------------------------------------------------------------

/// Refuse with a message and a hint (NULL: none): `return command_fail(ctx, IG_EINVAL, "give ...",
/// "--travel is required")`. Gives the status back.
ig_status command_fail(ig_ctx *ctx, ig_status status, const char *hint, const char *format, ...)
    IG_PRINTF(4, 5);
/// Exit code of a run that ended well all the same (check: 3 when it found something bad).
void command_exit_code(int code);

/// `rows` of the JSON from a result (names as keys, missing as null).
json_t *json_rows(const ig_result *result);
/// A double as JSON: null when it is not finite.
json_t *json_number(double value);
/// Was --json asked for? Then no table goes to standard output.
bool command_json(void);
/// Write a result to `output`, or as CSV to standard output when it is NULL and --json is not
/// asked for; adds the path to `outputs` of the JSON. `name` is that of the layer or sheet.
ig_status command_write(ig_ctx *ctx, const ig_result *result, const char *output, const char *name,
                        const char *const *inputs, json_t *json);
/// Does an output of that name hold shapes (.gpkg, .geojson, .shp)? NULL does not.
bool command_carries_shapes(const char *output);
/// Add a path to `outputs` of the JSON.
ig_status command_output(json_t *json, const char *path);
/// Put the keys of a study's summary into the JSON; the text goes with ig_study_free in any case.
ig_status command_summary(ig_ctx *ctx, char *text, json_t *json);

#endif
