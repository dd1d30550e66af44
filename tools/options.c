// Options of a command as one flat list: its own, those of the rooms, the common ones.
#include "framework.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct common, member)
const ig_option common_options[] = {
    {.name = "json",
     .kind = IG_OPTION_FLAG,
     .offset = AT(json),
     .help = "print one JSON document that sums up the run on standard output"},
    {.name = "overwrite",
     .kind = IG_OPTION_FLAG,
     .offset = AT(overwrite),
     .help = "replace outputs that exist"},
    {.name = "strict",
     .kind = IG_OPTION_FLAG,
     .offset = AT(strict),
     .help = "take warnings as errors"},
    {.name = "threads",
     .kind = IG_OPTION_COUNT,
     .offset = AT(threads),
     .max = 1024,
     .help = "threads to use, 0 for all processors; results are the same for any number"},
    {.name = "quiet",
     .kind = IG_OPTION_FLAG,
     .offset = AT(quiet),
     .help = "print warnings and errors only"},
    {.name = "progress",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(progress),
     .choices = "auto|bar|plain|json|none",
     .help = "how progress is shown on standard error; auto is a bar on a terminal"},
    {.name = "log-format",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(log_format),
     .choices = "text|json",
     .help = "form of the messages on standard error"},
    {.name = "crs",
     .kind = IG_OPTION_TEXT,
     .offset = AT(crs),
     .help = "CRS of inputs that state none, as EPSG:27700"},
    {.name = "work-crs",
     .kind = IG_OPTION_TEXT,
     .offset = AT(work_crs),
     .help = "metric CRS in which geometry is worked and written, EPSG:27700 unless named"},
    {.name = "allow-vrt",
     .kind = IG_OPTION_FLAG,
     .offset = AT(allow_vrt),
     .help = "read virtual rasters whose sources lie under their own folder"},
    {.name = "allow-network",
     .kind = IG_OPTION_FLAG,
     .offset = AT(allow_network),
     .help = "let inputs be read over the network"},
    {.name = "memory",
     .kind = IG_OPTION_TEXT,
     .offset = AT(memory),
     .help = "memory to plan for, such as 4G; no limit unless named"},
    {.name = "max-expand",
     .kind = IG_OPTION_NUMBER,
     .offset = AT(max_expand),
     .max = 1e9,
     .help =
         "how many times its size a packed input may expand to beyond 64 MiB, 100 unless named"},
    {.name = "json-usage",
     .kind = IG_OPTION_FLAG,
     .offset = AT(json_usage),
     .help = "print the options of the command as JSON and stop"},
    {.name = "help", .kind = IG_OPTION_FLAG, .offset = AT(help), .help = "print this and stop"},
    {.name = "version",
     .kind = IG_OPTION_FLAG,
     .offset = AT(version),
     .help = "print the version and stop"},
    {0}};

/// Is `name` one of "a|b|c"?
static bool among(const char *list, const char *name)
{
    const size_t length = strlen(name);
    for (; list && *list; list += *list == '|') {
        const size_t here = strcspn(list, "|");
        if (here == length && !memcmp(list, name, length)) return true;
        list += here;
    }
    return false;
}

static size_t list_length(const ig_option *list)
{
    size_t count = 0;
    while (list && list[count].name)
        count++;
    return count;
}

/// Names an option of a group goes by; false when this command does not offer it.
static bool name_option(const struct option_group *group, const ig_option *option,
                        const struct bound *list, size_t count, struct bound *out)
{
    if (group->drop && among(group->drop, option->name)) return false;
    bool bare = !group->prefix ? !group->bare || among(group->bare, option->name)
                               : among(group->bare, option->name);
    bare = bare || (group->opener && !strcmp(group->opener, option->name));
    if (find_bound(list, count, option->name)) bare = false;
    if (bare) {
        snprintf(out->name, sizeof out->name, "%s", option->name);
        if (!group->prefix) return true;
        snprintf(out->alias, sizeof out->alias, "%s%s", group->prefix, option->name);
        if (find_bound(list, count, out->alias)) out->alias[0] = '\0';
        return true;
    }
    if (!group->prefix) return false;
    snprintf(out->name, sizeof out->name, "%s%s", group->prefix, option->name);
    return !find_bound(list, count, out->name);
}

