// Options from text: one reader of values for the command line and for plan files.
#include "option.h"
#include "inside.h"

#include <math.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct ig_option_store {
    void **kept;
    size_t count, room;
};

ig_option_store *ig_option_store_new(void)
{
    return ig_alloc(1, sizeof(ig_option_store));
}

void ig_option_store_free(ig_option_store *store)
{
    if (!store) return;
    for (size_t i = 0; i < store->count; i++)
        ig_free(store->kept[i]);
    ig_free(store->kept);
    ig_free(store);
}

/// The store frees `memory` from now on, also when this fails. NULL when it does.
static void *keep(ig_option_store *store, void *memory)
{
    if (!memory) return NULL;
    if (!ig_grow((void **)&store->kept, &store->room, store->count + 1, sizeof *store->kept)) {
        ig_free(memory);
        return NULL;
    }
    store->kept[store->count++] = memory;
    return memory;
}

const ig_option *ig_option_find(const ig_option *list, const char *name)
{
    if (!list || !name) return NULL;
    for (; list->name; list++) {
        if (!strcmp(list->name, name)) return list;
    }
    return NULL;
}

bool ig_option_is_list(const ig_option *option)
{
    return option->kind == IG_OPTION_NUMBERS || option->kind == IG_OPTION_TEXTS ||
           option->kind == IG_OPTION_INPUTS;
}

static const char *name_of(const ig_option *option, const char *shown)
{
    return shown ? shown : option->name;
}

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the options");
}

static ig_status check_range(ig_ctx *ctx, const ig_option *option, const char *shown, double value,
                             const char *text)
{
    if (option->min == 0 && option->max == 0) return IG_OK;
    if (value >= option->min && value <= option->max) return IG_OK;
    char low[32], high[32];
    ig_number_text(option->min, low, sizeof low);
    ig_number_text(option->max, high, sizeof high);
    if (!isfinite(option->max)) {
        return ig_fail(ctx, IG_EINVAL, "%s must be %s or more, not %s", name_of(option, shown), low,
                       ig_show(text));
    }
    if (!isfinite(option->min)) {
        return ig_fail(ctx, IG_EINVAL, "%s must be at most %s, not %s", name_of(option, shown),
                       high, ig_show(text));
    }
    return ig_fail(ctx, IG_EINVAL, "%s must be from %s to %s, not %s", name_of(option, shown), low,
                   high, ig_show(text));
}

static ig_status read_number(ig_ctx *ctx, const ig_option *option, const char *shown,
                             const char *text, double *value)
{
    if (!ig_text_number(text, value)) {
        return ig_fail(ctx, IG_EINVAL, "%s takes %s, not \"%s\"", name_of(option, shown),
                       option->kind == IG_OPTION_NUMBERS ? "numbers such as 10,20,30" : "a number",
                       ig_show(text));
    }
    return check_range(ctx, option, shown, *value, text);
}

static ig_status set_count(ig_ctx *ctx, const ig_option *option, void *at, const char *shown,
                           const char *text)
{
    double value;
    if (!ig_text_number(text, &value) || value != floor(value) || fabs(value) > 0x1p53) {
        return ig_fail(ctx, IG_EINVAL, "%s takes a whole number, not \"%s\"",
                       name_of(option, shown), ig_show(text));
    }
    const ig_status status = check_range(ctx, option, shown, value, text);
    if (!status) *(int64_t *)at = (int64_t)value;
    return status;
}

static ig_status set_flag(ig_ctx *ctx, const ig_option *option, void *at, const char *shown,
                          const char *text)
{
    static const char *const yes[] = {"true", "yes", "on", "1"};
    static const char *const no[] = {"false", "no", "off", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (!strcasecmp(text, yes[i])) {
            *(bool *)at = true;
            return IG_OK;
        }
        if (!strcasecmp(text, no[i])) {
            *(bool *)at = false;
            return IG_OK;
        }
    }
    return ig_fail(ctx, IG_EINVAL, "%s is true or false, not \"%s\"", name_of(option, shown),
                   ig_show(text));
}

