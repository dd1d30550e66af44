// The command line: words to settings, by the option table.
#include "framework.h"

#include <core/inside.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/// One option as it stands on the command line.
struct given {
    const struct bound *bound;
    const char *text;  ///< NULL: none follows
    const char *shown; ///< as the user wrote it, without the value; kept by the store
    size_t element;    ///< of a repeated group, from 0
};

struct line {
    ig_ctx *ctx;
    const struct command *command;
    struct bound *options;
    size_t options_count;
    struct given *given;
    size_t given_count;
    const char **bare;
    size_t bare_count;
    struct parsed *out;
};

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the command line");
}

static void hint_help(struct line *line)
{
    ig_hint(line->ctx, "isogap %s --help lists the options", line->command->name);
}

static ig_status unknown_option(struct line *line, const char *name)
{
    const char **names = ig_alloc(line->options_count * 2, sizeof *names);
    if (!names) return no_memory(line->ctx);
    size_t count = 0;
    for (size_t i = 0; i < line->options_count; i++) {
        names[count++] = line->options[i].name;
        if (line->options[i].alias[0]) names[count++] = line->options[i].alias;
    }
    const char *near = ig_nearest_name(name, names, count);
    ig_fail(line->ctx, IG_EINVAL, "%s has no option --%s", line->command->name, ig_show(name));
    if (near) {
        ig_hint(line->ctx, "did you mean --%s?", near);
    } else {
        hint_help(line);
    }
    ig_free(names);
    return IG_EINVAL;
}

static const struct bound *find_short(struct line *line, char letter)
{
    const char *name = letter == 'o' ? "output" : letter == 'h' ? "help" : NULL;
    return name ? find_bound(line->options, line->options_count, name) : NULL;
}

/// Does the next word look like an option of this command? Then a value is missing before it.
static bool is_option(struct line *line, const char *word)
{
    if (word[0] != '-' || word[1] != '-' || !word[2]) return false;
    char name[64];
    const size_t length = strcspn(word + 2, "=");
    if (length >= sizeof name) return false;
    memcpy(name, word + 2, length);
    name[length] = '\0';
    return find_bound(line->options, line->options_count, name) != NULL;
}

/// One word that begins with a dash, and its value. @param[in,out] at advanced over the value
static ig_status take_option(struct line *line, int argc, char **argv, int *at)
{
    const char *word = argv[*at], *text = NULL;
    const struct bound *bound;
    ig_text shown = {0};
    if (word[1] == '-') {
        const size_t length = strcspn(word + 2, "=");
        ig_text_append_bytes(&shown, word, length + 2);
        if (shown.failed) return no_memory(line->ctx);
        bound = find_bound(line->options, line->options_count, shown.data + 2);
        if (word[length + 2] == '=') text = word + length + 3;
    } else {
        ig_text_append_bytes(&shown, word, 2);
        if (shown.failed) return no_memory(line->ctx);
        bound = find_short(line, word[1]);
        if (bound && word[2]) text = word + 2 + (word[2] == '=');
    }
    ig_status status = IG_OK;
    if (!bound) {
        if (word[1] == '-') {
            status = unknown_option(line, shown.data + 2);
        } else {
            ig_fail(line->ctx, IG_EINVAL, "%s has no option %s", line->command->name,
                    ig_show(word));
            hint_help(line);
            status = IG_EINVAL;
        }
        goto done;
    }
    const bool alone = *at + 1 >= argc || argv[*at + 1][0] == '-';
    if (!text && bound->option->kind == IG_OPTION_OUTPUT && alone) text = bound->option->choices;
    if (!text && bound->option->kind != IG_OPTION_FLAG) {
        if (*at + 1 >= argc || is_option(line, argv[*at + 1])) {
            status = ig_fail(line->ctx, IG_EINVAL, "%s needs a value: %s", shown.data,
                             value_word(bound->option));
            goto done;
        }
        text = argv[++*at];
    }
    line->given[line->given_count++] =
        (struct given){.bound = bound, .text = text ? text : "true", .shown = shown.data};
    return IG_OK; // `shown` is freed with the line
done:
    ig_text_free(&shown);
    return status;
}

static ig_status take_words(struct line *line, int argc, char **argv)
{
    bool options = true;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (options && !strcmp(word, "--")) {
            options = false;
        } else if (options && word[0] == '-' && word[1]) {
            const ig_status status = take_option(line, argc, argv, &i);
            if (status) return status;
        } else {
            line->bare[line->bare_count++] = word;
        }
    }
    return IG_OK;
}

