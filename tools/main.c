// isogap: one verb a command. Starts the process, finds the command, runs it, gives its exit code.
#include "framework.h"

#include <core/inside.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static ig_ctx *running; // for the signal handler only
static volatile sig_atomic_t stopped_by;

/// The first signal sets a flag, at which the work stops and cleans up; a second one ends the
/// process at once, after the files in the making are removed.
static void on_signal(int number)
{
    if (stopped_by) {
        ig_outputs_remove_all();
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    stopped_by = number;
    if (running) ig_ctx_cancel(running);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

static bool has_word(int argc, char **argv, const char *word)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
        if (!strcmp(argv[i], word)) return true;
    }
    return false;
}

static bool wants_json_log(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--log-format=json")) return true;
        if (i + 1 < argc && !strcmp(argv[i], "--log-format") && !strcmp(argv[i + 1], "json")) {
            return true;
        }
    }
    return false;
}

static void tell_failure(ig_ctx *ctx)
{
    message_log(IG_ERROR, ig_ctx_message(ctx), ig_ctx_hint(ctx), NULL);
}

/// Standard output is flushed and looked at: a full disk behind `>` is a failure too.
static int close_output(int code)
{
    if (!fflush(stdout) && !ferror(stdout)) return code;
    message_log(IG_ERROR, "standard output could not be written", strerror(errno), NULL);
    return code ? code : 5;
}

static ig_status apply_common(ig_ctx *ctx, const struct common *common)
{
    ig_ctx_set_threads(ctx, (int)common->threads);
    ig_ctx_set_strict(ctx, common->strict);
    ig_ctx_set_overwrite(ctx, common->overwrite);
    ig_ctx_set_allow_vrt(ctx, common->allow_vrt);
    ig_ctx_set_allow_network(ctx, common->allow_network);
    ig_ctx_set_max_expand(ctx, common->max_expand);
    ig_status status = IG_OK;
    if (common->memory) {
        uint64_t bytes;
        status = parse_memory(ctx, common->memory, &bytes);
        if (!status) ig_ctx_set_memory(ctx, bytes);
    }
    if (!status && common->crs) status = ig_ctx_set_input_crs(ctx, common->crs);
    if (!status && common->work_crs) status = ig_ctx_set_work_crs(ctx, common->work_crs);
    return status;
}

static ig_status print_document(ig_ctx *ctx, json_t *json)
{
    json_t *warnings = json_array();
    for (size_t i = 0; i < ig_ctx_warnings(ctx); i++) {
        json_array_append_new(warnings, json_string(ig_ctx_warning(ctx, i)));
    }
    char *text = NULL;
    ig_status status = IG_EMEMORY;
    if (!json_object_set_new(json, "warnings", warnings)) {
        status = ig_json_text(json, true, &text);
    }
    if (status) return ig_fail(ctx, status, "no memory for the JSON document");
    puts(text);
    ig_json_free(text);
    return IG_OK;
}

static void count_warnings(const ig_ctx *ctx)
{
    const size_t count = ig_ctx_warnings(ctx);
    char text[64];
    snprintf(text, sizeof text, "done, %zu warning%s", count, count == 1 ? "" : "s");
    if (count) message_log(IG_INFO, text, NULL, NULL);
}

static ig_status run_parsed(ig_ctx *ctx, struct parsed *parsed)
{
    ig_status status = apply_common(ctx, &parsed->common);
    if (status) return status;
    command_json_set(parsed->common.json);
    messages_start(parsed->common.progress, parsed->common.log_format, parsed->common.quiet);
    json_t *json = json_pack("{s:s, s:s, s:[]}", "command", parsed->command->name, "version",
                             ig_version(), "outputs");
    if (!json) return ig_fail(ctx, IG_EMEMORY, "no memory for %s", parsed->command->name);
    status = parsed->command->run(ctx, parsed->settings, json);
    messages_clear();
    if (!status && ig_ctx_strict(ctx)) {
        status = ig_fail(ctx, IG_EFORMAT, "warnings are errors, as --strict asks");
    }
    if (!status && parsed->common.json) status = print_document(ctx, json);
    if (!status) count_warnings(ctx);
    json_decref(json);
    return status;
}

