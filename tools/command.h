/// A command: options declared once, a run function, nothing of method.
#ifndef ISOGAP_TOOLS_COMMAND_H
#define ISOGAP_TOOLS_COMMAND_H

#include <isogap.h>
#include <jansson.h>

/// Options of a room inside a command's settings. With a prefix ("areas-"), every name can be
/// written with it; the names of `bare` ("where|header") without it too.
struct option_group {
    const ig_option *options;
    size_t offset;      ///< of the room's option struct in the settings
    const char *prefix; ///< NULL: bare names only
    const char
        *bare; ///< names that may stand without prefix, "a|b"; NULL: none but with prefix NULL all
    /// Repeatable group (join's tables): `opener` ("table") starts a new element; then `offset` is
    /// that of a struct repeated. NULL for a single one.
    const char *opener;
    size_t element_size;
};

/// Elements of a repeatable group.
struct repeated {
    void *elements;
    size_t count;
};

struct command {
    const char *name;
    const char *summary;               ///< one line, imperative
    const char *about;                 ///< paragraphs for --help and the man page
    const char *example;               ///< commands that run on geodata/
    const ig_option *options;          ///< the command's own
    const struct option_group *groups; ///< ended by options == NULL; may be NULL
    const char *positional;            ///< what bare arguments are ("PLAN", "FILE..."); NULL: none
    size_t positional_offset;          ///< of an ig_texts
    size_t settings_size;
    void (*defaults)(void *settings); ///< may be NULL: zeros
    /// Do it. Results go to files or standard output; keys into `json`, which the framework prints
    /// with command, version, outputs and warnings when --json is given.
    ig_status (*run)(ig_ctx *ctx, void *settings, json_t *json);
};

extern const struct command cmd_join, cmd_cost, cmd_travel, cmd_isochrone, cmd_access, cmd_gap,
    cmd_classify, cmd_map, cmd_run, cmd_check;

// ---- what commands share ----------------------------------------------------------------------

/// `rows` of the JSON from a result (names as keys, missing as null).
json_t *json_rows(const ig_result *result);
/// A double as JSON: null when it is not finite.
json_t *json_number(double value);
/// Was --json asked for? Then no table goes to standard output.
bool command_json(void);
/// Write a result to `output`, or as CSV to standard output when it is NULL and --json is not
/// asked for; adds the path to `outputs` of the JSON.
ig_status command_write(ig_ctx *ctx, const ig_result *result, const char *output, const char *name,
                        const char *const *inputs, json_t *json);
/// Add a path to `outputs` of the JSON.
ig_status command_output(json_t *json, const char *path);

#endif