static ig_status set_choice(ig_ctx *ctx, const ig_option *option, void *at, const char *shown,
                            const char *text)
{
    enum { MOST = 64 };
    char names[1024];
    const char *list[MOST];
    size_t count = 0;
    if (strlen(option->choices) >= sizeof names) {
        return ig_fail(ctx, IG_EBUG, "too many choices of %s", option->name);
    }
    strcpy(names, option->choices);
    for (char *rest = names, *name; (name = strsep(&rest, "|")) && count < MOST;) {
        list[count++] = name;
    }
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(text, list[i])) {
            *(int *)at = (int)i;
            return IG_OK;
        }
    }
    ig_text choices = {0};
    for (size_t i = 0; i < count; i++) {
        ig_text_format(&choices, "%s%s", !i ? "" : i + 1 < count ? ", " : " or ", list[i]);
    }
    const char *near = ig_nearest_name(text, list, count);
    const ig_status status = ig_fail(ctx, IG_EINVAL, "%s is %s, not \"%s\"", name_of(option, shown),
                                     choices.data ? choices.data : option->choices, ig_show(text));
    if (near) ig_hint(ctx, "did you mean %s?", near);
    ig_text_free(&choices);
    return status;
}

/// One more entry of `size` bytes in a list of `count`, and an empty one beyond it; the old array
/// stays with the store.
static void *grown(ig_option_store *store, const void *old, size_t count, size_t size)
{
    void *list = keep(store, ig_alloc(count + 2, size));
    if (list && count) memcpy(list, old, count * size);
    return list;
}

static ig_status add_text(ig_ctx *ctx, ig_option_store *store, ig_texts *texts, const char *text)
{
    const char **list = grown(store, texts->values, texts->count, sizeof *list);
    char *copy = keep(store, ig_text_copy(text));
    if (!list || !copy) return no_memory(ctx);
    list[texts->count] = copy;
    texts->values = list;
    texts->count++;
    return IG_OK;
}

ig_status ig_option_add(ig_ctx *ctx, ig_option_store *store, const ig_option *option,
                        void *settings, const char *shown, const char *text)
{
    void *const at = (char *)settings + option->offset;
    switch (option->kind) {
    case IG_OPTION_TEXT:
    case IG_OPTION_INPUT:
    case IG_OPTION_OUTPUT:
    case IG_OPTION_COLUMN: {
        if (!*text) return ig_fail(ctx, IG_EINVAL, "%s is empty", name_of(option, shown));
        char *copy = keep(store, ig_text_copy(text));
        if (!copy) return no_memory(ctx);
        *(const char **)at = copy;
        return IG_OK;
    }
    case IG_OPTION_NUMBER: {
        double value;
        const ig_status status = read_number(ctx, option, shown, text, &value);
        if (!status) *(double *)at = value;
        return status;
    }
    case IG_OPTION_COUNT:
        return set_count(ctx, option, at, shown, text);
    case IG_OPTION_FLAG:
        return set_flag(ctx, option, at, shown, text);
    case IG_OPTION_CHOICE:
        return set_choice(ctx, option, at, shown, text);
    case IG_OPTION_NUMBERS: {
        ig_numbers *numbers = at;
        double value;
        const ig_status status = read_number(ctx, option, shown, text, &value);
        if (status) return status;
        double *list = grown(store, numbers->values, numbers->count, sizeof *list);
        if (!list) return no_memory(ctx);
        list[numbers->count] = value;
        numbers->values = list;
        numbers->count++;
        return IG_OK;
    }
    case IG_OPTION_TEXTS:
    case IG_OPTION_INPUTS:
        if (!*text) {
            return ig_fail(ctx, IG_EINVAL, "%s has an empty entry", name_of(option, shown));
        }
        return add_text(ctx, store, at, text);
    }
    return ig_fail(ctx, IG_EBUG, "option %s has no kind", option->name);
}