struct bound *bound_options(const struct command *command, size_t *count)
{
    size_t room = list_length(command->options) + list_length(common_options);
    for (const struct option_group *g = command->groups; g && g->options; g++) {
        room += list_length(g->options);
    }
    struct bound *list = calloc(room, sizeof *list);
    if (!list) return NULL;
    size_t used = 0;
    for (const ig_option *o = command->options; o && o->name; o++) {
        list[used].option = o;
        snprintf(list[used++].name, sizeof list->name, "%s", o->name);
    }
    for (const struct option_group *g = command->groups; g && g->options; g++) {
        for (const ig_option *o = g->options; o->name; o++) {
            struct bound next = {.option = o, .group = g};
            if (name_option(g, o, list, used, &next)) list[used++] = next;
        }
    }
    for (const ig_option *o = common_options; o->name; o++) {
        if (find_bound(list, used, o->name)) continue;
        list[used].option = o;
        list[used].common = true;
        snprintf(list[used++].name, sizeof list->name, "%s", o->name);
    }
    *count = used;
    return list;
}

const struct bound *find_bound(const struct bound *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(list[i].name, name)) return &list[i];
        if (list[i].alias[0] && !strcmp(list[i].alias, name)) return &list[i];
    }
    return NULL;
}

/// Elements of a repeated group get their defaults from the opener's own group.
static void (*element_defaults(const struct command *command, const char *opener))(void *)
{
    for (const struct option_group *g = command->groups; g && g->options; g++) {
        if (g->opener && !strcmp(g->opener, opener) && g->element_defaults) {
            return g->element_defaults;
        }
    }
    return NULL;
}

const char *default_text(const struct command *command, const struct bound *bound,
                         ig_option_store *store)
{
    if (bound->common || bound->option->required || bound->option->kind == IG_OPTION_FLAG) {
        return NULL;
    }
    const struct option_group *group = bound->group;
    const bool repeated = group && group->opener;
    char *settings = calloc(1, repeated ? group->element_size : command->settings_size + 1);
    if (!settings) return NULL;
    if (repeated) {
        void (*defaults)(void *) = element_defaults(command, group->opener);
        if (defaults) defaults(settings);
    } else if (command->defaults) {
        command->defaults(settings);
    }
    const size_t offset = !group ? 0 : repeated ? group->element_offset : group->offset;
    const char *text = ig_option_text(store, bound->option, settings + offset);
    free(settings);
    return text && strcmp(text, "0") ? text : NULL; // 0 stands for "not asked for"
}

const char *value_word(const ig_option *option)
{
    switch (option->kind) {
    case IG_OPTION_TEXT:
        return "TEXT";
    case IG_OPTION_INPUT:
        return "FILE";
    case IG_OPTION_OUTPUT:
        return option->choices ? "[FILE]" : "FILE";
    case IG_OPTION_COLUMN:
        return "COLUMN";
    case IG_OPTION_NUMBER:
        return "NUMBER";
    case IG_OPTION_COUNT:
        return "N";
    case IG_OPTION_FLAG:
        return NULL;
    case IG_OPTION_CHOICE:
        return option->choices;
    case IG_OPTION_NUMBERS:
        return "N,N,...";
    case IG_OPTION_TEXTS:
        return "A,B,...";
    case IG_OPTION_INPUTS:
        return "FILE,...";
    }
    return NULL;
}

const char *kind_word(ig_option_kind kind)
{
    switch (kind) {
    case IG_OPTION_TEXT:
        return "text";
    case IG_OPTION_INPUT:
        return "input";
    case IG_OPTION_OUTPUT:
        return "output";
    case IG_OPTION_COLUMN:
        return "column";
    case IG_OPTION_NUMBER:
        return "number";
    case IG_OPTION_COUNT:
        return "count";
    case IG_OPTION_FLAG:
        return "flag";
    case IG_OPTION_CHOICE:
        return "choice";
    case IG_OPTION_NUMBERS:
        return "numbers";
    case IG_OPTION_TEXTS:
        return "texts";
    case IG_OPTION_INPUTS:
        return "inputs";
    }
    return "text";
}
