/// The catalogue: every text of a page by a key, and the frame of an HTML page. Private.
#ifndef ISOGAP_REPORT_WORDS_H
#define ISOGAP_REPORT_WORDS_H

#include "../core/inside.h"

struct words {
    size_t count;
    char **key, **text; ///< sorted by key
    char *page, *style; ///< page.html, page.css
};

/// Our own texts, with those of words.txt, page.html and page.css of a folder in their place.
/// @return IG_EINVAL naming file and line for a key that no page uses, a line without "=", a
///         {number} that the English text does not have, a page without {{body}}
ig_status words_read(ig_ctx *ctx, const char *folder, struct words *out);
/// Letters are needed before anything is written: IG_EIO where the system has no fonts.
ig_status words_fonts(ig_ctx *ctx);
void words_free(struct words *words);
/// A sum of the code that makes the pages: pages made by other code are made again.
const char *words_method(void);
/// A text as it stands; the key itself when there is none, which a test rules out.
const char *words_of(const struct words *words, const char *key);
/// A phrase that other rooms made, in the language of the pages: the text of the key that is `prefix`
/// and the phrase with "_" for all that is no small letter; the phrase itself when there is none.
const char *words_phrase(const struct words *words, const char *prefix, const char *phrase);
/// The text with {0}, {1} ... filled in. One of 16 places of `say` in turn, good until then.
struct say {
    const struct words *words;
    ig_text place[16];
    unsigned next;
    bool failed;
};
const char *say(struct say *s, const char *key, ...) __attribute__((sentinel));
void say_free(struct say *s);

/// A user's text as pages show it: invalid UTF-8, control and bidirectional control characters as
/// the replacement sign, line breaks as blanks; text from right to left kept apart from what
/// stands round it. Yours; NULL: no memory.
char *shown_text(const char *raw);

#endif