static int run_command(ig_ctx *ctx, const struct command *command, int argc, char **argv)
{
    struct parsed parsed;
    ig_status status = parse_options(ctx, command, argc, argv, &parsed);
    int code = 0;
    if (!status && parsed.common.help) {
        print_usage(command, stdout);
    } else if (!status && parsed.common.version) {
        printf("isogap %s\n", ig_version());
    } else if (!status && parsed.common.json_usage) {
        code = print_json_usage(command, stdout);
    } else if (!status) {
        status = run_parsed(ctx, &parsed);
        if (!status) code = command_exit_code_get();
    }
    if (status) {
        tell_failure(ctx);
        code = stopped_by ? 128 + stopped_by : ig_status_exit_code(status);
    }
    parsed_free(&parsed);
    return code;
}

static int unknown_command(ig_ctx *ctx, const char *name)
{
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; commands[i] && count < 60; i++)
        names[count++] = commands[i]->name;
    names[count++] = "help";
    names[count++] = "completion";
    names[count++] = "man";
    const char *near = ig_nearest_name(name, names, count);
    ig_fail(ctx, IG_EINVAL, "there is no command \"%s\"", ig_show(name));
    if (near) {
        ig_hint(ctx, "did you mean %s?", near);
    } else {
        ig_hint(ctx, "isogap --help lists the commands");
    }
    tell_failure(ctx);
    return 2;
}

/// help, completion and man: words about the others.
static int run_words(ig_ctx *ctx, int argc, char **argv, bool *known)
{
    const char *verb = argv[1], *about = argc > 2 ? argv[2] : NULL;
    const struct command *command = about ? find_command(about) : NULL;
    const struct command *second = argc > 3 ? find_verb(command, argv[3]) : NULL;
    if (second) command = second;
    *known = true;
    if (!strcmp(verb, "help") || !strcmp(verb, "--help") || !strcmp(verb, "-h")) {
        if (about && about[0] != '-' && !command) return unknown_command(ctx, about);
        if (command) print_usage(command, stdout);
        if (!command) print_overview(stdout);
        return 0;
    }
    if (!strcmp(verb, "--version")) {
        printf("isogap %s\n", ig_version());
        return 0;
    }
    if (!strcmp(verb, "--json-usage")) return print_json_usage(NULL, stdout);
    if (!strcmp(verb, "man")) {
        if (about && !command) return unknown_command(ctx, about);
        print_man(command, stdout);
        return 0;
    }
    if (!strcmp(verb, "completion")) {
        if (about && !print_completion(about, stdout)) return 0;
        ig_fail(ctx, IG_EINVAL, "completion is made for bash or zsh");
        ig_hint(ctx, "isogap completion bash > ~/.local/share/bash-completion/completions/isogap");
        tell_failure(ctx);
        return 2;
    }
    *known = false;
    return 0;
}

int main(int argc, char **argv)
{
    const ig_status started = ig_process_start(has_word(argc, argv, "--allow-network"),
                                               has_word(argc, argv, "--allow-vrt"));
    if (wants_json_log(argc, argv)) messages_format(LOG_JSON);
    ig_ctx *ctx = started ? NULL : ig_ctx_new();
    if (!ctx) {
        message_log(IG_ERROR, "the process could not be made safe to start",
                    started ? ig_status_text(started) : "no memory", NULL);
        return started ? ig_status_exit_code(started) : 6;
    }
    ig_ctx_set_log(ctx, message_log, NULL);
    ig_ctx_set_progress(ctx, message_progress, NULL);
    if (!has_word(argc, argv, "--allow-network") && !ig_process_is_offline()) {
        ig_debug(ctx, "the system cannot take the network away from this process");
    }
    running = ctx;
    catch_signals();
    int code;
    if (argc < 2) {
        print_overview(stderr);
        code = 2;
    } else {
        bool known = false;
        code = run_words(ctx, argc, argv, &known);
        const struct command *command = known ? NULL : find_command(argv[1]);
        const struct command *second = argc > 2 ? find_verb(command, argv[2]) : NULL;
        if (second)
            code = run_command(ctx, second, argc - 3, argv + 3);
        else if (command)
            code = run_command(ctx, command, argc - 2, argv + 2);
        if (!known && !command) code = unknown_command(ctx, argv[1]);
    }
    code = close_output(code);
    running = NULL;
    ig_ctx_free(ctx);
    return code;
}
