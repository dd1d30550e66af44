// --help: what a command does, its options with their defaults, an example.
#include "framework.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 96, INDENT = 30 };

/// Text broken at blanks, each line behind `indent` columns; the first starts at `at`.
static void print_wrapped(FILE *to, const char *text, int indent, int at)
{
    while (*text) {
        while (*text == ' ')
            text++;
        const size_t word = strcspn(text, " \n");
        if (at > indent && at + (int)word > WIDTH) {
            fprintf(to, "\n%*s", indent, "");
            at = indent;
        }
        at += fprintf(to, "%.*s", (int)word, text);
        text += word;
        if (*text == '\n') {
            fprintf(to, "\n%*s", indent, "");
            at = indent;
            text++;
        } else if (*text) {
            at += fprintf(to, " ");
        }
    }
    fputc('\n', to);
}

static void print_option(const struct command *command, const struct bound *bound,
                         ig_option_store *store, FILE *to)
{
    const ig_option *option = bound->option;
    const char *word = value_word(option);
    const bool output = !strcmp(bound->name, "output");
    int at = fprintf(to, "  %s--%s", output ? "-o, " : "", bound->name);
    if (word) at += fprintf(to, " %s", word);
    if (at >= INDENT) {
        fprintf(to, "\n%*s", INDENT, "");
    } else {
        fprintf(to, "%*s", INDENT - at, "");
    }
    const char *standard = default_text(command, bound, store);
    char help[1024];
    snprintf(help, sizeof help, "%s%s%s%s%s%s%s%s", option->help ? option->help : "",
             option->required ? " (required)" : "", standard ? " (default " : "",
             standard ? standard : "", standard ? ")" : "", bound->alias[0] ? "; also --" : "",
             bound->alias, "");
    print_wrapped(to, help, INDENT, INDENT);
}

static void print_synopsis(const struct command *command, const struct bound *list, size_t count,
                           FILE *to)
{
    fprintf(to, "Usage: isogap %s", command->name);
    for (size_t i = 0; i < count; i++) {
        const char *word = value_word(list[i].option);
        if (!list[i].option->required || !strcmp(list[i].name, "output")) continue;
        fprintf(to, " --%s%s%s", list[i].name, word ? " " : "", word ? word : "");
    }
    if (command->positional) fprintf(to, " %s", command->positional);
    const struct bound *output = find_bound(list, count, "output");
    fprintf(to, " [options]%s\n",
            !output                    ? ""
            : output->option->required ? " -o FILE"
                                       : " [-o FILE]");
}

/// The options that `wanted` picks, under a heading.
static void print_section(const struct command *command, const struct bound *list, size_t count,
                          const char *opener, bool common, ig_option_store *store, FILE *to)
{
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        const char *own = list[i].group ? list[i].group->opener : NULL;
        const bool same = !own ? !opener : opener && !strcmp(own, opener);
        if (list[i].common != common || !same) continue;
        if (first && common) fprintf(to, "\nOptions of every command:\n");
        if (first && !common && opener) fprintf(to, "\nOptions of each --%s:\n", opener);
        if (first && !common && !opener) fprintf(to, "\nOptions:\n");
        first = false;
        print_option(command, &list[i], store, to);
    }
}

void print_usage(const struct command *command, FILE *to)
{
    size_t count = 0;
    struct bound *list = bound_options(command, &count);
    ig_option_store *store = ig_option_store_new();
    if (list && store) {
        fprintf(to, "isogap %s: %s\n\n", command->name, command->summary);
        print_synopsis(command, list, count, to);
        if (command->about) {
            fputc('\n', to);
            print_wrapped(to, command->about, 0, 0);
        }
        print_section(command, list, count, NULL, false, store, to);
        for (const struct option_group *g = command->groups; g && g->options; g++) {
            if (!g->opener || !ig_option_find(g->options, g->opener)) continue;
            print_section(command, list, count, g->opener, false, store, to);
        }
        print_section(command, list, count, NULL, true, store, to);
        if (command->example) fprintf(to, "\nExample:\n");
        for (const char *line = command->example; line && *line;) {
            const size_t length = strcspn(line, "\n");
            fprintf(to, "  %.*s\n", (int)length, line);
            line += length + (line[length] == '\n');
        }
    }
    ig_option_store_free(store);
    free(list);
}

void print_overview(FILE *to)
{
    fprintf(to,
            "isogap %s: travel time, the access gap and inequality between places\n\n"
            "Usage: isogap COMMAND [options]\n\nCommands:\n",
            ig_version());
    for (size_t i = 0; commands[i]; i++) {
        fprintf(to, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
    }
    fprintf(to, "\n  %-12s %s\n", "help", "Show the help of a command: isogap help COMMAND");
    fprintf(to, "  %-12s %s\n", "completion", "Print shell completion: isogap completion bash|zsh");
    fprintf(to, "  %-12s %s\n", "man", "Print a manual page: isogap man [COMMAND]");
    fprintf(to,
            "\nEvery command: --help with an example, --json for machines, --version.\n"
            "Exit codes: 0 done, 2 wrong use, 3 bad input, 4 refused by policy, 5 not written,\n"
            "6 limit met, 7 bug, 128+n stopped by signal n.\n"
            "\nExample:\n  isogap run geodata/plan.yaml\n");
}
