/// Study: a YAML file as a plain tree with lines. libfyaml stays behind this door.
#ifndef ISOGAP_STUDY_YAML_INTERNAL_H
#define ISOGAP_STUDY_YAML_INTERNAL_H

#include "../core/inside.h"

typedef enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP } yaml_kind;

/// A node. A TEXT without text is YAML's null. A LIST has items, a MAP items and keys.
typedef struct yaml {
    yaml_kind kind;
    int line; ///< from 1
    char *text;
    size_t count;
    char **keys;
    int *key_lines;
    struct yaml *items;
} yaml;

/// Read a file that holds one map. IG_EINVAL names the line when the form is not YAML, when it is
/// more than one document, or when it uses anchors, aliases or tags (a plan is read as it stands).
/// A key given twice is refused with both lines.
ig_status yaml_read(ig_ctx *ctx, const char *path, yaml *out);
void yaml_free(yaml *node);
/// Value of a key; NULL when it is not there.
const yaml *yaml_get(const yaml *map, const char *key);

#endif
