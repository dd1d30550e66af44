// Completion scripts for bash and zsh, from the option table.
#include "framework.h"

#include <stdlib.h>
#include <string.h>

static const char shells[] = "bash zsh";

static void print_choices(FILE *to, const char *choices)
{
    for (; *choices; choices++)
        fputc(*choices == '|' ? ' ' : *choices, to);
}

static bool is_file(ig_option_kind kind)
{
    return kind == IG_OPTION_INPUT || kind == IG_OPTION_OUTPUT || kind == IG_OPTION_INPUTS;
}

/// Values of one option, as a line of the case statement: choices, files or nothing.
static void bash_value(const struct command *command, const struct bound *bound, FILE *to)
{
    const ig_option *option = bound->option;
    if (option->kind == IG_OPTION_FLAG) return;
    fprintf(to, "        \"%s --%s\"", command->name, bound->name);
    if (bound->alias[0]) fprintf(to, " | \"%s --%s\"", command->name, bound->alias);
    if (!strcmp(bound->name, "output")) fprintf(to, " | \"%s -o\"", command->name);
    if (option->kind == IG_OPTION_CHOICE) {
        fprintf(to, ") words=\"");
        print_choices(to, option->choices);
        fprintf(to, "\" ;;\n");
    } else if (is_file(option->kind)) {
        fprintf(to, ") files=1 ;;\n");
    } else {
        fprintf(to, ") return ;;\n");
    }
}

static void bash_commands(FILE *to)
{
    for (size_t i = 0; commands[i]; i++)
        fprintf(to, "%s ", commands[i]->name);
    fprintf(to, "help completion man");
}

static void print_bash(FILE *to)
{
    fprintf(to, "# bash completion for isogap, made by: isogap completion bash\n"
                "_isogap()\n{\n"
                "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                "    local command=${COMP_WORDS[1]} words='' files=''\n"
                "    COMPREPLY=()\n"
                "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                "        COMPREPLY=($(compgen -W '");
    bash_commands(to);
    fprintf(to, " --help --version --json-usage' -- \"$current\"))\n"
                "        return\n    fi\n"
                "    case \"$command $before\" in\n"
                "        \"help help\" | \"man man\") words='");
    bash_commands(to);
    fprintf(to, "' ;;\n        \"completion completion\") words='%s' ;;\n", shells);
    for (size_t i = 0; commands[i]; i++) {
        size_t count = 0;
        struct bound *list = bound_options(commands[i], &count);
        for (size_t j = 0; list && j < count; j++)
            bash_value(commands[i], &list[j], to);
        free(list);
    }
    fprintf(to, "    esac\n"
                "    if [ -n \"$files\" ]; then\n"
                "        compopt -o filenames 2>/dev/null\n"
                "        COMPREPLY=($(compgen -f -- \"$current\"))\n"
                "        return\n    fi\n"
                "    if [ -z \"$words\" ]; then\n"
                "        case \"$command\" in\n");
    for (size_t i = 0; commands[i]; i++) {
        size_t count = 0;
        struct bound *list = bound_options(commands[i], &count);
        fprintf(to, "        %s) words='", commands[i]->name);
        for (size_t j = 0; list && j < count; j++) {
            fprintf(to, "%s--%s", j ? " " : "", list[j].name);
            if (list[j].alias[0]) fprintf(to, " --%s", list[j].alias);
        }
        fprintf(to, "' ;;\n");
        free(list);
    }
    fprintf(to, "        esac\n"
                "        case \"$current\" in\n"
                "        -*) ;;\n"
                "        *)\n"
                "            compopt -o filenames 2>/dev/null\n"
                "            COMPREPLY=($(compgen -f -- \"$current\"))\n"
                "            return ;;\n"
                "        esac\n"
                "    fi\n"
                "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
                "}\ncomplete -F _isogap isogap\n");
}

/// Help inside a zsh specification: brackets, colons and quotes escaped.
static void zsh_help(const char *help, FILE *to)
{
    for (; help && *help; help++) {
        if (*help == '\'') {
            fputs("'\\''", to);
            continue;
        }
        if (strchr("[]:\\", *help)) fputc('\\', to);
        fputc(*help, to);
    }
}

static void zsh_option(const struct bound *bound, FILE *to)
{
    const ig_option *option = bound->option;
    const bool again = ig_option_is_list(option) || (bound->group && bound->group->opener);
    fprintf(to, "            '%s--%s%s[", again ? "*" : "", bound->name,
            option->kind == IG_OPTION_FLAG ? "" : "=");
    zsh_help(option->help, to);
    fputc(']', to);
    if (option->kind == IG_OPTION_CHOICE) {
        fprintf(to, ":value:(");
        print_choices(to, option->choices);
        fputc(')', to);
    } else if (is_file(option->kind)) {
        fprintf(to, ":file:_files");
    } else if (option->kind != IG_OPTION_FLAG) {
        fprintf(to, ":value: ");
    }
    fprintf(to, "' \\\n");
}

static void print_zsh(FILE *to)
{
    fprintf(to, "#compdef isogap\n# zsh completion for isogap, made by: isogap completion zsh\n"
                "_isogap()\n{\n    local -a commands\n    commands=(\n");
    for (size_t i = 0; commands[i]; i++) {
        fprintf(to, "        '%s:", commands[i]->name);
        zsh_help(commands[i]->summary, to);
        fprintf(to, "'\n");
    }
    fprintf(to, "        'help:Show the help of a command'\n"
                "        'completion:Print shell completion'\n"
                "        'man:Print a manual page'\n    )\n"
                "    if (( CURRENT == 2 )); then\n"
                "        _describe command commands\n        return\n    fi\n"
                "    case \"$words[2]\" in\n");
    for (size_t i = 0; commands[i]; i++) {
        size_t count = 0;
        struct bound *list = bound_options(commands[i], &count);
        fprintf(to, "    %s)\n        _arguments \\\n", commands[i]->name);
        for (size_t j = 0; list && j < count; j++)
            zsh_option(&list[j], to);
        fprintf(to, "            '*:file:_files' ;;\n");
        free(list);
    }
    fprintf(to,
            "    help|man) (( CURRENT == 3 )) && _describe command commands ;;\n"
            "    completion) (( CURRENT == 3 )) && compadd %s ;;\n"
            "    esac\n}\n_isogap \"$@\"\n",
            shells);
}

int print_completion(const char *shell, FILE *to)
{
    if (!strcmp(shell, "bash")) {
        print_bash(to);
    } else if (!strcmp(shell, "zsh")) {
        print_zsh(to);
    } else {
        return 2;
    }
    return 0;
}
