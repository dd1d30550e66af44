/// Study: how the parts of a plan are read: messages with their line, values through option lists.
#ifndef ISOGAP_STUDY_PLAN_READING_H
#define ISOGAP_STUDY_PLAN_READING_H

#include "plan_internal.h"
#include "yaml_internal.h"

/// Option lists that one map of the plan may draw on, each with the struct it fills.
struct target {
    const ig_option *list;
    void *settings;
};

struct reading {
    ig_ctx *ctx;
    struct plan *plan;
};

ig_status plan_refuse(const struct reading *r, int line, const char *format, ...) IG_PRINTF(3, 4);
ig_status plan_no_memory(const struct reading *r);
/// An unknown key with the nearest that is known, or all of them.
ig_status plan_refuse_key(const struct reading *r, const char *key, int line, const char *section,
                          const char *const *names, size_t count);
ig_status plan_set_value(const struct reading *r, const struct target *target,
                         const ig_option *option, const yaml *node, const char *key);
/// Set each key of a map through the option lists of `targets`.
ig_status plan_take_map(const struct reading *r, const yaml *map, const char *section,
                        const struct target *targets, size_t count);
/// FILE becomes FILE|layername=LAYER when the plan names a layer.
ig_status plan_finish_files(const struct reading *r, struct plan_files *files, const yaml *node,
                            const char *section);

// ---- plan_parts.c: what the plan makes of its inputs: maps, indicators, outputs -----------------

ig_status plan_take_maps(const struct reading *r, const yaml *node);
ig_status plan_take_indicators(const struct reading *r, const yaml *node);
ig_status plan_take_outputs(const struct reading *r, const yaml *node);

#endif