/// Take the next entry off a comma list: up to a comma outside double quotes, blanks trimmed, a
/// pair of quotes round the whole of it taken off ("" inside stands for one). Yours.
static char *next_entry(const char **rest)
{
    const char *start = *rest, *end = start;
    for (bool quoted = false; *end && (quoted || *end != ','); end++) {
        if (*end == '"') quoted = !quoted;
    }
    *rest = *end ? end + 1 : NULL;
    while (start < end && *start == ' ')
        start++;
    while (end > start && end[-1] == ' ')
        end--;
    const bool quoted = end - start >= 2 && *start == '"' && end[-1] == '"';
    if (quoted) {
        start++;
        end--;
    }
    char *entry = ig_alloc((size_t)(end - start) + 1, 1);
    if (!entry) return NULL;
    char *to = entry;
    for (; start < end; start++) {
        *to++ = *start;
        if (quoted && start[0] == '"' && start + 1 < end && start[1] == '"') start++;
    }
    return entry;
}

ig_status ig_option_set(ig_ctx *ctx, ig_option_store *store, const ig_option *option,
                        void *settings, const char *shown, const char *text)
{
    const bool whole = option->kind == IG_OPTION_INPUTS && strchr(text, ',') && !access(text, F_OK);
    const bool column = option->kind == IG_OPTION_COLUMN && *text == '"';
    if (whole || (!ig_option_is_list(option) && !column)) {
        return ig_option_add(ctx, store, option, settings, shown, text);
    }
    if (column) { // the quotes of a list of columns, in an option that takes one
        const char *rest = text;
        char *entry = next_entry(&rest);
        if (!entry) return no_memory(ctx);
        const ig_status status =
            ig_option_add(ctx, store, option, settings, shown, rest ? text : entry);
        ig_free(entry);
        return status;
    }
    ig_status status = IG_OK;
    for (const char *rest = text; rest && !status;) {
        char *entry = next_entry(&rest);
        status = entry ? ig_option_add(ctx, store, option, settings, shown, entry) : no_memory(ctx);
        ig_free(entry);
    }
    return status;
}

static const char *list_text(ig_option_store *store, const ig_option *option, const void *at)
{
    ig_text text = {0};
    char number[32];
    if (option->kind == IG_OPTION_NUMBERS) {
        const ig_numbers *numbers = at;
        for (size_t i = 0; i < numbers->count; i++) {
            ig_text_format(&text, "%s%s", i ? "," : "",
                           ig_number_text(numbers->values[i], number, sizeof number));
        }
    } else {
        const ig_texts *texts = at;
        for (size_t i = 0; i < texts->count; i++) {
            ig_text_format(&text, "%s%s", i ? "," : "", texts->values[i]);
        }
    }
    if (text.failed) {
        ig_text_free(&text);
        return NULL;
    }
    return keep(store, text.data);
}

const char *ig_option_text(ig_option_store *store, const ig_option *option, const void *settings)
{
    const void *const at = (const char *)settings + option->offset;
    char number[32];
    switch (option->kind) {
    case IG_OPTION_TEXT:
    case IG_OPTION_INPUT:
    case IG_OPTION_OUTPUT:
    case IG_OPTION_COLUMN:
        return *(const char *const *)at;
    case IG_OPTION_NUMBER: {
        const double value = *(const double *)at;
        if (!isfinite(value)) return NULL;
        return keep(store, ig_text_copy(ig_number_text(value, number, sizeof number)));
    }
    case IG_OPTION_COUNT:
        snprintf(number, sizeof number, "%lld", (long long)*(const int64_t *)at);
        return keep(store, ig_text_copy(number));
    case IG_OPTION_FLAG:
        return *(const bool *)at ? "true" : NULL;
    case IG_OPTION_CHOICE: {
        int left = *(const int *)at;
        const char *from = option->choices;
        for (; left > 0 && (from = strchr(from, '|')); left--)
            from++;
        if (!from || left < 0) return NULL;
        char *copy = keep(store, ig_text_copy(from));
        if (copy) copy[strcspn(copy, "|")] = '\0';
        return copy;
    }
    case IG_OPTION_NUMBERS:
    case IG_OPTION_TEXTS:
    case IG_OPTION_INPUTS:
        return list_text(store, option, at);
    }
    return NULL;
}