static bool is_opener(const struct bound *bound)
{
    return bound->group && bound->group->opener &&
           !strcmp(bound->option->name, bound->group->opener);
}

static size_t count_openers(const struct line *line, const char *opener)
{
    size_t count = 0;
    for (size_t i = 0; i < line->given_count; i++) {
        const struct bound *bound = line->given[i].bound;
        if (is_opener(bound) && !strcmp(bound->group->opener, opener)) count++;
    }
    return count;
}

/// Number each option of a repeated group by the element it belongs to. What stands before the
/// first opener belongs to the first element when it is the only one.
static ig_status place_elements(struct line *line)
{
    for (size_t i = 0; i < line->given_count; i++) {
        struct given *given = &line->given[i];
        if (!given->bound->group || !given->bound->group->opener) continue;
        const char *opener = given->bound->group->opener;
        size_t before = 0;
        for (size_t j = 0; j <= i; j++) {
            const struct bound *bound = line->given[j].bound;
            before += is_opener(bound) && !strcmp(bound->group->opener, opener);
        }
        const size_t all = count_openers(line, opener);
        if (!before && all != 1) {
            ig_fail(line->ctx, IG_EINVAL,
                    all ? "%s stands before the first --%s" : "%s is given without --%s",
                    given->shown, opener);
            return ig_hint(line->ctx, "each %s goes with the --%s before it", given->shown, opener);
        }
        given->element = before ? before - 1 : 0;
    }
    return IG_OK;
}

/// Room for the elements of each repeated group, with their defaults.
static ig_status make_elements(struct line *line)
{
    size_t groups = 0;
    for (const struct option_group *g = line->command->groups; g && g->options; g++)
        groups++;
    struct parsed *out = line->out;
    if (groups && !(out->elements = ig_alloc(groups, sizeof *out->elements))) {
        return no_memory(line->ctx);
    }
    for (const struct option_group *g = line->command->groups; g && g->options; g++) {
        if (!g->opener || !ig_option_find(g->options, g->opener)) continue;
        struct repeated *repeated = (void *)((char *)out->settings + g->offset);
        repeated->count = count_openers(line, g->opener);
        if (!repeated->count) continue;
        repeated->elements = ig_alloc(repeated->count, g->element_size);
        if (!repeated->elements) return no_memory(line->ctx);
        out->elements[out->elements_count++] = repeated->elements;
        for (size_t i = 0; g->element_defaults && i < repeated->count; i++) {
            g->element_defaults((char *)repeated->elements + i * g->element_size);
        }
    }
    return IG_OK;
}

static void *struct_of(const struct line *line, const struct given *given)
{
    if (given->bound->common) return &line->out->common;
    const struct option_group *group = given->bound->group;
    if (!group) return line->out->settings;
    char *at = (char *)line->out->settings + group->offset;
    if (!group->opener) return at;
    const struct repeated *repeated = (const void *)at;
    return (char *)repeated->elements + given->element * group->element_size +
           group->element_offset;
}

/// A list that has a default starts empty when it is given.
static void clear_list(const ig_option *option, void *settings)
{
    if (!ig_option_is_list(option)) return;
    void *at = (char *)settings + option->offset;
    if (option->kind == IG_OPTION_NUMBERS) {
        *(ig_numbers *)at = (ig_numbers){0};
    } else {
        *(ig_texts *)at = (ig_texts){0};
    }
}

static ig_status set_options(struct line *line)
{
    for (size_t i = 0; i < line->given_count; i++) {
        const struct given *given = &line->given[i];
        const ig_option *option = given->bound->option;
        bool first = true;
        for (size_t j = 0; j < i && first; j++) {
            const struct given *other = &line->given[j];
            first = other->bound != given->bound || other->element != given->element;
        }
        if (!first && !ig_option_is_list(option) && option->kind != IG_OPTION_FLAG) {
            return ig_fail(line->ctx, IG_EINVAL, "%s is given twice", given->shown);
        }
        void *settings = struct_of(line, given);
        if (first) clear_list(option, settings);
        const ig_status status =
            ig_option_set(line->ctx, line->out->store, option, settings, given->shown, given->text);
        if (status) return status;
    }
    return IG_OK;
}

static ig_status check_required(struct line *line)
{
    for (size_t i = 0; i < line->options_count; i++) {
        const struct bound *bound = &line->options[i];
        if (!bound->option->required) continue;
        bool seen = false;
        for (size_t j = 0; j < line->given_count && !seen; j++) {
            seen = line->given[j].bound == bound;
        }
        if (seen) continue;
        ig_fail(line->ctx, IG_EINVAL, "--%s is required: %s", bound->name, bound->option->help);
        hint_help(line);
        return IG_EINVAL;
    }
    return IG_OK;
}

