// A page in memory: blocks in order, texts of its own.
#include "doc.h"

#include <string.h>

void doc_free(struct doc *doc)
{
    for (size_t b = 0; b < doc->count; b++) {
        struct doc_block *block = &doc->blocks[b];
        for (size_t c = 0; c < block->count; c++) {
            ig_free(block->cells[c].text);
            ig_free(block->cells[c].link);
            ig_free(block->cells[c].id);
            ig_free(block->cells[c].kind);
        }
        ig_free(block->cells);
        ig_free(block->id);
        ig_free(block->text);
        ig_free(block->alt);
    }
    ig_free(doc->blocks);
    ig_text_free(&doc->style);
    *doc = (struct doc){0};
}

static char *copy(struct doc *doc, const char *text)
{
    char *made = text ? ig_text_copy(text) : NULL;
    if (text && !made) doc->failed = true;
    return made;
}

static struct doc_block *add(struct doc *doc, doc_kind kind, const char *text)
{
    if (doc->failed ||
        !ig_grow((void **)&doc->blocks, &doc->room, doc->count + 1, sizeof *doc->blocks)) {
        doc->failed = true;
        return NULL;
    }
    struct doc_block *block = &doc->blocks[doc->count++];
    *block = (struct doc_block){.kind = kind, .text = copy(doc, text)};
    return block;
}

/// A cell more in the last block.
static struct doc_cell *add_cell(struct doc *doc, const char *text, const char *link)
{
    if (doc->failed || !doc->count) return NULL;
    struct doc_block *block = &doc->blocks[doc->count - 1];
    if (!ig_grow((void **)&block->cells, &block->room, block->count + 1, sizeof *block->cells)) {
        doc->failed = true;
        return NULL;
    }
    struct doc_cell *cell = &block->cells[block->count++];
    *cell = (struct doc_cell){.text = copy(doc, text ? text : ""), .link = copy(doc, link)};
    return cell;
}

void doc_heading(struct doc *doc, int level, const char *id, const char *text)
{
    struct doc_block *block = add(doc, DOC_HEADING, text);
    if (!block) return;
    block->level = level;
    block->id = copy(doc, id);
}

void doc_text(struct doc *doc, const char *text)
{
    add(doc, DOC_TEXT, text);
}

void doc_small(struct doc *doc, const char *text)
{
    struct doc_block *block = add(doc, DOC_TEXT, text);
    if (block) block->small = true;
}

void doc_list(struct doc *doc)
{
    add(doc, DOC_LIST, NULL);
}

void doc_row_list(struct doc *doc)
{
    struct doc_block *block = add(doc, DOC_LIST, NULL);
    if (block) block->small = true;
}

void doc_item(struct doc *doc, const char *text, const char *link)
{
    add_cell(doc, text, link);
}

void doc_found_list(struct doc *doc)
{
    struct doc_block *block = add(doc, DOC_LIST, NULL);
    if (block) block->found = true;
}

void doc_kinds(struct doc *doc, const char *kinds)
{
    if (doc->failed || !doc->count) return;
    struct doc_block *block = &doc->blocks[doc->count - 1];
    if (block->count) block->cells[block->count - 1].kind = copy(doc, kinds);
}

void doc_find(struct doc *doc, const char *label, const char *all, const char *hint)
{
    struct doc_block *block = add(doc, DOC_FIND, label);
    if (block) block->alt = copy(doc, hint);
    doc_option(doc, all, NULL);
}

void doc_option_group(struct doc *doc, const char *text)
{
    struct doc_cell *cell = add_cell(doc, text, NULL);
    if (cell) cell->head = true;
}

void doc_option(struct doc *doc, const char *text, const char *kinds)
{
    add_cell(doc, text, NULL);
    doc_kinds(doc, kinds);
}

void doc_table(struct doc *doc, const char *id, const char *caption, bool folded)
{
    struct doc_block *block = add(doc, DOC_TABLE, caption);
    if (!block) return;
    block->id = copy(doc, id);
    block->folded = folded;
}

void doc_head(struct doc *doc, const char *text, bool right)
{
    struct doc_cell *cell = add_cell(doc, text, NULL);
    if (!cell) return;
    cell->right = right;
    doc->blocks[doc->count - 1].columns++;
}

void doc_row(struct doc *doc, const char *head, const char *link)
{
    struct doc_cell *cell = add_cell(doc, head, link);
    if (cell) cell->head = true;
}

void doc_cell(struct doc *doc, const char *text)
{
    struct doc_cell *cell = add_cell(doc, text, NULL);
    if (!cell) return;
    const struct doc_block *block = &doc->blocks[doc->count - 1];
    cell->right = block->columns && block->cells[(block->count - 1) % block->columns].right;
}

void doc_id(struct doc *doc, const char *id)
{
    if (doc->failed || !doc->count) return;
    struct doc_block *block = &doc->blocks[doc->count - 1];
    if (block->count) block->cells[block->count - 1].id = copy(doc, id);
}

void doc_mark(struct doc *doc)
{
    if (doc->failed || !doc->count) return;
    struct doc_block *block = &doc->blocks[doc->count - 1];
    if (!block->columns) return;
    for (size_t c = (block->count - 1) / block->columns * block->columns; c < block->count; c++)
        block->cells[c].mark = true;
}

void doc_tiles(struct doc *doc)
{
    add(doc, DOC_TILES, NULL);
}

void doc_tile(struct doc *doc, const char *label, const char *link, const char *value,
              const char *note)
{
    add_cell(doc, label, link);
    add_cell(doc, value, NULL);
    add_cell(doc, note, NULL);
}

void doc_figure(struct doc *doc, doc_draw draw, const void *of, int width, int height,
                const char *caption, const char *alt)
{
    struct doc_block *block = add(doc, DOC_FIGURE, caption);
    if (!block) return;
    block->draw = draw;
    block->of = of;
    block->width = width;
    block->height = height;
    block->alt = copy(doc, alt);
}
