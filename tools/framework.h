/// The framework of the command: what main, parse, usage and the rest share. Not for cmd_*.c.
#ifndef ISOGAP_TOOLS_FRAMEWORK_H
#define ISOGAP_TOOLS_FRAMEWORK_H

#include "command.h"

#include <stdio.h>

/// All commands, NULL-ended, in the order of help.
extern const struct command *const commands[];
const struct command *find_command(const char *name);
/// The command that stands under a second word of another ("merge" of matrix); NULL without.
const struct command *find_verb(const struct command *command, const char *word);

// ---- options of every command -----------------------------------------------------------------

enum progress_form { PROGRESS_AUTO, PROGRESS_BAR, PROGRESS_PLAIN, PROGRESS_JSON, PROGRESS_NONE };
enum log_format { LOG_TEXT, LOG_JSON };

struct common {
    bool json, overwrite, strict, quiet, allow_vrt, allow_network, help, version, json_usage;
    int64_t threads;
    double max_expand;
    int progress, log_format;
    const char *crs, *work_crs, *memory;
};
extern const ig_option common_options[];

// ---- the options of a command as one flat list (options.c) ------------------------------------

/// An option with the names it goes by.
struct bound {
    const ig_option *option;
    const struct option_group *group; ///< NULL: the command's own, or a common one
    bool common;
    char name[64];  ///< as help shows it, without dashes
    char alias[64]; ///< a second name; "" without
};

/// @return NULL when memory cannot be had; free with free()
struct bound *bound_options(const struct command *command, size_t *count);
/// Option by one of its names; NULL when there is none.
const struct bound *find_bound(const struct bound *list, size_t count, const char *name);
/// Default of an option as text, kept by the store; NULL without one.
const char *default_text(const struct command *command, const struct bound *bound,
                         ig_option_store *store);
/// "FILE", "N", "a|b|c" ...: what stands behind an option in help; NULL for flags.
const char *value_word(const ig_option *option);
/// Word for the kind in --json-usage.
const char *kind_word(ig_option_kind kind);

// ---- parse.c ----------------------------------------------------------------------------------

/// What the words of a command line set.
struct parsed {
    const struct command *command;
    struct common common;
    void *settings;
    ig_option_store *store;
    void **elements; ///< arrays of the repeated groups, to be freed
    size_t elements_count;
};
/// @param argv the words after the command's name
ig_status parse_options(ig_ctx *ctx, const struct command *command, int argc, char **argv,
                        struct parsed *parsed);
void parsed_free(struct parsed *parsed);
/// "512M", "4G", "1.5 GB", plain bytes.
ig_status parse_memory(ig_ctx *ctx, const char *text, uint64_t *bytes);

// ---- words for people -------------------------------------------------------------------------

void print_overview(FILE *to);                              // usage.c
void print_usage(const struct command *command, FILE *to);  // usage.c
int print_json_usage(const struct command *only, FILE *to); // json_usage.c; exit code
int print_completion(const char *shell, FILE *to);          // complete.c; exit code, 2 unknown
void print_man(const struct command *command, FILE *to);    // man.c; NULL: isogap(1)

// ---- messages.c -------------------------------------------------------------------------------

void messages_start(int progress, int log_format, bool quiet);
/// Only the form of messages, before the options are known.
void messages_format(int log_format);
void message_log(ig_level level, const char *message, const char *hint, void *user);
int message_progress(double fraction, const char *what, void *user);
/// End the line of a progress bar, if one stands.
void messages_clear(void);

/// Share.c: did --json stand on the command line?
void command_json_set(bool json);
int command_exit_code_get(void);

#endif
