// What Cairo 1.16 cannot say of a PDF is put in by qpdf: language, words for figures, the scope of
// header cells, one Document above all; and what tells the time goes, so that bytes are equal.
#include "writers.h"

#include <qpdf/qpdf-c.h>
#include <string.h>

struct tree {
    qpdf_data pdf;
    const char *const *alt;
    size_t figures, figure;
    const bool *row_heads;
    size_t heads, head;
};

static void set_text(qpdf_data pdf, qpdf_oh in, const char *key, const char *text)
{
    qpdf_oh_replace_key(pdf, in, key, qpdf_oh_new_unicode_string(pdf, text));
}

/// Down the tree in the order of the page.
static void walk(struct tree *t, qpdf_oh node, int depth)
{
    const qpdf_data pdf = t->pdf;
    if (depth > 40) return;
    if (qpdf_oh_is_array(pdf, node)) {
        const int count = qpdf_oh_get_array_n_items(pdf, node);
        for (int i = 0; i < count; i++)
            walk(t, qpdf_oh_get_array_item(pdf, node, i), depth + 1);
        return;
    }
    if (!qpdf_oh_is_dictionary(pdf, node) || !qpdf_oh_has_key(pdf, node, "/S")) return;
    const qpdf_oh kind = qpdf_oh_get_key(pdf, node, "/S");
    if (qpdf_oh_is_name_and_equals(pdf, kind, "/Figure") && t->figure < t->figures)
        set_text(pdf, node, "/Alt", t->alt[t->figure++]);
    if (qpdf_oh_is_name_and_equals(pdf, kind, "/TH") && t->head < t->heads) {
        const char *scope = t->row_heads[t->head++] ? "<< /O /Table /Scope /Row >>"
                                                    : "<< /O /Table /Scope /Column >>";
        qpdf_oh_replace_key(pdf, node, "/A", qpdf_oh_parse(pdf, scope));
    }
    if (qpdf_oh_has_key(pdf, node, "/K")) walk(t, qpdf_oh_get_key(pdf, node, "/K"), depth + 1);
}

/// One Document between the root of the tree and what stood under it.
static void add_document(qpdf_data pdf, qpdf_oh root)
{
    const qpdf_oh kids = qpdf_oh_get_key(pdf, root, "/K");
    const qpdf_oh whole =
        qpdf_make_indirect_object(pdf, qpdf_oh_parse(pdf, "<< /Type /StructElem /S /Document >>"));
    qpdf_oh_replace_key(pdf, whole, "/P", root);
    qpdf_oh_replace_key(pdf, whole, "/K", kids);
    const int count = qpdf_oh_is_array(pdf, kids) ? qpdf_oh_get_array_n_items(pdf, kids) : 0;
    for (int i = 0; i < count; i++)
        qpdf_oh_replace_key(pdf, qpdf_oh_get_array_item(pdf, kids, i), "/P", whole);
    if (qpdf_oh_is_dictionary(pdf, kids)) qpdf_oh_replace_key(pdf, kids, "/P", whole);
    qpdf_oh_replace_key(pdf, root, "/K", qpdf_oh_wrap_in_array(pdf, whole));
}

static void say_all(qpdf_data pdf, const char *language, struct tree *t)
{
    const qpdf_oh catalogue = qpdf_get_root(pdf), trailer = qpdf_get_trailer(pdf);
    set_text(pdf, catalogue, "/Lang", language);
    qpdf_oh_replace_key(pdf, catalogue, "/MarkInfo", qpdf_oh_parse(pdf, "<< /Marked true >>"));
    qpdf_oh_replace_key(pdf, catalogue, "/ViewerPreferences",
                        qpdf_oh_parse(pdf, "<< /DisplayDocTitle true >>"));
    if (qpdf_oh_has_key(pdf, catalogue, "/StructTreeRoot")) {
        const qpdf_oh root = qpdf_oh_get_key(pdf, catalogue, "/StructTreeRoot");
        walk(t, qpdf_oh_get_key(pdf, root, "/K"), 0);
        add_document(pdf, root);
    }
    const qpdf_oh info = qpdf_oh_get_key(pdf, trailer, "/Info");
    if (qpdf_oh_is_dictionary(pdf, info)) {
        qpdf_oh_remove_key(pdf, info, "/CreationDate");
        qpdf_oh_remove_key(pdf, info, "/ModDate");
    }
}

static ig_status write_out(ig_ctx *ctx, qpdf_data pdf, ig_text *out)
{
    qpdf_init_write_memory(pdf);
    qpdf_set_static_ID(pdf, QPDF_FALSE);
    qpdf_set_deterministic_ID(pdf, QPDF_TRUE);
    qpdf_set_object_stream_mode(pdf, qpdf_o_generate);
    qpdf_set_stream_data_mode(pdf, qpdf_s_compress);
    const QPDF_ERROR_CODE code = qpdf_write(pdf);
    if (code & QPDF_ERRORS) {
        const qpdf_error error = qpdf_get_error(pdf);
        return ig_fail(ctx, IG_EBUG, "a PDF could not be finished: %s",
                       error ? qpdf_get_error_full_text(pdf, error) : "no reason given");
    }
    ig_text_append_bytes(out, (const char *)qpdf_get_buffer(pdf), qpdf_get_buffer_length(pdf));
    return out->failed ? ig_fail(ctx, IG_EMEMORY, "no memory for a PDF") : IG_OK;
}

ig_status pdf_finish(ig_ctx *ctx, const ig_text *drawn, const char *language,
                     const char *const *alt, size_t figures, const bool *row_heads, size_t heads,
                     ig_text *out)
{
    qpdf_data pdf = qpdf_init();
    *out = (ig_text){0};
    if (!pdf) return ig_fail(ctx, IG_EMEMORY, "no memory for a PDF");
    qpdf_silence_errors(pdf);
    qpdf_set_suppress_warnings(pdf, QPDF_TRUE);
    ig_status status = IG_OK;
    if (qpdf_read_memory(pdf, "page", drawn->data, drawn->length, NULL) & QPDF_ERRORS)
        status = ig_fail(ctx, IG_EBUG, "a PDF just drawn cannot be read again");
    struct tree t = {pdf, alt, figures, 0, row_heads, heads, 0};
    if (!status) {
        say_all(pdf, language, &t);
        if (qpdf_has_error(pdf)) {
            status = ig_fail(ctx, IG_EBUG, "a PDF could not be finished: %s",
                             qpdf_get_error_full_text(pdf, qpdf_get_error(pdf)));
        } else if (t.figure != figures || t.head != heads) {
            status = ig_fail(ctx, IG_EBUG, "a PDF has %zu figures and %zu heads, not %zu and %zu",
                             t.figure, t.head, figures, heads);
        }
    }
    if (!status) status = write_out(ctx, pdf, out);
    qpdf_cleanup(&pdf);
    if (status) ig_text_free(out);
    return status;
}
