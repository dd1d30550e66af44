// The commands there are, in the order of help.
#include "framework.h"

#include <string.h>

const struct command *const commands[] = {
    // reading and joining
    &cmd_join, &cmd_convert,

    // cost and travel
    &cmd_cost, &cmd_travel, &cmd_isochrone, &cmd_matrix,

    // access and gap
    &cmd_access, &cmd_gap, &cmd_site, &cmd_assess,

    // indicators and inequality
    &cmd_rates, &cmd_compare, &cmd_trend, &cmd_inequality, &cmd_spatial,

    // classes and maps
    &cmd_classify, &cmd_map, &cmd_report,

    // run and check
    &cmd_run, &cmd_check,

    NULL};

const struct command *find_command(const char *name)
{
    for (size_t i = 0; commands[i]; i++) {
        if (!strcmp(commands[i]->name, name)) return commands[i];
    }
    return NULL;
}

const struct command *find_verb(const struct command *command, const char *word)
{
    if (!command || !command->verb || !word) return NULL;
    const char *last = strrchr(command->verb->name, ' ');
    return last && !strcmp(last + 1, word) ? command->verb : NULL;
}