static ig_status set_bare(struct line *line)
{
    const char *form = line->command->positional;
    if (!form && line->bare_count) {
        ig_fail(line->ctx, IG_EINVAL, "%s takes no bare argument \"%s\"", line->command->name,
                ig_show(line->bare[0]));
        return ig_hint(line->ctx, "inputs are given by option, the result by -o FILE");
    }
    if (!form) return IG_OK;
    const bool many = strstr(form, "...") != NULL;
    if (!line->bare_count && form[0] != '[') {
        ig_fail(line->ctx, IG_EINVAL, "%s needs %s", line->command->name, form);
        hint_help(line);
        return IG_EINVAL;
    }
    if (!many && line->bare_count > 1) {
        return ig_fail(line->ctx, IG_EINVAL, "%s takes one %s, not also \"%s\"",
                       line->command->name, form, ig_show(line->bare[1]));
    }
    static const ig_option entry = {.name = "argument", .kind = IG_OPTION_TEXTS};
    void *texts = (char *)line->out->settings + line->command->positional_offset;
    for (size_t i = 0; i < line->bare_count; i++) {
        const ig_status status =
            ig_option_add(line->ctx, line->out->store, &entry, texts, form, line->bare[i]);
        if (status) return status;
    }
    return IG_OK;
}

static ig_status line_new(struct line *line, int argc)
{
    line->options = bound_options(line->command, &line->options_count);
    line->given = ig_alloc((size_t)argc + 1, sizeof *line->given);
    line->bare = ig_alloc((size_t)argc + 1, sizeof *line->bare);
    line->out->store = ig_option_store_new();
    line->out->settings = ig_alloc(1, line->command->settings_size + 1);
    if (!line->options || !line->given || !line->bare || !line->out->store ||
        !line->out->settings) {
        return no_memory(line->ctx);
    }
    if (line->command->defaults) line->command->defaults(line->out->settings);
    return IG_OK;
}

static void line_free(struct line *line)
{
    for (size_t i = 0; i < line->given_count; i++)
        ig_free((void *)line->given[i].shown);
    ig_free(line->given);
    ig_free(line->bare);
    free(line->options);
}

ig_status parse_options(ig_ctx *ctx, const struct command *command, int argc, char **argv,
                        struct parsed *parsed)
{
    *parsed = (struct parsed){.command = command};
    struct line line = {.ctx = ctx, .command = command, .out = parsed};
    ig_status status = line_new(&line, argc);
    if (!status) status = take_words(&line, argc, argv);
    if (!status) status = place_elements(&line);
    if (!status) status = make_elements(&line);
    if (!status) status = set_options(&line);
    const bool only_words = parsed->common.help || parsed->common.version ||
                            parsed->common.json_usage; // no inputs are needed then
    if (!status && !only_words) status = check_required(&line);
    if (!status && !only_words) status = set_bare(&line);
    line_free(&line);
    return status;
}

void parsed_free(struct parsed *parsed)
{
    for (size_t i = 0; i < parsed->elements_count; i++)
        ig_free(parsed->elements[i]);
    ig_free(parsed->elements);
    ig_free(parsed->settings);
    ig_option_store_free(parsed->store);
    *parsed = (struct parsed){0};
}

ig_status parse_memory(ig_ctx *ctx, const char *text, uint64_t *bytes)
{
    static const char units[] = "KMGT";
    char number[32];
    const size_t length = strspn(text, "0123456789.");
    const char *unit = text + length;
    double value, scale = 1;
    if (length && length < sizeof number) {
        memcpy(number, text, length);
        number[length] = '\0';
        while (*unit == ' ')
            unit++;
        const char *found = *unit ? strchr(units, toupper((unsigned char)*unit)) : NULL;
        for (const char *u = units; found && u <= found; u++)
            scale *= 1024;
        const char *rest = found ? unit + 1 : unit;
        if (*rest == 'i') rest++;
        if (*rest == 'B' || *rest == 'b') rest++;
        if (!*rest && ig_text_number(number, &value) && value * scale < 0x1p63) {
            *bytes = (uint64_t)(value * scale);
            return IG_OK;
        }
    }
    ig_fail(ctx, IG_EINVAL, "--memory takes a size, not \"%s\"", ig_show(text));
    return ig_hint(ctx, "write it as 512M or 4G");
}
