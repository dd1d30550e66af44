// Manual pages in roff, from the option table.
#include "framework.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/// Text for roff: backslashes and dashes escaped, no line begins with a control character.
static void print_roff(const char *text, FILE *to)
{
    bool first = true;
    for (; text && *text; text++) {
        if (first && (*text == '.' || *text == '\'')) fputs("\\&", to);
        first = *text == '\n';
        if (*text == '\\') {
            fputs("\\e", to);
        } else if (*text == '-') {
            fputs("\\-", to);
        } else {
            fputc(*text, to);
        }
    }
}

static void print_head(const char *name, const char *summary, FILE *to)
{
    fprintf(to, ".TH ");
    for (const char *c = name; *c; c++)
        fputc(toupper((unsigned char)*c), to);
    fprintf(to, " 1 \"\" \"isogap %s\" \"User Commands\"\n.SH NAME\n", ig_version());
    print_roff(name, to);
    fputs(" \\- ", to);
    fputc(tolower((unsigned char)summary[0]), to);
    print_roff(summary + 1, to);
    fputc('\n', to);
}

static void print_paragraphs(const char *text, FILE *to)
{
    while (text && *text) {
        const char *end = strstr(text, "\n\n");
        char *paragraph = strndup(text, end ? (size_t)(end - text) : strlen(text));
        if (paragraph) print_roff(paragraph, to);
        free(paragraph);
        fputc('\n', to);
        if (end) fputs(".PP\n", to);
        text = end ? end + 2 : NULL;
    }
}

static void print_option(const struct command *command, const struct bound *bound,
                         ig_option_store *store, FILE *to)
{
    const char *word = value_word(bound->option);
    const char *standard = command ? default_text(command, bound, store) : NULL;
    fprintf(to, ".TP\n");
    if (!strcmp(bound->name, "output")) fprintf(to, "\\fB\\-o\\fR, ");
    fprintf(to, "\\fB\\-\\-");
    print_roff(bound->name, to);
    fprintf(to, "\\fR");
    if (word) {
        fprintf(to, " \\fI");
        print_roff(word, to);
        fprintf(to, "\\fR");
    }
    fputc('\n', to);
    print_roff(bound->option->help, to);
    if (bound->option->required) fprintf(to, " (required)");
    if (standard) {
        fprintf(to, " (default ");
        print_roff(standard, to);
        fputc(')', to);
    }
    if (bound->alias[0]) {
        fprintf(to, "; also \\fB\\-\\-");
        print_roff(bound->alias, to);
        fprintf(to, "\\fR");
    }
    fprintf(to, ".\n");
}

static void print_exit(FILE *to)
{
    fprintf(to, ".SH EXIT STATUS\n"
                ".TP\n0\ndone; warnings are counted on the last line\n"
                ".TP\n2\nwrong use: an option or a plan file\n"
                ".TP\n3\nan input is bad\n"
                ".TP\n4\nrefused by policy: network, virtual files, disclosure, overwriting, an "
                "output that is an input\n"
                ".TP\n5\nan output could not be written\n"
                ".TP\n6\na limit was met: memory, size, time\n"
                ".TP\n7\na check inside the program failed: a bug\n"
                ".TP\n128+n\nstopped by signal n; temporary files are removed\n");
}

static void print_common(FILE *to)
{
    for (const ig_option *o = common_options; o->name; o++) {
        struct bound bound = {.option = o, .common = true};
        snprintf(bound.name, sizeof bound.name, "%s", o->name);
        print_option(NULL, &bound, NULL, to);
    }
}

static void print_main_page(FILE *to)
{
    print_head("isogap", "Travel time, the access gap and inequality between places", to);
    fprintf(to, ".SH SYNOPSIS\n\\fBisogap\\fR \\fICOMMAND\\fR [options]\n.SH DESCRIPTION\n"
                "From published tables, boundaries and sites isogap answers who can reach a "
                "service, in how long, who cannot, and how unequal that is.\n"
                "Inputs are files; each output is a good input for the next command; "
                "\\fBisogap run\\fR chains them by a plan file.\n.SH COMMANDS\n");
    for (size_t i = 0; commands[i]; i++) {
        fprintf(to, ".TP\n\\fBisogap\\-%s\\fR(1)\n", commands[i]->name);
        print_roff(commands[i]->summary, to);
        fputc('\n', to);
    }
    fprintf(to, ".TP\n\\fBhelp\\fR \\fICOMMAND\\fR\nShow the help of a command\n"
                ".TP\n\\fBcompletion\\fR bash|zsh\nPrint shell completion\n"
                ".TP\n\\fBman\\fR [\\fICOMMAND\\fR]\nPrint a manual page\n"
                ".SH OPTIONS OF EVERY COMMAND\n");
    print_common(to);
    print_exit(to);
    fprintf(to, ".SH ENVIRONMENT\n.TP\n\\fBSOURCE_DATE_EPOCH\\fR\nTime that outputs carry, in "
                "seconds since 1970; without it a fixed date, so that equal runs give equal "
                "bytes.\n");
}

static void print_command_page(const struct command *command, FILE *to)
{
    char name[64];
    snprintf(name, sizeof name, "isogap-%s", command->name);
    print_head(name, command->summary, to);
    size_t count = 0;
    struct bound *list = bound_options(command, &count);
    ig_option_store *store = ig_option_store_new();
    fprintf(to, ".SH SYNOPSIS\n\\fBisogap %s\\fR [options]%s%s\n.SH DESCRIPTION\n", command->name,
            command->positional ? " " : "", command->positional ? command->positional : "");
    print_paragraphs(command->about ? command->about : command->summary, to);
    fprintf(to, ".SH OPTIONS\n");
    for (size_t i = 0; list && store && i < count; i++) {
        if (!list[i].common) print_option(command, &list[i], store, to);
    }
    fprintf(to, ".PP\nThe options of every command are in \\fBisogap\\fR(1).\n");
    if (command->example) {
        fprintf(to, ".SH EXAMPLE\n.nf\n");
        print_roff(command->example, to);
        fprintf(to, "\n.fi\n");
    }
    print_exit(to);
    fprintf(to, ".SH SEE ALSO\n\\fBisogap\\fR(1)\n");
    ig_option_store_free(store);
    free(list);
}

void print_man(const struct command *command, FILE *to)
{
    if (command) {
        print_command_page(command, to);
    } else {
        print_main_page(to);
    }
}
